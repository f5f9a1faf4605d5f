/*
 * State and inner calls of the autoscaler. Loop-local memory comes from the
 * cluster's scratch arena, which the loop resets; everything else is kept.
 */
#ifndef DRY_SIM_AUTOSCALER_CA_H
#define DRY_SIM_AUTOSCALER_CA_H

#include <math.h>

#include "autoscaler/autoscaler.h"
#include "autoscaler/reach.h"
#include "world/cluster.h"
#include "world/predicates.h"
#include "world/snapshot.h"

/* Mutation checks; the same bits as enum dry_model_rule of run/run.h. */
enum ca_rule {
	CA_RULE_DELAY_AFTER_ADD = 1u << 0,
	CA_RULE_UNNEEDED_TIME = 1u << 1,
	CA_RULE_BACKOFF = 1u << 2,
	CA_RULE_UPCOMING_NODES = 1u << 3,
	CA_RULE_NEXT_FIT = 1u << 4,
	CA_RULE_SOFT_TAINTS = 1u << 5,
	CA_RULE_DRAIN_RULES = 1u << 6,
	CA_RULE_DISRUPTION_BUDGETS = 1u << 7,
	CA_RULE_ALL_PODS_NEW = 1u << 8,
	CA_RULE_UTILIZATION = 1u << 9,
	CA_RULE_PARALLELISM = 1u << 10,
	CA_RULE_RECHECK_TIMEOUT = 1u << 11,
	CA_RULE_BALANCING = 1u << 12,
	CA_RULE_QUOTAS = 1u << 13,
	CA_RULE_EXPENDABLE = 1u << 14
};

enum ca_deletion { CA_NOT_DELETING, CA_DELETING_EMPTY, CA_DELETING_DRAIN };

enum ca_category { CA_DELETED, CA_READY, CA_NOT_STARTED, CA_UNREADY };

struct ca_cached_instance {
	uint32_t slot;
	uint8_t state;
	bool has_error;
};

struct ca_stats {
	int32_t registered, ready, not_started, unready, deleted;
	int32_t unregistered, long_unregistered;
};

struct ca_group {
	int32_t target;                 /* as read at the update, or after a change of our own */
	struct ca_stats stats;
	int64_t provision_ms, startup_ms;
	bool own_provision, own_startup;        /* the group's, not the flags' */

	bool has_request;               /* open scale-up request */
	int64_t request_increase;
	int64_t request_since_ms;

	bool has_backoff;
	int64_t backoff_ms, backoff_until_ms, backoff_last_ms;

	bool is_wrong;                  /* size */
	int32_t wrong_target, wrong_registered;
	int64_t wrong_since_ms;

	bool cache_valid;               /* instance list of the provider */
	uint64_t cached_version;        /* instance_version when it was read */
	uint64_t counted_version;       /* cached_version when the statistics were made */
	uint32_t good_node;             /* a node that served as template, DRY_NONE */
	struct ca_cached_instance *cached;
	size_t cached_count, cached_capacity;

	uint32_t template_id;           /* identity of this loop's template */
	uint32_t cached_template_id;    /* of the last good node's; 0 = none */
	uint32_t template_place;        /* whose labels and DaemonSets it has */
	uint32_t upcoming_first;        /* slot of the first fake of this loop */
	uint32_t upcoming_count;

	int64_t local_up_ms, local_delete_ms, local_fail_ms;    /* INT64_MIN = never */
	int32_t in_progress;            /* deletions at loop start */
	int32_t size_left;              /* during a choice of nodes to delete */
};

struct ca_label_kind {
	uint64_t digest;
	uint32_t first;                 /* the first place with these labels */
};

struct ca_equivalence {                 /* pod equivalence group */
	uint32_t *pod;
	uint32_t pod_count, pod_capacity;
	uint32_t class_index;           /* of the first pod */
	uint32_t next_of_owner;
};

struct ca_option {
	uint32_t group_index;
	int32_t node_count;
	uint32_t *pod;
	uint32_t pod_count;
	uint32_t *similar;              /* group indices */
	uint32_t similar_count;
	double score;
};

