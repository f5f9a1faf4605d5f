#include "report/live_file.h"

#include <stdlib.h>
#include <string.h>

#include "io/reader.h"

/* A document's text; the rest begins behind its "---" line. */
struct piece {
	const char *text;
	size_t length;
	uint32_t line;
};

static bool is_separator(const char *line, size_t length)
{
	if (length < 3 || strncmp(line, "---", 3) != 0)
		return false;
	return length == 3 || line[3] == ' ' || line[3] == '\r' || line[3] == '\t';
}

static bool is_blank(const struct piece *piece)
{
	const char *at = piece->text, *end = at + piece->length;

	while (at < end) {
		const char *newline = memchr(at, '\n', (size_t)(end - at));
		const char *stop = newline ? newline : end;

		while (at < stop && (*at == ' ' || *at == '\t' || *at == '\r'))
			at++;
		if (at < stop && *at != '#')
			return false;
		at = newline ? newline + 1 : end;
	}
	return true;
}

/* The next document that is not empty; false at the end. */
static bool next_piece(struct piece *rest, struct piece *piece)
{
	while (rest->length) {
		const char *at = rest->text, *end = rest->text + rest->length;
		uint32_t line = rest->line;

		*piece = (struct piece){ at, rest->length, line };
		*rest = (struct piece){ end, 0, line };
		while (at < end) {
			const char *newline = memchr(at, '\n', (size_t)(end - at));
			const char *stop = newline ? newline : end;

			line++;
			if (is_separator(at, (size_t)(stop - at))) {
				piece->length = (size_t)(at - piece->text);
				*rest = (struct piece){ newline ? newline + 1 : end,
							newline ? (size_t)(end - newline - 1) : 0, line };
				break;
			}
			at = newline ? newline + 1 : end;
		}
		if (!is_blank(piece))
			return true;
	}
	return false;
}

static bool parse(struct dry_doc *doc, const char *path, const struct piece *piece, struct dry_error *err)
{
	const struct dry_doc_options options = { .first_line = piece->line };

	return dry_doc_parse(doc, path, piece->text, piece->length, &options, err);
}

bool dry_live_each(const char *path, void (*each)(void *context, const struct dry_doc *doc), void *context,
		   struct dry_error *err)
{
	struct piece rest = { .line = 1 }, piece;
	char *text = NULL;

	if (!dry_reader_whole(path, NULL, &text, &rest.length, err))
		return false;
	rest.text = text;
	while (next_piece(&rest, &piece)) {
		struct dry_error quiet = { 0 };
		struct dry_doc doc;

		if (parse(&doc, path, &piece, &quiet))
			each(context, &doc);
		dry_doc_release(&doc);
		dry_error_release(&quiet);
	}
	free(text);
	return true;
}

static bool take_wanted(struct dry_doc *doc, const char *path, struct piece rest,
			bool (*is_wanted)(const struct dry_doc *doc), struct dry_error *err)
{
	struct piece piece;
	uint32_t count = 0;

	for (; next_piece(&rest, &piece); count++) {
		dry_doc_release(doc);
		if (!parse(doc, path, &piece, err))
			return false;
		if (is_wanted(doc))
			return true;
	}
	if (!count)
		return dry_fail(err, DRY_ERROR_INPUT, (struct dry_where){ .file = path }, "holds no document");
	/* One that is not wanted is for the caller to complain about, at its place. */
	return count == 1 || dry_fail(err, DRY_ERROR_INPUT, (struct dry_where){ .file = path },
				      "none of its %u documents runs the cluster-autoscaler", count);
}

bool dry_live_document(struct dry_doc *doc, const char *path, bool (*is_wanted)(const struct dry_doc *doc),
		       struct dry_error *err)
{
	struct piece rest = { .line = 1 };
	char *text = NULL;
	bool done;

	dry_doc_init(doc);
	if (!dry_reader_whole(path, NULL, &text, &rest.length, err))
		return false;
	rest.text = text;
	done = take_wanted(doc, path, rest, is_wanted, err);
	free(text);
	return done;
}
