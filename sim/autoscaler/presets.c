/*
 * Releases: the spec's section on older releases (defaults and rules before
 * 1.36). AKS: the keys and defaults of its cluster autoscaler profile (learn
 * pages of the service, read November 2026). GKE publishes which way its
 * profiles lean and no numbers; nothing is made up for it. EKS runs upstream's
 * program with upstream's defaults; its node group labels are ignored when
 * groups are compared.
 */
#include "autoscaler/presets.h"

#include <string.h>

#include "base/units.h"

const struct dry_preset dry_preset_table[] = {
	{ "1.26", DRY_PRESET_RELEASE, "expander random, loop ends after a scale-up, no cordon, fixed scan interval" },
	{ "1.27", DRY_PRESET_RELEASE, "as 1.26" },
	{ "1.28", DRY_PRESET_RELEASE, "as 1.26" },
	{ "1.29", DRY_PRESET_RELEASE, "as 1.26" },
	{ "1.30", DRY_PRESET_RELEASE, "as 1.26; frequent-loops-enabled exists and is false" },
	{ "1.31", DRY_PRESET_RELEASE, "as 1.30" },
	{ "1.32", DRY_PRESET_RELEASE, "as 1.30" },
	{ "1.33", DRY_PRESET_RELEASE,
	  "expander least-waste, kube-system pods stop blocking after 1 h, soft taints in cooldown" },
	{ "1.34", DRY_PRESET_RELEASE, "loop goes on to scale-down after a scale-up, nodes are cordoned" },
	{ "1.35", DRY_PRESET_RELEASE, "frequent-loops-enabled true, all snapshot nodes count for limits" },
	{ "1.36", DRY_PRESET_RELEASE, "the release that is modelled" },
	{ "aks", DRY_PRESET_PROVIDER, "AKS autoscaler profile: its keys and defaults" },
	{ "eks", DRY_PRESET_PROVIDER, "upstream's defaults; labels of EKS node groups are not compared" },
	{ "gke-balanced", DRY_PRESET_PROVIDER, "GKE's default profile: no flag can be set; upstream's defaults" },
	{ "gke-optimize-utilization", DRY_PRESET_PROVIDER,
	  "GKE removes more nodes and sooner; it publishes no figures, so none are assumed" },
};

const size_t dry_preset_count = sizeof(dry_preset_table) / sizeof(dry_preset_table[0]);

const struct dry_preset *dry_preset_find(const char *name, const char **nearest)
{
	const char *known[sizeof(dry_preset_table) / sizeof(dry_preset_table[0])];
	size_t i;

	for (i = 0; i < dry_preset_count; i++) {
		if (!strcmp(dry_preset_table[i].name, name))
			return &dry_preset_table[i];
		known[i] = dry_preset_table[i].name;
	}
	if (nearest)
		*nearest = dry_nearest_word(name, known, dry_preset_count);
	return NULL;
}

static void apply_release(int minor, struct dry_options *options)
{
	if (minor < 36) {
		options->upcoming_without_request = true;
		options->timeout_keeps_target = true;
		options->absolute_balanced_score = true;
	}
	if (minor < 35) {
		options->frequent_loops_enabled = false;
		options->limits_count_ready_only = true;
	}
	if (minor < 34) {
		options->stop_after_scale_up = true;
		options->cordon_node_before_terminating = false;
	}
	if (minor < 33) {
		options->expander_count = 1;
		options->expander[0] = DRY_EXPANDER_RANDOM;
		options->system_pods_block_forever = true;
		options->soft_taints_only_outside_cooldown = true;
		options->removed_node_leaves_domain = true;
		options->no_hostname_spread_branch = true;
	}
}

/* The profile's settings: upstream flag, the profile's key. */
static const struct { const char *flag, *key; } aks_setting[] = {
	{ "scan-interval", "scan-interval" },
	{ "scale-down-delay-after-add", "scale-down-delay-after-add" },
	{ "scale-down-delay-after-delete", "scale-down-delay-after-delete" },
	{ "scale-down-delay-after-failure", "scale-down-delay-after-failure" },
	{ "scale-down-unneeded-time", "scale-down-unneeded-time" },
	{ "scale-down-unready-time", "scale-down-unready-time" },
	{ "ignore-daemonsets-utilization", "ignore-daemonsets-utilization" },
	{ "daemonset-eviction-for-empty-nodes", "daemonset-eviction-for-empty-nodes" },
	{ "daemonset-eviction-for-occupied-nodes", "daemonset-eviction-for-occupied-nodes" },
	{ "scale-down-utilization-threshold", "scale-down-utilization-threshold" },
	{ "max-graceful-termination-sec", "max-graceful-termination-sec" },
	{ "balance-similar-node-groups", "balance-similar-node-groups" },
	{ "expander", "expander" },
	{ "skip-nodes-with-local-storage", "skip-nodes-with-local-storage" },
	{ "skip-nodes-with-system-pods", "skip-nodes-with-system-pods" },
	{ "max-scale-down-parallelism", "max-empty-bulk-delete" },
	{ "new-pod-scale-up-delay", "new-pod-scale-up-delay" },
	{ "max-total-unready-percentage", "max-total-unready-percentage" },
	{ "max-node-provision-time", "max-node-provision-time" },
	{ "ok-total-unready-count", "ok-total-unready-count" },
};

static void apply_aks(struct dry_options *options)
{
	options->expander_count = 1;
	options->expander[0] = DRY_EXPANDER_RANDOM;
	options->skip_nodes_with_local_storage = false;
	options->scale_down_delay_after_delete_ms = options->scan_interval_ms;
	options->max_scale_down_parallelism = 10;
}

static void apply_eks(struct dry_options *options)
{
	static const char *const label[] = {
		"alpha.eksctl.io/instance-id", "alpha.eksctl.io/nodegroup-name", "eks.amazonaws.com/nodegroup",
		"k8s.amazonaws.com/eniConfig", "lifecycle", "topology.ebs.csi.aws.com/zone",
		"topology.k8s.aws/zone-id",
	};

	options->balancing_ignore_label.count = sizeof(label) / sizeof(label[0]);
	options->balancing_ignore_label.text = label;
}

void dry_preset_apply(const struct dry_preset *preset, struct dry_options *options)
{
	if (preset->kind == DRY_PRESET_RELEASE)
		apply_release((preset->name[2] - '0') * 10 + preset->name[3] - '0', options);
	else if (!strcmp(preset->name, "aks"))
		apply_aks(options);
	else if (!strcmp(preset->name, "eks"))
		apply_eks(options);
}

bool dry_preset_accepts(const struct dry_preset *preset, const char *flag, const char **key)
{
	size_t i;

	if (key)
		*key = NULL;
	if (preset->kind == DRY_PRESET_RELEASE || !strcmp(preset->name, "eks"))
		return true;
	for (i = 0; !strcmp(preset->name, "aks") && i < sizeof(aks_setting) / sizeof(aks_setting[0]); i++)
		if (!strcmp(aks_setting[i].flag, flag)) {
			if (key)
				*key = aks_setting[i].key;
			return true;
		}
	return false;
}

const char *dry_preset_old_flag(const char *flag, int *gone_in)
{
	if (strcmp(flag, "max-empty-bulk-delete"))
		return NULL;
	*gone_in = 33;
	return "max-scale-down-parallelism";
}

bool dry_preset_has_old_flag(const char *release, const char *provider, int gone_in)
{
	if (provider && !strcmp(provider, "aks"))
		return true;            /* its profile kept the old key */
	return release && (release[2] - '0') * 10 + release[3] - '0' < gone_in;
}
