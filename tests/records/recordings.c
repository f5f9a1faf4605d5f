/*
 * Imports every recording of a folder (README.md of the recording says what
 * each shows) and holds the result against the truth beside it: the demand
 * that the driver asked for, one row for each, with what it asked for, whose
 * it was, when it came and how it ended.
 *
 * recordings [FOLDER]; without one the shared recording, skipped when absent.
 */
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/units.h"
#include "io/importers.h"
#include "support/tap.h"
#include "support/truth.h"

#define FILE_MAX 64
#define DEFAULT_FOLDER "../shared/records/kestrel"

/* What a source can show. */
enum shows {
	SHOWS_ALL,
	SHOWS_CREATION,                 /* an audit log: pods that were made (or lost) while it was written */
	SHOWS_ONE_MOMENT,               /* a list: pods that are in it */
	SHOWS_SCRAPES,                  /* what was there at a scrape */
	SHOWS_ITS_NAMESPACE,            /* a watch of some namespaces: those that it names */
};

struct source {
	const char *kind;
	const char *truth;              /* truth/TRUTH */
	enum shows shows;
	int64_t resolution_ms;          /* of arrivals */
	int64_t end_resolution_ms;
	bool partial_requests;          /* lacks the metrics for init containers and overhead */
	const char *files[4];           /* with wildcards; all must be there */
};

static const struct source sources[] = {
	{ "pod-watch", "truth-main.json", SHOWS_ALL, 1000, 1000, false, { "kubectl/pods-watch.json" } },
	{ "pod-watch", "truth-main.json", SHOWS_ALL, 1000, 1000, false, { "kubectl/pods-watch-events.json" } },
	{ "pod-watch", "truth-main.json", SHOWS_ALL, 1000, 1000, false, { "kubectl/pods-watch-ts.jsonl" } },
	{ "pod-watch", "truth-main.json", SHOWS_ALL, 1000, 1000, false, { "kubectl/pods-watch-ts-obj.jsonl" } },
	{ "pod-watch", "truth-main.json", SHOWS_ALL, 1000, 1000, false, { "kubectl/pods-raw-watch.jsonl" } },
	{ "pod-watch", "truth-act2.json", SHOWS_ALL, 1000, 1000, false,
	  { "act2/pods-watch.json", "act2/pods-watch-part2.json" } },
	{ "pod-watch", "truth-act2.json", SHOWS_ALL, 1000, 1000, false,
	  { "act2/pods-watch-events.json", "act2/pods-watch-events-part2.json" } },
	{ "pod-watch", "truth-act2.json", SHOWS_ALL, 1000, 1000, false,
	  { "act2/pods-raw-watch.jsonl", "act2/pods-raw-watch-part2.jsonl" } },
	{ "pod-watch", "truth-act2.json", SHOWS_ITS_NAMESPACE, 1000, 1000, false, { "act2/pods-watch.yaml" } },
	{ "pod-list", "truth-main.json", SHOWS_ONE_MOMENT, 1000, 1000, false, { "kubectl/pods-t30.json" } },
	{ "pod-list", "truth-main.json", SHOWS_ONE_MOMENT, 1000, 1000, false, { "kubectl/pods-t330.json" } },
	{ "pod-list", "truth-main.json", SHOWS_ONE_MOMENT, 1000, 1000, false,
	  { "kubectl/pods-raw-podlist-t330.json" } },
	{ "pod-list", "truth-main.json", SHOWS_ONE_MOMENT, 1000, 1000, false, { "kubectl/pods-t620.json" } },
	{ "pod-list", "truth-main.json", SHOWS_ONE_MOMENT, 1000, 1000, false, { "kubectl/pods-end.json" } },
	{ "pod-list", "truth-main.json", SHOWS_ONE_MOMENT, 1000, 1000, false,
	  { "kubectl/pods-kube-system-end.yaml" } },
	{ "pod-list", "truth-act2.json", SHOWS_ONE_MOMENT, 1000, 1000, false, { "act2/pods-start.json" } },
	{ "pod-list", "truth-act2.json", SHOWS_ONE_MOMENT, 1000, 1000, false, { "act2/pods-mid.json" } },
	{ "pod-list", "truth-act2.json", SHOWS_ONE_MOMENT, 1000, 1000, false, { "act2/pods-end.json" } },
	{ "pod-list", "truth-act2.json", SHOWS_ONE_MOMENT, 1000, 1000, false, { "act2/pods-end2.json" } },
	{ "audit", "truth-main.json", SHOWS_CREATION, 1000, 1000, false, { "audit/audit-requestresponse.log" } },
	{ "audit", "truth-request.json", SHOWS_CREATION, 1000, 1000, false, { "audit/audit-request.log" } },
	{ "audit", "truth-act2.json", SHOWS_CREATION, 1000, 1000, false, { "act2/audit-requestresponse.log" } },
	{ "prometheus", "truth-main.json", SHOWS_SCRAPES, 1000, 20000, false,
	  { "prometheus/query_range-kube_pod_*.json*" } },
	{ "prometheus", "truth-act2.json", SHOWS_SCRAPES, 1000, 20000, true,
	  { "act2/query_range-kube_pod_*.json*" } },
};

