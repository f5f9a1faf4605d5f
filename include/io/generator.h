/*
 * Traces made up by rule: documented, seeded profiles of clusters as people run
 * them, in the trace format. The same profile, seed, days and scale give the
 * same bytes. Every draw is keyed (base/random.h), so more days only add.
 */
#ifndef DRY_IO_GENERATOR_H
#define DRY_IO_GENERATOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "io/writer.h"

struct dry_generator_profile {
	const char *name;               /* "web-service" */
	const char *summary;            /* one line */
	const char *text;               /* what is in it, for help; lines of up to 76 characters */
	double days;                    /* length when none is asked for */
	bool has_prices;                /* makes a prices file too */
};

extern const struct dry_generator_profile dry_generator_profiles[];
extern const size_t dry_generator_profile_count;

/* NULL when there is none; *nearest (may be NULL) gets the nearest name or NULL. */
const struct dry_generator_profile *dry_generator_find(const char *name, const char **nearest);

struct dry_generator_options {
	uint64_t seed;
	double days;                    /* 0 = the profile's own; up to 366 */
	double scale;                   /* replicas and jobs times this; 0 = 1; up to 10,000 */
};

struct dry_generator_summary {
	uint64_t pod_count;
	uint64_t event_count;           /* lines that are neither pod nor header */
	uint64_t price_count;           /* lines of the prices file */
	int64_t end_at_ms;              /* days as asked for */
};

/*
 * Writes the trace to `out` and, when the profile has prices and `prices` is
 * not NULL, the prices ("-" for one of them is standard output). Both files are
 * whole or not there. `writer` and `summary` may be NULL. False with a
 * complaint: usage for days or scale out of range, or prices asked of a profile
 * that has none; system when a file cannot be written.
 */
bool dry_generate(const struct dry_generator_profile *profile,
		  const struct dry_generator_options *options, const char *out, const char *prices,
		  const struct dry_writer_options *writer, struct dry_generator_summary *summary,
		  struct dry_error *err);

#endif
