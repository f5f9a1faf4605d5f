#include "io/importers/pod_fold.h"

#include <stdlib.h>
#include <string.h>

#include "base/assert.h"

void dry_pod_fold_init(struct dry_pod_fold *fold, struct dry_import_job *job)
{
	*fold = (struct dry_pod_fold){ .job = job, .window_start_ms = DRY_CLOCK_NONE };
}

void dry_pod_fold_release(struct dry_pod_fold *fold)
{
	free(fold->record);
	free(fold->by_uid);
	dry_text_release(&fold->scratch);
}

uint32_t dry_pod_fold_find(const struct dry_pod_fold *fold, const char *uid, size_t length)
{
	const dry_symbol symbol = dry_symbols_find(&fold->job->symbols, uid, length);

	if (symbol == DRY_NONE || symbol >= fold->by_uid_capacity || !fold->by_uid[symbol])
		return DRY_NONE;
	return fold->by_uid[symbol] - 1;
}

struct dry_pod_record *dry_pod_fold_get(struct dry_pod_fold *fold, const char *uid, size_t length,
					bool *is_new)
{
	struct dry_symbols *const symbols = &fold->job->symbols;
	const dry_symbol symbol = dry_symbols_add(symbols, uid, length);

	fold->by_uid = dry_grow(fold->by_uid, &fold->by_uid_capacity, (size_t)symbol + 1,
				sizeof(*fold->by_uid));
	if (is_new)
		*is_new = !fold->by_uid[symbol];
	if (!fold->by_uid[symbol]) {
		fold->record = dry_grow(fold->record, &fold->capacity, fold->count + 1,
					sizeof(*fold->record));
		fold->record[fold->count] = (struct dry_pod_record){
			.uid = dry_symbols_text(symbols, symbol),
			.created_ms = DRY_CLOCK_NONE, .released_ms = DRY_CLOCK_NONE,
			.scheduled_ms = DRY_CLOCK_NONE, .started_ms = DRY_CLOCK_NONE,
			.finished_ms = DRY_CLOCK_NONE, .delete_ms = DRY_CLOCK_NONE,
			.lost_ms = DRY_CLOCK_NONE, .gone_ms = DRY_CLOCK_NONE,
			.order = (uint32_t)fold->count, .replaces = DRY_NONE, .replaced_by = DRY_NONE,
		};
		fold->by_uid[symbol] = (uint32_t)++fold->count;
	}
	return &fold->record[fold->by_uid[symbol] - 1];
}

static int64_t instant(const struct dry_tree *tree, uint32_t node)
{
	size_t length;
	const char *const text = dry_tree_text(tree, node, &length);
	int64_t ms;

	return text && !dry_clock_parse(text, length, &ms) ? ms : DRY_CLOCK_NONE;
}

static const char *symbol_text(struct dry_import_job *job, const struct dry_tree *tree, uint32_t node)
{
	size_t length;
	const char *const text = dry_tree_text(tree, node, &length);

	return text ? dry_symbols_text(&job->symbols, dry_symbols_add(&job->symbols, text, length))
		    : NULL;
}

static void read_owner(struct dry_import_job *job, const struct dry_tree *tree, uint32_t metadata,
		       struct dry_pod_record *record)
{
	const uint32_t list = dry_tree_find(tree, metadata, "ownerReferences");
	const uint32_t annotations = dry_tree_find(tree, metadata, "annotations");

	for (uint32_t i = list ? dry_tree_first(tree, list) : 0; i; i = dry_tree_next(tree, i)) {
		if (!dry_tree_true(tree, dry_tree_find(tree, i, "controller")))
			continue;
		record->owner_kind = symbol_text(job, tree, dry_tree_find(tree, i, "kind"));
		record->owner_name = symbol_text(job, tree, dry_tree_find(tree, i, "name"));
	}
	if (record->owner_kind && !record->owner_name)
		record->owner_kind = NULL;
	if (record->owner_kind && !strcmp(record->owner_kind, "DaemonSet"))
		record->role = DRY_POD_DAEMON;
	else if ((record->owner_kind && !strcmp(record->owner_kind, "Node")) ||
		 (annotations && dry_tree_find(tree, annotations, "kubernetes.io/config.mirror")))
		record->role = DRY_POD_MIRROR;
	if (annotations)
		record->index = symbol_text(job, tree, dry_tree_find(tree, annotations,
					    "batch.kubernetes.io/job-completion-index"));
}

