/* after-wave: how soon after a wave of Jobs may each node group let its nodes go? */
#include <stdlib.h>
#include <string.h>

#include "base/units.h"
#include "cli/commands.h"
#include "cli/running.h"
#include "cli/scenario.h"
#include "report/after_wave.h"

enum { WAVE_TOLERANCE = 1, WAVE_REPLICATIONS };

struct wave_job {
	struct dry_cli *cli;
	struct cli_scenario scenario;
	struct dry_config chosen;       /* with what was chosen so far */
	struct dry_arena arena;
	struct dry_wave_watch watch;
	struct dry_wave_report report;
};

static void means(const struct dry_result *result, uint32_t count, double metric[DRY_METRIC_COUNT])
{
	for (int m = 0; m < DRY_METRIC_COUNT; m++) {
		double sum = 0;

		for (uint32_t r = 0; r < count; r++)
			sum += result[r].metric[m];
		metric[m] = sum / count;
	}
}

/* Each config `replications` times; metric[i] is of config[i]. The first run is watched when `observer` says so. */
static int simulate(struct wave_job *job, const struct dry_config *config, uint32_t count,
		    const struct dry_observer *observer, double (*metric)[DRY_METRIC_COUNT])
{
	uint32_t runs = job->report.replications, total = runs * count;
	struct dry_run_request *request = dry_xcalloc(total + 1u, sizeof(*request));
	struct dry_result *result = dry_xcalloc(total + 1u, sizeof(*result));
	int code;

	for (uint32_t i = 0; i < total; i++)
		request[i] = (struct dry_run_request){ .input = &job->scenario.input, .config = &config[i / runs],
						       .seed = cli_seed(job->cli, &job->scenario.config),
						       .replication = i % runs,
						       .observer = i == 0 ? observer : NULL };
	code = cli_run_many(job->cli, request, total, result);
	for (uint32_t i = 0; i < count && !code; i++)
		means(&result[(size_t)i * runs], runs, metric[i]);
	for (uint32_t i = 0; i < total; i++)
		dry_result_release(&result[i]);
	free(request);
	free(result);
	return code;
}

static bool set_time(struct wave_job *job, struct dry_config *config, const char *path, int64_t ms)
{
	char text[40];

	return dry_config_set(config, &job->scenario.input, path, dry_format_duration(ms, text, sizeof(text)),
			      &job->arena,
			      &job->cli->err);
}

/* Simulates the ladder's steps over what was chosen so far, and chooses. */
static int climb(struct wave_job *job, struct dry_wave_ladder *ladder)
{
	struct dry_config config[DRY_WAVE_STEPS];
	double metric[DRY_WAVE_STEPS][DRY_METRIC_COUNT];
	int64_t step_ms[DRY_WAVE_STEPS];
	int code;

	ladder->earliest = -1;
	ladder->count = dry_wave_steps(ladder->present_ms, step_ms);
	for (uint32_t i = 0; i < ladder->count; i++) {
		dry_config_copy(&config[i], &job->chosen, &job->arena);
		ladder->step[i].ms = step_ms[i];
		if (!set_time(job, &config[i], ladder->path, step_ms[i]))
			return dry_cli_complain(job->cli);
	}
	code = ladder->count ? simulate(job, config, ladder->count, NULL, metric) : 0;
	for (uint32_t i = 0; i < ladder->count && !code; i++) {
		memcpy(ladder->step[i].metric, metric[i], sizeof(metric[i]));
		ladder->step[i].safe = dry_wave_is_safe(job->report.present, metric[i], job->report.tolerance);
	}
	if (!code)
		dry_wave_choose(&job->report, ladder);
	return code;
}

/* One ladder a group that had a wave, each over the present setting. */
static int climb_groups(struct wave_job *job)
{
	int code = 0;

	for (uint32_t g = 0; g < job->scenario.config.group_count && !code; g++) {
		struct dry_wave_ladder *ladder = &job->report.ladder[job->report.ladder_count];

		if (!job->watch.group[g].waves)
			continue;
		job->report.ladder_count++;
		ladder->group = job->scenario.config.group[g].name;
		ladder->now = &job->watch.group[g];
		ladder->path = dry_arena_printf(&job->arena, "nodeGroups.%s.options.scaleDownUnneededTime",
						ladder->group);
		ladder->present_ms = dry_wave_unneeded_ms(&job->scenario.config, &job->scenario.input, g, &job->arena);
		code = climb(job, ladder);
	}
	return code;
}

/* The groups' choices, then the delay after a scale-up on top of them. */
static int climb_delay(struct wave_job *job)
{
	struct dry_wave_report *report = &job->report;
	struct dry_wave_ladder *delay = &report->ladder[report->ladder_count];
	double metric[1][DRY_METRIC_COUNT];
	int code;

	for (uint32_t i = 0; i < report->ladder_count; i++) {
		const struct dry_wave_ladder *ladder = &report->ladder[i];

		if (ladder->earliest >= 0 &&
		    !set_time(job, &job->chosen, ladder->path, ladder->step[ladder->earliest].ms))
			return dry_cli_complain(job->cli);
	}
	delay->path = "scale-down-delay-after-add";
	delay->present_ms = job->scenario.config.options.scale_down_delay_after_add_ms;
	code = simulate(job, &job->chosen, 1, NULL, metric);
	if (code)
		return code;
	memcpy(report->together, metric[0], sizeof(metric[0]));
	report->ladder_count++;
	code = climb(job, delay);
	/* It is worth its risk only where it saves more than the groups' times alone. */
	if (!code && delay->earliest >= 0 &&
	    delay->step[delay->earliest].metric[DRY_METRIC_COST_DAY] < report->together[DRY_METRIC_COST_DAY])
		memcpy(report->together, delay->step[delay->earliest].metric, sizeof(report->together));
	else
		delay->earliest = -1;
	report->together_safe = dry_wave_is_safe(report->present, report->together, report->tolerance);
	return code;
}

