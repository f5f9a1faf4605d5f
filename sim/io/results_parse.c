/* A result's JSON tree becomes a result again. Everything is checked: a file may come from anywhere. */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/assert.h"
#include "base/units.h"
#include "results_text.h"
#include "sweep/grid.h"

#define PARAMETERS_MOST 64u
#define OBJECTIVES_MOST 16u
#define REPLICATIONS_MOST 100000u

static const struct dry_doc_node *need(const struct dry_doc *doc, const struct dry_doc_node *map, const char *key,
				       enum dry_doc_kind kind, struct dry_error *err)
{
	const struct dry_doc_node *node = dry_doc_find(map, key);

	if (!node) {
		dry_doc_fail(doc, map, err, "\"%s\" is missing", key);
		return NULL;
	}
	if (node->kind != kind) {
		dry_doc_fail(doc, node, err, "is %s", dry_doc_kind_name(node));
		return NULL;
	}
	return node;
}

static bool read_text(const struct dry_doc *doc, const struct dry_doc_node *map, const char *key,
		      struct dry_sweep_result *result, const char **value, struct dry_error *err)
{
	const struct dry_doc_node *node = need(doc, map, key, DRY_DOC_TEXT, err);

	if (node)
		*value = dry_arena_text(&result->arena, node->text);
	return node;
}

static bool read_digest(const struct dry_doc *doc, const struct dry_doc_node *map, const char *key, char hex[65],
			struct dry_error *err)
{
	const struct dry_doc_node *node = need(doc, map, key, DRY_DOC_TEXT, err);

	if (!node)
		return false;
	if (node->length > 64 || strspn(node->text, "0123456789abcdef") != node->length)
		return dry_doc_fail(doc, node, err, "is no SHA-256");
	memcpy(hex, node->text, node->length + 1);
	return true;
}

/* Exact 64-bit naturals: ids and seeds may be greater than doubles can tell. */
static bool natural_of(const struct dry_doc *doc, const struct dry_doc_node *node, uint64_t most,
		       uint64_t *value, struct dry_error *err)
{
	if (node->kind == DRY_DOC_NUMBER && node->length <= 20 &&
	    strspn(node->text, "0123456789") == node->length) {
		__extension__ unsigned __int128 wide = 0;

		for (const char *p = node->text; *p; p++)
			wide = wide * 10 + (unsigned)(*p - '0');
		*value = (uint64_t)wide;
		if (wide <= most)
			return true;
	}
	dry_doc_fail(doc, node, err, "is not what it can be");
	return dry_fail_expected(err, "an integer from 0 to %" PRIu64, most);
}

static bool read_natural(const struct dry_doc *doc, const struct dry_doc_node *map, const char *key, uint64_t most,
			 uint64_t *value, struct dry_error *err)
{
	const struct dry_doc_node *node = dry_doc_find(map, key);

	if (!node)
		return dry_doc_fail(doc, map, err, "\"%s\" is missing", key);
	return natural_of(doc, node, most, value, err);
}

static bool read_hex(const struct dry_doc *doc, const struct dry_doc_node *map, const char *key, uint64_t *value,
		     struct dry_error *err)
{
	const struct dry_doc_node *node = need(doc, map, key, DRY_DOC_TEXT, err);

	if (!node)
		return false;
	if (node->length != 16 || strspn(node->text, "0123456789abcdef") != 16)
		return dry_doc_fail(doc, node, err, "is not 16 hexadecimal digits");
	*value = strtoull(node->text, NULL, 16);
	return true;
}

static bool read_bool(const struct dry_doc *doc, const struct dry_doc_node *map, const char *key, bool *value,
		      struct dry_error *err)
{
	const struct dry_doc_node *node = need(doc, map, key, DRY_DOC_BOOL, err);

	if (node)
		*value = node->text[0] == 't';
	return node;
}

/* null = undefined */
static bool number_of(const struct dry_doc *doc, const struct dry_doc_node *node, double null, double *value,
		      struct dry_error *err)
{
	if (node->kind == DRY_DOC_NULL) {
		*value = null;
		return true;
	}
	if (node->kind != DRY_DOC_NUMBER || dry_parse_number(node->text, node->length, value))
		return dry_doc_fail(doc, node, err, "is no number");
	return true;
}

