/* What became of a pod or a node, over the whole run. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/units.h"
#include "report/explain_answers.h"
#include "report/run_report.h"

#define SPANS_SHOWN 40

static const char *name_of(const struct dry_explanation *explanation, uint32_t g)
{
	return g == DRY_NONE ? "-" : explanation->config->group[g].name;
}

/* "12:00 to 12:05, 30 loops" or "12:00". Returns buffer. */
static char *span_text(const struct dry_story_span *span, char *buffer, size_t size)
{
	char first[48], last[48];

	dry_format_clock(span->first_ms, first, sizeof(first));
	if (span->loops == 1)
		snprintf(buffer, size, "%s", first);
	else
		snprintf(buffer, size, "%s to %s, %u loops", first,
			 dry_format_clock(span->last_ms, last, sizeof(last)), span->loops);
	return buffer;
}

/* --- pods --- */

static struct dry_explain_line *add_pod_span(struct dry_explanation *explanation,
					     const struct dry_story_span *span, const char *step)
{
	const char *group = name_of(explanation, span->group_index);
	struct dry_explain_line *line;
	char when[160];

	span_text(span, when, sizeof(when));
	switch (span->kind) {
	case DRY_STORY_YOUNG:
		line = dry_explain_add(explanation, step, DRY_NONE, "%s: younger than new-pod-scale-up-delay",
				       when);
		break;
	case DRY_STORY_EXPENDABLE:
		line = dry_explain_add(explanation, step, DRY_NONE, "%s: left out (%s)", when, span->reason);
		break;
	case DRY_STORY_PACKED:
		line = dry_explain_add(explanation, step, span->group_index,
				       "%s: the autoscaler finds room on a node of %s", when, group);
		break;
	case DRY_STORY_UPCOMING:
		line = dry_explain_add(explanation, step, span->group_index,
				       "%s: waits for a node of %s that is starting", when, group);
		break;
	case DRY_STORY_TRIGGERS:
		line = dry_explain_add(explanation, step, span->group_index, "%s: triggered scale-up of %s", when,
				       group);
		break;
	case DRY_STORY_OPTION_LOST:
		line = dry_explain_add(explanation, step, span->group_index, "%s: %s would take it: %s", when,
				       group, span->reason ? span->reason : "not executed");
		break;
	case DRY_STORY_SKIPPED:
		line = dry_explain_add(explanation, step, span->group_index, "%s: %s: %s", when, group,
				       span->reason);
		break;
	case DRY_STORY_NO_SCALE_UP:
		line = dry_explain_add(explanation, step, DRY_NONE, "%s: no scale-up: %s", when, span->reason);
		break;
	default:
		line = dry_explain_add(explanation, step, DRY_NONE, "%s: %s", when,
				       span->reason ? span->reason : "nothing");
		break;
	}
	line->reason = span->reason;
	line->at_ms = span->first_ms;
	dry_explain_value(line, "loops", span->loops);
	return line;
}

static void add_pod_events(struct dry_explanation *explanation, const struct dry_log *log, uint32_t row,
			   struct dry_explain_answer *answer)
{
	for (size_t i = 0; i < log->count; i++) {
		const struct dry_log_entry *e = &log->entry[i];
		struct dry_explain_line *line = NULL;
		char at[48];

		if (e->pod_index != row)
			continue;
		dry_format_clock(e->at_ms, at, sizeof(at));
		if (e->kind == DRY_EVENT_POD_START)
			line = dry_explain_add(explanation, "history", e->group_index, "%s started on %s-%u", at,
					       name_of(explanation, e->group_index), e->node_ordinal);
		else if (e->kind == DRY_EVENT_POD_EVICTED)
			line = dry_explain_add(explanation, "history", e->group_index, "%s evicted from %s-%u: %s",
					       at, name_of(explanation, e->group_index), e->node_ordinal,
					       e->reason);
		else
			line = dry_explain_add(explanation, "history", e->group_index, "%s ended%s", at,
					       e->node_ordinal == DRY_NONE ? " while it was pending" : "");
		line->at_ms = e->at_ms;
		line->node_ordinal = e->node_ordinal;
		line->pod_index = row;
		line->reason = e->kind == DRY_EVENT_POD_EVICTED ? e->reason : NULL;
		if (!answer->event && e->kind == DRY_EVENT_POD_START)
			answer->event = i + 1;
	}
}

