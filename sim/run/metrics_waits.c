/*
 * Waits of pods and what follows from them (methods.md 1.1). A pod counts when
 * its urgency has a weight, it arrived at or after the warm-up, and it did not
 * run already before the run began. A pod that is pending at the end, or that
 * was deleted while it was, counts with its wait so far: censored.
 */
#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/assert.h"
#include "world/classify.h"
#include "metrics_scratch.h"
#include "base/banned.h"

#define WORKLOAD_COUNT (DRY_WORKLOAD_UNKNOWN + 1)

static int64_t target_ms(const struct dry_slo_config *slo, enum dry_workload workload)
{
	switch (workload) {
	case DRY_WORKLOAD_BATCH:
		return slo->batch_wait_ms;
	case DRY_WORKLOAD_INTERACTIVE:
		return slo->interactive_wait_ms;
	case DRY_WORKLOAD_SERVICE:
	case DRY_WORKLOAD_UNKNOWN:
		return slo->service_wait_ms;
	case DRY_WORKLOAD_SYSTEM:
	case DRY_WORKLOAD_HEADROOM:
		break;
	}
	return INT64_MAX;
}

void metrics_rooms(struct dry_metrics_scratch *scratch, const struct dry_record *record,
		   struct dry_result *result)
{
	const struct dry_input *input = record->input;
	uint32_t i;

	scratch->space_of_class = dry_grow(scratch->space_of_class, &scratch->space_capacity,
					   (size_t)input->class_count + 1, sizeof(uint32_t));
	scratch->space_symbol = dry_grow(scratch->space_symbol, &scratch->space_symbol_capacity,
					 (size_t)input->class_count + 1, sizeof(dry_symbol));
	scratch->space_of_symbol = dry_grow(scratch->space_of_symbol, &scratch->symbol_capacity,
					    (size_t)input->symbols.count + 1, sizeof(uint32_t));
	memset(scratch->space_of_symbol, 0xff, ((size_t)input->symbols.count + 1) * sizeof(uint32_t));
	scratch->space_count = 0;
	for (i = 0; i < input->class_count; i++) {
		uint32_t *known = &scratch->space_of_symbol[input->pod_class[i].name_space];

		if (*known == DRY_NONE) {
			scratch->space_symbol[scratch->space_count] = input->pod_class[i].name_space;
			*known = scratch->space_count++;
		}
		scratch->space_of_class[i] = *known;
	}
	dry_result_reserve(result, record->config->group_count, scratch->space_count);
}

static void mark_initial(struct dry_metrics_scratch *scratch, const struct dry_record *record)
{
	const struct dry_input *input = record->input;
	uint32_t i;

	scratch->is_initial = dry_grow(scratch->is_initial, &scratch->initial_capacity,
				       (size_t)input->pod.count + 1, 1);
	memset(scratch->is_initial, 0, input->pod.count);
	for (i = 0; i < input->initial_pod_count; i++) {
		uint32_t row = input->initial_pod[i].pod_index;

		if (record->first_start_at_ms[row] == input->pod.arrive_at_ms[row])
			scratch->is_initial[row] = 1;
	}
}

static bool is_pending(const struct dry_record *record, uint32_t row)
{
	return record->pending_since_ms[row] != -1;
}

static bool has_arrived(const struct dry_record *record, uint32_t row)
{
	return record->first_start_at_ms[row] != -1 || is_pending(record, row) || record->abandoned[row];
}

static bool counts(const struct dry_metrics_scratch *scratch, const struct dry_record *record, uint32_t row)
{
	const struct dry_pod_class *class = &record->input->pod_class[record->input->pod.class_index[row]];

	return !scratch->is_initial[row] && class->urgency != DRY_URGENCY_EXPENDABLE &&
	       record->input->pod.arrive_at_ms[row] >= record->config->warmup_ms && has_arrived(record, row);
}

/* Until the first start, or so far. */
static int64_t first_wait(const struct dry_record *record, uint32_t row, bool *censored)
{
	int64_t arrived = record->input->pod.arrive_at_ms[row];

	*censored = record->first_start_at_ms[row] == -1;
	if (!*censored)
		return record->first_start_at_ms[row] - arrived;
	return record->abandoned[row] ? record->total_wait_ms[row] : record->end_at_ms - arrived;
}

