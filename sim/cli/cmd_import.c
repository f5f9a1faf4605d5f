/* import: what people have recorded becomes a trace, prices, groups or settings. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/help.h"
#include "cli/command.h"
#include "cli/commands.h"
#include "io/importers.h"
#include "report/report_file.h"
#include "report/table.h"

enum {
	IMPORT_LIST = 1,
	IMPORT_STRICT,
	IMPORT_ANONYMIZE,
	IMPORT_FROM,
	IMPORT_TO,
	IMPORT_KEEP,
	IMPORT_WINDOW,
	IMPORT_GPU,
	IMPORT_COLUMNS,
	IMPORT_SPLIT,
	IMPORT_REGION,
	IMPORT_PRODUCT,
	IMPORT_MARKET,
	IMPORT_RELEASE,
	IMPORT_YEAR,
	IMPORT_REPORT
};

static const char *result_name(enum dry_import_result result)
{
	switch (result) {
	case DRY_IMPORT_TRACE: return "trace";
	case DRY_IMPORT_PRICES: return "prices";
	case DRY_IMPORT_HAZARDS: return "hazards";
	case DRY_IMPORT_NODE_GROUPS: return "node groups";
	case DRY_IMPORT_DAEMON_SETS: return "daemon sets";
	case DRY_IMPORT_SETTINGS: return "settings";
	case DRY_IMPORT_CALIBRATION: return "calibration";
	}
	return "";
}

static int list_kinds(struct dry_cli *cli)
{
	struct dry_table table;
	struct dry_page page = { 0 };
	int code;

	dry_table_init(&table, "lll");
	dry_table_cell(&table, "kind");
	dry_table_cell(&table, "makes");
	dry_table_cell(&table, "from");
	for (size_t i = 0; i < dry_import_kind_count; i++) {
		dry_table_cell(&table, dry_import_kinds[i].name);
		dry_table_cell(&table, result_name(dry_import_kinds[i].result));
		dry_table_cell(&table, dry_import_kinds[i].what);
	}
	dry_table_draw(&table, &page, 0);
	dry_page_add(&page, "\nhow to record\n");
	dry_help_recording(&page);
	code = dry_cli_write(cli, &page, 0);
	dry_table_release(&table);
	dry_page_release(&page);
	return code;
}

static bool read_time(struct dry_cli *cli, int id, const char *option, int64_t *ms)
{
	const char *text = dry_cli_value(&cli->arguments, id);
	const char *wrong = text ? dry_import_parse_time(text, ms) : NULL;

	if (!wrong)
		return true;
	dry_fail(&cli->err, DRY_ERROR_USAGE, DRY_NOWHERE, "%s: \"%s\" %s", option, text, wrong);
	return dry_fail_expected(&cli->err, "an instant (2026-03-02T08:00:00Z) or a time from the start (2h, 3d)");
}

static bool read_integer(struct dry_cli *cli, int id, const char *option, int64_t min, int64_t max,
			 int32_t *value)
{
	const char *text = dry_cli_value(&cli->arguments, id);
	int64_t number = 0;

	if (text && !dry_cli_number(cli, option, text, min, max, &number))
		return false;
	if (text)
		*value = (int32_t)number;
	return true;
}

static bool read_request(struct dry_cli *cli, struct dry_import_request *request)
{
	const struct dry_cli_arguments *given = &cli->arguments;
	const char *gpu = dry_cli_value(given, IMPORT_GPU);

	request->output = cli->output;
	request->force = cli->force;
	request->strict = dry_cli_find(given, IMPORT_STRICT);
	request->keep_recreations = dry_cli_find(given, IMPORT_KEEP);
	request->anonymize_key = dry_cli_value(given, IMPORT_ANONYMIZE);
	request->columns = dry_cli_value(given, IMPORT_COLUMNS);
	request->region = dry_cli_value(given, IMPORT_REGION);
	request->product = dry_cli_value(given, IMPORT_PRODUCT);
	request->market = dry_cli_value(given, IMPORT_MARKET);
	request->release = dry_cli_value(given, IMPORT_RELEASE);
	if (gpu)
		request->gpu_policy = !strcmp(gpu, "whole") ? DRY_GPU_WHOLE :
				      !strcmp(gpu, "drop") ? DRY_GPU_DROP : DRY_GPU_SHARE;
	if (request->anonymize_key && !*request->anonymize_key)
		return dry_fail(&cli->err, DRY_ERROR_USAGE, DRY_NOWHERE, "--anonymize: the key is empty");
	if (!read_time(cli, IMPORT_FROM, "--from", &request->from_ms) ||
	    !read_time(cli, IMPORT_TO, "--to", &request->to_ms))
		return false;
	if (request->from_ms != DRY_IMPORT_NO_TIME && request->to_ms != DRY_IMPORT_NO_TIME &&
	    request->from_ms >= request->to_ms)
		return dry_fail(&cli->err, DRY_ERROR_USAGE, DRY_NOWHERE,
				"--from and --to: the range runs backwards");
	return dry_cli_duration(cli, IMPORT_WINDOW, "--recreation-window", 1, INT64_MAX,
				&request->recreation_window_ms) &&
	       read_integer(cli, IMPORT_SPLIT, "--split", 1, 1000000, &request->swf_split) &&
	       read_integer(cli, IMPORT_YEAR, "--log-year", 1970, 9999, &request->log_year);
}

/* The first operand is the kind when it is the name of one and more follow. */
static bool read_operands(struct dry_cli *cli, struct dry_import_request *request)
{
	const struct dry_cli_arguments *given = &cli->arguments;
	const char *const *operand = (const char *const *)given->operand;
	const char *nearest = NULL;
	uint32_t count = given->operand_count;

	if (count && (!strcmp(operand[0], "auto") || dry_import_kind_find(operand[0], &nearest))) {
		request->kind = operand[0];
		operand++;
		count--;
	}
	request->file = operand;
	request->file_count = count;
	if (count)
		return true;
	dry_fail(&cli->err, DRY_ERROR_USAGE, DRY_NOWHERE, "import: FILE missing");
	return dry_fail_expected(&cli->err, "dryscale import [KIND] FILE|-; \"--list\" shows the kinds");
}

