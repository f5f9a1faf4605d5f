/* A chosen point over time, and what each parameter moves. */
#include <math.h>
#include <stdio.h>

#include "picture.h"
#include "report/run_report.h"
#include "svg.h"

#define LEFT 150.0
#define CHART_WIDTH 690.0
#define CHART_HEIGHT 44.0
#define GAP 8.0
#define COLUMNS 230
#define GROUPS 6u

static const char *const group_fill[] = { "#56b4e9", "#e69f00", "#009e73", "#cc79a7" };

static uint32_t charts_of(const struct dry_recording *recording)
{
	return (recording->group_count < GROUPS ? recording->group_count : GROUPS) + 2;
}

double picture_times_height(const struct dry_sweep_picture *picture, uint32_t which)
{
	const struct dry_recording *recording = picture->recording[which];

	return recording ? 30 + charts_of(recording) * (CHART_HEIGHT + GAP) + 26 : 0;
}

/* An area: the highest value of each column, so that no peak is lost. */
static void draw_area(struct dry_page *page, const struct dry_series *series, int64_t end_ms, double y,
		      const char *fill, const char *name, const char *format, double divisor)
{
	int64_t low, high, most = 0;
	char text[64];

	dry_series_range(series, 0, end_ms, &low, &most);
	svg_text(page, LEFT - 10, y + 14, "end", NULL, name);
	snprintf(text, sizeof(text), format, (double)most / divisor);
	svg_text(page, LEFT + CHART_WIDTH + 8, y + 12, "start", "fill=\"#555\"", text);
	svg_line(page, LEFT, y + CHART_HEIGHT, LEFT + CHART_WIDTH, y + CHART_HEIGHT, "stroke=\"#999\"");
	dry_page_printf(page, "<path fill=\"%s\" d=\"M", fill);
	svg_number(page, LEFT);
	dry_page_add_char(page, ' ');
	svg_number(page, y + CHART_HEIGHT);
	for (int i = 0; i < COLUMNS; i++) {
		dry_series_range(series, end_ms * i / COLUMNS, end_ms * (i + 1) / COLUMNS, &low, &high);
		dry_page_add(page, " V");
		svg_number(page, y + CHART_HEIGHT * (1 - (most ? (double)high / (double)most : 0)));
		dry_page_add(page, " H");
		svg_number(page, LEFT + CHART_WIDTH * (i + 1) / COLUMNS);
	}
	dry_page_add(page, " V");
	svg_number(page, y + CHART_HEIGHT);
	dry_page_add(page, " Z\"/>\n");
}

static void draw_clock(struct dry_page *page, int64_t end_ms, double y)
{
	char text[32];

	for (int i = 0; i <= 4; i++) {
		double x = LEFT + CHART_WIDTH * i / 4;

		svg_line(page, x, y - 4, x, y, "stroke=\"#999\"");
		svg_text(page, x, y + 14,
			 i == 4 ? "end"
			 : i    ? "middle"
				: "start",
			 "fill=\"#555\"",
			 i == 4 && end_ms == 86400000
				 ? "24:00"
				 : dry_format_clock(end_ms / 4 * i / 60000 * 60000, text, sizeof(text)));
	}
}

double picture_times(const struct dry_sweep_picture *picture, uint32_t which, struct dry_page *page)
{
	const struct dry_recording *recording = picture->recording[which];
	double y = 30;
	char text[256], name[64];

	if (!recording)
		return 0;
	picture_point_name(picture, which, name, sizeof(name));
	snprintf(text, sizeof(text), "%s over time: nodes ready, pods pending, spend", name);
	svg_text(page, 0, 16, "start", "font-size=\"15\" font-weight=\"600\"", text);
	for (uint32_t g = 0; g < recording->group_count && g < GROUPS; g++) {
		draw_area(page, &recording->group[g].ready, recording->end_at_ms, y, group_fill[g % 4],
			  recording->config->group[g].name, "max %.0f", 1);
		y += CHART_HEIGHT + GAP;
	}
	draw_area(page, &recording->pending, recording->end_at_ms, y, "#d55e00", "pending pods", "max %.0f", 1);
	y += CHART_HEIGHT + GAP;
	draw_area(page, &recording->spend, recording->end_at_ms, y, "#777", "spend", "$%.2f", 1e9);
	y += CHART_HEIGHT + GAP;
	draw_clock(page, recording->end_at_ms, y);
	return picture_times_height(picture, which);
}

