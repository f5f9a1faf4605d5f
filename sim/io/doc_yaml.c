/*
 * YAML through libyaml's events. Its marks count characters and its own idea of
 * line breaks; places here come from the text, so that they are what an editor
 * shows.
 */
#include <string.h>
#include <yaml.h>

#include "base/arena.h"
#include "base/assert.h"
#include "io/doc_build.h"

struct reader {
	struct dry_doc_builder *builder;
	yaml_parser_t parser;
	yaml_event_t event;             /* the last one taken */
};

/* What libyaml says, in words that help; NULL fix = none. */
static const struct {
	const char *problem, *what, *fix;
} words[] = {
	{ "mapping values are not allowed in this context", "a ':' where no key can stand",
	  "check how far this line and the one before it are indented; quote a text with \": \" in it" },
	{ "did not find expected key", "neither a key nor the end of the map",
	  "keys of one map are indented alike; close quotes, brackets and braces before this line" },
	{ "did not find expected '-' indicator", "neither a '-' nor the end of the list",
	  "entries of one list are indented alike" },
	{ "could not find expected ':'", "a key without its ':'",
	  "write \"key: value\"; a text over several lines needs | or quotes" },
	{ "did not find expected ',' or ']'", "neither ',' nor ']' in a [list]", NULL },
	{ "did not find expected ',' or '}'", "neither ',' nor '}' in a {map}", NULL },
	{ "found unexpected end of stream", "the quote is not closed", NULL },
	{ "found unknown escape character", "a backslash starts no escape here",
	  "write a backslash as \\\\ or use single quotes" },
	{ "block sequence entries are not allowed in this context", "a '-' where no list can start",
	  "start the list on a line of its own" },
	{ "did not find expected <document start>", "text after the end of the document",
	  "one document a file: entries of one map or list are indented alike" },
	{ "did not find expected node content", "a value is missing", NULL },
};

static bool fail_mark(struct reader *reader, yaml_mark_t mark, const char *what)
{
	struct dry_doc_builder *const builder = reader->builder;

	return dry_doc_complain(builder, dry_doc_at_character(builder, mark.index), "%s", what);
}

static bool fail_token(struct reader *reader, yaml_mark_t mark)
{
	struct dry_doc_builder *const builder = reader->builder;
	const struct dry_doc_place place = dry_doc_at_character(builder, mark.index);
	const size_t byte = builder->cursor.byte;
	const char c = byte < builder->doc->length ? builder->doc->text[byte] : '\0';
	struct dry_arena arena;

	if (c == '\t') {
		dry_doc_complain(builder, place, "a tab cannot indent");
		return dry_fail_fix(builder->err, "use blanks");
	}
	dry_arena_init(&arena);
	dry_doc_complain(builder, place, "'%s' cannot start a value", dry_doc_show(&arena, &c, c != 0));
	dry_arena_release(&arena);
	return dry_fail_fix(builder->err, "quote the text");
}

static bool fail_parser(struct reader *reader)
{
	const yaml_parser_t *const parser = &reader->parser;
	const char *const problem = parser->problem ? parser->problem : "cannot be read";
	yaml_mark_t mark = parser->problem_mark;

	if (parser->error == YAML_MEMORY_ERROR)
		dry_out_of_memory(0);
	if (parser->error == YAML_READER_ERROR)
		return dry_doc_complain_at(reader->builder, parser->problem_offset < reader->builder->doc->length
					   ? parser->problem_offset : reader->builder->doc->length, "%s", problem);
	if (!strcmp(problem, "found character that cannot start any token"))
		return fail_token(reader, mark);
	/* An open quote is told where it starts, not where the file ends. */
	if (!strcmp(problem, "found unexpected end of stream") && parser->context)
		mark = parser->context_mark;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (strcmp(problem, words[i].problem) != 0)
			continue;
		fail_mark(reader, mark, words[i].what);
		if (words[i].fix)
			dry_fail_fix(reader->builder->err, "%s", words[i].fix);
		return false;
	}
	return fail_mark(reader, mark, problem);
}

static bool next_event(struct reader *reader)
{
	yaml_event_delete(&reader->event);
	if (yaml_parser_parse(&reader->parser, &reader->event))
		return true;
	return fail_parser(reader);
}

static struct dry_doc_place event_place(struct reader *reader)
{
	return dry_doc_at_character(reader->builder, reader->event.start_mark.index);
}

static const char *anchor_of(const yaml_event_t *event)
{
	switch (event->type) {
	case YAML_SCALAR_EVENT: return (const char *)event->data.scalar.anchor;
	case YAML_SEQUENCE_START_EVENT: return (const char *)event->data.sequence_start.anchor;
	case YAML_MAPPING_START_EVENT: return (const char *)event->data.mapping_start.anchor;
	default: return NULL;
	}
}

