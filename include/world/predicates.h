/*
 * kube-scheduler's PreFilter and Filter plugins over a list of nodes: what the
 * scheduler and the autoscaler both ask. A dry_prefilter is the state of one
 * pod class over one list of nodes; it is stale after any change to them.
 */
#ifndef DRY_WORLD_PREDICATES_H
#define DRY_WORLD_PREDICATES_H

#include "world/cluster.h"

enum dry_fit {
	DRY_FITS,
	DRY_NODE_UNSCHEDULABLE,
	DRY_TAINT_TOLERATION,
	DRY_NODE_AFFINITY,
	DRY_NODE_RESOURCES,
	DRY_SPREAD_LABEL,               /* PodTopologySpread: the node lacks the key */
	DRY_SPREAD_SKEW,                /* PodTopologySpread: constraints not satisfied */
	DRY_INTER_POD_AFFINITY,
	DRY_FIT_COUNT
};

/*
 * As kube-scheduler says it: "Insufficient cpu" needs the resource, so that case is "node(s) didn't
 * have enough resources".
 */
const char *dry_fit_reason(enum dry_fit fit);

struct dry_spread_state {
	int32_t minimum;                /* smallest count of a domain */
	uint32_t domains;               /* first index into the domain counts, by place; hostname: none */
};

struct dry_prefilter {
	uint32_t class_index;
	bool related;                   /* anything beyond the node itself matters */
	int32_t *spread_minimum;        /* one a hard constraint */
	int32_t *spread_domain;         /* [constraint * place_count + place]: pods in the place's domain */
	bool has_affinity_match;        /* some pod matches the required affinity somewhere */
	int32_t *affinity_domain;       /* [key * place_count + place] */
	bool *repelled;                 /* [repel * place_count + place] */
	bool *conflict;                 /* [anti * place_count + place] */
};

void dry_prefilter_make(struct dry_cluster *cluster, struct dry_prefilter *prefilter, uint32_t class_index,
			const uint32_t *list, uint32_t count);

/* The first failing plugin, or DRY_FITS. */
enum dry_fit dry_filter(struct dry_cluster *cluster, const struct dry_prefilter *prefilter, uint32_t slot);

/* Labels and taints of the place only (memoised): DRY_FITS, DRY_TAINT_TOLERATION or DRY_NODE_AFFINITY. */
enum dry_fit dry_static_fit(struct dry_cluster *cluster, uint32_t class_index, uint32_t place);

/* The class's node selector and required node affinity against a node. */
bool dry_node_affinity_matches(const struct dry_cluster *cluster, uint32_t class_index, uint32_t slot);
bool dry_node_term_matches(const struct dry_cluster *cluster, const struct dry_node_selector_term *term,
			   uint32_t place, uint32_t slot);

/* Value of a label of the place's nodes (any but hostname): text, or NULL. */
const char *dry_place_label(const struct dry_place *place, const char *key);
/* Places with the same value of the key have the same number; -1 = no such label. */
int32_t dry_place_domain(const struct dry_cluster *cluster, dry_symbol key, uint32_t place);

/* Resources alone. */
static inline bool dry_has_room(const struct dry_cluster *cluster, const struct dry_shape *shape, uint32_t slot)
{
	uint32_t i;

	if (cluster->free[DRY_RESOURCE_PODS][slot] < 1)
		return false;
	for (i = 0; i < shape->request_count; i++)
		if (shape->request[i].amount > cluster->free[shape->request[i].resource][slot])
			return false;
	return true;
}

#endif
