#include "io/doc.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/assert.h"
#include "io/doc_build.h"
#include "io/reader.h"

#define DEPTH_LIMIT 64
#define NODE_LIMIT 2000000
#define SIZE_LIMIT (UINT64_C(64) << 20)
#define SOURCE_TAIL 400         /* bytes of a source line kept behind the column */
#define SOURCE_MAX ((size_t)1 << 20)

void dry_doc_init(struct dry_doc *doc)
{
	*doc = (struct dry_doc){ .name = "", .text = "", .first_line = 1 };
	dry_arena_init(&doc->arena);
}

void dry_doc_release(struct dry_doc *doc)
{
	dry_arena_release(&doc->arena);
	dry_doc_init(doc);
}

const struct dry_doc_node *dry_doc_find(const struct dry_doc_node *map, const char *key)
{
	if (!map || map->kind != DRY_DOC_MAP)
		return NULL;
	for (const struct dry_doc_node *node = map->first; node; node = node->next)
		if (!strcmp(node->key, key))
			return node;
	return NULL;
}

const char *dry_doc_kind_name(const struct dry_doc_node *node)
{
	static const char *const name[] = { "null", "a boolean", "a number", "a text", "a list", "a map" };

	return name[node->kind];
}

static bool is_plain_key(const char *key)
{
	const size_t length = strspn(key, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-");

	return length && !key[length];
}

const char *dry_doc_path(const struct dry_doc_node *node, struct dry_arena *arena)
{
	if (!node || !node->parent)
		return "";
	const char *const above = dry_doc_path(node->parent, arena);
	if (!node->key)
		return dry_arena_printf(arena, "%s[%" PRIu32 "]", above, node->index);
	if (!is_plain_key(node->key))
		return dry_arena_printf(arena, "%s[\"%s\"]", above,
					dry_doc_show(arena, node->key, strlen(node->key)));
	return dry_arena_printf(arena, "%s%s%s", above, *above ? "." : "", node->key);
}

const char *dry_doc_line(const struct dry_doc *doc, uint32_t line, size_t *length)
{
	const char *at = doc->text;
	const char *const end = doc->text + doc->length;

	if (line < doc->first_line)
		return NULL;
	for (uint32_t i = doc->first_line; i < line; i++) {
		at = memchr(at, '\n', (size_t)(end - at));
		if (!at)
			return NULL;
		at++;
	}
	const char *const stop = memchr(at, '\n', (size_t)(end - at));
	*length = (size_t)((stop ? stop : end) - at);
	if (*length && at[*length - 1] == '\r')
		(*length)--;
	return at;
}

/* The source line, cut behind the column so that a text on one line is not copied whole each time. */
static void attach_source(const struct dry_doc *doc, struct dry_error *err, struct dry_doc_place place)
{
	size_t length, byte = 0;

	if (!err || !err->newest || !place.line)
		return;
	const char *const line = dry_doc_line(doc, place.line, &length);
	if (!line)
		return;
	for (uint32_t column = 1; column < place.column && byte < length; column++) {
		byte++;
		while (byte < length && ((unsigned char)line[byte] & 0xc0) == 0x80)
			byte++;
	}
	if (byte > SOURCE_MAX)
		return;
	if (length - byte > SOURCE_TAIL) {
		length = byte + SOURCE_TAIL;
		while (((unsigned char)line[length] & 0xc0) == 0x80)
			length--;
	}
	dry_fail_source(err, line, length);
}

static void say(const struct dry_doc *doc, const struct dry_doc_node *node, struct dry_doc_place place,
		bool is_warning, struct dry_error *err, const char *format, va_list args)
{
	const struct dry_where where = { doc->name, place.line, place.column };
	struct dry_arena arena;
	char *what = NULL;

	if (vasprintf(&what, format, args) < 0)
		dry_out_of_memory(0);
	dry_arena_init(&arena);
	const char *const path = dry_doc_path(node, &arena);
	if (is_warning)
		dry_warn(err, where, "%s%s%s", path, *path ? ": " : "", what);
	else
		dry_fail(err, DRY_ERROR_INPUT, where, "%s%s%s", path, *path ? ": " : "", what);
	dry_arena_release(&arena);
	free(what);
	attach_source(doc, err, place);
}

static struct dry_doc_place value_place(const struct dry_doc_node *node)
{
	return node ? (struct dry_doc_place){ node->line, node->column } : (struct dry_doc_place){ 0 };
}

bool dry_doc_fail(const struct dry_doc *doc, const struct dry_doc_node *node, struct dry_error *err,
		  const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say(doc, node, value_place(node), false, err, format, args);
	va_end(args);
	return false;
}

bool dry_doc_fail_key(const struct dry_doc *doc, const struct dry_doc_node *node,
		      struct dry_error *err, const char *format, ...)
{
	struct dry_doc_place place = value_place(node);
	va_list args;

	if (node && node->key_line)
		place = (struct dry_doc_place){ node->key_line, node->key_column };
	va_start(args, format);
	say(doc, node, place, false, err, format, args);
	va_end(args);
	return false;
}

void dry_doc_warn(const struct dry_doc *doc, const struct dry_doc_node *node, struct dry_error *err,
		  const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say(doc, node, value_place(node), true, err, format, args);
	va_end(args);
}

bool dry_doc_complain(struct dry_doc_builder *builder, struct dry_doc_place place, const char *format,
		      ...)
{
	va_list args;

	va_start(args, format);
	say(builder->doc, NULL, place, false, builder->err, format, args);
	va_end(args);
	return false;
}

bool dry_doc_complain_at(struct dry_doc_builder *builder, size_t byte, const char *format, ...)
{
	va_list args;

	/* From the start: it happens once, and the cursor may be beyond. */
	builder->cursor = (struct dry_doc_cursor){ .place = { builder->doc->first_line, 1 } };
	const struct dry_doc_place place = dry_doc_at_byte(builder, byte);
	va_start(args, format);
	say(builder->doc, NULL, place, false, builder->err, format, args);
	va_end(args);
	return false;
}

/* ---- parse */

static bool ends_in(const char *name, size_t length, const char *ending)
{
	const size_t size = strlen(ending);

	return length >= size && !memcmp(name + length - size, ending, size);
}

static enum dry_doc_syntax syntax_of(const struct dry_doc *doc, enum dry_doc_syntax asked)
{
	size_t length = strlen(doc->name);

	if (asked != DRY_DOC_BY_NAME)
		return asked;
	if (ends_in(doc->name, length, ".gz"))
		length -= 3;
	if (ends_in(doc->name, length, ".json"))
		return DRY_DOC_JSON;
	if (ends_in(doc->name, length, ".yaml") || ends_in(doc->name, length, ".yml"))
		return DRY_DOC_YAML;
	const char first = doc->text[strspn(doc->text, " \t\r\n")];
	return first == '{' || first == '[' ? DRY_DOC_JSON : DRY_DOC_YAML;
}

/* How many bytes are plain ASCII from `lowest` on; eight at a time where there are that many. */
static size_t plain_length(const char *text, size_t length, unsigned char lowest)
{
	const uint64_t high = UINT64_C(0x8080808080808080), low = high >> 7;
	size_t at = 0;

	for (; at + 8 <= length; at += 8) {
		uint64_t eight;
		memcpy(&eight, text + at, sizeof(eight));
		/* The high bit shows in a byte that has it, that one added to 127 or more gives, or that borrows. */
		if ((eight | (eight + low) | (eight - low * lowest)) & high)
			break;
	}
	while (at < length && (unsigned char)text[at] >= lowest && (unsigned char)text[at] < 0x7f)
		at++;
	return at;
}

/* True when all of the text is UTF-8 (and, for YAML, characters that YAML knows). */
static bool check_characters(struct dry_doc_builder *builder, bool is_yaml)
{
	const char *const text = builder->doc->text;
	const size_t length = builder->doc->length;
	const unsigned char lowest = is_yaml ? 0x20 : 0;
	size_t at = 0;

	while (at < length) {
		at += plain_length(text + at, length - at, lowest);
		if (at == length)
			break;
		const unsigned char byte = (unsigned char)text[at];
		uint32_t code = byte;

		const size_t size = dry_doc_decode(text + at, length - at, &code);
		if (!size)
			return dry_doc_complain_at(builder, at, "byte 0x%02x is not UTF-8", byte);
		const bool is_control = (code < 0x20 && code != '\t' && code != '\n' && code != '\r') ||
					(code >= 0x7f && code < 0xa0 && code != 0x85);
		if (is_yaml && (is_control || code == 0xfeff || code == 0xfffe || code == 0xffff)) {
			dry_doc_complain_at(builder, at, "character U+%04" PRIX32 " may not stand here", code);
			return dry_fail_fix(builder->err, "write it as an escape in double quotes");
		}
		at += size;
	}
	return true;
}

static bool build(struct dry_doc *doc, const struct dry_doc_options *options,
		  enum dry_doc_syntax syntax, struct dry_error *err)
{
	struct dry_doc_builder builder = {
		.doc = doc,
		.err = err,
		.depth_limit = options && options->depth_limit ? options->depth_limit : DEPTH_LIMIT,
		.node_limit = options && options->node_limit ? options->node_limit : NODE_LIMIT,
		.is_raisable = options && options->is_raisable,
		.cursor = { .place = { doc->first_line, 1 } },
	};
	const bool is_yaml = syntax == DRY_DOC_YAML;

	doc->root = NULL;
	const bool is_fine = check_characters(&builder, is_yaml) &&
			     (is_yaml ? dry_doc_build_yaml(&builder) : dry_doc_build_json(&builder));
	free(builder.frame);
	free(builder.name);
	dry_assert(!is_fine || doc->root);
	return is_fine;
}

struct dry_doc_options dry_doc_limits(uint64_t size_limit)
{
	struct dry_doc_options options = { .is_raisable = true };

	if (size_limit > SIZE_LIMIT) {
		options.size_limit = size_limit;
		options.node_limit = size_limit / 16 > UINT32_MAX / 2 ? UINT32_MAX / 2 : (uint32_t)(size_limit / 16);
	}
	return options;
}

/* Lengths of texts are counted in 32 bits. */
static uint64_t size_limit(const struct dry_doc_options *options)
{
	const uint64_t limit = options && options->size_limit ? options->size_limit : SIZE_LIMIT;

	return limit < UINT32_MAX ? limit : UINT32_MAX - 1;
}

static bool parse(struct dry_doc *doc, const struct dry_doc_options *options, struct dry_error *err)
{
	const enum dry_doc_syntax asked = options ? options->syntax : DRY_DOC_BY_NAME;

	doc->first_line = options && options->first_line ? options->first_line : 1;
	return build(doc, options, syntax_of(doc, asked), err);
}

bool dry_doc_read(struct dry_doc *doc, const char *path, const struct dry_doc_options *options,
		  struct dry_error *err)
{
	struct dry_sha256 sha;
	const struct dry_reader_options reader = {
		.size_limit = size_limit(options),
		.is_raisable = options && options->is_raisable,
		.sha = &sha,
	};
	char *text;

	dry_doc_init(doc);
	doc->name = dry_arena_text(&doc->arena, strcmp(path, "-") ? path : "<stdin>");
	dry_sha256_init(&sha);
	const bool is_read = dry_reader_whole(path, &reader, &text, &doc->length, err);
	dry_sha256_finish(&sha, doc->sha256);
	if (!is_read) {
		doc->length = 0;
		return false;
	}
	doc->text = dry_arena_adopt(&doc->arena, text, doc->length + 1);
	return parse(doc, options, err);
}

bool dry_doc_parse(struct dry_doc *doc, const char *name, const char *text, size_t length,
		   const struct dry_doc_options *options, struct dry_error *err)
{
	const uint64_t limit = size_limit(options);

	dry_doc_init(doc);
	doc->name = dry_arena_text(&doc->arena, name);
	if (length > limit)
		return dry_fail(err, DRY_ERROR_INPUT, (struct dry_where){ .file = doc->name },
				"is longer than the limit of %" PRIu64 " bytes", limit);
	if (length >= 3 && !memcmp(text, "\xef\xbb\xbf", 3)) {
		text += 3;
		length -= 3;
	}
	doc->text = dry_arena_copy(&doc->arena, text, length);
	doc->length = length;
	return parse(doc, options, err);
}

bool dry_doc_parse_line(struct dry_doc *doc, const char *name, const char *text, size_t length,
			uint32_t line, struct dry_error *err)
{
	dry_arena_reset(&doc->arena);
	doc->name = name;
	doc->text = text;
	doc->length = length;
	doc->first_line = line;
	doc->sha256[0] = '\0';
	return build(doc, NULL, DRY_DOC_JSON, err);
}
