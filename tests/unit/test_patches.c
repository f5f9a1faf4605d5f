/* Patches: what is written reads back as the wanted values, in every format and against every live file. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "report/patch.h"

static struct dry_arena arena;

struct bench {
	struct dry_change change[32];
	struct dry_change_set set;
	struct dry_patch_request request;
	struct dry_page page;
	struct dry_error err;
	struct dry_doc live;
	struct dry_doc back;            /* the patch, read again */
};

static void begin(struct bench *b)
{
	memset(b, 0, sizeof(*b));
	b->set.change = b->change;
	b->request.changes = &b->set;
	b->request.comments = true;
	dry_doc_init(&b->live);
	dry_doc_init(&b->back);
}

static void finish(struct bench *b)
{
	dry_doc_release(&b->live);
	dry_doc_release(&b->back);
	dry_page_release(&b->page);
	dry_error_release(&b->err);
}

static void change(struct bench *b, const char *path, const char *from, const char *to)
{
	struct dry_change *c = &b->change[b->set.count++];

	dry_change_classify(path, &arena, c);
	c->from = from;
	c->to = to;
}

static void against(struct bench *b, const char *text)
{
	if (!dry_doc_parse(&b->live, "live.yaml", text, strlen(text), NULL, &b->err))
		fail_msg("%s", b->err.complaint[0].text);
	b->request.against = &b->live;
}

static bool try_write(struct bench *b, const char *format)
{
	dry_page_clear(&b->page);
	return dry_patch_write(dry_patch_find(format, NULL), &b->request, &b->page, &b->err);
}

/* Writes the patch and reads it back. */
static const char *wrote(struct bench *b, const char *format, enum dry_doc_syntax syntax)
{
	struct dry_doc_options options = { .syntax = syntax };

	if (!try_write(b, format))
		fail_msg("%s: %s", format, b->err.count ? b->err.complaint[0].text : "?");
	dry_doc_release(&b->back);
	if (!dry_doc_parse(&b->back, "patch", dry_page_string(&b->page), b->page.length, &options, &b->err))
		fail_msg("%s: %s\n%s", format, b->err.complaint[0].text, dry_page_string(&b->page));
	return dry_page_string(&b->page);
}

/* "a|b|c" below the root; items of lists by number. */
static const struct dry_doc_node *at(const struct dry_doc *doc, const char *path)
{
	const struct dry_doc_node *node = doc->root;
	char copy[300], *rest = copy, *key;

	snprintf(copy, sizeof(copy), "%s", path);
	while (node && (key = strsep(&rest, "|"))) {
		if (node->kind != DRY_DOC_LIST) {
			node = dry_doc_find(node, key);
			continue;
		}
		node = node->first;
		for (long i = strtol(key, NULL, 10); node && i > 0; i--)
			node = node->next;
	}
	return node;
}

static void holds(const struct bench *b, const char *path, const char *value)
{
	const struct dry_doc_node *node = at(&b->back, path);

	if (!node)
		fail_msg("%s is not there in\n%s", path, dry_page_string(&b->page));
	assert_string_equal(node->text, value);
}

static void contains(const struct bench *b, const char *piece)
{
	if (!strstr(dry_page_string(&b->page), piece))
		fail_msg("no \"%s\" in\n%s", piece, dry_page_string(&b->page));
}

static void warned(const struct bench *b, const char *piece)
{
	for (uint32_t i = 0; i < b->err.count; i++)
		if (strstr(b->err.complaint[i].text, piece))
			return;
	fail_msg("nobody said \"%s\"", piece);
}

/* ---- helm */

