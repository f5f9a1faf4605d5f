/* Compiles pod classes: requests, own-taint tolerations, inter-pod terms. */
#include "world/shape.h"

#include <stdlib.h>
#include <string.h>

#include "base/assert.h"

struct compiler {
	struct dry_shapes *shapes;
	const struct dry_shapes_input *in;
	struct dry_term *term;
	uint32_t term_count;
	/* which pods a term matches: set i of selectors, all must match */
	struct term_source {
		uint32_t class_index;
		const struct dry_pod_affinity_term *affinity;   /* count of them, or */
		uint32_t affinity_count;
		const struct dry_spread_constraint *spread;
	} *source;
	struct dry_carrier *carrier;
	uint32_t carrier_count;
	size_t term_capacity, source_capacity, carrier_capacity;
};

bool dry_is_gpu_resource(const char *name)
{
	static const char *const gpu[] = { "nvidia.com/gpu", "amd.com/gpu", "habana.ai/gaudi",
					   "gpu.intel.com/xe", "microsoft.com/directx" };
	size_t i;

	for (i = 0; i < sizeof(gpu) / sizeof(gpu[0]); i++)
		if (!strcmp(name, gpu[i]))
			return true;
	return false;
}

static bool find_label(const struct dry_label *label, uint32_t count, dry_symbol key, dry_symbol *value)
{
	uint32_t i;

	for (i = 0; i < count; i++)
		if (label[i].key == key) {
			*value = label[i].value;
			return true;
		}
	return false;
}

static bool requirement_matches(const struct dry_requirement *r, const struct dry_label *label,
				uint32_t count)
{
	dry_symbol value = 0;
	bool has = find_label(label, count, r->key, &value);
	bool in = false;
	uint32_t i;

	for (i = 0; has && i < r->value_count; i++)
		in = in || r->value[i] == value;
	switch (r->op) {
	case DRY_OP_IN:
		return has && in;
	case DRY_OP_NOT_IN:
		return !has || !in;
	case DRY_OP_EXISTS:
		return has;
	case DRY_OP_DOES_NOT_EXIST:
		return !has;
	default:
		return false;           /* Gt and Lt belong to node affinity */
	}
}

bool dry_label_selector_matches(const struct dry_label_selector *selector,
				const struct dry_label *label, uint32_t label_count)
{
	uint32_t i;
	dry_symbol value;

	if (selector->is_null)
		return false;
	for (i = 0; i < selector->label_count; i++)
		if (!find_label(label, label_count, selector->label[i].key, &value) ||
		    value != selector->label[i].value)
			return false;
	for (i = 0; i < selector->requirement_count; i++)
		if (!requirement_matches(&selector->requirement[i], label, label_count))
			return false;
	return true;
}

bool dry_tolerates(const struct dry_symbols *symbols, const struct dry_toleration *toleration,
		   uint32_t count, const char *key, const char *value, enum dry_taint_effect effect)
{
	uint32_t i;

	for (i = 0; i < count; i++) {
		const struct dry_toleration *t = &toleration[i];

		if (t->effect != DRY_EFFECT_ANY && t->effect != effect)
			continue;
		if (t->key && strcmp(dry_symbols_text(symbols, t->key), key))
			continue;
		if (t->exists)
			return true;
		if (t->key && !strcmp(dry_symbols_text(symbols, t->value), value))
			return true;
	}
	return false;
}

static bool affinity_term_matches(const struct compiler *c, uint32_t of_class,
				  const struct dry_pod_affinity_term *term, uint32_t class_index)
{
	const struct dry_pod_class *owner = &c->in->pod_class[of_class];
	const struct dry_pod_class *pod = &c->in->pod_class[class_index];
	bool in_namespace = term->all_namespaces;
	uint32_t i;

	if (!term->namespace_count && !term->all_namespaces)
		in_namespace = pod->name_space == owner->name_space;
	for (i = 0; i < term->namespace_count; i++)
		in_namespace = in_namespace || term->namespaces[i] == pod->name_space;
	return in_namespace && dry_label_selector_matches(&term->selector, pod->label, pod->label_count);
}

