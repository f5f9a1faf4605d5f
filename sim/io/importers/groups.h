/*
 * Node groups on their way from any description to the nodeGroups: section of
 * a scenario. What a source does not say stays unknown until the end; then it
 * is left to the scenario's own defaults, taken from the catalogue, or made up
 * and counted.
 */
#ifndef DRY_IO_IMPORTERS_GROUPS_H
#define DRY_IO_IMPORTERS_GROUPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "io/importers/importer.h"
#include "io/importers/items.h"
#include "io/importers/pod_spec.h"

/* A label, taint (with effect) or option; all in the job's symbols or arena. */
struct group_pair {
	const char *key, *value, *effect;
	struct group_pair *next;
};

struct group_draft {
	const char *base;               /* the name in the source */
	const char *name;               /* in the result; made by groups_finish() */
	const char *instance_type;      /* NULL = unknown, as the texts below */
	const char *capacity_type;      /* "on-demand", "spot", "reserved" */
	const char *region, *zone;
	int64_t min_size, max_size;     /* -1 = unknown */
	int64_t initial_size;
	int64_t initial_whole;          /* the same of all zones together; -1 = initial_size is the zone's */
	struct dry_amounts capacity, allocatable;       /* none = unknown */
	struct group_pair *label, *taint, *option;
	int64_t price_nusd, max_price_nusd;             /* -1 = unknown */
	int64_t max_pods;               /* of a node, when that alone is known; -1 */
	bool sizes_of_zone;             /* min and max are of this zone, not of the whole group */
	bool is_one;                    /* over its zones the autoscaler sees one group; else one a zone */
	struct dry_where where;         /* file NULL = nowhere */
};

struct groups {
	struct group_draft *draft;
	uint32_t count;
	size_t capacity;
};

void groups_release(struct groups *groups);
/* A draft with nothing known but its name; valid until the next call. */
struct group_draft *groups_add(struct dry_import_job *job, struct groups *groups, const char *base,
			       size_t length, struct dry_where where);
/* The draft of that name and zone (NULL = any), or NULL. */
struct group_draft *groups_find(const struct groups *groups, const char *base, const char *zone);

static inline uint32_t group_sub(const struct dry_tree *tree, uint32_t node, const char *key)
{
	return node ? dry_tree_find(tree, node, key) : 0;
}

/* Copies of a scalar's text in the job's symbols; NULL for what is none. */
const char *groups_text(struct dry_import_job *job, const struct dry_tree *tree, uint32_t node);

void group_add_label(struct dry_import_job *job, struct group_draft *draft, const char *key,
		     size_t key_length, const char *value, size_t length);
void group_add_taint(struct dry_import_job *job, struct group_draft *draft, const char *key,
		     const char *value, const char *effect);
void group_add_option(struct dry_import_job *job, struct group_draft *draft, const char *key,
		      const char *value);
/* An option by its name in any case and spelling ("scaledownunneededtime"); false when there is none. */
bool group_add_option_named(struct dry_import_job *job, struct group_draft *draft, const char *name,
			    size_t length, const char *value);
/* Labels from a map of texts, taints from a list of {key,value,effect}. */
void group_add_labels(struct dry_import_job *job, struct group_draft *draft,
		      const struct dry_tree *tree, uint32_t map);
bool group_add_taints(struct dry_import_job *job, struct group_draft *draft,
		      const struct dry_items *items, uint32_t list, struct dry_error *err);
/* "k=v,k2=v2" and "k=v:NoSchedule,..." */
void group_add_label_text(struct dry_import_job *job, struct group_draft *draft, const char *text,
			  size_t length);
bool group_add_taint_text(struct dry_import_job *job, struct group_draft *draft, const char *text,
			  size_t length, struct dry_where where, struct dry_error *err);

/* Keeps what both lists have; says whether something was lost. */
bool group_keep_common(struct group_pair **list, const struct group_pair *other);

/* A size from a node (text or number): -1 for node 0; false with a complaint. */
bool groups_size(const struct dry_items *items, uint32_t node, const char *what, int64_t *size,
		 struct dry_error *err);

/*
 * One draft for each further zone: draft `index` gets the first zone, copies
 * get the others. Zones are the texts of a list, or the keys of a map; `prefix`
 * (NULL = none) goes before each. Drafts that are one group are written as one,
 * with all their zones.
 */
void groups_spread(struct dry_import_job *job, struct groups *groups, uint32_t index,
		   const struct dry_tree *tree, uint32_t zones, const char *prefix);

/*
 * Reads all items of all files, `lists` as in struct dry_items, and writes the
 * groups that read() made of them.
 */
bool groups_import(struct dry_import_job *job, const char *const *lists,
		   bool (*read)(struct dry_import_job *job, struct groups *groups,
				const struct dry_items *items, struct dry_error *err),
		   struct dry_error *err);

/* Names, sizes, capacities and prices settled, then written as YAML into job->out. */
bool groups_write(struct dry_import_job *job, struct groups *groups, struct dry_error *err);

#endif
