#include "io/calibration.h"

#include <stdlib.h>
#include <string.h>

#include "base/units.h"
#include "io/doc.h"
#include "io/importers.h"
#include "io/importers/clock.h"
#include "io/reader.h"

static const struct { const char *name; enum dry_event_kind kind; } event_name[] = {
	{ "scaleUp", DRY_EVENT_SCALE_UP }, { "scaleUpFailed", DRY_EVENT_SCALE_UP_FAILED },
	{ "backoff", DRY_EVENT_BACKOFF }, { "nodeReady", DRY_EVENT_NODE_READY },
	{ "nodeGone", DRY_EVENT_NODE_GONE }, { "scaleDown", DRY_EVENT_SCALE_DOWN },
	{ "podStart", DRY_EVENT_POD_START }, { "podEvicted", DRY_EVENT_POD_EVICTED },
	{ "podEnd", DRY_EVENT_POD_END },
};

struct reading {
	struct dry_calibration *calibration;
	struct dry_doc doc;
	size_t capacity;
	const char *name;
	uint32_t line;
	struct dry_error *err;
};

static const char *keep(struct reading *r, const char *key)
{
	const struct dry_doc_node *const node = dry_doc_find(r->doc.root, key);

	return node && node->length ? dry_arena_text(&r->calibration->arena, node->text) : NULL;
}

static bool read_seconds(struct reading *r, const char *key, int64_t *ms)
{
	const struct dry_doc_node *const node = dry_doc_find(r->doc.root, key);
	const char *const wrong = node ? dry_parse_duration_ms(node->text, node->length, ms) : NULL;

	return !wrong || dry_doc_fail(&r->doc, node, r->err, "\"%s\" %s", node->text, wrong);
}

static bool read_size(struct reading *r, const char *key, int32_t *size)
{
	const struct dry_doc_node *const node = dry_doc_find(r->doc.root, key);
	int64_t value;

	if (!node)
		return true;
	if (dry_parse_integer(node->text, node->length, &value) || value < 0 || value > 1000000)
		return dry_doc_fail(&r->doc, node, r->err, "\"%s\" is no number of nodes", node->text);
	*size = (int32_t)value;
	return true;
}

static bool read_header(struct reading *r)
{
	const struct dry_doc_node *const epoch = dry_doc_find(r->doc.root, "epoch");

	if (!epoch)
		return true;
	if (dry_clock_parse(epoch->text, epoch->length, &r->calibration->epoch_ms))
		return dry_doc_fail(&r->doc, epoch, r->err, "\"%s\" is no instant", epoch->text);
	r->calibration->has_epoch = true;
	return true;
}

static bool read_event(struct reading *r)
{
	const struct dry_doc_node *const name = dry_doc_find(r->doc.root, "event");
	struct dry_recorded_event event = { .from = -1, .to = -1, .wait_ms = -1, .provision_ms = -1 };
	size_t i = 0;

	if (dry_doc_find(r->doc.root, "type"))
		return read_header(r);
	if (!name)
		return dry_doc_fail(&r->doc, r->doc.root, r->err, "event is missing");
	while (i < sizeof(event_name) / sizeof(event_name[0]) && strcmp(event_name[i].name, name->text))
		i++;
	if (i == sizeof(event_name) / sizeof(event_name[0]))
		return dry_doc_fail(&r->doc, name, r->err, "\"%s\" is no event of a decision log", name->text);
	event.kind = event_name[i].kind;
	if (!read_seconds(r, "t", &event.at_ms) || !read_seconds(r, "wait", &event.wait_ms) ||
	    !read_seconds(r, "provision", &event.provision_ms) || !read_size(r, "from", &event.from) ||
	    !read_size(r, "to", &event.to))
		return false;
	event.group = keep(r, "nodeGroup");
	event.node = keep(r, "node");
	event.pod = keep(r, "pod");
	event.cause = keep(r, "cause");
	struct dry_calibration *const c = r->calibration;
	if (c->count && event.at_ms < c->event[c->count - 1].at_ms)
		return dry_doc_fail(&r->doc, dry_doc_find(r->doc.root, "t"), r->err, "is before the line above");
	c->event = dry_grow(c->event, &r->capacity, (size_t)c->count + 1, sizeof(*c->event));
	c->event[c->count++] = event;
	return true;
}

