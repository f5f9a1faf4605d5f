#include "cli/scenario.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/units.h"
#include "cli/inputs.h"
#include "io/results_file.h"
#include "report/run_report.h"

int cli_configure(struct dry_cli *cli, const struct dry_input *input, int param_id, int params_id,
		  struct cli_setting_list *list, struct dry_config *config)
{
	const struct dry_cli_arguments *arguments = &cli->arguments;
	bool fine = true;

	for (uint32_t i = 0; params_id && i < arguments->given_count; i++)
		if (arguments->given[i].option->id == params_id)
			fine &= cli_settings_read(list, arguments->given[i].value, &cli->err);
	for (uint32_t i = 0; param_id && i < arguments->given_count; i++)
		if (arguments->given[i].option->id == param_id)
			fine &= cli_settings_add(list, "-p", arguments->given[i].value, &cli->err);
	dry_config_copy(config, &input->config, &list->arena);
	if (fine && list->count)
		fine = cli_settings_apply(list, input, config, &list->arena, &cli->err);
	if (!fine)
		return dry_cli_complain(cli);
	dry_cli_notes(cli);
	return 0;
}

bool cli_is_of_result(struct dry_cli *cli, const struct dry_sweep_result *result, const char *path,
		      const struct dry_input *input)
{
	bool scenario = !strcmp(result->scenario_sha256, input->scenario_sha256);

	if (scenario && !strcmp(result->trace_sha256, input->trace_sha256))
		return true;
	dry_fail(&cli->err, DRY_ERROR_INPUT, DRY_NOWHERE, "%s: the %s is not the one this result was made from",
		 path, scenario ? "trace" : "scenario");
	return dry_fail_fix(&cli->err, "run the sweep again");
}

const struct dry_sweep_point *cli_point_of_result(struct dry_cli *cli, const struct dry_sweep_result *result,
						  const char *text)
{
	const struct dry_sweep_point *point;
	int64_t index;

	if (!dry_cli_number(cli, "--point", text, 0, INT64_MAX, &index))
		return NULL;
	point = dry_sweep_result_find(result, (uint64_t)index);
	if (point)
		return point;
	dry_fail(&cli->err, DRY_ERROR_EMPTY, DRY_NOWHERE, "--point: the result has no point %lld", (long long)index);
	dry_fail_fix(&cli->err, "dryscale sweep -f csv lists the points of a sweep");
	return NULL;
}

static bool takes_point(const struct dry_cli_command *command)
{
	for (size_t i = 0; i < command->option_count; i++)
		if (command->option[i].id == CLI_POINT)
			return true;
	return false;
}

/* --point goes with RESULT SCENARIO, SCENARIO alone without. */
static bool check_operands(struct dry_cli *cli, bool has_point)
{
	if (has_point && cli->arguments.operand_count < 2) {
		dry_fail(&cli->err, DRY_ERROR_USAGE, DRY_NOWHERE, "--point: a result holds no scenario: which one?");
		return dry_fail_expected(&cli->err, "dryscale %s --point ID RESULT SCENARIO",
					 cli->command->name);
	}
	if (!has_point && takes_point(cli->command) && cli->arguments.operand_count > 1) {
		dry_fail(&cli->err, DRY_ERROR_USAGE, DRY_NOWHERE, "%s: one scenario at a time", cli->command->name);
		return dry_fail_fix(&cli->err, "--point ID takes a point of RESULT SCENARIO");
	}
	return true;
}

static void add_settings(struct cli_setting_list *list, const struct dry_setting *setting, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		cli_settings_put(list, "--point", setting[i].path, setting[i].value);
}

/* What all points share, then the point's own. False with a complaint. */
static bool add_point(struct dry_cli *cli, const char *text, struct cli_scenario *scenario, uint64_t *seed)
{
	struct dry_sweep_result result;
	const struct dry_sweep_point *point = NULL;

	if (!dry_results_read(cli->arguments.operand[0], &result, &cli->err))
		return false;
	if (cli_is_of_result(cli, &result, scenario->path, &scenario->input))
		point = cli_point_of_result(cli, &result, text);
	if (point) {
		add_settings(&scenario->settings, result.setting, result.setting_count);
		add_settings(&scenario->settings, point->setting, point->setting_count);
		*seed = result.seed;
	}
	dry_sweep_result_release(&result);
	return point != NULL;
}

int cli_scenario_open(struct dry_cli *cli, const struct dry_load_options *options, struct cli_scenario *scenario)
{
	const char *point = dry_cli_value(&cli->arguments, CLI_POINT);
	uint64_t seed;
	int code;

	if (!check_operands(cli, point != NULL))
		return dry_cli_complain(cli);
	scenario->path = cli->arguments.operand[point != NULL];
	code = cli_load(cli, scenario->path, options, &scenario->input);
	if (code)
		return code;
	cli_settings_init(&scenario->settings);
	seed = scenario->input.config.seed;
	if (point && !add_point(cli, point, scenario, &seed))
		code = dry_cli_complain(cli);
	else
		code = cli_configure(cli, &scenario->input, CLI_PARAM, CLI_PARAMS, &scenario->settings,
				     &scenario->config);
	if (point && !code)
		scenario->config.seed = seed;
	if (code)
		cli_scenario_close(scenario);
	return code;
}

void cli_scenario_close(struct cli_scenario *scenario)
{
	cli_settings_release(&scenario->settings);
	dry_input_release(&scenario->input);
}

bool cli_instant(struct dry_cli *cli, int option_id, const char *option, int64_t *at_ms)
{
	const char *text = dry_cli_value(&cli->arguments, option_id);

	*at_ms = -1;
	if (!text || (dry_parse_clock(text, at_ms) && *at_ms >= 0))
		return true;
	dry_fail(&cli->err, DRY_ERROR_USAGE, DRY_NOWHERE, "--%s: \"%s\" is no time", option, text);
	return dry_fail_expected(&cli->err, "18:07, 18:07:30, 1d02:30 or 65220s from the start of the trace");
}

bool cli_named_group(struct dry_cli *cli, const struct dry_config *config, int option_id, const char *option,
		     uint32_t *group_index)
{
	const char *name = dry_cli_value(&cli->arguments, option_id);
	const char **known, *nearest;

	*group_index = DRY_NONE;
	if (!name)
		return true;
	known = dry_xcalloc((size_t)config->group_count + 1, sizeof(*known));
	for (uint32_t g = 0; g < config->group_count; g++) {
		known[g] = config->group[g].name;
		if (!strcmp(known[g], name))
			*group_index = g;
	}
	nearest = dry_nearest_word(name, known, config->group_count);
	free(known);
	if (*group_index != DRY_NONE)
		return true;
	dry_fail(&cli->err, DRY_ERROR_USAGE, DRY_NOWHERE, "--%s %s: no such node group", option, name);
	if (nearest)
		dry_fail_fix(&cli->err, "did you mean \"%s\"?", nearest);
	return false;
}
