/*
 * The whole input of a run. struct dry_input is what files say and no setting
 * changes: read-only once loaded, shared by every worker of a sweep. struct
 * dry_config is what a setting may change: copied by value (its pointers go
 * into the input's arena or the setting's own).
 */
#ifndef DRY_RUN_SCENARIO_H
#define DRY_RUN_SCENARIO_H

#include <stdbool.h>
#include <stdint.h>

#include "autoscaler/options.h"
#include "base/arena.h"
#include "base/symbol.h"
#include "market/hazard.h"
#include "world/node_group.h"
#include "world/pod_class.h"
#include "world/resources.h"
#include "world/workload.h"

/* A spot price over time, from a prices file or price lines with instanceType and zone. */
struct dry_price_series {
	dry_symbol instance_type;
	dry_symbol zone;
	dry_symbol product;             /* 0 = not given */
	uint32_t count;
	const int64_t *at_ms;           /* ascending */
	const int64_t *nusd_per_hour;
};

struct dry_expander_priority {
	int32_t priority;
	uint32_t pattern_count;
	const char *const *pattern;     /* regular expressions, found anywhere in the name */
};

struct dry_stockout_process {           /* spot.stockouts, methods.md 2.3 */
	bool enabled;
	double unavailable, correlation;
	double up_mean_hours, up_median_hours, down_mean_hours, down_median_hours;
	enum dry_stockout_mode mode;
};

/* Capacity of a group over time (spot.availability); INT32_MAX = unlimited. */
struct dry_availability {
	uint32_t group_index;           /* DRY_NONE = every spot group */
	dry_symbol zone;                /* only there; 0 = wherever the group is */
	int64_t gap_ms;
	uint32_t count;
	const int32_t *capacity;
	double scale;
	bool at_least;
};

enum dry_reclaim_order { DRY_RECLAIM_NEWEST, DRY_RECLAIM_OLDEST, DRY_RECLAIM_RANDOM };

struct dry_spot_config {
	struct dry_hazard hazard;
	int64_t notice_ms;
	int64_t max_price_nusd_per_hour;        /* of groups without their own; -1 = the on-demand price */
	double burst;                   /* methods.md 2.3: .75 */
	double burst_share;             /* .7 */
	bool price_interrupts;          /* a spot price above maxPrice reclaims */
	bool interruption_handler;      /* evict at the notice; true */
	bool capacity_rebalance;
	enum dry_reclaim_order reclaim_order;
	struct dry_stockout_process stockouts;
	uint32_t availability_count;
	const struct dry_availability *availability;
};

struct dry_reserved {
	dry_symbol instance_type;
	int64_t count;
	int64_t rate_nusd_per_hour;
};

struct dry_savings_rate {
	dry_symbol instance_type;
	int64_t nusd_per_hour;
};

struct dry_savings_plan {
	int64_t commitment_nusd_per_hour;
	bool is_compute;                /* else an EC2-instance plan: applied first */
	uint32_t rate_count;
	const struct dry_savings_rate *rate;
};

struct dry_billing_config {
	int64_t unit_ms;                /* billingUnit; 1000 */
	int64_t minimum_ms;             /* 60000 */
	bool spot_hour_start;           /* spotBilling: hourStart */
	int64_t free_if_reclaimed_within_ms;    /* 0 = never */
	/* What a core, a GiB and a GPU are worth an hour, in dollars: splits a node's cost (methods.md 1.3). */
	double core_usd_per_hour, gib_usd_per_hour, gpu_usd_per_hour;
	uint32_t reserved_count;
	const struct dry_reserved *reserved;
	uint32_t savings_plan_count;
	const struct dry_savings_plan *savings_plan;
};

struct dry_slo_config {
	int64_t service_wait_ms;        /* 120 s */
	int64_t interactive_wait_ms;    /* 60 s */
	int64_t batch_wait_ms;          /* 900 s */
	double availability_tolerance;  /* share of a service's replicas that may be missing; 0 */
};

/* Placeholder ("overprovisioning") pods: headroom of this many whole nodes of a group. */
struct dry_placeholder_config {
	uint32_t node_count;            /* placeholders.nodes; 0 = none */
	uint32_t group_index;           /* placeholders.nodeGroup; DRY_NONE = the first */
	int32_t priority;               /* -5 */
};

/* Schedules of minimum sizes from a forecast (run/prewarm.h), made before a run. */
struct dry_prewarm_config {
	double quantile;                /* of demand to hold nodes for; 0 = no such schedules */
	uint32_t held_days;             /* prewarm.heldOut: the last days of the trace, which have them; 5 */
	uint32_t changes_max;           /* prewarm.changes: a day; 12 */
	int64_t bucket_ms;              /* 15 min */
	int64_t dwell_ms;               /* -1 = unneeded time + delay after add */
};

/* zoneStrategy: what becomes of groups over zones before a run (run/zone_strategy.h). */
enum dry_zone_strategy { DRY_ZONES_AS_THEY_ARE, DRY_ZONES_PER_ZONE, DRY_ZONES_MULTI_ZONE };

