/* What money and luck do to a run: prices, interruptions, stock-outs, schedules, placeholders. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>

#include "world_fixture.h"

#define HOUR_MS INT64_C(3600000)

static double run_metric(struct fixture *f, enum dry_metric_id id)
{
	struct dry_result result;
	double value;

	fixture_run(f, &result);
	value = result.metric[id];
	dry_result_release(&result);
	return value;
}

static void a_pod_waits_for_its_node_and_the_node_is_billed(void **state)
{
	struct dry_result result;
	struct fixture f;

	(void)state;
	fixture_init(&f);
	fixture_group(&f, "a", DRY_ON_DEMAND, 0.36, 0);
	fixture_pod(&f, 0, 0, 0);
	fixture_run(&f, &result);
	assert_float_equal(result.metric[DRY_METRIC_P95_WAIT], 70, 1e-9);
	assert_float_equal(result.metric[DRY_METRIC_COST_TOTAL], 0.359, 1e-9);
	assert_float_equal(result.metric[DRY_METRIC_COST_ON_DEMAND], 0.359, 1e-9);
	assert_float_equal(result.metric[DRY_METRIC_COST_DAY], 0.359 * 24, 1e-9);
	assert_float_equal(result.metric[DRY_METRIC_NODES_ADDED], 1, 0);
	assert_float_equal(result.metric[DRY_METRIC_PODS_STARTED], 1, 0);
	assert_float_equal(result.metric[DRY_METRIC_AVAILABILITY], 353.0 / 360, 1e-9);
	assert_int_equal(result.median_provision_ms, 60000);
	assert_int_equal(result.workload_split_count, 1);
	assert_string_equal(result.workload_split[0].name, "service");
	/* The first loop only looks; then 60 s until Ready, which are idle in full; after it a part of the value. */
	assert_true(result.metric[DRY_METRIC_COST_IDLE] > 0.006 && result.metric[DRY_METRIC_COST_IDLE] < 0.36);
	dry_result_release(&result);
	fixture_release(&f);
}

static void a_price_above_the_maximum_takes_the_node(void **state)
{
	static const int64_t at[] = { 0, HOUR_MS / 2 }, price[] = { 100000000, 500000000 };
	struct dry_price_series series = { .count = 2, .at_ms = at, .nusd_per_hour = price };
	struct fixture f;
	struct dry_node_group *group;

	(void)state;
	fixture_init(&f);
	group = fixture_group(&f, "spot", DRY_SPOT, 0.1, 1);
	group->max_price_nusd_per_hour = 400000000;
	group->price_series = 0;
	f.input.price_series = &series;
	f.input.price_series_count = 1;
	fixture_pod(&f, 1000, 0, 0);
	assert_float_equal(run_metric(&f, DRY_METRIC_INTERRUPTIONS), 1, 0);
	assert_float_equal(run_metric(&f, DRY_METRIC_COST_SPOT), 0.05, 1e-9);
	assert_float_equal(run_metric(&f, DRY_METRIC_NEVER_SCHEDULED), 1, 0);
	group->max_price_nusd_per_hour = 600000000;
	assert_float_equal(run_metric(&f, DRY_METRIC_INTERRUPTIONS), 0, 0);
	assert_float_equal(run_metric(&f, DRY_METRIC_COST_SPOT), 0.05 + 0.25, 1e-9);
	f.input.config.spot.price_interrupts = false;
	group->max_price_nusd_per_hour = 400000000;
	assert_float_equal(run_metric(&f, DRY_METRIC_INTERRUPTIONS), 0, 0);
	fixture_release(&f);
}

static void an_early_reclaim_is_free_where_the_cloud_says_so(void **state)
{
	static const int64_t at[] = { 0, HOUR_MS / 2 }, price[] = { 100000000, 500000000 };
	struct dry_price_series series = { .count = 2, .at_ms = at, .nusd_per_hour = price };
	struct fixture f;

	(void)state;
	fixture_init(&f);
	fixture_group(&f, "spot", DRY_SPOT, 0.1, 1)->max_price_nusd_per_hour = 400000000;
	f.group[0].price_series = 0;
	f.input.price_series = &series;
	f.input.price_series_count = 1;
	fixture_pod(&f, 1000, 0, 0);
	f.input.config.billing.free_if_reclaimed_within_ms = HOUR_MS;
	assert_float_equal(run_metric(&f, DRY_METRIC_COST_SPOT), 0, 0);
	fixture_release(&f);
}

