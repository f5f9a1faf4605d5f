/*
 * What a recorded autoscaler did, gathered from events, node objects or its
 * log, and written as a decision log (importers.h, "calibration file"). The
 * same act is told several times over: each is counted once.
 */
#ifndef DRY_IO_IMPORTERS_RECORDED_H
#define DRY_IO_IMPORTERS_RECORDED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "io/importers/importer.h"

/* Who told of a scale-up; the first of these is kept where several did. */
enum dry_scale_up_teller {
	DRY_TELLS_ACT,                  /* "setting group G size to N" */
	DRY_TELLS_PLAN,                 /* a pod that triggered it, a plan in the log */
	DRY_TELLS_DONE                  /* "group G size set to N": after the cloud's answer */
};

struct dry_recorded_scale_up {
	int64_t at_ms;
	dry_symbol group;
	int64_t from, to, max;          /* -1 = not told */
	enum dry_scale_up_teller teller;
	uint32_t order;
	uint32_t open;                  /* nodes of it that are not matched yet */
};

struct dry_recorded_node {
	dry_symbol name, group;         /* group 0 = not told */
	int64_t registered_ms, ready_ms, used_ms, gone_ms;      /* DRY_CLOCK_NONE = not told */
	bool is_tracked;                /* its Ready condition was recorded: without ready_ms it never was */
};

struct dry_recorded_act {
	int64_t at_ms;
	dry_symbol text;                /* members behind "t" */
	dry_symbol key;                 /* equal acts within a minute are one; 0 = none */
	uint32_t order;
};

struct dry_recorded {
	struct dry_import_job *job;
	struct dry_recorded_scale_up *scale_up;
	size_t scale_up_count, scale_up_capacity;
	struct dry_recorded_node *node;
	size_t node_count, node_capacity;
	uint32_t *node_by_name;         /* symbol -> node + 1 */
	size_t node_by_name_capacity;
	struct dry_recorded_act *act;
	size_t act_count, act_capacity;
	struct dry_text scratch;
};

void dry_recorded_init(struct dry_recorded *recorded, struct dry_import_job *job);
void dry_recorded_release(struct dry_recorded *recorded);

/* Valid until the next new node. */
struct dry_recorded_node *dry_recorded_node(struct dry_recorded *recorded, const char *name, size_t length);

/* A name as JSON, hashed where names are. Only what is written has such names. */
void dry_recorded_name(struct dry_recorded *recorded, const char *name, struct dry_text *out);

/* "event":... and so on. Key: what makes two tellings the same act; NULL = each counts. */
void dry_recorded_act(struct dry_recorded *recorded, int64_t at_ms, const char *key, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/*
 * A sentence of the autoscaler's, as in events and in its log: scale-ups and
 * their failures, backoffs, removals of nodes. False when it is none of them.
 */
bool dry_recorded_sentence(struct dry_recorded *recorded, int64_t at_ms, const char *text, size_t length);

/* Sorts and writes; a complaint when there is nothing. */
bool dry_recorded_write(struct dry_recorded *recorded, struct dry_error *err);

#endif
