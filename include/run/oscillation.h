/*
 * Nodes that came for little (methods.md 1.3): short-lived ones, which a
 * scale-down took within a window of their Ready, and those that replace one
 * that a scale-down had taken within the window before: per node group, the
 * latest removal first, each removal once. Interruptions are no removals.
 */
#ifndef DRY_RUN_OSCILLATION_H
#define DRY_RUN_OSCILLATION_H

#include <stdbool.h>
#include <stdint.h>

#include "base/sort.h"

struct dry_oscillation_node {
	uint32_t group_index;
	bool is_initial;                /* not added in the run */
	int64_t requested_at_ms;
	int64_t ready_at_ms;            /* -1: never */
	int64_t scaled_down_at_ms;      /* gone by a scale-down; -1: not */
};

/* Zeroed at first; grows and is kept. */
struct dry_oscillation {
	bool *short_lived;              /* one a node */
	uint32_t *replaces;             /* node whose removal it undoes; DRY_NONE */
	uint32_t added, removed;        /* nodes, initial ones not added */
	double index;                   /* distinct short-lived or replacing / added; NaN when none was added */
	struct dry_keyed *event, *spare;
	uint32_t *below;                /* of a removal: the one under it on its group's stack */
	uint32_t *top;                  /* one a group */
	size_t short_capacity, replaces_capacity, event_capacity, spare_capacity, below_capacity, top_capacity;
};

void dry_oscillation_find(struct dry_oscillation *found, const struct dry_oscillation_node *node,
			  uint32_t node_count, uint32_t group_count, int64_t window_ms);
void dry_oscillation_release(struct dry_oscillation *found);

#endif
