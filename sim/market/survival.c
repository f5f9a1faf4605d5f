#include "market/survival.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>

#include "base/banned.h"

static int by_duration(const void *a, const void *b)
{
	double x = ((const struct dry_lifetime *)a)->duration, y = ((const struct dry_lifetime *)b)->duration;

	return (x > y) - (x < y);
}

/* Exponential Greenwood: the bounds are taken on log(-log S), so that they stay within [0, 1]. */
static void set_bounds(struct dry_survival_step *step, double greenwood, double z)
{
	double log_survival = log(step->survival), reach;

	step->low = step->high = step->survival;
	if (!(step->survival > 0 && step->survival < 1))
		return;
	reach = z * sqrt(greenwood) / log_survival;
	step->low = exp(-exp(log(-log_survival) - reach));
	step->high = exp(-exp(log(-log_survival) + reach));
}

size_t dry_kaplan_meier(struct dry_lifetime *lifetime, size_t count, double level,
			struct dry_survival_step *step)
{
	double survival = 1, greenwood = 0, z = gsl_cdf_ugaussian_Pinv(0.5 + level / 2);
	size_t steps = 0, i = 0;

	if (!count)
		return 0;
	qsort(lifetime, count, sizeof(*lifetime), by_duration);
	step[steps++] = (struct dry_survival_step){ 0, 1, 1, 1 };
	while (i < count) {
		double at = lifetime[i].duration, at_risk = (double)(count - i), ended = 0;

		for (; i < count && lifetime[i].duration == at; i++)
			ended += lifetime[i].observed;
		survival *= 1 - ended / at_risk;
		if (at_risk > ended)
			greenwood += ended / (at_risk * (at_risk - ended));
		if (at == 0)
			steps = 0;      /* endings at 0 are part of the first step */
		step[steps] = (struct dry_survival_step){ .at = at, .survival = survival };
		set_bounds(&step[steps++], greenwood, z);
	}
	return steps;
}

double dry_survival_quantile(const struct dry_survival_step *step, size_t count, double q)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (step[i].survival <= 1 - q)
			return step[i].at;
	return INFINITY;
}

double dry_exponential_rate(const struct dry_lifetime *lifetime, size_t count)
{
	double ended = 0, at_risk = 0;
	size_t i;

	for (i = 0; i < count; i++) {
		ended += lifetime[i].observed;
		at_risk += lifetime[i].duration;
	}
	return at_risk > 0 ? ended / at_risk : NAN;
}
