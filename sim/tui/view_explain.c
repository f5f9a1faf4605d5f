/* Explain: why did it scale here, or not. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "app.h"
#include "base/units.h"
#include "cause.h"
#include "report/run_report.h"

/* hh:mm:ss, with days in front when there are any: a scan is known to the second. */
static const char *clock_of(int64_t ms, char *buffer, size_t size)
{
	int64_t seconds = ms / 1000;

	if (ms < 0)
		dry_format_clock(ms, buffer, size);
	else if (seconds >= 86400)
		snprintf(buffer, size, "%" PRId64 "d%02d:%02d:%02d", seconds / 86400, (int)(seconds / 3600 % 24),
			 (int)(seconds / 60 % 60), (int)(seconds % 60));
	else
		snprintf(buffer, size, "%02d:%02d:%02d", (int)(seconds / 3600), (int)(seconds / 60 % 60), (int)(seconds % 60));
	return buffer;
}

static const char *wait_of(int64_t ms, char *buffer, size_t size)
{
	return dry_format_duration(ms / 1000 * 1000, buffer, size);
}

static const char *group_name(const struct dry_recording *recording, uint32_t group)
{
	return group < recording->group_count ? recording->config->group[group].name : "?";
}

static void amount_of(const struct dry_moment *moment, char *text, size_t size)
{
	switch (moment->kind) {
	case DRY_MOMENT_SCALE_UP:
		snprintf(text, size, "+%d", moment->to - moment->from);
		break;
	case DRY_MOMENT_SCALE_DOWN:
	case DRY_MOMENT_RECLAIM:
		snprintf(text, size, "-1");
		break;
	default:
		text[0] = '\0';
		break;
	}
}

/* Every word of the filter is found in what the list shows of the event. */
static bool is_listed(const struct dry_app *app, const struct dry_recording *recording, const struct dry_moment *moment)
{
	char text[256], amount[16], word[128];
	const char *filter = app->explain.filter;

	amount_of(moment, amount, sizeof(amount));
	snprintf(text, sizeof(text), "%s %s %s %s", dry_moment_name(moment->kind), group_name(recording, moment->group_index),
		 amount, moment->reason ? moment->reason : "");
	while (*filter) {
		size_t length = strcspn(filter, " ");

		snprintf(word, sizeof(word), "%.*s", (int)length, filter);
		if (length && !strcasestr(text, word))
			return false;
		filter += length;
		filter += strspn(filter, " ");
	}
	return true;
}

/* The next listed event from one on, in a direction; DRY_NONE. */
static uint32_t step(const struct dry_app *app, const struct dry_recording *recording, uint32_t from, int direction)
{
	for (int64_t m = from; m >= 0 && m < recording->moment_count; m += direction)
		if (is_listed(app, recording, &recording->moment[m]))
			return (uint32_t)m;
	return DRY_NONE;
}

/* The event under the cursor: chosen here, or the nearest before the time cursor. */
static const struct dry_moment *current(struct dry_app *app, const struct dry_recording *recording)
{
	struct dry_explain_state *state = &app->explain;
	uint32_t at = state->moment;

	if (!recording->moment_count)
		return NULL;
	if (!state->moved || at >= recording->moment_count) {
		at = dry_recording_find(recording, app->time.at_ms + 1);
		at = at ? at - 1 : 0;
	}
	if (!is_listed(app, recording, &recording->moment[at])) {
		uint32_t back = step(app, recording, at, -1);
		at = back != DRY_NONE ? back : step(app, recording, at, 1);
	}
	if (at == DRY_NONE)
		return NULL;
	state->moment = at;
	return &recording->moment[at];
}

