#include "cli/sweep_drive.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/arena.h"
#include "base/assert.h"
#include "cli/interrupt.h"
#include "cli/pace.h"
#include "sweep/pareto.h"

#define PLAIN_PERCENT 10
#define BAR_COLUMNS 40
#define HALVING_KEEP 27u

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
	if (cli_is_interrupted())
		dry_sweep_stop(sweep, true);
	if (dry_sweep_start(sweep, drive->cli->jobs))
		return true;
	return dry_fail(&drive->cli->err, DRY_ERROR_SYSTEM, DRY_NOWHERE, "no thread could be started");
}

/* Runs one sweep to its end; *result is filled on 0. `gives`: the journal's points are offered. */
static int run_sweep(struct cli_drive *drive, const struct dry_sweep_options *options, bool gives,
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

/* The manifest that a sweep with these options will have. */
static bool make_manifest(struct cli_drive *drive, const struct dry_sweep_options *options,
			  struct dry_sweep_result *manifest)
{
	struct dry_sweep *sweep = dry_sweep_new(drive->input, options, &drive->cli->err);

	if (!sweep)
		return false;
	dry_sweep_manifest(sweep, manifest);
	dry_sweep_release(sweep);
	return true;
}

static int open_journal(struct cli_drive *drive, struct dry_sweep_options *options, bool knows_selection)
{
	struct dry_journal_summary summary;
	struct dry_sweep_result manifest;

	if (!drive->resume)
		return 0;
	if (!make_manifest(drive, options, &manifest))
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
static int close_journal(struct cli_drive *drive, int code)
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

static int run_with_journal(struct cli_drive *drive, struct dry_sweep_options *options,
			    struct dry_sweep_result *result)
{
	int code = open_journal(drive, options, true);

	if (!code)
		code = run_sweep(drive, options, true, result);
	return close_journal(drive, code);
}

/* --- searches --- */

static bool has_grid(struct cli_drive *drive, const struct dry_sweep_parameter **parameter, uint32_t *count)
{
	*parameter = drive->options.parameter ? drive->options.parameter : drive->input->parameter;
	*count = drive->options.parameter ? drive->options.parameter_count : drive->input->parameter_count;
	if (*count)
		return true;
	return dry_fail(&drive->cli->err, DRY_ERROR_USAGE, DRY_NOWHERE,
			"--method %s needs parameters: -g, or sweep.parameters in the scenario",
			dry_search_method_name(drive->method));
}

static uint64_t seed_of(const struct cli_drive *drive)
{
	return drive->options.has_seed ? drive->options.seed : drive->input->config.seed;
}

static uint64_t *make_sample(struct cli_drive *drive, enum dry_search_method method, uint64_t wanted, uint64_t *count)
{
	const struct dry_sweep_parameter *parameter;
	uint32_t parameters;

	if (!has_grid(drive, &parameter, &parameters))
		return NULL;
	return dry_search_sample(method, parameter, parameters, wanted, seed_of(drive), count);
}

static int run_sample(struct cli_drive *drive, struct dry_sweep_result *result)
{
	struct dry_sweep_options options = drive->options;
	uint64_t count = 0, *index = make_sample(drive, drive->method, drive->sample, &count);
	int code;

	if (!index)
		return dry_cli_complain(drive->cli);
	options.index = index;
	options.index_count = count;
	code = run_with_journal(drive, &options, result);
	free(index);
	return code;
}

struct candidate {
	uint64_t index;
	uint32_t rank;
	double crowding;
};

static int by_fitness(const void *a, const void *b)
{
	const struct candidate *x = a, *y = b;

	if (x->rank != y->rank)
		return x->rank < y->rank ? -1 : 1;
	if (x->crowding != y->crowding)
		return x->crowding > y->crowding ? -1 : 1;
	return (x->index > y->index) - (x->index < y->index);
}

static int by_number(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/* Crowding of the points of one rank. */
static void set_crowding(const struct dry_sweep_result *result, struct candidate *list, uint32_t count)
{
	uint32_t objectives = result->objective_count;
	double *value = dry_xcalloc((size_t)count * objectives + 1, sizeof(*value));
	double *crowding = dry_xcalloc((size_t)count + 1, sizeof(*crowding));

	for (uint32_t i = 0; i < count; i++)
		for (uint32_t k = 0; k < objectives; k++)
			value[(size_t)i * objectives + k] =
				dry_sweep_objective(result, dry_sweep_result_find(result, list[i].index), k);
	dry_crowding(value, count, objectives, crowding);
	for (uint32_t i = 0; i < count; i++)
		list[i].crowding = crowding[i];
	free(value);
	free(crowding);
}

/* The best `wanted` indices of a rung, ascending; failed points last. Returns how many. */
static uint64_t promote(const struct dry_sweep_result *result, uint64_t wanted, uint64_t *index)
{
	struct candidate *list = dry_xcalloc((size_t)result->point_count + 1, sizeof(*list));
	uint32_t count = result->point_count;

	for (uint32_t i = 0; i < count; i++)
		list[i] = (struct candidate){ result->point[i].index,
					      result->point[i].rank ? result->point[i].rank : UINT32_MAX, 0 };
	qsort(list, count, sizeof(*list), by_fitness);
	for (uint32_t i = 0; i < count && list[i].rank != UINT32_MAX;) {
		uint32_t end = i;

		while (end < count && list[end].rank == list[i].rank)
			end++;
		set_crowding(result, list + i, end - i);
		i = end;
	}
	qsort(list, count, sizeof(*list), by_fitness);
	if (wanted > count)
		wanted = count;
	for (uint64_t i = 0; i < wanted; i++)
		index[i] = list[i].index;
	qsort(index, wanted, sizeof(*index), by_number);
	free(list);
	return wanted;
}

static int64_t whole_horizon_ms(const struct dry_input *input)
{
	if (input->config.horizon_ms != DRY_NEVER)
		return input->config.horizon_ms;
	return input->pod.count ? input->pod.arrive_at_ms[input->pod.count - 1] : 0;
}

static int run_halving(struct cli_drive *drive, struct dry_sweep_result *result)
{
	struct dry_halving_rung rung[DRY_HALVING_RUNGS_MOST];
	struct dry_sweep_options options = drive->options;
	uint64_t count = 0, wanted = drive->sample ? drive->sample : DRY_SWEEP_POINTS_MAX;
	uint64_t *index = make_sample(drive, DRY_SEARCH_RANDOM, wanted, &count);
	uint32_t rungs = index ? dry_halving_rungs(count, HALVING_KEEP < count ? HALVING_KEEP : count, rung) : 0;
	char what[32];
	int code = index ? 0 : dry_cli_complain(drive->cli);

	options.index = index;
	options.index_count = count;
	for (uint32_t k = 0; k + 1 < rungs && !code; k++) {
		struct dry_sweep_result part = { 0 };
		struct dry_sweep_options short_run = options;

		snprintf(what, sizeof(what), "rung %u of %u", k + 1, rungs);
		drive->what = what;
		short_run.exhaustive = true;
		short_run.horizon_ms = (int64_t)((double)whole_horizon_ms(drive->input) * rung[k].share);
		if (short_run.horizon_ms < 1000)
			short_run.horizon_ms = 1000;
		code = run_sweep(drive, &short_run, false, &part);
		if (code)
			break;
		options.index_count = promote(&part, rung[k + 1].points, index);
		dry_sweep_result_release(&part);
	}
	drive->what = "sweep";
	if (!code)
		code = run_with_journal(drive, &options, result);
	free(index);
	return code;
}

/* --- NSGA-II --- */

struct generations {
	struct cli_drive *drive;
	struct dry_sweep_options *options;
	uint32_t number;
	int code;
};

/* Points found go to drive->known, sorted. */
static void keep_points(struct cli_drive *drive, const struct dry_sweep_result *from, bool has_baseline)
{
	uint32_t had = drive->known.point_count;

	if (!drive->has_known) {
		dry_sweep_result_copy_manifest(&drive->known, from);
		drive->has_known = true;
	}
	if (has_baseline)
		dry_sweep_point_take(&drive->known, &drive->known.baseline, &from->baseline);
	drive->known.baseline.index = from->baseline.index;
	for (uint32_t i = 0; i < from->point_count; i++) {
		const struct dry_sweep_point *point = &from->point[i];
		bool twice = false;

		for (uint32_t j = 0; j < drive->known.point_count && !twice; j++)
			twice = drive->known.point[j].index == point->index;
		if (!twice && point->state != DRY_POINT_PENDING)
			dry_sweep_point_take(&drive->known, dry_sweep_result_add_grid(&drive->known, point->index),
					     point);
	}
	if (drive->known.point_count != had)
		dry_sweep_result_rank(&drive->known, false);
}

static bool evaluate(void *context, const uint64_t *index, uint32_t count, double *objective)
{
	struct generations *generations = context;
	struct cli_drive *drive = generations->drive;
	struct dry_sweep_options options = *generations->options;
	uint64_t *sorted = dry_xcalloc((size_t)count + 1, sizeof(*sorted));
	struct dry_sweep_result part;
	char what[32];

	memcpy(sorted, index, count * sizeof(*sorted));
	qsort(sorted, count, sizeof(*sorted), by_number);
	options.index = sorted;
	options.index_count = count;
	snprintf(what, sizeof(what), "generation %u", ++generations->number);
	drive->what = what;
	generations->code = run_sweep(drive, &options, false, &part);
	drive->what = "sweep";
	free(sorted);
	if (generations->code)
		return false;
	keep_points(drive, &part, true);
	for (uint32_t i = 0; i < count; i++) {
		const struct dry_sweep_point *point = dry_sweep_result_find(&part, index[i]);

		for (uint32_t k = 0; k < part.objective_count; k++)
			objective[(size_t)i * part.objective_count + k] =
				point->state == DRY_POINT_DONE ? dry_sweep_objective(&part, point, k) : INFINITY;
	}
	dry_sweep_result_release(&part);
	return true;
}

static uint64_t default_budget(uint64_t grid)
{
	uint64_t budget = grid / 10;

	if (budget < 200)
		budget = 200;
	return budget < grid ? budget : grid;
}

static int run_nsga2(struct cli_drive *drive, struct dry_sweep_result *result)
{
	static const uint64_t first;
	struct dry_sweep_options options = drive->options;
	struct generations generations = { .drive = drive, .options = &options };
	struct dry_nsga2_options search = { .seed = seed_of(drive), .evaluate = evaluate, .context = &generations };
	struct dry_sweep_result manifest;
	uint64_t *index, count = 0;
	bool has_baseline = false;
	int code;

	if (!has_grid(drive, &search.parameter, &search.parameter_count))
		return dry_cli_complain(drive->cli);
	options.exhaustive = true;
	options.index = &first;
	options.index_count = 1;
	if (!make_manifest(drive, &options, &manifest))
		return dry_cli_complain(drive->cli);
	search.objectives = manifest.objective_count;
	search.budget = drive->sample ? drive->sample : default_budget(manifest.grid_count);
	dry_sweep_result_release(&manifest);
	code = open_journal(drive, &options, false);
	if (!code && drive->journal) {
		const struct dry_sweep_result *kept = dry_journal_points(drive->journal, &has_baseline);

		if (kept->point_count || has_baseline)
			keep_points(drive, kept, has_baseline);
	}
	index = code ? NULL : dry_nsga2_run(&search, &count);
	if (!code && !index)
		code = generations.code;
	if (!code) {
		dry_assert(index);      /* without one, a generation has failed with its code */
		qsort(index, count, sizeof(*index), by_number);
		options.index = index;
		options.index_count = count;
		options.on_point = NULL;
		code = run_sweep(drive, &options, false, result);
	}
	free(index);
	if (drive->has_known)
		dry_sweep_result_release(&drive->known);
	return close_journal(drive, code);
}

static int drive_method(struct cli_drive *drive, struct dry_sweep_result *result)
{
	struct dry_sweep_options options = drive->options;

	drive->what = "sweep";
	switch (drive->method) {
	case DRY_SEARCH_RANDOM:
	case DRY_SEARCH_LATIN:
	case DRY_SEARCH_SOBOL:
		return run_sample(drive, result);
	case DRY_SEARCH_HALVING:
		return run_halving(drive, result);
	case DRY_SEARCH_NSGA2:
		return run_nsga2(drive, result);
	case DRY_SEARCH_GRID:
	case DRY_SEARCH_RACING:
	case DRY_SEARCH_COUNT:
		break;
	}
	return run_with_journal(drive, &options, result);
}

int cli_drive(struct cli_drive *drive, struct dry_sweep_result *result)
{
	const int code = drive_method(drive, result);

	cli_interrupt_ends();
	return code;
}