struct ca_plan_part {
	uint32_t group_index;
	int32_t count;
};

struct ca_unneeded {
	uint32_t slot;
	uint32_t move_count;            /* pods that must move: 0 = empty */
	bool risky;
	bool waits;
};

struct ca_usage {
	int64_t cores, bytes;
	int64_t gpus[8];                /* by entry of gpu-total */
};

struct ca_drain {                       /* a node being drained */
	uint32_t slot;
	bool active;
	uint32_t *pod;                  /* pods that it evicted and awaits */
	uint32_t *generation;
	size_t pod_count, pod_capacity, generation_capacity;
	uint32_t *todo;                 /* pods still to evict */
	uint32_t *todo_generation;
	size_t todo_count, todo_capacity, todo_generation_capacity;
	int64_t started_at_ms, looking_since_ms;
	uint32_t *later;                /* drain priorities: pods of later groups */
	uint32_t stage;
};

struct dry_autoscaler {
	struct dry_cluster *cluster;
	const struct dry_options *options;
	const struct dry_observer *observer;
	struct dry_autoscaler_setup setup;
	bool notes;                     /* somebody wants to know why */
	uint32_t disabled_rules;
	int64_t now_ms;

	struct ca_group *group;
	size_t group_capacity;
	uint32_t group_count;

	int64_t last_scale_up_ms, last_delete_ms, last_fail_ms;
	int64_t interval_ms, previous_update_ms;
	bool interval_is_flag;          /* still scale-down-unneeded-time, no interval was seen */
	bool had_update;
	bool updated_state;             /* stats of an earlier loop exist */
	uint64_t state_instances, state_conditions;     /* versions that they are of */
	bool disable_scale_down;
	uint32_t template_ids;          /* given out so far */
	uint32_t marks;
	uint32_t pack_pass, removal_pass;
	uint64_t random_draws;

	uint32_t ready_count;
	int64_t *remaining;             /* disruptions left, one a budget */
	size_t remaining_capacity;
	const uint32_t *dest;           /* slots, oldest first */
	uint32_t dest_count;
	uint32_t *own_dest;             /* memory for it when it is not all registered nodes */
	size_t own_dest_capacity;

	uint32_t *unregistered;         /* slots with unregistered_since_ms >= 0 */
	size_t unregistered_count, unregistered_capacity;
	uint32_t *errors;               /* slots with had_error */
	size_t errors_count, errors_capacity;

	struct ca_unneeded *unneeded;   /* found by the last plan, in order */
	size_t unneeded_count, unneeded_capacity;
	uint32_t *before;               /* slots whose deletion was in progress when the loop began */
	size_t before_count, before_capacity;
	uint32_t *previous;             /* candidates of the loop before */
	size_t previous_count, previous_capacity;
	uint32_t *in_progress;          /* slots, may be gone */
	size_t in_progress_count, in_progress_capacity;
	struct ca_drain *drain;
	size_t drain_count, drain_capacity;

	/* memory of one loop */
	uint32_t *pending;
	uint32_t pending_count;
	uint32_t *copies;               /* stand-ins of pods on draining nodes */
	size_t copy_count, copy_capacity;
	struct ca_equivalence *equivalence;
	uint32_t equivalence_count;
	struct ca_usage usage;
	uint32_t snapshot_nodes;        /* nodes in the snapshot when scale-up is decided */
	uint32_t *fitting;              /* [group * equivalence_count + i] indices */
	uint32_t *fitting_count;
	uint32_t *valid;
	uint32_t valid_count;

	/* failed kinds of a packing pass: open addressing on (owner, spec) */
	uint64_t *failed_key;
	uint32_t *failed_stamp;
	size_t failed_capacity;
	struct ca_label_kind *label_kind;       /* of a place: equal for equal labels but ignored ones (balance.c) */
	size_t label_kind_capacity;
	bool has_label_kinds;
	uint64_t *class_memo;           /* of one estimation */
	size_t class_memo_capacity;
	uint32_t *class_failed;         /* pass in which a class failed */
	size_t class_failed_capacity;
	uint32_t failed_pass;
	uint32_t failed_used;

