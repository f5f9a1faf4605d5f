#include "io/importers/msgpack.h"

#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"

#define NODE_MAX 20000000u              /* more makes no trace; bounds memory */

struct parser {
	struct dry_tree *tree;
	const unsigned char *bytes;
	size_t at, length;
	const char *wrong;
	int depth;
};

static bool wrong(struct parser *parser, const char *what)
{
	if (!parser->wrong)
		parser->wrong = what;
	return false;
}

static bool need(struct parser *parser, size_t count)
{
	return parser->length - parser->at >= count || wrong(parser, "the input ends inside a value");
}

/* Big-endian. */
static bool number(struct parser *parser, size_t size, uint64_t *value)
{
	if (!need(parser, size))
		return false;
	*value = 0;
	for (size_t i = 0; i < size; i++)
		*value = *value << 8 | parser->bytes[parser->at++];
	return true;
}

static uint32_t new_node(struct parser *parser, size_t at)
{
	return dry_tree_add(parser->tree, 1, at >= UINT32_MAX ? UINT32_MAX : (uint32_t)at + 1);
}

static bool keep_text(struct parser *parser, uint32_t node, enum dry_tree_type type, const char *text,
		      size_t length)
{
	struct dry_tree *const tree = parser->tree;

	if (tree->text.length + length >= UINT32_MAX)
		return wrong(parser, "holds more than 4 GiB of text");
	tree->node[node].type = (uint8_t)type;
	tree->node[node].text = (uint32_t)tree->text.length;
	tree->node[node].length = (uint32_t)length;
	dry_text_add(&tree->text, text, length);
	return true;
}

static bool value(struct parser *parser, uint32_t node);

static bool string(struct parser *parser, uint32_t node, uint64_t length)
{
	if (!need(parser, length))
		return false;
	const char *const text = (const char *)parser->bytes + parser->at;
	parser->at += length;
	return keep_text(parser, node, DRY_TREE_STRING, text, length);
}

static bool real(struct parser *parser, uint32_t node, double number_value)
{
	char text[40];

	if (!isfinite(number_value))
		return wrong(parser, "a number is NaN or infinite");
	const int length = snprintf(text, sizeof(text), "%.17g", number_value);
	return keep_text(parser, node, DRY_TREE_NUMBER, text, (size_t)length);
}

static bool whole(struct parser *parser, uint32_t node, uint64_t bits, bool is_signed)
{
	char text[32];
	const int length = is_signed ? snprintf(text, sizeof(text), "%" PRId64, (int64_t)bits)
				     : snprintf(text, sizeof(text), "%" PRIu64, bits);

	return keep_text(parser, node, DRY_TREE_NUMBER, text, (size_t)length);
}

/* The key of a member as text, at the end of the tree's text. */
static bool key(struct parser *parser, uint32_t member)
{
	struct dry_tree *const tree = parser->tree;
	const uint32_t count = tree->count;
	const uint32_t scratch = new_node(parser, parser->at);
	struct dry_text joined = { 0 };

	if (!value(parser, scratch))
		return false;
	struct dry_tree_node key_node = tree->node[scratch];
	if (key_node.type == DRY_TREE_ARRAY) {
		for (uint32_t i = key_node.child; i; i = tree->node[i].next) {
			if (i != key_node.child)
				dry_text_char(&joined, DRY_MSGPACK_JOIN);
			/* nil has no text, and there may be none at all yet */
			if (tree->node[i].type < DRY_TREE_ARRAY && tree->node[i].length)
				dry_text_add(&joined, tree->text.data + tree->node[i].text,
					     tree->node[i].length);
		}
		keep_text(parser, scratch, DRY_TREE_STRING, joined.data ? joined.data : "", joined.length);
		dry_text_release(&joined);
		key_node = tree->node[scratch];
	} else if (key_node.type == DRY_TREE_OBJECT) {
		return wrong(parser, "a map is the key of another");
	}
	tree->node[member].key = key_node.text;
	tree->node[member].key_length = key_node.length;
	tree->count = count;
	return true;
}

static bool members(struct parser *parser, uint32_t node, bool is_map, uint64_t count)
{
	uint32_t last = 0;

	parser->tree->node[node].type = is_map ? DRY_TREE_OBJECT : DRY_TREE_ARRAY;
	for (uint64_t i = 0; i < count; i++) {
		if (parser->tree->count >= NODE_MAX)
			return wrong(parser, "holds more than 20 million values");
		const uint32_t child = new_node(parser, parser->at);
		if (is_map && !key(parser, child))
			return false;
		parser->tree->column[child] = (uint32_t)parser->at + 1;
		last = dry_tree_hang(parser->tree, node, last, child);
		if (!value(parser, child))
			return false;
	}
	return true;
}

