#include "run/zone_strategy.h"

#include <string.h>

#include "run/config_fields.h"
#include "world/place.h"
#include "base/banned.h"

/* --- one group over the zones of several --- */

static bool is_size(const char *field)
{
	return !strcmp(field, "minSize") || !strcmp(field, "maxSize") || !strcmp(field, "initialSize");
}

static bool same_text(const char *a, const char *b)
{
	return a == b || (a && b && !strcmp(a, b));
}

/* Prices of spot nodes are their zone's where the prices have it. */
static bool may_cost_alike(const struct dry_node_group *a, const struct dry_node_group *b)
{
	bool both_known = dry_group_price_series(a, 0) != DRY_NONE && dry_group_price_series(b, 0) != DRY_NONE;

	return a->price_nusd_per_hour == b->price_nusd_per_hour || (a->capacity_type == DRY_SPOT && both_known);
}

static bool same_fields(const struct dry_node_group *a, const struct dry_node_group *b, struct dry_arena *scratch)
{
	size_t i;

	for (i = 0; i < dry_group_field_count; i++) {
		const struct dry_config_field *field = &dry_group_field_table[i];

		if (is_size(field->name) || !strcmp(field->name, "price"))
			continue;
		if (!same_text(dry_field_text(field, a, scratch), dry_field_text(field, b, scratch)))
			return false;
	}
	return true;
}

static bool same_lists(const struct dry_node_group *a, const struct dry_node_group *b)
{
	uint32_t i;

	if (a->label_count != b->label_count || a->taint_count != b->taint_count ||
	    a->schedule_count != b->schedule_count)
		return false;
	for (i = 0; i < a->label_count; i++)
		if (a->label[i].key != b->label[i].key || a->label[i].value != b->label[i].value)
			return false;
	for (i = 0; i < a->taint_count; i++)
		if (a->taint[i].key != b->taint[i].key || a->taint[i].value != b->taint[i].value ||
		    a->taint[i].effect != b->taint[i].effect)
			return false;
	for (i = 0; i < a->schedule_count; i++)
		if (a->schedule[i].at_ms != b->schedule[i].at_ms)
			return false;
	return true;
}

static bool have_other_zones(const struct dry_node_group *a, const struct dry_node_group *b)
{
	uint32_t z;

	for (z = 0; z < dry_group_zone_count(b); z++)
		if (!dry_group_zone(b, z) || dry_group_find_zone(a, dry_group_zone(b, z)) != DRY_NONE)
			return false;
	return a->zone != 0;
}

static bool differ_by_zone(const struct dry_node_group *a, const struct dry_node_group *b, struct dry_arena *scratch)
{
	return !a->merged_into && !b->merged_into && a->instance_type == b->instance_type && a->region == b->region &&
	       have_other_zones(a, b) && may_cost_alike(a, b) && same_lists(a, b) &&
	       !memcmp(a->capacity.amount, b->capacity.amount, sizeof(a->capacity.amount)) &&
	       !memcmp(a->allocatable.amount, b->allocatable.amount, sizeof(a->allocatable.amount)) &&
	       same_fields(a, b, scratch);
}

static void add_zones(struct dry_group_zone *list, uint32_t at, const struct dry_node_group *group)
{
	uint32_t z;

	for (z = 0; z < dry_group_zone_count(group); z++)
		list[at + z] = (struct dry_group_zone){ dry_group_zone(group, z), dry_group_price_series(group, z) };
}

static const struct dry_size_step *add_schedules(const struct dry_node_group *a, const struct dry_node_group *b,
						 struct dry_arena *arena)
{
	struct dry_size_step *step = dry_arena_array(arena, (size_t)a->schedule_count + 1, sizeof(*step));
	uint32_t i;

	for (i = 0; i < a->schedule_count; i++)
		step[i] = (struct dry_size_step){ a->schedule[i].at_ms,
						  a->schedule[i].min_size + b->schedule[i].min_size };
	return step;
}

static int32_t sum(int32_t a, int32_t b)
{
	return a > INT32_MAX - b ? INT32_MAX : a + b;
}

