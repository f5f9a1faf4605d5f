#include "report/explain_loops.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"

void dry_loop_watch_init(struct dry_loop_watch *watch)
{
	size_t groups = (size_t)watch->config->group_count + 1;

	watch->loop.at_ms = watch->now.at_ms = -1;
	watch->loop.group_count = watch->now.group_count = watch->config->group_count;
	watch->loop.group = dry_xcalloc(groups, sizeof(*watch->loop.group));
	watch->now.group = dry_xcalloc(groups, sizeof(*watch->now.group));
	watch->told = dry_xcalloc((size_t)watch->pod_count + 1, sizeof(bool));
	watch->in_option = dry_xcalloc(((size_t)watch->pod_count + 1) * groups, sizeof(bool));
	watch->last_span = dry_xcalloc((size_t)watch->pod_count + 2, sizeof(size_t));
}

static void release_loop(struct dry_told_loop *loop)
{
	free(loop->group);
	free(loop->node);
	free(loop->pod);
	free(loop->wait);
}

void dry_loop_watch_release(struct dry_loop_watch *watch)
{
	release_loop(&watch->loop);
	release_loop(&watch->now);
	free(watch->told);
	free(watch->in_option);
	free(watch->last_span);
	free(watch->span);
}

/* --- stories --- */

#define SPANS_LOOKED_AT 64      /* what one subject can be told in two loops */

static bool is_same(const struct dry_story_span *a, const struct dry_story_span *b)
{
	return a->kind == b->kind && a->group_index == b->group_index && a->pod_index == b->pod_index &&
	       a->reason == b->reason;
}

/* Goes on with a span of the loop before that said the same, or begins one. */
static void tell(struct dry_loop_watch *watch, const struct dry_story_span *now)
{
	size_t *last = &watch->last_span[now->subject];
	uint32_t steps = 0;

	for (size_t at = *last; at && steps < SPANS_LOOKED_AT; at = watch->span[at - 1].previous, steps++) {
		struct dry_story_span *span = &watch->span[at - 1];

		if (span->last_ms < watch->previous_ms || !is_same(span, now))
			continue;
		span->loops += span->last_ms != now->first_ms;
		span->last_ms = now->first_ms;
		span->utilization = now->utilization;
		span->since_ms = now->since_ms;
		span->threshold_ms = now->threshold_ms;
		return;
	}
	watch->span = dry_grow(watch->span, &watch->span_capacity, watch->span_count + 1,
			       sizeof(*watch->span));
	watch->span[watch->span_count] = *now;
	watch->span[watch->span_count].last_ms = now->first_ms;
	watch->span[watch->span_count].loops = 1;
	watch->span[watch->span_count].previous = *last;
	*last = ++watch->span_count;
}

static uint32_t find_pod(const struct dry_loop_watch *watch, uint32_t row)
{
	for (uint32_t i = 0; i < watch->pod_count; i++)
		if (watch->pod[i] == row)
			return i;
	return DRY_NONE;
}

static void tell_pod(struct dry_loop_watch *watch, uint32_t row, enum dry_story_kind kind,
		     uint32_t group_index, const char *reason)
{
	uint32_t subject = find_pod(watch, row);

	if (subject == DRY_NONE)
		return;
	watch->told[subject] = true;
	tell(watch, &(struct dry_story_span){ .kind = kind, .subject = subject, .group_index = group_index,
					      .pod_index = DRY_NONE, .reason = reason,
					      .first_ms = watch->now.at_ms, .utilization = NAN });
}

static bool could_help(const struct dry_loop_watch *watch, uint32_t row, uint32_t group_index)
{
	return !watch->fits || row >= watch->input->pod.count ||
	       dry_fits_ask(watch->fits, watch->input->pod.class_index[row], group_index).fit == DRY_FITS;
}

