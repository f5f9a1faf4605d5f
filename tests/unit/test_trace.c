/* Traces: the quick way and the long way are one, files are merged, wrong lines are refused. */
#include "load_fixture.h"

#define POD(t, name, rest) "{\"t\":" t ",\"type\":\"pod\",\"name\":\"" name "\"" rest "}\n"

#define TWO_GROUPS "version: dryscale/v1\nnodeGroups:\n" \
	"  - {name: a, instanceType: m5.xlarge, region: us-east-1, zone: us-east-1a, maxSize: 5, initialSize: 2}\n" \
	"  - {name: b-1, instanceType: m5.xlarge, capacityType: spot, region: us-east-1, zone: us-east-1b, maxSize: 5}\n"

static const char *name_of(uint32_t pod)
{
	return fixture.input.pod.name_text + fixture.input.pod.name_offset[pod];
}

static const struct dry_pod_class *class_of(uint32_t pod)
{
	return &fixture.input.pod_class[fixture.input.pod.class_index[pod]];
}

/* The first of equal descriptions goes the long way, the others the quick one. */
static void both_ways_read_the_same(void **state)
{
	const struct dry_pod_table *pod = &fixture.input.pod;
	uint32_t i;

	(void)state;
	must_load(TWO_GROUPS "trace: t.jsonl\n",
		  "{\"type\":\"header\",\"version\":\"dryscale/v1\",\"epoch\":\"2026-03-02T00:00:00Z\"}\n"
		  POD("1.5", "p0", ",\"requests\":{\"cpu\":\"1\"},\"duration\":90.25,\"owner\":{\"kind\":\"Job\",\"name\":\"j\"},\"labels\":{\"app\":\"x\"}")
		  POD("1.5", "p1", ",\"requests\":{\"cpu\":\"1\"},\"duration\":90.25,\"owner\":{\"kind\":\"Job\",\"name\":\"j\"},\"labels\":{\"app\":\"x\"}")
		  "{\"labels\": {\"app\": \"x\"}, \"owner\": {\"kind\": \"Job\", \"name\": \"j\"}, \"duration\": \"1m30.25s\", "
		  "\"requests\": {\"cpu\": 1}, \"name\": \"p2\", \"type\": \"pod\", \"t\": 1.500}\n"
		  "{\"labels\": {\"app\": \"x\"}, \"owner\": {\"kind\": \"Job\", \"name\": \"j\"}, \"duration\": \"1m30.25s\", "
		  "\"requests\": {\"cpu\": 1}, \"name\": \"p3\", \"type\": \"pod\", \"t\": 1.500}\n"
		  "{\"t\":15e-1,\"type\":\"p\\u006fd\",\"name\":\"p\\u0034\",\"requests\":{\"cpu\":\"1000m\"},\"duration\":90.2500,"
		  "\"owner\":{\"name\":\"j\",\"kind\":\"Job\"},\"labels\":{\"app\":\"x\"}}\n");
	assert_int_equal(pod->count, 5);
	assert_string_equal(fixture.input.epoch, "2026-03-02T00:00:00Z");
	for (i = 0; i < 5; i++) {
		assert_int_equal(pod->arrive_at_ms[i], 1500);
		assert_int_equal(pod->duration_ms[i], 90250);
		assert_int_equal(pod->until_at_ms[i], DRY_NEVER);
		assert_int_equal(pod->class_index[i], pod->class_index[0]);
		assert_int_equal(pod->owner_index[i], 0);
		assert_int_equal(pod->order[i], i);
		assert_int_equal(name_of(i)[1], '0' + (int)i);
	}
	assert_int_equal(fixture.input.class_count, 1);
	assert_int_equal(fixture.input.owner_count, 1);
	assert_int_equal(fixture.input.owner[0].kind_index, DRY_OWNER_JOB);
	unload();
}

