/* The world's drift: samples that differ, samples that only look so. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "run/world_drift.h"

/* count values from low in equal steps up to high, largest first. */
static struct dry_world_row between(double low1, double high1, uint32_t n1, double low2, double high2, uint32_t n2)
{
	double a[2000], b[2000];

	for (uint32_t i = 0; i < n1; i++)
		a[i] = high1 - (high1 - low1) * i / n1;
	for (uint32_t i = 0; i < n2; i++)
		b[i] = high2 - (high2 - low2) * i / n2;
	return dry_world_row_of("x", a, n1, b, n2);
}

static void a_shift_is_drift_when_it_is_real_and_large(void **state)
{
	struct dry_world_row row;

	(void)state;
	row = between(0, 1, 1000, 0.3, 1.3, 1000);
	assert_true(row.drifted);
	assert_true(fabs(row.distance - 0.3) < 0.01);
	/* Real, but small. */
	row = between(0, 1, 2000, 0.08, 1.08, 2000);
	assert_true(row.p < DRY_WORLD_P);
	assert_false(row.drifted);
	/* Large, but by chance. */
	row = between(0, 1, 10, 0.3, 1.3, 10);
	assert_true(row.distance > DRY_WORLD_DISTANCE);
	assert_false(row.drifted);
	row = between(0, 1, 500, 0, 1, 700);
	assert_false(row.drifted);
}

static void medians_are_of_the_samples(void **state)
{
	double a[] = { 3, 1, 2 }, b[] = { 4, 1, 2, 3 };
	struct dry_world_row row = dry_world_row_of("x", a, 3, b, 4);

	(void)state;
	assert_true(row.before == 2);
	assert_true(row.now == 2.5);
	row = dry_world_row_of("x", a, 0, b, 4);
	assert_true(isnan(row.before));
	assert_false(row.drifted);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_shift_is_drift_when_it_is_real_and_large),
		cmocka_unit_test(medians_are_of_the_samples),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
