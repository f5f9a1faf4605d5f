#include "base/units.h"

#include <inttypes.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"

#define NS_PER_SECOND INT64_C(1000000000)
/* A time.Duration holds no more: 2^63 - 1 nanoseconds. */
#define DURATION_MS_MAX (INT64_MAX / 1000000)
#define DAY_MS INT64_C(86400000)
/* Far above any node's price; keeps sums of costs inside 64 bits. */
#define PRICE_NUSD_MAX INT64_C(1000000000000000)

__extension__ typedef unsigned __int128 wide;

#define TEN_TO_15 UINT64_C(1000000000000000)
#define PRODUCT_MAX ((wide)TEN_TO_15 * TEN_TO_15 * 1000000)

/* mantissa * 10^exponent, exactly, but for digits beyond the 30th: they only set inexact. */
struct decimal {
	wide mantissa;
	int32_t exponent;
	bool negative;
	bool inexact;
	bool has_exponent;
};

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static void add_digit(struct decimal *decimal, unsigned int digit, bool fraction)
{
	if (decimal->mantissa < (wide)TEN_TO_15 * TEN_TO_15) {
		decimal->mantissa = decimal->mantissa * 10 + digit;
		decimal->exponent -= fraction;
	} else {
		decimal->inexact |= digit != 0;
		decimal->exponent += !fraction;
	}
}

/* Length of the exponent ("e+3") at the start of the span, 0 when there is none. */
static size_t scan_exponent(const char *text, size_t length, struct decimal *decimal)
{
	size_t i = 1, digits = 0;
	bool negative = false;
	int32_t value = 0;

	if (!length || (text[0] != 'e' && text[0] != 'E'))
		return 0;
	if (i < length && (text[i] == '+' || text[i] == '-'))
		negative = text[i++] == '-';
	for (; i < length && is_digit(text[i]); i++, digits++) {
		if (value < 100000)
			value = value * 10 + (text[i] - '0');
	}
	if (!digits)
		return 0;
	decimal->exponent += negative ? -value : value;
	decimal->has_exponent = true;
	return i;
}

/* Reads [digits][.digits][exponent]; returns its length, 0 when there is no number. */
static size_t scan_decimal(const char *text, size_t length, bool with_exponent,
			   struct decimal *decimal)
{
	size_t i = 0, digits = 0;
	bool fraction = false;

	for (; i < length; i++) {
		if (is_digit(text[i])) {
			add_digit(decimal, (unsigned int)(text[i] - '0'), fraction);
			digits++;
		} else if (text[i] == '.' && !fraction) {
			fraction = true;
		} else {
			break;
		}
	}
	if (!digits)
		return 0;
	if (with_exponent)
		i += scan_exponent(text + i, length - i, decimal);
	return i;
}

static size_t scan_sign(const char *text, size_t length, struct decimal *decimal)
{
	if (!length || (text[0] != '-' && text[0] != '+'))
		return 0;
	decimal->negative = text[0] == '-';
	return 1;
}

enum rounding { ROUND_UP, ROUND_NEAREST };

/* The magnitude of decimal * factor as an integer; false when it is above max. */
static bool scale(const struct decimal *decimal, uint64_t factor, enum rounding rounding,
		  uint64_t max, uint64_t *value)
{
	wide product = decimal->mantissa, rest = 0, divisor = 1;
	int32_t exponent = decimal->exponent;

	if (!product) {
		*value = 0;
		return true;
	}
	/* Digits that cannot matter are shed, so that nothing below overflows. */
	while (product > PRODUCT_MAX / factor && exponent < 0) {
		rest |= product % 10;
		product /= 10;
		exponent++;
	}
	if (product > PRODUCT_MAX / factor)
		return false;
	product *= factor;
	for (; exponent > 0; exponent--) {
		if (product > max)
			return false;
		product *= 10;
	}
	for (; exponent < 0 && divisor <= product; exponent++)
		divisor *= 10;
	if (exponent < 0)       /* less than a tenth of a unit */
		divisor = product * 10, rest = 1;
	rest |= decimal->inexact;
	if (rounding == ROUND_UP)
		product = product / divisor + (product % divisor || rest ? 1 : 0);
	else
		product = product / divisor + (product % divisor >= divisor - divisor / 2 && divisor > 1);
	if (product > max)
		return false;
	*value = (uint64_t)product;
	return true;
}