static int64_t total_wait(const struct dry_record *record, uint32_t row, bool *censored)
{
	int64_t open = is_pending(record, row) ? record->end_at_ms - record->pending_since_ms[row] : 0;

	*censored = is_pending(record, row) || record->abandoned[row];
	return record->total_wait_ms[row] + open;
}

static size_t gather(struct dry_metrics_scratch *scratch, const struct dry_record *record,
		     int64_t (*wait_of)(const struct dry_record *record, uint32_t row, bool *censored))
{
	size_t count = 0;
	uint32_t row;

	for (row = 0; row < record->input->pod.count; row++) {
		int64_t wait;
		bool censored;

		if (!counts(scratch, record, row))
			continue;
		wait = wait_of(record, row, &censored);
		if (wait < 0)
			wait = 0;
		scratch->wait[count++] = (struct dry_keyed){ (uint64_t)wait << 1 | censored, row };
	}
	dry_sort_keyed(scratch->wait, scratch->spare, count);
	return count;
}

static double seconds(uint64_t key)
{
	return (double)(key >> 1) / 1000;
}

/* Type 7 over sorted keys; *bound when a censored wait is in it. */
static double quantile(const struct dry_keyed *sorted, size_t count, double q, bool *bound)
{
	double place, fraction, low;
	size_t below;

	if (!count)
		return NAN;
	place = (double)(count - 1) * q;
	below = (size_t)place;
	fraction = place - (double)below;
	low = seconds(sorted[below].key);
	if (bound)
		*bound = sorted[below].key & 1;
	if (fraction <= 0 || below + 1 >= count)
		return low;
	if (bound)
		*bound = *bound || sorted[below + 1].key & 1;
	return low + fraction * (seconds(sorted[below + 1].key) - low);
}

static void set_quantiles(const struct dry_metrics_scratch *scratch, size_t count, struct dry_result *result)
{
	static const struct { enum dry_metric_id id; double q; } row[] = {
		{ DRY_METRIC_P50_WAIT, 0.5 }, { DRY_METRIC_P90_WAIT, 0.9 }, { DRY_METRIC_P95_WAIT, 0.95 },
		{ DRY_METRIC_P99_WAIT, 0.99 }, { DRY_METRIC_MAX_WAIT, 1 },
	};
	size_t i;

	for (i = 0; i < sizeof(row) / sizeof(row[0]); i++)
		result->metric[row[i].id] = quantile(scratch->wait, count, row[i].q,
						     &result->lower_bound[row[i].id]);
}

struct wait_sums {
	double wait_s, weighted_s, weight;
	uint32_t started, pending, abandoned, breaches, targets, censored;
	double breach_s;
};

static void add_wait(const struct dry_record *record, const struct dry_keyed *wait, struct wait_sums *sums)
{
	const struct dry_pod_class *class =
		&record->input->pod_class[record->input->pod.class_index[wait->row]];
	int64_t target = target_ms(&record->config->slo, class->workload), ms = (int64_t)(wait->key >> 1);
	double weight = dry_urgency_weight(class->urgency), s = (double)ms / 1000;

	sums->wait_s += s;
	sums->weighted_s += weight * s;
	sums->weight += weight;
	sums->started += record->first_start_at_ms[wait->row] != -1;
	sums->pending += is_pending(record, wait->row);
	sums->abandoned += record->abandoned[wait->row];
	sums->censored += wait->key & 1;
	sums->targets += target != INT64_MAX;
	if (ms <= target)
		return;
	sums->breaches++;
	sums->breach_s += (double)(ms - target) / 1000;
}

static void set_sums(const struct dry_metrics_scratch *scratch, const struct dry_record *record, size_t count,
		     struct dry_result *result)
{
	struct wait_sums sums = { 0 };
	size_t i;