/* What is no file and stands where a kind may stand is an unknown kind. */
static bool check_kind(struct dry_cli *cli, const struct dry_import_request *request)
{
	const char *nearest = NULL;
	struct dry_page kinds = { 0 };

	if (request->kind || request->file_count < 2 || strpbrk(request->file[0], "./") ||
	    !strcmp(request->file[0], "-") || !access(request->file[0], F_OK))
		return true;
	dry_import_kind_find(request->file[0], &nearest);
	dry_fail(&cli->err, DRY_ERROR_USAGE, DRY_NOWHERE, "import: no kind \"%s\"", request->file[0]);
	for (size_t i = 0; i < dry_import_kind_count; i++)
		dry_page_printf(&kinds, "%s%s", i ? ", " : "auto, ", dry_import_kinds[i].name);
	dry_fail_expected(&cli->err, "%s", dry_page_string(&kinds));
	dry_page_release(&kinds);
	return nearest ? dry_fail_fix(&cli->err, "did you mean \"%s\"?", nearest) : false;
}

static bool write_report(struct dry_cli *cli, struct dry_import_report *report)
{
	const char *path = dry_cli_value(&cli->arguments, IMPORT_REPORT);
	struct dry_page page = { 0 };
	bool fine;

	if (!path)
		return true;
	dry_page_add(&page, dry_import_report_json(report));
	if (page.length && page.data[page.length - 1] != '\n')
		dry_page_add_char(&page, '\n');
	fine = dry_report_file_write(&page, path, cli->force, &cli->err);
	dry_page_release(&page);
	return fine;
}

static int run_import(struct dry_cli *cli)
{
	const char *report_path = dry_cli_value(&cli->arguments, IMPORT_REPORT);
	struct dry_import_request request;
	struct dry_import_report report;
	bool fine;
	int code = 0;

	if (dry_cli_find(&cli->arguments, IMPORT_LIST))
		return list_kinds(cli);
	dry_import_request_init(&request);
	request.size_limit = cli->size_limit;
	cli->consequence = "nothing was written";
	if (!read_operands(cli, &request) || !check_kind(cli, &request) || !read_request(cli, &request) ||
	    !dry_report_file_may_write(cli->output, cli->force, &cli->err) ||
	    (report_path && !dry_report_file_may_write(report_path, cli->force, &cli->err)))
		return dry_cli_complain(cli);
	dry_import_report_init(&report);
	fine = dry_import(&request, &report, &cli->err);
	if (!cli->quiet && report.rows_read)
		fputs(dry_import_report_text(&report), stderr);
	if (!fine || !write_report(cli, &report))
		code = dry_cli_complain(cli);
	else
		dry_cli_notes(cli);
	dry_import_report_release(&report);
	return code;
}

static const struct dry_cli_option options[] = {
	{ IMPORT_LIST, 0, "list", NULL, "show the kinds, and how to record each", NULL },
	{ IMPORT_FROM, 0, "from", "T", "keep what arrives at or after T", NULL },
	{ IMPORT_TO, 0, "to", "T", "keep what arrives before T", NULL },
	{ IMPORT_STRICT, 0, "strict", NULL, "a dropped row or made-up field is an error", NULL },
	{ IMPORT_REPORT, 0, "report", "FILE", "write the counts as JSON, too", NULL },
	{ IMPORT_ANONYMIZE, 0, "anonymize", "KEY", "replace names by keyed hashes", NULL },
	{ IMPORT_KEEP, 0, "keep-recreations", NULL, "do not join pods to the lost ones they replace", NULL },
	{ IMPORT_WINDOW, 0, "recreation-window", "D", "how soon a replacement comes (60s)", NULL },
	{ IMPORT_GPU, 0, "gpu", "HOW", "parts of a GPU: share, whole or drop", "share|whole|drop" },
	{ IMPORT_COLUMNS, 0, "columns", "MAP", "csv: t=submitted,cpu=cpus*1000m,...", NULL },
	{ IMPORT_SPLIT, 0, "split", "CORES", "swf: pods of at most so many cores", NULL },
	{ IMPORT_REGION, 0, "region", "NAME", "prices: this region only", NULL },
	{ IMPORT_PRODUCT, 0, "product", "NAME", "prices: this product (Linux/UNIX)", NULL },
	{ IMPORT_MARKET, 0, "market", "M", "prices: spot or on-demand", "spot|on-demand" },
	{ IMPORT_RELEASE, 0, "release", "N", "settings: the autoscaler's release", NULL },
	{ IMPORT_YEAR, 0, "log-year", "Y", "the year of klog lines", NULL },
};

const struct dry_cli_command dry_command_import = {
	.name = "import",
	.summary = "turn recordings, price lists and settings into dryscale's files",
	.usage = (const char *const[]){ "[KIND] [options] [-o OUT] FILE...|-", "--list", NULL },
	.example = (const char *const[]){
		"dryscale import -o trace.jsonl.gz pods.json.gz",
		"kubectl get nodes -o json | dryscale import nodes -",
		"dryscale import --list", NULL },
	.option = options,
	.option_count = sizeof(options) / sizeof(options[0]),
	.operand_max = UINT32_MAX,
	.operand = "[KIND] FILE",
	.about = "Without KIND the format is found out. Counts of rows read, kept and dropped go to stderr.",
	.run = run_import,
};
