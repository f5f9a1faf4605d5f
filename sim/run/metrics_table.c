#include "run/metrics.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/assert.h"
#include "base/units.h"
#include "base/banned.h"

#define LOWER DRY_LOWER_IS_BETTER
#define HIGHER DRY_HIGHER_IS_BETTER
#define NEUTRAL DRY_NEUTRAL

const struct dry_metric dry_metric_table[DRY_METRIC_COUNT] = {
	[DRY_METRIC_COST_DAY] = { "cost_day", "cost_usd_day", "cost/day", DRY_UNIT_USD_DAY, LOWER,
		"total cost per 24 h of simulated time" },
	[DRY_METRIC_COST_TOTAL] = { "cost_total", "cost_usd", "cost", DRY_UNIT_USD, LOWER,
		"instances, reservations and savings plans, start to end" },
	[DRY_METRIC_COST_MARGINAL] = { "cost_marginal", "cost_marginal_usd", "marginal cost", DRY_UNIT_USD, LOWER,
		"total cost less what reservations and commitments cost anyway" },
	[DRY_METRIC_COST_ON_DEMAND] = { "cost_on_demand", "cost_on_demand_usd", "on-demand", DRY_UNIT_USD, LOWER,
		"instances at on-demand prices, after reservations and plans" },
	[DRY_METRIC_COST_SPOT] = { "cost_spot", "cost_spot_usd", "spot", DRY_UNIT_USD, LOWER,
		"spot instances at the price in force" },
	[DRY_METRIC_COST_RESERVED] = { "cost_reserved", "cost_reserved_usd", "reserved", DRY_UNIT_USD, LOWER,
		"reservations and savings plans, used or not" },
	[DRY_METRIC_COST_IDLE] = { "cost_idle", "cost_idle_usd", "idle cost", DRY_UNIT_USD, LOWER,
		"price of what nodes had and no pod requested, launch to ready in full" },
	[DRY_METRIC_P50_WAIT] = { "p50_wait", "p50_wait_s", "p50 wait", DRY_UNIT_SECONDS, LOWER,
		"median time from pending to start, first start of a pod" },
	[DRY_METRIC_P90_WAIT] = { "p90_wait", "p90_wait_s", "p90 wait", DRY_UNIT_SECONDS, LOWER,
		"90th percentile of the same (type 7)" },
	[DRY_METRIC_P95_WAIT] = { "p95_wait", "p95_wait_s", "p95 wait", DRY_UNIT_SECONDS, LOWER,
		"95th percentile of the same (type 7)" },
	[DRY_METRIC_P99_WAIT] = { "p99_wait", "p99_wait_s", "p99 wait", DRY_UNIT_SECONDS, LOWER,
		"99th percentile of the same (type 7)" },
	[DRY_METRIC_MAX_WAIT] = { "max_wait", "max_wait_s", "max wait", DRY_UNIT_SECONDS, LOWER,
		"longest wait" },
	[DRY_METRIC_MEAN_WAIT] = { "mean_wait", "mean_wait_s", "mean wait", DRY_UNIT_SECONDS, LOWER,
		"mean wait" },
	[DRY_METRIC_P95_TOTAL_WAIT] = { "p95_total_wait", "p95_total_wait_s", "p95 total wait", DRY_UNIT_SECONDS,
		LOWER, "95th percentile of a pod's waits added up over its restarts" },
	[DRY_METRIC_WEIGHTED_WAIT] = { "weighted_wait", "weighted_wait_s", "weighted wait", DRY_UNIT_SECONDS, LOWER,
		"mean wait weighted by urgency (0, 1, 2, 4, 8)" },
	[DRY_METRIC_NEVER_SCHEDULED] = { "never_scheduled", "never_scheduled", "never scheduled", DRY_UNIT_COUNT,
		LOWER, "pods still pending at the end" },
	[DRY_METRIC_ABANDONED] = { "abandoned", "abandoned", "abandoned", DRY_UNIT_COUNT, LOWER,
		"pods deleted before they ever started" },
	[DRY_METRIC_SLO_BREACHES] = { "slo_breaches", "slo_breaches", "SLO breaches", DRY_UNIT_COUNT, LOWER,
		"pods that waited longer than their class's target" },
	[DRY_METRIC_SLO_BREACH_SECONDS] = { "slo_breach_seconds", "slo_breach_s", "SLO breach time",
		DRY_UNIT_SECONDS, LOWER, "waiting beyond the targets, added up" },
	[DRY_METRIC_SLO_ATTAINMENT] = { "slo_attainment", "slo_attainment", "SLO attained", DRY_UNIT_RATIO, HIGHER,
		"share of pods that waited no longer than their target" },
	[DRY_METRIC_IDLE_RATIO] = { "idle_ratio", "idle_ratio", "idle", DRY_UNIT_RATIO, LOWER,
		"share of the instances' cost spent on what no pod requested" },
	[DRY_METRIC_UTILIZATION_CPU] = { "utilization_cpu", "utilization_cpu", "CPU requested", DRY_UNIT_RATIO,
		HIGHER, "requested share of ready nodes' allocatable CPU" },
	[DRY_METRIC_UTILIZATION_MEMORY] = { "utilization_memory", "utilization_memory", "memory requested",
		DRY_UNIT_RATIO, HIGHER, "requested share of ready nodes' allocatable memory" },
	[DRY_METRIC_NODE_HOURS] = { "node_hours", "node_hours", "node-hours", DRY_UNIT_HOURS, LOWER,
		"launch to gone, all nodes" },
	[DRY_METRIC_PEAK_NODES] = { "peak_nodes", "peak_nodes", "peak nodes", DRY_UNIT_COUNT, LOWER,
		"most registered nodes at one time" },
	[DRY_METRIC_MEAN_NODES] = { "mean_nodes", "mean_nodes", "mean nodes", DRY_UNIT_COUNT, LOWER,
		"ready nodes, averaged over time" },
	[DRY_METRIC_NODES_ADDED] = { "nodes_added", "nodes_added", "nodes added", DRY_UNIT_COUNT, NEUTRAL,
		"nodes that scale-ups brought and that launched" },
	[DRY_METRIC_NODES_REMOVED] = { "nodes_removed", "nodes_removed", "nodes removed", DRY_UNIT_COUNT, NEUTRAL,
		"nodes that scale-downs took away" },
	[DRY_METRIC_SCALE_UPS] = { "scale_ups", "scale_ups", "scale-ups", DRY_UNIT_COUNT, NEUTRAL,
		"increases of a node group" },
	[DRY_METRIC_SCALE_UPS_FAILED] = { "scale_ups_failed", "scale_ups_failed", "refused", DRY_UNIT_COUNT, LOWER,
		"increases that the cloud refused or that timed out" },
	[DRY_METRIC_SCALE_DOWNS] = { "scale_downs", "scale_downs", "scale-downs", DRY_UNIT_COUNT, NEUTRAL,
		"scale-down decisions" },
	[DRY_METRIC_CHURN] = { "churn", "churn_per_node_hour", "churn", DRY_UNIT_PER_HOUR, LOWER,
		"nodes added and removed per node-hour" },
	[DRY_METRIC_OSCILLATION] = { "oscillation", "oscillation", "oscillation", DRY_UNIT_RATIO, LOWER,
		"share of added nodes that went within 30 min or that replace one just removed" },
	[DRY_METRIC_EVICTIONS_DAY] = { "evictions_day", "evictions_day", "evictions/day", DRY_UNIT_COUNT_DAY, LOWER,
		"evicted pods per 24 h, all causes" },
	[DRY_METRIC_EVICTIONS_SCALE_DOWN] = { "evictions_scale_down", "evictions_scale_down",
		"evictions (scale-down)", DRY_UNIT_COUNT, LOWER, "pods evicted to remove their node" },
	[DRY_METRIC_EVICTIONS_INTERRUPTION] = { "evictions_interruption", "evictions_interruption",
		"evictions (spot)", DRY_UNIT_COUNT, LOWER, "pods that lost their node to a reclaim" },
	[DRY_METRIC_INTERRUPTIONS] = { "interruptions", "interruptions", "interruptions", DRY_UNIT_COUNT, LOWER,
		"nodes that the cloud reclaimed" },
	[DRY_METRIC_LOST_WORK] = { "lost_work", "lost_work_core_h", "lost work", DRY_UNIT_CORE_HOURS, LOWER,
		"work of evicted batch pods since their last checkpoint" },
	[DRY_METRIC_AVAILABILITY] = { "availability", "availability", "availability", DRY_UNIT_RATIO, HIGHER,
		"worst service owner: time running over time wanted" },
	[DRY_METRIC_TIME_AT_MAX] = { "time_at_max", "time_at_max_s", "time at max", DRY_UNIT_SECONDS, LOWER,
		"time node groups were at maxSize while pods waited, groups added up" },
	[DRY_METRIC_PODS] = { "pods", "pods", "pods", DRY_UNIT_COUNT, NEUTRAL,
		"pods of the trace that count" },
	[DRY_METRIC_PODS_STARTED] = { "pods_started", "pods_started", "pods started", DRY_UNIT_COUNT, NEUTRAL,
		"of these, how many started" },
};

