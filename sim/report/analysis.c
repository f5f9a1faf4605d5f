/* Pending pods, equal ones together; the tables for people. */
#include "report/analysis.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "report/analysis_text.h"
#include "report/run_report.h"
#include "report/table.h"
#include "world/classify.h"

static struct dry_analysis_row *find_row(struct dry_analysis *analysis, size_t *capacity, uint32_t pod)
{
	const struct dry_pod_table *table = &analysis->input->pod;

	for (uint32_t i = 0; i < analysis->count; i++)
		if (analysis->row[i].class_index == table->class_index[pod] &&
		    analysis->row[i].owner_index == table->owner_index[pod])
			return &analysis->row[i];
	analysis->row = dry_grow(analysis->row, capacity, (size_t)analysis->count + 1, sizeof(*analysis->row));
	analysis->row[analysis->count] = (struct dry_analysis_row){
		.class_index = table->class_index[pod], .owner_index = table->owner_index[pod],
		.first_pod = pod };
	return &analysis->row[analysis->count++];
}

static void add_pod(struct dry_analysis *analysis, size_t *capacity, const struct dry_told_pod *pod)
{
	struct dry_analysis_row *row;

	if (pod->pod_index >= analysis->input->pod.count)
		return;                         /* a placeholder */
	row = find_row(analysis, capacity, pod->pod_index);
	row->pods++;
	row->waiting += pod->group_index != DRY_NONE;
	row->oldest_ms = pod->age_ms > row->oldest_ms ? pod->age_ms : row->oldest_ms;
}

/* The most urgent first, then the most pods, then the first in the trace. */
static bool is_before(const struct dry_analysis *analysis, const struct dry_analysis_row *a,
		      const struct dry_analysis_row *b)
{
	enum dry_urgency of_a = analysis->input->pod_class[a->class_index].urgency;
	enum dry_urgency of_b = analysis->input->pod_class[b->class_index].urgency;

	if (of_a != of_b)
		return of_a > of_b;
	if (a->pods != b->pods)
		return a->pods > b->pods;
	return a->first_pod < b->first_pod;
}

static void sort_rows(struct dry_analysis *analysis)
{
	for (uint32_t i = 1; i < analysis->count; i++) {
		struct dry_analysis_row row = analysis->row[i];
		uint32_t at = i;

		for (; at > 0 && is_before(analysis, &row, &analysis->row[at - 1]); at--)
			analysis->row[at] = analysis->row[at - 1];
		analysis->row[at] = row;
	}
}

void dry_analysis_make(struct dry_analysis *analysis, const struct dry_input *input,
		       const struct dry_config *config, const struct dry_told_loop *loop, struct dry_fits *fits)
{
	size_t capacity = 0;

	*analysis = (struct dry_analysis){ input, config, loop, fits, 0, NULL };
	for (size_t i = 0; i < loop->pod_count; i++)
		add_pod(analysis, &capacity, &loop->pod[i]);
	for (size_t i = 0; i < loop->wait_count; i++)
		add_pod(analysis, &capacity, &loop->wait[i]);
	sort_rows(analysis);
}

void dry_analysis_release(struct dry_analysis *analysis)
{
	free(analysis->row);
	*analysis = (struct dry_analysis){ 0 };
}

/* --- words --- */

const char *dry_analysis_owner(const struct dry_analysis *analysis, const struct dry_analysis_row *row,
			       struct dry_arena *arena)
{
	const struct dry_input *input = analysis->input;
	const struct dry_owner *owner;

	if (row->owner_index == DRY_NONE)
		return dry_explain_pod(input, row->first_pod, arena);
	owner = &input->owner[row->owner_index];
	return dry_arena_printf(arena, "%s/%s", dry_symbols_text(&input->symbols, owner->name_space),
				dry_symbols_text(&input->symbols, owner->name));
}

const char *dry_analysis_asks(const struct dry_analysis *analysis, const struct dry_analysis_row *row,
			      struct dry_arena *arena)
{
	const struct dry_pod_class *class = &analysis->input->pod_class[row->class_index];
	const char *text = "";
	char amount[48];

	for (uint32_t r = 0; r < analysis->input->resource_count; r++)
		if (class->request.amount[r] && r != DRY_RESOURCE_PODS)
			text = dry_arena_printf(arena, "%s%s%s %s", text, *text ? ", " : "",
						dry_amount_text(r, class->request.amount[r], amount,
								sizeof(amount)),
						analysis->input->resource_name[r]);
	return *text ? text : "nothing";
}

