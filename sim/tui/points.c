/* The point under the cursor, the two selected ones, and the walk along the front. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "views.h"

const struct dry_sweep_result *dry_app_result(const struct dry_app *app)
{
	return app->session.has_result ? &app->session.result : NULL;
}

enum dry_metric_id dry_app_objective(const struct dry_app *app, uint32_t which)
{
	const struct dry_sweep_result *result = dry_app_result(app);

	if (result && which < result->objective_count)
		return result->objective[which];
	return which ? DRY_METRIC_P95_WAIT : DRY_METRIC_COST_DAY;
}

bool dry_app_is_knee(const struct dry_app *app, const struct dry_sweep_point *point)
{
	const struct dry_sweep_result *result = dry_app_result(app);

	return result && result->knee != DRY_NONE && result->point[result->knee].index == point->index;
}

bool dry_app_is_baseline(const struct dry_app *app, const struct dry_sweep_point *point)
{
	const struct dry_sweep_result *result = dry_app_result(app);

	return result && (point == &result->baseline || point->index == result->baseline.index);
}

char *dry_app_point_name(const struct dry_app *app, const struct dry_sweep_point *point, char *buffer,
			 size_t size)
{
	const char *what = dry_app_is_baseline(app, point) ? " baseline" :
			   dry_app_is_knee(app, point) ? " knee" : point->is_extra ? " what if" : "";

	if (point->index == UINT64_MAX)
		snprintf(buffer, size, "baseline");
	else
		snprintf(buffer, size, "#%llu%s", (unsigned long long)point->index, what);
	return buffer;
}

static const struct dry_sweep_point *knee_point(const struct dry_sweep_result *result)
{
	if (result->knee != DRY_NONE)
		return &result->point[result->knee];
	if (result->front_count)
		return &result->point[result->front[result->front_count / 2]];
	return result->baseline.has_metrics ? &result->baseline : NULL;
}

const struct dry_sweep_point *dry_app_cursor(struct dry_app *app)
{
	const struct dry_sweep_result *result = dry_app_result(app);
	const struct dry_sweep_point *point;

	if (!result)
		return NULL;
	point = app->cursor == DRY_NO_POINT ? NULL : dry_session_point(&app->session, app->cursor);
	return point ? point : knee_point(result);
}

const struct dry_sweep_point *dry_app_a(struct dry_app *app)
{
	const struct dry_sweep_result *result = dry_app_result(app);
	const struct dry_sweep_point *point = NULL;

	if (!result)
		return NULL;
	if (app->has_a)
		point = dry_session_point(&app->session, app->a);
	return point ? point : result->baseline.has_metrics ? &result->baseline : NULL;
}

const struct dry_sweep_point *dry_app_b(struct dry_app *app)
{
	const struct dry_sweep_point *point = NULL;

	if (app->has_b)
		point = dry_session_point(&app->session, app->b);
	return point ? point : dry_app_cursor(app);
}

const struct dry_sweep_point *dry_app_timed(struct dry_app *app)
{
	return app->time.shows_a ? dry_app_a(app) : dry_app_b(app);
}

/* ---- the front in order */

struct order_key {
	int64_t value[2];
	uint32_t position;
};

static int by_value(const void *left, const void *right)
{
	const struct order_key *a = left, *b = right;

	for (int i = 0; i < 2; i++)
		if (a->value[i] != b->value[i])
			return a->value[i] < b->value[i] ? -1 : 1;
	return a->position < b->position ? -1 : a->position > b->position;
}

static bool is_shown_in_front(const struct dry_sweep_point *point)
{
	return point->has_metrics && (dry_sweep_point_on_front(point) || point->is_extra) &&
	       point->state == DRY_POINT_DONE;
}

