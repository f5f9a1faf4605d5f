#include "report/sweep_picture.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "picture.h"
#include "report/run_report.h"
#include "report/table.h"
#include "svg.h"

enum dry_metric_id picture_objective(const struct dry_sweep_picture *picture, uint32_t which)
{
	if (which < picture->result->objective_count)
		return picture->result->objective[which];
	return which ? DRY_METRIC_P95_WAIT : DRY_METRIC_COST_DAY;
}

void picture_point_name(const struct dry_sweep_picture *picture, uint32_t which, char *text, size_t size)
{
	const struct dry_sweep_point *point = picture->point[which];

	if (point->index == UINT64_MAX)
		snprintf(text, size, "%s", picture->role[which]);
	else
		snprintf(text, size, "#%llu %s", (unsigned long long)point->index, picture->role[which]);
}

static void choose(struct dry_sweep_picture *picture, const struct dry_sweep_point *point, const char *role)
{
	for (uint32_t i = 0; i < picture->count; i++)
		if (picture->point[i]->index == point->index)
			return;
	if (picture->count == DRY_PICTURE_POINTS)
		return;
	picture->point[picture->count] = point;
	picture->role[picture->count++] = role;
}

void dry_sweep_picture_choose(const struct dry_sweep_result *result, struct dry_sweep_picture *picture)
{
	static const char *const best[] = { "first", "second" };

	*picture = (struct dry_sweep_picture){ .result = result };
	if (result->baseline.has_metrics)
		choose(picture, &result->baseline, "baseline");
	if (result->knee != DRY_NONE)
		choose(picture, &result->point[result->knee], "knee");
	for (uint32_t o = 0; o < 2 && result->front_count; o++) {
		enum dry_metric_id id = picture_objective(picture, o);
		const struct dry_sweep_point *found = &result->point[result->front[0]];

		for (uint32_t i = 1; i < result->front_count; i++) {
			const struct dry_sweep_point *point = &result->point[result->front[i]];

			if (dry_metric_objective(id, point->metric[id]) < dry_metric_objective(id, found->metric[id]))
				found = point;
		}
		choose(picture, found,
		       id == DRY_METRIC_COST_DAY   ? "cheapest"
		       : id == DRY_METRIC_P95_WAIT ? "fastest"
						   : best[o]);
	}
}

/* ---- what the numbers rest on */

static void add_lines(const struct dry_sweep_picture *picture, struct dry_page *page,
		      void (*line)(struct dry_page *, const char *))
{
	const struct dry_sweep_result *result = picture->result;
	char text[512];

	snprintf(
		text, sizeof(text),
		"Simulated, not measured: dryscale %s replayed the recorded pods against a model of the Cluster "
		"Autoscaler's rules.",
		result->version ? result->version : "?");
	line(page, text);
	snprintf(text, sizeof(text),
		 "seed %llu, %u replication%s a point; search: %s%s, %u of %llu settings%s",
		 (unsigned long long)result->seed, result->replications, result->replications == 1 ? "" : "s",
		 result->method ? result->method : "grid",
		 result->approximate ? " (approximate: a part of the grid)" : "", result->counts.total,
		 (unsigned long long)result->grid_count,
		 result->counts.pruned ? "; pruned ones are dominated whatever comes" : "");
	line(page, text);
	if (result->counts.failed || result->counts.pruned) {
		snprintf(text, sizeof(text), "%u failed, %u pruned", result->counts.failed, result->counts.pruned);
		line(page, text);
	}
	for (uint32_t s = 0; s < result->setting_count; s++) {
		snprintf(text, sizeof(text), "every point has %s = %s", result->setting[s].path,
			 result->setting[s].value);
		line(page, text);
	}
	if (result->never_scheduled_floor > 0) {
		snprintf(text, sizeof(text), "%g pods fit no node group under any setting",
			 result->never_scheduled_floor);
		line(page, text);
	}
	line(page, "\">=\" marks a lower bound: pods still waited at the end of the run.");
	snprintf(text, sizeof(text), "scenario sha256 %s", result->scenario_sha256);
	line(page, text);
	snprintf(text, sizeof(text), "traces and prices sha256 %s", result->trace_sha256);
	line(page, text);
}

static void svg_title(const struct dry_sweep_picture *picture, char *text, size_t size)
{
	snprintf(text, size, "dryscale: %s, %u settings",
		 picture->result->scenario ? picture->result->scenario : "a sweep",
		 picture->result->counts.total);
}

/* ---- SVG */


/* One byte a line: how many there are. */
static void count_line(struct dry_page *page, const char *text)
{
	(void)text;
	dry_page_add_char(page, '\n');
}

