/* What is behind the screens: filters, saving a scenario, causes, selection. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <unistd.h>

#include "tui/cause.h"
#include "tui_world.h"

static const struct dry_tui_options plain = { .snapshot = "80x24", .glyphs = "ascii", .jobs = 2 };

static uint32_t matches(const struct dry_sweep_result *result, const char *filter)
{
	uint8_t match[512];
	uint32_t count = 0;
	char wrong[160] = "";

	if (!dry_filter_points(result, filter, match, &count, wrong, sizeof(wrong)))
		return UINT32_MAX;
	return count;
}

static void filters_pick_points(void **state)
{
	struct dry_sweep_result result;
	uint32_t below = 0;
	char text[160];

	(void)state;
	dry_sweep_result_init(&result);
	world_result(&result);
	for (uint32_t i = 0; i < result.point_count; i++)
		below += result.point[i].metric[DRY_METRIC_P95_WAIT] < 90;
	assert_int_equal(matches(&result, ""), 384);
	assert_int_equal(matches(&result, "p95<90"), below);
	assert_int_equal(matches(&result, "p95_wait < 90"), UINT32_MAX);        /* blanks part conditions */
	assert_int_equal(matches(&result, "maxSize=110"), 96);
	assert_int_equal(matches(&result, "maxSize>=60 scan-interval=1m"), 96);
	assert_int_equal(matches(&result, "unneeded-time!=10m"), 288);
	assert_int_equal(matches(&result, "cost_day<1"), 0);
	assert_int_equal(matches(&result, "nonsense<1"), UINT32_MAX);
	assert_int_equal(matches(&result, "p95<ten"), UINT32_MAX);
	assert_int_equal(matches(&result, "p95"), UINT32_MAX);
	dry_filter_nothing(&result, "p95<5", text, sizeof(text));
	assert_string_equal(text, "0 of 384 match p95<5; best is 10s");
	dry_sweep_result_release(&result);
}

static void the_cursor_walks_the_front_and_picks(void **state)
{
	struct dry_app *app = world_open(&plain, 80, 24, false);
	const struct dry_sweep_result *result = dry_app_result(app);

	(void)state;
	assert_ptr_equal(dry_app_cursor(app), &result->point[result->knee]);
	world_press(app, "<Home>");
	assert_ptr_equal(dry_app_cursor(app), &result->point[result->front[0]]);
	world_press(app, "<Left> <Right> ");
	assert_int_equal(app->a, result->point[result->front[0]].index);
	assert_int_equal(app->b, result->point[result->front[1]].index);
	world_press(app, "cs");         /* compare, swap */
	assert_int_equal(app->view, DRY_VIEW_COMPARE);
	assert_int_equal(app->a, result->point[result->front[1]].index);
	world_press(app, "q\\e\\e\\e");  /* back; Esc never quits */
	assert_int_equal(app->view, DRY_VIEW_PARETO);
	assert_false(app->quits);
	world_press(app, "q");
	assert_true(app->quits);
	world_close(app);
}

static void what_happened_has_a_cause(void **state)
{
	struct dry_app *app = world_open(&plain, 80, 24, true);
	const struct dry_recording *recording = app->session.take[1].recording;
	uint32_t at = dry_recording_find(recording, 65220000);
	const struct dry_moment *moment = &recording->moment[at];
	struct dry_cause_group group[2];
	struct dry_cause_effect effect;
	struct dry_cause_hint hint;

	(void)state;
	dry_cause_groups(recording, moment, group);
	assert_int_equal(group[0].fate, DRY_FATE_TAKEN);
	assert_int_equal(group[0].nodes, 1);
	assert_int_equal(group[1].fate, DRY_FATE_REFUSED);
	assert_string_equal(group[1].reason, "max node group size reached");
	assert_int_equal(group[1].room, 0);
	assert_string_equal(dry_cause_expander(recording, moment), "priority");
	dry_cause_effect(recording, moment, &effect);
	assert_int_equal(effect.ready_at_ms, 65377000);
	assert_int_equal(effect.pods_placed, 2);
	assert_int_equal(effect.longest_wait_ms, 440000);
	/* From the decision to the node's end, at 0.384 dollars an hour. */
	assert_float_equal(effect.cost_usd, (80000000 - 65220000) / 3600000.0 * 0.384, 1e-6);
	dry_cause_hint(recording, moment, &hint);
	assert_string_equal(hint.path, "nodeGroups.spot.maxSize");
	assert_string_equal(hint.value, "111");
	world_press(app, "5i");         /* what if begins with what the cause suggests */
	assert_int_equal(app->overlay, DRY_OVERLAY_FORM);
	world_close(app);
}

static const char yaml[] = "# a day\n"
			   "name: x\n"
			   "nodeGroups:\n"
			   "  - name: general   # always there\n"
			   "    maxSize: 60     # the quota\n"
			   "  - {name: spot, maxSize: 10}\n"
			   "autoscaler:\n"
			   "  # ten minutes, as upstream\n"
			   "  scale-down-unneeded-time: 10m   # default\n"
			   "  expander: \"priority\"\n";

