/*
 * Pods with the same description (everything but name, owner name and times)
 * share a class. Classes are part of the input: read-only in a run.
 */
#ifndef DRY_WORLD_POD_CLASS_H
#define DRY_WORLD_POD_CLASS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/symbol.h"
#include "world/resources.h"

struct dry_label {
	dry_symbol key;
	dry_symbol value;
};

enum dry_taint_effect {
	DRY_EFFECT_ANY,                 /* only in tolerations */
	DRY_EFFECT_NO_SCHEDULE,
	DRY_EFFECT_PREFER_NO_SCHEDULE,
	DRY_EFFECT_NO_EXECUTE
};

struct dry_taint {
	dry_symbol key;
	dry_symbol value;
	enum dry_taint_effect effect;
};

struct dry_toleration {
	dry_symbol key;                 /* 0 = any key (operator Exists) */
	dry_symbol value;
	bool exists;                    /* operator Exists; else Equal */
	enum dry_taint_effect effect;
};

enum dry_selector_operator {
	DRY_OP_IN,
	DRY_OP_NOT_IN,
	DRY_OP_EXISTS,
	DRY_OP_DOES_NOT_EXIST,
	DRY_OP_GT,                      /* node affinity only */
	DRY_OP_LT
};

struct dry_requirement {
	dry_symbol key;
	enum dry_selector_operator op;
	uint32_t value_count;
	const dry_symbol *value;
	int64_t number;                 /* of GT and LT */
	bool number_valid;              /* false: the value was not an integer; never matches */
};

/* A LabelSelector. A null selector (is_null) matches nothing, an empty one everything. */
struct dry_label_selector {
	bool is_null;
	uint32_t label_count;
	const struct dry_label *label;          /* matchLabels */
	uint32_t requirement_count;
	const struct dry_requirement *requirement;      /* matchExpressions */
};

struct dry_node_selector_term {
	uint32_t expression_count;
	const struct dry_requirement *expression;
	uint32_t field_count;                   /* matchFields; only metadata.name exists */
	const struct dry_requirement *field;
};

struct dry_preferred_node_term {
	int32_t weight;
	struct dry_node_selector_term term;
};

struct dry_pod_affinity_term {
	struct dry_label_selector selector;
	uint32_t namespace_count;               /* 0 = the pod's own namespace */
	const dry_symbol *namespaces;
	bool all_namespaces;                    /* an empty namespaceSelector */
	dry_symbol topology_key;
	int32_t weight;                         /* preferred terms only */
};

struct dry_spread_constraint {
	int32_t max_skew;
	int32_t min_domains;                    /* 0 = not given (1) */
	dry_symbol topology_key;
	bool schedule_anyway;                   /* whenUnsatisfiable */
	struct dry_label_selector selector;
};

enum dry_owner_kind {
	DRY_OWNER_NONE,                 /* a bare pod */
	DRY_OWNER_REPLICA_SET,
	DRY_OWNER_REPLICATION_CONTROLLER,
	DRY_OWNER_STATEFUL_SET,
	DRY_OWNER_JOB,
	DRY_OWNER_DAEMON_SET,
	DRY_OWNER_OTHER                 /* a custom controller; its kind's name is in the owner table */
};

enum dry_safe_to_evict {
	DRY_SAFE_TO_EVICT_UNSET,
	DRY_SAFE_TO_EVICT_TRUE,
	DRY_SAFE_TO_EVICT_FALSE,
	DRY_SAFE_TO_EVICT_ON_COMPLETION
};

/* methods.md 7.1 and 7.2 */
enum dry_workload { DRY_WORKLOAD_SYSTEM, DRY_WORKLOAD_HEADROOM, DRY_WORKLOAD_BATCH, DRY_WORKLOAD_INTERACTIVE,
		    DRY_WORKLOAD_SERVICE, DRY_WORKLOAD_UNKNOWN };
enum dry_urgency { DRY_URGENCY_EXPENDABLE, DRY_URGENCY_LOW, DRY_URGENCY_NORMAL, DRY_URGENCY_HIGH,
		   DRY_URGENCY_CRITICAL };

struct dry_pod_class {
	dry_symbol name_space;
	enum dry_owner_kind owner_kind;
	int32_t priority;                       /* 0 when not given */
	bool local_storage;
	bool mirror;                            /* annotation kubernetes.io/config.mirror */
	bool daemon_annotation;                 /* cluster-autoscaler.kubernetes.io/daemonset-pod: "true" */
	enum dry_safe_to_evict safe_to_evict;
	int64_t scale_up_delay_ms;              /* annotation pod-scale-up-delay; -1 = none */
	int64_t termination_ms;                 /* time to stop when evicted */
	int64_t grace_ms;                       /* max(30 s, termination) */
	int64_t checkpoint_interval_ms;         /* annotation dryscale/checkpoint-interval; -1 = none */
	int64_t checkpoint_time_ms;             /* annotation dryscale/checkpoint-time; 0 = at once */
	bool checkpoint_on_notice;              /* annotation dryscale/checkpoint-on-notice: "true" */
	/* annotation dryscale/restart-overhead: lengthens a run after an eviction */
	int64_t restart_overhead_ms;
	enum dry_workload workload;
	enum dry_urgency urgency;

	struct dry_resources main;              /* requests as written */
	struct dry_resources init;              /* initRequests as written */
	bool has_init;
	struct dry_resources request;           /* effective: the larger of both, each resource */

	uint32_t label_count;
	const struct dry_label *label;          /* sorted by key symbol */
	uint32_t node_selector_count;
	const struct dry_label *node_selector;
	uint32_t toleration_count;
	const struct dry_toleration *toleration;

	bool has_node_affinity;                 /* required terms given (they are ORed) */
	uint32_t node_term_count;
	const struct dry_node_selector_term *node_term;
	uint32_t preferred_node_count;
	const struct dry_preferred_node_term *preferred_node;

	uint32_t affinity_count;                /* podAffinity, required */
	const struct dry_pod_affinity_term *affinity;
	uint32_t preferred_affinity_count;
	const struct dry_pod_affinity_term *preferred_affinity;
	uint32_t anti_affinity_count;
	const struct dry_pod_affinity_term *anti_affinity;
	uint32_t preferred_anti_affinity_count;
	const struct dry_pod_affinity_term *preferred_anti_affinity;

	uint32_t spread_count;                  /* hard and soft together, as written */
	const struct dry_spread_constraint *spread;

	/*
	 * Classes whose labels, requests, selectors, tolerations, affinity, spread,
	 * volumes, priority and grace are equal have equal spec_index: what the
	 * autoscaler's equivalence groups compare (annotations and owner left out).
	 */
	uint32_t spec_index;
};

#endif
