/* Timeline: what happened when. Rows over one clock, one time cursor. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "views.h"
#include "report/decision_log.h"
#include "report/run_report.h"

#define LABEL 11                        /* columns left of the axis */
#define VALUE 15                        /* columns right of the charts */

enum row_kind { ROW_GROUP, ROW_PENDING, ROW_PRICE, ROW_SPEND, ROW_ADDED, ROW_REMOVED, ROW_RECLAIMS };

struct chart {
	enum row_kind kind;
	uint32_t group;                 /* of ROW_GROUP, ROW_PRICE */
	int rows;
};

#define CHARTS 24

struct view {
	struct dry_app *app;
	const struct dry_recording *recording;
	const struct dry_pane *body;
	int width;                      /* columns of a chart */
	int64_t from_ms, to_ms, at_ms;
	struct chart chart[CHARTS];
	uint32_t count;
};

static bool group_matches(const struct view *view, uint32_t group)
{
	const char *filter = view->app->time.group_filter;

	return !*filter || strcasestr(view->recording->config->group[group].name, filter);
}

static uint32_t priced_group(const struct view *view)
{
	const struct dry_recording *recording = view->recording;

	for (uint32_t g = 0; g < recording->group_count; g++)
		if (recording->config->group[g].capacity_type == DRY_SPOT && group_matches(view, g))
			return g;
	return DRY_NONE;
}

static void add_chart(struct view *view, enum row_kind kind, uint32_t group)
{
	if (view->count < CHARTS)
		view->chart[view->count++] = (struct chart){ kind, group, 1 };
}

/* Which charts there are and how high each is: groups that grow more get more. */
static void lay_out(struct view *view)
{
	static const uint8_t weight[] = { 3, 3, 2, 2, 2, 2, 0 };
	int rows = view->body->rows - 3, used;
	uint32_t groups = 0, spot = priced_group(view), others;
	uint32_t first = view->app->time.group_first;

	others = 5 + (spot != DRY_NONE);
	for (uint32_t g = 0; g < view->recording->group_count; g++)
		groups += group_matches(view, g);
	if (first >= groups)
		first = view->app->time.group_first = groups ? groups - 1 : 0;
	for (uint32_t g = 0, seen = 0; g < view->recording->group_count; g++) {
		if (!group_matches(view, g) || seen++ < first)
			continue;
		if (view->count && (int)view->count >= rows - (int)others)
			break;
		add_chart(view, ROW_GROUP, g);
	}
	add_chart(view, ROW_PENDING, 0);
	if (spot != DRY_NONE)
		add_chart(view, ROW_PRICE, spot);
	add_chart(view, ROW_SPEND, 0);
	add_chart(view, ROW_ADDED, 0);
	add_chart(view, ROW_REMOVED, 0);
	add_chart(view, ROW_RECLAIMS, 0);
	used = (int)view->count;
	for (bool grew = true; used < rows && grew;) {
		struct chart *best = NULL;

		grew = false;
		for (uint32_t i = 0; i < view->count; i++) {
			struct chart *chart = &view->chart[i];

			if (!weight[chart->kind] || chart->rows >= 6)
				continue;
			if (!best || chart->rows * weight[best->kind] < best->rows * weight[chart->kind])
				best = chart;
		}
		if (best) {
			best->rows++;
			used++;
			grew = true;
		}
	}
}

static const struct dry_series *series_of(const struct view *view, const struct chart *chart)
{
	const struct dry_recording *recording = view->recording;

	switch (chart->kind) {
	case ROW_GROUP:
		return &recording->group[chart->group].ready;
	case ROW_PENDING:
		return &recording->pending;
	case ROW_PRICE:
		return &recording->group[chart->group].price;
	case ROW_SPEND:
		return &recording->spend;
	case ROW_ADDED:
		return &recording->added;
	case ROW_REMOVED:
		return &recording->removed;
	default:
		return &recording->reclaimed;
	}
}

static void column_span(const struct view *view, int col, int64_t *from, int64_t *to)
{
	double span = (double)(view->to_ms - view->from_ms);

	*from = view->from_ms + (int64_t)(span * col / view->width);
	*to = view->from_ms + (int64_t)(span * (col + 1) / view->width);
	if (*to <= *from)
		*to = *from + 1;
}

