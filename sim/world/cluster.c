/* State of a run: pods, nodes, their sums, and what the world's queue entries do. */
#include "world/cluster.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/assert.h"
#include "base/digest.h"
#include "slots.h"
#include "world/labels.h"
#include "world/predicates.h"
#include "world/scheduler.h"
#include "world/snapshot.h"

void dry_cluster_init(struct dry_cluster *cluster)
{
	memset(cluster, 0, sizeof(*cluster));
	dry_arena_init(&cluster->run_arena);
	dry_arena_init(&cluster->scratch);
	dry_arena_init(&cluster->prefilter);
	dry_arena_init(&cluster->preemption);
}

void dry_cluster_release(struct dry_cluster *cluster)
{
	size_t i;

	for (i = 0; i < cluster->group_capacity; i++)
		free(cluster->group[i].instance);
	dry_scheduler_release(cluster);
	slots_release(cluster);
	free(cluster->queue.entry);
	free(cluster->group);
	free(cluster->place);
	free(cluster->change);
	free(cluster->registered);
	free(cluster->pod);
	free(cluster->current);
	free(cluster->named);
	free(cluster->queue_first);
	free(cluster->queue_last);
	free(cluster->queue_state);
	free(cluster->queue_disordered);
	free(cluster->active_class);
	free(cluster->pending_list);
	free(cluster->active_index);
	free(cluster->owner_live);
	free(cluster->budget_count);
	free(cluster->static_fit);
	free(cluster->list);
	free(cluster->undo);
	free(cluster->deferred);
	dry_arena_release(&cluster->run_arena);
	dry_arena_release(&cluster->scratch);
	dry_arena_release(&cluster->prefilter);
	dry_arena_release(&cluster->preemption);
	memset(cluster, 0, sizeof(*cluster));
}

/* --- the decision log --- */

void dry_cluster_emit(struct dry_cluster *cluster, const struct dry_event *event)
{
	uint64_t d = cluster->digest;

	if (event->at_ms < 0 || event->at_ms > cluster->horizon_ms)
		return;
	d = dry_digest_add(d, (uint64_t)event->at_ms * 16 + event->kind);
	d = dry_digest_add(d, (uint64_t)event->group_index << 32 | event->node_ordinal);
	d = dry_digest_add(d, (uint64_t)event->pod_index << 32 | (uint32_t)event->from);
	d = dry_digest_add(d, (uint64_t)(uint32_t)event->to << 32 ^ (uint64_t)event->until_ms);
	if (event->zone) {
		const char *zone = dry_symbols_text(cluster->spec.symbols, event->zone);

		d = dry_digest_add(d, dry_fnv1a(zone, strlen(zone)));
	}
	cluster->digest = d;
	if (event->kind < DRY_EVENT_POD_START && cluster->hooks.on_decision)
		cluster->hooks.on_decision(cluster->hooks.context, event);
	if (cluster->observer && cluster->observer->on_event)
		cluster->observer->on_event(cluster->observer->context, event);
}

void dry_cluster_emit_node(struct dry_cluster *cluster, enum dry_event_kind kind, uint32_t slot,
			   const char *reason)
{
	struct dry_event event = { .at_ms = cluster->now_ms, .kind = kind,
				   .group_index = cluster->node[slot].group_index,
				   .node_ordinal = cluster->node[slot].ordinal,
				   .pod_index = DRY_NONE, .reason = reason };

	if (kind == DRY_EVENT_NODE_READY && cluster->group[event.group_index].zone_count > 1)
		event.zone = cluster->place[cluster->node_place[slot]].zone;

	dry_cluster_emit(cluster, &event);
}

void dry_cluster_emit_pod(struct dry_cluster *cluster, enum dry_event_kind kind, uint32_t pod,
			  const char *reason)
{
	const struct dry_pod *p = &cluster->pod[pod];
	struct dry_event event = { .at_ms = cluster->now_ms, .kind = kind, .group_index = DRY_NONE,
				   .node_ordinal = DRY_NONE, .pod_index = p->pod_index, .reason = reason };

	if (p->node != DRY_NONE) {
		event.group_index = cluster->node[p->node].group_index;
		event.node_ordinal = cluster->node[p->node].ordinal;
	}
	if (p->pod_index >= cluster->spec.pod->count) {
		event.is_placeholder = true;
		event.pod_index = p->pod_index - cluster->spec.pod->count;
	}
	dry_cluster_emit(cluster, &event);
}