static bool source_matches(const struct compiler *c, const struct term_source *s, uint32_t class_index)
{
	const struct dry_pod_class *pod = &c->in->pod_class[class_index];
	uint32_t i;

	if (s->spread)
		return pod->name_space == c->in->pod_class[s->class_index].name_space &&
		       dry_label_selector_matches(&s->spread->selector, pod->label, pod->label_count);
	for (i = 0; i < s->affinity_count; i++)
		if (!affinity_term_matches(c, s->class_index, &s->affinity[i], class_index))
			return false;
	return true;
}

static bool same_selector(const struct dry_label_selector *x, const struct dry_label_selector *y)
{
	uint32_t i;

	if (x == y)
		return true;
	if (x->is_null != y->is_null || x->label_count != y->label_count ||
	    x->requirement_count || y->requirement_count)
		return false;
	for (i = 0; i < x->label_count; i++)
		if (x->label[i].key != y->label[i].key || x->label[i].value != y->label[i].value)
			return false;
	return true;
}

static bool same_source(const struct compiler *c, const struct term_source *x, const struct term_source *y)
{
	const struct dry_pod_class *p = &c->in->pod_class[x->class_index];
	const struct dry_pod_class *q = &c->in->pod_class[y->class_index];

	if (p->name_space != q->name_space || !x->spread != !y->spread)
		return false;
	if (x->spread)
		return same_selector(&x->spread->selector, &y->spread->selector);
	return x->affinity_count == 1 && y->affinity_count == 1 &&
	       !x->affinity->namespace_count && !y->affinity->namespace_count &&
	       x->affinity->all_namespaces == y->affinity->all_namespaces &&
	       same_selector(&x->affinity->selector, &y->affinity->selector);
}

static uint32_t add_term(struct compiler *c, const struct term_source *source, dry_symbol key)
{
	uint32_t i;

	for (i = 0; i < c->term_count; i++)
		if (c->term[i].topology_key == key && same_source(c, &c->source[i], source))
			return i;
	c->term = dry_grow(c->term, &c->term_capacity, c->term_count + 1, sizeof(*c->term));
	c->source = dry_grow(c->source, &c->source_capacity, c->term_count + 1, sizeof(*c->source));
	c->term[i].topology_key = key;
	c->term[i].is_hostname = key == c->shapes->hostname_key;
	c->term[i].live_only = source->spread != NULL;
	c->source[i] = *source;
	c->term_count++;
	return i;
}

static uint32_t add_affinity(struct compiler *c, uint32_t class_index,
			     const struct dry_pod_affinity_term *term, uint32_t count)
{
	struct term_source source = { class_index, term, count, NULL };

	return add_term(c, &source, count == 1 ? term->topology_key : DRY_NONE);
}

static bool term_by_hostname(dry_symbol hostname, const struct dry_node_selector_term *term)
{
	uint32_t i;

	for (i = 0; i < term->expression_count; i++)
		if (term->expression[i].key == hostname)
			return true;
	return term->field_count > 0;
}

static bool selects_by_hostname(dry_symbol hostname, const struct dry_pod_class *class)
{
	uint32_t i;

	for (i = 0; i < class->node_selector_count; i++)
		if (class->node_selector[i].key == hostname)
			return true;
	for (i = 0; i < class->node_term_count; i++)
		if (term_by_hostname(hostname, &class->node_term[i]))
			return true;
	return false;
}

static int64_t nonzero(const struct dry_pod_class *class, uint32_t resource, int64_t missing)
{
	uint32_t bit = 1u << resource;
	int64_t value = class->main.present & bit ? class->main.amount[resource] : missing;
	int64_t init = class->init.present & bit ? class->init.amount[resource] : missing;

	return class->has_init && init > value ? init : value;
}

