/* Bills, hazards, stock-outs, survival, oscillation: edges that reference numbers do not show. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdlib.h>

#include "base/sort.h"
#include "base/statistics.h"
#include "base/symbol.h"
#include "market/billing.h"
#include "market/hazard.h"
#include "market/stockout.h"
#include "market/survival.h"
#include "run/oscillation.h"

#define HOUR_MS INT64_C(3600000)

static const int64_t step_at[] = { 1000, HOUR_MS };
static const int64_t step_price[] = { 1000000000, 2000000000 };
static const struct dry_price_steps steps = { 2, step_at, step_price };

static void the_first_price_holds_before_its_instant(void **state)
{
	(void)state;
	assert_int_equal(dry_price_in_force(&steps, -5), 1000000000);
	assert_int_equal(dry_price_in_force(&steps, HOUR_MS - 1), 1000000000);
	assert_int_equal(dry_price_in_force(&steps, HOUR_MS), 2000000000);
	assert_int_equal(dry_price_integral(&steps, 0, 2 * HOUR_MS), 3000000000);
	assert_int_equal(dry_price_integral(&steps, 5, 5), 0);
}

static void a_bill_has_a_minimum_but_not_for_what_still_runs(void **state)
{
	const struct dry_bill_terms terms = { 1000, 60000, false, HOUR_MS };
	struct dry_bill_interval interval = { 0, 1500, false, false };

	(void)state;
	assert_int_equal(dry_bill_end_ms(&terms, &interval), 60000);
	interval.end_ms = 61500;
	assert_int_equal(dry_bill_end_ms(&terms, &interval), 62000);
	interval.still_runs = true;
	assert_int_equal(dry_bill_end_ms(&terms, &interval), 61500);
	interval = (struct dry_bill_interval){ 0, HOUR_MS - 1, false, true };
	assert_true(dry_bill_is_free(&terms, &interval));
	assert_int_equal(dry_bill(&terms, &steps, &interval), 0);
	interval.end_ms = HOUR_MS;
	assert_false(dry_bill_is_free(&terms, &interval));
	interval.end_ms = 5;
	interval.reclaimed = false;
	assert_false(dry_bill_is_free(&terms, &interval));
}

static void money_of_ten_years_does_not_overflow(void **state)
{
	const int64_t at = 0, price = INT64_C(1000000) * 1000000000;
	const struct dry_price_steps dear = { 1, &at, &price };

	(void)state;
	assert_int_equal(dry_price_integral(&dear, 0, 1000 * HOUR_MS), INT64_C(1000) * price);
	assert_true(dry_price_integral(&dear, 0, 87600 * HOUR_MS) > 0);
}

static void a_scale_multiplies_the_rate(void **state)
{
	struct dry_hazard hazard = { .kind = DRY_HAZARD_EXPONENTIAL, .per_hour = 0.5, .scale = 1 };
	double once = dry_hazard_lifetime(&hazard, 0.3);

	(void)state;
	hazard.scale = 3;
	assert_float_equal(dry_hazard_lifetime(&hazard, 0.3), once / 3, 1e-12);
	hazard.scale = 0;
	assert_true(isinf(dry_hazard_lifetime(&hazard, 0.3)));
	assert_true(dry_hazard_lifetime_ms(&hazard, 0.3) > INT64_MAX / 4);
	hazard = (struct dry_hazard){ .kind = DRY_HAZARD_WEIBULL, .weibull_scale_hours = 2, .weibull_shape = 0.6,
				      .scale = 2 };
	/* S^2: the median under twice the hazard is the upper quartile of survival */
	assert_float_equal(dry_hazard_lifetime(&hazard, 0.5), dry_weibull_inverse(2, 0.6, 1 - sqrt(0.5)), 1e-9);
}

static void lifetimes_stay_within_the_bathtub(void **state)
{
	struct dry_hazard hazard = { .kind = DRY_HAZARD_BATHTUB, .bathtub_a = 0.638, .bathtub_b = 25.36,
				     .bathtub_tau1 = 0.965, .bathtub_tau2 = 1.093, .scale = 1 };

	(void)state;
	assert_null(dry_hazard_complaint(&hazard));
	assert_float_equal(dry_bathtub_limit(0.638, 25.36, 1.093), 24.74, 0.01);
	for (int i = 1; i < 200; i++) {
		double hours = dry_hazard_lifetime(&hazard, i / 200.0);

		assert_true(hours > 0 && hours <= 24.75);
	}
}

