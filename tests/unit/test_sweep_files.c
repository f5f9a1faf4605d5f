/* Result files, journals and merges: whole, torn, damaged, of another sweep. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

#include <cmocka.h>

#include "io/journal.h"
#include "io/merge.h"
#include "io/results_file.h"
#include "sweep_world.h"

static struct dry_input input;
static char folder[] = "/tmp/sweep-files-XXXXXX";
static char path[64];

static int load(void **state)
{
	(void)state;
	if (!mkdtemp(folder))
		return -1;
	snprintf(path, sizeof(path), "%s/file", folder);
	return sweep_world_load(&input) ? 0 : -1;
}

static int unload(void **state)
{
	(void)state;
	dry_input_release(&input);
	unlink(path);
	return rmdir(folder);
}

static void make(struct dry_sweep_options options, struct dry_sweep_result *result)
{
	struct dry_error err = { 0 };
	struct dry_sweep *sweep;

	if (!options.run_fn)
		options.run_fn = sweep_world_run;
	sweep = dry_sweep_new(&input, &options, &err);
	assert_non_null(sweep);
	assert_true(dry_sweep_start(sweep, 2));
	assert_true(dry_sweep_wait(sweep, 30000));
	dry_sweep_result(sweep, result);
	dry_sweep_release(sweep);
	dry_error_release(&err);
}

static void a_result_reads_back_to_the_same_bytes(void **state)
{
	struct dry_results_text one = { 0 }, two = { 0 };
	struct dry_sweep_result result, back;
	struct dry_error err = { 0 };

	(void)state;
	make((struct dry_sweep_options){ .run_fn = sweep_world_run_noisy, .replications = 3 }, &result);
	result.point[2].metric[DRY_METRIC_CHURN] = NAN;
	result.point[3].lower_bound[DRY_METRIC_P95_WAIT] = true;
	dry_results_json(&result, &one);
	assert_true(dry_results_read_memory(one.text, one.length, "one", &back, &err));
	dry_results_json(&back, &two);
	assert_string_equal(one.text, two.text);
	dry_results_text_release(&one);
	dry_results_text_release(&two);
	dry_sweep_result_release(&result);
	dry_sweep_result_release(&back);
}

static void a_changed_value_is_found_and_reformatting_is_not(void **state)
{
	struct dry_results_text text = { 0 };
	struct dry_sweep_result result, back;
	struct dry_error err = { 0 };
	char *at, *spaced;
	size_t n = 0;

	(void)state;
	make((struct dry_sweep_options){ 0 }, &result);
	dry_results_json(&result, &text);
	spaced = malloc(2 * text.length + 1);
	for (size_t i = 0; i < text.length; i++) {
		spaced[n++] = text.text[i];
		if (text.text[i] == ',' && text.text[i + 1] == '"')
			spaced[n++] = ' ';
	}
	assert_true(dry_results_read_memory(spaced, n, "spaced", &back, &err));
	dry_sweep_result_release(&back);
	free(spaced);
	at = strstr(text.text, "\"cost_usd_day\":1");
	at[15] = '2';
	assert_false(dry_results_read_memory(text.text, text.length, "changed", &back, &err));
	assert_non_null(strstr(err.complaint[0].text, "digest"));
	dry_error_release(&err);
	at[15] = '1';
	/* cut anywhere, it is never taken for a whole result */
	for (size_t cut = 0; cut + 2 < text.length; cut += 97) {
		assert_false(dry_results_read_memory(text.text, cut, "cut", &back, &err));
		dry_error_release(&err);
	}
	dry_results_text_release(&text);
	dry_sweep_result_release(&result);
}

static void shortest_numbers_read_back(void **state)
{
	static const double value[] = { 0, -0.0, 0.1, 1.0 / 3, 226.17, 1e300, 5e-324, 123456789012345678.0 };
	char text[32];

	(void)state;
	for (size_t i = 0; i < sizeof(value) / sizeof(value[0]); i++)
		assert_true(strtod(dry_format_double(value[i], text), NULL) == value[i]);
	assert_string_equal(dry_format_double(0.1, text), "0.1");
	assert_string_equal(dry_format_double(-0.0, text), "0");
	assert_string_equal(dry_format_double(NAN, text), "null");
	assert_string_equal(dry_format_double(INFINITY, text), "null");
}

