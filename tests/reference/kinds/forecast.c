/* Series, Holt-Winters, Fourier, accuracy. The holt_winters files take their series from series.json. */
#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/statistics.h"
#include "forecast/accuracy.h"
#include "forecast/fourier.h"
#include "forecast/holt_winters.h"
#include "forecast/seasonal.h"
#include "kind.h"

/* The values of a named series; NULL with a complaint. */
static double *find_series(struct reference *ref, const char *name, size_t *count)
{
	cJSON *file = ref_open(ref->folder, "series.json");
	const cJSON *test;
	double *y = NULL;

	if (!file)
		file = ref_open("../shared/reference", "series.json");
	cJSON_ArrayForEach(test, ref_at(file, "cases"))
		if (!y && !strcmp(ref_get_text(test, "series"), name))
			y = ref_list(ref_at(test, "y"), count);
	ref_that(ref, y != NULL, "series %s: not in series.json", name);
	cJSON_Delete(file);
	return y;
}

static void set_parameters(struct dry_holt_winters *model, const cJSON *test)
{
	model->alpha = ref_get(test, "alpha");
	model->beta = ref_get(test, "beta");
	model->gamma = ref_get(test, "gamma");
	model->phi = ref_get(test, "phi");
}

static void check_forecast(struct reference *ref, const struct dry_holt_winters *model, const cJSON *want)
{
	size_t horizon = (size_t)cJSON_GetArraySize(want);
	double *mean = dry_xcalloc(horizon + 1, sizeof(*mean));

	dry_holt_winters_forecast(model, horizon, mean);
	ref_numbers(ref, "forecast", mean, horizon, want);
	free(mean);
}

static void check_fixed(struct reference *ref, const cJSON *test)
{
	size_t count = 0;
	double *y = find_series(ref, ref_get_text(test, "series"), &count), *fitted;
	struct dry_holt_winters model;

	if (!y)
		return;
	fitted = dry_xcalloc(count + 1, sizeof(*fitted));
	dry_holt_winters_init(&model, (size_t)ref_get(test, "season"));
	ref_that(ref, dry_holt_winters_start(&model, y, count), "the series is too short");
	set_parameters(&model, test);
	dry_holt_winters_smooth(&model, y, count, fitted);
	ref_number(ref, "sse", model.sse, ref_at(test, "sse"));
	ref_numbers(ref, "fitted_first5", fitted, 5, ref_at(test, "fitted_first5"));
	ref_numbers(ref, "fitted_last3", fitted + count - 3, 3, ref_at(test, "fitted_last3"));
	ref_number(ref, "final_level", model.level, ref_at(test, "final_level"));
	ref_number(ref, "final_trend", model.trend, ref_at(test, "final_trend"));
	check_forecast(ref, &model, ref_at(test, "forecast"));
	dry_holt_winters_release(&model);
	free(fitted);
	free(y);
}

static void check_optimised(struct reference *ref, const cJSON *test)
{
	size_t count = 0;
	double *y = find_series(ref, ref_get_text(test, "series"), &count), best;
	struct dry_holt_winters model;

	if (!y)
		return;
	best = ref_get(test, "best_known_sse");
	dry_holt_winters_init(&model, (size_t)ref_get(test, "season"));
	ref_that(ref, dry_holt_winters_fit(&model, y, count, cJSON_IsTrue(ref_at(test, "damped"))),
		 "the series is too short");
	ref_that(ref, model.sse <= 1.001 * best && model.sse >= 0.999999 * best,
		 "sse: %.9g, best known %.9g", model.sse, best);
	ref_that(ref, model.alpha >= 1e-4 && model.alpha <= 1 - 1e-4 && model.beta <= model.alpha &&
		      model.gamma <= 1 - model.alpha, "alpha %g, beta %g, gamma %g are out of bounds", model.alpha,
		 model.beta, model.gamma);
	dry_holt_winters_release(&model);
	free(y);
}

