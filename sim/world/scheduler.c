/*
 * The scheduler's queue and pass. Pending pods wait in one list a class, by
 * (arrival, trace order); a pass takes the heads by priority. A class whose
 * placement depends on nothing but nodes (not on other pods) and that failed
 * stays blocked until some node gains room for it: that only spares work.
 */
#include "world/scheduler.h"

#include <stdlib.h>
#include <string.h>

#include "base/assert.h"
#include "world/predicates.h"
#include "node_choice.h"
#include "preempt.h"

#define STEPS_MOST 16                   /* back in a queue for the place of a new pod; else it is sorted in later */

enum queue_state { QUEUE_OPEN, QUEUE_BLOCKED };

void dry_scheduler_release(struct dry_cluster *cluster)
{
	node_choice_release(cluster);
	free(cluster->pass_heap);
	cluster->pass_heap = NULL;
	cluster->pass_heap_capacity = 0;
}

void dry_scheduler_reset(struct dry_cluster *cluster)
{
	size_t classes = cluster->spec.class_count, capacity = cluster->queue_capacity;
	uint32_t i;

	node_choice_reset(cluster);
	if (classes > capacity) {
		size_t a = capacity, b = capacity, c = capacity, d = capacity;

		cluster->queue_first = dry_grow(cluster->queue_first, &a, classes, sizeof(uint32_t));
		cluster->queue_last = dry_grow(cluster->queue_last, &b, classes, sizeof(uint32_t));
		cluster->queue_state = dry_grow(cluster->queue_state, &c, classes, 1);
		cluster->queue_disordered = dry_grow(cluster->queue_disordered, &d, classes, sizeof(bool));
		cluster->queue_capacity = a;
	}
	cluster->active_index = dry_grow(cluster->active_index, &cluster->active_index_capacity, classes + 1,
					 sizeof(uint32_t));
	for (i = 0; i < classes; i++) {
		cluster->queue_first[i] = cluster->queue_last[i] = DRY_NONE;
		cluster->queue_state[i] = QUEUE_OPEN;
		cluster->queue_disordered[i] = false;
	}
	cluster->active_count = 0;
	cluster->in_pass = false;
	cluster->is_pending_list = false;
	cluster->nominated_count = 0;
}

static bool arrives_before(const struct dry_pod *x, const struct dry_pod *y)
{
	if (x->created_at_ms != y->created_at_ms)
		return x->created_at_ms < y->created_at_ms;
	return x->order < y->order;
}

static void nominate(struct dry_cluster *cluster, uint32_t pod, uint32_t slot)
{
	cluster->pod[pod].nominated = slot;
	cluster->is_pending_list = false;
	cluster->nominated_count++;
	dry_node_reserve(cluster, slot, cluster->pod[pod].class_index, -1);
}

static void drop_nomination(struct dry_cluster *cluster, uint32_t pod)
{
	struct dry_pod *p = &cluster->pod[pod];

	if (p->nominated == DRY_NONE)
		return;
	dry_node_reserve(cluster, p->nominated, p->class_index, 1);
	p->nominated = DRY_NONE;
	cluster->is_pending_list = false;
	cluster->nominated_count--;
}

void dry_scheduler_enqueue(struct dry_cluster *cluster, uint32_t pod)
{
	struct dry_pod *p = &cluster->pod[pod];
	uint32_t class_index = p->class_index, after = cluster->queue_last[class_index], steps = 0;

	cluster->is_pending_list = false;
	while (after != DRY_NONE && !cluster->queue_disordered[class_index] &&
	       arrives_before(p, &cluster->pod[after])) {
		after = cluster->pod[after].queue_previous;
		if (++steps <= STEPS_MOST || cluster->in_pass)
			continue;
		after = cluster->queue_last[class_index];
		cluster->queue_disordered[class_index] = true;
	}
	p->queue_previous = after;
	p->queue_next = after == DRY_NONE ? cluster->queue_first[class_index] : cluster->pod[after].queue_next;
	if (after == DRY_NONE)
		cluster->queue_first[class_index] = pod;
	else
		cluster->pod[after].queue_next = pod;
	if (p->queue_next == DRY_NONE)
		cluster->queue_last[class_index] = pod;
	else
		cluster->pod[p->queue_next].queue_previous = pod;
	if (p->queue_previous == DRY_NONE && p->queue_next == DRY_NONE) {
		cluster->active_class = dry_grow(cluster->active_class, &cluster->active_capacity,
						 (size_t)cluster->active_count + 1, sizeof(uint32_t));
		cluster->active_index[class_index] = cluster->active_count;
		cluster->active_class[cluster->active_count++] = class_index;
		cluster->queue_state[class_index] = QUEUE_OPEN;
		cluster->queue_disordered[class_index] = false;
	}
	if (cluster->queue_state[class_index] == QUEUE_OPEN)
		cluster->schedule_needed = true;
}