static bool read_settings(const struct dry_doc *doc, const struct dry_doc_node *map,
			  struct dry_sweep_result *result, const struct dry_setting **setting, uint32_t *count,
			  struct dry_error *err)
{
	struct dry_setting *list = dry_arena_array(&result->arena, map->count, sizeof(*list));
	uint32_t n = 0;

	for (const struct dry_doc_node *node = map->first; node; node = node->next) {
		if (node->kind != DRY_DOC_TEXT)
			return dry_doc_fail(doc, node, err, "is %s, not a text", dry_doc_kind_name(node));
		list[n].path = dry_arena_text(&result->arena, node->key);
		list[n++].value = dry_arena_text(&result->arena, node->text);
	}
	*setting = list;
	*count = n;
	return true;
}

static bool read_objectives(const struct dry_doc *doc, const struct dry_doc_node *list,
			    struct dry_sweep_result *result, struct dry_error *err)
{
	enum dry_metric_id *objective = dry_arena_array(&result->arena, list->count, sizeof(*objective));
	uint32_t n = 0;

	if (!list->count || list->count > OBJECTIVES_MOST)
		return dry_doc_fail(doc, list, err, "has %u entries", list->count);
	for (const struct dry_doc_node *node = list->first; node; node = node->next) {
		if (node->kind != DRY_DOC_TEXT)
			return dry_doc_fail(doc, node, err, "is %s", dry_doc_kind_name(node));
		objective[n] = dry_metric_find(node->text, NULL);
		if (objective[n++] == DRY_METRIC_COUNT)
			return dry_doc_fail(doc, node, err, "no metric \"%s\"", node->text);
	}
	result->objective = objective;
	result->objective_count = n;
	return true;
}

static bool read_parameter(const struct dry_doc *doc, const struct dry_doc_node *map,
			   struct dry_sweep_result *result, struct dry_sweep_parameter *parameter,
			   const char **base, const bool **match, struct dry_error *err)
{
	const struct dry_doc_node *values = need(doc, map, "values", DRY_DOC_LIST, err);
	const struct dry_doc_node *base_node = dry_doc_find(map, "base");
	const struct dry_doc_node *matches = need(doc, map, "base_matches", DRY_DOC_LIST, err);
	const char **value;
	bool *equal;
	uint64_t v = 0;

	if (!values || !matches || !read_text(doc, map, "path", result, &parameter->path, err))
		return false;
	if (!values->count)
		return dry_doc_fail(doc, values, err, "is empty");
	value = dry_arena_array(&result->arena, values->count, sizeof(*value));
	equal = dry_arena_array(&result->arena, values->count, sizeof(*equal));
	for (const struct dry_doc_node *node = values->first; node; node = node->next) {
		if (node->kind != DRY_DOC_TEXT)
			return dry_doc_fail(doc, node, err, "is %s", dry_doc_kind_name(node));
		value[node->index] = dry_arena_text(&result->arena, node->text);
	}
	for (const struct dry_doc_node *node = matches->first; node; node = node->next) {
		if (!natural_of(doc, node, values->count - 1, &v, err))
			return false;
		equal[v] = true;
	}
	parameter->value = value;
	parameter->value_count = values->count;
	*base = base_node && base_node->kind == DRY_DOC_TEXT ? dry_arena_text(&result->arena, base_node->text) :
							       NULL;
	*match = equal;
	return true;
}

static bool read_parameters(const struct dry_doc *doc, const struct dry_doc_node *list,
			    struct dry_sweep_result *result, struct dry_error *err)
{
	struct dry_arena *arena = &result->arena;
	struct dry_sweep_parameter *parameter = dry_arena_array(arena, list->count, sizeof(*parameter));
	const char **base = dry_arena_array(arena, list->count, sizeof(*base));
	const bool **match = dry_arena_array(arena, list->count, sizeof(*match));

