/* Scenarios into which the screens write other values: written and right, or left alone. */
#include <unistd.h>

#include "support/fuzz.h"
#include "tui/views.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct dry_setting setting[] = { { .path = "scan-interval", .value = "30s" },
					       { .path = "expander", .value = "priority" },
					       { .path = "nodeGroups.a.maxSize", .value = "9" } };
	struct dry_page page = { 0 };
	struct dry_error err = { 0 };
	char path[64];
	const int fd = fuzz_file(data, size, path, sizeof(path));

	if (dry_scenario_patch(path, setting, 3, &page, &err)) {
		fuzz_require_silence(&err);
		fuzz_require(page.length > 0, "a scenario with other values is no empty text");
	} else {
		fuzz_require(err.count > 0, "what is refused is complained about");
	}
	dry_error_release(&err);
	dry_page_release(&page);
	close(fd);
	return 0;
}