static bool nested(struct parser *parser, uint32_t node, bool is_map, uint64_t count)
{
	if (++parser->depth > DRY_TREE_DEPTH_MAX)
		return wrong(parser, "nested deeper than 200 levels");
	/* Each element takes a byte at least: a length that cannot be is not believed. */
	if (count > (parser->length - parser->at) / (is_map ? 2 : 1))
		return wrong(parser, "the input ends inside a list or map");
	const bool good = members(parser, node, is_map, count);
	parser->depth--;
	return good;
}

static bool float_value(struct parser *parser, uint32_t node, bool is_double)
{
	uint64_t bits;
	double wide;
	float narrow;

	if (!number(parser, is_double ? 8 : 4, &bits))
		return false;
	if (is_double) {
		memcpy(&wide, &bits, sizeof(wide));
		return real(parser, node, wide);
	}
	const uint32_t low = (uint32_t)bits;
	memcpy(&narrow, &low, sizeof(narrow));
	return real(parser, node, (double)narrow);
}

/* The types whose first byte is 0xc0 to 0xdf. */
static bool tagged(struct parser *parser, uint32_t node, unsigned char tag)
{
	uint64_t bits;

	switch (tag) {
	case 0xc0:
		return true;
	case 0xc2:
	case 0xc3:
		return keep_text(parser, node, DRY_TREE_BOOL, tag == 0xc3 ? "true" : "false",
				 tag == 0xc3 ? 4 : 5);
	case 0xc4: case 0xc5: case 0xc6:
		return number(parser, (size_t)1 << (tag - 0xc4), &bits) && string(parser, node, bits);
	case 0xca: case 0xcb:
		return float_value(parser, node, tag == 0xcb);
	case 0xcc: case 0xcd: case 0xce: case 0xcf:
		return number(parser, (size_t)1 << (tag - 0xcc), &bits) && whole(parser, node, bits, false);
	case 0xd0:
		return number(parser, 1, &bits) && whole(parser, node, (uint64_t)(int64_t)(int8_t)bits, true);
	case 0xd1:
		return number(parser, 2, &bits) && whole(parser, node, (uint64_t)(int64_t)(int16_t)bits, true);
	case 0xd2:
		return number(parser, 4, &bits) && whole(parser, node, (uint64_t)(int64_t)(int32_t)bits, true);
	case 0xd3:
		return number(parser, 8, &bits) && whole(parser, node, bits, true);
	case 0xd9: case 0xda: case 0xdb:
		return number(parser, (size_t)1 << (tag - 0xd9), &bits) && string(parser, node, bits);
	case 0xdc: case 0xdd:
		return number(parser, tag == 0xdc ? 2 : 4, &bits) && nested(parser, node, false, bits);
	case 0xde: case 0xdf:
		return number(parser, tag == 0xde ? 2 : 4, &bits) && nested(parser, node, true, bits);
	default:
		return wrong(parser, "a type that no trace has (extension or reserved)");
	}
}

static bool value(struct parser *parser, uint32_t node)
{
	if (!need(parser, 1))
		return false;
	const unsigned char tag = parser->bytes[parser->at++];
	if (tag < 0x80)
		return whole(parser, node, tag, false);
	if (tag < 0x90)
		return nested(parser, node, true, tag & 0x0f);
	if (tag < 0xa0)
		return nested(parser, node, false, tag & 0x0f);
	if (tag < 0xc0)
		return string(parser, node, tag & 0x1f);
	if (tag >= 0xe0)
		return whole(parser, node, (uint64_t)(int64_t)(int8_t)tag, true);
	return tagged(parser, node, tag);
}

const char *dry_msgpack_parse(struct dry_tree *tree, const char *bytes, size_t length, size_t *used,
			      size_t *bad)
{
	struct parser parser = { .tree = tree, .bytes = (const unsigned char *)bytes, .length = length };

	tree->count = 0;
	dry_text_clear(&tree->text);
	const uint32_t root = new_node(&parser, 0);
	value(&parser, root);
	tree->base = dry_text_string(&tree->text);
	*used = *bad = parser.at;
	return parser.wrong;
}
