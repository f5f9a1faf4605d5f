/* Files are read as JSON, shuffled by a seed and written again. */
#include "support/reorder.h"

#include <cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/digest.h"
#include "base/random.h"

static const char *const sets[] = { "taints", "tolerations", "daemonSets", "podDisruptionBudgets", "values",
				    "matchExpressions", "topologySpreadConstraints", "nodeSelectorTerms",
				    "requiredDuringSchedulingIgnoredDuringExecution",
				    "preferredDuringSchedulingIgnoredDuringExecution" };

struct shuffler {
	struct dry_stream stream;
	uint64_t draws;
};

/* Uniform in [0, count). */
static int draw(struct shuffler *s, int count)
{
	return (int)(dry_stream_uniform(&s->stream, s->draws++, 0) * count);
}

static bool is_set(const char *key)
{
	size_t i;

	for (i = 0; key && i < sizeof(sets) / sizeof(sets[0]); i++)
		if (!strcmp(key, sets[i]))
			return true;
	return false;
}

/* A number that text and seed decide. */
static double rank_of(const struct shuffler *s, const cJSON *item)
{
	struct dry_stream stream = s->stream;
	char *text = cJSON_PrintUnformatted(item);

	stream.entity = text ? dry_fnv1a(text, strlen(text)) : 0;
	free(text);
	return dry_stream_uniform(&stream, 0, 1);
}

static void sort(const struct shuffler *s, cJSON **member, int count)
{
	int i, k;

	for (i = 1; i < count; i++)
		for (k = i; k > 0 && rank_of(s, member[k]) < rank_of(s, member[k - 1]); k--) {
			cJSON *other = member[k];

			member[k] = member[k - 1];
			member[k - 1] = other;
		}
}

static void shuffle(struct shuffler *s, cJSON *item)
{
	int count = cJSON_GetArraySize(item), i;
	cJSON **member = dry_xcalloc((size_t)count + 1, sizeof(cJSON *));

	for (i = 0; i < count; i++)
		member[i] = cJSON_DetachItemFromArray(item, 0);
	if (is_set(item->string))
		sort(s, member, count);
	for (i = 0; i < count; i++)
		if (cJSON_IsObject(member[i]) || cJSON_IsArray(member[i]))
			shuffle(s, member[i]);
	for (i = count; i > 1 && cJSON_IsObject(item); i--) {
		int k = draw(s, i);
		cJSON *other = member[k];

		member[k] = member[i - 1];
		member[i - 1] = other;
	}
	for (i = 0; i < count; i++)
		cJSON_AddItemToArray(item, member[i]);  /* keys stay with their items */
	free(member);
}

/* One JSON text; NULL = it is none. */
static cJSON *shuffled(struct shuffler *s, const char *text)
{
	cJSON *item = cJSON_Parse(text);

	if (item)
		shuffle(s, item);
	return item;
}

static bool print(FILE *file, const cJSON *item)
{
	char *text = cJSON_PrintUnformatted(item);
	bool ok = text && fprintf(file, "%s\n", text) > 0;

	free(text);
	return ok;
}

static char *read_whole(const char *path)
{
	FILE *file = fopen(path, "r");
	char *text = NULL;
	size_t capacity = 0, length = 0, got;

	while (file) {
		text = dry_grow(text, &capacity, length + 4097, 1);
		got = fread(text + length, 1, 4096, file);
		length += got;
		text[length] = 0;
		if (!got)
			break;
	}
	if (file)
		(void)fclose(file);
	return text;
}

struct lines {
	cJSON **line;
	size_t count, capacity;
};

static double instant_of(const cJSON *line)
{
	return cJSON_GetNumberValue(cJSON_GetObjectItem(line, "t"));
}

static bool is_pod(const cJSON *line)
{
	const char *type = cJSON_GetStringValue(cJSON_GetObjectItem(line, "type"));

	return type && !strcmp(type, "pod");
}

/* Lines [from, to) are of one instant: pods first or events first, each in their order. */
static bool print_instant(struct shuffler *s, FILE *file, const struct lines *lines, size_t from, size_t to)
{
	bool pods_first = draw(s, 2) == 1, ok = true;
	int pass;
	size_t i;

	for (pass = 0; pass < 2; pass++)
		for (i = from; i < to; i++)
			if (is_pod(lines->line[i]) == (pods_first == (pass == 0)))
				ok = print(file, lines->line[i]) && ok;
	return ok;
}

static bool print_lines(struct shuffler *s, FILE *file, const struct lines *lines)
{
	size_t from, to;
	bool ok = true;

	for (from = 0; from < lines->count; from = to) {
		for (to = from + 1; to < lines->count; to++)
			if (instant_of(lines->line[to]) > instant_of(lines->line[from]))
				break;
		ok = print_instant(s, file, lines, from, to) && ok;
	}
	return ok;
}

static bool reorder_trace(struct shuffler *s, const char *path)
{
	char *text = read_whole(path), *rest = NULL, *line;
	struct lines lines = { 0 };
	FILE *file = text ? fopen(path, "w") : NULL;
	bool ok = file != NULL;
	size_t i;

	for (line = text ? strtok_r(text, "\n", &rest) : NULL; line; line = strtok_r(NULL, "\n", &rest)) {
		lines.line = dry_grow(lines.line, &lines.capacity, lines.count + 1, sizeof(*lines.line));
		lines.line[lines.count] = shuffled(s, line);
		ok = lines.line[lines.count++] && ok;
	}
	ok = ok && print_lines(s, file, &lines);
	if (file)
		ok = fclose(file) == 0 && ok;
	for (i = 0; i < lines.count; i++)
		cJSON_Delete(lines.line[i]);
	free(lines.line);
	free(text);
	return ok;
}

static bool reorder_scenario(struct shuffler *s, const char *path)
{
	char *text = read_whole(path);
	cJSON *item = text ? shuffled(s, text) : NULL;
	FILE *file = item ? fopen(path, "w") : NULL;
	bool ok = file && print(file, item);

	if (file)
		ok = fclose(file) == 0 && ok;
	cJSON_Delete(item);
	free(text);
	return ok;
}

bool world_reorder(const char *folder, uint64_t seed)
{
	struct shuffler s = { .stream = dry_stream_make(seed, "reorder", "", 0) };
	char path[1024];
	bool ok;

	snprintf(path, sizeof(path), "%s/scenario.json", folder);
	ok = reorder_scenario(&s, path);
	snprintf(path, sizeof(path), "%s/trace.jsonl", folder);
	return reorder_trace(&s, path) && ok;
}
