#include "report/run_report.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/units.h"
#include "report/policy.h"
#include "report/table.h"
#include "sweep/compare.h"

#define LABEL_COLUMNS 16

double dry_run_report_mean(const struct dry_run_report *report, enum dry_metric_id id,
			   struct dry_interval *interval)
{
	double *value = dry_xcalloc(report->replications, sizeof(*value));
	struct dry_interval unused;
	double mean;

	for (uint32_t r = 0; r < report->replications; r++)
		value[r] = report->result[r].metric[id];
	mean = dry_mean_interval(value, report->replications, 1, 0.05,
				 interval ? interval : &unused);
	free(value);
	return mean;
}

static bool is_lower_bound(const struct dry_run_report *report, enum dry_metric_id id)
{
	for (uint32_t r = 0; r < report->replications; r++)
		if (report->result[r].lower_bound[id])
			return true;
	return false;
}

/* "p95 >=129s": a name, and the metric's value for people. */
static void add_metric(const struct dry_run_report *report, struct dry_page *page, const char *name,
		       enum dry_metric_id id)
{
	char value[48];

	dry_metric_format(id, dry_run_report_mean(report, id, NULL), value, sizeof(value));
	if (name && *name)
		dry_page_printf(page, "%s ", name);
	dry_page_printf(page, "%s%s", is_lower_bound(report, id) ? ">=" : "", value);
}

static void add_count(const struct dry_run_report *report, struct dry_page *page, const char *name,
		      enum dry_metric_id id)
{
	double mean = dry_run_report_mean(report, id, NULL);

	dry_page_printf(page, "%s ", name);
	if (report->replications > 1)
		dry_page_printf(page, "%.1f", mean);
	else
		dry_page_add_count(page, (int64_t)(isnan(mean) ? 0 : mean));
}

static void begin_line(struct dry_page *page, const char *label)
{
	dry_page_add(page, "  ");
	dry_page_pad(page, label, LABEL_COLUMNS - 2, false);
}

static void add_head(const struct dry_run_report *report, struct dry_page *page)
{
	char length[48];
	uint32_t all = 0, changed = dry_config_changed_flags(report->config, &all);

	if (report->colour)
		dry_page_add(page, "\x1b[1m");
	dry_page_add_visible(page, report->input->name, strlen(report->input->name));
	if (report->colour)
		dry_page_add(page, "\x1b[0m");
	dry_page_printf(page, "   %s   ", dry_format_duration(report->result->end_at_ms, length,
							      sizeof(length)));
	dry_page_add_count(page, report->input->pod.count);
	dry_page_printf(page, " pod%s   %u node group%s   parameters: ",
			report->input->pod.count == 1 ? "" : "s", report->config->group_count,
			report->config->group_count == 1 ? "" : "s");
	if (report->setting_count)
		dry_page_printf(page, "scenario and %u of yours", report->setting_count);
	else
		dry_page_add(page, "scenario");
	if (changed)
		dry_page_printf(page, " (%u of %u flags differ from the defaults)", changed, all);
	else
		dry_page_add(page, " (every flag at its default)");
	dry_page_printf(page, "   seed %llu", (unsigned long long)report->seed);
	if (report->replications > 1)
		dry_page_printf(page, "   mean of %u replications", report->replications);
	dry_page_add(page, "\n\n");
}

static void add_summary(const struct dry_run_report *report, struct dry_page *page)
{
	bool stranded = dry_run_report_mean(report, DRY_METRIC_NEVER_SCHEDULED, NULL) > 0;

	begin_line(page, "cost/day");
	add_metric(report, page, "", DRY_METRIC_COST_DAY);
	add_metric(report, page, "    total", DRY_METRIC_COST_TOTAL);
	add_metric(report, page, "   on-demand", DRY_METRIC_COST_ON_DEMAND);
	add_metric(report, page, "   spot", DRY_METRIC_COST_SPOT);
	if (dry_run_report_mean(report, DRY_METRIC_COST_RESERVED, NULL) > 0)
		add_metric(report, page, "   reserved", DRY_METRIC_COST_RESERVED);
	add_metric(report, page, "   idle", DRY_METRIC_IDLE_RATIO);
	dry_page_add_char(page, '\n');
	begin_line(page, "pod wait");
	add_metric(report, page, "p50", DRY_METRIC_P50_WAIT);
	add_metric(report, page, "   p95", DRY_METRIC_P95_WAIT);
	add_metric(report, page, "   p99", DRY_METRIC_P99_WAIT);
	add_metric(report, page, "   max", DRY_METRIC_MAX_WAIT);
	dry_page_add(page, "   ");
	if (report->colour && stranded)
		dry_page_add(page, "\x1b[1;31m");
	add_count(report, page, "never scheduled", DRY_METRIC_NEVER_SCHEDULED);
	if (report->colour && stranded)
		dry_page_add(page, "\x1b[0m");
	dry_page_add_char(page, '\n');
	begin_line(page, "scaling");
	add_count(report, page, "up", DRY_METRIC_SCALE_UPS);
	dry_page_add(page, " (");
	add_count(report, page, "nodes added", DRY_METRIC_NODES_ADDED);
	add_count(report, page, ")   down", DRY_METRIC_SCALE_DOWNS);
	add_count(report, page, "   spot reclaims", DRY_METRIC_INTERRUPTIONS);
	add_count(report, page, "   refused", DRY_METRIC_SCALE_UPS_FAILED);
	dry_page_add(page, "\n");
	begin_line(page, "pods moved");
	add_count(report, page, "evicted by scale-down", DRY_METRIC_EVICTIONS_SCALE_DOWN);
	add_count(report, page, "   by reclaims", DRY_METRIC_EVICTIONS_INTERRUPTION);
	add_metric(report, page, "   lost work", DRY_METRIC_LOST_WORK);
	dry_page_add(page, "\n\n");
}

