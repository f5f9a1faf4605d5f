#include "base/symbol.h"

#include <stdlib.h>
#include <string.h>

#include "base/assert.h"
#include "base/digest.h"

enum { SLOTS_MIN = 256 };

static uint32_t hash_of(const char *text, size_t length)
{
	uint64_t hash = dry_fnv1a(text, length);

	return (uint32_t)(hash ^ (hash >> 32));
}

void dry_symbols_init(struct dry_symbols *symbols)
{
	*symbols = (struct dry_symbols){ .slot_count = SLOTS_MIN };
	dry_arena_init(&symbols->arena);
	symbols->slot = dry_xcalloc(SLOTS_MIN, sizeof(*symbols->slot));
	dry_symbols_add(symbols, "", 0);
}

void dry_symbols_release(struct dry_symbols *symbols)
{
	dry_arena_release(&symbols->arena);
	free(symbols->text);
	free(symbols->length);
	free(symbols->slot);
	*symbols = (struct dry_symbols){ 0 };
}

/* The slot that holds the text, or the empty one where it belongs. */
static uint32_t find_slot(const struct dry_symbols *symbols, const char *text, size_t length,
			  uint32_t hash)
{
	uint32_t mask = symbols->slot_count - 1, at = hash & mask;

	while (symbols->slot[at]) {
		uint32_t symbol = (uint32_t)symbols->slot[at] - 1;

		if (symbols->slot[at] >> 32 == hash && symbols->length[symbol] == length &&
		    !memcmp(symbols->text[symbol], text, length))
			break;
		at = (at + 1) & mask;
	}
	return at;
}

static void grow_slots(struct dry_symbols *symbols)
{
	uint32_t old_count = symbols->slot_count, mask = old_count * 2 - 1;
	uint64_t *old = symbols->slot;

	symbols->slot_count = old_count * 2;
	symbols->slot = dry_xcalloc(symbols->slot_count, sizeof(*symbols->slot));
	for (uint32_t i = 0; i < old_count; i++) {
		uint32_t at = (uint32_t)(old[i] >> 32) & mask;

		if (!old[i])
			continue;
		while (symbols->slot[at])
			at = (at + 1) & mask;
		symbols->slot[at] = old[i];
	}
	free(old);
}

dry_symbol dry_symbols_add(struct dry_symbols *symbols, const char *text, size_t length)
{
	if (!length && symbols->count)
		return 0;
	uint32_t hash = hash_of(text, length);
	uint32_t at = find_slot(symbols, text, length, hash);
	size_t capacity = symbols->capacity;

	if (symbols->slot[at])
		return (uint32_t)symbols->slot[at] - 1;
	dry_assert(symbols->count < UINT32_MAX / 4 && length < UINT32_MAX);
	if (symbols->count >= symbols->slot_count / 2) {
		grow_slots(symbols);
		at = find_slot(symbols, text, length, hash);
	}
	symbols->length = dry_grow(symbols->length, &capacity, (size_t)symbols->count + 1,
				   sizeof(*symbols->length));
	symbols->text = dry_grow(symbols->text, &symbols->capacity, (size_t)symbols->count + 1,
				 sizeof(*symbols->text));
	symbols->text[symbols->count] = dry_arena_copy(&symbols->arena, text, length);
	symbols->length[symbols->count] = (uint32_t)length;
	symbols->slot[at] = (uint64_t)hash << 32 | (symbols->count + 1);
	return symbols->count++;
}

dry_symbol dry_symbols_add_text(struct dry_symbols *symbols, const char *text)
{
	return dry_symbols_add(symbols, text, strlen(text));
}

dry_symbol dry_symbols_find(const struct dry_symbols *symbols, const char *text, size_t length)
{
	if (!length)
		return 0;
	uint32_t at = find_slot(symbols, text, length, hash_of(text, length));

	return symbols->slot[at] ? (uint32_t)symbols->slot[at] - 1 : DRY_NONE;
}

const char *dry_symbols_text(const struct dry_symbols *symbols, dry_symbol symbol)
{
	dry_assert(symbol < symbols->count);
	return symbols->text[symbol];
}
