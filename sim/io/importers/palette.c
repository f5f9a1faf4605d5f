/*
 * Machine pools of Spectro Cloud Palette: the API's read model (flat, under
 * machinePoolConfig), its write model (cloudConfig beside poolConfig), and the
 * Terraform provider's machine_pool blocks (terraform show -json, or the blocks
 * as YAML or JSON). A pool over several zones is one group there.
 */
#include "io/importers/kinds.h"

#include <string.h>

#include "base/units.h"
#include "io/importers/detect.h"
#include "io/importers/groups.h"

#define DEPTH_MAX 20

static const char *const list_key[] = { "machinePoolConfig", "machinePools", "machine_pool", "machine_pools" };

int dry_palette_detect(const char *start, size_t length, const char *path)
{
	(void)path;
	for (size_t i = 0; i < sizeof(list_key) / sizeof(list_key[0]); i++)
		if (start_has(start, length, list_key[i]))
			return 91;
	return start_has(start, length, "poolConfig") && start_has(start, length, "cloudConfig") ? 91 : 0;
}

/* A field of a pool in any of its spellings; of the write model it may be in either half. */
static uint32_t field(const struct dry_tree *tree, uint32_t pool, const char *name, const char *other)
{
	const uint32_t half[] = { pool, dry_tree_find(tree, pool, "poolConfig"),
				  dry_tree_find(tree, pool, "cloudConfig") };

	for (size_t i = 0; i < sizeof(half) / sizeof(half[0]); i++) {
		if (i && !half[i])
			continue;
		const uint32_t found = dry_tree_find(tree, half[i], name);
		if (found && dry_tree_type_of(tree, found) != DRY_TREE_NULL)
			return found;
		const uint32_t second = other ? dry_tree_find(tree, half[i], other) : 0;
		if (second && dry_tree_type_of(tree, second) != DRY_TREE_NULL)
			return second;
	}
	return 0;
}

static bool read_sizes(struct dry_import_job *job, const struct dry_items *items, uint32_t pool,
		       struct group_draft *draft, struct dry_error *err)
{
	const struct dry_tree *const tree = &items->tree;

	if (!groups_size(items, field(tree, pool, "size", "count"), "count", &draft->initial_size, err) ||
	    !groups_size(items, field(tree, pool, "minSize", "min"), "min", &draft->min_size, err) ||
	    !groups_size(items, field(tree, pool, "maxSize", "max"), "max", &draft->max_size, err))
		return false;
	if (draft->max_size <= 0) {
		DRY_NOTE(job, "a pool without min and max keeps its size");
		draft->min_size = draft->max_size = draft->initial_size;
	} else if (field(tree, pool, "count", NULL) && draft->min_size > 0 &&
		   draft->initial_size != draft->min_size) {
		DRY_NOTE(job, "count differs from min: on EKS Palette asks for both to be equal");
	}
	return true;
}

static bool read_market(struct dry_import_job *job, const struct dry_items *items, uint32_t pool,
			struct group_draft *draft, struct dry_error *err)
{
	const struct dry_tree *const tree = &items->tree;
	const uint32_t kind = field(tree, pool, "capacityType", "capacity_type");
	const uint32_t options = field(tree, pool, "spotMarketOptions", NULL);
	uint32_t price = field(tree, pool, "max_price", "maxPrice");
	size_t length;

	if (!price)
		price = group_sub(tree, options, "maxPrice");
	draft->capacity_type = dry_tree_is(tree, kind, "spot") ? "spot" : "on-demand";
	if (dry_tree_is(tree, kind, "host-resource-group"))
		DRY_NOTE(job, "a pool on a host resource group is billed as on-demand");
	const char *const text = dry_tree_text(tree, price, &length);
	const char *const wrong = text && length ? dry_parse_price_nusd(text, length, &draft->max_price_nusd) : NULL;
	if (!wrong)
		return true;
	dry_fail(err, DRY_ERROR_INPUT, dry_items_where(items, price), "max_price: \"%.*s\" %s", (int)length, text,
		 wrong);
	return dry_fail_expected(err, "US dollars an hour, such as \"0.05\"");
}

