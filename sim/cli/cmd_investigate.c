/* investigate: scale-ups that stand out, their cause, and what would have helped. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/units.h"
#include "cli/commands.h"
#include "cli/interrupt.h"
#include "cli/running.h"
#include "cli/scenario.h"
#include "io/calibration.h"
#include "report/investigate.h"
#include "report/recorded_log.h"
#include "report/report_file.h"
#include "report/run_report.h"

enum {
	INVESTIGATE_AT = 1,
	INVESTIGATE_GROUP,
	INVESTIGATE_TOP,
	INVESTIGATE_REQUESTS,
	INVESTIGATE_LOG,
	INVESTIGATE_YEAR
};

#define TOP_DEFAULT 3
#define TOP_MAX 100

struct investigate_job {
	struct dry_cli *cli;
	struct cli_scenario scenario;
	struct dry_log log;
	struct dry_triggers triggers;
	struct dry_result result;
	struct dry_fits *fits;
	struct dry_explanation explanation;
	uint32_t top;
	uint32_t group_index;           /* DRY_NONE = all */
	int64_t at_ms;                  /* -1 = what stands out */
	bool has_request;
	struct dry_proposal request;
};

/* --- options --- */

static bool read_group(struct investigate_job *job)
{
	return cli_named_group(job->cli, &job->scenario.config, INVESTIGATE_GROUP, "group", &job->group_index);
}

/* "memory=2Gi": what if the first owner's pods asked for that? */
static bool read_request(struct investigate_job *job)
{
	const char *text = dry_cli_value(&job->cli->arguments, INVESTIGATE_REQUESTS);
	const struct dry_input *input = &job->scenario.input;
	size_t length = text ? strcspn(text, "=") : 0;
	const char *wrong = NULL;

	if (!text)
		return true;
	job->request.kind = DRY_REQUEST;
	job->request.resource = DRY_RESOURCE_MAX;
	for (uint32_t r = 0; r < input->resource_count; r++)
		if (strlen(input->resource_name[r]) == length && !memcmp(input->resource_name[r], text, length))
			job->request.resource = r;
	if (!text[length] || job->request.resource == DRY_RESOURCE_MAX)
		wrong = "names no resource of the scenario";
	else if (job->request.resource == DRY_RESOURCE_CPU)
		wrong = dry_parse_quantity_milli(text + length + 1, strlen(text + length + 1), &job->request.amount);
	else
		wrong = dry_parse_quantity(text + length + 1, strlen(text + length + 1), &job->request.amount);
	if (!wrong && job->request.amount < 0)
		wrong = "is negative";
	job->has_request = true;
	if (!wrong)
		return true;
	dry_fail(&job->cli->err, DRY_ERROR_USAGE, DRY_NOWHERE, "--requests %s: %s", text, wrong);
	return dry_fail_expected(&job->cli->err, "RESOURCE=QUANTITY, for example memory=2Gi");
}

static bool read_top(struct investigate_job *job)
{
	const char *text = dry_cli_value(&job->cli->arguments, INVESTIGATE_TOP);
	int64_t number = TOP_DEFAULT;

	if (text && !dry_cli_number(job->cli, "--top", text, 1, TOP_MAX, &number))
		return false;
	job->top = (uint32_t)number;
	return true;
}

/* --- runs --- */

static int record(struct investigate_job *job)
{
	struct dry_observer events = { .context = &job->log, .on_event = dry_log_on_event };
	struct dry_observer notes = { .context = &job->triggers, .on_note = dry_triggers_on_note };
	struct dry_run_request request[2];
	struct dry_result result[2];
	int code;

	for (int i = 0; i < 2; i++)
		request[i] = (struct dry_run_request){
			.input = &job->scenario.input, .config = &job->scenario.config,
			.seed = cli_seed(job->cli, &job->scenario.config),
			.observer = i ? &notes : &events, .stop = cli_interrupt_flag() };
	job->log.input = &job->scenario.input;
	job->log.config = &job->scenario.config;
	code = cli_run_many(job->cli, request, 2, result);
	job->log.end_at_ms = result[0].end_at_ms;
	dry_triggers_finish(&job->triggers);
	dry_result_copy(&job->result, &result[0]);
	dry_result_release(&result[0]);
	dry_result_release(&result[1]);
	return code;
}

