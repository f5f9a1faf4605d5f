#include "io/merge.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "io/results_file.h"
#include "results_text.h"
#include "sweep/grid.h"
#include "sweep/prune.h"

#define RANGES_SHOWN 8

struct source {
	uint64_t index;
	uint32_t part;
	const struct dry_sweep_point *point;
};

static int by_index(const void *a, const void *b)
{
	const struct source *x = a, *y = b;

	if (x->index != y->index)
		return x->index < y->index ? -1 : 1;
	return (x->part > y->part) - (x->part < y->part);
}

static struct dry_where in_file(const char *name)
{
	return (struct dry_where){ .file = name };
}

/* All must be parts of one sweep. */
static bool check_manifests(const struct dry_sweep_result *part, const char *const *name, uint32_t count,
			    struct dry_error *err)
{
	struct dry_arena arena;
	bool fine = true;

	dry_arena_init(&arena);
	for (uint32_t i = 1; i < count; i++) {
		const char *differs = dry_sweep_manifest_differs(&part[0], &part[i], &arena);

		if (!differs && (part[i].shard.count > 1 || part[0].shard.count > 1) &&
		    part[i].shard.count != part[0].shard.count)
			differs = dry_arena_printf(&arena, "number of shards: %u and %u", part[0].shard.count,
						   part[i].shard.count);
		if (!differs)
			continue;
		fine = dry_fail(err, DRY_ERROR_INPUT, in_file(name[i]), "is of another sweep than %s: %s", name[0],
				differs);
		dry_fail_fix(err, "merge only the shards of one command");
	}
	dry_arena_release(&arena);
	return fine;
}

static struct source *gather(const struct dry_sweep_result *part, uint32_t count, size_t *sources)
{
	struct source *source;
	size_t room = 1, n = 0;

	for (uint32_t i = 0; i < count; i++)
		room += part[i].point_count;
	source = dry_xcalloc(room, sizeof(*source));
	for (uint32_t i = 0; i < count; i++)
		for (uint32_t p = 0; p < part[i].point_count; p++)
			if (part[i].point[p].state != DRY_POINT_PENDING)
				source[n++] = (struct source){ part[i].point[p].index, i,
							       &part[i].point[p] };
	qsort(source, n, sizeof(*source), by_index);
	*sources = n;
	return source;
}

static bool is_same_point(const struct dry_sweep_result *result, const struct dry_sweep_point *a,
			  const struct dry_sweep_point *b)
{
	struct dry_results_text x = { 0 }, y = { 0 };
	struct dry_sweep_point first = *a, second = *b;
	bool same;

	/* Rank, and failing because others strand less, are of the whole. */
	first.rank = second.rank = 0;
	if (first.has_metrics && first.state == DRY_POINT_FAILED)
		first.state = DRY_POINT_DONE, first.reason = NULL;
	if (second.has_metrics && second.state == DRY_POINT_FAILED)
		second.state = DRY_POINT_DONE, second.reason = NULL;
	results_point(&x, result, &first);
	results_point(&y, result, &second);
	same = x.length == y.length && !memcmp(x.text, y.text, x.length);
	dry_results_text_release(&x);
	dry_results_text_release(&y);
	return same;
}

static void add_point(struct dry_sweep_result *result, const struct dry_sweep_point *from)
{
	struct dry_sweep_point *point =
		from->is_extra ? dry_sweep_result_add_extra(result, from->index, from->setting,
							    from->setting_count) :
				 dry_sweep_result_add_grid(result, from->index);

	dry_sweep_point_take(result, point, from);
}

/* Points in order of their index; one that is there twice is a conflict. */
static bool take_points(const struct source *source, size_t count, const char *const *name,
			const struct dry_merge_options *options, struct dry_sweep_result *result,
			struct dry_error *err)
{
	bool fine = true;

