#include "import_test.h"

/* ----- Standard Workload Format ----- */

#define JOB_1 "1 0 5 100 4 -1 -1 8 200 1024 1 3 1 -1 2 0 -1 -1\n"

static void a_job_is_a_pod_with_its_processors(void **state)
{
	struct import_test test;

	(void)state;
	import_reads(&test, NULL, "; Version: 2.2\n; UnixStartTime: 874454400\n" JOB_1
		    "  2\t10.5 5 60 4 -1 2048 -1 200 -1 1 3 1 -1 2 0 -1 -1\r\n");
	assert_string_equal(test.report.kind, "swf");
	import_has(&test, "\"epoch\":\"1997-09-17T00:00:00Z\"");
	import_has(&test, "{\"t\":0,\"type\":\"pod\",\"name\":\"job-1\",\"requests\":{\"cpu\":\"8\",\"memory\":\"8Mi\"},"
		   "\"labels\":{\"user\":\"3\",\"queue\":\"2\",\"partition\":\"0\"},\"duration\":100,"
		   "\"owner\":{\"kind\":\"Job\",\"name\":\"job-1\"}}\n");
	/* Neither asked for processors nor memory: what it got and used. */
	import_has(&test, "{\"t\":10.5,\"type\":\"pod\",\"name\":\"job-2\",\"requests\":{\"cpu\":\"4\",\"memory\":\"8Mi\"}");
	assert_int_equal(import_counted(&test.report.imputed, "requests"), 2);
	import_end(&test);
}

static void a_job_may_be_split_into_pods(void **state)
{
	struct import_test test;

	(void)state;
	import_begin(&test, "swf");
	import_add(&test, JOB_1, strlen(JOB_1));
	test.request.swf_split = 3;
	import_runs(&test);
	assert_int_equal(test.report.rows_written, 3);
	import_has(&test, "\"name\":\"job-1-0\",\"requests\":{\"cpu\":\"3\",\"memory\":\"3Mi\"}");
	import_has(&test, "\"name\":\"job-1-2\",\"requests\":{\"cpu\":\"2\",\"memory\":\"2Mi\"}");
	import_has(&test, "\"owner\":{\"kind\":\"Job\",\"name\":\"job-1\"}");
	import_end(&test);
}

static void parts_and_cancelled_jobs_are_left_out(void **state)
{
	struct import_test test;

	(void)state;
	import_reads(&test, "swf", JOB_1
		    "2 1 5 10 4 -1 -1 8 200 -1 2 3 1 -1 2 0 -1 -1\n"
		    "3 2 -1 0 4 -1 -1 8 200 -1 5 3 1 -1 2 0 -1 -1\n"
		    "4 3 -1 -1 4 -1 -1 8 200 -1 1 3 1 -1 2 0 -1 -1\n"
		    "5 4 1 7 -1 -1 -1 -1 200 -1 1 3 1 -1 2 0 -1 -1\n"
		    "6 5 1 7 1 -1 -1 1 200 -1 1 3 1 -1 2 0 1 30\n");
	assert_int_equal(test.report.rows_read, 6);
	assert_int_equal(test.report.rows_kept, 2);
	assert_int_equal(test.report.rows_left_out, 2);
	assert_int_equal(test.report.rows_dropped, 2);
	assert_int_equal(import_counted(&test.report.note, "preceding job"), 1);
	import_end(&test);
}

static void wrong_jobs_are_pointed_at(void **state)
{
	static const struct import_place wrong[] = {
		{ JOB_1 "2 1 5 10 4\n", 2, 11, "has 5 fields" },
		{ "1 0 5 100 4 -1 -1 8 200 1024 1 3 1 -1 2 0 -1 -1 9\n", 1, 49, "more than 18" },
		{ "1 0 5 NaN 4 -1 -1 8 200 1024 1 3 1 -1 2 0 -1 -1\n", 1, 7, "run time: \"NaN\"" },
		{ "1 0 5 1 4 -1 -1 99999999 200 1024 1 3 1 -1 2 0 -1 -1\n", 1, 17, "10,000,000" },
		{ "1 1e300 5 1 4 -1 -1 9 200 1024 1 3 1 -1 2 0 -1 -1\n", 1, 3, "too large" },
		{ "; UnixStartTime: soon\n" JOB_1, 1, 18, "UnixStartTime" },
		{ "1 0 5 \xff 4 -1 -1 8 200 1024 1 3 1 -1 2 0 -1 -1\n", 1, 7, "run time" },
	};

	(void)state;
	import_all_point("swf", wrong, sizeof(wrong) / sizeof(wrong[0]));
}

