/*
 * What a finished run leaves for the metrics: one row a node that the cloud
 * accepted, columns for pods, counters. The engine fills it while it goes;
 * run/metrics.c turns it into a struct dry_result. Memory is the worker's.
 */
#ifndef DRY_RUN_RECORD_H
#define DRY_RUN_RECORD_H

#include <stdbool.h>
#include <stdint.h>

#include "run/result.h"
#include "run/scenario.h"

enum dry_node_end {
	DRY_NODE_STAYS,                 /* still there at the end of the run */
	DRY_NODE_SCALED_DOWN,
	DRY_NODE_INTERRUPTED,           /* reclaimed by the cloud */
	DRY_NODE_NEVER_CAME             /* removed before it registered */
};

struct dry_node_record {
	uint32_t group_index;
	uint32_t place;                 /* of world/place.h */
	uint32_t ordinal;
	int64_t requested_at_ms;        /* initial nodes: 0 for billing, though they are older */
	int64_t launched_at_ms;         /* -1: accepted, but never launched: not billed */
	int64_t ready_at_ms;            /* -1: never */
	int64_t gone_at_ms;             /* -1: stays */
	int64_t scale_down_at_ms;       /* instant of the scaleDown decision; -1 */
	bool is_initial;
	enum dry_node_end end;
	/* integral of requested cores (not milli) over Ready, in ms; DaemonSets included */
	double requested_core_ms;
	double requested_byte_ms;
	double requested_gpu_ms;
	double placeholder_core_ms;     /* of the above, by placeholder pods */
	double daemon_core_ms;          /* of the above, by DaemonSet pods */
	double used_nusd;               /* price in force times requested share of value, over Ready (methods.md 1.3) */
};

/* A change of a place's price in force, as the run saw it. */
struct dry_price_change {
	int64_t at_ms;
	uint32_t place;
	int64_t nusd_per_hour;
};

struct dry_record {
	const struct dry_input *input;
	const struct dry_config *config;
	int64_t end_at_ms;              /* the horizon H */
	uint32_t node_count;
	struct dry_node_record *node;   /* in order of request */
	uint32_t price_change_count;
	struct dry_price_change *price_change;  /* by time; each place's first row is its price at 0 */

	/* one entry a row of input->pod */
	int64_t *first_start_at_ms;     /* -1: never */
	int64_t *total_wait_ms;         /* waits of all incarnations that started or ended, open waits not included */
	int64_t *pending_since_ms;      /* of the present pending incarnation at the end; -1: not pending */
	uint8_t *abandoned;             /* deleted while its first incarnation was pending */
	uint32_t *first_group_index;    /* group of the node of the first start; DRY_NONE */

	uint32_t evictions_scale_down, evictions_interruption, evictions_preemption;
	double lost_core_ms;            /* work of evicted batch pods that has to be done again */
	uint32_t interruptions;
	uint32_t *group_scale_ups, *group_scale_ups_failed, *group_scale_downs;         /* one a group */
	int64_t *group_time_at_max_ms;  /* target = max while pods were pending that it could take */
	int32_t *group_peak_nodes, *group_min_nodes, *group_final_target;
	int32_t peak_nodes;             /* ready, all groups together */
	uint32_t worst_pending;
	int64_t worst_at_ms;
	double wait_provisioning_ms, wait_at_max_ms, wait_backoff_ms, wait_loop_ms, wait_never_fits_ms, wait_other_ms;
	/* availability of services: integrals over [0, H] of the worst owner and of all */
	double service_running_ms, service_desired_ms;
	double worst_owner_availability;        /* NaN = no service owner */
	uint32_t worst_owner_index;             /* DRY_NONE likewise */
	double worst_owner_under_ms;            /* time below its tolerated replicas */
	bool stochastic;
	uint64_t digest, event_count, loop_count, loops_skipped;
};

/*
 * Scratch is reused between calls; memory of *result is reused when it fits.
 * Every metric of dry_metric_table is set (NaN where undefined).
 */
struct dry_metrics_scratch;
struct dry_metrics_scratch *dry_metrics_scratch_new(void);
void dry_metrics_scratch_release(struct dry_metrics_scratch *scratch);
void dry_metrics_compute(struct dry_metrics_scratch *scratch, const struct dry_record *record,
			 struct dry_result *result);

#endif
