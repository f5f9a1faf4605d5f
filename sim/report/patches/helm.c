/*
 * Values of the cluster-autoscaler chart, and the same nested as the Palette
 * pack has them. Against live values: flags that stand in customArgs (which
 * come last and so hold) are changed there, repeated keys keep their suffixes,
 * autoscalingGroups is a list and so written whole.
 */
#include <string.h>

#include "autoscaler/options.h"
#include "report/patches/patches.h"

struct values {
	const struct dry_patch_request *request;
	struct dry_page *page;
	struct dry_arena arena;
	const struct dry_doc_node *live;        /* the chart's own subtree; NULL = none */
	int indent;
};

bool patch_helm_can(const struct dry_change *change)
{
	return change->kind == DRY_CHANGE_FLAG || change->kind == DRY_CHANGE_GROUP_SIZE ||
	       change->kind == DRY_CHANGE_PRIORITIES;
}

static bool looks_like_values(const struct dry_doc_node *node)
{
	static const char *const keys[] = { "extraArgs", "autoDiscovery", "autoscalingGroups",
					    "expanderPriorities", "cloudProvider", "customArgs" };

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (dry_doc_find(node, keys[i]))
			return true;
	return false;
}

/* Umbrella charts nest the values under the chart's name, packs under charts. */
static const struct dry_doc_node *find_values(const struct dry_doc_node *root)
{
	const struct dry_doc_node *node = dry_doc_find(root, "charts");

	node = dry_doc_find(node ? node : root, "cluster-autoscaler");
	if (node)
		return node;
	return looks_like_values(root) ? root : NULL;
}

static void line(struct values *v, int depth)
{
	dry_page_repeat(v->page, ' ', (size_t)v->indent + 2 * (size_t)depth);
}

/* "--NAME=..." or "--NAME" of this flag? */
static bool is_item_of(const char *item, const char *name)
{
	size_t length = strlen(name);

	while (*item == '-')
		item++;
	return !strncmp(item, name, length) && (item[length] == '=' || item[length] == '\0');
}

static bool stands_in_custom_args(const struct values *v, const char *name)
{
	const struct dry_doc_node *list = dry_doc_find(v->live, "customArgs"), *item;

	for (item = list ? list->first : NULL; item; item = item->next)
		if (item->text && is_item_of(item->text, name))
			return true;
	return false;
}

static const struct dry_change *change_of_item(const struct values *v, const char *item)
{
	const struct dry_change_set *set = v->request->changes;

	for (uint32_t i = 0; i < set->count; i++)
		if (set->change[i].kind == DRY_CHANGE_FLAG && is_item_of(item, set->change[i].name))
			return &set->change[i];
	return NULL;
}

static void write_custom_item(struct values *v, const char *item, const struct dry_change *change)
{
	line(v, 1);
	dry_page_add(v->page, "- ");
	patch_yaml_string(v->page, item);
	if (change)
		patch_was(v->request, v->page, change);
	else
		dry_page_add_char(v->page, '\n');
}

/* Where the flag stands first, all its items go; "--k", "v" becomes one item. */
static void write_custom_flag(struct values *v, const struct dry_change *change)
{
	const char *rest = change->to, *item;
	size_t length;

	if (!patch_is_list_flag(change->name)) {
		write_custom_item(v, dry_arena_printf(&v->arena, "--%s=%s", change->name, change->to), change);
		return;
	}
	while (patch_next_item(&rest, &item, &length))
		write_custom_item(v, dry_arena_printf(&v->arena, "--%s=%.*s", change->name, (int)length, item),
				  change);
}

static bool takes_next(const struct dry_doc_node *item, const char *name)
{
	const struct dry_option *option = dry_option_find(name, NULL);

	return !strchr(item->text, '=') && option && option->type != DRY_OPTION_BOOL && item->next &&
	       item->next->text && item->next->text[0] != '-';
}

