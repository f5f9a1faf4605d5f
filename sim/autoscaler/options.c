/*
 * The flags as one table, after config/flags/flags.go of 1.36.1: what acts in a
 * simulation is stored, what cannot act is accepted with the reason why.
 */
#include "autoscaler/options.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/units.h"

#define FIELD(name) offsetof(struct dry_options, name)
#define ACTS DRY_OPTION_ACTS
#define YEARS_10 315360000.0            /* seconds */
#define MANY 2147483647.0

/* name, type, effect, offset, default, least, most, help */
const struct dry_option dry_option_table[] = {
	{ "scan-interval", DRY_OPTION_DURATION, ACTS, FIELD(scan_interval_ms), "10s", 0.1, 86400,
	  "time between the end of a loop and the next" },
	{ "frequent-loops-enabled", DRY_OPTION_BOOL, ACTS, FIELD(frequent_loops_enabled), "true", 0, 0,
	  "start loops at once after productive ones and on unschedulable pods" },
	{ "max-total-unready-percentage", DRY_OPTION_NUMBER, ACTS, FIELD(max_total_unready_percentage), "45", 0,
	  100, "share of unready nodes above which the cluster is unhealthy" },
	{ "ok-total-unready-count", DRY_OPTION_INTEGER, ACTS, FIELD(ok_total_unready_count), "3", 0, MANY,
	  "unready nodes that are always accepted" },
	{ "max-node-provision-time", DRY_OPTION_DURATION, ACTS, FIELD(max_node_provision_ms), "15m0s", 0, YEARS_10,
	  "after this a requested node counts as failed" },
	{ "max-node-startup-time", DRY_OPTION_DURATION, ACTS, FIELD(max_node_startup_ms), "15m0s", 0, YEARS_10,
	  "a registered node younger than this that is not ready is still starting" },
	{ "initial-node-group-backoff-duration", DRY_OPTION_DURATION, ACTS, FIELD(initial_node_group_backoff_ms),
	  "5m0s", 0, YEARS_10, "first back-off after a failed scale-up" },
	{ "max-node-group-backoff-duration", DRY_OPTION_DURATION, ACTS, FIELD(max_node_group_backoff_ms), "30m0s", 0,
	  YEARS_10, "longest back-off" },
	{ "node-group-backoff-reset-timeout", DRY_OPTION_DURATION, ACTS,
	  FIELD(node_group_backoff_reset_timeout_ms), "3h0m0s", 0, YEARS_10,
	  "back-off is forgotten this long after the last failure" },
	{ "force-delete-unregistered-nodes", DRY_OPTION_BOOL, ACTS, FIELD(force_delete_unregistered_nodes), "false", 0,
	  0, "remove long unregistered instances even below the group's minimum" },
	{ "force-delete-failed-nodes", DRY_OPTION_BOOL, ACTS, FIELD(force_delete_failed_nodes), "false", 0, 0,
	  "the same for instances with a create error" },
	{ "expander", DRY_OPTION_EXPANDER, ACTS, FIELD(expander), "least-waste", 0, 0,
	  "chain of random, most-pods, least-waste, least-nodes, price, priority" },
	{ "max-nodes-per-scaleup", DRY_OPTION_INTEGER, ACTS, FIELD(max_nodes_per_scaleup), "1000", 0, MANY,
	  "most nodes that one estimation adds" },
	{ "fastpath-binpacking-enabled", DRY_OPTION_BOOL, ACTS, FIELD(fastpath_binpacking_enabled), "false", 0, 0,
	  "estimate the largest pod group by arithmetic" },
	{ "max-nodes-total", DRY_OPTION_INTEGER, ACTS, FIELD(max_nodes_total), "0", 0, MANY,
	  "most nodes in the cluster; 0 = no limit" },
	{ "cores-total", DRY_OPTION_LIMIT, ACTS, FIELD(cores_total), "0:320000", 0, MANY,
	  "least and most cores in the cluster, min:max" },
	{ "memory-total", DRY_OPTION_LIMIT, ACTS, FIELD(memory_total), "0:6400000", 0, MANY,
	  "least and most GiB of memory in the cluster, min:max" },
	{ "gpu-total", DRY_OPTION_GPU_LIMIT, ACTS, FIELD(gpu_total), "", 0, MANY,
	  "least and most GPUs of a type, type:min:max; may be repeated" },
	{ "balance-similar-node-groups", DRY_OPTION_BOOL, ACTS, FIELD(balance_similar_node_groups), "false", 0, 0,
	  "split a scale-up over similar node groups" },
	{ "balancing-ignore-label", DRY_OPTION_TEXT_LIST, ACTS, FIELD(balancing_ignore_label), "", 0, 0,
	  "labels not compared when groups are checked for similarity" },
	{ "balancing-label", DRY_OPTION_TEXT_LIST, ACTS, FIELD(balancing_label), "", 0, 0,
	  "if given, only these labels are compared" },
	{ "memory-difference-ratio", DRY_OPTION_NUMBER, ACTS, FIELD(memory_difference_ratio), "0.015", 0, 1,
	  "memory capacity of similar groups may differ by this share" },
	{ "max-allocatable-difference-ratio", DRY_OPTION_NUMBER, ACTS, FIELD(max_allocatable_difference_ratio), "0.05",
	  0, 1, "allocatable resources of similar groups may differ by this share" },
	{ "max-free-difference-ratio", DRY_OPTION_NUMBER, ACTS, FIELD(max_free_difference_ratio), "0.05", 0, 1,
	  "free resources of similar groups may differ by this share" },
	{ "new-pod-scale-up-delay", DRY_OPTION_DURATION, ACTS, FIELD(new_pod_scale_up_delay_ms), "0s", 0, YEARS_10,
	  "pods younger than this do not cause a scale-up" },
	{ "expendable-pods-priority-cutoff", DRY_OPTION_INTEGER, ACTS, FIELD(expendable_pods_priority_cutoff), "-10",
	  -MANY, MANY, "pods of lower priority are ignored" },
	{ "bypassed-scheduler-names", DRY_OPTION_TEXT_LIST, ACTS, FIELD(bypassed_scheduler_names), "", 0, 0,
	  "any name here switches the rule that all pods are new off" },
	{ "scale-up-from-zero", DRY_OPTION_BOOL, ACTS, FIELD(scale_up_from_zero), "true", 0, 0,
	  "act when there is no ready node" },
	{ "enforce-node-group-min-size", DRY_OPTION_BOOL, ACTS, FIELD(enforce_node_group_min_size), "false", 0, 0,
	  "raise groups that are below their minimum" },
	{ "parallel-scale-up", DRY_OPTION_BOOL, ACTS, FIELD(parallel_scale_up), "false", 0, 0,
	  "a failed group does not stop the rest of a balanced plan" },
	{ "salvo-scale-up", DRY_OPTION_BOOL, ACTS, FIELD(salvo_scale_up), "false", 0, 0,
	  "several scale-ups in one loop" },
	{ "scale-down-enabled", DRY_OPTION_BOOL, ACTS, FIELD(scale_down_enabled), "true", 0, 0,
	  "remove nodes at all" },
	{ "scale-down-unneeded-time", DRY_OPTION_DURATION, ACTS, FIELD(scale_down_unneeded_ms), "10m0s", 0, YEARS_10,
	  "how long a ready node must be unneeded before it is removed" },
	{ "scale-down-unready-time", DRY_OPTION_DURATION, ACTS, FIELD(scale_down_unready_ms), "20m0s", 0, YEARS_10,
	  "the same for a node that is not ready" },
	{ "scale-down-unready-enabled", DRY_OPTION_BOOL, ACTS, FIELD(scale_down_unready_enabled), "true", 0, 0,
	  "consider nodes that are not ready" },
	{ "scale-down-utilization-threshold", DRY_OPTION_NUMBER, ACTS, FIELD(scale_down_utilization_threshold), "0.5",
	  0, 1, "a node with more requested than this share is kept" },
	{ "scale-down-gpu-utilization-threshold", DRY_OPTION_NUMBER, ACTS,
	  FIELD(scale_down_gpu_utilization_threshold), "0.5", 0, 1, "the same for GPU nodes, counting GPUs only" },
	{ "ignore-daemonsets-utilization", DRY_OPTION_BOOL, ACTS, FIELD(ignore_daemonsets_utilization), "false", 0, 0,
	  "leave DaemonSet pods out of the utilization" },
	{ "ignore-mirror-pods-utilization", DRY_OPTION_BOOL, ACTS, FIELD(ignore_mirror_pods_utilization), "false", 0, 0,
	  "leave mirror pods out of the utilization" },
	{ "scale-down-delay-after-add", DRY_OPTION_DURATION, ACTS, FIELD(scale_down_delay_after_add_ms), "10m0s", 0,
	  YEARS_10, "no removal this long after a scale-up of any group" },
	{ "scale-down-delay-after-delete", DRY_OPTION_DURATION, ACTS, FIELD(scale_down_delay_after_delete_ms), "0s", 0,
	  YEARS_10, "no removal this long after a removal was started" },
	{ "scale-down-delay-after-failure", DRY_OPTION_DURATION, ACTS, FIELD(scale_down_delay_after_failure_ms),
	  "3m0s", 0, YEARS_10, "no removal this long after one could not be started" },
	{ "scale-down-delay-type-local", DRY_OPTION_BOOL, ACTS, FIELD(scale_down_delay_type_local), "false", 0, 0,
	  "the three delays act for each node group alone" },
	{ "unremovable-node-recheck-timeout", DRY_OPTION_DURATION, ACTS, FIELD(unremovable_node_recheck_timeout_ms),
	  "5m0s", 0, YEARS_10, "a node that could not be removed is not looked at again before" },
	{ "min-replica-count", DRY_OPTION_INTEGER, ACTS, FIELD(min_replica_count), "0", 0, MANY,
	  "a ReplicaSet with fewer replicas blocks a drain" },
	{ "skip-nodes-with-system-pods", DRY_OPTION_BOOL, ACTS, FIELD(skip_nodes_with_system_pods), "true", 0, 0,
	  "kube-system pods without a disruption budget block a drain" },
	{ "blocking-system-pod-distruption-timeout", DRY_OPTION_DURATION, ACTS,
	  FIELD(blocking_system_pod_distruption_timeout_ms), "1h0m0s", 0, YEARS_10,
	  "older kube-system pods no longer block (spelled so upstream)" },
	{ "skip-nodes-with-local-storage", DRY_OPTION_BOOL, ACTS, FIELD(skip_nodes_with_local_storage), "true", 0, 0,
	  "pods with hostPath or emptyDir volumes block a drain" },
	{ "skip-nodes-with-custom-controller-pods", DRY_OPTION_BOOL, ACTS,
	  FIELD(skip_nodes_with_custom_controller_pods), "true", 0, 0,
	  "pods of controllers other than the known kinds block a drain" },
	{ "max-scale-down-parallelism", DRY_OPTION_INTEGER, ACTS, FIELD(max_scale_down_parallelism), "10", 0, MANY,
	  "most removals in progress, empty and drained together" },
	{ "max-drain-parallelism", DRY_OPTION_INTEGER, ACTS, FIELD(max_drain_parallelism), "1", 0, MANY,
	  "most drained removals in progress" },
	{ "max-graceful-termination-sec", DRY_OPTION_SECONDS, ACTS, FIELD(max_graceful_termination_ms), "600", 0,
	  YEARS_10, "longest grace period and wait for evicted pods" },
	{ "drain-priority-config", DRY_OPTION_DRAIN_PRIORITY, ACTS, FIELD(drain_priority), "", 0, MANY,
	  "evict in ascending priorities, priority:seconds,..." },
	{ "max-pod-eviction-time", DRY_OPTION_DURATION, ACTS, FIELD(max_pod_eviction_ms), "2m0s", 0, YEARS_10,
	  "a refused eviction is repeated for this long" },
	{ "node-delete-delay-after-taint", DRY_OPTION_DURATION, ACTS, FIELD(node_delete_delay_after_taint_ms), "5s", 0,
	  YEARS_10, "wait between taint and eviction or deletion" },
	{ "node-deletion-batcher-interval", DRY_OPTION_DURATION, ACTS, FIELD(node_deletion_batcher_interval_ms), "0s", 0,
	  YEARS_10, "collect deletions of a group for this long" },
	{ "daemonset-eviction-for-empty-nodes", DRY_OPTION_BOOL, ACTS, FIELD(daemonset_eviction_for_empty_nodes),
	  "false", 0, 0, "evict DaemonSet pods of empty nodes" },
	{ "daemonset-eviction-for-occupied-nodes", DRY_OPTION_BOOL, ACTS, FIELD(daemonset_eviction_for_occupied_nodes),
	  "true", 0, 0, "evict DaemonSet pods of drained nodes" },
	{ "cordon-node-before-terminating", DRY_OPTION_BOOL, ACTS, FIELD(cordon_node_before_terminating), "true", 0, 0,
	  "set the node unschedulable together with the taint" },
	{ "max-bulk-soft-taint-count", DRY_OPTION_INTEGER, ACTS, FIELD(max_bulk_soft_taint_count), "10", 0, MANY,
	  "soft taints changed in one loop; 0 = none at all" },
#define IDLE(name, value, why) { name, DRY_OPTION_TEXT, DRY_OPTION_NO_EFFECT, 0, value, 0, 0, why }
#define NO_CLUSTER "talks to a real cluster or cloud; there is none in a simulation"
#define NO_TIME "limits real computing time; a simulated loop takes none"
#define NO_LOG "logging and serving do not change decisions"
#define NO_FEATURE "belongs to a feature outside the model"
#define NOT_USED "parsed by upstream and not used any more"
#define NO_TAINTS "nodes of a simulation carry no such taints"
	IDLE("estimator", "binpacking", "binpacking is the only one"),
	IDLE("max-nodegroup-binpacking-duration", "10s", NO_TIME),
	IDLE("max-binpacking-time", "5m0s", NO_TIME),
	IDLE("salvo-scale-up-budget", "1m0s", NO_TIME),
	IDLE("scale-down-simulation-timeout", "30s", NO_TIME),
	IDLE("max-bulk-soft-taint-time", "3s", NO_TIME),
	IDLE("predicate-parallelism", "4", "changes speed and ties of the real program only"),
	IDLE("scale-down-non-empty-candidates-count", "30", NOT_USED),
	IDLE("scale-down-candidates-pool-ratio", "0.1", NOT_USED),
	IDLE("scale-down-candidates-pool-min-count", "50", NOT_USED),
	IDLE("startup-taint", "", NO_TAINTS),
	IDLE("startup-taint-prefix", "", NO_TAINTS),
	IDLE("ignore-taint", "", NO_TAINTS),
	IDLE("status-taint", "", NO_TAINTS),
	IDLE("scale-from-unschedulable", "false", "templates are never cordoned in a simulation"),
	IDLE("node-info-cache-expire-time", "87600h0m0s", "templates of a group do not change in a run"),
	IDLE("force-ds", "false", "DaemonSets run on every node that they may run on"),
	IDLE("scheduler-config-file", "", "the default profile is modelled"),
	IDLE("allowed-scheduler-names", "", "a trace has one scheduler"),
	IDLE("node-deletion-candidate-ttl", "0s", "acts at a restart; the simulated autoscaler never restarts"),
	IDLE("node-deletion-delay-timeout", "2m0s", "nodes carry no delay-deletion annotations"),
	IDLE("dynamic-node-delete-delay-after-taint-enabled", "false", "there is no API latency"),
	IDLE("node-group-auto-discovery", "", "node groups are those of the scenario"),
	IDLE("nodes", "", "node groups are those of the scenario: nodeGroups"),
	IDLE("cloud-provider", "", NO_CLUSTER),
	IDLE("cloud-config", "", NO_CLUSTER),
	IDLE("namespace", "kube-system", NO_CLUSTER),
	IDLE("kubeconfig", "", NO_CLUSTER),
	IDLE("kubernetes", "", NO_CLUSTER),
	IDLE("cluster-name", "", NO_CLUSTER),
	IDLE("clusterapi-cloud-config-authoritative", "false", NO_CLUSTER),
	IDLE("clusterapi-node-group-auto-discovery", "", NO_CLUSTER),
	IDLE("aws-use-static-instance-list", "false", NO_CLUSTER),
	IDLE("gce-concurrent-refreshes", "1", NO_CLUSTER),
	IDLE("gce-mig-instances-min-refresh-wait-time", "5s", NO_CLUSTER),
	IDLE("kube-client-burst", "10", NO_CLUSTER),
	IDLE("kube-client-qps", "5", NO_CLUSTER),
	IDLE("kube-api-content-type", "application/vnd.kubernetes.protobuf", NO_CLUSTER),
	IDLE("user-agent", "cluster-autoscaler", NO_CLUSTER),
	IDLE("regional", "false", NO_CLUSTER),
	IDLE("leader-elect", "true", NO_CLUSTER),
	IDLE("leader-elect-lease-duration", "15s", NO_CLUSTER),
	IDLE("leader-elect-renew-deadline", "10s", NO_CLUSTER),
	IDLE("leader-elect-retry-period", "2s", NO_CLUSTER),
	IDLE("leader-elect-resource-lock", "leases", NO_CLUSTER),
	IDLE("leader-elect-resource-name", "cluster-autoscaler", NO_CLUSTER),
	IDLE("leader-elect-resource-namespace", "", NO_CLUSTER),
	IDLE("write-status-configmap", "true", NO_CLUSTER),
	IDLE("status-config-map-name", "cluster-autoscaler-status", NO_CLUSTER),
	IDLE("max-inactivity", "10m0s", NO_CLUSTER),
	IDLE("max-failing-time", "15m0s", NO_CLUSTER),
	IDLE("max-startup-time", "15m0s", NO_CLUSTER),
	IDLE("address", ":8085", NO_LOG),
	IDLE("profiling", "false", NO_LOG),
	IDLE("v", "0", NO_LOG),
	IDLE("vmodule", "", NO_LOG),
	IDLE("alsologtostderr", "false", NO_LOG),
	IDLE("logtostderr", "true", NO_LOG),
	IDLE("stderrthreshold", "2", NO_LOG),
	IDLE("log-dir", "", NO_LOG),
	IDLE("log-file", "", NO_LOG),
	IDLE("log-file-max-size", "1800", NO_LOG),
	IDLE("logging-format", "text", NO_LOG),
	IDLE("log-flush-frequency", "5s", NO_LOG),
	IDLE("log-backtrace-at", "", NO_LOG),
	IDLE("add-dir-header", "false", NO_LOG),
	IDLE("skip-headers", "false", NO_LOG),
	IDLE("skip-log-headers", "false", NO_LOG),
	IDLE("one-output", "false", NO_LOG),
	IDLE("record-duplicated-events", "false", NO_LOG),
	IDLE("max-pod-bind-latency", "0s", NO_LOG),
	IDLE("emit-per-nodegroup-metrics", "false", NO_LOG),
	IDLE("debugging-snapshot-enabled", "false", NO_LOG),
	IDLE("feature-gates", "", NO_FEATURE),
	IDLE("grpc-expander-url", "", NO_FEATURE),
	IDLE("grpc-expander-cert", "", NO_FEATURE),
	IDLE("enable-provisioning-requests", "false", NO_FEATURE),
	IDLE("provisioning-request-initial-backoff-time", "1m0s", NO_FEATURE),
	IDLE("provisioning-request-max-backoff-time", "10m0s", NO_FEATURE),
	IDLE("provisioning-request-max-backoff-cache-size", "1000", NO_FEATURE),
	IDLE("check-capacity-batch-processing", "false", NO_FEATURE),
	IDLE("check-capacity-provisioning-request-max-batch-size", "10", NO_FEATURE),
	IDLE("check-capacity-provisioning-request-batch-timebox", "10s", NO_FEATURE),
	IDLE("check-capacity-processor-instance", "", NO_FEATURE),
	IDLE("enable-proactive-scaleup", "false", NO_FEATURE),
	IDLE("pod-injection-limit", "5000", NO_FEATURE),
	IDLE("capacity-buffer-controller-enabled", "false", NO_FEATURE),
	IDLE("capacity-buffer-pod-injection-enabled", "false", NO_FEATURE),
	IDLE("capacity-quotas-enabled", "false", NO_FEATURE),
	IDLE("async-node-groups", "false", NO_FEATURE),
	IDLE("node-autoprovisioning-enabled", "false", NO_FEATURE),
	IDLE("max-autoprovisioned-node-group-count", "15", NO_FEATURE),
	IDLE("enable-dynamic-resource-allocation", "true", NO_FEATURE),
	IDLE("enable-csi-node-aware-scheduling", "false", NO_FEATURE),
	IDLE("unremovable-pod-metrics-enabled", "false", NO_LOG),
	IDLE("node-removal-latency-tracking-enabled", "false", NO_LOG),
};