static void helm_values_read_back_and_say_what_was(void **state)
{
	struct bench b;

	(void)state;
	begin(&b);
	b.request.title = (const char *const[]){ "a title\nwith a break" };
	b.request.title_count = 1;
	change(&b, "scale-down-unneeded-time", "10m", "5m");
	change(&b, "expander", NULL, "priority,least-waste");
	change(&b, "scale-down-utilization-threshold", "0.5", "0.35");
	change(&b, "balance-similar-node-groups", "false", "true");
	change(&b, "nodeGroups.spot.capacityType", "on-demand", "spot");
	wrote(&b, "helm", DRY_DOC_YAML);
	holds(&b, "extraArgs|scale-down-unneeded-time", "5m");
	holds(&b, "extraArgs|expander", "priority,least-waste");
	holds(&b, "extraArgs|scale-down-utilization-threshold", "0.35");
	holds(&b, "extraArgs|balance-similar-node-groups", "true");
	contains(&b, "# a title\\x0awith a break\n");
	contains(&b, "scale-down-unneeded-time: 5m   # was 10m\n");
	contains(&b, "# was not set\n");
	contains(&b, "# not exported: nodeGroups.spot.capacityType on-demand -> spot (a property of the node group");
	b.request.comments = false;
	wrote(&b, "helm", DRY_DOC_YAML);
	assert_null(strchr(dry_page_string(&b.page), '#'));
	warned(&b, "not exported: nodeGroups.spot.capacityType");
	finish(&b);
}

/* What YAML 1.1 readers (Helm's among them) take for something else must be quoted. */
static void values_that_yaml_misreads_are_quoted(void **state)
{
	static const char *const odd[] = { "yes", "No", "ON", "off", "y", "N", "null", "~", "", "0777", "0x1f",
					   "1e3", "12345678", "1_000", "1:30", "12:30:45", "2026-03-02", ".inf",
					   ".NaN", "nan", "+1", "-", "- a", "a: b", "a #b", "#", "&a", "*a", "!t", "%",
					   "@", "`", "[1]", "{a: b}", " lead", "trail ", "a\nb", "a\"b\\c", "=", "<<",
					   "0o17", "1.", ".5", "true", "FALSE", "True" };
	struct bench b;

	(void)state;
	for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++) {
		char wanted[80];

		begin(&b);
		change(&b, "expander", "random", odd[i]);
		wrote(&b, "helm", DRY_DOC_YAML);
		holds(&b, "extraArgs|expander", odd[i]);
		snprintf(wanted, sizeof(wanted), "expander: \"");
		/* true stays a bool: the chart prints it as it is. */
		if (strcmp(odd[i], "true") && strcmp(odd[i], "false"))
			contains(&b, wanted);
		finish(&b);
	}
}

static const char live_values[] =
	"autoscalingGroups:\n"
	"  - {name: web.pool/a, minSize: 1, maxSize: 5, note: \"yes\"}\n"
	"  - {name: spot, minSize: 0, maxSize: 6}\n"
	"extraArgs:\n"
	"  v: 4\n"
	"  balancing-ignore-label_1: zone\n"
	"  balancing-ignore-label_7: rack\n"
	"customArgs:\n"
	"  - --max-nodes-total=24\n"
	"  - --scan-interval=10s\n"
	"expanderPriorities:\n"
	"  10: [a]\n"
	"  30: [b]\n";

static void helm_against_live_values(void **state)
{
	static const char *const pattern[] = { "^spot$", ".*\"quoted\"" };
	static const struct dry_expander_priority level[] = { { .priority = 10, .pattern = pattern, .pattern_count = 2 } };
	struct bench b;

	(void)state;
	begin(&b);
	against(&b, live_values);
	change(&b, "max-nodes-total", "24", "30");
	change(&b, "scale-down-unneeded-time", "10m", "5m");
	change(&b, "balancing-ignore-label", "zone,rack", "zone,rack,row");
	change(&b, "nodeGroups.web.pool/a.maxSize", "5", "9");
	change(&b, "nodeGroups.nowhere.maxSize", "5", "9");
	change(&b, "expanderPriorities", "x", "y");
	b.request.priority = level;
	b.request.priority_count = 1;
	wrote(&b, "helm", DRY_DOC_YAML);
	assert_int_equal(at(&b.back, "customArgs")->count, 2);
	holds(&b, "customArgs|0", "--max-nodes-total=30");
	holds(&b, "customArgs|1", "--scan-interval=10s");
	assert_null(at(&b.back, "extraArgs|max-nodes-total"));
	holds(&b, "extraArgs|balancing-ignore-label_1", "zone");
	holds(&b, "extraArgs|balancing-ignore-label_7", "rack");
	holds(&b, "extraArgs|balancing-ignore-label_3", "row");
	assert_int_equal(at(&b.back, "autoscalingGroups")->count, 2);
	holds(&b, "autoscalingGroups|0|name", "web.pool/a");
	holds(&b, "autoscalingGroups|0|maxSize", "9");
	holds(&b, "autoscalingGroups|0|minSize", "1");
	holds(&b, "autoscalingGroups|0|note", "yes");
	assert_int_equal(at(&b.back, "autoscalingGroups|0|note")->kind, DRY_DOC_TEXT);
	holds(&b, "autoscalingGroups|1|maxSize", "6");
	holds(&b, "expanderPriorities|10|1", ".*\"quoted\"");
	assert_int_equal(at(&b.back, "expanderPriorities|30")->count, 0);
	warned(&b, "nodeGroups.nowhere.maxSize: the values list no such group");
	finish(&b);
}

