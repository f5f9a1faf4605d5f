/*
 * Runs one import: finds the kind, reads, checks --strict, writes.
 */
#include <stdlib.h>
#include <string.h>

#include "base/assert.h"
#include "base/units.h"
#include "io/importers/importer.h"
#include "io/importers/kinds.h"
#include "io/writer.h"

#define DETECT_BYTES 65536

static bool has_word(const char *words, const char *word)
{
	const size_t length = strlen(word);

	for (const char *at = words; at && *at; at += strspn(at, " ")) {
		const size_t have = strcspn(at, " ");
		if (have == length && !memcmp(at, word, length))
			return true;
		at += have;
	}
	return false;
}

const struct dry_import_kind *dry_import_kind_find(const char *name, const char **nearest)
{
	const char *known[128];
	size_t count = 0;

	for (size_t i = 0; i < dry_import_kind_count; i++) {
		const struct dry_import_kind *const kind = &dry_import_kinds[i];
		if (!strcmp(kind->name, name) || has_word(kind->aliases, name))
			return kind;
		if (count < sizeof(known) / sizeof(known[0]))
			known[count++] = kind->name;
	}
	if (nearest)
		*nearest = dry_nearest_word(name, known, count);
	return NULL;
}

static bool by_name(struct dry_import_job *job, const char *name, struct dry_error *err)
{
	const char *nearest = NULL;

	job->kind = dry_import_kind_find(name, &nearest);
	if (job->kind)
		return true;
	dry_fail(err, DRY_ERROR_USAGE, DRY_NOWHERE, "import: there is no kind \"%s\"", name);
	if (nearest)
		return dry_fail_fix(err, "is \"%s\" meant?", nearest);
	return dry_fail_fix(err, "dryscale import --help lists the kinds; auto finds it out");
}

static bool by_content(struct dry_import_job *job, struct dry_error *err)
{
	const char *const path = job->request->file[0];
	struct dry_feed *const feed = &job->first;
	int best = 0;

	if (!dry_feed_open(feed, path, job->request->size_limit, err))
		return false;
	if (!dry_feed_want(feed, DETECT_BYTES, err))
		return false;
	const char *const start = feed->window + feed->start;
	const size_t length = feed->end - feed->start;
	for (size_t i = 0; i < dry_import_kind_count; i++) {
		const int score = dry_import_kinds[i].detect
			? dry_import_kinds[i].detect(start, length, path) : 0;
		if (score > best) {
			best = score;
			job->kind = &dry_import_kinds[i];
		}
	}
	if (job->kind)
		return true;
	dry_fail(err, DRY_ERROR_INPUT, (struct dry_where){ feed->path, 1, 1 }, length
		 ? "no known kind of file begins like this" : "is empty");
	return dry_fail_fix(err, "name the kind: dryscale import KIND FILE; "
			    "any CSV can be read with --columns");
}

static bool is_strictly_fine(const struct dry_import_job *job, struct dry_error *err)
{
	const struct dry_import_report *const report = job->report;

	if (!job->request->strict || (!report->imputed.count && !report->dropped.count))
		return true;
	for (uint32_t i = 0; i < report->imputed.count; i++)
		dry_fail(err, DRY_ERROR_INPUT, DRY_NOWHERE, "--strict: made up %llu times: %s",
			 (unsigned long long)report->imputed.entry[i].count,
			 report->imputed.entry[i].text);
	for (uint32_t i = 0; i < report->dropped.count; i++)
		dry_fail(err, DRY_ERROR_INPUT,
			 (struct dry_where){ .file = report->dropped.entry[i].file,
					     .line = (uint32_t)report->dropped.entry[i].line },
			 "--strict: dropped %llu: %s",
			 (unsigned long long)report->dropped.entry[i].count,
			 report->dropped.entry[i].text);
	return false;
}

static bool convert(struct dry_import_job *job, struct dry_error *err)
{
	const struct dry_import_request *const request = job->request;
	const bool is_auto = !request->kind || !strcmp(request->kind, "auto");

	if (!request->file_count)
		return dry_fail(err, DRY_ERROR_USAGE, DRY_NOWHERE, "import: no file is named");
	if (is_auto && request->columns)
		job->kind = dry_import_kind_find("csv", NULL);
	else if (!(is_auto ? by_content(job, err) : by_name(job, request->kind, err)))
		return false;
	dry_assert(job->kind);
	job->report->kind = job->kind->name;
	job->report->result = job->kind->result;
	job->report->what = dry_arena_printf(&job->report->arena, "%s, %u file%s%s", job->kind->what,
					     request->file_count, request->file_count == 1 ? "" : "s",
					     is_auto ? " (kind found out)" : "");
	return job->kind->read(job, err) && is_strictly_fine(job, err);
}

bool dry_import_text(const struct dry_import_request *request, struct dry_import_report *report,
		     char **text, size_t *length, struct dry_error *err)
{
	struct dry_import_job job = { .request = request, .report = report,
				      .origin_ms = DRY_IMPORT_NO_TIME };

	dry_arena_init(&job.arena);
	dry_symbols_init(&job.symbols);
	const bool good = convert(&job, err);
	if (good) {
		dry_text_string(&job.out);
		*text = job.out.data;
		*length = job.out.length;
	} else {
		dry_text_release(&job.out);
	}
	dry_feed_close(&job.first);
	free(job.row);
	dry_symbols_release(&job.symbols);
	dry_arena_release(&job.arena);
	return good;
}

bool dry_import(const struct dry_import_request *request, struct dry_import_report *report,
		struct dry_error *err)
{
	const struct dry_writer_options options = { .force = request->force };
	char *text = NULL;
	size_t length = 0;

	if (!dry_import_text(request, report, &text, &length, err))
		return false;
	const bool good = dry_writer_file(request->output ? request->output : "-", &options, text,
					  length, err);
	free(text);
	return good;
}