static void a_hazard_takes_spot_nodes_only(void **state)
{
	struct fixture f;

	(void)state;
	fixture_init(&f);
	fixture_group(&f, "spot", DRY_SPOT, 0.1, 3);
	fixture_group(&f, "od", DRY_ON_DEMAND, 0.2, 3);
	f.input.config.options.scale_down_enabled = false;
	f.input.config.spot.hazard.kind = DRY_HAZARD_EXPONENTIAL;
	f.input.config.spot.hazard.per_hour = 1000;
	assert_float_equal(run_metric(&f, DRY_METRIC_INTERRUPTIONS), 3, 0);
	f.input.config.spot.hazard.scale = 0;
	assert_float_equal(run_metric(&f, DRY_METRIC_INTERRUPTIONS), 0, 0);
	fixture_release(&f);
}

static void capacity_that_shrinks_takes_the_newest_and_refuses_more(void **state)
{
	static const int32_t capacity[] = { 3, 1, 1 };
	struct dry_availability series = { .group_index = DRY_NONE, .gap_ms = 600000, .count = 3,
					   .capacity = capacity, .scale = 1 };
	struct dry_result result;
	struct fixture f;
	int i;

	(void)state;
	fixture_init(&f);
	fixture_group(&f, "spot", DRY_SPOT, 0.1, 0);
	f.input.config.spot.availability = &series;
	f.input.config.spot.availability_count = 1;
	for (i = 0; i < 3; i++)
		fixture_pod(&f, 1000, 0, 0);
	fixture_run(&f, &result);
	assert_float_equal(result.metric[DRY_METRIC_INTERRUPTIONS], 2, 0);
	assert_float_equal(result.metric[DRY_METRIC_NEVER_SCHEDULED], 2, 0);
	assert_true(result.metric[DRY_METRIC_SCALE_UPS_FAILED] >= 1);
	assert_int_equal(result.group[0].peak_nodes, 3);
	dry_result_release(&result);
	fixture_release(&f);
}

static void a_dry_zone_takes_nodes_in_bursts_and_is_the_same_for_every_setting(void **state)
{
	struct dry_result a, b;
	struct fixture f;

	(void)state;
	fixture_init(&f);
	fixture_group(&f, "spot", DRY_SPOT, 0.1, 8);
	f.input.config.horizon_ms = 240 * HOUR_MS;
	f.input.config.options.scale_down_enabled = false;
	f.input.config.spot.stockouts = (struct dry_stockout_process){
		true, 0.3, 0.4, 3.2, 0.54, 1.8, 0.49, DRY_STOCKOUT_ERROR };
	fixture_run(&f, &a);
	fixture_run(&f, &b);
	assert_true(a.stochastic);
	assert_true(a.metric[DRY_METRIC_INTERRUPTIONS] >= 4);
	assert_int_equal(a.digest, b.digest);
	dry_result_release(&a);
	dry_result_release(&b);
	f.input.config.spot.burst = 0;
	assert_float_equal(run_metric(&f, DRY_METRIC_INTERRUPTIONS), 0, 0);
	fixture_release(&f);
}

static void a_schedule_raises_the_minimum_and_the_cloud_keeps_it(void **state)
{
	static const struct dry_size_step step[] = { { 600000, 3 }, { 1800000, 0 } };
	struct dry_result result;
	struct fixture f;
	struct dry_node_group *group;

	(void)state;
	fixture_init(&f);
	group = fixture_group(&f, "a", DRY_ON_DEMAND, 0.36, 0);
	group->schedule = step;
	group->schedule_count = 2;
	group->min_size_acts_cloud = true;
	fixture_pod(&f, 700000, 1, 60000);
	fixture_run(&f, &result);
	assert_float_equal(result.metric[DRY_METRIC_MAX_WAIT], 0, 0);
	assert_int_equal(result.group[0].peak_nodes, 3);
	/* from 1800 s on nothing keeps them: the autoscaler takes them away */
	assert_true(result.metric[DRY_METRIC_NODES_REMOVED] >= 1);
	dry_result_release(&result);
	group->min_size_acts_cloud = false;
	assert_float_equal(run_metric(&f, DRY_METRIC_MAX_WAIT), 70, 1e-9);
	f.input.config.options.enforce_node_group_min_size = true;
	assert_float_equal(run_metric(&f, DRY_METRIC_MAX_WAIT), 0, 0);
	fixture_release(&f);
}

static void a_schedule_repeats_after_its_period(void **state)
{
	static const struct dry_size_step step[] = { { 0, 0 }, { 600000, 2 }, { 900000, 0 } };
	struct fixture f;
	struct dry_node_group *group;

	(void)state;
	fixture_init(&f);
	group = fixture_group(&f, "a", DRY_ON_DEMAND, 0.36, 0);
	group->schedule = step;
	group->schedule_count = 3;
	group->schedule_period_ms = 1200000;
	group->min_size_acts_cloud = true;
	f.input.config.options.scale_down_unneeded_ms = 30000;
	f.input.config.options.scale_down_delay_after_add_ms = 0;
	assert_float_equal(run_metric(&f, DRY_METRIC_NODES_ADDED), 6, 0);
	fixture_release(&f);
}

