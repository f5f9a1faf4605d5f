/*
 * Frame times of the screens on a result of 10,000 points: how long drawing one
 * screen into the grid takes, with the front made anew as after each finished
 * point. A key is to be answered within 100 ms while workers run, so a frame
 * may take 16. Prints the median and the worst of each screen.
 */
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/arena.h"
#include "tui/app.h"
#include "tui/views.h"

#define FRAMES 200
#define SIDE 10                         /* 10^4 points */

static const char *const values[] = { "1", "2", "3", "4", "5", "6", "7", "8", "9", "10" };
static const struct dry_sweep_parameter parameters[] = { { "a", SIDE, values }, { "b", SIDE, values },
							 { "c", SIDE, values }, { "d", SIDE, values } };
static const enum dry_metric_id objectives[] = { DRY_METRIC_COST_DAY, DRY_METRIC_P95_WAIT };

static double now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static int by_size(const void *left, const void *right)
{
	double a = *(const double *)left, b = *(const double *)right;

	return a < b ? -1 : a > b;
}

static void make_result(struct dry_sweep_result *result)
{
	uint64_t seed = 1;
	const char **base = dry_arena_array(&result->arena, 4, sizeof(*base));
	const bool **match = dry_arena_array(&result->arena, 4, sizeof(*match));

	result->scenario = "ten thousand";
	result->parameter_count = 4;
	result->parameter = parameters;
	result->grid_count = 10000;
	result->objective_count = 2;
	result->objective = objectives;
	for (int p = 0; p < 4; p++) {
		base[p] = "1";
		match[p] = dry_arena_array(&result->arena, SIDE, sizeof(bool));
	}
	result->base_value = base;
	result->base_match = match;
	for (uint64_t i = 0; i < result->grid_count; i++) {
		struct dry_sweep_point *point = dry_sweep_result_add_grid(result, i);

		seed = seed * UINT64_C(6364136223846793005) + 1;
		point->metric[DRY_METRIC_COST_DAY] = 100 + (double)(seed >> 44) / 1e3;
		seed = seed * UINT64_C(6364136223846793005) + 1;
		point->metric[DRY_METRIC_P95_WAIT] = 20000 / point->metric[DRY_METRIC_COST_DAY] + (double)(seed >> 45) / 4e3;
		point->has_metrics = true;
		point->state = DRY_POINT_DONE;
	}
	result->baseline = result->point[5000];
	dry_sweep_result_rank(result, true);
}

int main(void)
{
	struct dry_tui_options options = { .snapshot = "200x60", .jobs = 2 };
	struct dry_app *app = dry_xcalloc(1, sizeof(*app));
	double frame[FRAMES], worst = 0;

	options.utf8 = setlocale(LC_CTYPE, "C.UTF-8") != NULL;
	dry_app_init(app, &options);
	dry_screen_resize(&app->screen, 200, 60);
	make_result(&app->session.result);
	app->session.has_result = true;
	printf("frames of 200x60 on %u points, %u on the front\n", app->session.result.point_count,
	       app->session.result.front_count);
	printf("screen     median ms   worst ms   worst of 100 ms\n");
	for (int v = 0; v < DRY_VIEW_COUNT; v++) {
		app->view = (enum dry_view_id)v;
		for (int i = 0; i < FRAMES; i++) {
			double begin = now_ms();

			app->session.revision++;        /* as if a point had come in */
			dry_app_press(app, i % 2 ? 'j' : 'k');
			dry_app_draw(app);
			frame[i] = now_ms() - begin;
		}
		qsort(frame, FRAMES, sizeof(frame[0]), by_size);
		printf("%-9s  %9.2f  %9.2f  %13.1f %%\n", dry_views[v].name, frame[FRAMES / 2], frame[FRAMES - 1],
		       frame[FRAMES - 1]);
		worst = frame[FRAMES / 2] > worst ? frame[FRAMES / 2] : worst;
	}
	printf("slowest median %.2f ms: %s the 16 ms of a frame\n", worst, worst <= 16 ? "within" : "beyond");
	dry_app_release(app);
	free(app);
	return worst > 16;
}
