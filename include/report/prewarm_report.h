/* Pre-warming for people and programs: what each arm cost and how long pods waited; the schedule to write down. */
#ifndef DRY_REPORT_PREWARM_REPORT_H
#define DRY_REPORT_PREWARM_REPORT_H

#include "report/page.h"
#include "run/prewarm.h"

struct dry_prewarm_page {
	const struct dry_prewarm_report *report;
	const struct dry_input *input;
	const struct dry_config *config;
};

/* Arms side by side, then one row a node group; markdown: as Markdown tables. */
void dry_prewarm_table(const struct dry_prewarm_page *what, struct dry_page *page, bool markdown);
/* One row a held-out day and arm. */
void dry_prewarm_csv(const struct dry_prewarm_page *what, struct dry_page *page);
void dry_prewarm_json(const struct dry_prewarm_page *what, struct dry_page *page);

/* One row a quantile: what its schedules cost and save. format: table, md, csv or json. */
void dry_prewarm_front(const struct dry_prewarm_report *report, const double *quantile, uint32_t count,
		       const char *format, struct dry_page *page);

/*
 * The lines of one group for a scenario, each after `indent` blanks:
 * minSizeSchedule, schedulePeriod, and minSizeActs unless the autoscaler acts.
 */
void dry_prewarm_yaml(const struct dry_prewarm_page *what, const struct dry_prewarm_group *group,
		      struct dry_page *page, size_t indent);

/*
 * The scenario's text with those lines put behind the name of each planned
 * group. False (and an empty page) when a group is not a block of its own there:
 * in JSON, or written on one line.
 */
bool dry_prewarm_scenario(const struct dry_prewarm_page *what, const char *text, struct dry_page *page);

#endif
