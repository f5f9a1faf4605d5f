/*
 * Amounts of resources, one slot a kind. CPU is in milli-cores, memory and
 * ephemeral storage in bytes, everything else in whole units. Slots from
 * DRY_RESOURCE_EXTENDED on are named in struct dry_input (resource_name).
 */
#ifndef DRY_WORLD_RESOURCES_H
#define DRY_WORLD_RESOURCES_H

#include <stdint.h>

enum {
	DRY_RESOURCE_CPU,
	DRY_RESOURCE_MEMORY,
	DRY_RESOURCE_PODS,
	DRY_RESOURCE_EPHEMERAL_STORAGE,
	DRY_RESOURCE_EXTENDED,
	DRY_RESOURCE_MAX = 16
};

struct dry_resources {
	int64_t amount[DRY_RESOURCE_MAX];
	uint32_t present;               /* bit r: the input names resource r */
};

#endif
