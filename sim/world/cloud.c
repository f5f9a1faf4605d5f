/* Instances and nodes: request, registration, readiness, deletion, interruption; the start of a run. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/assert.h"
#include "base/digest.h"
#include "cloud.h"
#include "slots.h"
#include "world/cluster.h"
#include "world/labels.h"
#include "world/predicates.h"
#include "world/scheduler.h"
#include "world/snapshot.h"

#define INITIAL_AGE_MS 3600000          /* initial nodes are Ready since t = -3600 s */

/* --- the start of a run --- */

static bool daemon_runs_on(struct dry_cluster *cluster, uint32_t class_index, const struct dry_place *place)
{
	static const char *const added[] = { "node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable",
					     "node.kubernetes.io/disk-pressure",
					     "node.kubernetes.io/memory-pressure",
					     "node.kubernetes.io/pid-pressure",
					     "node.kubernetes.io/unschedulable" };
	const struct dry_pod_class *class = &cluster->spec.pod_class[class_index];
	const struct dry_symbols *symbols = cluster->spec.symbols;
	const struct dry_node_group *spec = &cluster->spec.group[place->group_index];
	uint32_t i;
	size_t k;

	for (i = 0; i < spec->taint_count; i++) {
		const struct dry_taint *taint = &spec->taint[i];
		const char *key = dry_symbols_text(symbols, taint->key);
		bool tolerated = taint->effect == DRY_EFFECT_PREFER_NO_SCHEDULE;

		for (k = 0; k < sizeof(added) / sizeof(added[0]); k++)
			tolerated = tolerated || (!strcmp(key, added[k]) &&
						  taint->effect == (k < 2 ? DRY_EFFECT_NO_EXECUTE
									  : DRY_EFFECT_NO_SCHEDULE));
		if (!tolerated && !dry_tolerates(symbols, class->toleration, class->toleration_count, key,
						 dry_symbols_text(symbols, taint->value), taint->effect))
			return false;
	}
	return dry_static_fit(cluster, class_index, (uint32_t)(place - cluster->place)) != DRY_NODE_AFFINITY;
}

static void place_daemons(struct dry_cluster *cluster, struct dry_place *place)
{
	uint32_t i, r, n = 0;

	place->daemon_set = dry_arena_array(&cluster->run_arena, cluster->spec.daemon_set_count, sizeof(uint32_t));
	memset(&place->daemon_request, 0, sizeof(place->daemon_request));
	place->daemon_nonzero_cpu = place->daemon_nonzero_memory = 0;
	for (i = 0; i < cluster->spec.daemon_set_count; i++) {
		uint32_t class_index = cluster->spec.daemon_set[i].class_index;
		const struct dry_shape *shape = &cluster->shapes->shape[class_index];

		if (!daemon_runs_on(cluster, class_index, place))
			continue;
		for (r = 0; r < shape->request_count; r++) {
			place->daemon_request.amount[shape->request[r].resource] += shape->request[r].amount;
			place->daemon_request.present |= 1u << shape->request[r].resource;
		}
		place->daemon_nonzero_cpu += shape->nonzero_cpu;
		place->daemon_nonzero_memory += shape->nonzero_memory;
		place->daemon_set[n++] = i;
	}
	place->daemon_count = n;
}

static void find_gpu(struct dry_cluster *cluster, struct dry_group *group)
{
	const struct dry_place *place = &cluster->place[group - cluster->group];
	uint32_t r;

	group->is_gpu = dry_place_label(place, "k8s.amazonaws.com/accelerator") ||
			dry_place_label(place, "cloud.google.com/gke-accelerator");
	group->gpu_resource = DRY_NONE;
	for (r = DRY_RESOURCE_EXTENDED; r < cluster->spec.resource_count; r++)
		if (group->gpu_resource == DRY_NONE && group->spec->allocatable.amount[r] > 0 &&
		    dry_is_gpu_resource(cluster->spec.resource_name[r]))
			group->gpu_resource = r;
}

