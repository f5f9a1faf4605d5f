/*
 * What the fuzz targets share. A target is a file tests/fuzz/fuzz_NAME.c with
 * LLVMFuzzerTestOneInput(); its cases are the files of tests/fuzz/corpus/NAME.
 * Linked with tests/fuzz/driver/replay.c it is a test; `make fuzz` links it
 * with libFuzzer instead.
 */
#ifndef TESTS_SUPPORT_FUZZ_H
#define TESTS_SUPPORT_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Ends the process (as a crash, so that the input is kept) when a law does not hold. */
void fuzz_require(bool holds, const char *law);

/*
 * A refusal says something: at least one complaint, code `code`, each text
 * without control characters. Releases the error.
 */
void fuzz_require_complaint(struct dry_error *err, enum dry_error_code code);
/* After success there is none but notes. Releases the error. */
void fuzz_require_silence(struct dry_error *err);

/* None of the errors is about that file. */
void fuzz_require_blameless(const struct dry_error *err, const char *path, const char *law);

/* A file in memory that holds the input; its path to `path` (at least 64 bytes). The descriptor is the caller's. */
int fuzz_file(const uint8_t *data, size_t size, char *path, size_t room);

#endif
