/*
 * Models core/scaledown/actuation (actuator.go, drain.go, softtaint.go,
 * group_deletion_scheduler.go, delete_in_batch.go) as of 1.36.1: taint, delay,
 * evict, wait, delete, in simulated time. Cases: sd-delete-delay, sd-drain-*,
 * sd-pdb-one-by-one.
 */
#include <stdlib.h>
#include <string.h>

#include "base/assert.h"
#include "ca.h"

#define EVICTION_RETRY_MS 10000
#define LOOK_MS 5000
#define EVICTION_HEADROOM_MS 30000

void ca_push(struct dry_autoscaler *ca, int64_t at_ms, enum ca_action action, uint32_t argument)
{
	dry_cluster_push(ca->cluster, at_ms, DRY_PHASE_AUTOSCALER, ca->cluster->sequence++, 0,
			 DRY_QUEUE_AUTOSCALER, argument, action);
}

static void finish_progress(struct dry_autoscaler *ca, uint32_t slot)
{
	size_t i, n = 0;

	ca->cluster->node[slot].deletion = CA_NOT_DELETING;
	for (i = 0; i < ca->in_progress_count; i++)
		if (ca->in_progress[i] != slot)
			ca->in_progress[n++] = ca->in_progress[i];
	ca->in_progress_count = n;
}

static void abort_deletion(struct dry_autoscaler *ca, uint32_t slot)
{
	finish_progress(ca, slot);
	if (!ca->cluster->node[slot].registered)
		return;
	if (ca->notes)
		ca_note(ca, DRY_NOTE_DRAIN, ca->cluster->node_group[slot], slot, DRY_NONE, "aborted", NAN, 0, 0);
	dry_node_set_flag(ca->cluster, slot, DRY_NODE_TO_BE_DELETED, false);
	dry_node_set_flag(ca->cluster, slot, DRY_NODE_CORDONED, false);
}

static void delete_node(struct dry_autoscaler *ca, uint32_t slot)
{
	finish_progress(ca, slot);
	ca->group[ca->cluster->node_group[slot]].local_delete_ms = ca->cluster->now_ms;
	dry_cloud_delete(ca->cluster, slot);
}

static bool is_gone(struct dry_autoscaler *ca, uint32_t slot)
{
	if (ca->cluster->node[slot].registered)
		return false;
	finish_progress(ca, slot);
	return true;
}

/* Batches: everything of a group that comes within the interval goes at its end. */
static void request_deletion(struct dry_autoscaler *ca, uint32_t slot)
{
	int64_t interval = ca->options->node_deletion_batcher_interval_ms;

	if (interval > 0)
		ca_push(ca, ca->cluster->now_ms + interval, CA_ACTION_DELETE, slot);
	else
		delete_node(ca, slot);
}

/* --- starting --- */

static const char *scale_down_reason(const struct dry_autoscaler *ca, uint32_t slot)
{
	const struct dry_cluster *cluster = ca->cluster;
	uint32_t pod;

	if (!is_ready(ca, slot))
		return "unready";
	for (pod = cluster->node[slot].first_pod; pod != DRY_NONE; pod = cluster->pod[pod].next)
		if (!cluster->pod[pod].is_daemon && !pod_class(ca, pod)->mirror &&
		    !dry_pod_is_expendable(cluster, pod))
			return "underutilized";
	return "empty";
}

static void start_deletion(struct dry_autoscaler *ca, uint32_t slot, enum ca_deletion kind)
{
	struct dry_cluster *cluster = ca->cluster;

	if (!(cluster->node_flags[slot] & DRY_NODE_TO_BE_DELETED))
		cluster->node[slot].to_be_deleted_at_ms = ca->now_ms;
	dry_node_set_flag(cluster, slot, DRY_NODE_TO_BE_DELETED, true);
	dry_node_set_flag(cluster, slot, DRY_NODE_CORDONED, ca->options->cordon_node_before_terminating);
	dry_cluster_emit_node(cluster, DRY_EVENT_SCALE_DOWN, slot, scale_down_reason(ca, slot));
	cluster->node[slot].scale_down_at_ms = ca->now_ms;
	cluster->node[slot].deletion = (uint8_t)kind;
	ca->in_progress = dry_grow(ca->in_progress, &ca->in_progress_capacity, ca->in_progress_count + 1,
				   sizeof(*ca->in_progress));
	ca->in_progress[ca->in_progress_count++] = slot;
	ca_push(ca, ca->now_ms + ca->options->node_delete_delay_after_taint_ms, CA_ACTION_AFTER_TAINT, slot);
}

