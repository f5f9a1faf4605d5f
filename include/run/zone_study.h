/*
 * What-ifs over zones: the same workload with groups balanced or not, in one
 * zone, spread by constraint, kept in one region; and each of them while a zone
 * runs dry: its nodes go and it gives no more for a while.
 */
#ifndef DRY_RUN_ZONE_STUDY_H
#define DRY_RUN_ZONE_STUDY_H

#include <stdbool.h>
#include <stdint.h>

#include "run/scenario.h"

struct dry_error;

struct dry_zone_options {
	const char *zone;               /* that runs dry; NULL = that of the first group */
	const char *region;             /* that data may not leave; NULL = that of the first group */
	int64_t from_ms, until_ms;      /* of the outage; until 0 = the middle sixth of the run */
};

struct dry_zone_variant {
	const char *name;               /* the arena's */
	const struct dry_input *input;
	const struct dry_config *config;
};

struct dry_zone_study {
	uint32_t count;
	struct dry_zone_variant *variant;       /* the arena's, as everything of it */
	struct dry_arena arena;
};

/*
 * Adds words to the input's symbols where it lacks them, so before any run.
 * False with a complaint: a zone or region that no group has (usage), or groups
 * of one zone only (empty). Release it either way.
 */
bool dry_zone_study_make(struct dry_zone_study *study, struct dry_input *input, const struct dry_config *config,
			 const struct dry_zone_options *options, struct dry_error *err);
void dry_zone_study_release(struct dry_zone_study *study);

#endif
