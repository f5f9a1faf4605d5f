/* recommend: one point of a sweep, why, and the patch that makes it so. */
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "cli/commands.h"
#include "cli/govern.h"
#include "io/reader.h"
#include "io/results_file.h"
#include "io/scenario.h"
#include "report/recommend.h"

enum {
	RECOMMEND_SLO = GOVERN_OWN,
	RECOMMEND_PICK,
	RECOMMEND_POLICY,
	RECOMMEND_SCENARIO,
	RECOMMEND_LIST,
	RECOMMEND_SCHEMA
};

struct recommend_job {
	struct dry_cli *cli;
	struct dry_sweep_result result;
	struct dry_policy policy;
	struct dry_input input;
	struct dry_arena arena;
	struct dry_recommendation recommendation;
	struct dry_recommend_request request;
	char sha256[65];
};

static bool read_slo(struct recommend_job *job)
{
	const struct dry_cli_arguments *arguments = &job->cli->arguments;
	struct dry_rule *rule = dry_arena_array(&job->arena, dry_cli_count(arguments, RECOMMEND_SLO) + 1u,
						sizeof(*rule));
	uint32_t count = 0;

	for (uint32_t i = 0; i < arguments->given_count; i++)
		if (arguments->given[i].option->id == RECOMMEND_SLO &&
		    !dry_rule_parse(&rule[count++], arguments->given[i].value, DRY_NOWHERE, &job->arena,
				    &job->cli->err))
			return false;
	job->request.slo = rule;
	job->request.slo_count = count;
	return true;
}

/* Without --pick: the cheapest that meets the SLO, or the knee when there is none. */
static void read_pick(struct recommend_job *job)
{
	const char *word = dry_cli_value(&job->cli->arguments, RECOMMEND_PICK);

	job->request.pick = job->request.slo_count ? DRY_PICK_CHEAPEST : DRY_PICK_KNEE;
	for (int i = 0; word && i <= DRY_PICK_KNEE; i++)
		if (!strcmp(word, dry_pick_name((enum dry_pick)i)))
			job->request.pick = (enum dry_pick)i;
}

/* The digest is that of the bytes that were read. */
static bool read_result(struct recommend_job *job)
{
	const char *path = job->cli->arguments.operand[0];
	struct dry_sha256 sha;
	struct dry_reader_options options = { .sha = &sha };
	char *text = NULL;
	size_t length = 0;
	bool done;

	dry_sha256_init(&sha);
	done = dry_reader_whole(path, &options, &text, &length, &job->cli->err);
	dry_sha256_finish(&sha, job->sha256);
	done = done && dry_results_read_memory(text, length, strcmp(path, "-") ? path : "<stdin>", &job->result,
					       &job->cli->err);
	free(text);
	job->request.result = &job->result;
	job->request.result_file = path;
	job->request.result_sha256 = job->sha256;
	return done;
}

static bool read_scenario(struct recommend_job *job)
{
	const char *path = dry_cli_value(&job->cli->arguments, RECOMMEND_SCENARIO);
	const struct dry_load_options options = { .without_trace = true };

	if (!path)
		return true;
	job->request.scenario_file = path;
	job->request.input = &job->input;
	return dry_input_load(&job->input, path, &options, &job->cli->err);
}

static bool read_policy(struct recommend_job *job)
{
	const char *path = dry_cli_value(&job->cli->arguments, RECOMMEND_POLICY);

	if (!path)
		return true;
	job->request.policy = &job->policy;
	return dry_policy_read(&job->policy, path, &job->cli->err);
}

