/* sweep: many settings of one scenario, and their front. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/units.h"
#include "cli/commands.h"
#include "cli/inputs.h"
#include "cli/setting_list.h"
#include "cli/sweep_drive.h"
#include "cli/sweep_grid.h"
#include "io/results_file.h"
#include "io/writer.h"
#include "io/shard.h"
#include "report/front_report.h"
#include "report/report_file.h"

enum {
	SWEEP_GRID = 1,
	SWEEP_PARAM,
	SWEEP_PARAMS,
	SWEEP_BASELINE,
	SWEEP_METHOD,
	SWEEP_SAMPLE,
	SWEEP_OBJECTIVES,
	SWEEP_REPLICATIONS,
	SWEEP_UNTIL_CI,
	SWEEP_SEEDS,
	SWEEP_HAZARD_SCALE,
	SWEEP_EXHAUSTIVE,
	SWEEP_FRONT_ONLY,
	SWEEP_RESUME,
	SWEEP_SHARD
};

#define RACE_REPLICATIONS 20
#define ROWS 12
#define OBJECTIVES_MOST 8
#define SCALES_MOST 5

struct sweep_job {
	struct dry_cli *cli;
	struct dry_input input;
	struct cli_grid grid;
	struct cli_setting_list settings, base;
	struct cli_drive drive;
	enum dry_metric_id objective[OBJECTIVES_MOST];
	char *scales;                   /* owned; cut at its commas */
	const char *scale[SCALES_MOST];
	uint32_t scale_count;
	struct dry_page again;
};

/* --- options --- */

static bool read_lists(struct sweep_job *job)
{
	struct dry_cli *cli = job->cli;
	bool fine = true;

	for (uint32_t i = 0; i < cli->arguments.given_count; i++) {
		const struct dry_cli_given *given = &cli->arguments.given[i];

		if (given->option->id == SWEEP_GRID)
			fine &= cli_grid_add(&job->grid, given->value, &cli->err);
		else if (given->option->id == SWEEP_PARAMS)
			fine &= cli_settings_read(&job->settings, given->value, &cli->err);
		else if (given->option->id == SWEEP_BASELINE)
			fine &= cli_settings_read(&job->base, given->value, &cli->err);
	}
	/* -p wins over --params, wherever it stands */
	for (uint32_t i = 0; i < cli->arguments.given_count; i++)
		if (cli->arguments.given[i].option->id == SWEEP_PARAM)
			fine &= cli_settings_add(&job->settings, "-p", cli->arguments.given[i].value, &cli->err);
	return fine;
}

static bool read_objectives(struct sweep_job *job)
{
	const char *text = dry_cli_value(&job->cli->arguments, SWEEP_OBJECTIVES);
	uint32_t count = 0;

	while (text && *text) {
		char name[64];
		size_t length = strcspn(text, ",");
		const char *nearest = NULL;

		if (count == OBJECTIVES_MOST || length >= sizeof(name))
			return dry_fail(&job->cli->err, DRY_ERROR_USAGE, DRY_NOWHERE, "--objectives: too many");
		memcpy(name, text, length);
		name[length] = '\0';
		job->objective[count] = dry_metric_find(name, &nearest);
		if (job->objective[count++] == DRY_METRIC_COUNT) {
			dry_fail(&job->cli->err, DRY_ERROR_USAGE, DRY_NOWHERE, "--objectives: no metric \"%s\"", name);
			return dry_fail_fix(&job->cli->err, nearest ? "did you mean \"%s\"?" :
							    "\"dryscale help metrics\" lists them", nearest);
		}
		text += length + (text[length] == ',');
	}
	if (!count)
		return true;
	job->drive.options.objective = job->objective;
	job->drive.options.objective_count = count;
	return true;
}

