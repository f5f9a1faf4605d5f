/*
 * One pod's series, on their way to a record. Shared by prom_pods.c (who, when)
 * and prom_spec.c (what it asks for and where it may go).
 */
#ifndef DRY_IO_IMPORTERS_PROM_POD_H
#define DRY_IO_IMPORTERS_PROM_POD_H

#include "io/importers/prom.h"

struct dry_prom_join {
	struct dry_prom *prom;
	struct dry_pod_fold *fold;
	uint32_t *by_name;              /* symbol of "\1namespace/name" -> newest record + 1 */
	size_t by_name_capacity;
	uint32_t *older;                /* a record -> the next of its name, + 1 */
	size_t older_capacity;
	int64_t *first_ms, *last_ms;    /* a record: first and last sample */
	size_t first_capacity, last_capacity;
	int64_t created_last_ms;        /* last sample of kube_pod_created */
};

struct dry_prom_pod {
	struct dry_prom_join *join;
	struct dry_pod_record *record;
	const struct dry_prom_series *series;   /* of this pod, sorted */
	size_t count;
	int64_t first_ms, last_ms;
};

static inline const char *dry_prom_text(const struct dry_prom_join *join, dry_symbol symbol)
{
	return dry_symbols_text(&join->prom->job->symbols, symbol);
}

/* The first series of a metric, NULL = none. */
static inline const struct dry_prom_series *dry_prom_find(const struct dry_prom_pod *pod, enum dry_prom_metric metric)
{
	for (size_t i = 0; i < pod->count; i++)
		if (pod->series[i].metric == metric)
			return &pod->series[i];
	return NULL;
}

/* Fills the record's spec and requests. */
void dry_prom_write_spec(const struct dry_prom_pod *pod);

#endif
