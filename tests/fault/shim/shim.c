/*
 * Loaded before the C library (LD_PRELOAD): lets one call fail.
 *
 *     FAULT_CALL     alloc, open, read, write, fsync, rename or close
 *     FAULT_NTH      the n-th of them fails, from 1; 0 = none
 *     FAULT_STAYS    set: all later ones fail too, as on a full disk
 *     FAULT_ERRNO    how; a number
 *     FAULT_RUN      a shell command that runs before the n-th call, which then does not fail
 *     FAULT_MARK     a file that is made when a call failed, or the command ran
 *     FAULT_COUNT    a file that gets the number of calls at the end
 *     FAULT_SHORT    set: reads and writes do a few bytes at a time and are interrupted
 *
 * Calls on the standard streams are left alone.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *memory, size_t size);

static atomic_long calls, moves;
static const char *failing_call;
static long nth;
static bool stays, is_short;
static int failure = ENOMEM;

static void mark(const char *path, const char *text)
{
	long fd;

	if (!path)
		return;
	fd = syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	if (fd >= 0) {
		syscall(SYS_write, fd, text, strlen(text));
		syscall(SYS_close, fd);
	}
}

__attribute__((constructor)) static void start(void)
{
	const char *text = getenv("FAULT_NTH");

	nth = text ? atol(text) : 0;
	text = getenv("FAULT_ERRNO");
	failure = text ? atoi(text) : ENOMEM;
	stays = getenv("FAULT_STAYS") != NULL;
	is_short = getenv("FAULT_SHORT") != NULL;
	failing_call = getenv("FAULT_CALL");
}

__attribute__((destructor)) static void end(void)
{
	char text[32];

	snprintf(text, sizeof(text), "%ld\n", atomic_load(&calls));
	failing_call = NULL;
	mark(getenv("FAULT_COUNT"), text);
}

/* Somebody else does something at this very moment. */
static void run_other(const char *command)
{
	unsetenv("LD_PRELOAD");
	failing_call = NULL;
	if (system(command) == 0)
		mark(getenv("FAULT_MARK"), "ran\n");
}

static bool fails(const char *call)
{
	const char *other;

	long count;

	if (!failing_call || strcmp(call, failing_call) != 0)
		return false;
	count = atomic_fetch_add(&calls, 1) + 1;
	if (!nth || count < nth || (count > nth && !stays))
		return false;
	other = getenv("FAULT_RUN");
	if (other) {
		run_other(other);
		return false;
	}
	if (count == nth)
		mark(getenv("FAULT_MARK"), "failed\n");
	errno = failure;
	return true;
}

void *malloc(size_t size)
{
	return fails("alloc") ? NULL : __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
	return fails("alloc") ? NULL : __libc_calloc(count, size);
}

void *realloc(void *memory, size_t size)
{
	return fails("alloc") ? NULL : __libc_realloc(memory, size);
}

/* True when the call was interrupted; else the room may be less. */
static bool interrupted(size_t *room)
{
	long move;

	if (!is_short)
		return false;
	move = atomic_fetch_add(&moves, 1);
	if (move % 5 == 2) {
		errno = EINTR;
		return true;
	}
	if (*room > (size_t)(move % 7) * 997 + 1)
		*room = (size_t)(move % 7) * 997 + 1;
	return false;
}

ssize_t read(int fd, void *to, size_t room)
{
	if (fd > 2 && (fails("read") || interrupted(&room)))
		return -1;
	return syscall(SYS_read, fd, to, room);
}

ssize_t write(int fd, const void *from, size_t length)
{
	if (fd > 2 && (fails("write") || interrupted(&length)))
		return -1;
	return syscall(SYS_write, fd, from, length);
}

int fsync(int fd)
{
	return fails("fsync") ? -1 : (int)syscall(SYS_fsync, fd);
}

int rename(const char *from, const char *to)
{
	return fails("rename") ? -1 : (int)syscall(SYS_renameat, AT_FDCWD, from, AT_FDCWD, to);
}

int renameat2(int from_folder, const char *from, int to_folder, const char *to, unsigned int flags)
{
	return fails("rename") ? -1 : (int)syscall(SYS_renameat2, from_folder, from, to_folder, to, flags);
}

int link(const char *from, const char *to)
{
	return fails("rename") ? -1 : (int)syscall(SYS_linkat, AT_FDCWD, from, AT_FDCWD, to, 0);
}

int close(int fd)
{
	/* The descriptor is gone all the same, as after a late write error. */
	bool bad = fd > 2 && fails("close");
	int result = (int)syscall(SYS_close, fd);

	if (!bad)
		return result;
	errno = failure;
	return -1;
}

static int open_any(const char *path, int flags, mode_t mode)
{
	return fails("open") ? -1 : (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
}

int open(const char *path, int flags, ...)
{
	va_list rest;
	mode_t mode = 0;

	va_start(rest, flags);
	if (flags & O_CREAT)
		mode = va_arg(rest, mode_t);
	va_end(rest);
	return open_any(path, flags, mode);
}

/* the same where off_t has 64 bits, which the program asks for */
int open64(const char *path, int flags, ...) __attribute__((alias("open")));