void dry_cluster_push(struct dry_cluster *cluster, int64_t at_ms, enum dry_des_phase phase,
		      uint64_t order, uint64_t sub, enum dry_queue_kind kind, uint32_t a, uint32_t b)
{
	struct dry_queue_entry entry = { .at_ms = at_ms, .key = (uint64_t)phase << 56 | order,
					 .tail = sub << 8 | ((uint64_t)kind & 0xff),
					 .a = a, .b = b };

	if (at_ms > cluster->horizon_ms)
		return;
	dry_event_queue_push(&cluster->queue, &entry);
}

/* --- pods --- */

uint32_t dry_pod_row_class(const struct dry_cluster *cluster, uint32_t row)
{
	if (row >= cluster->spec.pod->count)
		return cluster->spec.placeholder_class;
	return cluster->spec.pod->class_index[row];
}

bool dry_pod_is_expendable(const struct dry_cluster *cluster, uint32_t pod)
{
	return cluster->spec.pod_class[cluster->pod[pod].class_index].priority <
	       cluster->spec.expendable_cutoff;
}

static uint32_t take_pod_slot(struct dry_cluster *cluster)
{
	uint32_t slot = cluster->free_pod, generation;

	if (slot != DRY_NONE) {
		cluster->free_pod = cluster->pod[slot].next;
	} else {
		slot = cluster->pod_count++;
		cluster->pod = dry_grow(cluster->pod, &cluster->pod_capacity, cluster->pod_count,
					sizeof(*cluster->pod));
		cluster->pod[slot].generation = 0;
	}
	generation = cluster->pod[slot].generation + 1;
	memset(&cluster->pod[slot], 0, sizeof(cluster->pod[slot]));
	cluster->pod[slot].generation = generation;
	return slot;
}

static void free_pod_slot(struct dry_cluster *cluster, uint32_t pod)
{
	struct dry_pod *p = &cluster->pod[pod];

	dry_assert(p->phase != DRY_POD_FREE);
	p->phase = DRY_POD_FREE;
	p->generation++;
	p->next = cluster->free_pod;
	cluster->free_pod = pod;
}

uint32_t dry_pod_make_copy(struct dry_cluster *cluster, uint32_t pod)
{
	uint32_t copy = take_pod_slot(cluster), generation = cluster->pod[copy].generation;

	cluster->pod[copy] = cluster->pod[pod];
	cluster->pod[copy].generation = generation;
	cluster->pod[copy].phase = DRY_POD_PENDING;
	cluster->pod[copy].node = cluster->pod[copy].previous = cluster->pod[copy].next = DRY_NONE;
	cluster->pod[copy].nominated = DRY_NONE;
	return copy;
}

void dry_pod_free_copy(struct dry_cluster *cluster, uint32_t pod)
{
	free_pod_slot(cluster, pod);
}

static void count_budgets(struct dry_cluster *cluster, uint32_t class_index, int expected, int healthy)
{
	const struct dry_shape *shape = &cluster->shapes->shape[class_index];
	uint32_t i;

	for (i = 0; i < shape->budget_count; i++) {
		cluster->budget_count[shape->budget[i]].expected += expected;
		cluster->budget_count[shape->budget[i]].healthy += healthy;
	}
}

static void count_owner(struct dry_cluster *cluster, const struct dry_pod *p, int change)
{
	if (p->owner_index != DRY_NONE)
		cluster->owner_live[p->owner_index] += (uint32_t)change;
}

static bool is_finite(const struct dry_cluster *cluster, uint32_t row)
{
	return row < cluster->spec.pod->count && (cluster->spec.pod->duration_ms[row] >= 0 ||
						  cluster->spec.pod->until_at_ms[row] != DRY_NEVER);
}

