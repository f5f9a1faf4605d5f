/*
 * What was understood of a scenario and its traces ("validate"): the demand,
 * the node groups, the flags that are not at their defaults, the sweep, and
 * pods that no node group can take.
 */
#ifndef DRY_REPORT_INPUT_REPORT_H
#define DRY_REPORT_INPUT_REPORT_H

#include <stdbool.h>

#include "report/page.h"
#include "run/scenario.h"

struct dry_input_report {
	const struct dry_input *input;
	const struct dry_config *config;        /* with what the command line changed */
	bool colour;
};

void dry_input_report_table(const struct dry_input_report *report, struct dry_page *page);
void dry_input_report_json(const struct dry_input_report *report, struct dry_page *page);

#endif
