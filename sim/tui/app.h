/*
 * The state of the screens and what views share. A view is a file with two
 * functions and a row in dry_views: draw() puts it on the grid, act() obeys an
 * action. Neither blocks.
 */
#ifndef DRY_TUI_APP_H
#define DRY_TUI_APP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "keys.h"
#include "screen.h"
#include "session.h"
#include "tui/tui.h"

#define DRY_MIN_COLS 60
#define DRY_MIN_ROWS 16

struct dry_app;
struct dry_terminal;

enum dry_overlay { DRY_OVERLAY_NONE, DRY_OVERLAY_HELP, DRY_OVERLAY_FORM };

/* One line of text asked for in the message line. */
struct dry_prompt {
	const char *label;              /* NULL = nothing is asked */
	char text[512];
	size_t length;
	void (*done)(struct dry_app *app, const char *text);
	void (*changed)(struct dry_app *app, const char *text);        /* at each key; may be NULL */
	void (*cancelled)(struct dry_app *app);                         /* may be NULL */
};

/* A question of yes or no; Enter is no. */
struct dry_question {
	const char *text;               /* NULL = none */
	void (*yes)(struct dry_app *app);
};

/* What part of the plane of two objectives is shown. */
struct dry_window {
	bool all;                       /* every point, else front and baseline */
	bool is_set;                    /* the box below, by zooming */
	double x_low, x_high, y_low, y_high;
};

struct dry_pareto_state {
	struct dry_window window;
	bool hides_dominated;
	uint32_t sort;                  /* objective that orders the front */
	char filter[256];
	uint8_t *match;                 /* a byte a point; owned */
	size_t match_capacity;
	uint32_t match_count;
	uint32_t match_revision;
	uint32_t *order;                /* positions of the front in order, those that match; owned */
	size_t order_capacity;
	uint32_t order_count;
};

struct dry_compare_state {
	bool only_differences;
	int scroll, scroll_max;
};

struct dry_time_state {
	int64_t at_ms;                  /* the time cursor of Timeline and Explain */
	int64_t from_ms, to_ms;         /* what is shown; to <= from: all */
	int64_t column_ms;              /* of the last drawing */
	uint32_t group_first;           /* many groups: the first that is shown */
	char group_filter[128];
	bool shows_a;                   /* else B, or the point of the cursor */
	uint64_t of_index;              /* the point the cursor was set for */
};

struct dry_explain_state {
	uint32_t moment;                /* index of the event under the cursor */
	char filter[128];
	bool moved;                     /* moment was chosen here, the time cursor follows it */
	uint32_t why_not;               /* which refused group is told at length */
};

struct dry_export_state {
	uint32_t format;
	bool without_comments;
	int scroll, scroll_max;
	struct dry_page patch;          /* as it would be written */
	char file[512];                 /* where w would write it */
	char over[512];                 /* what W was asked to replace */
};

struct dry_form;

struct dry_app {
	const struct dry_tui_options *options;
	struct dry_screen screen;
	struct dry_terminal *terminal;  /* NULL = snapshot */
	struct dry_session session;
	bool quits;
	bool mouse;

	enum dry_view_id view;
	enum dry_view_id trail[16];     /* where q goes back to */
	uint32_t trail_count;
	bool has_moved;                 /* the user chose a screen */
	enum dry_overlay overlay;
	uint32_t help_where;            /* what the help is about */
	char help_search[64];
	struct dry_prompt prompt;
	struct dry_question question;
	char message[512];              /* until the next key */
	enum dry_role message_role;
	int trouble_row;                /* complaint shown first */

	uint64_t cursor;                /* index of the point; UINT64_MAX - 1 = none yet */
	bool has_a, has_b;
	uint64_t a, b;                  /* indices of points */
	struct dry_pareto_state pareto;
	struct dry_compare_state compare;
	struct dry_time_state time;
	struct dry_explain_state explain;
	struct dry_export_state export;
	struct dry_form *form;          /* what if; NULL until first opened */
	uint64_t watched;               /* point asked for: the cursor goes there when it is done */
	bool watches;
};

#define DRY_NO_POINT (UINT64_MAX - 1)

struct dry_view {
	const char *name;               /* word of --screen */
	const char *title;              /* of the tab */
	void (*draw)(struct dry_app *app, const struct dry_pane *body);
	/* False: not an action of this view. */
	bool (*act)(struct dry_app *app, enum dry_action action);
	/* What stands in line 1; NULL = the state of the sweep. */
	void (*heading)(struct dry_app *app, struct dry_page *page);
	/* The message line when there is nothing else to say; may be NULL. */
	void (*remark)(struct dry_app *app, struct dry_page *page);
};

extern const struct dry_view dry_views[DRY_VIEW_COUNT];

/* app.c: moving between screens, messages, prompts */
void dry_app_init(struct dry_app *app, const struct dry_tui_options *options);
void dry_app_release(struct dry_app *app);
void dry_app_open_files(struct dry_app *app);
void dry_app_press(struct dry_app *app, int code);
/* Takes what is new; true when the screen has to be drawn again. */
bool dry_app_poll(struct dry_app *app);
/* frame.c */
void dry_app_draw(struct dry_app *app);
bool dry_app_is_too_small(const struct dry_app *app);
void dry_app_go(struct dry_app *app, enum dry_view_id view);
void dry_app_say(struct dry_app *app, enum dry_role role, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* The newest complaint as a message; releases err. */
void dry_app_say_error(struct dry_app *app, struct dry_error *err);
void dry_app_ask(struct dry_app *app, const char *label, const char *text,
		 void (*done)(struct dry_app *app, const char *text));
void dry_app_question(struct dry_app *app, const char *text, void (*yes)(struct dry_app *app));
/* Where the keys go: views, states, overlays. */
uint32_t dry_app_where(const struct dry_app *app);
int64_t dry_app_now_ms(void);

#endif
