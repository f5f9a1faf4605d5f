#include "sweep/noise.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stddef.h>

#include "base/assert.h"
#include "base/banned.h"

static double at(const struct dry_samples *samples, uint32_t setting, uint32_t replication, uint32_t objective)
{
	return samples->value[((size_t)setting * samples->replications + replication) * samples->objectives +
			      objective];
}

double dry_lower_bound(const struct dry_samples *samples, uint32_t better, uint32_t worse,
		       uint32_t objective, double alpha, double *mean_out)
{
	uint32_t n = samples->replications;
	double mean = 0, squares = 0;

	for (uint32_t r = 0; r < n; r++)
		mean += at(samples, worse, r, objective) - at(samples, better, r, objective);
	mean /= n;
	if (mean_out)
		*mean_out = mean;
	if (n < 2 || !isfinite(mean))
		return NAN;
	for (uint32_t r = 0; r < n; r++) {
		double off = at(samples, worse, r, objective) - at(samples, better, r, objective) - mean;

		squares += off * off;
	}
	return mean - gsl_cdf_tdist_Pinv(1 - alpha, n - 1) * sqrt(squares / (n - 1) / n);
}

bool dry_confidently_dominates(const struct dry_samples *samples, uint32_t better, uint32_t worse,
			       double alpha)
{
	bool above = false;

	for (uint32_t k = 0; k < samples->objectives; k++) {
		double low = dry_lower_bound(samples, better, worse, k, alpha, NULL);

		if (!(low >= 0))
			return false;
		above |= low > 0;
	}
	return above;
}

void dry_noisy_fronts(const struct dry_samples *samples, double alpha, bool *possible, bool *certain)
{
	uint32_t count = samples->settings;
	double each = alpha / ((double)count * (count - 1) * samples->objectives);

	for (uint32_t i = 0; i < count; i++) {
		bool beaten = false, safe = true;

		for (uint32_t j = 0; j < count; j++) {
			bool better = false;

			if (j == i)
				continue;
			for (uint32_t k = 0; k < samples->objectives && !better; k++)
				better = dry_lower_bound(samples, i, j, k, each, NULL) > 0;
			safe &= better;
			if (!better && !beaten)
				beaten = dry_confidently_dominates(samples, j, i, each);
		}
		if (possible)
			possible[i] = !beaten;
		if (certain)
			certain[i] = safe;
	}
}

uint32_t dry_race_look(const struct dry_samples *samples, const bool *alive, double alpha,
		       uint32_t looks, uint32_t *beaten_by)
{
	uint32_t living = 0, beaten = 0;
	double each;

	for (uint32_t i = 0; i < samples->settings; i++)
		living += alive[i];
	each = alpha / ((double)living * (living - 1) * samples->objectives * looks);
	for (uint32_t j = 0; j < samples->settings; j++) {
		beaten_by[j] = UINT32_MAX;
		for (uint32_t i = 0; i < samples->settings && alive[j] && beaten_by[j] == UINT32_MAX; i++)
			if (i != j && alive[i] && dry_confidently_dominates(samples, i, j, each))
				beaten_by[j] = i;
		beaten += beaten_by[j] != UINT32_MAX;
	}
	return beaten;
}

uint32_t dry_next_replications(uint32_t count, double half_width, double target, uint32_t most)
{
	double wanted = ceil(count * (half_width / target) * (half_width / target));

	dry_assert(count > 0);
	if (!(wanted < 2.0 * count))
		wanted = 2.0 * count;
	if (wanted < count + 1.0)
		wanted = count + 1.0;
	return wanted < most ? (uint32_t)wanted : most;
}