static void wrong_numbers_of_a_hazard_are_named(void **state)
{
	static const struct dry_hazard wrong[] = {
		{ .kind = DRY_HAZARD_EXPONENTIAL, .per_hour = -1, .scale = 1 },
		{ .kind = DRY_HAZARD_EXPONENTIAL, .per_hour = 1, .scale = -1 },
		{ .kind = DRY_HAZARD_LOGNORMAL, .mean_hours = 1, .median_hours = 2, .scale = 1 },
		{ .kind = DRY_HAZARD_WEIBULL, .weibull_scale_hours = 1, .weibull_shape = 0, .scale = 1 },
		{ .kind = DRY_HAZARD_BATHTUB, .bathtub_a = 1.5, .bathtub_b = 24, .bathtub_tau1 = 1,
		  .bathtub_tau2 = 1, .scale = 1 },
		{ .kind = DRY_HAZARD_BATHTUB, .bathtub_a = 0.5, .bathtub_b = 24, .bathtub_tau1 = 0,
		  .bathtub_tau2 = 1, .scale = 1 },
	};
	const struct dry_hazard none = { .kind = DRY_HAZARD_NONE, .scale = 1 };

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_non_null(dry_hazard_complaint(&wrong[i]));
	assert_null(dry_hazard_complaint(&none));
}

static void zones_are_down_as_long_as_wanted(void **state)
{
	const struct dry_renewal shape = { 3.2, 0.54, 1.8, 0.49 };
	struct dry_renewal renewal = dry_renewal_scaled(&shape, 0.1);
	struct dry_down_list list = { 0 };
	double down = 0;
	int64_t reach = 4000 * HOUR_MS, before = -1;

	(void)state;
	for (uint64_t seed = 1; seed <= 20; seed++) {
		struct dry_stream stream = dry_stream_make(seed, "zone", "m5/a", 0);

		list.count = 0;
		dry_renewal_draw(&renewal, &stream, reach, &list);
		before = -1;
		for (uint32_t i = 0; i < list.count; i++) {
			assert_true(list.interval[i].from_ms > before);
			assert_true(list.interval[i].until_ms > list.interval[i].from_ms);
			assert_true(list.interval[i].until_ms <= reach);
			before = list.interval[i].until_ms;
			down += (double)(list.interval[i].until_ms - list.interval[i].from_ms);
		}
	}
	assert_float_equal(down / (20.0 * (double)reach), 0.1, 0.02);
	free(list.interval);
}

static void intervals_that_touch_become_one(void **state)
{
	struct dry_down_list list = { .count = 4 };

	(void)state;
	list.interval = calloc(4, sizeof(*list.interval));
	list.interval[0] = (struct dry_down_interval){ 50, 60 };
	list.interval[1] = (struct dry_down_interval){ 0, 10 };
	list.interval[2] = (struct dry_down_interval){ 10, 20 };
	list.interval[3] = (struct dry_down_interval){ 5, 8 };
	dry_down_list_join(&list);
	assert_int_equal(list.count, 2);
	assert_int_equal(list.interval[0].until_ms, 20);
	assert_int_equal(list.interval[1].from_ms, 50);
	free(list.interval);
}

static void no_lifetimes_give_no_estimate(void **state)
{
	struct dry_lifetime all_alive[2] = { { 3, false }, { 4, false } };
	struct dry_survival_step step[3];

	(void)state;
	assert_int_equal(dry_kaplan_meier(NULL, 0, 0.95, step), 0);
	assert_true(isnan(dry_exponential_rate(NULL, 0)));
	assert_true(isinf(dry_survival_quantile(step, 0, 0.5)));
	assert_int_equal(dry_kaplan_meier(all_alive, 2, 0.95, step), 3);
	assert_float_equal(step[2].survival, 1, 0);
	assert_true(isinf(dry_survival_quantile(step, 3, 0.5)));
}

