/* What a worker thread does: takes a point, runs its replications, puts the means back. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/assert.h"
#include "base/digest.h"
#include "base/error.h"
#include "sweep/compare.h"
#include "sweep/noise.h"
#include "sweep/prune.h"
#include "sweep_inner.h"
#include "base/banned.h"

#define ALPHA 0.05

/* A thread's own memory: grown in its first runs, then kept. */
struct own {
	struct sweep_thread *thread;
	struct dry_sweep *sweep;
	struct dry_worker *worker;
	struct dry_arena arena;                 /* config and complaint of one point */
	struct dry_result result;
	double *sample;                         /* [replication * DRY_METRIC_COUNT + metric] */
	size_t sample_capacity;
	double *bound;                          /* [checkpoint * objectives + objective] */
	/* of the task under way */
	struct sweep_task task;
	const char *reason;                     /* the setting is not valid */
	uint32_t made;                          /* replications in sample */
	bool lower_bound[DRY_METRIC_COUNT];
	uint64_t digest, event_count;
	bool stochastic, pruned, shared;
	struct dry_reach reach;                 /* of all replications together */
};

static void note_time(void *context, const struct dry_event *event)
{
	struct sweep_thread *thread = context;

	atomic_store_explicit(&thread->sim_at_ms, event->at_ms, memory_order_relaxed);
}

static bool is_dominated(void *context, uint32_t checkpoint, const double *bound)
{
	struct own *own = context;
	uint32_t objectives = own->sweep->found.objective_count;

	dry_assert(checkpoint < DRY_SWEEP_CHECKPOINTS);
	memcpy(own->bound + (size_t)checkpoint * objectives, bound, objectives * sizeof(*bound));
	return own->task.archive && sweep_is_beaten(own->task.archive, objectives, bound);
}

/* The complaint of a setting that is not valid, as one line in the arena. */
static const char *first_complaint(struct dry_arena *arena, const struct dry_error *err)
{
	for (uint32_t i = 0; i < err->count; i++)
		if (!err->complaint[i].warning)
			return dry_arena_text(arena, err->complaint[i].text);
	return "not a valid setting";
}

/* Reads fixed parts of the point only: path and value texts do not change. */
static bool make_config(struct own *own, const struct dry_setting *setting, uint32_t count,
			struct dry_config *config)
{
	const struct dry_sweep *sweep = own->sweep;
	struct dry_error err = { 0 };
	bool fine = true;

	dry_config_copy(config, &sweep->base_config, &own->arena);
	for (uint32_t i = 0; i < count && fine; i++)
		fine = dry_config_set(config, sweep->input, setting[i].path, setting[i].value, &own->arena,
				      &err);
	if (sweep->options.horizon_ms > 0 && sweep->options.horizon_ms < config->horizon_ms)
		config->horizon_ms = sweep->options.horizon_ms;
	fine = fine && dry_config_finish(config, sweep->input, &own->arena, &err);
	if (!fine)
		own->reason = first_complaint(&own->arena, &err);
	dry_error_release(&err);
	return fine;
}

static void keep_replication(struct own *own)
{
	own->sample = dry_grow(own->sample, &own->sample_capacity, (size_t)(own->made + 1) * DRY_METRIC_COUNT,
			       sizeof(*own->sample));
	memcpy(own->sample + (size_t)own->made * DRY_METRIC_COUNT, own->result.metric,
	       sizeof(own->result.metric));
	for (int i = 0; i < DRY_METRIC_COUNT; i++)
		own->lower_bound[i] |= own->result.lower_bound[i];
	own->digest = own->made || own->task.first ? dry_digest_add(own->digest, own->result.digest) :
						     own->result.digest;
	own->event_count += own->result.event_count;
	own->stochastic |= own->result.stochastic;
	own->made++;
}

/* Replications wanted when so many are made; the same number = enough. */
static uint32_t wanted_replications(const struct own *own)
{
	const struct dry_sweep *sweep = own->sweep;
	uint32_t wanted = own->made;

	if (!own->stochastic)
		return own->made;
	if (!(sweep->options.precision > 0))
		return own->task.last - own->task.first;
	if (own->made < DRY_SWEEP_FIRST_REPLICATIONS)
		return DRY_SWEEP_FIRST_REPLICATIONS < sweep->replications ? DRY_SWEEP_FIRST_REPLICATIONS :
									     sweep->replications;
	for (uint32_t k = 0; k < sweep->found.objective_count; k++) {
		struct dry_interval interval;
		double mean = dry_mean_interval(own->sample + sweep->found.objective[k], own->made,
						DRY_METRIC_COUNT, ALPHA, &interval);
		double half = (interval.high - interval.low) / 2, target = sweep->options.precision * fabs(mean);
		uint32_t next;

		if (!(half > target))
			continue;
		next = dry_next_replications(own->made, half, target, sweep->replications);
		if (next > wanted)
			wanted = next;
	}
	return wanted;
}

