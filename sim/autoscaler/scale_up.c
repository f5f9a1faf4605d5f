/*
 * Models core/scaleup/orchestrator (orchestrator.go, executor.go), resourcequotas
 * and the salvo of core/static_autoscaler.go as of 1.36.1. Left out:
 * autoprovisioning, provisioning requests. Cases: up-*, limit-*, size-*, salvo.
 */
#include <stdlib.h>
#include <string.h>

#include "base/assert.h"
#include "ca.h"

/* --- quotas --- */

static int64_t cores_of(const struct dry_group *group)
{
	return (group->spec->capacity.amount[DRY_RESOURCE_CPU] + 999) / 1000;
}

static const char *gpu_type(const struct dry_autoscaler *ca, const struct dry_group *group)
{
	const struct dry_place *place = &ca->cluster->place[group - ca->cluster->group];
	const char *type = dry_place_label(place, "k8s.amazonaws.com/accelerator");

	if (!type)
		type = dry_place_label(place, "cloud.google.com/gke-accelerator");
	return type;
}

int64_t ca_gpus_of(const struct dry_autoscaler *ca, const struct dry_group *group, uint32_t limit)
{
	const char *type = gpu_type(ca, group);

	if (!type || group->gpu_resource == DRY_NONE || strcmp(type, ca->options->gpu_total[limit].type))
		return 0;
	return group->spec->capacity.amount[group->gpu_resource];
}

void ca_count_usage(struct dry_autoscaler *ca, struct ca_usage *usage)
{
	struct dry_cluster *cluster = ca->cluster;
	int64_t *nodes = dry_arena_array(&cluster->scratch, (size_t)cluster->group_count + 1, sizeof(*nodes));
	uint32_t g, i, k;

	memset(usage, 0, sizeof(*usage));
	for (i = 0; i < cluster->list_count; i++)
		nodes[cluster->node_group[cluster->list[i]]]++;
	for (g = 0; g < cluster->group_count; g++) {
		const struct dry_group *group = &cluster->group[g];

		usage->cores += nodes[g] * cores_of(group);
		usage->bytes += nodes[g] * group->spec->capacity.amount[DRY_RESOURCE_MEMORY];
		for (k = 0; nodes[g] && k < ca->options->gpu_total_count && k < 8; k++)
			usage->gpus[k] += nodes[g] * ca_gpus_of(ca, group, k);
	}
}

static void cap(int32_t *want, int64_t limit, int64_t usage, int64_t per_node, const char *name,
		const char **reason)
{
	int64_t left = limit > usage ? limit - usage : 0;

	if (per_node > 0 && left / per_node < *want) {
		*want = (int32_t)(left / per_node);
		if (reason)
			*reason = name;
	}
}

int32_t ca_quota(struct dry_autoscaler *ca, uint32_t g, int32_t want, const char **reason)
{
	const struct dry_group *group = world_group(ca, g);
	const struct dry_options *o = ca->options;
	uint32_t k;

	if (!ca_rule_on(ca, CA_RULE_QUOTAS))
		return want;
	cap(&want, o->cores_total.max, ca->usage.cores, cores_of(group), "cores-total", reason);
	cap(&want, o->memory_total.max * (INT64_C(1) << 30), ca->usage.bytes,
	    group->spec->capacity.amount[DRY_RESOURCE_MEMORY], "memory-total", reason);
	for (k = 0; k < o->gpu_total_count && k < 8; k++)
		cap(&want, o->gpu_total[k].limit.max, ca->usage.gpus[k], ca_gpus_of(ca, group, k), "gpu-total",
		    reason);
	return want;
}

static void use_quota(struct dry_autoscaler *ca, uint32_t g, int32_t count)
{
	const struct dry_group *group = world_group(ca, g);
	uint32_t k;

	ca->usage.cores += count * cores_of(group);
	ca->usage.bytes += count * group->spec->capacity.amount[DRY_RESOURCE_MEMORY];
	for (k = 0; k < ca->options->gpu_total_count && k < 8; k++)
		ca->usage.gpus[k] += count * ca_gpus_of(ca, group, k);
}

/* --- which groups, which pods --- */

