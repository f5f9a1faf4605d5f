#include "cli/inputs.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/units.h"
#include "cli/interrupt.h"
#include "report/run_report.h"
#include "run/run_many.h"

#define QUIET_MS 100            /* what is faster needs no progress */
#define FRAME_MS 100
#define PLAIN_MS 30000
#define PLAIN_FIRST_MS 2000     /* a log needs no line about what is over soon */

static int64_t now_ms(void)
{
	struct timespec at;

	clock_gettime(CLOCK_MONOTONIC, &at);
	return (int64_t)at.tv_sec * 1000 + at.tv_nsec / 1000000;
}

/* --- reading --- */

struct reading {
	struct dry_cli *cli;
	const char *path;
	int64_t began_ms, told_ms;
	bool told;
};

static bool on_progress(void *context, uint64_t text_bytes, uint64_t stored_bytes, uint64_t file_bytes)
{
	struct reading *reading = context;
	int64_t now = now_ms();
	bool bar = reading->cli->progress == DRY_PROGRESS_BAR;

	if (reading->cli->progress == DRY_PROGRESS_NONE || now - reading->began_ms < QUIET_MS ||
	    (reading->told && now - reading->told_ms < (bar ? FRAME_MS : PLAIN_MS)))
		return true;
	reading->told = true;
	reading->told_ms = now;
	fprintf(stderr, "%sreading %.0f MiB of text", bar ? "\r" : "dryscale: ",
		(double)text_bytes / (1 << 20));
	if (file_bytes)
		fprintf(stderr, ", %.0f%%", 100 * (double)stored_bytes / (double)file_bytes);
	fputs(bar ? "   " : "\n", stderr);
	fflush(stderr);
	cli_interrupt_line(bar);
	return true;
}

int cli_load(struct dry_cli *cli, const char *path, const struct dry_load_options *options,
	     struct dry_input *input)
{
	struct dry_load_options own = options ? *options : (struct dry_load_options){ 0 };
	struct reading reading = { .cli = cli, .path = path, .began_ms = now_ms() };
	bool fine;

	cli_interrupt_ends();
	own.on_progress = on_progress;
	own.context = &reading;
	own.size_limit = cli->size_limit;
	if (!own.release)
		own.release = dry_cli_value(&cli->arguments, CLI_RELEASE);
	if (!own.provider)
		own.provider = dry_cli_value(&cli->arguments, CLI_PROVIDER);
	fine = dry_input_load(input, path, &own, &cli->err);
	if (reading.told && cli->progress == DRY_PROGRESS_BAR)
		fputs("\r\x1b[K", stderr);
	cli_interrupt_line(false);
	if (fine) {
		dry_cli_notes(cli);
		return 0;
	}
	return dry_cli_complain(cli);
}

#ifndef DRY_DATADIR
#define DRY_DATADIR "/usr/local/share/dryscale"
#endif

bool cli_bundled_scenario(const char *name, char *path, size_t size)
{
	static const char *const places[] = { "scenarios", DRY_DATADIR "/scenarios" };

	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		snprintf(path, size, "%s/%s.yaml", places[i], name);
		if (access(path, R_OK) == 0)
			return true;
	}
	return false;
}

/* --- the setting --- */

int cli_configure(struct dry_cli *cli, const struct dry_input *input, int param_id, int params_id,
		  struct cli_setting_list *list, struct dry_config *config)
{
	const struct dry_cli_arguments *arguments = &cli->arguments;
	bool fine = true;

	for (uint32_t i = 0; params_id && i < arguments->given_count; i++)
		if (arguments->given[i].option->id == params_id)
			fine &= cli_settings_read(list, arguments->given[i].value, &cli->err);
	for (uint32_t i = 0; param_id && i < arguments->given_count; i++)
		if (arguments->given[i].option->id == param_id)
			fine &= cli_settings_add(list, "-p", arguments->given[i].value, &cli->err);
	dry_config_copy(config, &input->config, &list->arena);
	if (fine && list->count)
		fine = cli_settings_apply(list, input, config, &list->arena, &cli->err);
	if (!fine)
		return dry_cli_complain(cli);
	dry_cli_notes(cli);
	return 0;
}