/* How much a suffix multiplies, in units of 10^-9; 0 when there is no such suffix. */
static bool find_suffix(const char *text, size_t length, struct decimal *decimal, uint64_t *binary)
{
	static const char binary_prefix[] = "KMGTPE";
	static const char decimal_suffix[] = "numkMGTPE";
	static const int8_t power[] = { -9, -6, -3, 3, 6, 9, 12, 15, 18 };
	const char *place;

	*binary = 1;
	if (!length)
		return true;
	if (length == 2 && text[1] == 'i' && (place = memchr(binary_prefix, text[0], 6))) {
		*binary = UINT64_C(1) << (10 * (place - binary_prefix + 1));
		return true;
	}
	if (length != 1 || !(place = memchr(decimal_suffix, text[0], 9)))
		return false;
	decimal->exponent += power[place - decimal_suffix];
	return true;
}

static const char *parse_quantity(const char *text, size_t length, int32_t scale10, int64_t *value)
{
	struct decimal decimal = { 0 };
	uint64_t binary, result;
	size_t i = scan_sign(text, length, &decimal);
	size_t digits = scan_decimal(text + i, length - i, true, &decimal);

	if (!length)
		return "is empty";
	if (!digits)
		return "has no number";
	i += digits;
	if (decimal.has_exponent && i < length)
		return "has both an exponent and a suffix";
	if (!find_suffix(text + i, length - i, &decimal, &binary))
		return "has an unknown suffix";
	if (decimal.negative && decimal.mantissa)
		return "is negative";
	decimal.exponent += scale10;
	if (!scale(&decimal, binary, ROUND_UP, INT64_MAX, &result))
		return "is too large";
	*value = (int64_t)result;
	return NULL;
}

const char *dry_parse_quantity_milli(const char *text, size_t length, int64_t *milli)
{
	return parse_quantity(text, length, 3, milli);
}

const char *dry_parse_quantity(const char *text, size_t length, int64_t *value)
{
	return parse_quantity(text, length, 0, value);
}

/* Nanoseconds of the unit at the start of the span; *used gets its length. */
static int64_t find_unit(const char *text, size_t length, size_t *used)
{
	static const struct {
		const char *name;
		int64_t ns;
	} unit[] = {
		{ "ns", 1 },
		{ "us", 1000 },
		{ "\xc2\xb5s", 1000 },
		{ "\xce\xbcs", 1000 },
		{ "ms", 1000000 },
		{ "s", NS_PER_SECOND },
		{ "m", 60 * NS_PER_SECOND },
		{ "h", 3600 * NS_PER_SECOND },
	};

	for (*used = 0; *used < length && !is_digit(text[*used]) && text[*used] != '.'; )
		++*used;
	for (size_t i = 0; i < sizeof(unit) / sizeof(unit[0]); i++) {
		if (*used == strlen(unit[i].name) && !memcmp(text, unit[i].name, *used))
			return unit[i].ns;
	}
	return 0;
}

/* Sums the number-unit pairs of a Go duration, in nanoseconds. */
static const char *parse_units(const char *text, size_t length, uint64_t *total_ns)
{
	size_t i = 0;

	*total_ns = 0;
	while (i < length) {
		struct decimal decimal = { 0 };
		size_t used = scan_decimal(text + i, length - i, false, &decimal);
		uint64_t ns;
		int64_t unit;

		if (!used)
			return "has no number";
		i += used;
		unit = find_unit(text + i, length - i, &used);
		if (!used)
			return "has a number without a unit";
		if (!unit)
			return "has an unknown unit";
		if (!scale(&decimal, (uint64_t)unit, ROUND_NEAREST, INT64_MAX, &ns))
			return "is too large";
		i += used;
		*total_ns += ns;
		if (*total_ns > INT64_MAX)
			return "is too large";
	}
	return NULL;
}

