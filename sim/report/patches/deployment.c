/*
 * The autoscaler's Deployment as it runs: where each flag stands. Flags are in
 * command after the program (upstream's manifests, the chart) or in args, as
 * --k=v, --k v, -k=v or bare; the last one of a name holds.
 */
#include <string.h>

#include "autoscaler/options.h"
#include "report/patches/patches.h"

static const struct dry_doc_node *find_path(const struct dry_doc_node *node, const char *const *key)
{
	for (; node && *key; key++)
		node = dry_doc_find(node, *key);
	return node;
}

static const char *text_of(const struct dry_doc_node *node)
{
	return node && node->kind != DRY_DOC_LIST && node->kind != DRY_DOC_MAP ? node->text : NULL;
}

static bool mentions_autoscaler(const struct dry_doc_node *list)
{
	const struct dry_doc_node *item;

	if (!list || list->kind != DRY_DOC_LIST)
		return false;
	for (item = list->first; item; item = item->next)
		if (item->text && strstr(item->text, "cluster-autoscaler"))
			return true;
	return false;
}

static const struct dry_doc_node *find_container(const struct dry_doc_node *root)
{
	static const char *const path[] = { "spec", "template", "spec", "containers", NULL };
	const struct dry_doc_node *list = find_path(root, path), *container;
	const struct dry_doc_node *by_name = NULL;

	if (!list || list->kind != DRY_DOC_LIST)
		return NULL;
	for (container = list->first; container; container = container->next) {
		const char *name = text_of(dry_doc_find(container, "name"));
		const char *image = text_of(dry_doc_find(container, "image"));

		if (mentions_autoscaler(dry_doc_find(container, "command")))
			return container;
		if (!by_name && ((name && strstr(name, "cluster-autoscaler")) ||
				 (image && strstr(image, "cluster-autoscaler"))))
			by_name = container;
	}
	return by_name;
}

static void add_flag(struct patch_deployment *deployment, struct dry_arena *arena,
		     const struct dry_doc_node *item, bool is_args)
{
	struct patch_flag *flag = &deployment->flag[deployment->flag_count++];
	const char *text = item->text, *equals;

	while (*text == '-')
		text++;
	flag->is_args = is_args;
	flag->index = item->index;
	flag->item = item->text;
	equals = strchr(text, '=');
	if (equals) {
		flag->name = dry_arena_copy(arena, text, (size_t)(equals - text));
		flag->value = equals + 1;
		return;
	}
	flag->name = text;
	flag->value = "true";
	if (item->next && item->next->text && item->next->text[0] != '-') {
		const struct dry_option *option = dry_option_find(flag->name, NULL);

		/* A bool takes its value behind "=" only. */
		if (!option || option->type != DRY_OPTION_BOOL) {
			flag->takes_two = true;
			flag->value = flag->item_value = item->next->text;
		}
	}
}

static void read_list(struct patch_deployment *deployment, struct dry_arena *arena,
		      const struct dry_doc_node *list, bool is_args)
{
	const struct dry_doc_node *item;

	if (!list || list->kind != DRY_DOC_LIST)
		return;
	for (item = list->first; item; item = item->next) {
		if (!item->text || item->text[0] != '-')
			continue;
		add_flag(deployment, arena, item, is_args);
		if (deployment->flag[deployment->flag_count - 1].takes_two)
			item = item->next;
	}
}

static const struct dry_doc_node *find_deployment(const struct dry_doc_node *root)
{
	const struct dry_doc_node *items = dry_doc_find(root, "items"), *item;

	if (!items || items->kind != DRY_DOC_LIST)
		return root;
	for (item = items->first; item; item = item->next)
		if (find_container(item))
			return item;
	return NULL;
}

bool patch_deployment_read(const struct dry_doc *doc, struct dry_arena *arena,
			   struct patch_deployment *deployment, struct dry_error *err)
{
	static const char *const name_path[] = { "metadata", "name", NULL };
	static const char *const space_path[] = { "metadata", "namespace", NULL };
	const struct dry_doc_node *root = find_deployment(doc->root), *container, *command, *args;

