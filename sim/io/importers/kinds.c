/*
 * The table of kinds. Detection takes the highest score; on a tie the earlier
 * row.
 */
#include "io/importers/kinds.h"

#include "io/importers.h"

const struct dry_import_kind dry_import_kinds[] = {
	{ "pod-list", "pods kube-pods", "Kubernetes pod list (JSON or YAML)",
	  "kubectl get pods -A -o json", DRY_IMPORT_TRACE, dry_pod_list_detect, dry_kube_pods_read },
	{ "pod-watch", "watch kube-watch", "Kubernetes pod watch stream (JSON or YAML)",
	  "kubectl get pods -A -w --output-watch-events -o json", DRY_IMPORT_TRACE,
	  dry_pod_watch_detect, dry_kube_pods_read },
	{ "audit", "audit-log kube-audit", "API server audit log, level RequestResponse or Request",
	  "kube-apiserver --audit-log-path=... --audit-policy-file=...", DRY_IMPORT_TRACE,
	  dry_audit_detect, dry_audit_read },
	{ "openb", "alibaba-gpu-2023", "GPU cluster trace 2023, pod list (CSV)",
	  "the published openb_pod_list_*.csv", DRY_IMPORT_TRACE, dry_openb_detect, dry_openb_read },
	{ "nodes", "node-list kube-nodes", "Kubernetes nodes, and the autoscaler's status ConfigMap",
	  "kubectl get nodes -o json", DRY_IMPORT_NODE_GROUPS, dry_kube_nodes_detect, dry_kube_nodes_read },
};

const size_t dry_import_kind_count = sizeof(dry_import_kinds) / sizeof(dry_import_kinds[0]);
