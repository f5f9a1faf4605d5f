/* Moving between screens, the lines around every view, prompts and questions. */
#include "views.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "terminal.h"

const struct dry_view dry_views[DRY_VIEW_COUNT] = {
	[DRY_VIEW_SWEEP] = { "sweep", "Sweep", dry_sweep_view_draw, dry_sweep_view_act, NULL,
			     dry_sweep_view_remark },
	[DRY_VIEW_PARETO] = { "pareto", "Pareto", dry_pareto_view_draw, dry_pareto_view_act, NULL,
			      dry_pareto_view_remark },
	[DRY_VIEW_COMPARE] = { "compare", "Compare", dry_compare_view_draw, dry_compare_view_act,
			       dry_compare_view_heading, dry_compare_view_remark },
	[DRY_VIEW_TIMELINE] = { "timeline", "Timeline", dry_timeline_view_draw, dry_timeline_view_act,
				dry_timeline_view_heading, dry_timeline_view_remark },
	[DRY_VIEW_EXPLAIN] = { "explain", "Explain", dry_explain_view_draw, dry_explain_view_act,
			       dry_explain_view_heading, dry_explain_view_remark },
	[DRY_VIEW_EXPORT] = { "export", "Export", dry_export_view_draw, dry_export_view_act,
			      dry_export_view_heading, dry_export_view_remark },
};

int64_t dry_app_now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* In a snapshot no time passes: two of them are alike. */
static int64_t still(void)
{
	return 0;
}

static enum dry_glyphs choose_glyphs(const struct dry_tui_options *options)
{
	const char *word = options->glyphs;

	if (!options->utf8 || !dry_glyphs_fit_locale() || (word && !strcmp(word, "ascii")))
		return DRY_GLYPHS_ASCII;
	return word && !strcmp(word, "block") ? DRY_GLYPHS_BLOCK : DRY_GLYPHS_BRAILLE;
}

void dry_app_init(struct dry_app *app, const struct dry_tui_options *options)
{
	memset(app, 0, sizeof(*app));
	app->options = options;
	app->mouse = options->mouse;
	app->cursor = DRY_NO_POINT;
	app->screen.glyphs = choose_glyphs(options);
	app->session.waits = options->snapshot != NULL;
	app->session.now_ms = options->snapshot ? still : dry_app_now_ms;
	app->session.jobs = options->jobs ? options->jobs : 1;
	app->session.has_seed = options->has_seed;
	app->session.seed = options->seed;
	app->session.journal_path = options->resume;
	dry_session_init(&app->session);
}

void dry_app_release(struct dry_app *app)
{
	dry_form_release(app);
	dry_session_release(&app->session);
	dry_screen_release(&app->screen);
	dry_page_release(&app->export.patch);
	free(app->pareto.match);
	free(app->pareto.order);
}

static bool has_nothing(const struct dry_app *app)
{
	return !app->session.input && !app->session.has_result;
}

void dry_app_open_files(struct dry_app *app)
{
	const char *screen = app->options->screen;

	for (uint32_t i = 0; i < app->options->file_count; i++)
		dry_session_open(&app->session, app->options->file[i]);
	if (screen && !strcmp(screen, "help")) {
		app->overlay = DRY_OVERLAY_HELP;
		app->view = app->session.has_result ? DRY_VIEW_PARETO : DRY_VIEW_SWEEP;
		app->help_where = dry_app_where(app) & ~(uint32_t)DRY_ON_HELP;
		return;
	}
	for (int v = 0; screen && v < DRY_VIEW_COUNT; v++)
		if (!strcmp(dry_views[v].name, screen))
			app->view = (enum dry_view_id)v;
	if (!screen && app->session.has_result)
		app->view = DRY_VIEW_PARETO;
}

