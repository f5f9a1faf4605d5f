/* Test results as TAP: one line a law or case, what went wrong behind "#". */
#ifndef TESTS_SUPPORT_TAP_H
#define TESTS_SUPPORT_TAP_H

#include <stdbool.h>

/* Prints the result; returns good. The name is a format. */
bool tap_ok(bool good, const char *format, ...) __attribute__((format(printf, 2, 3)));
void tap_skip(const char *name, const char *reason);
void tap_note(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* Prints the plan; the exit status of the program. */
int tap_done(void);

#endif
