/*
 * Why something happened, read from a recording: who asked, what was needed,
 * which groups could have taken it and why the others could not, what came of
 * it, and which setting would have changed it.
 */
#ifndef DRY_TUI_CAUSE_H
#define DRY_TUI_CAUSE_H

#include <stdint.h>

#include "report/recording.h"

enum dry_option_fate { DRY_FATE_UNKNOWN, DRY_FATE_TAKEN, DRY_FATE_OPTION, DRY_FATE_REFUSED };

/* One node group in the loop of a scale-up. */
struct dry_cause_group {
	enum dry_option_fate fate;
	int64_t price_nusd_per_hour;
	int64_t room;                   /* nodes below its maximum */
	int64_t nodes, pods;            /* what it was asked, or would have been */
	const char *reason;             /* why not; NULL = none told */
	uint32_t misfit_pods;           /* pods that do not fit it at all */
	double score;                   /* NaN = none */
};

struct dry_cause_effect {
	int64_t ready_at_ms;            /* of the first new node; -1 = none came */
	uint32_t ready_count;
	uint32_t pods_placed;           /* on the new nodes, in the minute after they were ready */
	int64_t longest_wait_ms;        /* of those, first starts; -1 */
	double cost_usd;                /* of the new nodes to their end; scale-down: saved to the end of the run */
	int64_t gone_at_ms;             /* scale-down, reclaim; -1 */
};

struct dry_cause_hint {                 /* a setting worth trying */
	char path[128];                 /* "" = none */
	char value[64];
	char why[128];
};

const struct dry_loop *dry_cause_loop(const struct dry_recording *recording, const struct dry_moment *moment);
/* One entry a group. */
void dry_cause_groups(const struct dry_recording *recording, const struct dry_moment *moment,
		      struct dry_cause_group *group);
void dry_cause_effect(const struct dry_recording *recording, const struct dry_moment *moment,
		      struct dry_cause_effect *effect);
void dry_cause_hint(const struct dry_recording *recording, const struct dry_moment *moment,
		    struct dry_cause_hint *hint);
/* Nodes asked for and not ready just before. */
int64_t dry_cause_upcoming(const struct dry_recording *recording, const struct dry_moment *moment);
/* The expander that decided, and what capped the plan; NULL = none. */
const char *dry_cause_expander(const struct dry_recording *recording, const struct dry_moment *moment);
const struct dry_note *dry_cause_cap(const struct dry_recording *recording, const struct dry_moment *moment);
/* The note about the moment's own node of that kind; NULL. */
const struct dry_note *dry_cause_node_note(const struct dry_recording *recording, const struct dry_moment *moment,
					   enum dry_note_kind kind);

/* Scale-ups for which the same group was refused for the same reason. */
struct dry_cause_family {
	const char *reason;             /* NULL = this one has no refusal */
	uint32_t group_index;
	uint32_t count;
	int64_t first_at_ms, last_at_ms;
	int64_t nodes;
};
void dry_cause_family(const struct dry_recording *recording, const struct dry_moment *moment,
		      struct dry_cause_family *family);

#endif
