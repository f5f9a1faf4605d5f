#include "report/after_wave.h"

#include <math.h>
#include <string.h>

#include "base/units.h"
#include "report/json.h"
#include "report/table.h"

static double saved(const struct dry_wave_report *report, const double *metric)
{
	return report->present[DRY_METRIC_COST_DAY] - metric[DRY_METRIC_COST_DAY];
}

void dry_wave_choose(const struct dry_wave_report *report, struct dry_wave_ladder *ladder)
{
	double most = 0;

	ladder->earliest = -1;
	for (uint32_t i = 0; i < ladder->count; i++) {
		double saving = saved(report, ladder->step[i].metric);

		if (!ladder->step[i].safe || saving <= most)
			continue;
		most = saving;
		ladder->earliest = (int32_t)i;
	}
}

static const char *duration(int64_t ms, char buffer[40])
{
	return dry_format_duration(ms, buffer, 40);
}

static void metric_cell(struct dry_table *table, enum dry_metric_id id, double value)
{
	char buffer[64];

	dry_table_cell(table, dry_metric_format(id, value, buffer, sizeof(buffer)));
}

static void head(struct dry_table *table)
{
	static const char *const cells[] = { "setting", "waves", "held", "now", "try", "cost/day", "mean wait",
					     "p95 wait",
					     "evicted/day", "lost work", "" };

	dry_table_init(table, "lrrrrrrrrrl");
	for (size_t i = 0; i < sizeof(cells) / sizeof(cells[0]); i++)
		dry_table_cell(table, cells[i]);
}

static void measured(struct dry_table *table, const double *metric)
{
	static const enum dry_metric_id ids[] = { DRY_METRIC_COST_DAY, DRY_METRIC_MEAN_WAIT, DRY_METRIC_P95_WAIT,
						  DRY_METRIC_EVICTIONS_DAY, DRY_METRIC_LOST_WORK };

	for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++)
		metric_cell(table, ids[i], metric[ids[i]]);
}

static void blank(struct dry_table *table, uint32_t count)
{
	while (count-- > 0)
		dry_table_cell(table, "");
}

static void ladder_rows(struct dry_table *table, const struct dry_wave_ladder *ladder)
{
	const struct dry_wave_group *now = ladder->now;
	char text[40];

	for (uint32_t i = 0; i < ladder->count; i++) {
		if (i) {
			blank(table, 4);
		} else {
			dry_table_cell(table, ladder->group ? ladder->group : ladder->path);
			if (now)
				dry_table_cellf(table, "%u", now->waves);
			else
				blank(table, 1);
			dry_table_cell(table, now && now->released
						      ? duration(now->held_ms / now->released / 1000 * 1000, text)
						      : "");
			dry_table_cell(table, duration(ladder->present_ms, text));
		}
		dry_table_cell(table, duration(ladder->step[i].ms, text));
		measured(table, ladder->step[i].metric);
		dry_table_cell(table,
			       (int32_t)i == ladder->earliest ? "earliest" : ladder->step[i].safe ? "" : "risks more");
	}
}

static bool has_choice(const struct dry_wave_report *report)
{
	for (uint32_t i = 0; i < report->ladder_count; i++)
		if (report->ladder[i].earliest >= 0)
			return true;
	return false;
}

static void say_together(const struct dry_wave_report *report, struct dry_page *page)
{
	const double *a = report->present, *b = report->together;
	char x[64], y[64];

	if (!has_choice(report)) {
		dry_page_add(page, "\nNothing to gain: no shorter time is both safe and cheaper.\n");
		return;
	}
	dry_page_printf(page, "\nTogether: cost/day %s -> %s",
			dry_metric_format(DRY_METRIC_COST_DAY, a[DRY_METRIC_COST_DAY], x, sizeof(x)),
			dry_metric_format(DRY_METRIC_COST_DAY, b[DRY_METRIC_COST_DAY], y, sizeof(y)));
	dry_page_printf(page, ", p95 wait %s -> %s",
			dry_metric_format(DRY_METRIC_P95_WAIT, a[DRY_METRIC_P95_WAIT], x, sizeof(x)),
			dry_metric_format(DRY_METRIC_P95_WAIT, b[DRY_METRIC_P95_WAIT], y, sizeof(y)));
	dry_page_printf(page, ", evictions a day %.4g -> %.4g", a[DRY_METRIC_EVICTIONS_DAY],
			b[DRY_METRIC_EVICTIONS_DAY]);
	dry_page_printf(page, ", lost work %.4g -> %.4g core hours.\n", a[DRY_METRIC_LOST_WORK],
			b[DRY_METRIC_LOST_WORK]);
	if (!report->together_safe)
		dry_page_add(page, "Each is safe alone, together they risk more than the tolerance: begin with one.\n");
	if (report->replications < 2)
		dry_page_add(page, "One replication: --replications 10 shows how far luck goes.\n");
}

