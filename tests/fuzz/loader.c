/*
 * Recorded cases, damaged by rule, read by the loader: it must say what is
 * wrong and where, or read something that can be run twice with the same
 * result. It never crashes and never goes on without a complaint.
 *
 *     loader [--rounds N] [--seed FIRST]
 *
 * A crash under a debugger or sanitizer repeats with --seed N --rounds 1.
 */
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/random.h"
#include "io/scenario.h"
#include "run/run.h"
#include "support/random_world.h"
#include "support/tap.h"

struct text {
	char *bytes;
	size_t length, capacity;
};

static const char *const cases[] = {
	"hand/day-dedicated", "hand/sd-pdb", "hand/up-stockout-silent", "hand/place-node-affinity",
	"hand/expander-priority", "hand/place-spread-zone", "hand/pack-gpu", "hand/sd-unready-time",
	"hand/place-pod-affinity", "hand/spot-interruption", "hand/limit-memory-total",
	"hand/place-taints", "hand/pack-init-requests", "hand/zero-or-max",
};
#define CASE_COUNT (sizeof(cases) / sizeof(cases[0]))

/* What tends to be mistaken for something else. */
static const char *const odd[] = {
	"-1", "0", "1e999", "9223372036854775808", "NaN", "null", "true", "\"\"", "{}", "[]", "\"1Gi\"",
	"\"-5m\"", "0.0000001", "[[[[[[[[[[[[[[[[", "\\u0000", "\xff\xfe", "\"\xc3\"", "2147483648", "1h",
	"\"99999999Ei\"", "\"on-demand\"", ",", ":", "\n", "\"t\"", "\"name\"", "\"g0\"",
};

static struct dry_stream stream;
static uint64_t draws, seed;

static uint64_t below(uint64_t n)
{
	return dry_stream_bits(&stream, draws++, 0) % n;
}

static bool read_file(struct text *text, const char *path)
{
	FILE *f = fopen(path, "rb");
	size_t n;

	text->length = 0;
	if (!f)
		return false;
	do {
		text->bytes = dry_grow(text->bytes, &text->capacity, text->length + 65536, 1);
		n = fread(text->bytes + text->length, 1, 65536, f);
		text->length += n;
	} while (n > 0);
	fclose(f);
	return true;
}

static bool write_file(const struct text *text, const char *path)
{
	FILE *f = fopen(path, "wb");
	bool ok = f && fwrite(text->bytes, 1, text->length, f) == text->length;

	return f && fclose(f) == 0 && ok;
}

/* Replaces `from` bytes at `at` with a word. */
static void splice(struct text *text, size_t at, size_t from, const char *word, size_t length)
{
	if (at + from > text->length)
		from = text->length - at;
	text->bytes = dry_grow(text->bytes, &text->capacity, text->length + length + 1, 1);
	memmove(text->bytes + at + length, text->bytes + at + from, text->length - at - from);
	memcpy(text->bytes + at, word, length);
	text->length += length - from;
}

/* The end of the word or number at `at`. */
static size_t word_at(const struct text *text, size_t at)
{
	size_t n = 0;

	while (at + n < text->length && !strchr(",:{}[] \n", text->bytes[at + n]))
		n++;
	return n;
}

static void damage(struct text *text)
{
	size_t at = below(text->length), n;
	const char *word;
	char piece[64], byte;

	switch (below(7)) {
	case 0:                         /* a byte is another */
		byte = (char)below(256);
		splice(text, at, 1, &byte, 1);
		break;
	case 1:                         /* something is missing */
		splice(text, at, 1 + below(20), "", 0);
		break;
	case 2:                         /* something is there twice */
		n = 1 + below(sizeof(piece));
		n = n > text->length - at ? text->length - at : n;
		memcpy(piece, text->bytes + at, n);
		splice(text, below(text->length), 0, piece, n);
		break;
	case 3:                         /* cut off */
		text->length = at;
		break;
	default:                        /* a value is an odd one */
		while (at > 0 && !strchr(",:{}[ \n", text->bytes[at - 1]))
			at--;
		word = odd[below(sizeof(odd) / sizeof(odd[0]))];
		splice(text, at, word_at(text, at), word, strlen(word));
	}
}

/* What may be run in a test without asking how long it takes. */
static bool is_small(const struct dry_input *input)
{
	const struct dry_config *config = &input->config;
	uint32_t g;

	if (config->horizon_ms == DRY_NEVER || config->horizon_ms > INT64_C(2) * 86400000 ||
	    config->options.scan_interval_ms < 1000 || input->pod.count > 2000)
		return false;
	for (g = 0; g < config->group_count; g++)
		if (config->group[g].max_size > 1000 || config->group[g].initial_size > 1000 ||
		    config->group[g].min_size > 1000)
			return false;
	return true;
}

