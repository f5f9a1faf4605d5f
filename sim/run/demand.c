#include "run/demand.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/assert.h"
#include "base/banned.h"

#define AT_ONCE 100000                  /* more removals in a loop than there are nodes */
#define ANY_AMOUNT 1000000000
#define NEXT_TO_NOTHING 1e-9            /* a utilization below which only an empty node lies */

struct watcher {
	struct dry_demand *demand;
	int64_t counted_to_ms;
	int32_t *ready;                 /* since then, one a group */
};

static void raise_peaks(struct watcher *watcher, size_t bucket)
{
	struct dry_demand *demand = watcher->demand;
	uint32_t g;

	if (bucket >= demand->bucket_count)
		return;
	for (g = 0; g < demand->group_count; g++) {
		double *peak = &demand->peak[g * demand->bucket_count + bucket];

		if (watcher->ready[g] > *peak)
			*peak = watcher->ready[g];
	}
}

/* What held until now counts in every bucket that it touched, then the new numbers. */
static void on_sample(void *context, const struct dry_sample *sample)
{
	struct watcher *watcher = context;
	int64_t bucket_ms = watcher->demand->bucket_ms, at = watcher->counted_to_ms / bucket_ms;

	for (; at * bucket_ms < sample->at_ms && (size_t)at < watcher->demand->bucket_count; at++)
		raise_peaks(watcher, (size_t)at);
	memcpy(watcher->ready, sample->ready_nodes, watcher->demand->group_count * sizeof(*watcher->ready));
	watcher->counted_to_ms = sample->at_ms;
	raise_peaks(watcher, (size_t)(sample->at_ms / bucket_ms));
}

static void free_group(struct dry_node_group *group)
{
	group->min_size = 0;
	if (group->initial_size > 1)
		group->initial_size = 1;
	group->provision_time = (struct dry_distribution){ .kind = DRY_DISTRIBUTION_CONSTANT, .min_ms = -1,
							   .max_ms = -1 };
	group->deletion_ms = 0;
	group->failure_probability = group->stockout_probability = 0;
	group->schedule_count = 0;
	group->options = (struct dry_group_options){ -1, -1, -1, -1, -1, -1, -1, false, false };
}

static void free_config(struct dry_config *config, int64_t end_ms)
{
	struct dry_options *o = &config->options;
	uint32_t g;

	config->horizon_ms = end_ms;
	config->placeholder.node_count = 0;
	config->spot.hazard.kind = DRY_HAZARD_NONE;
	config->spot.price_interrupts = false;
	config->spot.stockouts.enabled = false;
	config->spot.availability_count = 0;
	o->max_nodes_total = 0;
	o->cores_total = (struct dry_limit){ 0, ANY_AMOUNT };
	o->memory_total = (struct dry_limit){ 0, ANY_AMOUNT };
	o->gpu_total_count = 0;
	o->scale_down_enabled = true;
	o->scale_down_unneeded_ms = 0;
	o->scale_down_utilization_threshold = NEXT_TO_NOTHING;
	o->scale_down_gpu_utilization_threshold = NEXT_TO_NOTHING;
	o->ignore_daemonsets_utilization = true;
	o->scale_down_delay_after_add_ms = 0;
	o->scale_down_delay_after_delete_ms = 0;
	o->scale_down_delay_after_failure_ms = 0;
	o->max_scale_down_parallelism = AT_ONCE;
	for (g = 0; g < config->group_count; g++)
		free_group(&config->group[g]);
}

/* Pods that somebody deletes stay deleted; what the cloud does is left out. */
static const struct dry_trace_event *keep_deletions(const struct dry_input *input, struct dry_arena *arena,
						     uint32_t *count)
{
	struct dry_trace_event *kept = dry_arena_array(arena, (size_t)input->trace_event_count + 1, sizeof(*kept));
	uint32_t i;

	*count = 0;
	for (i = 0; i < input->trace_event_count; i++)
		if (input->trace_event[i].kind == DRY_TRACE_POD_DELETE)
			kept[(*count)++] = input->trace_event[i];
	return kept;
}

void dry_demand_replay(struct dry_demand *demand, const struct dry_input *input,
		       const struct dry_config *config, int64_t bucket_ms, int64_t end_ms)
{
	struct watcher watcher = { .demand = demand };
	struct dry_observer observer = { .context = &watcher, .on_sample = on_sample };
	struct dry_run_request request = { .seed = config->seed, .observer = &observer };
	struct dry_input free_input = *input;
	struct dry_config free_one = *config;
	struct dry_worker *worker = dry_worker_new();   /* its own: it remembers inputs by their address */
	struct dry_result result;
	struct dry_arena arena;
	size_t bucket;

	dry_assert(bucket_ms > 0);
	memset(demand, 0, sizeof(*demand));
	demand->bucket_ms = bucket_ms;
	demand->group_count = config->group_count;
	demand->bucket_count = end_ms > 0 ? (size_t)(end_ms / bucket_ms) : 0;
	demand->peak = dry_xcalloc(demand->group_count * demand->bucket_count + 1, sizeof(*demand->peak));
	watcher.ready = dry_xcalloc((size_t)demand->group_count + 1, sizeof(*watcher.ready));
	dry_arena_init(&arena);
	free_one.group = dry_arena_array(&arena, (size_t)config->group_count + 1, sizeof(*free_one.group));
	memcpy(free_one.group, config->group, config->group_count * sizeof(*free_one.group));
	free_config(&free_one, end_ms);
	free_input.trace_event = keep_deletions(input, &arena, &free_input.trace_event_count);
	request.input = &free_input;
	request.config = &free_one;
	dry_result_init(&result);
	dry_run(worker, &request, &result);
	for (bucket = (size_t)(watcher.counted_to_ms / bucket_ms); bucket < demand->bucket_count; bucket++)
		raise_peaks(&watcher, bucket);
	dry_worker_release(worker);
	dry_result_release(&result);
	dry_arena_release(&arena);
	free(watcher.ready);
}

void dry_demand_release(struct dry_demand *demand)
{
	free(demand->peak);
	memset(demand, 0, sizeof(*demand));
}
