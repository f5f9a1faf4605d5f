#include "sweep/sweep_result.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/assert.h"
#include "base/error.h"
#include "sweep/grid.h"
#include "base/banned.h"

const char *dry_point_state_name(enum dry_point_state state)
{
	static const char *const name[DRY_POINT_STATE_COUNT] = {
		[DRY_POINT_PENDING] = "pending", [DRY_POINT_RUNNING] = "running",
		[DRY_POINT_DONE] = "done", [DRY_POINT_FAILED] = "failed",
		[DRY_POINT_PRUNED] = "pruned",
	};

	dry_assert(state < DRY_POINT_STATE_COUNT);
	return name[state];
}

static void clear_point(struct dry_sweep_point *point, uint64_t index)
{
	*point = (struct dry_sweep_point){ .index = index };
	for (int i = 0; i < DRY_METRIC_COUNT; i++)
		point->metric[i] = NAN;
}

void dry_sweep_result_init(struct dry_sweep_result *result)
{
	*result = (struct dry_sweep_result){ .scenario = "", .version = "", .method = "grid",
					     .replications = 1, .knee = DRY_NONE };
	dry_arena_init(&result->arena);
	clear_point(&result->baseline, UINT64_MAX);
}

void dry_sweep_result_release(struct dry_sweep_result *result)
{
	dry_arena_release(&result->arena);
	dry_sweep_result_init(result);
}

/* --- building --- */

static const char *copy_text(struct dry_arena *arena, const char *text)
{
	return text ? dry_arena_text(arena, text) : NULL;
}

static struct dry_setting *copy_settings(struct dry_arena *arena, const struct dry_setting *from,
					 uint32_t count)
{
	struct dry_setting *to = dry_arena_array(arena, count, sizeof(*to));

	for (uint32_t i = 0; i < count; i++)
		to[i] = (struct dry_setting){ copy_text(arena, from[i].path),
					      copy_text(arena, from[i].value) };
	return to;
}

void dry_sweep_result_reserve(struct dry_sweep_result *result, uint32_t point_count)
{
	struct dry_sweep_point *more;

	if (point_count <= result->point_room)
		return;
	more = dry_arena_array(&result->arena, point_count, sizeof(*more));
	if (result->point_count)
		memcpy(more, result->point, result->point_count * sizeof(*more));
	result->point = more;
	result->point_room = point_count;
}

static struct dry_sweep_point *add_point(struct dry_sweep_result *result, uint64_t index)
{
	uint32_t count = result->point_count;

	if (count == result->point_room)
		dry_sweep_result_reserve(result, count ? 2 * count : 1);
	clear_point(&result->point[count], index);
	result->point_count++;
	return &result->point[count];
}

/* What a grid point sets, all of it from the result's own parameters. */
static void set_grid_values(struct dry_sweep_result *result, struct dry_sweep_point *point)
{
	uint32_t count = result->parameter_count;

	point->value_index = dry_arena_array(&result->arena, count, sizeof(*point->value_index));
	point->setting = dry_arena_array(&result->arena, count, sizeof(*point->setting));
	point->setting_count = count;
	dry_grid_values(result->parameter, count, point->index, point->value_index);
	for (uint32_t p = 0; p < count; p++)
		point->setting[p] = (struct dry_setting){
			result->parameter[p].path,
			result->parameter[p].value[point->value_index[p]],
		};
}

struct dry_sweep_point *dry_sweep_result_add_grid(struct dry_sweep_result *result, uint64_t index)
{
	struct dry_sweep_point *point = add_point(result, index);

	dry_assert(index < result->grid_count);
	set_grid_values(result, point);
	return point;
}

struct dry_sweep_point *dry_sweep_result_add_extra(struct dry_sweep_result *result, uint64_t index,
						   const struct dry_setting *setting,
						   uint32_t setting_count)
{
	struct dry_sweep_point *point = add_point(result, index);

	point->is_extra = true;
	point->setting_count = setting_count;
	point->setting = copy_settings(&result->arena, setting, setting_count);
	return point;
}

