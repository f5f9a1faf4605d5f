/* Journals: damaged lines are complaints, torn ones are cut off, nothing crashes. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io/journal.h"
#include "io/results_file.h"
#include "support/fuzz.h"

/* The manifest of what the data itself says, as far as it says one. */
static void make_manifest(struct dry_sweep_result *manifest)
{
	static const char *const value[] = { "1m", "2m" };
	static const struct dry_sweep_parameter parameter = { "scan-interval", 2, value };
	static const enum dry_metric_id objective[] = { DRY_METRIC_COST_DAY, DRY_METRIC_P95_WAIT };
	static const char *const base[] = { "10s" };
	static const bool match[2], *const matches[] = { match };

	dry_sweep_result_init(manifest);
	manifest->scenario = "fuzz";
	manifest->version = "0.1.0";
	manifest->seed = 1;
	manifest->grid_count = 2;
	manifest->parameter = &parameter;
	manifest->parameter_count = 1;
	manifest->base_value = base;
	manifest->base_match = matches;
	manifest->objective = objective;
	manifest->objective_count = 2;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* in memory where that is possible: a journal is synced to the disk */
	char path[] = "/dev/shm/fuzz-journal-XXXXXX", elsewhere[] = "/tmp/fuzz-journal-XXXXXX";
	bool in_memory = !access("/dev/shm", W_OK);
	char *used = in_memory ? path : elsewhere;
	int fd = mkstemp(used);
	struct dry_journal_summary summary;
	struct dry_sweep_result manifest;
	struct dry_journal *journal;
	struct dry_error err = { 0 };

	if (fd < 0)
		return 0;
	if (write(fd, data, size) != (ssize_t)size)
		abort();
	close(fd);
	make_manifest(&manifest);
	journal = dry_journal_open(used, &manifest, &summary, &err);
	if (journal) {
		if (summary.dropped_bytes > size)
			abort();
		dry_journal_close(journal, &err);
	} else if (!err.count) {
		abort();
	}
	unlink(used);
	dry_sweep_result_release(&manifest);
	dry_error_release(&err);
	return 0;
}
