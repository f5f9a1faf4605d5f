#include "svg.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

void svg_number(struct dry_page *page, double value)
{
	char text[32];
	size_t length;

	if (!isfinite(value))
		value = 0;
	snprintf(text, sizeof(text), "%.2f", value);
	length = strlen(text);
	while (text[length - 1] == '0')
		text[--length] = '\0';
	if (text[length - 1] == '.')
		text[--length] = '\0';
	dry_page_add(page, strcmp(text, "-0") ? text : "0");
}

void svg_escape(struct dry_page *page, const char *text)
{
	size_t length = strlen(text);

	for (size_t i = 0; i < length;) {
		uint32_t code = 0;
		size_t taken = dry_utf8_decode(text + i, length - i, &code);

		if (!taken || code < 0x20 || (code >= 0x7f && code < 0xa0) || code == 0xfffe || code == 0xffff)
			dry_page_add(page, code == '\n' || code == '\t' ? " " : "\xef\xbf\xbd");
		else if (code == '<')
			dry_page_add(page, "&lt;");
		else if (code == '>')
			dry_page_add(page, "&gt;");
		else if (code == '&')
			dry_page_add(page, "&amp;");
		else if (code == '"')
			dry_page_add(page, "&quot;");
		else
			dry_page_add_span(page, text + i, taken);
		i += taken ? taken : 1;
	}
}

static void attribute(struct dry_page *page, const char *name, double value)
{
	dry_page_printf(page, " %s=\"", name);
	svg_number(page, value);
	dry_page_add_char(page, '"');
}

static void end(struct dry_page *page, const char *style)
{
	if (style)
		dry_page_printf(page, " %s", style);
	dry_page_add(page, "/>\n");
}

void svg_open(struct dry_page *page, double width, double height, const char *title)
{
	dry_page_add(page, "<svg xmlns=\"http://www.w3.org/2000/svg\"");
	attribute(page, "width", width);
	attribute(page, "height", height);
	dry_page_add(page, " viewBox=\"0 0 ");
	svg_number(page, width);
	dry_page_add_char(page, ' ');
	svg_number(page, height);
	dry_page_add(page, "\" font-family=\"system-ui, sans-serif\" font-size=\"12\" role=\"img\">\n<title>");
	svg_escape(page, title);
	dry_page_add(page, "</title>\n");
	svg_rect(page, 0, 0, width, height, "fill=\"#fff\"");
}

void svg_close(struct dry_page *page)
{
	dry_page_add(page, "</svg>\n");
}

void svg_group(struct dry_page *page, double x, double y)
{
	dry_page_add(page, "<g transform=\"translate(");
	svg_number(page, x);
	dry_page_add_char(page, ' ');
	svg_number(page, y);
	dry_page_add(page, ")\">\n");
}

void svg_end_group(struct dry_page *page)
{
	dry_page_add(page, "</g>\n");
}

void svg_line(struct dry_page *page, double x1, double y1, double x2, double y2, const char *style)
{
	dry_page_add(page, "<line");
	attribute(page, "x1", x1);
	attribute(page, "y1", y1);
	attribute(page, "x2", x2);
	attribute(page, "y2", y2);
	end(page, style);
}

void svg_rect(struct dry_page *page, double x, double y, double width, double height, const char *style)
{
	dry_page_add(page, "<rect");
	attribute(page, "x", x);
	attribute(page, "y", y);
	attribute(page, "width", width);
	attribute(page, "height", height);
	end(page, style);
}

void svg_circle(struct dry_page *page, double x, double y, double radius, const char *style, const char *title)
{
	dry_page_add(page, "<circle");
	attribute(page, "cx", x);
	attribute(page, "cy", y);
	attribute(page, "r", radius);
	if (!title) {
		end(page, style);
		return;
	}
	dry_page_printf(page, " %s><title>", style ? style : "");
	svg_escape(page, title);
	dry_page_add(page, "</title></circle>\n");
}

void svg_text(struct dry_page *page, double x, double y, const char *anchor, const char *style, const char *text)
{
	dry_page_add(page, "<text");
	attribute(page, "x", x);
	attribute(page, "y", y);
	if (strcmp(anchor, "start"))
		dry_page_printf(page, " text-anchor=\"%s\"", anchor);
	if (style)
		dry_page_printf(page, " %s", style);
	dry_page_add_char(page, '>');
	svg_escape(page, text);
	dry_page_add(page, "</text>\n");
}
