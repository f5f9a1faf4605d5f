/* The newsvendor's stock and schedules of minimum sizes. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/statistics.h"
#include "forecast/accuracy.h"
#include "forecast/prewarm.h"
#include "forecast/seasonal.h"
#include "kind.h"

static void check_newsvendor(struct reference *ref, const cJSON *test)
{
	size_t count, i;
	double *demand = ref_list(ref_at(test, "demand"), &count), cu = ref_get(test, "cu"), co = ref_get(test, "co");
	double ratio = dry_critical_ratio(cu, co), stock, least = INFINITY, best = NAN;

	dry_sort_doubles(demand, count);
	stock = dry_newsvendor_stock(demand, count, ratio);
	ref_number(ref, "critical_ratio", ratio, ref_at(test, "critical_ratio"));
	ref_number(ref, "stock", stock, ref_at(test, "stock"));
	ref_number(ref, "expected_cost", dry_newsvendor_cost(demand, count, stock, cu, co),
		   ref_at(test, "expected_cost"));
	for (i = 0; i <= (size_t)demand[count - 1]; i++) {
		double cost = dry_newsvendor_cost(demand, count, (double)i, cu, co);

		if (cost < least - 1e-12) {
			least = cost;
			best = (double)i;
		}
	}
	ref_number(ref, "brute_force_cost", least, ref_at(test, "brute_force_cost"));
	ref_number(ref, "brute_force_stock", best, ref_at(test, "brute_force_stock"));
	free(demand);
}

static void check_sizes(struct reference *ref, const char *what, const int32_t *got, size_t count, const cJSON *want)
{
	double *copy = dry_xcalloc(count + 1, sizeof(*copy));
	size_t i;

	for (i = 0; i < count; i++)
		copy[i] = got[i];
	ref_numbers(ref, what, copy, count, want);
	free(copy);
}

static void check_segments(struct reference *ref, const cJSON *want, const int32_t *final, size_t count,
			   size_t segments)
{
	const cJSON *row = want ? want->child : NULL;
	size_t found = 0, k;

	for (k = 0; k < count; k++) {
		if (k && final[k] == final[k - 1])
			continue;
		ref_that(ref, row && ref_get(row, "bucket") == (double)k && ref_get(row, "minSize") == final[k],
			 "schedule[%zu]: bucket %zu, minSize %d is not what is wanted", found, k, final[k]);
		row = row ? row->next : NULL;
		found++;
	}
	ref_that(ref, !row && found == segments, "schedule: %zu segments, %zu counted", found, segments);
}

static void check_schedule(struct reference *ref, const cJSON *test)
{
	struct dry_prewarm_rules rules = {
		.min_size = (int32_t)ref_get(test, "minSize"), .max_size = (int32_t)ref_get(test, "maxSize"),
		.lead = (size_t)ref_get(test, "lead"), .dwell = (size_t)ref_get(test, "dwell"),
		.changes_max = (size_t)ref_get(test, "max_changes"),
	};
	size_t count, segments, i;
	double *quantile = ref_list(ref_at(test, "quantile_forecast"), &count), extra = 0;
	int32_t *memory = dry_xcalloc(4 * count + 1, sizeof(*memory));
	struct dry_prewarm_steps steps = { memory, memory + count, memory + 2 * count, memory + 3 * count };

	segments = dry_prewarm_schedule(quantile, count, &rules, &steps);
	check_sizes(ref, "need", steps.need, count, ref_at(test, "need"));
	check_sizes(ref, "lead_max", steps.lead, count, ref_at(test, "lead_max"));
	check_sizes(ref, "closed", steps.closed, count, ref_at(test, "closed"));
	check_sizes(ref, "final", steps.final, count, ref_at(test, "final"));
	check_segments(ref, ref_at(test, "schedule"), steps.final, count, segments);
	for (i = 0; i < count; i++)
		extra += steps.final[i] - steps.need[i];
	ref_number(ref, "extra_node_buckets", extra, ref_at(test, "extra_node_buckets"));
	free(memory);
	free(quantile);
}

static void check_seasonal_quantile(struct reference *ref, const cJSON *test)
{
	size_t count, season = (size_t)ref_get(test, "season");
	double *y = ref_list(ref_at(test, "y"), &count), *got = dry_xcalloc(season + 1, sizeof(*got));
	const cJSON *want;

	cJSON_ArrayForEach(want, ref_at(test, "forecast")) {
		dry_seasonal_quantile(y, count, season, (size_t)ref_get(test, "half_window"),
				      strtod(want->string, NULL), season, got);
		ref_numbers(ref, want->string, got, season, want);
	}
	free(got);
	free(y);
}

static void check_residual_quantile(struct reference *ref, const cJSON *test)
{
	size_t count, asked, i;
	double *error = ref_list(ref_at(test, "errors"), &count), *tau = ref_list(ref_at(test, "tau"), &asked);

	for (i = 0; i < asked; i++)
		tau[i] = dry_residual_quantile(error, count, tau[i]);
	ref_numbers(ref, "value", tau, asked, ref_at(test, "value"));
	free(tau);
	free(error);
}

static void check_prewarm(struct reference *ref, const cJSON *test)
{
	const char *kind = ref_get_text(test, "kind");

	if (!strcmp(kind, "schedule"))
		check_schedule(ref, test);
	else if (!strcmp(kind, "seasonal_empirical_quantile"))
		check_seasonal_quantile(ref, test);
	else if (!strcmp(kind, "residual_quantile"))
		check_residual_quantile(ref, test);
	else
		ref_that(ref, false, "kind %s is not known", kind);
}

const struct reference_kind prewarm_kinds[] = {
	{ "newsvendor", check_newsvendor },
	{ "prewarm", check_prewarm },
	{ NULL, NULL },
};
