/*
 * Times of day as recorders write them, to Unix milliseconds, without the C
 * library's clock or time zone. Parsers take a span and return NULL, or what
 * is wrong (static).
 */
#ifndef DRY_IO_IMPORTERS_CLOCK_H
#define DRY_IO_IMPORTERS_CLOCK_H

#include <stddef.h>
#include <stdint.h>

/* Nothing known; sorts before every instant. */
#define DRY_CLOCK_NONE INT64_MIN

/* Days since 1970-01-01 of a date in the Gregorian calendar. */
int64_t dry_clock_days(int64_t year, int month, int day);

/*
 * "2026-03-02T10:15:00Z", with a fraction, a space for the T, an offset
 * ("+01:00", "+0100", "+01"); a date alone is midnight; no zone is UTC.
 */
const char *dry_clock_parse(const char *text, size_t length, int64_t *unix_ms);
/* Go's "2026-03-02 10:15:04.123 +0000 UTC m=+10.17". */
const char *dry_clock_parse_go(const char *text, size_t length, int64_t *unix_ms);
/* Unix seconds with a fraction. */
const char *dry_clock_parse_unix(const char *text, size_t length, int64_t *unix_ms);

#define DRY_CLOCK_TEXT 32
/* RFC 3339 in UTC, with milliseconds only when they are not 0. Returns buffer. */
char *dry_clock_format(int64_t unix_ms, char buffer[DRY_CLOCK_TEXT]);

#endif
