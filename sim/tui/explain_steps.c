/* Why a moment came: trigger, need, options, why not, effect, what if. */
#include "explain.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/units.h"
#include "cause.h"
#include "report/run_report.h"
#include "views.h"

const char *dry_explain_clock(int64_t ms, char *buffer, size_t size)
{
	int64_t seconds = ms / 1000;

	if (ms < 0)
		dry_format_clock(ms, buffer, size);
	else if (seconds >= 86400)
		snprintf(buffer, size, "%" PRId64 "d%02d:%02d:%02d", seconds / 86400, (int)(seconds / 3600 % 24),
			 (int)(seconds / 60 % 60), (int)(seconds % 60));
	else
		snprintf(buffer, size, "%02d:%02d:%02d", (int)(seconds / 3600), (int)(seconds / 60 % 60),
			 (int)(seconds % 60));
	return buffer;
}

const char *dry_explain_span(int64_t ms, char *buffer, size_t size)
{
	return dry_format_duration(ms / 1000 * 1000, buffer, size);
}

const char *dry_explain_group(const struct dry_recording *recording, uint32_t group)
{
	return group < recording->group_count ? recording->config->group[group].name : "?";
}

static int head(struct dry_explain_steps *steps, const char *number, const char *word)
{
	dry_pane_text(steps->pane, steps->row, 1, DRY_ROLE_DIM, number);
	dry_pane_text(steps->pane, steps->row, 3, DRY_ROLE_TITLE, word);
	return steps->row++;
}

