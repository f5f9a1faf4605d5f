/*
 * Our own mistakes: dry_assert() is always on. A failure prints the place, the
 * run (index, seed, simulated time) that the thread was in, and aborts.
 */
#ifndef DRY_BASE_ASSERT_H
#define DRY_BASE_ASSERT_H

#include <stdint.h>

_Noreturn void dry_assert_failed(const char *condition, const char *file, int line);

#define dry_assert(condition) \
	((condition) ? (void)0 : dry_assert_failed(#condition, __FILE__, __LINE__))

#ifdef DRY_SLOW_ASSERTS
#define dry_assert_slow(condition) dry_assert(condition)
#else
#define dry_assert_slow(condition) ((void)0)
#endif

#endif
