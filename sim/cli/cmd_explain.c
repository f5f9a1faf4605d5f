/* explain: why the autoscaler did it, or did not. */
#include <stdlib.h>
#include <string.h>

#include "base/units.h"
#include "cli/commands.h"
#include "cli/interrupt.h"
#include "cli/running.h"
#include "cli/scenario.h"
#include "report/decision_log.h"
#include "report/explain_answers.h"
#include "report/report_file.h"
#include "report/run_report.h"

enum {
	EXPLAIN_AT = 1,
	EXPLAIN_EVENT,
	EXPLAIN_POD,
	EXPLAIN_NODE,
	EXPLAIN_WORST,
	EXPLAIN_WHY_NOT,
	EXPLAIN_NO_WHAT_IF
};

#define WORST_MAX 1000
#define NEAREST_MAX 20000       /* names that are looked through for a suggestion */
#define EVERY_TICK_MS (INT64_C(3) * 24 * 3600 * 1000)   /* longer runs skip loops that repeat the one before */

struct explain_job {
	struct dry_cli *cli;
	struct cli_scenario scenario;
	struct dry_log log;
	struct dry_result result;
	struct dry_loop_watch watch;
	struct dry_fits *fits;
	struct dry_explanation explanation;
	uint32_t why_not;
	uint32_t *pod;                  /* rows that are watched */
	struct dry_wait_span *worst;
	uint32_t worst_count;
};

/* --- runs --- */

static int run_once(struct explain_job *job, const struct dry_config *config,
		    const struct dry_observer *observer, bool every_tick, const atomic_bool *stop,
		    struct dry_result *result)
{
	struct dry_run_request request = {
		.input = &job->scenario.input, .config = config, .seed = cli_seed(job->cli, config),
		.every_tick = every_tick, .observer = observer, .stop = stop,
	};
	int code = cli_run_many(job->cli, &request, 1, result);

	return cli_is_interrupted() ? cli_interrupt_code() : code;
}

static int record_log(struct explain_job *job)
{
	struct dry_observer observer = { .context = &job->log, .on_event = dry_log_on_event };
	int code;

	job->log.input = &job->scenario.input;
	job->log.config = &job->scenario.config;
	code = run_once(job, &job->scenario.config, &observer, false, cli_interrupt_flag(), &job->result);
	job->log.end_at_ms = job->result.end_at_ms;
	return code;
}

/* The second run listens; it may end where nothing more is of interest. */
static void on_note(void *context, const struct dry_note *note)
{
	struct explain_job *job = context;

	dry_loop_watch_on_note(&job->watch, note);
	if (cli_is_interrupted())
		atomic_store(&job->watch.stop, true);
}

static int listen(struct explain_job *job)
{
	struct dry_observer observer = { .context = job, .on_note = on_note };
	struct dry_result unused;

	job->watch.input = &job->scenario.input;
	job->watch.config = &job->scenario.config;
	dry_loop_watch_init(&job->watch);
	run_once(job, &job->scenario.config, &observer, job->log.end_at_ms <= EVERY_TICK_MS, &job->watch.stop, &unused);
	dry_result_release(&unused);
	dry_loop_watch_finish(&job->watch);
	return cli_interrupt_code();
}

/* --- questions --- */

static int no_answer(struct explain_job *job)
{
	job->cli->err.code = DRY_ERROR_EMPTY;
	return dry_cli_complain(job->cli);
}

static int ask_at(struct explain_job *job, const char *text)
{
	int64_t at_ms;
	char end[48];

	if (!cli_instant(job->cli, EXPLAIN_AT, "at", &at_ms))
		return dry_cli_complain(job->cli);
	if (at_ms > job->log.end_at_ms) {
		dry_fail(&job->cli->err, DRY_ERROR_EMPTY, DRY_NOWHERE, "--at %s: the run ends at %s", text,
			 dry_format_clock(job->log.end_at_ms, end, sizeof(end)));
		return no_answer(job);
	}
	job->watch.at_ms = job->watch.stop_after_ms = at_ms;
	return 0;
}

