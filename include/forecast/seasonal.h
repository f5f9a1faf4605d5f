/* Forecasts straight from earlier seasons (methods.md 6.2). */
#ifndef DRY_FORECAST_SEASONAL_H
#define DRY_FORECAST_SEASONAL_H

#include <stddef.h>

#define DRY_SEASONS_KEPT 8

/* The value one or more whole seasons before: y(n + h - m ceil(h / m)). Needs count >= season >= 1. */
void dry_seasonal_naive(const double *y, size_t count, size_t season, size_t horizon, double *mean);

/*
 * The tau-quantile (inverted CDF) of the same slots of the last 8 seasons and
 * of half_window slots before and behind each, around the season's ends.
 * Needs at least one whole season.
 */
void dry_seasonal_quantile(const double *y, size_t count, size_t season, size_t half_window, double tau,
			   size_t horizon, double *quantile);

/* The mean of the same sample. */
void dry_seasonal_mean(const double *y, size_t count, size_t season, size_t half_window, size_t horizon,
		       double *mean);

#endif
