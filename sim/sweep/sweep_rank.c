/* States, front, knee, ranks and counts of a result; and whether two results answer the same question. */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/assert.h"
#include "sweep/pareto.h"
#include "sweep/sweep_result.h"
#include "base/banned.h"

static int by_index(const void *a, const void *b)
{
	const struct dry_sweep_point *x = a, *y = b;

	return (x->index > y->index) - (x->index < y->index);
}

static void sort_points(struct dry_sweep_result *result)
{
	for (uint32_t i = 1; i < result->point_count; i++)
		if (result->point[i - 1].index > result->point[i].index) {
			qsort(result->point, result->point_count, sizeof(*result->point), by_index);
			return;
		}
}

static void lower_floor(double *floor, const struct dry_sweep_point *point)
{
	double never = point->metric[DRY_METRIC_NEVER_SCHEDULED];

	if (point->has_metrics && !isnan(never) && !(*floor <= never))
		*floor = never;
}

bool dry_sweep_result_set_limits(struct dry_sweep_result *result, const char *const *text, uint32_t count,
				 struct dry_error *err)
{
	struct dry_rule *list = dry_arena_array(&result->arena, (size_t)count + 1, sizeof(*list));

	for (uint32_t i = 0; i < count; i++)
		if (!dry_rule_parse(&list[i], text[i], DRY_NOWHERE, &result->arena, err))
			return false;
	result->limit = list;
	result->limit_count = count;
	return true;
}

/* The first limit that the point breaks; NULL = none. */
static const struct dry_rule *broken_limit(const struct dry_sweep_result *result, const struct dry_sweep_point *point)
{
	for (uint32_t i = 0; i < result->limit_count; i++) {
		const struct dry_rule *limit = &result->limit[i];
		double base = result->baseline.has_metrics ? result->baseline.metric[limit->metric] : NAN;

		if (!limit->warns && dry_rule_test(limit, point->metric[limit->metric],
						   point->lower_bound[limit->metric], base).outcome == DRY_RULE_BROKEN)
			return limit;
	}
	return NULL;
}

/* A finished setting that no front may hold, though it ran. */
static void judge_limits(struct dry_sweep_result *result, struct dry_sweep_point *point)
{
	const struct dry_rule *limit = point->state == DRY_POINT_DONE && point->has_metrics
					       ? broken_limit(result, point) : NULL;
	char value[64];

	if (!limit)
		return;
	point->state = DRY_POINT_FAILED;
	dry_metric_format(limit->metric, point->metric[limit->metric], value, sizeof(value));
	point->reason = dry_arena_printf(&result->arena, "%s breaks the limit %s", value, limit->text);
}

static void set_state(struct dry_sweep_result *result, struct dry_sweep_point *point)
{
	double never = point->metric[DRY_METRIC_NEVER_SCHEDULED];
	bool strands = !isnan(never) && never > result->never_scheduled_floor;

	if (!point->has_metrics || (point->state != DRY_POINT_DONE && point->state != DRY_POINT_FAILED))
		return;
	if (!strands) {
		point->state = DRY_POINT_DONE;
		point->reason = NULL;
		return;
	}
	point->state = DRY_POINT_FAILED;
	if (result->never_scheduled_floor > 0)
		point->reason = dry_arena_printf(&result->arena, "%.6g pods never scheduled; %.6g at best",
						 never, result->never_scheduled_floor);
	else
		point->reason = dry_arena_printf(&result->arena, "%.6g pod%s never scheduled", never,
						 never == 1 ? "" : "s");
}

double dry_sweep_objective(const struct dry_sweep_result *result, const struct dry_sweep_point *point,
			   uint32_t objective)
{
	enum dry_metric_id id = result->objective[objective];
	int64_t value = dry_metric_objective(id, point->metric[id]);

	return value == INT64_MAX ? INFINITY : (double)value;
}

struct front_row {
	const double *value;
	uint32_t position;
	uint32_t objectives;
};