/* False when it was stopped. */
static bool run_replications(struct own *own, const struct dry_config *config)
{
	struct dry_sweep *sweep = own->sweep;
	struct dry_observer observer = { .context = own->thread, .on_event = note_time };
	struct dry_prune_test test = {
		.context = own, .parts = DRY_SWEEP_CHECKPOINTS + 1, .is_dominated = is_dominated,
		.objective = sweep->found.objective, .objective_count = sweep->found.objective_count,
	};
	struct dry_run_request request = {
		.input = sweep->input, .config = config, .stop = &sweep->drop,
		.seed = sweep->options.has_seed ? sweep->options.seed : config->seed,
		.observer = sweep->options.track_time ? &observer : NULL,
	};
	struct dry_assert_run run = { .seed = request.seed };
	uint32_t wanted = 1;
	bool fine = true;

	if (own->task.archive || (sweep->prunes && (sweep->options.shard.count > 1 || sweep->known.any)))
		request.prune = &test;
	dry_assert_enter_run(&run);
	while (fine && own->made < wanted && !own->pruned) {
		request.replication = run.replication = own->task.first + own->made;
		atomic_store(&own->thread->replication, request.replication);
		fine = sweep->run_fn(own->worker, &request, &own->result);
		own->pruned = fine && own->result.pruned;
		dry_reach_meet(&own->reach, &own->result.reach);
		if (!fine || own->pruned)
			continue;
		keep_replication(own);
		wanted = wanted_replications(own);
	}
	dry_assert_enter_run(NULL);
	return fine;
}

static void set_means(struct dry_sweep *sweep, struct dry_sweep_point *point, const double *sample,
		      uint32_t count)
{
	struct dry_interval interval;

	point->has_metrics = true;
	point->replications = count;
	if (count > 1 && !point->interval)
		point->interval = dry_arena_array(&sweep->found.arena, DRY_METRIC_COUNT,
						  sizeof(*point->interval));
	for (int i = 0; i < DRY_METRIC_COUNT; i++) {
		point->metric[i] = dry_mean_interval(sample + i, count, DRY_METRIC_COUNT, ALPHA, &interval);
		if (count > 1)
			point->interval[i] = interval;
	}
}

/* Adds the replications made to those that the point has. Under the lock. */
static void add_samples(struct own *own, struct dry_sweep_point *point)
{
	struct dry_sweep *sweep = own->sweep;
	uint32_t before = own->task.first, all = before + own->made;
	size_t row = DRY_METRIC_COUNT * sizeof(double);

	if (all > 1) {
		double *sample = dry_arena_array(&sweep->found.arena, all, row);

		if (before)
			memcpy(sample, point->sample ? point->sample : point->metric, before * row);
		memcpy(sample + (size_t)before * DRY_METRIC_COUNT, own->sample, own->made * row);
		point->sample = sample;
	}
	set_means(sweep, point, point->sample ? point->sample : own->sample, all);
	for (int i = 0; i < DRY_METRIC_COUNT; i++)
		point->lower_bound[i] |= own->lower_bound[i];
	point->digest = own->digest;
	point->event_count += own->event_count;
}

void sweep_keep_bound(struct dry_sweep *sweep, struct dry_sweep_point *point, const double *bound)
{
	size_t bounds = (size_t)DRY_SWEEP_CHECKPOINTS * sweep->found.objective_count;

	if (!sweep->prunes || sweep->options.shard.count < 2 || point->is_extra)
		return;
	point->bound = dry_arena_array(&sweep->found.arena, bounds, sizeof(*point->bound));
	memcpy(point->bound, bound, bounds * sizeof(*point->bound));
}

/* Puts what the task gave into its point. Under the lock. */
static void commit(struct own *own, struct dry_sweep_point *point)
{
	struct dry_sweep *sweep = own->sweep;

	if (own->reason) {
		point->state = DRY_POINT_FAILED;
		point->reason = dry_arena_text(&sweep->found.arena, own->reason);
		return;
	}
	if (own->pruned) {
		point->state = DRY_POINT_PRUNED;
		point->reason = DRY_PRUNE_REASON;
		return;
	}
	add_samples(own, point);
	point->state = DRY_POINT_DONE;
	if (!own->task.is_baseline)
		sweep_keep_bound(sweep, point, own->bound);
}