static void placeholders_hold_a_node_and_make_way(void **state)
{
	struct dry_result with;
	struct fixture f;

	(void)state;
	fixture_init(&f);
	fixture_group(&f, "a", DRY_ON_DEMAND, 0.36, 0);
	fixture_pod(&f, 1200000, 0, 0);
	assert_float_equal(run_metric(&f, DRY_METRIC_MAX_WAIT), 70, 1e-9);
	f.input.config.placeholder.node_count = 1;
	fixture_run(&f, &with);
	assert_float_equal(with.metric[DRY_METRIC_MAX_WAIT], 0, 0);
	assert_float_equal(with.metric[DRY_METRIC_PODS], 1, 0);
	assert_int_equal(with.group[0].final_target, 2);
	dry_result_release(&with);
	fixture_release(&f);
}

static void a_checkpoint_saves_what_was_done(void **state)
{
	struct fixture f;
	struct dry_trace_event take = { .at_ms = 1000000, .kind = DRY_TRACE_INTERRUPT, .group_index = 0,
					.node_ordinal = 0, .count = 1, .until_ms = DRY_NEVER };

	(void)state;
	fixture_init(&f);
	fixture_group(&f, "spot", DRY_SPOT, 0.1, 1);
	f.input.trace_event = &take;
	f.input.trace_event_count = 1;
	fixture_pod(&f, 0, 1, 1500000);
	assert_float_equal(run_metric(&f, DRY_METRIC_LOST_WORK), 3 * 1000.0 / 3600, 1e-9);
	f.class[1].checkpoint_interval_ms = 300000;
	assert_float_equal(run_metric(&f, DRY_METRIC_LOST_WORK), 3 * 100.0 / 3600, 1e-9);
	fixture_release(&f);
}

static void reservations_are_due_and_cover_what_runs(void **state)
{
	struct dry_reserved owned = { 0, 2, 100000000 };
	struct dry_result result;
	struct fixture f;

	(void)state;
	fixture_init(&f);
	fixture_group(&f, "a", DRY_ON_DEMAND, 0.36, 3);
	f.input.config.options.scale_down_enabled = false;
	owned.instance_type = f.group[0].instance_type;
	f.input.config.billing.reserved = &owned;
	f.input.config.billing.reserved_count = 1;
	fixture_run(&f, &result);
	assert_float_equal(result.metric[DRY_METRIC_COST_RESERVED], 0.2, 1e-9);
	assert_float_equal(result.metric[DRY_METRIC_COST_ON_DEMAND], 0.36, 1e-9);
	assert_float_equal(result.metric[DRY_METRIC_COST_TOTAL], 0.56, 1e-9);
	assert_float_equal(result.metric[DRY_METRIC_COST_MARGINAL], 0.36, 1e-9);
	dry_result_release(&result);
	fixture_release(&f);
}

static void a_savings_plan_covers_its_type(void **state)
{
	struct dry_savings_rate rate = { 0, 200000000 };
	struct dry_savings_plan plan = { 200000000, true, 1, &rate };
	struct fixture f;

	(void)state;
	fixture_init(&f);
	fixture_group(&f, "a", DRY_ON_DEMAND, 0.36, 3);
	f.input.config.options.scale_down_enabled = false;
	rate.instance_type = f.group[0].instance_type;
	f.input.config.billing.savings_plan = &plan;
	f.input.config.billing.savings_plan_count = 1;
	assert_float_equal(run_metric(&f, DRY_METRIC_COST_TOTAL), 0.2 + 0.72, 1e-9);
	f.group[0].capacity_type = DRY_SPOT;
	assert_float_equal(run_metric(&f, DRY_METRIC_COST_TOTAL), 0.2 + 1.08, 1e-9);
	fixture_release(&f);
}

