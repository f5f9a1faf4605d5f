#include "cli/sweep_grid.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/units.h"
#include "io/doc.h"

#define VALUES_MOST 100000

void cli_grid_init(struct cli_grid *grid)
{
	*grid = (struct cli_grid){ 0 };
	dry_arena_init(&grid->arena);
}

void cli_grid_release(struct cli_grid *grid)
{
	free(grid->parameter);
	dry_arena_release(&grid->arena);
	*grid = (struct cli_grid){ 0 };
}

/* Values of one parameter while they are gathered. */
struct values {
	struct dry_arena *arena;
	const struct dry_doc *doc;      /* of a file, with the value's place in it; NULL = an argument */
	const struct dry_doc_node *node;
	const char **text;
	size_t capacity;
	uint32_t count;
};

static void add_value(struct values *values, const char *text)
{
	values->text = dry_grow(values->text, &values->capacity, (size_t)values->count + 1, sizeof(*values->text));
	values->text[values->count++] = text;
}

static void add_parameter(struct cli_grid *grid, const char *path, struct values *values)
{
	const char **list = dry_arena_array(&grid->arena, values->count, sizeof(*list));

	if (values->count)
		memcpy(list, values->text, values->count * sizeof(*list));
	grid->parameter = dry_grow(grid->parameter, &grid->capacity, (size_t)grid->count + 1,
				   sizeof(*grid->parameter));
	grid->parameter[grid->count++] = (struct dry_sweep_parameter){ path, values->count, list };
	free(values->text);
}

/* --- ranges --- */

struct range {
	const char *text;               /* of the whole argument, for complaints */
	const char *low, *high, *step;  /* step NULL = none given; in the arena */
};

static bool fail_text(const struct values *values, const char *text, struct dry_error *err, const char *what)
{
	if (values->doc)
		return dry_doc_fail(values->doc, values->node, err, "%s", what);
	return dry_fail(err, DRY_ERROR_USAGE, DRY_NOWHERE, "--grid %s: %s", text, what);
}

static bool fail_range(const struct values *values, const struct range *range, struct dry_error *err, const char *what)
{
	return fail_text(values, range->text, err, what);
}

static bool fail_backwards(const struct values *values, const struct range *range, struct dry_error *err)
{
	fail_range(values, range, err, "the range runs backwards");
	return dry_fail_fix(err, "%s..%s%s%s", range->high, range->low, range->step ? "/" : "",
			    range->step ? range->step : "");
}

/* From low to high in steps, both in it when the steps meet it. */
static bool add_steps(struct values *values, const struct range *range, int64_t low, int64_t high, int64_t step,
		      bool is_duration, struct dry_error *err)
{
	char buffer[64];

	if (low > high)
		return fail_backwards(values, range, err);
	if (step <= 0)
		return fail_range(values, range, err, "the step is not above 0");
	/* from the least to the greatest integer is more than an int64_t holds */
	if (((uint64_t)high - (uint64_t)low) / (uint64_t)step >= VALUES_MOST)
		return fail_range(values, range, err, "too many values");
	for (int64_t v = low; v <= high; v += step) {
		if (is_duration)
			dry_format_duration(v, buffer, sizeof(buffer));
		else
			snprintf(buffer, sizeof(buffer), "%" PRId64, v);
		add_value(values, dry_arena_text(values->arena, buffer));
		if (v > INT64_MAX - step)
			break;
	}
	return true;
}

static bool add_decimals(struct values *values, const struct range *range, double low, double high, double step,
			 struct dry_error *err)
{
	char buffer[64];

	if (low > high)
		return fail_backwards(values, range, err);
	if (!(step > 0))
		return fail_range(values, range, err, "the step is not above 0");
	if ((high - low) / step >= VALUES_MOST)
		return fail_range(values, range, err, "too many values");
	/* lost in rounding, it would never arrive */
	if (low + step <= low || high + step <= high)
		return fail_range(values, range, err, "the step is too small beside the bounds");
	for (uint32_t i = 0; low + i * step <= high + step * 1e-9; i++) {
		snprintf(buffer, sizeof(buffer), "%.10g", low + i * step);
		add_value(values, dry_arena_text(values->arena, buffer));
	}
	return true;
}

static bool is_integer(const char *text, int64_t *value)
{
	return !dry_parse_integer(text, strlen(text), value);
}

