/* Traces that become one, and results that do: two files, apart by a line of "----". */
#include <string.h>
#include <unistd.h>

#include "io/merge.h"
#include "io/results_file.h"
#include "support/fuzz.h"

static void merge_traces(const char *const *path)
{
	struct dry_error err = { 0 };
	uint64_t events = 0;

	if (dry_merge_traces(path, 2, 0, "/dev/null", true, &events, &err))
		fuzz_require_silence(&err);
	else
		fuzz_require(err.count > 0, "what is refused is complained about");
	dry_error_release(&err);
}

static void merge_results(const char *const *path)
{
	const struct dry_merge_options options = { .on_conflict = DRY_MERGE_FIRST, .partial = true };
	struct dry_error err = { 0 };
	struct dry_results_text text = { 0 };
	struct dry_sweep_result result;

	if (dry_merge_files(path, 2, &options, &result, &err)) {
		dry_results_json(&result, &text);
		fuzz_require(text.length > 0, "a result can be written");
	} else {
		fuzz_require(err.count > 0, "what is refused is complained about");
	}
	dry_results_text_release(&text);
	dry_sweep_result_release(&result);
	dry_error_release(&err);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char between[] = "\n----\n";
	const size_t width = sizeof(between) - 1;
	const uint8_t *const cut = size ? memmem(data, size, between, width) : NULL;
	const size_t first = cut ? (size_t)(cut - data) + 1 : size;
	const size_t second = cut ? size - (size_t)(cut - data) - width : 0;
	char one[64], other[64];
	const int fd = fuzz_file(data, first, one, sizeof(one));
	const int other_fd = fuzz_file(cut ? cut + width : data, second, other, sizeof(other));
	const char *const path[] = { one, other };

	merge_traces(path);
	merge_results(path);
	close(other_fd);
	close(fd);
	return 0;
}
