/*
 * Ctrl-C and its kin. While a command reads, checks or writes, the first signal
 * ends it: what it was writing is removed, the exit code is 128 + the signal.
 * While it simulates, the first one only sets a flag, so that finished points
 * are kept and the command can say what it did; when it has not ended soon after,
 * or at the third, it is ended anyway.
 */
#ifndef DRY_CLI_INTERRUPT_H
#define DRY_CLI_INTERRUPT_H

#include <stdatomic.h>
#include <stdbool.h>

/* Catches SIGINT, SIGTERM, SIGHUP from now on, except those that the caller's caller ignores. */
void cli_interrupt_catch(void);
/* From now on the first signal ends the process: how it is at the start. */
void cli_interrupt_ends(void);
/*
 * From now on the first signal sets this flag: for who looks at it often (struct
 * dry_run_request.stop). Who has not ended 0.4 s later is ended.
 */
const atomic_bool *cli_interrupt_flag(void);
/* SIGINT sets the flag and no more; after another signal there are 5 s. For what keeps what it has done. */
void cli_interrupt_lets_finish(void);
/* Tells whether stderr shows a line that is to be erased when the process ends. */
void cli_interrupt_line(bool is_drawn);
bool cli_is_interrupted(void);
/* How many signals came while the flag was asked for. */
int cli_interrupt_count(void);
/* 128 + the first signal; 0 = none came. */
int cli_interrupt_code(void);

#endif
