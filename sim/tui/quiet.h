/*
 * Threads start with signals held back: curses' own handlers (stop, continue,
 * resize) must run where curses is used. Crashes stay deliverable.
 */
#ifndef DRY_TUI_QUIET_H
#define DRY_TUI_QUIET_H

#include <pthread.h>
#include <signal.h>

static inline void dry_signals_hold(sigset_t *before)
{
	sigset_t held;

	sigfillset(&held);
	sigdelset(&held, SIGSEGV);
	sigdelset(&held, SIGBUS);
	sigdelset(&held, SIGFPE);
	sigdelset(&held, SIGILL);
	sigdelset(&held, SIGABRT);
	pthread_sigmask(SIG_SETMASK, &held, before);
}

static inline void dry_signals_release(const sigset_t *before)
{
	pthread_sigmask(SIG_SETMASK, before, NULL);
}

#endif
