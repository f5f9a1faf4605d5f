/* What a run can no longer become better than; see the header for why each bound holds. */
#include "run/bounds.h"

#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/assert.h"
#include "metrics_scratch.h"
#include "simulation.h"
#include "base/banned.h"

#define DAY_MS 86400000.0
#define BOUNDS_MOST 16                  /* objectives of one test */
/* Far above what summing in another order can change, far below what anybody would notice. */
#define SLACK 1e-9

static double wait_quantile(enum dry_metric_id id)
{
	switch (id) {
	case DRY_METRIC_P50_WAIT: return 0.5;
	case DRY_METRIC_P90_WAIT: return 0.9;
	case DRY_METRIC_P95_WAIT: return 0.95;
	case DRY_METRIC_P99_WAIT: return 0.99;
	case DRY_METRIC_MAX_WAIT: return 1;
	default: return NAN;
	}
}

static bool is_cost(enum dry_metric_id id)
{
	return id == DRY_METRIC_COST_DAY || id == DRY_METRIC_COST_TOTAL;
}

bool dry_bounds_known(const struct dry_config *config, const enum dry_metric_id *objective,
		      uint32_t objective_count)
{
	const struct dry_billing_config *billing = &config->billing;
	bool simple_bill = !billing->reserved_count && !billing->savings_plan_count &&
			   !billing->spot_hour_start && !billing->free_if_reclaimed_within_ms;

	if (config->horizon_ms == DRY_NEVER || config->horizon_ms <= 0 || objective_count > BOUNDS_MOST)
		return false;
	for (uint32_t i = 0; i < objective_count; i++)
		if (!(is_cost(objective[i]) && simple_bill) && objective[i] != DRY_METRIC_MEAN_WAIT &&
		    isnan(wait_quantile(objective[i])))
			return false;
	return true;
}

/* --- waits --- */

static void mark_initial(struct dry_metrics_scratch *scratch, const struct dry_record *record)
{
	const struct dry_input *input = record->input;

	scratch->is_initial = dry_grow(scratch->is_initial, &scratch->initial_capacity,
				       (size_t)input->pod.count + 1, 1);
	memset(scratch->is_initial, 0, input->pod.count);
	for (uint32_t i = 0; i < input->initial_pod_count; i++)
		scratch->is_initial[input->initial_pod[i].pod_index] = 1;
}

/* The least that the wait of a row can end as. */
static int64_t least_wait(const struct dry_record *record, uint32_t row, int64_t now_ms)
{
	int64_t arrived = record->input->pod.arrive_at_ms[row], wait;

	if (record->first_start_at_ms[row] != -1)
		wait = record->first_start_at_ms[row] - arrived;
	else if (record->abandoned[row])
		wait = record->total_wait_ms[row];
	else
		wait = now_ms - arrived;
	return wait > 0 ? wait : 0;
}

/*
 * One least wait for each pod that will count. A pod that ran from the start
 * counts only when it did not, which is not known here: it is taken as counted
 * with no wait, as the least of both.
 */
static size_t gather(struct dry_metrics_scratch *scratch, const struct dry_record *record, int64_t now_ms,
		     double *sum)
{
	const struct dry_input *input = record->input;
	size_t count = 0;

	scratch->wait = dry_grow(scratch->wait, &scratch->wait_capacity, (size_t)input->pod.count + 1,
				 sizeof(*scratch->wait));
	mark_initial(scratch, record);
	*sum = 0;
	for (uint32_t row = 0; row < input->pod.count; row++) {
		const struct dry_pod_class *class = &input->pod_class[input->pod.class_index[row]];
		int64_t wait = 0;

		if (class->urgency == DRY_URGENCY_EXPENDABLE ||
		    input->pod.arrive_at_ms[row] < record->config->warmup_ms ||
		    input->pod.arrive_at_ms[row] > record->config->horizon_ms)
			continue;
		if (!scratch->is_initial[row])
			wait = least_wait(record, row, now_ms);
		scratch->wait[count++].key = (uint64_t)wait;
		*sum += (double)wait / 1000;
	}
	return count;
}

/* Moves the k-th smallest key to its place, smaller ones before it, greater ones behind. */
static void select_key(struct dry_keyed *list, size_t count, size_t k)
{
	size_t low = 0, high = count - 1;

	while (low < high) {
		uint64_t pivot = list[low + (high - low) / 2].key;
		size_t i = low, j = high;

		for (;;) {
			struct dry_keyed swapped;

			while (list[i].key < pivot)
				i++;
			while (list[j].key > pivot)
				j--;
			if (i >= j)
				break;
			swapped = list[i];
			list[i++] = list[j];
			list[j--] = swapped;
		}
		if (k <= j)
			high = j;
		else
			low = j + 1;
	}
}

/* Type 7, as the metric. */
static double quantile(struct dry_keyed *list, size_t count, double q)
{
	double place = (double)(count - 1) * q, low;
	size_t below = (size_t)place;
	uint64_t next = UINT64_MAX;

	select_key(list, count, below);
	low = (double)list[below].key / 1000;
	if (place - (double)below <= 0 || below + 1 >= count)
		return low;
	for (size_t i = below + 1; i < count; i++)
		if (list[i].key < next)
			next = list[i].key;
	return low + (place - (double)below) * ((double)next / 1000 - low);
}

/* --- all of them --- */

static double cost_so_far(struct dry_simulation *sim, int64_t now_ms)
{
	struct dry_record *record = &sim->recorder.record;

	record->end_at_ms = now_ms;
	metrics_rooms(sim->metrics, record, sim->result);
	metrics_bill(sim->metrics, record, sim->result);
	return sim->result->metric[DRY_METRIC_COST_TOTAL];
}

static double bound_of(struct dry_simulation *sim, enum dry_metric_id id, double cost, size_t waits,
		       double wait_sum)
{
	if (id == DRY_METRIC_COST_TOTAL)
		return cost;
	if (id == DRY_METRIC_COST_DAY)
		return cost / ((double)sim->config->horizon_ms / DAY_MS);
	if (!waits)
		return -INFINITY;
	if (id == DRY_METRIC_MEAN_WAIT)
		return wait_sum / (double)waits;
	return quantile(sim->metrics->wait, waits, wait_quantile(id));
}

bool bounds_are_dominated(struct dry_simulation *sim, uint32_t checkpoint, int64_t now_ms)
{
	const struct dry_prune_test *test = sim->request->prune;
	double bound[BOUNDS_MOST], cost = NAN, wait_sum = 0;
	bool needs_waits = false;
	size_t waits = 0;

	dry_assert(test->objective_count <= BOUNDS_MOST);
	for (uint32_t i = 0; i < test->objective_count; i++) {
		if (is_cost(test->objective[i]) && isnan(cost))
			cost = cost_so_far(sim, now_ms);
		needs_waits |= !is_cost(test->objective[i]);
	}
	if (needs_waits)
		waits = gather(sim->metrics, &sim->recorder.record, now_ms, &wait_sum);
	for (uint32_t i = 0; i < test->objective_count; i++) {
		double least = -INFINITY;

		if (dry_bounds_known(sim->config, &test->objective[i], 1))
			least = bound_of(sim, test->objective[i], cost, waits, wait_sum);
		bound[i] = -INFINITY;
		if (least > 0)
			bound[i] = (double)dry_metric_objective(test->objective[i], least * (1 - SLACK));
		else if (least == 0)
			bound[i] = 0;
	}
	return test->is_dominated(test->context, checkpoint, bound);
}