uint32_t dry_pod_arrive(struct dry_cluster *cluster, uint32_t row, int64_t created_at_ms)
{
	const struct dry_pod_table *table = cluster->spec.pod;
	bool placeholder = row >= table->count;
	uint32_t pod = take_pod_slot(cluster);
	struct dry_pod *p = &cluster->pod[pod];
	bool again = cluster->current[row] != DRY_NONE;

	p->created_at_ms = created_at_ms;
	p->pod_index = row;
	p->class_index = dry_pod_row_class(cluster, row);
	p->owner_index = placeholder ? DRY_NONE : table->owner_index[row];
	p->order = placeholder ? UINT32_MAX - (row - table->count) : table->order[row];
	p->node = p->previous = p->next = p->nominated = DRY_NONE;
	p->phase = DRY_POD_PENDING;
	p->original = pod;
	if (!placeholder && cluster->spec.pod_name_index && cluster->spec.pod_name_index[row] != DRY_NONE)
		cluster->named[cluster->spec.pod_name_index[row]] = row;
	p->is_daemon = cluster->spec.pod_class[p->class_index].owner_kind == DRY_OWNER_DAEMON_SET ||
		       cluster->spec.pod_class[p->class_index].daemon_annotation;
	cluster->current[row] = pod;
	if (!again && !placeholder && table->until_at_ms[row] != DRY_NEVER)
		dry_cluster_push(cluster, table->until_at_ms[row], DRY_PHASE_POD_STOP, p->order,
				 cluster->sequence++, DRY_QUEUE_POD_UNTIL, row, 0);
	p->came_at_ms = cluster->now_ms;
	if (cluster->fresh_at_ms != cluster->now_ms)
		cluster->fresh_pending = 0;
	cluster->fresh_at_ms = cluster->now_ms;
	cluster->fresh_pending++;
	cluster->live_pods++;
	cluster->pending_count++;
	cluster->finite_count += is_finite(cluster, row);
	count_budgets(cluster, p->class_index, 1, 0);
	count_owner(cluster, p, 1);
	dry_scheduler_enqueue(cluster, pod);
	if (cluster->hooks.on_pod_pending)
		cluster->hooks.on_pod_pending(cluster->hooks.context, pod);
	return pod;
}

void dry_pod_bind(struct dry_cluster *cluster, uint32_t pod, uint32_t slot)
{
	struct dry_pod *p = &cluster->pod[pod];
	const struct dry_pod_table *table = cluster->spec.pod;
	uint32_t row = p->pod_index;

	dry_assert(p->phase == DRY_POD_PENDING);
	dry_scheduler_dequeue(cluster, pod);
	if (p->came_at_ms == cluster->now_ms)
		cluster->fresh_pending--;
	p->phase = DRY_POD_RUNNING;
	p->started_at_ms = cluster->now_ms;
	cluster->pending_count--;
	cluster->running_count++;
	dry_node_count_to(cluster, slot);
	dry_node_add_pod(cluster, slot, pod, DRY_NONE);
	if (dry_pod_is_expendable(cluster, pod)) {
		cluster->node[slot].expendable_count++;
		cluster->expendable_total++;
	}
	count_budgets(cluster, p->class_index, 0, 1);
	if (row < table->count && table->duration_ms[row] >= 0) {
		int64_t run = table->duration_ms[row] - p->done_ms;

		dry_cluster_push(cluster, cluster->now_ms + (run > 0 ? run : 0), DRY_PHASE_POD_STOP,
				 p->order, cluster->sequence++, DRY_QUEUE_POD_RUN_ENDS, pod, p->generation);
	}
	if (cluster->hooks.on_pod_started)
		cluster->hooks.on_pod_started(cluster->hooks.context, pod);
}

static void leave_node(struct dry_cluster *cluster, uint32_t pod)
{
	uint32_t slot = cluster->pod[pod].node;

	dry_node_count_to(cluster, slot);
	if (dry_pod_is_expendable(cluster, pod)) {
		cluster->node[slot].expendable_count--;
		cluster->expendable_total--;
	}
	if (cluster->pod[pod].phase == DRY_POD_TERMINATING) {
		cluster->node[slot].terminating_count--;
		cluster->terminating_total--;
	}
	dry_node_remove_pod(cluster, pod);
	if (cluster->node[slot].registered)
		dry_scheduler_on_room(cluster, slot);
}

