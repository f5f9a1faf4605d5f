#include "import_test.h"

static const char deployment[] =
	"apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: cluster-autoscaler}\nspec:\n  template:\n    spec:\n"
	"      containers:\n      - name: sidecar\n        image: other:1\n        args: [--expander=price]\n"
	"      - name: ca\n        image: registry/autoscaling/cluster-autoscaler:v1.32.4\n        command:\n"
	"        - ./cluster-autoscaler\n        - --expander=priority,least-waste\n        - --scan-interval\n        - 20s\n"
	"        - --balance-similar-node-groups\n        - --balancing-ignore-label=a\n        - --v=4\n"
	"        - --max-empty-bulk-delete=7\n        - --nodes=1:5:web\n        args:\n        - --scan-interval=30s\n"
	"        - -balancing-ignore-label=b\n        - --skip-nodes-with-system-pods=false\n";

static const char priorities[] =
	"kind: ConfigMap\nmetadata: {name: cluster-autoscaler-priority-expander}\ndata:\n  priorities: |-\n"
	"    10:\n      - .*ondemand.*\n    50:\n      - ^spot-\\d+$\n";

static void flags_of_command_then_args_and_the_priorities(void **state)
{
	struct import_test test;

	(void)state;
	import_begin(&test, NULL);
	import_add(&test, deployment, sizeof(deployment) - 1);
	import_add(&test, priorities, sizeof(priorities) - 1);
	import_runs(&test);
	assert_string_equal(test.report.kind, "deployment");
	assert_string_equal(test.text,
		"autoscaler:\n  release: \"1.32\"\n  expander: \"priority,least-waste\"\n  scan-interval: 30s\n"
		"  balance-similar-node-groups: true\n  balancing-ignore-label: \"a,b\"\n"
		"  max-scale-down-parallelism: 7\n  skip-nodes-with-system-pods: false\n"
		"expanderPriorities:\n  50:\n    - \"^spot-\\\\d+$\"\n  10:\n    - \".*ondemand.*\"\n");
	assert_int_equal(import_counted(&test.report.note, "set more than once"), 1);
	assert_int_equal(import_counted(&test.report.note, "--nodes holds sizes"), 1);
	assert_int_equal(test.report.rows_dropped, 0);
	import_end(&test);
}

static void a_release_of_the_request_wins(void **state)
{
	struct import_test test;

	(void)state;
	import_begin(&test, "ca-args");
	import_add(&test, deployment, sizeof(deployment) - 1);
	test.request.release = "1.33";
	import_run(&test);
	import_fails(&test, DRY_ERROR_INPUT, 21, 11, "\"max-empty-bulk-delete\" was removed before release 1.33");
	import_end(&test);
}

static const char values[] =
	"cloudProvider: aws\nautoscalingGroups: [{name: a, minSize: 1, maxSize: 5}]\nimage: {tag: v1.36.1}\nextraArgs:\n"
	"  v: 4\n  expander: \"priority,least-waste\"\n  scan-interval: 10s\n  balancing-ignore-label_1: a\n"
	"  balancing-ignore-label_2: b\n  scale-down-utilization-threshold: 0.55\n  cordon-node-before-terminating:\n"
	"customArgs: [\"--max-nodes-total=24\"]\nexpanderPriorities: |\n  10: [ondemand]\n";

static const char values_result[] =
	"autoscaler:\n  expander: \"priority,least-waste\"\n  scan-interval: 10s\n"
	"  balancing-ignore-label: \"a,b\"\n  scale-down-utilization-threshold: 0.55\n"
	"  cordon-node-before-terminating: true\n  max-nodes-total: 24\n"
	"expanderPriorities:\n  10:\n    - \"ondemand\"\n";

static void indent(const char *text, const char *head, const char *blanks, char *out)
{
	out += sprintf(out, "%s", head);
	for (const char *at = text; *at;) {
		const size_t line = strcspn(at, "\n") + 1;
		out += sprintf(out, "%s%.*s", blanks, (int)line, at);
		at += line;
	}
}

static void chart_values_alone_nested_and_in_a_pack(void **state)
{
	static const char *const head[] = { "", "cluster-autoscaler:\n", "charts:\n  cluster-autoscaler:\n",
					    "packs:\n- name: aws-cluster-autoscaler\n  values: |\n    charts:\n      cluster-autoscaler:\n" };
	static const char *const blanks[] = { "", "  ", "    ", "        " };
	char text[4096];

	(void)state;
	for (int i = 0; i < 4; i++) {
		struct import_test test;
		indent(values, head[i], blanks[i], text);
		import_reads(&test, i < 3 ? NULL : "palette-pack", text);
		assert_string_equal(test.report.kind, "helm");
		assert_string_equal(test.text, values_result);
		import_end(&test);
	}
}

static void the_aks_profile_in_three_spellings(void **state)
{
	static const char *const same[] = {
		"{\"agentPoolProfiles\":[],\"autoScalerProfile\":{\"expander\":\"random\",\"maxEmptyBulkDelete\":\"5\","
		"\"scaleDownUnneededTime\":\"10m\",\"scanInterval\":\"20s\",\"skipNodesWithSystemPods\":null}}",
		"{\"properties\":{\"autoScalerProfile\":{\"expander\":\"random\",\"max-empty-bulk-delete\":\"5\","
		"\"scale-down-unneeded-time\":\"10m\",\"scan-interval\":\"20s\"}}}",
		"{\"values\":{\"auto_scaler_profile\":[{\"expander\":\"random\",\"max_empty_bulk_delete\":\"5\","
		"\"scale_down_unneeded_time\":\"10m\",\"scan_interval\":\"20s\"}]}}",
	};

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct import_test test;
		import_text(&test, i ? NULL : "aks-profile", same[i]);     /* the first holds pools too */
		import_good(&test);
		assert_string_equal(test.report.kind, "aks-profile");
		assert_string_equal(test.text, "autoscaler:\n  provider: aks\n  expander: random\n"
				    "  max-scale-down-parallelism: 5\n  scale-down-unneeded-time: 10m\n  scan-interval: 20s\n");
		import_end(&test);
	}
}

