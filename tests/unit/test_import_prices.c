#include "import_test.h"

#define SPOT(zone, price, time) \
	"{\"AvailabilityZone\":\"" zone "\",\"InstanceType\":\"m5.large\",\"ProductDescription\":\"Linux/UNIX\"," \
	"\"SpotPrice\":\"" price "\",\"Timestamp\":\"" time "\"}"

static const char pages[] =
	"{\"SpotPriceHistory\":[\n" SPOT("xx-1b", "0.0345", "2026-03-02T08:00:00.000Z") ",\n"
	SPOT("xx-1a", "0.0300", "2026-03-02T07:00:00+00:00") ",\n"
	"{\"AvailabilityZone\":\"xx-1a\",\"InstanceType\":\"m5.large\",\"ProductDescription\":\"Windows\","
	"\"SpotPrice\":\"0.1\",\"Timestamp\":\"2026-03-02T07:00:00Z\"}],\"NextToken\":\"x\"}\n"
	"{\"SpotPriceHistory\":[\n" SPOT("xx-1b", "0.034500", "2026-03-02T08:00:00Z") ",\n"
	SPOT("xx-1a", "0.0200", "2026-03-01T07:00:00Z") "],\"NextToken\":\"\"}\n";

static void pages_are_merged_and_repeats_dropped(void **state)
{
	struct import_test test;

	(void)state;
	import_reads(&test, NULL, pages);
	assert_string_equal(test.report.kind, "aws-spot");
	assert_string_equal(test.text,
		"{\"type\":\"header\",\"version\":\"dryscale/v1\",\"epoch\":\"2026-03-01T07:00:00Z\",\"source\":\"aws-spot\"}\n"
		"{\"t\":0,\"type\":\"price\",\"instanceType\":\"m5.large\",\"zone\":\"xx-1a\",\"price\":0.02}\n"
		"{\"t\":86400,\"type\":\"price\",\"instanceType\":\"m5.large\",\"zone\":\"xx-1a\",\"price\":0.03}\n"
		"{\"t\":90000,\"type\":\"price\",\"instanceType\":\"m5.large\",\"zone\":\"xx-1b\",\"price\":0.0345}\n");
	assert_int_equal(test.report.rows_read, 5);
	assert_int_equal(test.report.rows_kept, 3);
	assert_int_equal(import_counted(&test.report.left_out, "was read before"), 1);
	assert_int_equal(import_counted(&test.report.left_out, "product Windows"), 1);
	import_end(&test);
}

static void a_window_keeps_the_price_in_force_at_its_start(void **state)
{
	struct import_test test;

	(void)state;
	import_begin(&test, "aws-spot");
	import_add(&test, pages, sizeof(pages) - 1);
	assert_null(dry_import_parse_time("2026-03-02T00:00:00Z", &test.request.from_ms));
	assert_null(dry_import_parse_time("2026-03-02T08:00:00Z", &test.request.to_ms));
	import_runs(&test);
	assert_string_equal(test.text,
		"{\"type\":\"header\",\"version\":\"dryscale/v1\",\"epoch\":\"2026-03-02T00:00:00Z\",\"source\":\"aws-spot\"}\n"
		"{\"t\":0,\"type\":\"price\",\"instanceType\":\"m5.large\",\"zone\":\"xx-1a\",\"price\":0.02}\n"
		"{\"t\":25200,\"type\":\"price\",\"instanceType\":\"m5.large\",\"zone\":\"xx-1a\",\"price\":0.03}\n");
	import_end(&test);
}

static void the_same_history_as_text_csv_and_bare_list(void **state)
{
	static const char *const same[] = {
		"SPOTPRICEHISTORY\txx-1a\tm5.large\tLinux/UNIX (Amazon VPC)\t0.02\t2026-03-01T07:00:00Z\n",
		"Timestamp,InstanceType,ProductDescription,AvailabilityZone,SpotPrice\n"
		"2026-03-01T07:00:00Z,m5.large,Linux/UNIX,xx-1a,0.02\n",
		"[" SPOT("xx-1a", "0.02", "2026-03-01T07:00:00Z") "]",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++) {
		struct import_test test;
		import_reads(&test, NULL, same[i]);
		import_has(&test, "{\"t\":0,\"type\":\"price\",\"instanceType\":\"m5.large\",\"zone\":\"xx-1a\",\"price\":0.02}\n");
		import_end(&test);
	}
}

