/*
 * Laws that hold in every world, on worlds by seed:
 *
 *     laws [--worlds N] [--seed FIRST] [--keep]     N: WORLDS of the environment, or 60
 *
 * A failure names the seed; with --keep its world stays on disk.
 */
#include <inttypes.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/scenario.h"
#include "support/audit.h"
#include "run/run.h"
#include "support/random_world.h"
#include "support/reorder.h"
#include "support/tap.h"

struct settings {
	uint64_t first_seed;
	uint32_t world_count;
	bool keep;
};

/* One world read in, and a worker of its own. */
struct bench {
	const struct settings *settings;
	char folder[512];
	struct dry_input input;
	struct dry_worker *worker;
	struct dry_result result;
	uint32_t mattered;              /* worlds in which what a law changes made a difference */
};

/* What lies in the folder. */
static bool load_world(struct bench *b, struct dry_input *input, uint64_t seed)
{
	struct dry_error err = { 0 };
	char file[600];
	bool ok;

	snprintf(file, sizeof(file), "%s/scenario.json", b->folder);
	ok = dry_input_load(input, file, NULL, &err);
	if (!ok && err.count)
		tap_note("seed %" PRIu64 ": %s:%u: %s", seed, err.complaint[0].file,
			 err.complaint[0].line, err.complaint[0].text);
	dry_error_release(&err);
	return ok;
}

static bool read_world(struct bench *b, struct dry_input *input, const struct world_options *options)
{
	return world_write(options, b->folder) && load_world(b, input, options->seed);
}

static struct dry_run_request request_of(const struct dry_input *input,
					 const struct dry_observer *observer)
{
	return (struct dry_run_request){
		.input = input,
		.config = &input->config,
		.seed = input->config.seed,
		.observer = observer,
	};
}

static bool same_digest(const struct bench *b, uint64_t digest, const char *what)
{
	if (b->result.digest == digest)
		return true;
	tap_note("%s: digest %016" PRIx64 ", else %016" PRIx64, what, b->result.digest, digest);
	return false;
}

/* Loops that are skipped, indexes, class memory and slots that are given back change nothing. */
static bool law_shortcuts(struct bench *b)
{
	struct dry_run_request request = request_of(&b->input, NULL);
	double metric[DRY_METRIC_COUNT];
	uint64_t digest;
	bool ok;

	dry_run(b->worker, &request, &b->result);
	digest = b->result.digest;
	memcpy(metric, b->result.metric, sizeof(metric));
	request.eager_compaction = true;
	dry_run(b->worker, &request, &b->result);
	ok = same_digest(b, digest, "eager compaction");
	if (memcmp(metric, b->result.metric, sizeof(metric))) {
		tap_note("eager compaction: other metrics");
		ok = false;
	}
	request.eager_compaction = false;
	request.every_tick = true;
	dry_run(b->worker, &request, &b->result);
	ok = same_digest(b, digest, "every tick") && ok;
	request.every_tick = false;
	request.plain_scan = true;
	dry_run(b->worker, &request, &b->result);
	return same_digest(b, digest, "plain scan") && ok;
}

/* A worker remembers nothing of earlier runs, and a second equal run asks for no memory. */
static bool law_fresh_worker(struct bench *b)
{
	struct dry_run_request request = request_of(&b->input, NULL);
	struct dry_worker *fresh = dry_worker_new();
	uint64_t digest, allocations;
	bool ok;

	dry_run(fresh, &request, &b->result);
	digest = b->result.digest;
	dry_run(b->worker, &request, &b->result);
	ok = same_digest(b, digest, "used worker");
	allocations = dry_worker_allocations(fresh);
	dry_run(fresh, &request, &b->result);
	ok = same_digest(b, digest, "second run") && ok;
	if (dry_worker_allocations(fresh) != allocations) {
		tap_note("the second run allocated %" PRIu64 " times",
			 dry_worker_allocations(fresh) - allocations);
		ok = false;
	}
	dry_worker_release(fresh);
	return ok;
}

struct thread_run {
	const struct dry_input *input;
	uint64_t digest[4];
};

