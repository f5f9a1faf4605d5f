#include "keys.h"

#include <string.h>

#include "screen.h"
#include "tui/tui.h"

#define WALK (DRY_ON_SWEEP | DRY_ON_PARETO)
#define TIME (DRY_ON_TIMELINE | DRY_ON_EXPLAIN)

/*
 * Order is that of help; in the footer, entries at the end give way first.
 * Rows without a foot are found in help only.
 */
const struct dry_key_row dry_key_table[] = {
	/* sweep and pareto */
	{ DRY_ON_SWEEP, "r", { { 'r', DRY_ACT_RUN } }, "run", "start, or go on after a stop", "r run",
		NULL },
	{ DRY_ON_SWEEP, "p", { { 'p', DRY_ACT_PAUSE } }, "pause", "pause, or go on", "p pause", NULL },
	{ DRY_ON_SWEEP, "x", { { 'x', DRY_ACT_STOP } }, "stop", "stop (asks); r goes on later", "x stop",
		NULL },
	{ DRY_ON_SWEEP, "f", { { 'f', DRY_ACT_FAILED } }, "failed points", "next failed point, and why",
		"f failed", NULL },
	{ DRY_ON_PARETO, "\u2190\u2192  j k", { { DRY_KEY_LEFT, DRY_ACT_LEFT },
		{ DRY_KEY_RIGHT, DRY_ACT_RIGHT }, { 'k', DRY_ACT_UP }, { 'j', DRY_ACT_DOWN },
		{ DRY_KEY_UP, DRY_ACT_UP }, { DRY_KEY_DOWN, DRY_ACT_DOWN } }, "move", "along the front",
		"\u2190\u2192 walk", "\u2190\u2192 walk front" },
	{ DRY_ON_SWEEP, "j k  \u2190\u2192", { { 'j', DRY_ACT_DOWN }, { 'k', DRY_ACT_UP },
		{ DRY_KEY_UP, DRY_ACT_UP }, { DRY_KEY_DOWN, DRY_ACT_DOWN }, { DRY_KEY_LEFT, DRY_ACT_UP },
		{ DRY_KEY_RIGHT, DRY_ACT_DOWN } }, "move", "along the list", NULL, "j k walk" },
	{ DRY_ON_PARETO, "Space", { { ' ', DRY_ACT_SELECT } }, "select", "select (A, then B)",
		"Space select", NULL },
	{ DRY_ON_SWEEP, "Space", { { ' ', DRY_ACT_SELECT } }, "select", "select (A, then B)", NULL,
		"Space select" },
	{ DRY_ON_PARETO, "f", { { 'f', DRY_ACT_FAILED } }, "failed points", "next failed point, and why",
		NULL, NULL },
	{ DRY_ON_PARETO, "d", { { 'd', DRY_ACT_LESS } }, "show less or more", "dominated points on/off",
		"d dominated", "d dominated on/off" },
	{ DRY_ON_PARETO, "/", { { '/', DRY_ACT_FILTER } }, "filter", "filter, e.g. cost<250 p95<90",
		"/ filter", NULL },
	{ DRY_ON_SWEEP, "/", { { '/', DRY_ACT_FILTER } }, "filter", "filter, e.g. cost<250 p95<90", NULL,
		"/ filter" },
	{ WALK, "s", { { 's', DRY_ACT_ORDER } }, "reorder or swap", "sort by the next objective", NULL,
		"s sort" },
	{ DRY_ON_PARETO, "z Z 0", { { 'z', DRY_ACT_ZOOM_IN }, { 'Z', DRY_ACT_ZOOM_OUT },
		{ '0', DRY_ACT_ZOOM_ALL } }, "zoom", "zoom in, out, all points", "z zoom",
		"z Z 0 zoom" },
	{ DRY_ON_SWEEP, "0", { { '0', DRY_ACT_ZOOM_ALL } }, "zoom", "all points, or front and baseline",
		NULL, NULL },
	{ DRY_ON_PARETO, "c", { { 'c', DRY_ACT_COMPARE } }, "compare", "compare A and B", "c compare",
		NULL },
	{ DRY_ON_SWEEP, "c", { { 'c', DRY_ACT_COMPARE } }, "compare", "compare A and B", NULL, NULL },
	{ WALK, "i", { { 'i', DRY_ACT_WHAT_IF } }, "what if", "what if: change it and run it", NULL,
		"i what if" },
	{ WALK, "w W", { { 'w', DRY_ACT_WRITE }, { 'W', DRY_ACT_REPLACE } }, "write",
		"write the result; W replaces", NULL, NULL },
	{ DRY_ON_PARETO, "Enter", { { DRY_KEY_ENTER, DRY_ACT_ENTER } }, "go into",
		"timeline of the point", "Enter time", "Enter timeline" },
	{ DRY_ON_SWEEP, "Enter", { { DRY_KEY_ENTER, DRY_ACT_ENTER } }, "go into", "details of the point",
		"Enter details", NULL },
	/* compare */
	{ DRY_ON_COMPARE, "s", { { 's', DRY_ACT_ORDER } }, "reorder or swap", "swap A and B",
		"s swap A and B", NULL },
	{ DRY_ON_COMPARE, "a b", { { 'a', DRY_ACT_PICK_A }, { 'b', DRY_ACT_PICK_B } }, "pick a point",
		"next point of the front as A, as B", "a b pick a point", NULL },
	{ DRY_ON_COMPARE, "d", { { 'd', DRY_ACT_LESS } }, "show less or more", "only what differs",
		"d only differences", NULL },
	{ DRY_ON_COMPARE, "i", { { 'i', DRY_ACT_WHAT_IF } }, "what if", "what if: change B and run it",
		NULL, "i what if" },
	{ DRY_ON_COMPARE, "j k", { { 'j', DRY_ACT_DOWN }, { 'k', DRY_ACT_UP },
		{ DRY_KEY_UP, DRY_ACT_UP }, { DRY_KEY_DOWN, DRY_ACT_DOWN } }, "move", "scroll", NULL,
		NULL },
	{ DRY_ON_COMPARE, "Enter", { { DRY_KEY_ENTER, DRY_ACT_ENTER } }, "go into", "timeline of B",
		NULL, "Enter timeline" },
	/* timeline and explain */
	{ DRY_ON_TIMELINE, "\u2190\u2192", { { DRY_KEY_LEFT, DRY_ACT_LEFT },
		{ DRY_KEY_RIGHT, DRY_ACT_RIGHT } }, "move", "move the time cursor", "\u2190\u2192 scrub",
		NULL },
	{ DRY_ON_TIMELINE, "PgUp PgDn", { { DRY_KEY_PAGE_UP, DRY_ACT_PAGE_UP },
		{ DRY_KEY_PAGE_DOWN, DRY_ACT_PAGE_DOWN } }, "move by ten", "by 10 columns", NULL,
		"PgUp/PgDn by 10" },
	{ DRY_ON_EXPLAIN, "j k  \u2190\u2192", { { 'j', DRY_ACT_DOWN }, { 'k', DRY_ACT_UP },
		{ DRY_KEY_UP, DRY_ACT_UP }, { DRY_KEY_DOWN, DRY_ACT_DOWN },
		{ DRY_KEY_LEFT, DRY_ACT_LEFT }, { DRY_KEY_RIGHT, DRY_ACT_RIGHT } }, "move",
		"along the events", "j k event", NULL },
	{ DRY_ON_EXPLAIN, "PgUp PgDn", { { DRY_KEY_PAGE_UP, DRY_ACT_PAGE_UP },
		{ DRY_KEY_PAGE_DOWN, DRY_ACT_PAGE_DOWN } }, "move by ten", "by 10 events", NULL, NULL },
	{ DRY_ON_TIMELINE, "j k", { { 'j', DRY_ACT_DOWN }, { 'k', DRY_ACT_UP },
		{ DRY_KEY_UP, DRY_ACT_UP }, { DRY_KEY_DOWN, DRY_ACT_DOWN } }, "move",
		"node groups, when there are many", NULL, NULL },
	{ DRY_ON_TIMELINE, "z Z 0", { { 'z', DRY_ACT_ZOOM_IN }, { 'Z', DRY_ACT_ZOOM_OUT },
		{ '0', DRY_ACT_ZOOM_ALL } }, "zoom", "zoom in, out, the whole run", "z Z zoom", NULL },
	{ TIME, "e E", { { 'e', DRY_ACT_EVENT_NEXT }, { 'E', DRY_ACT_EVENT_PREVIOUS } }, "event",
		"next, previous event", "e E event", "e E events" },
	{ TIME, "!", { { '!', DRY_ACT_WORST } }, "worst wait", "the longest wait", "! worst wait",
		NULL },
	{ DRY_ON_TIMELINE, "/", { { '/', DRY_ACT_FILTER } }, "filter", "only groups named so",
		"/ filter", "/ filter groups" },
	{ DRY_ON_EXPLAIN, "/", { { '/', DRY_ACT_FILTER } }, "filter", "only such events", "/ filter",
		NULL },
	{ TIME, "s", { { 's', DRY_ACT_ORDER } }, "reorder or swap", "swap A and B", NULL, "s swap run" },
	{ DRY_ON_EXPLAIN, "n", { { 'n', DRY_ACT_WHY_NOT } }, "why not", "why not another node group",
		"n why not", NULL },
	{ TIME, "i", { { 'i', DRY_ACT_WHAT_IF } }, "what if", "what if: change it and run it",
		"i what if", NULL },
	{ DRY_ON_TIMELINE, "Enter", { { DRY_KEY_ENTER, DRY_ACT_ENTER } }, "go into",
		"explain what happened there", NULL, "Enter explain" },
	{ DRY_ON_EXPLAIN, "Enter", { { DRY_KEY_ENTER, DRY_ACT_ENTER } }, "go into",
		"this event in the timeline", "Enter timeline", NULL },
	/* export */
	{ DRY_ON_EXPORT, "\u2190\u2192", { { DRY_KEY_LEFT, DRY_ACT_LEFT },
		{ DRY_KEY_RIGHT, DRY_ACT_RIGHT } }, "move", "another format", "\u2190\u2192 format",
		NULL },
	{ DRY_ON_EXPORT, "w", { { 'w', DRY_ACT_WRITE } }, "write", "write the file", "w write", NULL },
	{ DRY_ON_EXPORT, "W", { { 'W', DRY_ACT_REPLACE } }, "write",
		"write over an existing file (asks)", "W replace", NULL },
	{ DRY_ON_EXPORT, "y", { { 'y', DRY_ACT_COPY } }, "copy", "copy to the terminal's clipboard",
		"y copy", NULL },
	{ DRY_ON_EXPORT, "v", { { 'v', DRY_ACT_COMMENTS } }, "comments", "comments on/off",
		"v comments on/off", NULL },
	{ DRY_ON_EXPORT, "a b", { { 'a', DRY_ACT_PICK_A }, { 'b', DRY_ACT_PICK_B } }, "pick a point",
		"next point of the front as A, as B", NULL, NULL },
	{ DRY_ON_EXPORT, "j k", { { 'j', DRY_ACT_DOWN }, { 'k', DRY_ACT_UP }, { DRY_KEY_UP, DRY_ACT_UP },
		{ DRY_KEY_DOWN, DRY_ACT_DOWN } }, "move", "scroll", NULL, NULL },
	{ WALK | TIME | DRY_ON_EXPORT | DRY_ON_COMPARE, "g G", { { 'g', DRY_ACT_FIRST },
		{ 'G', DRY_ACT_LAST }, { DRY_KEY_HOME, DRY_ACT_FIRST }, { DRY_KEY_END, DRY_ACT_LAST } },
		"first or last", "first, last", NULL, NULL },
	/* what if */
	{ DRY_ON_FORM, "j k", { { 'j', DRY_ACT_DOWN }, { 'k', DRY_ACT_UP }, { DRY_KEY_UP, DRY_ACT_UP },
		{ DRY_KEY_DOWN, DRY_ACT_DOWN } }, "move", "along the parameters", "j k parameter",
		NULL },
	{ DRY_ON_FORM, "PgUp PgDn", { { DRY_KEY_PAGE_UP, DRY_ACT_PAGE_UP },
		{ DRY_KEY_PAGE_DOWN, DRY_ACT_PAGE_DOWN } }, "move by ten", "by 10 parameters", NULL,
		NULL },
	{ DRY_ON_FORM, "Enter", { { DRY_KEY_ENTER, DRY_ACT_ENTER } }, "go into", "edit the value",
		"Enter edit", NULL },
	{ DRY_ON_FORM, "/", { { '/', DRY_ACT_FILTER } }, "filter", "only names with this", "/ filter",
		NULL },
	{ DRY_ON_FORM, "d", { { 'd', DRY_ACT_LESS } }, "show less or more", "only what was changed",
		"d changed only", NULL },
	{ DRY_ON_FORM, "r", { { 'r', DRY_ACT_RUN } }, "run", "run it and show it beside the others",
		"r run it", NULL },
	{ DRY_ON_FORM, "w W", { { 'w', DRY_ACT_WRITE }, { 'W', DRY_ACT_REPLACE } }, "write",
		"save as a scenario; W replaces", "w save scenario", NULL },
	/* states */
	{ DRY_ON_TROUBLE, "Ctrl-R", { { DRY_CTRL('r'), DRY_ACT_READ_AGAIN } }, "read again",
		"read the file again", "Ctrl-R read again", NULL },
	{ DRY_ON_TROUBLE, "j k", { { 'j', DRY_ACT_DOWN }, { 'k', DRY_ACT_UP },
		{ DRY_KEY_UP, DRY_ACT_UP }, { DRY_KEY_DOWN, DRY_ACT_DOWN } }, "move", "along the errors",
		"j k errors", NULL },
	{ DRY_ON_EMPTY, "o", { { 'o', DRY_ACT_OPEN } }, "open", "open a scenario or a saved sweep",
		"o open", NULL },
	{ DRY_ON_EMPTY, "Enter", { { DRY_KEY_ENTER, DRY_ACT_ENTER } }, "go into",
		"load the demo scenario", "Enter demo", NULL },
	{ DRY_ON_TROUBLE, "o", { { 'o', DRY_ACT_OPEN } }, "open", "open another file", "o open another",
		NULL },
	{ DRY_ON_VIEWS, "o", { { 'o', DRY_ACT_OPEN } }, "open", "open a file", NULL, NULL },
	{ DRY_ON_LOADING, "Esc", { { DRY_KEY_ESC, DRY_ACT_CANCEL } }, "close or cancel", "stop reading",
		"Esc cancel", NULL },
	/* everywhere */
	{ DRY_ON_VIEWS | DRY_ON_EMPTY | DRY_ON_TROUBLE, "1-6, Tab", { { '1', DRY_ACT_SCREEN },
		{ '2', DRY_ACT_SCREEN }, { '3', DRY_ACT_SCREEN }, { '4', DRY_ACT_SCREEN },
		{ '5', DRY_ACT_SCREEN }, { '6', DRY_ACT_SCREEN }, { DRY_KEY_TAB, DRY_ACT_SCREEN_NEXT },
		{ DRY_KEY_BACKTAB, DRY_ACT_SCREEN_PREVIOUS } }, "screens", "screens", NULL, NULL },
	{ DRY_ON_VIEWS | DRY_ON_EMPTY | DRY_ON_TROUBLE | DRY_ON_LOADING | DRY_ON_FORM, "?, F1",
		{ { '?', DRY_ACT_HELP }, { DRY_KEY_F1, DRY_ACT_HELP } }, "help", "this help; / searches",
		NULL, NULL },
	{ DRY_ON_VIEWS | DRY_ON_EMPTY | DRY_ON_TROUBLE | DRY_ON_LOADING | DRY_ON_FORM, "q",
		{ { 'q', DRY_ACT_BACK } }, "back", "back, then quit", NULL, NULL },
	{ DRY_ON_VIEWS | DRY_ON_EMPTY | DRY_ON_TROUBLE | DRY_ON_FORM | DRY_ON_HELP, "Esc",
		{ { DRY_KEY_ESC, DRY_ACT_CANCEL } }, "close or cancel", "cancel, never quits", NULL,
		NULL },
	{ DRY_ON_VIEWS | DRY_ON_EMPTY | DRY_ON_TROUBLE | DRY_ON_FORM, "u", { { 'u', DRY_ACT_GLYPHS } },
		"glyphs", "signs: other glyphs", NULL, "" },
	{ DRY_ON_VIEWS | DRY_ON_EMPTY | DRY_ON_TROUBLE, "m", { { 'm', DRY_ACT_MOUSE } }, "mouse",
		"mouse on or off", NULL, NULL },
	{ DRY_ON_VIEWS, "Ctrl-R", { { DRY_CTRL('r'), DRY_ACT_READ_AGAIN } }, "read again",
		"read files again", NULL, NULL },
	{ DRY_ON_VIEWS | DRY_ON_EMPTY | DRY_ON_TROUBLE | DRY_ON_LOADING | DRY_ON_FORM, "Ctrl-L",
		{ { DRY_CTRL('l'), DRY_ACT_REDRAW } }, "redraw", "redraw", NULL, NULL },
};