	for (i = 0; i < count; i++)
		add_wait(record, &scratch->wait[i], &sums);
	result->metric[DRY_METRIC_MEAN_WAIT] = count ? sums.wait_s / (double)count : NAN;
	result->metric[DRY_METRIC_WEIGHTED_WAIT] = sums.weight > 0 ? sums.weighted_s / sums.weight : NAN;
	result->lower_bound[DRY_METRIC_MEAN_WAIT] = result->lower_bound[DRY_METRIC_WEIGHTED_WAIT] =
		sums.censored > 0;
	result->metric[DRY_METRIC_NEVER_SCHEDULED] = sums.pending;
	result->metric[DRY_METRIC_ABANDONED] = sums.abandoned;
	result->metric[DRY_METRIC_SLO_BREACHES] = sums.breaches;
	result->metric[DRY_METRIC_SLO_BREACH_SECONDS] = sums.breach_s;
	result->metric[DRY_METRIC_SLO_ATTAINMENT] =
		sums.targets ? 1 - (double)sums.breaches / sums.targets : NAN;
	result->metric[DRY_METRIC_PODS] = (double)count;
	result->metric[DRY_METRIC_PODS_STARTED] = sums.started;
}

/* --- splits: the sorted waits, dealt to buckets in order --- */

static uint32_t workload_of(const struct dry_metrics_scratch *scratch, const struct dry_record *record,
			    uint32_t row)
{
	(void)scratch;
	return record->input->pod_class[record->input->pod.class_index[row]].workload;
}

static uint32_t space_of(const struct dry_metrics_scratch *scratch, const struct dry_record *record,
			 uint32_t row)
{
	return scratch->space_of_class[record->input->pod.class_index[row]];
}

/* A pod that never started has no group: the bucket behind the last. */
static uint32_t group_of(const struct dry_metrics_scratch *scratch, const struct dry_record *record,
			 uint32_t row)
{
	(void)scratch;
	return record->first_group_index[row] == DRY_NONE ? record->config->group_count
							  : record->first_group_index[row];
}

/* bucket[i] is the end of bucket i in scratch->part, its start the end of the one before. */
static void deal(struct dry_metrics_scratch *scratch, const struct dry_record *record, size_t count,
		 uint32_t buckets,
		 uint32_t (*bucket_of)(const struct dry_metrics_scratch *scratch,
				       const struct dry_record *record, uint32_t row))
{
	uint32_t sum = 0, b;
	size_t i;

	scratch->bucket = dry_grow(scratch->bucket, &scratch->bucket_capacity, (size_t)buckets + 1,
				   sizeof(*scratch->bucket));
	memset(scratch->bucket, 0, ((size_t)buckets + 1) * sizeof(*scratch->bucket));
	for (i = 0; i < count; i++)
		scratch->bucket[bucket_of(scratch, record, scratch->wait[i].row)]++;
	for (b = 0; b < buckets; b++) {
		uint32_t n = scratch->bucket[b];

		scratch->bucket[b] = sum;
		sum += n;
	}
	for (i = 0; i < count; i++)
		scratch->part[scratch->bucket[bucket_of(scratch, record, scratch->wait[i].row)]++] =
			scratch->wait[i];
}

static void set_split(const struct dry_metrics_scratch *scratch, const struct dry_record *record, uint32_t bucket,
		      struct dry_wait_split *split)
{
	uint32_t start = bucket ? scratch->bucket[bucket - 1] : 0, end = scratch->bucket[bucket], i;
	const struct dry_keyed *list = scratch->part + start;
	struct wait_sums sums = { 0 };

	for (i = start; i < end; i++)
		add_wait(record, &scratch->part[i], &sums);
	split->pods = end - start;
	split->started = sums.started;
	split->never_scheduled = sums.pending;
	split->slo_breaches = sums.breaches;
	split->p50_wait_s = quantile(list, end - start, 0.5, NULL);
	split->p95_wait_s = quantile(list, end - start, 0.95, NULL);
	split->max_wait_s = quantile(list, end - start, 1, NULL);
}

/* Pods without an owner: the bucket behind the last. */
static uint32_t owner_of(const struct dry_metrics_scratch *scratch, const struct dry_record *record, uint32_t row)
{
	uint32_t owner = record->input->pod.owner_index[row];

	(void)scratch;
	return owner == DRY_NONE ? record->input->owner_count : owner;
}