static void reset_places(struct dry_cluster *cluster)
{
	uint32_t g, z, next = cluster->group_count;

	cluster->place_count = dry_place_count(cluster->spec.group, cluster->group_count);
	cluster->place = dry_grow(cluster->place, &cluster->place_capacity, (size_t)cluster->place_count + 1,
				  sizeof(*cluster->place));
	for (g = 0; g < cluster->group_count; g++) {
		struct dry_group *group = &cluster->group[g];

		group->more_places = next;
		for (z = 0; z < group->zone_count; z++) {
			struct dry_place *place = &cluster->place[z ? next++ : g];

			*place = (struct dry_place){ .group_index = g, .zone = dry_group_zone(group->spec, z),
						     .price_nusd_per_hour = group->spec->price_nusd_per_hour,
						     .stockout_until_ms = INT64_MIN };
			place->label = dry_place_labels(cluster, &cluster->run_arena, place, &place->label_count);
		}
	}
}

static void reset_groups(struct dry_cluster *cluster)
{
	uint32_t g, p, count = cluster->spec.group_count;
	size_t answers;

	if (count > cluster->group_capacity)
		cluster->group = dry_grow(cluster->group, &cluster->group_capacity, count,
					  sizeof(*cluster->group));
	cluster->group_count = count;
	for (g = 0; g < count; g++) {
		struct dry_group *group = &cluster->group[g];

		group->spec = &cluster->spec.group[g];
		group->target = 0;
		group->min_size = group->spec->min_size;
		group->next_ordinal = 0;
		group->instance_count = 0;
		group->ready_count = 0;
		group->zone_count = dry_group_zone_count(group->spec);
	}
	reset_places(cluster);
	answers = (size_t)cluster->spec.class_count * cluster->place_count;
	cluster->static_fit = dry_grow(cluster->static_fit, &cluster->static_fit_capacity, answers + 1, 1);
	memset(cluster->static_fit, 0, answers);
	for (g = 0; g < count; g++)
		find_gpu(cluster, &cluster->group[g]);
	for (p = 0; p < cluster->place_count; p++)
		place_daemons(cluster, &cluster->place[p]);
}

/* --- instances --- */

static void insert_registered(struct dry_cluster *cluster, uint32_t slot);

uint32_t cloud_new_instance(struct dry_cluster *cluster, uint32_t place, int64_t requested_at_ms)
{
	uint32_t group_index = cluster->place[place].group_index, slot = dry_node_make(cluster, place, false);
	struct dry_group *group = &cluster->group[group_index];
	struct dry_node *node = &cluster->node[slot];

	node->ordinal = group->next_ordinal++;
	node->number = cluster->instance_total++;
	node->requested_at_ms = cluster->node_requested_at[slot] = requested_at_ms;
	if (slot && cluster->node_requested_at[slot - 1] == requested_at_ms &&
	    cluster->node_group[slot - 1] > group_index)
		cluster->groups_disordered = true;
	node->state = DRY_INSTANCE_CREATING;
	cluster->instance_version++;
	cluster->place[place].instance_count++;
	group->instance = dry_grow(group->instance, &group->instance_capacity, group->instance_count + 1,
				   sizeof(*group->instance));
	node->instance_index = (uint32_t)group->instance_count;
	group->instance[group->instance_count++] = slot;
	if (cluster->hooks.on_node_requested)
		cluster->hooks.on_node_requested(cluster->hooks.context, slot);
	return slot;
}

static void register_node(struct dry_cluster *cluster, uint32_t slot, int64_t at_ms)
{
	struct dry_node *node = &cluster->node[slot];

	node->state = DRY_INSTANCE_RUNNING;
	cluster->instance_version++;
	node->registered = true;
	node->created_at_ms = node->transition_at_ms = at_ms;
	node->counted_to_ms = cluster->now_ms;
	insert_registered(cluster, slot);
	dry_node_changed(cluster, slot);
	cluster->group[node->group_index].ready_count++;
	if (cluster->hooks.on_node_ready)
		cluster->hooks.on_node_ready(cluster->hooks.context, slot);
	dry_scheduler_on_room(cluster, slot);
}

static void make_initial(struct dry_cluster *cluster, struct dry_group *group)
{
	uint32_t place = cloud_emptiest_place(cluster, group, NULL);

	group->target++;
	cluster->place[place].target++;
	register_node(cluster, cloud_new_instance(cluster, place, -INITIAL_AGE_MS), -INITIAL_AGE_MS);
}

