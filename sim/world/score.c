/* kube-scheduler's default scores (cluster-autoscaler.md 8.3): integers, truncating divisions. */
#include "score.h"

#include <math.h>
#include <string.h>

#include "base/assert.h"
#include "world/predicates.h"

static int64_t least_allocated(int64_t allocatable, int64_t requested)
{
	if (allocatable == 0 || requested > allocatable)
		return 0;
	return (allocatable - requested) * 100 / allocatable;
}

static int64_t balanced(double cpu, double cpu_allocatable, double memory, double memory_allocatable)
{
	double f = cpu_allocatable > 0 ? cpu / cpu_allocatable : 1.0;
	double g = memory_allocatable > 0 ? memory / memory_allocatable : 1.0;

	if (f > 1.0)
		f = 1.0;
	if (g > 1.0)
		g = 1.0;
	return (int64_t)((1.0 - fabs(f - g) / 2.0) * 100.0);
}

/* The balanced score of the node as it is does not depend on the class: kept until it changes. */
static int64_t balance_of_node(struct dry_cluster *cluster, uint32_t slot, double cpu, double cpu_allocatable,
			       double memory, double memory_allocatable)
{
	if (cluster->node_balance_version[slot] != cluster->node_version[slot] || cluster->in_snapshot) {
		cluster->node_balance[slot] =
			(int8_t)balanced(cpu, cpu_allocatable, memory, memory_allocatable);
		cluster->node_balance_version[slot] =
			cluster->in_snapshot ? cluster->node_version[slot] - 1 : cluster->node_version[slot];
	}
	return cluster->node_balance[slot];
}

int32_t dry_score_resources(struct dry_cluster *cluster, const struct dry_shape *shape, uint32_t slot)
{
	const struct dry_resources *allocatable =
		&cluster->group[cluster->node_group[slot]].spec->allocatable;
	int64_t cpu = allocatable->amount[DRY_RESOURCE_CPU];
	int64_t memory = allocatable->amount[DRY_RESOURCE_MEMORY];
	int64_t used_cpu = cpu - cluster->free[DRY_RESOURCE_CPU][slot];
	int64_t used_memory = memory - cluster->free[DRY_RESOURCE_MEMORY][slot];
	int64_t least = (least_allocated(cpu, cluster->nonzero_cpu[slot] + shape->nonzero_cpu) +
			 least_allocated(memory, cluster->nonzero_memory[slot] + shape->nonzero_memory)) / 2;
	int64_t with, without;

	if (!shape->cpu && !shape->memory)
		return (int32_t)least;
	with = balanced((double)(used_cpu + shape->cpu), (double)cpu,
			(double)(used_memory + shape->memory), (double)memory);
	if (cluster->spec.absolute_balanced_score)
		return (int32_t)(least + with);
	without = balance_of_node(cluster, slot, (double)used_cpu, (double)cpu, (double)used_memory,
				  (double)memory);
	return (int32_t)(least + 50 + (50 + with - without) / 2);
}

uint32_t dry_score_group_taints(const struct dry_cluster *cluster, uint32_t class_index, uint32_t group_index)
{
	const struct dry_pod_class *class = &cluster->spec.pod_class[class_index];
	const struct dry_node_group *spec = cluster->group[group_index].spec;
	const struct dry_symbols *symbols = cluster->spec.symbols;
	uint32_t i, n = 0;

	for (i = 0; i < spec->taint_count; i++)
		if (spec->taint[i].effect == DRY_EFFECT_PREFER_NO_SCHEDULE &&
		    !dry_tolerates(symbols, class->toleration, class->toleration_count,
				   dry_symbols_text(symbols, spec->taint[i].key),
				   dry_symbols_text(symbols, spec->taint[i].value),
				   DRY_EFFECT_PREFER_NO_SCHEDULE))
			n++;
	return n;
}

uint32_t dry_score_soft_taints(const struct dry_cluster *cluster, uint32_t class_index, uint32_t slot)
{
	uint32_t n = dry_score_group_taints(cluster, class_index, cluster->node_group[slot]);

	if (cluster->node_flags[slot] & DRY_NODE_CANDIDATE &&
	    !(cluster->shapes->shape[class_index].flags & DRY_SHAPE_TOLERATES_CANDIDATE))
		n++;
	return n;
}

