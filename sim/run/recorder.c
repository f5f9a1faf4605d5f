/* Fills the record that the metrics are made of, from the world's hooks. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/assert.h"
#include "world/predicates.h"
#include "simulation.h"

#define GIB 1073741824.0
#define HOUR_MS 3600000.0

static void *column(void *old, size_t capacity, size_t count, size_t size)
{
	return capacity >= count ? old : dry_xrealloc(old, count * size);
}

static void reset_pods(struct recorder *recorder, size_t count)
{
	struct dry_record *record = &recorder->record;
	size_t had = recorder->pod_capacity;

	record->first_start_at_ms = column(record->first_start_at_ms, had, count + 1, sizeof(int64_t));
	record->total_wait_ms = column(record->total_wait_ms, had, count + 1, sizeof(int64_t));
	record->pending_since_ms = column(record->pending_since_ms, had, count + 1, sizeof(int64_t));
	record->abandoned = column(record->abandoned, had, count + 1, 1);
	record->first_group_index = column(record->first_group_index, had, count + 1, sizeof(uint32_t));
	if (count + 1 > had)
		recorder->pod_capacity = count + 1;
	memset(record->first_start_at_ms, 0xff, count * sizeof(int64_t));
	memset(record->total_wait_ms, 0, count * sizeof(int64_t));
	memset(record->pending_since_ms, 0xff, count * sizeof(int64_t));
	memset(record->abandoned, 0, count);
	memset(record->first_group_index, 0xff, count * sizeof(uint32_t));
}

static void reset_groups(struct recorder *recorder, size_t count)
{
	struct dry_record *record = &recorder->record;
	size_t had = recorder->group_capacity;

	record->group_scale_ups = column(record->group_scale_ups, had, count + 1, sizeof(uint32_t));
	record->group_scale_ups_failed = column(record->group_scale_ups_failed, had, count + 1, sizeof(uint32_t));
	record->group_scale_downs = column(record->group_scale_downs, had, count + 1, sizeof(uint32_t));
	record->group_time_at_max_ms = column(record->group_time_at_max_ms, had, count + 1, sizeof(int64_t));
	record->group_peak_nodes = column(record->group_peak_nodes, had, count + 1, sizeof(int32_t));
	record->group_min_nodes = column(record->group_min_nodes, had, count + 1, sizeof(int32_t));
	record->group_final_target = column(record->group_final_target, had, count + 1, sizeof(int32_t));
	if (count + 1 > had)
		recorder->group_capacity = count + 1;
	memset(record->group_scale_ups, 0, count * sizeof(uint32_t));
	memset(record->group_scale_ups_failed, 0, count * sizeof(uint32_t));
	memset(record->group_scale_downs, 0, count * sizeof(uint32_t));
	memset(record->group_time_at_max_ms, 0, count * sizeof(int64_t));
	memset(record->group_peak_nodes, 0, count * sizeof(int32_t));
	memset(record->group_min_nodes, 0, count * sizeof(int32_t));
}

static void reset_services(struct dry_simulation *sim)
{
	struct recorder *recorder = &sim->recorder;
	size_t owners = sim->input->owner_count;
	uint32_t i;

	recorder->has_services = false;
	for (i = 0; i < sim->input->class_count; i++)
		if (sim->input->pod_class[i].workload == DRY_WORKLOAD_SERVICE)
			recorder->has_services = true;
	if (!recorder->has_services)
		return;
	recorder->service = dry_grow(recorder->service, &recorder->service_capacity, owners + 1,
				     sizeof(*recorder->service));
	memset(recorder->service, 0, owners * sizeof(*recorder->service));
}

void recorder_reset(struct dry_simulation *sim)
{
	struct recorder *recorder = &sim->recorder;
	struct dry_record *record = &recorder->record, keep = *record;

	memset(record, 0, sizeof(*record));
	record->node = keep.node;
	record->price_change = keep.price_change;
	record->first_start_at_ms = keep.first_start_at_ms;
	record->total_wait_ms = keep.total_wait_ms;
	record->pending_since_ms = keep.pending_since_ms;
	record->abandoned = keep.abandoned;
	record->first_group_index = keep.first_group_index;
	record->group_scale_ups = keep.group_scale_ups;
	record->group_scale_ups_failed = keep.group_scale_ups_failed;
	record->group_scale_downs = keep.group_scale_downs;
	record->group_time_at_max_ms = keep.group_time_at_max_ms;
	record->group_peak_nodes = keep.group_peak_nodes;
	record->group_min_nodes = keep.group_min_nodes;
	record->group_final_target = keep.group_final_target;
	record->input = sim->input;
	record->config = sim->config;
	reset_pods(recorder, sim->input->pod.count);
	reset_groups(recorder, sim->config->group_count);
	reset_services(sim);
	recorder->counted_to_ms = 0;
	sim->spent_exact = 0;
	sim->spent_at_ms = 0;
}

void recorder_release(struct recorder *recorder)
{
	struct dry_record *record = &recorder->record;

	free(record->node);
	free(record->price_change);
	free(record->first_start_at_ms);
	free(record->total_wait_ms);
	free(record->pending_since_ms);
	free(record->abandoned);
	free(record->first_group_index);
	free(record->group_scale_ups);
	free(record->group_scale_ups_failed);
	free(record->group_scale_downs);
	free(record->group_time_at_max_ms);
	free(record->group_peak_nodes);
	free(record->group_min_nodes);
	free(record->group_final_target);
	free(recorder->service);
}

/* --- nodes --- */