struct dry_config {
	uint64_t seed;
	int64_t horizon_ms;             /* DRY_NEVER = when the trace has ended and every finite pod is done */
	int64_t warmup_ms;              /* waits of pods that arrive earlier do not count */
	struct dry_options options;
	uint32_t group_count;
	struct dry_node_group *group;
	enum dry_zone_strategy zone_strategy;
	bool preemption;                /* scheduler.preemption */
	int64_t loop_duration_ms;       /* time a RunOnce takes; matters with frequent-loops-enabled */
	uint32_t expander_priority_count;
	const struct dry_expander_priority *expander_priority;
	struct dry_spot_config spot;
	struct dry_billing_config billing;
	struct dry_slo_config slo;
	struct dry_placeholder_config placeholder;
	struct dry_prewarm_config prewarm;
};

struct dry_sweep_parameter {
	const char *path;               /* a flag's own name, or a path into the scenario */
	uint32_t value_count;
	const char *const *value;       /* as text */
};

/* The rest of the scenario's sweep section: how it is searched. */
struct dry_sweep_section {
	const char *method;             /* as sweep --method has it; NULL = the grid */
	bool race;
	double alpha;                   /* .05 */
	double precision;               /* of the mean, relative; 0 = a fixed number of replications */
	uint32_t replications_max;      /* nMax; 0 = not given */
	uint32_t limit_count;
	const char *const *limit;       /* rules such as "p95_wait <= 120s" */
};

struct dry_input {
	struct dry_arena arena;         /* owns everything below */
	struct dry_symbols symbols;
	const char *name;
	const char *description;
	const char *scenario_file;
	char scenario_sha256[65];
	/* Of the trace as stored; with several files (traces, then prices) of their digests' text, in order. */
	char trace_sha256[65];
	const char *release;            /* autoscaler.release and .provider: names of presets, or NULL */
	const char *provider;
	const char *epoch;              /* RFC 3339 of t = 0, or NULL */
	uint32_t resource_count;
	const char *resource_name[DRY_RESOURCE_MAX];

	struct dry_pod_table pod;
	uint32_t initial_pod_count;
	const struct dry_initial_pod *initial_pod;
	uint32_t class_count;
	const struct dry_pod_class *pod_class;
	uint32_t spec_count;            /* number of different spec_index */
	uint32_t owner_count;
	const struct dry_owner *owner;
	uint32_t trace_event_count;
	const struct dry_trace_event *trace_event;
	/*
	 * Pods that a podDelete names: pod_name_index[pod] is the index of its
	 * namespace/name, DRY_NONE for all others; NULL when there is no podDelete.
	 */
	uint32_t name_count;
	const uint32_t *pod_name_index;

	uint32_t price_series_count;
	const struct dry_price_series *price_series;
	uint32_t budget_count;
	const struct dry_disruption_budget *budget;
	uint32_t daemon_set_count;
	const struct dry_daemon_set *daemon_set;

	struct dry_config config;       /* as the scenario file has it */

	uint32_t parameter_count;       /* sweep.parameters */
	const struct dry_sweep_parameter *parameter;
	uint32_t replications;          /* sweep.replications; 1 */
	struct dry_sweep_section sweep;
	uint32_t objective_count;       /* objectives; default cost_day, p95_wait */
	const char *const *objective;
};

/*
 * Changes one parameter of a config: a flag's own name ("expander") or a path
 * ("nodeGroups.spot-a.maxSize", "spot.hazard.perHour", "placeholders.nodes").
 * The config must own its group array (dry_config_copy). Texts go into the
 * arena. Returns false with a complaint (usage) that names the nearest path.
 * The input is needed for symbols (read-only: a new symbol is an error).
 */
struct dry_error;
bool dry_config_set(struct dry_config *config, const struct dry_input *input, const char *path,
		    const char *value, struct dry_arena *arena, struct dry_error *err);

/* The flag that a path sets; NULL when it is another field, or none. */
const struct dry_option *dry_config_option(const char *path);

/* The present value of a parameter as text in the arena, or NULL when there is no such path. */
const char *dry_config_get(const struct dry_config *config, const struct dry_input *input,
			   const char *path, struct dry_arena *arena);

/* A copy whose group array is the arena's. */
void dry_config_copy(struct dry_config *to, const struct dry_config *from, struct dry_arena *arena);

/*
 * After the dry_config_set calls of a setting, in any order: the rules across
 * fields, then groups become what zoneStrategy says and get the schedules of
 * prewarm.quantile. What a config needs to be run; again is no change. Memory is
 * the arena's. False with complaints.
 */
bool dry_config_finish(struct dry_config *config, const struct dry_input *input, struct dry_arena *arena,
		       struct dry_error *err);

/* Rules across fields (minSize <= maxSize, ...). False with complaints. */
bool dry_config_check(const struct dry_config *config, const struct dry_input *input,
		      struct dry_error *err);

#endif
