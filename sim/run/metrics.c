/* The parts of a result that are counts and shares; waits and money have files of their own. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/assert.h"
#include "run/record.h"
#include "metrics_scratch.h"
#include "base/banned.h"

#define HOUR_MS 3600000.0
#define DAY_MS 86400000.0
#define OSCILLATION_WINDOW_MS (INT64_C(30) * 60 * 1000)

struct dry_metrics_scratch *dry_metrics_scratch_new(void)
{
	return dry_xcalloc(1, sizeof(struct dry_metrics_scratch));
}

void dry_metrics_scratch_release(struct dry_metrics_scratch *scratch)
{
	if (!scratch)
		return;
	free(scratch->wait);
	free(scratch->spare);
	free(scratch->part);
	free(scratch->is_initial);
	free(scratch->space_of_class);
	free(scratch->space_of_symbol);
	free(scratch->space_symbol);
	free(scratch->bucket);
	free(scratch->price_start);
	free(scratch->price_at_ms);
	free(scratch->price_nusd);
	free(scratch->column);
	free(scratch->usage_hours);
	free(scratch->usage_usd);
	free(scratch->hour);
	free(scratch->group_covered_usd);
	free(scratch->oscillation_node);
	dry_oscillation_release(&scratch->oscillation);
	free(scratch);
}

static void set_wait_causes(const struct dry_record *record, struct dry_wait_causes *causes)
{
	double sum = record->wait_provisioning_ms + record->wait_at_max_ms + record->wait_backoff_ms +
		     record->wait_loop_ms + record->wait_never_fits_ms + record->wait_other_ms;

	memset(causes, 0, sizeof(*causes));
	if (!(sum > 0))
		return;
	causes->provisioning = record->wait_provisioning_ms / sum;
	causes->at_max = record->wait_at_max_ms / sum;
	causes->backoff = record->wait_backoff_ms / sum;
	causes->loop = record->wait_loop_ms / sum;
	causes->never_fits = record->wait_never_fits_ms / sum;
	causes->other = record->wait_other_ms / sum;
}

static void set_groups(const struct dry_record *record, struct dry_result *result)
{
	double scale_ups = 0, failed = 0, scale_downs = 0, at_max = 0;
	uint32_t g;

	for (g = 0; g < result->group_count; g++) {
		struct dry_group_result *group = &result->group[g];

		memset(group, 0, sizeof(*group));
		group->mean_price_usd_per_hour = group->p95_wait_s = NAN;
		group->min_nodes = record->group_min_nodes[g];
		group->peak_nodes = record->group_peak_nodes[g];
		group->scale_ups = record->group_scale_ups[g];
		group->scale_ups_failed = record->group_scale_ups_failed[g];
		group->scale_downs = record->group_scale_downs[g];
		group->time_at_max_s = (double)record->group_time_at_max_ms[g] / 1000;
		group->final_target = record->group_final_target[g];
		scale_ups += group->scale_ups;
		failed += group->scale_ups_failed;
		scale_downs += group->scale_downs;
		at_max += group->time_at_max_s;
	}
	result->metric[DRY_METRIC_SCALE_UPS] = scale_ups;
	result->metric[DRY_METRIC_SCALE_UPS_FAILED] = failed;
	result->metric[DRY_METRIC_SCALE_DOWNS] = scale_downs;
	result->metric[DRY_METRIC_TIME_AT_MAX] = at_max;
}

static void set_counts(const struct dry_record *record, struct dry_result *result)
{
	double days = (double)record->end_at_ms / DAY_MS;
	double evictions = (double)record->evictions_scale_down + record->evictions_interruption;

	result->metric[DRY_METRIC_EVICTIONS_DAY] = days > 0 ? evictions / days : NAN;
	result->metric[DRY_METRIC_EVICTIONS_SCALE_DOWN] = record->evictions_scale_down;
	result->metric[DRY_METRIC_EVICTIONS_INTERRUPTION] = record->evictions_interruption;
	result->metric[DRY_METRIC_INTERRUPTIONS] = record->interruptions;
	result->metric[DRY_METRIC_LOST_WORK] = record->lost_core_ms / HOUR_MS;
	result->metric[DRY_METRIC_AVAILABILITY] = record->worst_owner_availability;
	result->worst_service = (struct dry_service_owner){
		.owner_index = isnan(record->worst_owner_availability) ? DRY_NONE : record->worst_owner_index,
		.availability = record->worst_owner_availability, .under_s = record->worst_owner_under_ms / 1000 };
	result->metric[DRY_METRIC_PEAK_NODES] = record->peak_nodes;
}

static void find_oscillation(struct dry_metrics_scratch *scratch, const struct dry_record *record)
{
	uint32_t i, count = 0;

	scratch->oscillation_node = dry_grow(scratch->oscillation_node, &scratch->oscillation_capacity,
					     (size_t)record->node_count + 1,
					     sizeof(*scratch->oscillation_node));
	for (i = 0; i < record->node_count; i++) {
		const struct dry_node_record *node = &record->node[i];

		if (node->launched_at_ms < 0)
			continue;
		scratch->oscillation_node[count++] = (struct dry_oscillation_node){
			.group_index = node->group_index, .is_initial = node->is_initial,
			.requested_at_ms = node->requested_at_ms, .ready_at_ms = node->ready_at_ms,
			.scaled_down_at_ms = node->end == DRY_NODE_SCALED_DOWN ? node->gone_at_ms : -1,
		};
	}
	dry_oscillation_find(&scratch->oscillation, scratch->oscillation_node, count,
			     record->config->group_count, OSCILLATION_WINDOW_MS);
}

/* Integrals over Ready nodes of what there was and what was requested. */
struct node_sums {
	double node_ms, ready_ms;
	double core_ms, byte_ms;                /* allocatable */
	double requested_core_ms, requested_byte_ms;
	uint32_t added, removed;
};