static void what_differs_makes_another_class(void **state)
{
	(void)state;
	must_load(TWO_GROUPS "trace: t.jsonl\n",
		  POD("0", "p0", ",\"requests\":{\"cpu\":1}")
		  POD("0", "p1", ",\"requests\":{\"cpu\":1},\"duration\":5")
		  POD("0", "p2", ",\"requests\":{\"cpu\":1},\"until\":5")
		  POD("0", "p3", ",\"requests\":{\"cpu\":1},\"owner\":{\"kind\":\"Job\",\"name\":\"x\"}")
		  POD("0", "p4", ",\"requests\":{\"cpu\":1},\"owner\":{\"kind\":\"Jobb\",\"name\":\"x\"}")
		  POD("0", "p5", ",\"requests\":{\"cpu\":1},\"namespace\":\"n\"")
		  POD("0", "p6", ",\"requests\":{\"cpu\":1},\"annotations\":{\"cluster-autoscaler.kubernetes.io/safe-to-evict\":\"true\"}")
		  POD("0", "p7", ",\"requests\":{\"cpu\":1},\"annotations\":{\"other\":\"thing\"}")
		  POD("0", "p8", ",\"requests\":{\"cpu\":1},\"priority\":5"));
	assert_int_equal(class_of(0)->workload, DRY_WORKLOAD_UNKNOWN);
	assert_int_equal(class_of(1)->workload, DRY_WORKLOAD_BATCH);
	assert_int_equal(class_of(2)->workload, DRY_WORKLOAD_SERVICE);
	assert_int_equal(class_of(3)->owner_kind, DRY_OWNER_JOB);
	assert_int_equal(class_of(4)->owner_kind, DRY_OWNER_OTHER);
	assert_int_equal(class_of(6)->safe_to_evict, DRY_SAFE_TO_EVICT_TRUE);
	assert_int_equal(fixture.input.pod.class_index[7], fixture.input.pod.class_index[0]);
	/* Priority is part of the spec, the rest of these is not. */
	assert_int_equal(fixture.input.spec_count, 2);
	assert_int_equal(class_of(5)->spec_index, class_of(0)->spec_index);
	assert_int_not_equal(class_of(8)->spec_index, class_of(0)->spec_index);
	unload();
}

static void init_requests_count_where_they_are_larger(void **state)
{
	(void)state;
	must_load(TWO_GROUPS "trace: t.jsonl\n",
		  POD("0", "p", ",\"requests\":{\"cpu\":\"250m\",\"memory\":\"2Gi\"},\"initRequests\":{\"cpu\":2,\"memory\":\"1Gi\"},"
		      "\"localStorage\":true,\"terminationSeconds\":45,\"tolerations\":[{\"operator\":\"Exists\"}]"));
	assert_int_equal(class_of(0)->request.amount[DRY_RESOURCE_CPU], 2000);
	assert_int_equal(class_of(0)->request.amount[DRY_RESOURCE_MEMORY], INT64_C(2) << 30);
	assert_int_equal(class_of(0)->termination_ms, 45000);
	assert_int_equal(class_of(0)->grace_ms, 45000);
	assert_true(class_of(0)->local_storage && class_of(0)->has_init && class_of(0)->toleration[0].exists);
	unload();
}

