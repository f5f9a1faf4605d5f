/* Bills, a run's summary, oscillation. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/statistics.h"
#include "kind.h"
#include "market/billing.h"
#include "run/oscillation.h"
#include "run/record.h"
#include "world/classify.h"

#define GIB 1073741824.0
#define VALUE_CORE 0.031611            /* OpenCost's published defaults, as the file says */
#define VALUE_GIB 0.004237

/* -1: null. */
static int64_t ms_of(double seconds)
{
	return isnan(seconds) ? -1 : (int64_t)llround(seconds * 1000);
}

/* --- billing --- */

static void check_instance(struct reference *ref, const cJSON *test)
{
	const cJSON *list = ref_at(test, "price_steps"), *item;
	size_t count = (size_t)cJSON_GetArraySize(list), i = 0;
	int64_t *at = dry_xcalloc(2 * count + 1, sizeof(*at)), *price = at + count;
	struct dry_price_steps steps = { (uint32_t)count, at, price };
	struct dry_bill_terms terms = {
		.unit_ms = 1000, .minimum_ms = ms_of(ref_get(test, "min_seconds")),
		.free_within_ms = ms_of(ref_get(test, "free_if_reclaimed_within")),
	};
	struct dry_bill_interval interval = {
		.start_ms = ms_of(ref_get(test, "start")), .end_ms = ms_of(ref_get(test, "end")),
		.reclaimed = cJSON_IsTrue(ref_at(test, "reclaimed")),
	};

	cJSON_ArrayForEach(item, list) {
		at[i] = ms_of(cJSON_GetArrayItem(item, 0)->valuedouble);
		price[i++] = llround(1e9 * cJSON_GetArrayItem(item, 1)->valuedouble);
	}
	ref_number(ref, "cost_in_force", (double)dry_bill(&terms, &steps, &interval) / 1e9,
		   ref_at(test, "cost_in_force"));
	terms.hour_start = true;
	if (!cJSON_IsNull(ref_at(test, "cost_hour_start")))
		ref_number(ref, "cost_hour_start", (double)dry_bill(&terms, &steps, &interval) / 1e9,
			   ref_at(test, "cost_hour_start"));
	free(at);
}

static void check_plan_hour(struct reference *ref, const cJSON *test)
{
	const cJSON *list = ref_at(test, "usage"), *item;
	size_t count = (size_t)cJSON_GetArraySize(list), i = 0;
	struct dry_hour_usage *usage = dry_xcalloc(count + 1, sizeof(*usage));
	double *covered = dry_xcalloc(count + 1, sizeof(*covered)), on_demand = 0, used;
	double commitment = ref_get(test, "commitment_per_hour");

	cJSON_ArrayForEach(item, list) {
		usage[i] = (struct dry_hour_usage){ .hours = ref_get(item, "hours"), .on_demand = ref_get(item, "od"),
						    .rate = ref_get(item, "sp"), .index = (uint32_t)i };
		i++;
	}
	used = dry_savings_plan_spend(commitment, usage, count);
	for (i = 0; i < count; i++) {
		covered[usage[i].index] = usage[i].covered;
		on_demand += usage[i].hours * usage[i].on_demand;
	}
	ref_numbers(ref, "covered_hours", covered, count, ref_at(test, "covered_hours"));
	ref_number(ref, "commit_used", used, ref_at(test, "commit_used"));
	ref_number(ref, "commit_unused", commitment - used, ref_at(test, "commit_unused"));
	ref_number(ref, "on_demand", on_demand, ref_at(test, "on_demand"));
	ref_number(ref, "total", commitment + on_demand, ref_at(test, "total"));
	free(covered);
	free(usage);
}

static void check_reserved_hour(struct reference *ref, const cJSON *test)
{
	double owned = ref_get(test, "owned"), used = ref_get(test, "used_hours"), od = ref_get(test, "od");
	double covered = dry_reserved_cover(owned, used), sunk = owned * ref_get(test, "reserved_rate");

	ref_number(ref, "sunk", sunk, ref_at(test, "sunk"));
	ref_number(ref, "on_demand", (used - covered) * od, ref_at(test, "on_demand"));
	ref_number(ref, "unused_hours", owned - covered, ref_at(test, "unused_hours"));
	ref_number(ref, "total", sunk + (used - covered) * od, ref_at(test, "total"));
}