void dry_scheduler_dequeue(struct dry_cluster *cluster, uint32_t pod)
{
	struct dry_pod *p = &cluster->pod[pod];
	uint32_t class_index = p->class_index;

	drop_nomination(cluster, pod);
	cluster->is_pending_list = false;
	if (p->queue_previous == DRY_NONE)
		cluster->queue_first[class_index] = p->queue_next;
	else
		cluster->pod[p->queue_previous].queue_next = p->queue_next;
	if (p->queue_next == DRY_NONE)
		cluster->queue_last[class_index] = p->queue_previous;
	else
		cluster->pod[p->queue_next].queue_previous = p->queue_previous;
	if (cluster->queue_first[class_index] == DRY_NONE) {
		uint32_t last = cluster->active_class[--cluster->active_count];

		cluster->active_class[cluster->active_index[class_index]] = last;
		cluster->active_index[last] = cluster->active_index[class_index];
	}
}

void dry_scheduler_on_room(struct dry_cluster *cluster, uint32_t slot)
{
	struct dry_prefilter prefilter = { 0 };
	uint32_t i;

	for (i = 0; i < cluster->active_count; i++) {
		uint32_t class_index = cluster->active_class[i];

		/* with preemption, room that is too small may do once others are evicted */
		if (cluster->queue_state[class_index] != QUEUE_BLOCKED || cluster->preempts) {
			cluster->queue_state[class_index] = QUEUE_OPEN;
			cluster->schedule_needed = true;
			continue;
		}
		prefilter.class_index = class_index;
		if (dry_filter(cluster, &prefilter, slot) == DRY_FITS) {
			cluster->queue_state[class_index] = QUEUE_OPEN;
			cluster->schedule_needed = true;
		}
	}
}

/* --- the pass --- */

static bool queue_before(const struct dry_cluster *cluster, uint32_t x, uint32_t y)
{
	const struct dry_pod *p = &cluster->pod[x], *q = &cluster->pod[y];
	int32_t a = cluster->spec.pod_class[p->class_index].priority;
	int32_t b = cluster->spec.pod_class[q->class_index].priority;

	if (a != b)
		return a > b;
	return arrives_before(p, q);
}

static int compare_pending(const void *a, const void *b, void *context)
{
	const struct dry_cluster *cluster = context;
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	if (queue_before(cluster, x, y))
		return -1;
	return queue_before(cluster, y, x);
}

/* Pods of one instant that came in any order, as evicted ones do. */
static void sort_queue(struct dry_cluster *cluster, uint32_t class_index)
{
	uint32_t *list, pod, previous = DRY_NONE;
	size_t count = 0, i;

	cluster->pending_list = dry_grow(cluster->pending_list, &cluster->pending_list_capacity,
					 (size_t)cluster->pending_count + 1, sizeof(*cluster->pending_list));
	cluster->is_pending_list = false;
	list = cluster->pending_list;
	for (pod = cluster->queue_first[class_index]; pod != DRY_NONE; pod = cluster->pod[pod].queue_next)
		list[count++] = pod;
	qsort_r(list, count, sizeof(*list), compare_pending, cluster);
	for (i = 0; i < count; i++) {
		cluster->pod[list[i]].queue_previous = previous;
		cluster->pod[list[i]].queue_next = i + 1 < count ? list[i + 1] : DRY_NONE;
		previous = list[i];
	}
	cluster->queue_first[class_index] = list[0];
	cluster->queue_last[class_index] = previous;
	cluster->queue_disordered[class_index] = false;
}

/* The nominated node first, as long as it is one. */
static uint32_t choose_nominated(struct dry_cluster *cluster, uint32_t pod, uint32_t slot)
{
	uint32_t class_index = cluster->pod[pod].class_index;
	struct dry_prefilter prefilter;
	bool fits;

	if (!cluster->node[slot].registered)
		return DRY_NONE;
	dry_prefilter_make(cluster, &prefilter, class_index, cluster->registered, cluster->registered_count);
	fits = dry_filter(cluster, &prefilter, slot) == DRY_FITS;
	dry_arena_reset(&cluster->prefilter);
	return fits ? slot : DRY_NONE;
}

static bool try_preemption(struct dry_cluster *cluster, uint32_t pod, uint32_t nominated, uint32_t *slot)
{
	if (nominated != DRY_NONE && cluster->node[nominated].registered &&
	    dry_preempt_is_under_way(cluster, pod, nominated)) {
		nominate(cluster, pod, nominated);
		return true;
	}
	*slot = dry_preempt(cluster, pod);
	if (*slot == DRY_NONE)
		return false;
	cluster->preempted = true;
	if (dry_preempt_is_under_way(cluster, pod, *slot)) {
		nominate(cluster, pod, *slot);
		*slot = DRY_NONE;
	}
	return true;
}