static void *run_in_thread(void *context)
{
	struct thread_run *own = context;
	struct dry_worker *worker = dry_worker_new();
	struct dry_result result;
	uint32_t i;

	dry_result_init(&result);
	for (i = 0; i < 4; i++) {
		struct dry_run_request request = request_of(own->input, NULL);

		request.replication = i;
		dry_run(worker, &request, &result);
		own->digest[i] = result.digest;
	}
	dry_worker_release(worker);
	dry_result_release(&result);
	return NULL;
}

/* Workers that share an input at the same time do not see each other. */
static bool law_threads(struct bench *b)
{
	struct thread_run run[3];
	pthread_t thread[2];
	int i;

	for (i = 0; i < 3; i++)
		run[i].input = &b->input;
	for (i = 0; i < 2; i++)
		if (pthread_create(&thread[i], NULL, run_in_thread, &run[i + 1]) != 0)
			return false;
	run_in_thread(&run[0]);
	for (i = 0; i < 2; i++)
		pthread_join(thread[i], NULL);
	return !memcmp(run[0].digest, run[1].digest, sizeof(run[0].digest)) &&
	       !memcmp(run[0].digest, run[2].digest, sizeof(run[0].digest));
}

/* Capacity, sizes and states of pods and nodes hold at every instant; cost is the sum of what ran. */
static bool law_audit(struct bench *b)
{
	struct audit audit;
	struct dry_run_request request;
	bool ok;

	audit_start(&audit, &b->input);
	request = request_of(&b->input, &audit.observer);
	dry_run(b->worker, &request, &b->result);
	ok = audit_end(&audit, &b->result);
	if (!ok)
		tap_note("%s", audit.wrong);
	audit_release(&audit);
	return ok;
}

struct events {
	struct dry_event *event;
	size_t count, capacity;
};

static void keep_event(void *context, const struct dry_event *event)
{
	struct events *events = context;

	events->event = dry_grow(events->event, &events->capacity, events->count + 1,
				 sizeof(*events->event));
	events->event[events->count++] = *event;
}

static bool same_event(const struct dry_event *a, const struct dry_event *b, int64_t shift_ms)
{
	return a->at_ms + shift_ms == b->at_ms && a->kind == b->kind &&
	       a->group_index == b->group_index && a->node_ordinal == b->node_ordinal &&
	       a->pod_index == b->pod_index && a->from == b->from && a->to == b->to &&
	       (a->kind != DRY_EVENT_BACKOFF || a->until_ms + shift_ms == b->until_ms);
}

/* Returns the cost. */
static double run_with_events(struct bench *b, const struct dry_input *input, struct events *events)
{
	struct dry_observer observer = { .context = events, .on_event = keep_event };
	struct dry_run_request request = request_of(input, &observer);

	dry_run(b->worker, &request, &b->result);
	return b->result.metric[DRY_METRIC_COST_TOTAL];
}

/* Runs both worlds and compares decisions, the other's a shift later. */
static bool same_decisions(struct bench *b, const struct dry_input *other, int64_t shift_ms, double *cost,
			   double *other_cost)
{
	struct events one = { 0 }, two = { 0 };
	bool ok;
	size_t i;

	*cost = run_with_events(b, &b->input, &one);
	*other_cost = run_with_events(b, other, &two);
	ok = one.count == two.count;
	for (i = 0; i < one.count && i < two.count; i++)
		if (!same_event(&one.event[i], &two.event[i], shift_ms)) {
			tap_note("event %zu differs: t=%g s, else t=%g s", i,
				 (double)one.event[i].at_ms / 1000, (double)two.event[i].at_ms / 1000);
			ok = false;
			break;
		}
	if (one.count != two.count)
		tap_note("%zu events, else %zu", one.count, two.count);
	free(one.event);
	free(two.event);
	return ok;
}

/* The same world an hour and a half later does the same, that much later. */
static bool law_shift(struct bench *b, struct world_options options)
{
	struct dry_input other;
	double cost, other_cost;
	bool ok;

	options.shift_s = 5400;
	if (!read_world(b, &other, &options))
		return false;
	ok = same_decisions(b, &other, options.shift_s * 1000, &cost, &other_cost);
	dry_input_release(&other);
	return ok;
}