/* As upstream names it: by the resource of the limit. */
static const char *limit_reason(const char *limit)
{
	if (!strcmp(limit, "cores-total"))
		return "max cluster cpu limit reached";
	return !strcmp(limit, "memory-total") ? "max cluster memory limit reached" : "max cluster gpu limit reached";
}

static const char *skip_reason(struct dry_autoscaler *ca, uint32_t g)
{
	const struct dry_group *group = world_group(ca, g);
	bool atomic = group->spec->options.zero_or_max_node_scaling;
	int32_t want = atomic ? group->spec->max_size - group->target : 1;
	const char *limit = NULL;

	if (!ca_is_group_healthy(ca, g))
		return "not ready for scale-up";
	if (ca_in_backoff(ca, g))
		return "in backoff after failed scale-up";
	if (group->target >= group->spec->max_size)
		return "max node group size reached";
	if (atomic && ca->options->max_nodes_total > 0 &&
	    (int64_t)ca->snapshot_nodes + want > ca->options->max_nodes_total)
		return "atomic scale-up exceeds cluster node count limit";
	if (ca_quota(ca, g, want, &limit) < want)
		return limit_reason(limit);
	return NULL;
}

static void find_valid_groups(struct dry_autoscaler *ca)
{
	uint32_t g;

	ca->valid = dry_arena_array(&ca->cluster->scratch, ca->group_count + 1, sizeof(*ca->valid));
	ca->valid_count = 0;
	for (g = 0; g < ca->group_count; g++) {
		const char *reason = skip_reason(ca, g);

		if (!reason)
			ca->valid[ca->valid_count++] = g;
		else if (ca->notes)
			ca_note(ca, DRY_NOTE_GROUP_SKIPPED, g, DRY_NONE, DRY_NONE, reason, NAN,
				world_group(ca, g)->target, world_group(ca, g)->spec->max_size);
	}
}

/*
 * The fit of a class on the fresh node, asked once for all its equivalence
 * groups unless it depends on other pods: answer is fit + 1, 0 = not asked.
 */
static enum dry_fit fit_on_fresh(struct dry_autoscaler *ca, uint32_t class_index, uint32_t slot, uint8_t *answer)
{
	if (ca->cluster->shapes->shape[class_index].flags & DRY_SHAPE_RELATED)
		return dry_snapshot_check(ca->cluster, class_index, slot);
	if (!answer[class_index])
		answer[class_index] = (uint8_t)(dry_snapshot_check(ca->cluster, class_index, slot) + 1);
	return (enum dry_fit)(answer[class_index] - 1);
}

static void find_fitting(struct dry_autoscaler *ca)
{
	uint32_t classes = ca->cluster->shapes->class_count;
	uint8_t *answer = dry_arena_array(&ca->cluster->scratch, (size_t)classes + 1, 1);
	struct dry_cluster *cluster = ca->cluster;
	uint32_t i, k;

	ca->fitting = dry_arena_array(&cluster->scratch, (size_t)ca->group_count * ca->equivalence_count + 1,
				      sizeof(*ca->fitting));
	ca->fitting_count = dry_arena_array(&cluster->scratch, ca->group_count + 1, sizeof(uint32_t));
	for (i = 0; i < ca->valid_count; i++) {
		uint32_t g = ca->valid[i], mark = dry_snapshot_mark(cluster);
		uint32_t slot = dry_snapshot_add_fake(cluster, ca->group[g].template_place);
		uint32_t *list = &ca->fitting[(size_t)g * ca->equivalence_count];

		memset(answer, 0, classes);
		for (k = 0; k < ca->equivalence_count; k++) {
			const struct ca_equivalence *e = &ca->equivalence[k];
			enum dry_fit fit = fit_on_fresh(ca, e->class_index, slot, answer);

			if (fit == DRY_FITS)
				list[ca->fitting_count[g]++] = k;
			else if (ca->notes)
				ca_note(ca, DRY_NOTE_POD_DOES_NOT_FIT, g, DRY_NONE, e->pod[0],
					dry_fit_reason(fit), NAN, e->pod_count, fit);
		}
		dry_snapshot_revert(cluster, mark);
	}
}