void dry_app_refresh_front(struct dry_app *app)
{
	struct dry_pareto_state *state = &app->pareto;
	const struct dry_sweep_result *result = dry_app_result(app);
	struct order_key *key;
	char wrong[128];

	if (!result || state->match_revision == app->session.revision + 1)
		return;
	state->match_revision = app->session.revision + 1;
	state->match = dry_grow(state->match, &state->match_capacity, result->point_count + 1, 1);
	if (!dry_filter_points(result, state->filter, state->match, &state->match_count, wrong,
			       sizeof(wrong)))
		memset(state->match, 1, result->point_count);
	key = dry_xcalloc(result->point_count + 1, sizeof(*key));
	state->order_count = 0;
	for (uint32_t i = 0; i < result->point_count; i++) {
		const struct dry_sweep_point *point = &result->point[i];

		if (!is_shown_in_front(point) || !state->match[i])
			continue;
		for (uint32_t o = 0; o < 2; o++) {
			enum dry_metric_id id = dry_app_objective(
				app,
				(o + state->sort) % (result->objective_count ? result->objective_count : 1));
			key[state->order_count].value[o] = dry_metric_objective(id, point->metric[id]);
		}
		key[state->order_count++].position = i;
	}
	qsort(key, state->order_count, sizeof(*key), by_value);
	state->order = dry_grow(state->order, &state->order_capacity, state->order_count + 1,
				sizeof(*state->order));
	for (uint32_t i = 0; i < state->order_count; i++)
		state->order[i] = key[i].position;
	free(key);
}

/* Place of the cursor in the order; order_count when it is not in it. */
static uint32_t place_of(struct dry_app *app, uint64_t index)
{
	const struct dry_sweep_result *result = dry_app_result(app);
	uint32_t i = 0;

	while (i < app->pareto.order_count && result->point[app->pareto.order[i]].index != index)
		i++;
	return i;
}

void dry_app_walk(struct dry_app *app, int step)
{
	const struct dry_sweep_point *at = dry_app_cursor(app);
	uint32_t place, count;

	dry_app_refresh_front(app);
	count = app->pareto.order_count;
	if (!at || !count)
		return;
	place = place_of(app, at->index);
	if (place == count)
		place = step > 0 ? 0 : count - 1;
	else if (step > 0 && place + 1 < count)
		place++;
	else if (step < 0 && place)
		place--;
	app->cursor = app->session.result.point[app->pareto.order[place]].index;
}

void dry_app_walk_end(struct dry_app *app, bool last)
{
	dry_app_refresh_front(app);
	if (app->pareto.order_count)
		app->cursor =
			app->session.result.point[app->pareto.order[last ? app->pareto.order_count - 1 : 0]]
				.index;
}

void dry_app_next_failed(struct dry_app *app)
{
	const struct dry_sweep_result *result = dry_app_result(app);
	uint32_t count = result ? result->point_count : 0, from = 0;

	for (uint32_t i = 0; i < count; i++)
		if (result->point[i].index == app->cursor)
			from = i + 1;
	for (uint32_t k = 0; k < count; k++) {
		const struct dry_sweep_point *point = &result->point[(from + k) % count];

		if (point->state != DRY_POINT_FAILED)
			continue;
		app->cursor = point->index;
		dry_app_say(app, DRY_ROLE_FAIL, "#%llu failed: %s", (unsigned long long)point->index,
			    point->reason ? point->reason : "no reason given");
		return;
	}
	dry_app_say(app, DRY_ROLE_PLAIN, "no point has failed");
}

void dry_app_select(struct dry_app *app)
{
	const struct dry_sweep_point *at = dry_app_cursor(app);

	if (!at)
		return;
	if (app->has_a && app->a == at->index) {
		app->has_a = false;
	} else if (app->has_b && app->b == at->index) {
		app->has_b = false;
	} else if (!app->has_a) {
		app->has_a = true;
		app->a = at->index;
	} else {
		app->has_b = true;
		app->b = at->index;
	}
}

static void pick_next(struct dry_app *app, bool is_a)
{
	const struct dry_sweep_point *old = is_a ? dry_app_a(app) : dry_app_b(app);
	uint32_t place;

	dry_app_refresh_front(app);
	if (!app->pareto.order_count)
		return;
	place = old ? place_of(app, old->index) : app->pareto.order_count;
	place = place + 1 < app->pareto.order_count ? place + 1 : 0;
	*(is_a ? &app->has_a : &app->has_b) = true;
	*(is_a ? &app->a : &app->b) = app->session.result.point[app->pareto.order[place]].index;
}