/* By the command line, else by the scenario's sweep section. */
static void choose_method(struct sweep_job *job)
{
	const struct dry_sweep_section *section = &job->input.sweep;
	const char *method = dry_cli_value(&job->cli->arguments, SWEEP_METHOD);
	const char *sample = dry_cli_value(&job->cli->arguments, SWEEP_SAMPLE);

	if (!method && !sample)
		method = section->race ? "racing" : section->method;
	job->drive.method = sample ? DRY_SEARCH_SOBOL : DRY_SEARCH_GRID;
	for (int i = 0; i < DRY_SEARCH_COUNT && method; i++)
		if (!strcmp(method, dry_search_method_name((enum dry_search_method)i)))
			job->drive.method = (enum dry_search_method)i;
	/* a sample goes with the section's way to draw one */
	for (int i = DRY_SEARCH_RANDOM; i <= DRY_SEARCH_SOBOL && sample && !method && section->method; i++)
		if (!strcmp(section->method, dry_search_method_name((enum dry_search_method)i)))
			job->drive.method = (enum dry_search_method)i;
	job->drive.options.method = dry_search_method_name(job->drive.method);
}

static bool read_method(struct sweep_job *job)
{
	const char *sample = dry_cli_value(&job->cli->arguments, SWEEP_SAMPLE), *name;
	int64_t number = 0;

	choose_method(job);
	name = dry_search_method_name(job->drive.method);
	if (sample && !dry_cli_number(job->cli, "--sample", sample, 1, DRY_SWEEP_POINTS_MAX, &number))
		return false;
	job->drive.sample = (uint64_t)number;
	if (sample && (job->drive.method == DRY_SEARCH_GRID || job->drive.method == DRY_SEARCH_RACING))
		return dry_fail(&job->cli->err, DRY_ERROR_USAGE, DRY_NOWHERE,
				"--sample: %s takes the whole grid", name);
	if (!sample && (job->drive.method == DRY_SEARCH_RANDOM || job->drive.method == DRY_SEARCH_LATIN ||
			job->drive.method == DRY_SEARCH_SOBOL)) {
		dry_fail(&job->cli->err, DRY_ERROR_USAGE, DRY_NOWHERE, "%s %s: of how many points?",
			 dry_cli_value(&job->cli->arguments, SWEEP_METHOD) ? "--method" : "sweep.method:", name);
		return dry_fail_fix(&job->cli->err, "--sample N");
	}
	if (job->input.sweep.limit_count && job->drive.method >= DRY_SEARCH_HALVING) {
		dry_fail(&job->cli->err, DRY_ERROR_USAGE, DRY_NOWHERE,
			 "sweep.limits: %s drops settings by their objectives alone", name);
		return dry_fail_fix(&job->cli->err, "--method grid, or --sample N");
	}
	return true;
}

/* "5%" or "0.05" */
static bool read_share(struct sweep_job *job, const char *text, double *share)
{
	size_t length = strlen(text);
	bool percent = length && text[length - 1] == '%';

	if (!dry_parse_number(text, length - percent, share) && *share > 0) {
		*share /= percent ? 100 : 1;
		if (*share < 1)
			return true;
	}
	dry_fail(&job->cli->err, DRY_ERROR_USAGE, DRY_NOWHERE, "--until-ci %s: is no share", text);
	return dry_fail_expected(&job->cli->err, "a half-width as a share of the mean, such as 5%%");
}

static bool read_seeds(struct sweep_job *job)
{
	const char *text = dry_cli_value(&job->cli->arguments, SWEEP_SEEDS), *dots;
	int64_t from, to;

	if (!text)
		return true;
	dots = strstr(text, "..");
	if (!dots || dry_parse_integer(text, (size_t)(dots - text), &from) ||
	    dry_parse_integer(dots + 2, strlen(dots + 2), &to) || from < 0 || to < from || to - from >= 10000) {
		dry_fail(&job->cli->err, DRY_ERROR_USAGE, DRY_NOWHERE, "--seeds %s: is no range of seeds", text);
		return dry_fail_expected(&job->cli->err, "A..B with A <= B, such as 1..10");
	}
	job->drive.options.has_seed = true;
	job->drive.options.seed = (uint64_t)from;
	job->drive.options.replications = (uint32_t)(to - from + 1);
	return true;
}

