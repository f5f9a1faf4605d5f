#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <string.h>

#include "sweep/compare.h"
#include "sweep/noise.h"
#include "sweep/pareto.h"

static bool is_near(double a, double b)
{
	return fabs(a - b) <= 1e-9 * fmax(1, fabs(b));
}

static void the_mean_has_students_interval(void **state)
{
	static const double value[] = { 1, 9, 2, 9, 3, 9 };     /* every second one */
	struct dry_interval interval;

	(void)state;
	assert_true(is_near(dry_mean_interval(value, 3, 2, 0.05, &interval), 2));
	/* t(0.975, 2) = 4.302652729911275, s = 1 */
	assert_true(is_near(interval.high - 2, 4.302652729911275 / sqrt(3)));
	assert_true(is_near(2 - interval.low, interval.high - 2));
	assert_true(is_near(dry_mean_interval(value, 1, 1, 0.05, &interval), 1));
	assert_true(isnan(interval.low));
	assert_true(isnan(dry_mean_interval((const double[]){ 1, NAN }, 2, 1, 0.05, &interval)));
	assert_true(isnan(interval.high));
}

static void pairs_share_their_noise(void **state)
{
	double a[12], b[12];
	struct dry_paired paired;

	(void)state;
	for (int i = 0; i < 12; i++) {
		a[i] = 100 + 10 * sin(i);
		b[i] = a[i] - 1 + 0.01 * cos(3 * i);
	}
	dry_compare_samples(a, 12, b, 12, 0.05, 1, &paired);
	assert_int_equal(paired.count, 12);
	assert_true(paired.t.high < 0);         /* b is better, far below the noise of either */
	assert_true(paired.crn_ratio < 1e-4);
	assert_true(isnan(paired.bootstrap.low));
	dry_compare_samples(a, 5, b, 5, 0.05, 1, &paired);
	assert_true(paired.bootstrap.low <= paired.mean && paired.mean <= paired.bootstrap.high);
	assert_false(paired.signs_disagree);
	dry_compare_samples(a, 1, b, 12, 0.05, 1, &paired);
	assert_int_equal(paired.count, 12);     /* one run stands for all */
	dry_compare_samples(a, 1, b, 1, 0.05, 1, &paired);
	assert_true(isnan(paired.t.low));
}

static void verdicts_follow_the_direction_of_the_metric(void **state)
{
	struct dry_result a, b;
	struct dry_compare_row row[DRY_METRIC_COUNT];

	(void)state;
	dry_result_init(&a);
	dry_result_init(&b);
	a.metric[DRY_METRIC_COST_DAY] = 10;
	b.metric[DRY_METRIC_COST_DAY] = 8;
	a.metric[DRY_METRIC_AVAILABILITY] = 0.9;
	b.metric[DRY_METRIC_AVAILABILITY] = 0.8;
	a.metric[DRY_METRIC_PODS] = 1;
	b.metric[DRY_METRIC_PODS] = 2;
	a.metric[DRY_METRIC_P95_WAIT] = 5;
	b.metric[DRY_METRIC_P50_WAIT] = 0;
	a.metric[DRY_METRIC_P50_WAIT] = 0.0000001;      /* nothing, in milliseconds */
	a.metric[DRY_METRIC_CHURN] = 0;
	b.metric[DRY_METRIC_CHURN] = 1;
	dry_compare_results(&a, &b, row);
	assert_int_equal(row[DRY_METRIC_COST_DAY].verdict, DRY_VERDICT_BETTER);
	assert_true(is_near(row[DRY_METRIC_COST_DAY].ratio, -0.2));
	assert_int_equal(row[DRY_METRIC_AVAILABILITY].verdict, DRY_VERDICT_WORSE);
	assert_int_equal(row[DRY_METRIC_PODS].verdict, DRY_VERDICT_DIFFERENT);
	assert_int_equal(row[DRY_METRIC_P95_WAIT].verdict, DRY_VERDICT_UNDEFINED);
	assert_int_equal(row[DRY_METRIC_P50_WAIT].verdict, DRY_VERDICT_SAME);
	assert_int_equal(row[DRY_METRIC_MAX_WAIT].verdict, DRY_VERDICT_SAME);
	assert_true(isnan(row[DRY_METRIC_CHURN].ratio));
	dry_result_release(&a);
	dry_result_release(&b);
}

static void ties_share_a_rank_and_undefined_is_last(void **state)
{
	static const double value[] = { 1, 5, 1, 5, 2, 4, 3, 4, INFINITY, 1, INFINITY, INFINITY };
	uint32_t rank[6];

	(void)state;
	assert_int_equal(dry_pareto_ranks(value, 6, 2, false, rank), 3);
	assert_int_equal(rank[0], 0);
	assert_int_equal(rank[1], 0);
	assert_int_equal(rank[2], 0);
	assert_int_equal(rank[3], 1);
	assert_int_equal(rank[4], 0);
	assert_int_equal(rank[5], 2);
	dry_pareto_ranks(value, 6, 2, true, rank);
	assert_true(rank[3] == UINT32_MAX && rank[5] == UINT32_MAX);
	assert_int_equal(dry_pareto_ranks(value, 0, 2, false, rank), 0);
}

static void two_and_more_objectives_agree(void **state)
{
	double pair[2 * 200], triple[3 * 200];
	uint32_t a[200], b[200];
	uint64_t x = 1;

	(void)state;
	for (int i = 0; i < 200; i++) {
		for (int k = 0; k < 2; k++) {
			x = x * 6364136223846793005u + 1442695040888963407u;
			pair[2 * i + k] = triple[3 * i + k] = (double)(x >> 60);
		}
		triple[3 * i + 2] = 7;
	}
	assert_int_equal(dry_pareto_ranks(pair, 200, 2, false, a), dry_pareto_ranks(triple, 200, 3, false, b));
	assert_memory_equal(a, b, sizeof(a));
}

static void hypervolumes_of_four_objectives_are_those_of_three(void **state)
{
	static const double front[] = { 1, 4, 2, 0, 2, 2, 3, 0, 4, 1, 1, 0, 3, 3, 0.5, 0 };
	static const double reference[] = { 5, 5, 5, 1 };
	double flat[12], exact;

	(void)state;
	for (int i = 0; i < 4; i++)
		memcpy(flat + 3 * i, front + 4 * i, 3 * sizeof(double));
	exact = dry_hypervolume(flat, 4, 3, reference, NULL);
	assert_true(is_near(dry_hypervolume(front, 4, 4, reference, NULL), exact));
}

static void replications_at_most_double(void **state)
{
	(void)state;
	assert_int_equal(dry_next_replications(10, 1.2, 1, 100), 15);
	assert_int_equal(dry_next_replications(10, 9, 1, 100), 20);
	assert_int_equal(dry_next_replications(60, 9, 1, 100), 100);
	assert_int_equal(dry_next_replications(10, 1e300, 0, 100), 20);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_mean_has_students_interval),
		cmocka_unit_test(pairs_share_their_noise),
		cmocka_unit_test(verdicts_follow_the_direction_of_the_metric),
		cmocka_unit_test(ties_share_a_rank_and_undefined_is_last),
		cmocka_unit_test(two_and_more_objectives_agree),
		cmocka_unit_test(hypervolumes_of_four_objectives_are_those_of_three),
		cmocka_unit_test(replications_at_most_double),
	};

	return cmocka_run_group_tests_name("compare", tests, NULL, NULL);
}
