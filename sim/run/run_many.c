#include "run/run_many.h"

#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/arena.h"

struct team {
	const struct dry_run_request *request;
	struct dry_result *result;
	uint32_t count;
	atomic_uint next;
	atomic_bool stopped;
	atomic_uint *done;
};

static void *work(void *context)
{
	struct team *team = context;
	struct dry_worker *worker = dry_worker_new();
	uint32_t i;

	while (!atomic_load(&team->stopped) && (i = atomic_fetch_add(&team->next, 1)) < team->count) {
		const atomic_bool *stop = team->request[i].stop;

		if ((stop && atomic_load(stop)) || !dry_run(worker, &team->request[i], &team->result[i]))
			atomic_store(&team->stopped, true);
		else if (team->done)
			atomic_fetch_add(team->done, 1);
	}
	dry_worker_release(worker);
	return NULL;
}

bool dry_run_many(const struct dry_run_request *request, uint32_t count, uint32_t jobs,
		  struct dry_result *result, atomic_uint *done)
{
	struct team team = { .request = request, .result = result, .count = count, .done = done };
	long online = jobs ? (long)jobs : sysconf(_SC_NPROCESSORS_ONLN);
	uint32_t others = online > 1 ? (uint32_t)online - 1 : 0, started = 0;
	pthread_t *thread;

	if (count <= others)
		others = count ? count - 1 : 0;
	for (uint32_t i = 0; i < count; i++)
		dry_result_init(&result[i]);
	thread = dry_xcalloc(others + 1, sizeof(*thread));
	while (started < others && !pthread_create(&thread[started], NULL, work, &team))
		started++;
	work(&team);
	for (uint32_t i = 0; i < started; i++)
		pthread_join(thread[i], NULL);
	free(thread);
	return !atomic_load(&team.stopped);
}
