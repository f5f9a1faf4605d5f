/*
 * Has the world changed since a setting was chosen? Two traces of one scenario
 * (what it was tuned on, what came lately) are held against each other: sizes
 * and run times of pods, arrivals an hour, waits under the same setting by
 * two-sample Kolmogorov-Smirnov, prices by their level (methods.md 8).
 */
#ifndef DRY_RUN_WORLD_DRIFT_H
#define DRY_RUN_WORLD_DRIFT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "run/scenario.h"

#define DRY_WORLD_P 0.01                /* a difference is real below this, */
#define DRY_WORLD_DISTANCE 0.1          /* and matters above this */
#define DRY_WORLD_PRICE 0.2             /* ratio of the mean price */

struct dry_world_row {
	const char *what;               /* "cpu request", "price of spot", ... */
	uint32_t before_count, now_count;
	double before, now;             /* medians; prices: means; NaN = none */
	double distance, p;             /* NaN for prices and empty samples */
	bool drifted;
};

struct dry_world_drift {
	uint32_t count;
	struct dry_world_row *row;      /* in the arena */
	uint32_t drifted;
};

/* Both inputs are loaded from one scenario; each is run once under its config. */
void dry_world_compare(struct dry_world_drift *drift, const struct dry_input *before, const struct dry_input *now,
		       struct dry_arena *arena);

/* One row of sorted or unsorted samples: sorts them, computes, judges. For tests, too. */
struct dry_world_row dry_world_row_of(const char *what, double *before, uint32_t before_count, double *now,
				      uint32_t now_count);

#endif