static void draw_list(struct dry_app *app, const struct dry_recording *recording, const struct dry_pane *pane)
{
	uint32_t at = app->explain.moment, first = at, shown = at;
	int above = 0;

	while (above < pane->rows / 2 && first) {
		uint32_t before = step(app, recording, first - 1, -1);

		if (before == DRY_NONE)
			break;
		first = before;
		above++;
	}
	shown = first;
	for (int row = 0; row < pane->rows && shown != DRY_NONE && shown < recording->moment_count; row++) {
		const struct dry_moment *moment = &recording->moment[shown];
		bool here = shown == at;
		enum dry_role role = here ? DRY_ROLE_CURSOR : DRY_ROLE_PLAIN;
		char text[32];
		int col;

		if (here)
			dry_pane_char(pane, row, 0, role, L'>');
		col = dry_pane_text(pane, row, 1, role, clock_of(moment->at_ms, text, sizeof(text)));
		if (pane->cols >= 30)   /* where it is narrow, the amount tells up from down */
			col = dry_pane_cut(pane, row, col + 1, 10, role, dry_moment_name(moment->kind));
		col = pane->cols >= 30 && col < 21 ? 21 : col + 1;
		amount_of(moment, text, sizeof(text));
		dry_pane_cut(pane, row, col, pane->cols - col - 1 - dry_columns(text), role,
			     group_name(recording, moment->group_index));
		dry_pane_right(pane, row, pane->cols - 1, role, text);
		shown = shown + 1 < recording->moment_count ? step(app, recording, shown + 1, 1) : DRY_NONE;
	}
}

/* ---- the six steps */

struct steps {
	struct dry_app *app;
	const struct dry_recording *recording;
	const struct dry_moment *moment;
	const struct dry_pane *pane;
	int row;
};

static int head(struct steps *steps, const char *number, const char *word)
{
	dry_pane_text(steps->pane, steps->row, 1, DRY_ROLE_DIM, number);
	dry_pane_text(steps->pane, steps->row, 3, DRY_ROLE_TITLE, word);
	return steps->row++;
}

static void say(struct steps *steps, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void say(struct steps *steps, const char *format, ...)
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

static void tell_trigger(struct steps *steps)
{
	const struct dry_loop *loop = dry_cause_loop(steps->recording, steps->moment);
	char at[32], every[32], wait[32];
	int row = head(steps, "1", "TRIGGER");

	if (!loop) {
		dry_pane_text(steps->pane, row, 13, DRY_ROLE_PLAIN, steps->moment->kind == DRY_MOMENT_RECLAIM ?
			      "the cloud took the node back" : "between two scans");
		return;
	}
	dry_pane_printf(steps->pane, row, 13, DRY_ROLE_PLAIN, "scan %s (every %s)", clock_of(loop->at_ms, at, sizeof(at)),
			wait_of(steps->recording->config->options.scan_interval_ms, every, sizeof(every)));
	if (steps->moment->kind == DRY_MOMENT_SCALE_DOWN)
		say(steps, "%" PRId64 " node%s ready, %" PRId64 " pod%s pending", loop->ready, plural(loop->ready), loop->pending,
		    plural(loop->pending));
	else if (loop->oldest_ms >= 0)
		say(steps, "%u pod%s that nothing can take, oldest %s", loop->unschedulable, plural(loop->unschedulable),
		    wait_of(loop->oldest_ms, wait, sizeof(wait)));
	else
		say(steps, "%" PRId64 " pods pending", loop->pending);
}

static void tell_need(struct steps *steps)
{
	const struct dry_loop *loop = dry_cause_loop(steps->recording, steps->moment);
	int row;

	if (!loop || steps->moment->kind != DRY_MOMENT_SCALE_UP)
		return;
	row = head(steps, "2", "NEED");
	dry_pane_printf(steps->pane, row, 13, DRY_ROLE_PLAIN, "%.4g cpu, %.4g GiB in %u pod%s", (double)loop->need_milli_cpu / 1000,
			(double)loop->need_bytes / 1073741824, loop->unschedulable, plural(loop->unschedulable));
	say(steps, "%" PRId64 " node%s ready, %" PRId64 " on their way", loop->ready, plural(loop->ready),
	    dry_cause_upcoming(steps->recording, steps->moment));
}

static void tell_options(struct steps *steps, const struct dry_cause_group *group)
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
			      dry_short_path(group_name(recording, g), last >= 40 ? last - 34 : last - 24, name, sizeof(name)));
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

