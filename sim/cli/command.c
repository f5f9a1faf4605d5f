#include "cli/command.h"

#include <gsl/gsl_errno.h>
#include <langinfo.h>
#include <locale.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/units.h"
#include "cli/help.h"
#include "cli/interrupt.h"
#include "report/complaint.h"
#include "report/report_file.h"

const struct dry_cli_command *dry_command_find(const char *name)
{
	for (size_t i = 0; dry_commands[i]; i++)
		if (!strcmp(dry_commands[i]->name, name))
			return dry_commands[i];
	return NULL;
}

static bool is_dumb_terminal(void)
{
	const char *term = getenv("TERM");

	return !term || !*term || !strcmp(term, "dumb");
}

static bool wants_color(const char *when, int fd)
{
	const char *no_color = getenv("NO_COLOR");

	if (when && !strcmp(when, "always"))
		return true;
	if ((when && !strcmp(when, "never")) || (no_color && *no_color) || is_dumb_terminal())
		return false;
	return isatty(fd) == 1;
}

static enum dry_progress wants_progress(const struct dry_cli *cli)
{
	const char *how = dry_cli_value(&cli->arguments, DRY_COMMON_PROGRESS);

	if (cli->quiet || (how && !strcmp(how, "none")))
		return DRY_PROGRESS_NONE;
	if (how && !strcmp(how, "bar"))
		return DRY_PROGRESS_BAR;
	if (how && !strcmp(how, "plain"))
		return DRY_PROGRESS_PLAIN;
	return isatty(STDERR_FILENO) == 1 && !is_dumb_terminal() ? DRY_PROGRESS_BAR :
								  DRY_PROGRESS_PLAIN;
}

static bool read_format(struct dry_cli *cli, struct dry_error *err)
{
	const char *formats = cli->command->formats;
	const char *format = dry_cli_value(&cli->arguments, DRY_COMMON_FORMAT);
	static const char *const known[] = { "table", "json", "csv", "md", "junit", "github", "html",
					     "svg" };

	if (!formats)
		return true;
	if (!format) {
		size_t first = strcspn(formats, "|");
		for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
			if (strlen(known[i]) == first && !memcmp(known[i], formats, first))
				cli->format = known[i];
		return true;
	}
	if (!dry_cli_is_word(formats, format)) {
		dry_fail(err, DRY_ERROR_USAGE, DRY_NOWHERE, "%s: no format \"%s\"", cli->command->name,
			 format);
		return dry_fail_expected(err, "%s", formats);
	}
	cli->format = format;
	return true;
}

bool dry_cli_number(struct dry_cli *cli, const char *option, const char *text, int64_t min, int64_t max,
		    int64_t *value)
{
	const char *wrong = dry_parse_integer(text, strlen(text), value);

	if (!wrong && *value >= min && *value <= max)
		return true;
	dry_fail(&cli->err, DRY_ERROR_USAGE, DRY_NOWHERE, "%s: \"%s\" %s", option, text,
		 wrong ? wrong : *value < min ? "is too small" : "is too large");
	return dry_fail_expected(&cli->err, "an integer from %lld to %lld", (long long)min,
				 (long long)max);
}

bool dry_cli_duration(struct dry_cli *cli, int option_id, const char *option, int64_t min_ms, int64_t max_ms,
		      int64_t *ms)
{
	const char *text = dry_cli_value(&cli->arguments, option_id), *wrong;
	char least[48];
	int64_t value = 0;

	if (!text)
		return true;
	wrong = dry_parse_span_ms(text, strlen(text), &value);
	if (!wrong && (value < min_ms || value > max_ms))
		wrong = value < min_ms ? "is too short" : "is too long";
	if (!wrong) {
		*ms = value;
		return true;
	}
	dry_fail(&cli->err, DRY_ERROR_USAGE, DRY_NOWHERE, "%s %s: %s", option, text, wrong);
	return dry_fail_expected(&cli->err, "a duration from %s on, such as 15m, 24h or 7d",
				 dry_format_duration(min_ms, least, sizeof(least)));
}

static bool read_size_limit(struct dry_cli *cli, struct dry_error *err)
{
	const char *text = dry_cli_value(&cli->arguments, DRY_COMMON_LIMIT_SIZE);
	int64_t bytes = 0;
	const char *wrong = text ? dry_parse_quantity(text, strlen(text), &bytes) : NULL;

	if (!wrong && text && bytes <= 0)
		wrong = "is too small";
	if (wrong) {
		dry_fail(err, DRY_ERROR_USAGE, DRY_NOWHERE, "--limit-size: \"%s\" %s", text, wrong);
		return dry_fail_expected(err, "a number of bytes such as 500Mi or 32Gi");
	}
	cli->size_limit = (uint64_t)bytes;
	return true;
}

bool dry_cli_common(struct dry_cli *cli, struct dry_error *err)
{
	const struct dry_cli_arguments *arguments = &cli->arguments;
	const char *when = dry_cli_value(arguments, DRY_COMMON_COLOR);
	const char *seed = dry_cli_value(arguments, DRY_COMMON_SEED);
	const char *jobs = dry_cli_value(arguments, DRY_COMMON_JOBS);
	const char *output = dry_cli_value(arguments, DRY_COMMON_OUTPUT);
	int64_t number = 0;

	cli->quiet = dry_cli_find(arguments, DRY_COMMON_QUIET);
	cli->verbose = dry_cli_find(arguments, DRY_COMMON_VERBOSE);
	cli->force = dry_cli_find(arguments, DRY_COMMON_FORCE);
	cli->output = output && strcmp(output, "-") ? output : NULL;
	cli->color_out = !cli->output && wants_color(when, STDOUT_FILENO);
	cli->color_err = wants_color(when, STDERR_FILENO);
	cli->utf8 = !strcmp(nl_langinfo(CODESET), "UTF-8");
	cli->glyphs = dry_cli_value(arguments, DRY_COMMON_GLYPHS);
	if (!cli->glyphs)
		cli->glyphs = "auto";
	cli->progress = wants_progress(cli);
	if (!read_format(cli, err))
		return false;
	if (seed && !dry_cli_number(cli, "--seed", seed, 0, INT64_MAX, &number))
		return false;
	cli->has_seed = seed;
	cli->seed = (uint64_t)number;
	if (!jobs)
		jobs = getenv("DRYSCALE_JOBS");
	number = 0;
	if (jobs && *jobs && !dry_cli_number(cli, "--jobs", jobs, 1, 256, &number))
		return false;
	cli->jobs = (uint32_t)number;           /* 0 = the CPUs online */
	return read_size_limit(cli, err);
}