/* Fewer items than keys: an overlay cannot take a key away, so the last item is said twice. */
static void a_shorter_list_keeps_every_key_busy(void **state)
{
	struct bench b;

	(void)state;
	begin(&b);
	against(&b, live_values);
	change(&b, "balancing-ignore-label", "zone,rack", "row");
	wrote(&b, "helm", DRY_DOC_YAML);
	holds(&b, "extraArgs|balancing-ignore-label_1", "row");
	holds(&b, "extraArgs|balancing-ignore-label_7", "row");
	finish(&b);
}

/* A new item's key must not be one that is already there. */
static void a_longer_list_takes_free_keys(void **state)
{
	struct bench b;

	(void)state;
	begin(&b);
	against(&b, "extraArgs:\n  balancing-ignore-label: a\n  balancing-ignore-label_2: b\n"
		    "  balancing-ignore-label_4: c\n");
	change(&b, "balancing-ignore-label", "a,b,c", "a,b,c,d,e");
	wrote(&b, "helm", DRY_DOC_YAML);
	holds(&b, "extraArgs|balancing-ignore-label_2", "b");
	holds(&b, "extraArgs|balancing-ignore-label_4", "c");
	assert_int_equal(at(&b.back, "extraArgs")->count, 5);
	finish(&b);
}

/* customArgs come last on the command line: a flag given twice, or in two items, is still one flag. */
static void custom_args_in_every_spelling(void **state)
{
	struct bench b;

	(void)state;
	begin(&b);
	against(&b, "cloudProvider: aws\ncustomArgs:\n  - --scan-interval\n  - 10s\n  - -max-nodes-total=3\n"
		    "  - --balance-similar-node-groups\n  - --balancing-ignore-label=a\n"
		    "  - --balancing-ignore-label=b\n");
	change(&b, "scan-interval", "10s", "20s");
	change(&b, "max-nodes-total", "3", "4");
	change(&b, "balance-similar-node-groups", "true", "false");
	change(&b, "balancing-ignore-label", "a,b", "c,d,e");
	wrote(&b, "helm", DRY_DOC_YAML);
	assert_int_equal(at(&b.back, "customArgs")->count, 6);
	holds(&b, "customArgs|0", "--scan-interval=20s");
	holds(&b, "customArgs|1", "--max-nodes-total=4");
	holds(&b, "customArgs|2", "--balance-similar-node-groups=false");
	holds(&b, "customArgs|3", "--balancing-ignore-label=c");
	holds(&b, "customArgs|4", "--balancing-ignore-label=d");
	holds(&b, "customArgs|5", "--balancing-ignore-label=e");
	finish(&b);
}

