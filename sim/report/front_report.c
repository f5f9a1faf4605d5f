#include "report/front_report.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "report/table.h"
#include "sweep/noise.h"

#define ROWS_FOR_NOISE 400u             /* all pairs are compared */
#define CHANGES_MOST 32
#define FAILED_SHOWN 3

/* The columns: objectives, then what else people ask for first. */
static uint32_t choose_columns(const struct dry_sweep_result *result, enum dry_metric_id *column)
{
	static const enum dry_metric_id more[] = { DRY_METRIC_COST_DAY, DRY_METRIC_P95_WAIT, DRY_METRIC_P99_WAIT,
						   DRY_METRIC_IDLE_RATIO };
	uint32_t count = 0;

	for (uint32_t k = 0; k < result->objective_count && count < 6; k++)
		column[count++] = result->objective[k];
	for (size_t i = 0; i < sizeof(more) / sizeof(more[0]); i++) {
		bool there = false;

		for (uint32_t c = 0; c < count; c++)
			there |= column[c] == more[i];
		if (!there && count < 8)
			column[count++] = more[i];
	}
	return count;
}

/*
 * "scale-down-unneeded-time" -> "unneeded-time", "nodeGroups.spot.maxSize" -> "spot.maxSize": as
 * short as it stays clear.
 */
static const char *short_path(const char *path)
{
	if (!strncmp(path, "nodeGroups.", 11))
		return path + 11;
	if (!strncmp(path, "scale-down-", 11))
		return path + 11;
	return path;
}

static void add_changes(const struct dry_sweep_result *result, const struct dry_sweep_point *point,
			struct dry_page *page)
{
	struct dry_sweep_change change[CHANGES_MOST];
	uint32_t all = dry_sweep_point_changes(result, point, change, CHANGES_MOST);
	uint32_t count = all < CHANGES_MOST ? all : CHANGES_MOST;

	for (uint32_t i = 0; i < count; i++)
		dry_page_printf(page, "%s%s %s", i ? ", " : "", short_path(change[i].path), change[i].to);
	if (all > count)
		dry_page_printf(page, ", %u more", all - count);
	if (!all)
		dry_page_add(page, "none");
}

/* "+40%" of the baseline; points of percent for shares. */
static void add_vs_base(const struct dry_sweep_result *result, const struct dry_sweep_point *point,
			enum dry_metric_id id, struct dry_table *table)
{
	double change = dry_sweep_vs_base(result, point, id);

	if (isnan(change))
		dry_table_cell(table, "-");
	else if (fabs(change) >= 99.995)
		dry_table_cellf(table, "x%.0f", change + 1);
	else
		dry_table_cellf(table, "%+.0f%%", 100 * change + 0.0);
}

static void add_value(const struct dry_sweep_point *point, enum dry_metric_id id, struct dry_table *table)
{
	char value[48];

	dry_metric_format(id, point->metric[id], value, sizeof(value));
	if (point->interval && !isnan(point->interval[id].low)) {
		char half[48];

		dry_metric_format(id, (point->interval[id].high - point->interval[id].low) / 2, half, sizeof(half));
		dry_table_cellf(table, "%s%s +-%s", point->lower_bound[id] ? ">=" : "", value, half);
		return;
	}
	dry_table_cellf(table, "%s%s", point->lower_bound[id] ? ">=" : "", value);
}

static void add_row(const struct dry_sweep_result *result, const struct dry_sweep_point *point, const char *mark,
		    const enum dry_metric_id *column, uint32_t columns, struct dry_table *table)
{
	struct dry_page changes = { 0 };

	dry_table_cell(table, mark);
	if (point == &result->baseline && point->index == UINT64_MAX)
		dry_table_cell(table, "base");
	else
		dry_table_cellf(table, "%" PRIu64, point->index);
	for (uint32_t c = 0; c < columns; c++)
		add_value(point, column[c], table);
	for (uint32_t k = 0; k < 2 && k < result->objective_count; k++)
		add_vs_base(result, point, result->objective[k], table);
	add_changes(result, point, &changes);
	dry_table_cell(table, point == &result->baseline ? "" : dry_page_string(&changes));
	dry_page_release(&changes);
}

