/* One node group over several zones: where its nodes go, what they cost there, and what the autoscaler takes for granted. */
#include "load_fixture.h"
#include "world_fixture.h"

#include "run/zone_strategy.h"
#include "world/place.h"

#define HOUR_MS INT64_C(3600000)

#define ZONE_KEY "topology.kubernetes.io/zone"

static void over_zones(struct fixture *f, struct dry_node_group *group, struct dry_group_zone *zone, uint32_t count)
{
	static const char *const name[] = { "us-east-1a", "us-east-1b", "us-east-1c" };
	uint32_t z;

	for (z = 0; z < count; z++)
		zone[z] = (struct dry_group_zone){ dry_symbols_add_text(&f->input.symbols, name[z]), DRY_NONE };
	group->zone = zone[0].zone;
	group->zones = zone;
	group->zone_count = count;
}

/* The zones of nodes in order of their becoming Ready, such as "abc". */
struct seen {
	const struct dry_symbols *symbols;
	char zone[64];
	uint32_t count, failed;
};

static void see(void *context, const struct dry_event *event)
{
	struct seen *seen = context;

	seen->failed += event->kind == DRY_EVENT_SCALE_UP_FAILED;
	if (event->kind == DRY_EVENT_NODE_READY && seen->count + 1 < sizeof(seen->zone))
		seen->zone[seen->count++] = event->zone ? dry_symbols_text(seen->symbols, event->zone)[9] : '-';
}

static struct seen zones_of_run(struct fixture *f, struct dry_result *result)
{
	struct seen seen = { .symbols = &f->input.symbols };
	struct dry_observer observer = { .context = &seen, .on_event = see };
	struct dry_worker *worker = dry_worker_new();
	struct dry_run_request request = { .input = &f->input, .config = &f->input.config, .seed = 1,
					   .observer = &observer };

	dry_result_init(result);
	assert_true(dry_run(worker, &request, result));
	dry_worker_release(worker);
	return seen;
}

static void a_node_goes_where_the_group_has_the_fewest(void **state)
{
	struct dry_group_zone zone[3];
	struct dry_result result;
	struct fixture f;
	int i;

	(void)state;
	fixture_init(&f);
	over_zones(&f, fixture_group(&f, "a", DRY_ON_DEMAND, 0.36, 2), zone, 3);
	for (i = 0; i < 7; i++)
		fixture_pod(&f, 1000, 0, 0);
	/* two of a and b were there; the next ones level the three */
	assert_string_equal(zones_of_run(&f, &result).zone, "cabca");
	dry_result_release(&result);
	fixture_release(&f);
}

static void a_dry_zone_is_passed_over_and_all_dry_is_a_refusal(void **state)
{
	struct dry_trace_event dry[] = {
		{ .at_ms = 0, .kind = DRY_TRACE_STOCKOUT, .until_ms = HOUR_MS },
		{ .at_ms = 600000, .order = 1, .kind = DRY_TRACE_STOCKOUT, .until_ms = HOUR_MS },
	};
	struct dry_group_zone zone[2];
	struct dry_result result;
	struct fixture f;
	struct seen seen;

	(void)state;
	fixture_init(&f);
	over_zones(&f, fixture_group(&f, "a", DRY_ON_DEMAND, 0.36, 0), zone, 2);
	dry[0].zone = zone[0].zone;
	f.input.trace_event = dry;
	f.input.trace_event_count = 1;
	fixture_pod(&f, 1000, 0, 0);
	fixture_pod(&f, 1000, 0, 0);
	seen = zones_of_run(&f, &result);
	assert_string_equal(seen.zone, "bb");
	assert_int_equal(seen.failed, 0);
	dry_result_release(&result);
	f.input.trace_event_count = 2;          /* from ten minutes on everywhere */
	fixture_pod(&f, 700000, 0, 0);
	seen = zones_of_run(&f, &result);
	assert_string_equal(seen.zone, "bb");
	assert_true(seen.failed > 0);
	assert_float_equal(result.metric[DRY_METRIC_NEVER_SCHEDULED], 1, 0);
	dry_result_release(&result);
	fixture_release(&f);
}

