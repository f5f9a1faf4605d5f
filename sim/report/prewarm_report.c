#include "report/prewarm_report.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/units.h"
#include "report/csv.h"
#include "report/json.h"
#include "report/table.h"

static const char *const arm_name[DRY_PREWARM_ARM_COUNT] = {
	[DRY_PREWARM_BASE] = "as it is",
	[DRY_PREWARM_SCHEDULE] = "pre-warmed",
	[DRY_PREWARM_ORACLE] = "with foresight",
	[DRY_PREWARM_FIXED] = "constant minimum",
	[DRY_PREWARM_HEADROOM] = "placeholders",
};

static const char *const arm_key[DRY_PREWARM_ARM_COUNT] = {
	[DRY_PREWARM_BASE] = "base", [DRY_PREWARM_SCHEDULE] = "schedule", [DRY_PREWARM_ORACLE] = "oracle",
	[DRY_PREWARM_FIXED] = "fixed", [DRY_PREWARM_HEADROOM] = "headroom",
};

static void cell(struct dry_table *table, enum dry_metric_id id, double value)
{
	char text[48];

	dry_table_cell(table, dry_metric_format(id, value, text, sizeof(text)));
}

/* "+$12.00 ±3.10"; "-" for the base itself. */
static void change_cell(struct dry_table *table, enum dry_metric_id id, double change, double reach)
{
	char value[48], half[48];

	dry_metric_format(id, change, value, sizeof(value));
	if (isnan(reach)) {
		dry_table_cellf(table, "%s%s", change > 0 ? "+" : "", value);
		return;
	}
	dry_metric_format(id, reach, half, sizeof(half));
	dry_table_cellf(table, "%s%s +/-%s", change > 0 ? "+" : "", value, half);
}

static void add_arms(const struct dry_prewarm_report *report, struct dry_page *page, bool markdown)
{
	static const char *const head[] = { "a day", "cost", "change", "p95 wait", "change", "SLO breaches",
					    "never scheduled" };
	struct dry_table table;
	int kind;

	dry_table_open(&table, "lrrrrrr", head);
	for (kind = 0; kind < DRY_PREWARM_ARM_COUNT; kind++) {
		const struct dry_prewarm_arm *arm = &report->arm[kind];

		dry_table_cell(&table, arm_name[kind]);
		cell(&table, DRY_METRIC_COST_TOTAL, arm->cost_mean);
		if (kind == DRY_PREWARM_BASE)
			dry_table_cell(&table, "");
		else
			change_cell(&table, DRY_METRIC_COST_TOTAL, arm->cost_change, arm->cost_reach);
		cell(&table, DRY_METRIC_P95_WAIT, arm->p95_mean);
		if (kind == DRY_PREWARM_BASE)
			dry_table_cell(&table, "");
		else
			change_cell(&table, DRY_METRIC_P95_WAIT, arm->p95_change, arm->p95_reach);
		cell(&table, DRY_METRIC_SLO_BREACHES, arm->breaches_mean);
		cell(&table, DRY_METRIC_NEVER_SCHEDULED, arm->never_mean);
	}
	dry_table_finish(&table, page, markdown, 2);
}

static void add_groups(const struct dry_prewarm_page *what, struct dry_page *page, bool markdown)
{
	static const char *const head[] = { "node group", "forecast", "season", "quantile", "lead", "MASE", "covered",
					    "mean minimum" };
	const struct dry_prewarm_report *report = what->report;
	struct dry_table table;
	uint32_t i;

	dry_table_open(&table, "llrrrrrr", head);
	for (i = 0; i < report->group_count; i++) {
		const struct dry_prewarm_group *group = &report->group[i];
		char season[32], lead[32];

		dry_table_cell(&table, what->config->group[group->group_index].name);
		dry_table_cell(&table, dry_forecast_method_name(group->method));
		dry_table_cell(&table, dry_format_duration((int64_t)group->season * report->bucket_ms, season,
							   sizeof(season)));
		dry_table_cellf(&table, "%.2f", group->tau);
		dry_table_cell(&table, dry_format_duration((int64_t)group->lead * report->bucket_ms, lead,
							   sizeof(lead)));
		if (isnan(group->mase) || !group->fold_count)
			dry_table_cell(&table, "-");
		else
			dry_table_cellf(&table, "%.2f", group->mase);
		if (group->fold_count)
			dry_table_cellf(&table, "%.0f%%%s", 100 * group->coverage, group->is_calibrated ? "" : " !");
		else
			dry_table_cell(&table, "-");
		dry_table_cellf(&table, "%.1f", group->mean_need);
	}
	dry_table_finish(&table, page, markdown, 2);
}

