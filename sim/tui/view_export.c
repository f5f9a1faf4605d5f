/* Export: what do I change, and where. Nothing is written until w. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "views.h"
#include "io/writer.h"
#include "report/patch.h"

struct patch {
	struct dry_arena arena;
	struct dry_change_set changes;
	const char *title[4];
	uint32_t title_count;
	const struct dry_patch_format *format;
};

static const struct dry_patch_format *format_of(const struct dry_app *app)
{
	return &dry_patch_formats[app->export.format % dry_patch_format_count];
}

static void add_title(struct dry_app *app, struct patch *patch, const struct dry_sweep_point *point)
{
	const struct dry_sweep_result *result = dry_app_result(app);
	const struct dry_sweep_point *base = &result->baseline;
	enum dry_metric_id id[2] = { dry_app_objective(app, 0), dry_app_objective(app, 1) };
	char from[32], to[32], change[32], name[64];
	enum dry_role role;

	patch->title[patch->title_count++] = dry_arena_printf(
		&patch->arena, "dryscale: %s of %s, seed %llu",
		dry_app_point_name(app, point, name, sizeof(name)),
		result->scenario ? result->scenario : "a sweep", (unsigned long long)result->seed);
	for (int i = 0; i < 2 && base->has_metrics && point->has_metrics; i++) {
		dry_app_versus(app, point, id[i], change, sizeof(change), &role);
		patch->title[patch->title_count++] = dry_arena_printf(
			&patch->arena, "dryscale: %s %s -> %s (%s)", dry_metric_table[id[i]].label,
			dry_metric_format(id[i], base->metric[id[i]], from, sizeof(from)),
			dry_metric_format(id[i], point->metric[id[i]], to, sizeof(to)), change);
	}
}

/* The text that w writes, the same as "recommend --patch". False with complaints. */
static bool make_patch(struct dry_app *app, struct patch *patch, const struct dry_sweep_point *point,
		       struct dry_error *err)
{
	struct dry_patch_request request = { 0 };

	memset(patch, 0, sizeof(*patch));
	dry_arena_init(&patch->arena);
	patch->format = format_of(app);
	dry_changes_of_point(dry_app_result(app), point, &patch->arena, &patch->changes);
	add_title(app, patch, point);
	request.changes = &patch->changes;
	request.comments = !app->export.without_comments;
	request.title = patch->title;
	request.title_count = patch->title_count;
	if (app->session.input) {
		request.priority = app->session.input->config.expander_priority;
		request.priority_count = app->session.input->config.expander_priority_count;
	}
	dry_page_clear(&app->export.patch);
	return dry_patch_write(patch->format, &request, &app->export.patch, err);
}

static void default_file(struct dry_app *app, const struct dry_patch_format *format,
			 const struct dry_sweep_point *point)
{
	const struct dry_sweep_result *result = dry_app_result(app);
	const char *dot = strrchr(format->file, '.');
	char name[128];
	size_t length = 0;

	for (const char *p = result->scenario ? result->scenario : "sweep"; *p && length < sizeof(name) - 1; p++)
		name[length++] = isalnum((unsigned char)*p) || *p == '-' || *p == '_' ? *p : '-';
	name[length] = '\0';
	snprintf(app->export.file, sizeof(app->export.file), "%s-%llu-%s%s", name,
		 (unsigned long long)point->index, format->name, dot ? dot : "");
}

static void draw_formats(struct dry_app *app, const struct dry_pane *pane)
{
	int col = 1, at = 0, width[16] = { 0 };
	size_t first = 0, chosen = app->export.format % dry_patch_format_count;

	/* Begin further on when the chosen one would not be seen. */
	for (size_t i = 0; i < dry_patch_format_count && i < 16; i++)
		width[i] = dry_columns(dry_patch_formats[i].label) + 7;
	for (size_t i = 0; i <= chosen && i < 16; i++)
		at += width[i];
	while (at > pane->cols - 4 && first < chosen)
		at -= width[first++];
	if (first)
		col = dry_pane_text(pane, 0, 0, DRY_ROLE_DIM, "\u2190 ");
	for (size_t i = first; i < dry_patch_format_count && i < 16; i++) {
		bool is_chosen = i == chosen;

		if (col + width[i] - 3 > pane->cols - 2) {
			dry_pane_text(pane, 0, pane->cols - 1, DRY_ROLE_DIM, "\u2192");
			break;
		}
		col = dry_pane_printf(pane, 0, col, is_chosen ? DRY_ROLE_TAB : DRY_ROLE_PLAIN, "(%c) %s",
				      is_chosen ? 'o' : ' ', dry_patch_formats[i].label) +
		      3;
	}
}

