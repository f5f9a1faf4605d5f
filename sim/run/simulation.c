/*
 * The instants of a run, in the order of the world rules (format.md;
 * conformance README, "Time"): what the autoscaler started earlier, pods that
 * stop, nodes that vanish, nodes that come, conditions and prices, arrivals,
 * the scheduler, the autoscaler's loop.
 */
#include "simulation.h"

#include <stdlib.h>

#include "base/assert.h"
#include "world/compact.h"
#include "world/scheduler.h"

#define STUCK_AFTER_MS (INT64_C(7) * 24 * 3600 * 1000)

/* --- one instant --- */

static void handle(struct dry_simulation *sim, const struct dry_queue_entry *entry)
{
	struct dry_cluster *cluster = &sim->cluster;
	uint32_t i;

	cluster->events_handled++;
	if (dry_cluster_handle(cluster, entry)) {
		sim->changed = true;
		return;
	}
	if (dry_queue_kind(entry) == DRY_QUEUE_AUTOSCALER) {
		bool is_refresh = dry_autoscaler_is_refresh(entry);

		if (!is_refresh || sim->refreshed_version != cluster->instance_version)
			sim->changed = true;
		if (is_refresh)
			sim->refreshed_version = cluster->instance_version;
		dry_autoscaler_handle(sim->autoscaler, entry);
		return;
	}
	sim->changed = true;
	if (dry_queue_kind(entry) == DRY_QUEUE_WORLD) {
		zones_handle(sim, entry);
		return;
	}
	dry_assert(dry_queue_kind(entry) == DRY_QUEUE_NODE_CONDITION);
	for (i = 0; i < cluster->registered_count; i++) {
		const struct dry_trace_event *e = &sim->input->trace_event[entry->a];
		uint32_t slot = cluster->registered[i];
		const struct dry_place *place = &cluster->place[cluster->node_place[slot]];

		if (e->node_ordinal == DRY_NONE ? dry_event_reaches(cluster, e, place)
						: cluster->node[slot].group_index == e->group_index &&
						  cluster->node[slot].ordinal == e->node_ordinal)
			dry_node_set_ready(cluster, slot, true);
	}
}

static void handle_due(struct dry_simulation *sim, enum dry_des_phase last)
{
	struct dry_event_queue *queue = &sim->cluster.queue;
	const struct dry_queue_entry *next;

	while ((next = dry_event_queue_peek(queue)) && next->at_ms <= sim->cluster.now_ms &&
	       next->key >> 56 <= (uint64_t)last) {
		struct dry_queue_entry entry = dry_event_queue_pop(queue);

		handle(sim, &entry);
	}
}

static uint32_t find_named(const struct dry_simulation *sim, const struct dry_trace_event *e)
{
	uint32_t i;

	for (i = 0; i < sim->cluster.registered_count; i++) {
		uint32_t slot = sim->cluster.registered[i];

		if (sim->cluster.node[slot].group_index == e->group_index &&
		    sim->cluster.node[slot].ordinal == e->node_ordinal)
			return slot;
	}
	return DRY_NONE;
}

static void choose_interrupted(struct dry_simulation *sim, const struct dry_trace_event *e)
{
	uint32_t slot, k, before = sim->cluster.registered_count;

	if (e->node_ordinal != DRY_NONE) {
		slot = find_named(sim, e);
		if (slot != DRY_NONE)
			dry_cloud_interrupt(&sim->cluster, slot, sim->cluster.now_ms + e->notice_ms);
		return;
	}
	for (k = 0; k < e->count; k++) {
		slot = dry_cloud_next_newest(&sim->cluster, e, false, &before);
		if (slot == DRY_NONE)
			return;
		dry_cloud_interrupt(&sim->cluster, slot, sim->cluster.now_ms + e->notice_ms);
	}
}

static void fail_nodes(struct dry_simulation *sim, const struct dry_trace_event *e)
{
	uint32_t slot, k, before = sim->cluster.registered_count;

	if (e->node_ordinal != DRY_NONE) {
		slot = find_named(sim, e);
		if (slot != DRY_NONE)
			dry_node_set_ready(&sim->cluster, slot, false);
		return;
	}
	for (k = 0; k < e->count; k++) {
		slot = dry_cloud_next_newest(&sim->cluster, e, true, &before);
		if (slot == DRY_NONE)
			return;
		dry_node_set_ready(&sim->cluster, slot, false);
	}
}

/* The trace's events of this instant of one kind. */
static void apply_events(struct dry_simulation *sim, enum dry_trace_event_kind kind)
{
	struct dry_cluster *cluster = &sim->cluster;
	uint32_t i;

	for (i = sim->next_event; i < sim->input->trace_event_count; i++) {
		const struct dry_trace_event *e = &sim->input->trace_event[i];

		if (e->at_ms > cluster->now_ms)
			return;
		if (e->kind != kind)
			continue;
		sim->changed = true;
		switch (kind) {
		case DRY_TRACE_POD_DELETE:
			dry_cluster_push(cluster, cluster->now_ms, DRY_PHASE_POD_STOP, e->order,
					 cluster->sequence++, DRY_QUEUE_POD_DELETE, e->name_index, 0);
			break;
		case DRY_TRACE_INTERRUPT:
			choose_interrupted(sim, e);
			break;
		case DRY_TRACE_NODE_NOT_READY:
			fail_nodes(sim, e);
			break;
		case DRY_TRACE_PRICE:
			prices_set_reached(sim, e);
			break;
		case DRY_TRACE_STOCKOUT:
			break;          /* asked at each increase */
		}
	}
}

