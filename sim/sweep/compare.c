/* Student t over paired differences, with the bootstrap where t is doubtful: methods.md 3.3. */
#include "sweep/compare.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/assert.h"
#include "base/random.h"
#include "base/banned.h"

#define BOOTSTRAP_DRAWS 2000
#define FEW_PAIRS 10                    /* below it the bootstrap stands beside Student's t */
#define SKEWED 1.0                      /* the same for a greater third standardised moment */

double dry_mean_interval(const double *value, uint32_t count, uint32_t stride, double alpha,
			 struct dry_interval *interval)
{
	double mean = 0, squares = 0, half;

	*interval = (struct dry_interval){ NAN, NAN };
	if (!count)
		return NAN;
	for (uint32_t i = 0; i < count; i++)
		mean += value[(size_t)i * stride];
	mean /= count;
	if (isnan(mean) || count < 2)
		return mean;
	for (uint32_t i = 0; i < count; i++) {
		double off = value[(size_t)i * stride] - mean;

		squares += off * off;
	}
	half = gsl_cdf_tdist_Pinv(1 - alpha / 2, count - 1) * sqrt(squares / (count - 1) / count);
	interval->low = mean - half;
	interval->high = mean + half;
	return mean;
}

static double variance(const double *value, uint32_t count)
{
	double mean = 0, squares = 0;

	if (count < 2)
		return 0;
	for (uint32_t i = 0; i < count; i++)
		mean += value[i];
	mean /= count;
	for (uint32_t i = 0; i < count; i++)
		squares += (value[i] - mean) * (value[i] - mean);
	return squares / (count - 1);
}