void ca_start_deletions(struct dry_autoscaler *ca, const uint32_t *empty, uint32_t empty_count,
			const uint32_t *drain, uint32_t drain_count)
{
	uint32_t i;

	for (i = 0; i < empty_count; i++)
		start_deletion(ca, empty[i], CA_DELETING_EMPTY);
	for (i = 0; i < drain_count; i++)
		start_deletion(ca, drain[i], CA_DELETING_DRAIN);
	if (!empty_count && !drain_count)
		return;
	ca->last_delete_ms = ca->now_ms;
	ca_changed(ca);
}

/* --- draining --- */

static uint32_t new_drain(struct dry_autoscaler *ca, uint32_t slot)
{
	struct ca_drain *drain;
	uint32_t i;

	for (i = 0; i < ca->drain_count && ca->drain[i].active; i++)
		;
	if (i == ca->drain_count) {
		ca->drain = dry_grow(ca->drain, &ca->drain_capacity, ca->drain_count + 1, sizeof(*ca->drain));
		ca->drain_count++;
	}
	drain = &ca->drain[i];
	drain->slot = slot;
	drain->active = true;
	drain->pod_count = drain->todo_count = 0;
	drain->stage = 0;
	drain->started_at_ms = drain->looking_since_ms = ca->cluster->now_ms;
	return i;
}

static void put(uint32_t **list, size_t *capacity, size_t at, uint32_t value)
{
	*list = dry_grow(*list, capacity, at + 1, sizeof(**list));
	(*list)[at] = value;
}

static void put_todo(struct dry_autoscaler *ca, struct ca_drain *drain, uint32_t pod)
{
	put(&drain->todo, &drain->todo_capacity, drain->todo_count, pod);
	put(&drain->todo_generation, &drain->todo_generation_capacity, drain->todo_count,
	    ca->cluster->pod[pod].generation);
	drain->todo_count++;
}

static bool is_same_pod(const struct dry_autoscaler *ca, uint32_t pod, uint32_t generation)
{
	return ca->cluster->pod[pod].generation == generation;
}

/* Drain priorities: the entry of a pod is the highest not above its priority, or the lowest. */
static uint32_t stage_of(const struct dry_autoscaler *ca, uint32_t pod)
{
	const struct dry_options *o = ca->options;
	uint32_t i, stage = 0;

	for (i = 0; i < o->drain_priority_count; i++)
		if (o->drain_priority[i].priority <= pod_class(ca, pod)->priority)
			stage = i;
	return stage;
}

static int64_t termination_limit(const struct dry_autoscaler *ca, const struct ca_drain *drain)
{
	if (ca->options->drain_priority_count)
		return ca->options->drain_priority[drain->stage].termination_ms;
	return ca->options->max_graceful_termination_ms;
}

static bool may_evict(const struct dry_autoscaler *ca, uint32_t pod)
{
	const struct dry_shape *shape = pod_shape(ca, pod);
	uint32_t i;

	for (i = 0; i < shape->budget_count && ca_rule_on(ca, CA_RULE_DISRUPTION_BUDGETS); i++)
		if (dry_budget_allowed(ca->cluster, shape->budget[i]) < 1)
			return false;
	return true;
}

static void end_drain(struct dry_autoscaler *ca, uint32_t index)
{
	ca->drain[index].active = false;
}

static void look(struct dry_autoscaler *ca, uint32_t index);