static bool read_lines(struct reading *r, char *text, size_t length)
{
	char *const stop = text + length;

	for (char *at = text; at < stop;) {
		char *const end = memchr(at, '\n', (size_t)(stop - at));
		const size_t line = end ? (size_t)(end - at) : (size_t)(stop - at);
		r->line++;
		if (line && (!dry_doc_parse_line(&r->doc, r->name, at, line, r->line, r->err) || !read_event(r)))
			return false;
		at += line + 1;
	}
	return true;
}

/* Made by import before, as its first line says; or the decision log of a run. */
static bool is_calibration(const char *text, size_t length)
{
	const char *const end = memchr(text, '\n', length);
	const size_t head = end ? (size_t)(end - text) : length;

	return (memmem(text, head, "\"header\"", 8) && memmem(text, head, "dryscale/v1", 11)) ||
	       (memmem(text, head, "\"event\":", 8) && memmem(text, head, "\"t\":", 4));
}

static bool import_lines(struct reading *r, const struct dry_calibration_request *request)
{
	struct dry_import_request import;
	struct dry_import_report report;
	size_t length = 0;
	char *text = NULL;
	bool good;

	dry_import_request_init(&import);
	dry_import_report_init(&report);
	import.file = request->file;
	import.file_count = request->file_count;
	import.log_year = request->log_year;
	import.size_limit = request->size_limit;
	good = dry_import_text(&import, &report, &text, &length, r->err);
	if (good && report.result != DRY_IMPORT_CALIBRATION) {
		good = dry_fail(r->err, DRY_ERROR_USAGE, (struct dry_where){ .file = request->file[0] },
				"is %s: it does not tell what an autoscaler did", report.kind);
		dry_fail_fix(r->err, "kubectl get events -A -o json, or the autoscaler's log");
	}
	good = good && read_lines(r, text, length);
	free(text);
	dry_import_report_release(&report);
	return good;
}

/* The one file as it stands, when it is a calibration file; *is_one says so. */
static bool read_file(struct reading *r, const struct dry_calibration_request *request, bool *is_one)
{
	const struct dry_reader_options options = { .size_limit = request->size_limit, .is_raisable = true };
	const char *const path = request->file[0];
	size_t length = 0;
	char *text = NULL;

	*is_one = false;
	if (!strcmp(path, "-") || (!strstr(path, ".jsonl") && !strstr(path, ".ndjson")))
		return true;
	if (!dry_reader_whole(path, &options, &text, &length, r->err))
		return false;
	*is_one = is_calibration(text, length);
	const bool good = !*is_one || read_lines(r, text, length);
	free(text);
	return good;
}

bool dry_calibration_read(struct dry_calibration *calibration, const struct dry_calibration_request *request,
			  struct dry_error *err)
{
	struct reading r = { .calibration = calibration, .err = err, .name = request->file[0] };
	bool is_one = false, good = true;

	*calibration = (struct dry_calibration){ 0 };
	dry_arena_init(&calibration->arena);
	dry_doc_init(&r.doc);
	if (request->file_count == 1)
		good = read_file(&r, request, &is_one);
	if (good && !is_one)
		good = import_lines(&r, request);
	dry_doc_release(&r.doc);
	if (good && !calibration->count) {
		dry_fail(err, DRY_ERROR_EMPTY, (struct dry_where){ .file = request->file[0] },
			 "records no decision of an autoscaler");
		return false;
	}
	return good;
}

void dry_calibration_release(struct dry_calibration *calibration)
{
	free(calibration->event);
	dry_arena_release(&calibration->arena);
}