static void add_warnings(const struct dry_prewarm_page *what, struct dry_page *page)
{
	const struct dry_prewarm_report *report = what->report;
	uint32_t i;

	for (i = 0; i < report->group_count; i++) {
		const struct dry_prewarm_group *group = &report->group[i];
		const char *name = what->config->group[group->group_index].name;

		if (group->too_few_folds)
			dry_page_printf(page, "! %s: fewer than 3 days to test a forecast on: seasonal naive is a "
					"guess\n", name);
		else if (!group->is_calibrated)
			dry_page_printf(page, "! %s: not calibrated: %.0f%% of demand was covered, %.0f%% was "
					"meant\n", name, 100 * group->coverage, 100 * group->tau);
	}
}

static void add_verdict(const struct dry_prewarm_report *report, struct dry_page *page)
{
	const struct dry_prewarm_arm *base = &report->arm[DRY_PREWARM_BASE];
	const struct dry_prewarm_arm *with = &report->arm[DRY_PREWARM_SCHEDULE];
	char from[32], to[32];

	dry_metric_format(DRY_METRIC_P95_WAIT, base->p95_mean, from, sizeof(from));
	dry_metric_format(DRY_METRIC_P95_WAIT, with->p95_mean, to, sizeof(to));
	dry_page_printf(page, "p95 wait %s -> %s", from, to);
	if (with->p95_mean > 0)
		dry_page_printf(page, " (%.1f times less)", base->p95_mean / with->p95_mean);
	dry_page_printf(page, " for %s$%.2f a day", with->cost_change < 0 ? "-" : "", fabs(with->cost_change));
	if (base->cost_mean > 0)
		dry_page_printf(page, " (%+.0f%%)", 100 * with->cost_change / base->cost_mean);
	dry_page_printf(page, ", on %u days that the forecast never saw.\n%s\n", report->day_count,
			report->is_worth_it ? "Worth it: waits fall beyond what chance would give."
					    : "Not shown to be worth it: the difference may be chance.");
}

void dry_prewarm_table(const struct dry_prewarm_page *what, struct dry_page *page, bool markdown)
{
	dry_page_printf(page, "%s: %u held-out days, buckets of %" PRId64 " min\n\n", what->input->name,
			what->report->day_count, what->report->bucket_ms / 60000);
	add_arms(what->report, page, markdown);
	dry_page_add(page, "\n");
	add_groups(what, page, markdown);
	dry_page_add(page, "\n");
	add_warnings(what, page);
	if (!what->report->group_count)
		dry_page_add(page, "No node group ever needs more than its minimum: there is nothing to pre-warm.\n");
	else
		add_verdict(what->report, page);
}

void dry_prewarm_csv(const struct dry_prewarm_page *what, struct dry_page *page)
{
	const struct dry_prewarm_report *report = what->report;
	uint32_t day;
	int kind;

	dry_page_add(page, "day,arm,cost_usd,p95_wait_s,slo_breaches,never_scheduled\n");
	for (day = 0; day < report->day_count; day++)
		for (kind = 0; kind < DRY_PREWARM_ARM_COUNT; kind++) {
			const struct dry_prewarm_arm *arm = &report->arm[kind];
			const double value[] = { arm->cost_usd[day], arm->p95_wait_s[day], arm->breaches[day],
						 arm->never[day] };
			size_t i;

			dry_page_printf(page, "%u,%s", report->first_day + day, arm_key[kind]);
			for (i = 0; i < sizeof(value) / sizeof(value[0]); i++) {
				dry_page_add(page, ",");
				if (!isnan(value[i]))
					dry_page_add_number(page, value[i]);
			}
			dry_page_add(page, "\n");
		}
}

