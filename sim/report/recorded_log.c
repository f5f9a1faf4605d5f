#include "report/recorded_log.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"

struct builder {
	struct dry_recorded_log *to;
	const struct dry_calibration *from;
	struct dry_node_group *group;
	size_t group_capacity;
	const char **pod;               /* "namespace/name", one a row */
	int64_t *arrive;
	uint32_t *owner;
	size_t pod_capacity, arrive_capacity, owner_capacity;
	struct dry_owner *owners;
	size_t owners_capacity;
	const char **node;              /* names and their groups */
	uint32_t *node_group;
	size_t node_count, node_capacity, node_group_capacity;
};

/* --- groups and nodes --- */

static uint32_t group_of_name(struct builder *b, const char *name)
{
	struct dry_config *config = &b->to->config;
	uint32_t g = 0;

	while (g < config->group_count && strcmp(b->group[g].name, name))
		g++;
	if (g < config->group_count)
		return g;
	b->group = dry_grow(b->group, &b->group_capacity, (size_t)g + 1, sizeof(*b->group));
	b->group[g] = (struct dry_node_group){ .name = dry_arena_text(&b->to->input.arena, name) };
	/* all pods weigh the same */
	b->group[g].allocatable.amount[DRY_RESOURCE_CPU] = 1000;
	config->group_count++;
	return g;
}

/* A node belongs to the group that its record names, or to the one whose name begins its own. */
static uint32_t group_of_node(const struct builder *b, const char *node)
{
	uint32_t found = DRY_NONE;
	size_t longest = 0;

	for (size_t i = 0; i < b->node_count; i++)
		if (!strcmp(b->node[i], node))
			return b->node_group[i];
	for (uint32_t g = 0; g < b->to->config.group_count; g++) {
		size_t length = strlen(b->group[g].name);

		if (length > longest && !strncmp(node, b->group[g].name, length) && node[length] == '-') {
			longest = length;
			found = g;
		}
	}
	return found;
}

static void read_groups(struct builder *b)
{
	for (uint32_t i = 0; i < b->from->count; i++) {
		const struct dry_recorded_event *e = &b->from->event[i];

		if (!e->group)
			continue;
		uint32_t g = group_of_name(b, e->group);
		if (!e->node)
			continue;
		b->node = dry_grow(b->node, &b->node_capacity, b->node_count + 1, sizeof(*b->node));
		b->node_group = dry_grow(b->node_group, &b->node_group_capacity, b->node_count + 1,
					 sizeof(*b->node_group));
		b->node[b->node_count] = e->node;
		b->node_group[b->node_count++] = g;
	}
	b->to->config.group = b->group;
}

/* --- pods --- */

/* The owner that a generated name tells of: all but what comes after the last dash. */
static uint32_t add_owner(struct builder *b, const char *name, size_t slash)
{
	struct dry_symbols *symbols = &b->to->input.symbols;
	const char *own = name + slash + 1, *dash = strrchr(own, '-');
	size_t length = dash && dash != own ? (size_t)(dash - own) : strlen(own);
	struct dry_owner owner = { .kind_index = DRY_OWNER_REPLICA_SET };
	uint32_t k = 0;

	owner.name_space = dry_symbols_add(symbols, name, slash);
	owner.kind = dry_symbols_add_text(symbols, "ReplicaSet");
	owner.name = dry_symbols_add(symbols, own, length);
	while (k < b->to->input.owner_count && (b->owners[k].name != owner.name ||
						b->owners[k].name_space != owner.name_space))
		k++;
	if (k == b->to->input.owner_count) {
		b->owners = dry_grow(b->owners, &b->owners_capacity, (size_t)k + 1, sizeof(*b->owners));
		b->owners[b->to->input.owner_count++] = owner;
	}
	return k;
}

static uint32_t add_pod(struct builder *b, const struct dry_recorded_event *e)
{
	struct dry_pod_table *pod = &b->to->input.pod;
	uint32_t row = pod->count;
	size_t slash = strcspn(e->pod, "/");

	b->pod = dry_grow(b->pod, &b->pod_capacity, (size_t)row + 1, sizeof(*b->pod));
	b->arrive = dry_grow(b->arrive, &b->arrive_capacity, (size_t)row + 1, sizeof(*b->arrive));
	b->owner = dry_grow(b->owner, &b->owner_capacity, (size_t)row + 1, sizeof(*b->owner));
	b->pod[row] = e->pod;
	b->arrive[row] = e->wait_ms >= 0 ? e->at_ms - e->wait_ms : e->at_ms;
	b->owner[row] = e->pod[slash] ? add_owner(b, e->pod, slash) : DRY_NONE;
	return pod->count++;
}

/* The last scale-up of the group in the pod's wait; -1 = none. */
static int64_t find_scale_up(const struct builder *b, uint32_t group_index, int64_t from_ms, int64_t to_ms)
{
	int64_t at_ms = -1;

	for (size_t i = dry_log_at(&b->to->log, from_ms); i < b->to->log.count && b->to->log.entry[i].at_ms <= to_ms;
	     i++)
		if (b->to->log.entry[i].kind == DRY_EVENT_SCALE_UP && b->to->log.entry[i].group_index == group_index)
			at_ms = b->to->log.entry[i].at_ms;
	return at_ms;
}