	for (size_t i = 0; i < count;) {
		size_t end = i + 1;

		while (end < count && source[end].index == source[i].index)
			end++;
		if (end > i + 1 && options->on_conflict == DRY_MERGE_ERROR) {
			fine = dry_fail(err, DRY_ERROR_INPUT, in_file(name[source[i + 1].part]),
					"point %" PRIu64 " is in %s too%s", source[i].index, name[source[i].part],
					is_same_point(result, source[i].point, source[i + 1].point) ?
						"" : ", with other numbers");
			dry_fail_fix(err, "leave one of the files out, or --on-conflict first");
		}
		add_point(result, source[options->on_conflict == DRY_MERGE_LAST ? end - 1 : i].point);
		i = end;
	}
	return fine;
}

static bool check_baselines(const struct dry_sweep_result *part, const char *const *name, uint32_t count,
			    struct dry_sweep_result *result, struct dry_error *err)
{
	const struct dry_sweep_point *base = NULL;
	uint32_t from = 0;

	for (uint32_t i = 0; i < count; i++) {
		if (part[i].baseline.state == DRY_POINT_PENDING)
			continue;
		if (base && !is_same_point(result, base, &part[i].baseline)) {
			dry_fail(err, DRY_ERROR_INPUT, in_file(name[i]),
				 "its baseline has other numbers than that of %s",
				 name[from]);
			return dry_fail_fix(err, "one of them was made by another build or on another libm");
		}
		if (!base)
			from = i;
		base = base ? base : &part[i].baseline;
	}
	result->baseline.index = part[0].baseline.index;
	result->baseline.setting_count = part[0].baseline.setting_count;
	result->baseline.setting = dry_arena_array(&result->arena, part[0].baseline.setting_count,
						   sizeof(*result->baseline.setting));
	for (uint32_t i = 0; i < part[0].baseline.setting_count; i++)
		result->baseline.setting[i] = (struct dry_setting){
			dry_arena_text(&result->arena, part[0].baseline.setting[i].path),
			dry_arena_text(&result->arena, part[0].baseline.setting[i].value),
		};
	if (part[0].baseline.value_index) {
		result->baseline.value_index = dry_arena_array(&result->arena, result->parameter_count,
							       sizeof(uint32_t));
		dry_grid_values(result->parameter, result->parameter_count, result->baseline.index,
				result->baseline.value_index);
	}
	if (base)
		dry_sweep_point_take(result, &result->baseline, base);
	return true;
}

static uint32_t shard_count(const struct dry_sweep_result *result)
{
	return result->shard.count > 1 ? result->shard.count : 1;
}

/* Of a sample only the digest is known: each shard's file must be there and tells its own points. */
static bool find_missing_files(const struct dry_sweep_result *part, uint32_t count, bool *present,
			       struct dry_error *err)
{
	uint32_t shards = shard_count(&part[0]), missing = 0;

	for (uint32_t i = 0; i < count; i++)
		present[part[i].shard.count > 1 ? part[i].shard.index : 0] = true;
	for (uint32_t s = 0; s < shards; s++) {
		if (present[s])
			continue;
		if (missing++ < RANGES_SHOWN) {
			dry_fail(err, DRY_ERROR_INPUT, DRY_NOWHERE, "shard %u of %u is missing", s, shards);
			dry_fail_fix(err, "dryscale sweep --shard %u/%u ... -o shard-%u.json SCENARIO", s, shards, s);
		}
	}
	return !missing;
}

static bool fail_pending(uint64_t index, uint32_t shards, struct dry_error *err)
{
	dry_fail(err, DRY_ERROR_INPUT, DRY_NOWHERE, "point %" PRIu64 " is missing", index);
	if (shards > 1)
		return dry_fail_fix(err, "dryscale sweep --shard %u/%u ... makes it", (uint32_t)(index % shards),
				    shards);
	return dry_fail_fix(err, "run the sweep to its end, or --partial");
}

/* Every grid index must be there; those of a whole grid are known, those of a sample are in the files. */
static bool check_gaps(const struct dry_sweep_result *part, uint32_t count, const struct dry_sweep_result *result,
		       struct dry_error *err)
{
	uint32_t shards = shard_count(result), shown = 0;
	bool *present = dry_xcalloc((size_t)shards + 1, sizeof(*present));
	bool fine = find_missing_files(part, count, present, err);
	uint64_t expected = 0;

