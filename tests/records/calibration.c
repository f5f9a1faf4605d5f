/*
 * Events and the autoscaler's log of a recording against its truth: each pod
 * that was bound is found, when and after which wait, none is invented; both
 * sources tell the same scale-ups, and the same nodes went empty or drained.
 *
 * calibration [FOLDER]; without one the shared recording, skipped when absent.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io/importers.h"
#include "support/tap.h"
#include "support/truth.h"

#define LINE_MAX_COUNT 20000

struct lines {
	cJSON *line[LINE_MAX_COUNT];
	int count;
	int64_t epoch_ms;
	struct dry_import_report report;
};

static const char *member(const cJSON *object, const char *key)
{
	return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, key));
}

static int64_t milliseconds(const cJSON *object, const char *key)
{
	const cJSON *const item = cJSON_GetObjectItemCaseSensitive(object, key);

	return cJSON_IsNumber(item) ? (int64_t)(item->valuedouble * 1000 + 0.5) : -1;
}

static bool is_event(const cJSON *line, const char *event)
{
	const char *const name = member(line, "event");

	return name && !strcmp(name, event);
}

/* Imports; false with a failed test. */
static bool import(struct lines *lines, const char *kind, const char *const *path, uint32_t count)
{
	struct dry_import_request request;
	struct dry_error err = { 0 };
	char *text = NULL;
	size_t length;

	*lines = (struct lines){ 0 };
	dry_import_request_init(&request);
	request.kind = kind;
	request.file = path;
	request.file_count = count;
	request.log_year = 2026;
	dry_import_report_init(&lines->report);
	if (!dry_import_text(&request, &lines->report, &text, &length, &err)) {
		tap_ok(false, "%s %s: imports", kind, path[0]);
		tap_note("%s", err.count ? err.complaint[0].text : "");
		dry_error_release(&err);
		return false;
	}
	for (char *at = text; *at && lines->count < LINE_MAX_COUNT; at = strchr(at, '\n') + 1) {
		cJSON *const line = cJSON_ParseWithOpts(at, NULL, false);
		if (member(line, "epoch"))
			lines->epoch_ms = truth_instant(member(line, "epoch"));
		lines->line[lines->count++] = line;
	}
	free(text);
	dry_error_release(&err);
	return true;
}

static void release(struct lines *lines)
{
	for (int i = 0; i < lines->count; i++)
		cJSON_Delete(lines->line[i]);
	dry_import_report_release(&lines->report);
}

/* The start of a pod: by name, nearest in time, since names come back. */
static const cJSON *find_start(const struct lines *lines, const struct truth_pod *pod)
{
	const cJSON *best = NULL;
	int64_t best_ms = 60000;
	char name[520];

	snprintf(name, sizeof(name), "%s/%s", pod->name_space, pod->name);
	for (int i = 0; i < lines->count; i++) {
		const char *const have = member(lines->line[i], "pod");
		if (!is_event(lines->line[i], "podStart") || !have || strcmp(have, name))
			continue;
		const int64_t distance = llabs(lines->epoch_ms + milliseconds(lines->line[i], "t") - pod->scheduled_ms);
		if (distance < best_ms) {
			best = lines->line[i];
			best_ms = distance;
		}
	}
	return best;
}

static int count_of(const struct lines *lines, const char *event)
{
	int count = 0;

	for (int i = 0; i < lines->count; i++)
		count += is_event(lines->line[i], event);
	return count;
}

/* Stamps of the truth have whole seconds. A pod behind a gate waits from its first refusal on. */
static void test_starts(const char *title, const struct lines *lines, const struct truth *truth)
{
	int expected = 0, found = 0, times = 0, waits = 0;

	for (int i = 0; i < truth->count; i++) {
		const struct truth_pod *const pod = &truth->pod[i];
		const bool is_before = pod->cause && !strcmp(pod->cause, "preexisting");
		if (pod->scheduled_ms == TRUTH_NONE || is_before ||
		    pod->scheduled_ms > lines->report.clock_last_ms || pod->seen_ms - pod->created_ms > 2000)
			continue;
		const cJSON *const start = find_start(lines, pod);
		expected++;
		if (!start) {
			tap_note("  missed: %s/%s", pod->name_space, pod->name);
			continue;
		}
		const int64_t wait_ms = milliseconds(start, "wait"), true_ms = pod->scheduled_ms - pod->created_ms;
		const bool waits_right = llabs(wait_ms - true_ms) <= 2000 || (pod->gated && wait_ms <= true_ms);
		found++;
		times += llabs(lines->epoch_ms + milliseconds(start, "t") - pod->scheduled_ms) < 2000;
		waits += waits_right;
		if (!waits_right)
			tap_note("  %s waits %lld ms, truth %lld", pod->name, (long long)wait_ms,
				 (long long)true_ms);
	}
	int known = 0;
	for (int i = 0; i < truth->count; i++)
		known += truth->pod[i].scheduled_ms != TRUTH_NONE && find_start(lines, &truth->pod[i]);
	/* Events of an hour before the truth begins are not its matter. */
	int starts = 0;
	for (int i = 0; i < lines->count; i++)
		starts += is_event(lines->line[i], "podStart") &&
			  (truth->start_ms == TRUTH_NONE ||
			   lines->epoch_ms + milliseconds(lines->line[i], "t") >= truth->start_ms);
	for (int i = 0; i < truth->count; i++)
		known -= truth->pod[i].scheduled_ms != TRUTH_NONE && truth->pod[i].scheduled_ms < truth->start_ms &&
			 find_start(lines, &truth->pod[i]);
	const int invented = starts - known;
	tap_ok(expected && found == expected && !invented && times == found && waits == found,
	       "%s: %d bound pods found, %d missed, %d invented; times %d, waits %d of %d", title, found,
	       expected - found, invented, times, waits, found);
}

