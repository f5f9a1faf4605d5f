/*
 * demo: the bundled scenarios as stories. The question is the comment at the
 * head of the scenario's file, the answers are a few settings side by side.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "cli/commands.h"
#include "cli/inputs.h"
#include "cli/interrupt.h"
#include "cli/running.h"
#include "io/reader.h"
#include "report/table.h"

#define ANSWERS 4
#define CHANGES 3

struct answer {
	const char *name;
	struct { const char *path, *value; } change[CHANGES];
};

struct story {
	const char *scenario;
	enum dry_metric_id wait;        /* the one that its people feel */
	struct answer answer[ANSWERS];
	const char *next;               /* where to go on */
};

static const struct story stories[] = {
	{ "web-and-batch", DRY_METRIC_P95_WAIT,
	  { { "nodes go after 2 minutes", { { "scale-down-unneeded-time", "2m" } } },
	    { "and a large spot group",
	      { { "scale-down-unneeded-time", "2m" }, { "nodeGroups.spot.maxSize", "25" } } },
	    { "and a node's worth of headroom",
	      { { "scale-down-unneeded-time", "2m" }, { "nodeGroups.spot.maxSize", "25" },
		{ "placeholders.nodes", "1" } } },
	    { "no spot at all", { { "nodeGroups.spot.maxSize", "0" } } } },
	  "dryscale sweep scenarios/web-and-batch.yaml" },
	{ "gpu-burst", DRY_METRIC_P95_WAIT,
	  { { "twelve GPU nodes kept warm", { { "nodeGroups.gpu-a.minSize", "12" } } },
	    { "by price", { { "expander", "price" } } },
	    { "idle ones live 40 minutes", { { "scale-down-unneeded-time", "40m" } } },
	    { "a short back-off after refusals", { { "initial-node-group-backoff-duration", "2m" } } } },
	  "dryscale explain --worst 3 scenarios/gpu-burst.yaml" },
	{ "spot-multi-zone", DRY_METRIC_P95_WAIT,
	  { { "spot first, whatever it costs", { { "expander", "priority" } } },
	    { "zones not balanced", { { "balance-similar-node-groups", "false" } } },
	    { "hardly any spot in zone a", { { "nodeGroups.spot-a.maxSize", "2" } } },
	    { "four times the interruptions", { { "spot.hazard.perHour", "0.1" } } } },
	  "dryscale zones scenarios/spot-multi-zone.yaml" },
	{ "black-friday", DRY_METRIC_P99_WAIT,
	  { { "five nodes of headroom", { { "placeholders.nodes", "5" } } },
	    { "twenty nodes of headroom", { { "placeholders.nodes", "20" } } },
	    { "a minimum of 30 nodes", { { "nodeGroups.general.minSize", "30" } } },
	    { "a loop a minute", { { "scan-interval", "60s" } } } },
	  "dryscale investigate scenarios/black-friday.yaml" },
};

#define STORIES (sizeof(stories) / sizeof(stories[0]))

/* The comment at the head of the file, without what it says to type. */
static bool add_question(struct dry_cli *cli, const char *path, struct dry_page *page)
{
	struct dry_reader *reader = dry_reader_open(path, NULL, &cli->err);
	const char *line;
	size_t length;

	if (!reader)
		return false;
	while (dry_reader_line(reader, &line, &length, &cli->err) == DRY_READER_LINE && length && line[0] == '#') {
		if (length > 3 && !strncmp(line, "#   ", 4))
			break;
		dry_page_add(page, length > 2 ? "  " : "");
		dry_page_add_visible(page, line + 1 + (length > 2), length - 1 - (length > 2));
		dry_page_add_char(page, '\n');
	}
	dry_reader_close(reader);
	return cli->err.code == DRY_OK;
}

static void add_row(struct dry_table *table, const char *name, enum dry_metric_id wait,
		    const struct dry_result *result)
{
	const enum dry_metric_id shown[] = { DRY_METRIC_COST_DAY, wait, DRY_METRIC_MAX_WAIT, DRY_METRIC_IDLE_RATIO,
					     DRY_METRIC_EVICTIONS_DAY };
	char text[48];

	dry_table_cell(table, name);
	for (size_t i = 0; i < sizeof(shown) / sizeof(shown[0]); i++)
		dry_table_cell(table, dry_metric_format(shown[i], result->metric[shown[i]], text, sizeof(text)));
}

static void draw(const struct story *story, const struct dry_result *result, struct dry_page *page)
{
	struct dry_table table;

	dry_table_init(&table, "lrrrrr");
	dry_table_cell(&table, "");
	dry_table_cell(&table, dry_metric_table[DRY_METRIC_COST_DAY].label);
	dry_table_cell(&table, dry_metric_table[story->wait].label);
	dry_table_cell(&table, dry_metric_table[DRY_METRIC_MAX_WAIT].label);
	dry_table_cell(&table, dry_metric_table[DRY_METRIC_IDLE_RATIO].label);
	dry_table_cell(&table, dry_metric_table[DRY_METRIC_EVICTIONS_DAY].label);
	add_row(&table, "as it is", story->wait, &result[0]);
	for (size_t a = 0; a < ANSWERS; a++)
		add_row(&table, story->answer[a].name, story->wait, &result[a + 1]);
	dry_table_draw(&table, page, 2);
	dry_page_printf(page, "\n  go on with: %s\n", story->next);
	dry_table_release(&table);
}

