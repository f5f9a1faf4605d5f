/*
 * What "fit" found: a row for each node group or kind of machine, and the line
 * that a scenario takes (provisionTime, spot.hazard). Formats are json, md, and
 * any other for text.
 */
#ifndef DRY_REPORT_FIT_REPORT_H
#define DRY_REPORT_FIT_REPORT_H

#include <stdbool.h>

#include "io/lifetimes.h"
#include "io/provision_times.h"
#include "report/page.h"

/* False when there is nothing to fit; the report says so. */
bool dry_provision_report(const struct dry_provision_times *times, const char *format, struct dry_page *page);
void dry_lifetime_report(const struct dry_lifetime_table *lifetimes, const char *format, struct dry_page *page);

#endif