static int by_objectives(const void *a, const void *b)
{
	const struct front_row *x = a, *y = b;

	for (uint32_t k = 0; k < x->objectives; k++)
		if (x->value[k] != y->value[k])
			return x->value[k] < y->value[k] ? -1 : 1;
	return (x->position > y->position) - (x->position < y->position);
}

static void set_front(struct dry_sweep_result *result, const double *value, const uint32_t *position,
		      uint32_t count)
{
	struct front_row *row = dry_xcalloc((size_t)count + 1, sizeof(*row));
	double *front, distance;
	uint32_t objectives = result->objective_count, found = 0, knee;

	for (uint32_t i = 0; i < count; i++)
		if (result->point[position[i]].rank == 1)
			row[found++] = (struct front_row){ value + (size_t)i * objectives, position[i],
							   objectives };
	qsort(row, found, sizeof(*row), by_objectives);
	front = dry_xcalloc((size_t)found * objectives + 1, sizeof(*front));
	if (!result->front || result->front_count < found)
		result->front = dry_arena_array(&result->arena, found, sizeof(*result->front));
	for (uint32_t i = 0; i < found; i++) {
		result->front[i] = row[i].position;
		memcpy(front + (size_t)i * objectives, row[i].value, objectives * sizeof(*front));
	}
	result->front_count = found;
	knee = dry_knee(front, found, objectives, &distance);
	result->knee = knee == UINT32_MAX ? DRY_NONE : result->front[knee];
	free(front);
	free(row);
}

static void count_points(struct dry_sweep_result *result)
{
	struct dry_sweep_counts *counts = &result->counts;

	*counts = (struct dry_sweep_counts){ .total = result->point_count };
	for (uint32_t i = 0; i < result->point_count; i++) {
		const struct dry_sweep_point *point = &result->point[i];

		counts->extra += point->is_extra;
		counts->done += point->state == DRY_POINT_DONE;
		counts->failed += point->state == DRY_POINT_FAILED;
		counts->pruned += point->state == DRY_POINT_PRUNED;
	}
	counts->finished = counts->done + counts->failed + counts->pruned;
	counts->pending = counts->total - counts->finished;
}

void dry_sweep_result_rank(struct dry_sweep_result *result, bool all_ranks)
{
	uint32_t objectives = result->objective_count, count = 0;
	double *value = dry_xcalloc((size_t)result->point_count * objectives + 1, sizeof(*value));
	uint32_t *position = dry_xcalloc((size_t)result->point_count + 1, sizeof(*position));
	uint32_t *rank = dry_xcalloc((size_t)result->point_count + 1, sizeof(*rank));

	sort_points(result);
	result->never_scheduled_floor = NAN;
	lower_floor(&result->never_scheduled_floor, &result->baseline);
	for (uint32_t i = 0; i < result->point_count; i++)
		lower_floor(&result->never_scheduled_floor, &result->point[i]);
	if (isnan(result->never_scheduled_floor))
		result->never_scheduled_floor = 0;
	set_state(result, &result->baseline);
	for (uint32_t i = 0; i < result->point_count; i++) {
		struct dry_sweep_point *point = &result->point[i];

		set_state(result, point);
		judge_limits(result, point);
		point->rank = 0;
		if (point->state != DRY_POINT_DONE || !point->has_metrics || !objectives)
			continue;
		for (uint32_t k = 0; k < objectives; k++)
			value[(size_t)count * objectives + k] = dry_sweep_objective(result, point, k);
		position[count++] = i;
	}
	result->rank_count = count ? dry_pareto_ranks(value, count, objectives, !all_ranks, rank) : 0;
	for (uint32_t i = 0; i < count; i++)
		result->point[position[i]].rank = rank[i] == UINT32_MAX ? 0 : rank[i] + 1;
	set_front(result, value, position, count);
	count_points(result);
	free(value);
	free(position);
	free(rank);
}

/* --- the same question? --- */

static const char *differ_text(struct dry_arena *arena, const char *what, const char *a, const char *b)
{
	if (!strcmp(a ? a : "", b ? b : ""))
		return NULL;
	return dry_arena_printf(arena, "%s: %s and %s", what, a && *a ? a : "none", b && *b ? b : "none");
}

