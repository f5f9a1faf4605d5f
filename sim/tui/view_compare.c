/* Compare: what do I gain and lose from A to B. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "views.h"
#include "report/run_report.h"
#include "sweep/compare.h"

struct columns {
	int a, b, change;               /* where they end */
};

static struct columns columns_of(const struct dry_pane *body)
{
	if (body->cols >= 110)
		return (struct columns){ 56, 72, 88 };
	return body->cols >= 76 ? (struct columns){ 43, 54, 65 } : (struct columns){ 33, 42, 51 };
}

/* A list that scrolls: rows before `skip` are not drawn. */
struct lines {
	const struct dry_pane *pane;
	int skip, count;
};

static int next_row(struct lines *lines)
{
	return lines->count++ - lines->skip;
}

static void draw_head(struct lines *lines, const struct columns *at, const char *title)
{
	int row = next_row(lines);

	dry_pane_text(lines->pane, row, 1, DRY_ROLE_TITLE, title);
	dry_pane_right(lines->pane, row, at->a, DRY_ROLE_BASE, "A");
	dry_pane_right(lines->pane, row, at->b, DRY_ROLE_KNEE, "B");
	dry_pane_right(lines->pane, row, at->change, DRY_ROLE_TITLE, "change");
}

static const char *value_of(const struct dry_sweep_result *result, const struct dry_sweep_point *point,
			    const char *path)
{
	for (uint32_t s = 0; s < point->setting_count; s++)
		if (!strcmp(point->setting[s].path, path))
			return point->setting[s].value;
	for (uint32_t p = 0; p < result->parameter_count; p++)
		if (!strcmp(result->parameter[p].path, path))
			return result->base_value[p];
	return NULL;
}

static void draw_parameter(struct dry_app *app, struct lines *lines, const struct columns *at, const char *path,
			   const char *a, const char *b)
{
	bool differs = a && b ? strcmp(a, b) != 0 : a != b;
	int row, room = at->a - 4 - (a && dry_columns(a) > 4 ? dry_columns(a) : 4);
	char name[128];

	if (!differs && app->compare.only_differences)
		return;
	row = next_row(lines);
	if (differs)
		dry_pane_char(lines->pane, row, 1, DRY_ROLE_TITLE, L'~');
	dry_pane_text(lines->pane, row, 3, differs ? DRY_ROLE_TITLE : DRY_ROLE_PLAIN,
		      dry_short_path(path, room, name, sizeof(name)));
	dry_pane_right(lines->pane, row, at->a, DRY_ROLE_PLAIN, a ? a : "scenario");
	dry_pane_right(lines->pane, row, at->b, DRY_ROLE_PLAIN, b ? b : "scenario");
}

static void draw_parameters(struct dry_app *app, struct lines *lines, const struct columns *at,
			    const struct dry_sweep_point *a, const struct dry_sweep_point *b)
{
	const struct dry_sweep_result *result = dry_app_result(app);
	const struct dry_sweep_point *both[2] = { a, b };

	draw_head(lines, at, "PARAMETERS");
	for (uint32_t p = 0; p < result->parameter_count; p++)
		draw_parameter(app, lines, at, result->parameter[p].path,
			       value_of(result, a, result->parameter[p].path),
			       value_of(result, b, result->parameter[p].path));
	for (int side = 0; side < 2; side++)    /* what only a "what if" set */
		for (uint32_t s = 0; s < both[side]->setting_count; s++) {
			const char *path = both[side]->setting[s].path;
			bool known = false;

			for (uint32_t p = 0; p < result->parameter_count; p++)
				known |= !strcmp(result->parameter[p].path, path);
			for (uint32_t t = 0; side && t < a->setting_count; t++)
				known |= !strcmp(a->setting[t].path, path);
			if (!known)
				draw_parameter(app, lines, at, path, value_of(result, a, path),
					       value_of(result, b, path));
		}
}

/* Numbers alone: the unit stands in the label. */
static void bare(enum dry_metric_id id, double value, bool is_change, char *text, size_t size)
{
	const char *sign = is_change && value > 0 ? "+" : "";
	enum dry_metric_unit unit = dry_metric_table[id].unit;

	if (isnan(value))
		snprintf(text, size, "-");
	else if (unit == DRY_UNIT_USD || unit == DRY_UNIT_USD_DAY)
		snprintf(text, size, "%s%.2f", sign, value);
	else if (unit == DRY_UNIT_RATIO)
		snprintf(text, size, "%s%.1f", sign, 100 * value);
	else if (fabs(value - round(value)) < 0.05 && fabs(value) < 1e15)
		snprintf(text, size, "%s%.0f", sign, round(value) + 0.0);
	else
		snprintf(text, size, "%s%.*f", sign, unit == DRY_UNIT_PER_HOUR ? 3 : 1, value);
	if (!strcmp(text, "-0"))
		snprintf(text, size, "0");
}

