/* Pareto: which trade-off do I want. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "views.h"

/* Where the mean of each objective lies, with so many replications; returns the row behind. */
static int draw_intervals(const struct dry_pane *pane, int row, const struct dry_sweep_point *point,
			  const enum dry_metric_id *id, uint32_t count)
{
	char low[32], high[32];
	int col = 1;

	for (uint32_t o = 0; o < count; o++) {
		if (!o)
			col = dry_pane_printf(pane, row, 1, DRY_ROLE_DIM, "95%% of %u ", point->replications);
		else if (pane->cols < 36)
			row++;          /* both do not fit side by side */
		dry_metric_format(id[o], point->interval[id[o]].low, low, sizeof(low));
		dry_metric_format(id[o], point->interval[id[o]].high, high, sizeof(high));
		col = dry_pane_printf(pane, row, pane->cols < 36 ? 11 : col + (o ? 2 : 0), DRY_ROLE_PLAIN,
				      "%s..%s", low, high);
	}
	return row + 1;
}

static int draw_metrics(struct dry_app *app, const struct dry_pane *pane, const struct dry_sweep_point *point)
{
	static const enum dry_metric_id always[] = { DRY_METRIC_P99_WAIT, DRY_METRIC_MAX_WAIT, DRY_METRIC_IDLE_RATIO,
						     DRY_METRIC_NEVER_SCHEDULED, DRY_METRIC_INTERRUPTIONS };
	enum dry_metric_id shown[8];
	uint32_t count = 0;
	int row, value = pane->cols < 36 ? 20 : 25;

	for (uint32_t o = 0; o < app->session.result.objective_count && count < 3; o++)
		shown[count++] = app->session.result.objective[o];
	for (size_t i = 0; i < sizeof(always) / sizeof(always[0]); i++) {
		bool is_there = i >= 3 && (pane->rows < 16 || pane->cols < 36);

		for (uint32_t k = 0; k < count; k++)
			is_there |= shown[k] == always[i];
		if (!is_there && count < 8)
			shown[count++] = always[i];
	}
	for (row = 0; row < (int)count; row++) {
		enum dry_metric_id id = shown[row];
		enum dry_role role;
		char text[32];

		dry_pane_cut(pane, row, 1, pane->cols < 36 ? 11 : 15, DRY_ROLE_PLAIN, dry_metric_table[id].label);
		dry_metric_format(id, point->metric[id], text, sizeof(text));
		dry_pane_rightf(pane, row, value, DRY_ROLE_PLAIN, "%s%s", point->lower_bound[id] ? ">=" : "", text);
		dry_app_versus(app, point, id, text, sizeof(text), &role);
		dry_pane_right(pane, row, value + 8, role, text);
	}
	if (point->interval && pane->rows > 14)
		row = draw_intervals(pane, row, point, shown, count < 2 ? count : 2);
	return row;
}

