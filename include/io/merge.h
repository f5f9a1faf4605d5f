/*
 * Shard files of one sweep become its result. The order of files does not
 * matter; the bytes are those of a single-machine sweep. Refused, with the name
 * of what differs: other inputs, versions, grids, seeds; overlaps; gaps, with
 * the command that makes the missing shard.
 */
#ifndef DRY_IO_MERGE_H
#define DRY_IO_MERGE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "sweep/sweep_result.h"

enum dry_merge_conflict {
	DRY_MERGE_ERROR,                /* the same point twice is refused */
	DRY_MERGE_FIRST,                /* the first file's point holds */
	DRY_MERGE_LAST
};

struct dry_merge_options {
	enum dry_merge_conflict on_conflict;
	bool partial;                   /* missing points stay pending instead of failing the merge */
};

/* Reads the files and merges them. On failure *result is empty. */
bool dry_merge_files(const char *const *path, uint32_t count,
		     const struct dry_merge_options *options, struct dry_sweep_result *result,
		     struct dry_error *err);

/* The same from memory; name[i] is for complaints. */
bool dry_merge_results(const struct dry_sweep_result *part, const char *const *name, uint32_t count,
		       const struct dry_merge_options *options, struct dry_sweep_result *result,
		       struct dry_error *err);

/* By its name: JSON lines are a trace, all else the result of a sweep. */
bool dry_merge_is_trace(const char *path);

/*
 * Traces become one, by time; equal instants in the order of the files. Each
 * must be in order itself. The first header line is kept. "-" = stdout.
 */
bool dry_merge_traces(const char *const *path, uint32_t count, uint64_t size_limit, const char *output, bool force,
		      uint64_t *events, struct dry_error *err);

#endif
