/*
 * Results on disk: JSON, schema "dryscale.sweep/1", keys in fixed order, one
 * point a line, gzip when the name ends in .gz (read by its magic number).
 * Numbers are the shortest text that reads back to the same double; what is
 * undefined is null. The last key, "sha256", is the digest of the content:
 * reformatting the file is harmless, a changed value is found.
 */
#ifndef DRY_IO_RESULTS_FILE_H
#define DRY_IO_RESULTS_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "sweep/sweep_result.h"

#define DRY_SWEEP_SCHEMA "dryscale.sweep/1"

struct dry_sha256;
struct dry_writer;

/*
 * A growing text; zero to begin, dry_results_text_release() in the end.
 * NUL-terminated. With a digest or a writer it is passed on to them piece by
 * piece instead of being held.
 */
struct dry_results_text {
	char *text;
	size_t length;
	size_t capacity;
	struct dry_sha256 *sha;         /* borrowed; NULL = none */
	struct dry_writer *writer;      /* borrowed; NULL = none */
};
void dry_results_text_release(struct dry_results_text *text);

/* The whole file as text. */
void dry_results_json(const struct dry_sweep_result *result, struct dry_results_text *out);
/*
 * All points: id, objectives, the other metrics, state, reason, rank, then one
 * column a parameter. RFC 4180.
 */
void dry_results_csv(const struct dry_sweep_result *result, struct dry_results_text *out);

/*
 * Writes NAME.tmp, syncs, renames; nothing is left on failure. "-" = stdout.
 * An existing file is refused (usage) unless `force`. JSON, or CSV when the name
 * ends in .csv or .csv.gz.
 */
bool dry_results_write(const struct dry_sweep_result *result, const char *path, bool force,
		       struct dry_error *err);

/* The same, as CSV or JSON whatever the name. */
bool dry_results_write_as(const struct dry_sweep_result *result, bool csv, const char *path, bool force,
			  struct dry_error *err);

/* "-" = stdin. On success the result is ranked; release it. On failure it is empty. */
bool dry_results_read(const char *path, struct dry_sweep_result *result, struct dry_error *err);
/* From memory (gzip too); `name` is for complaints. */
bool dry_results_read_memory(const void *data, size_t length, const char *name,
			     struct dry_sweep_result *result, struct dry_error *err);

/* Shortest text that reads back to the same double; "null" for NaN, infinities. Returns buffer. */
char *dry_format_double(double value, char buffer[32]);

#endif
