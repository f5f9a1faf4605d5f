/*
 * Group sizes are compared as what was asked of the cloud: every source of
 * records tells that. Both sides are made by the same rules: a scale-up says the
 * size, a scale-down and a node that is lost take one. A recorded size starts from the first
 * scale-up's "from" where there is one, else from the scenario's initialSize.
 */
#include "report/calibration.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/statistics.h"
#include "base/symbol.h"
#include "io/importers.h"

struct step {                           /* a group's size from then on */
	int64_t at_ms;
	uint32_t group;
	int32_t size;
};

struct steps {
	struct step *step;
	size_t count, capacity;
};

struct numbers {
	double *value;
	size_t count, capacity;
};

struct counts {
	double scale_ups, nodes_added, scale_downs;
};

struct nodes {
	bool *is_leaving;
	size_t capacity;
};

struct dry_watched {
	const struct dry_input *input;
	const struct dry_config *config;
	struct dry_observer observer;
	struct steps steps;
	int32_t *size;                  /* present size of each group */
	struct nodes *leaving;          /* a group each: was the node asked to go? by ordinal */
	struct counts *counts;          /* a group each */
	double failed, evictions;
	int64_t *start_at_ms;           /* first start of each pod; -1 = none */
	struct numbers *asked;          /* a group each: instants of requests not yet Ready, in s */
	struct numbers provisions;      /* s */
	int64_t last_ms;
};

static void add_number(struct numbers *numbers, double value)
{
	numbers->value = dry_grow(numbers->value, &numbers->capacity, numbers->count + 1, sizeof(double));
	numbers->value[numbers->count++] = value;
}

static void add_step(struct steps *steps, int64_t at_ms, uint32_t group, int32_t size)
{
	steps->step = dry_grow(steps->step, &steps->capacity, steps->count + 1, sizeof(*steps->step));
	steps->step[steps->count++] = (struct step){ at_ms, group, size };
}

/* Requests of a group become Ready in order, near enough for a median. */
static void take_request(struct dry_watched *w, uint32_t group, int64_t at_ms)
{
	struct numbers *const asked = &w->asked[group];

	if (!asked->count)
		return;
	add_number(&w->provisions, (double)at_ms / 1000 - asked->value[0]);
	memmove(asked->value, asked->value + 1, --asked->count * sizeof(double));
}

static void set_size(struct dry_watched *w, const struct dry_event *event, int32_t size)
{
	w->size[event->group_index] = size > 0 ? size : 0;
	add_step(&w->steps, event->at_ms, event->group_index, w->size[event->group_index]);
}

static void ask_to_go(struct dry_watched *w, const struct dry_event *event)
{
	struct nodes *const nodes = &w->leaving[event->group_index];

	w->counts[event->group_index].scale_downs++;
	nodes->is_leaving = dry_grow(nodes->is_leaving, &nodes->capacity, (size_t)event->node_ordinal + 1,
				     sizeof(bool));
	nodes->is_leaving[event->node_ordinal] = true;
	set_size(w, event, w->size[event->group_index] - 1);
}

/* A node that goes without having been asked to was lost, or never came. */
static void on_gone(struct dry_watched *w, const struct dry_event *event)
{
	const struct nodes *const nodes = &w->leaving[event->group_index];

	if (event->node_ordinal >= nodes->capacity || !nodes->is_leaving[event->node_ordinal])
		set_size(w, event, w->size[event->group_index] - 1);
}

static void on_event(void *context, const struct dry_event *event)
{
	struct dry_watched *const w = context;

	w->last_ms = event->at_ms > w->last_ms ? event->at_ms : w->last_ms;
	switch (event->kind) {
	case DRY_EVENT_SCALE_UP:
		w->counts[event->group_index].scale_ups++;
		w->counts[event->group_index].nodes_added += event->to - event->from;
		for (int32_t i = event->from; i < event->to; i++)
			add_number(&w->asked[event->group_index], (double)event->at_ms / 1000);
		set_size(w, event, event->to);
		break;
	case DRY_EVENT_SCALE_UP_FAILED:
		w->failed++;
		w->asked[event->group_index].count = 0;
		break;
	case DRY_EVENT_SCALE_DOWN:
		ask_to_go(w, event);
		break;
	case DRY_EVENT_NODE_GONE:
		on_gone(w, event);
		break;
	case DRY_EVENT_NODE_READY:
		take_request(w, event->group_index, event->at_ms);
		break;
	case DRY_EVENT_POD_START:
		if (!event->is_placeholder && w->start_at_ms[event->pod_index] < 0)
			w->start_at_ms[event->pod_index] = event->at_ms;
		break;
	case DRY_EVENT_POD_EVICTED:
		w->evictions += event->reason && !strcmp(event->reason, "scaleDown");
		break;
	default:
		break;
	}
}

