/* Fronts and grids. */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "kind.h"
#include "sweep/grid.h"
#include "sweep/pareto.h"

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

const struct reference_kind sweep_kinds[] = {
	{ "pareto", check_pareto },
	{ "grid", check_grid },
	{ NULL, NULL },
};
