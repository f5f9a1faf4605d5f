#include "import_test.h"

#define SAMPLES(value) "[[1000015,\"" value "\"],[1000030,\"" value "\"],[1000045,\"" value "\"]]"
#define EARLY(value) "[[1000015,\"" value "\"],[1000030,\"" value "\"]]"
#define LATE(value) "[[1000030,\"" value "\"],[1000045,\"" value "\"],[1000060,\"" value "\"],[1000075,\"" value "\"]]"
#define SERIES(metric, labels, values) "{\"metric\":{\"__name__\":\"" metric "\"," labels "},\"values\":" values "}"
#define ANSWER(list) "{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":[" list "]}}\n"

#define A "\"namespace\":\"shop\",\"pod\":\"web-abc-aaaaa\",\"uid\":\"u1\""
#define B "\"namespace\":\"shop\",\"pod\":\"web-abc-bbbbb\",\"uid\":\"u2\""
#define J "\"namespace\":\"batch\",\"pod\":\"etl-1\",\"uid\":\"u3\""
#define WEB "\"owner_kind\":\"ReplicaSet\",\"owner_name\":\"web-abc\",\"owner_is_controller\":\"true\""
#define CPU "\"container\":\"c\",\"resource\":\"cpu\",\"unit\":\"core\""

static void series_are_joined_by_uid(void **state)
{
	struct import_test test;

	(void)state;
	import_begin(&test, NULL);
	static const char created[] = ANSWER(SERIES("kube_pod_created", J, SAMPLES("1000001")));
	static const char rest[] = ANSWER(
		/* A binding changes the label node, which starts another series of the same fact. */
		SERIES("kube_pod_container_resource_requests", J "," CPU, "[[1000015,\"0.25\"]]") ","
		SERIES("kube_pod_container_resource_requests", J "," CPU ",\"node\":\"n1\"", LATE("0.25")) ","
		SERIES("kube_pod_container_resource_requests", J ",\"container\":\"side\",\"resource\":\"cpu\"", SAMPLES("0.5")) ","
		SERIES("kube_pod_container_resource_requests", J ",\"container\":\"c\",\"resource\":\"nvidia_com_gpu\"", SAMPLES("1")) ","
		SERIES("kube_pod_overhead_cpu_cores", J, SAMPLES("0.05")) ","
		SERIES("kube_pod_owner", J ",\"owner_kind\":\"Job\",\"owner_name\":\"etl\",\"owner_is_controller\":\"true\"", SAMPLES("1")) ","
		SERIES("kube_pod_nodeselectors", J ",\"nodeselector_topology_kubernetes_io_zone\":\"z1\"", SAMPLES("1")) ","
		SERIES("kube_pod_tolerations", J ",\"key\":\"lifecycle\",\"operator\":\"Equal\",\"value\":\"spot\",\"effect\":\"NoSchedule\"", SAMPLES("1")) ","
		SERIES("kube_pod_start_time", J, SAMPLES("1000010")) ","
		SERIES("kube_pod_completion_time", J, LATE("1000040")));
	import_add(&test, created, sizeof(created) - 1);
	import_add(&test, rest, sizeof(rest) - 1);
	import_runs(&test);
	assert_string_equal(test.report.kind, "prometheus");
	import_has(&test, "{\"t\":1,\"type\":\"pod\",\"name\":\"etl-1\",\"namespace\":\"batch\",\"requests\":{");
	import_has(&test, "\"cpu\":\"800m\"");
	import_has(&test, "\"nvidia.com/gpu\":\"1\"");
	import_has(&test, "\"nodeSelector\":{\"topology.kubernetes.io/zone\":\"z1\"}");
	import_has(&test, "\"tolerations\":[{\"key\":\"lifecycle\",\"operator\":\"Equal\",\"value\":\"spot\",\"effect\":\"NoSchedule\"}]");
	import_has(&test, "\"duration\":30,\"owner\":{\"kind\":\"Job\",\"name\":\"etl\"}");
	assert_int_equal(test.report.rows_written, 1);
	import_end(&test);
}