struct dry_watched *dry_watched_new(const struct dry_input *input, const struct dry_config *config)
{
	struct dry_watched *const w = dry_xcalloc(1, sizeof(*w));

	*w = (struct dry_watched){ .input = input, .config = config };
	w->observer = (struct dry_observer){ .context = w, .on_event = on_event };
	w->size = dry_xcalloc(config->group_count + 1, sizeof(*w->size));
	w->counts = dry_xcalloc(config->group_count + 1, sizeof(*w->counts));
	w->asked = dry_xcalloc(config->group_count + 1, sizeof(*w->asked));
	w->leaving = dry_xcalloc(config->group_count + 1, sizeof(*w->leaving));
	w->start_at_ms = dry_xcalloc(input->pod.count + 1, sizeof(*w->start_at_ms));
	for (uint32_t i = 0; i < input->pod.count; i++)
		w->start_at_ms[i] = -1;
	for (uint32_t g = 0; g < config->group_count; g++) {
		w->size[g] = config->group[g].initial_size;
		add_step(&w->steps, 0, g, w->size[g]);
	}
	return w;
}

void dry_watched_release(struct dry_watched *watched)
{
	for (uint32_t g = 0; g < watched->config->group_count; g++) {
		free(watched->asked[g].value);
		free(watched->leaving[g].is_leaving);
	}
	free(watched->steps.step);
	free(watched->size);
	free(watched->counts);
	free(watched->asked);
	free(watched->leaving);
	free(watched->start_at_ms);
	free(watched->provisions.value);
	free(watched);
}

const struct dry_observer *dry_watched_observer(struct dry_watched *watched)
{
	return &watched->observer;
}

/* --- the recorded side --- */

struct recorded {
	const struct dry_calibration *calibration;
	const struct dry_config *config;
	int64_t shift_ms;               /* from the calibration's time to the trace's */
	struct steps steps;
	struct counts *counts;
	double failed, evictions;
	struct numbers provisions;
};

/* By its name, or by the node's: <group>-<anything>. DRY_NONE = of no known group. */
static uint32_t group_of(const struct dry_config *config, const struct dry_recorded_event *event)
{
	uint32_t best = DRY_NONE;
	size_t best_length = 0;

	for (uint32_t g = 0; g < config->group_count; g++) {
		const char *const name = config->group[g].name;
		const size_t length = strlen(name);
		if (event->group && !strcmp(event->group, name))
			return g;
		if (!event->group && event->node && length > best_length && !strncmp(event->node, name, length) &&
		    event->node[length] == '-') {
			best = g;
			best_length = length;
		}
	}
	return best;
}

/* Sizes before the first recorded scale-up: what that started from, and what was removed before it. */
static void start_sizes(const struct recorded *r, int32_t *size)
{
	for (uint32_t g = 0; g < r->config->group_count; g++) {
		int32_t removed = 0;
		size[g] = r->config->group[g].initial_size;
		for (uint32_t i = 0; i < r->calibration->count; i++) {
			const struct dry_recorded_event *const event = &r->calibration->event[i];
			if (group_of(r->config, event) != g)
				continue;
			removed += event->kind == DRY_EVENT_SCALE_DOWN;
			if (event->kind != DRY_EVENT_SCALE_UP || event->from < 0)
				continue;
			size[g] = event->from + removed;
			break;
		}
	}
}

static bool was_asked_to_go(const struct recorded *r, uint32_t index)
{
	const char *const node = r->calibration->event[index].node;

	for (uint32_t i = index; node && i-- > 0;) {
		const struct dry_recorded_event *const before = &r->calibration->event[i];
		if (before->kind == DRY_EVENT_SCALE_DOWN && before->node && !strcmp(before->node, node))
			return true;
	}
	return false;
}

