#include "io/importers/settings.h"

#include <stdlib.h>
#include <string.h>

#include "autoscaler/presets.h"
#include "base/arena.h"
#include "base/units.h"

#define NEWEST_MINOR 36
#define OLDEST_MINOR 26

/* Flags that a release took away, and what does their work now. */
static const struct { const char *name; int gone_in; const char *instead; } removed_flag[] = {
	{ "max-empty-bulk-delete", 33, "max-scale-down-parallelism" },
};

void settings_release(struct settings *settings)
{
	free(settings->entry);
	free(settings->priority);
}

static const char *keep(struct dry_import_job *job, const char *text, size_t length)
{
	return dry_symbols_text(&job->symbols, dry_symbols_add(&job->symbols, text, length));
}

static void set_minor(struct dry_import_job *job, struct settings *settings, int64_t minor)
{
	if (minor > NEWEST_MINOR)
		DRY_NOTE(job, "release 1.%lld is newer than the model: taken as 1.%d", (long long)minor,
			 NEWEST_MINOR);
	if (minor < OLDEST_MINOR)
		DRY_NOTE(job, "release 1.%lld is older than the model goes: taken as 1.%d", (long long)minor,
			 OLDEST_MINOR);
	settings->minor = minor > NEWEST_MINOR ? NEWEST_MINOR : minor < OLDEST_MINOR ? OLDEST_MINOR : (int)minor;
	settings->release = settings->minor == NEWEST_MINOR ? NULL
			    : dry_arena_printf(&job->arena, "1.%d", settings->minor);
}

void settings_set_release(struct dry_import_job *job, struct settings *settings, const char *text,
			  size_t length)
{
	const char *const asked = job->request->release;
	const char *const digest = asked ? NULL : memchr(text, '@', length);
	int64_t minor;

	if (asked) {
		text = asked;
		length = strlen(asked);
	}
	if (digest)
		length = (size_t)(digest - text);
	const char *const colon = memrchr(text, ':', length);
	if (colon) {
		length -= (size_t)(colon + 1 - text);
		text = colon + 1;
	}
	if (length && *text == 'v') {
		text++;
		length--;
	}
	size_t digits = 2;
	while (digits < length && text[digits] >= '0' && text[digits] <= '9')
		digits++;
	if (length > 2 && !memcmp(text, "1.", 2) && digits > 2 &&
	    !dry_parse_integer(text + 2, digits - 2, &minor)) {
		set_minor(job, settings, minor);
		return;
	}
	settings->minor = NEWEST_MINOR;
	DRY_NOTE(job, "the image's tag names no release: 1.%d is assumed (--release 1.33 says otherwise)",
		 NEWEST_MINOR);
}

static bool is_repeatable(const struct dry_option *option)
{
	return option->type == DRY_OPTION_TEXT_LIST || option->type == DRY_OPTION_GPU_LIMIT;
}

static bool fail_unknown(const char *name, size_t length, struct dry_where where, struct dry_error *err)
{
	char copy[128];
	const char *nearest = NULL;

	memcpy(copy, name, length < sizeof(copy) ? length : sizeof(copy) - 1);
	copy[length < sizeof(copy) ? length : sizeof(copy) - 1] = '\0';
	dry_option_find(copy, &nearest);
	dry_fail(err, DRY_ERROR_INPUT, where, "\"%s\" is no flag of the Cluster Autoscaler", copy);
	return nearest ? dry_fail_fix(err, "is \"%s\" meant?", nearest)
		       : dry_fail_fix(err, "dryscale help parameters lists the flags");
}

/* NULL with *bad when the release no longer has the flag; its replacement before that. */
static const struct dry_option *find_option(const struct settings *settings, const char *name,
					    size_t length, const char **gone)
{
	char copy[128];

	*gone = NULL;
	if (length >= sizeof(copy))
		return NULL;
	memcpy(copy, name, length);
	copy[length] = '\0';
	for (size_t i = 0; i < sizeof(removed_flag) / sizeof(removed_flag[0]); i++) {
		if (strcmp(copy, removed_flag[i].name))
			continue;
		if (settings->minor < removed_flag[i].gone_in)
			return dry_option_find(removed_flag[i].instead, NULL);
		*gone = removed_flag[i].instead;
		return NULL;
	}
	return dry_option_find(copy, NULL);
}

static struct setting *entry_of(struct settings *settings, const struct dry_option *option)
{
	for (size_t i = 0; i < settings->count; i++)
		if (settings->entry[i].option == option)
			return &settings->entry[i];
	settings->entry = dry_grow(settings->entry, &settings->capacity, settings->count + 1,
				   sizeof(*settings->entry));
	settings->entry[settings->count] = (struct setting){ .option = option };
	return &settings->entry[settings->count++];
}

