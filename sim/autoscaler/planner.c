/*
 * Models core/scaledown/planner, eligibility, unneeded, unremovable, budgets and
 * the candidate processors as of 1.36.1. Left out: limits on real time, the
 * memory of recent evictions (upstream keeps it for 0 s). Cases: sd-*.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/assert.h"
#include "ca.h"

static const struct dry_group_options *options_of(const struct dry_autoscaler *ca, uint32_t slot)
{
	return &world_group(ca, ca->cluster->node_group[slot])->spec->options;
}

static int64_t pick(int64_t own, int64_t flag)
{
	return own >= 0 ? own : flag;
}

/* --- candidates --- */

static bool is_delayed(struct dry_autoscaler *ca, int64_t since_ms, int64_t delay_ms)
{
	if (since_ms == INT64_MIN || since_ms + delay_ms <= ca->now_ms)
		return false;
	ca_due(ca, since_ms + delay_ms);
	return true;
}

static bool is_group_delayed(struct dry_autoscaler *ca, uint32_t g)
{
	const struct ca_group *group = &ca->group[g];
	const struct dry_options *o = ca->options;

	return is_delayed(ca, group->local_up_ms, o->scale_down_delay_after_add_ms) ||
	       is_delayed(ca, group->local_delete_ms, o->scale_down_delay_after_delete_ms) ||
	       is_delayed(ca, group->local_fail_ms, o->scale_down_delay_after_failure_ms);
}

static bool is_empty(struct dry_autoscaler *ca, uint32_t slot)
{
	struct ca_drain_ask ask = { 0 };
	bool ok = ca_ask_drain(ca, slot, &ask) == CA_DRAIN_OK && !ask.move_count;

	ca->cluster->node[slot].waits = ask.waits;
	return ok;
}

/* --- eligibility --- */

static int64_t daemon_amount(const struct dry_autoscaler *ca, uint32_t slot, uint32_t resource)
{
	if (ca->cluster->node[slot].daemons_evicted)
		return 0;
	return world_group(ca, ca->cluster->node_group[slot])->daemon_request.amount[resource];
}

/* Requests of pods that do not count: long terminating ones; daemons among the trace's pods. */
static int64_t uncounted(const struct dry_autoscaler *ca, uint32_t slot, uint32_t resource, bool ignore_daemons,
			 int64_t *excluded)
{
	const struct dry_node *node = &ca->cluster->node[slot];
	int64_t sum = 0;
	uint32_t pod;

	for (pod = node->first_pod; pod != DRY_NONE; pod = ca->cluster->pod[pod].next) {
		int64_t amount = pod_class(ca, pod)->request.amount[resource];

		if (ca_is_long_terminating(ca, pod)) {
			sum += amount;
		} else if ((ignore_daemons && ca->cluster->pod[pod].is_daemon) ||
			   (ca->options->ignore_mirror_pods_utilization && pod_class(ca, pod)->mirror)) {
			sum += amount;
			*excluded += amount;
		}
	}
	return sum;
}

static double utilization_of(const struct dry_autoscaler *ca, uint32_t slot, uint32_t resource,
			     bool ignore_daemons)
{
	const struct dry_cluster *cluster = ca->cluster;
	int64_t allocatable = world_group(ca, cluster->node_group[slot])->spec->allocatable.amount[resource];
	int64_t sum = allocatable - cluster->free[resource][slot], excluded = 0;

	if (ignore_daemons) {
		excluded = daemon_amount(ca, slot, resource);
		sum -= excluded;
	}
	if (cluster->node[slot].terminating_count || ignore_daemons || ca->options->ignore_mirror_pods_utilization)
		sum -= uncounted(ca, slot, resource, ignore_daemons, &excluded);
	if (allocatable - excluded <= 0)
		return NAN;
	return (double)sum / (double)(allocatable - excluded);
}

static double node_utilization(const struct dry_autoscaler *ca, uint32_t slot, bool *is_gpu)
{
	const struct dry_group *group = world_group(ca, ca->cluster->node_group[slot]);
	bool ignore = group->spec->options.ignore_daemonsets_utilization >= 0
			      ? group->spec->options.ignore_daemonsets_utilization
			      : ca->options->ignore_daemonsets_utilization;
	double cpu, memory;

	*is_gpu = group->is_gpu || group->gpu_resource != DRY_NONE;
	if (*is_gpu)
		return group->gpu_resource == DRY_NONE
			       ? 0 : utilization_of(ca, slot, group->gpu_resource, ignore);
	cpu = utilization_of(ca, slot, DRY_RESOURCE_CPU, ignore);
	memory = utilization_of(ca, slot, DRY_RESOURCE_MEMORY, ignore);
	if (isnan(cpu) || isnan(memory))
		return NAN;
	return cpu > memory ? cpu : memory;
}

