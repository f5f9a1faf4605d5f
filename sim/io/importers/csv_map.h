/*
 * The column map of "dryscale import csv": which columns make which field of a
 * pod, and in which unit. FIELD=EXPRESSION,... where an expression is a column,
 * the difference of two, or a fixed value, each with a unit behind "*":
 *   t=submitted,cpu=cpus*1000m,memory=mem_gb*Gi,duration=end-start,priority=prio
 * Names of columns with other characters than letters, digits, "_", "." and "/"
 * stand in single or double quotes.
 */
#ifndef DRY_IO_IMPORTERS_CSV_MAP_H
#define DRY_IO_IMPORTERS_CSV_MAP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "io/importers/csv.h"

enum dry_csv_field_kind {
	DRY_CSV_TIME,                   /* t, until */
	DRY_CSV_DURATION,
	DRY_CSV_AMOUNT,                 /* cpu, memory, gpu, any resource */
	DRY_CSV_TEXT,                   /* name, namespace, owner, kind, label.KEY, nodeSelector.KEY */
	DRY_CSV_INTEGER                 /* priority, count */
};

#define DRY_CSV_MAP_MAX 64

struct dry_csv_term {
	char name[128];                 /* of the column, or the fixed value */
	int column;                     /* -1 = a fixed value */
	double factor;                  /* the unit; 0 = none given */
};

struct dry_csv_map_entry {
	char field[128];
	enum dry_csv_field_kind kind;
	struct dry_csv_term term[2];    /* the second is taken from the first */
	int term_count;
};

struct dry_csv_map {
	uint32_t count;
	struct dry_csv_map_entry entry[DRY_CSV_MAP_MAX];
};

/* Complaints are of code DRY_ERROR_USAGE. */
bool dry_csv_map_parse(struct dry_csv_map *map, const char *text, struct dry_error *err);
/* Finds the columns in a header; again for each file. */
bool dry_csv_map_bind(struct dry_csv_map *map, const struct dry_csv *csv, struct dry_error *err);

/* NULL when the map has none. */
const struct dry_csv_map_entry *dry_csv_map_find(const struct dry_csv_map *map, const char *field);

#endif
