/* Pending pods for programs: JSON and CSV. */

#include "report/analysis_text.h"
#include "report/csv.h"
#include "report/json.h"
#include "world/classify.h"

static const char *effect_name(enum dry_taint_effect effect)
{
	switch (effect) {
	case DRY_EFFECT_NO_SCHEDULE: return "NoSchedule";
	case DRY_EFFECT_PREFER_NO_SCHEDULE: return "PreferNoSchedule";
	case DRY_EFFECT_NO_EXECUTE: return "NoExecute";
	case DRY_EFFECT_ANY: break;
	}
	return NULL;
}

static void add_constraints(const struct dry_input *input, const struct dry_pod_class *class, struct dry_json *json)
{
	const struct dry_symbols *symbols = &input->symbols;

	dry_json_open_object(json, "nodeSelector");
	for (uint32_t i = 0; i < class->node_selector_count; i++)
		dry_json_text(json, dry_symbols_text(symbols, class->node_selector[i].key),
			      dry_symbols_text(symbols, class->node_selector[i].value));
	dry_json_close_object(json);
	dry_json_open_array(json, "tolerations");
	for (uint32_t i = 0; i < class->toleration_count; i++) {
		const struct dry_toleration *toleration = &class->toleration[i];

		dry_json_open_object(json, NULL);
		dry_json_text(json, "key", toleration->key ? dry_symbols_text(symbols, toleration->key) : NULL);
		dry_json_text(json, "operator", toleration->exists ? "Exists" : "Equal");
		if (!toleration->exists)
			dry_json_text(json, "value", dry_symbols_text(symbols, toleration->value));
		dry_json_text(json, "effect", effect_name(toleration->effect));
		dry_json_close_object(json);
	}
	dry_json_close_array(json);
	dry_json_bool(json, "node_affinity", class->has_node_affinity);
	dry_json_integer(json, "pod_affinity_terms", class->affinity_count);
	dry_json_integer(json, "pod_anti_affinity_terms", class->anti_affinity_count);
	dry_json_integer(json, "topology_spread_constraints", class->spread_count);
}

static void add_amounts(const struct dry_input *input, const struct dry_resources *amounts, const char *key,
			struct dry_json *json)
{
	dry_json_open_object(json, key);
	for (uint32_t r = 0; r < input->resource_count; r++) {
		if (!amounts->amount[r] || r == DRY_RESOURCE_PODS)
			continue;
		if (r == DRY_RESOURCE_CPU)
			dry_json_number(json, "cpu", (double)amounts->amount[r] / 1000);
		else
			dry_json_integer(json, input->resource_name[r], amounts->amount[r]);
	}
	dry_json_close_object(json);
}

static void add_groups(const struct dry_analysis *analysis, const struct dry_analysis_row *row,
		       struct dry_json *json, struct dry_arena *arena)
{
	dry_json_open_array(json, "groups");
	for (uint32_t g = 0; g < analysis->config->group_count; g++) {
		const char *why = dry_analysis_refusal(analysis, row, g, arena);

		dry_json_open_object(json, NULL);
		dry_json_text(json, "nodeGroup", analysis->config->group[g].name);
		dry_json_bool(json, "fits", dry_fits_ask(analysis->fits, row->class_index, g).fit == DRY_FITS);
		dry_json_bool(json, "could", !why);
		dry_json_text(json, "reason", why);
		dry_json_integer(json, "nodes_needed", dry_analysis_nodes(analysis, row, g));
		dry_json_close_object(json);
	}
	dry_json_close_array(json);
}

static void add_row(const struct dry_analysis *analysis, const struct dry_analysis_row *row, struct dry_json *json,
		    struct dry_arena *arena)
{
	const struct dry_input *input = analysis->input;
	const struct dry_pod_class *class = &input->pod_class[row->class_index];

	dry_json_newline(json);
	dry_json_open_object(json, NULL);
	dry_json_text(json, "namespace", dry_symbols_text(&input->symbols, class->name_space));
	if (row->owner_index != DRY_NONE) {
		dry_json_open_object(json, "owner");
		dry_json_text(json, "kind", dry_symbols_text(&input->symbols, input->owner[row->owner_index].kind));
		dry_json_text(json, "name", dry_symbols_text(&input->symbols, input->owner[row->owner_index].name));
		dry_json_close_object(json);
	} else {
		dry_json_null(json, "owner");
	}
	dry_json_text(json, "example", dry_explain_pod(input, row->first_pod, arena));
	dry_json_integer(json, "pods", row->pods);
	dry_json_integer(json, "waiting_for_upcoming_nodes", row->waiting);
	dry_json_seconds(json, "oldest_s", row->oldest_ms);
	dry_json_text(json, "class", dry_workload_name(class->workload));
	dry_json_text(json, "urgency", dry_urgency_name(class->urgency));
	dry_json_integer(json, "priority", class->priority);
	add_amounts(input, &class->request, "requests", json);
	if (class->has_init)
		add_amounts(input, &class->init, "init_requests", json);
	add_constraints(input, class, json);
	add_groups(analysis, row, json, arena);
	dry_json_close_object(json);
}