/* ----- rows that an import wrote ----- */

struct row {
	const char *name_space, *name, *owner_kind, *owner_name;
	int64_t at_ms, duration_ms, until_ms;   /* Unix ms; -1 = none */
	int64_t milli_cpu, bytes;
	int chain;                      /* first pod of the demand it is, -1 = invented */
};

struct rows {
	cJSON **line;
	struct row *row;
	int count;
	int64_t epoch_ms;
};

static const char *member(const cJSON *object, const char *key)
{
	return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, key));
}

static int64_t milliseconds(const cJSON *object, const char *key)
{
	const cJSON *const item = cJSON_GetObjectItemCaseSensitive(object, key);

	return cJSON_IsNumber(item) ? (int64_t)(item->valuedouble * 1000 + (item->valuedouble < 0 ? -0.5 : 0.5)) : -1;
}

/* The larger of what it asks for in steady state and for its init containers. */
static int64_t asked(const cJSON *line, const char *resource)
{
	static const char *const key[] = { "requests", "initRequests" };
	int64_t most = 0;

	for (int i = 0; i < 2; i++) {
		const char *const text = member(cJSON_GetObjectItemCaseSensitive(line, key[i]), resource);
		int64_t value = 0;
		if (!text)
			continue;
		if (strcmp(resource, "cpu"))
			dry_parse_quantity(text, strlen(text), &value);
		else
			dry_parse_quantity_milli(text, strlen(text), &value);
		most = value > most ? value : most;
	}
	return most;
}

static void read_row(const cJSON *line, struct rows *rows)
{
	const cJSON *const owner = cJSON_GetObjectItemCaseSensitive(line, "owner");
	const char *const name_space = member(line, "namespace");
	struct row *const row = &rows->row[rows->count++];

	*row = (struct row){
		.name_space = name_space ? name_space : "default", .name = member(line, "name"),
		.owner_kind = member(owner, "kind"), .owner_name = member(owner, "name"),
		.at_ms = rows->epoch_ms + milliseconds(line, "t"),
		.duration_ms = milliseconds(line, "duration"), .until_ms = milliseconds(line, "until"),
		.milli_cpu = asked(line, "cpu"), .bytes = asked(line, "memory"), .chain = -1,
	};
	if (row->until_ms >= 0)
		row->until_ms += rows->epoch_ms;
}

static bool read_rows(struct rows *rows, const char *text)
{
	size_t lines = 0, used = 0;

	for (const char *at = text; (at = strchr(at, '\n')); at++)
		lines++;
	*rows = (struct rows){ .line = calloc(lines + 1, sizeof(*rows->line)),
			       .row = calloc(lines + 1, sizeof(*rows->row)) };
	for (const char *at = text; *at; at = strchr(at, '\n') + 1) {
		cJSON *const line = rows->line[used++] = cJSON_ParseWithOpts(at, NULL, false);
		const char *const type = member(line, "type");
		if (!type)
			return false;
		if (!strcmp(type, "header"))
			rows->epoch_ms = truth_instant(member(line, "epoch"));
		else
			read_row(line, rows);
	}
	return true;
}

static void release_rows(struct rows *rows)
{
	for (int i = 0; rows->line && rows->line[i]; i++)
		cJSON_Delete(rows->line[i]);
	free(rows->line);
	free(rows->row);
}

