/* Recordings of points, made by threads and kept for a while. */
#ifndef DRY_TUI_TAKE_H
#define DRY_TUI_TAKE_H

#include <stdatomic.h>
#include <stdbool.h>

#include <pthread.h>

#include "base/arena.h"
#include "report/recording.h"
#include "session.h"

struct dry_take {
	enum dry_take_state state;
	uint64_t index;                 /* of the point */
	uint64_t used_at;               /* session clock */
	struct dry_arena arena;         /* of the config */
	struct dry_config config;
	const struct dry_input *input;
	uint64_t seed;
	struct dry_recording *recording;
	pthread_t thread;
	bool has_thread;
	atomic_bool stop, done;
};

struct dry_take *dry_takes_new(void);
/* Stops what runs; waits. Before the input goes. */
void dry_takes_clear(struct dry_take *take);
void dry_takes_release(struct dry_take *take);
/* True when one has just become ready. */
bool dry_takes_poll(struct dry_take *take);

#endif
