#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/units.h"
#include "io/importers/importer.h"

void dry_import_request_init(struct dry_import_request *request)
{
	*request = (struct dry_import_request){
		.from_ms = DRY_IMPORT_NO_TIME,
		.to_ms = DRY_IMPORT_NO_TIME,
	};
}

const char *dry_import_parse_time(const char *text, int64_t *ms)
{
	const size_t length = strlen(text);

	if (!dry_clock_parse(text, length, ms))
		return NULL;
	if (!dry_parse_span_ms(text, length, ms))
		return NULL;
	return "is neither a date (2026-03-02T10:00:00Z) nor a time from the origin (90m, 16d, 5400)";
}

void dry_import_count(struct dry_import_job *job, struct dry_import_counters *counters,
		      struct dry_where where, const char *format, ...)
{
	char text[320];
	va_list list;

	va_start(list, format);
	vsnprintf(text, sizeof(text), format, list);
	va_end(list);
	/* Pieces of the input may be in it: nothing of them may move a terminal's cursor. */
	for (char *at = text; *at; at++)
		if ((unsigned char)*at < 0x20 || *at == 0x7f)
			*at = '?';
	for (uint32_t i = 0; i < counters->count; i++)
		if (!strcmp(counters->entry[i].text, text)) {
			counters->entry[i].count++;
			return;
		}
	if (counters->count == DRY_IMPORT_COUNTER_MAX) {
		struct dry_import_counter *const last = &counters->entry[counters->count - 1];
		if (strcmp(last->text, "others"))
			*last = (struct dry_import_counter){ .text = "others", .count = last->count };
		last->count++;
		return;
	}
	counters->entry[counters->count++] = (struct dry_import_counter){
		.text = dry_arena_text(&job->report->arena, text),
		.count = 1,
		.file = where.file ? dry_arena_text(&job->report->arena, where.file) : NULL,
		.line = where.line,
	};
}

void dry_import_clock(struct dry_import_job *job, int64_t ms)
{
	struct dry_import_report *const report = job->report;

	if (!report->has_clock || ms < report->clock_first_ms)
		report->clock_first_ms = ms;
	if (!report->has_clock || ms > report->clock_last_ms)
		report->clock_last_ms = ms;
	report->has_clock = true;
}

const char *dry_import_name(struct dry_import_job *job, const char *text, size_t length)
{
	const char *const key = job->request->anonymize_key;
	unsigned char mac[32];
	char hex[13];

	if (!key || !length)
		return dry_symbols_text(&job->symbols, dry_symbols_add(&job->symbols, text, length));
	dry_hmac_sha256(key, strlen(key), text, length, mac);
	for (size_t i = 0; i < 6; i++)
		snprintf(hex + 2 * i, 3, "%02x", mac[i]);
	/* A Kubernetes name may not begin with a digit everywhere. */
	hex[0] = (char)(hex[0] <= '9' ? 'g' + (hex[0] - '0') : hex[0]);
	return dry_symbols_text(&job->symbols, dry_symbols_add(&job->symbols, hex, 12));
}

dry_symbol dry_import_spec(struct dry_import_job *job, const struct dry_text *spec)
{
	return dry_symbols_add(&job->symbols, spec->data ? spec->data : "", spec->length);
}

struct dry_import_row *dry_import_row(struct dry_import_job *job)
{
	job->row = dry_grow(job->row, &job->row_capacity, job->row_count + 1, sizeof(*job->row));
	struct dry_import_row *const row = &job->row[job->row_count++];

	*row = (struct dry_import_row){ .duration_ms = -1, .until_ms = INT64_MAX };
	return row;
}

struct sort_entry {
	int64_t at_ms;
	size_t index;
};

static int compare_entries(const void *left, const void *right)
{
	const struct sort_entry *const a = left, *const b = right;

	if (a->at_ms != b->at_ms)
		return a->at_ms < b->at_ms ? -1 : 1;
	return a->index < b->index ? -1 : a->index > b->index;
}

static bool in_window(const struct dry_import_job *job, const struct dry_import_row *row)
{
	const struct dry_import_request *const request = job->request;

	return (request->from_ms == DRY_IMPORT_NO_TIME || row->at_ms >= request->from_ms) &&
	       (request->to_ms == DRY_IMPORT_NO_TIME || row->at_ms < request->to_ms);
}

/* Without a date, --from and --to count from the first row. */
static void rebase(struct dry_import_job *job)
{
	int64_t first = INT64_MAX;

	for (size_t i = 0; i < job->row_count; i++)
		if (job->row[i].at_ms < first)
			first = job->row[i].at_ms;
	if (job->origin_ms == DRY_IMPORT_NO_TIME)
		job->origin_ms = first;
	if (job->dated || !job->row_count)
		return;
	for (size_t i = 0; i < job->row_count; i++) {
		job->row[i].at_ms -= job->origin_ms;
		if (job->row[i].until_ms != INT64_MAX)
			job->row[i].until_ms -= job->origin_ms;
	}
	job->origin_ms = 0;
}

