/*
 * Models estimator/binpacking_estimator.go, decreasing_pod_orderer.go and the
 * thresholds as of 1.36.1: how many nodes of a group the pods would take. Left
 * out: limits on real time. Cases: pack-*, pinned/pack-*, place-spread-host.
 */
#include <stdlib.h>
#include <string.h>

#include "base/assert.h"
#include "ca.h"

struct estimate {
	struct dry_autoscaler *ca;
	uint32_t group_index;
	struct ca_equivalence **group;  /* by score */
	uint32_t group_count;
	uint32_t fast;                  /* index of the fast-path group, DRY_NONE */
	uint32_t first_fresh;           /* list index of the first node made here */
	uint32_t last;                  /* newest slot, DRY_NONE */
	uint32_t mark;                  /* nodes that hold a pod of this estimation */
	int64_t limit, granted;
	bool may_add;
	int32_t used, assumed;
	struct ca_option *option;
	uint64_t *failed_at;            /* class -> mark of the estimation and end of the list when part A failed */
};

struct scored {
	double score;
	uint32_t place;
	struct ca_equivalence *group;
};

static int by_score(const void *a, const void *b)
{
	const struct scored *x = a, *y = b;

	if (x->score != y->score)
		return x->score > y->score ? -1 : 1;
	return x->place < y->place ? -1 : x->place > y->place;
}

static double pod_score(const struct estimate *e, uint32_t class_index)
{
	const struct dry_resources *allocatable = &world_group(e->ca, e->group_index)->spec->allocatable;
	const struct dry_shape *shape = &e->ca->cluster->shapes->shape[class_index];
	double score = 0;

	if (allocatable->amount[DRY_RESOURCE_CPU])
		score += (double)shape->cpu / (double)allocatable->amount[DRY_RESOURCE_CPU];
	if (allocatable->amount[DRY_RESOURCE_MEMORY])
		score += (double)shape->memory / (double)allocatable->amount[DRY_RESOURCE_MEMORY];
	return score;
}

static void order_groups(struct estimate *e, const uint32_t *fitting, uint32_t count)
{
	struct dry_arena *arena = &e->ca->cluster->scratch;
	struct scored *list = dry_arena_array(arena, count, sizeof(*list));
	uint32_t i;

	for (i = 0; i < count; i++) {
		list[i].group = &e->ca->equivalence[fitting[i]];
		list[i].score = pod_score(e, list[i].group->class_index);
		list[i].place = i;
	}
	qsort(list, count, sizeof(*list), by_score);
	e->group = dry_arena_array(arena, count, sizeof(*e->group));
	for (i = 0; i < count; i++)
		e->group[i] = list[i].group;
	e->group_count = count;
}

static void lower_limit(int64_t *limit, int64_t value)
{
	if (value != 0 && value < *limit)
		*limit = value;
}

static int64_t node_limit(const struct estimate *e)
{
	const struct dry_autoscaler *ca = e->ca;
	const struct dry_group *group = world_group(ca, e->group_index);
	int64_t limit = INT64_MAX, room = group->spec->max_size - group->target;
	uint32_t i;

	if (room < 0)
		room = 0;
	for (i = 0; i < e->option->similar_count; i++) {
		const struct dry_group *other = world_group(ca, e->option->similar[i]);

		if (other->spec->max_size > other->target)
			room += other->spec->max_size - other->target;
	}
	lower_limit(&limit, ca->options->max_nodes_per_scaleup);
	lower_limit(&limit, room ? room : -1);
	if (ca->options->max_nodes_total > 0) {
		int64_t left = ca->options->max_nodes_total - (int64_t)ca->snapshot_nodes;

		lower_limit(&limit, left > 0 ? left : -1);
	}
	return limit;
}

static void place_pod(struct estimate *e, uint32_t pod, uint32_t slot)
{
	dry_snapshot_add_pod(e->ca->cluster, pod, slot);
	if (e->ca->cluster->node_mark[slot] != e->mark) {
		e->ca->cluster->node_mark[slot] = e->mark;
		e->used++;
	}
	e->option->pod[e->option->pod_count++] = pod;
}

static void add_node(struct estimate *e)
{
	e->granted++;
	e->last = dry_snapshot_add_fake(e->ca->cluster, e->ca->group[e->group_index].template_place);
}

/* Part A: nodes made in this estimation. Returns how many pods of the group it placed. */
static uint32_t fill_gaps(struct estimate *e, const struct ca_equivalence *group)
{
	struct dry_cluster *cluster = e->ca->cluster;
	const struct dry_shape *shape = &cluster->shapes->shape[group->class_index];
	bool memo = !(shape->flags & DRY_SHAPE_RELATED) && !e->ca->setup.plain_scan;
	uint32_t k = 0, first = e->first_fresh;

	while (k < group->pod_count) {
		uint32_t slot, from = first;

		/* older nodes refused this class and only got fuller since */
		if (memo && e->failed_at[group->class_index] >> 32 == e->mark)
			from = (uint32_t)e->failed_at[group->class_index];
		slot = dry_snapshot_scan_range(cluster, group->class_index, from, cluster->list_count, NULL, NULL);
		if (slot == DRY_NONE) {
			if (memo)
				e->failed_at[group->class_index] = (uint64_t)e->mark << 32 |
								   cluster->list_count;
			break;
		}
		place_pod(e, group->pod[k++], slot);
	}
	return k;
}

static bool not_newest(const void *context, const struct dry_cluster *cluster, uint32_t slot)
{
	(void)cluster;
	return slot != *(const uint32_t *)context;
}

