#include "import_test.h"

#define EVENT(kind, name, reason, message, time) \
	"{\"apiVersion\":\"v1\",\"kind\":\"Event\",\"involvedObject\":{\"kind\":\"" kind "\",\"namespace\":\"shop\",\"name\":\"" name \
	"\",\"uid\":\"u-" name "\"},\"reason\":\"" reason "\",\"message\":\"" message "\",\"eventTime\":null,\"firstTimestamp\":\"2026-03-02T10:" \
	time "Z\",\"lastTimestamp\":\"2026-03-02T10:" time "Z\"}"
#define LIST(items) "{\"apiVersion\":\"v1\",\"items\":[" items "],\"kind\":\"List\"}"

static void waits_go_from_creation_to_binding(void **state)
{
	struct import_test test;

	(void)state;
	import_reads(&test, NULL, LIST(
		EVENT("ReplicaSet", "web-abc", "SuccessfulCreate", "Created pod: web-abc-1", "00:00") ","
		EVENT("Pod", "web-abc-1", "FailedScheduling", "0/3 nodes are available", "00:01") ","
		EVENT("Pod", "web-abc-1", "Scheduled", "Successfully assigned shop/web-abc-1 to n7", "01:30") ","
		EVENT("Pod", "late", "FailedScheduling", "0/3 nodes are available", "02:00") ","
		EVENT("Pod", "late", "Scheduled", "Successfully assigned shop/late to n7", "02:10")));
	assert_string_equal(test.report.kind, "events");
	import_has(&test, "{\"type\":\"header\",\"version\":\"dryscale/v1\",\"epoch\":\"2026-03-02T10:01:30Z\",\"source\":\"events\"}\n");
	import_has(&test, "{\"t\":0,\"event\":\"podStart\",\"pod\":\"shop/web-abc-1\",\"node\":\"n7\",\"wait\":90}");
	import_has(&test, "{\"t\":40,\"event\":\"podStart\",\"pod\":\"shop/late\",\"node\":\"n7\",\"wait\":10}");
	import_end(&test);
}

static void a_scale_up_is_told_thrice_and_counted_once(void **state)
{
	struct import_test test;

	(void)state;
	import_reads(&test, "events", LIST(
		EVENT("Pod", "p", "TriggeredScaleUp", "pod triggered scale-up: [{asg-a 3->5 (max: 10)} {asg-b 0->1 (max: 4)}]", "00:02") ","
		EVENT("Pod", "q", "TriggeredScaleUp", "pod triggered scale-up: [{asg-a 3->5 (max: 10)} {asg-b 0->1 (max: 4)}]", "00:02") ","
		EVENT("ConfigMap", "cluster-autoscaler-status", "ScaledUpGroup",
		      "Scale-up: setting group asg-a size to 5 instead of 3 (max: 10)", "00:00") ","
		EVENT("ConfigMap", "cluster-autoscaler-status", "ScaledUpGroup",
		      "Scale-up: group asg-a size set to 5 instead of 3 (max: 10)", "02:00") ","
		EVENT("ConfigMap", "cluster-autoscaler-status", "ScaledUpGroup",
		      "Scale-up: setting group asg-a size to 5 instead of 3 (max: 10)", "30:00")));
	import_has(&test, "{\"t\":0,\"event\":\"scaleUp\",\"nodeGroup\":\"asg-a\",\"from\":3,\"to\":5,\"max\":10}\n"
		   "{\"t\":2,\"event\":\"scaleUp\",\"nodeGroup\":\"asg-b\",\"from\":0,\"to\":1,\"max\":4}\n"
		   "{\"t\":1800,\"event\":\"scaleUp\",\"nodeGroup\":\"asg-a\"");
	assert_int_equal(test.report.rows_written, 3);
	import_end(&test);
}

