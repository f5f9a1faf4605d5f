/*
 * What every node carries: DaemonSets as kubectl get daemonsets -A prints them,
 * or the DaemonSet pods of a pod list, one a DaemonSet. They become the
 * daemonSets: section of a scenario.
 */
#include "io/importers/kinds.h"

#include <stdlib.h>
#include <string.h>

#include "io/importers/detect.h"
#include "io/importers/each.h"
#include "io/importers/importer.h"
#include "io/importers/items.h"
#include "io/importers/pod_spec.h"

static const char *const lists[] = { "items", NULL };
static const char *const skipped[] = { "managedFields", "volumeMounts", "env", "livenessProbe", "readinessProbe",
				       "startupProbe", NULL };

struct daemon_sets {
	dry_symbol *seen;               /* namespace/name */
	size_t count, capacity;
};

int dry_daemonsets_detect(const char *start, size_t length, const char *path)
{
	(void)path;
	start = start_of_text(start, &length);
	return start_pair(start, length, "kind", "DaemonSet") && !start_pair(start, length, "kind", "Pod") ? 85 : 0;
}

static uint32_t sub(const struct dry_tree *tree, uint32_t node, const char *key)
{
	return node ? dry_tree_find(tree, node, key) : 0;
}

/* The DaemonSet a pod belongs to; 0 = none. */
static uint32_t owner_name(const struct dry_tree *tree, uint32_t metadata)
{
	const uint32_t list = sub(tree, metadata, "ownerReferences");

	for (uint32_t i = list ? dry_tree_first(tree, list) : 0; i; i = dry_tree_next(tree, i))
		if (dry_tree_is(tree, dry_tree_find(tree, i, "kind"), "DaemonSet"))
			return dry_tree_find(tree, i, "name");
	return 0;
}

static bool is_new(struct dry_import_job *job, struct daemon_sets *sets, const char *space, const char *name)
{
	const char *const key = dry_arena_printf(&job->arena, "%s/%s", space, name);
	const dry_symbol symbol = dry_symbols_add_text(&job->symbols, key);

	for (size_t i = 0; i < sets->count; i++)
		if (sets->seen[i] == symbol)
			return false;
	sets->seen = dry_grow(sets->seen, &sets->capacity, sets->count + 1, sizeof(*sets->seen));
	sets->seen[sets->count++] = symbol;
	return true;
}

/* The tolerations that every DaemonSet's pods get for a node's own conditions say nothing. */
static void write_tolerations(const struct dry_tree *tree, uint32_t list, struct dry_text *out)
{
	static const char *const field[] = { "key", "operator", "value", "effect" };
	const size_t before = out->length;

	dry_text_puts(out, ", tolerations: [");
	const size_t empty = out->length;
	for (uint32_t i = list ? dry_tree_first(tree, list) : 0; i; i = dry_tree_next(tree, i)) {
		size_t length;
		const char *const key = dry_tree_text(tree, dry_tree_find(tree, i, "key"), &length);
		if (key && length > 19 && !memcmp(key, "node.kubernetes.io/", 19))
			continue;
		dry_text_puts(out, out->length == empty ? "{" : ", {");
		const size_t open = out->length;
		for (size_t f = 0; f < sizeof(field) / sizeof(field[0]); f++) {
			const char *const text = dry_tree_text(tree, dry_tree_find(tree, i, field[f]), &length);
			if (!text)
				continue;
			dry_text_printf(out, "%s%s: ", out->length == open ? "" : ", ", field[f]);
			dry_text_json(out, text, length);
		}
		dry_text_char(out, '}');
	}
	if (out->length == empty)
		out->length = before;
	else
		dry_text_char(out, ']');
}

static void write_requests(struct dry_import_job *job, const struct dry_pod_requests *requests)
{
	struct dry_text *const out = &job->out;
	bool first = true;

	dry_text_puts(out, ", requests: {");
	for (uint32_t i = 0; i < requests->steady.count; i++) {
		const struct dry_amount *const amount = &requests->steady.entry[i];
		const char *const name = dry_symbols_text(&job->symbols, amount->resource);
		if (amount->value <= 0 || !dry_import_is_key(name, strlen(name)))
			continue;
		dry_import_resource(job, name);
		dry_text_puts(out, first ? "" : ", ");
		first = false;
		dry_text_yaml(out, name);
		dry_text_puts(out, ": ");
		if (!strcmp(name, "cpu"))
			dry_text_milli(out, amount->value);
		else if (!strcmp(name, "memory") || !strcmp(name, "ephemeral-storage"))
			dry_text_bytes(out, amount->value);
		else
			dry_text_printf(out, "%lld", (long long)amount->value);
	}
	dry_text_char(out, '}');
}

static bool is_repeated(const struct dry_tree *tree, uint32_t map, uint32_t member)
{
	size_t length, other_length;
	const char *const key = dry_tree_key(tree, member, &length);

	for (uint32_t i = dry_tree_first(tree, map); i != member; i = dry_tree_next(tree, i)) {
		const char *const other = dry_tree_key(tree, i, &other_length);
		if (length == other_length && !memcmp(key, other, length))
			return true;
	}
	return false;
}