static void skip_events(struct dry_simulation *sim)
{
	while (sim->next_event < sim->input->trace_event_count &&
	       sim->input->trace_event[sim->next_event].at_ms <= sim->cluster.now_ms)
		sim->next_event++;
}

static void arrive(struct dry_simulation *sim)
{
	const struct dry_pod_table *pod = &sim->input->pod;

	while (sim->next_pod < pod->count && pod->arrive_at_ms[sim->next_pod] <= sim->cluster.now_ms) {
		if (sim->cluster.current[sim->next_pod] == DRY_NONE) {
			dry_pod_arrive(&sim->cluster, sim->next_pod, pod->arrive_at_ms[sim->next_pod]);
			sim->cluster.events_handled++;
			sim->changed = true;
		}
		sim->next_pod++;
	}
}

/* loop/trigger.go: a pod that kube-scheduler could not place starts a loop, or the next one if one is running. */
static void hear_signal(struct dry_simulation *sim)
{
	int64_t now = sim->cluster.now_ms;

	if (!sim->config->options.frequent_loops_enabled || !sim->cluster.fresh_pending ||
	    sim->cluster.fresh_at_ms != now || now < 0)
		return;
	if (now >= sim->busy_until_ms)
		sim->next_tick_ms = now;
	else
		sim->next_tick_ms = sim->busy_until_ms;
}

/* When the next loop starts, as far as it is known now. */
static void plan_next_loop(struct dry_simulation *sim)
{
	const struct dry_options *o = &sim->config->options;

	sim->next_tick_ms = sim->busy_until_ms + o->scan_interval_ms;
	if (o->frequent_loops_enabled && dry_autoscaler_was_productive(sim->autoscaler, sim->previous_loop_ms))
		sim->next_tick_ms = sim->busy_until_ms;
}

static void run_loop(struct dry_simulation *sim)
{
	struct dry_cluster *cluster = &sim->cluster;
	int64_t now = cluster->now_ms;
	uint32_t fresh = cluster->fresh_pending;
	const struct dry_queue_entry *next;

	dry_autoscaler_run_once(sim->autoscaler);
	sim->previous_loop_ms = sim->last_loop_ms;
	sim->last_loop_ms = now;
	sim->busy_until_ms = now + sim->loop_ms;
	sim->loop_count++;
	sim->changed = false;
	while ((next = dry_event_queue_peek(&cluster->queue)) && next->at_ms <= now) {
		handle_due(sim, DRY_PHASE_CONDITION);
		dry_scheduler_pass(cluster, sim->config->preemption || placeholder_is_used(sim));
	}
	sim->quiet_until_ms = dry_autoscaler_quiet_until(sim->autoscaler);
	plan_next_loop(sim);
	if (cluster->fresh_pending > fresh)
		hear_signal(sim);
}

static void run_instant(struct dry_simulation *sim, int64_t at_ms)
{
	struct dry_cluster *cluster = &sim->cluster;

	recorder_until(sim, at_ms);
	cluster->now_ms = at_ms;
	handle_due(sim, DRY_PHASE_AUTOSCALER);
	apply_events(sim, DRY_TRACE_POD_DELETE);
	handle_due(sim, DRY_PHASE_POD_STOP);
	apply_events(sim, DRY_TRACE_INTERRUPT);
	handle_due(sim, DRY_PHASE_CONDITION);
	apply_events(sim, DRY_TRACE_NODE_NOT_READY);
	apply_events(sim, DRY_TRACE_PRICE);
	apply_events(sim, DRY_TRACE_STOCKOUT);
	skip_events(sim);
	if (prices_apply(sim))
		sim->changed = true;
	if (zones_apply(sim))
		sim->changed = true;
	if (schedule_apply(sim))
		sim->changed = true;
	arrive(sim);
	dry_scheduler_pass(cluster, sim->config->preemption || placeholder_is_used(sim));
	hear_signal(sim);
	if (at_ms == sim->next_tick_ms)
		run_loop(sim);
	recorder_sample(sim);
}

static void each_slot(void *context, dry_slot_visit *visit)
{
	struct dry_simulation *sim = context;

	dry_autoscaler_each_slot(sim->autoscaler, visit);
}

/* --- which instant comes next --- */

