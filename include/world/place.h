/*
 * A place is a node group in one of its zones: what its nodes have in common
 * beyond the group, such as their zone's label, price and stock. Places are
 * numbered: place g < group_count is group g in the first of its zones (its
 * only one, mostly), and the other zones of the groups follow, in order of the
 * groups. In a world with one zone a group, places and groups are the same.
 */
#ifndef DRY_WORLD_PLACE_H
#define DRY_WORLD_PLACE_H

#include <stdint.h>

#include "base/symbol.h"
#include "world/node_group.h"

struct dry_node_label;

struct dry_place {
	uint32_t group_index;
	dry_symbol zone;
	int32_t target;                 /* nodes asked for and not being deleted; the places' sum is the group's */
	uint32_t instance_count;        /* that exist: creating, running, deleting */
	int64_t price_nusd_per_hour;    /* in force */
	int64_t stockout_until_ms;      /* of drawn stock-outs (processes) */
	struct dry_resources daemon_request;    /* of the DaemonSets that run on its nodes */
	int64_t daemon_nonzero_cpu, daemon_nonzero_memory;
	uint32_t daemon_count;
	uint32_t *daemon_set;           /* their indices */
	const struct dry_node_label *label;     /* all labels but hostname, sorted by key text */
	uint32_t label_count;
};

/* Zones of a group, at least 1. */
static inline uint32_t dry_group_zone_count(const struct dry_node_group *group)
{
	return group->zone_count > 1 ? group->zone_count : 1;
}

static inline dry_symbol dry_group_zone(const struct dry_node_group *group, uint32_t zone_index)
{
	return group->zone_count > 1 ? group->zones[zone_index].zone : group->zone;
}

/* Index of the zone among the group's; DRY_NONE = none of its. */
static inline uint32_t dry_group_find_zone(const struct dry_node_group *group, dry_symbol zone)
{
	uint32_t z;

	for (z = 0; z < dry_group_zone_count(group); z++)
		if (dry_group_zone(group, z) == zone)
			return z;
	return DRY_NONE;
}

/* Price series of the group in that zone: index into dry_input.price_series, DRY_NONE = none. */
static inline uint32_t dry_group_price_series(const struct dry_node_group *group, uint32_t zone_index)
{
	return group->zone_count > 1 ? group->zones[zone_index].price_series : group->price_series;
}

/* Places of that many groups. */
static inline uint32_t dry_place_count(const struct dry_node_group *group, uint32_t group_count)
{
	uint32_t g, count = group_count;

	for (g = 0; g < group_count; g++)
		count += dry_group_zone_count(&group[g]) - 1;
	return count;
}

/* The place of group g in its zone z. */
static inline uint32_t dry_place_of(const struct dry_node_group *group, uint32_t group_count, uint32_t g, uint32_t z)
{
	return z ? dry_place_count(group, g) - g + group_count + z - 1 : g;
}

/*
 * Is what is said of the nodes of group `named` (in `zone`; 0 = wherever it is)
 * said of the place? Groups that were made one, or cut into one a zone, answer
 * to the names they had.
 */
static inline bool dry_group_reaches(const struct dry_node_group *group, uint32_t named, dry_symbol zone,
				     uint32_t place_group, dry_symbol place_zone)
{
	if (zone && zone != place_zone)
		return false;
	if (named == place_group || group[place_group].split_from == named + 1)
		return true;
	return group[named].merged_into == place_group + 1 &&
	       dry_group_find_zone(&group[named], place_zone) != DRY_NONE;
}

#endif
