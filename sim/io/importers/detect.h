/*
 * What the functions that detect a kind look for in the first bytes of a file.
 */
#ifndef DRY_IO_IMPORTERS_DETECT_H
#define DRY_IO_IMPORTERS_DETECT_H

#include <stdbool.h>
#include <stddef.h>

/* Bytes of the start that matter for a key that must come early. */
#define START_NEAR 4096

bool start_has(const char *start, size_t length, const char *piece);
/* "key": "value" with any blanks around the colon; or YAML's key: value. */
bool start_pair(const char *start, size_t length, const char *key, const char *value);
/* Behind a byte order mark and blanks; shortens *length. */
const char *start_of_text(const char *start, size_t *length);
bool start_is_json(const char *start, size_t length);

#endif
