#include "report/page.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "base/arena.h"

static void make_room(struct dry_page *page, size_t more)
{
	page->data = dry_grow(page->data, &page->capacity, page->length + more + 1, 1);
}

void dry_page_release(struct dry_page *page)
{
	free(page->data);
	*page = (struct dry_page){ 0 };
}

void dry_page_clear(struct dry_page *page)
{
	page->length = 0;
	if (page->data)
		page->data[0] = '\0';
}

const char *dry_page_string(const struct dry_page *page)
{
	return page->data ? page->data : "";
}

void dry_page_add_span(struct dry_page *page, const char *piece, size_t length)
{
	make_room(page, length);
	if (length)
		memcpy(page->data + page->length, piece, length);
	page->length += length;
	page->data[page->length] = '\0';
}

void dry_page_add(struct dry_page *page, const char *piece)
{
	dry_page_add_span(page, piece, strlen(piece));
}

void dry_page_add_char(struct dry_page *page, char c)
{
	dry_page_add_span(page, &c, 1);
}

void dry_page_repeat(struct dry_page *page, char c, size_t count)
{
	make_room(page, count);
	memset(page->data + page->length, c, count);
	page->length += count;
	page->data[page->length] = '\0';
}

void dry_page_printf(struct dry_page *page, const char *format, ...)
{
	va_list list;

	va_start(list, format);
	int need = vsnprintf(NULL, 0, format, list);
	va_end(list);
	if (need <= 0)
		return;
	make_room(page, (size_t)need);
	va_start(list, format);
	vsnprintf(page->data + page->length, (size_t)need + 1, format, list);
	va_end(list);
	page->length += (size_t)need;
}

size_t dry_utf8_decode(const char *piece, size_t length, uint32_t *code)
{
	static const uint32_t least[5] = { 0, 0, 0x80, 0x800, 0x10000 };
	const unsigned char *byte = (const unsigned char *)piece;
	size_t need;

	if (!length)
		return 0;
	if (byte[0] < 0x80) {
		*code = byte[0];
		return 1;
	}
	need = byte[0] >= 0xf0 && byte[0] < 0xf8 ? 4 : byte[0] >= 0xe0 ? 3 : byte[0] >= 0xc0 ? 2 : 0;
	if (byte[0] >= 0xf8 || need < 2 || need > length)
		return 0;
	*code = byte[0] & (0xffu >> (need + 1));
	for (size_t i = 1; i < need; i++) {
		if ((byte[i] & 0xc0) != 0x80)
			return 0;
		*code = *code << 6 | (byte[i] & 0x3f);
	}
	if (*code < least[need] || *code > 0x10ffff || (*code >= 0xd800 && *code < 0xe000))
		return 0;
	return need;
}

static bool is_harmless(uint32_t code)
{
	if (code < 0x20 || (code >= 0x7f && code < 0xa0))
		return false;
	if (code >= 0x200b && code <= 0x200f)           /* zero width, direction marks */
		return false;
	if (code >= 0x2028 && code <= 0x202e)           /* line ends, direction overrides */
		return false;
	return !(code >= 0x2066 && code <= 0x2069) && code != 0xfeff;
}

void dry_page_add_visible(struct dry_page *page, const char *piece, size_t length)
{
	for (size_t i = 0; i < length;) {
		uint32_t code = 0;
		size_t taken = dry_utf8_decode(piece + i, length - i, &code);

		if (taken && code == '\t') {
			dry_page_add_char(page, ' ');
		} else if (taken && is_harmless(code)) {
			dry_page_add_span(page, piece + i, taken);
		} else {
			size_t bytes = taken ? taken : 1;
			for (size_t b = 0; b < bytes; b++)
				dry_page_printf(page, "\\x%02x", (unsigned char)piece[i + b]);
			taken = bytes;
		}
		i += taken;
	}
}

size_t dry_page_columns(const char *piece, size_t length)
{
	size_t columns = 0;

	for (size_t i = 0; i < length;) {
		uint32_t code = 0;
		size_t taken = dry_utf8_decode(piece + i, length - i, &code);
		int width = taken && code >= 0x80 ? wcwidth((wchar_t)code) : 1;

		columns += width < 0 ? 1 : (size_t)width;
		i += taken ? taken : 1;
	}
	return columns;
}

void dry_page_pad(struct dry_page *page, const char *piece, size_t columns, bool right)
{
	size_t length = strlen(piece);
	size_t taken = dry_page_columns(piece, length);
	size_t blanks = taken < columns ? columns - taken : 0;

	if (right)
		dry_page_repeat(page, ' ', blanks);
	dry_page_add_span(page, piece, length);
	if (!right)
		dry_page_repeat(page, ' ', blanks);
}

void dry_page_add_count(struct dry_page *page, int64_t count)
{
	char digits[24];
	int length = snprintf(digits, sizeof(digits), "%lld", (long long)(count < 0 ? -count : count));

	if (count < 0)
		dry_page_add_char(page, '-');
	for (int i = 0; i < length; i++) {
		if (i && (length - i) % 3 == 0 && length > 4)
			dry_page_add_char(page, ' ');
		dry_page_add_char(page, digits[i]);
	}
}

void dry_page_add_number(struct dry_page *page, double value)
{
	char buffer[40];

	if (!isfinite(value)) {
		dry_page_add(page, "null");
		return;
	}
	if (value == 0)
		value = 0;                              /* no "-0" */
	if (fabs(value) < 1e15 && value == floor(value)) {
		snprintf(buffer, sizeof(buffer), "%.0f", value);
	} else {
		for (int digits = 15; digits <= 17; digits++) {
			snprintf(buffer, sizeof(buffer), "%.*g", digits, value);
			if (strtod(buffer, NULL) == value)
				break;
		}
	}
	dry_page_add(page, buffer);
}

void dry_page_add_wrapped(struct dry_page *page, const char *piece, size_t indent, size_t width)
{
	size_t column = 0;

	while (*piece) {
		size_t length = strcspn(piece, " \n");
		size_t columns = dry_page_columns(piece, length);

		if (column && column + 1 + columns > width) {
			dry_page_add_char(page, '\n');
			column = 0;
		}
		if (!column) {
			dry_page_repeat(page, ' ', indent);
			column = indent;
		} else {
			dry_page_add_char(page, ' ');
			column++;
		}
		dry_page_add_span(page, piece, length);
		column += columns;
		piece += length;
		while (*piece == ' ' || *piece == '\n')
			piece++;
	}
	dry_page_add_char(page, '\n');
}
