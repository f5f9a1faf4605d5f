#include <string.h>

#include "base/units.h"
#include "io/importers/tree.h"

bool dry_tree_key_is(const struct dry_tree *tree, uint32_t node, const char *key)
{
	const struct dry_tree_node *const at = &tree->node[node];
	const size_t length = strlen(key);

	return at->key_length == length && !memcmp(tree->base + at->key, key, length);
}

static uint32_t find_span(const struct dry_tree *tree, uint32_t node, const char *key, size_t length)
{
	if (!tree->count || tree->node[node].type != DRY_TREE_OBJECT)
		return 0;
	for (uint32_t i = tree->node[node].child; i; i = tree->node[i].next)
		if (tree->node[i].key_length == length &&
		    !memcmp(tree->base + tree->node[i].key, key, length))
			return i;
	return 0;
}

uint32_t dry_tree_find(const struct dry_tree *tree, uint32_t node, const char *key)
{
	return find_span(tree, node, key, strlen(key));
}

uint32_t dry_tree_path(const struct dry_tree *tree, uint32_t node, const char *path)
{
	for (;;) {
		const size_t length = strcspn(path, ".");
		node = find_span(tree, node, path, length);
		if (!node || !path[length])
			return node;
		path += length + 1;
	}
}

const char *dry_tree_text(const struct dry_tree *tree, uint32_t node, size_t *length)
{
	const struct dry_tree_node *const at = &tree->node[node];

	*length = 0;
	if (!node || at->type == DRY_TREE_NULL || at->type >= DRY_TREE_ARRAY)
		return NULL;
	*length = at->length;
	return tree->base + at->text;
}

const char *dry_tree_key(const struct dry_tree *tree, uint32_t node, size_t *length)
{
	*length = tree->node[node].key_length;
	return tree->base + tree->node[node].key;
}

bool dry_tree_is(const struct dry_tree *tree, uint32_t node, const char *text)
{
	size_t length;
	const char *const have = dry_tree_text(tree, node, &length);

	return have && length == strlen(text) && !memcmp(have, text, length);
}

bool dry_tree_true(const struct dry_tree *tree, uint32_t node)
{
	return dry_tree_is(tree, node, "true");
}

bool dry_tree_integer(const struct dry_tree *tree, uint32_t node, int64_t *value)
{
	size_t length;
	const char *const text = dry_tree_text(tree, node, &length);

	return text && !dry_parse_integer(text, length, value);
}

bool dry_tree_double(const struct dry_tree *tree, uint32_t node, double *value)
{
	size_t length;
	const char *const text = dry_tree_text(tree, node, &length);

	return text && !dry_parse_number(text, length, value);
}

uint32_t dry_tree_size(const struct dry_tree *tree, uint32_t node)
{
	uint32_t count = 0;

	for (uint32_t i = tree->node[node].child; i; i = tree->node[i].next)
		count++;
	return count;
}

void dry_tree_write(const struct dry_tree *tree, uint32_t node, struct dry_text *out)
{
	const struct dry_tree_node *const at = &tree->node[node];
	const bool is_object = at->type == DRY_TREE_OBJECT;

	if (at->type == DRY_TREE_STRING) {
		dry_text_json(out, tree->base + at->text, at->length);
		return;
	}
	if (at->type == DRY_TREE_NULL) {
		dry_text_puts(out, "null");
		return;
	}
	if (at->type < DRY_TREE_ARRAY) {
		dry_text_add(out, tree->base + at->text, at->length);
		return;
	}
	dry_text_char(out, is_object ? '{' : '[');
	for (uint32_t i = at->child; i; i = tree->node[i].next) {
		if (i != at->child)
			dry_text_char(out, ',');
		if (is_object) {
			dry_text_json(out, tree->base + tree->node[i].key, tree->node[i].key_length);
			dry_text_char(out, ':');
		}
		dry_tree_write(tree, i, out);
	}
	dry_text_char(out, is_object ? '}' : ']');
}
