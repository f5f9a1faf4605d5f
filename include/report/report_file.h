/*
 * Where a report goes: stdout, or a file that is written whole or not at all
 * (NAME.tmp, synced, renamed; gzip when the name ends in .gz).
 */
#ifndef DRY_REPORT_REPORT_FILE_H
#define DRY_REPORT_REPORT_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "report/page.h"

/*
 * path NULL or "-" = stdout. An existing file is refused (system) unless
 * `force`. A reader that closes the pipe early is no failure.
 */
bool dry_report_file_write(const struct dry_page *page, const char *path, bool force,
			   struct dry_error *err);

/* True when the file may be written: it is not there, or `force`. Complains (system) when not. */
bool dry_report_file_may_write(const char *path, bool force, struct dry_error *err);

/*
 * A long output written as it comes: decision logs, timelines. Small pieces are
 * gathered in a buffer; add never fails, the first failure is kept and told by
 * finish, which removes the unfinished file. "-" = stdout.
 */
struct dry_report_stream;

struct dry_report_stream *dry_report_stream_open(const char *path, bool force, struct dry_error *err);
/* Room for at least `size` bytes; the caller fills and says how many. */
char *dry_report_stream_room(struct dry_report_stream *stream, size_t size);
void dry_report_stream_filled(struct dry_report_stream *stream, size_t size);
void dry_report_stream_add(struct dry_report_stream *stream, const char *data, size_t size);
bool dry_report_stream_finish(struct dry_report_stream *stream, struct dry_error *err);
/* Gives up: nothing is left of it. NULL is fine. */
void dry_report_stream_abandon(struct dry_report_stream *stream);

#endif
