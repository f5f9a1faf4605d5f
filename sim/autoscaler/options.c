/* Values of flags: from text, as text, and the rules between them. */
#include "autoscaler/options.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/units.h"

static const char *const expander_name[DRY_EXPANDER_COUNT] = {
	[DRY_EXPANDER_RANDOM] = "random",           [DRY_EXPANDER_MOST_PODS] = "most-pods",
	[DRY_EXPANDER_LEAST_WASTE] = "least-waste", [DRY_EXPANDER_LEAST_NODES] = "least-nodes",
	[DRY_EXPANDER_PRICE] = "price",             [DRY_EXPANDER_PRIORITY] = "priority",
};

static const char *out_of_range(const struct dry_option *option, double value, struct dry_arena *arena)
{
	const char *unit = option->type == DRY_OPTION_DURATION || option->type == DRY_OPTION_SECONDS ? "s" : "";

	if (value < option->min)
		return dry_arena_printf(arena, "is below %g%s", option->min, unit);
	if (value > option->max)
		return dry_arena_printf(arena, "is above %g%s", option->max, unit);
	return NULL;
}

static const char *set_bool(bool *field, const char *text)
{
	static const char *const yes[] = { "true", "True", "TRUE", "t", "T", "1" };
	static const char *const no[] = { "false", "False", "FALSE", "f", "F", "0" };
	size_t i;

	for (i = 0; i < 6; i++) {
		if (!strcmp(text, yes[i]) || !strcmp(text, no[i])) {
			*field = !strcmp(text, yes[i]);
			return NULL;
		}
	}
	return "is not true or false";
}

static const char *set_integer(const struct dry_option *option, int64_t *field, const char *text, int64_t scale,
			       struct dry_arena *arena)
{
	int64_t value;
	const char *wrong = dry_parse_integer(text, strlen(text), &value);

	if (wrong)
		return dry_arena_printf(arena, "is not an integer (it %s)", wrong);
	wrong = out_of_range(option, (double)value, arena);
	if (!wrong)
		*field = value * scale;
	return wrong;
}

static const char *set_number(const struct dry_option *option, double *field, const char *text,
			      struct dry_arena *arena)
{
	double value;
	const char *wrong = dry_parse_number(text, strlen(text), &value);

	if (wrong)
		return dry_arena_printf(arena, "is not a number (it %s)", wrong);
	wrong = out_of_range(option, value, arena);
	if (!wrong)
		*field = value;
	return wrong;
}

static const char *set_duration(const struct dry_option *option, int64_t *field, const char *text,
				struct dry_arena *arena)
{
	int64_t ms;
	const char *wrong = dry_parse_duration_ms(text, strlen(text), &ms);

	if (wrong)
		return dry_arena_printf(arena, "is not a duration such as \"90s\" or \"10m\" (it %s)", wrong);
	wrong = out_of_range(option, (double)ms / 1000.0, arena);
	if (!wrong)
		*field = ms;
	return wrong;
}

/* The comma-separated parts of a text, in the arena. */
static uint32_t split(const char *text, char separator, const char ***part, struct dry_arena *arena)
{
	uint32_t count = 1, n = 0;
	const char *p;

	for (p = text; *p; p++)
		count += *p == separator;
	*part = dry_arena_array(arena, count, sizeof(**part));
	for (p = text;; text = ++p) {
		while (*p && *p != separator)
			p++;
		while (text < p && *text == ' ')
			text++;
		(*part)[n++] = dry_arena_copy(arena, text, (size_t)(p - text));
		if (!*p)
			return n;
	}
}

static const char *set_expander(struct dry_options *options, const char *text, struct dry_arena *arena)
{
	enum dry_expander chain[DRY_EXPANDER_COUNT];
	const char **part;
	uint32_t count = split(text, ',', &part, arena), i, k, e;

	if (count > DRY_EXPANDER_COUNT)
		return "names an expander twice";
	for (i = 0; i < count; i++) {
		for (e = 0; e < DRY_EXPANDER_COUNT && strcmp(part[i], expander_name[e]); e++)
			;
		if (!strcmp(part[i], "grpc"))
			return "grpc asks another program and is not modelled";
		if (e == DRY_EXPANDER_COUNT) {
			const char *near = dry_nearest_word(part[i], expander_name, DRY_EXPANDER_COUNT);

			return near ? dry_arena_printf(arena, "\"%s\" is not an expander; did you mean \"%s\"?",
						       part[i], near)
				    : dry_arena_printf(arena, "\"%s\" is not an expander", part[i]);
		}
		for (k = 0; k < i; k++)
			if (chain[k] == (enum dry_expander)e)
				return "names an expander twice";
		if (i && chain[i - 1] == DRY_EXPANDER_RANDOM)
			return "random always leaves one option, so it must come last";
		chain[i] = (enum dry_expander)e;
	}
	options->expander_count = count;
	memcpy(options->expander, chain, count * sizeof(*chain));
	return NULL;
}

