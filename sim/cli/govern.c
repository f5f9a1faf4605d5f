#include "cli/govern.h"

#include <cjson/cJSON.h>
#include <string.h>
#include <time.h>

#include "report/live_file.h"

/* "2026-03-02T00:00:00Z", with or without a fraction. */
static bool is_rfc3339_utc(const char *text)
{
	struct tm tm;
	const char *rest;

	memset(&tm, 0, sizeof(tm));
	rest = strptime(text, "%Y-%m-%dT%H:%M:%S", &tm);
	if (!rest)
		return false;
	if (*rest == '.') {
		size_t digits = strspn(rest + 1, "0123456789");

		rest += digits ? digits + 1 : 0;
	}
	return !strcmp(rest, "Z");
}

bool govern_actor(struct dry_cli *cli, struct dry_actor *actor, char buffer[32])
{
	const char *at = dry_cli_value(&cli->arguments, GOVERN_TIME);
	time_t now;
	struct tm tm;

	actor->name = dry_cli_value(&cli->arguments, GOVERN_ACTOR);
	actor->reason = dry_cli_value(&cli->arguments, GOVERN_REASON);
	actor->time = at;
	if (!actor->name || !*actor->name) {
		dry_fail(&cli->err, DRY_ERROR_USAGE, DRY_NOWHERE, "%s: who acts?", cli->command->name);
		return dry_fail_fix(&cli->err, "add --actor NAME");
	}
	if (at && !is_rfc3339_utc(at)) {
		dry_fail(&cli->err, DRY_ERROR_USAGE, DRY_NOWHERE, "--time %s: is no instant in UTC", at);
		return dry_fail_expected(&cli->err, "RFC 3339, such as 2026-03-02T09:30:00Z");
	}
	if (at)
		return true;
	now = time(NULL);
	gmtime_r(&now, &tm);
	strftime(buffer, 32, "%Y-%m-%dT%H:%M:%SZ", &tm);
	actor->time = buffer;
	return true;
}

bool govern_open(struct dry_cli *cli, struct dry_audit_log *log, struct dry_governance *governance,
		 struct dry_arena *arena)
{
	const char *path = dry_cli_value(&cli->arguments, GOVERN_AUDIT);

	memset(log, 0, sizeof(*log));
	if (!path) {
		dry_fail(&cli->err, DRY_ERROR_USAGE, DRY_NOWHERE, "%s: which audit log?", cli->command->name);
		return dry_fail_fix(&cli->err, "add --audit LOG");
	}
	if (!dry_audit_log_read(log, path, NULL, &cli->err))
		return false;
	dry_governance_read(log, arena, governance);
	return true;
}

bool govern_append(struct dry_cli *cli, cJSON *record, uint64_t *seq)
{
	bool done = dry_audit_log_append(dry_cli_value(&cli->arguments, GOVERN_AUDIT), record, seq, &cli->err);

	cJSON_Delete(record);
	return done;
}

int govern_write_patch(struct dry_cli *cli, const struct dry_patch_request *request)
{
	const struct dry_patch_format *format =
		dry_patch_find(dry_cli_value(&cli->arguments, GOVERN_PATCH), NULL);
	const char *against = dry_cli_value(&cli->arguments, GOVERN_AGAINST);
	struct dry_patch_request whole = *request;
	struct dry_page page = { 0 };
	struct dry_doc doc;
	int code;

	dry_doc_init(&doc);
	whole.comments = !dry_cli_find(&cli->arguments, GOVERN_NO_COMMENTS);
	if (against && !dry_live_document(&doc, against, dry_patch_is_deployment, &cli->err)) {
		dry_doc_release(&doc);
		return dry_cli_complain(cli);
	}
	whole.against = against ? &doc : NULL;
	if (dry_patch_write(format, &whole, &page, &cli->err)) {
		dry_cli_notes(cli);
		code = dry_cli_write(cli, &page, 0);
	} else {
		code = dry_cli_complain(cli);
	}
	dry_page_release(&page);
	dry_doc_release(&doc);
	return code;
}
