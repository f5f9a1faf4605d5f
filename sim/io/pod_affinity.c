/* Selectors, affinity and topology spread of a pod, as in a Kubernetes PodSpec. */
#include <string.h>

#include "base/units.h"
#include "fields.h"
#include "loading.h"

/* --- selectors --- */

static bool read_name(struct load *load, const struct dry_doc_node *node, const void *context, void *element)
{
	(void)context;
	return load_symbol(load, node, element);
}

/* How many values an operator wants, and Gt's number. */
static bool check_values(struct load *load, const struct dry_doc_node *node, struct dry_requirement *r)
{
	const struct dry_doc_node *values = dry_doc_find(node, "values");
	const struct dry_doc_node *at = values ? values : node;

	switch (r->op) {
	case DRY_OP_IN:
	case DRY_OP_NOT_IN:
		return r->value_count ? true : load_fail(load, at, "needs at least one value");
	case DRY_OP_EXISTS:
	case DRY_OP_DOES_NOT_EXIST:
		return r->value_count ? load_fail(load, at, "takes no values with this operator") : true;
	default:
		if (!values || r->value_count != 1)
			return load_fail(load, at, "needs exactly one value");
		r->number_valid = !dry_parse_integer(values->first->text, values->first->length, &r->number);
		return true;
	}
}

static bool read_requirement(struct load *load, const struct dry_doc_node *node, const void *context, void *element)
{
	static const char *const known[] = { "key", "operator", "values", NULL };
	static const char *const of_nodes[] = { "In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt", NULL };
	static const char *const of_pods[] = { "In", "NotIn", "Exists", "DoesNotExist", NULL };
	const struct dry_doc_node *key = dry_doc_find(node, "key"), *operator = dry_doc_find(node, "operator");
	const bool of_node = *(const bool *)context;
	struct dry_requirement *r = element;
	struct load_list values;
	uint32_t op;

	if (!load_map(load, node, known))
		return false;
	if (!key)
		return load_missing(load, node, "key", "the name of a label");
	if (!operator)
		return load_missing(load, node, "operator", "In, NotIn, Exists or DoesNotExist");
	if (!load_symbol(load, key, &r->key) || !load_word(load, operator, of_node ? of_nodes : of_pods, &op) ||
	    !load_list(load, dry_doc_find(node, "values"), sizeof(*r->value), read_name, NULL, &values))
		return false;
	r->value = values.element;
	r->value_count = values.count;
	r->op = (enum dry_selector_operator)op;
	return check_values(load, node, r);
}

static bool read_requirements(struct load *load, const struct dry_doc_node *node, bool of_node,
			      const struct dry_requirement **requirement, uint32_t *count)
{
	struct load_list list;

	if (!load_list(load, node, sizeof(**requirement), read_requirement, &of_node, &list))
		return false;
	*requirement = list.element;
	*count = list.count;
	return true;
}

bool load_label_selector(struct load *load, const struct dry_doc_node *node, struct dry_label_selector *selector)
{
	static const char *const known[] = { "matchLabels", "matchExpressions", NULL };
	const struct dry_doc_node *labels = dry_doc_find(node, "matchLabels");

	selector->is_null = !node || node->kind == DRY_DOC_NULL;
	if (selector->is_null)
		return true;
	if (!load_map(load, node, known))
		return false;
	if (labels && !load_labels(load, labels, &selector->label, &selector->label_count))
		return false;
	return read_requirements(load, dry_doc_find(node, "matchExpressions"), false, &selector->requirement,
				 &selector->requirement_count);
}

/* matchLabelKeys: the pod's own values of these labels are required (or, for mismatch, excluded) too. */
static bool add_label_keys(struct load *load, const struct dry_doc_node *node, const struct dry_pod_class *class,
			   enum dry_selector_operator op, struct dry_label_selector *selector)
{
	const struct dry_doc_node *child;
	struct dry_requirement *list;
	uint32_t n = selector->requirement_count, i;

