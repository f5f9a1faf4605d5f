/* Filter plugins: cordon, taints, node affinity, resources, topology spread, inter-pod affinity. */
#include "world/predicates.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/assert.h"
#include "world/labels.h"

const char *dry_fit_reason(enum dry_fit fit)
{
	static const char *const text[] = {
		"",
		"node(s) were unschedulable",
		"node(s) had untolerated taint(s)",
		"node(s) didn't match Pod's node affinity/selector",
		"Insufficient resources",
		"node(s) didn't match pod topology spread constraints (missing required label)",
		"node(s) didn't match pod topology spread constraints",
		"node(s) didn't satisfy inter-pod affinity or anti-affinity rules",
	};

	return text[fit];
}

const char *dry_place_label(const struct dry_place *place, const char *key)
{
	uint32_t i;

	for (i = 0; i < place->label_count; i++)
		if (!strcmp(place->label[i].key, key))
			return place->label[i].value;
	return NULL;
}

int32_t dry_place_domain(const struct dry_cluster *cluster, dry_symbol key, uint32_t place)
{
	const char *text = dry_symbols_text(cluster->spec.symbols, key);
	const char *value = dry_place_label(&cluster->place[place], text);
	uint32_t p;

	if (!value)
		return -1;
	for (p = 0; p < place; p++) {
		const char *other = dry_place_label(&cluster->place[p], text);

		if (other && !strcmp(other, value))
			return (int32_t)p;
	}
	return (int32_t)place;
}

static bool parse_integer(const char *text, int64_t *value)
{
	char *end;

	if (!text || !*text)
		return false;
	errno = 0;
	*value = strtoll(text, &end, 10);
	return !errno && !*end;
}

static bool value_is_in(const struct dry_cluster *cluster, const struct dry_requirement *r, const char *value)
{
	uint32_t i;

	for (i = 0; i < r->value_count; i++)
		if (!strcmp(dry_symbols_text(cluster->spec.symbols, r->value[i]), value))
			return true;
	return false;
}

static bool requirement_matches(const struct dry_cluster *cluster, const struct dry_requirement *r,
				const char *value)
{
	int64_t number;

	switch (r->op) {
	case DRY_OP_IN:
		return value && value_is_in(cluster, r, value);
	case DRY_OP_NOT_IN:
		return !value || !value_is_in(cluster, r, value);
	case DRY_OP_EXISTS:
		return value != NULL;
	case DRY_OP_DOES_NOT_EXIST:
		return !value;
	case DRY_OP_GT:
		return r->number_valid && parse_integer(value, &number) && number > r->number;
	case DRY_OP_LT:
		return r->number_valid && parse_integer(value, &number) && number < r->number;
	}
	return false;
}

/* slot DRY_NONE: a template without a name of its own. */
static const char *node_label(const struct dry_cluster *cluster, dry_symbol key, uint32_t place,
			      uint32_t slot, char name[DRY_NODE_NAME_MAX])
{
	if (key == cluster->shapes->hostname_key) {
		if (slot == DRY_NONE || cluster->node_flags[slot] & DRY_NODE_FAKE)
			return "";
		return dry_node_name(cluster, slot, name);
	}
	return dry_place_label(&cluster->place[place], dry_symbols_text(cluster->spec.symbols, key));
}

bool dry_node_term_matches(const struct dry_cluster *cluster, const struct dry_node_selector_term *term,
			   uint32_t place, uint32_t slot)
{
	char name[DRY_NODE_NAME_MAX];
	uint32_t i;

	if (!term->expression_count && !term->field_count)
		return false;
	for (i = 0; i < term->expression_count; i++)
		if (!requirement_matches(cluster, &term->expression[i],
					 node_label(cluster, term->expression[i].key, place, slot, name)))
			return false;
	for (i = 0; i < term->field_count; i++)
		if (!requirement_matches(cluster, &term->field[i],
					 node_label(cluster, cluster->shapes->hostname_key, place, slot, name)))
			return false;
	return true;
}

static bool affinity_matches(const struct dry_cluster *cluster, uint32_t class_index, uint32_t place,
			     uint32_t slot)
{
	const struct dry_pod_class *class = &cluster->spec.pod_class[class_index];
	char name[DRY_NODE_NAME_MAX];
	uint32_t i;

	for (i = 0; i < class->node_selector_count; i++) {
		const char *value = node_label(cluster, class->node_selector[i].key, place, slot, name);

		if (!value || strcmp(value, dry_symbols_text(cluster->spec.symbols,
							     class->node_selector[i].value)))
			return false;
	}
	if (!class->has_node_affinity)
		return true;
	for (i = 0; i < class->node_term_count; i++)
		if (dry_node_term_matches(cluster, &class->node_term[i], place, slot))
			return true;
	return false;
}

