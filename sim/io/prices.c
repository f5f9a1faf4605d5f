/* Spot price lines become a series for each instance type, zone and product; spot groups find theirs. */
#include <string.h>

#include "fields.h"
#include "loading.h"
#include "trace_line.h"

#define USUAL_PRODUCT "Linux/UNIX"

static uint32_t find_series(struct load *load, const struct load_row *row)
{
	struct dry_price_series *series;
	uint32_t i;

	for (i = 0; i < load->series_count; i++) {
		series = &load->series[i];
		if (series->instance_type == row->instance_type && series->zone == row->zone &&
		    series->product == row->product)
			return i;
	}
	load->series = dry_grow(load->series, &load->series_capacity, load->series_count + 1, sizeof(*series));
	series = &load->series[load->series_count++];
	*series = (struct dry_price_series){ .instance_type = row->instance_type, .zone = row->zone,
					     .product = row->product };
	return i;
}

void load_add_price(struct load *load, const struct load_row *row)
{
	uint32_t series = find_series(load, row);

	load->price = dry_grow(load->price, &load->price_capacity, load->price_count + 1, sizeof(*load->price));
	load->price[load->price_count++] = (struct load_price){ row->at_ms, row->price, series };
	load->series[series].count++;
}

/* The group's series at a place: of the usual product, else the only one, else the first. */
static uint32_t series_at(const struct load *load, const struct dry_node_group *group, dry_symbol place,
			  uint32_t *candidates)
{
	uint32_t found = DRY_NONE, i;

	*candidates = 0;
	for (i = 0; i < load->series_count; i++) {
		const struct dry_price_series *series = &load->series[i];
		const char *product = dry_symbols_text(load->symbols, series->product);

		if (series->instance_type != group->instance_type || series->zone != place)
			continue;
		if (!series->product || !strncmp(product, USUAL_PRODUCT, strlen(USUAL_PRODUCT))) {
			*candidates = 1;
			return i;
		}
		++*candidates;
		found = found == DRY_NONE ? i : found;
	}
	return found;
}

/* Of its zone; clouds that price by region publish the region as the zone. */
static uint32_t series_of(const struct load *load, const struct dry_node_group *group, dry_symbol zone,
			  uint32_t *candidates)
{
	const uint32_t found = series_at(load, group, zone, candidates);

	return found != DRY_NONE || !group->region ? found : series_at(load, group, group->region, candidates);
}

/* A price event of the group holds before its instant, too: the first one is its price at the start. */
static int64_t first_event(const struct load *load, uint32_t g)
{
	const struct dry_input *input = load->input;
	uint32_t i;

	for (i = 0; i < input->trace_event_count; i++)
		if (input->trace_event[i].kind == DRY_TRACE_PRICE && input->trace_event[i].group_index == g)
			return input->trace_event[i].price_nusd_per_hour;
	return LOAD_NO_PRICE;
}

/* What a spot group costs of which neither the scenario nor the traces tell: on-demand, and a note. */
static void give_price(struct load *load, uint32_t g, bool traces)
{
	struct dry_node_group *group = &load->input->config.group[g];
	struct dry_where where = { .file = load->input->scenario_file };

	if (group->price_series != DRY_NONE)
		group->price_nusd_per_hour = load->series[group->price_series].count
						     ? load->input->price_series[group->price_series].nusd_per_hour[0]
						     : 0;
	else
		group->price_nusd_per_hour = first_event(load, g);
	if (group->price_nusd_per_hour != LOAD_NO_PRICE)
		return;
	group->price_nusd_per_hour = group->on_demand_price_nusd_per_hour;
	if (group->price_nusd_per_hour >= 0) {
		if (traces)
			dry_warn(load->err, where,
				 "nodeGroups[%u]: %s has no spot price: the on-demand price is used", g, group->name);
		return;
	}
	group->price_nusd_per_hour = 0;
	if (!traces)
		return;
	load->failed = true;
	dry_fail(load->err, DRY_ERROR_INPUT, where,
		 "nodeGroups[%u]: %s has no price, and neither the catalogue nor the prices know one", g, group->name);
	dry_fail_fix(load->err, "add price: dollars per node-hour, such as 0.05, or prices: FILE");
}

