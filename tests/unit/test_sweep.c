#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "io/results_file.h"
#include "sweep_world.h"

static struct dry_input input;

static int load(void **state)
{
	(void)state;
	return sweep_world_load(&input) ? 0 : -1;
}

static int unload(void **state)
{
	(void)state;
	dry_input_release(&input);
	return 0;
}

static void run_to_end(const struct dry_sweep_options *options, uint32_t jobs, struct dry_sweep_result *result)
{
	struct dry_error err = { 0 };
	struct dry_sweep *sweep = dry_sweep_new(&input, options, &err);

	assert_non_null(sweep);
	assert_true(dry_sweep_start(sweep, jobs));
	assert_true(dry_sweep_wait(sweep, 30000));
	dry_sweep_result(sweep, result);
	dry_sweep_release(sweep);
	dry_error_release(&err);
}

static void the_grid_is_the_cross_product_and_holds_the_baseline(void **state)
{
	struct dry_sweep_options options = { .run_fn = sweep_world_run };
	struct dry_sweep_result result;
	struct dry_sweep_change change[4];

	(void)state;
	run_to_end(&options, 2, &result);
	assert_int_equal(result.point_count, 12);
	assert_int_equal(result.grid_count, 12);
	assert_int_equal(result.counts.done, 12);
	/* 600s is the scenario's 10m */
	assert_int_equal(result.baseline.index, 11);
	assert_string_equal(result.base_value[0], "10m");
	assert_string_equal(dry_sweep_point_value(&result, &result.point[3], 1), "0.5");
	assert_int_equal(dry_sweep_point_changes(&result, &result.point[0], change, 4), 3);
	assert_string_equal(change[0].from, "10m");
	assert_string_equal(change[0].to, "2m");
	assert_int_equal(dry_sweep_point_changes(&result, &result.point[11], change, 4), 0);
	assert_true(fabs(dry_sweep_vs_base(&result, &result.point[0], DRY_METRIC_COST_DAY) -
			 (107.0 / 150 - 1)) < 1e-12);
	assert_true(result.front_count > 0);
	assert_int_equal(result.point[result.front[0]].rank, 1);
	dry_sweep_result_release(&result);
}

static void the_number_of_threads_changes_no_byte(void **state)
{
	struct dry_sweep_options options = { .run_fn = sweep_world_run_noisy, .replications = 4 };
	struct dry_results_text one = { 0 }, eight = { 0 };
	struct dry_sweep_result result;

	(void)state;
	run_to_end(&options, 1, &result);
	dry_results_json(&result, &one);
	dry_sweep_result_release(&result);
	run_to_end(&options, 8, &result);
	dry_results_json(&result, &eight);
	assert_int_equal(result.point[0].replications, 4);
	assert_non_null(result.point[0].interval);
	dry_sweep_result_release(&result);
	assert_string_equal(one.text, eight.text);
	dry_results_text_release(&one);
	dry_results_text_release(&eight);
}

static void shards_share_the_grid_without_overlap(void **state)
{
	uint32_t seen[12] = { 0 };

	(void)state;
	for (uint32_t s = 0; s < 5; s++) {
		struct dry_sweep_options options = { .run_fn = sweep_world_run, .shard = { s, 5 } };
		struct dry_sweep_result result;

		run_to_end(&options, 1, &result);
		for (uint32_t i = 0; i < result.point_count; i++)
			seen[result.point[i].index]++;
		dry_sweep_result_release(&result);
	}
	for (int i = 0; i < 12; i++)
		assert_int_equal(seen[i], 1);
}

static void a_setting_that_is_not_valid_fails_its_point_only(void **state)
{
	static const char *const sizes[] = { "0", "1", "2" };
	static const struct dry_sweep_parameter parameter = { "nodeGroups.a.maxSize", 3, sizes };
	struct dry_sweep_options options = { .run_fn = sweep_world_run, .parameter = &parameter,
					     .parameter_count = 1 };
	struct dry_sweep_result result;

	(void)state;
	run_to_end(&options, 2, &result);
	assert_int_equal(result.point[0].state, DRY_POINT_FAILED);        /* initialSize 1 */
	assert_non_null(result.point[0].reason);
	assert_false(result.point[0].has_metrics);
	assert_int_equal(result.point[1].state, DRY_POINT_DONE);
	assert_true(result.baseline.index == UINT64_MAX);
	assert_true(result.baseline.has_metrics);
	dry_sweep_result_release(&result);
}