static void affinity_and_spread_are_read(void **state)
{
	const struct dry_pod_class *class;

	(void)state;
	must_load(TWO_GROUPS "trace: t.jsonl\n",
		  POD("0", "p", ",\"labels\":{\"app\":\"x\"},\"affinity\":{\"nodeAffinity\":{"
		      "\"requiredDuringSchedulingIgnoredDuringExecution\":{\"nodeSelectorTerms\":[{\"matchExpressions\":["
		      "{\"key\":\"gen\",\"operator\":\"Gt\",\"values\":[\"4\"]}]}]},"
		      "\"preferredDuringSchedulingIgnoredDuringExecution\":[{\"weight\":7,\"preference\":{\"matchExpressions\":["
		      "{\"key\":\"d\",\"operator\":\"Exists\"}]}}]},\"podAntiAffinity\":{"
		      "\"requiredDuringSchedulingIgnoredDuringExecution\":[{\"topologyKey\":\"kubernetes.io/hostname\","
		      "\"labelSelector\":{\"matchLabels\":{\"app\":\"x\"}},\"namespaceSelector\":{}}]}},"
		      "\"topologySpreadConstraints\":[{\"maxSkew\":2,\"topologyKey\":\"topology.kubernetes.io/zone\","
		      "\"whenUnsatisfiable\":\"ScheduleAnyway\",\"labelSelector\":{\"matchLabels\":{\"app\":\"x\"}},"
		      "\"matchLabelKeys\":[\"app\"]}]"));
	class = class_of(0);
	assert_true(class->has_node_affinity && class->node_term[0].expression[0].number_valid);
	assert_int_equal(class->node_term[0].expression[0].number, 4);
	assert_int_equal(class->preferred_node[0].weight, 7);
	assert_true(class->anti_affinity[0].all_namespaces);
	assert_int_equal(class->spread[0].max_skew, 2);
	assert_true(class->spread[0].schedule_anyway);
	assert_int_equal(class->spread[0].selector.requirement_count, 1);
	unload();
}

static void events_and_initial_pods_are_read(void **state)
{
	const struct dry_trace_event *e;

	(void)state;
	must_load(TWO_GROUPS "trace: t.jsonl\n",
		  POD("-5", "old", ",\"requests\":{\"cpu\":1},\"node\":\"a-1\"")
		  "{\"t\":1,\"type\":\"interrupt\",\"node\":\"b-1-7\",\"notice\":\"2m\"}\n"
		  "{\"t\":1,\"type\":\"interrupt\",\"nodeGroup\":\"b-1\",\"count\":3}\n"
		  "{\"t\":2,\"type\":\"stockout\",\"nodeGroup\":\"a\",\"until\":9,\"mode\":\"silent\"}\n"
		  "{\"t\":3,\"type\":\"nodeNotReady\",\"nodeGroup\":\"a\"}\n"
		  "{\"t\":4,\"type\":\"price\",\"nodeGroup\":\"b-1\",\"price\":0.07}\n"
		  "{\"t\":5,\"type\":\"podDelete\",\"name\":\"old\"}\n"
		  "{\"t\":6,\"type\":\"podDelete\",\"name\":\"nobody\",\"namespace\":\"x\"}\n");
	assert_int_equal(fixture.input.initial_pod_count, 1);
	assert_int_equal(fixture.input.initial_pod[0].node_ordinal, 1);
	assert_int_equal(fixture.input.trace_event_count, 7);
	e = fixture.input.trace_event;
	assert_true(e[0].group_index == 1 && e[0].node_ordinal == 7 && e[0].notice_ms == 120000);
	assert_true(e[1].node_ordinal == DRY_NONE && e[1].count == 3);
	assert_true(e[2].until_ms == 9000 && e[2].mode == DRY_STOCKOUT_SILENT);
	assert_true(e[3].count == 1 && e[3].until_ms == DRY_NEVER);
	assert_int_equal(e[4].price_nusd_per_hour, 70000000);
	assert_int_equal(e[6].order, 7);
	assert_int_equal(fixture.input.pod_name_index[0], e[5].name_index);
	assert_int_not_equal(e[6].name_index, e[5].name_index);
	assert_true(has_note("x/nobody"));
	unload();
}

static void files_are_merged_by_time_then_by_file(void **state)
{
	static const char *const order[] = { "t0", "t1", "u1", "u2", "t3" };
	uint32_t i;

	(void)state;
	put_file("u.jsonl", POD("1", "u1", "") POD("2", "u2", ""));
	must_load(TWO_GROUPS "trace: [t.jsonl, u.jsonl]\n", POD("0", "t0", "") POD("1", "t1", "") "\n" POD("3", "t3", ""));
	assert_int_equal(fixture.input.pod.count, 5);
	for (i = 0; i < 5; i++)
		assert_string_equal(name_of(i), order[i]);
	unload();
}

