/* The gate's report: words of a rule, counts, forms that CI reads. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "report/check_report.h"

static struct dry_arena arena;

static struct dry_check_row row_of(const char *text, double observed, bool bound, double base)
{
	struct dry_rule *rule = dry_arena_alloc(&arena, sizeof(*rule));
	struct dry_check_row row = { 0 };

	assert_true(dry_rule_parse(rule, text, DRY_NOWHERE, &arena, NULL));
	row.text = rule->text;
	row.rule = rule;
	row.base = base;
	row.result = dry_rule_test(rule, observed, bound, base);
	row.outcome = row.result.outcome == DRY_RULE_HOLDS ? DRY_CHECK_OK : rule->warns ? DRY_CHECK_WARN :
											 DRY_CHECK_FAIL;
	return row;
}

static void says(const char *rule, double observed, bool bound, double base, enum dry_check_outcome outcome,
		 const char *text)
{
	struct dry_check_row row = row_of(rule, observed, bound, base);
	char said[300];

	assert_int_equal(row.outcome, outcome);
	assert_string_equal(dry_check_row_text(&row, said, sizeof(said)), text);
}

static void a_row_says_observed_limit_and_margin(void **state)
{
	(void)state;
	says("cost_day <= base + 3%", 325.29, false, 312.7573, DRY_CHECK_FAIL,
	     "$325.29, limit $322.14, over by $3.15");
	says("p95_wait <= 120s", 118, false, NAN, DRY_CHECK_OK, "118s, 2s left");
	says("warn: never_scheduled == 0", 2, false, NAN, DRY_CHECK_WARN, "2, must be 0");
	says("never_scheduled == 0", 0, false, NAN, DRY_CHECK_OK, "0");
	says("availability >= 99%", 0.98, false, NAN, DRY_CHECK_FAIL, "98.0%, limit 99.0%, under by 1.0%");
	says("p95_wait <= 120s", NAN, false, NAN, DRY_CHECK_FAIL, "undefined: no pod or node to measure it on");
	says("p95_wait <= base", 3, false, NAN, DRY_CHECK_FAIL, "3s; the baseline has no value");
	says("p95_wait <= 120s", 90, true, NAN, DRY_CHECK_FAIL,
	     ">=90s, limit 120s: pods still waited at the end, it may be more");
}

static void forms_escape_what_their_readers_obey(void **state)
{
	struct dry_check_row row[2];
	struct dry_check_scenario scenario = { .name = "a<b>&\"c\"\x01", .path = "x,y:z%\n.yaml", .row = row,
					       .row_count = 2 };
	struct dry_check_report report = { .scenario_count = 1, .scenario = &scenario };
	struct dry_page page = { 0 };

	(void)state;
	row[0] = row_of("cost_day <= 0", 3, false, NAN);
	row[1] = row_of("warn: max_wait <= 1s", 2, false, NAN);
	assert_int_equal(dry_check_count(&report, DRY_CHECK_FAIL), 1);
	assert_int_equal(dry_check_count(&report, DRY_CHECK_WARN), 1);
	assert_int_equal(dry_check_rules(&report), 2);
	dry_check_junit(&report, &page);
	assert_non_null(strstr(dry_page_string(&page), "<testsuite name=\"a&lt;b&gt;&amp;&quot;c&quot;?\" tests=\"2\" failures=\"1\""));
	assert_null(strchr(dry_page_string(&page), '\x01'));
	assert_non_null(strstr(dry_page_string(&page), "<system-out>WARN 2s, limit 1s, over by 1s</system-out>"));
	dry_page_clear(&page);
	dry_check_github(&report, &page);
	assert_non_null(strstr(dry_page_string(&page), "::error file=x%2Cy%3Az%25\\x0a.yaml,title="));
	assert_non_null(strstr(dry_page_string(&page), "::warning file="));
	dry_page_release(&page);
}

static void no_news_is_no_text(void **state)
{
	struct dry_check_row row = row_of("cost_day <= 9", 3, false, NAN);
	struct dry_check_scenario scenario = { .name = "a", .path = "a", .row = &row, .row_count = 1 };
	struct dry_check_report report = { .scenario_count = 1, .scenario = &scenario, .only_changes = true };
	struct dry_page page = { 0 };

	(void)state;
	for (size_t m = 0; m < DRY_METRIC_COUNT; m++)
		scenario.base[m] = scenario.proposal[m] = m % 3 ? (double)m : NAN;
	assert_false(dry_check_has_news(&report));
	dry_check_table(&report, &page);
	dry_check_markdown(&report, &page);
	assert_int_equal(page.length, 0);
	scenario.proposal[DRY_METRIC_COST_DAY] = 1;
	assert_true(dry_check_has_news(&report));
	dry_check_table(&report, &page);
	assert_non_null(strstr(dry_page_string(&page), "~ cost/day"));
	assert_null(strstr(dry_page_string(&page), "p95 wait"));
	dry_page_release(&page);
}

static int begin(void **state)
{
	(void)state;
	dry_arena_init(&arena);
	return 0;
}

static int end(void **state)
{
	(void)state;
	dry_arena_release(&arena);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_row_says_observed_limit_and_margin),
		cmocka_unit_test(forms_escape_what_their_readers_obey),
		cmocka_unit_test(no_news_is_no_text),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