static bool read_replications(struct sweep_job *job)
{
	const char *text = dry_cli_value(&job->cli->arguments, SWEEP_REPLICATIONS);
	const char *until = dry_cli_value(&job->cli->arguments, SWEEP_UNTIL_CI);
	struct dry_sweep_options *options = &job->drive.options;
	const struct dry_sweep_section *section = &job->input.sweep;
	int64_t number = 0;

	if (job->cli->has_seed) {
		options->has_seed = true;
		options->seed = job->cli->seed;
	}
	if (!read_seeds(job))
		return false;
	if (text && !dry_cli_number(job->cli, "--replications", text, 1, 10000, &number))
		return false;
	if (text)
		options->replications = (uint32_t)number;
	if (until && !read_share(job, until, &options->precision))
		return false;
	if (!until && !options->replications && job->drive.method != DRY_SEARCH_RACING)
		options->precision = section->precision;
	if (!options->replications && section->replications_max &&
	    (options->precision > 0 || job->drive.method == DRY_SEARCH_RACING))
		options->replications = section->replications_max;
	if (job->drive.method != DRY_SEARCH_RACING)
		return true;
	if (until)
		return dry_fail(&job->cli->err, DRY_ERROR_USAGE, DRY_NOWHERE,
				"--until-ci: racing makes its own number of replications");
	options->race_alpha = section->alpha;
	if (!options->replications)
		options->replications = RACE_REPLICATIONS;
	if (options->replications < DRY_SWEEP_RACE_FIRST)
		return dry_fail(&job->cli->err, DRY_ERROR_USAGE, DRY_NOWHERE,
				"--replications %u: racing needs %u at least",
				options->replications, DRY_SWEEP_RACE_FIRST);
	return true;
}

static bool read_shard(struct sweep_job *job)
{
	const char *text = dry_cli_value(&job->cli->arguments, SWEEP_SHARD), *engine = NULL;
	struct dry_shard *shard = &job->drive.options.shard;

	if (!text)
		return true;
	if (job->drive.method == DRY_SEARCH_HALVING || job->drive.method == DRY_SEARCH_RACING ||
	    job->drive.method == DRY_SEARCH_NSGA2)
		return dry_fail(&job->cli->err, DRY_ERROR_USAGE, DRY_NOWHERE,
				"--shard: %s chooses points by the results of all, so it cannot be split",
				dry_search_method_name(job->drive.method));
	if (!dry_shard_parse(text, (dry_getenv_fn *)getenv, shard, &engine, &job->cli->err))
		return false;
	if (!strcmp(text, "auto"))
		dry_cli_hint(job->cli, "shard %u/%u, told by %s", shard->index, shard->count, engine);
	return true;
}

static bool read_scales(struct sweep_job *job)
{
	const char *text = dry_cli_value(&job->cli->arguments, SWEEP_HAZARD_SCALE);

	if (!text)
		return true;
	job->scales = dry_xstrdup(text);
	for (char *p = job->scales; p && *p;) {
		char *comma = strchr(p, ',');
		double value;

		if (comma)
			*comma = '\0';
		if (job->scale_count == SCALES_MOST || dry_parse_number(p, strlen(p), &value) || value < 0) {
			dry_fail(&job->cli->err, DRY_ERROR_USAGE, DRY_NOWHERE,
				 "--hazard-scale %s: is no list of scales",
				 text);
			return dry_fail_expected(&job->cli->err, "up to %d numbers, such as 1,3,10", SCALES_MOST);
		}
		job->scale[job->scale_count++] = p;
		p = comma ? comma + 1 : NULL;
	}
	if (job->drive.options.shard.count > 1 || dry_cli_value(&job->cli->arguments, SWEEP_RESUME))
		return dry_fail(&job->cli->err, DRY_ERROR_USAGE, DRY_NOWHERE,
				"--hazard-scale goes neither with --shard nor with --resume");
	return true;
}