static void plain_line(struct dry_page *page, const char *text)
{
	dry_page_add(page, text);
	dry_page_add_char(page, '\n');
}

static void svg_assumptions(const struct dry_sweep_picture *picture, struct dry_page *page, double y)
{
	struct dry_page lines = { 0 };
	char *at;

	svg_text(page, 0, y + 16, "start", "font-size=\"15\" font-weight=\"600\"", "What the numbers rest on");
	add_lines(picture, &lines, plain_line);
	y += 38;
	for (at = lines.data; at && *at;) {
		char *end = strchr(at, '\n');

		*end = '\0';
		svg_text(page, 0, y, "start", NULL, at);
		y += 18;
		at = end + 1;
	}
	dry_page_release(&lines);
}

void dry_sweep_picture_svg(const struct dry_sweep_picture *picture, struct dry_page *page)
{
	struct dry_page lines = { 0 };
	double y = 20, height = 40 + picture_front_height() + picture_effects_height(picture);
	char title[256];

	add_lines(picture, &lines, count_line);
	height += 60 + 18.0 * (double)lines.length;
	dry_page_release(&lines);
	for (uint32_t i = 0; i < picture->count; i++)
		height += picture_times_height(picture, i);
	svg_title(picture, title, sizeof(title));
	svg_open(page, PICTURE_WIDTH + 40, height, title);
	svg_group(page, 20, y);
	y += picture_front(picture, page);
	svg_end_group(page);
	for (uint32_t i = 0; i < picture->count; i++) {
		if (!picture->recording[i])
			continue;
		svg_group(page, 20, y);
		y += picture_times(picture, i, page);
		svg_end_group(page);
	}
	svg_group(page, 20, y);
	y += picture_effects(picture, page);
	svg_end_group(page);
	svg_group(page, 20, 0);
	svg_assumptions(picture, page, y);
	svg_end_group(page);
	svg_close(page);
}

/* ---- tables, for HTML and Markdown */

static const enum dry_metric_id columns[] = { DRY_METRIC_P99_WAIT, DRY_METRIC_MAX_WAIT, DRY_METRIC_IDLE_RATIO,
					      DRY_METRIC_NEVER_SCHEDULED, DRY_METRIC_INTERRUPTIONS };

static void value_text(const struct dry_sweep_point *point, enum dry_metric_id id, char *text, size_t size)
{
	char value[32];

	if (!point->has_metrics)
		snprintf(text, size, "-");
	else
		snprintf(text, size, "%s%s", point->lower_bound[id] ? ">=" : "",
			 dry_metric_format(id, point->metric[id], value, sizeof(value)));
}

static void versus_text(const struct dry_sweep_result *result, const struct dry_sweep_point *point,
			enum dry_metric_id id, char *text, size_t size)
{
	double ratio = result->baseline.has_metrics && point->has_metrics
			       ? dry_sweep_vs_base(result, point, id)
			       : NAN;

	if (isnan(ratio))
		snprintf(text, size, "-");
	else
		snprintf(text, size, fabs(ratio) < 0.005 ? "0%%" : "%+.0f%%", 100 * ratio);
}

static void changes_text(const struct dry_sweep_result *result, const struct dry_sweep_point *point,
			 struct dry_page *text)
{
	struct dry_sweep_change change[64];
	uint32_t count = dry_sweep_point_changes(result, point, change, 64);

	dry_page_clear(text);
	for (uint32_t c = 0; c < count && c < 64; c++)
		dry_page_printf(text, "%s%s %s \u2192 %s", c ? ", " : "", change[c].path,
				change[c].from ? change[c].from : "?", change[c].to);
	if (count > 64)
		dry_page_printf(text, ", %u more", count - 64);
	if (!count)
		dry_page_add(text, "none");
}

static void table_head(const struct dry_sweep_picture *picture, struct dry_table *table)
{
	char text[64];

	dry_table_init(table, "rrrrrrrrrrl");
	dry_table_cell(table, "id");
	for (uint32_t o = 0; o < 2; o++)
		dry_table_cell(table, dry_metric_table[picture_objective(picture, o)].label);
	for (uint32_t o = 0; o < 2; o++) {
		snprintf(text, sizeof(text), "%s vs base", dry_metric_table[picture_objective(picture, o)].label);
		dry_table_cell(table, text);
	}
	for (size_t i = 0; i < sizeof(columns) / sizeof(columns[0]); i++)
		dry_table_cell(table, dry_metric_table[columns[i]].label);
	dry_table_cell(table, "changes from the baseline");
}

