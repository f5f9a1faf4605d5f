#include "import_test.h"

#define LABELS(group, zone, extra) LABELS_BY("eks.amazonaws.com/nodegroup", group, zone, extra)
#define LABELS_BY(label, group, zone, extra) \
	"\"labels\":{\"" label "\":\"" group "\",\"kubernetes.io/hostname\":\"h\"," \
	"\"node.kubernetes.io/instance-type\":\"m5.xlarge\",\"topology.kubernetes.io/zone\":\"" zone "\"," \
	"\"topology.kubernetes.io/region\":\"us-east-1\"" extra "}"
#define NODE(name, labels, taints, memory, ready) \
	"{\"kind\":\"Node\",\"metadata\":{\"name\":\"" name "\",\"uid\":\"u-" name "\"," labels "}," \
	"\"spec\":{\"taints\":[" taints "]},\"status\":{" \
	"\"capacity\":{\"cpu\":\"4\",\"memory\":\"16Gi\",\"pods\":\"58\"}," \
	"\"allocatable\":{\"cpu\":\"3920m\",\"memory\":\"" memory "\",\"pods\":\"58\"}," \
	"\"conditions\":[{\"type\":\"MemoryPressure\",\"status\":\"False\"}," \
	"{\"type\":\"Ready\",\"status\":\"" ready "\"}]}}"

static const char spread_nodes[] =
	"{\"apiVersion\":\"v1\",\"items\":[\n"
	NODE("a1", LABELS("web", "z-a", ",\"team\":\"t\",\"only\":\"a1\""), "{\"key\":\"k\",\"value\":\"v\","
	     "\"effect\":\"NoSchedule\"},{\"key\":\"node.kubernetes.io/not-ready\",\"effect\":\"NoExecute\"}",
	     "15000Mi", "True") ",\n"
	NODE("a2", LABELS("web", "z-a", ",\"team\":\"t\""), "{\"key\":\"k\",\"value\":\"v\",\"effect\":\"NoSchedule\"},"
	     "{\"key\":\"DeletionCandidateOfClusterAutoscaler\",\"value\":\"17\",\"effect\":\"PreferNoSchedule\"}",
	     "14900Mi", "True") ",\n"
	NODE("b1", LABELS("web", "z-b", ",\"team\":\"t\",\"eks.amazonaws.com/capacityType\":\"SPOT\""), "", "15000Mi",
	     "Unknown") ",\n"
	NODE("cp", "\"labels\":{\"node-role.kubernetes.io/control-plane\":\"\"}", "", "1Gi", "True") "],\"kind\":\"List\"}";

static const char status_map[] =
	"kind: ConfigMap\nmetadata: {name: cluster-autoscaler-status}\ndata:\n  status: |\n"
	"    autoscalerStatus: Running\n    nodeGroups:\n    - name: eks-web-0ac1\n      health:\n"
	"        minSize: 1\n        maxSize: 5\n    - name: eks-empty-77\n      health: {minSize: 0, maxSize: 2}\n";

static void nodes_become_groups_over_their_zones(void **state)
{
	struct import_test test;

	(void)state;
	import_begin(&test, NULL);
	import_add(&test, spread_nodes, sizeof(spread_nodes) - 1);
	import_add(&test, status_map, sizeof(status_map) - 1);
	import_runs(&test);
	assert_string_equal(test.report.kind, "nodes");
	import_has(&test, "  - name: web\n    instanceType: m5.xlarge\n    capacityType: on-demand\n"
		   "    region: us-east-1\n    zones: [z-a, z-b]\n    minSize: 1\n    maxSize: 5\n    initialSize: 2\n");
	import_has(&test, "allocatable: {cpu: 3920m, memory: 14900Mi, pods: 58}");
	import_lacks(&test, "{key: k");         /* of the nodes in zone a alone */
	assert_int_equal(import_counted(&test.report.imputed, "spread over them evenly"), 1);
	import_has(&test, "team: t");
	import_lacks(&test, "only");
	import_lacks(&test, "hostname");
	import_lacks(&test, "not-ready");
	import_lacks(&test, "DeletionCandidate");
	assert_int_equal(test.report.rows_read, 5);
	assert_int_equal(import_counted(&test.report.left_out, "control plane"), 1);
	assert_int_equal(import_counted(&test.report.dropped, "eks-empty-77"), 1);
	import_end(&test);
}

