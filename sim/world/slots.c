/* The columns that hold nodes by slot: their list, their growth, and slots that are given back. */
#include "slots.h"

#include <stdlib.h>
#include <string.h>

#include "base/assert.h"
#include "world/compact.h"

#define FIRST_ROOM 64
#define SPARE_MOST 64                   /* slots of gone nodes that are not worth a move */

struct column {
	void *at;                       /* address of the pointer to the column */
	size_t size;                    /* bytes a slot */
};

enum { SHAPE_COLUMNS = 3, COLUMN_MOST = DRY_RESOURCE_MAX + 15 };

/* Every column but node_open, which has a bit a slot; first those that are as wide as the shapes' terms. */
static uint32_t list_columns(struct dry_cluster *cluster, struct column column[COLUMN_MOST])
{
	const size_t terms = cluster->shapes ? cluster->shapes->term_count : 0;
	const size_t carriers = cluster->shapes ? cluster->shapes->carrier_count : 0;
	const struct column fixed[] = {
		{ &cluster->match_count, terms * sizeof(*cluster->match_count) },
		{ &cluster->match_live_count, terms * sizeof(*cluster->match_live_count) },
		{ &cluster->carry_count, carriers * sizeof(*cluster->carry_count) },
		{ &cluster->node, sizeof(*cluster->node) },
		{ &cluster->nonzero_cpu, sizeof(*cluster->nonzero_cpu) },
		{ &cluster->nonzero_memory, sizeof(*cluster->nonzero_memory) },
		{ &cluster->node_group, sizeof(*cluster->node_group) },
		{ &cluster->node_place, sizeof(*cluster->node_place) },
		{ &cluster->node_requested_at, sizeof(*cluster->node_requested_at) },
		{ &cluster->node_balance, sizeof(*cluster->node_balance) },
		{ &cluster->node_balance_version, sizeof(*cluster->node_balance_version) },
		{ &cluster->node_flags, sizeof(*cluster->node_flags) },
		{ &cluster->node_touched, sizeof(*cluster->node_touched) },
		{ &cluster->node_mark, sizeof(*cluster->node_mark) },
		{ &cluster->node_version, sizeof(*cluster->node_version) },
	};
	uint32_t n = sizeof(fixed) / sizeof(fixed[0]), r;

	_Static_assert(sizeof(fixed) / sizeof(fixed[0]) + DRY_RESOURCE_MAX == COLUMN_MOST, "one row a column");
	memcpy(column, fixed, sizeof(fixed));
	for (r = 0; r < DRY_RESOURCE_MAX; r++)
		column[n++] = (struct column){ &cluster->free[r], sizeof(*cluster->free[r]) };
	return n;
}

static char *data_of(const struct column *column)
{
	char *data;

	memcpy(&data, column->at, sizeof(data));
	return data;
}

static void resize(const struct column *column, size_t from, size_t to)
{
	char *data = data_of(column);

	if (!column->size)
		return;
	data = dry_xrealloc(data, to * column->size);
	memset(data + from * column->size, 0, (to - from) * column->size);
	memcpy(column->at, &data, sizeof(data));
}

void slots_make_room(struct dry_cluster *cluster, size_t count)
{
	struct column column[COLUMN_MOST];
	size_t from = cluster->node_capacity, to = from ? from : FIRST_ROOM;
	uint32_t i, n;

	if (count <= from)
		return;
	while (to < count)
		to *= 2;
	n = list_columns(cluster, column);
	for (i = 0; i < n; i++)
		resize(&column[i], from, to);
	resize(&(struct column){ &cluster->node_open, sizeof(*cluster->node_open) }, from / 64, to / 64);
	cluster->node_capacity = to;
}

void slots_fit_shapes(struct dry_cluster *cluster)
{
	struct column column[COLUMN_MOST];
	uint32_t i;

	list_columns(cluster, column);
	for (i = 0; cluster->node_capacity && i < SHAPE_COLUMNS; i++)
		resize(&column[i], 0, cluster->node_capacity);
}

void slots_release(struct dry_cluster *cluster)
{
	struct column column[COLUMN_MOST];
	uint32_t i, n = list_columns(cluster, column);

	for (i = 0; i < n; i++)
		free(data_of(&column[i]));
	free(cluster->node_open);
	free(cluster->slot_after);
}

/* --- slots that are given back --- */

bool dry_cluster_is_sparse(const struct dry_cluster *cluster, bool eager)
{
	uint32_t spare = cluster->gone_count - cluster->gone_kept;

	return eager ? spare > 0 : spare >= SPARE_MOST && spare >= cluster->world_count / 2;
}

/* The new number of a slot; DRY_NONE = it is given back. */
static void renumber(struct dry_cluster *cluster, uint32_t *slot)
{
	if (*slot != DRY_NONE)
		*slot = cluster->slot_after[*slot];
}

