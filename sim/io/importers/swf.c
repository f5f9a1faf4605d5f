/*
 * The Standard Workload Format of the Parallel Workloads Archive: one job a
 * line, 18 numbers separated by blanks, -1 = unknown; lines that begin with ";"
 * are the header. A job becomes one pod with all its processors, or several
 * pods of at most --swf-split processors.
 */
#include "io/importers/kinds.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/units.h"
#include "io/importers/detect.h"
#include "io/importers/each.h"
#include "io/importers/importer.h"

enum field { JOB, SUBMIT, WAIT, RUN, PROCESSORS_USED, CPU_TIME, MEMORY_USED, PROCESSORS, TIME_ASKED, MEMORY,
	     STATUS, USER, GROUP, APPLICATION, QUEUE, PARTITION, PRECEDING, THINK_TIME, FIELD_COUNT };

static const char *const field_name[] = {
	"job number", "submit time", "wait time", "run time", "allocated processors", "average CPU time",
	"used memory", "requested processors", "requested time", "requested memory", "status", "user",
	"group", "application", "queue", "partition", "preceding job", "think time",
};

#define PROCESSORS_MAX 10000000
#define POD_MAX 100000                  /* of one job */

struct swf {
	struct dry_text spec, name;
	int64_t start_ms;               /* of the file that is read; DRY_IMPORT_NO_TIME = no UnixStartTime */
	bool any_file;
};

struct job {
	const char *path;
	uint32_t line;
	double value[FIELD_COUNT];
	uint32_t column[FIELD_COUNT];
};

static bool fail_field(const struct job *job, enum field field, const char *what, struct dry_error *err)
{
	return dry_fail(err, DRY_ERROR_INPUT,
			(struct dry_where){ job->path, job->line, job->column[field] }, "%s: %s",
			field_name[field], what);
}

/* Exactly 18 numbers. */
static bool read_fields(struct job *job, const char *text, size_t length, struct dry_error *err)
{
	size_t at = 0;
	int count = 0;

	for (;;) {
		while (at < length && (text[at] == ' ' || text[at] == '\t'))
			at++;
		if (at == length)
			break;
		size_t end = at;
		while (end < length && text[end] != ' ' && text[end] != '\t')
			end++;
		if (count == FIELD_COUNT) {
			dry_fail(err, DRY_ERROR_INPUT,
				 (struct dry_where){ job->path, job->line, (uint32_t)at + 1 },
				 "a job has more than 18 fields");
			return dry_fail_expected(err, "18 numbers separated by blanks");
		}
		job->column[count] = (uint32_t)at + 1;
		const char *const wrong = dry_parse_number(text + at, end - at, &job->value[count]);
		if (wrong) {
			dry_fail(err, DRY_ERROR_INPUT,
				 (struct dry_where){ job->path, job->line, (uint32_t)at + 1 },
				 "%s: \"%.*s\" %s", field_name[count], (int)(end - at < 60 ? end - at : 60),
				 text + at, wrong);
			dry_fail_expected(err, "a number, -1 where it is not known");
			return false;
		}
		count++;
		at = end;
	}
	if (count == FIELD_COUNT)
		return true;
	dry_fail(err, DRY_ERROR_INPUT, (struct dry_where){ job->path, job->line, (uint32_t)length + 1 },
		 "a job has %d fields", count);
	return dry_fail_expected(err, "18 numbers separated by blanks; is the line complete?");
}

/* "; UnixStartTime: 874454400": the only line of the header that matters here. */
static bool read_header(struct dry_import_job *import, struct swf *swf, const struct job *place, const char *text,
			size_t length, struct dry_error *err)
{
	static const char key[] = "UnixStartTime:";
	const char *const found = memmem(text, length, key, sizeof(key) - 1);
	int64_t seconds;

	if (!found)
		return true;
	const char *at = found + sizeof(key) - 1, *const stop = text + length;
	while (at < stop && (*at == ' ' || *at == '\t'))
		at++;
	size_t digits = 0;
	while (at + digits < stop && at[digits] != ' ' && at[digits] != '\t')
		digits++;
	const char *const wrong = dry_parse_integer(at, digits, &seconds);
	if (wrong || seconds < -1 || seconds > INT64_C(9000000000000)) {
		dry_fail(err, DRY_ERROR_INPUT,
			 (struct dry_where){ place->path, place->line, (uint32_t)(at - text) + 1 },
			 "UnixStartTime: \"%.*s\" %s", (int)(digits < 60 ? digits : 60), at,
			 wrong ? wrong : "is no Unix time");
		return false;
	}
	if (seconds <= 0)
		return true;
	swf->start_ms = seconds * 1000;
	if (import->origin_ms == DRY_IMPORT_NO_TIME || swf->start_ms < import->origin_ms)
		import->origin_ms = swf->start_ms;
	return true;
}

