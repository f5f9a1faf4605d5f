#include "cause.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/units.h"

#define PLACED_WITHIN_MS 60000
#define REPLACED_WITHIN_MS 1800000      /* as the oscillation metric counts it */

const struct dry_loop *dry_cause_loop(const struct dry_recording *recording, const struct dry_moment *moment)
{
	return moment->loop_index < recording->loop_count ? &recording->loop[moment->loop_index] : NULL;
}

static const struct dry_note *notes_of(const struct dry_recording *recording, const struct dry_moment *moment,
				       uint32_t *count)
{
	const struct dry_loop *loop = dry_cause_loop(recording, moment);

	*count = loop ? loop->note_count : 0;
	return loop ? recording->note + loop->note_first : NULL;
}

static void read_note(const struct dry_note *note, struct dry_cause_group *row)
{
	switch (note->kind) {
	case DRY_NOTE_GROUP_SKIPPED:
		row->fate = DRY_FATE_REFUSED;
		row->reason = note->reason;
		break;
	case DRY_NOTE_POD_DOES_NOT_FIT:
		row->misfit_pods += (uint32_t)note->value[0];
		if (row->fate == DRY_FATE_UNKNOWN)
			row->reason = note->reason;
		break;
	case DRY_NOTE_OPTION:
		if (note->reason) {     /* the deciding expander's score */
			row->score = note->score;
			break;
		}
		row->fate = DRY_FATE_OPTION;
		row->nodes = note->value[0];
		row->pods = note->value[1];
		break;
	default:
		break;
	}
}

void dry_cause_groups(const struct dry_recording *recording, const struct dry_moment *moment,
		      struct dry_cause_group *group)
{
	uint32_t count;
	const struct dry_note *note = notes_of(recording, moment, &count);

	for (uint32_t g = 0; g < recording->group_count; g++) {
		int64_t target = dry_series_at(&recording->group[g].target, moment->at_ms - 1);

		if (g == moment->group_index)
			target = moment->from;
		group[g] = (struct dry_cause_group){
			.price_nusd_per_hour = dry_series_at(&recording->group[g].price, moment->at_ms),
			.room = recording->config->group[g].max_size - target, .score = NAN };
	}
	for (uint32_t i = 0; i < count; i++)
		if (note[i].group_index < recording->group_count)
			read_note(&note[i], &group[note[i].group_index]);
	for (uint32_t g = 0; g < recording->group_count; g++)
		if (group[g].fate == DRY_FATE_UNKNOWN && group[g].misfit_pods)
			group[g].fate = DRY_FATE_REFUSED;
	/* One loop may grow several groups (balancing): all of them were taken. */
	for (uint32_t m = dry_recording_find(recording, moment->at_ms);
	     m < recording->moment_count && recording->moment[m].at_ms == moment->at_ms; m++) {
		const struct dry_moment *other = &recording->moment[m];

		if (other->kind != DRY_MOMENT_SCALE_UP || other->group_index >= recording->group_count)
			continue;
		group[other->group_index].fate = DRY_FATE_TAKEN;
		group[other->group_index].nodes = other->to - other->from;
	}
}

/* What a node costs over [from, to), at its group's price. */
static double node_cost(const struct dry_recording *recording, uint32_t group, int64_t from_ms, int64_t to_ms)
{
	return dry_series_integral(&recording->group[group].price, from_ms, to_ms) / 1e9 / 3600000;
}

static void effect_of_nodes(const struct dry_recording *recording, const struct dry_moment *moment,
			    struct dry_cause_effect *effect)
{
	const struct dry_recorded_group *group = &recording->group[moment->group_index];
	uint32_t last = moment->ordinal + (uint32_t)(moment->to - moment->from);

