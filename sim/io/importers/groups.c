#include "io/importers/groups.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "io/importers/each.h"

void groups_release(struct groups *groups)
{
	free(groups->draft);
	*groups = (struct groups){ 0 };
}

struct group_draft *groups_add(struct dry_import_job *job, struct groups *groups, const char *base,
			       size_t length, struct dry_where where)
{
	groups->draft = dry_grow(groups->draft, &groups->capacity, groups->count + 1,
				 sizeof(*groups->draft));
	struct group_draft *const draft = &groups->draft[groups->count++];

	*draft = (struct group_draft){
		.base = dry_symbols_text(&job->symbols, dry_symbols_add(&job->symbols, base, length)),
		.min_size = -1, .max_size = -1, .initial_size = -1, .initial_whole = -1, .price_nusd = -1,
		.max_price_nusd = -1, .max_pods = -1, .where = where,
	};
	return draft;
}

struct group_draft *groups_find(const struct groups *groups, const char *base, const char *zone)
{
	for (uint32_t i = 0; i < groups->count; i++) {
		struct group_draft *const draft = &groups->draft[i];
		if (strcmp(draft->base, base))
			continue;
		if (!zone || (draft->zone && !strcmp(draft->zone, zone)))
			return draft;
	}
	return NULL;
}

const char *groups_text(struct dry_import_job *job, const struct dry_tree *tree, uint32_t node)
{
	size_t length;
	const char *const text = dry_tree_text(tree, node, &length);

	return text && length
		? dry_symbols_text(&job->symbols, dry_symbols_add(&job->symbols, text, length)) : NULL;
}

static void append(struct dry_import_job *job, struct group_pair **list, const char *key,
		   const char *value, const char *effect)
{
	struct group_pair *pair;

	while (*list)
		list = &(*list)->next;
	pair = dry_arena_alloc(&job->arena, sizeof(*pair));
	*pair = (struct group_pair){ key, value, effect, NULL };
	*list = pair;
}