static int study(struct wave_job *job)
{
	double metric[1][DRY_METRIC_COUNT];
	struct dry_observer observer;
	int code;

	dry_wave_watch_init(&job->watch, &job->scenario.input, job->scenario.config.group_count, &job->arena);
	observer = dry_wave_watch_observer(&job->watch);
	job->report.ladder = dry_arena_array(&job->arena, job->scenario.config.group_count + 2u,
					     sizeof(*job->report.ladder));
	code = simulate(job, &job->scenario.config, 1, &observer, metric);
	if (code)
		return code;
	memcpy(job->report.present, metric[0], sizeof(metric[0]));
	dry_config_copy(&job->chosen, &job->scenario.config, &job->arena);
	code = climb_groups(job);
	if (code)
		return code;
	if (!job->report.ladder_count) {
		dry_fail(&job->cli->err, DRY_ERROR_EMPTY, DRY_NOWHERE,
			 "no wave of Jobs: no node group ran %d batch pods in a row and then none", DRY_WAVE_PODS);
		return dry_cli_complain(job->cli);
	}
	return climb_delay(job);
}

static int write_report(struct wave_job *job)
{
	struct dry_cli *cli = job->cli;
	struct dry_page page = { 0 };
	int code;

	if (!strcmp(cli->format, "json"))
		dry_wave_json(&job->report, &page);
	else if (!strcmp(cli->format, "params"))
		dry_wave_params(&job->report, &page);
	else
		dry_wave_table(&job->report, &page, !strcmp(cli->format, "md"));
	code = dry_cli_write(cli, &page, 0);
	dry_page_release(&page);
	return code;
}

static bool read_options(struct wave_job *job)
{
	const struct dry_cli_arguments *arguments = &job->cli->arguments;
	const char *text = dry_cli_value(arguments, WAVE_REPLICATIONS);
	const char *tolerance = dry_cli_value(arguments, WAVE_TOLERANCE);
	int64_t replications = 1;
	size_t length = tolerance ? strlen(tolerance) : 0;
	double percent = 10;

	if (text && !dry_cli_number(job->cli, "--replications", text, 1, 1000, &replications))
		return false;
	if (length && tolerance[length - 1] == '%')
		length--;
	if (tolerance && (!length || dry_parse_number(tolerance, length, &percent) || !(percent >= 0) ||
			  percent > 1000)) {
		dry_fail(&job->cli->err, DRY_ERROR_USAGE, DRY_NOWHERE, "--tolerance %s: is no percentage", tolerance);
		return dry_fail_expected(&job->cli->err, "0 to 1000, such as 10%%");
	}
	job->report.replications = (uint32_t)replications;
	job->report.tolerance = percent / 100;
	return true;
}

static int run_after_wave(struct dry_cli *cli)
{
	struct wave_job job = { .cli = cli };
	int code;

	if (!read_options(&job))
		return dry_cli_complain(cli);
	code = cli_scenario_open(cli, NULL, &job.scenario);
	if (code)
		return code;
	job.report.scenario = job.scenario.input.name;
	dry_arena_init(&job.arena);
	code = study(&job);
	if (!code)
		code = write_report(&job);
	dry_arena_release(&job.arena);
	cli_scenario_close(&job.scenario);
	return code;
}

static const struct dry_cli_option options[] = {
	CLI_OPTIONS_PARAM,
	{ WAVE_TOLERANCE, 0, "tolerance", "PERCENT", "how much worse waits and evictions may become (10%)", NULL },
	{ WAVE_REPLICATIONS, 0, "replications", "N", "runs with other luck, the same for all; shows means", NULL },
};

const struct dry_cli_command dry_command_after_wave = {
	.name = "after-wave",
	.summary = "how soon after a wave of Jobs each node group may let nodes go",
	.usage = (const char *const[]){ "[--tolerance PERCENT] [--replications N] SCENARIO", NULL },
	.example = (const char *const[]){
		"dryscale after-wave scenarios/web-and-batch.yaml",
		"dryscale after-wave -f params -o wave.yaml scenarios/web-and-batch.yaml", NULL },
	.option = options,
	.option_count = sizeof(options) / sizeof(options[0]),
	.formats = "table|json|md|params",
	.operand_min = 1,
	.operand_max = 1,
	.operand = "SCENARIO",
	.about = "For each node group that ran a wave of Jobs, shorter scaleDownUnneededTime of its own are "
		 "simulated, then shorter scale-down-delay-after-add on top. Earliest is the time that saves most "
		 "of those that keep waits, evictions, lost work and pods never scheduled within the tolerance. "
		 "\"held\" is how long nodes are kept now, from a wave's last pod to the decision to remove them.",
	.run = run_after_wave,
};