static bool add_range(struct values *values, const struct range *range, struct dry_error *err)
{
	int64_t low, high, step = 1;
	double from, to, by;

	if (is_integer(range->low, &low) && is_integer(range->high, &high) &&
	    (!range->step || is_integer(range->step, &step)))
		return add_steps(values, range, low, high, step, false, err);
	if (!range->step) {
		fail_range(values, range, err, "the range has no step");
		return dry_fail_expected(err, "LO..HI/STEP, such as 10s..60s/10s or 0.4..0.7/0.05");
	}
	if (!dry_parse_number(range->low, strlen(range->low), &from) &&
	    !dry_parse_number(range->high, strlen(range->high), &to) &&
	    !dry_parse_number(range->step, strlen(range->step), &by))
		return add_decimals(values, range, from, to, by, err);
	if (dry_parse_span_ms(range->low, strlen(range->low), &low) ||
	    dry_parse_span_ms(range->high, strlen(range->high), &high) ||
	    dry_parse_span_ms(range->step, strlen(range->step), &step)) {
		fail_range(values, range, err, "is neither a range of numbers nor of durations");
		return dry_fail_expected(err, "LO..HI/STEP, such as 10s..60s/10s or 0.4..0.7/0.05");
	}
	return add_steps(values, range, low, high, step, true, err);
}

/* "LO..HI/STEP"; false when the text is no range. */
static bool split_range(struct values *values, const char *whole, const char *text, struct range *range)
{
	const char *dots = strstr(text, ".."), *slash = dots ? strchr(dots, '/') : NULL;

	if (!dots || dots == text || strchr(text, ','))
		return false;
	range->text = whole;
	range->low = dry_arena_copy(values->arena, text, (size_t)(dots - text));
	range->high = slash ? dry_arena_copy(values->arena, dots + 2, (size_t)(slash - dots - 2)) :
			      dry_arena_text(values->arena, dots + 2);
	range->step = slash ? dry_arena_text(values->arena, slash + 1) : NULL;
	return true;
}

static bool read_values(struct values *values, const char *whole, const char *text, struct dry_error *err)
{
	char separator = strchr(text, ';') ? ';' : ',';
	struct range range;

	/* What runs backwards is told before a missing step. */
	if (split_range(values, whole, text, &range)) {
		int64_t low, high;

		if (!dry_parse_span_ms(range.low, strlen(range.low), &low) &&
		    !dry_parse_span_ms(range.high, strlen(range.high), &high) && low > high)
			return fail_backwards(values, &range, err);
		return add_range(values, &range, err);
	}
	for (;;) {
		const char *end = strchr(text, separator);
		size_t length = end ? (size_t)(end - text) : strlen(text);

		if (!length)
			return fail_text(values, whole, err, "a value is empty");
		add_value(values, dry_arena_copy(values->arena, text, length));
		if (!end)
			return true;
		text = end + 1;
	}
}

/* --- files --- */

static bool read_node(const struct dry_doc *doc, const struct dry_doc_node *node, struct values *values,
		      struct dry_error *err)
{
	if (node->kind == DRY_DOC_TEXT && strstr(node->text, ".."))
		return read_values(values, node->text, dry_arena_text(values->arena, node->text), err);
	if (node->kind != DRY_DOC_LIST || !node->count) {
		dry_doc_fail(doc, node, err, "is %s", node->kind == DRY_DOC_LIST ? "an empty list" :
								dry_doc_kind_name(node));
		return dry_fail_expected(err, "a list of values, or a range such as \"2m..20m/6m\"");
	}
	for (const struct dry_doc_node *value = node->first; value; value = value->next) {
		if (value->kind == DRY_DOC_LIST || value->kind == DRY_DOC_MAP || value->kind == DRY_DOC_NULL)
			return dry_doc_fail(doc, value, err, "is %s, not a value", dry_doc_kind_name(value));
		add_value(values, dry_arena_text(values->arena, value->text));
	}
	return true;
}

static bool read_file(struct cli_grid *grid, const char *path, struct dry_error *err)
{
	const struct dry_doc_node *map;
	struct dry_doc doc;
	bool fine = dry_doc_read(&doc, path, NULL, err);

	if (fine) {
		map = dry_doc_find(doc.root, "sweep");
		map = map ? map : doc.root;
		map = dry_doc_find(map, "parameters") ? dry_doc_find(map, "parameters") : map;
		if (map->kind != DRY_DOC_MAP || !map->count) {
			fine = dry_doc_fail(&doc, map, err, "is no grid");
			dry_fail_expected(err, "a map of parameters, each a list of values");
		}
		for (const struct dry_doc_node *node = map->first; node && fine; node = node->next) {
			struct values values = { .arena = &grid->arena, .doc = &doc, .node = node };

			fine = read_node(&doc, node, &values, err);
			if (fine)
				add_parameter(grid, dry_arena_text(&grid->arena, node->key), &values);
			else
				free(values.text);
		}
	}
	dry_doc_release(&doc);
	return fine;
}

bool cli_grid_add(struct cli_grid *grid, const char *text, struct dry_error *err)
{
	const char *equals = strchr(text, '=');
	struct values values = { .arena = &grid->arena };

	if (!equals)
		return read_file(grid, text, err);
	if (equals == text)
		return dry_fail(err, DRY_ERROR_USAGE, DRY_NOWHERE, "--grid %s: the parameter has no name", text);
	if (!read_values(&values, text, equals + 1, err)) {
		free(values.text);
		return false;
	}
	add_parameter(grid, dry_arena_copy(&grid->arena, text, (size_t)(equals - text)), &values);
	return true;
}