static const char *ineligible_reason(struct dry_autoscaler *ca, uint32_t slot, double *utilization)
{
	struct dry_node *node = &ca->cluster->node[slot];
	const struct dry_group_options *own = options_of(ca, slot);
	double threshold;
	bool is_gpu;

	*utilization = NAN;
	if (node->unremovable_until_ms > ca->now_ms) {
		ca_due(ca, node->unremovable_until_ms);
		return "RecentlyUnremovable";
	}
	if (is_tbd(ca, slot) && ca->now_ms - node->to_be_deleted_at_ms < 300000) {
		ca_due(ca, node->to_be_deleted_at_ms + 300000);
		return "CurrentlyBeingDeleted";
	}
	if (!is_ready(ca, slot) && !ca->options->scale_down_unready_enabled)
		return "ScaleDownUnreadyDisabled";
	if (!ca_rule_on(ca, CA_RULE_UTILIZATION))
		return NULL;
	*utilization = node_utilization(ca, slot, &is_gpu);
	if (isnan(*utilization))
		return "UnexpectedError";
	if (is_gpu)
		threshold = own->scale_down_gpu_utilization_threshold >= 0
				    ? own->scale_down_gpu_utilization_threshold
				    : ca->options->scale_down_gpu_utilization_threshold;
	else
		threshold = own->scale_down_utilization_threshold >= 0
				    ? own->scale_down_utilization_threshold
				    : ca->options->scale_down_utilization_threshold;
	if (*utilization <= threshold)
		return NULL;
	/* long terminating pods leave the sum as time goes by, without a change of the node */
	if (!node->terminating_count && ca->cluster->node_touched[slot] != ca->cluster->snapshot_number)
		ca->cluster->node_open[slot / 64] &= ~(UINT64_C(1) << slot % 64);
	return "NotUnderutilized";
}

/* --- removal simulation --- */

struct destinations {
	uint32_t mark;                  /* nodes that may take pods carry it */
	uint32_t self;
};

static bool is_destination(const void *context, const struct dry_cluster *cluster, uint32_t slot)
{
	const struct destinations *d = context;

	return slot != d->self && slot < cluster->world_count && cluster->node_mark[slot] == d->mark;
}

/* Moves the pods of the node; on failure everything but the scan index is as before. */
static bool simulate_removal(struct dry_autoscaler *ca, uint32_t slot, const struct destinations *dest,
			     struct ca_drain_ask *ask)
{
	struct dry_cluster *cluster = ca->cluster;
	uint32_t mark = dry_snapshot_mark(cluster);
	struct ca_try try = { .accept = is_destination, .context = dest, .for_removal = true };

	ask->full = true;
	ask->remaining = ca->remaining;
	ask->move = dry_arena_array(&cluster->scratch, cluster->node[slot].pod_count + 1, sizeof(uint32_t));
	if (ca_ask_drain(ca, slot, ask) != CA_DRAIN_OK)
		return false;
	cluster->node[slot].waits = ask->waits;
	while (cluster->node[slot].first_pod != DRY_NONE)
		dry_snapshot_remove_pod(cluster, cluster->node[slot].first_pod);
	if (ca->options->removed_node_leaves_domain)
		dry_snapshot_remove_node(cluster, slot);
	try.pod = ask->move;
	try.count = ask->move_count;
	if (!ca_try_schedule(ca, &try)) {
		dry_snapshot_revert(cluster, mark);
		ask->reason = "NoPlaceToMovePods";
		return false;
	}
	if (!ca->options->removed_node_leaves_domain)
		dry_snapshot_remove_node(cluster, slot);
	return true;
}

