/*
 * Events as kubectl prints them (list or watch, JSON or YAML), with node
 * objects beside them where they were recorded: what the autoscaler did and how
 * long pods waited. Events are kept for an hour and repeats are folded into
 * one, so they calibrate; they are no workload.
 */
#include "io/importers/kinds.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/units.h"
#include "io/importers/each.h"
#include "io/importers/items.h"
#include "io/importers/recorded.h"

static const char *const skipped[] = { "managedFields", "images", "nodeInfo", "allocatable", "capacity", NULL };
static const char *const lists[] = { "items", NULL };

#define DAEMON_MS 3000                  /* what is bound sooner came with the node */

struct creation {
	dry_symbol pod;                 /* namespace/name */
	int64_t at_ms;
};

struct pod {
	dry_symbol name;                /* namespace/name */
	int64_t refused_ms, bound_ms;
	dry_symbol node;
};

struct events {
	struct dry_recorded recorded;
	struct creation *creation;
	size_t creation_count, creation_capacity;
	dry_symbol *daemon;             /* namespace/name of DaemonSets */
	size_t daemon_count, daemon_capacity;
	struct pod *pod;
	size_t pod_count, pod_capacity;
	uint32_t *pod_by_uid;           /* symbol -> pod + 1 */
	size_t pod_by_uid_capacity;
};

/* One event; texts of the current item. */
struct event {
	const struct dry_items *items;
	const struct dry_tree *tree;
	uint32_t object;                /* involvedObject */
	uint32_t reason;
	const char *message;
	size_t length;
	int64_t at_ms;                  /* of the first time */
};

static int64_t stamp(const struct dry_tree *tree, uint32_t node)
{
	size_t length;
	const char *const text = dry_tree_text(tree, node, &length);
	int64_t ms;

	return text && !dry_clock_parse(text, length, &ms) ? ms : DRY_CLOCK_NONE;
}

static void earliest(int64_t *known, int64_t ms)
{
	if (ms != DRY_CLOCK_NONE && (*known == DRY_CLOCK_NONE || ms < *known))
		*known = ms;
}

static dry_symbol join(struct events *events, const char *space, size_t space_length, const char *name,
		       size_t length)
{
	struct dry_text *const scratch = &events->recorded.scratch;

	dry_text_clear(scratch);
	dry_text_add(scratch, space, space_length);
	dry_text_char(scratch, '/');
	dry_text_add(scratch, name, length);
	return dry_symbols_add(&events->recorded.job->symbols, scratch->data, scratch->length);
}

static dry_symbol object_name(struct events *events, const struct event *event)
{
	size_t space_length, length;
	const char *const space = dry_tree_text(event->tree, dry_tree_find(event->tree, event->object,
						"namespace"), &space_length);
	const char *const name = dry_tree_text(event->tree, dry_tree_find(event->tree, event->object, "name"),
					       &length);

	return join(events, space ? space : "", space_length, name ? name : "", length);
}

static struct pod *pod_of(struct events *events, const struct event *event)
{
	struct dry_symbols *const symbols = &events->recorded.job->symbols;
	size_t length;
	const char *const uid = dry_tree_text(event->tree, dry_tree_find(event->tree, event->object, "uid"),
					      &length);
	const dry_symbol name = object_name(events, event);
	const dry_symbol key = uid && length ? dry_symbols_add(symbols, uid, length) : name;

	events->pod_by_uid = dry_grow(events->pod_by_uid, &events->pod_by_uid_capacity, (size_t)key + 1,
				      sizeof(*events->pod_by_uid));
	if (!events->pod_by_uid[key]) {
		events->pod = dry_grow(events->pod, &events->pod_capacity, events->pod_count + 1,
				       sizeof(*events->pod));
		events->pod[events->pod_count] = (struct pod){ .name = name, .refused_ms = DRY_CLOCK_NONE,
							       .bound_ms = DRY_CLOCK_NONE };
		events->pod_by_uid[key] = (uint32_t)++events->pod_count;
	}
	return &events->pod[events->pod_by_uid[key] - 1];
}

static bool begins(const struct event *event, const char *piece)
{
	const size_t length = strlen(piece);

	return event->length >= length && !memcmp(event->message, piece, length);
}

