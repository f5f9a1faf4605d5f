/*
 * Predictive pre-warming (methods.md 6.4): from the demand of earlier days a
 * schedule of minimum sizes for the next one, proved on days that the forecast
 * never saw: each is run as it is, with its schedule, with the schedule that
 * perfect foresight would have made, with a constant minimum and with constant
 * placeholders, all on the same random numbers.
 */
#ifndef DRY_RUN_PREWARM_H
#define DRY_RUN_PREWARM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "forecast/backtest.h"
#include "run/run.h"

struct dry_error;

struct dry_prewarm_options {
	int64_t bucket_ms;              /* 15 min */
	double tau;                     /* quantile of demand to hold; 0 = from delay_usd_per_pod_s */
	double delay_usd_per_pod_s;     /* what a second of a waiting pod is worth; used when tau is 0 */
	double pods_per_node;           /* weighted; used with it */
	uint32_t held_days;             /* the last days of the trace; >= 1, 5 */
	int64_t dwell_ms;               /* valleys shorter than this are filled; -1 = unneeded time + delay after add */
	uint32_t changes_max;           /* a day */
	int64_t acquire_early_ms;       /* added to the lead: stock-outs may outlast it; 0 */
	int64_t season_ms;              /* 0 = a day or, with three weeks of history, a week: the better */
	bool has_method;
	enum dry_forecast_method method;        /* of all groups, when has_method */
	int64_t end_ms;                 /* of the trace; whole days of it are used */
};

enum dry_prewarm_arm_kind {
	DRY_PREWARM_BASE,               /* as the scenario has it */
	DRY_PREWARM_SCHEDULE,
	DRY_PREWARM_ORACLE,             /* the schedule of the day's own demand */
	DRY_PREWARM_FIXED,              /* a constant minimum that costs no more than the schedule's node-hours */
	DRY_PREWARM_HEADROOM,           /* as many placeholders instead */
	DRY_PREWARM_ARM_COUNT
};

struct dry_prewarm_arm {
	double *cost_usd, *p95_wait_s, *breaches, *never;       /* one a held-out day */
	double cost_mean, p95_mean, breaches_mean, never_mean;
	double cost_change, cost_reach;         /* against base: mean of daily differences, half its 95 % interval */
	double p95_change, p95_reach;
	double breaches_change, breaches_reach;
};

struct dry_prewarm_group {
	uint32_t group_index;
	enum dry_forecast_method method;
	size_t season;                  /* buckets */
	size_t lead;                    /* buckets */
	double tau;
	double mase, coverage;          /* of the backtest; NaN = unknown */
	size_t fold_count;
	bool too_few_folds, is_calibrated;
	double mean_need;               /* scheduled minimum, averaged over the held-out days */
	/* for the days to come: one season from the end of the trace on, as instants within the period */
	uint32_t step_count;
	struct dry_size_step *step;
	int64_t period_ms;
};

struct dry_prewarm_report {
	int64_t bucket_ms;
	uint32_t day_count;             /* held out */
	uint32_t first_day;             /* of them, from 0 */
	struct dry_prewarm_arm arm[DRY_PREWARM_ARM_COUNT];
	uint32_t group_count;           /* groups whose demand ever rose above their minimum */
	struct dry_prewarm_group *group;
	double saved_s_per_usd;         /* p95 seconds saved a dollar more; NaN when it costs nothing more */
	bool is_worth_it;               /* p95 wait or breaches fall with confidence, none rises */
};

/* False with a complaint when the trace is too short for the days and a forecast. */
bool dry_prewarm(struct dry_prewarm_report *report, const struct dry_input *input, const struct dry_config *config,
		 const struct dry_prewarm_options *options, struct dry_error *err);
void dry_prewarm_release(struct dry_prewarm_report *report);

/* End of the trace as options.end_ms has it: a day whose last hour has no arrivals is a whole one too. */
int64_t dry_prewarm_trace_end_ms(const struct dry_input *input);

/*
 * Gives the groups of the config the schedules of its prewarm.quantile: of each
 * held-out day the one that the days before it give, as in the proof above.
 * Nothing when there is no quantile. Memory is the arena's. False with a
 * complaint when the trace is too short.
 */
bool dry_prewarm_apply(struct dry_config *config, const struct dry_input *input, struct dry_arena *arena,
		       struct dry_error *err);

#endif
