#include <gsl/gsl_errno.h>
#include <stdlib.h>
#include <string.h>

#include "api/error.h"
#include "api/scenario.h"
#include "api/sweep.h"
#include "dryscale.h"
#include "io/results_file.h"
#include "sweep/sweep.h"

struct dryscale_sweep *dryscale_sweep_new(struct dryscale_scenario *scenario)
{
	struct dryscale_sweep *sweep = dry_xcalloc(1, sizeof(*sweep));

	api_begin();
	sweep->scenario = scenario;
	return sweep;
}

struct dryscale_sweep *dryscale_sweep_open(const char *path)
{
	struct dryscale_sweep *sweep = dry_xcalloc(1, sizeof(*sweep));
	struct dry_error err = { 0 };

	api_begin();
	gsl_set_error_handler_off();
	if (!dry_results_read(path, &sweep->result, &err)) {
		free(sweep);
		api_fail(&err);
		return NULL;
	}
	dry_error_release(&err);
	sweep->has_result = true;
	return sweep;
}

void dryscale_sweep_free(struct dryscale_sweep *sweep)
{
	if (!sweep)
		return;
	if (sweep->has_result)
		dry_sweep_result_release(&sweep->result);
	for (uint32_t p = 0; p < sweep->parameter_count; p++)
		free((void *)(uintptr_t)sweep->parameter[p].value);
	free(sweep->parameter);
	dry_arena_release(&sweep->arena);
	free(sweep);
}

static struct dry_sweep_parameter *parameter_of(struct dryscale_sweep *sweep, const char *path)
{
	struct dry_sweep_parameter *parameter;
	uint32_t p;

	for (p = 0; p < sweep->parameter_count; p++)
		if (!strcmp(sweep->parameter[p].path, path))
			return &sweep->parameter[p];
	sweep->parameter = dry_xrealloc(sweep->parameter, (p + (size_t)1) * sizeof(*parameter));
	parameter = &sweep->parameter[sweep->parameter_count++];
	*parameter = (struct dry_sweep_parameter){ .path = dry_arena_text(&sweep->arena, path) };
	return parameter;
}

/* Alone, over the present settings: a value that only goes with others fails its points later. */
static int check_value(struct dryscale_sweep *sweep, const char *path, const char *value)
{
	struct dryscale_scenario *scenario = sweep->scenario;
	struct dry_error err = { 0 };
	struct dry_config config;

	dry_config_copy(&config, &scenario->config, &sweep->arena);
	if (!dry_config_set(&config, &scenario->input, path, value, &sweep->arena, &err))
		return api_fail(&err);
	dry_error_release(&err);
	return DRYSCALE_OK;
}

int dryscale_sweep_value(struct dryscale_sweep *sweep, const char *path, const char *value)
{
	struct dry_sweep_parameter *parameter;
	const char **values;
	int code;

	api_begin();
	if (sweep->has_result)
		return api_usage("the sweep has run");
	code = check_value(sweep, path, value);
	if (code)
		return code;
	parameter = parameter_of(sweep, path);
	values = (const char **)(uintptr_t)parameter->value;
	values = dry_xrealloc(values, (parameter->value_count + (size_t)1) * sizeof(*values));
	values[parameter->value_count++] = dry_arena_text(&sweep->arena, value);
	parameter->value = values;
	return DRYSCALE_OK;
}

int dryscale_sweep_run(struct dryscale_sweep *sweep, uint32_t jobs)
{
	const struct dryscale_scenario *scenario = sweep->scenario;
	const struct dry_sweep_options options = {
		.parameter_count = sweep->parameter_count,
		.parameter = sweep->parameter_count ? sweep->parameter : NULL,
		.setting_count = scenario->setting_count, .setting = scenario->setting,
		.has_seed = true, .seed = scenario->seed,
	};
	struct dry_error err = { 0 };
	struct dry_sweep *live;

	api_begin();
	if (sweep->has_result)
		return api_usage("the sweep has run");
	live = dry_sweep_new(&scenario->input, &options, &err);
	if (!live)
		return api_fail(&err);
	dry_error_release(&err);
	if (!dry_sweep_start(live, jobs)) {
		dry_sweep_release(live);
		dry_fail(&err, DRY_ERROR_SYSTEM, DRY_NOWHERE, "no thread could be made");
		return api_fail(&err);
	}
	dry_sweep_wait(live, -1);
	dry_sweep_result(live, &sweep->result);
	sweep->has_result = true;
	dry_sweep_release(live);
	return DRYSCALE_OK;
}

int dryscale_sweep_write(const struct dryscale_sweep *sweep, const char *path)
{
	struct dry_error err = { 0 };

	api_begin();
	if (!sweep->has_result)
		return api_usage("the sweep has not run");
	if (!dry_results_write(&sweep->result, path, true, &err))
		return api_fail(&err);
	dry_error_release(&err);
	return DRYSCALE_OK;
}
