/*
 * The walk over a source: its files, the items of a file, the rows of a table.
 * Each stops at the first that fails.
 */
#ifndef DRY_IO_IMPORTERS_EACH_H
#define DRY_IO_IMPORTERS_EACH_H

#include <stdbool.h>

#include "base/error.h"
#include "io/importers/csv.h"
#include "io/importers/feed.h"
#include "io/importers/importer.h"
#include "io/importers/items.h"

/* Of one file, item or row; `context` is the importer's. False with a complaint. */
typedef bool dry_read_file_fn(struct dry_import_job *job, struct dry_feed *feed, void *context,
			      struct dry_error *err);
typedef bool dry_read_item_fn(struct dry_import_job *job, const struct dry_items *items, void *context,
			      struct dry_error *err);
typedef bool dry_read_row_fn(struct dry_import_job *job, const struct dry_csv *csv, const int *column,
			     void *context, struct dry_error *err);

/* What is walked of a file; lists as in struct dry_items, NULL = none. */
struct dry_items_form {
	const char *const *list, *const *skip, *const *inside;
	const char *last;               /* "record": of a log that still grows, a last one that is cut off is
					 * dropped and counted under this name; NULL = it is an error */
};

/* Does the file begin as JSON does (an empty one, too)? False in *is_json: a table. False with a complaint. */
bool dry_import_is_json(struct dry_feed *feed, bool *is_json, struct dry_error *err);
/* Opens each file of the request in turn. */
bool dry_import_each_file(struct dry_import_job *job, dry_read_file_fn *read, void *context,
			  struct dry_error *err);
bool dry_import_each_item(struct dry_import_job *job, struct dry_feed *feed,
			  const struct dry_items_form *form, dry_read_item_fn *read, void *context,
			  struct dry_error *err);
/* The remaining rows; `column` is handed on. */
bool dry_import_each_row(struct dry_import_job *job, struct dry_csv *csv, const int *column,
			 dry_read_row_fn *read, void *context, struct dry_error *err);

#endif
