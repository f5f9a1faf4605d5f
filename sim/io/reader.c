#include "io/reader.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "base/arena.h"
#include "base/assert.h"

#define STORED_SIZE ((size_t)1 << 17)           /* one read of compressed bytes */
#define CHUNK_SIZE ((size_t)1 << 18)            /* text made at a time: stays in the second-level cache */
#define PULL_MAX ((size_t)1 << 30)              /* zlib counts in 32 bits */
#define PAD 64                                  /* bytes behind the text that may be read */
#define SIZE_LIMIT (UINT64_C(16) << 30)
#define LINE_LIMIT ((size_t)4 << 20)

struct dry_reader {
	char *name;                     /* for places */
	int fd;
	bool is_stdin;                  /* not ours to close */
	uint64_t size_limit;
	size_t line_limit;
	bool is_raisable;
	struct dry_sha256 *sha;
	struct stat opened;             /* to see whether the file changed */

	unsigned char *stored;          /* STORED_SIZE; bytes of the file not used yet: [stored_at, stored_end) */
	size_t stored_at, stored_end;
	uint64_t stored_bytes;
	bool is_stored_end;

	bool is_gzip;
	bool is_between;                /* members: the last one ended */
	bool is_padded;                 /* zeros were seen after the last member */
	uint32_t member;                /* from 1 */
	z_stream zlib;

	char *window;                   /* capacity + PAD; text not given yet: [start, end) */
	size_t capacity, start, end;
	uint64_t made_bytes;            /* text made, given or not */
	uint64_t skipped_bytes;         /* the byte order mark */
	uint64_t line_number;
	bool is_text_end;
};

/* Other ways to pack and write text, by their first bytes. */
static const struct {
	const char *magic;
	size_t length;
	const char *what, *fix;
} foreign[] = {
	{ "\x28\xb5\x2f\xfd", 4, "is compressed with zstd", "zstd -dc FILE | gzip >FILE.gz, or pipe it in as -" },
	{ "\xfd" "7zXZ", 6, "is compressed with xz", "xz -dc FILE | gzip >FILE.gz, or pipe it in as -" },
	{ "BZh", 3, "is compressed with bzip2", "bzip2 -dc FILE | gzip >FILE.gz, or pipe it in as -" },
	{ "PK\x03\x04", 4, "is a zip archive", "unpack it first" },
	{ "\xff\xfe", 2, "is UTF-16 text", "iconv -f UTF-16 -t UTF-8 FILE" },
	{ "\xfe\xff", 2, "is UTF-16 text", "iconv -f UTF-16 -t UTF-8 FILE" },
};

static struct dry_where place(const struct dry_reader *reader)
{
	const uint64_t line = reader->line_number + 1;

	return (struct dry_where){ reader->name, line > UINT32_MAX ? UINT32_MAX : (uint32_t)line, 0 };
}

static bool fail_open(const struct dry_reader *reader, int failure, struct dry_error *err)
{
	const bool is_ours = failure == EMFILE || failure == ENFILE || failure == ENOMEM;

	return dry_fail(err, is_ours ? DRY_ERROR_SYSTEM : DRY_ERROR_INPUT,
			(struct dry_where){ .file = reader->name }, "cannot be read: %s", strerror(failure));
}

/* Bytes of the file to `to`: how many, 0 at the end, -1 with a complaint. */
static ssize_t read_stored(struct dry_reader *reader, void *to, size_t room, struct dry_error *err)
{
	for (;;) {
		const ssize_t count = read(reader->fd, to, room);
		if (count > 0) {
			reader->stored_bytes += (uint64_t)count;
			if (reader->sha)
				dry_sha256_add(reader->sha, to, (size_t)count);
			return count;
		}
		if (count == 0) {
			reader->is_stored_end = true;
			return 0;
		}
		if (errno == EAGAIN || errno == EWOULDBLOCK) {
			struct pollfd wait = { .fd = reader->fd, .events = POLLIN };
			(void)poll(&wait, 1, -1);
		} else if (errno != EINTR) {
			dry_fail(err, errno == EISDIR ? DRY_ERROR_INPUT : DRY_ERROR_SYSTEM, place(reader),
				 "cannot be read: %s", strerror(errno));
			return -1;
		}
	}
}

