/*
 * SimKube traces, version 2 (MessagePack): the owners of pods as they were
 * applied and deleted, and how long their pods ran. Owners become pods: a
 * Deployment as many as it has replicas, fewer or more from each change on.
 */
#include "io/importers/kinds.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/importers/detect.h"
#include "io/importers/each.h"
#include "io/importers/msgpack.h"
#include "io/importers/pod_spec.h"

#define REPLICAS_MAX 100000
#define FOREVER_MS (INT64_MAX / 2)
#define SECONDS_MAX INT64_C(9000000000000)

/* A pod that was not taken away yet. */
struct live {
	size_t row;
	uint32_t next;                  /* older one of its owner, + 1 */
};

struct owner {
	dry_symbol key;                 /* "kind namespace/name" */
	dry_symbol spec;
	uint32_t newest;                /* live pod + 1; 0 = none */
	int64_t count, made;
};

struct simkube {
	struct dry_import_job *job;
	struct dry_items items;         /* of the tree; only its places are used */
	struct dry_feed feed;
	struct owner *owner;
	size_t owner_count, owner_capacity;
	uint32_t *by_key;               /* symbol -> owner + 1 */
	size_t by_key_capacity;
	struct live *live;
	size_t live_count, live_capacity;
	uint32_t lifecycles;            /* node of pod_lifecycles */
	struct dry_text spec, name;
	int64_t last_ms;
};

/* An applied or deleted object. */
struct object {
	uint32_t node, metadata;
	const char *kind, *group, *name, *space;
	size_t kind_length, group_length, name_length, space_length;
	struct owner *owner;
};

static const struct dry_tree *tree_of(const struct simkube *simkube)
{
	return &simkube->items.tree;
}

static bool fail_at(struct simkube *simkube, uint32_t node, const char *what, struct dry_error *err)
{
	dry_fail(err, DRY_ERROR_INPUT, dry_items_where(&simkube->items, node), "%s", what);
	return dry_fail_expected(err, "a SimKube trace of version 2; columns count bytes");
}

static bool is_kind(const struct object *object, const char *kind)
{
	return object->kind_length == strlen(kind) && !memcmp(object->kind, kind, object->kind_length);
}

static bool read_object(struct simkube *simkube, uint32_t node, struct object *object, struct dry_error *err)
{
	const struct dry_tree *const tree = tree_of(simkube);
	struct dry_symbols *const symbols = &simkube->job->symbols;

	*object = (struct object){ .node = node, .metadata = dry_tree_find(tree, node, "metadata") };
	if (!object->metadata)
		return fail_at(simkube, node, "an object without metadata", err);
	object->kind = dry_tree_text(tree, dry_tree_find(tree, node, "kind"), &object->kind_length);
	object->group = dry_tree_text(tree, dry_tree_find(tree, node, "apiVersion"), &object->group_length);
	object->name = dry_tree_text(tree, dry_tree_find(tree, object->metadata, "name"), &object->name_length);
	object->space = dry_tree_text(tree, dry_tree_find(tree, object->metadata, "namespace"),
				      &object->space_length);
	if (!object->kind || !object->name)
		return fail_at(simkube, node, "an object without kind or metadata.name", err);
	if (!object->space) {
		object->space = "default";
		object->space_length = 7;
	}
	dry_text_clear(&simkube->name);
	dry_text_add(&simkube->name, object->kind, object->kind_length);
	dry_text_char(&simkube->name, ' ');
	dry_text_add(&simkube->name, object->space, object->space_length);
	dry_text_char(&simkube->name, '/');
	dry_text_add(&simkube->name, object->name, object->name_length);
	const dry_symbol key = dry_symbols_add(symbols, simkube->name.data, simkube->name.length);
	simkube->by_key = dry_grow(simkube->by_key, &simkube->by_key_capacity, (size_t)key + 1,
				   sizeof(*simkube->by_key));
	if (!simkube->by_key[key]) {
		simkube->owner = dry_grow(simkube->owner, &simkube->owner_capacity, simkube->owner_count + 1,
					  sizeof(*simkube->owner));
		simkube->owner[simkube->owner_count] = (struct owner){ .key = key };
		simkube->by_key[key] = (uint32_t)++simkube->owner_count;
	}
	object->owner = &simkube->owner[simkube->by_key[key] - 1];
	return true;
}