static void add_trigger(struct builder *b, uint32_t row, const struct dry_recorded_event *e)
{
	struct dry_triggers *triggers = &b->to->triggers;
	uint32_t g = e->node ? group_of_node(b, e->node) : DRY_NONE;
	int64_t at_ms = g == DRY_NONE || e->wait_ms <= 0 ? -1 : find_scale_up(b, g, b->arrive[row], e->at_ms);

	if (at_ms < 0)
		return;
	triggers->trigger = dry_grow(triggers->trigger, &triggers->capacity, triggers->count + 1,
				     sizeof(*triggers->trigger));
	triggers->trigger[triggers->count++] = (struct dry_trigger){ at_ms, g, row };
}

/* --- the log --- */

static void add_entry(struct builder *b, const struct dry_recorded_event *e)
{
	struct dry_event event = { .at_ms = e->at_ms, .kind = e->kind, .pod_index = DRY_NONE,
				   .node_ordinal = DRY_NONE, .from = e->from, .to = e->to };

	event.group_index = e->group ? group_of_name(b, e->group) : e->node ? group_of_node(b, e->node) : DRY_NONE;
	event.reason = e->cause ? dry_arena_text(&b->to->input.arena, e->cause) : NULL;
	if (event.group_index == DRY_NONE || (e->kind == DRY_EVENT_SCALE_UP && (e->from < 0 || e->to < e->from)))
		return;
	if (e->kind == DRY_EVENT_POD_START || e->kind == DRY_EVENT_POD_EVICTED || e->kind == DRY_EVENT_POD_END)
		return;
	dry_log_on_event(&b->to->log, &event);
}

static void keep_pods(struct builder *b)
{
	struct dry_input *input = &b->to->input;
	struct dry_pod_class *class = dry_arena_alloc(&input->arena, sizeof(*class));
	size_t count = (size_t)input->pod.count + 1, length = 0;

	class->workload = DRY_WORKLOAD_UNKNOWN;
	class->request.amount[DRY_RESOURCE_CPU] = 1;
	input->pod_class = class;
	input->class_count = input->spec_count = 1;
	input->owner = b->owners;
	input->pod.arrive_at_ms = b->arrive;
	input->pod.owner_index = b->owner;
	input->pod.class_index = dry_arena_array(&input->arena, count, sizeof(uint32_t));
	input->pod.name_offset = dry_arena_array(&input->arena, count, sizeof(uint32_t));
	for (uint32_t p = 0; p < input->pod.count; p++)
		length += strlen(b->pod[p]) + 1;
	input->pod.name_text = dry_arena_alloc(&input->arena, length + 1);
	length = 0;
	for (uint32_t p = 0; p < input->pod.count; p++) {
		const char *slash = strchr(b->pod[p], '/');
		const char *own = slash ? slash + 1 : b->pod[p];

		input->pod.name_offset[p] = (uint32_t)length;
		memcpy(input->pod.name_text + length, own, strlen(own) + 1);
		length += strlen(own) + 1;
	}
}

void dry_recorded_log_make(struct dry_recorded_log *to, const struct dry_calibration *from)
{
	struct builder b = { .to = to, .from = from };

	memset(to, 0, sizeof(*to));
	dry_arena_init(&to->input.arena);
	dry_symbols_init(&to->input.symbols);
	to->input.name = "recorded";
	to->input.resource_count = 4;
	to->input.resource_name[DRY_RESOURCE_CPU] = "cpu";
	to->input.resource_name[DRY_RESOURCE_MEMORY] = "memory";
	to->input.resource_name[DRY_RESOURCE_PODS] = "pods";
	to->input.resource_name[DRY_RESOURCE_EPHEMERAL_STORAGE] = "ephemeral-storage";
	to->log.input = &to->input;
	to->log.config = &to->config;
	read_groups(&b);
	for (uint32_t i = 0; i < from->count; i++) {
		add_entry(&b, &from->event[i]);
		if (from->event[i].at_ms > to->log.end_at_ms)
			to->log.end_at_ms = from->event[i].at_ms;
	}
	for (uint32_t i = 0; i < from->count; i++)
		if (from->event[i].kind == DRY_EVENT_POD_START && from->event[i].pod)
			add_trigger(&b, add_pod(&b, &from->event[i]), &from->event[i]);
	keep_pods(&b);
	free(b.pod);
	free(b.node);
	free(b.node_group);
}

void dry_recorded_log_release(struct dry_recorded_log *recorded)
{
	free(recorded->config.group);
	free(recorded->input.pod.arrive_at_ms);
	free(recorded->input.pod.owner_index);
	free((void *)(uintptr_t)recorded->input.owner);
	dry_log_release(&recorded->log);
	dry_triggers_release(&recorded->triggers);
	dry_symbols_release(&recorded->input.symbols);
	dry_arena_release(&recorded->input.arena);
}
