#include "base/assert.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

/* What the thread is simulating, for the message only: no run reads it. */
static _Thread_local const struct dry_assert_run *present_run;

void dry_assert_enter_run(const struct dry_assert_run *run)
{
	present_run = run;
}

void dry_assert_failed(const char *condition, const char *file, int line)
{
	const struct dry_assert_run *run = present_run;

	fprintf(stderr, "dryscale: bug: %s:%d: `%s' does not hold\n", file, line, condition);
	if (run) {
		fprintf(stderr, "dryscale: in run %" PRIu32 ", replication %" PRIu32 ", seed %" PRIu64,
			run->run_index, run->replication, run->seed);
		if (run->now_ms)
			fprintf(stderr, ", simulated time %" PRId64 ".%03d s", *run->now_ms / 1000,
				(int)llabs(*run->now_ms % 1000));
		fputc('\n', stderr);
		if (run->command)
			fprintf(stderr, "dryscale: to repeat it: %s\n", run->command);
	}
	fprintf(stderr, "dryscale: please report this with the scenario and the trace\n");
	abort();
}
