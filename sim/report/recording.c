#include "report/recording.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/sort.h"

#define NOTES_A_LOOP 1024u
#define SPEND_STEPS 32768               /* a run's spend is a line: this many steps draw it */

/* State while the run goes. */
struct taker {
	struct dry_recording *recording;
	struct dry_loop loop;           /* of the present loop */
	bool in_loop, is_wanted;
	uint32_t note_count;
	struct dry_note note[NOTES_A_LOOP];
	uint32_t *next_ordinal;         /* one a group */
	uint8_t *started;               /* a bit a pod */
	int64_t spend_gap_ms;
	int64_t added, removed, reclaimed;
	int64_t last_spend_nusd, last_at_ms;
};

const char *dry_moment_name(enum dry_moment_kind kind)
{
	static const char *const names[DRY_MOMENT_KIND_COUNT] = { "scale-up", "refused", "backoff",
								  "scale-down", "reclaim" };

	return names[kind];
}

static struct dry_recorded_node *node_row(struct dry_recording *recording, uint32_t group_index,
					  uint32_t ordinal)
{
	struct dry_recorded_group *group;

	if (group_index >= recording->group_count || ordinal > 100000000u)
		return NULL;
	group = &recording->group[group_index];
	group->node = dry_grow(group->node, &group->node_capacity, (size_t)ordinal + 1,
			       sizeof(*group->node));
	while (group->node_count <= ordinal)
		group->node[group->node_count++] = (struct dry_recorded_node){ -1, -1, -1 };
	return &group->node[ordinal];
}

static struct dry_moment *add_moment(struct taker *taker, const struct dry_event *event,
				     enum dry_moment_kind kind)
{
	struct dry_recording *recording = taker->recording;
	struct dry_moment *moment;

	recording->moment = dry_grow(recording->moment, &recording->moment_capacity,
				     recording->moment_count + 1, sizeof(*recording->moment));
	moment = &recording->moment[recording->moment_count++];
	*moment = (struct dry_moment){ .at_ms = event->at_ms, .kind = kind,
				       .group_index = event->group_index, .ordinal = event->node_ordinal,
				       .from = event->from, .to = event->to, .until_ms = event->until_ms,
				       .reason = event->reason, .loop_index = DRY_NONE };
	if (taker->in_loop && taker->loop.at_ms == event->at_ms && kind != DRY_MOMENT_RECLAIM) {
		moment->loop_index = recording->loop_count;     /* the row it gets when the loop ends */
		taker->is_wanted = true;
	}
	return moment;
}

static void end_loop(struct taker *taker)
{
	struct dry_recording *recording = taker->recording;

	if (taker->in_loop && taker->is_wanted) {
		taker->loop.note_first = recording->note_count;
		taker->loop.note_count = taker->note_count;
		recording->note = dry_grow(recording->note, &recording->note_capacity,
					   (size_t)recording->note_count + taker->note_count,
					   sizeof(*recording->note));
		memcpy(recording->note + recording->note_count, taker->note,
		       taker->note_count * sizeof(*taker->note));
		recording->note_count += taker->note_count;
		recording->loop = dry_grow(recording->loop, &recording->loop_capacity,
					   recording->loop_count + 1, sizeof(*recording->loop));
		recording->loop[recording->loop_count++] = taker->loop;
	}
	taker->in_loop = taker->is_wanted = false;
	taker->note_count = 0;
}

static void add_need(struct taker *taker, const struct dry_note *note)
{
	const struct dry_input *input = taker->recording->input;

	taker->loop.unschedulable++;
	if (note->value[0] > taker->loop.oldest_ms)
		taker->loop.oldest_ms = note->value[0];
	if (note->pod_index < input->pod.count) {
		const struct dry_resources *request =
			&input->pod_class[input->pod.class_index[note->pod_index]].request;

		taker->loop.need_milli_cpu += request->amount[DRY_RESOURCE_CPU];
		taker->loop.need_bytes += request->amount[DRY_RESOURCE_MEMORY];
	}
}

