/* Names and labels of nodes as text. */
#ifndef DRY_WORLD_LABELS_H
#define DRY_WORLD_LABELS_H

#include "world/cluster.h"

#define DRY_NODE_NAME_MAX 320

struct dry_node_label {
	const char *key;
	const char *value;
};

/* "<group>-<ordinal>". Returns name. */
const char *dry_node_name(const struct dry_cluster *cluster, uint32_t slot, char name[DRY_NODE_NAME_MAX]);

/* All labels of a place's nodes but hostname, sorted by key, in the arena. */
const struct dry_node_label *dry_place_labels(const struct dry_cluster *cluster, struct dry_arena *arena,
					      const struct dry_place *place, uint32_t *count);

#endif
