/*
 * A live sweep: many runs of one input by a pool of threads. Any thread may
 * call any function here, except that dry_sweep_release() must be the last.
 * What a sweep finds depends on its settings only: each point is a pure
 * function of its index, pruning is decided in fixed rounds, and points are
 * sorted by index; -j1 and -j8 give the same bytes.
 *
 *     sweep = dry_sweep_new(input, &options, err);
 *     dry_sweep_start(sweep, jobs);
 *     while (dry_sweep_poll(sweep, &status), !dry_sweep_is_idle(&status)) ...
 *     dry_sweep_result(sweep, &result);  ... dry_sweep_result_release(&result);
 *     dry_sweep_release(sweep);
 */
#ifndef DRY_SWEEP_SWEEP_H
#define DRY_SWEEP_SWEEP_H

#include <stdbool.h>
#include <stdint.h>

#include "run/run.h"
#include "run/scenario.h"
#include "sweep/sweep_result.h"

#define DRY_SWEEP_JOBS_MAX 256
#define DRY_SWEEP_POINTS_MAX 4000000u   /* of one process: more want --shard or --sample */

#define DRY_SWEEP_FIRST_REPLICATIONS 10u
#define DRY_SWEEP_MOST_REPLICATIONS 100u
#define DRY_SWEEP_RACE_FIRST 5u         /* replications before the first look of a race */

struct dry_sweep;
struct dry_error;

/* dry_run(), or a stand-in of a test. */
typedef bool dry_run_fn(struct dry_worker *worker, const struct dry_run_request *request,
			struct dry_result *result);

/*
 * All pointers are borrowed for the life of the sweep. Zeroed options are the
 * scenario's own sweep: its parameters, replications, objectives and seed.
 */
struct dry_sweep_options {
	uint32_t parameter_count;
	const struct dry_sweep_parameter *parameter;    /* NULL = the scenario's */
	bool no_grid;                   /* the baseline and extra points only */
	uint64_t index_count;           /* a sample of the grid, ascending, no index twice; */
	const uint64_t *index;          /* NULL = the whole grid */
	const char *method;             /* name of what chose the sample; NULL = "grid" */
	uint32_t setting_count;         /* changes for every point and the baseline (-p) */
	const struct dry_setting *setting;
	uint32_t base_setting_count;    /* changes of the baseline only (--baseline) */
	const struct dry_setting *base_setting;
	uint32_t objective_count;
	const enum dry_metric_id *objective;            /* NULL = the scenario's */
	uint32_t replications;          /* 0 = the scenario's */
	/*
	 * > 0: a point runs until the half-width of every objective's 95 % interval
	 * is at most this share of its mean: DRY_SWEEP_FIRST_REPLICATIONS at least,
	 * `replications` at most (0 = DRY_SWEEP_MOST_REPLICATIONS).
	 */
	double precision;
	/*
	 * > 0: all points run their replications in step, and from the fifth on those
	 * that another confidently dominates at this level are dropped (pruned).
	 */
	double race_alpha;
	int64_t horizon_ms;             /* > 0: runs end there at the latest (a part of the trace) */
	bool has_seed;                  /* false = the scenario's seed */
	uint64_t seed;
	struct dry_shard shard;         /* zero = all */
	bool exhaustive;                /* no pruning */
	bool every_run;                 /* settings that would be the same run are run all the same */
	bool track_time;                /* tell in the status how far each run is; costs a little */
	/*
	 * Called once for each finished point of the grid (not for given ones),
	 * and for the baseline (is_baseline), from worker threads, one at a time,
	 * in the order of finishing. For journals. The point is borrowed.
	 */
	void (*on_point)(void *context, const struct dry_sweep_point *point, bool is_baseline);
	void *on_point_context;
	dry_run_fn *run_fn;             /* NULL = dry_run */
	int64_t (*now_ms)(void);        /* NULL = the monotonic clock; for rate and ETA only */
};

/*
 * Checks every parameter, value and objective. NULL with complaints when one is
 * not known or wrong; a combination that is not valid only fails its point.
 */
struct dry_sweep *dry_sweep_new(const struct dry_input *input,
				const struct dry_sweep_options *options, struct dry_error *err);
