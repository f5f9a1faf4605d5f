/*
 * What happened to proposals, as an audit log tells it: who proposed what, who
 * approved or rejected it, what was rolled back, what holds now. Records are
 * those of methods.md 8; this is the one place that makes and reads them.
 */
#ifndef DRY_REPORT_GOVERNANCE_H
#define DRY_REPORT_GOVERNANCE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "io/audit_log.h"
#include "report/change.h"
#include "report/page.h"
#include "report/recommend.h"

struct cJSON;                   /* of libcjson */

/* Who and when; time is RFC 3339 in UTC. */
struct dry_actor {
	const char *name;
	const char *time;
	const char *reason;             /* NULL = none given */
};

struct dry_proposal {
	uint64_t seq;
	const struct cJSON *record;     /* of the log */
	const char *actor, *time, *target;
	uint32_t reviewers;             /* asked for */
	uint32_t approvals;             /* by different people, none of them the proposer */
	bool rejected;
	bool rolled_back;
};

struct dry_governance {
	uint32_t count;
	struct dry_proposal *proposal;  /* in the log's order */
};

/* Replays the log. The arena holds the list; texts are the log's. */
void dry_governance_read(const struct dry_audit_log *log, struct dry_arena *arena,
			 struct dry_governance *governance);
static inline bool dry_proposal_is_approved(const struct dry_proposal *proposal)
{
	return !proposal->rejected && proposal->approvals >= proposal->reviewers;
}

/* By number, or the newest that still waits (seq UINT64_MAX). NULL = none. */
const struct dry_proposal *dry_governance_find(const struct dry_governance *governance, uint64_t seq);
/* The newest that is approved and not rolled back. NULL = none. */
const struct dry_proposal *dry_governance_last_approved(const struct dry_governance *governance);

/* What a proposal changes. */
void dry_proposal_changes(const struct dry_proposal *proposal, struct dry_arena *arena,
			  struct dry_change_set *changes);

/*
 * All approved changes that hold now, later ones over earlier ones; `from` is
 * the value before the first of them. What was rolled back is there the other
 * way round.
 */
void dry_governance_state(const struct dry_governance *governance, struct dry_arena *arena,
			  struct dry_change_set *state);

/* Records for dry_audit_log_append(); the caller deletes them. */
struct cJSON *dry_record_propose(const struct dry_recommendation *recommendation,
				 const struct dry_actor *actor);
/* action: "approve", "reject", "apply", "verify", "rollback", "drift", "override", "note". */
struct cJSON *dry_record_about(const char *action, const struct dry_actor *actor, const uint64_t *ref);
/* Adds before and after of the changes. */
void dry_record_add_changes(struct cJSON *record, const struct dry_change_set *changes);

/* A log for people: one row a record. */
void dry_audit_show(const struct dry_audit_log *log, struct dry_page *page, bool markdown);
void dry_audit_csv(const struct dry_audit_log *log, struct dry_page *page);

#endif
