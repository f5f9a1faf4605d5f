/* The tables of pod classes and owners: equal ones are one. */
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "loading.h"

/* --- tables --- */

uint32_t load_table_find(const struct load_table *table, uint32_t hash,
			 bool (*match)(const void *context, uint32_t index), const void *context)
{
	uint32_t mask = table->slot_count - 1, at = hash & mask;

	if (!table->slot_count)
		return DRY_NONE;
	for (; table->slot[at]; at = (at + 1) & mask)
		if (table->slot[at] >> 32 == hash && match(context, (uint32_t)table->slot[at] - 1))
			return (uint32_t)table->slot[at] - 1;
	return DRY_NONE;
}

static void put(struct load_table *table, uint64_t slot)
{
	uint32_t mask = table->slot_count - 1, at = (uint32_t)(slot >> 32) & mask;

	while (table->slot[at])
		at = (at + 1) & mask;
	table->slot[at] = slot;
}

void load_table_add(struct load_table *table, uint32_t hash, uint32_t index)
{
	if ((table->count + 1) * 2 > table->slot_count) {
		struct load_table old = *table;
		uint32_t i;

		table->slot_count = old.slot_count ? old.slot_count * 2 : 64;
		table->slot = dry_xcalloc(table->slot_count, sizeof(*table->slot));
		for (i = 0; i < old.slot_count; i++)
			if (old.slot[i])
				put(table, old.slot[i]);
		free(old.slot);
	}
	put(table, (uint64_t)hash << 32 | (index + 1));
	table->count++;
}

void load_table_release(struct load_table *table)
{
	free(table->slot);
	*table = (struct load_table){ 0 };
}

static uint32_t fold(uint64_t hash)
{
	return (uint32_t)(hash ^ hash >> 32);
}

/* --- signatures --- */

static void add(struct load_bytes *out, int64_t value)
{
	out->byte = dry_grow(out->byte, &out->capacity, out->length + sizeof(value), 1);
	memcpy(out->byte + out->length, &value, sizeof(value));
	out->length += sizeof(value);
}

static void add_labels(struct load_bytes *out, const struct dry_label *label, uint32_t count)
{
	uint32_t i;

	add(out, count);
	for (i = 0; i < count; i++) {
		add(out, label[i].key);
		add(out, label[i].value);
	}
}

static void add_requirements(struct load_bytes *out, const struct dry_requirement *requirement, uint32_t count)
{
	uint32_t i, k;

	add(out, count);
	for (i = 0; i < count; i++) {
		add(out, requirement[i].key);
		add(out, requirement[i].op);
		add(out, requirement[i].value_count);
		for (k = 0; k < requirement[i].value_count; k++)
			add(out, requirement[i].value[k]);
	}
}

static void add_selector(struct load_bytes *out, const struct dry_label_selector *selector)
{
	add(out, selector->is_null);
	add_labels(out, selector->label, selector->label_count);
	add_requirements(out, selector->requirement, selector->requirement_count);
}

static void add_node_term(struct load_bytes *out, const struct dry_node_selector_term *term)
{
	add_requirements(out, term->expression, term->expression_count);
	add_requirements(out, term->field, term->field_count);
}

static void add_pod_terms(struct load_bytes *out, const struct dry_pod_affinity_term *term, uint32_t count)
{
	uint32_t i, k;

	add(out, count);
	for (i = 0; i < count; i++) {
		add_selector(out, &term[i].selector);
		add(out, term[i].namespace_count);
		for (k = 0; k < term[i].namespace_count; k++)
			add(out, term[i].namespaces[k]);
		add(out, term[i].all_namespaces);
		add(out, term[i].topology_key);
		add(out, term[i].weight);
	}
}

static void add_resources(struct load_bytes *out, const struct dry_resources *resources)
{
	uint32_t r;

	add(out, resources->present);
	for (r = 0; r < DRY_RESOURCE_MAX; r++)
		if (resources->present & 1u << r)
			add(out, resources->amount[r]);
}

/* What spec_index compares. */
static void add_spec(struct load_bytes *out, const struct dry_pod_class *class)
{
	uint32_t i;

	add(out, class->priority);
	add(out, class->local_storage);
	add(out, class->grace_ms);
	add(out, class->has_init);
	add_resources(out, &class->main);
	add_resources(out, &class->init);
	add_labels(out, class->label, class->label_count);
	add_labels(out, class->node_selector, class->node_selector_count);
	add(out, class->toleration_count);
	for (i = 0; i < class->toleration_count; i++) {
		add(out, class->toleration[i].key);
		add(out, class->toleration[i].value);
		add(out, class->toleration[i].exists);
		add(out, class->toleration[i].effect);
	}
	add(out, class->has_node_affinity);
	add(out, class->node_term_count);
	for (i = 0; i < class->node_term_count; i++)
		add_node_term(out, &class->node_term[i]);
	add(out, class->preferred_node_count);
	for (i = 0; i < class->preferred_node_count; i++) {
		add(out, class->preferred_node[i].weight);
		add_node_term(out, &class->preferred_node[i].term);
	}
	add_pod_terms(out, class->affinity, class->affinity_count);
	add_pod_terms(out, class->preferred_affinity, class->preferred_affinity_count);
	add_pod_terms(out, class->anti_affinity, class->anti_affinity_count);
	add_pod_terms(out, class->preferred_anti_affinity, class->preferred_anti_affinity_count);
	add(out, class->spread_count);
	for (i = 0; i < class->spread_count; i++) {
		const struct dry_spread_constraint *s = &class->spread[i];

		add(out, s->max_skew);
		add(out, s->min_domains);
		add(out, s->topology_key);
		add(out, s->schedule_anyway);
		add_selector(out, &s->selector);
	}
}