bool dry_node_affinity_matches(const struct dry_cluster *cluster, uint32_t class_index, uint32_t slot)
{
	return affinity_matches(cluster, class_index, cluster->node_place[slot], slot);
}

static enum dry_fit ask_static_fit(struct dry_cluster *cluster, uint32_t class_index, uint32_t place)
{
	const struct dry_pod_class *class = &cluster->spec.pod_class[class_index];
	const struct dry_node_group *spec = cluster->group[cluster->place[place].group_index].spec;
	const struct dry_symbols *symbols = cluster->spec.symbols;
	uint32_t i;

	for (i = 0; i < spec->taint_count; i++)
		if (spec->taint[i].effect != DRY_EFFECT_PREFER_NO_SCHEDULE &&
		    !dry_tolerates(symbols, class->toleration, class->toleration_count,
				   dry_symbols_text(symbols, spec->taint[i].key),
				   dry_symbols_text(symbols, spec->taint[i].value), spec->taint[i].effect))
			return DRY_TAINT_TOLERATION;
	if (cluster->shapes->shape[class_index].flags & DRY_SHAPE_BY_HOSTNAME)
		return DRY_FITS;        /* asked node by node */
	return affinity_matches(cluster, class_index, place, DRY_NONE) ? DRY_FITS : DRY_NODE_AFFINITY;
}

enum dry_fit dry_static_fit(struct dry_cluster *cluster, uint32_t class_index, uint32_t place)
{
	uint8_t *memo = &cluster->static_fit[(size_t)class_index * cluster->place_count + place];

	if (!*memo)
		*memo = (uint8_t)(ask_static_fit(cluster, class_index, place) + 1);
	return (enum dry_fit)(*memo - 1);
}

/* Node-local plugins: everything but spread and inter-pod affinity. */
static enum dry_fit filter_local(struct dry_cluster *cluster, uint32_t class_index,
				 const struct dry_shape *shape, uint32_t slot)
{
	uint8_t flags = cluster->node_flags[slot];
	enum dry_fit fit;

	if (flags & DRY_NODE_CORDONED && !(shape->flags & DRY_SHAPE_TOLERATES_CORDON))
		return DRY_NODE_UNSCHEDULABLE;
	fit = dry_static_fit(cluster, class_index, cluster->node_place[slot]);
	if (fit == DRY_TAINT_TOLERATION)
		return fit;
	if (flags & DRY_NODE_TO_BE_DELETED && !(shape->flags & DRY_SHAPE_TOLERATES_DELETION))
		return DRY_TAINT_TOLERATION;
	if (flags & DRY_NODE_NOT_READY && !(shape->flags & DRY_SHAPE_TOLERATES_NOT_READY))
		return DRY_TAINT_TOLERATION;
	if (flags & DRY_NODE_NOTICED && !(shape->flags & DRY_SHAPE_TOLERATES_INTERRUPTION))
		return DRY_TAINT_TOLERATION;
	if (fit != DRY_FITS)
		return fit;
	if (shape->flags & DRY_SHAPE_BY_HOSTNAME && !dry_node_affinity_matches(cluster, class_index, slot))
		return DRY_NODE_AFFINITY;
	return dry_has_room(cluster, shape, slot) ? DRY_FITS : DRY_NODE_RESOURCES;
}

/* --- PreFilter --- */

static int32_t *zeroed(struct dry_cluster *cluster, size_t count)
{
	return dry_arena_array(&cluster->prefilter, count, sizeof(int32_t));
}

static int32_t count_on(const struct dry_cluster *cluster, const int32_t *column, uint32_t slot, uint32_t term)
{
	return column[(size_t)slot * cluster->shapes->term_count + term];
}

static bool has_all_spread_keys(const struct dry_cluster *cluster, const struct dry_shape *shape,
				uint32_t place)
{
	uint32_t i;

	for (i = 0; i < shape->hard_count; i++) {
		const struct dry_term *term = &cluster->shapes->term[shape->hard[i].term];

		if (!term->is_hostname &&
		    dry_place_domain(cluster, term->topology_key, place) < 0)
			return false;
	}
	return true;
}

