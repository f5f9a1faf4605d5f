#include "cli/running.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <time.h>

#include "cli/interrupt.h"
#include "cli/pace.h"
#include "run/run_many.h"

uint64_t cli_seed(const struct dry_cli *cli, const struct dry_config *config)
{
	return cli->has_seed ? cli->seed : config->seed;
}

struct running {
	struct dry_cli *cli;
	uint32_t count;
	atomic_uint done;
	atomic_bool over;
	bool told;
};

/* Tells how far the runs are, from a thread of its own. */
static void *tell(void *context)
{
	struct running *running = context;
	bool bar = running->cli->progress == DRY_PROGRESS_BAR;
	int64_t began = pace_now_ms(),
		told = began + (bar ? PACE_QUIET_MS - PACE_FRAME_MS : PACE_PLAIN_FIRST_MS - PACE_PLAIN_MS);

	while (!atomic_load(&running->over)) {
		struct timespec moment = { .tv_nsec = 20000000 };
		int64_t now;

		nanosleep(&moment, NULL);
		now = pace_now_ms();
		if (now - told < (bar ? PACE_FRAME_MS : PACE_PLAIN_MS) || atomic_load(&running->over))
			continue;
		told = now;
		running->told = true;
		fprintf(stderr, bar ? "\rsimulating %u/%u  %.1fs   " :
				      "dryscale: simulating %u/%u, %.0f s elapsed\n",
			atomic_load(&running->done), running->count, (double)(now - began) / 1000);
		fflush(stderr);
	}
	return NULL;
}

int cli_run_many(struct dry_cli *cli, const struct dry_run_request *request, uint32_t count,
		 struct dry_result *result)
{
	struct running running = { .cli = cli, .count = count };
	pthread_t teller;
	bool tells = cli->progress != DRY_PROGRESS_NONE && !pthread_create(&teller, NULL, tell, &running);
	bool fine = dry_run_many(request, count, cli->jobs, result, &running.done);

	cli_interrupt_ends();
	atomic_store(&running.over, true);
	if (tells)
		pthread_join(teller, NULL);
	if (running.told && cli->progress == DRY_PROGRESS_BAR)
		fputs("\r\x1b[K", stderr);
	return fine ? 0 : cli_interrupt_code();
}