void dry_cluster_reset(struct dry_cluster *cluster, const struct dry_cluster_spec *spec,
		       const struct dry_shapes *shapes, const struct dry_cluster_hooks *hooks,
		       const struct dry_observer *observer, int64_t horizon_ms)
{
	size_t rows = (size_t)spec->pod->count + spec->placeholder_count;
	bool other_shapes = cluster->shapes != shapes;
	uint32_t g;
	int32_t i;

	cluster->spec = *spec;
	cluster->shapes = shapes;
	cluster->hooks = *hooks;
	cluster->observer = observer;
	cluster->now_ms = 0;
	cluster->horizon_ms = horizon_ms;
	cluster->digest = DRY_DIGEST_START;
	dry_event_queue_clear(&cluster->queue);
	cluster->sequence = 0;
	cluster->node_count = cluster->world_count = cluster->registered_count = 0;
	cluster->instance_total = cluster->gone_count = cluster->gone_kept = 0;
	cluster->pod_count = 0;
	cluster->free_pod = DRY_NONE;
	cluster->expendable_total = cluster->terminating_total = cluster->candidate_total = 0;
	cluster->live_pods = cluster->pending_count = cluster->running_count = cluster->finite_count = 0;
	cluster->list_count = cluster->undo_count = cluster->scan_last = 0;
	cluster->events_handled = 0;
	cluster->fresh_pending = 0;
	cluster->groups_disordered = false;
	cluster->retry_may_help = false;
	cluster->fresh_at_ms = INT64_MIN;
	cluster->schedule_needed = cluster->in_snapshot = false;
	cluster->deferred_count = 0;
	cluster->snapshot_number = 0;
	cluster->change_base += cluster->change_count;
	cluster->change_count = 0;
	if (other_shapes)
		slots_fit_shapes(cluster);
	dry_arena_reset(&cluster->scratch);
	dry_arena_reset(&cluster->run_arena);
	cluster->current = dry_grow(cluster->current, &cluster->current_capacity, rows + 1, sizeof(uint32_t));
	memset(cluster->current, 0xff, rows * sizeof(uint32_t));
	cluster->owner_live = dry_grow(cluster->owner_live, &cluster->owner_capacity,
				       (size_t)spec->owner_count + 1, sizeof(uint32_t));
	memset(cluster->owner_live, 0, spec->owner_count * sizeof(uint32_t));
	cluster->named = dry_grow(cluster->named, &cluster->named_capacity, (size_t)spec->name_count + 1,
				  sizeof(uint32_t));
	memset(cluster->named, 0xff, spec->name_count * sizeof(uint32_t));
	cluster->budget_count = dry_grow(cluster->budget_count, &cluster->budget_capacity,
					 (size_t)spec->budget_count + 1, sizeof(*cluster->budget_count));
	memset(cluster->budget_count, 0, spec->budget_count * sizeof(*cluster->budget_count));
	reset_groups(cluster);
	dry_scheduler_reset(cluster);
	for (g = 0; g < cluster->group_count; g++)
		for (i = 0; i < cluster->group[g].spec->initial_size; i++)
			make_initial(cluster, &cluster->group[g]);
}

/* --- registered nodes: oldest first --- */

static bool node_before(const struct dry_cluster *cluster, uint32_t x, uint32_t y)
{
	const struct dry_node *a = &cluster->node[x], *b = &cluster->node[y];

	if (a->requested_at_ms != b->requested_at_ms)
		return a->requested_at_ms < b->requested_at_ms;
	if (a->group_index != b->group_index)
		return a->group_index < b->group_index;
	return a->ordinal < b->ordinal;
}

static void insert_registered(struct dry_cluster *cluster, uint32_t slot)
{
	uint32_t i = cluster->registered_count;

	cluster->registered = dry_grow(cluster->registered, &cluster->registered_capacity, (size_t)i + 1,
				       sizeof(uint32_t));
	while (i > 0 && node_before(cluster, slot, cluster->registered[i - 1])) {
		cluster->registered[i] = cluster->registered[i - 1];
		cluster->node[cluster->registered[i]].registered_index = i;
		i--;
	}
	cluster->registered[i] = slot;
	cluster->node[slot].registered_index = i;
	cluster->registered_count++;
}