	memset(deployment, 0, sizeof(*deployment));
	container = root ? find_container(root) : NULL;
	if (!container) {
		dry_doc_fail(doc, doc->root, err, "holds no container that runs the cluster-autoscaler");
		dry_fail_expected(err, "the live Deployment");
		return dry_fail_fix(err, "kubectl get deploy -n kube-system cluster-autoscaler -o json");
	}
	deployment->root = root;
	deployment->name = text_of(find_path(root, name_path));
	deployment->name_space = text_of(find_path(root, space_path));
	deployment->container = text_of(dry_doc_find(container, "name"));
	deployment->container_index = container->index;
	command = dry_doc_find(container, "command");
	args = dry_doc_find(container, "args");
	deployment->has_command = command && command->kind == DRY_DOC_LIST;
	deployment->has_args = args && args->kind == DRY_DOC_LIST;
	if (!deployment->has_command && !deployment->has_args)
		return dry_doc_fail(doc, container, err, "has neither command nor args");
	deployment->flag = dry_arena_array(
		arena,
		(deployment->has_command ? command->count : 0u) +
			(deployment->has_args ? args->count : 0u) + 1u,
		sizeof(*deployment->flag));
	read_list(deployment, arena, deployment->has_command ? command : NULL, false);
	read_list(deployment, arena, deployment->has_args ? args : NULL, true);
	return true;
}

bool dry_patch_is_deployment(const struct dry_doc *doc)
{
	const struct dry_doc_node *root = find_deployment(doc->root);

	return root && find_container(root);
}

struct operations {
	const struct dry_patch_request *request;
	const struct patch_deployment *deployment;
	struct dry_arena *arena;
	void (*add)(void *context, const char *op, const char *path, const char *value,
		    const struct dry_change *change);
	void *context;
	uint32_t count;
};

static const char *item_path(const struct operations *o, bool is_args, const char *index)
{
	return dry_arena_printf(o->arena, "/spec/template/spec/containers/%u/%s/%s",
				o->deployment->container_index, is_args ? "args" : "command", index);
}

static void operate(struct operations *o, const char *op, const char *path, const char *value,
		    const struct dry_change *change)
{
	/* A container that came before this one would move everything below. */
	if (o->count == 0 && o->deployment->container)
		o->add(o->context, "test",
		       dry_arena_printf(o->arena, "/spec/template/spec/containers/%u/name",
					o->deployment->container_index),
		       o->deployment->container, NULL);
	o->add(o->context, op, path, value, change);
	o->count++;
}

static void replace_flag(struct operations *o, const struct patch_flag *flag, const char *item,
			 const char *value, const struct dry_change *change)
{
	uint32_t index = flag->takes_two ? flag->index + 1 : flag->index;
	const char *path = item_path(o, flag->is_args, dry_arena_printf(o->arena, "%u", index));

	operate(o, "test", path, flag->takes_two ? flag->item_value : flag->item, NULL);
	operate(o, "replace", path, flag->takes_two ? value : item, change);
}

static bool is_changed_list(const struct dry_change_set *set, const char *name)
{
	for (uint32_t i = 0; i < set->count; i++)
		if (set->change[i].kind == DRY_CHANGE_FLAG && !strcmp(set->change[i].name, name))
			return patch_is_list_flag(name);
	return false;
}

/* Items of repeated flags are taken off from the end, so that positions hold. */
static void remove_lists(struct operations *o)
{
	const struct patch_deployment *d = o->deployment;

	for (uint32_t i = d->flag_count; i > 0; i--) {
		const struct patch_flag *flag = &d->flag[i - 1];
		const char *path;

		if (!is_changed_list(o->request->changes, flag->name))
			continue;
		if (flag->takes_two) {
			path = item_path(o, flag->is_args,
					 dry_arena_printf(o->arena, "%u", flag->index + 1));
			operate(o, "test", path, flag->item_value, NULL);
			operate(o, "remove", path, NULL, NULL);
		}
		path = item_path(o, flag->is_args, dry_arena_printf(o->arena, "%u", flag->index));
		operate(o, "test", path, flag->item, NULL);
		operate(o, "remove", path, NULL, NULL);
	}
}

/* At the end of all: of a flag given twice the last one holds. */
static void append(struct operations *o, const char *item, const struct dry_change *change)
{
	operate(o, "add", item_path(o, o->deployment->has_args, "-"), item, change);
}

