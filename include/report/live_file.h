/*
 * Live files as tools print them: one document, or several with "---" between
 * them (helm template, kustomize build). Places in complaints are those of the
 * whole file.
 */
#ifndef DRY_REPORT_LIVE_FILE_H
#define DRY_REPORT_LIVE_FILE_H

#include <stdbool.h>

#include "base/error.h"
#include "io/doc.h"

/*
 * The document of the file that `is_wanted`, or the only one. False with a
 * complaint, also when none of several is. Release the doc in any case.
 */
bool dry_live_document(struct dry_doc *doc, const char *path, bool (*is_wanted)(const struct dry_doc *doc),
		       struct dry_error *err);

/* Each document in turn; those that cannot be read are left out. False when the file cannot be read. */
bool dry_live_each(const char *path, void (*each)(void *context, const struct dry_doc *doc), void *context,
		   struct dry_error *err);

#endif
