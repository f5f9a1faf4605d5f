/*
 * One JSON or YAML value as nodes in one array: built for reading many values
 * after each other, so that the array and the text are used again. Texts point
 * into the input (JSON: strings are unescaped in place) or into the tree's own
 * text (YAML). Node 0 is the root; an index of 0 anywhere else means "none".
 */
#ifndef DRY_IO_IMPORTERS_TREE_H
#define DRY_IO_IMPORTERS_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "io/importers/text.h"

#define DRY_TREE_DEPTH_MAX 200

enum dry_tree_type {
	DRY_TREE_NULL,
	DRY_TREE_BOOL,
	DRY_TREE_NUMBER,
	DRY_TREE_STRING,
	DRY_TREE_ARRAY,
	DRY_TREE_OBJECT
};

struct dry_tree_node {
	uint32_t key, key_length;       /* of a member of an object; offsets into the text */
	uint32_t text, length;          /* of a scalar; of an array or object where it begins */
	uint32_t child;                 /* first; 0 = none */
	uint32_t next;                  /* sibling; 0 = none */
	uint8_t type;                   /* enum dry_tree_type */
};

struct dry_tree {
	struct dry_tree_node *node;
	uint32_t count;
	size_t capacity;
	const char *base;               /* what offsets count from */
	/* YAML only */
	struct dry_text text;
	uint32_t *line, *column;        /* a node each; NULL for JSON */
	size_t place_capacity;
	uint64_t expanded;              /* nodes with aliases written out */
};

void dry_tree_release(struct dry_tree *tree);

/*
 * Parses one JSON value of `length` bytes (blanks after it are allowed). Members
 * whose key is in `skip` (NULL or ends with NULL) are left out. Returns NULL, or
 * what is wrong, with its place in *bad.
 */
const char *dry_tree_parse(struct dry_tree *tree, char *text, size_t length,
			   const char *const *skip, size_t *bad);

/* A new node (null), its index; line and column are kept when line is not 0. */
uint32_t dry_tree_add(struct dry_tree *tree, uint32_t line, uint32_t column);
/* Hangs `child` in behind `last`, the parent's youngest so far (0 = none). Returns child. */
static inline uint32_t dry_tree_hang(struct dry_tree *tree, uint32_t parent, uint32_t last, uint32_t child)
{
	if (last)
		tree->node[last].next = child;
	else
		tree->node[parent].child = child;
	return child;
}

/* A node's child by key, 0 when there is none or the node is no object. */
uint32_t dry_tree_find(const struct dry_tree *tree, uint32_t node, const char *key);
/* The same along "a.b.c"; keys with dots need dry_tree_find. */
uint32_t dry_tree_path(const struct dry_tree *tree, uint32_t node, const char *path);
bool dry_tree_is(const struct dry_tree *tree, uint32_t node, const char *text);
bool dry_tree_key_is(const struct dry_tree *tree, uint32_t node, const char *key);

/* The text of a scalar (not NUL-terminated); NULL and 0 for node 0, null, arrays and objects. */
const char *dry_tree_text(const struct dry_tree *tree, uint32_t node, size_t *length);
const char *dry_tree_key(const struct dry_tree *tree, uint32_t node, size_t *length);
bool dry_tree_true(const struct dry_tree *tree, uint32_t node);
/* False when the node is no integer (text or number). */
bool dry_tree_integer(const struct dry_tree *tree, uint32_t node, int64_t *value);
bool dry_tree_double(const struct dry_tree *tree, uint32_t node, double *value);
uint32_t dry_tree_size(const struct dry_tree *tree, uint32_t node);     /* children */

static inline uint32_t dry_tree_first(const struct dry_tree *tree, uint32_t node)
{
	return tree->node[node].child;
}

static inline uint32_t dry_tree_next(const struct dry_tree *tree, uint32_t node)
{
	return tree->node[node].next;
}

static inline enum dry_tree_type dry_tree_type_of(const struct dry_tree *tree, uint32_t node)
{
	return (enum dry_tree_type)tree->node[node].type;
}

/* Writes the value as JSON, without blanks, keys in input order. */
void dry_tree_write(const struct dry_tree *tree, uint32_t node, struct dry_text *out);

#endif
