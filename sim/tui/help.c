/* The help overlay, and "dryscale help keys": both from the key table. */
#include <stdio.h>
#include <string.h>

#include "views.h"

/* Rows of everywhere are told apart from those of one screen. */
static bool is_common(const struct dry_key_row *row)
{
	return (row->where & DRY_ON_VIEWS) == DRY_ON_VIEWS;
}

struct help_line {
	const char *keys;               /* NULL = a heading or plain text */
	const char *text;
};

#define LINES_MAX 64

static bool matches(const struct dry_key_row *row, const char *search)
{
	return !*search || strcasestr(row->keys, search) || strcasestr(row->help, search) ||
	       strcasestr(row->idea, search);
}

static int add_rows(struct help_line *line, int count, uint32_t where, bool common, const char *heading,
		    const char *search)
{
	int head = count;

	for (size_t i = 0; i < dry_key_row_count && count < LINES_MAX - 1; i++) {
		const struct dry_key_row *row = &dry_key_table[i];

		if (!(row->where & where) || is_common(row) != common || !matches(row, search))
			continue;
		if (count == head)
			line[count++] = (struct help_line){ NULL, heading };
		line[count++] = (struct help_line){ row->keys, row->help };
	}
	return count;
}

static const char *title_of(const struct dry_app *app)
{
	switch (app->help_where) {
	case DRY_ON_EMPTY:
		return "to begin";
	case DRY_ON_TROUBLE:
		return "wrong input";
	case DRY_ON_LOADING:
		return "reading";
	case DRY_ON_FORM:
		return "what if";
	default:
		return dry_views[app->view].title;
	}
}

static const struct help_line marks[] = {
	{ NULL, "MARKS" },
	{ "\u25c6", "point on the front" },
	{ "\u2802", "dominated point" },
	{ "B", "baseline" },
	{ "K", "knee of the front" },
	{ "A", "first selection" },
	{ "x", "failed or infeasible" },
	{ "+", "asked for with i" },
	{ NULL, "" },
	{ NULL, "COLOUR IS NEVER THE ONLY SIGN" },
	{ NULL, "  set NO_COLOR=1 or --color never" },
	{ NULL, "" },
	{ NULL, "COMMAND LINE FOR THIS SCREEN" },
};

static const char *const shell[DRY_VIEW_COUNT][2] = {
	[DRY_VIEW_SWEEP] = { "dryscale sweep -o RESULT SCENARIO", NULL },
	[DRY_VIEW_PARETO] = { "dryscale sweep SCENARIO", "dryscale recommend --list RESULT" },
	[DRY_VIEW_COMPARE] = { "dryscale check --baseline FILE -t RULE SCENARIO", NULL },
	[DRY_VIEW_TIMELINE] = { "dryscale run --timeline FILE SCENARIO", NULL },
	[DRY_VIEW_EXPLAIN] = { "dryscale explain --at TIME SCENARIO", NULL },
	[DRY_VIEW_EXPORT] = { "dryscale recommend --patch helm RESULT", NULL },
};

static void draw_marks(struct dry_app *app, const struct dry_pane *box, int col)
{
	int row = 0, count = (int)(sizeof(marks) / sizeof(marks[0]));

	for (; row < count; row++) {
		int at = col;

		if (marks[row].keys) {
			dry_pane_text(box, row, col + 2, DRY_ROLE_TITLE, marks[row].keys);
			at = col + 4;
		}
		dry_pane_text(box, row, at, DRY_ROLE_PLAIN, marks[row].text);
	}
	for (int i = 0; i < 2 && shell[app->view][i]; i++)
		dry_pane_text(box, row++, col + 2, DRY_ROLE_PLAIN, shell[app->view][i]);
}

static void draw_lines(const struct dry_pane *pane, const struct help_line *line, int count, int keys)
{
	for (int row = 0; row < count; row++) {
		if (!line[row].keys) {
			dry_pane_text(pane, row, 1, DRY_ROLE_TITLE, line[row].text);
			continue;
		}
		dry_pane_text(pane, row, 3, DRY_ROLE_PLAIN, line[row].keys);
		dry_pane_text(pane, row, 4 + keys, DRY_ROLE_PLAIN, line[row].text);
	}
}