static void read_event(struct recorded *r, uint32_t index, int32_t *size)
{
	const struct dry_recorded_event *const event = &r->calibration->event[index];
	const uint32_t g = group_of(r->config, event);
	int32_t change = 0;

	switch (event->kind) {
	case DRY_EVENT_SCALE_UP:
		if (g == DRY_NONE)
			return;
		r->counts[g].scale_ups++;
		r->counts[g].nodes_added += event->from >= 0 ? event->to - event->from : 0;
		change = event->to - size[g];
		break;
	case DRY_EVENT_SCALE_UP_FAILED:
		r->failed++;
		return;
	case DRY_EVENT_SCALE_DOWN:
		if (g == DRY_NONE)
			return;
		r->counts[g].scale_downs++;
		change = -1;
		break;
	case DRY_EVENT_NODE_GONE:
		if (g == DRY_NONE || was_asked_to_go(r, index))
			return;
		change = -1;            /* lost: its group shrinks */
		break;
	case DRY_EVENT_NODE_READY:
		if (event->provision_ms >= 0)
			add_number(&r->provisions, (double)event->provision_ms / 1000);
		return;
	case DRY_EVENT_POD_EVICTED:
		r->evictions += event->cause && !strcmp(event->cause, "scaleDown");
		return;
	default:
		return;
	}
	size[g] = size[g] + change < 0 ? 0 : size[g] + change;
	add_step(&r->steps, event->at_ms + r->shift_ms, g, size[g]);
}

static void read_records(struct recorded *r)
{
	int32_t *const size = dry_xcalloc(r->config->group_count + 1, sizeof(*size));

	r->counts = dry_xcalloc(r->config->group_count + 1, sizeof(*r->counts));
	start_sizes(r, size);
	for (uint32_t g = 0; g < r->config->group_count; g++)
		add_step(&r->steps, INT64_MIN, g, size[g]);
	for (uint32_t i = 0; i < r->calibration->count; i++)
		read_event(r, i, size);
	free(size);
}

/* --- both --- */

/* Integrals of one group (or all) between two instants. */
struct integral {
	double recorded, simulated, difference, recorded_peak, simulated_peak;
};

static void add_span(struct integral *sum, double recorded, double simulated, double span)
{
	sum->recorded += recorded * span;
	sum->simulated += simulated * span;
	sum->difference += fabs(recorded - simulated) * span;
	sum->recorded_peak = fmax(sum->recorded_peak, recorded);
	sum->simulated_peak = fmax(sum->simulated_peak, simulated);
}

/* Walks both step functions at once; sums[group_count] is of all groups together. */
static void integrate(const struct steps *recorded, const struct steps *simulated, uint32_t group_count,
		      int64_t from_ms, int64_t to_ms, struct integral *sums)
{
	int32_t *const a = dry_xcalloc(group_count + 1, sizeof(*a));
	int32_t *const b = dry_xcalloc(group_count + 1, sizeof(*b));
	size_t i = 0, j = 0;

	for (int64_t now = from_ms; now < to_ms;) {
		int64_t next = to_ms;
		double all_a = 0, all_b = 0;
		for (; i < recorded->count && recorded->step[i].at_ms <= now; i++)
			a[recorded->step[i].group] = recorded->step[i].size;
		for (; j < simulated->count && simulated->step[j].at_ms <= now; j++)
			b[simulated->step[j].group] = simulated->step[j].size;
		if (i < recorded->count && recorded->step[i].at_ms < next)
			next = recorded->step[i].at_ms;
		if (j < simulated->count && simulated->step[j].at_ms < next)
			next = simulated->step[j].at_ms;
		for (uint32_t g = 0; g < group_count; g++) {
			add_span(&sums[g], a[g], b[g], (double)(next - now));
			all_a += a[g];
			all_b += b[g];
		}
		add_span(&sums[group_count], all_a, all_b, (double)(next - now));
		now = next;
	}
	free(a);
	free(b);
}

static struct dry_pair pair(double recorded, double simulated)
{
	return (struct dry_pair){ recorded, simulated };
}

