/* Nodes after a wave of Jobs: what is watched, what is tried, what counts as safe. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "report/after_wave.h"

static struct dry_arena arena;

static void shorter_times_only(void **state)
{
	int64_t step[DRY_WAVE_STEPS];

	(void)state;
	assert_int_equal(dry_wave_steps(600000, step), 5);
	assert_int_equal(step[0], 300000);
	assert_int_equal(step[4], 30000);
	assert_int_equal(dry_wave_steps(600001, step), 6);
	assert_int_equal(dry_wave_steps(30000, step), 0);
	assert_int_equal(dry_wave_steps(0, step), 0);
}

struct stage {
	struct dry_input input;
	struct dry_pod_class class[2];
	uint32_t class_index[2];
	struct dry_wave_watch watch;
	struct dry_observer observer;
};

/* Pod 0 is batch, pod 1 a service. */
static void begin(struct stage *s)
{
	memset(s, 0, sizeof(*s));
	s->class[0].workload = DRY_WORKLOAD_BATCH;
	s->class[1].workload = DRY_WORKLOAD_SERVICE;
	s->class_index[1] = 1;
	s->input.pod_class = s->class;
	s->input.pod.class_index = s->class_index;
	dry_wave_watch_init(&s->watch, &s->input, 2, &arena);
	s->observer = dry_wave_watch_observer(&s->watch);
}

static void tell(struct stage *s, int64_t at_s, enum dry_event_kind kind, uint32_t group, uint32_t pod)
{
	const struct dry_event event = { .at_ms = at_s * 1000, .kind = kind, .group_index = group, .pod_index = pod };

	s->observer.on_event(s->observer.context, &event);
}

static void a_wave_is_five_batch_pods_and_then_none(void **state)
{
	struct stage s;

	(void)state;
	begin(&s);
	for (int i = 0; i < 4; i++)
		tell(&s, i, DRY_EVENT_POD_START, 0, 0);
	for (int i = 0; i < 4; i++)
		tell(&s, 10, DRY_EVENT_POD_END, 0, 0);
	tell(&s, 20, DRY_EVENT_SCALE_DOWN, 0, DRY_NONE);
	assert_int_equal(s.watch.group[0].waves, 0);
	assert_int_equal(s.watch.group[0].released, 0);
	for (int i = 0; i < 5; i++) {
		tell(&s, 100 + i, DRY_EVENT_POD_START, 0, 0);
		tell(&s, 100 + i, DRY_EVENT_POD_START, 1, 1);
	}
	tell(&s, 150, DRY_EVENT_SCALE_DOWN, 0, DRY_NONE);
	for (int i = 0; i < 5; i++)
		tell(&s, 200 + i, i ? DRY_EVENT_POD_END : DRY_EVENT_POD_EVICTED, 0, 0);
	tell(&s, 804, DRY_EVENT_SCALE_DOWN, 0, DRY_NONE);
	tell(&s, 1004, DRY_EVENT_SCALE_DOWN, 0, DRY_NONE);
	/* The next wave has begun: what goes now does not wait for the last. */
	tell(&s, 1100, DRY_EVENT_POD_START, 0, 0);
	tell(&s, 1200, DRY_EVENT_SCALE_DOWN, 0, DRY_NONE);
	assert_int_equal(s.watch.group[0].waves, 1);
	assert_int_equal(s.watch.group[0].released, 2);
	assert_int_equal(s.watch.group[0].held_ms, 1400000);
	assert_int_equal(s.watch.group[0].batch_pods, 10);
	assert_int_equal(s.watch.group[1].batch_pods, 0);
}

static void safe_is_no_worse_than_the_tolerance(void **state)
{
	double a[DRY_METRIC_COUNT] = { 0 }, b[DRY_METRIC_COUNT] = { 0 };

	(void)state;
	a[DRY_METRIC_P95_WAIT] = b[DRY_METRIC_P95_WAIT] = 200;
	assert_true(dry_wave_is_safe(a, b, 0.05));
	b[DRY_METRIC_P95_WAIT] = 210;
	assert_true(dry_wave_is_safe(a, b, 0.05));
	b[DRY_METRIC_P95_WAIT] = 210.1;
	assert_false(dry_wave_is_safe(a, b, 0.05));
	b[DRY_METRIC_P95_WAIT] = NAN;
	assert_false(dry_wave_is_safe(a, b, 0.05));
	a[DRY_METRIC_P95_WAIT] = NAN;
	assert_true(dry_wave_is_safe(a, b, 0.05));
	b[DRY_METRIC_EVICTIONS_DAY] = 1;
	assert_true(dry_wave_is_safe(a, b, 0.05));
	b[DRY_METRIC_EVICTIONS_DAY] = 1.1;
	assert_false(dry_wave_is_safe(a, b, 0.05));
	b[DRY_METRIC_EVICTIONS_DAY] = 0;
	b[DRY_METRIC_NEVER_SCHEDULED] = 1;
	assert_false(dry_wave_is_safe(a, b, 100));
}

static void the_safe_time_that_saves_most_is_chosen(void **state)
{
	struct dry_wave_report report = { .scenario = "x" };
	struct dry_wave_ladder ladder = { .path = "p", .count = 4 };

	(void)state;
	report.present[DRY_METRIC_COST_DAY] = 100;
	for (int i = 0; i < 4; i++)
		ladder.step[i].safe = true;
	ladder.step[0].metric[DRY_METRIC_COST_DAY] = 99;
	ladder.step[1].metric[DRY_METRIC_COST_DAY] = 95;
	ladder.step[2].metric[DRY_METRIC_COST_DAY] = 95;
	ladder.step[3].metric[DRY_METRIC_COST_DAY] = 90;
	dry_wave_choose(&report, &ladder);
	assert_int_equal(ladder.earliest, 3);
	ladder.step[3].safe = false;
	dry_wave_choose(&report, &ladder);
	/* Of equals the longer one: less is risked. */
	assert_int_equal(ladder.earliest, 1);
	for (int i = 0; i < 4; i++)
		ladder.step[i].metric[DRY_METRIC_COST_DAY] = 100;
	dry_wave_choose(&report, &ladder);
	assert_int_equal(ladder.earliest, -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(shorter_times_only),
		cmocka_unit_test(a_wave_is_five_batch_pods_and_then_none),
		cmocka_unit_test(safe_is_no_worse_than_the_tolerance),
		cmocka_unit_test(the_safe_time_that_saves_most_is_chosen),
	};
	int failed;

	dry_arena_init(&arena);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	dry_arena_release(&arena);
	return failed;
}
