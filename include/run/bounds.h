/*
 * Lower bounds of a run's objectives while it goes: the bill only grows, pods
 * that have started keep their wait, pods that wait have waited at least so
 * long, and of those to come nothing is assumed but that they come.
 */
#ifndef DRY_RUN_BOUNDS_H
#define DRY_RUN_BOUNDS_H

#include <stdbool.h>
#include <stdint.h>

#include "run/metrics.h"
#include "run/scenario.h"

/*
 * Can each of these objectives be bounded under such a config? It takes a
 * horizon, and a bill without commitments or refunds.
 */
bool dry_bounds_known(const struct dry_config *config, const enum dry_metric_id *objective,
		      uint32_t objective_count);

#endif
