/* The undo log over the world's arrays, the ordered node list, and the next-fit scan. */
#include "world/snapshot.h"

#include <string.h>

#include "base/assert.h"
#include "world/predicates.h"

enum undo_kind { UNDO_ADD_POD, UNDO_REMOVE_POD, UNDO_ADD_NODE, UNDO_REMOVE_NODE };

struct dry_undo {
	uint8_t kind;
	uint32_t a;             /* pod, or slot */
	uint32_t b;             /* REMOVE_POD: node */
	uint32_t c;             /* REMOVE_POD: the pod it stood in front of; REMOVE_NODE: place */
};

static struct dry_undo *log_undo(struct dry_cluster *cluster, enum undo_kind kind, uint32_t a)
{
	struct dry_undo *undo;

	cluster->undo = dry_grow(cluster->undo, &cluster->undo_capacity, (size_t)cluster->undo_count + 1,
				 sizeof(*cluster->undo));
	undo = &cluster->undo[cluster->undo_count++];
	undo->kind = (uint8_t)kind;
	undo->a = a;
	return undo;
}

void dry_snapshot_begin(struct dry_cluster *cluster)
{
	uint32_t i, pod, next;

	dry_assert(!cluster->undo_count && cluster->node_count == cluster->world_count);
	cluster->list = dry_grow(cluster->list, &cluster->list_capacity, (size_t)cluster->registered_count + 1,
				 sizeof(*cluster->list));
	cluster->in_snapshot = true;
	cluster->snapshot_number++;
	cluster->list_count = cluster->registered_count;
	if (cluster->list_count)
		memcpy(cluster->list, cluster->registered, cluster->list_count * sizeof(*cluster->list));
	for (i = 0; cluster->expendable_total && i < cluster->list_count; i++) {
		const struct dry_node *node = &cluster->node[cluster->list[i]];

		if (!node->expendable_count)
			continue;
		for (pod = node->first_pod; pod != DRY_NONE; pod = next) {
			next = cluster->pod[pod].next;
			if (dry_pod_is_expendable(cluster, pod))
				dry_snapshot_remove_pod(cluster, pod);
		}
	}
}

void dry_snapshot_end(struct dry_cluster *cluster)
{
	dry_snapshot_revert(cluster, 0);
	cluster->node_count = cluster->world_count;
	cluster->list_count = 0;
	cluster->in_snapshot = false;
	dry_cloud_make_deferred(cluster);
}

uint32_t dry_snapshot_mark(const struct dry_cluster *cluster)
{
	return cluster->undo_count;
}

static void insert_node(struct dry_cluster *cluster, uint32_t slot, uint32_t place)
{
	cluster->list = dry_grow(cluster->list, &cluster->list_capacity, (size_t)cluster->list_count + 1,
				 sizeof(*cluster->list));
	memmove(&cluster->list[place + 1], &cluster->list[place],
		(cluster->list_count - place) * sizeof(*cluster->list));
	cluster->list[place] = slot;
	cluster->list_count++;
}

static void take_node(struct dry_cluster *cluster, uint32_t place)
{
	cluster->list_count--;
	memmove(&cluster->list[place], &cluster->list[place + 1],
		(cluster->list_count - place) * sizeof(*cluster->list));
}

void dry_snapshot_revert(struct dry_cluster *cluster, uint32_t mark)
{
	while (cluster->undo_count > mark) {
		struct dry_undo *undo = &cluster->undo[--cluster->undo_count];

		switch ((enum undo_kind)undo->kind) {
		case UNDO_ADD_POD:
			dry_node_remove_pod(cluster, undo->a);
			break;
		case UNDO_REMOVE_POD:
			dry_node_add_pod(cluster, undo->b, undo->a, undo->c);
			break;
		case UNDO_ADD_NODE:
			dry_assert(cluster->list[cluster->list_count - 1] == undo->a);
			cluster->list_count--;
			if (undo->a + 1 == cluster->node_count)
				cluster->node_count--;
			break;
		case UNDO_REMOVE_NODE:
			insert_node(cluster, undo->a, undo->c);
			break;
		}
	}
}

uint32_t dry_snapshot_add_fake(struct dry_cluster *cluster, uint32_t place)
{
	uint32_t slot = dry_node_make(cluster, place, true);

	insert_node(cluster, slot, cluster->list_count);
	log_undo(cluster, UNDO_ADD_NODE, slot);
	return slot;
}

