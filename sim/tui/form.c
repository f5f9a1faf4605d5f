/*
 * What if: a form over the parameters of a point. The sweep's own parameters
 * come first, then the node groups' sizes, then every flag of the autoscaler
 * that acts in a simulation, with its default, range and one line of help.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "views.h"
#include "autoscaler/options.h"
#include "io/writer.h"

struct form_row {
	const char *path;               /* in the form's arena */
	const char *value;              /* of the point */
	const char *changed;            /* what the user wants; NULL = as it is */
	const struct dry_option *option;        /* NULL = not a flag */
	bool is_swept;
};

struct dry_form {
	struct dry_arena arena;
	struct dry_config config;       /* the point's own */
	bool has_config;
	uint64_t of;                    /* index of the point */
	char name[64];
	struct form_row *row;
	uint32_t count;
	size_t capacity;
	uint32_t at;                    /* row under the cursor */
	char filter[64];
	bool only_changed;
	bool saves_over;                /* of the name being asked for */
};

void dry_form_release(struct dry_app *app)
{
	if (!app->form)
		return;
	dry_arena_release(&app->form->arena);
	free(app->form->row);
	free(app->form);
	app->form = NULL;
}

static void add_row(struct dry_app *app, const char *path, bool is_swept)
{
	struct dry_form *form = app->form;
	struct form_row *row;
	const char *value;

	for (uint32_t i = 0; i < form->count; i++)
		if (!strcmp(form->row[i].path, path))
			return;
	value = dry_config_get(&form->config, app->session.input, path, &form->arena);
	if (!value)
		return;
	form->row = dry_grow(form->row, &form->capacity, form->count + 1, sizeof(*form->row));
	row = &form->row[form->count++];
	*row = (struct form_row){ .path = dry_arena_text(&form->arena, path), .value = value, .is_swept = is_swept,
				  .option = dry_option_find(path, NULL) };
}

static void add_rows(struct dry_app *app)
{
	static const char *const of_group[] = { "minSize", "maxSize" };
	const struct dry_sweep_result *result = dry_app_result(app);
	const struct dry_input *input = app->session.input;
	char path[256];

	for (uint32_t p = 0; result && p < result->parameter_count; p++)
		add_row(app, result->parameter[p].path, true);
	for (uint32_t p = 0; p < input->parameter_count; p++)
		add_row(app, input->parameter[p].path, true);
	for (uint32_t g = 0; g < input->config.group_count; g++)
		for (size_t i = 0; i < sizeof(of_group) / sizeof(of_group[0]); i++) {
			snprintf(path, sizeof(path), "nodeGroups.%s.%s", input->config.group[g].name, of_group[i]);
			add_row(app, path, false);
		}
	add_row(app, "placeholders.nodes", false);
	for (size_t i = 0; i < dry_option_count; i++)
		if (dry_option_table[i].effect == DRY_OPTION_ACTS)
			add_row(app, dry_option_table[i].name, false);
}

static bool is_listed(const struct dry_form *form, const struct form_row *row)
{
	if (form->only_changed && !row->changed)
		return false;
	return !*form->filter || strcasestr(row->path, form->filter);
}

static void select_path(struct dry_form *form, const char *path, const char *value)
{
	for (uint32_t i = 0; path && i < form->count; i++)
		if (!strcmp(form->row[i].path, path)) {
			form->at = i;
			if (value)
				form->row[i].changed = dry_arena_text(&form->arena, value);
		}
}

void dry_form_open(struct dry_app *app, const struct dry_sweep_point *of, const char *path, const char *value)
{
	struct dry_error err = { 0 };
	struct dry_form *form;

	if (!app->session.input) {
		dry_app_say(app, DRY_ROLE_WARN,
			    "what if needs the scenario: dryscale tui RESULT SCENARIO, or press o");
		return;
	}
	dry_form_release(app);
	form = app->form = dry_xcalloc(1, sizeof(*form));
	dry_arena_init(&form->arena);
	if (of && !dry_sweep_point_config(&app->session.result, of, app->session.input, &form->config,
					  &form->arena, &err)) {
		dry_app_say_error(app, &err);
		dry_form_release(app);
		return;
	}
	if (!of)
		dry_config_copy(&form->config, &app->session.input->config, &form->arena);
	form->of = of ? of->index : DRY_NO_POINT;
	if (of)
		dry_app_point_name(app, of, form->name, sizeof(form->name));
	else
		snprintf(form->name, sizeof(form->name), "the scenario");
	add_rows(app);
	select_path(form, path, value);
	app->overlay = DRY_OVERLAY_FORM;
}

/* ---- drawing */

