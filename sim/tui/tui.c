/* The door: one screen as text, or the loop of keys, polls and frames. */
#include "tui/tui.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "views.h"
#include "terminal.h"

#define FRAME_MS 100

static bool read_size(const char *text, int *cols, int *rows, struct dry_error *err)
{
	char rest;

	if (sscanf(text, "%4dx%4d%c", cols, rows, &rest) == 2 && *cols > 0 && *rows > 0 && *cols <= 1000 &&
	    *rows <= 1000)
		return true;
	dry_fail(err, DRY_ERROR_USAGE, DRY_NOWHERE, "--snapshot: \"%s\" is no size", text);
	return dry_fail_expected(err, "COLSxROWS, for example 80x24");
}

/* Background work is done at once in a snapshot; what it leads to may ask for more of it. */
static void settle(struct dry_app *app)
{
	for (int i = 0; i < 8; i++) {
		dry_app_poll(app);
		dry_app_draw(app);
	}
}

static int snapshot(const struct dry_tui_options *options, struct dry_page *page, struct dry_error *err)
{
	struct dry_app *app;
	const char *keys = options->keys ? options->keys : "";
	int cols = 0, rows = 0, key, code = 0;

	if (!read_size(options->snapshot, &cols, &rows, err))
		return DRY_ERROR_USAGE;
	app = dry_xcalloc(1, sizeof(*app));
	dry_app_init(app, options);
	app->session.journal_err = err;
	dry_screen_resize(&app->screen, cols, rows);
	dry_app_open_files(app);
	if (app->session.in_trouble) {          /* of the command line: no screen, as for any command */
		*err = app->session.err;
		memset(&app->session.err, 0, sizeof(app->session.err));
		code = (int)err->code;
	}
	settle(app);
	while (!code && !app->quits && (key = dry_keys_read(&keys)) != DRY_KEY_NONE) {
		dry_app_press(app, key);
		settle(app);
	}
	if (!code)
		dry_screen_text(&app->screen, page);
	if (!code && options->roles)
		dry_screen_roles(&app->screen, page);
	dry_app_release(app);
	free(app);
	return code;
}

static void click(struct dry_app *app)
{
	int row, col;

	dry_terminal_click(app->terminal, &row, &col);
	if (app->overlay != DRY_OVERLAY_NONE || app->prompt.label || app->question.text || row != 1)
		return;
	/* The digit of a tab stands in front of its name: the nearest to the left. */
	for (int c = col; c >= 0 && c < app->screen.cols; c--) {
		wchar_t ch = app->screen.cell[app->screen.cols + c].ch;

		if (ch >= L'1' && ch <= L'6') {
			dry_app_press(app, (int)ch);
			return;
		}
	}
}

/* Presses what has been typed so far, not more than a screenful, so that frames go on. */
static bool press_keys(struct dry_app *app, int timeout_ms)
{
	bool pressed = false;

	for (int i = 0; i < 256 && !app->quits && !dry_terminal_signal(); i++) {
		int key = dry_terminal_key(app->terminal, i ? 0 : timeout_ms);

		if (key == DRY_KEY_NONE)
			return pressed;
		pressed = true;
		if (key == DRY_KEY_RESIZE)
			return true;
		if (key == DRY_KEY_MOUSE)
			click(app);
		else
			dry_app_press(app, key);
	}
	return pressed;
}

static void show(struct dry_app *app)
{
	int cols, rows;

	dry_terminal_size(app->terminal, &cols, &rows);
	if (cols != app->screen.cols || rows != app->screen.rows)
		dry_screen_resize(&app->screen, cols, rows);
	dry_app_draw(app);
	dry_terminal_show(app->terminal, &app->screen);
}

static int run_terminal(const struct dry_tui_options *options, struct dry_error *err)
{
	const struct dry_terminal_options terminal_options = { options->theme, options->color,
							       options->mouse, options->resume };
	struct dry_terminal *terminal = dry_terminal_open(&terminal_options, err);
	struct dry_app *app;
	int64_t polled_at_ms = 0;
	int number;

	if (!terminal)
		return (int)err->code;
	app = dry_xcalloc(1, sizeof(*app));
	dry_app_init(app, options);
	app->session.journal_err = err;
	app->terminal = terminal;
	dry_app_open_files(app);
	show(app);
	while (!app->quits && !dry_terminal_signal()) {
		bool changed = press_keys(app, FRAME_MS);

		if (dry_app_now_ms() - polled_at_ms >= FRAME_MS / 2) {
			changed |= dry_app_poll(app);
			polled_at_ms = dry_app_now_ms();
		}
		if (changed)
			show(app);
	}
	dry_terminal_close(terminal);
	app->terminal = NULL;
	number = dry_terminal_signal();
	dry_app_release(app);
	free(app);
	return number == SIGHUP ? 128 + SIGHUP : number ? 128 + number : 0;
}

int dry_tui_main(const struct dry_tui_options *options, struct dry_page *page, struct dry_error *err)
{
	struct dry_tui_options own = *options;
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);

	if (!own.jobs)
		own.jobs = cpus > 0 && cpus <= DRY_SWEEP_JOBS_MAX ? (uint32_t)cpus : 1;
	return own.snapshot ? snapshot(&own, page, err) : run_terminal(&own, err);
}
