/*
 * AWS spot price history: answers of aws ec2 describe-spot-price-history, as
 * JSON (pages after one another, or the bare list of --query), as the tab rows
 * of --output text, or as CSV with the same column names. A record is a change
 * point; pages and collections overlap. Availability zone names are those of
 * the account that asked.
 */
#include "io/importers/kinds.h"

#include <string.h>

#include "base/units.h"
#include "io/importers/csv.h"
#include "io/importers/detect.h"
#include "io/importers/each.h"
#include "io/importers/items.h"
#include "io/importers/prices.h"

static const char *const lists[] = { "SpotPriceHistory", NULL };

enum field { ZONE, TYPE, PRODUCT, PRICE, TIME, FIELD_COUNT };

static const char *const field_name[FIELD_COUNT] = {
	"AvailabilityZone", "InstanceType", "ProductDescription", "SpotPrice", "Timestamp",
};

/* The texts of one record, and where each stands. */
struct record {
	const char *text[FIELD_COUNT];  /* NULL = missing */
	size_t length[FIELD_COUNT];
	struct dry_where where[FIELD_COUNT];
};

int dry_aws_spot_detect(const char *start, size_t length, const char *path)
{
	const size_t near = length < START_NEAR ? length : START_NEAR;

	(void)path;
	start = start_of_text(start, &length);
	if (start_has(start, near < length ? near : length, "\"SpotPriceHistory\"") ||
	    (length > 17 && !memcmp(start, "SPOTPRICEHISTORY\t", 17)))
		return 100;
	return start_has(start, near < length ? near : length, "SpotPrice") &&
	       start_has(start, near < length ? near : length, "ProductDescription") ? 90 : 0;
}

static bool is_product(const struct dry_import_job *job, const struct record *record)
{
	const char *const wanted = job->request->product ? job->request->product : "Linux/UNIX";
	const size_t length = strlen(wanted), have = record->length[PRODUCT];
	const char *const text = record->text[PRODUCT];

	if (!text)
		return true;
	return (have == length && !memcmp(text, wanted, length)) ||
	       (have == length + 13 && !memcmp(text, wanted, length) &&
		!memcmp(text + length, " (Amazon VPC)", 13));
}

static bool is_region(const struct dry_import_job *job, const struct record *record)
{
	const char *const region = job->request->region;
	const size_t length = region ? strlen(region) : 0;

	return !region || (record->length[ZONE] >= length && !memcmp(record->text[ZONE], region, length));
}

static bool add_record(struct dry_import_job *job, struct price_points *points,
		       const struct record *record, struct dry_error *err)
{
	int64_t at_ms, nusd;

	job->report->rows_read++;
	for (int i = 0; i < FIELD_COUNT; i++)
		if (i != PRODUCT && !record->length[i])
			return dry_fail(err, DRY_ERROR_INPUT, record->where[i], "%s is missing", field_name[i]);
	const char *wrong = dry_clock_parse(record->text[TIME], record->length[TIME], &at_ms);
	if (wrong) {
		dry_fail(err, DRY_ERROR_INPUT, record->where[TIME], "Timestamp: \"%.*s\" %s",
			 (int)record->length[TIME], record->text[TIME], wrong);
		return dry_fail_expected(err, "a time such as 2026-03-02T07:10:55.000Z");
	}
	wrong = dry_parse_price_nusd(record->text[PRICE], record->length[PRICE], &nusd);
	if (wrong) {
		dry_fail(err, DRY_ERROR_INPUT, record->where[PRICE], "SpotPrice: \"%.*s\" %s",
			 (int)record->length[PRICE], record->text[PRICE], wrong);
		return dry_fail_expected(err, "US dollars an hour, 0 or more");
	}
	if (!is_product(job, record)) {
		DRY_LEAVE_OUT(job, record->where[PRODUCT], "is of product %.*s", (int)record->length[PRODUCT],
			      record->text[PRODUCT]);
		return true;
	}
	if (!is_region(job, record)) {
		DRY_LEAVE_OUT(job, record->where[ZONE], "is of another region");
		return true;
	}
	price_points_add(job, points, at_ms, record->text[TYPE], record->length[TYPE], record->text[ZONE],
			 record->length[ZONE], nusd);
	job->report->rows_kept++;
	return true;
}

