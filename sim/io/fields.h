/*
 * Values of fields, each with its complaint: what is wrong, what was expected,
 * what to do. On a complaint load->failed is set and false returned.
 */
#ifndef DRY_IO_FIELDS_H
#define DRY_IO_FIELDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/symbol.h"
#include "io/doc.h"
#include "run/config_fields.h"
#include "world/node_group.h"
#include "world/resources.h"

struct load;

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
/* What load_list() found; elements in the arena. */
struct load_list {
	void *element;
	uint32_t count;
};

/* One element of a list, into zeroed memory. False ends the list, with a complaint. */
typedef bool load_element_fn(struct load *load, const struct dry_doc_node *node, const void *context,
			     void *element);
/* All of a list, `size` bytes an element. True and empty when the node is NULL; false: list is untouched. */
bool load_list(struct load *load, const struct dry_doc_node *node, size_t size, load_element_fn *read,
	       const void *context, struct load_list *list);
/* {resource: quantity}. */
bool load_resources(struct load *load, const struct dry_doc_node *node, struct dry_resources *resources);
/* {key: value}, in input order, in the arena. */
bool load_labels(struct load *load, const struct dry_doc_node *node, const struct dry_label **label,
		 uint32_t *count);
/* How a scalar is written, for complaints: at most 40 characters. */
const char *load_shown(struct load *load, const struct dry_doc_node *node);

#endif
