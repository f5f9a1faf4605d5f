/*
 * Durations drawn by inverse CDF from one uniform (methods.md 3.1): constant,
 * lognormal by median and 95th percentile, or empirical values.
 */
#ifndef DRY_MARKET_DISTRIBUTION_H
#define DRY_MARKET_DISTRIBUTION_H

#include <stdbool.h>
#include <stdint.h>

enum dry_distribution_kind {
	DRY_DISTRIBUTION_CONSTANT,
	DRY_DISTRIBUTION_LOGNORMAL,
	DRY_DISTRIBUTION_EMPIRICAL
};

struct dry_distribution {
	enum dry_distribution_kind kind;
	int64_t constant_ms;
	double mu, sigma;               /* of ln(seconds) */
	uint32_t value_count;
	const int64_t *value_ms;        /* sorted, owned by the input */
	bool interpolate;               /* type 7 between values instead of the step */
	int64_t min_ms, max_ms;         /* clamp; -1 = none */
};

/* The value at uniform u in (0,1), in ms, at least 0. */
int64_t dry_distribution_value(const struct dry_distribution *distribution, double u);

#endif