static void remember_anchor(struct reader *reader, struct dry_doc_node *node)
{
	const char *const anchor = anchor_of(&reader->event);

	if (anchor)
		dry_doc_set_name(reader->builder, NULL, dry_arena_text(&reader->builder->doc->arena, anchor),
				 node);
}

/* ---- scalars */

enum tag { TAG_NONE, TAG_TEXT, TAG_NULL, TAG_BOOL, TAG_INTEGER, TAG_FLOAT, TAG_OTHER };

static enum tag tag_of(const yaml_char_t *tag)
{
	static const struct {
		const char *name;
		enum tag tag;
	} known[] = {
		{ YAML_STR_TAG, TAG_TEXT }, { "!", TAG_TEXT }, { YAML_NULL_TAG, TAG_NULL },
		{ YAML_BOOL_TAG, TAG_BOOL }, { YAML_INT_TAG, TAG_INTEGER }, { YAML_FLOAT_TAG, TAG_FLOAT },
	};

	if (!tag)
		return TAG_NONE;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (!strcmp((const char *)tag, known[i].name))
			return known[i].tag;
	return TAG_OTHER;
}

static bool fail_tag(struct reader *reader, const yaml_char_t *tag, const char *what)
{
	struct dry_arena arena;
	const char *const name = (const char *)tag;

	dry_arena_init(&arena);
	dry_doc_complain(reader->builder, event_place(reader), "%s \"%s\"", what,
			 dry_doc_show(&arena, name, strlen(name)));
	dry_arena_release(&arena);
	return dry_fail_fix(reader->builder->err, "leave out the tag");
}

static bool tag_fits(enum tag tag, enum dry_doc_kind kind, const char *text)
{
	switch (tag) {
	case TAG_NULL: return kind == DRY_DOC_NULL;
	case TAG_BOOL: return kind == DRY_DOC_BOOL;
	case TAG_INTEGER: return kind == DRY_DOC_NUMBER && !strpbrk(text, ".eE");
	case TAG_FLOAT: return kind == DRY_DOC_NUMBER;
	default: return true;
	}
}

/* The kind and text of the scalar event. False with a complaint. */
static bool scalar_kind(struct reader *reader, enum dry_doc_kind *kind, const char **text, size_t *length)
{
	struct dry_arena *const arena = &reader->builder->doc->arena;
	const yaml_event_t *const event = &reader->event;
	const enum tag tag = tag_of(event->data.scalar.tag);
	const char *what = NULL;

	*length = event->data.scalar.length;
	if (memchr(event->data.scalar.value, '\0', *length))
		return fail_mark(reader, event->start_mark, "a text may not hold the character U+0000");
	*text = dry_arena_copy(arena, (const char *)event->data.scalar.value, *length);
	*kind = DRY_DOC_TEXT;
	if (tag == TAG_OTHER)
		return fail_tag(reader, event->data.scalar.tag, "unknown tag");
	if (tag == TAG_TEXT || (tag == TAG_NONE && event->data.scalar.style != YAML_PLAIN_SCALAR_STYLE))
		return true;
	what = dry_doc_plain_scalar(arena, *text, *length, kind, text);
	if (what)
		return fail_mark(reader, event->start_mark, what);
	*length = strlen(*text);
	if (!tag_fits(tag, *kind, *text))
		return fail_tag(reader, event->data.scalar.tag, "this is not what its tag says:");
	return true;
}

static bool add_scalar(struct reader *reader)
{
	enum dry_doc_kind kind = DRY_DOC_NULL;
	const char *text = NULL;
	size_t length = 0;

	const struct dry_doc_place place = event_place(reader);
	if (!scalar_kind(reader, &kind, &text, &length))
		return false;
	struct dry_doc_node *const node = dry_doc_add(reader->builder, kind, place);
	if (!node)
		return false;
	node->text = text;
	node->length = (uint32_t)length;
	remember_anchor(reader, node);
	return true;
}

/* ---- aliases */

static bool fail_alias(struct reader *reader, const char *what)
{
	const char *const name = (const char *)reader->event.data.alias.anchor;
	struct dry_arena arena;

	dry_arena_init(&arena);
	dry_doc_complain(reader->builder, event_place(reader), "alias *%s %s",
			 dry_doc_show(&arena, name, strlen(name)), what);
	dry_arena_release(&arena);
	return false;
}

