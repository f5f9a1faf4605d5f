/* The start of a run: shapes of pods, the cluster and the autoscaler as the scenario begins with them. */
#include "simulation.h"

#include <string.h>

#include "base/digest.h"
#include "run/pattern.h"

#define FREQUENT_LOOP_MS 100            /* a loop that may follow at once must take some time */

static void set_key(struct input_key *key, const struct dry_input *input)
{
	memset(key, 0, sizeof(*key));           /* padding too: keys are compared as bytes */
	key->input = input;
	key->pod_class = input->pod_class;
	key->budget = input->budget;
	key->class_count = input->class_count;
	key->budget_count = input->budget_count;
	key->symbol_count = input->symbols.count;
	key->pod_count = input->pod.count;
	memcpy(key->scenario_sha256, input->scenario_sha256, sizeof(key->scenario_sha256));
	memcpy(key->trace_sha256, input->trace_sha256, sizeof(key->trace_sha256));
}

static void make_shapes(struct dry_simulation *sim)
{
	const struct dry_input *input = sim->input;
	const struct dry_pod_class *class;
	uint32_t class_count;
	struct input_key key;
	bool other, other_classes;
	struct dry_shapes_input in = {
		.symbols = &input->symbols,
		.budget = input->budget, .budget_count = input->budget_count,
		.resource_name = input->resource_name, .resource_count = input->resource_count,
	};

	set_key(&key, input);
	other = memcmp(&key, &sim->shapes_of, sizeof(key)) != 0;
	other_classes = placeholder_classes(sim, other, &class, &class_count);
	if (!other && !other_classes)
		return;
	in.pod_class = class;
	in.class_count = class_count;
	if (sim->shapes_of.input)
		dry_shapes_release(&sim->shapes);
	dry_shapes_init(&sim->shapes, &in);
	memcpy(&sim->shapes_of, &key, sizeof(key));
	sim->cluster.shapes = NULL;
}

static bool matches_any(const struct dry_expander_priority *row, const char *name)
{
	uint32_t i;

	for (i = 0; i < row->pattern_count; i++)
		if (dry_pattern_matches(row->pattern[i], name))
			return true;
	return false;
}

/* The configuration's priorities, or the groups' own where there is none. */
static const struct dry_autoscaler_priority *make_priorities(struct dry_simulation *sim)
{
	const struct dry_config *config = sim->config;
	struct dry_autoscaler_priority *list;
	bool wanted = false, any = false;
	uint32_t g, i;

	for (i = 0; i < config->options.expander_count; i++)
		wanted = wanted || config->options.expander[i] == DRY_EXPANDER_PRIORITY;
	if (!wanted)
		return NULL;
	list = dry_arena_array(&sim->arena, config->group_count + 1, sizeof(*list));
	for (g = 0; g < config->group_count; g++) {
		const struct dry_node_group *group = &config->group[g];

		if (!config->expander_priority_count && group->has_priority) {
			list[g].has = true;
			list[g].priority = group->priority;
		}
		for (i = 0; i < config->expander_priority_count; i++) {
			const struct dry_expander_priority *row = &config->expander_priority[i];

			if ((!list[g].has || row->priority > list[g].priority) &&
			    matches_any(row, group->name)) {
				list[g].has = true;
				list[g].priority = row->priority;
			}
		}
		any = any || list[g].has;
	}
	return any ? list : NULL;
}

static void make_scratch(struct dry_simulation *sim)
{
	uint32_t g, count = sim->config->group_count;
	uint32_t places = dry_place_count(sim->config->group, count);

	dry_arena_reset(&sim->arena);
	sim->entity = dry_arena_array(&sim->arena, count + 1, sizeof(*sim->entity));
	sim->refusals = dry_arena_array(&sim->arena, count + 1, sizeof(*sim->refusals));
	sim->series_next = dry_arena_array(&sim->arena, places + 1, sizeof(*sim->series_next));
	sim->sample_ready = dry_arena_array(&sim->arena, count + 1, sizeof(*sim->sample_ready));
	sim->sample_target = dry_arena_array(&sim->arena, count + 1, sizeof(*sim->sample_target));
	sim->sample_price = dry_arena_array(&sim->arena, count + 1, sizeof(*sim->sample_price));
	sim->capacity = dry_arena_array(&sim->arena, places + 1, sizeof(*sim->capacity));
	sim->next_step_ms = dry_arena_array(&sim->arena, count + 1, sizeof(*sim->next_step_ms));
	sim->retry_ms = dry_arena_array(&sim->arena, count + 1, sizeof(*sim->retry_ms));
	for (g = 0; g < count; g++)
		sim->entity[g] = dry_fnv1a(sim->config->group[g].name, strlen(sim->config->group[g].name));
}