static void on_note(void *context, const struct dry_note *note)
{
	struct taker *taker = context;

	if (note->kind == DRY_NOTE_LOOP) {
		end_loop(taker);
		taker->in_loop = true;
		taker->loop = (struct dry_loop){ .at_ms = note->at_ms, .pending = note->value[0],
						 .ready = note->value[1], .oldest_ms = -1 };
		return;
	}
	if (note->kind == DRY_NOTE_PENDING_POD)
		add_need(taker, note);
	/* A row a pod and a row a node would drown the rest: they are counted above or not read. */
	if (note->kind == DRY_NOTE_PENDING_POD || note->kind == DRY_NOTE_OPTION_POD ||
	    note->kind == DRY_NOTE_PACKED_POD || note->kind == DRY_NOTE_POD_IGNORED)
		return;
	if (taker->note_count < NOTES_A_LOOP)
		taker->note[taker->note_count++] = *note;
	else
		taker->loop.notes_left_out++;
}

static void on_pod_start(struct taker *taker, const struct dry_event *event)
{
	struct dry_recording *recording = taker->recording;
	uint32_t pod = event->pod_index;
	struct dry_pod_started *start;
	int64_t wait_ms;

	if (event->is_placeholder || pod >= recording->input->pod.count)
		return;
	recording->start = dry_grow(recording->start, &recording->start_capacity,
				    recording->start_count + 1, sizeof(*recording->start));
	start = &recording->start[recording->start_count++];
	*start = (struct dry_pod_started){ event->at_ms, pod, event->group_index, event->node_ordinal,
					   !(taker->started[pod / 8] >> (pod % 8) & 1) };
	taker->started[pod / 8] |= (uint8_t)(1u << (pod % 8));
	wait_ms = event->at_ms - recording->input->pod.arrive_at_ms[pod];
	if (start->is_first && wait_ms > recording->worst_wait_ms) {
		recording->worst_wait_ms = wait_ms;
		recording->worst_start_at_ms = event->at_ms;
		recording->worst_pod = pod;
	}
}

static void on_node_gone(struct taker *taker, const struct dry_event *event)
{
	struct dry_recording *recording = taker->recording;
	struct dry_recorded_node *node = node_row(recording, event->group_index, event->node_ordinal);

	if (!node)
		return;
	node->gone_at_ms = event->at_ms;
	if (node->chosen_at_ms >= 0) {
		dry_series_add(&recording->removed, event->at_ms, ++taker->removed);
	} else if (node->ready_at_ms >= 0) {
		add_moment(taker, event, DRY_MOMENT_RECLAIM);
		dry_series_add(&recording->reclaimed, event->at_ms, ++taker->reclaimed);
	}
}

static void on_event(void *context, const struct dry_event *event)
{
	struct taker *taker = context;
	struct dry_recording *recording = taker->recording;
	struct dry_recorded_node *node;

	switch (event->kind) {
	case DRY_EVENT_SCALE_UP:
		add_moment(taker, event, DRY_MOMENT_SCALE_UP)->ordinal = taker->next_ordinal[event->group_index];
		taker->next_ordinal[event->group_index] += (uint32_t)(event->to - event->from);
		break;
	case DRY_EVENT_SCALE_UP_FAILED:
		add_moment(taker, event, DRY_MOMENT_REFUSED);
		break;
	case DRY_EVENT_BACKOFF:
		add_moment(taker, event, DRY_MOMENT_BACKOFF);
		break;
	case DRY_EVENT_NODE_READY:
		node = node_row(recording, event->group_index, event->node_ordinal);
		if (node && node->ready_at_ms < 0) {
			node->ready_at_ms = event->at_ms;
			dry_series_add(&recording->added, event->at_ms, ++taker->added);
		}
		break;
	case DRY_EVENT_NODE_GONE:
		on_node_gone(taker, event);
		break;
	case DRY_EVENT_SCALE_DOWN:
		add_moment(taker, event, DRY_MOMENT_SCALE_DOWN);
		node = node_row(recording, event->group_index, event->node_ordinal);
		if (node)
			node->chosen_at_ms = event->at_ms;
		break;
	case DRY_EVENT_POD_START:
		on_pod_start(taker, event);
		break;
	default:
		break;
	}
}

static void on_sample(void *context, const struct dry_sample *sample)
{
	struct taker *taker = context;
	struct dry_recording *recording = taker->recording;
	int64_t nodes = 0, at_ms = sample->at_ms;

	for (uint32_t g = 0; g < recording->group_count; g++) {
		struct dry_recorded_group *group = &recording->group[g];

		dry_series_add(&group->ready, at_ms, sample->ready_nodes[g]);
		dry_series_add(&group->target, at_ms, sample->target_nodes[g]);
		dry_series_add(&group->price, at_ms, sample->price_nusd_per_hour[g]);
		nodes += sample->ready_nodes[g];
	}
	dry_series_add(&recording->nodes, at_ms, nodes);
	dry_series_add(&recording->pending, at_ms, sample->pending_pods);
	dry_series_add(&recording->running, at_ms, sample->running_pods);
	if (!recording->spend.count ||
	    at_ms - recording->spend.at_ms[recording->spend.count - 1] >= taker->spend_gap_ms)
		dry_series_add(&recording->spend, at_ms, sample->spend_nusd);
	taker->last_spend_nusd = sample->spend_nusd;
	taker->last_at_ms = at_ms;
}

