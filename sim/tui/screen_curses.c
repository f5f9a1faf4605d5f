/*
 * The terminal through ncursesw; the only file that knows curses. Traps it
 * steps around: initscr() ends the process for an unknown TERM, newterm()
 * succeeds for one that cannot move its cursor, and line graphics of the
 * terminal's own set come out as letters in some: wide characters are drawn.
 */
#define NCURSES_WIDECHAR 1

#include "terminal.h"

#include <curses.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <term.h>
#include <termios.h>
#include <unistd.h>

#include "base/arena.h"
#include "keys.h"
#include "tui/tui.h"

#define COPY_MAX 74994                  /* what terminals take at least */

struct dry_terminal {
	SCREEN *screen;
	struct dry_cell *shown;         /* what the terminal shows; owned */
	size_t capacity;
	int cols, rows;
	bool is_stale;                  /* shown says nothing */
	bool color;
	int click_row, click_col;
	attr_t attribute[DRY_ROLE_COUNT];
	short pair[DRY_ROLE_COUNT];
};

/* Colours of the Color Universal Design set, nearest in the 256; -1 = the terminal's own. */
static const struct {
	short dark, light;
	short eight;                    /* one of the 8 */
	bool bold, dim_when_eight;
	attr_t mono;
} look[DRY_ROLE_COUNT] = {
	[DRY_ROLE_PLAIN] = { -1, -1, -1, false, false, A_NORMAL },
	[DRY_ROLE_DIM] = { 244, 242, -1, false, true, A_DIM },
	[DRY_ROLE_TITLE] = { -1, -1, -1, true, false, A_BOLD },
	[DRY_ROLE_TAB] = { -1, -1, -1, false, false, A_REVERSE },
	[DRY_ROLE_CURSOR] = { -1, -1, -1, true, false, A_BOLD | A_REVERSE },
	[DRY_ROLE_FRONT] = { 74, 25, COLOR_CYAN, false, false, A_BOLD },
	[DRY_ROLE_DOMINATED] = { 244, 242, -1, false, true, A_DIM },
	[DRY_ROLE_BASE] = { 178, 130, COLOR_YELLOW, false, false, A_UNDERLINE },
	[DRY_ROLE_KNEE] = { 175, 90, COLOR_MAGENTA, false, false, A_BOLD },
	[DRY_ROLE_BETTER] = { 74, 25, COLOR_CYAN, false, false, A_NORMAL },
	[DRY_ROLE_WORSE] = { 166, 160, COLOR_RED, false, false, A_BOLD },
	[DRY_ROLE_PASS] = { 35, 29, COLOR_GREEN, false, false, A_NORMAL },
	[DRY_ROLE_WARN] = { 221, 130, COLOR_YELLOW, false, false, A_UNDERLINE },
	[DRY_ROLE_FAIL] = { 166, 160, COLOR_RED, true, false, A_REVERSE },
	[DRY_ROLE_GROUP1] = { 74, 25, COLOR_CYAN, false, false, A_NORMAL },
	[DRY_ROLE_GROUP2] = { 178, 130, COLOR_YELLOW, false, false, A_NORMAL },
	[DRY_ROLE_GROUP3] = { 35, 29, COLOR_GREEN, false, false, A_NORMAL },
	[DRY_ROLE_GROUP4] = { 175, 90, COLOR_MAGENTA, false, false, A_NORMAL },
};

/* ---- leaving, also in trouble: only write(2), tcsetattr(2) and _exit(2) */

static struct {
	struct termios before;
	bool is_on;
	char undo[256];                 /* puts the terminal back */
	size_t undo_length;
	char words[1024];               /* what to report */
	size_t words_length;
} rescue;

static volatile sig_atomic_t ending_signal;

static void write_all(int fd, const char *text, size_t length)
{
	while (length) {
		ssize_t done = write(fd, text, length);

		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0)
			return;
		text += done;
		length -= (size_t)done;
	}
}

static void put_back(void)
{
	if (!rescue.is_on)
		return;
	rescue.is_on = false;
	write_all(STDOUT_FILENO, rescue.undo, rescue.undo_length);
	tcsetattr(STDIN_FILENO, TCSANOW, &rescue.before);
}

static void on_crash(int number)
{
	(void)number;
	put_back();
	write_all(STDERR_FILENO, rescue.words, rescue.words_length);
	_exit(5);
}

static void on_end(int number)
{
	ending_signal = number;
}

static void add_undo(const char *name)
{
	const char *text = tigetstr(name);
	size_t length;

	if (!text || text == (const char *)-1)
		return;
	length = strlen(text);
	if (rescue.undo_length + length > sizeof(rescue.undo))
		return;
	memcpy(rescue.undo + rescue.undo_length, text, length);
	rescue.undo_length += length;
}