/* A GKE pool is one managed instance group, and so one group of the autoscaler, in each of its zones. */
static void nodes_of_a_gke_pool_are_a_group_for_each_zone(void **state)
{
#define GKE(zone) LABELS_BY("cloud.google.com/gke-nodepool", "web", zone, "")
	static const char two[] = "{\"items\":[" NODE("a1", GKE("z-a"), "", "15000Mi", "True") ","
				  NODE("b1", GKE("z-b"), "", "15000Mi", "Unknown") "]}";
	struct import_test test;

	(void)state;
	import_text(&test, NULL, two);
	import_good(&test);
	import_has(&test, "  - name: web-z-a\n    instanceType: m5.xlarge\n    capacityType: on-demand\n"
		   "    region: us-east-1\n    zone: z-a\n    minSize: 0\n    maxSize: 10\n    initialSize: 1\n");
	import_has(&test, "zone: z-b\n    minSize: 0\n    maxSize: 10\n    initialSize: 0\n");
	import_has(&test, "    # while it is empty, the autoscaler takes a node to have {cpu: 4, memory: 16Gi, pods: 110}\n");
	import_end(&test);
}

static void the_older_status_is_plain_text(void **state)
{
	static const char one[] = "{\"items\":[" NODE("a1", LABELS("web", "z-a", ""), "", "15000Mi", "True") "]}";
	static const char status[] =
		"{\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"s\"},\"data\":{\"status\":\"Cluster-autoscaler status "
		"at 2023-01-01 10:00:00:\\nCluster-wide:\\n  Health: Healthy (ready=1)\\n\\nNodeGroups:\\n"
		"  Name:        web\\n  Health:      Healthy (ready=1 cloudProviderTarget=1 (minSize=2, maxSize=7))\\n\"}}";
	struct import_test test;

	(void)state;
	import_begin(&test, "nodes");
	import_add(&test, one, sizeof(one) - 1);
	import_add(&test, status, sizeof(status) - 1);
	import_runs(&test);
	import_has(&test, "name: web\n");
	import_has(&test, "minSize: 2\n    maxSize: 7\n");
	assert_int_equal(test.report.imputed.count, 0);
	import_end(&test);
}

static void sizes_that_are_made_up_are_counted_and_strict_refuses_them(void **state)
{
	static const char one[] = "{\"items\":[" NODE("a1", LABELS("web", "z-a", ""), "", "15000Mi", "True") "]}";
	struct import_test test;

	(void)state;
	import_reads(&test, NULL, one);
	import_has(&test, "minSize: 0\n    maxSize: 10\n");
	assert_int_equal(import_counted(&test.report.imputed, "Size: not in the source"), 2);
	import_end(&test);
	import_begin(&test, NULL);
	import_add(&test, one, sizeof(one) - 1);
	test.request.strict = true;
	import_run(&test);
	import_fails(&test, DRY_ERROR_INPUT, 0, 0, "--strict: made up 1 times: minSize");
	import_end(&test);
}

static void group_names_are_hashed_with_the_key(void **state)
{
	static const char one[] = "{\"items\":[" NODE("a1", LABELS("web", "z-a", ""), "", "15000Mi", "True") "]}";
	struct import_test test;

	(void)state;
	import_begin(&test, NULL);
	import_add(&test, one, sizeof(one) - 1);
	test.request.anonymize_key = "k";
	import_runs(&test);
	import_lacks(&test, "name: web");
	import_has(&test, "instanceType: m5.xlarge");
	import_end(&test);
}

