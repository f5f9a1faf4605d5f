/*
 * Traces and prices, merged by t, then by the order of the files, then by line.
 * Each file holds its next line; the earliest one is put into the tables.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/units.h"
#include "ahead.h"
#include "loading.h"
#include "trace_line.h"

#define PROGRESS_LINES 16384
#define ROWS_MAX (UINT32_MAX / 4)
#define AHEAD_BYTES ((uint64_t)4 << 20) /* of a file as stored: below that a thread costs more than it gives */

struct merge {
	struct load *load;
	const struct dry_load_options *options;
	struct load_source *source;
	struct dry_sha256 *sha;
	uint32_t count;
	uint32_t row_count;
	bool full;                      /* enough complaints */
};

/* --- tables --- */

static void grow_pods(struct load *load)
{
	struct dry_pod_table *pod = &load->input->pod;
	size_t capacity = load->pod_capacity ? load->pod_capacity * 2 : 1024;

	pod->arrive_at_ms = dry_xrealloc(pod->arrive_at_ms, capacity * sizeof(*pod->arrive_at_ms));
	pod->duration_ms = dry_xrealloc(pod->duration_ms, capacity * sizeof(*pod->duration_ms));
	pod->until_at_ms = dry_xrealloc(pod->until_at_ms, capacity * sizeof(*pod->until_at_ms));
	pod->class_index = dry_xrealloc(pod->class_index, capacity * sizeof(*pod->class_index));
	pod->owner_index = dry_xrealloc(pod->owner_index, capacity * sizeof(*pod->owner_index));
	pod->order = dry_xrealloc(pod->order, capacity * sizeof(*pod->order));
	pod->name_offset = dry_xrealloc(pod->name_offset, capacity * sizeof(*pod->name_offset));
	load->pod_capacity = capacity;
}

/* The tables are as long as the trace now. */
static void trim_pods(struct load *load)
{
	struct dry_pod_table *pod = &load->input->pod;
	size_t count = pod->count ? pod->count : 1;

	if (!load->pod_capacity)
		grow_pods(load);
	pod->arrive_at_ms = dry_xrealloc(pod->arrive_at_ms, count * sizeof(*pod->arrive_at_ms));
	pod->duration_ms = dry_xrealloc(pod->duration_ms, count * sizeof(*pod->duration_ms));
	pod->until_at_ms = dry_xrealloc(pod->until_at_ms, count * sizeof(*pod->until_at_ms));
	pod->class_index = dry_xrealloc(pod->class_index, count * sizeof(*pod->class_index));
	pod->owner_index = dry_xrealloc(pod->owner_index, count * sizeof(*pod->owner_index));
	pod->order = dry_xrealloc(pod->order, count * sizeof(*pod->order));
	pod->name_offset = dry_xrealloc(pod->name_offset, count * sizeof(*pod->name_offset));
	pod->name_text = dry_xrealloc(pod->name_text, pod->name_text_length + 1);
}

static bool add_pod(struct merge *m, const struct load_source *source)
{
	struct load *load = m->load;
	struct dry_pod_table *pod = &load->input->pod;
	const struct load_row *row = &source->row;
	uint64_t offset = pod->name_text_length;
	uint32_t i = pod->count;

	if (offset + row->name_length >= UINT32_MAX) {
		load->failed = true;
		return dry_fail(load->err, DRY_ERROR_INPUT,
				(struct dry_where){ .file = source->path, .line = (uint32_t)source->line },
				"the names of the pods take more than 4 GiB");
	}
	if (i >= load->pod_capacity)
		grow_pods(load);
	pod->name_text = dry_grow(pod->name_text, &load->name_capacity, offset + row->name_length + 1, 1);
	memcpy(pod->name_text + offset, row->name, row->name_length);
	pod->name_text[offset + row->name_length] = '\0';
	pod->name_text_length = offset + row->name_length + 1;
	pod->name_offset[i] = (uint32_t)offset;
	pod->arrive_at_ms[i] = row->at_ms;
	pod->duration_ms[i] = row->duration_ms;
	pod->until_at_ms[i] = row->until_ms;
	pod->class_index[i] = row->class_index;
	pod->owner_index[i] = row->owner_index;
	pod->order[i] = m->row_count;
	pod->count++;
	if (row->node_group == DRY_NONE)
		return true;
	load->initial = dry_grow(load->initial, &load->initial_capacity, (size_t)load->input->initial_pod_count + 1,
				 sizeof(*load->initial));
	load->initial[load->input->initial_pod_count++] =
		(struct dry_initial_pod){ i, row->node_group, row->node_ordinal };
	return true;
}