static void a_second_identical_run_does_not_allocate(void **state)
{
	struct dry_worker *worker = dry_worker_new();
	struct dry_run_request request;
	struct dry_result result;
	struct fixture f;
	uint64_t bytes;
	int i;

	(void)state;
	fixture_init(&f);
	fixture_group(&f, "spot", DRY_SPOT, 0.1, 2);
	f.input.config.spot.stockouts = (struct dry_stockout_process){
		true, 0.2, 0.4, 3.2, 0.54, 1.8, 0.49, DRY_STOCKOUT_ERROR };
	f.input.config.placeholder.node_count = 1;
	for (i = 0; i < 20; i++)
		fixture_pod(&f, i * 60000, 1, 600000);
	request = (struct dry_run_request){ .input = &f.input, .config = &f.input.config, .seed = 3 };
	dry_result_init(&result);
	assert_true(dry_run(worker, &request, &result));
	assert_true(dry_run(worker, &request, &result));
	bytes = dry_worker_allocations(worker);
	assert_true(dry_run(worker, &request, &result));
	assert_int_equal(dry_worker_allocations(worker), bytes);
	dry_result_release(&result);
	dry_worker_release(worker);
	fixture_release(&f);
}

static void every_tick_and_plain_scan_decide_the_same(void **state)
{
	static const struct dry_size_step step[] = { { 0, 1 }, { 1500000, 4 }, { 2700000, 0 } };
	static const int32_t capacity[] = { 6, 2, 5, 1, 6 };
	struct dry_availability series = { .group_index = 0, .gap_ms = 1700000, .count = 5, .capacity = capacity,
					   .scale = 1 };
	struct dry_worker *worker = dry_worker_new();
	struct dry_run_request request;
	struct dry_result result;
	struct fixture f;
	uint64_t digest;
	int i;

	(void)state;
	fixture_init(&f);
	fixture_group(&f, "spot", DRY_SPOT, 0.1, 2);
	fixture_group(&f, "od", DRY_ON_DEMAND, 0.2, 1);
	f.group[1].schedule = step;
	f.group[1].schedule_count = 3;
	f.group[1].schedule_period_ms = 3600000;
	f.group[1].min_size_acts_cloud = true;
	f.input.config.horizon_ms = 6 * HOUR_MS;
	f.input.config.options.scale_down_unneeded_ms = 120000;
	f.input.config.options.scale_down_delay_after_add_ms = 60000;
	f.input.config.spot.availability = &series;
	f.input.config.spot.availability_count = 1;
	f.input.config.spot.notice_ms = 120000;
	f.input.config.spot.capacity_rebalance = true;
	f.input.config.spot.hazard.kind = DRY_HAZARD_EXPONENTIAL;
	f.input.config.spot.hazard.per_hour = 0.7;
	f.input.config.spot.stockouts = (struct dry_stockout_process){
		true, 0.2, 0.4, 3.2, 0.54, 1.8, 0.49, DRY_STOCKOUT_ERROR };
	f.input.config.placeholder.node_count = 1;
	for (i = 0; i < 40; i++)
		fixture_pod(&f, i * 437000, i % 3 > 0, 900000);
	request = (struct dry_run_request){ .input = &f.input, .config = &f.input.config, .seed = 11 };
	dry_result_init(&result);
	dry_run(worker, &request, &result);
	digest = result.digest;
	assert_true(result.metric[DRY_METRIC_INTERRUPTIONS] > 0);
	assert_true(result.loops_skipped > 0);
	request.every_tick = true;
	dry_run(worker, &request, &result);
	assert_true(result.digest == digest);
	request.every_tick = false;
	request.eager_compaction = true;
	dry_run(worker, &request, &result);
	assert_true(result.digest == digest);
	request.eager_compaction = false;
	request.plain_scan = true;
	dry_run(worker, &request, &result);
	assert_true(result.digest == digest);
	dry_result_release(&result);
	dry_worker_release(worker);
	fixture_release(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_pod_waits_for_its_node_and_the_node_is_billed),
		cmocka_unit_test(a_price_above_the_maximum_takes_the_node),
		cmocka_unit_test(an_early_reclaim_is_free_where_the_cloud_says_so),
		cmocka_unit_test(a_hazard_takes_spot_nodes_only),
		cmocka_unit_test(capacity_that_shrinks_takes_the_newest_and_refuses_more),
		cmocka_unit_test(a_dry_zone_takes_nodes_in_bursts_and_is_the_same_for_every_setting),
		cmocka_unit_test(a_schedule_raises_the_minimum_and_the_cloud_keeps_it),
		cmocka_unit_test(a_schedule_repeats_after_its_period),
		cmocka_unit_test(placeholders_hold_a_node_and_make_way),
		cmocka_unit_test(a_checkpoint_saves_what_was_done),
		cmocka_unit_test(reservations_are_due_and_cover_what_runs),
		cmocka_unit_test(a_savings_plan_covers_its_type),
		cmocka_unit_test(a_second_identical_run_does_not_allocate),
		cmocka_unit_test(every_tick_and_plain_scan_decide_the_same),
	};

	return cmocka_run_group_tests_name("run: money and luck", tests, NULL, NULL);
}