static void skypilot_columns_are_found_by_name_and_dated_by_the_file(void **state)
{
	static const char rows[] =
		"Region,SpotPrice,InstanceType,vCPUs,GpuInfo,Price,AvailabilityZone\r\n"
		"us-1,0.03,m5.large,2.0,,0.096,us1-az1\r\n"
		"us-1,,m5.xlarge,4.0,,0.192,us1-az1\r\n"
		"us-1,0.3,g4dn.xlarge,4.0,\"{'Gpus': [{'Name': 'T4', 'Count': 1.0}]}\",0.526,\r\n"
		"eu-1,0.04,m5.large,2.0,,0.11,eu1-az1\r\n";
	struct import_test test;

	(void)state;
	import_begin(&test, NULL);
	import_add(&test, rows, sizeof(rows) - 1);
	test.request.region = "us-1";
	import_runs(&test);
	assert_string_equal(test.report.kind, "skypilot");
	import_has(&test, "\"instanceType\":\"m5.large\",\"zone\":\"us1-az1\",\"price\":0.03}");
	import_has(&test, "\"instanceType\":\"g4dn.xlarge\",\"zone\":\"us-1\",\"price\":0.3}");
	assert_int_equal(test.report.rows_written, 2);
	assert_int_equal(import_counted(&test.report.left_out, "no price in this market"), 1);
	assert_int_equal(import_counted(&test.report.imputed, "no date in the file's name"), 1);
	import_end(&test);
	import_begin(&test, NULL);
	import_add(&test, rows, sizeof(rows) - 1);
	test.request.market = "on-demand";
	import_runs(&test);
	assert_int_equal(test.report.rows_written, 4);
	import_has(&test, "\"instanceType\":\"m5.xlarge\",\"zone\":\"us1-az1\",\"price\":0.192}");
	import_end(&test);
}

#define AZURE(sku, product, type, price) \
	"{\"currencyCode\":\"USD\",\"retailPrice\":" price ",\"armRegionName\":\"eastus\",\"armSkuName\":\"Standard_D2s_v5\"," \
	"\"skuName\":\"" sku "\",\"productName\":\"" product "\",\"serviceName\":\"Virtual Machines\"," \
	"\"unitOfMeasure\":\"1 Hour\",\"type\":\"" type "\",\"effectiveStartDate\":\"2026-01-01T00:00:00Z\"}"

static void azure_rows_of_other_goods_are_left_out(void **state)
{
	static const char text[] =
		"{\"BillingCurrency\":\"USD\",\"Items\":["
		AZURE("D2s v5 Spot", "Virtual Machines Dsv5 Series", "Consumption", "0.0192") ","
		AZURE("D2s v5", "Virtual Machines Dsv5 Series", "Consumption", "0.096") ","
		AZURE("D2s v5 Low Priority", "Virtual Machines Dsv5 Series", "Consumption", "0.03") ","
		AZURE("D2s v5 Spot", "Virtual Machines Dsv5 Series Windows", "Consumption", "0.05") ","
		AZURE("D2s v5", "Virtual Machines Dsv5 Series", "Reservation", "500") "],\"Count\":5}";
	struct import_test test;

	(void)state;
	import_reads(&test, NULL, text);
	assert_string_equal(test.report.kind, "azure-prices");
	assert_int_equal(test.report.rows_written, 1);
	import_has(&test, "\"zone\":\"eastus\",\"price\":0.0192}");
	import_end(&test);
	import_begin(&test, "azure-prices");
	import_add(&test, text, sizeof(text) - 1);
	test.request.market = "on-demand";
	import_runs(&test);
	import_has(&test, "\"price\":0.096}");
	assert_int_equal(test.report.rows_written, 1);
	import_end(&test);
}

static void advisor_bands_become_hazards(void **state)
{
	struct import_test test;

	(void)state;
	import_reads(&test, NULL, "{\"ranges\":[{\"index\":0,\"label\":\"<5%\",\"dots\":0,\"max\":5}],\"spot_advisor\":"
		    "{\"us-east-1\":{\"Windows\":{\"m5.large\":{\"s\":1,\"r\":0}},"
		    "\"Linux\":{\"m5.large\":{\"s\":58,\"r\":4},\"c5.large\":{\"s\":40,\"r\":0}}}}}");
	assert_int_equal(test.report.rows_written, 2);
	import_has(&test, "{\"region\":\"us-east-1\",\"instanceType\":\"m5.large\",\"system\":\"Linux\",\"advisor\":4,"
		   "\"monthlyFrequency\":0.25,\"perHour\":0.000394085,\"perHourLow\":0.000305676,\"savingsPercent\":58}");
	import_has(&test, "\"instanceType\":\"c5.large\",\"system\":\"Linux\",\"advisor\":0,\"monthlyFrequency\":0.025");
	assert_int_equal(import_counted(&test.report.left_out, "another system"), 1);
	import_end(&test);
}

