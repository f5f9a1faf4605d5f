/* YAML 1.2's core schema: what a plain scalar is (null, boolean, number, else text). */
#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "io/doc_build.h"

static bool is_one_of(const char *text, size_t length, const char *const *known)
{
	for (; *known; known++)
		if (strlen(*known) == length && !memcmp(text, *known, length))
			return true;
	return false;
}

static size_t digit_count(const char *text, size_t length)
{
	size_t count = 0;

	while (count < length && text[count] >= '0' && text[count] <= '9')
		count++;
	return count;
}

/* [-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)? */
static bool is_decimal(const char *text, size_t length)
{
	size_t at = length && (text[0] == '-' || text[0] == '+');
	const size_t whole = digit_count(text + at, length - at);
	size_t fraction = 0;

	at += whole;
	if (at < length && text[at] == '.') {
		fraction = digit_count(text + at + 1, length - at - 1);
		at += 1 + fraction;
	}
	if (!whole && !fraction)
		return false;
	if (at < length && (text[at] == 'e' || text[at] == 'E')) {
		at++;
		if (at < length && (text[at] == '-' || text[at] == '+'))
			at++;
		const size_t digits = digit_count(text + at, length - at);
		if (!digits)
			return false;
		at += digits;
	}
	return at == length;
}

/* The form that JSON has too: no plus, a digit on both sides of a point. */
static const char *decimal_form(struct dry_arena *arena, const char *text, size_t length)
{
	const char *const point = memchr(text, '.', length);
	const bool is_before = point && (point == text || point[-1] == '-' || point[-1] == '+');
	const bool is_after = point && (point + 1 == text + length || point[1] < '0' || point[1] > '9');
	char *const form = dry_arena_alloc(arena, length + 3);
	size_t filled = 0;

	for (size_t i = 0; i < length; i++) {
		if (i == 0 && text[i] == '+')
			continue;
		if (text + i == point && is_before)
			form[filled++] = '0';
		form[filled++] = text[i];
		if (text + i == point && is_after)
			form[filled++] = '0';
	}
	form[filled] = '\0';
	return form;
}

static int digit_of(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : 16;
}

/* 0o17 and 0x1f. False when the text is neither; *is_large when no 64 bits hold it. */
static bool other_base(const char *text, size_t length, uint64_t *value, bool *is_large)
{
	if (length < 3 || text[0] != '0' || (text[1] != 'o' && text[1] != 'x'))
		return false;
	const uint64_t base = text[1] == 'o' ? 8 : 16;
	*value = 0;
	*is_large = false;
	for (size_t i = 2; i < length; i++) {
		const uint64_t digit = (uint64_t)digit_of(text[i]);
		if (digit >= base)
			return false;
		if (__builtin_mul_overflow(*value, base, value) ||
		    __builtin_add_overflow(*value, digit, value))
			*is_large = true;
	}
	return true;
}

const char *dry_doc_plain_scalar(struct dry_arena *arena, const char *plain, size_t length,
				 enum dry_doc_kind *kind, const char **text)
{
	static const char *const null[] = { "", "~", "null", "Null", "NULL", NULL };
	static const char *const yes[] = { "true", "True", "TRUE", NULL };
	static const char *const no[] = { "false", "False", "FALSE", NULL };
	static const char *const special[] = {
		".nan", ".NaN", ".NAN", ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF",
		"-.inf", "-.Inf", "-.INF", NULL
	};
	uint64_t value;
	bool is_large;

	*kind = DRY_DOC_TEXT;
	*text = plain;
	if (is_one_of(plain, length, null)) {
		*kind = DRY_DOC_NULL;
		*text = "";
	} else if (is_one_of(plain, length, yes) || is_one_of(plain, length, no)) {
		*kind = DRY_DOC_BOOL;
		*text = is_one_of(plain, length, yes) ? "true" : "false";
	} else if (is_one_of(plain, length, special)) {
		*kind = DRY_DOC_NUMBER;
	} else if (is_decimal(plain, length)) {
		*kind = DRY_DOC_NUMBER;
		*text = decimal_form(arena, plain, length);
	} else if (other_base(plain, length, &value, &is_large)) {
		if (is_large)
			return "does not fit in 64 bits";
		*kind = DRY_DOC_NUMBER;
		*text = dry_arena_printf(arena, "%" PRIu64, value);
	}
	return NULL;
}