static const char *unit_word(enum dry_metric_unit unit)
{
	switch (unit) {
	case DRY_UNIT_USD:
	case DRY_UNIT_USD_DAY:
		return ", $";
	case DRY_UNIT_SECONDS:
		return ", s";
	case DRY_UNIT_RATIO:
		return ", %";
	case DRY_UNIT_HOURS:
		return ", h";
	case DRY_UNIT_CORE_HOURS:
		return ", core-h";
	default:
		return "";
	}
}

static const enum dry_metric_id shown[] = {
	DRY_METRIC_COST_DAY,      DRY_METRIC_COST_ON_DEMAND,  DRY_METRIC_COST_SPOT,
	DRY_METRIC_COST_RESERVED, DRY_METRIC_P95_WAIT,        DRY_METRIC_P99_WAIT,
	DRY_METRIC_MAX_WAIT,      DRY_METRIC_IDLE_RATIO,      DRY_METRIC_NODES_ADDED,
	DRY_METRIC_INTERRUPTIONS, DRY_METRIC_NEVER_SCHEDULED, DRY_METRIC_SLO_BREACHES,
	DRY_METRIC_EVICTIONS_DAY, DRY_METRIC_OSCILLATION,     DRY_METRIC_TIME_AT_MAX,
	DRY_METRIC_AVAILABILITY,  DRY_METRIC_PEAK_NODES,      DRY_METRIC_LOST_WORK,
};

/* Parts of the cost stand below cost/day: they are told a day as well. */
static void make_daily(const struct dry_sweep_point *a, const struct dry_sweep_point *b, struct dry_compare_row *row)
{
	double scale_a = a->metric[DRY_METRIC_COST_DAY] / a->metric[DRY_METRIC_COST_TOTAL];
	double scale_b = b->metric[DRY_METRIC_COST_DAY] / b->metric[DRY_METRIC_COST_TOTAL];

	if (!isfinite(scale_a) || !isfinite(scale_b))
		return;
	row->a *= scale_a;
	row->b *= scale_b;
	row->change = row->b - row->a;
}

static bool is_part(enum dry_metric_id id)
{
	return id == DRY_METRIC_COST_ON_DEMAND || id == DRY_METRIC_COST_SPOT || id == DRY_METRIC_COST_RESERVED;
}

static void draw_row(struct lines *lines, const struct columns *at, const struct dry_compare_row *row_of)
{
	static const enum dry_role roles[] = { DRY_ROLE_PLAIN, DRY_ROLE_BETTER, DRY_ROLE_WORSE, DRY_ROLE_PLAIN,
					       DRY_ROLE_DIM, DRY_ROLE_PLAIN };
	const struct dry_metric *metric = &dry_metric_table[row_of->metric];
	bool part = is_part(row_of->metric);
	bool grows = row_of->change > 0;
	int row = next_row(lines);
	char text[64];

	dry_pane_printf(lines->pane, row, part ? 3 : 1, DRY_ROLE_PLAIN, "%s%s", metric->label,
			part ? "" : unit_word(metric->unit));
	bare(row_of->metric, row_of->a, false, text, sizeof(text));
	dry_pane_rightf(lines->pane, row, at->a, DRY_ROLE_PLAIN, "%s%s", row_of->a_lower_bound ? ">=" : "", text);
	bare(row_of->metric, row_of->b, false, text, sizeof(text));
	dry_pane_rightf(lines->pane, row, at->b, DRY_ROLE_PLAIN, "%s%s", row_of->b_lower_bound ? ">=" : "", text);
	bare(row_of->metric, row_of->change, true, text, sizeof(text));
	dry_pane_right(lines->pane, row, at->change, DRY_ROLE_PLAIN, text);
	if (row_of->verdict == DRY_VERDICT_BETTER || row_of->verdict == DRY_VERDICT_WORSE) {
		dry_pane_char(lines->pane, row, at->change + 1, roles[row_of->verdict],
			      grows ? L'\u25b2' : L'\u25bc');
		dry_pane_text(lines->pane, row, at->change + 2, roles[row_of->verdict],
			      row_of->verdict == DRY_VERDICT_BETTER ? "better" : "worse");
	} else if (row_of->verdict == DRY_VERDICT_UNCLEAR) {
		dry_pane_text(lines->pane, row, at->change + 1, roles[row_of->verdict], "\u00b1 unclear");
	}
}

