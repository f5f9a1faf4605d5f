/*
 * Reservations and savings plans (methods.md 1.2), settled per clock hour from
 * the run's start: reservations first, then EC2-instance plans, then compute
 * plans. What they cover comes off the on-demand bill; they are due either way.
 */
#include <string.h>

#include "base/arena.h"
#include "base/assert.h"
#include "metrics_scratch.h"
#include "base/banned.h"

#define HOUR_MS INT64_C(3600000)

/* Groups that a commitment names; spot is not eligible. Returns how many. */
static uint32_t choose_columns(struct dry_metrics_scratch *scratch, const struct dry_config *config)
{
	const struct dry_billing_config *billing = &config->billing;
	uint32_t g, i, k, count = 0;

	scratch->column = dry_grow(scratch->column, &scratch->column_capacity, (size_t)config->group_count + 1,
				   sizeof(uint32_t));
	for (g = 0; g < config->group_count; g++) {
		dry_symbol type = config->group[g].instance_type;
		bool named = false;

		for (i = 0; i < billing->reserved_count; i++)
			named = named || billing->reserved[i].instance_type == type;
		for (i = 0; i < billing->savings_plan_count; i++)
			for (k = 0; k < billing->savings_plan[i].rate_count; k++)
				named = named || billing->savings_plan[i].rate[k].instance_type == type;
		scratch->column[g] = DRY_NONE;
		if (named && type && config->group[g].capacity_type != DRY_SPOT)
			scratch->column[g] = count++;
	}
	return count;
}

static void add_usage(struct dry_metrics_scratch *scratch, const struct dry_record *record, uint32_t node,
		      uint32_t columns, uint32_t hours)
{
	uint32_t g = record->node[node].group_index, column = scratch->column[g], hour;
	struct dry_bill_terms terms = metrics_terms(record->config);
	struct dry_price_steps steps = metrics_prices(scratch, record->node[node].place);
	struct dry_bill_interval interval;
	int64_t at, end;

	if (column == DRY_NONE || !metrics_interval(record, node, &interval) ||
	    dry_bill_is_free(&terms, &interval))
		return;
	end = dry_bill_end_ms(&terms, &interval);
	for (at = interval.start_ms; at < end;) {
		int64_t until = (at / HOUR_MS + 1) * HOUR_MS;

		hour = at / HOUR_MS < hours ? (uint32_t)(at / HOUR_MS) : hours - 1;
		if (until > end)
			until = end;
		scratch->usage_hours[(size_t)hour * columns + column] += (double)(until - at) / (double)HOUR_MS;
		scratch->usage_usd[(size_t)hour * columns + column] +=
			(double)dry_price_integral(&steps, at, until) / 1e9;
		at = until;
	}
}

static double plan_rate(const struct dry_savings_plan *plan, dry_symbol type)
{
	uint32_t i;

	for (i = 0; i < plan->rate_count; i++)
		if (plan->rate[i].instance_type == type)
			return (double)plan->rate[i].nusd_per_hour / 1e9;
	return 0;
}

/* One hour, or the part of it before the end: what reservations take, in order of groups. */
static void cover_reserved(struct dry_metrics_scratch *scratch, const struct dry_config *config, double part,
			   uint32_t rows)
{
	const struct dry_billing_config *billing = &config->billing;
	uint32_t i, k;

	for (i = 0; i < billing->reserved_count; i++) {
		double owned = (double)billing->reserved[i].count * part;

		for (k = 0; k < rows; k++) {
			struct dry_hour_usage *row = &scratch->hour[k];
			double covered;

			if (config->group[row->index].instance_type != billing->reserved[i].instance_type)
				continue;
			covered = dry_reserved_cover(owned, row->hours);
			owned -= covered;
			row->hours -= covered;
			scratch->group_covered_usd[row->index] += covered * row->on_demand;
		}
	}
}