/* Takes a live pod (pending or running) out of all counts. */
static void leave_live(struct dry_cluster *cluster, uint32_t pod)
{
	struct dry_pod *p = &cluster->pod[pod];
	bool running = p->phase == DRY_POD_RUNNING;

	cluster->live_pods--;
	cluster->finite_count -= is_finite(cluster, p->pod_index);
	if (running)
		cluster->running_count--;
	else
		cluster->pending_count--;
	count_budgets(cluster, p->class_index, -1, running ? -1 : 0);
	count_owner(cluster, p, -1);
	if (!running) {
		dry_scheduler_dequeue(cluster, pod);
		if (p->came_at_ms == cluster->now_ms)
			cluster->fresh_pending--;
	}
}

void dry_pod_end(struct dry_cluster *cluster, uint32_t pod)
{
	struct dry_pod *p = &cluster->pod[pod];

	dry_assert(p->phase == DRY_POD_PENDING || p->phase == DRY_POD_RUNNING);
	dry_cluster_emit_pod(cluster, DRY_EVENT_POD_END, pod, NULL);
	if (cluster->hooks.on_pod_ended)
		cluster->hooks.on_pod_ended(cluster->hooks.context, pod);
	leave_live(cluster, pod);
	if (p->phase == DRY_POD_RUNNING)
		leave_node(cluster, pod);
	if (cluster->current[p->pod_index] == pod)
		cluster->current[p->pod_index] = DRY_NONE;
	free_pod_slot(cluster, pod);
}

void dry_pod_stopped(struct dry_cluster *cluster, uint32_t pod)
{
	dry_assert(cluster->pod[pod].phase == DRY_POD_TERMINATING);
	leave_node(cluster, pod);
	free_pod_slot(cluster, pod);
}

/* The pod was counted as live on its node; while it stops it is not. */
static void count_live_matches(struct dry_cluster *cluster, uint32_t slot, uint32_t class_index, int change)
{
	const struct dry_shape *shape = &cluster->shapes->shape[class_index];
	size_t row = (size_t)slot * cluster->shapes->term_count;
	uint32_t i;

	for (i = 0; i < shape->match_count; i++)
		cluster->match_live_count[row + shape->match[i]] += change;
}

/* Run time that need not be done again after an eviction now (methods.md 1.1). */
static int64_t saved_by_checkpoints(const struct dry_cluster *cluster, const struct dry_pod *p, bool interruption)
{
	const struct dry_pod_class *class = &cluster->spec.pod_class[p->class_index];
	int64_t elapsed = p->done_ms + cluster->now_ms - p->started_at_ms;
	const struct dry_node *node = &cluster->node[p->node];

	if (interruption && class->checkpoint_on_notice && node->notice_at_ms >= 0 &&
	    node->interrupt_at_ms - node->notice_at_ms >= class->checkpoint_time_ms)
		return elapsed;
	if (class->checkpoint_interval_ms <= 0)
		return 0;
	return elapsed / class->checkpoint_interval_ms * class->checkpoint_interval_ms;
}

