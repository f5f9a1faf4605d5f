/* Variants of one scenario side by side: money, waits, availability, interruptions. */
#ifndef DRY_REPORT_VARIANT_REPORT_H
#define DRY_REPORT_VARIANT_REPORT_H

#include <stdbool.h>
#include <stdint.h>

#include "report/page.h"
#include "run/result.h"

struct dry_variant_report {
	const char *scenario;
	const char *title;              /* head of the first column */
	uint32_t count;
	const char *const *name;        /* of each variant */
	uint32_t replications;
	const struct dry_result *result;        /* [variant * replications + replication] */
};

/* Means over the replications; with several, half the 95 % interval behind each. */
void dry_variant_table(const struct dry_variant_report *report, struct dry_page *page, bool markdown);
void dry_variant_csv(const struct dry_variant_report *report, struct dry_page *page);
void dry_variant_json(const struct dry_variant_report *report, struct dry_page *page);

#endif