static void count_nodes(struct dry_simulation *sim, uint32_t g)
{
	struct dry_record *record = &sim->recorder.record;
	int32_t ready = (int32_t)sim->cluster.group[g].ready_count;
	int32_t all = (int32_t)sim->cluster.registered_count;

	if (ready > record->group_peak_nodes[g])
		record->group_peak_nodes[g] = ready;
	if (ready < record->group_min_nodes[g])
		record->group_min_nodes[g] = ready;
	if (all > record->peak_nodes)
		record->peak_nodes = all;
}

static void on_node_requested(void *context, uint32_t slot)
{
	struct dry_simulation *sim = context;
	struct recorder *recorder = &sim->recorder;
	const struct dry_node *node = &sim->cluster.node[slot];
	struct dry_node_record *row;

	dry_assert(recorder->record.node_count == node->number);
	recorder->record.node = dry_grow(recorder->record.node, &recorder->node_capacity, (size_t)node->number + 1,
					 sizeof(*recorder->record.node));
	recorder->record.node_count++;
	row = &recorder->record.node[node->number];
	memset(row, 0, sizeof(*row));
	row->group_index = node->group_index;
	row->place = sim->cluster.node_place[slot];
	row->ordinal = node->ordinal;
	row->is_initial = node->requested_at_ms < 0;
	row->requested_at_ms = row->is_initial ? 0 : node->requested_at_ms;
	row->launched_at_ms = row->requested_at_ms;
	row->ready_at_ms = row->gone_at_ms = row->scale_down_at_ms = -1;
	luck_node_requested(sim, slot);
}

static void on_node_ready(void *context, uint32_t slot)
{
	struct dry_simulation *sim = context;
	const struct dry_node *node = &sim->cluster.node[slot];

	sim->recorder.record.node[node->number].ready_at_ms = node->created_at_ms < 0 ? 0 : node->created_at_ms;
	if (node->created_at_ms < 0)
		sim->recorder.record.group_min_nodes[node->group_index]++;
	count_nodes(sim, node->group_index);
}

/*
 * Brings a node's record up to now at the price that has held since the last
 * time: called before a price changes and when the node goes.
 */
