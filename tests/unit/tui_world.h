/*
 * A made-up sweep for the screens: a toy model with round numbers, not what the
 * simulator would say, so that the golden screens change only when the screens
 * do.
 */
#ifndef TESTS_UNIT_TUI_WORLD_H
#define TESTS_UNIT_TUI_WORLD_H

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "tui/app.h"
#include "tui/views.h"
#include "tui/take.h"

#define WORLD_DAY INT64_C(86400000)

static const char *const world_unneeded[] = { "2m", "5m", "10m", "20m" };
static const char *const world_util[] = { "0.35", "0.5", "0.65" };
static const char *const world_spot[] = { "0", "30", "60", "110" };
static const char *const world_scan[] = { "10s", "60s" };
static const char *const world_headroom[] = { "0", "2", "4", "8" };

static const struct dry_sweep_parameter world_parameter[] = {
	{ "scale-down-unneeded-time", 4, world_unneeded }, { "scale-down-utilization-threshold", 3, world_util },
	{ "nodeGroups.spot.maxSize", 4, world_spot },      { "scan-interval", 2, world_scan },
	{ "placeholders.nodes", 4, world_headroom },
};
static const char *const world_base[] = { "10m", "0.5", "30", "10s", "0" };
static const enum dry_metric_id world_objective[] = { DRY_METRIC_COST_DAY, DRY_METRIC_P95_WAIT };

static inline void world_metrics(struct dry_sweep_point *point, uint32_t unneeded, uint32_t util, uint32_t spot, uint32_t scan,
			  uint32_t headroom)
{
	static const double spot_cost[] = { 432, 318, 252, 206 }, room_cost[] = { 0, 5, 12, 22 };
	double *m = point->metric, noise = (unneeded * 7 + util * 5 + spot * 3 + headroom * 2) % 11;

	for (int i = 0; i < DRY_METRIC_COUNT; i++)
		m[i] = 0;
	m[DRY_METRIC_COST_DAY] = spot_cost[spot] + 4.0 * unneeded - 6.0 * util - 2.0 * scan + room_cost[headroom] + noise / 4;
	m[DRY_METRIC_COST_TOTAL] = m[DRY_METRIC_COST_DAY];
	m[DRY_METRIC_COST_SPOT] = spot * 55.0 + noise;
	m[DRY_METRIC_COST_ON_DEMAND] = m[DRY_METRIC_COST_DAY] - m[DRY_METRIC_COST_SPOT];
	m[DRY_METRIC_P95_WAIT] = (spot ? 150 : 90) + 9.0 * util + 6.0 * scan - 10.0 * unneeded - (headroom ? 36.0 * headroom : 0) +
				 2 * noise;
	if (m[DRY_METRIC_P95_WAIT] < 10)
		m[DRY_METRIC_P95_WAIT] = 10;
	m[DRY_METRIC_P99_WAIT] = m[DRY_METRIC_P95_WAIT] + 90;
	m[DRY_METRIC_MAX_WAIT] = 3 * m[DRY_METRIC_P95_WAIT] + 126;
	m[DRY_METRIC_IDLE_RATIO] = 0.07 + 0.03 * headroom + 0.004 * noise;
	m[DRY_METRIC_NODES_ADDED] = 260 + 40 * noise;
	m[DRY_METRIC_INTERRUPTIONS] = 2.0 * spot + 1;
	m[DRY_METRIC_SLO_BREACHES] = floor(m[DRY_METRIC_P95_WAIT] / 10);
	point->has_metrics = true;
	point->state = DRY_POINT_DONE;
	point->replications = 1;
}

static inline void world_result(struct dry_sweep_result *result)
{
	struct dry_arena *arena = &result->arena;
	const char **base = dry_arena_array(arena, 5, sizeof(*base));
	const bool **match = dry_arena_array(arena, 5, sizeof(*match));

	result->scenario = "web-burst";
	memset(result->scenario_sha256, 'a', 64);
	memset(result->trace_sha256, 'b', 64);
	result->version = "0.0.0";
	result->seed = 1;
	result->replications = 1;
	result->method = "grid";
	result->parameter_count = 5;
	result->parameter = world_parameter;
	result->grid_count = 384;
	result->objective_count = 2;
	result->objective = world_objective;
	for (uint32_t p = 0; p < 5; p++) {
		bool *row = dry_arena_array(arena, world_parameter[p].value_count, sizeof(*row));

		for (uint32_t v = 0; v < world_parameter[p].value_count; v++)
			row[v] = !strcmp(world_parameter[p].value[v], world_base[p]);
		base[p] = world_base[p];
		match[p] = row;
	}
	result->base_value = base;
	result->base_match = match;
	result->baseline.index = 2 * 96 + 1 * 32 + 1 * 8;
	world_metrics(&result->baseline, 2, 1, 1, 0, 0);
	for (uint64_t i = 0; i < 384; i++) {
		struct dry_sweep_point *point = dry_sweep_result_add_grid(result, i);
		const uint32_t *v = point->value_index;

		world_metrics(point, v[0], v[1], v[2], v[3], v[4]);
		if (i == 77) {          /* strands pods that others do not */
			point->metric[DRY_METRIC_NEVER_SCHEDULED] = 3;
		}
	}
	dry_sweep_result_rank(result, true);
}