/* Takes the moved pods off what the budgets still allow; true: more than that (risky). */
static bool spend_budgets(struct dry_autoscaler *ca, const struct ca_drain_ask *ask)
{
	uint32_t budgets = ca->cluster->spec.budget_count, i, k;
	int64_t *need;
	bool risky = false;

	if (!budgets)
		return false;
	need = dry_arena_array(&ca->cluster->scratch, budgets, sizeof(*need));
	for (i = 0; i < ask->move_count; i++) {
		const struct dry_shape *shape = pod_shape(ca, ask->move[i]);

		for (k = 0; k < shape->budget_count; k++)
			need[shape->budget[k]]++;
	}
	for (i = 0; i < budgets; i++) {
		risky = risky || (need[i] && need[i] > ca->remaining[i]);
		ca->remaining[i] -= need[i];
	}
	return risky;
}

static int64_t unneeded_limit(struct dry_autoscaler *ca)
{
	int64_t n = ca->options->max_scale_down_parallelism, unneeded = ca->options->scale_down_unneeded_ms;
	int64_t interval = ca->interval_ms > 0 ? ca->interval_ms : 1;
	int64_t longest = unneeded > interval ? unneeded : interval;
	int64_t first = (int64_t)ca->unneeded_count + 2 * n, second = n * (longest / interval) + n;

	return first < second ? first : second;
}

static void note_unremovable(struct dry_autoscaler *ca, uint32_t slot, const char *reason, uint32_t pod,
			     double utilization)
{
	if (ca->notes)
		ca_note(ca, DRY_NOTE_NODE_UNREMOVABLE, ca->cluster->node_group[slot], slot, pod, reason,
			utilization, 0, 0);
}

/* Groups whose nodes are no candidates in this loop: 1 = at the minimum, 2 = delayed. */
static uint8_t *exclude_groups(struct dry_autoscaler *ca)
{
	uint8_t *excluded = dry_arena_array(&ca->cluster->scratch, ca->group_count + 1, 1);
	uint32_t i;

	for (i = 0; i < ca->group_count; i++) {
		const struct dry_group *group = world_group(ca, i);

		if (group->target <= group->min_size)
			excluded[i] = 1;
		else if (ca->options->scale_down_delay_type_local && is_group_delayed(ca, i))
			excluded[i] = 2;
	}
	return excluded;
}

static bool is_eligible(struct dry_autoscaler *ca, uint32_t slot, const uint8_t *excluded)
{
	uint8_t out = excluded[ca->cluster->node_group[slot]];
	const char *reason;
	double utilization;

	if (out) {
		note_unremovable(ca, slot, out == 1 ? "NodeGroupMinSizeReached" : "ScaleDownDelayed", DRY_NONE, NAN);
		return false;
	}
	if (ca->cluster->node[slot].deletion_before)
		return false;
	reason = ineligible_reason(ca, slot, &utilization);
	if (reason)
		note_unremovable(ca, slot, reason, DRY_NONE, utilization);
	return !reason;
}

/* The same by the bits of nodes that are not known to be busy: slots are in the list's order. */
static uint32_t find_eligible_open(struct dry_autoscaler *ca, const uint8_t *excluded, uint32_t *eligible)
{
	struct dry_cluster *cluster = ca->cluster;
	uint32_t words = (cluster->world_count + 63) / 64, w, n = 0;

	for (w = 0; w < words; w++) {
		uint64_t open = cluster->node_open[w];

		while (open) {
			uint32_t bit = (uint32_t)__builtin_ctzll(open), slot = w * 64 + bit;

			open &= open - 1;
			if (slot >= cluster->world_count)
				break;
			/* what is not registered comes back by its change when it is */
			if (!cluster->node[slot].registered)
				cluster->node_open[w] &= ~(UINT64_C(1) << bit);
			else if (is_eligible(ca, slot, excluded))
				eligible[n++] = slot;
		}
	}
	return n;
}

/* Nodes that may be candidates at all, oldest first; eligibility does not depend on order. */
static uint32_t find_eligible(struct dry_autoscaler *ca, uint32_t *eligible)
{
	const uint8_t *excluded = exclude_groups(ca);
	uint32_t i, n = 0;

	if (!ca->notes && !ca->setup.plain_scan && ca_rule_on(ca, CA_RULE_UTILIZATION) &&
	    !ca->cluster->groups_disordered && ca->dest_count == ca->cluster->registered_count)
		return find_eligible_open(ca, excluded, eligible);
	for (i = 0; i < ca->dest_count; i++)
		if (is_eligible(ca, ca->dest[i], excluded))
			eligible[n++] = ca->dest[i];
	return n;
}

