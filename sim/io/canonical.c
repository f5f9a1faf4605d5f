#include "io/canonical.h"

#include <cJSON.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"

struct text {
	char *bytes;
	size_t length, capacity;
	bool bad;
};

static void put(struct text *text, const char *bytes, size_t length)
{
	text->bytes = dry_grow(text->bytes, &text->capacity, text->length + length + 1, 1);
	memcpy(text->bytes + text->length, bytes, length);
	text->length += length;
	text->bytes[text->length] = '\0';
}

static void put_string(struct text *text, const char *string)
{
	static const char named[] = "\"\\\b\f\n\r\t", letter[] = "\"\\bfnrt";
	const char *from = string;

	put(text, "\"", 1);
	for (; *string; string++) {
		const char *at = strchr(named, *string);
		char escape[8];

		if (!at && (unsigned char)*string >= 0x20)
			continue;
		put(text, from, (size_t)(string - from));
		from = string + 1;
		if (at)
			snprintf(escape, sizeof(escape), "\\%c", letter[at - named]);
		else
			snprintf(escape, sizeof(escape), "\\u%04x", (unsigned char)*string);
		put(text, escape, strlen(escape));
	}
	put(text, from, (size_t)(string - from));
	put(text, "\"", 1);
}

static void put_number(struct text *text, double value)
{
	char digits[40];
	int precision;

	if (!isfinite(value)) {
		text->bad = true;
		return;
	}
	if (value == floor(value) && fabs(value) < 9007199254740992.0) {
		snprintf(digits, sizeof(digits), "%.0f", value == 0 ? 0.0 : value);
	} else {
		for (precision = 1; precision <= 17; precision++) {
			snprintf(digits, sizeof(digits), "%.*g", precision, value);
			if (strtod(digits, NULL) == value)
				break;
		}
	}
	put(text, digits, strlen(digits));
}

static int by_key(const void *a, const void *b)
{
	return strcmp((*(const cJSON *const *)a)->string, (*(const cJSON *const *)b)->string);
}

static void put_value(struct text *text, const cJSON *value);

static void put_object(struct text *text, const cJSON *object)
{
	size_t count = (size_t)cJSON_GetArraySize(object), i = 0;
	const cJSON **member = dry_xmalloc((count + 1) * sizeof(*member));
	const cJSON *child;

	for (child = object->child; child; child = child->next)
		member[i++] = child;
	qsort(member, count, sizeof(*member), by_key);
	put(text, "{", 1);
	for (i = 0; i < count; i++) {
		if (i)
			put(text, ",", 1);
		put_string(text, member[i]->string);
		put(text, ":", 1);
		put_value(text, member[i]);
	}
	put(text, "}", 1);
	free(member);
}

static void put_value(struct text *text, const cJSON *value)
{
	const cJSON *child;

	if (cJSON_IsObject(value)) {
		put_object(text, value);
	} else if (cJSON_IsArray(value)) {
		put(text, "[", 1);
		for (child = value->child; child; child = child->next) {
			if (child != value->child)
				put(text, ",", 1);
			put_value(text, child);
		}
		put(text, "]", 1);
	} else if (cJSON_IsString(value)) {
		put_string(text, value->valuestring);
	} else if (cJSON_IsNumber(value)) {
		put_number(text, value->valuedouble);
	} else if (cJSON_IsBool(value)) {
		put(text, cJSON_IsTrue(value) ? "true" : "false", cJSON_IsTrue(value) ? 4 : 5);
	} else {
		put(text, "null", 4);
	}
}

char *dry_canonical_json(const cJSON *value)
{
	struct text text = { 0 };

	put_value(&text, value);
	if (text.bad) {
		free(text.bytes);
		return NULL;
	}
	return text.bytes;
}