static void add_rest(struct load_bytes *out, const struct dry_pod_class *class)
{
	add(out, class->name_space);
	add(out, class->owner_kind);
	add(out, class->mirror);
	add(out, class->daemon_annotation);
	add(out, class->safe_to_evict);
	add(out, class->scale_up_delay_ms);
	add(out, class->termination_ms);
	add(out, class->checkpoint_interval_ms);
	add(out, class->checkpoint_time_ms);
	add(out, class->checkpoint_on_notice);
	add(out, class->restart_overhead_ms);
	add(out, class->workload);
	add(out, class->urgency);
}

/* --- classes --- */

struct probe {
	const struct load *load;
	size_t length;                  /* of the bytes in load->scratch that are compared */
	bool whole;                     /* else the spec alone */
};

static bool same_signature(const void *context, uint32_t index)
{
	const struct probe *p = context;
	const struct load_signature *s = &p->load->signature[index];
	const unsigned char *text = p->load->signature_text.byte + s->offset;

	if (p->whole ? s->length != p->length : s->spec_length != p->length)
		return false;
	return !memcmp(text, p->load->scratch.byte, p->length);
}

uint32_t load_add_class(struct load *load, const struct dry_pod_class *class)
{
	struct probe probe = { .load = load, .whole = true };
	uint32_t hash, spec_hash, index, same;
	size_t spec_length;
	struct load_bytes *text = &load->signature_text;

	load->scratch.length = 0;
	add_spec(&load->scratch, class);
	spec_length = load->scratch.length;
	add_rest(&load->scratch, class);
	probe.length = load->scratch.length;
	hash = fold(dry_fnv1a(load->scratch.byte, probe.length));
	index = load_table_find(&load->class_table, hash, same_signature, &probe);
	if (index != DRY_NONE)
		return index;
	index = load->input->class_count++;
	load->class = dry_grow(load->class, &load->class_capacity, (size_t)index + 1, sizeof(*load->class));
	load->class[index] = *class;
	spec_hash = fold(dry_fnv1a(load->scratch.byte, spec_length));
	probe.length = spec_length;
	probe.whole = false;
	same = load_table_find(&load->spec_table, spec_hash, same_signature, &probe);
	load->signature = dry_grow(load->signature, &load->signature_capacity, (size_t)index + 1,
				   sizeof(*load->signature));
	load->signature[index] = (struct load_signature){ text->length, load->scratch.length, spec_length };
	text->byte = dry_grow(text->byte, &text->capacity, text->length + load->scratch.length, 1);
	memcpy(text->byte + text->length, load->scratch.byte, load->scratch.length);
	text->length += load->scratch.length;
	load_table_add(&load->class_table, hash, index);
	if (same == DRY_NONE) {
		load->class[index].spec_index = load->input->spec_count++;
		load_table_add(&load->spec_table, spec_hash, index);
	} else {
		load->class[index].spec_index = load->class[same].spec_index;
	}
	return index;
}

/* --- owners --- */

struct owner_probe {
	const struct load *load;
	struct load_owner_key key;
};

static bool same_owner(const void *context, uint32_t index)
{
	const struct owner_probe *p = context;
	const struct dry_owner *owner = &p->load->owner[index];

	return owner->name == p->key.name && owner->kind == p->key.kind && owner->name_space == p->key.name_space;
}

static enum dry_owner_kind owner_kind(const struct load *load, dry_symbol kind)
{
	static const struct { const char *name; enum dry_owner_kind kind; } known[] = {
		{ "ReplicaSet", DRY_OWNER_REPLICA_SET },
		{ "ReplicationController", DRY_OWNER_REPLICATION_CONTROLLER },
		{ "StatefulSet", DRY_OWNER_STATEFUL_SET },
		{ "Job", DRY_OWNER_JOB },
		{ "DaemonSet", DRY_OWNER_DAEMON_SET },
	};
	const char *text = dry_symbols_text(load->symbols, kind);
	size_t i;

	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (!strcmp(known[i].name, text))
			return known[i].kind;
	return DRY_OWNER_OTHER;
}

uint32_t load_add_owner(struct load *load, dry_symbol name_space, dry_symbol kind, dry_symbol name)
{
	struct owner_probe probe = { load, { name_space, kind, name } };
	uint32_t hash = fold(dry_digest_add(dry_digest_add(dry_digest_add(DRY_DIGEST_START, name), kind), name_space));
	uint32_t index = load_table_find(&load->owner_table, hash, same_owner, &probe);

	if (index != DRY_NONE)
		return index;
	index = load->input->owner_count++;
	load->owner = dry_grow(load->owner, &load->owner_capacity, (size_t)index + 1, sizeof(*load->owner));
	load->owner[index] = (struct dry_owner){ name_space, kind, name, owner_kind(load, kind) };
	load_table_add(&load->owner_table, hash, index);
	return index;
}
