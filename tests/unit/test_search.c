#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sweep/grid.h"
#include "sweep/prune.h"
#include "sweep/search.h"

static const char *const five[] = { "1", "2", "3", "4", "5" };
static const char *const three[] = { "a", "b", "c" };
static const struct dry_sweep_parameter grid[] = { { "x", 5, five }, { "y", 3, three }, { "z", 5, five } };

static void index_and_values_are_the_same_thing(void **state)
{
	uint64_t count;
	uint32_t value[3];

	(void)state;
	assert_true(dry_grid_count(grid, 3, &count));
	assert_int_equal(count, 75);
	for (uint64_t i = 0; i < count; i++) {
		dry_grid_values(grid, 3, i, value);
		assert_int_equal(dry_grid_index(grid, 3, value), i);
	}
	dry_grid_values(grid, 3, 1, value);
	assert_int_equal(value[2], 1);          /* the last is fastest */
	assert_true(dry_grid_count(NULL, 0, &count));
	assert_int_equal(count, 0);
}

static void samples_are_different_points_in_order(void **state)
{
	static const enum dry_search_method method[] = { DRY_SEARCH_RANDOM, DRY_SEARCH_LATIN, DRY_SEARCH_SOBOL };

	(void)state;
	for (size_t m = 0; m < 3; m++)
		for (uint64_t wanted = 1; wanted <= 80; wanted += 13) {
			uint64_t count, again, *list = dry_search_sample(method[m], grid, 3, wanted, 7, &count);
			uint64_t *same = dry_search_sample(method[m], grid, 3, wanted, 7, &again);

			assert_int_equal(count, wanted < 75 ? wanted : 75);
			for (uint64_t i = 0; i < count; i++) {
				assert_true(list[i] < 75);
				assert_true(!i || list[i] > list[i - 1]);
				assert_true(list[i] == same[i]);
			}
			free(list);
			free(same);
		}
}

static void a_latin_hypercube_takes_every_value_equally_often(void **state)
{
	uint64_t count, *list = dry_search_sample(DRY_SEARCH_LATIN, grid, 3, 15, 3, &count);
	uint32_t seen[5] = { 0 }, value[3];

	(void)state;
	assert_int_equal(count, 15);
	for (uint64_t i = 0; i < count; i++) {
		dry_grid_values(grid, 3, list[i], value);
		seen[value[0]]++;
	}
	for (int v = 0; v < 5; v++)
		assert_true(seen[v] >= 2 && seen[v] <= 4);      /* 3, but for points drawn again */
	free(list);
}

static void rungs_are_a_third_over_three_times_the_trace(void **state)
{
	struct dry_halving_rung rung[DRY_HALVING_RUNGS_MOST];
	uint32_t rungs = dry_halving_rungs(432, 27, rung);

	(void)state;
	assert_int_equal(rungs, 3);
	assert_int_equal(rung[0].points, 432);
	assert_int_equal(rung[1].points, 144);
	assert_int_equal(rung[2].points, 48);
	assert_true(fabs(rung[0].share - 1.0 / 9) < 1e-12);
	assert_true(rung[2].share == 1);
	assert_int_equal(dry_halving_rungs(5, 5, rung), 1);
	assert_true(rung[0].share == 1);
}

static void places_are_a_permutation_in_rounds(void **state)
{
	(void)state;
	for (uint64_t count = 1; count < 2000; count = count * 3 / 2 + 1) {
		struct dry_prune_order order;
		bool *taken = calloc(count, 1);

		dry_prune_order_init(&order, count);
		for (uint64_t i = 0; i < count; i++) {
			uint64_t place = dry_prune_place(&order, i);

			assert_true(place < count);
			assert_false(taken[place]);
			taken[place] = true;
		}
		assert_true(order.round_size >= 16 && order.round_size <= 256);
		free(taken);
	}
}

/* Two objectives that pull apart: x low or x high; y and z only cost. */
static bool evaluate(void *context, const uint64_t *index, uint32_t count, double *objective)
{
	uint32_t *asked = context;

	*asked += count;
	for (uint32_t i = 0; i < count; i++) {
		uint32_t value[3];

		dry_grid_values(grid, 3, index[i], value);
		objective[2 * i] = value[0] + value[1] + value[2];
		objective[2 * i + 1] = 4.0 - value[0] + value[1] + value[2];
	}
	return true;
}

static void nsga2_finds_a_small_front_and_asks_for_no_point_twice(void **state)
{
	uint32_t asked = 0, found = 0;
	struct dry_nsga2_options options = { .parameter = grid, .parameter_count = 3, .objectives = 2, .budget = 45,
					     .seed = 5, .evaluate = evaluate, .context = &asked };
	uint64_t count, *list = dry_nsga2_run(&options, &count);

	(void)state;
	assert_non_null(list);
	assert_true(count <= 45);
	assert_int_equal(asked, count);
	for (uint64_t i = 0; i < count; i++) {
		uint32_t value[3];

		assert_true(!i || list[i] > list[i - 1]);
		dry_grid_values(grid, 3, list[i], value);
		found += !value[1] && !value[2];
	}
	assert_true(found >= 4);        /* of the five points of the front */
	free(list);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(index_and_values_are_the_same_thing),
		cmocka_unit_test(samples_are_different_points_in_order),
		cmocka_unit_test(a_latin_hypercube_takes_every_value_equally_often),
		cmocka_unit_test(rungs_are_a_third_over_three_times_the_trace),
		cmocka_unit_test(places_are_a_permutation_in_rounds),
		cmocka_unit_test(nsga2_finds_a_small_front_and_asks_for_no_point_twice),
	};

	return cmocka_run_group_tests_name("search", tests, NULL, NULL);
}
