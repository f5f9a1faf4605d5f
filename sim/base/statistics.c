#include "base/statistics.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/assert.h"

#define INDEX_SLACK 1e-9        /* n q that rounding lifted just above a whole number */

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

void dry_sort_doubles(double *value, size_t count)
{
	if (count > 1)
		qsort(value, count, sizeof(*value), by_value);
}

double dry_quantile(const double *sorted, size_t count, double q)
{
	double place, fraction;
	size_t below;

	dry_assert(q >= 0 && q <= 1);
	if (!count)
		return NAN;
	place = (double)(count - 1) * q;
	below = (size_t)floor(place);
	if (below >= count - 1)
		return sorted[count - 1];
	fraction = place - (double)below;
	return sorted[below] + fraction * (sorted[below + 1] - sorted[below]);
}

double dry_quantile_inverted(const double *sorted, size_t count, double q)
{
	double index = ceil((double)count * q - INDEX_SLACK) - 1;

	if (!count)
		return NAN;
	if (index < 0)
		return sorted[0];
	return sorted[index >= (double)count ? count - 1 : (size_t)index];
}

double dry_weighted_quantile(const double *sorted, const double *weight, size_t count, double q)
{
	double total = 0, sum = 0, last = NAN;
	size_t i;

	for (i = 0; i < count; i++)
		total += weight[i];
	for (i = 0; i < count; i++) {
		sum += weight[i];
		if (weight[i] > 0)
			last = sorted[i];
		if (sum > 0 && sum >= q * total)
			return sorted[i];
	}
	return last;
}

double dry_weighted_mean(const double *value, const double *weight, size_t count)
{
	double total = 0, sum = 0;
	size_t i;

	for (i = 0; i < count; i++) {
		total += weight[i];
		sum += weight[i] * value[i];
	}
	return total > 0 ? sum / total : NAN;
}

double dry_mean(const double *value, size_t count)
{
	double sum = 0;
	size_t i;

	for (i = 0; i < count; i++)
		sum += value[i];
	return count ? sum / (double)count : NAN;
}

double dry_sample_deviation(const double *value, size_t count)
{
	double mean = dry_mean(value, count), sum = 0;
	size_t i;

	if (count < 2)
		return NAN;
	for (i = 0; i < count; i++)
		sum += (value[i] - mean) * (value[i] - mean);
	return sqrt(sum / (double)(count - 1));
}

double dry_median(const double *value, size_t count, double *scratch)
{
	if (count)
		memcpy(scratch, value, count * sizeof(*value));
	dry_sort_doubles(scratch, count);
	return dry_quantile(scratch, count, 0.5);
}

double dry_student_half_width(double deviation, size_t count, double alpha)
{
	dry_assert(alpha > 0 && alpha < 1);
	if (count < 2)
		return NAN;
	return gsl_cdf_tdist_Pinv(1 - alpha / 2, (double)(count - 1)) * deviation / sqrt((double)count);
}

double dry_correlation(const double *a, const double *b, size_t count)
{
	double mean_a = dry_mean(a, count), mean_b = dry_mean(b, count), aa = 0, bb = 0, ab = 0;
	size_t i;

	for (i = 0; i < count; i++) {
		aa += (a[i] - mean_a) * (a[i] - mean_a);
		bb += (b[i] - mean_b) * (b[i] - mean_b);
		ab += (a[i] - mean_a) * (b[i] - mean_b);
	}
	return aa > 0 && bb > 0 ? ab / sqrt(aa * bb) : NAN;
}

double dry_student_p(double t, double degrees_of_freedom)
{
	return 2 * gsl_cdf_tdist_Q(fabs(t), degrees_of_freedom);
}

/* 2 sum (-1)^(k-1) exp(-2 k^2 x^2); near 0 the series does not settle, and p is 1. */
static double kolmogorov_p(double x)
{
	double sum = 0;
	int k;

	if (x < 0.2)
		return 1;
	for (k = 1; k <= 100; k++) {
		double term = exp(-2.0 * k * k * x * x);

		sum += k % 2 ? term : -term;
		if (term < 1e-16)
			break;
	}
	return fmin(1, fmax(0, 2 * sum));
}

double dry_kolmogorov_distance(const double *a, size_t a_count, const double *b, size_t b_count, double *p)
{
	double most = 0, n, root;
	size_t i = 0, k = 0;

	if (p)
		*p = NAN;
	if (!a_count || !b_count)
		return NAN;
	while (i < a_count && k < b_count) {
		double at = a[i] < b[k] ? a[i] : b[k];

		while (i < a_count && a[i] == at)
			i++;
		while (k < b_count && b[k] == at)
			k++;
		most = fmax(most, fabs((double)i / (double)a_count - (double)k / (double)b_count));
	}
	n = (double)a_count * (double)b_count / (double)(a_count + b_count);
	root = sqrt(n);
	if (p)
		*p = kolmogorov_p((root + 0.12 + 0.11 / root) * most);
	return most;
}
