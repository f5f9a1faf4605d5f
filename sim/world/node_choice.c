/*
 * kube-scheduler's choice of a node for a pod of a class: filter and score, the
 * first of the best. Classes that depend on nothing but the nodes themselves
 * keep their scores from pod to pod; all others, and plain_scan, ask every node.
 */
#include "node_choice.h"

#include <stdlib.h>
#include <string.h>

#include "base/assert.h"
#include "score.h"
#include "world/predicates.h"

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
};

void node_choice_release(struct dry_cluster *cluster)
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
	free(cache);
	cluster->score_cache = NULL;
}

void node_choice_reset(struct dry_cluster *cluster)
{
	if (!cluster->score_cache)
		cluster->score_cache = dry_xcalloc(1, sizeof(*cluster->score_cache));
	for (uint32_t i = 0; i < SCORE_CLASSES; i++)
		cluster->score_cache->column[i].class_index = DRY_NONE;
}

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
		int16_t greatest = greatest_of_block(column->level[k - 1] + (size_t)(at / BLOCK) * BLOCK);

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
			column->level[k][at] = greatest_of_block(column->level[k - 1] + (size_t)at * BLOCK);
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

uint32_t choose_node(struct dry_cluster *cluster, uint32_t class_index)
{
	if (depends_on_nodes_only(cluster, class_index) && !cluster->spec.plain_scan) {
		uint32_t slot = choose_simple(cluster, class_index);

		if (slot != NOT_SIMPLE)
			return slot;
	}
	return choose_general(cluster, class_index);
}