/* Group `from` goes up in group g. */
static void merge(struct dry_config *config, uint32_t g, uint32_t from, struct dry_arena *arena)
{
	struct dry_node_group *a = &config->group[g], *b = &config->group[from];
	uint32_t had = dry_group_zone_count(a), more = dry_group_zone_count(b);
	struct dry_group_zone *zones = dry_arena_array(arena, (size_t)had + more, sizeof(*zones));

	add_zones(zones, 0, a);
	add_zones(zones, had, b);
	a->zones = zones;
	a->zone_count = had + more;
	a->min_size = sum(a->min_size, b->min_size);
	a->max_size = sum(a->max_size, b->max_size);
	a->initial_size = sum(a->initial_size, b->initial_size);
	a->schedule = add_schedules(a, b, arena);
	b->min_size = b->max_size = b->initial_size = 0;
	b->schedule_count = 0;
	b->merged_into = g + 1;
	if (config->placeholder.group_index == from)
		config->placeholder.group_index = g;
}

static void merge_all(struct dry_config *config, struct dry_arena *arena)
{
	struct dry_arena scratch;
	uint32_t g, h;

	dry_arena_init(&scratch);
	for (g = 0; g < config->group_count; g++)
		for (h = g + 1; h < config->group_count; h++) {
			if (differ_by_zone(&config->group[g], &config->group[h], &scratch))
				merge(config, g, h, arena);
			dry_arena_reset(&scratch);
		}
	dry_arena_release(&scratch);
}

/* --- one group a zone --- */

/* The share of zone z; the first ones take what is left over. */
static int32_t share(int32_t whole, uint32_t zones, uint32_t z)
{
	return whole / (int32_t)zones + ((int32_t)z < whole % (int32_t)zones);
}

static struct dry_node_group part_of(const struct dry_node_group *whole, uint32_t z, const struct dry_symbols *symbols,
				     struct dry_arena *arena)
{
	struct dry_size_step *step = dry_arena_array(arena, (size_t)whole->schedule_count + 1, sizeof(*step));
	const uint32_t zones = whole->zone_count;
	struct dry_node_group part = *whole;
	uint32_t i;

	part.zone = whole->zones[z].zone;
	part.price_series = whole->zones[z].price_series;
	part.name = dry_arena_printf(arena, "%s-%s", whole->name, dry_symbols_text(symbols, part.zone));
	part.zone_count = 0;
	part.zones = NULL;
	part.min_size = share(whole->min_size, zones, z);
	part.max_size = share(whole->max_size, zones, z);
	part.initial_size = share(whole->initial_size, zones, z);
	for (i = 0; i < whole->schedule_count; i++)
		step[i] = (struct dry_size_step){ whole->schedule[i].at_ms,
						  share(whole->schedule[i].min_size, zones, z) };
	part.schedule = step;
	return part;
}

static void split_all(struct dry_config *config, const struct dry_symbols *symbols, struct dry_arena *arena)
{
	const uint32_t had = config->group_count, count = dry_place_count(config->group, had);
	struct dry_node_group *list = dry_arena_array(arena, count, sizeof(*list));
	uint32_t g, z, next = had;

	if (count == had)
		return;
	for (g = 0; g < had; g++) {
		const struct dry_node_group *whole = &config->group[g];

		list[g] = whole->zone_count > 1 ? part_of(whole, 0, symbols, arena) : *whole;
		for (z = 1; z < whole->zone_count; z++) {
			list[next] = part_of(whole, z, symbols, arena);
			list[next++].split_from = g + 1;
		}
	}
	config->group = list;
	config->group_count = count;
}

void dry_zone_strategy_apply(struct dry_config *config, const struct dry_symbols *symbols, struct dry_arena *arena)
{
	switch (config->zone_strategy) {
	case DRY_ZONES_AS_THEY_ARE:
		break;
	case DRY_ZONES_PER_ZONE:
		split_all(config, symbols, arena);
		break;
	case DRY_ZONES_MULTI_ZONE:
		merge_all(config, arena);
		break;
	}
}
