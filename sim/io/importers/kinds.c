/*
 * The table of kinds. Detection takes the highest score; on a tie the earlier
 * row.
 */
#include "io/importers/kinds.h"

#include "io/importers.h"

/* What does not fit into a row. */
static const char audit_record[] =
	"kube-apiserver --audit-log-path=/var/log/audit.log --audit-policy-file=policy.yaml, where the policy has\n"
	"  apiVersion: audit.k8s.io/v1\n"
	"  kind: Policy\n"
	"  omitStages: [RequestReceived]\n"
	"  rules:\n"
	"  - level: RequestResponse\n"
	"    resources: [{group: \"\", resources: [pods, pods/binding, pods/eviction, pods/status]}]\n"
	"  - level: None\n"
	"dryscale import audit audit-2026-03-01.log.gz audit.log    # rotated files, oldest first";

static const char prometheus_record[] =
	"for m in kube_pod_created kube_pod_start_time kube_pod_completion_time kube_pod_deletion_timestamp \\\n"
	"  kube_pod_status_scheduled_time kube_pod_status_phase kube_pod_status_reason kube_pod_info \\\n"
	"  kube_pod_owner kube_pod_container_resource_requests kube_pod_init_container_resource_requests \\\n"
	"  kube_pod_init_container_info kube_pod_overhead_cpu_cores kube_pod_overhead_memory_bytes \\\n"
	"  kube_pod_tolerations kube_pod_nodeselectors kube_pod_resource_request\n"
	"do\n"
	"  curl -sG http://prometheus:9090/api/v1/query_range --data-urlencode query=$m \\\n"
	"    -d start=2026-03-02T00:00:00Z -d end=2026-03-03T00:00:00Z -d step=15 >prom-$m.json\n"
	"done\n"
	"dryscale import prometheus prom-*.json -o trace.jsonl.gz    # an answer holds 45 hours at most";