/* Nothing is to be heard of a pod after its last wait. */
static void watch_pod(struct explain_job *job, uint32_t row)
{
	uint32_t count;
	struct dry_wait_span *span = dry_log_waits_of(&job->log, row, &count);

	job->pod = dry_xcalloc(1, sizeof(*job->pod));
	job->pod[0] = row;
	job->watch.pod = job->pod;
	job->watch.pod_count = 1;
	job->watch.stop_after_ms = count ? span[count - 1].to_ms : 0;
	free(span);
}

static void watch_node(struct explain_job *job, uint32_t group_index, uint32_t ordinal)
{
	job->watch.has_node = true;
	job->watch.node_group = group_index;
	job->watch.node_ordinal = ordinal;
}

static int ask_event(struct explain_job *job, const char *text)
{
	const struct dry_log_entry *entry;
	int64_t number;

	if (!dry_cli_number(job->cli, "--event", text, 1, INT64_MAX, &number))
		return dry_cli_complain(job->cli);
	if ((uint64_t)number > job->log.count) {
		dry_fail(&job->cli->err, DRY_ERROR_EMPTY, DRY_NOWHERE, "--event %s: the log has %zu event%s", text,
			 job->log.count, job->log.count == 1 ? "" : "s");
		return no_answer(job);
	}
	entry = &job->log.entry[number - 1];
	switch ((enum dry_event_kind)entry->kind) {
	case DRY_EVENT_POD_START:
	case DRY_EVENT_POD_EVICTED:
	case DRY_EVENT_POD_END:
		if (entry->pod_index != DRY_NONE) {
			watch_pod(job, entry->pod_index);
			return 0;
		}
		break;
	case DRY_EVENT_NODE_READY:
	case DRY_EVENT_NODE_GONE:
	case DRY_EVENT_SCALE_DOWN:
		watch_node(job, entry->group_index, entry->node_ordinal);
		break;
	default: break;
	}
	if (!job->watch.has_node || entry->kind == DRY_EVENT_SCALE_DOWN) {
		job->watch.at_ms = entry->at_ms;
		if (!job->watch.has_node)
			job->watch.stop_after_ms = entry->at_ms;
	}
	return 0;
}

/* "namespace/name", or a name alone when only one pod has it. DRY_NONE = none; *many: more than one. */
static uint32_t find_pod(const struct dry_input *input, const char *name, bool *many)
{
	const char *slash = strchr(name, '/');
	const char *own = slash ? slash + 1 : name;
	uint32_t found = DRY_NONE;
	char full[600];

	*many = false;
	for (uint32_t p = 0; p < input->pod.count; p++) {
		if (strcmp(input->pod.name_text + input->pod.name_offset[p], own) ||
		    (slash && strcmp(dry_pod_name(input, p, full, sizeof(full)), name)))
			continue;
		if (found == DRY_NONE)
			found = p;
		else if (strcmp(dry_pod_name(input, found, full, sizeof(full)),
				dry_pod_name(input, p, full + 300, sizeof(full) - 300)))
			*many = true;
	}
	return found;
}

static const char *nearest_pod(const struct dry_input *input, const char *name)
{
	uint32_t count = input->pod.count < NEAREST_MAX ? input->pod.count : NEAREST_MAX;
	const char **known = dry_xcalloc((size_t)count + 1, sizeof(*known));
	const char *slash = strchr(name, '/'), *nearest;

	for (uint32_t p = 0; p < count; p++)
		known[p] = input->pod.name_text + input->pod.name_offset[p];
	nearest = dry_nearest_word(slash ? slash + 1 : name, known, count);
	free(known);
	return nearest;
}

