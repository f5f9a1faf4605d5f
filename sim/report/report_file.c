#include "report/report_file.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "io/writer.h"

#define BUFFER_SIZE (1u << 16)

struct dry_report_stream {
	struct dry_writer *writer;
	char *buffer;
	size_t filled, capacity;
};

bool dry_report_file_may_write(const char *path, bool force, struct dry_error *err)
{
	struct stat status;

	if (!path || !strcmp(path, "-") || force || stat(path, &status))
		return true;
	if (!S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode))
		return true;                            /* /dev/null, a pipe */
	dry_fail(err, DRY_ERROR_SYSTEM, DRY_NOWHERE, "%s: %s", path,
		 S_ISDIR(status.st_mode) ? "is a folder" : "exists");
	return dry_fail_fix(err, S_ISDIR(status.st_mode) ? "name a file in it" : "--force replaces it");
}

struct dry_report_stream *dry_report_stream_open(const char *path, bool force, struct dry_error *err)
{
	const struct dry_writer_options options = { .force = force };
	struct dry_writer *const writer = dry_writer_open(path ? path : "-", &options, err);
	struct dry_report_stream *stream;

	if (!writer)
		return NULL;
	stream = dry_xcalloc(1, sizeof(*stream));
	stream->writer = writer;
	stream->buffer = dry_xmalloc(BUFFER_SIZE);
	stream->capacity = BUFFER_SIZE;
	return stream;
}

static void flush_buffer(struct dry_report_stream *stream)
{
	dry_writer_add(stream->writer, stream->buffer, stream->filled);
	stream->filled = 0;
}

char *dry_report_stream_room(struct dry_report_stream *stream, size_t size)
{
	if (stream->filled + size > stream->capacity)
		flush_buffer(stream);
	if (size > stream->capacity)
		stream->buffer = dry_grow(stream->buffer, &stream->capacity, size, 1);
	return stream->buffer + stream->filled;
}

void dry_report_stream_filled(struct dry_report_stream *stream, size_t size)
{
	stream->filled += size;
}

void dry_report_stream_add(struct dry_report_stream *stream, const char *data, size_t size)
{
	flush_buffer(stream);
	dry_writer_add(stream->writer, data, size);
}

static void free_stream(struct dry_report_stream *stream)
{
	free(stream->buffer);
	free(stream);
}

bool dry_report_stream_finish(struct dry_report_stream *stream, struct dry_error *err)
{
	flush_buffer(stream);
	const bool is_fine = dry_writer_commit(stream->writer, err);
	free_stream(stream);
	return is_fine;
}

void dry_report_stream_abandon(struct dry_report_stream *stream)
{
	if (!stream)
		return;
	dry_writer_abort(stream->writer);
	free_stream(stream);
}

bool dry_report_file_write(const struct dry_page *page, const char *path, bool force,
			   struct dry_error *err)
{
	const struct dry_writer_options options = { .force = force };

	return dry_writer_file(path ? path : "-", &options, dry_page_string(page), page->length, err);
}
