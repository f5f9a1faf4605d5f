/* Scenarios: what each field becomes, and what is said of wrong ones. */
#include "load_fixture.h"

#include "market/hazard.h"

static const struct dry_node_group *group(uint32_t g)
{
	return &fixture.input.config.group[g];
}

static void a_known_type_gives_capacity_and_price(void **state)
{
	(void)state;
	must_load(A_SCENARIO, A_POD);
	assert_string_equal(fixture.input.name, "s");
	assert_int_equal(fixture.input.config.group_count, 1);
	assert_int_equal(group(0)->capacity.amount[DRY_RESOURCE_CPU], 4000);
	assert_true(group(0)->allocatable.amount[DRY_RESOURCE_CPU] < 4000);
	assert_int_equal(group(0)->price_nusd_per_hour, 192000000);
	assert_int_equal(group(0)->min_size, 0);
	assert_int_equal(group(0)->initial_size, 0);
	assert_int_equal(fixture.input.config.horizon_ms, DRY_NEVER);
	assert_int_equal(fixture.input.objective_count, 2);
	assert_int_equal(strlen(fixture.input.scenario_sha256), 64);
	assert_int_equal(strlen(fixture.input.trace_sha256), 64);
	unload();
}

static void what_is_written_wins_over_the_catalogue(void **state)
{
	(void)state;
	must_load("version: dryscale/v1\ntrace: t.jsonl\nnodeGroups:\n"
		  "  - {name: a, instanceType: m5.xlarge, maxSize: 5, minSize: 2, capacity: {memory: 8Gi},"
		  " allocatable: {cpu: 3}, price: 0.5, labels: {team: web},"
		  " taints: [{key: gpu, value: \"true\", effect: NoSchedule}], deletionTime: 30,"
		  " options: {scaleDownUnneededTime: 5m, ignoreDaemonSetsUtilization: true}}\n"
		  "  - {name: b, instanceType: no-such-type, maxSize: 1, capacity: {cpu: 2, memory: 4Gi, nvidia.com/gpu: 1},"
		  " price: 1}\n", A_POD);
	assert_int_equal(group(0)->capacity.amount[DRY_RESOURCE_CPU], 4000);
	assert_int_equal(group(0)->capacity.amount[DRY_RESOURCE_MEMORY], INT64_C(8) << 30);
	assert_int_equal(group(0)->allocatable.amount[DRY_RESOURCE_CPU], 3000);
	assert_int_equal(group(0)->price_nusd_per_hour, 500000000);
	assert_int_equal(group(0)->initial_size, 2);
	assert_int_equal(group(0)->deletion_ms, 30000);
	assert_int_equal(group(0)->label_count, 1);
	assert_int_equal(group(0)->taint[0].effect, DRY_EFFECT_NO_SCHEDULE);
	assert_int_equal(group(0)->options.scale_down_unneeded_ms, 300000);
	assert_int_equal(group(0)->options.ignore_daemonsets_utilization, 1);
	assert_int_equal(group(0)->options.scale_down_unready_ms, -1);
	/* A type that nobody knows: all of its capacity is for pods, 110 of them. */
	assert_int_equal(group(1)->allocatable.amount[DRY_RESOURCE_CPU], 2000);
	assert_int_equal(group(1)->allocatable.amount[DRY_RESOURCE_PODS], 110);
	assert_string_equal(fixture.input.resource_name[DRY_RESOURCE_EXTENDED], "nvidia.com/gpu");
	assert_int_equal(group(1)->allocatable.amount[DRY_RESOURCE_EXTENDED], 1);
	unload();
}