static int ask_pod(struct explain_job *job, const char *name)
{
	bool many;
	uint32_t row = find_pod(&job->scenario.input, name, &many);
	const char *nearest;

	if (row != DRY_NONE && !many) {
		watch_pod(job, row);
		return 0;
	}
	if (many) {
		dry_fail(&job->cli->err, DRY_ERROR_USAGE, DRY_NOWHERE, "--pod %s: pods of several namespaces have it",
			 name);
		dry_fail_expected(&job->cli->err, "NAMESPACE/NAME");
		return dry_cli_complain(job->cli);
	}
	nearest = nearest_pod(&job->scenario.input, name);
	dry_fail(&job->cli->err, DRY_ERROR_EMPTY, DRY_NOWHERE, "--pod %s: the trace has no such pod", name);
	if (nearest)
		dry_fail_fix(&job->cli->err, "did you mean \"%s\"?", nearest);
	return no_answer(job);
}

static bool has_node(const struct dry_log *log, uint32_t group_index, uint32_t ordinal)
{
	int64_t count = log->config->group[group_index].initial_size;

	for (size_t i = 0; i < log->count; i++)
		if (log->entry[i].kind == DRY_EVENT_SCALE_UP && log->entry[i].group_index == group_index)
			count += log->entry[i].to - log->entry[i].from;
	return ordinal < count;
}

static int ask_node(struct explain_job *job, const char *name)
{
	const char *dash = strrchr(name, '-');
	int64_t ordinal = 0;
	bool group_known = false;

	for (uint32_t g = 0; dash && g < job->scenario.config.group_count; g++) {
		const char *group = job->scenario.config.group[g].name;

		if (strlen(group) != (size_t)(dash - name) || memcmp(group, name, (size_t)(dash - name)))
			continue;
		group_known = true;
		if (!dry_parse_integer(dash + 1, strlen(dash + 1), &ordinal) && ordinal >= 0 &&
		    ordinal < UINT32_MAX && has_node(&job->log, g, (uint32_t)ordinal)) {
			watch_node(job, g, (uint32_t)ordinal);
			return 0;
		}
	}
	dry_fail(&job->cli->err, DRY_ERROR_EMPTY, DRY_NOWHERE, "--node %s: the run had no such node", name);
	dry_fail_expected(&job->cli->err, group_known ? "an ordinal that was requested: GROUP-0, GROUP-1, ..." :
							"GROUP-N, as nodes are called in the decision log");
	return no_answer(job);
}

static int ask_worst(struct explain_job *job, const char *text)
{
	int64_t number;

	if (!dry_cli_number(job->cli, "--worst", text, 1, WORST_MAX, &number))
		return dry_cli_complain(job->cli);
	job->worst = dry_log_longest_waits(&job->log, (uint32_t)number, &job->worst_count);
	if (!job->worst_count) {
		dry_fail(&job->cli->err, DRY_ERROR_EMPTY, DRY_NOWHERE, "--worst: no pod waited");
		return no_answer(job);
	}
	job->pod = dry_xcalloc(job->worst_count, sizeof(*job->pod));
	job->watch.stop_after_ms = 0;
	for (uint32_t i = 0; i < job->worst_count; i++) {
		uint32_t k = 0;

		if (job->worst[i].to_ms > job->watch.stop_after_ms)
			job->watch.stop_after_ms = job->worst[i].to_ms;

		while (k < job->watch.pod_count && job->pod[k] != job->worst[i].pod_index)
			k++;
		if (k == job->watch.pod_count)
			job->pod[job->watch.pod_count++] = job->worst[i].pod_index;
	}
	job->watch.pod = job->pod;
	return 0;
}

static const struct {
	int id;
	int (*ask)(struct explain_job *job, const char *text);
} questions[] = {
	{ EXPLAIN_AT, ask_at },     { EXPLAIN_EVENT, ask_event }, { EXPLAIN_POD, ask_pod },
	{ EXPLAIN_NODE, ask_node }, { EXPLAIN_WORST, ask_worst },
};
#define QUESTIONS (sizeof(questions) / sizeof(questions[0]))

