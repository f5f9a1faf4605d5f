/* Explanations as text, Markdown, JSON and CSV. */
#include <string.h>

#include "report/csv.h"
#include "report/explain.h"
#include "report/json.h"
#include "report/run_report.h"
#include "report/table.h"

#define STEP_COLUMNS 12
#define PARAGRAPH_COLUMNS 120

static void add_title(const struct dry_explain_answer *answer, struct dry_page *page)
{
	char at[48];

	if (answer->at_ms >= 0)
		dry_page_printf(page, "%s  ", dry_format_clock(answer->at_ms, at, sizeof(at)));
	dry_page_add_visible(page, answer->title, strlen(answer->title));
	if (answer->event)
		dry_page_printf(page, " (event %zu)", answer->event);
}

/* A paragraph goes over several lines, everything else on one. */
static void add_text(const char *text, struct dry_page *page)
{
	struct dry_page shown = { 0 }, lines = { 0 };

	dry_page_add_visible(&shown, text, strlen(text));
	if (dry_page_columns(dry_page_string(&shown), shown.length) <= PARAGRAPH_COLUMNS ||
	    !strstr(dry_page_string(&shown), ". ")) {
		dry_page_printf(page, "%s\n", dry_page_string(&shown));
	} else {
		dry_page_add_wrapped(&lines, dry_page_string(&shown), STEP_COLUMNS + 2, 100);
		dry_page_add(page, dry_page_string(&lines) + STEP_COLUMNS + 2);
	}
	dry_page_release(&shown);
	dry_page_release(&lines);
}

void dry_explanation_table(const struct dry_explanation *explanation, bool colour, struct dry_page *page)
{
	for (size_t i = 0; i < explanation->answer_count; i++) {
		const struct dry_explain_answer *answer = &explanation->answer[i];
		const char *step = "";

		if (i)
			dry_page_add_char(page, '\n');
		dry_page_add(page, colour ? "\x1b[1m" : "");
		add_title(answer, page);
		dry_page_add(page, colour ? "\x1b[0m\n" : "\n");
		for (size_t k = 0; k < answer->line_count; k++) {
			const struct dry_explain_line *line = &answer->line[k];

			dry_page_add(page, "  ");
			dry_page_pad(page, strcmp(step, line->step) ? line->step : "", STEP_COLUMNS, false);
			step = line->step;
			add_text(line->text, page);
		}
	}
}

void dry_explanation_markdown(const struct dry_explanation *explanation, struct dry_page *page)
{
	for (size_t i = 0; i < explanation->answer_count; i++) {
		const struct dry_explain_answer *answer = &explanation->answer[i];
		struct dry_page title = { 0 };
		struct dry_table table;

		add_title(answer, &title);
		dry_page_add(page, i ? "\n## " : "## ");
		dry_markdown_add(page, dry_page_string(&title));
		dry_page_add(page, "\n\n");
		dry_page_release(&title);
		dry_table_init(&table, "ll");
		dry_table_cell(&table, "step");
		dry_table_cell(&table, "what");
		for (size_t k = 0; k < answer->line_count; k++) {
			dry_table_cell(&table, answer->line[k].step);
			dry_table_cell(&table, answer->line[k].text);
		}
		dry_table_markdown(&table, page);
		dry_table_release(&table);
	}
}

static const char *group_name(const struct dry_explanation *explanation, uint32_t group_index)
{
	return group_index == DRY_NONE ? NULL : explanation->config->group[group_index].name;
}

static const char *node_name(const struct dry_explanation *explanation, const struct dry_explain_line *line,
			     struct dry_arena *arena)
{
	if (line->node_ordinal == DRY_NONE || line->group_index == DRY_NONE)
		return NULL;
	return dry_arena_printf(arena, "%s-%u", group_name(explanation, line->group_index),
				line->node_ordinal);
}

static void add_line_json(const struct dry_explanation *explanation, const struct dry_explain_line *line,
			  struct dry_json *json, struct dry_arena *arena)
{
	const char *node = node_name(explanation, line, arena);

