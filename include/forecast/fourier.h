/*
 * Trend and harmonics of the season by least squares (methods.md 6.2):
 * y = a + c t + sum over k of p_k sin(2 pi k t / m) + q_k cos(2 pi k t / m), t from 0.
 */
#ifndef DRY_FORECAST_FOURIER_H
#define DRY_FORECAST_FOURIER_H

#include <stdbool.h>
#include <stddef.h>

#define DRY_FOURIER_HARMONICS_MAX 6
#define DRY_FOURIER_COLUMNS_MAX (2 + 2 * DRY_FOURIER_HARMONICS_MAX)

struct dry_fourier {
	size_t season;
	size_t harmonics;               /* K */
	size_t count;                   /* values it was fitted to */
	size_t columns;                 /* 2 + 2 K */
	double coefficient[DRY_FOURIER_COLUMNS_MAX];    /* a, c, p_1, q_1, p_2, ... */
	double covariance[DRY_FOURIER_COLUMNS_MAX * DRY_FOURIER_COLUMNS_MAX];
	double sse;
	double aicc;                    /* variance counted as a parameter */
};

/* The most harmonics that a season bears: min(6, (m - 1) / 2). */
size_t dry_fourier_most(size_t season);

/* False when there are not more values than columns, or K is 0 or too many. */
bool dry_fourier_fit(struct dry_fourier *model, const double *y, size_t count, size_t season,
		     size_t harmonics);
/* K of the least AICc. False when not even one harmonic can be fitted. */
bool dry_fourier_choose(struct dry_fourier *model, const double *y, size_t count, size_t season);

/* Means of the next values; low and high, when not NULL, bound a new value at this level (0.8). */
void dry_fourier_forecast(const struct dry_fourier *model, size_t horizon, double level, double *mean,
			  double *low, double *high);

#endif