static void kube_schedulers_request_is_the_effective_one(void **state)
{
	struct import_test test;

	(void)state;
	import_reads(&test, "prometheus", ANSWER(
		SERIES("kube_pod_created", J, SAMPLES("1000001")) ","
		SERIES("kube_pod_container_resource_requests", J "," CPU, SAMPLES("0.25")) ","
		SERIES("kube_pod_init_container_resource_requests", J "," CPU, SAMPLES("4")) ","
		"{\"metric\":{\"__name__\":\"kube_pod_resource_request\",\"namespace\":\"batch\",\"pod\":\"etl-1\","
		"\"resource\":\"cpu\",\"priority\":\"-5\"},\"values\":" SAMPLES("0.75") "}"));
	import_has(&test, "\"requests\":{\"cpu\":\"750m\"},\"priority\":-5");
	import_lacks(&test, "initRequests");
	import_end(&test);
}

static void exported_labels_are_the_pods(void **state)
{
	struct import_test test;

	(void)state;
	import_reads(&test, "prometheus", ANSWER(
		SERIES("kube_pod_created", "\"namespace\":\"monitoring\",\"pod\":\"ksm\",\"exported_namespace\":\"shop\","
		       "\"exported_pod\":\"cart\",\"uid\":\"u9\"", SAMPLES("1000001")) ","
		SERIES("kube_pod_container_resource_requests", "\"namespace\":\"monitoring\",\"pod\":\"ksm\","
		       "\"exported_namespace\":\"shop\",\"exported_pod\":\"cart\",\"uid\":\"u9\",\"container\":\"ksm\","
		       "\"exported_container\":\"a\",\"resource\":\"memory\"", SAMPLES("1048576")) ","
		SERIES("kube_pod_container_resource_requests", "\"namespace\":\"monitoring\",\"pod\":\"ksm\","
		       "\"exported_namespace\":\"shop\",\"exported_pod\":\"cart\",\"uid\":\"u9\",\"container\":\"ksm\","
		       "\"exported_container\":\"b\",\"resource\":\"memory\"", SAMPLES("1048576"))));
	import_has(&test, "\"name\":\"cart\",\"namespace\":\"shop\",\"requests\":{\"memory\":\"2Mi\"}");
	import_end(&test);
}

#define TWO_WEBS ANSWER( \
	SERIES("kube_pod_created", A, EARLY("1000001")) "," SERIES("kube_pod_created", B, LATE("1000028")) "," \
	SERIES("kube_pod_owner", A "," WEB, EARLY("1")) "," SERIES("kube_pod_owner", B "," WEB, LATE("1")) "," \
	SERIES("kube_pod_container_resource_requests", A "," CPU, EARLY("1")) "," \
	SERIES("kube_pod_container_resource_requests", B "," CPU, LATE("1")))

static void a_pod_that_went_and_came_again_is_one_demand(void **state)
{
	struct import_test test;

	(void)state;
	import_reads(&test, "prometheus", TWO_WEBS);
	assert_int_equal(test.report.rows_written, 1);
	assert_int_equal(test.report.collapsed, 1);
	import_has(&test, "web-abc-aaaaa");
	import_lacks(&test, "until");
	import_end(&test);

	import_begin(&test, "prometheus");
	import_add(&test, TWO_WEBS, strlen(TWO_WEBS));
	test.request.keep_recreations = true;
	import_runs(&test);
	assert_int_equal(test.report.rows_written, 2);
	import_has(&test, "\"until\":");
	import_end(&test);
}

