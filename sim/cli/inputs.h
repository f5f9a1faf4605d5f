/* Reading a scenario, with progress on stderr and an ear for Ctrl-C. */
#ifndef DRY_CLI_INPUTS_H
#define DRY_CLI_INPUTS_H

#include <stdbool.h>
#include <stddef.h>

#include "cli/command.h"
#include "io/scenario.h"
#include "run/scenario.h"

/*
 * Reads scenario and traces; complaints and notes are printed. `options` may be
 * NULL. Returns 0, or the exit code; the input is then released.
 */
int cli_load(struct dry_cli *cli, const char *path, const struct dry_load_options *options,
	     struct dry_input *input);

/* The path of scenarios/NAME.yaml: in the working folder's tree, or where "make install" put it. False: nowhere. */
bool cli_bundled_scenario(const char *name, char *path, size_t size);

#endif
