/*
 * Reasons of core/scaleup/orchestrator/skippedreasons.go, simulator/cluster.go
 * (UnremovableReason), utils/drain/drain.go (BlockingPodReason) and of
 * kube-scheduler's filter plugins, as of 1.36.1.
 */
#include "autoscaler/reasons.h"

#include <string.h>

const struct dry_reason dry_reason_table[] = {
	{ DRY_REASON_LOOP, "cluster is not healthy",
	  "more nodes unready than max-total-unready-percentage and ok-total-unready-count allow" },
	{ DRY_REASON_LOOP, "node group sizes were fixed", "a target was lowered to what the cloud really has" },
	{ DRY_REASON_LOOP, "no ready node (scale-up-from-zero is false)", "the loop needs a ready node to look at" },
	{ DRY_REASON_NO_SCALE_UP, "no unschedulable pods", "nothing waits for a node" },
	{ DRY_REASON_NO_SCALE_UP, "max total nodes in cluster reached", "max-nodes-total" },
	{ DRY_REASON_NO_SCALE_UP, "all unschedulable pods are new",
	  "younger than 2 s (30 s with a GPU): the next loop looks" },
	{ DRY_REASON_NO_SCALE_UP, "no expansion options", "no node group can take any of the pods, or may grow" },
	{ DRY_REASON_POD_IGNORED, "young", "younger than new-pod-scale-up-delay or the pod's own annotation" },
	{ DRY_REASON_POD_IGNORED, "expendable", "priority below expendable-pods-priority-cutoff" },
	{ DRY_REASON_POD_IGNORED, "daemon", "a DaemonSet's pod: it comes with a node" },
	{ DRY_REASON_GROUP_SKIPPED, "not ready for scale-up", "too many of the group's nodes are unready" },
	{ DRY_REASON_GROUP_SKIPPED, "in backoff after failed scale-up",
	  "initial- and max-node-group-backoff-duration" },
	{ DRY_REASON_GROUP_SKIPPED, "max node group size reached", "the target is at maxSize" },
	{ DRY_REASON_GROUP_SKIPPED, "atomic scale-up exceeds cluster node count limit",
	  "an all-or-nothing group does not fit below max-nodes-total" },
	{ DRY_REASON_GROUP_SKIPPED, "max cluster cpu limit reached", "one more node would exceed cores-total" },
	{ DRY_REASON_GROUP_SKIPPED, "max cluster memory limit reached", "one more node would exceed memory-total" },
	{ DRY_REASON_GROUP_SKIPPED, "max cluster gpu limit reached", "one more node would exceed gpu-total" },
	{ DRY_REASON_FILTER, "node(s) were unschedulable", "cordoned" },
	{ DRY_REASON_FILTER, "node(s) had untolerated taint(s)",
	  "a taint of the group that the pod does not tolerate" },
	{ DRY_REASON_FILTER, "node(s) didn't match Pod's node affinity/selector", "labels of the group" },
	{ DRY_REASON_FILTER, "Insufficient resources", "an empty node is too small, DaemonSets taken off" },
	{ DRY_REASON_FILTER, "node(s) didn't match pod topology spread constraints (missing required label)",
	  "the group lacks the topology key" },
	{ DRY_REASON_FILTER, "node(s) didn't match pod topology spread constraints", "the skew would be too large" },
	{ DRY_REASON_FILTER, "node(s) didn't satisfy inter-pod affinity or anti-affinity rules",
	  "other pods, here or missing" },
	{ DRY_REASON_CAPPED, "max-nodes-total", "the flag leaves fewer nodes" },
	{ DRY_REASON_CAPPED, "cores-total", "the flag leaves fewer nodes" },
	{ DRY_REASON_CAPPED, "memory-total", "the flag leaves fewer nodes" },
	{ DRY_REASON_CAPPED, "gpu-total", "the flag leaves fewer nodes" },
	{ DRY_REASON_EXPANDER, "random", "chance among what is left" },
	{ DRY_REASON_EXPANDER, "most-pods", "score: pods that the option helps, the most kept" },
	{ DRY_REASON_EXPANDER, "least-waste", "score: idle share of CPU plus that of memory, the least kept" },
	{ DRY_REASON_EXPANDER, "least-nodes", "score: nodes, the fewest kept" },
	{ DRY_REASON_EXPANDER, "price", "score: price against what the pods are worth, the least kept" },
	{ DRY_REASON_EXPANDER, "priority", "score: the highest priority whose pattern matches, the highest kept" },
	{ DRY_REASON_NO_SCALE_DOWN, "all pending pods are new", "the loop waits for them" },
	{ DRY_REASON_NO_SCALE_DOWN, "scale-down-delay-after-add", "since the last scale-up" },
	{ DRY_REASON_NO_SCALE_DOWN, "scale-down-delay-after-failure", "since the last failed deletion" },
	{ DRY_REASON_NO_SCALE_DOWN, "scale-down-delay-after-delete", "since the last deletion" },
	{ DRY_REASON_UNREMOVABLE, "NodeGroupMinSizeReached", "the group is at its minSize" },
	{ DRY_REASON_UNREMOVABLE, "ScaleDownDelayed", "scale-down-delay-type-local: the group's own delay runs" },
	{ DRY_REASON_UNREMOVABLE, "RecentlyUnremovable", "unremovable-node-recheck-timeout" },
	{ DRY_REASON_UNREMOVABLE, "CurrentlyBeingDeleted", "its deletion is under way" },
	{ DRY_REASON_UNREMOVABLE, "ScaleDownUnreadyDisabled", "not ready, and scale-down-unready-enabled is false" },
	{ DRY_REASON_UNREMOVABLE, "NotUnderutilized", "above scale-down-utilization-threshold (GPU nodes: their own)" },
	{ DRY_REASON_UNREMOVABLE, "UnexpectedError", "its utilization cannot be computed" },
	{ DRY_REASON_UNREMOVABLE, "NoPlaceToMovePods", "its pods fit nowhere else" },
	{ DRY_REASON_UNREMOVABLE, "ControllerNotFound", "a pod's controller is gone" },
	{ DRY_REASON_UNREMOVABLE, "MinReplicasReached", "min-replica-count" },
	{ DRY_REASON_UNREMOVABLE, "NotReplicated", "a pod without a controller that would bring it back" },
	{ DRY_REASON_UNREMOVABLE, "LocalStorageRequested", "skip-nodes-with-local-storage" },
	{ DRY_REASON_UNREMOVABLE, "NotSafeToEvictAnnotation", "cluster-autoscaler.kubernetes.io/safe-to-evict: false" },
	{ DRY_REASON_UNREMOVABLE, "UnmovableKubeSystemPod", "skip-nodes-with-system-pods" },
	{ DRY_REASON_UNREMOVABLE, "NotEnoughPdb", "a disruption budget allows no eviction now" },
	{ DRY_REASON_NOT_DELETED, "NotUnneededLongEnough", "scale-down-unneeded-time" },
	{ DRY_REASON_NOT_DELETED, "NotUnreadyLongEnough", "scale-down-unready-time" },
	{ DRY_REASON_NOT_DELETED, "NodeGroupMinSizeReached", "others of the group go first, down to minSize" },
	{ DRY_REASON_NOT_DELETED, "MinimalResourceLimitExceeded", "the minimum of cores-, memory- or gpu-total" },
	{ DRY_REASON_NOT_DELETED, "max-scale-down-parallelism", "enough deletions are under way" },
	{ DRY_REASON_NOT_DELETED, "max-drain-parallelism", "enough drains are under way" },
	{ DRY_REASON_DRAIN, "aborted", "max-pod-eviction-time ran out; the node stays" },
	{ DRY_REASON_DRAIN, "eviction refused by a disruption budget", "tried again 10 s later" },
	{ DRY_REASON_EVENT, "outOfResources", "scaleUpFailed: the cloud has no capacity" },
	{ DRY_REASON_EVENT, "timeout", "scaleUpFailed: max-node-provision-time ran out" },
	{ DRY_REASON_EVENT, "other", "scaleUpFailed: the cloud refused" },
	{ DRY_REASON_EVENT, "empty", "scaleDown: nothing on the node had to move" },
	{ DRY_REASON_EVENT, "underutilized", "scaleDown: its pods moved elsewhere" },
	{ DRY_REASON_EVENT, "unready", "scaleDown: the node was not ready" },
	{ DRY_REASON_EVENT, "scaleDown", "podEvicted: its node was drained" },
	{ DRY_REASON_EVENT, "interruption", "podEvicted: the cloud took its node" },
	{ DRY_REASON_EVENT, "preemption", "podEvicted: a pod of higher priority took its room" },
};
const size_t dry_reason_count = sizeof(dry_reason_table) / sizeof(dry_reason_table[0]);

