/* The front of a sweep for people: a table and Markdown. Programs get the result file's own JSON and CSV. */
#ifndef DRY_REPORT_FRONT_REPORT_H
#define DRY_REPORT_FRONT_REPORT_H

#include <stdbool.h>
#include <stdint.h>

#include "report/page.h"
#include "sweep/sweep_result.h"

struct dry_front_report {
	const struct dry_sweep_result *result;
	const char *result_path;        /* where the result was written, for the hint; NULL = nowhere */
	const char *scenario_path;
	uint32_t rows;                  /* most points shown; 0 = all */
	bool colour;
};

void dry_front_report_table(const struct dry_front_report *report, struct dry_page *page);
void dry_front_report_markdown(const struct dry_front_report *report, struct dry_page *page);

/*
 * Sensitivity: the same front under other scales of the interruption hazard.
 * result[0] is the front that is followed; one more result a scale, same grid.
 */
void dry_sensitivity_report(const struct dry_sweep_result *result, const char *const *scale, uint32_t count,
			    bool markdown, struct dry_page *page);

#endif