void dry_sweep_point_take(struct dry_sweep_result *result, struct dry_sweep_point *to,
			  const struct dry_sweep_point *from)
{
	struct dry_arena *arena = &result->arena;
	size_t samples = (size_t)from->replications * DRY_METRIC_COUNT;

	to->state = from->state;
	to->reason = copy_text(arena, from->reason);
	to->has_metrics = from->has_metrics;
	memcpy(to->metric, from->metric, sizeof(to->metric));
	memcpy(to->lower_bound, from->lower_bound, sizeof(to->lower_bound));
	to->replications = from->replications;
	to->interval = NULL;
	to->sample = NULL;
	to->bound = NULL;
	if (from->interval) {
		to->interval = dry_arena_array(arena, DRY_METRIC_COUNT, sizeof(*to->interval));
		memcpy(to->interval, from->interval, DRY_METRIC_COUNT * sizeof(*to->interval));
	}
	if (from->sample) {
		to->sample = dry_arena_array(arena, samples, sizeof(*to->sample));
		memcpy(to->sample, from->sample, samples * sizeof(*to->sample));
	}
	if (from->bound) {
		size_t bounds = (size_t)DRY_SWEEP_CHECKPOINTS * result->objective_count;

		to->bound = dry_arena_array(arena, bounds, sizeof(*to->bound));
		memcpy(to->bound, from->bound, bounds * sizeof(*to->bound));
	}
	to->digest = from->digest;
	to->event_count = from->event_count;
	to->rank = from->rank;
}

/* --- copy --- */

static void copy_parameters(struct dry_sweep_result *to, const struct dry_sweep_result *from)
{
	struct dry_arena *arena = &to->arena;
	uint32_t count = from->parameter_count;
	struct dry_sweep_parameter *parameter = dry_arena_array(arena, count, sizeof(*parameter));
	const char **base = dry_arena_array(arena, count, sizeof(*base));
	const bool **match = dry_arena_array(arena, count, sizeof(*match));

	for (uint32_t p = 0; p < count; p++) {
		uint32_t values = from->parameter[p].value_count;
		const char **value = dry_arena_array(arena, values, sizeof(*value));
		bool *equal = dry_arena_array(arena, values, sizeof(*equal));

		for (uint32_t v = 0; v < values; v++) {
			value[v] = copy_text(arena, from->parameter[p].value[v]);
			equal[v] = from->base_match && from->base_match[p][v];
		}
		parameter[p] = (struct dry_sweep_parameter){
			.path = copy_text(arena, from->parameter[p].path),
			.value_count = values,
			.value = value,
		};
		base[p] = from->base_value ? copy_text(arena, from->base_value[p]) : NULL;
		match[p] = equal;
	}
	to->parameter_count = count;
	to->parameter = parameter;
	to->base_value = base;
	to->base_match = match;
}

void dry_sweep_result_copy_manifest(struct dry_sweep_result *to, const struct dry_sweep_result *from)
{
	enum dry_metric_id *objective;
	struct dry_rule *limit;

	dry_sweep_result_init(to);
	to->scenario = copy_text(&to->arena, from->scenario);
	memcpy(to->scenario_sha256, from->scenario_sha256, sizeof(to->scenario_sha256));
	memcpy(to->trace_sha256, from->trace_sha256, sizeof(to->trace_sha256));
	to->version = copy_text(&to->arena, from->version);
	to->seed = from->seed;
	to->replications = from->replications;
	to->precision = from->precision;
	to->method = copy_text(&to->arena, from->method);
	to->approximate = from->approximate;
	to->exhaustive = from->exhaustive;
	to->grid_count = from->grid_count;
	to->selection_digest = from->selection_digest;
	to->shard = from->shard;
	to->setting_count = from->setting_count;
	to->setting = copy_settings(&to->arena, from->setting, from->setting_count);
	copy_parameters(to, from);
	objective = dry_arena_array(&to->arena, from->objective_count, sizeof(*objective));
	for (uint32_t i = 0; i < from->objective_count; i++)
		objective[i] = from->objective[i];
	to->objective_count = from->objective_count;
	to->objective = objective;
	limit = dry_arena_array(&to->arena, (size_t)from->limit_count + 1, sizeof(*limit));
	for (uint32_t i = 0; i < from->limit_count; i++) {
		limit[i] = from->limit[i];
		limit[i].text = copy_text(&to->arena, from->limit[i].text);
	}
	to->limit_count = from->limit_count;
	to->limit = limit;
}

static void copy_baseline(struct dry_sweep_result *to, const struct dry_sweep_result *from)
{
	const struct dry_sweep_point *base = &from->baseline;

	clear_point(&to->baseline, base->index);
	if (base->value_index) {
		set_grid_values(to, &to->baseline);
	} else {
		to->baseline.setting = copy_settings(&to->arena, base->setting, base->setting_count);
		to->baseline.setting_count = base->setting_count;
	}
	dry_sweep_point_take(to, &to->baseline, base);
}