static void provision_times_are_of_three_kinds(void **state)
{
	(void)state;
	must_load("version: dryscale/v1\ntrace: t.jsonl\nnodeGroups:\n"
		  "  - {name: a, instanceType: m5.xlarge, maxSize: 5, provisionTime: 90s}\n"
		  "  - {name: b, instanceType: m5.xlarge, maxSize: 5, provisionTime: {median: 75s, p95: 140s, max: 5m}}\n"
		  "  - {name: c, instanceType: m5.xlarge, maxSize: 5, provisionTime: {values: [90, 80s, 1m], interpolate: true}}\n",
		  A_POD);
	assert_int_equal(group(0)->provision_time.constant_ms, 90000);
	assert_int_equal(group(1)->provision_time.kind, DRY_DISTRIBUTION_LOGNORMAL);
	assert_true(group(1)->provision_time.sigma > 0.3 && group(1)->provision_time.sigma < 0.5);
	assert_int_equal(group(1)->provision_time.max_ms, 300000);
	assert_int_equal(group(2)->provision_time.value_count, 3);
	assert_int_equal(group(2)->provision_time.value_ms[0], 60000);
	assert_true(group(2)->provision_time.interpolate);
	unload();
}

static void the_market_section_is_read(void **state)
{
	const struct dry_config *config = &fixture.input.config;

	(void)state;
	put_file("a.json", "{\"metadata\":{\"gap_seconds\":600},\"data\":[4,4,0]}");
	must_load(A_SCENARIO
		  "spot: {hazard: {monthlyFrequency: 0.05, scale: 3}, notice: 30, maxPrice: 0.1, availability: a.json,"
		  " reclaimOrder: oldest, stockouts: {unavailable: 0.04, correlation: 0.2, up: {mean: 12h, median: 8h},"
		  " down: {mean: 0.5, median: 20m}, mode: silent}}\n"
		  "billing: {spotBilling: hourStart, billingUnit: 1h, freeIfReclaimedWithin: 1h, billFrom: ready,"
		  " reserved: [{instanceType: m5.xlarge, count: 2, rate: 0.12}],"
		  " savingsPlans: [{commitment: 1.5, kind: ec2-instance, rates: {m5.xlarge: 0.139}}]}\n"
		  "slo: {service: 1m, batch: 20m}\nscheduler: {preemption: true}\n"
		  "placeholders: {nodes: 2, nodeGroup: a, priority: -7}\nwarmup: 10m\nhorizon: 2h\nseed: 18446744073709551615\n",
		  A_POD);
	assert_int_equal(config->spot.hazard.kind, DRY_HAZARD_EXPONENTIAL);
	assert_true(config->spot.hazard.per_hour == dry_hazard_of_monthly(0.05) && config->spot.hazard.scale == 3);
	assert_int_equal(config->spot.notice_ms, 30000);
	assert_int_equal(config->spot.max_price_nusd_per_hour, 100000000);
	assert_int_equal(config->spot.reclaim_order, DRY_RECLAIM_OLDEST);
	assert_true(config->spot.stockouts.enabled && config->spot.stockouts.mode == DRY_STOCKOUT_SILENT);
	assert_true(config->spot.stockouts.down_mean_hours == 0.5);
	assert_int_equal(config->spot.availability_count, 1);
	assert_int_equal(config->spot.availability[0].gap_ms, 600000);
	assert_int_equal(config->spot.availability[0].capacity[2], 0);
	assert_true(config->billing.spot_hour_start && group(0)->bill_from_ready);
	assert_int_equal(config->billing.unit_ms, 3600000);
	assert_int_equal(config->billing.reserved[0].rate_nusd_per_hour, 120000000);
	assert_false(config->billing.savings_plan[0].is_compute);
	assert_int_equal(config->billing.savings_plan[0].rate[0].nusd_per_hour, 139000000);
	assert_int_equal(config->slo.service_wait_ms, 60000);
	assert_int_equal(config->slo.interactive_wait_ms, 60000);
	assert_true(config->preemption);
	assert_int_equal(config->placeholder.node_count, 2);
	assert_int_equal(config->placeholder.group_index, 0);
	assert_true(config->seed == UINT64_MAX);
	unload();
}

