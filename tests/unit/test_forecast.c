/* Forecasts, their backtest, schedules, anomalies: behaviour that reference numbers do not show. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "forecast/accuracy.h"
#include "forecast/anomaly.h"
#include "forecast/backtest.h"
#include "forecast/fourier.h"
#include "forecast/holt_winters.h"
#include "forecast/prewarm.h"
#include "forecast/seasonal.h"

#define SEASON 12
#define COUNT 240

/* A rhythm with a slope, and a wobble that looks like noise but is none. */
static void make_series(double *y, double slope, double wobble)
{
	for (int t = 0; t < COUNT; t++)
		y[t] = 50 + slope * t + 20 * sin(2 * M_PI * t / SEASON) + wobble * sin(t * t * 0.7);
}

static void a_series_shorter_than_its_season_is_refused(void **state)
{
	double y[COUNT], mean[4], quantile[4];
	struct dry_series series = { y, 23, SEASON };
	struct dry_backtests tests = { 0 };
	struct dry_holt_winters model;
	struct dry_fourier fourier;

	(void)state;
	make_series(y, 0, 0);
	assert_false(dry_backtest_run(&tests, &series, 4, 0.9, 0, NULL));
	assert_false(dry_forecast(DRY_FORECAST_NAIVE, &series, 4, 0.9, NULL, mean, quantile));
	dry_holt_winters_init(&model, SEASON);
	assert_false(dry_holt_winters_fit(&model, y, 23, false));
	assert_true(dry_holt_winters_fit(&model, y, 24, false));
	dry_holt_winters_release(&model);
	assert_false(dry_fourier_fit(&fourier, y, 4, SEASON, 1));
	assert_false(dry_fourier_fit(&fourier, y, COUNT, SEASON, 6));
	dry_backtests_release(&tests);
}

static void every_method_follows_a_clean_rhythm(void **state)
{
	double y[COUNT], mean[SEASON], quantile[SEASON];
	struct dry_series series = { y, COUNT - SEASON, SEASON };

	(void)state;
	make_series(y, 0, 0);
	for (int m = 0; m < DRY_FORECAST_METHOD_COUNT; m++) {
		assert_true(dry_forecast((enum dry_forecast_method)m, &series, SEASON, 0.9, NULL, mean, quantile));
		for (int h = 0; h < SEASON; h++)
			if (m != DRY_FORECAST_QUANTILE) /* its window looks at neighbours too */
				assert_float_equal(mean[h], y[COUNT - SEASON + h], 0.5);
	}
}

static void a_slope_beats_the_naive_forecast(void **state)
{
	struct dry_backtests tests = { 0 };
	struct dry_series series;
	double y[COUNT];

	(void)state;
	make_series(y, 0.5, 1);
	series = (struct dry_series){ y, COUNT, SEASON };
	assert_true(dry_backtest_run(&tests, &series, SEASON, 0.9, 0, NULL));
	assert_true(tests.chosen == DRY_FORECAST_FOURIER || tests.chosen == DRY_FORECAST_HOLT_WINTERS ||
		    tests.chosen == DRY_FORECAST_HOLT_WINTERS_DAMPED);
	assert_true(tests.of[tests.chosen].pinball < tests.of[DRY_FORECAST_NAIVE].pinball);
	assert_int_equal(tests.of[0].fold_count, (COUNT - 3 * SEASON - SEASON) / SEASON + 1);
	assert_false(tests.too_few_folds);
	dry_backtests_release(&tests);
}

static void few_folds_fall_back_on_seasonal_naive(void **state)
{
	struct dry_backtests tests = { 0 };
	struct dry_series series;
	double y[COUNT];

	(void)state;
	make_series(y, 2, 0);
	series = (struct dry_series){ y, 5 * SEASON, SEASON };
	assert_true(dry_backtest_run(&tests, &series, SEASON, 0.9, 0, NULL));
	assert_true(tests.too_few_folds);
	assert_int_equal(tests.chosen, DRY_FORECAST_NAIVE);
	dry_backtests_release(&tests);
}

static void one_method_alone_is_tested_when_asked_for(void **state)
{
	const enum dry_forecast_method only = DRY_FORECAST_QUANTILE;
	struct dry_backtests tests = { 0 };
	struct dry_series series;
	double y[COUNT];

	(void)state;
	make_series(y, 0, 5);
	series = (struct dry_series){ y, COUNT, SEASON };
	assert_true(dry_backtest_run(&tests, &series, SEASON, 0.9, 3, &only));
	assert_int_equal(tests.chosen, DRY_FORECAST_QUANTILE);
	assert_int_equal(tests.of[DRY_FORECAST_QUANTILE].fold_count, 3);
	assert_int_equal(tests.of[DRY_FORECAST_FOURIER].fold_count, 0);
	dry_backtests_release(&tests);
}

