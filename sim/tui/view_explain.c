/* Explain: why did it scale here, or not. */
#include <stdio.h>
#include <string.h>

#include "views.h"
#include "cause.h"
#include "explain.h"
#include "report/run_report.h"

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
static bool is_listed(const struct dry_app *app, const struct dry_recording *recording,
		      const struct dry_moment *moment)
{
	char text[256], amount[16], word[128];
	const char *filter = app->explain.filter;

	amount_of(moment, amount, sizeof(amount));
	snprintf(text, sizeof(text), "%s %s %s %s", dry_moment_name(moment->kind),
		 dry_explain_group(recording, moment->group_index), amount, moment->reason ? moment->reason : "");
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
	uint32_t at = app->explain.moment, first = at, shown;
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
		col = dry_pane_text(pane, row, 1, role, dry_explain_clock(moment->at_ms, text, sizeof(text)));
		if (pane->cols >= 30)   /* where it is narrow, the amount tells up from down */
			col = dry_pane_cut(pane, row, col + 1, 10, role, dry_moment_name(moment->kind));
		col = pane->cols >= 30 && col < 21 ? 21 : col + 1;
		amount_of(moment, text, sizeof(text));
		dry_pane_cut(pane, row, col, pane->cols - col - 1 - dry_columns(text), role,
			     dry_explain_group(recording, moment->group_index));
		dry_pane_right(pane, row, pane->cols - 1, role, text);
		shown = shown + 1 < recording->moment_count ? step(app, recording, shown + 1, 1) : DRY_NONE;
	}
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
	struct dry_explain_steps steps;
	char title[256], at[32], amount[16];

	if (!recording) {
		dry_states_say(body, why ? why : "The point is being run.",
			       why ? NULL : "its events come in a moment");
		return;
	}
	list = dry_pane_box(body, 0, 0, body->rows, left, "Events");
	if (!moment) {
		dry_pane_text(&list, 0, 1, DRY_ROLE_DIM,
			      recording->moment_count ? "none matches" : "nothing was scaled");
		return;
	}
	draw_list(app, recording, &list);
	amount_of(moment, amount, sizeof(amount));
	snprintf(title, sizeof(title), "Why %s %s at %s", dry_explain_group(recording, moment->group_index),
		 *amount ? amount : dry_moment_name(moment->kind), dry_explain_clock(moment->at_ms, at, sizeof(at)));
	pane = dry_pane_box(body, 0, left, body->rows, body->cols - left, title);
	steps = (struct dry_explain_steps){ app, recording, moment, &pane, 0 };
	dry_explain_steps(&steps);
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
		dry_page_printf(page, "RUNNING %u/%u \u2502 ", app->session.status.finished,
				app->session.status.total);
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
		uint32_t next = direction < 0 && !at
					? DRY_NONE
					: step(app, recording, at + (uint32_t)direction, direction);

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
