#include "market/stockout.h"

#include <gsl/gsl_heapsort.h>
#include <math.h>

#include "base/arena.h"
#include "base/assert.h"
#include "market/distribution.h"
#include "base/banned.h"

#define HOUR_MS 3600000.0
#define SHORTEST_MS 1000                /* a draw of next to nothing still moves on */
#define INTERVALS_MAX 4000000u

void dry_stockout_split(double unavailable, double correlation, double *region, double *zone)
{
	*zone = unavailable * (1 - correlation);
	*region = *zone < 1 ? correlation * unavailable / (1 - *zone) : 0;
}

double dry_stockout_both_down(double region, double zone)
{
	return region + (1 - region) * zone * zone;
}

struct dry_renewal dry_renewal_scaled(const struct dry_renewal *renewal, double unavailable)
{
	struct dry_renewal scaled = *renewal;
	double up_mean, factor;

	if (!(unavailable > 0) || !(unavailable < 1))
		return scaled;
	up_mean = renewal->down_mean * (1 - unavailable) / unavailable;
	factor = up_mean / renewal->up_mean;
	scaled.up_mean *= factor;
	scaled.up_median *= factor;
	return scaled;
}

static int64_t draw_ms(double mean, double median, double u)
{
	double mu, sigma, hours = median;

	if (dry_lognormal_from_mean(mean, median, &mu, &sigma))
		hours = dry_lognormal_inverse(mu, sigma, u);
	if (hours * HOUR_MS >= (double)(INT64_MAX / 4))
		return INT64_MAX / 4;
	return hours * HOUR_MS < SHORTEST_MS ? SHORTEST_MS : (int64_t)llround(hours * HOUR_MS);
}

static void append(struct dry_down_list *list, int64_t from_ms, int64_t until_ms)
{
	list->interval = dry_grow(list->interval, &list->capacity, (size_t)list->count + 1,
				  sizeof(*list->interval));
	list->interval[list->count++] = (struct dry_down_interval){ from_ms, until_ms };
}

/* Draw 0 of ordinal n is the n-th duration, draw 1 of ordinal 0 the state at the start. */
void dry_renewal_draw(const struct dry_renewal *renewal, const struct dry_stream *stream, int64_t horizon_ms,
		      struct dry_down_list *list)
{
	double share = renewal->down_mean / (renewal->up_mean + renewal->down_mean);
	bool down = dry_stream_uniform(stream, 0, 1) < share;
	uint64_t ordinal = 0;
	int64_t at = 0;

	/* The first duration has been running for a while: a uniform part of it is left. */
	while (at < horizon_ms && ordinal < INTERVALS_MAX) {
		double u = dry_stream_uniform(stream, ordinal, 0);
		int64_t length = down ? draw_ms(renewal->down_mean, renewal->down_median, u)
				      : draw_ms(renewal->up_mean, renewal->up_median, u);

		if (!ordinal)
			length = (int64_t)((double)length * dry_stream_uniform(stream, 0, 2)) + SHORTEST_MS;
		if (length > horizon_ms - at)
			length = horizon_ms - at;
		if (down)
			append(list, at, at + length);
		at += length;
		down = !down;
		ordinal++;
	}
}

static int by_start(const void *a, const void *b)
{
	const struct dry_down_interval *x = a, *y = b;

	if (x->from_ms != y->from_ms)
		return x->from_ms < y->from_ms ? -1 : 1;
	return (x->until_ms > y->until_ms) - (x->until_ms < y->until_ms);
}

void dry_down_list_join(struct dry_down_list *list)
{
	uint32_t kept = 0, i;

	if (list->count)
		gsl_heapsort(list->interval, list->count, sizeof(*list->interval), by_start);
	for (i = 0; i < list->count; i++) {
		struct dry_down_interval *last = kept ? &list->interval[kept - 1] : NULL;

		if (last && list->interval[i].from_ms <= last->until_ms) {
			if (list->interval[i].until_ms > last->until_ms)
				last->until_ms = list->interval[i].until_ms;
		} else {
			list->interval[kept++] = list->interval[i];
		}
	}
	list->count = kept;
}
