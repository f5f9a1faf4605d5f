#include "import_test.h"

/* A pod: name, uid, version, created, more metadata, spec, status. */
#define POD(name, uid, version, created, metadata, spec, status) \
	"{\"kind\":\"Pod\",\"metadata\":{\"name\":\"" name "\",\"namespace\":\"shop\",\"uid\":\"" uid \
	"\",\"resourceVersion\":\"" version "\",\"creationTimestamp\":\"2026-03-02T" created "Z\"" metadata \
	"},\"spec\":{" spec "},\"status\":{" status "}}"
#define OWNED(kind, owner) ",\"ownerReferences\":[{\"kind\":\"" kind "\",\"name\":\"" owner \
	"\",\"controller\":true}]"
#define ONE(cpu, memory) "\"containers\":[{\"name\":\"m\",\"resources\":{\"requests\":{\"cpu\":\"" cpu \
	"\",\"memory\":\"" memory "\"}}}]"
#define RAN(from, to) "\"phase\":\"Succeeded\",\"containerStatuses\":[{\"state\":{\"terminated\":{" \
	"\"startedAt\":\"2026-03-02T" from "Z\",\"finishedAt\":\"2026-03-02T" to "Z\"}}}]"
#define DELETED_AT(at, grace) ",\"deletionTimestamp\":\"2026-03-02T" at \
	"Z\",\"deletionGracePeriodSeconds\":" grace
#define TARGET(reason, at) "\"conditions\":[{\"type\":\"DisruptionTarget\",\"status\":\"True\",\"reason\":\"" \
	reason "\",\"lastTransitionTime\":\"2026-03-02T" at "Z\"}]"
#define EVENT(type, pod) "{\"type\":\"" type "\",\"object\":" pod "}\n"
#define LIST(items) "{\"apiVersion\":\"v1\",\"items\":[" items "],\"kind\":\"List\"}"

static void a_list_gives_requests_runs_and_owners(void **state)
{
	struct import_test test;

	(void)state;
	import_reads(&test, NULL, LIST(
		POD("etl-1", "u1", "5", "10:15:00", OWNED("Job", "etl"), "\"priority\":-5," ONE("2", "4Gi"),
		    RAN("10:17:40", "10:45:40")) ","
		POD("web-1", "u2", "6", "10:15:10", OWNED("ReplicaSet", "web-5d"), ONE("0.5", "129e6"),
		    "\"phase\":\"Running\"") ","
		POD("agent", "u3", "7", "10:15:10", OWNED("DaemonSet", "agent"), ONE("1", "1Gi"), "")));
	assert_string_equal(test.report.kind, "pod-list");
	import_has(&test, "\"epoch\":\"2026-03-02T10:15:00Z\"");
	import_has(&test, "{\"t\":0,\"type\":\"pod\",\"name\":\"etl-1\",\"namespace\":\"shop\","
		   "\"requests\":{\"cpu\":\"2\",\"memory\":\"4Gi\"},\"priority\":-5,\"duration\":1680,"
		   "\"owner\":{\"kind\":\"Job\",\"name\":\"etl\"}}\n");
	import_has(&test, "{\"t\":10,\"type\":\"pod\",\"name\":\"web-1\",\"namespace\":\"shop\","
		   "\"requests\":{\"cpu\":\"500m\",\"memory\":\"129000000\"},"
		   "\"owner\":{\"kind\":\"ReplicaSet\",\"name\":\"web-5d\"}}\n");
	import_lacks(&test, "agent");
	assert_int_equal(test.report.rows_left_out, 1);
	assert_int_equal(test.report.censored, 1);
	assert_int_equal(import_counted(&test.report.note, "one moment"), 1);
	import_end(&test);
}

