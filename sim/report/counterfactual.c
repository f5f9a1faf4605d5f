/* Inputs in which an owner's pods had asked for something else. */
#include <string.h>

#include "report/investigate.h"


static void halve(struct dry_resources *amounts)
{
	for (uint32_t r = 0; r < DRY_RESOURCE_MAX; r++)
		if (r != DRY_RESOURCE_PODS)
			amounts->amount[r] = (amounts->amount[r] + 1) / 2;
}

static void change_class(struct dry_pod_class *class, const struct dry_proposal *proposal)
{
	switch (proposal->kind) {
	case DRY_WITHOUT_INIT:
		class->request = class->main;
		class->has_init = false;
		break;
	case DRY_HALF_REQUESTS:
	case DRY_HALF_DAEMONS:
		halve(&class->main);
		halve(&class->init);
		halve(&class->request);
		break;
	case DRY_RELAXED:
		class->node_selector_count = 0;
		class->has_node_affinity = false;
		class->node_term_count = 0;
		class->affinity_count = class->anti_affinity_count = class->spread_count = 0;
		break;
	case DRY_REQUEST:
		class->main.amount[proposal->resource] = proposal->amount;
		class->init.amount[proposal->resource] = 0;
		class->request.amount[proposal->resource] = proposal->amount;
		class->main.present |= 1u << proposal->resource;
		class->request.present |= 1u << proposal->resource;
		break;
	case DRY_AS_IT_IS:
		break;
	}
}

/* The changed twin of a class, made when it is first asked for. */
static uint32_t twin_of(struct dry_input *to, struct dry_pod_class *classes, uint32_t class_index, uint32_t *twin,
			const struct dry_proposal *proposal)
{
	if (twin[class_index])
		return twin[class_index];
	classes[to->class_count] = classes[class_index];
	change_class(&classes[to->class_count], proposal);
	classes[to->class_count].spec_index = to->spec_count++;
	twin[class_index] = to->class_count;
	return to->class_count++;
}

static bool is_of_owner(const struct dry_input *input, uint32_t pod, const char *name, struct dry_arena *arena,
			int8_t *known)
{
	uint32_t owner = input->pod.owner_index[pod];

	if (owner == DRY_NONE)
		return !strcmp(dry_owner_key(input, pod, arena), name);
	if (!known[owner])
		known[owner] = strcmp(dry_owner_key(input, pod, arena), name) ? -1 : 1;
	return known[owner] > 0;
}

static void change_daemons(struct dry_input *to, struct dry_pod_class *classes, uint32_t *twin,
			   const struct dry_proposal *proposal, struct dry_arena *arena)
{
	struct dry_daemon_set *sets = dry_arena_array(arena, (size_t)to->daemon_set_count + 1, sizeof(*sets));

	for (uint32_t i = 0; i < to->daemon_set_count; i++) {
		sets[i] = to->daemon_set[i];
		sets[i].class_index = twin_of(to, classes, sets[i].class_index, twin, proposal);
	}
	to->daemon_set = sets;
}

void dry_counterfactual_make(struct dry_input *to, const struct dry_input *from, const struct dry_finding *finding,
			     const struct dry_proposal *proposal, struct dry_arena *arena)
{
	size_t count = from->class_count;
	struct dry_pod_class *classes = dry_arena_array(arena, 2 * count + 1, sizeof(*classes));
	uint32_t *twin = dry_arena_array(arena, count + 1, sizeof(*twin));
	uint32_t *class_index = dry_arena_array(arena, (size_t)from->pod.count + 1, sizeof(*class_index));
	int8_t *known = dry_arena_array(arena, (size_t)from->owner_count + 1, sizeof(*known));

	*to = *from;
	if (count)
		memcpy(classes, from->pod_class, count * sizeof(*classes));
	to->pod_class = classes;
	if (proposal->kind == DRY_HALF_DAEMONS) {
		change_daemons(to, classes, twin, proposal, arena);
		return;
	}
	if (from->pod.count)
		memcpy(class_index, from->pod.class_index, from->pod.count * sizeof(*class_index));
	for (uint32_t p = 0; finding->owner_count && p < from->pod.count; p++)
		if (is_of_owner(from, p, finding->owner[0].name, arena, known))
			class_index[p] = twin_of(to, classes, class_index[p], twin, proposal);
	to->pod.class_index = class_index;
}