/* Labels that the scenario's world gives every node by itself, and those of one node alone. */
static bool is_label_of_world(const char *key, const char *value)
{
	static const char *const known[] = {
		"kubernetes.io/hostname", "topology.kubernetes.io/zone", "topology.kubernetes.io/region",
		"node.kubernetes.io/instance-type", "beta.kubernetes.io/instance-type",
		"failure-domain.beta.kubernetes.io/zone", "failure-domain.beta.kubernetes.io/region",
		"beta.kubernetes.io/os", "beta.kubernetes.io/arch", "topology.ebs.csi.aws.com/zone",
		"topology.gke.io/zone", "topology.disk.csi.azure.com/zone", "topology.k8s.aws/zone-id",
		"cluster-autoscaler.kwok.nodegroup/name",
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (!strcmp(key, known[i]))
			return true;
	return (!strcmp(key, "kubernetes.io/os") && !strcmp(value, "linux")) ||
	       (!strcmp(key, "kubernetes.io/arch") && !strcmp(value, "amd64"));
}

void group_add_label(struct dry_import_job *job, struct group_draft *draft, const char *key,
		     size_t key_length, const char *value, size_t length)
{
	struct dry_symbols *const symbols = &job->symbols;
	const char *const own_key = dry_symbols_text(symbols, dry_symbols_add(symbols, key, key_length));
	const char *const own = dry_symbols_text(symbols, dry_symbols_add(symbols, value ? value : "",
									   length));

	if (is_label_of_world(own_key, own))
		return;
	if (!dry_import_is_key(key, key_length)) {
		DRY_DROP(job, draft->where, "a label whose key Kubernetes would refuse");
		return;
	}
	for (struct group_pair *pair = draft->label; pair; pair = pair->next)
		if (pair->key == own_key) {
			pair->value = own;
			return;
		}
	append(job, &draft->label, own_key, own, NULL);
}

void group_add_taint(struct dry_import_job *job, struct group_draft *draft, const char *key,
		     const char *value, const char *effect)
{
	append(job, &draft->taint, key, value ? value : "", effect);
}

void group_add_option(struct dry_import_job *job, struct group_draft *draft, const char *key,
		      const char *value)
{
	for (struct group_pair *pair = draft->option; pair; pair = pair->next)
		if (!strcmp(pair->key, key)) {
			pair->value = value;
			return;
		}
	append(job, &draft->option, key, value, NULL);
}

bool group_add_option_named(struct dry_import_job *job, struct group_draft *draft, const char *name,
			    size_t length, const char *value)
{
	static const char *const known[] = {
		"scaleDownUtilizationThreshold", "scaleDownGpuUtilizationThreshold", "scaleDownUnneededTime",
		"scaleDownUnreadyTime", "maxNodeProvisionTime", "maxNodeStartupTime",
		"ignoreDaemonSetsUtilization", "zeroOrMaxNodeScaling",
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (strlen(known[i]) == length && !strncasecmp(known[i], name, length)) {
			group_add_option(job, draft, known[i], value);
			return true;
		}
	return false;
}

void group_add_labels(struct dry_import_job *job, struct group_draft *draft,
		      const struct dry_tree *tree, uint32_t map)
{
	for (uint32_t i = map ? dry_tree_first(tree, map) : 0; i; i = dry_tree_next(tree, i)) {
		size_t key_length, length;
		const char *const key = dry_tree_key(tree, i, &key_length);
		const char *const value = dry_tree_text(tree, i, &length);
		group_add_label(job, draft, key, key_length, value, length);
	}
}

/* Clouds spell the effects their own way. */
static const char *effect_of(const char *text, size_t length)
{
	static const struct { const char *theirs, *ours; } known[] = {
		{ "NoSchedule", "NoSchedule" }, { "NO_SCHEDULE", "NoSchedule" },
		{ "PreferNoSchedule", "PreferNoSchedule" }, { "PREFER_NO_SCHEDULE", "PreferNoSchedule" },
		{ "NoExecute", "NoExecute" }, { "NO_EXECUTE", "NoExecute" },
	};

	for (size_t i = 0; text && i < sizeof(known) / sizeof(known[0]); i++)
		if (strlen(known[i].theirs) == length && !memcmp(known[i].theirs, text, length))
			return known[i].ours;
	return NULL;
}

static bool fail_effect(struct dry_where where, const char *text, size_t length, struct dry_error *err)
{
	dry_fail(err, DRY_ERROR_INPUT, where, "taints: effect \"%.*s\" is none", (int)length,
		 text ? text : "");
	return dry_fail_expected(err, "NoSchedule, PreferNoSchedule or NoExecute");
}

bool group_add_taints(struct dry_import_job *job, struct group_draft *draft,
		      const struct dry_items *items, uint32_t list, struct dry_error *err)
{
	const struct dry_tree *const tree = &items->tree;

	for (uint32_t i = list ? dry_tree_first(tree, list) : 0; i; i = dry_tree_next(tree, i)) {
		size_t length;
		const char *const text = dry_tree_text(tree, dry_tree_find(tree, i, "effect"), &length);
		const char *const effect = effect_of(text, length);
		const char *const key = groups_text(job, tree, dry_tree_find(tree, i, "key"));
		if (!effect)
			return fail_effect(dry_items_where(items, i), text, length, err);
		if (!key)
			return dry_fail(err, DRY_ERROR_INPUT, dry_items_where(items, i),
					"taints: has no key");
		group_add_taint(job, draft, key, groups_text(job, tree, dry_tree_find(tree, i, "value")),
				effect);
	}
	return true;
}

static const char *copy(struct dry_import_job *job, const char *text, size_t length)
{
	return dry_symbols_text(&job->symbols, dry_symbols_add(&job->symbols, text, length));
}

void group_add_label_text(struct dry_import_job *job, struct group_draft *draft, const char *text,
			  size_t length)
{
	for (size_t at = 0; at < length;) {
		const char *const comma = memchr(text + at, ',', length - at);
		const size_t piece = comma ? (size_t)(comma - text) - at : length - at;
		const char *const equals = memchr(text + at, '=', piece);
		const size_t key = equals ? (size_t)(equals - text) - at : piece;
		if (key)
			group_add_label(job, draft, text + at, key, equals ? equals + 1 : "",
					equals ? piece - key - 1 : 0);
		at += piece + 1;
	}
}

bool group_add_taint_text(struct dry_import_job *job, struct group_draft *draft, const char *text,
			  size_t length, struct dry_where where, struct dry_error *err)
{
	for (size_t at = 0; at < length;) {
		const char *const comma = memchr(text + at, ',', length - at);
		const size_t piece = comma ? (size_t)(comma - text) - at : length - at;
		const char *const colon = memrchr(text + at, ':', piece);
		const size_t head = colon ? (size_t)(colon - text) - at : piece;
		const char *const equals = memchr(text + at, '=', head);
		const size_t key = equals ? (size_t)(equals - text) - at : head;
		const char *const effect = colon ? effect_of(colon + 1, piece - head - 1) : NULL;
		if (!effect || !key)
			return fail_effect(where, text + at, piece, err);
		group_add_taint(job, draft, copy(job, text + at, key),
				equals ? copy(job, equals + 1, head - key - 1) : "", effect);
		at += piece + 1;
	}
	return true;
}

bool groups_size(const struct dry_items *items, uint32_t node, const char *what, int64_t *size,
		 struct dry_error *err)
{
	size_t length;

	*size = -1;
	if (!node || dry_tree_type_of(&items->tree, node) == DRY_TREE_NULL)
		return true;
	if (dry_tree_integer(&items->tree, node, size) && *size >= 0 && *size <= 1000000)
		return true;
	const char *const text = dry_tree_text(&items->tree, node, &length);
	dry_fail(err, DRY_ERROR_INPUT, dry_items_where(items, node), "%s: \"%.*s\" is no size of a group",
		 what, (int)length, text ? text : "");
	return dry_fail_expected(err, "a whole number, 0 to 1000000");
}

static bool same(const struct group_pair *a, const struct group_pair *b)
{
	return a->key == b->key && a->value == b->value &&
	       (a->effect == b->effect || (a->effect && b->effect && !strcmp(a->effect, b->effect)));
}

bool group_keep_common(struct group_pair **list, const struct group_pair *other)
{
	bool lost = false;

	while (*list) {
		const struct group_pair *found = other;
		while (found && !same(found, *list))
			found = found->next;
		if (found) {
			list = &(*list)->next;
			continue;
		}
		*list = (*list)->next;
		lost = true;
	}
	return lost;
}

static const char *zone_name(struct dry_import_job *job, const struct dry_tree *tree, uint32_t node,
			     bool is_map, const char *prefix)
{
	size_t length;
	const char *const text = is_map ? dry_tree_key(tree, node, &length)
				 : dry_tree_text(tree, node, &length);

	if (!text || !length)
		return NULL;
	return prefix ? dry_arena_printf(&job->arena, "%s%.*s", prefix, (int)length, text)
		      : copy(job, text, length);
}

void groups_spread(struct dry_import_job *job, struct groups *groups, uint32_t index,
		   const struct dry_tree *tree, uint32_t zones, const char *prefix)
{
	const bool is_map = zones && dry_tree_type_of(tree, zones) == DRY_TREE_OBJECT;
	bool is_first = true;

	if (!groups->draft[index].sizes_of_zone)
		groups->draft[index].initial_whole = groups->draft[index].initial_size;
	for (uint32_t i = zones ? dry_tree_first(tree, zones) : 0; i; i = dry_tree_next(tree, i)) {
		const char *const zone = zone_name(job, tree, i, is_map, prefix);
		if (!zone)
			continue;
		if (is_first) {
			groups->draft[index].zone = zone;
			is_first = false;
			continue;
		}
		groups->draft = dry_grow(groups->draft, &groups->capacity, groups->count + 1,
					 sizeof(*groups->draft));
		groups->draft[groups->count] = groups->draft[index];
		groups->draft[groups->count++].zone = zone;
	}
}

struct importing {
	const char *const *lists;
	bool (*read)(struct dry_import_job *job, struct groups *groups, const struct dry_items *items,
		     struct dry_error *err);
	struct groups groups;
};

static bool import_item(struct dry_import_job *job, const struct dry_items *items, void *context,
			struct dry_error *err)
{
	struct importing *const importing = context;
	const enum dry_tree_type type = dry_tree_type_of(&items->tree, items->item);

	if (type != DRY_TREE_OBJECT && type != DRY_TREE_ARRAY)
		return dry_fail(err, DRY_ERROR_INPUT, dry_items_where(items, items->item),
				"is no object where a description is expected");
	return importing->read(job, &importing->groups, items, err);
}

static bool import_file(struct dry_import_job *job, struct dry_feed *feed, void *context,
			struct dry_error *err)
{
	struct importing *const importing = context;
	const struct dry_items_form form = { .list = importing->lists };

	return dry_import_each_item(job, feed, &form, import_item, importing, err);
}

bool groups_import(struct dry_import_job *job, const char *const *lists,
		   bool (*read)(struct dry_import_job *job, struct groups *groups,
				const struct dry_items *items, struct dry_error *err),
		   struct dry_error *err)
{
	struct importing importing = { .lists = lists, .read = read };
	const bool good = dry_import_each_file(job, import_file, &importing, err) &&
			  groups_write(job, &importing.groups, err);

	groups_release(&importing.groups);
	return good;
}
