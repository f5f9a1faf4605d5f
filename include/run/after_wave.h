/*
 * Nodes after a wave of Jobs: how long each node group holds them now, and how
 * soon it may let them go. Candidates are settings with a shorter
 * scaleDownUnneededTime of one group (its own option), and in the end with a
 * shorter scale-down-delay-after-add for all; each is simulated on the same
 * random numbers as the present setting and held against it.
 */
#ifndef DRY_RUN_AFTER_WAVE_H
#define DRY_RUN_AFTER_WAVE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "run/scenario.h"
#include "run/metrics.h"
#include "world/observer.h"

#define DRY_WAVE_PODS 5                 /* batch pods that make a wave */
#define DRY_WAVE_STEPS 6

/* What the present setting does with the nodes of a group. */
struct dry_wave_group {
	uint32_t batch_pods;            /* starts of batch pods on its nodes */
	uint32_t waves;                 /* periods with batch pods, DRY_WAVE_PODS of them at least */
	uint32_t released;              /* nodes removed between a wave and the next */
	int64_t held_ms;                /* sum over those: from the wave's last pod to the decision */
	/* of the period that goes on */
	uint32_t running, started;
	int64_t ended_at_ms;            /* the last wave's end; -1 = none, or the next has begun */
};

/* An observer of one run; `group` has config->group_count entries, zeroed memory of the arena. */
struct dry_wave_watch {
	const struct dry_input *input;
	struct dry_wave_group *group;
};
void dry_wave_watch_init(struct dry_wave_watch *watch, const struct dry_input *input, uint32_t group_count,
			 struct dry_arena *arena);
struct dry_observer dry_wave_watch_observer(struct dry_wave_watch *watch);

/* Times shorter than `present_ms`, longest first; at most DRY_WAVE_STEPS. */
uint32_t dry_wave_steps(int64_t present_ms, int64_t step_ms[DRY_WAVE_STEPS]);

/* scaleDownUnneededTime that holds for the group now: its own, or the flag. */
int64_t dry_wave_unneeded_ms(const struct dry_config *config, const struct dry_input *input, uint32_t group,
			     struct dry_arena *arena);

/*
 * May the candidate replace the present setting? Waits (mean, p95, p99:
 * quantiles alone do not see a second wave that waits as long as the first
 * did), evictions, lost work and pods never scheduled may be worse by the
 * tolerance (a ratio) or by what nobody notices (1 s, 5 s, one eviction a day,
 * 0.1 core hours, none).
 */
bool dry_wave_is_safe(const double *present, const double *candidate, double tolerance);

#endif
