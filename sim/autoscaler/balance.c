/*
 * Models processors/nodegroupset (balancing_processor.go, compare_nodegroups.go,
 * label_nodegroups.go), the generic comparator, as of 1.36.1. Left out: the
 * comparators of single providers. Cases: balance-*.
 */
#include <stdlib.h>
#include <string.h>

#include "base/assert.h"
#include "base/digest.h"
#include "ca.h"
#include "world/labels.h"

static bool within(int64_t x, int64_t y, double ratio)
{
	int64_t larger = x > y ? x : y, smaller = x > y ? y : x;

	return (double)(larger - smaller) <= (double)larger * ratio;
}

static bool is_ignored(const struct dry_autoscaler *ca, const char *key)
{
	static const char *const always[] = {
		"kubernetes.io/hostname", "failure-domain.beta.kubernetes.io/zone",
		"failure-domain.beta.kubernetes.io/region", "topology.kubernetes.io/zone",
		"topology.kubernetes.io/region", "beta.kubernetes.io/fluentd-ds-ready",
		"kops.k8s.io/instancegroup",
	};
	size_t i;

	for (i = 0; i < sizeof(always) / sizeof(always[0]); i++)
		if (!strcmp(key, always[i]))
			return true;
	for (i = 0; i < ca->options->balancing_ignore_label.count; i++)
		if (!strcmp(key, ca->options->balancing_ignore_label.text[i]))
			return true;
	return false;
}

static bool have_same_labels(const struct dry_autoscaler *ca, const struct dry_place *a,
			     const struct dry_place *b)
{
	uint32_t i;

	for (i = 0; i < a->label_count; i++) {
		const char *other = dry_place_label(b, a->label[i].key);

		if (!is_ignored(ca, a->label[i].key) && (!other || strcmp(other, a->label[i].value)))
			return false;
	}
	for (i = 0; i < b->label_count; i++)
		if (!is_ignored(ca, b->label[i].key) && !dry_place_label(a, b->label[i].key))
			return false;
	return true;
}

static uint64_t label_digest(const struct dry_autoscaler *ca, const struct dry_place *place)
{
	uint64_t digest = DRY_DIGEST_START;
	uint32_t i;

	for (i = 0; i < place->label_count; i++) {
		const struct dry_node_label *label = &place->label[i];

		if (is_ignored(ca, label->key))
			continue;
		digest = dry_digest_add(digest, dry_fnv1a(label->key, strlen(label->key)));
		digest = dry_digest_add(digest, dry_fnv1a(label->value, strlen(label->value)));
	}
	return digest;
}

/* Labels stay in a run: which places have the same is asked once, not for each two groups in each loop. */
static void make_label_kinds(struct dry_autoscaler *ca)
{
	const struct dry_place *place = ca->cluster->place;
	uint32_t count = ca->cluster->place_count, p, q;

	ca->label_kind = dry_grow(ca->label_kind, &ca->label_kind_capacity, (size_t)count + 1,
				  sizeof(*ca->label_kind));
	for (p = 0; p < count; p++) {
		struct ca_label_kind *kind = &ca->label_kind[p];

		*kind = (struct ca_label_kind){ label_digest(ca, &place[p]), p };
		for (q = 0; q < p && kind->first == p; q++)
			if (ca->label_kind[q].first == q && ca->label_kind[q].digest == kind->digest &&
			    have_same_labels(ca, &place[p], &place[q]))
				kind->first = q;
	}
	ca->has_label_kinds = true;
}

static bool have_balancing_labels(const struct dry_autoscaler *ca, const struct dry_place *a,
				  const struct dry_place *b)
{
	uint32_t i;

	for (i = 0; i < ca->options->balancing_label.count; i++) {
		const char *x = dry_place_label(a, ca->options->balancing_label.text[i]);
		const char *y = dry_place_label(b, ca->options->balancing_label.text[i]);

		if (!x || !y || strcmp(x, y))
			return false;
	}
	return true;
}

/* What the template's own pods leave: the number of pods is not subtracted. */
static int64_t free_amount(const struct dry_node_group *spec, const struct dry_place *place, uint32_t r)
{
	int64_t own = r == DRY_RESOURCE_PODS ? 0 : place->daemon_request.amount[r];

	return spec->allocatable.amount[r] - own;
}

