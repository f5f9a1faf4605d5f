/* Fields of a configuration from text and back, by kind. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/units.h"
#include "run/config_fields.h"

#include "base/banned.h"

#define NOT_GIVEN "default"

const struct dry_config_field *dry_config_field_find(const char *name)
{
	size_t i;

	for (i = 0; i < dry_config_field_count; i++)
		if (!strcmp(dry_config_field_table[i].name, name))
			return &dry_config_field_table[i];
	return NULL;
}

const struct dry_config_field *dry_group_field_find(const char *name)
{
	size_t i;

	for (i = 0; i < dry_group_field_count; i++)
		if (!strcmp(dry_group_field_table[i].name, name))
			return &dry_group_field_table[i];
	return NULL;
}

/* --- from text --- */

static const char *unit_of(const struct dry_config_field *field)
{
	return field->kind == DRY_FIELD_DURATION ? "s" : "";
}

static const char *range(const struct dry_config_field *field, double value, struct dry_arena *arena)
{
	if (value < field->min)
		return value < 0 && field->min == 0 ? "is negative"
						    : dry_arena_printf(arena, "is below %.10g%s", field->min,
								       unit_of(field));
	if (value > field->max)
		return dry_arena_printf(arena, "is above %.10g%s", field->max, unit_of(field));
	return NULL;
}

static const char *set_bool(bool *value, const char *text)
{
	if (strcmp(text, "true") && strcmp(text, "false"))
		return "is not true or false";
	*value = *text == 't';
	return NULL;
}

static const char *set_word(const struct dry_config_field *field, void *place, const char *text,
			    struct dry_arena *arena)
{
	const char *near;
	size_t i;

	for (i = 0; field->word[i]; i++)
		if (!strcmp(field->word[i], text)) {
			if (field->kind == DRY_FIELD_WORD)
				*(unsigned *)place = (unsigned)i;
			else
				*(bool *)place = i == 1;
			return NULL;
		}
	near = dry_nearest_word(text, field->word, i);
	return near ? dry_arena_printf(arena, "is not known; did you mean \"%s\"?", near) : "is not known";
}

/* Parses by the field's kind; *number is the value in the unit of its range. */
static const char *parse(const struct dry_config_field *field, const char *text, int64_t *value, double *number)
{
	size_t length = strlen(text);
	const char *wrong;

	switch (field->kind) {
	case DRY_FIELD_DURATION:
		/* Options of a group are the autoscaler's own flags, which know no days. */
		wrong = field->name && !strncmp(field->name, "options.", 8) ? dry_parse_duration_ms(text, length, value)
									    : dry_parse_span_ms(text, length, value);
		*number = wrong ? 0 : (double)*value / 1000;
		return wrong;
	case DRY_FIELD_PRICE:
		wrong = dry_parse_price_nusd(text, length, value);
		*number = wrong ? 0 : (double)*value / 1e9;
		return wrong;
	case DRY_FIELD_CPU:
		wrong = dry_parse_quantity_milli(text, length, value);
		*number = wrong ? 0 : (double)*value / 1000;
		return wrong;
	case DRY_FIELD_AMOUNT:
		wrong = dry_parse_quantity(text, length, value);
		*number = wrong ? 0 : (double)*value;
		return wrong;
	case DRY_FIELD_NUMBER:
		return dry_parse_number(text, length, number);
	default:
		wrong = dry_parse_integer(text, length, value);
		*number = wrong ? 0 : (double)*value;
		return wrong;
	}
}

static void store(const struct dry_config_field *field, void *place, int64_t value, double number)
{
	switch (field->kind) {
	case DRY_FIELD_INT32:
		*(int32_t *)place = (int32_t)value;
		break;
	case DRY_FIELD_UINT32:
		*(uint32_t *)place = (uint32_t)value;
		break;
	case DRY_FIELD_SEED:
		*(uint64_t *)place = (uint64_t)value;
		break;
	case DRY_FIELD_NUMBER:
		*(double *)place = number;
		break;
	case DRY_FIELD_TRISTATE:
		*(int8_t *)place = (int8_t)value;
		break;
	default:
		*(int64_t *)place = value;
		break;
	}
}

