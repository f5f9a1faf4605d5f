/* Sweep: how far, anything wrong, what is best so far. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "views.h"
#include "report/run_report.h"

static void counts_of(const struct dry_app *app, uint32_t *finished, uint32_t *total, uint32_t *failed,
		      uint32_t *pruned, uint32_t *front)
{
	const struct dry_session *session = &app->session;

	if (session->sweep) {
		*finished = session->status.finished;
		*total = session->status.total;
		*failed = session->status.failed;
		*pruned = session->status.pruned;
		*front = session->status.front_count;
	} else {
		*finished = session->result.counts.finished;
		*total = session->result.counts.total;
		*failed = session->result.counts.failed;
		*pruned = session->result.counts.pruned;
		*front = session->result.front_count;
	}
}

static void draw_bar(struct dry_app *app, const struct dry_pane *pane)
{
	const struct dry_sweep_status *status = &app->session.status;
	uint32_t finished, total, failed, pruned, front;
	char tail[96], span[32];
	double share;
	int width, filled, col;

	counts_of(app, &finished, &total, &failed, &pruned, &front);
	share = total ? (double)finished / total : 0;
	snprintf(tail, sizeof(tail), "] %3.0f%%   %u/%u", floor(100 * share), finished, total);
	if (dry_session_is_running(&app->session) && status->eta_ms >= 0)
		snprintf(tail + strlen(tail), sizeof(tail) - strlen(tail), "   ETA %s",
			 dry_format_span(status->eta_ms, span, sizeof(span)));
	width = pane->cols - 3 - dry_columns(tail);
	if (width < 4)
		return;
	filled = (int)floor(share * width + 1e-9);
	dry_pane_char(pane, 0, 1, DRY_ROLE_PLAIN, L'[');
	for (col = 0; col < width; col++)
		dry_pane_char(pane, 0, 2 + col, col < filled ? DRY_ROLE_FRONT : DRY_ROLE_DIM,
			      col < filled ? L'\u2588' : L'\u2591');
	dry_pane_text(pane, 0, 2 + width, DRY_ROLE_PLAIN, tail);
}

static void draw_rates(struct dry_app *app, const struct dry_pane *pane)
{
	const struct dry_sweep_status *status = &app->session.status;
	uint32_t finished, total, failed, pruned, front;
	char text[256] = "", span[32];
	size_t used = 0;

	counts_of(app, &finished, &total, &failed, &pruned, &front);
	if (app->session.sweep) {
		if (!isnan(status->points_per_s) && dry_session_is_running(&app->session))
			used += (size_t)snprintf(text, sizeof(text), "%.1f points/s   ", status->points_per_s);
		used += (size_t)snprintf(text + used, sizeof(text) - used, "elapsed %s   ",
					 dry_format_span(status->elapsed_ms, span, sizeof(span)));
		if (status->given)
			used += (size_t)snprintf(text + used, sizeof(text) - used, "from journal %u   ",
						 status->given);
	}
	snprintf(text + used, sizeof(text) - used, "pruned %u   failed %u   front %u", pruned, failed, front);
	dry_pane_text(pane, 1, 1, DRY_ROLE_PLAIN, text);
}

/* The front as a table; the row of the cursor is marked. */
static void draw_front(struct dry_app *app, const struct dry_pane *pane)
{
	const struct dry_sweep_result *result = dry_app_result(app);
	const struct dry_sweep_point *cursor = dry_app_cursor(app);
	enum dry_metric_id x = dry_app_objective(app, 0), y = dry_app_objective(app, 1);
	uint32_t count = app->pareto.order_count, at = 0, first = 0,
		 rows = pane->rows > 1 ? (uint32_t)pane->rows - 1 : 0;
	bool has_room = pane->cols >= 33;

	dry_pane_right(pane, 0, 5, DRY_ROLE_TITLE, "id");
	dry_pane_right(pane, 0, 13, DRY_ROLE_TITLE, x == DRY_METRIC_COST_DAY ? "$/day" : dry_metric_table[x].label);
	dry_pane_right(pane, 0, 19, DRY_ROLE_TITLE, y == DRY_METRIC_P95_WAIT ? "p95" : "second");
	if (has_room || pane->cols >= 31)
		dry_pane_right(pane, 0, 30, DRY_ROLE_TITLE, "vs base");
	for (uint32_t i = 0; i < count; i++)
		if (cursor && result->point[app->pareto.order[i]].index == cursor->index)
			at = i;
	if (at >= rows && rows)
		first = at - rows + 1;
	for (uint32_t i = first; i < count && i - first < rows; i++) {
		const struct dry_sweep_point *point = &result->point[app->pareto.order[i]];
		bool here = cursor && point->index == cursor->index;
		int row = (int)(i - first) + 1;
		enum dry_role role;
		char text[32];

		dry_pane_rightf(pane, row, 5, here ? DRY_ROLE_CURSOR : DRY_ROLE_PLAIN, "%s%llu", here ? ">" : "",
				(unsigned long long)point->index);
		dry_metric_format(x, point->metric[x], text, sizeof(text));
		dry_pane_right(pane, row, 13, DRY_ROLE_PLAIN, text[0] == '$' ? text + 1 : text);
		dry_pane_right(pane, row, 19, DRY_ROLE_PLAIN,
			       dry_metric_format(y, point->metric[y], text, sizeof(text)));
		if (pane->cols < 31)
			continue;
		dry_app_versus(app, point, x, text, sizeof(text), &role);
		dry_pane_right(pane, row, 25, role, text);
		dry_app_versus(app, point, y, text, sizeof(text), &role);
		dry_pane_right(pane, row, 31, role, text);
	}
}

