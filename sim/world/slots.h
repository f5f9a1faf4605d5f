/* The columns that hold nodes by slot. Inner header of the world layer. */
#ifndef DRY_SIM_WORLD_SLOTS_H
#define DRY_SIM_WORLD_SLOTS_H

#include "world/cluster.h"

/* Room for so many slots; new ones are zero. */
void slots_make_room(struct dry_cluster *cluster, size_t count);
/* Columns as wide as the shapes' terms, for other shapes than before. */
void slots_fit_shapes(struct dry_cluster *cluster);
void slots_release(struct dry_cluster *cluster);

#endif
