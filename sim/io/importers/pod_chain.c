/*
 * Recorded clusters had an autoscaler and spot losses of their own: a pod that
 * a controller made because another was taken is not new demand. This joins
 * such pods to those they replaced and writes one row for each demand.
 */
#include <stdlib.h>
#include <string.h>

#include "io/importers/pod_fold.h"

#define WINDOW_MS 60000
#define JOB_WINDOW_MS 600000            /* a Job's back-off: 10 s doubled at each failure, at most this */

struct loss {
	uint32_t index;
	bool is_guess;
	int64_t at_ms;
};

struct candidate {
	uint32_t index;
	const char *name_space, *kind, *name;
	int64_t created_ms;
};

static int compare_texts(const char *a, const char *b)
{
	return strcmp(a ? a : "", b ? b : "");
}

static int compare_candidates(const void *left, const void *right)
{
	const struct candidate *const a = left, *const b = right;
	int order = compare_texts(a->name_space, b->name_space);

	if (!order)
		order = compare_texts(a->kind, b->kind);
	if (!order)
		order = compare_texts(a->name, b->name);
	if (!order)
		order = a->created_ms < b->created_ms ? -1 : a->created_ms > b->created_ms;
	return order ? order : a->index < b->index ? -1 : a->index > b->index;
}

/* What is certain takes its successors first. */
static int compare_losses(const void *left, const void *right)
{
	const struct loss *const a = left, *const b = right;

	if (a->is_guess != b->is_guess)
		return a->is_guess ? 1 : -1;
	if (a->at_ms != b->at_ms)
		return a->at_ms < b->at_ms ? -1 : 1;
	return a->index < b->index ? -1 : a->index > b->index;
}

/* When its controller learned that it has to make another. */
static int64_t loss_instant(const struct dry_pod_record *record)
{
	if (record->lost_ms != DRY_CLOCK_NONE &&
	    (record->delete_ms == DRY_CLOCK_NONE || record->lost_ms < record->delete_ms))
		return record->lost_ms;
	return record->delete_ms;
}

static bool is_owner(const struct candidate *candidate, const struct dry_pod_record *record)
{
	return !compare_texts(candidate->name_space, record->name_space) &&
	       !compare_texts(candidate->kind, record->owner_kind) &&
	       !compare_texts(candidate->name, record->owner_name);
}

/* A StatefulSet's pod comes back under its name, an indexed Job's under its index. */
static bool has_its_identity(const struct dry_pod_record *successor, const struct dry_pod_record *lost)
{
	if (!strcmp(lost->owner_kind, "StatefulSet"))
		return lost->name && successor->name && !strcmp(lost->name, successor->name);
	return compare_texts(successor->index, lost->index) == 0;
}