	for (uint32_t n = moment->ordinal; n < last && n < group->node_count; n++) {
		const struct dry_recorded_node *node = &group->node[n];

		if (node->ready_at_ms < 0)
			continue;
		effect->ready_count++;
		if (effect->ready_at_ms < 0 || node->ready_at_ms < effect->ready_at_ms)
			effect->ready_at_ms = node->ready_at_ms;
		effect->cost_usd += node_cost(recording, moment->group_index, moment->at_ms,
					      node->gone_at_ms < 0 ? recording->end_at_ms : node->gone_at_ms);
	}
	for (uint32_t s = 0; s < recording->start_count && effect->ready_at_ms >= 0; s++) {
		const struct dry_pod_started *start = &recording->start[s];
		int64_t wait_ms;

		if (start->group_index != moment->group_index || start->ordinal < moment->ordinal ||
		    start->ordinal >= last || start->ordinal >= group->node_count ||
		    start->at_ms > group->node[start->ordinal].ready_at_ms + PLACED_WITHIN_MS)
			continue;
		effect->pods_placed++;
		wait_ms = start->at_ms - recording->input->pod.arrive_at_ms[start->pod_index];
		if (start->is_first && wait_ms > effect->longest_wait_ms)
			effect->longest_wait_ms = wait_ms;
	}
}

void dry_cause_effect(const struct dry_recording *recording, const struct dry_moment *moment,
		      struct dry_cause_effect *effect)
{
	const struct dry_recorded_group *group;

	*effect = (struct dry_cause_effect){ .ready_at_ms = -1, .longest_wait_ms = -1, .gone_at_ms = -1 };
	if (moment->group_index >= recording->group_count)
		return;
	group = &recording->group[moment->group_index];
	if (moment->kind == DRY_MOMENT_SCALE_UP) {
		effect_of_nodes(recording, moment, effect);
	} else if (moment->ordinal < group->node_count) {
		effect->gone_at_ms = group->node[moment->ordinal].gone_at_ms;
		effect->cost_usd = node_cost(recording, moment->group_index,
					     effect->gone_at_ms < 0 ? moment->at_ms : effect->gone_at_ms,
					     recording->end_at_ms);
	}
}

int64_t dry_cause_upcoming(const struct dry_recording *recording, const struct dry_moment *moment)
{
	int64_t sum = 0;

	for (uint32_t g = 0; g < recording->group_count; g++)
		sum += dry_series_at(&recording->group[g].target, moment->at_ms - 1) -
		       dry_series_at(&recording->group[g].ready, moment->at_ms - 1);
	return sum > 0 ? sum : 0;
}

const char *dry_cause_expander(const struct dry_recording *recording, const struct dry_moment *moment)
{
	const char *name = NULL;
	uint32_t count;
	const struct dry_note *note = notes_of(recording, moment, &count);

	for (uint32_t i = 0; i < count; i++)
		if (note[i].kind == DRY_NOTE_EXPANDER)
			name = note[i].reason;
	return name;
}

const struct dry_note *dry_cause_cap(const struct dry_recording *recording, const struct dry_moment *moment)
{
	uint32_t count;
	const struct dry_note *note = notes_of(recording, moment, &count);

	for (uint32_t i = 0; i < count; i++)
		if (note[i].kind == DRY_NOTE_CAPPED && note[i].value[1] < note[i].value[0])
			return &note[i];
	return NULL;
}

const struct dry_note *dry_cause_node_note(const struct dry_recording *recording, const struct dry_moment *moment,
					   enum dry_note_kind kind)
{
	uint32_t count;
	const struct dry_note *note = notes_of(recording, moment, &count);

	for (uint32_t i = 0; i < count; i++)
		if (note[i].kind == kind && note[i].group_index == moment->group_index &&
		    note[i].node_ordinal == moment->ordinal)
			return &note[i];
	return NULL;
}

/* ---- what if */

static const struct dry_moment *removed_before(const struct dry_recording *recording, const struct dry_moment *moment)
{
	for (uint32_t m = dry_recording_find(recording, moment->at_ms); m-- > 0;) {
		const struct dry_moment *other = &recording->moment[m];

		if (moment->at_ms - other->at_ms > REPLACED_WITHIN_MS)
			break;
		if (other->kind == DRY_MOMENT_SCALE_DOWN && other->group_index == moment->group_index)
			return other;
	}
	return NULL;
}

static void hint_duration(struct dry_cause_hint *hint, const char *path, int64_t ms)
{
	snprintf(hint->path, sizeof(hint->path), "%s", path);
	dry_format_duration(ms, hint->value, sizeof(hint->value));
}

static void hint_scale_up(const struct dry_recording *recording, const struct dry_moment *moment,
			  struct dry_cause_hint *hint)
{
	struct dry_cause_group *group = dry_xcalloc(recording->group_count + 1, sizeof(*group));
	const struct dry_moment *removed = removed_before(recording, moment);
	const char *name = recording->config->group[moment->group_index].name;

