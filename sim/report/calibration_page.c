/* Recorded against simulated, as a table and as JSON. */
#include <math.h>

#include "base/units.h"
#include "report/calibration.h"
#include "report/json.h"
#include "report/table.h"

/* How far off: in percent of what was recorded, or plainly when that is nothing. */
static void error_cell(struct dry_table *table, struct dry_pair pair)
{
	if (isnan(pair.recorded) || isnan(pair.simulated))
		dry_table_cell(table, "-");
	else if (fabs(pair.recorded) < 1e-9)
		dry_table_cellf(table, "%+.3g", pair.simulated - pair.recorded);
	else
		dry_table_cellf(table, "%+.1f%%", 100 * (pair.simulated - pair.recorded) / pair.recorded);
}

static void number_cell(struct dry_table *table, double value, const char *unit)
{
	if (isnan(value))
		dry_table_cell(table, "-");
	else if (value == floor(value) && fabs(value) < 1e9)
		dry_table_cellf(table, "%.0f%s", value, unit);
	else
		dry_table_cellf(table, "%.2f%s", value, unit);
}

static void row(struct dry_table *table, const char *what, struct dry_pair pair, const char *unit)
{
	dry_table_cell(table, what);
	number_cell(table, pair.recorded, unit);
	number_cell(table, pair.simulated, unit);
	error_cell(table, pair);
}

static void difference_row(struct dry_table *table, const char *what, double difference, double of,
			   const char *unit)
{
	dry_table_cell(table, what);
	dry_table_cell(table, "");
	number_cell(table, difference, unit);
	if (isnan(difference) || isnan(of) || of < 1e-9)
		dry_table_cell(table, "-");
	else
		dry_table_cellf(table, "%.1f%%", 100 * difference / of);
}

static void draw_rows(const struct dry_calibration_report *report, struct dry_page *page)
{
	struct dry_table table;

	dry_table_init(&table, "lrrr");
	dry_table_cell(&table, "");
	dry_table_cell(&table, "recorded");
	dry_table_cell(&table, "simulated");
	dry_table_cell(&table, "error");
	row(&table, "nodes, mean", report->all.mean, "");
	row(&table, "nodes, peak", report->all.peak, "");
	difference_row(&table, "nodes, mean |difference|", report->all.mean_difference,
		       report->all.mean.recorded, "");
	row(&table, "scale-ups", report->all.scale_ups, "");
	row(&table, "nodes added", report->all.nodes_added, "");
	row(&table, "scale-ups that failed", report->failed_scale_ups, "");
	row(&table, "scale-downs", report->all.scale_downs, "");
	row(&table, "pods evicted by scale-down", report->evictions, "");
	row(&table, "wait p50", report->wait_p50, "s");
	row(&table, "wait p95", report->wait_p95, "s");
	row(&table, "wait max", report->wait_max, "s");
	difference_row(&table, "wait, mean |difference| of a pod", report->wait_mean_difference,
		       report->wait_mean.recorded, "s");
	row(&table, "provision p50", report->provision_p50, "s");
	row(&table, "provision p95", report->provision_p95, "s");
	dry_table_draw(&table, page, 2);
	dry_table_release(&table);
}

static void draw_groups(const struct dry_calibration_report *report, struct dry_page *page)
{
	struct dry_table table;

	dry_table_init(&table, "lrrrrrrrrr");
	dry_table_cell(&table, "group");
	dry_table_cell(&table, "start recorded");
	dry_table_cell(&table, "simulated");
	dry_table_cell(&table, "nodes recorded");
	dry_table_cell(&table, "simulated");
	dry_table_cell(&table, "|difference|");
	dry_table_cell(&table, "ups recorded");
	dry_table_cell(&table, "simulated");
	dry_table_cell(&table, "downs recorded");
	dry_table_cell(&table, "simulated");
	for (uint32_t g = 0; g < report->group_count; g++) {
		const struct dry_size_comparison *const group = &report->group[g];
		dry_table_cell(&table, group->group);
		number_cell(&table, group->start.recorded, "");
		number_cell(&table, group->start.simulated, "");
		dry_table_cellf(&table, "%.2f", group->mean.recorded);
		dry_table_cellf(&table, "%.2f", group->mean.simulated);
		dry_table_cellf(&table, "%.2f", group->mean_difference);
		number_cell(&table, group->scale_ups.recorded, "");
		number_cell(&table, group->scale_ups.simulated, "");
		number_cell(&table, group->scale_downs.recorded, "");
		number_cell(&table, group->scale_downs.simulated, "");
	}
	dry_table_draw(&table, page, 2);
	dry_table_release(&table);
}