static bool refill_stored(struct dry_reader *reader, struct dry_error *err)
{
	const ssize_t count = read_stored(reader, reader->stored, STORED_SIZE, err);

	reader->stored_at = 0;
	reader->stored_end = count > 0 ? (size_t)count : 0;
	return count >= 0;
}

/* What was read is what is there now: a text made of two states would be a lie. */
static bool check_unchanged(const struct dry_reader *reader, struct dry_error *err)
{
	struct stat now;

	if (!S_ISREG(reader->opened.st_mode) || fstat(reader->fd, &now))
		return true;
	if (now.st_size == reader->opened.st_size &&
	    now.st_mtim.tv_sec == reader->opened.st_mtim.tv_sec &&
	    now.st_mtim.tv_nsec == reader->opened.st_mtim.tv_nsec)
		return true;
	dry_fail(err, DRY_ERROR_INPUT, (struct dry_where){ .file = reader->name },
		 "changed while it was read");
	return dry_fail_fix(err, "copy it, or wait until nobody writes it");
}

/* ---- gzip */

static bool fail_cut_off(const struct dry_reader *reader, struct dry_error *err)
{
	if (!check_unchanged(reader, err))
		return false;
	dry_fail(err, DRY_ERROR_INPUT, place(reader),
		 "the compressed data is cut off after %" PRIu64 " bytes", reader->stored_bytes);
	return dry_fail_fix(err, "fetch the file again, or compress it again; gzip -t tests it");
}

static bool fail_damaged(const struct dry_reader *reader, const char *why, struct dry_error *err)
{
	const uint64_t offset = reader->stored_bytes - (reader->stored_end - reader->stored_at);

	if (!check_unchanged(reader, err))
		return false;
	if (reader->member > 1)
		dry_fail(err, DRY_ERROR_INPUT, place(reader),
			 "the compressed data is damaged before byte %" PRIu64 ", in gzip member %" PRIu32
			 ": %s", offset, reader->member, why);
	else
		dry_fail(err, DRY_ERROR_INPUT, place(reader),
			 "the compressed data is damaged before byte %" PRIu64 ": %s", offset, why);
	return dry_fail_fix(err, "fetch the file again, or compress it again; gzip -t tests it");
}

static const char *explain_zlib(const char *message)
{
	if (!message)
		return "not what gzip writes";
	if (!strcmp(message, "incorrect data check"))
		return "its checksum does not match";
	if (!strcmp(message, "incorrect length check"))
		return "its length does not match";
	return message;
}

/* After a member: another one, zeros (tapes pad with them) or the end. False with a complaint. */
static bool enter_member(struct dry_reader *reader, struct dry_error *err)
{
	while (reader->is_between) {
		if (reader->stored_at == reader->stored_end) {
			if (reader->is_stored_end || !refill_stored(reader, err) || reader->is_stored_end)
				return reader->is_stored_end;
			continue;
		}
		const unsigned char next = reader->stored[reader->stored_at];
		if (next == 0) {
			reader->is_padded = true;
			reader->stored_at++;
		} else if (next != 0x1f || reader->is_padded) {
			if (!check_unchanged(reader, err))
				return false;
			dry_fail(err, DRY_ERROR_INPUT, place(reader),
				 "what follows gzip member %" PRIu32 " is not gzip data", reader->member);
			return dry_fail_fix(err, "were a plain and a compressed file put together?");
		} else {
			if (inflateReset(&reader->zlib) != Z_OK)
				dry_out_of_memory(0);
			reader->is_between = false;
			reader->member++;
		}
	}
	return true;
}

