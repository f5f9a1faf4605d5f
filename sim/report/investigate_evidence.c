#include "report/investigate_evidence.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"

#define DAY_MS (24 * DRY_HOUR_MS)
#define MINUTE_MS INT64_C(60000)
#define SHORT_MS (15 * MINUTE_MS)
#define NEW_MS (14 * DAY_MS)

/* --- the owner over the trace --- */


static bool *pods_of(const struct dry_input *input, const char *name)
{
	bool *is_own = dry_xcalloc((size_t)input->pod.count + 1, sizeof(bool));
	int8_t *known = dry_xcalloc((size_t)input->owner_count + 1, sizeof(int8_t));
	struct dry_arena arena;

	dry_arena_init(&arena);
	for (uint32_t p = 0; p < input->pod.count; p++) {
		uint32_t owner = input->pod.owner_index[p];

		if (owner == DRY_NONE) {
			is_own[p] = !strcmp(dry_owner_key(input, p, &arena), name);
			dry_arena_reset(&arena);
			continue;
		}
		if (!known[owner])
			known[owner] = strcmp(dry_owner_key(input, p, &arena), name) ? -1 : 1;
		is_own[p] = known[owner] > 0;
	}
	dry_arena_release(&arena);
	free(known);
	return is_own;
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Median of all days but one; -1 when there is no other. */
static double median_of_others(const double *pods, size_t count, size_t except)
{
	double *sorted = dry_xcalloc(count + 1, sizeof(double)), median;
	size_t n = 0;

	for (size_t d = 0; d < count; d++)
		if (d != except)
			sorted[n++] = pods[d];
	qsort(sorted, n, sizeof(double), by_value);
	median = !n ? -1 : n % 2 ? sorted[n / 2] : (sorted[n / 2 - 1] + sorted[n / 2]) / 2;
	free(sorted);
	return median;
}

/* The first arrival of the owner in the hour; -1 = it came before. */
static int64_t first_arrival(const struct dry_input *input, const bool *is_own, int64_t from)
{
	for (uint32_t p = 0; p < input->pod.count; p++)
		if (is_own[p] && input->pod.arrive_at_ms[p] >= from - DRY_HOUR_MS &&
		    input->pod.arrive_at_ms[p] < from + DRY_HOUR_MS && input->pod.arrive_at_ms[p] >= 0)
			return input->pod.arrive_at_ms[p];
	return -1;
}

static void count_days(struct dry_finding *finding, const struct dry_log *log, const bool *is_own)
{
	const struct dry_input *input = log->input;
	int64_t from = finding->unusual.hour * DRY_HOUR_MS, first = first_arrival(input, is_own, from);
	size_t days = (size_t)(log->end_at_ms / DAY_MS) + 1, day = (size_t)(from / DAY_MS);
	double *pods = dry_xcalloc(days, sizeof(double));
	bool *same = dry_xcalloc(days, sizeof(bool)), seen_before = false;
	double median;

	for (uint32_t p = 0; p < input->pod.count; p++) {
		int64_t at = input->pod.arrive_at_ms[p];

		if (!is_own[p] || at < 0 || (size_t)(at / DAY_MS) >= days)
			continue;
		pods[at / DAY_MS]++;
		if (first >= 0 && at % DAY_MS / MINUTE_MS == first % DAY_MS / MINUTE_MS)
			same[at / DAY_MS] = true;
		seen_before |= first >= 0 && at < first && at >= first - NEW_MS;
	}
	/* the last day may be cut short: it counts only when it is the one in question */
	if (days > 1 && day != days - 1 && log->end_at_ms % DAY_MS < DAY_MS / 2)
		days--;
	median = median_of_others(pods, days, day);
	finding->top_day_pods = (int64_t)pods[day];
	finding->top_median_pods = median;
	finding->evidence.top_owner_above_median = median >= 0 && pods[day] > median;
	for (size_t d = 0; d < days; d++)
		finding->evidence.top_owner_same_minute_days += same[d];
	finding->evidence.top_owner_is_new = first >= NEW_MS && !seen_before;
	free(pods);
	free(same);
}

/* Part of the owner's pods of that hour that ended within a quarter of an hour of their start. */
static void count_short(struct dry_finding *finding, const struct dry_log *log, const bool *is_own)
{
	int64_t from = finding->unusual.hour * DRY_HOUR_MS;
	int64_t *started = dry_xcalloc((size_t)log->input->pod.count + 1, sizeof(int64_t));
	uint32_t all = 0, ended = 0;

	for (size_t i = dry_log_at(log, from);
	     i < log->count && log->entry[i].at_ms < from + 2 * DRY_HOUR_MS + SHORT_MS; i++) {
		const struct dry_log_entry *e = &log->entry[i];

		if (e->pod_index == DRY_NONE || !is_own[e->pod_index])
			continue;
		if (e->kind == DRY_EVENT_POD_START && e->at_ms < from + 2 * DRY_HOUR_MS && !started[e->pod_index]) {
			started[e->pod_index] = e->at_ms + 1;
			all++;
		} else if (e->kind == DRY_EVENT_POD_END && started[e->pod_index] > 0 &&
			   e->at_ms - (started[e->pod_index] - 1) <= SHORT_MS) {
			started[e->pod_index] = -1;
			ended++;
		}
	}
	finding->evidence.top_owner_short_share = all ? (double)ended / all : 0;
	free(started);
}

void investigate_owner(struct dry_finding *finding, const struct dry_log *log)
{
	const struct dry_input *input = log->input;
	uint32_t class_index = input->pod.class_index[finding->owner[0].first_pod];
	bool *is_own = pods_of(input, finding->owner[0].name);

	count_days(finding, log, is_own);
	/* That a job ends is no sign of a rollout's surge. */
	if (input->pod_class[class_index].workload != DRY_WORKLOAD_BATCH)
		count_short(finding, log, is_own);
	free(is_own);
}

/* --- room on the nodes that were there --- */

enum node_state { NODE_ABSENT, NODE_READY, NODE_LEAVES };

struct replayed {
	uint32_t *first;                /* one a group: place of its node 0 */
	uint8_t *state;
	int64_t *free;                  /* [node * DRY_RESOURCE_MAX + resource] */
};

static uint32_t nodes_of(const struct dry_log *log, uint32_t g)
{
	int64_t count = log->config->group[g].initial_size;

	for (size_t i = 0; i < log->count; i++)
		if (log->entry[i].kind == DRY_EVENT_SCALE_UP && log->entry[i].group_index == g)
			count += log->entry[i].to - log->entry[i].from;
	return (uint32_t)count;
}

static void fill_node(struct replayed *world, const struct dry_log *log, struct dry_fits *fits, uint32_t g,
		      uint32_t node)
{
	for (uint32_t r = 0; r < log->input->resource_count; r++)
		world->free[(size_t)node * DRY_RESOURCE_MAX + r] = dry_fits_room(fits, g, r);
}

static struct replayed begin_replay(const struct dry_log *log, struct dry_fits *fits)
{
	uint32_t groups = log->config->group_count;
	struct replayed world = { .first = dry_xcalloc((size_t)groups + 1, sizeof(uint32_t)) };

	for (uint32_t g = 0; g < groups; g++)
		world.first[g + 1] = world.first[g] + nodes_of(log, g);
	world.state = dry_xcalloc((size_t)world.first[groups] + 1, 1);
	world.free = dry_xcalloc(((size_t)world.first[groups] + 1) * DRY_RESOURCE_MAX, sizeof(int64_t));
	for (uint32_t g = 0; g < groups; g++)
		for (uint32_t n = world.first[g]; n < world.first[g + 1]; n++) {
			fill_node(&world, log, fits, g, n);
			if (n - world.first[g] < (uint32_t)log->config->group[g].initial_size)
				world.state[n] = NODE_READY;
		}
	return world;
}

static void move_pod(struct replayed *world, const struct dry_input *input, uint32_t pod, uint32_t node, int sign)
{
	const struct dry_resources *request = &input->pod_class[input->pod.class_index[pod]].request;

	for (uint32_t r = 0; r < input->resource_count; r++)
		world->free[(size_t)node * DRY_RESOURCE_MAX + r] +=
			sign * (r == DRY_RESOURCE_PODS ? 1 : request->amount[r]);
}

static void replay(struct replayed *world, const struct dry_log *log, const struct dry_log_entry *e)
{
	uint32_t node;

	if (e->group_index == DRY_NONE || e->node_ordinal == DRY_NONE)
		return;
	node = world->first[e->group_index] + e->node_ordinal;
	if (node >= world->first[e->group_index + 1])
		return;
	if (e->kind == DRY_EVENT_NODE_READY)
		world->state[node] = NODE_READY;
	else if (e->kind == DRY_EVENT_NODE_GONE)
		world->state[node] = NODE_ABSENT;
	else if (e->kind == DRY_EVENT_SCALE_DOWN)
		world->state[node] = NODE_LEAVES;
	else if (e->pod_index != DRY_NONE && e->kind == DRY_EVENT_POD_START)
		move_pod(world, log->input, e->pod_index, node, -1);
	else if (e->pod_index != DRY_NONE)
		move_pod(world, log->input, e->pod_index, node, 1);
}

static bool has_room(const int64_t *free_amounts, const struct dry_resources *request, uint32_t count)
{
	for (uint32_t r = 0; r < count; r++)
		if ((r == DRY_RESOURCE_PODS ? 1 : request->amount[r]) > free_amounts[r])
			return false;
	return true;
}

void investigate_room(struct dry_finding *finding, const struct dry_log *log, struct dry_fits *fits)
{
	const struct dry_input *input = log->input;
	uint32_t pod = finding->owner[0].first_pod, class_index = input->pod.class_index[pod];
	const struct dry_resources *request = &input->pod_class[class_index].request;
	struct replayed world = begin_replay(log, fits);
	int64_t from = finding->unusual.hour * DRY_HOUR_MS, sum[DRY_RESOURCE_MAX] = { 0 };
	size_t up = dry_log_at(log, from);

	while (up < log->count && !(log->entry[up].kind == DRY_EVENT_SCALE_UP &&
				    log->entry[up].group_index == finding->unusual.group_index))
		up++;
	for (size_t i = 0; i < up; i++)
		replay(&world, log, &log->entry[i]);
	for (uint32_t g = 0; g < log->config->group_count; g++) {
		bool fits_group = dry_fits_ask(fits, class_index, g).fit == DRY_FITS;

		for (uint32_t n = world.first[g]; n < world.first[g + 1]; n++) {
			const int64_t *room = &world.free[(size_t)n * DRY_RESOURCE_MAX];

			if (world.state[n] != NODE_READY)
				continue;
			if (has_room(room, request, input->resource_count))
				finding->evidence.node_had_room = true;
			for (uint32_t r = 0; fits_group && r < input->resource_count; r++)
				sum[r] += room[r] > 0 ? room[r] : 0;
		}
	}
	finding->evidence.sum_had_room = !finding->evidence.node_had_room;
	for (uint32_t r = 0; r < input->resource_count; r++)
		if (finding->demand[r] > sum[r])
			finding->evidence.sum_had_room = false;
	free(world.first);
	free(world.state);
	free(world.free);
}
