#include <stdlib.h>

#include "base/arena.h"
#include "report/recording.h"

#define BLOCK 16u

void dry_series_add(struct dry_series *series, int64_t at_ms, int64_t value)
{
	uint32_t count = series->count;

	if (count && series->at_ms[count - 1] == at_ms) {
		series->value[count - 1] = value;
		return;
	}
	if (count && series->value[count - 1] == value)
		return;
	series->at_ms = dry_grow(series->at_ms, &series->at_capacity, count + 1, sizeof(*series->at_ms));
	series->value = dry_grow(series->value, &series->value_capacity, count + 1,
				 sizeof(*series->value));
	series->at_ms[count] = at_ms;
	series->value[count] = value;
	series->count++;
}

void dry_series_seal(struct dry_series *series)
{
	const int64_t *low = series->value, *high = series->value;
	uint32_t count = series->count;

	while (count > BLOCK && series->level_count < DRY_SERIES_LEVELS) {
		uint32_t blocks = (count + BLOCK - 1) / BLOCK;
		int64_t *lows = dry_xcalloc(blocks, sizeof(*lows)), *highs = dry_xcalloc(blocks, sizeof(*highs));

		for (uint32_t b = 0; b < blocks; b++) {
			lows[b] = low[(size_t)b * BLOCK];
			highs[b] = high[(size_t)b * BLOCK];
			for (uint32_t i = b * BLOCK; i < count && i < (b + 1) * BLOCK; i++) {
				lows[b] = low[i] < lows[b] ? low[i] : lows[b];
				highs[b] = high[i] > highs[b] ? high[i] : highs[b];
			}
		}
		series->level[series->level_count].count = blocks;
		series->level[series->level_count].low = lows;
		series->level[series->level_count].high = highs;
		low = lows;
		high = highs;
		series->level_count++;
		count = blocks;
	}
}

void dry_series_release(struct dry_series *series)
{
	for (uint32_t i = 0; i < series->level_count; i++) {
		free(series->level[i].low);
		free(series->level[i].high);
	}
	free(series->at_ms);
	free(series->value);
	*series = (struct dry_series){ 0 };
}

/* Steps at or before the instant. */
static uint32_t steps_until(const struct dry_series *series, int64_t at_ms)
{
	uint32_t low = 0, high = series->count;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (series->at_ms[middle] <= at_ms)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

int64_t dry_series_at(const struct dry_series *series, int64_t at_ms)
{
	uint32_t steps = steps_until(series, at_ms);

	return steps ? series->value[steps - 1] : 0;
}

static void widen(int64_t value_low, int64_t value_high, int64_t *low, int64_t *high)
{
	if (value_low < *low)
		*low = value_low;
	if (value_high > *high)
		*high = value_high;
}

/* Steps [first, last): whole blocks are taken from the level above. */
static void range_of_steps(const struct dry_series *series, uint32_t first, uint32_t last, int64_t *low,
			   int64_t *high)
{
	uint32_t level = 0;             /* 0 = the steps themselves */
	uint32_t a = first, b = last;

	while (a < b) {
		const int64_t *lows = level ? series->level[level - 1].low : series->value;
		const int64_t *highs = level ? series->level[level - 1].high : series->value;
		bool has_above = level < series->level_count;

		while (a < b && (a % BLOCK || !has_above)) {
			widen(lows[a], highs[a], low, high);
			a++;
		}
		while (a < b && (b % BLOCK)) {
			b--;
			widen(lows[b], highs[b], low, high);
		}
		a /= BLOCK;
		b /= BLOCK;
		level++;
	}
}

void dry_series_range(const struct dry_series *series, int64_t from_ms, int64_t to_ms, int64_t *low,
		      int64_t *high)
{
	uint32_t first = steps_until(series, from_ms), last;

	*low = *high = first ? series->value[first - 1] : 0;
	if (to_ms <= from_ms + 1)
		return;
	last = steps_until(series, to_ms - 1);
	range_of_steps(series, first, last, low, high);
}

double dry_series_integral(const struct dry_series *series, int64_t from_ms, int64_t to_ms)
{
	uint32_t step = steps_until(series, from_ms);
	int64_t at_ms = from_ms;
	double sum = 0;

	while (at_ms < to_ms) {
		int64_t end_ms = step < series->count && series->at_ms[step] < to_ms ? series->at_ms[step] :
										       to_ms;
		if (step)
			sum += (double)series->value[step - 1] * (double)(end_ms - at_ms);
		at_ms = end_ms;
		step++;
	}
	return sum;
}