static uint32_t place_of(const struct dry_cluster *cluster, uint32_t slot)
{
	uint32_t i;

	/* real nodes keep their order, so the place is at most the registered index */
	if (slot < cluster->world_count) {
		i = cluster->node[slot].registered_index;
		if (i >= cluster->list_count)
			i = cluster->list_count - 1;
		for (; i != UINT32_MAX; i--)
			if (cluster->list[i] == slot)
				return i;
		return DRY_NONE;
	}
	for (i = cluster->list_count; i-- > 0;)
		if (cluster->list[i] == slot)
			return i;
	return DRY_NONE;
}

bool dry_snapshot_has(const struct dry_cluster *cluster, uint32_t slot)
{
	return place_of(cluster, slot) != DRY_NONE;
}

void dry_snapshot_remove_node(struct dry_cluster *cluster, uint32_t slot)
{
	uint32_t place = place_of(cluster, slot);

	dry_assert(place != DRY_NONE);
	take_node(cluster, place);
	log_undo(cluster, UNDO_REMOVE_NODE, slot)->c = place;
}

void dry_snapshot_add_pod(struct dry_cluster *cluster, uint32_t pod, uint32_t slot)
{
	dry_node_add_pod(cluster, slot, pod, DRY_AT_END);
	log_undo(cluster, UNDO_ADD_POD, pod);
}

void dry_snapshot_remove_pod(struct dry_cluster *cluster, uint32_t pod)
{
	struct dry_undo *undo = log_undo(cluster, UNDO_REMOVE_POD, pod);

	undo->b = cluster->pod[pod].node;
	undo->c = cluster->pod[pod].next == DRY_NONE ? DRY_AT_END : cluster->pod[pod].next;
	dry_node_remove_pod(cluster, pod);
}

enum dry_fit dry_snapshot_check(struct dry_cluster *cluster, uint32_t class_index, uint32_t slot)
{
	struct dry_prefilter prefilter;

	dry_prefilter_make(cluster, &prefilter, class_index, cluster->list, cluster->list_count);
	return dry_filter(cluster, &prefilter, slot);
}

static bool try_place(struct dry_cluster *cluster, const struct dry_prefilter *prefilter, uint32_t place,
		      dry_accept_fn *accept, const void *context)
{
	uint32_t slot = cluster->list[place];

	if (!dry_has_room(cluster, &cluster->shapes->shape[prefilter->class_index], slot))
		return false;
	if (cluster->node_flags[slot] & DRY_NODE_CORDONED)
		return false;
	if (accept && !accept(context, cluster, slot))
		return false;
	if (dry_filter(cluster, prefilter, slot) != DRY_FITS)
		return false;
	cluster->scan_last = place;
	return true;
}

/* From index first on; most nodes of a long list lack the CPU, which is the cheapest to ask. */
static uint32_t find_in(struct dry_cluster *cluster, const struct dry_prefilter *prefilter, uint32_t first,
			uint32_t end, dry_accept_fn *accept, const void *context)
{
	const int64_t cpu = cluster->shapes->shape[prefilter->class_index].cpu;
	const int64_t *free_cpu = cluster->free[DRY_RESOURCE_CPU];
	const uint32_t *list = cluster->list;

	for (uint32_t i = first; i < end; i++)
		if (free_cpu[list[i]] >= cpu && try_place(cluster, prefilter, i, accept, context))
			return list[i];
	return DRY_NONE;
}

uint32_t dry_snapshot_scan_range(struct dry_cluster *cluster, uint32_t class_index, uint32_t first, uint32_t end,
				 dry_accept_fn *accept, const void *context)
{
	struct dry_prefilter prefilter;
	uint32_t count = cluster->list_count, start, slot;

	if (first >= end)
		return DRY_NONE;
	start = (cluster->scan_last + 1) % count;
	if (start < first || start >= end)
		start = first;          /* everything between is passed over */
	dry_prefilter_make(cluster, &prefilter, class_index, cluster->list, count);
	slot = find_in(cluster, &prefilter, start, end, accept, context);
	return slot != DRY_NONE ? slot : find_in(cluster, &prefilter, first, start, accept, context);
}

uint32_t dry_snapshot_scan(struct dry_cluster *cluster, uint32_t class_index, dry_accept_fn *accept,
			   const void *context)
{
	return dry_snapshot_scan_range(cluster, class_index, 0, cluster->list_count, accept, context);
}
