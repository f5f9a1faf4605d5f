/* analyze: pending pods as the autoscaler sees them at one instant. */
#include <string.h>

#include "cli/commands.h"
#include "cli/interrupt.h"
#include "cli/running.h"
#include "cli/scenario.h"
#include "report/analysis.h"
#include "report/report_file.h"
#include "report/run_report.h"

enum { ANALYZE_AT = 1, ANALYZE_TRACE };

#define EVERY_TICK_MS (INT64_C(3) * 24 * 3600 * 1000)

struct analyze_job {
	struct dry_cli *cli;
	struct cli_scenario scenario;
	struct dry_loop_watch watch;
	struct dry_result result;
};

static int run_once(struct analyze_job *job, const struct dry_observer *observer, const atomic_bool *stop,
		    struct dry_result *result)
{
	struct dry_run_request request = {
		.input = &job->scenario.input, .config = &job->scenario.config,
		.seed = cli_seed(job->cli, &job->scenario.config),
		.observer = observer, .stop = stop,
		/* to be exact about ages; a long run skips loops that repeat the one before */
		.every_tick = observer && job->watch.at_ms <= EVERY_TICK_MS,
	};

	cli_run_many(job->cli, &request, 1, result);
	return cli_interrupt_code();
}

static void on_note(void *context, const struct dry_note *note)
{
	struct analyze_job *job = context;

	dry_loop_watch_on_note(&job->watch, note);
	if (cli_is_interrupted())
		atomic_store(&job->watch.stop, true);
}

/* The asked instant, or the first loop that saw the worst moment of the run. */
static int find_instant(struct analyze_job *job, int64_t *at_ms)
{
	const char *text = dry_cli_value(&job->cli->arguments, ANALYZE_AT);
	int64_t step = job->scenario.config.options.scan_interval_ms;
	int code;

	if (!cli_instant(job->cli, ANALYZE_AT, "at", at_ms))
		return dry_cli_complain(job->cli);
	code = run_once(job, NULL, cli_interrupt_flag(), &job->result);
	if (code)
		return code;
	if (text && *at_ms > job->result.end_at_ms) {
		char end[48];

		dry_fail(&job->cli->err, DRY_ERROR_EMPTY, DRY_NOWHERE, "--at %s: the run ends at %s", text,
			 dry_format_clock(job->result.end_at_ms, end, sizeof(end)));
		return dry_cli_complain(job->cli);
	}
	if (!text)
		*at_ms = step > 0 ? (job->result.worst_at_ms + step - 1) / step * step : job->result.worst_at_ms;
	return 0;
}

static int draw(struct analyze_job *job, struct dry_fits *fits)
{
	struct dry_analysis analysis;
	struct dry_page page = { 0 };
	int code;

	dry_analysis_make(&analysis, &job->scenario.input, &job->scenario.config, &job->watch.loop, fits);
	if (!strcmp(job->cli->format, "json"))
		dry_analysis_json(&analysis, &page);
	else if (!strcmp(job->cli->format, "csv"))
		dry_analysis_csv(&analysis, &page);
	else if (!strcmp(job->cli->format, "md"))
		dry_analysis_markdown(&analysis, &page);
	else
		dry_analysis_table(&analysis, job->cli->color_out, &page);
	code = dry_cli_write(job->cli, &page, 0);
	dry_page_release(&page);
	dry_analysis_release(&analysis);
	return code;
}

static int analyze(struct analyze_job *job)
{
	struct dry_observer observer = { .context = job, .on_note = on_note };
	struct dry_result unused;
	struct dry_fits *fits;
	int code = find_instant(job, &job->watch.at_ms);

	if (code)
		return code;
	job->watch.stop_after_ms = job->watch.at_ms;
	job->watch.input = &job->scenario.input;
	job->watch.config = &job->scenario.config;
	dry_loop_watch_init(&job->watch);
	code = run_once(job, &observer, &job->watch.stop, &unused);
	dry_result_release(&unused);
	dry_loop_watch_finish(&job->watch);
	if (!code && job->watch.loop.at_ms < 0) {
		dry_fail(&job->cli->err, DRY_ERROR_EMPTY, DRY_NOWHERE, "no loop of the autoscaler until then");
		code = dry_cli_complain(job->cli);
	}
	if (!code) {
		fits = dry_fits_new(&job->scenario.input, &job->scenario.config);
		code = draw(job, fits);
		dry_fits_release(fits);
	}
	dry_loop_watch_release(&job->watch);
	return code;
}

static int run_analyze(struct dry_cli *cli)
{
	struct analyze_job job = { .cli = cli, .watch = { .at_ms = -1, .stop_after_ms = INT64_MAX } };
	struct dry_load_options load = { .trace = dry_cli_value(&cli->arguments, ANALYZE_TRACE) };
	int code;

	if (!dry_report_file_may_write(cli->output, cli->force, &cli->err))
		return dry_cli_complain(cli);
	code = cli_scenario_open(cli, &load, &job.scenario);
	if (code)
		return code;
	dry_result_init(&job.result);
	code = analyze(&job);
	dry_result_release(&job.result);
	cli_scenario_close(&job.scenario);
	return code;
}

static const struct dry_cli_option options[] = {
	{ ANALYZE_AT, 0, "at", "TIME", "18:07, 1d02:30 or 65220s (when most pods wait)", NULL },
	{ ANALYZE_TRACE, 0, "trace", "FILE", "pods of this trace instead, such as an imported pod list", NULL },
	CLI_OPTIONS_PARAM,
	CLI_OPTION_POINT,
	CLI_OPTIONS_RELEASE,
};

const struct dry_cli_command dry_command_analyze = {
	.name = "analyze",
	.summary = "pending pods as the autoscaler sees them: what they ask for, who could take them",
	.usage = (const char *const[]){ "[--at TIME] [--trace FILE] [-p KEY=VALUE]... SCENARIO|-",
					"--point ID [--at TIME] RESULT SCENARIO", NULL },
	.example = (const char *const[]){
		"dryscale analyze scenario.yaml",
		"dryscale analyze --at 18:07 -f json scenario.yaml",
		"dryscale import -o pods.jsonl pods.json && dryscale analyze --trace pods.jsonl scenario.yaml",
		NULL },
	.option = options,
	.option_count = sizeof(options) / sizeof(options[0]),
	.formats = "table|json|csv|md",
	.operand_min = 1,
	.operand_max = 2,
	.operand = "FILE",
	.about = "Class and urgency follow from owner, labels, priority and how a pod ends. \"Nodes\" are by "
		 "requests, if a group took these pods alone; the options are the autoscaler's own estimate.",
	.run = run_analyze,
};
