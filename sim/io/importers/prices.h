/*
 * Prices on their way from any history to a prices file: change points of a
 * type in a zone, sorted, repeats removed. A price holds until the next one of
 * its series, so the last one before --from stays as the price at --from.
 */
#ifndef DRY_IO_IMPORTERS_PRICES_H
#define DRY_IO_IMPORTERS_PRICES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "io/importers/each.h"
#include "io/importers/importer.h"

struct price_point {
	int64_t at_ms;                  /* Unix ms */
	int64_t nusd_per_hour;
	dry_symbol instance_type, zone;
	uint32_t order;                 /* of reading */
};

struct price_points {
	struct price_point *point;
	size_t count, capacity;
};

/* Points of all files, as read() adds them to the struct price_points that is its context, written. */
bool price_points_import(struct dry_import_job *job, dry_read_file_fn *read, struct dry_error *err);

void price_points_add(struct dry_import_job *job, struct price_points *points, int64_t at_ms,
		      const char *type, size_t type_length, const char *zone, size_t zone_length,
		      int64_t nusd_per_hour);

#endif
