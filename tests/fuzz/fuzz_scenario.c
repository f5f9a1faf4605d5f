/* Scenarios, JSON and YAML, without the files they name: read, or refused with a complaint. */
#include <unistd.h>

#include "io/scenario.h"
#include "support/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct dry_load_options options = { .without_trace = true };
	struct dry_error err = { 0 };
	struct dry_input input;
	char path[64];
	const int fd = fuzz_file(data, size, path, sizeof(path));

	if (dry_input_load(&input, path, &options, &err)) {
		fuzz_require(input.pod.count == 0, "a scenario alone has no pods");
		fuzz_require_silence(&err);
	} else {
		fuzz_require_complaint(&err, DRY_ERROR_INPUT);
	}
	dry_input_release(&input);
	close(fd);
	return 0;
}