void dry_pod_evict(struct dry_cluster *cluster, uint32_t pod, enum dry_eviction cause, bool at_once)
{
	static const char *const reason[] = { "scaleDown", "interruption", "preemption" };
	struct dry_pod *p = &cluster->pod[pod];
	const struct dry_pod_class *class = &cluster->spec.pod_class[p->class_index];
	uint32_t row = p->pod_index, restarts = p->restarts;
	int64_t grace = class->grace_ms, stop = at_once ? 0 : class->termination_ms;
	int64_t done_ms = saved_by_checkpoints(cluster, p, cause == DRY_EVICTED_INTERRUPTION);

	dry_assert(p->phase == DRY_POD_RUNNING);
	p->lost_ms = p->done_ms + cluster->now_ms - p->started_at_ms - done_ms;
	p->done_ms = done_ms;
	dry_cluster_emit_pod(cluster, DRY_EVENT_POD_EVICTED, pod, reason[cause]);
	if (cluster->hooks.on_pod_evicted)
		cluster->hooks.on_pod_evicted(cluster->hooks.context, pod, cause);
	leave_live(cluster, pod);
	if (grace > cluster->spec.max_graceful_termination_ms)
		grace = cluster->spec.max_graceful_termination_ms;
	if (stop > 0) {
		p->phase = DRY_POD_TERMINATING;
		p->deleted_at_ms = cluster->now_ms + grace;
		cluster->node[p->node].terminating_count++;
		cluster->terminating_total++;
		count_live_matches(cluster, p->node, p->class_index, -1);
		dry_cluster_push(cluster, cluster->now_ms + stop, DRY_PHASE_POD_STOP, p->order,
				 cluster->sequence++, DRY_QUEUE_POD_STOPPED, pod, p->generation);
	} else {
		leave_node(cluster, pod);
	}
	if (class->owner_kind != DRY_OWNER_NONE || row >= cluster->spec.pod->count) {
		uint32_t successor = dry_pod_arrive(cluster, row, cluster->now_ms);

		cluster->pod[successor].restarts = restarts + 1;
		cluster->pod[successor].done_ms = done_ms;
	} else if (cluster->current[row] == pod) {
		cluster->current[row] = DRY_NONE;
	}
	p = &cluster->pod[pod];
	if (p->phase == DRY_POD_RUNNING)
		free_pod_slot(cluster, pod);
}

int64_t dry_budget_allowed(const struct dry_cluster *cluster, uint32_t budget)
{
	const struct dry_disruption_budget *b = &cluster->spec.budget[budget];
	const struct dry_budget_count *c = &cluster->budget_count[budget];
	int64_t value = b->is_percent ? (b->value * c->expected + 99) / 100 : b->value;
	int64_t wanted = b->is_min_available ? value : c->expected - value;

	if (wanted < 0)
		wanted = 0;
	return c->healthy > wanted ? c->healthy - wanted : 0;
}

/* --- node lists and sums --- */

static void count_terms(struct dry_cluster *cluster, uint32_t slot, uint32_t class_index, int change, bool live)
{
	const struct dry_shapes *shapes = cluster->shapes;
	const struct dry_shape *shape = &shapes->shape[class_index];
	uint32_t i;

	for (i = 0; i < shape->match_count; i++) {
		size_t at = (size_t)slot * shapes->term_count + shape->match[i];

		cluster->match_count[at] += change;
		if (live)
			cluster->match_live_count[at] += change;
	}
	for (i = 0; i < shape->carry_count; i++)
		cluster->carry_count[(size_t)slot * shapes->carrier_count + shape->carry[i]] += change;
}

void dry_node_changed(struct dry_cluster *cluster, uint32_t slot)
{
	cluster->node_open[slot / 64] |= UINT64_C(1) << slot % 64;
	if (cluster->in_snapshot) {
		cluster->node_touched[slot] = cluster->snapshot_number;
		return;
	}
	cluster->node_version[slot]++;
	if (cluster->change_count >= 65536) {   /* columns that are further behind start anew */
		cluster->change_base += cluster->change_count;
		cluster->change_count = 0;
	}
	cluster->change = dry_grow(cluster->change, &cluster->change_capacity, cluster->change_count + 1,
				   sizeof(*cluster->change));
	cluster->change[cluster->change_count++] = slot;
}

static void count_room(struct dry_cluster *cluster, uint32_t slot, uint32_t class_index, int64_t sign)
{
	const struct dry_shape *shape = &cluster->shapes->shape[class_index];
	uint32_t i;

	for (i = 0; i < shape->request_count; i++)
		cluster->free[shape->request[i].resource][slot] += sign * shape->request[i].amount;
	cluster->free[DRY_RESOURCE_PODS][slot] += sign;
	cluster->nonzero_cpu[slot] -= sign * shape->nonzero_cpu;
	cluster->nonzero_memory[slot] -= sign * shape->nonzero_memory;
	dry_node_changed(cluster, slot);
}

void dry_node_reserve(struct dry_cluster *cluster, uint32_t slot, uint32_t class_index, int sign)
{
	count_room(cluster, slot, class_index, sign);
}

