/* Fronts, noise, races, grids, searches. */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "kind.h"
#include "sweep/grid.h"
#include "sweep/noise.h"
#include "sweep/pareto.h"
#include "sweep/search.h"

#define PARAMETERS 16
#define VALUES 64

/* Heap; points of a list of lists, row after row. */
static double *ref_table(const cJSON *rows, size_t *count)
{
	size_t columns = (size_t)cJSON_GetArraySize(rows ? rows->child : NULL), unused, i = 0;
	double *table = dry_xcalloc((size_t)cJSON_GetArraySize(rows) * columns + 1, sizeof(*table));
	const cJSON *row;

	*count = (size_t)cJSON_GetArraySize(rows);
	cJSON_ArrayForEach(row, rows) {
		double *one = ref_list(row, &unused);

		memcpy(table + i++ * columns, one, columns * sizeof(*one));
		free(one);
	}
	return table;
}

static void check_whole_numbers(struct reference *ref, const char *what, const uint32_t *got, size_t count,
				const cJSON *want)
{
	double *copy = dry_xcalloc(count + 1, sizeof(*copy));
	size_t i;

	for (i = 0; i < count; i++)
		copy[i] = got[i];
	ref_numbers(ref, what, copy, count, want);
	free(copy);
}

static void check_volumes(struct reference *ref, const cJSON *test, const double *point, uint32_t count,
			  uint32_t objectives)
{
	static const char *const key[][2] = { { "ref_point", "hypervolume" },
					      { "ref_point_inside", "hypervolume_inside" } };
	size_t unused, i;

	for (i = 0; i < 2; i++) {
		double *corner = ref_list(ref_at(test, key[i][0]), &unused), error = 0;

		ref_number(ref, key[i][1], dry_hypervolume(point, count, objectives, corner, &error),
			   ref_at(test, key[i][1]));
		ref_that(ref, error == 0, "%s: estimated, not exact", key[i][1]);
		free(corner);
	}
}

struct front {
	double *value;
	uint32_t *position;
	uint32_t count, objectives;
};

static void check_front(struct reference *ref, const cJSON *test, const struct front *front)
{
	double *extra = dry_xcalloc((size_t)front->count + 1, sizeof(*extra)), distance = NAN;
	const cJSON *crowding = ref_at(test, "crowding_front0");
	uint32_t knee;

	check_whole_numbers(ref, "front", front->position, front->count, ref_at(test, "front"));
	if (cJSON_IsArray(crowding)) {
		dry_crowding(front->value, front->count, front->objectives, extra);
		ref_numbers(ref, "crowding_front0", extra, front->count, crowding);
	}
	knee = dry_knee(front->value, front->count, front->objectives, &distance);
	ref_number(ref, "knee_index", knee == UINT32_MAX ? NAN : front->position[knee], ref_at(test, "knee_index"));
	if (knee != UINT32_MAX)         /* without a knee there is no distance to tell */
		ref_number(ref, "knee_distance", distance, ref_at(test, "knee_distance"));
	free(extra);
}

/* What all points lose without one of the front: dominated ones may step in for it. */
static void check_contributions(struct reference *ref, const cJSON *test, const double *point, uint32_t count,
				const struct front *front)
{
	double *all = dry_xcalloc((size_t)count + 1, sizeof(*all)), *own = dry_xcalloc((size_t)count + 1, sizeof(*own));
	size_t unused;
	double *corner = ref_list(ref_at(test, "ref_point"), &unused);
	uint32_t i;

	dry_hypervolume_contributions(point, count, front->objectives, corner, all);
	for (i = 0; i < front->count; i++)
		own[i] = all[front->position[i]];
	ref_numbers(ref, "hv_contribution", own, front->count, ref_at(test, "hv_contribution"));
	free(corner);
	free(own);
	free(all);
}

static void check_archive(struct reference *ref, const cJSON *test, const double *point, uint32_t count,
			  uint32_t objectives)
{
	uint32_t *kept = dry_xcalloc((size_t)count + 1, sizeof(*kept)), kept_count;
	size_t unused;
	double *epsilon;

	if (ref_at(test, "epsilon")) {
		epsilon = ref_list(ref_at(test, "epsilon"), &unused);
		kept_count = dry_epsilon_archive(point, count, objectives, epsilon, kept);
		check_whole_numbers(ref, "eps_archive", kept, kept_count, ref_at(test, "eps_archive"));
		free(epsilon);
	}
	free(kept);
}