static void set_sizes(struct dry_size_comparison *to, const char *group, const struct integral *sum, double span,
		      const struct counts *recorded, const struct counts *simulated)
{
	*to = (struct dry_size_comparison){
		.group = group,
		.mean = pair(sum->recorded / span, sum->simulated / span),
		.peak = pair(sum->recorded_peak, sum->simulated_peak),
		.mean_difference = sum->difference / span,
		.scale_ups = pair(recorded->scale_ups, simulated->scale_ups),
		.nodes_added = pair(recorded->nodes_added, simulated->nodes_added),
		.scale_downs = pair(recorded->scale_downs, simulated->scale_downs),
	};
}

static void add_counts(struct counts *to, const struct counts *from)
{
	to->scale_ups += from->scale_ups;
	to->nodes_added += from->nodes_added;
	to->scale_downs += from->scale_downs;
}

static void compare_sizes(const struct recorded *r, const struct dry_watched *w,
			  struct dry_calibration_report *report)
{
	const uint32_t count = w->config->group_count;
	struct integral *const sums = dry_xcalloc(count + 1, sizeof(*sums));
	const double span = (double)(report->to_ms - report->from_ms);
	struct counts recorded = { 0 }, simulated = { 0 };

	integrate(&r->steps, &w->steps, count, report->from_ms, report->to_ms, sums);
	report->group_count = count;
	report->group = dry_xcalloc(count + 1, sizeof(*report->group));
	for (uint32_t g = 0; g < count; g++) {
		const double start = r->steps.step[g].size;     /* the first steps are the starts */
		set_sizes(&report->group[g], w->config->group[g].name, &sums[g], span, &r->counts[g], &w->counts[g]);
		report->group[g].start = pair(start, w->config->group[g].initial_size);
		add_counts(&recorded, &r->counts[g]);
		add_counts(&simulated, &w->counts[g]);
	}
	set_sizes(&report->all, NULL, &sums[count], span, &recorded, &simulated);
	free(sums);
}

static struct dry_pair quantiles(struct numbers *recorded, struct numbers *simulated, double q)
{
	dry_sort_doubles(recorded->value, recorded->count);
	dry_sort_doubles(simulated->value, simulated->count);
	return pair(dry_quantile(recorded->value, recorded->count, q),
		    dry_quantile(simulated->value, simulated->count, q));
}

/* Index of the pod of each namespace/name; symbols count from 1 in order of adding. */
static uint32_t *index_pods(const struct dry_input *input, struct dry_symbols *symbols)
{
	uint32_t *const pod = dry_xcalloc((size_t)input->pod.count + 1, sizeof(*pod));
	struct dry_arena arena;
	uint32_t known = 0;

	dry_arena_init(&arena);
	for (uint32_t i = 0; i < input->pod.count; i++) {
		const struct dry_pod_class *const class = &input->pod_class[input->pod.class_index[i]];
		const char *const text = dry_arena_printf(&arena, "%s/%s",
			dry_symbols_text(&input->symbols, class->name_space),
			input->pod.name_text + input->pod.name_offset[i]);
		const dry_symbol symbol = dry_symbols_add_text(symbols, text);
		if (symbol > known) {
			known = symbol;
			pod[symbol - 1] = i;
		}
		dry_arena_reset(&arena);
	}
	dry_arena_release(&arena);
	return pod;
}

struct waits {
	struct numbers recorded, simulated;
	double difference;
};

/* A record that does not say the wait says when the pod was bound. */
static int64_t recorded_wait(const struct dry_recorded_event *event, int64_t arrived, int64_t shift_ms)
{
	const int64_t wait = event->wait_ms >= 0 ? event->wait_ms : event->at_ms + shift_ms - arrived;

	return wait > 0 ? wait : 0;
}

static void compare_pod(const struct dry_watched *w, const struct dry_recorded_event *event, uint32_t pod,
			int64_t shift_ms, struct waits *waits, struct dry_calibration_report *report)
{
	const int64_t start = w->start_at_ms[pod];
	const int64_t arrived = w->input->pod.arrive_at_ms[pod] > 0 ? w->input->pod.arrive_at_ms[pod] : 0;

	if (start < 0) {
		report->pods_recorded_only++;
		return;
	}
	const double recorded = (double)recorded_wait(event, arrived, shift_ms) / 1000;
	const double simulated = (double)(start - arrived) / 1000;
	add_number(&waits->recorded, recorded);
	add_number(&waits->simulated, simulated);
	waits->difference += fabs(recorded - simulated);
}

