/*
 * Batch systems tell a process which part of a job it is through environment
 * variables; each its own way. The first row that has its index set answers; a
 * second one that gives another answer is a doubt that only the user can settle.
 */
#include "io/shard.h"

#include <inttypes.h>
#include <string.h>

#include "base/units.h"

#define COUNT_MAX 1000000

const struct dry_shard_engine dry_shard_engine_table[] = {
	{ "DRYSCALE_SHARD", "DRYSCALE_SHARD", "DRYSCALE_SHARDS" },
	{ "Kubernetes Indexed Job", "JOB_COMPLETION_INDEX", NULL },
	{ "Slurm array", "SLURM_ARRAY_TASK_ID", "SLURM_ARRAY_TASK_COUNT" },
	{ "Open MPI", "OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE" },
	{ "MPICH or Intel MPI", "PMI_RANK", "PMI_SIZE" },
	{ "Slurm step", "SLURM_PROCID", "SLURM_NTASKS" },
	{ "AWS Batch array", "AWS_BATCH_JOB_ARRAY_INDEX", "AWS_BATCH_JOB_ARRAY_SIZE" },
	{ "AWS Batch nodes", "AWS_BATCH_JOB_NODE_INDEX", "AWS_BATCH_JOB_NUM_NODES" },
	{ "Google Cloud Batch", "BATCH_TASK_INDEX", "BATCH_TASK_COUNT" },
	{ "Google Cloud Run job", "CLOUD_RUN_TASK_INDEX", "CLOUD_RUN_TASK_COUNT" },
	{ "Grid Engine array", "SGE_TASK_ID", "SGE_TASK_LAST" },
	{ "PBS Pro array", "PBS_ARRAY_INDEX", NULL },
	{ "Torque array", "PBS_ARRAYID", NULL },
	{ "LSF array", "LSB_JOBINDEX", "LSB_JOBINDEX_END" },
	{ "GNU parallel", "PARALLEL_SEQ", NULL },
	{ "GitLab parallel", "CI_NODE_INDEX", "CI_NODE_TOTAL" },
	{ "CircleCI parallelism", "CIRCLE_NODE_INDEX", "CIRCLE_NODE_TOTAL" },
	{ "Buildkite parallelism", "BUILDKITE_PARALLEL_JOB", "BUILDKITE_PARALLEL_JOB_COUNT" },
};
const size_t dry_shard_engine_count = sizeof(dry_shard_engine_table) / sizeof(dry_shard_engine_table[0]);

/* False with a complaint when the variable is there and no number. *set: it is there. */
static bool read_variable(dry_getenv_fn *get, const char *name, bool *set, int64_t *value,
			  struct dry_error *err)
{
	const char *text = name ? get(name) : NULL;

	*set = text && *text && strcmp(text, "undefined") != 0;
	if (!*set)
		return true;
	if (!dry_parse_integer(text, strlen(text), value) && *value >= 0 && *value <= INT32_MAX)
		return true;
	return dry_fail(err, DRY_ERROR_USAGE, DRY_NOWHERE, "--shard auto: %s=%.40s is no index or count", name,
			text);
}

static bool fail_range(const char *engine, int64_t index, int64_t count, struct dry_error *err)
{
	dry_fail(err, DRY_ERROR_USAGE, DRY_NOWHERE, "--shard auto: %s says part %" PRId64 " of %" PRId64, engine,
		 index, count);
	return dry_fail_expected(err, "an index below the count");
}

/* Ids that start at `first` and go up by `step`: (id - first) / step, which must come out whole. */
static bool count_from(const char *engine, int64_t first, int64_t step, int64_t *index, struct dry_error *err)
{
	if (step < 1 || *index < first || (*index - first) % step)
		return dry_fail(err, DRY_ERROR_USAGE, DRY_NOWHERE,
				"--shard auto: %s: id %" PRId64 " is not %" PRId64 " plus a multiple of %" PRId64,
				engine, *index, first, step);
	*index = (*index - first) / step;
	return true;
}

/* Slurm: the array may start anywhere and have gaps; "1,5,7" is no range. */
static bool correct_slurm(dry_getenv_fn *get, const char *engine, int64_t *index, int64_t count,
			  struct dry_error *err)
{
	int64_t min = 0, max = -1, step = 1;
	bool has_min, has_max, has_step;

	if (!read_variable(get, "SLURM_ARRAY_TASK_MIN", &has_min, &min, err) ||
	    !read_variable(get, "SLURM_ARRAY_TASK_MAX", &has_max, &max, err) ||
	    !read_variable(get, "SLURM_ARRAY_TASK_STEP", &has_step, &step, err))
		return false;
	if (!has_step || step < 1)
		step = 1;
	if (has_max && (max - min) / step + 1 != count) {
		dry_fail(err, DRY_ERROR_USAGE, DRY_NOWHERE,
			 "--shard auto: the Slurm array is a list of %" PRId64 " ids from %" PRId64 " to %" PRId64
			 ", not a range", count, min, max);
		return dry_fail_fix(err, "use --array=0-N, or give --shard I/N");
	}
	return count_from(engine, min, step, index, err);
}

static bool correct_grid_engine(dry_getenv_fn *get, const char *engine, int64_t *index, int64_t *count,
				struct dry_error *err)
{
	int64_t first = 1, step = 1;
	bool has_first, has_step;