const size_t dry_key_row_count = sizeof(dry_key_table) / sizeof(dry_key_table[0]);

enum dry_action dry_key_action(uint32_t where, int code, const struct dry_key_row **row)
{
	if (code == '\r')
		code = DRY_KEY_ENTER;
	for (size_t i = 0; i < dry_key_row_count; i++) {
		const struct dry_key_row *r = &dry_key_table[i];

		if (!(r->where & where))
			continue;
		for (size_t k = 0; k < sizeof(r->press) / sizeof(r->press[0]) && r->press[k].code; k++) {
			if (r->press[k].code != code)
				continue;
			if (row)
				*row = r;
			return r->press[k].action;
		}
	}
	return DRY_ACT_NONE;
}

static const char *foot_of(const struct dry_key_row *row, bool wide)
{
	const char *foot = wide && row->foot_wide ? row->foot_wide : row->foot;

	return foot && *foot ? foot : NULL;
}

void dry_keys_footer(uint32_t where, int width, struct dry_page *page)
{
	bool wide = width >= 110;
	bool leaves = where & (DRY_ON_EMPTY | DRY_ON_TROUBLE | DRY_ON_SWEEP | DRY_ON_LOADING);
	const char *end = where & DRY_ON_HELP ? "Esc close  / search" :
			  where & DRY_ON_FORM ? "Esc close  ?" : leaves ? "q quit  ?" : "?";
	int room = width - dry_columns(end);

	for (size_t i = 0; i < dry_key_row_count; i++) {
		const char *foot = foot_of(&dry_key_table[i], wide);

		if (!foot || !(dry_key_table[i].where & where))
			continue;
		if (dry_columns(foot) + 2 > room)
			break;
		dry_page_add(page, foot);
		dry_page_add(page, "  ");
		room -= dry_columns(foot) + 2;
	}
	dry_page_add(page, end);
}

