/* A node as such: its slot in the columns, its flags and conditions, its daemons. */
#include <string.h>

#include "base/assert.h"
#include "cloud.h"
#include "world/cluster.h"
#include "world/scheduler.h"

static void *grow_column(void *column, size_t from, size_t to, size_t size)
{
	column = dry_xrealloc(column, to * size);
	memset((char *)column + from * size, 0, (to - from) * size);
	return column;
}

static void grow_nodes(struct dry_cluster *cluster, size_t need)
{
	size_t from = cluster->node_capacity, to = from ? from : 64;
	const struct dry_shapes *shapes = cluster->shapes;
	uint32_t r;

	if (need <= from)
		return;
	while (to < need)
		to *= 2;
	cluster->node = grow_column(cluster->node, from, to, sizeof(*cluster->node));
	for (r = 0; r < DRY_RESOURCE_MAX; r++)
		cluster->free[r] = grow_column(cluster->free[r], from, to, sizeof(int64_t));
	cluster->nonzero_cpu = grow_column(cluster->nonzero_cpu, from, to, sizeof(int64_t));
	cluster->nonzero_memory = grow_column(cluster->nonzero_memory, from, to, sizeof(int64_t));
	cluster->node_group = grow_column(cluster->node_group, from, to, sizeof(uint32_t));
	cluster->node_place = grow_column(cluster->node_place, from, to, sizeof(uint32_t));
	cluster->node_requested_at = grow_column(cluster->node_requested_at, from, to, sizeof(int64_t));
	cluster->node_open = grow_column(cluster->node_open, from / 64, to / 64, sizeof(uint64_t));
	cluster->node_balance = grow_column(cluster->node_balance, from, to, sizeof(int8_t));
	cluster->node_balance_version = grow_column(cluster->node_balance_version, from, to, sizeof(uint32_t));
	cluster->node_flags = grow_column(cluster->node_flags, from, to, sizeof(uint8_t));
	cluster->node_touched = grow_column(cluster->node_touched, from, to, sizeof(uint32_t));
	cluster->node_mark = grow_column(cluster->node_mark, from, to, sizeof(uint32_t));
	cluster->node_version = grow_column(cluster->node_version, from, to, sizeof(uint32_t));
	if (shapes->term_count) {
		cluster->match_count = grow_column(cluster->match_count, from * shapes->term_count,
						   to * shapes->term_count, sizeof(int32_t));
		cluster->match_live_count = grow_column(cluster->match_live_count, from * shapes->term_count,
							to * shapes->term_count, sizeof(int32_t));
	}
	if (shapes->carrier_count)
		cluster->carry_count = grow_column(cluster->carry_count, from * shapes->carrier_count,
						   to * shapes->carrier_count, sizeof(int32_t));
	cluster->node_capacity = to;
}

void node_columns_of_shapes(struct dry_cluster *cluster)
{
	const struct dry_shapes *shapes = cluster->shapes;
	size_t terms = cluster->node_capacity * (shapes->term_count + 1);
	size_t carriers = cluster->node_capacity * (shapes->carrier_count + 1);

	if (!cluster->node_capacity)
		return;
	cluster->match_count = grow_column(cluster->match_count, 0, terms, sizeof(int32_t));
	cluster->match_live_count = grow_column(cluster->match_live_count, 0, terms, sizeof(int32_t));
	cluster->carry_count = grow_column(cluster->carry_count, 0, carriers, sizeof(int32_t));
}

uint32_t dry_node_make(struct dry_cluster *cluster, uint32_t place_index, bool fake)
{
	const struct dry_place *place = &cluster->place[place_index];
	const struct dry_resources *allocatable = &cluster->group[place->group_index].spec->allocatable;
	uint32_t slot = cluster->node_count, r;
	const struct dry_shapes *shapes = cluster->shapes;
	struct dry_node *node;

	dry_assert(fake || cluster->world_count == cluster->node_count);
	grow_nodes(cluster, (size_t)slot + 1);
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