/* Empty first (those without on-completion pods before the others), then previous candidates, then list order. */
static uint32_t *sort_candidates(struct dry_autoscaler *ca, const uint32_t *eligible, uint32_t count)
{
	struct dry_arena *arena = &ca->cluster->scratch;
	uint32_t *list = dry_arena_array(arena, count + 1, sizeof(*list));
	uint8_t *key = dry_arena_array(arena, count + 1, 1);
	uint32_t start[9] = { 0 }, i;

	for (i = 0; i < count; i++) {
		const struct dry_node *node = &ca->cluster->node[eligible[i]];
		bool empty = is_empty(ca, eligible[i]);

		key[i] = (uint8_t)((empty ? 0 : 4) + (empty && node->waits ? 2 : 0) +
				   (node->was_candidate ? 0 : 1));
		start[key[i] + 1]++;
	}
	for (i = 1; i < 9; i++)
		start[i] += start[i - 1];
	for (i = 0; i < count; i++)
		list[start[key[i]]++] = eligible[i];
	return list;
}

static void mark_destinations(struct dry_autoscaler *ca, struct destinations *dest)
{
	uint32_t i;

	dest->mark = ++ca->marks;
	for (i = 0; i < ca->dest_count; i++)
		if (!ca->cluster->node[ca->dest[i]].deletion_before)
			ca->cluster->node_mark[ca->dest[i]] = dest->mark;
}

/* What the next loop's sort knows as previous candidates; clearing the timers does not touch it. */
static void keep_candidates(struct dry_autoscaler *ca, const struct ca_unneeded *found, size_t count)
{
	size_t i;

	for (i = 0; i < ca->previous_count; i++)
		ca->cluster->node[ca->previous[i]].was_candidate = false;
	ca->previous = dry_grow(ca->previous, &ca->previous_capacity, count + 1, sizeof(*ca->previous));
	ca->previous_count = count;
	for (i = 0; i < count; i++) {
		ca->previous[i] = found[i].slot;
		ca->cluster->node[found[i].slot].was_candidate = true;
	}
}

static int64_t unneeded_threshold(const struct dry_autoscaler *ca, uint32_t slot)
{
	const struct dry_group_options *own = options_of(ca, slot);

	return is_ready(ca, slot) ? pick(own->scale_down_unneeded_ms, ca->options->scale_down_unneeded_ms)
				  : pick(own->scale_down_unready_ms, ca->options->scale_down_unready_ms);
}

/* The set of unneeded nodes is replaced; who was in it keeps its since-time. */
static void update_timers(struct dry_autoscaler *ca, const struct ca_unneeded *found, size_t count)
{
	uint32_t mark = ++ca->marks;
	size_t i;

	for (i = 0; i < count; i++) {
		struct dry_node *node = &ca->cluster->node[found[i].slot];

		ca->cluster->node_mark[found[i].slot] = mark;
		if (node->unneeded_since_ms < 0) {
			node->unneeded_since_ms = ca->now_ms;
			ca_changed(ca);
		}
		if (ca->notes)
			ca_note(ca, DRY_NOTE_NODE_UNNEEDED, node->group_index, found[i].slot, DRY_NONE, NULL, NAN,
				node->unneeded_since_ms, unneeded_threshold(ca, found[i].slot));
	}
	for (i = 0; i < ca->unneeded_count; i++) {
		struct dry_node *node = &ca->cluster->node[ca->unneeded[i].slot];

		if (ca->cluster->node_mark[ca->unneeded[i].slot] != mark) {
			node->unneeded_since_ms = -1;
			ca_changed(ca);
		}
	}
	keep_candidates(ca, found, count);
	if (count != ca->unneeded_count)
		ca_changed(ca);
	for (i = 0; i < count && i < ca->unneeded_count; i++)
		if (found[i].slot != ca->unneeded[i].slot)
			ca_changed(ca);
	ca->unneeded = dry_grow(ca->unneeded, &ca->unneeded_capacity, count + 1, sizeof(*ca->unneeded));
	memcpy(ca->unneeded, found, count * sizeof(*found));
	ca->unneeded_count = count;
}