static void umbrella_and_pack_values_stay_nested(void **state)
{
	struct bench b;

	(void)state;
	begin(&b);
	against(&b, "cluster-autoscaler:\n  extraArgs: {v: 4}\n");
	change(&b, "scale-down-unneeded-time", "10m", "5m");
	wrote(&b, "helm", DRY_DOC_YAML);
	holds(&b, "cluster-autoscaler|extraArgs|scale-down-unneeded-time", "5m");
	finish(&b);

	begin(&b);
	against(&b, "charts:\n  cluster-autoscaler:\n    autoscalingGroups:\n      - {name: a, minSize: 1, maxSize: 2}\n");
	change(&b, "nodeGroups.a.maxSize", "2", "3");
	change(&b, "scale-down-unneeded-time", "10m", "5m");
	wrote(&b, "palette-pack", DRY_DOC_YAML);
	holds(&b, "charts|cluster-autoscaler|extraArgs|scale-down-unneeded-time", "5m");
	holds(&b, "charts|cluster-autoscaler|autoscalingGroups|0|maxSize", "3");
	/* The same live file through "helm" must not lose the nesting either. */
	wrote(&b, "helm", DRY_DOC_YAML);
	holds(&b, "charts|cluster-autoscaler|extraArgs|scale-down-unneeded-time", "5m");
	finish(&b);

	begin(&b);
	against(&b, "replicaCount: 3\n");
	change(&b, "scan-interval", "10s", "20s");
	assert_false(try_write(&b, "helm"));
	assert_int_equal(b.err.code, DRY_ERROR_INPUT);
	finish(&b);
}

/* ---- the Deployment */

#define DEPLOYMENT_HEAD                                                                                       \
	"apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: my-ca, namespace: infra}\n"                  \
	"spec: {template: {spec: {containers: [{name: sidecar, image: x}, {name: cluster-autoscaler, image: " \
	"\"registry/cluster-autoscaler:v1.36.1\", "

static const char in_command[] = DEPLOYMENT_HEAD
	"command: [./cluster-autoscaler, --v=4, --nodes=1:5:web.pool/a, --nodes=0:6:spot, -scan-interval=10s, "
	"--max-nodes-total, \"24\", --balance-similar-node-groups, --scale-down-unneeded-time=10m, "
	"--scale-down-unneeded-time=9m, --balancing-ignore-label=a, --balancing-ignore-label, b, "
	"--skip-nodes-with-system-pods=false]}]}}}\n";

static const char in_args[] = DEPLOYMENT_HEAD
	"command: [./cluster-autoscaler], args: [--scan-interval=10s, --expander=random]}]}}}\n";

struct container {
	uint32_t index;
	char item[2][64][80];           /* command, args */
	uint32_t count[2];
};

static void load_container(struct container *c, const struct dry_doc *live, uint32_t index)
{
	static const char *const key[] = { "command", "args" };
	char path[80];

	memset(c, 0, sizeof(*c));
	c->index = index;
	for (int k = 0; k < 2; k++) {
		const struct dry_doc_node *list, *item;

		snprintf(path, sizeof(path), "spec|template|spec|containers|%u|%s", index, key[k]);
		list = at(live, path);
		for (item = list ? list->first : NULL; item; item = item->next)
			snprintf(c->item[k][c->count[k]++], 80, "%s", item->text);
	}
}

/* RFC 6902 on the two lists; a test that does not hold fails the case. */
static void apply(struct container *c, const struct dry_doc_node *patch)
{
	for (const struct dry_doc_node *op = patch->first; op; op = op->next) {
		const char *what = dry_doc_find(op, "op")->text, *path = dry_doc_find(op, "path")->text;
		const struct dry_doc_node *value = dry_doc_find(op, "value");
		char prefix[80];
		bool is_name = strstr(path, "/name") != NULL;
		int k = strstr(path, "/args/") != NULL;
		uint32_t i;

		snprintf(prefix, sizeof(prefix), "/spec/template/spec/containers/%u/%s", c->index,
			 is_name ? "name" : k ? "args/" : "command/");
		assert_memory_equal(path, prefix, strlen(prefix));
		if (is_name) {
			assert_string_equal(what, "test");
			assert_string_equal(value->text, "cluster-autoscaler");
			continue;
		}
		path += strlen(prefix);
		i = strcmp(path, "-") ? (uint32_t)strtoul(path, NULL, 10) : c->count[k];
		if (!strcmp(what, "test")) {
			assert_true(i < c->count[k]);
			assert_string_equal(c->item[k][i], value->text);
		} else if (!strcmp(what, "replace")) {
			assert_true(i < c->count[k]);
			snprintf(c->item[k][i], 80, "%s", value->text);
		} else if (!strcmp(what, "add")) {
			assert_true(i == c->count[k]);
			snprintf(c->item[k][c->count[k]++], 80, "%s", value->text);
		} else {
			assert_string_equal(what, "remove");
			assert_true(i < c->count[k]);
			memmove(c->item[k][i], c->item[k][i + 1], sizeof(c->item[k][0]) * (c->count[k] - i - 1));
			c->count[k]--;
		}
	}
}