static bool have_same_resources(const struct dry_autoscaler *ca, uint32_t g, uint32_t h)
{
	const struct dry_node_group *a = world_group(ca, g)->spec, *b = world_group(ca, h)->spec;
	const struct dry_place *on_a = template_place(ca, g), *on_b = template_place(ca, h);
	const struct dry_options *o = ca->options;
	uint32_t r;

	if ((a->capacity.present | 1u << DRY_RESOURCE_PODS) != (b->capacity.present | 1u << DRY_RESOURCE_PODS) ||
	    (a->allocatable.present | 1u << DRY_RESOURCE_PODS) !=
		    (b->allocatable.present | 1u << DRY_RESOURCE_PODS))
		return false;
	for (r = 0; r < ca->cluster->spec.resource_count; r++) {
		int64_t x = a->capacity.amount[r], y = b->capacity.amount[r];

		if (r == DRY_RESOURCE_MEMORY ? !within(x, y, o->memory_difference_ratio) : x != y)
			return false;
		if (!within(a->allocatable.amount[r], b->allocatable.amount[r], o->max_allocatable_difference_ratio))
			return false;
		if (r >= DRY_RESOURCE_EXTENDED) {
			bool p = on_a->daemon_request.present >> r & 1, q = on_b->daemon_request.present >> r & 1;

			if (p != q)
				return false;
			if (!p)
				continue;
		}
		if (!within(free_amount(a, on_a, r), free_amount(b, on_b, r), o->max_free_difference_ratio))
			return false;
	}
	return true;
}

static bool are_similar(const struct dry_autoscaler *ca, uint32_t g, uint32_t h)
{
	if (ca->options->balancing_label.count)
		return have_balancing_labels(ca, template_place(ca, g), template_place(ca, h));
	return ca->label_kind[ca->group[g].template_place].first == ca->label_kind[ca->group[h].template_place].first &&
	       have_same_resources(ca, g, h);
}

static const uint32_t *fitting_of(const struct dry_autoscaler *ca, uint32_t g, uint32_t *count)
{
	*count = ca->fitting_count[g];
	return &ca->fitting[(size_t)g * ca->equivalence_count];
}

/* Both lists ascend, so "every group that fits g fits h" is one walk. */
static bool fits_all_of(const struct dry_autoscaler *ca, uint32_t g, uint32_t h)
{
	uint32_t n, m, i, k = 0;
	const uint32_t *x = fitting_of(ca, g, &n), *y = fitting_of(ca, h, &m);

	for (i = 0; i < n; i++) {
		while (k < m && y[k] < x[i])
			k++;
		if (k == m || y[k] != x[i])
			return false;
	}
	return true;
}

uint32_t ca_similar_groups(struct dry_autoscaler *ca, uint32_t g, uint32_t *similar)
{
	uint32_t i, n = 0;

	if (!ca->options->balance_similar_node_groups || !ca_rule_on(ca, CA_RULE_BALANCING) ||
	    world_group(ca, g)->spec->options.zero_or_max_node_scaling)
		return 0;
	if (!ca->has_label_kinds && !ca->options->balancing_label.count)
		make_label_kinds(ca);
	for (i = 0; i < ca->valid_count; i++) {
		uint32_t h = ca->valid[i];

		if (h != g && are_similar(ca, g, h) && ca_is_group_healthy(ca, h) && !ca_in_backoff(ca, h) &&
		    fits_all_of(ca, g, h))
			similar[n++] = h;
	}
	return n;
}

static int32_t room_of(const struct dry_autoscaler *ca, uint32_t g)
{
	const struct dry_group *group = world_group(ca, g);

	return group->spec->max_size > group->target ? group->spec->max_size - group->target : 0;
}

/* Level fill: one by one to the smallest group with room, ties in sorted order. */
uint32_t ca_balance(struct dry_autoscaler *ca, const struct ca_option *best, int32_t count,
		    struct ca_plan_part *plan)
{
	uint32_t *list, n = 0, i, k, parts = 0;
	int32_t *size;

	if (!best->similar_count) {
		plan[0].group_index = best->group_index;
		plan[0].count = count < room_of(ca, best->group_index) ? count : room_of(ca, best->group_index);
		return plan[0].count > 0;
	}
	list = dry_arena_array(&ca->cluster->scratch, best->similar_count + 1, sizeof(*list));
	for (i = 0; i <= best->similar_count; i++) {
		uint32_t g = i ? best->similar[i - 1] : best->group_index;

		if (!room_of(ca, g))
			continue;
		for (k = n; k > 0 && world_group(ca, list[k - 1])->target > world_group(ca, g)->target; k--)
			list[k] = list[k - 1];
		list[k] = g;
		n++;
	}
	size = dry_arena_array(&ca->cluster->scratch, n + 1, sizeof(*size));
	for (i = 0; i < n; i++)
		size[i] = world_group(ca, list[i])->target;
	while (count > 0) {
		uint32_t smallest = DRY_NONE;

		for (i = 0; i < n; i++)
			if (size[i] < world_group(ca, list[i])->spec->max_size &&
			    (smallest == DRY_NONE || size[i] < size[smallest]))
				smallest = i;
		if (smallest == DRY_NONE)
			break;
		size[smallest]++;
		count--;
	}
	for (i = 0; i < n; i++)
		if (size[i] > world_group(ca, list[i])->target) {
			plan[parts].group_index = list[i];
			plan[parts++].count = size[i] - world_group(ca, list[i])->target;
		}
	return parts;
}
