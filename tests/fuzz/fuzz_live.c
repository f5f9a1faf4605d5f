/* Live files that patches are written against: every format writes one, or refuses. */
#include <string.h>
#include <unistd.h>

#include "report/live_file.h"
#include "report/patch.h"
#include "support/fuzz.h"

static void add(struct dry_change_set *set, struct dry_arena *arena, const char *path, const char *from, const char *to)
{
	struct dry_change *change = &set->change[set->count++];

	dry_change_classify(path, arena, change);
	change->from = from;
	change->to = to;
}

static void patch(const struct dry_doc *live, struct dry_arena *arena)
{
	static const char *const pattern[] = { ".*" };
	static const struct dry_expander_priority level = { .priority = 10, .pattern = pattern, .pattern_count = 1 };
	struct dry_change change[8] = { 0 };
	struct dry_change_set set = { .change = change };
	struct dry_patch_request request = { .changes = &set, .comments = true, .against = live,
					     .priority = &level, .priority_count = 1 };

	add(&set, arena, "expander", "random", "least-waste");
	add(&set, arena, "balancing-ignore-label", "a,b", "c");
	add(&set, arena, "balance-similar-node-groups", NULL, "true");
	add(&set, arena, "nodeGroups.a.minSize", "0", "1");
	add(&set, arena, "nodeGroups.a.maxSize", "3", "4");
	add(&set, arena, "nodeGroups.a.capacityType", "on-demand", "spot");
	add(&set, arena, "expanderPriorities", "none", "10: .*");
	for (size_t i = 0; i < dry_patch_format_count; i++) {
		struct dry_page page = { 0 };
		struct dry_error err = { 0 };

		if (dry_patch_write(&dry_patch_formats[i], &request, &page, &err))
			fuzz_require(page.length > 0, "a patch is no empty text");
		else
			fuzz_require(err.count > 0, "a refusal says why");
		dry_error_release(&err);
		dry_page_release(&page);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct dry_error err = { 0 };
	struct dry_arena arena;
	struct dry_doc doc;
	char path[64];
	const int fd = fuzz_file(data, size, path, sizeof(path));

	dry_arena_init(&arena);
	if (dry_live_document(&doc, path, dry_patch_is_deployment, &err)) {
		fuzz_require_silence(&err);
		patch(&doc, &arena);
	} else {
		fuzz_require_complaint(&err, DRY_ERROR_INPUT);
	}
	dry_doc_release(&doc);
	dry_arena_release(&arena);
	close(fd);
	return 0;
}
