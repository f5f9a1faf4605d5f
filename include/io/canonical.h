/*
 * One spelling for a JSON value, so that equal values have equal bytes and
 * digests (methods.md 8): UTF-8, keys sorted by byte value, no spaces, the
 * shortest numbers that read back, only the escapes that JSON demands.
 */
#ifndef DRY_IO_CANONICAL_H
#define DRY_IO_CANONICAL_H

struct cJSON;                   /* of libcjson */

/* Heap text, the caller's to free; NULL when the value holds a number that is none (NaN). */
char *dry_canonical_json(const struct cJSON *value);

#endif
