/*
 * Random scenarios with traces, by seed: what the laws are tested on. A world
 * is written as files and read back through the loader, so it can be looked at
 * and run by hand.
 */
#ifndef TESTS_SUPPORT_RANDOM_WORLD_H
#define TESTS_SUPPORT_RANDOM_WORLD_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/* What a world may have; a law leaves out what it does not hold for. */
enum world_feature {
	WORLD_INITIAL_NODES = 1u << 0,  /* nodes and minimum sizes at the start */
	WORLD_CLOUD_TROUBLE = 1u << 1,  /* stock-outs, interruptions, unready nodes in the trace */
	WORLD_CHANCE = 1u << 2,         /* drawn provision times, failures, spot hazard */
	WORLD_CONSTRAINTS = 1u << 3,    /* taints, selectors, spread, affinity, budgets, priorities */
	WORLD_PRICE_EXPANDER = 1u << 4, /* decisions may depend on prices */
	WORLD_PREEMPTION = 1u << 5,     /* placeholder pods and preemption */
	WORLD_ZONES = 1u << 6,          /* groups over several zones, pods and trouble that name zones */
	WORLD_SETS = 1u << 7,           /* several taints, tolerations, DaemonSets, budgets, labels */
	WORLD_EVERYTHING = (1u << 8) - 1,
	/* instead: one group, equal pods that nothing takes from their nodes, no scale-down */
	WORLD_EQUAL_PODS = 1u << 8
};

struct world_options {
	uint64_t seed;
	uint32_t features;
	double price_factor;            /* on all prices; 0 = 1 */
	int64_t shift_s;                /* added to every instant of the trace and to the horizon */
	bool zone_is_list;              /* a group's one zone is written as a list of one */
	bool useless_group;             /* one group more, the last, whose taint no pod tolerates */
	int64_t more_nodes;             /* added to the maximum of the first group */
};

/* Writes FOLDER/scenario.json and FOLDER/trace.jsonl; the folder must be there. */
bool world_write(const struct world_options *options, const char *folder);

/* A folder for worlds, removed with remove_folder(): under TMPDIR. */
bool make_folder(char *path, size_t size);
void remove_folder(const char *path);

#endif
