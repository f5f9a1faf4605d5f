/*
 * What a node group is configured to be: part of struct dry_config, so a
 * setting of a sweep may change any of it. State of a group in a run is in
 * world/cluster.h.
 */
#ifndef DRY_WORLD_NODE_GROUP_H
#define DRY_WORLD_NODE_GROUP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/symbol.h"
#include "market/distribution.h"
#include "world/pod_class.h"
#include "world/resources.h"

enum dry_capacity_type { DRY_ON_DEMAND, DRY_SPOT, DRY_RESERVED };

/* Per-group overrides (format.md nodeGroups.options); _ms or ratio < 0 = not given. */
struct dry_group_options {
	int64_t scale_down_unneeded_ms;         /* scaleDownUnneededTime */
	int64_t scale_down_unready_ms;          /* scaleDownUnreadyTime */
	int64_t max_node_provision_ms;          /* maxNodeProvisionTime */
	int64_t max_node_startup_ms;            /* maxNodeStartupTime */
	double scale_down_utilization_threshold;        /* scaleDownUtilizationThreshold */
	double scale_down_gpu_utilization_threshold;    /* scaleDownGpuUtilizationThreshold */
	int8_t ignore_daemonsets_utilization;   /* ignoreDaemonSetsUtilization; -1 = not given */
	bool zero_or_max_node_scaling;          /* zeroOrMaxNodeScaling */
	bool allow_non_atomic_scale_up_to_max;  /* allowNonAtomicScaleUpToMax */
};

struct dry_size_step {                  /* of minSizeSchedule */
	int64_t at_ms;
	int32_t min_size;
};

/* One of several zones of a group: an ASG or MIG over zones. */
struct dry_group_zone {
	dry_symbol zone;
	uint32_t price_series;          /* index into dry_input.price_series, DRY_NONE = none */
};

struct dry_node_group {
	const char *name;
	dry_symbol name_symbol;
	dry_symbol instance_type;
	dry_symbol region;
	dry_symbol zone;                        /* the first, where there are several */
	uint32_t zone_count;                    /* of zones; 0 = only the one above, else 2 or more */
	const struct dry_group_zone *zones;     /* as listed; world/place.h has the questions */
	uint32_t merged_into;                   /* index + 1 of the group that has its nodes now; 0 = itself */
	uint32_t split_from;                    /* index + 1 of the group that its nodes were of; 0 = its own */
	enum dry_capacity_type capacity_type;
	int32_t min_size;
	int32_t max_size;
	int32_t initial_size;
	struct dry_resources capacity;          /* pods is 110 when absent */
	struct dry_resources allocatable;
	uint32_t label_count;
	const struct dry_label *label;          /* the group's own (not the well-known ones), input order */
	uint32_t taint_count;
	const struct dry_taint *taint;
	int64_t price_nusd_per_hour;
	int64_t max_price_nusd_per_hour;        /* spot; -1 = the on-demand price */
	int64_t on_demand_price_nusd_per_hour;  /* of the catalogue, for spot groups; -1 = unknown */
	uint32_t price_series;                  /* index into dry_input.price_series, DRY_NONE = none */
	struct dry_distribution provision_time; /* ms */
	double failure_probability;             /* a node never registers */
	double stockout_probability;            /* an increase is refused as a whole */
	int64_t deletion_ms;
	bool bill_from_ready;                   /* billFrom: ready */
	bool has_priority;
	int32_t priority;
	/* minSizeSchedule, by time, repeats weekly when schedule_period_ms > 0 */
	uint32_t schedule_count;
	const struct dry_size_step *schedule;
	int64_t schedule_period_ms;
	bool min_size_acts_cloud;               /* minSizeActs: cloud */
	struct dry_group_options options;
};

#endif
