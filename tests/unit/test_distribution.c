#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>

#include "market/distribution.h"

static void a_constant_ignores_the_draw(void **state)
{
	struct dry_distribution constant = { .constant_ms = 90000, .min_ms = -1, .max_ms = -1 };

	(void)state;
	assert_int_equal(dry_distribution_value(&constant, 0.001), 90000);
	assert_int_equal(dry_distribution_value(&constant, 0.999), 90000);
}

static void a_lognormal_has_the_asked_median_and_p95(void **state)
{
	struct dry_distribution lognormal = { .kind = DRY_DISTRIBUTION_LOGNORMAL, .min_ms = -1, .max_ms = -1 };

	(void)state;
	assert_true(dry_lognormal_from_p95(90, 200, &lognormal.mu, &lognormal.sigma));
	assert_int_equal(dry_distribution_value(&lognormal, 0.5), 90000);
	assert_int_equal(dry_distribution_value(&lognormal, 0.95), 200000);
	assert_int_equal(dry_distribution_value(&lognormal, 0.9), 167662);
	lognormal.max_ms = 150000;
	lognormal.min_ms = 60000;
	assert_int_equal(dry_distribution_value(&lognormal, 0.9), 150000);
	assert_int_equal(dry_distribution_value(&lognormal, 0.01), 60000);
}

static void a_p95_that_is_not_above_the_median_is_refused(void **state)
{
	double mu = -7, sigma = -7;

	(void)state;
	assert_false(dry_lognormal_from_p95(90, 90, &mu, &sigma));
	assert_false(dry_lognormal_from_p95(0, 90, &mu, &sigma));
	assert_false(dry_lognormal_from_p95(90, INFINITY, &mu, &sigma));
	assert_false(dry_lognormal_from_mean(2, 2, &mu, &sigma));
	assert_false(dry_lognormal_from_mean(NAN, 2, &mu, &sigma));
	assert_true(mu == -7 && sigma == -7);
	assert_true(dry_lognormal_from_mean(3.22, 0.54, &mu, &sigma));
	assert_true(fabs(mu + 0.616186139423817) < 1e-12 && fabs(sigma - 1.8897446912110292) < 1e-12);
}

static void values_are_drawn_as_steps_or_between(void **state)
{
	static const int64_t value[] = { 39200, 48200, 57000 };
	struct dry_distribution empirical = { .kind = DRY_DISTRIBUTION_EMPIRICAL, .value_count = 3,
					      .value_ms = value, .min_ms = -1, .max_ms = -1 };

	(void)state;
	assert_int_equal(dry_distribution_value(&empirical, 1e-9), 39200);
	assert_int_equal(dry_distribution_value(&empirical, 1.0 / 3), 39200);
	assert_int_equal(dry_distribution_value(&empirical, 0.34), 48200);
	assert_int_equal(dry_distribution_value(&empirical, 1 - 1e-9), 57000);
	empirical.interpolate = true;
	assert_int_equal(dry_distribution_value(&empirical, 0.25), 43700);
	assert_int_equal(dry_distribution_value(&empirical, 0.75), 52600);
	empirical.value_count = 1;
	assert_int_equal(dry_distribution_value(&empirical, 0.75), 39200);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_constant_ignores_the_draw),
		cmocka_unit_test(a_lognormal_has_the_asked_median_and_p95),
		cmocka_unit_test(a_p95_that_is_not_above_the_median_is_refused),
		cmocka_unit_test(values_are_drawn_as_steps_or_between),
	};

	return cmocka_run_group_tests_name("distribution", tests, NULL, NULL);
}