static void prepare_rescue(const struct dry_terminal_options *options)
{
	static const int fatal[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT };
	static const int end[] = { SIGINT, SIGTERM, SIGHUP };
	struct sigaction action = { .sa_handler = on_crash };
	int length = snprintf(rescue.words, sizeof(rescue.words),
			      "dryscale: internal error; please report what you did and the version (dryscale "
			      "--version)%s%s\n",
			      options->last_words ? "; finished points are in " : "",
			      options->last_words ? options->last_words : "");

	rescue.words_length = length < 0 ? 0 : (size_t)length < sizeof(rescue.words) ? (size_t)length :
									      sizeof(rescue.words) - 1;
	add_undo("sgr0");
	add_undo("cnorm");
	add_undo("rmkx");
	add_undo("rmcup");
	rescue.is_on = true;
	sigemptyset(&action.sa_mask);
#ifndef __SANITIZE_ADDRESS__                    /* the sanitizer has more to say */
	for (size_t i = 0; i < sizeof(fatal) / sizeof(fatal[0]); i++)
		(void)sigaction(fatal[i], &action, NULL);
#else
	(void)fatal;
#endif
	action.sa_handler = on_end;
	for (size_t i = 0; i < sizeof(end) / sizeof(end[0]); i++)
		(void)sigaction(end[i], &action, NULL);
	atexit(put_back);
}

int dry_terminal_signal(void)
{
	return ending_signal;
}

/* ---- colours */

static bool is_light(const char *theme)
{
	const char *both = getenv("COLORFGBG"), *back;
	int number;

	if (theme && strcmp(theme, "auto"))
		return !strcmp(theme, "light");
	back = both ? strrchr(both, ';') : NULL;
	if (!back)
		return false;
	number = (int)strtol(back + 1, NULL, 10);
	return number == 7 || (number >= 9 && number <= 15);
}

static void set_looks(struct dry_terminal *terminal, const struct dry_terminal_options *options)
{
	bool ansi = options->theme && !strcmp(options->theme, "ansi");
	bool mono = !options->color || (options->theme && !strcmp(options->theme, "mono"));
	bool light = is_light(options->theme), many;

	terminal->color = !mono && has_colors() && start_color() == OK;
	if (terminal->color)
		use_default_colors();
	many = terminal->color && COLORS >= 256 && !ansi;
	for (int r = 0; r < DRY_ROLE_COUNT; r++) {
		short color = many ? (light ? look[r].light : look[r].dark) : look[r].eight;

		terminal->attribute[r] = look[r].mono;
		if (!terminal->color)
			continue;
		if (r != DRY_ROLE_TAB && r != DRY_ROLE_CURSOR)
			terminal->attribute[r] = (look[r].bold ? A_BOLD : A_NORMAL) |
						 (!many && look[r].dim_when_eight ? A_DIM : A_NORMAL);
		if (color >= 0 && init_pair((short)(r + 1), color, -1) == OK)
			terminal->pair[r] = (short)(r + 1);
	}
}

/* ---- life */

static bool can_move(void)
{
	const char *cup = tigetstr("cup");

	return cup && cup != (const char *)-1;
}

struct dry_terminal *dry_terminal_open(const struct dry_terminal_options *options, struct dry_error *err)
{
	struct dry_terminal *terminal;
	SCREEN *screen;
	const char *fix =
		"dryscale tui --snapshot 80x24 FILE prints one screen; dryscale sweep FILE needs no terminal";

	if (isatty(STDIN_FILENO) != 1 || isatty(STDOUT_FILENO) != 1) {
		dry_fail(err, DRY_ERROR_USAGE, DRY_NOWHERE, "tui needs a terminal on stdin and stdout");
		dry_fail_fix(err, "%s", fix);
		return NULL;
	}
	tcgetattr(STDIN_FILENO, &rescue.before);
	screen = newterm(NULL, stdout, stdin);
	if (!screen || !can_move()) {
		const char *term = getenv("TERM");
		if (screen) {
			endwin();
			delscreen(screen);
		}
		tcsetattr(STDIN_FILENO, TCSANOW, &rescue.before);
		dry_fail(err, DRY_ERROR_USAGE, DRY_NOWHERE, "tui cannot use this terminal: TERM is \"%s\"",
			 term ? term : "");
		dry_fail_fix(err, "set TERM to what the terminal is, or: %s", fix);
		return NULL;
	}
	terminal = dry_xcalloc(1, sizeof(*terminal));
	terminal->screen = screen;
	prepare_rescue(options);
	set_escdelay(25);
	cbreak();
	noecho();
	nonl();
	keypad(stdscr, TRUE);
	curs_set(0);
	set_looks(terminal, options);
	dry_terminal_mouse(terminal, options->mouse);
	terminal->is_stale = true;
	return terminal;
}

void dry_terminal_close(struct dry_terminal *terminal)
{
	if (!terminal)
		return;
	dry_terminal_mouse(terminal, false);
	curs_set(1);
	endwin();
	tcsetattr(STDIN_FILENO, TCSANOW, &rescue.before);
	rescue.is_on = false;
	delscreen(terminal->screen);
	free(terminal->shown);
	free(terminal);
}

/* ---- showing */

