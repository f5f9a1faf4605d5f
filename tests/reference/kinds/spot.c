/* Lifetimes of spot instances, survival, stock-outs. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "kind.h"
#include "market/distribution.h"
#include "market/hazard.h"
#include "market/stockout.h"
#include "market/survival.h"

static void check_lifetimes(struct reference *ref, const cJSON *test, const struct dry_hazard *hazard,
			    const char *key)
{
	size_t asked, i;
	double *u = ref_list(ref_at(test, "u"), &asked), *got = dry_xcalloc(asked + 1, sizeof(*got));

	for (i = 0; i < asked; i++)
		got[i] = dry_hazard_lifetime(hazard, u[i]);
	ref_numbers(ref, key, got, asked, ref_at(test, key));
	free(got);
	free(u);
}

static void check_hazard(struct reference *ref, const cJSON *test)
{
	struct dry_hazard hazard = { .kind = DRY_HAZARD_EXPONENTIAL, .scale = 1 };
	const char *kind = ref_get_text(test, "kind");

	if (!strcmp(kind, "advisor_bucket")) {
		double midpoint = dry_advisor_frequency((int)ref_get(test, "index"));

		ref_number(ref, "midpoint", midpoint, ref_at(test, "midpoint"));
		ref_number(ref, "per_hour", dry_hazard_of_monthly(midpoint), ref_at(test, "per_hour"));
	} else if (!strcmp(kind, "monthly_frequency")) {
		hazard.per_hour = dry_hazard_of_monthly(ref_get(test, "frequency"));
		ref_number(ref, "per_hour", hazard.per_hour, ref_at(test, "per_hour"));
		ref_number(ref, "mean_hours", 1 / hazard.per_hour, ref_at(test, "mean_hours"));
		ref_number(ref, "p_survive_24h", exp(-24 * hazard.per_hour), ref_at(test, "p_survive_24h"));
		check_lifetimes(ref, test, &hazard, "lifetime_hours_at_u");
	} else if (!strcmp(kind, "weibull")) {
		hazard.kind = DRY_HAZARD_WEIBULL;
		hazard.weibull_scale_hours = ref_get(test, "scale");
		hazard.weibull_shape = ref_get(test, "shape");
		check_lifetimes(ref, test, &hazard, "lifetime_hours_at_u");
	} else {
		ref_that(ref, false, "kind %s is not known", kind);
	}
}

static void check_bathtub(struct reference *ref, const cJSON *test)
{
	struct dry_bathtub bathtub = { ref_get(test, "A"), ref_get(test, "b"), ref_get(test, "tau1"),
				       ref_get(test, "tau2"), ref_get(test, "limit_hours") };
	size_t count, asked, i;
	double *t = ref_list(ref_at(test, "t"), &count), *u = ref_list(ref_at(test, "u"), &asked);
	double *cdf = dry_xcalloc(count + 1, sizeof(*cdf)), *pdf = dry_xcalloc(count + 1, sizeof(*pdf));
	double *hazard = dry_xcalloc(count + 1, sizeof(*hazard)), *inverse = dry_xcalloc(asked + 1, sizeof(*inverse));

	if (isnan(bathtub.limit))
		bathtub.limit = dry_bathtub_limit(bathtub.a, bathtub.b, bathtub.tau2);
	for (i = 0; i < count; i++) {
		cdf[i] = dry_bathtub_cdf(&bathtub, t[i]);
		pdf[i] = dry_bathtub_density(&bathtub, t[i]);
		hazard[i] = pdf[i] / (1 - cdf[i]);
	}
	for (i = 0; i < asked; i++)
		inverse[i] = dry_bathtub_inverse(&bathtub, u[i]);
	ref_numbers(ref, "cdf", cdf, count, ref_at(test, "cdf"));
	ref_numbers(ref, "pdf", pdf, count, ref_at(test, "pdf"));
	ref_numbers(ref, "hazard", hazard, count, ref_at(test, "hazard"));
	ref_numbers(ref, "inverse", inverse, asked, ref_at(test, "inverse"));
	free(inverse);
	free(hazard);
	free(pdf);
	free(cdf);
	free(u);
	free(t);
}

static void check_stockout(struct reference *ref, const cJSON *test)
{
	double region, zone, both, p;

	if (ref_at(test, "mean")) {
		double mu = NAN, sigma = NAN;

		ref_that(ref, dry_lognormal_from_mean(ref_get(test, "mean"), ref_get(test, "median"), &mu, &sigma),
			 "refused");
		ref_number(ref, "mu", mu, ref_at(test, "mu"));
		ref_number(ref, "sigma", sigma, ref_at(test, "sigma"));
		ref_number(ref, "p95", dry_lognormal_inverse(mu, sigma, 0.95), ref_at(test, "p95"));
		return;
	}
	dry_stockout_split(ref_get(test, "zone_unavailable"), ref_get(test, "correlation"), &region, &zone);
	p = region + (1 - region) * zone;
	both = dry_stockout_both_down(region, zone);
	ref_number(ref, "region_part", region, ref_at(test, "region_part"));
	ref_number(ref, "zone_part", zone, ref_at(test, "zone_part"));
	ref_number(ref, "check_unavailable", p, ref_at(test, "check_unavailable"));
	ref_number(ref, "check_both_down", both, ref_at(test, "check_both_down"));
	ref_number(ref, "check_correlation", (both - p * p) / (p * (1 - p)), ref_at(test, "check_correlation"));
}

static void check_steps(struct reference *ref, const cJSON *test, const struct dry_survival_step *step, size_t count)
{
	static const char *const key[] = { "times", "survival", "greenwood_loglog_lower95",
					   "greenwood_loglog_upper95" };
	double *got = dry_xcalloc(count + 1, sizeof(*got));
	size_t k, i;

	for (k = 0; k < 4; k++) {
		if (k > 1 && !ref_at(test, key[k]))
			continue;
		for (i = 0; i < count; i++)
			got[i] = k == 0 ? step[i].at : k == 1 ? step[i].survival : k == 2 ? step[i].low : step[i].high;
		ref_numbers(ref, key[k], got, count, ref_at(test, key[k]));
	}
	free(got);
}

static void check_kaplan_meier(struct reference *ref, const cJSON *test)
{
	size_t count, unused, i, steps;
	double *duration = ref_list(ref_at(test, "durations"), &count);
	double *observed = ref_list(ref_at(test, "observed"), &unused);
	struct dry_lifetime *lifetime = dry_xcalloc(count + 1, sizeof(*lifetime));
	struct dry_survival_step *step = dry_xcalloc(count + 1, sizeof(*step));

	for (i = 0; i < count; i++)
		lifetime[i] = (struct dry_lifetime){ duration[i], observed[i] > 0 };
	ref_number(ref, "exp_rate_mle", dry_exponential_rate(lifetime, count), ref_at(test, "exp_rate_mle"));
	steps = dry_kaplan_meier(lifetime, count, 0.95, step);
	check_steps(ref, test, step, steps);
	ref_number(ref, "median", dry_survival_quantile(step, steps, 0.5), ref_at(test, "median"));
	free(step);
	free(lifetime);
	free(observed);
	free(duration);
}

const struct reference_kind spot_kinds[] = {
	{ "hazard", check_hazard },
	{ "bathtub", check_bathtub },
	{ "stockout", check_stockout },
	{ "kaplan_meier", check_kaplan_meier },
	{ NULL, NULL },
};
