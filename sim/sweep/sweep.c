#include "sweep/sweep.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/assert.h"
#include "base/error.h"
#include "sweep/pareto.h"
#include "sweep/prune.h"
#include "sweep_inner.h"

#define ETA_AFTER_MS 10000
#define ETA_AFTER_SHARE 0.05
#define RATE_HALF_LIFE_MS 5000.0

struct dry_sweep *dry_sweep_new(const struct dry_input *input,
				const struct dry_sweep_options *options, struct dry_error *err)
{
	struct dry_sweep *sweep = dry_xcalloc(1, sizeof(*sweep));
	pthread_condattr_t monotonic;

	sweep->input = input;
	sweep->options = *options;
	sweep->run_fn = options->run_fn ? options->run_fn : dry_run;
	sweep->now_ms = options->now_ms ? options->now_ms : sweep_monotonic_ms;
	sweep->floor = sweep->rate = sweep->event_rate = NAN;
	sweep->running_since_ms = -1;
	sweep->counted_generation = UINT64_MAX;
	dry_sweep_result_init(&sweep->found);
	if (!sweep_make_manifest(sweep, err) || !sweep_make_points(sweep, err)) {
		dry_sweep_result_release(&sweep->found);
		free(sweep);
		return NULL;
	}
	sweep_make_order(sweep);
	sweep_reach_init(sweep);
	sweep->race_reach = sweep->replications < DRY_SWEEP_RACE_FIRST ? sweep->replications :
									 DRY_SWEEP_RACE_FIRST;
	sweep->race_left = sweep->shared_grid_count;
	sweep->worker = dry_xcalloc(DRY_SWEEP_JOBS_MAX, sizeof(*sweep->worker));
	pthread_mutex_init(&sweep->lock, NULL);
	pthread_cond_init(&sweep->work, NULL);
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&sweep->change, &monotonic);
	pthread_condattr_destroy(&monotonic);
	return sweep;
}

static void count_time(struct dry_sweep *sweep, bool runs)
{
	int64_t now = sweep->now_ms();

	if (sweep->running_since_ms >= 0)
		sweep->ran_ms += now - sweep->running_since_ms;
	sweep->running_since_ms = runs ? now : -1;
}

static void end_workers(struct dry_sweep *sweep)
{
	dry_sweep_stop(sweep, true);
	for (uint32_t i = 0; i < sweep->worker_count; i++)
		if (sweep->worker[i].made)
			pthread_join(sweep->worker[i].thread, NULL);
	sweep->worker_count = 0;
}

void dry_sweep_release(struct dry_sweep *sweep)
{
	if (!sweep)
		return;
	end_workers(sweep);
	pthread_mutex_destroy(&sweep->lock);
	pthread_cond_destroy(&sweep->work);
	pthread_cond_destroy(&sweep->change);
	dry_sweep_result_release(&sweep->found);
	sweep_reach_release(sweep);
	free(sweep->retry);
	free(sweep->worker);
	free(sweep);
}

/* --- points that are finished --- */

static bool is_finished(const struct dry_sweep_point *point)
{
	return point->state == DRY_POINT_DONE || point->state == DRY_POINT_FAILED ||
	       point->state == DRY_POINT_PRUNED;
}

static bool is_stranding(const struct dry_sweep *sweep, const struct dry_sweep_point *point)
{
	return point->state == DRY_POINT_DONE && point->metric[DRY_METRIC_NEVER_SCHEDULED] > sweep->floor;
}

/* The floor of stranded pods may fall: then more of the points so far have failed. */
static void lower_floor(struct dry_sweep *sweep, const struct dry_sweep_point *point)
{
	double never = point->metric[DRY_METRIC_NEVER_SCHEDULED];

	if (!point->has_metrics || isnan(never) || never >= sweep->floor)
		return;
	sweep->floor = never;
	sweep->failed = 0;
	for (uint32_t i = 0; i < sweep->found.point_count; i++) {
		const struct dry_sweep_point *other = &sweep->found.point[i];

		if (other != point && (is_stranding(sweep, other) || other->state == DRY_POINT_FAILED))
			sweep->failed++;
	}
}