/* Behind the last `piece` of the message, up to a blank; NULL when it is not there. */
static const char *word_behind(const struct event *event, const char *piece, size_t *length)
{
	const size_t piece_length = strlen(piece);
	const char *found = NULL;

	for (size_t i = 0; i + piece_length <= event->length; i++)
		if (!memcmp(event->message + i, piece, piece_length))
			found = event->message + i + piece_length;
	if (!found)
		return NULL;
	const char *const stop = event->message + event->length;
	for (*length = 0; found + *length < stop && found[*length] != ' '; ++*length)
		;
	return *length ? found : NULL;
}

static void add_daemon(struct events *events, dry_symbol name)
{
	for (size_t i = 0; i < events->daemon_count; i++)
		if (events->daemon[i] == name)
			return;
	events->daemon = dry_grow(events->daemon, &events->daemon_capacity, events->daemon_count + 1,
				  sizeof(*events->daemon));
	events->daemon[events->daemon_count++] = name;
}

/* Pods of a DaemonSet have its name and five characters more. */
static bool is_of_daemon(const struct events *events, dry_symbol pod)
{
	const struct dry_symbols *const symbols = &events->recorded.job->symbols;
	const char *const name = dry_symbols_text(symbols, pod);

	for (size_t i = 0; i < events->daemon_count; i++) {
		const char *const daemon = dry_symbols_text(symbols, events->daemon[i]);
		const size_t length = strlen(daemon);
		if (!strncmp(name, daemon, length) && name[length] == '-' && strlen(name) == length + 6)
			return true;
	}
	return false;
}

/* "Created pod: NAME", or a StatefulSet's "create Pod NAME in StatefulSet S successful" */
static bool on_created(struct events *events, const struct event *event)
{
	size_t length, space_length;
	const char *name = begins(event, "Created pod: ") ? word_behind(event, "Created pod: ", &length)
		: begins(event, "create Pod ") ? word_behind(event, "create Pod ", &length) : NULL;
	const char *const space = dry_tree_text(event->tree, dry_tree_find(event->tree, event->object,
						"namespace"), &space_length);

	if (!name)
		return false;
	const dry_symbol pod = join(events, space ? space : "", space_length, name, length);
	events->creation = dry_grow(events->creation, &events->creation_capacity, events->creation_count + 1,
				    sizeof(*events->creation));
	events->creation[events->creation_count++] = (struct creation){ pod, event->at_ms };
	if (dry_tree_is(event->tree, dry_tree_find(event->tree, event->object, "kind"), "DaemonSet"))
		add_daemon(events, object_name(events, event));
	return true;
}

static bool on_scheduled(struct events *events, const struct event *event)
{
	size_t length;
	const char *const node = word_behind(event, " to ", &length);

	if (!node || !begins(event, "Successfully assigned "))
		return false;
	struct pod *const pod = pod_of(events, event);
	earliest(&pod->bound_ms, event->at_ms);
	pod->node = dry_symbols_add(&events->recorded.job->symbols, node, length);
	return true;
}

static void evicted(struct events *events, const struct event *event, dry_symbol pod, const char *cause,
		    const char *node, size_t node_length)
{
	struct dry_symbols *const symbols = &events->recorded.job->symbols;
	struct dry_text pod_text = { 0 }, node_text = { 0 };
	const char *const name = dry_symbols_text(symbols, pod);
	char key[600];

	dry_recorded_name(&events->recorded, name, &pod_text);
	if (node) {
		char text[260];
		snprintf(text, sizeof(text), "%.*s", (int)(node_length < 255 ? node_length : 255), node);
		dry_text_puts(&node_text, ",\"node\":");
		dry_recorded_name(&events->recorded, text, &node_text);
	}
	snprintf(key, sizeof(key), "evicted %s", name);
	dry_recorded_act(&events->recorded, event->at_ms, key, "\"event\":\"podEvicted\",\"pod\":%s%s,\"cause\":\"%s\"",
			 dry_text_string(&pod_text), dry_text_string(&node_text), cause);
	dry_text_release(&pod_text);
	dry_text_release(&node_text);
}