bool dry_app_pick_or_scroll(struct dry_app *app, int *scroll, int scroll_max, enum dry_action action)
{
	switch (action) {
	case DRY_ACT_PICK_A:
	case DRY_ACT_PICK_B:
		pick_next(app, action == DRY_ACT_PICK_A);
		return true;
	case DRY_ACT_DOWN:
		*scroll += *scroll < scroll_max;
		return true;
	case DRY_ACT_UP:
		*scroll -= *scroll > 0;
		return true;
	case DRY_ACT_FIRST:
		*scroll = 0;
		return true;
	case DRY_ACT_LAST:
		*scroll = scroll_max;
		return true;
	default:
		return false;
	}
}

char *dry_app_versus(const struct dry_app *app, const struct dry_sweep_point *point,
		     enum dry_metric_id metric, char *buffer, size_t size, enum dry_role *role)
{
	const struct dry_sweep_result *result = dry_app_result(app);
	const struct dry_metric *row = &dry_metric_table[metric];
	double base = result->baseline.metric[metric], value = point->metric[metric];
	double ratio = dry_sweep_vs_base(result, point, metric);
	double better = row->direction == DRY_HIGHER_IS_BETTER ? value - base : base - value;

	*role = DRY_ROLE_PLAIN;
	if (!result->baseline.has_metrics || isnan(base) || isnan(value)) {
		snprintf(buffer, size, "-");
		return buffer;
	}
	if (row->direction != DRY_NEUTRAL && value != base)
		*role = better > 0 ? DRY_ROLE_BETTER : DRY_ROLE_WORSE;
	if (row->unit == DRY_UNIT_RATIO)
		snprintf(buffer, size, "%+.1fpt", 100 * (value - base));
	else if (isnan(ratio))
		snprintf(buffer, size, "new");
	else if (fabs(ratio) >= 10)
		snprintf(buffer, size, "x%.0f", ratio + 1);
	else
		snprintf(buffer, size, "%+.0f%%", 100 * ratio + 0.0);
	if (!strcmp(buffer, "-0%") || !strcmp(buffer, "+0%"))
		snprintf(buffer, size, "0%%");
	if (!strcmp(buffer, "-0.0pt") || !strcmp(buffer, "+0.0pt"))
		snprintf(buffer, size, "0.0pt");
	return buffer;
}

char *dry_short_path(const char *path, int columns, char *buffer, size_t size)
{
	static const struct {
		const char *from, *to;
	} shorter[] = {
		{ "scale-down-utilization-threshold", "util" }, { "scale-down-unneeded-time", "unneeded" },
		{ "scale-down-delay-after-add", "delay-add" }, { "scan-interval", "scan" },
		{ "scale-down-delay-after-delete", "delay-delete" }, { "placeholders.nodes", "headroom" },
		{ "scale-down-delay-after-failure", "delay-failure" }, { "new-pod-scale-up-delay", "pod-delay" },
		{ "scale-down-gpu-utilization-threshold", "gpu-util" }, { "scale-down-unready-time", "unready" },
	};
	const char *shown = path;
	size_t length;

	if (dry_columns(path) > columns) {
		for (size_t i = 0; i < sizeof(shorter) / sizeof(shorter[0]); i++)
			if (!strcmp(path, shorter[i].from))
				shown = shorter[i].to;
		if (!strncmp(shown, "nodeGroups.", 11))
			shown += 11;
	}
	length = strlen(shown);
	if (length > (size_t)columns && columns > 1)    /* the end says more than the beginning */
		snprintf(buffer, size, "\u2026%s", shown + length - (size_t)columns + 1);
	else
		snprintf(buffer, size, "%s", shown);
	return buffer;
}

char *dry_format_span(int64_t ms, char *buffer, size_t size)
{
	long long seconds = (long long)((ms + 500) / 1000);

	if (seconds >= 3600)
		snprintf(buffer, size, "%lld:%02lld:%02lld", seconds / 3600, seconds / 60 % 60, seconds % 60);
	else
		snprintf(buffer, size, "%lld:%02lld", seconds / 60, seconds % 60);
	return buffer;
}
