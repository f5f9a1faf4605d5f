/*
 * All keys of all screens as one table: what a key does, what the footer and
 * the help say about it, and "dryscale help keys" come from the same row. A key
 * stands for one idea, whatever the screen.
 */
#ifndef DRY_TUI_KEYS_H
#define DRY_TUI_KEYS_H

#include <stddef.h>
#include <stdint.h>

#include "report/page.h"

/* Keys that are no character. Above every Unicode number. */
enum dry_key_code {
	DRY_KEY_NONE = 0,
	DRY_KEY_TAB = '\t',
	DRY_KEY_ENTER = '\n',
	DRY_KEY_ESC = 0x1b,
	DRY_KEY_BACKSPACE = 0x7f,
	DRY_KEY_UP = 0x200000,
	DRY_KEY_DOWN,
	DRY_KEY_LEFT,
	DRY_KEY_RIGHT,
	DRY_KEY_PAGE_UP,
	DRY_KEY_PAGE_DOWN,
	DRY_KEY_HOME,
	DRY_KEY_END,
	DRY_KEY_DELETE,
	DRY_KEY_BACKTAB,
	DRY_KEY_F1,
	DRY_KEY_MOUSE,                  /* a click: terminal.h says where */
	DRY_KEY_RESIZE
};

#define DRY_CTRL(letter) ((letter) & 0x1f)

enum dry_view_id {
	DRY_VIEW_SWEEP,
	DRY_VIEW_PARETO,
	DRY_VIEW_COMPARE,
	DRY_VIEW_TIMELINE,
	DRY_VIEW_EXPLAIN,
	DRY_VIEW_EXPORT,
	DRY_VIEW_COUNT
};

/* Where a row of the table is in force: views, and what lies over them. */
enum {
	DRY_ON_SWEEP = 1u << DRY_VIEW_SWEEP,
	DRY_ON_PARETO = 1u << DRY_VIEW_PARETO,
	DRY_ON_COMPARE = 1u << DRY_VIEW_COMPARE,
	DRY_ON_TIMELINE = 1u << DRY_VIEW_TIMELINE,
	DRY_ON_EXPLAIN = 1u << DRY_VIEW_EXPLAIN,
	DRY_ON_EXPORT = 1u << DRY_VIEW_EXPORT,
	DRY_ON_VIEWS = (1u << DRY_VIEW_COUNT) - 1,
	DRY_ON_EMPTY = 1u << 6,         /* nothing is loaded */
	DRY_ON_TROUBLE = 1u << 7,       /* the input is wrong */
	DRY_ON_LOADING = 1u << 8,
	DRY_ON_FORM = 1u << 9,          /* what if */
	DRY_ON_HELP = 1u << 10
};

enum dry_action {
	DRY_ACT_NONE,
	DRY_ACT_SCREEN,                 /* the digit says which */
	DRY_ACT_SCREEN_NEXT,
	DRY_ACT_SCREEN_PREVIOUS,
	DRY_ACT_HELP,
	DRY_ACT_BACK,
	DRY_ACT_CANCEL,
	DRY_ACT_OPEN,
	DRY_ACT_FILTER,
	DRY_ACT_ZOOM_IN,
	DRY_ACT_ZOOM_OUT,
	DRY_ACT_ZOOM_ALL,
	DRY_ACT_GLYPHS,
	DRY_ACT_MOUSE,
	DRY_ACT_FIRST,
	DRY_ACT_LAST,
	DRY_ACT_READ_AGAIN,
	DRY_ACT_REDRAW,
	DRY_ACT_RUN,
	DRY_ACT_PAUSE,
	DRY_ACT_STOP,
	DRY_ACT_FAILED,
	DRY_ACT_LEFT,
	DRY_ACT_RIGHT,
	DRY_ACT_UP,
	DRY_ACT_DOWN,
	DRY_ACT_PAGE_UP,
	DRY_ACT_PAGE_DOWN,
	DRY_ACT_SELECT,
	DRY_ACT_LESS,
	DRY_ACT_ORDER,
	DRY_ACT_COMPARE,
	DRY_ACT_ENTER,
	DRY_ACT_EVENT_NEXT,
	DRY_ACT_EVENT_PREVIOUS,
	DRY_ACT_WORST,
	DRY_ACT_WHY_NOT,
	DRY_ACT_WHAT_IF,
	DRY_ACT_PICK_A,
	DRY_ACT_PICK_B,
	DRY_ACT_WRITE,
	DRY_ACT_REPLACE,
	DRY_ACT_COPY,
	DRY_ACT_COMMENTS,
	DRY_ACT_COUNT
};

struct dry_key_row {
	uint32_t where;
	const char *keys;               /* as people read them: "←→  j k" */
	struct {
		int code;
		enum dry_action action;
	} press[8];
	const char *idea;               /* the same for a key on all screens */
	const char *help;               /* what it does here */
	const char *foot;               /* in the footer; NULL = not there */
	const char *foot_wide;          /* in a wide footer; NULL = as foot; "" = not there */
};

extern const struct dry_key_row dry_key_table[];
extern const size_t dry_key_row_count;

/* What a key does somewhere; *row (may be NULL) gets its row. DRY_ACT_NONE = nothing. */
enum dry_action dry_key_action(uint32_t where, int code, const struct dry_key_row **row);

/* The footer's entries that fit `width` columns, two blanks apart, "?" at the end. */
void dry_keys_footer(uint32_t where, int width, struct dry_page *page);

/*
 * The next key of a --keys text: characters, \n \t \e \b \\ and names such as
 * <Left> <PgDn> <F1> <S-Tab> <C-r>. DRY_KEY_NONE at the end; *text moves on.
 */
int dry_keys_read(const char **text);

#endif