const char *dry_parse_duration_ms(const char *text, size_t length, int64_t *ms)
{
	struct decimal decimal = { 0 };
	size_t i = scan_sign(text, length, &decimal);
	size_t digits = scan_decimal(text + i, length - i, true, &decimal);
	uint64_t value;
	const char *wrong;

	if (!length)
		return "is empty";
	if (!digits)
		return "has no number";
	if (i + digits == length) {
		if (!scale(&decimal, 1000, ROUND_NEAREST, (uint64_t)DURATION_MS_MAX, &value))
			return "is too large";
	} else {
		wrong = parse_units(text + i, length - i, &value);
		if (wrong)
			return wrong;
		value = (value + 500000) / 1000000;
	}
	*ms = decimal.negative ? -(int64_t)value : (int64_t)value;
	return NULL;
}

const char *dry_parse_span_ms(const char *text, size_t length, int64_t *ms)
{
	int64_t days = 0, rest = 0;
	size_t i = 0;
	const char *wrong;

	for (; i < length && is_digit(text[i]); i++)
		if (days < DURATION_MS_MAX / DAY_MS)
			days = days * 10 + (text[i] - '0');
	if (!i || i == length || text[i] != 'd')
		return dry_parse_duration_ms(text, length, ms);
	if (++i < length) {
		if (is_digit(text[length - 1]))
			return "has a number without a unit";
		wrong = dry_parse_duration_ms(text + i, length - i, &rest);
		if (wrong)
			return wrong;
	}
	if (rest < 0)
		return "has a sign behind its days";
	if (days > (DURATION_MS_MAX - rest) / DAY_MS)
		return "is too large";
	*ms = days * DAY_MS + rest;
	return NULL;
}

const char *dry_parse_price_nusd(const char *text, size_t length, int64_t *nusd)
{
	struct decimal decimal = { 0 };
	size_t i = scan_sign(text, length, &decimal);
	size_t digits = scan_decimal(text + i, length - i, true, &decimal);
	uint64_t value;

	if (!length)
		return "is empty";
	if (!digits || i + digits != length)
		return "is not a number";
	if (decimal.negative && decimal.mantissa)
		return "is negative";
	if (!scale(&decimal, 1000000000, ROUND_NEAREST, PRICE_NUSD_MAX, &value))
		return "is too large";
	*nusd = (int64_t)value;
	return NULL;
}

/* strtod() as in the C locale, whatever the program's own is. */
static double slow_number(const char *text, size_t length)
{
	locale_t plain = newlocale(LC_ALL_MASK, "C", (locale_t)0);
	char *copy = dry_xmalloc(length + 1);
	double value;

	if (!plain)
		dry_out_of_memory(length);
	memcpy(copy, text, length);
	copy[length] = '\0';
	value = strtod_l(copy, NULL, plain);
	free(copy);
	freelocale(plain);
	return value;
}

const char *dry_parse_number(const char *text, size_t length, double *value)
{
	struct decimal decimal = { 0 };
	size_t i = scan_sign(text, length, &decimal);
	size_t digits = scan_decimal(text + i, length - i, true, &decimal);
	double number;

	if (!length)
		return "is empty";
	if (!digits || i + digits != length)
		return "is not a number";
	number = slow_number(text, length);
	if (!isfinite(number))
		return "is too large";
	*value = number;
	return NULL;
}

const char *dry_parse_integer(const char *text, size_t length, int64_t *value)
{
	struct decimal decimal = { 0 };
	size_t i = scan_sign(text, length, &decimal);
	size_t digits = scan_decimal(text + i, length - i, true, &decimal);
	uint64_t magnitude;

	if (!length)
		return "is empty";
	if (!digits || i + digits != length)
		return "is not a number";
	while (decimal.exponent < 0 && decimal.mantissa && decimal.mantissa % 10 == 0) {
		decimal.mantissa /= 10;
		decimal.exponent++;
	}
	if (decimal.exponent < 0 && decimal.mantissa)
		return "is not a whole number";
	if (!scale(&decimal, 1, ROUND_NEAREST, INT64_MAX, &magnitude))
		return "is too large";
	*value = decimal.negative ? -(int64_t)magnitude : (int64_t)magnitude;
	return NULL;
}

