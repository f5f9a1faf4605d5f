/*
 * The workload of a run as the files say it: pods, owners, trace events,
 * disruption budgets, DaemonSets. Part of struct dry_input: read-only in a run.
 */
#ifndef DRY_WORLD_WORKLOAD_H
#define DRY_WORLD_WORKLOAD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/symbol.h"
#include "world/pod_class.h"

#define DRY_NEVER INT64_MAX

/* One row a pod line of the trace, in trace order (by t, then line). */
struct dry_pod_table {
	uint32_t count;
	int64_t *arrive_at_ms;          /* may be negative */
	int64_t *duration_ms;           /* run time from its start; -1 = none */
	int64_t *until_at_ms;           /* deleted then, wherever it is; DRY_NEVER = not */
	uint32_t *class_index;
	uint32_t *owner_index;          /* into dry_input.owner; DRY_NONE = bare */
	uint32_t *order;                /* line number over all events: the tie order */
	uint32_t *name_offset;          /* into name_text; NUL-terminated name without namespace */
	char *name_text;
	uint64_t name_text_length;
};

/* A pod with "node": it runs there from the start. */
struct dry_initial_pod {
	uint32_t pod_index;
	uint32_t group_index;
	uint32_t node_ordinal;
};

struct dry_owner {
	dry_symbol name_space;
	dry_symbol kind;
	dry_symbol name;
	enum dry_owner_kind kind_index;
};

enum dry_trace_event_kind {
	DRY_TRACE_POD_DELETE,
	DRY_TRACE_INTERRUPT,
	DRY_TRACE_STOCKOUT,
	DRY_TRACE_NODE_NOT_READY,
	DRY_TRACE_PRICE
};

enum dry_stockout_mode { DRY_STOCKOUT_ERROR, DRY_STOCKOUT_SILENT, DRY_STOCKOUT_INSTANCE };

/* Everything in a trace that is not a pod. Sorted by at_ms, then order. */
struct dry_trace_event {
	int64_t at_ms;
	uint32_t order;
	enum dry_trace_event_kind kind;
	uint32_t group_index;           /* DRY_NONE for podDelete */
	dry_symbol zone;                /* interrupt, stockout, nodeNotReady: only there; 0 = wherever the group is */
	uint32_t node_ordinal;          /* the named node <group>-<ordinal>; DRY_NONE = by count */
	uint32_t count;                 /* newest nodes first */
	int64_t notice_ms;
	int64_t until_ms;               /* stockout, nodeNotReady; DRY_NEVER = for ever */
	enum dry_stockout_mode mode;
	int64_t price_nusd_per_hour;    /* price with nodeGroup: the group's price from now on */
	uint32_t name_index;            /* podDelete: which name, see pod_name_index */
};

struct dry_disruption_budget {
	const char *name;
	dry_symbol name_space;
	struct dry_label_selector selector;
	bool is_min_available;          /* else maxUnavailable */
	bool is_percent;
	int64_t value;                  /* count or percent */
};

struct dry_daemon_set {
	const char *name;
	uint32_t class_index;           /* owner kind DaemonSet; runs wherever selector and tolerations allow */
};

#endif