static void note_option(struct dry_autoscaler *ca, const struct ca_option *option)
{
	uint32_t i;

	if (!ca->notes)
		return;
	ca_note(ca, DRY_NOTE_OPTION, option->group_index, DRY_NONE, DRY_NONE, NULL, NAN, option->node_count,
		option->pod_count);
	for (i = 0; i < option->pod_count; i++)
		ca_note(ca, DRY_NOTE_OPTION_POD, option->group_index, DRY_NONE, option->pod[i], NULL, NAN, 0, 0);
}

static uint32_t make_options(struct dry_autoscaler *ca, struct ca_option *option)
{
	uint32_t i, n = 0;

	for (i = 0; i < ca->valid_count; i++) {
		uint32_t g = ca->valid[i];
		struct ca_option *o = &option[n];

		memset(o, 0, sizeof(*o));
		o->group_index = g;
		o->score = NAN;
		if (!ca->fitting_count[g])
			continue;
		if (ca->options->balance_similar_node_groups) {
			o->similar = dry_arena_array(&ca->cluster->scratch, ca->valid_count + 1,
						     sizeof(*o->similar));
			o->similar_count = ca_similar_groups(ca, g, o->similar);
		}
		o->node_count = ca_estimate(ca, o, &ca->fitting[(size_t)g * ca->equivalence_count],
					    ca->fitting_count[g]);
		if (world_group(ca, g)->spec->options.zero_or_max_node_scaling && o->node_count > 0)
			o->node_count = world_group(ca, g)->spec->max_size;
		if (o->node_count > 0 && o->pod_count > 0) {
			note_option(ca, o);
			n++;
		}
	}
	return n;
}

/* --- execution --- */

static uint32_t cap_by_quota(struct dry_autoscaler *ca, struct ca_plan_part *plan, uint32_t count)
{
	uint32_t i, n = 0;

	for (i = 0; i < count; i++) {
		const char *reason = NULL;
		int32_t granted = ca_quota(ca, plan[i].group_index, plan[i].count, &reason);

		if (granted < plan[i].count && ca->notes)
			ca_note(ca, DRY_NOTE_CAPPED, plan[i].group_index, DRY_NONE, DRY_NONE, reason, NAN,
				plan[i].count, granted);
		use_quota(ca, plan[i].group_index, granted);
		if (granted > 0) {
			plan[n] = plan[i];
			plan[n++].count = granted;
		}
	}
	return n;
}

static bool execute(struct dry_autoscaler *ca, const struct ca_plan_part *plan, uint32_t count)
{
	bool failed = false;
	uint32_t i;

	ca->tried_scale_up = ca->tried_scale_up || count > 0;
	for (i = 0; i < count; i++) {
		uint32_t g = plan[i].group_index;
		int32_t from = world_group(ca, g)->target;
		const char *error;

		if (ca->notes)
			ca_note(ca, DRY_NOTE_PLAN, g, DRY_NONE, DRY_NONE, NULL, NAN, from,
				from + plan[i].count);
		error = dry_cloud_increase(ca->cluster, g, plan[i].count);
		if (error) {
			ca_fail(ca, g, error);
			failed = true;
			if (!ca->options->parallel_scale_up)
				return false;
			continue;
		}
		ca_register_scale_up(ca, g, plan[i].count);
	}
	return !failed;
}

static bool cap_by_nodes_total(struct dry_autoscaler *ca, uint32_t g, int32_t *count)
{
	int64_t left = ca->options->max_nodes_total - (int64_t)ca->snapshot_nodes;

	if (ca->options->max_nodes_total <= 0 || *count <= left)
		return true;
	if (ca->notes)
		ca_note(ca, DRY_NOTE_CAPPED, g, DRY_NONE, DRY_NONE, "max-nodes-total", NAN, *count,
			left > 0 ? left : 0);
	if (left < 1)
		return false;
	*count = (int32_t)left;
	return true;
}

/* --- where the pods stand that this loop could not help --- */

