#include "market/lifetime_fit.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_multimin.h>
#include <gsl/gsl_randist.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/banned.h"

#define LEVEL 0.95
#define SHORTEST_HOURS 1e-4             /* a machine that was never seen alive lived for an instant */
#define ITERATIONS 2000

struct sample {
	const struct dry_lifetime *lifetime;
	size_t count;
};

/* -log likelihood of ln(scale) and ln(shape). */
static double weibull_loss(const gsl_vector *x, void *context)
{
	const struct sample *sample = context;
	double scale = exp(gsl_vector_get(x, 0)), shape = exp(gsl_vector_get(x, 1)), sum = 0;
	size_t i;

	for (i = 0; i < sample->count; i++) {
		double t = fmax(sample->lifetime[i].duration, SHORTEST_HOURS) / scale;

		sum += pow(t, shape);
		if (sample->lifetime[i].observed)
			sum -= log(shape / scale) + (shape - 1) * log(t);
	}
	return isfinite(sum) ? sum : 1e300;
}

/* -log likelihood of mu and ln(sigma). */
static double lognormal_loss(const gsl_vector *x, void *context)
{
	const struct sample *sample = context;
	double mu = gsl_vector_get(x, 0), sigma = exp(gsl_vector_get(x, 1)), sum = 0;
	size_t i;

	for (i = 0; i < sample->count; i++) {
		double t = fmax(sample->lifetime[i].duration, SHORTEST_HOURS);

		if (sample->lifetime[i].observed)
			sum -= log(gsl_ran_lognormal_pdf(t, mu, sigma));
		else
			sum -= log(gsl_cdf_lognormal_Q(t, mu, sigma));
	}
	return isfinite(sum) ? sum : 1e300;
}

/* From a start to the nearest minimum; returns the loss there. */
static double minimise(double (*loss)(const gsl_vector *x, void *context), struct sample *sample, double at[2])
{
	gsl_multimin_function function = { loss, 2, sample };
	gsl_multimin_fminimizer *minimizer =
		gsl_multimin_fminimizer_alloc(gsl_multimin_fminimizer_nmsimplex2, 2);
	gsl_vector *x = gsl_vector_alloc(2), *step = gsl_vector_alloc(2);
	double found;
	int i;

	gsl_vector_set(x, 0, at[0]);
	gsl_vector_set(x, 1, at[1]);
	gsl_vector_set_all(step, 0.5);
	gsl_multimin_fminimizer_set(minimizer, &function, x, step);
	for (i = 0; i < ITERATIONS; i++)
		if (gsl_multimin_fminimizer_iterate(minimizer) || gsl_multimin_fminimizer_size(minimizer) < 1e-8)
			break;
	at[0] = gsl_vector_get(minimizer->x, 0);
	at[1] = gsl_vector_get(minimizer->x, 1);
	found = minimizer->fval;
	gsl_vector_free(step);
	gsl_vector_free(x);
	gsl_multimin_fminimizer_free(minimizer);
	return found;
}

static void fit_shapes(struct dry_lifetime_fit *fit, struct sample *sample, double rate)
{
	double weibull[2] = { -log(rate), 0 }, lognormal[2] = { -log(rate) - 0.5, 0 };

	fit->aic_weibull = 4 + 2 * minimise(weibull_loss, sample, weibull);
	fit->weibull = (struct dry_hazard){ .kind = DRY_HAZARD_WEIBULL, .weibull_scale_hours = exp(weibull[0]),
					    .weibull_shape = exp(weibull[1]), .scale = 1 };
	fit->aic_lognormal = 4 + 2 * minimise(lognormal_loss, sample, lognormal);
	fit->lognormal = (struct dry_hazard){ .kind = DRY_HAZARD_LOGNORMAL, .median_hours = exp(lognormal[0]),
					      .scale = 1 };
	fit->lognormal.mean_hours = exp(lognormal[0] + exp(2 * lognormal[1]) / 2);
}

/* Where the estimate and its bounds first reach a half. */
static void set_median(struct dry_lifetime_fit *fit, const struct dry_survival_step *step, size_t count)
{
	size_t i;

	fit->median_hours = dry_survival_quantile(step, count, 0.5);
	fit->median_low = fit->median_high = INFINITY;
	for (i = count; i-- > 0;) {
		if (step[i].low <= 0.5)
			fit->median_low = step[i].at;
		if (step[i].high <= 0.5)
			fit->median_high = step[i].at;
	}
}

bool dry_lifetime_fit(struct dry_lifetime_fit *fit, struct dry_lifetime *lifetime, size_t count)
{
	struct dry_survival_step *step = dry_xcalloc(count + 1, sizeof(*step));
	struct sample sample = { lifetime, count };
	double rate = dry_exponential_rate(lifetime, count);
	size_t i;

	memset(fit, 0, sizeof(*fit));
	fit->count = count;
	fit->aic_exponential = fit->aic_weibull = fit->aic_lognormal = NAN;
	for (i = 0; i < count; i++) {
		fit->ended += lifetime[i].observed;
		fit->at_risk_hours += lifetime[i].duration;
	}
	if (!fit->ended || !(rate > 0) || !isfinite(rate)) {
		free(step);
		return false;
	}
	set_median(fit, step, dry_kaplan_meier(lifetime, count, LEVEL, step));
	free(step);
	fit->exponential = (struct dry_hazard){ .kind = DRY_HAZARD_EXPONENTIAL, .per_hour = rate, .scale = 1 };
	fit->aic_exponential = 2 + 2 * (rate * fit->at_risk_hours - (double)fit->ended * log(rate));
	fit->best = &fit->exponential;
	if (fit->ended < 3)
		return true;
	fit_shapes(fit, &sample, rate);
	if (fit->aic_weibull < fit->aic_exponential)
		fit->best = &fit->weibull;
	if (fit->aic_lognormal < fit->aic_exponential && fit->aic_lognormal < fit->aic_weibull)
		fit->best = &fit->lognormal;
	return true;
}
