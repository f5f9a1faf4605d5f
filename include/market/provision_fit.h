/*
 * Provision times as they were observed (methods.md 3.1): what the scenario's
 * provisionTime can say about them, and how well a lognormal tells the same.
 */
#ifndef DRY_MARKET_PROVISION_FIT_H
#define DRY_MARKET_PROVISION_FIT_H

#include <stdbool.h>
#include <stddef.h>

struct dry_provision_fit {
	size_t count;
	double least, median, p95, most, mean;          /* of the sample, seconds; quantiles of type 7 */
	bool is_constant;               /* all values are the same second */
	/* lognormal by maximum likelihood: mean and deviation of ln(x); NaN below two values or when constant */
	double mu, sigma;
	double fit_median, fit_p95;     /* of that lognormal */
	double distance;                /* Kolmogorov's, between sample and lognormal; NaN likewise */
	bool fits;                      /* distance below the 5 % bound of an estimated lognormal (Lilliefors) */
};

/* Values in seconds, > 0; sorts them. False when there are none, or one is not above 0. */
bool dry_provision_fit(struct dry_provision_fit *fit, double *seconds, size_t count);

#endif