/* NULL = a pod can be made. Else why not. */
static const char *reason_to_leave_out(const struct job *job)
{
	if (job->value[STATUS] >= 2 && job->value[STATUS] <= 4)
		return "is a part of a job whose whole is another line";
	if (job->value[STATUS] == 5 && job->value[RUN] <= 0)
		return "was cancelled before it ran";
	return NULL;
}

static const char *reason_to_drop(const struct job *job, double processors)
{
	if (job->value[SUBMIT] < 0)
		return "has no submit time";
	if (job->value[RUN] < 0)
		return "has no run time";
	if (processors < 1)
		return "has neither requested nor allocated processors";
	return NULL;
}

static void write_spec(struct dry_import_job *import, struct swf *swf, const struct job *job,
		       int64_t processors)
{
	static const struct { enum field field; const char *label; } labels[] = {
		{ USER, "user" }, { QUEUE, "queue" }, { PARTITION, "partition" },
	};
	const double memory = job->value[MEMORY] > 0 ? job->value[MEMORY] : job->value[MEMORY_USED];
	struct dry_text *const spec = &swf->spec;
	char number[40];
	bool any = false;

	dry_text_clear(spec);
	dry_text_puts(spec, "\"requests\":{");
	dry_import_request_add(spec, "cpu", processors * 1000);
	if (memory > 0)
		dry_import_request_add(spec, "memory", memory * (double)processors > 8e15 ? INT64_C(8000000000000000000)
				       : llround(memory * (double)processors) * 1024);
	if (memory > 0 && job->value[MEMORY] <= 0)
		DRY_IMPUTE(import, "requests.memory: taken from what was used");
	if (memory <= 0)
		DRY_NOTE(import, "asks for no memory: the log does not tell it");
	dry_text_char(spec, '}');
	for (size_t i = 0; i < sizeof(labels) / sizeof(labels[0]); i++) {
		if (job->value[labels[i].field] < 0)
			continue;
		const int length = snprintf(number, sizeof(number), "%.0f", job->value[labels[i].field]);
		const char *const name = dry_import_name(import, number, (size_t)length);
		dry_text_puts(spec, any ? "," : ",\"labels\":{");
		any = true;
		dry_text_json(spec, labels[i].label, strlen(labels[i].label));
		dry_text_char(spec, ':');
		dry_text_json(spec, name, strlen(name));
	}
	if (any)
		dry_text_char(spec, '}');
}

static void add_pod(struct dry_import_job *import, struct swf *swf, const struct job *job,
		    int64_t processors, int64_t index, int64_t count)
{
	const int64_t base_ms = swf->start_ms == DRY_IMPORT_NO_TIME ? 0 : swf->start_ms;
	char owner[48];

	write_spec(import, swf, job, processors);
	snprintf(owner, sizeof(owner), "job-%.0f", job->value[JOB]);
	dry_text_clear(&swf->name);
	dry_text_puts(&swf->name, owner);
	if (count > 1)
		dry_text_printf(&swf->name, "-%lld", (long long)index);
	struct dry_import_row *const row = dry_import_row(import);
	row->at_ms = base_ms + llround(job->value[SUBMIT] * 1000);
	row->duration_ms = llround(job->value[RUN] * 1000);
	row->name = dry_import_name(import, swf->name.data, swf->name.length);
	row->owner_kind = "Job";
	row->owner_name = dry_import_name(import, owner, strlen(owner));
	row->spec = dry_import_spec(import, &swf->spec);
}

static bool add_job(struct dry_import_job *import, struct swf *swf, const struct job *job,
		    struct dry_error *err)
{
	const struct dry_where where = { job->path, job->line, 1 };
	const double asked = job->value[PROCESSORS] > 0 ? job->value[PROCESSORS] : job->value[PROCESSORS_USED];
	const char *reason = reason_to_leave_out(job);

