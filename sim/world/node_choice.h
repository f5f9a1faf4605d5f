/* Which node a pod of a class goes to. */
#ifndef DRY_SIM_WORLD_NODE_CHOICE_H
#define DRY_SIM_WORLD_NODE_CHOICE_H

#include "world/cluster.h"

/* The slot of the best node, or DRY_NONE. */
uint32_t choose_node(struct dry_cluster *cluster, uint32_t class_index);

/* For a new run; what it remembers of the last one is forgotten, its memory kept. */
void node_choice_reset(struct dry_cluster *cluster);
void node_choice_release(struct dry_cluster *cluster);

#endif