static void init_containers_sidecars_and_overhead_count(void **state)
{
	static const char text[] = LIST(
		POD("a", "u1", "5", "10:00:00", "",
		    "\"overhead\":{\"cpu\":\"50m\"},\"initContainers\":["
		    "{\"name\":\"side\",\"restartPolicy\":\"Always\",\"resources\":{\"requests\":{\"cpu\":\"100m\"}}},"
		    "{\"name\":\"init\",\"resources\":{\"requests\":{\"cpu\":\"2\",\"memory\":\"1Gi\"}}}]," ONE("1", "2Gi"),
		    "") ","
		POD("b", "u2", "6", "10:00:00", "",
		    "\"resources\":{\"requests\":{\"cpu\":\"300m\"}}," ONE("1", "2Gi"), ""));
	struct import_test test;

	(void)state;
	import_reads(&test, "pod-list", text);
	import_has(&test, "\"name\":\"a\",\"namespace\":\"shop\",\"requests\":{\"cpu\":\"1150m\","
		   "\"memory\":\"2Gi\"},\"initRequests\":{\"cpu\":\"2150m\",\"memory\":\"1Gi\"}");
	import_has(&test, "\"name\":\"b\",\"namespace\":\"shop\",\"requests\":{\"cpu\":\"300m\",\"memory\":\"2Gi\"}}");
	import_end(&test);
}

static void constraints_come_along(void **state)
{
	static const char text[] = LIST(
		POD("a", "u1", "5", "10:00:00",
		    ",\"labels\":{\"app\":\"a\",\"topology.kubernetes.io/zone\":\"z\",\"controller-uid\":\"q\"},"
		    "\"annotations\":{\"cluster-autoscaler.kubernetes.io/safe-to-evict\":\"false\",\"x/y\":\"1\"}",
		    "\"nodeSelector\":{\"pool\":\"spot\"},\"tolerations\":[{\"key\":\"spot\",\"operator\":\"Exists\"},"
		    "{\"key\":\"node.kubernetes.io/not-ready\",\"operator\":\"Exists\",\"tolerationSeconds\":300}],"
		    "\"topologySpreadConstraints\":[{\"maxSkew\":1,\"topologyKey\":\"k\",\"whenUnsatisfiable\":"
		    "\"DoNotSchedule\",\"labelSelector\":{\"matchLabels\":{\"app\":\"a\"}},\"nodeTaintsPolicy\":\"Honor\"}],"
		    "\"volumes\":[{\"name\":\"t\",\"emptyDir\":{}}]," ONE("1", "1Gi"), ""));
	struct import_test test;

	(void)state;
	import_reads(&test, "pod-list", text);
	import_has(&test, "\"labels\":{\"app\":\"a\"},\"annotations\":{"
		   "\"cluster-autoscaler.kubernetes.io/safe-to-evict\":\"false\"},"
		   "\"nodeSelector\":{\"pool\":\"spot\"},"
		   "\"tolerations\":[{\"key\":\"spot\",\"operator\":\"Exists\"}],"
		   "\"topologySpreadConstraints\":[{\"maxSkew\":1,\"topologyKey\":\"k\",\"whenUnsatisfiable\":"
		   "\"DoNotSchedule\",\"labelSelector\":{\"matchLabels\":{\"app\":\"a\"}}}],\"localStorage\":true");
	import_end(&test);
}

/* web-1 is drained and web-2 takes its place; web-2 is removed by its owner later. */
#define DRAIN_WATCH \
	EVENT("ADDED", POD("web-1", "u1", "10", "10:00:00", OWNED("ReplicaSet", "web"), ONE("1", "1Gi"), \
			   "\"phase\":\"Pending\"")) \
	EVENT("MODIFIED", POD("web-1", "u1", "11", "10:00:00", OWNED("ReplicaSet", "web") \
			      DELETED_AT("10:05:30", "30"), ONE("1", "1Gi"), \
			      "\"phase\":\"Running\"," TARGET("EvictionByEvictionAPI", "10:05:00"))) \
	EVENT("ADDED", POD("web-2", "u2", "12", "10:05:00", OWNED("ReplicaSet", "web"), ONE("1", "1Gi"), \
			   "\"phase\":\"Pending\"")) \
	EVENT("DELETED", POD("web-1", "u1", "13", "10:00:00", OWNED("ReplicaSet", "web") \
			     DELETED_AT("10:05:04", "0"), ONE("1", "1Gi"), "\"phase\":\"Succeeded\"")) \
	EVENT("MODIFIED", POD("web-2", "u2", "14", "10:05:00", OWNED("ReplicaSet", "web") \
			      DELETED_AT("10:20:30", "30"), ONE("1", "1Gi"), "\"phase\":\"Running\""))