static void prices_become_series_of_spot_groups(void **state)
{
	(void)state;
	put_file("p.jsonl", "{\"t\":-3600,\"type\":\"price\",\"instanceType\":\"m5.xlarge\",\"zone\":\"us-east-1a\",\"price\":0.05}\n"
		 "{\"t\":0,\"type\":\"price\",\"instanceType\":\"m5.xlarge\",\"zone\":\"us-east-1b\",\"price\":0.06,\"product\":\"Linux/UNIX\"}\n"
		 "{\"t\":60,\"type\":\"price\",\"instanceType\":\"m5.xlarge\",\"zone\":\"us-east-1b\",\"price\":\"0.08\",\"product\":\"Linux/UNIX\"}\n");
	must_load(TWO_GROUPS "trace: t.jsonl\nprices: p.jsonl\n", A_POD);
	assert_int_equal(fixture.input.price_series_count, 2);
	assert_int_equal(fixture.input.config.group[0].price_series, DRY_NONE);
	assert_int_equal(fixture.input.config.group[1].price_series, 1);
	assert_int_equal(fixture.input.price_series[1].count, 2);
	assert_int_equal(fixture.input.price_series[1].at_ms[1], 60000);
	assert_int_equal(fixture.input.price_series[1].nusd_per_hour[1], 80000000);
	unload();
	put_file("p.jsonl", "{\"t\":0,\"type\":\"price\",\"instanceType\":\"m5.large\",\"zone\":\"us-east-1b\",\"price\":0.06}\n");
	must_load(TWO_GROUPS "trace: t.jsonl\nprices: p.jsonl\n", A_POD);
	assert_true(has_note("b-1 has no spot price: the on-demand price is used"));
	assert_int_equal(fixture.input.config.group[1].price_nusd_per_hour, 192000000);
	unload();
}

#define SPOT_OF(more) "version: dryscale/v1\ntrace: t.jsonl\nprices: p.jsonl\nnodeGroups:\n" \
	"  - {name: s, instanceType: x1, zone: z, capacityType: spot, maxSize: 5, capacity: {cpu: 4, memory: 8Gi}" more "}\n"

static void spot_groups_need_a_price_from_somewhere(void **state)
{
	const struct dry_node_group *group = NULL;

	(void)state;
	put_file("p.jsonl", "{\"t\":9,\"type\":\"price\",\"instanceType\":\"x1\",\"zone\":\"z\",\"price\":0.06}\n");
	must_load(SPOT_OF(""), A_POD);
	group = fixture.input.config.group;
	assert_int_equal(group[0].price_series, 0);
	assert_int_equal(group[0].price_nusd_per_hour, 60000000);
	assert_int_equal(fixture.err.count, 0);
	unload();
	put_file("p.jsonl", "{\"t\":9,\"type\":\"price\",\"nodeGroup\":\"s\",\"price\":0.07}\n");
	must_load(SPOT_OF(""), A_POD);
	assert_int_equal(fixture.input.config.group[0].price_nusd_per_hour, 70000000);
	unload();
	put_file("p.jsonl", "{\"t\":9,\"type\":\"price\",\"instanceType\":\"x2\",\"zone\":\"z\",\"price\":0.06}\n");
	must_load(SPOT_OF(", price: 0.01"), A_POD);
	assert_true(has_note("s keeps its own price"));
	unload();
	must_refuse(SPOT_OF(""), A_POD, 0, "has no price");
}

