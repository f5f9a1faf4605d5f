#include "io/doc_build.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/assert.h"
#include "base/digest.h"

#define SHOWN_MAX 60            /* characters of a piece of input in a message */
#define FEW_KEYS 8              /* up to which a map is searched one by one */

size_t dry_doc_decode(const char *text, size_t length, uint32_t *code)
{
	const unsigned char *const byte = (const unsigned char *)text;
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t size;

	if (!length)
		return 0;
	if (byte[0] < 0x80) {
		*code = byte[0];
		return 1;
	}
	size = byte[0] >= 0xf0 ? 4 : byte[0] >= 0xe0 ? 3 : byte[0] >= 0xc0 ? 2 : 0;
	if (!size || byte[0] >= 0xf8 || size > length)
		return 0;
	*code = byte[0] & (0x7fu >> size);
	for (size_t i = 1; i < size; i++) {
		if ((byte[i] & 0xc0) != 0x80)
			return 0;
		*code = *code << 6 | (byte[i] & 0x3fu);
	}
	if (*code < least[size] || *code > 0x10ffff || (*code >= 0xd800 && *code < 0xe000))
		return 0;
	return size;
}

const char *dry_doc_show(struct dry_arena *arena, const char *text, size_t length)
{
	char *const shown = dry_arena_alloc(arena, SHOWN_MAX * sizeof("\\u001b") + sizeof("..."));
	size_t at = 0, filled = 0;

	for (int count = 0; at < length; count++) {
		uint32_t code = 0;
		const size_t size = dry_doc_decode(text + at, length - at, &code);
		if (count == SHOWN_MAX) {
			memcpy(shown + filled, "...", sizeof("..."));
			return shown;
		}
		if (!size) {
			filled += (size_t)snprintf(shown + filled, 5, "\\x%02x", (unsigned char)text[at]);
		} else if (code < 0x20 || (code >= 0x7f && code < 0xa0)) {
			filled += (size_t)snprintf(shown + filled, 7, "\\u%04" PRIx32, code);
		} else {
			memcpy(shown + filled, text + at, size);
			filled += size;
		}
		at += size ? size : 1;
	}
	shown[filled] = '\0';
	return shown;
}

/* ---- places */

static void step(struct dry_doc_cursor *cursor, const char *text)
{
	const unsigned char byte = (unsigned char)text[cursor->byte++];
	const bool is_start = (byte & 0xc0) != 0x80;

	cursor->character += is_start;
	if (byte == '\n') {
		cursor->place.line++;
		cursor->place.column = 1;
	} else {
		cursor->place.column += is_start;
	}
}

struct dry_doc_place dry_doc_at_byte(struct dry_doc_builder *builder, size_t byte)
{
	dry_assert(byte >= builder->cursor.byte && byte <= builder->doc->length);
	while (builder->cursor.byte < byte)
		step(&builder->cursor, builder->doc->text);
	return builder->cursor.place;
}

static bool is_inside(const char *text, size_t byte)
{
	return ((unsigned char)text[byte] & 0xc0) == 0x80;
}

static void step_back(struct dry_doc_cursor *cursor, const char *text)
{
	do
		cursor->byte--;
	while (is_inside(text, cursor->byte));
	cursor->character--;
	if (text[cursor->byte] != '\n') {
		cursor->place.column--;
		return;
	}
	cursor->place.line--;
	cursor->place.column = 1;
	for (size_t i = cursor->byte; i > 0 && text[i - 1] != '\n'; i--)
		cursor->place.column += !is_inside(text, i - 1);
}

struct dry_doc_place dry_doc_at_character(struct dry_doc_builder *builder, size_t character)
{
	struct dry_doc_cursor *const cursor = &builder->cursor;
	const struct dry_doc *const doc = builder->doc;

	while (cursor->character > character)
		step_back(cursor, doc->text);
	while (cursor->character < character && cursor->byte < doc->length) {
		step(cursor, doc->text);
		while (cursor->byte < doc->length && is_inside(doc->text, cursor->byte))
			step(cursor, doc->text);
	}
	return cursor->place;
}

/* ---- names */

static size_t slot_of(const struct dry_doc_builder *builder, const void *owner, const char *text)
{
	uint64_t hash = dry_digest_add(dry_fnv1a(text, strlen(text)), (uint64_t)(uintptr_t)owner);
	size_t slot = (hash ^ hash >> 32) & (builder->name_capacity - 1);

	while (builder->name[slot].text &&
	       (builder->name[slot].owner != owner || strcmp(builder->name[slot].text, text) != 0))
		slot = (slot + 1) & (builder->name_capacity - 1);
	return slot;
}

struct dry_doc_node *dry_doc_find_name(const struct dry_doc_builder *builder, const void *owner,
				       const char *text)
{
	return builder->name_count ? builder->name[slot_of(builder, owner, text)].node : NULL;
}

