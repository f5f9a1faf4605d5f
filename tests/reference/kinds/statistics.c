/* Quantiles, inverse CDFs, random streams, intervals. */
#include <gsl/gsl_cdf.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/random.h"
#include "base/sort.h"
#include "base/statistics.h"
#include "kind.h"
#include "market/distribution.h"

/* Sorts values and takes their weights along. */
static void sort_weighted(double *x, double *weight, size_t count)
{
	size_t i, k;

	for (i = 1; i < count; i++)
		for (k = i; k > 0 && x[k - 1] > x[k]; k--) {
			double value = x[k], w = weight[k];

			x[k] = x[k - 1];
			x[k - 1] = value;
			weight[k] = weight[k - 1];
			weight[k - 1] = w;
		}
}

static void check_quantiles(struct reference *ref, const cJSON *test)
{
	const cJSON *weights = ref_at(test, "weights");
	size_t count, asked, unused, i;
	double *x = ref_list(ref_at(test, "x"), &count), *q = ref_list(ref_at(test, "q"), &asked), *weight;
	double *got = dry_xcalloc(asked + 1, sizeof(*got));

	if (weights) {
		weight = ref_list(weights, &unused);
		ref_number(ref, "weighted_mean", dry_weighted_mean(x, weight, count), ref_at(test, "weighted_mean"));
		sort_weighted(x, weight, count);
		for (i = 0; i < asked; i++)
			got[i] = dry_weighted_quantile(x, weight, count, q[i]);
		ref_numbers(ref, "weighted_inverted_cdf", got, asked, ref_at(test, "weighted_inverted_cdf"));
		free(weight);
	} else {
		ref_number(ref, "mean", dry_mean(x, count), ref_at(test, "mean"));
		ref_number(ref, "sd_ddof1", dry_sample_deviation(x, count), ref_at(test, "sd_ddof1"));
		dry_sort_doubles(x, count);
		for (i = 0; i < asked; i++)
			got[i] = dry_quantile(x, count, q[i]);
		ref_numbers(ref, "type7", got, asked, ref_at(test, "type7"));
	}
	free(got);
	free(q);
	free(x);
}

static void check_empirical(struct reference *ref, const cJSON *test)
{
	size_t count, asked, i;
	double *value = ref_list(ref_at(test, "values"), &count), *u = ref_list(ref_at(test, "u"), &asked);
	double *step = dry_xcalloc(asked + 1, sizeof(*step)), *linear = dry_xcalloc(asked + 1, sizeof(*linear));

	dry_sort_doubles(value, count);
	for (i = 0; i < asked; i++) {
		step[i] = dry_empirical_inverse(value, (uint32_t)count, false, u[i]);
		linear[i] = dry_empirical_inverse(value, (uint32_t)count, true, u[i]);
	}
	ref_numbers(ref, "inverse_step", step, asked, ref_at(test, "inverse_step"));
	ref_numbers(ref, "inverse_linear", linear, asked, ref_at(test, "inverse_linear"));
	free(linear);
	free(step);
	free(u);
	free(value);
}

static void check_lognormal(struct reference *ref, const cJSON *test)
{
	double median = ref_get(test, "median"), mu = NAN, sigma = NAN, mean;
	size_t asked, i;
	double *u = ref_list(ref_at(test, "u"), &asked), *got = dry_xcalloc(asked + 1, sizeof(*got));

	ref_that(ref, dry_lognormal_from_p95(median, ref_get(test, "p95"), &mu, &sigma), "refused");
	mean = exp(mu + sigma * sigma / 2);
	ref_number(ref, "mu", mu, ref_at(test, "mu"));
	ref_number(ref, "sigma", sigma, ref_at(test, "sigma"));
	ref_number(ref, "mean", mean, ref_at(test, "mean"));
	ref_number(ref, "sd", mean * sqrt(expm1(sigma * sigma)), ref_at(test, "sd"));
	ref_number(ref, "cdf_at_2x_median", gsl_cdf_lognormal_P(2 * median, mu, sigma),
		   ref_at(test, "cdf_at_2x_median"));
	for (i = 0; i < asked; i++)
		got[i] = dry_lognormal_inverse(mu, sigma, u[i]);
	ref_numbers(ref, "inverse_cdf", got, asked, ref_at(test, "inverse_cdf"));
	free(got);
	free(u);
}

