#include "io/importers/items.h"

#include <string.h>

#include "base/assert.h"

/* Results of the scanning functions. */
enum scan { SCAN_DONE, SCAN_CUT_OFF, SCAN_FAILED };

void dry_items_open(struct dry_items *items, struct dry_feed *feed)
{
	*items = (struct dry_items){ .feed = feed };
}

void dry_items_close(struct dry_items *items)
{
	dry_items_close_yaml(items);
	dry_tree_release(&items->tree);
}

static char at(const struct dry_items *items, size_t offset)
{
	return items->feed->window[items->feed->start + offset];
}

static size_t held(const struct dry_items *items)
{
	return items->feed->end - items->feed->start;
}

/* More input behind `offset`: DONE when there is a byte. */
static enum scan reach(struct dry_items *items, size_t offset, struct dry_error *err)
{
	while (offset >= held(items)) {
		if (items->feed->at_end)
			return SCAN_CUT_OFF;
		if (!dry_feed_more(items->feed, err) && !items->feed->at_end)
			return SCAN_FAILED;
	}
	return SCAN_DONE;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

static enum scan skip_blanks(struct dry_items *items, size_t *offset, struct dry_error *err)
{
	for (;;) {
		const enum scan scan = reach(items, *offset, err);
		if (scan != SCAN_DONE)
			return scan;
		if (!is_blank(at(items, *offset)))
			return SCAN_DONE;
		++*offset;
	}
}

/* From an opening quote to behind the closing one. */
static enum scan skip_string(struct dry_items *items, size_t *offset, struct dry_error *err)
{
	size_t i = *offset + 1;

	for (;;) {
		const char *const window = items->feed->window + items->feed->start;
		const size_t stop = held(items);
		while (i < stop && window[i] != '"')
			i += window[i] == '\\' ? 2 : 1;
		if (i < stop)
			break;
		const enum scan scan = reach(items, i, err);
		if (scan != SCAN_DONE)
			return scan;
	}
	*offset = i + 1;
	return SCAN_DONE;
}

static bool is_delimiter(char c)
{
	return is_blank(c) || c == ',' || c == ':' || c == '"' || c == '{' || c == '}' || c == '[' ||
	       c == ']';
}

/* A number or word. */
static enum scan skip_bare(struct dry_items *items, size_t *offset, struct dry_error *err)
{
	const size_t first = *offset;

	for (;;) {
		const enum scan scan = reach(items, *offset, err);
		if (scan == SCAN_CUT_OFF && *offset > first)
			return SCAN_DONE;
		if (scan != SCAN_DONE)
			return scan;
		if (is_delimiter(at(items, *offset)))
			break;
		++*offset;
	}
	if (*offset == first)
		++*offset;              /* what stands here is no value; the parser says so */
	return SCAN_DONE;
}

/* Bytes that end a run of uninteresting ones inside a value. */
static const bool stops[256] = { ['"'] = true, ['{'] = true, ['}'] = true, ['['] = true,
				 [']'] = true };

/* From the first byte of a value to behind its last. Brackets are counted, not matched by kind. */
static enum scan skip_value(struct dry_items *items, size_t *offset, struct dry_error *err)
{
	size_t depth = 0;

