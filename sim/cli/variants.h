/* Commands that put variants of a scenario side by side. */
#ifndef DRY_CLI_VARIANTS_H
#define DRY_CLI_VARIANTS_H

#include "cli/command.h"
#include "run/scenario.h"

struct cli_variant {
	const char *name;
	const struct dry_input *input;
	const struct dry_config *config;
};

/* Runs each `replications` times on the same random numbers, draws the table. Returns the exit code. */
int cli_run_variants(struct dry_cli *cli, const char *scenario, const char *title, const struct cli_variant *variant,
		     uint32_t count, uint32_t replications);

#endif
