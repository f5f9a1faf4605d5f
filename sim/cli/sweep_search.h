/*
 * Which points a sweep looks at: a grid, a sample, or searches that need several
 * sweeps. Between sweep_drive.c, which runs one sweep, and sweep_search.c.
 */
#ifndef DRY_CLI_SWEEP_SEARCH_H
#define DRY_CLI_SWEEP_SEARCH_H

#include <stdbool.h>

#include "cli/sweep_drive.h"

/* By drive->method. As cli_drive(). */
int search_run(struct cli_drive *drive, struct dry_sweep_result *result);

/* One sweep to its end; *result is filled on 0. `gives`: the journal's points are offered. */
int drive_sweep(struct cli_drive *drive, const struct dry_sweep_options *options, bool gives,
		struct dry_sweep_result *result);
/* The same with the journal opened before and closed behind it. */
int drive_journaled(struct cli_drive *drive, struct dry_sweep_options *options, struct dry_sweep_result *result);
/* `knows_selection`: the options name all points that will be run. Nothing without drive->resume. */
int drive_open_journal(struct cli_drive *drive, struct dry_sweep_options *options, bool knows_selection);
/* Returns `code`. */
int drive_close_journal(struct cli_drive *drive, int code);
/* The manifest that a sweep with these options will have. */
bool drive_manifest(struct cli_drive *drive, const struct dry_sweep_options *options,
		    struct dry_sweep_result *manifest);

#endif