struct hour_count {
	uint32_t group_index;
	int64_t hour;
	double nodes;
};

static void count_hour(void *context, const struct dry_event *event)
{
	struct hour_count *count = context;

	if (event->kind == DRY_EVENT_SCALE_UP && event->group_index == count->group_index &&
	    event->at_ms / DRY_HOUR_MS == count->hour)
		count->nodes += event->to - event->from;
}

/* A proposal, simulated: that hour's nodes, the wait, the cost. */
static int try_proposal(struct investigate_job *job, const struct dry_finding *finding,
			const struct dry_proposal *proposal)
{
	static const enum dry_metric_id shown[] = { DRY_METRIC_P95_WAIT, DRY_METRIC_COST_DAY };
	struct hour_count count = { finding->unusual.group_index, finding->unusual.hour, 0 };
	struct dry_observer observer = { .context = &count, .on_event = count_hour };
	struct dry_config config;
	struct dry_result result;
	struct dry_arena arena;
	struct dry_input *input = dry_xcalloc(1, sizeof(*input));
	struct dry_page text = { 0 };
	int code = 0;

	dry_arena_init(&arena);
	dry_config_copy(&config, &job->scenario.config, &arena);
	*input = job->scenario.input;
	if (proposal->kind != DRY_AS_IT_IS)
		dry_counterfactual_make(input, &job->scenario.input, finding, proposal, &arena);
	if (!proposal->path || (dry_config_set(&config, &job->scenario.input, proposal->path, proposal->value, &arena,
					       NULL) &&
				dry_config_check(&config, &job->scenario.input, NULL))) {
		struct dry_run_request request = {
			.input = input, .config = &config, .seed = cli_seed(job->cli, &config),
			.observer = &observer, .stop = cli_interrupt_flag() };
		struct dry_explain_line *line;

		code = cli_run_many(job->cli, &request, 1, &result);
		dry_page_printf(&text, "%s: +%.0f nodes in that hour", proposal->text, count.nodes);
		for (size_t i = 0; i < sizeof(shown) / sizeof(shown[0]); i++) {
			char before[48], after[48];

			dry_metric_format(shown[i], job->result.metric[shown[i]], before, sizeof(before));
			dry_metric_format(shown[i], result.metric[shown[i]], after, sizeof(after));
			dry_page_printf(&text, ", %s %s -> %s", dry_metric_table[shown[i]].label, before, after);
		}
		line = dry_explain_add(&job->explanation, "what if", finding->unusual.group_index,
				       "%s   (simulated)", dry_page_string(&text));
		dry_explain_value(line, "nodes", count.nodes);
		for (size_t i = 0; i < sizeof(shown) / sizeof(shown[0]); i++)
			dry_explain_value(line, dry_metric_table[shown[i]].key, result.metric[shown[i]]);
		dry_result_release(&result);
	}
	dry_page_release(&text);
	dry_arena_release(&arena);
	free(input);
	return code;
}

static int tell(struct investigate_job *job, const struct dry_unusual *unusual)
{
	struct dry_proposal proposal[DRY_PROPOSALS];
	struct dry_finding finding;
	uint32_t count;
	int code = 0;

	dry_finding_make(&finding, unusual, &job->log, &job->triggers, job->fits);
	dry_finding_explain(&finding, &job->explanation);
	count = finding.is_recorded ? 0 : dry_finding_proposals(&finding, &job->scenario.config, proposal);
	for (uint32_t i = 0; !code && i < count; i++)
		code = try_proposal(job, &finding, &proposal[i]);
	if (!code && job->has_request && finding.owner_count) {
		job->request.text = dry_arena_printf(&job->explanation.arena, "%s asks for %s", finding.owner[0].name,
						     dry_cli_value(&job->cli->arguments, INVESTIGATE_REQUESTS));
		code = try_proposal(job, &finding, &job->request);
	}
	dry_finding_release(&finding);
	return code;
}