/* What a column is worth: its highest value, or how much was added in it. */
static int64_t column_value(const struct view *view, const struct chart *chart, int col)
{
	const struct dry_series *series = series_of(view, chart);
	int64_t from, to, low, high;

	column_span(view, col, &from, &to);
	if (chart->kind >= ROW_ADDED)
		return dry_series_at(series, to - 1) - dry_series_at(series, from - 1);
	if (chart->kind == ROW_SPEND)
		return dry_series_at(series, to - 1);
	dry_series_range(series, from, to, &low, &high);
	return high;
}

static enum dry_role role_of(const struct chart *chart)
{
	switch (chart->kind) {
	case ROW_GROUP:
	case ROW_PRICE:
		return DRY_ROLE_GROUP1 + chart->group % 4;
	case ROW_PENDING:
		return DRY_ROLE_WARN;
	case ROW_ADDED:
		return DRY_ROLE_PASS;
	case ROW_REMOVED:
		return DRY_ROLE_WORSE;
	case ROW_RECLAIMS:
		return DRY_ROLE_FAIL;
	default:
		return DRY_ROLE_PLAIN;
	}
}

static void label_of(const struct view *view, const struct chart *chart, char *text, size_t size)
{
	static const char *const words[] = { "", "pending", "spot $/h", "spend $", "added \u25b2", "removed \u25bc",
					     "reclaims !" };

	if (chart->kind == ROW_GROUP)
		dry_short_path(view->recording->config->group[chart->group].name, LABEL - 1, text, size);
	else
		snprintf(text, size, "%s", words[chart->kind]);
}

static void format_value(const struct chart *chart, int64_t value, char *text, size_t size)
{
	if (chart->kind == ROW_SPEND)
		snprintf(text, size, "%.0f", (double)value / 1e9);
	else if (chart->kind == ROW_PRICE)
		snprintf(text, size, "%.2f", (double)value / 1e9);
	else
		snprintf(text, size, "%" PRId64, value);
}

/* What holds at the time cursor, in words. */
static void value_at(const struct view *view, const struct chart *chart, char *text, size_t size)
{
	const struct dry_recording *recording = view->recording;
	const struct dry_series *series = series_of(view, chart);
	int64_t at = view->at_ms, value = dry_series_at(series, at);
	int64_t minute = at / 60000 * 60000;

	switch (chart->kind) {
	case ROW_GROUP:
		snprintf(text, size, "%" PRId64 " node%s", value, value == 1 ? "" : "s");
		break;
	case ROW_PENDING:
		snprintf(text, size, "%" PRId64 " pod%s", value, value == 1 ? "" : "s");
		break;
	case ROW_PRICE:
		dry_format_price(value, text, size);
		break;
	case ROW_SPEND:
		dry_format_money(value, text, size);
		break;
	case ROW_ADDED:
	case ROW_REMOVED:
		snprintf(text, size, "%s%" PRId64 " in 1 min", chart->kind == ROW_ADDED ? "+" : "-",
			 dry_series_at(series, minute + 59999) - dry_series_at(series, minute - 1));
		break;
	default:
		value = dry_series_at(series, recording->end_at_ms);
		snprintf(text, size, value < 1000 ? "%" PRId64 " in the run" : "%" PRId64 " in all", value);
		break;
	}
}

static int cursor_column(const struct view *view)
{
	double span = (double)(view->to_ms - view->from_ms);
	int col = (int)((double)(view->at_ms - view->from_ms) / span * view->width);

	return col < 0 ? 0 : col >= view->width ? view->width - 1 : col;
}

static void draw_reclaims(const struct view *view, const struct chart *chart, const struct dry_pane *pane)
{
	for (int col = 0; col < view->width; col++) {
		int64_t value = column_value(view, chart, col);

		if (value > 0)
			dry_pane_char(pane, 0, LABEL + 1 + col, DRY_ROLE_FAIL,
				      value > 9 ? L'+' : (wchar_t)(L'0' + value));
	}
}