/* Every parameter of the sweep, those that differ from the baseline with a star. */
static int draw_changes(struct dry_app *app, const struct dry_pane *pane, int row,
			const struct dry_sweep_point *point)
{
	const struct dry_sweep_result *result = dry_app_result(app);
	struct dry_sweep_change change[64];
	uint32_t changes = dry_sweep_point_changes(result, point, change, 64);
	int width = pane->cols - 2;
	char name[96], value[128];
	struct dry_arena arena;
	const char *from;

	dry_arena_init(&arena);
	dry_pane_text(pane, row++, 1, DRY_ROLE_TITLE, "changed from base (* new)");
	for (uint32_t p = 0; p < result->parameter_count && row < pane->rows; p++) {
		const char *to = dry_sweep_point_value(result, point, p);
		bool is_new = false;

		for (uint32_t c = 0; c < changes && c < 64; c++)
			is_new |= !strcmp(change[c].path, result->parameter[p].path);
		if (is_new && result->base_value[p])
			snprintf(value, sizeof(value), "%s \u2192 %s", result->base_value[p], to ? to : "?");
		else
			snprintf(value, sizeof(value), "%s",
				 to                      ? to
				 : result->base_value[p] ? result->base_value[p]
							 : "?");
		if (is_new)
			dry_pane_char(pane, row, 0, DRY_ROLE_BASE, L'*');
		dry_pane_text(pane, row, 1, DRY_ROLE_PLAIN,
			      dry_short_path(result->parameter[p].path, width - 1 - dry_columns(value), name,
					     sizeof(name)));
		dry_pane_right(pane, row++, pane->cols - 1, is_new ? DRY_ROLE_TITLE : DRY_ROLE_PLAIN, value);
	}
	for (uint32_t c = 0; c < changes && c < 64 && row < pane->rows; c++) {
		bool is_parameter = false;

		for (uint32_t p = 0; p < result->parameter_count; p++)
			is_parameter |= !strcmp(change[c].path, result->parameter[p].path);
		if (is_parameter)
			continue;
		from = change[c].from;
		if (!from && app->session.input)        /* not of the sweep: what the scenario has */
			from = dry_config_get(&app->session.input->config, app->session.input, change[c].path, &arena);
		snprintf(value, sizeof(value), "%s \u2192 %s", from ? from : "?", change[c].to);
		dry_pane_char(pane, row, 0, DRY_ROLE_BASE, L'*');
		dry_pane_text(pane, row, 1, DRY_ROLE_PLAIN,
			      dry_short_path(change[c].path, width - 1 - dry_columns(value), name, sizeof(name)));
		dry_pane_right(pane, row++, pane->cols - 1, DRY_ROLE_TITLE, value);
	}
	dry_arena_release(&arena);
	return row;
}

static void draw_neighbours(struct dry_app *app, const struct dry_pane *pane, const struct dry_sweep_point *point)
{
	const struct dry_sweep_result *result = dry_app_result(app);
	enum dry_metric_id x = dry_app_objective(app, 0), y = dry_app_objective(app, 1);
	uint32_t at = 0;

	while (at < app->pareto.order_count && result->point[app->pareto.order[at]].index != point->index)
		at++;
	if (at == app->pareto.order_count)
		return;
	for (int side = 0; side < 2; side++) {
		const struct dry_sweep_point *next;
		char text[32], other[32];

		if (side ? at + 1 >= app->pareto.order_count : !at)
			continue;
		next = &result->point[app->pareto.order[side ? at + 1 : at - 1]];
		dry_metric_format(x, next->metric[x], text, sizeof(text));
		if (strchr(text, '.') && fabs(next->metric[x]) >= 100)
			text[strcspn(text, ".")] = '\0';
		dry_pane_printf(pane, side, 1, DRY_ROLE_DIM, "%s #%-4llu %s %s", side ? "\u2192" : "\u2190",
				(unsigned long long)next->index, text,
				dry_metric_format(y, next->metric[y], other, sizeof(other)));
	}
}

static void draw_table(struct dry_app *app, const struct dry_pane *pane, const struct dry_sweep_point *cursor)
{
	const struct dry_sweep_result *result = dry_app_result(app);
	static const enum dry_metric_id more[2] = { DRY_METRIC_P99_WAIT, DRY_METRIC_IDLE_RATIO };
	enum dry_metric_id x = dry_app_objective(app, 0), y = dry_app_objective(app, 1);
	uint32_t count = app->pareto.order_count, at = 0, first = 0,
		 rows = pane->rows > 2 ? (uint32_t)pane->rows - 2 : 0;

	dry_pane_printf(pane, 0, 1, DRY_ROLE_TITLE, "Front, best %s first",
			dry_metric_table[dry_app_objective(app, app->pareto.sort)].label);
	dry_pane_right(pane, 1, 7, DRY_ROLE_DIM, "id");
	dry_pane_right(pane, 1, 16, DRY_ROLE_DIM, x == DRY_METRIC_COST_DAY ? "$/day" : "first");
	dry_pane_right(pane, 1, 22, DRY_ROLE_DIM, y == DRY_METRIC_P95_WAIT ? "p95" : "second");
	dry_pane_right(pane, 1, 29, DRY_ROLE_DIM, "p99");
	dry_pane_right(pane, 1, 35, DRY_ROLE_DIM, "idle");
	for (uint32_t i = 0; i < count; i++)
		if (result->point[app->pareto.order[i]].index == cursor->index)
			at = i;
	if (at >= rows && rows)
		first = at - rows + 1;
	for (uint32_t i = first; i < count && i - first < rows; i++) {
		const struct dry_sweep_point *point = &result->point[app->pareto.order[i]];
		bool here = point->index == cursor->index;
		enum dry_role role = here ? DRY_ROLE_CURSOR : DRY_ROLE_PLAIN;
		int row = (int)(i - first) + 2;
		char text[32];

		if (here)
			dry_pane_char(pane, row, 1, role, L'>');
		dry_pane_rightf(pane, row, 7, role, "%llu", (unsigned long long)point->index);
		dry_metric_format(x, point->metric[x], text, sizeof(text));
		dry_pane_right(pane, row, 16, role, text[0] == '$' ? text + 1 : text);
		dry_pane_right(pane, row, 22, role, dry_metric_format(y, point->metric[y], text, sizeof(text)));
		dry_pane_right(pane, row, 29, role,
			       dry_metric_format(more[0], point->metric[more[0]], text, sizeof(text)));
		dry_pane_right(pane, row, 35, role,
			       dry_metric_format(more[1], point->metric[more[1]], text, sizeof(text)));
	}
}

