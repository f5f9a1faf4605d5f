#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "base/units.h"

struct parse_case {
	const char *text;
	int64_t value;
	const char *wrong;
};

typedef const char *parse_fn(const char *text, size_t length, int64_t *value);

static void check_cases(parse_fn *parse, const struct parse_case *row, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		int64_t value = -77;
		const char *wrong = parse(row[i].text, strlen(row[i].text), &value);

		if (row[i].wrong) {
			if (!wrong)
				fail_msg("\"%s\" was read as %lld", row[i].text, (long long)value);
			assert_string_equal(wrong, row[i].wrong);
			assert_int_equal(value, -77);
			continue;
		}
		if (wrong)
			fail_msg("\"%s\": %s", row[i].text, wrong);
		if (value != row[i].value)
			fail_msg("\"%s\" is %lld, not %lld", row[i].text, (long long)value,
				 (long long)row[i].value);
	}
}

#define CHECK(parse, rows) check_cases(parse, rows, sizeof(rows) / sizeof(rows[0]))

static void quantities_read_as_kubernetes_reads_them(void **state)
{
	static const struct parse_case milli[] = {
		{ "500m", 500, NULL }, { "2", 2000, NULL }, { "0.1", 100, NULL }, { "1Ki", 1024000, NULL },
		{ "1.5", 1500, NULL }, { "100u", 1, NULL }, { "1n", 1, NULL }, { "0.0001", 1, NULL },
		{ "+3", 3000, NULL }, { "1e3", 1000000, NULL }, { "1E3", 1000000, NULL }, { ".5", 500, NULL },
		{ "5.", 5000, NULL }, { "1E-3", 1, NULL }, { "0", 0, NULL }, { "-0", 0, NULL },
		{ "0.1234567", 124, NULL }, { "3920m", 3920, NULL }, { "1e-400", 1, NULL },
		{ "", 0, "is empty" }, { "m", 0, "has no number" }, { "-1", 0, "is negative" },
		{ "1x", 0, "has an unknown suffix" }, { "1Mib", 0, "has an unknown suffix" },
		{ "1 Gi", 0, "has an unknown suffix" }, { "1e3Gi", 0, "has both an exponent and a suffix" },
		{ "NaN", 0, "has no number" }, { ".", 0, "has no number" }, { "1e400", 0, "is too large" },
		{ "--1", 0, "has no number" }, { "1ki", 0, "has an unknown suffix" }, { "16Ei", 0, "is too large" },
	};
	static const struct parse_case whole[] = {
		{ "2Gi", INT64_C(2147483648), NULL }, { "500m", 1, NULL }, { "1k", 1000, NULL },
		{ "1.5Gi", INT64_C(1610612736), NULL }, { "1E", INT64_C(1000000000000000000), NULL },
		{ "7Ei", INT64_C(8070450532247928832), NULL }, { "8Ei", 0, "is too large" },
		{ "9223372036854775807", INT64_MAX, NULL }, { "9223372036854775808", 0, "is too large" },
		{ "99999999999999999999999999999999999999999", 0, "is too large" },
		{ "0.000000000000000000000000000000000000001", 1, NULL },
		{ "1.00000000000000000000000000000000000000000001", 2, NULL },
		{ "16Gi", INT64_C(17179869184), NULL }, { "129M", 129000000, NULL },
	};

	(void)state;
	CHECK(dry_parse_quantity_milli, milli);
	CHECK(dry_parse_quantity, whole);
}

static void durations_read_as_go_reads_them(void **state)
{
	static const struct parse_case row[] = {
		{ "1h30m", 5400000, NULL }, { "500ms", 500, NULL }, { "1.5s", 1500, NULL }, { "90", 90000, NULL },
		{ "0", 0, NULL }, { "0s", 0, NULL }, { "-3s", -3000, NULL }, { "1.0005", 1001, NULL },
		{ "87600h", INT64_C(315360000000), NULL }, { "100us", 0, NULL }, { "600us", 1, NULL },
		{ "1m0.001s", 60001, NULL }, { "2e3", 2000000, NULL }, { "0.5h", 1800000, NULL },
		{ "1\xc2\xb5s", 0, NULL }, { "9223372036.854", INT64_C(9223372036854), NULL },
		{ "", 0, "is empty" }, { "10x", 0, "has an unknown unit" }, { "10m5", 0, "has a number without a unit" },
		{ "s", 0, "has no number" }, { "1d", 0, "has an unknown unit" }, { "5 m", 0, "has an unknown unit" },
		{ "9999999h", 0, "is too large" }, { "1e30", 0, "is too large" }, { "inf", 0, "has no number" },
		{ "1h-5m", 0, "has an unknown unit" }, { "9999999999999", 0, "is too large" },
	};

	(void)state;
	CHECK(dry_parse_duration_ms, row);
}