/* Keeps the owners with the longest p95 waits; ties: the earlier owner. */
static void offer_owner(struct dry_result *result, const struct dry_wait_split *split)
{
	uint32_t at = result->owner_split_count;

	while (at > 0 && result->owner_split[at - 1].p95_wait_s < split->p95_wait_s)
		at--;
	if (at == DRY_OWNER_SPLITS)
		return;
	if (result->owner_split_count < DRY_OWNER_SPLITS)
		result->owner_split_count++;
	memmove(&result->owner_split[at + 1], &result->owner_split[at],
		(result->owner_split_count - at - 1) * sizeof(*split));
	result->owner_split[at] = *split;
}

static void set_owners(struct dry_metrics_scratch *scratch, const struct dry_record *record, size_t count,
		       struct dry_result *result)
{
	const struct dry_input *input = record->input;
	uint32_t i;

	result->owner_split_count = 0;
	if (!input->owner_count)
		return;
	deal(scratch, record, count, input->owner_count + 1, owner_of);
	for (i = 0; i < input->owner_count; i++) {
		struct dry_wait_split split;

		if (scratch->bucket[i] == (i ? scratch->bucket[i - 1] : 0))
			continue;
		set_split(scratch, record, i, &split);
		split.name = dry_symbols_text(&input->symbols, input->owner[i].name);
		if (split.p95_wait_s > 0)
			offer_owner(result, &split);
	}
}

static void set_splits(struct dry_metrics_scratch *scratch, const struct dry_record *record, size_t count,
		       struct dry_result *result)
{
	uint32_t i;

	deal(scratch, record, count, WORKLOAD_COUNT, workload_of);
	result->workload_split_count = 0;
	for (i = 0; i < WORKLOAD_COUNT; i++) {
		struct dry_wait_split *split = &result->workload_split[result->workload_split_count];

		set_split(scratch, record, i, split);
		split->name = dry_workload_name((enum dry_workload)i);
		result->workload_split_count += split->pods > 0;
	}
	deal(scratch, record, count, scratch->space_count, space_of);
	result->namespace_split_count = 0;
	for (i = 0; i < scratch->space_count; i++) {
		struct dry_wait_split *split = &result->namespace_split[result->namespace_split_count];

		set_split(scratch, record, i, split);
		split->name = dry_symbols_text(&record->input->symbols, scratch->space_symbol[i]);
		result->namespace_split_count += split->pods > 0;
	}
	set_owners(scratch, record, count, result);
	deal(scratch, record, count, record->config->group_count + 1, group_of);
	for (i = 0; i < result->group_count; i++) {
		uint32_t start = i ? scratch->bucket[i - 1] : 0, n = scratch->bucket[i] - start;

		result->group[i].pods_started = n;
		result->group[i].p95_wait_s = quantile(scratch->part + start, n, 0.95, NULL);
	}
}

void metrics_waits(struct dry_metrics_scratch *scratch, const struct dry_record *record,
		   struct dry_result *result)
{
	size_t rows = (size_t)record->input->pod.count + 1, count;

	dry_assert(sizeof(result->workload_split) / sizeof(result->workload_split[0]) >= WORKLOAD_COUNT);
	scratch->wait = dry_grow(scratch->wait, &scratch->wait_capacity, rows, sizeof(*scratch->wait));
	scratch->spare = dry_grow(scratch->spare, &scratch->spare_capacity, rows, sizeof(*scratch->spare));
	scratch->part = dry_grow(scratch->part, &scratch->part_capacity, rows, sizeof(*scratch->part));
	mark_initial(scratch, record);
	count = gather(scratch, record, total_wait);
	result->metric[DRY_METRIC_P95_TOTAL_WAIT] = quantile(scratch->wait, count, 0.95,
							     &result->lower_bound[DRY_METRIC_P95_TOTAL_WAIT]);
	count = gather(scratch, record, first_wait);
	set_quantiles(scratch, count, result);
	set_sums(scratch, record, count, result);
	set_splits(scratch, record, count, result);
}