static void reset_cluster(struct dry_simulation *sim)
{
	const struct dry_input *input = sim->input;
	const struct dry_config *config = sim->config;
	const struct dry_options *o = &config->options;
	struct dry_cluster_spec spec = {
		.symbols = &input->symbols, .pod = &input->pod, .pod_class = input->pod_class,
		.class_count = input->class_count, .owner_count = input->owner_count,
		.resource_count = input->resource_count, .resource_name = input->resource_name,
		.budget = input->budget, .budget_count = input->budget_count,
		.daemon_set = input->daemon_set, .daemon_set_count = input->daemon_set_count,
		.group = config->group, .group_count = config->group_count,
		.trace_event = input->trace_event, .trace_event_count = input->trace_event_count,
		.pod_name_index = input->pod_name_index, .name_count = input->name_count,
		.expendable_cutoff = o->expendable_pods_priority_cutoff,
		.max_graceful_termination_ms = o->max_graceful_termination_ms,
		.absolute_balanced_score = o->absolute_balanced_score,
		.plain_scan = sim->request->plain_scan,
	};
	struct dry_cluster_hooks hooks;

	placeholder_classes(sim, false, &spec.pod_class, &spec.class_count);
	if (placeholder_is_used(sim)) {
		spec.placeholder_count = config->placeholder.node_count;
		spec.placeholder_class = input->class_count;
	}
	recorder_hooks(sim, &hooks);
	dry_cluster_reset(&sim->cluster, &spec, &sim->shapes, &hooks, sim->request->observer,
			  config->horizon_ms);
}

static void reset_autoscaler(struct dry_simulation *sim)
{
	const struct dry_options *o = &sim->config->options;
	struct dry_autoscaler_setup setup = {
		.cluster = &sim->cluster, .options = o, .observer = sim->request->observer,
		.priority = make_priorities(sim), .disabled_rules = sim->request->disabled_rules,
		.plain_scan = sim->request->plain_scan, .random_context = sim,
	};

	if (o->expander_count && o->expander[o->expander_count - 1] == DRY_EXPANDER_RANDOM)
		setup.random = luck_random;
	dry_autoscaler_reset(sim->autoscaler, &setup);
}

/* Pods with "node" run from the start; conditions that end are known from the start. */
static void start_world(struct dry_simulation *sim)
{
	struct dry_cluster *cluster = &sim->cluster;
	const struct dry_input *input = sim->input;
	uint32_t i;

	for (i = 0; i < input->initial_pod_count; i++) {
		const struct dry_initial_pod *initial = &input->initial_pod[i];
		uint32_t slot, pod;

		for (slot = 0; slot < cluster->world_count; slot++)
			if (cluster->node[slot].group_index == initial->group_index &&
			    cluster->node[slot].ordinal == initial->node_ordinal)
				break;
		if (slot == cluster->world_count)
			continue;       /* a setting with fewer initial nodes: the pod arrives as any other */
		cluster->now_ms = input->pod.arrive_at_ms[initial->pod_index];
		pod = dry_pod_arrive(cluster, initial->pod_index, cluster->now_ms);
		dry_pod_bind(cluster, pod, slot);
	}
	cluster->now_ms = 0;
	for (i = 0; i < cluster->world_count; i++) {
		struct dry_node *node = &cluster->node[i];

		node->counted_to_ms = 0;
		node->requested_core_ms = node->requested_byte_ms = node->requested_gpu_ms = 0;
	}
	for (i = 0; i < input->trace_event_count; i++) {
		const struct dry_trace_event *e = &input->trace_event[i];

		if (e->kind == DRY_TRACE_NODE_NOT_READY && e->until_ms != DRY_NEVER)
			dry_cluster_push(cluster, e->until_ms, DRY_PHASE_CONDITION, cluster->sequence++, 0,
					 DRY_QUEUE_NODE_CONDITION, i, 0);
	}
	placeholder_arrive(sim);
	cluster->schedule_needed = true;
}

void simulation_start(struct dry_simulation *sim, const struct dry_run_request *request)
{
	sim->request = request;
	sim->input = request->input;
	sim->config = request->config;
	sim->observes_samples = request->observer && request->observer->on_sample;
	make_shapes(sim);
	make_scratch(sim);
	luck_reset(sim);
	recorder_reset(sim);
	zones_reset(sim);
	reset_cluster(sim);
	reset_autoscaler(sim);
	prices_reset(sim);
	schedule_reset(sim);
	start_world(sim);
	sim->next_pod = sim->next_event = 0;
	sim->next_tick_ms = 0;
	sim->last_loop_ms = sim->previous_loop_ms = 0;
	sim->busy_until_ms = 0;
	sim->loop_ms = sim->config->loop_duration_ms;
	if (sim->config->options.frequent_loops_enabled && sim->loop_ms <= 0)
		sim->loop_ms = FREQUENT_LOOP_MS;
	sim->loop_count = sim->loops_skipped = 0;
	sim->quiet_until_ms = INT64_MIN;
	sim->changed = true;
	sim->refreshed_version = UINT64_MAX;
	sim->last_trace_at_ms = 0;
}
