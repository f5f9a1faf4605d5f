/*
 * The autoscaler's private copy of nodes and pods: the world's own arrays,
 * changed under an undo log and put back at the end of the loop. The list of
 * nodes is ordered; its index is what a scan remembers.
 */
#ifndef DRY_WORLD_SNAPSHOT_H
#define DRY_WORLD_SNAPSHOT_H

#include "world/cluster.h"
#include "world/predicates.h"

/* Starts from the registered nodes, oldest first, without expendable pods. */
void dry_snapshot_begin(struct dry_cluster *cluster);
/* Takes everything back; fakes and copies of pods are gone. */
void dry_snapshot_end(struct dry_cluster *cluster);

uint32_t dry_snapshot_mark(const struct dry_cluster *cluster);
void dry_snapshot_revert(struct dry_cluster *cluster, uint32_t mark);

/* A fake node of the place at the end of the list: of the template's. */
uint32_t dry_snapshot_add_fake(struct dry_cluster *cluster, uint32_t place);
void dry_snapshot_remove_node(struct dry_cluster *cluster, uint32_t slot);
void dry_snapshot_add_pod(struct dry_cluster *cluster, uint32_t pod, uint32_t slot);
void dry_snapshot_remove_pod(struct dry_cluster *cluster, uint32_t pod);
bool dry_snapshot_has(const struct dry_cluster *cluster, uint32_t slot);

/* Does the pod fit the node (all plugins, over the snapshot's list)? */
enum dry_fit dry_snapshot_check(struct dry_cluster *cluster, uint32_t class_index, uint32_t slot);

/*
 * Next-fit: from index (last + 1) mod length, round once; cordoned nodes and
 * those refused by accept are passed over. Returns the slot and remembers the
 * index, or DRY_NONE.
 */
typedef bool dry_accept_fn(const void *context, const struct dry_cluster *cluster, uint32_t slot);
uint32_t dry_snapshot_scan(struct dry_cluster *cluster, uint32_t class_index, dry_accept_fn *accept,
			   const void *context);
/* The same over list indices [first, end) only (all others are passed over). */
uint32_t dry_snapshot_scan_range(struct dry_cluster *cluster, uint32_t class_index, uint32_t first, uint32_t end,
				 dry_accept_fn *accept, const void *context);

#endif