bool dry_pod_fold_first(struct dry_pod_fold *fold, const struct dry_items *items, uint32_t metadata,
			uint32_t spec, struct dry_pod_record *record, struct dry_error *err)
{
	struct dry_import_job *const job = fold->job;
	const struct dry_tree *const tree = &items->tree;
	struct dry_pod_requests requests;

	if (!record->name)
		record->name = symbol_text(job, tree, dry_tree_find(tree, metadata, "name"));
	if (!record->name_space)
		record->name_space = symbol_text(job, tree, dry_tree_find(tree, metadata, "namespace"));
	if (record->created_ms == DRY_CLOCK_NONE)
		record->created_ms = instant(tree, dry_tree_find(tree, metadata, "creationTimestamp"));
	read_owner(job, tree, metadata, record);
	record->has_spec = true;
	if (record->role != DRY_POD_WORKLOAD)
		return true;
	if (!dry_pod_requests_read(job, items, spec, &requests, err))
		return false;
	dry_text_clear(&fold->scratch);
	dry_pod_requests_write(job, &requests, &fold->scratch);
	dry_pod_constraints_write(job, items, metadata, spec, &fold->scratch);
	record->spec = dry_import_spec(job, &fold->scratch);
	record->has_requests = true;
	record->request_milli_cpu = dry_pod_requests_get(&requests,
							 dry_symbols_add_text(&job->symbols, "cpu"));
	record->request_bytes = dry_pod_requests_get(&requests,
						     dry_symbols_add_text(&job->symbols, "memory"));
	return true;
}

static enum dry_pod_phase read_phase(const struct dry_tree *tree, uint32_t status)
{
	static const char *const name[] = { "", "Pending", "Running", "Succeeded", "Failed" };
	const uint32_t node = dry_tree_find(tree, status, "phase");

	for (int i = 1; node && i < 5; i++)
		if (dry_tree_is(tree, node, name[i]))
			return (enum dry_pod_phase)i;
	return DRY_PHASE_UNKNOWN;
}

static void earliest(int64_t *known, int64_t ms)
{
	if (ms != DRY_CLOCK_NONE && (*known == DRY_CLOCK_NONE || ms < *known))
		*known = ms;
}

/* When the containers ran: the first start ever seen; the last end once all are done. */
static void read_containers(const struct dry_tree *tree, uint32_t status,
			    struct dry_pod_record *record)
{
	const uint32_t list = dry_tree_find(tree, status, "containerStatuses");
	int64_t last = DRY_CLOCK_NONE;
	bool all_done = list != 0;

	for (uint32_t i = list ? dry_tree_first(tree, list) : 0; i; i = dry_tree_next(tree, i)) {
		const uint32_t state = dry_tree_find(tree, i, "state");
		const uint32_t ended = state ? dry_tree_find(tree, state, "terminated") : 0;
		earliest(&record->started_ms, instant(tree, dry_tree_path(tree, i,
						      "lastState.terminated.startedAt")));
		earliest(&record->started_ms, instant(tree, dry_tree_path(tree, i,
						      "state.running.startedAt")));
		if (!ended) {
			all_done = false;
			continue;
		}
		earliest(&record->started_ms, instant(tree, dry_tree_find(tree, ended, "startedAt")));
		const int64_t at = instant(tree, dry_tree_find(tree, ended, "finishedAt"));
		if (at != DRY_CLOCK_NONE && at > last)
			last = at;
	}
	if (all_done && last != DRY_CLOCK_NONE)
		record->finished_ms = last;
}