static const char *parse_limit(const char *text, struct dry_limit *limit)
{
	const char *colon = strchr(text, ':');

	if (!colon || dry_parse_integer(text, (size_t)(colon - text), &limit->min) ||
	    dry_parse_integer(colon + 1, strlen(colon + 1), &limit->max))
		return "is not min:max in whole numbers";
	if (limit->min < 0 || limit->max < 0)
		return "has a negative limit";
	if (limit->max > INT32_MAX)
		return "has a limit above 2147483647";
	return limit->min > limit->max ? "has a minimum above its maximum" : NULL;
}

static const char *set_gpu_limits(struct dry_options *options, const char *text, struct dry_arena *arena)
{
	const char **part;
	uint32_t count = *text ? split(text, ',', &part, arena) : 0, i;
	struct dry_gpu_limit *list = dry_arena_array(arena, count + 1, sizeof(*list));

	if (count > 8)
		return "has more than 8 types";
	for (i = 0; i < count; i++) {
		const char *colon = strchr(part[i], ':'), *wrong;

		if (!colon || colon == part[i])
			return "is not type:min:max";
		list[i].type = dry_arena_copy(arena, part[i], (size_t)(colon - part[i]));
		wrong = parse_limit(colon + 1, &list[i].limit);
		if (wrong)
			return wrong;
	}
	options->gpu_total = list;
	options->gpu_total_count = count;
	return NULL;
}

static int by_priority(const void *a, const void *b)
{
	const struct dry_drain_priority *x = a, *y = b;

	return x->priority < y->priority ? -1 : x->priority > y->priority;
}

static const char *set_drain_priorities(struct dry_options *options, const char *text, struct dry_arena *arena)
{
	const char **part;
	uint32_t count = *text ? split(text, ',', &part, arena) : 0, i;
	struct dry_drain_priority *list = dry_arena_array(arena, count + 1, sizeof(*list));

	for (i = 0; i < count; i++) {
		const char *colon = strchr(part[i], ':');
		int64_t priority, seconds;

		if (!colon || dry_parse_integer(part[i], (size_t)(colon - part[i]), &priority) ||
		    dry_parse_integer(colon + 1, strlen(colon + 1), &seconds) || seconds < 0 ||
		    seconds > INT32_MAX || priority > INT32_MAX || priority < INT32_MIN)
			return "is not priority:seconds,priority:seconds,...";
		list[i].priority = (int32_t)priority;
		list[i].termination_ms = seconds * 1000;
	}
	qsort(list, count, sizeof(*list), by_priority);
	options->drain_priority = list;
	options->drain_priority_count = count;
	return NULL;
}

static const char *set_list(struct dry_text_list *list, const char *text, struct dry_arena *arena)
{
	const char **part;

	list->count = *text ? split(text, ',', &part, arena) : 0;
	list->text = list->count ? part : NULL;
	return NULL;
}

const char *dry_option_set(const struct dry_option *option, struct dry_options *options, const char *text,
			   struct dry_arena *arena)
{
	char *field = (char *)options + option->offset;

	if (option->effect == DRY_OPTION_NO_EFFECT)
		return NULL;
	switch (option->type) {
	case DRY_OPTION_BOOL:
		return set_bool((bool *)(void *)field, text);
	case DRY_OPTION_INTEGER:
		return set_integer(option, (int64_t *)(void *)field, text, 1, arena);
	case DRY_OPTION_SECONDS:
		return set_integer(option, (int64_t *)(void *)field, text, 1000, arena);
	case DRY_OPTION_NUMBER:
		return set_number(option, (double *)(void *)field, text, arena);
	case DRY_OPTION_DURATION:
		return set_duration(option, (int64_t *)(void *)field, text, arena);
	case DRY_OPTION_LIMIT:
		return parse_limit(text, (struct dry_limit *)(void *)field);
	case DRY_OPTION_GPU_LIMIT:
		return set_gpu_limits(options, text, arena);
	case DRY_OPTION_EXPANDER:
		return set_expander(options, text, arena);
	case DRY_OPTION_TEXT_LIST:
		return set_list((struct dry_text_list *)(void *)field, text, arena);
	case DRY_OPTION_DRAIN_PRIORITY:
		return set_drain_priorities(options, text, arena);
	case DRY_OPTION_TEXT:
		return NULL;
	}
	return NULL;
}

