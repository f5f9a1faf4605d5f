/* help and completion: texts made from the tables. */
#include <string.h>

#include "base/units.h"
#include "cli/commands.h"
#include "cli/help.h"

static int fail_word(struct dry_cli *cli, const char *what, const char *word, const char *const *known)
{
	size_t count = 0;
	const char *nearest;

	while (known[count])
		count++;
	nearest = dry_nearest_word(word, known, count);
	dry_fail(&cli->err, DRY_ERROR_USAGE, DRY_NOWHERE, "%s: no %s \"%s\"", cli->command->name, what,
		 word);
	if (nearest)
		dry_fail_fix(&cli->err, "did you mean \"%s\"?", nearest);
	else
		dry_fail_expected(&cli->err, "%s", cli->command->operand_words);
	return dry_cli_complain(cli);
}

static int run_help(struct dry_cli *cli)
{
	struct dry_page page = { 0 };
	const char *word = cli->arguments.operand_count ? cli->arguments.operand[0] : NULL;
	const struct dry_cli_command *command = word ? dry_command_find(word) : NULL;
	bool markdown = cli->format && !strcmp(cli->format, "md");
	int code;

	if (!word)
		dry_help_overview(&page);
	else if (command)
		dry_help_command(&page, command);
	else if (!dry_help_topic(&page, word, markdown))
		return fail_word(cli, "topic", word, dry_help_topics);
	code = dry_cli_write(cli, &page, 0);
	dry_page_release(&page);
	return code;
}

static int run_completion(struct dry_cli *cli)
{
	static const char *const shells[] = { "bash", "zsh", "fish", NULL };
	struct dry_page page = { 0 };
	int code;

	if (!dry_help_completion(&page, cli->arguments.operand[0]))
		return fail_word(cli, "shell", cli->arguments.operand[0], shells);
	code = dry_cli_write(cli, &page, 0);
	dry_page_release(&page);
	return code;
}

const struct dry_cli_command dry_command_help = {
	.name = "help",
	.summary = "explain a topic or a command; \"help man\" is the manual page",
	.usage = (const char *const[]){ "[TOPIC|COMMAND]", NULL },
	.example = (const char *const[]){ "dryscale help metrics", "dryscale help exit-codes",
					  "dryscale help man >dryscale.1", NULL },
	.formats = "table|md",
	.operand_max = 1,
	.operand = "TOPIC",
	.operand_words = "exit-codes|metrics|flags|parameters|rules|record|formats|options|reasons|keys|man|"
			 "man-formats",
	.run = run_help,
};

const struct dry_cli_command dry_command_completion = {
	.name = "completion",
	.summary = "print completion for a shell: bash, zsh or fish",
	.usage = (const char *const[]){ "bash|zsh|fish", NULL },
	.example = (const char *const[]){ "source <(dryscale completion bash)",
					  "dryscale completion fish >~/.config/fish/completions/dryscale.fish",
					  NULL },
	.operand_min = 1,
	.operand_max = 1,
	.operand = "SHELL",
	.operand_words = "bash|zsh|fish",
	.run = run_completion,
};
