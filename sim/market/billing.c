#include "market/billing.h"

#include <gsl/gsl_heapsort.h>
#include <math.h>

#include "base/assert.h"
#include "base/banned.h"

#define HOUR_MS INT64_C(3600000)

__extension__ typedef __int128 wide;

/* Index of the step in force. */
static uint32_t step_at(const struct dry_price_steps *steps, int64_t at_ms)
{
	uint32_t low = 0, high = steps->count;

	dry_assert(steps->count > 0);
	while (high - low > 1) {
		uint32_t middle = low + (high - low) / 2;

		if (steps->at_ms[middle] <= at_ms)
			low = middle;
		else
			high = middle;
	}
	return low;
}

int64_t dry_price_in_force(const struct dry_price_steps *steps, int64_t at_ms)
{
	return steps->nusd_per_hour[step_at(steps, at_ms)];
}

/* Nano-dollars times milliseconds per hour -> nano-dollars. */
static int64_t rounded(wide sum)
{
	wide nusd = (sum + (sum < 0 ? -HOUR_MS / 2 : HOUR_MS / 2)) / HOUR_MS;

	if (nusd > INT64_MAX / 4)
		return INT64_MAX / 4;
	return nusd < INT64_MIN / 4 ? INT64_MIN / 4 : (int64_t)nusd;
}

static wide integral(const struct dry_price_steps *steps, int64_t from_ms, int64_t to_ms)
{
	uint32_t i = step_at(steps, from_ms);
	wide sum = 0;

	while (from_ms < to_ms) {
		int64_t until = i + 1 < steps->count && steps->at_ms[i + 1] < to_ms ? steps->at_ms[i + 1] : to_ms;

		if (until > from_ms) {
			sum += (wide)steps->nusd_per_hour[i] * (until - from_ms);
			from_ms = until;
		}
		i++;
	}
	return sum;
}

int64_t dry_price_integral(const struct dry_price_steps *steps, int64_t from_ms, int64_t to_ms)
{
	return rounded(integral(steps, from_ms, to_ms));
}

int64_t dry_bill_end_ms(const struct dry_bill_terms *terms, const struct dry_bill_interval *interval)
{
	int64_t ms = interval->end_ms - interval->start_ms;

	if (ms < 0)
		ms = 0;
	if (interval->still_runs)
		return interval->start_ms + ms;
	if (terms->unit_ms > 0)
		ms = (ms + terms->unit_ms - 1) / terms->unit_ms * terms->unit_ms;
	if (ms < terms->minimum_ms)
		ms = terms->minimum_ms;
	return interval->start_ms + ms;
}

bool dry_bill_is_free(const struct dry_bill_terms *terms, const struct dry_bill_interval *interval)
{
	return interval->reclaimed && !interval->still_runs &&
	       interval->end_ms - interval->start_ms < terms->free_within_ms;
}

int64_t dry_bill(const struct dry_bill_terms *terms, const struct dry_price_steps *steps,
		 const struct dry_bill_interval *interval)
{
	int64_t end = dry_bill_end_ms(terms, interval), at;
	wide sum = 0;

	if (dry_bill_is_free(terms, interval))
		return 0;
	if (!terms->hour_start)
		return rounded(integral(steps, interval->start_ms, end));
	for (at = interval->start_ms; at < end; at += HOUR_MS)
		sum += (wide)dry_price_in_force(steps, at) * (end - at < HOUR_MS ? end - at : HOUR_MS);
	return rounded(sum);
}

static double saving(const struct dry_hour_usage *usage)
{
	return usage->rate > 0 && usage->on_demand > 0 ? 1 - usage->rate / usage->on_demand : -INFINITY;
}

static int by_saving(const void *a, const void *b)
{
	const struct dry_hour_usage *x = a, *y = b;
	double more = saving(y), less = saving(x);

	if (more != less)
		return more > less ? 1 : -1;
	if (x->rate != y->rate)
		return x->rate < y->rate ? -1 : 1;
	return (x->index > y->index) - (x->index < y->index);
}

double dry_savings_plan_spend(double commitment, struct dry_hour_usage *usage, size_t count)
{
	double left = commitment;
	size_t i;

	gsl_heapsort(usage, count, sizeof(*usage), by_saving);  /* in place; the order is total */
	for (i = 0; i < count; i++) {
		struct dry_hour_usage *row = &usage[i];

		row->covered = 0;
		if (row->rate <= 0 || left <= 0)
			continue;
		row->covered = row->hours < left / row->rate ? row->hours : left / row->rate;
		row->hours -= row->covered;
		left -= row->covered * row->rate;
	}
	return commitment - (left > 0 ? left : 0);
}

double dry_reserved_cover(double owned, double used_hours)
{
	return used_hours < owned ? used_hours : owned;
}