/* What a trace calls the owner of such pods; of its own making ("Rollout") as it is. */
static const char *owner_kind(struct simkube *simkube, const struct object *object)
{
	if (is_kind(object, "Deployment"))
		return "ReplicaSet";
	if (is_kind(object, "CronJob"))
		return "Job";
	struct dry_symbols *const symbols = &simkube->job->symbols;
	return dry_symbols_text(symbols, dry_symbols_add(symbols, object->kind, object->kind_length));
}

static void add_pod(struct simkube *simkube, const struct object *object, int64_t at_ms, int64_t duration_ms)
{
	struct dry_import_job *const job = simkube->job;
	struct owner *const owner = object->owner;
	const bool is_bare = is_kind(object, "Pod");

	dry_text_clear(&simkube->name);
	dry_text_add(&simkube->name, object->name, object->name_length);
	if (!is_bare)
		dry_text_printf(&simkube->name, "-%lld", (long long)owner->made);
	owner->made++;
	struct dry_import_row *const row = dry_import_row(job);
	row->at_ms = at_ms;
	row->duration_ms = duration_ms;
	row->name = dry_import_name(job, simkube->name.data, simkube->name.length);
	row->name_space = object->space_length == 7 && !memcmp(object->space, "default", 7) ? NULL
		: dry_import_name(job, object->space, object->space_length);
	row->spec = owner->spec;
	if (!is_bare) {
		row->owner_kind = owner_kind(simkube, object);
		row->owner_name = dry_import_name(job, object->name, object->name_length);
	}
	if (duration_ms >= 0)
		return;
	simkube->live = dry_grow(simkube->live, &simkube->live_capacity, simkube->live_count + 1,
				 sizeof(*simkube->live));
	simkube->live[simkube->live_count] = (struct live){ job->row_count - 1, owner->newest };
	owner->newest = (uint32_t)++simkube->live_count;
	owner->count++;
}

/* The newest go first, as a ReplicaSet's controller prefers. */
static void remove_pods(struct simkube *simkube, struct owner *owner, int64_t at_ms, int64_t count)
{
	for (; count > 0 && owner->newest; count--) {
		const struct live *const live = &simkube->live[owner->newest - 1];
		simkube->job->row[live->row].until_ms = at_ms;
		owner->newest = live->next;
		owner->count--;
	}
}

/* ----- how long pods ran ----- */

static bool read_seconds(const struct dry_tree *tree, uint32_t node, int64_t *seconds)
{
	return dry_tree_integer(tree, node, seconds) && *seconds >= 0 && *seconds <= SECONDS_MAX;
}

/* {"Finished":[start,end]}, {"Running":start}, "Empty"; or {start_ts,end_ts} as it is documented */
static bool read_life(const struct dry_tree *tree, uint32_t life, int64_t *start_s, int64_t *end_s)
{
	const uint32_t finished = dry_tree_find(tree, life, "Finished");
	const uint32_t running = dry_tree_find(tree, life, "Running");
	const uint32_t pair = finished ? dry_tree_first(tree, finished) : 0;

	*start_s = *end_s = -1;
	if (pair)
		return read_seconds(tree, pair, start_s) &&
		       read_seconds(tree, dry_tree_next(tree, pair), end_s);
	if (running)
		return read_seconds(tree, running, start_s);
	if (!read_seconds(tree, dry_tree_find(tree, life, "start_ts"), start_s))
		return false;
	if (!read_seconds(tree, dry_tree_find(tree, life, "end_ts"), end_s))
		*end_s = -1;
	return true;
}

/* The member of pod_lifecycles for an object: its key is [version.Kind, namespace/name]. */
static uint32_t lives_of(const struct simkube *simkube, const struct object *object)
{
	const struct dry_tree *const tree = tree_of(simkube);
	char kind[300], name[600];

	snprintf(kind, sizeof(kind), ".%.*s", (int)object->kind_length, object->kind);
	snprintf(name, sizeof(name), "%c%.*s/%.*s", DRY_MSGPACK_JOIN, (int)object->space_length, object->space,
		 (int)object->name_length, object->name);
	const size_t kind_length = strlen(kind), name_length = strlen(name);
	for (uint32_t i = simkube->lifecycles ? dry_tree_first(tree, simkube->lifecycles) : 0; i;
	     i = dry_tree_next(tree, i)) {
		size_t length;
		const char *const key = dry_tree_key(tree, i, &length);
		if (length > kind_length + name_length &&
		    !memcmp(key + length - name_length, name, name_length) &&
		    !memcmp(key + length - name_length - kind_length, kind, kind_length))
			return i;
	}
	return 0;
}