/* Prices that no expander looks at change the bill and nothing else. */
static bool law_double_prices(struct bench *b, struct world_options options)
{
	struct dry_input other;
	double cost, other_cost;
	bool ok;

	options.price_factor = 2;
	if (!read_world(b, &other, &options))
		return false;
	ok = same_decisions(b, &other, 0, &cost, &other_cost);
	dry_input_release(&other);
	if (fabs(2 * cost - other_cost) <= 1e-6)
		return ok;
	tap_note("cost %.9f, with doubled prices %.9f", cost, other_cost);
	return false;
}

static bool is_same(struct bench *b, const struct dry_input *other)
{
	double cost, other_cost;
	bool ok = same_decisions(b, other, 0, &cost, &other_cost);

	if (cost == other_cost)
		return ok;
	tap_note("cost %.9f, else %.9f", cost, other_cost);
	return false;
}

/* A list of one zone is that zone. */
static bool law_one_zone(struct bench *b, struct world_options options)
{
	struct dry_input other;
	bool ok;

	options.zone_is_list = true;
	if (!read_world(b, &other, &options))
		return false;
	ok = is_same(b, &other);
	dry_input_release(&other);
	return ok;
}

/* A group that no pod may use changes nothing. */
static bool law_useless_group(struct bench *b, struct world_options options)
{
	struct dry_input other;
	bool ok;

	options.useless_group = true;
	if (!read_world(b, &other, &options))
		return false;
	ok = is_same(b, &other);
	dry_input_release(&other);
	return ok;
}

/* In which order keys, members of sets and events of one instant stand decides nothing. */
static bool law_order(struct bench *b, struct world_options options)
{
	struct dry_input other;
	uint64_t round;
	bool ok = true;

	for (round = 0; round < 2 && ok; round++) {
		ok = world_write(&options, b->folder) && world_reorder(b->folder, options.seed * 2 + round) &&
		     load_world(b, &other, options.seed);
		if (!ok)
			return false;
		ok = is_same(b, &other);
		dry_input_release(&other);
	}
	return ok;
}

/* When each row of the trace started, INT64_MAX = never; the caller's. */
static int64_t *run_with_starts(struct bench *b, const struct dry_input *input)
{
	int64_t *start = dry_xmalloc(((size_t)input->pod.count + 1) * sizeof(*start));
	struct events events = { 0 };
	uint32_t row;
	size_t i;

	for (row = 0; row < input->pod.count; row++)
		start[row] = INT64_MAX;
	run_with_events(b, input, &events);
	for (i = 0; i < events.count; i++)
		if (events.event[i].kind == DRY_EVENT_POD_START)
			start[events.event[i].pod_index] = events.event[i].at_ms;
	free(events.event);
	return start;
}

/*
 * A higher maximum lets no pod start later: not in every world, since another
 * choice, another packing or an earlier scale-down can cost a pod its place,
 * but with one group, equal pods and no scale-down, where the first to come is
 * the first to start and what was bought stays.
 */
static bool law_more_nodes(struct bench *b, struct world_options options)
{
	struct dry_input other;
	int64_t *start, *other_start;
	bool ok = true;
	uint32_t row;

	options.more_nodes = 1 + (int64_t)(options.seed % 9);
	if (!read_world(b, &other, &options))
		return false;
	start = run_with_starts(b, &b->input);
	other_start = run_with_starts(b, &other);
	for (row = 0; row < b->input.pod.count && ok; row++)
		if (other_start[row] > start[row]) {
			tap_note("row %u: t=%g s, with more nodes t=%g s", row, (double)start[row] / 1000,
				 (double)other_start[row] / 1000);
			ok = false;
		}
	b->mattered += memcmp(start, other_start, b->input.pod.count * sizeof(*start)) != 0;
	free(start);
	free(other_start);
	dry_input_release(&other);
	return ok;
}

struct law {
	const char *name;
	uint32_t features;
	bool (*holds)(struct bench *);
	bool (*holds_for)(struct bench *, struct world_options);
};

