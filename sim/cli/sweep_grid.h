/* Parameters of a grid from the command line and from files. */
#ifndef DRY_CLI_SWEEP_GRID_H
#define DRY_CLI_SWEEP_GRID_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "run/scenario.h"

struct cli_grid {
	struct dry_arena arena;
	uint32_t count;
	size_t capacity;
	struct dry_sweep_parameter *parameter;  /* owned array; texts are the arena's */
};

void cli_grid_init(struct cli_grid *grid);
void cli_grid_release(struct cli_grid *grid);

/*
 * One -g or --grid: "KEY=V1,V2", "KEY=LO..HI/STEP" (integers, decimals,
 * durations), "KEY=V1;V2" when values have commas; without "=" a file with a
 * map of lists, JSON or YAML, as a scenario's sweep.parameters. False with a complaint.
 */
bool cli_grid_add(struct cli_grid *grid, const char *text, struct dry_error *err);

#endif
