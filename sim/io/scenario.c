/* A scenario file and what it names, read into one struct dry_input. */
#include "io/scenario.h"

#include <stdlib.h>
#include <string.h>

#include "base/units.h"
#include "fields.h"
#include "loading.h"
#include "trace_line.h"

#define VERSION "dryscale/v1"

static const char *const top_key[] = {
	"version", "name", "description", "seed", "horizon", "warmup", "loopDuration", "trace", "prices", "nodeGroups",
	"autoscaler", "expanderPriorities", "daemonSets", "podDisruptionBudgets", "spot", "billing", "slo", "scheduler",
	"placeholders", "sweep", "objectives", NULL
};

/* --- paths --- */

static const char *folder_of(const char *file, struct dry_arena *arena)
{
	const char *slash = strrchr(file, '/');

	if (!strcmp(file, "-") || !slash)
		return "";
	return dry_arena_copy(arena, file, (size_t)(slash - file) + 1);
}

const char *load_path(struct load *load, const char *folder, const char *path)
{
	if (*path == '/' || !*folder)
		return dry_arena_text(load->arena, path);
	return dry_arena_printf(load->arena, "%s%s", folder, path);
}

/* A file, or a list of files. */
static uint32_t read_files(struct load *load, const struct dry_doc_node *node, const char *folder,
			   const char *const **file)
{
	const struct dry_doc_node *child;
	const char **list;
	uint32_t n = 0;

	if (!node)
		return 0;
	list = dry_arena_array(load->arena, node->count + 1, sizeof(*list));
	*file = list;
	if (node->kind != DRY_DOC_LIST) {
		if (!load_is_scalar(load, node, "the name of a file, or a list of them"))
			return 0;
		list[0] = load_path(load, folder, node->text);
		return 1;
	}
	for (child = node->first; child; child = child->next)
		if (load_is_scalar(load, child, "the name of a file"))
			list[n++] = load_path(load, folder, child->text);
	return n;
}

static const char *const *one_file(struct load *load, const char *path)
{
	const char **list = dry_arena_array(load->arena, 1, sizeof(*list));

	list[0] = dry_arena_text(load->arena, path);
	return list;
}

static void find_files(struct load *load, const struct dry_doc_node *root, const char *folder,
		       const struct dry_load_options *options, struct load_sources *sources)
{
	const struct dry_doc_node *trace = dry_doc_find(root, "trace");

	sources->trace_count = read_files(load, trace, folder, &sources->trace);
	sources->price_count = read_files(load, dry_doc_find(root, "prices"), folder, &sources->price);
	if (options && options->trace) {
		sources->trace = one_file(load, options->trace);
		sources->trace_count = 1;
	}
	if (options && options->prices) {
		sources->price = one_file(load, options->prices);
		sources->price_count = 1;
	}
	if (!sources->trace_count && !trace && !(options && options->without_trace))
		load_missing(load, root, "trace", "the file with the pods, such as traces/day.jsonl.gz");
}

/* --- disruption budgets, DaemonSets --- */

static bool read_limit(struct load *load, const struct dry_doc_node *node, struct dry_disruption_budget *budget)
{
	static const char *const expected = "a number of pods, or a share such as \"20%\"";
	const char *wrong;

	if (!load_is_scalar(load, node, expected))
		return false;
	budget->is_percent = node->length && node->text[node->length - 1] == '%';
	wrong = dry_parse_integer(node->text, node->length - budget->is_percent, &budget->value);
	if (!wrong && budget->value < 0)
		wrong = "is negative";
	if (!wrong && budget->value > (budget->is_percent ? 100 : INT32_MAX))
		wrong = "is too large";
	return wrong ? load_fail_expected(load, node, expected, "%s %s", load_shown(load, node), wrong) : true;
}

