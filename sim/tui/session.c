#include "session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "io/journal.h"
#include "io/scenario.h"
#include "load.h"
#include "quiet.h"
#include "take.h"

#define LOOK_EVERY_MS 1000

/* Which point of the result a point of `asked` is. */
struct asked_map {
	uint64_t asked, shown;
	bool is_done;
};

struct dry_session_more {
	char *queue[8];                 /* files still to be read */
	uint32_t queued;
	bool runs_after_load;
	struct stat scenario_stat, trouble_stat;
	int64_t next_take_at_ms;        /* of a result of a live sweep: large ones are copied less often */
	struct asked_map *map;
	size_t map_capacity;
	uint32_t map_count;
};

static void say(struct dry_session *session, const char *format, const char *name)
{
	char text[512];

	free(session->notice);
	session->notice = NULL;
	if (!format)
		return;
	snprintf(text, sizeof(text), format, name);
	session->notice = dry_xstrdup(text);
}

static const char *base_name(const char *path)
{
	const char *slash = path ? strrchr(path, '/') : NULL;

	return slash ? slash + 1 : path ? path : "the scenario";
}

void dry_session_init(struct dry_session *session)
{
	dry_sweep_result_init(&session->result);
	session->take = dry_takes_new();
	session->more = dry_xcalloc(1, sizeof(*session->more));
	session->run_ms = -1;
}

static void drop_sweeps(struct dry_session *session)
{
	dry_takes_clear(session->take);
	if (session->asked)
		dry_sweep_release(session->asked);
	if (session->sweep)
		dry_sweep_release(session->sweep);
	if (session->journal)
		dry_journal_close(session->journal, session->journal_err);
	session->asked = session->sweep = NULL;
	session->journal = NULL;
	session->more->map_count = 0;
	session->generation = session->asked_generation = 0;
	memset(&session->status, 0, sizeof(session->status));
}

static void drop_input(struct dry_session *session)
{
	if (!session->input)
		return;
	dry_input_release(session->input);
	free(session->input);
	session->input = NULL;
}

void dry_session_release(struct dry_session *session)
{
	struct dry_loaded loaded;

	if (session->load) {
		dry_load_cancel(session->load);
		dry_load_finish(session->load, &loaded);
		if (loaded.input) {
			dry_input_release(loaded.input);
			free(loaded.input);
		}
		dry_sweep_result_release(&loaded.result);
		dry_error_release(&loaded.err);
		free(loaded.path);
	}
	drop_sweeps(session);
	dry_takes_release(session->take);
	dry_sweep_result_release(&session->result);
	drop_input(session);
	dry_error_release(&session->err);
	for (uint32_t i = 0; i < session->more->queued; i++)
		free(session->more->queue[i]);
	free(session->more->map);
	free(session->more);
	free(session->notice);
	free(session->scenario_path);
	free(session->result_path);
	free(session->trouble_path);
}

/* ---- files */

static void remember(const char *path, struct stat *at)
{
	if (stat(path, at) != 0)
		memset(at, 0, sizeof(*at));
}

static bool has_changed(const char *path, const struct stat *then)
{
	struct stat now;

	if (stat(path, &now) != 0)
		return false;           /* being written: it will be back */
	return now.st_mtim.tv_sec != then->st_mtim.tv_sec || now.st_mtim.tv_nsec != then->st_mtim.tv_nsec ||
	       now.st_size != then->st_size || now.st_ino != then->st_ino;
}

static void compare_digests(struct dry_session *session)
{
	if (!session->input || !session->has_result)
		return;
	if (strcmp(session->result.scenario_sha256, session->input->scenario_sha256))
		say(session, "result is of an older %s: r runs it again", base_name(session->scenario_path));
	else if (strcmp(session->result.trace_sha256, session->input->trace_sha256))
		say(session, "result is of an older trace of %s: r runs it again",
		    base_name(session->scenario_path));
	else
		say(session, NULL, NULL);
}

static void take_scenario(struct dry_session *session, struct dry_loaded *loaded)
{
	drop_sweeps(session);
	drop_input(session);
	session->input = loaded->input;
	free(session->scenario_path);
	session->scenario_path = dry_xstrdup(loaded->path);
	remember(loaded->path, &session->more->scenario_stat);
	session->scenario_changed = false;
	compare_digests(session);
}

static void take_result(struct dry_session *session, struct dry_loaded *loaded)
{
	drop_sweeps(session);
	dry_sweep_result_release(&session->result);
	session->result = loaded->result;
	session->has_result = true;
	session->run_ms = -1;
	free(session->result_path);
	session->result_path = dry_xstrdup(loaded->path);
	compare_digests(session);
}