static void is_item(const struct container *c, int k, uint32_t i, const char *text)
{
	assert_true(i < c->count[k]);
	assert_string_equal(c->item[k][i], text);
}

static void json_patch_tests_before_it_changes(void **state)
{
	struct container c;
	struct bench b;

	(void)state;
	begin(&b);
	against(&b, in_command);
	change(&b, "balance-similar-node-groups", "true", "false");
	change(&b, "balancing-ignore-label", "a,b", "b,c,d");
	change(&b, "expander", "least-waste", "priority");
	change(&b, "max-nodes-total", "24", "30");
	change(&b, "scale-down-unneeded-time", "9m", "5m");
	change(&b, "scan-interval", "10s", "20s");
	change(&b, "nodeGroups.spot.minSize", "0", "1");
	change(&b, "nodeGroups.spot.maxSize", "6", "8");
	change(&b, "nodeGroups.web.pool/a.maxSize", "5", "7");
	wrote(&b, "json", DRY_DOC_JSON);
	assert_string_equal(dry_doc_find(b.back.root->first, "op")->text, "test");
	load_container(&c, &b.live, 1);
	apply(&c, b.back.root);
	is_item(&c, 0, 0, "./cluster-autoscaler");
	is_item(&c, 0, 1, "--v=4");
	is_item(&c, 0, 2, "--nodes=1:7:web.pool/a");
	is_item(&c, 0, 3, "--nodes=1:8:spot");
	is_item(&c, 0, 4, "--scan-interval=20s");
	is_item(&c, 0, 5, "--max-nodes-total");
	is_item(&c, 0, 6, "30");
	is_item(&c, 0, 7, "--balance-similar-node-groups=false");
	/* Of a flag given twice the last one holds. */
	is_item(&c, 0, 8, "--scale-down-unneeded-time=10m");
	is_item(&c, 0, 9, "--scale-down-unneeded-time=5m");
	is_item(&c, 0, 10, "--skip-nodes-with-system-pods=false");
	is_item(&c, 0, 11, "--balancing-ignore-label=b");
	is_item(&c, 0, 12, "--balancing-ignore-label=c");
	is_item(&c, 0, 13, "--balancing-ignore-label=d");
	is_item(&c, 0, 14, "--expander=priority");
	assert_int_equal(c.count[0], 15);
	/* Twice is once too often: the tests no longer hold. */
	assert_string_not_equal(c.item[0][4], "-scan-interval=10s");
	finish(&b);
}

static void a_first_operation_is_always_a_test(void **state)
{
	struct container c;
	struct bench b;

	(void)state;
	begin(&b);
	against(&b, in_args);
	change(&b, "max-nodes-total", NULL, "30");
	wrote(&b, "json", DRY_DOC_JSON);
	assert_string_equal(dry_doc_find(b.back.root->first, "op")->text, "test");
	load_container(&c, &b.live, 1);
	apply(&c, b.back.root);
	/* Where the flags stand, the new one goes. */
	is_item(&c, 1, 2, "--max-nodes-total=30");
	assert_int_equal(c.count[0], 1);
	finish(&b);
}

static void kustomize_holds_the_same_operations(void **state)
{
	struct dry_doc inner;
	struct container c;
	struct bench b;
	const char *text;

	(void)state;
	begin(&b);
	against(&b, in_command);
	change(&b, "scan-interval", "10s", "20s");
	change(&b, "scale-down-unneeded-time", "9m", "5m");
	wrote(&b, "kustomize", DRY_DOC_YAML);
	holds(&b, "kind", "Kustomization");
	holds(&b, "resources|0", "live.yaml");
	holds(&b, "patches|0|target|name", "my-ca");
	holds(&b, "patches|0|target|namespace", "infra");
	text = at(&b.back, "patches|0|patch")->text;
	assert_true(dry_doc_parse(&inner, "patch", text, strlen(text), NULL, &b.err));
	load_container(&c, &b.live, 1);
	apply(&c, inner.root);
	is_item(&c, 0, 4, "--scan-interval=20s");
	is_item(&c, 0, 9, "--scale-down-unneeded-time=5m");
	contains(&b, "    # scan-interval: 10s -> 20s\n");
	dry_doc_release(&inner);
	finish(&b);
}

