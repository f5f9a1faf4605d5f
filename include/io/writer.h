/*
 * Output files that are whole or not there: bytes go to NAME.tmp in the target's
 * folder, and only dry_writer_commit() syncs it and gives it its name. An
 * existing file is refused unless forced. "-" is standard output; a name that
 * ends in .gz is compressed (same bytes for the same content). A device or pipe
 * (/dev/null) is written in place. Symbolic links to files are neither followed
 * nor replaced; a replaced file keeps its permissions.
 */
#ifndef DRY_IO_WRITER_H
#define DRY_IO_WRITER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

struct dry_writer;

struct dry_writer_options {
	bool force;                     /* may replace an existing file, and a NAME.tmp that was left */
	bool plain;                     /* no compression, whatever the name */
};

/* NULL with a complaint. `options` may be NULL. */
struct dry_writer *dry_writer_open(const char *path, const struct dry_writer_options *options,
				   struct dry_error *err);

/*
 * Removes the PATH.tmp that a killed run left, for commands that go on with what
 * it did. False with a complaint while another process writes it.
 */
bool dry_writer_clear_left_over(const char *path, struct dry_error *err);

/* The first failure is kept and told by commit; later calls do nothing and return false. */
bool dry_writer_add(struct dry_writer *writer, const void *data, size_t length);
bool dry_writer_text(struct dry_writer *writer, const char *text);
bool dry_writer_printf(struct dry_writer *writer, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/*
 * True when more writing is pointless: something failed, or whoever reads the
 * pipe on standard output has left (which commit does not call a failure).
 */
bool dry_writer_has_failed(const struct dry_writer *writer);

/* Ends the file and frees the writer. False with a complaint; then nothing is left on disk. */
bool dry_writer_commit(struct dry_writer *writer, struct dry_error *err);
/* Gives up: removes what was written, frees the writer. NULL is fine. */
void dry_writer_abort(struct dry_writer *writer);

/*
 * For a process that ends at once, by a signal or for want of memory: removes what
 * open writers wrote so far. Only calls that are safe in a handler of signals; no
 * writer is of use afterwards.
 */
void dry_writer_remove_temporaries(void);

/* One text as a file: open, add, commit. */
bool dry_writer_file(const char *path, const struct dry_writer_options *options, const void *data,
		     size_t length, struct dry_error *err);

#endif
