/*
 * Placeholder ("overprovisioning") pods: each takes a whole node of a group and
 * makes way for anything that matters more. They are one more class of pods
 * behind the input's, made again when their settings change.
 */
#include <string.h>

#include "base/assert.h"
#include "simulation.h"

/* Sizes that round numbers leave are kept; DaemonSets of the scenario take their part first. */
static void set_requests(const struct dry_simulation *sim, const struct dry_node_group *group,
			 struct dry_pod_class *class)
{
	const struct dry_input *input = sim->input;
	uint32_t r, i;

	class->request = group->allocatable;
	for (i = 0; i < input->daemon_set_count; i++)
		for (r = 0; r < input->resource_count; r++)
			class->request.amount[r] -=
				input->pod_class[input->daemon_set[i].class_index].request.amount[r];
	for (r = 0; r < DRY_RESOURCE_MAX; r++) {
		if (class->request.amount[r] <= 0 || r == DRY_RESOURCE_PODS) {
			class->request.amount[r] = 0;
			class->request.present &= ~(1u << r);
		} else {
			class->request.present |= 1u << r;
		}
	}
	class->main = class->request;
}

static bool is_same_size(const struct dry_resources *a, const struct dry_resources *b)
{
	return a->present == b->present && !memcmp(a->amount, b->amount, sizeof(a->amount));
}

static bool is_current(const struct dry_simulation *sim)
{
	const struct dry_placeholder_config *wanted = &sim->config->placeholder, *has = &sim->placeholder;
	uint32_t g = wanted->group_index == DRY_NONE ? 0 : wanted->group_index;

	return sim->has_placeholder && wanted->group_index == has->group_index &&
	       wanted->priority == has->priority &&
	       is_same_size(&sim->placeholder_size, &sim->config->group[g].allocatable) &&
	       sim->placeholder_label == sim->config->group[g].label;
}

static void make_class(struct dry_simulation *sim)
{
	static const struct dry_toleration any = { .exists = true };
	const struct dry_placeholder_config *wanted = &sim->config->placeholder;
	const struct dry_input *input = sim->input;
	const struct dry_node_group *group =
		&sim->config->group[wanted->group_index == DRY_NONE ? 0 : wanted->group_index];
	struct dry_pod_class *class;

	sim->pod_class = dry_grow(sim->pod_class, &sim->class_capacity, (size_t)input->class_count + 1,
				  sizeof(*sim->pod_class));
	if (input->class_count)
		memcpy(sim->pod_class, input->pod_class, input->class_count * sizeof(*sim->pod_class));
	class = &sim->pod_class[input->class_count];
	memset(class, 0, sizeof(*class));
	class->owner_kind = DRY_OWNER_REPLICA_SET;
	class->priority = wanted->priority;
	class->scale_up_delay_ms = -1;
	class->checkpoint_interval_ms = -1;
	class->workload = DRY_WORKLOAD_HEADROOM;
	class->urgency = DRY_URGENCY_EXPENDABLE;
	class->toleration_count = 1;
	class->toleration = &any;
	class->node_selector_count = group->label_count;
	class->node_selector = group->label;
	class->spec_index = input->spec_count;
	set_requests(sim, group, class);
	sim->placeholder = *wanted;
	sim->has_placeholder = true;
	sim->placeholder_size = group->allocatable;
	sim->placeholder_label = group->label;
}

bool placeholder_is_used(const struct dry_simulation *sim)
{
	return sim->config->placeholder.node_count > 0 && sim->config->group_count > 0;
}

/* The classes of the run: the input's, or those and one more. True: not those of the run before. */
bool placeholder_classes(struct dry_simulation *sim, bool other_input, const struct dry_pod_class **list,
			 uint32_t *count)
{
	bool changed = false;

	*list = sim->input->pod_class;
	*count = sim->input->class_count;
	if (!placeholder_is_used(sim)) {
		changed = sim->has_placeholder;
		sim->has_placeholder = false;
		return changed;
	}
	if (other_input || !is_current(sim)) {
		make_class(sim);
		changed = true;
	}
	*list = sim->pod_class;
	++*count;
	return changed;
}

void placeholder_arrive(struct dry_simulation *sim)
{
	uint32_t i;

	if (!placeholder_is_used(sim))
		return;
	for (i = sim->config->placeholder.node_count; i-- > 0;)         /* the last one's order is the first */
		dry_pod_arrive(&sim->cluster, sim->input->pod.count + i, 0);
}
