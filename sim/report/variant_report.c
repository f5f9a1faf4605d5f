#include "report/variant_report.h"

#include <math.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/statistics.h"
#include "report/csv.h"
#include "report/json.h"
#include "report/table.h"

#define ALPHA 0.05

static const enum dry_metric_id shown[] = {
	DRY_METRIC_COST_DAY, DRY_METRIC_P95_WAIT, DRY_METRIC_MAX_WAIT, DRY_METRIC_NEVER_SCHEDULED,
	DRY_METRIC_SLO_ATTAINMENT, DRY_METRIC_AVAILABILITY, DRY_METRIC_INTERRUPTIONS,
	DRY_METRIC_EVICTIONS_INTERRUPTION, DRY_METRIC_LOST_WORK,
};

#define SHOWN (sizeof(shown) / sizeof(shown[0]))

/* Mean over the replications in which it is defined; *reach: half the interval, NaN below two. */
static double mean_of(const struct dry_variant_report *report, uint32_t variant, enum dry_metric_id id, double *reach)
{
	double *value = dry_xcalloc((size_t)report->replications + 1, sizeof(*value)), mean;
	uint32_t n = 0, r;

	for (r = 0; r < report->replications; r++) {
		double one = report->result[(size_t)variant * report->replications + r].metric[id];

		if (!isnan(one))
			value[n++] = one;
	}
	mean = dry_mean(value, n);
	*reach = dry_student_half_width(dry_sample_deviation(value, n), n, ALPHA);
	free(value);
	return mean;
}

void dry_variant_table(const struct dry_variant_report *report, struct dry_page *page, bool markdown)
{
	struct dry_table table;
	uint32_t v;
	size_t i;

	dry_table_init(&table, "lrrrrrrrrr");
	dry_table_cell(&table, report->title);
	for (i = 0; i < SHOWN; i++)
		dry_table_cell(&table, dry_metric_table[shown[i]].label);
	for (v = 0; v < report->count; v++) {
		dry_table_cell(&table, report->name[v]);
		for (i = 0; i < SHOWN; i++) {
			double reach, mean = mean_of(report, v, shown[i], &reach);
			char text[48], half[48];

			dry_metric_format(shown[i], mean, text, sizeof(text));
			dry_metric_format(shown[i], reach, half, sizeof(half));
			dry_table_cellf(&table, isnan(reach) ? "%s" : "%s +/-%s", text, half);
		}
	}
	dry_table_finish(&table, page, markdown, 0);
}

void dry_variant_csv(const struct dry_variant_report *report, struct dry_page *page)
{
	struct dry_csv csv;
	uint32_t v;
	size_t i;

	dry_csv_init(&csv, page);
	dry_csv_text(&csv, "variant");
	for (i = 0; i < SHOWN; i++)
		dry_csv_text(&csv, dry_metric_table[shown[i]].key);
	dry_csv_end_row(&csv);
	for (v = 0; v < report->count; v++) {
		double reach;

		dry_csv_text(&csv, report->name[v]);
		for (i = 0; i < SHOWN; i++)
			dry_csv_number(&csv, mean_of(report, v, shown[i], &reach));
		dry_csv_end_row(&csv);
	}
}

void dry_variant_json(const struct dry_variant_report *report, struct dry_page *page)
{
	struct dry_json json;
	uint32_t v;
	size_t i;

	dry_json_init(&json, page);
	dry_json_open_object(&json, NULL);
	dry_json_text(&json, "schema", "dryscale.variants/1");
	dry_json_text(&json, "scenario", report->scenario);
	dry_json_integer(&json, "replications", report->replications);
	dry_json_open_array(&json, "variants");
	for (v = 0; v < report->count; v++) {
		dry_json_newline(&json);
		dry_json_open_object(&json, NULL);
		dry_json_text(&json, "name", report->name[v]);
		for (i = 0; i < SHOWN; i++) {
			double reach, mean = mean_of(report, v, shown[i], &reach);

			dry_json_open_object(&json, dry_metric_table[shown[i]].key);
			dry_json_number(&json, "mean", mean);
			dry_json_number(&json, "half_interval_95", reach);
			dry_json_close_object(&json);
		}
		dry_json_close_object(&json);
	}
	dry_json_close_array(&json);
	dry_json_close_object(&json);
	dry_page_add(page, "\n");
}
