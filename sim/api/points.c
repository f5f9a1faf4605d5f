/* Reading what a sweep found. */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "api/error.h"
#include "api/scenario.h"
#include "api/sweep.h"
#include "dryscale.h"

/* --- what it is of --- */

static const char *objectives(struct dryscale_sweep *sweep)
{
	const char *text = "";

	for (uint32_t i = 0; i < sweep->result.objective_count; i++)
		text = dry_arena_printf(&sweep->arena, "%s%s%s", text, i ? "," : "",
					dry_metric_table[sweep->result.objective[i]].name);
	return text;
}

const char *dryscale_sweep_info(struct dryscale_sweep *sweep, const char *key)
{
	const struct dry_sweep_result *result = &sweep->result;
	const struct {
		const char *key, *text;
	} known[] = {
		{ "scenario", result->scenario },
		{ "scenario_sha256", result->scenario_sha256 },
		{ "trace_sha256", result->trace_sha256 },
		{ "version", result->version },
		{ "method", result->method },
		{ "approximate", result->approximate ? "true" : "false" },
		{ "exhaustive", result->exhaustive ? "true" : "false" },
	};

	api_begin();
	if (!sweep->has_result) {
		api_usage("the sweep has not run");
		return NULL;
	}
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (!strcmp(key, known[i].key))
			return known[i].text;
	if (!strcmp(key, "seed"))
		return dry_arena_printf(&sweep->arena, "%" PRIu64, result->seed);
	if (!strcmp(key, "replications"))
		return dry_arena_printf(&sweep->arena, "%u", result->replications);
	if (!strcmp(key, "objectives"))
		return objectives(sweep);
	api_usage("a result has no such key");
	return NULL;
}

size_t dryscale_parameter_count(const struct dryscale_sweep *sweep)
{
	return sweep->has_result ? sweep->result.parameter_count : 0;
}

const char *dryscale_parameter_path(const struct dryscale_sweep *sweep, size_t index)
{
	return index < dryscale_parameter_count(sweep) ? sweep->result.parameter[index].path : NULL;
}

const char *dryscale_parameter_base(const struct dryscale_sweep *sweep, size_t index)
{
	return index < dryscale_parameter_count(sweep) ? sweep->result.base_value[index] : NULL;
}

/* --- points --- */

size_t dryscale_point_count(const struct dryscale_sweep *sweep)
{
	return sweep->has_result ? sweep->result.point_count : 0;
}

size_t dryscale_front_count(const struct dryscale_sweep *sweep)
{
	return sweep->has_result ? sweep->result.front_count : 0;
}

size_t dryscale_front_point(const struct dryscale_sweep *sweep, size_t rank)
{
	return rank < dryscale_front_count(sweep) ? sweep->result.front[rank] : SIZE_MAX;
}

size_t dryscale_knee_point(const struct dryscale_sweep *sweep)
{
	return sweep->has_result && sweep->result.knee != DRY_NONE ? sweep->result.knee : SIZE_MAX;
}

static const struct dry_sweep_point *point_at(const struct dryscale_sweep *sweep, size_t position)
{
	return position < dryscale_point_count(sweep) ? &sweep->result.point[position] : NULL;
}

uint64_t dryscale_point_id(const struct dryscale_sweep *sweep, size_t position)
{
	const struct dry_sweep_point *point = point_at(sweep, position);

	return point ? point->index : UINT64_MAX;
}

size_t dryscale_point_find(const struct dryscale_sweep *sweep, uint64_t id)
{
	const struct dry_sweep_point *point =
		sweep->has_result ? dry_sweep_result_find(&sweep->result, id) : NULL;

	return point ? dry_sweep_point_position(&sweep->result, point) : SIZE_MAX;
}

const char *dryscale_point_state(const struct dryscale_sweep *sweep, size_t position)
{
	const struct dry_sweep_point *point = point_at(sweep, position);

	return point ? dry_point_state_name(point->state) : NULL;
}

const char *dryscale_point_reason(const struct dryscale_sweep *sweep, size_t position)
{
	const struct dry_sweep_point *point = point_at(sweep, position);

	return point ? point->reason : NULL;
}

int dryscale_point_on_front(const struct dryscale_sweep *sweep, size_t position)
{
	const struct dry_sweep_point *point = point_at(sweep, position);

	return point && dry_sweep_point_on_front(point);
}

static double metric_of(const struct dry_sweep_point *point, const char *name)
{
	enum dry_metric_id id = dry_metric_find(name, NULL);

	return !point || !point->has_metrics || id == DRY_METRIC_COUNT ? (double)NAN : point->metric[id];
}

double dryscale_point_metric(const struct dryscale_sweep *sweep, size_t position, const char *name)
{
	return metric_of(point_at(sweep, position), name);
}

const char *dryscale_point_value(const struct dryscale_sweep *sweep, size_t position, const char *path)
{
	const struct dry_sweep_point *point = point_at(sweep, position);

	for (uint32_t i = 0; point && i < point->setting_count; i++)
		if (!strcmp(point->setting[i].path, path))
			return point->setting[i].value;
	return NULL;
}

double dryscale_base_metric(const struct dryscale_sweep *sweep, const char *name)
{
	return metric_of(sweep->has_result ? &sweep->result.baseline : NULL, name);
}

/* --- again --- */

int dryscale_point_apply(const struct dryscale_sweep *sweep, size_t position, struct dryscale_scenario *scenario)
{
	const struct dry_sweep_point *point = point_at(sweep, position);
	const struct dry_sweep_result *result = &sweep->result;
	struct dry_error err = { 0 };
	struct dry_config config;

	api_begin();
	if (!point)
		return api_usage("there is no such point");
	if (!dry_sweep_point_config(result, point, &scenario->input, &config, &scenario->arena, &err))
		return api_fail(&err);
	dry_error_release(&err);
	scenario->config = config;
	scenario->seed = result->seed;
	scenario->setting_count = 0;
	for (uint32_t i = 0; i < result->setting_count; i++)
		api_remember(scenario, result->setting[i].path, result->setting[i].value);
	for (uint32_t i = 0; i < point->setting_count; i++)
		api_remember(scenario, point->setting[i].path, point->setting[i].value);
	return DRYSCALE_OK;
}
