/*
 * Settings that decide alike run once: what a sweep holds in the end is, to the
 * byte, what it holds when every setting runs. Random grids over the flags that
 * a run tells its reach of, on random worlds and on the recorded cases:
 *
 *     reach [--worlds N] [--seed FIRST] [--cases EVERY]     EVERY: one case of so many; 1 = all
 */
#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "autoscaler/options.h"
#include "autoscaler/reach.h"
#include "base/arena.h"
#include "base/random.h"
#include "io/scenario.h"
#include "support/random_world.h"
#include "support/same_result.h"
#include "support/tap.h"
#include "sweep/sweep.h"

#define DIMENSIONS 3
#define VALUES_MOST 3

static const char *const durations[] = { "0s", "3s", "10s", "25s", "1m", "2m", "3m", "5m", "10m", "20m", "1h", "3h" };
static const char *const shares[] = { "0", "0.1", "0.3", "0.5", "0.6", "0.8", "1" };
static const char *const counts[] = { "1", "2", "3", "5", "10", "40" };
static const char *const switches[] = { "true", "false" };
static const char *const expanders[] = { "least-waste", "most-pods", "least-nodes", "random" };

#define LIST(name) name, sizeof(name) / sizeof(name[0])

/* in the order of enum dry_reach_flag */
static const struct {
	const char *name;
	const char *const *value;
	uint32_t value_count;
} flags[] = {
	{ "scale-down-unneeded-time", LIST(durations) },
	{ "scale-down-unready-time", LIST(durations) },
	{ "scale-down-unready-enabled", LIST(switches) },
	{ "scale-down-utilization-threshold", LIST(shares) },
	{ "scale-down-gpu-utilization-threshold", LIST(shares) },
	{ "scale-down-delay-after-add", LIST(durations) },
	{ "scale-down-delay-after-delete", LIST(durations) },
	{ "scale-down-delay-after-failure", LIST(durations) },
	{ "unremovable-node-recheck-timeout", LIST(durations) },
	{ "min-replica-count", LIST(counts) },
	{ "skip-nodes-with-system-pods", LIST(switches) },
	{ "skip-nodes-with-local-storage", LIST(switches) },
	{ "skip-nodes-with-custom-controller-pods", LIST(switches) },
	{ "max-scale-down-parallelism", LIST(counts) },
	{ "max-drain-parallelism", LIST(counts) },
	{ "max-node-provision-time", LIST(durations) },
	{ "max-node-startup-time", LIST(durations) },
	{ "new-pod-scale-up-delay", LIST(durations) },
	{ "initial-node-group-backoff-duration", LIST(durations) },
	{ "max-node-group-backoff-duration", LIST(durations) },
	{ "node-group-backoff-reset-timeout", LIST(durations) },
	{ "expander", LIST(expanders) },
};
#define FLAG_COUNT ((uint32_t)(sizeof(flags) / sizeof(flags[0])))

struct totals {
	uint32_t worlds, points, shared;
	uint32_t shared_by[FLAG_COUNT], run_by[FLAG_COUNT];     /* in grids of that flag alone */
	bool same;
};

struct dice {
	struct dry_stream stream;
	uint64_t draws;
};

static uint32_t draw(struct dice *dice, uint32_t below)
{
	return (uint32_t)(dry_stream_bits(&dice->stream, 0, dice->draws++) % below);
}

/* A parameter with some of the flag's values, in their order. */
static void fill(struct dry_sweep_parameter *parameter, const char **value, uint32_t flag, uint32_t most,
		 struct dice *dice)
{
	uint32_t left = flags[flag].value_count, want = most < left ? most : left, n = 0;

	for (uint32_t v = 0; n < want; v++, left--)
		if (draw(dice, left) < want - n)
			value[n++] = flags[flag].value[v];
	*parameter = (struct dry_sweep_parameter){ flags[flag].name, n, value };
}

/* With one worker, what is shared is always the same too; with two, near ones may be under way at once. */
static bool sweep(const struct dry_input *input, const struct dry_sweep_options *options, uint32_t jobs,
		  struct dry_sweep_result *result, uint32_t *shared)
{
	struct dry_error err = { 0 };
	struct dry_sweep *live = dry_sweep_new(input, options, &err);
	struct dry_sweep_status status;

	if (!live)
		tap_note("%s", err.complaint[0].text);
	dry_error_release(&err);
	if (!live)
		return false;
	dry_sweep_start(live, jobs);
	dry_sweep_wait(live, -1);
	dry_sweep_poll(live, &status);
	*shared = status.shared;
	dry_sweep_result(live, result);
	dry_sweep_release(live);
	return true;
}