static void a_removal_is_regretted_once(void **state)
{
	const struct dry_oscillation_node node[] = {
		{ 0, true, 0, 0, 1000 }, { 0, false, 2000, 2500, -1 }, { 0, false, 3000, 3500, -1 },
		{ 1, false, 1500, 1600, -1 },
	};
	struct dry_oscillation found = { 0 };

	(void)state;
	dry_oscillation_find(&found, node, 4, 2, 5000);
	assert_int_equal(found.added, 3);
	assert_int_equal(found.replaces[1], 0);
	assert_int_equal(found.replaces[2], DRY_NONE);
	assert_int_equal(found.replaces[3], DRY_NONE);
	assert_float_equal(found.index, 1.0 / 3, 1e-12);
	dry_oscillation_find(&found, node, 0, 2, 5000);
	assert_true(isnan(found.index));
	dry_oscillation_release(&found);
}

static void keys_are_sorted_and_ties_keep_their_order(void **state)
{
	enum { COUNT = 5000 };
	struct dry_keyed *list = calloc(COUNT, sizeof(*list)), *spare = calloc(COUNT, sizeof(*list));
	uint64_t word = 1;

	(void)state;
	for (uint32_t i = 0; i < COUNT; i++) {
		word = word * UINT64_C(6364136223846793005) + 1;
		list[i] = (struct dry_keyed){ i % 3 ? word >> 20 : word >> 60, i };
	}
	dry_sort_keyed(list, spare, COUNT);
	for (uint32_t i = 1; i < COUNT; i++)
		assert_true(list[i - 1].key < list[i].key ||
			    (list[i - 1].key == list[i].key && list[i - 1].row < list[i].row));
	free(list);
	free(spare);
}

static void empty_sets_have_no_quantile(void **state)
{
	const double one = 7, weight = 0;

	(void)state;
	assert_true(isnan(dry_quantile(NULL, 0, 0.5)));
	assert_true(isnan(dry_quantile_inverted(NULL, 0, 0.5)));
	assert_true(isnan(dry_weighted_quantile(&one, &weight, 1, 0.5)));
	assert_true(isnan(dry_mean(NULL, 0)));
	assert_true(isnan(dry_sample_deviation(&one, 1)));
	assert_true(isnan(dry_student_half_width(1, 1, 0.05)));
	assert_float_equal(dry_quantile(&one, 1, 0.95), 7, 0);
}

static void samples_that_differ_are_told_apart(void **state)
{
	double a[200], b[200], p;

	(void)state;
	for (int i = 0; i < 200; i++) {
		a[i] = i;
		b[i] = i + 60;
	}
	assert_float_equal(dry_kolmogorov_distance(a, 200, a, 200, &p), 0, 0);
	assert_float_equal(p, 1, 0);
	/* 60 of 200 below all of b: D = .3, x = (10 + .12 + .011) .3 = 3.0393, p = 2 exp(-2 x^2) */
	assert_float_equal(dry_kolmogorov_distance(a, 200, b, 200, &p), 0.3, 1e-12);
	assert_float_equal(p, 2 * exp(-2 * 3.0393 * 3.0393), 1e-12);
	assert_true(isnan(dry_kolmogorov_distance(a, 0, b, 200, &p)));
	assert_true(isnan(p));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_price_holds_before_its_instant),
		cmocka_unit_test(a_bill_has_a_minimum_but_not_for_what_still_runs),
		cmocka_unit_test(money_of_ten_years_does_not_overflow),
		cmocka_unit_test(a_scale_multiplies_the_rate),
		cmocka_unit_test(lifetimes_stay_within_the_bathtub),
		cmocka_unit_test(wrong_numbers_of_a_hazard_are_named),
		cmocka_unit_test(zones_are_down_as_long_as_wanted),
		cmocka_unit_test(intervals_that_touch_become_one),
		cmocka_unit_test(no_lifetimes_give_no_estimate),
		cmocka_unit_test(a_removal_is_regretted_once),
		cmocka_unit_test(keys_are_sorted_and_ties_keep_their_order),
		cmocka_unit_test(empty_sets_have_no_quantile),
		cmocka_unit_test(samples_that_differ_are_told_apart),
	};

	return cmocka_run_group_tests_name("market", tests, NULL, NULL);
}