/* Under the lock: points may move. */
static struct dry_sweep_point *task_point(const struct own *own)
{
	struct dry_sweep_result *found = &own->sweep->found;

	return own->task.is_baseline ? &found->baseline : &found->point[own->task.position];
}

/* A racing point is not done before its last replication. Under the lock. */
static void finish(struct own *own, struct dry_sweep_point *point)
{
	struct dry_sweep *sweep = own->sweep;
	bool races = sweep->options.race_alpha > 0 && !own->task.is_baseline && !point->is_extra;

	if (races && point->state == DRY_POINT_DONE && own->stochastic &&
	    point->replications < sweep->replications)
		point->state = DRY_POINT_PENDING;
	else
		sweep_point_finished(sweep, point, own->task.is_baseline);
	if (races)
		sweep_race_arrived(sweep);
}

static void run_task(struct own *own)
{
	struct dry_sweep *sweep = own->sweep;
	struct dry_sweep_point *point;
	const struct dry_setting *setting;
	struct dry_config config;
	uint32_t count;
	bool fine = true;

	dry_arena_reset(&own->arena);
	own->reason = NULL;
	own->made = 0;
	own->stochastic = own->pruned = own->shared = false;
	dry_reach_init(&own->reach);
	own->event_count = 0;
	memset(own->lower_bound, 0, sizeof(own->lower_bound));
	for (uint32_t i = 0; i < DRY_SWEEP_CHECKPOINTS * sweep->found.objective_count; i++)
		own->bound[i] = -INFINITY;
	pthread_mutex_lock(&sweep->lock);
	point = task_point(own);
	setting = own->task.is_baseline ? sweep->options.base_setting : point->setting;
	count = own->task.is_baseline ? sweep->options.base_setting_count : point->setting_count;
	own->digest = point->digest;
	pthread_mutex_unlock(&sweep->lock);
	if (make_config(own, setting, count, &config)) {
		pthread_mutex_lock(&sweep->lock);
		own->thread->horizon_ms = config.horizon_ms;
		own->shared = sweep_reach_find(sweep, &own->task, &config, task_point(own));
		pthread_mutex_unlock(&sweep->lock);
		fine = own->shared || run_replications(own, &config);
	}
	pthread_mutex_lock(&sweep->lock);
	point = task_point(own);
	if (fine && own->shared) {
		sweep->shared++;
		finish(own, point);
	} else if (fine) {
		commit(own, point);
		if (!own->reason)
			sweep_reach_keep(sweep, &own->task, point, &own->reach, own->bound);
		finish(own, point);
	} else {
		point->state = DRY_POINT_PENDING;
		if (own->task.is_baseline)
			sweep->baseline_started = false;
		else
			sweep_queue_again(sweep, own->task.position);
	}
	sweep->running--;
	own->thread->busy = false;
	pthread_cond_broadcast(&sweep->change);
	pthread_cond_broadcast(&sweep->work);
	pthread_mutex_unlock(&sweep->lock);
}

static void begin_task(struct own *own)
{
	struct dry_sweep *sweep = own->sweep;
	struct sweep_thread *thread = own->thread;

	thread->busy = true;
	thread->task = own->task;
	thread->started_at_ms = sweep->now_ms();
	thread->horizon_ms = DRY_NEVER;
	atomic_store(&thread->replication, own->task.first);
	atomic_store(&thread->sim_at_ms, sweep->options.track_time ? 0 : -1);
	sweep->running++;
}

void *sweep_work(void *context)
{
	struct sweep_thread *thread = context;
	struct dry_sweep *sweep = thread->sweep;
	struct own own = { .thread = thread, .sweep = sweep, .worker = dry_worker_new() };

	dry_arena_init(&own.arena);
	dry_result_init(&own.result);
	own.bound = dry_xcalloc(DRY_SWEEP_CHECKPOINTS * (size_t)sweep->found.objective_count + 1,
				sizeof(*own.bound));
	pthread_mutex_lock(&sweep->lock);
	while (!sweep->stopped) {
		if (!sweep_take_task(sweep, &own.task)) {
			pthread_cond_wait(&sweep->work, &sweep->lock);
			continue;
		}
		begin_task(&own);
		pthread_mutex_unlock(&sweep->lock);
		run_task(&own);
		pthread_mutex_lock(&sweep->lock);
	}
	thread->alive = false;
	sweep->alive--;
	pthread_cond_broadcast(&sweep->change);
	pthread_mutex_unlock(&sweep->lock);
	dry_worker_release(own.worker);
	dry_arena_release(&own.arena);
	dry_result_release(&own.result);
	free(own.sample);
	free(own.bound);
	return NULL;
}