const struct dry_import_kind dry_import_kinds[] = {
	{ "pod-list", "pods kube-pods", "Kubernetes pod list (JSON or YAML)",
	  "kubectl get pods -A -o json >pods.json", DRY_IMPORT_TRACE, dry_pod_list_detect, dry_kube_pods_read },
	{ "pod-watch", "watch kube-watch", "Kubernetes pod watch stream (JSON or YAML)",
	  "kubectl get pods -A -w --output-watch-events -o json >pods-watch.json\n"
	  "kubectl get pods -A -w --output-watch-events -o json |\n"
	  "  jq -c --unbuffered '{ts: now, type, object}' >pods-watch.jsonl    # with times of receipt",
	  DRY_IMPORT_TRACE,
	  dry_pod_watch_detect, dry_kube_pods_read },
	{ "audit", "audit-log kube-audit", "API server audit log, level RequestResponse or Request",
	  audit_record, DRY_IMPORT_TRACE,
	  dry_audit_detect, dry_audit_read },
	{ "prometheus", "prom kube-state-metrics", "Prometheus answers on kube-state-metrics",
	  prometheus_record, DRY_IMPORT_TRACE, dry_prom_detect, dry_prom_read },
	{ "events", "kube-events", "Kubernetes events, with a watch of nodes beside them if there is one",
	  "kubectl get events -A -w --output-watch-events -o json >events.json\n"
	  "kubectl get nodes -w --output-watch-events -o json >nodes-watch.json\n"
	  "dryscale import events events.json nodes-watch.json -o recorded.jsonl", DRY_IMPORT_CALIBRATION,
	  dry_kube_events_detect, dry_kube_events_read },
	{ "autoscaler-log", "ca-log klog", "The Cluster Autoscaler's log (text or JSON)",
	  "kubectl logs -n kube-system deploy/cluster-autoscaler >ca.log\n"
	  "dryscale import autoscaler-log ca.log --log-year 2026 -o recorded.jsonl", DRY_IMPORT_CALIBRATION,
	  dry_ca_log_detect, dry_ca_log_read },
	{ "openb", "alibaba-gpu-2023", "GPU cluster trace 2023, pod list (CSV)",
	  "the published openb_pod_list_*.csv", DRY_IMPORT_TRACE, dry_openb_detect, dry_openb_read },
	{ "simkube", "sktrace", "SimKube trace, version 2 (MessagePack)",
	  "skctl export (SimKube's tracer)", DRY_IMPORT_TRACE, dry_simkube_detect, dry_simkube_read },
	{ "swf", "standard-workload-format", "Standard Workload Format (Parallel Workloads Archive)",
	  "the published *.swf.gz", DRY_IMPORT_TRACE, dry_swf_detect, dry_swf_read },
	{ "csv", "columns", "any CSV with a header, by --columns t=..,cpu=..,memory=..,duration=..",
	  "dryscale import csv jobs.csv --columns 't=submitted,cpu=cpus,memory=mem_gb*Gi,duration=end-start'",
	  DRY_IMPORT_TRACE, NULL, dry_csv_rows_read },
	{ "nodes", "node-list kube-nodes", "Kubernetes nodes, and the autoscaler's status ConfigMap",
	  "kubectl get nodes -o json\nkubectl get cm -n kube-system cluster-autoscaler-status -o yaml",
	  DRY_IMPORT_NODE_GROUPS, dry_kube_nodes_detect, dry_kube_nodes_read },
	{ "daemonsets", "daemon-sets", "DaemonSets, or those that pods of a list belong to",
	  "kubectl get daemonsets -A -o json", DRY_IMPORT_DAEMON_SETS, dry_daemonsets_detect, dry_daemonsets_read },
	{ "eks", "eks-nodegroup", "EKS node groups", "aws eks describe-nodegroup --cluster-name C --nodegroup-name G",
	  DRY_IMPORT_NODE_GROUPS, dry_eks_groups_detect, dry_aws_groups_read },
	{ "asg", "auto-scaling-groups", "AWS Auto Scaling groups", "aws autoscaling describe-auto-scaling-groups",
	  DRY_IMPORT_NODE_GROUPS, dry_asg_detect, dry_aws_groups_read },
	{ "gke", "gke-node-pools", "GKE node pools", "gcloud container node-pools list --cluster C --format=json",
	  DRY_IMPORT_NODE_GROUPS, dry_gke_pools_detect, dry_gke_pools_read },
	{ "aks", "aks-node-pools", "AKS node pools", "az aks show -g GROUP -n NAME", DRY_IMPORT_NODE_GROUPS,
	  dry_aks_pools_detect, dry_aks_pools_read },
	{ "cluster-api", "capi machine-deployments", "Cluster API MachineDeployments and MachinePools",
	  "kubectl get machinedeployments,machinepools,awsmachinetemplates -A -o json", DRY_IMPORT_NODE_GROUPS,
	  dry_cluster_api_detect, dry_cluster_api_read },
	{ "palette", "palette-pools machine-pools", "Spectro Cloud Palette machine pools (API or Terraform)",
	  "terraform show -json", DRY_IMPORT_NODE_GROUPS, dry_palette_detect, dry_palette_read },
	{ "instance-types", "aws-instance-types catalogue", "instance types (AWS answers, catalogues)",
	  "aws ec2 describe-instance-types --output json", DRY_IMPORT_NODE_GROUPS, dry_instance_types_detect,
	  dry_instance_types_read },
	{ "aws-spot", "aws-spot-prices spot-price-history", "AWS spot price history (JSON, text or CSV)",
	  "aws ec2 describe-spot-price-history --output json", DRY_IMPORT_PRICES, dry_aws_spot_detect,
	  dry_aws_spot_read },
	{ "spot-advisor", "aws-spot-advisor", "AWS Spot Instance Advisor: interruption bands",
	  "curl https://spot-bid-advisor.s3.amazonaws.com/spot-advisor-data.json", DRY_IMPORT_HAZARDS,
	  dry_spot_advisor_detect, dry_spot_advisor_read },
	{ "skypilot", "skypilot-catalog", "SkyPilot catalogue vms.csv: prices of any cloud",
	  "the published catalogs/v*/CLOUD/vms.csv, dated: 2026-03-02T10.csv", DRY_IMPORT_PRICES,
	  dry_skypilot_detect, dry_skypilot_read },
	{ "azure-prices", "azure-retail-prices", "Azure retail prices (JSON pages)",
	  "curl -G https://prices.azure.com/api/retail/prices "
	  "--data-urlencode \"\\$filter=serviceName eq 'Virtual Machines'\"",
	  DRY_IMPORT_PRICES, dry_azure_prices_detect, dry_azure_prices_read },
	{ "gcp-prices", "gcp-price-history", "Google Cloud price history (CSV)",
	  "a CSV: date,machine_type,region,on_demand_usd_hour,spot_usd_hour", DRY_IMPORT_PRICES,
	  dry_gcp_prices_detect, dry_gcp_prices_read },
	{ "deployment", "ca-args ca-deployment", "the autoscaler's Deployment: its flags",
	  "kubectl get deploy -n kube-system cluster-autoscaler -o yaml", DRY_IMPORT_SETTINGS,
	  dry_deployment_detect, dry_kube_settings_read },
	{ "priorities", "priority-expander priority-configmap", "the priority expander's ConfigMap",
	  "kubectl get cm -n kube-system cluster-autoscaler-priority-expander -o yaml", DRY_IMPORT_SETTINGS,
	  dry_priorities_detect, dry_kube_settings_read },
	{ "helm", "helm-values palette-pack", "values of the cluster-autoscaler chart, also in Palette's pack",
	  "helm get values cluster-autoscaler -n kube-system", DRY_IMPORT_SETTINGS, dry_helm_values_detect,
	  dry_helm_values_read },
	{ "aks-profile", "aks-settings", "AKS cluster autoscaler profile", "az aks show -g GROUP -n NAME",
	  DRY_IMPORT_SETTINGS, dry_aks_profile_detect, dry_aks_profile_read },
};

const size_t dry_import_kind_count = sizeof(dry_import_kinds) / sizeof(dry_import_kinds[0]);
