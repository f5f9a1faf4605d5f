#include "run/result.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"

void dry_result_init(struct dry_result *result)
{
	memset(result, 0, sizeof(*result));
	for (int i = 0; i < DRY_METRIC_COUNT; i++)
		result->metric[i] = NAN;
}

/* Room for count elements; memory that is large enough is kept. */
static void *room(void *memory, uint32_t *capacity, uint32_t count, size_t size)
{
	if (*capacity >= count)
		return memory;
	*capacity = count;
	return dry_xrealloc(memory, count * size);
}

void dry_result_reserve(struct dry_result *result, uint32_t group_count, uint32_t namespace_count)
{
	result->group = room(result->group, &result->group_capacity, group_count, sizeof(*result->group));
	result->namespace_split = room(result->namespace_split, &result->namespace_capacity,
				       namespace_count, sizeof(*result->namespace_split));
	result->group_count = group_count;
	result->namespace_split_count = namespace_count;
}

void dry_result_copy(struct dry_result *to, const struct dry_result *from)
{
	struct dry_result mine;

	if (to == from)
		return;
	dry_result_reserve(to, from->group_count, from->namespace_split_count);
	mine = *to;
	*to = *from;
	to->group = mine.group;
	to->group_capacity = mine.group_capacity;
	to->namespace_split = mine.namespace_split;
	to->namespace_capacity = mine.namespace_capacity;
	if (from->group_count)
		memcpy(to->group, from->group, from->group_count * sizeof(*to->group));
	if (from->namespace_split_count)
		memcpy(to->namespace_split, from->namespace_split,
		       from->namespace_split_count * sizeof(*to->namespace_split));
}

void dry_result_release(struct dry_result *result)
{
	free(result->group);
	free(result->namespace_split);
	dry_result_init(result);
}