/* The first of the record's owner that was made at from_ms or later. */
static size_t first_of_owner(const struct candidate *candidate, size_t count,
			     const struct dry_pod_record *record, int64_t from_ms)
{
	const struct candidate key = { 0, record->name_space, record->owner_kind, record->owner_name,
				       from_ms };
	size_t low = 0, high = count;

	while (low < high) {
		const size_t middle = low + (high - low) / 2;
		if (compare_candidates(&candidate[middle], &key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool pair(struct dry_pod_fold *fold, const struct candidate *candidate, size_t count,
		 const struct loss *loss)
{
	struct dry_pod_record *const lost = &fold->record[loss->index];
	const int64_t asked = fold->job->request->recreation_window_ms;
	int64_t window_ms = asked ? asked : WINDOW_MS;

	if (!strcmp(lost->owner_kind, "Job") && window_ms < JOB_WINDOW_MS)
		window_ms = JOB_WINDOW_MS;
	window_ms += lost->loss_slack_ms;
	/* Stamps have whole seconds: the successor's may be that of the loss. */
	const int64_t from_ms = loss->at_ms - (loss->at_ms % 1000);
	for (size_t i = first_of_owner(candidate, count, lost, from_ms);
	     i < count && is_owner(&candidate[i], lost); i++) {
		struct dry_pod_record *const successor = &fold->record[candidate[i].index];
		if (successor == lost || successor->replaces != DRY_NONE || !has_its_identity(successor, lost))
			continue;
		if (candidate[i].created_ms > loss->at_ms + window_ms)
			break;
		/* What came together with it took nobody's place. */
		if (loss->is_guess && candidate[i].created_ms <= lost->created_ms)
			continue;
		/* Made in the same second: the loss must not be its own cause. */
		if (candidate[i].created_ms <= lost->created_ms && candidate[i].index < loss->index)
			continue;
		successor->replaces = loss->index;
		lost->replaced_by = candidate[i].index;
		return true;
	}
	return false;
}

/* Without a successor its owner did not want it any more. */
static void drop_wrong_guesses(struct dry_pod_fold *fold)
{
	for (size_t i = 0; i < fold->count; i++)
		if (fold->record[i].is_guess && fold->record[i].replaced_by == DRY_NONE)
			fold->record[i].lost_reason = NULL;
}

uint64_t dry_pod_fold_collapse(struct dry_pod_fold *fold)
{
	struct candidate *const candidate = dry_xcalloc(fold->count + 1, sizeof(*candidate));
	struct loss *const loss = dry_xcalloc(fold->count + 1, sizeof(*loss));
	size_t candidate_count = 0, loss_count = 0;
	uint64_t joined = 0;

	for (size_t i = 0; i < fold->count; i++) {
		const struct dry_pod_record *const record = &fold->record[i];
		if (record->absorbed || record->role != DRY_POD_WORKLOAD || !record->owner_kind ||
		    !record->owner_name ||
		    record->created_ms == DRY_CLOCK_NONE)
			continue;
		candidate[candidate_count++] = (struct candidate){
			(uint32_t)i, record->name_space, record->owner_kind, record->owner_name,
			record->created_ms };
		if (record->lost_reason && loss_instant(record) != DRY_CLOCK_NONE)
			loss[loss_count++] = (struct loss){ (uint32_t)i, record->is_guess,
							    loss_instant(record) };
	}
	qsort(candidate, candidate_count, sizeof(*candidate), compare_candidates);
	qsort(loss, loss_count, sizeof(*loss), compare_losses);
	for (size_t i = 0; i < loss_count; i++)
		joined += pair(fold, candidate, candidate_count, &loss[i]);
	drop_wrong_guesses(fold);
	free(candidate);
	free(loss);
	return joined;
}

/* ----- rows ----- */

static void end_by_itself(struct dry_import_job *job, const struct dry_pod_record *last,
			  struct dry_import_row *row)
{
	int64_t start = last->started_ms, end = last->finished_ms;

	if (end == DRY_CLOCK_NONE) {
		end = last->delete_ms != DRY_CLOCK_NONE ? last->delete_ms : last->gone_ms;
		DRY_IMPUTE(job, "duration: the end of the containers is not recorded, "
			   "its removal is taken");
	}
	if (start == DRY_CLOCK_NONE || start > end) {
		start = last->scheduled_ms;
		DRY_IMPUTE(job, "duration: the start of the containers is not recorded, "
			   "the time of binding is taken");
	}
	if (start == DRY_CLOCK_NONE || end == DRY_CLOCK_NONE || end < start) {
		row->censored = true;
		return;
	}
	row->duration_ms = end - start;
}

/* How the chain's last pod went decides how the demand ended. */
static void set_end(struct dry_pod_fold *fold, const struct dry_pod_record *last,
		    struct dry_import_row *row)
{
	struct dry_import_job *const job = fold->job;

	if (dry_pod_record_completed(last)) {
		end_by_itself(job, last, row);
		if (last->preexisting && last->started_ms != DRY_CLOCK_NONE &&
		    last->started_ms < fold->window_start_ms && row->duration_ms > 0) {
			row->duration_ms -= fold->window_start_ms - last->started_ms;
			if (row->duration_ms < 0)
				row->duration_ms = 0;
		}
	} else if (last->lost_reason) {
		row->until_ms = loss_instant(last);
		row->censored = true;
		DRY_NOTE(job, "taken away and not made again: ends then");
		if (row->until_ms == DRY_CLOCK_NONE)
			row->until_ms = INT64_MAX;
	} else if (last->delete_ms != DRY_CLOCK_NONE) {
		row->until_ms = last->delete_ms;
	} else if (last->gone_ms != DRY_CLOCK_NONE) {
		row->until_ms = last->gone_ms;
		DRY_IMPUTE(job, "until: taken from when the pod was last seen");
	} else {
		row->censored = true;
	}
	if (row->until_ms != INT64_MAX && row->until_ms < row->at_ms)
		row->until_ms = row->at_ms;
}

static int64_t arrival(struct dry_pod_fold *fold, const struct dry_pod_record *record)
{
	if (record->preexisting)
		return fold->window_start_ms;
	if (!record->gated)
		return record->created_ms;
	DRY_NOTE(fold->job, "scheduling gates: arrives when they were lifted");
	if (record->released_ms != DRY_CLOCK_NONE && record->released_ms > record->created_ms)
		return record->released_ms;
	if (record->scheduled_ms != DRY_CLOCK_NONE)
		return record->scheduled_ms;
	DRY_IMPUTE(fold->job, "t: when the scheduling gates were lifted is not recorded");
	return record->created_ms;
}

/* "default" namespaces are left out by the writer, so they are not hashed into a name either. */
static const char *name_space_of(struct dry_import_job *job, const char *name_space)
{
	return name_space && strcmp(name_space, "default")
		? dry_import_name(job, name_space, strlen(name_space)) : NULL;
}

static void write_row(struct dry_pod_fold *fold, const struct dry_pod_record *first,
		      const struct dry_pod_record *last)
{
	struct dry_import_job *const job = fold->job;
	struct dry_import_row *const row = dry_import_row(job);

	row->at_ms = arrival(fold, first);
	row->name = dry_import_name(job, first->name, strlen(first->name));
	row->name_space = name_space_of(job, first->name_space);
	if (first->owner_kind) {
		row->owner_kind = first->owner_kind;
		row->owner_name = dry_import_name(job, first->owner_name, strlen(first->owner_name));
	}
	row->spec = first->spec;
	set_end(fold, last, row);
}

/* Whether the record is demand; if not, counts why. */
static bool is_demand(const struct dry_pod_fold *fold, const struct dry_pod_record *record)
{
	struct dry_import_job *const job = fold->job;

	if (record->role == DRY_POD_DAEMON)
		DRY_LEAVE_OUT(job, DRY_NOWHERE, "belongs to a DaemonSet: load of each node, not demand");
	else if (record->role == DRY_POD_MIRROR)
		DRY_LEAVE_OUT(job, DRY_NOWHERE, "is a static (mirror) pod: load of its node, not demand");
	else if (!record->has_spec || !record->name)
		DRY_DROP(job, DRY_NOWHERE, "only its end or binding was recorded, not what it asked for");
	else if (record->created_ms == DRY_CLOCK_NONE)
		DRY_DROP(job, DRY_NOWHERE, "has no creationTimestamp");
	else if (fold->drop_finished_before_window && record->preexisting &&
		 record->finished_ms != DRY_CLOCK_NONE &&
		 record->finished_ms < fold->window_start_ms && dry_pod_record_completed(record))
		DRY_LEAVE_OUT(job, DRY_NOWHERE, "had ended before the recording began");
	else
		return true;
	return false;
}

static void mark_preexisting(struct dry_pod_fold *fold)
{
	uint64_t count = 0;

	if (fold->window_start_ms == DRY_CLOCK_NONE)
		return;
	for (size_t i = 0; i < fold->count; i++) {
		struct dry_pod_record *const record = &fold->record[i];
		record->preexisting = record->created_ms != DRY_CLOCK_NONE &&
				      record->created_ms < fold->window_start_ms - 2000;
		if (record->preexisting && record->role == DRY_POD_WORKLOAD)
			count++;
	}
	for (; count; count--)
		DRY_NOTE(fold->job, "was there before the recording began: t is its start");
}

bool dry_pod_fold_rows(struct dry_pod_fold *fold, struct dry_error *err)
{
	struct dry_import_job *const job = fold->job;

	job->dated = true;
	mark_preexisting(fold);
	if (!job->request->keep_recreations)
		job->report->collapsed = dry_pod_fold_collapse(fold);
	else
		drop_wrong_guesses(fold);
	for (size_t i = 0; i < fold->count; i++) {
		const struct dry_pod_record *const first = &fold->record[i];
		if (first->absorbed || !is_demand(fold, first) || first->replaces != DRY_NONE)
			continue;
		const struct dry_pod_record *last = first;
		while (last->replaced_by != DRY_NONE)
			last = &fold->record[last->replaced_by];
		job->report->rows_kept++;
		write_row(fold, first, last);
	}
	for (; fold->resizes; fold->resizes--)
		DRY_NOTE(job, "its requests were changed in place: the first ones are kept");
	if (fold->window_start_ms != DRY_CLOCK_NONE)
		job->origin_ms = fold->window_start_ms;
	return dry_import_rows_write(job, err);
}
