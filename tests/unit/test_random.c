#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>

#include "base/digest.h"
#include "base/random.h"

/* The published known answers of Philox4x64-10: all zeros, all ones. */
static void philox_gives_the_published_answers(void **state)
{
	static const uint64_t zero[4] = { 0 }, key0[2] = { 0 };
	static const uint64_t ones[4] = { UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX };
	static const uint64_t key1[2] = { UINT64_MAX, UINT64_MAX };
	uint64_t out[4];

	(void)state;
	dry_philox4x64(zero, key0, out);
	assert_true(out[0] == UINT64_C(0x16554d9eca36314c));
	assert_true(out[1] == UINT64_C(0xdb20fe9d672d0fdc));
	assert_true(out[2] == UINT64_C(0xd7e772cee186176b));
	assert_true(out[3] == UINT64_C(0x7e68b68aec7ba23b));
	dry_philox4x64(ones, key1, out);
	assert_true(out[0] == UINT64_C(0x87b092c3013fe90b));
	assert_true(out[3] == UINT64_C(0xa09caebf594f0ba0));
}

static void a_stream_is_keyed_by_purpose_entity_and_place(void **state)
{
	struct dry_stream stream = dry_stream_make(1, "provision", "general-a", 0);
	struct dry_stream other = dry_stream_make(1, "fail", "general-a", 0);

	(void)state;
	assert_true(stream.purpose == dry_fnv1a("provision", 9));
	assert_true(dry_stream_bits(&stream, 0, 0) == UINT64_C(0xf1c245e8b85887cb));
	assert_true(fabs(dry_stream_uniform(&stream, 0, 0) - 0.9443706219829853) < 1e-15);
	assert_true(fabs(dry_stream_uniform(&stream, 1, 0) - 0.8342388167046615) < 1e-15);
	assert_true(dry_stream_uniform(&other, 0, 0) != dry_stream_uniform(&stream, 0, 0));
	other = dry_stream_make(1, "provision", "general-a", 1);
	assert_true(fabs(dry_stream_uniform(&other, 0, 0) - 0.35353334885580195) < 1e-15);
}

static void uniforms_fill_the_open_interval_evenly(void **state)
{
	struct dry_stream stream = dry_stream_make(7, "lifetime", "spot-a", 3);
	double sum = 0, least = 1, most = 0;
	int draws = 20000, tenth[10] = { 0 };

	(void)state;
	for (int i = 0; i < draws; i++) {
		double u = dry_stream_uniform(&stream, (uint64_t)i, 0);

		sum += u;
		least = u < least ? u : least;
		most = u > most ? u : most;
		tenth[(int)(u * 10)]++;
	}
	assert_true(least > 0 && most < 1);
	assert_true(fabs(sum / draws - 0.5) < 0.01);
	for (int i = 0; i < 10; i++)
		assert_true(tenth[i] > draws / 10 - 200 && tenth[i] < draws / 10 + 200);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(philox_gives_the_published_answers),
		cmocka_unit_test(a_stream_is_keyed_by_purpose_entity_and_place),
		cmocka_unit_test(uniforms_fill_the_open_interval_evenly),
	};

	return cmocka_run_group_tests_name("random", tests, NULL, NULL);
}
