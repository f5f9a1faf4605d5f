/*
 * What kind of workload a pod is and how urgent (methods.md 7.1, 7.2): the
 * first rule that matches, from its owner, labels, priority and how it ends.
 */
#ifndef DRY_WORLD_CLASSIFY_H
#define DRY_WORLD_CLASSIFY_H

#include <stdbool.h>
#include <stdint.h>

#include "world/pod_class.h"

#define DRY_ANNOTATION_CLASS "dryscale/class"
#define DRY_ANNOTATION_URGENCY "dryscale/urgency"

/* Texts are borrowed for the call. */
struct dry_classify_label {
	const char *key;
	const char *value;
};

struct dry_classify_pod {
	const char *owner_kind;         /* NULL = a bare pod */
	int64_t priority;
	bool is_finite;                 /* it has a duration: it ends by itself */
	bool has_until;                 /* it is deleted at an instant */
	uint32_t label_count;
	const struct dry_classify_label *label;
	const char *class_annotation;   /* NULL = none; a word that is no class is none */
	const char *urgency_annotation;
};

enum dry_class_rule {
	DRY_CLASS_BY_ANNOTATION,
	DRY_CLASS_BY_DAEMON,
	DRY_CLASS_BY_NEGATIVE_PRIORITY,
	DRY_CLASS_BY_BATCH_OWNER,
	DRY_CLASS_BY_LABEL,
	DRY_CLASS_BY_NOTEBOOK,
	DRY_CLASS_BY_SERVICE_OWNER,
	DRY_CLASS_BY_DURATION,
	DRY_CLASS_BY_UNTIL,
	DRY_CLASS_BY_DEFAULT,
	DRY_CLASS_RULE_COUNT
};

struct dry_classified {
	enum dry_workload workload;
	enum dry_urgency urgency;
	enum dry_class_rule rule;
};

/* cutoff: --expendable-pods-priority-cutoff. */
struct dry_classified dry_classify(const struct dry_classify_pod *pod, int64_t cutoff);

/* "C4-owner", ... */
const char *dry_class_rule_name(enum dry_class_rule rule);
/* "batch", ...; "high", ... */
const char *dry_workload_name(enum dry_workload workload);
const char *dry_urgency_name(enum dry_urgency urgency);
/* False when the word is none. */
bool dry_workload_find(const char *name, enum dry_workload *workload);
bool dry_urgency_find(const char *name, enum dry_urgency *urgency);
/* The weight of a wait: 0, 1, 2, 4, 8. */
double dry_urgency_weight(enum dry_urgency urgency);

/* A service owner whose pods behave like a batch: at least 10, at least 80 % ended by themselves within an hour. */
bool dry_is_batch_like(uint64_t pods, uint64_t ended_within_an_hour);

#endif
