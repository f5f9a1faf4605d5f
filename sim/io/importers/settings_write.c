/*
 * The priority expander's map, and both sections of the result.
 */
#include <string.h>

#include "base/units.h"
#include "io/importers/each.h"
#include "io/importers/settings.h"
#include "run/pattern.h"

static bool add_patterns(struct dry_import_job *job, struct settings *settings,
			 const struct dry_items *items, uint32_t level, struct dry_where outer,
			 struct dry_error *err)
{
	const struct dry_tree *const tree = &items->tree;
	size_t key_length;
	const char *const key = dry_tree_key(tree, level, &key_length);
	int64_t priority;

	if (dry_parse_integer(key, key_length, &priority) || priority > INT32_MAX || priority < INT32_MIN) {
		dry_fail(err, DRY_ERROR_INPUT, outer.file ? outer : dry_items_where(items, level),
			 "priorities: \"%.*s\" is no priority", (int)key_length, key);
		return dry_fail_expected(err, "a whole number; the autoscaler ignores the whole map");
	}
	if (dry_tree_type_of(tree, level) != DRY_TREE_ARRAY)
		return dry_fail(err, DRY_ERROR_INPUT, outer.file ? outer : dry_items_where(items, level),
				"priorities: %lld holds no list of expressions", (long long)priority);
	for (uint32_t i = dry_tree_first(tree, level); i; i = dry_tree_next(tree, i)) {
		size_t length;
		const char *const text = dry_tree_text(tree, i, &length);
		const char *const pattern = dry_symbols_text(&job->symbols,
			dry_symbols_add(&job->symbols, text ? text : "", length));
		const char *const wrong = text ? dry_pattern_check(pattern) : "is no text";
		if (wrong) {
			dry_fail(err, DRY_ERROR_INPUT, outer.file ? outer : dry_items_where(items, i),
				 "priorities: %lld: \"%s\" %s", (long long)priority, pattern, wrong);
			return dry_fail_fix(err, "the autoscaler ignores the whole map then");
		}
		for (size_t j = 0; j < settings->priority_count; j++)
			if (settings->priority[j].pattern == pattern && settings->priority[j].priority != priority)
				DRY_NOTE(job, "priorities: %s is listed twice, with different priorities", pattern);
		settings->priority = dry_grow(settings->priority, &settings->priority_capacity,
					      settings->priority_count + 1, sizeof(*settings->priority));
		settings->priority[settings->priority_count++] =
			(struct setting_priority){ (int32_t)priority, pattern };
		job->report->rows_read++;
		job->report->rows_kept++;
	}
	return true;
}

static bool has_level_twice(const struct dry_tree *tree, uint32_t level)
{
	size_t length, other_length;
	const char *const key = dry_tree_key(tree, level, &length);

	for (uint32_t i = dry_tree_next(tree, level); i; i = dry_tree_next(tree, i)) {
		const char *const other = dry_tree_key(tree, i, &other_length);
		if (other_length == length && !memcmp(key, other, length))
			return true;
	}
	return false;
}

static bool add_map(struct dry_import_job *job, struct settings *settings, const struct dry_items *items,
		    uint32_t map, struct dry_where outer, struct dry_error *err)
{
	const struct dry_tree *const tree = &items->tree;

	if (dry_tree_type_of(tree, map) != DRY_TREE_OBJECT)
		return dry_fail(err, DRY_ERROR_INPUT, outer.file ? outer : dry_items_where(items, map),
				"priorities: is no map of priorities to lists of expressions");
	settings->has_priorities = true;
	for (uint32_t i = dry_tree_first(tree, map); i; i = dry_tree_next(tree, i)) {
		if (has_level_twice(tree, i))
			return dry_fail(err, DRY_ERROR_INPUT, outer.file ? outer : dry_items_where(items, i),
					"priorities: a priority is a key twice");
		if (!add_patterns(job, settings, items, i, outer, err))
			return false;
	}
	return true;
}

/* Text that holds YAML: complaints point at the text. */
static bool add_text(struct dry_import_job *job, struct settings *settings, const char *text,
		     size_t length, struct dry_where outer, struct dry_error *err)
{
	struct dry_error bad = { 0 };
	struct dry_items inner;
	struct dry_feed feed;
	bool good = true;

	dry_feed_open_memory(&feed, outer.file, text, length);
	dry_items_open(&inner, &feed);
	const int more = dry_items_next(&inner, &bad);
	if (more < 0)
		good = dry_fail(err, DRY_ERROR_INPUT, outer, "priorities: line %u of the text: %s",
				bad.count ? bad.complaint[0].line : 0,
				bad.count ? bad.complaint[0].text : "is no YAML");
	else if (more == 1)
		good = add_map(job, settings, &inner, inner.item, outer, err);
	dry_error_release(&bad);
	dry_items_close(&inner);
	dry_feed_close(&feed);
	return good;
}

bool settings_priorities(struct dry_import_job *job, struct settings *settings,
			 const struct dry_items *items, uint32_t node, struct dry_error *err)
{
	size_t length;
	const char *const text = dry_tree_text(&items->tree, node, &length);

	settings->found = true;
	if (text)
		return add_text(job, settings, text, length, dry_items_where(items, node), err);
	return add_map(job, settings, items, node, DRY_NOWHERE, err);
}

