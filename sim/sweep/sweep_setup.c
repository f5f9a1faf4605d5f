/* What is asked becomes a manifest and pending points; wrong questions are refused here. */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/assert.h"
#include "base/digest.h"
#include "base/error.h"
#include "base/symbol.h"
#include "run/bounds.h"
#include "sweep/grid.h"
#include "sweep_inner.h"
#include "base/banned.h"

/* A result owns all it points to. */
static struct dry_setting *own_settings(struct dry_arena *arena, const struct dry_setting *from, uint32_t count)
{
	struct dry_setting *to = dry_arena_array(arena, count, sizeof(*to));

	for (uint32_t i = 0; i < count; i++)
		to[i] = (struct dry_setting){ dry_arena_text(arena, from[i].path),
					      dry_arena_text(arena, from[i].value) };
	return to;
}

static const struct dry_sweep_parameter *own_parameters(struct dry_arena *arena,
							const struct dry_sweep_parameter *from, uint32_t count)
{
	struct dry_sweep_parameter *to = dry_arena_array(arena, count, sizeof(*to));

	for (uint32_t p = 0; p < count; p++) {
		const char **value = dry_arena_array(arena, from[p].value_count, sizeof(*value));

		for (uint32_t v = 0; v < from[p].value_count; v++)
			value[v] = dry_arena_text(arena, from[p].value[v]);
		to[p] = from[p];
		to[p].path = dry_arena_text(arena, from[p].path);
		to[p].value = value;
	}
	return to;
}

/* One look at each value: there may be a hundred thousand. */
static bool has_values_once(const struct dry_sweep_parameter *parameter, struct dry_error *err)
{
	struct dry_symbols seen;
	bool fine = true, has_empty = false;

	dry_symbols_init(&seen);
	for (uint32_t v = 0; v < parameter->value_count; v++) {
		const char *value = parameter->value[v];
		const uint32_t before = seen.count;

		dry_symbols_add_text(&seen, value);
		if (seen.count == before && (*value || has_empty))
			fine = dry_fail(err, DRY_ERROR_USAGE, DRY_NOWHERE, "%s: the value %s twice", parameter->path,
					value);
		has_empty |= !*value;
	}
	dry_symbols_release(&seen);
	return fine;
}

static bool choose_parameters(struct dry_sweep *sweep, struct dry_error *err)
{
	struct dry_sweep_result *found = &sweep->found;
	const struct dry_sweep_options *options = &sweep->options;
	bool fine = true;

	if (options->no_grid)
		return true;
	found->parameter_count = options->parameter ? options->parameter_count :
						      sweep->input->parameter_count;
	found->parameter = own_parameters(&found->arena,
					  options->parameter ? options->parameter : sweep->input->parameter,
					  found->parameter_count);
	for (uint32_t p = 0; p < found->parameter_count; p++) {
		const struct dry_sweep_parameter *parameter = &found->parameter[p];

		if (!parameter->value_count)
			fine = dry_fail(err, DRY_ERROR_USAGE, DRY_NOWHERE, "%s: no values", parameter->path);
		for (uint32_t q = 0; q < p; q++)
			if (!strcmp(found->parameter[q].path, parameter->path))
				fine = dry_fail(err, DRY_ERROR_USAGE, DRY_NOWHERE, "%s: twice in the grid",
						parameter->path);
		fine &= has_values_once(parameter, err);
	}
	if (fine && !dry_grid_count(found->parameter, found->parameter_count, &found->grid_count)) {
		dry_fail(err, DRY_ERROR_USAGE, DRY_NOWHERE, "the grid has more than 2^63 points");
		return dry_fail_fix(err, "fewer parameters or values");
	}
	return fine;
}

static bool choose_objectives(struct dry_sweep *sweep, struct dry_error *err)
{
	const struct dry_input *input = sweep->input;
	struct dry_sweep_result *found = &sweep->found;
	uint32_t count = sweep->options.objective ? sweep->options.objective_count : input->objective_count;
	enum dry_metric_id *list = dry_arena_array(&found->arena, (size_t)count + 2, sizeof(*list));
	bool fine = true;

	for (uint32_t i = 0; i < count; i++) {
		const char *nearest = NULL;

		list[i] = sweep->options.objective ? sweep->options.objective[i] :
						     dry_metric_find(input->objective[i], &nearest);
		if (list[i] >= DRY_METRIC_COUNT) {
			fine = dry_fail(err, DRY_ERROR_INPUT, DRY_NOWHERE, "objectives: no metric \"%s\"",
					input->objective[i]);
			if (nearest)
				dry_fail_fix(err, "did you mean \"%s\"?", nearest);
			continue;
		}
		if (dry_metric_table[list[i]].direction == DRY_NEUTRAL)
			fine = dry_fail(err, DRY_ERROR_USAGE, DRY_NOWHERE,
					"objectives: %s is neither better high nor low",
					dry_metric_table[list[i]].name);
	}
	if (!count) {
		list[count++] = DRY_METRIC_COST_DAY;
		list[count++] = DRY_METRIC_P95_WAIT;
	}
	found->objective = list;
	found->objective_count = count;
	return fine;
}