static void settle_node(struct dry_simulation *sim, uint32_t slot)
{
	const struct dry_node *node = &sim->cluster.node[slot];
	const struct dry_group *group = &sim->cluster.group[node->group_index];
	const int64_t *has = group->spec->allocatable.amount;
	const struct dry_billing_config *worth = &sim->config->billing;
	struct dry_node_record *row = &sim->recorder.record.node[node->number];
	double value = (double)has[DRY_RESOURCE_CPU] / 1000 * worth->core_usd_per_hour +
		       (double)has[DRY_RESOURCE_MEMORY] / GIB * worth->gib_usd_per_hour;
	double used;

	dry_node_count_to(&sim->cluster, slot);
	used = (node->requested_core_ms - row->requested_core_ms) * worth->core_usd_per_hour +
	       (node->requested_byte_ms - row->requested_byte_ms) / GIB * worth->gib_usd_per_hour;
	if (group->gpu_resource != DRY_NONE) {
		value += (double)has[group->gpu_resource] * worth->gpu_usd_per_hour;
		used += (node->requested_gpu_ms - row->requested_gpu_ms) * worth->gpu_usd_per_hour;
	}
	if (value > 0)
		row->used_nusd += (double)sim->cluster.place[row->place].price_nusd_per_hour * (used / value) / HOUR_MS;
	row->requested_core_ms = node->requested_core_ms;
	row->requested_byte_ms = node->requested_byte_ms;
	row->requested_gpu_ms = node->requested_gpu_ms;
}

void recorder_settle(struct dry_simulation *sim, uint32_t place)
{
	const struct dry_group *group = &sim->cluster.group[sim->cluster.place[place].group_index];
	size_t i;

	for (i = 0; i < group->instance_count; i++)
		if (sim->cluster.node_place[group->instance[i]] == place)
			settle_node(sim, group->instance[i]);
}

static void close_node(struct dry_simulation *sim, uint32_t slot)
{
	const struct dry_node *node = &sim->cluster.node[slot];
	struct dry_node_record *row = &sim->recorder.record.node[node->number];

	settle_node(sim, slot);
	row->placeholder_core_ms = node->placeholder_core_ms;
	row->daemon_core_ms = node->daemon_core_ms;
	row->scale_down_at_ms = node->scale_down_at_ms;
	if (node->never_launched)
		row->launched_at_ms = -1;
}

static void on_node_gone(void *context, uint32_t slot, bool interrupted)
{
	struct dry_simulation *sim = context;
	struct dry_node_record *row = &sim->recorder.record.node[sim->cluster.node[slot].number];

	close_node(sim, slot);
	recorder_spend(sim);
	row->gone_at_ms = sim->cluster.now_ms;
	if (row->ready_at_ms < 0)
		row->end = DRY_NODE_NEVER_CAME;
	else
		row->end = interrupted ? DRY_NODE_INTERRUPTED : DRY_NODE_SCALED_DOWN;
	sim->recorder.record.interruptions += interrupted;
	count_nodes(sim, row->group_index);
}

/* --- pods --- */

static void count_service_to(const struct dry_simulation *sim, struct service_count *service)
{
	double ms = (double)(sim->cluster.now_ms - service->counted_to_ms);
	double tolerated = (1 - sim->config->slo.availability_tolerance) * service->desired;

	service->desired_ms += ms * service->desired;
	service->running_ms += ms * service->running;
	if (service->running < tolerated)
		service->under_ms += ms;
	service->counted_to_ms = sim->cluster.now_ms;
}

/* Availability: what runs of what is wanted, per owner of service pods. */
static void count_service(struct dry_simulation *sim, const struct dry_pod *pod, int desired, int running)
{
	struct service_count *service;

	if (!sim->recorder.has_services || pod->owner_index == DRY_NONE ||
	    sim->input->pod_class[pod->class_index].workload != DRY_WORKLOAD_SERVICE)
		return;
	service = &sim->recorder.service[pod->owner_index];
	count_service_to(sim, service);
	service->desired += desired;
	service->running += running;
}