/* What the loop did for a pod that it found unschedulable: every group that could have helped. */
static void tell_unschedulable(struct dry_loop_watch *watch, uint32_t subject)
{
	const struct dry_told_loop *now = &watch->now;
	const bool *in_option = &watch->in_option[(size_t)subject * (now->group_count + 1)];
	uint32_t row = watch->pod[subject];
	bool any = false;

	if (now->no_scale_up && strcmp(now->no_scale_up, "no expansion options")) {
		tell_pod(watch, row, DRY_STORY_NO_SCALE_UP, DRY_NONE, now->no_scale_up);
		return;
	}
	for (uint32_t g = 0; g < now->group_count; g++) {
		const struct dry_loop_group *group = &now->group[g];

		if (!in_option[g] || !group->is_best)
			continue;
		tell_pod(watch, row, group->is_planned ? DRY_STORY_TRIGGERS : DRY_STORY_OPTION_LOST, g,
			 group->is_planned ? NULL : group->cap_reason);
		return;
	}
	for (uint32_t g = 0; g < now->group_count; g++) {
		const struct dry_loop_group *group = &now->group[g];

		if (in_option[g])
			tell_pod(watch, row, DRY_STORY_OPTION_LOST, g, "another option was better");
		else if (!group->skip_reason && !group->is_option)
			continue;
		else if (could_help(watch, row, g))
			tell_pod(watch, row, DRY_STORY_SKIPPED, g,
				 group->skip_reason ? group->skip_reason : "the option had no room for it");
		else
			continue;
		any = true;
	}
	if (!any)
		tell_pod(watch, row, DRY_STORY_NO_OPTION, DRY_NONE, "no expansion options");
}

static void tell_node(struct dry_loop_watch *watch, const struct dry_note *note, enum dry_story_kind kind)
{
	if (!watch->has_node || note->group_index != watch->node_group ||
	    note->node_ordinal != watch->node_ordinal)
		return;
	tell(watch, &(struct dry_story_span){
		.kind = kind, .subject = watch->pod_count, .group_index = note->group_index,
		.pod_index = note->pod_index, .reason = note->reason, .first_ms = note->at_ms,
		.utilization = note->score, .since_ms = note->value[0], .threshold_ms = note->value[1] });
}

/* --- one loop --- */

static void end_loop(struct dry_loop_watch *watch)
{
	struct dry_told_loop *now = &watch->now, spare;
	size_t groups = (size_t)now->group_count + 1;

	if (now->at_ms < 0)
		return;
	for (size_t i = 0; i < now->pod_count; i++) {
		uint32_t subject = find_pod(watch, now->pod[i].pod_index);

		if (subject != DRY_NONE && !watch->told[subject])
			tell_unschedulable(watch, subject);
	}
	if (now->at_ms <= watch->at_ms) {
		spare = watch->loop;
		watch->loop = *now;
		*now = spare;
	}
	memset(watch->told, 0, (size_t)watch->pod_count + 1);
	memset(watch->in_option, 0, ((size_t)watch->pod_count + 1) * groups);
}

static void begin_loop(struct dry_loop_watch *watch, const struct dry_note *note)
{
	struct dry_told_loop *now = &watch->now;
	struct dry_told_loop fresh = { .at_ms = note->at_ms, .group_count = watch->config->group_count };

	end_loop(watch);
	watch->previous_ms = now->at_ms;
	if (note->at_ms > watch->stop_after_ms)
		atomic_store(&watch->stop, true);
	fresh.group = now->group;
	fresh.node = now->node;
	fresh.node_capacity = now->node_capacity;
	fresh.pod = now->pod;
	fresh.pod_capacity = now->pod_capacity;
	fresh.wait = now->wait;
	fresh.wait_capacity = now->wait_capacity;
	fresh.seen = (uint32_t)note->value[0];
	fresh.ready = (uint32_t)note->value[1];
	fresh.oldest_pod = DRY_NONE;
	fresh.no_scale_down_until_ms = -1;
	memset(fresh.group, 0, (size_t)fresh.group_count * sizeof(*fresh.group));
	*now = fresh;
}

