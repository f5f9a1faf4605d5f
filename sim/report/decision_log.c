#include "report/decision_log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/assert.h"
#include "report/json.h"

struct dry_decision_log {
	struct dry_report_stream *stream;
	const struct dry_input *input;
	char **group;                   /* each group's name as JSON, without its quotes */
	size_t *group_length;
	uint32_t group_count;
	char **name_space;              /* the same of each class's namespace */
	size_t *name_space_length;
	size_t room;                    /* a line is never longer */
	char *line;                     /* of that room; NULL until one is asked for */
};

static const char *const event_names[DRY_EVENT_KIND_COUNT] = {
	[DRY_EVENT_SCALE_UP] = "scaleUp",
	[DRY_EVENT_SCALE_UP_FAILED] = "scaleUpFailed",
	[DRY_EVENT_BACKOFF] = "backoff",
	[DRY_EVENT_NODE_READY] = "nodeReady",
	[DRY_EVENT_NODE_GONE] = "nodeGone",
	[DRY_EVENT_SCALE_DOWN] = "scaleDown",
	[DRY_EVENT_POD_START] = "podStart",
	[DRY_EVENT_POD_EVICTED] = "podEvicted",
	[DRY_EVENT_POD_END] = "podEnd",
};

const char *dry_event_name(enum dry_event_kind kind)
{
	dry_assert(kind < DRY_EVENT_KIND_COUNT);
	return event_names[kind];
}

char *dry_pod_name(const struct dry_input *input, uint32_t pod_index, char *buffer, size_t size)
{
	const struct dry_pod_class *pod_class = &input->pod_class[input->pod.class_index[pod_index]];

	snprintf(buffer, size, "%s/%s", dry_symbols_text(&input->symbols, pod_class->name_space),
		 input->pod.name_text + input->pod.name_offset[pod_index]);
	return buffer;
}

static char *escape(const char *text, size_t *length)
{
	struct dry_page page = { 0 };
	char *copy;

	dry_json_quote(&page, text, strlen(text));
	*length = page.length - 2;
	copy = dry_xmalloc(*length + 1);
	memcpy(copy, page.data + 1, *length);
	copy[*length] = '\0';
	dry_page_release(&page);
	return copy;
}

struct dry_decision_log *dry_decision_log_new(struct dry_report_stream *stream,
					      const struct dry_input *input,
					      const struct dry_config *config)
{
	struct dry_decision_log *log = dry_xcalloc(1, sizeof(*log));
	size_t longest = 0, longest_space = 0, longest_pod = 0, longest_zone = 0;

	log->stream = stream;
	log->input = input;
	log->group_count = config->group_count;
	log->group = dry_xcalloc(config->group_count + 1, sizeof(char *));
	log->group_length = dry_xcalloc(config->group_count + 1, sizeof(size_t));
	for (uint32_t g = 0; g < config->group_count; g++) {
		log->group[g] = escape(config->group[g].name, &log->group_length[g]);
		longest = log->group_length[g] > longest ? log->group_length[g] : longest;
		for (uint32_t z = 0; z < config->group[g].zone_count; z++) {
			size_t length = strlen(dry_symbols_text(&input->symbols, config->group[g].zones[z].zone));
			longest_zone = length > longest_zone ? length : longest_zone;
		}
	}
	log->name_space = dry_xcalloc(input->class_count + 1, sizeof(char *));
	log->name_space_length = dry_xcalloc(input->class_count + 1, sizeof(size_t));
	for (uint32_t c = 0; c < input->class_count; c++) {
		log->name_space[c] = escape(dry_symbols_text(&input->symbols,
							     input->pod_class[c].name_space),
					    &log->name_space_length[c]);
		if (log->name_space_length[c] > longest_space)
			longest_space = log->name_space_length[c];
	}
	for (uint32_t p = 0; p < input->pod.count; p++) {
		size_t length = strlen(input->pod.name_text + input->pod.name_offset[p]);
		longest_pod = length > longest_pod ? length : longest_pod;
	}
	log->room = 320 + 2 * longest + longest_space + 6 * (longest_pod + longest_zone);
	return log;
}

void dry_decision_log_release(struct dry_decision_log *log)
{
	if (!log)
		return;
	for (uint32_t g = 0; g < log->group_count; g++)
		free(log->group[g]);
	for (uint32_t c = 0; c < log->input->class_count; c++)
		free(log->name_space[c]);
	free(log->group);
	free(log->group_length);
	free(log->name_space);
	free(log->name_space_length);
	free(log->line);
	free(log);
}

static char *put(char *at, const char *text, size_t length)
{
	memcpy(at, text, length);
	return at + length;
}

#define PUT(at, literal) put(at, literal, sizeof(literal) - 1)

static char *put_integer(char *at, int64_t value)
{
	char digits[24];
	size_t count = 0;
	uint64_t rest = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;

	do {
		digits[count++] = (char)('0' + rest % 10);
		rest /= 10;
	} while (rest);
	if (value < 0)
		*at++ = '-';
	while (count)
		*at++ = digits[--count];
	return at;
}

/* Milliseconds as seconds: up to three decimals, no zeros behind. */
static char *put_seconds(char *at, int64_t ms)
{
	int64_t rest;

	if (ms < 0) {
		*at++ = '-';
		ms = -ms;
	}
	at = put_integer(at, ms / 1000);
	rest = ms % 1000;
	if (rest) {
		*at++ = '.';
		*at++ = (char)('0' + rest / 100);
		if (rest % 100)
			*at++ = (char)('0' + rest / 10 % 10);
		if (rest % 10)
			*at++ = (char)('0' + rest % 10);
	}
	return at;
}

