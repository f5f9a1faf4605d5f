#include "import_test.h"

#define RECORD(level, verb, uri, ref, code, user, body, time) \
	"{\"kind\":\"Event\",\"apiVersion\":\"audit.k8s.io/v1\",\"level\":\"" level "\",\"stage\":\"ResponseComplete\"," \
	"\"requestURI\":\"/api/v1/namespaces/shop/pods" uri "\",\"verb\":\"" verb "\",\"user\":{\"username\":\"" user "\"}," \
	"\"objectRef\":{\"resource\":\"pods\",\"namespace\":\"shop\"" ref "},\"responseStatus\":{\"code\":" code "}," body \
	"\"requestReceivedTimestamp\":\"2026-03-02T10:" time "Z\"}\n"
#define NAME(name) ",\"name\":\"" name "\""
#define PART(part) ",\"subresource\":\"" part "\""
#define CONTROLLER "system:serviceaccount:kube-system:replicaset-controller"
#define AUTOSCALER "system:serviceaccount:kube-system:cluster-autoscaler"
#define POD(name, uid, time, more) \
	"{\"kind\":\"Pod\",\"metadata\":{\"name\":\"" name "\",\"namespace\":\"shop\",\"uid\":\"" uid \
	"\",\"creationTimestamp\":\"2026-03-02T10:" time "Z\",\"ownerReferences\":[{\"kind\":\"ReplicaSet\"," \
	"\"name\":\"web-abc\",\"controller\":true}]" more "},\"spec\":{\"priority\":7,\"containers\":[{\"name\":\"c\"," \
	"\"resources\":{\"requests\":{\"cpu\":\"250m\"}}}]},\"status\":{\"phase\":\"Pending\"}}"
#define ANSWER(pod) "\"responseObject\":" pod ","
#define ASKED \
	"\"requestObject\":{\"kind\":\"Pod\",\"metadata\":{\"generateName\":\"web-abc-\",\"ownerReferences\":[{\"kind\":" \
	"\"ReplicaSet\",\"name\":\"web-abc\",\"controller\":true}]},\"spec\":{\"containers\":[{\"name\":\"c\"," \
	"\"resources\":{\"requests\":{\"cpu\":\"250m\"}}}]}},"
#define CREATE(name, uid, time) RECORD("RequestResponse", "create", "", "", "201", CONTROLLER, ANSWER(POD(name, uid, time, "")), time ".104211")

static void a_create_is_an_arrival_at_its_exact_time(void **state)
{
	struct import_test test;

	(void)state;
	import_reads(&test, NULL, CREATE("web-abc-1", "u1", "00:00")
		    RECORD("RequestResponse", "create", "/web-abc-1/binding", NAME("web-abc-1") PART("binding"), "201",
			   "system:kube-scheduler", "", "00:05.5")
		    RECORD("RequestResponse", "delete", "/web-abc-1", NAME("web-abc-1"), "200", CONTROLLER, "", "10:00.25"));
	assert_string_equal(test.report.kind, "audit");
	import_has(&test, "\"epoch\":\"2026-03-02T10:00:00.104Z\"");
	import_has(&test, "{\"t\":0,\"type\":\"pod\",\"name\":\"web-abc-1\",\"namespace\":\"shop\",\"requests\":{\"cpu\":\"250m\"},"
		   "\"priority\":7,\"until\":600.146,\"owner\":{\"kind\":\"ReplicaSet\",\"name\":\"web-abc\"}}");
	import_end(&test);
}

static void an_evicted_pod_and_its_successor_are_one(void **state)
{
	struct import_test test;

	(void)state;
	import_reads(&test, "audit", CREATE("web-abc-1", "u1", "00:00")
		    /* Refused by a budget first: that is no loss. */
		    RECORD("RequestResponse", "create", "/web-abc-1/eviction", NAME("web-abc-1") PART("eviction"), "429", AUTOSCALER, "", "05:00")
		    RECORD("RequestResponse", "create", "/web-abc-1/eviction", NAME("web-abc-1") PART("eviction"), "201", AUTOSCALER, "", "05:05")
		    CREATE("web-abc-2", "u2", "05:06"));
	assert_int_equal(test.report.rows_written, 1);
	assert_int_equal(test.report.collapsed, 1);
	import_has(&test, "web-abc-1");
	import_end(&test);
}