static void json_arm(struct dry_json *json, const struct dry_prewarm_report *report, int kind)
{
	const struct dry_prewarm_arm *arm = &report->arm[kind];
	const struct { const char *key; const double *value; double mean, change, reach; } row[] = {
		{ "cost_usd", arm->cost_usd, arm->cost_mean, arm->cost_change, arm->cost_reach },
		{ "p95_wait_s", arm->p95_wait_s, arm->p95_mean, arm->p95_change, arm->p95_reach },
		{ "slo_breaches", arm->breaches, arm->breaches_mean, arm->breaches_change, arm->breaches_reach },
	};
	uint32_t day;
	size_t i;

	dry_json_newline(json);
	dry_json_open_object(json, arm_key[kind]);
	for (i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		dry_json_open_object(json, row[i].key);
		dry_json_number(json, "mean", row[i].mean);
		dry_json_number(json, "change", row[i].change);
		dry_json_number(json, "change_half_interval_95", row[i].reach);
		dry_json_open_array(json, "days");
		for (day = 0; day < report->day_count; day++)
			dry_json_number(json, NULL, row[i].value[day]);
		dry_json_close_array(json);
		dry_json_close_object(json);
	}
	dry_json_close_object(json);
}

static void json_group(struct dry_json *json, const struct dry_prewarm_page *what,
		       const struct dry_prewarm_group *group)
{
	uint32_t k;

	dry_json_newline(json);
	dry_json_open_object(json, NULL);
	dry_json_text(json, "nodeGroup", what->config->group[group->group_index].name);
	dry_json_text(json, "method", dry_forecast_method_name(group->method));
	dry_json_seconds(json, "season_s", (int64_t)group->season * what->report->bucket_ms);
	dry_json_seconds(json, "lead_s", (int64_t)group->lead * what->report->bucket_ms);
	dry_json_number(json, "quantile", group->tau);
	dry_json_number(json, "mase", group->fold_count ? group->mase : NAN);
	dry_json_number(json, "coverage", group->fold_count ? group->coverage : NAN);
	dry_json_integer(json, "folds", (int64_t)group->fold_count);
	dry_json_number(json, "mean_minimum", group->mean_need);
	dry_json_seconds(json, "schedulePeriod", group->period_ms);
	dry_json_open_array(json, "minSizeSchedule");
	for (k = 0; k < group->step_count; k++) {
		dry_json_open_object(json, NULL);
		dry_json_seconds(json, "t", group->step[k].at_ms);
		dry_json_integer(json, "minSize", group->step[k].min_size);
		dry_json_close_object(json);
	}
	dry_json_close_array(json);
	dry_json_close_object(json);
}

void dry_prewarm_json(const struct dry_prewarm_page *what, struct dry_page *page)
{
	const struct dry_prewarm_report *report = what->report;
	struct dry_json json;
	uint32_t i;
	int kind;

	dry_json_init(&json, page);
	dry_json_open_object(&json, NULL);
	dry_json_text(&json, "schema", "dryscale.prewarm/1");
	dry_json_text(&json, "scenario", what->input->name);
	dry_json_text(&json, "scenario_sha256", what->input->scenario_sha256);
	dry_json_text(&json, "trace_sha256", what->input->trace_sha256);
	dry_json_integer(&json, "first_held_out_day", report->first_day);
	dry_json_integer(&json, "held_out_days", report->day_count);
	dry_json_seconds(&json, "bucket_s", report->bucket_ms);
	dry_json_open_object(&json, "arms");
	for (kind = 0; kind < DRY_PREWARM_ARM_COUNT; kind++)
		json_arm(&json, report, kind);
	dry_json_close_object(&json);
	dry_json_open_array(&json, "groups");
	for (i = 0; i < report->group_count; i++)
		json_group(&json, what, &report->group[i]);
	dry_json_close_array(&json);
	dry_json_number(&json, "p95_seconds_saved_per_usd", report->saved_s_per_usd);
	dry_json_bool(&json, "worth_it", report->is_worth_it);
	dry_json_close_object(&json);
	dry_page_add(page, "\n");
}