static void say(struct dry_explain_steps *steps, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void say(struct dry_explain_steps *steps, const char *format, ...)
{
	char text[512];
	va_list list;

	va_start(list, format);
	vsnprintf(text, sizeof(text), format, list);
	va_end(list);
	/* Long lines go on below, where a blank lets them. */
	for (const char *rest = text; *rest;) {
		int room = steps->pane->cols - 4, length = (int)strlen(rest);

		if (length > room) {
			length = room;
			while (length > room / 2 && rest[length] != ' ')
				length--;
		}
		dry_pane_cut(steps->pane, steps->row++, 3, length, DRY_ROLE_PLAIN, rest);
		rest += length;
		rest += *rest == ' ';
	}
}

static const char *plural(int64_t count)
{
	return count == 1 ? "" : "s";
}

static void tell_trigger(struct dry_explain_steps *steps)
{
	const struct dry_loop *loop = dry_cause_loop(steps->recording, steps->moment);
	char at[32], every[32], wait[32];
	int row = head(steps, "1", "TRIGGER");

	if (!loop) {
		dry_pane_text(steps->pane, row, 13, DRY_ROLE_PLAIN, steps->moment->kind == DRY_MOMENT_RECLAIM ?
			      "the cloud took the node back" : "between two scans");
		return;
	}
	dry_pane_printf(steps->pane, row, 13, DRY_ROLE_PLAIN, "scan %s (every %s)",
			dry_explain_clock(loop->at_ms, at, sizeof(at)),
			dry_explain_span(steps->recording->config->options.scan_interval_ms, every, sizeof(every)));
	if (steps->moment->kind == DRY_MOMENT_SCALE_DOWN)
		say(steps, "%" PRId64 " node%s ready, %" PRId64 " pod%s pending", loop->ready,
		    plural(loop->ready), loop->pending, plural(loop->pending));
	else if (loop->oldest_ms >= 0)
		say(steps, "%u pod%s that nothing can take, oldest %s", loop->unschedulable,
		    plural(loop->unschedulable), dry_explain_span(loop->oldest_ms, wait, sizeof(wait)));
	else
		say(steps, "%" PRId64 " pods pending", loop->pending);
}

static void tell_need(struct dry_explain_steps *steps)
{
	const struct dry_loop *loop = dry_cause_loop(steps->recording, steps->moment);
	int row;

	if (!loop || steps->moment->kind != DRY_MOMENT_SCALE_UP)
		return;
	row = head(steps, "2", "NEED");
	dry_pane_printf(steps->pane, row, 13, DRY_ROLE_PLAIN, "%.4g cpu, %.4g GiB in %u pod%s",
			(double)loop->need_milli_cpu / 1000, (double)loop->need_bytes / 1073741824,
			loop->unschedulable, plural(loop->unschedulable));
	say(steps, "%" PRId64 " node%s ready, %" PRId64 " on their way", loop->ready, plural(loop->ready),
	    dry_cause_upcoming(steps->recording, steps->moment));
}

static void tell_options(struct dry_explain_steps *steps, const struct dry_cause_group *group)
{
	const struct dry_recording *recording = steps->recording;
	const char *expander = dry_cause_expander(recording, steps->moment);
	int row = head(steps, "3", "OPTIONS"), last = steps->pane->cols - 1;

	if (last >= 40)
		dry_pane_text(steps->pane, row, 13, DRY_ROLE_DIM, "group");
	dry_pane_right(steps->pane, row, last - 14, DRY_ROLE_DIM, "$/h");
	dry_pane_right(steps->pane, row, last - 8, DRY_ROLE_DIM, "room");
	dry_pane_right(steps->pane, row, last, DRY_ROLE_DIM, "result");
	for (uint32_t g = 0; g < recording->group_count; g++) {
		enum dry_role role = group[g].fate == DRY_FATE_TAKEN ? DRY_ROLE_TITLE : DRY_ROLE_PLAIN;
		char price[32], name[128];

		if (group[g].fate != DRY_FATE_TAKEN && group[g].fate != DRY_FATE_OPTION)
			continue;
		row = steps->row++;
		if (g == steps->moment->group_index)
			dry_pane_char(steps->pane, row, last >= 40 ? 11 : 1, DRY_ROLE_CURSOR, L'>');
		dry_pane_text(steps->pane, row, last >= 40 ? 13 : 3, role,
			      dry_short_path(dry_explain_group(recording, g), last >= 40 ? last - 34 : last - 24,
					     name, sizeof(name)));
		dry_pane_right(steps->pane, row, last - 14, role,
			       dry_format_price(group[g].price_nusd_per_hour, price, sizeof(price)) + 1);
		dry_pane_rightf(steps->pane, row, last - 8, role, "%" PRId64, group[g].room);
		if (group[g].fate == DRY_FATE_TAKEN)
			dry_pane_rightf(steps->pane, row, last, role, "+%" PRId64, group[g].nodes);
		else
			dry_pane_rightf(steps->pane, row, last, role, "(%" PRId64 ")", group[g].nodes);
	}
	if (expander)
		say(steps, "order: expander %s", expander);
}

static void tell_why_not(struct dry_explain_steps *steps, const struct dry_cause_group *group)
{
	const struct dry_recording *recording = steps->recording;
	const struct dry_note *cap = dry_cause_cap(recording, steps->moment);
	uint32_t refused = 0, seen = 0, wanted;
	int row;

	for (uint32_t g = 0; g < recording->group_count; g++)
		refused += group[g].fate == DRY_FATE_REFUSED || (group[g].fate == DRY_FATE_OPTION);
	if (!refused && !cap)
		return;
	row = head(steps, "4", "WHY NOT");
	wanted = refused ? steps->app->explain.why_not % refused : 0;
	for (uint32_t g = 0; g < recording->group_count; g++) {
		const struct dry_cause_group *of = &group[g];

		if ((of->fate != DRY_FATE_REFUSED && of->fate != DRY_FATE_OPTION) || seen++ != wanted)
			continue;
		dry_pane_printf(steps->pane, row, 13, DRY_ROLE_PLAIN, "%s%s", dry_explain_group(recording, g),
				refused > 1 ? " (n: another group)" : "");
		if (of->fate == DRY_FATE_OPTION)
			say(steps,
			    "it could take %" PRId64 " pod%s with %" PRId64
			    " node%s; the expander preferred the other",
			    of->pods, plural(of->pods), of->nodes, plural(of->nodes));
		else if (of->misfit_pods)
			say(steps, "%u pod%s not fit it: %s", of->misfit_pods,
			    of->misfit_pods == 1 ? " does" : "s do", of->reason ? of->reason : "");
		else
			say(steps, "%s (%" PRId64 " of %d)", of->reason ? of->reason : "not told",
			    recording->config->group[g].max_size - of->room, recording->config->group[g].max_size);
	}
	if (cap)
		say(steps, "capped: %" PRId64 " wanted, %" PRId64 " granted by %s", cap->value[0], cap->value[1],
		    cap->reason ? cap->reason : "a limit");
}

static void tell_node(struct dry_explain_steps *steps)
{
	const struct dry_moment *moment = steps->moment;
	const struct dry_note *unneeded = dry_cause_node_note(steps->recording, moment, DRY_NOTE_NODE_UNNEEDED);
	char since[32], limit[32];
	int row = head(steps, "2", moment->kind == DRY_MOMENT_SCALE_DOWN ? "NODE" : "WHAT");

	if (moment->ordinal != DRY_NONE)
		dry_pane_printf(steps->pane, row, 13, DRY_ROLE_PLAIN, "%s-%u%s%s",
				dry_explain_group(steps->recording, moment->group_index), moment->ordinal,
				moment->reason ? ": " : "", moment->reason ? moment->reason : "");
	else
		dry_pane_printf(steps->pane, row, 13, DRY_ROLE_PLAIN, "%s%s%s",
				dry_explain_group(steps->recording, moment->group_index), moment->reason ? ": " : "",
				moment->reason ? moment->reason : "");
	if (unneeded)
		say(steps, "unneeded since %s, long enough: %s",
		    dry_explain_clock(unneeded->value[0], since, sizeof(since)),
		    dry_explain_span(unneeded->value[1], limit, sizeof(limit)));
	if (moment->kind == DRY_MOMENT_BACKOFF)
		say(steps, "not asked again before %s", dry_explain_clock(moment->until_ms, since, sizeof(since)));
}

static void tell_effect(struct dry_explain_steps *steps)
{
	struct dry_cause_effect effect;
	char at[32], after[32];
	int row;

	if (steps->moment->kind == DRY_MOMENT_REFUSED || steps->moment->kind == DRY_MOMENT_BACKOFF)
		return;
	dry_cause_effect(steps->recording, steps->moment, &effect);
	row = head(steps, "5", "EFFECT");
	if (steps->moment->kind != DRY_MOMENT_SCALE_UP) {
		if (effect.gone_at_ms >= 0)
			dry_pane_printf(steps->pane, row, 13, DRY_ROLE_PLAIN, "gone %s (+%s)",
					dry_explain_clock(effect.gone_at_ms, at, sizeof(at)),
					dry_explain_span(effect.gone_at_ms - steps->moment->at_ms, after,
							 sizeof(after)));
		else
			dry_pane_text(steps->pane, row, 13, DRY_ROLE_PLAIN, "still there at the end of the run");
		say(steps, "not paid to the end of the run: $%.2f", effect.cost_usd);
		return;
	}
	if (effect.ready_at_ms < 0) {
		dry_pane_text(steps->pane, row, 13, DRY_ROLE_FAIL, "none of the nodes became ready");
		return;
	}
	dry_pane_printf(steps->pane, row, 13, DRY_ROLE_PLAIN, "ready %s (+%s)",
			dry_explain_clock(effect.ready_at_ms, at, sizeof(at)),
			dry_explain_span(effect.ready_at_ms - steps->moment->at_ms, after, sizeof(after)));
	if (effect.longest_wait_ms >= 0)
		say(steps, "%u pod%s placed in a minute, longest wait %s", effect.pods_placed,
		    plural(effect.pods_placed), dry_explain_span(effect.longest_wait_ms, at, sizeof(at)));
	else
		say(steps, "%u pod%s placed in a minute", effect.pods_placed, plural(effect.pods_placed));
	say(steps, "cost of the nodes to their end $%.2f", effect.cost_usd);
}

static void tell_what_if(struct dry_explain_steps *steps)
{
	struct dry_cause_hint hint;
	int row;

	dry_cause_hint(steps->recording, steps->moment, &hint);
	if (!*hint.path)
		return;
	row = head(steps, "6", "WHAT IF");
	dry_pane_printf(steps->pane, row, 13, DRY_ROLE_PLAIN, "%s %s", hint.path, hint.value);
	say(steps, "%s", hint.why);
	say(steps, "Press i to run it");
}

static void tell_rules(struct dry_explain_steps *steps)
{
	const struct dry_options *options = &steps->recording->config->options;
	char text[32], next[32];
	int row = ++steps->row;

	steps->row++;
	dry_pane_text(steps->pane, row, 1, DRY_ROLE_TITLE, "RULES IN FORCE");
	say(steps, "%-32s next scan %s", "scan-interval",
	    dry_explain_clock(steps->moment->at_ms + options->scan_interval_ms, next, sizeof(next)));
	say(steps, "%-32s %s", "scale-down-unneeded-time",
	    dry_explain_span(options->scale_down_unneeded_ms, text, sizeof(text)));
	say(steps, "%-32s %s", "scale-down-delay-after-add",
	    dry_explain_span(options->scale_down_delay_after_add_ms, text, sizeof(text)));
	say(steps, "%-32s %s", "new-pod-scale-up-delay",
	    dry_explain_span(options->new_pod_scale_up_delay_ms, text, sizeof(text)));
	if (options->max_nodes_total)
		say(steps, "%-32s %" PRId64, "max-nodes-total", options->max_nodes_total);
	else
		say(steps, "%-32s not set", "max-nodes-total");
	say(steps, "%-32s %s", "max-node-provision-time",
	    dry_explain_span(options->max_node_provision_ms, text, sizeof(text)));
}

static void tell_family(struct dry_explain_steps *steps)
{
	struct dry_cause_family family;
	char first[32], last[32];
	int row;

	dry_cause_family(steps->recording, steps->moment, &family);
	if (!family.reason || family.count < 2)
		return;
	row = ++steps->row;
	steps->row++;
	dry_pane_printf(steps->pane, row, 1, DRY_ROLE_TITLE, "SAME CAUSE (%s: %s)", family.reason,
			dry_explain_group(steps->recording, family.group_index));
	say(steps, "%u events, %s to %s", family.count, dry_explain_clock(family.first_at_ms, first, sizeof(first)),
	    dry_explain_clock(family.last_at_ms, last, sizeof(last)));
	say(steps, "%" PRId64 " nodes went to other groups", family.nodes);
}

void dry_explain_steps(struct dry_explain_steps *steps)
{
	struct dry_cause_group *group = dry_xcalloc(steps->recording->group_count + 1, sizeof(*group));

	tell_trigger(steps);
	if (steps->moment->kind == DRY_MOMENT_SCALE_UP) {
		dry_cause_groups(steps->recording, steps->moment, group);
		tell_need(steps);
		tell_options(steps, group);
		tell_why_not(steps, group);
	} else {
		tell_node(steps);
	}
	tell_effect(steps);
	tell_what_if(steps);
	if (steps->pane->rows > 24) {
		tell_rules(steps);
		tell_family(steps);
	}
	free(group);
}