void dry_help_draw(struct dry_app *app, const struct dry_pane *body)
{
	struct help_line line[2 * LINES_MAX];
	bool is_wide = body->cols >= 110, is_one;
	int common = add_rows(line, 0, app->help_where, true, "EVERYWHERE", app->help_search);
	int count = add_rows(line, common, app->help_where, false, "THIS SCREEN", app->help_search);
	int width = is_wide ? 100 : body->cols >= 76 ? 72 : body->cols, rows;
	struct dry_pane box, part;
	char title[64];

	if (!count)
		line[count++] = (struct help_line){ NULL, "nothing matches" };
	is_one = count + 3 <= body->rows;
	if (!is_one && !is_wide)
		width = body->cols;
	rows = is_one ? count : common > count - common ? common : count - common;
	rows = is_wide && rows < 17 ? 17 : rows;
	rows = rows + 3 > body->rows ? body->rows : rows + 3;
	box = dry_pane_part(body, 0, (body->cols - width) / 2, rows, width);
	dry_pane_blank(&box);
	snprintf(title, sizeof(title), "Help: %s", title_of(app));
	box = dry_pane_box(&box, 0, 0, box.rows, box.cols, title);
	if (is_one || is_wide) {
		part = dry_pane_part(&box, 0, 0, box.rows - 1, is_wide ? 60 : box.cols);
		draw_lines(&part, line, count, 11);
	} else {                        /* two columns rather than rows that are cut */
		part = dry_pane_part(&box, 0, 0, box.rows - 1, box.cols * 46 / 78);
		draw_lines(&part, line + common, count - common, 9);
		part = dry_pane_part(&box, 0, box.cols * 46 / 78, box.rows - 1, box.cols);
		draw_lines(&part, line, common, 9);
	}
	if (is_wide)
		draw_marks(app, &box, 62);
	dry_pane_text(&box, box.rows - 1, 1, DRY_ROLE_DIM, "any key closes");
}

/* ---- help keys */

static const struct {
	uint32_t where;
	const char *title;
} sections[] = {
	{ DRY_ON_SWEEP, "Sweep" },       { DRY_ON_PARETO, "Pareto" },       { DRY_ON_COMPARE, "Compare" },
	{ DRY_ON_TIMELINE, "Timeline" }, { DRY_ON_EXPLAIN, "Explain" },     { DRY_ON_EXPORT, "Export" },
	{ DRY_ON_FORM, "What if" },      { DRY_ON_EMPTY, "Nothing loaded" }, { DRY_ON_TROUBLE, "Wrong input" },
	{ DRY_ON_LOADING, "Reading" },
};

static void add_key_row(struct dry_page *page, const struct dry_key_row *row, bool markdown)
{
	if (markdown) {
		dry_page_printf(page, "| `%s` | %s | %s |\n", row->keys, row->help, row->idea);
		return;
	}
	dry_page_add(page, "  ");
	dry_page_pad(page, row->keys, 12, false);
	dry_page_printf(page, "%s\n", row->help);
}

static void add_section(struct dry_page *page, uint32_t where, bool common, const char *title, bool markdown)
{
	bool any = false;

	for (size_t i = 0; i < dry_key_row_count; i++) {
		const struct dry_key_row *row = &dry_key_table[i];

		if (!(row->where & where) || is_common(row) != common)
			continue;
		if (!any && markdown)
			dry_page_printf(page, "%s### %s\n\n| keys | what they do | idea |\n| --- | --- | --- |\n",
					page->length ? "\n" : "", title);
		else if (!any)
			dry_page_printf(page, "%s%s\n", page->length ? "\n" : "", title);
		any = true;
		add_key_row(page, row, markdown);
	}
}

void dry_tui_keys_page(struct dry_page *page, bool markdown)
{
	add_section(page, DRY_ON_VIEWS, true, "Everywhere", markdown);
	for (size_t i = 0; i < sizeof(sections) / sizeof(sections[0]); i++)
		add_section(page, sections[i].where, false, sections[i].title, markdown);
}
