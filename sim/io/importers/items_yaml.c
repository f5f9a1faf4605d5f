/*
 * YAML documents as trees, from libyaml's events. Aliases share the nodes of
 * their anchor; how much they would write out is bounded.
 */
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "base/arena.h"
#include "io/importers/items.h"

#define EXPANDED_MAX 4000000u
#define ANCHOR_MAX 256

struct anchor {
	char name[64];
	uint32_t node;
	uint64_t size;                  /* nodes below it, written out */
};

struct reader {
	struct dry_items *items;
	yaml_parser_t *parser;
	struct anchor anchor[ANCHOR_MAX];
	uint32_t anchor_count;
	int depth;
	struct dry_error *err;
};

static int read_feed(void *context, unsigned char *buffer, size_t size, size_t *got)
{
	struct dry_items *const items = context;
	struct dry_feed *const feed = items->feed;

	if (feed->end == feed->start && !dry_feed_more(feed, NULL) && !feed->at_end) {
		items->yaml_problem = "cannot be read to its end";
		return 0;
	}
	*got = feed->end - feed->start < size ? feed->end - feed->start : size;
	memcpy(buffer, feed->window + feed->start, *got);
	dry_feed_consume(feed, *got);
	return 1;
}

static bool fail(struct reader *reader, yaml_mark_t mark, const char *what)
{
	const struct dry_where where = { reader->items->feed->path, (uint32_t)mark.line + 1,
					 (uint32_t)mark.column + 1 };

	dry_fail(reader->err, DRY_ERROR_INPUT, where, "%s", what);
	return dry_fail_expected(reader->err, "YAML");
}

static bool next_event(struct reader *reader, yaml_event_t *event)
{
	const yaml_parser_t *const parser = reader->parser;

	if (yaml_parser_parse(reader->parser, event))
		return true;
	return fail(reader, parser->problem_mark,
		    reader->items->yaml_problem ? reader->items->yaml_problem
		    : parser->problem ? parser->problem : "cannot be read");
}

static uint32_t add_node(struct reader *reader, yaml_mark_t mark)
{
	struct dry_tree *const tree = &reader->items->tree;

	tree->expanded++;
	return dry_tree_add(tree, (uint32_t)mark.line + 1, (uint32_t)mark.column + 1);
}

static bool is_number(const char *text, size_t length)
{
	size_t i = length && text[0] == '-';
	size_t digits = 0;

	for (; i < length && text[i] >= '0' && text[i] <= '9'; i++)
		digits++;
	if (i < length && text[i] == '.')
		for (i++; i < length && text[i] >= '0' && text[i] <= '9'; i++)
			digits++;
	if (digits && i < length && (text[i] == 'e' || text[i] == 'E')) {
		i++;
		if (i < length && (text[i] == '+' || text[i] == '-'))
			i++;
		const size_t exponent = i;
		while (i < length && text[i] >= '0' && text[i] <= '9')
			i++;
		if (i == exponent)
			return false;
	}
	return digits && i == length;
}

static bool is_word(const char *text, size_t length, const char *const *known)
{
	for (; *known; known++)
		if (strlen(*known) == length && !memcmp(*known, text, length))
			return true;
	return false;
}

static enum dry_tree_type scalar_type(const yaml_event_t *event)
{
	static const char *const nulls[] = { "", "~", "null", "Null", "NULL", NULL };
	static const char *const bools[] = { "true", "false", NULL };
	const char *const text = (const char *)event->data.scalar.value;
	const size_t length = event->data.scalar.length;

	if (event->data.scalar.style != YAML_PLAIN_SCALAR_STYLE)
		return DRY_TREE_STRING;
	if (is_word(text, length, nulls))
		return DRY_TREE_NULL;
	if (is_word(text, length, bools))
		return DRY_TREE_BOOL;
	return is_number(text, length) && (text[0] != '.') && text[length - 1] != '.'
		? DRY_TREE_NUMBER : DRY_TREE_STRING;
}

/* Texts of a tree are all added before any is looked at, so offsets stay good while it grows. */
static uint32_t add_text(struct dry_tree *tree, const yaml_event_t *event)
{
	const size_t offset = tree->text.length;

	dry_text_add(&tree->text, (const char *)event->data.scalar.value, event->data.scalar.length);
	return (uint32_t)offset;
}

static bool remember(struct reader *reader, const yaml_char_t *name, uint32_t node, uint64_t before)
{
	if (!name)
		return true;
	if (reader->anchor_count == ANCHOR_MAX || strlen((const char *)name) >= 64)
		return false;
	struct anchor *const anchor = &reader->anchor[reader->anchor_count++];
	strncpy(anchor->name, (const char *)name, sizeof(anchor->name) - 1);
	anchor->node = node;
	anchor->size = reader->items->tree.expanded - before;
	return true;
}

static bool alias(struct reader *reader, const yaml_event_t *event, uint32_t node)
{
	struct dry_tree *const tree = &reader->items->tree;

	for (uint32_t i = reader->anchor_count; i-- > 0;) {
		const struct anchor *const anchor = &reader->anchor[i];
		if (strcmp(anchor->name, (const char *)event->data.alias.anchor))
			continue;
		tree->expanded += anchor->size;
		if (tree->expanded > EXPANDED_MAX)
			return fail(reader, event->start_mark, "aliases write out to too much");
		const struct dry_tree_node *const from = &tree->node[anchor->node];
		tree->node[node].type = from->type;
		tree->node[node].text = from->text;
		tree->node[node].length = from->length;
		tree->node[node].child = from->child;
		return true;
	}
	return fail(reader, event->start_mark, "an alias without an anchor before it");
}

static bool build(struct reader *reader, yaml_event_t *event, uint32_t node);

