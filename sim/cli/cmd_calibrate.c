/* calibrate: the recorded day replayed, and how far the simulation is from the record. */
#include <string.h>

#include "cli/commands.h"
#include "cli/interrupt.h"
#include "cli/running.h"
#include "cli/scenario.h"
#include "io/calibration.h"
#include "report/calibration.h"
#include "report/report_file.h"

enum { CALIBRATE_YEAR = 1 };

static int compare(struct dry_cli *cli, const struct dry_input *input, const struct dry_config *config,
		   const struct dry_calibration *calibration)
{
	struct dry_watched *const watched = dry_watched_new(input, config);
	struct dry_run_request request = { .input = input, .config = config, .seed = cli_seed(cli, config),
					   .observer = dry_watched_observer(watched),
					   .stop = cli_interrupt_flag() };
	struct dry_calibration_report report = { 0 };
	struct dry_result result = { 0 };
	struct dry_page page = { 0 };
	int code = cli_run_many(cli, &request, 1, &result);

	if (!code && !dry_calibration_compare(calibration, watched, &report, &cli->err))
		code = dry_cli_complain(cli);
	else if (!code) {
		if (!strcmp(cli->format, "json"))
			dry_calibration_json(&report, &page);
		else
			dry_calibration_table(&report, &page);
		code = dry_cli_write(cli, &page, 0);
	}
	dry_calibration_report_release(&report);
	dry_page_release(&page);
	dry_result_release(&result);
	dry_watched_release(watched);
	return code;
}

static int with_records(struct dry_cli *cli, const struct dry_calibration *calibration)
{
	struct cli_scenario scenario;
	int code = cli_scenario_open(cli, NULL, &scenario);

	if (code)
		return code;
	code = compare(cli, &scenario.input, &scenario.config, calibration);
	cli_scenario_close(&scenario);
	return code;
}

static int run_calibrate(struct dry_cli *cli)
{
	const char *const year = dry_cli_value(&cli->arguments, CALIBRATE_YEAR);
	struct dry_calibration_request request = {
		.file_count = cli->arguments.operand_count - 1, .size_limit = cli->size_limit,
		.file = (const char *const *)cli->arguments.operand + 1,
	};
	struct dry_calibration calibration = { 0 };
	int64_t number = 0;
	int code;

	if ((year && !dry_cli_number(cli, "--log-year", year, 1970, 9999, &number)) ||
	    !dry_report_file_may_write(cli->output, cli->force, &cli->err))
		return dry_cli_complain(cli);
	request.log_year = (int32_t)number;
	if (dry_calibration_read(&calibration, &request, &cli->err))
		code = with_records(cli, &calibration);
	else
		code = dry_cli_complain(cli);
	dry_calibration_release(&calibration);
	return code;
}

static const struct dry_cli_option options[] = {
	CLI_OPTIONS_PARAM,
	{ CALIBRATE_YEAR, 0, "log-year", "Y", "the year of klog lines", NULL },
};

const struct dry_cli_command dry_command_calibrate = {
	.name = "calibrate",
	.summary = "replay a recorded day: recorded against simulated, with errors",
	.usage = (const char *const[]){ "[-p KEY=VALUE]... [options] SCENARIO RECORDS...", NULL },
	.example = (const char *const[]){
		"dryscale calibrate my.yaml events.json",
		"dryscale calibrate --log-year 2026 my.yaml cluster-autoscaler.log", NULL },
	.option = options,
	.option_count = sizeof(options) / sizeof(options[0]),
	.formats = "table|json",
	.operand_min = 2,
	.operand_max = UINT32_MAX,
	.operand = "FILE",
	.about = "RECORDS are Kubernetes events, a watch of nodes beside them, the autoscaler's log, or what "
		 "\"dryscale import\" made of them. Nodes over time, scale-ups, waits and times to Ready are held "
		 "against a run of the scenario, so that one sees how far to trust it.",
	.run = run_calibrate,
};
