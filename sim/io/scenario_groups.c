/* nodeGroups: what the file says, what the catalogue adds. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/units.h"
#include "io/catalogue.h"
#include "fields.h"
#include "loading.h"
#include "trace_line.h"

#define NAME_MAX_LENGTH 253
#define PODS_DEFAULT 110

/* Read field by field through the table of run/config_fields.h. */
static const char *const plain_field[] = {
	"minSize", "maxSize", "initialSize", "capacityType", "price", "maxPrice", "failureProbability",
	"stockoutProbability", "deletionTime", "billFrom", "priority", "minSizeActs", "schedulePeriod",
};

static const char *const group_key[] = {
	"name", "instanceType", "capacityType", "region", "zone", "zones", "minSize", "maxSize", "initialSize",
	"capacity", "allocatable", "labels", "taints", "price", "maxPrice", "provisionTime", "deletionTime",
	"priority", "options", "failureProbability", "stockoutProbability", "billFrom", "minSizeSchedule", "schedule",
	"schedulePeriod", "minSizeActs", NULL
};

/* --- names of groups and nodes --- */

/* "did you mean", or the names that there are when they are few. */
static void suggest_group(struct load *load, const char *name, const char *ending)
{
	const struct dry_config *config = &load->input->config;
	const char **known = dry_arena_array(&load->temp, config->group_count + 1, sizeof(*known)), *near, *all;
	uint32_t g;

	for (g = 0; g < config->group_count; g++)
		known[g] = config->group[g].name;
	near = dry_nearest_word(name, known, config->group_count);
	if (near) {
		load_fix(load, "did you mean \"%s%s\"?", near, ending);
		return;
	}
	for (all = known[0], g = 1; g < config->group_count && g < 8; g++)
		all = dry_arena_printf(&load->temp, "%s, %s", all, known[g]);
	if (config->group_count)
		load_fix(load, "the node groups are %s%s", all, config->group_count > 8 ? ", ..." : "");
}

uint32_t load_group_named(struct load *load, const struct dry_doc_node *node)
{
	const struct dry_config *config = &load->input->config;
	uint32_t g;

	if (!load_is_scalar(load, node, "the name of a node group"))
		return DRY_NONE;
	for (g = 0; g < config->group_count; g++)
		if (!strcmp(config->group[g].name, node->text))
			return g;
	load_fail(load, node, "%s is no node group of this scenario", load_shown(load, node));
	suggest_group(load, node->text, "");
	return DRY_NONE;
}

bool load_node_named(struct load *load, const struct dry_doc_node *node, uint32_t *group_index,
		     uint32_t *ordinal)
{
	static const char *const expected = "<nodeGroup>-<n>, such as general-a-0";
	const struct dry_config *config = &load->input->config;
	const char *dash;
	int64_t number;
	uint32_t g;

	if (!load_is_scalar(load, node, expected))
		return false;
	dash = strrchr(node->text, '-');
	if (!dash || dry_parse_integer(dash + 1, strlen(dash + 1), &number) || number < 0 || number >= UINT32_MAX ||
	    dash[1] == '+' || (dash[1] == '0' && dash[2]))
		return load_fail_expected(load, node, expected, "%s is no name of a node", load_shown(load, node));
	for (g = 0; g < config->group_count; g++)
		if (strlen(config->group[g].name) == (size_t)(dash - node->text) &&
		    !memcmp(config->group[g].name, node->text, (size_t)(dash - node->text))) {
			*group_index = g;
			*ordinal = (uint32_t)number;
			return true;
		}
	load_fail_expected(load, node, expected, "%s is a node of no node group of this scenario",
			   load_shown(load, node));
	suggest_group(load, dry_arena_copy(&load->temp, node->text, (size_t)(dash - node->text)), dash);
	return false;
}

