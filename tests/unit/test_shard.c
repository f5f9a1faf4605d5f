#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "io/shard.h"

/* "A=1 B=2": the environment of a case. */
static const char *environment;
static char found[64];

static const char *fake_getenv(const char *name)
{
	size_t length = strlen(name);

	for (const char *p = environment; p && *p; p += strcspn(p, " "), p += *p == ' ')
		if (!strncmp(p, name, length) && p[length] == '=') {
			size_t value = strcspn(p + length + 1, " ");

			memcpy(found, p + length + 1, value);
			found[value] = '\0';
			return found;
		}
	return NULL;
}

struct shard_case {
	const char *text, *environment;
	int index, count;               /* count 0: refused with the word in `word` */
	const char *word;
};

static const struct shard_case cases[] = {
	{ "3/16", "", 3, 16, "--shard" },
	{ "0/1", "", 0, 1, "--shard" },
	{ "16/16", "", 0, 0, "is no shard" },
	{ "-1/4", "", 0, 0, "is no shard" },
	{ "3", "", 0, 0, "is no shard" },
	{ "3/", "", 0, 0, "is no shard" },
	{ "a/b", "", 0, 0, "is no shard" },
	{ "auto", "", 0, 0, "no batch system" },
	{ "auto", "DRYSCALE_SHARD=2 DRYSCALE_SHARDS=5 SLURM_ARRAY_TASK_ID=1 SLURM_ARRAY_TASK_COUNT=4", 2, 5,
	  "DRYSCALE_SHARD" },
	{ "auto", "JOB_COMPLETION_INDEX=3", 0, 0, "no count" },
	{ "auto", "JOB_COMPLETION_INDEX=3 DRYSCALE_SHARDS=8", 3, 8, "Kubernetes" },
	{ "auto", "SLURM_ARRAY_TASK_ID=3 SLURM_ARRAY_TASK_COUNT=8 SLURM_ARRAY_TASK_MIN=0 SLURM_ARRAY_TASK_MAX=7 "
		  "SLURM_ARRAY_TASK_STEP=1", 3, 8, "Slurm array" },
	{ "auto", "SLURM_ARRAY_TASK_ID=14 SLURM_ARRAY_TASK_COUNT=4 SLURM_ARRAY_TASK_MIN=10 SLURM_ARRAY_TASK_MAX=16 "
		  "SLURM_ARRAY_TASK_STEP=2", 2, 4, "Slurm array" },
	{ "auto", "SLURM_ARRAY_TASK_ID=5 SLURM_ARRAY_TASK_COUNT=3 SLURM_ARRAY_TASK_MIN=1 SLURM_ARRAY_TASK_MAX=7 "
		  "SLURM_ARRAY_TASK_STEP=1", 0, 0, "not a range" },
	{ "auto", "SLURM_ARRAY_TASK_ID=1 SLURM_ARRAY_TASK_COUNT=4 SLURM_ARRAY_TASK_MIN=0 SLURM_ARRAY_TASK_MAX=3 "
		  "SLURM_PROCID=0 SLURM_NTASKS=1", 1, 4, "Slurm array" },
	{ "auto", "SLURM_PROCID=2 SLURM_NTASKS=4", 2, 4, "Slurm step" },
	{ "auto", "OMPI_COMM_WORLD_RANK=1 OMPI_COMM_WORLD_SIZE=4", 1, 4, "Open MPI" },
	{ "auto", "PMI_RANK=0 PMI_SIZE=2", 0, 2, "MPICH" },
	{ "auto", "OMPI_COMM_WORLD_RANK=1 OMPI_COMM_WORLD_SIZE=4 SLURM_ARRAY_TASK_ID=0 SLURM_ARRAY_TASK_COUNT=2",
	  0, 0, "says" },
	{ "auto", "AWS_BATCH_JOB_ARRAY_INDEX=9 AWS_BATCH_JOB_ARRAY_SIZE=10", 9, 10, "AWS Batch" },
	{ "auto", "BATCH_TASK_INDEX=0 BATCH_TASK_COUNT=3", 0, 3, "Google Cloud Batch" },
	{ "auto", "CLOUD_RUN_TASK_INDEX=2 CLOUD_RUN_TASK_COUNT=3", 2, 3, "Cloud Run" },
	{ "auto", "SGE_TASK_ID=undefined", 0, 0, "no batch system" },
	{ "auto", "SGE_TASK_ID=3 SGE_TASK_FIRST=1 SGE_TASK_LAST=7 SGE_TASK_STEPSIZE=2", 1, 4, "Grid Engine" },
	{ "auto", "LSB_JOBINDEX=0 LSB_JOBINDEX_END=4", 0, 0, "no batch system" },
	{ "auto", "LSB_JOBINDEX=4 LSB_JOBINDEX_END=4", 3, 4, "LSF" },
	{ "auto", "CI_NODE_INDEX=1 CI_NODE_TOTAL=3", 0, 3, "GitLab" },
	{ "auto", "CIRCLE_NODE_INDEX=1 CIRCLE_NODE_TOTAL=3", 1, 3, "CircleCI" },
	{ "auto", "PARALLEL_JOBSLOT=1", 0, 0, "no batch system" },
	{ "auto", "OMPI_COMM_WORLD_RANK=x OMPI_COMM_WORLD_SIZE=4", 0, 0, "no index or count" },
	{ "auto", "OMPI_COMM_WORLD_RANK=4 OMPI_COMM_WORLD_SIZE=4", 0, 0, "part 4 of 4" },
};

static void every_engine_is_understood_or_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct dry_error err = { 0 };
		struct dry_shard shard = { 0, 0 };
		const char *engine = "";
		bool fine;

		environment = cases[i].environment;
		fine = dry_shard_parse(cases[i].text, fake_getenv, &shard, &engine, &err);
		if (fine != (cases[i].count > 0))
			fail_msg("case %zu: %s", i, fine ? "taken" : err.complaint[0].text);
		if (!strstr(fine ? engine : err.complaint[0].text, cases[i].word))
			fail_msg("case %zu: %s", i, fine ? engine : err.complaint[0].text);
		if (fine) {
			assert_int_equal(shard.index, cases[i].index);
			assert_int_equal(shard.count, cases[i].count);
		} else {
			assert_int_equal(err.code, DRY_ERROR_USAGE);
		}
		dry_error_release(&err);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_engine_is_understood_or_refused),
	};

	return cmocka_run_group_tests_name("shard", tests, NULL, NULL);
}