static void remove_registered(struct dry_cluster *cluster, uint32_t slot)
{
	uint32_t i = cluster->node[slot].registered_index;

	cluster->registered_count--;
	for (; i < cluster->registered_count; i++) {
		cluster->registered[i] = cluster->registered[i + 1];
		cluster->node[cluster->registered[i]].registered_index = i;
	}
}

uint32_t dry_cloud_next_newest(const struct dry_cluster *cluster, const struct dry_trace_event *event,
			       bool with_deleting, uint32_t *before)
{
	while (*before > 0) {
		uint32_t slot = cluster->registered[--*before];

		if (dry_event_reaches(cluster, event, &cluster->place[cluster->node_place[slot]]) &&
		    (with_deleting || cluster->node[slot].state != DRY_INSTANCE_DELETING))
			return slot;
	}
	return DRY_NONE;
}

/* --- the provider's calls --- */

static uint64_t node_order(const struct dry_node *node)
{
	return (uint64_t)(node->requested_at_ms + (INT64_C(1) << 54));
}

static uint64_t node_sub(const struct dry_node *node)
{
	return (uint64_t)node->group_index << 32 | node->ordinal;
}

void cloud_push_node(struct dry_cluster *cluster, uint32_t slot, int64_t at_ms, enum dry_des_phase phase,
		      enum dry_queue_kind kind)
{
	const struct dry_node *node = &cluster->node[slot];

	dry_cluster_push(cluster, at_ms, phase, node_order(node), node_sub(node), kind, slot, 0);
}

bool dry_cloud_decrease_target(struct dry_cluster *cluster, uint32_t group_index, int32_t count)
{
	struct dry_group *group = &cluster->group[group_index];

	if (group->target - count < (int32_t)group->instance_count)
		return false;
	group->target -= count;
	while (count-- > 0) {           /* targets that no instance stands for: of the fullest zone */
		uint32_t z, most = 0;

		for (z = 1; z < group->zone_count; z++)
			if (cluster->place[dry_group_place(group, cluster, z)].target >
			    cluster->place[dry_group_place(group, cluster, most)].target)
				most = z;
		cluster->place[dry_group_place(group, cluster, most)].target--;
	}
	return true;
}

void dry_cloud_delete(struct dry_cluster *cluster, uint32_t slot)
{
	struct dry_node *node = &cluster->node[slot];
	struct dry_group *group = &cluster->group[node->group_index];
	int64_t delay = node->state == DRY_INSTANCE_RUNNING ? group->spec->deletion_ms : 0;

	if (node->state == DRY_INSTANCE_DELETING || node->state == DRY_INSTANCE_GONE)
		return;
	group->target--;
	cluster->place[cluster->node_place[slot]].target--;
	node->state = DRY_INSTANCE_DELETING;
	cluster->instance_version++;
	cloud_push_node(cluster, slot, cluster->now_ms + delay, DRY_PHASE_NODE_GONE, DRY_QUEUE_NODE_GONE);
}

static void vanish(struct dry_cluster *cluster, uint32_t slot, bool interrupted)
{
	struct dry_node *node = &cluster->node[slot];
	struct dry_group *group = &cluster->group[node->group_index];
	uint32_t last;

	if (node->state == DRY_INSTANCE_GONE)
		return;
	last = group->instance[--group->instance_count];
	group->instance[node->instance_index] = last;
	cluster->node[last].instance_index = node->instance_index;
	node->state = DRY_INSTANCE_GONE;
	cluster->gone_count++;
	cluster->place[cluster->node_place[slot]].instance_count--;
	cluster->instance_version++;
	dry_cluster_emit_node(cluster, DRY_EVENT_NODE_GONE, slot, NULL);
	if (node->registered) {
		dry_node_count_to(cluster, slot);
		node->registered = false;
		if (!(cluster->node_flags[slot] & DRY_NODE_NOT_READY))
			group->ready_count--;
		remove_registered(cluster, slot);
		dry_node_changed(cluster, slot);
		if (cluster->node_flags[slot] & DRY_NODE_CANDIDATE)
			cluster->candidate_total--;
		cluster->schedule_needed |= cluster->nominated_count > 0;       /* perhaps to this node */
		while (cluster->node[slot].first_pod != DRY_NONE) {
			uint32_t pod = cluster->node[slot].first_pod;

			if (cluster->pod[pod].phase == DRY_POD_TERMINATING)
				dry_pod_stopped(cluster, pod);
			else
				dry_pod_evict(cluster, pod,
					      interrupted ? DRY_EVICTED_INTERRUPTION :
							    DRY_EVICTED_SCALE_DOWN,
					      true);
		}
	}
	if (cluster->hooks.on_node_gone)
		cluster->hooks.on_node_gone(cluster->hooks.context, slot, interrupted);
}