static void score_taints(struct dry_cluster *cluster, uint32_t class_index, const uint32_t *feasible,
			 uint32_t count, int64_t *score)
{
	int64_t *taints = dry_arena_array(&cluster->prefilter, count, sizeof(*taints));
	int64_t most = 0;
	uint32_t i;

	for (i = 0; i < count; i++) {
		taints[i] = dry_score_soft_taints(cluster, class_index, feasible[i]);
		most = taints[i] > most ? taints[i] : most;
	}
	for (i = 0; i < count; i++)
		score[i] += 3 * (most ? 100 - 100 * taints[i] / most : 100);
}

static void score_node_affinity(struct dry_cluster *cluster, uint32_t class_index, const uint32_t *feasible,
				uint32_t count, int64_t *score)
{
	const struct dry_pod_class *class = &cluster->spec.pod_class[class_index];
	int64_t *weight, most = 0;
	uint32_t i, k;

	if (!class->preferred_node_count)
		return;
	weight = dry_arena_array(&cluster->prefilter, count, sizeof(*weight));
	for (i = 0; i < count; i++) {
		for (k = 0; k < class->preferred_node_count; k++)
			if (dry_node_term_matches(cluster, &class->preferred_node[k].term,
						  cluster->node_place[feasible[i]], feasible[i]))
				weight[i] += class->preferred_node[k].weight;
		most = weight[i] > most ? weight[i] : most;
	}
	for (i = 0; most && i < count; i++)
		score[i] += 2 * (100 * weight[i] / most);
}

static int32_t live_matches(const struct dry_cluster *cluster, uint32_t slot, uint32_t term)
{
	return cluster->match_live_count[(size_t)slot * cluster->shapes->term_count + term];
}

static bool has_soft_keys(const struct dry_cluster *cluster, const struct dry_shape *shape, uint32_t place)
{
	uint32_t c;

	for (c = 0; c < shape->soft_count; c++) {
		const struct dry_term *term = &cluster->shapes->term[shape->soft[c].term];

		if (!term->is_hostname && dry_place_domain(cluster, term->topology_key, place) < 0)
			return false;
	}
	return true;
}

/* Adds one ScheduleAnyway constraint to value; ok = nodes that have all keys. */
static void add_soft_spread(struct dry_cluster *cluster, uint32_t class_index, uint32_t constraint,
			    const uint32_t *feasible, uint32_t feasible_count, const uint32_t *list,
			    uint32_t count, const bool *ok, const bool *place_ok, double *value)
{
	const struct dry_shape_spread *spread = &cluster->shapes->shape[class_index].soft[constraint];
	const struct dry_term *term = &cluster->shapes->term[spread->term];
	uint32_t places = cluster->place_count, domains = 0, i;
	int64_t *pods = dry_arena_array(&cluster->prefilter, places, sizeof(*pods));
	bool *seen = dry_arena_array(&cluster->prefilter, places, sizeof(*seen));
	double weight;

	for (i = 0; i < feasible_count; i++) {
		int32_t d;

		if (!ok[i])
			continue;
		if (term->is_hostname) {
			domains++;
			continue;
		}
		d = dry_place_domain(cluster, term->topology_key, cluster->node_place[feasible[i]]);
		domains += !seen[d];
		seen[d] = true;
	}
	for (i = 0; !term->is_hostname && i < count; i++) {
		uint32_t place = cluster->node_place[list[i]];
		int32_t d = dry_place_domain(cluster, term->topology_key, place);

		if (place_ok[place] && seen[d] && dry_node_affinity_matches(cluster, class_index, list[i]))
			pods[d] += live_matches(cluster, list[i], spread->term);
	}
	weight = log((double)domains + 2.0);
	for (i = 0; i < feasible_count; i++) {
		int64_t n;

		if (!ok[i])
			continue;
		n = term->is_hostname ? live_matches(cluster, feasible[i], spread->term)
				      : pods[dry_place_domain(cluster, term->topology_key,
							      cluster->node_place[feasible[i]])];
		value[i] += (double)n * weight + (double)(spread->max_skew - 1);
	}
}

