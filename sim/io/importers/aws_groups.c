/*
 * Node groups as AWS describes them: aws eks describe-nodegroup and aws
 * autoscaling describe-auto-scaling-groups. The autoscaler knows a group by the
 * name of its Auto Scaling group; both descriptions of one group are joined. A
 * group of several instance types is sized by the first, as the autoscaler does.
 */
#include "io/importers/kinds.h"

#include <string.h>

#include "base/units.h"
#include "io/importers/detect.h"
#include "io/importers/groups.h"

static const char *const lists[] = { "AutoScalingGroups", NULL };

int dry_eks_groups_detect(const char *start, size_t length, const char *path)
{
	(void)path;
	return start_has(start, length, "\"nodegroupName\"") && start_has(start, length, "\"scalingConfig\"") ? 95 : 0;
}

int dry_asg_detect(const char *start, size_t length, const char *path)
{
	(void)path;
	return start_has(start, length < START_NEAR ? length : START_NEAR, "\"AutoScalingGroups\"") ||
	       start_has(start, length, "\"AutoScalingGroupName\"") ? 90 : 0;
}

static uint32_t index_of(struct dry_import_job *job, struct groups *groups, const char *base,
			 struct dry_where where)
{
	struct group_draft *draft = groups_find(groups, base, NULL);

	if (!draft)
		draft = groups_add(job, groups, base, strlen(base), where);
	return (uint32_t)(draft - groups->draft);
}

/* "arn:aws:eks:us-east-1:..." */
static void set_region(struct dry_import_job *job, struct group_draft *draft, const struct dry_tree *tree,
		       uint32_t arn)
{
	size_t length;
	const char *const text = dry_tree_text(tree, arn, &length);
	size_t at = 0, end;

	for (int colon = 0; text && colon < 3; colon++) {
		const char *const next = memchr(text + at, ':', length - at);
		if (!next)
			return;
		at = (size_t)(next - text) + 1;
	}
	for (end = at; text && end < length && text[end] != ':'; end++)
		;
	if (text && end > at)
		draft->region = dry_symbols_text(&job->symbols,
						 dry_symbols_add(&job->symbols, text + at, end - at));
}

static bool set_sizes(const struct dry_items *items, struct group_draft *draft, uint32_t map, const char *min,
		      const char *max, const char *desired, struct dry_error *err)
{
	const struct dry_tree *const tree = &items->tree;

	return groups_size(items, dry_tree_find(tree, map, min), min, &draft->min_size, err) &&
	       groups_size(items, dry_tree_find(tree, map, max), max, &draft->max_size, err) &&
	       groups_size(items, dry_tree_find(tree, map, desired), desired, &draft->initial_size, err);
}

static bool read_eks(struct dry_import_job *job, struct groups *groups, const struct dry_items *items,
		     uint32_t node, struct dry_error *err)
{
	const struct dry_tree *const tree = &items->tree;
	const char *const name = groups_text(job, tree, dry_tree_find(tree, node, "nodegroupName"));
	const uint32_t asg = group_sub(tree, dry_tree_find(tree, node, "resources"), "autoScalingGroups");
	const uint32_t types = dry_tree_find(tree, node, "instanceTypes");
	const uint32_t ami = dry_tree_find(tree, node, "amiType");
	const uint32_t kind = dry_tree_find(tree, node, "capacityType");
	const struct dry_where where = dry_items_where(items, node);
	size_t length;

	if (!name)
		return dry_fail(err, DRY_ERROR_INPUT, where, "nodegroupName is missing");
	const char *const id = asg && dry_tree_first(tree, asg)
		? groups_text(job, tree, dry_tree_find(tree, dry_tree_first(tree, asg), "name")) : NULL;
	const uint32_t index = index_of(job, groups, id ? id : name, where);
	struct group_draft *const draft = &groups->draft[index];
	if (!set_sizes(items, draft, dry_tree_find(tree, node, "scalingConfig"), "minSize", "maxSize",
		       "desiredSize", err))
		return false;
	draft->instance_type = types ? groups_text(job, tree, dry_tree_first(tree, types)) : draft->instance_type;
	if (types && dry_tree_size(tree, types) > 1)
		DRY_NOTE(job, "a group of several instance types: the first stands for all");
	draft->capacity_type = dry_tree_is(tree, kind, "SPOT") ? "spot"
			       : dry_tree_is(tree, kind, "CAPACITY_BLOCK") ? "reserved" : "on-demand";
	set_region(job, draft, tree, dry_tree_find(tree, node, "nodegroupArn"));
	group_add_label(job, draft, "eks.amazonaws.com/nodegroup", 27, name, strlen(name));
	const char *const market = dry_tree_text(tree, kind, &length);
	if (market)
		group_add_label(job, draft, "eks.amazonaws.com/capacityType", 30, market, length);
	const char *const image = dry_tree_text(tree, ami, &length);
	if (image && memmem(image, length, "ARM_64", 6))
		group_add_label(job, draft, "kubernetes.io/arch", 18, "arm64", 5);
	group_add_labels(job, draft, tree, dry_tree_find(tree, node, "labels"));
	return group_add_taints(job, draft, items, dry_tree_find(tree, node, "taints"), err);
}

