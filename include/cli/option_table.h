/*
 * One table a command: its options, usage lines and examples. Parsing, --help,
 * the manual page and shell completion all come from these rows, so that none
 * of them can disagree with another.
 *
 * Options and operands come in any order; "--" ends the options; "-" is an
 * operand; "--name=value", "--name value", "-nvalue" and "-n value" are the
 * same. Abbreviated names are refused: the complaint names the nearest option.
 */
#ifndef DRY_CLI_OPTION_TABLE_H
#define DRY_CLI_OPTION_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

/* Ids of the options that every command has; a command's own ids count from 1. */
enum dry_common_option {
	DRY_COMMON_FORMAT = 1000,
	DRY_COMMON_OUTPUT,
	DRY_COMMON_QUIET,
	DRY_COMMON_VERBOSE,
	DRY_COMMON_SEED,
	DRY_COMMON_JOBS,
	DRY_COMMON_COLOR,
	DRY_COMMON_GLYPHS,
	DRY_COMMON_PROGRESS,
	DRY_COMMON_FORCE,
	DRY_COMMON_LIMIT_SIZE,
	DRY_COMMON_HELP,
	DRY_COMMON_VERSION
};

struct dry_cli_option {
	int id;
	char letter;                    /* 0 = no short form */
	const char *name;               /* long form, no dashes */
	const char *argument;           /* "FILE"; NULL = takes none */
	const char *help;               /* one line, no full stop */
	const char *words;              /* "a|b|c": the only values there are; NULL = any */
};

struct dry_cli;

struct dry_cli_command {
	const char *name;
	const char *summary;            /* one line: what it is for */
	const char *const *usage;       /* without "dryscale NAME"; ends with NULL */
	const char *const *example;     /* whole command lines; ends with NULL */
	const struct dry_cli_option *option;
	size_t option_count;
	const char *formats;            /* "table|json|csv|md", the default first; NULL = no -f */
	uint32_t operand_min;
	uint32_t operand_max;           /* UINT32_MAX = any number */
	const char *operand;            /* what an operand is: "SCENARIO" */
	const char *operand_words;      /* what the first operand may be, for completion; NULL = a file */
	const char *about;              /* a paragraph for the manual page and below the options */
	int (*run)(struct dry_cli *cli);        /* returns the exit code */
};

struct dry_cli_given {
	const struct dry_cli_option *option;
	const char *value;              /* NULL when it takes none; borrowed from argv */
};

struct dry_cli_arguments {
	struct dry_cli_given *given;    /* in the order of the command line; owned */
	uint32_t given_count;
	const char **operand;           /* owned array of borrowed texts */
	uint32_t operand_count;
};

extern const struct dry_cli_option dry_common_options[];
extern const size_t dry_common_option_count;

/* The common options a command has: --format only when it has formats. */
bool dry_cli_has_common(const struct dry_cli_command *command, const struct dry_cli_option *option);

/*
 * argv without the program and the command. False with a usage complaint.
 * --help and --version are left in `given`; with one of them among the
 * arguments nothing else is required.
 */
bool dry_cli_parse(const struct dry_cli_command *command, int argc, const char *const *argv,
		   struct dry_cli_arguments *arguments, struct dry_error *err);
void dry_cli_arguments_release(struct dry_cli_arguments *arguments);

/* The last one of an option, or NULL. */
const struct dry_cli_given *dry_cli_find(const struct dry_cli_arguments *arguments, int id);
const char *dry_cli_value(const struct dry_cli_arguments *arguments, int id);   /* NULL = not given */
uint32_t dry_cli_count(const struct dry_cli_arguments *arguments, int id);

/* Is the span word one of "a|b|c"? */
bool dry_cli_is_word(const char *words, const char *word);

#endif
