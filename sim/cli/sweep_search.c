#include "cli/sweep_search.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/assert.h"
#include "sweep/pareto.h"

#define HALVING_KEEP 27u

static bool has_grid(struct cli_drive *drive, const struct dry_sweep_parameter **parameter, uint32_t *count)
{
	*parameter = drive->options.parameter ? drive->options.parameter : drive->input->parameter;
	*count = drive->options.parameter ? drive->options.parameter_count : drive->input->parameter_count;
	if (*count)
		return true;
	return dry_fail(&drive->cli->err, DRY_ERROR_USAGE, DRY_NOWHERE,
			"--method %s needs parameters: -g, or sweep.parameters in the scenario",
			dry_search_method_name(drive->method));
}

static uint64_t seed_of(const struct cli_drive *drive)
{
	return drive->options.has_seed ? drive->options.seed : drive->input->config.seed;
}

static uint64_t *make_sample(struct cli_drive *drive, enum dry_search_method method, uint64_t wanted, uint64_t *count)
{
	const struct dry_sweep_parameter *parameter;
	uint32_t parameters;

	if (!has_grid(drive, &parameter, &parameters))
		return NULL;
	return dry_search_sample(method, parameter, parameters, wanted, seed_of(drive), count);
}

static int run_sample(struct cli_drive *drive, struct dry_sweep_result *result)
{
	struct dry_sweep_options options = drive->options;
	uint64_t count = 0, *index = make_sample(drive, drive->method, drive->sample, &count);
	int code;

	if (!index)
		return dry_cli_complain(drive->cli);
	options.index = index;
	options.index_count = count;
	code = drive_journaled(drive, &options, result);
	free(index);
	return code;
}

struct candidate {
	uint64_t index;
	uint32_t rank;
	double crowding;
};

static int by_fitness(const void *a, const void *b)
{
	const struct candidate *x = a, *y = b;

	if (x->rank != y->rank)
		return x->rank < y->rank ? -1 : 1;
	if (x->crowding != y->crowding)
		return x->crowding > y->crowding ? -1 : 1;
	return (x->index > y->index) - (x->index < y->index);
}

