#include "screen.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"

const char dry_role_letters[DRY_ROLE_COUNT + 1] = " -hTCfdBKbwpWF1234";

/* What stands in for a sign where only ASCII can be shown. */
static const struct {
	wchar_t from, to;
	char ascii;
} plain_table[] = {
	{ L'\u2500', L'\u2500', '-' },  { L'\u2502', L'\u2502', '|' },  { L'\u2503', L'\u257f', '+' },
	{ L'\u2581', L'\u2582', '.' },  { L'\u2583', L'\u2584', ':' },  { L'\u2585', L'\u2587', 'o' },
	{ L'\u2588', L'\u2588', '#' },  { L'\u2591', L'\u2593', '.' },  { L'\u2596', L'\u259f', '.' },
	{ L'\u2800', L'\u28ff', '.' },  { L'\u25c6', L'\u25c6', 'o' },  { L'\u25bc', L'\u25bc', 'v' },
	{ L'\u25b2', L'\u25b2', '^' },  { L'\u2190', L'\u2190', '<' },  { L'\u2191', L'\u2191', '^' },
	{ L'\u2192', L'\u2192', '>' },  { L'\u2193', L'\u2193', 'v' },  { L'\u00b7', L'\u00b7', ',' },
	{ L'\u2026', L'\u2026', '~' },  { L'\u00b1', L'\u00b1', '~' },  { L'\u00d7', L'\u00d7', 'x' },
	{ L'\u2265', L'\u2265', '>' },  { L'\u2264', L'\u2264', '<' },
};

bool dry_glyphs_fit_locale(void)
{
	static const wchar_t probe[] = L"\u2500\u2502\u250c\u2510\u2514\u2518\u2524\u2534\u2581\u2584"
				       L"\u2588\u2591\u2598\u259d\u2596\u2597\u2801\u28ff\u25c6\u25bc"
				       L"\u25b2\u2190\u2192\u00b7\u2026";

	for (size_t i = 0; probe[i]; i++)
		if (wcwidth(probe[i]) != 1)
			return false;
	return true;
}

static wchar_t shown_char(const struct dry_screen *screen, wchar_t ch)
{
	if (ch >= 0x20 && ch < 0x7f)
		return ch;
	if (screen->glyphs != DRY_GLYPHS_ASCII)
		return ch >= 0xa0 && wcwidth(ch) == 1 ? ch : L'?';
	for (size_t i = 0; i < sizeof(plain_table) / sizeof(plain_table[0]); i++)
		if (ch >= plain_table[i].from && ch <= plain_table[i].to)
			return (wchar_t)plain_table[i].ascii;
	return L'?';
}

void dry_screen_clear(struct dry_screen *screen)
{
	for (int i = 0; i < screen->cols * screen->rows; i++)
		screen->cell[i] = (struct dry_cell){ L' ', DRY_ROLE_PLAIN };
}

void dry_screen_resize(struct dry_screen *screen, int cols, int rows)
{
	size_t need = (size_t)(cols < 1 ? 1 : cols) * (size_t)(rows < 1 ? 1 : rows);

	screen->cell = dry_grow(screen->cell, &screen->capacity, need, sizeof(*screen->cell));
	screen->cols = cols < 1 ? 1 : cols;
	screen->rows = rows < 1 ? 1 : rows;
	dry_screen_clear(screen);
}

void dry_screen_release(struct dry_screen *screen)
{
	free(screen->cell);
	*screen = (struct dry_screen){ 0 };
}

static void add_utf8(struct dry_page *page, wchar_t ch)
{
	uint32_t code = (uint32_t)ch;

	if (code < 0x80) {
		dry_page_add_char(page, (char)code);
	} else if (code < 0x800) {
		dry_page_add_char(page, (char)(0xc0 | code >> 6));
		dry_page_add_char(page, (char)(0x80 | (code & 0x3f)));
	} else if (code < 0x10000) {
		dry_page_add_char(page, (char)(0xe0 | code >> 12));
		dry_page_add_char(page, (char)(0x80 | (code >> 6 & 0x3f)));
		dry_page_add_char(page, (char)(0x80 | (code & 0x3f)));
	} else {
		dry_page_add_char(page, (char)(0xf0 | code >> 18));
		dry_page_add_char(page, (char)(0x80 | (code >> 12 & 0x3f)));
		dry_page_add_char(page, (char)(0x80 | (code >> 6 & 0x3f)));
		dry_page_add_char(page, (char)(0x80 | (code & 0x3f)));
	}
}

void dry_screen_text(const struct dry_screen *screen, struct dry_page *page)
{
	for (int row = 0; row < screen->rows; row++) {
		const struct dry_cell *cell = &screen->cell[(size_t)row * (size_t)screen->cols];
		int end = screen->cols;

		while (end && cell[end - 1].ch == L' ')
			end--;
		for (int col = 0; col < end; col++)
			add_utf8(page, cell[col].ch);
		dry_page_add_char(page, '\n');
	}
}

void dry_screen_roles(const struct dry_screen *screen, struct dry_page *page)
{
	for (int row = 0; row < screen->rows; row++) {
		const struct dry_cell *cell = &screen->cell[(size_t)row * (size_t)screen->cols];
		int end = screen->cols;

		while (end && cell[end - 1].role == DRY_ROLE_PLAIN)
			end--;
		for (int col = 0; col < end; col++)
			dry_page_add_char(page, dry_role_letters[cell[col].role]);
		dry_page_add_char(page, '\n');
	}
}

struct dry_pane dry_pane_all(struct dry_screen *screen)
{
	return (struct dry_pane){ screen, 0, 0, screen->rows, screen->cols };
}

