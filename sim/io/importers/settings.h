/*
 * The autoscaler's settings on their way from where people keep them to the
 * autoscaler: and expanderPriorities: sections of a scenario. Only what the
 * source says is written; defaults stay defaults. Every flag is checked against
 * the option table. Writing back is the patches' work (report/patch.h): they
 * take the live file and the changed keys.
 */
#ifndef DRY_IO_IMPORTERS_SETTINGS_H
#define DRY_IO_IMPORTERS_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "autoscaler/options.h"
#include "base/error.h"
#include "io/importers/each.h"
#include "io/importers/importer.h"
#include "io/importers/items.h"

struct setting {
	const struct dry_option *option;
	const char *value;
	struct dry_where where;
};

struct setting_priority {
	int32_t priority;
	const char *pattern;
};

struct settings {
	struct setting *entry;
	size_t count, capacity;
	struct setting_priority *priority;      /* a row a pattern, in input order */
	size_t priority_count, priority_capacity;
	bool has_priorities;
	const char *release;            /* "1.33"; NULL = 1.36 */
	int minor;                      /* 36 */
	const char *provider;           /* preset "aks"; NULL = none */
	const char *group_sizes;        /* what in the source holds sizes, for a note; NULL = nothing */
	bool found;                     /* something of the autoscaler was in the input */
};

/* Of all files, as read() sets them in the struct settings that is its context, written. */
bool settings_import(struct dry_import_job *job, int minor, dry_read_file_fn *read, struct dry_error *err);

void settings_release(struct settings *settings);

/* From an image ("registry/cluster-autoscaler:v1.33.1") or "1.33", unless the request names one. */
void settings_set_release(struct dry_import_job *job, struct settings *settings, const char *text,
			  size_t length);

/*
 * One flag; a repeatable one is added to what it holds, of others the later
 * wins. `value` NULL = a bare flag. False with a complaint: unknown flag (with
 * the nearest), removed flag, wrong value.
 */
bool settings_set(struct dry_import_job *job, struct settings *settings, const char *name,
		  size_t name_length, const char *value, size_t length, struct dry_where where,
		  struct dry_error *err);

/* A list of arguments: "--k=v", "--k" "v", "-k=v", bare "--k". What is no flag (the program) is skipped. */
bool settings_arguments(struct dry_import_job *job, struct settings *settings,
			const struct dry_items *items, uint32_t list, struct dry_error *err);

/* The priority expander's map (priority -> list of expressions), or text that holds it as YAML. */
bool settings_priorities(struct dry_import_job *job, struct settings *settings,
			 const struct dry_items *items, uint32_t node, struct dry_error *err);

#endif