static void next_in_queue(struct dry_session *session);

static void finish_load(struct dry_session *session)
{
	struct dry_loaded loaded;

	dry_load_finish(session->load, &loaded);
	session->load = NULL;
	dry_error_release(&session->err);
	free(session->trouble_path);
	session->trouble_path = NULL;
	session->in_trouble = false;
	if (loaded.ok && loaded.is_result) {
		take_result(session, &loaded);
	} else if (loaded.ok) {
		take_scenario(session, &loaded);
		dry_sweep_result_release(&loaded.result);
	} else {
		dry_sweep_result_release(&loaded.result);
		session->in_trouble = !loaded.was_cancelled;
		session->more->runs_after_load = false;
		if (session->in_trouble) {
			dry_error_sort(&loaded.err);
			session->err = loaded.err;
			session->trouble_path = dry_xstrdup(loaded.path);
			remember(loaded.path, &session->more->trouble_stat);
			memset(&loaded.err, 0, sizeof(loaded.err));
		}
	}
	dry_error_release(&loaded.err);
	free(loaded.path);
	session->revision++;
	if (session->more->runs_after_load) {
		session->more->runs_after_load = false;
		dry_session_run(session, NULL);
	}
	next_in_queue(session);
}

static void next_in_queue(struct dry_session *session)
{
	struct dry_session_more *more = session->more;
	char *path;

	if (session->load || !more->queued)
		return;
	path = more->queue[0];
	more->queued--;
	memmove(more->queue, more->queue + 1, more->queued * sizeof(more->queue[0]));
	session->load = dry_load_start(path, session->waits, session->now_ms());
	free(path);
	if (session->waits)
		finish_load(session);
}

void dry_session_open(struct dry_session *session, const char *path)
{
	struct dry_session_more *more = session->more;

	if (more->queued < sizeof(more->queue) / sizeof(more->queue[0]))
		more->queue[more->queued++] = dry_xstrdup(path);
	next_in_queue(session);
}

void dry_session_cancel_load(struct dry_session *session)
{
	if (session->load)
		dry_load_cancel(session->load);
}

void dry_session_read_again(struct dry_session *session)
{
	char *scenario = session->scenario_path ? dry_xstrdup(session->scenario_path) : NULL;
	char *result = session->result_path ? dry_xstrdup(session->result_path) : NULL;
	char *trouble = session->in_trouble ? dry_xstrdup(session->trouble_path) : NULL;

	if (trouble) {
		dry_session_open(session, trouble);
	} else {
		if (scenario)
			dry_session_open(session, scenario);
		if (result && !session->sweep)
			dry_session_open(session, result);
	}
	free(scenario);
	free(result);
	free(trouble);
}

bool dry_session_loading(const struct dry_session *session, struct dry_load_progress *progress)
{
	if (!session->load)
		return false;
	dry_load_progress(session->load, session->now_ms(), progress);
	return true;
}

static bool look_at_files(struct dry_session *session)
{
	struct dry_session_more *more = session->more;
	int64_t now_ms = session->now_ms();

	if (session->waits || session->load || now_ms - session->looked_at_ms < LOOK_EVERY_MS)
		return false;
	session->looked_at_ms = now_ms;
	if (session->in_trouble && has_changed(session->trouble_path, &more->trouble_stat)) {
		dry_session_read_again(session);
		return true;
	}
	if (session->scenario_changed || !session->input || session->in_trouble ||
	    !has_changed(session->scenario_path, &more->scenario_stat))
		return false;
	session->scenario_changed = true;
	if (session->has_result)        /* nothing is replaced silently */
		say(session, "result is of an older %s: r reads and runs it again",
		    base_name(session->scenario_path));
	else
		dry_session_read_again(session);
	return true;
}

/* ---- the sweep */

static bool start_threads(struct dry_sweep *sweep, uint32_t jobs)
{
	sigset_t before;
	bool ok;

	dry_signals_hold(&before);
	ok = dry_sweep_start(sweep, jobs);
	dry_signals_release(&before);
	return ok;
}

static void on_point(void *context, const struct dry_sweep_point *point, bool is_baseline)
{
	struct dry_session *session = context;

	if (session->journal)
		dry_journal_on_point(session->journal, point, is_baseline);
}

