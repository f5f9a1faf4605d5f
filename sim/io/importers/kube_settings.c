/*
 * The autoscaler's Deployment (or DaemonSet, StatefulSet, Pod) as kubectl or
 * Helm print it, flags in command and args, in that order; and the priority
 * expander's ConfigMap, among the same files or alone.
 */
#include "io/importers/kinds.h"

#include <string.h>

#include "io/importers/detect.h"
#include "io/importers/each.h"
#include "io/importers/settings.h"

static const char *const lists[] = { "items", NULL };
static const char *const skipped[] = { "managedFields", NULL };

int dry_deployment_detect(const char *start, size_t length, const char *path)
{
	(void)path;
	start = start_of_text(start, &length);
	if (start_pair(start, length, "kind", "Pod") || start_pair(start, length, "kind", "Event"))
		return 0;       /* those of the autoscaler's own pods, say */
	return start_has(start, length, "cluster-autoscaler") &&
	       (start_pair(start, length, "kind", "Deployment") ||
		start_pair(start, length, "kind", "StatefulSet")) ? 88 : 0;
}

int dry_priorities_detect(const char *start, size_t length, const char *path)
{
	(void)path;
	return start_pair(start, length, "kind", "ConfigMap") &&
	       (start_has(start, length, "priorities:") || start_has(start, length, "\"priorities\"")) &&
	       !start_pair(start, length, "kind", "Deployment") && !start_pair(start, length, "kind", "Pod")
		? 90 : 0;
}

static bool has_text(const struct dry_tree *tree, uint32_t node, const char *piece)
{
	size_t length;
	const char *const text = dry_tree_text(tree, node, &length);

	return text && memmem(text, length, piece, strlen(piece));
}

static bool is_autoscaler(const struct dry_tree *tree, uint32_t container)
{
	const uint32_t command = dry_tree_find(tree, container, "command");

	if (has_text(tree, dry_tree_find(tree, container, "image"), "cluster-autoscaler") ||
	    has_text(tree, dry_tree_find(tree, container, "name"), "cluster-autoscaler"))
		return true;
	return command && dry_tree_first(tree, command) &&
	       has_text(tree, dry_tree_first(tree, command), "cluster-autoscaler");
}

static bool read_container(struct dry_import_job *job, struct settings *settings,
			   const struct dry_items *items, uint32_t container, struct dry_error *err)
{
	const struct dry_tree *const tree = &items->tree;
	size_t length;
	const char *const image = dry_tree_text(tree, dry_tree_find(tree, container, "image"), &length);

	settings->found = true;
	settings_set_release(job, settings, image ? image : "", length);
	return settings_arguments(job, settings, items, dry_tree_find(tree, container, "command"), err) &&
	       settings_arguments(job, settings, items, dry_tree_find(tree, container, "args"), err);
}

static bool read_workload(struct dry_import_job *job, struct settings *settings,
			  const struct dry_items *items, struct dry_error *err)
{
	const struct dry_tree *const tree = &items->tree;
	const struct dry_where where = dry_items_where(items, items->item);
	uint32_t list = dry_tree_path(tree, items->item, "spec.template.spec.containers");

	if (!list)
		list = dry_tree_path(tree, items->item, "spec.containers");
	for (uint32_t i = list ? dry_tree_first(tree, list) : 0; i; i = dry_tree_next(tree, i)) {
		if (!is_autoscaler(tree, i))
			continue;
		if (settings->count) {
			dry_fail(err, DRY_ERROR_INPUT, dry_items_where(items, i),
				 "a second autoscaler: its settings cannot be told from the first one's");
			return dry_fail_fix(err, "leave one of them out");
		}
		return read_container(job, settings, items, i, err);
	}
	job->report->rows_read++;
	DRY_LEAVE_OUT(job, where, "runs no container of the Cluster Autoscaler");
	return true;
}

static bool read_item(struct dry_import_job *job, const struct dry_items *items, void *context,
		      struct dry_error *err)
{
	static const char *const workload[] = { "Deployment", "StatefulSet", "DaemonSet", "Pod" };
	struct settings *const settings = context;
	const struct dry_tree *const tree = &items->tree;
	const uint32_t kind = dry_tree_find(tree, items->item, "kind");
	const struct dry_where where = dry_items_where(items, items->item);
	size_t length;

	if (dry_tree_type_of(tree, items->item) != DRY_TREE_OBJECT || (!kind && !*items->head_kind)) {
		dry_fail(err, DRY_ERROR_INPUT, where, "is no Kubernetes object: kind is missing");
		return dry_fail_fix(err, "kubectl get deploy -n kube-system cluster-autoscaler -o yaml");
	}
	if (dry_items_is_kind(items, items->item, "ConfigMap")) {
		const uint32_t text = dry_tree_path(tree, items->item, "data.priorities");
		if (text)
			return settings_priorities(job, settings, items, text, err);
		job->report->rows_read++;
		DRY_LEAVE_OUT(job, where, "is a ConfigMap without data.priorities");
		return true;
	}
	for (size_t i = 0; i < sizeof(workload) / sizeof(workload[0]); i++)
		if (dry_items_is_kind(items, items->item, workload[i]))
			return read_workload(job, settings, items, err);
	const char *const name = dry_tree_text(tree, kind, &length);
	job->report->rows_read++;
	if (!name)
		DRY_LEAVE_OUT(job, where, "is of a %s", items->head_kind);
	else
		DRY_LEAVE_OUT(job, where, "is a %.*s", (int)length, name);
	return true;
}

static bool read_file(struct dry_import_job *job, struct dry_feed *feed, void *context,
		      struct dry_error *err)
{
	static const struct dry_items_form form = { .list = lists, .skip = skipped };

	return dry_import_each_item(job, feed, &form, read_item, context, err);
}

bool dry_kube_settings_read(struct dry_import_job *job, struct dry_error *err)
{
	return settings_import(job, 36, read_file, err);
}
