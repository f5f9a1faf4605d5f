/* What a single process would have given up, found again from the shards' bounds. */
#include "sweep/prune.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "sweep/pareto.h"
#include "base/banned.h"

static struct dry_prune_placed *place_points(const struct dry_sweep_result *result, const struct dry_prune_order *order,
				   const uint64_t *element, uint32_t *count)
{
	struct dry_prune_placed *placed = dry_xcalloc((size_t)result->point_count + 1, sizeof(*placed));

	*count = 0;
	for (uint32_t i = 0; i < result->point_count; i++)
		if (!result->point[i].is_extra)
			placed[(*count)++] = (struct dry_prune_placed){
				dry_prune_place(order, element ? element[i] : result->point[i].index), i,
			};
	dry_prune_sort(placed, *count);
	return placed;
}

static bool is_beaten(const struct dry_sweep_result *result, const struct dry_sweep_point *point,
		      const double *value, uint32_t count)
{
	uint32_t objectives = result->objective_count;

	for (uint32_t c = 0; c < DRY_SWEEP_CHECKPOINTS; c++)
		for (uint32_t i = 0; i < count; i++)
			if (dry_prune_beats(value + (size_t)i * objectives,
					    point->bound + (size_t)c * objectives, objectives))
				return true;
	return false;
}

static void give_up(struct dry_sweep_point *point)
{
	point->state = DRY_POINT_PRUNED;
	point->reason = DRY_PRUNE_REASON;
	point->has_metrics = false;
	for (int i = 0; i < DRY_METRIC_COUNT; i++)
		point->metric[i] = NAN;
	memset(point->lower_bound, 0, sizeof(point->lower_bound));
	point->replications = 0;
	point->digest = point->event_count = 0;
}

/* Keeps of value[0..count) what nothing beats. */
static uint32_t keep_front(double *value, uint32_t count, uint32_t objectives)
{
	uint32_t *rank = dry_xcalloc((size_t)count + 1, sizeof(*rank)), kept = 0;

	dry_pareto_ranks(value, count, objectives, true, rank);
	for (uint32_t i = 0; i < count; i++)
		if (rank[i] == 0)
			memmove(value + (size_t)kept++ * objectives, value + (size_t)i * objectives,
				objectives * sizeof(*value));
	free(rank);
	return kept;
}

void dry_prune_merged(struct dry_sweep_result *result, uint64_t selected, const uint64_t *element)
{
	uint32_t objectives = result->objective_count, count, beating = 0, added = 0;
	double *value = dry_xcalloc((size_t)result->point_count * objectives + 1, sizeof(*value));
	struct dry_prune_order order;
	struct dry_prune_placed *placed;
	uint64_t archived = 0;          /* rounds whose points are among the beating ones */

	dry_prune_order_init(&order, selected);
	placed = place_points(result, &order, element, &count);
	for (uint32_t i = 0; i < count && !result->exhaustive; i++) {
		struct dry_sweep_point *point = &result->point[placed[i].position];
		uint64_t round = placed[i].place / order.round_size;

		for (; archived + 2 <= round; archived++) {
			for (; placed[added].place / order.round_size <= archived; added++) {
				const struct dry_sweep_point *other = &result->point[placed[added].position];

				if (!dry_prune_eligible(other))
					continue;
				for (uint32_t k = 0; k < objectives; k++)
					value[(size_t)beating * objectives + k] =
						dry_sweep_objective(result, other, k);
				beating++;
			}
			beating = keep_front(value, beating, objectives);
		}
		if (point->bound && point->has_metrics && point->index != result->baseline.index &&
		    is_beaten(result, point, value, beating))
			give_up(point);
	}
	for (uint32_t i = 0; i < result->point_count; i++)
		result->point[i].bound = NULL;
	free(value);
	free(placed);
}
