/*
 * Exact pruning: a run is given up at a checkpoint when a point of an earlier
 * round is nowhere worse and somewhere better than the lower bounds of what the
 * run can still become, and schedules every pod (so that no floor of stranded
 * pods depends on the point given up). The front is then the exhaustive one.
 * Rounds follow from indices, so a merge of shards finds the same points.
 */
#ifndef DRY_SWEEP_PRUNE_H
#define DRY_SWEEP_PRUNE_H

#include <stdbool.h>
#include <stdint.h>

#include "sweep/sweep_result.h"

#define DRY_PRUNE_REASON "given up: another setting is better whatever comes"

/* Places of the elements 0..count-1 of a grid or sample in the order of running. */
struct dry_prune_order {
	uint64_t count, stride;
	uint64_t round_size;            /* places of one round */
};
void dry_prune_order_init(struct dry_prune_order *order, uint64_t count);
uint64_t dry_prune_place(const struct dry_prune_order *order, uint64_t element);

/* A point and its place; sorted by place. */
struct dry_prune_placed {
	uint64_t place;
	uint32_t position;              /* in the result's point[] */
};
void dry_prune_sort(struct dry_prune_placed *placed, uint32_t count);

/* May others be given up because of this point? */
bool dry_prune_eligible(const struct dry_sweep_point *point);
/* Objectives of an eligible point against lower bounds of a run. */
bool dry_prune_beats(const double *value, const double *bound, uint32_t objectives);

/*
 * After a merge of shards: gives up the points that a single process would have
 * given up, and drops the bounds. element[position] is the rank of each point in
 * the selection of `selected` points; NULL = its index.
 */
void dry_prune_merged(struct dry_sweep_result *result, uint64_t selected, const uint64_t *element);

#endif