static void check_billing(struct reference *ref, const cJSON *test)
{
	const char *kind = ref_get_text(test, "kind");

	if (!strcmp(kind, "instance"))
		check_instance(ref, test);
	else if (!strcmp(kind, "savings_plan_hour"))
		check_plan_hour(ref, test);
	else if (!strcmp(kind, "reserved_hour"))
		check_reserved_hour(ref, test);
	else
		ref_that(ref, false, "kind %s is not known", kind);
}

/* --- oscillation --- */

static const char *name_of(const cJSON *nodes, uint32_t index)
{
	return ref_get_text(cJSON_GetArrayItem(nodes, (int)index), "node");
}

static uint32_t pool_index(const cJSON *nodes, const char *pool)
{
	const cJSON *node;
	uint32_t index = 0;

	cJSON_ArrayForEach(node, nodes) {
		if (!strcmp(ref_get_text(node, "pool"), pool))
			return index;
		index++;
	}
	return 0;
}

static bool names_pair(const cJSON *pairs, const char *removed, const char *added)
{
	const cJSON *pair;

	cJSON_ArrayForEach(pair, pairs)
		if (!strcmp(cJSON_GetArrayItem(pair, 0)->valuestring, removed) &&
		    !strcmp(cJSON_GetArrayItem(pair, 1)->valuestring, added))
			return true;
	return false;
}

static bool names(const cJSON *list, const char *name)
{
	const cJSON *item;

	cJSON_ArrayForEach(item, list)
		if (!strcmp(item->valuestring, name))
			return true;
	return false;
}

static void compare_oscillation(struct reference *ref, const cJSON *test, const struct dry_oscillation *found,
				uint32_t count)
{
	const cJSON *nodes = ref_at(test, "nodes");
	int short_lived = 0, replaced = 0;
	uint32_t i;

	for (i = 0; i < count; i++) {
		const char *name = name_of(nodes, i);

		if (found->short_lived[i]) {
			short_lived++;
			ref_that(ref, names(ref_at(test, "short_lived"), name), "%s is no short-lived node", name);
		}
		if (found->replaces[i] != DRY_NONE) {
			replaced++;
			ref_that(ref, names_pair(ref_at(test, "regretted"), name_of(nodes, found->replaces[i]), name),
				 "%s does not replace %s", name, name_of(nodes, found->replaces[i]));
		}
	}
	ref_that(ref, short_lived == cJSON_GetArraySize(ref_at(test, "short_lived")), "%d short-lived", short_lived);
	ref_that(ref, replaced == cJSON_GetArraySize(ref_at(test, "regretted")), "%d regretted", replaced);
	ref_number(ref, "adds", found->added, ref_at(test, "adds"));
	ref_number(ref, "oscillation_index", found->index, ref_at(test, "oscillation_index"));
}

static void check_oscillation(struct reference *ref, const cJSON *test)
{
	const cJSON *nodes = ref_at(test, "nodes"), *item;
	size_t count = (size_t)cJSON_GetArraySize(nodes), i = 0;
	struct dry_oscillation_node *node = dry_xcalloc(count + 1, sizeof(*node));
	struct dry_oscillation found = { 0 };

	cJSON_ArrayForEach(item, nodes) {
		const char *cause = ref_get_text(item, "cause");

		node[i++] = (struct dry_oscillation_node){
			.group_index = pool_index(nodes, ref_get_text(item, "pool")),
			.is_initial = cJSON_IsTrue(ref_at(item, "initial")),
			.requested_at_ms = ms_of(ref_get(item, "requested")),
			.ready_at_ms = ms_of(ref_get(item, "ready")),
			.scaled_down_at_ms = cause && !strcmp(cause, "scaleDown") ? ms_of(ref_get(item, "removed")) : -1,
		};
	}
	dry_oscillation_find(&found, node, (uint32_t)count, (uint32_t)count, ms_of(ref_get(test, "window")));
	compare_oscillation(ref, test, &found, (uint32_t)count);
	ref_number(ref, "removals", found.removed, ref_at(test, "removals"));
	dry_oscillation_release(&found);
	free(node);
}

/* --- a run in miniature: made into a record, summed up by the program's own metrics --- */

struct miniature {
	struct dry_input input;
	struct dry_config config;
	struct dry_record record;
	struct dry_pod_class class[DRY_URGENCY_CRITICAL + 1];
};

