/* prewarm: minimum sizes over the week from a forecast, proved on days that it never saw. */
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/units.h"
#include "cli/commands.h"
#include "cli/running.h"
#include "cli/scenario.h"
#include "io/reader.h"
#include "report/prewarm_report.h"
#include "report/report_file.h"
#include "run/prewarm.h"

enum {
	WARM_TRACE = 1,
	WARM_HELD,
	WARM_QUANTILE,
	WARM_DELAY_VALUE,
	WARM_BUCKET,
	WARM_SEASON,
	WARM_METHOD,
	WARM_DWELL,
	WARM_CHANGES,
	WARM_EARLY,
	WARM_WRITE
};

#define MINUTE_MS INT64_C(60000)
#define HOUR_MS (60 * MINUTE_MS)

#define QUANTILES_MAX 16

struct warm_job {
	struct dry_prewarm_options options;
	double quantile[QUANTILES_MAX];
	uint32_t quantile_count;        /* of --quantile; 0 = not given */
};

static bool read_share(struct dry_cli *cli, int id, const char *name, double low, double high, double *value)
{
	const char *text = dry_cli_value(&cli->arguments, id);
	double number;

	if (!text)
		return true;
	if (!dry_parse_number(text, strlen(text), &number) && number > low && number < high) {
		*value = number;
		return true;
	}
	dry_fail(&cli->err, DRY_ERROR_USAGE, DRY_NOWHERE, "%s %s: is out of range", name, text);
	return dry_fail_expected(&cli->err, "a number above %g and below %g", low, high);
}

static bool read_method(struct dry_cli *cli, struct dry_prewarm_options *options)
{
	const char *text = dry_cli_value(&cli->arguments, WARM_METHOD);

	options->has_method = text && strcmp(text, "auto") != 0;
	return !options->has_method || dry_forecast_method_find(text, &options->method);
}

/* "0.5,0.8,0.95": each is planned and proved; several are shown beside each other. */
static bool read_quantiles(struct dry_cli *cli, struct warm_job *job)
{
	const char *text = dry_cli_value(&cli->arguments, WARM_QUANTILE), *at = text;

	while (at && job->quantile_count < QUANTILES_MAX) {
		size_t length = strcspn(at, ",");
		double *value = &job->quantile[job->quantile_count];

		if (dry_parse_number(at, length, value) || !(*value > 0) || !(*value < 1))
			break;
		job->quantile_count++;
		if (!at[length])
			return true;
		at += length + 1;
	}
	if (!text)
		return true;
	dry_fail(&cli->err, DRY_ERROR_USAGE, DRY_NOWHERE, "--quantile %s: is out of range", text);
	return dry_fail_expected(&cli->err, "numbers between 0 and 1, up to %d with commas between them",
				 QUANTILES_MAX);
}

static bool read_options(struct dry_cli *cli, struct warm_job *job)
{
	struct dry_prewarm_options *options = &job->options;
	const char *held = dry_cli_value(&cli->arguments, WARM_HELD);
	const char *changes = dry_cli_value(&cli->arguments, WARM_CHANGES);
	int64_t number = 5, steps = 12;
	bool fine = true;

	*options = (struct dry_prewarm_options){ .bucket_ms = 15 * MINUTE_MS, .dwell_ms = -1, .pods_per_node = 1 };
	if (dry_cli_value(&cli->arguments, WARM_DELAY_VALUE))
		fine &= read_share(cli, WARM_DELAY_VALUE, "--delay-value", 0, 1e9, &options->delay_usd_per_pod_s);
	else
		options->tau = 0.95;
	fine &= read_quantiles(cli, job);
	if (job->quantile_count)
		options->tau = job->quantile[0];
	fine &= !held || dry_cli_number(cli, "--held-out", held, 1, 366, &number);
	fine &= !changes || dry_cli_number(cli, "--changes", changes, 1, 288, &steps);
	fine &= dry_cli_duration(cli, WARM_BUCKET, "--bucket", MINUTE_MS, INT64_MAX, &options->bucket_ms);
	fine &= dry_cli_duration(cli, WARM_SEASON, "--season", MINUTE_MS, INT64_MAX, &options->season_ms);
	fine &= dry_cli_duration(cli, WARM_DWELL, "--dwell", 0, INT64_MAX, &options->dwell_ms);
	fine &= dry_cli_duration(cli, WARM_EARLY, "--acquire-early", 0, INT64_MAX, &options->acquire_early_ms);
	fine &= read_method(cli, options);
	if (job->quantile_count > 1 && dry_cli_value(&cli->arguments, WARM_WRITE))
		fine = dry_fail(&cli->err, DRY_ERROR_USAGE, DRY_NOWHERE, "--write takes one --quantile");
	options->held_days = (uint32_t)number;
	options->changes_max = (uint32_t)steps;
	return fine;
}