static void evict_round(struct dry_autoscaler *ca, uint32_t index)
{
	struct ca_drain *drain = &ca->drain[index];
	struct dry_cluster *cluster = ca->cluster;
	bool in_stages = ca->options->drain_priority_count > 0;
	size_t i, refused = 0, later = 0;

	if (is_gone(ca, drain->slot)) {
		end_drain(ca, index);
		return;
	}
	if (cluster->now_ms - drain->started_at_ms >= ca->options->max_pod_eviction_ms && drain->todo_count) {
		end_drain(ca, index);
		abort_deletion(ca, drain->slot);
		return;
	}
	for (i = 0; i < drain->todo_count; i++) {
		uint32_t pod = drain->todo[i], generation = drain->todo_generation[i];
		bool wait = in_stages && is_same_pod(ca, pod, generation) && stage_of(ca, pod) > drain->stage;

		if (!is_same_pod(ca, pod, generation) || cluster->pod[pod].phase != DRY_POD_RUNNING ||
		    cluster->pod[pod].node != drain->slot)
			continue;
		if (!wait && may_evict(ca, pod)) {
			put(&drain->pod, &drain->pod_capacity, drain->pod_count, pod);
			put(&drain->generation, &drain->generation_capacity, drain->pod_count, generation);
			drain->pod_count++;
			dry_pod_evict(cluster, pod, DRY_EVICTED_SCALE_DOWN, false);
			continue;
		}
		if (!wait && ca->notes)
			ca_note(ca, DRY_NOTE_DRAIN, cluster->node_group[drain->slot], drain->slot, pod,
				"eviction refused by a disruption budget", NAN, 0, 0);
		drain->todo[refused + later] = pod;
		drain->todo_generation[refused + later] = generation;
		refused += !wait;
		later += wait;
	}
	drain->todo_count = refused + later;
	if (refused) {
		ca_push(ca, cluster->now_ms + EVICTION_RETRY_MS, CA_ACTION_EVICT, index);
		return;
	}
	drain->looking_since_ms = cluster->now_ms;
	look(ca, index);
}

static bool are_evicted_gone(const struct dry_autoscaler *ca, const struct ca_drain *drain)
{
	size_t i;

	for (i = 0; i < drain->pod_count; i++)
		if (is_same_pod(ca, drain->pod[i], drain->generation[i]) &&
		    ca->cluster->pod[drain->pod[i]].node == drain->slot)
			return false;
	return true;
}

static void look(struct dry_autoscaler *ca, uint32_t index)
{
	struct ca_drain *drain = &ca->drain[index];
	uint32_t slot = drain->slot;

	if (is_gone(ca, slot)) {
		end_drain(ca, index);
		return;
	}
	if (ca->cluster->now_ms - drain->looking_since_ms >=
	    termination_limit(ca, drain) + EVICTION_HEADROOM_MS) {
		end_drain(ca, index);
		abort_deletion(ca, slot);
		return;
	}
	if (!are_evicted_gone(ca, drain)) {
		ca_push(ca, ca->cluster->now_ms + LOOK_MS, CA_ACTION_LOOK, index);
		return;
	}
	if (drain->todo_count) {        /* the next priority's turn */
		drain->stage++;
		drain->started_at_ms = ca->cluster->now_ms;
		evict_round(ca, index);
		return;
	}
	end_drain(ca, index);
	request_deletion(ca, slot);
}

static bool evict_daemons(struct dry_autoscaler *ca, uint32_t slot)
{
	struct dry_cluster *cluster = ca->cluster;
	bool any = cluster->place[cluster->node_place[slot]].daemon_count > 0 &&
		   !cluster->node[slot].daemons_evicted;
	uint32_t pod, next;

	dry_node_evict_daemons(cluster, slot);
	for (pod = cluster->node[slot].first_pod; pod != DRY_NONE; pod = next) {
		next = cluster->pod[pod].next;
		if (cluster->pod[pod].is_daemon && cluster->pod[pod].phase == DRY_POD_RUNNING) {
			any = true;
			dry_pod_evict(cluster, pod, DRY_EVICTED_SCALE_DOWN, false);
		}
	}
	return any;
}

/* Budgets of this moment, for the second look at the drain rules. */
static int64_t *budgets_now(struct dry_autoscaler *ca, int64_t *list)
{
	uint32_t i;

	for (i = 0; i < ca->cluster->spec.budget_count; i++)
		list[i] = dry_budget_allowed(ca->cluster, i);
	return list;
}

static bool ask_again(struct dry_autoscaler *ca, uint32_t slot, bool drains, struct ca_drain_ask *ask)
{
	struct dry_arena *arena = &ca->cluster->scratch;
	struct dry_cluster *cluster = ca->cluster;
	uint32_t i, n = 0;

	ask->full = drains;
	ask->remaining = budgets_now(ca, dry_arena_array(arena, cluster->spec.budget_count + 1, sizeof(int64_t)));
	ask->move = dry_arena_array(arena, cluster->node[slot].pod_count + 1, sizeof(uint32_t));
	if (cluster->node[slot].expendable_count) {
		/* expendable pods are no business of the autoscaler: look at the node without them */
		uint32_t mark;

		dry_assert(!cluster->undo_count);
		mark = dry_snapshot_mark(cluster);
		for (i = cluster->node[slot].first_pod; i != DRY_NONE;) {
			uint32_t next = cluster->pod[i].next;

			if (dry_pod_is_expendable(cluster, i))
				dry_snapshot_remove_pod(cluster, i);
			i = next;
		}
		n = ca_ask_drain(ca, slot, ask) == CA_DRAIN_OK;
		dry_snapshot_revert(cluster, mark);
		return n;
	}
	return ca_ask_drain(ca, slot, ask) == CA_DRAIN_OK;
}