const size_t dry_option_count = sizeof(dry_option_table) / sizeof(dry_option_table[0]);

const struct dry_option *dry_option_find(const char *name, const char **nearest)
{
	const char *known[sizeof(dry_option_table) / sizeof(dry_option_table[0])];
	size_t i;

	for (i = 0; i < dry_option_count; i++) {
		if (!strcmp(dry_option_table[i].name, name))
			return &dry_option_table[i];
		known[i] = dry_option_table[i].name;
	}
	if (nearest)
		*nearest = dry_nearest_word(name, known, dry_option_count);
	return NULL;
}

/* --- setting --- */

static const char *const expander_name[DRY_EXPANDER_COUNT] = {
	[DRY_EXPANDER_RANDOM] = "random",           [DRY_EXPANDER_MOST_PODS] = "most-pods",
	[DRY_EXPANDER_LEAST_WASTE] = "least-waste", [DRY_EXPANDER_LEAST_NODES] = "least-nodes",
	[DRY_EXPANDER_PRICE] = "price",             [DRY_EXPANDER_PRIORITY] = "priority",
};

static const char *out_of_range(const struct dry_option *option, double value, struct dry_arena *arena)
{
	const char *unit = option->type == DRY_OPTION_DURATION || option->type == DRY_OPTION_SECONDS ? "s" : "";

	if (value < option->min)
		return dry_arena_printf(arena, "is below %g%s", option->min, unit);
	if (value > option->max)
		return dry_arena_printf(arena, "is above %g%s", option->max, unit);
	return NULL;
}

