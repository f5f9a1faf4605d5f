/* The table of patch formats, and what all of them share: title, left-overs. */
#include <string.h>

#include "base/units.h"
#include "report/patches/patches.h"

const struct dry_patch_format dry_patch_formats[] = {
	{ "helm", "Helm values", "values-dryscale.yaml",
	  "helm upgrade RELEASE CHART -f values.yaml -f values-dryscale.yaml", "the chart's values",
	  false, patch_helm_can, patch_helm_write },
	{ "args", "flags", "flags.txt", "the autoscaler's command line", NULL, false, patch_is_flag,
	  patch_args_write },
	{ "kustomize", "Kustomize overlay", "kustomization.yaml",
	  "kustomize build . beside the live manifest", "the live Deployment", true,
	  patch_is_flag_or_size, patch_kustomize_write },
	{ "json", "JSON6902", "patch.json",
	  "kubectl patch deploy -n kube-system NAME --type json --patch-file patch.json",
	  "the live Deployment", true, patch_is_flag_or_size, patch_json_write },
	{ "configmap", "priority ConfigMap", "priority-expander.yaml", "kubectl apply -f", NULL, false,
	  patch_configmap_can, patch_configmap_write },
	{ "cluster-api", "Cluster API annotations", "machine-deployments.yaml",
	  "kubectl patch --type merge, or a strategic merge patch of Kustomize", NULL, false,
	  patch_capi_can, patch_capi_write },
	{ "palette-pool", "Spectro Cloud machine pool", "machine-pools.json",
	  "the machine pool API of Palette", "the cluster's machine pools", false, patch_pool_can,
	  patch_pool_write },
	{ "palette-pack", "Spectro Cloud pack values", "pack-values.yaml",
	  "values of the cluster-autoscaler pack in a cluster profile", "the pack's values", false,
	  patch_helm_can, patch_pack_write },
	{ "terraform", "Terraform machine_pool", "machine_pool.tf",
	  "merge into the cluster resource's machine_pool blocks", NULL, false, patch_pool_can,
	  patch_terraform_write },
	{ "aks", "AKS autoscaler profile", "aks-profile.json", "az rest --method put, or a template",
	  NULL, false, patch_aks_can, patch_aks_write },
};

const size_t dry_patch_format_count = sizeof(dry_patch_formats) / sizeof(dry_patch_formats[0]);

const struct dry_patch_format *dry_patch_find(const char *name, const char **nearest)
{
	const char *known[sizeof(dry_patch_formats) / sizeof(dry_patch_formats[0])];

	for (size_t i = 0; i < dry_patch_format_count; i++) {
		known[i] = dry_patch_formats[i].name;
		if (!strcmp(name, known[i]))
			return &dry_patch_formats[i];
	}
	if (nearest)
		*nearest = dry_nearest_word(name, known, dry_patch_format_count);
	return NULL;
}

/* JSON has no comments: what they would say becomes notes. */
static bool has_comments(const struct dry_patch_format *format)
{
	size_t length = strlen(format->file);

	return length < 5 || strcmp(format->file + length - 5, ".json") != 0;
}

static const char *where_instead(const struct dry_change *change)
{
	switch (change->kind) {
	case DRY_CHANGE_FLAG:
		return "an autoscaler flag: --patch helm, args, kustomize or json";
	case DRY_CHANGE_GROUP_SIZE:
		return "a node group's size: --patch helm, cluster-api, palette-pool or terraform";
	case DRY_CHANGE_GROUP_OPTION:
		return "a node group's own option: --patch cluster-api";
	case DRY_CHANGE_PRIORITIES:
		return "the priority expander's list: --patch configmap or helm, with --scenario";
	case DRY_CHANGE_GROUP_OTHER:
		return "a property of the node group: change it where the group is defined";
	case DRY_CHANGE_OTHER:
		break;
	}
	return "not an autoscaler setting: change it in the workload or the cluster";
}

static void add_comment(struct dry_page *page, const char *piece)
{
	dry_page_add(page, "# ");
	dry_page_add_visible(page, piece, strlen(piece));
	dry_page_add_char(page, '\n');
}

static void add_left_over(const struct dry_change *change, bool comments, struct dry_page *page,
			  struct dry_error *err)
{
	const char *from = change->from ? change->from : "not set";

	if (!comments) {
		dry_warn(err, DRY_NOWHERE, "not exported: %s %s -> %s: %s", change->path, from,
			 change->to, where_instead(change));
		return;
	}
	dry_page_add(page, "# not exported: ");
	dry_page_add_visible(page, change->path, strlen(change->path));
	dry_page_add_char(page, ' ');
	dry_page_add_visible(page, from, strlen(from));
	dry_page_add(page, " -> ");
	dry_page_add_visible(page, change->to, strlen(change->to));
	dry_page_printf(page, " (%s)\n", where_instead(change));
}

/* The priority expander's list is written whole: it must be known. */
static bool can_say(const struct dry_patch_format *format, const struct dry_patch_request *request,
		    const struct dry_change *change)
{
	return format->can(change) && (change->kind != DRY_CHANGE_PRIORITIES || request->priority_count > 0);
}

static uint32_t count_said(const struct dry_patch_format *format, const struct dry_patch_request *request)
{
	const struct dry_change_set *set = request->changes;
	uint32_t said = 0;

	for (uint32_t i = 0; i < set->count; i++)
		said += can_say(format, request, &set->change[i]);
	return said;
}

bool dry_patch_write(const struct dry_patch_format *format,
		     const struct dry_patch_request *request, struct dry_page *page,
		     struct dry_error *err)
{
	const struct dry_change_set *set = request->changes;
	bool comments = request->comments && has_comments(format);

	if (format->needs_against && !request->against) {
		dry_fail(err, DRY_ERROR_USAGE, DRY_NOWHERE,
			 "a %s patch needs %s: positions and lists depend on it", format->label,
			 format->against);
		return dry_fail_fix(err, "add --against FILE");
	}
	if (count_said(format, request) == 0) {
		dry_fail(err, DRY_ERROR_EMPTY, DRY_NOWHERE, "nothing to change in %s", format->label);
		if (set->count)
			dry_fail_fix(err, "%s is %s", set->change[0].path, where_instead(&set->change[0]));
		return false;
	}
	for (uint32_t i = 0; comments && i < request->title_count; i++)
		add_comment(page, request->title[i]);
	if (!format->write(request, page, err))
		return false;
	for (uint32_t i = 0; i < set->count; i++)
		if (!can_say(format, request, &set->change[i]))
			add_left_over(&set->change[i], comments, page, err);
	return true;
}
