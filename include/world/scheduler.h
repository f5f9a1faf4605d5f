/*
 * The kube-scheduler model: one pass over all pending pods, by priority, then
 * arrival, then trace order; default filters; default scores; ties to the
 * oldest node. No sampling, no back-off queue (format.md, world rule 2).
 */
#ifndef DRY_WORLD_SCHEDULER_H
#define DRY_WORLD_SCHEDULER_H

#include "world/cluster.h"

struct dry_score_cache;

/* Tries every pending pod once. Does nothing when nothing changed since the last pass. */
void dry_scheduler_pass(struct dry_cluster *cluster, bool preemption);

/* Puts a pending pod into the queue / takes it out. */
void dry_scheduler_enqueue(struct dry_cluster *cluster, uint32_t pod);
void dry_scheduler_dequeue(struct dry_cluster *cluster, uint32_t pod);

/* The node gained room, became usable or appeared: classes that failed may fit now. */
void dry_scheduler_on_room(struct dry_cluster *cluster, uint32_t slot);

/* All pending pods in queue order (priority, arrival, trace order), in the arena. */
uint32_t *dry_scheduler_pending(struct dry_cluster *cluster, struct dry_arena *arena, uint32_t *count);

void dry_scheduler_reset(struct dry_cluster *cluster);
void dry_scheduler_release(struct dry_cluster *cluster);

#endif
