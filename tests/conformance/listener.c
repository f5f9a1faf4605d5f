/* What a run told: its decision log, and why, for one instant. */
#include <math.h>
#include <string.h>

#include "base/units.h"
#include "case.h"

static const char *group_name(const struct listener *l, uint32_t group)
{
	return group == DRY_NONE ? "-" : l->input->config.group[group].name;
}

static const char *node_name(const struct listener *l, uint32_t group, uint32_t ordinal, char *buffer,
			     size_t size)
{
	snprintf(buffer, size, "%s-%u", group_name(l, group), ordinal);
	return buffer;
}

static const char *pod_name(const struct listener *l, uint32_t pod, char *buffer, size_t size)
{
	const struct dry_pod_table *table = &l->input->pod;
	const struct dry_pod_class *class;

	if (pod == DRY_NONE)
		return "-";
	class = &l->input->pod_class[table->class_index[pod]];
	snprintf(buffer, size, "%s/%s", dry_symbols_text(&l->input->symbols, class->name_space),
		 table->name_text + table->name_offset[pod]);
	return buffer;
}

static void on_event(void *context, const struct dry_event *e)
{
	static const char *const name[DRY_EVENT_KIND_COUNT] = {
		[DRY_EVENT_SCALE_UP] = "scaleUp",     [DRY_EVENT_SCALE_UP_FAILED] = "scaleUpFailed",
		[DRY_EVENT_BACKOFF] = "backoff",      [DRY_EVENT_NODE_READY] = "nodeReady",
		[DRY_EVENT_NODE_GONE] = "nodeGone",   [DRY_EVENT_SCALE_DOWN] = "scaleDown",
		[DRY_EVENT_POD_START] = "podStart",   [DRY_EVENT_POD_EVICTED] = "podEvicted",
		[DRY_EVENT_POD_END] = "podEnd",
	};
	struct listener *l = context;
	char text[1024], node[256], pod[512], seconds[32];
	int n = snprintf(text, sizeof(text), "\"event\":\"%s\"", name[e->kind]);
	size_t used = (size_t)n;

	if (e->is_placeholder)
		return;
	if (e->pod_index != DRY_NONE)
		used += (size_t)snprintf(text + used, sizeof(text) - used, ",\"pod\":\"%s\"",
					 pod_name(l, e->pod_index, pod, sizeof(pod)));
	else
		used += (size_t)snprintf(text + used, sizeof(text) - used, ",\"nodeGroup\":\"%s\"",
					 group_name(l, e->group_index));
	if (e->node_ordinal != DRY_NONE)
		used += (size_t)snprintf(text + used, sizeof(text) - used, ",\"node\":\"%s\"",
					 node_name(l, e->group_index, e->node_ordinal, node,
						   sizeof(node)));
	switch (e->kind) {
	case DRY_EVENT_SCALE_UP:
		snprintf(text + used, sizeof(text) - used, ",\"from\":%d,\"to\":%d", e->from, e->to);
		break;
	case DRY_EVENT_BACKOFF:
		snprintf(text + used, sizeof(text) - used, ",\"until\":%s",
			 dry_format_seconds(e->until_ms, seconds, sizeof(seconds)));
		break;
	case DRY_EVENT_SCALE_UP_FAILED:
	case DRY_EVENT_SCALE_DOWN:
		snprintf(text + used, sizeof(text) - used, ",\"reason\":\"%s\"", e->reason);
		break;
	case DRY_EVENT_POD_EVICTED:
		snprintf(text + used, sizeof(text) - used, ",\"cause\":\"%s\"", e->reason);
		break;
	default:
		break;
	}
	log_add(&l->log, e->at_ms, text);
}

static void on_note(void *context, const struct dry_note *note)
{
	static const char *const name[DRY_NOTE_KIND_COUNT] = {
		[DRY_NOTE_LOOP] = "loop (pending, ready, nodes, upcoming)",
		[DRY_NOTE_LOOP_ENDS] = "loop ends",
		[DRY_NOTE_PENDING_POD] = "pending (age ms)",
		[DRY_NOTE_PACKED_POD] = "fits a node",
		[DRY_NOTE_POD_IGNORED] = "ignored",
		[DRY_NOTE_NO_SCALE_UP] = "no scale-up",
		[DRY_NOTE_GROUP_SKIPPED] = "group skipped",
		[DRY_NOTE_POD_DOES_NOT_FIT] = "does not fit (pods)",
		[DRY_NOTE_OPTION] = "option (nodes, pods)",
		[DRY_NOTE_OPTION_POD] = "  pod of the option",
		[DRY_NOTE_EXPANDER] = "expander keeps",
		[DRY_NOTE_BEST_OPTION] = "best option (nodes)",
		[DRY_NOTE_CAPPED] = "capped (wanted, granted)",
		[DRY_NOTE_PLAN] = "plan (from, to)",
		[DRY_NOTE_NODE_UNREMOVABLE] = "unremovable",
		[DRY_NOTE_NODE_UNNEEDED] = "unneeded (since ms, threshold ms)",
		[DRY_NOTE_NO_SCALE_DOWN] = "no scale-down (until ms)",
		[DRY_NOTE_NODE_NOT_DELETED] = "not deleted",
		[DRY_NOTE_DRAIN] = "drain",
	};
	struct listener *l = context;
	char text[1024], part[512];
	size_t used;
	int i, values;

	if (note->at_ms != l->notes_at_ms)
		return;
	used = (size_t)snprintf(text, sizeof(text), "%s:", name[note->kind]);
	if (note->pod_index != DRY_NONE)
		used += (size_t)snprintf(text + used, sizeof(text) - used, " pod %s",
					 pod_name(l, note->pod_index, part, sizeof(part)));
	if (note->group_index != DRY_NONE && note->node_ordinal != DRY_NONE)
		used += (size_t)snprintf(text + used, sizeof(text) - used, " node %s",
					 node_name(l, note->group_index, note->node_ordinal, part,
						   sizeof(part)));
	else if (note->group_index != DRY_NONE)
		used += (size_t)snprintf(text + used, sizeof(text) - used, " group %s",
					 group_name(l, note->group_index));
	for (values = 4; values > 0 && note->value[values - 1] == 0;)
		values--;
	for (i = 0; i < values; i++)
		used += (size_t)snprintf(text + used, sizeof(text) - used, " %lld",
					 (long long)note->value[i]);
	if (!isnan(note->score))
		used += (size_t)snprintf(text + used, sizeof(text) - used, " score %.9g", note->score);
	if (note->reason)
		snprintf(text + used, sizeof(text) - used, ": %s", note->reason);
	log_add(&l->notes, note->at_ms, text);
}

static void on_sample(void *context, const struct dry_sample *sample)
{
	struct listener *l = context;

	l->pending_count = sample->pending_pods;
}

void listener_init(struct listener *l)
{
	memset(l, 0, sizeof(*l));
	log_init(&l->log);
	log_init(&l->notes);
}

void listener_start(struct listener *l, const struct dry_input *input, int64_t notes_at_ms)
{
	log_clear(&l->log);
	log_clear(&l->notes);
	l->input = input;
	l->notes_at_ms = notes_at_ms;
	l->pending_count = 0;
	l->observer.context = l;
	l->observer.on_event = on_event;
	l->observer.on_note = notes_at_ms >= 0 ? on_note : NULL;
	l->observer.on_sample = on_sample;
}

void listener_release(struct listener *l)
{
	log_release(&l->log);
	log_release(&l->notes);
}
