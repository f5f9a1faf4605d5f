/*
 * The manual page and shell completion, made from the option tables:
 * "dryscale help man" and "dryscale completion SHELL".
 */
#include <string.h>

#include "cli/help.h"

/* Text for roff: backslashes doubled, dashes kept as typed, no line that starts with a control sign. */
void dry_help_add_roff(struct dry_page *page, const char *text)
{
	for (const char *p = text; *p; p++) {
		if ((p == text || p[-1] == '\n') && (*p == '.' || *p == '\''))
			dry_page_add(page, "\\&");
		if (*p == '\\')
			dry_page_add(page, "\\e");
		else if (*p == '-')
			dry_page_add(page, "\\-");
		else
			dry_page_add_char(page, *p);
	}
}

static void add_manual_option(struct dry_page *page, const struct dry_cli_option *option)
{
	dry_page_add(page, ".TP\n");
	if (option->letter)
		dry_page_printf(page, "\\fB\\-%c\\fR, ", option->letter);
	dry_page_add(page, "\\fB\\-\\-");
	dry_help_add_roff(page, option->name);
	dry_page_add(page, "\\fR");
	if (option->argument) {
		dry_page_add(page, " \\fI");
		dry_help_add_roff(page, option->argument);
		dry_page_add(page, "\\fR");
	}
	dry_page_add_char(page, '\n');
	dry_help_add_roff(page, option->help);
	dry_page_add_char(page, '\n');
}

static void add_manual_command(struct dry_page *page, const struct dry_cli_command *command)
{
	dry_page_add(page, ".SS ");
	dry_help_add_roff(page, command->name);
	dry_page_add_char(page, '\n');
	dry_help_add_roff(page, command->summary);
	dry_page_add(page, ".\n");
	for (size_t i = 0; command->usage[i]; i++) {
		dry_page_add(page, ".PP\n\\fBdryscale ");
		dry_help_add_roff(page, command->name);
		dry_page_add(page, "\\fR ");
		dry_help_add_roff(page, command->usage[i]);
		dry_page_add_char(page, '\n');
	}
	if (command->about) {
		dry_page_add(page, ".PP\n");
		dry_help_add_roff(page, command->about);
		dry_page_add_char(page, '\n');
	}
	for (size_t i = 0; i < command->option_count; i++)
		add_manual_option(page, &command->option[i]);
	if (command->formats) {
		dry_page_add(page, ".TP\n\\fB\\-f\\fR, \\fB\\-\\-format\\fR \\fIF\\fR\nOne of ");
		dry_help_add_roff(page, command->formats);
		dry_page_add(page, "; the first is the default.\n");
	}
	dry_page_add(page, ".PP\nExamples:\n.PP\n.nf\n");
	for (size_t i = 0; command->example[i]; i++) {
		dry_page_add(page, "    ");
		dry_help_add_roff(page, command->example[i]);
		dry_page_add_char(page, '\n');
	}
	dry_page_add(page, ".fi\n");
}

void dry_help_add_topic(struct dry_page *page, const char *heading, const char *topic)
{
	struct dry_page text = { 0 };

	dry_help_topic(&text, topic, false);
	dry_page_printf(page, ".SH %s\n.nf\n", heading);
	dry_help_add_roff(page, dry_page_string(&text));
	dry_page_add(page, ".fi\n");
	dry_page_release(&text);
}

void dry_help_manual(struct dry_page *page)
{
	dry_page_add(page, ".TH DRYSCALE 1 \"2026-11-26\" \"dryscale " DRY_VERSION "\" \"User Commands\"\n"
			   ".SH NAME\n"
			   "dryscale \\- what\\-if simulator for the Kubernetes Cluster Autoscaler\n"
			   ".SH SYNOPSIS\n"
			   "\\fBdryscale\\fR \\fICOMMAND\\fR [\\fIoptions\\fR] \\fIFILE\\fR...\n"
			   ".SH DESCRIPTION\n"
			   "Replays recorded pod and price traces against the behaviour of the Cluster\n"
			   "Autoscaler, tries sets of its parameters, and reports what each would have\n"
			   "cost and how long pods would have waited. Nothing is ever sent to a cluster.\n"
			   ".SH COMMANDS\n");
	for (size_t i = 0; dry_commands[i]; i++)
		add_manual_command(page, dry_commands[i]);
	dry_page_add(page, ".SH OPTIONS FOR EVERY COMMAND\n");
	for (size_t i = 0; i < dry_common_option_count; i++)
		add_manual_option(page, &dry_common_options[i]);
	dry_help_add_topic(page, "EXIT STATUS", "exit-codes");
	dry_help_add_topic(page, "RULES", "rules");
	dry_page_add(page, ".SH ENVIRONMENT\n"
			   "NO_COLOR, TERM, COLORFGBG, COLUMNS, the codeset of LC_ALL, LC_CTYPE or LANG,\n"
			   "and DRYSCALE_JOBS (the default of \\fB\\-\\-jobs\\fR). Nothing else is read.\n");
}

