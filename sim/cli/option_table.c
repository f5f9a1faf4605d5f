#include "cli/option_table.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/units.h"

const struct dry_cli_option dry_common_options[] = {
	{ DRY_COMMON_FORMAT, 'f', "format", "F", "form of the result", NULL },
	{ DRY_COMMON_OUTPUT, 'o', "output", "FILE", "write the result there; - is stdout", NULL },
	{ DRY_COMMON_FORCE, 0, "force", NULL, "replace files that exist", NULL },
	{ DRY_COMMON_QUIET, 'q', "quiet", NULL, "no progress, no hints; errors stay", NULL },
	{ DRY_COMMON_VERBOSE, 'v', "verbose", NULL, "say more on stderr", NULL },
	{ DRY_COMMON_SEED, 0, "seed", "N", "root of the random streams (the scenario's, or 1)", NULL },
	{ DRY_COMMON_JOBS, 'j', "jobs", "N", "threads (CPUs online); changes no result", NULL },
	{ DRY_COMMON_LIMIT_SIZE, 0, "limit-size", "SIZE",
	  "read inputs up to that size, unpacked (16Gi; a scenario 64Mi)", NULL },
	{ DRY_COMMON_COLOR, 0, "color", "WHEN", "auto, always or never", "auto|always|never" },
	{ DRY_COMMON_GLYPHS, 0, "glyphs", "SET", "auto, braille, block or ascii",
	  "auto|braille|block|ascii" },
	{ DRY_COMMON_PROGRESS, 0, "progress", "HOW", "auto, bar, plain or none", "auto|bar|plain|none" },
	{ DRY_COMMON_HELP, 'h', "help", NULL, "this text", NULL },
	{ DRY_COMMON_VERSION, 0, "version", NULL, "name and version", NULL },
};
const size_t dry_common_option_count = sizeof(dry_common_options) / sizeof(dry_common_options[0]);

bool dry_cli_has_common(const struct dry_cli_command *command, const struct dry_cli_option *option)
{
	return option->id != DRY_COMMON_FORMAT || command->formats;
}

bool dry_cli_is_word(const char *words, const char *word)
{
	size_t length = strlen(word);

	while (words && *words) {
		size_t span = strcspn(words, "|");
		if (span == length && !memcmp(words, word, length))
			return true;
		words += span + (words[span] == '|');
	}
	return false;
}

static const struct dry_cli_option *row(const struct dry_cli_command *command, size_t i)
{
	const struct dry_cli_option *option;

	if (i < command->option_count)
		return &command->option[i];
	i -= command->option_count;
	if (i >= dry_common_option_count)
		return NULL;
	option = &dry_common_options[i];
	return option;
}

static const struct dry_cli_option *find_name(const struct dry_cli_command *command,
					      const char *name, size_t length)
{
	const struct dry_cli_option *option;

	for (size_t i = 0; (option = row(command, i)); i++)
		if (dry_cli_has_common(command, option) && strlen(option->name) == length &&
		    !memcmp(option->name, name, length))
			return option;
	return NULL;
}

static const struct dry_cli_option *find_letter(const struct dry_cli_command *command, char letter)
{
	const struct dry_cli_option *option;

	for (size_t i = 0; (option = row(command, i)); i++)
		if (dry_cli_has_common(command, option) && option->letter && option->letter == letter)
			return option;
	return NULL;
}

static bool fail_unknown(const struct dry_cli_command *command, const char *shown,
			 const char *name, struct dry_error *err)
{
	const char *known[128];
	const struct dry_cli_option *option;
	size_t count = 0;
	const char *nearest;

	for (size_t i = 0; (option = row(command, i)) && count < 128; i++)
		if (dry_cli_has_common(command, option))
			known[count++] = option->name;
	nearest = name ? dry_nearest_word(name, known, count) : NULL;
	dry_fail(err, DRY_ERROR_USAGE, DRY_NOWHERE, "%s: unknown option %s", command->name, shown);
	if (nearest)
		return dry_fail_fix(err, "did you mean --%s? \"dryscale %s --help\" lists all", nearest,
				    command->name);
	return dry_fail_fix(err, "\"dryscale %s --help\" lists the options", command->name);
}

static bool add_given(struct dry_cli_arguments *arguments, const struct dry_cli_option *option,
		      const char *value, struct dry_error *err)
{
	if (option->words && value && !dry_cli_is_word(option->words, value)) {
		dry_fail(err, DRY_ERROR_USAGE, DRY_NOWHERE, "--%s: \"%s\" is not one of its values",
			 option->name, value);
		return dry_fail_expected(err, "%s", option->words);
	}
	arguments->given[arguments->given_count++] = (struct dry_cli_given){ option, value };
	return true;
}

