/* Explanations as data: answers and their lines. */
#include "report/explain.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "report/decision_log.h"
#include "run/metrics.h"

void dry_explanation_init(struct dry_explanation *explanation, const struct dry_input *input,
			  const struct dry_config *config)
{
	*explanation = (struct dry_explanation){ .input = input, .config = config };
	dry_arena_init(&explanation->arena);
}

void dry_explanation_release(struct dry_explanation *explanation)
{
	for (size_t i = 0; i < explanation->answer_count; i++)
		free(explanation->answer[i].line);
	free(explanation->answer);
	dry_arena_release(&explanation->arena);
	*explanation = (struct dry_explanation){ 0 };
}

struct dry_explain_answer *dry_explain_begin(struct dry_explanation *explanation, int64_t at_ms,
					     const char *title)
{
	struct dry_explain_answer *answer;

	explanation->answer = dry_grow(explanation->answer, &explanation->capacity,
				       explanation->answer_count + 1, sizeof(*explanation->answer));
	answer = &explanation->answer[explanation->answer_count++];
	*answer = (struct dry_explain_answer){ .at_ms = at_ms,
					       .title = dry_arena_text(&explanation->arena, title) };
	return answer;
}

struct dry_explain_line *dry_explain_add(struct dry_explanation *explanation, const char *step,
					 uint32_t group_index, const char *format, ...)
{
	struct dry_explain_answer *answer = &explanation->answer[explanation->answer_count - 1];
	struct dry_explain_line *line;
	char text[600];
	va_list list;

	va_start(list, format);
	vsnprintf(text, sizeof(text), format, list);
	va_end(list);
	answer->line = dry_grow(answer->line, &answer->capacity, answer->line_count + 1,
				sizeof(*answer->line));
	line = &answer->line[answer->line_count++];
	*line = (struct dry_explain_line){ .step = step, .at_ms = -1, .group_index = group_index,
					   .node_ordinal = DRY_NONE, .pod_index = DRY_NONE,
					   .text = dry_arena_text(&explanation->arena, text) };
	return line;
}

void dry_explain_value(struct dry_explain_line *line, const char *name, double number)
{
	if (line->value_count < DRY_EXPLAIN_VALUES)
		line->value[line->value_count++] = (struct dry_explain_value){ name, number };
}

char *dry_explain_wait(int64_t ms, char *buffer, size_t size)
{
	return dry_metric_format(DRY_METRIC_MAX_WAIT, (double)ms / 1000, buffer, size);
}

const char *dry_explain_pod(const struct dry_input *input, uint32_t pod_index, struct dry_arena *arena)
{
	char name[600];

	if (pod_index == DRY_NONE)
		return "-";
	if (pod_index >= input->pod.count)
		return dry_arena_printf(arena, "dryscale/placeholder-%u", pod_index - input->pod.count);
	return dry_arena_text(arena, dry_pod_name(input, pod_index, name, sizeof(name)));
}
