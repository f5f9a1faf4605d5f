/*
 * Models simulator/drain.go and simulator/drainability/rules as of 1.36.1: which
 * pods of a node must move, which do not count, which block. Cases: sd-bare-pod,
 * sd-local-storage, sd-pdb*, sd-system-pod, sd-safe-to-evict-*,
 * sd-min-replica-count, sd-custom-controller.
 */
#include "ca.h"

enum verdict { SKIP, MOVE, WAIT, BLOCK };

bool ca_is_long_terminating(const struct dry_autoscaler *ca, uint32_t pod)
{
	const struct dry_pod *p = &ca->cluster->pod[pod];

	return p->phase == DRY_POD_TERMINATING &&
	       p->deleted_at_ms + pod_class(ca, pod)->grace_ms + 30000 < ca->now_ms;
}

static bool is_replicated(const struct dry_autoscaler *ca, const struct dry_pod_class *class)
{
	switch (class->owner_kind) {
	case DRY_OWNER_NONE:
		return false;
	case DRY_OWNER_OTHER:
		dry_reach_pin(ca->reach, DRY_REACH_SKIP_CUSTOM,
			      ca->options->skip_nodes_with_custom_controller_pods);
		return !ca->options->skip_nodes_with_custom_controller_pods;
	default:
		return true;
	}
}

static bool has_too_few_replicas(const struct dry_autoscaler *ca, uint32_t owner)
{
	int64_t live = ca->cluster->owner_live[owner];

	if (live < ca->options->min_replica_count) {
		dry_reach_at_least(ca->reach, DRY_REACH_MIN_REPLICAS, (double)(live + 1));
		return true;
	}
	dry_reach_at_most(ca->reach, DRY_REACH_MIN_REPLICAS, (double)live);
	return false;
}

static const char *controller_blocks(const struct dry_autoscaler *ca, uint32_t pod)
{
	const struct dry_pod_class *class = pod_class(ca, pod);
	uint32_t owner = ca->cluster->pod[pod].owner_index;

	const char *reason = NULL;

	if (class->owner_kind == DRY_OWNER_DAEMON_SET)
		reason = "ControllerNotFound";
	else if (owner != DRY_NONE &&   /* placeholders have none in the table */
		 (class->owner_kind == DRY_OWNER_REPLICA_SET ||
		  class->owner_kind == DRY_OWNER_REPLICATION_CONTROLLER) &&
		 has_too_few_replicas(ca, owner))
		reason = "MinReplicasReached";
	if (!reason)
		return NULL;
	dry_reach_pin(ca->reach, DRY_REACH_SKIP_CUSTOM, ca->options->skip_nodes_with_custom_controller_pods);
	return ca->options->skip_nodes_with_custom_controller_pods ? reason : NULL;
}

static bool budget_blocks(const struct dry_autoscaler *ca, uint32_t pod, const int64_t *remaining)
{
	const struct dry_shape *shape = pod_shape(ca, pod);
	uint32_t i;

	for (i = 0; i < shape->budget_count && ca_rule_on(ca, CA_RULE_DISRUPTION_BUDGETS); i++)
		if (remaining[shape->budget[i]] < 1)
			return true;
	return false;
}

static enum verdict ask_system_pod(struct dry_autoscaler *ca, uint32_t pod)
{
	int64_t free_at = ca->cluster->pod[pod].created_at_ms +
			  ca->options->blocking_system_pod_distruption_timeout_ms;

	if (free_at < ca->now_ms && !ca->options->system_pods_block_forever)
		return MOVE;
	if (!ca->options->system_pods_block_forever)
		ca_due(ca, free_at + 1);
	return BLOCK;
}

static bool is_system(const struct dry_autoscaler *ca, const struct dry_pod_class *class)
{
	const char *name = dry_symbols_text(ca->cluster->spec.symbols, class->name_space);
	const char *system = "kube-system";

	while (*name && *name == *system)
		name++, system++;
	return *name == *system;
}

static enum verdict ask_pod(struct dry_autoscaler *ca, uint32_t pod, const struct ca_drain_ask *ask,
			    const char **reason)
{
	const struct dry_pod_class *class = pod_class(ca, pod);

	if (class->mirror || ca_is_long_terminating(ca, pod))
		return SKIP;
	if (ask->full && (*reason = controller_blocks(ca, pod)) != NULL)
		return BLOCK;
	if (ca->cluster->pod[pod].is_daemon)
		return SKIP;
	if (!ca_rule_on(ca, CA_RULE_DRAIN_RULES))
		return MOVE;
	if (class->safe_to_evict == DRY_SAFE_TO_EVICT_TRUE)
		return MOVE;
	if (class->safe_to_evict == DRY_SAFE_TO_EVICT_ON_COMPLETION)
		return WAIT;
	*reason = "NotReplicated";
	if (!is_replicated(ca, class))
		return BLOCK;
	if (!pod_shape(ca, pod)->budget_count && is_system(ca, class)) {
		dry_reach_pin(ca->reach, DRY_REACH_SKIP_SYSTEM, ca->options->skip_nodes_with_system_pods);
		if (ca->options->skip_nodes_with_system_pods) {
			*reason = "UnmovableKubeSystemPod";
			return ask_system_pod(ca, pod);
		}
	}
	*reason = "NotSafeToEvictAnnotation";
	if (class->safe_to_evict == DRY_SAFE_TO_EVICT_FALSE)
		return BLOCK;
	*reason = "LocalStorageRequested";
	if (class->local_storage) {
		dry_reach_pin(ca->reach, DRY_REACH_SKIP_LOCAL, ca->options->skip_nodes_with_local_storage);
		if (ca->options->skip_nodes_with_local_storage)
			return BLOCK;
	}
	*reason = "NotEnoughPdb";
	if (ask->full && budget_blocks(ca, pod, ask->remaining))
		return BLOCK;
	return MOVE;
}

enum ca_drain_result ca_ask_drain(struct dry_autoscaler *ca, uint32_t slot, struct ca_drain_ask *ask)
{
	struct dry_cluster *cluster = ca->cluster;
	uint32_t pod;

	ask->move_count = 0;
	ask->waits = false;
	ask->blocking_pod = DRY_NONE;
	ask->reason = NULL;
	for (pod = cluster->node[slot].first_pod; pod != DRY_NONE; pod = cluster->pod[pod].next) {
		const char *reason = NULL;

		switch (ask_pod(ca, pod, ask, &reason)) {
		case SKIP:
			break;
		case WAIT:
			ask->waits = true;
			break;
		case MOVE:
			if (ask->move)
				ask->move[ask->move_count] = pod;
			ask->move_count++;
			if (!ask->move)
				return CA_DRAIN_OK;     /* only "is there any" was asked */
			break;
		case BLOCK:
			ask->reason = reason;
			ask->blocking_pod = pod;
			return CA_DRAIN_BLOCKED;
		}
	}
	return CA_DRAIN_OK;
}