static void flags_presets_and_the_sweep_are_read(void **state)
{
	const struct dry_options *o = &fixture.input.config.options;

	(void)state;
	must_load(A_SCENARIO
		  "autoscaler: {release: \"1.30\", expander: \"priority,least-waste\", balancing-label: [a, b], v: 4}\n"
		  "expanderPriorities: {10: [\".*\"], 20: ['^a\\d*?$']}\n"
		  "sweep: {parameters: {expander: [random, price], nodeGroups.a.maxSize: [1, 2, 3], spot.hazard.perHour: [0, 0.1]},"
		  " replications: 3, limits: [\"p95_wait <= 120s\"]}\nobjectives: [cost_day]\n", A_POD);
	assert_string_equal(fixture.input.release, "1.30");
	assert_true(o->stop_after_scale_up && !o->frequent_loops_enabled);
	assert_int_equal(o->expander_count, 2);
	assert_int_equal(o->balancing_label.count, 2);
	assert_true(has_note("autoscaler.v"));
	assert_int_equal(fixture.input.config.expander_priority_count, 2);
	assert_int_equal(fixture.input.parameter_count, 3);
	assert_string_equal(fixture.input.parameter[1].value[2], "3");
	assert_int_equal(fixture.input.replications, 3);
	assert_string_equal(fixture.input.sweep.limit[0], "p95_wait <= 120s");
	assert_int_equal(fixture.input.objective_count, 1);
	unload();
}

static void budgets_and_daemon_sets_are_read(void **state)
{
	(void)state;
	must_load(A_SCENARIO
		  "daemonSets:\n  - {name: agent, namespace: kube-system, requests: {cpu: 100m}, tolerations: [{operator: Exists}]}\n"
		  "podDisruptionBudgets:\n  - {name: w, selector: {matchLabels: {app: web}}, maxUnavailable: 20%}\n"
		  "  - {name: v, selector: {}, minAvailable: 2}\n", A_POD);
	assert_int_equal(fixture.input.daemon_set_count, 1);
	assert_int_equal(fixture.input.pod_class[fixture.input.daemon_set[0].class_index].owner_kind, DRY_OWNER_DAEMON_SET);
	assert_int_equal(fixture.input.pod_class[fixture.input.daemon_set[0].class_index].workload, DRY_WORKLOAD_SYSTEM);
	assert_true(fixture.input.budget[0].is_percent && !fixture.input.budget[0].is_min_available);
	assert_int_equal(fixture.input.budget[0].value, 20);
	assert_true(fixture.input.budget[1].is_min_available && !fixture.input.budget[1].selector.is_null);
	unload();
}

static void schedules_are_read(void **state)
{
	(void)state;
	must_load("version: dryscale/v1\ntrace: t.jsonl\nnodeGroups:\n  - {name: a, instanceType: m5.xlarge, maxSize: 5,"
		  " minSizeActs: cloud, schedulePeriod: 24h, schedule: [{t: 0, minSize: 1}, {t: 8h, minSize: 4}]}\n", A_POD);
	assert_int_equal(group(0)->schedule_count, 2);
	assert_int_equal(group(0)->schedule[1].at_ms, 8 * 3600000);
	assert_int_equal(group(0)->schedule[1].min_size, 4);
	assert_int_equal(group(0)->schedule_period_ms, 24 * 3600000);
	assert_true(group(0)->min_size_acts_cloud);
	unload();
}

