/*
 * The one place of this layer that looks at the machine: for rates and the
 * default number of threads, never for results.
 */
#include <time.h>
#include <unistd.h>

#include "sweep_inner.h"

int64_t sweep_monotonic_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

uint32_t sweep_cpus_online(void)
{
	long online = sysconf(_SC_NPROCESSORS_ONLN);

	if (online < 1)
		return 1;
	return online > DRY_SWEEP_JOBS_MAX ? DRY_SWEEP_JOBS_MAX : (uint32_t)online;
}
