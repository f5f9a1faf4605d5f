#include "world/classify.h"

#include <stddef.h>
#include <string.h>

#include "base/assert.h"
#include "base/banned.h"

#define SYSTEM_PRIORITY INT64_C(2000000000)
#define HIGH_PRIORITY INT64_C(1000000)
#define LOW_FLOOR (-10)

static const char *const workload_name[] = { "system", "headroom", "batch", "interactive", "service", "unknown" };
static const char *const urgency_name[] = { "expendable", "low", "normal", "high", "critical" };
static const char *const rule_name[DRY_CLASS_RULE_COUNT] = {
	"C1-annotation", "C2-daemon", "C3-negative-priority", "C4-owner", "C5-label",
	"C6-notebook", "C7-owner", "C8-finite", "C9-until", "C10-default",
};

static const char *const daemon_kinds[] = { "DaemonSet", "Node", NULL };
static const char *const batch_kinds[] = {
	"Job", "CronJob", "JobSet", "Workflow", "SparkApplication", "ScheduledSparkApplication", "PyTorchJob",
	"TFJob", "MPIJob", "XGBoostJob", "PaddleJob", "JAXJob", "TrainJob", "RayJob", "TaskRun", "PipelineRun",
	"AppWrapper", "PodGroup", NULL
};
static const char *const service_kinds[] = {
	"ReplicaSet", "Deployment", "StatefulSet", "ReplicationController", "DeploymentConfig", "Rollout",
	"CloneSet", "LeaderWorkerSet", "RayService", "RayCluster", "Revision", "InferenceService", NULL
};
static const struct dry_classify_label batch_labels[] = {
	{ "batch.kubernetes.io/job-name", NULL }, { "job-name", NULL }, { "spark-role", NULL },
	{ "kueue.x-k8s.io/queue-name", NULL }, { "workflows.argoproj.io/workflow", NULL },
	{ "tekton.dev/taskRun", NULL }, { "training.kubeflow.org/job-name", NULL },
	{ "ray.io/originated-from-crd", "RayJob" },
};

static bool is_one_of(const char *word, const char *const *list)
{
	for (; word && *list; list++)
		if (!strcmp(word, *list))
			return true;
	return false;
}

/* A wanted value of NULL is any. */
static bool has_label(const struct dry_classify_pod *pod, const char *key, const char *value)
{
	uint32_t i;

	for (i = 0; i < pod->label_count; i++)
		if (!strcmp(pod->label[i].key, key) && (!value || !strcmp(pod->label[i].value, value)))
			return true;
	return false;
}

static bool has_batch_label(const struct dry_classify_pod *pod)
{
	size_t i;

	for (i = 0; i < sizeof(batch_labels) / sizeof(batch_labels[0]); i++)
		if (has_label(pod, batch_labels[i].key, batch_labels[i].value))
			return true;
	return false;
}

static enum dry_class_rule find_rule(const struct dry_classify_pod *pod, enum dry_workload *workload)
{
	bool is_batch = is_one_of(pod->owner_kind, batch_kinds);

	if (pod->class_annotation && dry_workload_find(pod->class_annotation, workload))
		return DRY_CLASS_BY_ANNOTATION;
	*workload = DRY_WORKLOAD_SYSTEM;
	if (is_one_of(pod->owner_kind, daemon_kinds))
		return DRY_CLASS_BY_DAEMON;
	*workload = DRY_WORKLOAD_HEADROOM;
	if (pod->priority < 0 && !is_batch && !pod->is_finite)
		return DRY_CLASS_BY_NEGATIVE_PRIORITY;
	*workload = DRY_WORKLOAD_BATCH;
	if (is_batch)
		return DRY_CLASS_BY_BATCH_OWNER;
	if (has_batch_label(pod))
		return DRY_CLASS_BY_LABEL;
	*workload = DRY_WORKLOAD_INTERACTIVE;
	if (has_label(pod, "component", "singleuser-server"))
		return DRY_CLASS_BY_NOTEBOOK;
	*workload = DRY_WORKLOAD_SERVICE;
	if (is_one_of(pod->owner_kind, service_kinds))
		return DRY_CLASS_BY_SERVICE_OWNER;
	*workload = DRY_WORKLOAD_BATCH;
	if (pod->is_finite)
		return DRY_CLASS_BY_DURATION;
	*workload = DRY_WORKLOAD_SERVICE;
	if (pod->has_until)
		return DRY_CLASS_BY_UNTIL;
	*workload = DRY_WORKLOAD_UNKNOWN;
	return DRY_CLASS_BY_DEFAULT;
}

