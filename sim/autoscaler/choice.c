/*
 * Models the cooldown of core/static_autoscaler.go and planner.NodesToDelete with
 * budgets.ScaleDownBudgetProcessor as of 1.36.1: which of the unneeded nodes go
 * now. Each answer narrows how far the run reaches (autoscaler/reach.h). Cases:
 * sd-*.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "ca.h"

/* --- cooldown --- */

/* Would a loop outside the cooldown have something to choose from at that instant? */
static bool is_any_long_enough(const struct dry_autoscaler *ca, int64_t at_ms)
{
	for (size_t i = 0; i < ca->unneeded_count; i++) {
		int64_t threshold = ca_unneeded_threshold(ca, ca->unneeded[i].slot, NULL);

		if (threshold == 0 || !ca_rule_on(ca, CA_RULE_UNNEEDED_TIME) ||
		    ca->cluster->node[ca->unneeded[i].slot].unneeded_since_ms + threshold < at_ms)
			return true;
	}
	return false;
}

/* No candidate is unneeded long enough then: so it must be with other values. */
static void reach_of_waiting(struct dry_autoscaler *ca, int64_t at_ms)
{
	for (size_t i = 0; i < ca->unneeded_count; i++) {
		enum dry_reach_flag flag;
		int64_t lasted = at_ms - ca->cluster->node[ca->unneeded[i].slot].unneeded_since_ms;

		ca_unneeded_threshold(ca, ca->unneeded[i].slot, &flag);
		if (flag != DRY_REACH_COUNT)
			dry_reach_at_least(ca->reach, flag, (double)(lasted > 0 ? lasted : 1));
	}
}

/* The cooldown decides something only where a node would go without it. */
static void reach_of_cooldown(struct dry_autoscaler *ca)
{
	if (!ca->options->soft_taints_only_outside_cooldown && !is_any_long_enough(ca, ca->now_ms)) {
		reach_of_waiting(ca, ca->now_ms);
		return;
	}
	if (ca->cooldown != DRY_REACH_COUNT) {
		dry_reach_at_least(ca->reach, ca->cooldown, (double)(ca->now_ms - ca->cooldown_since_ms + 1));
		return;
	}
	if (ca_rule_on(ca, CA_RULE_DELAY_AFTER_ADD))
		dry_reach_at_most(ca->reach, DRY_REACH_DELAY_AFTER_ADD, (double)(ca->now_ms - ca->last_scale_up_ms));
	dry_reach_at_most(ca->reach, DRY_REACH_DELAY_AFTER_FAILURE, (double)(ca->now_ms - ca->last_fail_ms));
	dry_reach_at_most(ca->reach, DRY_REACH_DELAY_AFTER_DELETE, (double)(ca->now_ms - ca->last_delete_ms));
}

void ca_reach_skipped(struct dry_autoscaler *ca, int64_t last_skipped_ms)
{
	for (int i = 0; i < DRY_REACH_COUNT; i++)
		if (ca->waits_since_ms[i] != INT64_MAX)
			dry_reach_at_least(ca->reach, (enum dry_reach_flag)i,
					   (double)(last_skipped_ms - ca->waits_since_ms[i]));
	if (ca->cooldown == DRY_REACH_COUNT)
		return;
	if (ca->options->soft_taints_only_outside_cooldown || is_any_long_enough(ca, last_skipped_ms))
		dry_reach_at_least(ca->reach, ca->cooldown, (double)(last_skipped_ms - ca->cooldown_since_ms + 1));
	else
		reach_of_waiting(ca, last_skipped_ms);
}

bool ca_is_in_cooldown(struct dry_autoscaler *ca)
{
	const struct dry_options *o = ca->options;
	const struct {
		enum dry_reach_flag flag;
		int64_t since_ms, delay_ms;
		const char *name;
	} delay[] = {
		{ DRY_REACH_DELAY_AFTER_ADD, ca->last_scale_up_ms,
		  ca_rule_on(ca, CA_RULE_DELAY_AFTER_ADD) ? o->scale_down_delay_after_add_ms : 0,
		  "scale-down-delay-after-add" },
		{ DRY_REACH_DELAY_AFTER_FAILURE, ca->last_fail_ms, o->scale_down_delay_after_failure_ms,
		  "scale-down-delay-after-failure" },
		{ DRY_REACH_DELAY_AFTER_DELETE, ca->last_delete_ms, o->scale_down_delay_after_delete_ms,
		  "scale-down-delay-after-delete" },
	};
	int64_t until = INT64_MIN;
	const char *reason = NULL;

	if (ca->disable_scale_down) {
		if (ca->notes)
			ca_note(ca, DRY_NOTE_NO_SCALE_DOWN, DRY_NONE, DRY_NONE, DRY_NONE,
				"all pending pods are new", NAN, 0, 0);
		return true;
	}
	if (o->scale_down_delay_type_local)
		return false;
	for (size_t i = 0; i < sizeof(delay) / sizeof(delay[0]); i++) {
		int64_t end = delay[i].since_ms + delay[i].delay_ms;

		if (end <= ca->now_ms || end <= until)
			continue;
		until = end;
		reason = delay[i].name;
		ca->cooldown = delay[i].flag;
		ca->cooldown_since_ms = delay[i].since_ms;
	}
	reach_of_cooldown(ca);
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
	enum dry_reach_flag flag;
	int64_t threshold = ca_unneeded_threshold(ca, slot, &flag), lasted = ca->now_ms - node->unneeded_since_ms;

	if (threshold == 0 || threshold < lasted || !ca_rule_on(ca, CA_RULE_UNNEEDED_TIME)) {
		if (flag != DRY_REACH_COUNT)
			dry_reach_at_most(ca->reach, flag, (double)(lasted > 0 ? lasted - 1 : 0));
		return true;
	}
	if (flag == DRY_REACH_COUNT) {
		ca_due(ca, node->unneeded_since_ms + threshold + 1);
	} else {
		dry_reach_at_least(ca->reach, flag, (double)(lasted > 0 ? lasted : 1));
		ca_due_flag(ca, flag, node->unneeded_since_ms, node->unneeded_since_ms + threshold + 1);
	}
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

/* Which limit crops what, when so many nodes may be deleted and so many drained. */
static void reach_of_parallelism(struct dry_autoscaler *ca, int64_t empty, int64_t drain)
{
	int64_t busy = (int64_t)ca->in_progress_count, draining = drains_in_progress(ca);
	int64_t all = ca->options->max_scale_down_parallelism, drains = ca->options->max_drain_parallelism;
	int64_t room = all > busy ? all - busy : 0, drain_room = drains > draining ? drains - draining : 0;
	int64_t taken = drain < drain_room ? drain : drain_room;

	if (empty > room || (drain && drain_room > room - empty && drain > room - empty)) {
		dry_reach_pin(ca->reach, DRY_REACH_SCALE_DOWN_PARALLELISM, (double)all);
		if (empty <= room)
			dry_reach_at_least(ca->reach, DRY_REACH_DRAIN_PARALLELISM, (double)(draining + room - empty));
		return;
	}
	if (empty + taken)
		dry_reach_at_least(ca->reach, DRY_REACH_SCALE_DOWN_PARALLELISM, (double)(busy + empty + taken));
	if (drain > drain_room)
		dry_reach_pin(ca->reach, DRY_REACH_DRAIN_PARALLELISM, (double)drains);
	else if (drain)
		dry_reach_at_least(ca->reach, DRY_REACH_DRAIN_PARALLELISM, (double)(draining + drain));
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
	reach_of_parallelism(ca, n, m);
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
