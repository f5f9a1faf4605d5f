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

/* Is the delay that began then not over? Called where the answer decides something. */
static bool is_delayed(struct dry_autoscaler *ca, enum dry_reach_flag flag, int64_t since_ms, int64_t delay_ms)
{
	if (since_ms == INT64_MIN)
		return false;
	if (since_ms + delay_ms <= ca->now_ms) {
		dry_reach_at_most(ca->reach, flag, (double)(ca->now_ms - since_ms));
		return false;
	}
	dry_reach_at_least(ca->reach, flag, (double)(ca->now_ms - since_ms + 1));
	ca_due_flag(ca, flag, since_ms - 1, since_ms + delay_ms);
	return true;
}

static bool is_group_delayed(struct dry_autoscaler *ca, uint32_t g)
{
	const struct ca_group *group = &ca->group[g];
	const struct dry_options *o = ca->options;

	return is_delayed(ca, DRY_REACH_DELAY_AFTER_ADD, group->local_up_ms, o->scale_down_delay_after_add_ms) ||
	       is_delayed(ca, DRY_REACH_DELAY_AFTER_DELETE, group->local_delete_ms,
			  o->scale_down_delay_after_delete_ms) ||
	       is_delayed(ca, DRY_REACH_DELAY_AFTER_FAILURE, group->local_fail_ms,
			  o->scale_down_delay_after_failure_ms);
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
	return ca->cluster->place[ca->cluster->node_place[slot]].daemon_request.amount[resource];
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

static bool is_underutilized(struct dry_autoscaler *ca, const struct dry_group_options *own, bool is_gpu,
			     double utilization)
{
	double of_group = is_gpu ? own->scale_down_gpu_utilization_threshold : own->scale_down_utilization_threshold;
	double flag = is_gpu ? ca->options->scale_down_gpu_utilization_threshold
			     : ca->options->scale_down_utilization_threshold;
	enum dry_reach_flag name = is_gpu ? DRY_REACH_GPU_UTILIZATION : DRY_REACH_UTILIZATION;

	if (of_group >= 0)
		return utilization <= of_group;
	if (utilization <= flag) {
		dry_reach_at_least(ca->reach, name, utilization);
		return true;
	}
	dry_reach_at_most(ca->reach, name, nextafter(utilization, -INFINITY));
	return false;
}

static const char *ineligible_reason(struct dry_autoscaler *ca, uint32_t slot, double *utilization)
{
	struct dry_node *node = &ca->cluster->node[slot];
	const struct dry_group_options *own = options_of(ca, slot);
	bool is_gpu;

	*utilization = NAN;
	if (node->unremovable_until_ms > 0 &&
	    is_delayed(ca, DRY_REACH_RECHECK_TIMEOUT,
		       node->unremovable_until_ms - ca->options->unremovable_node_recheck_timeout_ms,
		       ca->options->unremovable_node_recheck_timeout_ms))
		return "RecentlyUnremovable";
	if (is_tbd(ca, slot) && ca->now_ms - node->to_be_deleted_at_ms < 300000) {
		ca_due(ca, node->to_be_deleted_at_ms + 300000);
		return "CurrentlyBeingDeleted";
	}
	if (!is_ready(ca, slot)) {
		dry_reach_pin(ca->reach, DRY_REACH_UNREADY_ENABLED, ca->options->scale_down_unready_enabled);
		if (!ca->options->scale_down_unready_enabled)
			return "ScaleDownUnreadyDisabled";
	}
	if (!ca_rule_on(ca, CA_RULE_UTILIZATION))
		return NULL;
	*utilization = node_utilization(ca, slot, &is_gpu);
	if (isnan(*utilization))
		return "UnexpectedError";
	if (is_underutilized(ca, own, is_gpu, *utilization))
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

/*
 * What the limit on candidates asked: `most` is the greatest number found that
 * was within it, `stopped` the one that was not (-1 = none). The longer of
 * unneeded time and interval counts in whole intervals.
 */
static void reach_of_limit(struct dry_autoscaler *ca, int64_t most, int64_t stopped)
{
	int64_t n = ca->options->max_scale_down_parallelism, unneeded = ca->options->scale_down_unneeded_ms;
	int64_t interval = ca->interval_ms > 0 ? ca->interval_ms : 1, had = (int64_t)ca->unneeded_count;
	int64_t times = (unneeded > interval ? unneeded : interval) / interval;

	if (most >= 0 && n > most / 2) {
		dry_reach_at_least(ca->reach, DRY_REACH_SCALE_DOWN_PARALLELISM, (double)(most / 2 + 1));
	} else if (most >= 0) {
		int64_t least = most / (times + 1) + 1, other = most >= had ? (most - had) / 2 + 1 : 0;

		dry_reach_at_least(ca->reach, DRY_REACH_SCALE_DOWN_PARALLELISM,
				   (double)(least > other ? least : other));
		if (!ca->interval_is_flag && times > 1)
			dry_reach_at_least(ca->reach, DRY_REACH_UNNEEDED_TIME, (double)(times * interval));
	}
	if (stopped < 0)
		return;
	if (had + 2 * n <= stopped) {
		dry_reach_at_most(ca->reach, DRY_REACH_SCALE_DOWN_PARALLELISM, (double)((stopped - had) / 2));
		return;
	}
	dry_reach_at_most(ca->reach, DRY_REACH_SCALE_DOWN_PARALLELISM, (double)(stopped / (times + 1)));
	if (!ca->interval_is_flag)
		dry_reach_at_most(ca->reach, DRY_REACH_UNNEEDED_TIME, (double)((times + 1) * interval - 1));
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

	for (i = 0; i < ca->previous_count; i++) {
		dry_assert(ca->cluster->node[ca->previous[i]].was_candidate);
		ca->cluster->node[ca->previous[i]].was_candidate = false;
	}
	ca->previous = dry_grow(ca->previous, &ca->previous_capacity, count + 1, sizeof(*ca->previous));
	ca->previous_count = count;
	for (i = 0; i < count; i++) {
		ca->previous[i] = found[i].slot;
		ca->cluster->node[found[i].slot].was_candidate = true;
	}
}

int64_t ca_unneeded_threshold(const struct dry_autoscaler *ca, uint32_t slot, enum dry_reach_flag *flag)
{
	const struct dry_group_options *own = options_of(ca, slot);
	bool ready = is_ready(ca, slot);
	int64_t of_group = ready ? own->scale_down_unneeded_ms : own->scale_down_unready_ms;

	if (flag)
		*flag = of_group >= 0 ? DRY_REACH_COUNT : ready ? DRY_REACH_UNNEEDED_TIME : DRY_REACH_UNREADY_TIME;
	return pick(of_group, ready ? ca->options->scale_down_unneeded_ms : ca->options->scale_down_unready_ms);
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
				node->unneeded_since_ms, ca_unneeded_threshold(ca, found[i].slot, NULL));
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
	int64_t limit = unneeded_limit(ca), atomic = 0, most = -1, stopped = -1;
	struct destinations dest = { 0 };
	uint32_t i, n = 0;

	if (count)
		mark_destinations(ca, &dest);
	for (i = 0; i < count; i++) {
		struct dry_node *node = &ca->cluster->node[eligible[i]];
		struct ca_drain_ask ask = { 0 };

		if ((int64_t)n - atomic >= limit) {
			stopped = (int64_t)n - atomic;
			break;
		}
		if ((int64_t)n - atomic > most)
			most = (int64_t)n - atomic;
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
	reach_of_limit(ca, most, stopped);
	return n;
}

/* The shortest time between two loops so far, scale-down-unneeded-time at most. */
static void measure_interval(struct dry_autoscaler *ca)
{
	int64_t interval = ca->now_ms - ca->previous_update_ms;

	if (ca->had_update && interval < ca->interval_ms) {
		if (ca->interval_is_flag)
			dry_reach_at_least(ca->reach, DRY_REACH_UNNEEDED_TIME, (double)(interval + 1));
		ca->interval_is_flag = false;
		ca->interval_ms = interval;
		ca_changed(ca);
	} else if (ca->had_update && ca->interval_is_flag) {
		dry_reach_at_most(ca->reach, DRY_REACH_UNNEEDED_TIME, (double)interval);
	}
	ca->previous_update_ms = ca->now_ms;
	ca->had_update = true;
}

void ca_plan_scale_down(struct dry_autoscaler *ca)
{
	struct dry_cluster *cluster = ca->cluster;
	uint32_t mark = dry_snapshot_mark(cluster), count;
	uint32_t *eligible = dry_arena_array(&cluster->scratch, ca->dest_count + 1, sizeof(*eligible));
	struct ca_unneeded *found;

	measure_interval(ca);
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
