/*
 * The items of an input, one after another, in bounded memory: JSON documents
 * that follow each other (with or without line ends), JSON lines, the elements
 * of a top-level array, the elements of a list member such as "items" of an
 * object (the list itself is never held whole), and YAML documents (each held
 * whole; lists in them are walked).
 */
#ifndef DRY_IO_IMPORTERS_ITEMS_H
#define DRY_IO_IMPORTERS_ITEMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "io/importers/feed.h"
#include "io/importers/tree.h"

struct dry_items {
	struct dry_feed *feed;
	struct dry_tree tree;           /* the current item, from node `item` on */
	uint32_t item;
	const char *const *skip;        /* keys left out everywhere; ends with NULL */
	const char *const *list;        /* keys of lists to walk ("items"); ends with NULL */
	const char *const *inside;      /* keys of objects to look for lists in ("data") */
	bool forgive_end;               /* a last document that is cut off is no error */

	bool in_list;                   /* the current item is an element of a list */
	char list_key[32];              /* of that list; "" for a bare array */
	char head_kind[64];             /* the list object's "kind", when it stood before the list */
	bool cut_off;                   /* the last document was cut off */
	uint64_t cut_off_at;            /* byte of the (decompressed) input at which it began */
	uint64_t count;

	bool started, is_yaml;
	int depth;                      /* containers that are open around the list */
	bool open_array;                /* inside a list */
	bool first_element;
	size_t length;                  /* bytes of the current item in the window, to consume */
	void *yaml;                     /* yaml_parser_t */
	uint32_t yaml_next;             /* next element of a YAML list */
	const char *yaml_problem;
};

void dry_items_open(struct dry_items *items, struct dry_feed *feed);
void dry_items_close(struct dry_items *items);

/* 1 with the next item in the tree, 0 at the end, -1 with a complaint. */
int dry_items_next(struct dry_items *items, struct dry_error *err);

/* Is the object of that kind? One without a kind is what its list says: those of an API server's own lists. */
bool dry_items_is_kind(const struct dry_items *items, uint32_t object, const char *kind);

/* The place of a node of the current item. */
struct dry_where dry_items_where(const struct dry_items *items, uint32_t node);

/* Private to items*.c: the YAML half. */
int dry_items_next_yaml(struct dry_items *items, struct dry_error *err);
void dry_items_close_yaml(struct dry_items *items);

#endif
