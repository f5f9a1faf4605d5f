/*
 * The plane of two objectives: every point that has numbers, the front, the
 * baseline, the knee, the cursor. What is shown is the box of front and
 * baseline, so that a few bad points do not squeeze it; how many lie outside is
 * told.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "views.h"

struct plot {
	struct dry_app *app;
	const struct dry_sweep_result *result;
	struct dry_pane area;           /* where points are drawn */
	enum dry_metric_id x, y;
	double x_low, x_high, y_low, y_high;
	int dots_x, dots_y;             /* in a cell */
	uint32_t outside;
};

/* 1, 2, 2.5 or 5 times a power of ten, not below the value. */
static double nice_step(double value)
{
	double power, rest;

	if (!(value > 0))
		return 1;
	power = pow(10, floor(log10(value)));
	rest = value / power;
	return (rest <= 1.0001 ? 1 : rest <= 2.0001 ? 2 : rest <= 2.5001 ? 2.5 : rest <= 5.0001 ? 5 : 10) * power;
}

static void widen(double *low, double *high)
{
	double step = nice_step((*high - *low) / 10);

	if (!(*high > *low)) {
		step = nice_step(fabs(*low) / 5);
		*low -= step / 2;
		*high += step / 2;
	}
	*low = floor(*low / step) * step;
	*high = ceil(*high / step + 0.001) * step;
}

static bool can_draw(const struct plot *plot, const struct dry_sweep_point *point)
{
	return point->has_metrics && !isnan(point->metric[plot->x]) && !isnan(point->metric[plot->y]);
}

static void take_in(struct plot *plot, const struct dry_sweep_point *point)
{
	double x = point->metric[plot->x], y = point->metric[plot->y];

	if (!can_draw(plot, point))
		return;
	plot->x_low = isnan(plot->x_low) || x < plot->x_low ? x : plot->x_low;
	plot->x_high = isnan(plot->x_high) || x > plot->x_high ? x : plot->x_high;
	plot->y_low = isnan(plot->y_low) || y < plot->y_low ? y : plot->y_low;
	plot->y_high = isnan(plot->y_high) || y > plot->y_high ? y : plot->y_high;
}

static void find_bounds(struct plot *plot)
{
	const struct dry_sweep_result *result = plot->result;
	const struct dry_window *window = &plot->app->pareto.window;
	bool is_zero_based;

	plot->x_low = plot->x_high = plot->y_low = plot->y_high = NAN;
	if (window->is_set) {
		plot->x_low = window->x_low;
		plot->x_high = window->x_high;
		plot->y_low = window->y_low;
		plot->y_high = window->y_high;
		return;
	}
	for (uint32_t i = 0; i < result->point_count; i++)
		if (window->all || dry_sweep_point_on_front(&result->point[i]) || result->point[i].is_extra)
			take_in(plot, &result->point[i]);
	if (result->baseline.has_metrics)
		take_in(plot, &result->baseline);
	if (isnan(plot->x_low)) {
		plot->x_low = plot->y_low = 0;
		plot->x_high = plot->y_high = 1;
	}
	/* A wait near nought is best told from nought. */
	is_zero_based = plot->y_low >= 0 && plot->y_low < 0.25 * plot->y_high;
	if (is_zero_based)
		plot->y_low = 0;
	widen(&plot->x_low, &plot->x_high);
	widen(&plot->y_low, &plot->y_high);
}

