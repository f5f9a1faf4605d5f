/*
 * A page of text that grows: what a report is drawn into before one byte of it
 * is written. Memory is the heap's until dry_page_release(); a zeroed struct is
 * an empty page.
 */
#ifndef DRY_REPORT_PAGE_H
#define DRY_REPORT_PAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct dry_page {
	char *data;                     /* NUL-terminated once something was added; NULL when empty */
	size_t length;
	size_t capacity;
};

void dry_page_release(struct dry_page *page);
void dry_page_clear(struct dry_page *page);             /* keeps the memory */
const char *dry_page_string(const struct dry_page *page); /* never NULL */

void dry_page_add(struct dry_page *page, const char *piece);
void dry_page_add_span(struct dry_page *page, const char *piece, size_t length);
void dry_page_add_char(struct dry_page *page, char c);
void dry_page_repeat(struct dry_page *page, char c, size_t count);
void dry_page_printf(struct dry_page *page, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/*
 * Adds text that came from outside so that a terminal shows it and never obeys
 * it: control characters, bytes that are not UTF-8 and direction overrides
 * become \xNN. A tab becomes one space.
 */
void dry_page_add_visible(struct dry_page *page, const char *piece, size_t length);

/* Columns a text takes in a terminal; bytes that are no character count one. */
size_t dry_page_columns(const char *piece, size_t length);

/* Adds a piece and blanks up to `columns`; right: blanks first. Longer pieces are added whole. */
void dry_page_pad(struct dry_page *page, const char *piece, size_t columns, bool right);

/* Length in bytes of the UTF-8 character at `piece`, 0 when it is none. *code gets its number. */
size_t dry_utf8_decode(const char *piece, size_t length, uint32_t *code);

/* "10 621": thousands apart, for people. */
void dry_page_add_count(struct dry_page *page, int64_t count);

/* The shortest decimal text that reads back as the same double; NaN and infinities: "null". */
void dry_page_add_number(struct dry_page *page, double value);

/* Words broken into lines of at most `width` columns, each after `indent` blanks, newline at the end. */
void dry_page_add_wrapped(struct dry_page *page, const char *piece, size_t indent, size_t width);

#endif