/* ----- what should be found ----- */

struct score {
	const struct source *source;
	const struct truth *truth;
	struct rows rows;
	bool *seen;                     /* a pod: the source can show it */
	bool *matched;                  /* a pod: a row stands for its demand */
	int64_t window_ms;              /* when the recording began, as far as the source tells */
	int64_t last_ms;                /* latest instant that the source knows */
	int64_t end_tolerance_ms;
	int found, missed, invented;
	int requests, owners, arrivals, ends;
};

static int first_of_chain(const struct score *score, int pod)
{
	while (score->truth->pod[pod].replaces >= 0 && score->seen[score->truth->pod[pod].replaces])
		pod = score->truth->pod[pod].replaces;
	return pod;
}

static const struct truth_pod *last_of_chain(const struct score *score, int pod)
{
	while (score->truth->pod[pod].replaced_by >= 0 && score->seen[score->truth->pod[pod].replaced_by])
		pod = score->truth->pod[pod].replaced_by;
	return &score->truth->pod[pod];
}

/* Lists: the pods that are in them. */
static void see_listed(struct score *score, const char *path)
{
	char *const text = truth_text(path, NULL);
	cJSON *const json = text ? cJSON_Parse(text) : NULL;
	const cJSON *item;

	cJSON_ArrayForEach(item, cJSON_GetObjectItemCaseSensitive(json, "items")) {
		const int pod = truth_find_uid(score->truth, member(cJSON_GetObjectItemCaseSensitive(
							item, "metadata"), "uid"));
		if (pod >= 0)
			score->seen[pod] = true;
	}
	cJSON_Delete(json);
	free(text);
}

/* Any source: the pods whose uid it holds. */
static void see_mentioned(struct score *score, const char *path)
{
	char *const text = truth_text(path, NULL);

	for (int i = 0; text && i < score->truth->count; i++)
		if (strstr(text, score->truth->pod[i].uid))
			score->seen[i] = true;
	free(text);
}

/* The latest stamp in a file; the time at which a pod will be removed lies ahead and does not count. */
static int64_t latest_stamp(const char *text)
{
	int64_t latest = TRUTH_NONE;

	for (const char *at = text; (at = strstr(at, "20")); at += 2) {
		if (at < text + 40 || at[4] != '-' || at[7] != '-' || at[10] != 'T' ||
		    memmem(at - 24, 24, "deletionTimestamp", 17))
			continue;
		const int64_t ms = truth_instant(at);
		latest = ms > latest ? ms : latest;
	}
	for (const char *at = text; (at = strstr(at, "[1")); at += 2) {
		const int64_t ms = (int64_t)(strtod(at + 1, NULL) * 1000);
		latest = ms > INT64_C(1000000000000) && ms > latest ? ms : latest;
	}
	return latest;
}

/* The distance of two samples in the first series of a file; 0 = there are no two. */
static int64_t step_of(const char *text)
{
	const char *const first = strstr(text, "[[");
	const char *const second = first ? strchr(first + 2, '[') : NULL;

	return second ? (int64_t)((strtod(second + 1, NULL) - strtod(first + 2, NULL)) * 1000) : 0;
}

static void see(struct score *score, char **path, int count)
{
	score->end_tolerance_ms = score->source->end_resolution_ms;
	score->last_ms = TRUTH_NONE;
	for (int i = 0; i < count; i++) {
		char *const text = truth_text(path[i], NULL);
		const int64_t ms = text ? latest_stamp(text) : TRUTH_NONE;
		score->last_ms = ms > score->last_ms ? ms : score->last_ms;
		/* Between two scrapes, and the time that stopping takes. */
		if (text && score->source->shows == SHOWS_SCRAPES && step_of(text) + 5000 > score->end_tolerance_ms)
			score->end_tolerance_ms = step_of(text) + 5000;
		free(text);
	}
	for (int i = 0; i < score->truth->count; i++)
		score->seen[i] = score->source->shows <= SHOWS_CREATION;
	for (int i = 0; i < count; i++) {
		if (score->source->shows == SHOWS_ONE_MOMENT && !strstr(path[i], ".yaml"))
			see_listed(score, path[i]);
		else if (score->source->shows > SHOWS_CREATION)
			see_mentioned(score, path[i]);
	}
}

