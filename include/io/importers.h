/*
 * Importers: what users already have (pod lists, watch streams, audit logs,
 * metrics, price histories, node group descriptions, autoscaler settings,
 * events, logs) becomes a trace, a prices file, a piece of a scenario or a
 * calibration file. One row of dry_import_kinds a format.
 *
 * Every import ends with a report: rows read, kept, dropped (by reason),
 * fields that had to be made up, the censored share, the range of the clock,
 * unknown resources. Output is written whole or not at all. Same input, same
 * options: same bytes. Nothing here opens a network connection.
 */
#ifndef DRY_IO_IMPORTERS_H
#define DRY_IO_IMPORTERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"

/* What an import makes. */
enum dry_import_result {
	DRY_IMPORT_TRACE,               /* JSON lines, format.md "Trace" */
	DRY_IMPORT_PRICES,              /* JSON lines of type price */
	DRY_IMPORT_HAZARDS,             /* JSON: interruption hazards an instance type */
	DRY_IMPORT_NODE_GROUPS,         /* YAML: a nodeGroups: section */
	DRY_IMPORT_DAEMON_SETS,         /* YAML: a daemonSets: section */
	DRY_IMPORT_SETTINGS,            /* YAML: autoscaler: and expanderPriorities: sections */
	DRY_IMPORT_CALIBRATION          /* JSON lines: the recorded decision log, see below */
};

/*
 * A calibration file is the decision log (format.md) of the recorded cluster,
 * after a header line with the epoch: {"t":..,"event":..} in order of t, with
 *   scaleUp        nodeGroup, from, to; max where known
 *   scaleUpFailed  nodeGroup, reason (timeout, outOfResources, other); after: seconds from the request, where known
 *   backoff        nodeGroup; until (t), where known
 *   nodeReady      node; nodeGroup and provision: seconds from the request, where known
 *   scaleDown      node; nodeGroup, where known; reason (empty, underutilized)
 *   nodeGone       node; nodeGroup, where known
 *   podStart       pod (namespace/name), node; wait: seconds from its creation (or first refusal) to its binding
 *   podEvicted     pod; node, where known; cause (scaleDown, preemption, other)
 */

/* Instants of --from and --to are Unix ms, or ms from the trace's origin for sources without a date. */
#define DRY_IMPORT_NO_TIME INT64_MIN

enum dry_gpu_policy {
	DRY_GPU_SHARE,                  /* a part of a GPU stays a part: resource alibabacloud.com/gpu-milli */
	DRY_GPU_WHOLE,                  /* a part of a GPU takes a whole one */
	DRY_GPU_DROP                    /* pods that want a part of a GPU are dropped, and counted */
};

struct dry_import_request {
	const char *kind;               /* a name of dry_import_kinds; NULL or "auto" = find out */
	uint32_t file_count;            /* pages, rotated logs, chunks of one source: read in this order */
	const char *const *file;        /* "-" = stdin */
	const char *output;             /* NULL = stdout; a name that ends in .gz is compressed */
	bool force;                     /* may replace an existing output */
	bool strict;                    /* a made-up field or dropped row is an error (exit 3), nothing is written */
	uint64_t size_limit;            /* bytes of text of one file, unpacked; 0 = 16 GiB */
	const char *anonymize_key;      /* not NULL: names become HMAC-SHA-256 of this key, 12 hex digits */
	int64_t from_ms, to_ms;         /* keep rows that arrive in [from, to); DRY_IMPORT_NO_TIME = open */

	/* pods */
	bool keep_recreations;          /* do not collapse pods that took the place of lost ones */
	int64_t recreation_window_ms;   /* 0 = 60 s; Jobs: at least 600 s */
	enum dry_gpu_policy gpu_policy;
	const char *columns;            /* csv: "t=submitted,cpu=cpus*1000m,..." */
	char delimiter;                 /* csv: 0 = find out */
	int32_t swf_split;              /* swf: pods of at most this many cores; 0 = one pod a job */

