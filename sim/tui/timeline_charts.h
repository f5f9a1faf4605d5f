/* The charts of Timeline: which there are, how high each is, and how they are drawn over one clock. */
#ifndef DRY_TUI_TIMELINE_CHARTS_H
#define DRY_TUI_TIMELINE_CHARTS_H

#include <stddef.h>
#include <stdint.h>

#include "views.h"

#define TIMELINE_LABEL 11               /* columns left of the axis */
#define TIMELINE_VALUE 15               /* columns right of the charts */

enum row_kind { ROW_GROUP, ROW_PENDING, ROW_PRICE, ROW_SPEND, ROW_ADDED, ROW_REMOVED, ROW_RECLAIMS };

struct chart {
	enum row_kind kind;
	uint32_t group;                 /* of ROW_GROUP, ROW_PRICE */
	int rows;
};

#define CHARTS 24

struct view {
	struct dry_app *app;
	const struct dry_recording *recording;
	const struct dry_pane *body;
	int width;                      /* columns of a chart */
	int64_t from_ms, to_ms, at_ms;
	struct chart chart[CHARTS];
	uint32_t count;
};

/* Groups that grow more get more rows. */
void timeline_lay_out(struct view *view);
void timeline_draw_chart(const struct view *view, const struct chart *chart, const struct dry_pane *pane);
void timeline_draw_axis(const struct view *view, int row);
/* A time as exact as a column of so many ms can show it. Returns text. */
const char *timeline_clock(int64_t ms, int64_t column_ms, char *text, size_t size);

#endif
