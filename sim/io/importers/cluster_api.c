/*
 * Cluster API MachineDeployments, MachineSets and MachinePools: sizes, capacity
 * from zero and options of a group are annotations, all texts. The autoscaler's
 * id of a group is KIND/NAMESPACE/NAME. Instance types come from the machine
 * templates of the infrastructure provider when they are among the input.
 */
#include "io/importers/kinds.h"

#include <stdlib.h>
#include <string.h>

#include "base/units.h"
#include "io/importers/detect.h"
#include "io/importers/each.h"
#include "io/importers/groups.h"

static const char *const lists[] = { "items", NULL };
static const char *const skipped[] = { "managedFields", NULL };

static const char *const group_kind[] = { "MachineDeployment", "MachineSet", "MachinePool" };

struct template {
	const char *name, *type;        /* of the machine template, and its instance type */
};

struct capi {
	struct groups groups;
	const char **wanted;            /* a draft each: name of its machine template, or NULL */
	size_t wanted_capacity;
	struct template *template;
	size_t template_count, template_capacity;
};

int dry_cluster_api_detect(const char *start, size_t length, const char *path)
{
	(void)path;
	start = start_of_text(start, &length);
	return start_has(start, length, "cluster.x-k8s.io/") &&
	       (start_pair(start, length, "kind", "MachineDeployment") ||
		start_pair(start, length, "kind", "MachinePool") ||
		start_pair(start, length, "kind", "MachineSet")) ? 92 : 0;
}

/* The annotation whose key, behind its (configurable) group, is `name`. */
static uint32_t find_annotation(const struct dry_tree *tree, uint32_t annotations, const char *name)
{
	const size_t length = strlen(name);

	for (uint32_t i = annotations ? dry_tree_first(tree, annotations) : 0; i; i = dry_tree_next(tree, i)) {
		size_t key_length;
		const char *const key = dry_tree_key(tree, i, &key_length);
		if (key_length > length && key[key_length - length - 1] == '/' &&
		    !memcmp(key + key_length - length, name, length))
			return i;
	}
	return 0;
}

static bool read_quantity(struct dry_import_job *job, const struct dry_items *items, uint32_t annotations,
			  const char *annotation, const char *resource, struct group_draft *draft,
			  struct dry_error *err)
{
	const uint32_t node = find_annotation(&items->tree, annotations, annotation);
	size_t length;
	const char *const text = dry_tree_text(&items->tree, node, &length);
	int64_t value;

	if (!text)
		return true;
	const char *const wrong = !strcmp(resource, "cpu") ? dry_parse_quantity_milli(text, length, &value)
							   : dry_parse_quantity(text, length, &value);
	if (wrong || value < 0) {
		dry_fail(err, DRY_ERROR_INPUT, dry_items_where(items, node), "capacity of %s: \"%.*s\" %s", resource,
			 (int)length, text, wrong ? wrong : "is negative");
		return dry_fail_expected(err, "a Kubernetes quantity such as 500m, 2 or 1.5Gi");
	}
	dry_amounts_set(&draft->capacity, dry_symbols_add_text(&job->symbols, resource), value);
	return true;
}

static bool read_capacity(struct dry_import_job *job, const struct dry_items *items, uint32_t annotations,
			  struct group_draft *draft, struct dry_error *err)
{
	const struct dry_tree *const tree = &items->tree;
	const char *const gpu = groups_text(job, tree, find_annotation(tree, annotations, "gpu-type"));

	if (!read_quantity(job, items, annotations, "cpu", "cpu", draft, err) ||
	    !read_quantity(job, items, annotations, "memory", "memory", draft, err) ||
	    !read_quantity(job, items, annotations, "ephemeral-disk", "ephemeral-storage", draft, err) ||
	    !read_quantity(job, items, annotations, "gpu-count", gpu ? gpu : "nvidia.com/gpu", draft, err) ||
	    !groups_size(items, find_annotation(tree, annotations, "maxPods"), "maxPods", &draft->max_pods, err))
		return false;
	if (draft->capacity.count && draft->max_pods < 0)
		draft->max_pods = 110;  /* the provider's default */
	return true;
}

static bool read_options(struct dry_import_job *job, const struct dry_items *items, uint32_t annotations,
			 struct group_draft *draft)
{
	static const char prefix[] = "autoscaling-options-";
	const struct dry_tree *const tree = &items->tree;

	for (uint32_t i = annotations ? dry_tree_first(tree, annotations) : 0; i; i = dry_tree_next(tree, i)) {
		size_t length;
		const char *const key = dry_tree_key(tree, i, &length);
		const char *const slash = memchr(key, '/', length);
		const size_t name = slash ? (size_t)(slash + 1 - key) : 0;
		const char *const value = groups_text(job, tree, i);
		if (!slash || length - name < sizeof(prefix) || memcmp(key + name, prefix, sizeof(prefix) - 1))
			continue;
		const size_t option = name + sizeof(prefix) - 1;
		if (!value || !group_add_option_named(job, draft, key + option, length - option, value))
			DRY_DROP(job, dry_items_where(items, i), "is an autoscaling option that is not known");
	}
	return true;
}

