/* The bill of a run (methods.md 1.2, 1.3): instances, commitments, and what was paid for nothing. */
#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/assert.h"
#include "metrics_scratch.h"
#include "world/place.h"
#include "base/banned.h"

#define HOUR_MS INT64_C(3600000)
#define DAY_HOURS 24.0

/* --- prices, one list a place --- */

static void gather_prices(struct dry_metrics_scratch *scratch, const struct dry_record *record)
{
	uint32_t places = dry_place_count(record->config->group, record->config->group_count), i, p, sum = 0;
	size_t rows = (size_t)record->price_change_count + places + 1;
	uint32_t *start;

	scratch->price_start = dry_grow(scratch->price_start, &scratch->price_start_capacity,
					(size_t)places + 2, sizeof(uint32_t));
	scratch->price_at_ms = dry_grow(scratch->price_at_ms, &scratch->price_at_capacity, rows,
					sizeof(int64_t));
	scratch->price_nusd = dry_grow(scratch->price_nusd, &scratch->price_nusd_capacity, rows,
				       sizeof(int64_t));
	start = scratch->price_start;
	memset(start, 0, ((size_t)places + 2) * sizeof(*start));
	for (i = 0; i < record->price_change_count; i++)
		start[record->price_change[i].place + 1]++;
	for (p = 1; p <= places; p++) {
		sum += start[p];
		start[p] = sum;
	}
	for (i = 0; i < record->price_change_count; i++) {
		const struct dry_price_change *change = &record->price_change[i];
		uint32_t at = start[change->place]++;

		scratch->price_at_ms[at] = change->at_ms;
		scratch->price_nusd[at] = change->nusd_per_hour;
	}
	/* Every start has moved to its list's end: move them back by one list. */
	for (p = places; p > 0; p--)
		start[p] = start[p - 1];
	start[0] = 0;
}

struct dry_price_steps metrics_prices(const struct dry_metrics_scratch *scratch, uint32_t place)
{
	uint32_t start = scratch->price_start[place];

	return (struct dry_price_steps){
		.count = scratch->price_start[place + 1] - start,
		.at_ms = scratch->price_at_ms + start,
		.nusd_per_hour = scratch->price_nusd + start,
	};
}

/* --- instances --- */

struct dry_bill_terms metrics_terms(const struct dry_config *config)
{
	return (struct dry_bill_terms){
		.unit_ms = config->billing.unit_ms, .minimum_ms = config->billing.minimum_ms,
		.free_within_ms = config->billing.free_if_reclaimed_within_ms,
	};
}

bool metrics_interval(const struct dry_record *record, uint32_t node, struct dry_bill_interval *interval)
{
	const struct dry_node_record *row = &record->node[node];
	const struct dry_node_group *group = &record->config->group[row->group_index];

	interval->start_ms = group->bill_from_ready ? row->ready_at_ms : row->launched_at_ms;
	interval->still_runs = row->gone_at_ms < 0;
	interval->end_ms = interval->still_runs ? record->end_at_ms : row->gone_at_ms;
	interval->reclaimed = row->end == DRY_NODE_INTERRUPTED;
	return row->launched_at_ms >= 0 && interval->start_ms >= 0;
}

struct bill {
	int64_t nusd[3];                /* by enum dry_capacity_type */
	double gross_nusd, idle_nusd;
};

/* What was paid for and not requested: all before Ready, the free share after. */
static double idle_part(const struct dry_node_record *node, int64_t cost, int64_t gross)
{
	double share;

	if (gross <= 0)
		return 0;
	share = 1 - node->used_nusd / (double)gross;
	return share > 0 ? (double)cost * share : 0;
}

static void bill_node(const struct dry_metrics_scratch *scratch, const struct dry_record *record, uint32_t i,
		      struct bill *bill, struct dry_result *result)
{
	const struct dry_node_record *node = &record->node[i];
	const struct dry_node_group *group = &record->config->group[node->group_index];
	struct dry_bill_terms terms = metrics_terms(record->config);
	struct dry_price_steps steps = metrics_prices(scratch, node->place);
	struct dry_bill_interval interval;
	int64_t cost, gross;

	if (!metrics_interval(record, i, &interval))
		return;
	terms.hour_start = record->config->billing.spot_hour_start && group->capacity_type == DRY_SPOT;
	cost = dry_bill(&terms, &steps, &interval);
	gross = dry_price_integral(&steps, interval.start_ms, dry_bill_end_ms(&terms, &interval));
	bill->nusd[group->capacity_type] += cost;
	bill->gross_nusd += (double)cost;
	bill->idle_nusd += idle_part(node, cost, gross);
	result->group[node->group_index].cost_nusd += cost;
	result->group[node->group_index].mean_price_usd_per_hour +=
		(double)(dry_bill_end_ms(&terms, &interval) - interval.start_ms);
}

/* The group's mean price stands as billed milliseconds until here. */
static void finish_groups(const struct dry_metrics_scratch *scratch, struct dry_result *result, bool committed)
{
	uint32_t g;

	for (g = 0; g < result->group_count; g++) {
		struct dry_group_result *group = &result->group[g];
		double hours = group->mean_price_usd_per_hour / (double)HOUR_MS;

		group->mean_price_usd_per_hour = hours > 0 ? (double)group->cost_nusd / 1e9 / hours : NAN;
		if (committed)
			group->cost_nusd -= llround(1e9 * scratch->group_covered_usd[g]);
	}
}

void metrics_bill(struct dry_metrics_scratch *scratch, const struct dry_record *record,
		  struct dry_result *result)
{
	const struct dry_billing_config *billing = &record->config->billing;
	bool committed = billing->reserved_count || billing->savings_plan_count;
	double days = (double)record->end_at_ms / (double)HOUR_MS / DAY_HOURS, sunk = 0, covered = 0, total;
	struct bill bill = { 0 };
	uint32_t i;

	gather_prices(scratch, record);
	for (i = 0; i < result->group_count; i++)
		result->group[i].mean_price_usd_per_hour = 0;
	for (i = 0; i < record->node_count; i++)
		bill_node(scratch, record, i, &bill, result);
	if (committed)
		covered = metrics_commitments(scratch, record, &sunk);
	finish_groups(scratch, result, committed);
	result->metric[DRY_METRIC_COST_ON_DEMAND] = (double)bill.nusd[DRY_ON_DEMAND] / 1e9 - covered;
	result->metric[DRY_METRIC_COST_SPOT] = (double)bill.nusd[DRY_SPOT] / 1e9;
	result->metric[DRY_METRIC_COST_RESERVED] = (double)bill.nusd[DRY_RESERVED] / 1e9 + sunk;
	result->metric[DRY_METRIC_COST_IDLE] = bill.idle_nusd / 1e9;
	total = result->metric[DRY_METRIC_COST_ON_DEMAND] + result->metric[DRY_METRIC_COST_SPOT] +
		result->metric[DRY_METRIC_COST_RESERVED];
	if (!committed)         /* exact: one division of the sum */
		total = (double)(bill.nusd[DRY_ON_DEMAND] + bill.nusd[DRY_SPOT] + bill.nusd[DRY_RESERVED]) / 1e9;
	result->metric[DRY_METRIC_COST_TOTAL] = total;
	result->metric[DRY_METRIC_COST_MARGINAL] = total - sunk;
	result->metric[DRY_METRIC_COST_DAY] = days > 0 ? total / days : NAN;
	result->metric[DRY_METRIC_IDLE_RATIO] = bill.gross_nusd > 0 ? bill.idle_nusd / bill.gross_nusd : NAN;
}
