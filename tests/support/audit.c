#include "support/audit.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"

static void wrong(struct audit *a, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void wrong(struct audit *a, const char *format, ...)
{
	va_list arguments;

	if (a->wrong[0])
		return;
	va_start(arguments, format);
	vsnprintf(a->wrong, sizeof(a->wrong), format, arguments);
	va_end(arguments);
}

/* DaemonSets of these worlds tolerate everything; what they select is a label of the group's own. */
static bool has_daemon(const struct dry_node_group *group, const struct dry_pod_class *daemon)
{
	uint32_t s, l;

	for (s = 0; s < daemon->node_selector_count; s++) {
		for (l = 0; l < group->label_count; l++)
			if (group->label[l].key == daemon->node_selector[s].key &&
			    group->label[l].value == daemon->node_selector[s].value)
				break;
		if (l == group->label_count)
			return false;
	}
	return true;
}

static void count_daemons(const struct audit *a, struct audit_node *node, int sign)
{
	uint32_t d, r;

	for (d = 0; d < a->input->daemon_set_count; d++) {
		const struct dry_pod_class *class =
			&a->input->pod_class[a->input->daemon_set[d].class_index];

		if (!has_daemon(&a->input->config.group[node->group_index], class))
			continue;
		for (r = 0; r < DRY_RESOURCE_MAX; r++)
			if (r != DRY_RESOURCE_PODS)
				node->used.amount[r] += sign * class->request.amount[r];
		node->used.amount[DRY_RESOURCE_PODS] += sign;
	}
}

static struct audit_node *add_node(struct audit *a, uint32_t group, int64_t launched_at_ms)
{
	struct audit_node *node;

	a->node_of[group] = dry_grow(a->node_of[group], &a->ordinal_capacity[group],
				     a->ordinal_count[group] + 1, sizeof(uint32_t));
	a->node_of[group][a->ordinal_count[group]++] = (uint32_t)a->node_count;
	a->node = dry_grow(a->node, &a->node_capacity, a->node_count + 1, sizeof(*a->node));
	node = &a->node[a->node_count++];
	memset(node, 0, sizeof(*node));
	node->group_index = group;
	node->launched_at_ms = launched_at_ms;
	node->gone_at_ms = -1;
	count_daemons(a, node, 1);
	return node;
}

static struct audit_node *find_node(struct audit *a, const struct dry_event *e)
{
	if (e->group_index == DRY_NONE || e->node_ordinal == DRY_NONE ||
	    e->node_ordinal >= a->ordinal_count[e->group_index])
		return NULL;
	return &a->node[a->node_of[e->group_index][e->node_ordinal]];
}

static void count_pod(struct audit *a, struct audit_node *node, uint32_t pod, int sign)
{
	const struct dry_node_group *group = &a->input->config.group[node->group_index];
	const struct dry_pod_class *class = &a->input->pod_class[a->input->pod.class_index[pod]];
	uint32_t r;

	for (r = 0; r < DRY_RESOURCE_MAX; r++)
		if (r != DRY_RESOURCE_PODS)
			node->used.amount[r] += sign * class->request.amount[r];
	node->used.amount[DRY_RESOURCE_PODS] += sign;
	node->pod_count += (uint32_t)sign;
	for (r = 0; sign > 0 && r < DRY_RESOURCE_MAX; r++)
		if (node->used.amount[r] > group->allocatable.amount[r] &&
		    (r == DRY_RESOURCE_PODS || class->request.amount[r] > 0))
			wrong(a, "a node of %s holds %lld of resource %u, has %lld", group->name,
			      (long long)node->used.amount[r], r,
			      (long long)group->allocatable.amount[r]);
}

/* Is the node off the target? A scale-up since it began to leave says a target that has it still. */
static bool is_counted_out(const struct audit *a, const struct audit_node *node)
{
	return node->is_leaving && node->leaving_at_ms >= a->scaled_up_at_ms[node->group_index];
}

static void pod_event(struct audit *a, const struct dry_event *e)
{
	struct audit_node *node = find_node(a, e);
	uint32_t pod = e->pod_index;
	const char *name = a->input->pod.name_text + a->input->pod.name_offset[pod];

	if (e->kind == DRY_EVENT_POD_START) {
		if (a->state[pod] != AUDIT_PENDING || e->at_ms < a->input->pod.arrive_at_ms[pod])
			wrong(a, "%s starts at %g s and is not pending", name, (double)e->at_ms / 1000);
		else if (!node || !node->is_ready || node->gone_at_ms >= 0)
			wrong(a, "%s starts at %g s on a node that is not there", name,
			      (double)e->at_ms / 1000);
		else
			count_pod(a, node, pod, 1);
		if (node && node->is_leaving) {
			a->target[node->group_index] += is_counted_out(a, node);
			node->is_leaving = false;
		}
		a->state[pod] = AUDIT_RUNNING;
		a->pod_node[pod] = node ? (uint32_t)(node - a->node) : DRY_NONE;
		return;
	}
	if (e->kind == DRY_EVENT_POD_END && e->node_ordinal == DRY_NONE) {
		if (a->state[pod] != AUDIT_PENDING)
			wrong(a, "%s ends as pending at %g s and is not", name, (double)e->at_ms / 1000);
		a->state[pod] = AUDIT_DONE;
		return;
	}
	if (a->state[pod] != AUDIT_RUNNING || !node || a->pod_node[pod] != (uint32_t)(node - a->node)) {
		wrong(a, "%s leaves a node at %g s on which it does not run", name,
		      (double)e->at_ms / 1000);
		return;
	}
	count_pod(a, node, pod, -1);
	a->pod_node[pod] = DRY_NONE;
	a->state[pod] = e->kind == DRY_EVENT_POD_EVICTED && a->input->pod.owner_index[pod] != DRY_NONE ?
				AUDIT_PENDING : AUDIT_DONE;
}

/*
 * Nodes of the group that did not come in time, and those that are drained or
 * were at the last scale-up: when the target went down for them is not in the log.
 */
static int32_t unsettled_nodes(const struct audit *a, const struct dry_event *e)
{
	const struct dry_config *config = &a->input->config;
	int64_t limit_ms = config->group[e->group_index].options.max_node_provision_ms;
	int64_t last_ms = a->scaled_up_at_ms[e->group_index];
	int32_t count = 0;
	size_t i;

	limit_ms = limit_ms < 0 ? config->options.max_node_provision_ms : limit_ms;
	for (i = 0; i < a->node_count; i++)
		count += a->node[i].group_index == e->group_index &&
			 ((!a->node[i].is_ready && e->at_ms - a->node[i].launched_at_ms > limit_ms) ||
			  (a->node[i].is_leaving &&
			   (a->node[i].gone_at_ms < 0 || (a->node[i].leaving_at_ms <= last_ms &&
							  a->node[i].gone_at_ms >= last_ms))));
	return count;
}

static void scale_up(struct audit *a, const struct dry_event *e)
{
	const struct dry_node_group *group = &a->input->config.group[e->group_index];
	int32_t i;

	if (e->to <= e->from || e->to > group->max_size)
		wrong(a, "%s goes from %d to %d, maximum %d", group->name, e->from, e->to, group->max_size);
	if (!a->has_trouble && abs(e->from - a->target[e->group_index]) > unsettled_nodes(a, e))
		wrong(a, "%s is said to have %d nodes at %g s, has %d", group->name, e->from,
		      (double)e->at_ms / 1000, a->target[e->group_index]);
	a->target[e->group_index] = e->to;
	a->scaled_up_at_ms[e->group_index] = e->at_ms;
	for (i = e->from; i < e->to; i++)
		add_node(a, e->group_index, e->at_ms);
}

/*
 * That a drain was given up is not in the log. A pod that starts on the node tells,
 * and so does a second attempt; until then a node that has been leaving for longer
 * than evictions are tried may be one that stays.
 */
static void node_leaves(struct audit *a, struct audit_node *node, const struct dry_event *e)
{
	const struct dry_node_group *group = &a->input->config.group[e->group_index];
	const struct dry_options *options = &a->input->config.options;
	int32_t staying = 0;
	size_t i;

	/* A drain evicts daemon pods too. One that is given up leaves a node without them. */
	if (!node->is_without_daemons && !strcmp(e->reason, "underutilized") &&
	    options->daemonset_eviction_for_occupied_nodes) {
		node->is_without_daemons = true;
		count_daemons(a, node, -1);
	}
	a->target[e->group_index] -= !is_counted_out(a, node);
	node->is_leaving = true;
	node->leaving_at_ms = e->at_ms;
	for (i = 0; i < a->node_count; i++)
		staying += a->node[i].group_index == e->group_index && a->node[i].is_leaving &&
			   a->node[i].gone_at_ms < 0 &&
			   e->at_ms - a->node[i].leaving_at_ms >= options->max_pod_eviction_ms;
	if (!a->has_trouble && a->target[e->group_index] + staying < group->min_size)
		wrong(a, "%s is scaled down to %d, minimum %d", group->name,
		      a->target[e->group_index], group->min_size);
}

static void node_event(struct audit *a, const struct dry_event *e)
{
	const struct dry_node_group *group = &a->input->config.group[e->group_index];
	struct audit_node *node = find_node(a, e);

	if (!node) {
		wrong(a, "%s-%u was never asked for", group->name, e->node_ordinal);
		return;
	}
	if (e->kind == DRY_EVENT_NODE_READY) {
		if (node->is_ready || node->gone_at_ms >= 0)
			wrong(a, "%s-%u becomes ready twice", group->name, e->node_ordinal);
		node->is_ready = true;
	} else if (e->kind == DRY_EVENT_NODE_GONE) {
		if (node->gone_at_ms >= 0)
			wrong(a, "%s-%u goes twice", group->name, e->node_ordinal);
		if (!node->is_ready)
			a->has_trouble = true;
		node->gone_at_ms = e->at_ms;
	} else {
		node_leaves(a, node, e);
	}
}

static void on_event(void *context, const struct dry_event *e)
{
	struct audit *a = context;

	switch (e->kind) {
	case DRY_EVENT_SCALE_UP:
		scale_up(a, e);
		break;
	case DRY_EVENT_NODE_READY:
	case DRY_EVENT_NODE_GONE:
	case DRY_EVENT_SCALE_DOWN:
		node_event(a, e);
		break;
	case DRY_EVENT_SCALE_UP_FAILED:
		a->has_trouble = true;
		break;
	case DRY_EVENT_POD_START:
	case DRY_EVENT_POD_EVICTED:
	case DRY_EVENT_POD_END:
		if (!e->is_placeholder)
			pod_event(a, e);
		break;
	default:
		break;
	}
}

/* What must hold when everything of an instant is done. */
static void on_sample(void *context, const struct dry_sample *sample)
{
	struct audit *a = context;
	uint32_t g, i, pending = 0, running = 0;

	for (i = 0; i < a->node_count; i++)
		if (a->node[i].gone_at_ms >= 0 && a->node[i].pod_count)
			wrong(a, "at %g s %u pods run on a node that is gone",
			      (double)sample->at_ms / 1000, a->node[i].pod_count);
	for (i = 0; i < a->input->pod.count; i++) {
		running += a->state[i] == AUDIT_RUNNING;
		pending += a->state[i] == AUDIT_PENDING && a->input->pod.arrive_at_ms[i] <= sample->at_ms;
	}
	if (pending != sample->pending_pods || running != sample->running_pods)
		wrong(a, "at %g s %u pending and %u running, the run says %u and %u",
		      (double)sample->at_ms / 1000, pending, running, sample->pending_pods,
		      sample->running_pods);
	for (g = 0; g < a->input->config.group_count; g++)
		if (sample->target_nodes[g] > a->input->config.group[g].max_size ||
		    sample->target_nodes[g] < 0)
			wrong(a, "at %g s group %u has the target %d", (double)sample->at_ms / 1000, g,
			      sample->target_nodes[g]);
}

void audit_start(struct audit *a, const struct dry_input *input)
{
	const struct dry_config *config = &input->config;
	uint32_t g, i;
	int32_t n;

	memset(a, 0, sizeof(*a));
	a->input = input;
	a->observer.context = a;
	a->observer.on_event = on_event;
	a->observer.on_sample = on_sample;
	a->node_of = dry_xcalloc(config->group_count, sizeof(*a->node_of));
	a->ordinal_count = dry_xcalloc(config->group_count, sizeof(*a->ordinal_count));
	a->ordinal_capacity = dry_xcalloc(config->group_count, sizeof(*a->ordinal_capacity));
	a->target = dry_xcalloc(config->group_count, sizeof(*a->target));
	a->scaled_up_at_ms = dry_xcalloc(config->group_count, sizeof(*a->scaled_up_at_ms));
	a->state = dry_xcalloc(input->pod.count + 1, sizeof(*a->state));
	a->pod_node = dry_xcalloc(input->pod.count + 1, sizeof(*a->pod_node));
	a->has_trouble = config->spot.hazard.kind != DRY_HAZARD_NONE;
	for (i = 0; i < input->trace_event_count; i++)
		a->has_trouble = a->has_trouble || input->trace_event[i].kind == DRY_TRACE_INTERRUPT ||
				 input->trace_event[i].kind == DRY_TRACE_STOCKOUT;
	for (g = 0; g < config->group_count; g++) {
		a->target[g] = config->group[g].initial_size;
		a->has_trouble = a->has_trouble || config->group[g].failure_probability > 0;
		for (n = 0; n < config->group[g].initial_size; n++) {
			struct audit_node *node = add_node(a, g, 0);

			node->is_ready = node->is_initial = true;
		}
	}
}

/* Dollars of one node: whole seconds and a minute at least, unless it is still there at the end. */
static double node_cost(const struct audit *a, const struct audit_node *node, int64_t end_at_ms)
{
	double price = (double)a->input->config.group[node->group_index].price_nusd_per_hour / 1e9;
	int64_t ms = (node->gone_at_ms < 0 ? end_at_ms : node->gone_at_ms) - node->launched_at_ms;

	if (node->gone_at_ms >= 0) {
		ms = (ms + 999) / 1000 * 1000;
		ms = ms < 60000 ? 60000 : ms;
	}
	return price * (double)ms / 3600000;
}

bool audit_end(struct audit *a, const struct dry_result *result)
{
	double cost = 0, said = result->metric[DRY_METRIC_COST_TOTAL];
	size_t i;

	for (i = 0; i < a->node_count; i++)
		cost += node_cost(a, &a->node[i], result->end_at_ms);
	if (!a->has_trouble && fabs(cost - said) > 1e-6 * (1 + cost))
		wrong(a, "the nodes cost %.9f, the run says %.9f", cost, said);
	return !a->wrong[0];
}

void audit_release(struct audit *a)
{
	uint32_t g;

	for (g = 0; g < a->input->config.group_count; g++)
		free(a->node_of[g]);
	free(a->node_of);
	free(a->ordinal_count);
	free(a->ordinal_capacity);
	free(a->target);
	free(a->scaled_up_at_ms);
	free(a->state);
	free(a->pod_node);
	free(a->node);
}
