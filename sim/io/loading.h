/*
 * Shared by the sources that read a scenario and its traces: the state of one
 * load, and the parts of a scenario. Values of fields are fields.h, lines of
 * traces trace_line.h.
 */
#ifndef DRY_IO_LOADING_H
#define DRY_IO_LOADING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "io/doc.h"
#include "io/reader.h"
#include "io/scenario.h"
#include "run/config_fields.h"
#include "run/scenario.h"

/* Open addressing: hash << 32 | index + 1; power of two. */
struct load_table {
	uint64_t *slot;
	uint32_t slot_count, count;
};

/* Calls match for each entry of that hash until it says true. Returns the index, or DRY_NONE. */
uint32_t load_table_find(const struct load_table *table, uint32_t hash,
			 bool (*match)(const void *context, uint32_t index), const void *context);
void load_table_add(struct load_table *table, uint32_t hash, uint32_t index);
void load_table_release(struct load_table *table);

#define LOAD_NO_PRICE INT64_MIN          /* of a spot group, until the traces are read */

struct load_bytes {
	unsigned char *byte;
	size_t length, capacity;
};

/* A class known by its signature: bytes that are equal when the classes are, those of its spec first. */
struct load_signature {
	size_t offset, length;          /* in signature_text */
	size_t spec_length;
};

/* A class known by how its line of the trace is written. */
struct load_spec {
	size_t offset;                  /* in spec_text */
	uint32_t length;
	uint32_t class_index;
	dry_symbol name_space, kind;
	uint32_t kind_length, form;
};

struct load_owner_key {
	dry_symbol name_space, kind, name;
};

struct load_delete {                    /* a podDelete of the trace */
	size_t event;                   /* index */
	dry_symbol name_space, name;
	uint32_t file;
	uint64_t line;
};

struct load_price {
	int64_t at_ms, nusd_per_hour;
	uint32_t series;
};

struct load {
	struct dry_input *input;
	struct dry_arena *arena;        /* the input's */
	struct dry_arena temp;          /* for complaints; reset after each line of a trace */
	struct dry_symbols *symbols;
	struct dry_symbols group_names; /* those of the node groups read so far */
	const struct dry_doc *doc;      /* what complaints point into */
	const struct dry_doc_options *limits;   /* of documents that the scenario names */
	struct dry_error *err;
	bool failed;
	const struct dry_doc_node *unknown[8];  /* keys that were said to be unknown, the latest ones */
	uint32_t unknown_count;

	struct dry_pod_class *class;
	size_t class_capacity;
	struct load_table class_table, spec_table, text_table, owner_table;
	struct load_signature *signature;
	size_t signature_capacity;
	struct load_bytes signature_text, spec_text, scratch;
	struct load_spec *spec;
	size_t spec_capacity;
	uint32_t spec_count;
	struct dry_owner *owner;
	size_t owner_capacity;

	/* the trace's tables while they grow */
	size_t pod_capacity, name_capacity, event_capacity, event_count, initial_capacity;
	struct dry_trace_event *event;
	struct dry_initial_pod *initial;
	struct load_delete *deletion;
	size_t deletion_count, deletion_capacity;
	struct load_price *price;
	size_t price_count, price_capacity;
	struct dry_price_series *series;
	size_t series_count, series_capacity;
};

/* --- zones (scenario_zones.c) --- */

/* zone of a node group, or zones: a list, of which a single entry says the same. */
void load_zones(struct load *load, const struct dry_doc_node *node, struct dry_node_group *group);
/* The name of one of the zones of group g (DRY_NONE: complains); untouched when the node is NULL. */
bool load_zone_of(struct load *load, const struct dry_doc_node *node, uint32_t g, dry_symbol *zone);

/* --- pods (pod_spec.c, pod_class.c) --- */

enum {
	LOAD_POD_HAS_DURATION = 1 << 0,
	LOAD_POD_HAS_UNTIL = 1 << 1,
	LOAD_POD_DAEMON = 1 << 2        /* of the scenario's daemonSets */
};

/* Everything of a pod but name, owner's name and times. Index of the class in *index. */
bool load_pod_class(struct load *load, const struct dry_doc_node *pod, dry_symbol name_space,
		    const char *owner_kind, uint32_t form, uint32_t *index);
/* The class with that description, made when there is none; its arrays are the arena's. */
uint32_t load_add_class(struct load *load, const struct dry_pod_class *class);
uint32_t load_add_owner(struct load *load, dry_symbol name_space, dry_symbol kind, dry_symbol name);
/* Both: true when the node is NULL. The class has its labels already. */
bool load_affinity(struct load *load, const struct dry_doc_node *node, struct dry_pod_class *class);
bool load_spread(struct load *load, const struct dry_doc_node *node, struct dry_pod_class *class);
bool load_label_selector(struct load *load, const struct dry_doc_node *node, struct dry_label_selector *selector);
bool load_taint_effect(struct load *load, const struct dry_doc_node *node, enum dry_taint_effect *effect);

/* --- the parts of a scenario --- */

bool load_groups(struct load *load, const struct dry_doc_node *node);
void load_market(struct load *load, const struct dry_doc_node *root, const char *folder);
void load_autoscaler(struct load *load, const struct dry_doc_node *root, const struct dry_load_options *options);
void load_sweep(struct load *load, const struct dry_doc_node *root);
/* A path in a scenario, relative to its folder, in the arena. */
const char *load_path(struct load *load, const char *folder, const char *path);
/* Index of the group of that name, or DRY_NONE with a complaint that names the nearest. */
uint32_t load_group_named(struct load *load, const struct dry_doc_node *node);
/* "<group>-<n>". False with a complaint. */
bool load_node_named(struct load *load, const struct dry_doc_node *node, uint32_t *group_index,
		     uint32_t *ordinal);

#endif
