/*
 * The one table of metrics: each can be an objective, a rule of check and a
 * column. Order is the order of columns. Formulas: methods.md section 1.
 */
#ifndef DRY_RUN_METRICS_H
#define DRY_RUN_METRICS_H

#include <stddef.h>
#include <stdint.h>

enum dry_metric_id {
	DRY_METRIC_COST_DAY,
	DRY_METRIC_COST_TOTAL,
	DRY_METRIC_COST_MARGINAL,
	DRY_METRIC_COST_ON_DEMAND,
	DRY_METRIC_COST_SPOT,
	DRY_METRIC_COST_RESERVED,
	DRY_METRIC_COST_IDLE,
	DRY_METRIC_P50_WAIT,
	DRY_METRIC_P90_WAIT,
	DRY_METRIC_P95_WAIT,
	DRY_METRIC_P99_WAIT,
	DRY_METRIC_MAX_WAIT,
	DRY_METRIC_MEAN_WAIT,
	DRY_METRIC_P95_TOTAL_WAIT,
	DRY_METRIC_WEIGHTED_WAIT,
	DRY_METRIC_NEVER_SCHEDULED,
	DRY_METRIC_ABANDONED,
	DRY_METRIC_SLO_BREACHES,
	DRY_METRIC_SLO_BREACH_SECONDS,
	DRY_METRIC_SLO_ATTAINMENT,
	DRY_METRIC_IDLE_RATIO,
	DRY_METRIC_UTILIZATION_CPU,
	DRY_METRIC_UTILIZATION_MEMORY,
	DRY_METRIC_NODE_HOURS,
	DRY_METRIC_PEAK_NODES,
	DRY_METRIC_MEAN_NODES,
	DRY_METRIC_NODES_ADDED,
	DRY_METRIC_NODES_REMOVED,
	DRY_METRIC_SCALE_UPS,
	DRY_METRIC_SCALE_UPS_FAILED,
	DRY_METRIC_SCALE_DOWNS,
	DRY_METRIC_CHURN,
	DRY_METRIC_OSCILLATION,
	DRY_METRIC_EVICTIONS_DAY,
	DRY_METRIC_EVICTIONS_SCALE_DOWN,
	DRY_METRIC_EVICTIONS_INTERRUPTION,
	DRY_METRIC_INTERRUPTIONS,
	DRY_METRIC_LOST_WORK,
	DRY_METRIC_AVAILABILITY,
	DRY_METRIC_TIME_AT_MAX,
	DRY_METRIC_PODS,
	DRY_METRIC_PODS_STARTED,
	DRY_METRIC_COUNT
};

enum dry_direction { DRY_LOWER_IS_BETTER, DRY_HIGHER_IS_BETTER, DRY_NEUTRAL };

enum dry_metric_unit {
	DRY_UNIT_USD, DRY_UNIT_USD_DAY, DRY_UNIT_SECONDS, DRY_UNIT_COUNT, DRY_UNIT_COUNT_DAY, DRY_UNIT_RATIO,
	DRY_UNIT_HOURS, DRY_UNIT_PER_HOUR, DRY_UNIT_CORE_HOURS
};

struct dry_metric {
	const char *name;               /* "p95_wait" */
	const char *key;                /* in JSON and CSV, with the unit: "p95_wait_s" */
	const char *label;              /* in tables: "p95 wait" */
	enum dry_metric_unit unit;
	enum dry_direction direction;
	const char *formula;            /* one line */
};

extern const struct dry_metric dry_metric_table[DRY_METRIC_COUNT];

/* DRY_METRIC_COUNT when unknown; *nearest (may be NULL) gets the nearest name. Accepts name or key. */
enum dry_metric_id dry_metric_find(const char *name, const char **nearest);

/*
 * The value as the integer in which dominance is tested: micro-dollars,
 * milliseconds, else millionths; negated where higher is better; INT64_MAX for
 * an undefined value (NaN). methods.md 0 and 4.
 */
int64_t dry_metric_objective(enum dry_metric_id id, double value);

/* For people: "$312.76", "129s", "8m33s", "10.0%", "254". Returns buffer. NaN prints "-". */
char *dry_metric_format(enum dry_metric_id id, double value, char *buffer, size_t size);

#endif
