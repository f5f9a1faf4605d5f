#include "support/score.h"

#include <stdlib.h>
#include <string.h>

#include "support/tap.h"

void score_init(struct score *score, const struct source *source, const struct truth *truth)
{
	*score = (struct score){ .source = source, .truth = truth };
	score->seen = calloc((size_t)truth->count + 1, sizeof(*score->seen));
	score->matched = calloc((size_t)truth->count + 1, sizeof(*score->matched));
}

void score_release(struct score *score)
{
	trace_rows_release(&score->rows);
	free(score->seen);
	free(score->matched);
}

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
		const int pod = truth_find_uid(score->truth, cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(
			cJSON_GetObjectItemCaseSensitive(item, "metadata"), "uid")));
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

void score_see(struct score *score, char **path, int count)
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

void score_rows(struct score *score)
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