static void each_zone_has_its_price_and_its_limit(void **state)
{
	static const int64_t at[] = { 0, HOUR_MS / 2 }, cheap[] = { 100000000, 500000000 }, dear[] = { 200000000 };
	struct dry_price_series series[] = { { .count = 2, .at_ms = at, .nusd_per_hour = cheap },
					     { .count = 1, .at_ms = at, .nusd_per_hour = dear } };
	struct dry_group_zone zone[2];
	struct dry_node_group *group;
	struct dry_result result;
	struct fixture f;

	(void)state;
	fixture_init(&f);
	group = fixture_group(&f, "spot", DRY_SPOT, 0.1, 2);
	over_zones(&f, group, zone, 2);
	zone[0].price_series = group->price_series = 0;
	zone[1].price_series = 1;
	f.input.price_series = series;
	f.input.price_series_count = 2;
	f.input.config.options.scale_down_enabled = false;
	fixture_run(&f, &result);
	assert_float_equal(result.metric[DRY_METRIC_COST_SPOT], 0.05 + 0.25 + 0.2, 1e-9);
	dry_result_release(&result);
	group->max_price_nusd_per_hour = 400000000;     /* only the node of zone a is above it */
	fixture_run(&f, &result);
	assert_float_equal(result.metric[DRY_METRIC_INTERRUPTIONS], 1, 0);
	assert_float_equal(result.metric[DRY_METRIC_COST_SPOT], 0.05 + 0.2, 1e-9);
	dry_result_release(&result);
	fixture_release(&f);
}

static void capacity_of_a_zone_takes_its_nodes_only(void **state)
{
	static const int32_t capacity[] = { 3, 0, 0 };
	struct dry_availability series = { .group_index = 0, .gap_ms = 600000, .count = 3, .capacity = capacity,
					   .scale = 1 };
	struct dry_group_zone zone[2];
	struct dry_result result;
	struct fixture f;
	int i;

	(void)state;
	fixture_init(&f);
	over_zones(&f, fixture_group(&f, "spot", DRY_SPOT, 0.1, 0), zone, 2);
	series.zone = zone[1].zone;
	f.input.config.spot.availability = &series;
	f.input.config.spot.availability_count = 1;
	for (i = 0; i < 4; i++)
		fixture_pod(&f, 1000, 0, 0);
	/* b loses its two nodes and gets none again; a takes theirs */
	assert_string_equal(zones_of_run(&f, &result).zone, "ababaa");
	assert_float_equal(result.metric[DRY_METRIC_INTERRUPTIONS], 2, 0);
	assert_float_equal(result.metric[DRY_METRIC_NEVER_SCHEDULED], 0, 0);
	dry_result_release(&result);
	fixture_release(&f);
}

/* The drawn outages of a zone are those of a group that is in this zone alone. */
static void a_zone_goes_down_as_it_does_for_a_group_of_its_own(void **state)
{
	struct dry_group_zone zone[2];
	struct dry_result one, both;
	struct fixture f;

	(void)state;
	fixture_init(&f);
	over_zones(&f, fixture_group(&f, "spot", DRY_SPOT, 0.1, 8), zone, 2);
	f.input.config.horizon_ms = 240 * HOUR_MS;
	f.input.config.options.scale_down_enabled = false;
	f.input.config.spot.burst = 1;
	f.input.config.spot.stockouts = (struct dry_stockout_process){
		true, 0.3, 0, 3.2, 0.54, 1.8, 0.49, DRY_STOCKOUT_ERROR };
	fixture_run(&f, &both);
	assert_float_equal(both.metric[DRY_METRIC_INTERRUPTIONS], 8, 0);
	f.group[0].zone_count = 0;
	f.group[0].initial_size = 4;
	fixture_run(&f, &one);
	assert_float_equal(one.metric[DRY_METRIC_INTERRUPTIONS], 4, 0);
	/* zone a went down at the same instant in both; zone b's own instant makes up the rest */
	f.group[0].zone = zone[1].zone;
	{
		struct dry_result other;

		fixture_run(&f, &other);
		assert_float_equal(one.metric[DRY_METRIC_COST_TOTAL] + other.metric[DRY_METRIC_COST_TOTAL],
				   both.metric[DRY_METRIC_COST_TOTAL], 0.02);
		dry_result_release(&other);
	}
	dry_result_release(&one);
	dry_result_release(&both);
	fixture_release(&f);
}