/* --- journals --- */

/* One sweep with a journal; stops after `most` points when it is not 0. */
static void sweep_with_journal(struct dry_results_text *text, struct dry_journal_summary *summary)
{
	struct dry_sweep_options options = { .run_fn = sweep_world_run };
	struct dry_error err = { 0 };
	struct dry_sweep *sweep = dry_sweep_new(&input, &options, &err);
	struct dry_sweep_result manifest, result;
	struct dry_journal *journal;

	assert_non_null(sweep);
	dry_sweep_manifest(sweep, &manifest);
	dry_sweep_release(sweep);
	journal = dry_journal_open(path, &manifest, summary, &err);
	if (!journal)
		fail_msg("%s", err.complaint[0].text);
	options.on_point = dry_journal_on_point;
	options.on_point_context = journal;
	sweep = dry_sweep_new(&input, &options, &err);
	assert_true(dry_journal_give(journal, sweep, &err));
	assert_true(dry_sweep_start(sweep, 2));
	assert_true(dry_sweep_wait(sweep, 30000));
	dry_sweep_result(sweep, &result);
	dry_sweep_release(sweep);
	assert_true(dry_journal_close(journal, &err));
	dry_results_json(&result, text);
	dry_sweep_result_release(&result);
	dry_sweep_result_release(&manifest);
}

static size_t read_file(char **data)
{
	FILE *file = fopen(path, "rb");
	size_t length;

	assert_non_null(file);
	*data = malloc(1 << 20);
	length = fread(*data, 1, 1 << 20, file);
	fclose(file);
	return length;
}

static void write_file(const char *data, size_t length)
{
	FILE *file = fopen(path, "wb");

	assert_non_null(file);
	assert_int_equal(fwrite(data, 1, length, file), length);
	fclose(file);
}

static void a_journal_torn_at_any_byte_gives_the_same_result(void **state)
{
	struct dry_results_text whole = { 0 };
	struct dry_journal_summary summary;
	char *data;
	size_t length;

	(void)state;
	unlink(path);
	sweep_with_journal(&whole, &summary);
	assert_true(summary.created);
	length = read_file(&data);
	for (size_t cut = 0; cut <= length; cut += cut < 400 ? 7 : 211) {
		struct dry_results_text again = { 0 };

		write_file(data, cut);
		sweep_with_journal(&again, &summary);
		assert_string_equal(again.text, whole.text);
		assert_true(summary.dropped_bytes <= cut);
		dry_results_text_release(&again);
	}
	write_file(data, length);
	free(data);
	{
		struct dry_results_text again = { 0 };

		sweep_with_journal(&again, &summary);
		assert_int_equal(summary.points, 12);
		assert_true(summary.baseline);
		dry_results_text_release(&again);
	}
	dry_results_text_release(&whole);
}

static void refuse_journal(const struct dry_sweep_options *options, const char *word)
{
	struct dry_error err = { 0 };
	struct dry_sweep *sweep = dry_sweep_new(&input, options, &err);
	struct dry_journal_summary summary;
	struct dry_sweep_result manifest;

	assert_non_null(sweep);
	dry_sweep_manifest(sweep, &manifest);
	assert_null(dry_journal_open(path, &manifest, &summary, &err));
	if (!strstr(err.complaint[0].text, word))
		fail_msg("%s: no %s", err.complaint[0].text, word);
	dry_error_release(&err);
	dry_sweep_result_release(&manifest);
	dry_sweep_release(sweep);
}

static void the_journal_of_another_sweep_is_refused(void **state)
{
	struct dry_results_text text = { 0 };
	struct dry_journal_summary summary;
	struct dry_sweep_options options = { .has_seed = true, .seed = 99 };

	(void)state;
	unlink(path);
	sweep_with_journal(&text, &summary);
	refuse_journal(&options, "seed: 3 and 99");
	refuse_journal(&(struct dry_sweep_options){ .shard = { 1, 2 } }, "shard");
	write_file("dear diary", 10);
	refuse_journal(&(struct dry_sweep_options){ 0 }, "no journal");
	write_file("{\"some\":\"json\"}\n", 16);
	refuse_journal(&(struct dry_sweep_options){ 0 }, "no journal");
	dry_results_text_release(&text);
}