static bool check_questions(struct dry_cli *cli)
{
	uint32_t count = 0;

	for (size_t i = 0; i < QUESTIONS; i++)
		count += dry_cli_count(&cli->arguments, questions[i].id);
	if (count != 1) {
		dry_fail(&cli->err, DRY_ERROR_USAGE, DRY_NOWHERE, count ? "explain: one question at a time" :
									  "explain: explain what?");
		return dry_fail_expected(&cli->err, "one of --at TIME, --event N, --pod NAME, --node NAME, --worst N");
	}
	if (dry_cli_find(&cli->arguments, EXPLAIN_WHY_NOT) && (dry_cli_find(&cli->arguments, EXPLAIN_NODE) ||
							       dry_cli_find(&cli->arguments, EXPLAIN_WORST)))
		return dry_fail(&cli->err, DRY_ERROR_USAGE, DRY_NOWHERE,
				"--why-not goes with --at, --event or --pod");
	return true;
}

static bool read_why_not(struct explain_job *job)
{
	return cli_named_group(job->cli, &job->scenario.config, EXPLAIN_WHY_NOT, "why-not", &job->why_not);
}

/* --- answers --- */

/* The suggestion, simulated: what the metrics would have been. */
static int add_what_if(struct explain_job *job, const struct dry_what_if *idea)
{
	static const enum dry_metric_id shown[] = { DRY_METRIC_P95_WAIT, DRY_METRIC_COST_DAY };
	struct dry_page text = { 0 };
	struct dry_explain_line *line;
	struct dry_config config;
	struct dry_result result;
	int code;

	if (!idea->path || dry_cli_find(&job->cli->arguments, EXPLAIN_NO_WHAT_IF))
		return 0;
	dry_config_copy(&config, &job->scenario.config, &job->explanation.arena);
	if (!dry_config_set(&config, &job->scenario.input, idea->path, idea->value, &job->explanation.arena, NULL) ||
	    !dry_config_check(&config, &job->scenario.input, NULL))
		return 0;
	code = run_once(job, &config, NULL, false, cli_interrupt_flag(), &result);
	dry_page_printf(&text, "%s=%s:", idea->path, idea->value);
	for (size_t i = 0; i < sizeof(shown) / sizeof(shown[0]); i++) {
		char before[48], after[48];
		bool same = job->result.metric[shown[i]] == result.metric[shown[i]];

		dry_metric_format(shown[i], job->result.metric[shown[i]], before, sizeof(before));
		dry_metric_format(shown[i], result.metric[shown[i]], after, sizeof(after));
		dry_page_printf(&text, "%s %s %s%s%s", i ? "," : "", dry_metric_table[shown[i]].label,
				same ? "the same, " : "", before, same ? "" : " -> ");
		if (!same)
			dry_page_add(&text, after);
	}
	dry_page_add(&text, "   (simulated, not estimated)");
	if (!code) {
		line = dry_explain_add(&job->explanation, "what if", DRY_NONE, "%s", dry_page_string(&text));
		line->reason = idea->because;
		for (size_t i = 0; i < sizeof(shown) / sizeof(shown[0]); i++)
			dry_explain_value(line, dry_metric_table[shown[i]].key, result.metric[shown[i]]);
	}
	dry_page_release(&text);
	dry_result_release(&result);
	return code;
}

static int answer(struct explain_job *job)
{
	struct dry_explain_case of = { &job->log, &job->watch, job->fits, job->why_not };
	struct dry_what_if idea = { 0 };

	if (job->worst_count)
		dry_explain_worst(&job->explanation, &of, job->worst, job->worst_count);
	else if (job->watch.pod_count)
		idea = dry_explain_pod_story(&job->explanation, &of, 0);
	if (job->watch.at_ms >= 0) {
		if (job->watch.loop.at_ms < 0) {
			dry_fail(&job->cli->err, DRY_ERROR_EMPTY, DRY_NOWHERE, "no loop of the autoscaler until then");
			return no_answer(job);
		}
		idea = dry_explain_loop(&job->explanation, &of);
	}
	if (job->watch.has_node) {
		struct dry_what_if own = dry_explain_node_story(&job->explanation, &of);

		idea = own.path ? own : idea;
	}
	return add_what_if(job, &idea);
}