static bool read_item(struct dry_import_job *job, const struct dry_items *items, void *context,
		      struct dry_error *err)
{
	const struct dry_tree *const tree = &items->tree;
	struct record record;

	if (dry_tree_type_of(tree, items->item) != DRY_TREE_OBJECT)
		return dry_fail(err, DRY_ERROR_INPUT, dry_items_where(items, items->item),
				"is no object where a spot price record is expected");
	if (!items->in_list && !dry_tree_find(tree, items->item, "SpotPrice")) {
		dry_fail(err, DRY_ERROR_INPUT, dry_items_where(items, items->item),
			 "holds no SpotPriceHistory");
		return dry_fail_fix(err, "aws ec2 describe-spot-price-history --output json writes it");
	}
	for (int i = 0; i < FIELD_COUNT; i++) {
		uint32_t node = dry_tree_find(tree, items->item, field_name[i]);
		if (!node && i == ZONE)
			node = dry_tree_find(tree, items->item, "AvailabilityZoneId");
		record.text[i] = dry_tree_text(tree, node, &record.length[i]);
		record.where[i] = dry_items_where(items, node ? node : items->item);
	}
	return add_record(job, context, &record, err);
}

/* SPOTPRICEHISTORY <zone> <type> <product> <price> <time>, by tabs. */
static bool read_rows(struct dry_import_job *job, struct dry_feed *feed, struct price_points *points,
		      struct dry_error *err)
{
	const char *text;
	size_t length;
	int more;
	uint32_t line = (uint32_t)feed->line;

	while ((more = dry_feed_line(feed, &text, &length, err)) == 1) {
		struct record record = { 0 };
		size_t at = 17;
		for (int i = 0; i < FIELD_COUNT && length > 17; i++) {
			const char *const tab = at < length ? memchr(text + at, '\t', length - at) : NULL;
			record.text[i] = text + (at < length ? at : length);
			record.length[i] = at >= length ? 0 : tab ? (size_t)(tab - text) - at : length - at;
			record.where[i] = (struct dry_where){ feed->path, line, (uint32_t)at + 1 };
			at += record.length[i] + 1;
		}
		line = (uint32_t)feed->line;
		if (length > 17 && !memcmp(text, "SPOTPRICEHISTORY\t", 17) &&
		    !add_record(job, points, &record, err))
			return false;
	}
	return more == 0;
}

static bool read_row(struct dry_import_job *job, const struct dry_csv *csv, const int *column,
		     void *context, struct dry_error *err)
{
	struct record record;

	for (int i = 0; i < FIELD_COUNT; i++) {
		record.text[i] = dry_csv_field(csv, column[i]);
		record.length[i] = strlen(record.text[i]);
		record.where[i] = dry_csv_where(csv, column[i]);
	}
	return add_record(job, context, &record, err);
}

static bool read_csv(struct dry_import_job *job, struct dry_feed *feed, void *context, struct dry_error *err)
{
	int column[FIELD_COUNT];
	struct dry_csv csv;

	const bool good = dry_csv_open(&csv, feed, job->request->delimiter, err) &&
			  dry_csv_want_columns(&csv, field_name, FIELD_COUNT, column, err) &&
			  dry_import_each_row(job, &csv, column, read_row, context, err);
	dry_csv_close(&csv);
	return good;
}

static bool read_file(struct dry_import_job *job, struct dry_feed *feed, void *context,
		      struct dry_error *err)
{
	static const struct dry_items_form form = { .list = lists };

	if (!dry_feed_want(feed, START_NEAR, err))
		return false;
	size_t length = feed->end - feed->start;
	const char *const start = start_of_text(feed->window + feed->start, &length);

	if (length >= 17 && !memcmp(start, "SPOTPRICEHISTORY\t", 17))
		return read_rows(job, feed, context, err);
	if (length && !start_is_json(start, length))
		return read_csv(job, feed, context, err);
	return dry_import_each_item(job, feed, &form, read_item, context, err);
}

bool dry_aws_spot_read(struct dry_import_job *job, struct dry_error *err)
{
	return price_points_import(job, read_file, err);
}