static void live_files_that_do_not_fit_are_refused(void **state)
{
	static const struct {
		const char *format, *live;
		enum dry_error_code code;
	} cases[] = {
		{ "json", NULL, DRY_ERROR_USAGE },
		{ "kustomize", NULL, DRY_ERROR_USAGE },
		{ "json", "kind: Deployment\nspec: {}\n", DRY_ERROR_INPUT },
		{ "json", "[1, 2]\n", DRY_ERROR_INPUT },
		{ "kustomize", "spec: {template: {spec: {containers: [{name: cluster-autoscaler}]}}}\n", DRY_ERROR_INPUT },
		{ "palette-pool", "[{name: other}]\n", DRY_ERROR_EMPTY },
		{ "cluster-api", NULL, DRY_ERROR_EMPTY },
	};
	struct bench b;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		begin(&b);
		change(&b, "scan-interval", "10s", "20s");
		if (cases[i].live)
			against(&b, cases[i].live);
		assert_false(try_write(&b, cases[i].format));
		assert_int_equal(b.err.code, cases[i].code);
		finish(&b);
	}
}

static void a_size_that_the_deployment_does_not_hold_is_told(void **state)
{
	struct bench b;

	(void)state;
	begin(&b);
	against(&b, in_args);
	change(&b, "nodeGroups.spot.maxSize", "6", "8");
	assert_false(try_write(&b, "json"));
	assert_int_equal(b.err.code, DRY_ERROR_EMPTY);
	finish(&b);

	begin(&b);
	against(&b, in_args);
	change(&b, "nodeGroups.spot.maxSize", "6", "8");
	change(&b, "scan-interval", "10s", "20s");
	wrote(&b, "json", DRY_DOC_JSON);
	warned(&b, "nodeGroups.spot.maxSize is not in the Deployment");
	finish(&b);
}

/* ---- the other formats */

static void flags_one_a_line(void **state)
{
	struct bench b;

	(void)state;
	begin(&b);
	change(&b, "scan-interval", "10s", "20s");
	change(&b, "balancing-ignore-label", "a", "b,c");
	assert_true(try_write(&b, "args"));
	contains(&b, "--scan-interval=20s   # was 10s\n");
	contains(&b, "--balancing-ignore-label=b");
	contains(&b, "--balancing-ignore-label=c");
	b.request.comments = false;
	assert_true(try_write(&b, "args"));
	assert_string_equal(dry_page_string(&b.page),
			    "--scan-interval=20s\n--balancing-ignore-label=b\n--balancing-ignore-label=c\n");
	finish(&b);
}

static void the_priority_config_map_holds_yaml_in_yaml(void **state)
{
	static const char *const first[] = { "^spot$" }, *const second[] = { ".*", "a\\d+: \"b\"" };
	static const struct dry_expander_priority level[] = {
		{ .priority = 20, .pattern = first, .pattern_count = 1 },
		{ .priority = 10, .pattern = second, .pattern_count = 2 },
	};
	struct dry_doc inner;
	struct bench b;
	const char *text;

	(void)state;
	begin(&b);
	change(&b, "expanderPriorities", "10: a", "20: b");
	b.request.priority = level;
	b.request.priority_count = 2;
	b.request.name_space = "infra";
	wrote(&b, "configmap", DRY_DOC_YAML);
	holds(&b, "metadata|name", "cluster-autoscaler-priority-expander");
	holds(&b, "metadata|namespace", "infra");
	text = at(&b.back, "data|priorities")->text;
	assert_true(dry_doc_parse(&inner, "inner", text, strlen(text), NULL, &b.err));
	assert_string_equal(at(&inner, "20|0")->text, "^spot$");
	assert_string_equal(at(&inner, "10|1")->text, "a\\d+: \"b\"");
	dry_doc_release(&inner);
	/* The list itself must be known. */
	b.request.priority_count = 0;
	assert_false(try_write(&b, "configmap"));
	finish(&b);
}