static void check_interval(struct reference *ref, const cJSON *test)
{
	size_t count = 0, horizon = (size_t)cJSON_GetArraySize(ref_at(test, "variance")), h;
	double *y = find_series(ref, ref_get_text(test, "series"), &count), z = gsl_cdf_ugaussian_Pinv(0.9);
	double *mean, *variance, *low, *high;
	struct dry_holt_winters model;

	if (!y)
		return;
	mean = dry_xcalloc(4 * horizon + 1, sizeof(*mean));
	variance = mean + horizon;
	low = variance + horizon;
	high = low + horizon;
	dry_holt_winters_init(&model, (size_t)ref_get(test, "season"));
	ref_that(ref, dry_holt_winters_start(&model, y, count), "the series is too short");
	set_parameters(&model, test);
	dry_holt_winters_smooth(&model, y, count, NULL);
	dry_holt_winters_forecast(&model, horizon, mean);
	dry_holt_winters_variance(&model, horizon, variance);
	for (h = 0; h < horizon; h++) {
		low[h] = mean[h] - z * sqrt(variance[h]);
		high[h] = mean[h] + z * sqrt(variance[h]);
	}
	ref_number(ref, "sigma2", model.sse / (double)count, ref_at(test, "sigma2"));
	ref_numbers(ref, "variance", variance, horizon, ref_at(test, "variance"));
	ref_numbers(ref, "lower80", low, horizon, ref_at(test, "lower80"));
	ref_numbers(ref, "upper80", high, horizon, ref_at(test, "upper80"));
	dry_holt_winters_release(&model);
	free(mean);
	free(y);
}

static void check_fourier(struct reference *ref, const cJSON *want, const double *y, size_t count, size_t season)
{
	size_t horizon = (size_t)cJSON_GetArraySize(ref_at(want, "forecast"));
	double *mean = dry_xcalloc(3 * horizon + 1, sizeof(*mean));
	struct dry_fourier model;

	ref_that(ref, dry_fourier_fit(&model, y, count, season, (size_t)ref_get(want, "K")), "fourier: refused");
	dry_fourier_forecast(&model, horizon, 0.8, mean, mean + horizon, mean + 2 * horizon);
	ref_numbers(ref, "fourier.coef", model.coefficient, model.columns, ref_at(want, "coef"));
	ref_number(ref, "fourier.sse", model.sse, ref_at(want, "sse"));
	ref_number(ref, "fourier.dof", (double)(count - model.columns), ref_at(want, "dof"));
	ref_number(ref, "fourier.aicc", model.aicc, ref_at(want, "aicc"));
	ref_numbers(ref, "fourier.forecast", mean, horizon, ref_at(want, "forecast"));
	ref_numbers(ref, "fourier.lower80", mean + horizon, horizon, ref_at(want, "lower80"));
	ref_numbers(ref, "fourier.upper80", mean + 2 * horizon, horizon, ref_at(want, "upper80"));
	free(mean);
}

/* One fold: both forecasts from the values before the origin, in units of that part's seasonal scale. */
static void check_fold(struct reference *ref, const cJSON *fold, const double *y, size_t season, size_t horizon,
		       const double *parameter, double *naive, double *winters)
{
	size_t origin = (size_t)ref_get(fold, "origin");
	double scale = dry_seasonal_scale(y, origin, season), *mean = dry_xcalloc(horizon + 1, sizeof(*mean));
	struct dry_holt_winters model;

	dry_seasonal_naive(y, origin, season, horizon, mean);
	*naive = dry_scaled_error(y + origin, mean, horizon, scale);
	dry_holt_winters_init(&model, season);
	ref_that(ref, dry_holt_winters_start(&model, y, origin), "origin %zu: too short", origin);
	model.alpha = parameter[0];
	model.beta = parameter[1];
	model.gamma = parameter[2];
	model.phi = parameter[3];
	dry_holt_winters_smooth(&model, y, origin, NULL);
	dry_holt_winters_forecast(&model, horizon, mean);
	*winters = dry_scaled_error(y + origin, mean, horizon, scale);
	ref_number(ref, "mase_snaive", *naive, ref_at(fold, "mase_snaive"));
	ref_number(ref, "mase_hw", *winters, ref_at(fold, "mase_hw"));
	dry_holt_winters_release(&model);
	free(mean);
}