/* A day that begins with other nodes goes another way from the first minute. */
static void note_starts(const struct dry_calibration_report *report, struct dry_page *page)
{
	for (uint32_t g = 0; g < report->group_count; g++) {
		const struct dry_size_comparison *const group = &report->group[g];
		if (group->start.recorded != group->start.simulated)
			dry_page_printf(page, "%s-p nodeGroups.%s.initialSize=%.0f",
					g && page->data[page->length - 1] != '\n' ? " " : "\n  as recorded: ",
					group->group, group->start.recorded);
	}
	if (page->data[page->length - 1] != '\n')
		dry_page_add_char(page, '\n');
}

void dry_calibration_table(const struct dry_calibration_report *report, struct dry_page *page)
{
	char from[32], to[32];

	dry_page_printf(page, "recorded against simulated, t=%ss to %ss\n\n",
			dry_format_seconds(report->from_ms, from, sizeof(from)),
			dry_format_seconds(report->to_ms, to, sizeof(to)));
	draw_rows(report, page);
	dry_page_add_char(page, '\n');
	draw_groups(report, page);
	note_starts(report, page);
	dry_page_printf(page, "\n  waits of %u pods bound in both; bound only in the record: %u, only simulated: %u\n"
			"  times to Ready: %u recorded, %u simulated; nodes are what was asked of the cloud\n",
			report->pods_compared, report->pods_recorded_only, report->pods_simulated_only,
			report->provisions_recorded, report->provisions_simulated);
}

static void json_pair(struct dry_json *json, const char *key, struct dry_pair pair)
{
	dry_json_open_object(json, key);
	dry_json_number(json, "recorded", pair.recorded);
	dry_json_number(json, "simulated", pair.simulated);
	dry_json_close_object(json);
}

static void json_sizes(struct dry_json *json, const struct dry_size_comparison *sizes)
{
	json_pair(json, "nodes_mean", sizes->mean);
	json_pair(json, "nodes_peak", sizes->peak);
	dry_json_number(json, "nodes_mean_difference", sizes->mean_difference);
	json_pair(json, "scale_ups", sizes->scale_ups);
	json_pair(json, "nodes_added", sizes->nodes_added);
	json_pair(json, "scale_downs", sizes->scale_downs);
}

void dry_calibration_json(const struct dry_calibration_report *report, struct dry_page *page)
{
	struct dry_json json;

	dry_json_init(&json, page);
	dry_json_open_object(&json, NULL);
	dry_json_text(&json, "version", "dryscale/v1");
	dry_json_seconds(&json, "from_s", report->from_ms);
	dry_json_seconds(&json, "to_s", report->to_ms);
	json_sizes(&json, &report->all);
	json_pair(&json, "failed_scale_ups", report->failed_scale_ups);
	json_pair(&json, "evictions", report->evictions);
	json_pair(&json, "wait_p50_s", report->wait_p50);
	json_pair(&json, "wait_p95_s", report->wait_p95);
	json_pair(&json, "wait_max_s", report->wait_max);
	json_pair(&json, "wait_mean_s", report->wait_mean);
	dry_json_number(&json, "wait_mean_difference_s", report->wait_mean_difference);
	dry_json_integer(&json, "pods_compared", report->pods_compared);
	dry_json_integer(&json, "pods_recorded_only", report->pods_recorded_only);
	dry_json_integer(&json, "pods_simulated_only", report->pods_simulated_only);
	json_pair(&json, "provision_p50_s", report->provision_p50);
	json_pair(&json, "provision_p95_s", report->provision_p95);
	dry_json_open_array(&json, "groups");
	for (uint32_t g = 0; g < report->group_count; g++) {
		dry_json_newline(&json);
		dry_json_open_object(&json, NULL);
		dry_json_text(&json, "nodeGroup", report->group[g].group);
		json_pair(&json, "nodes_start", report->group[g].start);
		json_sizes(&json, &report->group[g]);
		dry_json_close_object(&json);
	}
	dry_json_close_array(&json);
	dry_json_close_object(&json);
	dry_page_add_char(page, '\n');
}
