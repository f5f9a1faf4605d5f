/*
 * What an analyzer, which sees one source at a time, has to know of functions
 * in others; tests/tools/analyze.sh includes it before each source.
 */
#ifndef TESTS_LINT_ANALYZE_H
#define TESTS_LINT_ANALYZE_H

#include "base/error.h"
#include "io/doc.h"

/* Complaining is failing: always false. */
#define dry_fail(...) ((void)(dry_fail)(__VA_ARGS__), false)
#define dry_fail_expected(...) ((void)(dry_fail_expected)(__VA_ARGS__), false)
#define dry_fail_fix(...) ((void)(dry_fail_fix)(__VA_ARGS__), false)
#define dry_doc_fail(...) ((void)(dry_doc_fail)(__VA_ARGS__), false)
#define dry_doc_fail_key(...) ((void)(dry_doc_fail_key)(__VA_ARGS__), false)

#endif