static bool set_answer(struct dry_cli *cli, const struct dry_input *input, const struct answer *answer,
		       struct dry_config *config, struct dry_arena *arena)
{
	bool fine = true;

	dry_config_copy(config, &input->config, arena);
	for (size_t c = 0; answer && c < CHANGES && answer->change[c].path; c++)
		fine &= dry_config_set(config, input, answer->change[c].path, answer->change[c].value, arena,
				       &cli->err);
	return fine && dry_config_finish(config, input, arena, &cli->err);
}

static int tell_story(struct dry_cli *cli, const struct story *story, const char *path, struct dry_page *page)
{
	struct dry_run_request request[ANSWERS + 1] = { 0 };
	struct dry_config config[ANSWERS + 1];
	struct dry_result result[ANSWERS + 1];
	struct dry_arena arena = { 0 };
	struct dry_input input;
	bool fine = true;
	int code = cli_load(cli, path, NULL, &input);

	if (code)
		return code;
	for (size_t a = 0; a <= ANSWERS; a++) {
		fine &= set_answer(cli, &input, a ? &story->answer[a - 1] : NULL, &config[a], &arena);
		request[a] = (struct dry_run_request){ .input = &input, .config = &config[a],
						       .seed = cli_seed(cli, &config[a]),
						       .stop = cli_interrupt_flag() };
	}
	dry_page_printf(page, "%s\n\n", story->scenario);
	if (!fine || !add_question(cli, path, page)) {
		code = dry_cli_complain(cli);
	} else {
		code = cli_run_many(cli, request, ANSWERS + 1, result);
		if (!code)
			draw(story, result, page);
		for (size_t a = 0; a <= ANSWERS; a++)
			dry_result_release(&result[a]);
	}
	dry_arena_release(&arena);
	dry_input_release(&input);
	return code;
}

/* Between two stories, when somebody sits there. False: they had enough. */
static bool waits_for_enter(const struct dry_cli *cli)
{
	int c, first;

	if (cli->quiet || cli->output || !isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
		return true;
	fputs("-- Enter goes on, q ends --", stderr);
	first = c = getchar();
	while (c != '\n' && c != EOF)
		c = getchar();
	return first != 'q' && first != EOF;
}

static const struct story *find_story(struct dry_cli *cli, const char *name)
{
	for (size_t i = 0; i < STORIES; i++)
		if (!strcmp(stories[i].scenario, name))
			return &stories[i];
	dry_fail(&cli->err, DRY_ERROR_USAGE, DRY_NOWHERE, "no story \"%s\"", name);
	dry_fail_expected(&cli->err, "web-and-batch, gpu-burst, spot-multi-zone or black-friday");
	return NULL;
}

static int run_demo(struct dry_cli *cli)
{
	const struct story *only = NULL;
	struct dry_page page = { 0 };
	char path[4096];
	int code = 0;

	if (cli->arguments.operand_count && !(only = find_story(cli, cli->arguments.operand[0])))
		return dry_cli_complain(cli);
	for (size_t i = 0; i < STORIES && !code; i++) {
		const struct story *story = only ? only : &stories[i];

		if (!cli_bundled_scenario(story->scenario, path, sizeof(path))) {
			dry_fail(&cli->err, DRY_ERROR_INPUT, DRY_NOWHERE, "scenarios/%s.yaml is not here",
				 story->scenario);
			dry_fail_fix(&cli->err, "run it in a checkout, or after \"make install\"");
			code = dry_cli_complain(cli);
			break;
		}
		code = tell_story(cli, story, path, &page);
		if (only || i + 1 == STORIES)
			break;
		dry_page_add_char(&page, '\n');
		if (!code && !cli->output) {
			code = dry_cli_write(cli, &page, 0);
			dry_page_clear(&page);
			if (!waits_for_enter(cli))
				break;
		}
	}
	if (!code && *dry_page_string(&page))
		code = dry_cli_write(cli, &page, 0);
	dry_page_release(&page);
	return code;
}

const struct dry_cli_command dry_command_demo = {
	.name = "demo",
	.summary = "the bundled scenarios as stories: a question each, answers side by side",
	.usage = (const char *const[]){ "[STORY]", NULL },
	.example = (const char *const[]){ "dryscale demo", "dryscale demo -q gpu-burst", NULL },
	.operand_max = 1,
	.operand = "STORY",
	.operand_words = "web-and-batch|gpu-burst|spot-multi-zone|black-friday",
	.about = "On a terminal it waits for Enter after each story; -q does not. Every number is simulated while "
		 "you wait.",
	.run = run_demo,
};