	if (!read_variable(get, "SGE_TASK_FIRST", &has_first, &first, err) ||
	    !read_variable(get, "SGE_TASK_STEPSIZE", &has_step, &step, err))
		return false;
	if (step < 1)
		step = 1;
	*count = (*count - first) / step + 1;
	return count_from(engine, first, step, index, err);
}

/* What each engine's numbers mean. *absent: they say that this is no array at all. */
static bool correct(dry_getenv_fn *get, const struct dry_shard_engine *engine, int64_t *index, int64_t *count,
		    bool *absent, struct dry_error *err)
{
	const char *variable = engine->index_variable;

	if (!strcmp(variable, "SLURM_ARRAY_TASK_ID"))
		return correct_slurm(get, engine->name, index, *count, err);
	if (!strcmp(variable, "SGE_TASK_ID"))
		return correct_grid_engine(get, engine->name, index, count, err);
	*absent = !strcmp(variable, "LSB_JOBINDEX") && *index == 0;
	if (!*absent && (!strcmp(variable, "CI_NODE_INDEX") || !strcmp(variable, "PARALLEL_SEQ") ||
			 !strcmp(variable, "LSB_JOBINDEX")))
		return count_from(engine->name, 1, 1, index, err);
	return true;
}

static bool ask_engine(dry_getenv_fn *get, const struct dry_shard_engine *engine, bool *answers,
		       struct dry_shard *shard, struct dry_error *err)
{
	int64_t index = 0, count = 0;
	bool has_index, has_count, absent = false;

	*answers = false;
	if (!read_variable(get, engine->index_variable, &has_index, &index, err))
		return false;
	if (!has_index)
		return true;
	if (!read_variable(get, engine->count_variable, &has_count, &count, err) ||
	    (!has_count && !read_variable(get, "DRYSCALE_SHARDS", &has_count, &count, err)))
		return false;
	if (!has_count) {
		/* one process of a step that nobody counted is no shard */
		if (!strcmp(engine->index_variable, "SLURM_PROCID") || !strcmp(engine->index_variable, "PARALLEL_SEQ"))
			return true;
		dry_fail(err, DRY_ERROR_USAGE, DRY_NOWHERE, "--shard auto: %s tells the index, %s=%" PRId64
			 ", but no count", engine->name, engine->index_variable, index);
		return dry_fail_fix(err, "set DRYSCALE_SHARDS to the number of parts (of a Job: its completions)");
	}
	if (!correct(get, engine, &index, &count, &absent, err))
		return false;
	if (absent)
		return true;
	if (count < 1 || count > COUNT_MAX || index >= count)
		return fail_range(engine->name, index, count, err);
	*answers = true;
	*shard = (struct dry_shard){ (uint32_t)index, (uint32_t)count };
	return true;
}

/* One task of Slurm's step, or one rank, alone: that an array or Job runs it says more. */
static bool is_single(const struct dry_shard *shard)
{
	return shard->count == 1;
}

static bool parse_auto(dry_getenv_fn *get, struct dry_shard *shard, const char **engine, struct dry_error *err)
{
	const struct dry_shard_engine *found = NULL;

	for (size_t i = 0; i < dry_shard_engine_count; i++) {
		const struct dry_shard_engine *row = &dry_shard_engine_table[i];
		struct dry_shard own;
		bool answers;

		if (!ask_engine(get, row, &answers, &own, err))
			return false;
		if (!answers)
			continue;
		if (!i) {               /* explicit: wins over all */
			found = row;
			*shard = own;
			break;
		}
		if (found && is_single(&own))
			continue;
		if (found && !is_single(shard) && (own.index != shard->index || own.count != shard->count)) {
			dry_fail(err, DRY_ERROR_USAGE, DRY_NOWHERE,
				 "--shard auto: %s says %u/%u and %s says %u/%u", found->name, shard->index,
				 shard->count, row->name, own.index, own.count);
			return dry_fail_fix(err, "give --shard I/N, or set DRYSCALE_SHARD and DRYSCALE_SHARDS");
		}
		if (!found || is_single(shard)) {
			found = row;
			*shard = own;
		}
	}
	if (!found) {
		dry_fail(err, DRY_ERROR_USAGE, DRY_NOWHERE, "--shard auto: no batch system is in the environment");
		return dry_fail_fix(err, "give --shard I/N, or set DRYSCALE_SHARD and DRYSCALE_SHARDS");
	}
	if (engine)
		*engine = found->name;
	return true;
}

bool dry_shard_parse(const char *text, dry_getenv_fn *get, struct dry_shard *shard,
		     const char **engine, struct dry_error *err)
{
	const char *slash = strchr(text, '/');
	int64_t index, count;

	if (engine)
		*engine = "--shard";
	if (!strcmp(text, "auto"))
		return parse_auto(get, shard, engine, err);
	if (!slash || dry_parse_integer(text, (size_t)(slash - text), &index) ||
	    dry_parse_integer(slash + 1, strlen(slash + 1), &count) || index < 0 || count < 1 ||
	    count > COUNT_MAX || index >= count) {
		dry_fail(err, DRY_ERROR_USAGE, DRY_NOWHERE, "--shard %.60s: is no shard", text);
		return dry_fail_expected(err, "I/N with I from 0 to N-1, such as 3/16, or auto");
	}
	*shard = (struct dry_shard){ (uint32_t)index, (uint32_t)count };
	return true;
}
