/* Rules over metrics: grammar, limits, places of complaints. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "run/rule.h"

static struct dry_arena arena;

static struct dry_rule parsed(const char *text)
{
	struct dry_error err = { 0 };
	struct dry_rule rule;

	if (!dry_rule_parse(&rule, text, DRY_NOWHERE, &arena, &err))
		fail_msg("%s: %s", text, err.count ? err.complaint[0].text : "?");
	return rule;
}

static void refused(const char *text, const char *piece)
{
	struct dry_error err = { 0 };
	struct dry_rule rule;

	assert_false(dry_rule_parse(&rule, text, DRY_NOWHERE, &arena, &err));
	assert_int_equal(err.code, DRY_ERROR_USAGE);
	if (!strstr(err.complaint[0].text, piece) &&
	    !(err.complaint[0].fix && strstr(err.complaint[0].fix, piece)))
		fail_msg("%s: says %s", text, err.complaint[0].text);
	dry_error_release(&err);
}

static void values_take_the_unit_of_their_metric(void **state)
{
	struct dry_rule r = parsed("p95_wait <= 120s");

	(void)state;
	assert_int_equal(r.metric, DRY_METRIC_P95_WAIT);
	assert_int_equal(r.operator, DRY_RULE_AT_MOST);
	assert_true(r.value == 120);
	assert_true(parsed("p95_wait_s<2m").value == 120);
	assert_true(parsed("max_wait<1h30m").value == 5400);
	assert_true(parsed("p95<90").value == 90);
	assert_true(parsed("cost_day<=$330").value == 330);
	assert_true(parsed("cost_usd_day<=330.5").value == 330.5);
	assert_true(parsed("idle_ratio <= 20%").value == 0.2);
	assert_true(parsed("never_scheduled == 0").operator == DRY_RULE_EQUAL);
	assert_true(parsed("node_hours<2").value == 2);
	assert_true(parsed("warn: max_wait <= 600s").warns);
	assert_string_equal(parsed("  warn:  max_wait   <=  600s ").text, "warn: max_wait <= 600s");
}

static void a_base_moves_the_limit(void **state)
{
	struct dry_rule r = parsed("cost_day <= base + 3%");

	(void)state;
	assert_true(fabs(dry_rule_test(&r, 325.29, false, 312.76).limit - 322.1428) < 1e-9);
	assert_int_equal(dry_rule_test(&r, 325.29, false, 312.76).outcome, DRY_RULE_BROKEN);
	r = parsed("p95_wait<=base+10s");
	assert_true(dry_rule_test(&r, 0, false, 100).limit == 110);
	r = parsed("p95_wait<=base-10%");
	assert_true(dry_rule_test(&r, 0, false, 100).limit == 90);
	r = parsed("cost_day<=baseline*1.5");
	assert_true(dry_rule_test(&r, 0, false, 100).limit == 150);
	r = parsed("cost_day < base");
	assert_int_equal(dry_rule_test(&r, 1, false, NAN).outcome, DRY_RULE_UNDECIDED);
	assert_int_equal(dry_rule_test(&r, 1, false, 1).outcome, DRY_RULE_BROKEN);
	r = parsed("idle_ratio <= base + 0.05");
	assert_true(fabs(dry_rule_test(&r, 0, false, 0.1).limit - 0.15) < 1e-12);
}

static void a_lower_bound_proves_only_what_it_can(void **state)
{
	struct dry_rule at_most = parsed("p95_wait<=120"), at_least = parsed("p95_wait>=120");
	struct dry_rule equal = parsed("p95_wait==120");

	(void)state;
	assert_int_equal(dry_rule_test(&at_most, 100, true, NAN).outcome, DRY_RULE_UNDECIDED);
	assert_int_equal(dry_rule_test(&at_most, 130, true, NAN).outcome, DRY_RULE_BROKEN);
	assert_int_equal(dry_rule_test(&at_least, 100, true, NAN).outcome, DRY_RULE_UNDECIDED);
	assert_int_equal(dry_rule_test(&at_least, 130, true, NAN).outcome, DRY_RULE_HOLDS);
	assert_int_equal(dry_rule_test(&equal, 130, true, NAN).outcome, DRY_RULE_BROKEN);
	assert_int_equal(dry_rule_test(&equal, 120, true, NAN).outcome, DRY_RULE_UNDECIDED);
	assert_int_equal(dry_rule_test(&at_most, NAN, false, NAN).outcome, DRY_RULE_UNDECIDED);
}

static void limits_hold_at_equality_or_not(void **state)
{
	struct dry_rule r = parsed("p95_wait<=120");

	(void)state;
	assert_int_equal(dry_rule_test(&r, 120, false, NAN).outcome, DRY_RULE_HOLDS);
	assert_true(dry_rule_test(&r, 118, false, NAN).margin == 2);
	r = parsed("p95_wait<120");
	assert_int_equal(dry_rule_test(&r, 120, false, NAN).outcome, DRY_RULE_BROKEN);
	r = parsed("availability>=99%");
	assert_int_equal(dry_rule_test(&r, 0.99, false, NAN).outcome, DRY_RULE_HOLDS);
	r = parsed("availability>0.99");
	assert_int_equal(dry_rule_test(&r, 0.99, false, NAN).outcome, DRY_RULE_BROKEN);
}

static void wrong_rules_say_what_is_wrong(void **state)
{
	struct dry_error err = { 0 };
	struct dry_rule rule;

	(void)state;
	refused("", "a metric is expected");
	refused("p95_wiat<=3", "p95_wait");
	refused("p95_wait", "operator");
	refused("p95_wait = 3", "operator");
	refused("p95_wait <=", "a value is expected");
	refused("p95_wait <= abc", "not a value");
	refused("p95_wait <= nan", "not a value");
	refused("p95_wait <= inf", "not a value");
	refused("p95_wait <= 10%", "percentage of what");
	refused("p95_wait <= $10", "not in dollars");
	refused("p95_wait <= 10 20", "should end");
	refused("cost_day <= base * x", "not a factor");
	refused("cost_day <= 10s", "not a value");
	assert_false(dry_rule_parse(&rule, "nope<=1",
				    (struct dry_where){ .file = "rules.txt", .line = 4, .column = 1 }, &arena,
				    &err));
	assert_int_equal(err.code, DRY_ERROR_INPUT);
	assert_int_equal(err.complaint[0].line, 4);
	dry_error_release(&err);
}

static void a_filter_holds_several(void **state)
{
	struct dry_rule rules[3];
	struct dry_error err = { 0 };
	uint32_t count;

	(void)state;
	assert_true(dry_rules_parse_line(rules, 3, &count, "cost<250 p95<90", &arena, &err));
	assert_int_equal(count, 2);
	assert_int_equal(rules[0].metric, DRY_METRIC_COST_DAY);
	assert_int_equal(rules[1].metric, DRY_METRIC_P95_WAIT);
	assert_true(dry_rules_parse_line(rules, 3, &count, "  ", &arena, &err));
	assert_int_equal(count, 0);
	assert_true(dry_rules_parse_line(rules, 3, &count, "idle <= 10%, p99 < 5m", &arena, &err));
	assert_int_equal(count, 2);
	assert_false(dry_rules_parse_line(rules, 1, &count, "idle<1 p99<5", &arena, &err));
	dry_error_release(&err);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_take_the_unit_of_their_metric),
		cmocka_unit_test(a_base_moves_the_limit),
		cmocka_unit_test(a_lower_bound_proves_only_what_it_can),
		cmocka_unit_test(limits_hold_at_equality_or_not),
		cmocka_unit_test(wrong_rules_say_what_is_wrong),
		cmocka_unit_test(a_filter_holds_several),
	};
	int failed;

	dry_arena_init(&arena);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	dry_arena_release(&arena);
	return failed;
}