/* One call of inflate. False with a complaint. */
static bool inflate_once(struct dry_reader *reader, struct dry_error *err)
{
	z_stream *const zlib = &reader->zlib;

	zlib->next_in = reader->stored + reader->stored_at;
	zlib->avail_in = (uInt)(reader->stored_end - reader->stored_at);
	const int code = inflate(zlib, Z_NO_FLUSH);
	reader->stored_at = reader->stored_end - zlib->avail_in;
	if (code == Z_STREAM_END)
		reader->is_between = true;
	else if (code == Z_MEM_ERROR)
		dry_out_of_memory(CHUNK_SIZE);
	else if (code != Z_OK && code != Z_BUF_ERROR)
		return fail_damaged(reader, explain_zlib(zlib->msg), err);
	return true;
}

/* Fills `to` as far as the file goes, so that a small damaged file is refused before its first line is given. */
static bool unpack(struct dry_reader *reader, char *to, size_t room, size_t *got, struct dry_error *err)
{
	z_stream *const zlib = &reader->zlib;

	zlib->next_out = (unsigned char *)to;
	zlib->avail_out = (uInt)room;
	for (;;) {
		if (reader->is_between && !enter_member(reader, err))
			return false;
		*got = room - zlib->avail_out;
		if (reader->is_between || !zlib->avail_out)
			return true;
		if (reader->stored_at == reader->stored_end) {
			if (!refill_stored(reader, err))
				return false;
			if (reader->is_stored_end)
				return fail_cut_off(reader, err);
		}
		if (!inflate_once(reader, err))
			return false;
	}
}

/* ---- text */

/* A limit to offer: twice as much, at least 1 GiB. */
static uint64_t twice_in_gi(uint64_t limit)
{
	return limit / (UINT64_C(1) << 29) + 1;
}

/* More text to `to`; *got = 0 is the end. False with a complaint. */
static bool pull(struct dry_reader *reader, char *to, size_t room, size_t *got, struct dry_error *err)
{
	*got = 0;
	if (reader->is_text_end)
		return true;
	if (room > PULL_MAX)
		room = PULL_MAX;
	if (reader->is_gzip) {
		if (!unpack(reader, to, room, got, err))
			return false;
	} else if (reader->stored_at < reader->stored_end) {
		const size_t held = reader->stored_end - reader->stored_at;
		*got = held < room ? held : room;
		memcpy(to, reader->stored + reader->stored_at, *got);
		reader->stored_at += *got;
	} else if (!reader->is_stored_end) {
		const ssize_t count = read_stored(reader, to, room, err);
		if (count < 0)
			return false;
		*got = (size_t)count;
	}
	reader->made_bytes += *got;
	if (reader->made_bytes > reader->size_limit) {
		dry_fail(err, DRY_ERROR_INPUT, place(reader), "is longer than the limit of %" PRIu64
			 " bytes%s", reader->size_limit, reader->is_gzip ? " when unpacked" : "");
		if (!reader->is_raisable)
			return dry_fail_fix(err, "split it");
		return dry_fail_fix(err, "split it, or raise the limit: --limit-size %" PRIu64 "Gi",
				    twice_in_gi(reader->size_limit));
	}
	if (*got)
		return true;
	reader->is_text_end = true;
	return check_unchanged(reader, err);
}

/* What is left moves to the front of the window, and more text behind it. */
static bool fill(struct dry_reader *reader, struct dry_error *err)
{
	const size_t held = reader->end - reader->start;
	size_t got;

	if (reader->start) {
		memmove(reader->window, reader->window + reader->start, held);
		reader->start = 0;
		reader->end = held;
	}
	if (reader->capacity - held < CHUNK_SIZE / 2) {
		reader->capacity *= 2;
		reader->window = dry_xrealloc(reader->window, reader->capacity + PAD);
	}
	if (!pull(reader, reader->window + held, reader->capacity - held, &got, err))
		return false;
	reader->end += got;
	memset(reader->window + reader->end, 0, PAD);
	return true;
}

