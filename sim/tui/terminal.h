/* The real terminal: shows the grid, gives keys. Only its source knows curses. */
#ifndef DRY_TUI_TERMINAL_H
#define DRY_TUI_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "screen.h"

struct dry_terminal;

struct dry_terminal_options {
	const char *theme;              /* a word of DRY_TUI_THEME_WORDS; NULL = auto */
	bool color;
	bool mouse;
	const char *last_words;         /* told after a crash: where the journal is; NULL = nothing */
};

/* NULL with a complaint (usage): not a terminal, or one that cannot move its cursor. */
struct dry_terminal *dry_terminal_open(const struct dry_terminal_options *options, struct dry_error *err);
/* Gives the terminal back as it was. */
void dry_terminal_close(struct dry_terminal *terminal);

void dry_terminal_size(struct dry_terminal *terminal, int *cols, int *rows);
/* Writes the cells that changed. */
void dry_terminal_show(struct dry_terminal *terminal, const struct dry_screen *screen);
/* Everything is written at the next dry_terminal_show(). */
void dry_terminal_redraw(struct dry_terminal *terminal);
/* A key within timeout_ms, or DRY_KEY_NONE; DRY_KEY_RESIZE when the size changed. */
int dry_terminal_key(struct dry_terminal *terminal, int timeout_ms);
/* Where the last click was. */
void dry_terminal_click(const struct dry_terminal *terminal, int *row, int *col);
void dry_terminal_mouse(struct dry_terminal *terminal, bool on);
/* Puts text on the clipboard through the terminal (OSC 52). False: too long. */
bool dry_terminal_copy(struct dry_terminal *terminal, const char *text, size_t length);
/* SIGINT, SIGTERM or SIGHUP came: its number, else 0. */
int dry_terminal_signal(void);

#endif
