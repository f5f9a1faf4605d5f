/*
 * Any CSV with a header by a map of its columns (csv_map.h): the way in for
 * everything that has no importer of its own.
 */
#include "io/importers/kinds.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/units.h"
#include "io/importers/csv_map.h"
#include "io/importers/each.h"
#include "io/importers/importer.h"

#define COUNT_MAX 100000                /* pods of one row */

struct rows {
	struct dry_import_job *job;
	struct dry_csv_map map;
	const struct dry_csv *csv;
	struct dry_text spec;
	/* How times without a unit are written; found in the first one. */
	bool has_scale;
	double scale;                   /* ms a unit; 0 = dates */
	bool knows_epoch;               /* dated or not is settled */
	bool dated;
};

static const char *text_of(const struct rows *rows, const struct dry_csv_term *term)
{
	const char *text = term->column < 0 ? term->name : dry_csv_field(rows->csv, term->column);

	while (*text == ' ')
		text++;
	return text;
}

static bool is_missing(const char *text, enum dry_csv_field_kind kind)
{
	static const char *const none[] = { "nan", "NaN", "NAN", "null", "NULL", "None", "NA", "NaT" };

	if (!*text)
		return true;
	/* An amount that is not a number is a fault of the file; an end may be unknown. */
	for (size_t i = 0; kind != DRY_CSV_AMOUNT && i < sizeof(none) / sizeof(none[0]); i++)
		if (!strcmp(text, none[i]))
			return true;
	return false;
}

static bool fail(const struct rows *rows, const struct dry_csv_map_entry *entry,
		 const struct dry_csv_term *term, const char *what, const char *expected,
		 struct dry_error *err)
{
	dry_fail(err, DRY_ERROR_INPUT, dry_csv_where(rows->csv, term->column), "%s: \"%.80s\" %s", entry->field,
		 text_of(rows, term), what);
	return dry_fail_expected(err, "%s", expected);
}

/* The unit of a number that stands for a moment, by its size. */
static double scale_of(double value)
{
	const double size = fabs(value);

	return size < 1e11 ? 1e3 : size < 1e14 ? 1 : size < 1e17 ? 1e-3 : 1e-6;
}

static bool learn_scale(struct rows *rows, const char *text, double *value)
{
	static const struct { double scale; const char *name; } names[] = {
		{ 1e3, "seconds" }, { 1, "milliseconds" }, { 1e-3, "microseconds" }, { 1e-6, "nanoseconds" },
	};
	const bool is_number = !dry_parse_number(text, strlen(text), value);

	if (rows->has_scale)
		return is_number == (rows->scale > 0);
	rows->has_scale = true;
	rows->scale = is_number ? scale_of(*value) : 0;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (rows->scale == names[i].scale)
			DRY_NOTE(rows->job, "times are taken as %s, by their size (a unit says it: t=column*ms)",
				 names[i].name);
	return true;
}

/* A moment in ms, from the origin or in Unix time. */
static bool read_time(struct rows *rows, const struct dry_csv_map_entry *entry,
		      const struct dry_csv_term *term, int64_t *ms, struct dry_error *err)
{
	static const char expected[] = "a date such as 2026-03-02T10:15:00Z, or a number as in the rows before";
	const char *const text = text_of(rows, term);
	double value = 0, factor = term->factor;

	if (factor == 0) {
		if (!learn_scale(rows, text, &value))
			return fail(rows, entry, term, "is no time of the kind the first row has", expected, err);
		factor = rows->scale;
	} else {
		const char *const wrong = dry_parse_number(text, strlen(text), &value);
		if (wrong)
			return fail(rows, entry, term, wrong, "a number", err);
	}
	if (factor == 0) {
		const char *const wrong = dry_clock_parse(text, strlen(text), ms);
		if (wrong)
			return fail(rows, entry, term, wrong, expected, err);
	} else {
		if (fabs(value * factor) > 9e15)
			return fail(rows, entry, term, "is too large", "a time before the year 9999", err);
		*ms = llround(value * factor);
	}
	/* Before 1973 means: counted from an origin of its own. */
	const bool dated = factor == 0 || *ms >= INT64_C(100000000000);
	if (entry->kind == DRY_CSV_TIME && !rows->knows_epoch) {
		rows->knows_epoch = true;
		rows->dated = dated;
	}
	return true;
}

/* *ms = -1: the end is not known. */
static bool read_duration(struct rows *rows, const struct dry_csv_map_entry *entry, int64_t *ms,
			  struct dry_error *err)
{
	int64_t end, start;