static void a_pod_that_replaces_a_drained_one_is_the_same_demand(void **state)
{
	struct import_test test;

	(void)state;
	import_reads(&test, NULL, DRAIN_WATCH);
	assert_string_equal(test.report.kind, "pod-watch");
	assert_int_equal(test.report.rows_written, 1);
	assert_int_equal(test.report.collapsed, 1);
	import_has(&test, "\"name\":\"web-1\"");
	import_has(&test, "\"until\":1200,");
	import_end(&test);

	import_begin(&test, "pod-watch");
	import_add(&test, DRAIN_WATCH, sizeof(DRAIN_WATCH) - 1);
	test.request.keep_recreations = true;
	import_runs(&test);
	assert_int_equal(test.report.rows_written, 2);
	assert_int_equal(test.report.collapsed, 0);
	import_end(&test);
}

/* A pod that had succeeded before its node went is cleaned up, not lost: the next pod is new demand. */
static void a_pod_that_had_ended_is_not_lost(void **state)
{
	struct import_test test;

	(void)state;
	import_reads(&test, "pod-watch",
		    EVENT("ADDED", POD("j-1", "u1", "10", "10:00:00", OWNED("Job", "j"), ONE("1", "1Gi"), ""))
		    EVENT("MODIFIED", POD("j-1", "u1", "11", "10:00:00", OWNED("Job", "j"), ONE("1", "1Gi"),
					  RAN("10:01:00", "10:02:00")))
		    EVENT("MODIFIED", POD("j-1", "u1", "12", "10:00:00", OWNED("Job", "j")
					  DELETED_AT("10:03:00", "0"), ONE("1", "1Gi"),
					  RAN("10:01:00", "10:02:00") "," TARGET("DeletionByTaintManager", "10:03:00")))
		    EVENT("ADDED", POD("j-2", "u2", "13", "10:03:01", OWNED("Job", "j"), ONE("1", "1Gi"), "")));
	assert_int_equal(test.report.rows_written, 2);
	assert_int_equal(test.report.collapsed, 0);
	import_has(&test, "\"duration\":60,");
	import_end(&test);
}

static void a_jobs_successor_may_come_minutes_later(void **state)
{
	struct import_test test;

	(void)state;
	import_reads(&test, "pod-watch",
		    EVENT("ADDED", POD("j-1", "u1", "10", "10:00:00", OWNED("Job", "j"), ONE("1", "1Gi"), ""))
		    EVENT("MODIFIED", POD("j-1", "u1", "11", "10:00:00", OWNED("Job", "j"), ONE("1", "1Gi"),
					  "\"phase\":\"Failed\"," TARGET("DeletionByPodGC", "10:02:00")))
		    EVENT("ADDED", POD("j-2", "u2", "12", "10:07:20", OWNED("Job", "j"), ONE("1", "1Gi"), ""))
		    EVENT("MODIFIED", POD("j-2", "u2", "13", "10:07:20", OWNED("Job", "j"), ONE("1", "1Gi"),
					  RAN("10:08:00", "10:09:30"))));
	assert_int_equal(test.report.rows_written, 1);
	assert_int_equal(test.report.collapsed, 1);
	import_has(&test, "\"name\":\"j-1\"");
	import_has(&test, "\"duration\":90,");
	import_end(&test);
}

static void every_form_of_a_watch_gives_the_same_rows(void **state)
{
#define STATE_1 POD("a", "u1", "10", "10:00:00", "", ONE("1", "1Gi"), "\"phase\":\"Pending\"")
#define STATE_2 POD("a", "u1", "11", "10:00:00", DELETED_AT("10:02:10", "10"), ONE("1", "1Gi"), \
		    "\"phase\":\"Running\"")
	static const char *const form[] = {
		STATE_1 STATE_2,
		STATE_1 "\n" STATE_2 "\n" STATE_2,
		EVENT("ADDED", STATE_1) EVENT("MODIFIED", STATE_2),
		"{\"ts\":1772445600.5,\"obj\":" STATE_1 "}\n{\"ts\":1772445720,\"obj\":" STATE_2 "}\n",
		"{\"ts\":1772445600.5,\"type\":\"ADDED\",\"object\":" STATE_1 "}\n"
		"{\"ts\":1772445720,\"type\":\"MODIFIED\",\"object\":" STATE_2 "}\n",
		EVENT("BOOKMARK", "{\"kind\":\"Pod\",\"metadata\":{\"resourceVersion\":\"1\",\"annotations\":"
		      "{\"k8s.io/initial-events-end\":\"true\"}},\"spec\":{\"containers\":null}}")
		EVENT("ADDED", STATE_1) EVENT("MODIFIED", STATE_2) EVENT("ADDED", STATE_2),
		"kind: Pod\nmetadata: {name: a, namespace: shop, uid: u1, resourceVersion: '10',\n"
		"  creationTimestamp: '2026-03-02T10:00:00Z'}\nspec:\n  containers:\n  - name: m\n"
		"    resources: {requests: {cpu: 1, memory: 1Gi}}\nstatus: {phase: Pending}\n---\n" STATE_2,
	};

	(void)state;
	for (size_t i = 0; i < sizeof(form) / sizeof(form[0]); i++) {
		struct import_test test;
		import_reads(&test, "pod-watch", form[i]);
		assert_int_equal(test.report.rows_written, 1);
		import_has(&test, "\"requests\":{\"cpu\":\"1\",\"memory\":\"1Gi\"}");
		/* t may be rounded to the recording's start by less than a second. */
		if (i != 3 && i != 4)
			import_has(&test, "\"until\":120}");
		import_end(&test);
	}
}

