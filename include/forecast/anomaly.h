/* Values that stand out of a series (methods.md 7.3). */
#ifndef DRY_FORECAST_ANOMALY_H
#define DRY_FORECAST_ANOMALY_H

#include <stddef.h>

#define DRY_ANOMALY_Z 3.5

struct dry_robust_scale {
	double median;
	double mad;                     /* median of |x - median| */
	double mean_deviation;          /* mean of |x - median| */
};

/*
 * Robust z of each value: (x - median) / (MAD / Phi^-1(0.75)); with MAD 0 the
 * mean deviation times sqrt(pi / 2) is the scale; with both 0 every z is 0.
 * scale may be NULL.
 */
void dry_robust_z(const double *x, size_t count, double *z, struct dry_robust_scale *scale);

/* Each value less the median of its slot (index mod season); slot_median holds season values, or is NULL. */
void dry_seasonal_residuals(const double *x, size_t count, size_t season, double *residual,
			    double *slot_median);

/*
 * Generalized ESD (Rosner, two-sided): statistics and critical values of up to
 * `most` steps, the values taken out in order. Returns how many are outliers.
 * Fewer steps than `most` when values run out: *steps. Ties: the first index.
 */
size_t dry_generalized_esd(const double *x, size_t count, size_t most, double alpha, double *statistic,
			   double *critical, size_t *removed, size_t *steps);

#endif
