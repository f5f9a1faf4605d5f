#include "cli/interrupt.h"

#include <signal.h>
#include <stddef.h>
#include <unistd.h>

#include "io/writer.h"

static atomic_bool stop;
static atomic_bool waits;               /* somebody asks for the flag: the first signal only sets it */
static atomic_bool has_line;
static atomic_int count;
static atomic_int first;

#define COUNT_THAT_ENDS 3

static void end_now(int signal_number)
{
	static const char erase[] = "\r\x1b[K";

	dry_writer_remove_temporaries();
	if (atomic_load(&has_line) && write(STDERR_FILENO, erase, sizeof(erase) - 1) < 0) {
		/* nobody is left to be told */
	}
	_exit(128 + signal_number);
}

static void on_signal(int signal_number)
{
	int none = 0;

	if (!atomic_load(&waits))
		end_now(signal_number);
	atomic_compare_exchange_strong(&first, &none, signal_number);
	atomic_store(&stop, true);
	if (atomic_fetch_add(&count, 1) + 1 >= COUNT_THAT_ENDS)
		end_now(signal_number);
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
