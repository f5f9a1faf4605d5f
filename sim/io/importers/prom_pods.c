/*
 * From series to lives of pods. kube-state-metrics shows what a scrape found:
 * stamps are exact, the rest is known to one scrape. A pod that was drained is
 * not marked: it is gone, and its owner has another. That is a guess, which
 * holds only where the other one is found.
 */
#include "io/importers/kinds.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/importers/prom_pod.h"

#define GRACE_MS 30000                  /* Kubernetes' default; the metrics do not tell it */

static dry_symbol name_key(struct dry_prom_join *join, const struct dry_prom_series *series, const char *more)
{
	struct dry_text *const scratch = &join->fold->scratch;

	dry_text_clear(scratch);
	dry_text_printf(scratch, "\1%s/%s%s", dry_prom_text(join, series->name_space),
			dry_prom_text(join, series->pod), more);
	return dry_symbols_add(&join->prom->job->symbols, scratch->data, scratch->length);
}

static void see(struct dry_prom_join *join, uint32_t record, const struct dry_prom_series *series)
{
	if (join->first_ms[record] == DRY_CLOCK_NONE || series->first_ms < join->first_ms[record])
		join->first_ms[record] = series->first_ms;
	if (join->last_ms[record] == DRY_CLOCK_NONE || series->last_ms > join->last_ms[record])
		join->last_ms[record] = series->last_ms;
}

/* The record of a uid (or of a name and a creation), new ones filed under their name. */
static uint32_t record_of(struct dry_prom_join *join, const struct dry_prom_series *series, const char *uid)
{
	bool is_new;
	struct dry_pod_record *const record = dry_pod_fold_get(join->fold, uid, strlen(uid), &is_new);
	const uint32_t index = (uint32_t)(record - join->fold->record);

	if (!is_new)
		return index;
	join->older = dry_grow(join->older, &join->older_capacity, index + 1, sizeof(*join->older));
	join->first_ms = dry_grow(join->first_ms, &join->first_capacity, index + 1,
				  sizeof(*join->first_ms));
	join->last_ms = dry_grow(join->last_ms, &join->last_capacity, index + 1, sizeof(*join->last_ms));
	join->first_ms[index] = join->last_ms[index] = DRY_CLOCK_NONE;
	record->name = dry_prom_text(join, series->pod);
	record->name_space = dry_prom_text(join, series->name_space);
	const dry_symbol key = name_key(join, series, "");
	join->by_name = dry_grow(join->by_name, &join->by_name_capacity, (size_t)key + 1,
				 sizeof(*join->by_name));
	join->older[index] = join->by_name[key];
	join->by_name[key] = index + 1;
	return index;
}

/* The pod of this name that was there at the time of the series; of several the one that overlaps most. */
static uint32_t by_name_and_time(struct dry_prom_join *join, const struct dry_prom_series *series)
{
	const dry_symbol key = name_key(join, series, "");
	const int64_t step_ms = join->prom->step_ms;
	uint32_t best = DRY_NONE;
	int64_t best_ms = INT64_MIN;

	if (key >= join->by_name_capacity)
		return DRY_NONE;
	for (uint32_t i = join->by_name[key]; i; i = join->older[i - 1]) {
		const int64_t from = join->first_ms[i - 1] > series->first_ms ? join->first_ms[i - 1]
									 : series->first_ms;
		const int64_t to = join->last_ms[i - 1] < series->last_ms ? join->last_ms[i - 1]
								    : series->last_ms;
		if (to - from < -2 * step_ms || to - from <= best_ms)
			continue;
		best = i - 1;
		best_ms = to - from;
	}
	return best;
}

static void join_with_uid(struct dry_prom_join *join)
{
	struct dry_prom *const prom = join->prom;
	char created[48];

	for (size_t i = 0; i < prom->count; i++) {
		struct dry_prom_series *const series = &prom->series[i];
		if (series->uid != DRY_NONE) {
			series->record = record_of(join, series, dry_prom_text(join, series->uid));
		} else if (series->metric == DRY_PROM_CREATED) {
			snprintf(created, sizeof(created), "@%.0f", series->value);
			series->record = record_of(join, series,
						   dry_prom_text(join, name_key(join, series, created)));
			DRY_IMPUTE(prom->job, "uid: the metrics have none; pods are told apart by name and creation");
		} else {
			continue;
		}
		see(join, series->record, series);
	}
}

