/*
 * What an instance costs (methods.md 1.2): billed per second with a minimum at
 * the price in force, or at the price at the start of each instance-hour; free
 * when the cloud takes it early. Reservations and savings plans are commitments
 * that are due whether used or not. Money is integer nano-dollars, rounded once
 * an instance.
 */
#ifndef DRY_MARKET_BILLING_H
#define DRY_MARKET_BILLING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A price over time: each holds until the next; the first also holds before its instant. */
struct dry_price_steps {
	uint32_t count;                 /* >= 1 */
	const int64_t *at_ms;           /* ascending */
	const int64_t *nusd_per_hour;
};

int64_t dry_price_in_force(const struct dry_price_steps *steps, int64_t at_ms);

/* Integral of the price over [from, to), in nano-dollars, rounded to the nearest; 0 when to <= from. */
int64_t dry_price_integral(const struct dry_price_steps *steps, int64_t from_ms, int64_t to_ms);

struct dry_bill_terms {
	int64_t unit_ms;                /* billed time is rounded up to it; <= 0: not rounded */
	int64_t minimum_ms;
	bool hour_start;                /* the price at the start of each instance-hour holds for the hour */
	int64_t free_within_ms;         /* a reclaim within this time of the launch is free; 0 = never */
};

struct dry_bill_interval {
	int64_t start_ms;
	int64_t end_ms;
	bool still_runs;                /* end is the horizon: no minimum, no rounding */
	bool reclaimed;                 /* the cloud ended it */
};

/* Where billing ends: minimum and unit applied. Not before start_ms. */
int64_t dry_bill_end_ms(const struct dry_bill_terms *terms, const struct dry_bill_interval *interval);
bool dry_bill_is_free(const struct dry_bill_terms *terms, const struct dry_bill_interval *interval);
/* The price of the interval in nano-dollars. */
int64_t dry_bill(const struct dry_bill_terms *terms, const struct dry_price_steps *steps,
		 const struct dry_bill_interval *interval);

/* Usage of one instance type in one clock hour, on-demand prices. */
struct dry_hour_usage {
	double hours;                   /* instance-hours used that nothing covers yet */
	double on_demand;               /* price per instance-hour */
	double rate;                    /* the plan's; <= 0: the plan does not cover it */
	double covered;                 /* out: instance-hours that the plan pays */
	uint32_t index;                 /* the caller's; input order of ties */
};

/*
 * Spends a commitment on the hour's usage: highest saving 1 - rate/on_demand
 * first, ties by the lower rate, then by index. Sorts the array; subtracts what
 * is covered from hours. Returns what was used of the commitment.
 */
double dry_savings_plan_spend(double commitment, struct dry_hour_usage *usage, size_t count);

/* Instance-hours of the hour that owned reservations cover. */
double dry_reserved_cover(double owned, double used_hours);

#endif