static void table_row(const struct dry_sweep_picture *picture, struct dry_table *table,
		      const struct dry_sweep_point *point, const char *name)
{
	struct dry_page changes = { 0 };
	char text[64];

	dry_table_cell(table, name);
	for (uint32_t o = 0; o < 2; o++) {
		value_text(point, picture_objective(picture, o), text, sizeof(text));
		dry_table_cell(table, text);
	}
	for (uint32_t o = 0; o < 2; o++) {
		versus_text(picture->result, point, picture_objective(picture, o), text, sizeof(text));
		dry_table_cell(table, text);
	}
	for (size_t i = 0; i < sizeof(columns) / sizeof(columns[0]); i++) {
		value_text(point, columns[i], text, sizeof(text));
		dry_table_cell(table, text);
	}
	changes_text(picture->result, point, &changes);
	dry_table_cell(table, dry_page_string(&changes));
	dry_page_release(&changes);
}

static void chosen_table(const struct dry_sweep_picture *picture, struct dry_table *table)
{
	char name[64];

	table_head(picture, table);
	for (uint32_t i = 0; i < picture->count; i++) {
		picture_point_name(picture, i, name, sizeof(name));
		table_row(picture, table, picture->point[i], name);
	}
}

static void front_table(const struct dry_sweep_picture *picture, struct dry_table *table)
{
	const struct dry_sweep_result *result = picture->result;
	char name[32];

	table_head(picture, table);
	for (uint32_t i = 0; i < result->front_count; i++) {
		const struct dry_sweep_point *point = &result->point[result->front[i]];

		snprintf(name, sizeof(name), "#%llu", (unsigned long long)point->index);
		table_row(picture, table, point, name);
	}
}

static void effects_table(const struct dry_sweep_picture *picture, struct dry_table *table)
{
	const struct dry_sweep_result *result = picture->result;
	char text[64];

	dry_table_init(table, "llrr");
	dry_table_cell(table, "parameter");
	dry_table_cell(table, "value");
	for (uint32_t o = 0; o < 2; o++) {
		snprintf(text, sizeof(text), "mean %s", dry_metric_table[picture_objective(picture, o)].label);
		dry_table_cell(table, text);
	}
	for (uint32_t p = 0; p < result->parameter_count; p++)
		for (uint32_t v = 0; v < result->parameter[p].value_count; v++) {
			dry_table_cell(table, v ? "" : result->parameter[p].path);
			dry_table_cell(table, result->parameter[p].value[v]);
			for (uint32_t o = 0; o < 2; o++) {
				enum dry_metric_id id = picture_objective(picture, o);
				dry_table_cell(table, dry_metric_format(id, picture_mean(result, p, v, id),
									text, sizeof(text)));
			}
		}
}

/* ---- HTML */

static const char style[] =
	"body{font-family:system-ui,sans-serif;max-width:1000px;margin:2em auto;padding:0 1em;"
	"color:#111;background:#fff}"
	"table{border-collapse:collapse;font-size:13px;margin:1em 0}"
	"th,td{border-bottom:1px solid #ddd;padding:3px 8px;text-align:right;vertical-align:top}"
	"th:first-child,td:first-child,th:last-child,td:last-child{text-align:left}"
	"svg{max-width:100%;height:auto}h1{font-size:22px}h2{font-size:17px;margin-top:2em}li{margin:.3em 0}"
	"code{font-size:12px;word-break:break-all}";

static void html_table(const struct dry_table *table, struct dry_page *page)
{
	dry_page_add(page, "<table>\n");
	for (size_t i = 0; i < table->cell_count; i++) {
		size_t column = i % table->column_count;
		const char *tag = i < table->column_count ? "th" : "td";

		if (!column)
			dry_page_add(page, "<tr>");
		dry_page_printf(page, "<%s>", tag);
		svg_escape(page, table->cell[i]);
		dry_page_printf(page, "</%s>", tag);
		if (column + 1 == table->column_count)
			dry_page_add(page, "</tr>\n");
	}
	dry_page_add(page, "</table>\n");
}

static void html_line(struct dry_page *page, const char *text)
{
	dry_page_add(page, "<li>");
	svg_escape(page, text);
	dry_page_add(page, "</li>\n");
}

static void html_svg(const struct dry_sweep_picture *picture, struct dry_page *page, const char *title, double height,
		     double (*draw)(const struct dry_sweep_picture *, struct dry_page *))
{
	svg_open(page, PICTURE_WIDTH, height, title);
	draw(picture, page);
	svg_close(page);
}