/* A pod that must be in zone b, and a template that says a: no loop ever helps it. */
static void the_template_has_one_zone_and_hides_the_others(void **state)
{
	struct dry_label wanted;
	struct dry_group_zone zone[2];
	struct dry_result result;
	struct fixture f;

	(void)state;
	fixture_init(&f);
	over_zones(&f, fixture_group(&f, "a", DRY_ON_DEMAND, 0.36, 0), zone, 2);
	wanted = (struct dry_label){ dry_symbols_add_text(&f.input.symbols, ZONE_KEY), zone[1].zone };
	f.class[0].node_selector_count = 1;
	f.class[0].node_selector = &wanted;
	fixture_pod(&f, 1000, 0, 0);
	assert_string_equal(zones_of_run(&f, &result).zone, "");
	assert_float_equal(result.metric[DRY_METRIC_NEVER_SCHEDULED], 1, 0);
	dry_result_release(&result);
	wanted.value = zone[0].zone;
	assert_string_equal(zones_of_run(&f, &result).zone, "a");
	assert_float_equal(result.metric[DRY_METRIC_NEVER_SCHEDULED], 0, 0);
	dry_result_release(&result);
	fixture_release(&f);
}

/* The template is the oldest good node's: when the one of zone a is gone, zone b is what a new node is said to have. */
static void the_template_is_of_a_real_node(void **state)
{
	struct dry_trace_event gone = { .at_ms = 60000, .kind = DRY_TRACE_INTERRUPT, .node_ordinal = 0, .count = 1,
					.until_ms = DRY_NEVER };
	struct dry_label wanted;
	struct dry_group_zone zone[2];
	struct dry_result result;
	struct fixture f;

	(void)state;
	fixture_init(&f);
	over_zones(&f, fixture_group(&f, "a", DRY_ON_DEMAND, 0.36, 2), zone, 2);
	f.input.config.options.scale_down_enabled = false;
	f.input.trace_event = &gone;
	f.input.trace_event_count = 1;
	wanted = (struct dry_label){ dry_symbols_add_text(&f.input.symbols, ZONE_KEY), zone[1].zone };
	f.class[0].node_selector_count = 1;
	f.class[0].node_selector = &wanted;
	fixture_pod(&f, 1000, 0, 0);            /* takes the node of zone b */
	fixture_pod(&f, 300000, 0, 0);
	/* it is asked for three times: one node levels the zones, the next is a tie, and the third is in b at last */
	assert_string_equal(zones_of_run(&f, &result).zone, "aab");
	assert_float_equal(result.metric[DRY_METRIC_NEVER_SCHEDULED], 0, 0);
	dry_result_release(&result);
	fixture_release(&f);
}

/* --- zoneStrategy --- */

/* Three groups that differ by zone, or one over the three zones. */
static void three_zones(struct fixture *f, struct dry_group_zone *zone, bool one)
{
	static const char *const name[] = { "g", "g-b", "g-c" }, *const place[] = { "us-east-1a", "us-east-1b", "us-east-1c" };
	uint32_t g;

	fixture_init(f);
	for (g = 0; g < (one ? 1u : 3u); g++) {
		struct dry_node_group *group = fixture_group(f, name[g], DRY_SPOT, 0.1, one ? 3 : 1);

		group->min_size = one ? 3 : 1;
		group->max_size = one ? 12 : 4;
		group->zone = dry_symbols_add_text(&f->input.symbols, place[g]);
	}
	if (one)
		over_zones(f, &f->group[0], zone, 3);
	for (g = 0; g < 8; g++)
		fixture_pod(f, 60000 * (int64_t)g, 0, 0);
}

static const char *run_as(struct fixture *f, enum dry_zone_strategy strategy, struct dry_result *result, char *zones)
{
	struct dry_config was = f->input.config, *config = &f->input.config;
	struct dry_arena arena;
	struct seen seen;

	dry_arena_init(&arena);
	dry_config_copy(config, &was, &arena);
	config->zone_strategy = strategy;
	assert_true(dry_config_finish(config, &f->input, &arena, NULL));
	dry_zone_strategy_apply(config, &f->input.symbols, &arena);     /* again is no change */
	seen = zones_of_run(f, result);
	strcpy(zones, seen.zone);
	*config = was;
	dry_arena_release(&arena);
	return zones;
}