static void refuse(const struct dry_sweep_options *options, const char *word)
{
	struct dry_error err = { 0 };

	assert_null(dry_sweep_new(&input, options, &err));
	assert_true(err.count > 0);
	if (!strstr(err.complaint[0].text, word))
		fail_msg("%s: no %s", err.complaint[0].text, word);
	dry_error_release(&err);
}

static void wrong_questions_are_refused_with_the_word_that_is_wrong(void **state)
{
	static const char *const good[] = { "1m" }, *const bad[] = { "soon" }, *const twice[] = { "1m", "1m" };
	struct dry_sweep_parameter parameter[2] = { { "scale-down-unneeded-tiem", 1, good } };
	struct dry_sweep_options options = { .parameter = parameter, .parameter_count = 1 };
	static const enum dry_metric_id neutral[] = { DRY_METRIC_PODS };

	(void)state;
	refuse(&options, "scale-down-unneeded-tiem");
	parameter[0] = (struct dry_sweep_parameter){ "scale-down-unneeded-time", 1, bad };
	refuse(&options, "soon");
	parameter[0] = (struct dry_sweep_parameter){ "scale-down-unneeded-time", 2, twice };
	refuse(&options, "twice");
	parameter[0] = parameter[1] = (struct dry_sweep_parameter){ "scale-down-unneeded-time", 1, good };
	options.parameter_count = 2;
	refuse(&options, "twice");
	options.parameter_count = 1;
	options.objective = neutral;
	options.objective_count = 1;
	refuse(&options, "pods");
}

static void a_what_if_is_a_point_behind_the_grid(void **state)
{
	struct dry_sweep_options options = { .run_fn = sweep_world_run };
	struct dry_setting setting = { "scale-down-unneeded-time", "7m" }, wrong = { "no-such-flag", "1" };
	struct dry_error err = { 0 };
	struct dry_sweep *sweep = dry_sweep_new(&input, &options, &err);
	struct dry_sweep_result result;
	struct dry_sweep_change change[2];
	uint64_t index = 0;

	(void)state;
	assert_non_null(sweep);
	assert_true(dry_sweep_start(sweep, 2));
	assert_true(dry_sweep_wait(sweep, 30000));
	assert_true(dry_sweep_add(sweep, &setting, 1, &index, &err));
	assert_int_equal(index, 12);
	assert_false(dry_sweep_add(sweep, &wrong, 1, NULL, &err));
	assert_true(dry_sweep_wait(sweep, 30000));
	dry_sweep_result(sweep, &result);
	assert_int_equal(result.point_count, 13);
	assert_true(result.point[12].is_extra);
	assert_int_equal(result.point[12].state, DRY_POINT_DONE);
	assert_int_equal(dry_sweep_point_changes(&result, &result.point[12], change, 2), 1);
	assert_string_equal(change[0].to, "7m");
	dry_sweep_result_release(&result);
	dry_sweep_release(sweep);
	dry_error_release(&err);
}

static atomic_int runs;

static bool slow_run(struct dry_worker *worker, const struct dry_run_request *request, struct dry_result *result)
{
	struct timespec pause = { .tv_nsec = 2000000 };

	for (int i = 0; i < 10; i++) {
		if (request->stop && atomic_load(request->stop))
			return false;
		nanosleep(&pause, NULL);
	}
	atomic_fetch_add(&runs, 1);
	return sweep_world_run(worker, request, result);
}

static void stop_and_go_on_ends_as_never_stopped(void **state)
{
	struct dry_sweep_options options = { .run_fn = slow_run, .track_time = true };
	struct dry_error err = { 0 };
	struct dry_sweep *sweep = dry_sweep_new(&input, &options, &err);
	static struct dry_sweep_status status;
	struct dry_sweep_result stopped, straight;
	struct dry_results_text a = { 0 }, b = { 0 };

	(void)state;
	assert_true(dry_sweep_start(sweep, 2));
	assert_false(dry_sweep_wait(sweep, 50));
	dry_sweep_poll(sweep, &status);
	assert_int_equal(status.phase, DRY_SWEEP_RUNNING);
	assert_int_equal(status.total, 12);
	dry_sweep_stop(sweep, true);
	assert_true(dry_sweep_wait(sweep, 30000));
	dry_sweep_poll(sweep, &status);
	assert_int_equal(status.phase, DRY_SWEEP_STOPPED);
	assert_true(status.finished < 12);
	assert_true(dry_sweep_start(sweep, 3));
	dry_sweep_pause(sweep);
	dry_sweep_poll(sweep, &status);
	assert_int_equal(status.phase, DRY_SWEEP_PAUSED);
	assert_int_equal(status.eta_ms, -1);
	dry_sweep_resume(sweep);
	assert_true(dry_sweep_wait(sweep, 30000));
	dry_sweep_poll(sweep, &status);
	assert_int_equal(status.phase, DRY_SWEEP_DONE);
	assert_int_equal(status.finished, 12);
	dry_sweep_result(sweep, &stopped);
	dry_sweep_release(sweep);
	options.run_fn = sweep_world_run;
	run_to_end(&options, 1, &straight);
	dry_results_json(&stopped, &a);
	dry_results_json(&straight, &b);
	assert_string_equal(a.text, b.text);
	dry_results_text_release(&a);
	dry_results_text_release(&b);
	dry_sweep_result_release(&stopped);
	dry_sweep_result_release(&straight);
	dry_error_release(&err);
}

