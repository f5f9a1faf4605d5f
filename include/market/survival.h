/* Lifetimes as they were observed: Kaplan-Meier and the exponential rate (methods.md 1.1, 2.2). */
#ifndef DRY_MARKET_SURVIVAL_H
#define DRY_MARKET_SURVIVAL_H

#include <stdbool.h>
#include <stddef.h>

struct dry_lifetime {
	double duration;                /* >= 0 */
	bool observed;                  /* it ended then; false: it was still there (censored) */
};

struct dry_survival_step {
	double at;
	double survival;                /* S(at) */
	double low, high;               /* pointwise bounds by the log-log Greenwood formula */
};

/*
 * The product-limit estimate at 0 and at every distinct duration, ascending.
 * Sorts the lifetimes; step has room for count + 1. level: 0.95. Returns how
 * many steps; 0 when there are no lifetimes.
 */
size_t dry_kaplan_meier(struct dry_lifetime *lifetime, size_t count, double level,
			struct dry_survival_step *step);
/* The first instant with S <= 1 - q; INFINITY when there is none. */
double dry_survival_quantile(const struct dry_survival_step *step, size_t count, double q);
/* Endings over time at risk; NaN without any time. */
double dry_exponential_rate(const struct dry_lifetime *lifetime, size_t count);

#endif
