#include "run/zone_study.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "run/zone_strategy.h"
#include "world/place.h"
#include "base/banned.h"

#define ZONE_KEY "topology.kubernetes.io/zone"
#define REGION_KEY "topology.kubernetes.io/region"
#define VARIANTS_MAX 24
#define EVERY_NODE 1000000000u

struct maker {
	struct dry_zone_study *study;
	const struct dry_input *input;
	const struct dry_config *config;
	const struct dry_zone_options *options;
	dry_symbol zone_key, region_key, zone, region;
	int64_t from_ms, until_ms;
};

/* --- pieces of a variant --- */

static struct dry_config *copy_config(struct maker *m)
{
	struct dry_config *copy = dry_arena_alloc(&m->study->arena, sizeof(*copy));

	dry_config_copy(copy, m->config, &m->study->arena);
	return copy;
}

static struct dry_input *copy_input(struct maker *m, const struct dry_input *from)
{
	struct dry_input *copy = dry_arena_alloc(&m->study->arena, sizeof(*copy));

	*copy = *from;
	return copy;
}

static struct dry_pod_class *copy_classes(struct maker *m, struct dry_input *input)
{
	struct dry_pod_class *class = dry_arena_array(&m->study->arena, (size_t)input->class_count + 1, sizeof(*class));

	memcpy(class, input->pod_class, input->class_count * sizeof(*class));
	input->pod_class = class;
	return class;
}

static const struct dry_input *with_spread(struct maker *m)
{
	struct dry_input *input = copy_input(m, m->input);
	struct dry_pod_class *class = copy_classes(m, input);
	uint32_t i, k;

	for (i = 0; i < input->class_count; i++, class++) {
		struct dry_spread_constraint *list;
		bool has = false;

		for (k = 0; k < class->spread_count; k++)
			has = has || (class->spread[k].topology_key == m->zone_key &&
				      !class->spread[k].schedule_anyway);
		if (class->workload != DRY_WORKLOAD_SERVICE || has || !class->label_count)
			continue;
		list = dry_arena_array(&m->study->arena, (size_t)class->spread_count + 1, sizeof(*list));
		if (class->spread_count)
			memcpy(list, class->spread, class->spread_count * sizeof(*list));
		list[class->spread_count++] = (struct dry_spread_constraint){
			.max_skew = 1, .topology_key = m->zone_key,
			.selector = { .label_count = class->label_count, .label = class->label } };
		class->spread = list;
	}
	return input;
}

/* The terms of a class, each with one requirement more. */
static void require_region(struct maker *m, struct dry_pod_class *class)
{
	uint32_t terms = class->has_node_affinity ? class->node_term_count : 1, t;
	struct dry_node_selector_term *term = dry_arena_array(&m->study->arena, (size_t)terms + 1, sizeof(*term));
	dry_symbol *value = dry_arena_alloc(&m->study->arena, sizeof(*value));

	*value = m->region;
	for (t = 0; t < terms; t++) {
		struct dry_requirement *list;

		if (class->has_node_affinity)
			term[t] = class->node_term[t];
		list = dry_arena_array(&m->study->arena, (size_t)term[t].expression_count + 1, sizeof(*list));
		if (term[t].expression_count)
			memcpy(list, term[t].expression, term[t].expression_count * sizeof(*list));
		list[term[t].expression_count++] = (struct dry_requirement){
			.key = m->region_key, .op = DRY_OP_IN, .value_count = 1, .value = value };
		term[t].expression = list;
	}
	class->has_node_affinity = true;
	class->node_term_count = terms;
	class->node_term = term;
}

static const struct dry_input *with_region(struct maker *m)
{
	struct dry_input *input = copy_input(m, m->input);
	struct dry_pod_class *class = copy_classes(m, input);
	uint32_t i;

	for (i = 0; i < input->class_count; i++)
		if (class[i].owner_kind != DRY_OWNER_DAEMON_SET)
			require_region(m, &class[i]);
	return input;
}

static int by_instant(const void *a, const void *b)
{
	const struct dry_trace_event *x = a, *y = b;

	if (x->at_ms != y->at_ms)
		return x->at_ms < y->at_ms ? -1 : 1;
	return (x->order > y->order) - (x->order < y->order);
}

