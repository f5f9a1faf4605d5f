/* RFC 8259, no more and no less; what people write instead gets its own complaint. */
#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "io/doc_build.h"

struct scanner {
	struct dry_doc_builder *builder;
	const char *text;
	size_t at, length;
};

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '_' || c == '-' ||
	       c == '.' || c == '+' || c == '/' || ((unsigned char)c & 0x80);
}

static char peek(const struct scanner *scanner)
{
	return scanner->at < scanner->length ? scanner->text[scanner->at] : '\0';
}

static bool is_at_end(const struct scanner *scanner)
{
	return scanner->at >= scanner->length;
}

static void skip_blanks(struct scanner *scanner)
{
	while (scanner->at < scanner->length) {
		const char c = scanner->text[scanner->at];
		if (c != ' ' && c != '\n' && c != '\t' && c != '\r')
			return;
		scanner->at++;
	}
}

/* The word at the scanner, for a message. */
static const char *word_here(const struct scanner *scanner, size_t *length)
{
	size_t end = scanner->at;

	while (end < scanner->length && is_word(scanner->text[end]))
		end++;
	*length = end - scanner->at;
	return scanner->text + scanner->at;
}

static bool fail_end(struct scanner *scanner)
{
	const struct dry_doc_frame *const top = dry_doc_top(scanner->builder);

	if (!top)
		return dry_doc_complain_at(scanner->builder, scanner->length, "empty input");
	const bool is_map = top->node->kind == DRY_DOC_MAP;
	const uint32_t line = top->node->line;
	dry_doc_complain_at(scanner->builder, scanner->length,
			    "the text ends too early: '%c' of line %" PRIu32 " is not closed",
			    is_map ? '{' : '[', line);
	return dry_fail_expected(scanner->builder->err, is_map ? "'}'" : "']'");
}

/* Something that cannot start a value or key; `wanted` says what could stand here. */
static bool fail_here(struct scanner *scanner, const char *wanted)
{
	struct dry_doc_builder *const builder = scanner->builder;
	size_t length;
	const char *const word = word_here(scanner, &length);
	const char c = peek(scanner);
	struct dry_arena arena;

	if (is_at_end(scanner))
		return fail_end(scanner);
	dry_arena_init(&arena);
	if (c == '#' || (c == '/' && length > 1 && word[1] == '/') ||
	    (c == '/' && scanner->at + 1 < scanner->length && word[1] == '*')) {
		dry_doc_complain_at(builder, scanner->at, "JSON has no comments");
		dry_fail_fix(builder->err, "take it out, or write the file as YAML");
	} else if (c == '\'') {
		dry_doc_complain_at(builder, scanner->at, "text stands in double quotes, not single ones");
	} else if (length) {
		dry_doc_complain_at(builder, scanner->at, "unexpected \"%s\"", dry_doc_show(&arena, word, length));
		dry_fail_expected(builder->err, "%s", wanted);
	} else {
		dry_doc_complain_at(builder, scanner->at, "unexpected '%s'", dry_doc_show(&arena, &c, 1));
		dry_fail_expected(builder->err, "%s", wanted);
	}
	dry_arena_release(&arena);
	return false;
}

/* ---- strings */