/* Demand of the load: not of nodes, and not over before the recording began. */
static bool is_demand(const struct score *score, int index)
{
	const struct truth_pod *const pod = &score->truth->pod[index];

	if (!score->seen[index] || strcmp(pod->role, "workload") || first_of_chain(score, index) != index)
		return false;
	return score->source->shows == SHOWS_ONE_MOMENT || !pod->cause ||
	       strcmp(pod->cause, "preexisting") || !pod->completed || pod->finished_ms >= score->window_ms;
}

static bool is_near(int64_t a, int64_t b, int64_t tolerance_ms)
{
	return a - b <= tolerance_ms && b - a <= tolerance_ms;
}

static bool is_preexisting(const struct score *score, const struct truth_pod *pod)
{
	return pod->created_ms < score->window_ms - 2000;
}

static bool arrives_right(const struct score *score, const struct row *row, const struct truth_pod *pod)
{
	const int64_t tolerance_ms = score->source->resolution_ms;

	if (pod->gated && pod->scheduled_ms != TRUTH_NONE)
		return row->at_ms >= pod->created_ms && row->at_ms <= pod->scheduled_ms + tolerance_ms;
	if (score->source->shows != SHOWS_ONE_MOMENT && is_preexisting(score, pod))
		return is_near(row->at_ms, score->window_ms, tolerance_ms);
	return is_near(row->at_ms, pod->created_ms, tolerance_ms);
}

/* The row of a demand: by name, the nearest in time, since names come back. */
static struct row *find_row(struct score *score, int first)
{
	struct row *best = NULL;

	for (int pod = first; pod >= 0 && !best; pod = score->truth->pod[pod].replaced_by) {
		const struct truth_pod *const like = &score->truth->pod[pod];
		for (int i = 0; i < score->rows.count; i++) {
			struct row *const row = &score->rows.row[i];
			if (row->chain >= 0 || strcmp(row->name, like->name) ||
			    strcmp(row->name_space, like->name_space))
				continue;
			if (!best || llabs(row->at_ms - like->created_ms) < llabs(best->at_ms - like->created_ms))
				best = row;
		}
	}
	return best;
}

static bool has_owner(const struct row *row, const struct truth_pod *pod)
{
	if (!pod->owner_kind || !row->owner_kind)
		return !pod->owner_kind && !row->owner_kind;
	return !strcmp(row->owner_kind, pod->owner_kind) && !strcmp(row->owner_name, pod->owner_name);
}

static bool asks_the_same(const struct score *score, const struct row *row, const struct truth_pod *pod)
{
	if (score->source->partial_requests && row->milli_cpu <= pod->milli_cpu && row->bytes <= pod->bytes)
		return true;
	return row->milli_cpu == pod->milli_cpu && row->bytes == pod->bytes;
}

/* ----- ends: which successor stands for which pod is open, so an owner's are compared as a set ----- */

struct end {
	int64_t duration_ms, until_ms;  /* -1 = none */
	int64_t at_ms;                  /* truth: when it ended; row: when it came */
	bool open;                      /* taken away for good: any end will do */
};

static int compare_ends(const void *left, const void *right)
{
	const struct end *const a = left, *const b = right;

	if (a->open != b->open)
		return a->open - b->open;
	if (a->duration_ms != b->duration_ms)
		return a->duration_ms < b->duration_ms ? -1 : 1;
	return a->until_ms < b->until_ms ? -1 : a->until_ms > b->until_ms;
}

static struct end true_end(const struct score *score, int first)
{
	const struct truth_pod *const last = last_of_chain(score, first);
	struct end end = { -1, -1, TRUTH_NONE, false };

	if (last->completed) {
		int64_t from = last->started_ms;
		if (score->source->shows != SHOWS_ONE_MOMENT && is_preexisting(score, last) &&
		    from < score->window_ms)
			from = score->window_ms;
		end.duration_ms = last->finished_ms - from;
		end.at_ms = last->finished_ms;
	} else if (last->is_lost) {
		end.open = true;
	} else {
		end.until_ms = last->delete_ms == TRUTH_NONE ? -1 : last->delete_ms;
		end.at_ms = last->delete_ms;
	}
	/* One moment shows no more than what had happened by then. */
	end.open = end.open || (score->source->shows == SHOWS_ONE_MOMENT && end.until_ms >= 0);
	return end;
}