static void check_rolling(struct reference *ref, const cJSON *want, const double *y, size_t count, size_t season)
{
	size_t parameters, horizon = (size_t)ref_get(want, "horizon"), folds = 0;
	double *parameter = ref_list(ref_at(want, "hw_params"), &parameters), naive = 0, winters = 0;
	const cJSON *fold;

	cJSON_ArrayForEach(fold, ref_at(want, "folds")) {
		double n = NAN, w = NAN;

		if ((size_t)ref_get(fold, "origin") + horizon <= count)
			check_fold(ref, fold, y, season, horizon, parameter, &n, &w);
		naive += n;
		winters += w;
		folds++;
	}
	ref_number(ref, "mean_mase_snaive", naive / (double)folds, ref_at(want, "mean_mase_snaive"));
	ref_number(ref, "mean_mase_hw", winters / (double)folds, ref_at(want, "mean_mase_hw"));
	free(parameter);
}

static void check_series(struct reference *ref, const cJSON *test)
{
	const cJSON *naive = ref_at(test, "seasonal_naive");
	size_t count, season = (size_t)ref_get(test, "season");
	size_t horizon = (size_t)cJSON_GetArraySize(ref_at(naive, "forecast"));
	double *y = ref_list(ref_at(test, "y"), &count), *mean = dry_xcalloc(horizon + 1, sizeof(*mean));
	struct dry_holt_winters model;

	dry_holt_winters_init(&model, season);
	ref_that(ref, dry_holt_winters_start(&model, y, count), "too short");
	ref_number(ref, "init_level", model.level, ref_at(test, "init_level"));
	ref_number(ref, "init_trend", model.trend, ref_at(test, "init_trend"));
	ref_numbers(ref, "init_seasonal", model.seasonal, season, ref_at(test, "init_seasonal"));
	dry_holt_winters_release(&model);
	check_fourier(ref, ref_at(test, "fourier"), y, count, season);
	dry_seasonal_naive(y, count, season, horizon, mean);
	ref_numbers(ref, "seasonal_naive.forecast", mean, horizon, ref_at(naive, "forecast"));
	ref_number(ref, "seasonal_naive.in_sample_mae", dry_seasonal_scale(y, count, season),
		   ref_at(naive, "in_sample_mae"));
	check_rolling(ref, ref_at(test, "rolling_origin"), y, count, season);
	free(mean);
	free(y);
}

static void check_accuracy(struct reference *ref, const cJSON *test)
{
	size_t trained, count, unused, season = (size_t)ref_get(test, "season");
	double *train = ref_list(ref_at(test, "train"), &trained), *y = ref_list(ref_at(test, "actual"), &count);
	double *f = ref_list(ref_at(test, "forecast"), &unused);
	const cJSON *loss;

	ref_number(ref, "mae", dry_mean_absolute_error(y, f, count), ref_at(test, "mae"));
	ref_number(ref, "mase", dry_scaled_error(y, f, count, dry_seasonal_scale(train, trained, season)),
		   ref_at(test, "mase"));
	ref_number(ref, "smape_percent", dry_symmetric_percentage_error(y, f, count), ref_at(test, "smape_percent"));
	ref_number(ref, "coverage_le", dry_coverage(y, f, count), ref_at(test, "coverage_le"));
	cJSON_ArrayForEach(loss, ref_at(test, "pinball"))
		ref_number(ref, "pinball", dry_pinball_loss(y, f, count, strtod(loss->string, NULL)), loss);
	free(f);
	free(y);
	free(train);
}

const struct reference_kind forecast_kinds[] = {
	{ "series", check_series },
	{ "holt_winters_fixed", check_fixed },
	{ "holt_winters_optimised", check_optimised },
	{ "holt_winters_interval", check_interval },
	{ "accuracy", check_accuracy },
	{ NULL, NULL },
};