/* --- quantiles side by side --- */

static void front_table(const struct dry_prewarm_report *report, const double *quantile, uint32_t count,
			struct dry_page *page, bool markdown)
{
	static const char *const head[] = { "quantile", "cost a day", "change", "p95 wait", "change", "SLO breaches",
					    "worth it" };
	struct dry_table table;
	uint32_t k;

	dry_table_open(&table, "rrrrrrl", head);
	for (k = 0; k <= count; k++) {
		const struct dry_prewarm_arm *arm = k ? &report[k - 1].arm[DRY_PREWARM_SCHEDULE]
						      : &report[0].arm[DRY_PREWARM_BASE];

		if (k)
			dry_table_cellf(&table, "%g", quantile[k - 1]);
		else
			dry_table_cell(&table, "as it is");
		cell(&table, DRY_METRIC_COST_TOTAL, arm->cost_mean);
		if (k)
			change_cell(&table, DRY_METRIC_COST_TOTAL, arm->cost_change, arm->cost_reach);
		else
			dry_table_cell(&table, "");
		cell(&table, DRY_METRIC_P95_WAIT, arm->p95_mean);
		if (k)
			change_cell(&table, DRY_METRIC_P95_WAIT, arm->p95_change, arm->p95_reach);
		else
			dry_table_cell(&table, "");
		cell(&table, DRY_METRIC_SLO_BREACHES, arm->breaches_mean);
		dry_table_cell(&table, !k ? "" : report[k - 1].is_worth_it ? "yes" : "not shown");
	}
	dry_table_finish(&table, page, markdown, 2);
}

static void front_csv(const struct dry_prewarm_report *report, const double *quantile, uint32_t count,
		      struct dry_page *page)
{
	struct dry_csv csv;
	uint32_t k;

	dry_page_add(page, "quantile,cost_usd,cost_change_usd,p95_wait_s,p95_change_s,slo_breaches,worth_it\n");
	dry_csv_init(&csv, page);
	for (k = 0; k < count; k++) {
		const struct dry_prewarm_arm *arm = &report[k].arm[DRY_PREWARM_SCHEDULE];

		dry_csv_number(&csv, quantile[k]);
		dry_csv_number(&csv, arm->cost_mean);
		dry_csv_number(&csv, arm->cost_change);
		dry_csv_number(&csv, arm->p95_mean);
		dry_csv_number(&csv, arm->p95_change);
		dry_csv_number(&csv, arm->breaches_mean);
		dry_csv_text(&csv, report[k].is_worth_it ? "true" : "false");
		dry_csv_end_row(&csv);
	}
}

static void front_json(const struct dry_prewarm_report *report, const double *quantile, uint32_t count,
		       struct dry_page *page)
{
	struct dry_json json;
	uint32_t k;

	dry_json_init(&json, page);
	dry_json_open_object(&json, NULL);
	dry_json_text(&json, "schema", "dryscale.prewarm-quantiles/1");
	json_arm(&json, &report[0], DRY_PREWARM_BASE);
	dry_json_open_array(&json, "quantiles");
	for (k = 0; k < count; k++) {
		dry_json_newline(&json);
		dry_json_open_object(&json, NULL);
		dry_json_number(&json, "quantile", quantile[k]);
		json_arm(&json, &report[k], DRY_PREWARM_SCHEDULE);
		dry_json_bool(&json, "worth_it", report[k].is_worth_it);
		dry_json_close_object(&json);
	}
	dry_json_close_array(&json);
	dry_json_close_object(&json);
	dry_page_add(page, "\n");
}

void dry_prewarm_front(const struct dry_prewarm_report *report, const double *quantile, uint32_t count,
		       const char *format, struct dry_page *page)
{
	if (!strcmp(format, "json"))
		front_json(report, quantile, count, page);
	else if (!strcmp(format, "csv"))
		front_csv(report, quantile, count, page);
	else
		front_table(report, quantile, count, page, !strcmp(format, "md"));
}