static void on_pod_pending(void *context, uint32_t pod)
{
	struct dry_simulation *sim = context;
	const struct dry_pod *p = &sim->cluster.pod[pod];

	if (p->pod_index >= sim->input->pod.count)
		return;
	sim->recorder.record.pending_since_ms[p->pod_index] = p->created_at_ms;
	count_service(sim, p, 1, 0);
}

static void on_pod_started(void *context, uint32_t pod)
{
	struct dry_simulation *sim = context;
	const struct dry_pod *p = &sim->cluster.pod[pod];
	struct dry_record *record = &sim->recorder.record;
	uint32_t row = p->pod_index;

	if (row >= sim->input->pod.count) {
		sim->cluster.node[p->node].placeholder_milli_cpu += sim->shapes.shape[p->class_index].cpu;
		return;
	}
	record->pending_since_ms[row] = -1;
	record->total_wait_ms[row] += sim->cluster.now_ms - p->created_at_ms;
	if (record->first_start_at_ms[row] == -1) {
		record->first_start_at_ms[row] = sim->cluster.now_ms;
		record->first_group_index[row] = sim->cluster.node_group[p->node];
	}
	count_service(sim, p, 0, 1);
}

static void on_pod_evicted(void *context, uint32_t pod, enum dry_eviction cause)
{
	struct dry_simulation *sim = context;
	const struct dry_pod *p = &sim->cluster.pod[pod];
	struct dry_record *record = &sim->recorder.record;

	if (p->pod_index >= sim->input->pod.count) {
		sim->cluster.node[p->node].placeholder_milli_cpu -= sim->shapes.shape[p->class_index].cpu;
		return;
	}
	if (cause == DRY_EVICTED_INTERRUPTION)
		record->evictions_interruption++;
	else if (cause == DRY_EVICTED_SCALE_DOWN)
		record->evictions_scale_down++;
	else
		record->evictions_preemption++;
	if (sim->input->pod.duration_ms[p->pod_index] >= 0)
		record->lost_core_ms += (double)p->lost_ms * (double)sim->shapes.shape[p->class_index].cpu / 1000.0;
	count_service(sim, p, -1, -1);
}

static void on_pod_ended(void *context, uint32_t pod)
{
	struct dry_simulation *sim = context;
	const struct dry_pod *p = &sim->cluster.pod[pod];
	struct dry_record *record = &sim->recorder.record;
	uint32_t row = p->pod_index;
	bool pending = p->phase == DRY_POD_PENDING;

	if (row >= sim->input->pod.count)
		return;
	if (pending) {
		record->total_wait_ms[row] += sim->cluster.now_ms - p->created_at_ms;
		record->pending_since_ms[row] = -1;
		record->abandoned[row] = record->first_start_at_ms[row] == -1;
	}
	count_service(sim, p, -1, pending ? 0 : -1);
}

static void on_decision(void *context, const struct dry_event *event)
{
	struct dry_simulation *sim = context;
	struct dry_record *record = &sim->recorder.record;

	if (event->group_index >= sim->config->group_count)
		return;
	record->group_scale_ups[event->group_index] += event->kind == DRY_EVENT_SCALE_UP;
	record->group_scale_ups_failed[event->group_index] += event->kind == DRY_EVENT_SCALE_UP_FAILED;
	record->group_scale_downs[event->group_index] += event->kind == DRY_EVENT_SCALE_DOWN;
}

void recorder_hooks(struct dry_simulation *sim, struct dry_cluster_hooks *hooks)
{
	memset(hooks, 0, sizeof(*hooks));
	hooks->context = sim;
	hooks->on_node_requested = on_node_requested;
	hooks->on_node_ready = on_node_ready;
	hooks->on_node_gone = on_node_gone;
	hooks->on_pod_started = on_pod_started;
	hooks->on_pod_pending = on_pod_pending;
	hooks->on_pod_evicted = on_pod_evicted;
	hooks->on_pod_ended = on_pod_ended;
	hooks->on_decision = on_decision;
	hooks->provision_delay = luck_provision_delay;
	hooks->is_stocked_out = luck_is_stocked_out;
	hooks->is_refused = luck_is_refused;
}