static void add_words(struct dry_page *page, const char *words)
{
	for (const char *p = words; *p; p++)
		dry_page_add_char(page, *p == '|' ? ' ' : *p);
}

static const char *words_of(const struct dry_cli_command *command, const struct dry_cli_option *option)
{
	return option->id == DRY_COMMON_FORMAT ? command->formats : option->words;
}

static const struct dry_cli_option *option_at(const struct dry_cli_command *command, size_t i)
{
	if (i < command->option_count)
		return &command->option[i];
	i -= command->option_count;
	return i < dry_common_option_count ? &dry_common_options[i] : NULL;
}

static void add_bash_command(struct dry_page *page, const struct dry_cli_command *command)
{
	const struct dry_cli_option *option;

	dry_page_printf(page, "\t%s)\n\t\tcase $previous in\n", command->name);
	for (size_t i = 0; (option = option_at(command, i)); i++) {
		const char *words = words_of(command, option);

		if (!option->argument || !dry_cli_has_common(command, option))
			continue;
		dry_page_add(page, "\t\t");
		if (option->letter)
			dry_page_printf(page, "-%c|", option->letter);
		dry_page_printf(page, "--%s) ", option->name);
		if (words) {
			dry_page_add(page, "COMPREPLY=($(compgen -W '");
			add_words(page, words);
			dry_page_add(page, "' -- \"$current\")); return ;;\n");
		} else {
			dry_page_add(page, "COMPREPLY=($(compgen -f -- \"$current\")); return ;;\n");
		}
	}
	dry_page_add(page, "\t\tesac\n\t\toptions='");
	for (size_t i = 0; (option = option_at(command, i)); i++)
		if (dry_cli_has_common(command, option))
			dry_page_printf(page, "--%s ", option->name);
	dry_page_add(page, "'\n\t\twords='");
	if (command->operand_words)
		add_words(page, command->operand_words);
	dry_page_add(page, "' ;;\n");
}

static void add_bash(struct dry_page *page)
{
	dry_page_add(page, "# bash completion for dryscale: source this file\n"
			   "_dryscale()\n{\n"
			   "\tlocal current=${COMP_WORDS[COMP_CWORD]} previous= options= words=\n"
			   "\t[ \"$COMP_CWORD\" -gt 1 ] && previous=${COMP_WORDS[COMP_CWORD - 1]}\n"
			   "\tCOMPREPLY=()\n"
			   "\tif [ \"$COMP_CWORD\" -le 1 ]; then\n"
			   "\t\tCOMPREPLY=($(compgen -W '--help --version");
	for (size_t i = 0; dry_commands[i]; i++)
		dry_page_printf(page, " %s", dry_commands[i]->name);
	dry_page_add(page, "' -- \"$current\"))\n\t\treturn\n\tfi\n\tcase ${COMP_WORDS[1]} in\n");
	for (size_t i = 0; dry_commands[i]; i++)
		add_bash_command(page, dry_commands[i]);
	dry_page_add(page, "\tesac\n"
			   "\tcase $current in\n"
			   "\t-*) COMPREPLY=($(compgen -W \"$options\" -- \"$current\")) ;;\n"
			   "\t*) if [ \"$words\" ]; then COMPREPLY=($(compgen -W \"$words\" -- \"$current\"))\n"
			   "\t   else COMPREPLY=($(compgen -f -- \"$current\")); fi ;;\n"
			   "\tesac\n}\ncomplete -o filenames -F _dryscale dryscale\n");
}

/* In single quotes of zsh's _arguments: brackets, colons and quotes are signs there. */
static void add_zsh_text(struct dry_page *page, const char *text)
{
	for (const char *p = text; *p; p++) {
		if (*p == '\'')
			dry_page_add(page, "'\\''");
		else if (strchr("[]:\\", *p))
			dry_page_printf(page, "\\%c", *p);
		else
			dry_page_add_char(page, *p);
	}
}