static const char *set_bool(bool *field, const char *text)
{
	static const char *const yes[] = { "true", "True", "TRUE", "t", "T", "1" };
	static const char *const no[] = { "false", "False", "FALSE", "f", "F", "0" };
	size_t i;

	for (i = 0; i < 6; i++) {
		if (!strcmp(text, yes[i]) || !strcmp(text, no[i])) {
			*field = !strcmp(text, yes[i]);
			return NULL;
		}
	}
	return "is not true or false";
}

static const char *set_integer(const struct dry_option *option, int64_t *field, const char *text, int64_t scale,
			       struct dry_arena *arena)
{
	int64_t value;
	const char *wrong = dry_parse_integer(text, strlen(text), &value);

	if (wrong)
		return dry_arena_printf(arena, "is not an integer (it %s)", wrong);
	wrong = out_of_range(option, (double)value, arena);
	if (!wrong)
		*field = value * scale;
	return wrong;
}

static const char *set_number(const struct dry_option *option, double *field, const char *text,
			      struct dry_arena *arena)
{
	double value;
	const char *wrong = dry_parse_number(text, strlen(text), &value);

	if (wrong)
		return dry_arena_printf(arena, "is not a number (it %s)", wrong);
	wrong = out_of_range(option, value, arena);
	if (!wrong)
		*field = value;
	return wrong;
}