/* The series of the group in that zone, DRY_NONE with a note. */
static uint32_t find_series_of(struct load *load, uint32_t g, dry_symbol place)
{
	const struct dry_node_group *group = &load->input->config.group[g];
	struct dry_where where = { .file = load->input->scenario_file };
	const char *type = dry_symbols_text(load->symbols, group->instance_type);
	const char *zone = dry_symbols_text(load->symbols, place);
	uint32_t candidates, series = series_of(load, group, place, &candidates);

	if (series == DRY_NONE && load->series_count && group->price_nusd_per_hour != LOAD_NO_PRICE)
		dry_warn(load->err, where,
			 "nodeGroups[%u]: the prices have none of \"%s\" in \"%s\"; %s keeps its own price", g, type,
			 zone, group->name);
	if (candidates > 1)
		dry_warn(load->err, where,
			 "nodeGroups[%u]: the prices have %u products of \"%s\" in \"%s\"; that of \"%s\" is used", g,
			 candidates, type, zone, dry_symbols_text(load->symbols, load->series[series].product));
	return series;
}

/*
 * A zone of several that the prices do not have: at the group's own price, or
 * when it has none at that of the first zone they do have.
 */
static void find_zone_series(struct load *load, uint32_t g)
{
	struct dry_node_group *group = &load->input->config.group[g];
	struct dry_group_zone *zones = dry_arena_array(load->arena, group->zone_count, sizeof(*zones));
	const bool has_own = group->price_nusd_per_hour != LOAD_NO_PRICE;
	struct dry_where where = { .file = load->input->scenario_file };
	uint32_t z, known = DRY_NONE;

	memcpy(zones, group->zones, group->zone_count * sizeof(*zones));
	for (z = 0; z < group->zone_count; z++) {
		zones[z].price_series = find_series_of(load, g, zones[z].zone);
		known = known == DRY_NONE && zones[z].price_series != DRY_NONE ? z : known;
	}
	for (z = 0; !has_own && known != DRY_NONE && z < group->zone_count; z++) {
		if (zones[z].price_series != DRY_NONE)
			continue;
		zones[z].price_series = zones[known].price_series;
		dry_warn(load->err, where,
			 "nodeGroups[%u]: the prices have none of \"%s\" in \"%s\"; there %s costs as in \"%s\"", g,
			 dry_symbols_text(load->symbols, group->instance_type),
			 dry_symbols_text(load->symbols, zones[z].zone), group->name,
			 dry_symbols_text(load->symbols, zones[known].zone));
	}
	group->zones = zones;
	group->price_series = zones[0].price_series;
}

static void match_groups(struct load *load, bool traces)
{
	const struct dry_config *config = &load->input->config;
	uint32_t g;

	for (g = 0; g < config->group_count; g++) {
		if (config->group[g].capacity_type != DRY_SPOT)
			continue;
		if (config->group[g].zone_count > 1)
			find_zone_series(load, g);
		else
			config->group[g].price_series = find_series_of(load, g, config->group[g].zone);
		if (config->group[g].price_nusd_per_hour == LOAD_NO_PRICE)
			give_price(load, g, traces);
	}
}

void load_finish_prices(struct load *load, bool traces)
{
	struct dry_price_series *list = dry_arena_array(load->arena, load->series_count, sizeof(*list));
	int64_t *at = dry_arena_array(load->arena, load->price_count, sizeof(*at));
	int64_t *price = dry_arena_array(load->arena, load->price_count, sizeof(*price));
	uint32_t *next = dry_arena_array(&load->temp, load->series_count, sizeof(*next));
	size_t i, from = 0;

	for (i = 0; i < load->series_count; i++) {
		list[i] = load->series[i];
		list[i].at_ms = at + from;
		list[i].nusd_per_hour = price + from;
		next[i] = (uint32_t)from;
		from += list[i].count;
	}
	for (i = 0; i < load->price_count; i++) {
		uint32_t to = next[load->price[i].series]++;

		at[to] = load->price[i].at_ms;
		price[to] = load->price[i].nusd_per_hour;
	}
	load->input->price_series = list;
	load->input->price_series_count = (uint32_t)load->series_count;
	match_groups(load, traces);
}
