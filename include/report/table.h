/*
 * Columns of text: cells are added row by row, widths follow from the longest
 * cell in terminal columns. Drawn as plain text (two blanks between columns) or
 * as a Markdown table. Cells are copied; those from outside are made visible.
 */
#ifndef DRY_REPORT_TABLE_H
#define DRY_REPORT_TABLE_H

#include <stdbool.h>
#include <stdint.h>

#include "report/page.h"

#define DRY_TABLE_COLUMNS 16

struct dry_table {
	uint32_t column_count;
	bool right[DRY_TABLE_COLUMNS];  /* numbers */
	char **cell;                    /* owned */
	size_t cell_count, capacity;
};

/* `align`: one letter a column, l or r. */
void dry_table_init(struct dry_table *table, const char *align);
/* The same with its first row: a text a column. */
void dry_table_open(struct dry_table *table, const char *align, const char *const *head);
void dry_table_release(struct dry_table *table);
void dry_table_cell(struct dry_table *table, const char *text);
void dry_table_cellf(struct dry_table *table, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* The first row is the head. `indent` blanks before each line; trailing blanks are cut. */
void dry_table_draw(const struct dry_table *table, struct dry_page *page, size_t indent);
void dry_table_markdown(const struct dry_table *table, struct dry_page *page);
/* Drawn as one of both, and released. */
void dry_table_finish(struct dry_table *table, struct dry_page *page, bool markdown, size_t indent);

/* A cell's text for Markdown: pipes and line ends harmless. */
void dry_markdown_add(struct dry_page *page, const char *text);

#endif