void dry_pod_record_lose(struct dry_pod_record *record, const char *reason, int64_t at_ms)
{
	if (record->lost_reason || record->finished_first)
		return;
	/*
	 * Taint manager and pod GC mark pods that had ended by themselves, too:
	 * those are cleaned up, not lost.
	 */
	if (at_ms != DRY_CLOCK_NONE && record->finished_ms != DRY_CLOCK_NONE &&
	    record->finished_ms < at_ms) {
		record->finished_first = true;
		return;
	}
	record->lost_reason = reason;
	record->lost_ms = at_ms;
}

static void read_conditions(struct dry_pod_fold *fold, const struct dry_tree *tree, uint32_t status,
			    bool had_ended, struct dry_pod_record *record)
{
	static const char *const lost_status[] = { "Evicted", "Preempting", "NodeLost", "Shutdown",
						   "NodeShutdown", "Terminated" };
	const uint32_t list = dry_tree_find(tree, status, "conditions");
	const uint32_t reason = dry_tree_find(tree, status, "reason");
	int64_t lost_ms = DRY_CLOCK_NONE;
	const char *lost = NULL;

	for (uint32_t i = list ? dry_tree_first(tree, list) : 0; i; i = dry_tree_next(tree, i)) {
		const uint32_t type = dry_tree_find(tree, i, "type");
		const bool is_true = dry_tree_is(tree, dry_tree_find(tree, i, "status"), "True");
		const uint32_t why = dry_tree_find(tree, i, "reason");
		const int64_t at = instant(tree, dry_tree_find(tree, i, "lastTransitionTime"));
		if (dry_tree_is(tree, type, "PodScheduled")) {
			if (is_true)
				earliest(&record->scheduled_ms, at);
			else if (dry_tree_is(tree, why, "Unschedulable"))
				record->unschedulable = true;
		} else if (is_true && dry_tree_is(tree, type, "DisruptionTarget")) {
			lost = symbol_text(fold->job, tree, why);
			lost = lost ? lost : "DisruptionTarget";
			lost_ms = at;
		}
	}
	for (size_t i = 0; reason && i < sizeof(lost_status) / sizeof(lost_status[0]); i++)
		if (!lost && dry_tree_is(tree, reason, lost_status[i]))
			lost = lost_status[i];
	if (!lost || record->lost_reason)
		return;
	if (had_ended)
		record->finished_first = true;
	dry_pod_record_lose(record, lost, lost_ms != DRY_CLOCK_NONE ? lost_ms : record->delete_ms);
}

/* The stamp lies the grace period in the future; later states have other values. */
static void read_deletion(const struct dry_tree *tree, uint32_t metadata, bool had_ended,
			  struct dry_pod_record *record)
{
	int64_t grace_s = 0;
	const int64_t stamp = instant(tree, dry_tree_find(tree, metadata, "deletionTimestamp"));

	if (stamp == DRY_CLOCK_NONE || record->delete_ms != DRY_CLOCK_NONE)
		return;
	dry_tree_integer(tree, dry_tree_find(tree, metadata, "deletionGracePeriodSeconds"), &grace_s);
	if (grace_s < 0 || grace_s > 1000000000)
		grace_s = 0;
	record->delete_ms = stamp - grace_s * 1000;
	if (had_ended || (record->finished_ms != DRY_CLOCK_NONE &&
			  record->finished_ms < record->delete_ms))
		record->finished_first = true;
}

static void read_gates(const struct dry_tree *tree, uint32_t spec, int64_t seen_ms,
		       struct dry_pod_record *record)
{
	const uint32_t gates = dry_tree_find(tree, spec, "schedulingGates");
	const bool closed = gates && dry_tree_first(tree, gates);

	if (closed)
		record->gated = true;
	else if (record->gated && record->released_ms == DRY_CLOCK_NONE)
		record->released_ms = seen_ms;
}