static void forecasts_are_never_negative(void **state)
{
	double y[COUNT], mean[SEASON], quantile[SEASON];
	struct dry_series series = { y, COUNT, SEASON };

	(void)state;
	make_series(y, -0.4, 0);
	for (int m = 0; m < DRY_FORECAST_METHOD_COUNT; m++) {
		assert_true(dry_forecast((enum dry_forecast_method)m, &series, SEASON, 0.5, NULL, mean, quantile));
		for (int h = 0; h < SEASON; h++)
			assert_true(mean[h] >= 0 && quantile[h] >= 0);
	}
}

static void names_of_methods_are_found(void **state)
{
	enum dry_forecast_method method;

	(void)state;
	for (int m = 0; m < DRY_FORECAST_METHOD_COUNT; m++) {
		assert_true(dry_forecast_method_find(dry_forecast_method_name((enum dry_forecast_method)m), &method));
		assert_int_equal(method, m);
	}
	assert_false(dry_forecast_method_find("prophet", &method));
}

static void undefined_errors_are_not_zero(void **state)
{
	const double flat[4] = { 3, 3, 3, 3 }, none[2] = { 0, 0 };

	(void)state;
	assert_true(isnan(dry_seasonal_scale(flat, 1, 1)));
	assert_float_equal(dry_seasonal_scale(flat, 4, 2), 0, 0);
	assert_true(isnan(dry_scaled_error(flat, flat, 4, 0)));
	assert_float_equal(dry_symmetric_percentage_error(none, none, 2), 0, 0);
	assert_true(isnan(dry_pinball_loss(flat, flat, 0, 0.5)));
	assert_true(isnan(dry_residual_quantile(NULL, 0, 0.5)));
}

static void a_schedule_leads_closes_and_merges(void **state)
{
	const double quantile[10] = { 0, 0, 0, 4.2, 0, 0, 3, 0, 0, 0 };
	const struct dry_prewarm_rules rules = { 1, 4, 1, 2, 2 };
	const int32_t need[10] = { 1, 1, 1, 4, 1, 1, 3, 1, 1, 1 }, closed[10] = { 1, 1, 4, 4, 3, 3, 3, 1, 1, 1 };
	int32_t got[10], shut[10], final[10];
	const struct dry_prewarm_steps steps = { .need = got, .closed = shut, .final = final };

	(void)state;
	assert_int_equal(dry_prewarm_schedule(quantile, 10, &rules, &steps), 3);
	assert_memory_equal(got, need, sizeof(need));
	assert_memory_equal(shut, closed, sizeof(closed));
	for (int k = 0; k < 10; k++)
		assert_true(final[k] >= shut[k] && final[k] <= 4);
	assert_int_equal(dry_prewarm_schedule(quantile, 0, &rules, &steps), 0);
}

static void a_spike_is_flagged_and_confirmed(void **state)
{
	double x[48], z[48], residual[48], statistic[4], critical[4];
	size_t removed[4], steps;

	(void)state;
	for (int t = 0; t < 48; t++)
		x[t] = 5 + t % 12 + (t % 5) * 0.2;
	x[30] += 40;
	dry_seasonal_residuals(x, 48, 12, residual, NULL);
	dry_robust_z(residual, 48, z, NULL);
	assert_true(z[30] > DRY_ANOMALY_Z);
	assert_int_equal(dry_generalized_esd(residual, 48, 4, 0.01, statistic, critical, removed, &steps), 1);
	assert_int_equal(removed[0], 30);
	assert_int_equal(steps, 4);
	assert_int_equal(dry_generalized_esd(x, 2, 4, 0.01, statistic, critical, removed, &steps), 0);
	assert_int_equal(steps, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_series_shorter_than_its_season_is_refused),
		cmocka_unit_test(every_method_follows_a_clean_rhythm),
		cmocka_unit_test(a_slope_beats_the_naive_forecast),
		cmocka_unit_test(few_folds_fall_back_on_seasonal_naive),
		cmocka_unit_test(one_method_alone_is_tested_when_asked_for),
		cmocka_unit_test(forecasts_are_never_negative),
		cmocka_unit_test(names_of_methods_are_found),
		cmocka_unit_test(undefined_errors_are_not_zero),
		cmocka_unit_test(a_schedule_leads_closes_and_merges),
		cmocka_unit_test(a_spike_is_flagged_and_confirmed),
	};

	return cmocka_run_group_tests_name("forecast", tests, NULL, NULL);
}