static void draw_metrics(struct dry_app *app, struct lines *lines, const struct columns *at,
			 const struct dry_sweep_point *a, const struct dry_sweep_point *b)
{
	const struct dry_sweep_result *result = dry_app_result(app);
	struct dry_compare_row row[DRY_METRIC_COUNT];
	char title[96];

	dry_compare_points(a, b, 0.05, 1, result->seed, row);
	snprintf(title, sizeof(title), result->replications > 1 ? "RESULT (seed %llu, %u replications)" :
							       "RESULT (seed %llu)",
		 (unsigned long long)result->seed, result->replications);
	draw_head(lines, at, title);
	for (size_t i = 0; i < sizeof(shown) / sizeof(shown[0]); i++) {
		struct dry_compare_row *of = &row[shown[i]];

		/* The first nine are always there; of the others, those that tell something. */
		if (of->verdict == DRY_VERDICT_SAME &&
		    (i >= 10 || shown[i] == DRY_METRIC_COST_RESERVED || app->compare.only_differences))
			continue;
		if (is_part(shown[i]))
			make_daily(a, b, of);
		draw_row(lines, at, of);
	}
}

/* One run as a chart of the ready nodes of all groups. */
static void draw_nodes(const struct dry_pane *pane, char letter, enum dry_role role,
		       const struct dry_recording *recording, int64_t end_ms, int64_t most)
{
	int width = pane->cols - 12, left = 5;
	int64_t low, high, peak = 0;

	dry_pane_char(pane, 0, 1, role, (wchar_t)letter);
	for (int col = 0; col < width; col++) {
		int64_t from = end_ms * col / width, to = end_ms * (col + 1) / width;

		dry_series_range(&recording->nodes, from, to, &low, &high);
		dry_pane_bar(pane, pane->rows - 1, left + col, pane->rows,
			     most ? (double)high / (double)most : 0, role);
	}
	dry_series_range(&recording->nodes, 0, recording->end_at_ms, &low, &peak);
	dry_pane_printf(pane, 0, pane->cols - 7, DRY_ROLE_PLAIN, "max%lld", (long long)peak);
}

static void draw_clock(const struct dry_pane *pane, int row, int64_t end_ms)
{
	int width = pane->cols - 12;
	char text[32];

	dry_pane_text(pane, row, 5, DRY_ROLE_DIM, "00:00");
	dry_format_clock(end_ms / 120000 * 60000, text, sizeof(text));
	dry_pane_text(pane, row, 5 + width / 2 - dry_columns(text) / 2, DRY_ROLE_DIM, text);
	dry_pane_right(pane, row, 5 + width, DRY_ROLE_DIM,
		       end_ms == 86400000 ? "24:00"
					  : dry_format_clock(end_ms / 60000 * 60000, text, sizeof(text)));
}

static void draw_charts(struct dry_app *app, const struct dry_pane *pane, const struct dry_sweep_point *a,
			const struct dry_sweep_point *b)
{
	const char *why[2] = { NULL, NULL };
	const struct dry_recording *of[2] = { dry_session_recording(&app->session, a->index, &why[0]),
					      dry_session_recording(&app->session, b->index, &why[1]) };
	int64_t end_ms = 1, most = 1, low, high;
	int rows = (pane->rows - 1 - (pane->rows >= 6)) / 2;

	dry_pane_text(pane, 0, 1, DRY_ROLE_TITLE, "NODES OVER TIME");
	for (int i = 0; i < 2; i++) {
		if (!of[i])
			continue;
		dry_series_range(&of[i]->nodes, 0, of[i]->end_at_ms, &low, &high);
		most = high > most ? high : most;
		end_ms = of[i]->end_at_ms > end_ms ? of[i]->end_at_ms : end_ms;
	}
	for (int i = 0; i < 2 && rows > 0; i++) {
		struct dry_pane part = dry_pane_part(pane, 1 + i * rows, 0, rows, pane->cols);

		if (of[i])
			draw_nodes(&part, i ? 'B' : 'A', i ? DRY_ROLE_KNEE : DRY_ROLE_BASE, of[i], end_ms, most);
		else if (why[i] && i)   /* the same reason twice says nothing more */
			dry_pane_text(&part, 0, 1, DRY_ROLE_DIM, why[i]);
		else if (!why[i])
			dry_pane_text(&part, 0, 1, DRY_ROLE_DIM, i ? "B is being run" : "A is being run");
	}
	if (pane->rows >= 6 && of[0] && of[1])
		draw_clock(pane, 1 + 2 * rows, end_ms);
}