/* Each is the second line of a trace, after a pod at 1. */
static const struct { const char *line; const char *piece; } wrong[] = {
	{ POD("0.5", "q", ""), "out of order" },
	{ POD("2", "", ""), "is empty" },
	{ POD("2", "q", ",\"name\":\"r\""), "name" },
	{ POD("2", "q", ",\"requests\":{\"cpus\":1}"), "did you mean \"cpu\"" },
	{ POD("2", "q", ",\"requests\":{\"cpu\":\"1x\"}"), "unknown suffix" },
	{ POD("2", "q", ",\"requests\":{\"cpu\":-1}"), "is negative" },
	{ POD("2", "q", ",\"requests\":{\"pods\":1}"), "asks for pods" },
	{ POD("2", "q", ",\"duration\":-1"), "is negative" },
	{ POD("2", "q", ",\"duration\":1,\"until\":5"), "does not go with duration" },
	{ POD("2", "q", ",\"until\":1"), "before the pod's t" },
	{ POD("2", "q", ",\"owner\":{\"kind\":\"Job\"}"), "name" },
	{ POD("2", "q", ",\"node\":\"a-0\""), "is after the start" },
	{ POD("2", "q", ",\"priority\":\"high\""), "is not a number" },
	{ POD("2", "q", ",\"priorty\":1"), "did you mean \"priority\"" },
	{ POD("2", "q", ",\"tolerations\":[{\"effect\":\"NoSchedule\"}]"), "no key" },
	{ POD("2", "q", ",\"topologySpreadConstraints\":[{\"maxSkew\":0,\"topologyKey\":\"z\",\"whenUnsatisfiable\":\"DoNotSchedule\"}]"),
	  "is below 1" },
	{ POD("2", "q", ",\"annotations\":{\"dryscale/urgency\":\"very\"}"), "is no urgency" },
	{ POD("NaN", "q", ""), "" },
	{ POD("\"2\"", "q", ""), "a number" },
	{ "{\"type\":\"pod\",\"name\":\"q\"}\n", "has no \"t\"" },
	{ "{\"t\":2,\"name\":\"q\"}\n", "has no \"type\"" },
	{ "{\"t\":2,\"type\":\"podd\",\"name\":\"q\"}\n", "did you mean \"pod\"" },
	{ "{\"type\":\"header\",\"version\":\"dryscale/v1\"}\n", "first line" },
	{ "{\"t\":2,\"type\":\"interrupt\",\"node\":\"c-1\"}\n", "no node group" },
	{ "{\"t\":2,\"type\":\"interrupt\",\"node\":\"a-01\"}\n", "is no name of a node" },
	{ "{\"t\":2,\"type\":\"interrupt\",\"nodeGroup\":\"a\",\"node\":\"a-0\"}\n", "does not go with node" },
	{ "{\"t\":2,\"type\":\"stockout\",\"nodeGroup\":\"a\"}\n", "has no \"until\"" },
	{ "{\"t\":2,\"type\":\"stockout\",\"nodeGroup\":\"a\",\"until\":1}\n", "is before t" },
	{ "{\"t\":2,\"type\":\"price\",\"nodeGroup\":\"a\",\"price\":-1}\n", "is negative" },
	{ "{\"t\":2,\"type\":\"price\",\"instanceType\":\"m5.xlarge\",\"price\":1}\n", "has no \"zone\"" },
	{ "{\"t\":2,\"type\":\"podDelete\"}\n", "has no \"name\"" },
	{ "[]\n", "is a list" },
	{ "{\"t\":2,\"type\":\"pod\",\"name\":\"q\"\n", "" },
	{ "hello\n", "" },
};

static void wrong_lines_are_refused_at_their_place(void **state)
{
	char text[2000];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		/* Twice: also when a line of the same shape was read before. */
		snprintf(text, sizeof(text), "%s%s", POD("1", "p", ""), wrong[i].line);
		must_refuse(TWO_GROUPS "trace: t.jsonl\n", text, 2, wrong[i].piece);
	}
	must_refuse(TWO_GROUPS "trace: t.jsonl\n", POD("-5", "q", ""), 1, "is negative");
	must_refuse(TWO_GROUPS "trace: t.jsonl\n", POD("-5", "q", ",\"node\":\"a-2\""), 1, "is not there at the start");
	must_refuse(TWO_GROUPS "trace: t.jsonl\n", "{\"type\":\"header\",\"version\":\"dryscale/v9\"}\n", 1, "dryscale/v1");
	must_refuse(TWO_GROUPS "trace: t.jsonl\n", "{\"type\":\"header\",\"epoch\":\"yesterday\"}\n", 1, "is no instant");
	must_refuse(TWO_GROUPS "trace: t.jsonl\n", "{\n  \"apiVersion\": \"v1\",\n", 1, "dryscale import");
	must_refuse(TWO_GROUPS "trace: t.jsonl\n", "{\"apiVersion\":\"v1\",\"kind\":\"PodList\"}\n", 1, "dryscale import");
	must_refuse(TWO_GROUPS "trace: t.jsonl\n", "name,cpu\n", 1, "dryscale import");
	must_refuse(TWO_GROUPS "trace: t.jsonl\nprices: t.jsonl\n", A_POD, 1, "of a prices file");
}

