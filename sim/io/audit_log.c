#include "io/audit_log.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define LOG_LIMIT (UINT64_C(1) << 30)

static bool fail_system(struct dry_error *err, const char *path, const char *what)
{
	return dry_fail(err, DRY_ERROR_SYSTEM, (struct dry_where){ .file = path }, "%s: %s", what,
			strerror(errno));
}

/* ---- checking */

/* Where a record with this number or hash stood before; 0 = nowhere. */
static uint64_t find_line(const struct dry_audit_log *log, const char *hash)
{
	for (uint64_t i = 0; i < log->count; i++) {
		const cJSON *other = cJSON_GetObjectItemCaseSensitive(log->record[i], "hash");

		if (cJSON_IsString(other) && !strcmp(other->valuestring, hash))
			return i + 1;
	}
	return 0;
}

/* Names what happened to a line that does not follow: doubled, out of order, something cut out. */
static bool fail_line(const struct dry_audit_log *log, uint64_t line, const char *text, size_t length,
		      const char *wrong, struct dry_error *err)
{
	const struct dry_where where = { .file = log->path, .line = (uint32_t)line, .column = 1 };
	cJSON *record = cJSON_ParseWithLength(text, length);
	const cJSON *seq = cJSON_GetObjectItemCaseSensitive(record, "seq");
	const cJSON *hash = cJSON_GetObjectItemCaseSensitive(record, "hash");
	uint64_t before = cJSON_IsString(hash) ? find_line(log, hash->valuestring) : 0;

	dry_fail(err, DRY_ERROR_INPUT, where, "%s", wrong);
	if (before)
		dry_fail_expected(err, "record %" PRIu64 "; this line doubles line %" PRIu64, log->head.seq, before);
	else if (cJSON_IsNumber(seq) && seq->valuedouble > (double)log->head.seq)
		dry_fail_expected(err, "record %" PRIu64 ", found %.0f: lines were cut out or reordered",
				  log->head.seq, seq->valuedouble);
	else if (cJSON_IsNumber(seq) && seq->valuedouble < (double)log->head.seq)
		dry_fail_expected(err, "record %" PRIu64 ", found %.0f: lines were reordered", log->head.seq,
				  seq->valuedouble);
	else
		dry_fail_expected(err, "record %" PRIu64 " as it was written", log->head.seq);
	cJSON_Delete(record);
	return false;
}

static bool take_line(struct dry_audit_log *log, uint64_t line, const char *text, size_t length,
		      struct dry_error *err)
{
	struct dry_audit_head head = log->head;
	const char *wrong = dry_audit_check(&head, text, length);

	if (wrong)
		return fail_line(log, line, text, length, wrong, err);
	log->head = head;
	log->record = dry_grow(log->record, &log->capacity, log->count + 1, sizeof(*log->record));
	log->record[log->count] = cJSON_ParseWithLength(text, length);
	if (!log->record[log->count])
		dry_out_of_memory(length);
	log->count++;
	return true;
}

static bool check_text(struct dry_audit_log *log, const char *text, size_t length, struct dry_error *err)
{
	uint64_t line = 1;
	size_t at = 0;

	for (; at < length; line++) {
		const char *end = memchr(text + at, '\n', length - at);

		if (!end) {
			dry_fail(err, DRY_ERROR_INPUT,
				 (struct dry_where){ .file = log->path, .line = (uint32_t)line, .column = 1 },
				 "the last line is cut off");
			return dry_fail_expected(err, "record %" PRIu64 ", ended by a newline", log->head.seq);
		}
		if (!take_line(log, line, text + at, (size_t)(end - text) - at, err))
			return false;
		at = (size_t)(end - text) + 1;
	}
	return true;
}

/* ---- the file */

static bool read_all(int file, const char *path, char **text, size_t *length, struct dry_error *err)
{
	struct stat status;
	size_t done = 0;

	if (fstat(file, &status) < 0)
		return fail_system(err, path, "cannot be read");
	if (!S_ISREG(status.st_mode))
		return dry_fail(err, DRY_ERROR_INPUT, (struct dry_where){ .file = path }, "is no regular file");
	if ((uint64_t)status.st_size > LOG_LIMIT)
		return dry_fail(err, DRY_ERROR_INPUT, (struct dry_where){ .file = path },
				"is larger than the limit of 1 GiB");
	*text = dry_xmalloc((size_t)status.st_size + 1);
	while (done < (size_t)status.st_size) {
		ssize_t n = pread(file, *text + done, (size_t)status.st_size - done, (off_t)done);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			fail_system(err, path, "cannot be read");
			free(*text);
			return false;
		}
		if (n == 0)
			break;
		done += (size_t)n;
	}
	*length = done;
	return true;
}

