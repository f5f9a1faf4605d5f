#include "report/table.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/assert.h"

void dry_table_init(struct dry_table *table, const char *align)
{
	*table = (struct dry_table){ .column_count = (uint32_t)strlen(align) };
	dry_assert(table->column_count <= DRY_TABLE_COLUMNS);
	for (uint32_t c = 0; c < table->column_count; c++)
		table->right[c] = align[c] == 'r';
}

void dry_table_open(struct dry_table *table, const char *align, const char *const *head)
{
	dry_table_init(table, align);
	for (uint32_t c = 0; c < table->column_count; c++)
		dry_table_cell(table, head[c]);
}

void dry_table_release(struct dry_table *table)
{
	for (size_t i = 0; i < table->cell_count; i++)
		free(table->cell[i]);
	free(table->cell);
	*table = (struct dry_table){ 0 };
}

void dry_table_cell(struct dry_table *table, const char *text)
{
	struct dry_page shown = { 0 };

	dry_page_add_visible(&shown, text, strlen(text));
	table->cell = dry_grow(table->cell, &table->capacity, table->cell_count + 1, sizeof(char *));
	table->cell[table->cell_count++] = dry_xstrdup(dry_page_string(&shown));
	dry_page_release(&shown);
}

void dry_table_cellf(struct dry_table *table, const char *format, ...)
{
	char text[512];
	va_list list;

	va_start(list, format);
	vsnprintf(text, sizeof(text), format, list);
	va_end(list);
	dry_table_cell(table, text);
}

static void measure(const struct dry_table *table, size_t width[DRY_TABLE_COLUMNS])
{
	memset(width, 0, DRY_TABLE_COLUMNS * sizeof(*width));
	for (size_t i = 0; i < table->cell_count; i++) {
		size_t columns = dry_page_columns(table->cell[i], strlen(table->cell[i]));
		size_t c = i % table->column_count;

		if (columns > width[c])
			width[c] = columns;
	}
}

static void cut_blanks(struct dry_page *page)
{
	while (page->length && page->data[page->length - 1] == ' ')
		page->data[--page->length] = '\0';
}

void dry_table_draw(const struct dry_table *table, struct dry_page *page, size_t indent)
{
	size_t width[DRY_TABLE_COLUMNS];

	dry_assert(table->cell_count % table->column_count == 0);
	measure(table, width);
	for (size_t i = 0; i < table->cell_count; i++) {
		size_t c = i % table->column_count;

		dry_page_repeat(page, ' ', c ? 2 : indent);
		dry_page_pad(page, table->cell[i], width[c], table->right[c]);
		if (c + 1 == table->column_count) {
			cut_blanks(page);
			dry_page_add_char(page, '\n');
		}
	}
}

void dry_markdown_add(struct dry_page *page, const char *text)
{
	for (const char *p = text; *p; p++) {
		if (strchr("|\\`*_<>[]", *p))
			dry_page_add_char(page, '\\');
		dry_page_add_char(page, *p == '\n' ? ' ' : *p);
	}
}

void dry_table_markdown(const struct dry_table *table, struct dry_page *page)
{
	for (size_t i = 0; i < table->cell_count; i++) {
		size_t c = i % table->column_count;

		dry_page_add(page, c ? " | " : "| ");
		dry_markdown_add(page, table->cell[i]);
		if (c + 1 < table->column_count)
			continue;
		dry_page_add(page, " |\n");
		if (i + 1 != table->column_count)
			continue;
		for (c = 0; c < table->column_count; c++)
			dry_page_add(page, table->right[c] ? "| ---: " : "| --- ");
		dry_page_add(page, "|\n");
	}
}

void dry_table_finish(struct dry_table *table, struct dry_page *page, bool markdown, size_t indent)
{
	if (markdown)
		dry_table_markdown(table, page);
	else
		dry_table_draw(table, page, indent);
	dry_table_release(table);
}