static void days_come_before_what_go_reads(void **state)
{
	static const struct parse_case row[] = {
		{ "16d", INT64_C(1382400000), NULL }, { "1d12h", INT64_C(129600000), NULL }, { "0d", 0, NULL },
		{ "1d0.5s", INT64_C(86400500), NULL }, { "1h30m", 5400000, NULL }, { "90", 90000, NULL },
		{ "-3s", -3000, NULL }, { "106751d", INT64_C(9223286400000), NULL },
		{ "106752d", 0, "is too large" }, { "99999999999999999999d", 0, "is too large" },
		{ "1d12", 0, "has a number without a unit" }, { "1.5d", 0, "has an unknown unit" },
		{ "d", 0, "has no number" }, { "1d1d", 0, "has an unknown unit" },
		{ "1d-1h", 0, "has a sign behind its days" }, { "-1d", 0, "has an unknown unit" }, { "", 0, "is empty" },
	};

	(void)state;
	CHECK(dry_parse_span_ms, row);
}

static void prices_and_integers_keep_every_digit(void **state)
{
	static const struct parse_case price[] = {
		{ "0.192", 192000000, NULL }, { "0.0000000005", 1, NULL }, { "0.00000000049", 0, NULL },
		{ "12", INT64_C(12000000000), NULL }, { "1e-3", 1000000, NULL }, { "-0.1", 0, "is negative" },
		{ "1000000", INT64_C(1000000000000000), NULL }, { "1000001", 0, "is too large" },
		{ "$1", 0, "is not a number" }, { "0.1 ", 0, "is not a number" }, { "", 0, "is empty" },
	};
	static const struct parse_case integer[] = {
		{ "10", 10, NULL }, { "-5", -5, NULL }, { "1e3", 1000, NULL }, { "10.0", 10, NULL },
		{ "1.5", 0, "is not a whole number" }, { "abc", 0, "is not a number" },
		{ "1e19", 0, "is too large" }, { "0e9999", 0, NULL }, { "12 ", 0, "is not a number" },
	};

	(void)state;
	CHECK(dry_parse_price_nusd, price);
	CHECK(dry_parse_integer, integer);
}

static void numbers_are_the_nearest_double(void **state)
{
	double value = 0;

	(void)state;
	assert_null(dry_parse_number("0.1", 3, &value));
	assert_true(value == 0.1);
	assert_null(dry_parse_number("-2.5e-3xx", 7, &value));
	assert_true(value == -2.5e-3);
	assert_null(dry_parse_number("0.015", 5, &value));
	assert_true(value == 0.015);
	assert_string_equal(dry_parse_number("1e999", 5, &value), "is too large");
	assert_string_equal(dry_parse_number("nan", 3, &value), "is not a number");
	assert_string_equal(dry_parse_number("0x10", 4, &value), "is not a number");
	assert_true(value == 0.015);
}

static void formats_are_short_and_read_back(void **state)
{
	static const struct {
		int64_t ms;
		const char *duration, *seconds;
	} row[] = {
		{ 0, "0s", "0" }, { 600000, "10m", "600" }, { 5400000, "1h30m", "5400" },
		{ 500, "500ms", "0.5" }, { 1500, "1.5s", "1.5" }, { 3600000, "1h", "3600" },
		{ 90500, "1m30.5s", "90.5" }, { -2000, "-2s", "-2" }, { -1, "-1ms", "-0.001" },
		{ 3601000, "1h1s", "3601" }, { 315360000000, "87600h", "315360000" }, { 20, "20ms", "0.02" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		char text[64];
		int64_t back;

		assert_string_equal(dry_format_duration(row[i].ms, text, sizeof(text)), row[i].duration);
		assert_null(dry_parse_duration_ms(text, strlen(text), &back));
		assert_int_equal(back, row[i].ms);
		assert_string_equal(dry_format_seconds(row[i].ms, text, sizeof(text)), row[i].seconds);
		assert_null(dry_parse_duration_ms(text, strlen(text), &back));
		assert_int_equal(back, row[i].ms);
	}
}

static void nearest_word_is_near_or_nothing(void **state)
{
	static const char *const known[] = { "minSize", "maxSize", "name", "zone", "scan-interval" };

	(void)state;
	assert_string_equal(dry_nearest_word("minsize", known, 5), "minSize");
	assert_string_equal(dry_nearest_word("maxSzie", known, 5), "maxSize");
	assert_string_equal(dry_nearest_word("scan-intervall", known, 5), "scan-interval");
	assert_null(dry_nearest_word("capacity", known, 5));
	assert_null(dry_nearest_word("", known, 5));
	assert_null(dry_nearest_word("xy", known, 5));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(quantities_read_as_kubernetes_reads_them),
		cmocka_unit_test(durations_read_as_go_reads_them),
		cmocka_unit_test(days_come_before_what_go_reads),
		cmocka_unit_test(prices_and_integers_keep_every_digit),
		cmocka_unit_test(numbers_are_the_nearest_double),
		cmocka_unit_test(formats_are_short_and_read_back),
		cmocka_unit_test(nearest_word_is_near_or_nothing),
	};

	return cmocka_run_group_tests_name("units", tests, NULL, NULL);
}