/* --- money and time --- */

void recorder_price(struct dry_simulation *sim, uint32_t place, int64_t nusd_per_hour)
{
	struct recorder *recorder = &sim->recorder;
	struct dry_price_change *change;

	recorder->record.price_change = dry_grow(recorder->record.price_change, &recorder->price_capacity,
						 (size_t)recorder->record.price_change_count + 1,
						 sizeof(*recorder->record.price_change));
	change = &recorder->record.price_change[recorder->record.price_change_count++];
	change->at_ms = sim->cluster.now_ms;
	change->place = place;
	change->nusd_per_hour = nusd_per_hour;
}

/* What runs costs on, for samples; the bill itself is made from the record. */
void recorder_spend(struct dry_simulation *sim)
{
	double hours = (double)(sim->cluster.now_ms - sim->spent_at_ms) / 3600000.0;
	uint32_t p;

	if (!sim->observes_samples || hours <= 0)
		return;
	for (p = 0; p < sim->cluster.place_count; p++)
		sim->spent_exact += hours * (double)sim->cluster.place[p].price_nusd_per_hour *
				    (double)sim->cluster.place[p].instance_count;
	sim->spent_at_ms = sim->cluster.now_ms;
}

static void count_waits(struct dry_simulation *sim, double ms)
{
	struct dry_record *record = &sim->recorder.record;
	struct dry_wait_counts counts = dry_autoscaler_wait_counts(sim->autoscaler);
	double pending = sim->cluster.pending_count;
	double seen = (double)counts.on_the_way + counts.at_max + counts.backoff + counts.never_fits +
		      counts.other;
	double share = seen > pending ? ms * pending / seen : ms;

	record->wait_provisioning_ms += share * counts.on_the_way;
	record->wait_at_max_ms += share * counts.at_max;
	record->wait_backoff_ms += share * counts.backoff;
	record->wait_never_fits_ms += share * counts.never_fits;
	record->wait_other_ms += share * counts.other;
	if (pending > seen)
		record->wait_loop_ms += ms * (pending - seen);
}

/* Could a new node at the place take a pod of the class, as far as labels, taints and size say? */
static bool could_take(struct dry_simulation *sim, uint32_t p, uint32_t class_index)
{
	struct dry_cluster *cluster = &sim->cluster;
	const struct dry_place *place = &cluster->place[p];
	const int64_t *has = cluster->group[place->group_index].spec->allocatable.amount;
	const struct dry_shape *shape = &sim->shapes.shape[class_index];
	uint32_t r;

	if (dry_static_fit(cluster, class_index, p) != DRY_FITS)
		return false;
	for (r = 0; r < shape->request_count; r++)
		if (shape->request[r].amount >
		    has[shape->request[r].resource] - place->daemon_request.amount[shape->request[r].resource])
			return false;
	return true;
}

/* A pending pod that a new node of the group could take in one of its zones. */
static bool is_waited_for(struct dry_simulation *sim, uint32_t g)
{
	struct dry_cluster *cluster = &sim->cluster;
	const struct dry_group *group = &cluster->group[g];
	uint32_t i, z;

	for (i = 0; i < cluster->active_count; i++)
		for (z = 0; z < group->zone_count; z++)
			if (could_take(sim, dry_group_place(group, cluster, z), cluster->active_class[i]))
				return true;
	return false;
}

/* Before anything of an instant happens: what held since the last one. */
void recorder_until(struct dry_simulation *sim, int64_t at_ms)
{
	struct dry_record *record = &sim->recorder.record;
	int64_t ms = at_ms - sim->recorder.counted_to_ms;
	uint32_t g;

	sim->recorder.counted_to_ms = at_ms;
	if (!sim->cluster.pending_count || ms <= 0)
		return;
	count_waits(sim, (double)ms);
	for (g = 0; g < sim->cluster.group_count; g++)
		if (sim->cluster.group[g].target >= sim->cluster.group[g].spec->max_size &&
		    !sim->cluster.group[g].spec->merged_into && is_waited_for(sim, g))
			record->group_time_at_max_ms[g] += ms;
}

