/*
 * The API server's audit log (audit.k8s.io/v1, JSON lines or EventList): the
 * only source that shows, afterwards, exactly when pods came, where they were
 * bound and who removed them. Level RequestResponse has whole pods; level
 * Request has what was asked for, without names of pods that controllers make
 * (those are tied to bindings by name prefix and order); level Metadata has no
 * bodies and is refused.
 */
#include "io/importers/kinds.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/importers/each.h"
#include "io/importers/items.h"
#include "io/importers/pod_fold.h"

static const char *const skipped[] = { "managedFields", "volumeMounts", "env", "envFrom", "livenessProbe",
				       "readinessProbe", "startupProbe", "securityContext", "extra",
				       "groups", "sourceIPs", NULL };
static const char *const lists[] = { "items", NULL };

/* A pod that was asked for without a name: waits for the first mention of one. */
struct unnamed {
	uint32_t record;
	const char *name_space;
	const char *prefix;
};

struct audit {
	struct dry_pod_fold fold;
	struct unnamed *unnamed;        /* in order of creation; taken ones have record DRY_NONE */
	size_t unnamed_count, unnamed_capacity;
	uint32_t *by_name;              /* symbol of "\1namespace/name" -> record + 1, the newest */
	size_t by_name_capacity;
	uint64_t creates, without_body;
	struct dry_where first_without_body;
	int64_t first_ms, last_ms;
	uint64_t numbered;
};

/* One record of the log; texts of the current item. */
struct entry {
	const struct dry_items *items;
	const struct dry_tree *tree;
	uint32_t ref;                   /* objectRef */
	uint32_t request, response;     /* bodies; 0 = none */
	uint32_t user;
	int64_t at_ms;
	int64_t code;
};

static dry_symbol name_key(struct audit *audit, const char *space, size_t space_length,
			   const char *name, size_t name_length)
{
	struct dry_text *const scratch = &audit->fold.scratch;

	dry_text_clear(scratch);
	dry_text_char(scratch, '\1');
	dry_text_add(scratch, space, space_length);
	dry_text_char(scratch, '/');
	dry_text_add(scratch, name, name_length);
	return dry_symbols_add(&audit->fold.job->symbols, scratch->data, scratch->length);
}

static void set_name(struct audit *audit, dry_symbol key, uint32_t record)
{
	audit->by_name = dry_grow(audit->by_name, &audit->by_name_capacity, (size_t)key + 1,
				  sizeof(*audit->by_name));
	audit->by_name[key] = record + 1;
}

static uint32_t index_of(const struct audit *audit, const struct dry_pod_record *record)
{
	return (uint32_t)(record - audit->fold.record);
}

/* The oldest unnamed pod of this namespace whose prefix begins the name. */
static uint32_t take_unnamed(struct audit *audit, const char *space, size_t space_length,
			     const char *name, size_t name_length)
{
	for (size_t i = 0; i < audit->unnamed_count; i++) {
		struct unnamed *const candidate = &audit->unnamed[i];
		const size_t prefix = strlen(candidate->prefix);
		if (candidate->record == DRY_NONE || strlen(candidate->name_space) != space_length ||
		    (space_length && memcmp(candidate->name_space, space, space_length)) || prefix + 5 != name_length ||
		    memcmp(candidate->prefix, name, prefix))
			continue;
		const uint32_t record = candidate->record;
		candidate->record = DRY_NONE;
		while (audit->unnamed_count &&
		       audit->unnamed[audit->unnamed_count - 1].record == DRY_NONE)
			audit->unnamed_count--;
		return record;
	}
	return DRY_NONE;
}

/* The pod an entry is about, by uid or name; made (without a spec) when it was never seen. */
static struct dry_pod_record *mentioned(struct audit *audit, const struct entry *entry)
{
	const struct dry_tree *const tree = entry->tree;
	size_t space_length, name_length;
	const char *const space = dry_tree_text(tree, dry_tree_find(tree, entry->ref, "namespace"),
						&space_length);
	const char *const name = dry_tree_text(tree, dry_tree_find(tree, entry->ref, "name"),
					       &name_length);

