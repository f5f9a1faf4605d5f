#include "io/importers/tree.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/assert.h"
#include "base/units.h"

struct parser {
	struct dry_tree *tree;
	char *at;
	char *stop;
	char *base;
	const char *const *skip;
	const char *wrong;
	int depth;
};

void dry_tree_release(struct dry_tree *tree)
{
	free(tree->node);
	free(tree->line);
	free(tree->column);
	dry_text_release(&tree->text);
	*tree = (struct dry_tree){ 0 };
}

uint32_t dry_tree_add(struct dry_tree *tree, uint32_t line, uint32_t column)
{
	if (tree->count == tree->capacity) {
		tree->capacity = tree->capacity ? tree->capacity * 2 : 512;
		tree->node = dry_xrealloc(tree->node, tree->capacity * sizeof(*tree->node));
	}
	if (line && tree->place_capacity < tree->capacity) {
		tree->place_capacity = tree->capacity;
		tree->line = dry_xrealloc(tree->line, tree->capacity * sizeof(*tree->line));
		tree->column = dry_xrealloc(tree->column, tree->capacity * sizeof(*tree->column));
	}
	if (line) {
		tree->line[tree->count] = line;
		tree->column[tree->count] = column;
	}
	tree->node[tree->count] = (struct dry_tree_node){ 0 };
	return tree->count++;
}

static bool wrong(struct parser *parser, const char *message)
{
	if (!parser->wrong)
		parser->wrong = message;
	return false;
}

static void skip_blanks(struct parser *parser)
{
	while (parser->at < parser->stop &&
	       (*parser->at == ' ' || *parser->at == '\n' || *parser->at == '\t' ||
		*parser->at == '\r'))
		parser->at++;
}

