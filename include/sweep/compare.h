/*
 * Two settings, metric by metric. Replications share their random streams, so
 * differences are taken replication by replication and the interval is that of
 * their mean (Student t; below ten replications and for skewed differences the
 * percentile bootstrap beside it). methods.md 3.3.
 */
#ifndef DRY_SWEEP_COMPARE_H
#define DRY_SWEEP_COMPARE_H

#include <stdbool.h>
#include <stdint.h>

#include "run/metrics.h"
#include "run/result.h"
#include "sweep/sweep_result.h"

enum dry_verdict {
	DRY_VERDICT_SAME,               /* equal, or undefined in both */
	DRY_VERDICT_BETTER,             /* b is better than a */
	DRY_VERDICT_WORSE,
	DRY_VERDICT_DIFFERENT,          /* a metric without a direction */
	DRY_VERDICT_UNCLEAR,            /* the interval of the difference holds 0 */
	DRY_VERDICT_UNDEFINED           /* defined in one of the two only */
};

struct dry_paired {
	uint32_t count;                 /* pairs; < 2 = no interval */
	double mean;                    /* of b - a */
	struct dry_interval t;          /* Student t */
	struct dry_interval bootstrap;  /* NaN unless count < 10 or the differences are skewed */
	bool signs_disagree;            /* one interval excludes 0, the other does not */
	/* var(b-a) / (var a + var b); above 1 pairing hurts; NaN = no variance */
	double crn_ratio;
};

struct dry_compare_row {
	enum dry_metric_id metric;
	double a, b;                    /* means; NaN = undefined */
	double change;                  /* b - a */
	double ratio;                   /* change / |a|; NaN when a is 0 and b is not */
	bool a_lower_bound, b_lower_bound;
	enum dry_verdict verdict;
	struct dry_paired paired;       /* count < 2 without replications */
};

/*
 * The interval of the mean of b[i] - a[i] at level 1 - alpha; seed keys the
 * bootstrap. A side with count 1 is constant: it pairs with every value of the other.
 */
void dry_compare_samples(const double *a, uint32_t a_count, const double *b, uint32_t b_count,
			 double alpha, uint64_t seed, struct dry_paired *paired);

/*
 * All metrics of two points; row has DRY_METRIC_COUNT entries, in table order.
 * comparisons >= 1 divides alpha (Bonferroni: k settings against one baseline).
 */
void dry_compare_points(const struct dry_sweep_point *a, const struct dry_sweep_point *b,
			double alpha, uint32_t comparisons, uint64_t seed,
			struct dry_compare_row *row);

/* The same for single runs. */
void dry_compare_results(const struct dry_result *a, const struct dry_result *b,
			 struct dry_compare_row *row);

/* Mean of n values and its Student t interval: NaN when one value is; interval NaN when n < 2. */
double dry_mean_interval(const double *value, uint32_t count, uint32_t stride, double alpha,
			 struct dry_interval *interval);

#endif
