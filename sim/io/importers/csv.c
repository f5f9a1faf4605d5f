#include "io/importers/csv.h"

#include <string.h>

#include "base/units.h"

static char find_delimiter(const char *text, size_t length)
{
	static const char known[] = ",;\t|";
	size_t best_count = 0;
	char best = ',';

	for (size_t k = 0; k < sizeof(known) - 1; k++) {
		size_t count = 0;
		for (size_t i = 0; i < length; i++)
			count += text[i] == known[k];
		if (count > best_count) {
			best_count = count;
			best = known[k];
		}
	}
	return best;
}

static bool fail_here(const struct dry_csv *csv, size_t column, const char *what,
		      struct dry_error *err)
{
	return dry_fail(err, DRY_ERROR_INPUT,
			(struct dry_where){ csv->feed->path, csv->line, (uint32_t)column + 1 },
			"%s", what);
}

static bool begin_field(struct dry_csv *csv, size_t column, struct dry_error *err)
{
	if (csv->field_count == DRY_CSV_COLUMN_MAX)
		return fail_here(csv, column, "more than 256 columns", err);
	csv->field[csv->field_count] = (uint32_t)csv->row.length;
	csv->field_column[csv->field_count] = (uint32_t)column + 1;
	return true;
}

static void end_field(struct dry_csv *csv)
{
	csv->field_length[csv->field_count] =
		(uint32_t)(csv->row.length - csv->field[csv->field_count]);
	dry_text_char(&csv->row, '\0');
	csv->field_count++;
}

/* Splits one line; a quoted field that is still open at its end goes on in the next line. */
static int split(struct dry_csv *csv, const char *text, size_t length, struct dry_error *err)
{
	size_t i = 0;

	for (;;) {
		if (!begin_field(csv, i, err))
			return -1;
		const bool quoted = i < length && text[i] == '"';
		i += quoted;
		for (;;) {
			if (quoted && i == length) {
				const int more = dry_feed_line(csv->feed, &text, &length, err);
				if (more == 0)
					fail_here(csv, csv->field_column[csv->field_count] - 1,
						  "the quoted field that begins here is not closed", err);
				if (more <= 0)
					return -1;
				dry_text_char(&csv->row, '\n');
				i = 0;
				continue;
			}
			if (i == length || (!quoted && text[i] == csv->delimiter))
				break;
			if (quoted && text[i] == '"') {
				i++;
				if (i == length || text[i] != '"')
					break;
			}
			dry_text_char(&csv->row, text[i++]);
		}
		end_field(csv);
		if (i < length && text[i] != csv->delimiter) {
			fail_here(csv, i, "text follows the closing quote", err);
			return -1;
		}
		if (i == length)
			return 1;
		i++;
	}
}

int dry_csv_next(struct dry_csv *csv, struct dry_error *err)
{
	const char *text;
	size_t length;

	for (;;) {
		csv->line = (uint32_t)csv->feed->line;
		const int more = dry_feed_line(csv->feed, &text, &length, err);
		if (more <= 0)
			return more;
		if (length)
			break;
	}
	dry_text_clear(&csv->row);
	csv->field_count = 0;
	return split(csv, text, length, err);
}

bool dry_csv_open(struct dry_csv *csv, struct dry_feed *feed, char delimiter, struct dry_error *err)
{
	*csv = (struct dry_csv){ .feed = feed, .delimiter = delimiter };
	if (!dry_feed_want(feed, 3, err))
		return false;
	if (feed->end - feed->start >= 3 && !memcmp(feed->window + feed->start, "\xef\xbb\xbf", 3)) {
		dry_feed_consume(feed, 3);
		feed->line_offset = feed->consumed;
	}
	if (!delimiter) {
		size_t want = 256, length;
		const char *stop;
		do {
			want *= 2;
			if (!dry_feed_want(feed, want, err))
				return false;
			length = feed->end - feed->start;
			stop = memchr(feed->window + feed->start, '\n', length);
		} while (!stop && !feed->at_end && want < 65536);
		csv->delimiter = find_delimiter(feed->window + feed->start, stop
			? (size_t)(stop - feed->window) - feed->start : length);
	}
	const int got = dry_csv_next(csv, err);
	if (got == 0)
		return dry_fail(err, DRY_ERROR_INPUT, (struct dry_where){ feed->path, 1, 1 },
				"is empty; a header line with column names is missing");
	if (got < 0)
		return false;
	csv->header = csv->row;
	csv->row = (struct dry_text){ 0 };
	csv->column_count = csv->field_count;
	memcpy(csv->name, csv->field, sizeof(csv->name));
	return true;
}

void dry_csv_close(struct dry_csv *csv)
{
	dry_text_release(&csv->header);
	dry_text_release(&csv->row);
}

int dry_csv_column(const struct dry_csv *csv, const char *name)
{
	for (uint32_t i = 0; i < csv->column_count; i++)
		if (!strcmp(csv->header.data + csv->name[i], name))
			return (int)i;
	return -1;
}

bool dry_csv_want_column(const struct dry_csv *csv, const char *name, int *column,
			 struct dry_error *err)
{
	const char *known[DRY_CSV_COLUMN_MAX];
	struct dry_text list = { 0 };

	*column = dry_csv_column(csv, name);
	if (*column >= 0)
		return true;
	for (uint32_t i = 0; i < csv->column_count; i++) {
		known[i] = csv->header.data + csv->name[i];
		if (list.length < 200)
			dry_text_printf(&list, "%s%s", i ? ", " : "", known[i]);
	}
	const char *const nearest = dry_nearest_word(name, known, csv->column_count);
	dry_fail(err, DRY_ERROR_INPUT, (struct dry_where){ csv->feed->path, 1, 1 },
		 "there is no column \"%s\"", name);
	dry_fail_expected(err, "it among the columns of the header: %s", dry_text_string(&list));
	if (nearest)
		dry_fail_fix(err, "is \"%s\" meant?", nearest);
	dry_text_release(&list);
	return false;
}

bool dry_csv_want_columns(const struct dry_csv *csv, const char *const *name, size_t count, int *column,
			  struct dry_error *err)
{
	for (size_t i = 0; i < count; i++)
		if (!dry_csv_want_column(csv, name[i], &column[i], err))
			return false;
	return true;
}

const char *dry_csv_field(const struct dry_csv *csv, int column)
{
	return column >= 0 && (uint32_t)column < csv->field_count
		? csv->row.data + csv->field[column] : "";
}

struct dry_where dry_csv_where(const struct dry_csv *csv, int column)
{
	return (struct dry_where){ csv->feed->path, csv->line,
				   column >= 0 && (uint32_t)column < csv->field_count
					   ? csv->field_column[column] : 1 };
}
