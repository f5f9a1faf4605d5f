/* Input as lines: every kind of ending, packed and plain, damaged in every place. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "base/arena.h"
#include "io/reader.h"

static char folder[256], path[320];

static int set_up(void **state)
{
	const char *const parent = getenv("TMPDIR");

	(void)state;
	snprintf(folder, sizeof(folder), "%s/reader-XXXXXX", parent ? parent : "/tmp");
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/in", folder);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	unlink(path);
	rmdir(folder);
	return 0;
}

static void put(const void *data, size_t length)
{
	FILE *const file = fopen(path, "wb");

	assert_non_null(file);
	assert_int_equal(fwrite(data, 1, length, file), length);
	fclose(file);
}

/* The text as one gzip member at `to`, which has room. */
static size_t pack(const char *text, size_t length, unsigned char *to, size_t room)
{
	z_stream zlib = { 0 };

	assert_int_equal(deflateInit2(&zlib, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
	zlib.next_in = (unsigned char *)(uintptr_t)text;
	zlib.avail_in = (uInt)length;
	zlib.next_out = to;
	zlib.avail_out = (uInt)room;
	assert_int_equal(deflate(&zlib, Z_FINISH), Z_STREAM_END);
	deflateEnd(&zlib);
	return room - zlib.avail_out;
}

/* All lines, each with "|" behind it; NULL when reading failed. */
static char *lines_of(const struct dry_reader_options *options, struct dry_error *err)
{
	struct dry_reader *const reader = dry_reader_open(path, options, err);
	enum dry_reader_state state;
	const char *line;
	char *all = dry_xcalloc(1, 1);
	size_t length, filled = 0;
	volatile char seen;

	if (!reader) {
		free(all);
		return NULL;
	}
	while ((state = dry_reader_line(reader, &line, &length, err)) == DRY_READER_LINE) {
		const char after = line[length];
		assert_true(after == '\n' || after == '\r' || after == '\0');
		for (int i = 0; i <= 32; i++)
			seen = line[length + (size_t)i];
		(void)seen;
		all = dry_xrealloc(all, filled + length + 2);
		memcpy(all + filled, line, length);
		filled += length;
		all[filled++] = '|';
		all[filled] = '\0';
	}
	dry_reader_close(reader);
	if (state == DRY_READER_END)
		return all;
	free(all);
	return NULL;
}

static void assert_lines(const char *wanted)
{
	char *const all = lines_of(NULL, NULL);

	assert_non_null(all);
	assert_string_equal(all, wanted);
	free(all);
}

/* The file is refused with that word; a complaint names the file and the line (0 = any). */
static void assert_refused(const struct dry_reader_options *options, uint32_t line, const char *word)
{
	struct dry_error err = { 0 };

	assert_null(lines_of(options, &err));
	assert_int_equal(err.code, DRY_ERROR_INPUT);
	assert_int_equal(err.count, 1);
	assert_string_equal(err.complaint[0].file, path);
	if (!strstr(err.complaint[0].text, word))
		fail_msg("no \"%s\" in \"%s\"", word, err.complaint[0].text);
	if (line)
		assert_int_equal(err.complaint[0].line, line);
	dry_error_release(&err);
}

static void line_endings(void **state)
{
	static const struct { const char *text, *lines; } cases[] = {
		{ "", "" }, { "\n", "|" }, { "a", "a|" }, { "a\n", "a|" }, { "a\n\nb", "a||b|" },
		{ "a\r\nb\r\n", "a|b|" }, { "a\r", "a|" }, { "a\rb\n", "a\rb|" }, { "\r\n\r\n", "||" },
		{ "\xef\xbb\xbf" "a\n", "a|" }, { "\xef\xbb\xbf", "" }, { "\xef\xbb", "\xef\xbb|" },
		{ "a\n\xef\xbb\xbf" "b", "a|\xef\xbb\xbf" "b|" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		unsigned char packed[200];
		put(cases[i].text, strlen(cases[i].text));
		assert_lines(cases[i].lines);
		put(packed, pack(cases[i].text, strlen(cases[i].text), packed, sizeof(packed)));
		assert_lines(cases[i].lines);
	}
}

/* Lines of every length around the sizes of the buffers, so that each is cut somewhere. */
static void lines_across_buffers(void **state)
{
	char *const text = dry_xmalloc(3000000), *const wanted = dry_xmalloc(3000001);
	unsigned char *const packed = dry_xmalloc(3100000);
	size_t length = 0;

	(void)state;
	for (size_t i = 0, size = 1; length + size + 1 < 3000000; i++, size = (i * 7919) % 9001) {
		memset(text + length, 'a' + (int)(i % 26), size);
		length += size;
		text[length++] = '\n';
	}
	for (size_t i = 0; i < length; i++)
		wanted[i] = text[i] == '\n' ? '|' : text[i];
	wanted[length] = '\0';
	put(text, length);
	assert_lines(wanted);
	put(packed, pack(text, length, packed, 3100000));
	assert_lines(wanted);
	free(text);
	free(wanted);
	free(packed);
}

static void members_in_a_row_are_one_text(void **state)
{
	unsigned char packed[400];
	size_t size = pack("a\nb", 3, packed, 100);

	(void)state;
	size += pack("", 0, packed + size, 100);
	size += pack("c\nd\n", 4, packed + size, 100);
	put(packed, size);
	assert_lines("a|bc|d|");
	/* Zeros at the end are padding. */
	memset(packed + size, 0, 100);
	put(packed, size + 100);
	assert_lines("a|bc|d|");
	packed[size + 50] = 'x';
	put(packed, size + 100);
	assert_refused(NULL, 0, "not gzip data");
	memcpy(packed + size, "plain", 5);
	put(packed, size + 5);
	assert_refused(NULL, 0, "what follows gzip member 3");
}

/* Whatever byte it ends after: a complaint, never a short text. */
static void every_cut_is_seen(void **state)
{
	unsigned char packed[2000];
	char text[1500];
	size_t first, size;

	(void)state;
	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = i % 50 == 49 ? '\n' : (char)('a' + i * i % 17);
	first = pack(text, sizeof(text), packed, sizeof(packed));
	size = first + pack("end\n", 4, packed + first, sizeof(packed) - first);
	for (size_t cut = 2; cut < size; cut++) {
		if (cut == first)
			continue;
		put(packed, cut);
		assert_refused(NULL, 0, "cut off");
	}
	put(packed, first);
	char *const all = lines_of(NULL, NULL);
	assert_non_null(all);
	free(all);
}

/* Whatever bit is wrong, the text is the right one or there is a complaint. */
static void every_damage_is_seen(void **state)
{
	unsigned char packed[600];
	const char text[] = "{\"t\":1,\"name\":\"a\"}\n{\"t\":2,\"name\":\"bb\"}\n{\"t\":3,\"name\":\"ccc\"}\n";
	const size_t size = pack(text, sizeof(text) - 1, packed, sizeof(packed));
	uint32_t refused = 0;

	(void)state;
	for (size_t bit = 16; bit < size * 8; bit++) {
		struct dry_error err = { 0 };
		packed[bit / 8] ^= (unsigned char)(1 << bit % 8);
		put(packed, size);
		char *const all = lines_of(NULL, &err);
		if (all) {
			assert_string_equal(all, "{\"t\":1,\"name\":\"a\"}|{\"t\":2,\"name\":\"bb\"}|"
					    "{\"t\":3,\"name\":\"ccc\"}|");
		} else {
			assert_int_equal(err.code, DRY_ERROR_INPUT);
			assert_string_equal(err.complaint[0].file, path);
			refused++;
		}
		free(all);
		dry_error_release(&err);
		packed[bit / 8] ^= (unsigned char)(1 << bit % 8);
	}
	assert_true(refused > (size - 10) * 8 * 9 / 10);
	packed[size - 5] ^= 1;
	put(packed, size);
	assert_refused(NULL, 0, "checksum");
	packed[size - 5] ^= 1;
	packed[size - 1] ^= 1;
	put(packed, size);
	assert_refused(NULL, 0, "length");
}

static void limits_are_named(void **state)
{
	const struct dry_reader_options line = { .line_limit = 10 };
	const struct dry_reader_options size = { .size_limit = 100 };
	char *const zeros = dry_xcalloc(1, 30000000);
	unsigned char *const packed = dry_xmalloc(100000);
	char text[200];

	(void)state;
	put("123\n1234567890\n12345678901\n1\n", 29);
	assert_refused(&line, 3, "limit of 10 bytes");
	put("1\n123456789012", 14);
	assert_refused(&line, 2, "limit of 10 bytes");
	put("1234567890\r\n", 12);
	assert_refused(&line, 1, "limit of 10 bytes");
	put("1234567890", 10);
	char *const just = lines_of(&line, NULL);
	assert_string_equal(just, "1234567890|");
	free(just);
	memset(text, '\n', sizeof(text));
	put(text, 101);
	assert_refused(&size, 1, "limit of 100 bytes");
	put(text, 100);
	char *const all = lines_of(&size, NULL);
	assert_non_null(all);
	free(all);
	/* A bomb: 30 MB out of 30 kB. */
	put(packed, pack(zeros, 30000000, packed, 100000));
	assert_refused(NULL, 1, "limit of 4194304 bytes");
	assert_refused(&size, 1, "when unpacked");
	free(zeros);
	free(packed);
}

static void what_is_not_text_gets_its_name(void **state)
{
	static const struct { char start[16]; const char *word; } cases[] = {
		{ "\x28\xb5\x2f\xfd....", "zstd" }, { "\xfd" "7zXZ\0....", "xz" }, { "BZh91AY", "bzip2" },
		{ "PK\x03\x04....", "zip" }, { "\xff\xfe{\0", "UTF-16" }, { "\xfe\xff\0{", "UTF-16" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		put(cases[i].start, 8);
		assert_refused(NULL, 0, cases[i].word);
	}
}

static void what_cannot_be_opened(void **state)
{
	struct dry_error err = { 0 };

	(void)state;
	assert_refused(NULL, 0, "No such file");
	assert_null(dry_reader_open(folder, NULL, &err));
	assert_int_equal(err.code, DRY_ERROR_INPUT);
	assert_string_equal(err.complaint[0].text, "is a folder");
	dry_error_release(&err);
	put("x", 1);
	chmod(path, 0);
	if (access(path, R_OK))
		assert_refused(NULL, 0, "Permission denied");
}

static void a_file_that_changes_is_told(void **state)
{
	struct dry_error err = { 0 };
	const char *line;
	size_t length, count = 0;
	char *const text = dry_xmalloc(2000000);
	enum dry_reader_state reached;

	(void)state;
	memset(text, '\n', 2000000);
	put(text, 2000000);
	struct dry_reader *const reader = dry_reader_open(path, NULL, NULL);
	assert_int_equal(truncate(path, 1000), 0);
	while ((reached = dry_reader_line(reader, &line, &length, &err)) == DRY_READER_LINE)
		count++;
	assert_true(count < 2000000);
	assert_int_equal(reached, DRY_READER_FAILED);
	assert_string_equal(err.complaint[0].text, "changed while it was read");
	dry_reader_close(reader);
	dry_error_release(&err);
	free(text);
}

static void counts_and_digest(void **state)
{
	struct dry_sha256 sha;
	const struct dry_reader_options options = { .sha = &sha };
	const char text[] = "\xef\xbb\xbf" "ab\ncd\n";
	unsigned char packed[100];
	const size_t size = pack(text, sizeof(text) - 1, packed, sizeof(packed));
	char hex[65], wanted[65];
	const char *line;
	size_t length;

	(void)state;
	put(packed, size);
	dry_sha256_init(&sha);
	struct dry_reader *const reader = dry_reader_open(path, &options, NULL);
	assert_string_equal(dry_reader_name(reader), path);
	assert_int_equal(dry_reader_file_bytes(reader), size);
	assert_int_equal(dry_reader_text_bytes(reader), 0);
	assert_int_equal(dry_reader_line_number(reader), 0);
	assert_int_equal(dry_reader_line(reader, &line, &length, NULL), DRY_READER_LINE);
	assert_int_equal(dry_reader_line_number(reader), 1);
	assert_int_equal(dry_reader_text_bytes(reader), 3);
	assert_int_equal(dry_reader_line(reader, &line, &length, NULL), DRY_READER_LINE);
	assert_int_equal(dry_reader_line(reader, &line, &length, NULL), DRY_READER_END);
	assert_int_equal(dry_reader_line(reader, &line, &length, NULL), DRY_READER_END);
	assert_int_equal(dry_reader_line_number(reader), 2);
	assert_int_equal(dry_reader_text_bytes(reader), 6);
	assert_int_equal(dry_reader_stored_bytes(reader), size);
	dry_reader_close(reader);
	dry_sha256_finish(&sha, hex);
	dry_sha256_hex(packed, size, wanted);
	assert_string_equal(hex, wanted);
}

static void whole_texts(void **state)
{
	const struct dry_reader_options options = { .size_limit = 1000 };
	const size_t sizes[] = { 0, 1, 2, 3, 999, 1000, 131071, 131072, 131073, 1000000 };
	char *const text = dry_xmalloc(1000000), *read;
	unsigned char *const packed = dry_xmalloc(1010000);
	struct dry_error err = { 0 };
	size_t length;

	(void)state;
	for (size_t i = 0; i < 1000000; i++)
		text[i] = (char)('0' + i % 61);
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		for (int is_packed = 0; is_packed < 2; is_packed++) {
			if (is_packed)
				put(packed, pack(text, sizes[i], packed, 1010000));
			else
				put(text, sizes[i]);
			assert_true(dry_reader_whole(path, NULL, &read, &length, NULL));
			assert_int_equal(length, sizes[i]);
			assert_memory_equal(read, text, length);
			assert_int_equal(read[length], '\0');
			free(read);
			err = (struct dry_error){ 0 };
			const bool is_fine = dry_reader_whole(path, &options, &read, &length, &err);
			assert_int_equal(is_fine, sizes[i] <= 1000);
			free(read);
			dry_error_release(&err);
		}
	}
	free(text);
	free(packed);
}

/* Pipes give a few bytes at a time. */
static void standard_input(void **state)
{
	const char *line;
	size_t length;
	int ends[2];

	(void)state;
	const int old = dup(STDIN_FILENO);
	assert_int_equal(pipe(ends), 0);
	dup2(ends[0], STDIN_FILENO);
	close(ends[0]);
	assert_int_equal(write(ends[1], "one\ntw", 6), 6);
	close(ends[1]);
	struct dry_reader *const reader = dry_reader_open("-", NULL, NULL);
	assert_string_equal(dry_reader_name(reader), "<stdin>");
	assert_int_equal(dry_reader_file_bytes(reader), 0);
	assert_int_equal(dry_reader_line(reader, &line, &length, NULL), DRY_READER_LINE);
	assert_memory_equal(line, "one", 3);
	assert_int_equal(dry_reader_line(reader, &line, &length, NULL), DRY_READER_LINE);
	assert_int_equal(length, 2);
	assert_int_equal(dry_reader_line(reader, &line, &length, NULL), DRY_READER_END);
	dry_reader_close(reader);
	if (old >= 0) {
		dup2(old, STDIN_FILENO);
		close(old);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(line_endings, set_up, tear_down),
		cmocka_unit_test_setup_teardown(lines_across_buffers, set_up, tear_down),
		cmocka_unit_test_setup_teardown(members_in_a_row_are_one_text, set_up, tear_down),
		cmocka_unit_test_setup_teardown(every_cut_is_seen, set_up, tear_down),
		cmocka_unit_test_setup_teardown(every_damage_is_seen, set_up, tear_down),
		cmocka_unit_test_setup_teardown(limits_are_named, set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_is_not_text_gets_its_name, set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_cannot_be_opened, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_file_that_changes_is_told, set_up, tear_down),
		cmocka_unit_test_setup_teardown(counts_and_digest, set_up, tear_down),
		cmocka_unit_test_setup_teardown(whole_texts, set_up, tear_down),
		cmocka_unit_test(standard_input),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
