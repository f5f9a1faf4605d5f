/*
 * Observed lifetimes from a CSV with a head line: created_unix and ended_unix
 * (seconds) or hours; and ended_by ("preempted"; anything else is censored) or
 * observed (1, 0). Other columns may group the rows.
 */
#ifndef DRY_IO_LIFETIMES_H
#define DRY_IO_LIFETIMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "market/survival.h"

struct dry_error;

struct dry_lifetime_table {
	struct dry_lifetime_group {
		char *name;             /* of the group's column; "all" without one */
		struct dry_lifetime *lifetime;  /* hours */
		size_t count, capacity;
	} *group;                       /* in order of appearance */
	size_t group_count, group_capacity;
};

/* "-" = stdin; by: the column to group by, or NULL. False with a complaint; release it either way. */
bool dry_lifetimes_read(struct dry_lifetime_table *table, const char *path, const char *by, uint64_t size_limit,
			struct dry_error *err);
void dry_lifetimes_release(struct dry_lifetime_table *table);

#endif
