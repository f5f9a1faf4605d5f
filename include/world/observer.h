/*
 * What a run tells while it goes. All pointers are borrowed for the call. An
 * observer never changes the run; without one nothing of this is computed.
 */
#ifndef DRY_WORLD_OBSERVER_H
#define DRY_WORLD_OBSERVER_H

#include <stdbool.h>
#include <stdint.h>

enum dry_event_kind {
	DRY_EVENT_SCALE_UP,             /* group, from, to */
	DRY_EVENT_SCALE_UP_FAILED,      /* group, reason */
	DRY_EVENT_BACKOFF,              /* group, until_ms */
	DRY_EVENT_NODE_READY,           /* group, node */
	DRY_EVENT_NODE_GONE,            /* group, node */
	DRY_EVENT_SCALE_DOWN,           /* group, node, reason */
	DRY_EVENT_POD_START,            /* pod, group+node */
	DRY_EVENT_POD_EVICTED,          /* pod, group+node, cause */
	DRY_EVENT_POD_END,              /* pod, group+node or no node */
	DRY_EVENT_KIND_COUNT
};

/* One line of the decision log (format.md). Names: input->pod.name_text, config->group[].name. */
struct dry_event {
	int64_t at_ms;
	enum dry_event_kind kind;
	uint32_t group_index;           /* DRY_NONE = none */
	uint32_t node_ordinal;          /* node <group>-<ordinal>; DRY_NONE = none */
	uint32_t pod_index;             /* row of the pod table; DRY_NONE = none; placeholders: see is_placeholder */
	bool is_placeholder;            /* pod_index counts placeholder pods */
	int32_t from, to;
	int64_t until_ms;
	uint32_t zone;                  /* nodeReady of a group over several zones: symbol of the node's; else 0 */
	/* outOfResources, timeout, other; empty, underutilized, unready; scaleDown, interruption */
	const char *reason;
};

enum dry_note_kind {
	DRY_NOTE_LOOP,                  /* a loop begins: value[0] pending pods, value[1] ready nodes */
	DRY_NOTE_LOOP_ENDS,             /* early exit; reason */
	DRY_NOTE_PENDING_POD,           /* pod: unschedulable after packing; value[0] age ms */
	/* pod: fits a present or upcoming node; group+node (node DRY_NONE = upcoming); value[0] age ms */
	DRY_NOTE_PACKED_POD,
	DRY_NOTE_POD_IGNORED,           /* pod; reason: expendable, young, daemon */
	DRY_NOTE_NO_SCALE_UP,           /* reason: why this loop did not try */
	DRY_NOTE_GROUP_SKIPPED,         /* group; reason (upstream's skipped reasons) */
	/* pod (first of its equivalence group; value[0] = its size), group; reason = failing plugin's words */
	DRY_NOTE_POD_DOES_NOT_FIT,
	DRY_NOTE_OPTION,                /* group; value[0] nodes, value[1] pods; score of the deciding expander */
	DRY_NOTE_OPTION_POD,            /* pod of the option just named */
	DRY_NOTE_EXPANDER,              /* reason = expander's name; group = kept option; score */
	DRY_NOTE_BEST_OPTION,           /* group; value[0] nodes */
	/* value[0] wanted, value[1] granted; reason: max-nodes-total, cores-total, ... */
	DRY_NOTE_CAPPED,
	DRY_NOTE_PLAN,                  /* group; value[0] from, value[1] to */
	/* group+node; reason (upstream's UnremovableReason); pod = the blocking pod or DRY_NONE; score = utilization */
	DRY_NOTE_NODE_UNREMOVABLE,
	DRY_NOTE_NODE_UNNEEDED,         /* group+node; value[0] since_ms, value[1] threshold_ms */
	DRY_NOTE_NO_SCALE_DOWN,         /* reason: cooldown, disabled, ... value[0] = until_ms or 0 */
	DRY_NOTE_NODE_NOT_DELETED,      /* group+node; reason: unneeded for too short, at min size, budget... */
	DRY_NOTE_DRAIN,                 /* group+node; reason: started, pod refused by budget (pod), aborted, done */
	DRY_NOTE_KIND_COUNT
};

/* Why: what explain reads. Only sent when wanted (on_note not NULL). */
struct dry_note {
	int64_t at_ms;
	enum dry_note_kind kind;
	uint32_t group_index;
	uint32_t node_ordinal;
	uint32_t pod_index;
	int64_t value[4];
	double score;                   /* NaN = none */
	const char *reason;             /* static text */
};

/* State after everything of an instant is done. Arrays have config->group_count entries. */
struct dry_sample {
	int64_t at_ms;
	uint32_t pending_pods;
	uint32_t running_pods;
	const int32_t *ready_nodes;
	const int32_t *target_nodes;
	const int64_t *price_nusd_per_hour;     /* in force, a node of the group */
	int64_t spend_nusd;                     /* so far, on what was launched */
};

struct dry_observer {
	void *context;
	void (*on_event)(void *context, const struct dry_event *event);
	void (*on_note)(void *context, const struct dry_note *note);
	void (*on_sample)(void *context, const struct dry_sample *sample);
};

#endif
