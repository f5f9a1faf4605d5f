/*
 * Pruning and searches against the exhaustive front, on random worlds:
 *
 *     pruning [--worlds N] [--seed FIRST]
 */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/random.h"
#include "io/scenario.h"
#include "support/random_world.h"
#include "support/same_result.h"
#include "support/tap.h"
#include "sweep/pareto.h"
#include "sweep/search.h"
#include "sweep/sweep.h"


static const char *const unneeded[] = { "1m", "3m", "10m", "25m" };
static const char *const after_add[] = { "1m", "12m" };
static const char *const threshold[] = { "0.3", "0.5", "0.8" };
static const char *const expander[] = { "least-waste", "most-pods" };
static const struct dry_sweep_parameter grid[] = {
	{ "scale-down-unneeded-time", 4, unneeded }, { "scale-down-delay-after-add", 2, after_add },
	{ "scale-down-utilization-threshold", 3, threshold }, { "expander", 2, expander },
};

static bool sweep(const struct dry_input *input, struct dry_sweep_options options, uint32_t jobs,
		  struct dry_sweep_result *result)
{
	struct dry_error err = { 0 };
	struct dry_sweep *live;

	options.parameter = grid;
	options.parameter_count = sizeof(grid) / sizeof(grid[0]);
	options.replications = 1;
	live = dry_sweep_new(input, &options, &err);
	if (!live) {
		tap_note("%s", err.complaint[0].text);
		dry_error_release(&err);
		return false;
	}
	dry_sweep_start(live, jobs);
	dry_sweep_wait(live, -1);
	dry_sweep_result(live, result);
	dry_sweep_release(live);
	return true;
}

static bool same_front(const struct dry_sweep_result *a, const struct dry_sweep_result *b)
{
	if (a->front_count != b->front_count || a->knee == DRY_NONE ? b->knee != DRY_NONE : b->knee == DRY_NONE)
		return false;
	for (uint32_t i = 0; i < a->front_count; i++) {
		const struct dry_sweep_point *x = &a->point[a->front[i]], *y = &b->point[b->front[i]];

		if (x->index != y->index || x->digest != y->digest)
			return false;
	}
	return true;
}

/* An O(N^2) look at every point, by the definition. */
static bool front_is_right(const struct dry_sweep_result *result)
{
	for (uint32_t i = 0; i < result->point_count; i++) {
		bool beaten = result->point[i].state != DRY_POINT_DONE;

		for (uint32_t j = 0; j < result->point_count && !beaten; j++) {
			double a[2], b[2];

			if (result->point[j].state != DRY_POINT_DONE)
				continue;
			for (uint32_t k = 0; k < 2; k++) {
				a[k] = dry_sweep_objective(result, &result->point[j], k);
				b[k] = dry_sweep_objective(result, &result->point[i], k);
			}
			beaten = dry_dominates(a, b, 2);
		}
		if (beaten == (result->point[i].rank == 1))
			return false;
	}
	return true;
}

static double volume(const struct dry_sweep_result *result, const double *reference)
{
	double *value = dry_xcalloc(2 * (size_t)result->front_count + 1, sizeof(*value)), found;

	for (uint32_t i = 0; i < result->front_count; i++)
		for (uint32_t k = 0; k < 2; k++)
			value[2 * i + k] = dry_sweep_objective(result, &result->point[result->front[i]], k);
	found = dry_hypervolume(value, result->front_count, 2, reference, NULL);
	free(value);
	return found;
}

/* Worst of all points, and a tenth of the range beyond. */
static void set_reference(const struct dry_sweep_result *result, double reference[2])
{
	for (uint32_t k = 0; k < 2; k++) {
		double low = INFINITY, high = -INFINITY;

		for (uint32_t i = 0; i < result->point_count; i++) {
			if (result->point[i].state != DRY_POINT_DONE)
				continue;
			low = fmin(low, dry_sweep_objective(result, &result->point[i], k));
			high = fmax(high, dry_sweep_objective(result, &result->point[i], k));
		}
		reference[k] = high + 0.1 * (high - low) + 1;
	}
}

struct evaluation {
	const struct dry_sweep_result *whole;
};

static bool evaluate(void *context, const uint64_t *index, uint32_t count, double *objective)
{
	const struct dry_sweep_result *whole = ((struct evaluation *)context)->whole;

	for (uint32_t i = 0; i < count; i++)
		for (uint32_t k = 0; k < 2; k++)
			objective[2 * i + k] = whole->point[index[i]].state == DRY_POINT_DONE ?
						       dry_sweep_objective(whole, &whole->point[index[i]], k) :
						       INFINITY;
	return true;
}

struct totals {
	uint32_t worlds, points, spared;
	bool front, jobs, right;
	double ratio[DRY_SEARCH_COUNT];
	uint32_t searched;
};

