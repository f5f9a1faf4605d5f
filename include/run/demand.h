/*
 * What a trace needs, node group by node group, when nothing holds it back
 * (methods.md 6.1): the peak of Ready nodes in each bucket of a replay without
 * provision times, cluster-wide limits, refusals or interruptions, in which an
 * empty node goes at once and no other. Groups keep their maxSize: what one
 * cannot hold is the need of the next, which would otherwise never be seen.
 */
#ifndef DRY_RUN_DEMAND_H
#define DRY_RUN_DEMAND_H

#include <stddef.h>
#include <stdint.h>

#include "run/run.h"

struct dry_demand {
	int64_t bucket_ms;
	uint32_t group_count;
	size_t bucket_count;
	double *peak;                   /* [group * bucket_count + bucket] */
};

/* Buckets from 0 to the end: as many as fit whole. */
void dry_demand_replay(struct dry_demand *demand, const struct dry_input *input, const struct dry_config *config,
		       int64_t bucket_ms, int64_t end_ms);
void dry_demand_release(struct dry_demand *demand);

#endif
