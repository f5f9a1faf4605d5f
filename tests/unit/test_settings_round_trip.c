/* What import reads from live settings, the patches write back with the changed keys alone. */
#include "import_test.h"

#include "io/doc.h"
#include "report/patch.h"

static const char values[] =
	"cloudProvider: aws\nimage: {tag: v1.36.1}\nextraArgs:\n  expander: least-waste\n  scan-interval: 10s\n"
	"  balance-similar-node-groups: true\n  scale-down-unneeded-time: 90s\ncustomArgs:\n  - --max-nodes-total=24\n";

static const char deployment[] =
	"apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: ca, namespace: kube-system}\nspec:\n  template:\n    spec:\n"
	"      containers:\n      - name: ca\n        image: x/cluster-autoscaler:v1.36.1\n        command:\n"
	"        - ./cluster-autoscaler\n        - --expander=least-waste\n        - --scan-interval=10s\n"
	"        - --balance-similar-node-groups=true\n        - --scale-down-unneeded-time=90s\n"
	"        - --max-nodes-total=24\n";

static const char before[] =
	"autoscaler:\n  expander: least-waste\n  scan-interval: 10s\n  balance-similar-node-groups: true\n"
	"  scale-down-unneeded-time: 90s\n  max-nodes-total: 24\n";
static const char after[] =
	"autoscaler:\n  expander: least-waste\n  scan-interval: 20s\n  balance-similar-node-groups: true\n"
	"  scale-down-unneeded-time: 3m\n  max-nodes-total: 48\n";

static struct dry_change change[] = {
	{ DRY_CHANGE_FLAG, "max-nodes-total", NULL, "max-nodes-total", "24", "48" },
	{ DRY_CHANGE_FLAG, "scale-down-unneeded-time", NULL, "scale-down-unneeded-time", "90s", "3m" },
	{ DRY_CHANGE_FLAG, "scan-interval", NULL, "scan-interval", "10s", "20s" },
};

/* The patch of the changes against a live text. */
static void write_patch(const char *format, const char *live, uint32_t count, struct dry_page *page)
{
	const struct dry_change_set changes = { count, change + (count < 3 ? 1 : 0) };
	struct dry_patch_request request = { .changes = &changes };
	struct dry_error err = { 0 };
	struct dry_doc doc;

	assert_true(dry_doc_parse(&doc, "live.yaml", live, strlen(live), NULL, &err));
	request.against = &doc;
	assert_true(dry_patch_write(dry_patch_find(format, NULL), &request, page, &err));
	dry_doc_release(&doc);
	dry_error_release(&err);
}

static void imported_as(const char *kind, const char *first, const char *second, size_t second_length,
			const char *wanted)
{
	struct import_test test;

	import_begin(&test, kind);
	import_add(&test, first, strlen(first));
	if (second)
		import_add(&test, second, second_length);
	import_run(&test);
	import_good(&test);
	assert_string_equal(test.text, wanted);
	import_end(&test);
}

static void chart_values_and_the_overlay_over_them(void **state)
{
	struct dry_page page = { 0 };

	(void)state;
	imported_as("helm", values, NULL, 0, before);
	write_patch("helm", values, 3, &page);
	assert_null(memmem(page.data, page.length, "expander", 8));
	assert_null(memmem(page.data, page.length, "balance", 7));
	/* customArgs is a list, so that the overlay holds it whole: the values without it, then the overlay. */
	char *const rest = strdup(values);
	strstr(rest, "customArgs")[0] = '\0';
	imported_as("helm", rest, page.data, page.length, after);
	free(rest);
	dry_page_release(&page);
}

/* The text of the value after the next "value:" at or behind *at, without quotes; moves *at behind it. */
static char *next_value(const char **at)
{
	const char *const value = strstr(*at, "value: \"");

	if (!value)
		return NULL;
	const char *const start = value + 8;
	const size_t length = strcspn(start, "\"");
	*at = start + length;
	return strndup(start, length);
}

/* Behind the test of the container's name: each pair of a test and a replace, done on the live text: what the test wants is there once. */
static void a_deployment_and_its_json_patch(void **state)
{
	struct dry_page page = { 0 };
	char text[sizeof(deployment) + 64];
	int pairs = 0;

	(void)state;
	imported_as("deployment", deployment, NULL, 0, before);
	write_patch("kustomize", deployment, 3, &page);
	strcpy(text, deployment);
	const char *at = strstr(page.data, "/command/");
	assert_non_null(at);
	for (char *from; (from = next_value(&at)); pairs++) {
		char *const to = next_value(&at), rest[sizeof(text)];
		char *const place = strstr(text, from);
		assert_non_null(to);
		assert_non_null(place);
		assert_null(strstr(place + 1, from));
		strcpy(rest, place + strlen(from));
		sprintf(place, "%s%s", to, rest);
		free(from);
		free(to);
	}
	assert_int_equal(pairs, 3);
	imported_as("deployment", text, NULL, 0, after);
	dry_page_release(&page);
}

static void the_profile_holds_the_changed_keys_alone(void **state)
{
	static const char live[] = "{\"autoScalerProfile\":{\"expander\":\"random\",\"scaleDownUnneededTime\":\"10m\","
				   "\"scanInterval\":\"10s\"}}";
	struct dry_page page = { 0 };

	(void)state;
	write_patch("aks", live, 2, &page);
	char *const text = strndup(page.data, page.length);
	imported_as("aks-profile", text, NULL, 0,
		    "autoscaler:\n  provider: aks\n  scale-down-unneeded-time: 3m\n  scan-interval: 20s\n");
	free(text);
	dry_page_release(&page);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(chart_values_and_the_overlay_over_them),
		cmocka_unit_test(a_deployment_and_its_json_patch),
		cmocka_unit_test(the_profile_holds_the_changed_keys_alone),
	};

	return cmocka_run_group_tests_name("settings round trip", tests, NULL, NULL);
}
