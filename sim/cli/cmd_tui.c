/* tui: the terminal screens, or one of them as text. */

#include "cli/command.h"
#include "cli/commands.h"
#include "cli/inputs.h"
#include "tui/tui.h"

enum { TUI_SCREEN = 1, TUI_MOUSE, TUI_THEME, TUI_SNAPSHOT, TUI_KEYS, TUI_ROLES, TUI_RESUME };

static int run_tui(struct dry_cli *cli)
{
	const struct dry_cli_arguments *arguments = &cli->arguments;
	const char *theme = dry_cli_value(arguments, TUI_THEME);
	char demo[4096];
	const struct dry_tui_options options = {
		.file_count = arguments->operand_count,
		.file = arguments->operand,
		.screen = dry_cli_value(arguments, TUI_SCREEN),
		.snapshot = dry_cli_value(arguments, TUI_SNAPSHOT),
		.keys = dry_cli_value(arguments, TUI_KEYS),
		.roles = dry_cli_find(arguments, TUI_ROLES) != NULL,
		.mouse = dry_cli_find(arguments, TUI_MOUSE) != NULL,
		.theme = theme,
		.glyphs = cli->glyphs,
		.utf8 = cli->utf8,
		.color = cli->color_out,
		.has_seed = cli->has_seed,
		.seed = cli->seed,
		.jobs = cli->jobs,
		.resume = dry_cli_value(arguments, TUI_RESUME),
		.demo = cli_bundled_scenario("web-and-batch", demo, sizeof(demo)) ? demo : NULL,
	};
	struct dry_page page = { 0 };
	int code = dry_tui_main(&options, &page, &cli->err);

	cli->consequence = NULL;
	if (cli->err.count)
		code = dry_cli_complain(cli);
	else if (options.snapshot)
		code = dry_cli_write(cli, &page, code);
	dry_page_release(&page);
	return code;
}

static const struct dry_cli_option options[] = {
	{ TUI_SCREEN, 0, "screen", "NAME", "the screen to begin with", DRY_TUI_SCREEN_WORDS },
	{ TUI_RESUME, 0, "resume", "JOURNAL", "journal of the sweep started here; an interrupted one goes on",
	  NULL },
	{ TUI_MOUSE, 0, "mouse", NULL, "clicks move (off: the terminal selects text)", NULL },
	{ TUI_THEME, 0, "theme", "NAME", "colours (auto: by COLORFGBG)", DRY_TUI_THEME_WORDS },
	{ TUI_SNAPSHOT, 0, "snapshot", "COLSxROWS", "print one screen as text and end; needs no terminal",
	  NULL },
	{ TUI_KEYS, 0, "keys", "KEYS",
	  "pressed before the snapshot: dd/p95<90\\n, <Left>, <PgDn>, <C-r>, ...", NULL },
	{ TUI_ROLES, 0, "roles", NULL, "snapshot: a second grid, one letter a role (colour as text)", NULL },
};

const struct dry_cli_command dry_command_tui = {
	.name = "tui",
	.summary = "the terminal screens: sweep, front, compare, timeline, explain, export",
	.usage = (const char *const[]) { "[--screen NAME] [--resume JOURNAL] [SCENARIO|RESULT]...",
					 "--snapshot COLSxROWS [--keys KEYS] [--roles] [SCENARIO|RESULT]...",
					 NULL },
	.example =
		(const char *const[]) {
			"dryscale tui scenarios/web-and-batch.yaml",
			"dryscale tui front.json.gz scenarios/web-and-batch.yaml",
			"dryscale tui --snapshot 80x24 --screen pareto --keys 'cs' front.json.gz", NULL },
	.option = options,
	.option_count = sizeof(options) / sizeof(options[0]),
	.operand_max = 8,
	.operand = "SCENARIO|RESULT",
	.about = "A scenario's sweep starts when r is pressed. A result is read only and opens on Pareto; with its "
		 "scenario beside it, Timeline, Explain and what if work too. \"dryscale help keys\" lists the keys.",
	.run = run_tui,
};