/* A seed may be any 64-bit number. */
static const char *set_seed(uint64_t *seed, const char *text)
{
	uint64_t value = 0;
	const char *p;

	for (p = text; *p >= '0' && *p <= '9'; p++)
		if (__builtin_mul_overflow(value, (uint64_t)10, &value) ||
		    __builtin_add_overflow(value, (uint64_t)(*p - '0'), &value))
			return "is too large";
	if (*text == '-')
		return "is negative";
	if (*p || p == text)
		return "is not a whole number";
	*seed = value;
	return NULL;
}

/* A number that shapes a lifetime: the hazard is of its kind from then on. */
static const char *set_hazard(const struct dry_config_field *field, struct dry_config *config, const char *text,
			      struct dry_arena *arena)
{
	const char *wrong;
	double number;
	int64_t ms;

	wrong = dry_parse_number(text, strlen(text), &number);
	if (wrong && field->kind == DRY_FIELD_HAZARD_HOURS) {
		wrong = dry_parse_span_ms(text, strlen(text), &ms);
		number = wrong ? 0 : (double)ms / 3600000;
	}
	if (!wrong)
		wrong = range(field, number, arena);
	if (wrong)
		return wrong;
	*(double *)((char *)config + field->offset) = number;
	config->spot.hazard.kind = (enum dry_hazard_kind)field->absent;
	return NULL;
}

static bool is_hazard(const struct dry_config_field *field)
{
	return field->kind == DRY_FIELD_HAZARD_HOURS || field->kind == DRY_FIELD_HAZARD_NUMBER;
}

const char *dry_field_set(const struct dry_config_field *field, void *base, const char *text,
			  struct dry_arena *arena)
{
	void *place = (char *)base + field->offset;
	const char *wrong;
	int64_t value = 0;
	double number = 0;
	bool flag;

	if (field->kind == DRY_FIELD_OWN)
		return field->set(base, text, arena);
	if (is_hazard(field))
		return set_hazard(field, base, text, arena);
	if (field->has_absent && !strcmp(text, NOT_GIVEN)) {
		store(field, place, field->absent, (double)field->absent);
		return NULL;
	}
	switch (field->kind) {
	case DRY_FIELD_BOOL:
		return set_bool(place, text);
	case DRY_FIELD_TRISTATE:
		wrong = set_bool(&flag, text);
		if (!wrong)
			store(field, place, flag, 0);
		return wrong;
	case DRY_FIELD_WORD:
	case DRY_FIELD_WORD_BOOL:
		return set_word(field, place, text, arena);
	case DRY_FIELD_SEED:
		return set_seed(place, text);
	default:
		break;
	}
	wrong = parse(field, text, &value, &number);
	if (!wrong)
		wrong = range(field, number, arena);
	if (!wrong)
		store(field, place, value, number);
	return wrong;
}

/* --- to text --- */

static const char *price_text(int64_t nusd, struct dry_arena *arena)
{
	char *text = dry_arena_printf(arena, "%lld.%09lld", (long long)(nusd / 1000000000),
				      (long long)(nusd % 1000000000));
	size_t length = strlen(text);

	while (text[length - 1] == '0')
		text[--length] = '\0';
	if (text[length - 1] == '.')
		text[length - 1] = '\0';
	return text;
}

static const char *number_text(double value, struct dry_arena *arena)
{
	char buffer[40];
	int digits;

	for (digits = 1; digits <= 17; digits++) {
		snprintf(buffer, sizeof(buffer), "%.*g", digits, value);
		/* "10", not "1e+01": it is shorter in digits only */
		if (strtod(buffer, NULL) == value && (!strchr(buffer, 'e') || !(value >= 1e-4 && value < 1e15)))
			break;
	}
	return dry_arena_text(arena, buffer);
}

static int64_t load(const struct dry_config_field *field, const void *place)
{
	switch (field->kind) {
	case DRY_FIELD_INT32:
		return *(const int32_t *)place;
	case DRY_FIELD_UINT32:
		return *(const uint32_t *)place;
	case DRY_FIELD_TRISTATE:
		return *(const int8_t *)place;
	case DRY_FIELD_NUMBER:
		return 0;
	default:
		return *(const int64_t *)place;
	}
}

