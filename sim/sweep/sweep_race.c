/* Racing: all living points have the same number of replications; those that another confidently dominates go. */
#include <stdlib.h>
#include <string.h>

#include "base/assert.h"
#include "sweep/noise.h"
#include "sweep_inner.h"
#include "base/banned.h"

static double sample_of(const struct dry_sweep *sweep, const struct dry_sweep_point *point, uint32_t replication,
			uint32_t objective)
{
	enum dry_metric_id id = sweep->found.objective[objective];
	/* a point without chance has one run, which stands for all */
	double value = point->sample && replication < point->replications ?
			       point->sample[(size_t)replication * DRY_METRIC_COUNT + id] : point->metric[id];

	return dry_metric_table[id].direction == DRY_HIGHER_IS_BETTER ? -value : value;
}

/* Has metrics and was not dropped: it races, finished or not. */
static bool is_racing(const struct dry_sweep_point *point)
{
	return point->has_metrics && point->state != DRY_POINT_PRUNED;
}

static void look(struct dry_sweep *sweep, uint32_t *beaten_by)
{
	uint32_t count = sweep->shared_grid_count, objectives = sweep->found.objective_count;
	uint32_t reach = sweep->race_reach;
	double *value = dry_xcalloc((size_t)count * reach * objectives + 1, sizeof(*value));
	bool *alive = dry_xcalloc((size_t)count + 1, sizeof(*alive));
	uint32_t living = 0;

	for (uint32_t i = 0; i < count; i++) {
		alive[i] = is_racing(&sweep->found.point[i]);
		living += alive[i];
		for (uint32_t r = 0; r < reach && alive[i]; r++)
			for (uint32_t k = 0; k < objectives; k++)
				value[((size_t)i * reach + r) * objectives + k] =
					sample_of(sweep, &sweep->found.point[i], r, k);
	}
	for (uint32_t i = 0; i < count; i++)
		beaten_by[i] = UINT32_MAX;
	if (living > 1)
		dry_race_look(&(struct dry_samples){ value, count, reach, objectives }, alive,
			      sweep->options.race_alpha,
			      sweep->replications - DRY_SWEEP_RACE_FIRST + 1, beaten_by);
	free(value);
	free(alive);
}

/* All points have reached race_reach. */
static void decide(struct dry_sweep *sweep)
{
	uint32_t count = sweep->shared_grid_count;
	uint32_t *beaten_by = dry_xcalloc((size_t)count + 1, sizeof(*beaten_by));
	uint32_t next = sweep->race_reach + 1;

	look(sweep, beaten_by);
	sweep->race_left = 0;
	for (uint32_t i = 0; i < count; i++) {
		struct dry_sweep_point *point = &sweep->found.point[i];

		if (beaten_by[i] != UINT32_MAX && point->state != DRY_POINT_DONE) {
			point->state = DRY_POINT_PRUNED;
			point->reason = dry_arena_printf(
				&sweep->found.arena, "dropped after %u replications: #%llu is better",
				sweep->race_reach,
				(unsigned long long)sweep->found.point[beaten_by[i]].index);
			sweep_point_finished(sweep, point, false);
		} else if (point->state == DRY_POINT_PENDING && next <= sweep->replications) {
			sweep->race_left++;
			sweep_queue_again(sweep, i);
		} else if (point->state == DRY_POINT_PENDING) {
			point->state = DRY_POINT_DONE;
			sweep_point_finished(sweep, point, false);
		}
	}
	free(beaten_by);
	sweep->race_reach = next;
}

void sweep_race_arrived(struct dry_sweep *sweep)
{
	dry_assert(sweep->race_left);
	if (!--sweep->race_left)
		decide(sweep);
}