static void finish_baseline_point(struct dry_sweep *sweep)
{
	struct dry_sweep_point *baseline = &sweep->found.baseline, *twin;

	sweep->baseline_started = sweep->baseline_done = true;
	twin = (struct dry_sweep_point *)(uintptr_t)dry_sweep_result_find(&sweep->found, baseline->index);
	if (!twin || is_finished(twin))
		return;
	dry_sweep_point_take(&sweep->found, twin, baseline);
	sweep_point_finished(sweep, twin, false);
	if (sweep->options.race_alpha > 0)
		sweep_race_arrived(sweep);
}

static void count_point(struct dry_sweep *sweep, struct dry_sweep_point *point, bool is_baseline)
{
	sweep->generation++;
	lower_floor(sweep, point);
	if (is_baseline)
		return;
	sweep->finished++;
	sweep->pruned += point->state == DRY_POINT_PRUNED;
	sweep->failed += point->state == DRY_POINT_FAILED || is_stranding(sweep, point);
	sweep_round_finished(sweep, dry_sweep_point_position(&sweep->found, point));
}

void sweep_point_finished(struct dry_sweep *sweep, struct dry_sweep_point *point, bool is_baseline)
{
	count_point(sweep, point, is_baseline);
	sweep->points_done += !is_baseline;
	sweep->events_done += point->event_count;
	if (sweep->options.on_point && (is_baseline || !point->is_extra))
		sweep->options.on_point(sweep->options.on_point_context, point, is_baseline);
	if (is_baseline)
		finish_baseline_point(sweep);
}

static bool all_finished(const struct dry_sweep *sweep)
{
	return sweep->baseline_done && sweep->finished == sweep->found.point_count;
}

bool dry_sweep_give(struct dry_sweep *sweep, const struct dry_sweep_point *point, bool is_baseline)
{
	struct dry_sweep_point *own;
	bool fine = false;

	pthread_mutex_lock(&sweep->lock);
	own = is_baseline ? &sweep->found.baseline :
			    (struct dry_sweep_point *)(uintptr_t)dry_sweep_result_find(&sweep->found,
										       point->index);
	dry_assert(!sweep->started);
	if (own && !own->is_extra && own->index == point->index && is_finished(point)) {
		fine = true;
		if (!is_finished(own) && (is_baseline || !(sweep->options.race_alpha > 0))) {
			dry_sweep_point_take(&sweep->found, own, point);
			/* stranding is judged anew */
			if (own->state == DRY_POINT_FAILED && own->has_metrics)
				own->state = DRY_POINT_DONE;
			count_point(sweep, own, is_baseline);
			sweep->given += !is_baseline;
			if (is_baseline)
				finish_baseline_point(sweep);
		}
	}
	pthread_mutex_unlock(&sweep->lock);
	return fine;
}

/* --- what runs next --- */

void sweep_queue_again(struct dry_sweep *sweep, uint32_t position)
{
	sweep->retry = dry_grow(sweep->retry, &sweep->retry_capacity, (size_t)sweep->retry_count + 1,
				sizeof(*sweep->retry));
	sweep->retry[sweep->retry_count++] = position;
}

static void fill_task(struct dry_sweep *sweep, struct sweep_task *task, uint32_t position)
{
	struct dry_sweep_point *point = &sweep->found.point[position];
	bool races = sweep->options.race_alpha > 0 && !point->is_extra;

	*task = (struct sweep_task){ .position = position, .first = point->has_metrics ? point->replications : 0,
				     .last = races ? sweep->race_reach : sweep->replications };
	if (position < sweep->shared_grid_count)
		sweep_round_is_open(sweep, position, &task->archive);
	point->state = DRY_POINT_RUNNING;
}

static bool take_extra(struct dry_sweep *sweep, struct sweep_task *task)
{
	while (sweep->extra_next < sweep->found.point_count) {
		uint32_t position = sweep->extra_next++;

		if (sweep->found.point[position].state != DRY_POINT_PENDING)
			continue;
		fill_task(sweep, task, position);
		return true;
	}
	return false;
}

static bool take_retry(struct dry_sweep *sweep, struct sweep_task *task)
{
	uint32_t position;

	if (!sweep->retry_count)
		return false;
	position = sweep->retry[0];
	sweep->retry_count--;
	memmove(sweep->retry, sweep->retry + 1, sweep->retry_count * sizeof(*sweep->retry));
	fill_task(sweep, task, position);
	return true;
}

