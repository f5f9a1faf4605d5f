/* Traces of one cluster in several files become one, by time. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/units.h"
#include "io/doc.h"
#include "io/merge.h"
#include "io/reader.h"
#include "io/writer.h"

struct line {
	double t;
	uint64_t order;
	const char *text;
	size_t length;
};

struct lines {
	struct dry_arena arena;
	struct line *line;
	size_t count, capacity;
	const char *header;             /* of the first file that has one */
};

static bool take_line(struct lines *lines, const struct dry_doc *doc, const char *text, size_t length,
		      double *last, struct dry_error *err)
{
	const struct dry_doc_node *type = dry_doc_find(doc->root, "type"), *t = dry_doc_find(doc->root, "t");
	double at;

	if (type && type->kind == DRY_DOC_TEXT && !strcmp(type->text, "header")) {
		if (!lines->header)
			lines->header = dry_arena_copy(&lines->arena, text, length);
		return true;
	}
	if (!type || !t || t->kind != DRY_DOC_NUMBER || dry_parse_number(t->text, t->length, &at)) {
		dry_doc_fail(doc, t ? t : doc->root, err, "is no line of a trace");
		return dry_fail_expected(err, "\"t\", a number of seconds, and \"type\"");
	}
	if (at < *last)
		return dry_doc_fail(doc, t, err, "is out of order: the line before is of %.3f", *last);
	*last = at;
	lines->line = dry_grow(lines->line, &lines->capacity, lines->count + 1, sizeof(*lines->line));
	lines->line[lines->count] = (struct line){ at, lines->count, dry_arena_copy(&lines->arena, text, length),
						   length };
	lines->count++;
	return true;
}

static bool read_trace(struct lines *lines, const char *path, uint64_t size_limit, struct dry_error *err)
{
	const struct dry_reader_options options = { .size_limit = size_limit, .is_raisable = true };
	struct dry_reader *reader = dry_reader_open(path, &options, err);
	enum dry_reader_state state = DRY_READER_FAILED;
	double last = -INFINITY;
	struct dry_doc doc;
	const char *text;
	size_t length;
	bool fine = reader;

	dry_doc_init(&doc);
	while (fine && (state = dry_reader_line(reader, &text, &length, err)) == DRY_READER_LINE) {
		if (!length)
			continue;
		dry_arena_reset(&doc.arena);
		fine = dry_doc_parse_line(&doc, dry_reader_name(reader), text, length,
					  (uint32_t)dry_reader_line_number(reader), err) &&
		       take_line(lines, &doc, text, length, &last, err);
	}
	dry_doc_release(&doc);
	if (reader)
		dry_reader_close(reader);
	return fine && state == DRY_READER_END;
}

static int by_time(const void *a, const void *b)
{
	const struct line *x = a, *y = b;

	if (x->t != y->t)
		return x->t < y->t ? -1 : 1;
	return (x->order > y->order) - (x->order < y->order);
}

bool dry_merge_is_trace(const char *path)
{
	return strstr(path, ".jsonl") || strstr(path, ".ndjson");
}

bool dry_merge_traces(const char *const *path, uint32_t count, uint64_t size_limit, const char *output,
		      bool force, uint64_t *events, struct dry_error *err)
{
	struct dry_writer_options options = { .force = force };
	struct lines lines = { 0 };
	struct dry_writer *writer = NULL;
	bool fine = true;

	dry_arena_init(&lines.arena);
	for (uint32_t i = 0; i < count && fine; i++)
		fine = read_trace(&lines, path[i], size_limit, err);
	if (fine)
		writer = dry_writer_open(output, &options, err);
	if (writer) {
		if (lines.count)
			qsort(lines.line, lines.count, sizeof(*lines.line), by_time);
		if (lines.header)
			dry_writer_printf(writer, "%s\n", lines.header);
		for (size_t i = 0; i < lines.count; i++) {
			dry_writer_add(writer, lines.line[i].text, lines.line[i].length);
			dry_writer_add(writer, "\n", 1);
		}
		fine = dry_writer_commit(writer, err);
	}
	*events = lines.count;
	free(lines.line);
	dry_arena_release(&lines.arena);
	return fine && writer;
}
