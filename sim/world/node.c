/* A node as such: its slot in the columns, its flags and conditions, its daemons. */
#include <string.h>

#include "base/assert.h"
#include "slots.h"
#include "world/cluster.h"
#include "world/scheduler.h"

uint32_t dry_node_make(struct dry_cluster *cluster, uint32_t place_index, bool fake)
{
	const struct dry_place *place = &cluster->place[place_index];
	const struct dry_resources *allocatable = &cluster->group[place->group_index].spec->allocatable;
	uint32_t slot = cluster->node_count, r;
	const struct dry_shapes *shapes = cluster->shapes;
	struct dry_node *node;

	dry_assert(fake || cluster->world_count == cluster->node_count);
	slots_make_room(cluster, (size_t)slot + 1);
	cluster->node_count++;
	cluster->world_count += !fake;
	node = &cluster->node[slot];
	memset(node, 0, sizeof(*node));
	node->group_index = place->group_index;
	node->first_pod = node->last_pod = DRY_NONE;
	node->created_at_ms = node->unneeded_since_ms = node->unregistered_since_ms = -1;
	node->scale_down_at_ms = node->notice_at_ms = -1;
	node->interrupt_at_ms = DRY_NEVER;
	node->counted_to_ms = cluster->now_ms;
	for (r = 0; r < cluster->spec.resource_count; r++)
		cluster->free[r][slot] = allocatable->amount[r] - place->daemon_request.amount[r];
	cluster->free[DRY_RESOURCE_PODS][slot] = allocatable->amount[DRY_RESOURCE_PODS] - place->daemon_count;
	cluster->nonzero_cpu[slot] = place->daemon_nonzero_cpu;
	cluster->nonzero_memory[slot] = place->daemon_nonzero_memory;
	cluster->node_group[slot] = place->group_index;
	cluster->node_place[slot] = place_index;
	cluster->node_flags[slot] = fake ? DRY_NODE_FAKE : 0;
	cluster->node_touched[slot] = 0;
	dry_node_changed(cluster, slot);
	cluster->node_balance_version[slot] = cluster->node_version[slot] - 1;
	cluster->node_mark[slot] = 0;
	if (shapes->term_count) {
		memset(cluster->match_count + (size_t)slot * shapes->term_count, 0,
		       shapes->term_count * sizeof(int32_t));
		memset(cluster->match_live_count + (size_t)slot * shapes->term_count, 0,
		       shapes->term_count * sizeof(int32_t));
	}
	if (shapes->carrier_count)
		memset(cluster->carry_count + (size_t)slot * shapes->carrier_count, 0,
		       shapes->carrier_count * sizeof(int32_t));
	return slot;
}

void dry_node_set_flag(struct dry_cluster *cluster, uint32_t slot, uint8_t flag, bool on)
{
	uint8_t old = cluster->node_flags[slot];
	uint8_t now = on ? old | flag : old & (uint8_t)~flag;

	if (now == old)
		return;
	cluster->node_flags[slot] = now;
	if (flag == DRY_NODE_CANDIDATE)
		cluster->candidate_total += on ? 1u : UINT32_MAX;
	dry_node_changed(cluster, slot);
	cluster->schedule_needed = true;
	if (!on && cluster->node[slot].registered)
		dry_scheduler_on_room(cluster, slot);
}

void dry_node_set_ready(struct dry_cluster *cluster, uint32_t slot, bool ready)
{
	bool is_ready = !(cluster->node_flags[slot] & DRY_NODE_NOT_READY);

	if (is_ready == ready)
		return;
	cluster->node[slot].transition_at_ms = cluster->now_ms;
	cluster->condition_version++;
	cluster->group[cluster->node_group[slot]].ready_count += ready ? 1u : UINT32_MAX;
	dry_node_set_flag(cluster, slot, DRY_NODE_NOT_READY, !ready);
}

void dry_node_evict_daemons(struct dry_cluster *cluster, uint32_t slot)
{
	const struct dry_place *place = &cluster->place[cluster->node_place[slot]];
	uint32_t r;

	if (cluster->node[slot].daemons_evicted)
		return;
	dry_node_count_to(cluster, slot);
	cluster->node[slot].daemons_evicted = true;
	for (r = 0; r < cluster->spec.resource_count; r++)
		cluster->free[r][slot] += place->daemon_request.amount[r];
	cluster->free[DRY_RESOURCE_PODS][slot] += place->daemon_count;
	cluster->nonzero_cpu[slot] -= place->daemon_nonzero_cpu;
	cluster->nonzero_memory[slot] -= place->daemon_nonzero_memory;
	dry_node_changed(cluster, slot);
	dry_scheduler_on_room(cluster, slot);
}
