#include "timeline_charts.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "report/decision_log.h"
#include "report/run_report.h"

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

void timeline_lay_out(struct view *view)
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
		dry_short_path(view->recording->config->group[chart->group].name, TIMELINE_LABEL - 1, text, size);
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
			dry_pane_char(pane, 0, TIMELINE_LABEL + 1 + col, DRY_ROLE_FAIL,
				      value > 9 ? L'+' : (wchar_t)(L'0' + value));
	}
}

void timeline_draw_chart(const struct view *view, const struct chart *chart, const struct dry_pane *pane)
{
	int64_t most = 0;
	char text[64];
	int cursor = cursor_column(view);

	label_of(view, chart, text, sizeof(text));
	dry_pane_cut(pane, 0, 1, TIMELINE_LABEL - 1, role_of(chart), text);
	for (int row = 0; row < pane->rows; row++)
		dry_pane_char(pane, row, TIMELINE_LABEL, DRY_ROLE_DIM,
			      row || chart->kind == ROW_RECLAIMS ? L'\u2502' : L'\u2524');
	value_at(view, chart, text, sizeof(text));
	dry_pane_text(pane, 0, pane->cols - TIMELINE_VALUE + 1, DRY_ROLE_PLAIN, text);
	if (chart->kind == ROW_RECLAIMS) {
		draw_reclaims(view, chart, pane);
		return;
	}
	for (int col = 0; col < view->width; col++) {
		int64_t value = column_value(view, chart, col);
		most = value > most ? value : most;
	}
	for (int col = 0; col < view->width; col++)
		dry_pane_bar(pane, pane->rows - 1, TIMELINE_LABEL + 1 + col, pane->rows,
			     most > 0 ? (double)column_value(view, chart, col) / (double)most : 0,
			     col == cursor ? DRY_ROLE_CURSOR : role_of(chart));
	format_value(chart, most, text, sizeof(text));
	if (pane->rows > 1)
		dry_pane_right(pane, 1, TIMELINE_LABEL, DRY_ROLE_DIM, text);
}

/* "18:07", or to the second where columns are that fine; a day's end is 24:00. */
const char *timeline_clock(int64_t ms, int64_t column_ms, char *text, size_t size)
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
		timeline_clock(ms, span >= 600000 ? 60000 : 1000, text, size);
}

void timeline_draw_axis(const struct view *view, int row)
{
	const struct dry_pane *body = view->body;
	int cursor = cursor_column(view), ticks = view->width / 12 > 0 ? view->width / 12 : 1, end = 0;
	int64_t span = view->to_ms - view->from_ms;
	char text[32];

	ticks = ticks > 4 && ticks < 8 ? 4 : ticks >= 8 ? 8 : ticks;
	dry_pane_char(body, row, TIMELINE_LABEL, DRY_ROLE_DIM, L'\u2514');
	for (int col = 0; col < view->width; col++)
		dry_pane_char(body, row, TIMELINE_LABEL + 1 + col, DRY_ROLE_DIM, L'\u2500');
	for (int i = 0; i <= ticks; i++) {
		int col = (int)lround((double)i * (view->width - 1) / ticks), at;

		dry_pane_char(body, row, TIMELINE_LABEL + 1 + col, DRY_ROLE_DIM, L'\u2534');
		format_tick(view->from_ms + span * i / ticks, span, text, sizeof(text));
		at = TIMELINE_LABEL + 1 + col - dry_columns(text) / 2;
		at = at < TIMELINE_LABEL ? TIMELINE_LABEL : at;
		at = i == ticks ? TIMELINE_LABEL + 1 + view->width - dry_columns(text) : at;
		if (at >= end)
			end = dry_pane_text(body, row + 1, at, DRY_ROLE_DIM, text) + 1;
	}
	dry_pane_char(body, row, TIMELINE_LABEL + 1 + cursor, DRY_ROLE_CURSOR, L'\u25b2');
	if (span / view->width >= 3 * INT64_C(86400000))
		dry_pane_printf(body, row + 1, body->cols - TIMELINE_VALUE + 1, DRY_ROLE_DIM, "col = %.1f days",
				(double)span / view->width / 86400000);
	else if (span / view->width >= INT64_C(180) * 60000)
		dry_pane_printf(body, row + 1, body->cols - TIMELINE_VALUE + 1, DRY_ROLE_DIM, "col = %.1f h",
				(double)span / view->width / 3600000);
	else if (span / view->width >= 60000)
		dry_pane_printf(body, row + 1, body->cols - TIMELINE_VALUE + 1, DRY_ROLE_DIM, "col = %" PRId64 " min",
				span / view->width / 60000);
	else
		dry_pane_printf(body, row + 1, body->cols - TIMELINE_VALUE + 1, DRY_ROLE_DIM, "col = %.3g s",
				(double)span / view->width / 1000);
}
