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
#include "preempt.h"

enum queue_state { QUEUE_OPEN, QUEUE_BLOCKED };

/*
 * Scores of one class: a key a node, and above them the greatest key of each
 * block of 16, of each block of those, and so on: a change costs one look at
 * few blocks, the best node a walk down. Brought up to date from the cluster's
 * list of changes when the class is scheduled. Soft taints: with at most one of
 * them on any feasible node, a node without beats every node with (300 points
 * against the 200 that resources can give), so one number orders them.
 */
#define BLOCK 16
#define LEVEL_MAX 9                     /* 16^9 slots are more than there can be */

struct score_column {
	uint32_t class_index;           /* DRY_NONE = free */
	uint64_t used_at;
	uint64_t position;              /* in the list of changes */
	uint32_t slots;                 /* that there is room for; a multiple of BLOCK */
	uint32_t level_count;
	int16_t *level[LEVEL_MAX];      /* [0] the keys by slot, 0 = not feasible; the last is one block */
	size_t level_capacity[LEVEL_MAX];
	uint32_t *seen;                 /* by slot: version of the node that its key is of */
	uint8_t *place;                 /* by place: PLACE_REFUSES, or soft taints of its own */
	uint8_t *many_taints;           /* by slot: more than one soft taint */
	uint32_t many_taints_count;
	size_t many_capacity, seen_capacity, place_capacity;
};

#define PLACE_REFUSES 255

#define CLEAN_BONUS 1000                /* no soft taint */

#define SCORE_CLASSES 32

struct dry_score_cache {
	struct score_column column[SCORE_CLASSES];
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
	for (i = 0; i < SCORE_CLASSES; i++) {
		for (uint32_t k = 0; k < LEVEL_MAX; k++)
			free(cache->column[i].level[k]);
		free(cache->column[i].many_taints);
		free(cache->column[i].seen);
		free(cache->column[i].place);
	}
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
		cluster->score_cache->column[i].class_index = DRY_NONE;
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
	uint32_t class_index = p->class_index, after = cluster->queue_last[class_index];