static bool ends_alike(const struct score *score, const struct end *truth, const struct end *row)
{
	const int64_t tolerance_ms = score->end_tolerance_ms;

	if (truth->open)
		return true;
	const bool is_open = row->duration_ms < 0 && row->until_ms < 0;
	if (is_open && (score->source->shows == SHOWS_ONE_MOMENT || truth->at_ms > score->last_ms))
		return true;
	/* The source may have gone on longer than those who wrote the truth down. */
	if (truth->at_ms == TRUTH_NONE && !is_open && score->truth->end_ms != TRUTH_NONE &&
	    row->at_ms + row->duration_ms > score->truth->end_ms - 60000)
		return true;
	return (truth->duration_ms < 0) == (row->duration_ms < 0) &&
	       (truth->until_ms < 0) == (row->until_ms < 0) &&
	       is_near(truth->duration_ms, row->duration_ms, tolerance_ms) &&
	       is_near(truth->until_ms, row->until_ms, tolerance_ms);
}

static bool same_owner(const struct truth_pod *a, const struct truth_pod *b)
{
	if (!a->owner_name || !b->owner_name)
		return a == b;
	return !strcmp(a->owner_name, b->owner_name) && !strcmp(a->name_space, b->name_space);
}

/* Each row takes the first end of its owner that is like its own. Both are sorted. */
static int match_ends(const struct score *score, struct end *end, int count, const struct end *have,
		      int have_count, const char *owner)
{
	int matched = 0;

	for (int r = 0; r < have_count; r++) {
		int k = 0;
		while (k < count && !ends_alike(score, &end[k], &have[r]))
			k++;
		if (k == count) {
			tap_note("  %s ends: duration %lld ms, until %lld ms", owner,
				 (long long)have[r].duration_ms, (long long)have[r].until_ms);
			continue;
		}
		matched++;
		memmove(&end[k], &end[k + 1], (size_t)(count - k - 1) * sizeof(*end));
		count--;
	}
	for (int k = 0; k < count; k++)
		tap_note("  %s truly ends: duration %lld ms, until %lld ms", owner,
			 (long long)end[k].duration_ms, (long long)end[k].until_ms);
	return matched;
}

static void score_ends(struct score *score)
{
	const struct truth *const truth = score->truth;
	struct end *const end = calloc((size_t)truth->count + 1, sizeof(*end));
	struct end *const have = calloc((size_t)score->rows.count + 1, sizeof(*have));
	bool *const done = calloc((size_t)truth->count + 1, sizeof(*done));

	for (int i = 0; i < truth->count; i++) {
		int count = 0, have_count = 0;
		if (done[i] || !score->matched[i])
			continue;
		for (int k = i; k < truth->count; k++)
			if (score->matched[k] && same_owner(&truth->pod[i], &truth->pod[k])) {
				done[k] = true;
				end[count++] = true_end(score, k);
			}
		for (int r = 0; r < score->rows.count; r++) {
			const struct row *const row = &score->rows.row[r];
			if (row->chain >= 0 && same_owner(&truth->pod[i], &truth->pod[row->chain]))
				have[have_count++] = (struct end){ row->duration_ms, row->until_ms,
								   row->at_ms, false };
		}
		qsort(end, (size_t)count, sizeof(*end), compare_ends);
		qsort(have, (size_t)have_count, sizeof(*have), compare_ends);
		score->ends += match_ends(score, end, count, have, have_count,
					  truth->pod[i].owner_name ? truth->pod[i].owner_name
								   : truth->pod[i].name);
	}
	free(have);
	free(end);
	free(done);
}

/* A log of calls has no pods from before it; a scrape misses what came and went between two. */
static bool has_to_be_found(const struct score *score, int index)
{
	const struct truth_pod *const pod = &score->truth->pod[index];

	return score->source->shows != SHOWS_CREATION || !pod->cause || strcmp(pod->cause, "preexisting") ||
	       (pod->is_lost && pod->delete_ms >= score->window_ms);
}