static void describe(const struct form_row *row, char *text, size_t size)
{
	static const char *const types[] = {
		"true or false", "an integer",          "a number", "a duration",       "seconds", "min:max",
		"type:min:max",  "expanders, in order", "a list",   "priority:seconds", "text"
	};
	const struct dry_option *option = row->option;

	if (!option) {
		snprintf(text, size, "%s", row->is_swept ? "a parameter of the sweep" : "a path of the scenario");
		return;
	}
	if (option->max > option->min && option->max < 1e8)
		snprintf(text, size, "%s from %g to %g; default %s", types[option->type], option->min, option->max,
			 option->default_text);
	else
		snprintf(text, size, "%s; default %s", types[option->type], option->default_text);
}

static void draw_row(const struct dry_form *form, const struct dry_pane *pane, int row, uint32_t i)
{
	const struct form_row *of = &form->row[i];
	bool here = i == form->at;
	enum dry_role role = here ? DRY_ROLE_CURSOR : of->changed ? DRY_ROLE_TITLE : DRY_ROLE_PLAIN;
	int width = pane->cols - 32;
	char name[160];

	if (of->changed)
		dry_pane_char(pane, row, 0, DRY_ROLE_BASE, L'*');
	dry_pane_text(pane, row, 1, role, here ? ">" : of->is_swept ? "\u00b7" : " ");
	dry_pane_text(pane, row, 3, role, dry_short_path(of->path, width, name, sizeof(name)));
	dry_pane_cut(pane, row, pane->cols - 28, 13, DRY_ROLE_PLAIN, *of->value ? of->value : "\"\"");
	if (of->changed) {
		dry_pane_char(pane, row, pane->cols - 14, DRY_ROLE_PLAIN, L'\u2192');
		dry_pane_cut(pane, row, pane->cols - 12, 11, DRY_ROLE_KNEE, of->changed);
	}
}

void dry_form_draw(struct dry_app *app, const struct dry_pane *body)
{
	struct dry_form *form = app->form;
	int width = body->cols >= 110  ? 100
		    : body->cols >= 76 ? 74
				       : body->cols,
	    listed = 0, place = 0, skip, row = 0;
	struct dry_pane box = dry_pane_part(body, 0, (body->cols - width) / 2, body->rows, width), list;
	char title[160], text[256];

	dry_pane_blank(&box);
	snprintf(title, sizeof(title), "What if %s had", form->name);
	box = dry_pane_box(&box, 0, 0, box.rows, box.cols, title);
	list = dry_pane_part(&box, 0, 0, box.rows - 3, box.cols);
	for (uint32_t i = 0; i < form->count; i++) {
		if (i == form->at)
			place = listed;
		listed += is_listed(form, &form->row[i]);
	}
	skip = place >= list.rows ? place - list.rows + 1 : 0;
	for (uint32_t i = 0; i < form->count; i++) {
		if (!is_listed(form, &form->row[i]))
			continue;
		if (row - skip >= 0)
			draw_row(form, &list, row - skip, i);
		row++;
	}
	if (!listed)
		dry_pane_text(&list, 0, 3, DRY_ROLE_DIM,
			      form->only_changed ? "nothing is changed yet" : "no name matches");
	if (form->at < form->count && listed) {
		describe(&form->row[form->at], text, sizeof(text));
		dry_pane_text(&box, box.rows - 2, 1, DRY_ROLE_DIM, text);
		if (form->row[form->at].option)
			dry_pane_text(&box, box.rows - 1, 1, DRY_ROLE_PLAIN, form->row[form->at].option->help);
		else
			dry_pane_text(&box, box.rows - 1, 1, DRY_ROLE_PLAIN, form->row[form->at].path);
	}
}

/* ---- acting */

static void move(struct dry_form *form, int steps)
{
	int direction = steps < 0 ? -1 : 1;

	while (steps) {
		int64_t next = (int64_t)form->at + direction;

		while (next >= 0 && next < form->count && !is_listed(form, &form->row[next]))
			next += direction;
		if (next < 0 || next >= form->count)
			return;
		form->at = (uint32_t)next;
		steps -= direction;
	}
}

static void go_to_listed(struct dry_form *form)
{
	if (form->at < form->count && is_listed(form, &form->row[form->at]))
		return;
	form->at = 0;
	while (form->at < form->count && !is_listed(form, &form->row[form->at]))
		form->at++;
	if (form->at == form->count)
		form->at = 0;
}

static void set_filter(struct dry_app *app, const char *text)
{
	snprintf(app->form->filter, sizeof(app->form->filter), "%s", text);
	go_to_listed(app->form);
}

/* The value is tried on a copy of the config before it is taken. */
static void set_value(struct dry_app *app, const char *text)
{
	struct dry_form *form = app->form;
	struct form_row *row = &form->row[form->at];
	struct dry_error err = { 0 };
	struct dry_arena arena;
	struct dry_config config;

	if (!strcmp(text, row->value)) {
		row->changed = NULL;
		return;
	}
	dry_arena_init(&arena);
	dry_config_copy(&config, &form->config, &arena);
	if (dry_config_set(&config, app->session.input, row->path, text, &arena, &err))
		row->changed = dry_arena_text(&form->arena, text);
	else
		dry_app_say_error(app, &err);
	dry_arena_release(&arena);
}

