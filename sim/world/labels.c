/* Names and labels of nodes. */
#include "world/labels.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *dry_node_name(const struct dry_cluster *cluster, uint32_t slot, char name[DRY_NODE_NAME_MAX])
{
	const struct dry_node *node = &cluster->node[slot];

	snprintf(name, DRY_NODE_NAME_MAX, "%s-%u", cluster->group[node->group_index].spec->name, node->ordinal);
	return name;
}

static void put_label(struct dry_node_label *list, uint32_t *count, const char *key, const char *value)
{
	uint32_t i, k;

	for (i = 0; i < *count && strcmp(list[i].key, key) < 0; i++)
		;
	if (i < *count && !strcmp(list[i].key, key)) {
		list[i].value = value;
		return;
	}
	for (k = *count; k > i; k--)
		list[k] = list[k - 1];
	list[i] = (struct dry_node_label){ key, value };
	++*count;
}

const struct dry_node_label *dry_place_labels(const struct dry_cluster *cluster, struct dry_arena *arena,
					      const struct dry_place *place, uint32_t *count)
{
	const struct dry_node_group *spec = &cluster->spec.group[place->group_index];
	const struct dry_symbols *symbols = cluster->spec.symbols;
	struct dry_node_label *list = dry_arena_array(arena, spec->label_count + 8, sizeof(*list));
	const char *zone = dry_symbols_text(symbols, place->zone);
	const char *region = dry_symbols_text(symbols, spec->region);
	const char *type = dry_symbols_text(symbols, spec->instance_type);
	uint32_t i;

	*count = 0;
	put_label(list, count, "kubernetes.io/os", "linux");
	put_label(list, count, "kubernetes.io/arch", "amd64");
	put_label(list, count, "topology.kubernetes.io/zone", zone);
	put_label(list, count, "topology.kubernetes.io/region", region);
	put_label(list, count, "node.kubernetes.io/instance-type", type);
	put_label(list, count, "failure-domain.beta.kubernetes.io/zone", zone);
	put_label(list, count, "failure-domain.beta.kubernetes.io/region", region);
	put_label(list, count, "beta.kubernetes.io/instance-type", type);
	for (i = 0; i < spec->label_count; i++)
		put_label(list, count, dry_symbols_text(symbols, spec->label[i].key),
			  dry_symbols_text(symbols, spec->label[i].value));
	return list;
}