/* --- merges --- */

static bool merge(struct dry_sweep_result *part, uint32_t count, const struct dry_merge_options *options,
		  struct dry_results_text *text, const char *word)
{
	static const char *const name[] = { "p0", "p1", "p2", "p3" };
	struct dry_sweep_result result;
	struct dry_error err = { 0 };
	bool fine = dry_merge_results(part, name, count, options, &result, &err);

	if (fine)
		dry_results_json(&result, text);
	else if (!word || !strstr(err.complaint[0].text, word))
		fail_msg("%s", err.complaint[0].text);
	dry_sweep_result_release(&result);
	dry_error_release(&err);
	return fine;
}

static void shards_in_any_order_make_the_bytes_of_one_sweep(void **state)
{
	struct dry_merge_options options = { 0 };
	struct dry_results_text whole = { 0 }, merged = { 0 };
	struct dry_sweep_result all, part[3];

	(void)state;
	make((struct dry_sweep_options){ .run_fn = dry_run }, &all);
	dry_results_json(&all, &whole);
	for (uint32_t s = 0; s < 3; s++)
		make((struct dry_sweep_options){ .run_fn = dry_run, .shard = { (s + 2) % 3, 3 } }, &part[s]);
	assert_true(merge(part, 3, &options, &merged, NULL));
	assert_string_equal(merged.text, whole.text);
	dry_results_text_release(&whole);
	dry_results_text_release(&merged);
	dry_sweep_result_release(&all);
	for (uint32_t s = 0; s < 3; s++)
		dry_sweep_result_release(&part[s]);
}

static void overlaps_gaps_and_strangers_are_refused_by_name(void **state)
{
	struct dry_merge_options options = { 0 };
	struct dry_results_text text = { 0 };
	struct dry_sweep_result part[4];

	(void)state;
	make((struct dry_sweep_options){ .shard = { 0, 2 } }, &part[0]);
	assert_false(merge(part, 1, &options, &text, "shard 1 of 2"));
	dry_sweep_result_copy(&part[1], &part[0]);
	assert_false(merge(part, 2, &options, &text, "is in p0 too"));
	dry_sweep_result_release(&part[1]);
	make((struct dry_sweep_options){ .shard = { 1, 2 }, .has_seed = true, .seed = 4 }, &part[1]);
	assert_false(merge(part, 2, &options, &text, "seed: 3 and 4"));
	dry_sweep_result_release(&part[1]);
	make((struct dry_sweep_options){ .shard = { 1, 3 } }, &part[1]);
	assert_false(merge(part, 2, &options, &text, "number of shards"));
	dry_sweep_result_release(&part[1]);
	make((struct dry_sweep_options){ .shard = { 1, 2 } }, &part[1]);
	part[1].version = "0.0.0";
	assert_false(merge(part, 2, &options, &text, "engine version"));
	options.partial = true;
	assert_true(merge(part, 1, &options, &text, NULL));
	assert_non_null(strstr(text.text, "\"pending\":6"));
	dry_results_text_release(&text);
	dry_sweep_result_release(&part[0]);
	dry_sweep_result_release(&part[1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_result_reads_back_to_the_same_bytes),
		cmocka_unit_test(a_changed_value_is_found_and_reformatting_is_not),
		cmocka_unit_test(shortest_numbers_read_back),
		cmocka_unit_test(a_journal_torn_at_any_byte_gives_the_same_result),
		cmocka_unit_test(the_journal_of_another_sweep_is_refused),
		cmocka_unit_test(shards_in_any_order_make_the_bytes_of_one_sweep),
		cmocka_unit_test(overlaps_gaps_and_strangers_are_refused_by_name),
	};

	return cmocka_run_group_tests_name("sweep files", tests, load, unload);
}
