/*
 * How long a spot instance lives until the cloud takes it back (methods.md
 * 2.2): one draw by inverse CDF from one uniform. Times are hours unless a name
 * says otherwise.
 */
#ifndef DRY_MARKET_HAZARD_H
#define DRY_MARKET_HAZARD_H

#include <stdint.h>

#define DRY_HOURS_PER_MONTH 730.0
#define DRY_ADVISOR_BUCKETS 5

enum dry_hazard_kind {
	DRY_HAZARD_NONE,
	DRY_HAZARD_EXPONENTIAL,
	DRY_HAZARD_BATHTUB,
	DRY_HAZARD_LOGNORMAL,
	DRY_HAZARD_WEIBULL
};

/* How an exponential hazard was written: what dry_config_get() gives back. */
enum dry_hazard_form { DRY_HAZARD_PER_HOUR, DRY_HAZARD_MONTHLY, DRY_HAZARD_ADVISOR };

struct dry_hazard {
	enum dry_hazard_kind kind;
	enum dry_hazard_form form;
	double written;                 /* monthlyFrequency or advisor's bucket, as written */
	double per_hour;                /* exponential (from perHour, monthlyFrequency or advisor) */
	double bathtub_a, bathtub_b, bathtub_tau1, bathtub_tau2, bathtub_limit;   /* hours */
	double mean_hours, median_hours;        /* lognormal */
	double weibull_scale_hours, weibull_shape;
	double scale;                   /* multiplies the rate; 1 */
};

/* Rate per hour when a share of instances, in [0, 1), is interrupted within a month. */
double dry_hazard_of_monthly(double frequency);
/* Midpoint of a Spot Advisor bucket 0..4 (below 5 % .. above 20 %), as a share of instances a month. */
double dry_advisor_frequency(int bucket);

/*
 * The bathtub of temporally constrained preemption, G(t) = A (1 - exp(-t/tau1)
 * + exp((t - b)/tau2)), made a true CDF on [0, limit].
 */
struct dry_bathtub {
	double a, b, tau1, tau2;
	double limit;                   /* > 0 */
};

/* Where G reaches 1: b + tau2 ln(1/A - 1); NaN when A is not in (0, 1). */
double dry_bathtub_limit(double a, double b, double tau2);
double dry_bathtub_cdf(const struct dry_bathtub *bathtub, double hours);
double dry_bathtub_density(const struct dry_bathtub *bathtub, double hours);
/* u in (0, 1). Relative precision 1e-12. */
double dry_bathtub_inverse(const struct dry_bathtub *bathtub, double u);
double dry_weibull_inverse(double scale, double shape, double u);

/*
 * The lifetime at uniform u in (0, 1), in hours; INFINITY when the hazard never
 * strikes. A scale s multiplies the hazard rate: the survival becomes S^s.
 */
double dry_hazard_lifetime(const struct dry_hazard *hazard, double u);
/* The same in ms, at least 1; INT64_MAX / 2 = beyond any horizon. */
int64_t dry_hazard_lifetime_ms(const struct dry_hazard *hazard, double u);

/* What is wrong with the numbers of a hazard: a sentence, or NULL. */
const char *dry_hazard_complaint(const struct dry_hazard *hazard);

#endif