	do {
		const char *const window = items->feed->window + items->feed->start;
		const size_t stop = held(items);
		if (depth)
			while (*offset < stop && !stops[(unsigned char)window[*offset]])
				++*offset;
		enum scan scan = reach(items, *offset, err);
		if (scan != SCAN_DONE)
			return scan;
		const char c = at(items, *offset);
		if (c == '"') {
			scan = skip_string(items, offset, err);
			if (scan != SCAN_DONE)
				return scan;
		} else if (c == '{' || c == '[') {
			depth++;
			++*offset;
		} else if (c == '}' || c == ']') {
			++*offset;
			if (!depth)
				return SCAN_DONE;       /* the parser complains */
			depth--;
		} else {
			if (depth)
				continue;
			return skip_bare(items, offset, err);
		}
	} while (depth);
	return SCAN_DONE;
}

static bool is_one_of(const char *const *known, const char *text, size_t length)
{
	for (; known && *known; known++)
		if (strlen(*known) == length && !memcmp(*known, text, length))
			return true;
	return false;
}

static bool cut_off(struct dry_items *items, size_t offset, const char *what, struct dry_error *err)
{
	dry_fail(err, DRY_ERROR_INPUT, dry_feed_where(items->feed, offset),
		 "the input ends inside %s", what);
	return dry_fail_fix(err, "record it again, or cut the last, incomplete piece off");
}

static void keep(char *to, size_t size, const char *from, size_t length)
{
	if (length >= size)
		length = size - 1;
	memcpy(to, from, length);
	to[length] = '\0';
}

/*
 * In an object, behind its brace: looks for a member that is a list. DONE with
 * *is_list: `offset` is behind the opening bracket. DONE without: behind the
 * object.
 */
static enum scan find_list(struct dry_items *items, size_t *offset, int depth, bool *is_list,
			   struct dry_error *err)
{
	*is_list = false;
	for (;;) {
		enum scan scan = skip_blanks(items, offset, err);
		if (scan != SCAN_DONE)
			return scan;
		if (at(items, *offset) == ',') {
			++*offset;
			continue;
		}
		if (at(items, *offset) != '"') {
			const bool closed = at(items, *offset) == '}';
			++*offset;
			return closed ? SCAN_DONE : SCAN_FAILED;
		}
		const size_t key = *offset + 1;
		scan = skip_string(items, offset, err);
		const size_t key_length = *offset - 1 - key;
		if (scan == SCAN_DONE)
			scan = skip_blanks(items, offset, err);
		if (scan != SCAN_DONE)
			return scan;
		if (at(items, *offset) != ':')
			return SCAN_FAILED;
		++*offset;
		scan = skip_blanks(items, offset, err);
		if (scan != SCAN_DONE)
			return scan;
		const char *const name = items->feed->window + items->feed->start + key;
		const char c = at(items, *offset);
		if (c == '[' && is_one_of(items->list, name, key_length)) {
			keep(items->list_key, sizeof(items->list_key), name, key_length);
			++*offset;
			items->depth = depth;
			*is_list = true;
			return SCAN_DONE;
		}
		if (c == '{' && depth < 4 && is_one_of(items->inside, name, key_length)) {
			++*offset;
			scan = find_list(items, offset, depth + 1, is_list, err);
			if (scan != SCAN_DONE || *is_list)
				return scan;
			continue;
		}
		const bool is_kind = c == '"' && key_length == 4 && !memcmp(name, "kind", 4);
		const size_t first = *offset;
		scan = skip_value(items, offset, err);
		if (scan != SCAN_DONE)
			return scan;
		if (is_kind)
			keep(items->head_kind, sizeof(items->head_kind),
			     items->feed->window + items->feed->start + first + 1,
			     *offset - first - 2);
	}
}

static int parse(struct dry_items *items, size_t first, size_t length, struct dry_error *err)
{
	size_t bad = 0;
	const char *const wrong = dry_tree_parse(&items->tree,
						 items->feed->window + items->feed->start + first,
						 length, items->skip, &bad);

	if (wrong) {
		dry_fail(err, DRY_ERROR_INPUT, dry_feed_where(items->feed, first + bad), "%s", wrong);
		dry_fail_expected(err, "JSON");
		dry_feed_show(items->feed, first + bad, err);
		return -1;
	}
	items->item = 0;
	items->count++;
	return 1;
}

/* Nothing but what closes the containers around a list may follow it; members behind it are skipped. */
static int close_list(struct dry_items *items, struct dry_error *err)
{
	size_t offset = 0;

	while (items->depth > 0) {
		bool is_list;
		const int depth = items->depth - 1;
		const enum scan scan = find_list(items, &offset, depth, &is_list, err);
		if (scan == SCAN_FAILED) {
			if (err && err->code)
				return -1;
			dry_fail(err, DRY_ERROR_INPUT, dry_feed_where(items->feed, offset),
				 "a key or a closing brace is missing after the list");
			return -1;
		}
		if (scan == SCAN_CUT_OFF) {
			cut_off(items, offset, "the object around the list", err);
			return -1;
		}
		if (is_list) {          /* a second list in the same object */
			items->open_array = items->first_element = true;
			items->depth = depth + 1;
			break;
		}
		items->depth = depth;
	}
	dry_feed_consume(items->feed, offset);
	return 1;
}

static int next_element(struct dry_items *items, struct dry_error *err)
{
	size_t offset = 0;
	enum scan scan = skip_blanks(items, &offset, err);

	if (scan == SCAN_DONE && at(items, offset) == ']') {
		dry_feed_consume(items->feed, offset + 1);
		items->open_array = false;
		return close_list(items, err) < 0 ? -1 : 0;
	}
	if (scan == SCAN_DONE && !items->first_element) {
		if (at(items, offset) != ',') {
			dry_fail(err, DRY_ERROR_INPUT, dry_feed_where(items->feed, offset),
				 "a comma is missing between two items");
			dry_feed_show(items->feed, offset, err);
			return -1;
		}
		offset++;
		scan = skip_blanks(items, &offset, err);
	}
	dry_feed_consume(items->feed, offset);
	offset = 0;
	if (scan == SCAN_DONE)
		scan = skip_value(items, &offset, err);
	if (scan == SCAN_FAILED)
		return -1;
	if (scan == SCAN_CUT_OFF) {
		cut_off(items, 0, "a list; the item that begins here is not complete", err);
		return -1;
	}
	items->first_element = false;
	items->in_list = true;
	items->length = offset;
	return parse(items, 0, offset, err);
}

/* At the first byte of a document. */
static int open_document(struct dry_items *items, struct dry_error *err)
{
	size_t offset = 1;
	bool is_list = at(items, 0) == '[';
	enum scan scan = SCAN_DONE;

	items->in_list = false;
	items->list_key[0] = items->head_kind[0] = '\0';
	items->depth = 0;
	if (is_list)
		;
	else if (at(items, 0) == '{') {
		scan = find_list(items, &offset, 0, &is_list, err);
		if (is_list)
			items->depth++;
	} else {
		offset = 0;
		scan = skip_bare(items, &offset, err);
	}
	if (scan == SCAN_FAILED) {
		if (err && err->code)
			return -1;
		return parse(items, 0, offset < held(items) ? offset + 1 : offset, err);
	}
	if (scan == SCAN_CUT_OFF && items->forgive_end) {
		items->cut_off = true;
		items->cut_off_at = items->feed->consumed;
		dry_feed_consume(items->feed, held(items));
		return 0;
	}
	if (scan == SCAN_CUT_OFF) {
		cut_off(items, 0, "the object that begins here", err);
		return -1;
	}
	if (is_list) {
		dry_feed_consume(items->feed, offset);
		items->open_array = items->first_element = true;
		return 2;
	}
	items->length = offset;
	return parse(items, 0, offset, err);
}

static bool looks_like_json(struct dry_items *items, struct dry_error *err)
{
	size_t offset = 0;

	if (!dry_feed_want(items->feed, 3, err))
		return true;
	if (held(items) >= 3 && !memcmp(items->feed->window + items->feed->start, "\xef\xbb\xbf", 3)) {
		dry_feed_consume(items->feed, 3);
		items->feed->line_offset = items->feed->consumed;
	}
	if (skip_blanks(items, &offset, err) != SCAN_DONE)
		return true;
	return at(items, offset) == '{' || at(items, offset) == '[';
}

int dry_items_next(struct dry_items *items, struct dry_error *err)
{
	if (!items->started) {
		items->started = true;
		items->is_yaml = !looks_like_json(items, err);
	}
	if (items->is_yaml)
		return dry_items_next_yaml(items, err);
	dry_feed_consume(items->feed, items->length);
	items->length = 0;
	for (;;) {
		if (items->open_array) {
			const int result = next_element(items, err);
			if (result)
				return result;
			continue;
		}
		size_t offset = 0;
		const enum scan scan = skip_blanks(items, &offset, err);
		dry_feed_consume(items->feed, offset);
		if (scan == SCAN_FAILED)
			return -1;
		if (scan == SCAN_CUT_OFF)
			return 0;
		const int result = open_document(items, err);
		if (result != 2)
			return result;
	}
}

bool dry_items_is_kind(const struct dry_items *items, uint32_t object, const char *kind)
{
	const uint32_t own = dry_tree_find(&items->tree, object, "kind");
	const size_t length = strlen(kind);

	if (own)
		return dry_tree_is(&items->tree, own, kind);
	return items->in_list && !strncmp(items->head_kind, kind, length) && !strcmp(items->head_kind + length, "List");
}

struct dry_where dry_items_where(const struct dry_items *items, uint32_t node)
{
	const struct dry_tree *const tree = &items->tree;

	if (tree->line)
		return (struct dry_where){ items->feed->path, tree->line[node], tree->column[node] };
	const size_t quote = tree->node[node].type == DRY_TREE_STRING;
	return dry_feed_where(items->feed, tree->node[node].text - quote);
}
