/* What was recorded: expected.jsonl[.gz] as lines, expected.json as totals. */
#include <cjson/cJSON.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/units.h"
#include "case.h"
#include "io/reader.h"

void log_init(struct log *log)
{
	memset(log, 0, sizeof(*log));
	dry_arena_init(&log->arena);
}

void log_clear(struct log *log)
{
	dry_arena_reset(&log->arena);
	log->count = 0;
}

void log_release(struct log *log)
{
	dry_arena_release(&log->arena);
	free(log->line);
}

void log_add(struct log *log, int64_t at_ms, const char *text)
{
	log->line = dry_grow(log->line, &log->capacity, log->count + 1, sizeof(*log->line));
	log->line[log->count].at_ms = at_ms;
	log->line[log->count].text = dry_arena_text(&log->arena, text);
	log->count++;
}

static int compare_lines(const void *a, const void *b)
{
	const struct log_line *x = a, *y = b;

	if (x->at_ms != y->at_ms)
		return x->at_ms < y->at_ms ? -1 : 1;
	return strcmp(x->text, y->text);
}

void log_sort(struct log *log)
{
	if (log->count > 1)
		qsort(log->line, log->count, sizeof(*log->line), compare_lines);
}

/*
 * The event's fields after "t" in the order in which they were recorded, which
 * is the order of the decision log. Instants and sizes print as the log does.
 */
static bool canonical(const cJSON *event, struct log *log, struct dry_where where,
		      struct dry_error *err)
{
	const cJSON *t = cJSON_GetObjectItemCaseSensitive(event, "t"), *field;
	char text[1024], number[32];
	size_t used = 0;

	if (!cJSON_IsNumber(t))
		return dry_fail(err, DRY_ERROR_INPUT, where, "no instant \"t\"");
	cJSON_ArrayForEach(field, event) {
		int n;

		if (field == t)
			continue;
		if (cJSON_IsNumber(field))
			n = snprintf(text + used, sizeof(text) - used, "%s\"%s\":%s", used ? "," : "",
				     field->string,
				     dry_format_seconds(llround(field->valuedouble * 1000), number,
							sizeof(number)));
		else if (cJSON_IsString(field))
			n = snprintf(text + used, sizeof(text) - used, "%s\"%s\":\"%s\"",
				     used ? "," : "", field->string, field->valuestring);
		else
			return dry_fail(err, DRY_ERROR_INPUT, where, "%s: unexpected kind of value",
					field->string);
		used += (size_t)n;
		if (used >= sizeof(text))
			return dry_fail(err, DRY_ERROR_INPUT, where, "event is too long");
	}
	log_add(log, llround(t->valuedouble * 1000), text);
	return true;
}

bool expected_read(struct log *log, const char *folder, struct dry_error *err)
{
	char path[1024];
	struct dry_reader *reader;
	enum dry_reader_state state;
	const char *line;
	size_t length;

	snprintf(path, sizeof(path), "%s/expected.jsonl", folder);
	if (access(path, R_OK) != 0)
		snprintf(path, sizeof(path), "%s/expected.jsonl.gz", folder);
	reader = dry_reader_open(path, NULL, err);
	if (!reader)
		return false;
	while ((state = dry_reader_line(reader, &line, &length, err)) == DRY_READER_LINE) {
		struct dry_where where = { path, (uint32_t)dry_reader_line_number(reader), 1 };
		cJSON *event;
		bool ok;

		if (length == 0)
			continue;
		event = cJSON_ParseWithLength(line, length);
		ok = event ? canonical(event, log, where, err)
			   : dry_fail(err, DRY_ERROR_INPUT, where, "not a JSON object");
		cJSON_Delete(event);
		if (!ok)
			break;
	}
	dry_reader_close(reader);
	log_sort(log);
	return state == DRY_READER_END;
}

void expected_end_read(struct expected_end *end, const char *folder)
{
	char path[1024], *text = NULL;
	size_t length;
	cJSON *all;
	const cJSON *item;

	end->loop_count = end->pending_count = -1;
	end->final_targets = NULL;
	snprintf(path, sizeof(path), "%s/expected.json", folder);
	if (access(path, R_OK) != 0 || !dry_reader_whole(path, NULL, &text, &length, NULL))
		return;
	all = cJSON_ParseWithLength(text, length);
	free(text);
	item = cJSON_GetObjectItemCaseSensitive(all, "loops");
	if (cJSON_IsNumber(item))
		end->loop_count = llround(item->valuedouble);
	item = cJSON_GetObjectItemCaseSensitive(all, "pendingAtEnd");
	if (cJSON_IsNumber(item))
		end->pending_count = llround(item->valuedouble);
	end->final_targets = cJSON_DetachItemFromObjectCaseSensitive(all, "finalTargets");
	cJSON_Delete(all);
}

void expected_end_release(struct expected_end *end)
{
	cJSON_Delete(end->final_targets);
}
