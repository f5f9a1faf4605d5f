/* Output files: whole or not there, whatever happens on the way. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "io/reader.h"
#include "io/writer.h"

static char folder[256], path[320], temporary[330];
static const struct dry_writer_options force = { .force = true };

static int set_up(void **state)
{
	const char *const parent = getenv("TMPDIR");

	(void)state;
	snprintf(folder, sizeof(folder), "%s/writer-XXXXXX", parent ? parent : "/tmp");
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/out.txt", folder);
	snprintf(temporary, sizeof(temporary), "%s.tmp", path);
	return 0;
}

/* Number of entries in the folder, which is removed. */
static int count_and_remove(void)
{
	DIR *const dir = opendir(folder);
	char name[600];
	int count = 0;

	for (struct dirent *entry; (entry = readdir(dir));) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(name, sizeof(name), "%s/%s", folder, entry->d_name);
		assert_int_equal(remove(name), 0);
		count++;
	}
	closedir(dir);
	rmdir(folder);
	return count;
}

static int tear_down(void **state)
{
	(void)state;
	count_and_remove();
	return 0;
}

static void put(const char *name, const char *text)
{
	FILE *const file = fopen(name, "w");

	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

static void assert_holds(const char *name, const char *wanted)
{
	char *text;
	size_t length;

	assert_true(dry_reader_whole(name, NULL, &text, &length, NULL));
	assert_int_equal(length, strlen(wanted));
	assert_memory_equal(text, wanted, length);
	free(text);
}

static bool is_there(const char *name)
{
	struct stat status;

	return !lstat(name, &status);
}

static void assert_refused(const char *name, const struct dry_writer_options *options, const char *word)
{
	struct dry_error err = { 0 };

	assert_null(dry_writer_open(name, options, &err));
	assert_int_equal(err.code, DRY_ERROR_SYSTEM);
	assert_int_equal(err.count, 1);
	assert_non_null(strstr(err.complaint[0].text, word));
	assert_non_null(strstr(err.complaint[0].text, "out"));
	dry_error_release(&err);
}

static void name_comes_with_commit(void **state)
{
	struct dry_writer *const writer = dry_writer_open(path, NULL, NULL);
	struct stat status;
	const mode_t mask = umask(022);

	(void)state;
	assert_true(dry_writer_text(writer, "one "));
	assert_true(dry_writer_printf(writer, "%d %s\n", 2, "three"));
	assert_true(dry_writer_add(writer, "a\0b", 3));
	assert_false(is_there(path));
	assert_true(is_there(temporary));
	assert_true(dry_writer_commit(writer, NULL));
	umask(mask);
	assert_false(is_there(temporary));
	assert_int_equal(stat(path, &status), 0);
	assert_int_equal(status.st_size, 15);
	assert_int_equal(status.st_mode & 0111, 0);
}

static void abort_leaves_nothing(void **state)
{
	struct dry_writer *const writer = dry_writer_open(path, NULL, NULL);

	(void)state;
	dry_writer_text(writer, "half");
	dry_writer_abort(writer);
	dry_writer_abort(NULL);
	assert_int_equal(count_and_remove(), 0);
	mkdir(folder, 0700);
}

static void existing_file_needs_force(void **state)
{
	struct stat status;

	(void)state;
	put(path, "old");
	chmod(path, 0640);
	assert_refused(path, NULL, "exists");
	assert_holds(path, "old");
	struct dry_writer *const writer = dry_writer_open(path, &force, NULL);
	dry_writer_text(writer, "new");
	assert_holds(path, "old");
	assert_true(dry_writer_commit(writer, NULL));
	assert_holds(path, "new");
	stat(path, &status);
	assert_int_equal(status.st_mode & 0777, 0640);
}

static void file_that_comes_meanwhile_is_kept(void **state)
{
	struct dry_error err = { 0 };
	struct dry_writer *const writer = dry_writer_open(path, NULL, NULL);

	(void)state;
	dry_writer_text(writer, "ours");
	put(path, "theirs");
	assert_false(dry_writer_commit(writer, &err));
	assert_non_null(strstr(err.complaint[0].text, "exists"));
	assert_holds(path, "theirs");
	assert_false(is_there(temporary));
	dry_error_release(&err);
}

static void links_are_not_followed(void **state)
{
	char victim[320];

	(void)state;
	snprintf(victim, sizeof(victim), "%s/victim", folder);
	put(victim, "precious");
	/* The target is a link. */
	assert_int_equal(symlink(victim, path), 0);
	assert_refused(path, &force, "symbolic link");
	unlink(path);
	/* One to nothing. */
	assert_int_equal(symlink("nowhere", path), 0);
	assert_refused(path, NULL, "symbolic link");
	unlink(path);
	/* The temporary name is a link that somebody laid there. */
	assert_int_equal(symlink(victim, temporary), 0);
	assert_refused(path, NULL, "exists");
	assert_true(dry_writer_file(path, &force, "new", 3, NULL));
	assert_holds(path, "new");
	assert_holds(victim, "precious");
}

static void left_over_is_replaced_only_when_nobody_writes_it(void **state)
{
	(void)state;
	put(temporary, "left by a run that was killed");
	assert_refused(path, NULL, "was stopped while it did");
	struct dry_writer *const writer = dry_writer_open(path, &force, NULL);
	assert_non_null(writer);
	/* The second one sees that the first is alive. */
	assert_refused(path, &force, "another process");
	dry_writer_text(writer, "first");
	assert_true(dry_writer_commit(writer, NULL));
	assert_holds(path, "first");
}

static void stolen_temporary_is_a_failure(void **state)
{
	struct dry_error err = { 0 };
	struct dry_writer *const writer = dry_writer_open(path, NULL, NULL);

	(void)state;
	dry_writer_text(writer, "ours");
	unlink(temporary);
	put(temporary, "somebody else's");
	assert_false(dry_writer_commit(writer, &err));
	assert_false(is_there(path));
	assert_holds(temporary, "somebody else's");
	dry_error_release(&err);
}

static void places_that_cannot_be_written(void **state)
{
	char name[400];

	(void)state;
	snprintf(name, sizeof(name), "%s/none/out", folder);
	assert_refused(name, NULL, "No such file");
	put(path, "x");
	snprintf(name, sizeof(name), "%s/out", path);
	assert_refused(name, &force, "cannot be written");
	unlink(path);
	mkdir(path, 0700);
	assert_refused(path, &force, "is a folder");
}

static void compressed_by_name_and_the_same_each_time(void **state)
{
	const struct dry_writer_options plain = { .plain = true };
	char first[340], second[340], third[340], *a, *b;
	size_t length = 3000000, a_length, b_length;
	char *const text = dry_xmalloc(length + 1);
	FILE *file;

	(void)state;
	for (size_t i = 0; i < length; i++)
		text[i] = (char)('a' + i * i % 23);
	text[length] = '\0';
	snprintf(first, sizeof(first), "%s/a.gz", folder);
	snprintf(second, sizeof(second), "%s/b.gz", folder);
	snprintf(third, sizeof(third), "%s/c.gz", folder);
	assert_true(dry_writer_file(first, NULL, text, length, NULL));
	assert_true(dry_writer_file(second, NULL, text, length, NULL));
	assert_true(dry_writer_file(third, &plain, text, length, NULL));
	assert_holds(first, text);
	assert_holds(third, text);
	for (int i = 0; i < 2; i++) {
		unsigned char head[10];
		file = fopen(i ? second : first, "rb");
		assert_int_equal(fread(head, 1, 10, file), 10);
		/* No name, no time. */
		assert_memory_equal(head, "\x1f\x8b\x08\0\0\0\0\0", 8);
		fclose(file);
	}
	struct dry_sha256 sha[2];
	char hex[2][65];
	for (int i = 0; i < 2; i++) {
		dry_sha256_init(&sha[i]);
		const struct dry_reader_options options = { .sha = &sha[i] };
		assert_true(dry_reader_whole(i ? second : first, &options, i ? &b : &a,
					     i ? &b_length : &a_length, NULL));
		dry_sha256_finish(&sha[i], hex[i]);
	}
	assert_string_equal(hex[0], hex[1]);
	free(a);
	free(b);
	free(text);
}

static void long_pieces_cross_the_buffer(void **state)
{
	const size_t length = 600000;
	char *const text = dry_xmalloc(length + 1);
	struct dry_writer *const writer = dry_writer_open(path, NULL, NULL);
	char *read;
	size_t read_length;

	(void)state;
	memset(text, 'x', length);
	text[length] = '\0';
	for (int i = 0; i < 3; i++)
		assert_true(dry_writer_printf(writer, "%s|", text));
	assert_true(dry_writer_commit(writer, NULL));
	assert_true(dry_reader_whole(path, NULL, &read, &read_length, NULL));
	assert_int_equal(read_length, 3 * (length + 1));
	assert_int_equal(read[length], '|');
	assert_int_equal(read[2 * length + 1], '|');
	free(read);
	free(text);
}

static void full_device_is_told_once_and_at_the_end(void **state)
{
	struct dry_error err = { 0 };
	char block[4096] = { 0 };

	(void)state;
	if (access("/dev/full", W_OK))
		skip();
	struct dry_writer *const writer = dry_writer_open("/dev/full", NULL, NULL);
	for (int i = 0; i < 200; i++)
		dry_writer_add(writer, block, sizeof(block));
	assert_true(dry_writer_has_failed(writer));
	assert_false(dry_writer_text(writer, "more"));
	assert_false(dry_writer_commit(writer, &err));
	assert_int_equal(err.count, 1);
	assert_int_equal(err.code, DRY_ERROR_SYSTEM);
	assert_non_null(strstr(err.complaint[0].text, "/dev/full"));
	dry_error_release(&err);
	assert_true(dry_writer_file("/dev/null", NULL, "x", 1, NULL));
}

static void file_that_may_not_grow_leaves_nothing(void **state)
{
	struct rlimit old, limit;
	struct dry_error err = { 0 };
	char block[4096] = { 1 };

	(void)state;
	getrlimit(RLIMIT_FSIZE, &old);
	limit = old;
	limit.rlim_cur = 100000;
	signal(SIGXFSZ, SIG_IGN);
	setrlimit(RLIMIT_FSIZE, &limit);
	struct dry_writer *const writer = dry_writer_open(path, NULL, NULL);
	for (int i = 0; i < 100; i++)
		dry_writer_add(writer, block, sizeof(block));
	const bool is_fine = dry_writer_commit(writer, &err);
	setrlimit(RLIMIT_FSIZE, &old);
	signal(SIGXFSZ, SIG_DFL);
	assert_false(is_fine);
	assert_non_null(strstr(err.complaint[0].text, "out.txt"));
	assert_false(is_there(path));
	assert_false(is_there(temporary));
	dry_error_release(&err);
}

/* Exit status of a writer whose standard output is a pipe that nobody reads. */
static void reader_that_leaves_is_no_failure(void **state)
{
	int ends[2], status;

	(void)state;
	assert_int_equal(pipe(ends), 0);
	close(ends[0]);
	fflush(stdout);
	const pid_t child = fork();
	if (!child) {
		char block[4096] = { 0 };
		signal(SIGPIPE, SIG_IGN);
		dup2(ends[1], STDOUT_FILENO);
		struct dry_writer *const writer = dry_writer_open("-", NULL, NULL);
		for (int i = 0; i < 200; i++)
			if (!dry_writer_add(writer, block, sizeof(block)))
				_exit(1);
		if (!dry_writer_has_failed(writer))
			_exit(2);
		_exit(dry_writer_commit(writer, NULL) ? 0 : 3);
	}
	close(ends[1]);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(name_comes_with_commit, set_up, tear_down),
		cmocka_unit_test_setup_teardown(abort_leaves_nothing, set_up, tear_down),
		cmocka_unit_test_setup_teardown(existing_file_needs_force, set_up, tear_down),
		cmocka_unit_test_setup_teardown(file_that_comes_meanwhile_is_kept, set_up, tear_down),
		cmocka_unit_test_setup_teardown(links_are_not_followed, set_up, tear_down),
		cmocka_unit_test_setup_teardown(left_over_is_replaced_only_when_nobody_writes_it, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(stolen_temporary_is_a_failure, set_up, tear_down),
		cmocka_unit_test_setup_teardown(places_that_cannot_be_written, set_up, tear_down),
		cmocka_unit_test_setup_teardown(compressed_by_name_and_the_same_each_time, set_up, tear_down),
		cmocka_unit_test_setup_teardown(long_pieces_cross_the_buffer, set_up, tear_down),
		cmocka_unit_test(full_device_is_told_once_and_at_the_end),
		cmocka_unit_test_setup_teardown(file_that_may_not_grow_leaves_nothing, set_up, tear_down),
		cmocka_unit_test(reader_that_leaves_is_no_failure),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
