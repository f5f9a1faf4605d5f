/*
 * Scenario, traces and prices become one struct dry_input (run/scenario.h).
 * Everything is checked before anything runs: up to 20 complaints, sorted by
 * place, each with what was expected and how to fix it.
 */
#ifndef DRY_IO_SCENARIO_H
#define DRY_IO_SCENARIO_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "run/scenario.h"

/* Whether a trace is unpacked by a thread of its own while its lines are parsed; the input is the same. */
enum dry_reading {
	DRY_READING_AUTO,               /* when it is long and there are two processors */
	DRY_READING_ALONE,
	DRY_READING_AHEAD
};

struct dry_load_options {
	bool without_trace;             /* the scenario alone: no pods, no events, no prices */
	const char *trace;              /* not NULL: instead of the scenario's trace, relative to the present folder */
	const char *prices;             /* the same for prices */
	const char *release;            /* not NULL: instead of autoscaler.release ("1.30") and .provider ("aks") */
	const char *provider;
	uint64_t size_limit;            /* bytes of one trace, after decompression; 0 = 16 GiB. One of more
					   than 64 MiB holds for the scenario too */
	enum dry_reading reading;
	/* Called now and then while a trace is read; false stops (DRY_ERROR_SYSTEM, "stopped"). NULL = none. */
	bool (*on_progress)(void *context, uint64_t text_bytes, uint64_t stored_bytes,
			    uint64_t file_bytes);
	void *context;
};

/*
 * Reads the scenario ("-" = stdin: paths in it are then relative to the present
 * folder) and the files it names. `options` may be NULL. False with complaints;
 * the input then holds nothing. True may come with notes (warnings) in err.
 */
bool dry_input_load(struct dry_input *input, const char *file, const struct dry_load_options *options,
		    struct dry_error *err);
/* Frees everything; fine after a failed load. */
void dry_input_release(struct dry_input *input);

#endif
