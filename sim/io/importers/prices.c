#include "io/importers/each.h"
#include "io/importers/prices.h"

#include <stdlib.h>
#include <string.h>

#include "base/units.h"

static void price_points_release(struct price_points *points)
{
	free(points->point);
}

void price_points_add(struct dry_import_job *job, struct price_points *points, int64_t at_ms,
		      const char *type, size_t type_length, const char *zone, size_t zone_length,
		      int64_t nusd_per_hour)
{
	points->point = dry_grow(points->point, &points->capacity, points->count + 1,
				 sizeof(*points->point));
	points->point[points->count] = (struct price_point){
		.at_ms = at_ms, .nusd_per_hour = nusd_per_hour,
		.instance_type = dry_symbols_add(&job->symbols, type, type_length),
		.zone = dry_symbols_add(&job->symbols, zone, zone_length),
		.order = (uint32_t)points->count,
	};
	points->count++;
	dry_import_clock(job, at_ms);
}

/* By their texts: symbols count by first sight, which depends on the order of the files. */
static int by_text(const struct dry_symbols *symbols, dry_symbol left, dry_symbol right)
{
	return left == right ? 0 : strcmp(dry_symbols_text(symbols, left), dry_symbols_text(symbols, right));
}

static int by_series(const void *left, const void *right, void *symbols)
{
	const struct price_point *const a = left, *const b = right;
	int order = by_text(symbols, a->instance_type, b->instance_type);

	if (!order)
		order = by_text(symbols, a->zone, b->zone);
	if (!order && a->at_ms != b->at_ms)
		return a->at_ms < b->at_ms ? -1 : 1;
	if (!order)
		order = a->order < b->order ? -1 : a->order > b->order;
	return order;
}

static int by_time(const void *left, const void *right, void *symbols)
{
	const struct price_point *const a = left, *const b = right;
	int order = a->at_ms < b->at_ms ? -1 : a->at_ms > b->at_ms;

	if (!order)
		order = by_text(symbols, a->instance_type, b->instance_type);
	return order ? order : by_text(symbols, a->zone, b->zone);
}

static bool is_same_series(const struct price_point *a, const struct price_point *b)
{
	return a->instance_type == b->instance_type && a->zone == b->zone;
}

/* Sorted by series: what was read twice goes. */
static void drop_repeats(struct dry_import_job *job, struct price_points *points)
{
	size_t kept = 0;

	for (size_t i = 0; i < points->count; i++) {
		struct price_point *const last = kept ? &points->point[kept - 1] : NULL;
		const struct price_point *const point = &points->point[i];
		if (!last || !is_same_series(last, point) || last->at_ms != point->at_ms) {
			points->point[kept++] = *point;
			continue;
		}
		job->report->rows_kept--;
		if (last->nusd_per_hour == point->nusd_per_hour) {
			DRY_LEAVE_OUT(job, DRY_NOWHERE, "was read before (same zone, type and time)");
			continue;
		}
		DRY_DROP(job, DRY_NOWHERE, "has another price for the same zone, type and time: the later read holds");
		*last = *point;
	}
	points->count = kept;
}

/* Sorted by series: before the window only the price in force at its start is kept, dated there. */
static void cut(struct dry_import_job *job, struct price_points *points)
{
	const int64_t from = job->request->from_ms, to = job->request->to_ms;
	size_t kept = 0;

	for (size_t i = 0; i < points->count; i++) {
		struct price_point *const point = &points->point[i];
		const struct price_point *const next = i + 1 < points->count ? point + 1 : NULL;
		const bool is_before = from != DRY_IMPORT_NO_TIME && point->at_ms < from;
		const bool holds = is_before && !(next && is_same_series(point, next) && next->at_ms <= from);
		if ((is_before && !holds) || (to != DRY_IMPORT_NO_TIME && point->at_ms >= to)) {
			job->report->rows_kept--;
			DRY_LEAVE_OUT(job, DRY_NOWHERE, "is outside the window");
			continue;
		}
		points->point[kept] = *point;
		if (is_before)
			points->point[kept].at_ms = from;
		kept++;
	}
	points->count = kept;
}

static void write_points(struct dry_import_job *job, const struct price_points *points)
{
	struct dry_text *const out = &job->out;
	const int64_t origin = job->request->from_ms != DRY_IMPORT_NO_TIME ? job->request->from_ms
			       : points->point[0].at_ms;
	char buffer[DRY_CLOCK_TEXT];

	dry_clock_format(origin, buffer);
	job->report->epoch = dry_arena_text(&job->report->arena, buffer);
	dry_text_printf(out, "{\"type\":\"header\",\"version\":\"dryscale/v1\",\"epoch\":\"%s\","
			"\"source\":\"%s\"}\n", buffer, job->kind->name);
	for (size_t i = 0; i < points->count; i++) {
		const struct price_point *const point = &points->point[i];
		const char *const type = dry_symbols_text(&job->symbols, point->instance_type);
		const char *const zone = dry_symbols_text(&job->symbols, point->zone);
		dry_text_printf(out, "{\"t\":%s,\"type\":\"price\",\"instanceType\":",
				dry_format_seconds(point->at_ms - origin, buffer, sizeof(buffer)));
		dry_text_json(out, type, strlen(type));
		dry_text_puts(out, ",\"zone\":");
		dry_text_json(out, zone, strlen(zone));
		dry_text_puts(out, ",\"price\":");
		dry_text_dollars(out, point->nusd_per_hour);
		dry_text_puts(out, "}\n");
	}
	job->report->rows_written = points->count;
}

static bool price_points_write(struct dry_import_job *job, struct price_points *points, struct dry_error *err)
{
	if (points->count)
		qsort_r(points->point, points->count, sizeof(*points->point), by_series, &job->symbols);
	drop_repeats(job, points);
	cut(job, points);
	if (!points->count) {
		dry_fail(err, DRY_ERROR_EMPTY, DRY_NOWHERE, "no price is left: %llu records were read",
			 (unsigned long long)job->report->rows_read);
		return dry_fail_fix(err, job->report->rows_read
				    ? "see the report for the reasons; other --region, --product or --market?"
				    : "an empty answer means that the type is not offered there");
	}
	qsort_r(points->point, points->count, sizeof(*points->point), by_time, &job->symbols);
	write_points(job, points);
	return true;
}

bool price_points_import(struct dry_import_job *job, dry_read_file_fn *read, struct dry_error *err)
{
	struct price_points points = { 0 };
	bool good = dry_import_each_file(job, read, &points, err);

	job->dated = true;
	good = good && price_points_write(job, &points, err);
	price_points_release(&points);
	return good;
}
