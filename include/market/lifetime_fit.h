/*
 * Hazards fitted to observed lifetimes by maximum likelihood, machines that
 * still lived at the end taken as censored (methods.md 2.2): exponential,
 * Weibull and lognormal, compared by Akaike's criterion.
 */
#ifndef DRY_MARKET_LIFETIME_FIT_H
#define DRY_MARKET_LIFETIME_FIT_H

#include <stdbool.h>
#include <stddef.h>

#include "market/hazard.h"
#include "market/survival.h"

struct dry_lifetime_fit {
	size_t count, ended;
	double at_risk_hours;
	double median_hours, median_low, median_high;   /* Kaplan-Meier and where its 95 % bounds cross; INFINITY */
	struct dry_hazard exponential, weibull, lognormal;      /* kind NONE: could not be fitted */
	double aic_exponential, aic_weibull, aic_lognormal;     /* NaN likewise */
	const struct dry_hazard *best;  /* of the least AIC; points into this struct */
};

/* Durations in hours; sorts them. False when nothing ended or there is no time at risk. */
bool dry_lifetime_fit(struct dry_lifetime_fit *fit, struct dry_lifetime *lifetime, size_t count);

#endif