static bool fail_long_line(const struct dry_reader *reader, struct dry_error *err)
{
	dry_fail(err, DRY_ERROR_INPUT, place(reader), "the line is longer than the limit of %zu bytes",
		 reader->line_limit);
	if (reader->is_raisable)
		dry_fail_fix(err, "if it is meant to be, raise the limit: --limit-size %" PRIu64 "Gi",
			     twice_in_gi(reader->line_limit));
	return dry_fail_expected(err, "one JSON object a line");
}

/* The text from start to stop (its newline, or the end) as a line. */
static enum dry_reader_state give(struct dry_reader *reader, const char *stop, const char **line,
				  size_t *length, struct dry_error *err)
{
	const char *const start = reader->window + reader->start;
	size_t count = (size_t)(stop - start);

	if (count > reader->line_limit) {
		fail_long_line(reader, err);
		return DRY_READER_FAILED;
	}
	reader->start += count + (stop < reader->window + reader->end);
	if (count && start[count - 1] == '\r')
		count--;
	*line = start;
	*length = count;
	reader->line_number++;
	return DRY_READER_LINE;
}

enum dry_reader_state dry_reader_line(struct dry_reader *reader, const char **line, size_t *length,
				      struct dry_error *err)
{
	size_t looked = 0;

	for (;;) {
		const char *const start = reader->window + reader->start;
		const size_t held = reader->end - reader->start;
		const char *const stop = memchr(start + looked, '\n', held - looked);
		if (stop)
			return give(reader, stop, line, length, err);
		if (held > reader->line_limit) {
			fail_long_line(reader, err);
			return DRY_READER_FAILED;
		}
		if (reader->is_text_end)
			return held ? give(reader, start + held, line, length, err) : DRY_READER_END;
		looked = held;
		if (!fill(reader, err))
			return DRY_READER_FAILED;
	}
}

bool dry_reader_bytes(struct dry_reader *reader, void *to, size_t room, size_t *count,
		      struct dry_error *err)
{
	const size_t held = reader->end - reader->start;

	if (!held)
		return pull(reader, to, room, count, err);
	*count = held < room ? held : room;
	memcpy(to, reader->window + reader->start, *count);
	reader->start += *count;
	return true;
}

/* ---- open and close */

static bool open_file(struct dry_reader *reader, const char *path, struct dry_error *err)
{
	if (!strcmp(path, "-")) {
		reader->fd = STDIN_FILENO;
		reader->is_stdin = true;
	} else {
		reader->fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
		if (reader->fd < 0)
			return fail_open(reader, errno, err);
	}
	if (fstat(reader->fd, &reader->opened))
		return fail_open(reader, errno, err);
	if (S_ISDIR(reader->opened.st_mode)) {
		dry_fail(err, DRY_ERROR_INPUT, (struct dry_where){ .file = reader->name }, "is a folder");
		return dry_fail_expected(err, "a file");
	}
	return true;
}

/* The first bytes tell what the file is. */
static bool look(struct dry_reader *reader, struct dry_error *err)
{
	const unsigned char *const stored = reader->stored;

	/* A pipe may give a few bytes at a time. */
	while (reader->stored_end < 8 && !reader->is_stored_end) {
		const ssize_t count = read_stored(reader, reader->stored + reader->stored_end,
						  STORED_SIZE - reader->stored_end, err);
		if (count < 0)
			return false;
		reader->stored_end += (size_t)count;
	}
	for (size_t i = 0; i < sizeof(foreign) / sizeof(foreign[0]); i++) {
		if (reader->stored_end < foreign[i].length ||
		    memcmp(stored, foreign[i].magic, foreign[i].length) != 0)
			continue;
		dry_fail(err, DRY_ERROR_INPUT, (struct dry_where){ .file = reader->name }, "%s",
			 foreign[i].what);
		dry_fail_expected(err, "UTF-8 text, plain or compressed with gzip");
		return dry_fail_fix(err, "%s", foreign[i].fix);
	}
	if (reader->stored_end >= 2 && stored[0] == 0x1f && stored[1] == 0x8b) {
		if (inflateInit2(&reader->zlib, 15 + 16) != Z_OK)
			dry_out_of_memory(STORED_SIZE);
		reader->is_gzip = true;
		reader->member = 1;
	}
	return true;
}