/* Mean of the first objective over the finished points that have a value of a parameter. */
static void draw_effects(struct dry_app *app, const struct dry_pane *pane)
{
	const struct dry_sweep_result *result = dry_app_result(app);
	enum dry_metric_id id = dry_app_objective(app, 0);

	for (uint32_t p = 0; p < result->parameter_count && (int)p < pane->rows; p++) {
		const struct dry_sweep_parameter *parameter = &result->parameter[p];
		double sum[32] = { 0 };
		uint32_t count[32] = { 0 }, values = parameter->value_count < 32 ? parameter->value_count : 32;
		char text[64], name[96];
		int col = 26;

		for (uint32_t i = 0; i < result->point_count; i++) {
			const struct dry_sweep_point *point = &result->point[i];
			uint32_t v = point->value_index ? point->value_index[p] : DRY_NONE;

			if (v >= values || !point->has_metrics || isnan(point->metric[id]))
				continue;
			sum[v] += point->metric[id];
			count[v]++;
		}
		dry_pane_text(pane, (int)p, 1, DRY_ROLE_PLAIN,
			      dry_short_path(parameter->path, 23, name, sizeof(name)));
		for (uint32_t v = 0; v < values && col < pane->cols - 8; v++) {
			if (!count[v])
				continue;
			col = dry_pane_text(pane, (int)p, col, DRY_ROLE_DIM, parameter->value[v]) + 1;
			dry_metric_format(id, sum[v] / count[v], text, sizeof(text));
			if (strchr(text, '.') && fabs(sum[v] / count[v]) >= 100)
				text[strcspn(text, ".")] = '\0';
			col = dry_pane_text(pane, (int)p, col, DRY_ROLE_PLAIN, text) + 2;
		}
	}
}

static void draw_workers(struct dry_app *app, const struct dry_pane *pane)
{
	const struct dry_sweep_status *status = &app->session.status;
	char clock[32];

	for (uint32_t w = 0; w < status->worker_count && (int)w < pane->rows; w++) {
		const struct dry_sweep_worker_status *worker = &status->worker[w];
		int row = (int)w, col;

		col = dry_pane_printf(pane, row, 1, DRY_ROLE_PLAIN, "%u ", w + 1);
		if (!worker->is_busy) {
			dry_pane_text(pane, row, col, DRY_ROLE_DIM, "idle");
			continue;
		}
		if (worker->is_baseline)
			dry_pane_text(pane, row, col, DRY_ROLE_PLAIN, "base");
		else
			dry_pane_printf(pane, row, col, DRY_ROLE_PLAIN, "#%llu", (unsigned long long)worker->index);
		if (isnan(worker->fraction)) {
			dry_pane_text(pane, row, 11, DRY_ROLE_DIM, "running");
			continue;
		}
		for (int i = 0; i < 14; i++)
			dry_pane_char(pane, row, 11 + i,
				      i < (int)(14 * worker->fraction) ? DRY_ROLE_FRONT : DRY_ROLE_DIM,
				      i < (int)(14 * worker->fraction) ? L'\u2588' : L'\u2591');
		if (worker->sim_at_ms >= 0)
			dry_pane_printf(pane, row, 27, DRY_ROLE_PLAIN, "sim %s",
					dry_format_clock(worker->sim_at_ms, clock, sizeof(clock)));
	}
	if (!status->worker_count)
		dry_pane_text(pane, 0, 1, DRY_ROLE_DIM, "no sweep is running: the result is from a file");
}