static void wrong_nodes_are_pointed_at(void **state)
{
	static const struct import_place bad[] = {
		{ "{\"items\":[\n{\"kind\":\"Node\",\"metadata\":{\"name\":\"a\"},\"status\":{\"capacity\":{\"cpu\":\"NaN\"}}}]}",
		  2, 68, "capacity.cpu: \"NaN\"" },
		{ "{\"items\":[\n{\"kind\":\"Node\",\"metadata\":{\"name\":\"a\"}}]}", 2, 1, "status.capacity is missing" },
		{ "{\"items\":[\n{\"kind\":\"Node\",\"metadata\":{\"na", 2, 1, "is not complete" },
		{ "{\"items\":[\n\"node\"]}", 2, 1, "is no node" },
		{ "{\"items\":[\n{\"kind\":\"Node\",\"metadata\":{\"name\":\"a\"},\"spec\":{\"taints\":[{\"key\":\"x\",\"effect\":"
		  "\"No\"}]},\"status\":{\"capacity\":{\"cpu\":\"1\"}}}]}", 2, 58, "effect \"No\" is none" },
		{ "kind: ConfigMap\nmetadata: {name: s}\ndata: {status: \"a: [\"}\n", 3, 16, "data.status: line" },
	};

	(void)state;
	import_all_point("nodes", bad, sizeof(bad) / sizeof(bad[0]));
}

static void deep_nesting_is_refused(void **state)
{
	static char text[9000] = "{\"items\":[{\"kind\":\"Node\",\"metadata\":";
	struct import_test test;
	const size_t head = strlen(text);

	(void)state;
	memset(text + head, '[', 4000);
	memset(text + head + 4000, ']', 4000);
	strcpy(text + head + 8000, "}]}");
	import_text(&test, "nodes", text);
	assert_false(test.good);
	assert_int_equal(test.err.code, DRY_ERROR_INPUT);
	assert_non_null(strstr(test.err.complaint[0].text, "nested deeper"));
	import_end(&test);
}

static void a_recorded_cluster_gives_its_groups(void **state)
{
	struct import_test test;

	(void)state;
	import_begin(&test, NULL);
	import_file(&test, "../shared/records/kestrel/kubectl/nodes-t330.json.gz");
	import_file(&test, "../shared/records/kestrel/kubectl/cm-status-t330.yaml");
	import_runs(&test);
	assert_int_equal(test.report.rows_written, 5);
	assert_int_equal(test.report.imputed.count, 0);
	assert_int_equal(test.report.rows_dropped, 0);
	import_has(&test, "  - name: ondemand-a\n    instanceType: m5.xlarge\n    capacityType: on-demand\n"
		   "    region: xx-west-1\n    zone: xx-west-1a\n    minSize: 1\n    maxSize: 5\n    initialSize: 3\n");
	import_has(&test, "  - name: burst-a\n    instanceType: m5.2xlarge\n    capacityType: spot\n"
		   "    region: xx-west-1\n    zone: xx-west-1c\n    minSize: 0\n    maxSize: 3\n    initialSize: 0\n");
	import_has(&test, "{key: nvidia.com/gpu, value: present, effect: NoSchedule}");
	import_end(&test);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nodes_become_groups_over_their_zones),
		cmocka_unit_test(nodes_of_a_gke_pool_are_a_group_for_each_zone),
		cmocka_unit_test(the_older_status_is_plain_text),
		cmocka_unit_test(sizes_that_are_made_up_are_counted_and_strict_refuses_them),
		cmocka_unit_test(group_names_are_hashed_with_the_key),
		cmocka_unit_test(wrong_nodes_are_pointed_at),
		cmocka_unit_test(deep_nesting_is_refused),
		cmocka_unit_test(a_recorded_cluster_gives_its_groups),
	};

	return cmocka_run_group_tests_name("import nodes", tests, NULL, NULL);
}
