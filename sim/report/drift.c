/* Drift: reading live files into paths and values, and comparing by meaning. */
#include "report/drift.h"

#include <stdlib.h>
#include <string.h>

#include "autoscaler/options.h"
#include "base/units.h"
#include "io/doc.h"
#include "io/importers.h"
#include "report/json.h"
#include "report/live_file.h"
#include "report/table.h"

void dry_live_init(struct dry_live *live, struct dry_arena *arena)
{
	memset(live, 0, sizeof(*live));
	live->arena = arena;
}

void dry_live_release(struct dry_live *live)
{
	free(live->setting);
	memset(live, 0, sizeof(*live));
}

static const char *find(const struct dry_live *live, const char *path)
{
	for (uint32_t i = 0; i < live->count; i++)
		if (!strcmp(live->setting[i].path, path))
			return live->setting[i].value;
	return NULL;
}

/* The first file that says something holds: a later one adds what is not there yet. */
static void add(struct dry_live *live, const char *path, const char *value)
{
	if (find(live, path))
		return;
	live->setting = dry_grow(live->setting, &live->capacity, live->count + 1u, sizeof(*live->setting));
	live->setting[live->count++] = (struct dry_setting){ dry_arena_text(live->arena, path),
							     dry_arena_text(live->arena, value) };
}

/* ---- what a document says */

static bool is_scalar(const struct dry_doc_node *node)
{
	return node && node->kind != DRY_DOC_LIST && node->kind != DRY_DOC_MAP && node->kind != DRY_DOC_NULL;
}

/* "--nodes=1:5:NAME" of a command line. */
static void add_nodes_flag(struct dry_live *live, const char *item)
{
	const char *low, *high, *name;

	while (*item == '-')
		item++;
	if (strncmp(item, "nodes=", 6) != 0)
		return;
	low = item + 6;
	high = strchr(low, ':');
	name = high ? strchr(high + 1, ':') : NULL;
	if (!name)
		return;
	add(live, dry_arena_printf(live->arena, "nodeGroups.%s.minSize", name + 1),
	    dry_arena_copy(live->arena, low, (size_t)(high - low)));
	add(live, dry_arena_printf(live->arena, "nodeGroups.%s.maxSize", name + 1),
	    dry_arena_copy(live->arena, high + 1, (size_t)(name - high - 1)));
}

static void add_group(struct dry_live *live, const struct dry_doc_node *map, const char *name)
{
	const struct dry_doc_node *options = dry_doc_find(map, "options"), *field;

	for (field = map->first; field; field = field->next)
		if (is_scalar(field) && strcmp(field->key, "name") != 0)
			add(live, dry_arena_printf(live->arena, "nodeGroups.%s.%s", name, field->key), field->text);
	for (field = options && options->kind == DRY_DOC_MAP ? options->first : NULL; field; field = field->next)
		if (is_scalar(field))
			add(live, dry_arena_printf(live->arena, "nodeGroups.%s.options.%s", name, field->key),
			    field->text);
}

/* A map with a name and a size is a node group, wherever it stands: scenario, chart, machine pool. */
static void add_groups(struct dry_live *live, const struct dry_doc_node *node)
{
	const struct dry_doc_node *name, *child;

	if (is_scalar(node)) {
		if (node->kind == DRY_DOC_TEXT && node->parent && node->parent->kind == DRY_DOC_LIST)
			add_nodes_flag(live, node->text);
		return;
	}
	name = dry_doc_find(node, "name");
	if (is_scalar(name) && (is_scalar(dry_doc_find(node, "minSize")) || is_scalar(dry_doc_find(node, "maxSize"))))
		add_group(live, node, name->text);
	for (child = node->first; child; child = child->next)
		add_groups(live, child);
}

/* "20: a, b; 10: c", as changes of the list are told. */
static void add_priorities(struct dry_live *live, const struct dry_doc_node *map)
{
	const char *text = "";

	if (!map || map->kind != DRY_DOC_MAP)
		return;
	for (const struct dry_doc_node *level = map->first; level; level = level->next) {
		text = dry_arena_printf(live->arena, "%s%s%s:", text, *text ? "; " : "", level->key);
		for (const struct dry_doc_node *item = level->first; item; item = item->next)
			text = dry_arena_printf(live->arena, "%s%s %s", text, item == level->first ? "" : ",",
						item->text ? item->text : "");
	}
	add(live, "expanderPriorities", *text ? text : "none");
}

