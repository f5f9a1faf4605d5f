/* The audit log: what was changed is found and named, what is written stays whole. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cjson/cJSON.h>
#include <cmocka.h>

#include "io/audit_log.h"

#define RECORDS 1000

static char folder[64];

static const char *file_named(const char *name)
{
	static char path[128];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return path;
}

static cJSON *record_of(const char *action, int number)
{
	cJSON *record = cJSON_CreateObject();

	cJSON_AddStringToObject(record, "action", action);
	cJSON_AddNumberToObject(record, "n", number);
	return record;
}

static bool append(const char *path, const char *action, int number, struct dry_error *err)
{
	cJSON *record = record_of(action, number);
	bool done = dry_audit_log_append(path, record, NULL, err);

	cJSON_Delete(record);
	return done;
}

struct text {
	char *line[RECORDS];
	size_t length[RECORDS];
	struct dry_audit_head before[RECORDS];  /* state of the chain ahead of each line */
	struct dry_audit_head last;
};

static void make_log(struct text *log)
{
	dry_audit_head_init(&log->last);
	for (int i = 0; i < RECORDS; i++) {
		cJSON *record = record_of(i % 3 ? "note" : "propose \"\xc3\xa9\"", i);

		cJSON_AddStringToObject(record, "actor", i % 2 ? "maria" : "ci");
		log->before[i] = log->last;
		log->line[i] = dry_audit_seal(&log->last, record);
		assert_non_null(log->line[i]);
		log->length[i] = strlen(log->line[i]);
		cJSON_Delete(record);
	}
}

static void free_log(struct text *log)
{
	for (int i = 0; i < RECORDS; i++)
		free(log->line[i]);
}

static bool accepts(const struct text *log, int i, const char *line, size_t length)
{
	struct dry_audit_head head = log->before[i];

	return dry_audit_check(&head, line, length) == NULL;
}

/* A changed byte can only show in its line: all before it is unchanged. */
static void every_changed_byte_is_found(void **state)
{
	static struct text log;
	static const unsigned char flips[] = { 0x01, 0x20, 0x80 };
#ifdef __SANITIZE_ADDRESS__
	const int step = 25;
#else
	const int step = 1;
#endif
	uint64_t tried = 0;

	(void)state;
	make_log(&log);
	for (int i = 0; i < RECORDS; i += step) {
		assert_true(accepts(&log, i, log.line[i], log.length[i]));
		for (size_t at = 0; at < log.length[i]; at++) {
			char was = log.line[i][at];

			for (size_t f = 0; f < sizeof(flips); f++, tried++) {
				log.line[i][at] = (char)(was ^ (char)flips[f]);
				if (accepts(&log, i, log.line[i], log.length[i]))
					fail_msg("record %d, byte %zu, flip %#x", i, at, flips[f]);
			}
			log.line[i][at] = was;
		}
	}
	assert_true(tried > 500000 / (uint64_t)step);
	free_log(&log);
}

/* One line with all 255 other values of each byte. */
static void no_value_of_a_byte_slips_by(void **state)
{
	static struct text log;

	(void)state;
	make_log(&log);
	for (size_t at = 0; at < log.length[1]; at++) {
		char was = log.line[1][at];

		for (int value = 0; value < 256; value++) {
			log.line[1][at] = (char)value;
			assert_true(accepts(&log, 1, log.line[1], log.length[1]) == ((char)value == was));
		}
		log.line[1][at] = was;
	}
	free_log(&log);
}

static void write_lines(const char *path, const struct text *log, const int *order, int count)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	for (int i = 0; i < count; i++)
		fprintf(file, "%s\n", log->line[order ? order[i] : i]);
	fclose(file);
}

static void refused(const char *path, uint32_t line, const char *piece)
{
	struct dry_error err = { 0 };
	struct dry_audit_log log;
	const struct dry_complaint *c = &err.complaint[0];

	assert_false(dry_audit_log_read(&log, path, NULL, &err));
	assert_int_equal(err.code, DRY_ERROR_INPUT);
	assert_int_equal(c->line, line);
	if (!strstr(c->text, piece) && !(c->expected && strstr(c->expected, piece)))
		fail_msg("line %u: says \"%s\", expected \"%s\", not \"%s\"", line, c->text,
			 c->expected ? c->expected : "", piece);
	dry_error_release(&err);
	dry_audit_log_release(&log);
}

