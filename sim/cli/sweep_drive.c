#include "cli/sweep_drive.h"

#include <math.h>
#include <stdio.h>

#include "cli/interrupt.h"
#include "cli/pace.h"
#include "cli/sweep_search.h"

#define PLAIN_PERCENT 10
#define BAR_COLUMNS 40

/* --- progress --- */

static char *format_eta(int64_t ms, char *buffer, size_t size)
{
	int64_t s = (ms + 500) / 1000;

	if (ms < 0)
		snprintf(buffer, size, "-");
	else if (s < 3600)
		snprintf(buffer, size, "%d:%02d", (int)(s / 60), (int)(s % 60));
	else
		snprintf(buffer, size, "%lld:%02d:%02d", (long long)(s / 3600), (int)(s / 60 % 60), (int)(s % 60));
	return buffer;
}

static uint32_t percent_of(const struct dry_sweep_status *status)
{
	return status->total ? (uint32_t)(100.0 * status->finished / status->total) : 100;
}

static void draw_bar(struct cli_drive *drive, const struct dry_sweep_status *status)
{
	uint32_t filled = status->total ? BAR_COLUMNS * status->finished / status->total : BAR_COLUMNS;
	char bar[BAR_COLUMNS + 1], rate[32] = "", eta[32], failed[32] = "";

	for (uint32_t i = 0; i < BAR_COLUMNS; i++)
		bar[i] = i < filled ? '#' : '-';
	bar[BAR_COLUMNS] = '\0';
	if (!isnan(status->points_per_s))
		snprintf(rate, sizeof(rate), "  %.1f/s", status->points_per_s);
	if (status->failed)
		snprintf(failed, sizeof(failed), "  failed %u", status->failed);
	fprintf(stderr, "\r%s [%s] %3u%%  %u/%u%s  ETA %s  front %u%s\x1b[K", drive->what, bar, percent_of(status),
		status->finished, status->total, rate, format_eta(status->eta_ms, eta, sizeof(eta)),
		status->front_count, failed);
	fflush(stderr);
	drive->bar_drawn = true;
}

static void erase_bar(struct cli_drive *drive)
{
	if (drive->bar_drawn)
		fputs("\r\x1b[K", stderr);
	drive->bar_drawn = false;
}

static void print_plain(struct cli_drive *drive, const struct dry_sweep_status *status)
{
	char elapsed[32], eta[32], pruned[32] = "", shared[32] = "";

	if (status->pruned)
		snprintf(pruned, sizeof(pruned), "  spared %u", status->pruned);
	if (status->shared)
		snprintf(shared, sizeof(shared), "  alike %u", status->shared);
	fprintf(stderr, "dryscale: %s %u/%u %u%% elapsed %s eta %s  front %u  failed %u%s%s\n", drive->what,
		status->finished, status->total, percent_of(status),
		format_eta(status->elapsed_ms, elapsed, sizeof(elapsed)),
		format_eta(status->finished == status->total ? 0 : status->eta_ms, eta, sizeof(eta)),
		status->front_count, status->failed, pruned, shared);
}

static void show_progress(struct cli_drive *drive, const struct dry_sweep_status *status, bool is_first, bool is_last)
{
	int64_t now = pace_now_ms();
	uint32_t percent = percent_of(status);

	if (drive->cli->progress == DRY_PROGRESS_BAR) {
		if (is_last)
			erase_bar(drive);
		else
			draw_bar(drive, status);
		return;
	}
	if (drive->cli->progress != DRY_PROGRESS_PLAIN)
		return;
	if (!is_first && !is_last &&
	    (percent < drive->shown_percent + PLAIN_PERCENT || now < drive->shown_at_ms + PACE_PLAIN_MS))
		return;
	print_plain(drive, status);
	drive->shown_percent = percent;
	drive->shown_at_ms = now;
}

/* --- Ctrl-C --- */

static void tell_stop(struct cli_drive *drive)
{
	erase_bar(drive);
	if (drive->signals_told == 1)
		fputs("dryscale: stopping, Ctrl-C again to drop running points\n", stderr);
	else
		fputs("dryscale: dropping running points\n", stderr);
}

/*
 * The first signal lets running points finish, SIGTERM and a later one do not.
 * What arrives together is one: some senders signal the process and its group.
 */
static void hear_signals(struct cli_drive *drive, struct dry_sweep *sweep)
{
	int count = cli_interrupt_count();

	if (count <= drive->signals_heard)
		return;
	drive->signals_heard = count;
	if (drive->signals_told == 2)
		return;
	drive->signals_told++;
	tell_stop(drive);
	dry_sweep_stop(sweep, drive->signals_told > 1 || cli_interrupt_code() != 130);
}

static void tell_resume(const struct cli_drive *drive, const struct dry_sweep_status *status)
{
	if (drive->resume)
		fprintf(stderr, "dryscale: stopped; %u of %u points are kept in %s\n  fix: %s\n", status->finished,
			status->total, drive->resume, drive->again);
	else
		fprintf(stderr, "dryscale: stopped; nothing was kept\n"
				"  fix: --resume JOURNAL keeps finished points for the next time\n");
}

