/*
 * Spot capacity that comes and goes (methods.md 2.1, 2.3, 2.4): availability
 * series, zones that run dry and take nodes with them, and rebalance signals.
 * What a zone does depends on seed, replication, type and zone only: the world
 * is the same for every setting.
 */
#include <gsl/gsl_heapsort.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/assert.h"
#include "base/digest.h"
#include "simulation.h"

#define BURST_SPREAD_MS 180000.0
#define REBALANCE_SPREAD_MS 600000.0
#define REBALANCE_SHARE 0.5
#define TAIL_MS (INT64_C(30) * 24 * 3600 * 1000)
#define ENTITY_MAX 256

/* --- how far the processes are drawn --- */

static int64_t reach_ms(const struct dry_simulation *sim)
{
	const struct dry_pod_table *pod = &sim->input->pod;
	int64_t last = 0;
	uint32_t i;

	if (sim->config->horizon_ms != DRY_NEVER)
		return sim->config->horizon_ms + 1;
	for (i = 0; i < pod->count; i++)
		if (pod->arrive_at_ms[i] > last)
			last = pod->arrive_at_ms[i];
	return last + TAIL_MS;
}

static void add_action(struct dry_simulation *sim, struct zone_action action)
{
	sim->zone.action = dry_grow(sim->zone.action, &sim->zone.action_capacity, (size_t)sim->zone.action_count + 1,
				    sizeof(*sim->zone.action));
	action.order = sim->zone.action_count;
	sim->zone.action[sim->zone.action_count++] = action;
}

/* --- zones that run dry --- */

static void draw_process(struct dry_simulation *sim, const char *purpose, const char *type, const char *place,
			 double unavailable, int64_t reach)
{
	const struct dry_stockout_process *process = &sim->config->spot.stockouts;
	struct dry_renewal renewal = { process->up_mean_hours, process->up_median_hours,
				       process->down_mean_hours, process->down_median_hours };
	char entity[ENTITY_MAX];
	struct dry_stream stream;

	if (!(unavailable > 0))
		return;
	renewal = dry_renewal_scaled(&renewal, unavailable);
	snprintf(entity, sizeof(entity), "%s/%s", type, place);
	stream = dry_stream_make(sim->request->seed, purpose, entity, sim->request->replication);
	dry_renewal_draw(&renewal, &stream, reach, &sim->zone.down);
}

static void draw_zone(struct dry_simulation *sim, const struct dry_node_group *group, dry_symbol name, uint32_t place,
		      int64_t reach)
{
	const struct dry_stockout_process *process = &sim->config->spot.stockouts;
	const struct dry_symbols *symbols = &sim->input->symbols;
	const char *type = dry_symbols_text(symbols, group->instance_type);
	double region, zone;
	uint32_t i;

	sim->zone.down.count = 0;
	dry_stockout_split(process->unavailable, process->correlation, &region, &zone);
	draw_process(sim, "zone", type, dry_symbols_text(symbols, name), zone, reach);
	draw_process(sim, "region", type, dry_symbols_text(symbols, group->region), region, reach);
	dry_down_list_join(&sim->zone.down);
	sim->recorder.record.stochastic = true;
	for (i = 0; i < sim->zone.down.count; i++)
		add_action(sim, (struct zone_action){ .at_ms = sim->zone.down.interval[i].from_ms, .place = place,
						      .until_ms = sim->zone.down.interval[i].until_ms,
						      .kind = ZONE_DOWN, .ordinal = i });
}

/* --- availability series --- */

static int32_t scaled(const struct dry_availability *series, uint32_t i, int32_t most)
{
	double capacity = floor((double)series->capacity[i] * series->scale + 1e-9);

	if (series->capacity[i] == INT32_MAX || (series->at_least && series->capacity[i] == most))
		return INT32_MAX;
	return capacity >= (double)INT32_MAX ? INT32_MAX : (int32_t)capacity;
}