/* --- into a scenario --- */

void dry_prewarm_yaml(const struct dry_prewarm_page *what, const struct dry_prewarm_group *group,
		      struct dry_page *page, size_t indent)
{
	char text[32];
	uint32_t k;

	dry_page_repeat(page, ' ', indent);
	dry_page_add(page, "minSizeSchedule:\n");
	for (k = 0; k < group->step_count; k++) {
		dry_page_repeat(page, ' ', indent);
		dry_page_printf(page, "  - {t: %s, minSize: %d}\n",
				dry_format_seconds(group->step[k].at_ms, text, sizeof(text)),
				group->step[k].min_size);
	}
	dry_page_repeat(page, ' ', indent);
	dry_page_printf(page, "schedulePeriod: %s\n", dry_format_duration(group->period_ms, text, sizeof(text)));
	if (what->config->options.enforce_node_group_min_size)
		return;
	dry_page_repeat(page, ' ', indent);
	dry_page_add(page, "minSizeActs: cloud\n");
}

/* The planned group that a line such as "  - name: gpu-a" names; *indent gets the column of the key. */
static const struct dry_prewarm_group *named_by(const struct dry_prewarm_page *what, const char *line, size_t length,
						size_t *indent)
{
	size_t at = 0, end;
	uint32_t i;

	while (at < length && (line[at] == ' ' || line[at] == '-'))
		at++;
	*indent = at;
	if (length - at < 6 || strncmp(line + at, "name:", 5) != 0)
		return NULL;
	for (at += 5; at < length && strchr(" \"'", line[at]); at++)
		;
	for (end = at; end < length && !strchr(" \"'#\r", line[end]); end++)
		;
	for (i = 0; i < what->report->group_count; i++) {
		const char *name = what->config->group[what->report->group[i].group_index].name;

		if (strlen(name) == end - at && !memcmp(name, line + at, end - at))
			return &what->report->group[i];
	}
	return NULL;
}

/* Keys that the new lines take the place of, down to where they end. */
static bool is_replaced(const char *line, size_t length)
{
	static const char *const key[] = { "minSizeSchedule:", "schedule:", "schedulePeriod:", "minSizeActs:" };
	size_t i;

	for (i = 0; i < sizeof(key) / sizeof(key[0]); i++)
		if (length >= strlen(key[i]) && !strncmp(line, key[i], strlen(key[i])))
			return true;
	return false;
}

struct merge {
	bool in_groups;                 /* under nodeGroups: */
	size_t indent;                  /* of the planned group's keys; 0 = outside of one */
	bool dropping;
	uint32_t found;
};

static bool keeps(struct merge *merge, const char *line, size_t length)
{
	size_t at = 0;

	while (at < length && line[at] == ' ')
		at++;
	if (at == length || line[at] == '#')
		return !merge->dropping;
	if (!merge->indent)
		return true;
	if (at < merge->indent) {
		merge->indent = 0;
		merge->dropping = false;
		return true;
	}
	if (at == merge->indent && line[at] != '-')
		merge->dropping = is_replaced(line + at, length - at);
	return !merge->dropping;
}

bool dry_prewarm_scenario(const struct dry_prewarm_page *what, const char *text, struct dry_page *page)
{
	struct merge merge = { 0 };

	while (*text) {
		size_t length = strcspn(text, "\n"), indent;
		const struct dry_prewarm_group *group;

		if (length && text[0] != ' ' && text[0] != '-' && text[0] != '#')
			merge.in_groups = !strncmp(text, "nodeGroups:", 11);
		if (keeps(&merge, text, length)) {
			dry_page_add_span(page, text, length);
			dry_page_add(page, "\n");
		}
		group = merge.in_groups ? named_by(what, text, length, &indent) : NULL;
		if (group) {
			dry_prewarm_yaml(what, group, page, indent);
			merge.indent = indent;
			merge.found++;
		}
		text += length + (text[length] == '\n');
	}
	if (merge.found == what->report->group_count)
		return true;
	dry_page_clear(page);
	return false;
}