/* Which groups could take it at all, and what refuses it elsewhere. */
static void add_pod_groups(struct dry_explanation *explanation, const struct dry_explain_case *of,
			   uint32_t row)
{
	uint32_t class_index = explanation->input->pod.class_index[row];

	for (uint32_t g = 0; g < explanation->config->group_count; g++) {
		struct dry_fit_answer answer = dry_fits_ask(of->fits, class_index, g);
		struct dry_explain_line *line;
		char text[300];

		if (of->why_not != DRY_NONE && of->why_not != g)
			continue;
		dry_fit_text(explanation->input, &answer, text, sizeof(text));
		if (answer.fit == DRY_FITS) {
			dry_explain_add(explanation, "groups", g, "%s could take it",
					name_of(explanation, g));
			continue;
		}
		line = dry_explain_add(explanation, "groups", g, "%s: %s", name_of(explanation, g), text);
		line->reason = dry_fit_reason(answer.fit);
	}
}

static void add_waits(struct dry_explanation *explanation, const struct dry_explain_case *of, uint32_t row)
{
	uint32_t count;
	struct dry_wait_span *span = dry_log_waits_of(of->log, row, &count);
	bool any = false;

	for (uint32_t i = 0; i < count; i++) {
		struct dry_explain_line *line;
		char length[48], from[48];

		if (span[i].from_ms == span[i].to_ms && !span[i].is_open)
			continue;
		line = dry_explain_add(explanation, "waited", DRY_NONE, "%s from %s%s",
				       dry_explain_wait(span[i].to_ms - span[i].from_ms, length, sizeof(length)),
				       dry_format_clock(span[i].from_ms, from, sizeof(from)),
				       span[i].is_open ? ", and was never scheduled" : "");
		line->at_ms = span[i].from_ms;
		dry_explain_value(line, "wait_s", (double)(span[i].to_ms - span[i].from_ms) / 1000);
		any = true;
	}
	if (!any)
		dry_explain_add(explanation, "waited", DRY_NONE, "not at all");
	free(span);
}

static struct dry_what_if suggest_for_pod(struct dry_explanation *explanation, const struct dry_loop_watch *watch,
					  uint32_t subject)
{
	for (size_t i = 0; i < watch->span_count; i++) {
		const struct dry_story_span *span = &watch->span[i];
		const struct dry_node_group *spec;

		if (span->subject != subject || span->kind != DRY_STORY_SKIPPED)
			continue;
		spec = &explanation->config->group[span->group_index];
		if (strstr(span->reason, "max node group size"))
			return (struct dry_what_if){
				dry_arena_printf(&explanation->arena, "nodeGroups.%s.maxSize", spec->name),
				dry_arena_printf(&explanation->arena, "%d", spec->max_size + 1), span->reason };
		if (strstr(span->reason, "backoff"))
			return (struct dry_what_if){ "initial-node-group-backoff-duration", "1m", span->reason };
	}
	return (struct dry_what_if){ 0 };
}

struct dry_what_if dry_explain_pod_story(struct dry_explanation *explanation,
					 const struct dry_explain_case *of, uint32_t subject)
{
	const struct dry_loop_watch *watch = of->watch;
	const struct dry_input *input = explanation->input;
	uint32_t row = watch->pod[subject], shown = 0;
	const struct dry_pod_class *class = &input->pod_class[input->pod.class_index[row]];
	struct dry_explain_answer *answer;
	struct dry_page asks = { 0 };
	char amount[48];

	answer = dry_explain_begin(explanation, input->pod.arrive_at_ms[row] < 0 ? 0 : input->pod.arrive_at_ms[row],
				   dry_explain_pod(input, row, &explanation->arena));
	for (uint32_t r = 0; r < input->resource_count; r++)
		if (class->request.amount[r] && r != DRY_RESOURCE_PODS)
			dry_page_printf(&asks, "%s%s %s", asks.length ? ", " : "",
					dry_amount_text(r, class->request.amount[r], amount, sizeof(amount)),
					input->resource_name[r]);
	dry_explain_add(explanation, "asks for", DRY_NONE, "%s, priority %d",
			asks.length ? dry_page_string(&asks) : "nothing", class->priority)->pod_index = row;
	dry_page_release(&asks);
	add_waits(explanation, of, row);
	for (size_t i = 0; i < watch->span_count && shown < SPANS_SHOWN; i++)
		if (watch->span[i].subject == subject) {
			add_pod_span(explanation, &watch->span[i], "loops")->pod_index = row;
			shown++;
		}
	add_pod_groups(explanation, of, row);
	add_pod_events(explanation, of->log, row, answer);
	return suggest_for_pod(explanation, watch, subject);
}