	*ms = -1;
	if (!entry)
		return true;
	for (int i = 0; i < entry->term_count; i++)
		if (is_missing(text_of(rows, &entry->term[i]), DRY_CSV_DURATION))
			return true;
	if (entry->term_count == 2) {
		if (!read_time(rows, entry, &entry->term[0], &end, err) ||
		    !read_time(rows, entry, &entry->term[1], &start, err))
			return false;
		*ms = end >= start ? end - start : -2;
		return true;
	}
	const struct dry_csv_term *const term = &entry->term[0];
	const char *const text = text_of(rows, term);
	double value = 0;
	const char *const wrong = term->factor > 0 ? dry_parse_number(text, strlen(text), &value)
						    : dry_parse_duration_ms(text, strlen(text), ms);
	if (wrong)
		return fail(rows, entry, term, wrong, "a number, or a duration such as 1h30m", err);
	if (term->factor > 0) {
		if (value * term->factor > 9e15)
			return fail(rows, entry, term, "is too large", "a duration", err);
		*ms = value < 0 ? -2 : llround(value * term->factor);
	}
	if (*ms < 0)
		*ms = -2;
	return true;
}

/* cpu in milli-cores, else whole units. */
static bool read_amount(struct rows *rows, const struct dry_csv_map_entry *entry, int64_t *amount,
			struct dry_error *err)
{
	const bool is_cpu = !strcmp(entry->field, "cpu");
	double total = 0;

	*amount = 0;
	for (int i = 0; i < entry->term_count; i++) {
		const struct dry_csv_term *const term = &entry->term[i];
		const char *const text = text_of(rows, term);
		int64_t value = 0;
		double number = 0;
		if (is_missing(text, DRY_CSV_AMOUNT)) {
			DRY_IMPUTE(rows->job, "%s: is empty, taken as 0", entry->field);
			return true;
		}
		const char *const wrong = term->factor > 0 ? dry_parse_number(text, strlen(text), &number)
			: is_cpu ? dry_parse_quantity_milli(text, strlen(text), &value)
			: dry_parse_quantity(text, strlen(text), &value);
		if (wrong)
			return fail(rows, entry, term, wrong, "a number, or a quantity such as 500m or 2Gi", err);
		const double scaled = term->factor > 0 ? number * term->factor * (is_cpu ? 1000 : 1)
						       : (double)value;
		total += i ? -scaled : scaled;
	}
	if (total < 0)
		return fail(rows, entry, &entry->term[0], "is negative", "0 or more", err);
	if (total > 9e18)
		return fail(rows, entry, &entry->term[0], "is too large", "less than 8Ei", err);
	*amount = (int64_t)ceil(total - 1e-6);
	return true;
}

static bool read_integer(struct rows *rows, const char *field, int64_t none, int64_t *value,
			 struct dry_error *err)
{
	const struct dry_csv_map_entry *const entry = dry_csv_map_find(&rows->map, field);

	*value = none;
	if (!entry || is_missing(text_of(rows, &entry->term[0]), DRY_CSV_INTEGER))
		return true;
	const char *const text = text_of(rows, &entry->term[0]);
	const char *const wrong = dry_parse_integer(text, strlen(text), value);
	if (wrong)
		return fail(rows, entry, &entry->term[0], wrong, "a whole number", err);
	if (llabs(*value) > INT64_C(2147483647))
		return fail(rows, entry, &entry->term[0], "is too large", "a whole number of 32 bits", err);
	return true;
}

static const char *read_text(const struct rows *rows, const char *field)
{
	const struct dry_csv_map_entry *const entry = dry_csv_map_find(&rows->map, field);
	const char *const text = entry ? text_of(rows, &entry->term[0]) : "";

	return is_missing(text, DRY_CSV_TEXT) ? NULL : text;
}

static bool write_requests(struct rows *rows, struct dry_error *err)
{
	struct dry_text *const spec = &rows->spec;

	dry_text_clear(spec);
	dry_text_puts(spec, "\"requests\":{");
	for (uint32_t i = 0; i < rows->map.count; i++) {
		const struct dry_csv_map_entry *const entry = &rows->map.entry[i];
		const char *const name = strcmp(entry->field, "gpu") ? entry->field : "nvidia.com/gpu";
		int64_t amount;
		if (entry->kind != DRY_CSV_AMOUNT)
			continue;
		if (!read_amount(rows, entry, &amount, err))
			return false;
		dry_import_request_add(spec, name, amount);
		if (amount)
			dry_import_resource(rows->job, name);
	}
	dry_text_char(spec, '}');
	return true;
}

/* label.KEY and nodeSelector.KEY as members of one object each. */
static void write_members(struct rows *rows, const char *prefix, const char *key, bool is_name)
{
	struct dry_text *const spec = &rows->spec;
	bool any = false;

	for (uint32_t i = 0; i < rows->map.count; i++) {
		const struct dry_csv_map_entry *const entry = &rows->map.entry[i];
		const char *text = text_of(rows, &entry->term[0]);
		if (strncmp(entry->field, prefix, strlen(prefix)) || is_missing(text, DRY_CSV_TEXT))
			continue;
		if (!any)
			dry_text_printf(spec, ",\"%s\":{", key);
		else
			dry_text_char(spec, ',');
		any = true;
		dry_text_json(spec, entry->field + strlen(prefix), strlen(entry->field) - strlen(prefix));
		dry_text_char(spec, ':');
		if (is_name)
			text = dry_import_name(rows->job, text, strlen(text));
		dry_text_json(spec, text, strlen(text));
	}
	if (any)
		dry_text_char(spec, '}');
}