static void draw(const struct dry_prewarm_page *what, const char *format, struct dry_page *page)
{
	if (!strcmp(format, "json"))
		dry_prewarm_json(what, page);
	else if (!strcmp(format, "csv"))
		dry_prewarm_csv(what, page);
	else
		dry_prewarm_table(what, page, !strcmp(format, "md"));
}

/* The scenario with the schedules in it. */
static int write_scenario(struct dry_cli *cli, const struct dry_prewarm_page *what, const char *scenario,
			  const char *path)
{
	struct dry_page page = { 0 };
	char *text = NULL;
	size_t length;
	int code = 0;

	if (!dry_reader_whole(scenario, NULL, &text, &length, &cli->err))
		return dry_cli_complain(cli);
	if (!dry_prewarm_scenario(what, text, &page)) {
		dry_fail(&cli->err, DRY_ERROR_INPUT, (struct dry_where){ .file = scenario },
			 "the schedules cannot be put in: a node group is not a block of its own");
		dry_fail_fix(&cli->err, "copy minSizeSchedule from -f json, or write each group as a block that "
			     "begins with its name");
		code = dry_cli_complain(cli);
	} else if (!dry_report_file_write(&page, path, cli->force, &cli->err)) {
		code = dry_cli_complain(cli);
	}
	dry_page_release(&page);
	free(text);
	return code;
}

static int prewarm(struct dry_cli *cli, const struct dry_input *input, const struct dry_config *config,
		   const struct warm_job *job)
{
	const char *path = dry_cli_value(&cli->arguments, WARM_WRITE);
	struct dry_prewarm_report report;
	struct dry_prewarm_page what = { &report, input, config };
	struct dry_page page = { 0 };
	int code = 0;

	if (!dry_prewarm(&report, input, config, &job->options, &cli->err))
		return dry_cli_complain(cli);
	if (path)
		code = write_scenario(cli, &what, cli->arguments.operand[0], path);
	if (!code) {
		draw(&what, cli->format, &page);
		code = dry_cli_write(cli, &page, report.group_count ? 0 : DRY_ERROR_EMPTY);
	}
	dry_page_release(&page);
	dry_prewarm_release(&report);
	return code;
}

/* Several quantiles: what each costs and saves. */
static int prewarm_each(struct dry_cli *cli, const struct dry_input *input, const struct dry_config *config,
			const struct warm_job *job)
{
	struct dry_prewarm_report *report = dry_xcalloc(job->quantile_count, sizeof(*report));
	struct dry_prewarm_options options = job->options;
	struct dry_page page = { 0 };
	uint32_t count = 0, i;
	int code = 0;

	for (; count < job->quantile_count && !code; count++) {
		options.tau = job->quantile[count];
		if (!dry_prewarm(&report[count], input, config, &options, &cli->err))
			code = dry_cli_complain(cli);
	}
	if (!code) {
		dry_prewarm_front(report, job->quantile, count, cli->format, &page);
		code = dry_cli_write(cli, &page, report[0].group_count ? 0 : DRY_ERROR_EMPTY);
	}
	for (i = 0; i < count; i++)
		dry_prewarm_release(&report[i]);
	dry_page_release(&page);
	free(report);
	return code;
}

