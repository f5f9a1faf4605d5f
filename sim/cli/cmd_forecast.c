/* forecast: a future trace, and how well the method did on the past. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/units.h"
#include "cli/command.h"
#include "cli/commands.h"
#include "io/trace_future.h"
#include "io/writer.h"
#include "report/report_file.h"
#include "report/table.h"

enum {
	FORECAST_HORIZON = 1,
	FORECAST_SEASON,
	FORECAST_BUCKET,
	FORECAST_GROWTH,
	FORECAST_METHOD
};

#define MINUTE_MS INT64_C(60000)
#define DAY_MS (1440 * MINUTE_MS)

static bool read_options(struct dry_cli *cli, struct dry_future_options *options)
{
	const char *growth = dry_cli_value(&cli->arguments, FORECAST_GROWTH);
	const char *method = dry_cli_value(&cli->arguments, FORECAST_METHOD);
	bool fine = true;

	*options = (struct dry_future_options){ .bucket_ms = 15 * MINUTE_MS, .season_ms = DAY_MS,
						.horizon_ms = 7 * DAY_MS, .growth = 1,
						.size_limit = cli->size_limit,
						.seed = cli->has_seed ? cli->seed : 1 };
	fine &= dry_cli_duration(cli, FORECAST_HORIZON, "--horizon", MINUTE_MS, 3660 * DAY_MS, &options->horizon_ms);
	fine &= dry_cli_duration(cli, FORECAST_SEASON, "--season", MINUTE_MS, 3660 * DAY_MS, &options->season_ms);
	fine &= dry_cli_duration(cli, FORECAST_BUCKET, "--bucket", MINUTE_MS, 3660 * DAY_MS, &options->bucket_ms);
	options->has_method = method && strcmp(method, "auto") != 0;
	if (options->has_method)
		fine &= dry_forecast_method_find(method, &options->method);
	if (growth && (dry_parse_number(growth, strlen(growth), &options->growth) || !(options->growth > 0) ||
		       options->growth > 1000)) {
		dry_fail(&cli->err, DRY_ERROR_USAGE, DRY_NOWHERE, "--growth %s: is out of range", growth);
		fine = dry_fail_expected(&cli->err, "a factor above 0: 1.2 is a fifth more");
	}
	if (fine && options->season_ms % options->bucket_ms) {
		dry_fail(&cli->err, DRY_ERROR_USAGE, DRY_NOWHERE, "--season has to be a whole number of buckets");
		fine = false;
	}
	return fine;
}

static void number_cell(struct dry_table *table, const char *format, double value)
{
	char text[32];

	snprintf(text, sizeof(text), format[0] == '%' && format[1] == 'p' ? "%.0f%%" : "%.2f", value);
	dry_table_cell(table, isnan(value) ? "-" : text);
}

static void add_kind(const struct dry_future *future, enum dry_demand_kind which, struct dry_table *table)
{
	const struct dry_future_kind *kind = &future->kind[which];
	int m;

	for (m = 0; m < DRY_FORECAST_METHOD_COUNT; m++) {
		const struct dry_backtest *test = &kind->tests.of[m];
		bool chosen = m == (int)kind->method;

		if (!test->fold_count && !chosen)
			continue;
		dry_table_cell(table, dry_demand_kind_name(which));
		dry_table_cellf(table, "%s%s", dry_forecast_method_name((enum dry_forecast_method)m),
				chosen ? " *" : "");
		dry_table_cellf(table, "%zu", test->fold_count);
		number_cell(table, "", test->fold_count ? test->mase : NAN);
		number_cell(table, "%p", test->fold_count ? test->smape : NAN);
		number_cell(table, "", test->fold_count ? test->pinball : NAN);
		number_cell(table, "%p", test->fold_count ? 100 * test->coverage : NAN);
	}
}

/* The backtest of each kind of demand; * = the method that was used. */
static void draw(const struct dry_future *future, struct dry_page *page)
{
	static const char *const head[] = { "demand", "method", "folds", "MASE", "sMAPE", "pinball 0.9", "covered" };
	struct dry_table table;
	int kind;

	dry_table_open(&table, "llrrrrr", head);
	for (kind = 0; kind < DRY_DEMAND_KIND_COUNT; kind++)
		if (future->kind[kind].pods)
			add_kind(future, (enum dry_demand_kind)kind, &table);
	dry_table_draw(&table, page, 2);
	dry_table_release(&table);
	dry_page_add(page, "\n");
	for (kind = 0; kind < DRY_DEMAND_KIND_COUNT; kind++) {
		const struct dry_future_kind *one = &future->kind[kind];

		if (!one->pods)
			continue;
		dry_page_printf(page, "%s: %llu pods a day forecast, %llu drawn", dry_demand_kind_name(
				(enum dry_demand_kind)kind), (unsigned long long)llround(one->mean_per_day),
				(unsigned long long)one->drawn);
		if (one->tests.too_few_folds)
			dry_page_add(page, "; fewer than 3 seasons to test on: a guess");
		else if (!one->tests.is_calibrated)
			dry_page_add(page, "; not calibrated");
		dry_page_add(page, "\n");
	}
	if (future->carried)
		dry_page_printf(page, "%llu pods that still ran at the end are there from the start\n",
				(unsigned long long)future->carried);
	if (future->left_out)
		dry_page_printf(page, "%llu lines that are no pods were left out (deletions, interruptions, "
				"prices)\n", (unsigned long long)future->left_out);
}

