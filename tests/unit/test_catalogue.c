#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "io/catalogue.h"

#define MIB (INT64_C(1) << 20)

static void the_table_is_sorted_and_whole(void **state)
{
	size_t of[3] = { 0 };

	(void)state;
	assert_in_range(dry_instance_type_count, 190, 400);
	for (size_t i = 0; i < dry_instance_type_count; i++) {
		const struct dry_instance_type *const type = &dry_instance_types[i];
		of[type->provider]++;
		if (i) {
			const int order = strcmp(type[-1].name, type->name);
			assert_true(order < 0 || (order == 0 && strcmp(type[-1].region, type->region) < 0));
		}
		assert_true(type->milli_cpu >= 1000 && type->memory_bytes >= 1024 * MIB);
		assert_true(type->max_pods >= 4 && type->max_pods <= 1000);
		assert_true(type->on_demand_nusd_per_hour == -1 || type->on_demand_nusd_per_hour > 1000000);
		assert_int_equal(!type->gpu_resource, !type->gpu_count);
		assert_int_equal(!type->gpu_model, !type->gpu_count);
		assert_int_equal(strlen(type->date), 10);
		assert_true(strlen(type->source) > 4);
		assert_ptr_equal(dry_catalogue_find(type->name, type->region), type);
		const struct dry_allocatable left = dry_catalogue_type_allocatable(type);
		assert_true(left.milli_cpu > 0 && left.milli_cpu < type->milli_cpu);
		assert_true(left.memory_bytes > 0 && left.memory_bytes < type->memory_bytes);
	}
	for (int i = 0; i < 3; i++)
		assert_true(of[i] >= 50);
}

static void a_name_finds_its_row_in_any_region(void **state)
{
	(void)state;
	const struct dry_instance_type *const type = dry_catalogue_find("m5.xlarge", "eu-north-7");
	assert_non_null(type);
	assert_int_equal(type->milli_cpu, 4000);
	assert_int_equal(type->memory_bytes, 16384 * MIB);
	assert_int_equal(type->max_pods, 58);
	assert_int_equal(type->on_demand_nusd_per_hour, 192000000);
	assert_ptr_equal(type, dry_catalogue_find("m5.xlarge", NULL));
	assert_null(dry_catalogue_find("m5.xlarg", NULL));
	assert_null(dry_catalogue_find("", NULL));
	assert_null(dry_catalogue_find("zzz", "us-east-1"));
	assert_string_equal(dry_catalogue_nearest("m5.xlarg"), "m5.xlarge");
	assert_null(dry_catalogue_nearest("not-at-all-a-machine"));
}

/* Numbers that the providers publish as examples. */
static void providers_keep_what_they_publish(void **state)
{
	static const struct { int64_t cores, eks, aks; } cpu[] = {
		{ 1, 60, 60 }, { 2, 70, 100 }, { 4, 80, 140 }, { 8, 90, 180 }, { 16, 110, 260 },
		{ 32, 150, 420 }, { 64, 230, 740 }, { 96, 310, 1060 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cpu) / sizeof(cpu[0]); i++) {
		const int64_t milli = cpu[i].cores * 1000, memory = cpu[i].cores * 4096 * MIB;
		assert_int_equal(milli - dry_catalogue_allocatable(DRY_PROVIDER_AWS, milli, memory, 58)
				 .milli_cpu, cpu[i].eks);
		assert_int_equal(milli - dry_catalogue_allocatable(DRY_PROVIDER_GCP, milli, memory, 110)
				 .milli_cpu, cpu[i].eks);
		assert_int_equal(milli - dry_catalogue_allocatable(DRY_PROVIDER_GCP, milli, memory, 111)
				 .milli_cpu, cpu[i].eks + 400);
		assert_int_equal(milli - dry_catalogue_allocatable(DRY_PROVIDER_AZURE, milli, memory, 30)
				 .milli_cpu, cpu[i].aks);
	}
	/* 29 pods: 574 MiB; 58 pods: 893 MiB; and 100 MiB for eviction */
	assert_int_equal(dry_catalogue_allocatable(DRY_PROVIDER_AWS, 2000, 8192 * MIB, 29).memory_bytes,
			 (8192 - 574 - 100) * MIB);
	assert_int_equal(dry_catalogue_allocatable(DRY_PROVIDER_AWS, 4000, 16384 * MIB, 58).memory_bytes,
			 (16384 - 893 - 100) * MIB);
	/* 4 GiB: a quarter; 8 GiB: 1.8 GiB */
	assert_int_equal(dry_catalogue_allocatable(DRY_PROVIDER_GCP, 2000, 4096 * MIB, 110).memory_bytes,
			 (4096 - 1024 - 100) * MIB);
	assert_in_range((8192 - 100) * MIB -
			dry_catalogue_allocatable(DRY_PROVIDER_GCP, 2000, 8192 * MIB, 110).memory_bytes,
			1843 * MIB, 1844 * MIB);
	/* 30 pods: 650 MB; 110 pods on 4 GiB: a quarter */
	assert_int_equal(dry_catalogue_allocatable(DRY_PROVIDER_AZURE, 2000, 8192 * MIB, 30).memory_bytes,
			 8092 * MIB - 650000000);
	assert_int_equal(dry_catalogue_allocatable(DRY_PROVIDER_AZURE, 2000, 4096 * MIB, 110).memory_bytes,
			 (4096 - 1024 - 100) * MIB);
	assert_int_equal(dry_catalogue_type_allocatable(dry_catalogue_find("e2-medium", NULL)).milli_cpu, 940);
	assert_int_equal(dry_catalogue_allocatable(DRY_PROVIDER_AWS, 100, MIB, 110).memory_bytes, 0);
}

static void an_empty_group_is_promised_more_than_a_node_keeps(void **state)
{
	(void)state;
	const struct dry_allocatable aws = dry_catalogue_template(DRY_PROVIDER_AWS, 4000, 16384 * MIB, 58);
	assert_int_equal(aws.milli_cpu, 4000);
	assert_int_equal(aws.memory_bytes, 16384 * MIB);
	assert_int_equal(aws.pods, 110);
	const struct dry_allocatable gcp = dry_catalogue_template(DRY_PROVIDER_GCP, 4000, 16384 * MIB, 64);
	assert_int_equal(gcp.milli_cpu, 3920);
	assert_int_equal(gcp.pods, 64);
	assert_true(gcp.memory_bytes < dry_catalogue_allocatable(DRY_PROVIDER_GCP, 4000, 16384 * MIB, 64)
		    .memory_bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_table_is_sorted_and_whole),
		cmocka_unit_test(a_name_finds_its_row_in_any_region),
		cmocka_unit_test(providers_keep_what_they_publish),
		cmocka_unit_test(an_empty_group_is_promised_more_than_a_node_keeps),
	};

	return cmocka_run_group_tests_name("catalogue", tests, NULL, NULL);
}
