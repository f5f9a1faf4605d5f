#include "cli/commands.h"

#include "cli/command.h"

const struct dry_cli_command *const dry_commands[] = {
	&dry_command_help,
	&dry_command_completion,
	NULL,
};
