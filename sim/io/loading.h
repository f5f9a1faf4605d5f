/*
 * Shared by the sources that read a scenario and its traces: the state of one
 * load, values of fields with complaints, and pod classes.
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

/* --- values (fields.c): on a complaint load->failed is set and false returned --- */

bool load_fail(struct load *load, const struct dry_doc_node *node, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* The same with "expected: ..." */
bool load_fail_expected(struct load *load, const struct dry_doc_node *node, const char *expected,
			const char *format, ...) __attribute__((format(printf, 4, 5)));
bool load_fix(struct load *load, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* As in Kubernetes, a key whose value is null is not there. */
void load_drop_nulls(struct dry_doc_node *node);
/* Is the node of that kind? Complains if not; false for NULL without a complaint. */
bool load_is_map(struct load *load, const struct dry_doc_node *node);
bool load_is_list(struct load *load, const struct dry_doc_node *node);
bool load_is_scalar(struct load *load, const struct dry_doc_node *node, const char *expected);
/* A map whose keys are all known; unknown ones get a complaint with the nearest. */
bool load_map(struct load *load, const struct dry_doc_node *node, const char *const *known);
/* Complains that the key is missing from the map. */
bool load_missing(struct load *load, const struct dry_doc_node *map, const char *key, const char *expected);

/* All: false and untouched when the node is NULL or wrong (with a complaint). */
bool load_text(struct load *load, const struct dry_doc_node *node, const char **text);
bool load_symbol(struct load *load, const struct dry_doc_node *node, dry_symbol *symbol);
bool load_bool(struct load *load, const struct dry_doc_node *node, bool *value);
bool load_integer(struct load *load, const struct dry_doc_node *node, int64_t min, int64_t max, int64_t *value);
bool load_int32(struct load *load, const struct dry_doc_node *node, int64_t min, int64_t max, int32_t *value);
bool load_number(struct load *load, const struct dry_doc_node *node, double min, double max, double *value);
/* A duration that is not negative. */
bool load_duration(struct load *load, const struct dry_doc_node *node, int64_t *ms);
/* Seconds since the origin, in ms. */
bool load_instant(struct load *load, const struct dry_doc_node *node, int64_t *ms);
bool load_price(struct load *load, const struct dry_doc_node *node, int64_t *nusd);
/* One of a NULL-terminated list of words. */
bool load_word(struct load *load, const struct dry_doc_node *node, const char *const *word, uint32_t *index);
/* A row of the tables of run/config_fields.h. */
bool load_field(struct load *load, const struct dry_doc_node *node, const struct dry_config_field *field,
		void *base);
/* A group's field by its name; nothing when the node is NULL. */
bool load_field_of(struct load *load, const struct dry_doc_node *node, const char *name,
		   struct dry_node_group *group);
/* {resource: quantity}. */
bool load_resources(struct load *load, const struct dry_doc_node *node, struct dry_resources *resources);
/* {key: value}, in input order, in the arena. */
bool load_labels(struct load *load, const struct dry_doc_node *node, const struct dry_label **label,
		 uint32_t *count);
/* How a scalar is written, for complaints: at most 40 characters. */
const char *load_shown(struct load *load, const struct dry_doc_node *node);

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

/* --- traces (trace.c, trace_line.c, prices.c) --- */

struct load_sources {
	uint32_t trace_count, price_count;
	const char *const *trace;       /* paths as they are opened */
	const char *const *price;
};

bool load_traces(struct load *load, const struct load_sources *sources, const struct dry_load_options *options);

enum load_row_kind { LOAD_ROW_NONE, LOAD_ROW_HEADER, LOAD_ROW_POD, LOAD_ROW_EVENT, LOAD_ROW_PRICE };

/* One line of a trace, checked. Texts are borrowed until the source's next line. */
struct load_row {
	enum load_row_kind kind;
	int64_t at_ms;
	/* pod */
	const char *name;
	size_t name_length;
	int64_t duration_ms;            /* -1 = none */
	int64_t until_ms;
	uint32_t class_index, owner_index;
	uint32_t node_group, node_ordinal;      /* DRY_NONE = pending */
	/* event, price */
	struct dry_trace_event event;
	dry_symbol delete_name_space, delete_name;
	dry_symbol instance_type, zone, product;
	int64_t price;
	const char *epoch;              /* header; NULL = none */
};

struct load_source {
	struct dry_reader *reader;
	const char *path;
	bool is_prices;
	bool open;                      /* row holds the next line */
	struct load_row row;
	bool header_allowed;            /* nothing was read yet */
	int64_t last_at_ms;
	struct dry_doc doc;             /* of lines that need the whole parser */
	uint64_t line;
	const char *text;               /* of the present line */
	size_t length;
	dry_symbol name_space, kind;    /* of a pod that was read the long way */
	uint32_t form;
};

/* The usual shapes of a pod line, without a tree. False = take the other way. */
bool load_fast_line(struct load *load, struct load_source *source);
/* Any line, with complaints. */
bool load_slow_line(struct load *load, struct load_source *source);
/* Remembers how the line of a pod is written, so that the next one like it is fast. */
void load_remember_spec(struct load *load, const struct load_source *source);

void load_add_price(struct load *load, const struct load_row *row);
/* Also gives spot groups without a price theirs, or complains. `traces` = were they read? */
void load_finish_prices(struct load *load, bool traces);

#endif
