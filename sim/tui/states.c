/* What stands where a view would: nothing loaded, reading, wrong input, too small. */
#include <stdio.h>

#include "views.h"

void dry_states_say(const struct dry_pane *body, const char *first, const char *second)
{
	int row = body->rows / 2 - 1;

	dry_pane_text(body, row < 0 ? 0 : row, (body->cols - dry_columns(first)) / 2 > 1 ?
		      (body->cols - dry_columns(first)) / 2 : 1, DRY_ROLE_PLAIN, first);
	if (second)
		dry_pane_text(body, row + 2, (body->cols - dry_columns(second)) / 2 > 1 ?
			      (body->cols - dry_columns(second)) / 2 : 1, DRY_ROLE_DIM, second);
}

static void draw_empty(struct dry_app *app, const struct dry_pane *body)
{
	int row = body->rows >= 18 ? 3 : 1;

	dry_pane_text(body, row, 12, DRY_ROLE_TITLE, "No scenario is loaded.");
	dry_pane_text(body, row + 2, 14, DRY_ROLE_PLAIN, "o       open a scenario or a saved sweep");
	dry_pane_text(body, row + 3, 14, app->options->demo ? DRY_ROLE_PLAIN : DRY_ROLE_DIM,
		      app->options->demo ? "Enter   load the demo scenario that comes with dryscale" :
					   "(the demo scenario is not installed)");
	dry_pane_text(body, row + 5, 12, DRY_ROLE_PLAIN, "From the shell:");
	dry_pane_text(body, row + 6, 14, DRY_ROLE_PLAIN, "dryscale tui scenarios/web-and-batch.yaml");
	dry_pane_text(body, row + 7, 14, DRY_ROLE_PLAIN, "dryscale import pods.json.gz -o trace.jsonl.gz");
	dry_pane_text(body, row + 8, 14, DRY_ROLE_PLAIN, "dryscale help record    how to record a cluster");
}

static void draw_loading(const struct dry_pane *body, const struct dry_load_progress *progress)
{
	double mib = (double)progress->stored / 1048576, all = (double)progress->file / 1048576;
	char text[256];

	if (progress->elapsed_ms < 100)
		return;
	snprintf(text, sizeof(text), "reading %s", progress->path);
	dry_pane_text(body, 3, 12, DRY_ROLE_TITLE, text);
	if (progress->file)
		snprintf(text, sizeof(text), "%.1f of %.1f MiB   %.1f MiB/s of text", mib, all,
			 (double)progress->text / 1048.576 / (double)(progress->elapsed_ms + 1));
	else
		snprintf(text, sizeof(text), "%.1f MiB", mib);
	dry_pane_text(body, 5, 12, DRY_ROLE_PLAIN, text);
	dry_pane_text(body, 7, 12, DRY_ROLE_DIM, "Esc stops reading");
}

/* One complaint; returns the row behind it. */
static int draw_complaint(const struct dry_pane *pane, int row, const struct dry_complaint *complaint)
{
	char place[32], number[16];
	int col = 1;

	if (complaint->line)
		snprintf(place, sizeof(place), "%u:%u", complaint->line, complaint->column);
	else
		snprintf(place, sizeof(place), "-");
	col = dry_pane_text(pane, row, 1, DRY_ROLE_FAIL, place);
	col = col < 7 ? 8 : col + 2;
	dry_pane_text(pane, row++, col, DRY_ROLE_PLAIN, complaint->text);
	if (complaint->source) {
		snprintf(number, sizeof(number), "%4u \u2502 ", complaint->line);
		row++;
		col = dry_pane_text(pane, row, 1, DRY_ROLE_DIM, number);
		dry_pane_text(pane, row++, col, DRY_ROLE_PLAIN, complaint->source);
		dry_pane_text(pane, row, 1, DRY_ROLE_DIM, "     \u2502 ");
		if (complaint->column)
			dry_pane_char(pane, row, 8 + (int)complaint->column - 1, DRY_ROLE_FAIL, L'^');
		row++;
	}
	if (complaint->expected)
		dry_pane_printf(pane, row++, 3, DRY_ROLE_PLAIN, "expected: %s", complaint->expected);
	if (complaint->fix)
		dry_pane_printf(pane, row++, 3, DRY_ROLE_PLAIN, "fix: %s", complaint->fix);
	return row + 1;
}