/* Stops, drops running points, waits for the threads, frees. */
void dry_sweep_release(struct dry_sweep *sweep);

/*
 * A point that an earlier, interrupted sweep finished (from its journal): not
 * run again. Before dry_sweep_start(). False = not a point of this sweep.
 */
bool dry_sweep_give(struct dry_sweep *sweep, const struct dry_sweep_point *point,
		    bool is_baseline);

/* jobs 0 = the CPUs online. After a stop: goes on. False = no thread could be made. */
bool dry_sweep_start(struct dry_sweep *sweep, uint32_t jobs);
/* Running points finish, no new ones begin. */
void dry_sweep_pause(struct dry_sweep *sweep);
void dry_sweep_resume(struct dry_sweep *sweep);
/* No new points begin. drop_running: those under way are given up, pending. Does not wait. */
void dry_sweep_stop(struct dry_sweep *sweep, bool drop_running);
/* Until idle: all done, or stopped and nothing runs. timeout_ms < 0 = for ever. True = idle. */
bool dry_sweep_wait(struct dry_sweep *sweep, int64_t timeout_ms);

/*
 * What if: one more setting, on a worker as soon as one is free, also after the
 * grid is done. *index (may be NULL) is the new point's. False with complaints
 * when a path or value is wrong. Needs a started sweep.
 */
bool dry_sweep_add(struct dry_sweep *sweep, const struct dry_setting *setting,
		   uint32_t setting_count, uint64_t *index, struct dry_error *err);

enum dry_sweep_phase {
	DRY_SWEEP_READY,                /* not started */
	DRY_SWEEP_RUNNING,
	DRY_SWEEP_PAUSED,
	DRY_SWEEP_STOPPING,             /* stopped, points still run */
	DRY_SWEEP_STOPPED,
	DRY_SWEEP_DONE,
	DRY_SWEEP_PHASE_COUNT
};

struct dry_sweep_worker_status {
	bool is_busy;
	bool is_baseline;
	uint64_t index;                 /* of the point, when busy */
	uint32_t replication;
	int64_t elapsed_ms;             /* of this run */
	int64_t sim_at_ms;              /* simulated time reached; -1 = not tracked */
	double fraction;                /* of the run, as far as known; NaN = unknown */
};

struct dry_sweep_status {
	enum dry_sweep_phase phase;
	uint64_t generation;            /* grows when a point finishes: take a new result when it did */
	uint32_t total;                 /* points to run: grid or sample of this shard, and extra points */
	uint32_t finished;              /* of these: done, failed, pruned; given ones too */
	uint32_t given;                 /* came from a journal */
	uint32_t running;
	uint32_t failed, pruned;
	uint32_t shared;                /* took over the run of another setting that decides alike */
	uint32_t front_count;           /* of the points so far */
	bool baseline_done;
	int64_t elapsed_ms;             /* running time, pauses not counted */
	double points_per_s;            /* smoothed; NaN = unknown */
	double events_per_s;            /* simulated events of all workers; NaN = unknown */
	int64_t eta_ms;                 /* -1 = not known yet: before 5 % and before 10 s, or paused */
	uint32_t worker_count;
	struct dry_sweep_worker_status worker[DRY_SWEEP_JOBS_MAX];
};

/* A cheap snapshot. */
void dry_sweep_poll(struct dry_sweep *sweep, struct dry_sweep_status *status);
static inline bool dry_sweep_is_idle(const struct dry_sweep_status *status)
{
	return status->phase == DRY_SWEEP_DONE || status->phase == DRY_SWEEP_STOPPED ||
	       status->phase == DRY_SWEEP_READY;
}

/*
 * A consistent copy of all points as they are now, ranked (fully when all
 * points are finished, else the front only). *result is overwritten: release an
 * earlier one first.
 */
void dry_sweep_result(struct dry_sweep *sweep, struct dry_sweep_result *result);

/*
 * The result of a sweep whose points are all finished, without a copy: *result
 * gets the points themselves, and the sweep is of use for dry_sweep_release() only.
 */
void dry_sweep_take_result(struct dry_sweep *sweep, struct dry_sweep_result *result);

/* The manifest alone: a result without points, for journals and shard files. */
void dry_sweep_manifest(struct dry_sweep *sweep, struct dry_sweep_result *result);

#endif
