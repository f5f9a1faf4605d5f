#include "market/hazard.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stddef.h>

#include "base/assert.h"
#include "market/distribution.h"
#include "base/banned.h"

#define HOUR_MS 3600000.0
#define BEYOND_MS (INT64_MAX / 2)
#define STEPS_MAX 200
#define PRECISION 1e-13

double dry_hazard_of_monthly(double frequency)
{
	dry_assert(frequency >= 0 && frequency < 1);
	return -log1p(-frequency) / DRY_HOURS_PER_MONTH;
}

double dry_advisor_frequency(int bucket)
{
	static const double midpoint[DRY_ADVISOR_BUCKETS] = { 0.025, 0.075, 0.125, 0.175, 0.25 };

	dry_assert(bucket >= 0 && bucket < DRY_ADVISOR_BUCKETS);
	return midpoint[bucket];
}

double dry_bathtub_limit(double a, double b, double tau2)
{
	return a > 0 && a < 1 ? b + tau2 * log(1 / a - 1) : NAN;
}

/* G / A: the factor A cancels in the CDF. */
static double raw(const struct dry_bathtub *bathtub, double hours)
{
	return -expm1(-hours / bathtub->tau1) + exp((hours - bathtub->b) / bathtub->tau2);
}

static double span(const struct dry_bathtub *bathtub)
{
	return raw(bathtub, bathtub->limit) - raw(bathtub, 0);
}

double dry_bathtub_cdf(const struct dry_bathtub *bathtub, double hours)
{
	if (hours <= 0)
		return 0;
	if (hours >= bathtub->limit)
		return 1;
	return (raw(bathtub, hours) - raw(bathtub, 0)) / span(bathtub);
}

double dry_bathtub_density(const struct dry_bathtub *bathtub, double hours)
{
	if (hours < 0 || hours > bathtub->limit)
		return 0;
	return (exp(-hours / bathtub->tau1) / bathtub->tau1 +
		exp((hours - bathtub->b) / bathtub->tau2) / bathtub->tau2) / span(bathtub);
}

/* Newton's steps, halving the bracket where one would leave it: the CDF rises everywhere. */
double dry_bathtub_inverse(const struct dry_bathtub *bathtub, double u)
{
	double low = 0, high = bathtub->limit, at = 0.5 * bathtub->limit;
	int i;

	dry_assert(u > 0 && u < 1);
	for (i = 0; i < STEPS_MAX && high - low > PRECISION * high; i++) {
		double error = dry_bathtub_cdf(bathtub, at) - u, next;

		if (error == 0)
			return at;
		if (error > 0)
			high = at;
		else
			low = at;
		next = at - error / dry_bathtub_density(bathtub, at);
		if (!(next > low && next < high))
			next = 0.5 * (low + high);
		else if (fabs(next - at) <= PRECISION * at)
			return next;
		at = next;
	}
	return at;
}

double dry_weibull_inverse(double scale, double shape, double u)
{
	return gsl_cdf_weibull_Pinv(u, scale, shape);
}

static double bathtub_lifetime(const struct dry_hazard *hazard, double u)
{
	struct dry_bathtub bathtub = { hazard->bathtub_a, hazard->bathtub_b, hazard->bathtub_tau1,
				       hazard->bathtub_tau2, hazard->bathtub_limit };

	if (!(bathtub.limit > 0))
		bathtub.limit = dry_bathtub_limit(bathtub.a, bathtub.b, bathtub.tau2);
	return dry_bathtub_inverse(&bathtub, u);
}

double dry_hazard_lifetime(const struct dry_hazard *hazard, double u)
{
	double mu, sigma, log_survival;

	dry_assert(u > 0 && u < 1);
	if (!(hazard->scale > 0))
		return INFINITY;
	log_survival = log1p(-u) / hazard->scale;
	u = -expm1(log_survival);
	if (u <= 0)
		u = 0x1p-60;
	else if (u >= 1)
		u = 1 - 0x1p-53;
	switch (hazard->kind) {
	case DRY_HAZARD_NONE:
		return INFINITY;
	case DRY_HAZARD_EXPONENTIAL:
		return hazard->per_hour > 0 ? -log_survival / hazard->per_hour : INFINITY;
	case DRY_HAZARD_BATHTUB:
		return bathtub_lifetime(hazard, u);
	case DRY_HAZARD_LOGNORMAL:
		if (!dry_lognormal_from_mean(hazard->mean_hours, hazard->median_hours, &mu, &sigma))
			return hazard->median_hours;
		return dry_lognormal_inverse(mu, sigma, u);
	case DRY_HAZARD_WEIBULL:
		return dry_weibull_inverse(hazard->weibull_scale_hours, hazard->weibull_shape, u);
	}
	return INFINITY;
}

int64_t dry_hazard_lifetime_ms(const struct dry_hazard *hazard, double u)
{
	double ms = dry_hazard_lifetime(hazard, u) * HOUR_MS;

	if (!(ms < (double)BEYOND_MS))
		return BEYOND_MS;
	return ms < 1 ? 1 : (int64_t)llround(ms);
}

static const char *bathtub_complaint(const struct dry_hazard *hazard)
{
	if (!(hazard->bathtub_tau1 > 0) || !(hazard->bathtub_tau2 > 0) || !(hazard->bathtub_b > 0))
		return "b, tau1 and tau2 of a bathtub are hours above 0";
	if (hazard->bathtub_limit > 0)
		return isfinite(hazard->bathtub_limit) ? NULL : "the limit of a bathtub is a number of hours";
	if (!(hazard->bathtub_a > 0) || !(hazard->bathtub_a < 1))
		return "A of a bathtub is between 0 and 1, or a limit is given";
	if (!(dry_bathtub_limit(hazard->bathtub_a, hazard->bathtub_b, hazard->bathtub_tau2) > 0))
		return "the bathtub reaches its end before it begins: give a limit";
	return NULL;
}

const char *dry_hazard_complaint(const struct dry_hazard *hazard)
{
	if (!(hazard->scale >= 0) || !isfinite(hazard->scale))
		return "the scale of a hazard is not below 0";
	switch (hazard->kind) {
	case DRY_HAZARD_NONE:
		return NULL;
	case DRY_HAZARD_EXPONENTIAL:
		return hazard->per_hour >= 0 && isfinite(hazard->per_hour) ? NULL
			: "a rate per hour is not below 0";
	case DRY_HAZARD_BATHTUB:
		return bathtub_complaint(hazard);
	case DRY_HAZARD_LOGNORMAL:
		return hazard->median_hours > 0 && hazard->mean_hours > hazard->median_hours &&
		       isfinite(hazard->mean_hours) ? NULL
			: "a lognormal lifetime has 0 < median < mean";
	case DRY_HAZARD_WEIBULL:
		return hazard->weibull_scale_hours > 0 && hazard->weibull_shape > 0 &&
		       isfinite(hazard->weibull_scale_hours) && isfinite(hazard->weibull_shape) ? NULL
			: "scale and shape of a Weibull lifetime are above 0";
	}
	return NULL;
}
