/* Shapes of SVG onto a page: text stays text, numbers have at most two decimals, nothing refers outside. */
#ifndef DRY_REPORT_SVG_H
#define DRY_REPORT_SVG_H

#include "report/page.h"

/* style: further attributes, written as they are; NULL = none. */
void svg_open(struct dry_page *page, double width, double height, const char *title);
void svg_close(struct dry_page *page);
void svg_group(struct dry_page *page, double x, double y);
void svg_end_group(struct dry_page *page);
void svg_line(struct dry_page *page, double x1, double y1, double x2, double y2, const char *style);
void svg_rect(struct dry_page *page, double x, double y, double width, double height, const char *style);
void svg_circle(struct dry_page *page, double x, double y, double radius, const char *style, const char *title);
/* anchor: "start", "middle" or "end". */
void svg_text(struct dry_page *page, double x, double y, const char *anchor, const char *style, const char *text);
void svg_number(struct dry_page *page, double value);

/* Text for XML and HTML: markup and control characters harmless. */
void svg_escape(struct dry_page *page, const char *text);

#endif