/* The command that goes on where this one stopped: the same words. */
static void write_again(struct sweep_job *job)
{
	const struct dry_cli_arguments *arguments = &job->cli->arguments;

	dry_page_add(&job->again, "dryscale sweep");
	for (uint32_t i = 0; i < arguments->given_count; i++) {
		const struct dry_cli_given *given = &arguments->given[i];

		dry_page_printf(&job->again, " --%s", given->option->name);
		if (!given->value)
			continue;
		dry_page_add(&job->again, given->value[strcspn(given->value, " ;'\"*$()")] ? " '" : " ");
		dry_page_add_visible(&job->again, given->value, strlen(given->value));
		if (given->value[strcspn(given->value, " ;'\"*$()")])
			dry_page_add(&job->again, "'");
	}
	for (uint32_t i = 0; i < arguments->operand_count; i++) {
		dry_page_add(&job->again, " ");
		dry_page_add_visible(&job->again, arguments->operand[i], strlen(arguments->operand[i]));
	}
}

static bool read_options(struct sweep_job *job)
{
	struct dry_cli *cli = job->cli;
	bool fine = read_lists(job);

	fine &= read_objectives(job);
	job->drive.options.exhaustive = job->drive.options.every_run =
		dry_cli_find(&cli->arguments, SWEEP_EXHAUSTIVE);
	job->drive.resume = dry_cli_value(&cli->arguments, SWEEP_RESUME);
	fine &= dry_report_file_may_write(cli->output, cli->force, &cli->err);
	write_again(job);
	job->drive.again = dry_page_string(&job->again);
	return fine;
}

/* What the scenario's sweep section says where the command line does not. */
static bool read_search(struct sweep_job *job)
{
	return read_method(job) && read_replications(job) && read_shard(job) && read_scales(job);
}

/* --- the result --- */

/* The points of the front alone, as a result of its own. */
static void keep_front(struct dry_sweep_result *result)
{
	struct dry_sweep_result front;

	dry_sweep_result_copy(&front, result);
	front.point_count = 0;
	front.point = NULL;
	front.point_room = 0;
	for (uint32_t i = 0; i < result->point_count; i++) {
		const struct dry_sweep_point *from = &result->point[i];

		if (from->rank != 1)
			continue;
		dry_sweep_point_take(&front,
				     from->is_extra ? dry_sweep_result_add_extra(&front, from->index, from->setting,
										 from->setting_count) :
						      dry_sweep_result_add_grid(&front, from->index), from);
	}
	dry_sweep_result_rank(&front, true);
	dry_sweep_result_release(result);
	*result = front;
}

static void draw_people(const struct sweep_job *job, const struct dry_sweep_result *result, struct dry_page *page)
{
	bool markdown = !strcmp(job->cli->format, "md");
	struct dry_front_report report = {
		.result = result, .result_path = job->cli->output,
		.scenario_path = job->cli->arguments.operand[0], .rows = markdown ? 0 : ROWS,
		.colour = job->cli->color_out,
	};

	if (markdown)
		dry_front_report_markdown(&report, page);
	else
		dry_front_report_table(&report, page);
	if (job->scale_count)
		dry_sensitivity_report(result, job->scale, job->scale_count, markdown, page);
}

static bool is_for_people(const struct sweep_job *job)
{
	return !strcmp(job->cli->format, "table") || !strcmp(job->cli->format, "md");
}