	if (list->count > PARAMETERS_MOST)
		return dry_doc_fail(doc, list, err, "has %u entries", list->count);
	for (const struct dry_doc_node *node = list->first; node; node = node->next) {
		uint32_t p = node->index;

		if (node->kind != DRY_DOC_MAP)
			return dry_doc_fail(doc, node, err, "is %s", dry_doc_kind_name(node));
		if (!read_parameter(doc, node, result, &parameter[p], &base[p], &match[p], err))
			return false;
	}
	result->parameter = parameter;
	result->parameter_count = list->count;
	result->base_value = base;
	result->base_match = match;
	return true;
}

static bool read_shard(const struct dry_doc *doc, const struct dry_doc_node *map, struct dry_shard *shard,
		       struct dry_error *err)
{
	uint64_t index, count;

	if (map->kind != DRY_DOC_MAP)
		return dry_doc_fail(doc, map, err, "is %s", dry_doc_kind_name(map));
	if (!read_natural(doc, map, "count", UINT32_MAX, &count, err) ||
	    !read_natural(doc, map, "index", UINT32_MAX, &index, err))
		return false;
	if (index >= count)
		return dry_doc_fail(doc, map, err, "shard %" PRIu64 " of %" PRIu64 " is none", index, count);
	*shard = (struct dry_shard){ (uint32_t)index, (uint32_t)count };
	return true;
}

static bool read_limits(const struct dry_doc *doc, const struct dry_doc_node *list, struct dry_sweep_result *result,
			struct dry_error *err)
{
	const char **text;
	uint32_t n = 0;

	if (!list)
		return true;
	if (list->kind != DRY_DOC_LIST)
		return dry_doc_fail(doc, list, err, "is %s, not a list", dry_doc_kind_name(list));
	text = dry_arena_array(&result->arena, (size_t)list->count + 1, sizeof(*text));
	for (const struct dry_doc_node *node = list->first; node; node = node->next) {
		if (node->kind != DRY_DOC_TEXT)
			return dry_doc_fail(doc, node, err, "is %s", dry_doc_kind_name(node));
		text[n++] = node->text;
	}
	return dry_sweep_result_set_limits(result, text, n, NULL) || dry_doc_fail(doc, list, err, "holds no rule");
}

static bool read_optional(const struct dry_doc *doc, const struct dry_doc_node *map,
			  struct dry_sweep_result *result, struct dry_error *err)
{
	const struct dry_doc_node *node = dry_doc_find(map, "precision");

	if (node && !number_of(doc, node, 0, &result->precision, err))
		return false;
	node = dry_doc_find(map, "shard");
	if (node && !read_shard(doc, node, &result->shard, err))
		return false;
	if (!read_limits(doc, dry_doc_find(map, "limits"), result, err))
		return false;
	return !dry_doc_find(map, "selection") ||
	       read_hex(doc, map, "selection", &result->selection_digest, err);
}

bool results_read_manifest(const struct dry_doc *doc, const struct dry_doc_node *map,
			   struct dry_sweep_result *result, struct dry_error *err)
{
	const struct dry_doc_node *settings = need(doc, map, "settings", DRY_DOC_MAP, err);
	const struct dry_doc_node *objectives = need(doc, map, "objectives", DRY_DOC_LIST, err);
	const struct dry_doc_node *parameters = need(doc, map, "parameters", DRY_DOC_LIST, err);
	uint64_t replications, count = 0;

	if (!settings || !objectives || !parameters ||
	    !read_text(doc, map, "scenario", result, &result->scenario, err) ||
	    !read_text(doc, map, "version", result, &result->version, err) ||
	    !read_text(doc, map, "method", result, &result->method, err) ||
	    !read_digest(doc, map, "scenario_sha256", result->scenario_sha256, err) ||
	    !read_digest(doc, map, "trace_sha256", result->trace_sha256, err) ||
	    !read_natural(doc, map, "seed", UINT64_MAX, &result->seed, err) ||
	    !read_natural(doc, map, "replications", REPLICATIONS_MOST, &replications, err) ||
	    !read_natural(doc, map, "grid_count", INT64_MAX, &result->grid_count, err) ||
	    !read_bool(doc, map, "approximate", &result->approximate, err) ||
	    !read_bool(doc, map, "exhaustive", &result->exhaustive, err) ||
	    !read_settings(doc, settings, result, &result->setting, &result->setting_count, err) ||
	    !read_objectives(doc, objectives, result, err) ||
	    !read_parameters(doc, parameters, result, err) || !read_optional(doc, map, result, err))
		return false;
	result->replications = (uint32_t)replications;
	if (!dry_grid_count(result->parameter, result->parameter_count, &count) || count != result->grid_count)
		return dry_doc_fail(doc, dry_doc_find(map, "grid_count"), err,
				    "is not the product of the parameters' values, %" PRIu64, count);
	return true;
}

