/* How often progress is told. */
#ifndef DRY_CLI_PACE_H
#define DRY_CLI_PACE_H

#include <stdint.h>
#include <time.h>

enum {
	PACE_QUIET_MS = 100,            /* what is faster needs no progress */
	PACE_FRAME_MS = 100,            /* of a bar */
	PACE_PLAIN_MS = 30000,          /* between lines of a log */
	PACE_PLAIN_FIRST_MS = 2000      /* a log needs no line about what is over soon */
};

/* Of a clock that only goes on. */
static inline int64_t pace_now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

#endif