static int in_both(const struct lines *a, const struct lines *b, const char *event, const char *const *keys,
		   int64_t tolerance_ms)
{
	int found = 0;

	for (int i = 0; i < a->count; i++) {
		bool same = false;
		if (!is_event(a->line[i], event))
			continue;
		for (int k = 0; k < b->count && !same; k++) {
			same = is_event(b->line[k], event) &&
			       llabs(a->epoch_ms + milliseconds(a->line[i], "t") - b->epoch_ms -
				     milliseconds(b->line[k], "t")) <= tolerance_ms;
			for (const char *const *key = keys; same && *key; key++) {
				const cJSON *const one = cJSON_GetObjectItemCaseSensitive(a->line[i], *key);
				const cJSON *const other = cJSON_GetObjectItemCaseSensitive(b->line[k], *key);
				same = cJSON_Compare(one, other, true);
			}
		}
		found += same;
		if (!same) {
			char *const text = cJSON_PrintUnformatted(a->line[i]);
			tap_note("  only one source has %s", text);
			free(text);
		}
	}
	return found;
}

/* Nodes that were asked for: from the request to Ready as both sources measured it. */
static void test_agreement(const struct lines *events, const struct lines *log)
{
	static const char *const up[] = { "nodeGroup", "from", "to", NULL };
	static const char *const down[] = { "node", "reason", NULL };
	static const char *const failed[] = { "nodeGroup", "reason", NULL };
	const int ups = count_of(log, "scaleUp"), downs = count_of(log, "scaleDown");
	const int failures = count_of(log, "scaleUpFailed");

	tap_ok(ups && count_of(events, "scaleUp") == ups && in_both(log, events, "scaleUp", up, 2000) == ups,
	       "events and log: the same %d scale-ups", ups);
	tap_ok(count_of(events, "scaleDown") == downs && in_both(log, events, "scaleDown", down, 2000) == downs,
	       "events and log: the same %d scale-downs", downs);
	tap_ok(count_of(events, "scaleUpFailed") == failures &&
	       in_both(log, events, "scaleUpFailed", failed, 2000) == failures,
	       "events and log: the same %d failures", failures);
}

static void test_provision(const struct lines *events, const struct lines *log)
{
	int asked = 0, near = 0;

	for (int i = 0; i < events->count; i++) {
		const int64_t one_ms = milliseconds(events->line[i], "provision");
		const char *const group = member(events->line[i], "nodeGroup");
		bool is_near = false;
		if (!is_event(events->line[i], "nodeReady") || one_ms < 0 || !group)
			continue;
		asked++;
		/* The autoscaler sees a node at its next scan: up to one and a half of them later. */
		for (int k = 0; k < log->count && !is_near; k++) {
			const char *const other = member(log->line[k], "nodeGroup");
			const int64_t other_ms = milliseconds(log->line[k], "provision");
			is_near = is_event(log->line[k], "nodeReady") && other && !strcmp(group, other) &&
				  other_ms - one_ms <= 16000 && other_ms - one_ms >= -1000;
		}
		near += is_near;
	}
	tap_ok(asked && near == asked, "events and log: %d provision times, %d alike within a scan", asked, near);
}

static bool have(const char *folder, const char *name, char *path, size_t size)
{
	if (truth_path(folder, name, path, size))
		return true;
	tap_skip(name, "is not in the folder");
	return false;
}

static void test_first_act(const char *folder)
{
	static struct lines events, log;
	char watch[1024], nodes[1024], truth_name[1024], log_name[1024];
	struct truth truth;

	if (!have(folder, "kubectl/events-watch-events.json", watch, sizeof(watch)) ||
	    !have(folder, "kubectl/nodes-watch-events.json", nodes, sizeof(nodes)) ||
	    !have(folder, "truth/truth-main.json", truth_name, sizeof(truth_name)) ||
	    !truth_read(&truth, truth_name))
		return;
	if (import(&events, "events", (const char *const[]){ watch, nodes }, 2)) {
		test_starts("events events-watch-events.json", &events, &truth);
		if (have(folder, "autoscaler/cluster-autoscaler-v4.log", log_name, sizeof(log_name)) &&
		    import(&log, "autoscaler-log", (const char *const[]){ log_name }, 1)) {
			test_agreement(&events, &log);
			test_provision(&events, &log);
			release(&log);
		}
		release(&events);
	}
	truth_release(&truth);
}

static void test_list(const char *folder, const char *name, const char *truth_file)
{
	static struct lines events;
	char path[1024], truth_name[1024];
	struct truth truth;

	if (!have(folder, name, path, sizeof(path)) ||
	    !have(folder, truth_file, truth_name, sizeof(truth_name)) || !truth_read(&truth, truth_name))
		return;
	if (import(&events, "events", (const char *const[]){ path }, 1)) {
		test_starts(name, &events, &truth);
		release(&events);
	}
	truth_release(&truth);
}

int main(int argc, char **argv)
{
	const char *folder = truth_folder(argc, argv);

	if (!folder)
		return argc > 1;
	test_first_act(folder);
	test_list(folder, "kubectl/events-end.json", "truth/truth-main.json");
	test_list(folder, "act2/events-end2.json", "truth/truth-act2.json");
	return tap_done();
}