static enum dry_urgency base_urgency(enum dry_workload workload)
{
	switch (workload) {
	case DRY_WORKLOAD_BATCH:
		return DRY_URGENCY_LOW;
	case DRY_WORKLOAD_INTERACTIVE:
		return DRY_URGENCY_HIGH;
	case DRY_WORKLOAD_SYSTEM:
		return DRY_URGENCY_CRITICAL;
	case DRY_WORKLOAD_HEADROOM:
		return DRY_URGENCY_EXPENDABLE;
	case DRY_WORKLOAD_SERVICE:
	case DRY_WORKLOAD_UNKNOWN:
		break;
	}
	return DRY_URGENCY_NORMAL;
}

static enum dry_urgency find_urgency(const struct dry_classify_pod *pod, enum dry_workload workload, int64_t cutoff)
{
	enum dry_urgency urgency = base_urgency(workload), given;

	if (pod->urgency_annotation && dry_urgency_find(pod->urgency_annotation, &given))
		return given;
	if (pod->priority < cutoff)
		return DRY_URGENCY_EXPENDABLE;
	if (pod->priority >= SYSTEM_PRIORITY)
		return DRY_URGENCY_CRITICAL;
	if (pod->priority >= HIGH_PRIORITY)
		return urgency > DRY_URGENCY_HIGH ? urgency : DRY_URGENCY_HIGH;
	if (pod->priority > 0 && urgency < DRY_URGENCY_HIGH)
		return (enum dry_urgency)(urgency + 1);
	if (pod->priority < 0 && pod->priority >= LOW_FLOOR && urgency > DRY_URGENCY_LOW)
		return DRY_URGENCY_LOW;
	return urgency;
}

struct dry_classified dry_classify(const struct dry_classify_pod *pod, int64_t cutoff)
{
	struct dry_classified found = { .workload = DRY_WORKLOAD_UNKNOWN };

	found.rule = find_rule(pod, &found.workload);
	found.urgency = find_urgency(pod, found.workload, cutoff);
	return found;
}

const char *dry_class_rule_name(enum dry_class_rule rule)
{
	dry_assert(rule < DRY_CLASS_RULE_COUNT);
	return rule_name[rule];
}

const char *dry_workload_name(enum dry_workload workload)
{
	dry_assert(workload < sizeof(workload_name) / sizeof(workload_name[0]));
	return workload_name[workload];
}

const char *dry_urgency_name(enum dry_urgency urgency)
{
	dry_assert(urgency < sizeof(urgency_name) / sizeof(urgency_name[0]));
	return urgency_name[urgency];
}

bool dry_workload_find(const char *name, enum dry_workload *workload)
{
	size_t i;

	for (i = 0; i < sizeof(workload_name) / sizeof(workload_name[0]); i++)
		if (!strcmp(name, workload_name[i])) {
			*workload = (enum dry_workload)i;
			return true;
		}
	return false;
}

bool dry_urgency_find(const char *name, enum dry_urgency *urgency)
{
	size_t i;

	for (i = 0; i < sizeof(urgency_name) / sizeof(urgency_name[0]); i++)
		if (!strcmp(name, urgency_name[i])) {
			*urgency = (enum dry_urgency)i;
			return true;
		}
	return false;
}

double dry_urgency_weight(enum dry_urgency urgency)
{
	static const double weight[] = { 0, 1, 2, 4, 8 };

	dry_assert(urgency < sizeof(weight) / sizeof(weight[0]));
	return weight[urgency];
}

bool dry_is_batch_like(uint64_t pods, uint64_t ended_within_an_hour)
{
	return pods >= 10 && ended_within_an_hour * 5 >= pods * 4;
}