	cluster->is_pending_list = false;

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

/* --- choosing a node --- */

static int16_t greatest_of_block(const int16_t *key)
{
	int16_t greatest = key[0];
	uint32_t i;

	for (i = 1; i < BLOCK; i++)
		greatest = key[i] > greatest ? key[i] : greatest;
	return greatest;
}

/* The key of the slot is another one: the blocks above it. */
static void raise_key(struct score_column *column, uint32_t slot)
{
	uint32_t k, at = slot;

	for (k = 1; k < column->level_count; k++) {
		int16_t greatest = greatest_of_block(column->level[k - 1] + at / BLOCK * BLOCK);

		at /= BLOCK;
		if (column->level[k][at] == greatest)
			return;
		column->level[k][at] = greatest;
	}
}

/* The first slot with this key, which some slot has. */
static uint32_t first_with(const struct score_column *column, int16_t key)
{
	uint32_t k = column->level_count - 1, at = 0;

	for (;; k--) {
		while (column->level[k][at] != key)
			at++;
		if (!k)
			return at;
		at *= BLOCK;
	}
}

/*
 * The oldest node among those with the greatest key: earlier request, then the
 * group's place, then n. Slots are in order of request, and within one instant
 * and group in order of n.
 */
static uint32_t best_slot(const struct dry_cluster *cluster, const struct score_column *column)
{
	int16_t key = greatest_of_block(column->level[column->level_count - 1]);
	uint32_t best, slot;

	if (key <= 0)
		return DRY_NONE;
	best = first_with(column, key);
	for (slot = best + 1; cluster->groups_disordered && slot < cluster->world_count &&
			      cluster->node_requested_at[slot] == cluster->node_requested_at[best];
	     slot++)
		if (column->level[0][slot] == key && cluster->node_group[slot] < cluster->node_group[best])
			best = slot;
	return best;
}

/* What the class and the place alone decide. */
static void ask_places(struct dry_cluster *cluster, struct score_column *column)
{
	uint32_t p;

	column->place = dry_grow(column->place, &column->place_capacity, (size_t)cluster->place_count + 1, 1);
	for (p = 0; p < cluster->place_count; p++) {
		uint32_t taints = dry_score_group_taints(cluster, column->class_index, cluster->place[p].group_index);

		column->place[p] = dry_static_fit(cluster, column->class_index, p) != DRY_FITS ? PLACE_REFUSES :
				   taints > 200						       ? 200 :
												 (uint8_t)taints;
	}
}

/* The class does not fit the node. */
static void clear_key(struct score_column *column, uint32_t slot)
{
	column->many_taints_count -= column->many_taints[slot];
	column->many_taints[slot] = 0;
	column->level[0][slot] = 0;
}

/* It does, and leaves so many soft taints untolerated; the key was cleared before. */
static void set_key(struct dry_cluster *cluster, struct score_column *column, const struct dry_shape *shape,
		    uint32_t slot, uint32_t taints)
{
	column->many_taints[slot] = taints > 1;
	column->many_taints_count += taints > 1;
	column->level[0][slot] = (int16_t)(1 + dry_score_resources(cluster, shape, slot) + (taints ? 0 : CLEAN_BONUS));
}

/*
 * The key of the class on the node now, for nodes in their usual state: nothing
 * but room and soft taints is left to ask. False: ask all filters.
 */
static bool refresh_usual_key(struct dry_cluster *cluster, struct score_column *column,
			      const struct dry_shape *shape, uint32_t slot)
{
	uint8_t flags = cluster->node_flags[slot], place = column->place[cluster->node_place[slot]];
	bool is_soft = (flags & DRY_NODE_CANDIDATE) && !(shape->flags & DRY_SHAPE_TOLERATES_CANDIDATE);
	uint32_t taints = is_soft ? place + 1u : place;

	if (flags & (uint8_t)~DRY_NODE_CANDIDATE || shape->flags & DRY_SHAPE_BY_HOSTNAME)
		return false;
	clear_key(column, slot);
	if (place == PLACE_REFUSES || !dry_has_room(cluster, shape, slot))
		return true;
	set_key(cluster, column, shape, slot, taints);
	return true;
}

/* The key of the class on the node now. */
static void refresh_key(struct dry_cluster *cluster, struct score_column *column, uint32_t slot)
{
	struct dry_prefilter prefilter = { .class_index = column->class_index };
	const struct dry_shape *shape = &cluster->shapes->shape[column->class_index];
	uint32_t taints;

	column->seen[slot] = cluster->node_version[slot];
	if (cluster->node[slot].registered && refresh_usual_key(cluster, column, shape, slot))
		return;
	clear_key(column, slot);
	if (!cluster->node[slot].registered || dry_filter(cluster, &prefilter, slot) != DRY_FITS)
		return;
	taints = dry_score_soft_taints(cluster, column->class_index, slot);
	set_key(cluster, column, shape, slot, taints);
}

/* Room for the slots, in whole blocks on every level. */
static void make_levels(struct score_column *column, uint32_t slots)
{
	uint32_t count = BLOCK * 4;

	while (count < slots)
		count *= 2;
	column->slots = count;
	for (column->level_count = 0;; count = (count / BLOCK + BLOCK - 1) / BLOCK * BLOCK) {
		uint32_t k = column->level_count++;

		column->level[k] = dry_grow(column->level[k], &column->level_capacity[k], count, sizeof(int16_t));
		memset(column->level[k], 0, count * sizeof(int16_t));
		if (count == BLOCK)
			return;
	}
}

static void rebuild_column(struct dry_cluster *cluster, struct score_column *column)
{
	uint32_t i, k;

	make_levels(column, cluster->world_count);
	column->many_taints = dry_grow(column->many_taints, &column->many_capacity, column->slots, 1);
	column->seen = dry_grow(column->seen, &column->seen_capacity, column->slots, sizeof(uint32_t));
	column->many_taints_count = 0;
	memset(column->many_taints, 0, column->slots);
	memset(column->seen, 0xff, column->slots * sizeof(uint32_t));
	ask_places(cluster, column);
	for (i = 0; i < cluster->registered_count; i++)
		refresh_key(cluster, column, cluster->registered[i]);
	for (k = 1, i = column->slots / BLOCK; k < column->level_count; k++, i = (i + BLOCK - 1) / BLOCK)
		for (uint32_t at = 0; at < i; at++)
			column->level[k][at] = greatest_of_block(column->level[k - 1] + at * BLOCK);
	column->position = cluster->change_base + cluster->change_count;
}

static void update_column(struct dry_cluster *cluster, struct score_column *column)
{
	uint64_t end = cluster->change_base + cluster->change_count;

	for (; column->position < end; column->position++) {
		uint32_t slot = cluster->change[column->position - cluster->change_base];
		int16_t before = column->level[0][slot];

		if (column->seen[slot] == cluster->node_version[slot])
			continue;       /* a later change of the same node was taken in already */
		refresh_key(cluster, column, slot);
		if (column->level[0][slot] != before)
			raise_key(column, slot);
	}
}

static struct score_column *score_column_of(struct dry_cluster *cluster, uint32_t class_index)
{
	struct dry_score_cache *cache = cluster->score_cache;
	struct score_column *column = NULL, *oldest = NULL;
	uint64_t changes = cluster->change_base + cluster->change_count;
	uint32_t i;

	cache->clock++;
	for (i = 0; i < SCORE_CLASSES && !column; i++) {
		struct score_column *c = &cache->column[i];

		if (c->class_index == class_index)
			column = c;
		else if (!oldest || c->class_index == DRY_NONE ||
			 (oldest->class_index != DRY_NONE && c->used_at < oldest->used_at))
			oldest = c;
	}
	if (!column) {
		column = oldest;
		column->class_index = class_index;
		rebuild_column(cluster, column);
	} else if (cluster->world_count > column->slots || column->position < cluster->change_base ||
		   changes - column->position > cluster->registered_count * 4 + 64) {
		rebuild_column(cluster, column);
	} else {
		update_column(cluster, column);
	}
	column->used_at = cache->clock;
	return column;
}

#define NOT_SIMPLE (DRY_NONE - 1)

/* For classes that depend on nothing but the nodes themselves. */
static uint32_t choose_simple(struct dry_cluster *cluster, uint32_t class_index)
{
	struct score_column *column = score_column_of(cluster, class_index);

	if (column->many_taints_count)
		return NOT_SIMPLE;
	return best_slot(cluster, column);
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

		if (slot != NOT_SIMPLE)
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

static void pass_once(struct dry_cluster *cluster)
{
	struct dry_score_cache *cache = cluster->score_cache;
	uint32_t *heap, count = 0, waiting = cluster->pending_count, i;

	cluster->schedule_needed = false;
	/* a pod of lower priority that started since may be one to evict */
	for (i = 0; cluster->preempts && i < cluster->active_count; i++)
		cluster->queue_state[cluster->active_class[i]] = QUEUE_OPEN;
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

static int compare_pending(const void *a, const void *b, void *context)
{
	const struct dry_cluster *cluster = context;
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	if (queue_before(cluster, x, y))
		return -1;
	return queue_before(cluster, y, x);
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
