#include "support/import_bytes.h"

#include <stdlib.h>
#include <string.h>

#include "base/assert.h"
#include "io/doc.h"
#include "io/importers/importer.h"
#include "io/importers/tree.h"

static void check_lines(struct dry_text *out)
{
	struct dry_tree tree = { 0 };
	size_t bad;

	dry_assert(out->length && out->data[out->length - 1] == '\n');
	for (char *at = out->data, *const stop = out->data + out->length; at < stop;) {
		char *const end = memchr(at, '\n', (size_t)(stop - at));
		dry_assert(!dry_tree_parse(&tree, at, (size_t)(end - at), NULL, &bad));
		dry_assert(dry_tree_type_of(&tree, 0) == DRY_TREE_OBJECT);
		at = end + 1;
	}
	dry_tree_release(&tree);
}

/* Sections of a scenario and hazards are one document, without equal keys in a map. */
static void check_document(struct dry_text *out, bool is_yaml)
{
	const struct dry_doc_options options = { .syntax = is_yaml ? DRY_DOC_YAML : DRY_DOC_JSON };
	struct dry_error err = { 0 };
	struct dry_doc doc;

	dry_assert(out->length && out->data[out->length - 1] == '\n');
	dry_assert(dry_doc_parse(&doc, "result", out->data, out->length, &options, &err));
	dry_assert(doc.root->kind == DRY_DOC_MAP);
	dry_doc_release(&doc);
	dry_error_release(&err);
}

static void check_result(struct dry_text *out, enum dry_import_result result)
{
	switch (result) {
	case DRY_IMPORT_NODE_GROUPS:
	case DRY_IMPORT_SETTINGS:
	case DRY_IMPORT_DAEMON_SETS:
		check_document(out, true);
		break;
	case DRY_IMPORT_HAZARDS:
		check_document(out, false);
		break;
	default:
		check_lines(out);
	}
}

static void check_complaints(const struct dry_error *err)
{
	dry_assert(err->count > 0);
	dry_assert(err->code == DRY_ERROR_INPUT || err->code == DRY_ERROR_EMPTY ||
		   err->code == DRY_ERROR_USAGE);
	for (uint32_t i = 0; i < err->count; i++) {
		const struct dry_complaint *const complaint = &err->complaint[i];
		dry_assert(complaint->text && *complaint->text);
		dry_assert(err->code != DRY_ERROR_INPUT || (complaint->file && complaint->line));
	}
}

void import_bytes(const char *kind, const void *bytes, size_t length, const char *columns)
{
	static const char *const file[] = { "input" };
	struct dry_import_request request;
	struct dry_import_report report;
	struct dry_error err = { 0 };
	struct dry_import_job job = { .request = &request, .report = &report,
				      .origin_ms = DRY_IMPORT_NO_TIME };

	dry_import_request_init(&request);
	dry_import_report_init(&report);
	request.file = file;
	request.file_count = 1;
	request.columns = columns;
	job.kind = dry_import_kind_find(kind, NULL);
	dry_assert(job.kind);
	report.result = job.kind->result;
	dry_arena_init(&job.arena);
	dry_symbols_init(&job.symbols);
	dry_feed_open_memory(&job.first, file[0], bytes, length);
	if (job.kind->read(&job, &err))
		check_result(&job.out, job.kind->result);
	else
		check_complaints(&err);
	dry_assert(*dry_import_report_text(&report));
	dry_text_release(&job.out);
	dry_feed_close(&job.first);
	free(job.row);
	dry_symbols_release(&job.symbols);
	dry_arena_release(&job.arena);
	dry_import_report_release(&report);
	dry_error_release(&err);
}
