/* Bytes through an importer, as if they stood in a file; and what must hold of every import. */
#ifndef TESTS_SUPPORT_IMPORT_BYTES_H
#define TESTS_SUPPORT_IMPORT_BYTES_H

#include <stddef.h>

/*
 * Aborts unless the import gives lines of JSON or a document, or fails with a complaint at a
 * place of the input. `columns` as for csv, else NULL.
 */
void import_bytes(const char *kind, const void *bytes, size_t length, const char *columns);

#endif
