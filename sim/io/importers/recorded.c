#include "io/importers/recorded.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/units.h"

#define SAME_MS 60000                   /* tellings of one act lie within this */
#define DONE_MS 900000                  /* the cloud's answer may take this long */

void dry_recorded_init(struct dry_recorded *recorded, struct dry_import_job *job)
{
	*recorded = (struct dry_recorded){ .job = job };
}

void dry_recorded_release(struct dry_recorded *recorded)
{
	free(recorded->scale_up);
	free(recorded->node);
	free(recorded->node_by_name);
	free(recorded->act);
	dry_text_release(&recorded->scratch);
}

struct dry_recorded_node *dry_recorded_node(struct dry_recorded *recorded, const char *name, size_t length)
{
	const dry_symbol symbol = dry_symbols_add(&recorded->job->symbols, name, length);

	recorded->node_by_name = dry_grow(recorded->node_by_name, &recorded->node_by_name_capacity,
					  (size_t)symbol + 1, sizeof(*recorded->node_by_name));
	if (!recorded->node_by_name[symbol]) {
		recorded->node = dry_grow(recorded->node, &recorded->node_capacity,
					  recorded->node_count + 1, sizeof(*recorded->node));
		recorded->node[recorded->node_count] = (struct dry_recorded_node){
			.name = symbol, .registered_ms = DRY_CLOCK_NONE, .ready_ms = DRY_CLOCK_NONE,
			.used_ms = DRY_CLOCK_NONE, .gone_ms = DRY_CLOCK_NONE,
		};
		recorded->node_by_name[symbol] = (uint32_t)++recorded->node_count;
	}
	return &recorded->node[recorded->node_by_name[symbol] - 1];
}

void dry_recorded_name(struct dry_recorded *recorded, const char *name, struct dry_text *out)
{
	const char *const shown = dry_import_name(recorded->job, name, strlen(name));

	dry_text_json(out, shown, strlen(shown));
}

void dry_recorded_act(struct dry_recorded *recorded, int64_t at_ms, const char *key, const char *format, ...)
{
	struct dry_symbols *const symbols = &recorded->job->symbols;
	va_list list;

	va_start(list, format);
	const int length = vsnprintf(NULL, 0, format, list);
	va_end(list);
	char *const text = dry_xmalloc((size_t)length + 1);
	va_start(list, format);
	vsnprintf(text, (size_t)length + 1, format, list);
	va_end(list);
	recorded->act = dry_grow(recorded->act, &recorded->act_capacity, recorded->act_count + 1,
				 sizeof(*recorded->act));
	recorded->act[recorded->act_count] = (struct dry_recorded_act){
		.at_ms = at_ms, .text = dry_symbols_add(symbols, text, (size_t)length),
		.key = key ? dry_symbols_add_text(symbols, key) : 0, .order = (uint32_t)recorded->act_count,
	};
	recorded->act_count++;
	free(text);
}

/* ----- one act, told once ----- */

static int compare_scale_ups(const void *left, const void *right)
{
	const struct dry_recorded_scale_up *const a = left, *const b = right;

	if (a->group != b->group)
		return a->group < b->group ? -1 : 1;
	if (a->to != b->to)
		return a->to < b->to ? -1 : 1;
	if (a->teller != b->teller)
		return a->teller < b->teller ? -1 : 1;
	if (a->at_ms != b->at_ms)
		return a->at_ms < b->at_ms ? -1 : 1;
	return a->order < b->order ? -1 : a->order > b->order;
}

static bool is_same(const struct dry_recorded_scale_up *kept, const struct dry_recorded_scale_up *other)
{
	const int64_t distance = other->at_ms - kept->at_ms;
	const int64_t after = other->teller == DRY_TELLS_DONE ? DONE_MS : SAME_MS;

	return kept->group == other->group && kept->to == other->to && distance >= -SAME_MS &&
	       distance <= after && (kept->from < 0 || other->from < 0 || kept->from == other->from);
}

static void merge_scale_ups(struct dry_recorded *recorded)
{
	size_t kept = 0;

	if (recorded->scale_up_count)
		qsort(recorded->scale_up, recorded->scale_up_count, sizeof(*recorded->scale_up),
		      compare_scale_ups);
	for (size_t i = 0; i < recorded->scale_up_count; i++) {
		const struct dry_recorded_scale_up one = recorded->scale_up[i];
		bool same = false;
		for (size_t k = kept; k-- > 0 && recorded->scale_up[k].group == one.group &&
		     recorded->scale_up[k].to == one.to && !same;) {
			struct dry_recorded_scale_up *const known = &recorded->scale_up[k];
			same = is_same(known, &one);
			if (same && known->from < 0)
				known->from = one.from;
			if (same && known->max < 0)
				known->max = one.max;
		}
		if (!same)
			recorded->scale_up[kept++] = one;
	}
	recorded->scale_up_count = kept;
}

