/*
 * Values of the cluster-autoscaler chart: alone, nested in an umbrella chart,
 * or as Palette's cluster-autoscaler pack has them (charts.cluster-autoscaler,
 * also as text inside a profile's packs). What follows the first "_" of a key
 * of extraArgs is dropped by the chart, which is how flags repeat there.
 */
#include "io/importers/kinds.h"

#include <string.h>

#include "io/importers/detect.h"
#include "io/importers/each.h"
#include "io/importers/settings.h"

static const char *const own_key[] = { "extraArgs", "autoDiscovery", "autoscalingGroups", "customArgs",
				       "expanderPriorities", "cloudProvider" };

int dry_helm_values_detect(const char *start, size_t length, const char *path)
{
	int known = 0;

	(void)path;
	if (start_pair(start, length, "kind", "Deployment") || start_pair(start, length, "kind", "ConfigMap"))
		return 0;
	for (size_t i = 0; i < sizeof(own_key) / sizeof(own_key[0]); i++)
		known += start_has(start, length, own_key[i]);
	if (start_has(start, length, "cluster-autoscaler") && start_has(start, length, "charts"))
		known++;
	return known > 1 ? 80 : known ? 40 : 0;
}

static bool looks_like_values(const struct dry_tree *tree, uint32_t node)
{
	for (size_t i = 0; i < sizeof(own_key) / sizeof(own_key[0]); i++)
		if (dry_tree_find(tree, node, own_key[i]))
			return true;
	return false;
}

/* The chart's own values: under its name at any depth, or the document itself. */
static uint32_t find_values(const struct dry_tree *tree, uint32_t node, int depth)
{
	if (dry_tree_type_of(tree, node) != DRY_TREE_OBJECT || depth > 8)
		return UINT32_MAX;
	const uint32_t named = dry_tree_find(tree, node, "cluster-autoscaler");
	if (named && looks_like_values(tree, named))
		return named;
	if (looks_like_values(tree, node))
		return node;
	for (uint32_t i = dry_tree_first(tree, node); i; i = dry_tree_next(tree, i)) {
		const uint32_t found = find_values(tree, i, depth + 1);
		if (found != UINT32_MAX)
			return found;
	}
	return UINT32_MAX;
}

/* A value of a flag: templates of the chart can only be written out by Helm itself. */
static bool read_flag(struct dry_import_job *job, struct settings *settings,
		      const struct dry_items *items, uint32_t node, struct dry_error *err)
{
	const struct dry_tree *const tree = &items->tree;
	const struct dry_where where = dry_items_where(items, node);
	size_t key_length, length;
	const char *const key = dry_tree_key(tree, node, &key_length);
	const char *const value = dry_tree_text(tree, node, &length);
	const char *const suffix = memchr(key, '_', key_length);

	if (suffix)
		key_length = (size_t)(suffix - key);
	if (value && memmem(value, length, "{{", 2)) {
		dry_fail(err, DRY_ERROR_INPUT, where, "%.*s: \"%.*s\" is a template", (int)key_length, key,
			 (int)length, value);
		return dry_fail_fix(err, "import what helm template prints: its Deployment holds the flags");
	}
	if (dry_tree_type_of(tree, node) >= DRY_TREE_ARRAY)
		return dry_fail(err, DRY_ERROR_INPUT, where, "%.*s: is no value of a flag", (int)key_length, key);
	return settings_set(job, settings, key, key_length, value, length, where, err);
}

/* Sizes of groups in the chart's own lists are for node groups, not for settings. */
static void note_groups(struct settings *settings, const struct dry_tree *tree, uint32_t values)
{
	const uint32_t groups = dry_tree_find(tree, values, "autoscalingGroups");

	if (groups && dry_tree_first(tree, groups))
		settings->group_sizes = "autoscalingGroups";
}