uint32_t dry_app_where(const struct dry_app *app)
{
	if (app->overlay == DRY_OVERLAY_HELP)
		return DRY_ON_HELP;
	if (app->overlay == DRY_OVERLAY_FORM)
		return DRY_ON_FORM;
	if (app->session.load && has_nothing(app))
		return DRY_ON_LOADING;
	if (app->session.in_trouble)
		return DRY_ON_TROUBLE;
	if (has_nothing(app))
		return DRY_ON_EMPTY;
	return 1u << app->view;
}

void dry_app_say(struct dry_app *app, enum dry_role role, const char *format, ...)
{
	va_list list;

	va_start(list, format);
	vsnprintf(app->message, sizeof(app->message), format, list);
	va_end(list);
	app->message_role = role;
}

void dry_app_say_error(struct dry_app *app, struct dry_error *err)
{
	const struct dry_complaint *complaint = err->count ? &err->complaint[0] : NULL;

	if (complaint)
		dry_app_say(app, DRY_ROLE_FAIL, "%s%s%s", complaint->text, complaint->fix ? "; " : "",
			    complaint->fix ? complaint->fix : "");
	dry_error_release(err);
}

void dry_app_ask(struct dry_app *app, const char *label, const char *text,
		 void (*done)(struct dry_app *app, const char *text))
{
	memset(&app->prompt, 0, sizeof(app->prompt));
	app->prompt.label = label;
	app->prompt.done = done;
	snprintf(app->prompt.text, sizeof(app->prompt.text), "%s", text ? text : "");
	app->prompt.length = strlen(app->prompt.text);
}

void dry_app_question(struct dry_app *app, const char *text, void (*yes)(struct dry_app *app))
{
	app->question.text = text;
	app->question.yes = yes;
}

void dry_app_go(struct dry_app *app, enum dry_view_id view)
{
	app->has_moved = true;
	if (view == app->view)
		return;
	if (app->trail_count == sizeof(app->trail) / sizeof(app->trail[0])) {
		memmove(app->trail, app->trail + 1, sizeof(app->trail) - sizeof(app->trail[0]));
		app->trail_count--;
	}
	app->trail[app->trail_count++] = app->view;
	app->view = view;
}

/* A tab is a place of its own: q leaves from there. What leads deeper comes back. */
static void go_to_tab(struct dry_app *app, enum dry_view_id view)
{
	app->has_moved = true;
	app->trail_count = 0;
	app->view = view;
}

/* ---- keys */

static void quit(struct dry_app *app)
{
	app->quits = true;
}

static void back(struct dry_app *app)
{
	if (app->overlay != DRY_OVERLAY_NONE)
		app->overlay = DRY_OVERLAY_NONE;
	else if (app->trail_count && !has_nothing(app))
		app->view = app->trail[--app->trail_count];
	else if (dry_session_is_running(&app->session))
		dry_app_question(app, "a sweep is running: stop it and quit?", quit);
	else
		app->quits = true;
}

static void open_path(struct dry_app *app, const char *path)
{
	if (*path)
		dry_session_open(&app->session, path);
}

static void stop_sweep(struct dry_app *app)
{
	dry_session_stop(&app->session);
}

static void stop(struct dry_app *app)
{
	if (dry_session_is_running(&app->session))
		dry_app_question(app, "stop the sweep? finished points stay, r goes on", stop_sweep);
	else
		dry_app_say(app, DRY_ROLE_PLAIN, "no sweep is running");
}

static void run(struct dry_app *app)
{
	const struct dry_sweep *before = app->session.sweep;
	struct dry_error err = { 0 };

	if (!dry_session_run(&app->session, &err)) {
		dry_app_say_error(app, &err);
	} else if (app->session.sweep != before) {      /* other points carry the numbers now */
		app->cursor = DRY_NO_POINT;
		app->has_a = app->has_b = app->watches = false;
	}
}

static void read_again(struct dry_app *app)
{
	if (dry_session_is_running(&app->session))
		dry_app_say(app, DRY_ROLE_WARN, "a sweep is running: stop it with x first");
	else
		dry_session_read_again(&app->session);
}