void dry_terminal_size(struct dry_terminal *terminal, int *cols, int *rows)
{
	(void)terminal;
	getmaxyx(stdscr, *rows, *cols);
}

void dry_terminal_redraw(struct dry_terminal *terminal)
{
	terminal->is_stale = true;
	clearok(curscr, TRUE);
}

void dry_terminal_show(struct dry_terminal *terminal, const struct dry_screen *screen)
{
	size_t count = (size_t)screen->cols * (size_t)screen->rows;
	bool all = terminal->is_stale || terminal->cols != screen->cols || terminal->rows != screen->rows;

	terminal->shown = dry_grow(terminal->shown, &terminal->capacity, count, sizeof(*terminal->shown));
	if (all)
		erase();
	for (size_t i = 0; i < count; i++) {
		const struct dry_cell *cell = &screen->cell[i];
		wchar_t text[2] = { cell->ch, L'\0' };
		cchar_t wide;

		if (!all && cell->ch == terminal->shown[i].ch && cell->role == terminal->shown[i].role)
			continue;
		terminal->shown[i] = *cell;
		setcchar(&wide, text, terminal->attribute[cell->role], terminal->pair[cell->role], NULL);
		mvadd_wchnstr((int)(i / (size_t)screen->cols), (int)(i % (size_t)screen->cols), &wide, 1);
	}
	terminal->cols = screen->cols;
	terminal->rows = screen->rows;
	terminal->is_stale = false;
	refresh();
}

/* ---- keys */

static int special_key(struct dry_terminal *terminal, wint_t code)
{
	MEVENT event;

	switch (code) {
	case KEY_UP:
		return DRY_KEY_UP;
	case KEY_DOWN:
		return DRY_KEY_DOWN;
	case KEY_LEFT:
		return DRY_KEY_LEFT;
	case KEY_RIGHT:
		return DRY_KEY_RIGHT;
	case KEY_PPAGE:
		return DRY_KEY_PAGE_UP;
	case KEY_NPAGE:
		return DRY_KEY_PAGE_DOWN;
	case KEY_HOME:
		return DRY_KEY_HOME;
	case KEY_END:
		return DRY_KEY_END;
	case KEY_BTAB:
		return DRY_KEY_BACKTAB;
	case KEY_BACKSPACE:
		return DRY_KEY_BACKSPACE;
	case KEY_DC:
		return DRY_KEY_DELETE;
	case KEY_ENTER:
		return DRY_KEY_ENTER;
	case KEY_F(1):
		return DRY_KEY_F1;
	case KEY_RESIZE:
		terminal->is_stale = true;
		return DRY_KEY_RESIZE;
	case KEY_MOUSE:
		if (getmouse(&event) != OK)
			return DRY_KEY_NONE;
		terminal->click_row = event.y;
		terminal->click_col = event.x;
		return DRY_KEY_MOUSE;
	default:
		return DRY_KEY_NONE;
	}
}

/* A terminal that has gone answers at once, for ever. */
static void look_for_hangup(void)
{
	struct pollfd input = { .fd = STDIN_FILENO, .events = POLLIN };

	if (poll(&input, 1, 0) > 0 && (input.revents & (POLLHUP | POLLERR | POLLNVAL)) && !ending_signal)
		ending_signal = SIGHUP;
}

int dry_terminal_key(struct dry_terminal *terminal, int timeout_ms)
{
	wint_t code = 0;
	int kind;

	timeout(timeout_ms);
	kind = get_wch(&code);
	if (kind == KEY_CODE_YES)
		return special_key(terminal, code);
	if (kind == OK)
		return code == '\r' ? DRY_KEY_ENTER : (int)code;
	look_for_hangup();
	return DRY_KEY_NONE;
}

void dry_terminal_click(const struct dry_terminal *terminal, int *row, int *col)
{
	*row = terminal->click_row;
	*col = terminal->click_col;
}

void dry_terminal_mouse(struct dry_terminal *terminal, bool on)
{
	(void)terminal;
	mousemask(on ? BUTTON1_CLICKED | BUTTON1_PRESSED : 0, NULL);
	mouseinterval(0);
}

bool dry_terminal_copy(struct dry_terminal *terminal, const char *text, size_t length)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const unsigned char *byte = (const unsigned char *)text;

	(void)terminal;
	if (length > COPY_MAX)
		return false;
	fputs("\033]52;c;", stdout);
	for (size_t i = 0; i < length; i += 3) {
		unsigned group = (unsigned)byte[i] << 16 | (i + 1 < length ? (unsigned)byte[i + 1] << 8 : 0) |
				 (i + 2 < length ? byte[i + 2] : 0u);

		fputc(digits[group >> 18], stdout);
		fputc(digits[group >> 12 & 63], stdout);
		fputc(i + 1 < length ? digits[group >> 6 & 63] : '=', stdout);
		fputc(i + 2 < length ? digits[group & 63] : '=', stdout);
	}
	fputs("\a", stdout);
	fflush(stdout);
	return true;
}
