#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/assert.h"
#include "base/digest.h"
#include "base/error.h"
#include "base/symbol.h"

static void fill(struct dry_arena *arena)
{
	for (size_t i = 1; i < 400; i++) {
		size_t size = i * i % 30011 + i;
		unsigned char *memory = dry_arena_alloc(arena, size);

		assert_int_equal((uintptr_t)memory % _Alignof(max_align_t), 0);
		for (size_t k = 0; k < size; k++)
			assert_int_equal(memory[k], 0);
		memset(memory, 0xa5, size);
	}
}

static void arena_memory_is_zeroed_and_kept_over_resets(void **state)
{
	struct dry_arena arena;
	size_t held;

	(void)state;
	dry_arena_init(&arena);
	fill(&arena);
	held = arena.total_bytes;
	for (int i = 0; i < 3; i++) {
		dry_arena_reset(&arena);
		fill(&arena);
		assert_int_equal(arena.total_bytes, held);
	}
	assert_ptr_not_equal(dry_arena_alloc(&arena, 0), dry_arena_alloc(&arena, 0));
	assert_string_equal(dry_arena_printf(&arena, "%s-%d", "node", 7), "node-7");
	assert_string_equal(dry_arena_copy(&arena, "abcdef", 3), "abc");
	dry_arena_adopt(&arena, dry_xmalloc(100), 100);
	assert_int_equal(arena.total_bytes, held + 100);
	dry_arena_reset(&arena);
	assert_int_equal(arena.total_bytes, held);
	dry_arena_release(&arena);
	assert_int_equal(arena.total_bytes, 0);
}

static void grown_memory_keeps_its_content_and_is_zeroed(void **state)
{
	size_t capacity = 0;
	uint64_t *row = NULL;

	(void)state;
	for (size_t i = 0; i < 1000; i++) {
		row = dry_grow(row, &capacity, i + 1, sizeof(*row));
		assert_int_equal(row[i], 0);
		row[i] = i + 1;
	}
	for (size_t i = 0; i < 1000; i++)
		assert_int_equal(row[i], i + 1);
	free(row);
}

static void symbols_are_equal_when_texts_are(void **state)
{
	struct dry_symbols symbols;
	char text[16];

	(void)state;
	dry_symbols_init(&symbols);
	assert_int_equal(dry_symbols_add_text(&symbols, ""), 0);
	for (uint32_t i = 1; i <= 5000; i++) {
		snprintf(text, sizeof(text), "pod-%u", i);
		assert_int_equal(dry_symbols_add_text(&symbols, text), i);
	}
	for (uint32_t i = 1; i <= 5000; i++) {
		snprintf(text, sizeof(text), "pod-%u", i);
		assert_int_equal(dry_symbols_add_text(&symbols, text), i);
		assert_int_equal(dry_symbols_find(&symbols, text, strlen(text)), i);
		assert_string_equal(dry_symbols_text(&symbols, i), text);
	}
	assert_int_equal(dry_symbols_find(&symbols, "pod-5001", 8), DRY_NONE);
	assert_int_equal(dry_symbols_find(&symbols, "pod-1xyz", 5), 1);
	dry_symbols_release(&symbols);
}

static void complaints_are_gathered_sorted_and_bounded(void **state)
{
	struct dry_error err = { 0 };
	char file[] = "b.yaml";

	(void)state;
	assert_false(dry_fail(NULL, DRY_ERROR_INPUT, DRY_NOWHERE, "lost"));
	dry_warn(&err, (struct dry_where){ file, 9, 9 }, "a note");
	assert_int_equal(err.code, DRY_OK);
	for (uint32_t i = 0; i < 30; i++) {
		dry_fail(&err, i == 3 ? DRY_ERROR_SYSTEM : DRY_ERROR_INPUT,
			 (struct dry_where){ file, 30 - i, 1 }, "wrong %u", i);
		dry_fail_expected(&err, "right %u", i);
		dry_fail_fix(&err, "mend %u", i);
		dry_fail_source(&err, "line and more", 4);
	}
	file[0] = 'x';
	assert_int_equal(err.code, DRY_ERROR_SYSTEM);
	assert_int_equal(err.count, DRY_COMPLAINT_MAX);
	assert_int_equal(err.omitted, 11);
	dry_error_sort(&err);
	for (uint32_t i = 0; i < err.count; i++) {
		char text[32];

		snprintf(text, sizeof(text), "wrong %u", 19 - i);
		assert_string_equal(err.complaint[i].text, text);
		snprintf(text, sizeof(text), "right %u", 19 - i);
		assert_string_equal(err.complaint[i].expected, text);
		assert_string_equal(err.complaint[i].file, "b.yaml");
		assert_string_equal(err.complaint[i].source, "line");
		assert_int_equal(err.complaint[i].line, 11 + i);
		assert_false(err.complaint[i].warning);
	}
	dry_error_release(&err);
	assert_int_equal(err.count, 0);
}

