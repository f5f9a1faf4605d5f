/*
 * Live settings against what an audit log's approved proposals set. Live files
 * are what people have (the autoscaler's Deployment, chart values, the priority
 * ConfigMap, an AKS profile, node groups, a scenario); several together are one
 * picture. A flag that a whole command line does not name has its default.
 */
#ifndef DRY_REPORT_DRIFT_H
#define DRY_REPORT_DRIFT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "report/change.h"
#include "report/page.h"
#include "run/world_drift.h"

/* What the live files say; all text is in the arena. */
struct dry_live {
	struct dry_arena *arena;        /* borrowed */
	uint32_t count;
	struct dry_setting *setting;    /* paths as dry_config_set() takes them */
	size_t capacity;
	bool has_flags;                 /* a whole command line was read: missing flags have their default */
};

void dry_live_init(struct dry_live *live, struct dry_arena *arena);
/* Adds a file ("-" = stdin is refused: a file is read twice). False with complaints at the place. */
bool dry_live_read(struct dry_live *live, const char *path, struct dry_error *err);
void dry_live_release(struct dry_live *live);

enum dry_drift_state {
	DRY_DRIFT_NONE,                 /* live is what was approved, however it is written */
	DRY_DRIFT_CHANGED,              /* something else */
	DRY_DRIFT_NOT_APPLIED,          /* still (or again) what it was before the proposal */
	DRY_DRIFT_UNKNOWN               /* the live files do not say */
};

struct dry_drift_row {
	enum dry_drift_state state;
	const char *path, *before, *approved;   /* before NULL = unknown */
	const char *live;               /* NULL = unknown */
};

struct dry_drift {
	uint32_t count;
	struct dry_drift_row *row;      /* one an approved change, in its order */
	uint32_t differing, unknown;
};

/* One row a change of `approved` (dry_governance_state()); memory is the arena's. */
void dry_drift_compare(const struct dry_change_set *approved, const struct dry_live *live,
		       struct dry_arena *arena, struct dry_drift *drift);

/* "same", "changed", "not applied", "unknown". */
const char *dry_drift_state_name(enum dry_drift_state state);

void dry_drift_table(const struct dry_drift *drift, struct dry_page *page, bool markdown);
/* Schema "dryscale.drift/1". */
void dry_drift_json(const struct dry_drift *drift, struct dry_page *page);

/* The same of the world; JSON with schema "dryscale.world-drift/1". */
void dry_world_drift_table(const struct dry_world_drift *drift, struct dry_page *page, bool markdown);
void dry_world_drift_json(const struct dry_world_drift *drift, struct dry_page *page);

#endif