static void read_name(struct load *load, const struct dry_doc_node *node, struct dry_node_group *group, uint32_t g)
{
	const struct dry_doc_node *name = dry_doc_find(node, "name");
	const char *p;
	uint32_t i, known;

	group->name = "";
	if (!name) {
		load_missing(load, node, "name", "a name, such as general-a");
		return;
	}
	if (!load_text(load, name, &group->name))
		return;
	group->name_symbol = dry_symbols_add_text(load->symbols, group->name);
	for (p = group->name; *p && ((*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') || (*p >= '0' && *p <= '9') ||
				     strchr("-._", *p)); p++)
		;
	if (*p || p == group->name || p - group->name > NAME_MAX_LENGTH)
		load_fail_expected(load, name, "letters, digits, '-', '.' and '_', up to 253 of them", "%s is no name",
				   load_shown(load, name));
	known = load->group_names.count;
	dry_symbols_add_text(&load->group_names, group->name);
	if (load->group_names.count > known)
		return;
	for (i = 0; i < g; i++)
		if (!strcmp(load->input->config.group[i].name, group->name)) {
			load_fail(load, name, "\"%s\" is the name of nodeGroups[%u] too", group->name, i);
			load_fix(load, "give each node group a name of its own");
			return;
		}
}

/* --- capacity --- */

static void from_catalogue(const struct dry_instance_type *type, struct load *load, struct dry_resources *capacity)
{
	uint32_t r;

	capacity->amount[DRY_RESOURCE_CPU] = type->milli_cpu;
	capacity->amount[DRY_RESOURCE_MEMORY] = type->memory_bytes;
	capacity->amount[DRY_RESOURCE_PODS] = type->max_pods;
	capacity->present |= 1u << DRY_RESOURCE_CPU | 1u << DRY_RESOURCE_MEMORY | 1u << DRY_RESOURCE_PODS;
	if (!type->gpu_count)
		return;
	for (r = DRY_RESOURCE_EXTENDED; r < load->input->resource_count; r++)
		if (!strcmp(load->input->resource_name[r], type->gpu_resource))
			break;
	if (r == DRY_RESOURCE_MAX)
		return;
	if (r == load->input->resource_count)
		load->input->resource_name[load->input->resource_count++] = type->gpu_resource;
	capacity->amount[r] = type->gpu_count;
	capacity->present |= 1u << r;
}

static void overlay(struct dry_resources *to, const struct dry_resources *from)
{
	uint32_t r;

	for (r = 0; r < DRY_RESOURCE_MAX; r++)
		if (from->present & 1u << r)
			to->amount[r] = from->amount[r];
	to->present |= from->present;
}

/* Capacity less what the provider reserves; with the type unknown, all of it. */
static struct dry_resources reserve(const struct dry_instance_type *type, const struct dry_resources *capacity)
{
	struct dry_resources left = *capacity;
	struct dry_allocatable allocatable;

	if (!type)
		return left;
	allocatable = dry_catalogue_allocatable(type->provider, capacity->amount[DRY_RESOURCE_CPU],
						capacity->amount[DRY_RESOURCE_MEMORY],
						(int32_t)capacity->amount[DRY_RESOURCE_PODS]);
	left.amount[DRY_RESOURCE_CPU] = allocatable.milli_cpu;
	left.amount[DRY_RESOURCE_MEMORY] = allocatable.memory_bytes;
	left.amount[DRY_RESOURCE_PODS] = allocatable.pods;
	return left;
}

static void check_resources(struct load *load, const struct dry_doc_node *node, const struct dry_node_group *group)
{
	const struct dry_doc_node *allocatable = dry_doc_find(node, "allocatable");
	uint32_t r;

	for (r = 0; r < load->input->resource_count; r++) {
		const char *name = load->input->resource_name[r];
		const struct dry_doc_node *at = dry_doc_find(allocatable, name);

		if (group->allocatable.amount[r] <= group->capacity.amount[r])
			continue;
		dry_doc_warn(load->doc, at ? at : node, load->err,
			     "allocatable %s is above the capacity, which no real node has", name);
	}
	for (r = 0; r <= DRY_RESOURCE_PODS; r++)
		if (group->allocatable.amount[r] <= 0)
			load_fail(load, allocatable ? allocatable : node, "leaves no %s for pods",
				  load->input->resource_name[r]);
}

static void read_capacity(struct load *load, const struct dry_doc_node *node, const struct dry_instance_type *type,
			  struct dry_node_group *group)
{
	const struct dry_doc_node *capacity = dry_doc_find(node, "capacity");
	const struct dry_doc_node *allocatable = dry_doc_find(node, "allocatable");
	struct dry_resources own = { 0 }, left = { 0 };
	const uint32_t pods = 1u << DRY_RESOURCE_PODS;

	if ((capacity && !load_resources(load, capacity, &own)) ||
	    (allocatable && !load_resources(load, allocatable, &left)))
		return;
	if (type)
		from_catalogue(type, load, &group->capacity);
	else if (!capacity)
		overlay(&group->capacity, &left);
	overlay(&group->capacity, &own);
	if (!(group->capacity.present & pods)) {
		group->capacity.amount[DRY_RESOURCE_PODS] = left.present & pods ? left.amount[DRY_RESOURCE_PODS]
										 : PODS_DEFAULT;
		group->capacity.present |= pods;
	}
	group->allocatable = reserve(type, &group->capacity);
	if (allocatable && !type) {
		memset(&group->allocatable, 0, sizeof(group->allocatable));
		group->allocatable.amount[DRY_RESOURCE_PODS] = group->capacity.amount[DRY_RESOURCE_PODS];
		group->allocatable.present = pods;
	}
	overlay(&group->allocatable, &left);
	check_resources(load, node, group);
}

/* The row of the catalogue, or NULL; complains when the file does not say enough without it. */
static const struct dry_instance_type *find_type(struct load *load, const struct dry_doc_node *node,
						 struct dry_node_group *group)
{
	const struct dry_doc_node *name = dry_doc_find(node, "instanceType"), *region = dry_doc_find(node, "region");
	const struct dry_instance_type *type = NULL;
	const char *near;

	if (name && load_symbol(load, name, &group->instance_type))
		type = dry_catalogue_find(name->text, region && region->text ? region->text : NULL);
	if (type || dry_doc_find(node, "capacity") || dry_doc_find(node, "allocatable"))
		return type;
	if (!name) {
		load_missing(load, node, "instanceType",
			     "a type of the catalogue; or say capacity: {cpu: 4, memory: 16Gi}");
		return NULL;
	}
	load_fail(load, name, "%s is not in the catalogue of instance types", load_shown(load, name));
	near = dry_catalogue_nearest(name->text);
	if (near)
		load_fix(load, "did you mean \"%s\"? Any other type needs capacity: {cpu, memory} and price", near);
	else
		load_fix(load, "say what it is: capacity: {cpu: 4, memory: 16Gi} and price: 0.192");
	return NULL;
}

static void read_price(struct load *load, const struct dry_doc_node *node, const struct dry_instance_type *type,
		       struct dry_node_group *group)
{
	const struct dry_doc_node *price = dry_doc_find(node, "price"), *region = dry_doc_find(node, "region");
	bool known = type && type->on_demand_nusd_per_hour >= 0;

	if (known)
		group->on_demand_price_nusd_per_hour = type->on_demand_nusd_per_hour;
	if (price)
		return;
	/* A spot group's price may be in the traces: load_finish_prices() sees. */
	if (group->capacity_type == DRY_SPOT) {
		group->price_nusd_per_hour = LOAD_NO_PRICE;
		return;
	}
	if (!known) {
		load_fail(load, node, "has no price, and the catalogue knows none");
		load_fix(load, "add price: dollars per node-hour, such as 0.192");
		return;
	}
	group->price_nusd_per_hour = type->on_demand_nusd_per_hour;
	if (region && region->text && strcmp(region->text, type->region))
		dry_doc_warn(load->doc, region, load->err, "the catalogue has no price of %s here: that of %s is used",
			     type->name, type->region);
}

/* --- provision time --- */

static int by_value(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return x < y ? -1 : x > y;
}

static void read_values(struct load *load, const struct dry_doc_node *node, struct dry_distribution *d)
{
	const struct dry_doc_node *child;
	int64_t *value;
	uint32_t n = 0;

	d->kind = DRY_DISTRIBUTION_EMPIRICAL;
	if (!load_is_list(load, node))
		return;
	if (!node->count) {
		load_fail_expected(load, node, "at least one duration", "is empty");
		return;
	}
	value = dry_arena_array(load->arena, node->count, sizeof(*value));
	for (child = node->first; child; child = child->next)
		load_duration(load, child, &value[n++]);
	qsort(value, n, sizeof(*value), by_value);
	d->value_ms = value;
	d->value_count = n;
}

static void read_lognormal(struct load *load, const struct dry_doc_node *node, struct dry_distribution *d)
{
	const struct dry_doc_node *median = dry_doc_find(node, "median"), *p95 = dry_doc_find(node, "p95");

	d->kind = DRY_DISTRIBUTION_LOGNORMAL;
	if (!median || !p95) {
		load_missing(load, node, median ? "p95" : "median", "a duration; both describe a lognormal");
		return;
	}
	if (!load_duration(load, median, &d->median_ms) || !load_duration(load, p95, &d->p95_ms))
		return;
	if (!d->median_ms) {
		load_fail_expected(load, median, "a duration above 0s", "is zero");
		return;
	}
	if (!dry_lognormal_from_p95((double)d->median_ms / 1000, (double)d->p95_ms / 1000, &d->mu, &d->sigma)) {
		load_fail(load, p95, "%s is not above the median %s", load_shown(load, p95), load_shown(load, median));
		load_fix(load, "19 of 20 nodes come within p95, half of them within the median");
	}
}

static void read_provision(struct load *load, const struct dry_doc_node *node, struct dry_node_group *group)
{
	static const char *const known[] = { "median", "p95", "values", "interpolate", "min", "max", NULL };
	struct dry_distribution *d = &group->provision_time;
	const struct dry_doc_node *values = dry_doc_find(node, "values"), *min = dry_doc_find(node, "min");
	const struct dry_doc_node *max = dry_doc_find(node, "max"), *step = dry_doc_find(node, "interpolate");
	const char *wrong;

	if (!node)
		return;
	if (node->kind != DRY_DOC_MAP) {
		load_field(load, node, dry_group_field_find("provisionTime"), group);
		return;
	}
	load_map(load, node, known);
	if (values && (dry_doc_find(node, "median") || dry_doc_find(node, "p95")))
		load_fail(load, node, "has both values and a median or p95");
	else if (values)
		read_values(load, values, d);
	else
		read_lognormal(load, node, d);
	load_bool(load, step, &d->interpolate);
	load_duration(load, min, &d->min_ms);
	load_duration(load, max, &d->max_ms);
	wrong = load->failed ? NULL : dry_distribution_check(d);
	if (wrong)
		load_fail(load, node, "%s", wrong);
}

/* --- the rest of a group --- */

static bool read_taint(struct load *load, const struct dry_doc_node *node, const void *context, void *element)
{
	static const char *const known[] = { "key", "value", "effect", NULL };
	const struct dry_doc_node *key = dry_doc_find(node, "key"), *effect = dry_doc_find(node, "effect");
	struct dry_taint *taint = element;

	(void)context;
	if (!load_map(load, node, known))
		return true;
	if (!key || !key->length)
		load_missing(load, node, "key", "the taint's key");
	else
		load_symbol(load, key, &taint->key);
	if (!effect)
		load_missing(load, node, "effect", "NoSchedule, PreferNoSchedule or NoExecute");
	else
		load_taint_effect(load, effect, &taint->effect);
	load_symbol(load, dry_doc_find(node, "value"), &taint->value);
	return true;
}

static void read_taints(struct load *load, const struct dry_doc_node *node, struct dry_node_group *group)
{
	struct load_list list;

	if (!load_list(load, node, sizeof(*group->taint), read_taint, NULL, &list))
		return;
	group->taint = list.element;
	group->taint_count = list.count;
}

static void read_options(struct load *load, const struct dry_doc_node *node, struct dry_node_group *group)
{
	const char *known[64];
	const struct dry_doc_node *child;
	size_t i, n = 0;

	for (i = 0; i < dry_group_field_count && n + 1 < sizeof(known) / sizeof(known[0]); i++)
		if (!strncmp(dry_group_field_table[i].name, "options.", 8))
			known[n++] = dry_group_field_table[i].name + 8;
	known[n] = NULL;
	if (!load_map(load, node, known))
		return;
	for (child = node->first; child; child = child->next) {
		const char *name = dry_arena_printf(&load->temp, "options.%s", child->key);
		const struct dry_config_field *field = dry_group_field_find(name);

		if (field)
			load_field(load, child, field, group);
	}
}

/* A step's t: seconds, or a duration. */
static void read_schedule(struct load *load, const struct dry_doc_node *node, struct dry_node_group *group)
{
	static const char *const known[] = { "t", "minSize", NULL };
	const struct dry_doc_node *child;
	struct dry_size_step *list;
	uint32_t n = 0;

	if (!load_is_list(load, node))
		return;
	list = dry_arena_array(load->arena, node->count, sizeof(*list));
	for (child = node->first; child; child = child->next, n++) {
		const struct dry_doc_node *t = dry_doc_find(child, "t"), *size = dry_doc_find(child, "minSize");

		if (!load_map(load, child, known))
			continue;
		if (!t || !size) {
			load_missing(load, child, t ? "minSize" : "t", t ? "a number of nodes" : "when it begins");
			continue;
		}
		load_duration(load, t, &list[n].at_ms);
		load_int32(load, size, 0, 1000000, &list[n].min_size);
		if (n && list[n].at_ms <= list[n - 1].at_ms)
			load_fail(load, t, "%s does not come after the step before it", load_shown(load, t));
		if (list[n].min_size > group->max_size)
			load_fail(load, size, "%d is above maxSize %d", list[n].min_size, group->max_size);
		if (group->schedule_period_ms && list[n].at_ms >= group->schedule_period_ms)
			load_fail(load, t, "%s lies beyond the schedulePeriod", load_shown(load, t));
	}
	group->schedule = list;
	group->schedule_count = n;
}

static void check_sizes(struct load *load, const struct dry_doc_node *node, const struct dry_node_group *group)
{
	const struct dry_doc_node *min = dry_doc_find(node, "minSize"), *max = dry_doc_find(node, "maxSize");
	const struct dry_doc_node *initial = dry_doc_find(node, "initialSize");

	if (!max) {
		load_missing(load, node, "maxSize", "the most nodes that the autoscaler may have here");
		return;
	}
	if (min && group->min_size > group->max_size) {
		load_fail_expected(load, min,
				   dry_arena_printf(&load->temp, "a whole number from 0 to %d", group->max_size),
				   "%d exceeds maxSize %d", group->min_size, group->max_size);
		load_fix(load, "raise maxSize to %d or more (line %u, column %u), or lower minSize", group->min_size,
			 max->line, max->column);
	}
	if (initial && group->initial_size > group->max_size) {
		load_fail_expected(load, initial,
				   dry_arena_printf(&load->temp, "a whole number from 0 to %d", group->max_size),
				   "%d exceeds maxSize %d", group->initial_size, group->max_size);
		load_fix(load, "raise maxSize to %d or more (line %u, column %u), or lower initialSize",
			 group->initial_size, max->line, max->column);
	}
}

static void read_group(struct load *load, const struct dry_doc_node *node, struct dry_node_group *group, uint32_t g)
{
	const struct dry_instance_type *type;
	const struct dry_doc_node *labels = dry_doc_find(node, "labels"), *schedule;
	bool failed;
	size_t i;

	dry_node_group_init(group);
	group->name = "";
	if (!load_map(load, node, group_key))
		return;
	/* Kept, with what load_map just said of unknown keys: below it tells whether this group's sizes are good. */
	failed = load->failed;
	load->failed = false;
	read_name(load, node, group, g);
	for (i = 0; i < sizeof(plain_field) / sizeof(plain_field[0]); i++)
		load_field_of(load, dry_doc_find(node, plain_field[i]), plain_field[i], group);
	group->has_priority = dry_doc_find(node, "priority") != NULL;
	if (!load->failed)
		check_sizes(load, node, group);
	if (!dry_doc_find(node, "initialSize"))
		group->initial_size = group->min_size < group->max_size ? group->min_size : group->max_size;
	type = find_type(load, node, group);
	load_symbol(load, dry_doc_find(node, "region"), &group->region);
	load_zones(load, node, group);
	if (type || dry_doc_find(node, "capacity") || dry_doc_find(node, "allocatable")) {
		read_capacity(load, node, type, group);
		read_price(load, node, type, group);
	}
	if (labels)
		load_labels(load, labels, &group->label, &group->label_count);
	read_taints(load, dry_doc_find(node, "taints"), group);
	read_provision(load, dry_doc_find(node, "provisionTime"), group);
	if (dry_doc_find(node, "options"))
		read_options(load, dry_doc_find(node, "options"), group);
	schedule = dry_doc_find(node, "minSizeSchedule");
	read_schedule(load, schedule ? schedule : dry_doc_find(node, "schedule"), group);
	load->failed = load->failed || failed;
}

bool load_groups(struct load *load, const struct dry_doc_node *node)
{
	const struct dry_doc_node *child;
	struct dry_node_group *group;
	uint32_t g = 0;

	if (!load_is_list(load, node))
		return false;
	if (!node->count)
		return load_fail_expected(load, node, "at least one node group", "is empty");
	group = dry_arena_array(load->arena, node->count, sizeof(*group));
	load->input->config.group = group;
	for (child = node->first; child; child = child->next) {
		read_group(load, child, &group[g], g);
		load->input->config.group_count = ++g;
	}
	return !load->failed;
}
