/*
 * The journal of a sweep (--resume FILE): JSON lines, append only. The first
 * line is the manifest, each further one a finished point. A line that a crash
 * tore off at the end is dropped and its point runs again; a sweep that is
 * resumed ends with the same bytes as one that was never stopped.
 */
#ifndef DRY_IO_JOURNAL_H
#define DRY_IO_JOURNAL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "sweep/sweep.h"

#define DRY_JOURNAL_SCHEMA "dryscale.journal/1"

struct dry_journal;

struct dry_journal_summary {
	uint32_t points;                /* taken over */
	bool baseline;
	uint64_t dropped_bytes;         /* of a torn last line */
	bool created;                   /* there was no journal yet */
};

/*
 * Opens or begins the journal. `manifest` is of the sweep to come
 * (dry_sweep_manifest()); the journal of another sweep is refused with the
 * field that differs. Finished points are kept in the journal's memory until
 * dry_journal_give().
 */
struct dry_journal *dry_journal_open(const char *path, const struct dry_sweep_result *manifest,
				     struct dry_journal_summary *summary, struct dry_error *err);
/* Gives the points read to the sweep. False when one is not of this sweep. */
bool dry_journal_give(struct dry_journal *journal, struct dry_sweep *sweep, struct dry_error *err);

/*
 * What was read, unranked, for searches that choose their points as they go. A
 * point may be there twice. Borrowed until the journal is closed.
 */
const struct dry_sweep_result *dry_journal_points(const struct dry_journal *journal, bool *has_baseline);

/*
 * struct dry_sweep_options.on_point, with the journal as context. Each line is
 * one write; the file is synced about once a second and at the end.
 */
void dry_journal_on_point(void *journal, const struct dry_sweep_point *point, bool is_baseline);

/*
 * Syncs and closes. False when a write failed (disk full): the journal is then
 * short, results are not affected.
 */
bool dry_journal_close(struct dry_journal *journal, struct dry_error *err);

#endif
