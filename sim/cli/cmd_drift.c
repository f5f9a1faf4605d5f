/* drift: live settings against what the audit log says was approved. */
#include <cjson/cJSON.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/govern.h"
#include "cli/inputs.h"
#include "report/drift.h"

enum { DRIFT_WORLD = GOVERN_OWN };

static bool read_files(struct dry_cli *cli, struct dry_live *live)
{
	for (uint32_t i = 0; i < cli->arguments.operand_count; i++)
		if (!dry_live_read(live, cli->arguments.operand[i], &cli->err))
			return false;
	return true;
}

/* With --actor the finding goes into the log: "drift" with the differences, else "verify". */
static bool log_finding(struct dry_cli *cli, const struct dry_drift *drift)
{
	struct dry_actor actor;
	cJSON *record, *before, *after;
	char buffer[32];

	if (!dry_cli_value(&cli->arguments, GOVERN_ACTOR))
		return true;
	if (!govern_actor(cli, &actor, buffer))
		return false;
	record = dry_record_about(drift->differing ? "drift" : "verify", &actor, NULL);
	before = cJSON_AddObjectToObject(record, "before");
	after = cJSON_AddObjectToObject(record, "after");
	for (uint32_t i = 0; i < drift->count; i++) {
		const struct dry_drift_row *row = &drift->row[i];

		if (row->state != DRY_DRIFT_CHANGED && row->state != DRY_DRIFT_NOT_APPLIED)
			continue;
		cJSON_AddStringToObject(before, row->path, row->approved);
		cJSON_AddStringToObject(after, row->path, row->live);
	}
	return govern_append(cli, record, NULL);
}

static int write_finding(struct dry_cli *cli, const struct dry_drift *drift)
{
	struct dry_page page = { 0 };
	int code;

	if (!strcmp(cli->format, "json"))
		dry_drift_json(drift, &page);
	else
		dry_drift_table(drift, &page, !strcmp(cli->format, "md"));
	code = dry_cli_write(cli, &page, drift->differing ? DRY_ERROR_RULE : 0);
	dry_page_release(&page);
	return code;
}

static bool has_something_to_compare(struct dry_cli *cli, const struct dry_drift *drift)
{
	if (drift->count == 0)
		return dry_fail(&cli->err, DRY_ERROR_EMPTY, DRY_NOWHERE, "no approved proposal is in force");
	if (drift->unknown < drift->count)
		return true;
	dry_fail(&cli->err, DRY_ERROR_EMPTY, DRY_NOWHERE, "the live files say nothing of what was approved (%s, ...)",
		 drift->row[0].path);
	return dry_fail_fix(&cli->err, "give the file where that is set, too");
}

/* With --audit and --actor a changed world goes into the log: what was tuned on the old one is stale. */
static bool log_world(struct dry_cli *cli, const struct dry_world_drift *drift)
{
	struct dry_page reason = { 0 };
	struct dry_actor actor;
	char buffer[32];
	bool done;

	if (!dry_cli_value(&cli->arguments, GOVERN_AUDIT))
		return true;
	if (!govern_actor(cli, &actor, buffer))
		return false;
	for (uint32_t i = 0; i < drift->count; i++)
		if (drift->row[i].drifted)
			dry_page_printf(&reason, "%s%s", reason.length ? ", " : "world: ", drift->row[i].what);
	if (drift->drifted && !actor.reason)
		actor.reason = dry_page_string(&reason);
	done = govern_append(cli, dry_record_about(drift->drifted ? "drift" : "verify", &actor, NULL), NULL);
	dry_page_release(&reason);
	return done;
}

static int write_world(struct dry_cli *cli, const struct dry_world_drift *drift)
{
	struct dry_page page = { 0 };
	int code;

	if (!strcmp(cli->format, "json"))
		dry_world_drift_json(drift, &page);
	else
		dry_world_drift_table(drift, &page, !strcmp(cli->format, "md"));
	code = dry_cli_write(cli, &page, drift->drifted ? DRY_ERROR_RULE : 0);
	dry_page_release(&page);
	return code;
}

