/*
 * A recorded decision log (Kubernetes events, an autoscaler's log) in the shape
 * of a simulated one, so that the same questions can be asked of it. What the
 * record does not say is made up as little as possible: every pod weighs the
 * same, its owner is read off its name, and a pod is taken to have triggered
 * the scale-up between its creation and its start on a node of that group.
 */
#ifndef DRY_REPORT_RECORDED_LOG_H
#define DRY_REPORT_RECORDED_LOG_H

#include "io/calibration.h"
#include "report/investigate.h"

struct dry_recorded_log {
	struct dry_input input;         /* pods that the record names, groups by name */
	struct dry_config config;
	struct dry_log log;
	struct dry_triggers triggers;
};

/* The calibration may go afterwards. */
void dry_recorded_log_make(struct dry_recorded_log *recorded, const struct dry_calibration *calibration);
void dry_recorded_log_release(struct dry_recorded_log *recorded);

#endif
