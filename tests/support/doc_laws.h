/* Laws of a doc that every text keeps: for the fuzz targets of both syntaxes. */
#ifndef TESTS_SUPPORT_DOC_LAWS_H
#define TESTS_SUPPORT_DOC_LAWS_H

#include "io/doc.h"

/* Parses the text; ends the process when a law does not hold. */
void doc_laws(const uint8_t *data, size_t size, enum dry_doc_syntax syntax);

#endif
