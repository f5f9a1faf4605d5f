/*
 * Who made a scale-up necessary, and why (methods.md 7.4): a pod's weight is
 * its dominant share of one new node; groups of pods are ranked by their part
 * of the weight; the first cause whose evidence holds is named.
 */
#ifndef DRY_RUN_ATTRIBUTION_H
#define DRY_RUN_ATTRIBUTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The largest of request / allocatable over resources that the node has. */
double dry_dominant_share(const double *request, const double *allocatable, size_t count);

struct dry_attributed_pod {
	uint32_t group_index;           /* namespace/owner, or whatever pods are ranked by */
	double share;                   /* by the larger of requests and init requests */
	double share_without_init;
	bool is_restart;
};

struct dry_attributed_group {
	uint32_t group_index;
	double share;                   /* of the total weight */
	uint32_t pods;
};

struct dry_attribution {
	double total;                   /* sum of the weights */
	double init_share;              /* what init containers add, of the total */
	double restart_share;           /* of pods that are restarts */
};

/* Fills group[0..group_count), heaviest first, ties by index. */
void dry_attribute(const struct dry_attributed_pod *pod, size_t count, struct dry_attributed_group *group,
		   uint32_t group_count, struct dry_attribution *attribution);

enum dry_cause {
	DRY_CAUSE_INIT,                 /* A1 */
	DRY_CAUSE_RECLAIM,
	DRY_CAUSE_OSCILLATION,
	DRY_CAUSE_ROLLOUT,
	DRY_CAUSE_CRON_BURST,
	DRY_CAUSE_CONSTRAINT,
	DRY_CAUSE_FRAGMENTATION,
	DRY_CAUSE_DAEMON_SETS,
	DRY_CAUSE_OVER_REQUEST,
	DRY_CAUSE_NEW_OWNER,
	DRY_CAUSE_GROWTH,               /* A11: nothing else */
	DRY_CAUSE_COUNT
};

/* Shares are parts of the total weight, in [0, 1]; 0, false and NaN say that there is no such evidence. */
struct dry_cause_evidence {
	double init_share;
	double reclaim_restart_share;   /* restarts after interruptions */
	double scale_down_restart_share;
	bool regretted_removal;         /* the node group had been scaled down shortly before */
	double top_owner_share;
	bool top_owner_above_median;    /* its pods exceed its daily median */
	double top_owner_short_share;   /* of its pods: end within 15 min after */
	double batch_share;
	uint32_t top_owner_same_minute_days;    /* days on which it comes at the same minute */
	bool node_had_room;             /* free resources sufficed on some node, a filter failed */
	bool sum_had_room;              /* free resources of all nodes sufficed, no single one's */
	double daemon_share;            /* DaemonSets' part of the new node */
	double usage_p95_share;         /* p95 usage over requests; NaN = unknown */
	bool top_owner_is_new;          /* unseen in the 14 days before */
};

enum dry_cause dry_find_cause(const struct dry_cause_evidence *evidence);
/* "A1", "init containers", and what to do about it. */
const char *dry_cause_id(enum dry_cause cause);
const char *dry_cause_name(enum dry_cause cause);
const char *dry_cause_advice(enum dry_cause cause);

#endif