	if (!name)
		return NULL;
	const dry_symbol key = name_key(audit, space, space_length, name, name_length);
	if (key < audit->by_name_capacity && audit->by_name[key])
		return &audit->fold.record[audit->by_name[key] - 1];
	uint32_t index = take_unnamed(audit, space, space_length, name, name_length);
	if (index == DRY_NONE) {
		char uid[40];
		const int length = snprintf(uid, sizeof(uid), "\1seen %llu",
					    (unsigned long long)audit->numbered++);
		index = index_of(audit, dry_pod_fold_get(&audit->fold, uid, (size_t)length, NULL));
	}
	set_name(audit, key, index);
	struct dry_pod_record *const record = &audit->fold.record[index];
	struct dry_symbols *const symbols = &audit->fold.job->symbols;
	record->name = dry_symbols_text(symbols, dry_symbols_add(symbols, name, name_length));
	record->name_space = dry_symbols_text(symbols, dry_symbols_add(symbols, space, space_length));
	return record;
}

/*
 * Calls that overlap may be logged in the order of their ends: a binding before
 * the create that it followed. What was noted under the name is then the new
 * record's.
 */
static void claim_name(struct audit *audit, dry_symbol key, uint32_t index)
{
	struct dry_pod_record *const to = &audit->fold.record[index];

	if (key < audit->by_name_capacity && audit->by_name[key] && audit->by_name[key] != index + 1) {
		struct dry_pod_record *const from = &audit->fold.record[audit->by_name[key] - 1];
		const int64_t seen_ms = from->scheduled_ms != DRY_CLOCK_NONE ? from->scheduled_ms
								      : from->delete_ms;
		const bool is_older = to->created_ms == DRY_CLOCK_NONE || seen_ms < to->created_ms - 1000;
		if (!from->has_spec && !is_older) {
			from->absorbed = true;
			if (to->scheduled_ms == DRY_CLOCK_NONE)
				to->scheduled_ms = from->scheduled_ms;
			if (to->delete_ms == DRY_CLOCK_NONE)
				to->delete_ms = from->delete_ms;
		}
	}
	set_name(audit, key, index);
}

static bool is_pod(const struct dry_tree *tree, uint32_t node)
{
	return node && dry_tree_is(tree, dry_tree_find(tree, node, "kind"), "Pod") &&
	       dry_tree_path(tree, node, "metadata.uid");
}

/* A whole pod in the answer: a state like any other, but with this entry's exact time. */
static struct dry_pod_record *fold_response(struct audit *audit, const struct entry *entry,
					    struct dry_error *err)
{
	const struct dry_tree *const tree = entry->tree;
	const uint32_t metadata = dry_tree_find(tree, entry->response, "metadata");
	size_t length, space_length, name_length;
	const char *const uid = dry_tree_text(tree, dry_tree_find(tree, metadata, "uid"), &length);

	if (!dry_pod_fold_state(&audit->fold, entry->items, entry->response, entry->at_ms, false, err))
		return NULL;
	const uint32_t index = dry_pod_fold_find(&audit->fold, uid, length);
	const char *const space = dry_tree_text(tree, dry_tree_find(tree, metadata, "namespace"),
						&space_length);
	const char *const name = dry_tree_text(tree, dry_tree_find(tree, metadata, "name"),
					       &name_length);
	if (name)
		claim_name(audit, name_key(audit, space, space_length, name, name_length), index);
	return &audit->fold.record[index];
}

static bool create_from_request(struct audit *audit, const struct entry *entry, struct dry_error *err)
{
	struct dry_import_job *const job = audit->fold.job;
	const struct dry_tree *const tree = entry->tree;
	const uint32_t metadata = dry_tree_find(tree, entry->request, "metadata");
	const uint32_t spec = dry_tree_find(tree, entry->request, "spec");
	size_t length, space_length;
	char uid[40];

	if (!metadata || !spec)
		return dry_fail(err, DRY_ERROR_INPUT, dry_items_where(entry->items, entry->request),
				"requestObject: a pod without metadata or spec");
	const int uid_length = snprintf(uid, sizeof(uid), "\1made %llu",
					(unsigned long long)audit->numbered++);
	struct dry_pod_record *const record = dry_pod_fold_get(&audit->fold, uid, (size_t)uid_length,
							       NULL);
	record->created_ms = entry->at_ms;
	const char *const space = dry_tree_text(tree, dry_tree_find(tree, entry->ref, "namespace"),
						&space_length);
	record->name_space = dry_symbols_text(&job->symbols, dry_symbols_add(&job->symbols,
					      space ? space : "", space_length));
	if (!dry_pod_fold_first(&audit->fold, entry->items, metadata, spec, record, err))
		return false;
	const uint32_t gates = dry_tree_find(tree, spec, "schedulingGates");
	record->gated = gates && dry_tree_first(tree, gates);
	if (record->name) {
		claim_name(audit, name_key(audit, space, space_length, record->name,
					   strlen(record->name)), index_of(audit, record));
		return true;
	}
	const char *const prefix = dry_tree_text(tree, dry_tree_find(tree, metadata, "generateName"),
						 &length);
	audit->unnamed = dry_grow(audit->unnamed, &audit->unnamed_capacity, audit->unnamed_count + 1,
				  sizeof(*audit->unnamed));
	audit->unnamed[audit->unnamed_count++] = (struct unnamed){
		.record = index_of(audit, record), .name_space = record->name_space,
		.prefix = dry_symbols_text(&job->symbols, dry_symbols_add(&job->symbols,
					   prefix ? prefix : "", length)),
	};
	return true;
}

