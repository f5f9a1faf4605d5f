#include "cli/setting_list.h"

#include <stdlib.h>
#include <string.h>

void cli_settings_init(struct cli_setting_list *list)
{
	*list = (struct cli_setting_list){ 0 };
	dry_arena_init(&list->arena);
}

void cli_settings_release(struct cli_setting_list *list)
{
	for (uint32_t i = 0; i < list->doc_count; i++) {
		dry_doc_release(list->doc[i]);
		free(list->doc[i]);
	}
	free(list->doc);
	free(list->setting);
	free(list->origin);
	dry_arena_release(&list->arena);
	*list = (struct cli_setting_list){ 0 };
}

static void add(struct cli_setting_list *list, const char *path, const char *value,
		struct cli_setting_origin origin)
{
	list->setting = dry_grow(list->setting, &list->capacity, list->count + 1, sizeof(*list->setting));
	list->origin = dry_grow(list->origin, &list->origin_capacity, list->count + 1,
				sizeof(*list->origin));
	list->setting[list->count] = (struct dry_setting){ path, value };
	list->origin[list->count++] = origin;
}

void cli_settings_put(struct cli_setting_list *list, const char *option, const char *path, const char *value)
{
	add(list, dry_arena_text(&list->arena, path), dry_arena_text(&list->arena, value),
	    (struct cli_setting_origin){ .option = option });
}

bool cli_settings_add(struct cli_setting_list *list, const char *option, const char *text,
		      struct dry_error *err)
{
	size_t length = strcspn(text, "=");

	if (!text[length] || !length) {
		dry_fail(err, DRY_ERROR_USAGE, DRY_NOWHERE, "%s %s: %s", option, text,
			 length ? "has no value" : "has no name");
		return dry_fail_expected(err, "%s KEY=VALUE, for example %s scan-interval=30s", option,
					 option);
	}
	add(list, dry_arena_copy(&list->arena, text, length),
	    dry_arena_text(&list->arena, text + length + 1),
	    (struct cli_setting_origin){ .option = option });
	return true;
}

/* Scalars joined by commas, as the flags that take lists have it. NULL = not a list of scalars. */
static const char *join(struct cli_setting_list *list, const struct dry_doc_node *node)
{
	const char *joined = "";

	for (const struct dry_doc_node *item = node->first; item; item = item->next) {
		if (item->kind == DRY_DOC_LIST || item->kind == DRY_DOC_MAP)
			return NULL;
		joined = dry_arena_printf(&list->arena, "%s%s%s", joined, *joined ? "," : "", item->text);
	}
	return joined;
}

static bool add_node(struct cli_setting_list *list, const struct dry_doc *doc, const char *prefix,
		     const struct dry_doc_node *node, struct dry_error *err);

/* A list of groups: each map's "name" is its part of the path. */
static bool add_named(struct cli_setting_list *list, const struct dry_doc *doc, const char *path,
		      const struct dry_doc_node *node, struct dry_error *err)
{
	bool fine = true;

	for (const struct dry_doc_node *item = node->first; item; item = item->next) {
		const struct dry_doc_node *name = dry_doc_find(item, "name");
		const char *own;

		if (!name) {
			fine = dry_doc_fail(doc, item, err, "%s: an entry without a name",
					    dry_doc_path(item, &list->arena));
			continue;
		}
		own = dry_arena_printf(&list->arena, "%s.%s", path, name->text);
		for (const struct dry_doc_node *field = item->first; field; field = field->next)
			if (field != name)
				fine &= add_node(list, doc, own, field, err);
	}
	return fine;
}

static bool is_transparent(const char *prefix, const char *key)
{
	return !*prefix && (!strcmp(key, "autoscaler") || !strcmp(key, "settings"));
}

static bool add_node(struct cli_setting_list *list, const struct dry_doc *doc, const char *prefix,
		     const struct dry_doc_node *node, struct dry_error *err)
{
	const char *path = is_transparent(prefix, node->key) ? "" :
			   dry_arena_printf(&list->arena, "%s%s%s", prefix, *prefix ? "." : "", node->key);
	const char *value = node->text;
	bool fine = true;

	if (node->kind == DRY_DOC_MAP) {
		for (const struct dry_doc_node *child = node->first; child; child = child->next)
			fine &= add_node(list, doc, path, child, err);
		return fine;
	}
	if (node->kind == DRY_DOC_LIST) {
		value = join(list, node);
		if (!value)
			return add_named(list, doc, path, node, err);
	}
	if (!*path || node->kind == DRY_DOC_NULL)
		return dry_doc_fail(doc, node, err, "%s: has no value", dry_doc_path(node, &list->arena));
	add(list, path, value, (struct cli_setting_origin){ .doc = doc, .node = node });
	return true;
}

bool cli_settings_read(struct cli_setting_list *list, const char *path, struct dry_error *err)
{
	struct dry_doc *doc = dry_xcalloc(1, sizeof(*doc));
	bool fine = true;

	list->doc = dry_grow(list->doc, &list->doc_capacity, list->doc_count + 1, sizeof(*list->doc));
	list->doc[list->doc_count++] = doc;
	if (!dry_doc_read(doc, path, NULL, err))
		return false;
	if (doc->root->kind != DRY_DOC_MAP) {
		dry_doc_fail(doc, doc->root, err, "%s where parameters belong",
			     dry_doc_kind_name(doc->root));
		return dry_fail_expected(err, "a map, for example {\"scan-interval\": \"30s\"}");
	}
	for (const struct dry_doc_node *child = doc->root->first; child; child = child->next)
		fine &= add_node(list, doc, "", child, err);
	return fine;
}

/* The complaints of one setting, told at the place it came from. */
static void move_complaints(const struct cli_setting_origin *origin, const struct dry_setting *setting,
			    const struct dry_error *from, struct dry_error *err)
{
	for (uint32_t i = 0; i < from->count; i++) {
		const struct dry_complaint *complaint = &from->complaint[i];

		if (origin->doc && complaint->warning)
			dry_doc_warn(origin->doc, origin->node, err, "%s", complaint->text);
		else if (origin->doc)
			dry_doc_fail(origin->doc, origin->node, err, "%s", complaint->text);
		else if (complaint->warning)
			dry_warn(err, DRY_NOWHERE, "%s", complaint->text);
		else
			dry_fail(err, DRY_ERROR_USAGE, DRY_NOWHERE, "%s %s=%s: %s", origin->option,
				 setting->path, setting->value, complaint->text);
		if (complaint->expected)
			dry_fail_expected(err, "%s", complaint->expected);
		if (complaint->fix)
			dry_fail_fix(err, "%s", complaint->fix);
	}
}

bool cli_settings_apply(const struct cli_setting_list *list, const struct dry_input *input,
			struct dry_config *config, struct dry_arena *arena, struct dry_error *err)
{
	bool fine = true;

	for (uint32_t i = 0; i < list->count; i++) {
		struct dry_error own = { 0 };

		fine &= dry_config_set(config, input, list->setting[i].path, list->setting[i].value, arena,
				       &own);
		move_complaints(&list->origin[i], &list->setting[i], &own, err);
		dry_error_release(&own);
	}
	return fine && dry_config_finish(config, input, arena, err);
}
