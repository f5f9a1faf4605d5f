#include "run/attribution.h"

#include <gsl/gsl_heapsort.h>
#include <math.h>

#include "base/assert.h"
#include "base/banned.h"

double dry_dominant_share(const double *request, const double *allocatable, size_t count)
{
	double most = 0;
	size_t i;

	for (i = 0; i < count; i++)
		if (allocatable[i] > 0 && request[i] / allocatable[i] > most)
			most = request[i] / allocatable[i];
	return most;
}

static int by_share(const void *a, const void *b)
{
	const struct dry_attributed_group *x = a, *y = b;

	if (x->share != y->share)
		return x->share < y->share ? 1 : -1;
	return (x->group_index > y->group_index) - (x->group_index < y->group_index);
}

void dry_attribute(const struct dry_attributed_pod *pod, size_t count, struct dry_attributed_group *group,
		   uint32_t group_count, struct dry_attribution *attribution)
{
	double total = 0, init = 0, restarts = 0;
	uint32_t g;
	size_t i;

	for (g = 0; g < group_count; g++)
		group[g] = (struct dry_attributed_group){ .group_index = g };
	for (i = 0; i < count; i++) {
		dry_assert(pod[i].group_index < group_count);
		total += pod[i].share;
		init += pod[i].share - pod[i].share_without_init;
		restarts += pod[i].is_restart ? pod[i].share : 0;
		group[pod[i].group_index].share += pod[i].share;
		group[pod[i].group_index].pods++;
	}
	attribution->total = total;
	attribution->init_share = total > 0 ? init / total : 0;
	attribution->restart_share = total > 0 ? restarts / total : 0;
	for (g = 0; g < group_count; g++)
		group[g].share = total > 0 ? group[g].share / total : 0;
	gsl_heapsort(group, group_count, sizeof(*group), by_share);
}

static const struct {
	const char *id, *name, *advice;
} cause_table[DRY_CAUSE_COUNT] = {
	[DRY_CAUSE_INIT] = { "A1", "init containers",
		"shrink or split the requests of init containers, or run their work as a Job" },
	[DRY_CAUSE_RECLAIM] = { "A2", "pods that came back after interruptions",
		"more instance types and zones, an on-demand base, less exposure to bursts" },
	[DRY_CAUSE_OSCILLATION] = { "A3", "nodes that had been removed shortly before",
		"longer scale-down-unneeded-time or scale-down-delay-after-add, a lower "
		"scale-down-utilization-threshold" },
	[DRY_CAUSE_ROLLOUT] = { "A4", "a rollout", "a lower maxSurge, rollouts one after another" },
	[DRY_CAUSE_CRON_BURST] = { "A5", "jobs of one schedule",
		"spread schedules, queue jobs, or pre-warm the nodes" },
	[DRY_CAUSE_CONSTRAINT] = { "A6", "a constraint of pods that kept free nodes from serving",
		"relax affinity or spread constraints, check zones, taints and volumes" },
	[DRY_CAUSE_FRAGMENTATION] = { "A7", "free room in pieces that were too small",
		"another node size, a descheduler, a packing score" },
	[DRY_CAUSE_DAEMON_SETS] = { "A8", "DaemonSets on each new node", "larger nodes, leaner agents" },
	[DRY_CAUSE_OVER_REQUEST] = { "A9", "requests far above usage", "right-size requests" },
	[DRY_CAUSE_NEW_OWNER] = { "A10", "a workload that was not there before", "a quota, a review" },
	[DRY_CAUSE_GROWTH] = { "A11", "growth of demand", "plan capacity, pre-warm the nodes" },
};

enum dry_cause dry_find_cause(const struct dry_cause_evidence *e)
{
	if (e->init_share >= 0.3)
		return DRY_CAUSE_INIT;
	if (e->reclaim_restart_share >= 0.5)
		return DRY_CAUSE_RECLAIM;
	if (e->scale_down_restart_share >= 0.5 || e->regretted_removal)
		return DRY_CAUSE_OSCILLATION;
	if (e->top_owner_share >= 0.5 && e->top_owner_above_median && e->top_owner_short_share >= 0.3)
		return DRY_CAUSE_ROLLOUT;
	if (e->batch_share >= 0.5 && e->top_owner_same_minute_days >= 3)
		return DRY_CAUSE_CRON_BURST;
	if (e->node_had_room)
		return DRY_CAUSE_CONSTRAINT;
	if (e->sum_had_room)
		return DRY_CAUSE_FRAGMENTATION;
	if (e->daemon_share >= 0.25)
		return DRY_CAUSE_DAEMON_SETS;
	if (e->usage_p95_share < 0.3 && e->usage_p95_share > 0)
		return DRY_CAUSE_OVER_REQUEST;
	return e->top_owner_is_new ? DRY_CAUSE_NEW_OWNER : DRY_CAUSE_GROWTH;
}

const char *dry_cause_id(enum dry_cause cause)
{
	dry_assert(cause < DRY_CAUSE_COUNT);
	return cause_table[cause].id;
}

const char *dry_cause_name(enum dry_cause cause)
{
	dry_assert(cause < DRY_CAUSE_COUNT);
	return cause_table[cause].name;
}

const char *dry_cause_advice(enum dry_cause cause)
{
	dry_assert(cause < DRY_CAUSE_COUNT);
	return cause_table[cause].advice;
}