static bool on_create(struct audit *audit, const struct entry *entry, struct dry_error *err)
{
	audit->creates++;
	if (is_pod(entry->tree, entry->response)) {
		struct dry_pod_record *const record = fold_response(audit, entry, err);
		if (!record)
			return false;
		record->created_ms = entry->at_ms;
		return true;
	}
	if (entry->request)
		return create_from_request(audit, entry, err);
	if (!audit->without_body++)
		audit->first_without_body = dry_items_where(entry->items, entry->ref);
	return true;
}

static void on_binding(struct audit *audit, const struct entry *entry)
{
	struct dry_pod_record *const record = mentioned(audit, entry);

	if (record && record->scheduled_ms == DRY_CLOCK_NONE)
		record->scheduled_ms = entry->at_ms;
}

static void ask_to_go(struct dry_pod_record *record, int64_t at_ms)
{
	if (record->delete_ms == DRY_CLOCK_NONE || at_ms < record->delete_ms)
		record->delete_ms = at_ms;
	if (record->phase >= DRY_PHASE_SUCCEEDED && !record->lost_reason)
		record->finished_first = true;
}

static void on_eviction(struct audit *audit, const struct entry *entry)
{
	struct dry_pod_record *const record = mentioned(audit, entry);

	if (!record)
		return;
	if (record->delete_ms == DRY_CLOCK_NONE)
		ask_to_go(record, entry->at_ms);
	dry_pod_record_lose(record, "EvictionByEvictionAPI", entry->at_ms);
}

