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
	int64_t median_ms, p95_ms;      /* what mu and sigma come from, as written; 0 = not given */
	uint32_t value_count;
	const int64_t *value_ms;        /* sorted, owned by the input */
	bool interpolate;               /* type 7 between values instead of the step */
	int64_t min_ms, max_ms;         /* clamp; -1 = none */
};

/*
 * mu and sigma of ln(x) from the median and the 95th percentile (0 < median <
 * p95), and from the mean and the median (0 < median < mean), in the unit of x.
 * False and untouched when the order does not hold: the caller complains.
 */
bool dry_lognormal_from_p95(double median, double p95, double *mu, double *sigma);
bool dry_lognormal_from_mean(double mean, double median, double *mu, double *sigma);
/* exp(mu + sigma * z(u)), u in (0,1). */
double dry_lognormal_inverse(double mu, double sigma, double u);

/*
 * Inverse of a sample of n >= 1 sorted values at u: the step v[ceil(n u) - 1],
 * which gives observed values only, or type 7 between neighbours.
 */
double dry_empirical_inverse(const double *sorted, uint32_t count, bool interpolate, double u);

/* The value at uniform u in (0,1), in ms, at least 0. */
int64_t dry_distribution_value(const struct dry_distribution *distribution, double u);

#endif
