/* Runs of a command, with progress on stderr. */
#ifndef DRY_CLI_RUNNING_H
#define DRY_CLI_RUNNING_H

#include <stdint.h>

#include "cli/command.h"
#include "run/run.h"

/* The seed of the command line, else the config's. */
uint64_t cli_seed(const struct dry_cli *cli, const struct dry_config *config);

/*
 * dry_run_many() with progress on stderr once it takes longer than a moment.
 * Returns 0, or 128 + signal when stopped; results are to be released anyway.
 */
int cli_run_many(struct dry_cli *cli, const struct dry_run_request *request, uint32_t count,
		 struct dry_result *result);

#endif