/* Helm replaces lists whole: all items, the changed ones as they will be. */
static void write_custom_args(struct values *v)
{
	const struct dry_doc_node *list = dry_doc_find(v->live, "customArgs"), *item, *before;

	line(v, 0);
	dry_page_add(v->page, "customArgs:\n");
	for (item = list->first; item; item = item->next) {
		const struct dry_change *change = item->text ? change_of_item(v, item->text) : NULL;
		bool again = false;

		if (!change) {
			write_custom_item(v, item->text ? item->text : "", NULL);
			continue;
		}
		for (before = list->first; before != item; before = before->next)
			again |= before->text && change_of_item(v, before->text) == change;
		if (!again)
			write_custom_flag(v, change);
		if (takes_next(item, change->name))
			item = item->next;
	}
}

/*
 * A repeated flag has one key an item, NAME_1, NAME_2, ... Keys that are there
 * are used first; one too many repeats the last item, since a key cannot be
 * taken away by an overlay (null renders a bare flag).
 */
static void write_list_flag(struct values *v, const struct dry_change *change)
{
	const struct dry_doc_node *args = dry_doc_find(v->live, "extraArgs"), *key;
	const char *rest = change->to, *item = "";
	size_t length = 0, name_length = strlen(change->name);
	uint32_t count = 0;

	for (key = args ? args->first : NULL; key; key = key->next) {
		if (!key->key || strncmp(key->key, change->name, name_length) ||
		    (key->key[name_length] != '_' && key->key[name_length] != '\0'))
			continue;
		patch_next_item(&rest, &item, &length);
		count++;
		line(v, 1);
		dry_page_add(v->page, key->key);
		dry_page_add(v->page, ": ");
		patch_yaml_scalar(v->page, dry_arena_copy(&v->arena, item, length));
		patch_was(v->request, v->page, change);
	}
	for (uint32_t suffix = count; patch_next_item(&rest, &item, &length);) {
		const char *fresh;

		do
			fresh = dry_arena_printf(&v->arena, "%s_%u", change->name, ++suffix);
		while (dry_doc_find(args, fresh));
		line(v, 1);
		dry_page_printf(v->page, "%s: ", fresh);
		patch_yaml_scalar(v->page, dry_arena_copy(&v->arena, item, length));
		patch_was(v->request, v->page, change);
	}
}

static void write_flags(struct values *v)
{
	const struct dry_change_set *set = v->request->changes;
	bool custom = false, open = false;

	for (uint32_t i = 0; i < set->count; i++) {
		const struct dry_change *change = &set->change[i];

		if (change->kind != DRY_CHANGE_FLAG)
			continue;
		if (stands_in_custom_args(v, change->name)) {
			custom = true;
			continue;
		}
		if (!open) {
			line(v, 0);
			dry_page_add(v->page, "extraArgs:\n");
			open = true;
		}
		if (patch_is_list_flag(change->name)) {
			write_list_flag(v, change);
			continue;
		}
		line(v, 1);
		dry_page_add(v->page, change->name);
		dry_page_add(v->page, ": ");
		patch_yaml_scalar(v->page, change->to);
		patch_was(v->request, v->page, change);
	}
	if (custom)
		write_custom_args(v);
}

static const struct dry_change *size_change(const struct values *v, const char *group,
					    const char *name)
{
	const struct dry_change_set *set = v->request->changes;

	for (uint32_t i = 0; i < set->count; i++)
		if (set->change[i].kind == DRY_CHANGE_GROUP_SIZE && group &&
		    !strcmp(set->change[i].group, group) && !strcmp(set->change[i].name, name))
			return &set->change[i];
	return NULL;
}

static void write_live_group(struct values *v, const struct dry_doc_node *group)
{
	const struct dry_doc_node *name = dry_doc_find(group, "name"), *field;
	bool first = true;

	for (field = group->first; field; field = field->next) {
		const struct dry_change *change =
			name ? size_change(v, name->text, field->key) : NULL;

		line(v, 1);
		dry_page_add(v->page, first ? "- " : "  ");
		first = false;
		dry_page_add(v->page, field->key);
		dry_page_add(v->page, ": ");
		if (change) {
			patch_yaml_scalar(v->page, change->to);
			patch_was(v->request, v->page, change);
			continue;
		}
		if (field->kind == DRY_DOC_TEXT)
			patch_yaml_string(v->page, field->text);
		else
			dry_page_add(v->page, field->text ? field->text : "");
		dry_page_add_char(v->page, '\n');
	}
}