static void add_zsh_option(struct dry_page *page, const struct dry_cli_command *command,
			   const struct dry_cli_option *option)
{
	const char *words = words_of(command, option);

	dry_page_printf(page, "\t\t\t'*--%s%s[", option->name, option->argument ? "=" : "");
	add_zsh_text(page, option->help);
	dry_page_add(page, "]");
	if (option->argument) {
		dry_page_add(page, ":");
		add_zsh_text(page, option->argument);
		dry_page_add(page, ":");
		if (words) {
			dry_page_add_char(page, '(');
			add_words(page, words);
			dry_page_add_char(page, ')');
		} else {
			dry_page_add(page, "_files");
		}
	}
	dry_page_add(page, "' \\\n");
}

static void add_zsh(struct dry_page *page)
{
	const struct dry_cli_option *option;

	dry_page_add(page, "#compdef dryscale\n"
			   "# zsh completion for dryscale: a file _dryscale in a folder of $fpath\n"
			   "_dryscale() {\n\tlocal -a commands\n\tcommands=(\n");
	for (size_t i = 0; dry_commands[i]; i++) {
		dry_page_printf(page, "\t\t'%s:", dry_commands[i]->name);
		add_zsh_text(page, dry_commands[i]->summary);
		dry_page_add(page, "'\n");
	}
	dry_page_add(page, "\t)\n\tif (( CURRENT == 2 )); then\n\t\t_describe command commands\n\t\treturn\n"
			   "\tfi\n\tlocal command=$words[2]\n\tshift words\n\t(( CURRENT-- ))\n"
			   "\tcase $command in\n");
	for (size_t i = 0; dry_commands[i]; i++) {
		dry_page_printf(page, "\t%s)\n\t\t_arguments \\\n", dry_commands[i]->name);
		for (size_t k = 0; (option = option_at(dry_commands[i], k)); k++)
			if (dry_cli_has_common(dry_commands[i], option))
				add_zsh_option(page, dry_commands[i], option);
		dry_page_add(page, "\t\t\t'*:");
		add_zsh_text(page, dry_commands[i]->operand ? dry_commands[i]->operand : "argument");
		dry_page_add(page, ":");
		if (dry_commands[i]->operand_words) {
			dry_page_add_char(page, '(');
			add_words(page, dry_commands[i]->operand_words);
			dry_page_add_char(page, ')');
		} else {
			dry_page_add(page, "_files");
		}
		dry_page_add(page, "' ;;\n");
	}
	dry_page_add(page, "\tesac\n}\n_dryscale \"$@\"\n");
}

static void add_fish_text(struct dry_page *page, const char *text)
{
	for (const char *p = text; *p; p++) {
		if (*p == '\'' || *p == '\\')
			dry_page_add_char(page, '\\');
		dry_page_add_char(page, *p);
	}
}

static void add_fish(struct dry_page *page)
{
	const struct dry_cli_option *option;

	dry_page_add(page, "# fish completion for dryscale\n");
	for (size_t i = 0; dry_commands[i]; i++) {
		const struct dry_cli_command *command = dry_commands[i];

		dry_page_printf(page, "complete -c dryscale -n __fish_use_subcommand -f -a %s -d '",
				command->name);
		add_fish_text(page, command->summary);
		dry_page_add(page, "'\n");
		for (size_t k = 0; (option = option_at(command, k)); k++) {
			const char *words = words_of(command, option);

			if (!dry_cli_has_common(command, option))
				continue;
			dry_page_printf(page,
					"complete -c dryscale -n '__fish_seen_subcommand_from %s' -l %s",
					command->name, option->name);
			if (option->letter)
				dry_page_printf(page, " -s %c", option->letter);
			if (option->argument)
				dry_page_add(page, words ? " -x" : " -r");
			if (words) {
				dry_page_add(page, " -a '");
				add_words(page, words);
				dry_page_add(page, "'");
			}
			dry_page_add(page, " -d '");
			add_fish_text(page, option->help);
			dry_page_add(page, "'\n");
		}
		if (command->operand_words) {
			dry_page_printf(page,
					"complete -c dryscale -n '__fish_seen_subcommand_from %s' -f -a '",
					command->name);
			add_words(page, command->operand_words);
			dry_page_add(page, "'\n");
		}
	}
}

bool dry_help_completion(struct dry_page *page, const char *shell)
{
	if (!strcmp(shell, "bash"))
		add_bash(page);
	else if (!strcmp(shell, "zsh"))
		add_zsh(page);
	else if (!strcmp(shell, "fish"))
		add_fish(page);
	else
		return false;
	return true;
}
