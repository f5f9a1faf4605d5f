/*
 * AWS's Spot Instance Advisor: how often instances of a type were interrupted
 * in the month before, in five bands, a region and system each. A type that is
 * not listed is unknown, not safe.
 */
#include "io/importers/kinds.h"

#include "io/importers/detect.h"
#include "io/importers/each.h"
#include "io/importers/importer.h"
#include "io/importers/items.h"
#include "market/hazard.h"

/* Bounds of the bands as shares of instances a month; the last has no upper one. */
static const double band_low[DRY_ADVISOR_BUCKETS] = { 0, 0.05, 0.10, 0.15, 0.20 };

int dry_spot_advisor_detect(const char *start, size_t length, const char *path)
{
	(void)path;
	return start_has(start, length, "\"spot_advisor\"") ||
	       (start_has(start, length, "\"ranges\"") && start_has(start, length, "\"dots\"")) ? 95 : 0;
}

struct entry {
	const char *region, *system, *type;
	size_t region_length, system_length, type_length;
};

static void write_entry(struct dry_import_job *job, const struct entry *entry, int band, int64_t savings,
			bool has_savings)
{
	const double frequency = dry_advisor_frequency(band);
	struct dry_text *const out = &job->out;

	dry_text_puts(out, job->report->rows_written ? ",\n{\"region\":" : "{\"region\":");
	dry_text_json(out, entry->region, entry->region_length);
	dry_text_key(out, "instanceType");
	dry_text_json(out, entry->type, entry->type_length);
	dry_text_key(out, "system");
	dry_text_json(out, entry->system, entry->system_length);
	dry_text_printf(out, ",\"advisor\":%d,\"monthlyFrequency\":%g,\"perHour\":%.6g", band, frequency,
			dry_hazard_of_monthly(frequency));
	dry_text_printf(out, ",\"perHourLow\":%.6g", dry_hazard_of_monthly(band_low[band]));
	if (band + 1 < DRY_ADVISOR_BUCKETS)
		dry_text_printf(out, ",\"perHourHigh\":%.6g", dry_hazard_of_monthly(band_low[band + 1]));
	if (has_savings)
		dry_text_printf(out, ",\"savingsPercent\":%lld", (long long)savings);
	dry_text_char(out, '}');
	job->report->rows_written++;
	job->report->rows_kept++;
}

static bool read_types(struct dry_import_job *job, const struct dry_items *items, uint32_t map,
		       struct entry *entry, struct dry_error *err)
{
	const struct dry_tree *const tree = &items->tree;

	for (uint32_t i = dry_tree_first(tree, map); i; i = dry_tree_next(tree, i)) {
		const uint32_t rate = dry_tree_find(tree, i, "r");
		int64_t band, savings;
		entry->type = dry_tree_key(tree, i, &entry->type_length);
		job->report->rows_read++;
		if (!dry_tree_integer(tree, rate, &band) || band < 0 || band >= DRY_ADVISOR_BUCKETS) {
			dry_fail(err, DRY_ERROR_INPUT, dry_items_where(items, rate ? rate : i),
				 "%.*s: r is no band", (int)entry->type_length, entry->type);
			return dry_fail_expected(err, "0 (below 5 %%) to 4 (above 20 %%)");
		}
		const bool has_savings = dry_tree_integer(tree, dry_tree_find(tree, i, "s"), &savings);
		write_entry(job, entry, (int)band, savings, has_savings);
	}
	return true;
}

static bool read_regions(struct dry_import_job *job, const struct dry_items *items, uint32_t advisor,
			 struct dry_error *err)
{
	const struct dry_tree *const tree = &items->tree;
	struct entry entry = { 0 };

	for (uint32_t i = dry_tree_first(tree, advisor); i; i = dry_tree_next(tree, i)) {
		entry.region = dry_tree_key(tree, i, &entry.region_length);
		const char *const wanted = job->request->region;
		const bool other = wanted && !dry_tree_key_is(tree, i, wanted);
		for (uint32_t j = dry_tree_first(tree, i); j; j = dry_tree_next(tree, j)) {
			entry.system = dry_tree_key(tree, j, &entry.system_length);
			if (other || !dry_tree_key_is(tree, j, "Linux")) {
				job->report->rows_read += dry_tree_size(tree, j);
				for (uint32_t k = dry_tree_first(tree, j); k; k = dry_tree_next(tree, k))
					DRY_LEAVE_OUT(job, DRY_NOWHERE, other ? "is of another region"
						      : "is of another system than Linux");
				continue;
			}
			if (!read_types(job, items, j, &entry, err))
				return false;
		}
	}
	return true;
}

static bool read_item(struct dry_import_job *job, const struct dry_items *items, void *context,
		      struct dry_error *err)
{
	const uint32_t advisor = dry_tree_find(&items->tree, items->item, "spot_advisor");

	(void)context;
	if (!advisor)
		return dry_fail(err, DRY_ERROR_INPUT, dry_items_where(items, items->item), "spot_advisor is missing");
	return read_regions(job, items, advisor, err);
}

static bool read_file(struct dry_import_job *job, struct dry_feed *feed, void *context,
		      struct dry_error *err)
{
	static const struct dry_items_form whole = { 0 };

	return dry_import_each_item(job, feed, &whole, read_item, context, err);
}

bool dry_spot_advisor_read(struct dry_import_job *job, struct dry_error *err)
{
	dry_text_puts(&job->out, "{\"version\":\"dryscale/v1\",\"hazards\":[\n");
	if (!dry_import_each_file(job, read_file, NULL, err))
		return false;
	dry_text_puts(&job->out, "\n]}\n");
	DRY_NOTE(job, "a share of instances interrupted in a month, many of which lived for minutes: "
		 "run with --hazard-scale 1,3,10 too");
	return job->report->rows_written || dry_fail(err, DRY_ERROR_EMPTY, DRY_NOWHERE,
						     "no hazard of this region is in the input");
}
