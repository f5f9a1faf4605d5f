/* Prices in force: the group's own, trace events, and the spot series of its type and zone. */
#include <string.h>

#include "base/assert.h"
#include "simulation.h"

static const struct dry_price_series *series_of(const struct dry_simulation *sim, uint32_t p)
{
	const struct dry_place *place = &sim->cluster.place[p];
	const struct dry_node_group *group = &sim->config->group[place->group_index];
	uint32_t index;

	if (group->capacity_type != DRY_SPOT)
		return NULL;
	index = dry_group_price_series(group, dry_group_find_zone(group, place->zone));
	return index == DRY_NONE ? NULL : &sim->input->price_series[index];
}

void prices_set(struct dry_simulation *sim, uint32_t p, int64_t nusd_per_hour)
{
	struct dry_place *place = &sim->cluster.place[p];
	struct dry_group *group = &sim->cluster.group[place->group_index];
	bool was_above = luck_price_is_above(sim, p);
	size_t i;

	if (place->price_nusd_per_hour == nusd_per_hour)
		return;
	recorder_spend(sim);
	recorder_settle(sim, p);
	place->price_nusd_per_hour = nusd_per_hour;
	recorder_price(sim, p, nusd_per_hour);
	if (was_above || !luck_price_is_above(sim, p))
		return;
	for (i = 0; i < group->instance_count; i++)
		if (sim->cluster.node_place[group->instance[i]] == p)
			luck_reclaim(sim, group->instance[i], sim->cluster.now_ms + sim->config->spot.notice_ms);
}

void prices_set_reached(struct dry_simulation *sim, const struct dry_trace_event *event)
{
	uint32_t p;

	for (p = 0; p < sim->cluster.place_count; p++)
		if (dry_event_reaches(&sim->cluster, event, &sim->cluster.place[p]))
			prices_set(sim, p, event->price_nusd_per_hour);
}

void prices_reset(struct dry_simulation *sim)
{
	uint32_t p;

	for (p = 0; p < sim->cluster.place_count; p++) {
		const struct dry_price_series *series = series_of(sim, p);
		uint32_t i = 0;

		sim->series_next[p] = 0;
		if (series && series->count) {
			while (i + 1 < series->count && series->at_ms[i + 1] <= 0)
				i++;
			sim->cluster.place[p].price_nusd_per_hour = series->nusd_per_hour[i];
			sim->series_next[p] = series->at_ms[i] > 0 ? i : i + 1;
		}
		recorder_price(sim, p, sim->cluster.place[p].price_nusd_per_hour);
	}
}

int64_t prices_next_at_ms(const struct dry_simulation *sim)
{
	int64_t next = INT64_MAX;
	uint32_t p;

	for (p = 0; p < sim->cluster.place_count; p++) {
		const struct dry_price_series *series = series_of(sim, p);

		if (series && sim->series_next[p] < series->count && series->at_ms[sim->series_next[p]] < next)
			next = series->at_ms[sim->series_next[p]];
	}
	return next;
}

/* Changes due now; false when there were none. */
bool prices_apply(struct dry_simulation *sim)
{
	bool any = false;
	uint32_t p;

	for (p = 0; p < sim->cluster.place_count; p++) {
		const struct dry_price_series *series = series_of(sim, p);

		while (series && sim->series_next[p] < series->count &&
		       series->at_ms[sim->series_next[p]] <= sim->cluster.now_ms) {
			prices_set(sim, p, series->nusd_per_hour[sim->series_next[p]++]);
			any = true;
		}
	}
	return any;
}
