/*
 * The Cluster Autoscaler's status ConfigMap: names and sizes of all node
 * groups, also of empty ones. YAML since release 1.30, plain text before.
 */
#ifndef DRY_IO_IMPORTERS_KUBE_STATUS_H
#define DRY_IO_IMPORTERS_KUBE_STATUS_H

#include <stdbool.h>
#include <stdint.h>

#include "io/importers/groups.h"

struct kube_status_group {
	const char *name;               /* the group's id, as its provider has it */
	int64_t min_size, max_size;     /* -1 = not said */
	bool used;
};

struct kube_status {
	struct kube_status_group *group;
	size_t count, capacity;
	struct dry_where where;
};

/* A ConfigMap; another one than the status is left out. False with a complaint. */
bool kube_status_read(struct kube_status *status, struct dry_import_job *job,
		      const struct dry_items *items, struct dry_error *err);
/* The autoscaler's Deployment: its --nodes=min:max:group flags. False with a complaint. */
bool kube_status_deployment(struct kube_status *status, struct dry_import_job *job,
			    const struct dry_items *items, struct dry_error *err);
/* Sizes into the drafts whose names fit; groups of the status without a node are counted as dropped. */
void kube_status_apply(struct kube_status *status, struct dry_import_job *job, struct groups *groups);
void kube_status_release(struct kube_status *status);

#endif