	struct dry_wait_counts waits;
	bool tried_scale_up;            /* this loop executed a plan, or failed to */
	bool in_cooldown;

	/* is the loop one that can only repeat itself? */
	bool quiet;
	int64_t quiet_until_ms;

	struct dry_reach *reach;        /* of this run */
	int64_t waits_since_ms[DRY_REACH_COUNT];        /* ca_due_flag(), the earliest; INT64_MAX = none */
	enum dry_reach_flag cooldown;   /* which delay holds scale-down back; DRY_REACH_COUNT = none */
	int64_t cooldown_since_ms;
};

static inline bool ca_rule_on(const struct dry_autoscaler *ca, enum ca_rule rule)
{
	return !(ca->disabled_rules & (uint32_t)rule);
}

static inline struct dry_group *world_group(const struct dry_autoscaler *ca, uint32_t g)
{
	return &ca->cluster->group[g];
}

/* What the group's template says of a new node: the zone of a real node, or the first listed. */
static inline const struct dry_place *template_place(const struct dry_autoscaler *ca, uint32_t g)
{
	return &ca->cluster->place[ca->group[g].template_place];
}

static inline const struct dry_pod_class *pod_class(const struct dry_autoscaler *ca, uint32_t pod)
{
	return &ca->cluster->spec.pod_class[ca->cluster->pod[pod].class_index];
}

static inline const struct dry_shape *pod_shape(const struct dry_autoscaler *ca, uint32_t pod)
{
	return &ca->cluster->shapes->shape[ca->cluster->pod[pod].class_index];
}

static inline bool is_tbd(const struct dry_autoscaler *ca, uint32_t slot)
{
	return ca->cluster->node_flags[slot] & DRY_NODE_TO_BE_DELETED;
}

static inline bool is_ready(const struct dry_autoscaler *ca, uint32_t slot)
{
	return !(ca->cluster->node_flags[slot] & DRY_NODE_NOT_READY);
}

/* The loop is not a repetition before this instant. */
static inline void ca_due(struct dry_autoscaler *ca, int64_t at_ms)
{
	if (at_ms < ca->quiet_until_ms)
		ca->quiet_until_ms = at_ms;
}

/* The same for a time that began and a flag says how long it lasts: in skipped loops too it has not passed. */
static inline void ca_due_flag(struct dry_autoscaler *ca, enum dry_reach_flag flag, int64_t since_ms, int64_t at_ms)
{
	if (since_ms < ca->waits_since_ms[flag])
		ca->waits_since_ms[flag] = since_ms;
	ca_due(ca, at_ms);
}

static inline void ca_changed(struct dry_autoscaler *ca)
{
	ca->quiet = false;
}

/* --- notes.c --- */
void ca_note(struct dry_autoscaler *ca, enum dry_note_kind kind, uint32_t group, uint32_t slot, uint32_t pod,
	     const char *reason, double score, int64_t v0, int64_t v1);

/* --- cluster_state.c --- */
void ca_update_state(struct dry_autoscaler *ca);
void ca_remove_unregistered(struct dry_autoscaler *ca);
bool ca_is_cluster_healthy(const struct dry_autoscaler *ca);
bool ca_is_group_healthy(const struct dry_autoscaler *ca, uint32_t g);
void ca_delete_errors(struct dry_autoscaler *ca);
bool ca_fix_sizes(struct dry_autoscaler *ca);
int32_t ca_upcoming(const struct dry_autoscaler *ca, uint32_t g);
void ca_register_scale_up(struct dry_autoscaler *ca, uint32_t g, int32_t count);
void ca_fail(struct dry_autoscaler *ca, uint32_t g, const char *reason);
bool ca_in_backoff(const struct dry_autoscaler *ca, uint32_t g);
bool ca_is_overdue(struct dry_autoscaler *ca, uint32_t g, int64_t since_ms);
enum ca_category ca_category_of(const struct dry_autoscaler *ca, uint32_t slot);
void ca_refresh_instances(struct dry_autoscaler *ca);

