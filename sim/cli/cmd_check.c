/* check: the gate. A proposal against a baseline, judged by rules and a policy. */
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/units.h"
#include "cli/commands.h"
#include "cli/inputs.h"
#include "cli/interrupt.h"
#include "cli/running.h"
#include "cli/scenario.h"
#include "io/reader.h"
#include "report/check_report.h"
#include "report/policy.h"
#include "report/report_file.h"

enum {
	CHECK_RULE = 1,
	CHECK_RULES,
	CHECK_BASELINE,
	CHECK_PARAM,
	CHECK_PARAMS,
	CHECK_POLICY,
	CHECK_SEEDS,
	CHECK_ONLY,
	CHECK_SUMMARY
};

#define SEEDS_MAX 1000

struct check_job {
	struct dry_cli *cli;
	struct dry_arena arena;
	struct dry_rule *rule;
	size_t rule_capacity;
	uint32_t rule_count;
	bool has_policy;
	struct dry_policy policy;
	uint64_t first_seed;
	uint32_t seed_count;            /* 0 = the scenario's own */
	struct dry_check_report report;
};

/* One scenario under way. */
struct check_case {
	struct dry_input input;
	struct cli_setting_list base_settings, settings;
	struct dry_config base, proposal;
	uint32_t seeds;
	uint64_t first_seed;
	struct dry_result *result;      /* seed by seed: baseline, proposal */
};

/* --- rules --- */

static bool add_rule(struct check_job *job, const char *text, struct dry_where where)
{
	job->rule = dry_grow(job->rule, &job->rule_capacity, (size_t)job->rule_count + 1, sizeof(*job->rule));
	if (!dry_rule_parse(&job->rule[job->rule_count], text, where, &job->arena, &job->cli->err))
		return false;
	job->rule_count++;
	return true;
}

/* One rule a line; "#" begins a comment. */
static bool read_rules(struct check_job *job, const char *path)
{
	struct dry_reader *reader = dry_reader_open(path, NULL, &job->cli->err);
	enum dry_reader_state state;
	const char *line;
	size_t length;
	bool fine = true;

	if (!reader)
		return false;
	while ((state = dry_reader_line(reader, &line, &length, &job->cli->err)) == DRY_READER_LINE) {
		const char *end = memchr(line, '#', length);
		size_t from = 0, to = end ? (size_t)(end - line) : length;
		struct dry_where where = { dry_reader_name(reader), (uint32_t)dry_reader_line_number(reader), 1 };

		while (from < to && (line[from] == ' ' || line[from] == '\t'))
			from++;
		where.column = (uint32_t)from + 1;
		if (from == to)
			continue;
		if (!add_rule(job, dry_arena_copy(&job->arena, line + from, to - from), where)) {
			dry_fail_source(&job->cli->err, line, length);
			fine = false;
		}
	}
	dry_reader_close(reader);
	return fine && state == DRY_READER_END;
}

static bool read_policy(struct check_job *job)
{
	const char *path = dry_cli_value(&job->cli->arguments, CHECK_POLICY);
	bool fine = true;

	dry_policy_init(&job->policy);
	if (!path)
		return true;
	job->has_policy = true;
	if (!dry_policy_read(&job->policy, path, &job->cli->err))
		return false;
	for (uint32_t i = 0; i < job->policy.slo_count; i++)
		fine &= add_rule(job, job->policy.slo[i], (struct dry_where){ .file = path });
	return fine;
}

static bool gather_rules(struct check_job *job)
{
	const struct dry_cli_arguments *arguments = &job->cli->arguments;
	bool fine = true;

	for (uint32_t i = 0; i < arguments->given_count; i++) {
		const struct dry_cli_given *given = &arguments->given[i];

		if (given->option->id == CHECK_RULE)
			fine &= add_rule(job, given->value, DRY_NOWHERE);
		else if (given->option->id == CHECK_RULES)
			fine &= read_rules(job, given->value);
	}
	fine &= read_policy(job);
	if (fine && !job->rule_count && !job->has_policy) {
		dry_fail(&job->cli->err, DRY_ERROR_USAGE, DRY_NOWHERE, "check: no rule to check");
		return dry_fail_fix(&job->cli->err,
				    "-t 'cost_day <= base + 3%%' -t 'p95_wait <= 120s'; see \"dryscale help rules\"");
	}
	return fine;
}

