/* Paths into a configuration: flags by their own names, fields of groups, everything else. */
#include <fnmatch.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/units.h"
#include "run/config_fields.h"
#include "run/prewarm.h"
#include "run/zone_strategy.h"

#include "base/banned.h"

#define GROUPS "nodeGroups."

/* A path taken apart: a flag, a field of the configuration, or a field of groups. */
struct path {
	const struct dry_option *option;
	const struct dry_config_field *field;
	const char *group;              /* name, or pattern with *; length below */
	size_t group_length;
	bool is_pattern;
	uint32_t group_index;           /* DRY_NONE = none of that name */
};

/* "--expander" and "autoscaler.expander" are "expander". */
static const char *without_prefix(const char *path)
{
	if (!strncmp(path, "--", 2))
		return path + 2;
	if (!strncmp(path, "autoscaler.", 11))
		return path + 11;
	return path;
}

const struct dry_option *dry_config_option(const char *path)
{
	return dry_option_find(without_prefix(path), NULL);
}

static bool group_matches(const struct path *p, const char *name)
{
	char pattern[400];

	if (!p->is_pattern)
		return strlen(name) == p->group_length && !memcmp(name, p->group, p->group_length);
	if (p->group_length >= sizeof(pattern))
		return false;
	memcpy(pattern, p->group, p->group_length);
	pattern[p->group_length] = '\0';
	return !fnmatch(pattern, name, 0);
}

static void find_group(struct path *p, const struct dry_config *config)
{
	uint32_t g;

	p->is_pattern = memchr(p->group, '*', p->group_length) != NULL;
	p->group_index = DRY_NONE;
	for (g = 0; g < config->group_count && p->group_index == DRY_NONE; g++)
		if (group_matches(p, config->group[g].name))
			p->group_index = g;
}

/* Names may hold dots: the shortest field that fits leaves the longest name, so try from the right. */
static void take_group_apart(struct path *p, const struct dry_config *config, const char *rest)
{
	struct path found = { .group_index = DRY_NONE };
	size_t i;

	for (i = 0; rest[i]; i++) {
		if (!i || rest[i] != '.')
			continue;
		p->group = rest;
		p->group_length = i;
		p->field = dry_group_field_find(rest + i + 1);
		find_group(p, config);
		if (p->field && p->group_index != DRY_NONE)
			return;
		if (p->group_index != DRY_NONE || (p->field && found.group_index == DRY_NONE))
			found = *p;
	}
	if (found.group)
		*p = found;
}

static struct path take_apart(const struct dry_config *config, const char *text)
{
	struct path p = { .group_index = DRY_NONE };

	if (!strncmp(text, GROUPS, strlen(GROUPS))) {
		take_group_apart(&p, config, text + strlen(GROUPS));
		return p;
	}
	p.option = dry_option_find(without_prefix(text), NULL);
	if (!p.option)
		p.field = dry_config_field_find(text);
	return p;
}

/* --- complaints --- */

static const char *nearest_top(const char *path, struct dry_arena *arena)
{
	size_t count = dry_option_count + dry_config_field_count, i;
	const char **known = dry_arena_array(arena, count, sizeof(*known));

	for (i = 0; i < dry_option_count; i++)
		known[i] = dry_option_table[i].name;
	for (i = 0; i < dry_config_field_count; i++)
		known[dry_option_count + i] = dry_config_field_table[i].name;
	return dry_nearest_word(without_prefix(path), known, count);
}

static const char *nearest_group(const struct dry_config *config, const char *name, struct dry_arena *arena)
{
	const char **known = dry_arena_array(arena, config->group_count + 1, sizeof(*known));
	uint32_t g;

	for (g = 0; g < config->group_count; g++)
		known[g] = config->group[g].name;
	return dry_nearest_word(name, known, config->group_count);
}

static const char *nearest_field(const char *name, struct dry_arena *arena)
{
	const char **known = dry_arena_array(arena, dry_group_field_count, sizeof(*known));
	size_t i;

	for (i = 0; i < dry_group_field_count; i++)
		known[i] = dry_group_field_table[i].name;
	return dry_nearest_word(name, known, dry_group_field_count);
}

static bool fail_group_path(const struct path *p, const struct dry_config *config, const char *path,
			    struct dry_arena *arena, struct dry_error *err)
{
	const char *rest = path + strlen(GROUPS), *dot = strchr(rest, '.'), *near, *name;

