/* What a scenario of the library is. Inner header of the api layer. */
#ifndef DRY_SIM_API_SCENARIO_H
#define DRY_SIM_API_SCENARIO_H

#include "base/arena.h"
#include "run/scenario.h"
#include "sweep/sweep_result.h"

struct dryscale_scenario {
	struct dry_input input;
	struct dry_config config;       /* the file's, with the settings; in the arena */
	struct dry_arena arena;
	struct dry_setting *setting;    /* owned array; texts in the arena */
	uint32_t setting_count;
	uint64_t seed;
};

/* Keeps a setting that was made, for reports and sweeps. */
void api_remember(struct dryscale_scenario *scenario, const char *path, const char *value);

#endif