/* The proposal goes into the log before anything is printed. */
static bool log_proposal(struct recommend_job *job)
{
	struct dry_cli *cli = job->cli;
	struct dry_actor actor;
	char buffer[32];
	uint64_t seq = 0;

	if (!dry_cli_value(&cli->arguments, GOVERN_AUDIT))
		return true;
	if (!govern_actor(cli, &actor, buffer))
		return false;
	if (job->recommendation.is_baseline) {
		dry_cli_hint(cli, "nothing to propose: the present setting is the best");
		return true;
	}
	if (!govern_append(cli, dry_record_propose(&job->recommendation, &actor), &seq))
		return false;
	dry_cli_hint(cli, "proposal %llu is in %s", (unsigned long long)seq,
		     dry_cli_value(&cli->arguments, GOVERN_AUDIT));
	return true;
}

static const char *title_line(struct recommend_job *job)
{
	const struct dry_recommendation *r = &job->recommendation;
	const struct dry_sweep_result *result = &job->result;
	const char *text = dry_arena_printf(&job->arena, "dryscale: #%llu of %s, %s of %u point%s",
					    (unsigned long long)r->point->index, result->scenario,
					    dry_pick_name(job->request.pick), r->candidates,
					    r->candidates == 1 ? "" : "s");

	for (uint32_t i = 0; i < job->request.slo_count; i++)
		text = dry_arena_printf(&job->arena, "%s %s %s", text, i ? "and" : "with",
					job->request.slo[i].text);
	for (uint32_t o = 0; result->baseline.has_metrics && o < result->objective_count; o++) {
		enum dry_metric_id id = result->objective[o];
		char from[64], to[64];

		dry_metric_format(id, result->baseline.metric[id], from, sizeof(from));
		dry_metric_format(id, r->point->metric[id], to, sizeof(to));
		text = dry_arena_printf(&job->arena, "%s%s %s %s -> %s", text, o ? "," : ";",
					dry_metric_table[id].label, from, to);
	}
	return text;
}

static int write_patch(struct recommend_job *job)
{
	struct dry_recommendation *r = &job->recommendation;
	const struct dry_config *config = dry_recommend_config(r, r->point, false);
	const char *title[3];
	struct dry_patch_request request = { .changes = &r->changes, .title = title };

	if (job->request.policy && job->policy.phase == DRY_POLICY_OBSERVE) {
		dry_fail(&job->cli->err, DRY_ERROR_EMPTY, DRY_NOWHERE,
			 "phase observe: suggestions are logged, patches are not made");
		dry_fail_fix(&job->cli->err, "phase: gated in %s", job->policy.file);
		return dry_cli_complain(job->cli);
	}
	title[request.title_count++] = title_line(job);
	title[request.title_count++] = dry_arena_printf(
		&job->arena, "scenario %.12s, traces %.12s, result %.12s, engine %s, seed %llu",
		job->result.scenario_sha256, job->result.trace_sha256, job->sha256, job->result.version,
		(unsigned long long)job->result.seed);
	if (job->request.policy && r->verdict.reviewers)
		title[request.title_count++] =
			dry_arena_printf(&job->arena, "review: %u reviewer%s by %s (%s)", r->verdict.reviewers,
					 r->verdict.reviewers == 1 ? "" : "s", job->policy.file,
					 r->verdict.finding[0].rule);
	if (config) {
		request.priority = config->expander_priority;
		request.priority_count = config->expander_priority_count;
	}
	return govern_write_patch(job->cli, &request);
}

static int write_report(struct recommend_job *job)
{
	struct dry_cli *cli = job->cli;
	struct dry_page page = { 0 };
	int code;

	if (dry_cli_find(&cli->arguments, RECOMMEND_LIST))
		dry_recommendation_list(&job->recommendation, &page);
	else if (!strcmp(cli->format, "json"))
		dry_recommendation_json(&job->recommendation, &page);
	else if (!strcmp(cli->format, "params"))
		dry_recommendation_params(&job->recommendation, &page);
	else if (!strcmp(cli->format, "md"))
		dry_recommendation_markdown(&job->recommendation, &page);
	else
		dry_recommendation_table(&job->recommendation, &page, cli->color_out);
	code = dry_cli_write(cli, &page, 0);
	dry_page_release(&page);
	return code;
}

