/*
 * Pods as kubectl prints them: lists (kubectl get pods -A -o json|yaml, and the
 * raw API answer), and watches in every form: bare objects after one another,
 * {"type","object"} events, {"ts","obj"} wrappers, YAML documents.
 */
#include "io/importers/kinds.h"

#include <stdio.h>
#include <string.h>

#include "io/importers/each.h"
#include "io/importers/items.h"
#include "io/importers/pod_fold.h"

/* What the importer never looks at, and what makes up most of the bytes. */
static const char *const skipped[] = {
	"managedFields", "volumeMounts", "env", "envFrom", "livenessProbe", "readinessProbe",
	"startupProbe", "imagePullSecrets", "securityContext", "lifecycle", "hostIPs", "podIPs",
	"allocatedResources", NULL
};
static const char *const lists[] = { "items", NULL };

struct watch {
	struct dry_pod_fold fold;
	bool is_list;                   /* of the kind "pod-list": states of one moment */
	/* the objects that were there when the watch began come first, by namespace and name */
	bool burst_over;
	uint32_t burst_count;
	char last_key[520];
	int64_t burst_latest_ms;        /* latest stamp among all but the last of the burst */
	int64_t burst_last_ms;          /* of the last */
	int64_t first_seen_ms;
};

static int64_t stamp(const struct dry_tree *tree, uint32_t node)
{
	size_t length;
	const char *const text = dry_tree_text(tree, node, &length);
	int64_t ms;

	return text && !dry_clock_parse(text, length, &ms) ? ms : DRY_CLOCK_NONE;
}

static void burst_end(struct watch *watch)
{
	watch->burst_over = true;
}

/* Latest stamp of a pod: its creation and the changes of its conditions. */
static int64_t latest_stamp(const struct dry_tree *tree, uint32_t pod)
{
	int64_t latest = stamp(tree, dry_tree_path(tree, pod, "metadata.creationTimestamp"));
	const uint32_t list = dry_tree_path(tree, pod, "status.conditions");

	for (uint32_t i = list ? dry_tree_first(tree, list) : 0; i; i = dry_tree_next(tree, i)) {
		const int64_t at = stamp(tree, dry_tree_find(tree, i, "lastTransitionTime"));
		if (at > latest)
			latest = at;
	}
	return latest;
}

/* While keys ascend, objects may be of the initial list; the last of them may be the first change. */
static void follow_burst(struct watch *watch, const struct dry_tree *tree, uint32_t pod,
			 const char *type, size_t type_length)
{
	size_t space_length, name_length;
	const char *const space = dry_tree_text(tree, dry_tree_path(tree, pod, "metadata.namespace"),
						&space_length);
	const char *const name = dry_tree_text(tree, dry_tree_path(tree, pod, "metadata.name"),
					       &name_length);
	char key[sizeof(watch->last_key)];

	if (watch->burst_over || !name)
		return;
	if (type && !(type_length == 5 && !memcmp(type, "ADDED", 5))) {
		burst_end(watch);
		return;
	}
	snprintf(key, sizeof(key), "%.*s/%.*s", (int)space_length, space ? space : "",
		 (int)name_length, name);
	if (watch->burst_count && strcmp(key, watch->last_key) <= 0) {
		burst_end(watch);
		return;
	}
	memcpy(watch->last_key, key, sizeof(key));
	if (watch->burst_last_ms > watch->burst_latest_ms)
		watch->burst_latest_ms = watch->burst_last_ms;
	watch->burst_last_ms = latest_stamp(tree, pod);
	watch->burst_count++;
}

/* A bookmark holds no pod; the one that ends the initial list dates it. */
static void read_bookmark(struct watch *watch, const struct dry_tree *tree, uint32_t object)
{
	const uint32_t annotations = dry_tree_path(tree, object, "metadata.annotations");

	if (watch->burst_over || !annotations ||
	    !dry_tree_find(tree, annotations, "k8s.io/initial-events-end"))
		return;
	if (watch->burst_last_ms > watch->burst_latest_ms)
		watch->burst_latest_ms = watch->burst_last_ms;
	burst_end(watch);
}

/* The object inside a watch event or a wrapper; its type and receipt time when they are there. */
static uint32_t unwrap(const struct dry_tree *tree, uint32_t node, uint32_t *type, int64_t *seen_ms)
{
	size_t length;

	for (int i = 0; i < 3; i++) {
		const uint32_t object = dry_tree_find(tree, node, "object");
		const uint32_t wrapped = object ? object : dry_tree_find(tree, node, "obj");
		if (!wrapped)
			break;
		const uint32_t ts = dry_tree_find(tree, node, "ts");
		const char *const text = dry_tree_text(tree, ts, &length);
		if (text && dry_clock_parse_unix(text, length, seen_ms))
			dry_clock_parse(text, length, seen_ms);
		if (dry_tree_find(tree, node, "type"))
			*type = dry_tree_find(tree, node, "type");
		node = wrapped;
	}
	return node;
}