static void draw_point(struct dry_app *app, const struct dry_pane *pane, const struct dry_sweep_point *point)
{
	struct dry_pane rest;
	int row = 0;

	if (point->state == DRY_POINT_FAILED || point->state == DRY_POINT_PRUNED) {
		row = dry_pane_printf(pane, 0, 1, DRY_ROLE_FAIL, "%s: ", dry_point_state_name(point->state));
		dry_pane_text(pane, 0, row, DRY_ROLE_PLAIN, point->reason ? point->reason : "");
		row = 1;
		if (point->reason && dry_columns(point->reason) > pane->cols - 10) {
			dry_pane_text(pane, 1, 3, DRY_ROLE_PLAIN, point->reason + pane->cols - 10);
			row = 2;
		}
	}
	rest = dry_pane_part(pane, row, 0, pane->rows - row, pane->cols);
	row = 0;
	if (point->has_metrics)
		row = draw_metrics(app, &rest, point);
	else
		dry_pane_text(&rest, row++, 1, DRY_ROLE_DIM, point->state == DRY_POINT_RUNNING ||
			      point->state == DRY_POINT_PENDING ? "not finished yet" : "it has no numbers");
	row = draw_changes(app, &rest, row + (rest.rows > 12 ? 1 : 0), point) + (rest.rows > 12 ? 1 : 0);
	rest = dry_pane_part(&rest, row, 0, rest.rows - row, rest.cols);
	if (rest.rows >= 6 && pane->cols >= 36)
		draw_table(app, &rest, point);
	else
		draw_neighbours(app, &rest, point);
}

void dry_pareto_view_draw(struct dry_app *app, const struct dry_pane *body)
{
	const struct dry_sweep_point *point = dry_app_cursor(app);
	int right = body->cols >= 110 ? 47 : body->cols >= 76 ? 31 : 30, left = body->cols - right;
	struct dry_pane pane;
	char title[128], name[64];

	if (!dry_app_result(app)) {
		dry_states_say(body, "No points yet.", "r starts the sweep");
		return;
	}
	snprintf(title, sizeof(title), body->cols >= 76 ? "%s vs %s; lower left is best" : "%s vs %s",
		 dry_metric_table[dry_app_objective(app, 1)].label,
		 dry_metric_table[dry_app_objective(app, 0)].label);
	pane = dry_pane_box(body, 0, 0, body->rows, left, title);
	dry_plot_draw(app, &pane, true);
	if (point)
		dry_app_point_name(app, point, name, sizeof(name));
	if (point && (dry_app_is_knee(app, point) || dry_app_is_baseline(app, point)) && strchr(name, ' '))
		snprintf(title, sizeof(title), "Point %.*s (%s)", (int)strcspn(name, " "), name,
			 strchr(name, ' ') + 1);
	else
		snprintf(title, sizeof(title), "Point %s", point ? name : "");
	pane = dry_pane_box(body, 0, left, body->rows, right, title);
	if (point)
		draw_point(app, &pane, point);
	else
		dry_pane_text(&pane, 0, 1, DRY_ROLE_DIM, "none yet");
}