static bool read_budget(struct load *load, const struct dry_doc_node *node, const void *context, void *element)
{
	static const char *const known[] = { "name", "namespace", "selector", "minAvailable", "maxUnavailable", NULL };
	const struct dry_doc_node *least = dry_doc_find(node, "minAvailable"), *most = dry_doc_find(node, known[4]);
	struct dry_disruption_budget *budget = element;

	(void)context;
	budget->name = "";
	budget->name_space = dry_symbols_add_text(load->symbols, "default");
	if (!load_map(load, node, known))
		return true;
	load_text(load, dry_doc_find(node, "name"), &budget->name);
	load_symbol(load, dry_doc_find(node, "namespace"), &budget->name_space);
	load_label_selector(load, dry_doc_find(node, "selector"), &budget->selector);
	if (budget->selector.is_null)
		dry_doc_warn(load->doc, node, load->err, "has no selector, so it protects no pod");
	if (least && most)
		load_fail(load, most, "does not go with minAvailable: a budget has one of them");
	else if (!least && !most)
		load_missing(load, node, "maxUnavailable", "1, or minAvailable");
	else
		read_limit(load, least ? least : most, budget);
	budget->is_min_available = least != NULL;
	return true;
}

static void read_budgets(struct load *load, const struct dry_doc_node *node)
{
	struct load_list list;

	if (!load_list(load, node, sizeof(*load->input->budget), read_budget, NULL, &list))
		return;
	load->input->budget = list.element;
	load->input->budget_count = list.count;
}

static void read_daemon_sets(struct load *load, const struct dry_doc_node *node)
{
	static const char *const known[] = { "name", "namespace", "requests", "initRequests", "tolerations",
					     "nodeSelector", "affinity", "labels", "annotations", "priority", NULL };
	const struct dry_doc_node *child;
	struct dry_daemon_set *list;

	if (!load_is_list(load, node))
		return;
	list = dry_arena_array(load->arena, node->count, sizeof(*list));
	for (child = node->first; child; child = child->next) {
		struct dry_daemon_set *set = &list[load->input->daemon_set_count];
		dry_symbol name_space = dry_symbols_add_text(load->symbols, "default");

		set->name = "";
		if (!load_map(load, child, known))
			continue;
		if (!dry_doc_find(child, "name"))
			load_missing(load, child, "name", "a name");
		load_text(load, dry_doc_find(child, "name"), &set->name);
		load_symbol(load, dry_doc_find(child, "namespace"), &name_space);
		if (load_pod_class(load, child, name_space, "DaemonSet", LOAD_POD_DAEMON, &set->class_index))
			load->input->daemon_set_count++;
	}
	load->input->daemon_set = list;
}

/* --- the scenario --- */

static void read_top(struct load *load, const struct dry_doc_node *root)
{
	static const char *const plain[] = { "seed", "horizon", "warmup", "loopDuration" };
	const struct dry_doc_node *version = dry_doc_find(root, "version");
	struct dry_input *input = load->input;
	size_t i;

	if (!version)
		load_missing(load, root, "version", VERSION);
	else if (load_is_scalar(load, version, VERSION) && strcmp(version->text, VERSION))
		load_fail_expected(load, version, VERSION, "%s is not a version that is read here",
				   load_shown(load, version));
	load_text(load, dry_doc_find(root, "name"), &input->name);
	load_text(load, dry_doc_find(root, "description"), &input->description);
	for (i = 0; i < sizeof(plain) / sizeof(plain[0]); i++) {
		const struct dry_doc_node *node = dry_doc_find(root, plain[i]);

		if (node)
			load_field(load, node, dry_config_field_find(plain[i]), &input->config);
	}
	if (input->config.horizon_ms != DRY_NEVER && input->config.warmup_ms >= input->config.horizon_ms)
		load_fail(load, dry_doc_find(root, "warmup"), "is not shorter than the horizon");
}

/* File name without folder and ending: the name of a scenario that has none. */
static const char *name_of(const char *file, struct dry_arena *arena)
{
	const char *slash = strrchr(file, '/'), *start = slash ? slash + 1 : file;
	const char *dot = strrchr(start, '.');

	if (!strcmp(file, "-"))
		return "scenario";
	return dry_arena_copy(arena, start, dot && dot > start ? (size_t)(dot - start) : strlen(start));
}

static bool read_scenario(struct load *load, const char *file, const struct dry_load_options *options,
			  struct load_sources *sources)
{
	const struct dry_doc_node *root = load->doc->root;
	const char *folder = folder_of(file, load->arena);

