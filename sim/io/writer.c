#include "io/writer.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "base/arena.h"
#include "base/assert.h"

#define BUFFER_SIZE ((size_t)1 << 18)
#define GZIP_LEVEL 6
#define LISTED_MAX 8

/*
 * The temporaries that exist now, for a signal handler. Paths are copied: the
 * writer's memory may be gone when the handler looks. A ninth writer at a time,
 * or one whose path is too long, is not listed.
 */
struct listed {
	atomic_int state;               /* LISTED_... */
	dev_t device;
	ino_t inode;
	char path[PATH_MAX];
};

enum { LISTED_FREE, LISTED_FILLING, LISTED_EXISTS };
static struct listed listed[LISTED_MAX];

struct dry_writer {
	char *path;                     /* NULL = stdout */
	char *temporary;                /* NULL = written in place */
	int fd;
	bool force;
	bool gzip;
	bool reader_left;               /* stdout's pipe was closed: no failure, but nothing more to do */
	int failure;                    /* errno of the first failure; 0 = none */
	z_stream zlib;
	unsigned char *packed;          /* BUFFER_SIZE; gzip only */
	char *buffer;                   /* BUFFER_SIZE */
	size_t filled;
	struct listed *listed;          /* NULL = not listed */
};

static const char *name_of(const struct dry_writer *writer)
{
	return writer->path ? writer->path : "<stdout>";
}

static bool fail(struct dry_error *err, const char *path, int failure)
{
	dry_fail(err, DRY_ERROR_SYSTEM, DRY_NOWHERE, "%s: cannot be written: %s", path, strerror(failure));
	if (failure == ENOENT || failure == ENOTDIR)
		dry_fail_fix(err, "make its folder first");
	else if (failure == ENOSPC || failure == EDQUOT)
		dry_fail_fix(err, "make room, or write to another disk");
	return false;
}

/* True when the file may be there after us; *in_place for devices and pipes, *mode for what it replaces. */
static bool may_write(const char *path, bool force, bool *in_place, mode_t *mode, struct dry_error *err)
{
	struct stat target, link;

	if (lstat(path, &link))
		return errno == ENOENT || fail(err, path, errno);
	const bool is_found = !stat(path, &target);
	if (is_found && S_ISDIR(target.st_mode)) {
		dry_fail(err, DRY_ERROR_SYSTEM, DRY_NOWHERE, "%s: is a folder", path);
		return dry_fail_fix(err, "name a file in it");
	}
	*in_place = is_found && !S_ISREG(target.st_mode);
	if (*in_place)
		return true;
	if (S_ISLNK(link.st_mode)) {
		dry_fail(err, DRY_ERROR_SYSTEM, DRY_NOWHERE, "%s: is a symbolic link; it is neither "
			 "followed nor replaced", path);
		return dry_fail_fix(err, "name the file itself; - is standard output");
	}
	if (!force) {
		dry_fail(err, DRY_ERROR_SYSTEM, DRY_NOWHERE, "%s: exists", path);
		return dry_fail_fix(err, "--force replaces it");
	}
	*mode = target.st_mode & 0777;
	return true;
}

/* Removes a NAME.tmp that nobody writes any more. */
static bool remove_left_over(const char *temporary, struct dry_error *err)
{
	struct stat status;
	const int fd = open(temporary, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

	if (lstat(temporary, &status))
		status.st_mode = 0;
	const bool is_ours_to_remove = S_ISREG(status.st_mode) || S_ISLNK(status.st_mode);
	const bool is_busy = fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) && errno == EWOULDBLOCK;
	if (fd >= 0)
		close(fd);
	if (is_busy)
		return dry_fail(err, DRY_ERROR_SYSTEM, DRY_NOWHERE, "%s: is being written by another process",
				temporary);
	if (!is_ours_to_remove || unlink(temporary))
		return fail(err, temporary, is_ours_to_remove ? errno : EEXIST);
	return true;
}