enum dry_metric_id dry_metric_find(const char *name, const char **nearest)
{
	const char *known[DRY_METRIC_COUNT];
	int i;

	for (i = 0; i < DRY_METRIC_COUNT; i++) {
		if (!strcmp(name, dry_metric_table[i].name) || !strcmp(name, dry_metric_table[i].key))
			return (enum dry_metric_id)i;
		known[i] = dry_metric_table[i].name;
	}
	if (nearest)
		*nearest = dry_nearest_word(name, known, DRY_METRIC_COUNT);
	return DRY_METRIC_COUNT;
}

static double objective_scale(enum dry_metric_unit unit)
{
	return unit == DRY_UNIT_SECONDS ? 1e3 : 1e6;
}

int64_t dry_metric_objective(enum dry_metric_id id, double value)
{
	double scaled;

	dry_assert(id < DRY_METRIC_COUNT);
	if (isnan(value))
		return INT64_MAX;
	scaled = value * objective_scale(dry_metric_table[id].unit);
	if (dry_metric_table[id].direction == HIGHER)
		scaled = -scaled;
	if (scaled >= 9e18)
		return INT64_MAX - 1;
	return scaled <= -9e18 ? INT64_MIN + 1 : (int64_t)llround(scaled);
}

/* Seconds below five minutes, then minutes, hours, days; a tenth where it shows. */
static void format_wait(double seconds, char *buffer, size_t size)
{
	const char *sign = seconds < 0 ? "-" : "";
	double magnitude = fabs(seconds);
	int64_t whole = magnitude < 9e15 ? (int64_t)llround(magnitude) : INT64_C(9000000000000000);

	if (magnitude < 9.95 && fabs(magnitude - round(magnitude)) >= 0.05)
		snprintf(buffer, size, "%s%.1fs", sign, magnitude);
	else if (whole < 300)
		snprintf(buffer, size, "%s%" PRId64 "s", whole ? sign : "", whole);
	else if (whole < 3600)
		snprintf(buffer, size, "%s%" PRId64 "m%02ds", sign, whole / 60, (int)(whole % 60));
	else if (whole < INT64_C(2) * 86400)
		snprintf(buffer, size, "%s%" PRId64 "h%02dm", sign, whole / 3600, (int)(whole / 60 % 60));
	else
		snprintf(buffer, size, "%s%" PRId64 "d%02dh", sign, whole / 86400, (int)(whole / 3600 % 24));
}