	if (root->kind == DRY_DOC_NULL || (root->kind == DRY_DOC_MAP && !root->count))
		return load_fail_expected(load, root, "a scenario: a map with version, trace and nodeGroups",
					  "is empty");
	if (!load_is_map(load, root))
		return false;
	if (dry_doc_find(root, "schema")) {
		load_fail(load, dry_doc_find(root, "schema"), "is a result, not a scenario");
		return load_fix(load, "name the scenario that it was made from");
	}
	load_map(load, root, top_key);
	read_top(load, root);
	if (!dry_doc_find(root, "nodeGroups"))
		load_missing(load, root, "nodeGroups", "a list of node groups");
	load_groups(load, dry_doc_find(root, "nodeGroups"));
	load_autoscaler(load, root, options);
	load_market(load, root, folder);
	read_budgets(load, dry_doc_find(root, "podDisruptionBudgets"));
	read_daemon_sets(load, dry_doc_find(root, "daemonSets"));
	load_sweep(load, root);
	find_files(load, root, folder, options, sources);
	return !load->failed;
}

/* --- load, release --- */

static void init_input(struct dry_input *input, const char *file)
{
	static const char *const name[] = { "cpu", "memory", "pods", "ephemeral-storage" };
	size_t i;

	memset(input, 0, sizeof(*input));
	dry_arena_init(&input->arena);
	dry_symbols_init(&input->symbols);
	for (i = 0; i < sizeof(name) / sizeof(name[0]); i++)
		input->resource_name[i] = name[i];
	input->resource_count = DRY_RESOURCE_EXTENDED;
	input->scenario_file = dry_arena_text(&input->arena, file);
	input->name = name_of(file, &input->arena);
	input->description = "";
	dry_config_init(&input->config);
}

/* What grew on the heap goes with the arena from now on. */
static const void *keep(struct load *load, void *memory, size_t count, size_t size)
{
	if (!count) {
		free(memory);
		return NULL;
	}
	return dry_arena_adopt(load->arena, dry_xrealloc(memory, count * size), count * size);
}

static void finish(struct load *load)
{
	struct dry_input *input = load->input;

	input->pod_class = keep(load, load->class, input->class_count, sizeof(*load->class));
	input->owner = keep(load, load->owner, input->owner_count, sizeof(*load->owner));
	load->class = NULL;
	load->owner = NULL;
}

static void release_load(struct load *load)
{
	load_table_release(&load->class_table);
	load_table_release(&load->spec_table);
	load_table_release(&load->text_table);
	load_table_release(&load->owner_table);
	free(load->class);
	free(load->owner);
	free(load->signature);
	free(load->signature_text.byte);
	free(load->spec_text.byte);
	free(load->scratch.byte);
	free(load->spec);
	free(load->event);
	free(load->initial);
	free(load->deletion);
	free(load->price);
	free(load->series);
	dry_symbols_release(&load->group_names);
	dry_arena_release(&load->temp);
}

bool dry_input_load(struct dry_input *input, const char *file, const struct dry_load_options *options,
		    struct dry_error *err)
{
	const struct dry_doc_options limits = dry_doc_limits(options ? options->size_limit : 0);
	struct load load = { .input = input, .arena = &input->arena, .symbols = &input->symbols, .err = err,
			     .limits = &limits };
	struct load_sources sources = { 0 };
	struct dry_doc doc;
	bool ok;

	init_input(input, file);
	dry_arena_init(&load.temp);
	dry_symbols_init(&load.group_names);
	ok = dry_doc_read(&doc, file, &limits, err);
	if (!ok && strstr(file, ".jsonl"))
		dry_fail_fix(err, "this looks like a trace; a scenario names it: trace: %s", file);
	if (ok) {
		load.doc = &doc;
		load_drop_nulls(doc.root);
		memcpy(input->scenario_sha256, doc.sha256, sizeof(input->scenario_sha256));
		ok = read_scenario(&load, file, options, &sources);
	}
	if (ok && options && options->without_trace)
		load_finish_prices(&load, false);
	else if (ok)
		ok = load_traces(&load, &sources, options);
	if (ok)
		finish(&load);
	dry_doc_release(&doc);
	release_load(&load);
	if (err)
		dry_error_sort(err);
	if (!ok) {
		dry_input_release(input);
		return false;
	}
	return true;
}

void dry_input_release(struct dry_input *input)
{
	free(input->pod.arrive_at_ms);
	free(input->pod.duration_ms);
	free(input->pod.until_at_ms);
	free(input->pod.class_index);
	free(input->pod.owner_index);
	free(input->pod.order);
	free(input->pod.name_offset);
	free(input->pod.name_text);
	dry_symbols_release(&input->symbols);
	dry_arena_release(&input->arena);
	memset(input, 0, sizeof(*input));
}