const char *dry_analysis_wants(const struct dry_analysis *analysis, const struct dry_analysis_row *row,
			       struct dry_arena *arena)
{
	const struct dry_symbols *symbols = &analysis->input->symbols;
	const struct dry_pod_class *class = &analysis->input->pod_class[row->class_index];
	const char *text = "";
	const struct {
		uint32_t count;
		const char *name;
	} terms[] = {
		{ class->has_node_affinity, "node affinity" },
		{ class->affinity_count, "pod affinity" },
		{ class->anti_affinity_count, "pod anti-affinity" },
		{ class->spread_count, "topology spread" },
	};

	for (uint32_t i = 0; i < class->node_selector_count; i++)
		text = dry_arena_printf(arena, "%s%s%s=%s", text, *text ? ", " : "",
					dry_symbols_text(symbols, class->node_selector[i].key),
					dry_symbols_text(symbols, class->node_selector[i].value));
	for (uint32_t i = 0; i < class->toleration_count; i++)
		text = dry_arena_printf(arena, "%s%stolerates %s", text, *text ? ", " : "",
					class->toleration[i].key ?
						dry_symbols_text(symbols, class->toleration[i].key) :
						"everything");
	for (size_t i = 0; i < sizeof(terms) / sizeof(terms[0]); i++)
		if (terms[i].count)
			text = dry_arena_printf(arena, "%s%s%s", text, *text ? ", " : "", terms[i].name);
	return text;
}

uint32_t dry_analysis_nodes(const struct dry_analysis *analysis, const struct dry_analysis_row *row, uint32_t g)
{
	uint32_t room = dry_fits_per_node(analysis->fits, row->class_index, g);
	uint32_t open = row->pods - row->waiting;

	return room ? (open + room - 1) / room : 0;
}

const char *dry_analysis_refusal(const struct dry_analysis *analysis, const struct dry_analysis_row *row, uint32_t g,
				 struct dry_arena *arena)
{
	struct dry_fit_answer answer = dry_fits_ask(analysis->fits, row->class_index, g);
	char text[300];

	if (answer.fit != DRY_FITS)
		return dry_arena_text(arena, dry_fit_text(analysis->input, &answer, text, sizeof(text)));
	return analysis->loop->group[g].skip_reason;
}

/* --- tables --- */

static void fill_rows(const struct dry_analysis *analysis, struct dry_arena *arena, struct dry_table *table)
{
	static const char *const head[] = { "pods", "starting", "of", "class", "urgency", "priority",
					    "asks for", "wants", "oldest", "could run on" };
	char age[48];

	dry_table_open(table, "rrlllrllrl", head);
	for (uint32_t i = 0; i < analysis->count; i++) {
		const struct dry_analysis_row *row = &analysis->row[i];
		const struct dry_pod_class *class = &analysis->input->pod_class[row->class_index];
		const char *groups = "";

		for (uint32_t g = 0; g < analysis->config->group_count; g++)
			if (!dry_analysis_refusal(analysis, row, g, arena))
				groups = dry_arena_printf(arena, "%s%s%s (%u node%s)", groups, *groups ? ", " : "",
							  analysis->config->group[g].name,
							  dry_analysis_nodes(analysis, row, g),
							  dry_analysis_nodes(analysis, row, g) == 1 ? "" : "s");
		dry_table_cellf(table, "%u", row->pods);
		dry_table_cellf(table, "%u", row->waiting);
		dry_table_cell(table, dry_analysis_owner(analysis, row, arena));
		dry_table_cell(table, dry_workload_name(class->workload));
		dry_table_cell(table, dry_urgency_name(class->urgency));
		dry_table_cellf(table, "%d", class->priority);
		dry_table_cell(table, dry_analysis_asks(analysis, row, arena));
		dry_table_cell(table, dry_analysis_wants(analysis, row, arena));
		dry_table_cell(table, dry_explain_wait(row->oldest_ms, age, sizeof(age)));
		dry_table_cell(table, row->waiting == row->pods ? "a node that is starting" :
				      *groups ? groups : "none");
	}
}