static const char *set_duration(const struct dry_option *option, int64_t *field, const char *text,
				struct dry_arena *arena)
{
	int64_t ms;
	const char *wrong = dry_parse_duration_ms(text, strlen(text), &ms);

	if (wrong)
		return dry_arena_printf(arena, "is not a duration such as \"90s\" or \"10m\" (it %s)", wrong);
	wrong = out_of_range(option, (double)ms / 1000.0, arena);
	if (!wrong)
		*field = ms;
	return wrong;
}

/* The comma-separated parts of a text, in the arena. */
static uint32_t split(const char *text, char separator, const char ***part, struct dry_arena *arena)
{
	uint32_t count = 1, n = 0;
	const char *p;

	for (p = text; *p; p++)
		count += *p == separator;
	*part = dry_arena_array(arena, count, sizeof(**part));
	for (p = text;; text = ++p) {
		while (*p && *p != separator)
			p++;
		while (text < p && *text == ' ')
			text++;
		(*part)[n++] = dry_arena_copy(arena, text, (size_t)(p - text));
		if (!*p)
			return n;
	}
}

static const char *set_expander(struct dry_options *options, const char *text, struct dry_arena *arena)
{
	enum dry_expander chain[DRY_EXPANDER_COUNT];
	const char **part;
	uint32_t count = split(text, ',', &part, arena), i, k, e;

	if (count > DRY_EXPANDER_COUNT)
		return "names an expander twice";
	for (i = 0; i < count; i++) {
		for (e = 0; e < DRY_EXPANDER_COUNT && strcmp(part[i], expander_name[e]); e++)
			;
		if (!strcmp(part[i], "grpc"))
			return "grpc asks another program and is not modelled";
		if (e == DRY_EXPANDER_COUNT) {
			const char *near = dry_nearest_word(part[i], expander_name, DRY_EXPANDER_COUNT);

			return near ? dry_arena_printf(arena, "\"%s\" is not an expander; did you mean \"%s\"?",
						       part[i], near)
				    : dry_arena_printf(arena, "\"%s\" is not an expander", part[i]);
		}
		for (k = 0; k < i; k++)
			if (chain[k] == (enum dry_expander)e)
				return "names an expander twice";
		if (i && chain[i - 1] == DRY_EXPANDER_RANDOM)
			return "random always leaves one option, so it must come last";
		chain[i] = (enum dry_expander)e;
	}
	options->expander_count = count;
	memcpy(options->expander, chain, count * sizeof(*chain));
	return NULL;
}