/* Zones: azs, or the keys of az_subnets when that is all there is. */
static uint32_t zones_of(const struct dry_tree *tree, uint32_t pool)
{
	const uint32_t zones = field(tree, pool, "azs", NULL);
	const uint32_t subnets = field(tree, pool, "az_subnets", "azSubnets");

	return zones && dry_tree_first(tree, zones) ? zones : subnets;
}

static bool is_control_plane(const struct dry_tree *tree, uint32_t pool)
{
	return dry_tree_true(tree, field(tree, pool, "isControlPlane", "control_plane"));
}

static bool read_pool(struct dry_import_job *job, struct groups *groups, const struct dry_items *items,
		      uint32_t pool, struct dry_error *err)
{
	const struct dry_tree *const tree = &items->tree;
	const char *const name = groups_text(job, tree, field(tree, pool, "name", NULL));
	const struct dry_where where = dry_items_where(items, pool);

	job->report->rows_read++;
	if (is_control_plane(tree, pool)) {
		DRY_LEAVE_OUT(job, where, "is the control plane's pool");
		return true;
	}
	if (!name)
		return dry_fail(err, DRY_ERROR_INPUT, where, "name is missing from a machine pool");
	struct group_draft *const draft = groups_add(job, groups, name, strlen(name), where);
	draft->instance_type = groups_text(job, tree, field(tree, pool, "instanceType", "instance_type"));
	if (!draft->instance_type)
		draft->instance_type = groups_text(job, tree, field(tree, pool, "vmSize", NULL));
	if (!read_sizes(job, items, pool, draft, err) || !read_market(job, items, pool, draft, err))
		return false;
	group_add_labels(job, draft, tree, field(tree, pool, "additionalLabels", "additional_labels"));
	if (!group_add_taints(job, draft, items, field(tree, pool, "taints", NULL), err))
		return false;
	draft->is_one = true;
	groups_spread(job, groups, groups->count - 1, tree, zones_of(tree, pool), NULL);
	job->report->rows_kept++;
	return true;
}

static bool is_pool_list(const struct dry_tree *tree, uint32_t node)
{
	for (size_t i = 0; i < sizeof(list_key) / sizeof(list_key[0]); i++)
		if (dry_tree_key_is(tree, node, list_key[i]))
			return true;
	return false;
}

/* Terraform's JSON syntax also has blocks by name: machine_pool: {workers: {...}}. */
static bool walk(struct dry_import_job *job, struct groups *groups, const struct dry_items *items, uint32_t node,
		 int depth, struct dry_error *err)
{
	const struct dry_tree *const tree = &items->tree;
	const enum dry_tree_type type = dry_tree_type_of(tree, node);

	if (type < DRY_TREE_ARRAY || depth > DEPTH_MAX)
		return true;
	if (type == DRY_TREE_OBJECT && dry_tree_find(tree, node, "poolConfig"))
		return read_pool(job, groups, items, node, err);
	const bool is_list = node && is_pool_list(tree, node);
	if (is_list && type == DRY_TREE_OBJECT && dry_tree_find(tree, node, "name"))
		return read_pool(job, groups, items, node, err);
	for (uint32_t i = dry_tree_first(tree, node); i; i = dry_tree_next(tree, i)) {
		if (is_list && dry_tree_type_of(tree, i) == DRY_TREE_OBJECT) {
			if (!read_pool(job, groups, items, i, err))
				return false;
		} else if (!walk(job, groups, items, i, depth + 1, err)) {
			return false;
		}
	}
	return true;
}

static bool read_item(struct dry_import_job *job, struct groups *groups, const struct dry_items *items,
		      struct dry_error *err)
{
	return walk(job, groups, items, items->item, 0, err);
}

bool dry_palette_read(struct dry_import_job *job, struct dry_error *err)
{
	return groups_import(job, NULL, read_item, err);
}