/* The zone's nodes go at once, and no group of it grows for a while. */
static const struct dry_input *with_outage(struct maker *m, const struct dry_input *from)
{
	struct dry_input *input = copy_input(m, from);
	size_t room = (size_t)from->trace_event_count + 2 * (size_t)m->config->group_count + 1;
	struct dry_trace_event *event = dry_arena_array(&m->study->arena, room, sizeof(*event));
	uint32_t count = from->trace_event_count, g;

	if (count)
		memcpy(event, from->trace_event, count * sizeof(*event));
	for (g = 0; g < m->config->group_count; g++) {
		if (dry_group_find_zone(&m->config->group[g], m->zone) == DRY_NONE)
			continue;
		event[count] = (struct dry_trace_event){
			.at_ms = m->from_ms, .order = UINT32_MAX - 2 * g - 1, .kind = DRY_TRACE_STOCKOUT,
			.group_index = g, .zone = m->zone, .node_ordinal = DRY_NONE, .until_ms = m->until_ms,
			.mode = DRY_STOCKOUT_ERROR };
		count++;
		event[count] = (struct dry_trace_event){
			.at_ms = m->from_ms, .order = UINT32_MAX - 2 * g - 2, .kind = DRY_TRACE_INTERRUPT,
			.group_index = g, .zone = m->zone, .node_ordinal = DRY_NONE, .count = EVERY_NODE,
			.until_ms = DRY_NEVER };
		count++;
	}
	qsort(event, count, sizeof(*event), by_instant);
	input->trace_event = event;
	input->trace_event_count = count;
	return input;
}

static const struct dry_config *with_balancing(struct maker *m, const struct dry_config *from, bool balanced)
{
	struct dry_config *config = dry_arena_alloc(&m->study->arena, sizeof(*config));

	dry_config_copy(config, from, &m->study->arena);
	config->options.balance_similar_node_groups = balanced;
	return config;
}

static const struct dry_config *with_strategy(struct maker *m, enum dry_zone_strategy strategy)
{
	struct dry_config *config = copy_config(m);

	config->zone_strategy = strategy;
	dry_zone_strategy_apply(config, &m->input->symbols, &m->study->arena);
	return config;
}

/* Different zones of all groups that have nodes. */
static uint32_t count_zones(const struct dry_config *config)
{
	uint32_t count = 0, g, z, k;

	for (g = 0; g < config->group_count; g++)
		for (z = 0; z < dry_group_zone_count(&config->group[g]); z++) {
			dry_symbol zone = dry_group_zone(&config->group[g], z);
			bool first = !config->group[g].merged_into;

			for (k = 0; first && k < g; k++)
				first = dry_group_find_zone(&config->group[k], zone) == DRY_NONE;
			count += first;
		}
	return count;
}

/* Groups of other zones stay empty; those of this one may take their place. */
static const struct dry_config *in_one_zone(struct maker *m, dry_symbol zone)
{
	struct dry_config *config = copy_config(m);
	const int32_t zones = (int32_t)count_zones(config);
	uint32_t g;

	for (g = 0; g < config->group_count; g++) {
		struct dry_node_group *group = &config->group[g];
		const uint32_t z = dry_group_find_zone(group, zone);
		int32_t factor = z == DRY_NONE ? 0 : group->zone_count > 1 ? 1 : zones;

		if (group->zone_count > 1 && z != DRY_NONE) {
			group->zone = zone;
			group->price_series = group->zones[z].price_series;
			group->zone_count = 0;
		}
		group->min_size *= factor;
		group->initial_size *= factor;
		group->max_size *= factor;
		if (!factor)
			group->schedule_count = 0;
	}
	return config;
}

/* --- the list --- */

static void add(struct maker *m, const char *name, const struct dry_input *input, const struct dry_config *config)
{
	struct dry_zone_study *study = m->study;

	study->variant[study->count++] = (struct dry_zone_variant){ name, input, config };
	study->variant[study->count++] = (struct dry_zone_variant){
		dry_arena_printf(&study->arena, "%s while %s is dry", name,
				 dry_symbols_text(&m->input->symbols, m->zone)),
		with_outage(m, input), config };
}

static bool has_regions(const struct dry_config *config)
{
	uint32_t g;

	for (g = 1; g < config->group_count; g++)
		if (config->group[g].region != config->group[0].region)
			return true;
	return false;
}

static bool spans_zones(const struct dry_config *config)
{
	uint32_t g;

	for (g = 0; g < config->group_count; g++)
		if (config->group[g].zone_count > 1)
			return true;
	return false;
}

