/*
 * The cell grid that every screen draws into: one character and one role a
 * cell. A terminal (terminal.h) or plain text (dry_screen_text) shows it.
 * Drawing never fails: what is outside the grid is cut. Views draw the fullest
 * signs; the grid puts simpler ones where the glyph set asks for it, so no view
 * knows about locales. Every cell is one column wide: characters that are not,
 * and those a terminal would obey, become "?".
 */
#ifndef DRY_TUI_SCREEN_H
#define DRY_TUI_SCREEN_H

#include <stdbool.h>
#include <stdint.h>
#include <wchar.h>

#include "report/page.h"

/* What a cell is, not how it looks: terminal.h has the colours. */
enum dry_role {
	DRY_ROLE_PLAIN,
	DRY_ROLE_DIM,
	DRY_ROLE_TITLE,                 /* headings */
	DRY_ROLE_TAB,                   /* the current tab, the current format */
	DRY_ROLE_CURSOR,
	DRY_ROLE_FRONT,
	DRY_ROLE_DOMINATED,
	DRY_ROLE_BASE,                  /* the baseline, A */
	DRY_ROLE_KNEE,                  /* the knee, B */
	DRY_ROLE_BETTER,
	DRY_ROLE_WORSE,
	DRY_ROLE_PASS,
	DRY_ROLE_WARN,
	DRY_ROLE_FAIL,
	DRY_ROLE_GROUP1,                /* node groups: ordinal modulo 4 */
	DRY_ROLE_GROUP2,
	DRY_ROLE_GROUP3,
	DRY_ROLE_GROUP4,
	DRY_ROLE_COUNT
};

/* One letter a role, for --roles. */
extern const char dry_role_letters[DRY_ROLE_COUNT + 1];

enum dry_glyphs { DRY_GLYPHS_BRAILLE, DRY_GLYPHS_BLOCK, DRY_GLYPHS_ASCII, DRY_GLYPHS_COUNT };

/* False when a character of the fuller sets is not one column wide in this locale. */
bool dry_glyphs_fit_locale(void);

struct dry_cell {
	wchar_t ch;
	uint8_t role;
};

struct dry_screen {
	int cols, rows;
	enum dry_glyphs glyphs;
	struct dry_cell *cell;          /* owned; rows * cols */
	size_t capacity;
};

/* A rectangle of the screen; drawing through it stays inside. */
struct dry_pane {
	struct dry_screen *screen;
	int top, left, rows, cols;
};

void dry_screen_resize(struct dry_screen *screen, int cols, int rows);  /* and clear */
void dry_screen_clear(struct dry_screen *screen);
void dry_screen_release(struct dry_screen *screen);

/* The grid as lines without blanks at their end; a role letter a cell, blank = plain. */
void dry_screen_text(const struct dry_screen *screen, struct dry_page *page);
void dry_screen_roles(const struct dry_screen *screen, struct dry_page *page);

struct dry_pane dry_pane_all(struct dry_screen *screen);
struct dry_pane dry_pane_part(const struct dry_pane *pane, int top, int left, int rows, int cols);
void dry_pane_blank(const struct dry_pane *pane);

/* Frame around a part of the pane with a title in its upper edge; the inside is returned. */
struct dry_pane dry_pane_box(const struct dry_pane *pane, int top, int left, int rows, int cols,
			     const char *title);

void dry_pane_char(const struct dry_pane *pane, int row, int col, enum dry_role role, wchar_t ch);
void dry_pane_role(const struct dry_pane *pane, int row, int col, int cols, enum dry_role role);
/* Text (UTF-8) from col on; returns the column behind it. */
int dry_pane_text(const struct dry_pane *pane, int row, int col, enum dry_role role, const char *text);
int dry_pane_printf(const struct dry_pane *pane, int row, int col, enum dry_role role,
		    const char *format, ...) __attribute__((format(printf, 5, 6)));
/* At most `width` columns. */
int dry_pane_cut(const struct dry_pane *pane, int row, int col, int width, enum dry_role role,
		 const char *text);
/* Ends before column `end`. */
void dry_pane_right(const struct dry_pane *pane, int row, int end, enum dry_role role,
		    const char *text);
void dry_pane_rightf(const struct dry_pane *pane, int row, int end, enum dry_role role,
		     const char *format, ...) __attribute__((format(printf, 5, 6)));
/* A bar of eighths standing on `bottom`, `rows` high, filled to 0..1. */
void dry_pane_bar(const struct dry_pane *pane, int bottom, int col, int rows, double fill,
		  enum dry_role role);

/* Columns of a text when drawn. */
int dry_columns(const char *text);

#endif
