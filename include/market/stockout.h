/*
 * Zones that run dry (methods.md 2.3): for each instance type an alternating
 * renewal of up and down, one of the region and one of the zone; the zone is
 * down when either is. Durations are lognormal. Everything is drawn from keyed
 * streams before the run, so it is the same for every setting.
 */
#ifndef DRY_MARKET_STOCKOUT_H
#define DRY_MARKET_STOCKOUT_H

#include <stddef.h>
#include <stdint.h>

#include "base/random.h"

/*
 * How a wanted unavailability p and a correlation rho of two zones split: the
 * zone's own part z = p (1 - rho), the region's a = rho p / (1 - z).
 */
void dry_stockout_split(double unavailable, double correlation, double *region, double *zone);
/* Share of time in which two zones with these parts are both down. */
double dry_stockout_both_down(double region, double zone);

/* One alternating process: lognormal of mean and median, in hours. */
struct dry_renewal {
	double up_mean, up_median, down_mean, down_median;
};

/*
 * The process whose long-run share of down time is `unavailable`, with down
 * durations as given: the up durations are stretched, shape kept.
 */
struct dry_renewal dry_renewal_scaled(const struct dry_renewal *renewal, double unavailable);

struct dry_down_interval {
	int64_t from_ms, until_ms;
};

/* Grown; the caller's to free. */
struct dry_down_list {
	struct dry_down_interval *interval;
	uint32_t count;
	size_t capacity;
};

/*
 * Appends the down intervals of one process within [0, horizon), in order. The
 * state at 0 is drawn with the process's long-run share of down time.
 */
void dry_renewal_draw(const struct dry_renewal *renewal, const struct dry_stream *stream, int64_t horizon_ms,
		      struct dry_down_list *list);

/* Sorts intervals and joins those that overlap or touch. */
void dry_down_list_join(struct dry_down_list *list);

#endif