/* A change of requests after creation (in-place resize) is counted; the first ones are kept. */
static bool watch_resize(struct dry_pod_fold *fold, const struct dry_items *items, uint32_t spec,
			 const struct dry_pod_record *record, struct dry_error *err)
{
	struct dry_import_job *const job = fold->job;
	struct dry_pod_requests requests;

	if (record->role != DRY_POD_WORKLOAD || !dry_tree_find(&items->tree, spec, "containers"))
		return true;
	if (!dry_pod_requests_read(job, items, spec, &requests, err))
		return false;
	if (dry_pod_requests_get(&requests, dry_symbols_add_text(&job->symbols, "cpu")) !=
		    record->request_milli_cpu ||
	    dry_pod_requests_get(&requests, dry_symbols_add_text(&job->symbols, "memory")) !=
		    record->request_bytes)
		fold->resizes++;
	return true;
}

static bool is_repeat(struct dry_pod_fold *fold, const struct dry_tree *tree, uint32_t metadata,
		      bool is_new, bool is_gone, struct dry_pod_record *record)
{
	int64_t version = 0;

	if (!dry_tree_integer(tree, dry_tree_find(tree, metadata, "resourceVersion"), &version) ||
	    version <= 0)
		return false;
	if (!is_new && (uint64_t)version <= record->version && !is_gone) {
		fold->repeats++;
		return true;
	}
	if ((uint64_t)version > record->version)
		record->version = (uint64_t)version;
	return false;
}

static void read_progress(const struct dry_tree *tree, uint32_t status, struct dry_pod_record *record)
{
	const enum dry_pod_phase phase = read_phase(tree, status);

	read_containers(tree, status, record);
	if (phase != DRY_PHASE_UNKNOWN)
		record->phase = phase;
}

void dry_pod_fold_status(struct dry_pod_fold *fold, const struct dry_tree *tree, uint32_t status,
			 struct dry_pod_record *record)
{
	const bool had_ended = record->phase >= DRY_PHASE_SUCCEEDED;

	read_progress(tree, status, record);
	read_conditions(fold, tree, status, had_ended, record);
}

bool dry_pod_fold_state(struct dry_pod_fold *fold, const struct dry_items *items, uint32_t pod,
			int64_t seen_ms, bool is_gone, struct dry_error *err)
{
	const struct dry_tree *const tree = &items->tree;
	const uint32_t metadata = dry_tree_find(tree, pod, "metadata");
	const uint32_t spec = dry_tree_find(tree, pod, "spec");
	const uint32_t status = dry_tree_find(tree, pod, "status");
	size_t length;
	const char *const uid = dry_tree_text(tree, metadata ? dry_tree_find(tree, metadata, "uid") : 0,
					      &length);
	bool is_new;

	if (!uid || !length || !spec) {
		dry_fail(err, DRY_ERROR_INPUT, dry_items_where(items, metadata ? metadata : pod), "%s",
			 uid && length ? "a pod has no spec" : "a pod has no metadata.uid");
		return dry_fail_fix(err, "record whole objects (-o json), not a custom selection of columns");
	}
	fold->states++;
	struct dry_pod_record *const record = dry_pod_fold_get(fold, uid, length, &is_new);
	if (is_repeat(fold, tree, metadata, is_new, is_gone, record))
		return true;
	const bool had_ended = record->phase >= DRY_PHASE_SUCCEEDED;
	if (!record->has_spec) {
		if (!dry_pod_fold_first(fold, items, metadata, spec, record, err))
			return false;
	} else if (!watch_resize(fold, items, spec, record, err)) {
		return false;
	}
	read_gates(tree, spec, seen_ms, record);
	if (status)
		read_progress(tree, status, record);
	read_deletion(tree, metadata, had_ended, record);
	if (status)
		read_conditions(fold, tree, status, had_ended, record);
	if (is_gone && record->gone_ms == DRY_CLOCK_NONE)
		record->gone_ms = seen_ms != DRY_CLOCK_NONE ? seen_ms
			: instant(tree, dry_tree_find(tree, metadata, "deletionTimestamp"));
	return true;
}

bool dry_pod_record_completed(const struct dry_pod_record *record)
{
	if (record->phase < DRY_PHASE_SUCCEEDED || record->lost_reason)
		return false;
	return record->finished_first || record->delete_ms == DRY_CLOCK_NONE;
}