	if (!dot || !p->group) {
		dry_fail(err, DRY_ERROR_USAGE, DRY_NOWHERE, "%s: is no parameter", path);
		return dry_fail_fix(err, "nodeGroups.NAME.FIELD, such as nodeGroups.%s.maxSize",
				    config->group_count ? config->group[0].name : "NAME");
	}
	name = dry_arena_copy(arena, p->group, p->group_length);
	if (p->group_index == DRY_NONE) {
		dry_fail(err, DRY_ERROR_USAGE, DRY_NOWHERE, "%s: there is no node group \"%s\"", path, name);
		near = nearest_group(config, name, arena);
		if (near)
			return dry_fail_fix(err, "did you mean nodeGroups.%s.%s?", near,
					    p->group + p->group_length + 1);
		return config->group_count ? dry_fail_fix(err, "the first node group is \"%s\"", config->group[0].name)
					   : false;
	}
	dry_fail(err, DRY_ERROR_USAGE, DRY_NOWHERE, "%s: node groups have no field \"%s\" that can be changed", path,
		 p->group + p->group_length + 1);
	near = nearest_field(p->group + p->group_length + 1, arena);
	if (near)
		return dry_fail_fix(err, "did you mean nodeGroups.%s.%s?", name, near);
	return dry_fail_fix(err, "minSize, maxSize, price, provisionTime, options.scaleDownUnneededTime, ...");
}

static bool fail_path(const struct path *p, const struct dry_config *config, const char *path,
		      struct dry_arena *arena, struct dry_error *err)
{
	const char *near;

	if (!strncmp(path, GROUPS, strlen(GROUPS)))
		return fail_group_path(p, config, path, arena, err);
	dry_fail(err, DRY_ERROR_USAGE, DRY_NOWHERE, "%s: is no parameter", path);
	near = nearest_top(path, arena);
	if (near)
		return dry_fail_fix(err, "did you mean \"%s\"?", near);
	return dry_fail_fix(err, "a flag of the Cluster Autoscaler (dryscale help flags), or a path (dryscale help "
				 "parameters)");
}

static bool fail_value(const char *path, const char *value, const char *wrong, const char *expected,
		       struct dry_error *err)
{
	if (*wrong == '"')              /* it names the part that is wrong */
		dry_fail(err, DRY_ERROR_USAGE, DRY_NOWHERE, "%s: %s", path, wrong);
	else
		dry_fail(err, DRY_ERROR_USAGE, DRY_NOWHERE, "%s: \"%s\" %s", path, value, wrong);
	return expected ? dry_fail_expected(err, "%s", expected) : false;
}

/* --- set, get --- */

static bool set_option(struct dry_config *config, const struct dry_option *option, const char *path,
		       const char *value, struct dry_arena *arena, struct dry_error *err)
{
	const char *wrong = dry_option_set(option, &config->options, value, arena);

	if (wrong)
		return fail_value(path, value, wrong, NULL, err);
	if (option->effect == DRY_OPTION_NO_EFFECT)
		dry_warn(err, DRY_NOWHERE, "%s: %s", path, option->help);
	return true;
}

static bool set_groups(struct dry_config *config, const struct path *p, const char *path, const char *value,
		       struct dry_arena *arena, struct dry_error *err)
{
	uint32_t g;

	for (g = 0; g < config->group_count; g++) {
		const char *wrong;

		if (!group_matches(p, config->group[g].name))
			continue;
		wrong = dry_field_set(p->field, &config->group[g], value, arena);
		if (wrong)
			return fail_value(path, value, wrong, dry_field_expected(p->field, arena), err);
		if (p->field->offset == offsetof(struct dry_node_group, priority) &&
		    p->field->kind == DRY_FIELD_INT32)
			config->group[g].has_priority = true;
	}
	return true;
}

bool dry_config_set(struct dry_config *config, const struct dry_input *input, const char *path,
		    const char *value, struct dry_arena *arena, struct dry_error *err)
{
	struct path p = take_apart(config, path);
	const char *wrong;

	(void)input;
	if (p.option)
		return set_option(config, p.option, path, value, arena, err);
	if (p.field && p.group_index != DRY_NONE)
		return set_groups(config, &p, path, value, arena, err);
	if (!p.field || p.group)
		return fail_path(&p, config, path, arena, err);
	wrong = dry_field_set(p.field, config, value, arena);
	return wrong ? fail_value(path, value, wrong, dry_field_expected(p.field, arena), err) : true;
}