static void compile_requests(struct compiler *c, const struct dry_pod_class *class, struct dry_shape *shape)
{
	struct dry_shape_request list[DRY_RESOURCE_MAX] = { { 0 } };
	uint32_t r, n = 0;

	shape->gpu_resource = DRY_NONE;
	for (r = 0; r < c->in->resource_count; r++) {
		if (r == DRY_RESOURCE_PODS || class->request.amount[r] <= 0)
			continue;
		list[n].resource = r;
		list[n++].amount = class->request.amount[r];
		if (r >= DRY_RESOURCE_EXTENDED && dry_is_gpu_resource(c->in->resource_name[r]))
			shape->gpu_resource = r;
	}
	shape->request_count = n;
	shape->request = memcpy(dry_arena_array(&c->shapes->arena, n, sizeof(*list)), list, n * sizeof(*list));
	shape->cpu = class->request.amount[DRY_RESOURCE_CPU];
	shape->memory = class->request.amount[DRY_RESOURCE_MEMORY];
	shape->nonzero_cpu = nonzero(class, DRY_RESOURCE_CPU, 100);
	shape->nonzero_memory = nonzero(class, DRY_RESOURCE_MEMORY, INT64_C(200) * 1024 * 1024);
}

static void compile_tolerations(struct compiler *c, const struct dry_pod_class *class, struct dry_shape *shape)
{
	static const struct { const char *key; enum dry_taint_effect effect; uint32_t flag; } own[] = {
		{ "node.kubernetes.io/unschedulable", DRY_EFFECT_NO_SCHEDULE, DRY_SHAPE_TOLERATES_CORDON },
		{ "ToBeDeletedByClusterAutoscaler", DRY_EFFECT_NO_SCHEDULE, DRY_SHAPE_TOLERATES_DELETION },
		{ "node.kubernetes.io/not-ready", DRY_EFFECT_NO_SCHEDULE, DRY_SHAPE_TOLERATES_NOT_READY },
		{ "DeletionCandidateOfClusterAutoscaler", DRY_EFFECT_PREFER_NO_SCHEDULE,
		  DRY_SHAPE_TOLERATES_CANDIDATE },
		{ "dryscale/interruption", DRY_EFFECT_NO_SCHEDULE, DRY_SHAPE_TOLERATES_INTERRUPTION },
	};
	size_t i;

	for (i = 0; i < sizeof(own) / sizeof(own[0]); i++)
		if (dry_tolerates(c->in->symbols, class->toleration, class->toleration_count, own[i].key,
				  "", own[i].effect))
			shape->flags |= own[i].flag;
}

static void compile_spread(struct compiler *c, uint32_t class_index, struct dry_shape *shape)
{
	const struct dry_pod_class *class = &c->in->pod_class[class_index];
	struct dry_arena *arena = &c->shapes->arena;
	struct dry_shape_spread *hard = dry_arena_array(arena, class->spread_count, sizeof(*hard));
	struct dry_shape_spread *soft = dry_arena_array(arena, class->spread_count, sizeof(*soft));
	uint32_t i;

	for (i = 0; i < class->spread_count; i++) {
		const struct dry_spread_constraint *s = &class->spread[i];
		struct term_source source = { class_index, NULL, 0, s };
		struct dry_shape_spread row = { add_term(c, &source, s->topology_key), s->max_skew,
						s->min_domains, source_matches(c, &source, class_index) };

		if (s->schedule_anyway)
			soft[shape->soft_count++] = row;
		else
			hard[shape->hard_count++] = row;
		if (s->topology_key == c->shapes->hostname_key)
			shape->has_hostname_spread = true;
	}
	shape->hard = hard;
	shape->soft = soft;
}

