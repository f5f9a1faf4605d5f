/* Generated traces: the same again for the same seed, more for more, and readable by rule. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/symbol.h"
#include "io/generator.h"
#include "io/reader.h"

struct made {
	char *text;
	size_t length;
	struct dry_generator_summary summary;
};

static struct made make(const char *profile, uint64_t seed, double days, double scale, bool prices)
{
	const struct dry_generator_options options = { .seed = seed, .days = days, .scale = scale };
	const struct dry_writer_options force = { .force = true };
	char out[] = "generator-test.jsonl.tmp", price_file[] = "generator-test-prices.jsonl.tmp";
	const struct dry_generator_profile *found = dry_generator_find(profile, NULL);
	struct made made = { 0 };

	assert_non_null(found);
	assert_true(dry_generate(found, &options, out, prices ? price_file : NULL, &force,
				 &made.summary, NULL));
	assert_true(dry_reader_whole(prices ? price_file : out, NULL, &made.text, &made.length, NULL));
	unlink(out);
	unlink(price_file);
	return made;
}

static void same_seed_gives_same_bytes(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < dry_generator_profile_count; i++) {
		const char *name = dry_generator_profiles[i].name;
		struct made a = make(name, 7, 0.5, 1, false), b = make(name, 7, 0.5, 1, false);
		struct made c = make(name, 8, 0.5, 1, false);

		assert_int_equal(a.length, b.length);
		assert_memory_equal(a.text, b.text, a.length);
		assert_true(a.length != c.length || memcmp(a.text, c.text, a.length) != 0);
		free(a.text);
		free(b.text);
		free(c.text);
	}
}

/* t of a line after the header; ascending. */
static void lines_are_in_order_and_counted(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < dry_generator_profile_count; i++) {
		struct made made = make(dry_generator_profiles[i].name, 1, 1, 1, false);
		uint64_t pods = 0, others = 0;
		double last = 0;
		char *line = strchr(made.text, '\n');

		assert_int_equal(strncmp(made.text, "{\"type\":\"header\"", 16), 0);
		for (line++; *line; line = strchr(line, '\n') + 1) {
			double t;

			assert_int_equal(sscanf(line, "{\"t\":%lf,", &t), 1);
			assert_true(t >= last && t < 86400);
			last = t;
			if (strstr(line, "\"type\":\"pod\"") && strstr(line, "\"type\":\"pod\"") < strchr(line, '\n'))
				pods++;
			else
				others++;
		}
		assert_true(pods > 100);
		assert_int_equal(pods, made.summary.pod_count);
		assert_int_equal(others, made.summary.event_count);
		assert_int_equal(made.summary.end_at_ms, 86400000);
		free(made.text);
	}
}

static void scale_multiplies_pods(void **state)
{
	struct made one = make("nightly-batch", 1, 1, 1, false), three = make("nightly-batch", 1, 1, 3, false);

	(void)state;
	assert_int_equal(one.summary.pod_count * 3, three.summary.pod_count);
	free(one.text);
	free(three.text);
}

/* A name that lives at one time only once: the suffixes do not repeat. */
static void pod_names_do_not_repeat(void **state)
{
	struct made made = make("flash-sale", 3, 3, 2, false);
	struct dry_symbols names;
	uint32_t seen = 0;
	char *line;

	(void)state;
	dry_symbols_init(&names);
	for (line = strchr(made.text, '\n') + 1; *line; line = strchr(line, '\n') + 1) {
		char *name = strstr(line, "\"name\":\"") + 8;

		dry_symbols_add(&names, name, (size_t)(strchr(name, '"') - name));
		seen++;
	}
	assert_int_equal(names.count, seen + 1);        /* and the empty text */
	dry_symbols_release(&names);
	free(made.text);
}

static void prices_stay_below_on_demand(void **state)
{
	struct made made = make("spot-zones", 1, 30, 1, true);
	char *line, *next;
	uint32_t count = 0;

	(void)state;
	for (line = strchr(made.text, '\n') + 1; *line; line = next) {
		char *at = strstr(line, "\"price\":");
		double price = strtod(at + 8, NULL);

		next = strchr(line, '\n') + 1;
		assert_true(at < next);
		assert_true(price > 0.01 && price <= 0.384);
		count++;
	}
	assert_int_equal(count, made.summary.price_count);
	assert_true(count > 1000);
	free(made.text);
}

static void refuses_what_it_cannot_do(void **state)
{
	const struct dry_generator_options days = { .days = -1 }, scale = { .scale = 1e9 }, fine = { 0 };
	const struct dry_generator_profile *web = dry_generator_find("web-service", NULL);
	struct dry_error err = { 0 };
	const char *nearest = NULL;

	(void)state;
	assert_null(dry_generator_find("web-servise", &nearest));
	assert_string_equal(nearest, "web-service");
	assert_false(dry_generate(web, &days, "never.tmp", NULL, NULL, NULL, &err));
	assert_int_equal(err.code, DRY_ERROR_USAGE);
	assert_false(dry_generate(web, &scale, "never.tmp", NULL, NULL, NULL, &err));
	assert_false(dry_generate(web, &fine, "never.tmp", "prices.tmp", NULL, NULL, &err));
	assert_int_equal(err.count, 3);
	assert_int_not_equal(access("never.tmp", F_OK), 0);
	dry_error_release(&err);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(same_seed_gives_same_bytes),
		cmocka_unit_test(lines_are_in_order_and_counted),
		cmocka_unit_test(scale_multiplies_pods),
		cmocka_unit_test(pod_names_do_not_repeat),
		cmocka_unit_test(prices_stay_below_on_demand),
		cmocka_unit_test(refuses_what_it_cannot_do),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
