/*
 * What commands over a scenario share: reading it with progress on stderr and
 * an ear for Ctrl-C, and the setting that the command line makes of it.
 */
#ifndef DRY_CLI_INPUTS_H
#define DRY_CLI_INPUTS_H

#include <stdatomic.h>
#include <stdint.h>

#include "cli/command.h"
#include "cli/setting_list.h"
#include "io/scenario.h"
#include "run/run.h"
#include "run/scenario.h"

/* Ids of options that are asked for here: a command has them when its table has rows for them. */
enum cli_scenario_option { CLI_RELEASE = 900, CLI_PROVIDER, CLI_PARAM, CLI_PARAMS };

#define CLI_OPTIONS_RELEASE \
	{ CLI_RELEASE, 0, "release", "N", "rules and defaults of an older autoscaler, 1.26 to 1.36", NULL }, \
	{ CLI_PROVIDER, 0, "provider", "NAME", "defaults of aks, eks, gke-balanced, gke-optimize-utilization", NULL }
#define CLI_OPTIONS_PARAM \
	{ CLI_PARAM, 'p', "param", "KEY=VALUE", "change one parameter; may be repeated", NULL }, \
	{ CLI_PARAMS, 0, "params", "FILE", "change those of a YAML or JSON file; -p wins", NULL }

/*
 * Reads scenario and traces; complaints and notes are printed. `options` may be
 * NULL. Returns 0, or the exit code; the input is then released.
 */
int cli_load(struct dry_cli *cli, const char *path, const struct dry_load_options *options,
	     struct dry_input *input);

/*
 * -p and --params (ids of the command's option table; 0 = it has none), applied
 * to a copy of the scenario's config in list->arena. Returns 0, or the exit code.
 */
int cli_configure(struct dry_cli *cli, const struct dry_input *input, int param_id, int params_id,
		  struct cli_setting_list *list, struct dry_config *config);

/* What a command over one scenario works on. */
struct cli_scenario {
	struct dry_input input;
	struct cli_setting_list settings;       /* of CLI_PARAM and CLI_PARAMS */
	struct dry_config config;               /* the input's with these settings; in settings.arena */
};

/*
 * The scenario that the first operand names, with the settings of the command
 * line. Returns 0, or the exit code; close it only when 0. `options` may be NULL.
 */
int cli_scenario_open(struct dry_cli *cli, const struct dry_load_options *options, struct cli_scenario *scenario);
void cli_scenario_close(struct cli_scenario *scenario);

/* An instant of the run from an option (its id and long name), -1 when it is not given. False with a complaint. */
bool cli_instant(struct dry_cli *cli, int option_id, const char *option, int64_t *at_ms);

/*
 * The node group that a command line option (its id and long name) names;
 * DRY_NONE when it is not given. False with a usage complaint that names the nearest.
 */
bool cli_named_group(struct dry_cli *cli, const struct dry_config *config, int option_id, const char *option,
		     uint32_t *group_index);

/* The seed of the command line, else the config's. */
uint64_t cli_seed(const struct dry_cli *cli, const struct dry_config *config);

/*
 * dry_run_many() with progress on stderr once it takes longer than a moment.
 * Returns 0, or 128 + signal when stopped; results are to be released anyway.
 */
int cli_run_many(struct dry_cli *cli, const struct dry_run_request *request, uint32_t count,
		 struct dry_result *result);

/* The path of scenarios/NAME.yaml: in the working folder's tree, or where "make install" put it. False: nowhere. */
bool cli_bundled_scenario(const char *name, char *path, size_t size);

#endif
