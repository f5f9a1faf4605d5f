#include "run/oscillation.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/symbol.h"
#include "base/banned.h"

enum { REMOVAL, ADDITION };     /* a removal comes before an addition of its instant */

static void make_room(struct dry_oscillation *found, uint32_t node_count, uint32_t group_count)
{
	size_t events = 2 * (size_t)node_count + 1;

	found->short_lived = dry_grow(found->short_lived, &found->short_capacity, (size_t)node_count + 1,
				      sizeof(*found->short_lived));
	found->replaces = dry_grow(found->replaces, &found->replaces_capacity, (size_t)node_count + 1,
				   sizeof(*found->replaces));
	found->event = dry_grow(found->event, &found->event_capacity, events, sizeof(*found->event));
	found->spare = dry_grow(found->spare, &found->spare_capacity, events, sizeof(*found->spare));
	found->below = dry_grow(found->below, &found->below_capacity, (size_t)node_count + 1,
				sizeof(*found->below));
	found->top = dry_grow(found->top, &found->top_capacity, (size_t)group_count + 1, sizeof(*found->top));
	memset(found->short_lived, 0, node_count * sizeof(*found->short_lived));
	memset(found->replaces, 0xff, node_count * sizeof(*found->replaces));
	memset(found->top, 0xff, group_count * sizeof(*found->top));
}

static size_t gather(struct dry_oscillation *found, const struct dry_oscillation_node *node,
		     uint32_t node_count, int64_t window_ms)
{
	size_t count = 0;
	uint32_t i;

	for (i = 0; i < node_count; i++) {
		bool removed = node[i].scaled_down_at_ms >= 0;

		if (!node[i].is_initial) {
			found->added++;
			found->event[count++] = (struct dry_keyed){
				(uint64_t)node[i].requested_at_ms << 1 | ADDITION, i };
		}
		if (!removed)
			continue;
		found->removed++;
		found->event[count++] = (struct dry_keyed){
			(uint64_t)node[i].scaled_down_at_ms << 1 | REMOVAL, i };
		found->short_lived[i] = !node[i].is_initial && node[i].ready_at_ms >= 0 &&
					node[i].scaled_down_at_ms - node[i].ready_at_ms <= window_ms;
	}
	dry_sort_keyed(found->event, found->spare, count);
	return count;
}

void dry_oscillation_find(struct dry_oscillation *found, const struct dry_oscillation_node *node,
			  uint32_t node_count, uint32_t group_count, int64_t window_ms)
{
	uint32_t distinct = 0, i;
	size_t k, count;

	make_room(found, node_count, group_count);
	found->added = found->removed = 0;
	count = gather(found, node, node_count, window_ms);
	for (k = 0; k < count; k++) {
		uint32_t row = found->event[k].row, *top = &found->top[node[row].group_index];

		if ((found->event[k].key & 1) == REMOVAL) {
			found->below[row] = *top;
			*top = row;
		} else if (*top != DRY_NONE &&
			   node[row].requested_at_ms - node[*top].scaled_down_at_ms <= window_ms) {
			found->replaces[row] = *top;
			*top = found->below[*top];
		}
	}
	for (i = 0; i < node_count; i++)
		distinct += found->short_lived[i] || found->replaces[i] != DRY_NONE;
	found->index = found->added ? (double)distinct / found->added : NAN;
}

void dry_oscillation_release(struct dry_oscillation *found)
{
	free(found->short_lived);
	free(found->replaces);
	free(found->event);
	free(found->spare);
	free(found->below);
	free(found->top);
	memset(found, 0, sizeof(*found));
}
