/* approve: a person's word on a proposal in an audit log. */
#include <cjson/cJSON.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/govern.h"

enum { APPROVE_REJECT = GOVERN_OWN };

static const struct dry_proposal *find_proposal(struct dry_cli *cli, const struct dry_governance *governance)
{
	const struct dry_proposal *proposal;
	int64_t number = -1;

	if (cli->arguments.operand_count &&
	    !dry_cli_number(cli, "PROPOSAL", cli->arguments.operand[0], 0, INT64_MAX, &number))
		return NULL;
	proposal = dry_governance_find(governance, number < 0 ? UINT64_MAX : (uint64_t)number);
	if (proposal)
		return proposal;
	if (number >= 0)
		dry_fail(&cli->err, DRY_ERROR_EMPTY, DRY_NOWHERE, "record %lld is no proposal", (long long)number);
	else
		dry_fail(&cli->err, DRY_ERROR_EMPTY, DRY_NOWHERE, "no proposal waits for approval");
	dry_fail_fix(&cli->err, "dryscale audit show %s", dry_cli_value(&cli->arguments, GOVERN_AUDIT));
	return NULL;
}

static bool may_act(struct dry_cli *cli, const struct dry_proposal *proposal, const struct dry_actor *actor)
{
	if (proposal->rejected || proposal->rolled_back)
		return dry_fail(&cli->err, DRY_ERROR_EMPTY, DRY_NOWHERE, "proposal %llu was %s",
				(unsigned long long)proposal->seq,
				proposal->rejected ? "rejected" : "rolled back");
	if (dry_cli_find(&cli->arguments, APPROVE_REJECT) && dry_proposal_is_approved(proposal)) {
		dry_fail(&cli->err, DRY_ERROR_EMPTY, DRY_NOWHERE, "proposal %llu is approved already",
			 (unsigned long long)proposal->seq);
		return dry_fail_fix(&cli->err, "dryscale rollback %llu", (unsigned long long)proposal->seq);
	}
	if (!dry_cli_find(&cli->arguments, APPROVE_REJECT) && !strcmp(proposal->actor, actor->name)) {
		dry_fail(&cli->err, DRY_ERROR_EMPTY, DRY_NOWHERE,
			 "%s made proposal %llu and cannot approve it", actor->name,
			 (unsigned long long)proposal->seq);
		return dry_fail_fix(&cli->err, "somebody else approves");
	}
	return true;
}

static void show_state(const struct dry_proposal *proposal, struct dry_page *page)
{
	dry_page_printf(page, "proposal %llu: ", (unsigned long long)proposal->seq);
	if (proposal->rejected)
		dry_page_add(page, "rejected\n");
	else
		dry_page_printf(page, "%u of %u approval%s, %s\n", proposal->approvals, proposal->reviewers,
				proposal->reviewers == 1 ? "" : "s",
				dry_proposal_is_approved(proposal) ? "approved" : "waits for more");
}

/* Reads the log again, so that what is shown is what stands in it. */
static int show_result(struct dry_cli *cli, uint64_t seq)
{
	struct dry_audit_log log;
	struct dry_governance governance;
	struct dry_arena arena;
	struct dry_page page = { 0 };
	int code;

	dry_arena_init(&arena);
	if (govern_open(cli, &log, &governance, &arena)) {
		show_state(dry_governance_find(&governance, seq), &page);
		code = dry_cli_write(cli, &page, 0);
	} else {
		code = dry_cli_complain(cli);
	}
	dry_page_release(&page);
	dry_audit_log_release(&log);
	dry_arena_release(&arena);
	return code;
}

static int run_approve(struct dry_cli *cli)
{
	bool reject = dry_cli_find(&cli->arguments, APPROVE_REJECT);
	struct dry_audit_log log = { 0 };
	struct dry_governance governance;
	const struct dry_proposal *proposal = NULL;
	struct dry_actor actor;
	struct dry_arena arena;
	char buffer[32];
	uint64_t seq = 0;
	bool done;

	dry_arena_init(&arena);
	done = govern_actor(cli, &actor, buffer) && govern_open(cli, &log, &governance, &arena) &&
	       (proposal = find_proposal(cli, &governance)) && may_act(cli, proposal, &actor);
	if (done) {
		seq = proposal->seq;
		done = govern_append(cli, dry_record_about(reject ? "reject" : "approve", &actor, &seq), NULL);
	}
	dry_audit_log_release(&log);
	dry_arena_release(&arena);
	return done ? show_result(cli, seq) : dry_cli_complain(cli);
}

static const struct dry_cli_option options[] = {
	GOVERN_OPTION_AUDIT,
	GOVERN_OPTION_ACTOR,
	{ APPROVE_REJECT, 0, "reject", NULL, "reject it instead", NULL },
	GOVERN_OPTION_REASON,
	GOVERN_OPTION_TIME,
};

const struct dry_cli_command dry_command_approve = {
	.name = "approve",
	.summary = "approve or reject a proposal in an audit log",
	.usage = (const char *const[]){ "--audit LOG --actor NAME [--reject] [PROPOSAL]", NULL },
	.example = (const char *const[]){
		"dryscale approve --audit audit.jsonl --actor maria",
		"dryscale approve --audit audit.jsonl --actor maria --reject --reason 'not before the sale' 4", NULL },
	.option = options,
	.option_count = sizeof(options) / sizeof(options[0]),
	.operand_max = 1,
	.operand = "PROPOSAL",
	.about = "PROPOSAL is its number in the log (default: the newest that waits). Who proposed cannot approve; "
		 "one person counts once.",
	.run = run_approve,
};
