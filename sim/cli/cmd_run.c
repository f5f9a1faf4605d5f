/* run: one simulation, or its replications. validate: the reading and checking alone. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/interrupt.h"
#include "cli/run_hazard.h"
#include "cli/running.h"
#include "cli/scenario.h"
#include "report/decision_log.h"
#include "report/input_report.h"
#include "report/report_file.h"
#include "report/policy.h"
#include "report/run_report.h"
#include "report/timeline.h"

enum {
	RUN_WINDOW = 1,
	RUN_EVENTS,
	RUN_TIMELINE,
	RUN_REPLICATIONS,
	RUN_EVERY_TICK,
	RUN_HAZARD,
	RUN_VALIDATE,
	RUN_POLICY
};

#define REPLICATIONS_MAX 10000

struct run_job {
	struct dry_cli *cli;
	struct cli_scenario scenario;
	struct dry_policy policy;
	bool has_policy;
	uint32_t replications;
	struct dry_report_stream *events, *timeline;
	struct dry_decision_log *log;
	struct dry_timeline *line;
};

/* --- options --- */

/* "2h..8h": waits count from there, the run ends there. Either side may be left out. */
static bool read_window(struct run_job *job)
{
	const char *text = dry_cli_value(&job->cli->arguments, RUN_WINDOW);
	const char *dots = text ? strstr(text, "..") : NULL;
	struct dry_config *config = &job->scenario.config;
	char from[64];
	bool fine = !text || (dots && (size_t)(dots - text) < sizeof(from));

	if (!text)
		return true;
	if (fine) {
		memcpy(from, text, (size_t)(dots - text));
		from[dots - text] = '\0';
		fine = (!*from || (dry_parse_clock(from, &config->warmup_ms) &&
				   config->warmup_ms >= 0)) &&
		       (!dots[2] || (dry_parse_clock(dots + 2, &config->horizon_ms) &&
				     config->horizon_ms > 0));
	}
	if (!fine) {
		dry_fail(&job->cli->err, DRY_ERROR_USAGE, DRY_NOWHERE, "--window %s: is no window", text);
		return dry_fail_expected(&job->cli->err, "FROM..TO, such as 02:00..08:00, 1d..2d or ..6h");
	}
	if (config->horizon_ms != DRY_NEVER && config->horizon_ms <= config->warmup_ms)
		return dry_fail(&job->cli->err, DRY_ERROR_USAGE, DRY_NOWHERE,
				"--window %s: the window runs backwards", text);
	return true;
}

static bool read_numbers(struct run_job *job)
{
	const char *text = dry_cli_value(&job->cli->arguments, RUN_REPLICATIONS);
	int64_t number = 1;

	if (text && !dry_cli_number(job->cli, "--replications", text, 1, REPLICATIONS_MAX, &number))
		return false;
	job->replications = (uint32_t)number;
	return true;
}

/* Files that would be refused at the end are refused before anything runs. */
static bool may_write_all(struct dry_cli *cli)
{
	static const int ids[] = { RUN_EVENTS, RUN_TIMELINE };
	uint32_t on_stdout = !cli->output;
	bool fine = dry_report_file_may_write(cli->output, cli->force, &cli->err);

	for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
		const char *path = dry_cli_value(&cli->arguments, ids[i]);

		if (!path)
			continue;
		on_stdout += !strcmp(path, "-");
		fine &= dry_report_file_may_write(path, cli->force, &cli->err);
	}
	if (on_stdout > 1) {
		dry_fail(&cli->err, DRY_ERROR_USAGE, DRY_NOWHERE, "only one output can go to stdout (-)");
		fine = dry_fail_fix(&cli->err, "-o FILE writes the result to a file");
	}
	return fine;
}

/* --- the observer of replication 0 --- */

static void on_event(void *context, const struct dry_event *event)
{
	struct run_job *job = context;

	dry_decision_log_on_event(job->log, event);
}

static void on_sample(void *context, const struct dry_sample *sample)
{
	struct run_job *job = context;

	dry_timeline_on_sample(job->line, sample);
}

static bool is_lines(const char *path)
{
	return strstr(path, ".jsonl") || strstr(path, ".ndjson");
}

static bool open_streams(struct run_job *job, struct dry_observer *observer)
{
	struct dry_cli *cli = job->cli;
	const char *events = dry_cli_value(&cli->arguments, RUN_EVENTS);
	const char *timeline = dry_cli_value(&cli->arguments, RUN_TIMELINE);

	observer->context = job;
	if (events) {
		job->events = dry_report_stream_open(events, cli->force, &cli->err);
		if (!job->events)
			return false;
		job->log = dry_decision_log_new(job->events, &job->scenario.input, &job->scenario.config);
		observer->on_event = on_event;
	}
	if (timeline) {
		job->timeline = dry_report_stream_open(timeline, cli->force, &cli->err);
		if (!job->timeline)
			return false;
		job->line = dry_timeline_new(job->timeline, &job->scenario.config, is_lines(timeline));
		observer->on_sample = on_sample;
	}
	return true;
}