/* Everything that the format's own example has. */
static void the_example_of_the_format_is_read(void **state)
{
	(void)state;
	put_file("u.jsonl", "{\"t\":0,\"type\":\"price\",\"instanceType\":\"m5.xlarge\",\"zone\":\"us-east-1a\",\"price\":0.07}\n");
	must_load("version: dryscale/v1\nname: web-and-batch\ndescription: one line\nseed: 1\nhorizon: 24h\n"
		  "trace: [t.jsonl]\nprices: u.jsonl\nnodeGroups:\n  - name: general-a\n    instanceType: m5.xlarge  # a comment\n"
		  "    capacityType: on-demand\n    region: us-east-1\n    zone: us-east-1a\n    minSize: 0\n    maxSize: 10\n"
		  "    initialSize: 1\n    capacity:    {cpu: 4, memory: 16Gi, pods: 58}\n"
		  "    allocatable: {cpu: 3920m, memory: 15Gi, pods: 58}\n    labels: {team: web}\n"
		  "    taints: [{key: gpu, value: \"true\", effect: NoSchedule}]\n    price: 0.192\n    provisionTime: 90s\n"
		  "    deletionTime: 0s\n    priority: 10\n    options:\n      scaleDownUnneededTime: 5m\n"
		  "  - name: spot-a\n    instanceType: m5.xlarge\n    capacityType: spot\n    zone: us-east-1a\n    maxSize: 10\n"
		  "autoscaler:\n  scan-interval: 10s\n  frequent-loops-enabled: false\n  expander: least-waste\n"
		  "  scale-down-delay-after-add: 10m\n  scale-down-unneeded-time: 10m\n  max-node-provision-time: 15m\n"
		  "expanderPriorities:\n  10: [\".*spot.*\"]\n  1:  [\".*\"]\n"
		  "daemonSets:\n  - {name: node-agent, namespace: kube-system, requests: {cpu: 100m, memory: 200Mi}, tolerations: [{operator: Exists}]}\n"
		  "podDisruptionBudgets:\n  - {name: web, namespace: default, selector: {matchLabels: {app: web}}, maxUnavailable: 1}\n"
		  "spot:\n  hazard: {perHour: 0.02}\n  notice: 120s\n"
		  "sweep:\n  parameters:\n    expander: [least-waste, most-pods, price]\n    scale-down-unneeded-time: [2m, 5m, 10m]\n"
		  "    nodeGroups.spot-a.maxSize: [10, 20]\n  replications: 1\nobjectives: [cost_day, p95_wait]\n", A_POD);
	assert_int_equal(fixture.err.count, 0);
	assert_true(group(0)->has_priority && group(0)->priority == 10);
	assert_int_equal(group(1)->price_series, 0);
	assert_int_equal(fixture.input.parameter_count, 3);
	unload();
}

static void null_is_not_given(void **state)
{
	(void)state;
	must_load(A_SCENARIO "description:\nspot:\nautoscaler: {release: 1.30, expander: ~}\ndaemonSets:\n",
		  "{\"t\":1,\"type\":\"pod\",\"name\":\"p\",\"labels\":null,\"owner\":null,\"duration\":null}\n");
	assert_string_equal(fixture.input.release, "1.30");
	assert_int_equal(fixture.input.pod.owner_index[0], DRY_NONE);
	assert_int_equal(fixture.input.pod.duration_ms[0], -1);
	unload();
	must_refuse("version: dryscale/v1\ntrace:\n" A_GROUP, A_POD, 1, "has no \"trace\"");
	must_load(A_SCENARIO "autoscaler: {release: v1.32.1, max-empty-bulk-delete: 7}\n", A_POD);
	assert_string_equal(fixture.input.release, "1.32");
	assert_int_equal(fixture.input.config.options.max_scale_down_parallelism, 7);
	unload();
}

