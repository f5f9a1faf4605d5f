#include "base/arena.h"

#include <malloc.h>
#include <stdarg.h>
#include <stdalign.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/assert.h"

enum { BLOCK_MIN = 1 << 14, BLOCK_MAX = 1 << 22 };

struct dry_arena_block {
	struct dry_arena_block *next;
	size_t size;
	size_t used;
	size_t dirty;           /* bytes before it may be other than zero */
	alignas(max_align_t) unsigned char data[];
};

struct dry_arena_adopted {
	struct dry_arena_adopted *next;
	void *memory;
	size_t size;
};

static void (*_Atomic last_act)(void);

void dry_on_out_of_memory(void (*function)(void))
{
	atomic_store(&last_act, function);
}

void dry_out_of_memory(size_t size)
{
	void (*const act)(void) = atomic_load(&last_act);

	/* 5: the exit code of system errors (base/error.h). Little can be cleaned up safely here. */
	if (act)
		act();
	fprintf(stderr, "dryscale: out of memory (%zu bytes more were needed)\n", size);
	fflush(stderr);
	_exit(5);
}

/* A measurement, no state of any run: nothing in a simulation depends on it. */
static _Thread_local struct dry_heap_use used;

struct dry_heap_use dry_heap_used(void)
{
	return used;
}

static void count_call(size_t bytes)
{
	used.calls++;
	used.bytes += bytes;
}

void *dry_xmalloc(size_t size)
{
	void *memory = malloc(size ? size : 1);

	count_call(size);
	if (!memory)
		dry_out_of_memory(size);
	return memory;
}

void *dry_xcalloc(size_t count, size_t size)
{
	void *memory = calloc(count ? count : 1, size ? size : 1);

	count_call(count * size);
	if (!memory)
		dry_out_of_memory(size);
	return memory;
}

void *dry_xrealloc(void *memory, size_t size)
{
	size_t had = memory ? malloc_usable_size(memory) : 0;

	memory = realloc(memory, size ? size : 1);
	count_call(size > had ? size - had : 0);
	if (!memory)
		dry_out_of_memory(size);
	return memory;
}

char *dry_xstrdup(const char *text)
{
	size_t size = strlen(text) + 1;

	return memcpy(dry_xmalloc(size), text, size);
}

void *dry_grow(void *memory, size_t *capacity, size_t need, size_t size)
{
	size_t wanted, bytes;

	if (need <= *capacity)
		return memory;
	wanted = *capacity < 8 ? 16 : *capacity * 2;
	if (wanted < need)
		wanted = need;
	if (__builtin_mul_overflow(wanted, size, &bytes))
		dry_out_of_memory(SIZE_MAX);
	memory = dry_xrealloc(memory, bytes);
	memset((unsigned char *)memory + *capacity * size, 0, (wanted - *capacity) * size);
	*capacity = wanted;
	return memory;
}

void dry_arena_init(struct dry_arena *arena)
{
	*arena = (struct dry_arena){ 0 };
}

static void free_adopted(struct dry_arena *arena)
{
	while (arena->adopted) {
		struct dry_arena_adopted *adopted = arena->adopted;

		arena->adopted = adopted->next;
		arena->total_bytes -= adopted->size;
		free(adopted->memory);
		free(adopted);
	}
}

void dry_arena_reset(struct dry_arena *arena)
{
	free_adopted(arena);
	for (struct dry_arena_block *block = arena->first; block; block = block->next) {
		if (block->dirty < block->used)
			block->dirty = block->used;
		block->used = 0;
	}
	arena->current = arena->first;
}

void dry_arena_release(struct dry_arena *arena)
{
	free_adopted(arena);
	while (arena->first) {
		struct dry_arena_block *block = arena->first;

		arena->first = block->next;
		free(block);
	}
	*arena = (struct dry_arena){ 0 };
}

/* A block with room for size bytes becomes the current one: the next that is there, or a new one before it. */
static struct dry_arena_block *next_block(struct dry_arena *arena, size_t size)
{
	struct dry_arena_block *current = arena->current;
	struct dry_arena_block *next = current ? current->next : arena->first;
	size_t room = current ? current->size * 2 : BLOCK_MIN;

	if (next && next->size >= size)
		return arena->current = next;
	if (room > BLOCK_MAX)
		room = BLOCK_MAX;
	if (room < size)
		room = size;
	if (room > SIZE_MAX - sizeof(struct dry_arena_block))
		dry_out_of_memory(size);
	next = calloc(1, sizeof(*next) + room);
	count_call(sizeof(*next) + room);
	if (!next)
		dry_out_of_memory(room);
	next->size = room;
	next->next = current ? current->next : arena->first;
	if (current)
		current->next = next;
	else
		arena->first = next;
	arena->total_bytes += sizeof(*next) + room;
	return arena->current = next;
}

void *dry_arena_alloc(struct dry_arena *arena, size_t size)
{
	const size_t align = alignof(max_align_t);
	struct dry_arena_block *block = arena->current;
	unsigned char *memory;

	if (size > SIZE_MAX / 2)
		dry_out_of_memory(size);
	size = size ? (size + align - 1) / align * align : align;
	if (!block || block->size - block->used < size)
		block = next_block(arena, size);
	dry_assert(block->size - block->used >= size);
	memory = block->data + block->used;
	if (block->used < block->dirty) {
		size_t stale = block->dirty - block->used;

		memset(memory, 0, stale < size ? stale : size);
	}
	block->used += size;
	return memory;
}

void *dry_arena_array(struct dry_arena *arena, size_t count, size_t size)
{
	size_t bytes;

	if (__builtin_mul_overflow(count, size, &bytes))
		dry_out_of_memory(SIZE_MAX);
	return dry_arena_alloc(arena, bytes);
}

char *dry_arena_copy(struct dry_arena *arena, const char *text, size_t length)
{
	char *copy = dry_arena_alloc(arena, length + 1);

	if (length)
		memcpy(copy, text, length);
	return copy;
}

char *dry_arena_text(struct dry_arena *arena, const char *text)
{
	return dry_arena_copy(arena, text, strlen(text));
}

char *dry_arena_printf(struct dry_arena *arena, const char *format, ...)
{
	va_list args, again;
	char *text;
	int length;

	va_start(args, format);
	va_copy(again, args);
	length = vsnprintf(NULL, 0, format, args);
	dry_assert(length >= 0);
	text = dry_arena_alloc(arena, (size_t)length + 1);
	vsnprintf(text, (size_t)length + 1, format, again);
	va_end(again);
	va_end(args);
	return text;
}

void *dry_arena_adopt(struct dry_arena *arena, void *memory, size_t size)
{
	struct dry_arena_adopted *adopted = dry_xmalloc(sizeof(*adopted));

	*adopted = (struct dry_arena_adopted){ arena->adopted, memory, size };
	arena->adopted = adopted;
	arena->total_bytes += size;
	return memory;
}
