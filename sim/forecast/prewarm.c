#include "forecast/prewarm.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/assert.h"
#include "base/statistics.h"
#include "base/banned.h"

double dry_critical_ratio(double under_cost, double over_cost)
{
	return under_cost + over_cost > 0 ? under_cost / (under_cost + over_cost) : NAN;
}

double dry_newsvendor_stock(const double *sorted, size_t count, double ratio)
{
	return dry_quantile_inverted(sorted, count, ratio);
}

double dry_newsvendor_cost(const double *demand, size_t count, double stock, double under_cost,
			   double over_cost)
{
	double sum = 0;
	size_t i;

	for (i = 0; i < count; i++)
		sum += demand[i] > stock ? under_cost * (demand[i] - stock) : over_cost * (stock - demand[i]);
	return count ? sum / (double)count : NAN;
}

static int32_t whole_need(double quantile, const struct dry_prewarm_rules *rules)
{
	double need = ceil(quantile - 1e-9);

	if (!(need > rules->min_size))
		return rules->min_size;
	return need >= rules->max_size ? rules->max_size : (int32_t)need;
}

/* out[k] = the most (sign 1) or the least (sign -1) of in[k - behind .. k + ahead], cut at the ends. */
static void slide(const int32_t *in, int32_t *out, size_t count, size_t behind, size_t ahead, int sign)
{
	size_t k, i;

	for (k = 0; k < count; k++) {
		size_t from = k > behind ? k - behind : 0, to = ahead < count - 1 - k ? k + ahead : count - 1;
		int32_t found = in[from];

		for (i = from + 1; i <= to; i++)
			if (sign * in[i] > sign * found)
				found = in[i];
		out[k] = found;
	}
}

struct segment {
	size_t start, length;
	int32_t size;
};

static size_t join_equal(struct segment *segment, size_t count)
{
	size_t kept = 0, i;

	for (i = 0; i < count; i++) {
		if (kept && segment[kept - 1].size == segment[i].size)
			segment[kept - 1].length += segment[i].length;
		else
			segment[kept++] = segment[i];
	}
	return kept;
}

static int64_t raise_cost(const struct segment *a, const struct segment *b)
{
	const struct segment *low = a->size < b->size ? a : b;

	return llabs((int64_t)a->size - b->size) * (int64_t)low->length;
}

static size_t merge_cheapest(struct segment *segment, size_t count)
{
	int64_t least = INT64_MAX;
	size_t at = 0, i;

	for (i = 0; i + 1 < count; i++) {
		int64_t cost = raise_cost(&segment[i], &segment[i + 1]);

		if (cost < least) {
			least = cost;
			at = i;
		}
	}
	if (segment[at + 1].size > segment[at].size)
		segment[at].size = segment[at + 1].size;
	segment[at + 1].size = segment[at].size;
	return join_equal(segment, count);
}

static size_t limit_changes(int32_t *size, size_t count, size_t changes_max)
{
	struct segment *segment = dry_xmalloc(count * sizeof(*segment));
	size_t segments, i, k;

	for (i = 0; i < count; i++)
		segment[i] = (struct segment){ i, 1, size[i] };
	segments = join_equal(segment, count);
	while (segments > 1 && segments - 1 > changes_max)
		segments = merge_cheapest(segment, segments);
	for (i = 0; i < segments; i++)
		for (k = 0; k < segment[i].length; k++)
			size[segment[i].start + k] = segment[i].size;
	free(segment);
	return segments;
}

static void keep(int32_t *to, const int32_t *from, size_t count)
{
	if (to)
		memcpy(to, from, count * sizeof(*to));
}

size_t dry_prewarm_schedule(const double *quantile, size_t count, const struct dry_prewarm_rules *rules,
			    const struct dry_prewarm_steps *steps)
{
	int32_t *a, *b;
	size_t k, segments;

	dry_assert(steps->final && rules->min_size <= rules->max_size);
	if (!count)
		return 0;
	a = dry_xmalloc(count * sizeof(*a));
	b = dry_xmalloc(count * sizeof(*b));
	for (k = 0; k < count; k++)
		a[k] = whole_need(quantile[k], rules);
	keep(steps->need, a, count);
	slide(a, b, count, 0, rules->lead, 1);
	keep(steps->lead, b, count);
	slide(b, a, count, rules->dwell, 0, 1);
	slide(a, b, count, 0, rules->dwell, -1);
	keep(steps->closed, b, count);
	segments = limit_changes(b, count, rules->changes_max);
	keep(steps->final, b, count);
	free(a);
	free(b);
	return segments;
}