static void fill_groups(const struct dry_run_report *report, struct dry_table *table, bool *weighted)
{
	const struct dry_result *result = report->result;
	static const char *const head[] = { "group", "price", "nodes min/mean/max", "node-hours",
					    "p95 wait", "cost" };
	char price[48], cost[48], wait[48], hours[48];

	dry_table_open(table, "lrrrrr", head);
	for (uint32_t g = 0; g < result->group_count; g++) {
		const struct dry_group_result *group = &result->group[g];
		const struct dry_node_group *spec = &report->config->group[g];
		double usd = group->mean_price_usd_per_hour;
		int64_t nusd = isnan(usd) ? spec->price_nusd_per_hour : llround(usd * 1e9);
		bool varies = nusd != spec->price_nusd_per_hour;

		if (spec->merged_into)
			continue;       /* zoneStrategy made it a part of another */
		*weighted |= varies;
		dry_table_cell(table, spec->name);
		dry_table_cellf(table, "%s/h%s", dry_format_price(nusd, price, sizeof(price)),
				varies ? "*" : "");
		if (isnan(group->mean_nodes))
			dry_table_cellf(table, "%d / - / %d", group->min_nodes, group->peak_nodes);
		else
			dry_table_cellf(table, "%d / %.1f / %d", group->min_nodes, group->mean_nodes,
					group->peak_nodes);
		snprintf(hours, sizeof(hours), "%.1f", group->node_hours);
		dry_table_cell(table, hours);
		dry_table_cell(table, dry_metric_format(DRY_METRIC_P95_WAIT, group->p95_wait_s, wait,
							sizeof(wait)));
		dry_table_cell(table, dry_format_money(group->cost_nusd, cost, sizeof(cost)));
	}
}

static bool fill_workloads(const struct dry_run_report *report, struct dry_table *table)
{
	const struct dry_result *result = report->result;
	static const char *const head[] = { "workload", "pods", "started", "p50 wait", "p95 wait",
					    "max wait", "never scheduled", "SLO breaches" };
	char text[48];

	dry_table_open(table, "lrrrrrrr", head);
	for (uint32_t i = 0; i < result->workload_split_count; i++) {
		const struct dry_wait_split *split = &result->workload_split[i];

		dry_table_cell(table, split->name);
		dry_table_cellf(table, "%u", split->pods);
		dry_table_cellf(table, "%u", split->started);
		dry_table_cell(table, dry_metric_format(DRY_METRIC_P50_WAIT, split->p50_wait_s, text,
							sizeof(text)));
		dry_table_cell(table, dry_metric_format(DRY_METRIC_P95_WAIT, split->p95_wait_s, text,
							sizeof(text)));
		dry_table_cell(table, dry_metric_format(DRY_METRIC_MAX_WAIT, split->max_wait_s, text,
							sizeof(text)));
		dry_table_cellf(table, "%u", split->never_scheduled);
		dry_table_cellf(table, "%u", split->slo_breaches);
	}
	return result->workload_split_count > 0;
}

struct cause {
	const char *name;
	double share;
};

/* Causes of waiting, the greatest first; returns how many are not zero. */
static uint32_t sort_causes(const struct dry_wait_causes *causes, struct cause sorted[6])
{
	struct cause all[6] = {
		{ "node start-up", causes->provisioning }, { "group at max size", causes->at_max },
		{ "backoff or stock-out", causes->backoff }, { "next loop", causes->loop },
		{ "fits no group", causes->never_fits }, { "other", causes->other },
	};
	uint32_t count = 0;

	for (uint32_t i = 0; i < 6; i++) {
		uint32_t at = count;

		if (!(all[i].share >= 0.0005))
			continue;
		while (at > 0 && sorted[at - 1].share < all[i].share) {
			sorted[at] = sorted[at - 1];
			at--;
		}
		sorted[at] = all[i];
		count++;
	}
	return count;
}

