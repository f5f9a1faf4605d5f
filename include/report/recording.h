/*
 * One run, kept as a person looks at it: series over time, what happened to
 * node groups and nodes, and the autoscaler's own notes of the loops in which
 * it acted. Made by running a setting once more with an observer; immutable
 * afterwards, so any thread may read it.
 */
#ifndef DRY_REPORT_RECORDING_H
#define DRY_REPORT_RECORDING_H

#include <stdbool.h>
#include <stdint.h>

#include "run/result.h"
#include "run/run.h"
#include "run/scenario.h"
#include "world/observer.h"

#define DRY_SERIES_LEVELS 8

/*
 * A step function: from at_ms[i] on the value is value[i]; before the first
 * step it is 0. Minima and maxima over blocks of 16, 256, ... steps are kept, so
 * that a question about a year costs no more than one about a minute.
 */
struct dry_series {
	uint32_t count;
	int64_t *at_ms;                 /* ascending */
	int64_t *value;
	size_t at_capacity, value_capacity;
	uint32_t level_count;
	struct {
		uint32_t count;
		int64_t *low, *high;
	} level[DRY_SERIES_LEVELS];
};

/* Steps come in order of time; one at the same instant replaces the one before. */
void dry_series_add(struct dry_series *series, int64_t at_ms, int64_t value);
/* Builds the minima and maxima: after the last step, before dry_series_range(). */
void dry_series_seal(struct dry_series *series);
void dry_series_release(struct dry_series *series);
int64_t dry_series_at(const struct dry_series *series, int64_t at_ms);
/* Least and greatest value in force in [from, to); also when from == to. */
void dry_series_range(const struct dry_series *series, int64_t from_ms, int64_t to_ms, int64_t *low,
		      int64_t *high);
/* Integral of the value over [from, to), in value-milliseconds. */
double dry_series_integral(const struct dry_series *series, int64_t from_ms, int64_t to_ms);

enum dry_moment_kind {
	DRY_MOMENT_SCALE_UP,
	DRY_MOMENT_REFUSED,             /* the cloud refused, or a time-out */
	DRY_MOMENT_BACKOFF,
	DRY_MOMENT_SCALE_DOWN,
	DRY_MOMENT_RECLAIM,             /* the cloud took a node back */
	DRY_MOMENT_KIND_COUNT
};

/* "scale-up", "refused", ... */
const char *dry_moment_name(enum dry_moment_kind kind);

struct dry_moment {
	int64_t at_ms;
	enum dry_moment_kind kind;
	uint32_t group_index;
	uint32_t ordinal;               /* of the node; scale-up: of the first new one; DRY_NONE = none */
	int32_t from, to;
	int64_t until_ms;               /* backoff */
	const char *reason;             /* static; NULL = none */
	uint32_t loop_index;            /* DRY_NONE = it did not happen in a loop */
};

/* A loop of the autoscaler in which a moment happened. */
struct dry_loop {
	int64_t at_ms;
	int64_t pending, ready;
	int64_t oldest_ms;              /* of the pods that nothing could take; -1 = none */
	uint32_t unschedulable;
	int64_t need_milli_cpu, need_bytes;     /* requests of those */
	uint32_t note_first, note_count;
	uint32_t notes_left_out;
};

struct dry_recorded_node {
	int64_t ready_at_ms;            /* -1 = never */
	int64_t gone_at_ms;             /* -1 = stays */
	int64_t chosen_at_ms;           /* scale-down decided; -1 = not */
};

struct dry_recorded_group {
	struct dry_series ready, target, price;         /* nodes, nodes, nano-dollars an hour */
	uint32_t node_count;            /* by ordinal */
	struct dry_recorded_node *node;
	size_t node_capacity;
};

struct dry_pod_started {
	int64_t at_ms;
	uint32_t pod_index;
	uint32_t group_index;
	uint32_t ordinal;
	bool is_first;                  /* first start of the pod */
};

struct dry_recording {
	const struct dry_input *input;          /* borrowed */
	const struct dry_config *config;        /* borrowed */
	int64_t end_at_ms;
	uint32_t group_count;
	struct dry_recorded_group *group;
	struct dry_series nodes;                /* ready, all groups */
	struct dry_series pending, running, spend;      /* pods, pods, nano-dollars */
	struct dry_series added, removed, reclaimed;    /* nodes so far */
	uint32_t moment_count;
	struct dry_moment *moment;              /* by time */
	size_t moment_capacity;
	uint32_t loop_count;
	struct dry_loop *loop;
	size_t loop_capacity;
	uint32_t note_count;
	struct dry_note *note;
	size_t note_capacity;
	uint32_t start_count;
	struct dry_pod_started *start;
	size_t start_capacity;
	int64_t worst_wait_ms;                  /* of pods that started; -1 = none started */
	int64_t worst_start_at_ms;
	uint32_t worst_pod;                     /* DRY_NONE */
	struct dry_result result;
};

/*
 * Runs the request with an observer of its own (request->observer is not
 * used). input and config must live as long as the recording. NULL when the
 * request's stop flag was set.
 */
struct dry_recording *dry_recording_make(const struct dry_run_request *request);
void dry_recording_release(struct dry_recording *recording);

/* Index of the first moment at or after the instant; moment_count when there is none. */
uint32_t dry_recording_find(const struct dry_recording *recording, int64_t at_ms);

#endif
