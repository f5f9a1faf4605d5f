/* zones: strategies over zones side by side, on a good day and while a zone runs dry. */
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "cli/commands.h"
#include "cli/scenario.h"
#include "cli/variants.h"
#include "report/run_report.h"
#include "run/zone_study.h"

enum { ZONES_ZONE = 1, ZONES_REGION, ZONES_OUTAGE, ZONES_REPLICATIONS };

#define REPLICATIONS_MAX 1000

/* "10:00..14:00", in time of the trace. */
static bool read_outage(struct dry_cli *cli, struct dry_zone_options *options)
{
	const char *text = dry_cli_value(&cli->arguments, ZONES_OUTAGE), *dots = text ? strstr(text, "..") : NULL;
	char from[64];

	if (!text)
		return true;
	if (dots && (size_t)(dots - text) < sizeof(from)) {
		memcpy(from, text, (size_t)(dots - text));
		from[dots - text] = '\0';
		if (dry_parse_clock(from, &options->from_ms) && dry_parse_clock(dots + 2, &options->until_ms) &&
		    options->from_ms >= 0 && options->until_ms > options->from_ms)
			return true;
	}
	dry_fail(&cli->err, DRY_ERROR_USAGE, DRY_NOWHERE, "--outage %s: is no window", text);
	return dry_fail_expected(&cli->err, "FROM..TO, such as 10:00..14:00 or 26h..30h");
}

static int compare(struct dry_cli *cli, struct dry_input *input, const struct dry_config *config,
		   const struct dry_zone_options *options, uint32_t replications)
{
	struct dry_zone_study study;
	struct cli_variant *variant;
	uint32_t i;
	int code;

	if (!dry_zone_study_make(&study, input, config, options, &cli->err)) {
		code = dry_cli_complain(cli);
		dry_zone_study_release(&study);
		return code;
	}
	variant = dry_xcalloc((size_t)study.count + 1, sizeof(*variant));
	for (i = 0; i < study.count; i++)
		variant[i] = (struct cli_variant){ study.variant[i].name, study.variant[i].input,
						   study.variant[i].config };
	code = cli_run_variants(cli, input->name, "strategy", variant, study.count, replications);
	free(variant);
	dry_zone_study_release(&study);
	return code;
}

static int run_zones(struct dry_cli *cli)
{
	struct dry_zone_options options = { .zone = dry_cli_value(&cli->arguments, ZONES_ZONE),
					    .region = dry_cli_value(&cli->arguments, ZONES_REGION) };
	const char *text = dry_cli_value(&cli->arguments, ZONES_REPLICATIONS);
	struct cli_scenario scenario;
	int64_t replications = 1;
	int code;

	if (!read_outage(cli, &options) ||
	    (text && !dry_cli_number(cli, "--replications", text, 1, REPLICATIONS_MAX, &replications)))
		return dry_cli_complain(cli);
	code = cli_scenario_open(cli, NULL, &scenario);
	if (code)
		return code;
	code = compare(cli, &scenario.input, &scenario.config, &options, (uint32_t)replications);
	cli_scenario_close(&scenario);
	return code;
}

static const struct dry_cli_option zones_options[] = {
	CLI_OPTIONS_PARAM,
	{ ZONES_ZONE, 0, "zone", "NAME", "the zone that runs dry (the first group's)", NULL },
	{ ZONES_OUTAGE, 0, "outage", "A..B", "when it does (the middle sixth of the run)", NULL },
	{ ZONES_REGION, 0, "region", "NAME", "the region that data may not leave (the first group's)", NULL },
	{ ZONES_REPLICATIONS, 0, "replications", "N", "runs with other luck; shows means and intervals", NULL },
};

const struct dry_cli_command dry_command_zones = {
	.name = "zones",
	.summary = "compare strategies over zones: cost, waits, availability",
	.usage = (const char *const[]){ "[--zone NAME] [--outage A..B] [options] SCENARIO", NULL },
	.example = (const char *const[]){ "dryscale zones scenarios/spot-multi-zone.yaml",
					  "dryscale zones --zone us-east-1b --outage 12:00..16:00 --replications 10 "
					  "scenarios/spot-multi-zone.yaml", NULL },
	.option = zones_options,
	.option_count = sizeof(zones_options) / sizeof(zones_options[0]),
	.formats = "table|json|csv|md",
	.operand_min = 1,
	.operand_max = 1,
	.operand = "SCENARIO",
	.about = "Each strategy is run as it is and with a zone that runs dry: its nodes are reclaimed at once and its "
		 "groups are refused more for a while. Strategies: node groups of several zones balanced or not "
		 "(balance-similar-node-groups), one group over the zones (zoneStrategy=multi-zone), services spread "
		 "over zones by a hard constraint in either, everything in one zone (its groups as large as all zones' "
		 "together), and, where groups are in several regions, all pods kept in one by required node affinity.",
	.run = run_zones,
};