static void tell_why_not(struct steps *steps, const struct dry_cause_group *group)
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
		dry_pane_printf(steps->pane, row, 13, DRY_ROLE_PLAIN, "%s%s", group_name(recording, g),
				refused > 1 ? " (n: another group)" : "");
		if (of->fate == DRY_FATE_OPTION)
			say(steps, "it could take %" PRId64 " pod%s with %" PRId64 " node%s; the expander preferred the other", of->pods,
			    plural(of->pods), of->nodes, plural(of->nodes));
		else if (of->misfit_pods)
			say(steps, "%u pod%s not fit it: %s", of->misfit_pods, of->misfit_pods == 1 ? " does" : "s do", of->reason ? of->reason : "");
		else
			say(steps, "%s (%" PRId64 " of %d)", of->reason ? of->reason : "not told",
			    recording->config->group[g].max_size - of->room, recording->config->group[g].max_size);
	}
	if (cap)
		say(steps, "capped: %" PRId64 " wanted, %" PRId64 " granted by %s", cap->value[0], cap->value[1],
		    cap->reason ? cap->reason : "a limit");
}

static void tell_node(struct steps *steps)
{
	const struct dry_moment *moment = steps->moment;
	const struct dry_note *unneeded = dry_cause_node_note(steps->recording, moment, DRY_NOTE_NODE_UNNEEDED);
	char since[32], limit[32];
	int row = head(steps, "2", moment->kind == DRY_MOMENT_SCALE_DOWN ? "NODE" : "WHAT");

	if (moment->ordinal != DRY_NONE)
		dry_pane_printf(steps->pane, row, 13, DRY_ROLE_PLAIN, "%s-%u%s%s", group_name(steps->recording, moment->group_index),
				moment->ordinal, moment->reason ? ": " : "", moment->reason ? moment->reason : "");
	else
		dry_pane_printf(steps->pane, row, 13, DRY_ROLE_PLAIN, "%s%s%s", group_name(steps->recording, moment->group_index),
				moment->reason ? ": " : "", moment->reason ? moment->reason : "");
	if (unneeded)
		say(steps, "unneeded since %s, long enough: %s", clock_of(unneeded->value[0], since, sizeof(since)),
		    wait_of(unneeded->value[1], limit, sizeof(limit)));
	if (moment->kind == DRY_MOMENT_BACKOFF)
		say(steps, "not asked again before %s", clock_of(moment->until_ms, since, sizeof(since)));
}

static void tell_effect(struct steps *steps)
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
					clock_of(effect.gone_at_ms, at, sizeof(at)),
					wait_of(effect.gone_at_ms - steps->moment->at_ms, after, sizeof(after)));
		else
			dry_pane_text(steps->pane, row, 13, DRY_ROLE_PLAIN, "still there at the end of the run");
		say(steps, "not paid to the end of the run: $%.2f", effect.cost_usd);
		return;
	}
	if (effect.ready_at_ms < 0) {
		dry_pane_text(steps->pane, row, 13, DRY_ROLE_FAIL, "none of the nodes became ready");
		return;
	}
	dry_pane_printf(steps->pane, row, 13, DRY_ROLE_PLAIN, "ready %s (+%s)", clock_of(effect.ready_at_ms, at, sizeof(at)),
			wait_of(effect.ready_at_ms - steps->moment->at_ms, after, sizeof(after)));
	if (effect.longest_wait_ms >= 0)
		say(steps, "%u pod%s placed in a minute, longest wait %s", effect.pods_placed, plural(effect.pods_placed),
		    wait_of(effect.longest_wait_ms, at, sizeof(at)));
	else
		say(steps, "%u pod%s placed in a minute", effect.pods_placed, plural(effect.pods_placed));
	say(steps, "cost of the nodes to their end $%.2f", effect.cost_usd);
}