static const char *parse_limit(const char *text, struct dry_limit *limit)
{
	const char *colon = strchr(text, ':');

	if (!colon || dry_parse_integer(text, (size_t)(colon - text), &limit->min) ||
	    dry_parse_integer(colon + 1, strlen(colon + 1), &limit->max))
		return "is not min:max in whole numbers";
	if (limit->min < 0 || limit->max < 0)
		return "has a negative limit";
	if (limit->max > INT32_MAX)
		return "has a limit above 2147483647";
	return limit->min > limit->max ? "has a minimum above its maximum" : NULL;
}

static const char *set_gpu_limits(struct dry_options *options, const char *text, struct dry_arena *arena)
{
	const char **part;
	uint32_t count = *text ? split(text, ',', &part, arena) : 0, i;
	struct dry_gpu_limit *list = dry_arena_array(arena, count + 1, sizeof(*list));

	if (count > 8)
		return "has more than 8 types";
	for (i = 0; i < count; i++) {
		const char *colon = strchr(part[i], ':'), *wrong;

		if (!colon || colon == part[i])
			return "is not type:min:max";
		list[i].type = dry_arena_copy(arena, part[i], (size_t)(colon - part[i]));
		wrong = parse_limit(colon + 1, &list[i].limit);
		if (wrong)
			return wrong;
	}
	options->gpu_total = list;
	options->gpu_total_count = count;
	return NULL;
}

