/*
 * The state of a run over time as a table: one row an instant at which a count,
 * a size or a price changed. CSV with a header row; with `lines`, JSON lines.
 *
 *     t_s,pending_pods,running_pods,spend_usd,ready_nodes.NAME,target_nodes.NAME,price_usd_per_hour.NAME,...
 */
#ifndef DRY_REPORT_TIMELINE_H
#define DRY_REPORT_TIMELINE_H

#include <stdbool.h>

#include "report/report_file.h"
#include "run/scenario.h"
#include "world/observer.h"

struct dry_timeline;

/* Writes to the stream until dry_timeline_release(), which leaves the stream open. */
struct dry_timeline *dry_timeline_new(struct dry_report_stream *stream, const struct dry_config *config,
				      bool lines);
/* Writes the last instant, too, when it only changed what was spent. */
void dry_timeline_release(struct dry_timeline *timeline);

/* observer.on_sample, with the timeline as context. */
void dry_timeline_on_sample(void *timeline, const struct dry_sample *sample);

#endif