static void join_without_uid(struct dry_prom_join *join)
{
	struct dry_prom *const prom = join->prom;

	for (size_t i = 0; i < prom->count; i++) {
		struct dry_prom_series *const series = &prom->series[i];
		if (series->record != DRY_NONE)
			continue;
		series->record = by_name_and_time(join, series);
		if (series->record == DRY_NONE)
			DRY_LEAVE_OUT(prom->job, DRY_NOWHERE,
				      "is a series of a pod that kube_pod_created does not show");
		else if (series->metric != DRY_PROM_SCHEDULER)
			see(join, series->record, series);
	}
}

/* By record, metric and labels; the earliest of equals first. */
static int compare_series(const void *left, const void *right)
{
	const struct dry_prom_series *const a = left, *const b = right;

	if (a->record != b->record)
		return a->record < b->record ? -1 : 1;
	if (a->metric != b->metric)
		return a->metric < b->metric ? -1 : 1;
	for (int i = 0; i < DRY_PROM_LABEL_MAX; i++)
		if (a->label[i] != b->label[i])
			return a->label[i] < b->label[i] ? -1 : 1;
	if (a->first_ms != b->first_ms)
		return a->first_ms < b->first_ms ? -1 : 1;
	return a->order < b->order ? -1 : a->order > b->order;
}

/* ----- one pod ----- */

static int64_t stamp(const struct dry_prom_pod *pod, enum dry_prom_metric metric)
{
	const struct dry_prom_series *const series = dry_prom_find(pod, metric);

	return series && fabs(series->value) < 9e12 ? llround(series->value * 1000) : DRY_CLOCK_NONE;
}

static void read_owner(const struct dry_prom_pod *pod)
{
	struct dry_pod_record *const record = pod->record;

	for (size_t i = 0; i < pod->count && !record->owner_kind; i++) {
		const struct dry_prom_series *const series = &pod->series[i];
		const bool is_info = series->metric == DRY_PROM_INFO;
		const char *const kind = dry_prom_text(pod->join, series->label[0]);
		if ((!is_info && series->metric != DRY_PROM_OWNER) || !*kind || !strcmp(kind, "<none>") ||
		    !series->label[1])
			continue;
		if (!is_info && !strcmp(dry_prom_text(pod->join, series->label[2]), "false"))
			continue;
		record->owner_kind = kind;
		record->owner_name = dry_prom_text(pod->join, series->label[1]);
	}
	if (!record->owner_kind)
		return;
	if (!strcmp(record->owner_kind, "DaemonSet"))
		record->role = DRY_POD_DAEMON;
	else if (!strcmp(record->owner_kind, "Node"))
		record->role = DRY_POD_MIRROR;
}

/* Their pods never end by themselves: what ended was stopped. */
static bool is_service(const struct dry_pod_record *record)
{
	static const char *const kind[] = { "ReplicaSet", "StatefulSet", "ReplicationController",
					    "Deployment" };

	for (size_t i = 0; record->owner_kind && i < sizeof(kind) / sizeof(kind[0]); i++)
		if (!strcmp(record->owner_kind, kind[i]))
			return true;
	return false;
}

static void read_phase(const struct dry_prom_pod *pod, int64_t *ended_ms)
{
	*ended_ms = DRY_CLOCK_NONE;
	for (size_t i = 0; i < pod->count; i++) {
		const struct dry_prom_series *const series = &pod->series[i];
		if (series->metric != DRY_PROM_PHASE)
			continue;
		const char *const phase = dry_prom_text(pod->join, series->label[0]);
		const bool succeeded = !strcmp(phase, "Succeeded");
		if (!succeeded && strcmp(phase, "Failed"))
			continue;
		pod->record->phase = succeeded ? DRY_PHASE_SUCCEEDED : DRY_PHASE_FAILED;
		if (*ended_ms == DRY_CLOCK_NONE || series->first_ms < *ended_ms)
			*ended_ms = series->first_ms;
	}
	pod->record->finished_ms = stamp(pod, DRY_PROM_COMPLETION);
	if (pod->record->finished_ms != DRY_CLOCK_NONE && pod->record->phase < DRY_PHASE_SUCCEEDED)
		pod->record->phase = DRY_PHASE_SUCCEEDED;
}

static void read_gate(const struct dry_prom_pod *pod)
{
	const struct dry_prom *const prom = pod->join->prom;

	for (size_t i = 0; i < pod->count; i++) {
		const struct dry_prom_series *const series = &pod->series[i];
		if (series->metric != DRY_PROM_REASON ||
		    strcmp(dry_prom_text(pod->join, series->label[0]), "SchedulingGated"))
			continue;
		pod->record->gated = true;
		if (series->last_ms >= prom->last_ms)
			continue;
		const int64_t lifted = series->last_ms + prom->step_ms / 2;
		const int64_t bound = pod->record->scheduled_ms;
		pod->record->released_ms = bound != DRY_CLOCK_NONE && bound < lifted ? bound : lifted;
		DRY_IMPUTE(prom->job, "t: scheduling gates were lifted between two scrapes");
	}
}