static void write_selector(const struct dry_tree *tree, uint32_t selector, struct dry_text *out)
{
	bool first = true;

	for (uint32_t i = selector ? dry_tree_first(tree, selector) : 0; i; i = dry_tree_next(tree, i)) {
		size_t key_length, length;
		const char *const key = dry_tree_key(tree, i, &key_length);
		const char *const value = dry_tree_text(tree, i, &length);
		if (!dry_import_is_key(key, key_length) || !value || is_repeated(tree, selector, i))
			continue;
		dry_text_puts(out, first ? ", nodeSelector: {" : ", ");
		first = false;
		dry_text_json(out, key, key_length);
		dry_text_puts(out, ": ");
		dry_text_json(out, value, length);
	}
	if (!first)
		dry_text_char(out, '}');
}

static bool add(struct dry_import_job *job, struct daemon_sets *sets, const struct dry_items *items,
		uint32_t metadata, uint32_t name_node, uint32_t spec, struct dry_error *err)
{
	const struct dry_tree *const tree = &items->tree;
	struct dry_pod_requests requests;
	size_t length, space_length;
	const char *const text = dry_tree_text(tree, name_node, &length);
	const char *const space_text = dry_tree_text(tree, dry_tree_find(tree, metadata, "namespace"),
						     &space_length);
	const struct dry_where where = dry_items_where(items, items->item);

	if (!text || !spec)
		return dry_fail(err, DRY_ERROR_INPUT, where, "%s is missing",
				text ? "the pods' spec" : "metadata.name");
	const char *const name = dry_import_name(job, text, length);
	const char *const space = dry_import_name(job, space_text ? space_text : "default",
						  space_text ? space_length : 7);
	if (!is_new(job, sets, space, name)) {
		DRY_LEAVE_OUT(job, where, "is another pod of the same DaemonSet");
		return true;
	}
	if (!dry_pod_requests_read(job, items, spec, &requests, err))
		return false;
	dry_text_puts(&job->out, "  - {name: ");
	dry_text_yaml(&job->out, name);
	dry_text_puts(&job->out, ", namespace: ");
	dry_text_yaml(&job->out, space);
	write_requests(job, &requests);
	write_selector(tree, sub(tree, spec, "nodeSelector"), &job->out);
	write_tolerations(tree, sub(tree, spec, "tolerations"), &job->out);
	dry_text_puts(&job->out, "}\n");
	job->report->rows_kept++;
	job->report->rows_written++;
	return true;
}

/* The object in a watch event or another wrapper. */
static uint32_t unwrap(const struct dry_tree *tree, uint32_t node)
{
	for (int i = 0; i < 3; i++) {
		const uint32_t object = dry_tree_find(tree, node, "object");
		const uint32_t wrapped = object ? object : dry_tree_find(tree, node, "obj");
		if (!wrapped)
			break;
		node = wrapped;
	}
	return node;
}

static bool read_item(struct dry_import_job *job, const struct dry_items *items, void *context,
		      struct dry_error *err)
{
	struct daemon_sets *const sets = context;
	const struct dry_tree *const tree = &items->tree;
	const uint32_t object = unwrap(tree, items->item);
	const uint32_t metadata = dry_tree_find(tree, object, "metadata");
	const struct dry_where where = dry_items_where(items, object);

	job->report->rows_read++;
	if (dry_tree_type_of(tree, object) != DRY_TREE_OBJECT || !metadata)
		return dry_fail(err, DRY_ERROR_INPUT, where, "is no Kubernetes object: metadata is missing");
	if (dry_items_is_kind(items, object, "DaemonSet"))
		return add(job, sets, items, metadata, sub(tree, metadata, "name"),
			   dry_tree_path(tree, object, "spec.template.spec"), err);
	const uint32_t owner = owner_name(tree, metadata);
	if (owner)
		return add(job, sets, items, metadata, owner, dry_tree_find(tree, object, "spec"), err);
	DRY_LEAVE_OUT(job, where, "belongs to no DaemonSet");
	return true;
}

static bool read_file(struct dry_import_job *job, struct dry_feed *feed, void *context,
		      struct dry_error *err)
{
	static const struct dry_items_form form = { .list = lists, .skip = skipped, .last = "object" };

	return dry_import_each_item(job, feed, &form, read_item, context, err);
}

bool dry_daemonsets_read(struct dry_import_job *job, struct dry_error *err)
{
	struct daemon_sets sets = { 0 };

	dry_text_puts(&job->out, "daemonSets:\n");
	const bool good = dry_import_each_file(job, read_file, &sets, err);
	if (good && !sets.count) {
		dry_text_clear(&job->out);
		dry_text_puts(&job->out, "daemonSets: []\n");
	}
	free(sets.seen);
	return good;
}