static int64_t next_event_at(struct dry_simulation *sim)
{
	const struct dry_queue_entry *entry = dry_event_queue_peek(&sim->cluster.queue);
	int64_t next = prices_next_at_ms(sim), other = zones_next_at_ms(sim);

	if (other < next)
		next = other;
	other = schedule_next_at_ms(sim);
	if (other < next)
		next = other;
	if (entry && entry->at_ms < next)
		next = entry->at_ms;
	if (sim->next_pod < sim->input->pod.count && sim->input->pod.arrive_at_ms[sim->next_pod] < next)
		next = sim->input->pod.arrive_at_ms[sim->next_pod];
	if (sim->next_event < sim->input->trace_event_count &&
	    sim->input->trace_event[sim->next_event].at_ms < next)
		next = sim->input->trace_event[sim->next_event].at_ms;
	return next < 0 ? 0 : next;
}

/* Moves the next loop over those that can only repeat the last one. */
static void skip_loops(struct dry_simulation *sim, int64_t event_at_ms)
{
	const struct dry_options *o = &sim->config->options;
	int64_t period = o->scan_interval_ms + sim->loop_ms, due = sim->quiet_until_ms, n;

	if (sim->changed || sim->request->every_tick || due == INT64_MIN || sim->cluster.retry_may_help)
		return;
	if (o->frequent_loops_enabled && dry_autoscaler_was_productive(sim->autoscaler, sim->last_loop_ms))
		return;
	if (event_at_ms < due)
		due = event_at_ms;
	if (sim->config->horizon_ms != DRY_NEVER && due > sim->config->horizon_ms)
		due = sim->config->horizon_ms + 1;
	if (due == INT64_MAX || due <= sim->next_tick_ms)
		return;
	n = (due - sim->next_tick_ms + period - 1) / period;
	if (n <= 0)
		return;
	sim->loops_skipped += (uint64_t)n;
	sim->next_tick_ms += n * period;
	sim->last_loop_ms = sim->next_tick_ms - period;
	sim->previous_loop_ms = n > 1 ? sim->last_loop_ms - period : sim->previous_loop_ms;
	sim->busy_until_ms = sim->last_loop_ms + sim->loop_ms;
	dry_autoscaler_skip_to(sim->autoscaler, sim->last_loop_ms);
}

static bool is_trace_over(const struct dry_simulation *sim)
{
	return sim->next_pod >= sim->input->pod.count && sim->next_event >= sim->input->trace_event_count;
}

/* Without a horizon: the trace has ended and every finite pod is done. */
static bool is_over(const struct dry_simulation *sim)
{
	return sim->config->horizon_ms == DRY_NEVER && is_trace_over(sim) && !sim->cluster.finite_count;
}

/* Without a horizon: nothing can help the pods that are left; the same instant whatever loops were skipped. */
static int64_t stuck_at(const struct dry_simulation *sim)
{
	return sim->config->horizon_ms == DRY_NEVER && is_trace_over(sim) ? sim->last_trace_at_ms + STUCK_AFTER_MS
									  : DRY_NEVER;
}

/* Instant of a checkpoint of the prune test; DRY_NEVER when there is no such. */
static int64_t checkpoint_at(const struct dry_run_request *request, uint32_t checkpoint)
{
	int64_t horizon = request->config->horizon_ms, parts = request->prune ? request->prune->parts : 0;

	if (horizon == DRY_NEVER || checkpoint + 1 >= parts)
		return DRY_NEVER;
	return horizon / parts * (checkpoint + 1);
}

/* Checkpoints before an instant: what is known then is what is known now. */
static bool is_given_up(struct dry_simulation *sim, int64_t before_ms, uint32_t *checkpoint)
{
	int64_t at = checkpoint_at(sim->request, *checkpoint);

	for (; at < before_ms; at = checkpoint_at(sim->request, *checkpoint))
		if (bounds_are_dominated(sim, (*checkpoint)++, at))
			return true;
	return false;
}

bool simulation_run(struct dry_simulation *sim, const struct dry_run_request *request)
{
	int64_t end = request->config->horizon_ms;
	uint32_t checkpoint = 0;

	simulation_start(sim, request);
	sim->pruned = false;
	for (;;) {
		int64_t event_at = next_event_at(sim), at;

		skip_loops(sim, event_at);
		at = event_at < sim->next_tick_ms ? event_at : sim->next_tick_ms;
		if (at > request->config->horizon_ms)
			break;
		if (at > stuck_at(sim)) {
			end = stuck_at(sim);
			break;
		}
		if (request->prune && is_given_up(sim, at, &checkpoint)) {
			sim->pruned = true;
			return true;
		}
		if (!is_trace_over(sim))
			sim->last_trace_at_ms = at;
		run_instant(sim, at);
		if (dry_cluster_is_sparse(&sim->cluster, request->eager_compaction))
			dry_cluster_compact(&sim->cluster, each_slot, sim);
		if (is_over(sim)) {
			end = at;
			break;
		}
		/* Each time: an instant over a million node groups takes a while. */
		if (request->stop && atomic_load_explicit(request->stop, memory_order_relaxed))
			return false;
	}
	recorder_finish(sim, end);
	return true;
}

void simulation_release(struct dry_simulation *sim)
{
	free(sim->zone.action);
	free(sim->zone.down.interval);
	free(sim->pod_class);
}
