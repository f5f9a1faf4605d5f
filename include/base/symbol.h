/*
 * Interned strings: equal texts have equal symbols. Symbol 0 is the empty text.
 * A table only grows; texts live as long as the table. Not thread-safe while
 * adding; read-only use from many threads is fine.
 */
#ifndef DRY_BASE_SYMBOL_H
#define DRY_BASE_SYMBOL_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

typedef uint32_t dry_symbol;            /* the one typedef of the house: an index, not a struct */

#define DRY_NONE UINT32_MAX             /* "no such index", everywhere */

struct dry_symbols {
	struct dry_arena arena;
	const char **text;
	uint32_t *length;
	uint32_t count;
	size_t capacity;
	uint64_t *slot;                 /* open addressing, power of two: hash << 32 | symbol + 1 */
	uint32_t slot_count;
};

void dry_symbols_init(struct dry_symbols *symbols);
void dry_symbols_release(struct dry_symbols *symbols);
dry_symbol dry_symbols_add(struct dry_symbols *symbols, const char *text, size_t length);
dry_symbol dry_symbols_add_text(struct dry_symbols *symbols, const char *text);
/* DRY_NONE when the text was never added. */
dry_symbol dry_symbols_find(const struct dry_symbols *symbols, const char *text, size_t length);
const char *dry_symbols_text(const struct dry_symbols *symbols, dry_symbol symbol);

#endif