/* How long each recorded pod of an owner ran, in ms; -1 = it did not end. The caller frees the list. */
static int64_t *durations_of(const struct simkube *simkube, uint32_t lives, size_t *count)
{
	const struct dry_tree *const tree = tree_of(simkube);
	int64_t *duration = NULL, start_s, end_s;
	size_t capacity = 0;

	*count = 0;
	for (uint32_t hash = lives ? dry_tree_first(tree, lives) : 0; hash; hash = dry_tree_next(tree, hash))
		for (uint32_t life = dry_tree_first(tree, hash); life; life = dry_tree_next(tree, life)) {
			duration = dry_grow(duration, &capacity, *count + 1, sizeof(*duration));
			duration[(*count)++] = read_life(tree, life, &start_s, &end_s) && end_s >= start_s
				? (end_s - start_s) * 1000 : -1;
		}
	return duration;
}

/* Pods that no applied object tells of (a CronJob's): they come when they were seen to run. */
static void add_lives(struct simkube *simkube, const struct object *object, uint32_t lives)
{
	const struct dry_tree *const tree = tree_of(simkube);
	int64_t start_s, end_s;

	for (uint32_t hash = dry_tree_first(tree, lives); hash; hash = dry_tree_next(tree, hash))
		for (uint32_t life = dry_tree_first(tree, hash); life; life = dry_tree_next(tree, life)) {
			if (!read_life(tree, life, &start_s, &end_s))
				continue;
			DRY_IMPUTE(simkube->job, "t: taken from when the pod's containers started");
			add_pod(simkube, object, start_s * 1000, end_s >= start_s ? (end_s - start_s) * 1000 : -1);
		}
}

/* ----- objects ----- */

/* Along a JSON pointer, "/spec/template"; 0 when it leads nowhere. */
static uint32_t follow(const struct dry_tree *tree, uint32_t node, const char *pointer, size_t length)
{
	const char *const stop = pointer + length;

	while (pointer < stop && *pointer == '/' && node) {
		char key[128];
		size_t used = 0;
		for (pointer++; pointer < stop && *pointer != '/' && used + 1 < sizeof(key); pointer++)
			key[used++] = *pointer;
		key[used] = '\0';
		node = dry_tree_find(tree, node, key);
	}
	return pointer == stop ? node : 0;
}

/* Where the configuration says that owners of a kind have their template, for kinds of one's own. */
static uint32_t configured_template(const struct simkube *simkube, const struct object *object)
{
	const struct dry_tree *const tree = tree_of(simkube);
	const uint32_t tracked = dry_tree_path(tree, 0, "config.trackedObjects");
	char gvk[400];
	size_t length;

	snprintf(gvk, sizeof(gvk), "%.*s.%.*s", (int)object->group_length, object->group ? object->group : "",
		 (int)object->kind_length, object->kind);
	const uint32_t kind = tracked ? dry_tree_find(tree, tracked, gvk) : 0;
	const uint32_t paths = kind ? dry_tree_find(tree, kind, "podSpecTemplatePaths") : 0;
	const uint32_t first = paths ? dry_tree_first(tree, paths) : 0;
	const char *const pointer = dry_tree_text(tree, first, &length);
	if (pointer && dry_tree_next(tree, first))
		DRY_NOTE(simkube->job, "an owner with several pod templates: the first is taken");
	return pointer ? follow(tree, object->node, pointer, length) : 0;
}

/* The pod's metadata and spec in an owner. */
static bool find_template(const struct simkube *simkube, const struct object *object, uint32_t *metadata,
			  uint32_t *spec)
{
	const struct dry_tree *const tree = tree_of(simkube);
	uint32_t template = dry_tree_path(tree, object->node, is_kind(object, "CronJob")
					  ? "spec.jobTemplate.spec.template" : "spec.template");

	if (is_kind(object, "Pod"))
		template = object->node;
	if (!template)
		template = configured_template(simkube, object);
	*metadata = template ? dry_tree_find(tree, template, "metadata") : 0;
	*spec = template ? dry_tree_find(tree, template, "spec") : 0;
	return *spec != 0;
}

static bool write_spec(struct simkube *simkube, uint32_t metadata, uint32_t spec, dry_symbol *symbol,
		       struct dry_error *err)
{
	struct dry_pod_requests requests;

	if (!dry_pod_requests_read(simkube->job, &simkube->items, spec, &requests, err))
		return false;
	dry_text_clear(&simkube->spec);
	dry_pod_requests_write(simkube->job, &requests, &simkube->spec);
	dry_pod_constraints_write(simkube->job, &simkube->items, metadata, spec, &simkube->spec);
	*symbol = dry_import_spec(simkube->job, &simkube->spec);
	return true;
}