static void keep(struct dry_cluster *cluster, uint32_t *slot)
{
	if (*slot != DRY_NONE)
		cluster->slot_after[*slot] = 0;
}

/* Fills slot_after; returns how many slots stay. */
static uint32_t choose_slots(struct dry_cluster *cluster, void (*for_each)(void *context, dry_slot_visit *visit),
			     void *context)
{
	uint32_t slot, stay = 0;

	cluster->slot_after = dry_grow(cluster->slot_after, &cluster->slot_after_capacity,
				       (size_t)cluster->world_count + 1, sizeof(*cluster->slot_after));
	for (slot = 0; slot < cluster->world_count; slot++)
		cluster->slot_after[slot] = cluster->node[slot].state == DRY_INSTANCE_GONE ? DRY_NONE : 0;
	for_each(context, keep);
	cluster->gone_kept = 0;
	for (slot = 0; slot < cluster->world_count; slot++) {
		if (cluster->slot_after[slot] == DRY_NONE)
			continue;
		cluster->slot_after[slot] = stay++;
		cluster->gone_kept += cluster->node[slot].state == DRY_INSTANCE_GONE;
	}
	cluster->gone_count = cluster->gone_kept;
	return stay;
}

static void move_column(const struct dry_cluster *cluster, const struct column *column)
{
	char *data = data_of(column);
	size_t size = column->size;
	uint32_t slot;

	for (slot = 0; size && slot < cluster->world_count; slot++) {
		uint32_t after = cluster->slot_after[slot];

		if (after != DRY_NONE && after != slot)
			memcpy(data + after * size, data + slot * size, size);
	}
}

static void move_bits(struct dry_cluster *cluster)
{
	uint64_t *open = cluster->node_open;
	uint32_t slot;

	for (slot = 0; slot < cluster->world_count; slot++) {
		uint32_t after = cluster->slot_after[slot];
		uint64_t bit = open[slot / 64] >> slot % 64 & 1;

		if (after != DRY_NONE)
			open[after / 64] = (open[after / 64] & ~(UINT64_C(1) << after % 64)) | bit << after % 64;
	}
}

static void renumber_queue(struct dry_cluster *cluster)
{
	size_t i;

	for (i = 0; i < cluster->queue.count; i++) {
		struct dry_queue_entry *entry = &cluster->queue.entry[i];

		if (dry_queue_names_node(entry))
			renumber(cluster, &entry->a);
	}
}

/* The slot of a node that is not gone, or DRY_NONE. */
static void renumber_live(struct dry_cluster *cluster, uint32_t *slot)
{
	dry_assert(*slot == DRY_NONE || cluster->node[*slot].state != DRY_INSTANCE_GONE);
	renumber(cluster, slot);
}

static void renumber_hint(struct dry_cluster *cluster, struct dry_hint *hint)
{
	if (!hint->pass || hint->slot == DRY_NONE)
		return;
	renumber(cluster, &hint->slot);
	if (hint->slot == DRY_NONE)
		hint->pass = 0;         /* a gone node is no hint */
}

static void renumber_pods(struct dry_cluster *cluster)
{
	uint32_t i;

	for (i = 0; i < cluster->pod_count; i++) {
		struct dry_pod *pod = &cluster->pod[i];

		if (pod->phase == DRY_POD_FREE)
			continue;
		renumber_live(cluster, &pod->node);
		renumber_live(cluster, &pod->nominated);
		renumber_hint(cluster, &pod->hint);
		renumber_hint(cluster, &pod->removal_hint);
	}
}

static void renumber_lists(struct dry_cluster *cluster)
{
	uint32_t g, i;
	size_t k;

	for (i = 0; i < cluster->registered_count; i++)
		renumber(cluster, &cluster->registered[i]);
	for (g = 0; g < cluster->group_count; g++)
		for (k = 0; k < cluster->group[g].instance_count; k++)
			renumber(cluster, &cluster->group[g].instance[k]);
	/* score columns are by slot: one change that they all have missed makes them start anew */
	cluster->change_base += cluster->change_count + 1;
	cluster->change_count = 0;
}

void dry_cluster_compact(struct dry_cluster *cluster, void (*for_each)(void *context, dry_slot_visit *visit),
			 void *context)
{
	struct column column[COLUMN_MOST];
	uint32_t i, stay, n = list_columns(cluster, column);

	dry_assert(!cluster->in_snapshot && cluster->node_count == cluster->world_count);
	dry_event_queue_peek(&cluster->queue);  /* fills the hole */
	stay = choose_slots(cluster, for_each, context);
	renumber_lists(cluster);
	renumber_queue(cluster);
	renumber_pods(cluster);
	for_each(context, renumber);
	for (i = 0; i < n; i++)
		move_column(cluster, &column[i]);
	move_bits(cluster);
	cluster->node_count = cluster->world_count = stay;
}
