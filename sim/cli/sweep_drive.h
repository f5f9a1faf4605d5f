/*
 * A sweep under way on the command line: progress on stderr, Ctrl-C, the
 * journal, and the searches that need several sweeps.
 */
#ifndef DRY_CLI_SWEEP_DRIVE_H
#define DRY_CLI_SWEEP_DRIVE_H

#include "cli/command.h"
#include "io/journal.h"
#include "sweep/search.h"
#include "sweep/sweep.h"

struct cli_drive {
	struct dry_cli *cli;
	const struct dry_input *input;
	struct dry_sweep_options options;       /* of the final sweep; on_point is the drive's */
	enum dry_search_method method;
	uint64_t sample;                        /* points wanted; 0 = the method's own */
	const char *resume;                     /* journal; NULL = none */
	const char *again;                      /* the command that resumes, for the message */
	int journal_code;                       /* set: the journal could not be written, as was printed */
	/* inner */
	struct dry_journal *journal;
	struct dry_sweep_result known;          /* points found by earlier sweeps of a search */
	bool has_known;
	const char *what;                       /* "sweep", "rung 1 of 4" */
	int64_t shown_at_ms;
	uint32_t shown_percent;
	bool bar_drawn;
	int signals_heard, signals_told;
};

/*
 * Runs to the end. Returns 0 and fills *result (release it), or the exit code:
 * complaints are printed then and *result holds nothing.
 */
int cli_drive(struct cli_drive *drive, struct dry_sweep_result *result);

#endif
