#include "cli/commands.h"

#include "cli/command.h"

const struct dry_cli_command *const dry_commands[] = {
	&dry_command_run,
	&dry_command_sweep,
	&dry_command_merge,
	&dry_command_validate,
	&dry_command_tui,
	&dry_command_check,
	&dry_command_explain,
	&dry_command_report,
	&dry_command_analyze,
	&dry_command_recommend,
	&dry_command_investigate,
	&dry_command_import,
	&dry_command_assemble,
	&dry_command_calibrate,
	&dry_command_generate,
	&dry_command_policy,
	&dry_command_approve,
	&dry_command_audit,
	&dry_command_drift,
	&dry_command_rollback,
	&dry_command_forecast,
	&dry_command_fit,
	&dry_command_prewarm,
	&dry_command_zones,
	&dry_command_demo,
	&dry_command_help,
	&dry_command_completion,
	NULL,
};
