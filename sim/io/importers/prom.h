/*
 * Series of kube-state-metrics (and of kube-scheduler's resource metrics) as
 * Prometheus answers them, reduced to what pods need: who, which labels, when
 * it was there, and its value. Chunks, bindings and scrapers cut one fact into
 * several series; they are joined again by uid.
 */
#ifndef DRY_IO_IMPORTERS_PROM_H
#define DRY_IO_IMPORTERS_PROM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "io/importers/importer.h"
#include "io/importers/pod_fold.h"

enum dry_prom_metric {
	DRY_PROM_CREATED,
	DRY_PROM_START,
	DRY_PROM_COMPLETION,
	DRY_PROM_SCHEDULED,
	DRY_PROM_DELETION,
	DRY_PROM_PHASE,                 /* phase */
	DRY_PROM_REASON,                /* reason */
	DRY_PROM_UNSCHEDULABLE,
	DRY_PROM_INFO,                  /* created_by_kind, created_by_name, priority_class */
	DRY_PROM_OWNER,                 /* owner_kind, owner_name, owner_is_controller */
	DRY_PROM_REQUESTS,              /* container, resource */
	DRY_PROM_INIT_REQUESTS,         /* container, resource */
	DRY_PROM_INIT_INFO,             /* container, restart_policy */
	DRY_PROM_OVERHEAD_CPU,
	DRY_PROM_OVERHEAD_MEMORY,
	DRY_PROM_SCHEDULER,             /* -, resource, priority: of kube-scheduler; has no uid */
	DRY_PROM_TOLERATIONS,           /* key, operator, value, effect */
	DRY_PROM_SELECTORS,             /* all of them, as JSON members */
	DRY_PROM_LABELS,                /* the same */
	DRY_PROM_METRIC_COUNT
};

#define DRY_PROM_LABEL_MAX 4

struct dry_prom_series {
	enum dry_prom_metric metric;
	uint32_t record;                /* of the fold; DRY_NONE until joined */
	dry_symbol uid;                 /* DRY_NONE = none */
	dry_symbol name_space, pod;
	dry_symbol label[DRY_PROM_LABEL_MAX];   /* 0 = empty or absent */
	int64_t first_ms, last_ms;      /* samples that say something: of a flag those that are not 0 */
	double value;                   /* of the first of them */
	uint32_t order;
};

struct dry_prom {
	struct dry_import_job *job;
	struct dry_prom_series *series;
	size_t count, capacity;
	int64_t step_ms;                /* smallest distance of two samples; 0 = never two */
	int64_t first_ms, last_ms;      /* of all samples; DRY_CLOCK_NONE = none */
	uint64_t of_metric[DRY_PROM_METRIC_COUNT];
};

void dry_prom_init(struct dry_prom *prom, struct dry_import_job *job);
void dry_prom_release(struct dry_prom *prom);

/* Reads every file of the request. */
bool dry_prom_read_series(struct dry_prom *prom, struct dry_error *err);

/* Fills the records of the fold. */
bool dry_prom_fold_pods(struct dry_prom *prom, struct dry_pod_fold *fold, struct dry_error *err);

#endif