	if (!node)
		return true;
	if (!load_is_list(load, node))
		return false;
	list = dry_arena_array(load->arena, n + node->count, sizeof(*list));
	if (n)
		memcpy(list, selector->requirement, n * sizeof(*list));
	for (child = node->first; child; child = child->next) {
		dry_symbol key;

		if (!load_symbol(load, child, &key))
			return false;
		for (i = 0; i < class->label_count; i++)
			if (class->label[i].key == key)
				list[n++] = (struct dry_requirement){ .key = key, .op = op, .value_count = 1,
								      .value = &class->label[i].value };
	}
	selector->requirement = list;
	selector->requirement_count = n;
	return true;
}

/* --- node affinity --- */

static bool read_node_term(struct load *load, const struct dry_doc_node *node, const void *context, void *element)
{
	static const char *const known[] = { "matchExpressions", "matchFields", NULL };
	struct dry_node_selector_term *term = element;

	(void)context;
	return load_map(load, node, known) &&
	       read_requirements(load, dry_doc_find(node, "matchExpressions"), true, &term->expression,
				 &term->expression_count) &&
	       read_requirements(load, dry_doc_find(node, "matchFields"), true, &term->field, &term->field_count);
}

static bool read_required_nodes(struct load *load, const struct dry_doc_node *node, struct dry_pod_class *class)
{
	static const char *const known[] = { "nodeSelectorTerms", NULL };
	const struct dry_doc_node *terms = dry_doc_find(node, "nodeSelectorTerms");
	struct load_list list;

	if (!load_map(load, node, known))
		return false;
	if (!terms)
		return load_missing(load, node, "nodeSelectorTerms", "a list");
	if (!load_list(load, terms, sizeof(*class->node_term), read_node_term, NULL, &list))
		return false;
	class->has_node_affinity = true;
	class->node_term = list.element;
	class->node_term_count = list.count;
	return true;
}

static bool read_preferred_node(struct load *load, const struct dry_doc_node *node, const void *context, void *element)
{
	static const char *const known[] = { "weight", "preference", NULL };
	const struct dry_doc_node *weight = dry_doc_find(node, "weight"), *preference = dry_doc_find(node, known[1]);
	struct dry_preferred_node_term *term = element;

	if (!load_map(load, node, known))
		return false;
	if (!weight)
		return load_missing(load, node, "weight", "1 to 100");
	if (!preference)
		return load_missing(load, node, "preference", "a node selector term");
	return load_int32(load, weight, 1, 100, &term->weight) &&
	       read_node_term(load, preference, context, &term->term);
}

static bool read_preferred_nodes(struct load *load, const struct dry_doc_node *node, struct dry_pod_class *class)
{
	struct load_list list;

	if (!load_list(load, node, sizeof(*class->preferred_node), read_preferred_node, NULL, &list))
		return false;
	class->preferred_node = list.element;
	class->preferred_node_count = list.count;
	return true;
}

static bool read_node_affinity(struct load *load, const struct dry_doc_node *node, struct dry_pod_class *class)
{
	static const char *const known[] = { "requiredDuringSchedulingIgnoredDuringExecution",
					     "preferredDuringSchedulingIgnoredDuringExecution", NULL };
	const struct dry_doc_node *required = dry_doc_find(node, known[0]), *preferred = dry_doc_find(node, known[1]);

	if (!node)
		return true;
	return load_map(load, node, known) && (!required || read_required_nodes(load, required, class)) &&
	       read_preferred_nodes(load, preferred, class);
}

/* --- pod affinity --- */

/* Namespaces of a trace carry one label, their name; a selector can only ask for it. */
static bool read_namespace_selector(struct load *load, const struct dry_doc_node *node,
				    struct dry_pod_affinity_term *term)
{
	struct dry_label_selector selector = { 0 };
	dry_symbol *list, name = dry_symbols_add_text(load->symbols, "kubernetes.io/metadata.name");
	uint32_t n = term->namespace_count, i;