static int draw(struct explain_job *job)
{
	struct dry_page page = { 0 };
	int code;

	dry_explanation_draw(&job->explanation, job->cli->format, job->cli->color_out, &page);
	code = dry_cli_write(job->cli, &page, 0);
	dry_page_release(&page);
	return code;
}

static int explain(struct explain_job *job)
{
	int code = record_log(job);

	for (size_t i = 0; !code && i < QUESTIONS; i++) {
		const char *text = dry_cli_value(&job->cli->arguments, questions[i].id);

		if (text)
			code = questions[i].ask(job, text);
	}
	if (code)
		return code;
	job->fits = job->watch.fits = dry_fits_new(&job->scenario.input, &job->scenario.config);
	code = listen(job);
	if (!code)
		code = answer(job);
	dry_fits_release(job->fits);
	dry_loop_watch_release(&job->watch);
	return code ? code : draw(job);
}

static int run_explain(struct dry_cli *cli)
{
	struct explain_job job = { .cli = cli, .watch = { .at_ms = -1, .stop_after_ms = INT64_MAX } };
	int code;

	if (!check_questions(cli) || !dry_report_file_may_write(cli->output, cli->force, &cli->err))
		return dry_cli_complain(cli);
	code = cli_scenario_open(cli, NULL, &job.scenario);
	if (code)
		return code;
	dry_result_init(&job.result);
	dry_explanation_init(&job.explanation, &job.scenario.input, &job.scenario.config);
	code = read_why_not(&job) ? explain(&job) : dry_cli_complain(cli);
	free(job.pod);
	free(job.worst);
	dry_explanation_release(&job.explanation);
	dry_log_release(&job.log);
	dry_result_release(&job.result);
	cli_scenario_close(&job.scenario);
	return code;
}

static const struct dry_cli_option options[] = {
	{ EXPLAIN_AT, 0, "at", "TIME", "the loop at that time: 18:07, 1d02:30 or 65220s", NULL },
	{ EXPLAIN_EVENT, 0, "event", "N", "line N of the decision log (run --events)", NULL },
	{ EXPLAIN_POD, 0, "pod", "NAME", "what became of a pod, and why it waited", NULL },
	{ EXPLAIN_NODE, 0, "node", "NAME", "why a node came, stayed and went", NULL },
	{ EXPLAIN_WORST, 0, "worst", "N", "the N longest waits", NULL },
	{ EXPLAIN_WHY_NOT, 0, "why-not", "GROUP", "why this node group got no node then", NULL },
	{ EXPLAIN_NO_WHAT_IF, 0, "no-what-if", NULL, "do not simulate a suggestion", NULL },
	CLI_OPTIONS_PARAM,
	CLI_OPTION_POINT,
	CLI_OPTIONS_RELEASE,
};

const struct dry_cli_command dry_command_explain = {
	.name = "explain",
	.summary = "say why the autoscaler did something, or did not",
	.usage = (const char *const[]){
		"(--at TIME|--event N|--pod NAME|--node NAME|--worst N) [--why-not GROUP] SCENARIO",
		"--point ID (--at TIME|...) RESULT SCENARIO", NULL },
	.example = (const char *const[]){ "dryscale explain --at 18:07 scenario.yaml",
					  "dryscale explain --at 18:07 --why-not spot-a scenario.yaml",
					  "dryscale explain --pod default/web-7 scenario.yaml",
					  "dryscale explain --worst 10 scenario.yaml",
					  "dryscale explain --point 260 --worst 3 front.json.gz scenario.yaml", NULL },
	.option = options,
	.option_count = sizeof(options) / sizeof(options[0]),
	.formats = "table|json|csv|md",
	.operand_min = 1,
	.operand_max = 2,
	.operand = "FILE",
	.about = "Reasons are those of the Cluster Autoscaler and kube-scheduler: \"dryscale help reasons\". "
		 "Exit code 4: the run has no such event, pod or node.",
	.run = run_explain,
};