static void add_node(struct dry_loop_watch *watch, const struct dry_note *note,
		     enum dry_loop_node_state state)
{
	struct dry_told_loop *now = &watch->now;

	if (watch->at_ms < 0)
		return;
	now->node = dry_grow(now->node, &now->node_capacity, now->node_count + 1, sizeof(*now->node));
	now->node[now->node_count++] = (struct dry_loop_node){
		note->group_index, note->node_ordinal, note->pod_index, state, note->reason, note->score,
		note->value[0], note->value[1] };
}

static void add_pending(struct dry_loop_watch *watch, const struct dry_note *note)
{
	struct dry_told_loop *now = &watch->now;

	now->pending++;
	if (note->value[0] > now->oldest_ms || now->oldest_pod == DRY_NONE) {
		now->oldest_ms = note->value[0];
		now->oldest_pod = note->pod_index;
	}
	now->pod = dry_grow(now->pod, &now->pod_capacity, now->pod_count + 1, sizeof(*now->pod));
	now->pod[now->pod_count++] = (struct dry_told_pod){ note->pod_index, DRY_NONE, note->value[0] };
}

static void add_misfit(struct dry_loop_group *group, const struct dry_note *note)
{
	for (uint32_t i = 0; i < group->misfit_count; i++)
		if (group->misfit[i].reason == note->reason) {
			group->misfit[i].pods += (uint32_t)note->value[0];
			return;
		}
	if (group->misfit_count < DRY_EXPLAIN_MISFITS)
		group->misfit[group->misfit_count++] = (struct dry_loop_misfit){
			note->reason, (uint32_t)note->value[0], note->pod_index };
}

/* Scores come before the name of the expander that gave them. */
static void name_scores(struct dry_told_loop *now, const struct dry_note *note)
{
	for (uint32_t g = 0; g < now->group_count; g++) {
		struct dry_loop_group *group = &now->group[g];
		uint32_t n = group->score_count;
		bool known = n && group->score[n - 1].expander == note->reason;

		if (group->is_option && !known && n < DRY_EXPLAIN_EXPANDERS && !isnan(group->pending_score)) {
			group->score[group->score_count++] =
				(struct dry_loop_score){ note->reason, group->pending_score, false };
			group->pending_score = NAN;
		} else if (g == note->group_index && !known && n < DRY_EXPLAIN_EXPANDERS) {
			group->score[group->score_count++] =
				(struct dry_loop_score){ note->reason, NAN, false };
		}
	}
	if (now->group[note->group_index].score_count)
		now->group[note->group_index]
			.score[now->group[note->group_index].score_count - 1].kept = true;
}

static void on_option(struct dry_loop_group *group, const struct dry_note *note)
{
	if (note->reason) {
		group->pending_score = note->score;
		return;
	}
	group->is_option = true;
	group->pending_score = NAN;
	group->nodes = note->value[0];
	group->pods = note->value[1];
}

static void on_option_pod(struct dry_loop_watch *watch, const struct dry_note *note)
{
	uint32_t subject = find_pod(watch, note->pod_index);

	if (subject != DRY_NONE)
		watch->in_option[(size_t)subject * (watch->now.group_count + 1) + note->group_index] = true;
}

static void on_ignored(struct dry_loop_watch *watch, const struct dry_note *note)
{
	struct dry_told_loop *now = &watch->now;
	bool young = !strcmp(note->reason, "young"), expendable = !strcmp(note->reason, "expendable");

	now->young += young;
	now->expendable += expendable;
	now->daemon += !young && !expendable;
	tell_pod(watch, note->pod_index, young ? DRY_STORY_YOUNG : DRY_STORY_EXPENDABLE, DRY_NONE,
		 note->reason);
}

