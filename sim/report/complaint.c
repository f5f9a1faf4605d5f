#include "report/complaint.h"

#include <string.h>

#define SOURCE_COLUMNS 92       /* of a source line that are shown */

static void add_place(struct dry_page *page, const struct dry_complaint *complaint)
{
	if (!complaint->file) {
		dry_page_add(page, "dryscale: ");
		return;
	}
	dry_page_add_visible(page, complaint->file, strlen(complaint->file));
	if (complaint->line)
		dry_page_printf(page, ":%u", complaint->line);
	if (complaint->line && complaint->column)
		dry_page_printf(page, ":%u", complaint->column);
	dry_page_add(page, ": ");
}

/* Byte offset of the character with that number (from 0), at most length. */
static size_t offset_of(const char *source, size_t length, size_t character)
{
	size_t offset = 0;

	for (size_t i = 0; i < character && offset < length; i++) {
		uint32_t code;
		size_t taken = dry_utf8_decode(source + offset, length - offset, &code);
		offset += taken ? taken : 1;
	}
	return offset;
}

/* The source line, or the piece of a long one around the column, and a caret below. */
static void add_source(struct dry_page *page, const struct dry_complaint *complaint)
{
	const char *source = complaint->source;
	size_t length = strlen(source);
	size_t column = complaint->column ? complaint->column - 1 : 0;
	size_t first = column > SOURCE_COLUMNS * 2 / 3 ? column - SOURCE_COLUMNS / 2 : 0;
	size_t from = offset_of(source, length, first);
	size_t at = offset_of(source, length, column);
	size_t to = from + offset_of(source + from, length - from, SOURCE_COLUMNS);
	struct dry_page shown = { 0 };

	dry_page_printf(page, "%5u | ", complaint->line);
	if (from)
		dry_page_add(page, "...");
	dry_page_add_visible(page, source + from, to - from);
	if (to < length)
		dry_page_add(page, "...");
	dry_page_add_char(page, '\n');
	if (complaint->column) {
		dry_page_add_visible(&shown, source + from, at - from);
		dry_page_add(page, "      | ");
		dry_page_repeat(page, ' ', (from ? 3 : 0) + dry_page_columns(dry_page_string(&shown),
									     shown.length));
		dry_page_add(page, "^\n");
	}
	dry_page_release(&shown);
}

static void add_line(struct dry_page *page, const char *label, const char *value)
{
	if (!value)
		return;
	dry_page_printf(page, "  %s: ", label);
	dry_page_add_visible(page, value, strlen(value));
	dry_page_add_char(page, '\n');
}

static void add_complaint(struct dry_page *page, const struct dry_complaint *complaint, bool colour)
{
	add_place(page, complaint);
	if (colour)
		dry_page_add(page, complaint->warning ? "\x1b[1;33m" : "\x1b[1;31m");
	dry_page_add(page, complaint->warning ? "note:" : "error:");
	if (colour)
		dry_page_add(page, "\x1b[0m");
	dry_page_add_char(page, ' ');
	dry_page_add_visible(page, complaint->text, strlen(complaint->text));
	dry_page_add_char(page, '\n');
	if (complaint->source && complaint->line)
		add_source(page, complaint);
	add_line(page, "expected", complaint->expected);
	add_line(page, "fix", complaint->fix);
}

void dry_complaint_print(struct dry_page *page, const struct dry_error *err, const char *consequence,
			bool errors_only, bool colour)
{
	uint32_t errors = err->omitted;
	bool about_file = false;

	for (uint32_t i = 0; i < err->count; i++) {
		const struct dry_complaint *complaint = &err->complaint[i];

		if (complaint->warning && errors_only)
			continue;
		add_complaint(page, complaint, colour);
		errors += !complaint->warning;
		about_file |= !complaint->warning && complaint->file;
	}
	if (err->omitted)
		dry_page_printf(page, "dryscale: and %u more\n", err->omitted);
	if (about_file && consequence)
		dry_page_printf(page, "dryscale: %u error%s; %s\n", errors, errors == 1 ? "" : "s",
				consequence);
}