/* Who owns a pod that no column gives an owner: what runs for a while is a Job's, the rest a ReplicaSet's. */
static void set_owner(struct rows *rows, struct dry_import_row *row)
{
	const char *const owner = read_text(rows, "owner"), *const kind = read_text(rows, "kind");

	row->owner_name = owner ? dry_import_name(rows->job, owner, strlen(owner)) : row->name;
	row->owner_kind = kind ? dry_arena_text(&rows->job->arena, kind)
			       : dry_csv_map_find(&rows->map, "duration") ? "Job" : "ReplicaSet";
	if (!owner)
		DRY_IMPUTE(rows->job, "owner: no column tells it; each row has its own");
	if (!kind)
		DRY_NOTE(rows->job, "owners: with a duration pods are taken as a Job's, without as a ReplicaSet's");
}

static void add_pods(struct rows *rows, int64_t count, int64_t at_ms, int64_t duration_ms, int64_t until_ms)
{
	struct dry_import_job *const job = rows->job;
	const char *const name = read_text(rows, "name"), *const space = read_text(rows, "namespace");
	char text[300];

	for (int64_t i = 0; i < count; i++) {
		if (name)
			snprintf(text, sizeof(text), count > 1 ? "%.250s-%lld" : "%.250s", name, (long long)i);
		else
			snprintf(text, sizeof(text), count > 1 ? "row-%llu-%lld" : "row-%llu",
				 (unsigned long long)job->report->rows_read, (long long)i);
		struct dry_import_row *const row = dry_import_row(job);
		row->at_ms = at_ms;
		row->duration_ms = duration_ms;
		row->until_ms = until_ms;
		row->censored = duration_ms < 0 && until_ms == INT64_MAX;
		row->name = dry_import_name(job, text, strlen(text));
		row->name_space = space && strcmp(space, "default")
			? dry_import_name(job, space, strlen(space)) : NULL;
		set_owner(rows, row);
		row->spec = dry_import_spec(job, &rows->spec);
	}
}

static bool read_row(struct dry_import_job *job, const struct dry_csv *csv, const int *column,
		     void *context, struct dry_error *err)
{
	struct rows *const rows = context;
	const struct dry_csv_map_entry *const t = dry_csv_map_find(&rows->map, "t");
	const struct dry_csv_map_entry *const until = dry_csv_map_find(&rows->map, "until");
	const struct dry_where where = dry_csv_where(csv, t->term[0].column);
	int64_t at_ms, duration_ms, until_ms = INT64_MAX, priority, count;

	(void)column;
	job->report->rows_read++;
	if (is_missing(text_of(rows, &t->term[0]), DRY_CSV_INTEGER)) {
		DRY_DROP(job, where, "has no t");
		return true;
	}
	if (!read_time(rows, t, &t->term[0], &at_ms, err) ||
	    !read_duration(rows, dry_csv_map_find(&rows->map, "duration"), &duration_ms, err) ||
	    !read_integer(rows, "priority", 0, &priority, err) || !read_integer(rows, "count", 1, &count, err))
		return false;
	if (until && duration_ms == -1 && !is_missing(text_of(rows, &until->term[0]), DRY_CSV_TIME) &&
	    !read_time(rows, until, &until->term[0], &until_ms, err))
		return false;
	if (count < 0 || count > COUNT_MAX)
		return dry_fail(err, DRY_ERROR_INPUT, where, "count: %lld pods of one row; 0 to %d are possible",
				(long long)count, COUNT_MAX);
	if (duration_ms == -2 || until_ms < at_ms) {
		DRY_DROP(job, where, "ends before it begins");
		return true;
	}
	if (!write_requests(rows, err))
		return false;
	if (priority)
		dry_text_printf(&rows->spec, ",\"priority\":%lld", (long long)priority);
	write_members(rows, "label.", "labels", true);
	write_members(rows, "nodeSelector.", "nodeSelector", false);
	add_pods(rows, count, at_ms, duration_ms, until_ms);
	job->report->rows_kept++;
	return true;
}

static bool read_file(struct dry_import_job *job, struct dry_feed *feed, void *context,
		      struct dry_error *err)
{
	struct rows *const rows = context;
	struct dry_csv csv;

	rows->csv = &csv;
	const bool good = dry_csv_open(&csv, feed, job->request->delimiter, err) &&
			  dry_csv_map_bind(&rows->map, &csv, err) &&
			  dry_import_each_row(job, &csv, NULL, read_row, rows, err);
	dry_csv_close(&csv);
	return good;
}

bool dry_csv_rows_read(struct dry_import_job *job, struct dry_error *err)
{
	struct rows *const rows = dry_xcalloc(1, sizeof(*rows));

	rows->job = job;
	const bool good = dry_csv_map_parse(&rows->map, job->request->columns, err) &&
			  dry_import_each_file(job, read_file, rows, err);
	job->dated = rows->dated;
	dry_text_release(&rows->spec);
	free(rows);
	if (!good)
		return false;
	if (!job->dated)
		DRY_NOTE(job, "times count from the first row; the source has no date");
	return dry_import_rows_write(job, err);
}
