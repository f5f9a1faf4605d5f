/*
 * Models core/scaleup/equivalence/groups.go as of 1.36.1: pending pods of one
 * controller with equal labels and spec form a group, at most ten groups a
 * controller. Cases: pack-*, place-*.
 */
#include <string.h>

#include "base/digest.h"
#include "ca.h"

#define GROUPS_PER_CONTROLLER 10

/* Owner -> its first remembered group, chained by next_of_owner. */
struct owner_table {
	uint32_t *owner;
	uint32_t *first;
	uint32_t mask;
};

static uint32_t *first_of_owner(struct owner_table *table, uint32_t owner)
{
	uint32_t i = (uint32_t)dry_digest_add(0, owner) & table->mask;

	while (table->owner[i] != DRY_NONE && table->owner[i] != owner)
		i = (i + 1) & table->mask;
	if (table->owner[i] == DRY_NONE) {
		table->owner[i] = owner;
		table->first[i] = DRY_NONE;
	}
	return &table->first[i];
}

static struct ca_equivalence *new_group(struct dry_autoscaler *ca, uint32_t pod)
{
	struct ca_equivalence *group = &ca->equivalence[ca->equivalence_count++];

	memset(group, 0, sizeof(*group));
	group->class_index = ca->cluster->pod[pod].class_index;
	group->next_of_owner = DRY_NONE;
	return group;
}

static void put_pod(struct dry_autoscaler *ca, struct ca_equivalence *group, uint32_t pod)
{
	if (group->pod_count == group->pod_capacity) {
		uint32_t capacity = group->pod_capacity ? group->pod_capacity * 4 : 1;
		uint32_t *list = dry_arena_array(&ca->cluster->scratch, capacity, sizeof(*list));

		if (group->pod_count)
			memcpy(list, group->pod, group->pod_count * sizeof(*list));
		group->pod = list;
		group->pod_capacity = capacity;
	}
	group->pod[group->pod_count++] = pod;
}

static void put_owned(struct dry_autoscaler *ca, struct owner_table *table, uint32_t pod)
{
	uint32_t *first = first_of_owner(table, ca->cluster->pod[pod].owner_index);
	uint32_t spec = pod_class(ca, pod)->spec_index, i, remembered = 0, last = DRY_NONE;
	struct ca_equivalence *group;

	for (i = *first; i != DRY_NONE; i = ca->equivalence[i].next_of_owner) {
		group = &ca->equivalence[i];
		if (ca->cluster->spec.pod_class[group->class_index].spec_index == spec) {
			put_pod(ca, group, pod);
			return;
		}
		remembered++;
		last = i;
	}
	group = new_group(ca, pod);
	put_pod(ca, group, pod);
	if (remembered >= GROUPS_PER_CONTROLLER)
		return;
	if (last == DRY_NONE)
		*first = ca->equivalence_count - 1;
	else
		ca->equivalence[last].next_of_owner = ca->equivalence_count - 1;
}

void ca_build_equivalence(struct dry_autoscaler *ca)
{
	struct dry_arena *arena = &ca->cluster->scratch;
	struct owner_table table;
	uint32_t size = 16, i;

	while (size < ca->pending_count * 2)
		size *= 2;
	table.mask = size - 1;
	table.owner = dry_arena_array(arena, size, sizeof(*table.owner));
	table.first = dry_arena_array(arena, size, sizeof(*table.first));
	memset(table.owner, 0xff, size * sizeof(*table.owner));
	ca->equivalence = dry_arena_array(arena, ca->pending_count + 1, sizeof(*ca->equivalence));
	ca->equivalence_count = 0;
	for (i = 0; i < ca->pending_count; i++) {
		const struct dry_pod *pod = &ca->cluster->pod[ca->pending[i]];

		if (pod->owner_index != DRY_NONE && !pod->is_daemon)
			put_owned(ca, &table, ca->pending[i]);
		else
			put_pod(ca, new_group(ca, ca->pending[i]), ca->pending[i]);
	}
}
