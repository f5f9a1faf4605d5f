#include "report/csv.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/units.h"

void dry_csv_init(struct dry_csv *csv, struct dry_page *page)
{
	*csv = (struct dry_csv){ .page = page };
}

static void begin(struct dry_csv *csv)
{
	if (csv->in_row)
		dry_page_add_char(csv->page, ',');
	csv->in_row = true;
}

/* The rest of a field whose opening quote is there. */
static void add_quoted(struct dry_page *page, const char *value)
{
	for (; *value; value++) {
		if (*value == '"')
			dry_page_add_char(page, '"');
		dry_page_add_char(page, *value);
	}
	dry_page_add_char(page, '"');
}

void dry_csv_text(struct dry_csv *csv, const char *value)
{
	begin(csv);
	if (!value)
		return;
	if (dry_is_formula(value)) {
		dry_page_add(csv->page, "\"'");
		add_quoted(csv->page, value);
		return;
	}
	if (!value[strcspn(value, ",\"\r\n")]) {
		dry_page_add(csv->page, value);
		return;
	}
	dry_page_add_char(csv->page, '"');
	add_quoted(csv->page, value);
}

void dry_csv_texts(struct dry_csv *csv, const char *const *value, size_t count)
{
	for (size_t i = 0; i < count; i++)
		dry_csv_text(csv, value[i]);
}

void dry_csv_number(struct dry_csv *csv, double value)
{
	begin(csv);
	if (isfinite(value))
		dry_page_add_number(csv->page, value);
}

void dry_csv_integer(struct dry_csv *csv, int64_t value)
{
	begin(csv);
	dry_page_printf(csv->page, "%" PRId64, value);
}

void dry_csv_seconds(struct dry_csv *csv, int64_t ms)
{
	char buffer[40];

	begin(csv);
	dry_page_add(csv->page, dry_format_seconds(ms, buffer, sizeof(buffer)));
}

void dry_csv_end_row(struct dry_csv *csv)
{
	dry_page_add_char(csv->page, '\n');
	csv->in_row = false;
}