static uint32_t add_carrier(struct compiler *c, uint32_t term, int32_t weight, bool is_anti)
{
	uint32_t i;

	for (i = 0; i < c->carrier_count; i++)
		if (c->carrier[i].term == term && c->carrier[i].weight == weight &&
		    c->carrier[i].is_anti == is_anti)
			return i;
	c->carrier = dry_grow(c->carrier, &c->carrier_capacity, i + 1, sizeof(*c->carrier));
	c->carrier[i] = (struct dry_carrier){ term, weight, is_anti };
	c->carrier_count++;
	return i;
}

static void compile_preferred(struct compiler *c, uint32_t class_index, struct dry_shape *shape,
			      struct dry_shape_weight *preferred, uint32_t *carry,
			      const struct dry_pod_affinity_term *list, uint32_t count, int32_t sign)
{
	uint32_t i;

	for (i = 0; i < count; i++) {
		struct dry_shape_weight row = { add_affinity(c, class_index, &list[i], 1),
						sign * list[i].weight };

		preferred[shape->preferred_count++] = row;
		carry[shape->carry_count++] = add_carrier(c, row.term, row.weight, false);
	}
}

static void compile_affinity(struct compiler *c, uint32_t class_index, struct dry_shape *shape)
{
	const struct dry_pod_class *class = &c->in->pod_class[class_index];
	struct dry_arena *arena = &c->shapes->arena;
	uint32_t own = class->affinity_count + class->anti_affinity_count + class->preferred_affinity_count +
		       class->preferred_anti_affinity_count;
	uint32_t *carry = dry_arena_array(arena, own, sizeof(*carry));
	uint32_t *anti = dry_arena_array(arena, class->anti_affinity_count, sizeof(*anti));
	dry_symbol *key = dry_arena_array(arena, class->affinity_count, sizeof(*key));
	struct dry_shape_weight *preferred = dry_arena_array(arena, own, sizeof(*preferred));
	uint32_t i;

	shape->affinity_term = DRY_NONE;
	if (class->affinity_count) {
		struct term_source all = { class_index, class->affinity, class->affinity_count, NULL };

		shape->affinity_term = add_affinity(c, class_index, class->affinity, class->affinity_count);
		shape->affinity_matches_itself = source_matches(c, &all, class_index);
	}
	for (i = 0; i < class->affinity_count; i++) {
		key[i] = class->affinity[i].topology_key;
		carry[shape->carry_count++] =
			add_carrier(c, add_affinity(c, class_index, &class->affinity[i], 1), 1, false);
	}
	for (i = 0; i < class->anti_affinity_count; i++) {
		anti[i] = add_affinity(c, class_index, &class->anti_affinity[i], 1);
		carry[shape->carry_count++] = add_carrier(c, anti[i], 0, true);
	}
	compile_preferred(c, class_index, shape, preferred, carry, class->preferred_affinity,
			  class->preferred_affinity_count, 1);
	compile_preferred(c, class_index, shape, preferred, carry, class->preferred_anti_affinity,
			  class->preferred_anti_affinity_count, -1);
	shape->affinity_key_count = class->affinity_count;
	shape->affinity_key = key;
	shape->anti_count = class->anti_affinity_count;
	shape->anti = anti;
	shape->preferred = preferred;
	shape->carry = carry;
}

static const uint32_t *keep(struct compiler *c, const uint32_t *list, uint32_t count)
{
	return memcpy(dry_arena_array(&c->shapes->arena, count, sizeof(*list)), list, count * sizeof(*list));
}

