/* A pod's description, as in a Kubernetes PodSpec, becomes a class. */
#include <stdio.h>
#include <string.h>

#include "base/units.h"
#include "loading.h"
#include "world/classify.h"

#define GRACE_MS 30000

/* --- selectors --- */

static bool read_values(struct load *load, const struct dry_doc_node *node, struct dry_requirement *r)
{
	const struct dry_doc_node *child;
	dry_symbol *value;
	uint32_t n = 0;

	if (!node)
		return true;
	if (!load_is_list(load, node))
		return false;
	value = dry_arena_array(load->arena, node->count, sizeof(*value));
	for (child = node->first; child; child = child->next)
		if (!load_symbol(load, child, &value[n++]))
			return false;
	r->value = value;
	r->value_count = n;
	return true;
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
		if (r->value_count != 1)
			return load_fail(load, at, "needs exactly one value");
		r->number_valid = !dry_parse_integer(values->first->text, values->first->length, &r->number);
		return true;
	}
}

static bool read_requirement(struct load *load, const struct dry_doc_node *node, bool of_node,
			     struct dry_requirement *r)
{
	static const char *const known[] = { "key", "operator", "values", NULL };
	static const char *const of_nodes[] = { "In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt", NULL };
	static const char *const of_pods[] = { "In", "NotIn", "Exists", "DoesNotExist", NULL };
	const struct dry_doc_node *key = dry_doc_find(node, "key"), *operator = dry_doc_find(node, "operator");
	uint32_t op;

	if (!load_map(load, node, known))
		return false;
	if (!key)
		return load_missing(load, node, "key", "the name of a label");
	if (!operator)
		return load_missing(load, node, "operator", "In, NotIn, Exists or DoesNotExist");
	if (!load_symbol(load, key, &r->key) || !load_word(load, operator, of_node ? of_nodes : of_pods, &op) ||
	    !read_values(load, dry_doc_find(node, "values"), r))
		return false;
	r->op = (enum dry_selector_operator)op;
	return check_values(load, node, r);
}