bool dry_writer_clear_left_over(const char *path, struct dry_error *err)
{
	const size_t length = strlen(path);
	char *const temporary = dry_xmalloc(length + sizeof(".tmp"));
	struct stat status;
	bool done = true;

	memcpy(temporary, path, length);
	memcpy(temporary + length, ".tmp", sizeof(".tmp"));
	if (!lstat(temporary, &status) && S_ISREG(status.st_mode))
		done = remove_left_over(temporary, err);
	free(temporary);
	return done;
}

static void list_temporary(struct dry_writer *writer)
{
	const size_t size = strlen(writer->temporary) + 1;
	struct stat status;

	if (size > sizeof(listed[0].path) || fstat(writer->fd, &status))
		return;
	for (size_t i = 0; i < LISTED_MAX && !writer->listed; i++) {
		int state = LISTED_FREE;

		if (!atomic_compare_exchange_strong(&listed[i].state, &state, LISTED_FILLING))
			continue;
		writer->listed = &listed[i];
		listed[i].device = status.st_dev;
		listed[i].inode = status.st_ino;
		memcpy(listed[i].path, writer->temporary, size);
		atomic_store(&listed[i].state, LISTED_EXISTS);
	}
}

static void unlist_temporary(struct dry_writer *writer)
{
	if (writer->listed)
		atomic_store(&writer->listed->state, LISTED_FREE);
	writer->listed = NULL;
}

void dry_writer_remove_temporaries(void)
{
	for (size_t i = 0; i < LISTED_MAX; i++) {
		struct stat named;

		if (atomic_load(&listed[i].state) == LISTED_EXISTS && !lstat(listed[i].path, &named) &&
		    named.st_dev == listed[i].device && named.st_ino == listed[i].inode)
			unlink(listed[i].path);
	}
}

static bool open_temporary(struct dry_writer *writer, mode_t mode, struct dry_error *err)
{
	const int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;

	writer->fd = open(writer->temporary, flags, mode ? mode : 0666);
	if (writer->fd < 0 && errno == EEXIST && writer->force) {
		if (!remove_left_over(writer->temporary, err))
			return false;
		writer->fd = open(writer->temporary, flags, mode ? mode : 0666);
	}
	if (writer->fd < 0 && errno == EEXIST) {
		dry_fail(err, DRY_ERROR_SYSTEM, DRY_NOWHERE, "%s: exists; another run writes it, or was "
			 "stopped while it did", writer->temporary);
		return dry_fail_fix(err, "--force replaces it when no other run writes it");
	}
	if (writer->fd < 0)
		return fail(err, writer->path, errno);
	/* The lock tells the next one that we are alive; where locks do not work, nothing is lost. */
	(void)flock(writer->fd, LOCK_EX | LOCK_NB);
	if (mode && fchmod(writer->fd, mode) && errno != EPERM)
		writer->failure = errno;
	return true;
}

/* No signal of this thread comes between a file's first moment and its being listed. */
static bool open_listed(struct dry_writer *writer, mode_t mode, struct dry_error *err)
{
	sigset_t all, before;
	bool is_open;

	dry_on_out_of_memory(dry_writer_remove_temporaries);
	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, &before);
	is_open = open_temporary(writer, mode, err);
	if (is_open)
		list_temporary(writer);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return is_open;
}

static bool open_target(struct dry_writer *writer, const char *path, struct dry_error *err)
{
	const size_t length = strlen(path);
	bool in_place = false;
	mode_t mode = 0;

	if (!may_write(path, writer->force, &in_place, &mode, err))
		return false;
	writer->path = dry_xstrdup(path);
	if (in_place) {
		writer->fd = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
		return writer->fd >= 0 || fail(err, path, errno);
	}
	writer->temporary = dry_xmalloc(length + sizeof(".tmp"));
	memcpy(writer->temporary, path, length);
	memcpy(writer->temporary + length, ".tmp", sizeof(".tmp"));
	return open_listed(writer, mode, err);
}