static void write_row(struct dry_import_job *job, const struct dry_import_row *row)
{
	struct dry_text *const out = &job->out;
	char number[40];
	int64_t at_ms = row->at_ms - job->origin_ms;

	dry_text_printf(out, "{\"t\":%s,\"type\":\"pod\",\"name\":",
			dry_format_seconds(at_ms, number, sizeof(number)));
	dry_text_json(out, row->name, strlen(row->name));
	if (row->name_space && strcmp(row->name_space, "default")) {
		dry_text_puts(out, ",\"namespace\":");
		dry_text_json(out, row->name_space, strlen(row->name_space));
	}
	const char *const spec = dry_symbols_text(&job->symbols, row->spec);
	if (*spec) {
		dry_text_char(out, ',');
		dry_text_puts(out, spec);
	}
	if (row->duration_ms >= 0)
		dry_text_printf(out, ",\"duration\":%s",
				dry_format_seconds(row->duration_ms, number, sizeof(number)));
	else if (row->until_ms != INT64_MAX)
		dry_text_printf(out, ",\"until\":%s",
				dry_format_seconds(row->until_ms - job->origin_ms, number,
						   sizeof(number)));
	if (row->owner_kind) {
		dry_text_puts(out, ",\"owner\":{\"kind\":");
		dry_text_json(out, row->owner_kind, strlen(row->owner_kind));
		dry_text_puts(out, ",\"name\":");
		dry_text_json(out, row->owner_name, strlen(row->owner_name));
		dry_text_char(out, '}');
	}
	dry_text_puts(out, "}\n");
}

static void write_header(struct dry_import_job *job)
{
	char epoch[DRY_CLOCK_TEXT];

	dry_text_puts(&job->out, "{\"type\":\"header\",\"version\":\"dryscale/v1\"");
	if (job->dated) {
		dry_clock_format(job->origin_ms, epoch);
		dry_text_printf(&job->out, ",\"epoch\":\"%s\"", epoch);
		job->report->epoch = dry_arena_text(&job->report->arena, epoch);
	}
	dry_text_puts(&job->out, ",\"source\":\"");
	dry_text_puts(&job->out, job->kind->name);
	dry_text_puts(&job->out, "\"}\n");
}

bool dry_import_rows_write(struct dry_import_job *job, struct dry_error *err)
{
	struct sort_entry *const order = dry_xcalloc(job->row_count + 1, sizeof(*order));
	size_t kept = 0, outside = 0;

	rebase(job);
	if (job->request->from_ms != DRY_IMPORT_NO_TIME)
		job->origin_ms = job->request->from_ms;
	for (size_t i = 0; i < job->row_count; i++) {
		if (in_window(job, &job->row[i]))
			order[kept++] = (struct sort_entry){ job->row[i].at_ms, i };
		else
			outside++;
	}
	if (!kept) {
		free(order);
		dry_fail(err, DRY_ERROR_EMPTY, DRY_NOWHERE, outside
			 ? "no pod arrives inside --from and --to" : "no pod was found in the input");
		return dry_fail_fix(err, "see the reasons in the report; "
				    "dryscale import --help lists what each kind wants");
	}
	for (; outside; outside--)
		DRY_LEAVE_OUT(job, DRY_NOWHERE, "arrives outside --from and --to");
	qsort(order, kept, sizeof(*order), compare_entries);
	write_header(job);
	for (size_t i = 0; i < kept; i++) {
		const struct dry_import_row *const row = &job->row[order[i].index];
		write_row(job, row);
		dry_import_clock(job, row->at_ms);
		job->report->censored += row->censored;
		if (row->duration_ms >= 0 || (row->owner_kind && !strcmp(row->owner_kind, "Job")))
			job->report->batch++;
		else
			job->report->service++;
	}
	job->report->rows_written += kept;
	free(order);
	return true;
}

void dry_import_request_add(struct dry_text *out, const char *resource, int64_t amount)
{
	if (amount <= 0)
		return;
	dry_text_key(out, resource);
	dry_text_char(out, '"');
	if (!strcmp(resource, "cpu"))
		dry_text_milli(out, amount);
	else if (!strcmp(resource, "memory") || !strncmp(resource, "ephemeral-storage", 17) ||
		 !strncmp(resource, "hugepages-", 10))
		dry_text_bytes(out, amount);
	else
		dry_text_printf(out, "%lld", (long long)amount);
	dry_text_char(out, '"');
}

void dry_import_resource(struct dry_import_job *job, const char *resource)
{
	if (strcmp(resource, "cpu") && strcmp(resource, "memory") && strcmp(resource, "pods") &&
	    strcmp(resource, "ephemeral-storage"))
		dry_import_count(job, &job->report->resource, DRY_NOWHERE, "%s", resource);
}

bool dry_import_is_key(const char *text, size_t length)
{
	if (!length || length > 317)    /* a prefix of 253, a slash, 63 */
		return false;
	for (size_t i = 0; i < length; i++)
		if (!((text[i] >= 'a' && text[i] <= 'z') || (text[i] >= 'A' && text[i] <= 'Z') ||
		      (text[i] >= '0' && text[i] <= '9') || (text[i] && strchr("-_./", text[i]))))
			return false;
	return true;
}