static int by_number(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/* Crowding of the points of one rank. */
static void set_crowding(const struct dry_sweep_result *result, struct candidate *list, uint32_t count)
{
	uint32_t objectives = result->objective_count;
	double *value = dry_xcalloc((size_t)count * objectives + 1, sizeof(*value));
	double *crowding = dry_xcalloc((size_t)count + 1, sizeof(*crowding));

	for (uint32_t i = 0; i < count; i++)
		for (uint32_t k = 0; k < objectives; k++)
			value[(size_t)i * objectives + k] =
				dry_sweep_objective(result, dry_sweep_result_find(result, list[i].index), k);
	dry_crowding(value, count, objectives, crowding);
	for (uint32_t i = 0; i < count; i++)
		list[i].crowding = crowding[i];
	free(value);
	free(crowding);
}

/* The best `wanted` indices of a rung, ascending; failed points last. Returns how many. */
static uint64_t promote(const struct dry_sweep_result *result, uint64_t wanted, uint64_t *index)
{
	struct candidate *list = dry_xcalloc((size_t)result->point_count + 1, sizeof(*list));
	uint32_t count = result->point_count;

	for (uint32_t i = 0; i < count; i++)
		list[i] = (struct candidate){ result->point[i].index,
					      result->point[i].rank ? result->point[i].rank : UINT32_MAX, 0 };
	qsort(list, count, sizeof(*list), by_fitness);
	for (uint32_t i = 0; i < count && list[i].rank != UINT32_MAX;) {
		uint32_t end = i;

		while (end < count && list[end].rank == list[i].rank)
			end++;
		set_crowding(result, list + i, end - i);
		i = end;
	}
	qsort(list, count, sizeof(*list), by_fitness);
	if (wanted > count)
		wanted = count;
	for (uint64_t i = 0; i < wanted; i++)
		index[i] = list[i].index;
	qsort(index, wanted, sizeof(*index), by_number);
	free(list);
	return wanted;
}

static int64_t whole_horizon_ms(const struct dry_input *input)
{
	if (input->config.horizon_ms != DRY_NEVER)
		return input->config.horizon_ms;
	return input->pod.count ? input->pod.arrive_at_ms[input->pod.count - 1] : 0;
}

static int run_halving(struct cli_drive *drive, struct dry_sweep_result *result)
{
	struct dry_halving_rung rung[DRY_HALVING_RUNGS_MOST];
	struct dry_sweep_options options = drive->options;
	uint64_t count = 0, wanted = drive->sample ? drive->sample : DRY_SWEEP_POINTS_MAX;
	uint64_t *index = make_sample(drive, DRY_SEARCH_RANDOM, wanted, &count);
	uint32_t rungs = index ? dry_halving_rungs(count, HALVING_KEEP < count ? HALVING_KEEP : count, rung) : 0;
	char what[32];
	int code = index ? 0 : dry_cli_complain(drive->cli);

	options.index = index;
	options.index_count = count;
	for (uint32_t k = 0; k + 1 < rungs && !code; k++) {
		struct dry_sweep_result part = { 0 };
		struct dry_sweep_options short_run = options;

		snprintf(what, sizeof(what), "rung %u of %u", k + 1, rungs);
		drive->what = what;
		short_run.exhaustive = true;
		short_run.horizon_ms = (int64_t)((double)whole_horizon_ms(drive->input) * rung[k].share);
		if (short_run.horizon_ms < 1000)
			short_run.horizon_ms = 1000;
		code = drive_sweep(drive, &short_run, false, &part);
		if (code)
			break;
		options.index_count = promote(&part, rung[k + 1].points, index);
		dry_sweep_result_release(&part);
	}
	drive->what = "sweep";
	if (!code)
		code = drive_journaled(drive, &options, result);
	free(index);
	return code;
}

/* --- NSGA-II --- */

struct generations {
	struct cli_drive *drive;
	struct dry_sweep_options *options;
	uint32_t number;
	int code;
};

/* Points found go to drive->known, sorted. */
static void keep_points(struct cli_drive *drive, const struct dry_sweep_result *from, bool has_baseline)
{
	uint32_t had = drive->known.point_count;

	if (!drive->has_known) {
		dry_sweep_result_copy_manifest(&drive->known, from);
		drive->has_known = true;
	}
	if (has_baseline)
		dry_sweep_point_take(&drive->known, &drive->known.baseline, &from->baseline);
	drive->known.baseline.index = from->baseline.index;
	for (uint32_t i = 0; i < from->point_count; i++) {
		const struct dry_sweep_point *point = &from->point[i];
		bool twice = false;

		for (uint32_t j = 0; j < drive->known.point_count && !twice; j++)
			twice = drive->known.point[j].index == point->index;
		if (!twice && point->state != DRY_POINT_PENDING)
			dry_sweep_point_take(&drive->known, dry_sweep_result_add_grid(&drive->known, point->index),
					     point);
	}
	if (drive->known.point_count != had)
		dry_sweep_result_rank(&drive->known, false);
}

static bool evaluate(void *context, const uint64_t *index, uint32_t count, double *objective)
{
	struct generations *generations = context;
	struct cli_drive *drive = generations->drive;
	struct dry_sweep_options options = *generations->options;
	uint64_t *sorted = dry_xcalloc((size_t)count + 1, sizeof(*sorted));
	struct dry_sweep_result part;
	char what[32];

	memcpy(sorted, index, count * sizeof(*sorted));
	qsort(sorted, count, sizeof(*sorted), by_number);
	options.index = sorted;
	options.index_count = count;
	snprintf(what, sizeof(what), "generation %u", ++generations->number);
	drive->what = what;
	generations->code = drive_sweep(drive, &options, false, &part);
	drive->what = "sweep";
	free(sorted);
	if (generations->code)
		return false;
	keep_points(drive, &part, true);
	for (uint32_t i = 0; i < count; i++) {
		const struct dry_sweep_point *point = dry_sweep_result_find(&part, index[i]);

		for (uint32_t k = 0; k < part.objective_count; k++)
			objective[(size_t)i * part.objective_count + k] =
				point->state == DRY_POINT_DONE ? dry_sweep_objective(&part, point, k) : INFINITY;
	}
	dry_sweep_result_release(&part);
	return true;
}

static uint64_t default_budget(uint64_t grid)
{
	uint64_t budget = grid / 10;

	if (budget < 200)
		budget = 200;
	return budget < grid ? budget : grid;
}

static int run_nsga2(struct cli_drive *drive, struct dry_sweep_result *result)
{
	static const uint64_t first;
	struct dry_sweep_options options = drive->options;
	struct generations generations = { .drive = drive, .options = &options };
	struct dry_nsga2_options search = { .seed = seed_of(drive), .evaluate = evaluate, .context = &generations };
	struct dry_sweep_result manifest;
	uint64_t *index, count = 0;
	bool has_baseline = false;
	int code;

	if (!has_grid(drive, &search.parameter, &search.parameter_count))
		return dry_cli_complain(drive->cli);
	options.exhaustive = true;
	options.index = &first;
	options.index_count = 1;
	if (!drive_manifest(drive, &options, &manifest))
		return dry_cli_complain(drive->cli);
	search.objectives = manifest.objective_count;
	search.budget = drive->sample ? drive->sample : default_budget(manifest.grid_count);
	dry_sweep_result_release(&manifest);
	code = drive_open_journal(drive, &options, false);
	if (!code && drive->journal) {
		const struct dry_sweep_result *kept = dry_journal_points(drive->journal, &has_baseline);

		if (kept->point_count || has_baseline)
			keep_points(drive, kept, has_baseline);
	}
	index = code ? NULL : dry_nsga2_run(&search, &count);
	if (!code && !index)
		code = generations.code;
	if (!code) {
		dry_assert(index);      /* without one, a generation has failed with its code */
		qsort(index, count, sizeof(*index), by_number);
		options.index = index;
		options.index_count = count;
		options.on_point = NULL;
		code = drive_sweep(drive, &options, false, result);
	}
	free(index);
	if (drive->has_known)
		dry_sweep_result_release(&drive->known);
	return drive_close_journal(drive, code);
}

int search_run(struct cli_drive *drive, struct dry_sweep_result *result)
{
	struct dry_sweep_options options = drive->options;

	drive->what = "sweep";
	switch (drive->method) {
	case DRY_SEARCH_RANDOM:
	case DRY_SEARCH_LATIN:
	case DRY_SEARCH_SOBOL:
		return run_sample(drive, result);
	case DRY_SEARCH_HALVING:
		return run_halving(drive, result);
	case DRY_SEARCH_NSGA2:
		return run_nsga2(drive, result);
	case DRY_SEARCH_GRID:
	case DRY_SEARCH_RACING:
	case DRY_SEARCH_COUNT:
		break;
	}
	return drive_journaled(drive, &options, result);
}
