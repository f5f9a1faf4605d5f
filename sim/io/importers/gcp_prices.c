/*
 * A history of Google Cloud's machine prices: date, machine_type, region and
 * the prices of both markets, a row where either changed. Prices are those of a
 * region; its zones pay the same.
 */
#include "io/importers/kinds.h"

#include <string.h>

#include "base/units.h"
#include "io/importers/csv.h"
#include "io/importers/detect.h"
#include "io/importers/each.h"
#include "io/importers/prices.h"

enum field { DATE, TYPE, REGION, PRICE, FIELD_COUNT };

int dry_gcp_prices_detect(const char *start, size_t length, const char *path)
{
	const char *const end = memchr(start, '\n', length);
	const size_t head = end ? (size_t)(end - start) : length;

	(void)path;
	return start_has(start, head, "machine_type") && start_has(start, head, "usd_hour") &&
	       start_has(start, head, "date") ? 95 : 0;
}

static bool add_row(struct dry_import_job *job, const struct dry_csv *csv, const int *column,
		    void *context, struct dry_error *err)
{
	const char *text[FIELD_COUNT];
	int64_t at_ms, nusd;

	job->report->rows_read++;
	for (int i = 0; i < FIELD_COUNT; i++) {
		text[i] = dry_csv_field(csv, column[i]);
		if (!*text[i] && i != PRICE)
			return dry_fail(err, DRY_ERROR_INPUT, dry_csv_where(csv, column[i]), "%s is empty",
					i == DATE ? "date" : i == TYPE ? "machine_type" : "region");
	}
	const char *wrong = dry_clock_parse(text[DATE], strlen(text[DATE]), &at_ms);
	if (wrong) {
		dry_fail(err, DRY_ERROR_INPUT, dry_csv_where(csv, column[DATE]), "date: \"%s\" %s", text[DATE], wrong);
		return dry_fail_expected(err, "a date such as 2026-03-02");
	}
	if (job->request->region && strcmp(text[REGION], job->request->region)) {
		DRY_LEAVE_OUT(job, dry_csv_where(csv, column[REGION]), "is of another region");
		return true;
	}
	if (!*text[PRICE]) {
		DRY_LEAVE_OUT(job, dry_csv_where(csv, column[PRICE]), "has no price in this market");
		return true;
	}
	wrong = dry_parse_price_nusd(text[PRICE], strlen(text[PRICE]), &nusd);
	if (wrong) {
		dry_fail(err, DRY_ERROR_INPUT, dry_csv_where(csv, column[PRICE]), "price: \"%s\" %s", text[PRICE],
			 wrong);
		return dry_fail_expected(err, "US dollars an hour, 0 or more");
	}
	price_points_add(job, context, at_ms, text[TYPE], strlen(text[TYPE]), text[REGION], strlen(text[REGION]),
			 nusd);
	job->report->rows_kept++;
	return true;
}

static bool read_file(struct dry_import_job *job, struct dry_feed *feed, void *context,
		      struct dry_error *err)
{
	const bool on_demand = job->request->market && !strcmp(job->request->market, "on-demand");
	const char *const name[FIELD_COUNT] = { "date", "machine_type", "region",
						on_demand ? "on_demand_usd_hour" : "spot_usd_hour" };
	int column[FIELD_COUNT];
	struct dry_csv csv;

	const bool good = dry_csv_open(&csv, feed, job->request->delimiter, err) &&
			  dry_csv_want_columns(&csv, name, FIELD_COUNT, column, err) &&
			  dry_import_each_row(job, &csv, column, add_row, context, err);
	dry_csv_close(&csv);
	return good;
}

bool dry_gcp_prices_read(struct dry_import_job *job, struct dry_error *err)
{
	DRY_NOTE(job, "zone: the region stands for its zones, which all pay its price");
	return price_points_import(job, read_file, err);
}