static void try_pod(struct dry_cluster *cluster, uint32_t pod)
{
	uint32_t class_index = cluster->pod[pod].class_index;
	uint32_t nominated = cluster->pod[pod].nominated, slot = DRY_NONE;

	if (nominated != DRY_NONE) {
		drop_nomination(cluster, pod);
		slot = choose_nominated(cluster, pod, nominated);
	}
	if (slot == DRY_NONE)
		slot = choose_node(cluster, class_index);
	if (slot == DRY_NONE) {
		if (cluster->preempts && try_preemption(cluster, pod, nominated, &slot) && slot == DRY_NONE)
			return;         /* waits for its node */
	}
	if (slot == DRY_NONE) {
		if (!(cluster->shapes->shape[class_index].flags & DRY_SHAPE_RELATED) &&
		    cluster->pass_blocks)
			cluster->queue_state[class_index] = QUEUE_BLOCKED;
		return;
	}
	dry_pod_bind(cluster, pod, slot);
	dry_cluster_emit_pod(cluster, DRY_EVENT_POD_START, pod, NULL);
}

/* Heap of class heads by queue order. */
static void sift_down(struct dry_cluster *cluster, uint32_t *heap, uint32_t count, uint32_t i)
{
	for (;;) {
		uint32_t child = 2 * i + 1, swap;

		if (child >= count)
			return;
		if (child + 1 < count && queue_before(cluster, heap[child + 1], heap[child]))
			child++;
		if (!queue_before(cluster, heap[child], heap[i]))
			return;
		swap = heap[i];
		heap[i] = heap[child];
		heap[child] = swap;
		i = child;
	}
}

static void pass_once(struct dry_cluster *cluster)
{
	uint32_t *heap, count = 0, waiting = cluster->pending_count, i;

	cluster->schedule_needed = false;
	/* a nominated pod has room of its own, or gives it back: that others failed says nothing of it */
	cluster->pass_blocks = !cluster->spec.plain_scan && !cluster->nominated_count;
	/* a pod of lower priority that started since may be one to evict */
	for (i = 0; cluster->preempts && i < cluster->active_count; i++)
		cluster->queue_state[cluster->active_class[i]] = QUEUE_OPEN;
	heap = cluster->pass_heap = dry_grow(cluster->pass_heap, &cluster->pass_heap_capacity,
					     (size_t)cluster->active_count + 1, sizeof(*heap));
	for (i = 0; i < cluster->active_count; i++)
		if (cluster->queue_disordered[cluster->active_class[i]])
			sort_queue(cluster, cluster->active_class[i]);
	cluster->in_pass = true;
	for (i = 0; i < cluster->active_count; i++)
		if (cluster->queue_state[cluster->active_class[i]] == QUEUE_OPEN)
			heap[count++] = cluster->queue_first[cluster->active_class[i]];
	for (i = count / 2; i-- > 0;)
		sift_down(cluster, heap, count, i);
	while (count) {
		uint32_t pod = heap[0], next = cluster->pod[pod].queue_next;
		uint32_t class_index = cluster->pod[pod].class_index;

		try_pod(cluster, pod);
		if (next != DRY_NONE && cluster->queue_state[class_index] == QUEUE_OPEN) {
			heap[0] = next;
		} else {
			heap[0] = heap[--count];
		}
		sift_down(cluster, heap, count, 0);
	}
	cluster->in_pass = false;
	/* what depends on other pods is tried again at every instant */
	for (i = 0; i < cluster->active_count; i++)
		if (cluster->shapes->shape[cluster->active_class[i]].flags & DRY_SHAPE_RELATED) {
			cluster->schedule_needed = true;
			cluster->retry_may_help = cluster->pending_count != waiting;
		}
}

void dry_scheduler_pass(struct dry_cluster *cluster, bool preemption)
{
	cluster->preempts = preemption;
	cluster->retry_may_help = false;
	/* what is evicted to make room is offered again at this same instant */
	do {
		if (!cluster->schedule_needed || !cluster->active_count)
			return;
		cluster->preempted = false;
		pass_once(cluster);
	} while (cluster->preempted);
}

static void make_pending_list(struct dry_cluster *cluster)
{
	uint32_t *list, i, pod, n = 0;
	bool sorted = true;

	cluster->pending_list = dry_grow(cluster->pending_list, &cluster->pending_list_capacity,
					 (size_t)cluster->pending_count + 1, sizeof(*cluster->pending_list));
	list = cluster->pending_list;
	for (i = 0; i < cluster->active_count; i++)
		for (pod = cluster->queue_first[cluster->active_class[i]]; pod != DRY_NONE;
		     pod = cluster->pod[pod].queue_next) {
			if (cluster->pod[pod].nominated != DRY_NONE)
				continue;       /* counts as placed: its room is kept */
			list[n] = pod;
			sorted = sorted && (!n || queue_before(cluster, list[n - 1], pod));
			n++;
		}
	dry_assert(n + cluster->nominated_count == cluster->pending_count);
	if (!sorted)
		qsort_r(list, n, sizeof(*list), compare_pending, cluster);
	cluster->pending_list_count = n;
	cluster->is_pending_list = true;
}

uint32_t *dry_scheduler_pending(struct dry_cluster *cluster, struct dry_arena *arena, uint32_t *count)
{
	uint32_t *list;

	if (!cluster->is_pending_list)
		make_pending_list(cluster);
	*count = cluster->pending_list_count;
	list = dry_arena_array(arena, (size_t)*count + 1, sizeof(*list));
	if (*count)
		memcpy(list, cluster->pending_list, *count * sizeof(*list));
	return list;
}
