#include "market/distribution.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

#include "base/assert.h"
#include "base/banned.h"

/* Longest duration that a draw can give: far beyond any horizon, far from overflow. */
#define LONGEST_MS (INT64_MAX / 4)

bool dry_lognormal_from_p95(double median, double p95, double *mu, double *sigma)
{
	if (!(median > 0) || !(p95 > median) || !isfinite(p95))
		return false;
	*mu = log(median);
	*sigma = (log(p95) - *mu) / gsl_cdf_ugaussian_Pinv(0.95);
	return true;
}

bool dry_lognormal_from_mean(double mean, double median, double *mu, double *sigma)
{
	if (!(median > 0) || !(mean > median) || !isfinite(mean))
		return false;
	*mu = log(median);
	*sigma = sqrt(2 * log(mean / median));
	return true;
}

double dry_lognormal_inverse(double mu, double sigma, double u)
{
	dry_assert(u > 0 && u < 1);
	if (sigma <= 0)
		return exp(mu);
	return gsl_cdf_lognormal_Pinv(u, mu, sigma);
}

/* The step's index and the place between order statistics, for any type of value. */
static uint32_t step_index(uint32_t count, double u)
{
	double index = ceil((double)count * u) - 1;

	if (index < 0)
		return 0;
	return index >= (double)count ? count - 1 : (uint32_t)index;
}

static uint32_t linear_place(uint32_t count, double u, double *fraction)
{
	double place = (double)(count - 1) * u;
	uint32_t below = (uint32_t)floor(place);

	if (below >= count - 1) {
		*fraction = 0;
		return count - 1;
	}
	*fraction = place - below;
	return below;
}

double dry_empirical_inverse(const double *sorted, uint32_t count, bool interpolate, double u)
{
	double fraction;
	uint32_t below;

	dry_assert(count > 0);
	if (!interpolate)
		return sorted[step_index(count, u)];
	below = linear_place(count, u, &fraction);
	if (fraction == 0)
		return sorted[below];
	return sorted[below] + fraction * (sorted[below + 1] - sorted[below]);
}

static double empirical_ms(const struct dry_distribution *distribution, double u)
{
	uint32_t count = distribution->value_count, below;
	const int64_t *value = distribution->value_ms;
	double fraction;

	dry_assert(count > 0);
	if (!distribution->interpolate)
		return (double)value[step_index(count, u)];
	below = linear_place(count, u, &fraction);
	if (fraction == 0)
		return (double)value[below];
	return (double)value[below] + fraction * (double)(value[below + 1] - value[below]);
}

static int64_t round_ms(double ms)
{
	if (!(ms > 0))
		return 0;
	return ms >= (double)LONGEST_MS ? LONGEST_MS : (int64_t)llround(ms);
}

int64_t dry_distribution_value(const struct dry_distribution *distribution, double u)
{
	int64_t ms = 0;

	switch (distribution->kind) {
	case DRY_DISTRIBUTION_CONSTANT:
		ms = distribution->constant_ms;
		break;
	case DRY_DISTRIBUTION_LOGNORMAL:
		ms = round_ms(1000 * dry_lognormal_inverse(distribution->mu, distribution->sigma, u));
		break;
	case DRY_DISTRIBUTION_EMPIRICAL:
		ms = round_ms(empirical_ms(distribution, u));
		break;
	}
	if (distribution->max_ms >= 0 && ms > distribution->max_ms)
		ms = distribution->max_ms;
	if (distribution->min_ms >= 0 && ms < distribution->min_ms)
		ms = distribution->min_ms;
	return ms > 0 ? ms : 0;
}