/* A short number for an axis. */
static void format_tick(enum dry_metric_id id, double value, double range, char *text, size_t size)
{
	enum dry_metric_unit unit = dry_metric_table[id].unit;

	if (fabs(value) < range * 1e-9)
		value = 0;
	if (unit == DRY_UNIT_USD || unit == DRY_UNIT_USD_DAY)
		snprintf(text, size,
			 fabs(value) >= 1e6 ? "$%.3gM"
			 : range >= 20      ? "$%.0f"
			 : range >= 2       ? "$%.1f"
					    : "$%.2f",
			 fabs(value) >= 1e6 ? value / 1e6 : value);
	else if (unit == DRY_UNIT_SECONDS && range >= 36000)
		snprintf(text, size, "%.1fh", value / 3600);
	else if (unit == DRY_UNIT_SECONDS && range >= 1200)
		snprintf(text, size, "%.0fm", value / 60);
	else if (unit == DRY_UNIT_SECONDS)
		snprintf(text, size, range >= 8 ? "%.0fs" : "%.1fs", value);
	else if (unit == DRY_UNIT_RATIO)
		snprintf(text, size, range >= 0.08 ? "%.0f%%" : "%.1f%%", 100 * value);
	else
		snprintf(text, size, range >= 8 ? "%.0f" : "%.2f", value);
}

static void draw_axes(struct plot *plot, const struct dry_pane *pane)
{
	int rows = plot->area.rows, cols = plot->area.cols, ticks = cols / 9 > 1 ? cols / 9 : 1, end = 0;
	double y_range = plot->y_high - plot->y_low, x_range = plot->x_high - plot->x_low;
	char text[32];

	for (int row = 0; row < rows; row++) {
		bool labelled = row % 4 == 0 && (row + 2 < rows || row == 0);

		if (labelled || row == rows - 1) {
			double value = row == rows - 1 ? plot->y_low : plot->y_high - y_range * row / (rows - 1);
			format_tick(plot->y, value, y_range, text, sizeof(text));
			dry_pane_right(pane, row, 7, DRY_ROLE_PLAIN, text);
		}
		dry_pane_char(pane, row, 7, DRY_ROLE_DIM, labelled || row == rows - 1 ? L'\u2524' : L'\u2502');
	}
	dry_pane_char(pane, rows, 7, DRY_ROLE_DIM, L'\u2514');
	for (int col = 0; col < cols; col++)
		dry_pane_char(pane, rows, 8 + col, DRY_ROLE_DIM, L'\u2500');
	for (int i = 0; i <= ticks; i++) {
		int col = 7 + (int)lround((double)i * cols / ticks), at;

		format_tick(plot->x, plot->x_low + x_range * i / ticks, x_range, text, sizeof(text));
		if (i)
			dry_pane_char(pane, rows, col, DRY_ROLE_DIM, L'\u2534');
		at = col - (i ? dry_columns(text) - 1 : 0);
		if (at >= end)
			end = dry_pane_text(pane, rows + 1, at, DRY_ROLE_PLAIN, text) + 1;
	}
}

/* Column and row in dots; false when it lies outside. */
static bool place(const struct plot *plot, const struct dry_sweep_point *point, int *x, int *y)
{
	double across = (point->metric[plot->x] - plot->x_low) / (plot->x_high - plot->x_low);
	double up = (point->metric[plot->y] - plot->y_low) / (plot->y_high - plot->y_low);

	if (!can_draw(plot, point) || !(across >= 0 && across <= 1 && up >= 0 && up <= 1))
		return false;
	*x = (int)lround(across * (plot->area.cols * plot->dots_x - 1));
	*y = (int)lround((1 - up) * (plot->area.rows * plot->dots_y - 1));
	return true;
}

