/* Golden screens: tests/snapshot. UPDATE=1 writes them again; look at what changed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <locale.h>

#include "tui_world.h"

static const char *const utf8_names[] = { "C.UTF-8", "C.utf8", "en_US.UTF-8", NULL };

/* False when the machine has no UTF-8 locale. */
static bool choose_locale(bool utf8)
{
	if (!utf8)
		return setlocale(LC_CTYPE, "C") != NULL;
	for (int i = 0; utf8_names[i]; i++)
		if (setlocale(LC_CTYPE, utf8_names[i]))
			return true;
	return false;
}

static char *read_text(const char *path)
{
	FILE *file = fopen(path, "rb");
	char *text = dry_xcalloc(1, 65536);
	size_t length = file ? fread(text, 1, 65535, file) : 0;

	text[length] = '\0';
	if (file)
		fclose(file);
	return text;
}

static void write_text(const char *path, const char *text)
{
	FILE *file = fopen(path, "wb");

	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

/* The screen is what the golden file says; the first line that differs is printed. */
static void check(const char *name, const char *text)
{
	char path[256];
	const char *a = text, *b;
	char *golden;

	snprintf(path, sizeof(path), "tests/snapshot/%s.txt", name);
	if (getenv("UPDATE"))
		write_text(path, text);
	golden = read_text(path);
	b = golden;
	for (int line = 1; *a || *b; line++) {
		size_t x = strcspn(a, "\n"), y = strcspn(b, "\n");

		if (x != y || memcmp(a, b, x)) {
			print_message("%s line %d\n  is   %.*s\n  was  %.*s\n", path, line, (int)x, a, (int)y, b);
			fail();
		}
		a += x + (a[x] == '\n');
		b += y + (b[y] == '\n');
	}
	free(golden);
}

static const struct dry_tui_options plain = { .snapshot = "80x24", .utf8 = true, .jobs = 8 };

static void shoot(const char *name, struct dry_app *app, bool roles)
{
	struct dry_page page = { 0 };

	dry_screen_text(&app->screen, &page);
	if (roles)
		dry_screen_roles(&app->screen, &page);
	check(name, dry_page_string(&page));
	dry_page_release(&page);
}

static void every_screen_at_every_size(void **state)
{
	static const int size[][2] = { { 60, 16 }, { 80, 24 }, { 120, 40 } };
	char name[64];

	(void)state;
	for (int utf8 = 0; utf8 < 2; utf8++) {
		if (!choose_locale(utf8))
			continue;
		for (size_t s = 0; s < 3; s++)
			for (int v = 0; v <= DRY_VIEW_COUNT; v++) {
				struct dry_tui_options options = plain;
				struct dry_app *app;

				options.utf8 = utf8;
				app = world_open(&options, size[s][0], size[s][1], true);
				app->view = v == DRY_VIEW_COUNT ? DRY_VIEW_PARETO : (enum dry_view_id)v;
				world_press(app, v == DRY_VIEW_COUNT ? "?" : "");
				snprintf(name, sizeof(name), "%s-%dx%d-%s", v == DRY_VIEW_COUNT ? "help" : dry_views[v].name,
					 size[s][0], size[s][1], utf8 ? "utf8" : "c");
				shoot(name, app, false);
				world_close(app);
			}
	}
}

/* A screen after some keys, with the role of each cell. */
static const struct {
	const char *name, *keys;
	const char *glyphs;
	bool without_scenario;
} after[] = {
	{ "roles-pareto", "", NULL, false },
	{ "roles-compare", "3", NULL, false },
	{ "roles-timeline", "4", NULL, false },
	{ "roles-explain", "5", NULL, false },
	{ "block-pareto", "", "block", false },
	{ "pareto-dominated-off", "d", NULL, false },
	{ "pareto-all-points", "0", NULL, false },
	{ "pareto-zoomed", "zz<Right>", NULL, false },
	{ "pareto-filtered", "/p95<90 maxSize=110\\n", NULL, false },
	{ "pareto-nothing-matches", "/p95<5\\n", NULL, false },
	{ "pareto-bad-filter", "/p95wait<5\\n", NULL, false },
	{ "pareto-failed", "f", NULL, false },
	{ "pareto-selected", " <Right><Right> ", NULL, false },
	{ "compare-differences", "3d", NULL, false },
	{ "compare-swapped", "3s", NULL, false },
	{ "timeline-zoomed", "4zzz<Left><Left>", NULL, false },
	{ "timeline-worst", "4!", NULL, false },
	{ "timeline-group", "4/spot\\n", NULL, false },
	{ "timeline-no-scenario", "4", NULL, true },
	{ "explain-event", "5ee<PgDn>", NULL, false },
	{ "explain-filtered", "5/refused\\n", NULL, false },
	{ "export-json", "6<Right><Right><Right>", NULL, false },
	{ "export-no-comments", "6v", NULL, false },
	{ "unknown-key", "k~", NULL, false },
};

static void keys_lead_to_these_screens(void **state)
{
	(void)state;
	if (!choose_locale(true))
		skip();
	for (size_t i = 0; i < sizeof(after) / sizeof(after[0]); i++) {
		struct dry_tui_options options = plain;
		struct dry_app *app;

		options.glyphs = after[i].glyphs;
		app = world_open(&options, 80, 24, !after[i].without_scenario);
		world_press(app, after[i].keys);
		shoot(after[i].name, app, !strncmp(after[i].name, "roles", 5));
		world_close(app);
	}
}

static void nothing_loaded_and_too_small(void **state)
{
	struct dry_tui_options options = plain;
	struct dry_app *app = dry_xcalloc(1, sizeof(*app));

	(void)state;
	if (!choose_locale(true))
		skip();
	options.demo = "demo";
	dry_app_init(app, &options);
	dry_screen_resize(&app->screen, 80, 24);
	dry_app_draw(app);
	shoot("state-empty", app, false);
	dry_screen_resize(&app->screen, 48, 9);
	dry_app_press(app, 'o');        /* not obeyed at this size */
	dry_app_draw(app);
	shoot("state-too-small", app, false);
	assert_null(app->prompt.label);
	for (int cols = 1; cols < 62; cols += 3)
		for (int rows = 1; rows < 18; rows++) {
			dry_screen_resize(&app->screen, cols, rows);
			dry_app_draw(app);
		}
	world_close(app);
}

static void wrong_input_is_a_screen(void **state)
{
	static const char source[] = "{\"name\": \"spot\", \"min\": 5, \"max\": 3, \"type\": \"m5.2xlarge\"}";
	struct dry_app *app = dry_xcalloc(1, sizeof(*app));
	struct dry_error *err = &app->session.err;
	struct dry_where where = { "scenarios/web-burst.json", 14, 35 };

	(void)state;
	if (!choose_locale(true))
		skip();
	dry_app_init(app, &plain);
	dry_screen_resize(&app->screen, 80, 24);
	app->session.in_trouble = true;
	app->session.trouble_path = dry_xstrdup("scenarios/web-burst.json");
	dry_fail(err, DRY_ERROR_INPUT, where, "\"max\" is 3, smaller than \"min\" 5");
	dry_fail_source(err, source, sizeof(source) - 1);
	dry_fail_expected(err, "an integer from 5 to 10000");
	dry_fail_fix(err, "raise \"max\" to 5 or more, or lower \"min\"");
	where.line = 22;
	where.column = 5;
	dry_fail(err, DRY_ERROR_INPUT, where, "unknown key \"scan_interval\"");
	dry_fail_fix(err, "did you mean \"scan-interval\"?");
	dry_app_draw(app);
	shoot("state-input-error", app, false);
	dry_app_press(app, 'j');
	dry_app_draw(app);
	shoot("state-input-error-second", app, false);
	world_close(app);
}

/* A sweep that runs, pauses, stops: as the status says, without threads. */
static void live_states(void **state)
{
	static const struct {
		enum dry_sweep_phase phase;
		const char *name;
	} phase[] = { { DRY_SWEEP_RUNNING, "state-running" }, { DRY_SWEEP_PAUSED, "state-paused" },
		      { DRY_SWEEP_STOPPING, "state-stopping" } };
	struct dry_app *app;
	struct dry_sweep_status *status;

	(void)state;
	if (!choose_locale(true))
		skip();
	app = world_open(&plain, 120, 40, true);
	status = &app->session.status;
	*status = (struct dry_sweep_status){ .total = 384, .finished = 231, .running = 8, .failed = 1, .pruned = 31, .front_count = 14,
					     .baseline_done = true, .elapsed_ms = 80000, .points_per_s = 2.9, .events_per_s = 1e6,
					     .eta_ms = 53000, .worker_count = 3 };
	status->worker[0] = (struct dry_sweep_worker_status){ true, false, 241, 0, 1000, 77760000, 0.9 };
	status->worker[1] = (struct dry_sweep_worker_status){ true, false, 242, 0, 800, 60480000, 0.7 };
	app->session.sweep = (struct dry_sweep *)app;   /* only looked at: is there one? */
	app->view = DRY_VIEW_SWEEP;
	for (size_t i = 0; i < 3; i++) {
		status->phase = phase[i].phase;
		dry_app_draw(app);
		shoot(phase[i].name, app, false);
	}
	status->phase = DRY_SWEEP_RUNNING;
	dry_app_press(app, 'q');        /* asks while a sweep runs; Enter is no */
	dry_app_draw(app);
	shoot("state-question", app, false);
	dry_app_press(app, DRY_KEY_ENTER);
	assert_false(app->quits);
	dry_screen_resize(&app->screen, 48, 9);
	dry_app_draw(app);
	shoot("state-too-small-running", app, false);
	app->session.sweep = NULL;
	world_close(app);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_screen_at_every_size),
		cmocka_unit_test(keys_lead_to_these_screens),
		cmocka_unit_test(nothing_loaded_and_too_small),
		cmocka_unit_test(wrong_input_is_a_screen),
		cmocka_unit_test(live_states),
	};

	return cmocka_run_group_tests_name("screens", tests, NULL, NULL);
}