static void dry_runs_refusals_and_other_stages_do_not_count(void **state)
{
	struct import_test test;

	(void)state;
	import_reads(&test, "audit", CREATE("web-abc-1", "u1", "00:00")
		    RECORD("RequestResponse", "create", "?dryRun=All", "", "201", CONTROLLER, ANSWER(POD("dry", "u3", "01:00", "")), "01:00")
		    RECORD("RequestResponse", "create", "", "", "422", CONTROLLER, ANSWER(POD("bad", "u4", "01:00", "")), "01:00")
		    "{\"kind\":\"Event\",\"apiVersion\":\"audit.k8s.io/v1\",\"stage\":\"RequestReceived\",\"verb\":\"create\",\"objectRef\":{\"resource\":\"pods\"}}\n");
	assert_int_equal(test.report.rows_written, 1);
	assert_int_equal(import_counted(&test.report.left_out, "dry run"), 1);
	assert_int_equal(import_counted(&test.report.left_out, "refused by the server"), 1);
	assert_int_equal(import_counted(&test.report.left_out, "another stage"), 1);
	import_end(&test);
}

static void level_request_ties_creates_to_bindings_in_their_order(void **state)
{
	struct import_test test;

	(void)state;
	import_reads(&test, "audit",
		    RECORD("Request", "create", "", "", "201", CONTROLLER, ASKED, "00:00")
		    RECORD("Request", "create", "", "", "201", CONTROLLER, ASKED, "00:10")
		    RECORD("Request", "create", "/web-abc-aaaaa/binding", NAME("web-abc-aaaaa") PART("binding"), "201", "system:kube-scheduler", "", "00:20")
		    RECORD("Request", "delete", "/web-abc-aaaaa", NAME("web-abc-aaaaa"), "200", CONTROLLER, "", "01:00"));
	import_has(&test, "{\"t\":0,\"type\":\"pod\",\"name\":\"web-abc-aaaaa\",\"namespace\":\"shop\",\"requests\":{\"cpu\":\"250m\"},\"until\":60,");
	/* The second was never bound: it has no name in the log. */
	assert_int_equal(import_counted(&test.report.imputed, "name: made up"), 1);
	assert_int_equal(test.report.rows_written, 2);
	import_end(&test);
}

static void level_metadata_is_refused_with_what_to_do(void **state)
{
	struct import_test test;

	(void)state;
	import_text(&test, "audit", RECORD("Metadata", "get", "/x", "", "200", CONTROLLER, "", "00:00")
		    RECORD("Metadata", "create", "", "", "201", CONTROLLER, "", "00:00"));
	assert_false(test.good);
	assert_int_equal(test.err.code, DRY_ERROR_INPUT);
	assert_int_equal(test.err.complaint[0].line, 2);
	assert_non_null(strstr(test.err.complaint[0].text, "level Metadata"));
	assert_non_null(strstr(test.err.complaint[0].fix, "RequestResponse"));
	import_end(&test);
}

static void rotated_files_and_lists_are_one_log(void **state)
{
	static const char first[] = CREATE("web-abc-1", "u1", "00:00");
	struct import_test test;
	char list[4096];

	(void)state;
	import_begin(&test, "audit");
	import_add(&test, first, sizeof(first) - 1);
	snprintf(list, sizeof(list), "{\"kind\":\"EventList\",\"apiVersion\":\"audit.k8s.io/v1\",\"items\":[%s]}",
		 CREATE("web-abc-2", "u2", "01:00"));
	import_add(&test, list, strlen(list));
	import_runs(&test);
	assert_int_equal(test.report.rows_written, 2);
	import_end(&test);
}

static void wrong_logs_are_pointed_at(void **state)
{
	static const struct { const char *text; uint32_t line, column; const char *piece; } wrong[] = {
		{ CREATE("a", "u1", "00:00") "{\"kind\":\"Pod\"}\n", 2, 1, "no stage and verb" },
		{ CREATE("a", "u1", "00:00") RECORD("Request", "get", "", "", "200", "u", "", "99:99"), 2, 0, "requestReceivedTimestamp" },
		{ CREATE("a", "u1", "00:00") "{\"a\":NaN}\n", 2, 6, "NaN is not JSON" },
		{ RECORD("Request", "create", "", "", "201", "u", "\"requestObject\":{\"kind\":\"Pod\"},", "00:00"), 1, 0, "without metadata or spec" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct import_test test;
		import_text(&test, "audit", wrong[i].text);
		assert_false(test.good);
		import_fails(&test, DRY_ERROR_INPUT, wrong[i].line,
			     wrong[i].column ? wrong[i].column : test.err.complaint[0].column, wrong[i].piece);
		assert_true(test.err.complaint[0].column > 0);
		import_end(&test);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_create_is_an_arrival_at_its_exact_time),
		cmocka_unit_test(an_evicted_pod_and_its_successor_are_one),
		cmocka_unit_test(dry_runs_refusals_and_other_stages_do_not_count),
		cmocka_unit_test(level_request_ties_creates_to_bindings_in_their_order),
		cmocka_unit_test(level_metadata_is_refused_with_what_to_do),
		cmocka_unit_test(rotated_files_and_lists_are_one_log),
		cmocka_unit_test(wrong_logs_are_pointed_at),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