static void check_pareto(struct reference *ref, const cJSON *test)
{
	uint32_t objectives = (uint32_t)ref_get(test, "objectives"), count, i;
	size_t rows;
	double *point = ref_table(ref_at(test, "points"), &rows);
	uint32_t *rank = dry_xcalloc(rows + 1, sizeof(*rank));
	struct front front = { .value = dry_xcalloc(rows * objectives + 1, sizeof(*point)),
			       .position = dry_xcalloc(rows + 1, sizeof(*rank)), .objectives = objectives };

	count = (uint32_t)rows;
	dry_pareto_ranks(point, count, objectives, false, rank);
	check_whole_numbers(ref, "rank", rank, count, ref_at(test, "rank"));
	for (i = 0; i < count; i++) {
		if (rank[i])
			continue;
		memcpy(front.value + (size_t)front.count * objectives, point + (size_t)i * objectives,
		       objectives * sizeof(*point));
		front.position[front.count++] = i;
	}
	check_volumes(ref, test, point, count, objectives);
	check_front(ref, test, &front);
	check_contributions(ref, test, point, count, &front);
	check_archive(ref, test, point, count, objectives);
	free(front.position);
	free(front.value);
	free(rank);
	free(point);
}

/* --- grids --- */

struct lists {
	struct dry_sweep_parameter parameter[PARAMETERS];
	const char *value[PARAMETERS][VALUES];
	char *text[PARAMETERS][VALUES]; /* of values that are no strings */
	uint32_t count;
};

static void read_lists(struct lists *lists, const cJSON *test)
{
	const cJSON *name, *item;

	memset(lists, 0, sizeof(*lists));
	cJSON_ArrayForEach(name, ref_at(test, "parameter_order")) {
		struct dry_sweep_parameter *parameter = &lists->parameter[lists->count];

		parameter->path = name->valuestring;
		parameter->value = lists->value[lists->count];
		cJSON_ArrayForEach(item, ref_at(ref_at(test, "parameters"), name->valuestring)) {
			char **text = &lists->text[lists->count][parameter->value_count];

			if (!cJSON_IsString(item))
				*text = cJSON_PrintUnformatted(item);
			lists->value[lists->count][parameter->value_count++] = *text ? *text : item->valuestring;
		}
		lists->count++;
	}
}

static void free_lists(struct lists *lists)
{
	uint32_t p, v;

	for (p = 0; p < lists->count; p++)
		for (v = 0; v < lists->parameter[p].value_count; v++)
			cJSON_free(lists->text[p][v]);
}

static void check_setting(struct reference *ref, const struct lists *lists, const cJSON *want, uint32_t shards)
{
	uint64_t index = (uint64_t)ref_get(want, "index");
	uint32_t value_index[PARAMETERS], p, shard = 0;
	struct dry_setting setting[PARAMETERS];
	char id[17];

	dry_grid_values(lists->parameter, lists->count, index, value_index);
	for (p = 0; p < lists->count; p++) {
		const cJSON *value = ref_at(ref_at(want, "setting"), lists->parameter[p].path);
		const char *text = lists->value[p][value_index[p]];
		char *printed = cJSON_PrintUnformatted(value);

		setting[p] = (struct dry_setting){ lists->parameter[p].path, text };
		ref_that(ref, !strcmp(text, cJSON_IsString(value) ? value->valuestring : printed),
			 "setting %d: %s is %s", (int)index, setting[p].path, text);
		cJSON_free(printed);
	}
	ref_that(ref, dry_grid_index(lists->parameter, lists->count, value_index) == index, "index %d does not return",
		 (int)index);
	dry_setting_id(setting, lists->count, id);
	ref_text(ref, "id", id, ref_at(want, "id"));
	while (shard < shards && !dry_shard_has(&(struct dry_shard){ shard, shards }, index))
		shard++;
	ref_number(ref, "shard", shard, ref_at(want, "shard"));
}

static void check_grid(struct reference *ref, const cJSON *test)
{
	struct lists *lists = dry_xcalloc(1, sizeof(*lists));
	const cJSON *want;
	uint64_t points = 0;

	read_lists(lists, test);
	ref_that(ref, dry_grid_count(lists->parameter, lists->count, &points), "the grid is too large");
	ref_number(ref, "count", (double)points, ref_at(test, "count"));
	cJSON_ArrayForEach(want, ref_at(test, "settings"))
		check_setting(ref, lists, want, (uint32_t)ref_get(test, "shards"));
	free_lists(lists);
	free(lists);
}

/* --- noise --- */

/* Heap: values of [setting][replication][objective]. */
static double *ref_samples(const cJSON *settings, struct dry_samples *samples)
{
	const cJSON *setting, *row, *cell;
	size_t at = 0;
	double *value;

	samples->settings = (uint32_t)cJSON_GetArraySize(settings);
	samples->replications = (uint32_t)cJSON_GetArraySize(settings->child);
	samples->objectives = (uint32_t)cJSON_GetArraySize(settings->child->child);
	value = dry_xcalloc((size_t)samples->settings * samples->replications * samples->objectives + 1, sizeof(*value));
	cJSON_ArrayForEach(setting, settings)
		cJSON_ArrayForEach(row, setting)
			cJSON_ArrayForEach(cell, row)
				value[at++] = cell->valuedouble;
	samples->value = value;
	return value;
}

