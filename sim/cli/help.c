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

/* "-f table|json", "-o FILE", "--force": one option, short. */
static void add_short(struct dry_page *page, const struct dry_cli_command *command,
		      const struct dry_cli_option *option)
{
	const char *argument = option->id == DRY_COMMON_FORMAT ? command->formats : option->argument;

	if (option->letter)
		dry_page_printf(page, "-%c", option->letter);
	else
		dry_page_printf(page, "--%s", option->name);
	if (argument)
		dry_page_printf(page, "\t%s", argument);
	dry_page_add_char(page, ' ');
}

/* The common options on a few lines: "dryscale help options" has a line for each. */
static void add_common(struct dry_page *page, const struct dry_cli_command *command)
{
	struct dry_page words = { 0 }, lines = { 0 };

	for (size_t i = 0; i < dry_common_option_count; i++)
		if (dry_cli_has_common(command, &dry_common_options[i]))
			add_short(&words, command, &dry_common_options[i]);
	dry_page_add_wrapped(&lines, dry_page_string(&words), 2, 80);
	for (size_t i = 0; i < lines.length; i++)
		if (lines.data[i] == '\t')
			lines.data[i] = ' ';
	dry_page_add(page, "\nfor every command (\"dryscale help options\")\n");
	dry_page_add(page, dry_page_string(&lines));
	dry_page_release(&words);
	dry_page_release(&lines);
}

void dry_help_options(struct dry_page *page)
{
	for (size_t i = 0; i < dry_common_option_count; i++)
		add_option(page, &dry_common_options[i]);
}

void dry_help_command(struct dry_page *page, const struct dry_cli_command *command)
{
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
	add_common(page, command);
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
		     "  dryscale run scenarios/web-and-batch.yaml\n"
		     "  dryscale sweep -o result.json.gz scenarios/web-and-batch.yaml\n"
		     "  dryscale tui result.json.gz\n"
		     "  dryscale check -t 'p95_wait <= 120s' scenarios/web-and-batch.yaml\n\n"
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
