#include "run/world_drift.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/statistics.h"
#include "run/run.h"

struct sample {
	double *value;
	uint32_t count;
};

enum sample_kind { SAMPLE_CPU, SAMPLE_MEMORY, SAMPLE_RUN_TIME, SAMPLE_ARRIVALS, SAMPLE_WAIT, SAMPLE_COUNT };

/* What one trace gives. */
struct side {
	const struct dry_input *input;
	struct sample sample[SAMPLE_COUNT];
	bool *has_started;              /* one a pod */
	struct dry_result result;
};

static int compare_doubles(const void *x, const void *y)
{
	double a = *(const double *)x, b = *(const double *)y;

	return (a > b) - (a < b);
}

static double median(const double *value, uint32_t count)
{
	if (!count)
		return NAN;
	return count % 2 ? value[count / 2] : (value[count / 2 - 1] + value[count / 2]) / 2;
}

struct dry_world_row dry_world_row_of(const char *what, double *before, uint32_t before_count, double *now,
				      uint32_t now_count)
{
	struct dry_world_row row = { .what = what, .before_count = before_count, .now_count = now_count };

	qsort(before, before_count, sizeof(*before), compare_doubles);
	qsort(now, now_count, sizeof(*now), compare_doubles);
	row.before = median(before, before_count);
	row.now = median(now, now_count);
	row.distance = dry_kolmogorov_distance(before, before_count, now, now_count, &row.p);
	row.drifted = row.distance > DRY_WORLD_DISTANCE && row.p < DRY_WORLD_P;
	return row;
}

static void push(struct sample *sample, double value)
{
	sample->value[sample->count++] = value;
}

static void on_event(void *context, const struct dry_event *event)
{
	struct side *side = context;
	const struct dry_pod_table *pod = &side->input->pod;
	int64_t arrived_ms;

	if (event->kind != DRY_EVENT_POD_START || event->is_placeholder || event->pod_index == DRY_NONE ||
	    side->has_started[event->pod_index])
		return;
	side->has_started[event->pod_index] = true;
	arrived_ms = pod->arrive_at_ms[event->pod_index];
	push(&side->sample[SAMPLE_WAIT], (double)(event->at_ms - (arrived_ms > 0 ? arrived_ms : 0)) / 1000);
}

/* Arrivals in each hour between the first and the last. */
static void count_arrivals(struct side *side, struct dry_arena *arena)
{
	const struct dry_pod_table *pod = &side->input->pod;
	int64_t first = INT64_MAX, last = INT64_MIN;
	struct sample *sample = &side->sample[SAMPLE_ARRIVALS];

	for (uint32_t i = 0; i < pod->count; i++) {
		first = pod->arrive_at_ms[i] < first ? pod->arrive_at_ms[i] : first;
		last = pod->arrive_at_ms[i] > last ? pod->arrive_at_ms[i] : last;
	}
	if (!pod->count)
		return;
	sample->count = (uint32_t)((last - first) / 3600000 + 1);
	sample->value = dry_arena_array(arena, sample->count, sizeof(double));
	for (uint32_t i = 0; i < pod->count; i++)
		sample->value[(pod->arrive_at_ms[i] - first) / 3600000]++;
}

static void gather(struct side *side, const struct dry_input *input, struct dry_arena *arena)
{
	const struct dry_pod_table *pod = &input->pod;
	struct dry_observer observer = { .context = side, .on_event = on_event };
	const struct dry_run_request request = { .input = input, .config = &input->config,
						 .seed = input->config.seed,
						 .observer = &observer };
	struct dry_worker *worker = dry_worker_new();

	memset(side, 0, sizeof(*side));
	side->input = input;
	side->has_started = dry_arena_array(arena, pod->count + 1u, sizeof(bool));
	for (int k = 0; k < SAMPLE_COUNT; k++)
		side->sample[k].value = dry_arena_array(arena, pod->count + 1u, sizeof(double));
	for (uint32_t i = 0; i < pod->count; i++) {
		const struct dry_pod_class *class = &input->pod_class[pod->class_index[i]];

		push(&side->sample[SAMPLE_CPU], (double)class->request.amount[DRY_RESOURCE_CPU] / 1000);
		push(&side->sample[SAMPLE_MEMORY], (double)class->request.amount[DRY_RESOURCE_MEMORY] / 1073741824);
		if (pod->duration_ms[i] >= 0)
			push(&side->sample[SAMPLE_RUN_TIME], (double)pod->duration_ms[i] / 1000);
	}
	count_arrivals(side, arena);
	dry_result_init(&side->result);
	dry_run(worker, &request, &side->result);
	dry_worker_release(worker);
}

static struct dry_world_row price_row(const struct dry_config *config, uint32_t group, double before, double now,
				      struct dry_arena *arena)
{
	struct dry_world_row row = { .what = dry_arena_printf(arena, "price of %s", config->group[group].name),
				     .before = before, .now = now, .distance = NAN, .p = NAN };

	row.drifted = before > 0 && fabs(now - before) / before > DRY_WORLD_PRICE;
	return row;
}

void dry_world_compare(struct dry_world_drift *drift, const struct dry_input *before, const struct dry_input *now,
		       struct dry_arena *arena)
{
	static const char *const names[SAMPLE_COUNT] = { "cpu request (cores)", "memory request (GiB)", "run time (s)",
							 "arrivals an hour", "wait (s)" };
	const struct dry_config *config = &before->config;
	struct side side[2];

	memset(drift, 0, sizeof(*drift));
	gather(&side[0], before, arena);
	gather(&side[1], now, arena);
	drift->row = dry_arena_array(arena, SAMPLE_COUNT + config->group_count, sizeof(*drift->row));
	for (int k = 0; k < SAMPLE_COUNT; k++)
		drift->row[drift->count++] =
			dry_world_row_of(names[k], side[0].sample[k].value, side[0].sample[k].count,
					 side[1].sample[k].value, side[1].sample[k].count);
	for (uint32_t g = 0; g < config->group_count; g++) {
		double a = side[0].result.group[g].mean_price_usd_per_hour;
		double b = side[1].result.group[g].mean_price_usd_per_hour;

		if (!isnan(a) && !isnan(b))
			drift->row[drift->count++] = price_row(config, g, a, b, arena);
	}
	for (uint32_t i = 0; i < drift->count; i++)
		drift->drifted += drift->row[i].drifted;
	dry_result_release(&side[0].result);
	dry_result_release(&side[1].result);
}
