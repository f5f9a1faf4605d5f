/*
 * Helpers of the import tests: a text becomes a file, is imported, and the
 * result, the report and the complaints are looked at.
 */
#ifndef DRY_TEST_IMPORT_TEST_H
#define DRY_TEST_IMPORT_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "io/importers.h"

struct import_test {
	struct dry_import_request request;
	struct dry_import_report report;
	struct dry_error err;
	bool good;
	char *text;                     /* "" after a failure */
	size_t length;
	char path[8][64];
	const char *file[8];
};

static inline void import_begin(struct import_test *test, const char *kind)
{
	*test = (struct import_test){ 0 };
	dry_import_request_init(&test->request);
	dry_import_report_init(&test->report);
	test->request.kind = kind;
	test->request.file = test->file;
}

/* Adds a file with these bytes to the request. */
static inline void import_add(struct import_test *test, const char *bytes, size_t length)
{
	const uint32_t index = test->request.file_count++;

	assert_true(index < 8);
	strcpy(test->path[index], "/tmp/dry-import-XXXXXX");
	const int fd = mkstemp(test->path[index]);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, length), length);
	close(fd);
	test->file[index] = test->path[index];
}

static inline void import_run(struct import_test *test)
{
	test->good = dry_import_text(&test->request, &test->report, &test->text, &test->length,
				     &test->err);
	if (!test->good)
		test->text = calloc(1, 1);
	for (uint32_t i = 0; i < 8; i++)
		if (*test->path[i])
			unlink(test->path[i]);
}

static inline void import_text(struct import_test *test, const char *kind, const char *text)
{
	import_begin(test, kind);
	import_add(test, text, strlen(text));
	import_run(test);
}

/* A file of the shared data: adds it, or skips the test visibly when it is absent. */
static inline void import_file(struct import_test *test, const char *path)
{
	if (access(path, R_OK)) {
		print_message("[  NOTE    ] %s is absent\n", path);
		free(test->text);
		dry_import_report_release(&test->report);
		skip();
	}
	test->file[test->request.file_count++] = path;
}

static inline void import_end(struct import_test *test)
{
	free(test->text);
	dry_import_report_release(&test->report);
	dry_error_release(&test->err);
}

/* The import worked; prints the complaint when not. */
static inline void import_good(const struct import_test *test)
{
	for (uint32_t i = 0; i < test->err.count && !test->good; i++)
		print_error("%s:%u:%u: %s\n", test->err.complaint[i].file ? test->err.complaint[i].file : "-",
			    test->err.complaint[i].line, test->err.complaint[i].column,
			    test->err.complaint[i].text);
	assert_true(test->good);
}

/* Runs what begin and add prepared; it must work. */
static inline void import_runs(struct import_test *test)
{
	import_run(test);
	import_good(test);
}

/* The text is imported, which must work. */
static inline void import_reads(struct import_test *test, const char *kind, const char *text)
{
	import_text(test, kind, text);
	import_good(test);
}

static inline void import_has(const struct import_test *test, const char *piece)
{
	if (!strstr(test->text, piece))
		print_error("not in the result: %s\nresult: %.2000s\n", piece, test->text);
	assert_non_null(strstr(test->text, piece));
}

static inline void import_lacks(const struct import_test *test, const char *piece)
{
	if (strstr(test->text, piece))
		print_error("in the result: %s\nresult: %.2000s\n", piece, test->text);
	assert_null(strstr(test->text, piece));
}

/* The first complaint is at this place, with this code, and says this. */
static inline void import_fails(const struct import_test *test, enum dry_error_code code, uint32_t line,
				uint32_t column, const char *piece)
{
	assert_false(test->good);
	assert_true(test->err.count > 0);
	const struct dry_complaint *const complaint = &test->err.complaint[0];
	if (complaint->line != line || complaint->column != column || !strstr(complaint->text, piece))
		print_error("complaint is %s:%u:%u: %s\n", complaint->file ? complaint->file : "-",
			    complaint->line, complaint->column, complaint->text);
	assert_int_equal(test->err.code, code);
	assert_int_equal(complaint->line, line);
	assert_int_equal(complaint->column, column);
	assert_non_null(strstr(complaint->text, piece));
}

/* An import that fails, and where its first complaint points. */
struct import_wrong {
	const char *kind, *text;
	enum dry_error_code code;
	uint32_t line, column;
	const char *piece;
};

static inline void import_all_fail(const struct import_wrong *wrong, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct import_test test;

		import_text(&test, wrong[i].kind, wrong[i].text);
		import_fails(&test, wrong[i].code, wrong[i].line, wrong[i].column, wrong[i].piece);
		import_end(&test);
	}
}

/* The same for one kind whose texts are wrong. */
struct import_place {
	const char *text;
	uint32_t line, column;
	const char *piece;
};

static inline void import_all_point(const char *kind, const struct import_place *place, size_t count)
{
	for (size_t i = 0; i < count; i++)
		import_all_fail(&(const struct import_wrong){ kind, place[i].text, DRY_ERROR_INPUT, place[i].line,
							      place[i].column, place[i].piece }, 1);
}

/* How often a counter whose text contains `piece` counted. */
static inline uint64_t import_counted(const struct dry_import_counters *counters, const char *piece)
{
	uint64_t count = 0;

	for (uint32_t i = 0; i < counters->count; i++)
		if (strstr(counters->entry[i].text, piece))
			count += counters->entry[i].count;
	return count;
}

#endif