bool sweep_take_task(struct dry_sweep *sweep, struct sweep_task *task)
{
	if (sweep->stopped || sweep->paused)
		return false;
	if (!sweep->baseline_started) {
		*task = (struct sweep_task){ .is_baseline = true, .last = sweep->replications };
		sweep->baseline_started = true;
		sweep->found.baseline.state = DRY_POINT_RUNNING;
		return true;
	}
	if (take_extra(sweep, task) || take_retry(sweep, task))
		return true;
	for (; sweep->next < sweep->shared_grid_count; sweep->next++) {
		uint32_t position = sweep->order[sweep->next];
		const struct archive *archive;

		if (sweep->found.point[position].state != DRY_POINT_PENDING ||
		    sweep->found.point[position].index == sweep->found.baseline.index)
			continue;
		if (!sweep_round_is_open(sweep, position, &archive))
			return false;
		sweep->next++;
		fill_task(sweep, task, position);
		return true;
	}
	return false;
}

/* --- control --- */

bool dry_sweep_start(struct dry_sweep *sweep, uint32_t jobs)
{
	uint32_t wanted = jobs ? jobs : sweep_cpus_online();

	if (wanted > DRY_SWEEP_JOBS_MAX)
		wanted = DRY_SWEEP_JOBS_MAX;
	pthread_mutex_lock(&sweep->lock);
	sweep->started = true;
	sweep->stopped = sweep->paused = false;
	atomic_store(&sweep->drop, false);
	count_time(sweep, true);
	for (uint32_t i = 0; i < wanted; i++) {
		struct sweep_thread *thread = &sweep->worker[i];

		if (thread->alive)
			continue;
		if (thread->made) {
			pthread_mutex_unlock(&sweep->lock);
			pthread_join(thread->thread, NULL);
			pthread_mutex_lock(&sweep->lock);
		}
		thread->sweep = sweep;
		thread->number = i;
		thread->made = pthread_create(&thread->thread, NULL, sweep_work, thread) == 0;
		if (!thread->made)
			break;
		thread->alive = true;
		sweep->alive++;
		if (sweep->worker_count <= i)
			sweep->worker_count = i + 1;
	}
	pthread_cond_broadcast(&sweep->work);
	wanted = sweep->alive;
	pthread_mutex_unlock(&sweep->lock);
	return wanted > 0;
}

static void set_paused(struct dry_sweep *sweep, bool paused)
{
	pthread_mutex_lock(&sweep->lock);
	if (sweep->started && !sweep->stopped && sweep->paused != paused) {
		sweep->paused = paused;
		count_time(sweep, !paused);
		pthread_cond_broadcast(&sweep->work);
		pthread_cond_broadcast(&sweep->change);
	}
	pthread_mutex_unlock(&sweep->lock);
}

void dry_sweep_pause(struct dry_sweep *sweep)
{
	set_paused(sweep, true);
}

void dry_sweep_resume(struct dry_sweep *sweep)
{
	set_paused(sweep, false);
}

void dry_sweep_stop(struct dry_sweep *sweep, bool drop_running)
{
	pthread_mutex_lock(&sweep->lock);
	if (!sweep->stopped && sweep->started)
		count_time(sweep, false);
	sweep->stopped = true;
	if (drop_running)
		atomic_store(&sweep->drop, true);
	pthread_cond_broadcast(&sweep->work);
	pthread_cond_broadcast(&sweep->change);
	pthread_mutex_unlock(&sweep->lock);
}

static enum dry_sweep_phase phase_of(const struct dry_sweep *sweep)
{
	if (sweep->running)
		return sweep->stopped ? DRY_SWEEP_STOPPING :
		       sweep->paused ? DRY_SWEEP_PAUSED : DRY_SWEEP_RUNNING;
	if (all_finished(sweep) && sweep->started)
		return DRY_SWEEP_DONE;
	if (!sweep->started)
		return DRY_SWEEP_READY;
	if (sweep->stopped)
		return DRY_SWEEP_STOPPED;
	return sweep->paused ? DRY_SWEEP_PAUSED : DRY_SWEEP_RUNNING;
}