/* ---- effects */

double picture_mean(const struct dry_sweep_result *result, uint32_t parameter, uint32_t value,
		    enum dry_metric_id metric)
{
	double sum = 0;
	uint32_t count = 0;

	for (uint32_t i = 0; i < result->point_count; i++) {
		const struct dry_sweep_point *point = &result->point[i];

		if (!point->value_index || point->value_index[parameter] != value || point->state != DRY_POINT_DONE ||
		    !point->has_metrics || isnan(point->metric[metric]))
			continue;
		sum += point->metric[metric];
		count++;
	}
	return count ? sum / count : NAN;
}

double picture_effects_height(const struct dry_sweep_picture *picture)
{
	double height = 30;

	for (uint32_t p = 0; p < picture->result->parameter_count; p++)
		height += 22 + 18.0 * picture->result->parameter[p].value_count;
	return height + 10;
}

static void draw_values(const struct dry_sweep_result *result, uint32_t p, const enum dry_metric_id *metric,
			const double *most, double y, struct dry_page *page)
{
	static const char *const fill[2] = { "fill=\"#56b4e9\"", "fill=\"#e69f00\"" };
	char text[64];

	for (uint32_t v = 0; v < result->parameter[p].value_count; v++) {
		svg_text(page, LEFT - 10, y + 12, "end", NULL, result->parameter[p].value[v]);
		for (int o = 0; o < 2; o++) {
			double mean = picture_mean(result, p, v, metric[o]), x = LEFT + o * 400;

			if (isnan(mean)) {
				svg_text(page, x + 4, y + 12, "start", "fill=\"#555\"", "no finished point");
				continue;
			}
			svg_rect(page, x, y, most[o] > 0 ? 300 * fmax(mean, 0) / most[o] : 0, 14, fill[o]);
			svg_text(page, x + (most[o] > 0 ? 300 * fmax(mean, 0) / most[o] : 0) + 6, y + 12,
				 "start", NULL, dry_metric_format(metric[o], mean, text, sizeof(text)));
		}
		y += 18;
	}
}

double picture_effects(const struct dry_sweep_picture *picture, struct dry_page *page)
{
	const struct dry_sweep_result *result = picture->result;
	const enum dry_metric_id metric[2] = { picture_objective(picture, 0), picture_objective(picture, 1) };
	double most[2] = { 0, 0 }, y = 30;
	char text[256];

	for (uint32_t p = 0; p < result->parameter_count; p++)
		for (uint32_t v = 0; v < result->parameter[p].value_count; v++)
			for (int o = 0; o < 2; o++) {
				double mean = picture_mean(result, p, v, metric[o]);
				most[o] = !isnan(mean) && mean > most[o] ? mean : most[o];
			}
	snprintf(text, sizeof(text), "What each parameter moves: mean %s and %s of the finished points with a value",
		 dry_metric_table[metric[0]].label, dry_metric_table[metric[1]].label);
	svg_text(page, 0, 16, "start", "font-size=\"15\" font-weight=\"600\"", text);
	for (uint32_t p = 0; p < result->parameter_count; p++) {
		svg_text(page, 0, y + 12, "start", "font-weight=\"600\"", result->parameter[p].path);
		draw_values(result, p, metric, most, y + 22, page);
		y += 22 + 18.0 * result->parameter[p].value_count;
	}
	return picture_effects_height(picture);
}