/* ---- what is behind the result */

static inline struct dry_input *world_input(void)
{
	static const char names[] = "web-7f\0job-1\0";
	struct dry_input *input = dry_xcalloc(1, sizeof(*input));
	struct dry_node_group *group;

	dry_arena_init(&input->arena);
	dry_symbols_init(&input->symbols);
	input->name = "web-burst";
	memset(input->scenario_sha256, 'a', 64);
	memset(input->trace_sha256, 'b', 64);
	input->pod.count = 2;
	input->pod.arrive_at_ms = dry_xcalloc(2, sizeof(int64_t));
	input->pod.class_index = dry_xcalloc(2, sizeof(uint32_t));
	input->pod.name_offset = dry_xcalloc(2, sizeof(uint32_t));
	input->pod.name_offset[1] = 7;
	input->pod.name_text = memcpy(dry_xmalloc(sizeof(names)), names, sizeof(names));
	input->pod.arrive_at_ms[0] = 64900000;
	input->pod.arrive_at_ms[1] = 65100000;
	input->class_count = 1;
	input->pod_class = dry_arena_array(&input->arena, 1, sizeof(struct dry_pod_class));
	input->config.group_count = 2;
	input->config.group = group = dry_arena_array(&input->arena, 2, sizeof(*group));
	dry_options_init(&input->config.options);
	input->config.horizon_ms = WORLD_DAY;
	input->config.seed = 1;
	group[0].name = "general";
	group[0].min_size = 5;
	group[0].max_size = 90;
	group[0].price_nusd_per_hour = 384000000;
	group[1].name = "spot";
	group[1].max_size = 110;
	group[1].capacity_type = DRY_SPOT;
	group[1].price_nusd_per_hour = 149000000;
	for (int g = 0; g < 2; g++)
		group[g].price_series = DRY_NONE;
	input->parameter_count = 5;
	input->parameter = world_parameter;
	return input;
}

static inline void world_moment(struct dry_recording *recording, int64_t at_ms, enum dry_moment_kind kind, uint32_t group, int32_t from,
			 int32_t to, uint32_t loop, const char *reason)
{
	recording->moment = dry_grow(recording->moment, &recording->moment_capacity, recording->moment_count + 1,
				     sizeof(*recording->moment));
	recording->moment[recording->moment_count++] = (struct dry_moment){
		.at_ms = at_ms, .kind = kind, .group_index = group, .ordinal = kind == DRY_MOMENT_SCALE_UP ? (uint32_t)from : 1,
		.from = from, .to = to, .reason = reason, .loop_index = loop };
}

static inline void world_note(struct dry_recording *recording, enum dry_note_kind kind, uint32_t group, int64_t first, int64_t second,
		       const char *reason)
{
	recording->note = dry_grow(recording->note, &recording->note_capacity, recording->note_count + 1, sizeof(*recording->note));
	recording->note[recording->note_count++] = (struct dry_note){ .kind = kind, .group_index = group, .node_ordinal = DRY_NONE,
								       .pod_index = DRY_NONE, .value = { first, second },
								       .score = NAN, .reason = reason };
}

static inline void world_events(struct dry_recording *recording)
{
	struct dry_loop *loop;

	recording->loop = dry_grow(recording->loop, &recording->loop_capacity, 1, sizeof(*recording->loop));
	loop = &recording->loop[recording->loop_count++];
	*loop = (struct dry_loop){ .at_ms = 65220000, .pending = 68, .ready = 110, .oldest_ms = 112000, .unschedulable = 68,
				   .need_milli_cpu = 80000, .need_bytes = INT64_C(160) << 30, .note_count = 4 };
	world_note(recording, DRY_NOTE_GROUP_SKIPPED, 1, 110, 110, "max node group size reached");
	world_note(recording, DRY_NOTE_OPTION, 0, 1, 8, NULL);
	world_note(recording, DRY_NOTE_EXPANDER, 0, 0, 0, "priority");
	world_note(recording, DRY_NOTE_BEST_OPTION, 0, 1, 0, NULL);
	for (int i = 0; i < 40; i++)
		world_moment(recording, 64000000 + i * 30000, DRY_MOMENT_SCALE_UP, 1, 60 + i, 61 + i, DRY_NONE, NULL);
	world_moment(recording, 65220000, DRY_MOMENT_SCALE_UP, 0, 5, 6, 0, NULL);
	for (int i = 0; i < 12; i++)
		world_moment(recording, 65230000 + i * 20000, DRY_MOMENT_SCALE_UP, 0, 6 + i, 7 + i, DRY_NONE, NULL);
	world_moment(recording, 66000000, DRY_MOMENT_RECLAIM, 1, 0, 0, DRY_NONE, NULL);
	world_moment(recording, 68000000, DRY_MOMENT_REFUSED, 0, 0, 0, DRY_NONE, "outOfResources");
	world_moment(recording, 72000000, DRY_MOMENT_SCALE_DOWN, 0, 0, 0, DRY_NONE, "empty");
}