static bool could_ever_take(struct dry_autoscaler *ca, uint32_t g, uint32_t class_index)
{
	const struct dry_shape *shape = &ca->cluster->shapes->shape[class_index];
	const struct dry_group *group = world_group(ca, g);
	uint32_t i;

	if (dry_static_fit(ca->cluster, class_index, ca->group[g].template_place) != DRY_FITS)
		return false;
	for (i = 0; i < shape->request_count; i++) {
		uint32_t r = shape->request[i].resource;

		if (shape->request[i].amount >
		    group->spec->allocatable.amount[r] - template_place(ca, g)->daemon_request.amount[r])
			return false;
	}
	return true;
}

static uint32_t *wait_counter(struct dry_autoscaler *ca, uint32_t class_index)
{
	bool any = false, at_max = true, held = false;
	uint32_t g;

	for (g = 0; g < ca->group_count; g++) {
		if (!could_ever_take(ca, g, class_index))
			continue;
		any = true;
		if (world_group(ca, g)->target < world_group(ca, g)->spec->max_size)
			at_max = false;
		held = held || ca_in_backoff(ca, g) || !ca_is_group_healthy(ca, g);
	}
	if (!any)
		return &ca->waits.never_fits;
	if (at_max)
		return &ca->waits.at_max;
	return held ? &ca->waits.backoff : &ca->waits.other;
}

static void count_waits(struct dry_autoscaler *ca, const struct ca_option *best)
{
	uint32_t taken = best ? best->pod_count : 0, i, **counter;

	ca->waits.on_the_way += taken;
	if (taken >= ca->pending_count)
		return;
	counter = dry_arena_array(&ca->cluster->scratch, (size_t)ca->cluster->shapes->class_count + 1,
				  sizeof(*counter));
	for (i = 0; i < ca->equivalence_count; i++) {
		const struct ca_equivalence *e = &ca->equivalence[i];

		if (!counter[e->class_index])
			counter[e->class_index] = wait_counter(ca, e->class_index);
		*counter[e->class_index] += e->pod_count;
	}
	/* pods of the option were counted twice: by their own group's cause */
	for (i = 0; best && i < best->pod_count; i++) {
		uint32_t *own = wait_counter(ca, ca->cluster->pod[best->pod[i]].class_index);

		*own -= *own > 0;
	}
}

/* Nodes that limits count: up to 1.34 only ready and upcoming ones. */
static uint32_t counted_nodes(const struct dry_autoscaler *ca)
{
	uint32_t g, n = ca->ready_count;

	if (!ca->options->limits_count_ready_only)
		return ca->cluster->list_count;
	for (g = 0; g < ca->group_count; g++)
		n += ca->group[g].upcoming_count;
	return n;
}

/* One scale-up; true on success, with the option taken and the plan executed. */
static bool scale_up_once(struct dry_autoscaler *ca, struct ca_option *best, struct ca_plan_part *plan,
			  uint32_t *plan_count)
{
	struct dry_arena *arena = &ca->cluster->scratch;
	struct ca_option *option = dry_arena_array(arena, ca->group_count + 1, sizeof(*option));
	const char *reason = NULL;
	uint32_t count, g;
	int32_t nodes, granted;

	ca->snapshot_nodes = counted_nodes(ca);
	ca_count_usage(ca, &ca->usage);
	ca_build_equivalence(ca);
	find_valid_groups(ca);
	find_fitting(ca);
	count = make_options(ca, option);
	if (!count) {
		if (ca->notes)
			ca_note(ca, DRY_NOTE_NO_SCALE_UP, DRY_NONE, DRY_NONE, DRY_NONE, "no expansion options", NAN,
				0, 0);
		count_waits(ca, NULL);
		return false;
	}
	*best = option[ca_expand(ca, option, count)];
	if (ca->notes)
		ca_note(ca, DRY_NOTE_BEST_OPTION, best->group_index, DRY_NONE, DRY_NONE, NULL, best->score,
			best->node_count, best->pod_count);
	nodes = best->node_count;
	if (!cap_by_nodes_total(ca, best->group_index, &nodes)) {
		count_waits(ca, NULL);
		return false;
	}
	granted = ca_quota(ca, best->group_index, nodes, &reason);
	if (granted < nodes && ca->notes)
		ca_note(ca, DRY_NOTE_CAPPED, best->group_index, DRY_NONE, DRY_NONE, reason, NAN, nodes, granted);
	if (granted < 1) {
		count_waits(ca, NULL);
		return false;
	}
	*plan_count = ca_balance(ca, best, granted, plan);
	*plan_count = cap_by_quota(ca, plan, *plan_count);
	if (!execute(ca, plan, *plan_count)) {
		count_waits(ca, NULL);
		return false;
	}
	count_waits(ca, best);
	for (g = 0; g < ca->group_count; g++)
		ca->group[g].target = world_group(ca, g)->target;
	return true;
}

