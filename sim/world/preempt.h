/*
 * Preemption as kube-scheduler's DefaultPreemption does it (Kubernetes 1.36):
 * room for a pod that fits nowhere is made by evicting pods of lower priority.
 * Left out: a preemption policy of Never, sampling of candidate nodes.
 */
#ifndef DRY_WORLD_PREEMPT_H
#define DRY_WORLD_PREEMPT_H

#include <stdbool.h>
#include <stdint.h>

#include "world/cluster.h"

/*
 * Evicts what has to go for this pending pod and returns the node, or DRY_NONE
 * when nothing helps. The room may be there at once, or when the evicted pods
 * have stopped.
 */
uint32_t dry_preempt(struct dry_cluster *cluster, uint32_t pod);

/* Does the node still hold stopping pods of lower priority? Then the pod waits for it. */
bool dry_preempt_is_under_way(const struct dry_cluster *cluster, uint32_t pod, uint32_t slot);

#endif
