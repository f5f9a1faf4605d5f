/*
 * From a Kubernetes PodSpec to the members of a trace's pod line: effective
 * requests, priority, what constrains placement. Also for pod templates of
 * owners (Deployment, Job, ...).
 */
#ifndef DRY_IO_IMPORTERS_POD_SPEC_H
#define DRY_IO_IMPORTERS_POD_SPEC_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "io/importers/importer.h"
#include "io/importers/items.h"

#define DRY_AMOUNT_MAX 32

struct dry_amount {
	dry_symbol resource;
	int64_t value;                  /* cpu: milli-cores; else whole units */
};

struct dry_amounts {
	uint32_t count;
	struct dry_amount entry[DRY_AMOUNT_MAX];
};

int64_t dry_amounts_get(const struct dry_amounts *amounts, dry_symbol resource);
void dry_amounts_set(struct dry_amounts *amounts, dry_symbol resource, int64_t value);
/* {"cpu":"250m",...}; node 0 = none. False with a complaint that begins with `what`. */
bool dry_amounts_read(struct dry_import_job *job, const struct dry_items *items, uint32_t node,
		      const char *what, struct dry_amounts *amounts, struct dry_error *err);

struct dry_pod_requests {
	struct dry_amounts steady;      /* main containers, sidecars, overhead; pod level where given */
	struct dry_amounts init;        /* the largest init phase, overhead included */
	bool init_matters;              /* it is larger in some resource */
};

/*
 * Effective requests of a pod spec: the larger of the steady state and each
 * init phase (that container and the sidecars declared before it), plus the
 * overhead; pod-level requests stand for the sum of their resource. False with
 * a complaint at a quantity that is none.
 */
bool dry_pod_requests_read(struct dry_import_job *job, const struct dry_items *items, uint32_t spec,
			   struct dry_pod_requests *requests, struct dry_error *err);
/* The effective amount: the larger of both. */
int64_t dry_pod_requests_get(const struct dry_pod_requests *requests, dry_symbol resource);

/* Writes "requests":{...} and, where it matters, "initRequests":{...}. */
void dry_pod_requests_write(struct dry_import_job *job, const struct dry_pod_requests *requests,
			    struct dry_text *out);

/* Writes the rest: ,"priority":..,"labels":.. and so on, from a pod's (or template's) metadata and spec. */
void dry_pod_constraints_write(struct dry_import_job *job, const struct dry_items *items,
			       uint32_t metadata, uint32_t spec, struct dry_text *out);

#endif
