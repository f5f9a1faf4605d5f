/*
 * Lives of pods, folded from the states that a recorder saw: one record a uid.
 * A record may come from whole Pod objects (lists, watches, audit bodies) or be
 * filled by hand (audit without bodies, metrics). Afterwards records that only
 * took the place of lost pods are joined into chains, and each chain becomes a
 * row of the trace.
 */
#ifndef DRY_IO_IMPORTERS_POD_FOLD_H
#define DRY_IO_IMPORTERS_POD_FOLD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "io/importers/importer.h"
#include "io/importers/items.h"
#include "io/importers/pod_spec.h"

enum dry_pod_role { DRY_POD_WORKLOAD, DRY_POD_DAEMON, DRY_POD_MIRROR };
enum dry_pod_phase { DRY_PHASE_UNKNOWN, DRY_PHASE_PENDING, DRY_PHASE_RUNNING, DRY_PHASE_SUCCEEDED,
		     DRY_PHASE_FAILED };

/* Times are Unix ms, DRY_CLOCK_NONE = not known. */
struct dry_pod_record {
	const char *uid;
	const char *name;               /* NULL = never seen */
	const char *name_space;
	const char *owner_kind;         /* of the controller; NULL = bare */
	const char *owner_name;
	const char *index;              /* completion index of an indexed Job; NULL = none */
	dry_symbol spec;
	bool has_spec;
	bool has_requests;
	int64_t request_milli_cpu;      /* effective, of the first state */
	int64_t request_bytes;
	enum dry_pod_role role;
	enum dry_pod_phase phase;
	int64_t created_ms;
	int64_t released_ms;            /* its scheduling gates went, when it had any */
	int64_t scheduled_ms;
	int64_t started_ms;             /* first container */
	int64_t finished_ms;            /* last main container, all of them being done */
	int64_t delete_ms;              /* first request to remove it */
	int64_t lost_ms;                /* it was taken by something other than its owner */
	int64_t gone_ms;                /* no longer in the API */
	const char *lost_reason;        /* NULL = not lost */
	bool finished_first;            /* it had ended before it was asked to go */
	bool is_guess;                  /* the loss: holds only where a successor is found */
	int64_t loss_slack_ms;          /* it may have been this much later than lost_ms */
	bool gated;
	bool preexisting;               /* older than the recording */
	bool absorbed;                  /* another record tells this pod's life */
	bool unschedulable;             /* was ever pending for lack of room */
	uint64_t version;               /* resourceVersion seen last */
	uint32_t order;
	uint32_t replaces;              /* record that this one took the place of; DRY_NONE = none */
	uint32_t replaced_by;
};

struct dry_pod_fold {
	struct dry_import_job *job;
	struct dry_pod_record *record;
	size_t count, capacity;
	uint32_t *by_uid;               /* symbol -> record + 1 */
	size_t by_uid_capacity;
	uint64_t states, repeats, resizes;
	int64_t window_start_ms;        /* DRY_CLOCK_NONE = not known */
	bool drop_finished_before_window;
	struct dry_text scratch;
};

void dry_pod_fold_init(struct dry_pod_fold *fold, struct dry_import_job *job);
void dry_pod_fold_release(struct dry_pod_fold *fold);

/* The record of a uid, made when it is new (*is_new, may be NULL). Valid until the next one is made. */
struct dry_pod_record *dry_pod_fold_get(struct dry_pod_fold *fold, const char *uid, size_t length,
					bool *is_new);
/* DRY_NONE when there is none. */
uint32_t dry_pod_fold_find(const struct dry_pod_fold *fold, const char *uid, size_t length);

/*
 * One state of a pod object at `pod` of the current item. seen_ms: when the
 * recorder saw it (DRY_CLOCK_NONE = not known); is_gone: it is the last one.
 */
bool dry_pod_fold_state(struct dry_pod_fold *fold, const struct dry_items *items, uint32_t pod,
			int64_t seen_ms, bool is_gone, struct dry_error *err);

/* The parts of it: what a new record takes from metadata and spec, and a status, whole or in part. */
bool dry_pod_fold_first(struct dry_pod_fold *fold, const struct dry_items *items, uint32_t metadata,
			uint32_t spec, struct dry_pod_record *record, struct dry_error *err);
void dry_pod_fold_status(struct dry_pod_fold *fold, const struct dry_tree *tree, uint32_t status,
			 struct dry_pod_record *record);

/* Marks a loss unless the pod had ended before. */
void dry_pod_record_lose(struct dry_pod_record *record, const char *reason, int64_t at_ms);

/* The end by itself: ended, and not because it was asked to. */
bool dry_pod_record_completed(const struct dry_pod_record *record);

/* Joins successors to the pods they took the place of (replaces, replaced_by). Returns how many. */
uint64_t dry_pod_fold_collapse(struct dry_pod_fold *fold);

/* collapse (unless --keep-recreations), then a row for each chain. */
bool dry_pod_fold_rows(struct dry_pod_fold *fold, struct dry_error *err);

#endif
