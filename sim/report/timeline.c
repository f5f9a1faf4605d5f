#include "report/timeline.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "report/csv.h"
#include "report/json.h"

struct dry_timeline {
	struct dry_report_stream *stream;
	const struct dry_config *config;
	bool lines;
	bool any;                       /* the copies below hold a sample */
	bool written;                   /* ... and it was written */
	struct dry_sample last;         /* arrays are our own */
	int32_t *ready, *target;
	int64_t *price;
	struct dry_page page;
};

static void flush(struct dry_timeline *timeline)
{
	dry_report_stream_add(timeline->stream, dry_page_string(&timeline->page), timeline->page.length);
	dry_page_clear(&timeline->page);
}

static void add_head(struct dry_timeline *timeline)
{
	static const char *const column[] = { "ready_nodes", "target_nodes", "price_usd_per_hour" };
	struct dry_page name = { 0 };
	struct dry_csv csv;

	dry_csv_init(&csv, &timeline->page);
	dry_csv_text(&csv, "t_s");
	dry_csv_text(&csv, "pending_pods");
	dry_csv_text(&csv, "running_pods");
	dry_csv_text(&csv, "spend_usd");
	for (uint32_t g = 0; g < timeline->config->group_count; g++)
		for (size_t c = 0; c < sizeof(column) / sizeof(column[0]); c++) {
			dry_page_clear(&name);
			dry_page_printf(&name, "%s.%s", column[c], timeline->config->group[g].name);
			dry_csv_text(&csv, dry_page_string(&name));
		}
	dry_csv_end_row(&csv);
	dry_page_release(&name);
	flush(timeline);
}

struct dry_timeline *dry_timeline_new(struct dry_report_stream *stream, const struct dry_config *config,
				      bool lines)
{
	struct dry_timeline *timeline = dry_xcalloc(1, sizeof(*timeline));
	size_t count = (size_t)config->group_count + 1;

	timeline->stream = stream;
	timeline->config = config;
	timeline->lines = lines;
	timeline->ready = dry_xcalloc(count, sizeof(int32_t));
	timeline->target = dry_xcalloc(count, sizeof(int32_t));
	timeline->price = dry_xcalloc(count, sizeof(int64_t));
	if (!lines)
		add_head(timeline);
	return timeline;
}

static void add_line(struct dry_timeline *timeline)
{
	const struct dry_sample *sample = &timeline->last;
	struct dry_json json;

	dry_json_init(&json, &timeline->page);
	dry_json_open_object(&json, NULL);
	dry_json_seconds(&json, "t", sample->at_ms);
	dry_json_integer(&json, "pending_pods", sample->pending_pods);
	dry_json_integer(&json, "running_pods", sample->running_pods);
	dry_json_number(&json, "spend_usd", (double)sample->spend_nusd / 1e9);
	dry_json_open_object(&json, "groups");
	for (uint32_t g = 0; g < timeline->config->group_count; g++) {
		dry_json_open_object(&json, timeline->config->group[g].name);
		dry_json_integer(&json, "ready_nodes", sample->ready_nodes[g]);
		dry_json_integer(&json, "target_nodes", sample->target_nodes[g]);
		dry_json_number(&json, "price_usd_per_hour", (double)sample->price_nusd_per_hour[g] / 1e9);
		dry_json_close_object(&json);
	}
	dry_json_close_object(&json);
	dry_json_close_object(&json);
}

static void add_row(struct dry_timeline *timeline)
{
	const struct dry_sample *sample = &timeline->last;
	struct dry_csv csv;

	dry_csv_init(&csv, &timeline->page);
	dry_csv_seconds(&csv, sample->at_ms);
	dry_csv_integer(&csv, sample->pending_pods);
	dry_csv_integer(&csv, sample->running_pods);
	dry_csv_number(&csv, (double)sample->spend_nusd / 1e9);
	for (uint32_t g = 0; g < timeline->config->group_count; g++) {
		dry_csv_integer(&csv, sample->ready_nodes[g]);
		dry_csv_integer(&csv, sample->target_nodes[g]);
		dry_csv_number(&csv, (double)sample->price_nusd_per_hour[g] / 1e9);
	}
	dry_csv_end_row(&csv);
}

static void write_last(struct dry_timeline *timeline)
{
	if (!timeline->any || timeline->written)
		return;
	if (timeline->lines)
		add_line(timeline);
	else
		add_row(timeline);
	flush(timeline);
	timeline->written = true;
}

void dry_timeline_release(struct dry_timeline *timeline)
{
	if (!timeline)
		return;
	write_last(timeline);
	dry_page_release(&timeline->page);
	free(timeline->ready);
	free(timeline->target);
	free(timeline->price);
	free(timeline);
}

void dry_timeline_on_sample(void *context, const struct dry_sample *sample)
{
	struct dry_timeline *timeline = context;
	size_t count = timeline->config->group_count;
	bool changed = !timeline->any || sample->pending_pods != timeline->last.pending_pods ||
		       sample->running_pods != timeline->last.running_pods ||
		       memcmp(sample->ready_nodes, timeline->ready, count * sizeof(int32_t)) ||
		       memcmp(sample->target_nodes, timeline->target, count * sizeof(int32_t)) ||
		       memcmp(sample->price_nusd_per_hour, timeline->price, count * sizeof(int64_t));

	timeline->last = *sample;
	memcpy(timeline->ready, sample->ready_nodes, count * sizeof(int32_t));
	memcpy(timeline->target, sample->target_nodes, count * sizeof(int32_t));
	memcpy(timeline->price, sample->price_nusd_per_hour, count * sizeof(int64_t));
	timeline->last.ready_nodes = timeline->ready;
	timeline->last.target_nodes = timeline->target;
	timeline->last.price_nusd_per_hour = timeline->price;
	timeline->any = true;
	timeline->written = false;
	if (changed)
		write_last(timeline);
}
