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

void dry_seasonal_quantile(const double *y, size_t count, size_t season, size_t half_window, double tau,
			   size_t horizon, double *quantile)
{
	size_t seasons, window, h, k, i;
	double *sample;

	dry_assert(season >= 1 && count >= season);
	seasons = count / season < DRY_SEASONS_KEPT ? count / season : DRY_SEASONS_KEPT;
	window = 2 * half_window + 1 < season ? 2 * half_window + 1 : season;
	sample = dry_xmalloc(seasons * window * sizeof(*sample));
	for (h = 0; h < horizon; h++) {
		size_t n = 0;

		if (h >= season) {
			quantile[h] = quantile[h - season];
			continue;
		}
		for (k = 1; k <= seasons; k++)
			for (i = 0; i < window; i++) {
				size_t slot = (h + season - window / 2 + i) % season;

				sample[n++] = y[count - k * season + slot];
			}
		dry_sort_doubles(sample, n);
		quantile[h] = dry_quantile_inverted(sample, n, tau);
	}
	free(sample);
}