static int by_time(const void *left, const void *right)
{
	const struct dry_recorded_scale_up *const a = left, *const b = right;

	if (a->at_ms != b->at_ms)
		return a->at_ms < b->at_ms ? -1 : 1;
	return a->group < b->group ? -1 : a->group > b->group;
}

/* The log's "setting group G size to 5" does not say from what: the size before, or one less. */
static void fill_from(struct dry_recorded *recorded)
{
	if (recorded->scale_up_count)
		qsort(recorded->scale_up, recorded->scale_up_count, sizeof(*recorded->scale_up), by_time);
	for (size_t i = 0; i < recorded->scale_up_count; i++) {
		struct dry_recorded_scale_up *const one = &recorded->scale_up[i];
		if (one->from < 0) {
			DRY_IMPUTE(recorded->job, "from: the size before a scale-up is not told, taken as one less");
			one->from = one->to > 0 ? one->to - 1 : 0;
		}
		one->open = one->to > one->from ? (uint32_t)(one->to - one->from) : 0;
	}
}

/* ----- nodes ----- */

/* The group whose name begins the node's, the longest of them: only where nothing tells it. */
static dry_symbol group_by_name(const struct dry_recorded *recorded, const char *node)
{
	struct dry_symbols *const symbols = &recorded->job->symbols;
	dry_symbol best = 0;
	size_t best_length = 0;

	for (size_t i = 0; i < recorded->scale_up_count; i++) {
		const char *const group = dry_symbols_text(symbols, recorded->scale_up[i].group);
		const size_t length = strlen(group);
		if (length > best_length && !strncmp(node, group, length) && node[length] == '-') {
			best = recorded->scale_up[i].group;
			best_length = length;
		}
	}
	return best;
}

static int by_registration(const void *left, const void *right)
{
	const struct dry_recorded_node *const a = left, *const b = right;

	if (a->registered_ms != b->registered_ms)
		return a->registered_ms < b->registered_ms ? -1 : 1;
	return a->name < b->name ? -1 : a->name > b->name;
}

/* The oldest scale-up of its group that still waits for a node. */
static int64_t request_of(struct dry_recorded *recorded, const struct dry_recorded_node *node)
{
	for (size_t i = 0; node->registered_ms != DRY_CLOCK_NONE && i < recorded->scale_up_count; i++) {
		struct dry_recorded_scale_up *const one = &recorded->scale_up[i];
		if (one->group != node->group || !one->open || one->at_ms > node->registered_ms + 1000)
			continue;
		one->open--;
		return one->at_ms;
	}
	return DRY_CLOCK_NONE;
}

static void add_node(struct dry_recorded *recorded, struct dry_recorded_node *node)
{
	struct dry_symbols *const symbols = &recorded->job->symbols;
	const char *const name = dry_symbols_text(symbols, node->name);
	const int64_t asked_ms = request_of(recorded, node);
	struct dry_text *const text = &recorded->scratch;
	char seconds[40];

	if (node->ready_ms == DRY_CLOCK_NONE && !node->is_tracked && node->used_ms != DRY_CLOCK_NONE &&
	    node->registered_ms != DRY_CLOCK_NONE) {
		node->ready_ms = node->used_ms;
		DRY_IMPUTE(recorded->job, "nodeReady: taken from the first pod on the node; "
			   "\"kubectl get nodes -w\" beside the events would tell");
	}
	dry_text_clear(text);
	dry_text_puts(text, "\"node\":");
	dry_recorded_name(recorded, name, text);
	if (node->group) {
		const char *const group = dry_symbols_text(symbols, node->group);
		dry_text_puts(text, ",\"nodeGroup\":");
		dry_recorded_name(recorded, group, text);
	}
	if (node->gone_ms != DRY_CLOCK_NONE)
		dry_recorded_act(recorded, node->gone_ms, NULL, "\"event\":\"nodeGone\",%s",
				 dry_text_string(text));
	if (node->ready_ms == DRY_CLOCK_NONE)
		return;
	if (asked_ms != DRY_CLOCK_NONE && node->ready_ms >= asked_ms)
		dry_text_printf(text, ",\"provision\":%s",
				dry_format_seconds(node->ready_ms - asked_ms, seconds, sizeof(seconds)));
	dry_recorded_act(recorded, node->ready_ms, NULL, "\"event\":\"nodeReady\",%s", dry_text_string(text));
}

static void add_nodes(struct dry_recorded *recorded)
{
	for (size_t i = 0; i < recorded->node_count; i++) {
		struct dry_recorded_node *const node = &recorded->node[i];
		if (!node->group)
			node->group = group_by_name(recorded,
						    dry_symbols_text(&recorded->job->symbols, node->name));
	}
	if (recorded->node_count)
		qsort(recorded->node, recorded->node_count, sizeof(*recorded->node), by_registration);
	for (size_t i = 0; i < recorded->node_count; i++)
		add_node(recorded, &recorded->node[i]);
}

