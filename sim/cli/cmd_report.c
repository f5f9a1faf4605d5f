/* report: a sweep as one self-contained file for people. */
#include <string.h>

#include "cli/command.h"
#include "cli/commands.h"
#include "cli/inputs.h"
#include "cli/interrupt.h"
#include "cli/scenario.h"
#include "io/results_file.h"
#include "report/sweep_picture.h"

enum { REPORT_POINT = 1 };

struct report {
	struct dry_sweep_result result;
	struct dry_input input;
	bool has_input;
	struct dry_sweep_picture picture;
	struct dry_recording *recording[DRY_PICTURE_POINTS];
	struct dry_config config[DRY_PICTURE_POINTS];
	struct dry_arena arena;
};

/* --point: the baseline stays first, so that there is something to compare with. */
static bool choose_points(struct dry_cli *cli, struct report *report)
{
	struct dry_sweep_picture *picture = &report->picture;
	const struct dry_cli_arguments *arguments = &cli->arguments;

	dry_sweep_picture_choose(&report->result, picture);
	if (!dry_cli_find(arguments, REPORT_POINT))
		return true;
	picture->count = picture->count && !strcmp(picture->role[0], "baseline");
	for (uint32_t i = 0; i < arguments->given_count; i++) {
		const struct dry_sweep_point *point;

		if (arguments->given[i].option->id != REPORT_POINT)
			continue;
		point = cli_point_of_result(cli, &report->result, arguments->given[i].value);
		if (!point)
			return false;
		if (picture->count == DRY_PICTURE_POINTS)
			return dry_fail(&cli->err, DRY_ERROR_USAGE, DRY_NOWHERE,
					"--point: at most %d points fit a report", DRY_PICTURE_POINTS - 1);
		picture->point[picture->count] = point;
		picture->role[picture->count++] = "asked for";
	}
	return true;
}

/* Each chosen point is run once more, to see what it does over time. */
static int record(struct dry_cli *cli, struct report *report)
{
	struct dry_sweep_picture *picture = &report->picture;

	for (uint32_t i = 0; i < picture->count; i++) {
		const struct dry_run_request request = { .input = &report->input, .config = &report->config[i],
							 .seed = report->result.seed, .stop = cli_interrupt_flag() };

		if (!picture->point[i]->has_metrics)
			continue;
		if (!dry_sweep_point_config(&report->result, picture->point[i], &report->input, &report->config[i],
					    &report->arena, &cli->err))
			return dry_cli_complain(cli);
		report->recording[i] = dry_recording_make(&request);
		if (!report->recording[i])
			return cli_interrupt_code();
		picture->recording[i] = report->recording[i];
	}
	return 0;
}

static int write_report(struct dry_cli *cli, struct report *report)
{
	struct dry_page page = { 0 };
	int code;

	if (!strcmp(cli->format, "svg"))
		dry_sweep_picture_svg(&report->picture, &page);
	else if (!strcmp(cli->format, "md"))
		dry_sweep_picture_markdown(&report->picture, &page);
	else
		dry_sweep_picture_html(&report->picture, &page);
	code = dry_cli_write(cli, &page, 0);
	dry_page_release(&page);
	return code;
}

static int make_report(struct dry_cli *cli, struct report *report)
{
	int code;

	if (!dry_results_read(cli->arguments.operand[0], &report->result, &cli->err) || !choose_points(cli, report))
		return dry_cli_complain(cli);
	if (cli->arguments.operand_count > 1) {
		code = cli_load(cli, cli->arguments.operand[1], NULL, &report->input);
		if (code)
			return code;
		report->has_input = true;
		if (!cli_is_of_result(cli, &report->result, cli->arguments.operand[1], &report->input))
			return dry_cli_complain(cli);
		code = record(cli, report);
		if (code)
			return code;
	} else {
		dry_cli_hint(cli, "no curves over time: name the scenario behind the result to have them");
	}
	return write_report(cli, report);
}

static int run_report(struct dry_cli *cli)
{
	struct report report;
	int code;

	memset(&report, 0, sizeof(report));
	dry_sweep_result_init(&report.result);
	dry_arena_init(&report.arena);
	cli->consequence = "nothing was written";
	code = make_report(cli, &report);
	for (uint32_t i = 0; i < DRY_PICTURE_POINTS; i++)
		dry_recording_release(report.recording[i]);
	if (report.has_input)
		dry_input_release(&report.input);
	dry_arena_release(&report.arena);
	dry_sweep_result_release(&report.result);
	return code;
}

static const struct dry_cli_option options[] = {
	{ REPORT_POINT, 0, "point", "ID",
	  "show this point beside the baseline (may be repeated); else knee, cheapest, fastest", NULL },
};

const struct dry_cli_command dry_command_report = {
	.name = "report",
	.summary = "a sweep as one self-contained page: front, curves over time, effects, assumptions",
	.usage = (const char *const[]) { "[-f html|svg|md] [--point ID]... [-o FILE] RESULT [SCENARIO]",
					 NULL },
	.example =
		(const char *const[]) {
			"dryscale report -o sweep.html front.json.gz scenarios/web-and-batch.yaml",
			"dryscale report -f md front.json.gz",
			"dryscale report -f svg --point 188 -o 188.svg front.json.gz", NULL },
	.option = options,
	.option_count = sizeof(options) / sizeof(options[0]),
	.formats = "html|svg|md",
	.operand_min = 1,
	.operand_max = 2,
	.operand = "RESULT",
	.about = "The page needs no network and no script, and holds no date, host or path: the same result "
		 "gives the same bytes.",
	.run = run_report,
};