static void drop_streams(struct run_job *job)
{
	dry_decision_log_release(job->log);
	dry_timeline_release(job->line);
	dry_report_stream_abandon(job->events);
	dry_report_stream_abandon(job->timeline);
	job->log = NULL;
	job->line = NULL;
	job->events = job->timeline = NULL;
}

static bool finish_streams(struct run_job *job)
{
	bool fine = true;

	dry_decision_log_release(job->log);
	job->log = NULL;
	dry_timeline_release(job->line);
	job->line = NULL;
	if (job->events)
		fine = dry_report_stream_finish(job->events, &job->cli->err);
	job->events = NULL;
	if (fine && job->timeline) {
		fine = dry_report_stream_finish(job->timeline, &job->cli->err);
		job->timeline = NULL;
	}
	return fine;
}

/* --- running --- */

static void draw(const struct run_job *job, const struct dry_result *result, struct dry_page *page)
{
	struct dry_run_report report = {
		.input = &job->scenario.input, .config = &job->scenario.config,
		.scenario_path = job->scenario.path,
		.setting_count = job->scenario.settings.count, .setting = job->scenario.settings.setting,
		.seed = cli_seed(job->cli, &job->scenario.config), .replications = job->replications,
		.result = result, .colour = job->cli->color_out,
		.policy = job->has_policy ? &job->policy : NULL,
	};

	if (!strcmp(job->cli->format, "json"))
		dry_run_report_json(&report, page);
	else if (!strcmp(job->cli->format, "csv"))
		dry_run_report_csv(&report, page);
	else if (!strcmp(job->cli->format, "md"))
		dry_run_report_markdown(&report, page);
	else
		dry_run_report_table(&report, page);
}

static int simulate(struct run_job *job)
{
	struct dry_observer observer = { 0 };
	struct dry_run_request *request;
	struct dry_result *result;
	struct dry_page page = { 0 };
	int code;

	if (!open_streams(job, &observer)) {
		drop_streams(job);
		return dry_cli_complain(job->cli);
	}
	request = dry_xcalloc(job->replications, sizeof(*request));
	result = dry_xcalloc(job->replications, sizeof(*result));
	for (uint32_t r = 0; r < job->replications; r++)
		request[r] = (struct dry_run_request){
			.input = &job->scenario.input, .config = &job->scenario.config,
			.seed = cli_seed(job->cli, &job->scenario.config), .replication = r,
			.every_tick = dry_cli_find(&job->cli->arguments, RUN_EVERY_TICK),
			.observer = !r && (observer.on_event || observer.on_sample) ? &observer : NULL,
			.stop = cli_interrupt_flag(),
		};
	code = cli_run_many(job->cli, request, job->replications, result);
	if (code) {
		drop_streams(job);
	} else if (!finish_streams(job)) {
		drop_streams(job);
		code = dry_cli_complain(job->cli);
	} else {
		draw(job, result, &page);
		code = dry_cli_write(job->cli, &page, 0);
	}
	for (uint32_t r = 0; r < job->replications; r++)
		dry_result_release(&result[r]);
	dry_page_release(&page);
	free(result);
	free(request);
	return code;
}

static int scale_hazard(struct run_job *job)
{
	return cli_run_hazard(job->cli, &job->scenario.input, &job->scenario.config,
			      dry_cli_value(&job->cli->arguments, RUN_HAZARD), job->replications);
}

static int show_input(struct run_job *job)
{
	struct dry_input_report report = { &job->scenario.input, &job->scenario.config, job->cli->color_out };
	struct dry_page page = { 0 };
	int code;

	if (job->cli->format && !strcmp(job->cli->format, "json"))
		dry_input_report_json(&report, &page);
	else
		dry_input_report_table(&report, &page);
	code = dry_cli_write(job->cli, &page, 0);
	dry_page_release(&page);
	return code;
}

/* Its tags go into the report; its limits are judged by "check". */
static bool read_policy(struct run_job *job)
{
	const char *path = dry_cli_value(&job->cli->arguments, RUN_POLICY);

	dry_policy_init(&job->policy);
	job->has_policy = path != NULL;
	return !path || dry_policy_read(&job->policy, path, &job->cli->err);
}

