/*
 * What a run gave, for people (table, Markdown) and for programs (JSON, CSV).
 * Nothing here depends on the machine, the clock or the number of threads.
 */
#ifndef DRY_REPORT_RUN_REPORT_H
#define DRY_REPORT_RUN_REPORT_H

#include <stdbool.h>
#include <stdint.h>

#include "report/page.h"
#include "run/result.h"
#include "run/scenario.h"
#include "sweep/sweep_result.h"

struct dry_policy;              /* of report/policy.h */

struct dry_run_report {
	const struct dry_input *input;
	const struct dry_config *config;        /* as simulated */
	const char *scenario_path;              /* as the user wrote it, for the hint of a command; NULL = none */
	uint32_t setting_count;                 /* changes from the command line */
	const struct dry_setting *setting;
	uint64_t seed;
	uint32_t replications;
	const struct dry_result *result;        /* one a replication; [0] gives groups and splits */
	bool colour;
	const struct dry_policy *policy;        /* its cost allocation tags are carried along; NULL = none */
};

void dry_run_report_table(const struct dry_run_report *report, struct dry_page *page);
void dry_run_report_markdown(const struct dry_run_report *report, struct dry_page *page);
void dry_run_report_json(const struct dry_run_report *report, struct dry_page *page);
/* One row a node group. */
void dry_run_report_csv(const struct dry_run_report *report, struct dry_page *page);

/* Mean of a metric over the replications; *interval (may be NULL) of 95 %, NaN with one. */
double dry_run_report_mean(const struct dry_run_report *report, enum dry_metric_id id,
			   struct dry_interval *interval);

/* Flags that act and are not at their defaults; *all (may be NULL) gets how many act. */
uint32_t dry_config_changed_flags(const struct dry_config *config, uint32_t *all);

/* "$0.384", enough decimals for a price an hour. Returns buffer. */
char *dry_format_price(int64_t nusd_per_hour, char *buffer, size_t size);
/* "$236.26" of nano-dollars. */
char *dry_format_money(int64_t nusd, char *buffer, size_t size);
/* Time of a trace: "18:07", "18:07:30", "1d02:30", as explain --at takes it. */
char *dry_format_clock(int64_t ms, char *buffer, size_t size);
/* "18:07", "18:07:30", "1d02:30", "65220s", "1h30m": false when it is none. */
bool dry_parse_clock(const char *text, int64_t *ms);

#endif