static bool read_seeds(struct check_job *job)
{
	const char *text = dry_cli_value(&job->cli->arguments, CHECK_SEEDS);
	const char *dots = text ? strstr(text, "..") : NULL;
	int64_t first = 0, last = 0;

	if (!text)
		return true;
	if (!dots || dry_parse_integer(text, (size_t)(dots - text), &first) ||
	    dry_parse_integer(dots + 2, strlen(dots + 2), &last) || first < 0) {
		dry_fail(&job->cli->err, DRY_ERROR_USAGE, DRY_NOWHERE, "--worst-of-seeds: \"%s\" is no range", text);
		return dry_fail_expected(&job->cli->err, "A..B, for example 1..10");
	}
	if (last < first) {
		dry_fail(&job->cli->err, DRY_ERROR_USAGE, DRY_NOWHERE,
			 "--worst-of-seeds %s: the range runs backwards", text);
		return dry_fail_fix(&job->cli->err, "%lld..%lld", (long long)last, (long long)first);
	}
	if (last - first >= SEEDS_MAX)
		return dry_fail(&job->cli->err, DRY_ERROR_USAGE, DRY_NOWHERE,
				"--worst-of-seeds %s: more than %d seeds", text, SEEDS_MAX);
	job->first_seed = (uint64_t)first;
	job->seed_count = (uint32_t)(last - first + 1);
	return true;
}

/* --- one scenario --- */

static int configure(struct check_job *job, struct check_case *one)
{
	struct dry_cli *cli = job->cli;
	int code = cli_configure(cli, &one->input, 0, CHECK_BASELINE, &one->base_settings, &one->base);

	if (!code)
		code = cli_configure(cli, &one->input, CHECK_PARAM, CHECK_PARAMS, &one->settings, &one->proposal);
	one->seeds = job->seed_count ? job->seed_count : 1;
	one->first_seed = job->seed_count ? job->first_seed : cli_seed(cli, &one->proposal);
	return code;
}

static int simulate(struct check_job *job, struct check_case *one)
{
	struct dry_run_request *request = dry_xcalloc(2 * (size_t)one->seeds, sizeof(*request));
	int code;

	one->result = dry_xcalloc(2 * (size_t)one->seeds, sizeof(*one->result));
	for (uint32_t i = 0; i < 2 * one->seeds; i++)
		request[i] = (struct dry_run_request){
			.input = &one->input, .config = i % 2 ? &one->proposal : &one->base,
			.seed = one->first_seed + i / 2, .stop = cli_interrupt_flag(),
		};
	code = cli_run_many(job->cli, request, 2 * one->seeds, one->result);
	free(request);
	return code;
}

static enum dry_check_outcome outcome_of(const struct dry_rule *rule, const struct dry_rule_result *result)
{
	if (result->outcome == DRY_RULE_HOLDS)
		return DRY_CHECK_OK;
	return rule->warns ? DRY_CHECK_WARN : DRY_CHECK_FAIL;
}

/* Which of two results of a rule is the graver one? */
static bool is_worse(const struct dry_rule_result *a, const struct dry_rule_result *b)
{
	bool a_holds = a->outcome == DRY_RULE_HOLDS, b_holds = b->outcome == DRY_RULE_HOLDS;

	if (a_holds != b_holds)
		return !a_holds;
	return a->margin < b->margin;
}

static struct dry_check_row judge_rule(const struct check_case *one, const struct dry_rule *rule)
{
	struct dry_check_row row = { .text = rule->text, .rule = rule };

	for (size_t s = 0; s < one->seeds; s++) {
		const struct dry_result *base = &one->result[2 * s], *proposal = &one->result[2 * s + 1];
		struct dry_rule_result result =
			dry_rule_test(rule, proposal->metric[rule->metric], proposal->lower_bound[rule->metric],
				      base->metric[rule->metric]);

		if (s && !is_worse(&result, &row.result))
			continue;
		row.result = result;
		row.base = base->metric[rule->metric];
		row.seed = one->first_seed + s;
	}
	row.outcome = outcome_of(rule, &row.result);
	return row;
}

static uint32_t judge_policy(struct check_job *job, const struct check_case *one,
			     const struct dry_check_scenario *scenario, struct dry_check_row **row)
{
	struct dry_policy_side base = { &one->base, scenario->base };
	struct dry_policy_side proposal = { &one->proposal, scenario->proposal };
	struct dry_policy_verdict verdict = { 0 };

	dry_policy_judge(&job->policy, &one->input, &base, &proposal, &scenario->changes, NULL, &job->arena,
			 &verdict);
	*row = dry_arena_array(&job->arena, (size_t)verdict.count + 1, sizeof(**row));
	for (uint32_t i = 0; i < verdict.count; i++)
		(*row)[i] = (struct dry_check_row){
			.text = dry_arena_printf(&job->arena, "policy: %s", verdict.finding[i].rule),
			.outcome = verdict.finding[i].severity == DRY_POLICY_BREACH ? DRY_CHECK_FAIL :
										      DRY_CHECK_WARN,
			.is_policy = true, .finding = verdict.finding[i].text, .base = NAN,
			.seed = one->first_seed };
	if (verdict.count)
		return verdict.count;
	(*row)[0] = (struct dry_check_row){ .text = "policy", .is_policy = true, .base = NAN,
					    .finding = "every limit kept, no review needed",
					    .seed = one->first_seed };
	return 1;
}