/* ----- any CSV ----- */

static void import_columns(struct import_test *test, const char *columns, const char *text)
{
	import_begin(test, NULL);
	import_add(test, text, strlen(text));
	test->request.columns = columns;
	import_run(test);
}

static void columns_become_fields_in_their_units(void **state)
{
	struct import_test test;

	(void)state;
	import_columns(&test, "t=submitted,name=id,namespace='the team',cpu=cpus*1000m,memory=mem_gb*Gi,gpu=g,"
		       "duration=end-start,priority=prio,owner=job,kind=what,label.app=app,nodeSelector.pool=pool",
		       "id;submitted;start;end;cpus;mem_gb;g;prio;job;what;app;pool;the team\n"
		       "a;2026-03-02T10:15:00Z;2026-03-02T10:16:00Z;2026-03-02T11:16:00Z;2.5;4.5;1;10;train;Job;\"x;y\";p1;ml\n"
		       "b;2026-03-02T10:14:00Z;2026-03-02T10:16:00Z;;0.5;1;0;0;serve;Service;;;ml\n");
	import_good(&test);
	assert_string_equal(test.report.kind, "csv");
	import_has(&test, "{\"t\":60,\"type\":\"pod\",\"name\":\"a\",\"namespace\":\"ml\",\"requests\":{\"cpu\":\"2500m\","
		   "\"memory\":\"4608Mi\",\"nvidia.com/gpu\":\"1\"},\"priority\":10,\"labels\":{\"app\":\"x;y\"},"
		   "\"nodeSelector\":{\"pool\":\"p1\"},\"duration\":3600,\"owner\":{\"kind\":\"Job\",\"name\":\"train\"}}\n");
	import_has(&test, "{\"t\":0,\"type\":\"pod\",\"name\":\"b\",\"namespace\":\"ml\",\"requests\":{\"cpu\":\"500m\","
		   "\"memory\":\"1Gi\"},\"owner\":{\"kind\":\"Service\",\"name\":\"serve\"}}\n");
	assert_int_equal(test.report.censored, 1);
	assert_int_equal(test.report.imputed.count, 0);
	import_end(&test);
}

static void numbers_are_moments_by_their_size(void **state)
{
	static const struct { const char *stamp, *epoch; } stamps[] = {
		{ "1772446500", "2026-03-02T10:15:00Z" },
		{ "1772446500000", "2026-03-02T10:15:00Z" },
		{ "1772446500000000", "2026-03-02T10:15:00Z" },
		{ "1772446500000000000", "2026-03-02T10:15:00Z" },
	};
	struct import_test test;
	char text[100];

	(void)state;
	for (size_t i = 0; i < sizeof(stamps) / sizeof(stamps[0]); i++) {
		snprintf(text, sizeof(text), "at,cpu\n%s,1\n", stamps[i].stamp);
		import_columns(&test, "t=at,cpu=cpu,duration=10m", text);
		import_good(&test);
		import_has(&test, stamps[i].epoch);
		import_has(&test, "\"duration\":600");
		assert_int_equal(import_counted(&test.report.note, "by their size"), 1);
		import_end(&test);
	}
	import_columns(&test, "t=at*h,cpu=250m,count=n", "at,n\n1,2\n2.5,1\n");
	import_good(&test);
	import_lacks(&test, "epoch");
	import_has(&test, "{\"t\":0,\"type\":\"pod\",\"name\":\"row-1-0\",\"requests\":{\"cpu\":\"250m\"}");
	import_has(&test, "\"name\":\"row-1-1\"");
	import_has(&test, "{\"t\":5400,\"type\":\"pod\",\"name\":\"row-2\"");
	import_end(&test);
}

static void what_a_row_lacks_is_counted(void **state)
{
	struct import_test test;

	(void)state;
	import_columns(&test, "t=at,cpu=cpu,duration=d", "at,cpu,d\n0,,nan\n,1,5\n5,1,-1\n9,1,3\n");
	import_good(&test);
	assert_int_equal(test.report.rows_written, 2);
	assert_int_equal(import_counted(&test.report.imputed, "cpu: is empty"), 1);
	assert_int_equal(import_counted(&test.report.dropped, "has no t"), 1);
	assert_int_equal(import_counted(&test.report.dropped, "ends before"), 1);
	import_end(&test);

	import_begin(&test, "csv");
	import_add(&test, "at,cpu\n0,\n", 10);
	test.request.columns = "t=at,cpu=cpu";
	test.request.strict = true;
	import_run(&test);
	assert_false(test.good);
	assert_int_equal(test.err.code, DRY_ERROR_INPUT);
	import_end(&test);
}