int cli_scenario_open(struct dry_cli *cli, const struct dry_load_options *options, struct cli_scenario *scenario)
{
	int code = cli_load(cli, cli->arguments.operand[0], options, &scenario->input);

	if (code)
		return code;
	cli_settings_init(&scenario->settings);
	code = cli_configure(cli, &scenario->input, CLI_PARAM, CLI_PARAMS, &scenario->settings, &scenario->config);
	if (code)
		cli_scenario_close(scenario);
	return code;
}

void cli_scenario_close(struct cli_scenario *scenario)
{
	cli_settings_release(&scenario->settings);
	dry_input_release(&scenario->input);
}

bool cli_instant(struct dry_cli *cli, int option_id, const char *option, int64_t *at_ms)
{
	const char *text = dry_cli_value(&cli->arguments, option_id);

	*at_ms = -1;
	if (!text || (dry_parse_clock(text, at_ms) && *at_ms >= 0))
		return true;
	dry_fail(&cli->err, DRY_ERROR_USAGE, DRY_NOWHERE, "--%s: \"%s\" is no time", option, text);
	return dry_fail_expected(&cli->err, "18:07, 18:07:30, 1d02:30 or 65220s from the start of the trace");
}

uint64_t cli_seed(const struct dry_cli *cli, const struct dry_config *config)
{
	return cli->has_seed ? cli->seed : config->seed;
}

/* --- running --- */

struct running {
	struct dry_cli *cli;
	uint32_t count;
	atomic_uint done;
	atomic_bool over;
	bool told;
};

/* Tells how far the runs are, from a thread of its own. */
static void *tell(void *context)
{
	struct running *running = context;
	bool bar = running->cli->progress == DRY_PROGRESS_BAR;
	int64_t began = now_ms(), told = began + (bar ? QUIET_MS - FRAME_MS : PLAIN_FIRST_MS - PLAIN_MS);

	while (!atomic_load(&running->over)) {
		struct timespec moment = { .tv_nsec = 20000000 };
		int64_t now;

		nanosleep(&moment, NULL);
		now = now_ms();
		if (now - told < (bar ? FRAME_MS : PLAIN_MS) || atomic_load(&running->over))
			continue;
		told = now;
		running->told = true;
		fprintf(stderr, bar ? "\rsimulating %u/%u  %.1fs   " :
				      "dryscale: simulating %u/%u, %.0f s elapsed\n",
			atomic_load(&running->done), running->count, (double)(now - began) / 1000);
		fflush(stderr);
	}
	return NULL;
}

int cli_run_many(struct dry_cli *cli, const struct dry_run_request *request, uint32_t count,
		 struct dry_result *result)
{
	struct running running = { .cli = cli, .count = count };
	pthread_t teller;
	bool tells = cli->progress != DRY_PROGRESS_NONE && !pthread_create(&teller, NULL, tell, &running);
	bool fine = dry_run_many(request, count, cli->jobs, result, &running.done);

	cli_interrupt_ends();
	atomic_store(&running.over, true);
	if (tells)
		pthread_join(teller, NULL);
	if (running.told && cli->progress == DRY_PROGRESS_BAR)
		fputs("\r\x1b[K", stderr);
	return fine ? 0 : cli_interrupt_code();
}

bool cli_named_group(struct dry_cli *cli, const struct dry_config *config, int option_id, const char *option,
		     uint32_t *group_index)
{
	const char *name = dry_cli_value(&cli->arguments, option_id);
	const char **known, *nearest;

	*group_index = DRY_NONE;
	if (!name)
		return true;
	known = dry_xcalloc((size_t)config->group_count + 1, sizeof(*known));
	for (uint32_t g = 0; g < config->group_count; g++) {
		known[g] = config->group[g].name;
		if (!strcmp(known[g], name))
			*group_index = g;
	}
	nearest = dry_nearest_word(name, known, config->group_count);
	free(known);
	if (*group_index != DRY_NONE)
		return true;
	dry_fail(&cli->err, DRY_ERROR_USAGE, DRY_NOWHERE, "--%s %s: no such node group", option, name);
	if (nearest)
		dry_fail_fix(&cli->err, "did you mean \"%s\"?", nearest);
	return false;
}
