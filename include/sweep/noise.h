/*
 * Dominance under noise: settings whose replications share their streams are
 * compared pair by pair (methods.md 4 and 5). All objectives minimised;
 * value[(setting * replications + replication) * objectives + objective].
 */
#ifndef DRY_SWEEP_NOISE_H
#define DRY_SWEEP_NOISE_H

#include <stdbool.h>
#include <stdint.h>

struct dry_samples {
	const double *value;
	uint32_t settings, replications, objectives;
};

/* One-sided lower bound of mean(worse - better) in one objective at error alpha; *mean may be NULL. */
double dry_lower_bound(const struct dry_samples *samples, uint32_t better, uint32_t worse,
		       uint32_t objective, double alpha, double *mean);

/* All lower bounds at least 0 and one above: `better` dominates `worse` at this error a bound. */
bool dry_confidently_dominates(const struct dry_samples *samples, uint32_t better, uint32_t worse,
			       double alpha);

/*
 * possible[i]: nobody confidently dominates i. certain[i]: i is confidently
 * better than every other setting in at least one objective. alpha is divided by
 * ordered pairs and objectives. Either may be NULL.
 */
void dry_noisy_fronts(const struct dry_samples *samples, double alpha, bool *possible, bool *certain);

/*
 * One look of a race at the living settings: beaten_by[i] = the first living
 * setting that confidently dominates i, UINT32_MAX = none or i is not living.
 * alpha is divided by ordered pairs, objectives and looks. Returns how many are beaten.
 */
uint32_t dry_race_look(const struct dry_samples *samples, const bool *alive, double alpha,
		       uint32_t looks, uint32_t *beaten_by);

/*
 * The next number of replications for an interval of this half-width to reach
 * target: n (half/target)^2, at most doubled, at most `most`. methods.md 3.3.
 */
uint32_t dry_next_replications(uint32_t count, double half_width, double target, uint32_t most);

#endif