static void digests_have_their_known_values(void **state)
{
	struct dry_sha256 sha;
	char hex[65];

	(void)state;
	assert_true(dry_fnv1a("a", 1) == UINT64_C(0xaf63dc4c8601ec8c));
	assert_true(dry_fnv1a("", 0) == DRY_DIGEST_START);
	dry_sha256_hex("abc", 3, hex);
	assert_string_equal(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	dry_sha256_init(&sha);
	dry_sha256_add(&sha, "a", 1);
	dry_sha256_add(&sha, "bc", 2);
	dry_sha256_finish(&sha, hex);
	assert_string_equal(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	assert_true(dry_digest_add(dry_digest_add(DRY_DIGEST_START, 1), 2) !=
		    dry_digest_add(dry_digest_add(DRY_DIGEST_START, 2), 1));
}

static void assert_mac(const unsigned char mac[32], const char *want)
{
	char hex[65];

	for (int i = 0; i < 32; i++)
		snprintf(hex + 2 * i, 3, "%02x", mac[i]);
	assert_string_equal(hex, want);
}

/* Cases 2 and 6 of RFC 4231. */
static void keyed_digests_have_their_published_values(void **state)
{
	const char *text = "what do ya want for nothing?";
	unsigned char key[131], mac[32];

	(void)state;
	dry_hmac_sha256("Jefe", 4, text, strlen(text), mac);
	assert_mac(mac, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
	text = "Test Using Larger Than Block-Size Key - Hash Key First";
	memset(key, 0xaa, sizeof(key));
	dry_hmac_sha256(key, sizeof(key), text, strlen(text), mac);
	assert_mac(mac, "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

static void failed_assert_names_the_run(void **state)
{
	int64_t now_ms = 12345;
	struct dry_assert_run run = { 3, 1, 42, &now_ms, "dryscale run x.yaml" };
	char text[1024] = "";
	int channel[2], status;
	size_t used = 0;
	ssize_t got;
	pid_t child;

	(void)state;
	assert_int_equal(pipe(channel), 0);
	fflush(NULL);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		signal(SIGABRT, SIG_DFL);
		dup2(channel[1], STDERR_FILENO);
		dry_assert_enter_run(&run);
		dry_assert_failed("x == y", "sim/x.c", 5);
	}
	close(channel[1]);
	while ((got = read(channel[0], text + used, sizeof(text) - 1 - used)) > 0)
		used += (size_t)got;
	close(channel[0]);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
	assert_non_null(strstr(text, "sim/x.c:5: `x == y' does not hold"));
	assert_non_null(strstr(text, "in run 3, replication 1, seed 42, simulated time 12.345 s"));
	assert_non_null(strstr(text, "dryscale run x.yaml"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(arena_memory_is_zeroed_and_kept_over_resets),
		cmocka_unit_test(grown_memory_keeps_its_content_and_is_zeroed),
		cmocka_unit_test(symbols_are_equal_when_texts_are),
		cmocka_unit_test(complaints_are_gathered_sorted_and_bounded),
		cmocka_unit_test(digests_have_their_known_values),
		cmocka_unit_test(keyed_digests_have_their_published_values),
		cmocka_unit_test(failed_assert_names_the_run),
	};

	return cmocka_run_group_tests_name("base", tests, NULL, NULL);
}