static int tell_unusual(struct investigate_job *job)
{
	uint32_t count, told = 0;
	struct dry_unusual *unusual = dry_unusual_find(&job->log, &count);
	int code = 0;

	for (uint32_t i = 0; !code && i < count && told < job->top; i++) {
		if (job->group_index != DRY_NONE && unusual[i].group_index != job->group_index)
			continue;
		told++;
		code = tell(job, &unusual[i]);
	}
	free(unusual);
	if (!code && !told) {
		dry_fail(&job->cli->err, DRY_ERROR_EMPTY, DRY_NOWHERE, "no scale-up stands out");
		dry_fail_fix(&job->cli->err, "--at TIME asks about one hour");
		code = dry_cli_complain(job->cli);
	} else if (!code && count > told && job->group_index == DRY_NONE) {
		dry_cli_hint(job->cli, "%u more hours stand out: --top %u", count - told, count);
	}
	return code;
}

/* The groups that grew in the hour of an instant. */
static int tell_hour(struct investigate_job *job)
{
	uint32_t told = 0;
	int code = 0;

	for (uint32_t g = 0; !code && g < job->scenario.config.group_count; g++) {
		struct dry_unusual unusual = dry_unusual_at(&job->log, g, job->at_ms);

		if ((job->group_index != DRY_NONE && job->group_index != g) || unusual.nodes <= 0 ||
		    job->at_ms > job->log.end_at_ms)
			continue;
		told++;
		code = tell(job, &unusual);
	}
	if (!code && !told) {
		dry_fail(&job->cli->err, DRY_ERROR_EMPTY, DRY_NOWHERE, "--at %s: no node was added in that hour",
			 dry_cli_value(&job->cli->arguments, INVESTIGATE_AT));
		code = dry_cli_complain(job->cli);
	}
	return code;
}

static int draw(struct investigate_job *job)
{
	struct dry_page page = { 0 };
	int code;

	job->explanation.schema = "dryscale.investigate/1";
	dry_explanation_draw(&job->explanation, job->cli->format, job->cli->color_out, &page);
	code = dry_cli_write(job->cli, &page, 0);
	dry_page_release(&page);
	return code;
}

static int investigate(struct investigate_job *job)
{
	int code = record(job);

	if (code)
		return code;
	job->fits = dry_fits_new(&job->scenario.input, &job->scenario.config);
	code = job->at_ms < 0 ? tell_unusual(job) : tell_hour(job);
	dry_fits_release(job->fits);
	return code ? code : draw(job);
}

/* What a real cluster's log holds: found and attributed as far as it tells; nothing can be simulated. */
static int of_record(struct investigate_job *job, const struct dry_calibration *calibration)
{
	struct dry_recorded_log recorded;
	int code = 0;

	dry_recorded_log_make(&recorded, calibration);
	job->scenario.config = recorded.config;
	dry_explanation_init(&job->explanation, &recorded.input, &recorded.config);
	if (!read_group(job)) {
		code = dry_cli_complain(job->cli);
	} else {
		job->log = recorded.log;
		job->triggers = recorded.triggers;
		code = job->at_ms < 0 ? tell_unusual(job) : tell_hour(job);
		if (!code)
			code = draw(job);
	}
	dry_explanation_release(&job->explanation);
	dry_recorded_log_release(&recorded);
	return code;
}

static int run_on_record(struct investigate_job *job)
{
	struct dry_cli *cli = job->cli;
	const char *year = dry_cli_value(&cli->arguments, INVESTIGATE_YEAR);
	uint32_t count = cli->arguments.given_count;
	const char **file = dry_xcalloc((size_t)count + 1, sizeof(*file));
	struct dry_calibration_request request = { .file = file, .size_limit = cli->size_limit };
	struct dry_calibration calibration = { 0 };
	int64_t number = 0;
	int code;

	for (uint32_t i = 0; i < count; i++)
		if (cli->arguments.given[i].option->id == INVESTIGATE_LOG)
			file[request.file_count++] = cli->arguments.given[i].value;
	if ((year && !dry_cli_number(cli, "--log-year", year, 1970, 9999, &number)) ||
	    (request.log_year = (int32_t)number,
	     !dry_calibration_read(&calibration, &request, &cli->err)))
		code = dry_cli_complain(cli);
	else
		code = of_record(job, &calibration);
	dry_calibration_release(&calibration);
	free(file);
	return code;
}

