/* Scores of feasible nodes: the default Score plugins at their default weights. Used by the scheduler only. */
#ifndef DRY_SIM_WORLD_SCORE_H
#define DRY_SIM_WORLD_SCORE_H

#include "world/cluster.h"

/* NodeResourcesFit + NodeResourcesBalancedAllocation of the class on the node. */
int32_t dry_score_resources(struct dry_cluster *cluster, const struct dry_shape *shape, uint32_t slot);

/* PreferNoSchedule taints of the group's own that the class does not tolerate. */
uint32_t dry_score_group_taints(const struct dry_cluster *cluster, uint32_t class_index, uint32_t group_index);

/* PreferNoSchedule taints of the node that the class does not tolerate. */
uint32_t dry_score_soft_taints(const struct dry_cluster *cluster, uint32_t class_index, uint32_t slot);

/* Total of all plugins for each of the feasible nodes into score. list = all nodes. */
void dry_score_all(struct dry_cluster *cluster, uint32_t class_index, const uint32_t *feasible,
		   uint32_t feasible_count, const uint32_t *list, uint32_t count, int64_t *score);

#endif