char *dry_format_seconds(int64_t ms, char *buffer, size_t size)
{
	uint64_t magnitude = ms < 0 ? -(uint64_t)ms : (uint64_t)ms;
	unsigned int fraction = (unsigned int)(magnitude % 1000);
	const char *sign = ms < 0 ? "-" : "";
	int width = 3;

	if (!fraction) {
		snprintf(buffer, size, "%s%" PRIu64, sign, magnitude / 1000);
		return buffer;
	}
	for (; fraction % 10 == 0; fraction /= 10)
		width--;
	snprintf(buffer, size, "%s%" PRIu64 ".%0*u", sign, magnitude / 1000, width, fraction);
	return buffer;
}

char *dry_format_duration(int64_t ms, char *buffer, size_t size)
{
	uint64_t magnitude = ms < 0 ? -(uint64_t)ms : (uint64_t)ms;
	uint64_t hours = magnitude / 3600000, minutes = magnitude / 60000 % 60;
	int64_t rest = (int64_t)(magnitude % 60000);
	char seconds[16] = "", whole[48];
	int used;

	if (magnitude && magnitude < 1000) {
		snprintf(buffer, size, "%s%" PRIu64 "ms", ms < 0 ? "-" : "", magnitude);
		return buffer;
	}
	if (rest || !magnitude)
		dry_format_seconds(rest, seconds, sizeof(seconds));
	used = snprintf(whole, sizeof(whole), "%s", ms < 0 ? "-" : "");
	if (hours)
		used += snprintf(whole + used, sizeof(whole) - (size_t)used, "%" PRIu64 "h", hours);
	if (minutes)
		snprintf(whole + used, sizeof(whole) - (size_t)used, "%" PRIu64 "m", minutes);
	snprintf(buffer, size, "%s%s%s", whole, seconds, seconds[0] ? "s" : "");
	return buffer;
}

char *dry_format_number(double value, int digits, char buffer[32])
{
	for (; digits <= 17; digits++) {
		snprintf(buffer, 32, "%.*g", digits, value);
		if (strtod(buffer, NULL) == value)
			break;
	}
	return buffer;
}

enum { WORD_MAX = 64 };

/* Edits (insert, delete, replace, swap neighbours) from a to b. */
static size_t edit_distance(const char *a, size_t a_length, const char *b, size_t b_length)
{
	size_t row[3][WORD_MAX + 1];
	size_t *before = row[0], *last = row[1], *now = row[2];

	for (size_t j = 0; j <= b_length; j++)
		last[j] = j;
	memset(before, 0, sizeof(row[0]));
	for (size_t i = 1; i <= a_length; i++) {
		size_t *oldest = before;

		now[0] = i;
		for (size_t j = 1; j <= b_length; j++) {
			size_t best = last[j - 1] + (a[i - 1] != b[j - 1]);

			best = last[j] + 1 < best ? last[j] + 1 : best;
			best = now[j - 1] + 1 < best ? now[j - 1] + 1 : best;
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
			    before[j - 2] + 1 < best)
				best = before[j - 2] + 1;
			now[j] = best;
		}
		before = last;
		last = now;
		now = oldest;
	}
	return last[b_length];
}

const char *dry_nearest_word(const char *word, const char *const *known, size_t count)
{
	size_t length = strlen(word), limit = length / 3 < 2 ? 2 : length / 3;
	size_t best = SIZE_MAX;
	const char *nearest = NULL;

	if (!length || length > WORD_MAX)
		return NULL;
	for (size_t i = 0; i < count; i++) {
		size_t other = strlen(known[i]), distance;

		if (other > WORD_MAX || other > length + limit || length > other + limit)
			continue;
		distance = edit_distance(word, length, known[i], other);
		/* a word of which nothing is left is no suggestion */
		if (distance <= limit && distance < best && distance < other && distance < length) {
			best = distance;
			nearest = known[i];
		}
	}
	return nearest;
}

bool dry_is_formula(const char *text)
{
	double number;

	return *text && strchr("=+-@\t\r", *text) && dry_parse_number(text, strlen(text), &number) != NULL;
}