/* The node that the alias stands for. NULL with a complaint. */
static const struct dry_doc_node *aliased(struct reader *reader)
{
	const struct dry_doc_builder *const builder = reader->builder;
	const struct dry_doc_node *const node =
		dry_doc_find_name(builder, NULL, (const char *)reader->event.data.alias.anchor);

	if (!node) {
		fail_alias(reader, "has no anchor before it");
		return NULL;
	}
	for (size_t i = 0; i < builder->depth; i++) {
		if (builder->frame[i].node == node) {
			fail_alias(reader, "would contain itself");
			return NULL;
		}
	}
	return node;
}

/* One node of an alias, without its children, below the innermost open one. */
static struct dry_doc_node *copy_node(struct dry_doc_builder *builder, const struct dry_doc_node *from,
				      struct dry_doc_place place, bool has_key)
{
	struct dry_doc_frame *const frame = dry_doc_top(builder);

	if (has_key)
		frame->key = (struct dry_doc_key){ from->key, { from->key_line, from->key_column } };
	struct dry_doc_node *const node = dry_doc_add(builder, from->kind, place);
	if (node) {
		node->text = from->text;
		node->length = from->length;
	}
	return node;
}

/*
 * Writes an alias out. The node itself stands where the alias does, what is in
 * it where it was written.
 */
static bool copy_tree(struct reader *reader, const struct dry_doc_node *root)
{
	struct dry_doc_builder *const builder = reader->builder;
	const size_t depth = builder->depth;
	const struct dry_doc_node *from = root;
	struct dry_doc_node *node = copy_node(builder, root, event_place(reader), false);

	for (;;) {
		if (!node)
			return false;
		const bool is_open = from->kind == DRY_DOC_LIST || from->kind == DRY_DOC_MAP;
		if (is_open && !dry_doc_enter(builder, node))
			return false;
		const struct dry_doc_node *next = is_open ? from->first : NULL;
		if (is_open && !next)
			dry_doc_leave(builder);
		while (!next && builder->depth > depth) {
			next = from->next;
			if (!next) {
				from = from->parent;
				dry_doc_leave(builder);
			}
		}
		if (!next)
			return true;
		from = next;
		node = copy_node(builder, from, (struct dry_doc_place){ from->line, from->column },
				 from->key != NULL);
	}
}

static bool add_alias(struct reader *reader)
{
	const struct dry_doc_node *const node = aliased(reader);

	return node && copy_tree(reader, node);
}

/* ---- maps and lists */

static bool take_key(struct reader *reader)
{
	struct dry_doc_builder *const builder = reader->builder;
	const yaml_event_t *const event = &reader->event;
	struct dry_doc_frame *const frame = dry_doc_top(builder);
	const bool is_plain = event->type == YAML_SCALAR_EVENT &&
			      event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;

	frame->key.place = event_place(reader);
	if (event->type == YAML_ALIAS_EVENT) {
		const struct dry_doc_node *const node = aliased(reader);
		if (!node)
			return false;
		if (node->kind == DRY_DOC_LIST || node->kind == DRY_DOC_MAP)
			return fail_alias(reader, "is no word, and a key must be one");
		frame->key.text = node->text;
		return true;
	}
	if (event->type != YAML_SCALAR_EVENT) {
		fail_mark(reader, event->start_mark, "a key must be a word, not a list or a map");
		return dry_fail_fix(builder->err, "quote a value that starts with { or [");
	}
	if (memchr(event->data.scalar.value, '\0', event->data.scalar.length))
		return fail_mark(reader, event->start_mark, "a key may not hold the character U+0000");
	if (is_plain && !event->data.scalar.length)
		return fail_mark(reader, event->start_mark, "a key is missing before ':'");
	if (tag_of(event->data.scalar.tag) == TAG_OTHER)
		return fail_tag(reader, event->data.scalar.tag, "unknown tag");
	frame->key.text = dry_arena_copy(&builder->doc->arena, (const char *)event->data.scalar.value,
					 event->data.scalar.length);
	frame->is_merge_key = is_plain && !strcmp(frame->key.text, "<<");
	if (frame->is_merge_key && frame->merge) {
		fail_mark(reader, event->start_mark, "key \"<<\" is there twice");
		return dry_fail_fix(builder->err, "write one: <<: [*a, *b]");
	}
	return true;
}

static bool open_node(struct reader *reader, bool is_map)
{
	const yaml_char_t *const tag = is_map ? reader->event.data.mapping_start.tag
					      : reader->event.data.sequence_start.tag;

	if (tag && strcmp((const char *)tag, is_map ? YAML_MAP_TAG : YAML_SEQ_TAG) != 0 &&
	    strcmp((const char *)tag, "!") != 0)
		return fail_tag(reader, tag, "unknown tag");
	struct dry_doc_node *const node =
		dry_doc_add(reader->builder, is_map ? DRY_DOC_MAP : DRY_DOC_LIST, event_place(reader));
	if (!node || !dry_doc_enter(reader->builder, node))
		return false;
	remember_anchor(reader, node);
	return true;
}