static void compare_waits(const struct dry_calibration *calibration, const struct dry_watched *w,
			  int64_t shift_ms, struct dry_calibration_report *report)
{
	struct waits waits = { 0 };
	struct dry_symbols symbols;

	dry_symbols_init(&symbols);
	uint32_t *const pod = index_pods(w->input, &symbols);
	bool *const seen = dry_xcalloc((size_t)w->input->pod.count + 1, sizeof(*seen));
	for (uint32_t i = 0; i < calibration->count; i++) {
		const struct dry_recorded_event *const event = &calibration->event[i];
		if (event->kind != DRY_EVENT_POD_START || !event->pod)
			continue;
		const dry_symbol symbol = dry_symbols_find(&symbols, event->pod, strlen(event->pod));
		if (symbol == DRY_NONE || !symbol || seen[pod[symbol - 1]])
			continue;
		seen[pod[symbol - 1]] = true;
		compare_pod(w, event, pod[symbol - 1], shift_ms, &waits, report);
	}
	for (uint32_t i = 0; i < w->input->pod.count; i++)
		report->pods_simulated_only += !seen[i] && w->start_at_ms[i] >= 0;
	const size_t count = waits.recorded.count;
	report->pods_compared = (uint32_t)count;
	report->wait_mean = pair(dry_mean(waits.recorded.value, count), dry_mean(waits.simulated.value, count));
	report->wait_p50 = quantiles(&waits.recorded, &waits.simulated, 0.5);
	report->wait_p95 = quantiles(&waits.recorded, &waits.simulated, 0.95);
	report->wait_max = quantiles(&waits.recorded, &waits.simulated, 1);
	report->wait_mean_difference = count ? waits.difference / (double)count : NAN;
	free(waits.recorded.value);
	free(waits.simulated.value);
	free(seen);
	free(pod);
	dry_symbols_release(&symbols);
}

/* Where the records begin in the trace's time: both know their dates, or both count from the start. */
static int64_t find_shift(const struct dry_calibration *calibration, const struct dry_input *input)
{
	int64_t epoch_ms;

	if (!calibration->has_epoch || !input->epoch || dry_import_parse_time(input->epoch, &epoch_ms))
		return 0;
	return calibration->epoch_ms - epoch_ms;
}

bool dry_calibration_compare(const struct dry_calibration *calibration, struct dry_watched *watched,
			     struct dry_calibration_report *report, struct dry_error *err)
{
	struct recorded r = { .calibration = calibration, .config = watched->config,
			      .shift_ms = find_shift(calibration, watched->input) };

	*report = (struct dry_calibration_report){ 0 };
	const int64_t first = calibration->event[0].at_ms + r.shift_ms;
	const int64_t last = calibration->event[calibration->count - 1].at_ms + r.shift_ms;
	report->from_ms = first > 0 ? first : 0;
	report->to_ms = last < watched->last_ms ? last : watched->last_ms;
	if (report->from_ms >= report->to_ms) {
		dry_fail(err, DRY_ERROR_EMPTY, DRY_NOWHERE, "the records and the trace have no time in common");
		return dry_fail_fix(err, "records of the same day, dated alike; klog lines have no year: --log-year");
	}
	read_records(&r);
	compare_sizes(&r, watched, report);
	compare_waits(calibration, watched, r.shift_ms, report);
	report->failed_scale_ups = pair(r.failed, watched->failed);
	report->evictions = pair(r.evictions, watched->evictions);
	report->provisions_recorded = (uint32_t)r.provisions.count;
	report->provisions_simulated = (uint32_t)watched->provisions.count;
	report->provision_p50 = quantiles(&r.provisions, &watched->provisions, 0.5);
	report->provision_p95 = quantiles(&r.provisions, &watched->provisions, 0.95);
	free(r.steps.step);
	free(r.counts);
	free(r.provisions.value);
	return true;
}

void dry_calibration_report_release(struct dry_calibration_report *report)
{
	free(report->group);
	report->group = NULL;
}