struct dry_pane dry_pane_part(const struct dry_pane *pane, int top, int left, int rows, int cols)
{
	struct dry_pane part = { pane->screen, pane->top + top, pane->left + left, rows, cols };

	if (part.rows > pane->rows - top)
		part.rows = pane->rows - top;
	if (part.cols > pane->cols - left)
		part.cols = pane->cols - left;
	if (part.rows < 0)
		part.rows = 0;
	if (part.cols < 0)
		part.cols = 0;
	return part;
}

static struct dry_cell *find_cell(const struct dry_pane *pane, int row, int col)
{
	if (row < 0 || col < 0 || row >= pane->rows || col >= pane->cols)
		return NULL;
	row += pane->top;
	col += pane->left;
	if (row < 0 || col < 0 || row >= pane->screen->rows || col >= pane->screen->cols)
		return NULL;
	return &pane->screen->cell[(size_t)row * (size_t)pane->screen->cols + (size_t)col];
}

void dry_pane_char(const struct dry_pane *pane, int row, int col, enum dry_role role, wchar_t ch)
{
	struct dry_cell *cell = find_cell(pane, row, col);

	if (!cell)
		return;
	cell->ch = shown_char(pane->screen, ch);
	cell->role = (uint8_t)role;
}

void dry_pane_role(const struct dry_pane *pane, int row, int col, int cols, enum dry_role role)
{
	for (int i = 0; i < cols; i++) {
		struct dry_cell *cell = find_cell(pane, row, col + i);
		if (cell)
			cell->role = (uint8_t)role;
	}
}

void dry_pane_blank(const struct dry_pane *pane)
{
	for (int row = 0; row < pane->rows; row++)
		for (int col = 0; col < pane->cols; col++)
			dry_pane_char(pane, row, col, DRY_ROLE_PLAIN, L' ');
}

int dry_pane_cut(const struct dry_pane *pane, int row, int col, int width, enum dry_role role,
		 const char *text)
{
	size_t length = strlen(text);
	int end = col + width;

	for (size_t i = 0; i < length && col < end; col++) {
		uint32_t code = 0;
		size_t taken = dry_utf8_decode(text + i, length - i, &code);

		dry_pane_char(pane, row, col, role, taken ? (wchar_t)code : L'?');
		i += taken ? taken : 1;
	}
	return col;
}

int dry_pane_text(const struct dry_pane *pane, int row, int col, enum dry_role role, const char *text)
{
	return dry_pane_cut(pane, row, col, pane->cols > col ? pane->cols - col : 0, role, text);
}

int dry_pane_printf(const struct dry_pane *pane, int row, int col, enum dry_role role,
		    const char *format, ...)
{
	char text[1024];
	va_list list;

	va_start(list, format);
	vsnprintf(text, sizeof(text), format, list);
	va_end(list);
	return dry_pane_text(pane, row, col, role, text);
}

int dry_columns(const char *text)
{
	size_t length = strlen(text);
	int columns = 0;

	for (size_t i = 0; i < length; columns++) {
		uint32_t code = 0;
		size_t taken = dry_utf8_decode(text + i, length - i, &code);
		i += taken ? taken : 1;
	}
	return columns;
}

void dry_pane_right(const struct dry_pane *pane, int row, int end, enum dry_role role,
		    const char *text)
{
	dry_pane_cut(pane, row, end - dry_columns(text), dry_columns(text), role, text);
}

void dry_pane_rightf(const struct dry_pane *pane, int row, int end, enum dry_role role,
		     const char *format, ...)
{
	char text[256];
	va_list list;

	va_start(list, format);
	vsnprintf(text, sizeof(text), format, list);
	va_end(list);
	dry_pane_right(pane, row, end, role, text);
}

struct dry_pane dry_pane_box(const struct dry_pane *pane, int top, int left, int rows, int cols,
			     const char *title)
{
	int bottom = top + rows - 1, right = left + cols - 1, col;

	for (col = left + 1; col < right; col++) {
		dry_pane_char(pane, top, col, DRY_ROLE_DIM, L'\u2500');
		dry_pane_char(pane, bottom, col, DRY_ROLE_DIM, L'\u2500');
	}
	for (int row = top + 1; row < bottom; row++) {
		dry_pane_char(pane, row, left, DRY_ROLE_DIM, L'\u2502');
		dry_pane_char(pane, row, right, DRY_ROLE_DIM, L'\u2502');
	}
	dry_pane_char(pane, top, left, DRY_ROLE_DIM, L'\u250c');
	dry_pane_char(pane, top, right, DRY_ROLE_DIM, L'\u2510');
	dry_pane_char(pane, bottom, left, DRY_ROLE_DIM, L'\u2514');
	dry_pane_char(pane, bottom, right, DRY_ROLE_DIM, L'\u2518');
	if (title && cols > 6) {
		dry_pane_char(pane, top, left + 2, DRY_ROLE_PLAIN, L' ');
		col = dry_pane_cut(pane, top, left + 3, cols - 6, DRY_ROLE_TITLE, title);
		dry_pane_char(pane, top, col, DRY_ROLE_PLAIN, L' ');
	}
	return dry_pane_part(pane, top + 1, left + 1, rows - 2, cols - 2);
}

void dry_pane_bar(const struct dry_pane *pane, int bottom, int col, int rows, double fill,
		  enum dry_role role)
{
	int eighths;

	if (!(fill > 0))
		return;
	eighths = (int)lround(fill * 8 * rows);
	if (eighths < 1)
		eighths = 1;                    /* something is never drawn as nothing */
	if (eighths > 8 * rows)
		eighths = 8 * rows;
	for (int row = bottom; eighths > 0; row--, eighths -= 8)
		dry_pane_char(pane, row, col, role, (wchar_t)(L'\u2580' + (eighths > 8 ? 8 : eighths)));
}
