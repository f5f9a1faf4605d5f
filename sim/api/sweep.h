/* What a sweep of the library is. Inner header of the api layer. */
#ifndef DRY_SIM_API_SWEEP_H
#define DRY_SIM_API_SWEEP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "sweep/sweep_result.h"

struct dryscale_scenario;

struct dryscale_sweep {
	struct dryscale_scenario *scenario;     /* NULL = of a file */
	struct dry_arena arena;
	struct dry_sweep_parameter *parameter;  /* owned array; their values too */
	uint32_t parameter_count;
	bool has_result;
	struct dry_sweep_result result;
};

#endif