static void score_rows(struct score *score)
{
	for (int i = 0; i < score->truth->count; i++) {
		const struct truth_pod *const pod = &score->truth->pod[i];
		if (!is_demand(score, i))
			continue;
		struct row *const row = find_row(score, i);
		if (!row && !has_to_be_found(score, i))
			continue;
		if (!row) {
			score->missed++;
			tap_note("  missed: %s/%s", pod->name_space, pod->name);
			continue;
		}
		row->chain = i;
		score->matched[i] = true;
		score->found++;
		const bool asks = asks_the_same(score, row, pod), owned = has_owner(row, pod);
		const bool arrives = arrives_right(score, row, pod);
		if (!asks)
			tap_note("  %s asks for %lldm, %lld bytes; truth %lldm, %lld", row->name,
				 (long long)row->milli_cpu, (long long)row->bytes,
				 (long long)pod->milli_cpu, (long long)pod->bytes);
		if (!owned)
			tap_note("  %s has another owner", row->name);
		if (!arrives)
			tap_note("  %s arrives at %lld ms, truth %lld", row->name, (long long)row->at_ms,
				 (long long)pod->created_ms);
		score->requests += asks;
		score->owners += owned;
		score->arrivals += arrives;
	}
	for (int r = 0; r < score->rows.count; r++)
		if (score->rows.row[r].chain < 0) {
			score->invented++;
			tap_note("  invented: %s/%s", score->rows.row[r].name_space, score->rows.row[r].name);
		}
	score_ends(score);
}

/* ----- one source ----- */

static int expand(const struct source *source, const char *folder, glob_t *found)
{
	char pattern[1024];
	int flags = 0;

	for (int i = 0; i < 4 && source->files[i]; i++) {
		snprintf(pattern, sizeof(pattern), "%s/%s", folder, source->files[i]);
		if (!strchr(source->files[i], '*') &&
		    !truth_path(folder, source->files[i], pattern, sizeof(pattern)))
			return 0;
		if (glob(pattern, flags, NULL, found))
			return 0;
		flags = GLOB_APPEND;
	}
	return (int)found->gl_pathc;
}

static void show_complaints(const struct dry_error *err)
{
	for (uint32_t i = 0; i < err->count; i++)
		tap_note("  %s:%u:%u: %s", err->complaint[i].file ? err->complaint[i].file : "-",
			 err->complaint[i].line, err->complaint[i].column, err->complaint[i].text);
}

static void compare(const struct source *source, const struct truth *truth, char **path, int count,
		    const char *text, const struct dry_import_report *report)
{
	struct score score = { .source = source, .truth = truth };
	const char *const slash = strrchr(path[0], '/');

	score.seen = calloc((size_t)truth->count + 1, sizeof(*score.seen));
	score.matched = calloc((size_t)truth->count + 1, sizeof(*score.matched));
	if (read_rows(&score.rows, text)) {
		score.window_ms = score.rows.epoch_ms;
		see(&score, path, count);
		score_rows(&score);
	}
	const bool good = score.found && !score.missed && !score.invented &&
		score.requests == score.found && score.owners == score.found &&
		score.arrivals == score.found && score.ends == score.found;
	tap_ok(good, "%s %s%s: %d found, %d missed, %d invented; requests %d, owners %d, arrivals %d, "
	       "ends %d of %d; %llu re-created joined", source->kind, slash ? slash + 1 : path[0],
	       count > 1 ? " .." : "", score.found, score.missed, score.invented, score.requests,
	       score.owners, score.arrivals, score.ends, score.found,
	       (unsigned long long)report->collapsed);
	release_rows(&score.rows);
	free(score.seen);
	free(score.matched);
}

static bool import(const char *kind, char **path, int count, struct dry_import_report *report, char **text,
		   struct dry_error *err)
{
	struct dry_import_request request;
	size_t length;

	dry_import_request_init(&request);
	request.kind = kind;
	request.file = (const char *const *)path;
	request.file_count = (uint32_t)count;
	dry_import_report_init(report);
	return dry_import_text(&request, report, text, &length, err);
}