	dry_json_newline(json);
	dry_json_open_object(json, NULL);
	dry_json_text(json, "step", line->step);
	if (line->at_ms >= 0)
		dry_json_seconds(json, "t", line->at_ms);
	if (line->group_index != DRY_NONE)
		dry_json_text(json, "nodeGroup", group_name(explanation, line->group_index));
	if (node)
		dry_json_text(json, "node", node);
	if (line->pod_index != DRY_NONE)
		dry_json_text(json, "pod", dry_explain_pod(explanation->input, line->pod_index, arena));
	if (line->reason)
		dry_json_text(json, "reason", line->reason);
	for (uint32_t v = 0; v < line->value_count; v++)
		dry_json_number(json, line->value[v].name, line->value[v].number);
	dry_json_text(json, "text", line->text);
	dry_json_close_object(json);
}

void dry_explanation_json(const struct dry_explanation *explanation, struct dry_page *page)
{
	struct dry_arena arena;
	struct dry_json json;

	dry_arena_init(&arena);
	dry_json_init(&json, page);
	dry_json_open_object(&json, NULL);
	dry_json_text(&json, "schema", explanation->schema ? explanation->schema : "dryscale.explain/1");
	dry_json_text(&json, "scenario", explanation->input->name);
	dry_json_open_array(&json, "answers");
	for (size_t i = 0; i < explanation->answer_count; i++) {
		const struct dry_explain_answer *answer = &explanation->answer[i];

		dry_json_newline(&json);
		dry_json_open_object(&json, NULL);
		dry_json_text(&json, "title", answer->title);
		if (answer->at_ms >= 0)
			dry_json_seconds(&json, "t", answer->at_ms);
		if (answer->event)
			dry_json_integer(&json, "event", (int64_t)answer->event);
		dry_json_open_array(&json, "steps");
		for (size_t k = 0; k < answer->line_count; k++)
			add_line_json(explanation, &answer->line[k], &json, &arena);
		dry_json_close_array(&json);
		dry_json_close_object(&json);
	}
	dry_json_close_array(&json);
	dry_json_close_object(&json);
	dry_arena_release(&arena);
}

void dry_explanation_csv(const struct dry_explanation *explanation, struct dry_page *page)
{
	static const char *const head[] = { "answer", "t_s", "event", "step", "nodeGroup", "node", "pod",
					    "reason", "values", "text" };
	struct dry_page values = { 0 };
	struct dry_arena arena;
	struct dry_csv csv;

	dry_arena_init(&arena);
	dry_csv_init(&csv, page);
	dry_csv_texts(&csv, head, sizeof(head) / sizeof(head[0]));
	dry_csv_end_row(&csv);
	for (size_t i = 0; i < explanation->answer_count; i++) {
		const struct dry_explain_answer *answer = &explanation->answer[i];

		for (size_t k = 0; k < answer->line_count; k++) {
			const struct dry_explain_line *line = &answer->line[k];
			int64_t at_ms = line->at_ms >= 0 ? line->at_ms : answer->at_ms;

			dry_page_clear(&values);
			for (uint32_t v = 0; v < line->value_count; v++) {
				dry_page_printf(&values, "%s%s=", v ? " " : "", line->value[v].name);
				dry_page_add_number(&values, line->value[v].number);
			}
			dry_csv_text(&csv, answer->title);
			if (at_ms >= 0)
				dry_csv_seconds(&csv, at_ms);
			else
				dry_csv_text(&csv, NULL);
			if (answer->event)
				dry_csv_integer(&csv, (int64_t)answer->event);
			else
				dry_csv_text(&csv, NULL);
			dry_csv_text(&csv, line->step);
			dry_csv_text(&csv, group_name(explanation, line->group_index));
			dry_csv_text(&csv, node_name(explanation, line, &arena));
			dry_csv_text(&csv, line->pod_index == DRY_NONE ?
						   NULL :
						   dry_explain_pod(explanation->input, line->pod_index, &arena));
			dry_csv_text(&csv, line->reason);
			dry_csv_text(&csv, dry_page_string(&values));
			dry_csv_text(&csv, line->text);
			dry_csv_end_row(&csv);
		}
	}
	dry_page_release(&values);
	dry_arena_release(&arena);
}

void dry_explanation_draw(const struct dry_explanation *explanation, const char *format, bool colour,
			  struct dry_page *page)
{
	if (!strcmp(format, "json"))
		dry_explanation_json(explanation, page);
	else if (!strcmp(format, "csv"))
		dry_explanation_csv(explanation, page);
	else if (!strcmp(format, "md"))
		dry_explanation_markdown(explanation, page);
	else
		dry_explanation_table(explanation, colour, page);
}
