/* The walk over a source: files, items, rows. */
#include "io/importers/each.h"

#include "io/importers/detect.h"

bool dry_import_is_json(struct dry_feed *feed, bool *is_json, struct dry_error *err)
{
	if (!dry_feed_want(feed, START_NEAR, err))
		return false;
	size_t length = feed->end - feed->start;
	const char *const start = start_of_text(feed->window + feed->start, &length);

	*is_json = !length || start_is_json(start, length);
	return true;
}

bool dry_import_each_file(struct dry_import_job *job, dry_read_file_fn *read, void *context,
			  struct dry_error *err)
{
	for (uint32_t i = 0; i < job->request->file_count; i++) {
		struct dry_feed feed = job->first;
		if (i == 0 && feed.window)
			job->first = (struct dry_feed){ 0 };
		else if (!dry_feed_open(&feed, job->request->file[i], job->request->size_limit, err))
			return false;
		const bool good = read(job, &feed, context, err);
		job->report->bytes_read += feed.consumed;
		dry_feed_close(&feed);
		if (!good)
			return false;
	}
	return true;
}

bool dry_import_each_item(struct dry_import_job *job, struct dry_feed *feed,
			  const struct dry_items_form *form, dry_read_item_fn *read, void *context,
			  struct dry_error *err)
{
	struct dry_items items;
	bool good = true;
	int more = 0;

	dry_items_open(&items, feed);
	items.skip = form->skip;
	items.inside = form->inside;
	items.list = form->list ? form->list : items.list;
	items.forgive_end = form->last != NULL;
	while (good && (more = dry_items_next(&items, err)) == 1)
		good = read(job, &items, context, err);
	if (items.cut_off)
		DRY_DROP(job, ((struct dry_where){ feed->path, (uint32_t)feed->line, 1 }),
			 "the last %s is cut off (it begins at byte %llu)", form->last,
			 (unsigned long long)items.cut_off_at);
	dry_items_close(&items);
	return good && more == 0;
}

bool dry_import_each_row(struct dry_import_job *job, struct dry_csv *csv, const int *column,
			 dry_read_row_fn *read, void *context, struct dry_error *err)
{
	bool good = true;
	int more = 0;

	while (good && (more = dry_csv_next(csv, err)) == 1)
		good = read(job, csv, column, context, err);
	return good && more == 0;
}