static void note_difference(const struct dry_sweep_result *a, const struct dry_sweep_result *b, const char *world)
{
	for (uint32_t i = 0; i < a->point_count; i++) {
		const struct dry_sweep_point *x = &a->point[i], *y = &b->point[i];

		if (x->digest == y->digest && x->state == y->state && x->event_count == y->event_count)
			continue;
		tap_note("%s: point %" PRIu64 " shares a run and should not", world, x->index);
		for (uint32_t p = 0; p < a->parameter_count; p++)
			tap_note("    %s=%s", a->parameter[p].path, dry_sweep_point_value(a, x, p));
		return;
	}
	tap_note("%s: metrics differ", world);
}

/* One grid, run in full and shared. Returns the number of points that shared; -1 = could not. */
static int64_t compare(const struct dry_input *input, struct dry_sweep_options options, uint32_t jobs,
		       const char *world, struct totals *totals)
{
	struct dry_sweep_result whole, part;
	uint32_t none, shared;
	bool same;

	options.every_run = true;
	if (!sweep(input, &options, jobs, &whole, &none))
		return -1;
	options.every_run = false;
	if (!sweep(input, &options, jobs, &part, &shared))
		return -1;
	same = !none && same_bytes(&whole, &part);
	if (!same)
		note_difference(&whole, &part, world);
	totals->same = totals->same && same;
	totals->points += whole.point_count;
	totals->shared += shared;
	dry_sweep_result_release(&whole);
	dry_sweep_result_release(&part);
	return shared;
}

static bool put(const char *file, const char *text)
{
	FILE *to = fopen(file, "w");
	bool fine = to && fputs(text, to) >= 0;

	return to && fclose(to) == 0 && fine;
}

static bool is_taken(const struct dry_sweep_parameter *grid, uint32_t count, uint32_t flag)
{
	for (uint32_t d = 0; d < count; d++)
		if (!strcmp(grid[d].path, flags[flag].name))
			return true;
	return false;
}

static bool check_input(const struct dry_input *input, const char *world, struct dice *dice,
			struct totals *totals)
{
	struct dry_sweep_parameter grid[DIMENSIONS];
	const char *value[DIMENSIONS][VALUES_MOST * 2];
	struct dry_sweep_options options = { .parameter = grid, .parameter_count = DIMENSIONS };
	uint32_t first = draw(dice, FLAG_COUNT), step = 1 + draw(dice, FLAG_COUNT / DIMENSIONS - 1), alone;
	bool fine = true, together = draw(dice, 2);

	for (uint32_t d = 0; d < DIMENSIONS; d++) {
		uint32_t flag = (first + d * step) % FLAG_COUNT;

		/* half of the grids: how long a node is unneeded, and a delay that hides it */
		if (d < 2 && together)
			flag = d == 0 ? DRY_REACH_UNNEEDED_TIME : DRY_REACH_DELAY_AFTER_ADD + draw(dice, 3);
		while (is_taken(grid, d, flag))
			flag = (flag + 1) % FLAG_COUNT;
		fill(&grid[d], value[d], flag, VALUES_MOST, dice);
	}
	fine = compare(input, options, 2, world, totals) >= 0 && fine;
	options.exhaustive = true;
	options.replications = 2;
	fine = compare(input, options, 2, world, totals) >= 0 && fine;
	options = (struct dry_sweep_options){ .parameter = grid, .parameter_count = 1, .exhaustive = true };
	for (uint32_t k = 0; k < 3; k++) {
		int64_t shared;

		alone = draw(dice, FLAG_COUNT);
		fill(&grid[0], value[0], alone, VALUES_MOST * 2, dice);
		shared = compare(input, options, 1, world, totals);
		fine = shared >= 0 && fine;
		totals->shared_by[alone] += shared > 0 ? (uint32_t)shared : 0;
		totals->run_by[alone] += shared >= 0 ? grid[0].value_count - (uint32_t)shared : 0;
	}
	totals->worlds++;
	return fine;
}

static bool check_file(const char *file, const char *world, uint64_t seed, struct totals *totals)
{
	struct dice dice;
	struct dry_error err = { 0 };
	struct dry_input input;
	bool fine = dry_input_load(&input, file, NULL, &err);

	dry_error_release(&err);
	if (!fine) {
		tap_note("%s: does not load", world);
		return false;
	}
	dice = (struct dice){ dry_stream_make(seed, "grid", world, 0), 0 };
	fine = check_input(&input, world, &dice, totals);
	dry_input_release(&input);
	return fine;
}

/*
 * A node that is unneeded only while the cooldown hides it. Only a shorter time
 * together with a shorter delay takes it away: no run of the other settings
 * compares anything of that.
 */
