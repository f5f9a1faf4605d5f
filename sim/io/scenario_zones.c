/* zone or zones of a node group, and the zone of an event: one of the group's. */
#include <string.h>

#include "fields.h"
#include "loading.h"
#include "world/place.h"

static bool is_zone_of(const char *zone, const struct dry_doc_node *region)
{
	return region && region->text && !strncmp(zone, region->text, region->length);
}

/* Clouds name a zone after its region: one that is named after another is a slip of the pen. */
static void check_region(struct load *load, const struct dry_doc_node *zones, const struct dry_doc_node *region)
{
	const struct dry_doc_node *child;
	bool any = false;

	for (child = zones->first; child; child = child->next)
		any = any || is_zone_of(child->text, region);
	for (child = zones->first; any && child; child = child->next)
		if (!is_zone_of(child->text, region)) {
			load_fail(load, child, "%s is no zone of the region %s, as the others are",
				  load_shown(load, child), region->text);
			load_fix(load, "a group is in one region: give the others a group of their own");
		}
}

static bool read_zone_list(struct load *load, const struct dry_doc_node *node, struct dry_group_zone *list)
{
	const struct dry_doc_node *child;
	uint32_t n = 0, i;

	for (child = node->first; child; child = child->next, n++) {
		list[n].price_series = DRY_NONE;
		if (!load_symbol(load, child, &list[n].zone))
			return false;
		if (!child->length)
			return load_fail_expected(load, child, "the name of a zone, such as us-east-1a", "is empty");
		for (i = 0; i < n; i++)
			if (list[i].zone == list[n].zone) {
				load_fail(load, child, "%s is zones[%u] too", load_shown(load, child), i);
				return load_fix(load, "name each zone once");
			}
	}
	return true;
}

void load_zones(struct load *load, const struct dry_doc_node *node, struct dry_node_group *group)
{
	const struct dry_doc_node *zone = dry_doc_find(node, "zone"), *zones = dry_doc_find(node, "zones");
	struct dry_group_zone *list;

	load_symbol(load, zone, &group->zone);
	if (!zones)
		return;
	if (zone) {
		load_fail(load, zones, "does not go with zone");
		load_fix(load, "leave zone out: one group over several zones has zones, one in a single zone has zone");
		return;
	}
	if (!load_is_list(load, zones))
		return;
	if (!zones->count) {
		load_fail_expected(load, zones, "at least one zone, such as [us-east-1a, us-east-1b]", "is empty");
		return;
	}
	list = dry_arena_array(load->arena, zones->count, sizeof(*list));
	if (!read_zone_list(load, zones, list))
		return;
	check_region(load, zones, dry_doc_find(node, "region"));
	group->zone = list[0].zone;
	if (zones->count > 1) {
		group->zone_count = zones->count;
		group->zones = list;
	}
}

bool load_zone_of(struct load *load, const struct dry_doc_node *node, uint32_t g, dry_symbol *zone)
{
	const struct dry_config *config = &load->input->config;
	const char *all;
	uint32_t z;

	if (!node)
		return true;
	if (!load_symbol(load, node, zone))
		return false;
	if (g != DRY_NONE && dry_group_find_zone(&config->group[g], *zone) != DRY_NONE)
		return true;
	if (g == DRY_NONE) {
		load_fail(load, node, "goes with nodeGroup");
		return load_fix(load, "name the node group that has nodes in this zone");
	}
	load_fail(load, node, "%s is no zone of %s", load_shown(load, node), config->group[g].name);
	all = dry_symbols_text(load->symbols, dry_group_zone(&config->group[g], 0));
	for (z = 1; z < dry_group_zone_count(&config->group[g]); z++)
		all = dry_arena_printf(&load->temp, "%s, %s", all,
				       dry_symbols_text(load->symbols, dry_group_zone(&config->group[g], z)));
	return load_fix(load, *all ? "it is in %s" : "it has none: give it zone or zones", all);
}