static bool on_pod(struct events *events, const struct event *event)
{
	const struct dry_tree *const tree = event->tree;
	size_t length = 0;

	if (dry_tree_is(tree, event->reason, "FailedScheduling")) {
		earliest(&pod_of(events, event)->refused_ms, event->at_ms);
		return true;
	}
	if (dry_tree_is(tree, event->reason, "Scheduled"))
		return on_scheduled(events, event);
	if (dry_tree_is(tree, event->reason, "Preempted")) {
		const char *const node = word_behind(event, " on node ", &length);
		evicted(events, event, object_name(events, event), "preemption", node, length);
		return true;
	}
	if (dry_tree_is(tree, event->reason, "ScaleDown")) {
		evicted(events, event, object_name(events, event), "scaleDown", NULL, 0);
		return true;
	}
	if (dry_tree_is(tree, event->reason, "Evicted") ||
	    (dry_tree_is(tree, event->reason, "TaintManagerEviction") && begins(event, "Marking for deletion"))) {
		evicted(events, event, object_name(events, event), "other", NULL, 0);
		return true;
	}
	return dry_recorded_sentence(&events->recorded, event->at_ms, event->message, event->length);
}

static bool on_node_event(struct events *events, const struct event *event)
{
	const struct dry_tree *const tree = event->tree;
	size_t length;
	const char *const name = dry_tree_text(tree, dry_tree_find(tree, event->object, "name"), &length);

	if (!name)
		return false;
	struct dry_recorded_node *const node = dry_recorded_node(&events->recorded, name, length);
	if (dry_tree_is(tree, event->reason, "RegisteredNode"))
		earliest(&node->registered_ms, event->at_ms);
	else if (dry_tree_is(tree, event->reason, "NodeReady"))
		earliest(&node->ready_ms, event->at_ms);
	else if (dry_tree_is(tree, event->reason, "RemovingNode"))
		earliest(&node->gone_ms, event->at_ms);
	else
		return false;
	return true;
}

/* Of several similar ones in one event the message is the latest's, and so is its time. */
static int64_t time_of(const struct dry_tree *tree, uint32_t event, bool is_combined)
{
	static const char *const key[] = { "eventTime", "firstTimestamp", "lastTimestamp" };
	const int64_t observed = stamp(tree, dry_tree_path(tree, event, "series.lastObservedTime"));
	const int64_t last = stamp(tree, dry_tree_find(tree, event, "lastTimestamp"));

	if (is_combined && (observed != DRY_CLOCK_NONE || last != DRY_CLOCK_NONE))
		return observed > last ? observed : last;
	for (size_t i = 0; i < sizeof(key) / sizeof(key[0]); i++) {
		const int64_t at = stamp(tree, dry_tree_find(tree, event, key[i]));
		if (at != DRY_CLOCK_NONE)
			return at;
	}
	return stamp(tree, dry_tree_path(tree, event, "metadata.creationTimestamp"));
}

static bool fail_event(const struct dry_items *items, uint32_t node, const char *what, struct dry_error *err)
{
	dry_fail(err, DRY_ERROR_INPUT, dry_items_where(items, node), "%s", what);
	return dry_fail_fix(err, "record whole objects: kubectl get events -A -o json");
}

static bool read_event(struct events *events, const struct dry_items *items, uint32_t item,
		       struct dry_error *err)
{
	static const char combined[] = "(combined from similar events): ";
	struct dry_import_job *const job = events->recorded.job;
	const struct dry_tree *const tree = &items->tree;
	struct event event = { .items = items, .tree = tree };
	size_t length;

	event.object = dry_tree_find(tree, item, "involvedObject");
	if (!event.object)
		event.object = dry_tree_find(tree, item, "regarding");
	event.reason = dry_tree_find(tree, item, "reason");
	const uint32_t message = dry_tree_find(tree, item, "message");
	event.message = dry_tree_text(tree, message ? message : dry_tree_find(tree, item, "note"), &event.length);
	if (!event.message)
		event.message = "";
	const bool is_combined = begins(&event, combined);
	event.at_ms = time_of(tree, item, is_combined);
	if (!event.object || !event.reason)
		return fail_event(items, item, "an event without involvedObject or reason", err);
	if (event.at_ms == DRY_CLOCK_NONE)
		return fail_event(items, item, "an event without any time", err);
	if (is_combined) {
		event.message += sizeof(combined) - 1;
		event.length -= sizeof(combined) - 1;
	}
	const uint32_t kind = dry_tree_find(tree, event.object, "kind");
	const bool used = dry_tree_is(tree, event.reason, "SuccessfulCreate") ? on_created(events, &event)
		: dry_tree_is(tree, kind, "Pod") ? on_pod(events, &event)
		: dry_tree_is(tree, kind, "Node") ? on_node_event(events, &event)
		: dry_recorded_sentence(&events->recorded, event.at_ms, event.message, event.length);
	if (used) {
		job->report->rows_kept++;
		return true;
	}
	const char *const reason = dry_tree_text(tree, event.reason, &length);
	DRY_LEAVE_OUT(job, dry_items_where(items, item), "is an event that tells nothing here: %.*s",
		      (int)(reason ? length : 0), reason ? reason : "");
	return true;
}