static inline struct dry_recording *world_recording(const struct dry_input *input, int shift)
{
	struct dry_recording *recording = dry_xcalloc(1, sizeof(*recording));
	int64_t added = 0, removed = 0, before = 0;

	recording->input = input;
	recording->config = &input->config;
	recording->end_at_ms = WORLD_DAY;
	recording->group_count = 2;
	recording->group = dry_xcalloc(2, sizeof(*recording->group));
	for (int64_t minute = 0; minute < 1440; minute += 5) {
		int64_t at_ms = minute * 60000, day = minute < 360 ? 0 : minute > 1200 ? 1440 - minute : minute - 360;
		bool burst = minute >= 1080 && minute < 1120;
		int64_t spot = 20 + day / 12 + (minute / 60 * 7 + shift) % 5 + (burst ? 30 : 0), general = burst ? 35 : 5;

		dry_series_add(&recording->group[0].ready, at_ms, general);
		dry_series_add(&recording->group[0].target, at_ms, general);
		dry_series_add(&recording->group[1].ready, at_ms, spot > 110 ? 110 : spot);
		dry_series_add(&recording->group[1].target, at_ms, spot > 110 ? 110 : spot);
		dry_series_add(&recording->group[0].price, at_ms, 384000000);
		dry_series_add(&recording->group[1].price, at_ms, 149000000 + minute / 120 % 3 * 10000000 + (burst ? 150000000 : 0));
		dry_series_add(&recording->nodes, at_ms, general + spot);
		dry_series_add(&recording->pending, at_ms, burst ? 68 - (minute - 1080) : minute % 45 == 0 ? 4 : 0);
		dry_series_add(&recording->spend, at_ms, INT64_C(157000000) * minute);
		if (general + spot > before)
			added += general + spot - before;
		else
			removed += before - general - spot;
		before = general + spot;
		dry_series_add(&recording->added, at_ms, added);
		dry_series_add(&recording->removed, at_ms, removed);
	}
	dry_series_add(&recording->reclaimed, 66000000, 1);
	dry_series_add(&recording->reclaimed, 67000000, 8);
	world_events(recording);
	recording->group[0].node = dry_xcalloc(20, sizeof(*recording->group[0].node));
	recording->group[0].node_count = 20;
	for (int n = 0; n < 20; n++)
		recording->group[0].node[n] = (struct dry_recorded_node){ 65327000 + n * 10000, 80000000, -1 };
	recording->start = dry_xcalloc(2, sizeof(*recording->start));
	recording->start_count = 2;
	recording->start[0] = (struct dry_pod_started){ 65330000, 1, 0, 5, true };
	recording->start[1] = (struct dry_pod_started){ 65340000, 0, 0, 5, true };
	recording->worst_wait_ms = 440000;
	recording->worst_start_at_ms = 65340000;
	recording->worst_pod = 0;
	dry_result_init(&recording->result);
	recording->result.worst_at_ms = 65220000;
	for (struct dry_series *s = &recording->nodes; s <= &recording->reclaimed; s++)
		dry_series_seal(s);
	for (int g = 0; g < 2; g++) {
		dry_series_seal(&recording->group[g].ready);
		dry_series_seal(&recording->group[g].target);
		dry_series_seal(&recording->group[g].price);
	}
	return recording;
}

static inline void world_take(struct dry_app *app, int slot, uint64_t index)
{
	struct dry_take *take = &app->session.take[slot];

	dry_arena_init(&take->arena);
	take->state = DRY_TAKE_READY;
	take->index = index;
	take->recording = world_recording(app->session.input, slot);
}

/* An app that shows the world; release it with world_close(). */
static inline struct dry_app *world_open(const struct dry_tui_options *options, int cols, int rows, bool with_scenario)
{
	struct dry_app *app = dry_xcalloc(1, sizeof(*app));

	dry_app_init(app, options);
	dry_screen_resize(&app->screen, cols, rows);
	world_result(&app->session.result);
	app->session.has_result = true;
	app->session.revision = 1;
	if (with_scenario) {
		app->session.input = world_input();
		world_take(app, 0, app->session.result.baseline.index);
		world_take(app, 1, app->session.result.point[app->session.result.knee].index);
	}
	app->view = DRY_VIEW_PARETO;
	return app;
}

static inline void world_press(struct dry_app *app, const char *keys)
{
	int key;

	dry_app_draw(app);
	while ((key = dry_keys_read(&keys)) != DRY_KEY_NONE) {
		dry_app_press(app, key);
		dry_app_draw(app);
	}
}

static inline void world_close(struct dry_app *app)
{
	dry_app_release(app);
	free(app);
}

#endif