static void add_event(struct merge *m, const struct load_source *source)
{
	struct load *load = m->load;
	const struct load_row *row = &source->row;

	load->event = dry_grow(load->event, &load->event_capacity, load->event_count + 1, sizeof(*load->event));
	load->event[load->event_count] = row->event;
	load->event[load->event_count].order = m->row_count;
	if (row->event.kind == DRY_TRACE_POD_DELETE) {
		load->deletion = dry_grow(load->deletion, &load->deletion_capacity, load->deletion_count + 1,
					  sizeof(*load->deletion));
		load->deletion[load->deletion_count++] =
			(struct load_delete){ load->event_count, row->delete_name_space, row->delete_name,
					      (uint32_t)(source - m->source), source->line };
	}
	load->event_count++;
}

static bool add_row(struct merge *m, const struct load_source *source)
{
	struct load *load = m->load;

	switch (source->row.kind) {
	case LOAD_ROW_POD:
		if (!add_pod(m, source))
			return false;
		break;
	case LOAD_ROW_EVENT:
		add_event(m, source);
		break;
	case LOAD_ROW_PRICE:
		load_add_price(load, &source->row);
		break;
	default:
		return true;
	}
	m->row_count++;
	return true;
}

/* --- reading --- */

static bool is_blank(const char *text, size_t length)
{
	while (length && (*text == ' ' || *text == '\t')) {
		text++;
		length--;
	}
	return !length;
}

static bool tell_progress(struct merge *m)
{
	uint64_t text = 0, stored = 0, file = 0;
	uint32_t i;

	if (!m->options || !m->options->on_progress)
		return true;
	for (i = 0; i < m->count; i++) {
		const struct load_source *source = &m->source[i];

		if (!source->reader)
			continue;
		text += source->ahead ? ahead_text_bytes(source->ahead) : dry_reader_text_bytes(source->reader);
		stored += source->ahead ? ahead_stored_bytes(source->ahead) : dry_reader_stored_bytes(source->reader);
		file += dry_reader_file_bytes(source->reader);
	}
	if (m->options->on_progress(m->options->context, text, stored, file))
		return true;
	m->load->failed = true;
	return dry_fail(m->load->err, DRY_ERROR_SYSTEM, DRY_NOWHERE, "stopped");
}

static void note_epoch(struct load *load, const struct load_source *source)
{
	struct dry_where where = { .file = source->path, .line = (uint32_t)source->line };

	if (!source->row.epoch)
		return;
	if (!load->input->epoch)
		load->input->epoch = source->row.epoch;
	else if (strcmp(load->input->epoch, source->row.epoch))
		dry_warn(load->err, where,
			 "its origin %s is not that of the other files, %s: instants are taken as they are",
			 source->row.epoch, load->input->epoch);
}

static enum dry_reader_state take_line(struct load_source *source, struct dry_error *err)
{
	enum dry_reader_state state;

	if (source->ahead) {
		state = ahead_line(source->ahead, &source->text, &source->length, err);
		source->line = ahead_line_number(source->ahead);
	} else {
		state = dry_reader_line(source->reader, &source->text, &source->length, err);
		source->line = dry_reader_line_number(source->reader);
	}
	return state;
}

/* The source's next line that says something; open is false at its end. False = reading failed. */
static bool next_line(struct merge *m, struct load_source *source)
{
	struct load *load = m->load;

	for (;;) {
		enum dry_reader_state state = take_line(source, load->err);

		source->open = state == DRY_READER_LINE;
		if (state == DRY_READER_FAILED) {
			load->failed = true;
			return false;
		}
		if (!source->open)
			return true;
		if (source->line % PROGRESS_LINES == 0 && !tell_progress(m))
			return false;
		if (is_blank(source->text, source->length))
			continue;
		if (!load_fast_line(load, source)) {
			if (!load_slow_line(load, source)) {
				source->header_allowed = false;
				if (load->err && load->err->count + load->err->omitted >= DRY_COMPLAINT_MAX) {
					m->full = true;
					source->open = false;
					return true;
				}
				continue;
			}
			if (source->row.kind == LOAD_ROW_HEADER) {
				note_epoch(load, source);
				source->header_allowed = false;
				continue;
			}
			if (source->row.kind == LOAD_ROW_POD && source->row.node_group == DRY_NONE)
				load_remember_spec(load, source);
		}
		source->header_allowed = false;
		source->last_at_ms = source->row.at_ms;
		return true;
	}
}