static void cycle_glyphs(struct dry_app *app)
{
	static const char *const names[] = { "braille", "block", "ASCII" };

	if (!app->options->utf8 || !dry_glyphs_fit_locale()) {
		dry_app_say(app, DRY_ROLE_PLAIN, "this locale shows ASCII only");
		return;
	}
	app->screen.glyphs = (app->screen.glyphs + 1) % DRY_GLYPHS_COUNT;
	dry_app_say(app, DRY_ROLE_PLAIN, "glyphs: %s", names[app->screen.glyphs]);
}

static void switch_mouse(struct dry_app *app)
{
	app->mouse = !app->mouse;
	if (app->terminal)
		dry_terminal_mouse(app->terminal, app->mouse);
	dry_app_say(app, DRY_ROLE_PLAIN, app->mouse ? "mouse on: a click moves there; m gives selecting text back" :
						    "mouse off");
}

static void open_help(struct dry_app *app)
{
	app->help_where = dry_app_where(app);
	app->help_search[0] = '\0';
	app->overlay = DRY_OVERLAY_HELP;
}

static void act_on_trouble(struct dry_app *app, enum dry_action action)
{
	int last = app->session.err.count ? (int)app->session.err.count - 1 : 0;

	if (action == DRY_ACT_DOWN && app->trouble_row < last)
		app->trouble_row++;
	if (action == DRY_ACT_UP && app->trouble_row > 0)
		app->trouble_row--;
}

/* What means the same on every screen. */
static bool act_everywhere(struct dry_app *app, enum dry_action action, int code)
{
	switch (action) {
	case DRY_ACT_SCREEN:
		go_to_tab(app, (enum dry_view_id)(code - '1'));
		return true;
	case DRY_ACT_SCREEN_NEXT:
		go_to_tab(app, (app->view + 1) % DRY_VIEW_COUNT);
		return true;
	case DRY_ACT_SCREEN_PREVIOUS:
		go_to_tab(app, (app->view + DRY_VIEW_COUNT - 1) % DRY_VIEW_COUNT);
		return true;
	case DRY_ACT_HELP:
		open_help(app);
		return true;
	case DRY_ACT_BACK:
		back(app);
		return true;
	case DRY_ACT_CANCEL:
		dry_session_cancel_load(&app->session);
		return true;
	case DRY_ACT_OPEN:
		dry_app_ask(app, "open: ", NULL, open_path);
		return true;
	case DRY_ACT_GLYPHS:
		cycle_glyphs(app);
		return true;
	case DRY_ACT_MOUSE:
		switch_mouse(app);
		return true;
	case DRY_ACT_READ_AGAIN:
		read_again(app);
		return true;
	case DRY_ACT_REDRAW:
		if (app->terminal)
			dry_terminal_redraw(app->terminal);
		return true;
	case DRY_ACT_RUN:
		run(app);
		return true;
	case DRY_ACT_PAUSE:
		dry_session_pause(&app->session);
		return true;
	case DRY_ACT_STOP:
		stop(app);
		return true;
	default:
		return false;
	}
}

static void close_prompt(struct dry_app *app)
{
	app->prompt.label = NULL;
}

static void press_prompt(struct dry_app *app, int code)
{
	struct dry_prompt *prompt = &app->prompt;

	if (code == DRY_KEY_ESC) {
		void (*cancelled)(struct dry_app *) = prompt->cancelled;
		close_prompt(app);
		if (cancelled)
			cancelled(app);
	} else if (code == DRY_KEY_ENTER || code == '\r') {
		void (*done)(struct dry_app *, const char *) = prompt->done;
		char text[sizeof(prompt->text)];
		memcpy(text, prompt->text, sizeof(text));
		close_prompt(app);
		done(app, text);
	} else if (code == DRY_KEY_BACKSPACE || code == '\b') {
		while (prompt->length && (prompt->text[prompt->length - 1] & 0xc0) == 0x80)
			prompt->length--;
		if (prompt->length)
			prompt->length--;
		prompt->text[prompt->length] = '\0';
	} else if (code == DRY_CTRL('u')) {
		prompt->length = 0;
		prompt->text[0] = '\0';
	} else if (code >= 0x20 && code < 0x7f && prompt->length + 2 < sizeof(prompt->text)) {
		prompt->text[prompt->length++] = (char)code;
		prompt->text[prompt->length] = '\0';
	}
	if (app->prompt.label && prompt->changed)
		prompt->changed(app, prompt->text);
}