static char *put_node(char *at, const struct dry_decision_log *log, const struct dry_event *event)
{
	if (event->node_ordinal == DRY_NONE)
		return at;
	at = PUT(at, ",\"node\":\"");
	at = put(at, log->group[event->group_index], log->group_length[event->group_index]);
	*at++ = '-';
	at = put_integer(at, event->node_ordinal);
	*at++ = '"';
	return at;
}

/* Pod names are nearly always plain; the rare other one takes the slow way. */
static char *put_name(char *at, const char *name)
{
	const char *p = name;
	struct dry_page page = { 0 };

	while ((unsigned char)*p >= 0x20 && (unsigned char)*p < 0x7f && *p != '"' && *p != '\\')
		p++;
	if (!*p)
		return put(at, name, (size_t)(p - name));
	dry_json_quote(&page, name, strlen(name));
	at = put(at, page.data + 1, page.length - 2);
	dry_page_release(&page);
	return at;
}

static char *put_pod(char *at, const struct dry_decision_log *log, const struct dry_event *event)
{
	const struct dry_pod_table *pod = &log->input->pod;

	at = PUT(at, ",\"pod\":\"");
	if (event->is_placeholder) {
		at = PUT(at, "dryscale/placeholder-");
		at = put_integer(at, event->pod_index);
	} else {
		uint32_t class_index = pod->class_index[event->pod_index];

		at = put(at, log->name_space[class_index], log->name_space_length[class_index]);
		*at++ = '/';
		at = put_name(at, pod->name_text + pod->name_offset[event->pod_index]);
	}
	*at++ = '"';
	return at;
}

static char *put_group(char *at, const struct dry_decision_log *log, const struct dry_event *event)
{
	at = PUT(at, ",\"nodeGroup\":\"");
	at = put(at, log->group[event->group_index], log->group_length[event->group_index]);
	*at++ = '"';
	return at;
}

static char *put_zone(char *at, const struct dry_decision_log *log, uint32_t zone)
{
	at = PUT(at, ",\"zone\":\"");
	at = put_name(at, dry_symbols_text(&log->input->symbols, zone));
	*at++ = '"';
	return at;
}

static char *put_reason(char *at, const char *key, const char *reason)
{
	if (!reason)
		return at;
	at = put(at, key, strlen(key));
	at = put(at, reason, strlen(reason));
	*at++ = '"';
	return at;
}

static char *put_fields(char *at, const struct dry_decision_log *log, const struct dry_event *event)
{
	switch (event->kind) {
	case DRY_EVENT_SCALE_UP:
		at = put_group(at, log, event);
		at = PUT(at, ",\"from\":");
		at = put_integer(at, event->from);
		at = PUT(at, ",\"to\":");
		return put_integer(at, event->to);
	case DRY_EVENT_SCALE_UP_FAILED:
		at = put_group(at, log, event);
		return put_reason(at, ",\"reason\":\"", event->reason);
	case DRY_EVENT_BACKOFF:
		at = put_group(at, log, event);
		at = PUT(at, ",\"until\":");
		return put_seconds(at, event->until_ms);
	case DRY_EVENT_NODE_READY:
		at = put_group(at, log, event);
		at = put_node(at, log, event);
		return event->zone ? put_zone(at, log, event->zone) : at;
	case DRY_EVENT_NODE_GONE:
		at = put_group(at, log, event);
		return put_node(at, log, event);
	case DRY_EVENT_SCALE_DOWN:
		at = put_group(at, log, event);
		at = put_node(at, log, event);
		return put_reason(at, ",\"reason\":\"", event->reason);
	case DRY_EVENT_POD_START:
	case DRY_EVENT_POD_END:
		at = put_pod(at, log, event);
		return put_node(at, log, event);
	case DRY_EVENT_POD_EVICTED:
		at = put_pod(at, log, event);
		at = put_node(at, log, event);
		return put_reason(at, ",\"cause\":\"", event->reason);
	case DRY_EVENT_KIND_COUNT:
		break;
	}
	dry_assert(false);
	return at;
}

/* The event's line, without its end, into log->room bytes at `start`. Returns behind it. */
static char *put_line(char *start, const struct dry_decision_log *log, const struct dry_event *event)
{
	const char *name = dry_event_name(event->kind);
	char *at = start;

	at = PUT(at, "{\"t\":");
	at = put_seconds(at, event->at_ms);
	at = PUT(at, ",\"event\":\"");
	at = put(at, name, strlen(name));
	*at++ = '"';
	at = put_fields(at, log, event);
	*at++ = '}';
	dry_assert((size_t)(at - start) < log->room);
	return at;
}

void dry_decision_log_on_event(void *context, const struct dry_event *event)
{
	struct dry_decision_log *log = context;
	struct dry_report_stream *stream = log->stream;
	char *start = dry_report_stream_room(stream, log->room);
	char *at = put_line(start, log, event);

	*at++ = '\n';
	dry_report_stream_filled(stream, (size_t)(at - start));
}

const char *dry_decision_log_line(struct dry_decision_log *log, const struct dry_event *event)
{
	if (!log->line)
		log->line = dry_xmalloc(log->room);
	*put_line(log->line, log, event) = '\0';
	return log->line;
}
