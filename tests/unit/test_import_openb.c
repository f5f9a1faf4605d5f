#include "import_test.h"

#define HEAD "name,cpu_milli,memory_mib,num_gpu,gpu_milli,gpu_spec,qos,pod_phase,creation_time," \
	     "deletion_time,scheduled_time\n"

static void rows_become_pods(void **state)
{
	struct import_test test;

	(void)state;
	import_reads(&test, NULL, HEAD
		    "p-1,1500,2048,0,0,,LS,Running,100,400,130\n"
		    "p-2,6000,12288,1,460,V100M16|V100M32,BE,Succeeded,110,700,112\n"
		    "p-3,1000,1024,2,1000,,Burstable,Pending,120,500,\n"
		    "p-4,1000,1024,0,0,,LS,Running,130,900,131\n");
	assert_string_equal(test.report.kind, "openb");
	import_has(&test, "{\"t\":0,\"type\":\"pod\",\"name\":\"p-1\",\"requests\":{\"cpu\":\"1500m\","
		   "\"memory\":\"2Gi\"},\"priority\":1000,\"duration\":270,"
		   "\"owner\":{\"kind\":\"ReplicaSet\",\"name\":\"p-1\"}}\n");
	import_has(&test, "\"alibabacloud.com/gpu-milli\":\"460\"");
	import_has(&test, "\"values\":[\"V100M16\",\"V100M32\"]");
	import_has(&test, "\"duration\":588,\"owner\":{\"kind\":\"Job\"");
	/* Never scheduled: it gave up at 500, which is 400 from the first pod. */
	import_has(&test, "\"nvidia.com/gpu\":\"2\"},\"until\":400,");
	/* Ends with the record: what happened to it is not known. */
	import_has(&test, "\"name\":\"p-4\",\"requests\":{\"cpu\":\"1\",\"memory\":\"1Gi\"},"
		   "\"priority\":1000,\"owner\"");
	assert_int_equal(test.report.censored, 1);
	assert_int_equal(test.report.rows_written, 4);
	import_end(&test);
}

static void the_policy_says_what_a_part_of_a_gpu_is(void **state)
{
	static const char rows[] = HEAD "a,1,1,1,460,,BE,Succeeded,0,9,1\n"
				   "b,1,1,1,1000,,BE,Succeeded,1,19,2\nc,1,1,0,0,,LS,Running,2,30,3\n";
	struct import_test test;

	(void)state;
	import_begin(&test, "openb");
	import_add(&test, rows, sizeof(rows) - 1);
	test.request.gpu_policy = DRY_GPU_WHOLE;
	import_runs(&test);
	import_lacks(&test, "gpu-milli");
	assert_int_equal(import_counted(&test.report.imputed, "rounded up"), 1);
	import_end(&test);

	import_begin(&test, "openb");
	import_add(&test, rows, sizeof(rows) - 1);
	test.request.gpu_policy = DRY_GPU_DROP;
	import_runs(&test);
	import_lacks(&test, "\"a\"");
	assert_int_equal(import_counted(&test.report.left_out, "a part of a GPU"), 1);
	import_end(&test);
}

static void strict_refuses_what_is_made_up(void **state)
{
	static const char rows[] = HEAD "a,1,1,0,0,,BE,Succeeded,0,9,1\n";
	struct import_test test;

	(void)state;
	import_begin(&test, "openb");
	import_add(&test, rows, sizeof(rows) - 1);
	test.request.strict = true;
	import_run(&test);
	import_fails(&test, DRY_ERROR_INPUT, 0, 0, "--strict: made up 1 times: owner");
	import_end(&test);
}

static void names_are_hashed_with_the_key(void **state)
{
	static const char rows[] = HEAD "secret,1,1,0,0,,BE,Succeeded,0,9,1\n";
	struct import_test one, other;

	(void)state;
	import_begin(&one, "openb");
	import_add(&one, rows, sizeof(rows) - 1);
	one.request.anonymize_key = "k1";
	import_runs(&one);
	import_lacks(&one, "secret");
	import_begin(&other, "openb");
	import_add(&other, rows, sizeof(rows) - 1);
	other.request.anonymize_key = "k2";
	import_runs(&other);
	assert_string_not_equal(one.text, other.text);
	import_end(&one);
	import_end(&other);
}

static void wrong_rows_are_pointed_at(void **state)
{
	static const struct import_place bad[] = {
		{ HEAD "a,NaN,1,0,0,,BE,Succeeded,0,9,1\n", 2, 3, "cpu_milli: \"NaN\"" },
		{ HEAD "a,1,-4,0,0,,BE,Succeeded,0,9,1\n", 2, 5, "is negative" },
		{ HEAD "a,1,1,0,0,,BE\n", 2, 1, "creation_time: \"\"" },
		{ HEAD ",1,1,0,0,,BE,Succeeded,0,9,1\n", 2, 1, "name: is empty" },
		{ HEAD "\"a,1,1,0,0,,BE,Succeeded,0,9,1\n", 2, 1, "is not closed" },
		{ "name,cpu_milli\nx,1\n", 1, 1, "there is no column \"memory_mib\"" },
		{ "", 1, 1, "is empty" },
	};

	(void)state;
	import_all_point("openb", bad, sizeof(bad) / sizeof(bad[0]));
}

static void the_public_trace_has_8152_pods(void **state)
{
	struct import_test test;

	(void)state;
	import_begin(&test, "openb");
	import_file(&test, "../shared/data/openb/openb_pod_list_default.csv");
	import_runs(&test);
	assert_int_equal(test.report.rows_read, 8152);
	assert_int_equal(test.report.rows_written, 8152);
	assert_int_equal(test.report.rows_dropped, 0);
	assert_int_equal(test.report.censored, 34);
	import_end(&test);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_become_pods),
		cmocka_unit_test(the_policy_says_what_a_part_of_a_gpu_is),
		cmocka_unit_test(strict_refuses_what_is_made_up),
		cmocka_unit_test(names_are_hashed_with_the_key),
		cmocka_unit_test(wrong_rows_are_pointed_at),
		cmocka_unit_test(the_public_trace_has_8152_pods),
	};

	return cmocka_run_group_tests_name("import openb", tests, NULL, NULL);
}
