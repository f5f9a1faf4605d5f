/*
 * What the screens show: the scenario, its sweep (live, or a result from a
 * file), settings that were asked for, and recordings of points. Work is done
 * by threads that never touch the screen; the screens poll. In a snapshot
 * everything is waited for instead, so that the same keys give the same screen.
 */
#ifndef DRY_TUI_SESSION_H
#define DRY_TUI_SESSION_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "report/recording.h"
#include "run/scenario.h"
#include "sweep/sweep.h"
#include "sweep/sweep_result.h"

struct dry_load;                        /* a file being read */
struct dry_take;                        /* a recording being made, or made */
struct dry_journal;
struct dry_session_more;                /* what only session.c reads */

enum dry_take_state { DRY_TAKE_NONE, DRY_TAKE_RUNNING, DRY_TAKE_READY };

struct dry_session {
	/* set by the caller before the first call */
	bool waits;                     /* snapshot: nothing goes on in the background */
	uint32_t jobs;                  /* never 0 */
	bool has_seed;
	uint64_t seed;
	const char *journal_path;       /* NULL = no journal */
	int64_t (*now_ms)(void);

	char *scenario_path;            /* owned; NULL = none */
	char *result_path;
	struct dry_input *input;        /* owned; NULL = no scenario */
	bool has_result;                /* result below holds something to show */
	struct dry_sweep_result result;
	struct dry_sweep *sweep;        /* live; NULL = the result is from a file, or there is none */
	struct dry_sweep *asked;        /* runs settings asked for beside a result from a file */
	struct dry_sweep_status status; /* of sweep */
	uint64_t generation, asked_generation;
	uint32_t revision;              /* grows when result changes: what views keep is then stale */
	int64_t run_ms;                 /* of a sweep that is over; -1 = unknown */
	char *notice;                   /* owned: one line that stays; NULL = none */
	struct dry_error err;           /* why the last file could not be read */
	bool in_trouble;                /* err holds the reason; what was loaded before stays */
	char *trouble_path;
	struct dry_load *load;          /* NULL = nothing is being read */
	struct dry_journal *journal;
	struct dry_error *journal_err;  /* gets why a journal is short, for the end of the program */
	struct dry_take *take;          /* owned array of DRY_TAKES */
	uint64_t clock;                 /* of uses of takes */
	int64_t looked_at_ms;           /* files last looked at */
	bool scenario_changed;          /* on disk, after it was read */
	struct dry_session_more *more;
};

#define DRY_TAKES 4

void dry_session_init(struct dry_session *session);
void dry_session_release(struct dry_session *session);

/* Reads a scenario or a result; both may be open at once. Trouble is a state, no failure. */
void dry_session_open(struct dry_session *session, const char *path);
void dry_session_cancel_load(struct dry_session *session);
/* Reads again what is open. */
void dry_session_read_again(struct dry_session *session);
/* Bytes taken, bytes in all (0 = unknown), lines a second; false when nothing is being read. */
struct dry_load_progress {
	const char *path;
	uint64_t stored, file, text;
	int64_t elapsed_ms;
};
bool dry_session_loading(const struct dry_session *session, struct dry_load_progress *progress);

/* Takes what the threads have finished. True when there is something new to draw. */
bool dry_session_poll(struct dry_session *session);

/* The sweep. False with a complaint. */
bool dry_session_run(struct dry_session *session, struct dry_error *err);
void dry_session_pause(struct dry_session *session);    /* or resume */
void dry_session_stop(struct dry_session *session);
bool dry_session_is_running(const struct dry_session *session);

/* One more setting; *index is its point's. False with complaints. */
bool dry_session_ask(struct dry_session *session, const struct dry_setting *setting, uint32_t count,
		     uint64_t *index, struct dry_error *err);

/*
 * The recording of a point (of result), which starts when it is first asked
 * for. NULL while it runs, or when there can be none: *why then says so.
 */
const struct dry_recording *dry_session_recording(struct dry_session *session, uint64_t index,
						  const char **why);
/* The point with that index; the baseline's may be outside the grid. NULL = none. */
const struct dry_sweep_point *dry_session_point(const struct dry_session *session, uint64_t index);

#endif
