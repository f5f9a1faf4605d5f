#include "forecast/backtest.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/assert.h"
#include "forecast/accuracy.h"
#include "forecast/fourier.h"
#include "forecast/holt_winters.h"
#include "forecast/seasonal.h"
#include "base/banned.h"

#define ERRORS_LEAST 20                 /* for a quantile of them */
#define BLOCK 4                         /* horizons whose errors are pooled */
#define MARGIN 0.97                     /* of seasonal naive's loss */
#define FOLDS_LEAST 3
#define CALIBRATED 0.1

static const char *const method_name[DRY_FORECAST_METHOD_COUNT] = {
	"naive", "quantile", "holt-winters", "holt-winters-damped", "fourier",
};

const char *dry_forecast_method_name(enum dry_forecast_method method)
{
	dry_assert(method < DRY_FORECAST_METHOD_COUNT);
	return method_name[method];
}

bool dry_forecast_method_find(const char *name, enum dry_forecast_method *method)
{
	int i;

	for (i = 0; i < DRY_FORECAST_METHOD_COUNT; i++)
		if (!strcmp(name, method_name[i])) {
			*method = (enum dry_forecast_method)i;
			return true;
		}
	return false;
}

size_t dry_forecast_least(size_t season)
{
	return dry_holt_winters_least(season);
}

/* --- one forecast: means, and quantiles as the model itself sees them --- */

/* Errors of seasonal naive within the series give its spread. */
static void naive_quantile(const struct dry_series *series, size_t horizon, double tau, const double *mean,
			   double *quantile)
{
	size_t pairs = series->count - series->season, t, h;
	double *error = dry_xmalloc((pairs + 1) * sizeof(*error)), shift;

	for (t = 0; t < pairs; t++)
		error[t] = series->y[t + series->season] - series->y[t];
	shift = pairs ? dry_residual_quantile(error, pairs, tau) : 0;
	for (h = 0; h < horizon; h++)
		quantile[h] = mean[h] + shift;
	free(error);
}

static void holt_winters(const struct dry_series *series, bool damped, size_t horizon, double tau, double *mean,
			 double *quantile)
{
	double z = gsl_cdf_ugaussian_Pinv(tau);
	struct dry_holt_winters model;
	size_t h;

	dry_holt_winters_init(&model, series->season);
	dry_holt_winters_fit(&model, series->y, series->count, damped);
	dry_holt_winters_forecast(&model, horizon, mean);
	dry_holt_winters_variance(&model, horizon, quantile);
	for (h = 0; h < horizon; h++)
		quantile[h] = mean[h] + z * sqrt(quantile[h]);
	dry_holt_winters_release(&model);
}

/* False when the season bears no harmonic. */
static bool fourier(const struct dry_series *series, size_t horizon, double tau, double *mean, double *quantile)
{
	struct dry_fourier model;

	if (!dry_fourier_choose(&model, series->y, series->count, series->season))
		return false;
	if (tau >= 0.5)
		dry_fourier_forecast(&model, horizon, 2 * tau - 1, mean, NULL, quantile);
	else
		dry_fourier_forecast(&model, horizon, 1 - 2 * tau, mean, quantile, NULL);
	return true;
}

static bool by_model(enum dry_forecast_method method, const struct dry_series *series, size_t horizon, double tau,
		     double *mean, double *quantile)
{
	switch (method) {
	case DRY_FORECAST_QUANTILE:
		dry_seasonal_mean(series->y, series->count, series->season, 1, horizon, mean);
		dry_seasonal_quantile(series->y, series->count, series->season, 1, tau, horizon, quantile);
		return true;
	case DRY_FORECAST_HOLT_WINTERS:
	case DRY_FORECAST_HOLT_WINTERS_DAMPED:
		holt_winters(series, method == DRY_FORECAST_HOLT_WINTERS_DAMPED, horizon, tau, mean, quantile);
		return true;
	case DRY_FORECAST_FOURIER:
		return fourier(series, horizon, tau, mean, quantile);
	case DRY_FORECAST_NAIVE:
	case DRY_FORECAST_METHOD_COUNT:
		break;
	}
	dry_seasonal_naive(series->y, series->count, series->season, horizon, mean);
	naive_quantile(series, horizon, tau, mean, quantile);
	return true;
}

/* --- quantiles from the errors of earlier folds --- */

/* Errors of horizons [from, to) of the first folds; returns how many. */
static size_t pool(const struct dry_backtest *test, size_t folds, size_t from, size_t to, double *error)
{
	size_t count = 0, fold, h;

	for (fold = 0; fold < folds; fold++)
		for (h = from; h < to && h < test->horizon; h++)
			error[count++] = test->error[fold * test->horizon + h];
	return count;
}

/* Blocks of neighbouring horizons where they hold enough errors, else all of them, else as it was. */
static void calibrate(const struct dry_backtest *test, size_t folds, size_t horizon, double tau, const double *mean,
		      double *quantile)
{
	double *error = dry_xmalloc((folds * test->horizon + 1) * sizeof(*error));
	size_t h, k;

	for (h = 0; h < horizon; h += BLOCK) {
		size_t from = test->horizon ? h % test->horizon : 0;
		size_t count = pool(test, folds, from, from + BLOCK, error);
		double shift;

		if (count < ERRORS_LEAST)
			count = pool(test, folds, 0, test->horizon, error);
		if (count < ERRORS_LEAST)
			break;
		shift = dry_residual_quantile(error, count, tau);
		for (k = h; k < h + BLOCK && k < horizon; k++)
			quantile[k] = mean[k] + shift;
	}
	free(error);
}

