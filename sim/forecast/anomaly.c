#include "forecast/anomaly.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/assert.h"
#include "base/statistics.h"
#include "base/banned.h"

void dry_robust_z(const double *x, size_t count, double *z, struct dry_robust_scale *scale)
{
	double *scratch = dry_xmalloc((count + 1) * sizeof(*scratch));
	struct dry_robust_scale found = { .median = dry_median(x, count, scratch) };
	double unit;
	size_t i;

	for (i = 0; i < count; i++) {
		z[i] = fabs(x[i] - found.median);
		found.mean_deviation += z[i] / (double)count;
	}
	found.mad = dry_median(z, count, scratch);
	unit = found.mad > 0 ? found.mad / gsl_cdf_ugaussian_Pinv(0.75) : found.mean_deviation * sqrt(M_PI / 2);
	for (i = 0; i < count; i++)
		z[i] = unit > 0 ? (x[i] - found.median) / unit : 0;
	free(scratch);
	if (scale)
		*scale = found;
}

void dry_seasonal_residuals(const double *x, size_t count, size_t season, double *residual,
			    double *slot_median)
{
	double *slot = dry_xmalloc((count + 1) * sizeof(*slot)), *scratch = dry_xmalloc((count + 1) * sizeof(*slot));
	size_t s, t;

	dry_assert(season >= 1);
	for (s = 0; s < season; s++) {
		double median;
		size_t n = 0;

		for (t = s; t < count; t += season)
			slot[n++] = x[t];
		median = dry_median(slot, n, scratch);
		for (t = s; t < count; t += season)
			residual[t] = x[t] - median;
		if (slot_median)
			slot_median[s] = median;
	}
	free(scratch);
	free(slot);
}

static double critical_value(double left, double alpha)
{
	double p = 1 - alpha / (2 * left), t = gsl_cdf_tdist_Pinv(p, left - 2);

	return (left - 1) * t / sqrt((left - 2 + t * t) * left);
}

/* The value left that lies furthest from the mean of what is left. */
static size_t furthest(const double *x, const bool *gone, size_t count, size_t left, double *statistic)
{
	double mean = 0, spread = 0, most = -1;
	size_t at = 0, i;

	for (i = 0; i < count; i++)
		if (!gone[i])
			mean += x[i] / (double)left;
	for (i = 0; i < count; i++) {
		double off = fabs(x[i] - mean);

		if (gone[i])
			continue;
		spread += off * off;
		if (off > most) {
			most = off;
			at = i;
		}
	}
	spread = sqrt(spread / (double)(left - 1));
	*statistic = spread > 0 ? most / spread : 0;
	return at;
}

size_t dry_generalized_esd(const double *x, size_t count, size_t most, double alpha, double *statistic,
			   double *critical, size_t *removed, size_t *steps)
{
	bool *gone = dry_xcalloc(count + 1, sizeof(*gone));
	size_t outliers = 0, i;

	for (i = 0; i < most && count - i > 2; i++) {
		size_t left = count - i;

		removed[i] = furthest(x, gone, count, left, &statistic[i]);
		critical[i] = critical_value((double)left, alpha);
		gone[removed[i]] = true;
		if (statistic[i] > critical[i])
			outliers = i + 1;
	}
	*steps = i;
	free(gone);
	return outliers;
}
