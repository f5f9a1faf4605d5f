/* Grids of --grid: KEY=VALUES, and files when the first line is empty. */
#include <string.h>
#include <unistd.h>

#include "cli/sweep_grid.h"
#include "support/fuzz.h"
#include "sweep/sweep_result.h"

static void add(struct cli_grid *grid, const char *text, enum dry_error_code code)
{
	struct dry_error err = { 0 };

	if (!cli_grid_add(grid, text, &err)) {
		/* an argument is told as it was given; what is shown is escaped (report/complaint.h) */
		fuzz_require(err.count > 0 && err.code == code, "what is refused is complained about");
		dry_error_release(&err);
		return;
	}
	fuzz_require_silence(&err);
	fuzz_require(grid->count > 0, "a grid that is read has a parameter");
	for (uint32_t i = 0; i < grid->count; i++)
		fuzz_require(grid->parameter[i].path && grid->parameter[i].value_count > 0, "a parameter has a path and values");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const bool is_file = size && data[0] == '\n';
	struct cli_grid grid;
	char path[64];

	cli_grid_init(&grid);
	if (is_file) {
		const int fd = fuzz_file(data, size, path, sizeof(path));
		add(&grid, path, DRY_ERROR_INPUT);
		close(fd);
	} else {
		const char *const text = dry_arena_copy(&grid.arena, (const char *)data, size);
		if (strchr(text, '='))
			add(&grid, text, DRY_ERROR_USAGE);
	}
	cli_grid_release(&grid);
	return 0;
}
