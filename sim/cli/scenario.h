/*
 * What a command over one scenario works on: the scenario, and the setting that
 * the command line makes of it (-p, --params, or a point of a sweep's result).
 */
#ifndef DRY_CLI_SCENARIO_H
#define DRY_CLI_SCENARIO_H

#include <stdbool.h>
#include <stdint.h>

#include "cli/command.h"
#include "cli/setting_list.h"
#include "io/scenario.h"
#include "run/scenario.h"
#include "sweep/sweep_result.h"

/* Ids of options that are asked for here: a command has them when its table has rows for them. */
enum cli_scenario_option { CLI_RELEASE = 900, CLI_PROVIDER, CLI_PARAM, CLI_PARAMS, CLI_POINT };

#define CLI_OPTIONS_RELEASE \
	{ CLI_RELEASE, 0, "release", "N", "rules and defaults of an older autoscaler, 1.26 to 1.36", NULL }, \
	{ CLI_PROVIDER, 0, "provider", "NAME", "defaults of aks, eks, gke-balanced, gke-optimize-utilization", NULL }
#define CLI_OPTIONS_PARAM \
	{ CLI_PARAM, 'p', "param", "KEY=VALUE", "change one parameter; may be repeated", NULL }, \
	{ CLI_PARAMS, 0, "params", "FILE", "change those of a YAML or JSON file; -p wins", NULL }
#define CLI_OPTION_POINT \
	{ CLI_POINT, 0, "point", "ID", "with the settings of this point of RESULT; -p wins", NULL }

/*
 * -p and --params (ids of the command's option table; 0 = it has none), applied
 * to a copy of the scenario's config in list->arena. Returns 0, or the exit code.
 */
int cli_configure(struct dry_cli *cli, const struct dry_input *input, int param_id, int params_id,
		  struct cli_setting_list *list, struct dry_config *config);

/* What a command over one scenario works on. */
struct cli_scenario {
	const char *path;
	struct dry_input input;
	struct cli_setting_list settings;       /* of CLI_POINT, CLI_PARAMS and CLI_PARAM, in this order */
	struct dry_config config;               /* the input's with these settings; in settings.arena */
};

/*
 * The scenario that the operand names, with the settings of the command line.
 * With CLI_POINT the operands are a sweep's result and the scenario behind it;
 * the seed is then the result's. Returns 0, or the exit code; close it only
 * when 0. `options` may be NULL.
 */
int cli_scenario_open(struct dry_cli *cli, const struct dry_load_options *options, struct cli_scenario *scenario);
void cli_scenario_close(struct cli_scenario *scenario);

/* Complains when the input is not what the result was made from. `path`: of the scenario. */
bool cli_is_of_result(struct dry_cli *cli, const struct dry_sweep_result *result, const char *path,
		      const struct dry_input *input);
/* The point of a result by its number as text; NULL with a complaint. */
const struct dry_sweep_point *cli_point_of_result(struct dry_cli *cli, const struct dry_sweep_result *result,
						  const char *text);

/* An instant of the run from an option (its id and long name), -1 when it is not given. False with a complaint. */
bool cli_instant(struct dry_cli *cli, int option_id, const char *option, int64_t *at_ms);

/*
 * The node group that a command line option (its id and long name) names;
 * DRY_NONE when it is not given. False with a usage complaint that names the nearest.
 */
bool cli_named_group(struct dry_cli *cli, const struct dry_config *config, int option_id, const char *option,
		     uint32_t *group_index);

#endif
