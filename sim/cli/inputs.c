#include "cli/inputs.h"

#include <stdio.h>
#include <unistd.h>

#include "cli/interrupt.h"
#include "cli/pace.h"
#include "cli/scenario.h"

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
	int64_t now = pace_now_ms();
	bool bar = reading->cli->progress == DRY_PROGRESS_BAR;

	if (reading->cli->progress == DRY_PROGRESS_NONE || now - reading->began_ms < PACE_QUIET_MS ||
	    (reading->told && now - reading->told_ms < (bar ? PACE_FRAME_MS : PACE_PLAIN_MS)))
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
	struct reading reading = { .cli = cli, .path = path, .began_ms = pace_now_ms() };
	bool fine;

	cli_interrupt_ends();
	own.on_progress = on_progress;
	own.context = &reading;
	own.size_limit = cli->size_limit;
	own.reading = cli->jobs == 1 ? DRY_READING_ALONE : DRY_READING_AUTO;
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