static void draw_ready(struct dry_app *app, const struct dry_pane *body)
{
	const struct dry_input *input = app->session.input;
	unsigned long long points = 1;
	char first[256], second[256];

	for (uint32_t p = 0; p < input->parameter_count; p++)
		points *= input->parameter[p].value_count;
	snprintf(first, sizeof(first), "%u pods, %u node group%s, %llu setting%s of %u parameter%s", input->pod.count,
		 input->config.group_count, input->config.group_count == 1 ? "" : "s", points, points == 1 ? "" : "s",
		 input->parameter_count, input->parameter_count == 1 ? "" : "s");
	snprintf(second, sizeof(second), "%s", input->parameter_count ? "r starts the sweep" :
		 "the scenario has no sweep: parameters; r runs it as it is, i asks what if");
	dry_states_say(body, first, second);
}

void dry_sweep_view_draw(struct dry_app *app, const struct dry_pane *body)
{
	const struct dry_sweep_result *result = dry_app_result(app);
	bool is_wide = body->cols >= 100 && body->rows >= 30;
	int lower = is_wide ? 10 : 0, spare = body->rows >= 18 ? 1 : 0;
	int right = is_wide ? body->cols * 53 / 120 : body->cols >= 76 ? 35 : 24;
	int left = body->cols - right, rows = body->rows - 4 - lower - (is_wide ? 0 : spare);
	struct dry_pane pane;
	char title[128];

	if (!result && !app->session.sweep) {
		draw_ready(app, body);
		return;
	}
	snprintf(title, sizeof(title), "Sweep: %u points, %u parameters",
		 app->session.sweep ? app->session.status.total : result->counts.total,
		 app->session.has_result ? app->session.result.parameter_count : 0);
	pane = dry_pane_box(body, 0, 0, 4, body->cols, title);
	draw_bar(app, &pane);
	draw_rates(app, &pane);
	if (!result)
		return;
	snprintf(title, sizeof(title), "%s (%s vs %s)",
		 app->session.sweep && app->session.status.phase != DRY_SWEEP_DONE ? "Front so far" : "Front",
		 dry_metric_table[dry_app_objective(app, 0)].label,
		 dry_metric_table[dry_app_objective(app, 1)].label);
	pane = dry_pane_box(body, 4, 0, rows, left, title);
	dry_plot_draw(app, &pane, false);
	snprintf(title, sizeof(title), "Front (%u)", result->front_count);
	pane = dry_pane_box(body, 4, left, rows, right, title);
	draw_front(app, &pane);
	if (!is_wide)
		return;
	snprintf(title, sizeof(title), "What moves %s (mean of finished points)",
		 dry_metric_table[dry_app_objective(app, 0)].label);
	pane = dry_pane_box(body, 4 + rows, 0, lower, left, title);
	draw_effects(app, &pane);
	snprintf(title, sizeof(title), "Workers (%u)", app->session.sweep ? app->session.status.worker_count : 0);
	pane = dry_pane_box(body, 4 + rows, left, lower, right, title);
	draw_workers(app, &pane);
}

void dry_sweep_view_remark(struct dry_app *app, struct dry_page *page)
{
	const struct dry_sweep_result *result = dry_app_result(app);
	uint32_t failed = result ? result->counts.failed : 0;

	for (uint32_t i = 0; result && failed && i < result->point_count; i++) {
		const struct dry_sweep_point *point = &result->point[i];

		if (point->state != DRY_POINT_FAILED)
			continue;
		dry_page_printf(page, "! %u point%s failed: #%llu, %s. Press f to see %s", failed,
				failed == 1 ? "" : "s", (unsigned long long)point->index,
				point->reason ? point->reason : "no reason given",
				failed == 1 ? "it" : "them");
		return;
	}
	if (app->session.input && !app->session.sweep && !result)
		dry_page_add(page, "nothing runs until you press r");
}

static bool select_filter(struct dry_app *app, enum dry_action action)
{
	return dry_pareto_view_act(app, action);
}

bool dry_sweep_view_act(struct dry_app *app, enum dry_action action)
{
	switch (action) {
	case DRY_ACT_ENTER:
		if (dry_app_result(app))
			dry_app_go(app, DRY_VIEW_PARETO);
		return true;
	case DRY_ACT_RUN:
	case DRY_ACT_PAUSE:
	case DRY_ACT_STOP:
		return false;
	default:
		return select_filter(app, action);
	}
}