static void take_means(const struct check_case *one, struct dry_check_scenario *scenario)
{
	for (size_t m = 0; m < DRY_METRIC_COUNT; m++) {
		for (size_t s = 0; s < one->seeds; s++) {
			scenario->base[m] += one->result[2 * s].metric[m];
			scenario->proposal[m] += one->result[2 * s + 1].metric[m];
			scenario->base_bound[m] |= one->result[2 * s].lower_bound[m];
			scenario->proposal_bound[m] |= one->result[2 * s + 1].lower_bound[m];
		}
		scenario->base[m] /= one->seeds;
		scenario->proposal[m] /= one->seeds;
	}
}

static void judge(struct check_job *job, const struct check_case *one, const char *path,
		  struct dry_check_scenario *scenario)
{
	struct dry_check_row *policy_row = NULL;
	uint32_t policy_count = 0;
	struct dry_arena *arena = &job->arena;

	*scenario = (struct dry_check_scenario){
		.name = dry_arena_text(arena, one->input.name), .path = path,
		.scenario_sha256 = dry_arena_text(arena, one->input.scenario_sha256),
		.trace_sha256 = dry_arena_text(arena, one->input.trace_sha256) };
	take_means(one, scenario);
	dry_changes_of_configs(&one->base, &one->proposal, &one->input, arena, &scenario->changes);
	if (job->has_policy)
		policy_count = judge_policy(job, one, scenario, &policy_row);
	scenario->row = dry_arena_array(arena, (size_t)job->rule_count + policy_count + 1,
					sizeof(*scenario->row));
	for (uint32_t r = 0; r < job->rule_count; r++)
		scenario->row[scenario->row_count++] = judge_rule(one, &job->rule[r]);
	for (uint32_t r = 0; r < policy_count; r++)
		scenario->row[scenario->row_count++] = policy_row[r];
}

/* Texts of changes may live in the input, which goes before the report is drawn. */
static void keep_changes(struct check_job *job, struct dry_change_set *changes)
{
	for (uint32_t i = 0; i < changes->count; i++) {
		struct dry_change *change = &changes->change[i];

		change->path = dry_arena_text(&job->arena, change->path);
		change->name = change->name ? dry_arena_text(&job->arena, change->name) : NULL;
		change->group = change->group ? dry_arena_text(&job->arena, change->group) : NULL;
		change->from = change->from ? dry_arena_text(&job->arena, change->from) : NULL;
		change->to = change->to ? dry_arena_text(&job->arena, change->to) : NULL;
	}
}

static int check_one(struct check_job *job, const char *path, struct dry_check_scenario *scenario)
{
	struct check_case one = { 0 };
	int code = cli_load(job->cli, path, NULL, &one.input);

	if (code)
		return code;
	cli_settings_init(&one.base_settings);
	cli_settings_init(&one.settings);
	code = configure(job, &one);
	if (!code)
		code = simulate(job, &one);
	if (!code) {
		judge(job, &one, path, scenario);
		keep_changes(job, &scenario->changes);
		job->report.first_seed = one.first_seed;
		job->report.last_seed = one.first_seed + one.seeds - 1;
	}
	for (uint32_t i = 0; one.result && i < 2 * one.seeds; i++)
		dry_result_release(&one.result[i]);
	free(one.result);
	cli_settings_release(&one.base_settings);
	cli_settings_release(&one.settings);
	dry_input_release(&one.input);
	return code;
}

/* --- the report --- */

static void draw(const struct check_job *job, struct dry_page *page)
{
	static const struct {
		const char *format;
		void (*draw)(const struct dry_check_report *report, struct dry_page *page);
	} forms[] = {
		{ "table", dry_check_table },	{ "json", dry_check_json },	{ "csv", dry_check_csv },
		{ "md", dry_check_markdown },	{ "junit", dry_check_junit },	{ "github", dry_check_github },
	};

	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++)
		if (!strcmp(forms[i].format, job->cli->format))
			forms[i].draw(&job->report, page);
}