static const struct patch_flag *last_flag(const struct patch_deployment *d, const char *name)
{
	for (uint32_t i = d->flag_count; i > 0; i--)
		if (!strcmp(d->flag[i - 1].name, name))
			return &d->flag[i - 1];
	return NULL;
}

static void change_flag(struct operations *o, const struct dry_change *change)
{
	const struct patch_flag *flag = last_flag(o->deployment, change->name);
	const char *item;

	item = dry_arena_printf(o->arena, "--%s=%s", change->name, change->to);
	if (flag)
		replace_flag(o, flag, item, change->to, change);
	else
		append(o, item, change);
}

/* --nodes=MIN:MAX:NAME of this group, with both sizes as they will be. */
static bool change_sizes(struct operations *o, const char *group)
{
	const struct dry_change_set *set = o->request->changes;
	const struct patch_flag *found = NULL;
	const struct dry_change *first = NULL;
	const char *low, *high, *name;
	size_t low_length, high_length;

	for (uint32_t i = 0; i < o->deployment->flag_count; i++) {
		const struct patch_flag *flag = &o->deployment->flag[i];
		const char *a = strchr(flag->value, ':'), *b = a ? strchr(a + 1, ':') : NULL;

		if (!strcmp(flag->name, "nodes") && b && !strcmp(b + 1, group))
			found = flag;
	}
	if (!found)
		return false;
	low = found->value;
	low_length = (size_t)(strchr(low, ':') - low);
	high = low + low_length + 1;
	high_length = (size_t)(strchr(high, ':') - high);
	name = high + high_length + 1;
	for (uint32_t i = 0; i < set->count; i++) {
		const struct dry_change *change = &set->change[i];

		if (change->kind != DRY_CHANGE_GROUP_SIZE || strcmp(change->group, group))
			continue;
		first = first ? first : change;
		if (!strcmp(change->name, "minSize")) {
			low = change->to;
			low_length = strlen(low);
		} else {
			high = change->to;
			high_length = strlen(high);
		}
	}
	name = dry_arena_printf(o->arena, "%.*s:%.*s:%s", (int)low_length, low, (int)high_length, high,
				name);
	replace_flag(o, found, dry_arena_printf(o->arena, "--nodes=%s", name), name, first);
	return true;
}

static bool is_first_of_group(const struct dry_change_set *set, uint32_t index)
{
	for (uint32_t i = 0; i < index; i++)
		if (set->change[i].kind == DRY_CHANGE_GROUP_SIZE &&
		    !strcmp(set->change[i].group, set->change[index].group))
			return false;
	return true;
}

bool patch_deployment_operations(const struct dry_patch_request *request,
				 const struct patch_deployment *deployment, struct dry_arena *arena,
				 void (*add)(void *context, const char *op, const char *path,
					     const char *value, const struct dry_change *change),
				 void *context, uint32_t *count, struct dry_error *err)
{
	struct operations o = { request, deployment, arena, add, context, 0 };
	const struct dry_change_set *set = request->changes;

	/* Replacements first: a removal would move what they point at. */
	for (uint32_t i = 0; i < set->count; i++) {
		const struct dry_change *change = &set->change[i];

		if (change->kind == DRY_CHANGE_FLAG && !patch_is_list_flag(change->name) &&
		    last_flag(deployment, change->name))
			change_flag(&o, change);
		else if (change->kind == DRY_CHANGE_GROUP_SIZE && is_first_of_group(set, i) &&
			 !change_sizes(&o, change->group))
			dry_warn(err, DRY_NOWHERE,
				 "%s is not in the Deployment (no --nodes flag for it); change it where the group is "
				 "defined",
				 change->path);
	}
	remove_lists(&o);
	for (uint32_t i = 0; i < set->count; i++) {
		const struct dry_change *change = &set->change[i];
		const char *rest = change->to, *item;
		size_t length;

		if (change->kind != DRY_CHANGE_FLAG)
			continue;
		if (!patch_is_list_flag(change->name)) {
			if (!last_flag(deployment, change->name))
				change_flag(&o, change);
			continue;
		}
		while (patch_next_item(&rest, &item, &length))
			append(&o,
			       dry_arena_printf(arena, "--%s=%.*s", change->name, (int)length, item),
			       change);
	}
	*count = o.count;
	return true;
}
