/*
 * Scratch of the metrics: grown once, kept by the worker. Inner header of the
 * run layer; the parts fill their own metrics of the result.
 */
#ifndef DRY_SIM_RUN_METRICS_SCRATCH_H
#define DRY_SIM_RUN_METRICS_SCRATCH_H

#include "base/sort.h"
#include "market/billing.h"
#include "run/oscillation.h"
#include "run/record.h"

struct dry_metrics_scratch {
	/* waits */
	struct dry_keyed *wait, *spare, *part;  /* key: milliseconds << 1 | censored */
	size_t wait_capacity, spare_capacity, part_capacity;
	uint8_t *is_initial;                    /* one a row: it ran before the run began */
	size_t initial_capacity;
	uint32_t *space_of_class;               /* namespace split of each class */
	size_t space_capacity;
	uint32_t *space_of_symbol;
	size_t symbol_capacity;
	dry_symbol *space_symbol;               /* of each split */
	size_t space_symbol_capacity;
	uint32_t *bucket;                       /* ends of the buckets of a distribution */
	size_t bucket_capacity;
	uint32_t space_count;

	/* prices: one list a group */
	uint32_t *price_start;
	size_t price_start_capacity;
	int64_t *price_at_ms, *price_nusd;
	size_t price_at_capacity, price_nusd_capacity;

	/* commitments: one row an hour, one column a group that they may cover */
	uint32_t *column;                       /* of a group; DRY_NONE */
	size_t column_capacity;
	double *usage_hours, *usage_usd;
	size_t usage_hours_capacity, usage_usd_capacity;
	struct dry_hour_usage *hour;
	size_t hour_capacity;
	double *group_covered_usd;
	size_t covered_capacity;

	/* nodes */
	struct dry_oscillation_node *oscillation_node;
	size_t oscillation_capacity;
	struct dry_oscillation oscillation;
};

/* Room in the result for its groups and the namespaces of the input. */
void metrics_rooms(struct dry_metrics_scratch *scratch, const struct dry_record *record,
		   struct dry_result *result);
void metrics_waits(struct dry_metrics_scratch *scratch, const struct dry_record *record,
		   struct dry_result *result);
void metrics_bill(struct dry_metrics_scratch *scratch, const struct dry_record *record,
		  struct dry_result *result);
/* What reservations and savings plans take off the on-demand bill, in dollars; adds their own price to *sunk. */
double metrics_commitments(struct dry_metrics_scratch *scratch, const struct dry_record *record, double *sunk);
void metrics_nodes(struct dry_metrics_scratch *scratch, const struct dry_record *record,
		   struct dry_result *result);

/* The bill's view of a node; false: nothing is billed. */
bool metrics_interval(const struct dry_record *record, uint32_t node, struct dry_bill_interval *interval);
struct dry_bill_terms metrics_terms(const struct dry_config *config);
struct dry_price_steps metrics_prices(const struct dry_metrics_scratch *scratch, uint32_t place);

#endif