static void draw_chart(const struct view *view, const struct chart *chart, const struct dry_pane *pane)
{
	int64_t most = 0;
	char text[64];
	int cursor = cursor_column(view);

	label_of(view, chart, text, sizeof(text));
	dry_pane_cut(pane, 0, 1, LABEL - 1, role_of(chart), text);
	for (int row = 0; row < pane->rows; row++)
		dry_pane_char(pane, row, LABEL, DRY_ROLE_DIM,
			      row || chart->kind == ROW_RECLAIMS ? L'\u2502' : L'\u2524');
	value_at(view, chart, text, sizeof(text));
	dry_pane_text(pane, 0, pane->cols - VALUE + 1, DRY_ROLE_PLAIN, text);
	if (chart->kind == ROW_RECLAIMS) {
		draw_reclaims(view, chart, pane);
		return;
	}
	for (int col = 0; col < view->width; col++) {
		int64_t value = column_value(view, chart, col);
		most = value > most ? value : most;
	}
	for (int col = 0; col < view->width; col++)
		dry_pane_bar(pane, pane->rows - 1, LABEL + 1 + col, pane->rows,
			     most > 0 ? (double)column_value(view, chart, col) / (double)most : 0,
			     col == cursor ? DRY_ROLE_CURSOR : role_of(chart));
	format_value(chart, most, text, sizeof(text));
	if (pane->rows > 1)
		dry_pane_right(pane, 1, LABEL, DRY_ROLE_DIM, text);
}

/* "18:07", or to the second where columns are that fine; a day's end is 24:00. */
static const char *clock_text(int64_t ms, int64_t column_ms, char *text, size_t size)
{
	if (ms == 86400000)
		snprintf(text, size, "24:00");
	else
		dry_format_clock(column_ms >= 60000 ? ms / 60000 * 60000 : ms / 1000 * 1000, text, size);
	return text;
}

static void format_tick(int64_t ms, int64_t span, char *text, size_t size)
{
	if (span > 10 * INT64_C(86400000))
		snprintf(text, size, "day %" PRId64, ms / 86400000);
	else
		clock_text(ms, span >= 600000 ? 60000 : 1000, text, size);
}

static void draw_axis(const struct view *view, int row)
{
	const struct dry_pane *body = view->body;
	int cursor = cursor_column(view), ticks = view->width / 12 > 0 ? view->width / 12 : 1, end = 0;
	int64_t span = view->to_ms - view->from_ms;
	char text[32];

	ticks = ticks > 4 && ticks < 8 ? 4 : ticks >= 8 ? 8 : ticks;
	dry_pane_char(body, row, LABEL, DRY_ROLE_DIM, L'\u2514');
	for (int col = 0; col < view->width; col++)
		dry_pane_char(body, row, LABEL + 1 + col, DRY_ROLE_DIM, L'\u2500');
	for (int i = 0; i <= ticks; i++) {
		int col = (int)lround((double)i * (view->width - 1) / ticks), at;

		dry_pane_char(body, row, LABEL + 1 + col, DRY_ROLE_DIM, L'\u2534');
		format_tick(view->from_ms + span * i / ticks, span, text, sizeof(text));
		at = LABEL + 1 + col - dry_columns(text) / 2;
		at = at < LABEL ? LABEL : at;
		at = i == ticks ? LABEL + 1 + view->width - dry_columns(text) : at;
		if (at >= end)
			end = dry_pane_text(body, row + 1, at, DRY_ROLE_DIM, text) + 1;
	}
	dry_pane_char(body, row, LABEL + 1 + cursor, DRY_ROLE_CURSOR, L'\u25b2');
	if (span / view->width >= 3 * INT64_C(86400000))
		dry_pane_printf(body, row + 1, body->cols - VALUE + 1, DRY_ROLE_DIM, "col = %.1f days",
				(double)span / view->width / 86400000);
	else if (span / view->width >= 180 * 60000)
		dry_pane_printf(body, row + 1, body->cols - VALUE + 1, DRY_ROLE_DIM, "col = %.1f h",
				(double)span / view->width / 3600000);
	else if (span / view->width >= 60000)
		dry_pane_printf(body, row + 1, body->cols - VALUE + 1, DRY_ROLE_DIM, "col = %" PRId64 " min",
				span / view->width / 60000);
	else
		dry_pane_printf(body, row + 1, body->cols - VALUE + 1, DRY_ROLE_DIM, "col = %.3g s",
				(double)span / view->width / 1000);
}

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
	view->width = body ? body->cols - LABEL - 1 - VALUE : 1;
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
	lay_out(&view);
	for (uint32_t i = 0; i < view.count && row < body->rows - 2; i++) {
		struct dry_pane pane = dry_pane_part(body, row, 0, view.chart[i].rows, body->cols);

		draw_chart(&view, &view.chart[i], &pane);
		row += view.chart[i].rows;
	}
	draw_axis(&view, row);
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
		dry_page_printf(page, "   t = %s of %s", clock_text(view.at_ms, 1000, at, sizeof(at)),
				clock_text(view.recording->end_at_ms, 60000, end, sizeof(end)));
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