/* Sections as a scenario has them: importers write these. */
static void add_sections(struct dry_live *live, const struct dry_doc_node *root)
{
	const struct dry_doc_node *flags = dry_doc_find(root, "autoscaler");

	for (flags = flags && flags->kind == DRY_DOC_MAP ? flags->first : NULL; flags; flags = flags->next)
		if (is_scalar(flags))
			add(live, flags->key, flags->text);
	add_priorities(live, dry_doc_find(root, "expanderPriorities"));
	add_groups(live, dry_doc_find(root, "nodeGroups") ? dry_doc_find(root, "nodeGroups") : root);
}

static bool is_scenario(const struct dry_doc *doc)
{
	const struct dry_doc_node *version = dry_doc_find(doc->root, "version");

	return version && version->text && !strncmp(version->text, "dryscale/", 9);
}

static bool names_all_flags(const struct dry_import_report *report)
{
	return report->result == DRY_IMPORT_SETTINGS && report->kind &&
	       (!strcmp(report->kind, "deployment") || !strcmp(report->kind, "helm"));
}

static bool read_import(struct dry_live *live, const char *path, struct dry_error *err)
{
	const struct dry_doc_options yaml = { .syntax = DRY_DOC_YAML };
	struct dry_import_request request;
	struct dry_import_report report;
	struct dry_doc doc;
	char *text = NULL;
	size_t length = 0;
	bool done;

	dry_import_request_init(&request);
	dry_import_report_init(&report);
	dry_doc_init(&doc);
	request.file = &path;
	request.file_count = 1;
	done = dry_import_text(&request, &report, &text, &length, err);
	if (done && report.result != DRY_IMPORT_SETTINGS && report.result != DRY_IMPORT_NODE_GROUPS) {
		dry_fail(err, DRY_ERROR_INPUT, (struct dry_where){ .file = path }, "is %s, no settings", report.what);
		done = dry_fail_expected(err, "a Deployment, chart values, a priority ConfigMap, an AKS profile or "
					      "node groups");
	}
	done = done && dry_doc_parse(&doc, path, text, length, &yaml, err);
	if (done) {
		add_sections(live, doc.root);
		live->has_flags |= names_all_flags(&report);
	}
	dry_doc_release(&doc);
	free(text);
	dry_import_report_release(&report);
	return done;
}

static void add_document(void *context, const struct dry_doc *doc)
{
	add_groups(context, doc->root);
}

bool dry_live_read(struct dry_live *live, const char *path, struct dry_error *err)
{
	struct dry_error quiet = { 0 };
	struct dry_doc doc;
	bool readable, scenario, done = true;

	if (!strcmp(path, "-")) {
		dry_fail(err, DRY_ERROR_USAGE, DRY_NOWHERE, "live settings are not read from stdin");
		return dry_fail_fix(err, "save them to a file first");
	}
	dry_doc_init(&doc);
	readable = dry_doc_read(&doc, path, NULL, &quiet);
	scenario = readable && is_scenario(&doc);
	if (scenario) {
		add_sections(live, doc.root);
		live->has_flags = true;
	} else {
		done = read_import(live, path, err);
		/* Sizes in the source itself: --nodes flags, the chart's groups, machine pools. */
		if (done)
			dry_live_each(path, add_document, live, &quiet);
	}
	dry_doc_release(&doc);
	dry_error_release(&quiet);
	return done;
}

/* ---- comparing */

/* Both texts as the option itself would print them. */
static bool same_flag(const struct dry_option *option, const char *a, const char *b, struct dry_arena *arena)
{
	struct dry_options x, y;

	dry_options_init(&x);
	dry_options_init(&y);
	if (option->effect != DRY_OPTION_ACTS || dry_option_set(option, &x, a, arena) ||
	    dry_option_set(option, &y, b, arena))
		return !strcmp(a, b);
	return !strcmp(dry_option_text(option, &x, arena), dry_option_text(option, &y, arena));
}

static bool same_value(const char *a, const char *b)
{
	int64_t x_ms, y_ms;
	double x, y;

	if (!strcmp(a, b))
		return true;
	if (!dry_parse_number(a, strlen(a), &x) && !dry_parse_number(b, strlen(b), &y))
		return x == y;
	return !dry_parse_duration_ms(a, strlen(a), &x_ms) && !dry_parse_duration_ms(b, strlen(b), &y_ms) &&
	       x_ms == y_ms;
}