void dry_wave_table(const struct dry_wave_report *report, struct dry_page *page, bool markdown)
{
	struct dry_table table;

	head(&table);
	dry_table_cell(&table, "as it is");
	blank(&table, 4);
	measured(&table, report->present);
	blank(&table, 1);
	for (uint32_t i = 0; i < report->ladder_count; i++)
		ladder_rows(&table, &report->ladder[i]);
	dry_table_finish(&table, page, markdown, 0);
	say_together(report, page);
}

static void json_measured(struct dry_json *json, const struct dry_wave_report *report, const double *metric)
{
	static const enum dry_metric_id ids[] = { DRY_METRIC_COST_DAY, DRY_METRIC_MEAN_WAIT, DRY_METRIC_P95_WAIT,
						  DRY_METRIC_P99_WAIT,
						  DRY_METRIC_EVICTIONS_DAY, DRY_METRIC_LOST_WORK,
						  DRY_METRIC_NEVER_SCHEDULED };

	for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++)
		dry_json_number(json, dry_metric_table[ids[i]].key, metric[ids[i]]);
	dry_json_number(json, "saved_usd_day", saved(report, metric));
}

static void json_ladder(struct dry_json *json, const struct dry_wave_report *report,
			const struct dry_wave_ladder *ladder)
{
	dry_json_newline(json);
	dry_json_open_object(json, NULL);
	dry_json_text(json, "path", ladder->path);
	dry_json_text(json, "group", ladder->group);
	if (ladder->now) {
		dry_json_integer(json, "batch_pods", ladder->now->batch_pods);
		dry_json_integer(json, "waves", ladder->now->waves);
		dry_json_integer(json, "released", ladder->now->released);
		dry_json_number(json, "held_s", ladder->now->released ?
							(double)ladder->now->held_ms / 1000 / ladder->now->released :
							NAN);
	}
	dry_json_seconds(json, "present_s", ladder->present_ms);
	if (ladder->earliest >= 0)
		dry_json_seconds(json, "earliest_s", ladder->step[ladder->earliest].ms);
	else
		dry_json_null(json, "earliest_s");
	dry_json_open_array(json, "tried");
	for (uint32_t i = 0; i < ladder->count; i++) {
		dry_json_open_object(json, NULL);
		dry_json_seconds(json, "time_s", ladder->step[i].ms);
		dry_json_bool(json, "safe", ladder->step[i].safe);
		json_measured(json, report, ladder->step[i].metric);
		dry_json_close_object(json);
	}
	dry_json_close_array(json);
	dry_json_close_object(json);
}

void dry_wave_json(const struct dry_wave_report *report, struct dry_page *page)
{
	struct dry_json json;

	dry_json_init(&json, page);
	dry_json_open_object(&json, NULL);
	dry_json_text(&json, "schema", "dryscale.after-wave/1");
	dry_json_text(&json, "scenario", report->scenario);
	dry_json_integer(&json, "replications", report->replications);
	dry_json_number(&json, "tolerance", report->tolerance);
	dry_json_open_object(&json, "present");
	json_measured(&json, report, report->present);
	dry_json_close_object(&json);
	dry_json_open_array(&json, "settings");
	for (uint32_t i = 0; i < report->ladder_count; i++)
		json_ladder(&json, report, &report->ladder[i]);
	dry_json_close_array(&json);
	dry_json_open_object(&json, "together");
	dry_json_bool(&json, "safe", report->together_safe);
	json_measured(&json, report, report->together);
	dry_json_close_object(&json);
	dry_json_close_object(&json);
}

void dry_wave_params(const struct dry_wave_report *report, struct dry_page *page)
{
	char text[40];

	for (uint32_t i = 0; i < report->ladder_count; i++) {
		const struct dry_wave_ladder *ladder = &report->ladder[i];

		if (ladder->earliest < 0)
			continue;
		dry_json_quote(page, ladder->path, strlen(ladder->path));
		dry_page_printf(page, ": %s\n", duration(ladder->step[ladder->earliest].ms, text));
	}
	if (!has_choice(report))
		dry_page_add(page, "{}\n");
}
