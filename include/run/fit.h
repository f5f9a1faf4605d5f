/*
 * Could a pod ever run on a node of a group? Asked of the same filters that
 * scheduler and autoscaler use, against an empty node of the group's template
 * (its DaemonSets on it) in an otherwise empty cluster. Sizes, limits and
 * backoff play no part. For "validate", "analyze" and "explain --why-not".
 */
#ifndef DRY_RUN_FIT_H
#define DRY_RUN_FIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "run/scenario.h"
#include "world/predicates.h"

struct dry_fits;

struct dry_fit_answer {
	enum dry_fit fit;               /* the first filter that refuses, or DRY_FITS */
	uint32_t resource;              /* of DRY_NODE_RESOURCES: the first that is short; DRY_NONE */
	int64_t want, have;             /* of it, in its own unit */
	const struct dry_taint *taint;  /* of DRY_TAINT_TOLERATION: the first not tolerated, or NULL */
};

/* Borrows both until dry_fits_release(). */
struct dry_fits *dry_fits_new(const struct dry_input *input, const struct dry_config *config);
void dry_fits_release(struct dry_fits *fits);

struct dry_fit_answer dry_fits_ask(struct dry_fits *fits, uint32_t class_index, uint32_t group_index);
/* What an empty node of the group has left of a resource, its DaemonSets on it. */
int64_t dry_fits_room(struct dry_fits *fits, uint32_t group_index, uint32_t resource);
/* How many of its pods an empty node of the group has room for, by requests alone; 0 = it does not fit. */
uint32_t dry_fits_per_node(struct dry_fits *fits, uint32_t class_index, uint32_t group_index);
/* Does any group take it? */
bool dry_fits_anywhere(struct dry_fits *fits, uint32_t class_index);

/*
 * Upstream's words with what was short: "Insufficient cpu (wants 9000m, a node
 * has 3900m)", "node(s) had untolerated taint {gpu: true}", ... Returns buffer.
 */
char *dry_fit_text(const struct dry_input *input, const struct dry_fit_answer *answer, char *buffer,
		   size_t size);
/* "1500m", "2Gi", "3" of a resource. Returns buffer. */
char *dry_amount_text(uint32_t resource, int64_t amount, char *buffer, size_t size);

#endif
