/*
 * Runs a fuzz target over its corpus, and over what seeded damage makes of it:
 * the fuzzer's cases as a plain test.
 *
 *     fuzz_NAME [--rounds N] [--seed N] [FILE...]
 *
 * Without files: tests/fuzz/corpus/NAME. A crash says which case it was; the
 * damaged input that caused it is kept as crash-NAME.
 */
#include <dirent.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/random.h"
#include "support/fuzz.h"
#include "support/tap.h"

#define CASE_MAX 5000
#define ROUNDS 20000            /* damaged inputs in all */

static struct {
	const char *name;
	char *file[CASE_MAX];
	size_t file_count;
	uint8_t *input;
	size_t capacity, length;
	struct dry_stream stream;
	uint64_t draws;
} replay;

static uint64_t below(uint64_t n)
{
	return dry_stream_bits(&replay.stream, replay.draws++, 0) % n;
}

static void room_for(size_t length)
{
	replay.input = dry_grow(replay.input, &replay.capacity, length, 1);
}

static bool read_case(const char *path)
{
	FILE *const file = fopen(path, "rb");
	size_t count;

	replay.length = 0;
	if (!file)
		return false;
	do {
		room_for(replay.length + 65536);
		count = fread(replay.input + replay.length, 1, 65536, file);
		replay.length += count;
	} while (count);
	fclose(file);
	return true;
}

/* In memory of just its size, so that a sanitizer sees the first byte behind it. */
static void run(void)
{
	uint8_t *const exact = dry_xmalloc(replay.length);

	if (replay.length)
		memcpy(exact, replay.input, replay.length);
	LLVMFuzzerTestOneInput(exact, replay.length);
	free(exact);
}

static void damage(void)
{
	const size_t at = replay.length ? below(replay.length) : 0;
	const size_t left = replay.length - at;
	size_t count = 1 + below(16);

	if (count > left)
		count = left;
	switch (below(6)) {
	case 0:                         /* a bit */
		if (left)
			replay.input[at] ^= (uint8_t)(1u << below(8));
		break;
	case 1:                         /* a byte */
		if (left)
			replay.input[at] = (uint8_t)below(256);
		break;
	case 2:                         /* something is missing */
		memmove(replay.input + at, replay.input + at + count, left - count);
		replay.length -= count;
		break;
	case 3:                         /* something is there twice */
		room_for(replay.length + count);
		memmove(replay.input + at + count, replay.input + at, left);
		replay.length += count;
		break;
	case 4:                         /* cut off */
		replay.length = at;
		break;
	default:                        /* a byte of elsewhere in the same text */
		if (left)
			replay.input[at] = replay.input[below(replay.length)];
	}
}

static void on_crash(int signal_number)
{
	char path[128];

	snprintf(path, sizeof(path), "crash-%s", replay.name);
	FILE *const file = fopen(path, "wb");
	if (file) {
		fwrite(replay.input, 1, replay.length, file);
		fclose(file);
	}
	printf("\nBail out! signal %d in fuzz target %s, input kept as %s\n", signal_number, replay.name, path);
	fflush(stdout);
	signal(signal_number, SIG_DFL);
	raise(signal_number);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void find_cases(void)
{
	char folder[256], path[600];

	snprintf(folder, sizeof(folder), "tests/fuzz/corpus/%s", replay.name);
	DIR *const dir = opendir(folder);
	for (struct dirent *entry; dir && (entry = readdir(dir));) {
		if (entry->d_name[0] == '.' || replay.file_count == CASE_MAX)
			continue;
		snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
		replay.file[replay.file_count++] = dry_xstrdup(path);
	}
	if (dir)
		closedir(dir);
	/* The order of a folder is not the same everywhere. */
	qsort(replay.file, replay.file_count, sizeof(replay.file[0]), by_name);
}

static void run_damaged(uint64_t rounds, uint64_t seed)
{
	for (uint64_t i = 0; i < rounds && replay.file_count; i++) {
		replay.stream = dry_stream_make(seed, "fuzz", replay.name, i);
		replay.draws = 0;
		if (!read_case(replay.file[i % replay.file_count]))
			continue;
		for (uint64_t times = 1 + below(4); times > 0; times--)
			damage();
		run();
	}
}

int main(int argc, char **argv)
{
	const char *const slash = strrchr(argv[0], '/');
	uint64_t rounds = ROUNDS, seed = 1;
	size_t read_count = 0;
	int a = 1;

	replay.name = slash ? slash + 1 : argv[0];
	if (!strncmp(replay.name, "fuzz_", 5))
		replay.name += 5;
	for (; a + 1 < argc && !strncmp(argv[a], "--", 2); a += 2) {
		if (!strcmp(argv[a], "--rounds"))
			rounds = strtoull(argv[a + 1], NULL, 10);
		else if (!strcmp(argv[a], "--seed"))
			seed = strtoull(argv[a + 1], NULL, 10);
	}
	for (; a < argc && replay.file_count < CASE_MAX; a++)
		replay.file[replay.file_count++] = dry_xstrdup(argv[a]);
	if (!replay.file_count)
		find_cases();
	signal(SIGABRT, on_crash);
	signal(SIGALRM, on_crash);
	alarm(600);
	for (size_t i = 0; i < replay.file_count; i++) {
		if (!read_case(replay.file[i]))
			continue;
		read_count++;
		run();
	}
	tap_ok(read_count && read_count == replay.file_count, "%s: every case is read or refused (%zu cases)",
	       replay.name, read_count);
	run_damaged(rounds, seed);
	tap_ok(true, "%s: so is what damage makes of them (%" PRIu64 " inputs, seed %" PRIu64 ")",
	       replay.name, rounds, seed);
	for (size_t i = 0; i < replay.file_count; i++)
		free(replay.file[i]);
	free(replay.input);
	return tap_done();
}