static void of_combined_events_the_last_time_counts(void **state)
{
	struct import_test test;

	(void)state;
	import_reads(&test, "events", LIST(
		"{\"kind\":\"Event\",\"involvedObject\":{\"kind\":\"ConfigMap\",\"name\":\"s\"},\"reason\":\"ScaledUpGroup\","
		"\"message\":\"(combined from similar events): Scale-up: setting group a size to 2 instead of 1 (max: 5)\","
		"\"firstTimestamp\":\"2026-03-02T10:00:00Z\",\"lastTimestamp\":\"2026-03-02T10:20:00Z\",\"count\":7}"));
	import_has(&test, "\"epoch\":\"2026-03-02T10:20:00Z\"");
	import_end(&test);
}

static void provision_goes_from_scale_up_to_ready(void **state)
{
	static const char node[] =
		"{\"type\":\"ADDED\",\"object\":{\"kind\":\"Node\",\"metadata\":{\"name\":\"ip-10-0-0-1\",\"creationTimestamp\":\"2026-03-02T10:01:00Z\","
		"\"labels\":{\"eks.amazonaws.com/nodegroup\":\"asg-a\"}},\"status\":{\"conditions\":[{\"type\":\"Ready\",\"status\":\"False\","
		"\"lastTransitionTime\":\"2026-03-02T10:01:00Z\"}]}}}\n"
		"{\"type\":\"MODIFIED\",\"object\":{\"kind\":\"Node\",\"metadata\":{\"name\":\"ip-10-0-0-1\",\"creationTimestamp\":\"2026-03-02T10:01:00Z\"},"
		"\"status\":{\"conditions\":[{\"type\":\"Ready\",\"status\":\"True\",\"lastTransitionTime\":\"2026-03-02T10:01:35Z\"}]}}}\n"
		"{\"type\":\"ADDED\",\"object\":{\"kind\":\"Node\",\"metadata\":{\"name\":\"never\",\"creationTimestamp\":\"2026-03-02T10:01:00Z\","
		"\"labels\":{\"eks.amazonaws.com/nodegroup\":\"asg-a\"}}}}\n";
	static const char events[] = LIST(
		EVENT("ConfigMap", "s", "ScaledUpGroup", "Scale-up: setting group asg-a size to 2 instead of 0 (max: 9)", "00:05") ","
		EVENT("Pod", "p", "Scheduled", "Successfully assigned shop/p to never", "01:30") ","
		EVENT("ConfigMap", "s", "ScaleUpTimedOut", "Nodes added to group asg-a failed to register within 2m33.01778488s", "02:40"));
	struct import_test test;

	(void)state;
	import_begin(&test, "events");
	import_add(&test, events, sizeof(events) - 1);
	import_add(&test, node, sizeof(node) - 1);
	import_runs(&test);
	import_has(&test, "\"event\":\"nodeReady\",\"node\":\"ip-10-0-0-1\",\"nodeGroup\":\"asg-a\",\"provision\":90}");
	import_has(&test, "\"event\":\"scaleUpFailed\",\"nodeGroup\":\"asg-a\",\"reason\":\"timeout\",\"after\":153.018}");
	/* Its Ready condition was recorded, and was never true. */
	import_lacks(&test, "\"nodeReady\",\"node\":\"never\"");
	import_end(&test);
}

static void removals_and_evictions_are_told(void **state)
{
	struct import_test test;

	(void)state;
	import_reads(&test, "events", LIST(
		EVENT("ConfigMap", "s", "ScaleDownEmpty", "Scale-down: removing empty node \\\"n3\\\"", "00:00") ","
		EVENT("ConfigMap", "s", "ScaleDown",
		      "Scale-down: removing node n4, utilization: {0.11 0.05 0 0 cpu 0.11}, pods to reschedule: b,d", "01:00") ","
		EVENT("Pod", "b", "ScaleDown", "deleting pod for node scale down", "01:01") ","
		EVENT("Pod", "c", "Preempted", "Preempted by pod 1234 on node n2", "02:00") ","
		EVENT("Node", "n4", "RemovingNode", "Node n4 event: Removing Node n4 from Controller", "03:00")));
	import_has(&test, "\"event\":\"scaleDown\",\"node\":\"n3\",\"reason\":\"empty\"}");
	import_has(&test, "\"event\":\"scaleDown\",\"node\":\"n4\",\"reason\":\"underutilized\"}");
	import_has(&test, "\"event\":\"podEvicted\",\"pod\":\"shop/b\",\"cause\":\"scaleDown\"}");
	import_has(&test, "\"event\":\"podEvicted\",\"pod\":\"shop/c\",\"node\":\"n2\",\"cause\":\"preemption\"}");
	import_has(&test, "\"event\":\"nodeGone\",\"node\":\"n4\"}");
	import_end(&test);
}