static bool is_same(const struct dry_change *change, const char *a, const char *b, struct dry_arena *arena)
{
	const struct dry_option *option =
		change->kind == DRY_CHANGE_FLAG ? dry_option_find(change->name, NULL) : NULL;

	return option ? same_flag(option, a, b, arena) : same_value(a, b);
}

static const char *live_value(const struct dry_change *change, const struct dry_live *live)
{
	const char *value = find(live, change->path);
	const struct dry_option *option;

	if (value || change->kind != DRY_CHANGE_FLAG || !live->has_flags)
		return value;
	option = dry_option_find(change->name, NULL);
	return option ? option->default_text : NULL;
}

void dry_drift_compare(const struct dry_change_set *approved, const struct dry_live *live,
		       struct dry_arena *arena, struct dry_drift *drift)
{
	memset(drift, 0, sizeof(*drift));
	drift->row = dry_arena_array(arena, approved->count + 1u, sizeof(*drift->row));
	for (uint32_t i = 0; i < approved->count; i++) {
		const struct dry_change *change = &approved->change[i];
		struct dry_drift_row *row = &drift->row[drift->count++];

		*row = (struct dry_drift_row){ DRY_DRIFT_CHANGED, change->path, change->from, change->to,
					       live_value(change, live) };
		if (!row->live)
			row->state = DRY_DRIFT_UNKNOWN;
		else if (is_same(change, row->live, change->to, arena))
			row->state = DRY_DRIFT_NONE;
		else if (change->from && is_same(change, row->live, change->from, arena))
			row->state = DRY_DRIFT_NOT_APPLIED;
		drift->unknown += row->state == DRY_DRIFT_UNKNOWN;
		drift->differing += row->state == DRY_DRIFT_CHANGED || row->state == DRY_DRIFT_NOT_APPLIED;
	}
}

/* ---- telling */

const char *dry_drift_state_name(enum dry_drift_state state)
{
	static const char *const names[] = { "same", "changed", "not applied", "unknown" };

	return names[state];
}

void dry_drift_table(const struct dry_drift *drift, struct dry_page *page, bool markdown)
{
	struct dry_table table;

	dry_table_init(&table, "lrrrl");
	dry_table_cell(&table, "setting");
	dry_table_cell(&table, "before");
	dry_table_cell(&table, "approved");
	dry_table_cell(&table, "live");
	dry_table_cell(&table, "");
	for (uint32_t i = 0; i < drift->count; i++) {
		const struct dry_drift_row *row = &drift->row[i];

		dry_table_cell(&table, row->path);
		dry_table_cell(&table, row->before ? row->before : "not set");
		dry_table_cell(&table, row->approved);
		dry_table_cell(&table, row->live ? row->live : "not in the files");
		dry_table_cell(&table, dry_drift_state_name(row->state));
	}
	dry_table_finish(&table, page, markdown, 0);
	dry_page_printf(page, "\n%u of %u approved setting%s differ%s", drift->differing, drift->count,
			drift->count == 1 ? "" : "s", drift->differing == 1 ? "s" : "");
	if (drift->unknown)
		dry_page_printf(page, "; %u not in the live files", drift->unknown);
	dry_page_add_char(page, '\n');
}

void dry_drift_json(const struct dry_drift *drift, struct dry_page *page)
{
	struct dry_json json;

	dry_json_init(&json, page);
	dry_json_open_object(&json, NULL);
	dry_json_text(&json, "schema", "dryscale.drift/1");
	dry_json_bool(&json, "drifted", drift->differing > 0);
	dry_json_integer(&json, "differing", drift->differing);
	dry_json_integer(&json, "unknown", drift->unknown);
	dry_json_open_array(&json, "settings");
	for (uint32_t i = 0; i < drift->count; i++) {
		const struct dry_drift_row *row = &drift->row[i];

		dry_json_newline(&json);
		dry_json_open_object(&json, NULL);
		dry_json_text(&json, "path", row->path);
		dry_json_text(&json, "before", row->before);
		dry_json_text(&json, "approved", row->approved);
		dry_json_text(&json, "live", row->live);
		dry_json_text(&json, "state", dry_drift_state_name(row->state));
		dry_json_close_object(&json);
	}
	dry_json_close_array(&json);
	dry_json_close_object(&json);
}