void dry_sweep_picture_html(const struct dry_sweep_picture *picture, struct dry_page *page)
{
	struct dry_table table;
	char title[256];
	bool has_times = false;

	svg_title(picture, title, sizeof(title));
	dry_page_add(page, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>");
	svg_escape(page, title);
	dry_page_printf(page, "</title>\n<style>%s</style>\n</head>\n<body>\n<h1>", style);
	svg_escape(page, title);
	dry_page_add(page, "</h1>\n");
	html_svg(picture, page, "the front", picture_front_height(), picture_front);
	dry_page_add(page, "<h2>Chosen points</h2>\n");
	chosen_table(picture, &table);
	html_table(&table, page);
	dry_table_release(&table);
	for (uint32_t i = 0; i < picture->count; i++) {
		if (!picture->recording[i])
			continue;
		has_times = true;
		picture_point_name(picture, i, title, sizeof(title));
		svg_open(page, PICTURE_WIDTH, picture_times_height(picture, i), title);
		picture_times(picture, i, page);
		svg_close(page);
	}
	if (!has_times)
		dry_page_add(page, "<p>No curves over time: the report was made without the scenario.</p>\n");
	html_svg(picture, page, "effects", picture_effects_height(picture), picture_effects);
	dry_page_add(page, "<h2>The front</h2>\n");
	front_table(picture, &table);
	html_table(&table, page);
	dry_table_release(&table);
	dry_page_add(page, "<h2>What the numbers rest on</h2>\n<ul>\n");
	add_lines(picture, page, html_line);
	dry_page_add(page, "</ul>\n</body>\n</html>\n");
}

/* ---- Markdown */

static void markdown_line(struct dry_page *page, const char *text)
{
	dry_page_add(page, "- ");
	dry_markdown_add(page, text);
	dry_page_add_char(page, '\n');
}

/* A series as a line of eighth blocks: what fits between text. */
static void spark(struct dry_page *page, const struct dry_series *series, int64_t end_ms)
{
	int64_t low, high, most = 0;

	dry_series_range(series, 0, end_ms, &low, &most);
	for (int i = 0; i < 72; i++) {
		int eighth;

		dry_series_range(series, end_ms * i / 72, end_ms * (i + 1) / 72, &low, &high);
		eighth = most && high ? (int)ceil(8.0 * (double)high / (double)most) : 0;
		if (eighth)
			dry_page_printf(page, "\xe2\x96%c", (char)(0x80 + eighth));
		else
			dry_page_add_char(page, ' ');
	}
	dry_page_printf(page, " max %lld\n", (long long)most);
}

static void markdown_times(const struct dry_sweep_picture *picture, uint32_t which, struct dry_page *page)
{
	const struct dry_recording *recording = picture->recording[which];
	char name[64], clock[32];

	picture_point_name(picture, which, name, sizeof(name));
	dry_page_printf(page, "\n%s, %s from start to end:\n\n```\n", name,
			dry_format_clock(recording->end_at_ms / 1000 * 1000, clock, sizeof(clock)));
	for (uint32_t g = 0; g < recording->group_count; g++) {
		dry_page_pad(page, recording->config->group[g].name, 16, false);
		dry_page_add_char(page, ' ');
		spark(page, &recording->group[g].ready, recording->end_at_ms);
	}
	dry_page_pad(page, "pending pods", 16, false);
	dry_page_add_char(page, ' ');
	spark(page, &recording->pending, recording->end_at_ms);
	dry_page_add(page, "```\n");
}

void dry_sweep_picture_markdown(const struct dry_sweep_picture *picture, struct dry_page *page)
{
	struct dry_table table;
	char title[256];

	svg_title(picture, title, sizeof(title));
	dry_page_add(page, "# ");
	dry_markdown_add(page, title);
	dry_page_printf(page, "\n\n%u of %u points are on the front of %s and %s.\n\n## Chosen points\n\n",
			picture->result->front_count, picture->result->counts.total,
			dry_metric_table[picture_objective(picture, 0)].label,
			dry_metric_table[picture_objective(picture, 1)].label);
	chosen_table(picture, &table);
	dry_table_markdown(&table, page);
	dry_table_release(&table);
	for (uint32_t i = 0; i < picture->count; i++)
		if (picture->recording[i])
			markdown_times(picture, i, page);
	dry_page_add(page, "\n## The front\n\n");
	front_table(picture, &table);
	dry_table_markdown(&table, page);
	dry_table_release(&table);
	dry_page_add(page, "\n## What each parameter moves\n\n");
	effects_table(picture, &table);
	dry_table_markdown(&table, page);
	dry_table_release(&table);
	dry_page_add(page, "\n## What the numbers rest on\n\n");
	add_lines(picture, page, markdown_line);
}
