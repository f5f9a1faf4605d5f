/* Traces over one scenario: read, or refused with a complaint. */
#include <string.h>
#include <unistd.h>

#include "io/scenario.h"
#include "support/fuzz.h"

static const char scenario[] =
	"{\"version\":\"dryscale/v1\",\"name\":\"fuzz\",\"horizon\":\"1h\",\"trace\":\"none.jsonl\",\"nodeGroups\":[{\"name\":\"a\","
	"\"minSize\":0,\"maxSize\":5,\"price\":0.1,\"zone\":\"z\",\"capacity\":{\"cpu\":\"4\",\"memory\":\"16Gi\",\"pods\":58},"
	"\"allocatable\":{\"cpu\":\"4\",\"memory\":\"16Gi\",\"pods\":58}}]}";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct dry_load_options options = { .size_limit = 1 << 20 };
	struct dry_error err = { 0 };
	struct dry_input input;
	char path[64], trace[64];
	const int scenario_fd = fuzz_file((const uint8_t *)scenario, strlen(scenario), path, sizeof(path));
	const int fd = fuzz_file(data, size, trace, sizeof(trace));

	options.trace = trace;
	if (dry_input_load(&input, path, &options, &err)) {
		fuzz_require(input.pod.count <= size, "no more pods than lines");
		fuzz_require_silence(&err);
	} else {
		fuzz_require_blameless(&err, path, "the scenario is not to blame");
		fuzz_require_complaint(&err, DRY_ERROR_INPUT);
	}
	dry_input_release(&input);
	close(fd);
	close(scenario_fd);
	return 0;
}
