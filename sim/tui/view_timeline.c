/* Timeline: what happened when. Rows over one clock, one time cursor. */
#include <stdio.h>

#include "timeline_charts.h"
#include "report/decision_log.h"
#include "report/run_report.h"

/* The recording of the point, and the window kept inside it. */
static bool set_up(struct view *view, struct dry_app *app, const struct dry_pane *body, const char **why)
{
	const struct dry_sweep_point *point = dry_app_timed(app);
	struct dry_time_state *time = &app->time;

	*why = "no point has been run yet";
	if (!point)
		return false;
	*view = (struct view){ .app = app, .body = body };
	view->recording = dry_session_recording(&app->session, point->index, why);
	if (!view->recording)
		return false;
	view->width = body ? body->cols - TIMELINE_LABEL - 1 - TIMELINE_VALUE : 1;
	if (time->of_index != point->index + 1) {       /* + 1: index 0 is a point, 0 is none */
		if (!time->of_index)
			time->at_ms = view->recording->result.worst_at_ms;
		time->of_index = point->index + 1;
	}
	if (time->at_ms > view->recording->end_at_ms)
		time->at_ms = view->recording->end_at_ms;
	if (time->at_ms < 0)
		time->at_ms = 0;
	view->from_ms = time->from_ms;
	view->to_ms = time->to_ms;
	if (view->to_ms <= view->from_ms || view->to_ms > view->recording->end_at_ms) {
		int64_t span = view->to_ms > view->from_ms ? view->to_ms - view->from_ms : view->recording->end_at_ms;

		view->to_ms = view->recording->end_at_ms > 0 ? view->recording->end_at_ms : 1;
		view->from_ms = view->to_ms > span ? view->to_ms - span : 0;
	}
	view->at_ms = time->at_ms;
	time->column_ms = (view->to_ms - view->from_ms) / (view->width > 0 ? view->width : 1);
	if (time->column_ms < 1)
		time->column_ms = 1;
	return true;
}

void dry_timeline_view_draw(struct dry_app *app, const struct dry_pane *body)
{
	struct view view;
	const char *why;
	int row = 0;

	if (!set_up(&view, app, body, &why)) {
		dry_states_say(body, why ? why : "The point is being run.",
			       why ? NULL : "its curves come in a moment");
		return;
	}
	timeline_lay_out(&view);
	for (uint32_t i = 0; i < view.count && row < body->rows - 2; i++) {
		struct dry_pane pane = dry_pane_part(body, row, 0, view.chart[i].rows, body->cols);

		timeline_draw_chart(&view, &view.chart[i], &pane);
		row += view.chart[i].rows;
	}
	timeline_draw_axis(&view, row);
}

void dry_timeline_view_heading(struct dry_app *app, struct dry_page *page)
{
	const struct dry_sweep_point *point = dry_app_timed(app);
	struct view view;
	const char *why;
	char name[64], at[32], end[32];

	if (!point)
		return;
	if (dry_session_is_running(&app->session))
		dry_page_printf(page, "RUNNING %u/%u \u2502 ", app->session.status.finished,
				app->session.status.total);
	dry_page_add(page, dry_app_point_name(app, point, name, sizeof(name)));
	if (set_up(&view, app, NULL, &why))
		dry_page_printf(page, "   t = %s of %s", timeline_clock(view.at_ms, 1000, at, sizeof(at)),
				timeline_clock(view.recording->end_at_ms, 60000, end, sizeof(end)));
}

/* "general +1", "spot refused: outOfResources" */
static void tell_moment(const struct dry_recording *recording, const struct dry_moment *moment, struct dry_page *page)
{
	const char *group = moment->group_index < recording->group_count ?
			    recording->config->group[moment->group_index].name : "?";

	switch (moment->kind) {
	case DRY_MOMENT_SCALE_UP:
		dry_page_printf(page, "%s +%d", group, moment->to - moment->from);
		break;
	case DRY_MOMENT_SCALE_DOWN:
	case DRY_MOMENT_RECLAIM:
		dry_page_printf(page, "%s %s", group,
				moment->kind == DRY_MOMENT_RECLAIM ? "reclaimed by the cloud" : "-1");
		break;
	default:
		dry_page_printf(page, "%s %s", group, dry_moment_name(moment->kind));
		break;
	}
	if (moment->reason)
		dry_page_printf(page, ": %s", moment->reason);
}

void dry_timeline_view_remark(struct dry_app *app, struct dry_page *page)
{
	const struct dry_recording *recording;
	uint32_t i, same = 0;
	struct view view;
	const char *why;
	char text[32];

	if (!set_up(&view, app, NULL, &why))
		return;
	recording = view.recording;
	i = dry_recording_find(recording, view.at_ms + 1);
	if (!i) {
		dry_page_add(page, "no event yet at this time");
		return;
	}
	while (i - same > 0 && recording->moment[i - 1 - same].at_ms == recording->moment[i - 1].at_ms)
		same++;
	dry_page_printf(page, "%s ", dry_format_clock(recording->moment[i - 1].at_ms, text, sizeof(text)));
	tell_moment(recording, &recording->moment[i - 1], page);
	if (same > 1)
		dry_page_printf(page, " and %u more", same - 1);
	dry_page_add(page, " (5 explains)");
}