static enum dry_urgency urgency_of(double weight)
{
	enum dry_urgency urgency = DRY_URGENCY_EXPENDABLE;

	while (urgency < DRY_URGENCY_CRITICAL && dry_urgency_weight(urgency) != weight)
		urgency = (enum dry_urgency)(urgency + 1);
	return urgency;
}

static void make_pods(struct miniature *m, const cJSON *pods)
{
	size_t count = (size_t)cJSON_GetArraySize(pods), i = 0;
	const cJSON *pod;

	m->input.pod.count = (uint32_t)count;
	m->input.pod.arrive_at_ms = dry_xcalloc(count + 1, sizeof(int64_t));
	m->input.pod.class_index = dry_xcalloc(count + 1, sizeof(uint32_t));
	m->record.first_start_at_ms = dry_xcalloc(count + 1, sizeof(int64_t));
	m->record.total_wait_ms = dry_xcalloc(count + 1, sizeof(int64_t));
	m->record.pending_since_ms = dry_xcalloc(count + 1, sizeof(int64_t));
	m->record.abandoned = dry_xcalloc(count + 1, 1);
	m->record.first_group_index = dry_xcalloc(count + 1, sizeof(uint32_t));
	cJSON_ArrayForEach(pod, pods) {
		bool started = cJSON_IsNumber(ref_at(pod, "start"));
		int64_t pending = ms_of(ref_get(pod, "pending"));

		m->input.pod.arrive_at_ms[i] = pending;
		m->input.pod.class_index[i] = urgency_of(ref_get(pod, "weight"));
		m->record.first_start_at_ms[i] = started ? ms_of(ref_get(pod, "start")) : -1;
		m->record.total_wait_ms[i] = started ? ms_of(ref_get(pod, "start")) - pending : 0;
		m->record.pending_since_ms[i] = started ? -1 : pending;
		m->record.first_group_index[i] = started ? 0 : DRY_NONE;
		i++;
	}
}

/* Seconds of a pod on a node within the node's Ready time. */
static double overlap(const cJSON *pod, double ready, double gone)
{
	double start = ref_get(pod, "start"), end = ref_get(pod, "end");

	if (isnan(start) || isnan(ready))
		return 0;
	if (isnan(end) || end > gone)
		end = gone;
	if (start < ready)
		start = ready;
	return end > start ? end - start : 0;
}

static void make_node(struct miniature *m, size_t i, const cJSON *node, const cJSON *test)
{
	double horizon = ref_get(test, "horizon"), gone = ref_get(node, "gone"), ready = ref_get(node, "ready");
	double cores = ref_get(node, "cpu"), gib = ref_get(node, "memory"), until = fmin(gone, horizon);
	bool stays = isnan(gone) || gone > horizon;
	struct dry_node_record *row = &m->record.node[i];
	struct dry_node_group *group = &m->config.group[i];
	const cJSON *pod;

	group->name = ref_get_text(node, "node");
	group->allocatable.amount[DRY_RESOURCE_CPU] = llround(cores * 1000);
	group->allocatable.amount[DRY_RESOURCE_MEMORY] = llround(gib * GIB);
	m->record.price_change[i] = (struct dry_price_change){ 0, (uint32_t)i, llround(1e9 * ref_get(node, "price")) };
	*row = (struct dry_node_record){
		.group_index = (uint32_t)i, .place = (uint32_t)i, .launched_at_ms = ms_of(ref_get(node, "launch")),
		.ready_at_ms = ms_of(ready), .gone_at_ms = stays ? -1 : ms_of(gone), .scale_down_at_ms = -1,
		.end = stays ? DRY_NODE_STAYS : DRY_NODE_SCALED_DOWN,
	};
	cJSON_ArrayForEach(pod, ref_at(test, "pods")) {
		const char *on = ref_get_text(pod, "node");
		double ms = 1000 * overlap(pod, ready, until);

		if (!on || strcmp(on, group->name) != 0)
			continue;
		row->requested_core_ms += ms * ref_get(pod, "cpu");
		row->requested_byte_ms += ms * ref_get(pod, "memory") * GIB;
	}
	row->used_nusd = (double)m->record.price_change[i].nusd_per_hour / 3.6e6 *
			 (row->requested_core_ms * VALUE_CORE + row->requested_byte_ms / GIB * VALUE_GIB) /
			 (cores * VALUE_CORE + gib * VALUE_GIB);
}