static bool fill_refusals(const struct dry_analysis *analysis, struct dry_arena *arena, struct dry_table *table)
{
	bool any = false;

	dry_table_init(table, "lll");
	dry_table_cell(table, "not for");
	dry_table_cell(table, "group");
	dry_table_cell(table, "why");
	for (uint32_t i = 0; i < analysis->count; i++)
		for (uint32_t g = 0; g < analysis->config->group_count; g++) {
			const struct dry_analysis_row *row = &analysis->row[i];
			const char *why = dry_analysis_refusal(analysis, row, g, arena);

			if (!why || row->waiting == row->pods)
				continue;
			any = true;
			dry_table_cell(table, dry_analysis_owner(analysis, row, arena));
			dry_table_cell(table, analysis->config->group[g].name);
			dry_table_cell(table, why);
		}
	return any;
}

static bool fill_options(const struct dry_analysis *analysis, struct dry_table *table)
{
	bool any = false;

	dry_table_init(table, "lrrl");
	dry_table_cell(table, "the autoscaler's options");
	dry_table_cell(table, "nodes");
	dry_table_cell(table, "for pods");
	dry_table_cell(table, "");
	for (uint32_t g = 0; g < analysis->loop->group_count; g++) {
		const struct dry_loop_group *group = &analysis->loop->group[g];

		if (!group->is_option)
			continue;
		any = true;
		dry_table_cell(table, analysis->config->group[g].name);
		dry_table_cellf(table, "%" PRId64, group->nodes);
		dry_table_cellf(table, "%" PRId64, group->pods);
		if (group->is_planned)
			dry_table_cellf(table, "taken: %" PRId64 " -> %" PRId64, group->plan_from, group->plan_to);
		else
			dry_table_cell(table, group->is_best ? "chosen" : "");
	}
	return any;
}

static void add_head(const struct dry_analysis *analysis, struct dry_page *page)
{
	const struct dry_told_loop *loop = analysis->loop;
	char at[48];

	dry_page_add_visible(page, analysis->input->name, strlen(analysis->input->name));
	dry_page_printf(page, " at %s: %zu pod%s unschedulable, %zu wait for nodes that are starting",
			dry_format_clock(loop->at_ms, at, sizeof(at)), loop->pod_count,
			loop->pod_count == 1 ? "" : "s", loop->wait_count);
	if (loop->young)
		dry_page_printf(page, ", %u too young", loop->young);
	if (loop->expendable)
		dry_page_printf(page, ", %u expendable", loop->expendable);
	if (loop->no_scale_up && loop->pod_count)
		dry_page_printf(page, "; no scale-up: %s", loop->no_scale_up);
	if (loop->ends)
		dry_page_printf(page, "; the loop ended early: %s", loop->ends);
}

static void draw_all(const struct dry_analysis *analysis, bool markdown, struct dry_page *page)
{
	struct dry_arena arena;
	struct dry_table table[3];
	bool any[3];

	dry_arena_init(&arena);
	any[0] = analysis->count > 0;
	fill_rows(analysis, &arena, &table[0]);
	any[1] = fill_refusals(analysis, &arena, &table[1]);
	any[2] = fill_options(analysis, &table[2]);
	for (size_t i = 0; i < 3; i++) {
		if (any[i] && markdown)
			dry_table_markdown(&table[i], page);
		else if (any[i])
			dry_table_draw(&table[i], page, 2);
		if (i < 2 && any[i] && (any[2] || (!i && any[1])))
			dry_page_add_char(page, '\n');
		dry_table_release(&table[i]);
	}
	dry_arena_release(&arena);
}

void dry_analysis_table(const struct dry_analysis *analysis, bool colour, struct dry_page *page)
{
	dry_page_add(page, colour ? "\x1b[1m" : "");
	add_head(analysis, page);
	dry_page_add(page, colour ? "\x1b[0m\n" : "\n");
	if (analysis->count)
		dry_page_add_char(page, '\n');
	draw_all(analysis, false, page);
}

void dry_analysis_markdown(const struct dry_analysis *analysis, struct dry_page *page)
{
	struct dry_page head = { 0 };

	add_head(analysis, &head);
	dry_page_add(page, "## ");
	dry_markdown_add(page, dry_page_string(&head));
	dry_page_add(page, "\n\n");
	dry_page_release(&head);
	draw_all(analysis, true, page);
}
