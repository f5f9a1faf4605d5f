/*
 * The policy file: limits that no recommendation may cross, thresholds above
 * which people review, and the phase that says what may happen by itself.
 * Limits are judged on what a setting configures (sizes, types, places, flags)
 * and on what it did when simulated (cost, waits).
 */
#ifndef DRY_REPORT_POLICY_H
#define DRY_REPORT_POLICY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "report/change.h"
#include "report/page.h"
#include "run/scenario.h"

enum dry_policy_phase {
	DRY_POLICY_OBSERVE,              /* log only; in force when a person says so */
	DRY_POLICY_GATED,                /* a patch and a request for review; the default */
	DRY_POLICY_SUPERVISED            /* small changes may go by themselves */
};

/* "observe", "gated", "supervised". */
const char *dry_policy_phase_name(enum dry_policy_phase phase);

struct dry_policy_words {
	uint32_t count;                 /* 0 = everything is allowed */
	const char *const *word;
};

/* flags: {NAME: {min, max}} or {NAME: [VALUE, ...]}. */
struct dry_policy_flag {
	const char *name;
	double min, max;                /* in the flag's own unit (durations: seconds); NaN = open */
	const char *min_text, *max_text;
	struct dry_policy_words value;
};

struct dry_policy_group_limit {
	const char *name;
	int64_t max_nodes;
};

struct dry_policy_tag {
	const char *key, *value;
};

struct dry_policy {
	struct dry_arena arena;
	const char *file;
	char sha256[65];
	enum dry_policy_phase phase;
	/* limits; -1 or NaN = none */
	int64_t max_nodes_per_group;
	int64_t max_nodes_total;
	uint32_t group_count;
	const struct dry_policy_group_limit *group;
	struct dry_policy_words instance_families, zones, regions, allowed_flags, expanders;
	uint32_t flag_count;
	const struct dry_policy_flag *flag;
	double max_cost_day_usd, max_cost_hour_usd;
	double min_on_demand_share;     /* of the greatest possible cores */
	uint32_t slo_count;
	const char *const *slo;         /* rules of "check": "p95_wait <= 120s" */
	/* review: a change beyond one of these needs people */
	double cost_change;             /* ratio; 0.02 */
	double wait_change;             /* ratio of p95 wait; 0.25: two reviewers */
	double cost_rise;               /* ratio; 0.10: two reviewers */
	double spot_share_rise;         /* 0.20: two reviewers */
	double parameter_change;        /* ratio; 0.25 */
	int64_t parameter_count;        /* 2 */
	double max_size_change;         /* ratio of a group's maxSize; 0.25 */
	double limit_margin;            /* 0.10: nearer to a limit than this: two reviewers */
	bool new_instance_type;         /* a new type or family needs review; true */
	uint32_t tag_count;
	const struct dry_policy_tag *tag;       /* cost allocation: carried into reports */
};

/* The policy of no file: gated, no limits, the thresholds above. */
void dry_policy_init(struct dry_policy *policy);
bool dry_policy_read(struct dry_policy *policy, const char *path, struct dry_error *err);
void dry_policy_release(struct dry_policy *policy);

/* One side of a change; all borrowed. */
struct dry_policy_side {
	const struct dry_config *config;        /* NULL = only the changes are known */
	const double *metric;                   /* DRY_METRIC_COUNT; NULL = not simulated */
};

enum dry_policy_severity { DRY_POLICY_BREACH, DRY_POLICY_REVIEW };

struct dry_policy_finding {
	enum dry_policy_severity severity;
	uint32_t reviewers;             /* 1 or 2; breaches: 0 */
	const char *rule;               /* "limits.maxNodesTotal" */
	const char *text;               /* one line, with both numbers */
};

struct dry_policy_verdict {
	bool breached;
	uint32_t reviewers;             /* the most that a finding asks for; 0 = may go by itself */
	uint32_t count;
	struct dry_policy_finding *finding;     /* breaches first; in the arena */
};

/*
 * Judges the step from base to proposal. `slo_breach` is for each rule of
 * policy->slo whether the proposal breaks it (NULL = not tested).
 */
void dry_policy_judge(const struct dry_policy *policy, const struct dry_input *input,
		      const struct dry_policy_side *base, const struct dry_policy_side *proposal,
		      const struct dry_change_set *changes, const bool *slo_breach,
		      struct dry_arena *arena, struct dry_policy_verdict *verdict);

/* Limits of the autoscaler's Deployment as a ValidatingAdmissionPolicy and its binding (YAML). */
bool dry_policy_admission(const struct dry_policy *policy, struct dry_page *page,
			  struct dry_error *err);

#endif