static bool read_count(struct simkube *simkube, const struct object *object, const char *path, int64_t none,
		       int64_t *count, struct dry_error *err)
{
	const uint32_t node = dry_tree_path(tree_of(simkube), object->node, path);

	*count = none;
	if (!node || dry_tree_type_of(tree_of(simkube), node) == DRY_TREE_NULL)
		return true;
	if (dry_tree_integer(tree_of(simkube), node, count) && *count >= 0 && *count <= REPLICAS_MAX)
		return true;
	dry_fail(err, DRY_ERROR_INPUT, dry_items_where(&simkube->items, node),
		 "%s is no number from 0 to 100,000", path);
	return false;
}

/* The earliest instant is on top: the next of a Job's pods comes when a place gets free. */
static void sink(int64_t *heap, size_t count)
{
	for (size_t at = 0, child; (child = 2 * at + 1) < count; at = child) {
		if (child + 1 < count && heap[child + 1] < heap[child])
			child++;
		if (heap[at] <= heap[child])
			return;
		const int64_t swapped = heap[at];
		heap[at] = heap[child];
		heap[child] = swapped;
	}
}

/* A Job's pods, as many at a time as it runs side by side; the n-th takes the n-th life, over and over. */
static bool add_job(struct simkube *simkube, const struct object *object, int64_t at_ms, struct dry_error *err)
{
	int64_t parallelism, completions;
	size_t life_count;

	if (!read_count(simkube, object, "spec.parallelism", 1, &parallelism, err) ||
	    !read_count(simkube, object, "spec.completions", parallelism, &completions, err))
		return false;
	if (object->owner->made || !completions || !parallelism)
		return true;
	if (parallelism > completions)
		parallelism = completions;
	int64_t *const life = durations_of(simkube, lives_of(simkube, object), &life_count);
	int64_t *const free_at = dry_xcalloc((size_t)parallelism, sizeof(*free_at));
	for (int64_t i = 0; i < parallelism; i++)
		free_at[i] = at_ms;
	/* Where it is not known how long a pod ran, nor is when the next came. */
	for (int64_t i = 0; i < completions && free_at[0] < FOREVER_MS; i++) {
		const int64_t duration_ms = life_count ? life[(size_t)i % life_count] : -1;
		add_pod(simkube, object, free_at[0], duration_ms);
		free_at[0] = duration_ms >= 0 ? free_at[0] + duration_ms : FOREVER_MS;
		sink(free_at, (size_t)parallelism);
	}
	free(free_at);
	free(life);
	return true;
}

static bool set_replicas(struct simkube *simkube, const struct object *object, int64_t at_ms, dry_symbol before,
			 struct dry_error *err)
{
	struct owner *const owner = object->owner;
	int64_t replicas;

	if (!read_count(simkube, object, "spec.replicas", 1, &replicas, err))
		return false;
	if (owner->made && owner->spec != before) {
		DRY_NOTE(simkube->job, "a change of the pod template: all pods of the owner are made anew");
		remove_pods(simkube, owner, at_ms, owner->count);
	}
	if (replicas < owner->count)
		remove_pods(simkube, owner, at_ms, owner->count - replicas);
	while (owner->count < replicas)
		add_pod(simkube, object, at_ms, -1);
	return true;
}

static bool apply(struct simkube *simkube, uint32_t node, int64_t at_ms, struct dry_error *err)
{
	struct dry_import_job *const job = simkube->job;
	uint32_t metadata, spec;
	struct object object;

	job->report->rows_read++;
	if (!read_object(simkube, node, &object, err))
		return false;
	if (is_kind(&object, "DaemonSet") || !find_template(simkube, &object, &metadata, &spec)) {
		DRY_LEAVE_OUT(job, dry_items_where(&simkube->items, node), "is a %.*s: no pods of its own demand",
			      (int)object.kind_length, object.kind);
		return true;
	}
	const dry_symbol before = object.owner->spec;
	if (!write_spec(simkube, metadata, spec, &object.owner->spec, err))
		return false;
	job->report->rows_kept++;
	if (is_kind(&object, "Job"))
		return add_job(simkube, &object, at_ms, err);
	if (is_kind(&object, "CronJob")) {
		const uint32_t lives = lives_of(simkube, &object);
		if (!object.owner->made && lives)
			add_lives(simkube, &object, lives);
		return true;
	}
	if (is_kind(&object, "Pod")) {
		size_t count;
		int64_t *const life = durations_of(simkube, lives_of(simkube, &object), &count);
		if (!object.owner->made)
			add_pod(simkube, &object, at_ms, count ? life[0] : -1);
		free(life);
		return true;
	}
	return set_replicas(simkube, &object, at_ms, before, err);
}