void dry_compare_view_draw(struct dry_app *app, const struct dry_pane *body)
{
	const struct dry_sweep_point *a = dry_app_a(app), *b = dry_app_b(app);
	struct columns at = columns_of(body);
	int charts = body->rows >= 30 ? body->rows * 15 / 36 : body->rows >= 18 ? 3 : 2;
	struct dry_pane list = dry_pane_part(body, 0, 0, body->rows - charts, body->cols);
	struct dry_pane chart = dry_pane_part(body, body->rows - charts, 0, charts, body->cols);
	struct lines lines = { .pane = &list, .skip = app->compare.scroll };

	if (!a || !b || !a->has_metrics || !b->has_metrics) {
		dry_states_say(body, "Two points with numbers are needed.",
			       "Space on Sweep or Pareto selects A, then B");
		return;
	}
	draw_parameters(app, &lines, &at, a, b);
	draw_metrics(app, &lines, &at, a, b);
	app->compare.scroll_max = lines.count > list.rows ? lines.count - list.rows : 0;
	if (lines.count - lines.skip > list.rows)
		dry_pane_char(&list, list.rows - 1, list.cols - 1, DRY_ROLE_DIM, L'\u2193');
	draw_charts(app, &chart, a, b);
}

void dry_compare_view_heading(struct dry_app *app, struct dry_page *page)
{
	const struct dry_sweep_point *a = dry_app_a(app), *b = dry_app_b(app);
	char name[64];

	if (dry_session_is_running(&app->session))
		dry_page_printf(page, "RUNNING %u/%u \u2502 ", app->session.status.finished,
				app->session.status.total);
	dry_page_printf(page, "A %s", a ? dry_app_point_name(app, a, name, sizeof(name)) : "-");
	dry_page_printf(page, "   B %s", b ? dry_app_point_name(app, b, name, sizeof(name)) : "-");
}

void dry_compare_view_remark(struct dry_app *app, struct dry_page *page)
{
	const struct dry_sweep_point *a = dry_app_a(app), *b = dry_app_b(app);
	double cost, wait;
	char text[32];

	if (!a || !b || !a->has_metrics || !b->has_metrics)
		return;
	cost = b->metric[DRY_METRIC_COST_DAY] - a->metric[DRY_METRIC_COST_DAY];
	wait = b->metric[DRY_METRIC_P95_WAIT] - a->metric[DRY_METRIC_P95_WAIT];
	if (cost == 0)
		dry_page_add(page, "B costs the same");
	else if (!isnan(cost))
		dry_page_printf(page, "B costs $%.2f/day %s", fabs(cost), cost < 0 ? "less" : "more");
	if (!isnan(cost) && !isnan(wait))
		dry_page_add(page, " and ");
	if (wait == 0)
		dry_page_add(page, "its p95 wait is the same");
	else if (!isnan(wait))
		dry_page_printf(page, "its p95 wait is %s %s",
				dry_metric_format(DRY_METRIC_P95_WAIT, fabs(wait), text, sizeof(text)),
				wait < 0 ? "shorter" : "longer");
}

static void swap(struct dry_app *app)
{
	const struct dry_sweep_point *a = dry_app_a(app), *b = dry_app_b(app);

	if (!a || !b)
		return;
	app->has_a = app->has_b = true;
	app->a = b->index;
	app->b = a->index == b->index ? app->b : a->index;
}

bool dry_compare_view_act(struct dry_app *app, enum dry_action action)
{
	struct dry_compare_state *state = &app->compare;

	switch (action) {
	case DRY_ACT_ORDER:
		swap(app);
		return true;
	case DRY_ACT_LESS:
		state->only_differences = !state->only_differences;
		state->scroll = 0;
		return true;
	case DRY_ACT_WHAT_IF:
		dry_form_open(app, dry_app_b(app), NULL, NULL);
		return true;
	case DRY_ACT_ENTER:
		dry_app_go(app, DRY_VIEW_TIMELINE);
		return true;
	default:
		return dry_app_pick_or_scroll(app, &state->scroll, state->scroll_max, action);
	}
}
