#include "ahead.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"

#define BLOCKS 4
#define BLOCK_TEXT ((size_t)1 << 18)
#define PAD 64                          /* bytes behind a line that may be read (io/reader.h) */

struct block {
	char *text;                     /* lines, a newline behind each; PAD behind the last */
	size_t capacity, length;
	size_t *line_end;               /* offsets of the newlines */
	size_t line_count, line_capacity;
	uint64_t text_bytes, stored_bytes;      /* of the reader when the block was full */
	enum dry_reader_state last;     /* what came after its last line; LINE = the next block goes on */
};

struct ahead {
	struct dry_reader *reader;      /* the thread's */
	struct dry_error err;           /* the thread's until a block says FAILED */
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t change;
	/* under the lock: blocks [taken, filled) are the caller's, the others the thread's */
	uint64_t filled, taken;
	bool stopped;

	struct block block[BLOCKS];
	/* the caller's */
	bool has_block;
	size_t next_line, line_start;
	uint64_t line_number;
};

static void add_line(struct block *block, const char *line, size_t length)
{
	block->text = dry_grow(block->text, &block->capacity, block->length + length + 1 + PAD, 1);
	block->line_end = dry_grow(block->line_end, &block->line_capacity, block->line_count + 1,
				   sizeof(*block->line_end));
	memcpy(block->text + block->length, line, length);
	block->length += length;
	block->text[block->length] = '\n';
	block->line_end[block->line_count++] = block->length++;
}

static void fill_block(struct ahead *ahead, struct block *block)
{
	const char *line;
	size_t length;

	block->length = block->line_count = 0;
	do {
		block->last = dry_reader_line(ahead->reader, &line, &length, &ahead->err);
		if (block->last == DRY_READER_LINE)
			add_line(block, line, length);
	} while (block->last == DRY_READER_LINE && block->length < BLOCK_TEXT);
	if (block->line_count)
		memset(block->text + block->length, 0, PAD);
	block->text_bytes = dry_reader_text_bytes(ahead->reader);
	block->stored_bytes = dry_reader_stored_bytes(ahead->reader);
}

static void *read_on(void *context)
{
	struct ahead *ahead = context;
	bool goes_on = true;

	pthread_mutex_lock(&ahead->lock);
	while (goes_on) {
		struct block *block = &ahead->block[ahead->filled % BLOCKS];

		while (!ahead->stopped && ahead->filled - ahead->taken == BLOCKS)
			pthread_cond_wait(&ahead->change, &ahead->lock);
		if (ahead->stopped)
			break;
		pthread_mutex_unlock(&ahead->lock);
		fill_block(ahead, block);
		pthread_mutex_lock(&ahead->lock);
		goes_on = block->last == DRY_READER_LINE;
		ahead->filled++;
		pthread_cond_signal(&ahead->change);
	}
	pthread_mutex_unlock(&ahead->lock);
	return NULL;
}

struct ahead *ahead_start(struct dry_reader *reader)
{
	struct ahead *ahead = dry_xcalloc(1, sizeof(*ahead));

	ahead->reader = reader;
	pthread_mutex_init(&ahead->lock, NULL);
	pthread_cond_init(&ahead->change, NULL);
	if (!pthread_create(&ahead->thread, NULL, read_on, ahead))
		return ahead;
	pthread_mutex_destroy(&ahead->lock);
	pthread_cond_destroy(&ahead->change);
	free(ahead);
	return NULL;
}

/* Gives the block back that is read, and waits for the next one. */
static void next_block(struct ahead *ahead)
{
	pthread_mutex_lock(&ahead->lock);
	if (ahead->has_block) {
		ahead->taken++;
		pthread_cond_signal(&ahead->change);
	}
	while (ahead->filled == ahead->taken)
		pthread_cond_wait(&ahead->change, &ahead->lock);
	pthread_mutex_unlock(&ahead->lock);
	ahead->has_block = true;
	ahead->next_line = ahead->line_start = 0;
}

enum dry_reader_state ahead_line(struct ahead *ahead, const char **line, size_t *length, struct dry_error *err)
{
	const struct block *block = &ahead->block[ahead->taken % BLOCKS];

	while (!ahead->has_block || ahead->next_line == block->line_count) {
		if (ahead->has_block && block->last != DRY_READER_LINE) {
			dry_error_move(err, &ahead->err);
			return block->last;
		}
		next_block(ahead);
		block = &ahead->block[ahead->taken % BLOCKS];
	}
	*line = block->text + ahead->line_start;
	*length = block->line_end[ahead->next_line] - ahead->line_start;
	ahead->line_start = block->line_end[ahead->next_line++] + 1;
	ahead->line_number++;
	return DRY_READER_LINE;
}

uint64_t ahead_line_number(const struct ahead *ahead)
{
	return ahead->line_number;
}

uint64_t ahead_text_bytes(const struct ahead *ahead)
{
	return ahead->has_block ? ahead->block[ahead->taken % BLOCKS].text_bytes : 0;
}

uint64_t ahead_stored_bytes(const struct ahead *ahead)
{
	return ahead->has_block ? ahead->block[ahead->taken % BLOCKS].stored_bytes : 0;
}

void ahead_stop(struct ahead *ahead)
{
	if (!ahead)
		return;
	pthread_mutex_lock(&ahead->lock);
	ahead->stopped = true;
	pthread_cond_signal(&ahead->change);
	pthread_mutex_unlock(&ahead->lock);
	pthread_join(ahead->thread, NULL);
	pthread_mutex_destroy(&ahead->lock);
	pthread_cond_destroy(&ahead->change);
	for (size_t i = 0; i < BLOCKS; i++) {
		free(ahead->block[i].text);
		free(ahead->block[i].line_end);
	}
	dry_error_release(&ahead->err);
	free(ahead);
}