/* -o gets the result; stdout gets the front, or the format that was asked for. */
static int write_result(struct sweep_job *job, const struct dry_sweep_result *result)
{
	struct dry_cli *cli = job->cli;
	const char *output = dry_cli_value(&cli->arguments, DRY_COMMON_OUTPUT);
	bool to_stdout = output && !strcmp(output, "-");
	struct dry_page page = { 0 };
	bool fine = true;

	/* What a killed run with this journal left half-written makes way. */
	if (cli->output && job->drive.resume)
		fine = dry_writer_clear_left_over(cli->output, &cli->err);
	if (cli->output && fine)
		fine = dry_results_write(result, cli->output, cli->force, &cli->err);
	if (fine && is_for_people(job) && !(to_stdout && !dry_cli_find(&cli->arguments, DRY_COMMON_FORMAT))) {
		draw_people(job, result, &page);
		fine = dry_report_file_write(&page, NULL, true, &cli->err);
	} else if (fine && (!cli->output || !is_for_people(job))) {
		fine = dry_results_write_as(result, !strcmp(cli->format, "csv"), "-", true, &cli->err);
	}
	dry_page_release(&page);
	if (!fine)
		return dry_cli_complain(cli);
	dry_cli_notes(cli);
	return 0;
}

/* One sweep a scale of the hazard; the first one is the result. */
static int run_scales(struct sweep_job *job, struct dry_sweep_result *result)
{
	struct dry_setting *setting = dry_xcalloc((size_t)job->settings.count + 1, sizeof(*setting));
	struct dry_sweep_options *options = &job->drive.options;
	int code = 0;

	if (job->settings.count)
		memcpy(setting, job->settings.setting, job->settings.count * sizeof(*setting));
	options->setting = setting;
	options->setting_count = job->settings.count + 1;
	options->exhaustive = true;     /* points of the front are wanted at every scale */
	for (uint32_t s = 0; s < job->scale_count && !code; s++) {
		setting[job->settings.count] = (struct dry_setting){ "spot.hazard.scale", job->scale[s] };
		code = cli_drive(&job->drive, &result[s]);
		if (code)
			for (uint32_t done = 0; done < s; done++)
				dry_sweep_result_release(&result[done]);
	}
	free(setting);
	return code;
}

static int run_job(struct sweep_job *job)
{
	struct dry_sweep_options *options = &job->drive.options;
	struct dry_sweep_result result[SCALES_MOST];
	uint32_t count = job->scale_count ? job->scale_count : 1;
	int code;

	options->parameter = job->grid.count ? job->grid.parameter : NULL;
	options->parameter_count = job->grid.count;
	options->setting = job->settings.setting;
	options->setting_count = job->settings.count;
	options->base_setting = job->base.setting;
	options->base_setting_count = job->base.count;
	job->drive.input = &job->input;
	if (!job->grid.count && !job->input.parameter_count) {
		dry_fail(&job->cli->err, DRY_ERROR_USAGE, DRY_NOWHERE, "sweep: there is no grid");
		dry_fail_fix(&job->cli->err, "-g KEY=V1,V2, --grid FILE, or sweep.parameters in the scenario");
		return dry_cli_complain(job->cli);
	}
	code = job->scale_count ? run_scales(job, result) : cli_drive(&job->drive, result);
	if (code)
		return code;
	if (dry_cli_find(&job->cli->arguments, SWEEP_FRONT_ONLY))
		keep_front(&result[0]);
	code = write_result(job, result);
	if (!code && !result[0].front_count) {
		dry_cli_hint(job->cli, "no point is on the front: all failed");
		code = DRY_ERROR_EMPTY;
	}
	for (uint32_t i = 0; i < count; i++)
		dry_sweep_result_release(&result[i]);
	return code ? code : job->drive.journal_code;
}

