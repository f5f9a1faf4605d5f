/*
 * The bytes of one input, plain or gzip, from a file or stdin, through a
 * window that slides and grows: what is not consumed stays. Knows line and
 * column of any byte in the window.
 */
#ifndef DRY_IO_IMPORTERS_FEED_H
#define DRY_IO_IMPORTERS_FEED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

/* A single value or line may be this long; more is refused. */
#define DRY_FEED_VALUE_MAX ((size_t)256 << 20)

struct dry_reader;

struct dry_feed {
	const char *path;               /* for complaints: "stdin" for "-"; borrowed */
	struct dry_reader *reader;      /* NULL for a feed from memory */
	char *window;
	size_t start;                   /* first byte not consumed */
	size_t end;
	size_t capacity;
	bool at_end;                    /* nothing more to read */
	uint64_t consumed;              /* bytes before start */
	uint64_t line;                  /* of start, from 1 */
	uint64_t line_offset;           /* of the start of that line, in bytes of the input */
};

/* `size_limit` as in io/reader.h: 0 = 16 GiB of text. */
bool dry_feed_open(struct dry_feed *feed, const char *path, uint64_t size_limit, struct dry_error *err);
/* A copy of the text is the input; for tests and texts inside texts. */
void dry_feed_open_memory(struct dry_feed *feed, const char *path, const char *text, size_t length);
void dry_feed_close(struct dry_feed *feed);

/* Reads more; false at the end (at_end set) or with a complaint (at_end not set). */
bool dry_feed_more(struct dry_feed *feed, struct dry_error *err);
/* At least `length` bytes in the window, unless the input is shorter. False only with a complaint. */
bool dry_feed_want(struct dry_feed *feed, size_t length, struct dry_error *err);
/* The first `length` bytes of the window are done with. */
void dry_feed_consume(struct dry_feed *feed, size_t length);

/* The next line without its line end: 1, 0 at the end, -1 with a complaint. Valid until the next call. */
int dry_feed_line(struct dry_feed *feed, const char **text, size_t *length, struct dry_error *err);

/* Where byte `offset` of the window (from start on) is. */
struct dry_where dry_feed_where(const struct dry_feed *feed, size_t offset);
/* Attaches the text around byte `offset` to the newest complaint. */
void dry_feed_show(const struct dry_feed *feed, size_t offset, struct dry_error *err);

#endif
