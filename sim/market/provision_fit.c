#include "market/provision_fit.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <string.h>

#include "base/statistics.h"
#include "market/distribution.h"
#include "base/banned.h"

/* Lilliefors' bound at 5 %, by the approximation of Dallal and Wilkinson's large-sample form. */
static double bound(double n)
{
	return 0.895 / (sqrt(n) - 0.01 + 0.85 / sqrt(n));
}

static double distance_to(const double *sorted, size_t count, double mu, double sigma)
{
	double most = 0;
	size_t i;

	for (i = 0; i < count; i++) {
		double p = gsl_cdf_lognormal_P(sorted[i], mu, sigma);
		double above = (double)(i + 1) / (double)count - p, below = p - (double)i / (double)count;

		most = fmax(most, fmax(above, below));
	}
	return most;
}

bool dry_provision_fit(struct dry_provision_fit *fit, double *seconds, size_t count)
{
	double sum = 0, squares = 0;
	size_t i;

	memset(fit, 0, sizeof(*fit));
	fit->mu = fit->sigma = fit->fit_median = fit->fit_p95 = fit->distance = NAN;
	dry_sort_doubles(seconds, count);
	if (!count || !(seconds[0] > 0) || !isfinite(seconds[count - 1]))
		return false;
	fit->count = count;
	fit->least = seconds[0];
	fit->median = dry_quantile(seconds, count, 0.5);
	fit->p95 = dry_quantile(seconds, count, 0.95);
	fit->most = seconds[count - 1];
	fit->mean = dry_mean(seconds, count);
	fit->is_constant = round(fit->least) == round(fit->most);
	if (fit->is_constant || count < 2)
		return true;
	for (i = 0; i < count; i++)
		sum += log(seconds[i]);
	fit->mu = sum / (double)count;
	for (i = 0; i < count; i++)
		squares += (log(seconds[i]) - fit->mu) * (log(seconds[i]) - fit->mu);
	fit->sigma = sqrt(squares / (double)count);
	fit->fit_median = exp(fit->mu);
	fit->fit_p95 = dry_lognormal_inverse(fit->mu, fit->sigma, 0.95);
	fit->distance = distance_to(seconds, count, fit->mu, fit->sigma);
	fit->fits = fit->distance <= bound((double)count);
	return true;
}