/* --- pack.c --- */
void ca_pack(struct dry_autoscaler *ca);
struct ca_try {
	const uint32_t *pod;
	uint32_t count;
	dry_accept_fn *accept;
	const void *context;
	bool for_removal;               /* which hints; stop at the first failure */
	bool *placed;                   /* may be NULL */
};
/* Returns whether every pod found a place. */
bool ca_try_schedule(struct dry_autoscaler *ca, const struct ca_try *try);

/* --- equivalence.c, estimator.c, expander.c, balance.c, scale_up.c --- */
void ca_build_equivalence(struct dry_autoscaler *ca);
int32_t ca_estimate(struct dry_autoscaler *ca, struct ca_option *option, const uint32_t *fitting,
		    uint32_t fitting_count);
uint32_t ca_expand(struct dry_autoscaler *ca, struct ca_option *option, uint32_t count);
uint32_t ca_similar_groups(struct dry_autoscaler *ca, uint32_t g, uint32_t *similar);
uint32_t ca_balance(struct dry_autoscaler *ca, const struct ca_option *best, int32_t count,
		    struct ca_plan_part *plan);
void ca_scale_up(struct dry_autoscaler *ca);
void ca_raise_to_minimum(struct dry_autoscaler *ca);
/* Capacity of a node of the group that counts for gpu-total number k. */
int64_t ca_gpus_of(const struct dry_autoscaler *ca, const struct dry_group *group, uint32_t k);
void ca_count_usage(struct dry_autoscaler *ca, struct ca_usage *usage);
int32_t ca_quota(struct dry_autoscaler *ca, uint32_t g, int32_t want, const char **reason);

/* --- drain_rules.c --- */
enum ca_drain_result { CA_DRAIN_OK, CA_DRAIN_BLOCKED };
struct ca_drain_ask {
	bool full;                      /* with controllers and budgets */
	const int64_t *remaining;       /* one a budget */
	uint32_t *move;                 /* out: pods to move, in list order (room for pod_count) */
	uint32_t move_count;
	const char *reason;             /* out: why blocked */
	uint32_t blocking_pod;
	bool waits;                     /* out */
};
enum ca_drain_result ca_ask_drain(struct dry_autoscaler *ca, uint32_t slot, struct ca_drain_ask *ask);
bool ca_is_long_terminating(const struct dry_autoscaler *ca, uint32_t pod);

/* --- planner.c --- */
void ca_plan_scale_down(struct dry_autoscaler *ca);
/* *flag (may be NULL) gets the flag that it is, DRY_REACH_COUNT when the group has its own. */
int64_t ca_unneeded_threshold(const struct dry_autoscaler *ca, uint32_t slot, enum dry_reach_flag *flag);
/* --- choice.c --- */
void ca_choose_deletions(struct dry_autoscaler *ca, uint32_t *empty, uint32_t *empty_count, uint32_t *drain,
			 uint32_t *drain_count);
bool ca_is_in_cooldown(struct dry_autoscaler *ca);
/* What the loops up to then, all skipped, asked of the flags. */
void ca_reach_skipped(struct dry_autoscaler *ca, int64_t last_skipped_ms);
/* --- actuator.c --- */
void ca_start_deletions(struct dry_autoscaler *ca, const uint32_t *empty, uint32_t empty_count,
			const uint32_t *drain, uint32_t drain_count);
void ca_update_soft_taints(struct dry_autoscaler *ca);

enum ca_action { CA_ACTION_AFTER_TAINT, CA_ACTION_EVICT, CA_ACTION_LOOK, CA_ACTION_REFRESH, CA_ACTION_DELETE };
void ca_push(struct dry_autoscaler *ca, int64_t at_ms, enum ca_action action, uint32_t argument);

#endif