static void without_a_successor_the_owner_did_not_want_it(void **state)
{
	struct import_test test;

	(void)state;
	import_reads(&test, "prometheus", ANSWER(
		SERIES("kube_pod_created", A, EARLY("1000001")) ","
		SERIES("kube_pod_created", J, LATE("1000028")) ","
		SERIES("kube_pod_owner", A "," WEB, EARLY("1")) ","
		SERIES("kube_pod_container_resource_requests", A "," CPU, EARLY("1"))));
	assert_int_equal(test.report.rows_written, 2);
	assert_int_equal(test.report.collapsed, 0);
	/* Last seen at 30, one sample every 15 s: gone in the middle between two. */
	import_has(&test, "\"until\":37.5");
	assert_int_equal(import_counted(&test.report.imputed, "when the pod was last seen"), 1);
	import_end(&test);
}

/* Pods that came together and went together took nobody's place, however seldom one looked. */
static void what_came_together_is_not_its_own_successor(void **state)
{
	struct import_test test;

	(void)state;
	import_reads(&test, "prometheus", ANSWER(
		SERIES("kube_pod_created", A, EARLY("1000010")) "," SERIES("kube_pod_created", B, EARLY("1000010")) ","
		SERIES("kube_pod_created", J, "[[1000015,\"1000001\"],[1000900,\"1000001\"]]") ","
		SERIES("kube_pod_owner", A "," WEB, EARLY("1")) "," SERIES("kube_pod_owner", B "," WEB, EARLY("1")) ","
		SERIES("kube_pod_container_resource_requests", A "," CPU, EARLY("1"))));
	assert_int_equal(test.report.rows_written, 3);
	assert_int_equal(test.report.collapsed, 0);
	import_end(&test);
}

