/*
 * A grid is the cross product of value lists. Index and setting are the same
 * thing in two spellings: mixed radix, the last parameter fastest.
 */
#ifndef DRY_SWEEP_GRID_H
#define DRY_SWEEP_GRID_H

#include <stdbool.h>
#include <stdint.h>

#include "run/scenario.h"
#include "sweep/sweep_result.h"

/* Product of the list lengths; no parameters: 0. False when it does not fit 63 bits. */
bool dry_grid_count(const struct dry_sweep_parameter *parameter, uint32_t count, uint64_t *points);

/* The index into each value list of one grid point, and back. */
void dry_grid_values(const struct dry_sweep_parameter *parameter, uint32_t count, uint64_t index,
		     uint32_t *value_index);
uint64_t dry_grid_index(const struct dry_sweep_parameter *parameter, uint32_t count,
			const uint32_t *value_index);

/*
 * The name of a setting wherever it stands: the first 16 hexadecimal digits of
 * the SHA-256 of its canonical JSON (keys sorted, no blanks; a value that is a
 * JSON number or literal unquoted). methods.md 10.
 */
void dry_setting_id(const struct dry_setting *setting, uint32_t count, char id[17]);

/* The shard that runs a grid index. */
static inline bool dry_shard_has(const struct dry_shard *shard, uint64_t index)
{
	return shard->count < 2 || index % shard->count == shard->index;
}

#endif