static void begin_table(const struct dry_sweep_result *result, const enum dry_metric_id *column, uint32_t columns,
			struct dry_table *table)
{
	char align[DRY_TABLE_COLUMNS + 1] = "lr";
	uint32_t versus = result->objective_count < 2 ? result->objective_count : 2, n = 2;

	while (n < 2 + columns + versus)
		align[n++] = 'r';
	align[n++] = 'l';
	align[n] = '\0';
	dry_table_init(table, align);
	dry_table_cell(table, "");
	dry_table_cell(table, "id");
	for (uint32_t c = 0; c < columns; c++)
		dry_table_cell(table, dry_metric_table[column[c]].label);
	for (uint32_t k = 0; k < versus; k++)
		dry_table_cell(table, k ? "" : "vs base");
	dry_table_cell(table, "changes from base");
}

/* Rows in the order of the front; with a limit, evenly spread, ends and knee always there. */
static bool is_shown(const struct dry_front_report *report, uint32_t i)
{
	const struct dry_sweep_result *result = report->result;
	uint32_t count = result->front_count, rows = report->rows;

	if (!rows || count <= rows || result->front[i] == result->knee || i + 1 == count)
		return true;
	return rows > 1 && (uint64_t)i * (rows - 1) / (count - 1) != ((uint64_t)i - 1) * (rows - 1) / (count - 1);
}

static uint32_t fill_table(const struct dry_front_report *report, struct dry_table *table)
{
	const struct dry_sweep_result *result = report->result;
	enum dry_metric_id column[8];
	uint32_t columns = choose_columns(result, column), shown = 0;

	begin_table(result, column, columns, table);
	for (uint32_t i = 0; i < result->front_count; i++) {
		if (i && !is_shown(report, i))
			continue;
		add_row(result, &result->point[result->front[i]], result->front[i] == result->knee ? "k" : "", column,
			columns, table);
		shown++;
	}
	if (result->baseline.has_metrics)
		add_row(result, &result->baseline, "b", column, columns, table);
	return shown;
}

static void add_objectives(const struct dry_sweep_result *result, struct dry_page *page)
{
	bool lower = true, higher = true;

	dry_page_add(page, "objectives: ");
	for (uint32_t k = 0; k < result->objective_count; k++) {
		const struct dry_metric *metric = &dry_metric_table[result->objective[k]];

		dry_page_printf(page, "%s%s", k ? ", " : "", metric->name);
		lower &= metric->direction == DRY_LOWER_IS_BETTER;
		higher &= metric->direction == DRY_HIGHER_IS_BETTER;
	}
	dry_page_add(page, lower ? " (lower is better)" : higher ? " (higher is better)" : " (each in its direction)");
}

static void add_head(const struct dry_sweep_result *result, struct dry_page *page)
{
	dry_page_printf(page, "   %u point%s   front %u", result->counts.total, result->counts.total == 1 ? "" : "s",
			result->front_count);
	if (result->counts.failed)
		dry_page_printf(page, "   failed %u", result->counts.failed);
	if (result->counts.pruned)
		dry_page_printf(page, "   spared %u", result->counts.pruned);
	if (result->counts.pending)
		dry_page_printf(page, "   missing %u", result->counts.pending);
	dry_page_add(page, "   ");
	add_objectives(result, page);
}