static void other_shapes_hold_the_same(void **state)
{
	struct import_test test;

	(void)state;
	import_reads(&test, NULL, "[" SERIES("kube_pod_created", J, SAMPLES("1000001")) ","
		    SERIES("kube_pod_container_resource_requests", J "," CPU, SAMPLES("1")) "]");
	assert_int_equal(test.report.rows_written, 1);
	import_end(&test);

	import_reads(&test, NULL,
		    "{\"metric\":{\"__name__\":\"kube_pod_created\"," J "},\"values\":[1000001,1000001],\"timestamps\":[1000015000,1000030000]}\n"
		    "{\"metric\":{\"__name__\":\"kube_pod_container_resource_requests\"," J "," CPU "},\"values\":[1],\"timestamps\":[1000015000]}\n");
	import_has(&test, "\"cpu\":\"1\"");
	import_end(&test);

	import_reads(&test, "prometheus", "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":["
		    "{\"metric\":{\"__name__\":\"kube_pod_created\"," J "},\"value\":[1000015.5,\"1000001\"]},"
		    "{\"metric\":{\"__name__\":\"kube_pod_container_resource_requests\"," J "," CPU "},\"value\":[1000015.5,\"2\"]}]}}");
	import_has(&test, "\"cpu\":\"2\"");
	import_end(&test);
}

static void promtools_text_holds_the_same(void **state)
{
	struct import_test test;

	(void)state;
	import_reads(&test, NULL,
		    "kube_pod_created{namespace=\"batch\", pod=\"etl-1\", uid=\"u3\"} =>\n1000001 @[1000015]\n1000001 @[1000030]\n"
		    "kube_pod_container_resource_requests{container=\"c\", namespace=\"batch\", pod=\"etl-1\", resource=\"cpu\", uid=\"u3\"} => 0.5 @[1000015.5]\n");
	import_has(&test, "\"name\":\"etl-1\",\"namespace\":\"batch\",\"requests\":{\"cpu\":\"500m\"}");
	import_end(&test);

	import_text(&test, "prometheus", "kube_pod_created{pod=\"a\"} =>\n1 @[2]\nhello\n");
	import_fails(&test, DRY_ERROR_INPUT, 3, 1, "is no sample");
	import_end(&test);
	import_text(&test, "prometheus", "kube_pod_created{pod=\"a} =>\n");
	import_fails(&test, DRY_ERROR_INPUT, 1, 17, "not closed");
	import_end(&test);
	import_text(&test, "prometheus", "kube_pod_created{namespace=\"a\"} =>\n1 @[2]\n");
	import_fails(&test, DRY_ERROR_INPUT, 1, 1, "without the label pod");
	import_end(&test);
}

static void without_uids_names_and_creation_tell_pods_apart(void **state)
{
	struct import_test test;

	(void)state;
	import_reads(&test, "prometheus", ANSWER(
		SERIES("kube_pod_created", "\"namespace\":\"shop\",\"pod\":\"db-0\"",
		       "[[1000015,\"1000001\"],[1000030,\"1000001\"],[1000045,\"1000040\"],[1000060,\"1000040\"]]") ","
		SERIES("kube_pod_container_resource_requests", "\"namespace\":\"shop\",\"pod\":\"db-0\"," CPU, LATE("1"))));
	assert_int_equal(test.report.rows_written, 2);
	assert_true(import_counted(&test.report.imputed, "told apart by name and creation") > 0);
	import_end(&test);
}

static void wrong_answers_are_pointed_at(void **state)
{
	static const struct import_place wrong[] = {
		{ "{\"status\":\"error\",\"errorType\":\"bad_data\",\"error\":\"parse error\"}", 1, 1, "parse error" },
		{ ANSWER(SERIES("kube_pod_created", "\"namespace\":\"a\"", SAMPLES("1"))), 1, 71, "without the label pod" },
		{ ANSWER("{\"metric\":{},\"values\":[[1,\"1\"]]}"), 1, 71, "without the name of its metric" },
		{ ANSWER(SERIES("kube_pod_created", J, "[[1000015]]")), 1, 158, "no pair" },
		{ ANSWER(SERIES("kube_pod_created", J, "[[\"x\",\"1\"]]")), 1, 159, "no Unix time" },
		{ ANSWER(SERIES("kube_pod_created", J, "[[1,\"abc\"]]")), 1, 161, "no number" },
		{ ANSWER(SERIES("kube_pod_created", J, SAMPLES("1000001"))), 1, 1, "lack kube_pod_container_resource_requests" },
		{ "{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":[{\"metric\":{", 1, 61, "ends inside" },
		{ "{\"data\":{\"result\":[1]}}", 1, 20, "is no series" },
	};

	(void)state;
	import_all_point("prometheus", wrong, sizeof(wrong) / sizeof(wrong[0]));
}

static void samples_without_a_number_are_left_out(void **state)
{
	struct import_test test;

	(void)state;
	import_reads(&test, "prometheus", ANSWER(
		SERIES("kube_pod_created", J, "[[1000015,\"NaN\"],[1000030,\"1000001\"]]") ","
		SERIES("kube_pod_created", A, "[[1000015,\"NaN\"]]") ","
		SERIES("kube_pod_container_resource_requests", J "," CPU, "[[1000015,\"+Inf\"],[1000030,\"1\"]]")));
	assert_int_equal(test.report.rows_written, 1);
	assert_int_equal(import_counted(&test.report.left_out, "sample without a number"), 3);
	import_end(&test);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(series_are_joined_by_uid),
		cmocka_unit_test(kube_schedulers_request_is_the_effective_one),
		cmocka_unit_test(exported_labels_are_the_pods),
		cmocka_unit_test(a_pod_that_went_and_came_again_is_one_demand),
		cmocka_unit_test(without_a_successor_the_owner_did_not_want_it),
		cmocka_unit_test(what_came_together_is_not_its_own_successor),
		cmocka_unit_test(other_shapes_hold_the_same),
		cmocka_unit_test(promtools_text_holds_the_same),
		cmocka_unit_test(without_uids_names_and_creation_tell_pods_apart),
		cmocka_unit_test(wrong_answers_are_pointed_at),
		cmocka_unit_test(samples_without_a_number_are_left_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
