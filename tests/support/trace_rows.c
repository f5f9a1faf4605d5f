#include "support/trace_rows.h"

#include <stdlib.h>
#include <string.h>

#include "base/units.h"
#include "support/truth.h"

static const char *member(const cJSON *object, const char *key)
{
	return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, key));
}

static int64_t milliseconds(const cJSON *object, const char *key)
{
	const cJSON *const item = cJSON_GetObjectItemCaseSensitive(object, key);

	return cJSON_IsNumber(item) ? (int64_t)(item->valuedouble * 1000 + (item->valuedouble < 0 ? -0.5 : 0.5)) : -1;
}

/* The larger of what it asks for in steady state and for its init containers. */
static int64_t asked(const cJSON *line, const char *resource)
{
	static const char *const key[] = { "requests", "initRequests" };
	int64_t most = 0;

	for (int i = 0; i < 2; i++) {
		const char *const text = member(cJSON_GetObjectItemCaseSensitive(line, key[i]), resource);
		int64_t value = 0;
		if (!text)
			continue;
		if (strcmp(resource, "cpu"))
			dry_parse_quantity(text, strlen(text), &value);
		else
			dry_parse_quantity_milli(text, strlen(text), &value);
		most = value > most ? value : most;
	}
	return most;
}

static void read_row(const cJSON *line, struct rows *rows)
{
	const cJSON *const owner = cJSON_GetObjectItemCaseSensitive(line, "owner");
	const char *const name_space = member(line, "namespace");
	struct row *const row = &rows->row[rows->count++];

	*row = (struct row){
		.name_space = name_space ? name_space : "default", .name = member(line, "name"),
		.owner_kind = member(owner, "kind"), .owner_name = member(owner, "name"),
		.at_ms = rows->epoch_ms + milliseconds(line, "t"),
		.duration_ms = milliseconds(line, "duration"), .until_ms = milliseconds(line, "until"),
		.milli_cpu = asked(line, "cpu"), .bytes = asked(line, "memory"), .chain = -1,
	};
	if (row->until_ms >= 0)
		row->until_ms += rows->epoch_ms;
}

bool trace_rows_read(struct rows *rows, const char *text)
{
	size_t lines = 0, used = 0;

	for (const char *at = text; (at = strchr(at, '\n')); at++)
		lines++;
	*rows = (struct rows){ .line = calloc(lines + 1, sizeof(*rows->line)),
			       .row = calloc(lines + 1, sizeof(*rows->row)) };
	for (const char *at = text; *at; at = strchr(at, '\n') + 1) {
		cJSON *const line = rows->line[used++] = cJSON_ParseWithOpts(at, NULL, false);
		const char *const type = member(line, "type");
		if (!type)
			return false;
		if (!strcmp(type, "header"))
			rows->epoch_ms = truth_instant(member(line, "epoch"));
		else
			read_row(line, rows);
	}
	return true;
}

void trace_rows_release(struct rows *rows)
{
	for (int i = 0; rows->line && rows->line[i]; i++)
		cJSON_Delete(rows->line[i]);
	free(rows->line);
	free(rows->row);
}