static void print_error_text(const struct dry_page *page)
{
	fflush(stdout);
	fwrite(dry_page_string(page), 1, page->length, stderr);
}

int dry_cli_complain(struct dry_cli *cli)
{
	struct dry_page page = { 0 };
	int code = cli->err.code == DRY_OK ? DRY_ERROR_SYSTEM : (int)cli->err.code;

	dry_error_sort(&cli->err);
	dry_complaint_print(&page, &cli->err, cli->consequence, true, cli->color_err);
	print_error_text(&page);
	dry_page_release(&page);
	return code;
}

void dry_cli_notes(struct dry_cli *cli)
{
	struct dry_page page = { 0 };

	if (cli->err.count && !cli->quiet) {
		dry_error_sort(&cli->err);
		dry_complaint_print(&page, &cli->err, NULL, false, cli->color_err);
		print_error_text(&page);
		dry_page_release(&page);
	}
	dry_error_release(&cli->err);
}

void dry_cli_hint(const struct dry_cli *cli, const char *format, ...)
{
	va_list list;

	if (cli->quiet)
		return;
	va_start(list, format);
	fputs("dryscale: ", stderr);
	vfprintf(stderr, format, list);
	fputc('\n', stderr);
	va_end(list);
}

int dry_cli_write(struct dry_cli *cli, const struct dry_page *page, int code)
{
	if (!dry_report_file_write(page, cli->output, cli->force, &cli->err))
		return dry_cli_complain(cli);
	return code;
}

static int print_page(struct dry_cli *cli, struct dry_page *page)
{
	int code = dry_cli_write(cli, page, 0);

	dry_page_release(page);
	return code;
}

static int run_command(const struct dry_cli_command *command, int argc, const char *const *argv)
{
	struct dry_cli cli = { .command = command,
			       .consequence = "nothing was simulated, nothing was written" };
	struct dry_page page = { 0 };
	int code;

	if (!dry_cli_parse(command, argc, argv, &cli.arguments, &cli.err)) {
		cli.color_err = wants_color(NULL, STDERR_FILENO);
		code = dry_cli_complain(&cli);
	} else if (dry_cli_find(&cli.arguments, DRY_COMMON_HELP)) {
		dry_help_command(&page, command);
		code = print_page(&cli, &page);
	} else if (dry_cli_find(&cli.arguments, DRY_COMMON_VERSION)) {
		dry_page_add(&page, "dryscale " DRY_VERSION "\n");
		code = print_page(&cli, &page);
	} else if (!dry_cli_common(&cli, &cli.err)) {
		code = dry_cli_complain(&cli);
	} else {
		code = command->run(&cli);
	}
	dry_cli_arguments_release(&cli.arguments);
	dry_error_release(&cli.err);
	return code;
}

static int unknown_command(const char *name)
{
	struct dry_cli cli = { .color_err = wants_color(NULL, STDERR_FILENO) };
	const char *known[64];
	size_t count = 0;
	const char *nearest;
	int code;

	while (count < 64 && dry_commands[count]) {
		known[count] = dry_commands[count]->name;
		count++;
	}
	nearest = dry_nearest_word(name, known, count);
	dry_fail(&cli.err, DRY_ERROR_USAGE, DRY_NOWHERE, name[0] == '-' ? "unknown option \"%s\"" :
								"unknown command \"%s\"", name);
	if (nearest)
		dry_fail_fix(&cli.err, "did you mean \"dryscale %s\"?", nearest);
	else
		dry_fail_fix(&cli.err, "\"dryscale --help\" lists the commands");
	code = dry_cli_complain(&cli);
	dry_error_release(&cli.err);
	return code;
}

int dry_cli_main(int argc, char **argv)
{
	const char *name = argc > 1 ? argv[1] : NULL;
	const struct dry_cli_command *command;
	struct dry_cli cli = { 0 };
	struct dry_page page = { 0 };

	setlocale(LC_CTYPE, "");                /* the decimal sign stays "." */
	gsl_set_error_handler_off();
	signal(SIGPIPE, SIG_IGN);               /* a reader that had enough is no error of ours */
	signal(SIGXFSZ, SIG_IGN);               /* a file limit is a full disk: write() says so */
	cli_interrupt_catch();
	if (!name) {
		dry_help_overview(&page);
		print_error_text(&page);
		dry_page_release(&page);
		return DRY_ERROR_USAGE;
	}
	if (!strcmp(name, "--help") || !strcmp(name, "-h")) {
		dry_help_overview(&page);
		return print_page(&cli, &page);
	}
	if (!strcmp(name, "--version")) {
		dry_page_add(&page, "dryscale " DRY_VERSION "\n");
		return print_page(&cli, &page);
	}
	command = dry_command_find(name);
	if (!command)
		return unknown_command(name);
	return run_command(command, argc - 2, (const char *const *)(argv + 2));
}