/* Part B: the newest node, then new ones. */
static void add_nodes(struct estimate *e, const struct ca_equivalence *group, uint32_t k)
{
	struct dry_cluster *cluster = e->ca->cluster;
	const struct dry_shape *shape = &cluster->shapes->shape[group->class_index];

	for (; k < group->pod_count; k++) {
		uint32_t pod = group->pod[k];

		if (e->last != DRY_NONE) {
			enum dry_fit fit = dry_snapshot_check(cluster, group->class_index, e->last);

			if (fit == DRY_FITS) {
				place_pod(e, pod, e->last);
				continue;
			}
			if (fit == DRY_SPREAD_SKEW && shape->has_hostname_spread &&
			    !e->ca->options->no_hostname_spread_branch) {
				uint32_t slot = dry_snapshot_scan(cluster, group->class_index, not_newest,
								  &e->last);

				if (slot != DRY_NONE) {
					place_pod(e, pod, slot);
					continue;
				}
			}
			if (cluster->node_mark[e->last] != e->mark)
				return;         /* an empty new node did not help */
		}
		if (e->granted >= e->limit) {
			e->may_add = false;
			return;
		}
		add_node(e);
		if (dry_snapshot_check(cluster, group->class_index, e->last) != DRY_FITS)
			return;
		place_pod(e, pod, e->last);
	}
}

/* --- the fast path --- */

static int64_t ceil_div(int64_t a, int64_t b)
{
	return (a + b - 1) / b;
}

static int64_t saved_simulations(const struct estimate *e, const struct ca_equivalence *group)
{
	const struct dry_resources *capacity = &world_group(e->ca, e->group_index)->spec->capacity;
	const struct dry_pod_class *class = &e->ca->cluster->spec.pod_class[group->class_index];
	const struct dry_shape *shape = &e->ca->cluster->shapes->shape[group->class_index];
	int64_t nodes = 0, pods = group->pod_count;
	uint32_t r, i;

	for (r = DRY_RESOURCE_CPU; r <= DRY_RESOURCE_MEMORY; r++)
		if (class->main.amount[r] > 0 && capacity->amount[r] > 0) {
			int64_t need = ceil_div(pods * class->main.amount[r], capacity->amount[r]);

			nodes = need > nodes ? need : nodes;
		}
	for (i = 0; i < shape->anti_count; i++) {
		uint32_t k;

		for (k = 0; k < shape->match_count; k++)
			if (shape->match[k] == shape->anti[i] && pods > nodes)
				nodes = pods;
	}
	return nodes ? pods - pods / nodes : 0;
}

static void choose_fast(struct estimate *e)
{
	int64_t best = 0;
	uint32_t i, chosen = DRY_NONE;
	struct ca_equivalence *group;

	for (i = 0; i < e->group_count; i++) {
		int64_t saved;

		if (!e->ca->cluster->shapes->shape[e->group[i]->class_index].fastpath)
			continue;
		saved = saved_simulations(e, e->group[i]);
		if (chosen == DRY_NONE || saved >= best) {
			best = saved;
			chosen = i;
		}
	}
	if (chosen == DRY_NONE)
		return;
	group = e->group[chosen];
	for (i = chosen; i + 1 < e->group_count; i++)
		e->group[i] = e->group[i + 1];
	e->fast = e->group_count - 1;
	e->group[e->fast] = group;
}

static void add_nodes_fast(struct estimate *e, const struct ca_equivalence *group, uint32_t k)
{
	struct dry_cluster *cluster = e->ca->cluster;
	uint32_t left = group->pod_count - k, m = 0, i, nodes;

	if (!left || e->granted >= e->limit)
		return;
	add_node(e);
	while (m < left && dry_snapshot_check(cluster, group->class_index, e->last) == DRY_FITS)
		place_pod(e, group->pod[k + m++], e->last);
	if (!m)
		return;
	nodes = (uint32_t)ceil_div(left, m);
	for (i = 1; i < nodes && e->granted < e->limit; i++) {
		uint32_t n;

		e->granted++;
		e->assumed++;
		for (n = 0; n < m && i * m + n < left; n++)
			e->option->pod[e->option->pod_count++] = group->pod[k + i * m + n];
	}
}

/* Fills option->pod and returns the number of nodes. */
int32_t ca_estimate(struct dry_autoscaler *ca, struct ca_option *option, const uint32_t *fitting,
		    uint32_t fitting_count)
{
	struct dry_cluster *cluster = ca->cluster;
	struct estimate e = { .ca = ca, .group_index = option->group_index, .option = option,
			      .fast = DRY_NONE, .last = DRY_NONE, .may_add = true };
	uint32_t mark = dry_snapshot_mark(cluster), i, pods = 0;

	order_groups(&e, fitting, fitting_count);
	for (i = 0; i < fitting_count; i++)
		pods += e.group[i]->pod_count;
	option->pod = dry_arena_array(&cluster->scratch, pods + 1, sizeof(*option->pod));
	option->pod_count = 0;
	e.limit = node_limit(&e);
	e.mark = ++ca->marks;
	e.first_fresh = cluster->list_count;
	e.failed_at = ca->class_memo;
	if (ca->options->fastpath_binpacking_enabled)
		choose_fast(&e);
	for (i = 0; i < e.group_count; i++) {
		uint32_t k = fill_gaps(&e, e.group[i]);

		if (!e.may_add)
			continue;
		if (i == e.fast)
			add_nodes_fast(&e, e.group[i], k);
		else
			add_nodes(&e, e.group[i], k);
	}
	dry_snapshot_revert(cluster, mark);
	return e.used + e.assumed;
}