static void init_log(struct dry_audit_log *log, const char *path)
{
	memset(log, 0, sizeof(*log));
	dry_arena_init(&log->arena);
	log->path = dry_arena_text(&log->arena, path);
	dry_audit_head_init(&log->head);
}

static bool read_open(struct dry_audit_log *log, int file, size_t *length, struct dry_error *err)
{
	char *text = NULL;
	bool done;

	if (!read_all(file, log->path, &text, length, err))
		return false;
	done = check_text(log, text, *length, err);
	free(text);
	return done;
}

bool dry_audit_log_read(struct dry_audit_log *log, const char *path, const char *expected_head,
			struct dry_error *err)
{
	int file = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	size_t length;
	bool done;

	init_log(log, path);
	if (file < 0) {
		if (errno != ENOENT)
			return fail_system(err, log->path, "cannot be opened");
		return dry_fail(err, DRY_ERROR_INPUT, (struct dry_where){ .file = log->path }, "is not there");
	}
	(void)flock(file, LOCK_SH);
	done = read_open(log, file, &length, err);
	close(file);
	if (!done || !expected_head || !strcmp(expected_head, log->head.hash))
		return done;
	dry_fail(err, DRY_ERROR_INPUT, (struct dry_where){ .file = log->path },
		 "ends at record %" PRId64 " with hash %s: the tail was cut, or the head is another log's",
		 (int64_t)log->count - 1, log->head.hash);
	return dry_fail_expected(err, "head %s", expected_head);
}

void dry_audit_log_release(struct dry_audit_log *log)
{
	for (uint64_t i = 0; i < log->count; i++)
		cJSON_Delete(log->record[i]);
	free(log->record);
	dry_arena_release(&log->arena);
	memset(log, 0, sizeof(*log));
}

/* All of it and on the disk, or the file is cut back to what it was. */
static bool write_line(int file, const char *path, const char *line, size_t before,
		       struct dry_error *err)
{
	size_t length = strlen(line), done = 0;
	char *whole = dry_xmalloc(length + 2);

	memcpy(whole, line, length);
	whole[length++] = '\n';
	while (done < length) {
		ssize_t n = write(file, whole + done, length - done);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		done += (size_t)n;
	}
	free(whole);
	if (done == length && fsync(file) == 0)
		return true;
	fail_system(err, path, "cannot be written");
	if (ftruncate(file, (off_t)before) < 0)
		dry_fail(err, DRY_ERROR_SYSTEM, (struct dry_where){ .file = path },
			 "a part of a line is left at its end: %s", strerror(errno));
	return false;
}

/* Asked before the file is touched: a record that cannot be written makes no file. */
static bool can_seal(const cJSON *record)
{
	cJSON *copy = cJSON_Duplicate(record, true);
	struct dry_audit_head head;
	char *line;
	bool done;

	dry_audit_head_init(&head);
	line = dry_audit_seal(&head, copy);
	cJSON_Delete(copy);
	done = line != NULL;
	free(line);
	return done;
}

bool dry_audit_log_append(const char *path, cJSON *record, uint64_t *seq, struct dry_error *err)
{
	struct dry_audit_log log;
	size_t before = 0;
	char *line = NULL;
	bool done;
	int file;

	if (!can_seal(record))
		return dry_fail(err, DRY_ERROR_SYSTEM, (struct dry_where){ .file = path },
				"the record holds a number that is none, or a name of the chain");
	file = open(path, O_RDWR | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY, 0600);
	if (file < 0) {
		if (errno == ELOOP)
			return dry_fail(err, DRY_ERROR_INPUT, (struct dry_where){ .file = path },
					"is a symbolic link; an audit log is not written through one");
		return fail_system(err, path, "cannot be opened");
	}
	init_log(&log, path);
	done = flock(file, LOCK_EX) == 0 || fail_system(err, path, "cannot be locked");
	done = done && read_open(&log, file, &before, err);
	if (done) {
		if (seq)
			*seq = log.head.seq;
		line = dry_audit_seal(&log.head, record);
	}
	done = line && write_line(file, path, line, before, err);
	free(line);
	dry_audit_log_release(&log);
	if (close(file) < 0 && done)
		done = fail_system(err, path, "cannot be written");
	return done;
}
