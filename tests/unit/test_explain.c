/* The decision log in memory: waits, ordinals, places; answers as data. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/symbol.h"
#include "report/explain.h"

#define PODS 5

static int64_t arrive[PODS] = { 0, 1000, 2000, 3000, -500 };
static uint32_t owner[PODS] = { 0, 0, DRY_NONE, 0, 0 };
static struct dry_node_group group[2] = { { .name = "a", .initial_size = 2 }, { .name = "b" } };
static struct dry_input input = { .pod = { .count = PODS, .arrive_at_ms = arrive, .owner_index = owner } };
static struct dry_config config = { .group_count = 2, .group = group };

static void add(struct dry_log *log, enum dry_event_kind kind, int64_t at_ms, uint32_t pod, uint32_t g, int32_t from,
		int32_t to)
{
	struct dry_event event = { .at_ms = at_ms, .kind = kind, .group_index = g, .node_ordinal = DRY_NONE,
				   .pod_index = pod, .from = from, .to = to };

	dry_log_on_event(log, &event);
}

static struct dry_log make_log(void)
{
	struct dry_log log = { .input = &input, .config = &config, .end_at_ms = 100000 };

	add(&log, DRY_EVENT_POD_START, 0, 0, 0, 0, 0);
	add(&log, DRY_EVENT_POD_START, 0, 4, 0, 0, 0);
	add(&log, DRY_EVENT_SCALE_UP, 10000, DRY_NONE, 0, 2, 3);
	add(&log, DRY_EVENT_SCALE_UP, 10000, DRY_NONE, 1, 0, 4);
	add(&log, DRY_EVENT_POD_START, 31000, 1, 0, 0, 0);      /* waited 30 s */
	add(&log, DRY_EVENT_POD_EVICTED, 40000, 0, 0, 0, 0);
	add(&log, DRY_EVENT_POD_START, 45000, 0, 0, 0, 0);      /* waited 5 s again */
	add(&log, DRY_EVENT_SCALE_UP, 50000, DRY_NONE, 0, 3, 5);
	add(&log, DRY_EVENT_POD_END, 52000, 2, DRY_NONE, 0, 0); /* gave up after 50 s */
	return log;
}

static void waits_are_found_longest_first(void **state)
{
	struct dry_log log = make_log();
	uint32_t count;
	struct dry_wait_span *span = dry_log_longest_waits(&log, 3, &count);

	(void)state;
	assert_int_equal(count, 3);
	assert_int_equal(span[0].pod_index, 3);         /* never started: to the end */
	assert_true(span[0].is_open);
	assert_true(span[0].to_ms - span[0].from_ms == 97000);
	assert_int_equal(span[1].pod_index, 2);
	assert_true(span[1].is_open);
	assert_int_equal(span[2].pod_index, 1);
	free(span);
	span = dry_log_longest_waits(&log, 100, &count);
	assert_int_equal(count, 4);                     /* waits of nothing are none */
	assert_int_equal(span[3].pod_index, 0);
	assert_true(span[3].to_ms - span[3].from_ms == 5000);
	free(span);
	dry_log_release(&log);
}

static void waits_of_one_pod_come_by_time(void **state)
{
	struct dry_log log = make_log();
	uint32_t count;
	struct dry_wait_span *span = dry_log_waits_of(&log, 0, &count);

	(void)state;
	assert_int_equal(count, 2);
	assert_true(span[0].to_ms == 0 && span[1].from_ms == 40000);
	free(span);
	dry_log_release(&log);
}

static void a_pod_without_an_owner_does_not_wait_again(void **state)
{
	struct dry_log log = { .input = &input, .config = &config, .end_at_ms = 9000 };
	uint32_t count;
	struct dry_wait_span *span;

	(void)state;
	add(&log, DRY_EVENT_POD_START, 2000, 2, 0, 0, 0);
	add(&log, DRY_EVENT_POD_EVICTED, 3000, 2, 0, 0, 0);
	span = dry_log_waits_of(&log, 2, &count);
	assert_int_equal(count, 1);
	free(span);
	dry_log_release(&log);
}

static void ordinals_follow_the_log(void **state)
{
	struct dry_log log = make_log();

	(void)state;
	assert_int_equal(dry_log_first_ordinal(&log, 2), 2);    /* two from the start */
	assert_int_equal(dry_log_first_ordinal(&log, 3), 0);
	assert_int_equal(dry_log_first_ordinal(&log, 7), 3);
	assert_int_equal(dry_log_at(&log, -1), 0);
	assert_int_equal(dry_log_at(&log, 10000), 2);
	assert_int_equal(dry_log_at(&log, 10001), 4);
	assert_int_equal(dry_log_at(&log, 99999), log.count);
	dry_log_release(&log);
}

static void every_form_draws_the_same_lines(void **state)
{
	struct dry_explanation explanation;
	struct dry_page page = { 0 };
	struct dry_explain_line *line;

	(void)state;
	dry_explanation_init(&explanation, &input, &config);
	input.name = "x";
	dry_explain_begin(&explanation, 65000, "a +1")->event = 3;
	line = dry_explain_add(&explanation, "why not", 1, "b: %s", "max node group size reached, \x1b[31m");
	line->reason = "max node group size reached";
	dry_explain_value(line, "target", 4);
	dry_explain_value(line, "ratio", NAN);
	dry_explanation_table(&explanation, false, &page);
	assert_string_equal(dry_page_string(&page),
			    "00:01:05  a +1 (event 3)\n"
			    "  why not     b: max node group size reached, \\x1b[31m\n");
	dry_page_clear(&page);
	dry_explanation_json(&explanation, &page);
	assert_non_null(strstr(dry_page_string(&page), "\"nodeGroup\":\"b\""));
	assert_non_null(strstr(dry_page_string(&page), "\"target\":4,\"ratio\":null"));
	assert_null(strchr(dry_page_string(&page), '\x1b'));
	dry_page_clear(&page);
	dry_explanation_csv(&explanation, &page);
	assert_non_null(strstr(dry_page_string(&page), "a +1,65,3,why not,b,,,max node group size reached,"));
	dry_page_release(&page);
	dry_explanation_release(&explanation);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(waits_are_found_longest_first),
		cmocka_unit_test(waits_of_one_pod_come_by_time),
		cmocka_unit_test(a_pod_without_an_owner_does_not_wait_again),
		cmocka_unit_test(ordinals_follow_the_log),
		cmocka_unit_test(every_form_draws_the_same_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
