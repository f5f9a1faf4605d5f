/*
 * What one run gives: metrics, details per node group, and the digest of its
 * decisions. Plain values; arrays are owned by the result.
 */
#ifndef DRY_RUN_RESULT_H
#define DRY_RUN_RESULT_H

#include <stdbool.h>
#include <stdint.h>

#include "autoscaler/reach.h"
#include "run/metrics.h"

struct dry_group_result {
	int64_t cost_nusd;
	double node_hours;
	double mean_price_usd_per_hour; /* time-weighted over what was billed; NaN when nothing was */
	int32_t min_nodes, peak_nodes;  /* ready */
	double mean_nodes;
	uint32_t nodes_added, nodes_removed, interruptions;
	uint32_t scale_ups, scale_ups_failed, scale_downs;
	double time_at_max_s;
	uint32_t pods_started;          /* first starts on a node of this group */
	double p95_wait_s;              /* of those; NaN = none */
	int32_t final_target;
};

/* Where waiting time went, as shares of all waited seconds (sum 1, or all 0). */
struct dry_wait_causes {
	double provisioning;            /* a node for it was on its way */
	double at_max;                  /* every group that could take it was at its maximum */
	double backoff;                 /* ... or in backoff, out of resources */
	double loop;                    /* until the next loop that may act */
	double never_fits;              /* no group can take it */
	double other;
};

/* methods.md 1.1: the metrics of waits, split; one row a namespace, owner or class. */
struct dry_wait_split {
	const char *name;               /* borrowed from the input's symbols, or static */
	uint32_t pods, started, never_scheduled, slo_breaches;
	double p50_wait_s, p95_wait_s, max_wait_s;
};

#define DRY_OWNER_SPLITS 8

/* methods.md 1.1: a service owner by its replicas. */
struct dry_service_owner {
	uint32_t owner_index;           /* into dry_input.owner; DRY_NONE = no service owner */
	double availability;            /* time running over time wanted; NaN = none */
	/* time with fewer than (1 - slo.availabilityTolerance) of its replicas running */
	double under_s;
};

struct dry_result {
	double metric[DRY_METRIC_COUNT];                /* NaN = undefined */
	bool lower_bound[DRY_METRIC_COUNT];             /* a censored wait is in it: print >= */
	uint64_t digest;                                /* over every decision-log event */
	uint64_t event_count;                           /* engine events handled, loops not counted */
	struct dry_reach reach;                         /* flags with which it would have been the same run */
	uint64_t loop_count;                            /* autoscaler loops run */
	uint64_t loops_skipped;                         /* proven to repeat the one before */
	int64_t end_at_ms;                              /* where the run stopped */
	uint32_t group_count;
	struct dry_group_result *group;
	struct dry_wait_causes wait_causes;
	int64_t worst_at_ms;                            /* the instant with most pods pending */
	uint32_t worst_pending;
	int64_t median_provision_ms;                    /* of nodes that came; 0 = none */
	uint32_t workload_split_count;                  /* by workload class (dry_workload) */
	struct dry_wait_split workload_split[6];
	uint32_t owner_split_count;                     /* owners that waited most, by p95 wait */
	struct dry_wait_split owner_split[DRY_OWNER_SPLITS];
	struct dry_service_owner worst_service;
	uint32_t namespace_split_count;
	struct dry_wait_split *namespace_split;
	bool stochastic;                                /* some draw of a random stream was used */
	bool pruned;                                    /* given up: dominated (sweep) */
	uint32_t group_capacity, namespace_capacity;    /* room in the arrays: at least this */
};

void dry_result_init(struct dry_result *result);
/* Room for both arrays; sets their counts; entries are then unspecified. Memory that is large enough is kept. */
void dry_result_reserve(struct dry_result *result, uint32_t group_count, uint32_t namespace_count);
/* Deep copy; `to` must be initialised; its memory is reused. */
void dry_result_copy(struct dry_result *to, const struct dry_result *from);
void dry_result_release(struct dry_result *result);

#endif
