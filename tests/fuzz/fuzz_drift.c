/* Live files that are held against approved changes: settings, or a refusal. */
#include <unistd.h>

#include "report/drift.h"
#include "support/fuzz.h"

static void compare(const struct dry_live *live, struct dry_arena *arena)
{
	static const char *const path[] = { "expander", "scale-down-unneeded-time", "nodeGroups.a.maxSize",
					    "expanderPriorities" };
	struct dry_change change[4] = { 0 };
	const struct dry_change_set set = { .change = change, .count = 4 };
	struct dry_page page = { 0 };
	struct dry_drift drift;

	for (size_t i = 0; i < 4; i++) {
		dry_change_classify(path[i], arena, &change[i]);
		change[i].to = "1";
	}
	dry_drift_compare(&set, live, arena, &drift);
	fuzz_require(drift.count == set.count && drift.unknown + drift.differing <= drift.count, "one row a change");
	dry_drift_json(&drift, &page);
	dry_page_release(&page);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct dry_error err = { 0 };
	struct dry_arena arena;
	struct dry_live live;
	char path[64];
	const int fd = fuzz_file(data, size, path, sizeof(path));

	dry_arena_init(&arena);
	dry_live_init(&live, &arena);
	if (dry_live_read(&live, path, &err))
		compare(&live, &arena);
	else
		fuzz_require(err.count > 0, "what is refused is complained about");
	dry_error_release(&err);
	dry_live_release(&live);
	dry_arena_release(&arena);
	close(fd);
	return 0;
}