static int hex_value(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10
		: c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static bool hex4(struct parser *parser, uint32_t *code)
{
	*code = 0;
	if (parser->stop - parser->at < 4)
		return wrong(parser, "an escape is cut off");
	for (int i = 0; i < 4; i++) {
		const int value = hex_value(*parser->at++);
		if (value < 0)
			return wrong(parser, "\\u wants four hexadecimal digits");
		*code = *code << 4 | (uint32_t)value;
	}
	return true;
}

static char *put_utf8(char *to, uint32_t code)
{
	if (code < 0x80) {
		*to++ = (char)code;
	} else if (code < 0x800) {
		*to++ = (char)(0xc0 | code >> 6);
		*to++ = (char)(0x80 | (code & 0x3f));
	} else if (code < 0x10000) {
		*to++ = (char)(0xe0 | code >> 12);
		*to++ = (char)(0x80 | (code >> 6 & 0x3f));
		*to++ = (char)(0x80 | (code & 0x3f));
	} else {
		*to++ = (char)(0xf0 | code >> 18);
		*to++ = (char)(0x80 | (code >> 12 & 0x3f));
		*to++ = (char)(0x80 | (code >> 6 & 0x3f));
		*to++ = (char)(0x80 | (code & 0x3f));
	}
	return to;
}

/* After "\u": writes the character; a lone half of a surrogate pair becomes U+FFFD. */
static bool unicode_escape(struct parser *parser, char **to)
{
	uint32_t code, low;

	if (!hex4(parser, &code))
		return false;
	if (code >= 0xd800 && code < 0xdc00 && parser->stop - parser->at >= 6 &&
	    parser->at[0] == '\\' && parser->at[1] == 'u') {
		char *const back = parser->at;
		parser->at += 2;
		if (!hex4(parser, &low))
			return false;
		if (low >= 0xdc00 && low < 0xe000)
			code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
		else
			parser->at = back;
	}
	if (code >= 0xd800 && code < 0xe000)
		code = 0xfffd;
	*to = put_utf8(*to, code);
	return true;
}

/* At a backslash: rewrites the rest of the string in place, up to its closing quote. */
static bool unescape(struct parser *parser, char **end)
{
	char *to = parser->at;

	while (parser->at < parser->stop && *parser->at != '"') {
		if (*parser->at != '\\') {
			if ((unsigned char)*parser->at < 0x20)
				return wrong(parser, "a control character inside a string");
			*to++ = *parser->at++;
			continue;
		}
		if (++parser->at == parser->stop)
			break;
		const char c = *parser->at++;
		static const char from[] = "\"\\/bfnrt", into[] = "\"\\/\b\f\n\r\t";
		const char *const known = c ? strchr(from, c) : NULL;
		if (c == 'u') {
			if (!unicode_escape(parser, &to))
				return false;
		} else if (known) {
			*to++ = into[known - from];
		} else {
			parser->at--;
			return wrong(parser, "unknown escape in a string");
		}
	}
	*end = to;
	return true;
}

static bool string(struct parser *parser, uint32_t *offset, uint32_t *length)
{
	char *const start = ++parser->at;
	char *end;

	while (parser->at < parser->stop && *parser->at != '"' && *parser->at != '\\' &&
	       (unsigned char)*parser->at >= 0x20)
		parser->at++;
	end = parser->at;
	if (parser->at < parser->stop && *parser->at == '\\') {
		if (!unescape(parser, &end))
			return false;
	} else if (parser->at < parser->stop && *parser->at != '"') {
		return wrong(parser, "a control character inside a string");
	}
	if (parser->at >= parser->stop)
		return wrong(parser, "a string is not closed");
	parser->at++;
	*offset = (uint32_t)(start - parser->base);
	*length = (uint32_t)(end - start);
	return true;
}

static bool is_digit(const struct parser *parser)
{
	return parser->at < parser->stop && *parser->at >= '0' && *parser->at <= '9';
}

static bool digits(struct parser *parser)
{
	if (!is_digit(parser))
		return wrong(parser, "a number lacks digits");
	while (is_digit(parser))
		parser->at++;
	return true;
}

static bool number(struct parser *parser, uint32_t node)
{
	char *const start = parser->at;

	if (*parser->at == '-')
		parser->at++;
	if (parser->at < parser->stop && (*parser->at == 'I' || *parser->at == 'N'))
		return wrong(parser, "Infinity is not JSON");
	if (parser->at + 1 < parser->stop && *parser->at == '0' && parser->at[1] >= '0' &&
	    parser->at[1] <= '9')
		return wrong(parser, "a number begins with 0");
	if (!digits(parser))
		return false;
	if (parser->at < parser->stop && *parser->at == '.') {
		parser->at++;
		if (!digits(parser))
			return false;
	}
	if (parser->at < parser->stop && (*parser->at == 'e' || *parser->at == 'E')) {
		parser->at++;
		if (parser->at < parser->stop && (*parser->at == '+' || *parser->at == '-'))
			parser->at++;
		if (!digits(parser))
			return false;
	}
	parser->tree->node[node].type = DRY_TREE_NUMBER;
	parser->tree->node[node].length = (uint32_t)(parser->at - start);
	return true;
}

static bool word(struct parser *parser, uint32_t node)
{
	static const struct { const char *text; uint8_t length; uint8_t type; } known[] = {
		{ "true", 4, DRY_TREE_BOOL },
		{ "false", 5, DRY_TREE_BOOL },
		{ "null", 4, DRY_TREE_NULL },
	};
	const size_t left = (size_t)(parser->stop - parser->at);

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (left < known[i].length || memcmp(parser->at, known[i].text, known[i].length))
			continue;
		parser->tree->node[node].type = known[i].type;
		parser->tree->node[node].length = known[i].length;
		parser->at += known[i].length;
		return true;
	}
	if (left >= 3 && !memcmp(parser->at, "NaN", 3))
		return wrong(parser, "NaN is not JSON");
	return wrong(parser, "no value here");
}

static bool is_skipped(const struct parser *parser, uint32_t key, uint32_t length)
{
	if (!parser->skip)
		return false;
	const char *const text = parser->base + key;
	for (const char *const *skip = parser->skip; *skip; skip++)
		if (**skip == *text && strlen(*skip) == length && !memcmp(*skip, text, length))
			return true;
	return false;
}

