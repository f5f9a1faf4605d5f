/*
 * One recorded case: a scenario with its trace, and what the recorded
 * autoscaler decided in it (expected.jsonl). Both decision logs become lists of
 * lines; a line is an instant and the rest of the event as canonical text.
 */
#ifndef TESTS_CONFORMANCE_CASE_H
#define TESTS_CONFORMANCE_CASE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/error.h"
#include "run/run.h"

struct log_line {
	int64_t at_ms;
	const char *text;               /* the event without its instant, keys in the log's order */
};

struct log {
	struct dry_arena arena;         /* the texts */
	struct log_line *line;
	size_t count, capacity;
};

void log_init(struct log *log);
void log_clear(struct log *log);
void log_release(struct log *log);
void log_add(struct log *log, int64_t at_ms, const char *text);
/* By instant, then text: what a comparison of multisets needs. */
void log_sort(struct log *log);

/* Reads expected.jsonl or expected.jsonl.gz of the folder. False with a complaint. */
bool expected_read(struct log *log, const char *folder, struct dry_error *err);

/* What expected.json says beside the log; -1 and NULL where it says nothing. */
struct expected_end {
	int64_t loop_count;
	int64_t pending_count;
	struct cJSON *final_targets;
};
void expected_end_read(struct expected_end *end, const char *folder);
void expected_end_release(struct expected_end *end);

/* Listens to a run. Notes are kept for one instant only. */
struct listener {
	const struct dry_input *input;
	struct log log;
	struct log notes;
	int64_t notes_at_ms;            /* keep the notes of this instant; -1 = none */
	uint32_t pending_count;         /* in the last sample */
	struct dry_observer observer;
};
void listener_init(struct listener *listener);
/* For a new run of this input. */
void listener_start(struct listener *listener, const struct dry_input *input, int64_t notes_at_ms);
void listener_release(struct listener *listener);

#endif