static void check_noisy_dominance(struct reference *ref, const cJSON *test)
{
	struct dry_samples samples;
	double *value = ref_samples(ref_at(test, "replications"), &samples);
	uint32_t n = samples.settings, k;
	double alpha = (1 - ref_get(test, "level")) / (double)(n * (n - 1) * samples.objectives);
	const cJSON *pair;

	cJSON_ArrayForEach(pair, ref_at(test, "pairs")) {
		uint32_t i = (uint32_t)ref_get(pair, "i"), j = (uint32_t)ref_get(pair, "j");
		double mean[PARAMETERS], lower[PARAMETERS];

		for (k = 0; k < samples.objectives && k < PARAMETERS; k++)
			lower[k] = dry_lower_bound(&samples, i, j, k, alpha, &mean[k]);
		ref_numbers(ref, "mean_j_minus_i", mean, samples.objectives, ref_at(pair, "mean_j_minus_i"));
		ref_numbers(ref, "lower", lower, samples.objectives, ref_at(pair, "lower"));
		ref_number(ref, "confident_dominates", dry_confidently_dominates(&samples, i, j, alpha),
			   ref_at(pair, "confident_dominates"));
	}
	free(value);
}

/* The first replications of all settings. */
static double *first_of(const struct dry_samples *all, uint32_t replications, struct dry_samples *part)
{
	size_t row = (size_t)all->replications * all->objectives, kept = (size_t)replications * all->objectives;
	double *value = dry_xcalloc(all->settings * kept + 1, sizeof(*value));
	uint32_t i;

	for (i = 0; i < all->settings; i++)
		memcpy(value + i * kept, all->value + i * row, kept * sizeof(*value));
	*part = *all;
	part->replications = replications;
	part->value = value;
	return value;
}

static bool logs_removal(const cJSON *log, uint32_t after, uint32_t setting, uint32_t by)
{
	const cJSON *look, *pair;

	cJSON_ArrayForEach(look, log)
		if ((uint32_t)ref_get(look, "after") == after)
			cJSON_ArrayForEach(pair, ref_at(look, "removed"))
				if (pair->child->valuedouble == setting && pair->child->next->valuedouble == by)
					return true;
	return false;
}

static void check_front_of_means(struct reference *ref, const cJSON *test, const struct dry_samples *samples)
{
	size_t count = 0, i;
	double *mean = dry_xcalloc((size_t)samples->settings * samples->objectives + 1, sizeof(*mean));
	uint32_t *rank = dry_xcalloc((size_t)samples->settings + 1, sizeof(*rank)), k, r;

	for (i = 0; i < samples->settings; i++)
		for (r = 0; r < samples->replications; r++)
			for (k = 0; k < samples->objectives; k++)
				mean[i * samples->objectives + k] +=
					samples->value[(i * samples->replications + r) * samples->objectives + k];
	dry_pareto_ranks(mean, samples->settings, samples->objectives, true, rank);
	for (i = 0; i < samples->settings; i++)
		if (!rank[i])
			rank[count++] = (uint32_t)i;
	check_whole_numbers(ref, "front_of_means", rank, count, ref_at(test, "front_of_means"));
	free(rank);
	free(mean);
}

static void check_racing(struct reference *ref, const cJSON *test)
{
	struct dry_samples all, part;
	double *value = ref_samples(ref_at(test, "values"), &all);
	bool *alive = dry_xcalloc((size_t)all.settings + 1, sizeof(*alive));
	uint32_t *beaten = dry_xcalloc((size_t)all.settings + 1, sizeof(*beaten)), i, after, survivors = 0;
	uint32_t first = (uint32_t)ref_get(test, "first_test"), looks = all.replications - first + 1, removed = 0;
	const cJSON *look;
	int logged = 0;

	for (i = 0; i < all.settings; i++)
		alive[i] = true;
	for (after = first; after <= all.replications; after++) {
		double *seen = first_of(&all, after, &part);

		dry_race_look(&part, alive, ref_get(test, "alpha"), looks, beaten);
		for (i = 0; i < all.settings; i++) {
			if (!alive[i] || beaten[i] == UINT32_MAX)
				continue;
			removed++;
			ref_that(ref, logs_removal(ref_at(test, "log"), after, i, beaten[i]),
				 "after %u: %u is removed by %u", after, i, beaten[i]);
		}
		for (i = 0; i < all.settings; i++)
			alive[i] = alive[i] && beaten[i] == UINT32_MAX;
		free(seen);
	}
	cJSON_ArrayForEach(look, ref_at(test, "log"))
		logged += cJSON_GetArraySize(ref_at(look, "removed"));
	ref_that(ref, (int)removed == logged, "%u removed, want %d", removed, logged);
	for (i = 0; i < all.settings; i++)
		if (alive[i])
			beaten[survivors++] = i;
	check_whole_numbers(ref, "survivors", beaten, survivors, ref_at(test, "survivors"));
	check_front_of_means(ref, test, &all);
	free(beaten);
	free(alive);
	free(value);
}