static void names_are_hashed_everywhere(void **state)
{
	struct import_test test;

	(void)state;
	import_begin(&test, "events");
	static const char text[] = LIST(
		EVENT("Pod", "secret-pod", "Scheduled", "Successfully assigned shop/secret-pod to secret-a-1", "00:30") ","
		EVENT("ConfigMap", "s", "ScaledUpGroup", "Scale-up: setting group secret-a size to 2 instead of 0 (max: 9)", "00:00") ","
		EVENT("Node", "secret-a-1", "RegisteredNode", "x", "00:20") ","
		EVENT("Pod", "secret-pod", "Preempted", "Preempted by pod 1234 on node secret-a-1", "02:00") ","
		EVENT("ConfigMap", "s", "ScaleDownEmpty", "Scale-down: removing empty node secret-a-1", "03:00"));
	import_add(&test, text, sizeof(text) - 1);
	test.request.anonymize_key = "k";
	import_runs(&test);
	import_lacks(&test, "secret");
	import_has(&test, "\"provision\":30");
	import_end(&test);
}

#define KLOG "I0302 10:15:04.123456       1 "

static void a_log_gives_decisions_and_provision_times(void **state)
{
	struct import_test test;

	(void)state;
	import_begin(&test, NULL);
	static const char text[] =
		KLOG "main.go:250] Cluster Autoscaler 1.36.1\n"
		KLOG "orchestrator.go:177] Final scale-up plan: [{asg-a 3->5 (max: 10)}]\n"
		KLOG "executor.go:166] Scale-up: setting group asg-a size to 5\n"
		KLOG "event_sink.go:48] Event(v1.ObjectReference{Kind:\"ConfigMap\"}): reason: 'ScaledUpGroup' Scale-up: setting group asg-a size to 5\n"
		"I0302 10:17:45.123456       1 clusterstate.go:352] Scale up in group asg-a finished successfully in 2m41s\n"
		"W0302 10:20:00.000001       1 clusterstate.go:404] Disabling scale-up for node group asg-b until 2026-03-02 10:25:00.000001 +0000 UTC m=+1; errorClass=OutOfResourcesErrorClass; errorCode=InsufficientInstanceCapacity\n"
		"a line that somebody else wrote\n"
		"2026-03-02T10:30:00Z pod/ca I0302 10:30:00.000000       1 actuator.go:176] Scale-down: removing empty node \"n1\"\n";
	import_add(&test, text, sizeof(text) - 1);
	test.request.log_year = 2026;
	import_runs(&test);
	assert_string_equal(test.report.kind, "autoscaler-log");
	import_has(&test, "\"epoch\":\"2026-03-02T10:15:04.123Z\"");
	import_has(&test, "{\"t\":0,\"event\":\"scaleUp\",\"nodeGroup\":\"asg-a\",\"from\":3,\"to\":5,\"max\":10}\n"
		   "{\"t\":161,\"event\":\"nodeReady\",\"nodeGroup\":\"asg-a\",\"provision\":161}\n"
		   "{\"t\":295.877,\"event\":\"scaleUpFailed\",\"nodeGroup\":\"asg-b\",\"reason\":\"outOfResources\"}\n"
		   "{\"t\":295.877,\"event\":\"backoff\",\"nodeGroup\":\"asg-b\",\"until\":595.877}\n"
		   "{\"t\":895.877,\"event\":\"scaleDown\",\"node\":\"n1\",\"reason\":\"empty\"}\n");
	assert_int_equal(test.report.rows_written, 5);
	import_end(&test);
}