static bool read_group(struct dry_import_job *job, struct capi *capi, const struct dry_items *items,
		       const char *kind, struct dry_error *err)
{
	const struct dry_tree *const tree = &items->tree;
	const uint32_t metadata = dry_tree_find(tree, items->item, "metadata");
	const uint32_t spec = dry_tree_find(tree, items->item, "spec");
	const uint32_t machine = dry_tree_path(tree, items->item, "spec.template.spec");
	const uint32_t annotations = group_sub(tree, metadata, "annotations");
	const uint32_t min = find_annotation(tree, annotations, "cluster-api-autoscaler-node-group-min-size");
	const uint32_t max = find_annotation(tree, annotations, "cluster-api-autoscaler-node-group-max-size");
	const struct dry_where where = dry_items_where(items, items->item);
	const char *const name = groups_text(job, tree, group_sub(tree, metadata, "name"));
	const char *const space = groups_text(job, tree, group_sub(tree, metadata, "namespace"));
	size_t length;

	if (!name)
		return dry_fail(err, DRY_ERROR_INPUT, where, "metadata.name is missing");
	if (!min || !max) {
		DRY_LEAVE_OUT(job, where, "is not autoscaled: it has no min-size and max-size annotations");
		return true;
	}
	const char *const id = dry_arena_printf(&job->arena, "%s/%s/%s", kind, space ? space : "default", name);
	struct group_draft *const draft = groups_add(job, &capi->groups, id, strlen(id), where);
	const uint32_t replicas = dry_tree_path(tree, items->item, "status.readyReplicas");
	if (!groups_size(items, min, "min-size", &draft->min_size, err) ||
	    !groups_size(items, max, "max-size", &draft->max_size, err) ||
	    !groups_size(items, replicas ? replicas : group_sub(tree, spec, "replicas"), "replicas",
			 &draft->initial_size, err) ||
	    !read_capacity(job, items, annotations, draft, err) || !read_options(job, items, annotations, draft))
		return false;
	const uint32_t labels = find_annotation(tree, annotations, "labels");
	const uint32_t taints = find_annotation(tree, annotations, "taints");
	const char *text = dry_tree_text(tree, labels, &length);
	if (text)
		group_add_label_text(job, draft, text, length);
	text = dry_tree_text(tree, taints, &length);
	if (text && !group_add_taint_text(job, draft, text, length, dry_items_where(items, taints), err))
		return false;
	draft->zone = groups_text(job, tree, group_sub(tree, machine, "failureDomain"));
	capi->wanted = dry_grow(capi->wanted, &capi->wanted_capacity, capi->groups.count, sizeof(*capi->wanted));
	capi->wanted[capi->groups.count - 1] =
		groups_text(job, tree, group_sub(tree, group_sub(tree, machine, "infrastructureRef"), "name"));
	job->report->rows_kept++;
	return true;
}

/* Any provider's machine template (AWSMachineTemplate, AzureMachineTemplate, AWSMachinePool, ...). */
static void read_template(struct dry_import_job *job, struct capi *capi, const struct dry_items *items)
{
	static const char *const path[] = {
		"spec.template.spec.instanceType", "spec.template.spec.vmSize", "spec.template.spec.machineType",
		"spec.awsLaunchTemplate.instanceType", "spec.template.vmSize", "spec.instanceType",
	};
	const struct dry_tree *const tree = &items->tree;
	const char *type = NULL;

	for (size_t i = 0; !type && i < sizeof(path) / sizeof(path[0]); i++)
		type = groups_text(job, tree, dry_tree_path(tree, items->item, path[i]));
	const char *const name = groups_text(job, tree, dry_tree_path(tree, items->item, "metadata.name"));
	if (!type || !name) {
		DRY_LEAVE_OUT(job, dry_items_where(items, items->item), "is neither a group nor a machine template");
		return;
	}
	capi->template = dry_grow(capi->template, &capi->template_capacity, capi->template_count + 1,
				  sizeof(*capi->template));
	capi->template[capi->template_count++] = (struct template){ name, type };
	job->report->rows_kept++;
}

static bool read_item(struct dry_import_job *job, const struct dry_items *items, void *context,
		      struct dry_error *err)
{
	struct capi *const capi = context;
	const struct dry_tree *const tree = &items->tree;
	const uint32_t kind = dry_tree_find(tree, items->item, "kind");

	job->report->rows_read++;
	if (dry_tree_type_of(tree, items->item) != DRY_TREE_OBJECT || (!kind && !*items->head_kind))
		return dry_fail(err, DRY_ERROR_INPUT, dry_items_where(items, items->item),
				"is no Kubernetes object: kind is missing");
	for (size_t i = 0; i < sizeof(group_kind) / sizeof(group_kind[0]); i++)
		if (dry_items_is_kind(items, items->item, group_kind[i]))
			return read_group(job, capi, items, group_kind[i], err);
	read_template(job, capi, items);
	return true;
}

static bool read_file(struct dry_import_job *job, struct dry_feed *feed, void *context,
		      struct dry_error *err)
{
	static const struct dry_items_form form = { .list = lists, .skip = skipped };

	return dry_import_each_item(job, feed, &form, read_item, context, err);
}

/* Groups find their machine templates by name. */
static void join(struct capi *capi)
{
	for (uint32_t i = 0; i < capi->groups.count; i++)
		for (size_t j = 0; capi->wanted[i] && j < capi->template_count; j++)
			if (!strcmp(capi->template[j].name, capi->wanted[i]))
				capi->groups.draft[i].instance_type = capi->template[j].type;
}

bool dry_cluster_api_read(struct dry_import_job *job, struct dry_error *err)
{
	struct capi capi = { 0 };
	bool good = dry_import_each_file(job, read_file, &capi, err);

	if (good)
		join(&capi);
	good = good && groups_write(job, &capi.groups, err);
	groups_release(&capi.groups);
	free(capi.wanted);
	free(capi.template);
	return good;
}
