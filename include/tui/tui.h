/*
 * The terminal screens: Sweep, Pareto, Compare, Timeline, Explain, Export and
 * their help. Every screen draws into one grid of cells; a terminal shows the
 * grid, or --snapshot prints it as text. Screens read results and recordings,
 * never the inside of a run.
 */
#ifndef DRY_TUI_TUI_H
#define DRY_TUI_TUI_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "report/page.h"

/* All texts are borrowed for the call. */
struct dry_tui_options {
	/*
	 * Operands: a scenario (the sweep starts with the key r), a result of a
	 * sweep (read only), or both: then Timeline, Explain and "what if" of the
	 * result's points work too. None: the empty state.
	 */
	uint32_t file_count;
	const char *const *file;
	const char *screen;             /* a word of DRY_TUI_SCREEN_WORDS; NULL = what fits the file */
	const char *snapshot;           /* "COLSxROWS": print one screen, no terminal; NULL = terminal */
	const char *keys;               /* pressed before the snapshot; NULL = none */
	bool roles;                     /* snapshot: a second grid of role letters */
	bool mouse;
	const char *theme;              /* a word of DRY_TUI_THEME_WORDS; NULL = auto */
	const char *glyphs;             /* "auto", "braille", "block", "ascii"; NULL = auto */
	bool utf8;                      /* the locale's codeset */
	bool color;                     /* false: attributes and signs only (NO_COLOR, --color never) */
	bool has_seed;
	uint64_t seed;
	uint32_t jobs;                  /* 0 = the CPUs online */
	const char *resume;             /* journal of the sweep started here; NULL = none */
	const char *demo;               /* scenario that Enter loads in the empty state; NULL = none */
};

#define DRY_TUI_SCREEN_WORDS "sweep|pareto|compare|timeline|explain|export|help"
#define DRY_TUI_THEME_WORDS "auto|dark|light|ansi|mono"

/*
 * Returns the exit code. A snapshot is added to *page (the caller writes it).
 * Complaints go to *err: no terminal (usage), a file that cannot be read in a
 * snapshot (input); in a terminal a bad file is a screen, not an exit.
 */
int dry_tui_main(const struct dry_tui_options *options, struct dry_page *page,
		 struct dry_error *err);

/* "dryscale help keys": all keys of all screens, from the table the screens use. */
void dry_tui_keys_page(struct dry_page *page, bool markdown);

#endif