static void score_spread(struct dry_cluster *cluster, uint32_t class_index, const uint32_t *feasible,
			 uint32_t feasible_count, const uint32_t *list, uint32_t count, int64_t *score)
{
	const struct dry_shape *shape = &cluster->shapes->shape[class_index];
	double *value = dry_arena_array(&cluster->prefilter, feasible_count, sizeof(*value));
	bool *ok = dry_arena_array(&cluster->prefilter, feasible_count, sizeof(*ok));
	bool *place_ok = dry_arena_array(&cluster->prefilter, cluster->place_count, sizeof(*place_ok));
	int64_t most = INT64_MIN, least = INT64_MAX;
	uint32_t i;

	for (i = 0; i < cluster->place_count; i++)
		place_ok[i] = has_soft_keys(cluster, shape, i);
	for (i = 0; i < feasible_count; i++)
		ok[i] = place_ok[cluster->node_place[feasible[i]]];
	for (i = 0; i < shape->soft_count; i++)
		add_soft_spread(cluster, class_index, i, feasible, feasible_count, list, count, ok, place_ok,
				value);
	for (i = 0; i < feasible_count; i++) {
		int64_t rounded = (int64_t)floor(value[i] + 0.5);

		if (!ok[i])
			continue;
		most = rounded > most ? rounded : most;
		least = rounded < least ? rounded : least;
	}
	for (i = 0; i < feasible_count; i++)
		if (ok[i])
			score[i] += 2 * (most ? 100 * (most + least - (int64_t)floor(value[i] + 0.5)) / most
					      : 100);
}

/* Adds weight * (pods of the column) in each node's domain of the term to x. Returns whether any pod counted. */
static bool add_domain_weight(struct dry_cluster *cluster, const int32_t *column, uint32_t stride,
			      uint32_t index, uint32_t term_index, int64_t weight, const uint32_t *feasible,
			      uint32_t feasible_count, const uint32_t *list, uint32_t count, int64_t *x)
{
	const struct dry_term *term = &cluster->shapes->term[term_index];
	int64_t *pods = dry_arena_array(&cluster->prefilter, cluster->place_count, sizeof(*pods));
	bool any = false;
	uint32_t i;

	for (i = 0; i < count; i++) {
		int32_t n = column[(size_t)list[i] * stride + index];
		int32_t d;

		if (!n)
			continue;
		if (term->is_hostname) {
			any = true;
			continue;
		}
		d = dry_place_domain(cluster, term->topology_key, cluster->node_place[list[i]]);
		if (d >= 0) {
			pods[d] += n;
			any = true;
		}
	}
	for (i = 0; any && i < feasible_count; i++) {
		int32_t d;

		if (term->is_hostname) {
			x[i] += weight * column[(size_t)feasible[i] * stride + index];
			continue;
		}
		d = dry_place_domain(cluster, term->topology_key, cluster->node_place[feasible[i]]);
		if (d >= 0)
			x[i] += weight * pods[d];
	}
	return any;
}

static void score_pods(struct dry_cluster *cluster, uint32_t class_index, const uint32_t *feasible,
		       uint32_t feasible_count, const uint32_t *list, uint32_t count, int64_t *score)
{
	const struct dry_shapes *shapes = cluster->shapes;
	const struct dry_shape *shape = &shapes->shape[class_index];
	int64_t *x = dry_arena_array(&cluster->prefilter, feasible_count, sizeof(*x));
	int64_t most = INT64_MIN, least = INT64_MAX;
	bool any = false;
	uint32_t i;

	for (i = 0; i < shape->preferred_count; i++)
		any |= add_domain_weight(cluster, cluster->match_count, shapes->term_count,
					 shape->preferred[i].term, shape->preferred[i].term,
					 shape->preferred[i].weight, feasible, feasible_count, list, count, x);
	for (i = 0; i < shape->attract_count; i++)
		any |= add_domain_weight(cluster, cluster->carry_count, shapes->carrier_count, shape->attract[i],
					 shapes->carrier[shape->attract[i]].term,
					 shapes->carrier[shape->attract[i]].weight, feasible, feasible_count,
					 list, count, x);
	if (!any)
		return;
	for (i = 0; i < feasible_count; i++) {
		most = x[i] > most ? x[i] : most;
		least = x[i] < least ? x[i] : least;
	}
	for (i = 0; most != least && i < feasible_count; i++)
		score[i] += 2 * (int64_t)(100.0 * ((double)(x[i] - least) / (double)(most - least)));
}

void dry_score_all(struct dry_cluster *cluster, uint32_t class_index, const uint32_t *feasible,
		   uint32_t feasible_count, const uint32_t *list, uint32_t count, int64_t *score)
{
	const struct dry_shape *shape = &cluster->shapes->shape[class_index];
	uint32_t i;

	for (i = 0; i < feasible_count; i++)
		score[i] = dry_score_resources(cluster, shape, feasible[i]);
	score_taints(cluster, class_index, feasible, feasible_count, score);
	score_node_affinity(cluster, class_index, feasible, feasible_count, score);
	if (shape->soft_count)
		score_spread(cluster, class_index, feasible, feasible_count, list, count, score);
	if (shape->preferred_count || shape->attract_count)
		score_pods(cluster, class_index, feasible, feasible_count, list, count, score);
}
