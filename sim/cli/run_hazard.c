#include "cli/run_hazard.h"

#include <string.h>

#include "base/arena.h"
#include "base/units.h"
#include "cli/variants.h"

#define SCALES_MAX 32

static bool read_scales(struct dry_cli *cli, const char *list, double *scale, uint32_t *count)
{
	const char *at = list;

	for (*count = 0; *count < SCALES_MAX;) {
		size_t length = strcspn(at, ",");

		if (dry_parse_number(at, length, &scale[*count]) || !(scale[*count] >= 0) || scale[*count] > 1e6)
			break;
		++*count;
		at += length;
		if (!*at)
			return true;
		at++;
	}
	dry_fail(&cli->err, DRY_ERROR_USAGE, DRY_NOWHERE, "--hazard-scale %s: is no list of factors", list);
	return dry_fail_expected(&cli->err, "up to %d numbers that are not negative, such as 1,3,10", SCALES_MAX);
}

int cli_run_hazard(struct dry_cli *cli, const struct dry_input *input, const struct dry_config *config,
		   const char *list, uint32_t replications)
{
	struct cli_variant variant[SCALES_MAX];
	struct dry_config one[SCALES_MAX];
	double scale[SCALES_MAX];
	struct dry_arena arena;
	uint32_t count, i;
	int code;

	if (!read_scales(cli, list, scale, &count))
		return dry_cli_complain(cli);
	dry_arena_init(&arena);
	for (i = 0; i < count; i++) {
		one[i] = *config;
		one[i].spot.hazard.scale *= scale[i];
		variant[i] = (struct cli_variant){ dry_arena_printf(&arena, "hazard x %g", scale[i]), input, &one[i] };
	}
	if (config->spot.hazard.kind == DRY_HAZARD_NONE)
		dry_cli_hint(cli, "the scenario has no spot.hazard: every factor gives the same");
	code = cli_run_variants(cli, input->name, "interruptions", variant, count, replications);
	dry_arena_release(&arena);
	return code;
}