	/* prices, groups, settings */
	const char *region;             /* only this region; NULL = all */
	const char *product;            /* aws spot prices; NULL = Linux/UNIX, also "(Amazon VPC)" */
	const char *market;             /* azure, skypilot, gcp: "spot" (default) or "on-demand" */
	const char *release;            /* settings: autoscaler release ("1.36"); NULL = the image's tag */
	int32_t log_year;               /* klog has no year; 0 = 1970 and a note */
};

/* All defaults: no window. */
void dry_import_request_init(struct dry_import_request *request);

/* --from and --to: RFC 3339, or a number of seconds or a duration from the origin. NULL, or what is wrong. */
const char *dry_import_parse_time(const char *text, int64_t *ms);

#define DRY_IMPORT_COUNTER_MAX 48

/* "why" -> how often, with the first place. Texts are in the report's arena. */
struct dry_import_counter {
	const char *text;
	uint64_t count;
	const char *file;               /* first place; NULL = none */
	uint64_t line;
};

struct dry_import_counters {
	uint32_t count;
	struct dry_import_counter entry[DRY_IMPORT_COUNTER_MAX];
};

struct dry_import_report {
	struct dry_arena arena;
	const char *kind;               /* name of the row of dry_import_kinds */
	const char *what;               /* "pod list, 3 files" */
	enum dry_import_result result;
	uint64_t bytes_read;            /* after decompression */
	uint64_t rows_read;             /* objects, lines, records of the source */
	uint64_t rows_kept;             /* read and used */
	uint64_t rows_left_out;         /* rightly: not what this import is about (DaemonSet pods, bookmarks) */
	uint64_t rows_dropped;          /* lost: wanted, but not usable; --strict refuses them */
	uint64_t rows_written;          /* lines or entries of the output */
	struct dry_import_counters left_out;    /* by reason */
	struct dry_import_counters dropped;     /* by reason */
	struct dry_import_counters imputed;     /* field: how it was made up */
	struct dry_import_counters note;        /* what one should know */
	struct dry_import_counters resource;    /* resources that are neither cpu, memory, pods nor ephemeral-storage */
	uint64_t collapsed;             /* re-created pods joined to the demand they served */
	uint64_t censored;              /* rows whose end lies outside the record */
	uint64_t service, batch;        /* rows of each kind */
	bool has_clock;
	int64_t clock_first_ms, clock_last_ms;  /* Unix ms; from the origin where epoch is NULL */
	const char *epoch;              /* RFC 3339 of t = 0, NULL = the source has no date */
};

void dry_import_report_init(struct dry_import_report *report);
void dry_import_report_release(struct dry_import_report *report);
/* The report as lines of text for people, in the report's arena. */
const char *dry_import_report_text(struct dry_import_report *report);
/* The same as one JSON object with a fixed order of keys, in the report's arena. */
const char *dry_import_report_json(struct dry_import_report *report);

struct dry_import_job;                  /* private to sim/io/importers */

struct dry_import_kind {
	const char *name;               /* "pod-list" */
	const char *aliases;            /* other names, blank-separated, or NULL */
	const char *what;               /* one line: what the file is */
	const char *record;             /* the command that makes such a file */
	enum dry_import_result result;
	/* How sure the first bytes (up to 64 KiB, decompressed) make us, 0 = not this kind, 100 = certain. */
	int (*detect)(const char *start, size_t length, const char *path);
	bool (*read)(struct dry_import_job *job, struct dry_error *err);
};

extern const struct dry_import_kind dry_import_kinds[];
extern const size_t dry_import_kind_count;

/* NULL when there is none; *nearest (may be NULL) gets the nearest name or NULL. */
const struct dry_import_kind *dry_import_kind_find(const char *name, const char **nearest);

/*
 * Reads, converts, writes. False with complaints: exit code 2 for an unknown
 * kind or option, 3 for a wrong input (file:line:col) or --strict, 4 when
 * nothing was left to write, 5 when writing failed. The report is filled as
 * far as reading came.
 */
bool dry_import(const struct dry_import_request *request, struct dry_import_report *report,
		struct dry_error *err);

/*
 * The same into memory: *text (heap, caller frees) instead of a file. Used by
 * calibrate, by tests and for previews.
 */
bool dry_import_text(const struct dry_import_request *request, struct dry_import_report *report,
		     char **text, size_t *length, struct dry_error *err);

#endif
