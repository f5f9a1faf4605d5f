/*
 * Loops of the autoscaler as it tells them: one of them whole, and the stories
 * of pods and of a node over many. Filled by a run with an observer; read by
 * the explanations.
 */
#ifndef DRY_REPORT_EXPLAIN_LOOPS_H
#define DRY_REPORT_EXPLAIN_LOOPS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "report/explain.h"

#define DRY_EXPLAIN_EXPANDERS 8
#define DRY_EXPLAIN_MISFITS 8

struct dry_loop_score {
	const char *expander;
	double score;                   /* NaN = none given */
	bool kept;
};

struct dry_loop_misfit {
	const char *reason;
	uint32_t pods, first_pod;
};

/* What a loop made of a node group. */
struct dry_loop_group {
	const char *skip_reason;        /* NULL = it was looked at */
	int64_t target;                 /* when skipped */
	bool is_option, is_best;
	int64_t nodes, pods;            /* of the option */
	uint32_t score_count;
	struct dry_loop_score score[DRY_EXPLAIN_EXPANDERS];
	double pending_score;
	uint32_t misfit_count;
	struct dry_loop_misfit misfit[DRY_EXPLAIN_MISFITS];
	bool is_planned;
	int64_t plan_from, plan_to;
	const char *cap_reason;         /* NULL = nothing was cut */
	int64_t cap_wanted, cap_granted;
};

enum dry_loop_node_state { DRY_LOOP_UNREMOVABLE, DRY_LOOP_UNNEEDED, DRY_LOOP_NOT_DELETED, DRY_LOOP_DRAIN };

struct dry_loop_node {
	uint32_t group_index, node_ordinal, pod_index;
	enum dry_loop_node_state state;
	const char *reason;
	double utilization;
	int64_t since_ms, threshold_ms;
};

struct dry_told_pod {
	uint32_t pod_index;
	uint32_t group_index;           /* of the node that it waits for; DRY_NONE = none */
	int64_t age_ms;
};

struct dry_told_loop {
	int64_t at_ms;                  /* -1 = none seen */
	uint32_t seen;                  /* pending pods at its start */
	uint32_t ready;
	uint32_t pending, packed, packed_upcoming, young, expendable, daemon;
	int64_t oldest_ms;              /* age of the oldest pod that counted */
	uint32_t oldest_pod;
	const char *ends, *no_scale_up, *no_scale_down;
	int64_t no_scale_down_until_ms;
	uint32_t group_count;
	struct dry_loop_group *group;
	struct dry_loop_node *node;
	size_t node_count, node_capacity;
	struct dry_told_pod *pod;       /* unschedulable, in order */
	size_t pod_count, pod_capacity;
	struct dry_told_pod *wait;      /* pods that fit a node which is starting */
	size_t wait_count, wait_capacity;
};

/* A pod, or a node, over the loops. */
enum dry_story_kind {
	DRY_STORY_YOUNG, DRY_STORY_EXPENDABLE, DRY_STORY_PACKED, DRY_STORY_UPCOMING, DRY_STORY_TRIGGERS,
	DRY_STORY_OPTION_LOST, DRY_STORY_SKIPPED, DRY_STORY_NO_OPTION, DRY_STORY_NO_SCALE_UP,
	DRY_STORY_UNREMOVABLE, DRY_STORY_UNNEEDED, DRY_STORY_NOT_DELETED, DRY_STORY_DRAIN
};

/* Loops in a row that said the same. */
struct dry_story_span {
	enum dry_story_kind kind;
	uint32_t subject;               /* place in watch.pod; 0 for the node */
	uint32_t group_index;
	uint32_t pod_index;             /* of a node: the pod that blocks; DRY_NONE */
	const char *reason;
	int64_t first_ms, last_ms;
	uint32_t loops;
	double utilization;
	int64_t since_ms, threshold_ms;
	size_t previous;                /* place + 1 of the span before it of the same subject */
};

struct dry_loop_watch {
	const struct dry_input *input;
	const struct dry_config *config;
	/* what to look for */
	int64_t at_ms;                  /* the last loop at or before it is kept whole; -1 = none */
	int64_t stop_after_ms;          /* the run is of no use after it */
	uint32_t pod_count;
	const uint32_t *pod;            /* rows */
	struct dry_fits *fits;          /* borrowed; NULL = reasons of groups that could never help count, too */
	bool has_node;
	uint32_t node_group, node_ordinal;
	/* what was found */
	struct dry_told_loop loop;
	struct dry_told_loop now;            /* the loop under way */
	bool *told;                     /* one a pod: something was said of it in this loop */
	bool *in_option;                /* [pod * groups + group] */
	struct dry_story_span *span;    /* by time */
	size_t span_count, span_capacity;
	size_t *last_span;              /* one a pod, then the node: place + 1 of its newest span */
	int64_t previous_ms;            /* the loop before the one under way */
	atomic_bool stop;
};

/* Fields "what to look for" are set by the caller. */
void dry_loop_watch_init(struct dry_loop_watch *watch);
void dry_loop_watch_release(struct dry_loop_watch *watch);
/* observer.on_note, with the watch as context. */
void dry_loop_watch_on_note(void *watch, const struct dry_note *note);
/* After the run: closes the last loop. */
void dry_loop_watch_finish(struct dry_loop_watch *watch);

#endif
