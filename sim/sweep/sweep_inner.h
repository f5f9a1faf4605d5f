/* What the files of a live sweep share: its state, and who may touch it. */
#ifndef DRY_SIM_SWEEP_SWEEP_INNER_H
#define DRY_SIM_SWEEP_SWEEP_INNER_H

#include <pthread.h>
#include <stdatomic.h>

#include "sweep/sweep.h"

/* Points that nothing beats, as objectives; immutable once made: threads read it without the lock. */
struct archive {
	uint32_t count;
	const double *value;            /* [point * objectives + objective] */
};

struct sweep_task {
	bool is_baseline;
	uint32_t position;              /* in found.point[] */
	uint32_t first, last;           /* replications first..last-1 */
	const struct archive *archive;  /* NULL = may not be pruned */
};

struct sweep_thread {
	struct dry_sweep *sweep;
	uint32_t number;
	pthread_t thread;
	bool made;                      /* thread is valid, to be joined */
	bool alive;
	/* under the lock, for the status */
	bool busy;
	struct sweep_task task;
	int64_t started_at_ms;
	int64_t horizon_ms;             /* of the run under way; DRY_NEVER = unknown */
	/* written while running, read by the status */
	atomic_uint replication;
	atomic_llong sim_at_ms;
};

#define SWEEP_REACH_BUCKETS 1024

/* What is known of the runs made, for points that would be the same run (sweep_reach.c). */
struct sweep_run;
struct sweep_reach {
	bool any;                       /* some parameter is such a flag, and runs may be shared */
	enum dry_reach_flag *flag;      /* one a parameter; DRY_REACH_COUNT = must be equal */
	struct sweep_run *run;
	uint32_t run_count;
	size_t run_capacity;
	uint32_t newest[SWEEP_REACH_BUCKETS];
};

struct dry_sweep {
	pthread_mutex_t lock;           /* everything below, unless it says otherwise */
	pthread_cond_t work, change;
	/* fixed by dry_sweep_new() */
	const struct dry_input *input;
	struct dry_sweep_options options;
	struct dry_config base_config;  /* the scenario's with what all points share */
	dry_run_fn *run_fn;
	int64_t (*now_ms)(void);
	uint32_t replications;          /* the most of a point */
	bool prunes;
	uint32_t shared_grid_count;     /* points of the grid or sample in found.point[] */
	uint32_t *order;                /* positions in the order of running */
	uint32_t *round;                /* of each position */
	uint32_t round_count;

	struct dry_sweep_result found;  /* manifest and points; index order, extra points last */
	uint32_t next;                  /* in order[] */
	bool baseline_started, baseline_done;
	uint32_t extra_next;            /* position of the next extra point to run */
	uint32_t *retry;                /* positions that were dropped or wait for more replications */
	uint32_t retry_count;
	size_t retry_capacity;
	uint32_t *round_left;           /* points of each round that are not finished */
	uint32_t rounds_done;           /* all rounds below are finished */
	uint32_t archived;              /* where round rounds_done begins in order[] */
	struct archive *archive;        /* one a finished round */
	struct sweep_reach known;
	uint32_t shared;                /* points that took over another's run */
	/* racing */
	uint32_t race_reach;            /* replications that living points run to at present */
	uint32_t race_left;             /* points that are not there yet */

	struct sweep_thread *worker;    /* DRY_SWEEP_JOBS_MAX of them */
	uint32_t worker_count;
	uint32_t alive;
	bool started, paused, stopped;
	atomic_bool drop;               /* running points are given up; read by runs without the lock */
	uint32_t running, finished, given, failed, pruned;
	double floor;                   /* fewest pods left unscheduled so far; NaN = unknown */
	uint64_t generation, counted_generation;
	uint32_t front_count;
	/* rate and ETA */
	int64_t running_since_ms;       /* -1 = not running */
	int64_t ran_ms;
	uint64_t events_done;
	uint32_t points_done;           /* run here */
	double rate, event_rate;        /* smoothed, a second; NaN = unknown */
	int64_t rated_at_ms;
	uint32_t rated_points;
	uint64_t rated_events;
};

/* --- sweep_setup.c --- */
bool sweep_make_points(struct dry_sweep *sweep, struct dry_error *err);
bool sweep_make_manifest(struct dry_sweep *sweep, struct dry_error *err);

/* --- sweep_order.c --- */
void sweep_make_order(struct dry_sweep *sweep);
/* A point is finished: its round may be; under the lock. */
void sweep_round_finished(struct dry_sweep *sweep, uint32_t position);
/* Whether a point of this round may start, and what may beat it. */
bool sweep_round_is_open(const struct dry_sweep *sweep, uint32_t position,
			 const struct archive **archive);
bool sweep_is_beaten(const struct archive *archive, uint32_t objectives, const double *bound);

/* --- sweep_run.c --- */
void *sweep_work(void *thread);

/* Keeps the bounds in a point of a shard, for the merge; under the lock. */
void sweep_keep_bound(struct dry_sweep *sweep, struct dry_sweep_point *point, const double *bound);

/* --- sweep_reach.c --- */
void sweep_reach_init(struct dry_sweep *sweep);
void sweep_reach_release(struct dry_sweep *sweep);
/* Fills the point from a run that would have been its own too; under the lock. False = it must run. */
bool sweep_reach_find(struct dry_sweep *sweep, const struct sweep_task *task, const struct dry_config *config,
		      struct dry_sweep_point *point);
/* Remembers a run, finished or given up; under the lock. */
void sweep_reach_keep(struct dry_sweep *sweep, const struct sweep_task *task, const struct dry_sweep_point *point,
		      const struct dry_reach *reach, const double *bound);

/* --- sweep_race.c --- */
/* One more point has the replications of this step; the last one decides who goes on. Under the lock. */
void sweep_race_arrived(struct dry_sweep *sweep);

/* --- sweep_clock.c --- */
int64_t sweep_monotonic_ms(void);
uint32_t sweep_cpus_online(void);

/* --- sweep.c --- */
/* Takes the next task; under the lock. False = nothing to do now. */
bool sweep_take_task(struct dry_sweep *sweep, struct sweep_task *task);
/* Counts and archives what a task left in its point; under the lock. */
void sweep_point_finished(struct dry_sweep *sweep, struct dry_sweep_point *point, bool is_baseline);
void sweep_queue_again(struct dry_sweep *sweep, uint32_t position);

#endif