static void only_whole_names_can_be_hashed_in_priorities(void **state)
{
	static const char text[] = "kind: ConfigMap\nmetadata: {name: x}\ndata:\n  priorities: |-\n"
				   "    10: [\"^web$\", \".*spot.*\"]\n    1: [\".*\"]\n";
	struct import_test test;

	(void)state;
	import_begin(&test, NULL);
	import_add(&test, text, sizeof(text) - 1);
	test.request.anonymize_key = "k";
	import_runs(&test);
	import_lacks(&test, "web");
	import_lacks(&test, "spot");
	import_has(&test, "  1:\n    - \".*\"\n");
	assert_int_equal(test.report.rows_dropped, 1);
	import_end(&test);
}

#define DEPLOY(args) "kind: Deployment\nspec: {template: {spec: {containers: [{image: \"cluster-autoscaler:v1.36.0\", args: [\n" \
		     args "]}]}}}\n"
#define PRIO(text) "kind: ConfigMap\ndata:\n  priorities: " text "\n"

static void wrong_settings_are_pointed_at(void **state)
{
	static const struct import_wrong bad[] = {
		{ "deployment", DEPLOY("--scan-intervall=10s"), DRY_ERROR_INPUT, 3, 1, "\"scan-intervall\" is no flag" },
		{ "deployment", DEPLOY("--scan-interval=NaN"), DRY_ERROR_INPUT, 3, 1, "scan-interval: \"NaN\"" },
		{ "deployment", DEPLOY("--scan-interval"), DRY_ERROR_INPUT, 3, 1, "has no value" },
		{ "deployment", DEPLOY("--max-empty-bulk-delete=3"), DRY_ERROR_INPUT, 3, 1, "was removed before release 1.36" },
		{ "deployment", DEPLOY("--expander=grpc"), DRY_ERROR_INPUT, 3, 1, "grpc asks another program" },
		{ "deployment", "kind: Deployment\nspec: {template: {spec: {containers: [{image: nginx}]}}}\n", DRY_ERROR_EMPTY, 0, 0,
		  "no setting" },
		{ "deployment", "a: 1\n", DRY_ERROR_INPUT, 1, 1, "kind is missing" },
		{ "deployment", "kind: Deployment\nspec: {template: [\n", DRY_ERROR_INPUT, 3, 1, "" },
		{ "priorities", PRIO("\"10: ['^((?!spot).)*$']\""), DRY_ERROR_INPUT, 3, 15, "looks ahead" },
		{ "priorities", PRIO("\"high: [a]\""), DRY_ERROR_INPUT, 3, 15, "\"high\" is no priority" },
		{ "priorities", PRIO("\"10: [a\""), DRY_ERROR_INPUT, 3, 15, "line " },
		{ "priorities", PRIO("\"10: a\""), DRY_ERROR_INPUT, 3, 15, "holds no list" },
		{ "priorities", PRIO("\"10: [a]\\n10: [b]\""), DRY_ERROR_INPUT, 3, 15, "a key twice" },
		{ "helm", "extraArgs:\n  expander: \"{{ .Values.e }}\"\n", DRY_ERROR_INPUT, 2, 13, "is a template" },
		{ "helm", "extraArgs:\n  scan-interval: [1]\n", DRY_ERROR_INPUT, 2, 18, "is no value of a flag" },
		{ "helm", "extraArgs: text\n", DRY_ERROR_INPUT, 1, 12, "is no map of flags" },
		{ "helm", "x: 1\n", DRY_ERROR_EMPTY, 0, 0, "no setting" },
		{ "aks-profile", "{\"autoScalerProfile\":{\"scanIntervall\":\"1\"}}", DRY_ERROR_INPUT, 1, 39,
		  "no key of the AKS" },
		{ "aks-profile", "{\"id\":1}", DRY_ERROR_INPUT, 1, 1, "autoScalerProfile is missing" },
	};

	(void)state;
	import_all_fail(bad, sizeof(bad) / sizeof(bad[0]));
}

/* What Helm made of the values says the same as the values. */
static void recorded_values_and_what_helm_rendered_agree(void **state)
{
	struct import_test chart, rendered;
	char *line;

	(void)state;
	import_begin(&chart, NULL);
	import_file(&chart, "../shared/records/kestrel/helm/values-kestrel.yaml");
	import_runs(&chart);
	import_begin(&rendered, NULL);
	import_file(&rendered, "../shared/records/kestrel/helm/rendered-kestrel.yaml");
	import_runs(&rendered);
	assert_int_equal(chart.report.rows_written, rendered.report.rows_written);
	assert_int_equal(chart.length, rendered.length);
	for (char *at = chart.text; (line = strsep(&at, "\n"));)
		import_has(&rendered, line);
	import_end(&chart);
	import_end(&rendered);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(flags_of_command_then_args_and_the_priorities),
		cmocka_unit_test(a_release_of_the_request_wins),
		cmocka_unit_test(chart_values_alone_nested_and_in_a_pack),
		cmocka_unit_test(the_aks_profile_in_three_spellings),
		cmocka_unit_test(only_whole_names_can_be_hashed_in_priorities),
		cmocka_unit_test(wrong_settings_are_pointed_at),
		cmocka_unit_test(recorded_values_and_what_helm_rendered_agree),
	};

	return cmocka_run_group_tests_name("import settings", tests, NULL, NULL);
}
