/*
 * Pod classes compiled for the scheduler's and the autoscaler's filters: the
 * few resources that a class really asks for, which taints of the program
 * itself it tolerates, and its inter-pod rules as numbered terms, so that
 * "how many pods on this node match" is a counter and not a search. Made once
 * an input, read-only afterwards.
 */
#ifndef DRY_WORLD_SHAPE_H
#define DRY_WORLD_SHAPE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "world/pod_class.h"
#include "world/workload.h"

enum {
	DRY_SHAPE_TOLERATES_CORDON = 1 << 0,    /* node.kubernetes.io/unschedulable:NoSchedule */
	DRY_SHAPE_TOLERATES_DELETION = 1 << 1,  /* ToBeDeletedByClusterAutoscaler:NoSchedule */
	DRY_SHAPE_TOLERATES_NOT_READY = 1 << 2, /* node.kubernetes.io/not-ready:NoSchedule */
	DRY_SHAPE_TOLERATES_CANDIDATE = 1 << 3, /* DeletionCandidateOf...:PreferNoSchedule */
	DRY_SHAPE_BY_HOSTNAME = 1 << 4,         /* node selection may depend on the node's name */
	DRY_SHAPE_RELATED = 1 << 5,             /* filtering depends on other pods */
	DRY_SHAPE_SCORED_BY_PODS = 1 << 6,      /* scoring depends on other pods or preferred node terms */
	DRY_SHAPE_ANTI_CARRIER = 1 << 7,        /* has required anti-affinity */
	DRY_SHAPE_TOLERATES_INTERRUPTION = 1 << 8
};

struct dry_shape_request {
	uint32_t resource;
	int64_t amount;                 /* > 0 */
};

/* A numbered inter-pod term: which pods match, in which topology. */
struct dry_term {
	dry_symbol topology_key;
	bool is_hostname;               /* topology_key is kubernetes.io/hostname */
	bool live_only;                 /* spread constraints: terminating pods do not count */
};

/* Pods that carry a term which acts on others: required anti-affinity, or a weight in scoring. */
struct dry_carrier {
	uint32_t term;
	int32_t weight;                 /* 1 for required affinity; preferred ones their own, anti negative */
	bool is_anti;                   /* required anti-affinity: repels instead of scoring */
};

struct dry_shape_spread {
	uint32_t term;
	int32_t max_skew;
	int32_t min_domains;
	bool matches_itself;
};

struct dry_shape_weight {
	uint32_t term;
	int32_t weight;
};

struct dry_shape {
	uint32_t flags;
	uint32_t request_count;
	const struct dry_shape_request *request;
	int64_t cpu, memory;            /* effective requests, 0 when absent */
	int64_t nonzero_cpu, nonzero_memory;    /* LeastAllocated's defaults applied */
	uint32_t gpu_resource;          /* a GPU that it requests, DRY_NONE */
	uint32_t hard_count, soft_count;
	const struct dry_shape_spread *hard, *soft;     /* DoNotSchedule, ScheduleAnyway */
	bool has_hostname_spread;       /* any constraint with the hostname key */
	uint32_t affinity_term;         /* pods that match all required affinity terms; DRY_NONE = no affinity */
	bool affinity_matches_itself;
	uint32_t affinity_key_count;
	const dry_symbol *affinity_key; /* topology keys of the required terms */
	uint32_t anti_count;
	const uint32_t *anti;           /* own required anti-affinity terms */
	uint32_t preferred_count;
	const struct dry_shape_weight *preferred;       /* own preferred terms; anti ones negative */
	uint32_t match_count;
	const uint32_t *match;          /* terms that its pods match: counted on their nodes */
	uint32_t carry_count;
	const uint32_t *carry;          /* carriers that its pods are: counted on their nodes */
	uint32_t repel_count;
	const uint32_t *repel;          /* carriers of required anti-affinity that it matches */
	uint32_t attract_count;
	const uint32_t *attract;        /* carriers whose weight scores it */
	uint32_t budget_count;
	const uint32_t *budget;         /* disruption budgets that select it */
	bool fastpath;                  /* no spread, no required anti-affinity but on the hostname */
};

struct dry_shapes {
	struct dry_arena arena;
	uint32_t class_count;
	const struct dry_shape *shape;
	uint32_t term_count;
	const struct dry_term *term;
	uint32_t carrier_count;
	const struct dry_carrier *carrier;
	dry_symbol hostname_key;        /* DRY_NONE when the input never names it */
	const char *const *resource_name;
	uint32_t resource_count;
};

struct dry_shapes_input {
	const struct dry_symbols *symbols;
	const struct dry_pod_class *pod_class;
	uint32_t class_count;
	const struct dry_disruption_budget *budget;
	uint32_t budget_count;
	const char *const *resource_name;
	uint32_t resource_count;
};

void dry_shapes_init(struct dry_shapes *shapes, const struct dry_shapes_input *input);
void dry_shapes_release(struct dry_shapes *shapes);

bool dry_is_gpu_resource(const char *name);
bool dry_label_selector_matches(const struct dry_label_selector *selector,
				const struct dry_label *label, uint32_t label_count);
/* Does any of the tolerations tolerate a taint of this key, value, effect? */
bool dry_tolerates(const struct dry_symbols *symbols, const struct dry_toleration *toleration,
		   uint32_t count, const char *key, const char *value, enum dry_taint_effect effect);

#endif