/* Groups of one zone each, as they are or could be. */
static void add_per_zone(struct maker *m, const struct dry_config *config, bool is_written)
{
	bool balanced = m->config->options.balance_similar_node_groups;

	if (!is_written) {
		add(m, "one a zone and balanced", m->input, with_balancing(m, config, true));
		add(m, "one a zone and not balanced", m->input, with_balancing(m, config, false));
	} else {
		add(m, balanced ? "balanced (as it is)" : "not balanced (as it is)", m->input, config);
		add(m, balanced ? "not balanced" : "balanced", m->input, with_balancing(m, config, !balanced));
	}
	add(m, is_written ? "services spread by constraint" : "one a zone and spread by constraint",
	    with_spread(m), with_balancing(m, config, true));
}

/* One group over its zones: a constraint meets a template of one zone. */
static void add_multi_zone(struct maker *m, const struct dry_config *config, bool is_written)
{
	add(m, is_written ? "one group over the zones (as it is)" : "one group over the zones", m->input, config);
	add(m, "one group and spread by constraint", with_spread(m), config);
}

static void add_all(struct maker *m)
{
	const struct dry_config *per_zone = with_strategy(m, DRY_ZONES_PER_ZONE);
	const struct dry_config *multi_zone = with_strategy(m, DRY_ZONES_MULTI_ZONE);
	const bool spans = spans_zones(m->config);

	if (spans)
		add_multi_zone(m, m->config, true);
	add_per_zone(m, spans ? per_zone : m->config, !spans);
	if (!spans && spans_zones(multi_zone))
		add_multi_zone(m, multi_zone, false);
	add(m, dry_arena_printf(&m->study->arena, "all in %s", dry_symbols_text(&m->input->symbols, m->zone)),
	    m->input, in_one_zone(m, m->zone));
	if (has_regions(m->config))
		add(m, dry_arena_printf(&m->study->arena, "data stays in %s",
					dry_symbols_text(&m->input->symbols, m->region)), with_region(m), m->config);
}

static bool names_group(const struct maker *m, dry_symbol symbol, bool region)
{
	uint32_t g;

	for (g = 0; g < m->config->group_count; g++)
		if (region ? m->config->group[g].region == symbol
			   : dry_group_find_zone(&m->config->group[g], symbol) != DRY_NONE)
			return true;
	return false;
}

static bool find_place(struct maker *m, const char *name, bool region, dry_symbol *symbol, struct dry_error *err)
{
	*symbol = region ? m->config->group[0].region : m->config->group[0].zone;
	if (!name)
		return true;
	*symbol = dry_symbols_find(&m->input->symbols, name, strlen(name));
	if (*symbol != DRY_NONE && names_group(m, *symbol, region))
		return true;
	return dry_fail(err, DRY_ERROR_USAGE, DRY_NOWHERE, "no node group is in the %s \"%s\"",
			region ? "region" : "zone", name);
}

/* The outage: given, or the middle sixth of the run. */
static void set_window(struct maker *m)
{
	int64_t end = m->config->horizon_ms;
	uint32_t i;

	if (end == DRY_NEVER)
		for (end = 0, i = 0; i < m->input->pod.count; i++)
			if (m->input->pod.arrive_at_ms[i] > end)
				end = m->input->pod.arrive_at_ms[i];
	m->from_ms = m->options->until_ms ? m->options->from_ms : end / 12 * 5;
	m->until_ms = m->options->until_ms ? m->options->until_ms : end / 12 * 7;
}

bool dry_zone_study_make(struct dry_zone_study *study, struct dry_input *input, const struct dry_config *config,
			 const struct dry_zone_options *options, struct dry_error *err)
{
	struct maker m = { .study = study, .input = input, .config = config, .options = options };

	memset(study, 0, sizeof(*study));
	dry_arena_init(&study->arena);
	if (count_zones(config) < 2) {
		dry_fail(err, DRY_ERROR_EMPTY, DRY_NOWHERE,
			 "all node groups are in one zone: there is nothing to compare");
		return dry_fail_fix(err, "give groups of other zones, or zones (nodeGroups[].zone, .zones)");
	}
	m.zone_key = dry_symbols_add_text(&input->symbols, ZONE_KEY);
	m.region_key = dry_symbols_add_text(&input->symbols, REGION_KEY);
	if (!find_place(&m, options->zone, false, &m.zone, err) ||
	    !find_place(&m, options->region, true, &m.region, err))
		return false;
	set_window(&m);
	study->variant = dry_arena_array(&study->arena, VARIANTS_MAX, sizeof(*study->variant));
	add_all(&m);
	return true;
}

void dry_zone_study_release(struct dry_zone_study *study)
{
	dry_arena_release(&study->arena);
	memset(study, 0, sizeof(*study));
}