static void tell_what_if(struct steps *steps)
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

static void tell_rules(struct steps *steps)
{
	const struct dry_options *options = &steps->recording->config->options;
	char text[32], next[32];
	int row = ++steps->row;

	steps->row++;
	dry_pane_text(steps->pane, row, 1, DRY_ROLE_TITLE, "RULES IN FORCE");
	say(steps, "%-32s next scan %s", "scan-interval",
	    clock_of(steps->moment->at_ms + options->scan_interval_ms, next, sizeof(next)));
	say(steps, "%-32s %s", "scale-down-unneeded-time", wait_of(options->scale_down_unneeded_ms, text, sizeof(text)));
	say(steps, "%-32s %s", "scale-down-delay-after-add",
	    wait_of(options->scale_down_delay_after_add_ms, text, sizeof(text)));
	say(steps, "%-32s %s", "new-pod-scale-up-delay", wait_of(options->new_pod_scale_up_delay_ms, text, sizeof(text)));
	if (options->max_nodes_total)
		say(steps, "%-32s %" PRId64, "max-nodes-total", options->max_nodes_total);
	else
		say(steps, "%-32s not set", "max-nodes-total");
	say(steps, "%-32s %s", "max-node-provision-time", wait_of(options->max_node_provision_ms, text, sizeof(text)));
}

static void tell_family(struct steps *steps)
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
			group_name(steps->recording, family.group_index));
	say(steps, "%u events, %s to %s", family.count, clock_of(family.first_at_ms, first, sizeof(first)),
	    clock_of(family.last_at_ms, last, sizeof(last)));
	say(steps, "%" PRId64 " nodes went to other groups", family.nodes);
}

static void draw_cause(struct steps *steps)
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

/* ---- the view */

static const struct dry_recording *recording_of(struct dry_app *app, const char **why)
{
	const struct dry_sweep_point *point = dry_app_timed(app);
	const struct dry_recording *recording;

	*why = "no point has been run yet";
	if (!point)
		return NULL;
	recording = dry_session_recording(&app->session, point->index, why);
	if (recording && !app->time.of_index) {
		app->time.at_ms = recording->result.worst_at_ms;
		app->time.of_index = point->index + 1;
	}
	return recording;
}

void dry_explain_view_draw(struct dry_app *app, const struct dry_pane *body)
{
	const char *why;
	const struct dry_recording *recording = recording_of(app, &why);
	const struct dry_moment *moment = recording ? current(app, recording) : NULL;
	int left = body->cols >= 110 ? 45 : body->cols >= 76 ? 33 : 24;
	struct dry_pane list, pane;
	struct steps steps;
	char title[256], at[32], amount[16];

	if (!recording) {
		dry_states_say(body, why ? why : "The point is being run.", why ? NULL : "its events come in a moment");
		return;
	}
	list = dry_pane_box(body, 0, 0, body->rows, left, "Events");
	if (!moment) {
		dry_pane_text(&list, 0, 1, DRY_ROLE_DIM, recording->moment_count ? "none matches" : "nothing was scaled");
		return;
	}
	draw_list(app, recording, &list);
	amount_of(moment, amount, sizeof(amount));
	snprintf(title, sizeof(title), "Why %s %s at %s", group_name(recording, moment->group_index),
		 *amount ? amount : dry_moment_name(moment->kind), clock_of(moment->at_ms, at, sizeof(at)));
	pane = dry_pane_box(body, 0, left, body->rows, body->cols - left, title);
	steps = (struct steps){ app, recording, moment, &pane, 0 };
	draw_cause(&steps);
}