static void press_question(struct dry_app *app, int code)
{
	void (*yes)(struct dry_app *app) = app->question.yes;

	app->question.text = NULL;
	if (code == 'y' || code == 'Y')
		yes(app);
}

static void search_help(struct dry_app *app, const char *text)
{
	snprintf(app->help_search, sizeof(app->help_search), "%s", text);
}

static void press_help(struct dry_app *app, int code)
{
	if (code == '/') {
		dry_app_ask(app, "search: ", NULL, search_help);
		app->prompt.changed = search_help;
	} else {
		app->overlay = DRY_OVERLAY_NONE;
	}
}

bool dry_app_is_too_small(const struct dry_app *app)
{
	return app->screen.cols < DRY_MIN_COLS || app->screen.rows < DRY_MIN_ROWS;
}

static void press_view(struct dry_app *app, int code)
{
	uint32_t where = dry_app_where(app);
	enum dry_action action = dry_key_action(where, code, NULL);

	if (action == DRY_ACT_NONE) {
		if (code >= 0x20 && code < 0x7f)
			dry_app_say(app, DRY_ROLE_DIM, "no key \"%c\" here; ? lists the keys", code);
		return;
	}
	if (where == DRY_ON_TROUBLE && action != DRY_ACT_HELP)
		act_on_trouble(app, action);
	if (where == DRY_ON_EMPTY && action == DRY_ACT_ENTER) {
		if (app->options->demo)
			dry_session_open(&app->session, app->options->demo);
		else
			dry_app_say(app, DRY_ROLE_WARN, "the demo scenario is not installed");
		return;
	}
	if (where == DRY_ON_FORM && action != DRY_ACT_HELP && dry_form_act(app, action))
		return;
	if (where < DRY_ON_EMPTY && dry_views[app->view].act(app, action))
		return;
	act_everywhere(app, action, code);
}

static void press_small(struct dry_app *app, int code)
{
	if (code != 'q')
		return;
	if (dry_session_is_running(&app->session))
		dry_app_question(app, "a sweep is running: stop it and quit?", quit);
	else
		app->quits = true;
}

void dry_app_press(struct dry_app *app, int code)
{
	if (code == DRY_KEY_NONE || code == DRY_KEY_RESIZE)
		return;
	app->message[0] = '\0';
	if (app->question.text)
		press_question(app, code);
	else if (dry_app_is_too_small(app))
		press_small(app, code);
	else if (app->prompt.label)
		press_prompt(app, code);
	else if (app->overlay == DRY_OVERLAY_HELP)
		press_help(app, code);
	else
		press_view(app, code);
}

bool dry_app_poll(struct dry_app *app)
{
	bool had_nothing = has_nothing(app), had_result = app->session.has_result;
	bool changed = dry_session_poll(&app->session);

	if (had_nothing && app->session.has_result && !had_result && !app->options->screen &&
	    !app->has_moved && !app->session.sweep)
		app->view = DRY_VIEW_PARETO;
	if (app->watches) {
		const struct dry_sweep_point *point = dry_session_point(&app->session, app->watched);

		if (point && point->has_metrics) {
			app->cursor = app->watched;
			app->watches = false;
		}
	}
	return changed;
}

bool dry_app_copy(struct dry_app *app, const struct dry_page *page)
{
	return app->terminal && dry_terminal_copy(app->terminal, dry_page_string(page), page->length);
}
