#include "api/scenario.h"

#include <gsl/gsl_errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "api/error.h"
#include "dryscale.h"
#include "io/scenario.h"
#include "report/decision_log.h"
#include "report/run_report.h"
#include "run/run.h"

struct dryscale_result {
	struct dry_result result;
	struct dry_page json;
};

struct dryscale_scenario *dryscale_load(const char *path)
{
	struct dryscale_scenario *scenario = dry_xcalloc(1, sizeof(*scenario));
	struct dry_error err = { 0 };

	api_begin();
	gsl_set_error_handler_off();
	if (!dry_input_load(&scenario->input, path, NULL, &err)) {
		free(scenario);
		api_fail(&err);
		return NULL;
	}
	dry_error_release(&err);
	dry_config_copy(&scenario->config, &scenario->input.config, &scenario->arena);
	scenario->seed = scenario->config.seed;
	return scenario;
}

void dryscale_free(struct dryscale_scenario *scenario)
{
	if (!scenario)
		return;
	dry_arena_release(&scenario->arena);
	dry_input_release(&scenario->input);
	free(scenario->setting);
	free(scenario);
}

/* The last word on a path counts. */
void api_remember(struct dryscale_scenario *scenario, const char *path, const char *value)
{
	struct dry_setting *setting;
	uint32_t i;

	for (i = 0; i < scenario->setting_count && strcmp(scenario->setting[i].path, path); i++)
		;
	if (i == scenario->setting_count) {
		scenario->setting = dry_xrealloc(scenario->setting, (i + (size_t)1) * sizeof(*setting));
		scenario->setting[i].path = dry_arena_text(&scenario->arena, path);
		scenario->setting_count++;
	}
	scenario->setting[i].value = dry_arena_text(&scenario->arena, value);
}

int dryscale_set(struct dryscale_scenario *scenario, const char *path, const char *value)
{
	struct dry_error err = { 0 };
	struct dry_config config;

	api_begin();
	dry_config_copy(&config, &scenario->config, &scenario->arena);
	if (!dry_config_set(&config, &scenario->input, path, value, &scenario->arena, &err) ||
	    !dry_config_finish(&config, &scenario->input, &scenario->arena, &err))
		return api_fail(&err);
	dry_error_release(&err);
	scenario->config = config;
	api_remember(scenario, path, value);
	return DRYSCALE_OK;
}

const char *dryscale_get(struct dryscale_scenario *scenario, const char *path)
{
	const char *value = dry_config_get(&scenario->config, &scenario->input, path, &scenario->arena);

	api_begin();
	if (!value)
		api_usage("there is no such parameter");
	return value;
}

void dryscale_reset(struct dryscale_scenario *scenario)
{
	api_begin();
	dry_config_copy(&scenario->config, &scenario->input.config, &scenario->arena);
	scenario->setting_count = 0;
}

void dryscale_seed(struct dryscale_scenario *scenario, uint64_t seed)
{
	api_begin();
	scenario->seed = seed;
}

/* The caller's ear for decisions. */
struct listener {
	struct dry_decision_log *log;
	dryscale_event_fn *on_event;
	void *context;
};

static void tell(void *context, const struct dry_event *event)
{
	const struct listener *listener = context;

	listener->on_event(listener->context, dry_decision_log_line(listener->log, event));
}

struct dryscale_result *dryscale_run_events(struct dryscale_scenario *scenario, uint32_t replication,
					    dryscale_event_fn *on_event, void *context)
{
	struct listener listener = { .on_event = on_event, .context = context };
	const struct dry_observer observer = { .context = &listener, .on_event = tell };
	const struct dry_run_request request = { .input = &scenario->input, .config = &scenario->config,
						 .seed = scenario->seed, .replication = replication,
						 .observer = on_event ? &observer : NULL };
	struct dryscale_result *result = dry_xcalloc(1, sizeof(*result));
	struct dry_worker *worker = dry_worker_new();
	const struct dry_run_report report = {
		.input = &scenario->input, .config = &scenario->config, .seed = scenario->seed,
		.setting_count = scenario->setting_count, .setting = scenario->setting,
		.replications = 1, .result = &result->result,
	};

	api_begin();
	if (on_event)
		listener.log = dry_decision_log_new(NULL, &scenario->input, &scenario->config);
	dry_run(worker, &request, &result->result);
	dry_worker_release(worker);
	dry_decision_log_release(listener.log);
	dry_run_report_json(&report, &result->json);
	return result;
}

struct dryscale_result *dryscale_run(struct dryscale_scenario *scenario, uint32_t replication)
{
	return dryscale_run_events(scenario, replication, NULL, NULL);
}

void dryscale_result_free(struct dryscale_result *result)
{
	if (!result)
		return;
	dry_result_release(&result->result);
	dry_page_release(&result->json);
	free(result);
}

double dryscale_metric(const struct dryscale_result *result, const char *name)
{
	enum dry_metric_id id = dry_metric_find(name, NULL);

	return id == DRY_METRIC_COUNT ? (double)NAN : result->result.metric[id];
}

uint64_t dryscale_digest(const struct dryscale_result *result)
{
	return result->result.digest;
}

const char *dryscale_json(const struct dryscale_result *result)
{
	return dry_page_string(&result->json);
}

const char *dryscale_metric_name(size_t index)
{
	return index < DRY_METRIC_COUNT ? dry_metric_table[index].name : NULL;
}

const char *dryscale_metric_key(size_t index)
{
	return index < DRY_METRIC_COUNT ? dry_metric_table[index].key : NULL;
}

const char *dryscale_metric_formula(size_t index)
{
	return index < DRY_METRIC_COUNT ? dry_metric_table[index].formula : NULL;
}