static uint64_t word(const cJSON *item)
{
	const char *text = cJSON_GetStringValue(item);

	return text ? strtoull(text, NULL, 16) : 0;
}

static void words(const cJSON *list, uint64_t *out, int count)
{
	int i;

	for (i = 0; i < count; i++)
		out[i] = word(cJSON_GetArrayItem(list, i));
}

static void check_philox_stream(struct reference *ref, const cJSON *test)
{
	struct dry_stream stream = dry_stream_make((uint64_t)ref_get(test, "seed"), ref_get_text(test, "purpose"),
						   ref_get_text(test, "entity"),
						   (uint64_t)ref_get(test, "replication"));
	uint64_t ordinal = (uint64_t)ref_get(test, "ordinal"), draw = (uint64_t)ref_get(test, "draw");
	double u = dry_stream_uniform(&stream, ordinal, draw);
	char hex[24];

	snprintf(hex, sizeof(hex), "%016" PRIx64, dry_stream_bits(&stream, ordinal, draw));
	ref_text(ref, "out0", hex, ref_at(test, "out0"));
	ref_number(ref, "u", u, ref_at(test, "u"));
	ref_number(ref, "std_normal", gsl_cdf_ugaussian_Pinv(u), ref_at(test, "std_normal"));
	ref_number(ref, "exp_mean1", gsl_cdf_exponential_Pinv(u, 1), ref_at(test, "exp_mean1"));
}

static void check_philox(struct reference *ref, const cJSON *test)
{
	uint64_t counter[4], key[2], want[4], got[4];
	int i;

	if (!strcmp(ref_get_text(test, "kind"), "stream")) {
		check_philox_stream(ref, test);
		return;
	}
	words(ref_at(test, "counter"), counter, 4);
	words(ref_at(test, "key"), key, 2);
	words(ref_at(test, "out"), want, 4);
	dry_philox4x64(counter, key, got);
	for (i = 0; i < 4; i++)
		ref_that(ref, got[i] == want[i], "out[%d]: %016" PRIx64 ", want %016" PRIx64, i, got[i], want[i]);
}

static void check_interval(struct reference *ref, const char *what, const double *x, size_t count, double alpha,
			   const cJSON *want)
{
	double mean = dry_mean(x, count), reach = dry_student_half_width(dry_sample_deviation(x, count), count, alpha);
	double got[3] = { mean, mean - reach, mean + reach };

	ref_numbers(ref, what, got, 3, want);
}

static void check_confidence(struct reference *ref, const cJSON *test)
{
	size_t count, unused, i;
	double *a = ref_list(ref_at(test, "a"), &count), *b = ref_list(ref_at(test, "b"), &unused);
	double *d = dry_xcalloc(count + 1, sizeof(*d)), alpha = 1 - ref_get(test, "level"), sa, sb, sd, t;

	for (i = 0; i < count; i++)
		d[i] = a[i] - b[i];
	sa = dry_sample_deviation(a, count);
	sb = dry_sample_deviation(b, count);
	sd = dry_sample_deviation(d, count);
	t = dry_mean(d, count) / (sd / sqrt((double)count));
	check_interval(ref, "mean_ci_a", a, count, alpha, ref_at(test, "mean_ci_a"));
	check_interval(ref, "paired_diff_ci", d, count, alpha, ref_at(test, "paired_diff_ci"));
	check_interval(ref, "bonferroni_ci_m5", d, count, alpha / 5, ref_at(test, "bonferroni_ci_m5"));
	ref_number(ref, "paired_t", t, ref_at(test, "paired_t"));
	ref_number(ref, "paired_p", dry_student_p(t, (double)count - 1), ref_at(test, "paired_p"));
	ref_number(ref, "correlation", dry_correlation(a, b, count), ref_at(test, "correlation"));
	ref_number(ref, "variance_ratio_crn", sd * sd / (sa * sa + sb * sb), ref_at(test, "variance_ratio_crn"));
	free(d);
	free(b);
	free(a);
}

const struct reference_kind statistics_kinds[] = {
	{ "quantiles", check_quantiles },
	{ "empirical", check_empirical },
	{ "lognormal", check_lognormal },
	{ "philox", check_philox },
	{ "confidence", check_confidence },
	{ NULL, NULL },
};