	import->report->rows_read++;
	for (int i = 0; i < FIELD_COUNT; i++)
		if (fabs(job->value[i]) > 9e12)
			return fail_field(job, (enum field)i, "is too large", err);
	if (asked > PROCESSORS_MAX)
		return fail_field(job, PROCESSORS, "is more than 10,000,000", err);
	if (reason) {
		DRY_LEAVE_OUT(import, where, "%s", reason);
		return true;
	}
	reason = reason_to_drop(job, asked);
	if (reason) {
		DRY_DROP(import, where, "%s", reason);
		return true;
	}
	if (job->value[PROCESSORS] <= 0)
		DRY_IMPUTE(import, "requests.cpu: taken from the processors it got");
	if (job->value[PRECEDING] > 0)
		DRY_NOTE(import, "waited for a preceding job: its recorded submit time is kept");
	const int64_t processors = (int64_t)ceil(asked);
	const int64_t most = import->request->swf_split > 0 ? import->request->swf_split : processors;
	const int64_t count = (processors + most - 1) / most;
	if (count > POD_MAX)
		return fail_field(job, PROCESSORS, "makes more than 100,000 pods; raise --swf-split", err);
	for (int64_t i = 0, left = processors; i < count; i++, left -= most)
		add_pod(import, swf, job, left < most ? left : most, i, count);
	import->report->rows_kept++;
	return true;
}

static bool read_file(struct dry_import_job *import, struct dry_feed *feed, void *context,
		      struct dry_error *err)
{
	struct swf *const swf = context;
	const bool was_dated = import->dated;
	struct job job = { .path = feed->path };
	const char *text;
	size_t length;
	int more;

	swf->start_ms = DRY_IMPORT_NO_TIME;
	for (;;) {
		job.line = (uint32_t)feed->line;
		more = dry_feed_line(feed, &text, &length, err);
		if (more <= 0)
			break;
		const bool has_mark = job.line == 1 && length >= 3 && !memcmp(text, "\xef\xbb\xbf", 3);
		const char *const start = text + (has_mark ? 3 : 0);
		length -= (size_t)(start - text);
		size_t blank = 0;
		while (blank < length && (start[blank] == ' ' || start[blank] == '\t'))
			blank++;
		if (blank == length)
			continue;
		if (start[blank] == ';') {
			if (!read_header(import, swf, &job, start, length, err))
				return false;
			continue;
		}
		if (!read_fields(&job, start, length, err) || !add_job(import, swf, &job, err))
			return false;
	}
	import->dated = swf->start_ms != DRY_IMPORT_NO_TIME;
	if (more == 0 && swf->any_file && import->dated != was_dated)
		return dry_fail(err, DRY_ERROR_INPUT, (struct dry_where){ feed->path, 1, 1 },
				"some of the files have a UnixStartTime and others have none");
	swf->any_file = true;
	return more == 0;
}

bool dry_swf_read(struct dry_import_job *job, struct dry_error *err)
{
	struct swf swf = { 0 };
	const bool good = dry_import_each_file(job, read_file, &swf, err);

	dry_text_release(&swf.spec);
	dry_text_release(&swf.name);
	if (!good)
		return false;
	if (!job->dated)
		DRY_NOTE(job, "times count from the first job; the log has no UnixStartTime");
	return dry_import_rows_write(job, err);
}

/* A header of the archive's, or a first line of 18 numbers. */
int dry_swf_detect(const char *start, size_t length, const char *path)
{
	struct job job = { .path = path };
	size_t at = 0;

	if (length && *start == ';' && (start_has(start, length < START_NEAR ? length : START_NEAR, "UnixStartTime") ||
					start_has(start, length < START_NEAR ? length : START_NEAR, "MaxProcs") ||
					start_has(start, length < START_NEAR ? length : START_NEAR, "SWF")))
		return 90;
	while (at < length) {
		const char *const end = memchr(start + at, '\n', length - at);
		size_t line = end ? (size_t)(end - start) - at : length - at;
		if (line && start[at] != ';') {
			line -= start[at + line - 1] == '\r';
			return read_fields(&job, start + at, line, NULL) ? 85 : 0;
		}
		if (!end)
			break;
		at = (size_t)(end - start) + 1;
	}
	return 0;
}
