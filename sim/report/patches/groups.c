/*
 * Patches of node groups where they are defined: Cluster API annotations,
 * Spectro Cloud machine pools (API JSON, Terraform block).
 */
#include <ctype.h>
#include <string.h>

#include "base/units.h"
#include "report/patches/patches.h"
#include "report/json.h"

/* Per-group options that Cluster API knows, by our names and by its annotation's end. */
static const struct {
	const char *name;
	const char *annotation;
} capi_options[] = {
	{ "scaleDownUtilizationThreshold", "scaledownutilizationthreshold" },
	{ "scaleDownGpuUtilizationThreshold", "scaledowngpuutilizationthreshold" },
	{ "scaleDownUnneededTime", "scaledownunneededtime" },
	{ "scaleDownUnreadyTime", "scaledownunreadytime" },
	{ "maxNodeProvisionTime", "maxnodeprovisiontime" },
	{ "maxNodeStartupTime", "maxnodestartuptime" },
};

static const char *capi_option(const char *name)
{
	for (size_t i = 0; i < sizeof(capi_options) / sizeof(capi_options[0]); i++)
		if (!strcmp(capi_options[i].name, name))
			return capi_options[i].annotation;
	return NULL;
}

bool patch_capi_can(const struct dry_change *change)
{
	return change->kind == DRY_CHANGE_GROUP_SIZE ||
	       (change->kind == DRY_CHANGE_GROUP_OPTION && capi_option(change->name));
}

static bool is_new_group(const struct dry_change_set *set, uint32_t index,
			 bool (*can)(const struct dry_change *))
{
	for (uint32_t i = 0; i < index; i++)
		if (can(&set->change[i]) && !strcmp(set->change[i].group, set->change[index].group))
			return false;
	return true;
}

/* A group's id is KIND/NAMESPACE/NAME, or a MachineDeployment's name alone. */
static void write_capi_head(struct dry_page *page, struct dry_arena *arena, const char *group)
{
	const char *slash = strchr(group, '/'), *second = slash ? strchr(slash + 1, '/') : NULL;
	const char *kind = "MachineDeployment", *name = group, *name_space = NULL;

	if (second) {
		kind = dry_arena_copy(arena, group, (size_t)(slash - group));
		name_space = dry_arena_copy(arena, slash + 1, (size_t)(second - slash - 1));
		name = second + 1;
	}
	dry_page_add(page, "apiVersion: cluster.x-k8s.io/v1beta1\nkind: ");
	patch_yaml_scalar(page, kind);
	dry_page_add(page, "\nmetadata:\n  name: ");
	patch_yaml_string(page, name);
	if (name_space) {
		dry_page_add(page, "\n  namespace: ");
		patch_yaml_string(page, name_space);
	}
	dry_page_add(page, "\n  annotations:\n");
}

bool patch_capi_write(const struct dry_patch_request *request, struct dry_page *page,
		      struct dry_error *err)
{
	const struct dry_change_set *set = request->changes;
	struct dry_arena arena;
	bool first = true;

	(void)err;
	dry_arena_init(&arena);
	for (uint32_t i = 0; i < set->count; i++) {
		if (!patch_capi_can(&set->change[i]) || !is_new_group(set, i, patch_capi_can))
			continue;
		if (!first)
			dry_page_add(page, "---\n");
		first = false;
		write_capi_head(page, &arena, set->change[i].group);
		for (uint32_t k = i; k < set->count; k++) {
			const struct dry_change *change = &set->change[k];

			if (!patch_capi_can(change) || strcmp(change->group, set->change[i].group))
				continue;
			if (change->kind == DRY_CHANGE_GROUP_SIZE)
				dry_page_printf(page,
						"    cluster.x-k8s.io/cluster-api-autoscaler-node-group-%s-size: ",
						strcmp(change->name, "minSize") ? "max" : "min");
			else
				dry_page_printf(page, "    cluster.x-k8s.io/autoscaling-options-%s: ",
						capi_option(change->name));
			patch_yaml_string(page, change->to);
			patch_was(request, page, change);
		}
	}
	dry_arena_release(&arena);
	return true;
}

bool patch_pool_can(const struct dry_change *change)
{
	return change->kind == DRY_CHANGE_GROUP_SIZE ||
	       (change->kind == DRY_CHANGE_GROUP_OTHER &&
		(!strcmp(change->name, "capacityType") || !strcmp(change->name, "maxPrice")));
}

static const char *wanted(const struct dry_change_set *set, const char *group, const char *name)
{
	for (uint32_t i = 0; i < set->count; i++)
		if (patch_pool_can(&set->change[i]) && !strcmp(set->change[i].group, group) &&
		    !strcmp(set->change[i].name, name))
			return set->change[i].to;
	return NULL;
}

/* A pool in a live file: write shape {poolConfig: {name}}, read shape {name}, lists of both. */
static const struct dry_doc_node *find_pool(const struct dry_doc_node *node, const char *group)
{
	const struct dry_doc_node *config = dry_doc_find(node, "poolConfig");
	const struct dry_doc_node *name = dry_doc_find(config ? config : node, "name"), *child, *found;

	if (name && name->text && !strcmp(name->text, group))
		return node;
	if (!node || (node->kind != DRY_DOC_LIST && node->kind != DRY_DOC_MAP))
		return NULL;
	for (child = node->first; child; child = child->next) {
		found = find_pool(child, group);
		if (found)
			return found;
	}
	return NULL;
}