	for (uint32_t i = 0; i < count && fine; i++)
		for (uint32_t p = 0; p < part[i].point_count; p++)
			if (part[i].point[p].state == DRY_POINT_PENDING &&
			    !dry_sweep_result_find(result, part[i].point[p].index) && shown++ < RANGES_SHOWN)
				fine = fail_pending(part[i].point[p].index, shards, err);
	for (uint32_t p = 0; p < result->point_count && fine && !result->selection_digest; p++) {
		if (result->point[p].is_extra)
			break;
		if (result->point[p].index != expected)
			fine = fail_pending(expected, shards, err);
		expected = result->point[p].index + 1;
	}
	if (fine && !result->selection_digest && expected != result->grid_count)
		fine = fail_pending(expected, shards, err);
	free(present);
	return fine;
}

/* Missing points of a partial merge stay pending. */
static void add_pending(const struct dry_sweep_result *part, uint32_t count, struct dry_sweep_result *result)
{
	uint32_t had = result->point_count;

	if (!result->selection_digest && result->grid_count <= UINT32_C(4000000)) {
		for (uint64_t index = 0, p = 0; index < result->grid_count; index++) {
			while (p < had && result->point[p].index < index)
				p++;
			if (p >= had || result->point[p].index != index)
				dry_sweep_result_add_grid(result, index);
		}
		return;
	}
	for (uint32_t i = 0; i < count; i++)
		for (uint32_t p = 0; p < part[i].point_count; p++)
			if (part[i].point[p].state == DRY_POINT_PENDING && !part[i].point[p].is_extra &&
			    !dry_sweep_result_find(result, part[i].point[p].index))
				dry_sweep_result_add_grid(result, part[i].point[p].index);
}

/* A merged sample: the rank of each point is its position. */
static void prune_again(struct dry_sweep_result *result)
{
	uint64_t *element, selected = result->grid_count;

	if (!result->selection_digest) {
		dry_prune_merged(result, selected, NULL);
		return;
	}
	element = dry_xcalloc((size_t)result->point_count + 1, sizeof(*element));
	selected = 0;
	for (uint32_t i = 0; i < result->point_count; i++) {
		element[i] = selected;
		selected += !result->point[i].is_extra;
	}
	dry_prune_merged(result, selected, element);
	free(element);
}

bool dry_merge_results(const struct dry_sweep_result *part, const char *const *name, uint32_t count,
		       const struct dry_merge_options *options, struct dry_sweep_result *result,
		       struct dry_error *err)
{
	struct source *source;
	size_t sources;
	bool fine;

	dry_sweep_result_init(result);
	if (!count)
		return dry_fail(err, DRY_ERROR_USAGE, DRY_NOWHERE, "nothing to merge");
	if (!check_manifests(part, name, count, err))
		return false;
	dry_sweep_result_copy_manifest(result, &part[0]);
	source = gather(part, count, &sources);
	fine = check_baselines(part, name, count, result, err) &&
	       take_points(source, sources, name, options, result, err) &&
	       (options->partial || check_gaps(part, count, result, err));
	free(source);
	if (!fine) {
		dry_sweep_result_release(result);
		return false;
	}
	if (options->partial) {
		add_pending(part, count, result);
		dry_sweep_result_rank(result, false);
	}
	if (!result->counts.pending)
		prune_again(result);
	result->shard = (struct dry_shard){ 0, 0 };
	dry_sweep_result_rank(result, !result->counts.pending);
	return true;
}

bool dry_merge_files(const char *const *path, uint32_t count,
		     const struct dry_merge_options *options, struct dry_sweep_result *result,
		     struct dry_error *err)
{
	struct dry_sweep_result *part = dry_xcalloc((size_t)count + 1, sizeof(*part));
	bool fine = true;

	dry_sweep_result_init(result);
	for (uint32_t i = 0; i < count; i++)
		fine &= dry_results_read(path[i], &part[i], err);
	fine = fine && dry_merge_results(part, path, count, options, result, err);
	for (uint32_t i = 0; i < count; i++)
		dry_sweep_result_release(&part[i]);
	free(part);
	return fine;
}
