/*
 * framework/preemption and plugins/defaultpreemption of Kubernetes 1.36: on each
 * node all pods of lower priority are taken off; where the pod then fits, they
 * are given back in order of importance as long as it still does, those that a
 * disruption budget protects first; the node that loses least wins.
 */
#include "preempt.h"

#include <stdlib.h>

#include "base/assert.h"
#include "world/predicates.h"

struct victim {
	uint32_t pod;
	int32_t priority;
	int64_t started_at_ms;
	bool breaks_budget;
	bool goes;
};

/* What a node would lose; compared field by field, fewer is better. */
struct loss {
	uint32_t slot;
	uint32_t budget_breaks;
	int32_t highest_priority;
	int64_t priority_sum;
	uint32_t count;
	int64_t latest_start_ms;        /* earliest start among the most important; later is better */
};

static int32_t priority_of(const struct dry_cluster *cluster, uint32_t pod)
{
	return cluster->spec.pod_class[cluster->pod[pod].class_index].priority;
}

/* More important: higher priority, then the longer running. */
static int compare_importance(const void *x, const void *y, void *context)
{
	const struct victim *a = x, *b = y;
	const struct dry_cluster *cluster = context;

	if (a->priority != b->priority)
		return a->priority > b->priority ? -1 : 1;
	if (a->started_at_ms != b->started_at_ms)
		return a->started_at_ms < b->started_at_ms ? -1 : 1;
	return cluster->pod[a->pod].order < cluster->pod[b->pod].order ? -1 : 1;
}

static uint32_t find_victims(struct dry_cluster *cluster, int32_t priority, uint32_t slot,
			     struct victim **victims)
{
	const struct dry_node *node = &cluster->node[slot];
	uint32_t pod, count = 0;

	/* not in the prefilter's arena: each question whether the pod fits starts that anew */
	*victims = dry_arena_array(&cluster->preemption, node->pod_count + 1u, sizeof(**victims));
	for (pod = node->first_pod; pod != DRY_NONE; pod = cluster->pod[pod].next) {
		if (cluster->pod[pod].phase != DRY_POD_RUNNING || priority_of(cluster, pod) >= priority)
			continue;
		(*victims)[count++] = (struct victim){ .pod = pod,
						       .priority = priority_of(cluster, pod),
						       .started_at_ms = cluster->pod[pod].started_at_ms };
	}
	qsort_r(*victims, count, sizeof(**victims), compare_importance, cluster);
	return count;
}

/* In order of importance, each pod uses up what its budgets allow. */
static void mark_budget_breaks(const struct dry_cluster *cluster, struct victim *victims, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		const struct dry_shape *shape =
			&cluster->shapes->shape[cluster->pod[victims[i].pod].class_index];

		for (uint32_t b = 0; b < shape->budget_count; b++) {
			int64_t used = 0;

			for (uint32_t k = 0; k < i; k++) {
				const struct dry_shape *other =
					&cluster->shapes->shape[cluster->pod[victims[k].pod].class_index];

				for (uint32_t c = 0; c < other->budget_count; c++)
					used += other->budget[c] == shape->budget[b];
			}
			if (used >= dry_budget_allowed(cluster, shape->budget[b]))
				victims[i].breaks_budget = true;
		}
	}
}

static bool fits(struct dry_cluster *cluster, uint32_t class_index, uint32_t slot)
{
	struct dry_prefilter prefilter;

	dry_prefilter_make(cluster, &prefilter, class_index, cluster->registered,
			   cluster->registered_count);
	return dry_filter(cluster, &prefilter, slot) == DRY_FITS;
}

/* Gives back who need not go: those that break a budget first. */
static void reprieve(struct dry_cluster *cluster, uint32_t class_index, uint32_t slot,
		     struct victim *victims, uint32_t count)
{
	for (int round = 0; round < 2; round++)
		for (uint32_t i = 0; i < count; i++) {
			if (victims[i].breaks_budget != (round == 0))
				continue;
			dry_node_add_pod(cluster, slot, victims[i].pod, DRY_NONE);
			victims[i].goes = !fits(cluster, class_index, slot);
			if (victims[i].goes)
				dry_node_remove_pod(cluster, victims[i].pod);
		}
}