static int hex_digit(char c)
{
	if (is_digit(c))
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Four hexadecimal digits at `at`, or UINT32_MAX. */
static uint32_t hex4(const struct scanner *scanner, size_t at)
{
	uint32_t code = 0;

	for (size_t i = at; i < at + 4; i++) {
		const int digit = i < scanner->length ? hex_digit(scanner->text[i]) : -1;
		if (digit < 0)
			return UINT32_MAX;
		code = code << 4 | (uint32_t)digit;
	}
	return code;
}

static size_t encode(uint32_t code, char *to)
{
	if (code < 0x80) {
		to[0] = (char)code;
		return 1;
	}
	if (code < 0x800) {
		to[0] = (char)(0xc0 | code >> 6);
		to[1] = (char)(0x80 | (code & 0x3f));
		return 2;
	}
	if (code < 0x10000) {
		to[0] = (char)(0xe0 | code >> 12);
		to[1] = (char)(0x80 | (code >> 6 & 0x3f));
		to[2] = (char)(0x80 | (code & 0x3f));
		return 3;
	}
	to[0] = (char)(0xf0 | code >> 18);
	to[1] = (char)(0x80 | (code >> 12 & 0x3f));
	to[2] = (char)(0x80 | (code >> 6 & 0x3f));
	to[3] = (char)(0x80 | (code & 0x3f));
	return 4;
}

/* \uXXXX at `at` (the backslash), with its second half if it has one. Bytes read, 0 with a complaint. */
static size_t unicode_escape(struct scanner *scanner, size_t at, char *to, size_t *filled)
{
	struct dry_doc_builder *const builder = scanner->builder;
	uint32_t code = hex4(scanner, at + 2);
	size_t taken = 6;

	if (code == UINT32_MAX) {
		dry_doc_complain_at(builder, at, "\\u needs four hexadecimal digits");
		return 0;
	}
	if (code == 0) {
		dry_doc_complain_at(builder, at, "\\u0000 may not be in a text");
		return 0;
	}
	if (code >= 0xd800 && code < 0xe000) {
		const bool is_pair = code < 0xdc00 && at + 7 < scanner->length &&
				     scanner->text[at + 6] == '\\' && scanner->text[at + 7] == 'u';
		const uint32_t low = is_pair ? hex4(scanner, at + 8) : UINT32_MAX;
		if (low < 0xdc00 || low >= 0xe000) {
			dry_doc_complain_at(builder, at, "\\u%04" PRIx32 " is half of a surrogate pair", code);
			return 0;
		}
		code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
		taken = 12;
	}
	*filled += encode(code, to + *filled);
	return taken;
}

/* The escape at `at`. Bytes read, 0 with a complaint. */
static size_t escape(struct scanner *scanner, size_t at, char *to, size_t *filled)
{
	static const char from[] = "\"\\/bfnrt", into[] = "\"\\/\b\f\n\r\t";
	const char c = at + 1 < scanner->length ? scanner->text[at + 1] : '\0';
	const char *const found = c ? strchr(from, c) : NULL;

	if (c == 'u')
		return unicode_escape(scanner, at, to, filled);
	if (!found) {
		dry_doc_complain_at(scanner->builder, at, "a backslash starts no escape here");
		dry_fail_expected(scanner->builder->err,
				  "one of \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX; a backslash itself is \\\\");
		return 0;
	}
	to[(*filled)++] = into[found - from];
	return 2;
}

/* The closing quote of the string whose text starts at `at`; *has_escape. False with a complaint. */
static bool find_quote(struct scanner *scanner, size_t start, size_t *end, bool *has_escape)
{
	const unsigned char *const text = (const unsigned char *)scanner->text;
	size_t at = start;

	*has_escape = false;
	while (at < scanner->length && text[at] != '"' && text[at] >= 0x20) {
		if (text[at] == '\\') {
			*has_escape = true;
			at++;
			if (at >= scanner->length || text[at] < 0x20)
				break;
		}
		at++;
	}
	*end = at;
	if (at < scanner->length && text[at] == '"')
		return true;
	if (at < scanner->length && text[at] != '\n' && text[at] != '\r') {
		dry_doc_complain_at(scanner->builder, at, "control character in a text");
		return dry_fail_fix(scanner->builder->err, "write it as %s",
				    text[at] == '\t' ? "\\t" : "an escape: \\u and four hexadecimal digits");
	}
	dry_doc_complain_at(scanner->builder, start - 1, "the text that starts here is not closed in its line");
	return dry_fail_expected(scanner->builder->err, "'\"'");
}

/* The string at the scanner, copied to the arena. NULL with a complaint. */
static const char *scan_string(struct scanner *scanner, uint32_t *length)
{
	struct dry_arena *const arena = &scanner->builder->doc->arena;
	const size_t start = scanner->at + 1;
	bool has_escape;
	size_t end, filled = 0;

	if (!find_quote(scanner, start, &end, &has_escape))
		return NULL;
	scanner->at = end + 1;
	if (!has_escape) {
		*length = (uint32_t)(end - start);
		return dry_arena_copy(arena, scanner->text + start, end - start);
	}
	char *const text = dry_arena_alloc(arena, end - start + 1);
	for (size_t at = start; at < end; ) {
		if (scanner->text[at] != '\\') {
			text[filled++] = scanner->text[at++];
			continue;
		}
		const size_t taken = escape(scanner, at, text, &filled);
		if (!taken)
			return NULL;
		at += taken;
	}
	text[filled] = '\0';
	*length = (uint32_t)filled;
	return text;
}

/* ---- numbers and words */

static size_t digits_at(const struct scanner *scanner, size_t at)
{
	size_t end = at;

	while (end < scanner->length && is_digit(scanner->text[end]))
		end++;
	return end - at;
}

/* Bytes of the number at the scanner, 0 when it is none by the grammar. */
static size_t number_length(const struct scanner *scanner)
{
	size_t at = scanner->at + (peek(scanner) == '-');
	size_t digits = digits_at(scanner, at);

	if (!digits || (digits > 1 && scanner->text[at] == '0'))
		return 0;
	at += digits;
	if (at < scanner->length && scanner->text[at] == '.') {
		digits = digits_at(scanner, at + 1);
		if (!digits)
			return 0;
		at += 1 + digits;
	}
	if (at < scanner->length && (scanner->text[at] == 'e' || scanner->text[at] == 'E')) {
		at++;
		if (at < scanner->length && (scanner->text[at] == '+' || scanner->text[at] == '-'))
			at++;
		digits = digits_at(scanner, at);
		if (!digits)
			return 0;
		at += digits;
	}
	return at - scanner->at;
}

static bool fail_number(struct scanner *scanner, const char *word, size_t length)
{
	struct dry_doc_builder *const builder = scanner->builder;
	const char *const digits = word + (word[0] == '-' || word[0] == '+');
	const size_t count = length - (size_t)(digits - word);
	struct dry_arena arena;

	dry_arena_init(&arena);
	dry_doc_complain_at(builder, scanner->at, "\"%s\" is not a JSON number",
			    dry_doc_show(&arena, word, length));
	dry_arena_release(&arena);
	if (count && digits[0] == '.')
		return dry_fail_fix(builder->err, "write a 0 before the point");
	if (word[0] == '+')
		return dry_fail_fix(builder->err, "leave out the +");
	if (count > 1 && digits[0] == '0' && is_digit(digits[1]))
		return dry_fail_fix(builder->err, "leave out the leading 0, or quote it when it is a text");
	if (count && digits[count - 1] == '.')
		return dry_fail_fix(builder->err, "leave out the point");
	if (count && is_digit(digits[0]))
		return dry_fail_fix(builder->err, "quote it when it is a text: \"500m\", \"2Gi\"");
	return dry_fail_expected(builder->err, "a finite decimal number, or null");
}

static bool equals(const char *word, size_t length, const char *other)
{
	return length == strlen(other) && !memcmp(word, other, length);
}

static bool fail_word(struct scanner *scanner, const char *word, size_t length)
{
	static const char *const instead[][2] = {
		{ "True", "true" }, { "TRUE", "true" }, { "yes", "true" }, { "on", "true" },
		{ "False", "false" }, { "FALSE", "false" }, { "no", "false" }, { "off", "false" },
		{ "None", "null" }, { "NULL", "null" }, { "Null", "null" }, { "nil", "null" },
		{ "undefined", "null" },
	};
	static const char *const no_number[] = { "NaN", "nan", "Infinity", "inf", "Inf" };
	struct dry_doc_builder *const builder = scanner->builder;
	struct dry_arena arena;

	for (size_t i = 0; i < sizeof(no_number) / sizeof(no_number[0]); i++)
		if (equals(word, length, no_number[i]))
			return fail_number(scanner, word, length);
	dry_arena_init(&arena);
	const char *const shown = dry_doc_show(&arena, word, length);
	dry_doc_complain_at(builder, scanner->at, "unexpected \"%s\"", shown);
	dry_fail_fix(builder->err, "a text stands in double quotes");
	for (size_t i = 0; i < sizeof(instead) / sizeof(instead[0]); i++)
		if (equals(word, length, instead[i][0]))
			dry_fail_fix(builder->err, "write %s", instead[i][1]);
	dry_arena_release(&arena);
	return false;
}

/* A number, true, false or null. */
static bool scan_word(struct scanner *scanner, struct dry_doc_place place)
{
	struct dry_doc_builder *const builder = scanner->builder;
	size_t length;
	const char *const word = word_here(scanner, &length);
	enum dry_doc_kind kind;

	if (is_digit(word[0]) || word[0] == '-' || word[0] == '+' || word[0] == '.') {
		if (number_length(scanner) != length)
			return fail_number(scanner, word, length);
		kind = DRY_DOC_NUMBER;
	} else if (equals(word, length, "true") || equals(word, length, "false")) {
		kind = DRY_DOC_BOOL;
	} else if (equals(word, length, "null")) {
		kind = DRY_DOC_NULL;
	} else {
		return fail_word(scanner, word, length);
	}
	struct dry_doc_node *const node = dry_doc_add(builder, kind, place);
	if (!node)
		return false;
	if (kind != DRY_DOC_NULL) {
		node->text = dry_arena_copy(&builder->doc->arena, word, length);
		node->length = (uint32_t)length;
	}
	scanner->at += length;
	return true;
}

/* ---- values */

/* The key at the scanner and its colon; the scanner stands before the value then. */
static bool scan_key(struct scanner *scanner)
{
	struct dry_doc_builder *const builder = scanner->builder;
	struct dry_doc_frame *const frame = dry_doc_top(builder);
	size_t length;
	uint32_t key_length;

	if (peek(scanner) != '"') {
		word_here(scanner, &length);
		if (length && peek(scanner) != '/') {
			fail_here(scanner, "a key in double quotes");
			return dry_fail_fix(builder->err, "put the key in double quotes");
		}
		return fail_here(scanner, "a key in double quotes");
	}
	frame->key.place = dry_doc_at_byte(builder, scanner->at);
	frame->key.text = scan_string(scanner, &key_length);
	if (!frame->key.text)
		return false;
	skip_blanks(scanner);
	if (peek(scanner) != ':')
		return fail_here(scanner, "':' after the key");
	scanner->at++;
	skip_blanks(scanner);
	return true;
}

/* A value without children, or the opening of one with: then *is_open. */
static bool scan_value(struct scanner *scanner, bool *is_open)
{
	struct dry_doc_builder *const builder = scanner->builder;
	const char c = peek(scanner);
	struct dry_doc_node *node;

	*is_open = false;
	if (is_at_end(scanner))
		return fail_end(scanner);
	const struct dry_doc_place place = dry_doc_at_byte(builder, scanner->at);
	if (c == '{' || c == '[') {
		scanner->at++;
		*is_open = true;
		node = dry_doc_add(builder, c == '{' ? DRY_DOC_MAP : DRY_DOC_LIST, place);
		return node && dry_doc_enter(builder, node);
	}
	if (c == '"') {
		uint32_t length;
		const char *const text = scan_string(scanner, &length);
		node = text ? dry_doc_add(builder, DRY_DOC_TEXT, place) : NULL;
		if (!node)
			return false;
		node->text = text;
		node->length = length;
		return true;
	}
	if (is_word(c) && c != '/')
		return scan_word(scanner, place);
	return fail_here(scanner, "a value");
}

/* What may follow in the open map or list after its opening (is_first) or a value; *is_closed, or a value is next. */
static bool scan_next(struct scanner *scanner, bool is_first, bool *is_closed)
{
	const bool is_map = dry_doc_top(scanner->builder)->node->kind == DRY_DOC_MAP;
	const char close = is_map ? '}' : ']';

	skip_blanks(scanner);
	*is_closed = peek(scanner) == close;
	if (*is_closed) {
		scanner->at++;
		dry_doc_leave(scanner->builder);
		return true;
	}
	if (!is_first) {
		const size_t comma = scanner->at;
		if (peek(scanner) != ',')
			return fail_here(scanner, is_map ? "',' or '}'" : "',' or ']'");
		scanner->at++;
		skip_blanks(scanner);
		if (peek(scanner) == close) {
			dry_doc_complain_at(scanner->builder, comma, "a comma before '%c'", close);
			return dry_fail_fix(scanner->builder->err, "leave it out");
		}
	}
	return !is_map || scan_key(scanner);
}

bool dry_doc_build_json(struct dry_doc_builder *builder)
{
	struct scanner scanner = { builder, builder->doc->text, 0, builder->doc->length };
	bool is_open, is_closed;

	skip_blanks(&scanner);
	if (!scan_value(&scanner, &is_open))
		return false;
	while (builder->depth) {
		if (!scan_next(&scanner, is_open, &is_closed))
			return false;
		is_open = false;
		if (!is_closed && !scan_value(&scanner, &is_open))
			return false;
	}
	skip_blanks(&scanner);
	if (!is_at_end(&scanner))
		return fail_here(&scanner, "the end: one value a text");
	return true;
}