/* A reason that stood at a scrape names the loss. */
static bool read_reason(const struct dry_prom_pod *pod)
{
	static const char *const lost[] = { "Evicted", "NodeLost", "Shutdown", "NodeShutdown", "Terminated",
					    "NodeAffinity", "PreemptionByScheduler",
					    "DeletionByTaintManager", "EvictionByEvictionAPI",
					    "DeletionByPodGC", "TerminationByKubelet" };

	for (size_t i = 0; i < pod->count; i++) {
		const struct dry_prom_series *const series = &pod->series[i];
		const char *const reason = dry_prom_text(pod->join, series->label[0]);
		if (series->metric != DRY_PROM_REASON)
			continue;
		for (size_t k = 0; k < sizeof(lost) / sizeof(lost[0]); k++) {
			if (strcmp(reason, lost[k]))
				continue;
			const int64_t before = series->first_ms - pod->join->prom->step_ms;
			dry_pod_record_lose(pod->record, lost[k], before > pod->record->created_ms
						? before : pod->record->created_ms);
		}
	}
	return pod->record->lost_reason != NULL;
}

static int64_t clamp(int64_t value, int64_t low, int64_t high)
{
	return value < low ? low : value > high ? high : value;
}

/*
 * Between which samples it was taken, if it was: a pod that is asked to go has a
 * deletion stamp until it is gone, so one without was not asked before.
 */
static void guess_loss(const struct dry_prom_pod *pod, const struct dry_prom_series *deletion, int64_t ended_ms)
{
	const struct dry_prom *const prom = pod->join->prom;
	struct dry_pod_record *const record = pod->record;
	const int64_t grace_ms = prom->of_metric[DRY_PROM_DELETION] ? 0 : GRACE_MS;
	const int64_t seen_ms = deletion ? deletion->first_ms : ended_ms != DRY_CLOCK_NONE ? ended_ms
		: pod->last_ms + prom->step_ms;
	int64_t from_ms = deletion ? seen_ms - prom->step_ms : seen_ms - prom->step_ms - grace_ms;

	if (!deletion && ended_ms == DRY_CLOCK_NONE)
		from_ms -= prom->step_ms;       /* a sample may be as old as a scrape */
	if (from_ms < record->created_ms)
		from_ms = record->created_ms;
	record->lost_reason = "gone while it ran";
	record->is_guess = true;
	record->lost_ms = from_ms;
	record->loss_slack_ms = seen_ms > from_ms ? seen_ms - from_ms : 0;
}

/* Metrics may have been asked for up to different times: kube_pod_created is held against itself. */
static bool is_in_last_sample(const struct dry_prom_pod *pod)
{
	const struct dry_prom *const prom = pod->join->prom;
	int64_t last_ms = DRY_CLOCK_NONE;

	for (size_t i = 0; i < pod->count; i++)
		if (pod->series[i].metric == DRY_PROM_CREATED && pod->series[i].last_ms > last_ms)
			last_ms = pod->series[i].last_ms;
	return last_ms > pod->join->created_last_ms - prom->step_ms / 2 ||
	       (!prom->step_ms && last_ms == pod->join->created_last_ms);
}

/* How it went: from its owner's point of view a pod is gone from the request to remove it on. */
static void read_end(const struct dry_prom_pod *pod)
{
	const struct dry_prom *const prom = pod->join->prom;
	const struct dry_prom_series *const deletion = dry_prom_find(pod, DRY_PROM_DELETION);
	struct dry_pod_record *const record = pod->record;
	int64_t ended_ms;

	read_phase(pod, &ended_ms);
	if (deletion)
		record->delete_ms = clamp(stamp(pod, DRY_PROM_DELETION) - GRACE_MS,
					  deletion->first_ms - prom->step_ms, deletion->first_ms);
	const bool is_there = is_in_last_sample(pod);
	if (!is_there)
		record->gone_ms = pod->last_ms + prom->step_ms / 2;
	if (record->finished_ms == DRY_CLOCK_NONE)
		record->finished_ms = ended_ms;
	if (read_reason(pod))
		return;
	const bool ended = record->phase >= DRY_PHASE_SUCCEEDED;
	if (ended && !is_service(record) &&
	    (record->delete_ms == DRY_CLOCK_NONE || record->finished_ms < record->delete_ms)) {
		record->finished_first = true;
		return;
	}
	if (is_service(record))
		record->phase = DRY_PHASE_RUNNING;
	if ((is_there && !ended && !deletion) || !record->owner_kind)
		return;
	guess_loss(pod, deletion, ended_ms);
}