static void groups_that_differ_by_zone_become_one_and_back(void **state)
{
	struct dry_result written, merged, split, apart;
	struct dry_group_zone zone[3];
	char one[64], two[64];
	struct fixture f;

	(void)state;
	three_zones(&f, zone, true);
	run_as(&f, DRY_ZONES_AS_THEY_ARE, &written, one);
	run_as(&f, DRY_ZONES_PER_ZONE, &split, two);
	assert_int_equal(split.group_count, 3);
	assert_string_equal(two, "-----");
	fixture_release(&f);
	three_zones(&f, zone, false);
	assert_string_equal(run_as(&f, DRY_ZONES_MULTI_ZONE, &merged, two), one);
	assert_int_equal(merged.group_count, 3);
	assert_int_equal(merged.digest, written.digest);
	assert_float_equal(merged.metric[DRY_METRIC_COST_TOTAL], written.metric[DRY_METRIC_COST_TOTAL], 0);
	run_as(&f, DRY_ZONES_AS_THEY_ARE, &apart, two);
	assert_int_equal(apart.digest, split.digest);           /* groups are numbers there, not names */
	f.group[1].max_price_nusd_per_hour = 1;                 /* not only its zone is another */
	{
		struct dry_result two_of_three;

		run_as(&f, DRY_ZONES_MULTI_ZONE, &two_of_three, two);
		assert_int_equal(two_of_three.group[1].peak_nodes > 0, 1);
		assert_int_equal(two_of_three.group[2].peak_nodes, 0);
		dry_result_release(&two_of_three);
	}
	dry_result_release(&written);
	dry_result_release(&merged);
	dry_result_release(&split);
	dry_result_release(&apart);
	fixture_release(&f);
}

/* What the trace says of g-b goes on to act on the nodes in its zone, whatever group they are of. */
static void events_follow_the_nodes_they_spoke_of(void **state)
{
	struct dry_trace_event take = { .at_ms = 900000, .kind = DRY_TRACE_INTERRUPT, .group_index = 1,
					.node_ordinal = DRY_NONE, .count = 100, .until_ms = DRY_NEVER };
	struct dry_group_zone zone[3];
	struct dry_result result;
	char zones[64];
	struct fixture f;

	(void)state;
	three_zones(&f, zone, false);
	f.input.trace_event = &take;
	f.input.trace_event_count = 1;
	run_as(&f, DRY_ZONES_MULTI_ZONE, &result, zones);
	assert_float_equal(result.metric[DRY_METRIC_INTERRUPTIONS], 3, 0);
	dry_result_release(&result);
	fixture_release(&f);
	three_zones(&f, zone, true);
	f.input.trace_event = &take;
	f.input.trace_event_count = 1;
	take.group_index = 0;                   /* of the whole group: in each part of it */
	run_as(&f, DRY_ZONES_PER_ZONE, &result, zones);
	assert_float_equal(result.metric[DRY_METRIC_INTERRUPTIONS], 8, 0);
	take.zone = zone[1].zone;
	dry_result_release(&result);
	run_as(&f, DRY_ZONES_PER_ZONE, &result, zones);
	assert_true(result.metric[DRY_METRIC_INTERRUPTIONS] > 0 && result.metric[DRY_METRIC_INTERRUPTIONS] < 8);
	dry_result_release(&result);
	fixture_release(&f);
}

/* --- reading --- */

#define OVER(zones) "version: dryscale/v1\ntrace: t.jsonl\nnodeGroups:\n  - name: a\n    instanceType: m5.xlarge\n" \
		    "    region: us-east-1\n    maxSize: 5\n    " zones "\n"