static const struct {
	const char *name;
	int code;
} key_names[] = {
	{ "Left", DRY_KEY_LEFT },       { "Right", DRY_KEY_RIGHT },     { "Up", DRY_KEY_UP },
	{ "Down", DRY_KEY_DOWN },       { "PgUp", DRY_KEY_PAGE_UP },    { "PgDn", DRY_KEY_PAGE_DOWN },
	{ "Home", DRY_KEY_HOME },       { "End", DRY_KEY_END },         { "Tab", DRY_KEY_TAB },
	{ "S-Tab", DRY_KEY_BACKTAB },   { "Esc", DRY_KEY_ESC },         { "Enter", DRY_KEY_ENTER },
	{ "F1", DRY_KEY_F1 },           { "Del", DRY_KEY_DELETE },      { "BS", DRY_KEY_BACKSPACE },
	{ "Space", ' ' },
};

static int read_name(const char **text)
{
	const char *p = *text + 1;
	size_t length = strcspn(p, ">");

	if (p[length] != '>')
		return DRY_KEY_NONE;
	if (length == 3 && p[0] == 'C' && p[1] == '-') {
		*text = p + length + 1;
		return DRY_CTRL(p[2]);
	}
	for (size_t i = 0; i < sizeof(key_names) / sizeof(key_names[0]); i++)
		if (strlen(key_names[i].name) == length && !memcmp(key_names[i].name, p, length)) {
			*text = p + length + 1;
			return key_names[i].code;
		}
	return DRY_KEY_NONE;
}

int dry_keys_read(const char **text)
{
	static const char from[] = "nteb\\", to[] = "\n\t\033\177\\";
	const char *p = *text, *escape;
	uint32_t code = 0;
	size_t taken;
	int named;

	if (!*p)
		return DRY_KEY_NONE;
	if (*p == '\\' && p[1] && (escape = strchr(from, p[1]))) {
		*text = p + 2;
		return (unsigned char)to[escape - from];
	}
	if (*p == '<' && (named = read_name(text)) != DRY_KEY_NONE)
		return named;
	taken = dry_utf8_decode(p, strlen(p), &code);
	*text = p + (taken ? taken : 1);
	return taken ? (int)code : '?';
}