/* What is not told by the rows: approximations, chance, points given up. */
static void add_notes(const struct dry_sweep_result *result, struct dry_page *page, const char *start)
{
	if (result->approximate && !strcmp(result->method, "racing"))
		dry_page_printf(page, "%sapproximate: racing dropped settings at a level of 5 %%\n", start);
	else if (result->approximate)
		dry_page_printf(page, "%sapproximate: %s looked at %u of %" PRIu64 " points of the grid\n", start,
				result->method, result->counts.total - result->counts.extra, result->grid_count);
	if (result->counts.pruned && strcmp(result->method, "racing"))
		dry_page_printf(page,
				"%s%u run%s spared: dominated whatever came; --exhaustive runs all, the front is the "
				"same\n",
				start, result->counts.pruned, result->counts.pruned == 1 ? "" : "s");
}

static uint32_t common_replications(const struct dry_sweep_result *result)
{
	uint32_t fewest = UINT32_MAX;

	for (uint32_t i = 0; i < result->point_count; i++)
		if (result->point[i].state == DRY_POINT_DONE && result->point[i].sample &&
		    result->point[i].replications < fewest)
			fewest = result->point[i].replications;
	return fewest == UINT32_MAX ? 0 : fewest;
}

/* Of noisy settings: which surely are on the front, which may be. */
static void add_noise(const struct dry_sweep_result *result, struct dry_page *page, const char *start)
{
	uint32_t n = common_replications(result), settings = result->counts.done, m = result->objective_count;
	uint32_t count = 0, may = 0, surely = 0;
	double *value;
	bool *possible;

	if (n < 2 || settings < 2 || settings > ROWS_FOR_NOISE)
		return;
	value = dry_xcalloc((size_t)settings * n * m, sizeof(*value));
	possible = dry_xcalloc(2 * (size_t)settings, sizeof(*possible));
	for (uint32_t i = 0; i < result->point_count; i++) {
		const struct dry_sweep_point *point = &result->point[i];

		if (point->state != DRY_POINT_DONE)
			continue;
		for (uint32_t r = 0; r < n; r++)
			for (uint32_t k = 0; k < m; k++) {
				enum dry_metric_id id = result->objective[k];
				double v = point->sample ? point->sample[(size_t)r * DRY_METRIC_COUNT + id] :
							   point->metric[id];

				value[((size_t)count * n + r) * m + k] =
					dry_metric_table[id].direction == DRY_HIGHER_IS_BETTER ? -v : v;
			}
		count++;
	}
	dry_noisy_fronts(&(struct dry_samples){ value, count, n, m }, 0.05, possible, possible + settings);
	for (uint32_t i = 0; i < count; i++) {
		may += possible[i];
		surely += possible[settings + i];
	}
	dry_page_printf(page,
			"%smeans of %u replications, +- half of the 95 %% interval: %u settings are surely on the "
			"front, "
			"%u may be\n", start, result->replications, surely, may);
	free(value);
	free(possible);
}

static void add_failed(const struct dry_sweep_result *result, struct dry_page *page)
{
	uint32_t shown = 0;

	if (!result->counts.failed)
		return;
	dry_page_printf(page, "  %u failed: ", result->counts.failed);
	for (uint32_t i = 0; i < result->point_count && shown < FAILED_SHOWN; i++) {
		const struct dry_sweep_point *point = &result->point[i];

		if (point->state != DRY_POINT_FAILED)
			continue;
		dry_page_printf(page, "%s#%" PRIu64 " (", shown++ ? ", " : "", point->index);
		dry_page_add_visible(page, point->reason ? point->reason : "",
				     strlen(point->reason ? point->reason : ""));
		dry_page_add(page, ")");
	}
	dry_page_add(page, shown < result->counts.failed ? ", ...\n" : "\n");
}

static void add_baseline_note(const struct dry_sweep_result *result, struct dry_page *page, const char *start)
{
	dry_page_add(page, start);
	if (result->knee != DRY_NONE)
		dry_page_add(page, "k = knee; ");
	if (result->baseline.index == UINT64_MAX)
		dry_page_add(page, "b = baseline");
	else
		dry_page_printf(page, "b = baseline (#%" PRIu64 ")", result->baseline.index);
}

