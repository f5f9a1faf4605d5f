/* What the commands of proposals share: who acts and when, live files, patches. */
#ifndef DRY_CLI_GOVERN_H
#define DRY_CLI_GOVERN_H

#include "cli/command.h"
#include "report/governance.h"
#include "report/patch.h"

/* Option ids, the same in all of these commands. */
enum govern_option {
	GOVERN_AUDIT = 1,
	GOVERN_ACTOR,
	GOVERN_TIME,
	GOVERN_REASON,
	GOVERN_PATCH,
	GOVERN_AGAINST,
	GOVERN_NO_COMMENTS,
	GOVERN_OWN                      /* a command's own options count from here */
};

#define GOVERN_OPTION_AUDIT \
	{ GOVERN_AUDIT, 0, "audit", "LOG", "the audit log (JSON lines, chained by SHA-256)", NULL }
#define GOVERN_OPTION_ACTOR \
	{ GOVERN_ACTOR, 0, "actor", "NAME", "who acts; goes into the log", NULL }
#define GOVERN_OPTION_TIME \
	{ GOVERN_TIME, 0, "time", "TIME", "RFC 3339 instant of the record (default: now)", NULL }
#define GOVERN_OPTION_REASON \
	{ GOVERN_REASON, 0, "reason", "TEXT", "why; goes into the log", NULL }
#define GOVERN_OPTION_PATCH \
	{ GOVERN_PATCH, 0, "patch", "KIND", "print only the patch: " DRY_PATCH_WORDS, DRY_PATCH_WORDS }
#define GOVERN_OPTION_AGAINST \
	{ GOVERN_AGAINST, 0, "against", "FILE", "the live file that the patch is for", NULL }
#define GOVERN_OPTION_NO_COMMENTS \
	{ GOVERN_NO_COMMENTS, 0, "no-comments", NULL, "leave comments out of the patch", NULL }

/* From --actor, --time, --reason; `buffer` holds the time. False with a usage complaint. */
bool govern_actor(struct dry_cli *cli, struct dry_actor *actor, char buffer[32]);

/* The log of --audit, read and replayed. False with complaints. Release the log in any case. */
bool govern_open(struct dry_cli *cli, struct dry_audit_log *log, struct dry_governance *governance,
		 struct dry_arena *arena);

/* Appends to --audit and deletes the record; says the number on stderr. */
bool govern_append(struct dry_cli *cli, struct cJSON *record, uint64_t *seq);

/* Writes the patch that --patch and --against ask for; returns the exit code. */
int govern_write_patch(struct dry_cli *cli, const struct dry_patch_request *request);

#endif
