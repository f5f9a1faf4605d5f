#include "take.h"

#include <stdlib.h>
#include <string.h>

#include "quiet.h"

static void *make(void *context)
{
	struct dry_take *take = context;
	const struct dry_run_request request = { .input = take->input, .config = &take->config,
						 .seed = take->seed, .stop = &take->stop };

	take->recording = dry_recording_make(&request);
	atomic_store(&take->done, true);
	return NULL;
}

struct dry_take *dry_takes_new(void)
{
	return dry_xcalloc(DRY_TAKES, sizeof(struct dry_take));
}

static void clear_one(struct dry_take *take)
{
	atomic_store(&take->stop, true);
	if (take->has_thread)
		pthread_join(take->thread, NULL);
	dry_recording_release(take->recording);
	if (take->state != DRY_TAKE_NONE)
		dry_arena_release(&take->arena);
	memset(take, 0, sizeof(*take));
}

void dry_takes_clear(struct dry_take *take)
{
	for (int i = 0; i < DRY_TAKES; i++)
		atomic_store(&take[i].stop, true);
	for (int i = 0; i < DRY_TAKES; i++)
		clear_one(&take[i]);
}

void dry_takes_release(struct dry_take *take)
{
	dry_takes_clear(take);
	free(take);
}

bool dry_takes_poll(struct dry_take *take)
{
	bool ready = false;

	for (int i = 0; i < DRY_TAKES; i++) {
		if (take[i].state != DRY_TAKE_RUNNING || !atomic_load(&take[i].done))
			continue;
		if (take[i].has_thread)
			pthread_join(take[i].thread, NULL);
		take[i].has_thread = false;
		take[i].state = DRY_TAKE_READY;
		ready = true;
	}
	return ready;
}

static struct dry_take *free_slot(struct dry_take *take)
{
	struct dry_take *best = NULL;

	for (int i = 0; i < DRY_TAKES; i++) {
		if (take[i].state == DRY_TAKE_NONE)
			return &take[i];
		if (take[i].state == DRY_TAKE_READY && (!best || take[i].used_at < best->used_at))
			best = &take[i];
	}
	if (best)
		clear_one(best);
	return best;
}

static bool same_question(const struct dry_session *session)
{
	const struct dry_sweep_result *result = &session->result;
	const struct dry_input *input = session->input;

	return !strcmp(result->scenario_sha256, input->scenario_sha256) &&
	       !strcmp(result->trace_sha256, input->trace_sha256);
}

static void start(struct dry_session *session, struct dry_take *take)
{
	sigset_t before;

	take->input = session->input;
	take->seed = session->result.seed;
	take->state = DRY_TAKE_RUNNING;
	dry_signals_hold(&before);
	if (!session->waits)
		take->has_thread = !pthread_create(&take->thread, NULL, make, take);
	dry_signals_release(&before);
	if (!take->has_thread)
		make(take);
	dry_takes_poll(session->take);
}

const struct dry_recording *dry_session_recording(struct dry_session *session, uint64_t index,
						  const char **why)
{
	const struct dry_sweep_point *point = dry_session_point(session, index);
	struct dry_error err = { 0 };
	struct dry_take *take;

	*why = NULL;
	if (!session->has_result || !point) {
		*why = "there is no point to run yet";
		return NULL;
	}
	if (!session->input) {
		*why = "the curves need the scenario: dryscale tui RESULT SCENARIO, or press o";
		return NULL;
	}
	if (!same_question(session)) {
		*why = "the scenario has changed since this result was made: press r to run it again";
		return NULL;
	}
	for (int i = 0; i < DRY_TAKES; i++) {
		take = &session->take[i];
		if (take->state == DRY_TAKE_NONE || take->index != index)
			continue;
		take->used_at = ++session->clock;
		return take->state == DRY_TAKE_READY ? take->recording : NULL;
	}
	take = free_slot(session->take);
	if (!take)
		return NULL;
	dry_arena_init(&take->arena);
	if (!dry_sweep_point_config(&session->result, point, session->input, &take->config, &take->arena,
				    &err)) {
		dry_arena_release(&take->arena);
		memset(take, 0, sizeof(*take));
		dry_error_release(&err);
		*why = "the scenario does not know a parameter of this point";
		return NULL;
	}
	take->index = index;
	take->used_at = ++session->clock;
	start(session, take);
	return take->state == DRY_TAKE_READY ? take->recording : NULL;
}