void dry_pareto_view_remark(struct dry_app *app, struct dry_page *page)
{
	const struct dry_sweep_result *result = dry_app_result(app);
	char text[256];

	if (!result)
		return;
	if (*app->pareto.filter && !app->pareto.match_count) {
		dry_filter_nothing(result, app->pareto.filter, text, sizeof(text));
		dry_page_add(page, text);
		return;
	}
	if (*app->pareto.filter)
		dry_page_printf(page, "%u of %u match %s \u00b7 ", app->pareto.match_count,
				result->counts.total, app->pareto.filter);
	dry_page_printf(page, "front %u of %u points", result->front_count, result->counts.total);
	if (app->has_a || app->has_b) {
		dry_page_printf(page, " \u00b7 %d selected:", app->has_a + app->has_b);
		if (app->has_a)
			dry_page_printf(page, " A #%llu ", (unsigned long long)app->a);
		if (app->has_b)
			dry_page_printf(page, " B #%llu", (unsigned long long)app->b);
	}
	if (app->watches)
		dry_page_printf(page, " \u00b7 #%llu is running", (unsigned long long)app->watched);
}

static void set_filter(struct dry_app *app, const char *text)
{
	const struct dry_sweep_result *result = dry_app_result(app);
	uint32_t count;
	char wrong[128];

	if (!result)
		return;
	if (!dry_filter_points(result, text, app->pareto.match, &count, wrong, sizeof(wrong))) {
		app->pareto.match_revision = 0;
		dry_app_say(app, DRY_ROLE_FAIL, "%s", wrong);
		return;
	}
	snprintf(app->pareto.filter, sizeof(app->pareto.filter), "%s", text);
	app->pareto.match_revision = 0;
}

static void cancel_filter(struct dry_app *app)
{
	app->pareto.filter[0] = '\0';
	app->pareto.match_revision = 0;
}

bool dry_pareto_view_act(struct dry_app *app, enum dry_action action)
{
	const struct dry_sweep_result *result = dry_app_result(app);

	switch (action) {
	case DRY_ACT_LEFT:
	case DRY_ACT_UP:
		dry_app_walk(app, -1);
		return true;
	case DRY_ACT_RIGHT:
	case DRY_ACT_DOWN:
		dry_app_walk(app, 1);
		return true;
	case DRY_ACT_FIRST:
	case DRY_ACT_LAST:
		dry_app_walk_end(app, action == DRY_ACT_LAST);
		return true;
	case DRY_ACT_SELECT:
		dry_app_select(app);
		return true;
	case DRY_ACT_FAILED:
		dry_app_next_failed(app);
		return true;
	case DRY_ACT_LESS:
		app->pareto.hides_dominated = !app->pareto.hides_dominated;
		return true;
	case DRY_ACT_FILTER:
		dry_app_ask(app, "filter: ", app->pareto.filter, set_filter);
		app->prompt.cancelled = cancel_filter;
		return true;
	case DRY_ACT_CANCEL:
		cancel_filter(app);
		return true;
	case DRY_ACT_ORDER:
		app->pareto.sort = result && result->objective_count
					   ? (app->pareto.sort + 1) % result->objective_count
					   : 0;
		app->pareto.match_revision = 0;
		return true;
	case DRY_ACT_ZOOM_IN:
	case DRY_ACT_ZOOM_OUT:
	case DRY_ACT_ZOOM_ALL:
		dry_plot_zoom(app, action);
		return true;
	case DRY_ACT_COMPARE:
		dry_app_go(app, DRY_VIEW_COMPARE);
		return true;
	case DRY_ACT_WHAT_IF:
		dry_form_open(app, dry_app_cursor(app), NULL, NULL);
		return true;
	case DRY_ACT_WRITE:
	case DRY_ACT_REPLACE:
		dry_write_ask_result(app, action == DRY_ACT_REPLACE);
		return true;
	case DRY_ACT_ENTER:
		dry_app_go(app, DRY_VIEW_TIMELINE);
		return true;
	default:
		return false;
	}
}
