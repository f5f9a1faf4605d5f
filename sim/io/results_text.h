/* Pieces of result texts that the result file and the journal share. */
#ifndef DRY_SIM_IO_RESULTS_TEXT_H
#define DRY_SIM_IO_RESULTS_TEXT_H

#include "base/error.h"
#include "io/doc.h"
#include "io/results_file.h"

void results_add(struct dry_results_text *out, const char *piece, size_t length);
void results_text(struct dry_results_text *out, const char *piece);
/* What is held goes to the digest and the writer, when there is one. */
void results_pass_on(struct dry_results_text *out);
void results_number(struct dry_results_text *out, double value);
void results_quoted(struct dry_results_text *out, const char *value);
/* The keys of the manifest, without braces. */
void results_manifest(struct dry_results_text *out, const struct dry_sweep_result *result);
/* One point as an object. */
void results_point(struct dry_results_text *out, const struct dry_sweep_result *result,
		   const struct dry_sweep_point *point);
/* The whole object but its last key and brace: what the digest covers. */
void results_body(const struct dry_sweep_result *result, struct dry_results_text *out);

/* --- reading: false with a complaint --- */
bool results_read_manifest(const struct dry_doc *doc, const struct dry_doc_node *map,
			   struct dry_sweep_result *result, struct dry_error *err);
/* Adds the point, or fills the baseline. */
bool results_read_point(const struct dry_doc *doc, const struct dry_doc_node *map, bool is_baseline,
			struct dry_sweep_result *result, struct dry_error *err);

#endif
