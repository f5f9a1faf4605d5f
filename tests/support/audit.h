/*
 * An observer that keeps its own books: which pod is where, what is left on
 * each node, how large each group is. It is told events only and knows nothing
 * of the engine, so what it finds wrong is wrong.
 */
#ifndef TESTS_SUPPORT_AUDIT_H
#define TESTS_SUPPORT_AUDIT_H

#include <stdbool.h>
#include <stdint.h>

#include "run/run.h"

struct audit_node {
	uint32_t group_index;
	int64_t launched_at_ms;
	int64_t gone_at_ms;             /* -1: stays */
	bool is_ready;
	bool is_initial;
	bool is_leaving;                /* scaled down; deleted when its pods have stopped, or kept */
	int64_t leaving_at_ms;
	bool is_without_daemons;        /* a drain evicted its daemon pods */
	struct dry_resources used;
	uint32_t pod_count;
};

enum audit_pod_state { AUDIT_PENDING, AUDIT_RUNNING, AUDIT_DONE };

struct audit {
	const struct dry_input *input;
	struct dry_observer observer;
	struct audit_node *node;
	size_t node_count, node_capacity;
	uint32_t **node_of;             /* [group][ordinal]: index into node */
	size_t *ordinal_count, *ordinal_capacity;
	uint8_t *state;                 /* one a pod */
	uint32_t *pod_node;
	int32_t *target;                /* one a group */
	int64_t *scaled_up_at_ms;       /* the last time, one a group */
	bool has_trouble;               /* the cloud takes nodes away or fails: targets and costs are not followed */
	char wrong[256];                /* the first thing that is; "" = nothing */
};

void audit_start(struct audit *audit, const struct dry_input *input);
/* After the run: the books against the result. False when anything was wrong. */
bool audit_end(struct audit *audit, const struct dry_result *result);
void audit_release(struct audit *audit);

#endif