/* Who deletes tells why: these take pods that their owner still wants. */
static const char *loss_by_user(const struct entry *entry)
{
	static const struct { const char *user, *reason; } known[] = {
		{ "system:kube-scheduler", "PreemptionByScheduler" },
		{ "system:serviceaccount:kube-system:node-controller", "DeletionByTaintManager" },
		{ "system:serviceaccount:kube-system:taint-eviction-controller", "DeletionByTaintManager" },
		{ "system:serviceaccount:kube-system:pod-garbage-collector", "DeletionByPodGC" },
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (dry_tree_is(entry->tree, entry->user, known[i].user))
			return known[i].reason;
	return NULL;
}

static bool on_delete(struct audit *audit, const struct entry *entry, struct dry_error *err)
{
	struct dry_pod_record *record = mentioned(audit, entry);
	const char *const reason = loss_by_user(entry);
	const uint32_t grace = dry_tree_path(entry->tree, entry->request, "gracePeriodSeconds");
	bool first;

	if (!record)
		return true;
	first = record->delete_ms == DRY_CLOCK_NONE;
	if (first) {
		ask_to_go(record, entry->at_ms);
		if (reason)
			dry_pod_record_lose(record, reason, entry->at_ms);
	}
	if (is_pod(entry->tree, entry->response)) {
		record = fold_response(audit, entry, err);
		if (!record)
			return false;
	}
	if (entry->request && dry_tree_is(entry->tree, grace, "0"))
		record->gone_ms = entry->at_ms;
	return true;
}

/* deletecollection names nobody; the answer lists whom, when it is there. */
static void on_delete_all(struct audit *audit, const struct entry *entry)
{
	const struct dry_tree *const tree = entry->tree;
	const uint32_t list = entry->response ? dry_tree_find(tree, entry->response, "items") : 0;
	size_t length;

	if (!list)
		DRY_NOTE(audit->fold.job, "a deletecollection without the list of pods it removed");
	for (uint32_t i = list ? dry_tree_first(tree, list) : 0; i; i = dry_tree_next(tree, i)) {
		const char *const uid = dry_tree_text(tree, dry_tree_path(tree, i, "metadata.uid"),
						      &length);
		const uint32_t index = uid ? dry_pod_fold_find(&audit->fold, uid, length) : DRY_NONE;
		if (index != DRY_NONE && audit->fold.record[index].delete_ms == DRY_CLOCK_NONE)
			ask_to_go(&audit->fold.record[index], entry->at_ms);
	}
}

static bool on_change(struct audit *audit, const struct entry *entry, struct dry_error *err)
{
	if (is_pod(entry->tree, entry->response))
		return fold_response(audit, entry, err) != NULL;
	struct dry_pod_record *const record = mentioned(audit, entry);
	const uint32_t status = entry->request ? dry_tree_find(entry->tree, entry->request, "status") : 0;
	if (record && status)
		dry_pod_fold_status(&audit->fold, entry->tree, status, record);
	const uint32_t gates = entry->request
		? dry_tree_path(entry->tree, entry->request, "spec.schedulingGates") : 0;
	if (record && record->gated && gates && !dry_tree_first(entry->tree, gates))
		record->released_ms = entry->at_ms;
	return true;
}

static bool dispatch(struct audit *audit, const struct entry *entry, struct dry_error *err)
{
	const struct dry_tree *const tree = entry->tree;
	const uint32_t verb = dry_tree_find(tree, entry->items->item, "verb");
	const uint32_t part = dry_tree_find(tree, entry->ref, "subresource");

	if (dry_tree_is(tree, verb, "create")) {
		if (!part)
			return on_create(audit, entry, err);
		if (dry_tree_is(tree, part, "binding"))
			on_binding(audit, entry);
		else if (dry_tree_is(tree, part, "eviction"))
			on_eviction(audit, entry);
		return true;
	}
	if (dry_tree_is(tree, verb, "delete"))
		return part ? true : on_delete(audit, entry, err);
	if (dry_tree_is(tree, verb, "deletecollection"))
		on_delete_all(audit, entry);
	else if (dry_tree_is(tree, verb, "patch") || dry_tree_is(tree, verb, "update"))
		return on_change(audit, entry, err);
	return true;
}

/* NULL: the entry counts. Else why it does not. */
static const char *irrelevant(const struct entry *entry)
{
	const struct dry_tree *const tree = entry->tree;
	const uint32_t item = entry->items->item;
	size_t length;
	const char *const uri = dry_tree_text(tree, dry_tree_find(tree, item, "requestURI"), &length);

	if (!dry_tree_is(tree, dry_tree_find(tree, item, "stage"), "ResponseComplete"))
		return "is another stage of a call that is counted once, when complete";
	if (!entry->ref || !dry_tree_is(tree, dry_tree_find(tree, entry->ref, "resource"), "pods"))
		return "is not about pods";
	if (uri && memmem(uri, length, "dryRun=All", 10))
		return "is a dry run";
	if (entry->code < 200 || entry->code >= 300)
		return "was refused by the server";
	return NULL;
}

static bool read_item(struct dry_import_job *job, const struct dry_items *items, void *context,
		      struct dry_error *err)
{
	struct audit *const audit = context;
	const struct dry_tree *const tree = &items->tree;
	struct entry entry = { .items = items, .tree = tree };
	size_t length;

	job->report->rows_read++;
	entry.ref = dry_tree_find(tree, items->item, "objectRef");
	entry.request = dry_tree_find(tree, items->item, "requestObject");
	entry.response = dry_tree_find(tree, items->item, "responseObject");
	entry.user = dry_tree_path(tree, items->item, "user.username");
	dry_tree_integer(tree, dry_tree_path(tree, items->item, "responseStatus.code"), &entry.code);
	if (!dry_tree_find(tree, items->item, "stage") || !dry_tree_find(tree, items->item, "verb")) {
		dry_fail(err, DRY_ERROR_INPUT, dry_items_where(items, items->item),
			 "is no audit record: it has no stage and verb");
		return dry_fail_expected(err, "objects of kind Event of audit.k8s.io/v1, one a line");
	}
	const char *const reason = irrelevant(&entry);
	if (reason) {
		DRY_LEAVE_OUT(job, dry_items_where(items, items->item), "%s", reason);
		return true;
	}
	const uint32_t time = dry_tree_find(tree, items->item, "requestReceivedTimestamp");
	const char *const text = dry_tree_text(tree, time, &length);
	const char *const wrong = dry_clock_parse(text, length, &entry.at_ms);
	if (wrong)
		return dry_fail(err, DRY_ERROR_INPUT, dry_items_where(items, time ? time : items->item),
				"requestReceivedTimestamp: %s", wrong);
	if (audit->first_ms == DRY_CLOCK_NONE)
		audit->first_ms = entry.at_ms;
	if (audit->last_ms != DRY_CLOCK_NONE && entry.at_ms < audit->last_ms - 60000)
		DRY_NOTE(job, "the log goes back in time: name rotated files oldest first");
	audit->last_ms = entry.at_ms;
	job->report->rows_kept++;
	return dispatch(audit, &entry, err);
}

static bool read_file(struct dry_import_job *job, struct dry_feed *feed, void *context,
		      struct dry_error *err)
{
	static const struct dry_items_form form = { .list = lists, .skip = skipped, .last = "record" };

	return dry_import_each_item(job, feed, &form, read_item, context, err);
}

/* Pods that nobody mentioned again keep a name of their own. */
static void name_the_rest(struct audit *audit)
{
	struct dry_import_job *const job = audit->fold.job;

	for (size_t i = 0; i < audit->unnamed_count; i++) {
		if (audit->unnamed[i].record == DRY_NONE)
			continue;
		struct dry_pod_record *const record = &audit->fold.record[audit->unnamed[i].record];
		record->name = dry_arena_printf(&job->arena, "%sunbound-%zu", audit->unnamed[i].prefix, i);
		DRY_IMPUTE(job, "name: made up, the log does not name the pod");
	}
}

/*
 * A pod from before the log that was lost: what it asked for is not known, but
 * a pod of the same name prefix was made at once in its place.
 */
static void describe_lost(struct audit *audit)
{
	struct dry_pod_fold *const fold = &audit->fold;

	for (size_t i = 0; i < fold->count; i++) {
		struct dry_pod_record *const lost = &fold->record[i];
		if (lost->has_spec || lost->absorbed || !lost->name || !lost->lost_reason)
			continue;
		for (size_t j = 0; j < fold->count; j++) {
			const struct dry_pod_record *const like = &fold->record[j];
			const size_t prefix = like->owner_name ? strlen(like->owner_name) : 0;
			if (!like->has_spec || !prefix || like->role != DRY_POD_WORKLOAD ||
			    !like->name_space || !lost->name_space ||
			    strcmp(like->name_space, lost->name_space) ||
			    strncmp(like->owner_name, lost->name, prefix) ||
			    lost->name[prefix] != '-' || strlen(lost->name) != prefix + 6)
				continue;
			lost->owner_kind = like->owner_kind;
			lost->owner_name = like->owner_name;
			lost->spec = like->spec;
			lost->has_spec = true;
			lost->created_ms = audit->first_ms - 3600000;
			DRY_IMPUTE(fold->job, "requests: a pod from before the log, "
				   "taken from another pod of its owner");
			break;
		}
	}
}

static bool has_bodies(const struct audit *audit, struct dry_error *err)
{
	if (!audit->without_body || audit->without_body < audit->creates)
		return true;
	dry_fail(err, DRY_ERROR_INPUT, audit->first_without_body,
		 "audit level Metadata: the log has no bodies, so what the %llu pods asked for is not in it",
		 (unsigned long long)audit->creates);
	return dry_fail_fix(err, "audit pods at level RequestResponse (or Request, less exact): a policy rule "
			    "{level: RequestResponse, resources: [{group: \"\", resources: [\"pods\", "
			    "\"pods/status\", \"pods/binding\", \"pods/eviction\"]}]}");
}

bool dry_audit_fold(struct dry_import_job *job, struct dry_pod_fold *fold, struct dry_error *err)
{
	struct audit audit = { .first_ms = DRY_CLOCK_NONE, .last_ms = DRY_CLOCK_NONE };

	dry_pod_fold_init(&audit.fold, job);
	bool good = dry_import_each_file(job, read_file, &audit, err) && has_bodies(&audit, err);
	if (good) {
		name_the_rest(&audit);
		describe_lost(&audit);
		for (uint64_t i = 0; i < audit.without_body; i++)
			DRY_DROP(job, audit.first_without_body, "was created at audit level Metadata");
		audit.fold.window_start_ms = audit.first_ms;
		audit.fold.drop_finished_before_window = true;
	}
	*fold = audit.fold;
	free(audit.unnamed);
	free(audit.by_name);
	return good;
}

bool dry_audit_read(struct dry_import_job *job, struct dry_error *err)
{
	struct dry_pod_fold fold;
	bool good = dry_audit_fold(job, &fold, err);
	const uint64_t kept = job->report->rows_kept;

	good = good && dry_pod_fold_rows(&fold, err);
	job->report->rows_kept = kept;          /* records of the log, as those that were read */

	dry_pod_fold_release(&fold);
	return good;
}