static void add_scale_ups(struct dry_recorded *recorded)
{
	struct dry_symbols *const symbols = &recorded->job->symbols;
	struct dry_text *const text = &recorded->scratch;

	for (size_t i = 0; i < recorded->scale_up_count; i++) {
		const struct dry_recorded_scale_up *const one = &recorded->scale_up[i];
		const char *const group = dry_symbols_text(symbols, one->group);
		dry_text_clear(text);
		dry_recorded_name(recorded, group, text);
		dry_text_printf(text, ",\"from\":%lld,\"to\":%lld", (long long)one->from, (long long)one->to);
		if (one->max >= 0)
			dry_text_printf(text, ",\"max\":%lld", (long long)one->max);
		dry_recorded_act(recorded, one->at_ms, NULL, "\"event\":\"scaleUp\",\"nodeGroup\":%s",
				 dry_text_string(text));
	}
}

/* ----- lines ----- */

static int compare_acts(const void *left, const void *right)
{
	const struct dry_recorded_act *const a = left, *const b = right;

	if (a->at_ms != b->at_ms)
		return a->at_ms < b->at_ms ? -1 : 1;
	return a->order < b->order ? -1 : a->order > b->order;
}

/* Told before, within a minute. Acts are in order of time. */
static bool is_told(const struct dry_recorded *recorded, size_t index)
{
	const struct dry_recorded_act *const act = &recorded->act[index];

	for (size_t i = index; act->key && i-- > 0 && recorded->act[i].at_ms >= act->at_ms - SAME_MS;)
		if (recorded->act[i].key == act->key)
			return true;
	return false;
}

static bool in_window(const struct dry_import_request *request, int64_t at_ms)
{
	return (request->from_ms == DRY_IMPORT_NO_TIME || at_ms >= request->from_ms) &&
	       (request->to_ms == DRY_IMPORT_NO_TIME || at_ms < request->to_ms);
}

/* A backoff is kept with its length; in the file it has its end. */
static void write_act(struct dry_import_job *job, const struct dry_recorded_act *act)
{
	const char *text = dry_symbols_text(&job->symbols, act->text);
	const char *const length = strstr(text, ",\"for\":");
	char seconds[40];

	dry_text_printf(&job->out, "{\"t\":%s,",
			dry_format_seconds(act->at_ms - job->origin_ms, seconds, sizeof(seconds)));
	if (length) {
		const int64_t until_ms = act->at_ms - job->origin_ms + strtoll(length + 7, NULL, 10);
		dry_text_add(&job->out, text, (size_t)(length - text));
		dry_text_printf(&job->out, ",\"until\":%s",
				dry_format_seconds(until_ms, seconds, sizeof(seconds)));
	} else {
		dry_text_puts(&job->out, text);
	}
	dry_text_puts(&job->out, "}\n");
}

bool dry_recorded_write(struct dry_recorded *recorded, struct dry_error *err)
{
	struct dry_import_job *const job = recorded->job;
	char epoch[DRY_CLOCK_TEXT];

	merge_scale_ups(recorded);
	fill_from(recorded);
	add_scale_ups(recorded);
	add_nodes(recorded);
	if (recorded->act_count)
		qsort(recorded->act, recorded->act_count, sizeof(*recorded->act), compare_acts);
	size_t first = 0;
	while (first < recorded->act_count && !in_window(job->request, recorded->act[first].at_ms))
		first++;
	if (first == recorded->act_count) {
		dry_fail(err, DRY_ERROR_EMPTY, DRY_NOWHERE, recorded->act_count
			 ? "nothing happened inside --from and --to"
			 : "nothing of the autoscaler's or the scheduler's is in the input");
		return dry_fail_fix(err, "events are kept for one hour: record them with --watch; "
				    "the autoscaler's log needs -v=1 at least");
	}
	job->dated = true;
	job->origin_ms = job->request->from_ms != DRY_IMPORT_NO_TIME ? job->request->from_ms
								     : recorded->act[first].at_ms;
	job->report->epoch = dry_arena_text(&job->report->arena, dry_clock_format(job->origin_ms, epoch));
	dry_text_printf(&job->out, "{\"type\":\"header\",\"version\":\"dryscale/v1\",\"epoch\":\"%s\","
			"\"source\":\"%s\"}\n", epoch, job->kind->name);
	for (size_t i = first; i < recorded->act_count; i++) {
		if (!in_window(job->request, recorded->act[i].at_ms) || is_told(recorded, i))
			continue;
		write_act(job, &recorded->act[i]);
		dry_import_clock(job, recorded->act[i].at_ms);
		job->report->rows_written++;
	}
	return true;
}
