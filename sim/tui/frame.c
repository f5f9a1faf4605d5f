/* The lines around every view: heading, tabs, message, keys; and what lies over it. */
#include <stdio.h>
#include <string.h>

#include "views.h"

static void add_counts(const struct dry_app *app, struct dry_page *page, const char *word)
{
	const struct dry_sweep_status *status = &app->session.status;
	char span[32];

	dry_page_printf(page, "%s %u/%u", word, status->finished, status->total);
	if (status->phase == DRY_SWEEP_DONE && app->session.run_ms > 0)
		dry_page_printf(page, " in %s", dry_format_span(app->session.run_ms, span, sizeof(span)));
	if (status->failed)
		dry_page_printf(page, " failed %u", status->failed);
}

static void add_state(const struct dry_app *app, struct dry_page *page)
{
	static const char *const words[DRY_SWEEP_PHASE_COUNT] = { "ready", "RUNNING", "PAUSED", "STOPPING",
								  "STOPPED", "DONE" };
	const struct dry_session *session = &app->session;
	const struct dry_sweep_counts *counts = &session->result.counts;

	if (session->sweep) {
		add_counts(app, page, words[session->status.phase]);
	} else if (session->has_result) {
		dry_page_printf(page, "%s %u/%u", counts->pending ? "PART" : "DONE", counts->finished,
				counts->total);
		if (counts->failed)
			dry_page_printf(page, " failed %u", counts->failed);
	} else if (session->input) {
		dry_page_add(page, "ready");
	}
}

static const char *scenario_name(const struct dry_app *app)
{
	if (app->session.has_result && app->session.result.scenario)
		return app->session.result.scenario;
	if (app->session.input && app->session.input->name)
		return app->session.input->name;
	return app->session.in_trouble ? app->session.trouble_path : NULL;
}

static void draw_heading(struct dry_app *app, const struct dry_pane *all)
{
	struct dry_page page = { 0 }, right = { 0 };
	const char *name = scenario_name(app);
	uint64_t seed = app->session.has_result ? app->session.result.seed :
			app->session.has_seed ? app->session.seed :
			app->session.input ? app->session.input->config.seed : 1;
	int room;

	dry_page_add(&page, " dryscale");
	if (name) {
		dry_page_add(&page, " \u2502 ");
		dry_page_add_visible(&page, name, strlen(name));
		dry_page_add(&page, " \u2502 ");
		if (app->session.in_trouble)
			dry_page_add(&page, "cannot load");
		else if (dry_views[app->view].heading && app->session.has_result)
			dry_views[app->view].heading(app, &page);
		else
			add_state(app, &page);
		dry_page_printf(&right, "seed %llu \u2502 %u job%s", (unsigned long long)seed,
				app->session.jobs, app->session.jobs == 1 ? "" : "s");
	}
	room = all->cols - 1 - dry_columns(dry_page_string(&right)) - 2;
	if (dry_columns(dry_page_string(&page)) > room)
		room = all->cols - 1;   /* the state says more than the seed */
	else
		dry_pane_right(all, 0, all->cols - 1, DRY_ROLE_PLAIN, dry_page_string(&right));
	dry_pane_cut(all, 0, 0, room, DRY_ROLE_PLAIN, dry_page_string(&page));
	dry_pane_role(all, 0, 1, 8, DRY_ROLE_TITLE);
	dry_page_release(&page);
	dry_page_release(&right);
}

static void draw_tabs(struct dry_app *app, const struct dry_pane *all)
{
	int gap = all->cols >= 110 ? 2 : all->cols >= 77 ? 1 : -1;
	int col = gap < 0 ? 0 : 1;

	for (int v = 0; v < DRY_VIEW_COUNT; v++) {
		bool is_current = app->view == (enum dry_view_id)v;
		enum dry_role role = is_current ? DRY_ROLE_TAB : DRY_ROLE_PLAIN;
		int from = col;

		if (is_current)
			dry_pane_char(all, 1, col, role, L'[');
		col = dry_pane_printf(all, 1, col + 1, role, "%d %s", v + 1, dry_views[v].title);
		if (is_current)
			dry_pane_char(all, 1, col, role, L']');
		col = from + 2 + dry_columns(dry_views[v].title) + 2 + gap;
	}
	if (gap >= 0)
		dry_pane_right(all, 1, all->cols - 1, DRY_ROLE_PLAIN, "? help");
}

static void draw_message(struct dry_app *app, const struct dry_pane *all)
{
	struct dry_page page = { 0 };
	int row = all->rows - 2, col;

	if (app->question.text) {
		col = dry_pane_text(all, row, 1, DRY_ROLE_WARN, app->question.text);
		dry_pane_text(all, row, col, DRY_ROLE_PLAIN, " y/N ");
	} else if (app->prompt.label) {
		int room = all->cols - 4 - dry_columns(app->prompt.label);
		int skip = dry_columns(app->prompt.text) > room ? dry_columns(app->prompt.text) - room : 0;

		col = dry_pane_text(all, row, 1, DRY_ROLE_TITLE, app->prompt.label);
		col = dry_pane_text(all, row, col, DRY_ROLE_PLAIN, app->prompt.text + skip);
		dry_pane_char(all, row, col, DRY_ROLE_CURSOR, L'_');
	} else if (app->message[0]) {
		dry_pane_cut(all, row, 1, all->cols - 2, app->message_role, app->message);
	} else if (app->session.notice && dry_app_where(app) < DRY_ON_EMPTY) {
		dry_pane_cut(all, row, 1, all->cols - 2, DRY_ROLE_WARN, app->session.notice);
	} else if (dry_app_where(app) == DRY_ON_TROUBLE) {
		dry_pane_text(all, row, 1, DRY_ROLE_PLAIN, "0 points run, nothing was written");
	} else if (dry_app_where(app) < DRY_ON_EMPTY && dry_views[app->view].remark) {
		dry_views[app->view].remark(app, &page);
		dry_pane_cut(all, row, 1, all->cols - 2,
			     dry_page_string(&page)[0] == '!' ? DRY_ROLE_WARN : DRY_ROLE_PLAIN,
			     dry_page_string(&page));
	}
	dry_page_release(&page);
}

void dry_app_draw(struct dry_app *app)
{
	struct dry_pane all = dry_pane_all(&app->screen), body;
	struct dry_page footer = { 0 };

	dry_screen_clear(&app->screen);
	if (dry_app_is_too_small(app)) {
		dry_states_too_small(app);
		return;
	}
	dry_app_refresh_front(app);
	draw_heading(app, &all);
	draw_tabs(app, &all);
	body = dry_pane_part(&all, 2, 0, all.rows - 4, all.cols);
	if (!dry_states_draw(app, &body))
		dry_views[app->view].draw(app, &body);
	if (app->overlay == DRY_OVERLAY_FORM)
		dry_form_draw(app, &body);
	draw_message(app, &all);
	dry_keys_footer(dry_app_where(app), all.cols - 1, &footer);
	dry_pane_text(&all, all.rows - 1, 1, DRY_ROLE_PLAIN, dry_page_string(&footer));
	dry_page_release(&footer);
	if (app->overlay == DRY_OVERLAY_HELP)
		dry_help_draw(app, &body);
}