/* What follows A_SCENARIO from its fifth line on, the line of the complaint, and a piece of it. */
static const struct { const char *text; uint32_t line; const char *piece; } wrong[] = {
	{ "autoscaler: {scan-intervall: 10s}\n", 5, "scan-interval" },
	{ "autoscaler: {scan-interval: 10x}\n", 5, "unknown unit" },
	{ "autoscaler: {expander: foo}\n", 5, "is not an expander" },
	{ "autoscaler: {release: \"1.12\"}\n", 5, "1.26 to 1.36" },
	{ "autoscaler: [a]\n", 5, "is a list" },
	{ "autoscaler: {max-empty-bulk-delete: 5}\n", 5, "was removed in 1.33" },
	{ "expanderPriorities: {10: [\"a(b\"]}\n", 5, "unmatched" },
	{ "expanderPriorities: {10: [\"(?!a)\"]}\n", 5, "looks ahead" },
	{ "expanderPriorities: {high: [\"a\"]}\n", 5, "is no priority" },
	{ "sopt: {}\n", 5, "did you mean \"spot\"" },
	{ "spot:\n  hazard: {perHour: .nan}\n", 6, "is not a number" },
	{ "spot: {hazard: {perHour: 1, advisor: 2}}\n", 5, "one kind" },
	{ "spot: {hazard: {lognormal: {mean: 1h, median: 2h}}}\n", 5, "mean" },
	{ "spot: {hazard: {advisor: 5}}\n", 5, "0 to 4" },
	{ "spot: {stockouts: {correlation: 0.2}}\n", 5, "unavailable" },
	{ "spot: {reclaimOrder: eldest}\n", 5, "oldest" },
	{ "billing: {reserved: [{instanceType: m5.xlarge, count: 2}]}\n", 5, "rate" },
	{ "slo: {servce: 1m}\n", 5, "service" },
	{ "placeholders: {nodes: -1}\n", 5, "is negative" },
	{ "placeholders: {nodeGroup: b}\n", 5, "is no node group" },
	{ "horizon: 0\n", 5, "is below" },
	{ "horizon: 1h\nwarmup: 2h\n", 6, "not shorter" },
	{ "seed: -1\n", 5, "is negative" },
	{ "objectives: [cost]\n", 5, "is no metric" },
	{ "objectives: []\n", 5, "is empty" },
	{ "sweep: {parameters: {expandr: [a]}}\n", 5, "expander" },
	{ "sweep: {parameters: {nodeGroups.b.maxSize: [1]}}\n", 5, "there is no node group \"b\"" },
	{ "sweep: {parameters: {nodeGroups.a.maxSiz: [1]}}\n", 5, "nodeGroups.a.maxSize" },
	{ "sweep: {parameters: {expander: [foo]}}\n", 5, "is not an expander" },
	{ "sweep: {parameters: {expander: []}}\n", 5, "is empty" },
	{ "sweep: {limits: [\"p95_wit <= 3s\"]}\n", 5, "p95_wait" },
	{ "podDisruptionBudgets: [{name: b, selector: {}}]\n", 5, "maxUnavailable" },
	{ "podDisruptionBudgets: [{name: b, selector: {}, maxUnavailable: 120%}]\n", 5, "is too large" },
	{ "daemonSets: [{name: d, requests: {cpu: -1}}]\n", 5, "is negative" },
	{ "daemonSets: [{name: d, requests: {nvidia.com/gpu: 500m}}]\n", 5, "is not whole" },
	{ "version: dryscale/v2\n", 5, "version" },
};

static void wrong_fields_are_refused_at_their_place(void **state)
{
	char text[2000];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		snprintf(text, sizeof(text), "%s%s", A_SCENARIO, wrong[i].text);
		must_refuse(text, A_POD, wrong[i].line, wrong[i].piece);
	}
}

/* The third line is nodeGroups:, the fourth this group. */
static const struct { const char *text; const char *piece; } wrong_group[] = {
	{ "name: a, instanceType: m5.xlarge, maxSize: 5, minSize: 9", "9 exceeds maxSize 5" },
	{ "name: a, instanceType: m5.xlarge, maxSize: -5", "is negative" },
	{ "name: a, instanceType: m5.xlarge, maxSize: 5, initialSize: 6", "6 exceeds maxSize 5" },
	{ "name: a, instanceType: m5.xlarge", "has no \"maxSize\"" },
	{ "name: a, instanceType: m5.xlarge, maxsize: 5", "did you mean \"maxSize\"" },
	{ "name: a, instanceType: m5.xlarg, maxSize: 5", "m5.xlarge" },
	{ "name: a, maxSize: 5", "instanceType" },
	{ "name: a, maxSize: 5, capacity: {cpu: 4, memory: 16Gi}", "has no price" },
	{ "name: a, maxSize: 5, capacity: {memory: 16Gi}, price: 1", "leaves no cpu" },
	{ "instanceType: m5.xlarge, maxSize: 5", "has no \"name\"" },
	{ "name: \"a b\", instanceType: m5.xlarge, maxSize: 5", "is no name" },
	{ "name: a, instanceType: m5.xlarge, maxSize: 5, price: -1", "is negative" },
	{ "name: a, instanceType: m5.xlarge, maxSize: 5, capacityType: sport", "did you mean \"spot\"" },
	{ "name: a, instanceType: m5.xlarge, maxSize: 5, provisionTime: {median: 5m, p95: 2m}", "not above the median" },
	{ "name: a, instanceType: m5.xlarge, maxSize: 5, provisionTime: {median: 5m}", "has no \"p95\"" },
	{ "name: a, instanceType: m5.xlarge, maxSize: 5, provisionTime: {values: []}", "is empty" },
	{ "name: a, instanceType: m5.xlarge, maxSize: 5, provisionTime: -5s", "is negative" },
	{ "name: a, instanceType: m5.xlarge, maxSize: 5, taints: [{key: k, effect: NoShedule}]", "NoSchedule" },
	{ "name: a, instanceType: m5.xlarge, maxSize: 5, options: {scaleDownUneededTime: 5m}", "scaleDownUnneededTime" },
	{ "name: a, instanceType: m5.xlarge, maxSize: 5, failureProbability: 1.5", "is above 1" },
	{ "name: a, instanceType: m5.xlarge, maxSize: 5, schedule: [{t: 5, minSize: 1}, {t: 5, minSize: 2}]", "does not come after" },
	{ "name: a, instanceType: m5.xlarge, maxSize: 5, schedule: [{t: 5, minSize: 6}]", "above maxSize" },
};