/* The source whose line comes next: the earliest, the first file on a tie. */
static struct load_source *earliest(const struct merge *m)
{
	struct load_source *first = NULL;
	uint32_t i;

	for (i = 0; i < m->count; i++)
		if (m->source[i].open && (!first || m->source[i].row.at_ms < first->row.at_ms))
			first = &m->source[i];
	return first;
}

static bool open_sources(struct merge *m, const struct load_sources *sources)
{
	uint32_t i;

	for (i = 0; i < m->count; i++) {
		struct load_source *source = &m->source[i];
		struct dry_reader_options options = {
			.size_limit = m->options ? m->options->size_limit : 0, .is_raisable = true,
			.sha = &m->sha[i],
		};

		source->is_prices = i >= sources->trace_count;
		source->path = source->is_prices ? sources->price[i - sources->trace_count] : sources->trace[i];
		source->header_allowed = true;
		source->last_at_ms = INT64_MIN;
		source->reader = dry_reader_open(source->path, &options, m->load->err);
		if (source->reader)
			continue;
		m->load->failed = true;
		if (!(m->options && (source->is_prices ? m->options->prices : m->options->trace)) &&
		    !dry_has_fix(m->load->err))
			dry_fail_fix(m->load->err, "%s names it; a path there starts at the scenario's own folder",
				     m->load->input->scenario_file);
	}
	return !m->load->failed;
}

static void start_ahead(struct merge *m)
{
	enum dry_reading reading = m->options ? m->options->reading : DRY_READING_AUTO;
	uint32_t i;

	if (reading == DRY_READING_ALONE || (reading == DRY_READING_AUTO && sysconf(_SC_NPROCESSORS_ONLN) < 2))
		return;
	for (i = 0; i < m->count; i++)
		if (reading == DRY_READING_AHEAD || dry_reader_file_bytes(m->source[i].reader) >= AHEAD_BYTES)
			m->source[i].ahead = ahead_start(m->source[i].reader);
}

static void stop_ahead(struct merge *m)
{
	uint32_t i;

	for (i = 0; i < m->count; i++) {
		ahead_stop(m->source[i].ahead);
		m->source[i].ahead = NULL;
	}
}

static bool merge_all(struct merge *m)
{
	struct load_source *source;
	uint32_t i;

	for (i = 0; i < m->count; i++)
		if (!next_line(m, &m->source[i]))
			return false;
	while (!m->full && (source = earliest(m)) != NULL) {
		if (m->row_count >= ROWS_MAX) {
			m->load->failed = true;
			return dry_fail(m->load->err, DRY_ERROR_INPUT, (struct dry_where){ .file = source->path },
					"the trace has more than %u events", ROWS_MAX);
		}
		if (!add_row(m, source) || !next_line(m, source))
			return false;
	}
	return !m->load->failed;
}

/* --- pods that are deleted by name --- */

struct name_probe {
	const struct load *load;
	dry_symbol name_space, name;
};

static bool same_name(const void *context, uint32_t index)
{
	const struct name_probe *p = context;

	return p->load->deletion[index].name == p->name && p->load->deletion[index].name_space == p->name_space;
}

static uint32_t name_hash(dry_symbol name_space, dry_symbol name)
{
	uint64_t hash = dry_digest_add(dry_digest_add(DRY_DIGEST_START, name), name_space);

	return (uint32_t)(hash ^ hash >> 32);
}

static void note_unknown(struct merge *m, const bool *found)
{
	struct load *load = m->load;
	const struct load_delete *first = NULL;
	uint32_t unknown = 0;
	size_t i;

	for (i = 0; i < load->deletion_count; i++) {
		uint32_t name = load->event[load->deletion[i].event].name_index;

		if (found[name])
			continue;
		unknown++;
		first = first ? first : &load->deletion[i];
	}
	if (first)
		dry_warn(load->err,
			 (struct dry_where){ .file = m->source[first->file].path, .line = (uint32_t)first->line },
			 "deletes \"%s/%s\", which no line adds (%u such line%s)",
			 dry_symbols_text(load->symbols, first->name_space),
			 dry_symbols_text(load->symbols, first->name),
			 unknown, unknown == 1 ? "" : "s");
}

