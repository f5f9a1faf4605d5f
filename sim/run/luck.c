/* What chance decides: provision times, failures, refusals, lifetimes of spot nodes. All draws are keyed. */
#include <math.h>
#include <string.h>

#include "base/assert.h"
#include "simulation.h"

void luck_reset(struct dry_simulation *sim)
{
	uint64_t seed = sim->request->seed, replication = sim->request->replication;

	sim->provision = dry_stream_make(seed, "provision", "", replication);
	sim->failure = dry_stream_make(seed, "fail", "", replication);
	sim->refusal = dry_stream_make(seed, "refusal", "", replication);
	sim->lifetime = dry_stream_make(seed, "lifetime", "", replication);
	sim->expander = dry_stream_make(seed, "expander-random", "", replication);
}

static double draw(struct dry_simulation *sim, const struct dry_stream *stream, uint32_t group_index,
		   uint64_t ordinal)
{
	struct dry_stream keyed = *stream;

	keyed.entity = sim->entity[group_index];
	sim->recorder.record.stochastic = true;
	return dry_stream_uniform(&keyed, ordinal, 0);
}

int64_t luck_provision_delay(void *context, uint32_t group_index, uint32_t ordinal)
{
	struct dry_simulation *sim = context;
	const struct dry_node_group *group = &sim->config->group[group_index];

	if (group->failure_probability > 0 &&
	    draw(sim, &sim->failure, group_index, ordinal) < group->failure_probability)
		return -1;
	if (group->provision_time.kind == DRY_DISTRIBUTION_CONSTANT)
		return dry_distribution_value(&group->provision_time, 0.5);
	return dry_distribution_value(&group->provision_time,
				      draw(sim, &sim->provision, group_index, ordinal));
}

static int64_t max_price(const struct dry_simulation *sim, const struct dry_node_group *group)
{
	if (group->max_price_nusd_per_hour >= 0)
		return group->max_price_nusd_per_hour;
	if (sim->config->spot.max_price_nusd_per_hour >= 0)
		return sim->config->spot.max_price_nusd_per_hour;
	return group->on_demand_price_nusd_per_hour;
}

bool luck_price_is_above(const struct dry_simulation *sim, uint32_t place)
{
	const struct dry_node_group *group = &sim->config->group[sim->cluster.place[place].group_index];
	int64_t most = max_price(sim, group);

	return sim->config->spot.price_interrupts && group->capacity_type == DRY_SPOT && most >= 0 &&
	       sim->cluster.place[place].price_nusd_per_hour > most;
}

bool luck_is_stocked_out(void *context, uint32_t place, int32_t target, enum dry_stockout_mode *mode)
{
	struct dry_simulation *sim = context;

	*mode = DRY_STOCKOUT_ERROR;
	if (luck_price_is_above(sim, place) || target > sim->capacity[place])
		return true;
	if (sim->cluster.place[place].stockout_until_ms <= sim->cluster.now_ms)
		return false;
	*mode = sim->config->spot.stockouts.mode;
	return true;
}

bool luck_is_refused(void *context, uint32_t group_index)
{
	struct dry_simulation *sim = context;
	const struct dry_node_group *group = &sim->config->group[group_index];

	return group->stockout_probability > 0 &&
	       draw(sim, &sim->refusal, group_index, sim->refusals[group_index]++) < group->stockout_probability;
}

/* The reclaim of a node: with a handler its pods leave at the notice, else they die with it. */
void luck_reclaim(struct dry_simulation *sim, uint32_t slot, int64_t at_ms)
{
	int64_t notice = at_ms - sim->config->spot.notice_ms;
	struct dry_cluster *cluster = &sim->cluster;

	dry_cloud_interrupt(cluster, slot, at_ms);
	zones_rebalance(sim, slot, notice);
	if (!sim->config->spot.interruption_handler || sim->config->spot.notice_ms <= 0)
		return;
	if (notice < cluster->now_ms)
		notice = cluster->now_ms;
	dry_cluster_push(cluster, notice, DRY_PHASE_NODE_NOTICE, cluster->sequence++, 0,
			 DRY_QUEUE_NODE_NOTICE, slot, 0);
}

void luck_node_requested(struct dry_simulation *sim, uint32_t slot)
{
	const struct dry_node *node = &sim->cluster.node[slot];
	const struct dry_node_group *group = &sim->config->group[node->group_index];
	struct dry_hazard hazard = sim->config->spot.hazard;
	int64_t start = node->requested_at_ms > 0 ? node->requested_at_ms : 0, life;

	if (group->capacity_type != DRY_SPOT || hazard.kind == DRY_HAZARD_NONE)
		return;
	if (sim->config->spot.stockouts.enabled)        /* bursts carry their part of the rate (methods.md 2.3) */
		hazard.scale *= 1 - sim->config->spot.burst_share;
	life = dry_hazard_lifetime_ms(&hazard, draw(sim, &sim->lifetime, node->group_index, node->ordinal));
	if (life < INT64_MAX / 2 - start)
		luck_reclaim(sim, slot, start + life);
}

double luck_random(void *context, uint64_t draw_index)
{
	struct dry_simulation *sim = context;

	sim->recorder.record.stochastic = true;
	return dry_stream_uniform(&sim->expander, draw_index, 0);
}