/* --- salvo --- */

struct salvo_nodes {
	uint32_t first, end;            /* slots */
};

static bool is_salvo_node(const void *context, const struct dry_cluster *cluster, uint32_t slot)
{
	const struct salvo_nodes *nodes = context;

	(void)cluster;
	return slot >= nodes->first && slot < nodes->end;
}

static void drop_option_pods(struct dry_autoscaler *ca, const struct ca_option *best)
{
	uint32_t i, n = 0;
	bool *taken = dry_arena_array(&ca->cluster->scratch, ca->cluster->pod_count + 1, sizeof(*taken));

	for (i = 0; i < best->pod_count; i++)
		taken[best->pod[i]] = true;
	for (i = 0; i < ca->pending_count; i++)
		if (!taken[ca->pending[i]])
			ca->pending[n++] = ca->pending[i];
	ca->pending_count = n;
}

/* The bought nodes join the snapshot and the option's pods go on them. False: one found no place. */
static bool pack_salvo(struct dry_autoscaler *ca, const struct ca_option *best, const struct ca_plan_part *plan,
		       uint32_t plan_count)
{
	struct dry_cluster *cluster = ca->cluster;
	struct salvo_nodes nodes = { cluster->node_count, cluster->node_count };
	uint32_t g, i;
	int32_t k;

	for (g = 0; g < ca->group_count; g++)
		for (i = 0; i < plan_count; i++)
			for (k = 0; plan[i].group_index == g && k < plan[i].count; k++)
				dry_snapshot_add_fake(cluster, ca->group[g].template_place);
	nodes.end = cluster->node_count;
	for (i = 0; i < best->pod_count; i++) {
		uint32_t slot = dry_snapshot_scan(cluster, cluster->pod[best->pod[i]].class_index,
						  is_salvo_node, &nodes);

		if (slot == DRY_NONE)
			return false;
		dry_snapshot_add_pod(cluster, best->pod[i], slot);
	}
	return true;
}

void ca_scale_up(struct dry_autoscaler *ca)
{
	while (ca->pending_count) {
		struct ca_plan_part *plan = dry_arena_array(&ca->cluster->scratch, ca->group_count + 1,
							    sizeof(*plan));
		struct ca_option best = { 0 };
		uint32_t plan_count = 0;

		if (!scale_up_once(ca, &best, plan, &plan_count))
			return;
		ca->last_scale_up_ms = ca->now_ms;
		ca_changed(ca);
		if (!ca->options->salvo_scale_up)
			return;
		drop_option_pods(ca, &best);
		if (!ca->pending_count || !pack_salvo(ca, &best, plan, plan_count))
			return;
	}
}

void ca_raise_to_minimum(struct dry_autoscaler *ca)
{
	uint32_t g;

	for (g = 0; g < ca->group_count; g++) {
		struct dry_group *group = world_group(ca, g);
		int32_t count;
		const char *error;

		if (group->target >= group->min_size || !ca_is_group_healthy(ca, g) || ca_in_backoff(ca, g))
			continue;
		count = ca_quota(ca, g, group->min_size - group->target, NULL);
		if (ca->options->max_nodes_total > 0 && count > ca->options->max_nodes_total - group->target)
			count = (int32_t)(ca->options->max_nodes_total - group->target);
		if (count < 1)
			continue;
		error = dry_cloud_increase(ca->cluster, g, count);
		if (error) {
			ca_fail(ca, g, error);
			return;
		}
		ca_register_scale_up(ca, g, count);
		ca->last_scale_up_ms = ca->now_ms;
	}
}