static void wrong_prices_are_pointed_at(void **state)
{
	static const struct import_wrong bad[] = {
		{ "aws-spot", "{\"SpotPriceHistory\":[\n" SPOT("a", "NaN", "2026-03-01T07:00:00Z") "]}", DRY_ERROR_INPUT, 2, 97,
		  "SpotPrice: \"NaN\"" },
		{ "aws-spot", "{\"SpotPriceHistory\":[\n" SPOT("a", "-1", "2026-03-01T07:00:00Z") "]}", DRY_ERROR_INPUT, 2, 97,
		  "SpotPrice: \"-1\"" },
		{ "aws-spot", "{\"SpotPriceHistory\":[\n" SPOT("a", "1", "yesterday") "]}", DRY_ERROR_INPUT, 2, 113, "Timestamp" },
		{ "aws-spot", "{\"SpotPriceHistory\":[\n{\"InstanceType\":\"x\"}]}", DRY_ERROR_INPUT, 2, 1, "AvailabilityZone is missing" },
		{ "aws-spot", "{\"SpotPriceHistory\":[\n{\"Inst", DRY_ERROR_INPUT, 2, 1, "not complete" },
		{ "aws-spot", "{\"NextToken\":\"\"}", DRY_ERROR_INPUT, 1, 1, "holds no SpotPriceHistory" },
		{ "aws-spot", "{\"SpotPriceHistory\":[],\"NextToken\":\"\"}", DRY_ERROR_EMPTY, 0, 0, "no price is left" },
		{ "gcp-prices", "date,machine_type,region,on_demand_usd_hour,spot_usd_hour\n2026-01-01,e2,r,1,NaN\n",
		  DRY_ERROR_INPUT, 2, 19, "price: \"NaN\"" },
		{ "gcp-prices", "date,machine_type,region,on_demand_usd_hour,spot_usd_hour\n1 May,e2,r,1,1\n", DRY_ERROR_INPUT, 2, 1,
		  "date: \"1 May\"" },
		{ "gcp-prices", "date,machine_type,region,on_demand\n", DRY_ERROR_INPUT, 1, 1, "no column \"spot_usd_hour\"" },
		{ "skypilot", "InstanceType,vCPUs,SpotPrice,Region\nm5.large,2,-4,x\n", DRY_ERROR_INPUT, 2, 12, "price: \"-4\"" },
		{ "azure-prices", "{\"Items\":[{\"currencyCode\":\"EUR\",\"unitOfMeasure\":\"1 Hour\",\"skuName\":\"D Spot\"}]}",
		  DRY_ERROR_INPUT, 1, 27, "is not USD" },
		{ "spot-advisor", "{\"spot_advisor\":{\"r\":{\"Linux\":{\"m5.large\":{\"r\":7}}}}}", DRY_ERROR_INPUT, 1, 48,
		  "r is no band" },
		{ "spot-advisor", "{\"ranges\":[]}", DRY_ERROR_INPUT, 1, 1, "spot_advisor is missing" },
	};

	(void)state;
	import_all_fail(bad, sizeof(bad) / sizeof(bad[0]));
}

/* Counts that the README of the data states. */
static void the_public_histories_have_their_counts(void **state)
{
	static const char *const parts[] = { "p3.2xlarge.json", "2020-02-27.p3.2xlarge.json.gz",
		"2020-03-05.p3.2xlarge.json.gz", "2020-03-13.p3.2xlarge.json.gz", "2020-03-23.p3.2xlarge.json.gz" };
	char path[5][120];
	struct import_test test;

	(void)state;
	import_begin(&test, NULL);
	for (int i = 0; i < 5; i++) {
		snprintf(path[i], sizeof(path[i]), "../shared/data/aws-spot-price-history/us-east-1/%s", parts[i]);
		import_file(&test, path[i]);
	}
	import_runs(&test);
	assert_int_equal(test.report.rows_read, 1381);
	assert_int_equal(test.report.rows_written, 1360);
	import_end(&test);

	import_begin(&test, NULL);
	import_file(&test, "../shared/data/gcp-price-history/us-central1.csv");
	test.request.market = "on-demand";
	import_runs(&test);
	assert_int_equal(test.report.rows_read, 606);
	assert_int_equal(test.report.rows_written, 606);
	import_end(&test);

	import_begin(&test, NULL);
	import_file(&test, "../shared/data/aws-spot-advisor/spot-advisor-data.us.json.gz");
	import_runs(&test);
	assert_int_equal(test.report.rows_written, test.report.rows_read);
	assert_true(test.report.rows_read > 1000);
	import_end(&test);

	import_begin(&test, "aws-spot");
	import_file(&test, "../shared/data/aws-spot-price-history/us-west-1/p3.8xlarge.json");
	import_run(&test);
	import_fails(&test, DRY_ERROR_EMPTY, 0, 0, "no price is left");
	import_end(&test);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pages_are_merged_and_repeats_dropped),
		cmocka_unit_test(a_window_keeps_the_price_in_force_at_its_start),
		cmocka_unit_test(the_same_history_as_text_csv_and_bare_list),
		cmocka_unit_test(skypilot_columns_are_found_by_name_and_dated_by_the_file),
		cmocka_unit_test(azure_rows_of_other_goods_are_left_out),
		cmocka_unit_test(advisor_bands_become_hazards),
		cmocka_unit_test(wrong_prices_are_pointed_at),
		cmocka_unit_test(the_public_histories_have_their_counts),
	};

	return cmocka_run_group_tests_name("import prices", tests, NULL, NULL);
}