void dry_cloud_interrupt(struct dry_cluster *cluster, uint32_t slot, int64_t at_ms)
{
	cloud_push_node(cluster, slot, at_ms, DRY_PHASE_NODE_GONE, DRY_QUEUE_NODE_INTERRUPTED);
	if (at_ms < cluster->node[slot].interrupt_at_ms)
		cluster->node[slot].interrupt_at_ms = at_ms;
}

void dry_cloud_notice(struct dry_cluster *cluster, uint32_t slot)
{
	struct dry_node *node = &cluster->node[slot];
	uint32_t pod, next;

	if (!node->registered)
		return;
	node->notice_at_ms = cluster->now_ms;
	dry_node_set_flag(cluster, slot, DRY_NODE_NOTICED, true);
	for (pod = node->first_pod; pod != DRY_NONE; pod = next) {
		next = cluster->pod[pod].next;
		if (cluster->pod[pod].phase == DRY_POD_RUNNING)
			dry_pod_evict(cluster, pod, DRY_EVICTED_INTERRUPTION, false);
	}
}

static void interrupted(struct dry_cluster *cluster, uint32_t slot)
{
	struct dry_node *node = &cluster->node[slot];

	if (node->state == DRY_INSTANCE_GONE)
		return;
	if (node->state != DRY_INSTANCE_DELETING) {
		cluster->group[node->group_index].target--;
		cluster->place[cluster->node_place[slot]].target--;
	}
	vanish(cluster, slot, true);
}

/* --- due entries --- */

static void pod_run_ends(struct dry_cluster *cluster, uint32_t pod, uint32_t generation)
{
	struct dry_pod *p = &cluster->pod[pod];

	if (p->generation != generation)
		return;
	if (p->phase == DRY_POD_RUNNING)
		dry_pod_end(cluster, pod);
	else if (p->phase == DRY_POD_TERMINATING)
		dry_pod_stopped(cluster, pod);  /* its eviction was its last event */
}

bool dry_cluster_handle(struct dry_cluster *cluster, const struct dry_queue_entry *entry)
{
	uint32_t pod;

	if (entry->a == DRY_NONE && dry_queue_names_node(entry))
		return true;
	switch ((enum dry_queue_kind)dry_queue_kind(entry)) {
	case DRY_QUEUE_POD_RUN_ENDS:
		pod_run_ends(cluster, entry->a, entry->b);
		return true;
	case DRY_QUEUE_POD_UNTIL:
		pod = cluster->current[entry->a];
		if (pod != DRY_NONE)
			dry_pod_end(cluster, pod);
		return true;
	case DRY_QUEUE_POD_DELETE:
		if (cluster->named[entry->a] != DRY_NONE &&
		    cluster->current[cluster->named[entry->a]] != DRY_NONE)
			dry_pod_end(cluster, cluster->current[cluster->named[entry->a]]);
		return true;
	case DRY_QUEUE_POD_STOPPED:
		if (cluster->pod[entry->a].generation == entry->b &&
		    cluster->pod[entry->a].phase == DRY_POD_TERMINATING)
			dry_pod_stopped(cluster, entry->a);
		return true;
	case DRY_QUEUE_NODE_NOTICE:
		dry_cloud_notice(cluster, entry->a);
		return true;
	case DRY_QUEUE_NODE_GONE:
		vanish(cluster, entry->a, false);
		return true;
	case DRY_QUEUE_NODE_INTERRUPTED:
		interrupted(cluster, entry->a);
		return true;
	case DRY_QUEUE_NODE_READY:
		if (cluster->node[entry->a].state == DRY_INSTANCE_CREATING) {
			register_node(cluster, entry->a, cluster->now_ms);
			dry_cluster_emit_node(cluster, DRY_EVENT_NODE_READY, entry->a, NULL);
		}
		return true;
	default:
		return false;
	}
}