static void add_series(struct dry_simulation *sim, const struct dry_availability *series, uint32_t place)
{
	int32_t most = 0, before = INT32_MAX;
	uint32_t i;

	for (i = 0; i < series->count; i++)
		if (series->capacity[i] > most)
			most = series->capacity[i];
	for (i = 0; i < series->count; i++) {
		int32_t capacity = scaled(series, i, most);

		if (capacity != before)
			add_action(sim, (struct zone_action){ .at_ms = (int64_t)i * series->gap_ms, .place = place,
							      .kind = ZONE_CAPACITY, .capacity = capacity });
		before = capacity;
	}
}

static int by_instant(const void *a, const void *b)
{
	const struct zone_action *x = a, *y = b;

	if (x->at_ms != y->at_ms)
		return x->at_ms < y->at_ms ? -1 : 1;
	return (x->order > y->order) - (x->order < y->order);
}

/* An entry without a zone holds for each of the group's. */
static void start_place(struct dry_simulation *sim, uint32_t g, uint32_t z, uint32_t place, int64_t reach)
{
	const struct dry_spot_config *spot = &sim->config->spot;
	const struct dry_node_group *group = &sim->config->group[g];
	dry_symbol zone = dry_group_zone(group, z);
	uint32_t i;

	sim->capacity[place] = INT32_MAX;
	if (group->capacity_type != DRY_SPOT)
		return;
	for (i = 0; i < spot->availability_count; i++) {
		const struct dry_availability *series = &spot->availability[i];

		if (series->group_index == DRY_NONE ||
		    dry_group_reaches(sim->config->group, series->group_index, series->zone, g, zone))
			add_series(sim, series, place);
	}
	if (spot->stockouts.enabled)
		draw_zone(sim, group, zone, place, reach);
}

void zones_reset(struct dry_simulation *sim)
{
	int64_t reach = sim->config->spot.stockouts.enabled ? reach_ms(sim) : 0;
	uint32_t g, z, next = sim->config->group_count;

	sim->zone.action_count = sim->zone.next = 0;
	for (g = 0; g < sim->config->group_count; g++)
		for (z = 0; z < dry_group_zone_count(&sim->config->group[g]); z++)
			start_place(sim, g, z, z ? next++ : g, reach);
	if (sim->zone.action_count)
		gsl_heapsort(sim->zone.action, sim->zone.action_count, sizeof(*sim->zone.action), by_instant);
	sim->burst = dry_stream_make(sim->request->seed, "burst", "", sim->request->replication);
	sim->rebalance = dry_stream_make(sim->request->seed, "rebalance", "", sim->request->replication);
}

int64_t zones_next_at_ms(const struct dry_simulation *sim)
{
	return sim->zone.next < sim->zone.action_count ? sim->zone.action[sim->zone.next].at_ms : INT64_MAX;
}

/* --- what happens then --- */

/* Is at the place and lives on, as far as is known: neither gone nor going. */
static bool may_be_taken(const struct dry_simulation *sim, uint32_t place, uint32_t slot)
{
	const struct dry_node *node = &sim->cluster.node[slot];

	return sim->cluster.node_place[slot] == place &&
	       (node->state == DRY_INSTANCE_CREATING || node->state == DRY_INSTANCE_RUNNING) &&
	       !node->never_launched && node->interrupt_at_ms > sim->cluster.now_ms + sim->config->spot.notice_ms;
}

static void take_burst(struct dry_simulation *sim, const struct zone_action *action)
{
	const uint32_t g = sim->cluster.place[action->place].group_index;
	const struct dry_group *group = &sim->cluster.group[g];
	struct dry_stream stream = sim->burst;
	size_t i;

	stream.entity = sim->entity[g];
	for (i = 0; i < group->instance_count; i++) {
		uint32_t slot = group->instance[i];
		uint64_t ordinal = sim->cluster.node[slot].ordinal, draw = 2 * (uint64_t)action->ordinal;
		double offset;

		if (!may_be_taken(sim, action->place, slot) ||
		    dry_stream_uniform(&stream, ordinal, draw) >= sim->config->spot.burst)
			continue;
		offset = dry_stream_uniform(&stream, ordinal, draw + 1) * BURST_SPREAD_MS;
		luck_reclaim(sim, slot, sim->cluster.now_ms + (int64_t)offset);
	}
}

