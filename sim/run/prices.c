/* Prices in force: the group's own, trace events, and the spot series of its type and zone. */
#include <string.h>

#include "base/assert.h"
#include "simulation.h"

static const struct dry_price_series *series_of(const struct dry_simulation *sim, uint32_t g)
{
	uint32_t index = sim->config->group[g].price_series;

	if (index == DRY_NONE || sim->config->group[g].capacity_type != DRY_SPOT)
		return NULL;
	return &sim->input->price_series[index];
}

void prices_set(struct dry_simulation *sim, uint32_t g, int64_t nusd_per_hour)
{
	struct dry_group *group = &sim->cluster.group[g];
	bool was_above = luck_price_is_above(sim, g);
	size_t i;

	if (group->price_nusd_per_hour == nusd_per_hour)
		return;
	recorder_spend(sim);
	recorder_settle(sim, g);
	group->price_nusd_per_hour = nusd_per_hour;
	recorder_price(sim, g, nusd_per_hour);
	if (was_above || !luck_price_is_above(sim, g))
		return;
	for (i = 0; i < group->instance_count; i++)
		luck_reclaim(sim, group->instance[i], sim->cluster.now_ms + sim->config->spot.notice_ms);
}

void prices_reset(struct dry_simulation *sim)
{
	uint32_t g;

	for (g = 0; g < sim->cluster.group_count; g++) {
		const struct dry_price_series *series = series_of(sim, g);
		uint32_t i = 0;

		sim->series_next[g] = 0;
		if (series && series->count) {
			while (i + 1 < series->count && series->at_ms[i + 1] <= 0)
				i++;
			sim->cluster.group[g].price_nusd_per_hour = series->nusd_per_hour[i];
			sim->series_next[g] = series->at_ms[i] > 0 ? i : i + 1;
		}
		recorder_price(sim, g, sim->cluster.group[g].price_nusd_per_hour);
	}
}

int64_t prices_next_at_ms(const struct dry_simulation *sim)
{
	int64_t next = INT64_MAX;
	uint32_t g;

	for (g = 0; g < sim->cluster.group_count; g++) {
		const struct dry_price_series *series = series_of(sim, g);

		if (series && sim->series_next[g] < series->count && series->at_ms[sim->series_next[g]] < next)
			next = series->at_ms[sim->series_next[g]];
	}
	return next;
}

/* Changes due now; false when there were none. */
bool prices_apply(struct dry_simulation *sim)
{
	bool any = false;
	uint32_t g;

	for (g = 0; g < sim->cluster.group_count; g++) {
		const struct dry_price_series *series = series_of(sim, g);

		while (series && sim->series_next[g] < series->count &&
		       series->at_ms[sim->series_next[g]] <= sim->cluster.now_ms) {
			prices_set(sim, g, series->nusd_per_hour[sim->series_next[g]++]);
			any = true;
		}
	}
	return any;
}