static bool apply_shared(struct dry_sweep *sweep, struct dry_error *err)
{
	const struct dry_sweep_options *options = &sweep->options;
	bool fine = true;

	dry_config_copy(&sweep->base_config, &sweep->input->config, &sweep->found.arena);
	for (uint32_t i = 0; i < options->setting_count; i++)
		fine &= dry_config_set(&sweep->base_config, sweep->input, options->setting[i].path,
				       options->setting[i].value, &sweep->found.arena, err);
	if (fine && options->horizon_ms > 0 && options->horizon_ms < sweep->base_config.horizon_ms)
		sweep->base_config.horizon_ms = options->horizon_ms;
	return fine;
}

/* The baseline's config in `arena`. */
static bool make_baseline(const struct dry_sweep *sweep, struct dry_config *config, struct dry_arena *arena,
			  struct dry_error *err)
{
	const struct dry_sweep_options *options = &sweep->options;
	bool fine = true;

	dry_config_copy(config, &sweep->base_config, arena);
	for (uint32_t i = 0; i < options->base_setting_count; i++)
		fine &= dry_config_set(config, sweep->input, options->base_setting[i].path,
				       options->base_setting[i].value, arena, err);
	return fine && dry_config_finish(config, sweep->input, arena, err);
}

/* Sets each value of a parameter once: wrong ones complain, right ones tell whether they are the baseline's. */
static bool try_values(struct dry_sweep *sweep, const struct dry_config *base, uint32_t p, const char *is,
		       bool *match, struct dry_error *err)
{
	const struct dry_sweep_parameter *parameter = &sweep->found.parameter[p];
	struct dry_arena scratch;
	bool fine = true;

	dry_arena_init(&scratch);
	for (uint32_t v = 0; v < parameter->value_count; v++) {
		struct dry_config config;
		const char *text;

		dry_arena_reset(&scratch);
		dry_config_copy(&config, base, &scratch);
		if (!dry_config_set(&config, sweep->input, parameter->path, parameter->value[v], &scratch,
				    err)) {
			fine = false;
			continue;
		}
		text = dry_config_get(&config, sweep->input, parameter->path, &scratch);
		match[v] = text && is && !strcmp(text, is);
	}
	dry_arena_release(&scratch);
	return fine;
}

static bool match_parameters(struct dry_sweep *sweep, const struct dry_config *base, struct dry_error *err)
{
	struct dry_sweep_result *found = &sweep->found;
	const char **value = dry_arena_array(&found->arena, found->parameter_count, sizeof(*value));
	const bool **match = dry_arena_array(&found->arena, found->parameter_count, sizeof(*match));
	bool fine = true;

	for (uint32_t p = 0; p < found->parameter_count; p++) {
		bool *own = dry_arena_array(&found->arena, found->parameter[p].value_count, sizeof(*own));

		value[p] = dry_config_get(base, sweep->input, found->parameter[p].path, &found->arena);
		match[p] = own;
		fine &= try_values(sweep, base, p, value[p], own, err);
	}
	found->base_value = value;
	found->base_match = match;
	return fine;
}

/* The grid point that is the baseline, or UINT64_MAX. */
static uint64_t find_baseline(const struct dry_sweep *sweep)
{
	const struct dry_sweep_result *found = &sweep->found;
	uint64_t index = 0;

	if (!found->grid_count)
		return UINT64_MAX;
	for (uint32_t i = 0; i < sweep->options.base_setting_count; i++) {
		bool is_parameter = false;

		for (uint32_t p = 0; p < found->parameter_count; p++)
			is_parameter |= !strcmp(found->parameter[p].path,
						sweep->options.base_setting[i].path);
		if (!is_parameter)
			return UINT64_MAX;
	}
	for (uint32_t p = 0; p < found->parameter_count; p++) {
		uint32_t v = 0;

		while (v < found->parameter[p].value_count && !found->base_match[p][v])
			v++;
		if (v == found->parameter[p].value_count)
			return UINT64_MAX;
		index = index * found->parameter[p].value_count + v;
	}
	return index;
}

static void place_baseline(struct dry_sweep *sweep)
{
	struct dry_sweep_result *found = &sweep->found;
	struct dry_sweep_point *baseline = &found->baseline;

	baseline->index = find_baseline(sweep);
	baseline->setting_count = sweep->options.base_setting_count;
	baseline->setting = own_settings(&found->arena, sweep->options.base_setting, baseline->setting_count);
	if (baseline->index == UINT64_MAX)
		return;
	baseline->value_index = dry_arena_array(&found->arena, found->parameter_count,
						sizeof(*baseline->value_index));
	dry_grid_values(found->parameter, found->parameter_count, baseline->index, baseline->value_index);
	baseline->setting_count = found->parameter_count;
	baseline->setting = dry_arena_array(&found->arena, found->parameter_count,
					    sizeof(*baseline->setting));
	for (uint32_t p = 0; p < found->parameter_count; p++)
		baseline->setting[p] = (struct dry_setting){
			found->parameter[p].path,
			found->parameter[p].value[baseline->value_index[p]],
		};
}

