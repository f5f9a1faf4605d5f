/*
 * JSON onto a page: commas and quotes are kept by the writer, numbers are the
 * shortest text that reads back to the same double, what is undefined (NaN) is
 * null. A key of NULL is for elements of an array.
 */
#ifndef DRY_REPORT_JSON_H
#define DRY_REPORT_JSON_H

#include <stdbool.h>
#include <stdint.h>

#include "report/page.h"

struct dry_json {
	struct dry_page *page;
	bool needs_comma;
	uint32_t depth;
};

void dry_json_init(struct dry_json *json, struct dry_page *page);
void dry_json_open_object(struct dry_json *json, const char *key);
void dry_json_close_object(struct dry_json *json);
void dry_json_open_array(struct dry_json *json, const char *key);
void dry_json_close_array(struct dry_json *json);
void dry_json_text(struct dry_json *json, const char *key, const char *value);  /* NULL = null */
void dry_json_number(struct dry_json *json, const char *key, double value);
void dry_json_integer(struct dry_json *json, const char *key, int64_t value);
void dry_json_bool(struct dry_json *json, const char *key, bool value);
void dry_json_null(struct dry_json *json, const char *key);
/* 64 bits as 16 hexadecimal digits in quotes: readers with doubles would round a number. */
void dry_json_digest(struct dry_json *json, const char *key, uint64_t value);
/* A line break before the next element, for long arrays. */
void dry_json_newline(struct dry_json *json);
/* Milliseconds as seconds with up to three decimals. */
void dry_json_seconds(struct dry_json *json, const char *key, int64_t ms);

/* The text in quotes; bytes that are not UTF-8 become U+FFFD. */
void dry_json_quote(struct dry_page *page, const char *text, size_t length);

#endif