static const struct law laws[] = {
	{ "skipped loops and indexes change nothing", WORLD_EVERYTHING, law_shortcuts, NULL },
	{ "a worker keeps nothing, a second run allocates nothing", WORLD_EVERYTHING, law_fresh_worker,
	  NULL },
	{ "threads that share an input do not meet", WORLD_EVERYTHING, law_threads, NULL },
	{ "capacity, sizes and states hold", WORLD_EVERYTHING & ~(uint32_t)WORLD_PREEMPTION, law_audit,
	  NULL },
	{ "cost is the sum of what ran",
	  WORLD_INITIAL_NODES | WORLD_CONSTRAINTS | WORLD_PRICE_EXPANDER | WORLD_ZONES, law_audit, NULL },
	{ "later is the same, later", WORLD_CLOUD_TROUBLE | WORLD_CHANCE | WORLD_CONSTRAINTS, NULL,
	  law_shift },
	{ "a list of one zone is that zone", WORLD_EVERYTHING & ~(uint32_t)WORLD_ZONES, NULL, law_one_zone },
	{ "doubled prices double the cost and decide nothing",
	  WORLD_INITIAL_NODES | WORLD_CLOUD_TROUBLE | WORLD_CHANCE | WORLD_CONSTRAINTS | WORLD_ZONES, NULL,
	  law_double_prices },
	{ "the order of what is independent decides nothing", WORLD_EVERYTHING, NULL, law_order },
	{ "a group that no pod may use changes nothing", WORLD_EVERYTHING, NULL, law_useless_group },
	{ "a higher maximum lets no pod start later", WORLD_EQUAL_PODS | WORLD_INITIAL_NODES, NULL,
	  law_more_nodes },
};

/* True when the law holds in all worlds; stops at the third that breaks it. */
static bool check(struct bench *b, const struct law *law)
{
	const struct settings *settings = b->settings;
	uint32_t i, broken = 0;

	b->mattered = 0;

	for (i = 0; i < settings->world_count && broken < 3; i++) {
		struct world_options options = { .seed = settings->first_seed + i,
						 .features = law->features };
		bool ok = read_world(b, &b->input, &options);

		if (ok) {
			ok = law->holds ? law->holds(b) : law->holds_for(b, options);
			dry_input_release(&b->input);
		}
		if (ok)
			continue;
		broken++;
		tap_note("%s: broken by seed %" PRIu64, law->name, options.seed);
		if (settings->keep) {
			char kept[600];

			world_write(&options, b->folder);
			snprintf(kept, sizeof(kept), "law-broken-%" PRIu64, options.seed);
			tap_note("%s", rename(b->folder, kept) == 0 ? kept : b->folder);
			if (!make_folder(b->folder, sizeof(b->folder)))
				exit(2);
		}
	}
	if (law->holds_for == law_more_nodes) {
		tap_note("%s: %u worlds made a difference", law->name, b->mattered);
		return !broken && b->mattered * 10 > settings->world_count;
	}
	return !broken;
}

int main(int argc, char **argv)
{
	const char *wanted = getenv("WORLDS");
	struct settings settings = { .first_seed = 1,
				     .world_count = wanted ? (uint32_t)strtoul(wanted, NULL, 10) : 60 };
	struct bench b = { .settings = &settings };
	size_t i;
	int a;

	for (a = 1; a < argc; a++) {
		if (!strcmp(argv[a], "--worlds") && a + 1 < argc) {
			settings.world_count = (uint32_t)strtoul(argv[++a], NULL, 10);
		} else if (!strcmp(argv[a], "--seed") && a + 1 < argc) {
			settings.first_seed = strtoull(argv[++a], NULL, 10);
		} else if (!strcmp(argv[a], "--keep")) {
			settings.keep = true;
		} else {
			fprintf(stderr, "usage: laws [--worlds N] [--seed FIRST] [--keep]\n");
			return 2;
		}
	}
	if (!make_folder(b.folder, sizeof(b.folder)))
		return 2;
	b.worker = dry_worker_new();
	dry_result_init(&b.result);
	for (i = 0; i < sizeof(laws) / sizeof(laws[0]); i++)
		tap_ok(check(&b, &laws[i]), "%s (%u worlds)", laws[i].name, settings.world_count);
	dry_worker_release(b.worker);
	dry_result_release(&b.result);
	remove_folder(b.folder);
	return tap_done();
}