	if (!node || node->kind == DRY_DOC_NULL)
		return true;
	if (!load_label_selector(load, node, &selector))
		return false;
	if (!selector.label_count && !selector.requirement_count) {
		term->all_namespaces = true;
		return true;
	}
	if (selector.label_count == 1 && selector.label[0].key == name && !selector.requirement_count) {
		list = dry_arena_array(load->arena, n + 1, sizeof(*list));
		list[n] = selector.label[0].value;
		term->namespace_count = n + 1;
	} else if (!selector.label_count && selector.requirement_count == 1 && selector.requirement->key == name &&
		   selector.requirement->op == DRY_OP_IN) {
		list = dry_arena_array(load->arena, n + selector.requirement->value_count, sizeof(*list));
		for (i = 0; i < selector.requirement->value_count; i++)
			list[n + i] = selector.requirement->value[i];
		term->namespace_count = n + i;
	} else {
		load_fail(load, node, "selects by labels that namespaces of a trace do not have");
		return load_fix(load, "list them: namespaces: [a, b]; or {} for all");
	}
	if (n)
		memcpy(list, term->namespaces, n * sizeof(*list));
	term->namespaces = list;
	return true;
}

static bool read_namespaces(struct load *load, const struct dry_doc_node *node, struct dry_pod_affinity_term *term)
{
	struct load_list names;

	if (!load_list(load, node, sizeof(*term->namespaces), read_name, NULL, &names))
		return false;
	term->namespaces = names.element;
	term->namespace_count = names.count;
	return true;
}

/* The context of terms and constraints is the pod's class. */
static bool read_pod_term(struct load *load, const struct dry_doc_node *node, const void *context, void *element)
{
	static const char *const known[] = { "labelSelector", "topologyKey", "namespaces", "namespaceSelector",
					     "matchLabelKeys", "mismatchLabelKeys", NULL };
	const struct dry_doc_node *key = dry_doc_find(node, "topologyKey");
	const struct dry_pod_class *class = context;
	struct dry_pod_affinity_term *term = element;

	if (!load_map(load, node, known))
		return false;
	if (!key || !key->length)
		return load_missing(load, node, "topologyKey", "a node label such as kubernetes.io/hostname");
	return load_symbol(load, key, &term->topology_key) &&
	       load_label_selector(load, dry_doc_find(node, "labelSelector"), &term->selector) &&
	       add_label_keys(load, dry_doc_find(node, "matchLabelKeys"), class, DRY_OP_IN, &term->selector) &&
	       add_label_keys(load, dry_doc_find(node, "mismatchLabelKeys"), class, DRY_OP_NOT_IN,
			      &term->selector) &&
	       read_namespaces(load, dry_doc_find(node, "namespaces"), term) &&
	       read_namespace_selector(load, dry_doc_find(node, "namespaceSelector"), term);
}

static bool read_weighted(struct load *load, const struct dry_doc_node *node, const void *context, void *element)
{
	static const char *const known[] = { "weight", "podAffinityTerm", NULL };
	const struct dry_doc_node *weight = dry_doc_find(node, "weight"), *inner = dry_doc_find(node, known[1]);
	struct dry_pod_affinity_term *term = element;

	if (!load_map(load, node, known))
		return false;
	if (!weight)
		return load_missing(load, node, "weight", "1 to 100");
	if (!inner)
		return load_missing(load, node, "podAffinityTerm", "{topologyKey, labelSelector}");
	return load_int32(load, weight, 1, 100, &term->weight) && read_pod_term(load, inner, context, term);
}

static bool read_pod_terms(struct load *load, const struct dry_doc_node *node, const struct dry_pod_class *class,
			   bool weighted, const struct dry_pod_affinity_term **term, uint32_t *count)
{
	struct load_list list;

	if (!load_list(load, node, sizeof(**term), weighted ? read_weighted : read_pod_term, class, &list))
		return false;
	*term = list.element;
	*count = list.count;
	return true;
}