static void cover_plans(struct dry_metrics_scratch *scratch, const struct dry_config *config, double part,
			uint32_t rows, bool is_compute)
{
	const struct dry_billing_config *billing = &config->billing;
	uint32_t i, k;

	for (i = 0; i < billing->savings_plan_count; i++) {
		const struct dry_savings_plan *plan = &billing->savings_plan[i];

		if (plan->is_compute != is_compute)
			continue;
		for (k = 0; k < rows; k++)
			scratch->hour[k].rate =
				plan_rate(plan, config->group[scratch->hour[k].index].instance_type);
		dry_savings_plan_spend((double)plan->commitment_nusd_per_hour / 1e9 * part, scratch->hour, rows);
		for (k = 0; k < rows; k++)
			scratch->group_covered_usd[scratch->hour[k].index] +=
				scratch->hour[k].covered * scratch->hour[k].on_demand;
	}
}

static void settle_hour(struct dry_metrics_scratch *scratch, const struct dry_config *config, uint32_t hour,
			double part, uint32_t columns)
{
	uint32_t g, rows = 0;

	for (g = 0; g < config->group_count; g++) {
		size_t at = (size_t)hour * columns + scratch->column[g];

		if (scratch->column[g] == DRY_NONE || scratch->usage_hours[at] <= 0)
			continue;
		scratch->hour[rows++] = (struct dry_hour_usage){
			.hours = scratch->usage_hours[at],
			.on_demand = scratch->usage_usd[at] / scratch->usage_hours[at], .index = g };
	}
	cover_reserved(scratch, config, part, rows);
	cover_plans(scratch, config, part, rows, false);
	cover_plans(scratch, config, part, rows, true);
}

static double sunk_usd(const struct dry_billing_config *billing, double hours)
{
	double nusd = 0;
	uint32_t i;

	for (i = 0; i < billing->reserved_count; i++)
		nusd += (double)billing->reserved[i].count * (double)billing->reserved[i].rate_nusd_per_hour;
	for (i = 0; i < billing->savings_plan_count; i++)
		nusd += (double)billing->savings_plan[i].commitment_nusd_per_hour;
	return nusd * hours / 1e9;
}

double metrics_commitments(struct dry_metrics_scratch *scratch, const struct dry_record *record, double *sunk)
{
	const struct dry_config *config = record->config;
	uint32_t columns = choose_columns(scratch, config), hour, g;
	uint32_t hours = (uint32_t)((record->end_at_ms + HOUR_MS - 1) / HOUR_MS);
	size_t cells = (size_t)hours * columns;
	double covered = 0;

	*sunk += sunk_usd(&config->billing, (double)record->end_at_ms / (double)HOUR_MS);
	scratch->group_covered_usd = dry_grow(scratch->group_covered_usd, &scratch->covered_capacity,
					      (size_t)config->group_count + 1, sizeof(double));
	memset(scratch->group_covered_usd, 0, config->group_count * sizeof(double));
	if (!cells)
		return 0;
	scratch->usage_hours = dry_grow(scratch->usage_hours, &scratch->usage_hours_capacity, cells,
					sizeof(double));
	scratch->usage_usd = dry_grow(scratch->usage_usd, &scratch->usage_usd_capacity, cells, sizeof(double));
	scratch->hour = dry_grow(scratch->hour, &scratch->hour_capacity, columns, sizeof(*scratch->hour));
	memset(scratch->usage_hours, 0, cells * sizeof(double));
	memset(scratch->usage_usd, 0, cells * sizeof(double));
	for (g = 0; g < record->node_count; g++)
		add_usage(scratch, record, g, columns, hours);
	for (hour = 0; hour < hours; hour++) {
		int64_t left = record->end_at_ms - (int64_t)hour * HOUR_MS;

		settle_hour(scratch, config, hour, left < HOUR_MS ? (double)left / (double)HOUR_MS : 1, columns);
	}
	for (g = 0; g < config->group_count; g++)
		covered += scratch->group_covered_usd[g];
	return covered;
}
