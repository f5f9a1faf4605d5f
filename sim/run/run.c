/* Workers: the memory of runs, and the door to them. */
#include "run/run.h"

#include <stdlib.h>
#include <string.h>

#include "base/assert.h"
#include "simulation.h"

struct dry_worker {
	struct dry_simulation simulation;
	struct dry_metrics_scratch *metrics;
	struct dry_heap_use used;       /* in runs, all of them together */
};

struct dry_worker *dry_worker_new(void)
{
	struct dry_worker *worker = dry_xcalloc(1, sizeof(*worker));

	dry_cluster_init(&worker->simulation.cluster);
	dry_arena_init(&worker->simulation.arena);
	worker->simulation.autoscaler = dry_autoscaler_new();
	worker->metrics = dry_metrics_scratch_new();
	return worker;
}

void dry_worker_release(struct dry_worker *worker)
{
	if (!worker)
		return;
	dry_cluster_release(&worker->simulation.cluster);
	if (worker->simulation.shapes_of.input)
		dry_shapes_release(&worker->simulation.shapes);
	dry_arena_release(&worker->simulation.arena);
	dry_autoscaler_release(worker->simulation.autoscaler);
	simulation_release(&worker->simulation);
	recorder_release(&worker->simulation.recorder);
	dry_metrics_scratch_release(worker->metrics);
	free(worker);
}

uint64_t dry_worker_allocations(const struct dry_worker *worker)
{
	return worker->used.calls;
}

bool dry_run(struct dry_worker *worker, const struct dry_run_request *request, struct dry_result *result)
{
	struct dry_heap_use before = dry_heap_used(), after;
	bool finished;

	worker->simulation.metrics = worker->metrics;   /* for bounds along the way */
	worker->simulation.result = result;
	finished = simulation_run(&worker->simulation, request);
	result->pruned = worker->simulation.pruned;
	result->reach = *dry_autoscaler_reach(worker->simulation.autoscaler);
	if (request->config->prewarm.quantile > 0)
		dry_reach_close(&result->reach);        /* its schedules were made by the flags, too */
	if (finished && !result->pruned)
		dry_metrics_compute(worker->metrics, &worker->simulation.recorder.record, result);
	after = dry_heap_used();
	worker->used.calls += after.calls - before.calls;
	worker->used.bytes += after.bytes - before.bytes;
	return finished;
}