void dry_explain_worst(struct dry_explanation *explanation, const struct dry_explain_case *of,
		       const struct dry_wait_span *span, uint32_t count)
{
	const struct dry_loop_watch *watch = of->watch;
	char title[80];

	snprintf(title, sizeof(title), "the %u longest wait%s", count, count == 1 ? "" : "s");
	dry_explain_begin(explanation, -1, title);
	for (uint32_t i = 0; i < count; i++) {
		const struct dry_story_span *cause = NULL;
		struct dry_explain_line *line;
		char rank[16], from[48], length[48];
		uint32_t subject = 0;

		while (watch->pod[subject] != span[i].pod_index)
			subject++;
		for (size_t k = 0; k < watch->span_count; k++) {
			const struct dry_story_span *one = &watch->span[k];

			if (one->subject == subject && one->first_ms >= span[i].from_ms &&
			    one->first_ms <= span[i].to_ms && (!cause || one->loops > cause->loops))
				cause = one;
		}
		snprintf(rank, sizeof(rank), "%u", i + 1);
		line = dry_explain_add(explanation, dry_arena_text(&explanation->arena, rank), DRY_NONE,
				       "%s from %s  %s%s",
				       dry_explain_wait(span[i].to_ms - span[i].from_ms, length, sizeof(length)),
				       dry_format_clock(span[i].from_ms, from, sizeof(from)),
				       dry_explain_pod(explanation->input, span[i].pod_index, &explanation->arena),
				       span[i].is_open ? "  (never scheduled)" : "");
		line->at_ms = span[i].from_ms;
		line->pod_index = span[i].pod_index;
		dry_explain_value(line, "wait_s", (double)(span[i].to_ms - span[i].from_ms) / 1000);
		if (cause)
			add_pod_span(explanation, cause, "  mostly")->pod_index = span[i].pod_index;
	}
}

/* --- nodes --- */

static void add_node_span(struct dry_explanation *explanation, const struct dry_story_span *span)
{
	struct dry_explain_line *line;
	struct dry_page text = { 0 };
	const char *step = "unremovable";
	char when[160], at[48];

	span_text(span, when, sizeof(when));
	dry_page_printf(&text, "%s: ", when);
	switch (span->kind) {
	case DRY_STORY_UNNEEDED:
		step = "unneeded";
		dry_page_printf(&text, "since %s, may go after %s",
				dry_format_clock(span->since_ms, at, sizeof(at)),
				dry_format_clock(span->since_ms + span->threshold_ms, when, sizeof(when)));
		break;
	case DRY_STORY_NOT_DELETED:
		step = "not deleted";
		dry_page_add(&text, span->reason);
		break;
	case DRY_STORY_DRAIN:
		step = "drain";
		dry_page_add(&text, span->reason);
		break;
	default:
		dry_page_add(&text, span->reason ? span->reason : "other");
		if (!isnan(span->utilization))
			dry_page_printf(&text, " (utilization %.2f)", span->utilization);
		break;
	}
	if (span->pod_index != DRY_NONE)
		dry_page_printf(&text, ", pod %s",
				dry_explain_pod(explanation->input, span->pod_index, &explanation->arena));
	line = dry_explain_add(explanation, step, span->group_index, "%s", dry_page_string(&text));
	dry_page_release(&text);
	line->reason = span->reason;
	line->at_ms = span->first_ms;
	line->pod_index = span->pod_index;
	dry_explain_value(line, "loops", span->loops);
	if (!isnan(span->utilization))
		dry_explain_value(line, "utilization", span->utilization);
}