static int by_priority(const void *a, const void *b)
{
	const struct dry_drain_priority *x = a, *y = b;

	return x->priority < y->priority ? -1 : x->priority > y->priority;
}

static const char *set_drain_priorities(struct dry_options *options, const char *text, struct dry_arena *arena)
{
	const char **part;
	uint32_t count = *text ? split(text, ',', &part, arena) : 0, i;
	struct dry_drain_priority *list = dry_arena_array(arena, count + 1, sizeof(*list));

	for (i = 0; i < count; i++) {
		const char *colon = strchr(part[i], ':');
		int64_t priority, seconds;

		if (!colon || dry_parse_integer(part[i], (size_t)(colon - part[i]), &priority) ||
		    dry_parse_integer(colon + 1, strlen(colon + 1), &seconds) || seconds < 0 ||
		    seconds > INT32_MAX || priority > INT32_MAX || priority < INT32_MIN)
			return "is not priority:seconds,priority:seconds,...";
		list[i].priority = (int32_t)priority;
		list[i].termination_ms = seconds * 1000;
	}
	qsort(list, count, sizeof(*list), by_priority);
	options->drain_priority = list;
	options->drain_priority_count = count;
	return NULL;
}

static const char *set_list(struct dry_text_list *list, const char *text, struct dry_arena *arena)
{
	const char **part;

	list->count = *text ? split(text, ',', &part, arena) : 0;
	list->text = list->count ? part : NULL;
	return NULL;
}

