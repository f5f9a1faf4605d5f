/* A sweep without a simulation: an input by hand, and runs that are formulas of their config. */
#ifndef TESTS_UNIT_SWEEP_WORLD_H
#define TESTS_UNIT_SWEEP_WORLD_H

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/error.h"
#include "base/random.h"
#include "io/scenario.h"
#include "run/result.h"
#include "sweep/sweep.h"

/* Reads a small scenario that sweeps three parameters; path is of a folder that lives as long as the test. */
static inline bool sweep_world_load(struct dry_input *input)
{
	struct dry_error err = { 0 };
	bool fine = dry_input_load(input, "tests/unit/data/sweep.yaml", NULL, &err);

	if (!fine && err.count)
		fprintf(stderr, "%s\n", err.complaint[0].text);
	dry_error_release(&err);
	return fine;
}

/* Noise of one replication, the same for all settings. */
static inline double sweep_world_noise(uint64_t seed, uint32_t replication)
{
	struct dry_stream stream = dry_stream_make(seed, "test", "", replication);

	return dry_stream_uniform(&stream, 0, 0) - 0.5;
}

/* Cost rises with maxSize and the unneeded time, wait falls with the latter; the threshold trades one for the other. */
static inline void sweep_world_fill(const struct dry_run_request *request, struct dry_result *result, bool noisy)
{
	const struct dry_options *o = &request->config->options;
	double unneeded = (double)o->scale_down_unneeded_ms / 60000;
	double threshold = o->scale_down_utilization_threshold;
	double noise = noisy ? sweep_world_noise(request->seed, request->replication) : 0;

	for (int i = 0; i < DRY_METRIC_COUNT; i++)
		result->metric[i] = 1 + i;
	result->metric[DRY_METRIC_COST_DAY] = 100 + 5 * unneeded - 20 * threshold + 3 * noise +
					      2 * request->config->group[0].max_size;
	result->metric[DRY_METRIC_P95_WAIT] = 200 / (1 + unneeded) + 100 * threshold * threshold + 2 * noise;
	result->metric[DRY_METRIC_NEVER_SCHEDULED] = 0;
	result->digest = (uint64_t)(1000 * (unneeded + threshold)) + request->replication;
	result->event_count = 10;
	result->stochastic = noisy;
	result->pruned = false;
}

static inline bool sweep_world_run(struct dry_worker *worker, const struct dry_run_request *request,
				   struct dry_result *result)
{
	(void)worker;
	if (request->stop && atomic_load(request->stop))
		return false;
	sweep_world_fill(request, result, false);
	return true;
}

static inline bool sweep_world_run_noisy(struct dry_worker *worker, const struct dry_run_request *request,
					 struct dry_result *result)
{
	(void)worker;
	sweep_world_fill(request, result, true);
	return true;
}

#endif
