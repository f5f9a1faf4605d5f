/* policy: check a policy file, or give its limits to the API server. */
#include <string.h>

#include "cli/commands.h"
#include "cli/command.h"
#include "report/policy.h"

static void show(const struct dry_policy *policy, struct dry_page *page)
{
	dry_page_add_visible(page, policy->file, strlen(policy->file));
	dry_page_printf(page, ": fine; phase %s, %u flag limit%s, %u SLO%s, %u tag%s\n",
			dry_policy_phase_name(policy->phase), policy->flag_count,
			policy->flag_count == 1 ? "" : "s", policy->slo_count, policy->slo_count == 1 ? "" : "s",
			policy->tag_count, policy->tag_count == 1 ? "" : "s");
}

static int run_policy(struct dry_cli *cli)
{
	const char *verb = cli->arguments.operand[0];
	struct dry_policy policy;
	struct dry_page page = { 0 };
	bool done;
	int code;

	if (!dry_cli_is_word("check|admission", verb)) {
		dry_fail(&cli->err, DRY_ERROR_USAGE, DRY_NOWHERE, "policy: cannot \"%s\"", verb);
		dry_fail_expected(&cli->err, "check or admission");
		return dry_cli_complain(cli);
	}
	done = dry_policy_read(&policy, cli->arguments.operand[1], &cli->err);
	if (done && !strcmp(verb, "admission"))
		done = dry_policy_admission(&policy, &page, &cli->err);
	else if (done)
		show(&policy, &page);
	code = done ? dry_cli_write(cli, &page, 0) : dry_cli_complain(cli);
	dry_page_release(&page);
	dry_policy_release(&policy);
	return code;
}

const struct dry_cli_command dry_command_policy = {
	.name = "policy",
	.summary = "check a policy file; write its limits as a ValidatingAdmissionPolicy",
	.usage = (const char *const[]){ "check POLICY", "admission POLICY", NULL },
	.example = (const char *const[]){ "dryscale policy check policy.yaml",
					  "dryscale policy admission policy.yaml -o limits.yaml", NULL },
	.operand_min = 2,
	.operand_max = 2,
	.operand = "POLICY",
	.operand_words = "check|admission",
	.about = "admission writes what an API server can see of the limits: sizes, expanders, flags. Cost, waits and "
		 "places stay with dryscale recommend and check.",
	.run = run_policy,
};
