/*
 * Our own mistakes: dry_assert() is always on. A failure prints the place, the
 * run (index, seed, simulated time) that the thread was in, and aborts.
 */
#ifndef DRY_BASE_ASSERT_H
#define DRY_BASE_ASSERT_H

#include <stdint.h>

/*
 * What a thread is simulating, for the message of a failed assert. Borrowed
 * until the next call; NULL on leaving the run.
 */
struct dry_assert_run {
	uint32_t run_index;
	uint32_t replication;
	uint64_t seed;
	const int64_t *now_ms;          /* the run's clock; NULL = unknown */
	const char *command;            /* the command that repeats it; NULL = unknown */
};
void dry_assert_enter_run(const struct dry_assert_run *run);

_Noreturn void dry_assert_failed(const char *condition, const char *file, int line);

#define dry_assert(condition) \
	((condition) ? (void)0 : dry_assert_failed(#condition, __FILE__, __LINE__))

#ifdef DRY_SLOW_ASSERTS
#define dry_assert_slow(condition) dry_assert(condition)
#else
#define dry_assert_slow(condition) ((void)0)
#endif

#endif
