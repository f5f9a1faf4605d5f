/* The picture of a sweep: a golden SVG, and what every format must hold. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "io/scenario.h"
#include "report/svg.h"
#include "report/sweep_picture.h"
#include "tui_world.h"

struct shown {
	struct dry_sweep_result result;
	struct dry_input *input;
	struct dry_recording *recording[2];
	struct dry_sweep_picture picture;
};

static void show(struct shown *shown)
{
	memset(shown, 0, sizeof(*shown));
	dry_sweep_result_init(&shown->result);
	world_result(&shown->result);
	shown->input = world_input();
	dry_sweep_picture_choose(&shown->result, &shown->picture);
	for (int i = 0; i < 2; i++)
		shown->picture.recording[i] = shown->recording[i] = world_recording(shown->input, i);
}

static void put_away(struct shown *shown)
{
	for (int i = 0; i < 2; i++)
		dry_recording_release(shown->recording[i]);
	dry_input_release(shown->input);
	free(shown->input);
	dry_sweep_result_release(&shown->result);
}

static void the_points_that_answer_are_chosen(void **state)
{
	struct shown shown;

	(void)state;
	show(&shown);
	assert_int_equal(shown.picture.count, 4);
	assert_string_equal(shown.picture.role[0], "baseline");
	assert_string_equal(shown.picture.role[1], "knee");
	assert_string_equal(shown.picture.role[2], "cheapest");
	assert_string_equal(shown.picture.role[3], "fastest");
	assert_ptr_equal(shown.picture.point[2], &shown.result.point[shown.result.front[0]]);
	put_away(&shown);
}

static void the_svg_is_the_golden_one(void **state)
{
	struct dry_page page = { 0 };
	struct shown shown;
	char *golden = dry_xcalloc(1, 1 << 20);
	FILE *file;

	(void)state;
	show(&shown);
	dry_sweep_picture_svg(&shown.picture, &page);
	if (getenv("UPDATE")) {
		file = fopen("tests/snapshot/sweep.svg", "wb");
		assert_non_null(file);
		fputs(dry_page_string(&page), file);
		fclose(file);
	}
	file = fopen("tests/snapshot/sweep.svg", "rb");
	assert_non_null(file);
	golden[fread(golden, 1, (1 << 20) - 1, file)] = '\0';
	fclose(file);
	assert_int_equal(strlen(golden), page.length);
	assert_memory_equal(golden, page.data, page.length);
	free(golden);
	dry_page_release(&page);
	put_away(&shown);
}

static void nothing_refers_outside(void **state)
{
	static const char *const banned[] = { "http:", "https:", "<script", "<link", "<img", "@import", "url(", "onload", "href" };
	struct dry_page html = { 0 }, markdown = { 0 };
	struct shown shown;

	(void)state;
	show(&shown);
	dry_sweep_picture_html(&shown.picture, &html);
	dry_sweep_picture_markdown(&shown.picture, &markdown);
	for (const char *p = html.data; (p = strstr(p, "http://www.w3.org/2000/svg")); p += 5)
		memset((char *)(uintptr_t)p, 'x', 26);  /* the name of a language, not a place */
	for (size_t i = 0; i < sizeof(banned) / sizeof(banned[0]); i++) {
		assert_null(strstr(html.data, banned[i]));
		assert_null(strstr(markdown.data, banned[i]));
	}
	/* The digests, the points' changes and the assumptions are in both. */
	for (int i = 0; i < 2; i++) {
		const char *text = i ? markdown.data : html.data;

		assert_non_null(strstr(text, shown.result.scenario_sha256));
		assert_non_null(strstr(text, shown.result.trace_sha256));
		assert_non_null(strstr(text, "nodeGroups.spot.maxSize 30 \u2192 110"));
		assert_non_null(strstr(text, "Simulated, not measured"));
		assert_non_null(strstr(text, "general"));
	}
	dry_page_release(&html);
	dry_page_release(&markdown);
	put_away(&shown);
}

static void hostile_names_stay_text(void **state)
{
	struct dry_page page = { 0 };

	(void)state;
	svg_escape(&page, "<b>&\"\033[0m\x80\n\u00e9");
	assert_string_equal(dry_page_string(&page), "&lt;b&gt;&amp;&quot;\ufffd[0m\ufffd \u00e9");
	dry_page_release(&page);
}

/* A sweep of which nothing is known yet is a page, too. */
static void an_empty_result_is_drawn(void **state)
{
	struct dry_sweep_result result;
	struct dry_sweep_picture picture;
	struct dry_page page = { 0 };

	(void)state;
	dry_sweep_result_init(&result);
	dry_sweep_picture_choose(&result, &picture);
	assert_int_equal(picture.count, 0);
	dry_sweep_picture_svg(&picture, &page);
	assert_null(strstr(dry_page_string(&page), "nan"));
	dry_sweep_picture_html(&picture, &page);
	dry_sweep_picture_markdown(&picture, &page);
	dry_page_release(&page);
	dry_sweep_result_release(&result);
}

/* Values so near each other and so far from 0 that a step of the axis is lost in rounding. */
static void an_axis_ends(void **state)
{
	struct dry_page page = { 0 };
	struct shown shown;

	(void)state;
	show(&shown);
	assert_true(shown.result.point_count >= 2 && shown.result.baseline.has_metrics);
	for (uint32_t i = 0; i < shown.result.point_count; i++)
		shown.result.point[i].metric[shown.result.objective[0]] = 1e17 + 16 * (i % 2);
	shown.result.baseline.metric[shown.result.objective[0]] = 1e17;
	dry_sweep_picture_svg(&shown.picture, &page);
	assert_non_null(strstr(dry_page_string(&page), "</svg>"));
	dry_page_release(&page);
	put_away(&shown);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_points_that_answer_are_chosen),
		cmocka_unit_test(the_svg_is_the_golden_one),
		cmocka_unit_test(nothing_refers_outside),
		cmocka_unit_test(hostile_names_stay_text),
		cmocka_unit_test(an_empty_result_is_drawn),
		cmocka_unit_test(an_axis_ends),
	};

	return cmocka_run_group_tests_name("picture of a sweep", tests, NULL, NULL);
}
