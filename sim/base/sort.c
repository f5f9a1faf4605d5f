#include "base/sort.h"

#include <string.h>

#define DIGIT_BITS 11
#define DIGITS (1u << DIGIT_BITS)
#define FEW 48

static void insert_sort(struct dry_keyed *list, size_t count)
{
	size_t i, k;

	for (i = 1; i < count; i++) {
		struct dry_keyed row = list[i];

		for (k = i; k > 0 && list[k - 1].key > row.key; k--)
			list[k] = list[k - 1];
		list[k] = row;
	}
}

/* One stable pass over a digit, from list to spare. */
static void pass(const struct dry_keyed *list, struct dry_keyed *spare, size_t count, unsigned shift)
{
	size_t start[DIGITS] = { 0 }, i, sum = 0;

	for (i = 0; i < count; i++)
		start[list[i].key >> shift & (DIGITS - 1)]++;
	for (i = 0; i < DIGITS; i++) {
		size_t n = start[i];

		start[i] = sum;
		sum += n;
	}
	for (i = 0; i < count; i++)
		spare[start[list[i].key >> shift & (DIGITS - 1)]++] = list[i];
}

void dry_sort_keyed(struct dry_keyed *list, struct dry_keyed *spare, size_t count)
{
	struct dry_keyed *from = list, *to = spare;
	uint64_t differ = 0;
	unsigned shift;
	size_t i;

	if (count <= FEW) {
		insert_sort(list, count);
		return;
	}
	for (i = 1; i < count; i++)
		differ |= list[i].key ^ list[0].key;
	for (shift = 0; shift < 64; shift += DIGIT_BITS) {
		struct dry_keyed *swap = from;

		if (!(differ >> shift & (DIGITS - 1)))
			continue;
		pass(from, to, count, shift);
		from = to;
		to = swap;
	}
	if (from != list)
		memcpy(list, from, count * sizeof(*list));
}

size_t dry_find_sorted(const void *key, size_t count, size_t size, int64_t least)
{
	size_t low = 0, high = count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int64_t here;

		memcpy(&here, (const char *)key + middle * size, sizeof(here));
		if (here < least)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}
