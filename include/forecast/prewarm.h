/*
 * From a quantile forecast of nodes to a schedule of minimum sizes (methods.md
 * 6.4): the newsvendor's quantile, need, lead, closing, merging.
 */
#ifndef DRY_FORECAST_PREWARM_H
#define DRY_FORECAST_PREWARM_H

#include <stddef.h>
#include <stdint.h>

/* cu / (cu + co): the share of demand to meet when a missing unit costs cu and a spare one co. */
double dry_critical_ratio(double under_cost, double over_cost);
/* The stock: inverted-CDF quantile of demand at the ratio. Sorted demand. */
double dry_newsvendor_stock(const double *sorted, size_t count, double ratio);
/* Mean of cu (d - stock) above the stock and co (stock - d) below it. */
double dry_newsvendor_cost(const double *demand, size_t count, double stock, double under_cost,
			   double over_cost);

struct dry_prewarm_rules {
	int32_t min_size, max_size;
	size_t lead;                    /* buckets that a node needs to come */
	size_t dwell;                   /* valleys shorter than this are filled */
	size_t changes_max;             /* changes of size over the whole schedule */
};

/* need, lead and closed of each bucket, for looking at; any may be NULL. final must be there. */
struct dry_prewarm_steps {
	int32_t *need, *lead, *closed, *final;
};

/*
 * Needs are ceil(q - 1e-9) within [min, max]; each bucket then holds the most
 * of the next `lead`; valleys are closed; and while there are more than
 * changes_max changes, the two neighbours whose raising costs fewest
 * node-buckets become one (ties: the earliest). Returns the segments of final.
 */
size_t dry_prewarm_schedule(const double *quantile, size_t count, const struct dry_prewarm_rules *rules,
			    const struct dry_prewarm_steps *steps);

#endif