	dry_cause_groups(recording, moment, group);
	for (uint32_t g = 0; g < recording->group_count && !*hint->path; g++) {
		if (group[g].fate != DRY_FATE_REFUSED || !group[g].reason || group[g].room > 0 ||
		    group[g].misfit_pods)
			continue;
		snprintf(hint->path, sizeof(hint->path), "nodeGroups.%s.maxSize", recording->config->group[g].name);
		snprintf(hint->value, sizeof(hint->value), "%d",
			 recording->config->group[g].max_size + (moment->to - moment->from));
		snprintf(hint->why, sizeof(hint->why), "%s was at its maximum", recording->config->group[g].name);
	}
	free(group);
	if (*hint->path)
		return;
	if (removed) {
		hint_duration(hint, "scale-down-unneeded-time",
			      2 * recording->config->options.scale_down_unneeded_ms);
		snprintf(hint->why, sizeof(hint->why), "a node of %s had gone %" PRId64 "m before", name,
			 (moment->at_ms - removed->at_ms) / 60000);
		return;
	}
	snprintf(hint->path, sizeof(hint->path), "nodeGroups.%s.minSize", name);
	snprintf(hint->value, sizeof(hint->value), "%d", moment->to);
	snprintf(hint->why, sizeof(hint->why), "with the nodes there nobody waits for them");
}

void dry_cause_hint(const struct dry_recording *recording, const struct dry_moment *moment,
		    struct dry_cause_hint *hint)
{
	const struct dry_note *cap;

	memset(hint, 0, sizeof(*hint));
	if (moment->group_index >= recording->group_count)
		return;
	cap = dry_cause_cap(recording, moment);
	if (moment->kind == DRY_MOMENT_SCALE_UP && cap && cap->reason && !strcmp(cap->reason, "max-nodes-total")) {
		snprintf(hint->path, sizeof(hint->path), "max-nodes-total");
		snprintf(hint->value, sizeof(hint->value), "%" PRId64,
			 recording->config->options.max_nodes_total + cap->value[0] - cap->value[1]);
		snprintf(hint->why, sizeof(hint->why), "the limit cut the plan");
	} else if (moment->kind == DRY_MOMENT_SCALE_UP) {
		hint_scale_up(recording, moment, hint);
	} else if (moment->kind == DRY_MOMENT_SCALE_DOWN) {
		hint_duration(hint, "scale-down-unneeded-time",
			      2 * recording->config->options.scale_down_unneeded_ms);
		snprintf(hint->why, sizeof(hint->why), "the node would have stayed longer");
	} else if (moment->kind == DRY_MOMENT_BACKOFF) {
		hint_duration(hint, "initial-node-group-backoff-duration",
			      recording->config->options.initial_node_group_backoff_ms / 2);
		snprintf(hint->why, sizeof(hint->why), "the group would be tried again sooner");
	}
}

/* ---- the same cause elsewhere */

static const struct dry_note *first_refusal(const struct dry_recording *recording, const struct dry_moment *moment)
{
	uint32_t count;
	const struct dry_note *note = notes_of(recording, moment, &count);

	for (uint32_t i = 0; i < count; i++)
		if (note[i].kind == DRY_NOTE_GROUP_SKIPPED)
			return &note[i];
	return NULL;
}

void dry_cause_family(const struct dry_recording *recording, const struct dry_moment *moment,
		      struct dry_cause_family *family)
{
	const struct dry_note *refusal = first_refusal(recording, moment);

	memset(family, 0, sizeof(*family));
	if (!refusal || moment->kind != DRY_MOMENT_SCALE_UP)
		return;
	family->reason = refusal->reason;
	family->group_index = refusal->group_index;
	for (uint32_t m = 0; m < recording->moment_count; m++) {
		const struct dry_moment *other = &recording->moment[m];
		const struct dry_note *its =
			other->kind == DRY_MOMENT_SCALE_UP ? first_refusal(recording, other) : NULL;

		if (!its || its->reason != refusal->reason || its->group_index != refusal->group_index)
			continue;
		if (!family->count++)
			family->first_at_ms = other->at_ms;
		family->last_at_ms = other->at_ms;
		family->nodes += other->to - other->from;
	}
}
