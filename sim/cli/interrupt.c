#include "cli/interrupt.h"

#include <signal.h>
#include <stddef.h>
#include <time.h>
#include <unistd.h>

#include "io/writer.h"

static atomic_bool stop;
static atomic_bool waits;               /* somebody asks for the flag: the first signal only sets it */
static atomic_bool has_line;
static atomic_int count;
static atomic_int first;
static atomic_bool lets_finish;         /* SIGINT: what is under way may take its time */
static timer_t patience;
static bool has_patience;               /* the timer could be made */

#define COUNT_THAT_ENDS 3
#define PATIENCE_MS 400                 /* from the flag to the end */
#define PATIENCE_TO_FINISH_MS 5000      /* of what writes down what is done */

static void end_now(int signal_number)
{
	static const char erase[] = "\r\x1b[K";

	dry_writer_remove_temporaries();
	if (atomic_load(&has_line) && write(STDERR_FILENO, erase, sizeof(erase) - 1) < 0) {
		/* nobody is left to be told */
	}
	_exit(128 + signal_number);
}

/* An instant of a simulation can be long, and the flag is seen at its end. */
static void end_soon(void)
{
	const long ms = atomic_load(&lets_finish) ? PATIENCE_TO_FINISH_MS : PATIENCE_MS;
	const struct itimerspec due = { .it_value = { ms / 1000, ms % 1000 * 1000000 } };

	if (has_patience)
		(void)timer_settime(patience, 0, &due, NULL);
}

static void on_patience(int signal_number)
{
	(void)signal_number;
	end_now(atomic_load(&first));
}

static void on_signal(int signal_number)
{
	int none = 0, before;

	if (!atomic_load(&waits))
		end_now(signal_number);
	atomic_compare_exchange_strong(&first, &none, signal_number);
	atomic_store(&stop, true);
	before = atomic_fetch_add(&count, 1);
	if (before + 1 >= COUNT_THAT_ENDS)
		end_now(signal_number);
	if (signal_number != SIGINT || !atomic_load(&lets_finish))
		end_soon();
}

void cli_interrupt_catch(void)
{
	static const int caught[] = { SIGINT, SIGTERM, SIGHUP };
	struct sigaction action = { .sa_handler = on_signal, .sa_flags = SA_RESTART };

	sigemptyset(&action.sa_mask);
	for (size_t i = 0; i < sizeof(caught) / sizeof(caught[0]); i++)
		sigaddset(&action.sa_mask, caught[i]);
	for (size_t i = 0; i < sizeof(caught) / sizeof(caught[0]); i++) {
		struct sigaction before;

		/* nohup and the like: what is ignored stays ignored */
		if (!sigaction(caught[i], NULL, &before) && before.sa_handler == SIG_IGN)
			continue;
		(void)sigaction(caught[i], &action, NULL);
	}
	action.sa_handler = on_patience;
	has_patience = !sigaction(SIGALRM, &action, NULL) && !timer_create(CLOCK_MONOTONIC, NULL, &patience);
}

void cli_interrupt_lets_finish(void)
{
	atomic_store(&lets_finish, true);
}

void cli_interrupt_ends(void)
{
	atomic_store(&waits, false);
}

const atomic_bool *cli_interrupt_flag(void)
{
	atomic_store(&waits, true);
	return &stop;
}

void cli_interrupt_line(bool is_drawn)
{
	atomic_store(&has_line, is_drawn);
}

bool cli_is_interrupted(void)
{
	return atomic_load(&stop);
}

int cli_interrupt_count(void)
{
	return atomic_load(&count);
}

int cli_interrupt_code(void)
{
	int signal_number = atomic_load(&first);

	return signal_number ? 128 + signal_number : 0;
}