static void keep_in_view(struct dry_app *app, const struct dry_recording *recording)
{
	struct dry_time_state *time = &app->time;
	int64_t span = time->to_ms - time->from_ms;

	time->at_ms = time->at_ms < 0 ? 0 : time->at_ms > recording->end_at_ms ? recording->end_at_ms : time->at_ms;
	if (span <= 0 || (time->at_ms >= time->from_ms && time->at_ms < time->to_ms))
		return;
	time->from_ms = time->at_ms - span / 2;
	if (time->from_ms < 0)
		time->from_ms = 0;
	time->to_ms = time->from_ms + span;
}

static void zoom(struct dry_app *app, const struct view *view, enum dry_action action)
{
	struct dry_time_state *time = &app->time;
	int64_t span = view->to_ms - view->from_ms, end = view->recording->end_at_ms;

	span = action == DRY_ACT_ZOOM_IN ? span / 2 : span * 2;
	if (action == DRY_ACT_ZOOM_ALL || span >= end) {
		time->from_ms = time->to_ms = 0;
		return;
	}
	if (span < 1000)
		span = 1000;
	time->from_ms = time->at_ms - span / 2;
	if (time->from_ms < 0)
		time->from_ms = 0;
	if (time->from_ms + span > end)
		time->from_ms = end - span;
	time->to_ms = time->from_ms + span;
}

static void go_to_event(struct dry_app *app, const struct dry_recording *recording, bool forward)
{
	uint32_t i = dry_recording_find(recording, forward ? app->time.at_ms + 1 : app->time.at_ms);

	if (forward ? i >= recording->moment_count : !i)
		dry_app_say(app, DRY_ROLE_PLAIN, forward ? "no later event" : "no earlier event");
	else
		app->time.at_ms = recording->moment[forward ? i : i - 1].at_ms;
}

static void filter_groups(struct dry_app *app, const char *text)
{
	snprintf(app->time.group_filter, sizeof(app->time.group_filter), "%s", text);
	app->time.group_first = 0;
}

static bool move(struct dry_app *app, const struct view *view, enum dry_action action)
{
	struct dry_time_state *time = &app->time;
	int64_t column = time->column_ms;

	switch (action) {
	case DRY_ACT_LEFT:
		time->at_ms -= column;
		return true;
	case DRY_ACT_RIGHT:
		time->at_ms += column;
		return true;
	case DRY_ACT_PAGE_UP:
		time->at_ms -= 10 * column;
		return true;
	case DRY_ACT_PAGE_DOWN:
		time->at_ms += 10 * column;
		return true;
	case DRY_ACT_FIRST:
		time->at_ms = 0;
		return true;
	case DRY_ACT_LAST:
		time->at_ms = view->recording->end_at_ms;
		return true;
	case DRY_ACT_EVENT_NEXT:
	case DRY_ACT_EVENT_PREVIOUS:
		go_to_event(app, view->recording, action == DRY_ACT_EVENT_NEXT);
		return true;
	case DRY_ACT_WORST:
		dry_time_go_to_worst(app, view->recording);
		return true;
	default:
		return false;
	}
}

void dry_time_go_to_worst(struct dry_app *app, const struct dry_recording *recording)
{
	char name[256], wait[32], at[32];

	if (recording->worst_pod == DRY_NONE) {
		dry_app_say(app, DRY_ROLE_PLAIN, "no pod started in this run");
		return;
	}
	app->time.at_ms = recording->worst_start_at_ms;
	dry_app_say(app, DRY_ROLE_WARN, "worst wait %s: pod %s, started %s",
		    dry_metric_format(DRY_METRIC_MAX_WAIT, (double)recording->worst_wait_ms / 1000, wait,
				      sizeof(wait)),
		    dry_pod_name(recording->input, recording->worst_pod, name, sizeof(name)),
		    dry_format_clock(recording->worst_start_at_ms, at, sizeof(at)));
}

bool dry_timeline_view_act(struct dry_app *app, enum dry_action action)
{
	int64_t column = app->time.column_ms;
	struct view view;
	const char *why;

	switch (action) {
	case DRY_ACT_FILTER:
		dry_app_ask(app, "node groups with: ", app->time.group_filter, filter_groups);
		return true;
	case DRY_ACT_ORDER:
		app->time.shows_a = !app->time.shows_a;
		return true;
	case DRY_ACT_CANCEL:
		app->time.group_filter[0] = '\0';
		return true;
	case DRY_ACT_ENTER:
		dry_app_go(app, DRY_VIEW_EXPLAIN);
		return true;
	case DRY_ACT_WHAT_IF:
		dry_form_open(app, dry_app_timed(app), NULL, NULL);
		return true;
	default:
		break;
	}
	if (!set_up(&view, app, NULL, &why))
		return false;
	app->time.column_ms = column > 0 ? column : 60000;
	app->explain.moved = false;
	if (action == DRY_ACT_ZOOM_IN || action == DRY_ACT_ZOOM_OUT || action == DRY_ACT_ZOOM_ALL) {
		zoom(app, &view, action);
		return true;
	}
	if (action == DRY_ACT_DOWN || action == DRY_ACT_UP) {
		app->time.group_first +=
			action == DRY_ACT_DOWN && app->time.group_first + 1 < view.recording->group_count;
		app->time.group_first -= action == DRY_ACT_UP && app->time.group_first > 0;
		return true;
	}
	if (!move(app, &view, action))
		return false;
	keep_in_view(app, view.recording);
	return true;
}