static void after_taint(struct dry_autoscaler *ca, uint32_t slot)
{
	struct dry_cluster *cluster = ca->cluster;
	bool drains = cluster->node[slot].deletion == CA_DELETING_DRAIN, had_daemons = false;
	struct ca_drain_ask ask = { 0 };
	uint32_t index, i;

	ca->now_ms = cluster->now_ms;
	if (is_gone(ca, slot))
		return;
	if (!ask_again(ca, slot, drains, &ask) || (!drains && ask.move_count)) {
		abort_deletion(ca, slot);
		return;
	}
	if (drains ? ca->options->daemonset_eviction_for_occupied_nodes
		   : ca->options->daemonset_eviction_for_empty_nodes)
		had_daemons = evict_daemons(ca, slot);
	if (!drains) {
		request_deletion(ca, slot);
		return;
	}
	index = new_drain(ca, slot);
	/* the thread started last runs first, unless daemon pods come behind */
	if (!had_daemons && ask.move_count)
		put_todo(ca, &ca->drain[index], ask.move[ask.move_count - 1]);
	for (i = 0; i < ask.move_count - (had_daemons ? 0 : ask.move_count > 0); i++)
		put_todo(ca, &ca->drain[index], ask.move[i]);
	evict_round(ca, index);
}

void dry_autoscaler_handle(struct dry_autoscaler *ca, const struct dry_queue_entry *entry)
{
	ca->now_ms = ca->cluster->now_ms;
	switch ((enum ca_action)entry->b) {
	case CA_ACTION_AFTER_TAINT:
		after_taint(ca, entry->a);
		break;
	case CA_ACTION_EVICT:
		evict_round(ca, entry->a);
		break;
	case CA_ACTION_LOOK:
		look(ca, entry->a);
		break;
	case CA_ACTION_REFRESH:
		ca_refresh_instances(ca);
		ca_push(ca, ca->cluster->now_ms + 120000, CA_ACTION_REFRESH, 0);
		break;
	case CA_ACTION_DELETE:
		if (!is_gone(ca, entry->a))
			delete_node(ca, entry->a);
		break;
	}
}

bool dry_autoscaler_is_refresh(const struct dry_queue_entry *entry)
{
	return dry_queue_kind(entry) == DRY_QUEUE_AUTOSCALER && entry->b == CA_ACTION_REFRESH;
}

/* --- soft taints --- */

/* How many unneeded nodes have the taint. */
static size_t count_tainted(const struct dry_autoscaler *ca)
{
	size_t i, n = 0;

	for (i = 0; i < ca->unneeded_count; i++)
		n += (ca->cluster->node_flags[ca->unneeded[i].slot] & DRY_NODE_CANDIDATE) != 0;
	return n;
}

void ca_update_soft_taints(struct dry_autoscaler *ca)
{
	struct dry_cluster *cluster = ca->cluster;
	int64_t left = ca->options->max_bulk_soft_taint_count;
	size_t tainted = count_tainted(ca);
	size_t wrong[2] = { cluster->candidate_total - tainted, ca->unneeded_count - tainted };
	uint32_t i;
	int pass;

	if (!ca_rule_on(ca, CA_RULE_SOFT_TAINTS))
		return;
	for (pass = 0; pass < 2; pass++)
		for (i = 0; i < ca->dest_count && left > 0 && wrong[pass]; i++) {
			uint32_t slot = ca->dest[i];
			bool unneeded = cluster->node[slot].unneeded_since_ms >= 0;
			bool has = cluster->node_flags[slot] & DRY_NODE_CANDIDATE;

			if (unneeded != (pass == 1) || has == unneeded)
				continue;
			wrong[pass]--;
			if (is_tbd(ca, slot))
				continue;
			dry_node_set_flag(cluster, slot, DRY_NODE_CANDIDATE, unneeded);
			left--;
			ca_changed(ca);
		}
}