static const char *live_number(const struct dry_doc_node *pool, const char *name)
{
	const struct dry_doc_node *config = dry_doc_find(pool, "poolConfig");
	const struct dry_doc_node *value = dry_doc_find(config ? config : pool, name);

	return value && value->kind == DRY_DOC_NUMBER ? value->text : NULL;
}

static void json_count(struct dry_json *json, const char *key, const char *text)
{
	int64_t value;

	if (text && !dry_parse_integer(text, strlen(text), &value))
		dry_json_integer(json, key, value);
}

/* size must lie between the sizes: what is live, or the new minimum. */
static const char *fitting_size(const char *live, const char *low, const char *high)
{
	int64_t size, min, max;

	if (!live || dry_parse_integer(live, strlen(live), &size))
		return low;
	if (low && !dry_parse_integer(low, strlen(low), &min) && size < min)
		return low;
	if (high && !dry_parse_integer(high, strlen(high), &max) && size > max)
		return high;
	return live;
}

static void write_pool(struct dry_json *json, const struct dry_change_set *set, const char *group,
		       const struct dry_doc_node *live)
{
	const char *low = wanted(set, group, "minSize"), *high = wanted(set, group, "maxSize");
	const char *type = wanted(set, group, "capacityType"), *price = wanted(set, group, "maxPrice");

	if (!low)
		low = live_number(live, "minSize");
	if (!high)
		high = live_number(live, "maxSize");
	dry_json_newline(json);
	dry_json_open_object(json, NULL);
	if (type || price) {
		dry_json_open_object(json, "cloudConfig");
		if (type)
			dry_json_text(json, "capacityType", type);
		if (price) {
			dry_json_open_object(json, "spotMarketOptions");
			dry_json_text(json, "maxPrice", price);
			dry_json_close_object(json);
		}
		dry_json_close_object(json);
	}
	dry_json_open_object(json, "poolConfig");
	dry_json_text(json, "name", group);
	json_count(json, "size", fitting_size(live_number(live, "size"), low, high));
	json_count(json, "minSize", low);
	json_count(json, "maxSize", high);
	dry_json_close_object(json);
	dry_json_close_object(json);
}

static bool check_pool(const struct dry_patch_request *request, const char *group,
		       const struct dry_doc_node **live, struct dry_error *err)
{
	*live = request->against ? find_pool(request->against->root, group) : NULL;
	if (request->against && !*live) {
		dry_doc_fail(request->against, request->against->root, err,
			     "holds no machine pool \"%s\"", group);
		return dry_fail_expected(err, "machinePoolConfig or poolConfig with that name");
	}
	return true;
}

bool patch_pool_write(const struct dry_patch_request *request, struct dry_page *page,
		      struct dry_error *err)
{
	const struct dry_change_set *set = request->changes;
	struct dry_json json;

	dry_json_init(&json, page);
	dry_json_open_array(&json, NULL);
	for (uint32_t i = 0; i < set->count; i++) {
		const struct dry_doc_node *live;

		if (!patch_pool_can(&set->change[i]) || !is_new_group(set, i, patch_pool_can))
			continue;
		if (!check_pool(request, set->change[i].group, &live, err))
			return false;
		write_pool(&json, set, set->change[i].group, live);
	}
	dry_json_close_array(&json);
	dry_page_add_char(page, '\n');
	return true;
}

static void hcl_string(struct dry_page *page, const char *text)
{
	dry_page_add_char(page, '"');
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			dry_page_add_char(page, '\\');
		if ((text[0] == '$' || text[0] == '%') && text[1] == '{')
			dry_page_add_char(page, *text);
		dry_page_add_char(page, iscntrl((unsigned char)*text) ? ' ' : *text);
	}
	dry_page_add_char(page, '"');
}

static void hcl_attribute(const struct dry_patch_request *request, struct dry_page *page,
			  const struct dry_change *change)
{
	static const char *const names[][2] = { { "minSize", "min" },
						{ "maxSize", "max" },
						{ "capacityType", "capacity_type" },
						{ "maxPrice", "max_price" } };

	for (size_t i = 0; i < 4; i++) {
		if (strcmp(names[i][0], change->name))
			continue;
		dry_page_printf(page, "  %-13s = ", names[i][1]);
		if (i < 2)
			dry_page_add(page, change->to);
		else
			hcl_string(page, change->to);
		patch_was(request, page, change);
		/* EKS: with a minimum above 0, count must equal it. */
		if (i == 0 && strcmp(change->to, "0")) {
			dry_page_printf(page, "  %-13s = %s", "count", change->to);
			dry_page_add(page, request->comments ? "   # must equal min\n" : "\n");
		}
	}
}

bool patch_terraform_write(const struct dry_patch_request *request, struct dry_page *page,
			   struct dry_error *err)
{
	const struct dry_change_set *set = request->changes;

	(void)err;
	for (uint32_t i = 0; i < set->count; i++) {
		if (!patch_pool_can(&set->change[i]) || !is_new_group(set, i, patch_pool_can))
			continue;
		dry_page_printf(page, "machine_pool {\n  %-13s = ", "name");
		hcl_string(page, set->change[i].group);
		dry_page_add_char(page, '\n');
		for (uint32_t k = i; k < set->count; k++)
			if (patch_pool_can(&set->change[k]) &&
			    !strcmp(set->change[k].group, set->change[i].group))
				hcl_attribute(request, page, &set->change[k]);
		dry_page_add(page, "}\n");
	}
	return true;
}