static uint32_t most_replications(const struct dry_sweep *sweep)
{
	const struct dry_sweep_options *options = &sweep->options;

	if (options->replications)
		return options->replications;
	if (options->precision > 0 && sweep->input->replications <= 1)
		return DRY_SWEEP_MOST_REPLICATIONS;
	return sweep->input->replications ? sweep->input->replications : 1;
}

bool sweep_make_manifest(struct dry_sweep *sweep, struct dry_error *err)
{
	struct dry_sweep_result *found = &sweep->found;
	const struct dry_sweep_options *options = &sweep->options;
	const struct dry_input *input = sweep->input;
	struct dry_config base;
	bool fine = choose_parameters(sweep, err);

	fine &= choose_objectives(sweep, err);
	fine &= dry_sweep_result_set_limits(found, input->sweep.limit, input->sweep.limit_count, err);
	if (!apply_shared(sweep, err) || !make_baseline(sweep, &base, &found->arena, err) || !fine)
		return false;
	if (!match_parameters(sweep, &base, err))
		return false;
	found->scenario = dry_arena_text(&found->arena, input->name ? input->name : "");
	memcpy(found->scenario_sha256, input->scenario_sha256, sizeof(found->scenario_sha256));
	memcpy(found->trace_sha256, input->trace_sha256, sizeof(found->trace_sha256));
	found->version = DRY_VERSION;
	found->seed = options->has_seed ? options->seed : sweep->base_config.seed;
	sweep->replications = most_replications(sweep);
	found->replications = sweep->replications;
	found->precision = options->precision;
	found->method = dry_arena_text(&found->arena, options->method ? options->method : "grid");
	found->approximate = strcmp(found->method, "grid") != 0;
	found->shard = options->shard;
	found->setting_count = options->setting_count;
	found->setting = own_settings(&found->arena, options->setting, options->setting_count);
	place_baseline(sweep);
	/* a setting that breaks a limit is in nobody's way */
	sweep->prunes = !options->exhaustive && !found->limit_count && !(options->race_alpha > 0) &&
			sweep->replications == 1 &&
			dry_bounds_known(&sweep->base_config, found->objective, found->objective_count);
	found->exhaustive = !sweep->prunes;
	return true;
}

static bool fail_size(struct dry_error *err, uint64_t points)
{
	dry_fail(err, DRY_ERROR_USAGE, DRY_NOWHERE, "%" PRIu64 " points are more than one process runs (%u)",
		 points, DRY_SWEEP_POINTS_MAX);
	return dry_fail_fix(err, "--sample N takes a part of the grid, --shard I/N spreads it");
}

static bool add_sample(struct dry_sweep *sweep, struct dry_error *err)
{
	const struct dry_sweep_options *options = &sweep->options;
	struct dry_sweep_result *found = &sweep->found;
	uint64_t digest = DRY_DIGEST_START, share = options->index_count;

	if (options->shard.count > 1)
		share = share / options->shard.count + 1;       /* more or less */
	dry_sweep_result_reserve(found, share < DRY_SWEEP_POINTS_MAX ? (uint32_t)share : DRY_SWEEP_POINTS_MAX);
	for (uint64_t i = 0; i < options->index_count; i++) {
		if (options->index[i] >= found->grid_count || (i && options->index[i] <= options->index[i - 1]))
			return dry_fail(err, DRY_ERROR_USAGE, DRY_NOWHERE,
					"the sample is not an ascending part of the grid");
		digest = dry_digest_add(digest, options->index[i]);
		if (!dry_shard_has(&options->shard, options->index[i]))
			continue;
		if (found->point_count == DRY_SWEEP_POINTS_MAX)
			return fail_size(err, options->index_count);
		dry_sweep_result_add_grid(found, options->index[i]);
	}
	found->selection_digest = digest ? digest : 1;
	return true;
}

bool sweep_make_points(struct dry_sweep *sweep, struct dry_error *err)
{
	const struct dry_shard *shard = &sweep->options.shard;
	struct dry_sweep_result *found = &sweep->found;
	uint64_t step = shard->count > 1 ? shard->count : 1, first = shard->count > 1 ? shard->index : 0;

	dry_assert(shard->count < 2 || shard->index < shard->count);
	if (sweep->options.index && !add_sample(sweep, err))
		return false;
	if (!sweep->options.index) {
		if (found->grid_count / step > DRY_SWEEP_POINTS_MAX)
			return fail_size(err, found->grid_count / step);
		dry_sweep_result_reserve(found, (uint32_t)((found->grid_count + step - 1 - first) / step));
		for (uint64_t index = first; index < found->grid_count; index += step)
			dry_sweep_result_add_grid(found, index);
	}
	sweep->shared_grid_count = sweep->extra_next = found->point_count;
	return true;
}
