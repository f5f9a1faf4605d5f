/* Files of --params over a scenario: set, or refused at a place. */
#include <string.h>
#include <unistd.h>

#include "cli/setting_list.h"
#include "io/scenario.h"
#include "support/fuzz.h"

static const char scenario[] =
	"{\"version\":\"dryscale/v1\",\"name\":\"fuzz\",\"horizon\":\"1h\",\"trace\":\"none.jsonl\",\"nodeGroups\":[{\"name\":\"a\","
	"\"minSize\":0,\"maxSize\":5,\"price\":0.1,\"zone\":\"z\",\"capacity\":{\"cpu\":\"4\",\"memory\":\"16Gi\",\"pods\":58},"
	"\"allocatable\":{\"cpu\":\"4\",\"memory\":\"16Gi\",\"pods\":58}}]}";

static void apply(const struct cli_setting_list *list, const struct dry_input *input)
{
	struct dry_error err = { 0 };
	struct dry_config config;
	struct dry_arena arena;

	dry_arena_init(&arena);
	dry_config_copy(&config, &input->config, &arena);
	if (cli_settings_apply(list, input, &config, &arena, &err))
		fuzz_require_silence(&err);
	else
		fuzz_require(err.count > 0, "what is refused is complained about");
	dry_error_release(&err);
	dry_arena_release(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct dry_load_options options = { .without_trace = true };
	struct cli_setting_list list;
	struct dry_error err = { 0 };
	struct dry_input input;
	char path[64], file[64];
	const int scenario_fd = fuzz_file((const uint8_t *)scenario, strlen(scenario), path, sizeof(path));
	const int fd = fuzz_file(data, size, file, sizeof(file));

	fuzz_require(dry_input_load(&input, path, &options, &err), "the scenario can be read");
	cli_settings_init(&list);
	if (cli_settings_read(&list, file, &err)) {
		fuzz_require_silence(&err);
		apply(&list, &input);
	} else {
		fuzz_require_complaint(&err, DRY_ERROR_INPUT);
	}
	cli_settings_release(&list);
	dry_input_release(&input);
	close(fd);
	close(scenario_fd);
	return 0;
}