static void broken_lines_are_named(void **state)
{
	static struct text log;
	static const int cut[] = { 0, 1, 3, 4 }, swapped[] = { 0, 2, 1, 3 }, doubled[] = { 0, 1, 1, 2 },
			 headless[] = { 1, 2 }, again[] = { 0, 1, 2, 0 };
	const char *path = file_named("broken.jsonl");
	FILE *file;

	(void)state;
	make_log(&log);
	write_lines(path, &log, cut, 4);
	refused(path, 3, "record 2, found 3: lines were cut out or reordered");
	write_lines(path, &log, swapped, 4);
	refused(path, 2, "record 1, found 2");
	write_lines(path, &log, doubled, 4);
	refused(path, 3, "this line doubles line 2");
	write_lines(path, &log, headless, 2);
	refused(path, 1, "record 0, found 1");
	write_lines(path, &log, again, 4);
	refused(path, 4, "this line doubles line 1");

	write_lines(path, &log, NULL, 3);
	file = fopen(path, "a");
	fputs("{\"action\":\"half", file);
	fclose(file);
	refused(path, 4, "the last line is cut off");
	write_lines(path, &log, NULL, 3);
	file = fopen(path, "a");
	fputs("\n", file);
	fclose(file);
	refused(path, 4, "no JSON object");

	/* A changed newline joins two lines. */
	write_lines(path, &log, NULL, 3);
	file = fopen(path, "r+");
	fseek(file, (long)log.length[0], SEEK_SET);
	fputc(' ', file);
	fclose(file);
	refused(path, 1, "");
	free_log(&log);
}

static void a_cut_tail_shows_against_a_kept_head(void **state)
{
	static struct text text;
	const char *path = file_named("tail.jsonl");
	struct dry_error err = { 0 };
	struct dry_audit_log log;

	(void)state;
	make_log(&text);
	write_lines(path, &text, NULL, RECORDS - 1);
	assert_true(dry_audit_log_read(&log, path, NULL, &err));
	assert_int_equal(log.count, RECORDS - 1);
	dry_audit_log_release(&log);
	assert_false(dry_audit_log_read(&log, path, text.last.hash, &err));
	assert_non_null(strstr(err.complaint[0].text, "the tail was cut"));
	dry_audit_log_release(&log);
	write_lines(path, &text, NULL, RECORDS);
	assert_true(dry_audit_log_read(&log, path, text.last.hash, NULL));
	dry_audit_log_release(&log);
	dry_error_release(&err);
	free_log(&text);
}

/* A log that is broken is not written on. */
static void nothing_is_added_to_a_broken_log(void **state)
{
	static struct text log;
	static const int cut[] = { 0, 2 };
	const char *path = file_named("stop.jsonl");
	struct stat before, after;

	(void)state;
	make_log(&log);
	write_lines(path, &log, cut, 2);
	assert_int_equal(stat(path, &before), 0);
	assert_false(append(path, "note", 1, NULL));
	assert_int_equal(stat(path, &after), 0);
	assert_int_equal(before.st_size, after.st_size);
	free_log(&log);
}

static void names_of_the_chain_are_not_for_records(void **state)
{
	static const char *const names[] = { "seq", "prev", "hash" };
	const char *path = file_named("names.jsonl");

	(void)state;
	for (int i = 0; i < 3; i++) {
		cJSON *record = record_of("note", 1);

		cJSON_AddStringToObject(record, names[i], "x");
		assert_false(dry_audit_log_append(path, record, NULL, NULL));
		cJSON_Delete(record);
	}
	/* A log that was not there is not there now. */
	assert_int_equal(access(path, F_OK), -1);
}

