/*
 * A run is a pure function of (input, config, seed, replication). A worker owns
 * the memory of runs and reuses it: a second identical run does not allocate.
 * One worker is used by one thread at a time; any number share an input.
 */
#ifndef DRY_RUN_RUN_H
#define DRY_RUN_RUN_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "run/result.h"
#include "run/scenario.h"
#include "world/observer.h"

struct dry_worker;

/*
 * A run can be given up (exact pruning, sweep/prune.h): when 1/count, 2/count,
 * ... of the horizon are over, the caller is told lower bounds of the final
 * objectives, as dry_metric_objective() compares them (-INFINITY = unknown).
 */
struct dry_prune_test {
	void *context;
	uint32_t parts;                         /* of the horizon; one checkpoint between each two */
	uint32_t objective_count;
	const enum dry_metric_id *objective;
	/* checkpoint counts from 0; true = stop: dry_run() returns true, result->pruned is set, all else unspecified */
	bool (*is_dominated)(void *context, uint32_t checkpoint, const double *bound);
};

struct dry_run_request {
	const struct dry_input *input;
	const struct dry_config *config;
	uint64_t seed;                          /* config->seed unless the command line says otherwise */
	uint32_t replication;
	bool every_tick;                        /* run every loop, skip none (same digest) */
	bool plain_scan;                        /* no indexes, no class memory: the slow way (same digest) */
	bool eager_compaction;                  /* slots of gone nodes are given back at once (same digest) */
	const struct dry_observer *observer;    /* NULL = none */
	const atomic_bool *stop;                /* NULL = never; set: dry_run returns false */
	const struct dry_prune_test *prune;     /* NULL = never given up */
	uint32_t disabled_rules;                /* mutation checks only: bit set of enum dry_model_rule */
};

/* Rules that a mutation check can switch off, to see that cases bite. */
enum dry_model_rule {
	DRY_RULE_DELAY_AFTER_ADD = 1u << 0,
	DRY_RULE_UNNEEDED_TIME = 1u << 1,
	DRY_RULE_BACKOFF = 1u << 2,
	DRY_RULE_UPCOMING_NODES = 1u << 3,
	DRY_RULE_NEXT_FIT = 1u << 4,
	DRY_RULE_SOFT_TAINTS = 1u << 5,
	DRY_RULE_DRAIN_RULES = 1u << 6,
	DRY_RULE_DISRUPTION_BUDGETS = 1u << 7,
	DRY_RULE_ALL_PODS_NEW = 1u << 8,
	DRY_RULE_UTILIZATION = 1u << 9,
	DRY_RULE_PARALLELISM = 1u << 10,
	DRY_RULE_RECHECK_TIMEOUT = 1u << 11,
	DRY_RULE_BALANCING = 1u << 12,
	DRY_RULE_QUOTAS = 1u << 13,
	DRY_RULE_EXPENDABLE = 1u << 14,
	DRY_RULE_COUNT = 15
};

struct dry_worker *dry_worker_new(void);
void dry_worker_release(struct dry_worker *worker);

/* How often the worker asked the system for memory: a second identical run must not. */
uint64_t dry_worker_allocations(const struct dry_worker *worker);

/* One run. False only when stopped; result is then unspecified but valid to release. */
bool dry_run(struct dry_worker *worker, const struct dry_run_request *request, struct dry_result *result);

#endif
