/*
 * Ctrl-C and its kin while a command works: the first one asks it to stop, the
 * second one (where a command gives it no other meaning) ends the process.
 */
#ifndef DRY_CLI_INTERRUPT_H
#define DRY_CLI_INTERRUPT_H

#include <stdatomic.h>
#include <stdbool.h>

/* Catches SIGINT, SIGTERM, SIGHUP from now on. */
void cli_interrupt_watch(void);
/* Set by the first signal: struct dry_run_request.stop. */
const atomic_bool *cli_interrupt_flag(void);
bool cli_is_interrupted(void);
/* How many signals came. */
int cli_interrupt_count(void);
/* 128 + the first signal; 0 = none came. */
int cli_interrupt_code(void);

#endif