static int with_input(struct run_job *job, int (*then)(struct run_job *job))
{
	struct dry_cli *cli = job->cli;
	int code = cli_scenario_open(cli, NULL, &job->scenario);

	if (code)
		return code;
	code = read_window(job) && read_policy(job) ? then(job) : dry_cli_complain(cli);
	dry_policy_release(&job->policy);
	cli_scenario_close(&job->scenario);
	return code;
}

static int run_run(struct dry_cli *cli)
{
	struct run_job job = { .cli = cli };
	bool validates = dry_cli_find(&cli->arguments, RUN_VALIDATE);

	if (!read_numbers(&job) || !may_write_all(cli))
		return dry_cli_complain(cli);
	if (validates && strcmp(cli->format, "table") && strcmp(cli->format, "json")) {
		dry_fail(&cli->err, DRY_ERROR_USAGE, DRY_NOWHERE, "run --validate: no format \"%s\"",
			 cli->format);
		dry_fail_expected(&cli->err, "table|json");
		return dry_cli_complain(cli);
	}
	if (!validates && dry_cli_find(&cli->arguments, RUN_HAZARD))
		return with_input(&job, scale_hazard);
	return with_input(&job, validates ? show_input : simulate);
}

static int run_validate(struct dry_cli *cli)
{
	struct run_job job = { .cli = cli, .replications = 1 };

	if (!dry_report_file_may_write(cli->output, cli->force, &cli->err))
		return dry_cli_complain(cli);
	return with_input(&job, show_input);
}

static const struct dry_cli_option run_options[] = {
	CLI_OPTIONS_PARAM,
	CLI_OPTION_POINT,
	CLI_OPTIONS_RELEASE,
	{ RUN_POLICY, 0, "policy", "FILE", "carry the cost allocation tags of a policy into the report", NULL },
	{ RUN_WINDOW, 0, "window", "A..B", "count waits from A on, stop at B", NULL },
	{ RUN_EVENTS, 0, "events", "FILE", "write the decision log, JSON lines", NULL },
	{ RUN_TIMELINE, 0, "timeline", "FILE", "write sizes and prices over time, CSV or .jsonl", NULL },
	{ RUN_REPLICATIONS, 0, "replications", "N", "runs with other luck; shows means and intervals", NULL },
	{ RUN_EVERY_TICK, 0, "every-tick", NULL, "run every loop, skip none: same result, slower", NULL },
	{ RUN_HAZARD, 0, "hazard-scale", "LIST", "with spot interruptions so many times as often: 1,3,10", NULL },
	{ RUN_VALIDATE, 0, "validate", NULL, "only read and check", NULL },
};

const struct dry_cli_command dry_command_run = {
	.name = "run",
	.summary = "simulate a scenario once: cost, waits, node groups",
	.usage = (const char *const[]){ "[-p KEY=VALUE]... [--params FILE] [options] SCENARIO|-",
					"--point ID [options] RESULT SCENARIO", NULL },
	.example = (const char *const[]){
		"dryscale run scenarios/web-and-batch.yaml",
		"dryscale run -p scale-down-unneeded-time=2m -p nodeGroups.spot-a.maxSize=40 scenario.yaml",
		"dryscale run -f json --events log.jsonl.gz --timeline nodes.csv scenario.yaml", NULL },
	.option = run_options,
	.option_count = sizeof(run_options) / sizeof(run_options[0]),
	.formats = "table|json|csv|md",
	.operand_min = 1,
	.operand_max = 2,
	.operand = "FILE",
	.about = "Parameters are flags by their own names or paths into the scenario; \"dryscale help "
		 "flags\" lists the flags. --events and --timeline tell of the first replication.",
	.run = run_run,
};

static const struct dry_cli_option validate_options[] = {
	CLI_OPTIONS_PARAM,
	CLI_OPTIONS_RELEASE,
};

const struct dry_cli_command dry_command_validate = {
	.name = "validate",
	.summary = "read and check a scenario and its traces, say what was understood",
	.usage = (const char *const[]){ "[-p KEY=VALUE]... [--params FILE] SCENARIO|-", NULL },
	.example = (const char *const[]){ "dryscale validate scenario.yaml",
					  "dryscale validate -f json scenario.yaml",
					  "dryscale validate --params proposal.yaml scenario.yaml", NULL },
	.option = validate_options,
	.option_count = sizeof(validate_options) / sizeof(validate_options[0]),
	.formats = "table|json",
	.operand_min = 1,
	.operand_max = 1,
	.operand = "SCENARIO",
	.about = "Pods that fit no node group are named with each group's reason: they are no error, "
		 "they will wait for ever.",
	.run = run_validate,
};