static void draw_dots(struct plot *plot)
{
	/* Braille dots by row and column; quadrants the same way. */
	static const uint8_t braille[4][2] = { { 0x01, 0x08 }, { 0x02, 0x10 }, { 0x04, 0x20 }, { 0x40, 0x80 } };
	static const wchar_t quadrant[16] =
		L" \u2598\u259d\u2580\u2596\u258c\u259e\u259b\u2597\u259a\u2590\u259c\u2584\u2599\u259f\u2588";
	bool is_block = plot->app->screen.glyphs == DRY_GLYPHS_BLOCK;
	int cols = plot->area.cols, rows = plot->area.rows, x, y;
	uint8_t *cell = dry_xcalloc((size_t)cols * (size_t)rows + 1, 1);

	for (uint32_t i = 0; i < plot->result->point_count; i++) {
		const struct dry_sweep_point *point = &plot->result->point[i];

		if (!can_draw(plot, point) || !plot->app->pareto.match[i] || point->state == DRY_POINT_FAILED)
			continue;
		if (!place(plot, point, &x, &y)) {
			plot->outside++;
			continue;
		}
		if (plot->app->pareto.hides_dominated || dry_sweep_point_on_front(point) || point->is_extra)
			continue;
		cell[y / plot->dots_y * cols + x / plot->dots_x] |=
			is_block ? (uint8_t)(1u << (y % 2 * 2 + x % 2)) : braille[y % 4][x % 2];
	}
	for (int i = 0; i < cols * rows; i++)
		if (cell[i])
			dry_pane_char(&plot->area, i / cols, i % cols, DRY_ROLE_DOMINATED,
				      is_block ? quadrant[cell[i]] : (wchar_t)(0x2800 + cell[i]));
	free(cell);
}

static void mark(struct plot *plot, const struct dry_sweep_point *point, enum dry_role role, wchar_t sign)
{
	int x, y;

	if (point && place(plot, point, &x, &y))
		dry_pane_char(&plot->area, y / plot->dots_y, x / plot->dots_x, role, sign);
}

static void draw_marks(struct plot *plot)
{
	const struct dry_sweep_result *result = plot->result;
	struct dry_app *app = plot->app;
	const struct dry_sweep_point *cursor = dry_app_cursor(app);
	int x, y;

	for (uint32_t i = 0; i < result->point_count; i++)
		if (result->point[i].state == DRY_POINT_FAILED && app->pareto.match[i])
			mark(plot, &result->point[i], DRY_ROLE_FAIL, L'x');
	for (uint32_t i = 0; i < result->point_count; i++) {
		const struct dry_sweep_point *point = &result->point[i];

		if (!app->pareto.match[i] || point->state == DRY_POINT_FAILED)
			continue;
		if (point->is_extra)
			mark(plot, point, DRY_ROLE_KNEE, L'+');
		else if (dry_sweep_point_on_front(point))
			mark(plot, point, DRY_ROLE_FRONT, L'\u25c6');
	}
	if (result->baseline.has_metrics)
		mark(plot, &result->baseline, DRY_ROLE_BASE, L'B');
	if (result->knee != DRY_NONE)
		mark(plot, &result->point[result->knee], DRY_ROLE_KNEE, L'K');
	if (app->has_a && dry_app_a(app) && !dry_app_is_baseline(app, dry_app_a(app)))
		mark(plot, dry_app_a(app), DRY_ROLE_BASE, L'A');
	if (cursor && place(plot, cursor, &x, &y)) {
		int row = y / plot->dots_y, col = x / plot->dots_x;

		dry_pane_char(&plot->area, row, col - 1, DRY_ROLE_CURSOR, L'[');
		dry_pane_char(&plot->area, row, col + 1, DRY_ROLE_CURSOR, L']');
		dry_pane_role(&plot->area, row, col, 1, DRY_ROLE_CURSOR);
		if (!col)               /* the frame of the plot keeps its line */
			dry_pane_role(&plot->area, row, col, 2, DRY_ROLE_CURSOR);
	}
}

static void set_up(struct plot *plot, struct dry_app *app, const struct dry_pane *pane)
{
	*plot = (struct plot){ .app = app, .result = dry_app_result(app),
			       .x = dry_app_objective(app, 0), .y = dry_app_objective(app, 1),
			       .dots_x = 2, .dots_y = app->screen.glyphs == DRY_GLYPHS_BLOCK ? 2 : 4 };
	if (pane)
		plot->area = dry_pane_part(pane, 0, 8, pane->rows, pane->cols - 9);
	find_bounds(plot);
}