static void draw_trouble(struct dry_app *app, const struct dry_pane *body)
{
	const struct dry_error *err = &app->session.err;
	int top = body->rows >= 18 ? 2 : 0, row = 0, left = body->cols >= 76 ? 2 : 0;
	struct dry_pane box;
	char title[512];

	snprintf(title, sizeof(title), "%s has %u error%s", app->session.trouble_path,
		 err->count + err->omitted, err->count + err->omitted == 1 ? "" : "s");
	box = dry_pane_box(body, top, left, body->rows - top - (top ? 4 : 0),
			   body->cols - 2 * left - (left ? 2 : 0), title);
	for (uint32_t i = (uint32_t)app->trouble_row; i < err->count && row < box.rows - 2; i++)
		row = draw_complaint(&box, row, &err->complaint[i]);
	if (err->omitted && row < box.rows - 2)
		dry_pane_printf(&box, row, 1, DRY_ROLE_DIM, "and %u more", err->omitted);
	dry_pane_text(&box, box.rows - 1, 1, DRY_ROLE_DIM,
		      "The file is watched: save it and dryscale reads it again.");
}

bool dry_states_draw(struct dry_app *app, const struct dry_pane *body)
{
	struct dry_load_progress progress;

	switch (dry_app_where(app)) {
	case DRY_ON_LOADING:
		if (dry_session_loading(&app->session, &progress))
			draw_loading(body, &progress);
		return true;
	case DRY_ON_TROUBLE:
		draw_trouble(app, body);
		return true;
	case DRY_ON_EMPTY:
		draw_empty(app, body);
		return true;
	default:
		break;
	}
	if (!app->session.input && !app->session.has_result) {  /* under an overlay */
		draw_empty(app, body);
		return true;
	}
	return false;
}

void dry_states_too_small(struct dry_app *app)
{
	struct dry_pane all = dry_pane_all(&app->screen);
	const struct dry_sweep_status *status = &app->session.status;
	int row = all.rows >= 8 ? 1 : 0, gap = all.rows >= 9 ? 1 : 0;
	char span[32];

	if (app->question.text) {
		dry_pane_text(&all, all.rows - 1, all.cols > 40 ? 2 : 0, DRY_ROLE_WARN,
			      "stop the sweep and quit? y/N");
	}
	dry_pane_printf(&all, row++, all.cols > 40 ? 2 : 0, DRY_ROLE_PLAIN, "dryscale needs %d columns and %d rows.",
			DRY_MIN_COLS, DRY_MIN_ROWS);
	dry_pane_printf(&all, row++, all.cols > 40 ? 2 : 0, DRY_ROLE_PLAIN,
			"This terminal has %d columns and %d rows.", all.cols, all.rows);
	row += gap;
	if (dry_session_is_running(&app->session)) {
		dry_pane_printf(&all, row++, all.cols > 40 ? 2 : 0, DRY_ROLE_PLAIN, "The sweep %s: %u/%u%s%s",
				status->phase == DRY_SWEEP_PAUSED ? "is paused" : "keeps running",
				status->finished, status->total, status->eta_ms >= 0 ? ", ETA " : "",
				status->eta_ms >= 0 ? dry_format_span(status->eta_ms, span, sizeof(span)) : "");
		row += gap;
	}
	dry_pane_text(&all, row++, all.cols > 40 ? 2 : 0, DRY_ROLE_PLAIN,
		      "Make the window larger, or press q to quit.");
	dry_pane_text(&all, row++, all.cols > 40 ? 2 : 0, DRY_ROLE_PLAIN, "Other keys do nothing at this size.");
}
