/* Reading a scenario or a result in a thread of its own. */
#ifndef DRY_TUI_LOAD_H
#define DRY_TUI_LOAD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "run/scenario.h"
#include "session.h"
#include "sweep/sweep_result.h"

struct dry_loaded {
	bool ok;
	bool is_result;
	bool was_cancelled;
	struct dry_input *input;        /* of a scenario; the caller's from now on */
	struct dry_sweep_result result; /* of a result */
	struct dry_error err;
	char *path;                     /* heap */
};

/* Starts reading; `waits`: reads before it returns. */
struct dry_load *dry_load_start(const char *path, bool waits, int64_t now_ms);
void dry_load_cancel(struct dry_load *load);
bool dry_load_is_done(const struct dry_load *load);
void dry_load_progress(const struct dry_load *load, int64_t now_ms, struct dry_load_progress *progress);
/* Waits for the end, hands over what was read, frees the load. */
void dry_load_finish(struct dry_load *load, struct dry_loaded *loaded);

#endif