/* "90s" and "1h30m" need no quotes: nothing else reads like them. */
static bool is_plain_duration(const char *text)
{
	const size_t length = strlen(text);

	return length > 1 && text[length - 1] >= 'a' && strspn(text, "0123456789.hmsnu") == length;
}

/* Numbers and truth values stay plain; the rest as text needs. */
static void write_value(struct dry_text *out, const struct setting *setting)
{
	const enum dry_option_type type = setting->option->type;
	const bool wants_number = type == DRY_OPTION_INTEGER || type == DRY_OPTION_NUMBER || type == DRY_OPTION_SECONDS;
	double number;

	if (type == DRY_OPTION_BOOL || (type == DRY_OPTION_DURATION && is_plain_duration(setting->value)) ||
	    (wants_number && !dry_parse_number(setting->value, strlen(setting->value), &number)))
		dry_text_puts(out, setting->value);
	else
		dry_text_yaml(out, setting->value);
}

static int by_priority(const void *left, const void *right)
{
	const struct setting_priority *const a = left, *const b = right;

	if (a->priority != b->priority)
		return a->priority > b->priority ? -1 : 1;
	return 0;
}

/* A name without anything that an expression would read otherwise. */
static bool is_literal(const char *pattern, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if (strchr(".*+?()|[]{}^$\\", pattern[i]))
			return false;
	return length > 0;
}

/* Under --anonymize only whole names can be told: their hashes are. */
static const char *shown_pattern(struct dry_import_job *job, const char *pattern)
{
	const size_t length = strlen(pattern);
	const bool anchored = length > 2 && pattern[0] == '^' && pattern[length - 1] == '$';

	if (!job->request->anonymize_key || !strcmp(pattern, ".*"))
		return pattern;
	const char *const name = anchored ? pattern + 1 : pattern;
	const size_t name_length = anchored ? length - 2 : length;
	if (!is_literal(name, name_length)) {
		job->report->rows_kept--;
		DRY_DROP(job, DRY_NOWHERE, "priorities: an expression over names cannot match their hashes");
		return NULL;
	}
	return dry_arena_printf(&job->arena, "^%s$", dry_import_name(job, name, name_length));
}

static void write_priorities(struct dry_import_job *job, struct settings *settings)
{
	struct dry_text *const out = &job->out;
	const struct setting_priority *last = NULL;

	for (size_t i = 1; i < settings->priority_count; i++)    /* stable, and short */
		for (size_t j = i; j && by_priority(&settings->priority[j - 1], &settings->priority[j]) > 0; j--) {
			const struct setting_priority swap = settings->priority[j];
			settings->priority[j] = settings->priority[j - 1];
			settings->priority[j - 1] = swap;
		}
	for (size_t i = 0; i < settings->priority_count; i++) {
		const struct setting_priority *const row = &settings->priority[i];
		const char *const pattern = shown_pattern(job, row->pattern);
		if (!pattern)
			continue;
		if (!last)
			dry_text_puts(out, "expanderPriorities:\n");
		if (!last || last->priority != row->priority)
			dry_text_printf(out, "  %d:\n", row->priority);
		last = row;
		dry_text_puts(out, "    - ");
		dry_text_json(out, pattern, strlen(pattern));
		dry_text_char(out, '\n');
		job->report->rows_written++;
	}
}

static bool settings_write(struct dry_import_job *job, struct settings *settings, struct dry_error *err)
{
	struct dry_text *const out = &job->out;

	if (!settings->found) {
		dry_fail(err, DRY_ERROR_EMPTY, DRY_NOWHERE, "no setting of the Cluster Autoscaler is in the input");
		return dry_fail_fix(err, "kubectl get deploy -n kube-system cluster-autoscaler -o yaml");
	}
	dry_text_puts(out, settings->count || settings->release || settings->provider
		      ? "autoscaler:\n" : settings->has_priorities ? "" : "autoscaler: {}\n");
	if (settings->release)
		dry_text_printf(out, "  release: \"%s\"\n", settings->release);
	if (settings->provider)
		dry_text_printf(out, "  provider: %s\n", settings->provider);
	for (size_t i = 0; i < settings->count; i++) {
		dry_text_printf(out, "  %s: ", settings->entry[i].option->name);
		write_value(out, &settings->entry[i]);
		dry_text_char(out, '\n');
		job->report->rows_written++;
	}
	write_priorities(job, settings);
	if (settings->group_sizes)
		DRY_NOTE(job, "%s holds sizes of groups, which are no settings: the import of nodes reads the "
			 "Deployment's, beside the nodes", settings->group_sizes);
	return true;
}

bool settings_import(struct dry_import_job *job, int minor, dry_read_file_fn *read, struct dry_error *err)
{
	struct settings settings = { .minor = minor };
	const bool good = dry_import_each_file(job, read, &settings, err) && settings_write(job, &settings, err);

	settings_release(&settings);
	return good;
}
