#include "io/provision_times.h"

#include <cJSON.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/symbol.h"
#include "io/reader.h"

#define GIVEN_UP_MS 3600000.0

struct log {
	struct dry_provision_times *times;
	struct dry_symbols ready;       /* names of nodes that were Ready */
};

static struct dry_provision_group *group_of(struct dry_provision_times *times, const char *name)
{
	struct dry_provision_group *group;
	size_t i;

	for (i = 0; i < times->group_count; i++)
		if (!strcmp(times->group[i].name, name))
			return &times->group[i];
	times->group = dry_grow(times->group, &times->group_capacity, times->group_count + 1, sizeof(*times->group));
	group = &times->group[times->group_count++];
	memset(group, 0, sizeof(*group));
	group->name = dry_xstrdup(name);
	return group;
}

static void add_time(struct dry_provision_group *group, double seconds)
{
	group->seconds = dry_grow(group->seconds, &group->capacity, group->count + 1, sizeof(*group->seconds));
	group->seconds[group->count++] = seconds;
}

static double number_of(const cJSON *row, const char *key)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(row, key);

	return cJSON_IsNumber(item) ? item->valuedouble : NAN;
}

static const char *text_of(const cJSON *row, const char *key)
{
	const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(row, key));

	return text ? text : "";
}

static void open_requests(struct dry_provision_group *group, double at, double count)
{
	const uint32_t most = count >= 1000000 ? 1000000 : count >= 1 ? (uint32_t)count : 0;

	for (uint32_t i = 0; i < most && group->open_count < 1000000; i++) {
		group->open_ms = dry_grow(group->open_ms, &group->open_capacity, group->open_count + 1,
					  sizeof(*group->open_ms));
		group->open_ms[group->open_count++] = llround(at * 1000);
	}
}

static void drop_oldest(struct dry_provision_group *group)
{
	memmove(group->open_ms, group->open_ms + 1, --group->open_count * sizeof(*group->open_ms));
}

/* Requests that nothing can answer any more: nobody waits for a node that long. */
static void give_up(struct dry_provision_times *times, struct dry_provision_group *group, double at)
{
	while (group->open_count && at * 1000 - (double)group->open_ms[0] > GIVEN_UP_MS) {
		drop_oldest(group);
		times->open++;
	}
}

static void answer_request(struct dry_provision_times *times, struct dry_provision_group *group, const cJSON *row,
			   double at)
{
	double told = number_of(row, "provision");
	bool open = group->open_count > 0;
	double seconds = open ? at - (double)group->open_ms[0] / 1000 : NAN;

	if (open)
		drop_oldest(group);
	if (!isnan(told))
		seconds = told;
	if (seconds > 0)
		add_time(group, seconds);
	else
		times->unmatched++;
}

/* False: the node was not seen Ready. Then it was an instance that never came: its request is answered so. */
static bool was_ready(struct log *log, const char *node)
{
	return dry_symbols_find(&log->ready, node, strlen(node)) != DRY_NONE;
}

static void add_row(struct log *log, const cJSON *row)
{
	const char *event = text_of(row, "event"), *node = text_of(row, "node");
	double at = number_of(row, "t");
	struct dry_provision_group *group;

	if (strcmp(event, "scaleUp") != 0 && strcmp(event, "nodeReady") != 0 && strcmp(event, "nodeGone") != 0)
		return;
	group = group_of(log->times, text_of(row, "nodeGroup"));
	give_up(log->times, group, at);
	if (!strcmp(event, "scaleUp")) {
		open_requests(group, at, number_of(row, "to") - number_of(row, "from"));
	} else if (!strcmp(event, "nodeReady")) {
		dry_symbols_add_text(&log->ready, node);
		answer_request(log->times, group, row, at);
	} else if (!was_ready(log, node) && group->open_count) {
		drop_oldest(group);
		log->times->open++;
	}
}

/* False with a complaint: not JSON, or nothing of a decision log. */
static bool read_line(struct log *log, const struct dry_reader *reader, const char *line,
		      size_t length, uint64_t *rows, struct dry_error *err)
{
	struct dry_where where = { dry_reader_name(reader), (uint32_t)dry_reader_line_number(reader), 1 };
	cJSON *row = cJSON_ParseWithLength(line, length);
	bool is_event = cJSON_IsString(cJSON_GetObjectItemCaseSensitive(row, "event"));

	if (!cJSON_IsObject(row) || (is_event && isnan(number_of(row, "t"))) ||
	    (!is_event && strcmp(text_of(row, "type"), "header") != 0)) {
		cJSON_Delete(row);
		dry_fail(err, DRY_ERROR_INPUT, where, "no event of a decision log");
		dry_fail_source(err, line, length < 160 ? length : 160);
		dry_fail_expected(err, "{\"t\":..,\"event\":\"scaleUp\"|\"nodeReady\"|...} a line");
		return dry_fail_fix(err, "\"dryscale import\" makes one of kubectl events or of the autoscaler's log");
	}
	*rows += is_event;
	if (is_event)
		add_row(log, row);
	cJSON_Delete(row);
	return true;
}

bool dry_provision_times_read(struct dry_provision_times *times, const char *path, uint64_t size_limit,
			      struct dry_error *err)
{
	const struct dry_reader_options options = { .size_limit = size_limit, .is_raisable = true };
	struct dry_reader *reader = dry_reader_open(path, &options, err);
	struct log log = { .times = times };
	enum dry_reader_state state;
	uint64_t rows = 0;
	bool fine = true;
	const char *line;
	size_t length, i;

	memset(times, 0, sizeof(*times));
	if (!reader)
		return false;
	dry_symbols_init(&log.ready);
	while (fine && (state = dry_reader_line(reader, &line, &length, err)) != DRY_READER_END) {
		if (state == DRY_READER_FAILED)
			fine = false;
		else if (length)
			fine = read_line(&log, reader, line, length, &rows, err);
	}
	if (fine && !rows)
		fine = dry_fail(err, DRY_ERROR_INPUT, (struct dry_where){ .file = dry_reader_name(reader) },
				"has no events");
	for (i = 0; i < times->group_count; i++)
		times->open += times->group[i].open_count;
	dry_symbols_release(&log.ready);
	dry_reader_close(reader);
	return fine;
}

void dry_provision_times_release(struct dry_provision_times *times)
{
	size_t i;

	for (i = 0; i < times->group_count; i++) {
		free(times->group[i].name);
		free(times->group[i].seconds);
		free(times->group[i].open_ms);
	}
	free(times->group);
	memset(times, 0, sizeof(*times));
}