/* A number with so many decimals; "-0" and trailing ".0" of whole numbers are not written. */
static void format_count(double value, char *buffer, size_t size)
{
	if (fabs(value - round(value)) < 0.05 && fabs(value) < 9e15)
		snprintf(buffer, size, "%" PRId64, (int64_t)llround(value));
	else
		snprintf(buffer, size, "%.1f", value);
}

static void format_money(double usd, char *buffer, size_t size)
{
	const char *sign = usd < 0 ? "-" : "";
	double magnitude = fabs(usd);

	if (magnitude > 0 && magnitude < 0.01)
		snprintf(buffer, size, "%s$%.4f", sign, magnitude);
	else
		snprintf(buffer, size, "%s$%.2f", sign, magnitude);
}

char *dry_metric_format(enum dry_metric_id id, double value, char *buffer, size_t size)
{
	dry_assert(id < DRY_METRIC_COUNT);
	if (isnan(value)) {
		snprintf(buffer, size, "-");
		return buffer;
	}
	switch (dry_metric_table[id].unit) {
	case DRY_UNIT_USD:
	case DRY_UNIT_USD_DAY:
		format_money(value, buffer, size);
		break;
	case DRY_UNIT_SECONDS:
		format_wait(value, buffer, size);
		break;
	case DRY_UNIT_COUNT:
	case DRY_UNIT_COUNT_DAY:
		format_count(value, buffer, size);
		break;
	case DRY_UNIT_RATIO:
		snprintf(buffer, size, "%.1f%%", 100 * value);
		break;
	case DRY_UNIT_HOURS:
	case DRY_UNIT_CORE_HOURS:
		snprintf(buffer, size, "%.1f", value);
		break;
	case DRY_UNIT_PER_HOUR:
		snprintf(buffer, size, "%.3f", value);
		break;
	}
	return buffer;
}
