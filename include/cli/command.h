/*
 * What every command gets: its arguments, the common options as values, where
 * to write and how to complain. Commands are rows of dry_commands, one file
 * each in sim/cli.
 */
#ifndef DRY_CLI_COMMAND_H
#define DRY_CLI_COMMAND_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "cli/option_table.h"
#include "report/page.h"

enum dry_progress { DRY_PROGRESS_NONE, DRY_PROGRESS_BAR, DRY_PROGRESS_PLAIN };

struct dry_cli {
	const struct dry_cli_command *command;
	struct dry_cli_arguments arguments;
	const char *format;             /* a word of command->formats */
	const char *output;             /* NULL = stdout */
	bool quiet;
	bool verbose;
	bool force;
	bool has_seed;
	uint64_t seed;
	uint32_t jobs;
	uint64_t size_limit;            /* bytes of one input, unpacked; 0 = what each reader allows */
	bool color_out, color_err;
	const char *glyphs;             /* "auto", "braille", "block", "ascii" */
	bool utf8;                      /* the locale's codeset */
	enum dry_progress progress;
	struct dry_error err;
	const char *consequence;        /* ends the count line of complaints */
};

extern const struct dry_cli_command *const dry_commands[];      /* ends with NULL */

const struct dry_cli_command *dry_command_find(const char *name);

/* Reads the common options into *cli. False with a usage complaint. */
bool dry_cli_common(struct dry_cli *cli, struct dry_error *err);

/* Prints the complaints of cli->err (notes too, unless quiet) to stderr; returns the exit code they mean. */
int dry_cli_complain(struct dry_cli *cli);
/* The notes only, when something worked but is worth saying. Empties err. */
void dry_cli_notes(struct dry_cli *cli);

/* A line for people on stderr, unless --quiet. */
void dry_cli_hint(const struct dry_cli *cli, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/*
 * Writes a result: to the --output file (whole or not at all) or to stdout.
 * Returns the exit code: `code` when all is well, else the one of the failure.
 */
int dry_cli_write(struct dry_cli *cli, const struct dry_page *page, int code);

/* A natural number from an option; false with a usage complaint. */
bool dry_cli_number(struct dry_cli *cli, const char *option, const char *text, int64_t min, int64_t max,
		    int64_t *value);

/* The duration of an option (its id and name); *ms stays when it is not given. False with a usage complaint. */
bool dry_cli_duration(struct dry_cli *cli, int option_id, const char *option, int64_t min_ms, int64_t max_ms,
		      int64_t *ms);

int dry_cli_main(int argc, char **argv);

#endif