bool load_affinity(struct load *load, const struct dry_doc_node *node, struct dry_pod_class *class)
{
	static const char *const known[] = { "nodeAffinity", "podAffinity", "podAntiAffinity", NULL };
	static const char *const when[] = { "requiredDuringSchedulingIgnoredDuringExecution",
					    "preferredDuringSchedulingIgnoredDuringExecution", NULL };
	const struct dry_doc_node *with = dry_doc_find(node, "podAffinity");
	const struct dry_doc_node *against = dry_doc_find(node, "podAntiAffinity");

	if (!node)
		return true;
	if (!load_map(load, node, known) || (with && !load_map(load, with, when)) ||
	    (against && !load_map(load, against, when)))
		return false;
	return read_node_affinity(load, dry_doc_find(node, "nodeAffinity"), class) &&
	       read_pod_terms(load, dry_doc_find(with, when[0]), class, false, &class->affinity,
			      &class->affinity_count) &&
	       read_pod_terms(load, dry_doc_find(with, when[1]), class, true, &class->preferred_affinity,
			      &class->preferred_affinity_count) &&
	       read_pod_terms(load, dry_doc_find(against, when[0]), class, false, &class->anti_affinity,
			      &class->anti_affinity_count) &&
	       read_pod_terms(load, dry_doc_find(against, when[1]), class, true, &class->preferred_anti_affinity,
			      &class->preferred_anti_affinity_count);
}

/* --- topology spread --- */

static void note_policy(struct load *load, const struct dry_doc_node *node, const char *key, const char *modelled)
{
	const struct dry_doc_node *policy = dry_doc_find(node, key);

	if (policy && policy->text && strcmp(policy->text, modelled))
		dry_doc_warn(load->doc, policy, load->err, "is taken as %s: other policies are not modelled", modelled);
}

static bool read_constraint(struct load *load, const struct dry_doc_node *node, const void *context, void *element)
{
	static const char *const known[] = { "maxSkew", "topologyKey", "whenUnsatisfiable", "labelSelector",
					     "minDomains", "matchLabelKeys", "nodeAffinityPolicy", "nodeTaintsPolicy",
					     NULL };
	static const char *const when[] = { "DoNotSchedule", "ScheduleAnyway", NULL };
	const struct dry_doc_node *key = dry_doc_find(node, "topologyKey"), *skew = dry_doc_find(node, "maxSkew");
	const struct dry_doc_node *action = dry_doc_find(node, "whenUnsatisfiable");
	const struct dry_doc_node *domains = dry_doc_find(node, "minDomains");
	const struct dry_pod_class *class = context;
	struct dry_spread_constraint *spread = element;
	uint32_t anyway = 0;

	if (!load_map(load, node, known))
		return false;
	if (!key || !key->length)
		return load_missing(load, node, "topologyKey", "a node label such as topology.kubernetes.io/zone");
	if (!skew)
		return load_missing(load, node, "maxSkew", "1");
	if (!action)
		return load_missing(load, node, "whenUnsatisfiable", "DoNotSchedule or ScheduleAnyway");
	if (!load_symbol(load, key, &spread->topology_key) ||
	    !load_int32(load, skew, 1, INT32_MAX, &spread->max_skew) || !load_word(load, action, when, &anyway) ||
	    (domains && !load_int32(load, domains, 1, INT32_MAX, &spread->min_domains)) ||
	    !load_label_selector(load, dry_doc_find(node, "labelSelector"), &spread->selector) ||
	    !add_label_keys(load, dry_doc_find(node, "matchLabelKeys"), class, DRY_OP_IN, &spread->selector))
		return false;
	spread->schedule_anyway = anyway == 1;
	if (spread->schedule_anyway && spread->min_domains)
		return load_fail(load, domains, "needs whenUnsatisfiable: DoNotSchedule");
	note_policy(load, node, "nodeAffinityPolicy", "Honor");
	note_policy(load, node, "nodeTaintsPolicy", "Ignore");
	return true;
}

bool load_spread(struct load *load, const struct dry_doc_node *node, struct dry_pod_class *class)
{
	struct load_list list;

	if (!load_list(load, node, sizeof(*class->spread), read_constraint, class, &list))
		return false;
	class->spread = list.element;
	class->spread_count = list.count;
	return true;
}