static char *patched(const char *name, const char *text, const struct dry_setting *setting, uint32_t count, bool *ok)
{
	char path[128];
	struct dry_page page = { 0 };
	struct dry_error err = { 0 };
	FILE *file;

	snprintf(path, sizeof(path), "%s/dryscale-test-%d-%s", getenv("TMPDIR") ? getenv("TMPDIR") : P_tmpdir, (int)getpid(), name);
	file = fopen(path, "wb");
	assert_non_null(file);
	fputs(text, file);
	fclose(file);
	*ok = dry_scenario_patch(path, setting, count, &page, &err);
	remove(path);
	dry_error_release(&err);
	return page.data ? page.data : dry_xcalloc(1, 1);
}

static void a_saved_scenario_keeps_what_it_was(void **state)
{
	const struct dry_setting setting[] = { { "scale-down-unneeded-time", "5m" },  { "nodeGroups.spot.maxSize", "25" },
					       { "nodeGroups.general.minSize", "3" }, { "expander", "least-waste,price" },
					       { "scan-interval", "20s" },            { "placeholders.nodes", "2" } };
	bool ok;
	char *text = patched("a.yaml", yaml, setting, 6, &ok);

	(void)state;
	assert_true(ok);
	assert_string_equal(text, "# a day\n"
				  "name: x\n"
				  "nodeGroups:\n"
				  "  - name: general   # always there\n"
				  "    minSize: 3\n"
				  "    maxSize: 60     # the quota\n"
				  "  - {name: spot, maxSize: 25}\n"
				  "autoscaler:\n"
				  "  # ten minutes, as upstream\n"
				  "  scan-interval: 20s\n"
				  "  scale-down-unneeded-time: 5m   # default\n"
				  "  expander: \"least-waste,price\"\n"
				  "placeholders:\n"
				  "  nodes: 2\n");
	free(text);
	text = patched("b.json", "{\"nodeGroups\": [{\"name\": \"g\", \"maxSize\": 4}]}", setting, 1, &ok);
	assert_true(ok);
	assert_string_equal(text, "{\"autoscaler\": {\"scale-down-unneeded-time\": \"5m\"}, \"nodeGroups\": [{\"name\": \"g\", \"maxSize\": 4}]}");
	free(text);
	/* A group that is not there has no place. */
	text = patched("c.yaml", "name: x\n", setting + 1, 1, &ok);
	assert_false(ok);
	free(text);
}

static void text_from_outside_never_reaches_the_terminal(void **state)
{
	struct dry_screen screen = { 0 };
	struct dry_page page = { 0 };
	struct dry_pane all;

	(void)state;
	dry_screen_resize(&screen, 20, 2);
	all = dry_pane_all(&screen);
	dry_pane_text(&all, 0, 0, DRY_ROLE_PLAIN, "a\033[2Jb\x80\xe4\xbd\xa0 much too long for it");
	dry_pane_text(&all, 1, -3, DRY_ROLE_PLAIN, "cut");
	dry_screen_text(&screen, &page);
	for (size_t i = 0; i < page.length; i++)
		assert_true(page.data[i] == '\n' || (unsigned char)page.data[i] >= 0x20);
	assert_null(strchr(page.data, '\033'));
	assert_int_equal(page.data[1], '?');
	dry_page_release(&page);
	dry_screen_release(&screen);
}

/* Keys in any order: nothing breaks, and Esc never quits. */
static void press_many(struct dry_app *app, const char *letters, int count)
{
	static const int special[] = { DRY_KEY_ESC, DRY_KEY_UP, DRY_KEY_DOWN, DRY_KEY_LEFT, DRY_KEY_RIGHT, DRY_KEY_PAGE_UP,
				       DRY_KEY_PAGE_DOWN, DRY_KEY_HOME, DRY_KEY_END, DRY_KEY_BACKSPACE, DRY_KEY_F1 };
	uint64_t seed = 11;

	for (int i = 0; i < count; i++) {
		int key;

		seed = seed * UINT64_C(6364136223846793005) + 1;
		key = seed >> 60 < 5 ? special[(seed >> 33) % (sizeof(special) / sizeof(special[0]))] :
				       letters[(seed >> 33) % strlen(letters)];
		dry_app_press(app, key);
		assert_false(key == DRY_KEY_ESC && app->quits);
		app->quits = false;
		if (i % 97 == 0)
			dry_screen_resize(&app->screen, 1 + (int)(seed >> 40) % 130, 1 + (int)(seed >> 50) % 45);
		if (i % 3 == 0)
			dry_app_draw(app);
	}
}

static void any_keys_are_survived(void **state)
{
	struct dry_app *app = world_open(&plain, 80, 24, false);

	(void)state;
	press_many(app, "123456?qoud/szZ0 cifjkgGeE!nabvm~x\t", 6000);
	world_close(app);
	/* The screens of a recorded run, without the keys that lead to other points. */
	app = world_open(&plain, 80, 24, true);
	app->has_a = app->has_b = true;
	app->a = app->session.result.baseline.index;
	app->b = app->session.result.point[app->session.result.knee].index;
	app->view = DRY_VIEW_TIMELINE;
	press_many(app, "3456?ud/szZ0jkgGeE!nv~", 4000);
	world_close(app);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(filters_pick_points),
		cmocka_unit_test(the_cursor_walks_the_front_and_picks),
		cmocka_unit_test(what_happened_has_a_cause),
		cmocka_unit_test(a_saved_scenario_keeps_what_it_was),
		cmocka_unit_test(text_from_outside_never_reaches_the_terminal),
		cmocka_unit_test(any_keys_are_survived),
	};

	return cmocka_run_group_tests_name("screens' model", tests, NULL, NULL);
}