/* --- points --- */

static bool read_matrix(const struct dry_doc *doc, const struct dry_doc_node *list, uint32_t rows, uint32_t columns,
			double null, double *value, struct dry_error *err)
{
	if (list->kind != DRY_DOC_LIST || list->count != rows)
		return dry_doc_fail(doc, list, err, "is not a list of %u", rows);
	for (const struct dry_doc_node *row = list->first; row; row = row->next) {
		if (row->kind != DRY_DOC_LIST || row->count != columns)
			return dry_doc_fail(doc, row, err, "is not a list of %u numbers", columns);
		for (const struct dry_doc_node *cell = row->first; cell; cell = cell->next)
			if (!number_of(doc, cell, null, value++, err))
				return false;
	}
	return true;
}

static bool read_replications(const struct dry_doc *doc, const struct dry_doc_node *map,
			      struct dry_sweep_result *result, struct dry_sweep_point *point,
			      struct dry_error *err)
{
	const struct dry_doc_node *intervals = dry_doc_find(map, "intervals_95");
	const struct dry_doc_node *samples = dry_doc_find(map, "samples");
	double low_high[DRY_METRIC_COUNT * 2];
	uint64_t count;

	if (!read_natural(doc, map, "replications", REPLICATIONS_MOST, &count, err))
		return false;
	point->replications = (uint32_t)count;
	if (samples) {
		if (samples->kind != DRY_DOC_LIST || samples->count != count)
			return dry_doc_fail(doc, samples, err, "is not a list of %" PRIu64, count);
		point->sample = dry_arena_array(&result->arena, (size_t)count * DRY_METRIC_COUNT,
						sizeof(double));
		if (!read_matrix(doc, samples, (uint32_t)count, DRY_METRIC_COUNT, NAN, point->sample, err))
			return false;
	}
	if (!intervals)
		return true;
	if (!read_matrix(doc, intervals, DRY_METRIC_COUNT, 2, NAN, low_high, err))
		return false;
	point->interval = dry_arena_array(&result->arena, DRY_METRIC_COUNT, sizeof(*point->interval));
	for (size_t i = 0; i < DRY_METRIC_COUNT; i++)
		point->interval[i] = (struct dry_interval){ low_high[2 * i], low_high[2 * i + 1] };
	return true;
}

static bool read_bounds(const struct dry_doc *doc, const struct dry_doc_node *list,
			struct dry_sweep_result *result, struct dry_sweep_point *point, struct dry_error *err)
{
	uint32_t count = DRY_SWEEP_CHECKPOINTS * result->objective_count, n = 0;

	if (list->kind != DRY_DOC_LIST || list->count != count)
		return dry_doc_fail(doc, list, err, "is not a list of %u", count);
	point->bound = dry_arena_array(&result->arena, count, sizeof(*point->bound));
	for (const struct dry_doc_node *node = list->first; node; node = node->next)
		if (!number_of(doc, node, -INFINITY, &point->bound[n++], err))
			return false;
	return true;
}

static bool read_metrics(const struct dry_doc *doc, const struct dry_doc_node *map,
			 struct dry_sweep_result *result, struct dry_sweep_point *point, struct dry_error *err)
{
	const struct dry_doc_node *bounds = dry_doc_find(map, "lower_bounds");
	const struct dry_doc_node *node = dry_doc_find(map, "bounds");

