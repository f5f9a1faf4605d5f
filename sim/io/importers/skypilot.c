/*
 * SkyPilot's catalogues (vms.csv of any cloud and version): columns by name,
 * since their order and presence change. A file is the state of one moment; the
 * moment is in the file's name (2026-03-02T10.csv), so that a history is many
 * files. Without a zone the region stands for it.
 */
#include "io/importers/kinds.h"

#include <string.h>

#include "base/units.h"
#include "io/importers/csv.h"
#include "io/importers/detect.h"
#include "io/importers/each.h"
#include "io/importers/prices.h"

enum field { TYPE, PRICE, REGION, ZONE, FIELD_COUNT };

/* A file is read at its moment. */
struct catalogue {
	struct price_points *points;
	int64_t at_ms;
};

int dry_skypilot_detect(const char *start, size_t length, const char *path)
{
	const char *const end = memchr(start, '\n', length);
	const size_t head = end ? (size_t)(end - start) : length;

	(void)path;
	return start_has(start, head, "InstanceType") && start_has(start, head, "SpotPrice") &&
	       start_has(start, head, "vCPUs") && start_has(start, head, "Region") ? 95 : 0;
}

/* 2026-03-02, 2026-03-02T10, 2026-03-02T10:30 at the beginning of the file's name. */
static int64_t instant_of(struct dry_import_job *job, const char *path)
{
	const char *const slash = strrchr(path, '/');
	const char *const name = slash ? slash + 1 : path;
	char text[24];
	int64_t ms;

	if (strlen(name) >= 10 && !dry_clock_parse(name, 10, &ms)) {
		const bool has_hour = name[10] == 'T' && strspn(name + 11, "0123456789") >= 2;
		if (!has_hour)
			return ms;
		memcpy(text, name, 13);
		memcpy(text + 13, ":00:00Z", 8);
		if (!dry_clock_parse(text, 20, &ms))
			return ms;
	}
	DRY_IMPUTE(job, "t: no date in the file's name (2026-03-02T10.csv), taken as the start");
	return job->request->from_ms != DRY_IMPORT_NO_TIME ? job->request->from_ms : 0;
}

static bool add_row(struct dry_import_job *job, const struct dry_csv *csv, const int *column,
		    void *context, struct dry_error *err)
{
	const struct catalogue *const catalogue = context;
	const char *const type = dry_csv_field(csv, column[TYPE]);
	const char *const price = dry_csv_field(csv, column[PRICE]);
	const char *const region = dry_csv_field(csv, column[REGION]);
	const char *zone = dry_csv_field(csv, column[ZONE]);
	int64_t nusd;

	job->report->rows_read++;
	if (job->request->region && strcmp(region, job->request->region)) {
		DRY_LEAVE_OUT(job, dry_csv_where(csv, column[REGION]), "is of another region");
		return true;
	}
	if (!*price) {
		DRY_LEAVE_OUT(job, dry_csv_where(csv, column[PRICE]), "has no price in this market");
		return true;
	}
	if (!*type) {
		DRY_LEAVE_OUT(job, dry_csv_where(csv, column[TYPE]), "names no instance type (an accelerator alone)");
		return true;
	}
	const char *const wrong = dry_parse_price_nusd(price, strlen(price), &nusd);
	if (wrong) {
		dry_fail(err, DRY_ERROR_INPUT, dry_csv_where(csv, column[PRICE]), "price: \"%s\" %s", price, wrong);
		return dry_fail_expected(err, "US dollars an hour, 0 or more");
	}
	if (!*zone) {
		zone = region;
		DRY_NOTE(job, "no zone is given: the region stands for it");
	}
	price_points_add(job, catalogue->points, catalogue->at_ms, type, strlen(type), zone, strlen(zone), nusd);
	job->report->rows_kept++;
	return true;
}

static bool read_file(struct dry_import_job *job, struct dry_feed *feed, void *context,
		      struct dry_error *err)
{
	const bool on_demand = job->request->market && !strcmp(job->request->market, "on-demand");
	const char *const name[] = { "InstanceType", on_demand ? "Price" : "SpotPrice", "Region" };
	struct catalogue catalogue = { .points = context };
	int column[FIELD_COUNT];
	struct dry_csv csv;

	bool good = dry_csv_open(&csv, feed, job->request->delimiter, err) &&
		    dry_csv_want_columns(&csv, name, ZONE, column, err);
	if (good) {
		column[ZONE] = dry_csv_column(&csv, "AvailabilityZone");
		catalogue.at_ms = instant_of(job, feed->path);
		good = dry_import_each_row(job, &csv, column, add_row, &catalogue, err);
	}
	dry_csv_close(&csv);
	return good;
}

bool dry_skypilot_read(struct dry_import_job *job, struct dry_error *err)
{
	return price_points_import(job, read_file, err);
}