/* Numbers the names that podDelete lines use, and finds their pods. */
static void index_names(struct merge *m)
{
	struct load *load = m->load;
	struct dry_input *input = load->input;
	struct load_table table = { 0 };
	uint32_t *index = dry_arena_array(load->arena, input->pod.count, sizeof(*index)), p;
	bool *found = dry_arena_array(&load->temp, load->deletion_count, sizeof(*found));
	size_t i;

	for (i = 0; i < load->deletion_count; i++) {
		struct load_delete *d = &load->deletion[i];
		struct name_probe probe = { load, d->name_space, d->name };
		uint32_t hash = name_hash(d->name_space, d->name);
		uint32_t known = load_table_find(&table, hash, same_name, &probe);

		if (known == DRY_NONE) {
			known = (uint32_t)i;
			load_table_add(&table, hash, known);
		}
		load->event[d->event].name_index = known;
	}
	for (p = 0; p < input->pod.count; p++) {
		const char *name = input->pod.name_text + input->pod.name_offset[p];
		struct name_probe probe = { load, load->class[input->pod.class_index[p]].name_space,
					    dry_symbols_find(load->symbols, name, strlen(name)) };

		index[p] = DRY_NONE;
		if (probe.name != DRY_NONE)
			index[p] = load_table_find(&table, name_hash(probe.name_space, probe.name), same_name, &probe);
		if (index[p] != DRY_NONE)
			found[index[p]] = true;
	}
	note_unknown(m, found);
	load_table_release(&table);
	input->pod_name_index = index;
	input->name_count = (uint32_t)load->deletion_count;
}

/* --- the whole --- */

static void finish_digests(struct merge *m)
{
	struct dry_input *input = m->load->input;
	struct dry_sha256 all;
	char hex[65];
	uint32_t i;

	if (m->count == 1) {
		dry_sha256_finish(&m->sha[0], input->trace_sha256);
		return;
	}
	dry_sha256_init(&all);
	for (i = 0; i < m->count; i++) {
		dry_sha256_finish(&m->sha[i], hex);
		dry_sha256_add(&all, hex, 64);
	}
	dry_sha256_finish(&all, input->trace_sha256);
}

static void finish_tables(struct merge *m)
{
	struct load *load = m->load;
	struct dry_input *input = load->input;

	trim_pods(load);
	if (load->deletion_count)
		index_names(m);
	input->trace_event_count = (uint32_t)load->event_count;
	if (load->event_count)
		input->trace_event = dry_arena_adopt(load->arena, load->event,
						     load->event_capacity * sizeof(*load->event));
	if (input->initial_pod_count)
		input->initial_pod = dry_arena_adopt(load->arena, load->initial,
						     load->initial_capacity * sizeof(*load->initial));
	load->event = NULL;
	load->initial = NULL;
	load_finish_prices(load, true);
	if (!input->pod.count && m->count)
		dry_warn(load->err, (struct dry_where){ .file = m->source[0].path },
			 "holds no pods: there is nothing to schedule");
}

bool load_traces(struct load *load, const struct load_sources *sources, const struct dry_load_options *options)
{
	struct merge m = { .load = load, .options = options, .count = sources->trace_count + sources->price_count };
	bool ok;
	uint32_t i;

	m.source = dry_xcalloc(m.count + 1, sizeof(*m.source));
	m.sha = dry_xcalloc(m.count + 1, sizeof(*m.sha));
	for (i = 0; i < m.count; i++) {
		dry_sha256_init(&m.sha[i]);
		dry_doc_init(&m.source[i].doc);
	}
	ok = open_sources(&m, sources);
	if (ok) {
		start_ahead(&m);
		ok = merge_all(&m);
		stop_ahead(&m);
	}
	finish_digests(&m);
	if (ok)
		finish_tables(&m);
	ok = ok && !load->failed;
	for (i = 0; i < m.count; i++) {
		dry_doc_release(&m.source[i].doc);
		if (m.source[i].reader)
			dry_reader_close(m.source[i].reader);
	}
	free(m.source);
	free(m.sha);
	return ok;
}