/* A step summary is a file that other steps write, too: Markdown is added at its end. */
static bool add_summary(struct check_job *job)
{
	const char *path = dry_cli_value(&job->cli->arguments, CHECK_SUMMARY);
	struct dry_page page = { 0 };
	size_t done = 0;
	bool fine = true;
	int fd;

	if (!path)
		return true;
	dry_check_markdown(&job->report, &page);
	fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
	while (fd >= 0 && done < page.length && fine) {
		ssize_t count = write(fd, page.data + done, page.length - done);

		if (count >= 0)
			done += (size_t)count;
		else
			fine = errno == EINTR;
	}
	if (fd < 0 || !fine || close(fd))
		fine = dry_fail(&job->cli->err, DRY_ERROR_SYSTEM, DRY_NOWHERE, "%s: %s", path, strerror(errno));
	dry_page_release(&page);
	return fine;
}

static int finish(struct check_job *job)
{
	struct dry_page page = { 0 };
	int code = dry_check_count(&job->report, DRY_CHECK_FAIL) ? DRY_ERROR_RULE : 0;

	draw(job, &page);
	if (!add_summary(job))
		code = dry_cli_complain(job->cli);
	else
		code = dry_cli_write(job->cli, &page, code);
	dry_page_release(&page);
	return code;
}

static int run_check(struct dry_cli *cli)
{
	struct check_job job = { .cli = cli };
	uint32_t count = cli->arguments.operand_count;
	int code = 0;

	dry_arena_init(&job.arena);
	if (!gather_rules(&job) || !read_seeds(&job) ||
	    !dry_report_file_may_write(cli->output, cli->force, &cli->err))
		code = dry_cli_complain(cli);
	else
		dry_cli_notes(cli);
	job.report.only_changes = dry_cli_find(&cli->arguments, CHECK_ONLY);
	job.report.colour = cli->color_out;
	job.report.scenario = dry_xcalloc(count, sizeof(*job.report.scenario));
	for (uint32_t i = 0; !code && i < count; i++) {
		code = check_one(&job, cli->arguments.operand[i], &job.report.scenario[i]);
		job.report.scenario_count++;
	}
	if (!code)
		code = finish(&job);
	dry_policy_release(&job.policy);
	free(job.report.scenario);
	free(job.rule);
	dry_arena_release(&job.arena);
	return code;
}

static const struct dry_cli_option options[] = {
	{ CHECK_RULE, 't', "rule", "RULE", "a rule; may be repeated", NULL },
	{ CHECK_RULES, 0, "rules", "FILE", "rules, one a line, # begins a comment", NULL },
	{ CHECK_POLICY, 0, "policy", "FILE", "limits, review thresholds and SLOs of a policy file", NULL },
	{ CHECK_PARAM, 'p', "param", "KEY=VALUE", "the proposal: change one parameter", NULL },
	{ CHECK_PARAMS, 0, "params", "FILE", "the proposal: change those of a file; -p wins", NULL },
	CLI_OPTIONS_RELEASE,
	{ CHECK_BASELINE, 0, "baseline", "FILE", "the baseline: changes to the scenario (none)", NULL },
	{ CHECK_SEEDS, 0, "worst-of-seeds", "A..B", "each rule must hold for every seed", NULL },
	{ CHECK_ONLY, 0, "only-changes", NULL, "show what changed or does not hold; else nothing", NULL },
	{ CHECK_SUMMARY, 0, "summary", "FILE", "add the report as Markdown to a file", NULL },
};

const struct dry_cli_command dry_command_check = {
	.name = "check",
	.summary = "the gate: a proposal against a baseline, judged by rules",
	.usage = (const char *const[]){
		"-t RULE... [--rules FILE] [--baseline FILE] [--params FILE] SCENARIO...", NULL },
	.example = (const char *const[]){
		"dryscale check -t 'p95_wait <= 120s' -t 'warn: cost_day <= $330' scenario.yaml",
		"dryscale check --params new.yaml -t 'cost_day <= base + 3%' scenario.yaml",
		"dryscale check -f junit -o check.xml --rules rules.txt a.yaml b.yaml", NULL },
	.option = options,
	.option_count = sizeof(options) / sizeof(options[0]),
	.formats = "table|json|csv|md|junit|github",
	.operand_min = 1,
	.operand_max = UINT32_MAX,
	.operand = "SCENARIO",
	.about = "RULE = [warn:] METRIC (<=|<|>=|>|==) (VALUE[UNIT] | base [+|- VALUE[%|UNIT]]). "
		 "Exit code: 0 all hold, 1 one does not, 2 there is none.",
	.run = run_check,
};