static bool read_values(struct dry_import_job *job, struct settings *settings,
			const struct dry_items *items, uint32_t values, struct dry_error *err)
{
	const struct dry_tree *const tree = &items->tree;
	const uint32_t extra = dry_tree_find(tree, values, "extraArgs");
	const uint32_t priorities = dry_tree_find(tree, values, "expanderPriorities");
	const uint32_t tag = dry_tree_path(tree, values, "image.tag");
	size_t length;
	const char *const text = dry_tree_text(tree, tag, &length);

	settings->found = true;
	if (text || job->request->release)
		settings_set_release(job, settings, text ? text : "", length);
	else
		DRY_NOTE(job, "image.tag is not set: release 1.36 is assumed (--release 1.33 says otherwise)");
	if (extra && dry_tree_type_of(tree, extra) > DRY_TREE_NULL && dry_tree_type_of(tree, extra) != DRY_TREE_OBJECT)
		return dry_fail(err, DRY_ERROR_INPUT, dry_items_where(items, extra), "extraArgs: is no map of flags");
	for (uint32_t i = extra ? dry_tree_first(tree, extra) : 0; i; i = dry_tree_next(tree, i))
		if (!read_flag(job, settings, items, i, err))
			return false;
	if (!settings_arguments(job, settings, items, dry_tree_find(tree, values, "customArgs"), err))
		return false;
	note_groups(settings, tree, values);
	if (!priorities || dry_tree_type_of(tree, priorities) == DRY_TREE_NULL ||
	    (dry_tree_type_of(tree, priorities) == DRY_TREE_OBJECT && !dry_tree_first(tree, priorities)))
		return true;
	return settings_priorities(job, settings, items, priorities, err);
}

static bool read_file(struct dry_import_job *job, struct dry_feed *feed, void *context,
		      struct dry_error *err);

/* A pack of a cluster profile: its values are text that holds YAML. */
static bool read_pack(struct dry_import_job *job, struct settings *settings, const struct dry_items *items,
		      uint32_t pack, struct dry_error *err)
{
	const struct dry_tree *const tree = &items->tree;
	const uint32_t values = dry_tree_find(tree, pack, "values");
	struct dry_error bad = { 0 };
	struct dry_feed feed;
	size_t length;
	const char *const text = dry_tree_text(tree, values, &length);

	if (!text || !memmem(text, length, "cluster-autoscaler", 18))
		return true;
	dry_feed_open_memory(&feed, items->feed->path, text, length);
	const bool good = read_file(job, &feed, settings, &bad);
	dry_feed_close(&feed);
	if (!good)
		dry_fail(err, DRY_ERROR_INPUT, dry_items_where(items, values), "values: line %u of the text: %s",
			 bad.count ? bad.complaint[0].line : 0, bad.count ? bad.complaint[0].text : "");
	dry_error_release(&bad);
	return good;
}

/* Packs are a list "packs" or "pack" somewhere in a profile, or in what terraform show -json prints. */
static bool read_packs(struct dry_import_job *job, struct settings *settings, const struct dry_items *items,
		       uint32_t node, int depth, struct dry_error *err)
{
	const struct dry_tree *const tree = &items->tree;
	const bool is_list = dry_tree_type_of(tree, node) == DRY_TREE_ARRAY;

	if (dry_tree_type_of(tree, node) < DRY_TREE_ARRAY || depth > 12)
		return true;
	for (uint32_t i = dry_tree_first(tree, node); i; i = dry_tree_next(tree, i)) {
		if (is_list && (dry_tree_key_is(tree, node, "packs") || dry_tree_key_is(tree, node, "pack")) &&
		    !read_pack(job, settings, items, i, err))
			return false;
		if (!read_packs(job, settings, items, i, depth + 1, err))
			return false;
	}
	return true;
}

static bool read_item(struct dry_import_job *job, const struct dry_items *items, void *context,
		      struct dry_error *err)
{
	const uint32_t values = find_values(&items->tree, items->item, 0);

	return values != UINT32_MAX ? read_values(job, context, items, values, err)
				    : read_packs(job, context, items, items->item, 0, err);
}

static bool read_file(struct dry_import_job *job, struct dry_feed *feed, void *context,
		      struct dry_error *err)
{
	static const struct dry_items_form whole = { 0 };

	return dry_import_each_item(job, feed, &whole, read_item, context, err);
}

bool dry_helm_values_read(struct dry_import_job *job, struct dry_error *err)
{
	return settings_import(job, 36, read_file, err);
}
