/* The decision log in memory, and what can be looked up in it. */
#include <stdlib.h>

#include "base/arena.h"
#include "base/sort.h"
#include "report/explain.h"

void dry_log_on_event(void *context, const struct dry_event *event)
{
	struct dry_log *log = context;

	log->entry = dry_grow(log->entry, &log->capacity, log->count + 1, sizeof(*log->entry));
	log->entry[log->count++] = (struct dry_log_entry){
		.at_ms = event->at_ms, .until_ms = event->until_ms, .reason = event->reason,
		.group_index = event->group_index, .node_ordinal = event->node_ordinal,
		.pod_index = event->is_placeholder ? DRY_NONE : event->pod_index, .from = event->from,
		.to = event->to, .kind = (uint8_t)event->kind, .is_placeholder = event->is_placeholder,
	};
}

void dry_log_release(struct dry_log *log)
{
	free(log->entry);
	*log = (struct dry_log){ 0 };
}

size_t dry_log_at(const struct dry_log *log, int64_t at_ms)
{
	return log->count ? dry_find_sorted(&log->entry->at_ms, log->count, sizeof(*log->entry), at_ms) : 0;
}

uint32_t dry_log_first_ordinal(const struct dry_log *log, size_t entry)
{
	uint32_t group_index = log->entry[entry].group_index;
	int64_t ordinal = log->config->group[group_index].initial_size;

	for (size_t i = 0; i < entry; i++) {
		const struct dry_log_entry *e = &log->entry[i];

		if (e->kind == DRY_EVENT_SCALE_UP && e->group_index == group_index)
			ordinal += e->to - e->from;
	}
	return (uint32_t)ordinal;
}

/* --- waits --- */

struct waiting {
	int64_t *since_ms;              /* -1 = does not wait */
	bool *ended;
};

static int64_t horizon(const struct dry_log *log)
{
	return log->end_at_ms;
}

static void begin(struct waiting *waiting, const struct dry_log *log)
{
	size_t count = (size_t)log->input->pod.count + 1;

	waiting->since_ms = dry_xcalloc(count, sizeof(int64_t));
	for (uint32_t p = 0; p < log->input->pod.count; p++) {
		int64_t arrive = log->input->pod.arrive_at_ms[p];

		waiting->since_ms[p] = arrive > horizon(log) ? -1 : arrive < 0 ? 0 : arrive;
	}
	for (uint32_t i = 0; i < log->input->initial_pod_count; i++)
		waiting->since_ms[log->input->initial_pod[i].pod_index] = -1;
}

typedef void span_fn(void *context, const struct dry_wait_span *span);

/* Every wait of every pod, in the order in which they end; open ones by row at last. */
static void each_wait(const struct dry_log *log, span_fn *then, void *context)
{
	struct waiting waiting;

	begin(&waiting, log);
	for (size_t i = 0; i < log->count; i++) {
		const struct dry_log_entry *e = &log->entry[i];
		struct dry_wait_span span = { .pod_index = e->pod_index, .to_ms = e->at_ms };

		if (e->pod_index == DRY_NONE)
			continue;
		if (e->kind == DRY_EVENT_POD_START || e->kind == DRY_EVENT_POD_END) {
			span.from_ms = waiting.since_ms[e->pod_index];
			span.is_open = e->kind == DRY_EVENT_POD_END;    /* ended without a start */
			if (span.from_ms >= 0)
				then(context, &span);
			waiting.since_ms[e->pod_index] = -1;
		} else if (e->kind == DRY_EVENT_POD_EVICTED &&
			   log->input->pod.owner_index[e->pod_index] != DRY_NONE) {
			waiting.since_ms[e->pod_index] = e->at_ms;
		}
	}
	for (uint32_t p = 0; p < log->input->pod.count; p++) {
		struct dry_wait_span span = { p, waiting.since_ms[p], horizon(log), true };

		if (span.from_ms >= 0)
			then(context, &span);
	}
	free(waiting.since_ms);
}

struct top {
	struct dry_wait_span *span;
	uint32_t room, count;
	uint32_t only;                  /* DRY_NONE = all pods, the longest; else one pod, by time */
	size_t capacity;
};

static int64_t length_of(const struct dry_wait_span *span)
{
	return span->to_ms - span->from_ms;
}

static void keep_longest(void *context, const struct dry_wait_span *span)
{
	struct top *top = context;
	uint32_t at = top->count < top->room ? top->count++ : top->room;

	/* on a tie the earlier row stays in front */
	while (at > 0 && (length_of(&top->span[at - 1]) < length_of(span) ||
			  (length_of(&top->span[at - 1]) == length_of(span) &&
			   top->span[at - 1].pod_index > span->pod_index))) {
		if (at < top->room)
			top->span[at] = top->span[at - 1];
		at--;
	}
	if (at < top->room)
		top->span[at] = *span;
}

static void keep_own(void *context, const struct dry_wait_span *span)
{
	struct top *top = context;

	if (span->pod_index != top->only)
		return;
	top->span = dry_grow(top->span, &top->capacity, (size_t)top->count + 1, sizeof(*top->span));
	top->span[top->count++] = *span;
}

struct dry_wait_span *dry_log_longest_waits(const struct dry_log *log, uint32_t count, uint32_t *found)
{
	struct top top = { .room = count, .only = DRY_NONE };

	top.span = dry_xcalloc((size_t)count + 1, sizeof(*top.span));
	each_wait(log, keep_longest, &top);
	while (top.count && !length_of(&top.span[top.count - 1]))
		top.count--;
	*found = top.count;
	return top.span;
}

struct dry_wait_span *dry_log_waits_of(const struct dry_log *log, uint32_t pod_index, uint32_t *found)
{
	struct top top = { .only = pod_index };

	each_wait(log, keep_own, &top);
	*found = top.count;
	return top.span;
}