static void draw_legend(const struct dry_pane *pane, int row)
{
	static const struct {
		const char *sign, *word;
		enum dry_role role;
	} entry[] = {
		{ "\u25c6", "front", DRY_ROLE_FRONT }, { "\u2802", "dominated", DRY_ROLE_DOMINATED },
		{ "B", "base", DRY_ROLE_BASE },        { "K", "knee", DRY_ROLE_KNEE },
		{ "[ ]", "cursor", DRY_ROLE_PLAIN },   { "x", "failed", DRY_ROLE_FAIL },
		{ "+", "what if", DRY_ROLE_KNEE },
	};
	int col = 1;

	for (size_t i = 0; i < sizeof(entry) / sizeof(entry[0]); i++) {
		if (col + 3 + dry_columns(entry[i].word) > pane->cols)
			return;
		col = dry_pane_text(pane, row, col, entry[i].role, entry[i].sign) + 1;
		col = dry_pane_text(pane, row, col, DRY_ROLE_PLAIN, entry[i].word) + (pane->cols > 60 ? 2 : 1);
	}
}

/* How many points are not shown: in the upper right, where no point is hidden by it. */
static void draw_outside(const struct plot *plot, const struct dry_pane *pane)
{
	const struct dry_screen *screen = pane->screen;
	char text[64];
	int columns;

	snprintf(text, sizeof(text), pane->cols >= 60 ? "%u outside, 0 shows all" : "%u outside", plot->outside);
	columns = dry_columns(text);
	for (int row = 0; row < plot->area.rows; row++) {
		int col = pane->left + pane->cols - 1 - columns;
		const struct dry_cell *cell =
			&screen->cell[(size_t)(pane->top + row) * (size_t)screen->cols + (size_t)col];
		bool is_free = col > plot->area.left;

		for (int i = 0; is_free && i < columns; i++)
			is_free = cell[i].ch == L' ';
		if (!is_free)
			continue;
		dry_pane_right(pane, row, pane->cols - 1, DRY_ROLE_DIM, text);
		return;
	}
}

void dry_plot_draw(struct dry_app *app, const struct dry_pane *pane, bool legend)
{
	int rows = pane->rows - 2 - (legend ? 1 : 0);
	struct dry_pane upper = dry_pane_part(pane, 0, 0, rows, pane->cols);
	struct plot plot;

	if (rows < 3 || pane->cols < 20)
		return;
	set_up(&plot, app, &upper);
	draw_axes(&plot, pane);
	draw_dots(&plot);
	draw_marks(&plot);
	if (plot.outside)
		draw_outside(&plot, pane);
	if (legend)
		draw_legend(pane, pane->rows - 1);
}

void dry_plot_zoom(struct dry_app *app, enum dry_action action)
{
	struct dry_window *window = &app->pareto.window;
	const struct dry_sweep_point *cursor = dry_app_cursor(app);
	struct plot plot;
	double x, y, half_x, half_y;

	if (action == DRY_ACT_ZOOM_ALL) {
		if (window->is_set)
			window->is_set = false;
		else
			window->all = !window->all;
		return;
	}
	if (!dry_app_result(app) || !cursor)
		return;
	set_up(&plot, app, NULL);
	half_x = (plot.x_high - plot.x_low) * (action == DRY_ACT_ZOOM_IN ? 0.25 : 1);
	half_y = (plot.y_high - plot.y_low) * (action == DRY_ACT_ZOOM_IN ? 0.25 : 1);
	if (half_x < 1e-9 || half_y < 1e-9 || half_x > 1e15 || half_y > 1e15)
		return;
	x = can_draw(&plot, cursor) ? cursor->metric[plot.x] : (plot.x_low + plot.x_high) / 2;
	y = can_draw(&plot, cursor) ? cursor->metric[plot.y] : (plot.y_low + plot.y_high) / 2;
	*window = (struct dry_window){ .all = window->all, .is_set = true, .x_low = x - half_x,
				       .x_high = x + half_x, .y_low = y - half_y, .y_high = y + half_y };
}
