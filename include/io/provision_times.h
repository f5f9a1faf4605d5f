/*
 * Provision times from a decision log: of the recorded cluster (a calibration
 * file that "dryscale import" made of events or of the autoscaler's log) or of
 * a run (--events). A nodeReady that carries "provision" says it itself; else
 * the group's oldest open request is the node's: scaleUp opens to - from of
 * them; a node that goes without having been Ready takes one with it, and after
 * an hour a request is given up.
 */
#ifndef DRY_IO_PROVISION_TIMES_H
#define DRY_IO_PROVISION_TIMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct dry_error;

struct dry_provision_times {
	struct dry_provision_group {
		char *name;             /* "" = not recorded */
		double *seconds;
		size_t count, capacity;
		int64_t *open_ms;       /* requests without a node yet, oldest first */
		size_t open_count, open_capacity;
	} *group;                       /* in order of appearance */
	size_t group_count, group_capacity;
	uint64_t unmatched;             /* nodes that came without a request that was seen */
	uint64_t open;                  /* requests that no node answered */
};

/* "-" = stdin. False with a complaint; release it either way. */
bool dry_provision_times_read(struct dry_provision_times *times, const char *path, uint64_t size_limit,
			      struct dry_error *err);
void dry_provision_times_release(struct dry_provision_times *times);

#endif