static void an_empty_trace_is_noted(void **state)
{
	(void)state;
	must_load(A_SCENARIO, "");
	assert_true(has_note("holds no pods"));
	assert_int_equal(fixture.input.pod.count, 0);
	unload();
}

static void without_the_trace_no_file_is_opened(void **state)
{
	struct dry_load_options options = { .without_trace = true };

	(void)state;
	assert_true(dry_input_load(&fixture.input, put_file("s.yaml", TWO_GROUPS "trace: none.jsonl\n"), &options, &fixture.err));
	assert_int_equal(fixture.input.pod.count, 0);
	unload();
	assert_false(dry_input_load(&fixture.input, put_file("s.yaml", TWO_GROUPS "trace: none.jsonl\n"), NULL, &fixture.err));
	assert_non_null(strstr(fixture.err.complaint[0].fix, "s.yaml"));
	unload();
}

static bool stop_at_once(void *context, uint64_t text, uint64_t stored, uint64_t file)
{
	(void)text, (void)stored, (void)file;
	++*(int *)context;
	return false;
}

static void loading_can_be_stopped(void **state)
{
	int calls = 0;
	struct dry_load_options options = { .on_progress = stop_at_once, .context = &calls };
	size_t length = strlen(A_POD), i, count = 20000;
	char *text = malloc(length * count + 1);

	(void)state;
	assert_non_null(text);
	for (i = 0; i < count; i++)
		memcpy(text + i * length, A_POD, length + 1);
	put_file("t.jsonl", text);
	free(text);
	assert_false(dry_input_load(&fixture.input, put_file("s.yaml", A_SCENARIO), &options, &fixture.err));
	assert_int_equal(fixture.err.code, DRY_ERROR_SYSTEM);
	assert_int_equal(calls, 1);
	unload();
}

/* `count` pods a line each, of some kinds, the names of growing length; then what is given. */
static void put_long_trace(uint32_t count, const char *last)
{
	char *text = malloc((size_t)count * 400 + strlen(last) + 1), *at = text;

	assert_non_null(text);
	for (uint32_t i = 0; i < count; i++)
		at += sprintf(at, "{\"t\":%u.%03u,\"type\":\"pod\",\"name\":\"pod-%u%.*s\",\"requests\":{\"cpu\":\"%um\"},"
				  "\"duration\":%u,\"owner\":{\"kind\":\"Job\",\"name\":\"j%u\"}}\n%s",
			      i / 10, i % 10, i, (int)(i % 100), "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
			      "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", i % 7 * 100, i % 1000, i % 333, i % 501 ? "" : "  \n");
	strcpy(at, last);
	put_file("t.jsonl", text);
	free(text);
}

static bool load_by(enum dry_reading reading, struct dry_input *input, struct dry_error *err)
{
	struct dry_load_options options = { .reading = reading };

	return dry_input_load(input, put_file("s.yaml", A_SCENARIO), &options, err);
}

#define SAME_COLUMN(a, b, column) \
	assert_memory_equal((a).pod.column, (b).pod.column, (a).pod.count * sizeof(*(a).pod.column))

