#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>

#include "base/symbol.h"
#include "io/scenario.h"
#include "report/recording.h"

static uint64_t next(uint64_t *seed)
{
	*seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return *seed >> 33;
}

/* The blocks of minima and maxima say what looking at every step says. */
static void ranges_are_those_of_the_steps(void **state)
{
	struct dry_series series = { 0 };
	uint64_t seed = 7;
	int64_t at_ms = 0;

	(void)state;
	for (int i = 0; i < 5000; i++) {
		at_ms += 1 + (int64_t)(next(&seed) % 9);
		dry_series_add(&series, at_ms, (int64_t)(next(&seed) % 1000));
	}
	dry_series_seal(&series);
	assert_true(series.level_count >= 2);
	for (int q = 0; q < 3000; q++) {
		int64_t from = (int64_t)(next(&seed) % (uint64_t)at_ms), to = from + (int64_t)(next(&seed) % 20000), low, high;
		int64_t want_low = dry_series_at(&series, from), want_high = want_low;

		for (uint32_t i = 0; i < series.count; i++)
			if (series.at_ms[i] > from && series.at_ms[i] < to) {
				want_low = series.value[i] < want_low ? series.value[i] : want_low;
				want_high = series.value[i] > want_high ? series.value[i] : want_high;
			}
		dry_series_range(&series, from, to, &low, &high);
		assert_int_equal(low, want_low);
		assert_int_equal(high, want_high);
	}
	dry_series_release(&series);
}

static void a_series_is_a_step_function(void **state)
{
	struct dry_series series = { 0 };
	int64_t low, high;

	(void)state;
	dry_series_range(&series, 0, 100, &low, &high);
	assert_int_equal(high, 0);
	dry_series_add(&series, 10, 5);
	dry_series_add(&series, 20, 5);         /* nothing new */
	dry_series_add(&series, 30, 7);
	dry_series_add(&series, 30, 9);         /* the same instant: the last one holds */
	assert_int_equal(series.count, 2);
	dry_series_seal(&series);
	assert_int_equal(dry_series_at(&series, 9), 0);
	assert_int_equal(dry_series_at(&series, 10), 5);
	assert_int_equal(dry_series_at(&series, 1000), 9);
	assert_true(dry_series_integral(&series, 0, 40) == 5.0 * 20 + 9.0 * 10);
	assert_true(dry_series_integral(&series, 35, 35) == 0);
	dry_series_range(&series, 12, 12, &low, &high);
	assert_int_equal(low, 5);
	assert_int_equal(high, 5);
	dry_series_release(&series);
}

/* A recording tells what the run's own result tells. */
static void a_recording_agrees_with_the_result(void **state)
{
	struct dry_error err = { 0 };
	struct dry_recording *recording;
	struct dry_run_request request = { 0 };
	struct dry_input input;
	uint32_t ups = 0, downs = 0, reclaims = 0;
	int64_t low, high;

	(void)state;
	assert_true(dry_input_load(&input, "scenarios/spot-multi-zone.yaml", NULL, &err));
	request.input = &input;
	request.config = &input.config;
	request.seed = 3;
	recording = dry_recording_make(&request);
	assert_non_null(recording);
	for (uint32_t m = 0; m < recording->moment_count; m++) {
		const struct dry_moment *moment = &recording->moment[m];

		ups += moment->kind == DRY_MOMENT_SCALE_UP;
		downs += moment->kind == DRY_MOMENT_SCALE_DOWN;
		reclaims += moment->kind == DRY_MOMENT_RECLAIM;
		assert_true(!m || recording->moment[m - 1].at_ms <= moment->at_ms);
		if (moment->kind == DRY_MOMENT_SCALE_UP) {
			assert_true(moment->loop_index < recording->loop_count);
			assert_int_equal(recording->loop[moment->loop_index].at_ms, moment->at_ms);
		}
	}
	assert_int_equal(ups, (int64_t)recording->result.metric[DRY_METRIC_SCALE_UPS]);
	assert_int_equal(downs, (int64_t)recording->result.metric[DRY_METRIC_SCALE_DOWNS]);
	assert_true(reclaims > 0 && reclaims <= (uint32_t)recording->result.metric[DRY_METRIC_INTERRUPTIONS]);
	dry_series_range(&recording->nodes, 0, recording->end_at_ms, &low, &high);
	assert_true(high <= (int64_t)recording->result.metric[DRY_METRIC_PEAK_NODES]);
	assert_true(high > 0);
	dry_series_range(&recording->pending, 0, recording->end_at_ms + 1, &low, &high);
	assert_int_equal(high, recording->result.worst_pending);
	/* New nodes carry the ordinals that the scale-up claimed. */
	for (uint32_t m = 0; m < recording->moment_count; m++) {
		const struct dry_moment *moment = &recording->moment[m];
		const struct dry_recorded_group *group = &recording->group[moment->group_index];

		if (moment->kind == DRY_MOMENT_SCALE_UP && moment->ordinal < group->node_count &&
		    group->node[moment->ordinal].ready_at_ms >= 0)
			assert_true(group->node[moment->ordinal].ready_at_ms > moment->at_ms);
	}
	assert_int_equal(dry_recording_find(recording, INT64_MAX), recording->moment_count);
	dry_recording_release(recording);
	dry_input_release(&input);
	dry_error_release(&err);
}

static void a_stopped_run_gives_no_recording(void **state)
{
	struct dry_error err = { 0 };
	struct dry_run_request request = { 0 };
	struct dry_input input;
	atomic_bool stop = true;

	(void)state;
	assert_true(dry_input_load(&input, "scenarios/web-and-batch.yaml", NULL, &err));
	request.input = &input;
	request.config = &input.config;
	request.stop = &stop;
	assert_null(dry_recording_make(&request));
	dry_input_release(&input);
	dry_error_release(&err);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ranges_are_those_of_the_steps),
		cmocka_unit_test(a_series_is_a_step_function),
		cmocka_unit_test(a_recording_agrees_with_the_result),
		cmocka_unit_test(a_stopped_run_gives_no_recording),
	};

	return cmocka_run_group_tests_name("recording", tests, NULL, NULL);
}
