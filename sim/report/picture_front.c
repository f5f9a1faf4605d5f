/* The front: cost against wait, every point, what is chosen by letter. */
#include <math.h>
#include <stdio.h>

#include "picture.h"
#include "svg.h"

#define LEFT 80.0
#define TOP 46.0
#define PLOT_WIDTH 840.0
#define PLOT_HEIGHT 340.0
#define TICKS_MOST 100

struct frame {
	enum dry_metric_id x, y;
	double x_low, x_high, y_low, y_high;
};

double picture_front_height(void)
{
	return TOP + PLOT_HEIGHT + 64;
}

double picture_step(double range, int count)
{
	double rough = range / count, power, rest;

	if (!(rough > 0))
		return 1;
	power = pow(10, floor(log10(rough)));
	rest = rough / power;
	return (rest <= 1 ? 1 : rest <= 2 ? 2 : rest <= 5 ? 5 : 10) * power;
}

static bool is_drawn(const struct frame *frame, const struct dry_sweep_point *point)
{
	return point->has_metrics && !isnan(point->metric[frame->x]) && !isnan(point->metric[frame->y]);
}

static void take_in(struct frame *frame, const struct dry_sweep_point *point)
{
	double x = point->metric[frame->x], y = point->metric[frame->y];

	if (!is_drawn(frame, point))
		return;
	frame->x_low = isnan(frame->x_low) || x < frame->x_low ? x : frame->x_low;
	frame->x_high = isnan(frame->x_high) || x > frame->x_high ? x : frame->x_high;
	frame->y_low = isnan(frame->y_low) || y < frame->y_low ? y : frame->y_low;
	frame->y_high = isnan(frame->y_high) || y > frame->y_high ? y : frame->y_high;
}

static void round_out(double *low, double *high)
{
	double step;

	if (!(*high > *low)) {
		*low -= fabs(*low) / 10 + 0.5;
		*high += fabs(*high) / 10 + 0.5;
	}
	step = picture_step(*high - *low, 10);
	*low = floor(*low / step) * step;
	*high = ceil(*high / step) * step;
}

static void find_frame(const struct dry_sweep_picture *picture, struct frame *frame)
{
	const struct dry_sweep_result *result = picture->result;

	*frame = (struct frame){ picture_objective(picture, 0), picture_objective(picture, 1), NAN, NAN, NAN, NAN };
	for (uint32_t i = 0; i < result->point_count; i++)
		take_in(frame, &result->point[i]);
	if (result->baseline.has_metrics)
		take_in(frame, &result->baseline);
	if (isnan(frame->x_low))
		frame->x_low = frame->y_low = frame->x_high = frame->y_high = 0;
	round_out(&frame->x_low, &frame->x_high);
	round_out(&frame->y_low, &frame->y_high);
}

static double place_x(const struct frame *frame, double value)
{
	return LEFT + PLOT_WIDTH * (value - frame->x_low) / (frame->x_high - frame->x_low);
}

static double place_y(const struct frame *frame, double value)
{
	return TOP + PLOT_HEIGHT * (1 - (value - frame->y_low) / (frame->y_high - frame->y_low));
}

/* The i-th multiple of the step from `low` on; NaN behind `high`. One that rounding swallows would never get there. */
static double tick(double low, double high, double step, int i)
{
	double at = ceil(low / step - 1e-9) * step + i * step;

	return i < TICKS_MOST && at <= high + step * 1e-6 ? at : NAN;
}

static void draw_axes(const struct frame *frame, struct dry_page *page)
{
	double x_step = picture_step(frame->x_high - frame->x_low, 7),
	       y_step = picture_step(frame->y_high - frame->y_low, 6);
	char text[64];

	for (int i = 0; !isnan(tick(frame->x_low, frame->x_high, x_step, i)); i++) {
		double x = tick(frame->x_low, frame->x_high, x_step, i), at = place_x(frame, x);

		svg_line(page, at, TOP, at, TOP + PLOT_HEIGHT, "stroke=\"#e4e4e4\"");
		svg_text(page, at, TOP + PLOT_HEIGHT + 18, "middle", NULL,
			 dry_metric_format(frame->x, x, text, sizeof(text)));
	}
	for (int i = 0; !isnan(tick(frame->y_low, frame->y_high, y_step, i)); i++) {
		double y = tick(frame->y_low, frame->y_high, y_step, i), at = place_y(frame, y);

		svg_line(page, LEFT, at, LEFT + PLOT_WIDTH, at, "stroke=\"#e4e4e4\"");
		svg_text(page, LEFT - 8, at + 4, "end", NULL, dry_metric_format(frame->y, y, text, sizeof(text)));
	}
	svg_rect(page, LEFT, TOP, PLOT_WIDTH, PLOT_HEIGHT, "fill=\"none\" stroke=\"#555\"");
	snprintf(text, sizeof(text), "%s \u2192", dry_metric_table[frame->x].label);
	svg_text(page, LEFT + PLOT_WIDTH, TOP + PLOT_HEIGHT + 36, "end", "font-weight=\"600\"", text);
	snprintf(text, sizeof(text), "%s \u2191", dry_metric_table[frame->y].label);
	svg_text(page, LEFT, TOP - 8, "end", "font-weight=\"600\"", text);
}