static int write_trace(struct dry_cli *cli, struct dry_future *future)
{
	struct dry_writer_options options = { .force = cli->force };
	struct dry_writer *writer = dry_writer_open(cli->output ? cli->output : "-", &options, &cli->err);

	if (!writer)
		return dry_cli_complain(cli);
	dry_future_write(future, writer);
	return dry_writer_commit(writer, &cli->err) ? 0 : dry_cli_complain(cli);
}

static int run_forecast(struct dry_cli *cli)
{
	struct dry_future_options options;
	struct dry_page page = { 0 };
	struct dry_future future;
	int code;

	if (!read_options(cli, &options) || !dry_report_file_may_write(cli->output, cli->force, &cli->err))
		return dry_cli_complain(cli);
	if (!dry_future_read(&future, cli->arguments.operand[0], &options, &cli->err)) {
		code = dry_cli_complain(cli);
		dry_future_release(&future);
		return code;
	}
	code = write_trace(cli, &future);
	if (!code) {
		draw(&future, &page);
		if (cli->output)        /* else the trace is on stdout */
			code = dry_report_file_write(&page, NULL, false, &cli->err) ? 0 : dry_cli_complain(cli);
		else if (!cli->quiet)
			fputs(dry_page_string(&page), stderr);
	}
	dry_page_release(&page);
	dry_future_release(&future);
	return code;
}

static const struct dry_cli_option forecast_options[] = {
	{ FORECAST_HORIZON, 0, "horizon", "TIME", "length of the future (168h)", NULL },
	{ FORECAST_SEASON, 0, "season", "TIME", "after what demand repeats (24h)", NULL },
	{ FORECAST_BUCKET, 0, "bucket", "TIME", "width of the series (15m)", NULL },
	{ FORECAST_GROWTH, 0, "growth", "FACTOR", "multiply the forecast (1)", NULL },
	{ FORECAST_METHOD, 0, "method", "NAME", "how to forecast (the least loss in a backtest)",
	  "auto|naive|quantile|holt-winters|holt-winters-damped|fourier" },
};

const struct dry_cli_command dry_command_forecast = {
	.name = "forecast",
	.summary = "write a future trace from the rhythm of a recorded one",
	.usage = (const char *const[]){ "[OPTIONS] [-o FUTURE] TRACE", NULL },
	.example = (const char *const[]){ "dryscale forecast -o next-week.jsonl.gz traces/web-service.jsonl.gz",
					  "dryscale forecast --growth 1.3 --season 168h -o next.jsonl mine.jsonl.gz",
					  NULL },
	.option = forecast_options,
	.option_count = sizeof(forecast_options) / sizeof(forecast_options[0]),
	.operand_min = 1,
	.operand_max = 1,
	.operand = "TRACE",
	.about = "Arrivals per bucket of batch and of service pods are forecast by the method that lost least in a "
		 "rolling backtest (MASE below 1 beats repeating the last season). Counts are drawn around the "
		 "forecast; each drawn pod is a copy of one that came at the same time of an earlier season. The "
		 "header of the new trace says that it is synthetic. With -o the backtest goes to stdout, else to "
		 "stderr.",
	.run = run_forecast,
};