static void a_new_log_is_private_and_no_link_is_followed(void **state)
{
	const char *path = file_named("new.jsonl");
	struct dry_error err = { 0 };
	struct stat status;
	char target[128];

	(void)state;
	assert_true(append(path, "note", 1, &err));
	assert_int_equal(stat(path, &status), 0);
	assert_int_equal(status.st_mode & 0777, 0600);
	snprintf(target, sizeof(target), "%s", path);
	path = file_named("link.jsonl");
	assert_int_equal(symlink(target, path), 0);
	assert_false(append(path, "note", 2, &err));
	assert_non_null(strstr(err.complaint[0].text, "symbolic link"));
	dry_error_release(&err);
	memset(&err, 0, sizeof(err));
	assert_false(append(folder, "note", 2, &err));
	dry_error_release(&err);
}

#define WRITERS 8
#define EACH 25

static void eight_writers_leave_one_chain(void **state)
{
	const char *path = file_named("writers.jsonl");
	struct dry_audit_log log;
	int seen[WRITERS] = { 0 };

	(void)state;
	for (int w = 0; w < WRITERS; w++) {
		pid_t child = fork();

		assert_true(child >= 0);
		if (child)
			continue;
		for (int i = 0; i < EACH; i++)
			if (!append(path, "note", w, NULL))
				_exit(1);
		_exit(0);
	}
	for (int w = 0; w < WRITERS; w++) {
		int status = -1;

		wait(&status);
		assert_int_equal(status, 0);
	}
	assert_true(dry_audit_log_read(&log, path, NULL, NULL));
	assert_int_equal(log.count, WRITERS * EACH);
	for (uint64_t i = 0; i < log.count; i++)
		seen[(int)cJSON_GetObjectItem(log.record[i], "n")->valuedouble]++;
	for (int w = 0; w < WRITERS; w++)
		assert_int_equal(seen[w], EACH);
	dry_audit_log_release(&log);
}

/* The disk is full in the middle of a line, or before it: the file is as it was. */
static void a_full_disk_leaves_the_log_as_it_was(void **state)
{
	const char *path = file_named("full.jsonl");
	struct stat status;
	off_t size;

	(void)state;
	for (int i = 0; i < 3; i++)
		assert_true(append(path, "note", i, NULL));
	assert_int_equal(stat(path, &status), 0);
	size = status.st_size;
	for (rlim_t room = 0; room < 200; room += 33) {
		pid_t child = fork();
		int code = -1;

		if (!child) {
			const struct rlimit limit = { (rlim_t)size + room, (rlim_t)size + room };
			struct dry_error err = { 0 };
			bool done;

			signal(SIGXFSZ, SIG_IGN);
			setrlimit(RLIMIT_FSIZE, &limit);
			done = append(path, "a long enough action that does not fit into what is left of the room "
					    "on this disk, whatever it says, and so on until the end of the line",
				      9, &err);
			_exit(done || err.code != DRY_ERROR_SYSTEM);
		}
		waitpid(child, &code, 0);
		assert_int_equal(code, 0);
		assert_int_equal(stat(path, &status), 0);
		assert_int_equal(status.st_size, size);
	}
	assert_true(append(path, "note", 3, NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_changed_byte_is_found),
		cmocka_unit_test(no_value_of_a_byte_slips_by),
		cmocka_unit_test(broken_lines_are_named),
		cmocka_unit_test(a_cut_tail_shows_against_a_kept_head),
		cmocka_unit_test(nothing_is_added_to_a_broken_log),
		cmocka_unit_test(names_of_the_chain_are_not_for_records),
		cmocka_unit_test(a_new_log_is_private_and_no_link_is_followed),
		cmocka_unit_test(eight_writers_leave_one_chain),
		cmocka_unit_test(a_full_disk_leaves_the_log_as_it_was),
	};
	char command[128];
	int failed;

	snprintf(folder, sizeof(folder), "/tmp/dryscale-audit-XXXXXX");
	if (!mkdtemp(folder))
		return 2;
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	snprintf(command, sizeof(command), "rm -r %s", folder);
	return system(command) ? 2 : failed;
}