static struct loss measure(uint32_t slot, const struct victim *victims, uint32_t count)
{
	struct loss loss = { .slot = slot, .highest_priority = INT32_MIN };

	for (uint32_t i = 0; i < count; i++) {
		if (!victims[i].goes)
			continue;
		if (!loss.count || victims[i].priority > loss.highest_priority) {
			loss.highest_priority = victims[i].priority;
			loss.latest_start_ms = victims[i].started_at_ms;
		}
		loss.count++;
		loss.budget_breaks += victims[i].breaks_budget;
		loss.priority_sum += (int64_t)victims[i].priority + INT32_MAX + 1;
	}
	return loss;
}

static bool is_less(const struct loss *a, const struct loss *b)
{
	if (a->budget_breaks != b->budget_breaks)
		return a->budget_breaks < b->budget_breaks;
	if (a->highest_priority != b->highest_priority)
		return a->highest_priority < b->highest_priority;
	if (a->priority_sum != b->priority_sum)
		return a->priority_sum < b->priority_sum;
	if (a->count != b->count)
		return a->count < b->count;
	return a->latest_start_ms > b->latest_start_ms;
}

/* Tries one node; the world is as before afterwards. */
static bool try_node(struct dry_cluster *cluster, uint32_t pod, uint32_t slot, struct victim **victims,
		     uint32_t *count, struct loss *loss)
{
	uint32_t class_index = cluster->pod[pod].class_index;
	bool helps;

	*count = find_victims(cluster, priority_of(cluster, pod), slot, victims);
	if (!*count)
		return false;
	for (uint32_t i = 0; i < *count; i++)
		dry_node_remove_pod(cluster, (*victims)[i].pod);
	helps = fits(cluster, class_index, slot);
	if (helps) {
		mark_budget_breaks(cluster, *victims, *count);
		reprieve(cluster, class_index, slot, *victims, *count);
		*loss = measure(slot, *victims, *count);
	}
	for (uint32_t i = 0; i < *count; i++)
		if (!helps || (*victims)[i].goes)
			dry_node_add_pod(cluster, slot, (*victims)[i].pod, DRY_NONE);
	return helps;
}

uint32_t dry_preempt(struct dry_cluster *cluster, uint32_t pod)
{
	uint32_t class_index = cluster->pod[pod].class_index, best_count = 0;
	struct victim *best_victims = NULL;
	struct loss best = { .slot = DRY_NONE };

	for (uint32_t i = 0; i < cluster->registered_count; i++) {
		uint32_t slot = cluster->registered[i], count;
		struct victim *victims;
		struct loss loss;

		if (dry_static_fit(cluster, class_index, cluster->node_place[slot]) != DRY_FITS)
			continue;
		if (!try_node(cluster, pod, slot, &victims, &count, &loss) || !loss.count)
			continue;
		if (best.slot == DRY_NONE || is_less(&loss, &best)) {
			best = loss;
			best_victims = victims;
			best_count = count;
		}
	}
	for (uint32_t i = 0; i < best_count; i++)
		if (best_victims[i].goes)
			dry_pod_evict(cluster, best_victims[i].pod, DRY_EVICTED_PREEMPTION, false);
	dry_arena_reset(&cluster->prefilter);
	dry_arena_reset(&cluster->preemption);
	return best.slot;
}

bool dry_preempt_is_under_way(const struct dry_cluster *cluster, uint32_t pod, uint32_t slot)
{
	int32_t priority = priority_of(cluster, pod);

	for (uint32_t i = cluster->node[slot].first_pod; i != DRY_NONE; i = cluster->pod[i].next)
		if (cluster->pod[i].phase == DRY_POD_TERMINATING && priority_of(cluster, i) < priority)
			return true;
	return false;
}
