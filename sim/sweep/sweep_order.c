/*
 * The order in which points run, and exact pruning. Points run in rounds. The
 * place of a point among all (not only this shard's) is fixed by its index, a
 * stride that spreads neighbours; a point of round k may be given up only
 * because of points of rounds up to k - 2, and starts when those are finished.
 * So what is pruned depends on the question alone, not on time or threads, and
 * two rounds are always open for workers.
 */
#include "sweep/prune.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/assert.h"
#include "sweep/pareto.h"
#include "sweep_inner.h"
#include "base/banned.h"

static uint64_t greatest_divisor(uint64_t a, uint64_t b)
{
	while (b) {
		uint64_t rest = a % b;

		a = b;
		b = rest;
	}
	return a;
}

static uint64_t multiply(uint64_t a, uint64_t b, uint64_t modulus)
{
	__extension__ unsigned __int128 product = a;

	product *= b;
	return (uint64_t)(product % modulus);
}

void dry_prune_order_init(struct dry_prune_order *order, uint64_t count)
{
	uint64_t stride = (uint64_t)((double)count * 0.6180339887498949);

	*order = (struct dry_prune_order){ .count = count, .stride = 1, .round_size = count / 16 };
	while (stride > 1 && greatest_divisor(stride, count) != 1)
		stride--;
	if (stride > 1)
		order->stride = stride;
	if (order->round_size < 16)
		order->round_size = 16;
	if (order->round_size > 256)
		order->round_size = 256;
}

uint64_t dry_prune_place(const struct dry_prune_order *order, uint64_t element)
{
	return order->count ? multiply(element, order->stride, order->count) : 0;
}

static int by_place(const void *a, const void *b)
{
	const struct dry_prune_placed *x = a, *y = b;

	return (x->place > y->place) - (x->place < y->place);
}

void dry_prune_sort(struct dry_prune_placed *placed, uint32_t count)
{
	qsort(placed, count, sizeof(*placed), by_place);
}

bool dry_prune_eligible(const struct dry_sweep_point *point)
{
	return (point->state == DRY_POINT_DONE || point->state == DRY_POINT_FAILED) && point->has_metrics &&
	       point->metric[DRY_METRIC_NEVER_SCHEDULED] == 0;
}

bool dry_prune_beats(const double *value, const double *bound, uint32_t objectives)
{
	return dry_dominates(value, bound, objectives);
}

/* --- the order of one sweep --- */

/* The rank of a point in the whole selection, all shards together. */
static uint64_t element_of(const struct dry_sweep *sweep, uint32_t position, uint64_t *from)
{
	uint64_t index = sweep->found.point[position].index;

	if (!sweep->options.index)
		return index;
	while (sweep->options.index[*from] != index)
		(*from)++;
	return *from;
}

void sweep_make_order(struct dry_sweep *sweep)
{
	struct dry_arena *arena = &sweep->found.arena;
	uint32_t count = sweep->shared_grid_count;
	uint64_t all = sweep->options.index ? sweep->options.index_count : sweep->found.grid_count, from = 0;
	struct dry_prune_placed *placed = dry_xcalloc((size_t)count + 1, sizeof(*placed));
	struct dry_prune_order order;

	dry_prune_order_init(&order, all);
	sweep->order = dry_arena_array(arena, count, sizeof(*sweep->order));
	sweep->round = dry_arena_array(arena, count, sizeof(*sweep->round));
	for (uint32_t i = 0; i < count; i++)
		placed[i] = (struct dry_prune_placed){ dry_prune_place(&order, element_of(sweep, i, &from)), i };
	dry_prune_sort(placed, count);
	for (uint32_t i = 0; i < count; i++) {
		sweep->order[i] = placed[i].position;
		sweep->round[placed[i].position] = (uint32_t)(placed[i].place / order.round_size);
	}
	sweep->round_count = count ? sweep->round[sweep->order[count - 1]] + 1 : 0;
	sweep->round_left = dry_arena_array(arena, sweep->round_count, sizeof(*sweep->round_left));
	sweep->archive = dry_arena_array(arena, sweep->round_count, sizeof(*sweep->archive));
	for (uint32_t i = 0; i < count; i++)
		sweep->round_left[sweep->round[i]]++;
	free(placed);
}

/* What beats the rounds behind: the archive so far and this round's points, without those that others beat. */
static void archive_round(struct dry_sweep *sweep)
{
	static const struct archive nothing = { 0 };
	uint32_t round = sweep->rounds_done, objectives = sweep->found.objective_count, kept = 0;
	const struct archive *before = round ? &sweep->archive[round - 1] : &nothing;
	uint32_t end = sweep->archived, count = before->count, *rank;
	double *value;

	while (end < sweep->shared_grid_count && sweep->round[sweep->order[end]] == round)
		end++;
	value = dry_xcalloc((size_t)(count + end - sweep->archived) * objectives + 1, sizeof(*value));
	if (count)
		memcpy(value, before->value, (size_t)count * objectives * sizeof(*value));
	for (; sweep->archived < end; sweep->archived++) {
		const struct dry_sweep_point *point = &sweep->found.point[sweep->order[sweep->archived]];

		if (!dry_prune_eligible(point))
			continue;
		for (uint32_t k = 0; k < objectives; k++)
			value[(size_t)count * objectives + k] = dry_sweep_objective(&sweep->found, point, k);
		count++;
	}
	rank = dry_xcalloc((size_t)count + 1, sizeof(*rank));
	dry_pareto_ranks(value, count, objectives, true, rank);
	for (uint32_t i = 0; i < count; i++)
		if (rank[i] == 0)
			memmove(value + (size_t)kept++ * objectives, value + (size_t)i * objectives,
				objectives * sizeof(*value));
	sweep->archive[round].count = kept;
	if (kept) {
		double *own = dry_arena_array(&sweep->found.arena, (size_t)kept * objectives, sizeof(*own));

		memcpy(own, value, (size_t)kept * objectives * sizeof(*own));
		sweep->archive[round].value = own;
	}
	free(value);
	free(rank);
}

static void close_rounds(struct dry_sweep *sweep)
{
	while (sweep->rounds_done < sweep->round_count && !sweep->round_left[sweep->rounds_done]) {
		archive_round(sweep);
		sweep->rounds_done++;
	}
}

void sweep_round_finished(struct dry_sweep *sweep, uint32_t position)
{
	if (!sweep->prunes || position >= sweep->shared_grid_count)
		return;
	dry_assert(sweep->round_left[sweep->round[position]]);
	sweep->round_left[sweep->round[position]]--;
	close_rounds(sweep);
}

bool sweep_round_is_open(const struct dry_sweep *sweep, uint32_t position,
			 const struct archive **archive)
{
	uint32_t round = sweep->round[position];

	*archive = NULL;
	if (!sweep->prunes || round < 2)
		return true;
	if (sweep->rounds_done + 1 < round)
		return false;
	*archive = &sweep->archive[round - 2];
	return true;
}

bool sweep_is_beaten(const struct archive *archive, uint32_t objectives, const double *bound)
{
	for (uint32_t i = 0; i < archive->count; i++)
		if (dry_prune_beats(archive->value + (size_t)i * objectives, bound, objectives))
			return true;
	return false;
}
