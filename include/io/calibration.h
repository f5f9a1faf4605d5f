/*
 * What a real cluster did, for holding a simulation against it: recorded
 * scale-ups, removals, waits and times to Ready, from Kubernetes events, an
 * autoscaler's log, or what import made of them (io/importers.h, calibration
 * file).
 */
#ifndef DRY_IO_CALIBRATION_H
#define DRY_IO_CALIBRATION_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "world/observer.h"

/* A line of the recorded decision log. Texts are in the calibration's arena; NULL = not said. */
struct dry_recorded_event {
	int64_t at_ms;                  /* from the calibration's epoch */
	enum dry_event_kind kind;
	const char *group, *node, *pod, *cause;
	int32_t from, to;               /* scaleUp; -1 = not said */
	int64_t wait_ms;                /* podStart: from creation to binding; -1 = not said */
	int64_t provision_ms;           /* nodeReady: from the request; -1 = not said */
};

struct dry_calibration {
	struct dry_arena arena;
	bool has_epoch;
	int64_t epoch_ms;               /* Unix ms of at_ms 0 */
	uint32_t count;
	struct dry_recorded_event *event;       /* in order of time */
};

struct dry_calibration_request {
	uint32_t file_count;
	const char *const *file;        /* "-" = stdin */
	int32_t log_year;               /* of klog lines; 0 = unknown */
	uint64_t size_limit;            /* bytes of text of one file; 0 = 16 GiB */
};

/*
 * Reads a calibration file, or imports what is none. False with a complaint;
 * the calibration needs dry_calibration_release() either way.
 */
bool dry_calibration_read(struct dry_calibration *calibration, const struct dry_calibration_request *request,
			  struct dry_error *err);
void dry_calibration_release(struct dry_calibration *calibration);

#endif
