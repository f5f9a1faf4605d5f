/* Changes between settings: where each belongs, and what differs. */
#include "report/change.h"

#include <stdlib.h>
#include <string.h>

#include "autoscaler/options.h"

/* Fields of a node group that a setting may change, besides sizes and options. */
static const char *const group_fields[] = {
	"minSize", "maxSize", "initialSize", "capacityType", "price", "maxPrice", "provisionTime",
	"deletionTime", "priority", "failureProbability", "stockoutProbability", "minSizeActs",
	"options.scaleDownUnneededTime", "options.scaleDownUnreadyTime",
	"options.scaleDownUtilizationThreshold", "options.scaleDownGpuUtilizationThreshold",
	"options.maxNodeProvisionTime", "options.maxNodeStartupTime",
	"options.ignoreDaemonSetsUtilization", "options.zeroOrMaxNodeScaling",
	"options.allowNonAtomicScaleUpToMax",
};

/* Paths outside node groups and flags. */
static const char *const other_paths[] = {
	"zoneStrategy", "prewarm.quantile", "placeholders.nodes", "placeholders.nodeGroup", "placeholders.priority",
	"scheduler.preemption", "spot.hazard.perHour", "spot.hazard.scale", "spot.notice",
	"spot.burst", "spot.interruptionHandler", "spot.capacityRebalance", "spot.reclaimOrder",
};

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* The ".options." before the last part; NULL = the path names no option. */
static const char *last_options(const char *rest)
{
	static const char piece[] = ".options.";
	const char *found = strstr(rest, piece), *next;

	while (found && (next = strstr(found + 1, piece)))
		found = next;
	return found && !strchr(found + sizeof(piece) - 1, '.') ? found : NULL;
}

void dry_change_classify(const char *path, struct dry_arena *arena, struct dry_change *change)
{
	static const char prefix[] = "nodeGroups.";
	const char *rest, *dot;

	change->path = path;
	change->group = NULL;
	change->name = path;
	if (!strcmp(path, "expanderPriorities")) {
		change->kind = DRY_CHANGE_PRIORITIES;
		return;
	}
	if (strncmp(path, prefix, sizeof(prefix) - 1)) {
		change->kind = dry_option_find(path, NULL) ? DRY_CHANGE_FLAG : DRY_CHANGE_OTHER;
		return;
	}
	rest = path + sizeof(prefix) - 1;
	/* A group's name may hold dots: the field is what follows the last, or ".options.X". */
	dot = last_options(rest);
	if (dot) {
		change->kind = DRY_CHANGE_GROUP_OPTION;
		change->name = dot + strlen(".options.");
	} else {
		dot = strrchr(rest, '.');
		if (!dot) {
			change->kind = DRY_CHANGE_OTHER;
			return;
		}
		change->name = dot + 1;
		change->kind = !strcmp(change->name, "minSize") || !strcmp(change->name, "maxSize") ?
				       DRY_CHANGE_GROUP_SIZE :
				       DRY_CHANGE_GROUP_OTHER;
	}
	change->group = dry_arena_copy(arena, rest, (size_t)(dot - rest));
}

static int compare_changes(const void *x, const void *y)
{
	const struct dry_change *a = x, *b = y;
	int rank_a = a->kind == DRY_CHANGE_GROUP_OPTION || a->kind == DRY_CHANGE_GROUP_OTHER ?
			     DRY_CHANGE_GROUP_SIZE :
			     (int)a->kind;
	int rank_b = b->kind == DRY_CHANGE_GROUP_OPTION || b->kind == DRY_CHANGE_GROUP_OTHER ?
			     DRY_CHANGE_GROUP_SIZE :
			     (int)b->kind;

	if (rank_a != rank_b)
		return rank_a < rank_b ? -1 : 1;
	return strcmp(a->path, b->path);
}

void dry_changes_sort(struct dry_change_set *changes)
{
	if (changes->count > 1)
		qsort(changes->change, changes->count, sizeof(*changes->change), compare_changes);
}

struct builder {
	const struct dry_config *from, *to;
	const struct dry_input *input;
	struct dry_arena *arena;
	struct dry_change_set *changes;
};

static void add(struct builder *b, const char *path, const char *from, const char *to)
{
	struct dry_change *change = &b->changes->change[b->changes->count++];

	memset(change, 0, sizeof(*change));
	dry_change_classify(path, b->arena, change);
	change->from = from;
	change->to = to;
}

static void add_if_different(struct builder *b, const char *path)
{
	const char *from = dry_config_get(b->from, b->input, path, b->arena);
	const char *to = dry_config_get(b->to, b->input, path, b->arena);

	if (!to || (from && !strcmp(from, to)))
		return;
	add(b, path, from, to);
}