static bool read_error(const struct dry_items *items, uint32_t object, struct dry_import_job *job)
{
	size_t length;
	const char *const text = dry_tree_text(&items->tree,
					       dry_tree_find(&items->tree, object, "message"), &length);

	DRY_DROP(job, dry_items_where(items, object), "the watch ended with an error: %.*s",
		 (int)(text ? length : 0), text ? text : "");
	return true;
}

static bool read_item(struct dry_import_job *job, const struct dry_items *items, void *context,
		      struct dry_error *err)
{
	struct watch *const watch = context;
	const struct dry_tree *const tree = &items->tree;
	int64_t seen_ms = DRY_CLOCK_NONE;
	size_t type_length = 0, length;
	uint32_t type = 0;
	const uint32_t pod = unwrap(tree, items->item, &type, &seen_ms);
	const char *const event = type ? dry_tree_text(tree, type, &type_length) : NULL;
	const uint32_t kind = dry_tree_find(tree, pod, "kind");

	job->report->rows_read++;
	watch->is_list = watch->is_list || items->in_list;
	if (dry_tree_type_of(tree, pod) != DRY_TREE_OBJECT)
		return dry_fail(err, DRY_ERROR_INPUT, dry_items_where(items, pod),
				"is no object where a pod is expected");
	if (event && type_length == 8 && !memcmp(event, "BOOKMARK", 8)) {
		read_bookmark(watch, tree, pod);
		DRY_LEAVE_OUT(job, dry_items_where(items, pod), "is a bookmark of the watch, not a pod");
		return true;
	}
	if ((event && type_length == 5 && !memcmp(event, "ERROR", 5)) ||
	    dry_tree_is(tree, kind, "Status"))
		return read_error(items, pod, job);
	if (kind && !dry_tree_is(tree, kind, "Pod")) {
		const char *const name = dry_tree_text(tree, kind, &length);
		DRY_LEAVE_OUT(job, dry_items_where(items, pod), "is a %.*s, not a Pod",
			 (int)(name ? length : 0), name ? name : "");
		return true;
	}
	if (seen_ms != DRY_CLOCK_NONE && watch->first_seen_ms == DRY_CLOCK_NONE)
		watch->first_seen_ms = seen_ms;
	if (!items->in_list)
		follow_burst(watch, tree, pod, event, type_length);
	return dry_pod_fold_state(&watch->fold, items, pod, seen_ms,
				  event && type_length == 7 && !memcmp(event, "DELETED", 7), err);
}

static bool read_file(struct dry_import_job *job, struct dry_feed *feed, void *context,
		      struct dry_error *err)
{
	static const struct dry_items_form form = { .list = lists, .skip = skipped, .last = "object" };

	return dry_import_each_item(job, feed, &form, read_item, context, err);
}

/* Where the recording began: the first receipt, or the latest stamp of the initial objects. */
static int64_t window_start(const struct watch *watch)
{
	if (watch->first_seen_ms != DRY_CLOCK_NONE)
		return watch->first_seen_ms;
	if (watch->is_list || watch->burst_count < 2)
		return DRY_CLOCK_NONE;
	return watch->burst_latest_ms;
}

bool dry_kube_pods_fold(struct dry_import_job *job, struct dry_pod_fold *fold, struct dry_error *err)
{
	struct watch watch = { .burst_latest_ms = DRY_CLOCK_NONE, .burst_last_ms = DRY_CLOCK_NONE,
			       .first_seen_ms = DRY_CLOCK_NONE };

	dry_pod_fold_init(&watch.fold, job);
	const bool good = dry_import_each_file(job, read_file, &watch, err);
	*fold = watch.fold;
	if (!good)
		return false;
	fold->window_start_ms = window_start(&watch);
	fold->drop_finished_before_window = true;
	for (uint64_t i = 0; i < fold->repeats; i++)
		DRY_NOTE(job, "was seen before (same uid, not a newer resourceVersion)");
	if (watch.is_list)
		DRY_NOTE(job, "a list shows one moment: pods that came and went before are missing");
	return true;
}

bool dry_kube_pods_read(struct dry_import_job *job, struct dry_error *err)
{
	struct dry_pod_fold fold;
	const bool good = dry_kube_pods_fold(job, &fold, err) && dry_pod_fold_rows(&fold, err);

	dry_pod_fold_release(&fold);
	return good;
}