static bool build_children(struct reader *reader, uint32_t node, bool is_object)
{
	struct dry_tree *const tree = &reader->items->tree;
	uint32_t last = 0;
	yaml_event_t event;

	for (;;) {
		uint32_t key = 0, key_length = 0;
		if (!next_event(reader, &event))
			return false;
		if (event.type == YAML_SEQUENCE_END_EVENT || event.type == YAML_MAPPING_END_EVENT) {
			yaml_event_delete(&event);
			return true;
		}
		if (is_object) {
			if (event.type != YAML_SCALAR_EVENT) {
				fail(reader, event.start_mark, "a key is not a plain word");
				yaml_event_delete(&event);
				return false;
			}
			key = add_text(tree, &event);
			key_length = (uint32_t)event.data.scalar.length;
			yaml_event_delete(&event);
			if (!next_event(reader, &event))
				return false;
		}
		const uint32_t child = add_node(reader, event.start_mark);
		tree->node[child].key = key;
		tree->node[child].key_length = key_length;
		last = dry_tree_hang(tree, node, last, child);
		if (!build(reader, &event, child))
			return false;
	}
}

/* Takes the event over. */
static bool build(struct reader *reader, yaml_event_t *event, uint32_t node)
{
	struct dry_tree *const tree = &reader->items->tree;
	const uint64_t before = tree->expanded;
	const yaml_mark_t mark = event->start_mark;
	bool good = true;

	if (event->type == YAML_ALIAS_EVENT) {
		good = alias(reader, event, node);
	} else if (event->type == YAML_SCALAR_EVENT) {
		tree->node[node].type = (uint8_t)scalar_type(event);
		tree->node[node].text = add_text(tree, event);
		tree->node[node].length = (uint32_t)event->data.scalar.length;
		good = remember(reader, event->data.scalar.anchor, node, before);
	} else {
		const bool is_object = event->type == YAML_MAPPING_START_EVENT;
		tree->node[node].type = is_object ? DRY_TREE_OBJECT : DRY_TREE_ARRAY;
		const yaml_char_t *const name = is_object ? event->data.mapping_start.anchor
							  : event->data.sequence_start.anchor;
		if (++reader->depth > DRY_TREE_DEPTH_MAX)
			good = fail(reader, mark, "nested deeper than 200 levels");
		good = good && build_children(reader, node, is_object) &&
		       remember(reader, name, node, before);
		reader->depth--;
	}
	yaml_event_delete(event);
	return good;
}

/* 1 with a whole document in the tree, 0 at the end, -1 with a complaint. */
static int next_document(struct dry_items *items, struct dry_error *err)
{
	struct reader *const reader = dry_xcalloc(1, sizeof(*reader));
	int result = 0;
	yaml_event_t event;

	*reader = (struct reader){ .items = items, .parser = items->yaml, .err = err };
	items->tree.count = 0;
	items->tree.expanded = 0;
	dry_text_clear(&items->tree.text);
	while (!result) {
		if (!next_event(reader, &event)) {
			result = -1;
		} else if (event.type == YAML_STREAM_END_EVENT) {
			yaml_event_delete(&event);
			break;
		} else if (event.type == YAML_SCALAR_EVENT || event.type == YAML_ALIAS_EVENT ||
			   event.type == YAML_MAPPING_START_EVENT ||
			   event.type == YAML_SEQUENCE_START_EVENT) {
			const uint32_t root = add_node(reader, event.start_mark);
			result = build(reader, &event, root) ? 1 : -1;
		} else {
			yaml_event_delete(&event);
		}
	}
	items->tree.base = dry_text_string(&items->tree.text);
	if (result < 0 && err && !err->code)
		fail(reader, (yaml_mark_t){ 0 }, "too many anchors");
	free(reader);
	return result;
}

static uint32_t find_list(const struct dry_items *items)
{
	if (dry_tree_type_of(&items->tree, 0) == DRY_TREE_ARRAY)
		return 0;
	for (const char *const *key = items->list; key && *key; key++) {
		const uint32_t node = dry_tree_find(&items->tree, 0, *key);
		if (node && dry_tree_type_of(&items->tree, node) == DRY_TREE_ARRAY)
			return node;
	}
	return UINT32_MAX;
}

int dry_items_next_yaml(struct dry_items *items, struct dry_error *err)
{
	if (!items->yaml) {
		items->yaml = dry_xcalloc(1, sizeof(yaml_parser_t));
		if (!yaml_parser_initialize(items->yaml))
			dry_out_of_memory(0);
		yaml_parser_set_input(items->yaml, read_feed, items);
	}
	for (;;) {
		if (items->yaml_next) {
			items->item = items->yaml_next;
			items->yaml_next = items->tree.node[items->item].next;
			items->in_list = true;
			items->count++;
			return 1;
		}
		struct dry_error bad = { 0 };
		const int result = next_document(items, &bad);
		if (result < 0 && items->forgive_end && items->feed->at_end && items->count &&
		    items->feed->start == items->feed->end) {
			dry_error_release(&bad);
			items->cut_off = true;
			items->cut_off_at = items->feed->consumed;
			return 0;
		}
		if (result < 0 && err) {
			dry_error_release(err);
			*err = bad;
		}
		if (result <= 0)
			return result;
		if (dry_tree_type_of(&items->tree, 0) == DRY_TREE_NULL)
			continue;       /* an empty document */
		const uint32_t list = find_list(items);
		if (list == UINT32_MAX) {
			items->item = 0;
			items->in_list = false;
			items->count++;
			return 1;
		}
		items->yaml_next = dry_tree_first(&items->tree, list);
	}
}

void dry_items_close_yaml(struct dry_items *items)
{
	if (items->yaml)
		yaml_parser_delete(items->yaml);
	free(items->yaml);
	items->yaml = NULL;
}