/* A node object: when it came, was ready first, and to whom it belongs. */
static bool read_node(struct events *events, const struct dry_items *items, uint32_t item, bool is_gone,
		      int64_t seen_ms, struct dry_error *err)
{
	static const char *const group_label[] = {
		"eks.amazonaws.com/nodegroup", "alpha.eksctl.io/nodegroup-name", "cloud.google.com/gke-nodepool",
		"kubernetes.azure.com/agentpool", "agentpool", "karpenter.sh/nodepool",
		"node.cluster.x-k8s.io/machine-deployment", "cluster.x-k8s.io/deployment-name",
	};
	const struct dry_tree *const tree = &items->tree;
	const uint32_t metadata = dry_tree_find(tree, item, "metadata");
	const uint32_t labels = metadata ? dry_tree_find(tree, metadata, "labels") : 0;
	const uint32_t list = dry_tree_path(tree, item, "status.conditions");
	size_t length;
	const char *const name = dry_tree_text(tree, metadata ? dry_tree_find(tree, metadata, "name") : 0, &length);

	if (!name)
		return fail_event(items, item, "a node without metadata.name", err);
	struct dry_recorded_node *const node = dry_recorded_node(&events->recorded, name, length);
	node->is_tracked = true;
	earliest(&node->registered_ms, stamp(tree, dry_tree_find(tree, metadata, "creationTimestamp")));
	for (uint32_t i = list ? dry_tree_first(tree, list) : 0; i; i = dry_tree_next(tree, i))
		if (dry_tree_is(tree, dry_tree_find(tree, i, "type"), "Ready") &&
		    dry_tree_is(tree, dry_tree_find(tree, i, "status"), "True"))
			earliest(&node->ready_ms, stamp(tree, dry_tree_find(tree, i, "lastTransitionTime")));
	for (size_t i = 0; labels && !node->group && i < sizeof(group_label) / sizeof(group_label[0]); i++) {
		const char *const group = dry_tree_text(tree, dry_tree_find(tree, labels, group_label[i]), &length);
		if (group)
			node->group = dry_symbols_add(&events->recorded.job->symbols, group, length);
	}
	if (is_gone) {
		const int64_t asked = stamp(tree, dry_tree_find(tree, metadata, "deletionTimestamp"));
		earliest(&node->gone_ms, seen_ms != DRY_CLOCK_NONE ? seen_ms : asked);
	}
	events->recorded.job->report->rows_kept++;
	return true;
}

static bool read_item(struct dry_import_job *job, const struct dry_items *items, void *context,
		      struct dry_error *err)
{
	struct events *const events = context;
	const struct dry_tree *const tree = &items->tree;
	uint32_t item = items->item, type = 0;
	int64_t seen_ms = DRY_CLOCK_NONE;
	size_t length;

	job->report->rows_read++;
	for (int i = 0; i < 3 && dry_tree_type_of(tree, item) == DRY_TREE_OBJECT; i++) {
		const uint32_t object = dry_tree_find(tree, item, "object");
		const uint32_t inner = object ? object : dry_tree_find(tree, item, "obj");
		if (!inner)
			break;
		const char *const ts = dry_tree_text(tree, dry_tree_find(tree, item, "ts"), &length);
		if (ts && dry_clock_parse_unix(ts, length, &seen_ms))
			dry_clock_parse(ts, length, &seen_ms);
		type = dry_tree_find(tree, item, "type");
		item = inner;
	}
	if (dry_tree_type_of(tree, item) != DRY_TREE_OBJECT)
		return fail_event(items, item, "is no object where an event is expected", err);
	const uint32_t kind = dry_tree_find(tree, item, "kind");
	if ((type && dry_tree_is(tree, type, "BOOKMARK")) || dry_tree_is(tree, kind, "Status")) {
		DRY_LEAVE_OUT(job, dry_items_where(items, item), "is a bookmark or the end of a watch");
		return true;
	}
	if (dry_tree_is(tree, kind, "Node"))
		return read_node(events, items, item, type && dry_tree_is(tree, type, "DELETED"), seen_ms, err);
	if (kind && !dry_tree_is(tree, kind, "Event")) {
		const char *const text = dry_tree_text(tree, kind, &length);
		DRY_LEAVE_OUT(job, dry_items_where(items, item), "is a %.*s, neither an Event nor a Node",
			      (int)(text ? length : 0), text ? text : "");
		return true;
	}
	return read_event(events, items, item, err);
}

