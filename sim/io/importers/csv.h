/*
 * CSV with a header line, by RFC 4180: quoted fields may hold commas, quotes
 * and line ends; CRLF and a byte order mark are read over. Columns are found by
 * name, never by position.
 */
#ifndef DRY_IO_IMPORTERS_CSV_H
#define DRY_IO_IMPORTERS_CSV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "io/importers/feed.h"
#include "io/importers/text.h"

#define DRY_CSV_COLUMN_MAX 256

struct dry_csv {
	struct dry_feed *feed;
	char delimiter;
	uint32_t column_count;
	struct dry_text header;         /* names, NUL-terminated, one after another */
	uint32_t name[DRY_CSV_COLUMN_MAX];      /* offsets into header */
	struct dry_text row;
	uint32_t field[DRY_CSV_COLUMN_MAX];     /* offsets into row; NUL-terminated fields */
	uint32_t field_length[DRY_CSV_COLUMN_MAX];
	uint32_t field_column[DRY_CSV_COLUMN_MAX];      /* in the file, from 1 */
	uint32_t field_count;
	uint32_t line;                  /* of the current row's start */
};

/* Reads the header. delimiter 0: the one of , ; tab that is most frequent in it. */
bool dry_csv_open(struct dry_csv *csv, struct dry_feed *feed, char delimiter, struct dry_error *err);
void dry_csv_close(struct dry_csv *csv);

/* Index of a column, -1 when there is none. */
int dry_csv_column(const struct dry_csv *csv, const char *name);
/* The same, with a complaint that lists the columns there are and names the nearest. */
bool dry_csv_want_column(const struct dry_csv *csv, const char *name, int *column,
			 struct dry_error *err);

/* Each of a list of names. */
bool dry_csv_want_columns(const struct dry_csv *csv, const char *const *name, size_t count, int *column,
			  struct dry_error *err);

/* 1 with the next row, 0 at the end, -1 with a complaint. Blank lines are read over. */
int dry_csv_next(struct dry_csv *csv, struct dry_error *err);

/* A field's text, NUL-terminated; "" for column -1 and missing fields. */
const char *dry_csv_field(const struct dry_csv *csv, int column);
struct dry_where dry_csv_where(const struct dry_csv *csv, int column);

#endif