static uint32_t simulate_all(struct dry_autoscaler *ca, const uint32_t *eligible, uint32_t count,
			     struct ca_unneeded *found)
{
	int64_t limit = unneeded_limit(ca), atomic = 0;
	struct destinations dest = { 0 };
	uint32_t i, n = 0;

	if (count)
		mark_destinations(ca, &dest);
	for (i = 0; i < count; i++) {
		struct dry_node *node = &ca->cluster->node[eligible[i]];
		struct ca_drain_ask ask = { 0 };

		if ((int64_t)n - atomic >= limit)
			break;
		dest.self = eligible[i];
		if (!simulate_removal(ca, eligible[i], &dest, &ask)) {
			note_unremovable(ca, eligible[i], ask.reason, ask.blocking_pod, NAN);
			if (ca_rule_on(ca, CA_RULE_RECHECK_TIMEOUT))
				node->unremovable_until_ms =
					ca->now_ms + ca->options->unremovable_node_recheck_timeout_ms;
			ca_changed(ca);
			continue;
		}
		ca->cluster->node_mark[eligible[i]] = 0;
		found[n] = (struct ca_unneeded){ eligible[i], ask.move_count, spend_budgets(ca, &ask), ask.waits };
		atomic += options_of(ca, eligible[i])->zero_or_max_node_scaling;
		n++;
	}
	return n;
}

void ca_plan_scale_down(struct dry_autoscaler *ca)
{
	struct dry_cluster *cluster = ca->cluster;
	uint32_t mark = dry_snapshot_mark(cluster), count;
	uint32_t *eligible = dry_arena_array(&cluster->scratch, ca->dest_count + 1, sizeof(*eligible));
	struct ca_unneeded *found;

	if (ca->had_update && ca->now_ms - ca->previous_update_ms < ca->interval_ms) {
		ca->interval_ms = ca->now_ms - ca->previous_update_ms;
		ca_changed(ca);
	}
	ca->previous_update_ms = ca->now_ms;
	ca->had_update = true;
	if (cluster->terminating_total)
		ca_changed(ca);
	ca->removal_pass++;
	count = find_eligible(ca, eligible);
	if (!count && !ca->unneeded_count && !ca->previous_count)
		return;
	found = dry_arena_array(&cluster->scratch, count + 1, sizeof(*found));
	eligible = sort_candidates(ca, eligible, count);
	count = simulate_all(ca, eligible, count, found);
	update_timers(ca, found, count);
	dry_snapshot_revert(cluster, mark);
}

/* --- cooldown --- */

bool ca_is_in_cooldown(struct dry_autoscaler *ca)
{
	const struct dry_options *o = ca->options;
	int64_t until = INT64_MIN, end;
	const char *reason = NULL;

	if (ca->disable_scale_down) {
		if (ca->notes)
			ca_note(ca, DRY_NOTE_NO_SCALE_DOWN, DRY_NONE, DRY_NONE, DRY_NONE,
				"all pending pods are new", NAN, 0, 0);
		return true;
	}
	if (o->scale_down_delay_type_local)
		return false;
	end = ca->last_scale_up_ms + o->scale_down_delay_after_add_ms;
	if (end > ca->now_ms && ca_rule_on(ca, CA_RULE_DELAY_AFTER_ADD)) {
		until = end;
		reason = "scale-down-delay-after-add";
	}
	end = ca->last_fail_ms + o->scale_down_delay_after_failure_ms;
	if (end > ca->now_ms && end > until) {
		until = end;
		reason = "scale-down-delay-after-failure";
	}
	end = ca->last_delete_ms + o->scale_down_delay_after_delete_ms;
	if (end > ca->now_ms && end > until) {
		until = end;
		reason = "scale-down-delay-after-delete";
	}
	if (!reason)
		return false;
	ca_due(ca, until);
	if (ca->notes)
		ca_note(ca, DRY_NOTE_NO_SCALE_DOWN, DRY_NONE, DRY_NONE, DRY_NONE, reason, NAN, until, 0);
	return true;
}

/* --- choice of nodes to delete --- */

struct minimum_left {
	int64_t cores, bytes;
	int64_t gpus[8];
};

static void not_deleted(struct dry_autoscaler *ca, uint32_t slot, const char *reason, int64_t v0, int64_t v1)
{
	if (ca->notes)
		ca_note(ca, DRY_NOTE_NODE_NOT_DELETED, ca->cluster->node_group[slot], slot, DRY_NONE, reason, NAN,
			v0, v1);
}