static void cluster_api_annotations_are_strings(void **state)
{
	struct bench b;

	(void)state;
	begin(&b);
	change(&b, "nodeGroups.MachineDeployment/prod/md-0.maxSize", "5", "9");
	change(&b, "nodeGroups.MachineDeployment/prod/md-0.minSize", "1", "2");
	change(&b, "nodeGroups.MachineDeployment/prod/md-0.options.scaleDownUnneededTime", NULL, "3m");
	wrote(&b, "cluster-api", DRY_DOC_YAML);
	holds(&b, "kind", "MachineDeployment");
	holds(&b, "metadata|name", "md-0");
	holds(&b, "metadata|namespace", "prod");
	holds(&b, "metadata|annotations|cluster.x-k8s.io/cluster-api-autoscaler-node-group-max-size", "9");
	holds(&b, "metadata|annotations|cluster.x-k8s.io/cluster-api-autoscaler-node-group-min-size", "2");
	holds(&b, "metadata|annotations|cluster.x-k8s.io/autoscaling-options-scaledownunneededtime", "3m");
	assert_int_equal(
		at(&b.back, "metadata|annotations|cluster.x-k8s.io/cluster-api-autoscaler-node-group-max-size")->kind,
		DRY_DOC_TEXT);
	finish(&b);

	/* A name with dots and no slash is a MachineDeployment's. */
	begin(&b);
	change(&b, "nodeGroups.a.b.c.maxSize", "5", "9");
	wrote(&b, "cluster-api", DRY_DOC_YAML);
	holds(&b, "metadata|name", "a.b.c");
	finish(&b);
}

static void machine_pools_keep_their_size_inside(void **state)
{
	struct bench b;

	(void)state;
	begin(&b);
	against(&b, "{spec: {machinePoolConfig: [{poolConfig: {name: spot, size: 5, minSize: 0, maxSize: 6}}, "
		    "{poolConfig: {name: web, size: 1, minSize: 1, maxSize: 3}}]}}");
	change(&b, "nodeGroups.spot.capacityType", "on-demand", "spot");
	change(&b, "nodeGroups.spot.maxSize", "6", "4");
	change(&b, "nodeGroups.web.minSize", "1", "2");
	wrote(&b, "palette-pool", DRY_DOC_JSON);
	holds(&b, "0|poolConfig|name", "spot");
	holds(&b, "0|poolConfig|size", "4");
	holds(&b, "0|poolConfig|minSize", "0");
	holds(&b, "0|poolConfig|maxSize", "4");
	holds(&b, "0|cloudConfig|capacityType", "spot");
	holds(&b, "1|poolConfig|size", "2");
	holds(&b, "1|poolConfig|maxSize", "3");
	finish(&b);

	begin(&b);
	against(&b, "[{name: other}]\n");
	change(&b, "nodeGroups.spot.maxSize", "6", "4");
	assert_false(try_write(&b, "palette-pool"));
	assert_int_equal(b.err.code, DRY_ERROR_INPUT);
	finish(&b);
}

static void terraform_escapes_templates(void **state)
{
	struct bench b;

	(void)state;
	begin(&b);
	change(&b, "nodeGroups.a${b}\"c.minSize", "0", "2");
	change(&b, "nodeGroups.a${b}\"c.maxSize", "1", "4");
	assert_true(try_write(&b, "terraform"));
	contains(&b, "name          = \"a$${b}\\\"c\"\n");
	contains(&b, "min           = 2   # was 0\n");
	contains(&b, "count         = 2   # must equal min\n");
	contains(&b, "max           = 4   # was 1\n");
	finish(&b);
}

static void aks_takes_minutes_and_its_own_names(void **state)
{
	struct bench b;

	(void)state;
	begin(&b);
	change(&b, "scale-down-unneeded-time", "10m", "5m");
	change(&b, "scan-interval", "10s", "20s");
	change(&b, "expander", "random", "least-waste");
	wrote(&b, "aks", DRY_DOC_JSON);
	holds(&b, "properties|autoScalerProfile|scale-down-unneeded-time", "5m");
	holds(&b, "properties|autoScalerProfile|scan-interval", "20s");
	holds(&b, "properties|autoScalerProfile|expander", "least-waste");
	finish(&b);

	begin(&b);
	change(&b, "scale-down-unneeded-time", "10m", "90s");
	assert_false(try_write(&b, "aks"));
	finish(&b);
	begin(&b);
	change(&b, "expander", "random", "price");
	assert_false(try_write(&b, "aks"));
	finish(&b);
}