static bool read_file(struct dry_import_job *job, struct dry_feed *feed, void *context,
		      struct dry_error *err)
{
	static const struct dry_items_form form = { .list = lists, .skip = skipped, .last = "object" };

	return dry_import_each_item(job, feed, &form, read_item, context, err);
}

/* ----- waits ----- */

static int compare_creations(const void *left, const void *right)
{
	const struct creation *const a = left, *const b = right;

	if (a->pod != b->pod)
		return a->pod < b->pod ? -1 : 1;
	return a->at_ms < b->at_ms ? -1 : a->at_ms > b->at_ms;
}

/* The latest creation of this name that is not after the binding. Stamps have whole seconds. */
static const struct creation *find_creation(const struct events *events, const struct pod *pod)
{
	size_t low = 0, high = events->creation_count;

	while (low < high) {
		const size_t middle = low + (high - low) / 2;
		const struct creation *const at = &events->creation[middle];
		if (at->pod < pod->name || (at->pod == pod->name && at->at_ms <= pod->bound_ms + 1000))
			low = middle + 1;
		else
			high = middle;
	}
	return low && events->creation[low - 1].pod == pod->name ? &events->creation[low - 1] : NULL;
}

static void add_pod(struct events *events, const struct pod *pod)
{
	struct dry_recorded *const recorded = &events->recorded;
	struct dry_symbols *const symbols = &recorded->job->symbols;
	const struct creation *const creation = find_creation(events, pod);
	struct dry_text pod_text = { 0 }, node_text = { 0 };
	const char *const node = dry_symbols_text(symbols, pod->node);
	int64_t from_ms = pod->bound_ms;
	char seconds[40];

	earliest(&from_ms, pod->refused_ms);
	if (creation)
		earliest(&from_ms, creation->at_ms);
	struct dry_recorded_node *const on = dry_recorded_node(recorded, node, strlen(node));
	const int64_t registered_ms = on->registered_ms == DRY_CLOCK_NONE ? 0 : on->registered_ms;
	if (!is_of_daemon(events, pod->name) && pod->bound_ms >= registered_ms + DAEMON_MS)
		earliest(&on->used_ms, pod->bound_ms);
	dry_recorded_name(recorded, dry_symbols_text(symbols, pod->name), &pod_text);
	dry_recorded_name(recorded, node, &node_text);
	dry_recorded_act(recorded, pod->bound_ms, NULL,
			 "\"event\":\"podStart\",\"pod\":%s,\"node\":%s,\"wait\":%s",
			 dry_text_string(&pod_text), dry_text_string(&node_text),
			 dry_format_seconds(pod->bound_ms - from_ms, seconds, sizeof(seconds)));
	dry_text_release(&pod_text);
	dry_text_release(&node_text);
}

static void add_pods(struct events *events)
{
	uint64_t waiting = 0;

	if (events->creation_count)
		qsort(events->creation, events->creation_count, sizeof(*events->creation), compare_creations);
	for (size_t i = 0; i < events->pod_count; i++) {
		if (events->pod[i].bound_ms != DRY_CLOCK_NONE)
			add_pod(events, &events->pod[i]);
		else
			waiting++;
	}
	for (; waiting; waiting--)
		DRY_NOTE(events->recorded.job, "waited and was not bound inside the record");
}

bool dry_kube_events_read(struct dry_import_job *job, struct dry_error *err)
{
	struct events events = { 0 };

	dry_recorded_init(&events.recorded, job);
	bool good = dry_import_each_file(job, read_file, &events, err);
	if (good) {
		add_pods(&events);
		good = dry_recorded_write(&events.recorded, err);
	}
	dry_recorded_release(&events.recorded);
	free(events.creation);
	free(events.daemon);
	free(events.pod);
	free(events.pod_by_uid);
	return good;
}