static void floor_at_zero(double *value, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (!(value[i] > 0))
			value[i] = 0;
}

static bool forecast_with(enum dry_forecast_method method, const struct dry_series *series, size_t horizon,
			  double tau, const struct dry_backtest *test, size_t folds, double *mean, double *quantile)
{
	if (series->count < dry_forecast_least(series->season) ||
	    !by_model(method, series, horizon, tau, mean, quantile))
		return false;
	/* The empirical quantile is its own sample: nothing is to be added to it. */
	if (test && method != DRY_FORECAST_QUANTILE)
		calibrate(test, folds, horizon, tau, mean, quantile);
	floor_at_zero(mean, horizon);
	floor_at_zero(quantile, horizon);
	return true;
}

bool dry_forecast(enum dry_forecast_method method, const struct dry_series *series, size_t horizon, double tau,
		  const struct dry_backtest *test, double *mean, double *quantile)
{
	return forecast_with(method, series, horizon, tau, test, test ? test->fold_count : 0, mean, quantile);
}

/* --- the backtest --- */

static size_t first_origin(const struct dry_series *series)
{
	size_t least = dry_forecast_least(series->season), season = series->season;

	if (least < 3 * season)
		least = 3 * season;
	return (least + season - 1) / season * season;
}

static void add_fold(struct dry_backtest *test, const struct dry_series *series, size_t origin, size_t fold,
		     double tau)
{
	struct dry_series before = { series->y, origin, series->season };
	double scale = dry_seasonal_scale(series->y, origin, series->season);
	double *mean = dry_xmalloc((2 * test->horizon + 1) * sizeof(*mean)), *quantile = mean + test->horizon;
	const double *actual = series->y + origin;
	size_t h;

	if (!forecast_with(test->method, &before, test->horizon, tau, test, fold, mean, quantile)) {
		test->fold_pinball[fold] = NAN;
		test->pinball = NAN;
		free(mean);
		return;
	}
	for (h = 0; h < test->horizon; h++)
		test->error[fold * test->horizon + h] = actual[h] - mean[h];
	test->fold_pinball[fold] = dry_pinball_loss(actual, quantile, test->horizon, tau);
	test->pinball += test->fold_pinball[fold];
	test->coverage += dry_coverage(actual, quantile, test->horizon);
	test->mase += dry_scaled_error(actual, mean, test->horizon, scale);
	test->smape += dry_symmetric_percentage_error(actual, mean, test->horizon);
	test->fold_count++;
	free(mean);
}

static void run_method(struct dry_backtest *test, const struct dry_series *series, size_t origin, size_t folds,
		       double tau)
{
	double n = (double)folds;
	size_t fold;

	test->error = dry_xcalloc(folds * test->horizon + 1, sizeof(*test->error));
	test->fold_pinball = dry_xcalloc(folds + 1, sizeof(*test->fold_pinball));
	for (fold = 0; fold < folds; fold++)
		add_fold(test, series, origin + fold * series->season, fold, tau);
	test->pinball /= n;
	test->coverage /= n;
	test->mase /= n;
	test->smape /= n;
}

static void choose(struct dry_backtests *tests, size_t folds, double tau, const enum dry_forecast_method *only)
{
	const struct dry_backtest *naive = &tests->of[DRY_FORECAST_NAIVE];
	int i;
	size_t fold;

	tests->chosen = DRY_FORECAST_NAIVE;
	tests->too_few_folds = folds < FOLDS_LEAST;
	for (i = 0; i < DRY_FORECAST_METHOD_COUNT; i++) {
		struct dry_backtest *test = &tests->of[i];

		if (only && i != (int)*only)
			continue;
		for (fold = 0; fold < folds; fold++)
			test->folds_won += test->fold_pinball[fold] < naive->fold_pinball[fold];
		if (!only && !tests->too_few_folds && i != DRY_FORECAST_NAIVE &&
		    test->pinball < tests->of[tests->chosen].pinball && test->pinball <= MARGIN * naive->pinball &&
		    2 * test->folds_won > folds)
			tests->chosen = (enum dry_forecast_method)i;
	}
	if (only)
		tests->chosen = *only;
	tests->is_calibrated = folds && fabs(tests->of[tests->chosen].coverage - tau) <= CALIBRATED;
}

bool dry_backtest_run(struct dry_backtests *tests, const struct dry_series *series, size_t horizon, double tau,
		      size_t folds_max, const enum dry_forecast_method *only)
{
	size_t origin = first_origin(series), folds;
	int i;

	dry_assert(tau > 0 && tau < 1 && horizon > 0);
	dry_backtests_release(tests);
	if (series->count < dry_forecast_least(series->season))
		return false;
	folds = series->count >= origin + horizon ? (series->count - origin - horizon) / series->season + 1 : 0;
	if (folds_max && folds > folds_max) {
		origin += (folds - folds_max) * series->season;
		folds = folds_max;
	}
	for (i = 0; i < DRY_FORECAST_METHOD_COUNT; i++) {
		tests->of[i].method = (enum dry_forecast_method)i;
		tests->of[i].horizon = horizon;
		if (!only || i == DRY_FORECAST_NAIVE || i == (int)*only)
			run_method(&tests->of[i], series, origin, folds, tau);
	}
	choose(tests, folds, tau, only);
	return true;
}

void dry_backtests_release(struct dry_backtests *tests)
{
	int i;

	for (i = 0; i < DRY_FORECAST_METHOD_COUNT; i++) {
		free(tests->of[i].error);
		free(tests->of[i].fold_pinball);
	}
	memset(tests, 0, sizeof(*tests));
}