static void add_wait(struct dry_told_loop *now, const struct dry_note *note)
{
	now->wait = dry_grow(now->wait, &now->wait_capacity, now->wait_count + 1, sizeof(*now->wait));
	now->wait[now->wait_count++] = (struct dry_told_pod){ note->pod_index, note->group_index, note->value[0] };
}

static void on_packed(struct dry_loop_watch *watch, const struct dry_note *note)
{
	bool upcoming = note->node_ordinal == DRY_NONE;

	if (upcoming && watch->at_ms >= 0)
		add_wait(&watch->now, note);
	watch->now.packed++;
	watch->now.packed_upcoming += upcoming;
	tell_pod(watch, note->pod_index, upcoming ? DRY_STORY_UPCOMING : DRY_STORY_PACKED, note->group_index,
		 NULL);
}

static void on_group(struct dry_loop_watch *watch, const struct dry_note *note)
{
	struct dry_told_loop *now = &watch->now;
	struct dry_loop_group *group = &now->group[note->group_index];

	switch (note->kind) {
	case DRY_NOTE_GROUP_SKIPPED:
		group->skip_reason = note->reason;
		group->target = note->value[0];
		break;
	case DRY_NOTE_POD_DOES_NOT_FIT: add_misfit(group, note); break;
	case DRY_NOTE_OPTION: on_option(group, note); break;
	case DRY_NOTE_OPTION_POD: on_option_pod(watch, note); break;
	case DRY_NOTE_EXPANDER: name_scores(now, note); break;
	case DRY_NOTE_BEST_OPTION: group->is_best = true; break;
	case DRY_NOTE_CAPPED:
		group->cap_reason = note->reason;
		group->cap_wanted = note->value[0];
		group->cap_granted = note->value[1];
		break;
	case DRY_NOTE_PLAN:
		group->is_planned = true;
		group->plan_from = note->value[0];
		group->plan_to = note->value[1];
		break;
	case DRY_NOTE_NODE_UNREMOVABLE:
		add_node(watch, note, DRY_LOOP_UNREMOVABLE);
		tell_node(watch, note, DRY_STORY_UNREMOVABLE);
		break;
	case DRY_NOTE_NODE_UNNEEDED:
		add_node(watch, note, DRY_LOOP_UNNEEDED);
		tell_node(watch, note, DRY_STORY_UNNEEDED);
		break;
	case DRY_NOTE_NODE_NOT_DELETED:
		add_node(watch, note, DRY_LOOP_NOT_DELETED);
		tell_node(watch, note, DRY_STORY_NOT_DELETED);
		break;
	case DRY_NOTE_DRAIN:
		add_node(watch, note, DRY_LOOP_DRAIN);
		tell_node(watch, note, DRY_STORY_DRAIN);
		break;
	default: break;
	}
}

void dry_loop_watch_on_note(void *context, const struct dry_note *note)
{
	struct dry_loop_watch *watch = context;
	struct dry_told_loop *now = &watch->now;

	switch (note->kind) {
	case DRY_NOTE_LOOP: begin_loop(watch, note); break;
	case DRY_NOTE_LOOP_ENDS: now->ends = note->reason; break;
	case DRY_NOTE_PENDING_POD: add_pending(watch, note); break;
	case DRY_NOTE_PACKED_POD: on_packed(watch, note); break;
	case DRY_NOTE_POD_IGNORED: on_ignored(watch, note); break;
	case DRY_NOTE_NO_SCALE_UP: now->no_scale_up = note->reason; break;
	case DRY_NOTE_NO_SCALE_DOWN:
		now->no_scale_down = note->reason;
		now->no_scale_down_until_ms = note->value[0] ? note->value[0] : -1;
		break;
	default:
		if (note->group_index != DRY_NONE && now->at_ms >= 0)
			on_group(watch, note);
		break;
	}
}

void dry_loop_watch_finish(struct dry_loop_watch *watch)
{
	end_loop(watch);
	watch->now.at_ms = -1;
}