static void precision_takes_as_many_replications_as_it_needs(void **state)
{
	struct dry_sweep_options options = { .run_fn = sweep_world_run_noisy, .precision = 0.005 };
	struct dry_sweep_result result;

	(void)state;
	run_to_end(&options, 2, &result);
	for (uint32_t i = 0; i < result.point_count; i++) {
		const struct dry_sweep_point *point = &result.point[i];
		const struct dry_interval *cost = &point->interval[DRY_METRIC_COST_DAY];

		assert_true(point->replications >= DRY_SWEEP_FIRST_REPLICATIONS);
		assert_true((cost->high - cost->low) / 2 <= 0.005 * point->metric[DRY_METRIC_COST_DAY] ||
			    point->replications == DRY_SWEEP_MOST_REPLICATIONS);
	}
	dry_sweep_result_release(&result);
	options.run_fn = sweep_world_run;
	run_to_end(&options, 2, &result);
	assert_int_equal(result.point[0].replications, 1);      /* nothing is random */
	assert_null(result.point[0].interval);
	dry_sweep_result_release(&result);
}

static void a_race_drops_what_is_beaten_and_keeps_the_front(void **state)
{
	struct dry_sweep_options options = { .run_fn = sweep_world_run_noisy, .replications = 12 };
	struct dry_sweep_result whole, race;

	(void)state;
	run_to_end(&options, 2, &whole);
	options.race_alpha = 0.05;
	options.method = "racing";
	run_to_end(&options, 3, &race);
	assert_true(race.counts.pruned > 0);
	assert_true(race.approximate);
	assert_int_equal(race.counts.pending, 0);
	for (uint32_t i = 0; i < whole.front_count; i++) {
		const struct dry_sweep_point *point = &whole.point[whole.front[i]];
		const struct dry_sweep_point *same = dry_sweep_result_find(&race, point->index);

		assert_int_equal(same->state, DRY_POINT_DONE);
		assert_int_equal(same->replications, 12);
		assert_true(same->metric[DRY_METRIC_COST_DAY] == point->metric[DRY_METRIC_COST_DAY]);
	}
	dry_sweep_result_release(&whole);
	dry_sweep_result_release(&race);
}

/* The second run of a worker asks for no memory: neither the run nor the sweep around it. */
static void workers_do_not_allocate_after_their_first_run(void **state)
{
	struct dry_worker *worker = dry_worker_new();
	struct dry_result result;
	struct dry_run_request request = { .input = &input, .config = &input.config, .seed = 1 };
	uint64_t before;

	(void)state;
	dry_result_init(&result);
	assert_true(dry_run(worker, &request, &result));
	before = dry_worker_allocations(worker);
	assert_true(dry_run(worker, &request, &result));
	assert_int_equal(dry_worker_allocations(worker), before);
	dry_result_release(&result);
	dry_worker_release(worker);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_grid_is_the_cross_product_and_holds_the_baseline),
		cmocka_unit_test(the_number_of_threads_changes_no_byte),
		cmocka_unit_test(shards_share_the_grid_without_overlap),
		cmocka_unit_test(a_setting_that_is_not_valid_fails_its_point_only),
		cmocka_unit_test(wrong_questions_are_refused_with_the_word_that_is_wrong),
		cmocka_unit_test(a_what_if_is_a_point_behind_the_grid),
		cmocka_unit_test(stop_and_go_on_ends_as_never_stopped),
		cmocka_unit_test(precision_takes_as_many_replications_as_it_needs),
		cmocka_unit_test(a_race_drops_what_is_beaten_and_keeps_the_front),
		cmocka_unit_test(workers_do_not_allocate_after_their_first_run),
	};

	return cmocka_run_group_tests_name("sweep", tests, load, unload);
}
