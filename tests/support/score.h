/*
 * Rows of an imported trace against the truth of a recording: which demand a
 * source can show, which rows stand for it, and how well they tell it.
 */
#ifndef DRY_TESTS_SUPPORT_SCORE_H
#define DRY_TESTS_SUPPORT_SCORE_H

#include <stdbool.h>
#include <stdint.h>

#include "support/trace_rows.h"
#include "support/truth.h"

/* What a source can show. */
enum shows {
	SHOWS_ALL,
	SHOWS_CREATION,                 /* an audit log: pods that were made (or lost) while it was written */
	SHOWS_ONE_MOMENT,               /* a list: pods that are in it */
	SHOWS_SCRAPES,                  /* what was there at a scrape */
	SHOWS_ITS_NAMESPACE,            /* a watch of some namespaces: those that it names */
};

struct source {
	const char *kind;
	const char *truth;              /* truth/TRUTH */
	enum shows shows;
	int64_t resolution_ms;          /* of arrivals */
	int64_t end_resolution_ms;
	bool partial_requests;          /* lacks the metrics for init containers and overhead */
	const char *files[4];           /* with wildcards; all must be there */
};

struct score {
	const struct source *source;
	const struct truth *truth;
	struct rows rows;
	bool *seen;                     /* a pod: the source can show it */
	bool *matched;                  /* a pod: a row stands for its demand */
	int64_t window_ms;              /* when the recording began, as far as the source tells */
	int64_t last_ms;                /* latest instant that the source knows */
	int64_t end_tolerance_ms;
	int found, missed, invented;
	int requests, owners, arrivals, ends;
};

/* `seen` and `matched` have a place for each pod of the truth, all false. */
void score_init(struct score *score, const struct source *source, const struct truth *truth);
void score_release(struct score *score);
/* Fills `seen` from the source's files. */
void score_see(struct score *score, char **path, int count);
/* Counts; differences become notes. The rows have been read. */
void score_rows(struct score *score);

#endif