/* What a search of a third of the points finds of the exhaustive front. */
static void search(const struct dry_input *input, const struct dry_sweep_result *whole,
		   enum dry_search_method method, const double *reference, struct totals *totals)
{
	struct evaluation evaluation = { whole };
	struct dry_nsga2_options nsga2 = {
		.parameter = grid, .parameter_count = 4, .objectives = 2, .budget = 16, .seed = 1,
		.evaluate = evaluate, .context = &evaluation,
	};
	struct dry_sweep_result part;
	uint64_t count = 0, *index;

	index = method == DRY_SEARCH_NSGA2 ? dry_nsga2_run(&nsga2, &count) :
					     dry_search_sample(method, grid, 4, 16, 1, &count);
	if (sweep(input, (struct dry_sweep_options){ .index = index, .index_count = count, .exhaustive = true,
						     .method = dry_search_method_name(method) }, 2, &part)) {
		totals->ratio[method] += volume(&part, reference) / volume(whole, reference);
		totals->right = totals->right && part.approximate && count == 16;
		dry_sweep_result_release(&part);
	}
	free(index);
}

static bool check_world(const char *folder, uint64_t seed, struct totals *totals)
{
	struct world_options options = { .seed = seed, .features = WORLD_EVERYTHING & ~(uint32_t)WORLD_CHANCE };
	struct dry_sweep_result whole, pruned, again;
	struct dry_error err = { 0 };
	struct dry_input input;
	double reference[2];
	char file[600];
	bool loaded;

	snprintf(file, sizeof(file), "%s/scenario.json", folder);
	loaded = world_write(&options, folder) && dry_input_load(&input, file, NULL, &err);
	dry_error_release(&err);        /* notes too */
	if (!loaded)
		return false;
	if (input.config.horizon_ms == DRY_NEVER)
		input.config.horizon_ms = INT64_C(3) * 3600 * 1000;
	if (!sweep(&input, (struct dry_sweep_options){ .exhaustive = true }, 2, &whole) ||
	    !sweep(&input, (struct dry_sweep_options){ 0 }, 1, &pruned) ||
	    !sweep(&input, (struct dry_sweep_options){ 0 }, 7, &again))
		return false;
	totals->worlds++;
	totals->points += whole.point_count;
	totals->spared += pruned.counts.pruned;
	if (!same_front(&whole, &pruned)) {
		tap_note("seed %" PRIu64 ": another front", seed);
		totals->front = false;
	}
	totals->jobs = totals->jobs && same_bytes(&pruned, &again);
	totals->right = totals->right && front_is_right(&whole);
	set_reference(&whole, reference);
	if (whole.front_count && volume(&whole, reference) > 0) {
		totals->searched++;
		search(&input, &whole, DRY_SEARCH_RANDOM, reference, totals);
		search(&input, &whole, DRY_SEARCH_LATIN, reference, totals);
		search(&input, &whole, DRY_SEARCH_SOBOL, reference, totals);
		search(&input, &whole, DRY_SEARCH_NSGA2, reference, totals);
	}
	dry_sweep_result_release(&whole);
	dry_sweep_result_release(&pruned);
	dry_sweep_result_release(&again);
	dry_input_release(&input);
	return true;
}

int main(int argc, char **argv)
{
	static const enum dry_search_method searches[] = { DRY_SEARCH_RANDOM, DRY_SEARCH_LATIN, DRY_SEARCH_SOBOL,
							   DRY_SEARCH_NSGA2 };
	struct totals totals = { .front = true, .jobs = true, .right = true };
	uint32_t worlds = 50;
	uint64_t first = 1;
	bool all = true;
	char folder[512];

	for (int a = 1; a + 1 < argc; a += 2) {
		if (!strcmp(argv[a], "--worlds"))
			worlds = (uint32_t)strtoul(argv[a + 1], NULL, 10);
		else if (!strcmp(argv[a], "--seed"))
			first = strtoull(argv[a + 1], NULL, 10);
	}
	if (!make_folder(folder, sizeof(folder)))
		return 2;
	for (uint32_t i = 0; i < worlds; i++)
		all = check_world(folder, first + i, &totals) && all;
	remove_folder(folder);
	tap_ok(all, "%u random grids sweep", totals.worlds);
	tap_ok(totals.right, "the front is what the definition says, searches say approximate");
	tap_ok(totals.front, "pruned and exhaustive sweeps have the same front");
	tap_ok(totals.spared > 0, "pruning spares runs: %u of %u", totals.spared, totals.points);
	tap_ok(totals.jobs, "pruned points are the same for one and for seven jobs");
	for (size_t i = 0; i < sizeof(searches) / sizeof(searches[0]); i++) {
		double ratio = totals.ratio[searches[i]] / (totals.searched ? totals.searched : 1);

		tap_ok(ratio > 0.75 && ratio <= 1 + 1e-9, "%s on 16 of 48 points: %.3f of the exhaustive hypervolume",
		       dry_search_method_name(searches[i]), ratio);
	}
	return tap_done();
}