static bool is_idle_phase(enum dry_sweep_phase phase)
{
	return phase == DRY_SWEEP_DONE || phase == DRY_SWEEP_STOPPED || phase == DRY_SWEEP_READY;
}

bool dry_sweep_wait(struct dry_sweep *sweep, int64_t timeout_ms)
{
	struct timespec until;
	bool idle;

	clock_gettime(CLOCK_MONOTONIC, &until);
	if (timeout_ms > 0) {
		until.tv_sec += timeout_ms / 1000;
		until.tv_nsec += timeout_ms % 1000 * 1000000;
		if (until.tv_nsec >= 1000000000) {
			until.tv_sec++;
			until.tv_nsec -= 1000000000;
		}
	}
	pthread_mutex_lock(&sweep->lock);
	while (!(idle = is_idle_phase(phase_of(sweep)))) {
		if (timeout_ms < 0)
			pthread_cond_wait(&sweep->change, &sweep->lock);
		else if (pthread_cond_timedwait(&sweep->change, &sweep->lock, &until) == ETIMEDOUT)
			break;
	}
	pthread_mutex_unlock(&sweep->lock);
	return idle;
}

/* Are these settings known and their values right, each by itself? */
static bool check_settings(const struct dry_sweep *sweep, const struct dry_setting *setting, uint32_t count,
			   struct dry_error *err)
{
	struct dry_config config;
	struct dry_arena arena;
	bool fine = true;

	dry_arena_init(&arena);
	dry_config_copy(&config, &sweep->base_config, &arena);
	for (uint32_t i = 0; i < count; i++)
		fine &= dry_config_set(&config, sweep->input, setting[i].path, setting[i].value, &arena, err);
	dry_arena_release(&arena);
	return fine;
}

bool dry_sweep_add(struct dry_sweep *sweep, const struct dry_setting *setting,
		   uint32_t setting_count, uint64_t *index, struct dry_error *err)
{
	uint64_t next;

	if (!check_settings(sweep, setting, setting_count, err))
		return false;
	pthread_mutex_lock(&sweep->lock);
	dry_assert(sweep->started);
	next = sweep->found.grid_count + (sweep->found.point_count - sweep->shared_grid_count);
	dry_sweep_result_add_extra(&sweep->found, next, setting, setting_count);
	sweep->generation++;
	pthread_cond_broadcast(&sweep->work);
	pthread_mutex_unlock(&sweep->lock);
	if (index)
		*index = next;
	return true;
}

/* --- looking --- */

static void count_front(struct dry_sweep *sweep)
{
	const struct dry_sweep_result *found = &sweep->found;
	uint32_t objectives = found->objective_count, count = 0, *rank;
	double *value;

	if (sweep->counted_generation == sweep->generation)
		return;
	value = dry_xcalloc((size_t)found->point_count * objectives + 1, sizeof(*value));
	rank = dry_xcalloc((size_t)found->point_count + 1, sizeof(*rank));
	for (uint32_t i = 0; i < found->point_count; i++) {
		const struct dry_sweep_point *point = &found->point[i];

		if (point->state != DRY_POINT_DONE || is_stranding(sweep, point))
			continue;
		for (uint32_t k = 0; k < objectives; k++)
			value[(size_t)count * objectives + k] = dry_sweep_objective(found, point, k);
		count++;
	}
	dry_pareto_ranks(value, count, objectives, true, rank);
	sweep->front_count = 0;
	for (uint32_t i = 0; i < count; i++)
		sweep->front_count += rank[i] == 0;
	sweep->counted_generation = sweep->generation;
	free(value);
	free(rank);
}

static double smooth(double old, double newest, double weight)
{
	return isnan(old) ? newest : old + weight * (newest - old);
}

/* Rates over what was run here; what a journal gave does not count. */
static void count_rates(struct dry_sweep *sweep, int64_t elapsed_ms)
{
	int64_t span = elapsed_ms - sweep->rated_at_ms;
	double weight;

	if (span < 250 || sweep->points_done == sweep->rated_points)
		return;
	weight = 1 - exp2(-(double)span / RATE_HALF_LIFE_MS);
	sweep->rate = smooth(sweep->rate, (sweep->points_done - sweep->rated_points) * 1000.0 / (double)span,
			     weight);
	sweep->event_rate = smooth(sweep->event_rate,
				   (double)(sweep->events_done - sweep->rated_events) * 1000.0 / (double)span,
				   weight);
	sweep->rated_at_ms = elapsed_ms;
	sweep->rated_points = sweep->points_done;
	sweep->rated_events = sweep->events_done;
}