static bool run_twice(const struct dry_input *input)
{
	struct dry_worker *worker = dry_worker_new();
	struct dry_run_request request = {
		.input = input, .config = &input->config, .seed = input->config.seed
	};
	struct dry_result result;
	uint64_t digest;
	bool ok;

	dry_result_init(&result);
	dry_run(worker, &request, &result);
	digest = result.digest;
	request.every_tick = true;
	dry_run(worker, &request, &result);
	ok = digest == result.digest;
	dry_result_release(&result);
	dry_worker_release(worker);
	if (!ok)
		tap_note("seed %" PRIu64 ": loops that are skipped change the result", seed);
	return ok;
}

/* A failed load must complain, with a place in one of the files and without control bytes. */
static bool complains(const struct dry_error *err)
{
	uint32_t i, count = 0;

	for (i = 0; i < err->count; i++) {
		const struct dry_complaint *c = &err->complaint[i];
		const char *p;

		if (c->warning)
			continue;
		count++;
		if (!c->file || !c->text || !*c->text) {
			tap_note("seed %" PRIu64 ": a complaint without place or text", seed);
			return false;
		}
		for (p = c->text; *p; p++)
			if ((unsigned char)*p < 32 || *p == 127) {
				tap_note("seed %" PRIu64 ": control byte in \"%s\"", seed, c->text);
				return false;
			}
	}
	if (!count || err->code != DRY_ERROR_INPUT)
		tap_note("seed %" PRIu64 ": refused with %u complaints, code %d", seed, count, err->code);
	return count && err->code == DRY_ERROR_INPUT;
}

static bool one_round(const char *folder, uint32_t *read_count)
{
	static struct text scenario, trace;
	struct dry_error err = { 0 };
	struct dry_input input;
	char path[700];
	uint64_t i, times;
	bool ok;

	stream = dry_stream_make(seed, "fuzz", "loader", 0);
	draws = 0;
	i = below(CASE_COUNT);
	snprintf(path, sizeof(path), "tests/conformance/%s/scenario.json", cases[i]);
	ok = read_file(&scenario, path);
	snprintf(path, sizeof(path), "tests/conformance/%s/trace.jsonl", cases[i]);
	if (!read_file(&trace, path) || !ok)
		return false;
	times = 1 + below(3);
	for (i = 0; i < times; i++) {
		struct text *target = below(3) ? &scenario : &trace;

		if (target->length)
			damage(target);
	}
	snprintf(path, sizeof(path), "%s/trace.jsonl", folder);
	ok = write_file(&trace, path);
	snprintf(path, sizeof(path), "%s/scenario.json", folder);
	if (!write_file(&scenario, path) || !ok)
		return false;
	if (dry_input_load(&input, path, NULL, &err)) {
		(*read_count)++;
		ok = !is_small(&input) || run_twice(&input);
	} else {
		ok = complains(&err);
	}
	dry_input_release(&input);
	dry_error_release(&err);
	return ok;
}

static void too_long(int signal_number)
{
	char text[64];
	int n = snprintf(text, sizeof(text), "\nBail out! seed %" PRIu64 " takes too long\n", seed);

	(void)signal_number;
	_exit(write(STDOUT_FILENO, text, (size_t)n) == n ? 1 : 2);
}

int main(int argc, char **argv)
{
	uint64_t rounds = 1500, first = 1;
	uint32_t read_count = 0, broken = 0;
	char folder[512];
	int a;

	for (a = 1; a + 1 < argc; a += 2) {
		if (!strcmp(argv[a], "--rounds"))
			rounds = strtoull(argv[a + 1], NULL, 10);
		else if (!strcmp(argv[a], "--seed"))
			first = strtoull(argv[a + 1], NULL, 10);
	}
	if (!make_folder(folder, sizeof(folder)))
		return 2;
	signal(SIGALRM, too_long);
	for (seed = first; seed < first + rounds && broken < 5; seed++) {
		alarm(60);
		if (!one_round(folder, &read_count)) {
			tap_note("broken by seed %" PRIu64, seed);
			broken++;
		}
	}
	alarm(0);
	remove_folder(folder);
	tap_ok(!broken, "damaged scenarios and traces are refused with a place, or read (%" PRIu64 " rounds)",
	       rounds);
	tap_ok(rounds < 100 || (read_count > 0 && read_count < rounds),
	       "some of them can still be read, some cannot");
	return tap_done();
}
