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
	{ "prometheus", "prom kube-state-metrics", "Prometheus answers on kube-state-metrics, one file or more",
	  "curl 'http://PROMETHEUS/api/v1/query_range?query=kube_pod_created&start=..&end=..&step=15'",
	  DRY_IMPORT_TRACE, dry_prom_detect, dry_prom_read },
	{ "openb", "alibaba-gpu-2023", "GPU cluster trace 2023, pod list (CSV)",
	  "the published openb_pod_list_*.csv", DRY_IMPORT_TRACE, dry_openb_detect, dry_openb_read },
	{ "nodes", "node-list kube-nodes", "Kubernetes nodes, and the autoscaler's status ConfigMap",
	  "kubectl get nodes -o json", DRY_IMPORT_NODE_GROUPS, dry_kube_nodes_detect, dry_kube_nodes_read },
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
	  "curl \"https://prices.azure.com/api/retail/prices?$filter=serviceName eq 'Virtual Machines'\"",
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