const char *dry_config_get(const struct dry_config *config, const struct dry_input *input,
			   const char *path, struct dry_arena *arena)
{
	struct path p = take_apart(config, path);
	const char *text, *other;
	uint32_t g;

	(void)input;
	if (p.option)
		return dry_option_text(p.option, &config->options, arena);
	if (!p.field || (p.group && p.group_index == DRY_NONE))
		return NULL;
	if (!p.group)
		return dry_field_text(p.field, config, arena);
	text = dry_field_text(p.field, &config->group[p.group_index], arena);
	for (g = p.group_index + 1; text && p.is_pattern && g < config->group_count; g++) {
		if (!group_matches(&p, config->group[g].name))
			continue;
		other = dry_field_text(p.field, &config->group[g], arena);
		if (!other || strcmp(other, text))
			return "(differ)";
	}
	return text;
}

void dry_config_copy(struct dry_config *to, const struct dry_config *from, struct dry_arena *arena)
{
	struct dry_node_group *group = dry_arena_array(arena, from->group_count, sizeof(*group));

	if (from->group_count)
		memcpy(group, from->group, from->group_count * sizeof(*group));
	*to = *from;
	to->group = group;
}

/* --- rules across fields --- */

static bool fail_rule(const char *group, const char *what, struct dry_error *err)
{
	return dry_fail(err, DRY_ERROR_USAGE, DRY_NOWHERE, GROUPS "%s.%s", group, what);
}

static bool check_schedule(const struct dry_node_group *group, struct dry_arena *arena, struct dry_error *err)
{
	uint32_t i;

	for (i = 0; i < group->schedule_count; i++)
		if (group->schedule[i].min_size > group->max_size)
			return fail_rule(group->name,
					 dry_arena_printf(arena, "minSizeSchedule: a minSize of %d is above maxSize %d",
							  group->schedule[i].min_size, group->max_size), err);
	return true;
}

static bool check_group(const struct dry_node_group *group, struct dry_arena *arena, struct dry_error *err)
{
	bool ok = check_schedule(group, arena, err);
	const char *wrong;

	if (group->min_size > group->max_size) {
		ok = fail_rule(group->name, dry_arena_printf(arena, "minSize: %d is above maxSize %d",
							     group->min_size, group->max_size), err);
		dry_fail_fix(err, "lower minSize, or raise maxSize to %d or more", group->min_size);
	}
	if (group->initial_size > group->max_size) {
		ok = fail_rule(group->name, dry_arena_printf(arena, "initialSize: %d is above maxSize %d",
							     group->initial_size, group->max_size), err);
		dry_fail_fix(err, "lower initialSize, or raise maxSize to %d or more", group->initial_size);
	}
	wrong = dry_distribution_check(&group->provision_time);
	if (wrong)
		ok = fail_rule(group->name, dry_arena_printf(arena, "provisionTime: %s", wrong), err);
	return ok;
}

bool dry_config_finish(struct dry_config *config, const struct dry_input *input, struct dry_arena *arena,
		       struct dry_error *err)
{
	if (!dry_config_check(config, input, err))
		return false;
	dry_zone_strategy_apply(config, &input->symbols, arena);
	return dry_prewarm_apply(config, input, arena, err);
}

bool dry_config_check(const struct dry_config *config, const struct dry_input *input,
		      struct dry_error *err)
{
	const char *wrong = dry_options_check(&config->options);
	struct dry_arena arena;
	bool ok = true;
	uint32_t g;

	(void)input;
	dry_arena_init(&arena);
	if (wrong)
		ok = dry_fail(err, DRY_ERROR_USAGE, DRY_NOWHERE, "%s", wrong);
	for (g = 0; g < config->group_count; g++)
		ok = check_group(&config->group[g], &arena, err) && ok;
	wrong = dry_hazard_complaint(&config->spot.hazard);
	if (wrong)
		ok = dry_fail(err, DRY_ERROR_USAGE, DRY_NOWHERE, "spot.hazard: %s", wrong);
	if (config->spot.hazard.kind == DRY_HAZARD_EXPONENTIAL && config->spot.hazard.scale == 0)
		dry_warn(err, DRY_NOWHERE, "spot.hazard.scale: 0 switches interruptions off");
	if (config->horizon_ms != DRY_NEVER && config->warmup_ms >= config->horizon_ms)
		ok = dry_fail(err, DRY_ERROR_USAGE, DRY_NOWHERE, "warmup: is not shorter than the horizon");
	dry_arena_release(&arena);
	return ok;
}