static void test_source(const struct source *source, const char *folder)
{
	char path[1024], truth_name[128];
	struct dry_import_report report;
	struct dry_error err = { 0 };
	struct truth truth;
	glob_t found = { 0 };
	char *text = NULL;

	snprintf(truth_name, sizeof(truth_name), "truth/%s", source->truth);
	const int count = expand(source, folder, &found);
	if (!count || !truth_path(folder, truth_name, path, sizeof(path)) || !truth_read(&truth, path)) {
		tap_skip(source->files[0], "is not in the folder");
		globfree(&found);
		return;
	}
	if (import(source->kind, found.gl_pathv, count, &report, &text, &err))
		compare(source, &truth, found.gl_pathv, count, text, &report);
	else {
		tap_ok(false, "%s %s: imports", source->kind, source->files[0]);
		show_complaints(&err);
	}
	free(text);
	dry_import_report_release(&report);
	dry_error_release(&err);
	truth_release(&truth);
	globfree(&found);
}

/* Level Metadata has no bodies: it must be refused, at its first pod, with what to do. */
static void test_metadata(const char *folder)
{
	static const char name[] = "audit/audit-metadata.log";
	struct dry_import_report report;
	struct dry_error err = { 0 };
	char path[1024], *text = NULL;

	if (!truth_path(folder, name, path, sizeof(path))) {
		tap_skip(name, "is not in the folder");
		return;
	}
	char *paths[] = { path };
	const bool good = import("audit", paths, 1, &report, &text, &err);
	tap_ok(!good && err.code == DRY_ERROR_INPUT && err.count && err.complaint[0].line &&
	       strstr(err.complaint[0].text, "Metadata"),
	       "audit audit-metadata.log: is refused, for it has no bodies");
	show_complaints(&err);
	free(text);
	dry_import_report_release(&report);
	dry_error_release(&err);
}

/*
 * Scraped without honor_labels, the pod's labels are called exported_*. These
 * answers have no owners, so every pod that they name is one row.
 */
static void test_exported(const char *folder)
{
	static const struct source source = { .kind = "prometheus", .shows = SHOWS_SCRAPES,
					      .files = { "prometheus/query_range-nohonor-*.json*" } };
	struct dry_import_report report;
	struct dry_error err = { 0 };
	struct truth truth;
	char path[1024], *text = NULL;
	glob_t found = { 0 };
	int named = 0, with_cpu = 0;

	const int count = expand(&source, folder, &found);
	if (!count || !truth_path(folder, "truth/truth-main.json", path, sizeof(path)) ||
	    !truth_read(&truth, path)) {
		tap_skip(source.files[0], "is not in the folder");
		globfree(&found);
		return;
	}
	const bool good = import("prometheus", found.gl_pathv, count, &report, &text, &err);
	struct score score = { .source = &source, .truth = &truth };
	score.seen = calloc((size_t)truth.count + 1, sizeof(*score.seen));
	see(&score, found.gl_pathv, count);
	for (int i = 0; good && i < truth.count; i++) {
		char name[300];
		snprintf(name, sizeof(name), "\"name\":\"%s\"", truth.pod[i].name);
		named += score.seen[i] && strstr(text, name);
	}
	for (const char *at = good ? text : ""; (at = strstr(at, "\"cpu\":\"")); at++)
		with_cpu++;
	int expected = 0;
	for (int i = 0; i < truth.count; i++)
		expected += score.seen[i];
	tap_ok(good && expected && named == expected && report.rows_written == (uint64_t)expected && with_cpu,
	       "prometheus, honor_labels false: %d of %d pods, under their own names", named, expected);
	show_complaints(&err);
	free(score.seen);
	free(text);
	dry_import_report_release(&report);
	dry_error_release(&err);
	truth_release(&truth);
	globfree(&found);
}

int main(int argc, char **argv)
{
	const char *folder = argc > 1 ? argv[1] : getenv("DRY_RECORDS");

	if (!folder || !*folder)
		folder = DEFAULT_FOLDER;
	if (access(folder, R_OK)) {
		printf("1..0 # SKIP %s is absent\n", folder);
		return argc > 1;
	}
	for (size_t i = 0; i < sizeof(sources) / sizeof(sources[0]); i++)
		test_source(&sources[i], folder);
	test_metadata(folder);
	test_exported(folder);
	return tap_done();
}