static void read_pod(const struct dry_prom_pod *pod)
{
	struct dry_pod_record *const record = pod->record;
	const struct dry_prom_series *const unschedulable = dry_prom_find(pod, DRY_PROM_UNSCHEDULABLE);

	record->created_ms = stamp(pod, DRY_PROM_CREATED);
	record->scheduled_ms = stamp(pod, DRY_PROM_SCHEDULED);
	record->started_ms = stamp(pod, DRY_PROM_START);
	record->unschedulable = unschedulable != NULL;
	read_owner(pod);
	dry_prom_write_spec(pod);
	read_gate(pod);
	read_end(pod);
}

/* ----- all ----- */

static bool has_what_it_takes(const struct dry_prom *prom, struct dry_error *err)
{
	struct dry_import_job *const job = prom->job;
	const char *missing = NULL;

	if (!prom->of_metric[DRY_PROM_CREATED])
		missing = "kube_pod_created: when pods came";
	else if (!prom->of_metric[DRY_PROM_REQUESTS] && !prom->of_metric[DRY_PROM_SCHEDULER])
		missing = "kube_pod_container_resource_requests: what pods asked for";
	if (missing) {
		dry_fail(err, DRY_ERROR_INPUT, (struct dry_where){ job->request->file[0], 1, 1 },
			 "the answers lack %s", missing);
		return dry_fail_fix(err, "ask for each metric over the same time and name all files; "
				    "\"dryscale help record\" has the commands");
	}
	if (!prom->of_metric[DRY_PROM_OWNER] && !prom->of_metric[DRY_PROM_INFO])
		DRY_IMPUTE(job, "owner: neither kube_pod_owner nor kube_pod_info is there, pods are taken as bare");
	if (!prom->of_metric[DRY_PROM_COMPLETION])
		DRY_NOTE(job, "without kube_pod_completion_time nothing ends by itself");
	if (!prom->of_metric[DRY_PROM_SCHEDULER] && !prom->of_metric[DRY_PROM_OVERHEAD_MEMORY])
		DRY_NOTE(job, "without kube_pod_overhead_* and kube-scheduler's kube_pod_resource_request "
			 "the overhead of a RuntimeClass and pod-level requests are not seen");
	if (prom->step_ms)
		DRY_NOTE(job, "one sample every %lld s: pods that lived shorter may be missing",
			 (long long)((prom->step_ms + 999) / 1000));
	return true;
}

bool dry_prom_fold_pods(struct dry_prom *prom, struct dry_pod_fold *fold, struct dry_error *err)
{
	struct dry_prom_join join = { .prom = prom, .fold = fold, .created_last_ms = DRY_CLOCK_NONE };

	if (!has_what_it_takes(prom, err))
		return false;
	for (size_t i = 0; i < prom->count; i++)
		if (prom->series[i].metric == DRY_PROM_CREATED && prom->series[i].last_ms > join.created_last_ms)
			join.created_last_ms = prom->series[i].last_ms;
	join_with_uid(&join);
	join_without_uid(&join);
	qsort(prom->series, prom->count, sizeof(*prom->series), compare_series);
	for (size_t i = 0, next; i < prom->count && prom->series[i].record != DRY_NONE; i = next) {
		const uint32_t record = prom->series[i].record;
		for (next = i; next < prom->count && prom->series[next].record == record; next++)
			;
		const struct dry_prom_pod pod = { &join, &fold->record[record], &prom->series[i], next - i,
					 join.first_ms[record], join.last_ms[record] };
		read_pod(&pod);
	}
	fold->window_start_ms = prom->first_ms - prom->step_ms;
	fold->drop_finished_before_window = true;
	free(join.by_name);
	free(join.older);
	free(join.first_ms);
	free(join.last_ms);
	return true;
}

bool dry_prom_read(struct dry_import_job *job, struct dry_error *err)
{
	struct dry_prom prom;
	struct dry_pod_fold fold;

	dry_prom_init(&prom, job);
	dry_pod_fold_init(&fold, job);
	bool good = dry_prom_read_series(&prom, err) && dry_prom_fold_pods(&prom, &fold, err);
	const uint64_t kept = job->report->rows_kept;
	good = good && dry_pod_fold_rows(&fold, err);
	job->report->rows_kept = kept;          /* series, as those that were read */
	dry_pod_fold_release(&fold);
	dry_prom_release(&prom);
	return good;
}