static bool open_journal(struct dry_session *session, struct dry_error *err)
{
	struct dry_journal_summary summary;
	struct dry_sweep_result manifest;
	bool ok;

	if (!session->journal_path)
		return true;
	dry_sweep_manifest(session->sweep, &manifest);
	session->journal = dry_journal_open(session->journal_path, &manifest, &summary, err);
	dry_sweep_result_release(&manifest);
	ok = session->journal && dry_journal_give(session->journal, session->sweep, err);
	if (!ok && session->journal) {
		dry_journal_close(session->journal, NULL);
		session->journal = NULL;
	}
	return ok;
}

static void take_sweep_result(struct dry_session *session)
{
	int64_t begin_ms = session->now_ms(), end_ms;

	dry_sweep_result_release(&session->result);
	dry_sweep_result(session->sweep, &session->result);
	session->has_result = true;
	session->generation = session->status.generation;
	session->revision++;
	end_ms = session->now_ms();
	/* Copying may take a tenth of the time, not more. */
	session->more->next_take_at_ms = end_ms + 10 * (end_ms - begin_ms);
}

static bool poll_sweep(struct dry_session *session)
{
	uint64_t before = session->status.generation;
	enum dry_sweep_phase phase = session->status.phase;
	bool is_idle;

	if (!session->sweep)
		return false;
	dry_sweep_poll(session->sweep, &session->status);
	is_idle = dry_sweep_is_idle(&session->status);
	if (is_idle && session->run_ms < 0)
		session->run_ms = session->status.elapsed_ms;
	if (session->generation != session->status.generation || !session->has_result)
		if (is_idle || session->now_ms() >= session->more->next_take_at_ms)
			take_sweep_result(session);
	return before != session->status.generation || phase != session->status.phase || !is_idle;
}

/* What was asked for beside the sweep that goes is asked again of the new one. */
static void ask_again(struct dry_session *session, const struct dry_sweep_result *old)
{
	for (uint32_t i = 0; i < old->point_count; i++) {
		const struct dry_sweep_point *point = &old->point[i];

		if (point->is_extra)
			dry_sweep_add(session->sweep, point->setting, point->setting_count, NULL, NULL);
	}
}

/* no_grid: the scenario as it is, and what is asked for beside it. */
static bool begin_sweep(struct dry_session *session, bool no_grid, struct dry_error *err)
{
	const struct dry_sweep_options options = { .no_grid = no_grid, .has_seed = session->has_seed,
						   .seed = session->seed,
						   .track_time = true, .on_point = on_point,
						   .on_point_context = session,
						   .now_ms = session->waits ? session->now_ms : NULL };
	struct dry_sweep *sweep = dry_sweep_new(session->input, &options, err);

	if (!sweep)
		return false;
	drop_sweeps(session);
	session->sweep = sweep;
	if ((no_grid || open_journal(session, err)) && start_threads(sweep, session->jobs)) {
		if (session->has_result)
			ask_again(session, &session->result);
		return true;
	}
	drop_sweeps(session);
	if (err && !err->count)
		dry_fail(err, DRY_ERROR_SYSTEM, DRY_NOWHERE, "no thread could be started");
	return false;
}

bool dry_session_run(struct dry_session *session, struct dry_error *err)
{
	if (!session->input)
		return dry_fail(err, DRY_ERROR_USAGE, DRY_NOWHERE,
				session->has_result ? "this result is read only: open its scenario with o to run it" :
						      "no scenario is loaded: press o");
	if (session->load)
		return dry_fail(err, DRY_ERROR_USAGE, DRY_NOWHERE, "a file is being read");
	if (session->scenario_changed) {
		session->more->runs_after_load = true;
		dry_session_open(session, session->scenario_path);
		return true;
	}
	if (session->sweep && session->status.phase == DRY_SWEEP_PAUSED) {
		dry_sweep_resume(session->sweep);
	} else if (session->sweep && !dry_sweep_is_idle(&session->status)) {
		return dry_fail(err, DRY_ERROR_USAGE, DRY_NOWHERE, "the sweep is running");
	} else if (session->sweep && session->status.phase == DRY_SWEEP_STOPPED) {
		start_threads(session->sweep, session->jobs);
	} else if (!begin_sweep(session, false, err)) {
		return false;
	}
	say(session, NULL, NULL);
	session->run_ms = -1;
	if (session->waits)
		dry_sweep_wait(session->sweep, -1);
	session->more->next_take_at_ms = 0;
	poll_sweep(session);
	return true;
}

void dry_session_pause(struct dry_session *session)
{
	if (!session->sweep)
		return;
	if (session->status.phase == DRY_SWEEP_PAUSED)
		dry_sweep_resume(session->sweep);
	else
		dry_sweep_pause(session->sweep);
	poll_sweep(session);
}

