/*
 * How far a run reaches: for each of the flags below the values with which it
 * would have taken the same decisions, all of them, at the same instants. Every
 * comparison with such a flag narrows an interval to the values with which it
 * comes out the same; a flag that was never asked keeps all of them. Intervals
 * hold together: any combination of values out of them decides as the run did.
 * A sweep uses it to run once what many of its settings have in common. Whoever
 * reads one of these flags narrows its interval there and then; tests/prop/reach.c
 * finds out who did not.
 */
#ifndef DRY_AUTOSCALER_REACH_H
#define DRY_AUTOSCALER_REACH_H

#include <stdbool.h>

#include "autoscaler/options.h"

enum dry_reach_flag {
	DRY_REACH_UNNEEDED_TIME,        /* durations in ms */
	DRY_REACH_UNREADY_TIME,
	DRY_REACH_UNREADY_ENABLED,      /* booleans: 0, 1 */
	DRY_REACH_UTILIZATION,
	DRY_REACH_GPU_UTILIZATION,
	DRY_REACH_DELAY_AFTER_ADD,
	DRY_REACH_DELAY_AFTER_DELETE,
	DRY_REACH_DELAY_AFTER_FAILURE,
	DRY_REACH_RECHECK_TIMEOUT,
	DRY_REACH_MIN_REPLICAS,
	DRY_REACH_SKIP_SYSTEM,
	DRY_REACH_SKIP_LOCAL,
	DRY_REACH_SKIP_CUSTOM,
	DRY_REACH_SCALE_DOWN_PARALLELISM,
	DRY_REACH_DRAIN_PARALLELISM,
	DRY_REACH_PROVISION_TIME,
	DRY_REACH_STARTUP_TIME,
	DRY_REACH_NEW_POD_DELAY,
	DRY_REACH_BACKOFF_INITIAL,
	DRY_REACH_BACKOFF_MAX,
	DRY_REACH_BACKOFF_RESET,
	DRY_REACH_EXPANDER,             /* no number: asked or not */
	DRY_REACH_COUNT
};

struct dry_reach {
	/* both inclusive; low > high: the run's own value only */
	double low[DRY_REACH_COUNT], high[DRY_REACH_COUNT];
};

/* All values of all flags. */
void dry_reach_init(struct dry_reach *reach);
/* What both reach. */
void dry_reach_meet(struct dry_reach *reach, const struct dry_reach *other);

/* The flag of the option table as one of these; DRY_REACH_COUNT when it is none. */
enum dry_reach_flag dry_reach_flag_of(const struct dry_option *option);
/* Its value as the intervals have it. */
double dry_reach_value(const struct dry_options *options, enum dry_reach_flag flag);

static inline bool dry_reach_has(const struct dry_reach *reach, enum dry_reach_flag flag, double value)
{
	return value >= reach->low[flag] && value <= reach->high[flag];
}

static inline void dry_reach_at_least(struct dry_reach *reach, enum dry_reach_flag flag, double value)
{
	if (value > reach->low[flag])
		reach->low[flag] = value;
}

static inline void dry_reach_at_most(struct dry_reach *reach, enum dry_reach_flag flag, double value)
{
	if (value < reach->high[flag])
		reach->high[flag] = value;
}

/* The value itself decided something: no other will do. */
static inline void dry_reach_pin(struct dry_reach *reach, enum dry_reach_flag flag, double value)
{
	dry_reach_at_least(reach, flag, value);
	dry_reach_at_most(reach, flag, value);
}

/* Of every flag the run's own value only. */
void dry_reach_close(struct dry_reach *reach);

/* The same for a flag without a number. */
static inline void dry_reach_ask(struct dry_reach *reach, enum dry_reach_flag flag)
{
	reach->high[flag] = reach->low[flag] - 1;
}

#endif
