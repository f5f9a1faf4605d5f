/*
 * The closed list of reasons: why a pod was left aside, a group skipped, a node
 * kept or taken. Spelled as the Cluster Autoscaler and kube-scheduler spell
 * them where they have a name for it. What a run tells an observer is one of
 * these; a test holds it against every recorded case.
 */
#ifndef DRY_AUTOSCALER_REASONS_H
#define DRY_AUTOSCALER_REASONS_H

#include <stddef.h>

enum dry_reason_kind {
	DRY_REASON_LOOP,                /* the loop ended early */
	DRY_REASON_NO_SCALE_UP,
	DRY_REASON_POD_IGNORED,
	DRY_REASON_GROUP_SKIPPED,
	DRY_REASON_FILTER,              /* a pod does not fit a group's node */
	DRY_REASON_CAPPED,              /* fewer nodes than wanted */
	DRY_REASON_EXPANDER,
	DRY_REASON_NO_SCALE_DOWN,
	DRY_REASON_UNREMOVABLE,
	DRY_REASON_NOT_DELETED,
	DRY_REASON_DRAIN,
	DRY_REASON_EVENT,               /* of the decision log */
	DRY_REASON_KIND_COUNT
};

struct dry_reason {
	enum dry_reason_kind kind;
	const char *text;
	const char *meaning;            /* one line, with what sets it */
};

extern const struct dry_reason dry_reason_table[];
extern const size_t dry_reason_count;

/* "node group skipped", ... */
const char *dry_reason_kind_name(enum dry_reason_kind kind);
/* NULL when the kind has no such reason. */
const struct dry_reason *dry_reason_find(enum dry_reason_kind kind, const char *text);

#endif