static bool write_sizes(struct values *v, struct dry_error *err)
{
	const struct dry_change_set *set = v->request->changes;
	const struct dry_doc_node *list = dry_doc_find(v->live, "autoscalingGroups"), *group;
	bool any = false;

	for (uint32_t i = 0; i < set->count; i++) {
		const struct dry_change *change = &set->change[i];
		bool found = false;

		if (change->kind != DRY_CHANGE_GROUP_SIZE)
			continue;
		for (group = list ? list->first : NULL; group; group = group->next) {
			const struct dry_doc_node *name = dry_doc_find(group, "name");

			found |= name && name->text && !strcmp(name->text, change->group);
		}
		any |= found;
		if (!found)
			dry_warn(err, DRY_NOWHERE,
				 v->live ? "%s: the values list no such group in autoscalingGroups "
					   "(auto-discovery?); change it where the group is defined" :
					   "%s: autoscalingGroups is a list that Helm replaces whole; give the live "
					   "values with --against",
				 change->path);
	}
	if (!any)
		return true;
	line(v, 0);
	dry_page_add(v->page, "autoscalingGroups:\n");
	for (group = list->first; group; group = group->next)
		write_live_group(v, group);
	return true;
}

static void write_priorities(struct values *v)
{
	const struct dry_patch_request *request = v->request;
	const struct dry_doc_node *live = dry_doc_find(v->live, "expanderPriorities"), *level;

	line(v, 0);
	dry_page_add(v->page, "expanderPriorities:\n");
	for (uint32_t i = 0; i < request->priority_count; i++) {
		line(v, 1);
		dry_page_printf(v->page, "%d:\n", request->priority[i].priority);
		for (uint32_t p = 0; p < request->priority[i].pattern_count; p++) {
			line(v, 2);
			dry_page_add(v->page, "- ");
			patch_yaml_string(v->page, request->priority[i].pattern[p]);
			dry_page_add_char(v->page, '\n');
		}
	}
	/* Helm merges maps: a level that shall go is emptied. */
	for (level = live && live->kind == DRY_DOC_MAP ? live->first : NULL; level; level = level->next) {
		bool kept = false;

		for (uint32_t i = 0; i < request->priority_count && !kept; i++)
			kept = !strcmp(level->key, dry_arena_printf(&v->arena, "%d",
								    request->priority[i].priority));
		if (kept)
			continue;
		line(v, 1);
		dry_page_printf(v->page, "%s: []\n", level->key);
	}
}

static bool has_priorities(const struct dry_change_set *set)
{
	for (uint32_t i = 0; i < set->count; i++)
		if (set->change[i].kind == DRY_CHANGE_PRIORITIES)
			return true;
	return false;
}

static bool write_values(struct values *v, struct dry_error *err)
{
	const struct dry_doc *against = v->request->against;
	bool done;

	if (against) {
		v->live = find_values(against->root);
		if (!v->live) {
			dry_doc_fail(against, against->root, err, "no values of the cluster-autoscaler chart");
			return dry_fail_expected(
				err, "extraArgs, autoDiscovery or autoscalingGroups, at the top or below "
				     "\"cluster-autoscaler\"");
		}
	}
	dry_arena_init(&v->arena);
	write_flags(v);
	done = write_sizes(v, err);
	if (has_priorities(v->request->changes) && v->request->priority_count)
		write_priorities(v);
	dry_arena_release(&v->arena);
	return done;
}

bool patch_helm_write(const struct dry_patch_request *request, struct dry_page *page,
		      struct dry_error *err)
{
	struct values v = { .request = request, .page = page };

	const struct dry_doc_node *root = request->against ? request->against->root : NULL;

	/* An umbrella's or a pack's values go back where they were. */
	if (dry_doc_find(dry_doc_find(root, "charts"), "cluster-autoscaler"))
		return patch_pack_write(request, page, err);
	if (dry_doc_find(root, "cluster-autoscaler")) {
		dry_page_add(page, "cluster-autoscaler:\n");
		v.indent = 2;
	}
	return write_values(&v, err);
}

bool patch_pack_write(const struct dry_patch_request *request, struct dry_page *page,
		      struct dry_error *err)
{
	struct values v = { .request = request, .page = page, .indent = 4 };

	dry_page_add(page, "charts:\n  cluster-autoscaler:\n");
	return write_values(&v, err);
}
