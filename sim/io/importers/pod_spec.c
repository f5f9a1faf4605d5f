#include "io/importers/pod_spec.h"

#include <string.h>

static bool is_one_of(const char *const *known, const struct dry_tree *tree, uint32_t node)
{
	for (; *known; known++)
		if (dry_tree_key_is(tree, node, *known))
			return true;
	return false;
}

static void write_name(struct dry_import_job *job, const struct dry_tree *tree, uint32_t node,
		       struct dry_text *out)
{
	size_t length;
	const char *const text = dry_tree_text(tree, node, &length);
	const char *const name = dry_import_name(job, text ? text : "", length);

	dry_text_json(out, name, strlen(name));
}

static void write_key(const struct dry_tree *tree, uint32_t node, struct dry_text *out)
{
	size_t length;
	const char *const key = dry_tree_key(tree, node, &length);
	const char last = out->length ? out->data[out->length - 1] : '{';

	if (last != '{' && last != '[')
		dry_text_char(out, ',');
	dry_text_json(out, key, length);
	dry_text_char(out, ':');
}

/*
 * Labels that differ from pod to pod of one owner, or are copied from the node
 * at binding: no template has them, and nothing selects by them.
 */
static void write_labels(struct dry_import_job *job, const struct dry_tree *tree, uint32_t labels,
			 struct dry_text *out)
{
	static const char *const left_out[] = {
		"topology.kubernetes.io/zone", "topology.kubernetes.io/region",
		"batch.kubernetes.io/controller-uid", "controller-uid",
		"batch.kubernetes.io/job-completion-index", "apps.kubernetes.io/pod-index",
		"statefulset.kubernetes.io/pod-name", NULL
	};
	const size_t before = out->length;

	if (!labels)
		return;
	dry_text_puts(out, ",\"labels\":{");
	const size_t empty = out->length;
	for (uint32_t i = dry_tree_first(tree, labels); i; i = dry_tree_next(tree, i)) {
		if (is_one_of(left_out, tree, i))
			continue;
		write_key(tree, i, out);
		write_name(job, tree, i, out);
	}
	if (out->length == empty)
		out->length = before;
	else
		dry_text_char(out, '}');
}

/* Only annotations that change what the autoscaler or the simulator does. */
static void write_annotations(const struct dry_tree *tree, uint32_t annotations, struct dry_text *out)
{
	static const char *const prefix[] = { "cluster-autoscaler.kubernetes.io/", "dryscale/" };
	const size_t before = out->length;

	if (!annotations)
		return;
	dry_text_puts(out, ",\"annotations\":{");
	const size_t empty = out->length;
	for (uint32_t i = dry_tree_first(tree, annotations); i; i = dry_tree_next(tree, i)) {
		size_t length;
		const char *const key = dry_tree_key(tree, i, &length);
		bool keep = false;
		for (size_t p = 0; p < sizeof(prefix) / sizeof(prefix[0]); p++)
			keep = keep || (length > strlen(prefix[p]) &&
					!memcmp(key, prefix[p], strlen(prefix[p])));
		if (!keep)
			continue;
		write_key(tree, i, out);
		dry_tree_write(tree, i, out);
	}
	if (out->length == empty)
		out->length = before;
	else
		dry_text_char(out, '}');
}

/* The tolerations that admission gives every pod are left out. */
static bool is_default_toleration(const struct dry_tree *tree, uint32_t node)
{
	const uint32_t key = dry_tree_find(tree, node, "key");

	return dry_tree_find(tree, node, "tolerationSeconds") &&
	       (dry_tree_is(tree, key, "node.kubernetes.io/not-ready") ||
		dry_tree_is(tree, key, "node.kubernetes.io/unreachable"));
}

static void write_tolerations(const struct dry_tree *tree, uint32_t list, struct dry_text *out)
{
	static const char *const kept[] = { "key", "operator", "value", "effect", NULL };
	const size_t before = out->length;

	if (!list)
		return;
	dry_text_puts(out, ",\"tolerations\":[");
	const size_t empty = out->length;
	for (uint32_t i = dry_tree_first(tree, list); i; i = dry_tree_next(tree, i)) {
		if (is_default_toleration(tree, i))
			continue;
		if (out->length != empty)
			dry_text_char(out, ',');
		dry_text_char(out, '{');
		for (uint32_t j = dry_tree_first(tree, i); j; j = dry_tree_next(tree, j)) {
			if (!is_one_of(kept, tree, j))
				continue;
			write_key(tree, j, out);
			dry_tree_write(tree, j, out);
		}
		dry_text_char(out, '}');
	}
	if (out->length == empty)
		out->length = before;
	else
		dry_text_char(out, ']');
}

enum place { PLACE_OUTSIDE, PLACE_SELECTOR, PLACE_VALUES, PLACE_NAMESPACES };

/*
 * Affinity and spread constraints as they are, less what the model has no
 * field for; the values of selectors over pods are names.
 */
static void write_selective(struct dry_import_job *job, const struct dry_tree *tree, uint32_t node,
			    enum place place, struct dry_text *out)
{
	static const char *const left_out[] = { "matchLabelKeys", "mismatchLabelKeys",
						"nodeAffinityPolicy", "nodeTaintsPolicy", NULL };
	const enum dry_tree_type type = dry_tree_type_of(tree, node);