static bool same_priorities(const struct dry_config *a, const struct dry_config *b)
{
	if (a->expander_priority_count != b->expander_priority_count)
		return false;
	for (uint32_t i = 0; i < a->expander_priority_count; i++) {
		const struct dry_expander_priority *x = &a->expander_priority[i];
		const struct dry_expander_priority *y = &b->expander_priority[i];

		if (x->priority != y->priority || x->pattern_count != y->pattern_count)
			return false;
		for (uint32_t p = 0; p < x->pattern_count; p++)
			if (strcmp(x->pattern[p], y->pattern[p]))
				return false;
	}
	return true;
}

static const char *priorities_text(const struct dry_config *config, struct dry_arena *arena)
{
	const char *text = "";

	for (uint32_t i = 0; i < config->expander_priority_count; i++) {
		const struct dry_expander_priority *level = &config->expander_priority[i];

		text = dry_arena_printf(arena, "%s%s%d:", text, i ? "; " : "", level->priority);
		for (uint32_t p = 0; p < level->pattern_count; p++)
			text = dry_arena_printf(arena, "%s%s%s", text, p ? ", " : " ",
						level->pattern[p]);
	}
	return *text ? text : "none";
}

void dry_changes_of_configs(const struct dry_config *from, const struct dry_config *to,
			    const struct dry_input *input, struct dry_arena *arena,
			    struct dry_change_set *changes)
{
	struct builder b = { from, to, input, arena, changes };
	size_t room = dry_option_count + COUNT(other_paths) + 1 +
		      (size_t)to->group_count * COUNT(group_fields);

	changes->count = 0;
	changes->change = dry_arena_array(arena, room, sizeof(*changes->change));
	for (size_t i = 0; i < dry_option_count; i++)
		if (dry_option_table[i].effect == DRY_OPTION_ACTS)
			add_if_different(&b, dry_option_table[i].name);
	/* of groups that became others, the strategy says it all */
	for (uint32_t g = 0; g < to->group_count && from->zone_strategy == to->zone_strategy; g++)
		for (size_t i = 0; i < COUNT(group_fields); i++)
			add_if_different(&b, dry_arena_printf(arena, "nodeGroups.%s.%s",
							      to->group[g].name, group_fields[i]));
	for (size_t i = 0; i < COUNT(other_paths); i++)
		add_if_different(&b, other_paths[i]);
	if (!same_priorities(from, to))
		add(&b, "expanderPriorities", priorities_text(from, arena),
		    priorities_text(to, arena));
	dry_changes_sort(changes);
}

static const char *base_value(const struct dry_sweep_result *result, const char *path)
{
	for (uint32_t p = 0; p < result->parameter_count; p++)
		if (!strcmp(result->parameter[p].path, path))
			return result->base_value ? result->base_value[p] : NULL;
	for (uint32_t i = 0; i < result->baseline.setting_count; i++)
		if (!strcmp(result->baseline.setting[i].path, path))
			return result->baseline.setting[i].value;
	return NULL;
}

static bool is_as_baseline(const struct dry_sweep_result *result,
			   const struct dry_sweep_point *point, const char *path, const char *value)
{
	const char *base = base_value(result, path);

	for (uint32_t p = 0; p < result->parameter_count; p++) {
		if (strcmp(result->parameter[p].path, path))
			continue;
		if (result->base_match && point->value_index)
			return result->base_match[p][point->value_index[p]];
	}
	return base && !strcmp(base, value);
}

void dry_changes_of_point(const struct dry_sweep_result *result,
			  const struct dry_sweep_point *point, struct dry_arena *arena,
			  struct dry_change_set *changes)
{
	changes->count = 0;
	changes->change = dry_arena_array(arena, point->setting_count + 1u, sizeof(*changes->change));
	for (uint32_t i = 0; i < point->setting_count; i++) {
		const struct dry_setting *setting = &point->setting[i];
		struct dry_change *change;

		if (is_as_baseline(result, point, setting->path, setting->value))
			continue;
		change = &changes->change[changes->count++];
		memset(change, 0, sizeof(*change));
		dry_change_classify(dry_arena_text(arena, setting->path), arena, change);
		change->from = base_value(result, setting->path);
		change->to = dry_arena_text(arena, setting->value);
		if (change->from)
			change->from = dry_arena_text(arena, change->from);
	}
	dry_changes_sort(changes);
}

void dry_changes_invert(const struct dry_change_set *changes, struct dry_arena *arena,
			struct dry_change_set *inverse, uint32_t *lost)
{
	inverse->count = 0;
	inverse->change = dry_arena_array(arena, changes->count + 1u, sizeof(*inverse->change));
	if (lost)
		*lost = 0;
	for (uint32_t i = 0; i < changes->count; i++) {
		struct dry_change change = changes->change[i];
		const char *from = change.from;

		if (!from) {
			if (lost)
				(*lost)++;
			continue;
		}
		change.from = change.to;
		change.to = from;
		inverse->change[inverse->count++] = change;
	}
}
