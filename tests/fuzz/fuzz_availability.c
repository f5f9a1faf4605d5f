/* Availability traces that a scenario names: read, or refused with a complaint. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "io/scenario.h"
#include "support/fuzz.h"

static const char scenario[] =
	"{\"version\":\"dryscale/v1\",\"name\":\"fuzz\",\"horizon\":\"1h\",\"trace\":\"none.jsonl\","
	"\"spot\":{\"availability\":{\"file\":\"%s\",\"nodeGroup\":\"a\"}},\"nodeGroups\":[{\"name\":\"a\","
	"\"minSize\":0,\"maxSize\":5,\"price\":0.1,\"capacityType\":\"spot\",\"zone\":\"z\","
	"\"capacity\":{\"cpu\":\"4\",\"memory\":\"16Gi\",\"pods\":58},"
	"\"allocatable\":{\"cpu\":\"4\",\"memory\":\"16Gi\",\"pods\":58}}]}";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct dry_load_options options = { .without_trace = true };
	char path[64], file[64], text[sizeof(scenario) + 64];
	struct dry_error err = { 0 };
	struct dry_input input;
	const int fd = fuzz_file(data, size, file, sizeof(file));
	const int length = snprintf(text, sizeof(text), scenario, file);
	const int scenario_fd = fuzz_file((const uint8_t *)text, (size_t)length, path, sizeof(path));

	if (dry_input_load(&input, path, &options, &err)) {
		fuzz_require(input.config.spot.availability_count == 1, "the scenario names one");
		fuzz_require(input.config.spot.availability[0].count > 0, "it says something");
		fuzz_require_silence(&err);
	} else {
		fuzz_require_blameless(&err, path, "the scenario is not to blame");
		fuzz_require_complaint(&err, DRY_ERROR_INPUT);
	}
	dry_input_release(&input);
	close(scenario_fd);
	close(fd);
	return 0;
}
