/* rollback: the patch back to what was before the last approved change. */
#include <cjson/cJSON.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/govern.h"
#include "report/drift.h"

static const struct dry_proposal *find_proposal(struct dry_cli *cli, const struct dry_governance *governance)
{
	const struct dry_proposal *proposal;
	int64_t number = -1;

	if (cli->arguments.operand_count &&
	    !dry_cli_number(cli, "PROPOSAL", cli->arguments.operand[0], 0, INT64_MAX, &number))
		return NULL;
	proposal = number < 0 ? dry_governance_last_approved(governance) :
				dry_governance_find(governance, (uint64_t)number);
	if (proposal && dry_proposal_is_approved(proposal) && !proposal->rolled_back)
		return proposal;
	dry_fail(&cli->err, DRY_ERROR_EMPTY, DRY_NOWHERE, "%s",
		 number < 0 ? "no approved proposal is in force" :
			      "that record is no approved proposal in force");
	dry_fail_fix(&cli->err, "dryscale audit show %s", dry_cli_value(&cli->arguments, GOVERN_AUDIT));
	return NULL;
}

/* Does a later proposal that is in force set this as well? */
static bool set_since(const struct dry_governance *governance, uint64_t seq, const char *path,
		      struct dry_arena *arena)
{
	for (uint32_t i = 0; i < governance->count; i++) {
		const struct dry_proposal *later = &governance->proposal[i];
		struct dry_change_set changes;

		if (later->seq <= seq || later->rolled_back || !dry_proposal_is_approved(later))
			continue;
		dry_proposal_changes(later, arena, &changes);
		for (uint32_t k = 0; k < changes.count; k++)
			if (!strcmp(changes.change[k].path, path))
				return true;
	}
	return false;
}

/* What was set again since then stays as it is, and is told. */
static void leave_later_changes(struct dry_cli *cli, const struct dry_governance *governance, uint64_t seq,
				struct dry_arena *arena, struct dry_change_set *inverse)
{
	uint32_t kept = 0;

	for (uint32_t i = 0; i < inverse->count; i++) {
		if (set_since(governance, seq, inverse->change[i].path, arena))
			dry_warn(&cli->err, DRY_NOWHERE, "%s stays: a later proposal set it",
				 inverse->change[i].path);
		else
			inverse->change[kept++] = inverse->change[i];
	}
	inverse->count = kept;
}

static void show(const struct dry_change_set *inverse, uint64_t seq, struct dry_page *page)
{
	dry_page_printf(page, "proposal %llu is rolled back; to set:\n", (unsigned long long)seq);
	for (uint32_t i = 0; i < inverse->count; i++) {
		dry_page_add(page, "  ");
		dry_page_add_visible(page, inverse->change[i].path, strlen(inverse->change[i].path));
		dry_page_add(page, "  ");
		dry_page_add_visible(page, inverse->change[i].from, strlen(inverse->change[i].from));
		dry_page_add(page, " -> ");
		dry_page_add_visible(page, inverse->change[i].to, strlen(inverse->change[i].to));
		dry_page_add_char(page, '\n');
	}
}

/* What the live file holds must be what the proposal set: else somebody changed it since. */
static bool check_live(struct dry_cli *cli, const struct dry_change_set *changes, uint64_t seq,
		       struct dry_arena *arena)
{
	const char *path = dry_cli_value(&cli->arguments, GOVERN_AGAINST);
	struct dry_error quiet = { 0 };
	struct dry_drift drift;
	struct dry_live live;
	bool good = true;

	if (!path || cli->force)
		return true;
	dry_live_init(&live, arena);
	if (!dry_live_read(&live, path, &quiet))
		dry_warn(&cli->err, (struct dry_where){ .file = path },
			 "its values are not compared with those of the proposal");
	dry_drift_compare(changes, &live, arena, &drift);
	for (uint32_t i = 0; i < drift.count; i++) {
		const struct dry_drift_row *row = &drift.row[i];

		if (row->state != DRY_DRIFT_CHANGED)
			continue;
		good = dry_fail(&cli->err, DRY_ERROR_INPUT, (struct dry_where){ .file = path },
				"%s is %s, not %s as proposal %llu set it", row->path, row->live, row->approved,
				(unsigned long long)seq);
		dry_fail_fix(&cli->err, "look who changed it; --force rolls back all the same");
	}
	dry_live_release(&live);
	dry_error_release(&quiet);
	return good;
}

