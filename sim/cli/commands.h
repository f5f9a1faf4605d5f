/* The commands, one file each. */
#ifndef DRY_CLI_COMMANDS_H
#define DRY_CLI_COMMANDS_H

#include "cli/option_table.h"

extern const struct dry_cli_command dry_command_run;
extern const struct dry_cli_command dry_command_validate;
extern const struct dry_cli_command dry_command_sweep;
extern const struct dry_cli_command dry_command_merge;
extern const struct dry_cli_command dry_command_tui;
extern const struct dry_cli_command dry_command_check;
extern const struct dry_cli_command dry_command_explain;
extern const struct dry_cli_command dry_command_analyze;
extern const struct dry_cli_command dry_command_investigate;
extern const struct dry_cli_command dry_command_recommend;
extern const struct dry_cli_command dry_command_policy;
extern const struct dry_cli_command dry_command_approve;
extern const struct dry_cli_command dry_command_audit;
extern const struct dry_cli_command dry_command_drift;
extern const struct dry_cli_command dry_command_after_wave;
extern const struct dry_cli_command dry_command_rollback;
extern const struct dry_cli_command dry_command_report;
extern const struct dry_cli_command dry_command_import;
extern const struct dry_cli_command dry_command_assemble;
extern const struct dry_cli_command dry_command_calibrate;
extern const struct dry_cli_command dry_command_generate;
extern const struct dry_cli_command dry_command_forecast;
extern const struct dry_cli_command dry_command_fit;
extern const struct dry_cli_command dry_command_prewarm;
extern const struct dry_cli_command dry_command_zones;
extern const struct dry_cli_command dry_command_demo;
extern const struct dry_cli_command dry_command_help;
extern const struct dry_cli_command dry_command_completion;

#endif
