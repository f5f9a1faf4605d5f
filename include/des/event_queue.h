/*
 * The event queue: a binary heap of 32-byte values, ordered by time, then key,
 * then sub-key (a full order when the caller's keys are unique). The caller
 * puts the phase into the top byte of the key.
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
	uint64_t sub : 56;
	uint64_t kind : 8;
	uint32_t a, b;
};

struct dry_event_queue {
	struct dry_queue_entry *entry;  /* entry[0] is the next */
	size_t count;
	size_t capacity;
};

static inline bool dry_queue_before(const struct dry_queue_entry *x, const struct dry_queue_entry *y)
{
	if (x->at_ms != y->at_ms)
		return x->at_ms < y->at_ms;
	if (x->key != y->key)
		return x->key < y->key;
	return x->sub < y->sub;
}

static inline void dry_event_queue_push(struct dry_event_queue *queue, const struct dry_queue_entry *entry)
{
	size_t i = queue->count;

	if (i >= queue->capacity)
		queue->entry = dry_grow(queue->entry, &queue->capacity, i + 1, sizeof(*queue->entry));
	queue->count++;
	while (i > 0) {
		size_t parent = (i - 1) / 2;

		if (!dry_queue_before(entry, &queue->entry[parent]))
			break;
		queue->entry[i] = queue->entry[parent];
		i = parent;
	}
	queue->entry[i] = *entry;
}

/* Takes the next entry off; the queue must not be empty. */
static inline struct dry_queue_entry dry_event_queue_pop(struct dry_event_queue *queue)
{
	struct dry_queue_entry top = queue->entry[0];
	struct dry_queue_entry last = queue->entry[--queue->count];
	size_t i = 0, n = queue->count;

	for (;;) {
		size_t child = 2 * i + 1;

		if (child >= n)
			break;
		if (child + 1 < n && dry_queue_before(&queue->entry[child + 1], &queue->entry[child]))
			child++;
		if (!dry_queue_before(&queue->entry[child], &last))
			break;
		queue->entry[i] = queue->entry[child];
		i = child;
	}
	if (n > 0)
		queue->entry[i] = last;
	return top;
}

#endif
