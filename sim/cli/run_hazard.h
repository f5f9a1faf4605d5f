/* run --hazard-scale: the same scenario with spot interruptions as often, three times, ten times as often. */
#ifndef DRY_CLI_RUN_HAZARD_H
#define DRY_CLI_RUN_HAZARD_H

#include "cli/command.h"
#include "run/scenario.h"

/* list: "1,3,10". Returns the exit code. */
int cli_run_hazard(struct dry_cli *cli, const struct dry_input *input, const struct dry_config *config,
		   const char *list, uint32_t replications);

#endif