/* Over a value without making nodes of it. Brackets are counted, not matched by kind. */
static bool skip_value(struct parser *parser)
{
	int depth = 0;

	skip_blanks(parser);
	do {
		if (parser->at >= parser->stop)
			return wrong(parser, "a value is not closed");
		const char c = *parser->at;
		if (c == '"') {
			for (parser->at++; parser->at < parser->stop && *parser->at != '"'; parser->at++)
				if (*parser->at == '\\' && parser->at + 1 < parser->stop)
					parser->at++;
			if (parser->at >= parser->stop)
				return wrong(parser, "a string is not closed");
		} else if (c == '{' || c == '[') {
			depth++;
		} else if (c == '}' || c == ']') {
			if (!depth)
				return wrong(parser, "no value here");
			depth--;
		} else if (!depth) {
			while (parser->at < parser->stop && !strchr(",}] \n\r\t", *parser->at))
				parser->at++;
			return true;
		}
		parser->at++;
	} while (depth);
	return true;
}

static bool value(struct parser *parser, uint32_t node);

static bool member(struct parser *parser, uint32_t parent, uint32_t *last)
{
	uint32_t key = 0, length = 0;

	skip_blanks(parser);
	if (parser->at >= parser->stop || *parser->at != '"')
		return wrong(parser, "a key in double quotes is missing");
	if (!string(parser, &key, &length))
		return false;
	skip_blanks(parser);
	if (parser->at >= parser->stop || *parser->at != ':')
		return wrong(parser, "a colon is missing after the key");
	parser->at++;
	if (is_skipped(parser, key, length))
		return skip_value(parser);
	const uint32_t node = dry_tree_add(parser->tree, 0, 0);
	parser->tree->node[node].key = key;
	parser->tree->node[node].key_length = length;
	*last = dry_tree_hang(parser->tree, parent, *last, node);
	return value(parser, node);
}

static bool element(struct parser *parser, uint32_t parent, uint32_t *last)
{
	const uint32_t node = dry_tree_add(parser->tree, 0, 0);

	*last = dry_tree_hang(parser->tree, parent, *last, node);
	return value(parser, node);
}

static bool container(struct parser *parser, uint32_t node, bool is_object)
{
	const char close = is_object ? '}' : ']';
	uint32_t last = 0;

	if (++parser->depth > DRY_TREE_DEPTH_MAX)
		return wrong(parser, "nested deeper than 200 levels");
	parser->tree->node[node].type = is_object ? DRY_TREE_OBJECT : DRY_TREE_ARRAY;
	parser->at++;
	skip_blanks(parser);
	if (parser->at < parser->stop && *parser->at == close)
		goto closed;
	for (;;) {
		if (!(is_object ? member : element)(parser, node, &last))
			return false;
		skip_blanks(parser);
		if (parser->at >= parser->stop)
			return wrong(parser, is_object ? "an object is not closed"
							: "an array is not closed");
		if (*parser->at == close)
			break;
		if (*parser->at != ',')
			return wrong(parser, "a comma is missing");
		parser->at++;
	}
closed:
	parser->at++;
	parser->depth--;
	return true;
}

static bool value(struct parser *parser, uint32_t node)
{
	skip_blanks(parser);
	if (parser->at >= parser->stop)
		return wrong(parser, "a value is missing");
	parser->tree->node[node].text = (uint32_t)(parser->at - parser->base);
	switch (*parser->at) {
	case '{':
		return container(parser, node, true);
	case '[':
		return container(parser, node, false);
	case '"':
		parser->tree->node[node].type = DRY_TREE_STRING;
		{
			uint32_t text = 0, length = 0;
			if (!string(parser, &text, &length))
				return false;
			parser->tree->node[node].text = text;
			parser->tree->node[node].length = length;
		}
		return true;
	default:
		if (*parser->at == '-' || is_digit(parser))
			return number(parser, node);
		return word(parser, node);
	}
}

const char *dry_tree_parse(struct dry_tree *tree, char *text, size_t length,
			   const char *const *skip, size_t *bad)
{
	struct parser parser = { .tree = tree, .at = text, .stop = text + length, .base = text,
				 .skip = skip };

	dry_assert(length < UINT32_MAX);
	tree->count = 0;
	tree->base = text;
	free(tree->line);
	free(tree->column);
	tree->line = tree->column = NULL;
	tree->place_capacity = 0;
	const uint32_t root = dry_tree_add(tree, 0, 0);
	if (value(&parser, root)) {
		skip_blanks(&parser);
		if (parser.at != parser.stop)
			wrong(&parser, "something follows the value");
	}
	*bad = (size_t)(parser.at - text);
	return parser.wrong;
}
