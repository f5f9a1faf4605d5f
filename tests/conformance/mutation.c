/* The table of mutations: rule, its name on the command line, the cases that bite. */
#include "mutation.h"

#include "run/run.h"

#define CASES(...) ((const char *const[]){ __VA_ARGS__, NULL })

const struct mutation mutations[] = {
	{ DRY_RULE_DELAY_AFTER_ADD, "delay-after-add", CASES("hand/sd-delay-after-add") },
	{ DRY_RULE_UNNEEDED_TIME, "unneeded-time", CASES("hand/sd-unneeded-time", "hand/sd-defaults") },
	{ DRY_RULE_BACKOFF, "backoff", CASES("hand/up-stockout-error-backoff") },
	{ DRY_RULE_UPCOMING_NODES, "upcoming-nodes", CASES("hand/up-upcoming") },
	{ DRY_RULE_NEXT_FIT, "next-fit", CASES("hand/pinned/pack-many") },
	{ DRY_RULE_SOFT_TAINTS, "soft-taints", CASES("hand/pinned/wave") },
	{ DRY_RULE_DRAIN_RULES, "drain-rules", CASES("hand/sd-bare-pod", "hand/sd-local-storage") },
	{ DRY_RULE_DISRUPTION_BUDGETS, "disruption-budgets", CASES("hand/sd-pdb") },
	{ DRY_RULE_ALL_PODS_NEW, "all-pods-new", CASES("hand/up-new-pods-wait") },
	{ DRY_RULE_UTILIZATION, "utilization", CASES("hand/sd-utilization-threshold") },
	{ DRY_RULE_PARALLELISM, "parallelism", CASES("hand/pinned/sd-parallelism-empty") },
	{ DRY_RULE_RECHECK_TIMEOUT, "recheck-timeout", CASES("hand/sd-pdb-one-by-one", "hand/sd-drain-aborted") },
	{ DRY_RULE_BALANCING, "balancing", CASES("hand/balance-zones") },
	{ DRY_RULE_QUOTAS, "quotas", CASES("hand/limit-cores-total") },
	{ DRY_RULE_EXPENDABLE, "expendable", CASES("hand/priority-cutoff") },
};

const size_t mutation_count = sizeof(mutations) / sizeof(mutations[0]);