void dry_session_stop(struct dry_session *session)
{
	if (!session->sweep)
		return;
	dry_sweep_stop(session->sweep, true);
	if (session->waits)
		dry_sweep_wait(session->sweep, -1);
	poll_sweep(session);
}

bool dry_session_is_running(const struct dry_session *session)
{
	return session->sweep && !dry_sweep_is_idle(&session->status);
}

/* ---- what if */

static bool begin_asked(struct dry_session *session, struct dry_error *err)
{
	const struct dry_sweep_result *result = &session->result;
	const struct dry_sweep_options options = {
		.no_grid = true, .setting_count = result->setting_count, .setting = result->setting,
		.objective_count = result->objective_count, .objective = result->objective,
		.replications = result->replications, .has_seed = true, .seed = result->seed,
	};

	session->asked = dry_sweep_new(session->input, &options, err);
	if (!session->asked)
		return false;
	if (start_threads(session->asked, session->jobs))
		return true;
	dry_sweep_release(session->asked);
	session->asked = NULL;
	return dry_fail(err, DRY_ERROR_SYSTEM, DRY_NOWHERE, "no thread could be started");
}

static bool poll_asked(struct dry_session *session)
{
	struct dry_session_more *more = session->more;
	struct dry_sweep_status *status;
	struct dry_sweep_result got;
	bool changed;

	if (!session->asked)
		return false;
	status = dry_xcalloc(1, sizeof(*status));
	dry_sweep_poll(session->asked, status);
	changed = status->generation != session->asked_generation;
	session->asked_generation = status->generation;
	free(status);
	if (!changed)
		return false;
	dry_sweep_result(session->asked, &got);
	for (uint32_t i = 0; i < more->map_count; i++) {
		const struct dry_sweep_point *from = dry_sweep_result_find(&got, more->map[i].asked);
		const struct dry_sweep_point *to = dry_sweep_result_find(&session->result, more->map[i].shown);

		if (more->map[i].is_done || !from || !to || from->state == DRY_POINT_PENDING ||
		    from->state == DRY_POINT_RUNNING)
			continue;
		dry_sweep_point_take(&session->result,
				     &session->result.point[dry_sweep_point_position(&session->result, to)], from);
		more->map[i].is_done = true;
	}
	dry_sweep_result_release(&got);
	dry_sweep_result_rank(&session->result, true);
	session->revision++;
	return true;
}

bool dry_session_ask(struct dry_session *session, const struct dry_setting *setting, uint32_t count,
		     uint64_t *index, struct dry_error *err)
{
	struct dry_session_more *more = session->more;
	struct dry_sweep_result *result = &session->result;
	uint64_t asked_index = 0;

	if (!session->input)
		return dry_fail(err, DRY_ERROR_USAGE, DRY_NOWHERE, "what if needs the scenario: press o");
	if (!session->has_result && !session->sweep) {
		if (!begin_sweep(session, true, err))
			return false;
		session->run_ms = -1;
	}
	if (session->sweep) {
		if (!dry_sweep_add(session->sweep, setting, count, index, err))
			return false;
		if (session->waits)
			dry_sweep_wait(session->sweep, -1);
		poll_sweep(session);
		return true;
	}
	if ((!session->asked && !begin_asked(session, err)) ||
	    !dry_sweep_add(session->asked, setting, count, &asked_index, err))
		return false;
	*index = result->point_count && result->point[result->point_count - 1].index >= result->grid_count ?
		 result->point[result->point_count - 1].index + 1 : result->grid_count;
	dry_sweep_result_add_extra(result, *index, setting, count);
	dry_sweep_result_rank(result, true);
	session->revision++;
	more->map = dry_grow(more->map, &more->map_capacity, more->map_count + 1, sizeof(*more->map));
	more->map[more->map_count++] = (struct asked_map){ asked_index, *index, false };
	if (session->waits)
		dry_sweep_wait(session->asked, -1);
	poll_asked(session);
	return true;
}

bool dry_session_poll(struct dry_session *session)
{
	bool changed = false;

	if (session->load && dry_load_is_done(session->load)) {
		finish_load(session);
		changed = true;
	}
	changed |= session->load != NULL;
	changed |= poll_sweep(session);
	changed |= poll_asked(session);
	changed |= dry_takes_poll(session->take);
	changed |= look_at_files(session);
	return changed;
}

const struct dry_sweep_point *dry_session_point(const struct dry_session *session, uint64_t index)
{
	if (!session->has_result)
		return NULL;
	if (index == session->result.baseline.index && session->result.baseline.has_metrics)
		return &session->result.baseline;
	return dry_sweep_result_find(&session->result, index);
}
