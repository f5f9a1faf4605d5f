#include "report/report_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "base/arena.h"

#define BUFFER_SIZE (1u << 20)
#define PIECE_MAX (1u << 16)

struct dry_report_stream {
	char *path;                     /* NULL = stdout */
	char *temporary;
	int fd;
	bool gzip;
	z_stream zlib;
	unsigned char *packed;          /* BUFFER_SIZE, gzip only */
	char *buffer;
	size_t filled, capacity;
	int failure;                    /* errno of the first failure */
	bool reader_left;               /* stdout's pipe was closed */
};

static bool ends_in_gz(const char *path)
{
	size_t length = strlen(path);

	return length > 3 && !strcmp(path + length - 3, ".gz");
}

bool dry_report_file_may_write(const char *path, bool force, struct dry_error *err)
{
	struct stat status;

	if (!path || !strcmp(path, "-") || force || stat(path, &status))
		return true;
	if (!S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode))
		return true;                            /* /dev/null, a pipe */
	dry_fail(err, DRY_ERROR_USAGE, DRY_NOWHERE, "%s exists", path);
	return dry_fail_fix(err, S_ISDIR(status.st_mode) ? "name a file, not a directory" :
							   "--force replaces it");
}

static void write_bytes(struct dry_report_stream *stream, const void *data, size_t size)
{
	const char *at = data;

	while (size && !stream->failure && !stream->reader_left) {
		ssize_t count = write(stream->fd, at, size);

		if (count < 0 && errno == EINTR)
			continue;
		if (count < 0) {
			if (errno == EPIPE && !stream->path)
				stream->reader_left = true;
			else
				stream->failure = errno;
			return;
		}
		at += count;
		size -= (size_t)count;
	}
}

static void pack(struct dry_report_stream *stream, int mode)
{
	stream->zlib.next_in = (unsigned char *)stream->buffer;
	stream->zlib.avail_in = (uInt)stream->filled;
	do {
		stream->zlib.next_out = stream->packed;
		stream->zlib.avail_out = BUFFER_SIZE;
		deflate(&stream->zlib, mode);
		write_bytes(stream, stream->packed, BUFFER_SIZE - stream->zlib.avail_out);
	} while (!stream->zlib.avail_out);
}

static void flush_buffer(struct dry_report_stream *stream, bool last)
{
	if (stream->gzip)
		pack(stream, last ? Z_FINISH : Z_NO_FLUSH);
	else
		write_bytes(stream, stream->buffer, stream->filled);
	stream->filled = 0;
}

static void free_stream(struct dry_report_stream *stream)
{
	if (stream->gzip)
		deflateEnd(&stream->zlib);
	free(stream->packed);
	free(stream->buffer);
	free(stream->temporary);
	free(stream->path);
	free(stream);
}

static bool open_file(struct dry_report_stream *stream, const char *path, struct dry_error *err)
{
	struct stat status;
	size_t length = strlen(path);

	stream->path = dry_xstrdup(path);
	if (stat(path, &status) || S_ISREG(status.st_mode)) {
		stream->temporary = dry_xmalloc(length + 5);
		memcpy(stream->temporary, path, length);
		memcpy(stream->temporary + length, ".tmp", 5);
	}
	stream->fd = open(stream->temporary ? stream->temporary : path,
			  O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	if (stream->fd < 0)
		return dry_fail(err, DRY_ERROR_SYSTEM, DRY_NOWHERE, "%s: %s", path, strerror(errno));
	return true;
}

struct dry_report_stream *dry_report_stream_open(const char *path, bool force, struct dry_error *err)
{
	struct dry_report_stream *stream;

	if (!dry_report_file_may_write(path, force, err))
		return NULL;
	stream = dry_xcalloc(1, sizeof(*stream));
	stream->buffer = dry_xmalloc(BUFFER_SIZE);
	stream->capacity = BUFFER_SIZE;
	stream->fd = STDOUT_FILENO;
	if (path && strcmp(path, "-") && !open_file(stream, path, err)) {
		free_stream(stream);
		return NULL;
	}
	if (stream->path && ends_in_gz(stream->path)) {
		stream->packed = dry_xmalloc(BUFFER_SIZE);
		if (deflateInit2(&stream->zlib, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK)
			dry_out_of_memory(BUFFER_SIZE);
		stream->gzip = true;
	}
	return stream;
}

char *dry_report_stream_room(struct dry_report_stream *stream, size_t size)
{
	if (stream->filled + size > stream->capacity)
		flush_buffer(stream, false);
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
	while (size) {
		size_t part = size < PIECE_MAX ? size : PIECE_MAX;

		memcpy(dry_report_stream_room(stream, part), data, part);
		stream->filled += part;
		data += part;
		size -= part;
	}
}

bool dry_report_stream_finish(struct dry_report_stream *stream, struct dry_error *err)
{
	bool fine;

	flush_buffer(stream, true);
	if (stream->path) {
		if (stream->temporary && !stream->failure && fsync(stream->fd) && errno != EINVAL)
			stream->failure = errno;
		if (close(stream->fd) && !stream->failure)
			stream->failure = errno;
		if (stream->temporary && !stream->failure && rename(stream->temporary, stream->path))
			stream->failure = errno;
		if (stream->temporary && stream->failure)
			unlink(stream->temporary);
	}
	fine = !stream->failure;
	if (!fine)
		dry_fail(err, DRY_ERROR_SYSTEM, DRY_NOWHERE, "%s: %s",
			 stream->path ? stream->path : "<stdout>", strerror(stream->failure));
	free_stream(stream);
	return fine;
}

void dry_report_stream_abandon(struct dry_report_stream *stream)
{
	if (!stream)
		return;
	if (stream->path)
		close(stream->fd);
	if (stream->temporary)
		unlink(stream->temporary);
	free_stream(stream);
}

bool dry_report_file_write(const struct dry_page *page, const char *path, bool force,
			   struct dry_error *err)
{
	struct dry_report_stream *stream = dry_report_stream_open(path, force, err);

	if (!stream)
		return false;
	dry_report_stream_add(stream, dry_page_string(page), page->length);
	return dry_report_stream_finish(stream, err);
}
