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
#include "score.h"
#include "world/predicates.h"

enum queue_state { QUEUE_OPEN, QUEUE_BLOCKED };

/* Scores of one class by node, valid while the node's version is the same. */
struct score_entry {
	uint32_t version;
	int16_t base;
	uint8_t fits;
	uint8_t soft_taints;
};

#define SCORE_CLASSES 32

struct dry_score_cache {
	uint32_t class_index[SCORE_CLASSES];
	uint64_t used_at[SCORE_CLASSES];
	struct score_entry *entry[SCORE_CLASSES];
	size_t capacity[SCORE_CLASSES];
	uint64_t clock;
	uint32_t *feasible;
	size_t feasible_capacity;
	int64_t *score;
	size_t score_capacity;
	uint32_t *cursor;               /* next pod of each active class in this pass */
	size_t cursor_capacity;
};

void dry_scheduler_release(struct dry_cluster *cluster)
{
	struct dry_score_cache *cache = cluster->score_cache;
	uint32_t i;

	if (!cache)
		return;
	for (i = 0; i < SCORE_CLASSES; i++)
		free(cache->entry[i]);
	free(cache->feasible);
	free(cache->score);
	free(cache->cursor);
	free(cache);
	cluster->score_cache = NULL;
}

void dry_scheduler_reset(struct dry_cluster *cluster)
{
	size_t classes = cluster->spec.class_count, capacity = cluster->queue_capacity;
	uint32_t i;

	if (!cluster->score_cache)
		cluster->score_cache = dry_xcalloc(1, sizeof(*cluster->score_cache));
	for (i = 0; i < SCORE_CLASSES; i++)
		cluster->score_cache->class_index[i] = DRY_NONE;
	if (classes > capacity) {
		size_t a = capacity, b = capacity, c = capacity;

		cluster->queue_first = dry_grow(cluster->queue_first, &a, classes, sizeof(uint32_t));
		cluster->queue_last = dry_grow(cluster->queue_last, &b, classes, sizeof(uint32_t));
		cluster->queue_state = dry_grow(cluster->queue_state, &c, classes, 1);
		cluster->queue_capacity = a;
	}
	cluster->active_index = dry_grow(cluster->active_index, &cluster->active_index_capacity, classes + 1,
					 sizeof(uint32_t));
	for (i = 0; i < classes; i++) {
		cluster->queue_first[i] = cluster->queue_last[i] = DRY_NONE;
		cluster->queue_state[i] = QUEUE_OPEN;
	}
	cluster->active_count = 0;
}

static bool arrives_before(const struct dry_pod *x, const struct dry_pod *y)
{
	if (x->created_at_ms != y->created_at_ms)
		return x->created_at_ms < y->created_at_ms;
	return x->order < y->order;
}

void dry_scheduler_enqueue(struct dry_cluster *cluster, uint32_t pod)
{
	struct dry_pod *p = &cluster->pod[pod];
	uint32_t class_index = p->class_index, after = cluster->queue_last[class_index];

	while (after != DRY_NONE && arrives_before(p, &cluster->pod[after]))
		after = cluster->pod[after].queue_previous;
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
	}
	if (cluster->queue_state[class_index] == QUEUE_OPEN)
		cluster->schedule_needed = true;
}