static bool read_requirements(struct load *load, const struct dry_doc_node *node, bool of_node,
			      const struct dry_requirement **requirement, uint32_t *count)
{
	const struct dry_doc_node *child;
	struct dry_requirement *list;
	uint32_t n = 0;

	if (!node)
		return true;
	if (!load_is_list(load, node))
		return false;
	list = dry_arena_array(load->arena, node->count, sizeof(*list));
	for (child = node->first; child; child = child->next)
		if (!read_requirement(load, child, of_node, &list[n++]))
			return false;
	*requirement = list;
	*count = n;
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

/* --- tolerations --- */

static const char *const effect_word[] = { "NoSchedule", "PreferNoSchedule", "NoExecute", NULL };

bool load_taint_effect(struct load *load, const struct dry_doc_node *node, enum dry_taint_effect *effect)
{
	uint32_t index;

	if (!load_word(load, node, effect_word, &index))
		return false;
	*effect = (enum dry_taint_effect)(index + DRY_EFFECT_NO_SCHEDULE);
	return true;
}

static bool read_toleration(struct load *load, const struct dry_doc_node *node, struct dry_toleration *t)
{
	static const char *const known[] = { "key", "operator", "value", "effect", "tolerationSeconds", NULL };
	static const char *const operator_word[] = { "Equal", "Exists", NULL };
	const struct dry_doc_node *operator = dry_doc_find(node, "operator"), *value = dry_doc_find(node, "value");
	const struct dry_doc_node *effect = dry_doc_find(node, "effect"), *key = dry_doc_find(node, "key");
	uint32_t op = 0;

	if (!load_map(load, node, known))
		return false;
	if ((key && !load_symbol(load, key, &t->key)) || (value && !load_symbol(load, value, &t->value)) ||
	    (operator && operator->length && !load_word(load, operator, operator_word, &op)) ||
	    (effect && effect->length && !load_taint_effect(load, effect, &t->effect)))
		return false;
	t->exists = op == 1;
	if (t->exists && t->value)
		return load_fail(load, value, "must be empty with operator Exists");
	if (!t->key && !t->exists) {
		load_fail(load, node, "tolerates nothing: it has no key");
		return load_fix(load, "operator: Exists tolerates every taint");
	}
	return true;
}

static bool read_tolerations(struct load *load, const struct dry_doc_node *node, struct dry_pod_class *class)
{
	const struct dry_doc_node *child;
	struct dry_toleration *list;
	uint32_t n = 0;

	if (!node)
		return true;
	if (!load_is_list(load, node))
		return false;
	list = dry_arena_array(load->arena, node->count, sizeof(*list));
	for (child = node->first; child; child = child->next)
		if (!read_toleration(load, child, &list[n++]))
			return false;
	class->toleration = list;
	class->toleration_count = n;
	return true;
}

/* --- node affinity --- */

static bool read_node_term(struct load *load, const struct dry_doc_node *node, struct dry_node_selector_term *term)
{
	static const char *const known[] = { "matchExpressions", "matchFields", NULL };

	return load_map(load, node, known) &&
	       read_requirements(load, dry_doc_find(node, "matchExpressions"), true, &term->expression,
				 &term->expression_count) &&
	       read_requirements(load, dry_doc_find(node, "matchFields"), true, &term->field, &term->field_count);
}

static bool read_required_nodes(struct load *load, const struct dry_doc_node *node, struct dry_pod_class *class)
{
	static const char *const known[] = { "nodeSelectorTerms", NULL };
	const struct dry_doc_node *terms = dry_doc_find(node, "nodeSelectorTerms"), *child;
	struct dry_node_selector_term *list;

	if (!load_map(load, node, known))
		return false;
	if (!terms)
		return load_missing(load, node, "nodeSelectorTerms", "a list");
	if (!load_is_list(load, terms))
		return false;
	list = dry_arena_array(load->arena, terms->count, sizeof(*list));
	for (child = terms->first; child; child = child->next)
		if (!read_node_term(load, child, &list[class->node_term_count++]))
			return false;
	class->has_node_affinity = true;
	class->node_term = list;
	return true;
}

static bool read_preferred_nodes(struct load *load, const struct dry_doc_node *node, struct dry_pod_class *class)
{
	static const char *const known[] = { "weight", "preference", NULL };
	const struct dry_doc_node *child;
	struct dry_preferred_node_term *list;

	if (!load_is_list(load, node))
		return false;
	list = dry_arena_array(load->arena, node->count, sizeof(*list));
	for (child = node->first; child; child = child->next) {
		struct dry_preferred_node_term *term = &list[class->preferred_node_count++];
		const struct dry_doc_node *weight = dry_doc_find(child, "weight");
		const struct dry_doc_node *preference = dry_doc_find(child, "preference");

		if (!load_map(load, child, known))
			return false;
		if (!weight)
			return load_missing(load, child, "weight", "1 to 100");
		if (!preference)
			return load_missing(load, child, "preference", "a node selector term");
		if (!load_int32(load, weight, 1, 100, &term->weight) ||
		    !read_node_term(load, preference, &term->term))
			return false;
	}
	class->preferred_node = list;
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
	       (!preferred || read_preferred_nodes(load, preferred, class));
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
	struct dry_requirement names = { 0 };

	if (!read_values(load, node, &names))
		return false;
	term->namespaces = names.value;
	term->namespace_count = names.value_count;
	return true;
}

static bool read_pod_term(struct load *load, const struct dry_doc_node *node, const struct dry_pod_class *class,
			  struct dry_pod_affinity_term *term)
{
	static const char *const known[] = { "labelSelector", "topologyKey", "namespaces", "namespaceSelector",
					     "matchLabelKeys", "mismatchLabelKeys", NULL };
	const struct dry_doc_node *key = dry_doc_find(node, "topologyKey");

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

static bool read_weighted(struct load *load, const struct dry_doc_node *node, const struct dry_pod_class *class,
			  struct dry_pod_affinity_term *term)
{
	static const char *const known[] = { "weight", "podAffinityTerm", NULL };
	const struct dry_doc_node *weight = dry_doc_find(node, "weight"), *inner = dry_doc_find(node, known[1]);

	if (!load_map(load, node, known))
		return false;
	if (!weight)
		return load_missing(load, node, "weight", "1 to 100");
	if (!inner)
		return load_missing(load, node, "podAffinityTerm", "{topologyKey, labelSelector}");
	return load_int32(load, weight, 1, 100, &term->weight) && read_pod_term(load, inner, class, term);
}

static bool read_pod_terms(struct load *load, const struct dry_doc_node *node, const struct dry_pod_class *class,
			   bool weighted, const struct dry_pod_affinity_term **term, uint32_t *count)
{
	const struct dry_doc_node *child;
	struct dry_pod_affinity_term *list;
	uint32_t n = 0;

	if (!node)
		return true;
	if (!load_is_list(load, node))
		return false;
	list = dry_arena_array(load->arena, node->count, sizeof(*list));
	for (child = node->first; child; child = child->next)
		if (!(weighted ? read_weighted : read_pod_term)(load, child, class, &list[n++]))
			return false;
	*term = list;
	*count = n;
	return true;
}

static bool read_affinity(struct load *load, const struct dry_doc_node *node, struct dry_pod_class *class)
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

static bool read_constraint(struct load *load, const struct dry_doc_node *node, const struct dry_pod_class *class,
			    struct dry_spread_constraint *spread)
{
	static const char *const known[] = { "maxSkew", "topologyKey", "whenUnsatisfiable", "labelSelector", "minDomains",
					     "matchLabelKeys", "nodeAffinityPolicy", "nodeTaintsPolicy", NULL };
	static const char *const when[] = { "DoNotSchedule", "ScheduleAnyway", NULL };
	const struct dry_doc_node *key = dry_doc_find(node, "topologyKey"), *skew = dry_doc_find(node, "maxSkew");
	const struct dry_doc_node *action = dry_doc_find(node, "whenUnsatisfiable");
	const struct dry_doc_node *domains = dry_doc_find(node, "minDomains");
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

static bool read_spread(struct load *load, const struct dry_doc_node *node, struct dry_pod_class *class)
{
	const struct dry_doc_node *child;
	struct dry_spread_constraint *list;

	if (!node)
		return true;
	if (!load_is_list(load, node))
		return false;
	list = dry_arena_array(load->arena, node->count, sizeof(*list));
	for (child = node->first; child; child = child->next)
		if (!read_constraint(load, child, class, &list[class->spread_count++]))
			return false;
	class->spread = list;
	return true;
}

/* --- annotations --- */

static bool read_span(struct load *load, const struct dry_doc_node *node, const char *key, int64_t *ms)
{
	const struct dry_doc_node *value = dry_doc_find(node, key);

	return !value || load_duration(load, value, ms);
}

static bool is_true(const struct dry_doc_node *node, const char *key)
{
	const struct dry_doc_node *value = dry_doc_find(node, key);

	return value && value->text && !strcmp(value->text, "true");
}

/* Our own annotations: a word that is none is a mistake. */
static bool read_words(struct load *load, const struct dry_doc_node *node, struct dry_classify_pod *facts)
{
	const struct dry_doc_node *kind = dry_doc_find(node, DRY_ANNOTATION_CLASS);
	const struct dry_doc_node *urgency = dry_doc_find(node, DRY_ANNOTATION_URGENCY);
	enum dry_workload workload;
	enum dry_urgency level;

	if (kind && !dry_workload_find(kind->text, &workload))
		return load_fail_expected(load, kind, "system, headroom, batch, interactive, service or unknown",
					  "%s is no class of workload", load_shown(load, kind));
	if (urgency && !dry_urgency_find(urgency->text, &level))
		return load_fail_expected(load, urgency, "expendable, low, normal, high or critical",
					  "%s is no urgency", load_shown(load, urgency));
	facts->class_annotation = kind ? kind->text : NULL;
	facts->urgency_annotation = urgency ? urgency->text : NULL;
	return true;
}

/* CA takes what is not a duration as no delay, and so do we. */
static void read_scale_up_delay(const struct dry_doc_node *node, int64_t *ms)
{
	const struct dry_doc_node *value = dry_doc_find(node, "cluster-autoscaler.kubernetes.io/pod-scale-up-delay");
	int64_t delay;

	if (value && value->text && !dry_parse_duration_ms(value->text, value->length, &delay) && delay >= 0)
		*ms = delay;
}

static bool read_annotations(struct load *load, const struct dry_doc_node *node, struct dry_pod_class *class,
			     struct dry_classify_pod *facts)
{
	const struct dry_doc_node *safe = dry_doc_find(node, "cluster-autoscaler.kubernetes.io/safe-to-evict"), *child;

	class->scale_up_delay_ms = class->checkpoint_interval_ms = -1;
	if (!node)
		return true;
	if (!load_is_map(load, node))
		return false;
	for (child = node->first; child; child = child->next)
		if (!load_is_scalar(load, child, "a text"))
			return false;
	if (safe)
		class->safe_to_evict = !strcmp(safe->text, "true") ? DRY_SAFE_TO_EVICT_TRUE
				       : !strcmp(safe->text, "false") ? DRY_SAFE_TO_EVICT_FALSE
				       : !strcmp(safe->text, "on-completion") ? DRY_SAFE_TO_EVICT_ON_COMPLETION
				       : DRY_SAFE_TO_EVICT_UNSET;
	read_scale_up_delay(node, &class->scale_up_delay_ms);
	class->mirror = dry_doc_find(node, "kubernetes.io/config.mirror") != NULL;
	class->daemon_annotation = is_true(node, "cluster-autoscaler.kubernetes.io/daemonset-pod");
	class->checkpoint_on_notice = is_true(node, "dryscale/checkpoint-on-notice");
	return read_span(load, node, "dryscale/checkpoint-interval", &class->checkpoint_interval_ms) &&
	       read_span(load, node, "dryscale/checkpoint-time", &class->checkpoint_time_ms) &&
	       read_span(load, node, "dryscale/restart-overhead", &class->restart_overhead_ms) &&
	       read_words(load, node, facts);
}

/* --- the class --- */

static enum dry_owner_kind kind_of(const char *kind)
{
	static const char *const name[] = { "", "ReplicaSet", "ReplicationController", "StatefulSet", "Job",
					    "DaemonSet" };
	size_t i;

	if (!kind)
		return DRY_OWNER_NONE;
	for (i = 1; i < sizeof(name) / sizeof(name[0]); i++)
		if (!strcmp(kind, name[i]))
			return (enum dry_owner_kind)i;
	return DRY_OWNER_OTHER;
}

static bool read_requests(struct load *load, const struct dry_doc_node *pod, struct dry_pod_class *class)
{
	const struct dry_doc_node *requests = dry_doc_find(pod, "requests"), *init = dry_doc_find(pod, "initRequests");
	uint32_t r;

	if ((requests && !load_resources(load, requests, &class->main)) ||
	    (init && !load_resources(load, init, &class->init)))
		return false;
	if ((class->main.present | class->init.present) & 1u << DRY_RESOURCE_PODS)
		return load_fail(load, requests ? requests : init, "asks for pods, which a pod cannot");
	class->has_init = init != NULL;
	class->request.present = class->main.present | class->init.present;
	for (r = 0; r < DRY_RESOURCE_MAX; r++)
		class->request.amount[r] = class->main.amount[r] > class->init.amount[r] ? class->main.amount[r]
											  : class->init.amount[r];
	return true;
}

/* Few labels a pod: insertion keeps it simple. */
static void sort_labels(const struct dry_label *const_label, uint32_t count, struct dry_label *label)
{
	uint32_t i, k;

	for (i = 0; i < count; i++) {
		struct dry_label next = const_label[i];

		for (k = i; k > 0 && label[k - 1].key > next.key; k--)
			label[k] = label[k - 1];
		label[k] = next;
	}
}

static bool read_labels(struct load *load, const struct dry_doc_node *pod, struct dry_pod_class *class)
{
	const struct dry_doc_node *labels = dry_doc_find(pod, "labels"), *selector = dry_doc_find(pod, "nodeSelector");
	const struct dry_label *written;
	struct dry_label *sorted;

	if (labels) {
		if (!load_labels(load, labels, &written, &class->label_count))
			return false;
		sorted = dry_arena_array(load->arena, class->label_count, sizeof(*sorted));
		sort_labels(written, class->label_count, sorted);
		class->label = sorted;
	}
	return !selector || load_labels(load, selector, &class->node_selector, &class->node_selector_count);
}

static void classify(struct load *load, struct dry_pod_class *class, struct dry_classify_pod *facts)
{
	struct dry_classify_label *label = dry_arena_array(&load->temp, class->label_count, sizeof(*label));
	struct dry_classified classified;
	uint32_t i;

	for (i = 0; i < class->label_count; i++)
		label[i] = (struct dry_classify_label){ dry_symbols_text(load->symbols, class->label[i].key),
							dry_symbols_text(load->symbols, class->label[i].value) };
	facts->priority = class->priority;
	facts->label = label;
	facts->label_count = class->label_count;
	classified = dry_classify(facts, load->input->config.options.expendable_pods_priority_cutoff);
	class->workload = classified.workload;
	class->urgency = classified.urgency;
}

bool load_pod_class(struct load *load, const struct dry_doc_node *pod, dry_symbol name_space,
		    const char *owner_kind, uint32_t form, uint32_t *index)
{
	const struct dry_doc_node *priority = dry_doc_find(pod, "priority"), *local = dry_doc_find(pod, "localStorage");
	const struct dry_doc_node *stop = dry_doc_find(pod, "terminationSeconds");
	struct dry_classify_pod facts = { .owner_kind = owner_kind, .is_finite = form & LOAD_POD_HAS_DURATION,
				       .has_until = form & LOAD_POD_HAS_UNTIL };
	struct dry_pod_class class = { .name_space = name_space, .owner_kind = kind_of(owner_kind) };

	if (form & LOAD_POD_DAEMON)
		class.owner_kind = DRY_OWNER_DAEMON_SET;
	if ((priority && !load_int32(load, priority, INT32_MIN, INT32_MAX, &class.priority)) ||
	    (local && !load_bool(load, local, &class.local_storage)) ||
	    (stop && !load_duration(load, stop, &class.termination_ms)) || !read_requests(load, pod, &class) ||
	    !read_labels(load, pod, &class) ||
	    !read_tolerations(load, dry_doc_find(pod, "tolerations"), &class) ||
	    !read_affinity(load, dry_doc_find(pod, "affinity"), &class) ||
	    !read_spread(load, dry_doc_find(pod, "topologySpreadConstraints"), &class) ||
	    !read_annotations(load, dry_doc_find(pod, "annotations"), &class, &facts))
		return false;
	class.grace_ms = class.termination_ms > GRACE_MS ? class.termination_ms : GRACE_MS;
	classify(load, &class, &facts);
	*index = load_add_class(load, &class);
	return true;
}
