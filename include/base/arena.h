/*
 * Arenas: memory by lifetime. An arena grows in blocks, frees nothing singly,
 * and dry_arena_reset() keeps its blocks, so that a second identical use does
 * not allocate. Allocation failure ends the process with exit code 5 and a
 * message (dry_out_of_memory()); no function here returns NULL.
 */
#ifndef DRY_BASE_ARENA_H
#define DRY_BASE_ARENA_H

#include <stddef.h>
#include <stdint.h>

struct dry_arena_block;
struct dry_arena_adopted;

struct dry_arena {
	struct dry_arena_block *first;
	struct dry_arena_block *current;
	struct dry_arena_adopted *adopted;
	size_t total_bytes;             /* held from the system */
};

void dry_arena_init(struct dry_arena *arena);
void dry_arena_reset(struct dry_arena *arena);
void dry_arena_release(struct dry_arena *arena);

/* Zeroed memory, aligned for any type; size 0 gives a valid unique pointer. */
void *dry_arena_alloc(struct dry_arena *arena, size_t size);
/* count * size with overflow check. */
void *dry_arena_array(struct dry_arena *arena, size_t count, size_t size);
char *dry_arena_copy(struct dry_arena *arena, const char *text, size_t length); /* adds a NUL */
char *dry_arena_text(struct dry_arena *arena, const char *text);
char *dry_arena_printf(struct dry_arena *arena, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* Heap memory that from now on goes with the arena: freed by reset and release. Returns memory. */
void *dry_arena_adopt(struct dry_arena *arena, void *memory, size_t size);

/*
 * Heap memory for the few things that grow: ends the process with exit code 5
 * when there is none. dry_grow() makes room for at least `need` elements of
 * `size` bytes, doubling *capacity; new memory is zeroed.
 */
void *dry_xmalloc(size_t size);
void *dry_xcalloc(size_t count, size_t size);
void *dry_xrealloc(void *memory, size_t size);
char *dry_xstrdup(const char *text);
void *dry_grow(void *memory, size_t *capacity, size_t need, size_t size);

/* What the calling thread has asked the system for through this module, ever: a count for tests and reports. */
struct dry_heap_use {
	uint64_t calls;
	uint64_t bytes;                 /* growth of blocks that were resized; what free() gave back is not taken off */
};
struct dry_heap_use dry_heap_used(void);

_Noreturn void dry_out_of_memory(size_t size);
/* What dry_out_of_memory() does before the process ends; it may not allocate. The last one given holds. */
void dry_on_out_of_memory(void (*function)(void));

#endif