void dry_scheduler_dequeue(struct dry_cluster *cluster, uint32_t pod)
{
	struct dry_pod *p = &cluster->pod[pod];
	uint32_t class_index = p->class_index;

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

		if (cluster->queue_state[class_index] != QUEUE_BLOCKED) {
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

/* --- choosing a node --- */

static struct score_entry *cached_scores(struct dry_cluster *cluster, uint32_t class_index)
{
	struct dry_score_cache *cache = cluster->score_cache;
	uint32_t i, oldest = 0;

	cache->clock++;
	for (i = 0; i < SCORE_CLASSES; i++) {
		if (cache->class_index[i] == class_index)
			break;
		if (cache->class_index[i] == DRY_NONE) {
			oldest = i;
			continue;
		}
		if (cache->class_index[oldest] != DRY_NONE && cache->used_at[i] < cache->used_at[oldest])
			oldest = i;
	}
	if (i == SCORE_CLASSES) {
		i = oldest;
		cache->class_index[i] = class_index;
		if (cache->entry[i])
			memset(cache->entry[i], 0, cache->capacity[i] * sizeof(struct score_entry));
	}
	cache->entry[i] = dry_grow(cache->entry[i], &cache->capacity[i], cluster->node_capacity,
				   sizeof(struct score_entry));
	cache->used_at[i] = cache->clock;
	return cache->entry[i];
}

static void refresh_entry(struct dry_cluster *cluster, struct score_entry *entry, uint32_t class_index,
			  const struct dry_shape *shape, uint32_t slot)
{
	struct dry_prefilter prefilter = { .class_index = class_index };
	uint32_t soft;

	entry->version = cluster->node_version[slot];
	entry->fits = dry_filter(cluster, &prefilter, slot) == DRY_FITS;
	if (!entry->fits)
		return;
	entry->base = (int16_t)dry_score_resources(cluster, shape, slot);
	soft = dry_score_soft_taints(cluster, class_index, slot);
	entry->soft_taints = (uint8_t)(soft < 255 ? soft : 255);
}

/* For classes that depend on nothing but the nodes themselves. */
static uint32_t choose_simple(struct dry_cluster *cluster, uint32_t class_index)
{
	const struct dry_shape *shape = &cluster->shapes->shape[class_index];
	struct score_entry *entry = cached_scores(cluster, class_index);
	int32_t best_base[4] = { -1, -1, -1, -1 };
	uint32_t best_place[4] = { 0 }, i, k, most = 0, best = DRY_NONE, place = 0;
	int32_t best_total = -1;

	for (i = 0; i < cluster->registered_count; i++) {
		uint32_t slot = cluster->registered[i];
		struct score_entry *e = &entry[slot];

		if (e->version != cluster->node_version[slot])
			refresh_entry(cluster, e, class_index, shape, slot);
		if (!e->fits)
			continue;
		if (e->soft_taints > 3)
			return DRY_NONE - 1;    /* the general way */
		if (e->base > best_base[e->soft_taints]) {
			best_base[e->soft_taints] = e->base;
			best_place[e->soft_taints] = i;
		}
	}
	for (k = 0; k < 4; k++)
		if (best_base[k] >= 0)
			most = k;
	for (k = 0; k < 4; k++) {
		int32_t total;

		if (best_base[k] < 0)
			continue;
		total = best_base[k] + 3 * (most ? 100 - (int32_t)(100 * k / most) : 100);
		if (total > best_total || (total == best_total && best_place[k] < place)) {
			best_total = total;
			place = best_place[k];
			best = cluster->registered[place];
		}
	}
	return best;
}

static uint32_t choose_general(struct dry_cluster *cluster, uint32_t class_index)
{
	struct dry_score_cache *cache = cluster->score_cache;
	struct dry_prefilter prefilter;
	uint32_t i, n = 0, best = 0;

	cache->feasible = dry_grow(cache->feasible, &cache->feasible_capacity,
				   (size_t)cluster->registered_count + 1, sizeof(uint32_t));
	cache->score = dry_grow(cache->score, &cache->score_capacity, (size_t)cluster->registered_count + 1,
				sizeof(int64_t));
	dry_prefilter_make(cluster, &prefilter, class_index, cluster->registered, cluster->registered_count);
	for (i = 0; i < cluster->registered_count; i++)
		if (dry_filter(cluster, &prefilter, cluster->registered[i]) == DRY_FITS)
			cache->feasible[n++] = cluster->registered[i];
	if (!n)
		return DRY_NONE;
	dry_arena_reset(&cluster->prefilter);
	if (n > 1) {
		dry_score_all(cluster, class_index, cache->feasible, n, cluster->registered,
			      cluster->registered_count, cache->score);
		for (i = 1; i < n; i++)
			if (cache->score[i] > cache->score[best])
				best = i;
	}
	return cache->feasible[best];
}

static bool depends_on_nodes_only(const struct dry_cluster *cluster, uint32_t class_index)
{
	return !(cluster->shapes->shape[class_index].flags & (DRY_SHAPE_RELATED | DRY_SHAPE_SCORED_BY_PODS));
}

static uint32_t choose_node(struct dry_cluster *cluster, uint32_t class_index)
{
	if (depends_on_nodes_only(cluster, class_index) && !cluster->spec.plain_scan) {
		uint32_t slot = choose_simple(cluster, class_index);

		if (slot != DRY_NONE - 1)
			return slot;
	}
	return choose_general(cluster, class_index);
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

static void try_pod(struct dry_cluster *cluster, uint32_t pod)
{
	uint32_t class_index = cluster->pod[pod].class_index;
	uint32_t slot = choose_node(cluster, class_index);

	if (slot == DRY_NONE) {
		if (!(cluster->shapes->shape[class_index].flags & DRY_SHAPE_RELATED) &&
		    !cluster->spec.plain_scan)
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

void dry_scheduler_pass(struct dry_cluster *cluster, bool preemption)
{
	struct dry_score_cache *cache = cluster->score_cache;
	uint32_t *heap, count = 0, i;

	(void)preemption;
	if (!cluster->schedule_needed || !cluster->active_count)
		return;
	cluster->schedule_needed = false;
	cache->cursor = dry_grow(cache->cursor, &cache->cursor_capacity, (size_t)cluster->active_count + 1,
				 sizeof(uint32_t));
	heap = cache->cursor;
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
	/* what depends on other pods is tried again at every instant */
	for (i = 0; i < cluster->active_count; i++)
		if (cluster->shapes->shape[cluster->active_class[i]].flags & DRY_SHAPE_RELATED)
			cluster->schedule_needed = true;
}

static int compare_pending(const void *a, const void *b, void *context)
{
	const struct dry_cluster *cluster = context;
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	if (queue_before(cluster, x, y))
		return -1;
	return queue_before(cluster, y, x);
}

uint32_t *dry_scheduler_pending(struct dry_cluster *cluster, struct dry_arena *arena, uint32_t *count)
{
	uint32_t *list = dry_arena_array(arena, cluster->pending_count + 1, sizeof(*list));
	uint32_t i, pod, n = 0;
	bool sorted = true;

	for (i = 0; i < cluster->active_count; i++)
		for (pod = cluster->queue_first[cluster->active_class[i]]; pod != DRY_NONE;
		     pod = cluster->pod[pod].queue_next) {
			list[n] = pod;
			sorted = sorted && (!n || queue_before(cluster, list[n - 1], pod));
			n++;
		}
	dry_assert(n == cluster->pending_count);
	if (!sorted)
		qsort_r(list, n, sizeof(*list), compare_pending, cluster);
	*count = n;
	return list;
}