static void seal(struct dry_recording *recording)
{
	for (uint32_t g = 0; g < recording->group_count; g++) {
		dry_series_seal(&recording->group[g].ready);
		dry_series_seal(&recording->group[g].target);
		dry_series_seal(&recording->group[g].price);
	}
	dry_series_seal(&recording->nodes);
	dry_series_seal(&recording->pending);
	dry_series_seal(&recording->running);
	dry_series_seal(&recording->spend);
	dry_series_seal(&recording->added);
	dry_series_seal(&recording->removed);
	dry_series_seal(&recording->reclaimed);
}

static void begin(struct taker *taker, const struct dry_run_request *request)
{
	struct dry_recording *recording = dry_xcalloc(1, sizeof(*recording));
	int64_t span_ms = request->config->horizon_ms;

	recording->input = request->input;
	recording->config = request->config;
	recording->group_count = request->config->group_count;
	recording->group = dry_xcalloc(recording->group_count + 1, sizeof(*recording->group));
	recording->worst_wait_ms = -1;
	recording->worst_pod = DRY_NONE;
	dry_result_init(&recording->result);
	taker->recording = recording;
	taker->next_ordinal = dry_xcalloc(recording->group_count + 1, sizeof(*taker->next_ordinal));
	taker->started = dry_xcalloc(request->input->pod.count / 8 + 1, 1);
	for (uint32_t g = 0; g < recording->group_count; g++) {
		taker->next_ordinal[g] = (uint32_t)request->config->group[g].initial_size;
		for (int32_t i = 0; i < request->config->group[g].initial_size; i++)
			node_row(recording, g, (uint32_t)i)->ready_at_ms = 0;
	}
	taker->spend_gap_ms = span_ms == DRY_NEVER || span_ms <= 0 ? 60000 : span_ms / SPEND_STEPS;
}

struct dry_recording *dry_recording_make(const struct dry_run_request *request)
{
	struct taker *taker = dry_xcalloc(1, sizeof(*taker));
	const struct dry_observer observer = { taker, on_event, on_note, on_sample };
	struct dry_run_request own = *request;
	struct dry_worker *worker = dry_worker_new();
	struct dry_recording *recording;

	begin(taker, request);
	recording = taker->recording;
	own.observer = &observer;
	if (dry_run(worker, &own, &recording->result)) {
		end_loop(taker);
		recording->end_at_ms = recording->result.end_at_ms;
		if (taker->last_at_ms <= recording->end_at_ms)
			dry_series_add(&recording->spend, recording->end_at_ms, taker->last_spend_nusd);
		seal(recording);
	} else {
		dry_recording_release(recording);
		recording = NULL;
	}
	dry_worker_release(worker);
	free(taker->next_ordinal);
	free(taker->started);
	free(taker);
	return recording;
}

void dry_recording_release(struct dry_recording *recording)
{
	if (!recording)
		return;
	for (uint32_t g = 0; g < recording->group_count; g++) {
		dry_series_release(&recording->group[g].ready);
		dry_series_release(&recording->group[g].target);
		dry_series_release(&recording->group[g].price);
		free(recording->group[g].node);
	}
	free(recording->group);
	dry_series_release(&recording->nodes);
	dry_series_release(&recording->pending);
	dry_series_release(&recording->running);
	dry_series_release(&recording->spend);
	dry_series_release(&recording->added);
	dry_series_release(&recording->removed);
	dry_series_release(&recording->reclaimed);
	free(recording->moment);
	free(recording->loop);
	free(recording->note);
	free(recording->start);
	dry_result_release(&recording->result);
	free(recording);
}

uint32_t dry_recording_find(const struct dry_recording *recording, int64_t at_ms)
{
	if (!recording->moment_count)
		return 0;
	return (uint32_t)dry_find_sorted(&recording->moment->at_ms, recording->moment_count,
					 sizeof(*recording->moment), at_ms);
}
