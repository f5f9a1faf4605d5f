/*
 * The gate's report: what a proposal changes against a baseline and whether it
 * keeps the rules, for people (table, Markdown), programs (JSON, CSV) and CI
 * (JUnit, GitHub's workflow commands).
 */
#ifndef DRY_REPORT_CHECK_REPORT_H
#define DRY_REPORT_CHECK_REPORT_H

#include <stdbool.h>
#include <stdint.h>

#include "report/change.h"
#include "report/page.h"
#include "run/metrics.h"
#include "run/rule.h"

enum dry_check_outcome { DRY_CHECK_OK, DRY_CHECK_WARN, DRY_CHECK_FAIL };

/* One rule in one scenario: of several seeds the worst. */
struct dry_check_row {
	const char *text;               /* the rule as written, or "policy: limits.maxNodesTotal" */
	enum dry_check_outcome outcome;
	bool is_policy;
	const char *finding;            /* policy: what it says; NULL = a rule */
	const struct dry_rule *rule;    /* NULL = policy */
	struct dry_rule_result result;
	double base;                    /* NaN = none */
	uint64_t seed;                  /* of the worst */
};

struct dry_check_scenario {
	const char *name;
	const char *path;
	const char *scenario_sha256, *trace_sha256;
	struct dry_change_set changes;
	double base[DRY_METRIC_COUNT], proposal[DRY_METRIC_COUNT];      /* means over the seeds */
	bool base_bound[DRY_METRIC_COUNT], proposal_bound[DRY_METRIC_COUNT];
	uint32_t row_count;
	struct dry_check_row *row;
};

struct dry_check_report {
	uint32_t scenario_count;
	struct dry_check_scenario *scenario;
	uint64_t first_seed, last_seed;
	bool only_changes;
	bool colour;
};

/* Counted over all scenarios. */
uint32_t dry_check_count(const struct dry_check_report *report, enum dry_check_outcome outcome);
uint32_t dry_check_rules(const struct dry_check_report *report);
/* Does anything differ, or is anything not in order? */
bool dry_check_has_news(const struct dry_check_report *report);

/* With only_changes and no news the page stays empty. */
void dry_check_table(const struct dry_check_report *report, struct dry_page *page);
void dry_check_markdown(const struct dry_check_report *report, struct dry_page *page);
void dry_check_json(const struct dry_check_report *report, struct dry_page *page);
void dry_check_csv(const struct dry_check_report *report, struct dry_page *page);
void dry_check_junit(const struct dry_check_report *report, struct dry_page *page);
void dry_check_github(const struct dry_check_report *report, struct dry_page *page);

/* "$325.29, limit $322.14, over by $3.15". Returns buffer. */
char *dry_check_row_text(const struct dry_check_row *row, char *buffer, size_t size);
/* "FAIL", "WARN", "ok". */
const char *dry_check_outcome_text(enum dry_check_outcome outcome);
/* Metrics that a scenario shows: the usual ones, those of its rules. */
bool dry_check_shows(const struct dry_check_scenario *scenario, enum dry_metric_id metric);
/* "+$12.53", "-11s". Returns buffer. */
char *dry_check_change_text(enum dry_metric_id metric, double change, char *buffer, size_t size);

#endif
