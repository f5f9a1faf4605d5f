/*
 * What a setting changes against another, sorted by where a person changes it:
 * a flag of the autoscaler, a node group's size or options, the priority
 * expander's list, or something no file of the autoscaler holds (pods, prices).
 * Recommendations, patches, drift, policy and the audit trail all speak of
 * these.
 */
#ifndef DRY_REPORT_CHANGE_H
#define DRY_REPORT_CHANGE_H

#include <stdint.h>

#include "base/arena.h"
#include "run/scenario.h"
#include "sweep/sweep_result.h"

enum dry_change_kind {
	DRY_CHANGE_FLAG,                /* name = the flag */
	DRY_CHANGE_GROUP_SIZE,          /* group, name = "minSize" or "maxSize" */
	DRY_CHANGE_GROUP_OPTION,        /* group, name = "scaleDownUnneededTime", ... */
	DRY_CHANGE_GROUP_OTHER,         /* group, name = "capacityType", "initialSize", ... */
	DRY_CHANGE_PRIORITIES,          /* name = "expanderPriorities" */
	DRY_CHANGE_OTHER                /* not of the autoscaler: "placeholders.nodes", "spot.hazard.perHour" */
};

struct dry_change {
	enum dry_change_kind kind;
	const char *path;               /* as dry_config_set() takes it */
	const char *group;              /* node group; NULL = none */
	const char *name;               /* last part of the path, or the flag */
	const char *from;               /* NULL = unknown */
	const char *to;
};

struct dry_change_set {
	uint32_t count;
	struct dry_change *change;      /* flags, groups, priorities, others; by path inside each */
};

/* Splits a path into kind, group and name (in the arena). The rest of *change is untouched. */
void dry_change_classify(const char *path, struct dry_arena *arena, struct dry_change *change);

/*
 * From one config to another of the same input: every flag, size, group option
 * and scalar path that differs in meaning. All text is in the arena.
 */
void dry_changes_of_configs(const struct dry_config *from, const struct dry_config *to,
			    const struct dry_input *input, struct dry_arena *arena,
			    struct dry_change_set *changes);

/* A point against the baseline of its result: what it sets that means something else there. */
void dry_changes_of_point(const struct dry_sweep_result *result,
			  const struct dry_sweep_point *point, struct dry_arena *arena,
			  struct dry_change_set *changes);

/* From `to` back to `from`; changes without a known `from` are left out and counted in *lost. */
void dry_changes_invert(const struct dry_change_set *changes, struct dry_arena *arena,
			struct dry_change_set *inverse, uint32_t *lost);

/* The order of struct dry_change_set. */
void dry_changes_sort(struct dry_change_set *changes);

#endif