static void make_miniature(struct miniature *m, const cJSON *test)
{
	const cJSON *nodes = ref_at(test, "nodes"), *node, *lost;
	size_t count = (size_t)cJSON_GetArraySize(nodes), i = 0;
	int64_t slo = ms_of(ref_get(test, "slo"));
	uint32_t u;

	memset(m, 0, sizeof(*m));
	dry_symbols_init(&m->input.symbols);
	for (u = 0; u <= DRY_URGENCY_CRITICAL; u++)
		m->class[u] = (struct dry_pod_class){ .urgency = (enum dry_urgency)u,
						      .workload = DRY_WORKLOAD_SERVICE };
	m->input.pod_class = m->class;
	m->input.class_count = DRY_URGENCY_CRITICAL + 1;
	m->config.group_count = m->record.node_count = m->record.price_change_count = (uint32_t)count;
	m->config.group = dry_xcalloc(count + 1, sizeof(*m->config.group));
	m->config.slo = (struct dry_slo_config){ .service_wait_ms = slo, .interactive_wait_ms = slo, .batch_wait_ms = slo };
	m->config.billing = (struct dry_billing_config){ .unit_ms = 1000, .minimum_ms = 60000 };
	m->record.node = dry_xcalloc(count + 1, sizeof(*m->record.node));
	m->record.price_change = dry_xcalloc(count + 1, sizeof(*m->record.price_change));
	m->record.input = &m->input;
	m->record.config = &m->config;
	m->record.end_at_ms = ms_of(ref_get(test, "horizon"));
	m->record.worst_owner_availability = NAN;
	m->record.group_scale_ups = dry_xcalloc(count + 1, sizeof(uint32_t));
	m->record.group_scale_ups_failed = dry_xcalloc(count + 1, sizeof(uint32_t));
	m->record.group_scale_downs = dry_xcalloc(count + 1, sizeof(uint32_t));
	m->record.group_time_at_max_ms = dry_xcalloc(count + 1, sizeof(int64_t));
	m->record.group_peak_nodes = dry_xcalloc(count + 1, sizeof(int32_t));
	m->record.group_min_nodes = dry_xcalloc(count + 1, sizeof(int32_t));
	m->record.group_final_target = dry_xcalloc(count + 1, sizeof(int32_t));
	make_pods(m, ref_at(test, "pods"));
	cJSON_ArrayForEach(node, nodes)
		make_node(m, i++, node, test);
	cJSON_ArrayForEach(lost, ref_at(test, "interrupted")) {
		double start = ref_get(lost, "start"), saved = ref_get(lost, "checkpoint");

		m->record.lost_core_ms += 1000 * ref_get(lost, "cpu") *
					  (ref_get(lost, "at") - (saved > start ? saved : start));
	}
}

static void free_miniature(struct miniature *m)
{
	free(m->input.pod.arrive_at_ms);
	free(m->input.pod.class_index);
	free(m->record.first_start_at_ms);
	free(m->record.total_wait_ms);
	free(m->record.pending_since_ms);
	free(m->record.abandoned);
	free(m->record.first_group_index);
	free(m->config.group);
	free(m->record.node);
	free(m->record.price_change);
	free(m->record.group_scale_ups);
	free(m->record.group_scale_ups_failed);
	free(m->record.group_scale_downs);
	free(m->record.group_time_at_max_ms);
	free(m->record.group_peak_nodes);
	free(m->record.group_min_nodes);
	free(m->record.group_final_target);
	dry_symbols_release(&m->input.symbols);
}