/* Tags k8s.io/cluster-autoscaler/node-template/{label,taint,resources,autoscaling-options}/... */
static bool read_tag(struct dry_import_job *job, struct group_draft *draft, const struct dry_items *items,
		     uint32_t tag, struct dry_error *err)
{
	static const char prefix[] = "k8s.io/cluster-autoscaler/node-template/";
	const struct dry_tree *const tree = &items->tree;
	size_t key_length, length;
	const char *key = dry_tree_text(tree, dry_tree_find(tree, tag, "Key"), &key_length);
	const char *const value = dry_tree_text(tree, dry_tree_find(tree, tag, "Value"), &length);
	const struct dry_where where = dry_items_where(items, tag);

	if (!key || key_length < sizeof(prefix) || memcmp(key, prefix, sizeof(prefix) - 1))
		return true;
	key += sizeof(prefix) - 1;
	key_length -= sizeof(prefix) - 1;
	const char *const text = groups_text(job, tree, dry_tree_find(tree, tag, "Value"));
	if (key_length > 6 && !memcmp(key, "label/", 6)) {
		group_add_label(job, draft, key + 6, key_length - 6, value, length);
	} else if (key_length > 6 && !memcmp(key, "taint/", 6)) {
		const char *const whole = dry_arena_printf(&job->arena, "%.*s=%s", (int)key_length - 6, key + 6,
							   text ? text : "");
		return group_add_taint_text(job, draft, whole, strlen(whole), where, err);
	} else if (key_length > 20 && !memcmp(key, "autoscaling-options/", 20)) {
		if (!text || !group_add_option_named(job, draft, key + 20, key_length - 20, text))
			DRY_DROP(job, where, "is an autoscaling option that is not known");
	} else if (key_length > 10 && !memcmp(key, "resources/", 10)) {
		DRY_NOTE(job, "a tag names a resource of the template: real nodes decide, add it to capacity");
	}
	return true;
}

/* Which market, from the shares of the mixed instances policy. */
static const char *market_of(struct dry_import_job *job, const struct dry_tree *tree, uint32_t distribution)
{
	int64_t base = 0, percent = 100;

	if (!distribution)
		return "on-demand";
	dry_tree_integer(tree, dry_tree_find(tree, distribution, "OnDemandBaseCapacity"), &base);
	dry_tree_integer(tree, dry_tree_find(tree, distribution, "OnDemandPercentageAboveBaseCapacity"), &percent);
	if (base == 0 && percent == 0)
		return "spot";
	if (percent < 100)
		DRY_NOTE(job, "a group of both markets is taken as on-demand: split it for the shares");
	return "on-demand";
}

static const char *first_type(struct dry_import_job *job, const struct dry_tree *tree, uint32_t node,
			      uint32_t policy)
{
	const uint32_t template = group_sub(tree, policy, "LaunchTemplate");
	const uint32_t overrides = group_sub(tree, template, "Overrides");
	const uint32_t instances = dry_tree_find(tree, node, "Instances");
	const uint32_t first = overrides ? dry_tree_first(tree, overrides)
			       : instances ? dry_tree_first(tree, instances) : 0;

	if (overrides && dry_tree_size(tree, overrides) > 1)
		DRY_NOTE(job, "a group of several instance types: the first stands for all");
	return groups_text(job, tree, group_sub(tree, first, "InstanceType"));
}

static bool read_asg(struct dry_import_job *job, struct groups *groups, const struct dry_items *items,
		     struct dry_error *err)
{
	const struct dry_tree *const tree = &items->tree;
	const uint32_t node = items->item;
	const uint32_t policy = dry_tree_find(tree, node, "MixedInstancesPolicy");
	const uint32_t distribution = group_sub(tree, policy, "InstancesDistribution");
	const uint32_t zones = dry_tree_find(tree, node, "AvailabilityZones");
	const uint32_t tags = dry_tree_find(tree, node, "Tags");
	const char *const name = groups_text(job, tree, dry_tree_find(tree, node, "AutoScalingGroupName"));
	size_t length;

	if (!name)
		return dry_fail(err, DRY_ERROR_INPUT, dry_items_where(items, node), "AutoScalingGroupName is missing");
	const uint32_t index = index_of(job, groups, name, dry_items_where(items, node));
	struct group_draft *const draft = &groups->draft[index];
	if (!set_sizes(items, draft, node, "MinSize", "MaxSize", "DesiredCapacity", err))
		return false;
	if (!draft->instance_type)
		draft->instance_type = first_type(job, tree, node, policy);
	if (!draft->capacity_type)
		draft->capacity_type = market_of(job, tree, distribution);
	const char *const price = dry_tree_text(tree, group_sub(tree, distribution, "SpotMaxPrice"), &length);
	if (price && length && dry_parse_price_nusd(price, length, &draft->max_price_nusd))
		draft->max_price_nusd = -1;
	set_region(job, draft, tree, dry_tree_find(tree, node, "AutoScalingGroupARN"));
	for (uint32_t i = tags ? dry_tree_first(tree, tags) : 0; i; i = dry_tree_next(tree, i))
		if (!read_tag(job, draft, items, i, err))
			return false;
	draft->is_one = true;
	groups_spread(job, groups, index, tree, zones, NULL);
	return true;
}

static bool read_item(struct dry_import_job *job, struct groups *groups, const struct dry_items *items,
		      struct dry_error *err)
{
	const struct dry_tree *const tree = &items->tree;
	const uint32_t wrapped = dry_tree_find(tree, items->item, "nodegroup");
	bool good;

	job->report->rows_read++;
	if (wrapped || dry_tree_find(tree, items->item, "nodegroupName"))
		good = read_eks(job, groups, items, wrapped ? wrapped : items->item, err);
	else
		good = read_asg(job, groups, items, err);
	job->report->rows_kept += good;
	return good;
}

bool dry_aws_groups_read(struct dry_import_job *job, struct dry_error *err)
{
	return groups_import(job, lists, read_item, err);
}
