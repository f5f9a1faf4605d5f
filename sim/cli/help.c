#include "cli/help.h"

#include <stdio.h>
#include <string.h>


#define OPTION_COLUMN 30        /* where the help of an option begins */

static void add_option(struct dry_page *page, const struct dry_cli_option *option)
{
	char left[128];
	size_t length = 0;

	left[0] = '\0';
	dry_page_add(page, "  ");
	if (option->letter)
		length += (size_t)snprintf(left, sizeof(left), "-%c, ", option->letter);
	else
		length += (size_t)snprintf(left, sizeof(left), "    ");
	snprintf(left + length, sizeof(left) - length, "--%s%s%s", option->name,
		 option->argument ? " " : "", option->argument ? option->argument : "");
	dry_page_pad(page, left, OPTION_COLUMN - 2, false);
	if (strlen(left) >= OPTION_COLUMN - 2) {
		dry_page_add_char(page, '\n');
		dry_page_repeat(page, ' ', OPTION_COLUMN);
	}
	dry_page_add(page, option->help);
	dry_page_add_char(page, '\n');
}

static const char *id_format_help(const struct dry_cli_command *command, char *buffer, size_t size)
{
	size_t length = 0;

	for (const char *p = command->formats; *p && length + 4 < size; p++) {
		if (*p == '|') {
			buffer[length++] = ',';
			buffer[length++] = ' ';
		} else {
			buffer[length++] = *p;
		}
	}
	buffer[length] = '\0';
	return buffer;
}

void dry_help_command(struct dry_page *page, const struct dry_cli_command *command)
{
	char formats[160];

	dry_page_printf(page, "dryscale %s: %s\n\nexamples\n", command->name, command->summary);
	for (size_t i = 0; command->example[i]; i++)
		dry_page_printf(page, "  %s\n", command->example[i]);
	dry_page_add(page, "\nusage\n");
	for (size_t i = 0; command->usage[i]; i++)
		dry_page_printf(page, "  dryscale %s %s\n", command->name, command->usage[i]);
	if (command->option_count) {
		dry_page_add(page, "\noptions\n");
		for (size_t i = 0; i < command->option_count; i++)
			add_option(page, &command->option[i]);
	}
	dry_page_add(page, "\nfor every command\n");
	for (size_t i = 0; i < dry_common_option_count; i++) {
		struct dry_cli_option option = dry_common_options[i];

		if (!dry_cli_has_common(command, &option))
			continue;
		if (option.id == DRY_COMMON_FORMAT)
			option.help = id_format_help(command, formats, sizeof(formats));
		add_option(page, &option);
	}
	if (command->about) {
		dry_page_add_char(page, '\n');
		dry_page_add_wrapped(page, command->about, 0, 80);
	}
}

void dry_help_overview(struct dry_page *page)
{
	dry_page_add(page,
		     "dryscale: what would the Cluster Autoscaler have done, what would it have cost?\n\n"
		     "examples\n"
		     "  dryscale run scenarios/web-burst.yaml\n"
		     "  dryscale sweep -o result.json.gz scenarios/web-burst.yaml\n"
		     "  dryscale tui result.json.gz\n"
		     "  dryscale check -t 'p95_wait <= 120s' scenarios/web-burst.yaml\n\n"
		     "commands\n");
	for (size_t i = 0; dry_commands[i]; i++) {
		dry_page_add(page, "  ");
		dry_page_pad(page, dry_commands[i]->name, 12, false);
		dry_page_printf(page, "%s\n", dry_commands[i]->summary);
	}
	dry_page_add(page, "\n\"dryscale COMMAND --help\" tells more; \"dryscale help TOPIC\" explains:\n ");
	for (size_t i = 0; dry_help_topics[i]; i++)
		dry_page_printf(page, " %s", dry_help_topics[i]);
	dry_page_add_char(page, '\n');
}
