/*
 * The Cluster Autoscaler 1.36.1 as a model: StaticAutoscaler.RunOnce over a
 * struct dry_cluster. Behaviour and its places upstream: each source file names
 * what it models. Computing takes no time, so limits on real time never act.
 */
#ifndef DRY_AUTOSCALER_AUTOSCALER_H
#define DRY_AUTOSCALER_AUTOSCALER_H

#include <stdbool.h>
#include <stdint.h>

#include "autoscaler/options.h"
#include "autoscaler/reach.h"
#include "world/cluster.h"
#include "world/compact.h"

struct dry_autoscaler;

struct dry_autoscaler_priority {
	bool has;
	int32_t priority;               /* the highest that matches the group */
};

struct dry_autoscaler_setup {
	struct dry_cluster *cluster;
	const struct dry_options *options;
	const struct dry_observer *observer;
	const struct dry_autoscaler_priority *priority;         /* one a group; NULL = no configuration */
	uint32_t disabled_rules;                /* mutation checks: enum dry_rule of run/run.h */
	bool plain_scan;
	/* Uniform in (0,1) for the random expander; NULL: first option in provider order. */
	double (*random)(void *context, uint64_t draw);
	void *random_context;
};

struct dry_autoscaler *dry_autoscaler_new(void);
void dry_autoscaler_release(struct dry_autoscaler *autoscaler);
void dry_autoscaler_reset(struct dry_autoscaler *autoscaler, const struct dry_autoscaler_setup *setup);

/* One RunOnce at cluster->now_ms. */
void dry_autoscaler_run_once(struct dry_autoscaler *autoscaler);

/* A due queue entry of kind DRY_QUEUE_AUTOSCALER. */
void dry_autoscaler_handle(struct dry_autoscaler *autoscaler, const struct dry_queue_entry *entry);

/* Is the entry the two-minute refresh of the instance lists? */
bool dry_autoscaler_is_refresh(const struct dry_queue_entry *entry);

/* Did the last loop scale up, or start a deletion? (frequent loops) */
bool dry_autoscaler_was_productive(const struct dry_autoscaler *autoscaler, int64_t since_ms);

/*
 * After a loop: the earliest instant at which a loop could act differently if
 * nothing in the world changes, or INT64_MIN when the very next may.
 */
int64_t dry_autoscaler_quiet_until(const struct dry_autoscaler *autoscaler);
/* Loops at (last, until] were proven to repeat the last one: account for them. */
void dry_autoscaler_skip_to(struct dry_autoscaler *autoscaler, int64_t last_skipped_ms);

/* Where the pods that were pending at the last loop stand (they sum to what the loop saw). */
struct dry_wait_counts {
	uint32_t on_the_way;            /* a node for it is coming, or was bought by the loop */
	uint32_t at_max;                /* every group that could take it is at its maximum */
	uint32_t backoff;               /* ... is in backoff or not healthy */
	uint32_t never_fits;            /* no group can take it, ever */
	uint32_t other;
};
struct dry_wait_counts dry_autoscaler_wait_counts(const struct dry_autoscaler *autoscaler);

/* Every slot of a node that it remembers from loop to loop, and those of its queue entries (world/compact.h). */
void dry_autoscaler_each_slot(struct dry_autoscaler *autoscaler, dry_slot_visit *visit);

/* Of the run so far; it ends with the next reset. */
const struct dry_reach *dry_autoscaler_reach(const struct dry_autoscaler *autoscaler);

#endif
