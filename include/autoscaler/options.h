/*
 * The Cluster Autoscaler's own flags as one table: name, type, default, range,
 * help, and whether the flag acts in a simulation. Parsing, help, the manual,
 * the TUI's form and validation all come from it. Values as of 1.36.1.
 */
#ifndef DRY_AUTOSCALER_OPTIONS_H
#define DRY_AUTOSCALER_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

enum dry_expander {
	DRY_EXPANDER_RANDOM,
	DRY_EXPANDER_MOST_PODS,
	DRY_EXPANDER_LEAST_WASTE,
	DRY_EXPANDER_LEAST_NODES,
	DRY_EXPANDER_PRICE,
	DRY_EXPANDER_PRIORITY,
	DRY_EXPANDER_COUNT
};

struct dry_text_list {
	uint32_t count;
	const char *const *text;
};

struct dry_limit {                      /* "min:max" */
	int64_t min;
	int64_t max;
};

struct dry_gpu_limit {                  /* "type:min:max" */
	const char *type;
	struct dry_limit limit;
};

struct dry_drain_priority {             /* "priority:seconds" */
	int32_t priority;
	int64_t termination_ms;
};

struct dry_options {
	/* loop, health, cluster state */
	int64_t scan_interval_ms;
	bool frequent_loops_enabled;
	double max_total_unready_percentage;
	int64_t ok_total_unready_count;
	int64_t max_node_provision_ms;
	int64_t max_node_startup_ms;
	int64_t initial_node_group_backoff_ms;
	int64_t max_node_group_backoff_ms;
	int64_t node_group_backoff_reset_timeout_ms;
	bool force_delete_unregistered_nodes;
	bool force_delete_failed_nodes;
	struct dry_text_list startup_taint;
	struct dry_text_list startup_taint_prefix;
	struct dry_text_list ignore_taint;
	struct dry_text_list status_taint;
	int64_t node_info_cache_expire_ms;
	/* pods and scale-up */
	uint32_t expander_count;
	enum dry_expander expander[DRY_EXPANDER_COUNT];
	int64_t max_nodes_per_scaleup;
	bool fastpath_binpacking_enabled;
	int64_t max_nodes_total;
	struct dry_limit cores_total;           /* cores */
	struct dry_limit memory_total;          /* GiB */
	uint32_t gpu_total_count;
	const struct dry_gpu_limit *gpu_total;
	bool balance_similar_node_groups;
	struct dry_text_list balancing_ignore_label;
	struct dry_text_list balancing_label;
	double memory_difference_ratio;
	double max_allocatable_difference_ratio;
	double max_free_difference_ratio;
	int64_t new_pod_scale_up_delay_ms;
	int64_t expendable_pods_priority_cutoff;
	struct dry_text_list bypassed_scheduler_names;
	struct dry_text_list allowed_scheduler_names;
	bool scale_up_from_zero;
	bool enforce_node_group_min_size;
	bool parallel_scale_up;
	bool salvo_scale_up;
	bool force_ds;
	/* scale-down: choice */
	bool scale_down_enabled;
	int64_t scale_down_unneeded_ms;
	int64_t scale_down_unready_ms;
	bool scale_down_unready_enabled;
	double scale_down_utilization_threshold;
	double scale_down_gpu_utilization_threshold;
	bool ignore_daemonsets_utilization;
	bool ignore_mirror_pods_utilization;
	int64_t scale_down_delay_after_add_ms;
	int64_t scale_down_delay_after_delete_ms;
	int64_t scale_down_delay_after_failure_ms;
	bool scale_down_delay_type_local;
	int64_t unremovable_node_recheck_timeout_ms;
	int64_t min_replica_count;
	bool skip_nodes_with_system_pods;
	int64_t blocking_system_pod_distruption_timeout_ms;
	bool skip_nodes_with_local_storage;
	bool skip_nodes_with_custom_controller_pods;
	/* scale-down: execution */
	int64_t max_scale_down_parallelism;
	int64_t max_drain_parallelism;
	int64_t max_graceful_termination_ms;
	uint32_t drain_priority_count;
	const struct dry_drain_priority *drain_priority;        /* ascending */
	int64_t max_pod_eviction_ms;
	int64_t node_delete_delay_after_taint_ms;
	int64_t node_deletion_batcher_interval_ms;
	bool daemonset_eviction_for_empty_nodes;
	bool daemonset_eviction_for_occupied_nodes;
	bool cordon_node_before_terminating;
	int64_t max_bulk_soft_taint_count;
	/* release rules (not flags): see dry_options_preset() */
	bool stop_after_scale_up;               /* up to 1.33: a loop that scaled up does not scale down */
	/* up to 1.35: upcoming nodes count without an open request, in backoff too */
	bool upcoming_without_request;
	bool timeout_keeps_target;              /* up to 1.35: a time-out does not lower the target */
	bool absolute_balanced_score;           /* up to 1.35: kube-scheduler's balanced score is b(with pod) */
	bool soft_taints_only_outside_cooldown; /* up to 1.32 */
	bool system_pods_block_forever;         /* up to 1.32 */
	bool limits_count_ready_only;           /* up to 1.34: ready + upcoming nodes count for limits */
	bool removed_node_leaves_domain;        /* up to 1.32: a removed node is no topology domain in the simulation */
	bool no_hostname_spread_branch;         /* up to 1.32: estimator 4.5 */
};

enum dry_option_type {
	DRY_OPTION_BOOL,
	DRY_OPTION_INTEGER,
	DRY_OPTION_NUMBER,
	DRY_OPTION_DURATION,
	DRY_OPTION_SECONDS,             /* an integer number of seconds */
	DRY_OPTION_LIMIT,               /* min:max */
	DRY_OPTION_GPU_LIMIT,
	DRY_OPTION_EXPANDER,
	DRY_OPTION_TEXT_LIST,
	DRY_OPTION_DRAIN_PRIORITY,
	DRY_OPTION_TEXT                 /* accepted, not stored */
};

enum dry_option_effect {
	DRY_OPTION_ACTS,
	DRY_OPTION_NO_EFFECT            /* a real flag that cannot act in a simulation: accepted with a note */
};

struct dry_option {
	const char *name;               /* the real flag, no dashes in front */
	enum dry_option_type type;
	enum dry_option_effect effect;
	size_t offset;                  /* into struct dry_options; unused when it does not act */
	const char *default_text;       /* as upstream prints it */
	double min, max;                /* inclusive, in the option's own unit (durations: seconds) */
	const char *help;               /* one line; for flags without effect: why */
};

extern const struct dry_option dry_option_table[];
extern const size_t dry_option_count;

/* NULL when there is none; *nearest (may be NULL) gets the nearest name or NULL. */
const struct dry_option *dry_option_find(const char *name, const char **nearest);

/* All defaults of 1.36.1. Lists point into static memory. */
void dry_options_init(struct dry_options *options);

/*
 * Sets one flag from its text. Lists go into the arena. Returns NULL, or what
 * is wrong ("is not a duration", "is below 0", ...), static or in the arena.
 */
const char *dry_option_set(const struct dry_option *option, struct dry_options *options,
			   const char *text, struct dry_arena *arena);

/* The present value as text (as the flag would be written), in the arena. */
const char *dry_option_text(const struct dry_option *option, const struct dry_options *options,
			    struct dry_arena *arena);

/* Limits across flags ("drain-priority-config excludes max-graceful-termination-sec", ...). NULL = fine. */
const char *dry_options_check(const struct dry_options *options);

#endif
