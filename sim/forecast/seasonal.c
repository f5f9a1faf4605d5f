#include "forecast/seasonal.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/assert.h"
#include "base/statistics.h"
#include "base/banned.h"

void dry_seasonal_naive(const double *y, size_t count, size_t season, size_t horizon, double *mean)
{
	size_t h;

	dry_assert(season >= 1 && count >= season);
	for (h = 0; h < horizon; h++)
		mean[h] = y[count - season + h % season];
}

/* Values of a slot and its neighbours in the last seasons; returns how many. */
static size_t gather(const double *y, size_t count, size_t season, size_t half_window, size_t slot, double *sample)
{
	size_t seasons = count / season < DRY_SEASONS_KEPT ? count / season : DRY_SEASONS_KEPT;
	size_t window = 2 * half_window + 1 < season ? 2 * half_window + 1 : season, n = 0, k, i;

	for (k = 1; k <= seasons; k++)
		for (i = 0; i < window; i++)
			sample[n++] = y[count - k * season + (slot + season - window / 2 + i) % season];
	return n;
}

void dry_seasonal_quantile(const double *y, size_t count, size_t season, size_t half_window, double tau,
			   size_t horizon, double *quantile)
{
	double *sample = dry_xmalloc(DRY_SEASONS_KEPT * (2 * half_window + 1) * sizeof(*sample));
	size_t h, n;

	dry_assert(season >= 1 && count >= season);
	for (h = 0; h < horizon; h++) {
		if (h >= season) {
			quantile[h] = quantile[h - season];
			continue;
		}
		n = gather(y, count, season, half_window, h, sample);
		dry_sort_doubles(sample, n);
		quantile[h] = dry_quantile_inverted(sample, n, tau);
	}
	free(sample);
}

void dry_seasonal_mean(const double *y, size_t count, size_t season, size_t half_window, size_t horizon,
		       double *mean)
{
	double *sample = dry_xmalloc(DRY_SEASONS_KEPT * (2 * half_window + 1) * sizeof(*sample));
	size_t h;

	dry_assert(season >= 1 && count >= season);
	for (h = 0; h < horizon; h++)
		mean[h] = h >= season ? mean[h - season]
				      : dry_mean(sample, gather(y, count, season, half_window, h, sample));
	free(sample);
}