static void add_node(const struct dry_record *record, const struct dry_node_record *node,
		     struct dry_group_result *group, struct node_sums *sums)
{
	const struct dry_resources *has = &record->config->group[node->group_index].allocatable;
	int64_t end = node->gone_at_ms >= 0 ? node->gone_at_ms : record->end_at_ms;
	double ready = node->ready_at_ms >= 0 ? (double)(end - node->ready_at_ms) : 0;

	if (node->launched_at_ms < 0)
		return;
	sums->node_ms += (double)(end - node->launched_at_ms);
	group->node_hours += (double)(end - node->launched_at_ms) / HOUR_MS;
	group->mean_nodes += ready;
	sums->ready_ms += ready;
	sums->core_ms += ready * (double)has->amount[DRY_RESOURCE_CPU] / 1000;
	sums->byte_ms += ready * (double)has->amount[DRY_RESOURCE_MEMORY];
	sums->requested_core_ms += node->requested_core_ms;
	sums->requested_byte_ms += node->requested_byte_ms;
	if (!node->is_initial) {
		group->nodes_added++;
		sums->added++;
	}
	if (node->end == DRY_NODE_SCALED_DOWN) {
		group->nodes_removed++;
		sums->removed++;
	}
	group->interruptions += node->end == DRY_NODE_INTERRUPTED;
}

static void set_provision_median(struct dry_metrics_scratch *scratch, const struct dry_record *record,
				 struct dry_result *result)
{
	struct dry_keyed *list;
	size_t count = 0;
	uint32_t i;

	scratch->wait = dry_grow(scratch->wait, &scratch->wait_capacity, (size_t)record->node_count + 1,
				 sizeof(*scratch->wait));
	scratch->spare = dry_grow(scratch->spare, &scratch->spare_capacity, (size_t)record->node_count + 1,
				  sizeof(*scratch->spare));
	list = scratch->wait;
	for (i = 0; i < record->node_count; i++) {
		const struct dry_node_record *node = &record->node[i];

		if (!node->is_initial && node->ready_at_ms >= 0)
			list[count++].key = (uint64_t)(node->ready_at_ms - node->requested_at_ms);
	}
	dry_sort_keyed(list, scratch->spare, count);
	result->median_provision_ms = 0;
	if (count)
		result->median_provision_ms = (int64_t)((list[(count - 1) / 2].key + list[count / 2].key) / 2);
}

void metrics_nodes(struct dry_metrics_scratch *scratch, const struct dry_record *record,
		   struct dry_result *result)
{
	struct node_sums sums = { 0 };
	double horizon = (double)record->end_at_ms;
	uint32_t i;

	for (i = 0; i < record->node_count; i++)
		add_node(record, &record->node[i], &result->group[record->node[i].group_index], &sums);
	for (i = 0; i < result->group_count; i++)
		result->group[i].mean_nodes = horizon > 0 ? result->group[i].mean_nodes / horizon : NAN;
	find_oscillation(scratch, record);
	set_provision_median(scratch, record, result);
	result->metric[DRY_METRIC_NODE_HOURS] = sums.node_ms / HOUR_MS;
	result->metric[DRY_METRIC_MEAN_NODES] = horizon > 0 ? sums.ready_ms / horizon : NAN;
	result->metric[DRY_METRIC_UTILIZATION_CPU] =
		sums.core_ms > 0 ? sums.requested_core_ms / sums.core_ms : NAN;
	result->metric[DRY_METRIC_UTILIZATION_MEMORY] =
		sums.byte_ms > 0 ? sums.requested_byte_ms / sums.byte_ms : NAN;
	result->metric[DRY_METRIC_NODES_ADDED] = sums.added;
	result->metric[DRY_METRIC_NODES_REMOVED] = sums.removed;
	result->metric[DRY_METRIC_CHURN] =
		sums.node_ms > 0 ? ((double)sums.added + sums.removed) / (sums.node_ms / HOUR_MS) : NAN;
	result->metric[DRY_METRIC_OSCILLATION] = scratch->oscillation.index;
}

void dry_metrics_compute(struct dry_metrics_scratch *scratch, const struct dry_record *record,
			 struct dry_result *result)
{
	int i;

	for (i = 0; i < DRY_METRIC_COUNT; i++) {
		result->metric[i] = NAN;
		result->lower_bound[i] = false;
	}
	metrics_rooms(scratch, record, result);
	set_groups(record, result);
	metrics_waits(scratch, record, result);
	metrics_nodes(scratch, record, result);
	metrics_bill(scratch, record, result);
	set_counts(record, result);
	set_wait_causes(record, &result->wait_causes);
	result->digest = record->digest;
	result->event_count = record->event_count;
	result->loop_count = record->loop_count;
	result->loops_skipped = record->loops_skipped;
	result->end_at_ms = record->end_at_ms;
	result->worst_at_ms = record->worst_at_ms;
	result->worst_pending = record->worst_pending;
	result->stochastic = record->stochastic;
	result->pruned = false;
}