static int run_prewarm(struct dry_cli *cli)
{
	struct dry_load_options load = { .trace = dry_cli_value(&cli->arguments, WARM_TRACE) };
	struct warm_job job = { .quantile_count = 0 };
	struct cli_scenario scenario;
	int code;

	if (!read_options(cli, &job))
		return dry_cli_complain(cli);
	code = cli_scenario_open(cli, &load, &scenario);
	if (code)
		return code;
	job.options.end_ms = dry_prewarm_trace_end_ms(&scenario.input);
	scenario.config.seed = cli_seed(cli, &scenario.config);
	code = (job.quantile_count > 1 ? prewarm_each : prewarm)(cli, &scenario.input, &scenario.config, &job);
	cli_scenario_close(&scenario);
	return code;
}

static const struct dry_cli_option prewarm_options[] = {
	CLI_OPTIONS_PARAM,
	{ WARM_TRACE, 0, "trace", "FILE", "a (longer) trace instead of the scenario's", NULL },
	{ WARM_HELD, 0, "held-out", "DAYS", "days at the end that the forecast never sees (5)", NULL },
	{ WARM_QUANTILE, 0, "quantile", "Q[,Q...]", "share of demand to hold nodes for (0.95)", NULL },
	{ WARM_DELAY_VALUE, 0, "delay-value", "USD", "what a second of a waiting pod costs; sets the quantile", NULL },
	{ WARM_BUCKET, 0, "bucket", "TIME", "width of the series (15m)", NULL },
	{ WARM_SEASON, 0, "season", "TIME", "24h or 168h (the better of both, with three weeks of history)", NULL },
	{ WARM_METHOD, 0, "method", "NAME", "how to forecast (the least loss on earlier days)",
	  "auto|naive|quantile|holt-winters|holt-winters-damped|fourier" },
	{ WARM_DWELL, 0, "dwell", "TIME", "valleys that are shorter are filled (unneeded time + delay after add)",
	  NULL },
	{ WARM_CHANGES, 0, "changes", "N", "changes of a minimum a day, at most (12)", NULL },
	{ WARM_EARLY, 0, "acquire-early", "TIME", "be early by this much more: the cloud may have none (0s)", NULL },
	{ WARM_WRITE, 0, "write", "FILE", "write the scenario with the schedules in it (its paths stay as they are)",
	  NULL },
};

const struct dry_cli_command dry_command_prewarm = {
	.name = "prewarm",
	.summary = "forecast demand, plan minimum sizes, prove them on held-out days",
	.usage = (const char *const[]){ "[OPTIONS] SCENARIO", NULL },
	.example = (const char *const[]){
		"dryscale generate --days 21 -o gpu.jsonl.gz gpu-training",
		"dryscale prewarm --trace gpu.jsonl.gz scenarios/gpu-burst.yaml",
		"dryscale prewarm --quantile 0.5,0.8,0.95 mine.yaml",
		"dryscale prewarm --quantile 0.8 --write warm.yaml mine.yaml", NULL },
	.option = prewarm_options,
	.option_count = sizeof(prewarm_options) / sizeof(prewarm_options[0]),
	.formats = "table|json|csv|md",
	.operand_min = 1,
	.operand_max = 1,
	.operand = "SCENARIO",
	.about = "The need of each node group is the peak of nodes in each bucket of a replay in which nothing holds "
		 "back. A forecast of its quantile, shifted by the time that a node needs, becomes a schedule of "
		 "minSize. The last days are run as they are, with the schedule that the days before them give, "
		 "with the one that perfect foresight would give, with a constant minimum and with placeholder pods, "
		 "all on the same random numbers. A sweep searches the quantile as prewarm.quantile (with "
		 "prewarm.heldOut, .bucket, .dwell and .changes; default = none): its held-out days have these "
		 "schedules. GPU node groups are groups like any other.",
	.run = run_prewarm,
};
