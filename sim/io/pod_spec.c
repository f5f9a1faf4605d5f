/* A pod's description, as in a Kubernetes PodSpec, becomes a class. */
#include <string.h>

#include "base/units.h"
#include "fields.h"
#include "loading.h"
#include "world/classify.h"

#define GRACE_MS 30000

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

static bool read_toleration(struct load *load, const struct dry_doc_node *node, const void *context, void *element)
{
	static const char *const known[] = { "key", "operator", "value", "effect", "tolerationSeconds", NULL };
	static const char *const operator_word[] = { "Equal", "Exists", NULL };
	const struct dry_doc_node *operator = dry_doc_find(node, "operator"), *value = dry_doc_find(node, "value");
	const struct dry_doc_node *effect = dry_doc_find(node, "effect"), *key = dry_doc_find(node, "key");
	struct dry_toleration *t = element;
	uint32_t op = 0;

	(void)context;
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
	struct load_list list;

	if (!load_list(load, node, sizeof(*class->toleration), read_toleration, NULL, &list))
		return false;
	class->toleration = list.element;
	class->toleration_count = list.count;
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
	    !load_affinity(load, dry_doc_find(pod, "affinity"), &class) ||
	    !load_spread(load, dry_doc_find(pod, "topologySpreadConstraints"), &class) ||
	    !read_annotations(load, dry_doc_find(pod, "annotations"), &class, &facts))
		return false;
	class.grace_ms = class.termination_ms > GRACE_MS ? class.termination_ms : GRACE_MS;
	classify(load, &class, &facts);
	*index = load_add_class(load, &class);
	return true;
}