	point->has_metrics = true;
	for (const struct dry_doc_node *child = map->first; child; child = child->next) {
		enum dry_metric_id id = dry_metric_find(child->key, NULL);

		/* keys only: "replications" and the like are no metrics */
		if (id < DRY_METRIC_COUNT && !strcmp(child->key, dry_metric_table[id].key) &&
		    !number_of(doc, child, NAN, &point->metric[id], err))
			return false;
	}
	for (const struct dry_doc_node *child = bounds ? bounds->first : NULL; child; child = child->next) {
		enum dry_metric_id id = dry_metric_find(child->text, NULL);

		if (id == DRY_METRIC_COUNT)
			return dry_doc_fail(doc, child, err, "no metric \"%s\"", child->text);
		point->lower_bound[id] = true;
	}
	if (node && !read_bounds(doc, node, result, point, err))
		return false;
	return read_replications(doc, map, result, point, err) &&
	       read_hex(doc, map, "digest", &point->digest, err) &&
	       read_natural(doc, map, "events", UINT64_MAX, &point->event_count, err);
}

static bool read_state(const struct dry_doc *doc, const struct dry_doc_node *map, enum dry_point_state *state,
		       struct dry_error *err)
{
	const struct dry_doc_node *node = need(doc, map, "state", DRY_DOC_TEXT, err);

	if (!node)
		return false;
	for (int i = 0; i < DRY_POINT_STATE_COUNT; i++)
		if (!strcmp(node->text, dry_point_state_name((enum dry_point_state)i))) {
			*state = (enum dry_point_state)i;
			return true;
		}
	return dry_doc_fail(doc, node, err, "no state \"%s\"", node->text);
}

static bool place_point(const struct dry_doc *doc, const struct dry_doc_node *map, bool is_baseline,
			struct dry_sweep_result *result, struct dry_sweep_point **point, struct dry_error *err)
{
	const struct dry_doc_node *id = dry_doc_find(map, "id"), *settings, *extra = dry_doc_find(map, "extra");
	const struct dry_setting *setting;
	uint64_t index = UINT64_MAX;
	uint32_t count;

	settings = need(doc, map, "settings", DRY_DOC_MAP, err);
	if (!id)
		return dry_doc_fail(doc, map, err, "\"id\" is missing");
	if (!settings || !read_settings(doc, settings, result, &setting, &count, err))
		return false;
	if (id->kind != DRY_DOC_NULL && !natural_of(doc, id, INT64_MAX, &index, err))
		return false;
	if (!is_baseline && (extra ? index < result->grid_count || index == UINT64_MAX : index >= result->grid_count)) {
		dry_doc_fail(doc, id, err, "is no point of the grid");
		return dry_fail_expected(err, "below %" PRIu64, result->grid_count);
	}
	if (!is_baseline) {
		*point = extra ? dry_sweep_result_add_extra(result, index, setting, count) :
				 dry_sweep_result_add_grid(result, index);
		return true;
	}
	*point = &result->baseline;
	result->baseline.index = index < result->grid_count ? index : UINT64_MAX;
	result->baseline.setting_count = count;
	result->baseline.setting = (struct dry_setting *)(uintptr_t)setting;
	if (index < result->grid_count) {
		result->baseline.value_index = dry_arena_array(&result->arena, result->parameter_count,
							       sizeof(uint32_t));
		dry_grid_values(result->parameter, result->parameter_count, index, result->baseline.value_index);
	}
	return true;
}

bool results_read_point(const struct dry_doc *doc, const struct dry_doc_node *map, bool is_baseline,
			struct dry_sweep_result *result, struct dry_error *err)
{
	const struct dry_doc_node *reason = dry_doc_find(map, "reason");
	enum dry_point_state state = DRY_POINT_PENDING;
	struct dry_sweep_point *point = NULL;

	if (map->kind != DRY_DOC_MAP)
		return dry_doc_fail(doc, map, err, "is %s", dry_doc_kind_name(map));
	if (!read_state(doc, map, &state, err) || !place_point(doc, map, is_baseline, result, &point, err))
		return false;
	point->state = state == DRY_POINT_RUNNING ? DRY_POINT_PENDING : state;
	if (reason && reason->kind == DRY_DOC_TEXT)
		point->reason = dry_arena_text(&result->arena, reason->text);
	if (!dry_doc_find(map, "digest"))
		return state != DRY_POINT_DONE || dry_doc_fail(doc, map, err, "done without metrics");
	return read_metrics(doc, map, result, point, err);
}