const char *dry_option_set(const struct dry_option *option, struct dry_options *options, const char *text,
			   struct dry_arena *arena)
{
	char *field = (char *)options + option->offset;

	if (option->effect == DRY_OPTION_NO_EFFECT)
		return NULL;
	switch (option->type) {
	case DRY_OPTION_BOOL:
		return set_bool((bool *)(void *)field, text);
	case DRY_OPTION_INTEGER:
		return set_integer(option, (int64_t *)(void *)field, text, 1, arena);
	case DRY_OPTION_SECONDS:
		return set_integer(option, (int64_t *)(void *)field, text, 1000, arena);
	case DRY_OPTION_NUMBER:
		return set_number(option, (double *)(void *)field, text, arena);
	case DRY_OPTION_DURATION:
		return set_duration(option, (int64_t *)(void *)field, text, arena);
	case DRY_OPTION_LIMIT:
		return parse_limit(text, (struct dry_limit *)(void *)field);
	case DRY_OPTION_GPU_LIMIT:
		return set_gpu_limits(options, text, arena);
	case DRY_OPTION_EXPANDER:
		return set_expander(options, text, arena);
	case DRY_OPTION_TEXT_LIST:
		return set_list((struct dry_text_list *)(void *)field, text, arena);
	case DRY_OPTION_DRAIN_PRIORITY:
		return set_drain_priorities(options, text, arena);
	case DRY_OPTION_TEXT:
		return NULL;
	}
	return NULL;
}