/* What the table of metrics does not hold: idle seconds and weights. */
static void check_rest(struct reference *ref, const struct miniature *m, const cJSON *want)
{
	double cores = 0, gib = 0, weight = 0, breach = 0, *wait, *w;
	size_t count = m->input.pod.count, i, k;

	for (i = 0; i < m->record.node_count; i++) {
		const struct dry_node_record *node = &m->record.node[i];
		const int64_t *has = m->config.group[i].allocatable.amount;
		int64_t until = node->gone_at_ms < 0 ? m->record.end_at_ms : node->gone_at_ms;
		double ms = node->ready_at_ms < 0 ? 0 : (double)(until - node->ready_at_ms);

		cores += (double)has[DRY_RESOURCE_CPU] / 1000 * ms - node->requested_core_ms;
		gib += ((double)has[DRY_RESOURCE_MEMORY] * ms - node->requested_byte_ms) / GIB;
	}
	wait = dry_xcalloc(2 * count + 1, sizeof(*wait));
	w = wait + count;
	for (i = 0; i < count; i++) {
		bool pending = m->record.pending_since_ms[i] != -1;
		double value = (double)(pending ? m->record.end_at_ms - m->input.pod.arrive_at_ms[i]
						: m->record.total_wait_ms[i]) / 1000;
		double own = dry_urgency_weight(m->class[m->input.pod.class_index[i]].urgency);

		weight += pending ? own : 0;
		breach += value * 1000 > (double)m->config.slo.service_wait_ms ? own : 0;
		for (k = i; k > 0 && wait[k - 1] > value; k--) {
			wait[k] = wait[k - 1];
			w[k] = w[k - 1];
		}
		wait[k] = value;
		w[k] = own;
	}
	ref_number(ref, "wait_weighted_p95", dry_weighted_quantile(wait, w, count, 0.95),
		   ref_at(want, "wait_weighted_p95"));
	ref_number(ref, "unscheduled_weight", weight, ref_at(want, "unscheduled_weight"));
	ref_number(ref, "slo_breach_weight", breach, ref_at(want, "slo_breach_weight"));
	ref_number(ref, "idle_cpu_core_seconds", cores / 1000, ref_at(want, "idle_cpu_core_seconds"));
	ref_number(ref, "idle_memory_gib_seconds", gib / 1000, ref_at(want, "idle_memory_gib_seconds"));
	free(wait);
}

static void check_metrics(struct reference *ref, const cJSON *test)
{
	static const struct { const char *key; enum dry_metric_id id; double factor; } row[] = {
		{ "wait_mean", DRY_METRIC_MEAN_WAIT, 1 }, { "wait_max", DRY_METRIC_MAX_WAIT, 1 },
		{ "unscheduled", DRY_METRIC_NEVER_SCHEDULED, 1 }, { "slo_breaches", DRY_METRIC_SLO_BREACHES, 1 },
		{ "slo_breach_seconds", DRY_METRIC_SLO_BREACH_SECONDS, 1 },
		{ "slo_attainment", DRY_METRIC_SLO_ATTAINMENT, 1 }, { "cost", DRY_METRIC_COST_TOTAL, 1 },
		{ "node_seconds", DRY_METRIC_NODE_HOURS, 3600 }, { "waste_cost", DRY_METRIC_COST_IDLE, 1 },
		{ "waste_share", DRY_METRIC_IDLE_RATIO, 1 }, { "utilisation_cpu", DRY_METRIC_UTILIZATION_CPU, 1 },
		{ "utilisation_memory", DRY_METRIC_UTILIZATION_MEMORY, 1 },
		{ "lost_core_seconds", DRY_METRIC_LOST_WORK, 3600 },
	};
	static const struct { const char *key; enum dry_metric_id id; } wait[] = {
		{ "p50", DRY_METRIC_P50_WAIT }, { "p90", DRY_METRIC_P90_WAIT }, { "p95", DRY_METRIC_P95_WAIT },
		{ "p99", DRY_METRIC_P99_WAIT },
	};
	const cJSON *want = ref_at(test, "expect");
	struct dry_metrics_scratch *scratch = dry_metrics_scratch_new();
	struct dry_result result;
	struct miniature m;
	size_t i;

	dry_result_init(&result);
	make_miniature(&m, test);
	dry_metrics_compute(scratch, &m.record, &result);
	for (i = 0; i < sizeof(row) / sizeof(row[0]); i++)
		ref_number(ref, row[i].key, result.metric[row[i].id] * row[i].factor, ref_at(want, row[i].key));
	for (i = 0; i < sizeof(wait) / sizeof(wait[0]); i++)
		ref_number(ref, wait[i].key, result.metric[wait[i].id], ref_at(ref_at(want, "wait"), wait[i].key));
	check_rest(ref, &m, want);
	free_miniature(&m);
	dry_result_release(&result);
	dry_metrics_scratch_release(scratch);
}

const struct reference_kind money_kinds[] = {
	{ "billing", check_billing },
	{ "oscillation", check_oscillation },
	{ "metrics", check_metrics },
	{ NULL, NULL },
};
