/*
 * Which part of a sweep this process runs: --shard I/N, or --shard auto from the
 * environment of a batch system. Grid indices with index % N == I (from 0).
 */
#ifndef DRY_IO_SHARD_H
#define DRY_IO_SHARD_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "sweep/sweep_result.h"

/* getenv(), or a stand-in of a test. */
typedef const char *dry_getenv_fn(const char *name);

/* A batch system that --shard auto knows; for help texts. */
struct dry_shard_engine {
	const char *name;               /* "Slurm array" */
	const char *index_variable;
	const char *count_variable;     /* NULL = the engine tells none: DRYSCALE_SHARDS is needed */
};

extern const struct dry_shard_engine dry_shard_engine_table[];
extern const size_t dry_shard_engine_count;

/*
 * Text is "I/N" or "auto". *engine (may be NULL) names what answered: static
 * text for the report. False with a usage complaint: not a shard, nothing in the
 * environment, no count, or two engines that disagree.
 */
bool dry_shard_parse(const char *text, dry_getenv_fn *get, struct dry_shard *shard,
		     const char **engine, struct dry_error *err);

#endif