/* The scaleUp entry that asked for the node; log->count = none (an initial node). */
static size_t find_origin(const struct dry_log *log, uint32_t group_index, uint32_t ordinal)
{
	for (size_t i = 0; i < log->count; i++) {
		const struct dry_log_entry *e = &log->entry[i];
		uint32_t first;

		if (e->kind != DRY_EVENT_SCALE_UP || e->group_index != group_index)
			continue;
		first = dry_log_first_ordinal(log, i);
		if (ordinal >= first && ordinal - first < (uint32_t)(e->to - e->from))
			return i;
	}
	return log->count;
}

static void add_node_events(struct dry_explanation *explanation, const struct dry_log *log, uint32_t group,
			    uint32_t ordinal)
{
	uint32_t started = 0, evicted = 0;

	for (size_t i = 0; i < log->count; i++) {
		const struct dry_log_entry *e = &log->entry[i];
		const char *what = NULL;
		char at[48];

		if (e->group_index != group || e->node_ordinal != ordinal)
			continue;
		started += e->kind == DRY_EVENT_POD_START;
		evicted += e->kind == DRY_EVENT_POD_EVICTED;
		if (e->kind == DRY_EVENT_NODE_READY)
			what = "ready";
		else if (e->kind == DRY_EVENT_NODE_GONE)
			what = "gone";
		else if (e->kind == DRY_EVENT_SCALE_DOWN)
			what = "scaled down";
		if (!what)
			continue;
		struct dry_explain_line *line = dry_explain_add(
			explanation, "history", group, "%s %s%s%s (event %zu)",
			dry_format_clock(e->at_ms, at, sizeof(at)), what, e->reason ? ": " : "",
			e->reason ? e->reason : "", i + 1);
		line->at_ms = e->at_ms;
		line->node_ordinal = ordinal;
		line->reason = e->reason;
	}
	dry_explain_add(explanation, "pods", group, "%u started there, %u evicted from it", started, evicted)
		->node_ordinal = ordinal;
}

struct dry_what_if dry_explain_node_story(struct dry_explanation *explanation,
					  const struct dry_explain_case *of)
{
	const struct dry_loop_watch *watch = of->watch;
	uint32_t group = watch->node_group, ordinal = watch->node_ordinal, shown = 0;
	size_t origin = find_origin(of->log, group, ordinal);
	const struct dry_options *options = &explanation->config->options;
	struct dry_explain_answer *answer;
	struct dry_what_if idea = { 0 };
	char text[200], at[48];

	snprintf(text, sizeof(text), "%s-%u", name_of(explanation, group), ordinal);
	answer = dry_explain_begin(explanation, origin < of->log->count ? of->log->entry[origin].at_ms : 0, text);
	if (origin < of->log->count) {
		answer->event = origin + 1;
		dry_explain_add(explanation, "requested", group, "%s by a scale-up of %s, %d to %d (event %zu)",
				dry_format_clock(of->log->entry[origin].at_ms, at, sizeof(at)),
				name_of(explanation, group), of->log->entry[origin].from,
				of->log->entry[origin].to, origin + 1)->node_ordinal = ordinal;
	} else {
		dry_explain_add(explanation, "requested", group, "there from the start")->node_ordinal = ordinal;
	}
	for (size_t i = 0; i < watch->span_count && shown < SPANS_SHOWN; i++) {
		const struct dry_story_span *span = &watch->span[i];

		if (span->subject != watch->pod_count)
			continue;
		add_node_span(explanation, span);
		answer = &explanation->answer[explanation->answer_count - 1];
		answer->line[answer->line_count - 1].node_ordinal = ordinal;
		shown++;
		if (!idea.path && span->reason && !strcmp(span->reason, "NotUnneededLongEnough"))
			idea = (struct dry_what_if){
				"scale-down-unneeded-time",
				dry_arena_text(&explanation->arena,
					       dry_format_duration(options->scale_down_unneeded_ms / 2, text,
								   sizeof(text))),
				span->reason };
	}
	add_node_events(explanation, of->log, group, ordinal);
	return idea;
}
