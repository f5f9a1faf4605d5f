#include "io/importers/text.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/assert.h"

void dry_text_release(struct dry_text *text)
{
	free(text->data);
	*text = (struct dry_text){ 0 };
}

void dry_text_clear(struct dry_text *text)
{
	text->length = 0;
}

static void make_room(struct dry_text *text, size_t more)
{
	size_t need = text->length + more + 1;

	dry_assert(need > more);
	if (need <= text->capacity)
		return;
	size_t capacity = text->capacity ? text->capacity : 256;
	while (capacity < need)
		capacity *= 2;
	text->data = dry_xrealloc(text->data, capacity);
	text->capacity = capacity;
}

const char *dry_text_string(struct dry_text *text)
{
	make_room(text, 0);
	text->data[text->length] = '\0';
	return text->data;
}

void dry_text_add(struct dry_text *text, const char *piece, size_t length)
{
	if (!length)
		return;
	make_room(text, length);
	memcpy(text->data + text->length, piece, length);
	text->length += length;
}

void dry_text_puts(struct dry_text *text, const char *piece)
{
	dry_text_add(text, piece, strlen(piece));
}

void dry_text_char(struct dry_text *text, char c)
{
	make_room(text, 1);
	text->data[text->length++] = c;
}

void dry_text_printf(struct dry_text *text, const char *format, ...)
{
	va_list list, again;

	va_start(list, format);
	va_copy(again, list);
	int length = vsnprintf(NULL, 0, format, list);
	va_end(list);
	dry_assert(length >= 0);
	make_room(text, (size_t)length);
	vsnprintf(text->data + text->length, (size_t)length + 1, format, again);
	va_end(again);
	text->length += (size_t)length;
}

/* Length of the UTF-8 sequence at `at`, 0 when it is none. */
static size_t utf8_length(const unsigned char *at, size_t left)
{
	size_t length = at[0] >= 0xf0 && at[0] <= 0xf4 ? 4 : at[0] >= 0xe0 && at[0] < 0xf0 ? 3
			: at[0] >= 0xc2 && at[0] < 0xe0 ? 2 : 0;

	if (!length || length > left)
		return 0;
	for (size_t i = 1; i < length; i++)
		if ((at[i] & 0xc0) != 0x80)
			return 0;
	if ((at[0] == 0xe0 && at[1] < 0xa0) || (at[0] == 0xed && at[1] > 0x9f) ||
	    (at[0] == 0xf0 && at[1] < 0x90) || (at[0] == 0xf4 && at[1] > 0x8f))
		return 0;
	return length;
}

/* What JSON may hold as it is and YAML may not: controls of the second kind, U+FEFF, U+FFFE. 0 = none. */
static unsigned int unprintable(const unsigned char *at, size_t utf8)
{
	if (utf8 == 2 && at[0] == 0xc2 && at[1] < 0xa0)
		return at[1];
	if (utf8 != 3 || at[0] != 0xef)
		return 0;
	return at[1] == 0xbb && at[2] == 0xbf ? 0xfeff : at[1] == 0xbf && at[2] >= 0xbe ? 0xff40u + at[2] : 0;
}

static void add_escaped(struct dry_text *text, unsigned char c)
{
	if (c == '"' || c == '\\')
		dry_text_printf(text, "\\%c", c);
	else if (c == '\n')
		dry_text_puts(text, "\\n");
	else if (c == '\t')
		dry_text_puts(text, "\\t");
	else
		dry_text_printf(text, "\\u%04x", c >= 0x80 ? 0xfffd : c);
}

void dry_text_json(struct dry_text *text, const char *piece, size_t length)
{
	size_t plain = 0;

	dry_text_char(text, '"');
	for (size_t i = 0; i < length;) {
		const unsigned char c = (unsigned char)piece[i];
		if (c >= 0x20 && c != '"' && c != '\\' && c < 0x7f) {
			i++;
			continue;
		}
		const size_t utf8 = c >= 0x80
			? utf8_length((const unsigned char *)piece + i, length - i) : 0;
		const unsigned int code = utf8 ? unprintable((const unsigned char *)piece + i, utf8) : 0;
		if (utf8 && !code) {
			i += utf8;
			continue;
		}
		dry_text_add(text, piece + plain, i - plain);
		if (code) {
			dry_text_printf(text, "\\u%04x", code);
			i += utf8;
			plain = i;
			continue;
		}
		add_escaped(text, c);
		plain = ++i;
	}
	dry_text_add(text, piece + plain, length - plain);
	dry_text_char(text, '"');
}

void dry_text_key(struct dry_text *text, const char *key)
{
	const char last = text->length ? text->data[text->length - 1] : '{';

	if (last != '{' && last != '[')
		dry_text_char(text, ',');
	dry_text_json(text, key, strlen(key));
	dry_text_char(text, ':');
}

static bool is_plain_yaml(const char *piece)
{
	static const char *const taken[] = { "null", "true", "false", "yes", "no", "on", "off", "y",
					     "n", "~" };
	bool digits_only = true;

	if (!*piece || !((*piece >= 'a' && *piece <= 'z') || (*piece >= 'A' && *piece <= 'Z')))
		return false;
	for (const char *at = piece; *at; at++) {
		if (!((*at >= 'a' && *at <= 'z') || (*at >= 'A' && *at <= 'Z') ||
		      (*at >= '0' && *at <= '9') || strchr("-_./+", *at)))
			return false;
		digits_only = false;
	}
	for (size_t i = 0; i < sizeof(taken) / sizeof(taken[0]); i++)
		if (!strcasecmp(piece, taken[i]))
			return false;
	return !digits_only;
}

void dry_text_yaml(struct dry_text *text, const char *piece)
{
	if (is_plain_yaml(piece))
		dry_text_puts(text, piece);
	else
		dry_text_json(text, piece, strlen(piece));
}

void dry_text_milli(struct dry_text *text, int64_t milli)
{
	if (milli % 1000)
		dry_text_printf(text, "%" PRId64 "m", milli);
	else
		dry_text_printf(text, "%" PRId64, milli / 1000);
}

void dry_text_bytes(struct dry_text *text, int64_t bytes)
{
	static const char *const suffix[] = { "", "Ki", "Mi", "Gi", "Ti" };
	size_t step = 0;

	while (bytes && step < 4 && bytes % 1024 == 0) {
		bytes /= 1024;
		step++;
	}
	dry_text_printf(text, "%" PRId64 "%s", bytes, suffix[step]);
}

void dry_text_dollars(struct dry_text *text, int64_t nusd)
{
	char digits[32];
	int length = snprintf(digits, sizeof(digits), "%" PRId64 ".%09" PRId64, nusd / 1000000000,
			      nusd % 1000000000);

	while (length && digits[length - 1] == '0')
		length--;
	if (length && digits[length - 1] == '.')
		length--;
	dry_text_add(text, digits, (size_t)length);
}