static int print_schema(struct dry_cli *cli)
{
	struct dry_page page = { 0 };
	int code;

	dry_recommendation_schema(&page);
	code = dry_cli_write(cli, &page, 0);
	dry_page_release(&page);
	return code;
}

static int run_recommend(struct dry_cli *cli)
{
	struct recommend_job job = { .cli = cli };
	int code;

	if (dry_cli_find(&cli->arguments, RECOMMEND_SCHEMA))
		return print_schema(cli);
	if (!cli->arguments.operand_count) {
		dry_fail(&cli->err, DRY_ERROR_USAGE, DRY_NOWHERE, "recommend: which result?");
		dry_fail_expected(&cli->err, "the file that dryscale sweep -o wrote");
		return dry_cli_complain(cli);
	}
	dry_arena_init(&job.arena);
	dry_sweep_result_init(&job.result);
	dry_policy_init(&job.policy);
	if (read_slo(&job) && (read_pick(&job), true) && read_result(&job) && read_scenario(&job) &&
	    read_policy(&job) && dry_recommend(&job.recommendation, &job.request, &cli->err) &&
	    log_proposal(&job))
		code = dry_cli_find(&cli->arguments, GOVERN_PATCH) ? write_patch(&job) : write_report(&job);
	else
		code = dry_cli_complain(cli);
	dry_recommendation_release(&job.recommendation);
	dry_policy_release(&job.policy);
	dry_input_release(&job.input);
	dry_sweep_result_release(&job.result);
	dry_arena_release(&job.arena);
	return code;
}

static const struct dry_cli_option options[] = {
	{ RECOMMEND_SLO, 0, "slo", "RULE", "what the point must hold, such as 'p95_wait <= 60s'; may be repeated",
	  NULL },
	{ RECOMMEND_PICK, 0, "pick", "WHICH", "which of the points (default: cheapest with --slo, else knee)",
	  "cheapest|fastest|knee" },
	GOVERN_OPTION_PATCH,
	GOVERN_OPTION_AGAINST,
	GOVERN_OPTION_NO_COMMENTS,
	{ RECOMMEND_SCENARIO, 0, "scenario", "FILE", "the swept scenario: for limits and patches on whole groups",
	  NULL },
	{ RECOMMEND_POLICY, 0, "policy", "FILE", "limits that no suggestion may cross, and who reviews", NULL },
	{ RECOMMEND_LIST, 0, "list", NULL, "list the points of the front that meet the SLO", NULL },
	GOVERN_OPTION_AUDIT,
	GOVERN_OPTION_ACTOR,
	GOVERN_OPTION_TIME,
	GOVERN_OPTION_REASON,
	{ RECOMMEND_SCHEMA, 0, "schema", NULL, "print the JSON schema of -f json and end", NULL },
};

const struct dry_cli_command dry_command_recommend = {
	.name = "recommend",
	.summary = "choose a point of a sweep, with reasons, and write the patch",
	.usage = (const char *const[]){ "[--slo RULE]... [--pick WHICH] [--patch KIND] RESULT", NULL },
	.example = (const char *const[]){
		"dryscale recommend --slo 'p95_wait <= 60s' sweep.json.gz",
		"dryscale recommend --slo 'p95_wait <= 60s' --patch helm sweep.json.gz",
		"dryscale recommend --policy policy.yaml --audit audit.jsonl --actor ci sweep.json.gz", NULL },
	.option = options,
	.option_count = sizeof(options) / sizeof(options[0]),
	.formats = "table|json|md|params",
	.operand_max = 1,
	.operand = "RESULT",
	.about = "Only finished points that hold every SLO and every limit of the policy count. -f params writes "
		 "the changes as \"dryscale check --params\" takes them. Options A (on-demand), B (spot) and C "
		 "(both) are the best of such points of the sweep.",
	.run = run_recommend,
};
