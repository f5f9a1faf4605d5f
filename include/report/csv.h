/*
 * RFC 4180 fields onto a page: quotes only where they are needed, lines end in "\n", and a
 * text that a spreadsheet would run as a formula gets an apostrophe in front.
 */
#ifndef DRY_REPORT_CSV_H
#define DRY_REPORT_CSV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "report/page.h"

struct dry_csv {
	struct dry_page *page;
	bool in_row;
};

void dry_csv_init(struct dry_csv *csv, struct dry_page *page);
void dry_csv_text(struct dry_csv *csv, const char *value);
void dry_csv_texts(struct dry_csv *csv, const char *const *value, size_t count);
void dry_csv_number(struct dry_csv *csv, double value); /* NaN: an empty field */
void dry_csv_integer(struct dry_csv *csv, int64_t value);
void dry_csv_seconds(struct dry_csv *csv, int64_t ms);
void dry_csv_end_row(struct dry_csv *csv);

#endif