static void draw_scope(const struct patch *patch, const struct dry_pane *pane)
{
	uint32_t flags = 0, sizes = 0, options = 0, others = 0, left_out = 0;
	char text[256];
	int length;

	for (uint32_t i = 0; i < patch->changes.count; i++) {
		const struct dry_change *change = &patch->changes.change[i];

		flags += change->kind == DRY_CHANGE_FLAG;
		sizes += change->kind == DRY_CHANGE_GROUP_SIZE;
		options += change->kind == DRY_CHANGE_GROUP_OPTION || change->kind == DRY_CHANGE_GROUP_OTHER;
		others += change->kind == DRY_CHANGE_OTHER || change->kind == DRY_CHANGE_PRIORITIES;
		left_out += !patch->format->can(change);
	}
	length = snprintf(text, sizeof(text), "scope %u autoscaler flag%s, %u node group size%s", flags,
			  flags == 1 ? "" : "s", sizes, sizes == 1 ? "" : "s");
	if (options)
		length += snprintf(text + length, sizeof(text) - (size_t)length, ", %u group option%s",
				   options, options == 1 ? "" : "s");
	if (others)
		length += snprintf(text + length, sizeof(text) - (size_t)length, ", %u other", others);
	if (left_out)
		snprintf(text + length, sizeof(text) - (size_t)length, "; %u not in this format", left_out);
	dry_pane_text(pane, 2, 1, DRY_ROLE_PLAIN, text);
}

static enum dry_role line_role(const char *line)
{
	while (*line == ' ')
		line++;
	return *line == '#' ? DRY_ROLE_DIM : DRY_ROLE_PLAIN;
}

/* What the format cannot say; long ones go on below. Returns the row behind it. */
static int draw_note(const struct dry_pane *pane, int row, int skip, const char *text)
{
	static const char known[] = "not exported: ";
	char whole[512];
	int width = pane->cols - 6;

	if (!strncmp(text, known, sizeof(known) - 1))
		text += sizeof(known) - 1;
	snprintf(whole, sizeof(whole), "Not exported: %s", text);
	for (const char *rest = whole; *rest; row++) {
		int length = (int)strlen(rest), left = rest == whole ? 3 : 5;

		if (length > width) {
			length = width;
			while (length > width / 2 && rest[length] != ' ')
				length--;
		}
		if (row >= skip && row - skip < pane->rows)
			dry_pane_cut(pane, row - skip, left, length, DRY_ROLE_WARN, rest);
		rest += length;
		rest += *rest == ' ';
	}
	return row;
}

/* Lines of the patch with their changed values marked: "# was 10m" behind a value is what it was. */
static void draw_preview(struct dry_app *app, const struct dry_pane *pane, const struct dry_error *notes)
{
	const char *text = dry_page_string(&app->export.patch);
	int row = 0;

	while (*text) {
		size_t length = strcspn(text, "\n");
		char line[512];
		int at = row++ - app->export.scroll;

		snprintf(line, sizeof(line), "%.*s",
			 (int)(length < sizeof(line) - 1 ? length : sizeof(line) - 1), text);
		if (at < pane->rows)
			dry_pane_text(pane, at, 3, line_role(line), line);
		text += length + (text[length] == '\n');
	}
	for (uint32_t i = 0; i < notes->count; i++) {
		row += !i;
		row = draw_note(pane, row, app->export.scroll, notes->complaint[i].text);
	}
	app->export.scroll_max = row > pane->rows ? row - pane->rows : 0;
	if (row - app->export.scroll > pane->rows)
		dry_pane_char(pane, pane->rows - 1, 1, DRY_ROLE_DIM, L'\u2193');
}

