/*
 * Recorded against simulated: the same day as a cluster had it and as a run
 * replays it, with how far they are apart. Watch the run with the observer,
 * then compare.
 */
#ifndef DRY_REPORT_CALIBRATION_H
#define DRY_REPORT_CALIBRATION_H

#include <stdbool.h>
#include <stdint.h>

#include "io/calibration.h"
#include "report/page.h"
#include "run/scenario.h"

struct dry_watched;                     /* what the observer saw */

struct dry_watched *dry_watched_new(const struct dry_input *input, const struct dry_config *config);
void dry_watched_release(struct dry_watched *watched);
/* The observer to give to the run; lives as long as `watched`. */
const struct dry_observer *dry_watched_observer(struct dry_watched *watched);

struct dry_pair {                       /* NaN = nothing to say */
	double recorded, simulated;
};

/* Sizes asked of the cloud, over the time that both cover. */
struct dry_size_comparison {
	const char *group;              /* NULL = all together */
	struct dry_pair start;          /* sizes at the beginning; of one group */
	struct dry_pair mean, peak;
	double mean_difference;         /* of |recorded - simulated|, over time */
	struct dry_pair scale_ups, nodes_added, scale_downs;
};

struct dry_calibration_report {
	int64_t from_ms, to_ms;         /* of the trace */
	struct dry_size_comparison all;
	uint32_t group_count;
	struct dry_size_comparison *group;
	struct dry_pair failed_scale_ups, evictions;
	uint32_t pods_compared;         /* of the same name in both */
	uint32_t pods_recorded_only, pods_simulated_only;       /* bound in one of them only */
	struct dry_pair wait_p50, wait_p95, wait_max, wait_mean;        /* seconds */
	double wait_mean_difference;    /* of |recorded - simulated|, a pod */
	uint32_t provisions_recorded, provisions_simulated;
	struct dry_pair provision_p50, provision_p95;           /* seconds */
};

/* False with a complaint when the two have no time in common. Groups are the report's until released. */
bool dry_calibration_compare(const struct dry_calibration *calibration, struct dry_watched *watched,
			     struct dry_calibration_report *report, struct dry_error *err);
void dry_calibration_report_release(struct dry_calibration_report *report);

void dry_calibration_table(const struct dry_calibration_report *report, struct dry_page *page);
void dry_calibration_json(const struct dry_calibration_report *report, struct dry_page *page);

#endif