static void free_writer(struct dry_writer *writer)
{
	unlist_temporary(writer);
	if (writer->gzip)
		deflateEnd(&writer->zlib);
	free(writer->packed);
	free(writer->buffer);
	free(writer->temporary);
	free(writer->path);
	free(writer);
}

static bool ends_in_gz(const char *path)
{
	const size_t length = strlen(path);

	return length > 3 && !strcmp(path + length - 3, ".gz");
}

struct dry_writer *dry_writer_open(const char *path, const struct dry_writer_options *options,
				   struct dry_error *err)
{
	struct dry_writer *const writer = dry_xcalloc(1, sizeof(*writer));
	const bool is_stdout = !strcmp(path, "-");

	writer->force = options && options->force;
	writer->fd = STDOUT_FILENO;
	/* Memory first: nobody removes a file of a program that ends for want of it. */
	writer->buffer = dry_xmalloc(BUFFER_SIZE);
	if (!is_stdout && !(options && options->plain) && ends_in_gz(path)) {
		writer->packed = dry_xmalloc(BUFFER_SIZE);
		if (deflateInit2(&writer->zlib, GZIP_LEVEL, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK)
			dry_out_of_memory(BUFFER_SIZE);
		writer->gzip = true;
	}
	if (is_stdout) {
		fflush(stdout);                         /* what was printed before stays before */
	} else if (!open_target(writer, path, err)) {
		free_writer(writer);
		return NULL;
	}
	return writer;
}

static void write_bytes(struct dry_writer *writer, const void *data, size_t length)
{
	const char *at = data;

	while (length && !dry_writer_has_failed(writer)) {
		const ssize_t count = write(writer->fd, at, length);
		if (count < 0 && errno == EINTR)
			continue;
		if (count < 0) {
			if (errno == EPIPE && !writer->path)
				writer->reader_left = true;
			else
				writer->failure = errno;
			return;
		}
		at += count;
		length -= (size_t)count;
	}
}

static void pack(struct dry_writer *writer, const void *data, size_t length, int mode)
{
	z_stream *const zlib = &writer->zlib;

	/* zlib only reads from next_in; its type is older than const. */
	zlib->next_in = (unsigned char *)(uintptr_t)data;
	zlib->avail_in = (uInt)length;
	do {
		zlib->next_out = writer->packed;
		zlib->avail_out = (uInt)BUFFER_SIZE;
		deflate(zlib, mode);
		write_bytes(writer, writer->packed, BUFFER_SIZE - zlib->avail_out);
	} while (!zlib->avail_out && !dry_writer_has_failed(writer));
}

static void flush_buffer(struct dry_writer *writer, bool is_last)
{
	if (writer->gzip)
		pack(writer, writer->buffer, writer->filled, is_last ? Z_FINISH : Z_NO_FLUSH);
	else
		write_bytes(writer, writer->buffer, writer->filled);
	writer->filled = 0;
}

bool dry_writer_add(struct dry_writer *writer, const void *data, size_t length)
{
	const char *at = data;

	while (length && !dry_writer_has_failed(writer)) {
		const size_t room = BUFFER_SIZE - writer->filled;
		const size_t part = length < room ? length : room;
		memcpy(writer->buffer + writer->filled, at, part);
		writer->filled += part;
		at += part;
		length -= part;
		if (writer->filled == BUFFER_SIZE)
			flush_buffer(writer, false);
	}
	return !writer->failure;
}

bool dry_writer_text(struct dry_writer *writer, const char *text)
{
	return dry_writer_add(writer, text, strlen(text));
}

bool dry_writer_printf(struct dry_writer *writer, const char *format, ...)
{
	const size_t room = BUFFER_SIZE - writer->filled;
	va_list args, again;

	va_start(args, format);
	va_copy(again, args);
	const int length = vsnprintf(writer->buffer + writer->filled, room, format, args);
	va_end(args);
	dry_assert(length >= 0);
	if ((size_t)length < room) {
		writer->filled += (size_t)length;
	} else {
		char *const text = dry_xmalloc((size_t)length + 1);
		vsnprintf(text, (size_t)length + 1, format, again);
		dry_writer_add(writer, text, (size_t)length);
		free(text);
	}
	va_end(again);
	return !writer->failure;
}

bool dry_writer_has_failed(const struct dry_writer *writer)
{
	return writer->failure || writer->reader_left;
}

/* NAME.tmp is still the file we wrote, not one that somebody put in its place. */
static bool is_still_ours(const struct dry_writer *writer)
{
	struct stat open_file, named;

	return !fstat(writer->fd, &open_file) && !lstat(writer->temporary, &named) &&
	       open_file.st_dev == named.st_dev && open_file.st_ino == named.st_ino;
}

/* Gives the file its name; a file that came there meanwhile is kept unless forced. 0 or errno. */
static int give_name(const struct dry_writer *writer)
{
	if (writer->force)
		return rename(writer->temporary, writer->path) ? errno : 0;
	if (!renameat2(AT_FDCWD, writer->temporary, AT_FDCWD, writer->path, RENAME_NOREPLACE))
		return 0;
	if (errno != EINVAL && errno != ENOSYS)
		return errno;
	/* A file system without that call: a second name, then one less. */
	if (!link(writer->temporary, writer->path))
		return unlink(writer->temporary) ? errno : 0;
	if (errno == EEXIST)
		return errno;
	if (!access(writer->path, F_OK))
		return EEXIST;
	return rename(writer->temporary, writer->path) ? errno : 0;
}

/* So that the new name outlives a power cut; not every file system can, and the file is complete anyway. */
static void sync_folder(const char *path)
{
	const char *const slash = strrchr(path, '/');
	char *const folder = dry_xstrdup(slash ? path : ".");

	if (slash)
		folder[slash == path ? 1 : slash - path] = '\0';
	const int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd >= 0) {
		(void)fsync(fd);
		close(fd);
	}
	free(folder);
}

