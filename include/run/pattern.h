/*
 * Regular expressions as the priority expander's ConfigMap has them (Go's
 * regexp, found anywhere in a name), by way of POSIX extended ones: what both
 * have is the same, \d and its kin and (?: ) are rewritten, and what Go has and
 * POSIX has not is refused.
 */
#ifndef DRY_RUN_PATTERN_H
#define DRY_RUN_PATTERN_H

#include <stdbool.h>

/* NULL, or what is wrong with the pattern ("has an unmatched ("), static. */
const char *dry_pattern_check(const char *pattern);

/* False too when the pattern is wrong. */
bool dry_pattern_matches(const char *pattern, const char *text);

#endif