static void every_format_is_found_and_described(void **state)
{
	const char *nearest = NULL;

	(void)state;
	assert_null(dry_patch_find("hlem", &nearest));
	assert_string_equal(nearest, "helm");
	for (size_t i = 0; i < dry_patch_format_count; i++) {
		const struct dry_patch_format *format = &dry_patch_formats[i];

		assert_ptr_equal(dry_patch_find(format->name, NULL), format);
		assert_non_null(strstr("|" DRY_PATCH_WORDS "|", format->name));
		assert_true(format->what && format->file && format->can && format->write);
	}
}

/* Changes sort and turn round. */
static void changes_know_where_they_belong(void **state)
{
	static const struct {
		const char *path;
		enum dry_change_kind kind;
		const char *group, *name;
	} cases[] = {
		{ "scan-interval", DRY_CHANGE_FLAG, NULL, "scan-interval" },
		{ "nodeGroups.a.b/c.minSize", DRY_CHANGE_GROUP_SIZE, "a.b/c", "minSize" },
		{ "nodeGroups.a.options.b.options.scaleDownUnneededTime", DRY_CHANGE_GROUP_OPTION, "a.options.b",
		  "scaleDownUnneededTime" },
		{ "nodeGroups.a.capacityType", DRY_CHANGE_GROUP_OTHER, "a", "capacityType" },
		{ "expanderPriorities", DRY_CHANGE_PRIORITIES, NULL, "expanderPriorities" },
		{ "placeholders.nodes", DRY_CHANGE_OTHER, NULL, "placeholders.nodes" },
	};
	struct dry_change_set inverse;
	struct bench b;
	uint32_t lost;

	(void)state;
	begin(&b);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct dry_change c;

		dry_change_classify(cases[i].path, &arena, &c);
		assert_int_equal(c.kind, cases[i].kind);
		assert_string_equal(c.name, cases[i].name);
		if (cases[i].group)
			assert_string_equal(c.group, cases[i].group);
		else
			assert_null(c.group);
	}
	change(&b, "scan-interval", "10s", "20s");
	change(&b, "expander", NULL, "price");
	dry_changes_invert(&b.set, &arena, &inverse, &lost);
	assert_int_equal(lost, 1);
	assert_int_equal(inverse.count, 1);
	assert_string_equal(inverse.change[0].from, "20s");
	assert_string_equal(inverse.change[0].to, "10s");
	finish(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(helm_values_read_back_and_say_what_was),
		cmocka_unit_test(values_that_yaml_misreads_are_quoted),
		cmocka_unit_test(helm_against_live_values),
		cmocka_unit_test(a_shorter_list_keeps_every_key_busy),
		cmocka_unit_test(a_longer_list_takes_free_keys),
		cmocka_unit_test(custom_args_in_every_spelling),
		cmocka_unit_test(umbrella_and_pack_values_stay_nested),
		cmocka_unit_test(json_patch_tests_before_it_changes),
		cmocka_unit_test(a_first_operation_is_always_a_test),
		cmocka_unit_test(kustomize_holds_the_same_operations),
		cmocka_unit_test(live_files_that_do_not_fit_are_refused),
		cmocka_unit_test(a_size_that_the_deployment_does_not_hold_is_told),
		cmocka_unit_test(flags_one_a_line),
		cmocka_unit_test(the_priority_config_map_holds_yaml_in_yaml),
		cmocka_unit_test(cluster_api_annotations_are_strings),
		cmocka_unit_test(machine_pools_keep_their_size_inside),
		cmocka_unit_test(terraform_escapes_templates),
		cmocka_unit_test(aks_takes_minutes_and_its_own_names),
		cmocka_unit_test(every_format_is_found_and_described),
		cmocka_unit_test(changes_know_where_they_belong),
	};
	int failed;

	dry_arena_init(&arena);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	dry_arena_release(&arena);
	return failed;
}
