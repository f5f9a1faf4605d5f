/* How wrong a forecast was (methods.md 6.3). NaN = undefined. */
#ifndef DRY_FORECAST_ACCURACY_H
#define DRY_FORECAST_ACCURACY_H

#include <stddef.h>

double dry_mean_absolute_error(const double *actual, const double *forecast, size_t count);
/* Mean |y(t) - y(t - m)| of a training part: the scale of MASE; NaN when there is no pair. */
double dry_seasonal_scale(const double *train, size_t count, size_t season);
/* Mean |e| over the scale; NaN when the scale is 0. */
double dry_scaled_error(const double *actual, const double *forecast, size_t count, double scale);
/* 100 mean 2 |e| / (|y| + |f|), 0 / 0 counts 0. */
double dry_symmetric_percentage_error(const double *actual, const double *forecast, size_t count);
/* Mean of max(tau (y - f), (tau - 1)(y - f)). */
double dry_pinball_loss(const double *actual, const double *forecast, size_t count, double tau);
/* Share of values that are not above the forecast. */
double dry_coverage(const double *actual, const double *forecast, size_t count);
/*
 * The order statistic ceil((n + 1) tau) of the errors, at most the n-th: what
 * to add to a mean so that a share tau of values stays below. Sorts the errors.
 */
double dry_residual_quantile(double *error, size_t count, double tau);

#endif