static void point_title(const struct frame *frame, const struct dry_sweep_point *point, char *text, size_t size)
{
	char x[32], y[32];

	snprintf(text, size, "#%llu: %s, %s", (unsigned long long)point->index,
		 dry_metric_format(frame->x, point->metric[frame->x], x, sizeof(x)),
		 dry_metric_format(frame->y, point->metric[frame->y], y, sizeof(y)));
}

static void draw_points(const struct dry_sweep_picture *picture, const struct frame *frame, struct dry_page *page)
{
	const struct dry_sweep_result *result = picture->result;
	char text[128];

	for (uint32_t i = 0; i < result->point_count; i++) {
		const struct dry_sweep_point *point = &result->point[i];
		double x = place_x(frame, point->metric[frame->x]), y = place_y(frame, point->metric[frame->y]);

		if (!is_drawn(frame, point) || dry_sweep_point_on_front(point))
			continue;
		if (point->state == DRY_POINT_FAILED)
			svg_text(page, x, y + 4, "middle", "fill=\"#d55e00\"", "\u00d7");
		else
			svg_circle(page, x, y, 2, "fill=\"#9a9a9a\"", NULL);
	}
	dry_page_add(page, "<polyline fill=\"none\" stroke=\"#0072b2\" stroke-width=\"1.5\" points=\"");
	for (uint32_t i = 0; i < result->front_count; i++) {
		const struct dry_sweep_point *point = &result->point[result->front[i]];

		svg_number(page, place_x(frame, point->metric[frame->x]));
		dry_page_add_char(page, ',');
		svg_number(page, place_y(frame, point->metric[frame->y]));
		dry_page_add(page, i + 1 < result->front_count ? " " : "");
	}
	dry_page_add(page, "\"/>\n");
	for (uint32_t i = 0; i < result->front_count; i++) {
		const struct dry_sweep_point *point = &result->point[result->front[i]];

		point_title(frame, point, text, sizeof(text));
		svg_circle(page, place_x(frame, point->metric[frame->x]), place_y(frame, point->metric[frame->y]), 4,
			   "fill=\"#0072b2\" stroke=\"#fff\"", text);
	}
}

static void draw_chosen(const struct dry_sweep_picture *picture, const struct frame *frame, struct dry_page *page)
{
	char text[64];

	for (uint32_t i = 0; i < picture->count; i++) {
		const struct dry_sweep_point *point = picture->point[i];
		double x, y;

		if (!is_drawn(frame, point))
			continue;
		x = place_x(frame, point->metric[frame->x]);
		y = place_y(frame, point->metric[frame->y]);
		svg_circle(page, x, y, 8, "fill=\"none\" stroke=\"#d55e00\" stroke-width=\"2\"", NULL);
		picture_point_name(picture, i, text, sizeof(text));
		svg_text(page, x > LEFT + PLOT_WIDTH - 90 ? x - 12 : x + 12, y - 8 < TOP + 8 ? y + 18 : y - 8,
			 x > LEFT + PLOT_WIDTH - 90 ? "end" : "start", "font-weight=\"600\"", text);
	}
}

double picture_front(const struct dry_sweep_picture *picture, struct dry_page *page)
{
	struct frame frame;
	char text[256];

	find_frame(picture, &frame);
	snprintf(text, sizeof(text), "%s against %s: %u of %u points on the front; lower left is best",
		 dry_metric_table[frame.y].label, dry_metric_table[frame.x].label, picture->result->front_count,
		 picture->result->counts.total);
	svg_text(page, 0, 16, "start", "font-size=\"15\" font-weight=\"600\"", text);
	draw_axes(&frame, page);
	draw_points(picture, &frame, page);
	draw_chosen(picture, &frame, page);
	svg_text(page, LEFT, TOP + PLOT_HEIGHT + 54, "start", "fill=\"#555\"",
		 "\u25cf front   \u2022 dominated   \u00d7 failed   \u25cb chosen; a point's title names it");
	return picture_front_height();
}