void dry_front_report_table(const struct dry_front_report *report, struct dry_page *page)
{
	const struct dry_sweep_result *result = report->result;
	struct dry_table table;
	uint32_t shown;

	if (report->colour)
		dry_page_add(page, "\x1b[1m");
	dry_page_add_visible(page, result->scenario, strlen(result->scenario));
	if (report->colour)
		dry_page_add(page, "\x1b[0m");
	add_head(result, page);
	dry_page_add(page, "\n\n");
	shown = fill_table(report, &table);
	dry_table_draw(&table, page, 1);
	dry_table_release(&table);
	add_baseline_note(result, page, "  ");
	if (shown < result->front_count) {
		dry_page_printf(page, "; %u more: -f csv", result->front_count - shown);
		if (report->result_path) {
			dry_page_add(page, ", or dryscale tui ");
			dry_page_add_visible(page, report->result_path, strlen(report->result_path));
		}
	}
	dry_page_add(page, "\n");
	add_failed(result, page);
	add_noise(result, page, "  ");
	add_notes(result, page, "  ");
}

void dry_front_report_markdown(const struct dry_front_report *report, struct dry_page *page)
{
	const struct dry_sweep_result *result = report->result;
	struct dry_table table;

	dry_page_add(page, "### ");
	dry_markdown_add(page, result->scenario);
	dry_page_add(page, ": front\n\n");
	add_head(result, page);
	dry_page_add(page, "\n\n");
	fill_table(report, &table);
	dry_table_markdown(&table, page);
	dry_table_release(&table);
	add_baseline_note(result, page, "\n");
	dry_page_add(page, "\n");
	if (result->counts.failed)
		dry_page_add(page, "\n");
	add_failed(result, page);
	add_noise(result, page, "\n");
	add_notes(result, page, "\n");
}

/* --- sensitivity --- */

static void fill_sensitivity(const struct dry_sweep_result *result, const char *const *scale, uint32_t count,
			     struct dry_table *table)
{
	char align[DRY_TABLE_COLUMNS + 1] = "r";
	uint32_t scales = count < 5 ? count : 5, objectives = result->objective_count < 2 ? result->objective_count : 2;
	uint32_t n = 1;

	while (n < 1 + scales * (objectives + 1))
		align[n++] = 'r';
	align[n++] = 'l';
	align[n] = '\0';
	dry_table_init(table, align);
	dry_table_cell(table, "id");
	for (uint32_t s = 0; s < scales; s++) {
		for (uint32_t k = 0; k < objectives; k++)
			dry_table_cellf(table, "%s x%s", dry_metric_table[result->objective[k]].label, scale[s]);
		dry_table_cell(table, "front");
	}
	dry_table_cell(table, "changes from base");
	for (uint32_t i = 0; i < result->front_count; i++) {
		const struct dry_sweep_point *point = &result->point[result->front[i]];
		struct dry_page changes = { 0 };

		dry_table_cellf(table, "%" PRIu64, point->index);
		for (uint32_t s = 0; s < scales; s++) {
			const struct dry_sweep_point *same = dry_sweep_result_find(&result[s], point->index);

			for (uint32_t k = 0; k < objectives; k++)
				if (same && same->has_metrics)
					add_value(same, result->objective[k], table);
				else
					dry_table_cell(table, "-");
			dry_table_cell(table, same && same->rank == 1 ? "yes" : "no");
		}
		add_changes(result, point, &changes);
		dry_table_cell(table, dry_page_string(&changes));
		dry_page_release(&changes);
	}
}

void dry_sensitivity_report(const struct dry_sweep_result *result, const char *const *scale, uint32_t count,
			    bool markdown, struct dry_page *page)
{
	struct dry_table table;

	fill_sensitivity(result, scale, count, &table);
	dry_page_printf(page, "\n%ssensitivity: the front of hazard scale %s under other scales\n\n",
			markdown ? "#### " : "", scale[0]);
	dry_table_finish(&table, page, markdown, 1);
}