static bool is_unneeded_long_enough(struct dry_autoscaler *ca, uint32_t slot)
{
	const struct dry_node *node = &ca->cluster->node[slot];
	int64_t threshold = unneeded_threshold(ca, slot);

	if (threshold == 0 || node->unneeded_since_ms + threshold < ca->now_ms ||
	    !ca_rule_on(ca, CA_RULE_UNNEEDED_TIME))
		return true;
	ca_due(ca, node->unneeded_since_ms + threshold + 1);
	not_deleted(ca, slot, is_ready(ca, slot) ? "NotUnneededLongEnough" : "NotUnreadyLongEnough",
		    node->unneeded_since_ms, threshold);
	return false;
}

static bool take_minimum(struct dry_autoscaler *ca, uint32_t slot, struct minimum_left *left)
{
	const struct dry_group *group = world_group(ca, ca->cluster->node_group[slot]);
	int64_t cores = (group->spec->capacity.amount[DRY_RESOURCE_CPU] + 999) / 1000;
	int64_t bytes = group->spec->capacity.amount[DRY_RESOURCE_MEMORY];
	uint32_t k;

	if (cores > left->cores || bytes > left->bytes)
		return false;
	for (k = 0; k < ca->options->gpu_total_count && k < 8; k++)
		if (ca_gpus_of(ca, group, k) > left->gpus[k])
			return false;
	left->cores -= cores;
	left->bytes -= bytes;
	for (k = 0; k < ca->options->gpu_total_count && k < 8; k++)
		left->gpus[k] -= ca_gpus_of(ca, group, k);
	return true;
}

/* What may still go before the cluster is at its minimum; without one nothing is counted. */
static void count_minimum_left(struct dry_autoscaler *ca, struct minimum_left *left)
{
	const struct dry_options *o = ca->options;
	bool any = o->cores_total.min > 0 || o->memory_total.min > 0;
	uint32_t k;

	for (k = 0; k < 8; k++)
		left->gpus[k] = INT64_MAX;
	for (k = 0; k < o->gpu_total_count && k < 8; k++)
		any = any || o->gpu_total[k].limit.min > 0;
	left->cores = left->bytes = INT64_MAX;
	if (!any)
		return;
	ca_count_usage(ca, &ca->usage);
	left->cores = ca->usage.cores - o->cores_total.min;
	left->bytes = ca->usage.bytes - o->memory_total.min * (INT64_C(1) << 30);
	for (k = 0; k < o->gpu_total_count && k < 8; k++)
		left->gpus[k] = ca->usage.gpus[k] - o->gpu_total[k].limit.min;
}

static bool may_delete(struct dry_autoscaler *ca, const struct ca_unneeded *u, struct minimum_left *left)
{
	uint32_t g = ca->cluster->node_group[u->slot];
	struct ca_group *group = &ca->group[g];

	if (!is_unneeded_long_enough(ca, u->slot))
		return false;
	if (group->size_left - group->in_progress <= world_group(ca, g)->min_size) {
		not_deleted(ca, u->slot, "NodeGroupMinSizeReached", 0, 0);
		return false;
	}
	if (!take_minimum(ca, u->slot, left)) {
		not_deleted(ca, u->slot, "MinimalResourceLimitExceeded", 0, 0);
		return false;
	}
	group->size_left--;
	return true;
}

static uint32_t collect(struct dry_autoscaler *ca, bool drains, struct minimum_left *left,
			const struct ca_unneeded **out)
{
	uint32_t n = 0;
	size_t i;

	for (i = 0; i < ca->unneeded_count; i++) {
		const struct ca_unneeded *u = &ca->unneeded[i];

		if ((u->move_count > 0) == drains && may_delete(ca, u, left))
			out[n++] = u;
	}
	return n;
}

