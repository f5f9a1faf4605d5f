/*
 * Answers of "explain": what one loop did and why, what became of a pod or a
 * node, the longest waits. Each may end with a suggestion whose effect the
 * caller simulates.
 */
#ifndef DRY_REPORT_EXPLAIN_ANSWERS_H
#define DRY_REPORT_EXPLAIN_ANSWERS_H

#include "report/explain.h"
#include "report/explain_loops.h"

struct dry_explain_case {
	const struct dry_log *log;
	const struct dry_loop_watch *watch;
	struct dry_fits *fits;
	uint32_t why_not;               /* group; DRY_NONE = not asked */
};

/* One change that the answer suggests trying; path NULL = none. Texts in the explanation's arena. */
struct dry_what_if {
	const char *path, *value;
	const char *because;
};

/* watch->loop: the last loop at or before the instant. */
struct dry_what_if dry_explain_loop(struct dry_explanation *explanation, const struct dry_explain_case *of);
/* The pod at that place of watch->pod. */
struct dry_what_if dry_explain_pod_story(struct dry_explanation *explanation,
					 const struct dry_explain_case *of, uint32_t subject);
/* watch->node_group, watch->node_ordinal. */
struct dry_what_if dry_explain_node_story(struct dry_explanation *explanation,
					  const struct dry_explain_case *of);
/* One line a wait: pods of watch->pod are those of the spans. */
void dry_explain_worst(struct dry_explanation *explanation, const struct dry_explain_case *of,
		       const struct dry_wait_span *span, uint32_t count);

/* Why a group gets no node for the pod of that row, in the loop's words, else the filters'. In the arena. */
const char *dry_explain_misfit(const struct dry_explain_case *of, uint32_t row, uint32_t group_index,
			       const char *reason, struct dry_arena *arena);

#endif
