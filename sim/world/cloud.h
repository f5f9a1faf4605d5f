/* What the files of the cloud share. Inner header of the world layer. */
#ifndef DRY_SIM_WORLD_CLOUD_H
#define DRY_SIM_WORLD_CLOUD_H

#include "world/cluster.h"

/* A new instance at the place, creating. Returns its slot. */
uint32_t cloud_new_instance(struct dry_cluster *cluster, uint32_t place, int64_t requested_at_ms);

/* Puts something that happens to the instance into the queue. */
void cloud_push_node(struct dry_cluster *cluster, uint32_t slot, int64_t at_ms, enum dry_des_phase phase,
		     enum dry_queue_kind kind);

/*
 * The group's zone with the fewest of its nodes, the first listed of those:
 * not one that is passed over (one flag a zone, or NULL). DRY_NONE = all are.
 */
uint32_t cloud_emptiest_place(const struct dry_cluster *cluster, const struct dry_group *group,
			      const uint8_t *passed_over);

#endif