static int64_t eta_of(const struct dry_sweep *sweep, int64_t elapsed_ms)
{
	uint32_t total = sweep->found.point_count, mine = total - sweep->given;
	double share = mine ? (double)sweep->points_done / mine : 1, rate;

	if (sweep->paused || sweep->stopped || !sweep->points_done ||
	    (elapsed_ms < ETA_AFTER_MS && share < ETA_AFTER_SHARE))
		return -1;
	/* half of the long run, half of the last seconds */
	rate = sweep->points_done * 1000.0 / (double)(elapsed_ms ? elapsed_ms : 1);
	return (int64_t)((total - sweep->finished) * 1000.0 /
			 (0.5 * rate + 0.5 * (sweep->rate > 0 ? sweep->rate : rate)));
}

static void poll_worker(const struct dry_sweep *sweep, struct sweep_thread *thread, int64_t now,
			struct dry_sweep_worker_status *status)
{
	*status = (struct dry_sweep_worker_status){ .is_busy = thread->busy, .sim_at_ms = -1, .fraction = NAN };
	if (!thread->busy)
		return;
	status->is_baseline = thread->task.is_baseline;
	status->index = status->is_baseline ? sweep->found.baseline.index :
					      sweep->found.point[thread->task.position].index;
	status->replication = atomic_load(&thread->replication);
	status->elapsed_ms = now - thread->started_at_ms;
	status->sim_at_ms = atomic_load_explicit(&thread->sim_at_ms, memory_order_relaxed);
	if (status->sim_at_ms >= 0 && thread->horizon_ms != DRY_NEVER && thread->horizon_ms > 0)
		status->fraction = fmin(1, (double)status->sim_at_ms / (double)thread->horizon_ms);
}

void dry_sweep_poll(struct dry_sweep *sweep, struct dry_sweep_status *status)
{
	int64_t now = sweep->now_ms(), elapsed;

	pthread_mutex_lock(&sweep->lock);
	elapsed = sweep->ran_ms + (sweep->running_since_ms >= 0 ? now - sweep->running_since_ms : 0);
	count_rates(sweep, elapsed);
	count_front(sweep);
	status->phase = phase_of(sweep);
	status->generation = sweep->generation;
	status->total = sweep->found.point_count;
	status->finished = sweep->finished;
	status->given = sweep->given;
	status->running = sweep->running;
	status->failed = sweep->failed;
	status->pruned = sweep->pruned;
	status->shared = sweep->shared;
	status->front_count = sweep->front_count;
	status->baseline_done = sweep->baseline_done;
	status->elapsed_ms = elapsed;
	status->points_per_s = sweep->rate;
	status->events_per_s = sweep->event_rate;
	status->eta_ms = eta_of(sweep, elapsed);
	status->worker_count = sweep->worker_count;
	for (uint32_t i = 0; i < sweep->worker_count; i++)
		poll_worker(sweep, &sweep->worker[i], now, &status->worker[i]);
	pthread_mutex_unlock(&sweep->lock);
}

void dry_sweep_result(struct dry_sweep *sweep, struct dry_sweep_result *result)
{
	bool all;

	pthread_mutex_lock(&sweep->lock);
	dry_sweep_result_copy(result, &sweep->found);
	all = all_finished(sweep);
	pthread_mutex_unlock(&sweep->lock);
	dry_sweep_result_rank(result, all);
}

void dry_sweep_take_result(struct dry_sweep *sweep, struct dry_sweep_result *result)
{
	end_workers(sweep);             /* one that is on its way out still looks at the points */
	dry_assert(all_finished(sweep));
	*result = sweep->found;
	dry_sweep_result_init(&sweep->found);
	dry_sweep_result_rank(result, true);
}

void dry_sweep_manifest(struct dry_sweep *sweep, struct dry_sweep_result *result)
{
	pthread_mutex_lock(&sweep->lock);
	dry_sweep_result_copy_manifest(result, &sweep->found);
	pthread_mutex_unlock(&sweep->lock);
}