/* Ends the file on disk; true when nothing failed. */
static bool finish_file(struct dry_writer *writer)
{
	const bool is_ours = writer->temporary && is_still_ours(writer);

	if (writer->temporary && !writer->failure && fsync(writer->fd) && errno != EINVAL)
		writer->failure = errno;
	if (writer->temporary && !writer->failure && !is_ours)
		writer->failure = ESTALE;
	if (writer->temporary && !writer->failure)
		writer->failure = give_name(writer);
	if (is_ours && writer->failure)
		unlink(writer->temporary);
	/* Closed last: the lock holds until the name is given. Bytes are on disk since fsync. */
	if (close(writer->fd) && !writer->temporary && !writer->failure)
		writer->failure = errno;
	if (writer->temporary && !writer->failure)
		sync_folder(writer->path);
	return !writer->failure;
}

bool dry_writer_commit(struct dry_writer *writer, struct dry_error *err)
{
	flush_buffer(writer, true);
	if (writer->path)
		finish_file(writer);
	const bool is_fine = !writer->failure;
	if (writer->failure == EEXIST) {
		dry_fail(err, DRY_ERROR_SYSTEM, DRY_NOWHERE, "%s: exists", name_of(writer));
		dry_fail_fix(err, "--force replaces it");
	} else if (!is_fine) {
		fail(err, name_of(writer), writer->failure);
	}
	free_writer(writer);
	return is_fine;
}

void dry_writer_abort(struct dry_writer *writer)
{
	if (!writer)
		return;
	if (writer->temporary && is_still_ours(writer))
		unlink(writer->temporary);
	if (writer->path)
		close(writer->fd);
	free_writer(writer);
}

bool dry_writer_file(const char *path, const struct dry_writer_options *options, const void *data,
		     size_t length, struct dry_error *err)
{
	struct dry_writer *const writer = dry_writer_open(path, options, err);

	if (!writer)
		return false;
	dry_writer_add(writer, data, length);
	return dry_writer_commit(writer, err);
}
