/*
 * AKS node pools: agentPoolProfiles of az aks show, or az aks nodepool list.
 * Zones are numbers of the region ("1" is "eastus-1" on the node).
 */
#include "io/importers/kinds.h"

#include <string.h>

#include "base/units.h"
#include "io/importers/detect.h"
#include "io/importers/groups.h"


int dry_aks_pools_detect(const char *start, size_t length, const char *path)
{
	(void)path;
	return start_has(start, length, "\"agentPoolProfiles\"") ? 86
	       : start_has(start, length, "\"vmSize\"") && start_has(start, length, "\"enableAutoScaling\"") ? 90 : 0;
}

static bool read_sizes(struct dry_import_job *job, const struct dry_items *items, uint32_t pool,
		       struct group_draft *draft, struct dry_error *err)
{
	const struct dry_tree *const tree = &items->tree;

	if (!groups_size(items, dry_tree_find(tree, pool, "count"), "count", &draft->initial_size, err))
		return false;
	if (!dry_tree_true(tree, dry_tree_find(tree, pool, "enableAutoScaling"))) {
		DRY_NOTE(job, "a pool that is not autoscaled keeps its size");
		draft->min_size = draft->max_size = draft->initial_size;
		return true;
	}
	return groups_size(items, dry_tree_find(tree, pool, "minCount"), "minCount", &draft->min_size, err) &&
	       groups_size(items, dry_tree_find(tree, pool, "maxCount"), "maxCount", &draft->max_size, err);
}

static bool has_taint(const struct group_draft *draft, const char *key)
{
	for (const struct group_pair *pair = draft->taint; pair; pair = pair->next)
		if (!strcmp(pair->key, key))
			return true;
	return false;
}

/* Spot pools carry a label and a taint that keep other pods away. */
static void set_spot(struct dry_import_job *job, const struct dry_tree *tree, uint32_t pool,
		     struct group_draft *draft)
{
	static const char mark[] = "kubernetes.azure.com/scalesetpriority";
	size_t length;
	const char *const price = dry_tree_text(tree, dry_tree_find(tree, pool, "spotMaxPrice"), &length);

	draft->capacity_type = "spot";
	group_add_label(job, draft, mark, sizeof(mark) - 1, "spot", 4);
	if (!has_taint(draft, mark))
		group_add_taint(job, draft, mark, "spot", "NoSchedule");
	if (price && *price != '-' && dry_parse_price_nusd(price, length, &draft->max_price_nusd))
		draft->max_price_nusd = -1;
}

static bool read_pool(struct dry_import_job *job, struct groups *groups, const struct dry_items *items,
		      uint32_t pool, const char *region, struct dry_error *err)
{
	const struct dry_tree *const tree = &items->tree;
	const char *const name = groups_text(job, tree, dry_tree_find(tree, pool, "name"));
	const uint32_t taints = dry_tree_find(tree, pool, "nodeTaints");
	const struct dry_where where = dry_items_where(items, pool);

	job->report->rows_read++;
	if (dry_tree_is(tree, dry_tree_find(tree, pool, "osType"), "Windows")) {
		DRY_LEAVE_OUT(job, where, "is a Windows pool");
		return true;
	}
	if (!name)
		return dry_fail(err, DRY_ERROR_INPUT, where, "name is missing");
	struct group_draft *const draft = groups_add(job, groups, name, strlen(name), where);
	draft->instance_type = groups_text(job, tree, dry_tree_find(tree, pool, "vmSize"));
	if (!draft->instance_type)
		return dry_fail(err, DRY_ERROR_INPUT, where, "vmSize is missing");
	draft->capacity_type = "on-demand";
	draft->region = region;
	if (!read_sizes(job, items, pool, draft, err) ||
	    !groups_size(items, dry_tree_find(tree, pool, "maxPods"), "maxPods", &draft->max_pods, err))
		return false;
	group_add_label(job, draft, "kubernetes.azure.com/agentpool", 30, name, strlen(name));
	group_add_labels(job, draft, tree, dry_tree_find(tree, pool, "nodeLabels"));
	for (uint32_t i = taints ? dry_tree_first(tree, taints) : 0; i; i = dry_tree_next(tree, i)) {
		size_t length;
		const char *const text = dry_tree_text(tree, i, &length);
		if (!group_add_taint_text(job, draft, text ? text : "", length, dry_items_where(items, i), err))
			return false;
	}
	if (dry_tree_is(tree, dry_tree_find(tree, pool, "scaleSetPriority"), "Spot"))
		set_spot(job, tree, pool, draft);
	draft->is_one = true;           /* one scale set over its zones */
	groups_spread(job, groups, groups->count - 1, tree, dry_tree_find(tree, pool, "availabilityZones"),
		      region ? dry_arena_printf(&job->arena, "%s-", region) : "zone-");
	job->report->rows_kept++;
	return true;
}

static bool read_item(struct dry_import_job *job, struct groups *groups, const struct dry_items *items,
		      struct dry_error *err)
{
	const struct dry_tree *const tree = &items->tree;
	const char *const region = groups_text(job, tree, dry_tree_find(tree, items->item, "location"));
	uint32_t list = dry_tree_find(tree, items->item, "agentPoolProfiles");

	if (!list)
		list = dry_tree_path(tree, items->item, "properties.agentPoolProfiles");
	if (!list)
		return read_pool(job, groups, items, items->item, region, err);
	for (uint32_t i = dry_tree_first(tree, list); i; i = dry_tree_next(tree, i))
		if (!read_pool(job, groups, items, i, region, err))
			return false;
	return true;
}

bool dry_aks_pools_read(struct dry_import_job *job, struct dry_error *err)
{
	return groups_import(job, NULL, read_item, err);
}