static void zones_are_a_list_of_different_zones_of_the_region(void **state)
{
	const struct dry_node_group *group;

	(void)state;
	must_load(OVER("zones: [us-east-1b, us-east-1a]"), A_POD);
	group = &fixture.input.config.group[0];
	assert_int_equal(dry_group_zone_count(group), 2);
	assert_string_equal(dry_symbols_text(&fixture.input.symbols, group->zone), "us-east-1b");
	assert_string_equal(dry_symbols_text(&fixture.input.symbols, dry_group_zone(group, 1)), "us-east-1a");
	unload();
	must_load(OVER("zones: [us-east-1b]"), A_POD);
	assert_int_equal(fixture.input.config.group[0].zone_count, 0);
	assert_string_equal(dry_symbols_text(&fixture.input.symbols, fixture.input.config.group[0].zone), "us-east-1b");
	unload();
	must_refuse(OVER("zone: us-east-1a\n    zones: [us-east-1b]"), A_POD, 9, "does not go with zone");
	must_refuse(OVER("zones: []"), A_POD, 8, "is empty");
	must_refuse(OVER("zones: us-east-1a"), A_POD, 8, "list");
	must_refuse(OVER("zones: [us-east-1a, us-east-1b, us-east-1a]"), A_POD, 8, "is zones[0] too");
	must_refuse(OVER("zones: [us-east-1a, us-west-2a]"), A_POD, 8, "is no zone of the region us-east-1");
}

static void an_event_names_a_zone_of_its_group(void **state)
{
	(void)state;
	must_load(OVER("zones: [us-east-1a, us-east-1b]"),
		  A_POD "{\"t\":5,\"type\":\"stockout\",\"nodeGroup\":\"a\",\"zone\":\"us-east-1b\",\"until\":9}\n"
			"{\"t\":6,\"type\":\"interrupt\",\"nodeGroup\":\"a\",\"zone\":\"us-east-1a\",\"count\":2}\n");
	assert_int_equal(fixture.input.trace_event[0].zone, dry_group_zone(&fixture.input.config.group[0], 1));
	assert_int_equal(fixture.input.trace_event[1].zone, dry_group_zone(&fixture.input.config.group[0], 0));
	unload();
	must_refuse(OVER("zones: [us-east-1a, us-east-1b]"),
	       A_POD "{\"t\":5,\"type\":\"stockout\",\"nodeGroup\":\"a\",\"zone\":\"us-east-1c\",\"until\":9}\n", 2,
	       "is no zone of a");
	must_refuse(OVER("zones: [us-east-1a, us-east-1b]"),
	       A_POD "{\"t\":5,\"type\":\"interrupt\",\"node\":\"a-0\",\"zone\":\"us-east-1a\"}\n", 2, "goes with nodeGroup");
}

static void prices_of_each_zone_are_found(void **state)
{
	const struct dry_node_group *group;

	(void)state;
	must_load(OVER("capacityType: spot\n    zones: [us-east-1a, us-east-1b, us-east-1c]"),
		  A_POD "{\"t\":2,\"type\":\"price\",\"instanceType\":\"m5.xlarge\",\"zone\":\"us-east-1b\",\"price\":0.05}\n"
			"{\"t\":2,\"type\":\"price\",\"instanceType\":\"m5.xlarge\",\"zone\":\"us-east-1a\",\"price\":0.07}\n");
	group = &fixture.input.config.group[0];
	assert_int_equal(group->price_nusd_per_hour, 70000000);
	assert_int_equal(dry_group_price_series(group, 0), 1);
	assert_int_equal(dry_group_price_series(group, 1), 0);
	assert_int_equal(dry_group_price_series(group, 2), 1);  /* the prices do not have it: as the first one */
	unload();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_node_goes_where_the_group_has_the_fewest),
		cmocka_unit_test(a_dry_zone_is_passed_over_and_all_dry_is_a_refusal),
		cmocka_unit_test(each_zone_has_its_price_and_its_limit),
		cmocka_unit_test(capacity_of_a_zone_takes_its_nodes_only),
		cmocka_unit_test(a_zone_goes_down_as_it_does_for_a_group_of_its_own),
		cmocka_unit_test(the_template_has_one_zone_and_hides_the_others),
		cmocka_unit_test(the_template_is_of_a_real_node),
		cmocka_unit_test(groups_that_differ_by_zone_become_one_and_back),
		cmocka_unit_test(events_follow_the_nodes_they_spoke_of),
		cmocka_unit_test(zones_are_a_list_of_different_zones_of_the_region),
		cmocka_unit_test(an_event_names_a_zone_of_its_group),
		cmocka_unit_test(prices_of_each_zone_are_found),
	};

	return cmocka_run_group_tests(tests, make_folder_of_test, remove_folder_of_test);
}
