/*
 * Lines read ahead by a thread of their own: it takes bytes from the file,
 * unpacks and splits them while the caller makes something of the lines before.
 * What the caller sees is what dry_reader_line() gives, in the same order,
 * complaints included. Memory: a few blocks of a quarter MiB (a longer line has
 * a block for itself).
 */
#ifndef DRY_SIM_IO_AHEAD_H
#define DRY_SIM_IO_AHEAD_H

#include "io/reader.h"

struct ahead;

/* The reader is lent until ahead_stop(), only its name and size may be asked for. NULL = no thread to be had. */
struct ahead *ahead_start(struct dry_reader *reader);
/* As dry_reader_line(). */
enum dry_reader_state ahead_line(struct ahead *ahead, const char **line, size_t *length, struct dry_error *err);
uint64_t ahead_line_number(const struct ahead *ahead);
/* For progress: up to the block that the present line is in. */
uint64_t ahead_text_bytes(const struct ahead *ahead);
uint64_t ahead_stored_bytes(const struct ahead *ahead);
/* Also before the end; waits for the thread. NULL is fine. */
void ahead_stop(struct ahead *ahead);

#endif