static void make_spread(struct dry_cluster *cluster, struct dry_prefilter *prefilter,
			const struct dry_shape *shape, const uint32_t *list, uint32_t count)
{
	uint32_t places = cluster->place_count;
	bool *has_keys = dry_arena_array(&cluster->prefilter, places, sizeof(bool));
	bool *eligible = dry_arena_array(&cluster->prefilter, count, sizeof(bool));
	uint32_t c, i, p;

	prefilter->spread_minimum = zeroed(cluster, shape->hard_count);
	prefilter->spread_domain = zeroed(cluster, (size_t)shape->hard_count * places);
	for (p = 0; p < places; p++)
		has_keys[p] = has_all_spread_keys(cluster, shape, p);
	for (i = 0; i < count; i++)
		eligible[i] = has_keys[cluster->node_place[list[i]]] &&
			      dry_node_affinity_matches(cluster, prefilter->class_index, list[i]);
	for (c = 0; c < shape->hard_count; c++) {
		const struct dry_shape_spread *spread = &shape->hard[c];
		const struct dry_term *term = &cluster->shapes->term[spread->term];
		int32_t *domain = &prefilter->spread_domain[(size_t)c * places];
		int32_t minimum = INT32_MAX;
		uint32_t domains = 0;
		bool *seen = dry_arena_array(&cluster->prefilter, places, sizeof(bool));

		for (i = 0; i < count; i++) {
			int32_t pods, d;

			if (!eligible[i])
				continue;
			pods = count_on(cluster, cluster->match_live_count, list[i], spread->term);
			if (term->is_hostname) {
				domains++;
				minimum = pods < minimum ? pods : minimum;
				continue;
			}
			d = dry_place_domain(cluster, term->topology_key, cluster->node_place[list[i]]);
			domains += !seen[d];
			seen[d] = true;
			domain[d] += pods;
		}
		for (p = 0; !term->is_hostname && p < places; p++)
			if (seen[p] && domain[p] < minimum)
				minimum = domain[p];
		if (!domains || domains < (uint32_t)(spread->min_domains > 0 ? spread->min_domains : 1))
			minimum = 0;
		prefilter->spread_minimum[c] = minimum;
	}
}

/* Sums a term's pods by domain of its key over the list. */
static void sum_domains(struct dry_cluster *cluster, const int32_t *column, uint32_t stride, uint32_t index,
			dry_symbol key, const uint32_t *list, uint32_t count, int32_t *domain)
{
	uint32_t i;

	for (i = 0; i < count; i++) {
		int32_t pods = column[(size_t)list[i] * stride + index];
		int32_t d;

		if (!pods)
			continue;
		d = dry_place_domain(cluster, key, cluster->node_place[list[i]]);
		if (d >= 0)
			domain[d] += pods;
	}
}

static void make_affinity(struct dry_cluster *cluster, struct dry_prefilter *prefilter,
			  const struct dry_shape *shape, const uint32_t *list, uint32_t count)
{
	uint32_t places = cluster->place_count, i, k;

	prefilter->affinity_domain = zeroed(cluster, (size_t)shape->affinity_key_count * places);
	for (k = 0; k < shape->affinity_key_count; k++) {
		dry_symbol key = shape->affinity_key[k];

		if (key != cluster->shapes->hostname_key)
			sum_domains(cluster, cluster->match_count, cluster->shapes->term_count,
				    shape->affinity_term, key, list, count,
				    &prefilter->affinity_domain[(size_t)k * places]);
		for (i = 0; i < count; i++)
			if (count_on(cluster, cluster->match_count, list[i], shape->affinity_term) &&
			    (key == cluster->shapes->hostname_key ||
			     dry_place_domain(cluster, key, cluster->node_place[list[i]]) >= 0))
				prefilter->has_affinity_match = true;
	}
}

void dry_prefilter_make(struct dry_cluster *cluster, struct dry_prefilter *prefilter, uint32_t class_index,
			const uint32_t *list, uint32_t count)
{
	const struct dry_shape *shape = &cluster->shapes->shape[class_index];
	const struct dry_shapes *shapes = cluster->shapes;
	uint32_t places = cluster->place_count, i, p;
	int32_t *domain;

	memset(prefilter, 0, sizeof(*prefilter));
	prefilter->class_index = class_index;
	prefilter->related = shape->flags & DRY_SHAPE_RELATED;
	if (!prefilter->related)
		return;
	dry_arena_reset(&cluster->prefilter);
	if (shape->hard_count)
		make_spread(cluster, prefilter, shape, list, count);
	if (shape->affinity_term != DRY_NONE)
		make_affinity(cluster, prefilter, shape, list, count);
	domain = zeroed(cluster, places);
	prefilter->repelled = dry_arena_array(&cluster->prefilter, (size_t)shape->repel_count * places + 1, 1);
	for (i = 0; i < shape->repel_count; i++) {
		const struct dry_term *term = &shapes->term[shapes->carrier[shape->repel[i]].term];

		if (term->is_hostname)
			continue;
		memset(domain, 0, places * sizeof(*domain));
		sum_domains(cluster, cluster->carry_count, shapes->carrier_count, shape->repel[i],
			    term->topology_key, list, count, domain);
		for (p = 0; p < places; p++)
			prefilter->repelled[(size_t)i * places + p] = domain[p] > 0;
	}
	prefilter->conflict = dry_arena_array(&cluster->prefilter, (size_t)shape->anti_count * places + 1, 1);
	for (i = 0; i < shape->anti_count; i++) {
		const struct dry_term *term = &shapes->term[shape->anti[i]];

		if (term->is_hostname)
			continue;
		memset(domain, 0, places * sizeof(*domain));
		sum_domains(cluster, cluster->match_count, shapes->term_count, shape->anti[i],
			    term->topology_key, list, count, domain);
		for (p = 0; p < places; p++)
			prefilter->conflict[(size_t)i * places + p] = domain[p] > 0;
	}
}