static const char *differ_number(struct dry_arena *arena, const char *what, uint64_t a, uint64_t b)
{
	if (a == b)
		return NULL;
	return dry_arena_printf(arena, "%s: %" PRIu64 " and %" PRIu64, what, a, b);
}

static const char *differ_parameters(const struct dry_sweep_result *a, const struct dry_sweep_result *b,
				     struct dry_arena *arena)
{
	const char *found = differ_number(arena, "parameters", a->parameter_count, b->parameter_count);

	for (uint32_t p = 0; p < a->parameter_count && !found; p++) {
		const struct dry_sweep_parameter *x = &a->parameter[p], *y = &b->parameter[p];

		found = differ_text(arena, "parameter", x->path, y->path);
		if (!found && x->value_count != y->value_count)
			found = dry_arena_printf(arena, "values of %s: %u and %u", x->path,
						 x->value_count, y->value_count);
		for (uint32_t v = 0; v < x->value_count && !found; v++)
			found = differ_text(arena, x->path, x->value[v], y->value[v]);
		if (!found)
			found = differ_text(arena,
					    dry_arena_printf(arena, "baseline's %s", x->path),
					    a->base_value[p], b->base_value[p]);
	}
	return found;
}

static const char *differ_settings(const struct dry_sweep_result *a, const struct dry_sweep_result *b,
				   struct dry_arena *arena)
{
	const char *found = differ_number(arena, "settings (-p)", a->setting_count, b->setting_count);

	for (uint32_t i = 0; i < a->setting_count && !found; i++) {
		found = differ_text(arena, "setting (-p)", a->setting[i].path, b->setting[i].path);
		if (!found)
			found = differ_text(arena, a->setting[i].path, a->setting[i].value,
					    b->setting[i].value);
	}
	return found;
}

static const char *differ_objectives(const struct dry_sweep_result *a, const struct dry_sweep_result *b,
				     struct dry_arena *arena)
{
	const char *found = differ_number(arena, "objectives", a->objective_count, b->objective_count);

	for (uint32_t i = 0; i < a->objective_count && !found; i++)
		found = differ_text(arena, "objective", dry_metric_table[a->objective[i]].name,
				    dry_metric_table[b->objective[i]].name);
	return found;
}

const char *dry_sweep_manifest_differs(const struct dry_sweep_result *a,
				       const struct dry_sweep_result *b, struct dry_arena *arena)
{
	const char *found = differ_text(arena, "scenario", a->scenario, b->scenario);

	if (!found)
		found = differ_text(arena, "scenario SHA-256", a->scenario_sha256, b->scenario_sha256);
	if (!found)
		found = differ_text(arena, "trace SHA-256", a->trace_sha256, b->trace_sha256);
	if (!found)
		found = differ_text(arena, "engine version", a->version, b->version);
	if (!found)
		found = differ_number(arena, "seed", a->seed, b->seed);
	if (!found)
		found = differ_number(arena, "replications", a->replications, b->replications);
	if (!found && a->precision != b->precision)
		found = dry_arena_printf(arena, "precision: %.6g and %.6g", a->precision, b->precision);
	if (!found)
		found = differ_text(arena, "method", a->method, b->method);
	if (!found)
		found = differ_text(arena, "pruning", a->exhaustive ? "off" : "on",
				    b->exhaustive ? "off" : "on");
	if (!found)
		found = differ_parameters(a, b, arena);
	if (!found)
		found = differ_number(arena, "points in the grid", a->grid_count, b->grid_count);
	if (!found)
		found = differ_number(arena, "chosen points (digest)", a->selection_digest,
				      b->selection_digest);
	if (!found)
		found = differ_settings(a, b, arena);
	if (!found)
		found = differ_number(arena, "limits", a->limit_count, b->limit_count);
	for (uint32_t i = 0; i < a->limit_count && !found; i++)
		found = differ_text(arena, "limit", a->limit[i].text, b->limit[i].text);
	return found ? found : differ_objectives(a, b, arena);
}