/* Second pass: every term is known, so see which classes each of them touches. */
static void relate(struct compiler *c, uint32_t class_index, struct dry_shape *shape, uint32_t *scratch)
{
	const struct dry_pod_class *class = &c->in->pod_class[class_index];
	uint32_t i;

	for (i = 0; i < c->term_count; i++)
		if (source_matches(c, &c->source[i], class_index))
			scratch[shape->match_count++] = i;
	shape->match = keep(c, scratch, shape->match_count);
	for (i = 0; i < c->carrier_count; i++)
		if (c->carrier[i].is_anti && source_matches(c, &c->source[c->carrier[i].term], class_index))
			scratch[shape->repel_count++] = i;
	shape->repel = keep(c, scratch, shape->repel_count);
	for (i = 0; i < c->carrier_count; i++)
		if (!c->carrier[i].is_anti && source_matches(c, &c->source[c->carrier[i].term], class_index))
			scratch[shape->attract_count++] = i;
	shape->attract = keep(c, scratch, shape->attract_count);
	for (i = 0; i < c->in->budget_count; i++)
		if (c->in->budget[i].name_space == class->name_space &&
		    dry_label_selector_matches(&c->in->budget[i].selector, class->label, class->label_count))
			scratch[shape->budget_count++] = i;
	shape->budget = keep(c, scratch, shape->budget_count);
	if (shape->hard_count || shape->affinity_term != DRY_NONE || shape->anti_count || shape->repel_count)
		shape->flags |= DRY_SHAPE_RELATED;
	if (shape->soft_count || shape->preferred_count || shape->attract_count || class->preferred_node_count)
		shape->flags |= DRY_SHAPE_SCORED_BY_PODS;
	if (shape->anti_count)
		shape->flags |= DRY_SHAPE_ANTI_CARRIER;
}

static bool fastpath_allowed(const struct dry_shapes *shapes, const struct dry_pod_class *class)
{
	uint32_t i;

	if (class->spread_count)
		return false;
	for (i = 0; i < class->anti_affinity_count; i++)
		if (class->anti_affinity[i].topology_key != shapes->hostname_key)
			return false;
	return true;
}

void dry_shapes_init(struct dry_shapes *shapes, const struct dry_shapes_input *input)
{
	struct compiler c = { .shapes = shapes, .in = input };
	struct dry_shape *shape;
	const char *hostname = "kubernetes.io/hostname";
	uint32_t *scratch;
	uint32_t i;

	memset(shapes, 0, sizeof(*shapes));
	dry_arena_init(&shapes->arena);
	shapes->class_count = input->class_count;
	shapes->resource_name = input->resource_name;
	shapes->resource_count = input->resource_count;
	shapes->hostname_key = dry_symbols_find(input->symbols, hostname, strlen(hostname));
	shape = dry_arena_array(&shapes->arena, input->class_count, sizeof(*shape));
	for (i = 0; i < input->class_count; i++) {
		compile_requests(&c, &input->pod_class[i], &shape[i]);
		compile_tolerations(&c, &input->pod_class[i], &shape[i]);
		compile_spread(&c, i, &shape[i]);
		compile_affinity(&c, i, &shape[i]);
		if (selects_by_hostname(shapes->hostname_key, &input->pod_class[i]))
			shape[i].flags |= DRY_SHAPE_BY_HOSTNAME;
		shape[i].fastpath = fastpath_allowed(shapes, &input->pod_class[i]);
	}
	scratch = dry_xcalloc((size_t)c.term_count + c.carrier_count + input->budget_count + 1, sizeof(*scratch));
	for (i = 0; i < input->class_count; i++)
		relate(&c, i, &shape[i], scratch);
	free(scratch);
	shapes->shape = shape;
	shapes->term_count = c.term_count;
	shapes->term = memcpy(dry_arena_array(&shapes->arena, c.term_count, sizeof(*c.term)),
			      c.term ? c.term : (void *)&c, c.term_count * sizeof(*c.term));
	shapes->carrier_count = c.carrier_count;
	shapes->carrier = memcpy(dry_arena_array(&shapes->arena, c.carrier_count, sizeof(*c.carrier)),
				 c.carrier ? c.carrier : (void *)&c, c.carrier_count * sizeof(*c.carrier));
	free(c.term);
	free(c.source);
	free(c.carrier);
}

void dry_shapes_release(struct dry_shapes *shapes)
{
	dry_arena_release(&shapes->arena);
}
