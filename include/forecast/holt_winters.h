/*
 * Holt-Winters with an additive season, damped when phi < 1 (methods.md 6.2):
 * with e = y - (l + phi b + s), the level becomes l + phi b + alpha e, the trend
 * beta (l' - l) + (1 - beta) phi b, the slot's season s + gamma e.
 */
#ifndef DRY_FORECAST_HOLT_WINTERS_H
#define DRY_FORECAST_HOLT_WINTERS_H

#include <stdbool.h>
#include <stddef.h>

struct dry_holt_winters {
	size_t season;                  /* m >= 2 */
	double alpha, beta, gamma, phi;
	double level, trend;            /* after the last value */
	double *seasonal;               /* m slots: slot of value t is t mod m */
	size_t count;                   /* values seen */
	double sse;                     /* of the one-step errors */
};

/* The fewest values that a start needs: max(2 m, 10 + 2 floor(m / 2)). */
size_t dry_holt_winters_least(size_t season);

/* Room for a season; zeroed parameters, phi 1. */
void dry_holt_winters_init(struct dry_holt_winters *model, size_t season);
void dry_holt_winters_release(struct dry_holt_winters *model);

/*
 * Initial states from the first cycles: slot means of what a centred moving
 * average leaves, and a line through the average's first ten values. False when
 * there are fewer than dry_holt_winters_least() values.
 */
bool dry_holt_winters_start(struct dry_holt_winters *model, const double *y, size_t count);

/* From the states, over the values: sse and the states after them. fitted: count values, or NULL. */
void dry_holt_winters_smooth(struct dry_holt_winters *model, const double *y, size_t count, double *fitted);

/*
 * Start, then the parameters of the least sum of squares: Nelder-Mead on logits,
 * roughly from 12 starts, to the end from the best. Then smooths. False as dry_holt_winters_start().
 */
bool dry_holt_winters_fit(struct dry_holt_winters *model, const double *y, size_t count, bool damped);

/* Means of the next values. */
void dry_holt_winters_forecast(const struct dry_holt_winters *model, size_t horizon, double *mean);
/* Variances of the same errors, with sigma^2 = sse / count. */
void dry_holt_winters_variance(const struct dry_holt_winters *model, size_t horizon, double *variance);

#endif