/* The rank of a node in the order in which the cloud takes them: the least goes first. */
static double reclaim_rank(const struct dry_simulation *sim, uint32_t slot)
{
	const struct dry_node *node = &sim->cluster.node[slot];
	struct dry_stream stream = sim->burst;

	switch (sim->config->spot.reclaim_order) {
	case DRY_RECLAIM_OLDEST:
		return (double)node->requested_at_ms * 4096 + node->ordinal % 4096;
	case DRY_RECLAIM_RANDOM:
		stream.entity = sim->entity[node->group_index];
		return dry_stream_uniform(&stream, node->ordinal, UINT64_MAX);
	case DRY_RECLAIM_NEWEST:
		break;
	}
	return -((double)node->requested_at_ms * 4096 + node->ordinal % 4096);
}

static void shrink_to(struct dry_simulation *sim, uint32_t place)
{
	const struct dry_group *group = &sim->cluster.group[sim->cluster.place[place].group_index];
	int64_t live = 0;
	size_t i;

	for (i = 0; i < group->instance_count; i++)
		live += may_be_taken(sim, place, group->instance[i]);
	for (; live > sim->capacity[place]; live--) {
		uint32_t first = DRY_NONE;

		for (i = 0; i < group->instance_count; i++)
			if (may_be_taken(sim, place, group->instance[i]) &&
			    (first == DRY_NONE ||
			     reclaim_rank(sim, group->instance[i]) < reclaim_rank(sim, first)))
				first = group->instance[i];
		dry_assert(first != DRY_NONE);
		luck_reclaim(sim, first, sim->cluster.now_ms + sim->config->spot.notice_ms);
	}
	if (sim->config->spot.reclaim_order == DRY_RECLAIM_RANDOM)
		sim->recorder.record.stochastic = true;
}

/* Actions that are due; false when there were none. */
bool zones_apply(struct dry_simulation *sim)
{
	bool any = false;

	while (zones_next_at_ms(sim) <= sim->cluster.now_ms) {
		const struct zone_action *action = &sim->zone.action[sim->zone.next++];

		any = true;
		if (action->kind == ZONE_CAPACITY) {
			sim->capacity[action->place] = action->capacity;
			shrink_to(sim, action->place);
			continue;
		}
		if (action->until_ms > sim->cluster.place[action->place].stockout_until_ms)
			sim->cluster.place[action->place].stockout_until_ms = action->until_ms;
		take_burst(sim, action);
	}
	return any;
}

/* --- rebalance: a signal before the notice of some reclaims; the group then gets one node more --- */

void zones_rebalance(struct dry_simulation *sim, uint32_t slot, int64_t notice_at_ms)
{
	const struct dry_node *node = &sim->cluster.node[slot];
	struct dry_stream stream = sim->rebalance;
	int64_t at;

	if (!sim->config->spot.capacity_rebalance)
		return;
	stream.entity = sim->entity[node->group_index];
	sim->recorder.record.stochastic = true;
	if (dry_stream_uniform(&stream, node->ordinal, 0) >= REBALANCE_SHARE)
		return;
	at = notice_at_ms - (int64_t)(dry_stream_uniform(&stream, node->ordinal, 1) * REBALANCE_SPREAD_MS);
	if (at < sim->cluster.now_ms)
		at = sim->cluster.now_ms;
	dry_cluster_push(&sim->cluster, at, DRY_PHASE_CONDITION, sim->cluster.sequence++, 0, DRY_QUEUE_WORLD, slot, 0);
}

void zones_handle(struct dry_simulation *sim, const struct dry_queue_entry *entry)
{
	const struct dry_node *node = &sim->cluster.node[entry->a];

	if (node->state == DRY_INSTANCE_CREATING || node->state == DRY_INSTANCE_RUNNING)
		dry_cloud_increase(&sim->cluster, node->group_index, 1);
}