void dry_export_view_draw(struct dry_app *app, const struct dry_pane *body)
{
	const struct dry_sweep_point *point = dry_app_b(app);
	struct dry_error err = { 0 };
	struct dry_pane pane;
	struct patch patch;
	bool ok;

	if (!dry_app_result(app) || !point) {
		dry_states_say(body, "Nothing to export yet.", "r on Sweep starts the sweep");
		return;
	}
	ok = make_patch(app, &patch, point, &err);
	default_file(app, patch.format, point);
	pane = dry_pane_box(body, 0, 0, 5, body->cols, "Format");
	draw_formats(app, &pane);
	dry_pane_printf(&pane, 1, 1, DRY_ROLE_PLAIN, "file  %s", app->export.file);
	draw_scope(&patch, &pane);
	pane = dry_pane_box(body, 5, 0, body->rows - 5, body->cols, "Preview against the baseline");
	if (ok) {
		draw_preview(app, &pane, &err);
	} else if (!patch.changes.count) {
		dry_pane_text(&pane, 0, 3, DRY_ROLE_PLAIN, "This is the baseline: there is nothing to change.");
	} else if (err.count) {
		dry_pane_text(&pane, 0, 3, DRY_ROLE_WARN, err.complaint[0].text);
		if (err.complaint[0].fix)
			dry_pane_printf(&pane, 1, 3, DRY_ROLE_PLAIN, "fix: %s", err.complaint[0].fix);
		dry_pane_text(&pane, 3, 3, DRY_ROLE_DIM, patch.format->what);
	}
	dry_error_release(&err);
	dry_arena_release(&patch.arena);
}

void dry_export_view_heading(struct dry_app *app, struct dry_page *page)
{
	const struct dry_sweep_point *point = dry_app_b(app);
	char name[64];

	if (dry_session_is_running(&app->session))
		dry_page_printf(page, "RUNNING %u/%u \u2502 ", app->session.status.finished,
				app->session.status.total);
	dry_page_printf(page, "B %s", point ? dry_app_point_name(app, point, name, sizeof(name)) : "-");
}

void dry_export_view_remark(struct dry_app *app, struct dry_page *page)
{
	dry_page_add(page, app->screen.cols < 70 ? "w writes it; an existing file needs W" :
			   "nothing is written until you press w; an existing file needs W");
}

static void write_patch(struct dry_app *app, const char *path, bool force)
{
	const struct dry_writer_options options = { .force = force };
	const struct dry_sweep_point *point = dry_app_b(app);
	struct dry_error err = { 0 };
	struct patch patch;

	if (!dry_app_result(app) || !point || !*path)
		return;
	if (make_patch(app, &patch, point, &err) &&
	    dry_writer_file(path, &options, dry_page_string(&app->export.patch), app->export.patch.length, &err))
		dry_app_say(app, DRY_ROLE_PASS, "wrote %s", path);
	else
		dry_app_say_error(app, &err);
	dry_error_release(&err);
	dry_arena_release(&patch.arena);
}

static void write_new(struct dry_app *app, const char *path)
{
	write_patch(app, path, false);
}

static void write_over(struct dry_app *app)
{
	write_patch(app, app->export.over, true);
}

static void ask_over(struct dry_app *app, const char *path)
{
	snprintf(app->export.over, sizeof(app->export.over), "%s", path);
	if (*path && access(path, F_OK) == 0)
		dry_app_question(app, "write over the existing file?", write_over);
	else
		write_patch(app, path, true);
}

bool dry_export_view_act(struct dry_app *app, enum dry_action action)
{
	struct dry_export_state *state = &app->export;
	uint32_t formats = (uint32_t)dry_patch_format_count;

	if (!dry_app_result(app))
		return false;
	switch (action) {
	case DRY_ACT_LEFT:
	case DRY_ACT_RIGHT:
		state->format = (state->format + (action == DRY_ACT_RIGHT ? 1 : formats - 1)) % formats;
		state->scroll = 0;
		return true;
	case DRY_ACT_WRITE:
		dry_app_ask(app, "write to: ", state->file, write_new);
		return true;
	case DRY_ACT_REPLACE:
		dry_app_ask(app, "write over: ", state->file, ask_over);
		return true;
	case DRY_ACT_COPY:
		if (dry_app_copy(app, &state->patch))
			dry_app_say(app, DRY_ROLE_PASS, "copied %zu bytes, if the terminal allows it",
				    state->patch.length);
		else
			dry_app_say(app, DRY_ROLE_WARN, "it cannot be copied from here");
		return true;
	case DRY_ACT_COMMENTS:
		state->without_comments = !state->without_comments;
		return true;
	default:
		return dry_app_pick_or_scroll(app, &state->scroll, state->scroll_max, action);
	}
}