static struct dry_reader *open_reader(const char *path, const struct dry_reader_options *options,
				      struct dry_error *err)
{
	struct dry_reader *const reader = dry_xcalloc(1, sizeof(*reader));

	reader->name = dry_xstrdup(strcmp(path, "-") ? path : "<stdin>");
	reader->fd = -1;
	reader->size_limit = options && options->size_limit ? options->size_limit : SIZE_LIMIT;
	reader->line_limit = LINE_LIMIT;
	if (options && options->line_limit)
		reader->line_limit = options->line_limit;
	else if (options && options->size_limit > LINE_LIMIT)
		reader->line_limit = (size_t)options->size_limit;
	reader->is_raisable = options && options->is_raisable;
	reader->sha = options ? options->sha : NULL;
	reader->stored = dry_xmalloc(STORED_SIZE);
	if (open_file(reader, path, err) && look(reader, err))
		return reader;
	dry_reader_close(reader);
	return NULL;
}

static bool starts_with_mark(const char *text, size_t length)
{
	return length >= 3 && !memcmp(text, "\xef\xbb\xbf", 3);
}

struct dry_reader *dry_reader_open(const char *path, const struct dry_reader_options *options,
				   struct dry_error *err)
{
	struct dry_reader *const reader = open_reader(path, options, err);

	if (!reader)
		return NULL;
	reader->capacity = CHUNK_SIZE;
	reader->window = dry_xmalloc(reader->capacity + PAD);
	while (reader->end < 3 && !reader->is_text_end) {
		if (!fill(reader, err)) {
			dry_reader_close(reader);
			return NULL;
		}
	}
	if (starts_with_mark(reader->window, reader->end))
		reader->start = reader->skipped_bytes = 3;
	return reader;
}

void dry_reader_close(struct dry_reader *reader)
{
	if (!reader)
		return;
	if (reader->is_gzip)
		inflateEnd(&reader->zlib);
	if (reader->fd >= 0 && !reader->is_stdin)
		close(reader->fd);
	free(reader->window);
	free(reader->stored);
	free(reader->name);
	free(reader);
}

const char *dry_reader_name(const struct dry_reader *reader)
{
	return reader->name;
}

uint64_t dry_reader_line_number(const struct dry_reader *reader)
{
	return reader->line_number;
}

uint64_t dry_reader_text_bytes(const struct dry_reader *reader)
{
	return reader->made_bytes - (reader->end - reader->start) - reader->skipped_bytes;
}

uint64_t dry_reader_stored_bytes(const struct dry_reader *reader)
{
	return reader->stored_bytes;
}

uint64_t dry_reader_file_bytes(const struct dry_reader *reader)
{
	return S_ISREG(reader->opened.st_mode) ? (uint64_t)reader->opened.st_size : 0;
}

bool dry_reader_whole(const char *path, const struct dry_reader_options *options, char **text,
		      size_t *length, struct dry_error *err)
{
	struct dry_reader *const reader = open_reader(path, options, err);
	size_t capacity, count = 0, got = 0;

	*text = NULL;
	*length = 0;
	if (!reader)
		return false;
	/* A plain file fits at once; what lies about its size grows. */
	capacity = (size_t)dry_reader_file_bytes(reader) + 64;
	if (reader->is_gzip || capacity < STORED_SIZE || capacity > reader->size_limit)
		capacity = STORED_SIZE;
	char *memory = dry_xmalloc(capacity + 1);
	bool is_fine;
	do {
		if (capacity - count < 16) {
			capacity *= 2;
			memory = dry_xrealloc(memory, capacity + 1);
		}
		is_fine = pull(reader, memory + count, capacity - count, &got, err);
		count += got;
	} while (is_fine && got);
	dry_reader_close(reader);
	if (!is_fine) {
		free(memory);
		return false;
	}
	if (starts_with_mark(memory, count))
		memmove(memory, memory + 3, count -= 3);
	memory[count] = '\0';
	*text = memory;
	*length = count;
	return true;
}
