#include "support/doc_laws.h"

#include <string.h>

#include "support/fuzz.h"

#define LINE 7

struct limits {
	uint32_t node_limit, depth_limit, nodes;
};

static void check_scalar(const struct dry_doc_node *node)
{
	fuzz_require(strlen(node->text) == node->length, "a text has its length and no NUL");
	fuzz_require(!node->first && !node->count, "a scalar has no children");
	if (node->kind == DRY_DOC_NULL)
		fuzz_require(node->length == 0, "null has no text");
	if (node->kind == DRY_DOC_BOOL)
		fuzz_require(!strcmp(node->text, "true") || !strcmp(node->text, "false"),
			     "a boolean is true or false");
	if (node->kind == DRY_DOC_NUMBER)
		fuzz_require(node->length > 0 && strspn(node->text, "0123456789+-.eEinfaINFA") == node->length,
			     "a number is one");
}

static void check_node(const struct dry_doc *doc, const struct dry_doc_node *node, struct limits *limits,
		       uint32_t depth)
{
	uint32_t count = 0;
	size_t length;

	fuzz_require(++limits->nodes <= limits->node_limit, "no more nodes than allowed");
	fuzz_require(depth <= limits->depth_limit, "no deeper than allowed");
	fuzz_require(node->line >= doc->first_line && node->column >= 1, "a value has a place");
	const char *const line = dry_doc_line(doc, node->line, &length);
	fuzz_require(line && node->column <= length + 2, "the place is in the text");
	if (node->kind != DRY_DOC_LIST && node->kind != DRY_DOC_MAP) {
		check_scalar(node);
		return;
	}
	for (const struct dry_doc_node *child = node->first; child; child = child->next) {
		fuzz_require(child->parent == node && child->index == count++, "children know where they are");
		fuzz_require((child->key != NULL) == (node->kind == DRY_DOC_MAP), "a map has keys");
		if (node->kind == DRY_DOC_MAP && node->count < 50)
			fuzz_require(dry_doc_find(node, child->key) == child, "keys differ");
		check_node(doc, child, limits, depth + 1);
	}
	fuzz_require(count == node->count, "children are counted");
}

static bool is_equal(const struct dry_doc_node *a, const struct dry_doc_node *b)
{
	if (a->kind != b->kind || a->count != b->count || a->line != b->line || a->column != b->column ||
	    strcmp(a->text, b->text) != 0 || !a->key != !b->key || (a->key && strcmp(a->key, b->key) != 0))
		return false;
	const struct dry_doc_node *child = a->first, *other = b->first;
	for (; child && other; child = child->next, other = other->next)
		if (!is_equal(child, other))
			return false;
	return !child && !other;
}

/* One line alone is what it is as a file. */
static void check_line(const struct dry_doc *doc, bool is_read, const uint8_t *data, size_t size)
{
	struct dry_error err = { 0 };
	struct dry_doc line;

	dry_doc_init(&line);
	const bool is_line_read = dry_doc_parse_line(&line, "fuzz", (const char *)data, size, LINE, &err);
	fuzz_require(is_line_read == is_read, "a line is read like a text");
	if (is_line_read) {
		fuzz_require(is_equal(line.root, doc->root), "a line gives the same tree");
		fuzz_require_silence(&err);
	} else {
		fuzz_require_complaint(&err, DRY_ERROR_INPUT);
	}
	dry_doc_release(&line);
}

void doc_laws(const uint8_t *data, size_t size, enum dry_doc_syntax syntax)
{
	const struct dry_doc_options options = {
		.syntax = syntax, .node_limit = 20000, .depth_limit = 64, .size_limit = 1 << 20, .first_line = LINE
	};
	struct limits limits = { options.node_limit, options.depth_limit, 0 };
	struct dry_error err = { 0 };
	struct dry_doc doc;

	const bool is_read = dry_doc_parse(&doc, "fuzz", (const char *)data, size, &options, &err);
	if (is_read) {
		fuzz_require_silence(&err);
		check_node(&doc, doc.root, &limits, 0);
	} else {
		fuzz_require(err.count > 0 && (err.complaint[0].line >= LINE || size > options.size_limit),
			     "a refusal has a place");
		fuzz_require_complaint(&err, DRY_ERROR_INPUT);
	}
	/* A line may be read by its caller up to and with the byte behind it: here that is a copy. */
	if (syntax == DRY_DOC_JSON && size && size < 4096 && data[0] != 0xef) {
		uint8_t copy[4097];
		memcpy(copy, data, size);
		copy[size] = '\n';
		check_line(&doc, is_read, copy, size);
	}
	dry_doc_release(&doc);
}