static void add_options(const struct dry_analysis *analysis, struct dry_json *json)
{
	dry_json_open_array(json, "options");
	for (uint32_t g = 0; g < analysis->loop->group_count; g++) {
		const struct dry_loop_group *group = &analysis->loop->group[g];

		if (!group->is_option && !group->skip_reason)
			continue;
		dry_json_open_object(json, NULL);
		dry_json_text(json, "nodeGroup", analysis->config->group[g].name);
		dry_json_text(json, "skipped", group->skip_reason);
		dry_json_integer(json, "nodes", group->nodes);
		dry_json_integer(json, "pods", group->pods);
		dry_json_integer(json, "taken", group->is_planned ? group->plan_to - group->plan_from : 0);
		dry_json_close_object(json);
	}
	dry_json_close_array(json);
}

void dry_analysis_json(const struct dry_analysis *analysis, struct dry_page *page)
{
	const struct dry_told_loop *loop = analysis->loop;
	struct dry_arena arena;
	struct dry_json json;

	dry_arena_init(&arena);
	dry_json_init(&json, page);
	dry_json_open_object(&json, NULL);
	dry_json_text(&json, "schema", "dryscale.analyze/1");
	dry_json_text(&json, "scenario", analysis->input->name);
	dry_json_seconds(&json, "t", loop->at_ms);
	dry_json_integer(&json, "unschedulable", (int64_t)loop->pod_count);
	dry_json_integer(&json, "waiting_for_upcoming_nodes", (int64_t)loop->wait_count);
	dry_json_integer(&json, "too_young", loop->young);
	dry_json_integer(&json, "expendable", loop->expendable);
	dry_json_text(&json, "no_scale_up", loop->no_scale_up);
	dry_json_open_array(&json, "kinds");
	for (uint32_t i = 0; i < analysis->count; i++)
		add_row(analysis, &analysis->row[i], &json, &arena);
	dry_json_close_array(&json);
	add_options(analysis, &json);
	dry_json_close_object(&json);
	dry_arena_release(&arena);
}

void dry_analysis_csv(const struct dry_analysis *analysis, struct dry_page *page)
{
	static const char *const head[] = { "of", "pods", "waiting", "class", "urgency", "priority", "oldest_s",
					    "asks_for", "wants", "nodeGroup", "could", "nodes_needed", "reason" };
	struct dry_arena arena;
	struct dry_csv csv;

	dry_arena_init(&arena);
	dry_csv_init(&csv, page);
	dry_csv_texts(&csv, head, sizeof(head) / sizeof(head[0]));
	dry_csv_end_row(&csv);
	for (uint32_t i = 0; i < analysis->count; i++)
		for (uint32_t g = 0; g < analysis->config->group_count; g++) {
			const struct dry_analysis_row *row = &analysis->row[i];
			const struct dry_pod_class *class = &analysis->input->pod_class[row->class_index];
			const char *why = dry_analysis_refusal(analysis, row, g, &arena);

			dry_csv_text(&csv, dry_analysis_owner(analysis, row, &arena));
			dry_csv_integer(&csv, row->pods);
			dry_csv_integer(&csv, row->waiting);
			dry_csv_text(&csv, dry_workload_name(class->workload));
			dry_csv_text(&csv, dry_urgency_name(class->urgency));
			dry_csv_integer(&csv, class->priority);
			dry_csv_seconds(&csv, row->oldest_ms);
			dry_csv_text(&csv, dry_analysis_asks(analysis, row, &arena));
			dry_csv_text(&csv, dry_analysis_wants(analysis, row, &arena));
			dry_csv_text(&csv, analysis->config->group[g].name);
			dry_csv_text(&csv, why ? "no" : "yes");
			dry_csv_integer(&csv, dry_analysis_nodes(analysis, row, g));
			dry_csv_text(&csv, why);
			dry_csv_end_row(&csv);
		}
	dry_arena_release(&arena);
}