/* "--name", "--name=value", "--name value". *used: further arguments taken. */
static bool parse_long(const struct dry_cli_command *command, const char *argument, const char *next,
		       int *used, struct dry_cli_arguments *arguments, struct dry_error *err)
{
	size_t length = strcspn(argument + 2, "=");
	const char *value = argument[2 + length] ? argument + 3 + length : NULL;
	const struct dry_cli_option *option = find_name(command, argument + 2, length);

	if (!option) {
		char shown[80];
		size_t cut = length < 60 ? length : 60;

		memcpy(shown, argument, cut + 2);
		shown[cut + 2] = '\0';
		return fail_unknown(command, shown, shown + 2, err);
	}
	if (!option->argument && value)
		return dry_fail(err, DRY_ERROR_USAGE, DRY_NOWHERE, "--%s takes no value", option->name);
	if (option->argument && !value) {
		if (!next) {
			dry_fail(err, DRY_ERROR_USAGE, DRY_NOWHERE, "--%s needs a value", option->name);
			return dry_fail_expected(err, "--%s %s", option->name, option->argument);
		}
		value = next;
		*used = 1;
	}
	return add_given(arguments, option, value, err);
}

/* "-q", "-qv", "-j8", "-j 8". */
static bool parse_short(const struct dry_cli_command *command, const char *argument,
			const char *next, int *used, struct dry_cli_arguments *arguments,
			struct dry_error *err)
{
	for (const char *p = argument + 1; *p; p++) {
		const struct dry_cli_option *option = find_letter(command, *p);
		const char shown[3] = { '-', *p, '\0' };

		if (!option)
			return fail_unknown(command, shown, NULL, err);
		if (!option->argument) {
			if (!add_given(arguments, option, NULL, err))
				return false;
			continue;
		}
		if (p[1])
			return add_given(arguments, option, p + 1, err);
		if (!next) {
			dry_fail(err, DRY_ERROR_USAGE, DRY_NOWHERE, "-%c needs a value", *p);
			return dry_fail_expected(err, "-%c %s", *p, option->argument);
		}
		*used = 1;
		return add_given(arguments, option, next, err);
	}
	return true;
}

static bool check_operands(const struct dry_cli_command *command,
			   const struct dry_cli_arguments *arguments, struct dry_error *err)
{
	uint32_t count = arguments->operand_count;

	if (dry_cli_find(arguments, DRY_COMMON_HELP) || dry_cli_find(arguments, DRY_COMMON_VERSION))
		return true;
	if (count < command->operand_min) {
		dry_fail(err, DRY_ERROR_USAGE, DRY_NOWHERE, "%s: %s missing", command->name,
			 command->operand);
		return dry_fail_expected(err, "dryscale %s %s", command->name, command->usage[0]);
	}
	if (count > command->operand_max) {
		dry_fail(err, DRY_ERROR_USAGE, DRY_NOWHERE, "%s: \"%s\" is one argument too many",
			 command->name, arguments->operand[command->operand_max]);
		return dry_fail_expected(err, "dryscale %s %s", command->name, command->usage[0]);
	}
	for (uint32_t i = 0, dashes = 0; i < count; i++)
		if (!strcmp(arguments->operand[i], "-") && ++dashes > 1)
			return dry_fail(err, DRY_ERROR_USAGE, DRY_NOWHERE,
					"%s: stdin (-) can be read once only", command->name);
	return true;
}

bool dry_cli_parse(const struct dry_cli_command *command, int argc, const char *const *argv,
		   struct dry_cli_arguments *arguments, struct dry_error *err)
{
	bool ended = false;
	size_t room = 1;

	for (int i = 0; i < argc; i++)
		room += strlen(argv[i]) + 1;            /* "-qqq" is three */
	arguments->given = dry_xcalloc(room, sizeof(*arguments->given));
	arguments->operand = dry_xcalloc((size_t)argc + 1, sizeof(*arguments->operand));
	for (int i = 0; i < argc; i++) {
		const char *argument = argv[i];
		const char *next = i + 1 < argc ? argv[i + 1] : NULL;
		int used = 0;
		bool fine = true;

		if (ended || argument[0] != '-' || !argument[1])
			arguments->operand[arguments->operand_count++] = argument;
		else if (!strcmp(argument, "--"))
			ended = true;
		else if (argument[1] == '-')
			fine = parse_long(command, argument, next, &used, arguments, err);
		else
			fine = parse_short(command, argument, next, &used, arguments, err);
		if (!fine)
			return false;
		i += used;
	}
	return check_operands(command, arguments, err);
}

void dry_cli_arguments_release(struct dry_cli_arguments *arguments)
{
	free(arguments->given);
	free(arguments->operand);
	*arguments = (struct dry_cli_arguments){ 0 };
}

const struct dry_cli_given *dry_cli_find(const struct dry_cli_arguments *arguments, int id)
{
	for (uint32_t i = arguments->given_count; i > 0; i--)
		if (arguments->given[i - 1].option->id == id)
			return &arguments->given[i - 1];
	return NULL;
}

const char *dry_cli_value(const struct dry_cli_arguments *arguments, int id)
{
	const struct dry_cli_given *given = dry_cli_find(arguments, id);

	return given ? given->value : NULL;
}

uint32_t dry_cli_count(const struct dry_cli_arguments *arguments, int id)
{
	uint32_t count = 0;

	for (uint32_t i = 0; i < arguments->given_count; i++)
		count += arguments->given[i].option->id == id;
	return count;
}