void dry_explain_view_heading(struct dry_app *app, struct dry_page *page)
{
	const struct dry_sweep_point *point = dry_app_timed(app);
	const char *why;
	const struct dry_recording *recording = recording_of(app, &why);
	char name[64];

	if (!point)
		return;
	if (dry_session_is_running(&app->session))
		dry_page_printf(page, "RUNNING %u/%u \u2502 ", app->session.status.finished, app->session.status.total);
	dry_page_add(page, dry_app_point_name(app, point, name, sizeof(name)));
	if (recording && current(app, recording))
		dry_page_printf(page, "   event %u of %u", app->explain.moment + 1, recording->moment_count);
}

void dry_explain_view_remark(struct dry_app *app, struct dry_page *page)
{
	if (*app->explain.filter)
		dry_page_printf(page, "only events with: %s", app->explain.filter);
	else
		dry_page_add(page, "Enter: show this event in Timeline");
}

static void set_filter(struct dry_app *app, const char *text)
{
	snprintf(app->explain.filter, sizeof(app->explain.filter), "%s", text);
}

static void go_to(struct dry_app *app, const struct dry_recording *recording, uint32_t moment)
{
	if (moment == DRY_NONE || moment >= recording->moment_count)
		return;
	app->explain.moment = moment;
	app->explain.moved = true;
	app->explain.why_not = 0;
	app->time.at_ms = recording->moment[moment].at_ms;
}

static void move(struct dry_app *app, const struct dry_recording *recording, int steps)
{
	uint32_t at = app->explain.moment;
	int direction = steps < 0 ? -1 : 1;

	for (int i = 0; i != steps; i += direction) {
		uint32_t next = direction < 0 && !at ? DRY_NONE : step(app, recording, at + (uint32_t)direction, direction);

		if (next == DRY_NONE)
			break;
		at = next;
	}
	go_to(app, recording, at);
}

static bool act_on_events(struct dry_app *app, const struct dry_recording *recording, const struct dry_moment *moment,
			  enum dry_action action)
{
	struct dry_cause_hint hint;

	switch (action) {
	case DRY_ACT_DOWN:
	case DRY_ACT_RIGHT:
	case DRY_ACT_EVENT_NEXT:
		move(app, recording, 1);
		return true;
	case DRY_ACT_UP:
	case DRY_ACT_LEFT:
	case DRY_ACT_EVENT_PREVIOUS:
		move(app, recording, -1);
		return true;
	case DRY_ACT_PAGE_DOWN:
		move(app, recording, 10);
		return true;
	case DRY_ACT_PAGE_UP:
		move(app, recording, -10);
		return true;
	case DRY_ACT_FIRST:
		go_to(app, recording, step(app, recording, 0, 1));
		return true;
	case DRY_ACT_LAST:
		go_to(app, recording, step(app, recording, recording->moment_count - 1, -1));
		return true;
	case DRY_ACT_WORST:
		dry_time_go_to_worst(app, recording);
		app->explain.moved = false;
		return true;
	case DRY_ACT_WHY_NOT:
		app->explain.why_not++;
		return true;
	case DRY_ACT_WHAT_IF:
		dry_cause_hint(recording, moment, &hint);
		dry_form_open(app, dry_app_timed(app), *hint.path ? hint.path : NULL, hint.value);
		return true;
	default:
		return false;
	}
}

bool dry_explain_view_act(struct dry_app *app, enum dry_action action)
{
	const struct dry_recording *recording;
	const struct dry_moment *moment;
	const char *why;

	switch (action) {
	case DRY_ACT_FILTER:
		dry_app_ask(app, "events with: ", app->explain.filter, set_filter);
		return true;
	case DRY_ACT_CANCEL:
		app->explain.filter[0] = '\0';
		return true;
	case DRY_ACT_ORDER:
		app->time.shows_a = !app->time.shows_a;
		app->explain.moved = false;
		return true;
	case DRY_ACT_ENTER:
		dry_app_go(app, DRY_VIEW_TIMELINE);
		return true;
	default:
		break;
	}
	recording = recording_of(app, &why);
	moment = recording ? current(app, recording) : NULL;
	return moment && act_on_events(app, recording, moment, action);
}
