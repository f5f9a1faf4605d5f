/*
 * Several runs at once: replications, seeds, a baseline beside a proposal. Each
 * run is a pure function of its request, so the number of threads changes
 * nothing but the time.
 */
#ifndef DRY_RUN_RUN_MANY_H
#define DRY_RUN_RUN_MANY_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "run/run.h"

/*
 * result[i] is of request[i]; the caller's memory, uninitialised; all of them
 * are to be released, also when it returns false: one was stopped (request's
 * own `stop`). jobs 0 = the CPUs online. An observer is called from the thread
 * of its run: give it to one request only. *done (may be NULL) counts finished
 * runs, for progress.
 */
bool dry_run_many(const struct dry_run_request *request, uint32_t count, uint32_t jobs,
		  struct dry_result *result, atomic_uint *done);

#endif