static void add_causes(const struct dry_run_report *report, struct dry_page *page)
{
	const struct dry_result *result = report->result;
	struct cause cause[6];
	uint32_t count = sort_causes(&result->wait_causes, cause);
	char at[48];

	dry_page_add(page, "  where the wait comes from  ");
	for (uint32_t i = 0; i < count; i++)
		dry_page_printf(page, "%s%s %.0f%%", i ? "   " : "", cause[i].name,
				100 * cause[i].share);
	if (!count)
		dry_page_add(page, "no pod waited");
	dry_page_add_char(page, '\n');
	if (!result->worst_pending)
		return;
	dry_format_clock(result->worst_at_ms, at, sizeof(at));
	dry_page_printf(page, "  worst moment               %s, %u pod%s waiting", at,
			result->worst_pending, result->worst_pending == 1 ? "" : "s");
	if (report->scenario_path && strcmp(report->scenario_path, "-")) {
		dry_page_printf(page, "   dryscale explain --at %s ", at);
		dry_page_add_visible(page, report->scenario_path, strlen(report->scenario_path));
	}
	dry_page_add_char(page, '\n');
}

/* With replications: what the means are worth. */
static void fill_intervals(const struct dry_run_report *report, struct dry_table *table)
{
	char mean[48], low[48], high[48];

	dry_table_init(table, "lrl");
	dry_table_cell(table, "metric");
	dry_table_cell(table, "mean");
	dry_table_cell(table, "95% interval");
	for (size_t i = 0; i < DRY_METRIC_COUNT; i++) {
		struct dry_interval interval;
		double value = dry_run_report_mean(report, (enum dry_metric_id)i, &interval);

		if (isnan(value) || isnan(interval.low) || interval.low == interval.high)
			continue;
		dry_table_cell(table, dry_metric_table[i].label);
		dry_table_cell(table, dry_metric_format((enum dry_metric_id)i, value, mean, sizeof(mean)));
		dry_table_cellf(table, "%s to %s",
				dry_metric_format((enum dry_metric_id)i, interval.low, low, sizeof(low)),
				dry_metric_format((enum dry_metric_id)i, interval.high, high,
						  sizeof(high)));
	}
}

/* "  tags          team=platform, cost-centre=4711" */
static void add_tags(const struct dry_policy *policy, struct dry_page *page)
{
	if (!policy || !policy->tag_count)
		return;
	for (uint32_t i = 0; i < policy->tag_count; i++) {
		dry_page_add(page, i ? ", " : "  tags          ");
		dry_page_add_visible(page, policy->tag[i].key, strlen(policy->tag[i].key));
		dry_page_add_char(page, '=');
		dry_page_add_visible(page, policy->tag[i].value, strlen(policy->tag[i].value));
	}
	dry_page_add(page, "\n\n");
}

void dry_run_report_table(const struct dry_run_report *report, struct dry_page *page)
{
	struct dry_table table;
	bool weighted = false;

	add_head(report, page);
	add_summary(report, page);
	add_tags(report->policy, page);
	fill_groups(report, &table, &weighted);
	dry_table_draw(&table, page, 2);
	dry_table_release(&table);
	if (weighted)
		dry_page_add(page, "  * time-weighted over what was billed\n");
	dry_page_add_char(page, '\n');
	if (fill_workloads(report, &table)) {
		dry_table_draw(&table, page, 2);
		dry_page_add_char(page, '\n');
	}
	dry_table_release(&table);
	if (report->replications > 1) {
		fill_intervals(report, &table);
		dry_table_draw(&table, page, 2);
		dry_table_release(&table);
		dry_page_add_char(page, '\n');
	}
	add_causes(report, page);
}

void dry_run_report_markdown(const struct dry_run_report *report, struct dry_page *page)
{
	struct dry_run_report plain = *report;
	struct dry_page lines = { 0 };
	struct dry_table table;
	bool weighted = false;

	plain.colour = false;
	dry_page_add(page, "## ");
	dry_markdown_add(page, report->input->name);
	dry_page_add(page, "\n\n| metric | value |\n| --- | ---: |\n");
	for (size_t i = 0; i < DRY_METRIC_COUNT; i++) {
		double value = dry_run_report_mean(report, (enum dry_metric_id)i, NULL);
		char text[48];

		if (isnan(value))
			continue;
		dry_page_printf(page, "| %s | %s%s |\n", dry_metric_table[i].label,
				is_lower_bound(report, (enum dry_metric_id)i) ? "&ge; " : "",
				dry_metric_format((enum dry_metric_id)i, value, text, sizeof(text)));
	}
	for (uint32_t i = 0; report->policy && i < report->policy->tag_count; i++) {
		dry_page_add(page, "| tag ");
		dry_markdown_add(page, report->policy->tag[i].key);
		dry_page_add(page, " | ");
		dry_markdown_add(page, report->policy->tag[i].value);
		dry_page_add(page, " |\n");
	}
	dry_page_add_char(page, '\n');
	fill_groups(report, &table, &weighted);
	dry_table_markdown(&table, page);
	dry_table_release(&table);
	dry_page_add_char(page, '\n');
	if (fill_workloads(report, &table)) {
		dry_table_markdown(&table, page);
		dry_page_add_char(page, '\n');
	}
	dry_table_release(&table);
	add_causes(&plain, &lines);
	dry_page_printf(page, "```\n%s```\n", dry_page_string(&lines));
	dry_page_release(&lines);
}
