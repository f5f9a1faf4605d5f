#include "io/results_file.h"

#include <string.h>
#include <stdlib.h>

#include "base/digest.h"
#include "io/reader.h"
#include "io/writer.h"
#include "results_text.h"

static bool ends_with(const char *text, const char *end)
{
	size_t length = strlen(text), more = strlen(end);

	return length >= more && !strcmp(text + length - more, end);
}

bool dry_results_write_as(const struct dry_sweep_result *result, bool csv, const char *path, bool force,
			  struct dry_error *err)
{
	const struct dry_writer_options options = { .force = force };
	struct dry_writer *writer = dry_writer_open(path, &options, err);
	struct dry_results_text text = { .writer = writer };

	if (!writer)
		return false;
	if (csv)
		dry_results_csv(result, &text);
	else
		dry_results_json(result, &text);
	results_pass_on(&text);
	dry_results_text_release(&text);
	return dry_writer_commit(writer, err);
}

bool dry_results_write(const struct dry_sweep_result *result, const char *path, bool force,
		       struct dry_error *err)
{
	return dry_results_write_as(result, ends_with(path, ".csv") || ends_with(path, ".csv.gz"), path, force, err);
}

static bool check_schema(const struct dry_doc *doc, struct dry_error *err)
{
	const struct dry_doc_node *schema = dry_doc_find(doc->root, "schema");

	if (schema && schema->kind == DRY_DOC_TEXT && !strcmp(schema->text, DRY_SWEEP_SCHEMA))
		return true;
	if (schema)
		dry_doc_fail(doc, schema, err, "this is no result of a sweep");
	else
		dry_doc_fail(doc, doc->root, err, "this is no result of a sweep: \"schema\" is missing");
	return dry_fail_expected(err, "\"schema\": \"%s\"", DRY_SWEEP_SCHEMA);
}

static int by_index(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

static bool has_twice(const struct dry_sweep_result *result, uint64_t *index)
{
	uint64_t *list = dry_xcalloc((size_t)result->point_count + 1, sizeof(*list));
	bool twice = false;

	for (uint32_t i = 0; i < result->point_count; i++)
		list[i] = result->point[i].index;
	qsort(list, result->point_count, sizeof(*list), by_index);
	for (uint32_t i = 1; i < result->point_count && !twice; i++) {
		twice = list[i] == list[i - 1];
		*index = list[i];
	}
	free(list);
	return twice;
}

/* What was read, written again, must have the digest that the file has. */
static bool check_digest(const struct dry_doc *doc, const struct dry_sweep_result *result, struct dry_error *err)
{
	const struct dry_doc_node *node = dry_doc_find(doc->root, "sha256");
	struct dry_sha256 sha;
	struct dry_results_text body = { .sha = &sha };
	char hex[65];
	bool same;

	if (!node || node->kind != DRY_DOC_TEXT)
		return dry_doc_fail(doc, node ? node : doc->root, err, "\"sha256\" is missing: the file is not whole");
	dry_sha256_init(&sha);
	results_body(result, &body);
	results_pass_on(&body);
	dry_sha256_finish(&sha, hex);
	dry_results_text_release(&body);
	same = dry_sha256_is(node->text, hex);
	if (same)
		return true;
	dry_doc_fail(doc, node, err, "the content has another digest: a value was changed");
	return dry_fail_fix(err, "make the result again with \"dryscale sweep\"");
}

static bool read_tree(const struct dry_doc *doc, struct dry_sweep_result *result, struct dry_error *err)
{
	const struct dry_doc_node *baseline = dry_doc_find(doc->root, "baseline");
	const struct dry_doc_node *points = dry_doc_find(doc->root, "points");
	uint64_t index = 0;

	if (doc->root->kind != DRY_DOC_MAP)
		return dry_doc_fail(doc, doc->root, err, "is %s, not a result", dry_doc_kind_name(doc->root));
	if (!check_schema(doc, err) || !results_read_manifest(doc, doc->root, result, err))
		return false;
	if (!baseline || !points || points->kind != DRY_DOC_LIST)
		return dry_doc_fail(doc, doc->root, err, "\"baseline\" or \"points\" is missing");
	if (!results_read_point(doc, baseline, true, result, err))
		return false;
	for (const struct dry_doc_node *node = points->first; node; node = node->next)
		if (!results_read_point(doc, node, false, result, err))
			return false;
	if (has_twice(result, &index))
		return dry_doc_fail(doc, points, err, "the point %llu twice", (unsigned long long)index);
	dry_sweep_result_rank(result, true);
	if (result->counts.pending)     /* a stopped sweep: ranks are not known yet */
		dry_sweep_result_rank(result, false);
	return check_digest(doc, result, err);
}

static bool read_doc(struct dry_doc *doc, bool parsed, struct dry_sweep_result *result, struct dry_error *err)
{
	bool fine;

	dry_sweep_result_init(result);
	fine = parsed && read_tree(doc, result, err);
	dry_doc_release(doc);
	if (!fine)
		dry_sweep_result_release(result);
	return fine;
}

static const struct dry_doc_options limits = {
	.syntax = DRY_DOC_JSON, .node_limit = UINT32_C(1) << 30, .size_limit = UINT64_C(1) << 34,
};

bool dry_results_read(const char *path, struct dry_sweep_result *result, struct dry_error *err)
{
	struct dry_doc doc;
	bool parsed = dry_doc_read(&doc, path, &limits, err);

	return read_doc(&doc, parsed, result, err);
}

bool dry_results_read_memory(const void *data, size_t length, const char *name,
			     struct dry_sweep_result *result, struct dry_error *err)
{
	struct dry_doc doc;
	bool parsed = dry_doc_parse(&doc, name, data, length, &limits, err);

	return read_doc(&doc, parsed, result, err);
}