static bool is_absent(const struct dry_config_field *field, const void *place)
{
	if (!field->has_absent)
		return false;
	if (field->kind == DRY_FIELD_NUMBER)
		return *(const double *)place == (double)field->absent;
	return load(field, place) == field->absent;
}

const char *dry_field_text(const struct dry_config_field *field, const void *base, struct dry_arena *arena)
{
	const void *place = (const char *)base + field->offset;
	char buffer[64];

	if (field->kind == DRY_FIELD_OWN)
		return field->text(base, arena);
	if (is_hazard(field))
		return ((const struct dry_config *)base)->spot.hazard.kind == (enum dry_hazard_kind)field->absent
			       ? number_text(*(const double *)place, arena)
			       : NULL;
	if (is_absent(field, place))
		return NOT_GIVEN;
	switch (field->kind) {
	case DRY_FIELD_BOOL:
		return *(const bool *)place ? "true" : "false";
	case DRY_FIELD_TRISTATE:
		return load(field, place) ? "true" : "false";
	case DRY_FIELD_WORD:
		return field->word[*(const unsigned *)place];
	case DRY_FIELD_WORD_BOOL:
		return field->word[*(const bool *)place ? 1 : 0];
	case DRY_FIELD_SEED:
		return dry_arena_printf(arena, "%llu", (unsigned long long)*(const uint64_t *)place);
	case DRY_FIELD_DURATION:
		return dry_arena_text(arena, dry_format_duration(load(field, place), buffer, sizeof(buffer)));
	case DRY_FIELD_PRICE:
		return price_text(load(field, place), arena);
	case DRY_FIELD_NUMBER:
		return number_text(*(const double *)place, arena);
	case DRY_FIELD_CPU:
		return load(field, place) % 1000
			       ? dry_arena_printf(arena, "%lldm", (long long)load(field, place))
			       : dry_arena_printf(arena, "%lld", (long long)load(field, place) / 1000);
	default:
		return dry_arena_printf(arena, "%lld", (long long)load(field, place));
	}
}

/* --- what is expected --- */

static const char *words(const struct dry_config_field *field, struct dry_arena *arena)
{
	const char *text = field->word[0];
	size_t i;

	for (i = 1; field->word[i]; i++)
		text = dry_arena_printf(arena, field->word[i + 1] ? "%s, %s" : "%s or %s", text, field->word[i]);
	return text;
}

static const char *limits(const struct dry_config_field *field, const char *what, struct dry_arena *arena)
{
	char least[64], most[64];

	if (field->kind == DRY_FIELD_DURATION) {
		dry_format_duration((int64_t)(field->min * 1000), least, sizeof(least));
		dry_format_duration((int64_t)(field->max * 1000), most, sizeof(most));
		return dry_arena_printf(arena, "%s, from %s to %s", what, least, most);
	}
	return dry_arena_printf(arena, "%s from %.10g to %.10g", what, field->min, field->max);
}

const char *dry_field_expected(const struct dry_config_field *field, struct dry_arena *arena)
{
	if (field->expected)
		return field->expected;
	switch (field->kind) {
	case DRY_FIELD_BOOL:
	case DRY_FIELD_TRISTATE:
		return "true or false";
	case DRY_FIELD_WORD:
	case DRY_FIELD_WORD_BOOL:
		return words(field, arena);
	case DRY_FIELD_SEED:
		return "a whole number from 0 to 18446744073709551615";
	case DRY_FIELD_DURATION:
		return limits(field, "a duration such as \"90s\" or \"10m\"", arena);
	case DRY_FIELD_PRICE:
		return "dollars per node-hour, a number that is not negative, such as 0.192";
	case DRY_FIELD_CPU:
		return "cores, such as \"4\" or \"3920m\"";
	case DRY_FIELD_AMOUNT:
		return "a quantity, such as \"16Gi\" or 110";
	case DRY_FIELD_NUMBER:
	case DRY_FIELD_HAZARD_NUMBER:
		return limits(field, "a number", arena);
	case DRY_FIELD_HAZARD_HOURS:
		return limits(field, "hours, or a duration such as \"30m\",", arena);
	default:
		return limits(field, "a whole number", arena);
	}
}