/* --- one sweep --- */

static int stop_code(struct cli_drive *drive)
{
	(void)drive;
	return cli_interrupt_code() ? cli_interrupt_code() : 130;
}

static int watch(struct cli_drive *drive, struct dry_sweep *sweep)
{
	static struct dry_sweep_status status;          /* large; one sweep runs at a time */

	dry_sweep_poll(sweep, &status);
	show_progress(drive, &status, true, false);
	while (!dry_sweep_wait(sweep, PACE_FRAME_MS)) {
		hear_signals(drive, sweep);
		dry_sweep_poll(sweep, &status);
		show_progress(drive, &status, false, false);
	}
	hear_signals(drive, sweep);
	dry_sweep_poll(sweep, &status);
	if (status.phase == DRY_SWEEP_DONE) {
		show_progress(drive, &status, false, true);
		return 0;
	}
	erase_bar(drive);
	tell_resume(drive, &status);
	return stop_code(drive);
}

static bool give_known(struct cli_drive *drive, struct dry_sweep *sweep)
{
	if (!drive->has_known)
		return true;
	if (drive->known.baseline.state != DRY_POINT_PENDING)
		dry_sweep_give(sweep, &drive->known.baseline, true);
	for (uint32_t i = 0; i < drive->known.point_count; i++)
		dry_sweep_give(sweep, &drive->known.point[i], false);   /* others are of other generations */
	return true;
}

static bool start(struct cli_drive *drive, struct dry_sweep *sweep)
{
	(void)cli_interrupt_flag();             /* see hear_signals() */
	cli_interrupt_lets_finish();
	if (cli_is_interrupted())
		dry_sweep_stop(sweep, true);
	if (dry_sweep_start(sweep, drive->cli->jobs))
		return true;
	return dry_fail(&drive->cli->err, DRY_ERROR_SYSTEM, DRY_NOWHERE, "no thread could be started");
}

int drive_sweep(struct cli_drive *drive, const struct dry_sweep_options *options, bool gives,
		     struct dry_sweep_result *result)
{
	struct dry_sweep *sweep = dry_sweep_new(drive->input, options, &drive->cli->err);
	int code = 0;

	if (!sweep)
		return dry_cli_complain(drive->cli);
	give_known(drive, sweep);
	if (cli_is_interrupted())
		code = stop_code(drive);
	else if ((gives && drive->journal && !dry_journal_give(drive->journal, sweep, &drive->cli->err)) ||
		 !start(drive, sweep))
		code = dry_cli_complain(drive->cli);
	if (!code)
		code = watch(drive, sweep);
	if (!code)
		dry_sweep_take_result(sweep, result);
	dry_sweep_release(sweep);
	return code;
}

/* --- the journal --- */

bool drive_manifest(struct cli_drive *drive, const struct dry_sweep_options *options,
			  struct dry_sweep_result *manifest)
{
	struct dry_sweep *sweep = dry_sweep_new(drive->input, options, &drive->cli->err);

	if (!sweep)
		return false;
	dry_sweep_manifest(sweep, manifest);
	dry_sweep_release(sweep);
	return true;
}

int drive_open_journal(struct cli_drive *drive, struct dry_sweep_options *options, bool knows_selection)
{
	struct dry_journal_summary summary;
	struct dry_sweep_result manifest;

	if (!drive->resume)
		return 0;
	if (!drive_manifest(drive, options, &manifest))
		return dry_cli_complain(drive->cli);
	if (!knows_selection)
		manifest.selection_digest = 0;
	drive->journal = dry_journal_open(drive->resume, &manifest, &summary, &drive->cli->err);
	dry_sweep_result_release(&manifest);
	if (!drive->journal)
		return dry_cli_complain(drive->cli);
	if (!summary.created)
		dry_cli_hint(drive->cli, "%s: %u points are taken over%s", drive->resume, summary.points,
			     summary.dropped_bytes ? "; a torn last line was dropped" : "");
	options->on_point = dry_journal_on_point;
	options->on_point_context = drive->journal;
	return 0;
}

/* A result that is whole is worth having though its journal is short; the exit code tells of it in the end. */
int drive_close_journal(struct cli_drive *drive, int code)
{
	struct dry_journal *journal = drive->journal;
	const char *consequence = drive->cli->consequence;

	drive->journal = NULL;
	if (!journal || dry_journal_close(journal, &drive->cli->err))
		return code;
	drive->cli->consequence = code ? "points are missing in the journal" : "the result is whole";
	drive->journal_code = dry_cli_complain(drive->cli);
	drive->cli->consequence = consequence;
	dry_error_release(&drive->cli->err);
	return code;
}

int drive_journaled(struct cli_drive *drive, struct dry_sweep_options *options,
			    struct dry_sweep_result *result)
{
	int code = drive_open_journal(drive, options, true);

	if (!code)
		code = drive_sweep(drive, options, true, result);
	return drive_close_journal(drive, code);
}

int cli_drive(struct cli_drive *drive, struct dry_sweep_result *result)
{
	const int code = search_run(drive, result);

	cli_interrupt_ends();
	return code;
}
