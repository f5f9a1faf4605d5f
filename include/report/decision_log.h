/*
 * The decision log (format.md): one JSON line an event, in the order in which
 * things happened. Written by hand into a large buffer: a run with hundreds of
 * thousands of events must not wait for its log.
 */
#ifndef DRY_REPORT_DECISION_LOG_H
#define DRY_REPORT_DECISION_LOG_H

#include <stdint.h>

#include "report/report_file.h"
#include "run/scenario.h"
#include "world/observer.h"

struct dry_decision_log;

/*
 * Writes to the stream until dry_decision_log_release(), which leaves the stream
 * open. NULL = no stream: lines are asked for.
 */
struct dry_decision_log *dry_decision_log_new(struct dry_report_stream *stream,
					      const struct dry_input *input,
					      const struct dry_config *config);
void dry_decision_log_release(struct dry_decision_log *log);

/* observer.on_event, with the log as context. */
void dry_decision_log_on_event(void *log, const struct dry_event *event);

/* The event's line without its end, NUL-terminated; valid until the next call. */
const char *dry_decision_log_line(struct dry_decision_log *log, const struct dry_event *event);

/* "scaleUp", ... */
const char *dry_event_name(enum dry_event_kind kind);

/* "namespace/name" of a pod row into buffer (cut when it does not fit). Returns buffer. */
char *dry_pod_name(const struct dry_input *input, uint32_t pod_index, char *buffer, size_t size);

#endif
