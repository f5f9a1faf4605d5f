/*
 * Slots of nodes that are gone are given back: the others move up, in order, so
 * that a long run takes the memory of the nodes it has at a time and not of all
 * that ever were. Decisions do not depend on it: slots stay in order of request.
 */
#ifndef DRY_WORLD_COMPACT_H
#define DRY_WORLD_COMPACT_H

#include "world/cluster.h"

/* Shown a slot that somebody outside of the world remembers; it may change. */
typedef void dry_slot_visit(struct dry_cluster *cluster, uint32_t *slot);

/* Are so many of the slots those of gone nodes that giving them back is worth it? eager: one is enough. */
bool dry_cluster_is_sparse(const struct dry_cluster *cluster, bool eager);

/*
 * Gives slots back; between two instants, when no snapshot is open. for_each
 * shows visit() every slot that others remember, twice: first those slots are
 * kept even if their nodes are gone, then they get their new numbers. What
 * the world itself remembers of gone nodes it forgets: entries of the queue
 * then say DRY_NONE.
 */
void dry_cluster_compact(struct dry_cluster *cluster, void (*for_each)(void *context, dry_slot_visit *visit),
			 void *context);

#endif