void dry_sweep_result_copy(struct dry_sweep_result *to, const struct dry_sweep_result *from)
{
	dry_sweep_result_copy_manifest(to, from);
	copy_baseline(to, from);
	dry_sweep_result_reserve(to, from->point_count);
	for (uint32_t i = 0; i < from->point_count; i++) {
		const struct dry_sweep_point *old = &from->point[i];
		struct dry_sweep_point *point =
			old->is_extra ? dry_sweep_result_add_extra(to, old->index, old->setting,
								   old->setting_count) :
					dry_sweep_result_add_grid(to, old->index);

		dry_sweep_point_take(to, point, old);
	}
	to->front_count = from->front_count;
	to->front = dry_arena_array(&to->arena, from->front_count, sizeof(*to->front));
	if (from->front_count)
		memcpy(to->front, from->front, from->front_count * sizeof(*to->front));
	to->knee = from->knee;
	to->rank_count = from->rank_count;
	to->never_scheduled_floor = from->never_scheduled_floor;
	to->counts = from->counts;
}

/* --- asking --- */

const struct dry_sweep_point *dry_sweep_result_find(const struct dry_sweep_result *result,
						    uint64_t index)
{
	uint32_t low = 0, high = result->point_count;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (result->point[middle].index < index)
			low = middle + 1;
		else
			high = middle;
	}
	return low < result->point_count && result->point[low].index == index ? &result->point[low] : NULL;
}

uint32_t dry_sweep_point_position(const struct dry_sweep_result *result,
				  const struct dry_sweep_point *point)
{
	dry_assert(point >= result->point);
	dry_assert(point < result->point + result->point_count);
	return (uint32_t)(point - result->point);
}

/* The last setting of a path, as it is the one that holds. */
static const char *setting_value(const struct dry_sweep_point *point, const char *path)
{
	for (uint32_t i = point->setting_count; i > 0; i--)
		if (!strcmp(point->setting[i - 1].path, path))
			return point->setting[i - 1].value;
	return NULL;
}

const char *dry_sweep_point_value(const struct dry_sweep_result *result,
				  const struct dry_sweep_point *point, uint32_t parameter)
{
	dry_assert(parameter < result->parameter_count);
	if (point->value_index)
		return result->parameter[parameter].value[point->value_index[parameter]];
	if (point == &result->baseline)
		return result->base_value[parameter];
	return setting_value(point, result->parameter[parameter].path);
}

static bool is_base_value(const struct dry_sweep_result *result, uint32_t p, const char *value)
{
	for (uint32_t v = 0; v < result->parameter[p].value_count; v++)
		if (!strcmp(result->parameter[p].value[v], value) && result->base_match[p][v])
			return true;
	return result->base_value[p] && !strcmp(result->base_value[p], value);
}

static bool is_parameter(const struct dry_sweep_result *result, const char *path)
{
	for (uint32_t p = 0; p < result->parameter_count; p++)
		if (!strcmp(result->parameter[p].path, path))
			return true;
	return false;
}

uint32_t dry_sweep_point_changes(const struct dry_sweep_result *result,
				 const struct dry_sweep_point *point,
				 struct dry_sweep_change *change, uint32_t size)
{
	uint32_t count = 0;

	if (point == &result->baseline)
		return 0;
	for (uint32_t p = 0; p < result->parameter_count; p++) {
		const char *value = dry_sweep_point_value(result, point, p);

		if (!value || is_base_value(result, p, value))
			continue;
		if (count < size)
			change[count] = (struct dry_sweep_change){ result->parameter[p].path,
								   result->base_value[p], value };
		count++;
	}
	for (uint32_t i = 0; i < point->setting_count && !point->value_index; i++) {
		const struct dry_setting *setting = &point->setting[i];

		if (is_parameter(result, setting->path) ||
		    setting_value(point, setting->path) != setting->value)
			continue;
		if (count < size)
			change[count] = (struct dry_sweep_change){ setting->path, NULL, setting->value };
		count++;
	}
	return count;
}

double dry_sweep_vs_base(const struct dry_sweep_result *result, const struct dry_sweep_point *point,
			 enum dry_metric_id metric)
{
	double value = point->metric[metric], base = result->baseline.metric[metric];

	if (!point->has_metrics || !result->baseline.has_metrics || isnan(value) || isnan(base))
		return NAN;
	if (value == base)
		return 0;
	return base != 0 ? (value - base) / fabs(base) : NAN;
}

bool dry_sweep_point_config(const struct dry_sweep_result *result,
			    const struct dry_sweep_point *point, const struct dry_input *input,
			    struct dry_config *config, struct dry_arena *arena,
			    struct dry_error *err)
{
	dry_config_copy(config, &input->config, arena);
	for (uint32_t i = 0; i < result->setting_count; i++)
		if (!dry_config_set(config, input, result->setting[i].path, result->setting[i].value,
				    arena, err))
			return false;
	for (uint32_t i = 0; i < point->setting_count; i++)
		if (!dry_config_set(config, input, point->setting[i].path, point->setting[i].value,
				    arena, err))
			return false;
	return dry_config_finish(config, input, arena, err);
}