static bool pod_before(const struct dry_pod *x, const struct dry_pod *y)
{
	if (x->created_at_ms != y->created_at_ms)
		return x->created_at_ms < y->created_at_ms;
	return x->order < y->order;
}

void dry_node_add_pod(struct dry_cluster *cluster, uint32_t slot, uint32_t pod, uint32_t before)
{
	struct dry_node *node = &cluster->node[slot];
	struct dry_pod *p = &cluster->pod[pod];
	uint32_t after;

	if (before == DRY_NONE) {
		after = node->last_pod;
		while (after != DRY_NONE && pod_before(p, &cluster->pod[after]))
			after = cluster->pod[after].previous;
	} else {
		after = before == DRY_AT_END ? node->last_pod : cluster->pod[before].previous;
	}
	p->node = slot;
	p->previous = after;
	p->next = after == DRY_NONE ? node->first_pod : cluster->pod[after].next;
	if (after == DRY_NONE)
		node->first_pod = pod;
	else
		cluster->pod[after].next = pod;
	if (p->next == DRY_NONE)
		node->last_pod = pod;
	else
		cluster->pod[p->next].previous = pod;
	node->pod_count++;
	count_room(cluster, slot, p->class_index, -1);
	if (cluster->shapes->term_count)
		count_terms(cluster, slot, p->class_index, 1, p->phase != DRY_POD_TERMINATING);
}

void dry_node_remove_pod(struct dry_cluster *cluster, uint32_t pod)
{
	struct dry_pod *p = &cluster->pod[pod];
	struct dry_node *node = &cluster->node[p->node];
	uint32_t slot = p->node;

	if (p->previous == DRY_NONE)
		node->first_pod = p->next;
	else
		cluster->pod[p->previous].next = p->next;
	if (p->next == DRY_NONE)
		node->last_pod = p->previous;
	else
		cluster->pod[p->next].previous = p->previous;
	p->node = DRY_NONE;
	node->pod_count--;
	count_room(cluster, slot, p->class_index, 1);
	if (cluster->shapes->term_count)
		count_terms(cluster, slot, p->class_index, -1, p->phase != DRY_POD_TERMINATING);
}

int64_t dry_node_requested(const struct dry_cluster *cluster, uint32_t slot, uint32_t resource)
{
	const struct dry_node_group *spec = cluster->group[cluster->node_group[slot]].spec;

	return spec->allocatable.amount[resource] - cluster->free[resource][slot];
}

/* Room kept for a nominated pod is beside the room of those that still leave it. */
static double counted_request(const struct dry_cluster *cluster, uint32_t slot, uint32_t resource)
{
	const struct dry_node_group *spec = cluster->group[cluster->node_group[slot]].spec;
	int64_t request = dry_node_requested(cluster, slot, resource);

	if (cluster->nominated_count && request > spec->allocatable.amount[resource])
		request = spec->allocatable.amount[resource];
	return (double)request;
}

void dry_node_count_to(struct dry_cluster *cluster, uint32_t slot)
{
	struct dry_node *node = &cluster->node[slot];
	const struct dry_group *group = &cluster->group[node->group_index];
	const struct dry_place *place = &cluster->place[cluster->node_place[slot]];
	double ms = (double)(cluster->now_ms - node->counted_to_ms);

	node->counted_to_ms = cluster->now_ms;
	if (!node->registered || ms <= 0)
		return;
	node->requested_core_ms += ms * counted_request(cluster, slot, DRY_RESOURCE_CPU) / 1000.0;
	node->requested_byte_ms += ms * counted_request(cluster, slot, DRY_RESOURCE_MEMORY);
	if (group->gpu_resource != DRY_NONE)
		node->requested_gpu_ms += ms * counted_request(cluster, slot, group->gpu_resource);
	node->placeholder_core_ms += ms * (double)node->placeholder_milli_cpu / 1000.0;
	if (!node->daemons_evicted)
		node->daemon_core_ms += ms * (double)place->daemon_request.amount[DRY_RESOURCE_CPU] / 1000.0;
}
