/* The world's drift, told. */
#include <math.h>
#include <stdio.h>

#include "report/drift.h"
#include "report/json.h"
#include "report/table.h"

static void number_cell(struct dry_table *table, const char *format, double value)
{
	char text[40];

	if (isnan(value)) {
		dry_table_cell(table, "-");
		return;
	}
	snprintf(text, sizeof(text), format, value);
	dry_table_cell(table, text);
}

void dry_world_drift_table(const struct dry_world_drift *drift, struct dry_page *page, bool markdown)
{
	static const char *const head[] = { "", "before", "now", "n before", "n now", "distance", "p", "" };
	struct dry_table table;

	dry_table_open(&table, "lrrrrrrl", head);
	for (uint32_t i = 0; i < drift->count; i++) {
		const struct dry_world_row *row = &drift->row[i];

		dry_table_cell(&table, row->what);
		number_cell(&table, "%.4g", row->before);
		number_cell(&table, "%.4g", row->now);
		dry_table_cellf(&table, "%u", row->before_count);
		dry_table_cellf(&table, "%u", row->now_count);
		number_cell(&table, "%.3f", row->distance);
		number_cell(&table, "%.2g", row->p);
		dry_table_cell(&table, row->drifted ? "drifted" : "");
	}
	dry_table_finish(&table, page, markdown, 0);
	dry_page_printf(page, "\nMedians; prices: means. %u of %u drifted", drift->drifted, drift->count);
	dry_page_printf(page, " (distance over %g with p under %g; prices: by more than %.0f%%)\n", DRY_WORLD_DISTANCE,
			DRY_WORLD_P, 100 * DRY_WORLD_PRICE);
}

void dry_world_drift_json(const struct dry_world_drift *drift, struct dry_page *page)
{
	struct dry_json json;

	dry_json_init(&json, page);
	dry_json_open_object(&json, NULL);
	dry_json_text(&json, "schema", "dryscale.world-drift/1");
	dry_json_bool(&json, "drifted", drift->drifted > 0);
	dry_json_open_array(&json, "rows");
	for (uint32_t i = 0; i < drift->count; i++) {
		const struct dry_world_row *row = &drift->row[i];

		dry_json_newline(&json);
		dry_json_open_object(&json, NULL);
		dry_json_text(&json, "what", row->what);
		dry_json_number(&json, "before", row->before);
		dry_json_number(&json, "now", row->now);
		dry_json_integer(&json, "before_count", row->before_count);
		dry_json_integer(&json, "now_count", row->now_count);
		dry_json_number(&json, "distance", row->distance);
		dry_json_number(&json, "p", row->p);
		dry_json_bool(&json, "drifted", row->drifted);
		dry_json_close_object(&json);
	}
	dry_json_close_array(&json);
	dry_json_close_object(&json);
}
