/*
 * What a sweep gives: its manifest (what was asked of what), the baseline, and
 * one point a setting with its metrics, front, knee and ranks. A result is one
 * arena: everything it points to is its own and goes with
 * dry_sweep_result_release(). Points are sorted by index: grid points first,
 * extra points ("what if") behind them. Nothing in it depends on the number of
 * workers, on the machine or on time.
 */
#ifndef DRY_SWEEP_SWEEP_RESULT_H
#define DRY_SWEEP_SWEEP_RESULT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "run/metrics.h"
#include "run/rule.h"
#include "run/scenario.h"

struct dry_error;

/*
 * A run is looked at when 1/8, 2/8, ... 7/8 of its horizon are over; is it then
 * beaten whatever comes, it is given up. Later it would spare too little.
 */
#define DRY_SWEEP_CHECKPOINTS 7

enum dry_point_state {
	DRY_POINT_PENDING,
	DRY_POINT_RUNNING,
	DRY_POINT_DONE,
	/* not a valid setting, or it strands pods that another does not: see reason */
	DRY_POINT_FAILED,
	DRY_POINT_PRUNED,               /* given up: a finished point dominates it whatever comes */
	DRY_POINT_STATE_COUNT
};

/* "pending", "running", "done", "failed", "pruned". */
const char *dry_point_state_name(enum dry_point_state state);

/* A parameter and its text, as dry_config_set() takes it. */
struct dry_setting {
	const char *path;
	const char *value;
};

struct dry_interval {                   /* NaN, NaN = undefined */
	double low, high;
};

struct dry_sweep_point {
	/* grid index, last parameter fastest; extra points: grid_count, grid_count + 1, ... */
	uint64_t index;
	bool is_extra;                  /* asked for singly, not of the grid */
	enum dry_point_state state;
	const char *reason;             /* failed, pruned: one line; else NULL */
	/* one a parameter; NULL for extra points and a baseline that is not in the grid */
	uint32_t *value_index;
	/* what was set, over the scenario: all parameters; extra points: what was asked */
	uint32_t setting_count;
	struct dry_setting *setting;
	bool has_metrics;               /* the values below are there; also of failed runs */
	double metric[DRY_METRIC_COUNT];        /* means over the replications; NaN = undefined */
	bool lower_bound[DRY_METRIC_COUNT];     /* a censored wait is in it: print >= */
	uint32_t replications;          /* runs made: 1 when nothing in the run was random */
	struct dry_interval *interval;  /* DRY_METRIC_COUNT, 95 % of the mean; NULL with one replication */
	/* [replication * DRY_METRIC_COUNT + metric]; NULL with one replication */
	double *sample;
	/*
	 * Shards keep what pruning knew, for their merge: lower bounds of the
	 * objectives as they are compared, [checkpoint * objectives + objective]; else NULL
	 */
	double *bound;
	uint64_t digest;                /* of the decisions, over all replications */
	uint64_t event_count;           /* engine events handled, all replications */
	uint32_t rank;                  /* 1 = front, 2 = front of the rest, ...; 0 = not ranked */
};

/* One shard of a sweep: grid indices with index % count == shard. count 0 or 1 = all of it. */
struct dry_shard {
	uint32_t index;
	uint32_t count;
};

struct dry_sweep_counts {
	uint32_t total;                 /* grid points of this (shard of the) sweep, and extra points */
	uint32_t finished;              /* done, failed or pruned */
	uint32_t done, failed, pruned, pending, extra;
};

struct dry_sweep_result {
	struct dry_arena arena;
	/* manifest */
	const char *scenario;           /* name */
	char scenario_sha256[65];
	char trace_sha256[65];
	const char *version;            /* of the engine */
	uint64_t seed;
	uint32_t replications;          /* asked for */
	double precision;               /* > 0: replications until intervals are this narrow */
	const char *method;             /* "grid", "random", "sobol", ... */
	bool approximate;               /* the method looks at a part of the grid only */
	bool exhaustive;                /* no point was given up early */
	uint64_t grid_count;            /* product of the value counts */
	uint64_t selection_digest;      /* over the chosen indices; 0 = the whole grid */
	struct dry_shard shard;
	uint32_t setting_count;         /* changes that all points and the baseline share (-p) */
	const struct dry_setting *setting;
	uint32_t parameter_count;
	const struct dry_sweep_parameter *parameter;
	const char *const *base_value;  /* one a parameter: the baseline's value as text; NULL = unknown */
	/* base_match[p][v]: value v means the same as the baseline's, however it is written */
	const bool *const *base_match;
	uint32_t objective_count;
	const enum dry_metric_id *objective;
	uint32_t limit_count;           /* rules over metrics that every setting has to keep (sweep.limits) */
	const struct dry_rule *limit;

	/* points */
	/* the scenario's own setting; index = its grid index, UINT64_MAX when not in the grid */
	struct dry_sweep_point baseline;
	uint32_t point_count;
	struct dry_sweep_point *point;          /* by index */
	uint32_t point_room;                    /* that many fit before point[] moves */