static double skewness(const double *value, uint32_t count)
{
	double mean = 0, squares = 0, cubes = 0;

	for (uint32_t i = 0; i < count; i++)
		mean += value[i];
	mean /= count;
	for (uint32_t i = 0; i < count; i++) {
		double off = value[i] - mean;

		squares += off * off;
		cubes += off * off * off;
	}
	squares /= count;
	return squares > 0 ? cubes / count / pow(squares, 1.5) : 0;
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Type 7 of sorted values. */
static double quantile(const double *sorted, uint32_t count, double q)
{
	double h = (count - 1) * q;
	uint32_t k = (uint32_t)floor(h);

	return k + 1 < count ? sorted[k] + (h - k) * (sorted[k + 1] - sorted[k]) : sorted[count - 1];
}

static struct dry_interval bootstrap(const double *value, uint32_t count, double alpha, uint64_t seed)
{
	double *mean = dry_xcalloc(BOOTSTRAP_DRAWS, sizeof(*mean));
	struct dry_stream stream = dry_stream_make(seed, "bootstrap", "", 0);
	struct dry_interval interval;

	for (uint32_t b = 0; b < BOOTSTRAP_DRAWS; b++) {
		for (uint32_t i = 0; i < count; i++)
			mean[b] += value[(uint32_t)floor(dry_stream_uniform(&stream, b, i) * count)];
		mean[b] /= count;
	}
	qsort(mean, BOOTSTRAP_DRAWS, sizeof(*mean), by_value);
	interval.low = quantile(mean, BOOTSTRAP_DRAWS, alpha / 2);
	interval.high = quantile(mean, BOOTSTRAP_DRAWS, 1 - alpha / 2);
	free(mean);
	return interval;
}

static bool excludes_zero(const struct dry_interval *interval)
{
	return interval->low > 0 || interval->high < 0;
}

void dry_compare_samples(const double *a, uint32_t a_count, const double *b, uint32_t b_count,
			 double alpha, uint64_t seed, struct dry_paired *paired)
{
	uint32_t most = a_count > b_count ? a_count : b_count;
	uint32_t count = a_count == 1 || b_count == 1 ? most : a_count < b_count ? a_count : b_count;
	double *difference, noise;

	*paired = (struct dry_paired){ .count = count, .mean = NAN, .t = { NAN, NAN },
				       .bootstrap = { NAN, NAN }, .crn_ratio = NAN };
	if (!a_count || !b_count) {
		paired->count = 0;
		return;
	}
	difference = dry_xcalloc(count, sizeof(*difference));
	for (uint32_t i = 0; i < count; i++)
		difference[i] = b[b_count == 1 ? 0 : i] - a[a_count == 1 ? 0 : i];
	paired->mean = dry_mean_interval(difference, count, 1, alpha, &paired->t);
	if (count >= 2 && !isnan(paired->mean)) {
		noise = variance(a, a_count == 1 ? 1 : count) + variance(b, b_count == 1 ? 1 : count);
		if (noise > 0)
			paired->crn_ratio = variance(difference, count) / noise;
		if (count < FEW_PAIRS || fabs(skewness(difference, count)) > SKEWED) {
			paired->bootstrap = bootstrap(difference, count, alpha, seed);
			paired->signs_disagree = excludes_zero(&paired->t) !=
						 excludes_zero(&paired->bootstrap);
		}
	}
	free(difference);
}

static enum dry_verdict verdict_of(const struct dry_compare_row *row)
{
	enum dry_direction direction = dry_metric_table[row->metric].direction;

	if (isnan(row->a) && isnan(row->b))
		return DRY_VERDICT_SAME;
	if (isnan(row->a) || isnan(row->b))
		return DRY_VERDICT_UNDEFINED;
	/* In whole units, as dominance is tested: what rounds to nothing is no difference. */
	if (dry_metric_objective(row->metric, row->a) == dry_metric_objective(row->metric, row->b))
		return DRY_VERDICT_SAME;
	if (row->paired.count >= 2 && !isnan(row->paired.t.low) && !excludes_zero(&row->paired.t))
		return DRY_VERDICT_UNCLEAR;
	if (direction == DRY_NEUTRAL)
		return DRY_VERDICT_DIFFERENT;
	return (row->b < row->a) == (direction == DRY_LOWER_IS_BETTER) ? DRY_VERDICT_BETTER :
									 DRY_VERDICT_WORSE;
}

static void finish_row(struct dry_compare_row *row)
{
	row->change = row->b - row->a;
	row->ratio = row->change == 0 ? 0 : row->a != 0 ? row->change / fabs(row->a) : NAN;
	row->verdict = verdict_of(row);
}

static uint32_t samples_of(const struct dry_sweep_point *point, enum dry_metric_id metric, double *value)
{
	uint32_t count = point->sample && point->replications > 1 ? point->replications : 1;

	value[0] = point->metric[metric];
	for (uint32_t r = 0; r < count && point->sample; r++)
		value[r] = point->sample[(size_t)r * DRY_METRIC_COUNT + metric];
	return count;
}

void dry_compare_points(const struct dry_sweep_point *a, const struct dry_sweep_point *b,
			double alpha, uint32_t comparisons, uint64_t seed,
			struct dry_compare_row *row)
{
	double *a_value = dry_xcalloc((size_t)a->replications + 1, sizeof(*a_value));
	double *b_value = dry_xcalloc((size_t)b->replications + 1, sizeof(*b_value));

	dry_assert(comparisons >= 1);
	for (int i = 0; i < DRY_METRIC_COUNT; i++) {
		enum dry_metric_id metric = (enum dry_metric_id)i;
		uint32_t a_count = samples_of(a, metric, a_value);
		uint32_t b_count = samples_of(b, metric, b_value);

		row[i] = (struct dry_compare_row){
			.metric = metric, .a = a->metric[i], .b = b->metric[i],
			.a_lower_bound = a->lower_bound[i], .b_lower_bound = b->lower_bound[i],
		};
		dry_compare_samples(a_value, a_count, b_value, b_count, alpha / comparisons, seed,
				    &row[i].paired);
		finish_row(&row[i]);
	}
	free(a_value);
	free(b_value);
}

void dry_compare_results(const struct dry_result *a, const struct dry_result *b,
			 struct dry_compare_row *row)
{
	for (int i = 0; i < DRY_METRIC_COUNT; i++) {
		row[i] = (struct dry_compare_row){
			.metric = (enum dry_metric_id)i, .a = a->metric[i], .b = b->metric[i],
			.a_lower_bound = a->lower_bound[i], .b_lower_bound = b->lower_bound[i],
		};
		dry_compare_samples(&a->metric[i], 1, &b->metric[i], 1, 0.05, 0, &row[i].paired);
		finish_row(&row[i]);
	}
}
