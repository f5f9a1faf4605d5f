/*
 * Order statistics and moments, as methods.md 1.1 and 3.3 define them.
 * Undefined values (an empty set, one value's spread) are NaN, never 0.
 */
#ifndef DRY_BASE_STATISTICS_H
#define DRY_BASE_STATISTICS_H

#include <stddef.h>

/* Sorts ascending, in place. No NaN. */
void dry_sort_doubles(double *value, size_t count);

/* Type 7: h = (n - 1) q, linear between the neighbours. Values sorted, q in [0, 1]. */
double dry_quantile(const double *sorted, size_t count, double q);

/* Inverted CDF: the sorted value at index max(0, ceil(n q - 1e-9) - 1). */
double dry_quantile_inverted(const double *sorted, size_t count, double q);

/*
 * The smallest value whose cumulative weight is at least q times the total
 * (q = 0: the smallest with a positive weight). Values sorted, weights beside
 * them and not negative. NaN when all weights are 0.
 */
double dry_weighted_quantile(const double *sorted, const double *weight, size_t count, double q);
double dry_weighted_mean(const double *value, const double *weight, size_t count);

double dry_mean(const double *value, size_t count);
/* Of a sample: divided by n - 1. NaN below two values. */
double dry_sample_deviation(const double *value, size_t count);

/* Median by type 7; sorts scratch, which gets a copy and holds count values. */
double dry_median(const double *value, size_t count, double *scratch);

/* Half the width of the Student t interval of a mean: t(1 - alpha/2, n - 1) s / sqrt(n). NaN below two. */
double dry_student_half_width(double deviation, size_t count, double alpha);

/* Pearson's; NaN when one side does not vary. */
double dry_correlation(const double *a, const double *b, size_t count);
/* Two-sided p of Student's t. */
double dry_student_p(double t, double degrees_of_freedom);

/*
 * Two-sample Kolmogorov-Smirnov (methods.md 8): the largest distance of the
 * empirical CDFs of two sorted samples, and its p by the asymptotic series. NaN
 * when a sample is empty. *p may be NULL.
 */
double dry_kolmogorov_distance(const double *a, size_t a_count, const double *b, size_t b_count, double *p);

#endif