/* What a node of the group costs: the mean over its zones by nodes, of the first when it has none. */
static int64_t price_of(const struct dry_simulation *sim, uint32_t g)
{
	const struct dry_cluster *cluster = &sim->cluster;
	const struct dry_group *group = &cluster->group[g];
	double sum = 0, nodes = 0;
	uint32_t z;

	for (z = 0; group->zone_count > 1 && z < group->zone_count; z++) {
		const struct dry_place *place = &cluster->place[dry_group_place(group, cluster, z)];

		sum += (double)place->price_nusd_per_hour * place->instance_count;
		nodes += place->instance_count;
	}
	return nodes > 0 ? llround(sum / nodes) : cluster->place[g].price_nusd_per_hour;
}

void recorder_sample(struct dry_simulation *sim)
{
	struct dry_record *record = &sim->recorder.record;
	struct dry_sample sample = { .at_ms = sim->cluster.now_ms };
	uint32_t g;

	if (sim->cluster.pending_count > record->worst_pending) {
		record->worst_pending = sim->cluster.pending_count;
		record->worst_at_ms = sim->cluster.now_ms;
	}
	if (!sim->observes_samples)
		return;
	recorder_spend(sim);
	for (g = 0; g < sim->cluster.group_count; g++) {
		sim->sample_ready[g] = (int32_t)sim->cluster.group[g].ready_count;
		sim->sample_target[g] = sim->cluster.group[g].target;
		sim->sample_price[g] = price_of(sim, g);
	}
	sample.pending_pods = sim->cluster.pending_count;
	sample.running_pods = sim->cluster.running_count;
	sample.ready_nodes = sim->sample_ready;
	sample.target_nodes = sim->sample_target;
	sample.price_nusd_per_hour = sim->sample_price;
	sample.spend_nusd = (int64_t)sim->spent_exact;
	sim->request->observer->on_sample(sim->request->observer->context, &sample);
}

static void finish_services(struct dry_simulation *sim)
{
	struct dry_record *record = &sim->recorder.record;
	uint32_t i;

	record->worst_owner_availability = NAN;
	record->worst_owner_index = DRY_NONE;
	for (i = 0; sim->recorder.has_services && i < sim->input->owner_count; i++) {
		struct service_count *service = &sim->recorder.service[i];
		double share;

		count_service_to(sim, service);
		if (service->desired_ms <= 0)
			continue;
		record->service_desired_ms += service->desired_ms;
		record->service_running_ms += service->running_ms;
		share = service->running_ms / service->desired_ms;
		if (!isnan(record->worst_owner_availability) && share >= record->worst_owner_availability)
			continue;
		record->worst_owner_availability = share;
		record->worst_owner_index = i;
		record->worst_owner_under_ms = service->under_ms;
	}
}

void recorder_finish(struct dry_simulation *sim, int64_t end_at_ms)
{
	struct dry_record *record = &sim->recorder.record;
	uint32_t i;

	recorder_until(sim, end_at_ms);
	sim->cluster.now_ms = end_at_ms;
	for (i = 0; i < sim->cluster.world_count; i++) {
		if (sim->cluster.node[i].state == DRY_INSTANCE_GONE)
			continue;
		close_node(sim, i);
	}
	finish_services(sim);
	for (i = 0; i < sim->cluster.group_count; i++)
		record->group_final_target[i] = sim->cluster.group[i].target;
	record->end_at_ms = end_at_ms;
	record->digest = sim->cluster.digest;
	record->event_count = sim->cluster.events_handled;
	record->loop_count = sim->loop_count;
	record->loops_skipped = sim->loops_skipped;
}