static bool check_hidden(const char *folder, struct totals *totals)
{
	static const char *const unneeded[] = { "1m", "2m", "10m" };
	static const char *const after_add[] = { "30s", "1m", "10m" };
	static const struct dry_sweep_parameter grid[] = {
		{ "scale-down-unneeded-time", 3, unneeded }, { "scale-down-delay-after-add", 3, after_add },
	};
	struct dry_error err = { 0 };
	struct dry_input input;
	char file[600];
	int64_t shared;
	bool fine;

	snprintf(file, sizeof(file), "%s/trace.jsonl", folder);
	fine = put(file, "{\"t\":0,\"type\":\"pod\",\"name\":\"a\",\"requests\":{\"cpu\":\"3\"},\"duration\":60,"
			 "\"owner\":{\"kind\":\"Job\",\"name\":\"a\"}}\n"
			 "{\"t\":250,\"type\":\"pod\",\"name\":\"b\",\"requests\":{\"cpu\":\"3\"},\"duration\":3600,"
			 "\"owner\":{\"kind\":\"Job\",\"name\":\"b\"}}\n");
	snprintf(file, sizeof(file), "%s/scenario.json", folder);
	fine = put(file, "{\"version\":\"dryscale/v1\",\"name\":\"hidden\",\"trace\":\"trace.jsonl\",\"horizon\":\"1h\","
			 "\"nodeGroups\":[{\"name\":\"g\",\"minSize\":0,\"maxSize\":3,\"price\":1,\"provisionTime\":\"30s\","
			 "\"capacity\":{\"cpu\":4,\"memory\":\"16Gi\",\"pods\":110}}]}\n") && fine;
	if (!fine || !dry_input_load(&input, file, NULL, &err)) {
		tap_note("%s", err.count ? err.complaint[0].text : "not written");
		dry_error_release(&err);
		return false;
	}
	dry_error_release(&err);
	shared = compare(&input, (struct dry_sweep_options){ .parameter = grid, .parameter_count = 2, .exhaustive = true },
			 1, "hidden", totals);
	dry_input_release(&input);
	totals->worlds++;
	return shared > 0;
}

static int is_case(const struct dirent *entry)
{
	return !strchr(entry->d_name, '.');     /* folders; a README is none */
}

static bool check_cases(const char *folder, uint32_t every, struct totals *totals)
{
	struct dirent **entry;
	int count = scandir(folder, &entry, is_case, alphasort);
	bool fine = count > 0;

	for (int i = 0; i < count; i++) {
		char file[1024];

		snprintf(file, sizeof(file), "%s/%s/scenario.json", folder, entry[i]->d_name);
		if (i % (int)every == 0)
			fine = check_file(file, entry[i]->d_name, (uint64_t)i, totals) && fine;
		free(entry[i]);
	}
	free(count >= 0 ? entry : NULL);
	return fine;
}

int main(int argc, char **argv)
{
	struct totals totals = { .same = true };
	uint32_t worlds = 30, every = 12, unseen = 0;
	uint64_t first = 1;
	bool all = true;
	char folder[512], file[600], name[64];

	for (int a = 1; a + 1 < argc; a += 2) {
		if (!strcmp(argv[a], "--worlds"))
			worlds = (uint32_t)strtoul(argv[a + 1], NULL, 10);
		else if (!strcmp(argv[a], "--seed"))
			first = strtoull(argv[a + 1], NULL, 10);
		else if (!strcmp(argv[a], "--cases"))
			every = (uint32_t)strtoul(argv[a + 1], NULL, 10);
	}
	if (!make_folder(folder, sizeof(folder)))
		return 2;
	snprintf(file, sizeof(file), "%s/scenario.json", folder);
	for (uint32_t i = 0; i < worlds; i++) {
		struct world_options options = { .seed = first + i, .features = WORLD_EVERYTHING };

		snprintf(name, sizeof(name), "seed %" PRIu64, options.seed);
		all = world_write(&options, folder) && check_file(file, name, options.seed, &totals) && all;
	}
	all = check_hidden(folder, &totals) && all;
	remove_folder(folder);
	all = check_cases("tests/conformance/hand", every ? every : 1, &totals) && all;
	all = check_cases("tests/conformance/random", every ? every : 1, &totals) && all;
	for (uint32_t f = 0; f < FLAG_COUNT; f++) {
		tap_note("%-40s alone: %u run, %u alike", flags[f].name, totals.run_by[f], totals.shared_by[f]);
		unseen += !totals.shared_by[f];
	}
	tap_ok(all, "%u worlds sweep", totals.worlds);
	tap_ok(FLAG_COUNT == DRY_REACH_COUNT, "every flag with a reach is among the grids");
	tap_ok(totals.shared > 0 && !unseen, "settings share runs, with every flag: %u of %u", totals.shared,
	       totals.points);
	tap_ok(totals.same, "the same points, to the byte, as when every setting runs");
	return tap_done();
}
