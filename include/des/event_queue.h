/*
 * The event queue: a binary heap of 32-byte values, ordered by time, then key,
 * then sub-key (a full order when the caller's keys are unique). The caller
 * puts the phase into the top byte of the key.
 *
 * Taking the first entry off leaves a hole at the root, which the next push
 * fills: an event that causes another soon one costs a few comparisons at the
 * top, however many entries lie idle below.
 */
#ifndef DRY_DES_EVENT_QUEUE_H
#define DRY_DES_EVENT_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

struct dry_queue_entry {
	int64_t at_ms;
	uint64_t key;
	uint64_t tail;                  /* sub-key << 8 | kind */
	union {
		uint64_t both;
		struct {
			uint32_t a, b;
		};
	};
};

static inline uint8_t dry_queue_kind(const struct dry_queue_entry *entry)
{
	return (uint8_t)entry->tail;
}

/*
 * Word by word: an entry that was just written is often read at once, and the
 * processor forwards a store only to a load of its own size.
 */
static inline void dry_queue_move(struct dry_queue_entry *to, const struct dry_queue_entry *from)
{
	to->at_ms = from->at_ms;
	to->key = from->key;
	to->tail = from->tail;
	to->both = from->both;
}

struct dry_event_queue {
	struct dry_queue_entry *entry;
	size_t count;                   /* of entries, the hole not counted */
	size_t capacity;
	bool has_hole;                  /* entry[0] was taken off */
};

static inline bool dry_queue_before(const struct dry_queue_entry *x, const struct dry_queue_entry *y)
{
	if (x->at_ms != y->at_ms)
		return x->at_ms < y->at_ms;
	if (x->key != y->key)
		return x->key < y->key;
	return x->tail < y->tail;
}

/* Puts an entry in at the root and moves it down to its place among the first n. */
static inline void dry_event_queue_sink(struct dry_event_queue *queue, const struct dry_queue_entry *entry)
{
	struct dry_queue_entry *heap = queue->entry;
	size_t i = 0, n = queue->count;

	for (;;) {
		size_t child = 2 * i + 1;

		if (child >= n)
			break;
		if (child + 1 < n && dry_queue_before(&heap[child + 1], &heap[child]))
			child++;
		if (!dry_queue_before(&heap[child], entry))
			break;
		dry_queue_move(&heap[i], &heap[child]);
		i = child;
	}
	dry_queue_move(&heap[i], entry);
}

static inline void dry_event_queue_push(struct dry_event_queue *queue, const struct dry_queue_entry *entry)
{
	size_t i = queue->count++;

	if (queue->has_hole) {
		queue->has_hole = false;
		dry_event_queue_sink(queue, entry);
		return;
	}
	if (i >= queue->capacity)
		queue->entry = dry_grow(queue->entry, &queue->capacity, i + 1, sizeof(*queue->entry));
	while (i > 0) {
		size_t parent = (i - 1) / 2;

		if (!dry_queue_before(entry, &queue->entry[parent]))
			break;
		dry_queue_move(&queue->entry[i], &queue->entry[parent]);
		i = parent;
	}
	dry_queue_move(&queue->entry[i], entry);
}

/* The next entry, or NULL; valid until the queue changes. */
static inline const struct dry_queue_entry *dry_event_queue_peek(struct dry_event_queue *queue)
{
	if (queue->has_hole) {
		struct dry_queue_entry last;

		dry_queue_move(&last, &queue->entry[queue->count]);
		queue->has_hole = false;
		if (queue->count)
			dry_event_queue_sink(queue, &last);
	}
	return queue->count ? &queue->entry[0] : NULL;
}

/* Takes the next entry off; the queue must not be empty. */
static inline struct dry_queue_entry dry_event_queue_pop(struct dry_event_queue *queue)
{
	struct dry_queue_entry top;

	dry_queue_move(&top, dry_event_queue_peek(queue));
	queue->count--;
	queue->has_hole = true;
	return top;
}

static inline void dry_event_queue_clear(struct dry_event_queue *queue)
{
	queue->count = 0;
	queue->has_hole = false;
}

#endif