/* Atomic groups: all nodes of the group or none. */
static void drop_partial_atomic(struct dry_autoscaler *ca, const struct ca_unneeded **empty, uint32_t *empty_count,
				const struct ca_unneeded **drain, uint32_t *drain_count)
{
	uint32_t g, i, n, mine;

	for (g = 0; g < ca->group_count; g++) {
		const struct dry_group *group = world_group(ca, g);

		if (!group->spec->options.zero_or_max_node_scaling)
			continue;
		mine = 0;
		for (i = 0; i < *empty_count; i++)
			mine += ca->cluster->node_group[empty[i]->slot] == g;
		for (i = 0; i < *drain_count; i++)
			mine += ca->cluster->node_group[drain[i]->slot] == g;
		if (!mine || (int32_t)mine >= group->target)
			continue;
		for (i = n = 0; i < *empty_count; i++)
			if (ca->cluster->node_group[empty[i]->slot] != g)
				empty[n++] = empty[i];
		*empty_count = n;
		for (i = n = 0; i < *drain_count; i++)
			if (ca->cluster->node_group[drain[i]->slot] != g)
				drain[n++] = drain[i];
		*drain_count = n;
	}
}

static uint32_t drop_waiting(const struct ca_unneeded **list, uint32_t count)
{
	uint32_t i, n = 0;

	for (i = 0; i < count; i++)
		if (!list[i]->waits)
			list[n++] = list[i];
	return n;
}

/* Empty nodes go group by group, in the order in which the groups first appear. */
static uint32_t crop_empty(struct dry_autoscaler *ca, const struct ca_unneeded **list, uint32_t count,
			   int64_t budget, uint32_t *out)
{
	uint32_t i, k, n = 0;
	bool *done = dry_arena_array(&ca->cluster->scratch, ca->group_count + 1, sizeof(*done));

	for (i = 0; i < count; i++) {
		uint32_t g = ca->cluster->node_group[list[i]->slot];

		if (done[g])
			continue;
		done[g] = true;
		for (k = i; k < count; k++) {
			if (ca->cluster->node_group[list[k]->slot] != g)
				continue;
			if ((int64_t)n < budget)
				out[n++] = list[k]->slot;
			else
				not_deleted(ca, list[k]->slot, "max-scale-down-parallelism", 0, 0);
		}
	}
	return n;
}

static uint32_t crop_drain(struct dry_autoscaler *ca, const struct ca_unneeded **list, uint32_t count,
			   int64_t budget, uint32_t *out)
{
	uint32_t i, n = 0;
	int pass;

	for (pass = 0; pass < 2; pass++)        /* risky ones behind the others */
		for (i = 0; i < count; i++) {
			if (list[i]->risky != (pass == 1))
				continue;
			if ((int64_t)n < budget)
				out[n++] = list[i]->slot;
			else
				not_deleted(ca, list[i]->slot, "max-drain-parallelism", 0, 0);
		}
	return n;
}

static int64_t drains_in_progress(const struct dry_autoscaler *ca)
{
	int64_t n = 0;
	size_t i;

	for (i = 0; i < ca->in_progress_count; i++)
		n += ca->cluster->node[ca->in_progress[i]].deletion == CA_DELETING_DRAIN;
	return n;
}

void ca_choose_deletions(struct dry_autoscaler *ca, uint32_t *empty, uint32_t *empty_count, uint32_t *drain,
			 uint32_t *drain_count)
{
	struct dry_arena *arena = &ca->cluster->scratch;
	const struct ca_unneeded **e = dry_arena_array(arena, ca->unneeded_count + 1, sizeof(*e));
	const struct ca_unneeded **d = dry_arena_array(arena, ca->unneeded_count + 1, sizeof(*d));
	struct minimum_left left;
	uint32_t g, n, m;
	int64_t all, drains;

	*empty_count = *drain_count = 0;
	if (!ca->unneeded_count)
		return;
	count_minimum_left(ca, &left);
	for (g = 0; g < ca->group_count; g++)
		ca->group[g].size_left = world_group(ca, g)->target;
	n = collect(ca, false, &left, e);
	m = collect(ca, true, &left, d);
	n = drop_waiting(e, n);
	m = drop_waiting(d, m);
	drop_partial_atomic(ca, e, &n, d, &m);
	all = ca->options->max_scale_down_parallelism - (int64_t)ca->in_progress_count;
	drains = ca->options->max_drain_parallelism - drains_in_progress(ca);
	if (!ca_rule_on(ca, CA_RULE_PARALLELISM))
		all = drains = INT32_MAX;
	*empty_count = crop_empty(ca, e, n, all > 0 ? all : 0, empty);
	all = (all > 0 ? all : 0) - *empty_count;
	if (drains > all)
		drains = all;
	*drain_count = crop_drain(ca, d, m, drains > 0 ? drains : 0, drain);
}
