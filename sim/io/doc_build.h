/*
 * How the two parsers put a doc together: nodes with their places, limits, keys
 * that must differ, complaints at a byte of the text. Private to doc*.c.
 */
#ifndef DRY_IO_DOC_BUILD_H
#define DRY_IO_DOC_BUILD_H

#include "io/doc.h"

struct dry_doc_place {
	uint32_t line, column;          /* 0 = none */
};

/* Where the parser is, kept up as it goes so that a place costs what lies between two. */
struct dry_doc_cursor {
	size_t byte, character;
	struct dry_doc_place place;
};

/* A key that a value waits for. */
struct dry_doc_key {
	const char *text;               /* in the arena; NULL = none */
	struct dry_doc_place place;
};

/* A map or list that is open. */
struct dry_doc_frame {
	struct dry_doc_node *node;
	struct dry_doc_node *last;      /* child */
	struct dry_doc_node *merge;     /* value of "<<"; NULL = none */
	struct dry_doc_key key;
	bool is_merge_key;              /* the key that waits is "<<" */
};

/* Names (keys of one map, or anchors: owner NULL) and what they stand for. */
struct dry_doc_name {
	const void *owner;
	const char *text;
	struct dry_doc_node *node;
};

struct dry_doc_builder {
	struct dry_doc *doc;
	struct dry_error *err;
	uint32_t depth_limit, node_limit;
	bool is_raisable;               /* complaints offer --limit-size */
	uint32_t node_count;
	struct dry_doc_cursor cursor;
	struct dry_doc_frame *frame;
	size_t depth, frame_capacity;
	struct dry_doc_name *name;      /* open addressing, name_capacity a power of two */
	size_t name_count, name_capacity;
};

bool dry_doc_build_json(struct dry_doc_builder *builder);
bool dry_doc_build_yaml(struct dry_doc_builder *builder);

/* The cursor goes forward to a byte; to a character also a little back. */
struct dry_doc_place dry_doc_at_byte(struct dry_doc_builder *builder, size_t byte);
struct dry_doc_place dry_doc_at_character(struct dry_doc_builder *builder, size_t character);

/*
 * A new node, hung below the innermost open map or list (with the key that
 * waits there) or made the root. NULL with a complaint: limits, equal keys.
 */
struct dry_doc_node *dry_doc_add(struct dry_doc_builder *builder, enum dry_doc_kind kind,
				 struct dry_doc_place place);
/* Opens a map or list that was just added. False with a complaint: too deep. */
bool dry_doc_enter(struct dry_doc_builder *builder, struct dry_doc_node *node);
void dry_doc_leave(struct dry_doc_builder *builder);
struct dry_doc_frame *dry_doc_top(struct dry_doc_builder *builder);     /* NULL at the root */
/* Hangs a node at the end of a frame's children and notes its key. */
void dry_doc_hang(struct dry_doc_builder *builder, struct dry_doc_frame *frame,
		  struct dry_doc_node *node);
/* The child of an open map by key. */
struct dry_doc_node *dry_doc_child(const struct dry_doc_builder *builder,
				   const struct dry_doc_frame *frame, const char *key);

struct dry_doc_node *dry_doc_find_name(const struct dry_doc_builder *builder, const void *owner,
				       const char *text);
void dry_doc_set_name(struct dry_doc_builder *builder, const void *owner, const char *text,
		      struct dry_doc_node *node);

/* Complaints of the parsers: at a place, or at a byte of the text. Always false. */
bool dry_doc_complain(struct dry_doc_builder *builder, struct dry_doc_place place, const char *format,
		      ...) __attribute__((format(printf, 3, 4)));
bool dry_doc_complain_at(struct dry_doc_builder *builder, size_t byte, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* A piece of input for a message: cut when long, control characters and broken UTF-8 escaped. */
const char *dry_doc_show(struct dry_arena *arena, const char *text, size_t length);

/* Bytes of the UTF-8 character at `text`, 0 when it is none. */
size_t dry_doc_decode(const char *text, size_t length, uint32_t *code);

/*
 * The kind of a plain YAML scalar by the core schema; *text gets its form in
 * the tree (arena or `plain` itself). NULL, or what is wrong.
 */
const char *dry_doc_plain_scalar(struct dry_arena *arena, const char *plain, size_t length,
				 enum dry_doc_kind *kind, const char **text);

#endif
