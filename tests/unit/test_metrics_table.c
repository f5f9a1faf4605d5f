#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <string.h>

#include "run/metrics.h"
#include "run/result.h"

static void every_row_is_complete_and_found_by_its_names(void **state)
{
	(void)state;
	for (int i = 0; i < DRY_METRIC_COUNT; i++) {
		const struct dry_metric *metric = &dry_metric_table[i];

		assert_non_null(metric->name);
		assert_non_null(metric->label);
		assert_non_null(metric->formula);
		assert_int_equal(dry_metric_find(metric->name, NULL), i);
		assert_int_equal(dry_metric_find(metric->key, NULL), i);
	}
}

static void an_unknown_name_suggests_the_nearest(void **state)
{
	const char *nearest = NULL;

	(void)state;
	assert_int_equal(dry_metric_find("p95_wiat", &nearest), DRY_METRIC_COUNT);
	assert_string_equal(nearest, "p95_wait");
	assert_int_equal(dry_metric_find("zzzzzzzzzzzzzzzzzz", &nearest), DRY_METRIC_COUNT);
	assert_null(nearest);
}

static void objectives_are_integers_and_smaller_is_better(void **state)
{
	(void)state;
	assert_int_equal(dry_metric_objective(DRY_METRIC_COST_DAY, 312.7600004), 312760000);
	assert_int_equal(dry_metric_objective(DRY_METRIC_P95_WAIT, 129.0004), 129000);
	assert_int_equal(dry_metric_objective(DRY_METRIC_AVAILABILITY, 0.5), -500000);
	assert_true(dry_metric_objective(DRY_METRIC_P95_WAIT, NAN) == INT64_MAX);
	assert_true(dry_metric_objective(DRY_METRIC_P95_WAIT, 1e300) == INT64_MAX - 1);
}

static void values_read_as_people_write_them(void **state)
{
	static const struct {
		enum dry_metric_id id;
		double value;
		const char *text;
	} row[] = {
		{ DRY_METRIC_COST_DAY, 312.76, "$312.76" }, { DRY_METRIC_COST_DAY, -11.24, "-$11.24" },
		{ DRY_METRIC_COST_TOTAL, 0.0042, "$0.0042" }, { DRY_METRIC_COST_TOTAL, 0, "$0.00" },
		{ DRY_METRIC_P95_WAIT, 129, "129s" }, { DRY_METRIC_P95_WAIT, 0, "0s" },
		{ DRY_METRIC_P95_WAIT, 0.5, "0.5s" }, { DRY_METRIC_P95_WAIT, 299.4, "299s" },
		{ DRY_METRIC_MAX_WAIT, 513, "8m33s" }, { DRY_METRIC_MAX_WAIT, 3600, "1h00m" },
		{ DRY_METRIC_MAX_WAIT, 200000, "2d07h" }, { DRY_METRIC_MAX_WAIT, -0.001, "0s" },
		{ DRY_METRIC_IDLE_RATIO, 0.1, "10.0%" }, { DRY_METRIC_SCALE_UPS, 254, "254" },
		{ DRY_METRIC_MEAN_NODES, 25.63, "25.6" }, { DRY_METRIC_CHURN, 0.0123, "0.012" },
		{ DRY_METRIC_NODE_HOURS, 615.34, "615.3" }, { DRY_METRIC_AVAILABILITY, NAN, "-" },
	};
	char text[32];

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++)
		assert_string_equal(dry_metric_format(row[i].id, row[i].value, text, sizeof(text)),
				    row[i].text);
}

static void a_copied_result_keeps_its_own_memory(void **state)
{
	struct dry_result a, b;
	struct dry_group_result *group;

	(void)state;
	dry_result_init(&a);
	dry_result_init(&b);
	assert_true(isnan(a.metric[DRY_METRIC_PODS]));
	dry_result_reserve(&a, 2, 1);
	memset(a.group, 0, 2 * sizeof(*a.group));
	memset(a.namespace_split, 0, sizeof(*a.namespace_split));
	a.group[1].cost_nusd = 42;
	a.digest = 9;
	dry_result_copy(&b, &a);
	group = b.group;
	a.group[1].cost_nusd = 43;
	assert_int_equal(b.group[1].cost_nusd, 42);
	assert_int_equal(b.digest, 9);
	dry_result_reserve(&a, 1, 0);
	dry_result_copy(&b, &a);
	assert_ptr_equal(b.group, group);
	assert_int_equal(b.group_count, 1);
	dry_result_release(&a);
	dry_result_release(&b);
	assert_null(b.group);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_row_is_complete_and_found_by_its_names),
		cmocka_unit_test(an_unknown_name_suggests_the_nearest),
		cmocka_unit_test(objectives_are_integers_and_smaller_is_better),
		cmocka_unit_test(values_read_as_people_write_them),
		cmocka_unit_test(a_copied_result_keeps_its_own_memory),
	};

	return cmocka_run_group_tests_name("metrics table", tests, NULL, NULL);
}