/* --- Filter --- */

static enum dry_fit filter_spread(struct dry_cluster *cluster, const struct dry_prefilter *prefilter,
				  const struct dry_shape *shape, uint32_t slot)
{
	uint32_t place = cluster->node_place[slot], c;

	for (c = 0; c < shape->hard_count; c++) {
		const struct dry_shape_spread *spread = &shape->hard[c];
		const struct dry_term *term = &cluster->shapes->term[spread->term];
		int32_t d, pods;

		if (term->is_hostname) {
			pods = count_on(cluster, cluster->match_live_count, slot, spread->term);
		} else {
			d = dry_place_domain(cluster, term->topology_key, place);
			if (d < 0)
				return DRY_SPREAD_LABEL;
			pods = prefilter->spread_domain[(size_t)c * cluster->place_count + (uint32_t)d];
		}
		if (pods + spread->matches_itself - prefilter->spread_minimum[c] > spread->max_skew)
			return DRY_SPREAD_SKEW;
	}
	return DRY_FITS;
}

static bool is_repelled(struct dry_cluster *cluster, const struct dry_prefilter *prefilter,
			const struct dry_shape *shape, uint32_t slot)
{
	const struct dry_shapes *shapes = cluster->shapes;
	uint32_t place = cluster->node_place[slot], i;

	for (i = 0; i < shape->repel_count; i++) {
		const struct dry_term *term = &shapes->term[shapes->carrier[shape->repel[i]].term];
		int32_t d;

		if (term->is_hostname) {
			if (cluster->carry_count[(size_t)slot * shapes->carrier_count + shape->repel[i]])
				return true;
			continue;
		}
		d = dry_place_domain(cluster, term->topology_key, place);
		if (d >= 0 && prefilter->repelled[(size_t)i * cluster->place_count + (uint32_t)d])
			return true;
	}
	for (i = 0; i < shape->anti_count; i++) {
		const struct dry_term *term = &shapes->term[shape->anti[i]];
		int32_t d;

		if (term->is_hostname) {
			if (count_on(cluster, cluster->match_count, slot, shape->anti[i]))
				return true;
			continue;
		}
		d = dry_place_domain(cluster, term->topology_key, place);
		if (d >= 0 && prefilter->conflict[(size_t)i * cluster->place_count + (uint32_t)d])
			return true;
	}
	return false;
}

static bool affinity_satisfied(struct dry_cluster *cluster, const struct dry_prefilter *prefilter,
			       const struct dry_shape *shape, uint32_t slot)
{
	uint32_t place = cluster->node_place[slot], k;
	bool all = true;

	for (k = 0; k < shape->affinity_key_count; k++) {
		dry_symbol key = shape->affinity_key[k];
		int32_t d;

		if (key == cluster->shapes->hostname_key) {
			all = all && count_on(cluster, cluster->match_count, slot, shape->affinity_term);
			continue;
		}
		d = dry_place_domain(cluster, key, place);
		if (d < 0)
			return false;
		all = all && prefilter->affinity_domain[(size_t)k * cluster->place_count + (uint32_t)d];
	}
	return all || (!prefilter->has_affinity_match && shape->affinity_matches_itself);
}

enum dry_fit dry_filter(struct dry_cluster *cluster, const struct dry_prefilter *prefilter, uint32_t slot)
{
	const struct dry_shape *shape = &cluster->shapes->shape[prefilter->class_index];
	enum dry_fit fit = filter_local(cluster, prefilter->class_index, shape, slot);

	if (fit != DRY_FITS || !prefilter->related)
		return fit;
	fit = filter_spread(cluster, prefilter, shape, slot);
	if (fit != DRY_FITS)
		return fit;
	if (is_repelled(cluster, prefilter, shape, slot))
		return DRY_INTER_POD_AFFINITY;
	if (shape->affinity_term != DRY_NONE && !affinity_satisfied(cluster, prefilter, shape, slot))
		return DRY_INTER_POD_AFFINITY;
	return DRY_FITS;
}