	/* dry_sweep_result_rank() */
	uint32_t front_count;
	uint32_t *front;                /* positions in point[], best first objective first */
	uint32_t knee;                  /* position in point[]; DRY_NONE = no knee */
	uint32_t rank_count;
	/* pods that no setting could schedule; more than that fails a point */
	double never_scheduled_floor;
	struct dry_sweep_counts counts;
};

/* An empty result: no points, no parameters. */
void dry_sweep_result_init(struct dry_sweep_result *result);
void dry_sweep_result_release(struct dry_sweep_result *result);
/* Deep copies into uninitialised memory; the manifest alone comes without points. */
void dry_sweep_result_copy(struct dry_sweep_result *to, const struct dry_sweep_result *from);
void dry_sweep_result_copy_manifest(struct dry_sweep_result *to, const struct dry_sweep_result *from);

/*
 * Sorts points by index and computes states of finished points, front, knee,
 * ranks (when `all_ranks`, else rank 1 and 0 only) and counts. A point that
 * leaves more pods unscheduled than the best point fails, and so does one that
 * breaks a limit. Call after points were added or changed.
 */
void dry_sweep_result_rank(struct dry_sweep_result *result, bool all_ranks);

/* An objective as dominance compares it: smaller is better, INFINITY = undefined. */
double dry_sweep_objective(const struct dry_sweep_result *result, const struct dry_sweep_point *point,
			   uint32_t objective);

/* Reads the rules (texts) as the result's limits; false with a complaint. */
bool dry_sweep_result_set_limits(struct dry_sweep_result *result, const char *const *text, uint32_t count,
				 struct dry_error *err);

/* The point with that index, or NULL. The baseline's index finds its grid point. */
const struct dry_sweep_point *dry_sweep_result_find(const struct dry_sweep_result *result,
						    uint64_t index);
/* Position in point[]. */
uint32_t dry_sweep_point_position(const struct dry_sweep_result *result,
				  const struct dry_sweep_point *point);
static inline bool dry_sweep_point_on_front(const struct dry_sweep_point *point)
{
	return point->rank == 1;
}

/* The text of parameter `parameter` in a point, or NULL when the point does not set it. */
const char *dry_sweep_point_value(const struct dry_sweep_result *result,
				  const struct dry_sweep_point *point, uint32_t parameter);

/* One difference between a point and the baseline. */
struct dry_sweep_change {
	const char *path;
	const char *from;               /* the baseline's; NULL = unknown */
	const char *to;
};

/*
 * The settings of a point that differ from the baseline, in order of the
 * parameters. Returns how many there are; fills up to `size` of them.
 * Texts are the result's.
 */
uint32_t dry_sweep_point_changes(const struct dry_sweep_result *result,
				 const struct dry_sweep_point *point,
				 struct dry_sweep_change *change, uint32_t size);

/* (value - base) / |base|: -0.36 = 36 % less. NaN when undefined; 0 when both are 0. */
double dry_sweep_vs_base(const struct dry_sweep_result *result, const struct dry_sweep_point *point,
			 enum dry_metric_id metric);

/*
 * The setting of a point as a config to run (explain, timeline, patches): the
 * scenario's, what all points share, then the point's own. Memory is the
 * arena's. False with complaints when the scenario does not know a path.
 */
bool dry_sweep_point_config(const struct dry_sweep_result *result,
			    const struct dry_sweep_point *point, const struct dry_input *input,
			    struct dry_config *config, struct dry_arena *arena,
			    struct dry_error *err);

/*
 * Do the two come from the same question: same scenario, traces, engine
 * version, seed, replications, parameters, objectives and method? Returns NULL,
 * or what differs as one line ("seed: 1 and 2") in the arena. Shards are not compared.
 */
const char *dry_sweep_manifest_differs(const struct dry_sweep_result *a,
				       const struct dry_sweep_result *b, struct dry_arena *arena);

/*
 * Building a result, for readers and merges: parameters must be set first.
 * Adds a point of the grid (value_index and settings follow from the index) or
 * an extra one (settings copied); state pending. Pointers to earlier points
 * may move, and what they leave behind is lost until the release: reserve room
 * for points whose number is known. dry_sweep_point_take() copies reason,
 * metrics, samples and digests.
 */
void dry_sweep_result_reserve(struct dry_sweep_result *result, uint32_t point_count);
struct dry_sweep_point *dry_sweep_result_add_grid(struct dry_sweep_result *result, uint64_t index);
struct dry_sweep_point *dry_sweep_result_add_extra(struct dry_sweep_result *result, uint64_t index,
						   const struct dry_setting *setting,
						   uint32_t setting_count);
void dry_sweep_point_take(struct dry_sweep_result *result, struct dry_sweep_point *to,
			  const struct dry_sweep_point *from);

#endif