/* The point's own settings, with the changes over them. Returns how many; the array is heap. */
static uint32_t settings(struct dry_app *app, bool only_changed, struct dry_setting **setting)
{
	const struct dry_form *form = app->form;
	const struct dry_sweep_point *of = dry_session_point(&app->session, form->of);
	uint32_t own = of && !only_changed ? of->setting_count : 0, count = 0;

	*setting = dry_xcalloc(own + form->count + 1, sizeof(**setting));
	for (uint32_t s = 0; s < own; s++) {
		bool is_changed = false;

		for (uint32_t i = 0; i < form->count; i++)
			is_changed |= form->row[i].changed && !strcmp(form->row[i].path, of->setting[s].path);
		if (!is_changed)
			(*setting)[count++] = of->setting[s];
	}
	for (uint32_t i = 0; i < form->count; i++)
		if (form->row[i].changed)
			(*setting)[count++] = (struct dry_setting){ form->row[i].path, form->row[i].changed };
	return count;
}

static bool has_changes(const struct dry_form *form)
{
	for (uint32_t i = 0; i < form->count; i++)
		if (form->row[i].changed)
			return true;
	return false;
}

static void run(struct dry_app *app)
{
	struct dry_error err = { 0 };
	struct dry_setting *setting;
	uint64_t index = 0;
	uint32_t count;

	if (!has_changes(app->form)) {
		dry_app_say(app, DRY_ROLE_PLAIN, "nothing is changed yet: Enter edits a value");
		return;
	}
	count = settings(app, false, &setting);
	if (dry_session_ask(&app->session, setting, count, &index, &err)) {
		app->overlay = DRY_OVERLAY_NONE;
		app->cursor = index;
		app->watched = index;
		app->watches = true;
		dry_app_go(app, DRY_VIEW_PARETO);
	} else {
		dry_app_say_error(app, &err);
	}
	free(setting);
}

static void save(struct dry_app *app, const char *path)
{
	const struct dry_writer_options options = { .force = app->form->saves_over };
	struct dry_error err = { 0 };
	struct dry_page page = { 0 };
	struct dry_setting *setting;
	uint32_t count;

	if (!*path)
		return;
	count = settings(app, app->form->of == app->session.result.baseline.index, &setting);
	if (dry_scenario_patch(app->session.scenario_path, setting, count, &page, &err) &&
	    dry_writer_file(path, &options, dry_page_string(&page), page.length, &err))
		dry_app_say(app, DRY_ROLE_PASS, "wrote %s", path);
	else
		dry_app_say_error(app, &err);
	dry_page_release(&page);
	free(setting);
}

static void ask_save(struct dry_app *app, bool over)
{
	const char *path = app->session.scenario_path, *dot = strrchr(path, '.');
	char text[512];

	app->form->saves_over = over;
	if (over)
		snprintf(text, sizeof(text), "%s", path);
	else
		snprintf(text, sizeof(text), "%.*s-what-if%s", (int)(dot ? dot - path : (long)strlen(path)),
			 path, dot ? dot : "");
	dry_app_ask(app, over ? "save over: " : "save as: ", text, save);
}

bool dry_form_act(struct dry_app *app, enum dry_action action)
{
	struct dry_form *form = app->form;
	struct form_row *row = form->at < form->count ? &form->row[form->at] : NULL;

	switch (action) {
	case DRY_ACT_DOWN:
	case DRY_ACT_UP:
		move(form, action == DRY_ACT_DOWN ? 1 : -1);
		return true;
	case DRY_ACT_PAGE_DOWN:
	case DRY_ACT_PAGE_UP:
		move(form, action == DRY_ACT_PAGE_DOWN ? 10 : -10);
		return true;
	case DRY_ACT_ENTER:
		if (row)
			dry_app_ask(app, "value: ", row->changed ? row->changed : row->value, set_value);
		return true;
	case DRY_ACT_FILTER:
		dry_app_ask(app, "names with: ", form->filter, set_filter);
		app->prompt.changed = set_filter;
		return true;
	case DRY_ACT_LESS:
		form->only_changed = !form->only_changed;
		go_to_listed(form);
		return true;
	case DRY_ACT_RUN:
		run(app);
		return true;
	case DRY_ACT_WRITE:
	case DRY_ACT_REPLACE:
		ask_save(app, action == DRY_ACT_REPLACE);
		return true;
	case DRY_ACT_CANCEL:
		app->overlay = DRY_OVERLAY_NONE;
		return true;
	default:
		return false;
	}
}
