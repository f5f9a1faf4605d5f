/*
 * Sorting rows by an integer key without asking for memory: stable, linear in
 * the rows times the bytes in which keys differ; and finding in sorted rows.
 */
#ifndef DRY_BASE_SORT_H
#define DRY_BASE_SORT_H

#include <stddef.h>
#include <stdint.h>

struct dry_keyed {
	uint64_t key;
	uint32_t row;
};

/* Ascending by key; equal keys keep their order. spare has room for count. */
void dry_sort_keyed(struct dry_keyed *list, struct dry_keyed *spare, size_t count);

/*
 * The first of `count` rows, ascending by an int64_t at `key` in the first one,
 * `size` bytes a row, whose key is not below `least`; count when there is none.
 */
size_t dry_find_sorted(const void *key, size_t count, size_t size, int64_t least);

#endif