static void wrong_cells_are_pointed_at(void **state)
{
	static const struct { const char *columns, *text; enum dry_error_code code; uint32_t line, column; const char *piece; } wrong[] = {
		{ "t=at,cpu=cpu", "at,cpu\n0,1\n1,NaN\n", DRY_ERROR_INPUT, 3, 3, "cpu: \"NaN\"" },
		{ "t=at,cpu=cpu", "at,cpu\nNaN,x\n0,x\n", DRY_ERROR_INPUT, 3, 3, "cpu: \"x\"" },
		{ "t=at,cpu=cpu*1000m", "at,cpu\n0,-2\n", DRY_ERROR_INPUT, 2, 3, "is negative" },
		{ "t=at,cpu=cpu", "at,cpu\n2026-03-02T10:15:00Z,1\n17,1\n", DRY_ERROR_INPUT, 3, 1, "the first row has" },
		{ "t=at,cpu=cpu", "at,cpu\n2026-02-30T10:15:00Z,1\n", DRY_ERROR_INPUT, 2, 1, "does not exist" },
		{ "t=at,cpu=kpu", "at,cpu\n1,1\n", DRY_ERROR_INPUT, 1, 1, "no column \"kpu\"" },
		{ "t=at,cpu=cpu", "at,cpu\n1,\"1\n", DRY_ERROR_INPUT, 2, 3, "is not closed" },
		{ "t=at,cpu=cpu", "", DRY_ERROR_INPUT, 1, 1, "is empty" },
		{ "t=at,count=n", "at,n\n1,900000\n", DRY_ERROR_INPUT, 2, 1, "count" },
		{ "cpu=cpu", "at,cpu\n1,1\n", DRY_ERROR_USAGE, 0, 0, "field t" },
		{ "t=at,cpus=cpu", "at,cpu\n1,1\n", DRY_ERROR_USAGE, 0, 0, "no field \"cpus\"" },
		{ "t=at*lightyears", "at,cpu\n1,1\n", DRY_ERROR_USAGE, 0, 0, "unknown unit" },
		{ "t=at,t=at", "at,cpu\n1,1\n", DRY_ERROR_USAGE, 0, 0, "given twice" },
		{ "t=", "at,cpu\n1,1\n", DRY_ERROR_USAGE, 0, 0, "name of a column" },
		{ "t=at,name=a-b", "at,a,b\n1,1,1\n", DRY_ERROR_USAGE, 0, 0, "difference" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct import_test test;
		import_columns(&test, wrong[i].columns, wrong[i].text);
		import_fails(&test, wrong[i].code, wrong[i].line, wrong[i].column, wrong[i].piece);
		import_end(&test);
	}
}

/* A file of a public trace, by the map instead of by its own importer. */
static void a_map_reads_what_the_gpu_trace_holds(void **state)
{
	struct import_test test;

	(void)state;
	import_begin(&test, NULL);
	import_file(&test, "../shared/data/openb/openb_pod_list_default.csv");
	test.request.columns = "t=creation_time*s,name=name,cpu=cpu_milli*1m,memory=memory_mib*Mi,gpu=num_gpu,"
			       "duration=deletion_time-scheduled_time";
	import_runs(&test);
	assert_int_equal(test.report.rows_read, 8152);
	assert_int_equal(test.report.rows_written, 8152);
	/* Those that were never scheduled have no start. */
	assert_int_equal(test.report.censored, 897);
	import_end(&test);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_job_is_a_pod_with_its_processors),
		cmocka_unit_test(a_job_may_be_split_into_pods),
		cmocka_unit_test(parts_and_cancelled_jobs_are_left_out),
		cmocka_unit_test(wrong_jobs_are_pointed_at),
		cmocka_unit_test(columns_become_fields_in_their_units),
		cmocka_unit_test(numbers_are_moments_by_their_size),
		cmocka_unit_test(what_a_row_lacks_is_counted),
		cmocka_unit_test(wrong_cells_are_pointed_at),
		cmocka_unit_test(a_map_reads_what_the_gpu_trace_holds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