/* --- searches --- */

static void check_sobol(struct reference *ref, const cJSON *test)
{
	size_t rows;
	double *want = ref_table(ref_at(test, "points"), &rows);
	uint32_t dimensions = (uint32_t)ref_get(test, "dimensions"), skip = (uint32_t)ref_get(test, "skip");
	double *got = dry_xcalloc((rows + skip) * dimensions + 1, sizeof(*got));
	size_t i;

	dry_sobol_points(dimensions, (uint32_t)rows + skip, got);
	for (i = 0; i < rows * dimensions; i++)
		ref_value(ref, "points", got[(size_t)skip * dimensions + i], want[i]);
	free(got);
	free(want);
}

#define SEEDS 7
#define PI 3.14159265358979323846

struct zitzler {
	uint32_t variables;
	int number;
};

/* How far the variables behind the first are from the front: 1 is on it. */
static double distance_of(const struct zitzler *problem, const double *x)
{
	double sum = 0;
	uint32_t i;

	for (i = 1; i < problem->variables; i++) {
		double wide = 10 * x[i] - 5;    /* number 4 takes them from -5 to 5 */

		sum += problem->number == 4 ? wide * wide - 10 * cos(4 * PI * wide) : x[i];
	}
	if (problem->number == 4)
		return 1 + 10.0 * (problem->variables - 1) + sum;
	if (problem->number == 6)
		return 1 + 9 * pow(sum / (problem->variables - 1), 0.25);
	return 1 + 9 * sum / (problem->variables - 1);
}

/* The test functions of Zitzler, Deb and Thiele. */
static void zitzler(void *context, const double *x, double *objective)
{
	const struct zitzler *problem = context;
	double g = distance_of(problem, x), ratio;

	objective[0] = problem->number == 6 ? 1 - exp(-4 * x[0]) * pow(sin(6 * PI * x[0]), 6) : x[0];
	ratio = objective[0] / g;
	switch (problem->number) {
	case 1:
	case 4:
		objective[1] = g * (1 - sqrt(ratio));
		break;
	case 2:
	case 6:
		objective[1] = g * (1 - ratio * ratio);
		break;
	default:
		objective[1] = g * (1 - sqrt(ratio) - ratio * sin(10 * PI * x[0]));
		break;
	}
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void check_nsga2(struct reference *ref, const cJSON *test)
{
	struct zitzler problem = { (uint32_t)ref_get(test, "n_var"), 0 };
	uint32_t population = (uint32_t)ref_get(test, "pop"), seed;
	double volume[SEEDS], *front = dry_xcalloc(2 * (size_t)population + 1, sizeof(*front)), error;
	size_t unused;
	double *corner = ref_list(ref_at(test, "ref_point"), &unused);
	const char *name = ref_get_text(test, "problem");

	problem.number = !strncmp(name, "zdt", 3) ? name[3] - '0' : 0;
	if (problem.number < 1 || problem.number > 6 || problem.number == 5) {
		ref_that(ref, false, "problem %s is not known", name);
	} else {
		for (seed = 0; seed < SEEDS; seed++) {
			dry_nsga2_real(zitzler, &problem, problem.variables, 2, population,
				       (uint32_t)ref_get(test, "generations"), seed + 1, front);
			volume[seed] = dry_hypervolume(front, population, 2, corner, &error);
		}
		qsort(volume, SEEDS, sizeof(*volume), by_value);
		ref_that(ref, volume[SEEDS / 2] >= ref_get(test, "accept_median_of_7_at_least"),
			 "%s: median hypervolume %.6f, want at least %.6f", name, volume[SEEDS / 2],
			 ref_get(test, "accept_median_of_7_at_least"));
	}
	free(corner);
	free(front);
}

const struct reference_kind sweep_kinds[] = {
	{ "pareto", check_pareto },
	{ "noisy_dominance", check_noisy_dominance },
	{ "racing", check_racing },
	{ "grid", check_grid },
	{ "sobol", check_sobol },
	{ "nsga2", check_nsga2 },
	{ NULL, NULL },
};