static int run_sweep_command(struct dry_cli *cli)
{
	struct sweep_job job = { .cli = cli, .drive = { .cli = cli } };
	int code;

	cli_grid_init(&job.grid);
	cli_settings_init(&job.settings);
	cli_settings_init(&job.base);
	if (!read_options(&job)) {
		code = dry_cli_complain(cli);
	} else {
		code = cli_load(cli, cli->arguments.operand[0], NULL, &job.input);
		if (!code) {
			code = read_search(&job) ? run_job(&job) : dry_cli_complain(cli);
			dry_input_release(&job.input);
		}
	}
	cli_grid_release(&job.grid);
	cli_settings_release(&job.settings);
	cli_settings_release(&job.base);
	dry_page_release(&job.again);
	free(job.scales);
	return code;
}

static const struct dry_cli_option sweep_options[] = {
	{ SWEEP_GRID, 'g', "grid", "KEY=V1,V2|LO..HI/STEP|FILE", "a parameter and its values; may be repeated",
	  NULL },
	{ SWEEP_PARAM, 'p', "param", "KEY=VALUE", "change the scenario for every point and the baseline", NULL },
	{ SWEEP_PARAMS, 0, "params", "FILE", "the same from a file; -p wins", NULL },
	{ SWEEP_BASELINE, 0, "baseline", "FILE", "what \"vs base\" compares with (the scenario as it is)", NULL },
	{ SWEEP_OBJECTIVES, 0, "objectives", "M1,M2", "metrics of the front (the scenario's)", NULL },
	{ SWEEP_METHOD, 0, "method", "M", "how points are chosen; all but grid are approximate",
	  "grid|random|lhs|sobol|halving|racing|nsga2" },
	{ SWEEP_SAMPLE, 0, "sample", "N", "points to look at (Sobol's, unless --method)", NULL },
	{ SWEEP_REPLICATIONS, 0, "replications", "N", "runs a point, each with other luck, the same for all points",
	  NULL },
	{ SWEEP_UNTIL_CI, 0, "until-ci", "PERCENT", "replications until every objective's interval is so narrow",
	  NULL },
	{ SWEEP_SEEDS, 0, "seeds", "A..B", "replications, as many as the range; A is the root", NULL },
	{ SWEEP_HAZARD_SCALE, 0, "hazard-scale", "X,Y,Z", "sensitivity: the front under scaled interruption rates",
	  NULL },
	{ SWEEP_EXHAUSTIVE, 0, "exhaustive", NULL, "run every setting, each to its end; the front is the same", NULL },
	{ SWEEP_FRONT_ONLY, 0, "front-only", NULL, "leave out what is not on the front", NULL },
	{ SWEEP_RESUME, 0, "resume", "JOURNAL", "keep finished points there, and take over those it has", NULL },
	{ SWEEP_SHARD, 0, "shard", "I/N|auto", "this part of the points only; auto asks the batch system", NULL },
};

const struct dry_cli_command dry_command_sweep = {
	.name = "sweep",
	.summary = "many settings at once, and the front of cost and waits",
	.usage = (const char *const[]){ "[-g KEY=V1,V2]... [--grid FILE] [-o RESULT] SCENARIO",
					"--shard I/N -o SHARD.json SCENARIO", "--resume JOURNAL SCENARIO", NULL },
	.example = (const char *const[]){
		"dryscale sweep -o front.json.gz scenarios/web-and-batch.yaml",
		"dryscale sweep -g scale-down-unneeded-time=2m..20m/6m -g expander=priority,least-waste "
		"scenarios/web-and-batch.yaml",
		"dryscale sweep --sample 64 --replications 10 scenarios/spot-multi-zone.yaml",
		"dryscale sweep --shard auto -o part-3.json.gz scenarios/web-and-batch.yaml", NULL },
	.option = sweep_options,
	.option_count = sizeof(sweep_options) / sizeof(sweep_options[0]),
	.formats = "table|json|csv|md",
	.operand_min = 1,
	.operand_max = 1,
	.operand = "SCENARIO",
	.about = "The grid is the cross product of all -g, or of the scenario's sweep.parameters. Results do not "
		 "depend on --jobs. -o writes all points (JSON, or CSV by name); stdout has the front, or what -f "
		 "says.",
	.run = run_sweep_command,
};