static bool log_rollback(struct dry_cli *cli, const struct dry_actor *actor, uint64_t seq,
			 const struct dry_change_set *inverse)
{
	cJSON *record = dry_record_about("rollback", actor, &seq);

	dry_record_add_changes(record, inverse);
	return govern_append(cli, record, NULL);
}

static int write_out(struct dry_cli *cli, const struct dry_change_set *inverse, uint64_t seq,
		     struct dry_arena *arena)
{
	const char *title[1] = { dry_arena_printf(arena, "dryscale: rollback of proposal %llu",
						  (unsigned long long)seq) };
	struct dry_patch_request request = { .changes = inverse, .title = title, .title_count = 1 };
	struct dry_page page = { 0 };
	int code;

	if (dry_cli_find(&cli->arguments, GOVERN_PATCH))
		return govern_write_patch(cli, &request);
	show(inverse, seq, &page);
	dry_cli_notes(cli);
	code = dry_cli_write(cli, &page, 0);
	dry_page_release(&page);
	return code;
}

static int run_rollback(struct dry_cli *cli)
{
	struct dry_audit_log log = { 0 };
	struct dry_governance governance;
	struct dry_change_set changes, inverse;
	const struct dry_proposal *proposal = NULL;
	struct dry_actor actor;
	struct dry_arena arena;
	char buffer[32];
	uint32_t lost = 0;
	int code;

	dry_arena_init(&arena);
	if (govern_actor(cli, &actor, buffer) && govern_open(cli, &log, &governance, &arena) &&
	    (proposal = find_proposal(cli, &governance)) &&
	    (dry_proposal_changes(proposal, &arena, &changes),
	     check_live(cli, &changes, proposal->seq, &arena))) {
		dry_changes_invert(&changes, &arena, &inverse, &lost);
		leave_later_changes(cli, &governance, proposal->seq, &arena, &inverse);
		if (lost)
			dry_warn(&cli->err, DRY_NOWHERE, "%u change%s had no known value before", lost,
				 lost == 1 ? "" : "s");
		code = write_out(cli, &inverse, proposal->seq, &arena);
		if (!code && !log_rollback(cli, &actor, proposal->seq, &inverse))
			code = dry_cli_complain(cli);
	} else {
		code = dry_cli_complain(cli);
	}
	dry_audit_log_release(&log);
	dry_arena_release(&arena);
	return code;
}

static const struct dry_cli_option options[] = {
	GOVERN_OPTION_AUDIT,  GOVERN_OPTION_ACTOR,	 GOVERN_OPTION_PATCH, GOVERN_OPTION_AGAINST,
	GOVERN_OPTION_REASON, GOVERN_OPTION_NO_COMMENTS, GOVERN_OPTION_TIME,
};

const struct dry_cli_command dry_command_rollback = {
	.name = "rollback",
	.summary = "undo the last approved proposal: print the patch back, log it",
	.usage = (const char *const[]){ "--audit LOG --actor NAME [--patch KIND] [PROPOSAL]", NULL },
	.example = (const char *const[]){
		"dryscale rollback --audit audit.jsonl --actor maria --patch helm",
		"dryscale rollback --audit audit.jsonl --actor maria --patch json --against deployment.json", NULL },
	.option = options,
	.option_count = sizeof(options) / sizeof(options[0]),
	.operand_max = 1,
	.operand = "PROPOSAL",
	.about = "With --against the live file must still hold the values that the proposal set (--force: or not). "
		 "What a later proposal set stays. dryscale changes files, not clusters: applying the patch is yours.",
	.run = run_rollback,
};
