#include "cli/interrupt.h"

#include <signal.h>
#include <stddef.h>
#include <unistd.h>

static atomic_bool stop;
static atomic_int count;
static atomic_int first;

#define COUNT_THAT_ENDS 3

static void on_signal(int signal_number)
{
	int none = 0;

	atomic_compare_exchange_strong(&first, &none, signal_number);
	atomic_store(&stop, true);
	if (atomic_fetch_add(&count, 1) + 1 >= COUNT_THAT_ENDS)
		_exit(128 + signal_number);
}

void cli_interrupt_watch(void)
{
	static const int caught[] = { SIGINT, SIGTERM, SIGHUP };
	struct sigaction action = { .sa_handler = on_signal, .sa_flags = SA_RESTART };

	sigemptyset(&action.sa_mask);
	for (size_t i = 0; i < sizeof(caught) / sizeof(caught[0]); i++) {
		struct sigaction before;

		/* nohup and the like: what is ignored stays ignored */
		if (!sigaction(caught[i], NULL, &before) && before.sa_handler == SIG_IGN)
			continue;
		sigaction(caught[i], &action, NULL);
	}
}

const atomic_bool *cli_interrupt_flag(void)
{
	return &stop;
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
