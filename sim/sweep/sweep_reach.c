/*
 * Settings that decide alike run once. A run tells with which values of its
 * flags it would have been the same run (autoscaler/reach.h); a point whose
 * setting lies within that takes over what the run gave. What a point holds in
 * the end does not depend on it: tests/prop/pruning.c runs both ways.
 */
#include <stdlib.h>
#include <string.h>

#include "base/assert.h"
#include "base/digest.h"
#include "sweep/prune.h"
#include "sweep_inner.h"
#include "base/banned.h"

#define SCAN_MOST 4096          /* runs looked at for one point: a look must stay far below a run */

struct sweep_run {
	struct dry_reach reach;
	const uint32_t *value_index;    /* one a parameter */
	uint32_t position;              /* in found.point[]; DRY_NONE = the baseline */
	uint32_t round;                 /* of a run that was given up */
	bool pruned;
	uint32_t older;                 /* the next of the same bucket; DRY_NONE = none */
	double *bound;                  /* [checkpoint * objectives + objective]; NULL = nothing is pruned */
};

void sweep_reach_init(struct dry_sweep *sweep)
{
	struct sweep_reach *known = &sweep->known;
	const struct dry_sweep_result *found = &sweep->found;

	known->flag = dry_arena_array(&sweep->found.arena, (size_t)found->parameter_count + 1, sizeof(*known->flag));
	for (uint32_t p = 0; p < found->parameter_count; p++) {
		const struct dry_option *option = dry_config_option(found->parameter[p].path);

		known->flag[p] = option ? dry_reach_flag_of(option) : DRY_REACH_COUNT;
		known->any |= known->flag[p] != DRY_REACH_COUNT;
	}
	for (int b = 0; b < SWEEP_REACH_BUCKETS; b++)
		known->newest[b] = DRY_NONE;
	known->any = known->any && !sweep->options.every_run && !(sweep->options.race_alpha > 0);
}

void sweep_reach_release(struct dry_sweep *sweep)
{
	free(sweep->known.run);
}

/* Runs that differ in what no flag's reach covers lie in other buckets, mostly. */
static uint32_t bucket_of(const struct dry_sweep *sweep, const uint32_t *value_index)
{
	uint64_t digest = DRY_DIGEST_START;

	for (uint32_t p = 0; p < sweep->found.parameter_count; p++)
		if (sweep->known.flag[p] == DRY_REACH_COUNT)
			digest = dry_digest_add(digest, value_index[p]);
	return (uint32_t)((digest ^ digest >> 32) % SWEEP_REACH_BUCKETS);
}

static bool reaches(const struct dry_sweep *sweep, const struct sweep_run *run, const uint32_t *value_index,
		    const struct dry_options *options)
{
	for (uint32_t p = 0; p < sweep->found.parameter_count; p++) {
		enum dry_reach_flag flag = sweep->known.flag[p];

		if (run->value_index[p] != value_index[p] &&
		    (flag == DRY_REACH_COUNT || !dry_reach_has(&run->reach, flag, dry_reach_value(options, flag))))
			return false;
	}
	return true;
}

static bool is_beaten_anywhere(const struct sweep_run *run, const struct archive *archive, uint32_t objectives)
{
	for (uint32_t c = 0; archive && run->bound && c < DRY_SWEEP_CHECKPOINTS; c++)
		if (sweep_is_beaten(archive, objectives, run->bound + (size_t)c * objectives))
			return true;
	return false;
}

static void take_over(struct dry_sweep *sweep, const struct sweep_run *run, const struct sweep_task *task,
		      struct dry_sweep_point *point)
{
	if (run->pruned || is_beaten_anywhere(run, task->archive, sweep->found.objective_count)) {
		point->state = DRY_POINT_PRUNED;
		point->reason = DRY_PRUNE_REASON;
		return;
	}
	dry_sweep_point_take(&sweep->found, point,
			     run->position == DRY_NONE ? &sweep->found.baseline : &sweep->found.point[run->position]);
	point->state = DRY_POINT_DONE;
	point->reason = NULL;
	point->bound = NULL;
	sweep_keep_bound(sweep, point, run->bound);
}

bool sweep_reach_find(struct dry_sweep *sweep, const struct sweep_task *task, const struct dry_config *config,
		      struct dry_sweep_point *point)
{
	const struct sweep_reach *known = &sweep->known;
	uint32_t looks = 0, i;

	if (!known->any || task->is_baseline || point->is_extra || task->first)
		return false;
	for (i = known->newest[bucket_of(sweep, point->value_index)]; i != DRY_NONE && looks < SCAN_MOST;
	     i = known->run[i].older, looks++) {
		const struct sweep_run *run = &known->run[i];

		if (run->pruned && run->round > sweep->round[task->position])
			continue;       /* what beat it is not yet known where this point stands */
		if (!reaches(sweep, run, point->value_index, &config->options))
			continue;
		take_over(sweep, run, task, point);
		return true;
	}
	return false;
}

void sweep_reach_keep(struct dry_sweep *sweep, const struct sweep_task *task, const struct dry_sweep_point *point,
		      const struct dry_reach *reach, const double *bound)
{
	struct sweep_reach *known = &sweep->known;
	size_t bounds = (size_t)DRY_SWEEP_CHECKPOINTS * sweep->found.objective_count;
	struct sweep_run *run;
	uint32_t bucket;

	if (!known->any || point->is_extra || !point->value_index)
		return;
	known->run = dry_grow(known->run, &known->run_capacity, (size_t)known->run_count + 1, sizeof(*known->run));
	run = &known->run[known->run_count];
	bucket = bucket_of(sweep, point->value_index);
	*run = (struct sweep_run){
		.reach = *reach, .value_index = point->value_index, .older = known->newest[bucket],
		.position = task->is_baseline ? DRY_NONE : task->position,
		.round = task->is_baseline ? 0 : sweep->round[task->position],
		.pruned = point->state == DRY_POINT_PRUNED,
	};
	if (sweep->prunes) {
		run->bound = dry_arena_array(&sweep->found.arena, bounds, sizeof(*run->bound));
		memcpy(run->bound, bound, bounds * sizeof(*bound));
	}
	known->newest[bucket] = known->run_count++;
}