static bool check_operands(struct dry_cli *cli)
{
	bool has_log = dry_cli_find(&cli->arguments, INVESTIGATE_LOG), fine = true;

	if (!has_log && !cli->arguments.operand_count) {
		dry_fail(&cli->err, DRY_ERROR_USAGE, DRY_NOWHERE, "investigate: SCENARIO missing");
		fine = dry_fail_expected(&cli->err, "a scenario, or --log FILE");
	} else if (has_log && (cli->arguments.operand_count || dry_cli_find(&cli->arguments, INVESTIGATE_REQUESTS) ||
			       dry_cli_find(&cli->arguments, CLI_PARAM) ||
			       dry_cli_find(&cli->arguments, CLI_PARAMS))) {
		fine = dry_fail(&cli->err, DRY_ERROR_USAGE, DRY_NOWHERE,
				"--log: a record cannot be simulated: no scenario, -p, --params or --requests with it");
	}
	return fine;
}

static int run_investigate(struct dry_cli *cli)
{
	struct investigate_job job = { .cli = cli };
	int code;

	if (!check_operands(cli) || !read_top(&job) || !cli_instant(cli, INVESTIGATE_AT, "at", &job.at_ms) ||
	    !dry_report_file_may_write(cli->output, cli->force, &cli->err))
		return dry_cli_complain(cli);
	if (dry_cli_find(&cli->arguments, INVESTIGATE_LOG))
		return run_on_record(&job);
	code = cli_scenario_open(cli, NULL, &job.scenario);
	if (code)
		return code;
	dry_result_init(&job.result);
	dry_explanation_init(&job.explanation, &job.scenario.input, &job.scenario.config);
	code = read_group(&job) && read_request(&job) ? investigate(&job) : dry_cli_complain(cli);
	dry_explanation_release(&job.explanation);
	dry_triggers_release(&job.triggers);
	dry_log_release(&job.log);
	dry_result_release(&job.result);
	cli_scenario_close(&job.scenario);
	return code;
}

static const struct dry_cli_option options[] = {
	{ INVESTIGATE_AT, 0, "at", "TIME", "that hour, whether it stands out or not", NULL },
	{ INVESTIGATE_GROUP, 0, "group", "NAME", "this node group alone", NULL },
	{ INVESTIGATE_TOP, 0, "top", "N", "the N most unusual hours (3)", NULL },
	{ INVESTIGATE_REQUESTS, 0, "requests", "RES=QTY", "simulate: the first owner asked for that", NULL },
	{ INVESTIGATE_LOG, 0, "log", "FILE", "a real cluster's events or autoscaler log instead", NULL },
	{ INVESTIGATE_YEAR, 0, "log-year", "Y", "the year of klog lines", NULL },
	CLI_OPTIONS_PARAM,
	CLI_OPTION_POINT,
	CLI_OPTIONS_RELEASE,
};

const struct dry_cli_command dry_command_investigate = {
	.name = "investigate",
	.summary = "find scale-ups that stand out, their cause, and what would have helped",
	.usage = (const char *const[]){ "[--at TIME] [--group NAME] [--top N] [--requests RES=QTY] SCENARIO|-",
					"[--at TIME] [--group NAME] [--top N] --log FILE...",
					"--point ID [options] RESULT SCENARIO", NULL },
	.example = (const char *const[]){ "dryscale investigate scenario.yaml",
					  "dryscale investigate --at 1d10:00 scenario.yaml",
					  "dryscale investigate --requests memory=2Gi -f md scenario.yaml",
					  "dryscale investigate --log cluster-autoscaler.log", NULL },
	.option = options,
	.option_count = sizeof(options) / sizeof(options[0]),
	.formats = "table|json|csv|md",
	.operand_max = 2,
	.operand = "FILE",
	.about = "Unusual: nodes added to a group in an hour, robust z above 3.5 against the same hour of the day "
		 "or week; from 14 days on generalized ESD confirms. Every proposal is simulated. Exit code 4: "
		 "none.",
	.run = run_investigate,
};
