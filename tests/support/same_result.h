/* Results of sweeps held against each other, to the byte of what is written of them. */
#ifndef TESTS_SUPPORT_SAME_RESULT_H
#define TESTS_SUPPORT_SAME_RESULT_H

#include <stdbool.h>

#include "sweep/sweep_result.h"

bool same_bytes(const struct dry_sweep_result *a, const struct dry_sweep_result *b);

#endif