bool settings_set(struct dry_import_job *job, struct settings *settings, const char *name,
		  size_t name_length, const char *value, size_t length, struct dry_where where,
		  struct dry_error *err)
{
	struct dry_options scratch;
	const char *gone;
	const struct dry_option *const option = find_option(settings, name, name_length, &gone);

	job->report->rows_read++;
	if (gone) {
		dry_fail(err, DRY_ERROR_INPUT, where, "\"%.*s\" was removed before release 1.%d", (int)name_length,
			 name, settings->minor);
		return dry_fail_fix(err, "use \"%s\"; the real autoscaler does not start with the old flag", gone);
	}
	if (!option)
		return fail_unknown(name, name_length, where, err);
	if (!value && option->type == DRY_OPTION_BOOL) {
		value = "true";
		length = 4;
	}
	const char *text = keep(job, value ? value : "", value ? length : 0);
	if (option->effect == DRY_OPTION_NO_EFFECT) {
		if (!strcmp(option->name, "nodes"))
			settings->group_sizes = "--nodes";
		DRY_LEAVE_OUT(job, where, "%s: %s", option->name, option->help);
		return true;
	}
	dry_options_init(&scratch);
	const char *const wrong = value ? dry_option_set(option, &scratch, text, &job->arena)
					: "has no value";
	if (wrong) {
		dry_fail(err, DRY_ERROR_INPUT, where, "%s: \"%s\" %s", option->name, text, wrong);
		return *option->default_text ? dry_fail_fix(err, "the default is %s", option->default_text) : false;
	}
	struct setting *const entry = entry_of(settings, option);
	if (entry->value && is_repeatable(option))
		text = dry_arena_printf(&job->arena, "%s,%s", entry->value, text);
	else if (entry->value && strcmp(entry->value, text))
		DRY_NOTE(job, "%s is set more than once: the last holds", option->name);
	entry->value = text;
	entry->where = where;
	job->report->rows_kept++;
	return true;
}

/* One argument that begins with a dash; *next is a node whose text may be its value. */
static bool set_argument(struct dry_import_job *job, struct settings *settings, const char *text,
			 size_t length, const char *next, size_t next_length, bool *took_next,
			 struct dry_where where, struct dry_error *err)
{
	const char *const equals = memchr(text, '=', length);
	size_t name_length = equals ? (size_t)(equals - text) : length;
	const char *gone;

	*took_next = false;
	while (name_length && *text == '-') {
		text++;
		length--;
		name_length--;
	}
	if (equals)
		return settings_set(job, settings, text, name_length, equals + 1, length - name_length - 1,
				    where, err);
	const struct dry_option *const option = find_option(settings, text, name_length, &gone);
	const bool wants_value = option && option->type != DRY_OPTION_BOOL &&
		!(option->type == DRY_OPTION_TEXT && (!strcmp(option->default_text, "true") ||
						      !strcmp(option->default_text, "false")));
	if (wants_value && next && next_length && *next != '-') {
		*took_next = true;
		return settings_set(job, settings, text, name_length, next, next_length, where, err);
	}
	return settings_set(job, settings, text, name_length, NULL, 0, where, err);
}

/* One text with a whole command line in it, as a shell gets it. */
static bool set_words(struct dry_import_job *job, struct settings *settings, const char *text,
		      size_t length, struct dry_where where, struct dry_error *err)
{
	static const char blank[] = " \t\n\\";
	char *const words = dry_arena_copy(&job->arena, text, length);

	for (char *at = words + strspn(words, blank); *at;) {
		const size_t word = strcspn(at, blank);
		char *const next = at + word + strspn(at + word, blank);
		bool took_next = false;
		if (*at == '-' && !set_argument(job, settings, at, word, *next ? next : NULL,
						strcspn(next, blank), &took_next, where, err))
			return false;
		at = took_next ? next + strcspn(next, blank) : next;
		at += strspn(at, blank);
	}
	return true;
}

bool settings_arguments(struct dry_import_job *job, struct settings *settings,
			const struct dry_items *items, uint32_t list, struct dry_error *err)
{
	const struct dry_tree *const tree = &items->tree;

	for (uint32_t i = list ? dry_tree_first(tree, list) : 0; i; i = dry_tree_next(tree, i)) {
		const uint32_t after = dry_tree_next(tree, i);
		const struct dry_where where = dry_items_where(items, i);
		size_t length, next_length = 0;
		const char *const text = dry_tree_text(tree, i, &length);
		const char *const next = after ? dry_tree_text(tree, after, &next_length) : NULL;
		bool took_next = false;
		if (!text || !length)
			continue;
		if (*text != '-') {
			if (memmem(text, length, " --", 3) && !set_words(job, settings, text, length, where, err))
				return false;
			continue;
		}
		if (!strncmp(text, "-c", 2) && length == 2)
			continue;
		if (!set_argument(job, settings, text, length, next, next_length, &took_next, where, err))
			return false;
		if (took_next)
			i = after;
	}
	return true;
}