/* Every default that acts is a plain value, so no arena is kept for it. */
void dry_options_init(struct dry_options *options)
{
	struct dry_arena arena;
	size_t i;

	memset(options, 0, sizeof(*options));
	dry_arena_init(&arena);
	for (i = 0; i < dry_option_count; i++) {
		const struct dry_option *option = &dry_option_table[i];

		if (option->effect == DRY_OPTION_ACTS && *option->default_text)
			dry_option_set(option, options, option->default_text, &arena);
	}
	dry_arena_release(&arena);
}

/* --- text --- */

static const char *join(const char *list, const char *next, struct dry_arena *arena)
{
	return *list ? dry_arena_printf(arena, "%s,%s", list, next) : next;
}

static const char *chain_text(const struct dry_options *options, struct dry_arena *arena)
{
	const char *text = "";
	uint32_t i;

	for (i = 0; i < options->expander_count; i++)
		text = join(text, expander_name[options->expander[i]], arena);
	return text;
}

static const char *list_text(const struct dry_text_list *list, struct dry_arena *arena)
{
	const char *text = "";
	uint32_t i;

	for (i = 0; i < list->count; i++)
		text = join(text, list->text[i], arena);
	return text;
}

static const char *number_text(double value, struct dry_arena *arena)
{
	char buffer[40];

	return dry_arena_text(arena, dry_format_number(value, 1, buffer));
}

static const char *special_text(const struct dry_option *option, const struct dry_options *options,
				struct dry_arena *arena)
{
	const char *text = "";
	uint32_t i;

	if (option->type == DRY_OPTION_GPU_LIMIT)
		for (i = 0; i < options->gpu_total_count; i++)
			text = join(text, dry_arena_printf(arena, "%s:%lld:%lld", options->gpu_total[i].type,
							   (long long)options->gpu_total[i].limit.min,
							   (long long)options->gpu_total[i].limit.max), arena);
	else
		for (i = 0; i < options->drain_priority_count; i++)
			text = join(text, dry_arena_printf(arena, "%d:%lld", options->drain_priority[i].priority,
							   (long long)(options->drain_priority[i].termination_ms /
								       1000)), arena);
	return text;
}

const char *dry_option_text(const struct dry_option *option, const struct dry_options *options,
			    struct dry_arena *arena)
{
	const char *field = (const char *)options + option->offset;
	const struct dry_limit *limit = (const void *)field;
	const int64_t *integer = (const void *)field;
	const double *number = (const void *)field;
	const bool *flag = (const void *)field;
	const struct dry_text_list *list = (const void *)field;
	char buffer[64];

	if (option->effect == DRY_OPTION_NO_EFFECT)
		return option->default_text;
	switch (option->type) {
	case DRY_OPTION_BOOL:
		return *flag ? "true" : "false";
	case DRY_OPTION_INTEGER:
		return dry_arena_printf(arena, "%lld", (long long)*integer);
	case DRY_OPTION_SECONDS:
		return dry_arena_printf(arena, "%lld", (long long)(*integer / 1000));
	case DRY_OPTION_NUMBER:
		return number_text(*number, arena);
	case DRY_OPTION_DURATION:
		return dry_arena_text(arena, dry_format_duration(*integer, buffer, sizeof(buffer)));
	case DRY_OPTION_LIMIT:
		return dry_arena_printf(arena, "%lld:%lld", (long long)limit->min, (long long)limit->max);
	case DRY_OPTION_EXPANDER:
		return chain_text(options, arena);
	case DRY_OPTION_TEXT_LIST:
		return list_text(list, arena);
	case DRY_OPTION_GPU_LIMIT:
	case DRY_OPTION_DRAIN_PRIORITY:
		return special_text(option, options, arena);
	case DRY_OPTION_TEXT:
		break;
	}
	return "";
}

const char *dry_options_check(const struct dry_options *options)
{
	if (options->drain_priority_count && options->max_graceful_termination_ms != 600000)
		return "drain-priority-config and max-graceful-termination-sec exclude each other";
	return NULL;
}