static const char *const kind_name[DRY_REASON_KIND_COUNT] = {
	[DRY_REASON_LOOP] = "the loop ends",
	[DRY_REASON_NO_SCALE_UP] = "no scale-up",
	[DRY_REASON_POD_IGNORED] = "a pod is left aside",
	[DRY_REASON_GROUP_SKIPPED] = "a node group is skipped",
	[DRY_REASON_FILTER] = "a pod does not fit a node group",
	[DRY_REASON_CAPPED] = "fewer nodes than wanted",
	[DRY_REASON_EXPANDER] = "expanders",
	[DRY_REASON_NO_SCALE_DOWN] = "no scale-down",
	[DRY_REASON_UNREMOVABLE] = "a node is unremovable",
	[DRY_REASON_NOT_DELETED] = "an unneeded node is not deleted",
	[DRY_REASON_DRAIN] = "a drain",
	[DRY_REASON_EVENT] = "in the decision log",
};

const char *dry_reason_kind_name(enum dry_reason_kind kind)
{
	return kind_name[kind];
}

const struct dry_reason *dry_reason_find(enum dry_reason_kind kind, const char *text)
{
	for (size_t i = 0; i < dry_reason_count; i++)
		if (dry_reason_table[i].kind == kind && !strcmp(dry_reason_table[i].text, text))
			return &dry_reason_table[i];
	return NULL;
}
