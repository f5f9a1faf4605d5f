/* generate: traces and spot prices from seeded profiles. */
#include <string.h>

#include "base/units.h"
#include "cli/command.h"
#include "cli/commands.h"
#include "io/generator.h"
#include "report/page.h"
#include "report/report_file.h"

enum { GENERATE_DAYS = 1, GENERATE_SCALE, GENERATE_PRICES, GENERATE_LIST };

static bool read_number(struct dry_cli *cli, const char *option, int id, double *value)
{
	const char *text = dry_cli_value(&cli->arguments, id);
	const char *wrong = text ? dry_parse_number(text, strlen(text), value) : NULL;

	if (!wrong && text && *value <= 0)
		wrong = "is not above 0";
	if (!wrong)
		return true;
	dry_fail(&cli->err, DRY_ERROR_USAGE, DRY_NOWHERE, "%s: \"%s\" %s", option, text, wrong);
	return dry_fail_expected(&cli->err, "a number above 0, for example %s 7", option);
}

static int list_profiles(struct dry_cli *cli)
{
	struct dry_page page = { 0 };
	int code;

	for (size_t i = 0; i < dry_generator_profile_count; i++) {
		const struct dry_generator_profile *profile = &dry_generator_profiles[i];

		dry_page_printf(&page, "%s%s: %s (%g days%s)\n", i ? "\n" : "", profile->name,
				profile->summary, profile->days, profile->has_prices ? ", with prices" : "");
		for (const char *line = profile->text; *line;) {
			size_t length = strcspn(line, "\n");

			dry_page_add(&page, "  ");
			dry_page_add_span(&page, line, length);
			dry_page_add_char(&page, '\n');
			line += length + (line[length] == '\n');
		}
	}
	code = dry_cli_write(cli, &page, 0);
	dry_page_release(&page);
	return code;
}

static int no_profile(struct dry_cli *cli, const char *name, const char *nearest)
{
	if (!name)
		dry_fail(&cli->err, DRY_ERROR_USAGE, DRY_NOWHERE, "generate: PROFILE missing");
	else
		dry_fail(&cli->err, DRY_ERROR_USAGE, DRY_NOWHERE, "generate: no profile \"%s\"", name);
	if (nearest)
		dry_fail_fix(&cli->err, "did you mean \"%s\"?", nearest);
	else
		dry_fail_fix(&cli->err, "\"dryscale generate --list\" describes the profiles");
	return dry_cli_complain(cli);
}

static int run_generate(struct dry_cli *cli)
{
	const char *name = cli->arguments.operand_count ? cli->arguments.operand[0] : NULL;
	const char *prices = dry_cli_value(&cli->arguments, GENERATE_PRICES);
	const char *nearest = NULL;
	const struct dry_generator_profile *profile = name ? dry_generator_find(name, &nearest) : NULL;
	struct dry_generator_options options = { .seed = cli->has_seed ? cli->seed : 1 };
	struct dry_writer_options writer = { .force = cli->force };
	struct dry_generator_summary summary;

	if (dry_cli_find(&cli->arguments, GENERATE_LIST))
		return list_profiles(cli);
	if (!profile)
		return no_profile(cli, name, nearest);
	if (!read_number(cli, "--days", GENERATE_DAYS, &options.days) ||
	    !read_number(cli, "--scale", GENERATE_SCALE, &options.scale))
		return dry_cli_complain(cli);
	if (prices && !strcmp(prices, "-") && !cli->output) {
		dry_fail(&cli->err, DRY_ERROR_USAGE, DRY_NOWHERE, "only one output can go to stdout (-)");
		dry_fail_fix(&cli->err, "-o FILE writes the trace to a file");
		return dry_cli_complain(cli);
	}
	if (!dry_report_file_may_write(cli->output, cli->force, &cli->err) ||
	    !dry_report_file_may_write(prices, cli->force, &cli->err))
		return dry_cli_complain(cli);
	if (!dry_generate(profile, &options, cli->output ? cli->output : "-", prices, &writer, &summary,
			  &cli->err))
		return dry_cli_complain(cli);
	dry_cli_hint(cli, "%s, seed %llu: %llu pods, %llu other events, %llu prices", profile->name,
		     (unsigned long long)options.seed, (unsigned long long)summary.pod_count,
		     (unsigned long long)summary.event_count, (unsigned long long)summary.price_count);
	return 0;
}

static const struct dry_cli_option options[] = {
	{ GENERATE_LIST, 0, "list", NULL, "describe the profiles", NULL },
	{ GENERATE_DAYS, 0, "days", "N", "length of the trace (the profile's own)", NULL },
	{ GENERATE_SCALE, 0, "scale", "X", "times as many replicas and jobs (1)", NULL },
	{ GENERATE_PRICES, 0, "prices", "FILE", "write the profile's spot prices, too", NULL },
};

const struct dry_cli_command dry_command_generate = {
	.name = "generate",
	.summary = "make a trace (and spot prices) from a documented, seeded profile",
	.usage = (const char *const[]){ "[--days N] [--scale X] [--prices FILE] [-o TRACE] PROFILE",
					"--list", NULL },
	.example = (const char *const[]){ "dryscale generate --list",
					  "dryscale generate --days 7 -o web.jsonl.gz web-service",
					  "dryscale generate --seed 7 --prices spot.jsonl.gz -o mix.jsonl.gz "
					  "multi-zone", NULL },
	.option = options,
	.option_count = sizeof(options) / sizeof(options[0]),
	.operand_max = 1,
	.operand = "PROFILE",
	.about = "The same profile, seed, days and scale give the same bytes; more days only add.",
	.run = run_generate,
};