static void what_was_there_before_the_watch_starts_with_it(void **state)
{
	struct import_test test;

	(void)state;
	import_reads(&test, "pod-watch",
		    EVENT("ADDED", POD("a", "u1", "10", "09:00:00", "", ONE("1", "1Gi"), ""))
		    EVENT("ADDED", POD("b", "u2", "11", "10:00:00", "", ONE("1", "1Gi"), ""))
		    EVENT("BOOKMARK", "{\"kind\":\"Pod\",\"metadata\":{\"annotations\":"
			  "{\"k8s.io/initial-events-end\":\"true\"}}}")
		    EVENT("MODIFIED", POD("a", "u1", "12", "09:00:00", "", ONE("1", "1Gi"),
					  RAN("09:30:00", "10:10:00"))));
	import_has(&test, "{\"t\":0,\"type\":\"pod\",\"name\":\"a\"");
	/* It ran for 40 minutes, 10 of them in the record. */
	import_has(&test, "\"duration\":600}");
	assert_int_equal(import_counted(&test.report.note, "before the recording began"), 1);
	import_end(&test);
}

static void names_are_hashed_in_selectors_too(void **state)
{
	static const char text[] = LIST(
		POD("secret-pod", "u1", "5", "10:00:00", ",\"labels\":{\"app\":\"secret-app\"}" OWNED("Job", "secret-job"),
		    "\"nodeSelector\":{\"pool\":\"spot\"},\"topologySpreadConstraints\":[{\"maxSkew\":1,"
		    "\"topologyKey\":\"k\",\"labelSelector\":{\"matchLabels\":{\"app\":\"secret-app\"},\"matchExpressions\":"
		    "[{\"key\":\"app\",\"operator\":\"In\",\"values\":[\"secret-app\"]}]}}]," ONE("1", "1Gi"), ""));
	struct import_test test;

	(void)state;
	import_begin(&test, "pod-list");
	import_add(&test, text, sizeof(text) - 1);
	test.request.anonymize_key = "key";
	import_runs(&test);
	import_lacks(&test, "secret");
	import_lacks(&test, "shop");
	import_has(&test, "\"nodeSelector\":{\"pool\":\"spot\"}");
	/* The same name has the same hash, so selectors still match. */
	const char *const label = strstr(test.text, "\"labels\":{\"app\":\"") + 17;
	char hash[13] = { 0 };
	memcpy(hash, label, 12);
	const char *const selector = strstr(test.text, "\"matchLabels\":{\"app\":\"") + 22;
	assert_memory_equal(selector, hash, 12);
	import_end(&test);
}

static void a_cut_off_watch_is_used_as_far_as_it_goes(void **state)
{
	struct import_test test;

	(void)state;
	import_reads(&test, "pod-watch", EVENT("ADDED", STATE_1) "{\"type\":\"MODIFIED\",\"object\":{\"ki");
	assert_int_equal(test.report.rows_written, 1);
	assert_int_equal(import_counted(&test.report.dropped, "cut off (it begins at byte"), 1);
	import_end(&test);
}

