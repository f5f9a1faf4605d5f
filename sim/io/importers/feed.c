#include "io/importers/feed.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/assert.h"
#include "io/reader.h"

#define WINDOW_START ((size_t)1 << 18)

bool dry_feed_open(struct dry_feed *feed, const char *path, uint64_t size_limit, struct dry_error *err)
{
	const struct dry_reader_options options = { .size_limit = size_limit, .is_raisable = true };

	*feed = (struct dry_feed){ .path = strcmp(path, "-") ? path : "stdin", .line = 1 };
	feed->reader = dry_reader_open(path, &options, err);
	if (!feed->reader)
		return false;
	feed->capacity = WINDOW_START;
	feed->window = dry_xmalloc(feed->capacity);
	return true;
}

void dry_feed_open_memory(struct dry_feed *feed, const char *path, const char *text, size_t length)
{
	*feed = (struct dry_feed){ .path = path, .line = 1, .end = length, .at_end = true };
	feed->capacity = length + 1;
	feed->window = dry_xmalloc(feed->capacity);
	if (length)
		memcpy(feed->window, text, length);
}

void dry_feed_close(struct dry_feed *feed)
{
	dry_reader_close(feed->reader);
	free(feed->window);
	feed->reader = NULL;
	feed->window = NULL;
}

static bool make_room(struct dry_feed *feed, struct dry_error *err)
{
	if (feed->start) {
		memmove(feed->window, feed->window + feed->start, feed->end - feed->start);
		feed->end -= feed->start;
		feed->start = 0;
	}
	if (feed->capacity - feed->end >= feed->capacity / 4)
		return true;
	if (feed->capacity >= DRY_FEED_VALUE_MAX) {
		dry_fail(err, DRY_ERROR_INPUT, dry_feed_where(feed, 0),
			 "a value that begins here is longer than 256 MiB");
		return dry_fail_fix(err, "is the file complete, and is it the kind you named?");
	}
	feed->capacity *= 2;
	feed->window = dry_xrealloc(feed->window, feed->capacity);
	return true;
}

bool dry_feed_more(struct dry_feed *feed, struct dry_error *err)
{
	size_t got;

	if (feed->at_end || !make_room(feed, err) ||
	    !dry_reader_bytes(feed->reader, feed->window + feed->end, feed->capacity - feed->end, &got, err))
		return false;
	feed->at_end = !got;
	feed->end += got;
	return got > 0;
}

bool dry_feed_want(struct dry_feed *feed, size_t length, struct dry_error *err)
{
	while (feed->end - feed->start < length)
		if (!dry_feed_more(feed, err))
			return feed->at_end;
	return true;
}

void dry_feed_consume(struct dry_feed *feed, size_t length)
{
	const char *at = feed->window + feed->start;
	const char *const stop = at + length;
	const char *const base = at;

	dry_assert(length <= feed->end - feed->start);
	while (at < stop && (at = memchr(at, '\n', (size_t)(stop - at)))) {
		at++;
		feed->line++;
		feed->line_offset = feed->consumed + (uint64_t)(at - base);
	}
	feed->start += length;
	feed->consumed += length;
}

int dry_feed_line(struct dry_feed *feed, const char **text, size_t *length, struct dry_error *err)
{
	size_t looked = 0;

	for (;;) {
		const size_t held = feed->end - feed->start;
		const char *const at = feed->window + feed->start;
		const char *const stop = held > looked ? memchr(at + looked, '\n', held - looked) : NULL;
		if (stop || (feed->at_end && held)) {
			const size_t whole = stop ? (size_t)(stop - at) + 1 : held;
			size_t shown = stop ? whole - 1 : held;
			while (shown && at[shown - 1] == '\r')
				shown--;
			*text = at;
			*length = shown;
			dry_feed_consume(feed, whole);
			return 1;
		}
		if (feed->at_end)
			return 0;
		looked = held;
		if (!dry_feed_more(feed, err) && !feed->at_end)
			return -1;
	}
}

struct dry_where dry_feed_where(const struct dry_feed *feed, size_t offset)
{
	const char *const start = feed->window + feed->start;
	uint64_t line = feed->line;
	size_t line_start = 0;
	uint64_t column = 1;

	if (offset > feed->end - feed->start)
		offset = feed->end - feed->start;
	for (size_t i = 0; i < offset; i++) {
		if (start[i] != '\n')
			continue;
		line++;
		line_start = i + 1;
	}
	if (line == feed->line)
		column += feed->consumed - feed->line_offset;
	for (size_t i = line_start; i < offset; i++)
		column += ((unsigned char)start[i] & 0xc0) != 0x80;
	return (struct dry_where){ feed->path, line > UINT32_MAX ? UINT32_MAX : (uint32_t)line,
				   column > UINT32_MAX ? UINT32_MAX : (uint32_t)column };
}

void dry_feed_show(const struct dry_feed *feed, size_t offset, struct dry_error *err)
{
	const char *const start = feed->window + feed->start;
	const size_t held = feed->end - feed->start;
	size_t from = offset < held ? offset : held;
	size_t to = from;

	/* Only whole short lines: a caret under a cut-off line would point at the wrong place. */
	while (from && start[from - 1] != '\n' && offset - from < 160)
		from--;
	while (to < held && start[to] != '\n' && to - from < 160)
		to++;
	if ((from && start[from - 1] != '\n') || (!from && feed->consumed != feed->line_offset))
		return;
	dry_fail_source(err, start + from, to - from);
}