static void a_json_log_and_the_turn_of_the_year(void **state)
{
	struct import_test test;

	(void)state;
	import_reads(&test, NULL,
		    "{\"ts\":1772446504123.4,\"caller\":\"orchestrator/executor.go:166\",\"msg\":\"Scale-up: setting group a size to 1 instead of 0 (max: 2)\",\"v\":0}\n");
	import_has(&test, "\"epoch\":\"2026-03-02T10:15:04.123Z\"");
	import_end(&test);

	import_begin(&test, "autoscaler-log");
	static const char text[] =
		"I1231 23:59:59.000000       1 executor.go:166] Scale-up: setting group a size to 1 instead of 0 (max: 2)\n"
		"I0101 00:00:01.000000       1 executor.go:166] Scale-up: setting group a size to 2 instead of 1 (max: 2)\n";
	import_add(&test, text, sizeof(text) - 1);
	test.request.log_year = 2025;
	import_runs(&test);
	import_has(&test, "\"epoch\":\"2025-12-31T23:59:59Z\"");
	import_has(&test, "{\"t\":2,\"event\":\"scaleUp\",\"nodeGroup\":\"a\",\"from\":1,\"to\":2");
	import_end(&test);
}

static void wrong_records_are_pointed_at(void **state)
{
	static const struct import_wrong wrong[] = {
		{ "events", "{\"items\":[\n{\"kind\":\"Event\"}]}", DRY_ERROR_INPUT, 2, 1, "without involvedObject" },
		{ "events", "{\"items\":[\n{\"kind\":\"Event\",\"involvedObject\":{},\"reason\":\"x\",\"firstTimestamp\":\"NaN\"}]}",
		  DRY_ERROR_INPUT, 2, 1, "without any time" },
		{ "events", "{\"items\":[\n 7]}", DRY_ERROR_INPUT, 2, 2, "is no object" },
		{ "events", "{\"items\":[{\"kind\":\"Event\"", DRY_ERROR_INPUT, 1, 11, "ends inside" },
		{ "events", LIST(EVENT("Pod", "p", "Pulling", "Pulling image", "00:00")), DRY_ERROR_EMPTY, 0, 0, "nothing" },
		{ "autoscaler-log", "hello\n", DRY_ERROR_INPUT, 1, 1, "no line of the autoscaler's log" },
		{ "autoscaler-log", "x\nI1302 10:15:04.123456 1 a.go:1] y\n", DRY_ERROR_INPUT, 2, 1, "no date and time" },
		{ "autoscaler-log", "{\"ts\":1,\"msg\":\"a\",}\n", DRY_ERROR_INPUT, 1, 19, "key" },
		{ "autoscaler-log", "{\"ts\":\"x\",\"msg\":\"a\"}\n", DRY_ERROR_INPUT, 1, 1, "no Unix time" },
	};

	(void)state;
	import_all_fail(wrong, sizeof(wrong) / sizeof(wrong[0]));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(waits_go_from_creation_to_binding),
		cmocka_unit_test(a_scale_up_is_told_thrice_and_counted_once),
		cmocka_unit_test(of_combined_events_the_last_time_counts),
		cmocka_unit_test(provision_goes_from_scale_up_to_ready),
		cmocka_unit_test(removals_and_evictions_are_told),
		cmocka_unit_test(names_are_hashed_everywhere),
		cmocka_unit_test(a_log_gives_decisions_and_provision_times),
		cmocka_unit_test(a_json_log_and_the_turn_of_the_year),
		cmocka_unit_test(wrong_records_are_pointed_at),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
