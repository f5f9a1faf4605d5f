/* audit: check, show or export an audit log. */
#include <string.h>

#include "cli/commands.h"
#include "cli/govern.h"

enum { AUDIT_HEAD = GOVERN_OWN };

static void say_head(const struct dry_audit_log *log, struct dry_page *page)
{
	dry_page_add_visible(page, log->path, strlen(log->path));
	dry_page_printf(page, ": %llu record%s, unbroken; head %llu %s\n", (unsigned long long)log->count,
			log->count == 1 ? "" : "s", (unsigned long long)(log->count ? log->count - 1 : 0),
			log->head.hash);
}

static int run_audit(struct dry_cli *cli)
{
	const char *verb = cli->arguments.operand[0];
	struct dry_audit_log log;
	struct dry_page page = { 0 };
	int code;

	if (!dry_cli_is_word("verify|show|export", verb)) {
		dry_fail(&cli->err, DRY_ERROR_USAGE, DRY_NOWHERE, "audit: cannot \"%s\"", verb);
		dry_fail_expected(&cli->err, "verify, show or export");
		return dry_cli_complain(cli);
	}
	if (!dry_audit_log_read(&log, cli->arguments.operand[1], dry_cli_value(&cli->arguments, AUDIT_HEAD),
				&cli->err)) {
		dry_audit_log_release(&log);
		return dry_cli_complain(cli);
	}
	if (!strcmp(verb, "verify"))
		say_head(&log, &page);
	else if (!strcmp(verb, "export") || !strcmp(cli->format, "csv"))
		dry_audit_csv(&log, &page);
	else
		dry_audit_show(&log, &page, !strcmp(cli->format, "md"));
	code = dry_cli_write(cli, &page, 0);
	dry_page_release(&page);
	dry_audit_log_release(&log);
	return code;
}

static const struct dry_cli_option options[] = {
	{ AUDIT_HEAD, 0, "head", "HASH", "hash that the last record must have (kept elsewhere)", NULL },
};

const struct dry_cli_command dry_command_audit = {
	.name = "audit",
	.summary = "verify, show or export an audit log",
	.usage = (const char *const[]){ "verify [--head HASH] LOG", "show [-f table|md|csv] LOG", "export LOG",
					NULL },
	.example = (const char *const[]){ "dryscale audit verify audit.jsonl",
					  "dryscale audit show audit.jsonl",
					  "dryscale audit export -o audit.csv audit.jsonl", NULL },
	.option = options,
	.option_count = sizeof(options) / sizeof(options[0]),
	.formats = "table|md|csv",
	.operand_min = 2,
	.operand_max = 2,
	.operand = "LOG",
	.operand_words = "verify|show|export",
	.about = "A changed, cut, reordered or doubled line is named with its number (exit 3). A tail that was cut "
		 "off shows only against a head kept elsewhere: a CI artefact, a git tag.",
	.run = run_audit,
};
