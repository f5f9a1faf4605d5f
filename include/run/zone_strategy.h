/*
 * zoneStrategy: the same nodes as one group a zone, or as one group over its
 * zones. Groups that differ by zone (and name, sizes, spot price) become one,
 * of the name of the first; the others stay in the list with no nodes, so that
 * indices keep their meaning. A group over several zones becomes one for each,
 * named NAME-ZONE: the first in its place, the others at the end. Sizes are
 * summed, or shared out. What the trace and the market say of a group goes on
 * to act on the nodes it spoke of (dry_group_reaches() of world/place.h).
 */
#ifndef DRY_RUN_ZONE_STRATEGY_H
#define DRY_RUN_ZONE_STRATEGY_H

#include "run/scenario.h"

/* Changes the groups as config->zone_strategy says; again is no change. Memory is the arena's. */
void dry_zone_strategy_apply(struct dry_config *config, const struct dry_symbols *symbols, struct dry_arena *arena);

#endif