static void grow_names(struct dry_doc_builder *builder)
{
	struct dry_doc_name *const old = builder->name;
	const size_t old_capacity = builder->name_capacity;

	builder->name_capacity = old_capacity ? old_capacity * 2 : 64;
	builder->name = dry_xcalloc(builder->name_capacity, sizeof(*builder->name));
	for (size_t i = 0; i < old_capacity; i++)
		if (old[i].text)
			builder->name[slot_of(builder, old[i].owner, old[i].text)] = old[i];
	free(old);
}

void dry_doc_set_name(struct dry_doc_builder *builder, const void *owner, const char *text,
		      struct dry_doc_node *node)
{
	if (builder->name_count * 2 >= builder->name_capacity)
		grow_names(builder);
	const size_t slot = slot_of(builder, owner, text);
	if (!builder->name[slot].text)
		builder->name_count++;
	builder->name[slot] = (struct dry_doc_name){ owner, text, node };
}

/* ---- nodes */

struct dry_doc_frame *dry_doc_top(struct dry_doc_builder *builder)
{
	return builder->depth ? &builder->frame[builder->depth - 1] : NULL;
}

struct dry_doc_node *dry_doc_child(const struct dry_doc_builder *builder,
				   const struct dry_doc_frame *frame, const char *key)
{
	if (frame->node->count > FEW_KEYS)
		return dry_doc_find_name(builder, frame->node, key);
	for (struct dry_doc_node *node = frame->node->first; node; node = node->next)
		if (node != frame->merge && !strcmp(node->key, key))
			return node;
	return NULL;
}

void dry_doc_hang(struct dry_doc_builder *builder, struct dry_doc_frame *frame,
		  struct dry_doc_node *node)
{
	struct dry_doc_node *const parent = frame->node;

	node->parent = parent;
	node->index = parent->count++;
	node->next = NULL;
	if (frame->last)
		frame->last->next = node;
	else
		parent->first = node;
	frame->last = node;
	if (!node->key || parent->count <= FEW_KEYS)
		return;
	if (parent->count > FEW_KEYS + 1) {
		if (node != frame->merge)
			dry_doc_set_name(builder, parent, node->key, node);
		return;
	}
	/* From here on the map is searched by name, so all that is there gets in. */
	for (struct dry_doc_node *child = parent->first; child; child = child->next)
		if (child != frame->merge)
			dry_doc_set_name(builder, parent, child->key, child);
}

static bool fail_equal_key(struct dry_doc_builder *builder, const struct dry_doc_frame *frame,
			   const struct dry_doc_node *first)
{
	struct dry_arena arena;

	dry_arena_init(&arena);
	const char *const above = dry_doc_path(frame->node, &arena);
	dry_doc_complain(builder, frame->key.place, "%s%skey \"%s\" is there twice, first in line %" PRIu32,
			 above, *above ? ": " : "",
			 dry_doc_show(&arena, frame->key.text, strlen(frame->key.text)), first->key_line);
	dry_arena_release(&arena);
	return dry_fail_fix(builder->err, "keep one of them");
}

struct dry_doc_node *dry_doc_add(struct dry_doc_builder *builder, enum dry_doc_kind kind,
				 struct dry_doc_place place)
{
	struct dry_doc_frame *const frame = dry_doc_top(builder);

	if (builder->node_count >= builder->node_limit) {
		dry_doc_complain(builder, place, "holds more than the limit of %" PRIu32
				 " values (with YAML aliases written out)", builder->node_limit);
		if (builder->is_raisable)
			dry_fail_fix(builder->err, "split it, or raise the limit: --limit-size %" PRIu32 "Gi",
				     builder->node_limit / (UINT32_C(1) << 25) + 1);
		return NULL;
	}
	if (frame && frame->key.text && !frame->is_merge_key) {
		const struct dry_doc_node *const first = dry_doc_child(builder, frame, frame->key.text);
		if (first) {
			fail_equal_key(builder, frame, first);
			return NULL;
		}
	}
	struct dry_doc_node *const node = dry_arena_alloc(&builder->doc->arena, sizeof(*node));
	builder->node_count++;
	node->kind = kind;
	node->line = place.line;
	node->column = place.column;
	node->text = "";
	if (!frame) {
		builder->doc->root = node;
		return node;
	}
	node->key = frame->key.text;
	node->key_line = frame->key.place.line;
	node->key_column = frame->key.place.column;
	if (frame->is_merge_key)
		frame->merge = node;
	dry_doc_hang(builder, frame, node);
	frame->key = (struct dry_doc_key){ 0 };
	frame->is_merge_key = false;
	return node;
}

bool dry_doc_enter(struct dry_doc_builder *builder, struct dry_doc_node *node)
{
	if (builder->depth >= builder->depth_limit) {
		dry_doc_complain(builder, (struct dry_doc_place){ node->line, node->column },
				 "lists and maps are nested deeper than the limit of %" PRIu32,
				 builder->depth_limit);
		return false;
	}
	builder->frame = dry_grow(builder->frame, &builder->frame_capacity, builder->depth + 1,
				  sizeof(*builder->frame));
	builder->frame[builder->depth++] = (struct dry_doc_frame){ .node = node };
	return true;
}

void dry_doc_leave(struct dry_doc_builder *builder)
{
	dry_assert(builder->depth > 0);
	builder->depth--;
}