/* Every default that acts is a plain value, so no arena is kept for it. */
void dry_options_init(struct dry_options *options)
{
	struct dry_arena arena;
	size_t i;

	memset(options, 0, sizeof(*options));
	dry_arena_init(&arena);
	for (i = 0; i < dry_option_count; i++) {
		const struct dry_option *option = &dry_option_table[i];

		if (option->effect == DRY_OPTION_ACTS && *option->default_text)
			dry_option_set(option, options, option->default_text, &arena);
	}
	dry_arena_release(&arena);
}

/* --- text --- */

static const char *join(const char *list, const char *next, struct dry_arena *arena)
{
	return *list ? dry_arena_printf(arena, "%s,%s", list, next) : next;
}

static const char *chain_text(const struct dry_options *options, struct dry_arena *arena)
{
	const char *text = "";
	uint32_t i;

	for (i = 0; i < options->expander_count; i++)
		text = join(text, expander_name[options->expander[i]], arena);
	return text;
}

static const char *list_text(const struct dry_text_list *list, struct dry_arena *arena)
{
	const char *text = "";
	uint32_t i;

	for (i = 0; i < list->count; i++)
		text = join(text, list->text[i], arena);
	return text;
}

static const char *number_text(double value, struct dry_arena *arena)
{
	char buffer[40];

	return dry_arena_text(arena, dry_format_number(value, 1, buffer));
}

static const char *special_text(const struct dry_option *option, const struct dry_options *options,
				struct dry_arena *arena)
{
	const char *text = "";
	uint32_t i;

	if (option->type == DRY_OPTION_GPU_LIMIT)
		for (i = 0; i < options->gpu_total_count; i++)
			text = join(text, dry_arena_printf(arena, "%s:%lld:%lld", options->gpu_total[i].type,
							   (long long)options->gpu_total[i].limit.min,
							   (long long)options->gpu_total[i].limit.max), arena);
	else
		for (i = 0; i < options->drain_priority_count; i++)
			text = join(text, dry_arena_printf(arena, "%d:%lld", options->drain_priority[i].priority,
							   (long long)(options->drain_priority[i].termination_ms /
								       1000)), arena);
	return text;
}

const char *dry_option_text(const struct dry_option *option, const struct dry_options *options,
			    struct dry_arena *arena)
{
	const char *field = (const char *)options + option->offset;
	const struct dry_limit *limit = (const void *)field;
	const int64_t *integer = (const void *)field;
	const double *number = (const void *)field;
	const bool *flag = (const void *)field;
	const struct dry_text_list *list = (const void *)field;
	char buffer[64];

	if (option->effect == DRY_OPTION_NO_EFFECT)
		return option->default_text;
	switch (option->type) {
	case DRY_OPTION_BOOL:
		return *flag ? "true" : "false";
	case DRY_OPTION_INTEGER:
		return dry_arena_printf(arena, "%lld", (long long)*integer);
	case DRY_OPTION_SECONDS:
		return dry_arena_printf(arena, "%lld", (long long)(*integer / 1000));
	case DRY_OPTION_NUMBER:
		return number_text(*number, arena);
	case DRY_OPTION_DURATION:
		return dry_arena_text(arena, dry_format_duration(*integer, buffer, sizeof(buffer)));
	case DRY_OPTION_LIMIT:
		return dry_arena_printf(arena, "%lld:%lld", (long long)limit->min, (long long)limit->max);
	case DRY_OPTION_EXPANDER:
		return chain_text(options, arena);
	case DRY_OPTION_TEXT_LIST:
		return list_text(list, arena);
	case DRY_OPTION_GPU_LIMIT:
	case DRY_OPTION_DRAIN_PRIORITY:
		return special_text(option, options, arena);
	case DRY_OPTION_TEXT:
		break;
	}
	return "";
}

const char *dry_options_check(const struct dry_options *options)
{
	if (options->drain_priority_count && options->max_graceful_termination_ms != 600000)
		return "drain-priority-config and max-graceful-termination-sec exclude each other";
	return NULL;
}