static void wrong_groups_are_refused_at_their_place(void **state)
{
	char text[2000];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(wrong_group) / sizeof(wrong_group[0]); i++) {
		snprintf(text, sizeof(text), "version: dryscale/v1\ntrace: t.jsonl\nnodeGroups:\n  - {%s}\n",
			 wrong_group[i].text);
		must_refuse(text, A_POD, 4, wrong_group[i].piece);
	}
	must_refuse("version: dryscale/v1\ntrace: t.jsonl\nnodeGroups:\n  - {name: a, instanceType: m5.xlarge, maxSize: 5}\n"
		    "  - {name: a, instanceType: m5.xlarge, maxSize: 5}\n", A_POD, 5, "name of nodeGroups[0] too");
	must_refuse("version: dryscale/v1\ntrace: t.jsonl\nnodeGroups: []\n", A_POD, 3, "is empty");
	must_refuse("version: dryscale/v1\ntrace: t.jsonl\n", A_POD, 1, "nodeGroups");
	must_refuse("[1, 2]\n", A_POD, 1, "is a list");
}

static void availability_without_values_is_refused(void **state)
{
	(void)state;
	put_file("a.json", "{\"metadata\":{\"gap_seconds\":600},\"data\":[]}");
	must_refuse(A_SCENARIO "spot: {availability: a.json}\n", A_POD, 1, "is empty");
	must_refuse(A_SCENARIO "spot: {availability: none.json}\n", A_POD, 0, "");
}

static void no_more_than_twenty_complaints_are_gathered(void **state)
{
	char text[4000] = A_SCENARIO "autoscaler:\n";
	int i;

	(void)state;
	for (i = 0; i < 30; i++)
		snprintf(text + strlen(text), sizeof(text) - strlen(text), "  no-such-flag-%d: 1\n", i);
	assert_false(load_texts(text, A_POD));
	assert_int_equal(fixture.err.count, DRY_COMPLAINT_MAX);
	assert_int_equal(fixture.err.omitted, 10);
	unload();
}

static void an_input_that_failed_can_be_released(void **state)
{
	(void)state;
	assert_false(load_texts("{", A_POD));
	dry_input_release(&fixture.input);
	dry_input_release(&fixture.input);
	dry_error_release(&fixture.err);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_known_type_gives_capacity_and_price),
		cmocka_unit_test(what_is_written_wins_over_the_catalogue),
		cmocka_unit_test(provision_times_are_of_three_kinds),
		cmocka_unit_test(the_market_section_is_read),
		cmocka_unit_test(flags_presets_and_the_sweep_are_read),
		cmocka_unit_test(budgets_and_daemon_sets_are_read),
		cmocka_unit_test(schedules_are_read),
		cmocka_unit_test(the_example_of_the_format_is_read),
		cmocka_unit_test(null_is_not_given),
		cmocka_unit_test(wrong_fields_are_refused_at_their_place),
		cmocka_unit_test(wrong_groups_are_refused_at_their_place),
		cmocka_unit_test(availability_without_values_is_refused),
		cmocka_unit_test(no_more_than_twenty_complaints_are_gathered),
		cmocka_unit_test(an_input_that_failed_can_be_released),
	};

	return cmocka_run_group_tests(tests, make_folder_of_test, remove_folder_of_test);
}
