/*
 * Input as a stream of lines or as one text: a plain file, a gzip file (known
 * by its magic number, not its name; several members in a row are one text), or
 * standard input ("-"). Compressed input that is cut off or damaged is a
 * complaint, never a short read; so is text that grows beyond the limit.
 */
#ifndef DRY_IO_READER_H
#define DRY_IO_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/digest.h"
#include "base/error.h"

struct dry_reader;

struct dry_reader_options {
	uint64_t size_limit;            /* bytes of text, after decompression; 0 = 16 GiB */
	size_t line_limit;              /* bytes of one line; 0 = 4 MiB, or size_limit when that is more */
	bool is_raisable;               /* size_limit is the user's --limit-size: complaints offer it */
	struct dry_sha256 *sha;         /* not NULL: gets every byte as stored */
};

/* NULL with a complaint when it cannot be read. `options` may be NULL. The path is copied. */
struct dry_reader *dry_reader_open(const char *path, const struct dry_reader_options *options,
				   struct dry_error *err);
void dry_reader_close(struct dry_reader *reader);

/* What the place of a complaint says: the path, or "<stdin>". */
const char *dry_reader_name(const struct dry_reader *reader);

enum dry_reader_state { DRY_READER_LINE, DRY_READER_END, DRY_READER_FAILED };

/*
 * The next line without its newline (and without a carriage return before it).
 * Borrowed until the next call. (*line)[length] may be read and is no digit, no
 * letter and no quote; 32 bytes more may be read too. A byte order mark at the
 * start is skipped.
 */
enum dry_reader_state dry_reader_line(struct dry_reader *reader, const char **line, size_t *length,
				      struct dry_error *err);
/*
 * Not lines but the bytes as they are: up to `room` of them to `to`, *count = 0
 * at the end. False with a complaint. Not to be mixed with dry_reader_line().
 */
bool dry_reader_bytes(struct dry_reader *reader, void *to, size_t room, size_t *count,
		      struct dry_error *err);
/* Number of the line given last, from 1. */
uint64_t dry_reader_line_number(const struct dry_reader *reader);
/* Bytes of text given so far, and bytes taken from the file: for progress. */
uint64_t dry_reader_text_bytes(const struct dry_reader *reader);
uint64_t dry_reader_stored_bytes(const struct dry_reader *reader);
/* Size of the file as stored, 0 when it is not a file. */
uint64_t dry_reader_file_bytes(const struct dry_reader *reader);

/* The whole text: heap memory with a NUL after it; the caller frees it. False with a complaint. */
bool dry_reader_whole(const char *path, const struct dry_reader_options *options, char **text,
		      size_t *length, struct dry_error *err);

#endif