static bool read_event(struct simkube *simkube, uint32_t event, struct dry_error *err)
{
	const struct dry_tree *const tree = tree_of(simkube);
	const uint32_t applied = dry_tree_find(tree, event, "applied_objs");
	const uint32_t deleted = dry_tree_find(tree, event, "deleted_objs");
	int64_t ts;

	if (!dry_tree_integer(tree, dry_tree_find(tree, event, "ts"), &ts) || ts < 0 || ts > SECONDS_MAX)
		return fail_at(simkube, event, "an event without ts, a Unix time in seconds", err);
	if (ts * 1000 < simkube->last_ms)
		DRY_NOTE(simkube->job, "an event is earlier than the one before");
	simkube->last_ms = ts * 1000;
	for (uint32_t i = applied ? dry_tree_first(tree, applied) : 0; i; i = dry_tree_next(tree, i))
		if (!apply(simkube, i, ts * 1000, err))
			return false;
	for (uint32_t i = deleted ? dry_tree_first(tree, deleted) : 0; i; i = dry_tree_next(tree, i)) {
		struct object object;
		if (!read_object(simkube, i, &object, err))
			return false;
		simkube->job->report->rows_read++;
		simkube->job->report->rows_kept++;
		remove_pods(simkube, object.owner, ts * 1000, object.owner->count);
	}
	return true;
}

static bool read_trace(struct simkube *simkube, struct dry_error *err)
{
	const struct dry_tree *const tree = tree_of(simkube);
	const uint32_t version = dry_tree_find(tree, 0, "version");
	const uint32_t events = dry_tree_find(tree, 0, "events");
	int64_t number;

	if (!dry_tree_integer(tree, version, &number) || number != 2)
		return fail_at(simkube, version, version ? "version: is not 2" : "is a trace without version", err);
	if (!events || dry_tree_type_of(tree, events) != DRY_TREE_ARRAY)
		return fail_at(simkube, events, "events: is no list of events", err);
	simkube->lifecycles = dry_tree_find(tree, 0, "pod_lifecycles");
	simkube->last_ms = 0;
	for (uint32_t i = dry_tree_first(tree, events); i; i = dry_tree_next(tree, i))
		if (!read_event(simkube, i, err))
			return false;
	return true;
}

static bool read_file(struct dry_import_job *job, struct dry_feed *feed, void *context,
		      struct dry_error *err)
{
	struct simkube *const simkube = context;
	size_t used, bad;

	(void)job;
	while (!feed->at_end)
		if (!dry_feed_more(feed, err) && !feed->at_end)
			return false;
	simkube->items.feed = feed;
	const size_t length = feed->end - feed->start;
	const char *wrong = dry_msgpack_parse(&simkube->items.tree, feed->window + feed->start, length, &used, &bad);
	if (!wrong && used != length) {
		wrong = "something follows the trace";
		bad = used;
	}
	dry_feed_consume(feed, length);
	if (wrong) {
		dry_fail(err, DRY_ERROR_INPUT, (struct dry_where){ feed->path, 1, (uint32_t)bad + 1 }, "%s", wrong);
		return dry_fail_expected(err, "a SimKube trace (MessagePack); columns count bytes");
	}
	return read_trace(simkube, err);
}

/* What was alive at the end goes on. */
static void censor(struct dry_import_job *job)
{
	for (size_t i = 0; i < job->row_count; i++)
		job->row[i].censored = job->row[i].duration_ms < 0 && job->row[i].until_ms == INT64_MAX;
}

bool dry_simkube_read(struct dry_import_job *job, struct dry_error *err)
{
	struct simkube simkube = { .job = job };
	const bool good = dry_import_each_file(job, read_file, &simkube, err);

	dry_tree_release(&simkube.items.tree);
	dry_text_release(&simkube.spec);
	dry_text_release(&simkube.name);
	free(simkube.owner);
	free(simkube.by_key);
	free(simkube.live);
	if (!good)
		return false;
	job->dated = true;
	censor(job);
	return dry_import_rows_write(job, err);
}

int dry_simkube_detect(const char *start, size_t length, const char *path)
{
	(void)path;
	const unsigned char first = length ? (unsigned char)*start : 0;
	return first >= 0x80 && first <= 0x8f && start_has(start, length < 64 ? length : 64, "\xa7version") &&
	       start_has(start, length, "config") ? 95 : 0;
}