/* The children of a merged map go where no key of the same name is. They are our own copy, or written in place. */
static void merge_map(struct dry_doc_builder *builder, struct dry_doc_frame *frame,
		      const struct dry_doc_node *map)
{
	for (struct dry_doc_node *child = map->first, *next; child; child = next) {
		next = child->next;
		if (!dry_doc_child(builder, frame, child->key))
			dry_doc_hang(builder, frame, child);
	}
}

static void unhang(struct dry_doc_frame *frame, const struct dry_doc_node *node)
{
	struct dry_doc_node *before = NULL;
	uint32_t index = 0;

	for (struct dry_doc_node *child = frame->node->first; child; child = child->next) {
		if (child == node) {
			if (before)
				before->next = child->next;
			else
				frame->node->first = child->next;
			continue;
		}
		child->index = index++;
		before = child;
	}
	frame->last = before;
	frame->node->count = index;
}

static bool fail_merge(struct reader *reader, const struct dry_doc_node *node)
{
	dry_doc_fail(reader->builder->doc, node, reader->builder->err, "%s cannot be merged",
		     dry_doc_kind_name(node));
	return dry_fail_expected(reader->builder->err, "a map, an alias of one, or a list of those");
}

/* At the end of a map with "<<": own keys win, then those of earlier maps. */
static bool merge(struct reader *reader, struct dry_doc_frame *frame)
{
	struct dry_doc_builder *const builder = reader->builder;
	struct dry_doc_node *const from = frame->merge;

	if (from->kind != DRY_DOC_MAP && from->kind != DRY_DOC_LIST)
		return fail_merge(reader, from);
	for (const struct dry_doc_node *node = from->first; from->kind == DRY_DOC_LIST && node; node = node->next)
		if (node->kind != DRY_DOC_MAP)
			return fail_merge(reader, node);
	unhang(frame, from);
	frame->merge = NULL;
	if (from->kind == DRY_DOC_MAP)
		merge_map(builder, frame, from);
	else
		for (const struct dry_doc_node *node = from->first; node; node = node->next)
			merge_map(builder, frame, node);
	return true;
}

static bool close_node(struct reader *reader)
{
	struct dry_doc_frame *const frame = dry_doc_top(reader->builder);

	if (frame->merge && !merge(reader, frame))
		return false;
	dry_doc_leave(reader->builder);
	return true;
}

/* The event as a key or value. False with a complaint. */
static bool take(struct reader *reader)
{
	struct dry_doc_builder *const builder = reader->builder;
	const struct dry_doc_frame *const frame = dry_doc_top(builder);
	const yaml_event_type_t type = reader->event.type;

	if (type == YAML_SEQUENCE_END_EVENT || type == YAML_MAPPING_END_EVENT)
		return close_node(reader);
	if (frame && frame->node->kind == DRY_DOC_MAP && !frame->key.text)
		return take_key(reader);
	if (type == YAML_ALIAS_EVENT)
		return add_alias(reader);
	if (type == YAML_SCALAR_EVENT)
		return add_scalar(reader);
	return open_node(reader, type == YAML_MAPPING_START_EVENT);
}

static bool read_document(struct reader *reader)
{
	struct dry_doc_builder *const builder = reader->builder;

	if (!next_event(reader))                        /* the stream starts */
		return false;
	if (!next_event(reader))
		return false;
	if (reader->event.type == YAML_STREAM_END_EVENT)
		return dry_doc_complain_at(builder, builder->doc->length, "empty input");
	do {
		if (!next_event(reader) || !take(reader))
			return false;
	} while (builder->depth);
	if (!next_event(reader))                        /* the document ends */
		return false;
	if (!next_event(reader))
		return false;
	if (reader->event.type == YAML_STREAM_END_EVENT)
		return true;
	fail_mark(reader, reader->event.start_mark, "a second document");
	return dry_fail_fix(builder->err, "one document a file: split it at ---");
}

bool dry_doc_build_yaml(struct dry_doc_builder *builder)
{
	struct reader reader = { .builder = builder };

	if (!yaml_parser_initialize(&reader.parser))
		dry_out_of_memory(sizeof(reader.parser));
	yaml_parser_set_encoding(&reader.parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&reader.parser, (const unsigned char *)builder->doc->text,
				     builder->doc->length);
	const bool is_fine = read_document(&reader);
	yaml_event_delete(&reader.event);
	yaml_parser_delete(&reader.parser);
	return is_fine;
}