static void wrong_input_is_pointed_at(void **state)
{
	static const struct { const char *text; uint32_t line, column; const char *piece; } bad[] = {
		{ "{\"items\":[\n" STATE_1 ",\n{\"kind\":\"Pod\",", 3, 1, "ends inside a list" },
		{ "{\"items\":[\n" STATE_1 "\n" STATE_2 "]}", 3, 1, "a comma is missing between two items" },
		{ "{\"items\":[" STATE_1 "] \"kind\":1", 0, 0, "" },
		{ LIST("{\"kind\":\"Pod\",\"metadata\":{\"name\":\"x\"},\"spec\":{}}"), 1, 54, "no metadata.uid" },
		{ LIST("{\"kind\":\"Pod\",\"metadata\":{\"uid\":\"x\"}}"), 1, 54, "has no spec" },
		{ LIST(POD("a", "u", "1", "10:00:00", "", ONE("NaN", "1"), "")), 1, 226,
		  "requests.cpu: \"NaN\"" },
		{ LIST(POD("a", "u", "1", "10:00:00", "", ONE("-1", "1"), "")), 1, 226, "requests.cpu: \"-1\"" },
		{ "{\"kind\":\"Pod\",\"a\":NaN}", 1, 19, "NaN is not JSON" },
		{ "{\"kind\":\"Pod\",\n \"a\": 01}", 2, 7, "begins with 0" },
		{ "{\"kind\":\"Pod\",\"a\":\"\\q\"}", 1, 21, "unknown escape" },
		{ "[1,2]", 1, 2, "is no object" },
		{ "kind: Pod\nmetadata: {uid: [}\n", 2, 18, "" },
		{ "a: &x [*x, *x]\n", 1, 8, "alias without an anchor" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct import_test test;
		import_text(&test, "pod-list", bad[i].text);
		if (bad[i].line)
			import_fails(&test, DRY_ERROR_INPUT, bad[i].line, bad[i].column, bad[i].piece);
		else
			assert_false(test.good);
		import_end(&test);
	}
}

static char *repeat(const char *head, const char *piece, size_t count, const char *tail)
{
	const size_t length = strlen(piece);
	char *const text = malloc(strlen(head) + length * count + strlen(tail) + 1);
	char *at = stpcpy(text, head);

	for (size_t i = 0; i < count; i++)
		at = stpcpy(at, piece);
	strcpy(at, tail);
	return text;
}

static void deep_and_long_values_end_well(void **state)
{
	struct import_test test;
	char *text = repeat("{\"kind\":\"Pod\",\"a\":", "[", 100000, "");

	(void)state;
	import_text(&test, "pod-watch", text);
	assert_false(test.good);        /* cut off: nothing is left */
	import_end(&test);
	free(text);

	text = repeat("{\"kind\":\"Pod\",\"a\":", "[", 1000, "");
	char *const closed = repeat(text, "]", 1000, "}");
	import_text(&test, "pod-watch", closed);
	import_fails(&test, DRY_ERROR_INPUT, 1, 218, "nested deeper than 200 levels");
	import_end(&test);
	free(text);
	free(closed);

	/* A string of 10 MB in a pod is no harm. */
	text = repeat("{\"items\":[{\"kind\":\"Pod\",\"metadata\":{\"uid\":\"u\",\"name\":\"a\",\"creationTimestamp\":"
		      "\"2026-03-02T10:00:00Z\",\"annotations\":{\"x\":\"", "0123456789", 1000000,
		      "\"}},\"spec\":{" ONE("1", "1Gi") "}}]}");
	import_reads(&test, "pod-list", text);
	assert_int_equal(test.report.rows_written, 1);
	import_end(&test);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_list_gives_requests_runs_and_owners),
		cmocka_unit_test(init_containers_sidecars_and_overhead_count),
		cmocka_unit_test(constraints_come_along),
		cmocka_unit_test(a_pod_that_replaces_a_drained_one_is_the_same_demand),
		cmocka_unit_test(a_pod_that_had_ended_is_not_lost),
		cmocka_unit_test(a_jobs_successor_may_come_minutes_later),
		cmocka_unit_test(every_form_of_a_watch_gives_the_same_rows),
		cmocka_unit_test(what_was_there_before_the_watch_starts_with_it),
		cmocka_unit_test(names_are_hashed_in_selectors_too),
		cmocka_unit_test(a_cut_off_watch_is_used_as_far_as_it_goes),
		cmocka_unit_test(wrong_input_is_pointed_at),
		cmocka_unit_test(deep_and_long_values_end_well),
	};

	return cmocka_run_group_tests_name("import pods", tests, NULL, NULL);
}
