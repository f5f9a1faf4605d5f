/*
 * A growing text, for output lines and re-written pieces of input. Memory is
 * the heap's until dry_text_release(); a zeroed struct is empty.
 */
#ifndef DRY_IO_IMPORTERS_TEXT_H
#define DRY_IO_IMPORTERS_TEXT_H

#include <stddef.h>
#include <stdint.h>

struct dry_text {
	char *data;                     /* not NUL-terminated until dry_text_string() */
	size_t length;
	size_t capacity;
};

void dry_text_release(struct dry_text *text);
void dry_text_clear(struct dry_text *text);
const char *dry_text_string(struct dry_text *text);     /* adds the NUL; never NULL */
void dry_text_add(struct dry_text *text, const char *piece, size_t length);
void dry_text_puts(struct dry_text *text, const char *piece);
void dry_text_char(struct dry_text *text, char c);
void dry_text_printf(struct dry_text *text, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* A JSON string with its quotes; control characters and bytes that are not UTF-8 become \uXXXX. */
void dry_text_json(struct dry_text *text, const char *piece, size_t length);
/* ,"key": with the comma left out right after an opening brace or bracket. */
void dry_text_key(struct dry_text *text, const char *key);
/* A YAML scalar: plain when that is safe, else double-quoted. */
void dry_text_yaml(struct dry_text *text, const char *piece);

/* Milli-units as a quantity: cores "1500m" or "2". */
void dry_text_milli(struct dry_text *text, int64_t milli);
/* Bytes as a quantity, with the largest binary suffix that is exact ("512Mi"). */
void dry_text_bytes(struct dry_text *text, int64_t bytes);
/* Nano-dollars as a plain decimal number of dollars. */
void dry_text_dollars(struct dry_text *text, int64_t nusd);

#endif
