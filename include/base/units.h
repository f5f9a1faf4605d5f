/*
 * Kubernetes quantities, durations, prices and times of day: text to integer
 * and back. Parsers take a span (not NUL-terminated), write the value and
 * return NULL, or return a static text that says what is wrong ("has no
 * number", "unknown suffix", "is negative", "is too large", ...).
 */
#ifndef DRY_BASE_UNITS_H
#define DRY_BASE_UNITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A Kubernetes quantity in units of 10^-3, rounded up ("500m" -> 500, "2" -> 2000, "1Ki" -> 1024000). */
const char *dry_parse_quantity_milli(const char *text, size_t length, int64_t *milli);
/* The same in whole units, rounded up ("2Gi" -> 2147483648, "500m" -> 1). */
const char *dry_parse_quantity(const char *text, size_t length, int64_t *value);
/*
 * A Go duration ("1h30m", "500ms", "1.5s") or a number of seconds, in ms (rounded to nearest).
 * Negative values parse.
 */
const char *dry_parse_duration_ms(const char *text, size_t length, int64_t *ms);
/* The same with days before it, for times that are ours and not a flag's: "16d", "1d12h". */
const char *dry_parse_span_ms(const char *text, size_t length, int64_t *ms);
/* A decimal number of US dollars to nano-dollars, rounded to nearest; refuses negatives. */
const char *dry_parse_price_nusd(const char *text, size_t length, int64_t *nusd);
/* A decimal number, refusing NaN and Infinity. */
const char *dry_parse_number(const char *text, size_t length, double *value);
/* True for what a spreadsheet would calculate: begins with = + - @, tab or return, and is no number. */
bool dry_is_formula(const char *text);
const char *dry_parse_integer(const char *text, size_t length, int64_t *value);

/* Shortest text of a duration that Go would print and read ("10m", "1h30m", "500ms", "0s"). Returns buffer. */
char *dry_format_duration(int64_t ms, char *buffer, size_t size);
/* Seconds with up to three decimals and no trailing zeros ("120", "0.5"). */
char *dry_format_seconds(int64_t ms, char *buffer, size_t size);

/* The shortest text of at least `digits` digits that reads back to the same finite number. Returns buffer. */
char *dry_format_number(double value, int digits, char buffer[32]);

/* Nearest known word within an edit distance of a third of its length (at least 2), or NULL. */
const char *dry_nearest_word(const char *word, const char *const *known, size_t count);

#endif
