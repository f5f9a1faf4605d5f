/*
 * JSON and YAML read into one tree that knows where everything stood. Values
 * keep their text: whoever reads a field decides what it must be, and complains
 * with its place. YAML scalars are typed by the core schema; a quoted scalar is
 * always text. Aliases are expanded (so the tree is a tree), "<<" merges. Equal
 * keys in one map are an error. All memory is the doc's arena.
 */
#ifndef DRY_IO_DOC_H
#define DRY_IO_DOC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"

enum dry_doc_kind {
	DRY_DOC_NULL,
	DRY_DOC_BOOL,                   /* text is "true" or "false" */
	DRY_DOC_NUMBER,                 /* text is a decimal number, or as written (".nan") */
	DRY_DOC_TEXT,
	DRY_DOC_LIST,
	DRY_DOC_MAP
};

struct dry_doc_node {
	enum dry_doc_kind kind;
	uint32_t line, column;          /* of the value, from 1; columns count characters */
	uint32_t key_line, key_column;  /* of the key; 0 outside a map */
	uint32_t index;                 /* place in the parent, from 0 */
	uint32_t count;                 /* children */
	uint32_t length;                /* of text, in bytes */
	const char *key;                /* NULL outside a map */
	const char *text;               /* scalars: NUL-terminated, no NUL inside; null: "" */
	struct dry_doc_node *parent;    /* NULL at the root */
	struct dry_doc_node *first;     /* children in input order */
	struct dry_doc_node *next;
};

enum dry_doc_syntax { DRY_DOC_BY_NAME, DRY_DOC_JSON, DRY_DOC_YAML };

struct dry_doc_options {
	enum dry_doc_syntax syntax;     /* by name: .json is JSON, .yaml and .yml YAML, else by its first character */
	uint32_t depth_limit;           /* 0 = 64 */
	uint32_t node_limit;            /* aliases expanded; 0 = 2,000,000 */
	uint64_t size_limit;            /* bytes; 0 = 64 MiB */
	bool is_raisable;               /* limits follow the user's --limit-size: complaints offer it */
	uint32_t first_line;            /* number of the text's first line; 0 = 1 */
};

/* What --limit-size means for a document: its limits can be raised, not lowered. 0 = it was not given. */
struct dry_doc_options dry_doc_limits(uint64_t size_limit);

struct dry_doc {
	struct dry_arena arena;
	const char *name;               /* of the file, for places */
	const char *text;               /* the whole text, NUL-terminated */
	size_t length;
	uint32_t first_line;
	struct dry_doc_node *root;      /* never NULL after success */
	char sha256[65];                /* of the file as stored; "" when parsed from memory */
};

/*
 * Reads a file ("-" = stdin). False with a complaint; the doc needs
 * dry_doc_release() either way. `options` may be NULL.
 */
bool dry_doc_read(struct dry_doc *doc, const char *path, const struct dry_doc_options *options,
		  struct dry_error *err);
/* The same from memory; name and text are copied. */
bool dry_doc_parse(struct dry_doc *doc, const char *name, const char *text, size_t length,
		   const struct dry_doc_options *options, struct dry_error *err);
/*
 * For callers that parse many texts: the doc is initialised, its arena is
 * reset, text and name are borrowed and text[length] must be readable. JSON only.
 */
bool dry_doc_parse_line(struct dry_doc *doc, const char *name, const char *text, size_t length,
			uint32_t line, struct dry_error *err);
void dry_doc_init(struct dry_doc *doc);
void dry_doc_release(struct dry_doc *doc);

/* The value of a key of a map; NULL when it is not there, or when map is NULL or no map. */
const struct dry_doc_node *dry_doc_find(const struct dry_doc_node *map, const char *key);

/* "a list", "a map", "a number", ... */
const char *dry_doc_kind_name(const struct dry_doc_node *node);

/* "nodeGroups[2].minSize" in the arena; "" for the root. */
const char *dry_doc_path(const struct dry_doc_node *node, struct dry_arena *arena);

/*
 * "FILE:LINE:COL: PATH: what" with the source line, code DRY_ERROR_INPUT. At
 * the value, or at its key. Always false.
 */
bool dry_doc_fail(const struct dry_doc *doc, const struct dry_doc_node *node, struct dry_error *err,
		  const char *format, ...) __attribute__((format(printf, 4, 5)));
bool dry_doc_fail_key(const struct dry_doc *doc, const struct dry_doc_node *node,
		      struct dry_error *err, const char *format, ...)
	__attribute__((format(printf, 4, 5)));
void dry_doc_warn(const struct dry_doc *doc, const struct dry_doc_node *node, struct dry_error *err,
		  const char *format, ...) __attribute__((format(printf, 4, 5)));

/* The line of the text with this number (without newline); NULL when there is none. */
const char *dry_doc_line(const struct dry_doc *doc, uint32_t line, size_t *length);

#endif