static void reading_ahead_reads_the_same(void **state)
{
	struct dry_input alone, ahead;
	struct dry_error err = { 0 };

	(void)state;
	put_long_trace(30000, "");
	assert_true(load_by(DRY_READING_ALONE, &alone, &err));
	assert_true(load_by(DRY_READING_AHEAD, &ahead, &err));
	assert_string_equal(alone.trace_sha256, ahead.trace_sha256);
	assert_int_equal(alone.pod.count, 30000);
	assert_int_equal(ahead.pod.count, 30000);
	assert_int_equal(alone.class_count, ahead.class_count);
	assert_int_equal(alone.owner_count, ahead.owner_count);
	assert_int_equal(alone.pod.name_text_length, ahead.pod.name_text_length);
	assert_memory_equal(alone.pod.name_text, ahead.pod.name_text, alone.pod.name_text_length);
	SAME_COLUMN(alone, ahead, arrive_at_ms);
	SAME_COLUMN(alone, ahead, duration_ms);
	SAME_COLUMN(alone, ahead, class_index);
	SAME_COLUMN(alone, ahead, owner_index);
	SAME_COLUMN(alone, ahead, name_offset);
	dry_input_release(&alone);
	dry_input_release(&ahead);
	dry_error_release(&err);
}

/* Also what is wrong is found at the same line, and a file that ends too early. */
static void reading_ahead_complains_the_same(void **state)
{
	struct dry_input input;
	struct dry_error alone = { 0 }, ahead = { 0 };

	(void)state;
	put_long_trace(20000, "{\"t\":9000,\"type\":\"pod\",\"name\":17}\n{\"t\":9000,\"type\":\"pod\"");
	assert_false(load_by(DRY_READING_ALONE, &input, &alone));
	assert_false(load_by(DRY_READING_AHEAD, &input, &ahead));
	assert_int_equal(alone.code, ahead.code);
	assert_true(alone.count > 0);
	assert_int_equal(ahead.count, alone.count);
	for (uint32_t i = 0; i < alone.count; i++) {
		assert_int_equal(alone.complaint[i].line, ahead.complaint[i].line);
		assert_int_equal(alone.complaint[i].column, ahead.complaint[i].column);
		assert_string_equal(alone.complaint[i].text, ahead.complaint[i].text);
		assert_string_equal(alone.complaint[i].source, ahead.complaint[i].source);
	}
	dry_error_release(&alone);
	dry_error_release(&ahead);
	put_file("t.jsonl", "\x1f\x8b\x08");
	assert_false(load_by(DRY_READING_AHEAD, &input, &ahead));
	dry_error_release(&ahead);
}

static void reading_ahead_hands_on_what_the_reader_says(void **state)
{
	struct dry_load_options options = { .reading = DRY_READING_AHEAD, .size_limit = 1000000 };

	(void)state;
	put_long_trace(20000, "");
	assert_false(dry_input_load(&fixture.input, put_file("s.yaml", A_SCENARIO), &options, &fixture.err));
	assert_int_equal(fixture.err.count, 1);
	assert_non_null(strstr(fixture.err.complaint[0].text, "1000000"));
	unload();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reading_ahead_reads_the_same),
		cmocka_unit_test(reading_ahead_complains_the_same),
		cmocka_unit_test(reading_ahead_hands_on_what_the_reader_says),
		cmocka_unit_test(both_ways_read_the_same),
		cmocka_unit_test(what_differs_makes_another_class),
		cmocka_unit_test(init_requests_count_where_they_are_larger),
		cmocka_unit_test(affinity_and_spread_are_read),
		cmocka_unit_test(events_and_initial_pods_are_read),
		cmocka_unit_test(files_are_merged_by_time_then_by_file),
		cmocka_unit_test(prices_become_series_of_spot_groups),
		cmocka_unit_test(spot_groups_need_a_price_from_somewhere),
		cmocka_unit_test(wrong_lines_are_refused_at_their_place),
		cmocka_unit_test(an_empty_trace_is_noted),
		cmocka_unit_test(without_the_trace_no_file_is_opened),
		cmocka_unit_test(loading_can_be_stopped),
	};

	return cmocka_run_group_tests(tests, make_folder_of_test, remove_folder_of_test);
}