	if (type < DRY_TREE_ARRAY) {
		if (place == PLACE_VALUES || place == PLACE_NAMESPACES)
			write_name(job, tree, node, out);
		else
			dry_tree_write(tree, node, out);
		return;
	}
	dry_text_char(out, type == DRY_TREE_OBJECT ? '{' : '[');
	for (uint32_t i = dry_tree_first(tree, node); i; i = dry_tree_next(tree, i)) {
		enum place inner = place;
		if (type == DRY_TREE_ARRAY) {
			if (out->data[out->length - 1] != '[')
				dry_text_char(out, ',');
			write_selective(job, tree, i, place, out);
			continue;
		}
		if (is_one_of(left_out, tree, i)) {
			DRY_NOTE(job, "a field of affinity or spread that is not modelled was left out");
			continue;
		}
		if (dry_tree_key_is(tree, i, "namespaceSelector") && dry_tree_first(tree, i)) {
			DRY_NOTE(job, "namespaceSelector with labels: taken as the pod's own namespace");
			continue;
		}
		if (dry_tree_key_is(tree, i, "labelSelector"))
			inner = PLACE_SELECTOR;
		else if (place == PLACE_SELECTOR && (dry_tree_key_is(tree, i, "matchLabels") ||
						     dry_tree_key_is(tree, i, "values")))
			inner = PLACE_VALUES;
		else if (dry_tree_key_is(tree, i, "namespaces"))
			inner = PLACE_NAMESPACES;
		write_key(tree, i, out);
		write_selective(job, tree, i, inner, out);
	}
	dry_text_char(out, type == DRY_TREE_OBJECT ? '}' : ']');
}

/* One whose matchLabelKeys name labels of the pod: selects by the pod's own values too. */
static void write_spread(struct dry_import_job *job, const struct dry_tree *tree, uint32_t list,
			 struct dry_text *out)
{
	if (!list || !dry_tree_first(tree, list))
		return;
	dry_text_puts(out, ",\"topologySpreadConstraints\":");
	write_selective(job, tree, list, PLACE_OUTSIDE, out);
}

/* As the autoscaler sees it: a hostPath or an emptyDir that is not in memory, unless excepted by name. */
static bool has_local_storage(const struct dry_tree *tree, uint32_t metadata, uint32_t volumes)
{
	const uint32_t annotations = dry_tree_find(tree, metadata, "annotations");
	const uint32_t excepted = annotations ? dry_tree_find(tree, annotations,
		"cluster-autoscaler.kubernetes.io/safe-to-evict-local-volumes") : 0;
	size_t list_length = 0;
	const char *const list = excepted ? dry_tree_text(tree, excepted, &list_length) : NULL;

	for (uint32_t i = volumes ? dry_tree_first(tree, volumes) : 0; i; i = dry_tree_next(tree, i)) {
		const uint32_t empty = dry_tree_find(tree, i, "emptyDir");
		const bool is_local = dry_tree_find(tree, i, "hostPath") ||
			(empty && !dry_tree_is(tree, dry_tree_find(tree, empty, "medium"), "Memory"));
		size_t length;
		const char *const name = dry_tree_text(tree, dry_tree_find(tree, i, "name"), &length);
		bool is_excepted = false;
		for (size_t at = 0; name && list && at < list_length;) {
			const char *const comma = memchr(list + at, ',', list_length - at);
			const size_t piece = comma ? (size_t)(comma - list) - at : list_length - at;
			is_excepted = is_excepted ||
				      (piece == length && !memcmp(list + at, name, length));
			at += piece + 1;
		}
		if (is_local && !is_excepted)
			return true;
	}
	return false;
}

void dry_pod_constraints_write(struct dry_import_job *job, const struct dry_items *items,
			       uint32_t metadata, uint32_t spec, struct dry_text *out)
{
	const struct dry_tree *const tree = &items->tree;
	int64_t priority;

	if (dry_tree_integer(tree, dry_tree_find(tree, spec, "priority"), &priority)) {
		if (priority)
			dry_text_printf(out, ",\"priority\":%lld", (long long)priority);
	} else if (dry_tree_find(tree, spec, "priorityClassName")) {
		DRY_IMPUTE(job, "priority: only a class name is known, taken as 0");
	}
	write_labels(job, tree, dry_tree_find(tree, metadata, "labels"), out);
	write_annotations(tree, dry_tree_find(tree, metadata, "annotations"), out);
	const uint32_t selector = dry_tree_find(tree, spec, "nodeSelector");
	if (selector && dry_tree_first(tree, selector)) {
		dry_text_puts(out, ",\"nodeSelector\":");
		dry_tree_write(tree, selector, out);
	}
	write_tolerations(tree, dry_tree_find(tree, spec, "tolerations"), out);
	const uint32_t affinity = dry_tree_find(tree, spec, "affinity");
	if (affinity && dry_tree_first(tree, affinity)) {
		dry_text_puts(out, ",\"affinity\":");
		write_selective(job, tree, affinity, PLACE_OUTSIDE, out);
	}
	write_spread(job, tree, dry_tree_find(tree, spec, "topologySpreadConstraints"), out);
	if (has_local_storage(tree, metadata, dry_tree_find(tree, spec, "volumes")))
		dry_text_puts(out, ",\"localStorage\":true");
}