/* The scenario with its own trace and with the recent one. */
static int run_world(struct dry_cli *cli)
{
	const struct dry_load_options recent = { .trace = dry_cli_value(&cli->arguments, DRIFT_WORLD) };
	const char *scenario = cli->arguments.operand[0];
	struct dry_world_drift drift;
	struct dry_input before, now;
	struct dry_arena arena;
	int code;

	if (cli->arguments.operand_count > 1) {
		dry_fail(&cli->err, DRY_ERROR_USAGE, DRY_NOWHERE, "drift --world: one scenario at a time");
		return dry_cli_complain(cli);
	}
	code = cli_load(cli, scenario, NULL, &before);
	if (code)
		return code;
	code = cli_load(cli, scenario, &recent, &now);
	if (!code) {
		dry_arena_init(&arena);
		dry_world_compare(&drift, &before, &now, &arena);
		code = log_world(cli, &drift) ? write_world(cli, &drift) : dry_cli_complain(cli);
		dry_arena_release(&arena);
		dry_input_release(&now);
	}
	dry_input_release(&before);
	return code;
}

static int run_drift(struct dry_cli *cli)
{
	struct dry_audit_log log = { 0 };
	struct dry_governance governance;
	struct dry_change_set approved;
	struct dry_drift drift;
	struct dry_live live;
	struct dry_arena arena;
	int code;

	if (dry_cli_value(&cli->arguments, DRIFT_WORLD))
		return run_world(cli);
	dry_arena_init(&arena);
	dry_live_init(&live, &arena);
	if (govern_open(cli, &log, &governance, &arena) && read_files(cli, &live)) {
		dry_governance_state(&governance, &arena, &approved);
		dry_drift_compare(&approved, &live, &arena, &drift);
		if (has_something_to_compare(cli, &drift) && log_finding(cli, &drift))
			code = write_finding(cli, &drift);
		else
			code = dry_cli_complain(cli);
	} else {
		code = dry_cli_complain(cli);
	}
	dry_live_release(&live);
	dry_audit_log_release(&log);
	dry_arena_release(&arena);
	return code;
}

static const struct dry_cli_option options[] = {
	GOVERN_OPTION_AUDIT,
	GOVERN_OPTION_ACTOR,
	GOVERN_OPTION_REASON,
	GOVERN_OPTION_TIME,
	{ DRIFT_WORLD, 0, "world", "TRACE", "instead: has the world changed since the scenario's own trace?", NULL },
};

const struct dry_cli_command dry_command_drift = {
	.name = "drift",
	.summary = "live settings against the approved ones; exit 1 when they differ",
	.usage = (const char *const[]){ "--audit LOG [--actor NAME] LIVE...",
					  "--world TRACE [--audit LOG --actor NAME] SCENARIO", NULL },
	.example = (const char *const[]){
		"dryscale drift --audit audit.jsonl deployment.json",
		"dryscale drift --audit audit.jsonl --actor ci -f json values.yaml machine-deployments.json",
		"dryscale drift --world last-week.jsonl.gz scenarios/web-and-batch.yaml", NULL },
	.option = options,
	.option_count = sizeof(options) / sizeof(options[0]),
	.formats = "table|json|md",
	.operand_min = 1,
	.operand_max = UINT32_MAX,
	.operand = "LIVE",
	.about = "LIVE is what the cluster runs: the autoscaler's Deployment, chart values, the priority "
		 "ConfigMap, an AKS profile, node groups, or a scenario. Values are compared by meaning: 10m is "
		 "600s. A flag that a Deployment or chart does not name has its default. With --actor the finding "
		 "goes into the log. --world compares pods, arrivals, waits (two-sample Kolmogorov-Smirnov) and "
		 "prices of two traces.",
	.run = run_drift,
};
